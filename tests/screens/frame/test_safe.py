"""Text from people is never markup and never a terminal control."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup_lint import problems
from reading import screen_lines
from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from terminal import run_in_terminal
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.widgets import DataTable, Label, OptionList, Static, Tree
from textual.widgets.option_list import Option

from screens.frame.safe import ControlFilter, cell, clean, say, template, txt

SCREENS = Path(__file__).parents[3] / "screens"
MARKUP = [
    "Sam [EHCP] Jones",
    "Note [/x] end",
    "[b]x",
    "a [red]b",
    "[@click=app.quit]x[/]",
    "50% [1/2]",
    "$name [/",
    "a\\[b]",
]
ANY_CONTROL = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
BLACK = Color(0, 0, 0)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_stays_text(text: str) -> None:
    assert txt(text).plain == text
    assert not txt(text).spans
    assert cell(text).plain == text
    assert template("[b]$name[/b] leaves", name=text).plain == f"{text} leaves"


@given(st.text(alphabet=st.characters(codec=None)))
def test_no_text_gets_through_with_a_control(text: str) -> None:
    for shown in (txt(text).plain, cell(text).plain, template("[b]$name[/]", name=text).plain):
        assert not set(shown.replace("\n", "")) & set(ANY_CONTROL)
        shown.encode()  # a lone surrogate would end the program in the terminal driver


def test_ordinary_names_are_left_alone() -> None:
    for name in ("Zoë O’Neill", "李小龍", "عائشة", "Łukasz Żak", "👩‍👩‍👧 family", "Mary\N{NO-BREAK SPACE}Jane"):
        assert clean(name) == name


def test_clean_keeps_lines_and_blanks() -> None:
    assert clean("a\x1b[31mb\tc\r\nd") == "a[31mb c\nd"


def test_filter_takes_controls_out_and_keeps_the_width() -> None:
    text = "a\x1b]0;title\x07b\x9b31mc\u202ed\u2066e\udcfff\x00"
    line = [Segment("plain"), Segment(text)]
    drawn = ControlFilter().apply(line, BLACK)
    assert [segment.text for segment in drawn] == ["plain", "a]0;titleb31mcde\N{REPLACEMENT CHARACTER}f"]
    assert cell_len(drawn[1].text) == cell_len(text)


@pytest.mark.parametrize("control", ANY_CONTROL, ids=lambda control: f"U+{ord(control):04X}")
def test_every_control_is_filtered_without_moving_what_follows(control: str) -> None:
    (drawn,) = ControlFilter().apply([Segment(f"a{control}b")], BLACK)
    assert drawn.text == "ab"
    assert cell_len(control) == 0


def test_filter_gives_a_clean_line_back_as_it_is() -> None:
    line = [Segment("Aisha Khan"), Segment(" Y6")]
    assert ControlFilter().apply(line, BLACK) is line


class Slots(App[None]):
    """One hostile string in each kind of place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        yield Static(txt(self.text))
        yield Label(txt(self.text))
        yield OptionList(Option(txt(self.text)))
        table: DataTable[Text] = DataTable()
        table.add_column(cell(self.text))
        table.add_row(cell(self.text), label=cell(self.text))
        yield table
        yield Tree(cell(self.text))

    def on_mount(self) -> None:
        self.query_one(Static).border_title = txt(self.text)
        say(self, self.text, "warning")


@pytest.mark.parametrize("text", MARKUP)
async def test_hostile_text_is_drawn_as_it_stands(text: str) -> None:
    app = Slots(text)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await pilot.pause()
        assert sum(text in line for line in screen_lines(app)) >= 7


