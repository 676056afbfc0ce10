"""The text panel, the line of a walk, and the find box."""

from reading import screen_text, settle
from rich.console import Console
from rich.text import Text
from textual.app import App, ComposeResult
from textual.events import Paste

from screens.frame.left_once import LeftOnce
from screens.frame.safe import clean
from screens.widgets.clean_input import FindLine
from screens.widgets.line import ProgressLine
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title, TwoColumns, laid_out


def lines(blocks: list[Block], width: int) -> list[str]:
    return [line.rstrip() for line in laid_out(blocks, width, Console(width=width)).text.plain.split("\n")]


def test_values_wrap_inside_their_own_column() -> None:
    blocks = [
        TextParagraph("“I like knowing who sits next to me.”"),
        Title("Now"),
        Pair("School", "Layfield Primary to Conyers School"),
        Pair("Caseworker", Text("K. Osei", "bold")),
        Title("Needs"),
        Pair("SEN", "E"),
        TextParagraph("one\ntwo", indent=2),
    ]
    assert lines(blocks, 30) == [
        "“I like knowing who sits next",
        "to me.”",
        "",
        "Now",
        "School      Layfield Primary",
        "            to Conyers School",
        "Caseworker  K. Osei",
        "",
        "Needs",
        "SEN  E",
        "  one",
        "  two",
    ]


def test_no_label_is_cut_in_a_narrow_panel() -> None:
    blocks = [Pair("5 months late", "! Handover sent"), Pair("Owner", "K. Osei"), TextParagraph("")]
    assert lines(blocks, 22) == ["5 months late", "  ! Handover sent", "Owner", "  K. Osei", ""]
    assert lines([Pair("Caseworker", "K. Osei")], 22) == ["Caseworker K. Osei"]


def test_text_from_people_is_not_markup_and_a_narrow_panel_still_shows_it() -> None:
    assert lines([Pair("Name", "[/x] [b]Sam"), TextParagraph("\x1b[31mred")], 30) == ["Name  [/x] [b]Sam", "[31mred"]
    assert all(len(line) <= 9 for line in lines([Pair("A long label", "and words"), Title("A long title")], 9))


def test_two_texts_stand_side_by_side_when_there_is_room_and_lose_nothing_when_there_is_none() -> None:
    blocks: list[Block] = [
        TextParagraph("before"),
        TwoColumns(
            Pair("Working", "friends\nswimming"), Pair("Not working", "the lunch queue, which is loud"), indent=2
        ),
        Title("After"),
    ]
    assert lines(blocks, 66) == [
        "before",
        "  Working                           Not working",
        "  friends                           the lunch queue, which is loud",
        "  swimming",
        "",
        "After",
    ]
    assert lines(blocks, 30) == [
        "before",
        "  Working",
        "  friends",
        "  swimming",
        "  Not working",
        "  the lunch queue, which is",
        "  loud",
        "",
        "After",
    ]
    assert laid_out(blocks, 66, Console(width=66)).starts == (0, 1, 5)


def test_what_follows_a_dash_stays_clear_of_it_and_long_labels_are_not_cut() -> None:
    blocks: list[Block] = [
        TextParagraph("- The youth club knows the signs\n\nof a bad day -", indent=2),
        TwoColumns(Pair("Not working: other people’s view of it all", "- Mondays"), Pair("Working", "- Art")),
    ]
    assert lines(blocks, 24) == [
        "  - The youth club knows",
        "    the signs",
        "",
        "  of a bad day -",
        "Not working: other",
        "people’s view of it all",
        "- Mondays",
        "Working",
        "- Art",
    ]
    assert lines(blocks, 68)[-3:] == [
        "Not working: other people’s view    Working",
        "of it all",
        "- Mondays                           - Art",
    ]


class PanelApp(App[None]):
    CSS = "TextPanel { width: 30; height: 8; }"

    def compose(self) -> ComposeResult:
        yield TextPanel()

    def text(self) -> str:
        return self.query_one(TextPanel).text


