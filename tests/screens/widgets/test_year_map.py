"""The map as a widget: how columns share the width, what fits in a cell, where the keys lead."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import screen_lines
from textual.app import App, ComposeResult

from screens.calendar.event_text import LOOKS, heads, legend, marks
from screens.frame.theme import DEFAULTS
from screens.widgets.line import Fitted
from screens.widgets.year_map import NAMES, NOW, SHADE, CellMark, Head, MapText, YearMap, lanes, written
from transitions.calendar import grid
from transitions.calendar.event import Event
from transitions.calendar.grid import Grain, GridPlace
from transitions.term_dates import Term, TermDates

TERMS = TermDates(
    [
        Term("Autumn 1", 2026, date(2026, 9, 1), date(2026, 10, 23)),
        Term("Autumn 2", 2026, date(2026, 11, 2), date(2026, 12, 18)),
        Term("Spring 1", 2026, date(2027, 1, 4), date(2027, 2, 12)),
        Term("Spring 2", 2026, date(2027, 2, 22), date(2027, 3, 25)),
        Term("Summer 1", 2026, date(2027, 4, 12), date(2027, 5, 28)),
        Term("Summer 2", 2026, date(2027, 6, 7), date(2027, 7, 21)),
    ]
)
TODAY = date(2026, 11, 21)
KINDS = sorted(LOOKS)
heads_ = st.lists(st.builds(Head, st.just("x"), st.just(""), st.booleans(), st.booleans()), min_size=1, max_size=60)
marks_ = st.lists(
    st.builds(CellMark, st.sampled_from("CTRMV"), st.integers(1, 40), st.just("key")), min_size=1, max_size=6
)


def event(code: str, kind: str, first: date, last: date | None = None, groups: Sequence[int] = ()) -> Event:
    origin = kind if kind in ("milestone", "plan", "closure", "bank holiday") else "ask"
    return Event(code, f"Title of {code}", code, kind, first, last or first, tuple(groups), origin)  # type: ignore[arg-type]


EVENTS = [
    event("census", "census", date(2026, 10, 1)),
    event("return", "return", date(2026, 10, 1), date(2026, 10, 28)),
    event("first", "test", date(2027, 5, 11), groups=[6]),
    event("second", "test", date(2027, 5, 12), groups=[6]),
    event("named", "milestone", date(2027, 2, 15), groups=[6, 11]),
]


def text_of(events: Sequence[Event], grain: Grain, terms: TermDates = TERMS) -> MapText:
    columns, rows = grid.columns(2026, terms, grain), grid.rows()
    cells = grid.cells(events, columns, rows)
    return MapText(
        [row.label for row in rows],
        heads(columns),
        cells,
        {place: marks(found) for place, found in cells.items()},
        grid.column_of(TODAY, columns),
        narrow=grain == "half term",
    )


class MapApp(App[None]):
    def __init__(self, text: MapText, place: GridPlace) -> None:
        super().__init__()
        self.text, self.start = text, place
        self.map = YearMap()
        self.moves: list[GridPlace] = []
        self.opened: list[GridPlace] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULTS)

    def compose(self) -> ComposeResult:
        yield self.map.head
        yield self.map

    def on_mount(self) -> None:
        self.map.show(self.text, self.start)
        self.map.focus()

    def on_year_map_moved(self) -> None:
        self.moves.append(self.map.place)

    def on_year_map_opened(self) -> None:
        self.opened.append(self.map.place)


@given(heads_, st.integers(1, 200), st.booleans())
def test_lanes_follow_each_other_and_stay_inside_when_there_is_room(
    columns: list[Head], room: int, narrow: bool
) -> None:
    found = lanes(columns, room, narrow=narrow)
    assert len(found) == len(columns)
    assert found[0].x == 0
    for one, other in pairwise(found):
        assert 0 <= other.x - (one.x + one.width) <= 1
    if room >= len(columns):
        assert found[-1].x + found[-1].width <= room


@pytest.mark.parametrize(("grain", "room", "width"), [("week", 128, 2), ("fortnight", 88, 3), ("half term", 68, 3)])
def test_every_grain_fits_the_screen_that_it_is_for(grain: Grain, room: int, width: int) -> None:
    text = text_of((), grain)
    found = lanes(text.heads, room, narrow=text.narrow)
    assert min(lane.width for lane in found) >= width
    assert found[-1].x + found[-1].width <= room


@given(marks_, st.integers(2, 12))
def test_a_cell_never_says_more_than_it_holds_or_has_room_for(found: list[CellMark], room: int) -> None:
    parts = written(found, room)
    said = [text for text, _ in parts]
    assert sum(map(len, said)) <= room
    whole = [mark.symbol + (str(mark.number) if mark.number > 1 else "") for mark in found]
    if said != whole:
        assert said[-1].endswith("+"), "what is left out is told"
        assert said[0][0] == whole[0][0]


@given(marks_, st.integers(1, 12))
def test_a_clash_is_marked_in_the_smallest_cell(found: list[CellMark], room: int) -> None:
    said = [text for text, _ in written(found, room, clash=True)]
    assert said[-1] == "!"
    assert sum(map(len, said)) + (room >= 4) * (len(said) > 1) <= room
    if room > 1:
        assert said[0][0] == found[0].symbol


def test_small_cells_keep_to_one_letter() -> None:
    census, tests, many = CellMark("C", 1, "key"), CellMark("T", 2, "key"), CellMark("M", 12, "key")
    assert written([], 2) == []
    assert written([census], 2) == [("C", "key")]
    assert written([tests], 2) == [("T2", "key")]
    assert written([many], 2) == [("M+", "key")]
    assert written([census, tests], 2) == [("C+", "key")]
    assert written([census, tests, many], 8) == [("C", "key"), ("T2", "key"), ("M12", "key")]
    assert written([census, tests, many], 6) == [("C", "key"), ("T2", "key"), ("+", "quiet")]


def test_one_thing_on_several_days_counts_once() -> None:
    days = [event("review", "plan", date(2027, 1, day)) for day in (5, 6, 7)]
    assert marks([*days, event("other", "plan", date(2027, 1, 5)), EVENTS[0]]) == [
        CellMark("C", 1, LOOKS["census"].variable),
        CellMark("V", 2, LOOKS["plan"].variable),
    ]


def test_every_kind_has_a_letter_of_its_own_and_the_legend_says_it() -> None:
    assert len({look.symbol for look in LOOKS.values()}) == len(LOOKS)
    for width in (78, 98, 118, 138):
        lines = [line.plain for line in legend(width, 0)]
        assert len(lines) == 2
        assert max(map(len, lines)) <= width
        for look in LOOKS.values():
            said = look.brief or look.word if width == 78 else look.word
            assert f"{look.symbol} {said}" in " ".join(lines)
        assert "! clash" in " ".join(lines)
        assert f"{SHADE} holiday" in lines[-1]
        assert f"{NOW} today" in lines[-1]


async def test_weeks_terms_and_months_are_read_off_the_screen() -> None:
    app = MapApp(text_of(EVENTS, "week"), GridPlace(0, 0))
    async with app.run_test(size=(140, 24)) as pilot:
        await pilot.pause()
        shown = screen_lines(app)
        assert shown[0].split() == ["Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"]
        assert shown[1].split()[:3] == ["1", "7", "14"]
        everybody, six, seven = shown[2], shown[10], shown[11]
        assert everybody[NAMES:].split()[:4] == ["C", "R", "R", "R"], "cells beside each other stay apart"
        assert "T2" in six
        assert SHADE in seven, "holidays show without colour"
        assert seven.index(NOW) == shown[12].index(NOW), "today is one column"
    app = MapApp(text_of(EVENTS, "half term"), GridPlace(0, 0))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = screen_lines(app)
        assert [word for word in shown[0].split() if SHADE not in word][:4] == ["Aut", "1", "Aut", "2"]
        assert "C R" in shown[2]
        assert {len(line) for line in shown} == {80}
    app = MapApp(text_of(EVENTS, "half term", TermDates()), GridPlace(0, 0))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert screen_lines(app)[0].split()[0] == "Sep"
        assert SHADE not in "".join(screen_lines(app))


async def test_keys_move_in_time_and_between_rows_and_to_what_is_filled() -> None:
    text = text_of(EVENTS, "fortnight")
    app = MapApp(text, GridPlace(0, 5))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("right", "right", "down", "down", "left", "up", "left", "up")
        assert app.map.place == GridPlace(0, 5)
        assert app.moves == [
            GridPlace(0, 6), GridPlace(0, 7), GridPlace(1, 7), GridPlace(2, 7), GridPlace(2, 6), GridPlace(1, 6), GridPlace(1, 5), GridPlace(0, 5),
        ]  # fmt: skip
        await pilot.press("up", "home", "left")
        assert app.map.place == GridPlace(0, 0), "nothing leads off the map"
        await pilot.press("end", "right")
        assert app.map.place == GridPlace(0, len(text.heads) - 1)
        filled = sorted(text.cells)
        await pilot.press("home", "ctrl+right", "ctrl+right")
        assert app.map.place == filled[1]
        await pilot.press("ctrl+left")
        assert app.map.place == filled[0]


async def test_the_mouse_finds_a_cell() -> None:
    app = MapApp(text_of(EVENTS, "fortnight"), GridPlace(0, 0))
    async with app.run_test(size=(100, 24)) as pilot:
        lane = app.map.lanes()[4]
        await pilot.click(YearMap, offset=(NAMES + lane.x + lane.width - 1, 3))
        assert app.map.place == GridPlace(3, 4)
        await pilot.click(YearMap, offset=(NAMES + lane.x, 3), times=2)
        assert app.opened == [GridPlace(3, 4)]


async def test_a_low_window_scrolls_to_the_cursor() -> None:
    app = MapApp(text_of(EVENTS, "fortnight"), GridPlace(16, 2))
    async with app.run_test(size=(100, 10)) as pilot:
        await pilot.pause()
        assert "Year 14" in screen_lines(app)[-1]
        await pilot.press(*["up"] * 16)
        assert "Everybody" in screen_lines(app)[2]


@pytest.mark.usefixtures("every_frame")
async def test_fitted_text_is_written_for_its_size() -> None:
    asked: list[tuple[int, int]] = []

    class FittedApp(App[None]):
        def compose(self) -> ComposeResult:
            yield Fitted()

    app = FittedApp()
    async with app.run_test(size=(60, 10)) as pilot:
        fitted = app.query_one(Fitted)
        fitted.show(lambda width, height: asked.append((width, height)) or legend(width, height))
        await pilot.pause()
        assert fitted.size.height == len(legend(60, 0)) == 3
        assert (60, 3) in asked
        assert "+ more" in screen_lines(app)[2]
