"""Columns share the width exactly, and cut cells exactly."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from screens.widgets.column_order import in_order
from screens.widgets.columns import Arrangement, Column, cell_segments, fit, place
from transitions.dates import ago, how_far

columns = st.lists(
    st.builds(
        Column,
        title=st.just("T"),
        width=st.integers(0, 12),
        flex=st.integers(1, 4),
        min_width=st.integers(1, 12),
        priority=st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)


@given(columns, st.integers(1, 200))
def test_the_columns_fill_the_line_and_never_more(columns: list[Column], available: int) -> None:
    placed = place(columns, available)
    used = sum(one.width for one in placed) + sum(one.column.gap for one in placed[:-1])
    assert placed
    assert [one.index for one in placed] == sorted(one.index for one in placed)
    assert used <= available
    if any(not one.column.width for one in placed) and len(placed) > 1:
        assert used == available


@given(columns, st.integers(1, 200))
def test_a_column_that_goes_is_never_more_important_than_one_that_stays(columns: list[Column], available: int) -> None:
    kept = {one.index for one in place(columns, available)}
    gone = set(range(len(columns))) - kept
    assert all(columns[out].priority <= columns[stays].priority for out in gone for stays in kept)


@given(columns, st.integers(1, 200), st.lists(st.integers(0, 60), min_size=8, max_size=8))
def test_no_text_is_cut_beside_a_column_with_room_to_spare(
    columns: list[Column], available: int, widest: list[int]
) -> None:
    placed = [one for one in place(columns, available, widest=widest) if not one.column.width]
    cut = [one for one in placed if one.width < widest[one.index]]
    roomy = [one for one in placed if one.width > max(one.column.least, widest[one.index])]
    assert not (cut and roomy)
    # What is left goes to the more important text first, until that has half as much again.
    for one in cut:
        less = [other for other in placed if other.column.priority < one.column.priority]
        assert one.width >= int(1.5 * one.column.least) or all(other.width <= other.column.least for other in less)


def test_a_sentence_is_cut_between_words_and_a_name_within() -> None:
    assert fit("Annual review looks at preparing for adulthood", 40).rstrip() == "Annual review looks at preparing for…"
    assert fit("Gorsetarn Primary School", 18) == "Gorsetarn Primary…"
    assert fit("Gorsetarn Primary School", 14) == "Gorsetarn Pri…"


@given(st.text(), st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_a_cell_takes_exactly_its_width(text: str, width: int, align: str) -> None:
    assert cell_len(fit(text, width, align)) == width  # type: ignore[arg-type]


def test_a_wide_character_is_left_out_rather_than_cut() -> None:
    assert fit("東京都", 4) == "東… "
    assert fit("東京都", 5) == "東京…"
    assert fit("東京都", 6) == "東京都"
    assert fit("41", 5, "right") == "   41"


def test_the_styles_of_a_text_stay_on_their_letters() -> None:
    cell = Text.assemble("due ", ("12 days late", "red"), " ok")
    drawn = cell_segments(cell, 20, "right", Style(bold=True), Style.parse)
    assert "".join(part.text for part in drawn) == " due 12 days late ok"
    assert [part.text for part in drawn if part.style and part.style.color] == ["12 days late"]
    assert all(part.style is not None and part.style.bold for part in drawn)
    cut = cell_segments(cell, 10, "left", Style.null(), Style.parse)
    assert "".join(part.text for part in cut) == "due 12 da…"


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("cells", "ordered"),
    [
        (["10", "9", "1,200", "-", "0"], ["0", "9", "10", "1,200", "-"]),
        (["14 of 48 (29%)", "2 of 3 (67%)", ""], ["2 of 3 (67%)", "14 of 48 (29%)", ""]),
        (
            ["Fri 12 Jun", "Mon 4 Jan 2027", "Wed 18 Nov", "today"],
            ["Fri 12 Jun", "Wed 18 Nov", "today", "Mon 4 Jan 2027"],
        ),
        (
            ["in 3 weeks", "12 days late", "today", "2 months late"],
            ["2 months late", "12 days late", "today", "in 3 weeks"],
        ),
        (["Öre", "oak", "Zebra", "2 Trees"], ["2 Trees", "oak", "Öre", "Zebra"]),
        (["6", "N1", "11"], ["11", "6", "N1"]),
    ],
)
def test_a_column_is_sorted_by_what_its_cells_say(cells: list[str], ordered: list[str]) -> None:
    assert [cells[place] for place in in_order(cells, TODAY)] == ordered
    turned = [cells[place] for place in in_order(cells, TODAY, turned=True)]
    filled = [cell for cell in ordered if cell not in ("", "-")]
    assert turned == filled[::-1] + ordered[len(filled) :], "empty cells come last either way"


def test_how_far_away_a_day_is_sorts_as_the_day_does() -> None:
    days = [TODAY + timedelta(days=step) for step in (-900, -100, -40, -13, -1, 0, 1, 5, 20, 50, 200, 800)]
    for said in (how_far, ago):
        words = [said(day, TODAY) for day in days]
        assert in_order(words, TODAY) == list(range(len(days))), said


def test_chosen_columns_are_placed_as_somebody_has_chosen() -> None:
    columns = (Column("Name", min_width=10), Column("Town", width=8), Column("URN", width=6, priority=1))
    shown = place(columns, 40, Arrangement(hidden=("Name",)))
    assert [(one.index, one.column.title) for one in shown] == [(1, "Town"), (2, "URN")]
    narrow = place(columns, 26, Arrangement(wider={"URN": 4}))
    assert [(one.column.title, one.width) for one in narrow] == [("Name", 14), ("URN", 10)], "what is widened stays"
    assert [one.column.title for one in place(columns, 40, Arrangement(hidden=("Name", "Town", "URN")))] == ["Name"]
    assert place((), 40) == []
