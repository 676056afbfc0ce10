"""The table: what it asks for, where its cursor and marks go, and that text from people stays text."""

from array import array
from collections.abc import Mapping, Sequence

import pytest
from reading import screen_lines
from rich.cells import cell_len
from rich.text import Text
from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.pilot import Pilot

from screens.frame.safe import ControlFilter, template
from screens.widgets.columns import Column
from screens.widgets.cursor_list import Headings, ListHeading
from screens.widgets.window_table import Row, WindowTable

pytestmark = pytest.mark.usefixtures("every_frame")

COLUMNS = (
    Column("", width=1, gap=1, priority=9),
    Column("Name", flex=3, min_width=16, priority=9),
    Column("Yr", width=2, align="right", priority=8),
    Column("School", flex=2, min_width=14, priority=4),
    Column("Next school", flex=2, min_width=12, priority=3),
    Column("SEN", width=3, priority=2),
    Column("Next step", flex=2, min_width=24, priority=8),
)


class TableApp(App[None]):
    def __init__(self, names: Mapping[int, str] | None = None) -> None:
        super().__init__()
        self.names = names or {}
        self.asked: list[int] = []
        self.heard: list[tuple[str, int | None]] = []
        self.control_filter = ControlFilter()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self.control_filter]

    def fetch(self, keys: Sequence[int]) -> dict[int, Row]:
        self.asked += keys
        return {
            key: (Text("!", "red"), self.names.get(key, f"Pupil {key}"), "6", "Layfield", "Conyers", "E", "Name school")
            for key in keys
            if key >= 0
        }

    def compose(self) -> ComposeResult:
        yield WindowTable(COLUMNS, self.fetch, empty=template("No pupils here. Press [b]n[/b] to add one."))

    @property
    def table(self) -> WindowTable:
        return self.query_one(WindowTable)

    def on_window_table_highlighted(self, event: WindowTable.Highlighted) -> None:
        self.heard.append(("highlighted", event.key))

    def on_window_table_opened(self, event: WindowTable.Opened) -> None:
        self.heard.append(("opened", event.key))

    def on_window_table_marks_changed(self, event: WindowTable.MarksChanged) -> None:
        self.heard.append(("marks", event.count))

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


async def shown(pilot: Pilot[None], keys: Sequence[int], **how: object) -> WindowTable:
    table = pilot.app.query_one(WindowTable)
    table.set_rows(keys, **how)  # type: ignore[arg-type]
    await pilot.pause()
    return table


async def test_a_county_is_paged_through_by_asking_for_a_few_hundred_rows() -> None:
    app = TableApp()
    async with app.run_test(size=(120, 30)) as pilot:
        table = await shown(pilot, array("q", range(250_000)))
        await pilot.press("pagedown", "pagedown", "end")
        assert table.cursor_key == 249_999
        assert "Pupil 249999" in app.lines()[-1]
        await pilot.press("home")
        assert table.cursor_key == 0
        assert "Pupil 0 " in app.lines()[1]
        assert len(app.asked) <= 6 * 64


async def test_a_row_is_fetched_once_until_it_is_said_to_have_changed() -> None:
    app = TableApp()
    async with app.run_test(size=(120, 30)) as pilot:
        table = await shown(pilot, range(60))
        assert sorted(app.asked) == list(range(60))
        app.names = {3: "Renamed"}
        table.refresh_rows([3])
        await pilot.pause()
        assert app.asked[60:] == [3]
        assert "Renamed" in app.lines()[4]


async def test_only_a_few_pages_are_kept() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table = await shown(pilot, array("q", range(250_000)))
        for start in range(0, 6_400, 64):
            table.move_to(start)
            app.lines()
        app.asked.clear()
        table.move_to(0)
        app.lines()
        assert 0 in app.asked


async def test_a_row_that_is_gone_is_asked_for_once_and_says_so() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        await shown(pilot, [1, -5, 2])
        assert "no longer here" in app.lines()[2]
        app.lines()
        assert app.asked.count(-5) == 1