PTY_APP = """
import sys
from textual.app import App
from textual.content import Content
from textual.widgets import DataTable, Input, OptionList, Static, TextArea, Tree
from textual.widgets.option_list import Option
from rich.text import Text
from screens.frame.safe import ControlFilter

HOSTILE = "\\x1b]0;STOLEN\\x07 \\x1b]52;c;U1RPTEVO\\x07 \\x9b31mC1 \\u202eBIDI \\u2066ISOLATE \\x1bPDCS\\x1b\\\\\\\\"

class Toy(App):
    def compose(self):
        yield Static(Content(HOSTILE))
        yield Input(HOSTILE)
        yield TextArea(HOSTILE)
        yield OptionList(Option(Content(HOSTILE)))
        table = DataTable()
        table.add_column(Text(HOSTILE))
        table.add_row(Text(HOSTILE))
        yield table
        yield Tree(Text(HOSTILE))

    def on_mount(self):
        self.query_one(Static).border_title = Content(HOSTILE)
        self.query_one(Static).styles.border = ("round", "red")
        self.notify(HOSTILE, markup=False)
        self.set_timer(0.4, self.exit)

class Filtered(Toy):
    control_filter = ControlFilter()

    def get_line_filters(self):
        return (*super().get_line_filters(), self.control_filter)

(Filtered if sys.argv[1] == "filtered" else Toy)().run()
"""
RAW = {
    "window title": b"\x1b]0;STOLEN",
    "clipboard": b"\x1b]52;c;U1RP",
    "C1": "\x9b31m".encode(),
    "bidi override": "\u202e".encode(),
    "bidi isolate": "\u2066".encode(),
    "device control": b"\x1bPDCS",
}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_no_control_in_data_reaches_the_terminal() -> None:
    sent = run_in_terminal(PTY_APP, "filtered")
    assert b"BIDI" in sent  # the text itself is there
    assert [name for name, raw in RAW.items() if raw in sent] == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_they_would_without_the_filter() -> None:
    """The tripwire for a new Textual: when this fails, Textual filters by itself, or the test above proves nothing."""
    sent = run_in_terminal(PTY_APP, "bare")
    assert [name for name, raw in RAW.items() if raw in sent] == list(RAW)


def test_screens_pass_no_text_unguarded() -> None:
    sources = {path.relative_to(SCREENS).as_posix(): path.read_text(encoding="utf-8") for path in SCREENS.rglob("*.py")}
    assert problems(sources) == []


@pytest.mark.parametrize(
    "line",
    [
        "Static(name)",
        "Label(f'{name} leaves')",
        "Static('a ' + name)",
        "Static('{} leaves'.format(name))",
        "Button(label=pupil.name)",
        "widget.border_title = name",
        "widget.tooltip = f'{name}'",
        "app.notify(name)",
        "table.add_row(name, txt(name))",
        "options.add_options([Option(row.name) for row in rows])",
        "query_one(Static).update(name)",
        "Content.from_markup(name)",
        "Static(escape(name))",
        "Static(txt(name) if name else name)",
        "Static(str(name))",
        "title = name\n    Static(title)",
        "title = txt(name)\n    title = name\n    Static(title)",
        "OptionList(*[name for name in names])",
    ],
)
def test_lint_finds(line: str) -> None:
    assert problems({"x.py": f"def show(name: str, names: list[str]) -> None:\n    {line}\n"})


@pytest.mark.parametrize(
    "line",
    [
        "Static('Ours')",
        "Static(txt(name))",
        "Static(name, markup=False)",
        "widget.border_title = txt(name)",
        "table.add_row(cell(name), cell(name))",
        "options.add_options([Option(txt(name)) for name in names])",
        "Static(txt(name) if name else 'nobody')",
        "title = txt(name)\n    Static(title)",
        "Static(drawn(name))",
        "Static(content)",
        "Static(txt(name).stylize('bold'))",
        "Static(id='rows', classes=name)",
    ],
)
def test_lint_accepts(line: str) -> None:
    source = f"def drawn(name: str) -> Content:\n    return txt(name)\n\ndef show(name: str, content: Content) -> None:\n    {line}\n"
    assert problems({"x.py": source}) == []


def test_lint_leaves_the_doors_alone() -> None:
    assert problems({"screens/safe.py": "def f(name):\n    return Content.from_markup(name)\n"}) == []


def test_filter_is_the_last_before_the_terminal(tmp_path: Path) -> None:
    from toy import ToyApp

    filters = ToyApp(tmp_path).get_line_filters()
    assert isinstance(filters[-1], ControlFilter)


async def test_the_same_filter_is_kept_so_that_lines_stay_cached(tmp_path: Path) -> None:
    from toy import ToyApp

    app = ToyApp(tmp_path)
    assert app.get_line_filters()[-1] is app.get_line_filters()[-1]


def test_txt_is_what_widgets_take() -> None:
    assert isinstance(txt("x"), Content)
    assert txt("x", "bold").spans[0].style == "bold"
    assert cell("x", "bold").style == "bold"
