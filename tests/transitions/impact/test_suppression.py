"""What is hidden cannot be worked out from what is printed: an attacker with nothing but arithmetic gets no hidden cell."""

from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.impact import suppression
from transitions.impact.measure import Behind, Figure
from transitions.impact.suppression import (
    Cell,
    hidden_cells,
    is_small,
    printed,
    schools_behind,
    shared,
    table,
    told_beside,
)

needs_the_extra = pytest.mark.skipif(find_spec("pytauargus") is None, reason="the extra report is not installed")
_ROWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=6)


def figure(counted: int | None, base: int) -> Figure:
    return Figure("m", "2026/27", counted, base, "children")


def cells_of(rows: list[tuple[int, int]]) -> dict[Cell, int]:
    return {(str(at), what): n for at, row in enumerate(rows) for what, n in zip(("in", "out"), row, strict=True)}


def recovered(cells: dict[Cell, int], hidden: frozenset[Cell]) -> set[Cell]:
    """The hidden cells that the sums of rows and columns determine, by elimination."""
    parts, whats = sorted({part for part, _ in cells}), ("in", "out")
    lines = [[(part, "in"), (part, "out"), (part, "Total")] for part in (*parts, "Total")]
    lines += [[*((part, what) for part in parts), ("Total", what)] for what in (*whats, "Total")]
    unknown = sorted(hidden)
    matrix = []
    for line in lines:
        row = [Fraction(0)] * len(unknown)
        for cell in line:
            if cell in hidden:
                row[unknown.index(cell)] = Fraction(-1 if cell == line[-1] else 1)
        matrix.append(row)
    pivots = []
    for column in range(len(unknown)):
        lead = next((row for row in matrix[len(pivots) :] if row[column]), None)
        if lead is None:
            continue
        matrix.remove(lead)
        lead = [value / lead[column] for value in lead]
        matrix = [[a - row[column] * b for a, b in zip(row, lead, strict=True)] for row in matrix]
        matrix.insert(len(pivots), lead)
        pivots.append(column)
    return {unknown[column] for row, column in zip(matrix, pivots, strict=False) if sum(map(bool, row)) == 1}


def test_the_attacker_finds_what_one_subtraction_gives() -> None:
    cells = cells_of([(3, 20), (12, 40)])
    assert recovered(cells, frozenset({("0", "in")})) == {("0", "in")}
    assert recovered(cells, frozenset({("0", "in"), ("0", "out")})) == {("0", "in"), ("0", "out")}
    square = frozenset({("0", "in"), ("0", "out"), ("1", "in"), ("1", "out")})
    assert recovered(cells, square) == set()


@needs_the_extra
@settings(max_examples=8, deadline=None)
@given(rows=_ROWS)
def test_no_hidden_cell_comes_out_by_subtraction(
    rows: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cells = cells_of(rows)
    folder = tmp_path_factory.mktemp("small")
    hidden = hidden_cells(cells, folder)
    small = {cell for cell, count in cells.items() if suppression.is_small(count)}
    assert small <= hidden
    assert not recovered(cells, hidden) & {cell for cell in hidden if cells.get(cell)}
    assert list(folder.iterdir()) == []


@needs_the_extra
def test_both_small_cells_and_their_partners_are_hidden_and_the_rest_is_printed(tmp_path: Path) -> None:
    rows = [figure(3, 23), figure(12, 52), figure(9, 11), figure(30, 55)]
    found = table(rows, tmp_path)
    assert [one.text for one in found] == [
        "c of 23 children",
        "12 of 52 children (23%)",
        "c of 11 children",
        "30 of 55 children (55%)",
    ]


def test_without_the_extra_a_table_with_a_small_cell_is_hidden_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppression, "find_spec", lambda _: None)
    assert [one.text for one in table([figure(3, 23), figure(12, 52)], tmp_path)] == ["c of c children"] * 2
    assert [one.text for one in table([figure(13, 23), figure(12, 52)], tmp_path)] == [
        "13 of 23 children",
        "12 of 52 children (23%)",
    ]


def test_one_figure_hides_who_is_counted_and_who_is_not_when_either_are_few() -> None:
    for counted, base, text in (
        (0, 40, "0 of 40 children (0%)"), (4, 40, "c of 40 children"), (5, 40, "5 of 40 children (13%)"),
        (36, 40, "c of 40 children"), (40, 40, "40 of 40 children (100%)"), (2, 3, "c of c children"), (14, 29, "14 of 29 children"),
    ):  # fmt: skip
        found = printed(figure(counted, base))
        assert found is not None
        assert found.text == text
    assert printed(figure(None, 40)) is None


def test_what_stands_beside_tells_no_count_of_one_to_four() -> None:
    assert told_beside("17 still missed, 3 unknown; no clear change; 12 not known") == "no clear change; 12 not known"
    assert told_beside("2 of 40 steps (5.0%) a year before") == ""
    assert (
        told_beside("42 of 310 steps (3.5%) a year before; half from 2.5 to 11")
        == "42 of 310 steps (3.5%) a year before; half from 2.5 to 11"
    )


def test_the_schools_behind_a_figure_are_counted_once_each() -> None:
    rows = [
        Behind(("pupil", at), "A. Lee", counted=True, school_id=school) for at, school in enumerate((1, 1, 2, None))
    ]
    assert schools_behind(rows) == 2


@given(st.lists(st.one_of(st.integers(0, 6), st.integers(0, 40)), min_size=1, max_size=6))
def test_of_parts_that_add_up_no_hidden_one_comes_out_by_subtraction(counts: list[int]) -> None:
    seen = shared([figure(count, sum(counts)) for count in counts])
    hidden = [count for count, one in zip(counts, seen, strict=True) if one.counted is None]
    assert all(one.counted is None for count, one in zip(counts, seen, strict=True) if is_small(count))
    if hidden and seen[0].base is not None:
        assert len(hidden) > 1
        assert 0 not in hidden
        assert sum(hidden) > len(hidden)
    if not any(map(is_small, counts)):
        assert [one.counted for one in seen] == counts