@pytest.mark.parametrize("keys", [array("q", [5, 3, 9, 1]), [5, 3, 9, 1], (5, 3, 9, 1)])
async def test_the_cursor_stays_on_its_key_and_else_on_its_index(keys: Sequence[int]) -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        table = await shown(pilot, keys)
        assert table.move_to(9)
        await shown(pilot, [1, 9, 5])
        assert table.cursor_key == 9
        await shown(pilot, [7, 8, 6])
        assert table.cursor_key == 8
        await shown(pilot, [7, 8, 6], keep=6)
        assert table.cursor_key == 6
        await shown(pilot, [2])
        assert table.cursor_key == 2
        assert not table.move_to(99)
        assert table.cursor_key == 2


def bar_line(app: TableApp) -> int:
    return next(y for y, text in enumerate(app.lines()) if text.startswith("▌"))


async def test_the_highlighted_row_keeps_its_line_on_the_screen_when_rows_above_it_go() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table = await shown(pilot, range(1_000))
        table.move_to(500)
        await pilot.press(*["up"] * 5, "up")
        line = bar_line(app)
        assert 1 < line < 23
        await shown(pilot, range(0, 1_000, 2))
        assert table.cursor_key == 494
        assert bar_line(app) == line
        await shown(pilot, range(490, 1_000))
        assert table.cursor_key == 494
        assert bar_line(app) == 5


async def test_highlighted_is_said_once_a_change_and_says_none_when_the_list_empties() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        await shown(pilot, [4, 5, 6])
        await shown(pilot, [4, 6])
        await pilot.press("down", "down", "down")
        await shown(pilot, [])
        await shown(pilot, [])
        assert app.heard == [("highlighted", 4), ("highlighted", 6), ("highlighted", None)]


async def test_keys_and_mouse_move_and_open() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table = await shown(pilot, range(100))
        await pilot.press("down", "down", "up", "enter")
        assert app.heard[-1] == ("opened", 1)
        await pilot.press("pagedown")
        assert table.cursor_key == 1 + 22
        await pilot.press("pageup", "home")
        await pilot.click(WindowTable, offset=(10, 6))
        assert table.cursor_key == 5
        await pilot.click(WindowTable, offset=(10, 8), times=2)
        assert app.heard[-1] == ("opened", 7)
        await pilot.click(WindowTable, offset=(10, 0))
        assert table.cursor_key == 7


async def test_marks_survive_a_filter_and_are_counted_when_it_hides_them() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        table = await shown(pilot, range(10))
        await pilot.press("space", "space")
        assert table.marked == {0, 1}
        assert table.cursor_key == 2
        assert [text[1] for text in app.lines()[1:4]] == ["*", "*", " "]
        await shown(pilot, [1, 5, 9])
        assert table.marked == {0, 1}
        assert table.hidden_marks() == 1
        await shown(pilot, range(10), keep=1)
        await pilot.press("space")
        assert table.marked == {0}
        assert [heard for heard in app.heard if heard[0] == "marks"] == [("marks", 1), ("marks", 2), ("marks", 1)]


async def test_a_range_and_a_whole_list_are_marked_in_one_key() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        table = await shown(pilot, range(10))
        await pilot.press("down", "space", "down", "down", "asterisk")
        assert table.marked == {1, 2, 3, 4}
        await pilot.press("A")
        assert table.marked == set(range(10))
        await pilot.press("A")
        assert table.marked == set()
        table.set_marks([3])
        await pilot.pause()
        assert app.heard[-1] == ("marks", 1)


async def test_the_first_page_is_shown_before_the_total_is_known() -> None:
    app = TableApp()
    async with app.run_test() as pilot:
        assert "Reading…" in "\n".join(app.lines())
        app.table.set_first_page([(key, ("!", f"Early {key}", "6", "", "", "", "")) for key in range(5)])
        await pilot.pause()
        assert app.asked == []
        assert "Early 4" in app.lines()[5]
        assert app.lines()[6].strip() == "…"
        assert app.table.place_in_list == "1 of …"
        await pilot.press("down")
        await shown(pilot, range(2_310))
        assert app.table.cursor_key == 1
        assert app.table.place_in_list == "2 of 2,310"
        app.table.set_waiting()
        await pilot.pause()
        assert "Reading…" in "\n".join(app.lines())
        assert app.heard[-1] == ("highlighted", None)


async def test_an_empty_list_says_why_in_the_middle() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, [])
        line = next(text for text in app.lines() if "No pupils" in text)
        assert "Press n to add one." in line
        assert abs((len(line) - len(line.lstrip())) - (len(line) - len(line.rstrip()))) <= 2
        await pilot.press("down", "end", "enter", "space", "asterisk", "A")
        assert app.heard == [("marks", 0)]