async def test_the_panel_scrolls_starts_at_the_top_and_wraps_again_when_it_grows() -> None:
    app = PanelApp()
    async with app.run_test() as pilot:
        panel = app.query_one(TextPanel)
        panel.show([TextParagraph("some words that need more than one line"), *[TextParagraph("more")] * 20])
        await pilot.pause()
        narrow = app.text().count("\n")
        panel.focus()
        await pilot.press("pagedown")
        await pilot.wait_for_animation()
        assert panel.scroll_y > 0
        panel.show(
            [TextParagraph("some words that need more than one line"), *[TextParagraph("more")] * 20], keep_place=True
        )
        await pilot.pause()
        assert panel.scroll_y > 0
        panel.styles.width = 60
        await pilot.pause()
        await pilot.pause()
        assert app.text().count("\n") == narrow - 1
        panel.show([TextParagraph("other")])
        await pilot.pause()
        assert panel.scroll_y == 0
        assert app.text() == "other"


class WalkApp(App[None]):
    def compose(self) -> ComposeResult:
        yield ProgressLine()


async def test_the_line_of_a_walk_loses_its_bar_before_its_numbers() -> None:
    app = WalkApp()
    async with app.run_test(size=(80, 3)) as pilot:
        line = app.query_one(ProgressLine)
        line.show(21, 41, [(3, "done"), (1, "missed"), (7, "skipped")])
        assert str(line.render()) == f"pupil 21 of 41  {'█' * 14}{'░' * 16}  3 done · 1 missed · 7 skipped"
        await pilot.resize_terminal(50, 3)
        await pilot.pause()
        assert str(line.render()) == "pupil 21 of 41  3 done · 1 missed · 7 skipped"
        line.show(1, 1_200)
        assert str(line.render()) == f"pupil 1 of 1,200  {'░' * 30}"
        line.show(0, 0)
        assert str(line.render()) == "no pupil to walk"


class FindApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.heard: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield FindLine(self.found.append, clean=clean)

    def on_find_line_find(self, event: FindLine.Find) -> None:
        self.heard.append(("find", event.text))

    def on_find_line_kept(self, event: FindLine.Kept) -> None:
        self.heard.append(("kept", event.text))

    def on_find_line_left(self, event: FindLine.Left) -> None:
        self.heard.append(("left", event.text))


async def test_each_letter_finds_at_once_and_asks_for_no_layout() -> None:
    app = FindApp()
    async with app.run_test() as pilot:
        await pilot.press("backspace")
        layouts: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.query_one(FindLine), layouts.append)
        await pilot.press("k", "h", "backspace", "a")
        assert app.found == ["k", "kh", "k", "ka"]
        assert app.heard == [("find", text) for text in app.found]
        assert layouts == []


async def test_enter_keeps_and_escape_clears() -> None:
    app = FindApp()
    async with app.run_test() as pilot:
        await pilot.press("k", "enter", "escape", "escape")
        assert app.found == ["k", ""]
        assert app.heard == [("find", "k"), ("kept", "k"), ("find", ""), ("left", ""), ("left", "")]
        await pilot.press("x", "down")
        assert app.heard[-1] == ("kept", "x")


async def test_what_is_pasted_is_cleaned() -> None:
    app = FindApp()
    async with app.run_test() as pilot:
        app.post_message(Paste("Khan\x1b[31m\u202eA"))
        await pilot.pause()
        assert app.found == ["Khan[31mA"]


async def test_a_text_appears_although_something_was_found_before_it_was_laid_out() -> None:
    app = App[None]()
    async with app.run_test(size=(40, 10)) as pilot:
        await app.push_screen(LeftOnce())
        await pilot.pause()
        with app.batch_update():
            await app.screen.mount(TextPanel([TextParagraph("Some text")]))
            app.screen._compositor._full_map_invalidated = True  # as after what is not in sight was changed
            _ = app.screen.region
        await settle(pilot)
        assert "Some text" in screen_text(app)
