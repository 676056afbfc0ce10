"""Columns share the width exactly, and cut cells exactly."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from screens.widgets.columns import Column, cell_segments, fit, place

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