async def test_headings_stand_among_the_rows_and_are_passed_over() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table = await shown(pilot, range(60), sections=[(0, "Overdue, no decision yet (12)"), (12, "Missed (48)")])
        assert app.lines()[1].startswith(" Overdue, no decision yet (12) ──")
        assert "Missed (48)" in app.lines()[14]
        assert "Pupil 12 " in app.lines()[15]
        table.move_to(11)
        await pilot.press("down")
        assert table.cursor_key == 12
        await pilot.click(WindowTable, offset=(10, 14))
        assert table.cursor_key == 12
        await pilot.press("end")
        assert "Pupil 59" in app.lines()[-1]
        await pilot.press("home")
        assert "Overdue" in app.lines()[1]


def test_lines_and_rows_agree_however_the_headings_stand() -> None:
    headings = Headings([(0, "a"), (0, "b"), (3, "c"), (5, "d")])
    drawn = [headings.at(line) for line in range(9)]
    assert drawn == [ListHeading(0, "a"), ListHeading(0, "b"), 0, 1, 2, ListHeading(3, "c"), 3, 4, ListHeading(5, "d")]
    assert [headings.line_of(row) for row in range(5)] == [2, 3, 4, 6, 7]
    assert [headings.top_of(row) for row in range(5)] == [0, 3, 4, 5, 7]


@pytest.mark.parametrize(
    "name",
    [
        "[/x]",
        "[@click=app.quit]x[/]",
        "Sam [EHCP] Jones",
        "\x1b[31mred\x1b]52;c;aGk=\x07",
        "two\nlines\tand a tab",
        "\u202egnihtyreve",
        "\ud800 lone",
        "東京太郎" * 12,
        "e\u0301" * 60,
        "👩‍👩‍👧‍👦 family " * 6,
    ],
)
async def test_names_are_text_and_never_move_the_columns(name: str) -> None:
    app = TableApp({0: name})
    async with app.run_test(size=(100, 10)) as pilot:
        await shown(pilot, range(3))
        hostile, plain = app.lines()[1], app.lines()[2]
        assert cell_len(hostile) == cell_len(plain)
        assert cell_len(hostile[: hostile.index("Layfield")]) == cell_len(plain[: plain.index("Layfield")])
        assert not set(hostile) & {"\x1b", "\x07", "\n", "\t", "\u202e", "\ud800"}
        if name.isprintable() and cell_len(name) < 20:
            assert name in hostile
        await pilot.click(WindowTable, offset=(8, 1))
        assert app.is_running


async def test_at_80_columns_the_least_important_columns_go_and_at_120_all_are_there() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, range(3))
        assert app.lines()[0].split() == ["Name", "Yr", "School", "Next", "step"]
        await pilot.resize_terminal(120, 24)
        await pilot.pause()
        assert app.lines()[0].split() == ["Name", "Yr", "School", "Next", "school", "SEN", "Next", "step"]


async def test_a_shorter_window_keeps_the_highlighted_row_in_sight() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 40)) as pilot:
        table = await shown(pilot, range(100))
        table.move_to(35)
        await pilot.resize_terminal(80, 12)
        await pilot.pause()
        assert any(text.startswith("▌") for text in app.lines())


async def test_new_rows_need_no_layout_of_the_screen() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, range(100))
        layouts: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.table, layouts.append)
        await shown(pilot, range(3))
        await shown(pilot, array("q", range(250_000)))
        await pilot.press("down")
        assert layouts == []
        assert app.table.max_scroll_y == 250_000 + 1 - 24


async def test_rows_that_went_away_under_it_and_rows_made_for_other_columns_are_drawn_all_the_same() -> None:
    app = TableApp()
    keys = [1, 2, 3]
    async with app.run_test(size=(100, 8)) as pilot:
        app.table.set_rows(keys, keep=3)
        await pilot.pause()
        del keys[1:]
        app.fetch = lambda wanted: {key: (Text("!"), f"Pupil {key}") for key in wanted}  # type: ignore[method-assign]
        app.table._pages._fetch = app.fetch
        app.table.refresh_rows()
        await pilot.pause()
        lines = screen_lines(app)
        assert "Pupil 1" in lines[1]
        assert "Pupil" not in "".join(lines[2:])
        assert app.table.cursor_key is None
