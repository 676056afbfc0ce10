"""A screen of figures: tabs, every figure with what it is of, and the lines behind it; Enter goes to the thing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from screens.frame.commands import Command
from screens.frame.list_screen import FindingScreen, YearScreen
from screens.frame.safe import txt
from screens.widgets.clean_input import FindLine
from screens.widgets.columns import Column
from screens.widgets.line import Fitted, PageTab, TabsLine, Write
from screens.widgets.window_table import Row, WindowTable
from transitions.text import searchable

_GAP = " · "


@dataclass(frozen=True)
class ReportLine:
    """One line: its cells, what Enter goes to and the cursor finds it by, what is found by typing, and it in full.

    Of a list that may be long ``full`` is made when somebody looks.
    """

    cells: Row
    goal: Any
    words: str
    full: Sequence[str] | Callable[[], Sequence[str]] = ()
    heading: str = ""
    opens: bool = True
    pupil_id: int | None = None
    """Whom it is about."""


@dataclass(frozen=True)
class ReportTab:
    """What one tab shows: its columns and lines, the figures above them, and why there are no lines.

    ``total`` is how many there are when not all of them are lines.
    """

    columns: Sequence[Column]
    lines: Sequence[ReportLine]
    figures: Sequence[str]
    empty: str
    total: int = 0

    @property
    def amount(self) -> int:
        return max(self.total, len(self.lines))


class FiguresScreen(FindingScreen, YearScreen):
    """A subclass reads what there is in a thread, and says what each of its ``PARTS`` (a name and a title) shows of it."""

    CSS_PATH = Path(__file__).with_name("report_screen.tcss")
    AUTO_FOCUS = "#lines"
    MADE_OF: ClassVar[Sequence[str]] = ("chosen_year",)
    PARTS: ClassVar[Mapping[str, str]] = {}

    def __init__(self, year: int | None = None) -> None:
        super().__init__()
        self.table = WindowTable((), self._fetch, id="lines")
        self.shown_part = next(iter(self.PARTS))
        self.read_all: Any = None
        self.is_read = False
        self.chosen_year = year
        self._lines: Sequence[ReportLine] = ()
        self._held: dict[str, Any] = {}

    # What a subclass says

    def load(self) -> Any:
        """Read everything; it runs in a thread. What it gives stands in ``read_all``, and says the rest without an app."""
        raise NotImplementedError

    def part(self, name: str) -> ReportTab:
        return self.read_all.part(name)  # type: ignore[no-any-return]

    def amount(self, name: str) -> int | None:
        return self.read_all.amount(name)  # type: ignore[no-any-return]

    def what(self) -> str:
        raise NotImplementedError

    def how_much(self) -> str:
        return self.read_all.how_much  # type: ignore[no-any-return]

    async def go(self, goal: Any) -> None:
        raise NotImplementedError

    # The frame

    def find_again(self, kept: Mapping[str, Any]) -> None:
        super().find_again(kept)
        self.shown_part = self.shown_part if self.shown_part in self.PARTS else next(iter(self.PARTS))

    def body(self) -> ComposeResult:
        yield TabsLine()
        with Vertical(classes="panel"):
            yield Fitted(id="figures")
            yield self.find_line
            yield self.table
        yield Fitted(id="full")

    def on_mount(self) -> None:
        self.set_class(len(self.PARTS) == 1, "-one-part")
        self.table.set_waiting()
        self.read_again()

    def names_changed(self, hidden: bool) -> None:  # noqa: ARG002 - the subclass asks the app
        self.fill()

    def hide_until_read(self, _hidden: bool) -> None:
        """Read again with names hidden, or shown; for a screen whose lines hold names. Until then it shows none."""
        if self.read_for is not None:
            self.is_read = False
            self.table.set_waiting()
            self.query_one("#full", Fitted).show(in_full(()))
            self.read_again()

    def mark(self) -> tuple[str, Any]:
        return self.shown_part, super().mark()

    def return_to(self, mark: tuple[str, Any]) -> None:
        self.action_show_tab(mark[0])
        super().return_to(mark[1])

    # Reading and showing

    @work(exclusive=True, group="figures")
    async def read_again(self) -> None:
        self.read_for = self.now
        self.read_all = await self.look_up(self.load)
        self.is_read = True
        self.fill()
        self.after_reading()

    def after_reading(self) -> None:
        """Go on with what takes longer, now that something is shown."""

    def fill(self) -> None:
        self.set_heading(self.what(), self.how_much() if self.is_read else "counting…")
        if not self.is_read:
            return
        self.drawn_for = self.app.size
        part, text = self.part(self.shown_part), searchable(self.find_line.value).split()
        self._lines = [line for line in part.lines if all(word in line.words for word in text)]
        self.table.empty = txt(
            f"Nothing matches “{self.find_line.value}”. Escape clears the find box." if text else part.empty
        )
        self.query_one("#figures", Fitted).show(flowing(part.figures))
        self.table.set_columns(part.columns)
        self.table.set_rows(range(len(self._lines)), self._kept(), headings(self._lines))
        tabs = self.query_one(TabsLine)
        tabs.tabs = tuple(PageTab(name, title, self.amount(name)) for name, title in self.PARTS.items())
        tabs.shown = self.shown_part
        self._follow()
        self.refresh_bindings()

    def _kept(self) -> int | None:
        if self.shown_part not in self._held:
            return 0 if self._lines else None
        goal = self._held[self.shown_part]
        return next((place for place, line in enumerate(self._lines) if line.goal == goal), None)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {key: self._lines[key].cells for key in keys if key < len(self._lines)}

    def pupil_of_row(self, key: int) -> int | None:
        return self._lines[key].pupil_id

    @property
    def line(self) -> ReportLine | None:
        key = self.table.cursor_key
        return self._lines[key] if key is not None and key < len(self._lines) else None

    @on(WindowTable.Highlighted)
    def _highlighted(self) -> None:
        self._hold()
        self._follow()
        self.refresh_bindings()

    @on(FindLine.Kept)
    def _hold(self) -> None:
        """Stay on this line: what was found, when the find box is cleared."""
        if self.line is not None:
            self._held[self.shown_part] = self.line.goal

    def _follow(self) -> None:
        line = self.line
        full = line.full if line else ()
        self.query_one("#full", Fitted).show(in_full(full() if callable(full) else full))

    def find(self, _: str) -> None:
        self.fill()

    # Commands

    def why_not(self, command: Command) -> str | None:
        if command.id == "figures.open" and (self.line is None or not self.line.opens):
            return "There is nothing here to open."
        return super().why_not(command)

    def action_tab(self, step: int) -> None:
        names = list(self.PARTS)
        self.action_show_tab(names[(names.index(self.shown_part) + step) % len(names)])

    def action_show_tab(self, name: str) -> None:
        self.shown_part = name
        self.fill()

    @on(WindowTable.Opened)
    async def _opened(self) -> None:
        await self.perform("figures.open")

    async def action_open(self) -> None:
        if self.line is not None and self.line.opens:
            await self.go(self.line.goal)


def headings(lines: Sequence[ReportLine]) -> list[tuple[int, str]]:
    before = ["", *(line.heading for line in lines)]
    return [(at, line.heading) for at, line in enumerate(lines) if line.heading != before[at]]


def flowing(parts: Sequence[str]) -> Write:
    """What writes figures one after the other, on as many lines as it takes; none is cut in two."""

    def write(width: int, _height: int) -> list[Content]:
        lines: list[Content] = []
        for part in (piece for whole in parts for piece in txt(whole).wrap(max(1, width))):
            if lines and lines[-1].cell_length + len(_GAP) + part.cell_length <= width:
                lines[-1] = Content.assemble(lines[-1], (_GAP, "$quiet"), part)
            else:
                lines.append(part)
        return lines

    return write


def in_full(sentences: Sequence[str]) -> Write:
    """What writes a line in full: the first sentence bold, the others below it, as far as there is room."""
    return lambda width, _height: [
        line for at, one in enumerate(sentences) for line in txt(one, "" if at else "bold").wrap(max(1, width))
    ]
