"""One line of text that draws itself: the shape of the header, the heading and the footer."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from screens.frame.jobs import Working
from screens.frame.safe import txt
from transitions import dates

Write = Callable[[int, int], Sequence[Content]]
"""Gives the lines for a width and a height in cells; a height of 0 asks for as many lines as it takes."""


class Fitted(Widget):
    """Shows the lines that ``write`` gives for its size; its own height is up to the style sheet, or as it takes."""

    DEFAULT_CSS = "Fitted { height: auto; width: 1fr; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id, classes=classes)
        self._write: Write = lambda _width, _height: ()

    def show(self, write: Write) -> None:
        self._write = write
        # Only a height that follows the text asks the screen for a layout: a cursor that moves must not.
        self.refresh(layout=self.styles.height is not None and self.styles.height.is_auto)

    def render(self) -> Content:
        width, height = self.content_size
        lines = self._write(width, height)
        if 0 < height < len(lines):
            lines = [*lines[: height - 1], lines[height - 1].truncate(width - 2).append(" …")]
        return Content("\n").join(lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        return len(self._write(width, 0))


class Line(Widget):
    """A line with a left and a right part; a subclass gives them in ``render`` through ``fit``."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; padding: 0 1; }"

    # Textual would paint what can be clicked in the colour of links.
    auto_links = False

    def fit(self, left: Content, right: Content) -> Content:
        """``left`` and ``right`` at the two edges; when there is no room for both, ``left`` ends in an ellipsis."""
        width = self.content_size.width
        room = width - right.cell_length - 2
        if not right or room < 1:
            return (left or right).truncate(width, ellipsis=True)
        left = shortened(left, room)
        return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def shortened(line: Content, room: int) -> Content:
    """In ``room`` cells: what is cut is a whole part of those that dots divide, when that leaves half of it or more."""
    dot = line.plain[: max(0, room - 2)].rfind(_DOT)
    whole = line.cell_length <= room or dot < room // 2
    return line.truncate(room, ellipsis=True) if whole else line[: dot + len(_DOT)].append("…")


_DOT = " · "


def one_line(text: str) -> str:
    """``text`` with every run of blanks and line ends as one blank."""
    return " ".join(text.split())


def clickable(content: Content, command_id: str) -> Content:
    return content.stylize(Style.from_meta({"@click": ("app.command", (command_id,))}))


SAID_SECONDS = 8.0


def by_key(node: Widget, sentence: str) -> None:
    """Say in the footer which key does what was just done with the mouse; on the screen to which that led."""

    def say() -> None:
        for footer in node.app.screen.query(FooterLine):
            footer.said = sentence
            footer.set_timer(SAID_SECONDS, footer.forget)

    node.app.call_later(say)


_GAP = "   "


class KeyEntry(NamedTuple):
    """A key and what it does; ``keep`` entries stand at the right edge and are never dropped."""

    key: str
    label: str
    command_id: str
    enabled: bool = True
    keep: bool = False


class FooterLine(Line):
    """As many entries as fit, from the left; the last ones go first."""

    DEFAULT_CSS = """
    FooterLine { background: $panel; color: $foreground; }
    """

    entries: reactive[tuple[KeyEntry, ...]] = reactive(())
    said: reactive[str] = reactive("")
    """What stands there for some seconds in place of the entries."""

    def forget(self) -> None:
        self.said = ""

    def on_click(self, event: events.Click) -> None:
        for entry in self.entries:
            if event.style.meta.get("@click") == ("app.command", (entry.command_id,)):
                by_key(self, f"By key: {entry.key} {entry.label}")

    def render(self) -> Content:
        right = Content(_GAP).join(drawn(entry) for entry in self.entries if entry.keep)
        room = self.content_size.width - right.cell_length
        shown: list[Content] = [Content.styled(self.said, "bold $key")] if self.said else []
        for entry in () if self.said else self.entries:
            if entry.keep:
                continue
            one = drawn(entry)
            room -= one.cell_length + len(_GAP)
            if room < 0:
                break
            shown.append(one)
        return self.fit(Content(_GAP).join(shown), right)


def drawn(entry: KeyEntry) -> Content:
    if not entry.enabled:
        return clickable(Content.styled(f"{entry.key} {entry.label}", "$quiet"), entry.command_id)
    return clickable(Content.assemble((entry.key, "bold $key"), f" {entry.label}"), entry.command_id)


PRODUCT = "Transitions"
MADE_UP, IN_CLEAR = "DEMO", "In clear"
"""What stands in its place over made-up pupils, so that nobody writes real ones among them, and over records that are not encrypted."""


class WorkArea(NamedTuple):
    """A work area: its name, the key that goes there, and the id of that command."""

    title: str
    key: str
    command_id: str
    current: bool


class HeaderLine(Line):
    """The product, the work areas, and at the right who and which day.

    Long work that goes on stands in place of who. As it gets narrower it gives up who but for the role, then the names of the areas one is not in (which may make room for who again),
    then the year. A day that is only looked at (``pretended``) and hidden names are always marked.
    """

    DEFAULT_CSS = """
    HeaderLine { background: $panel; color: $foreground; }
    """

    areas: reactive[tuple[WorkArea, ...]] = reactive(())
    who: reactive[str] = reactive("")
    today: reactive[date | None] = reactive(None)
    pretended: reactive[bool] = reactive(False)
    kept_as: reactive[str] = reactive("")
    names_hidden: reactive[bool] = reactive(False)
    working: reactive[Working | None] = reactive(None)

    def on_click(self, event: events.Click) -> None:
        for area in self.areas:
            if event.style.meta.get("@click") == ("app.command", (area.command_id,)):
                by_key(self, f"By key: {area.key} {area.title}")

    def render(self) -> Content:
        width = self.content_size.width
        for all_names, shortness in ((True, 0), (True, 1), (False, 0), (False, 1), (False, 2)):
            left, right = self._left(all_names=all_names), self._right(shortness)
            over = left.cell_length + right.cell_length + 2 - width
            if over <= 1:
                # Behind the last area two blanks are enough, its own included.
                return self.fit(left.right_crop(1) if over == 1 else left, right)
        # The areas give way before what goes on does, its name before how far it is, and that before how to stop it.
        for shortness, areas in _BESIDE_WORK if self.working is not None else ():
            right = self._right(shortness)
            if areas + 2 + right.cell_length <= width:
                break
        return self.fit(left, right)

    def _left(self, *, all_names: bool) -> Content:
        tabs = []
        for area in self.areas:
            label = f" {area.key} {area.title} " if all_names or area.current else f" {area.key} "
            style = "bold reverse $key" if area.current else "$quiet"
            tabs.append(clickable(Content.styled(label, style), area.command_id))
        name = (f" {self.kept_as} ", "bold reverse $warning") if self.kept_as else (PRODUCT, "bold $key")
        return Content.assemble(name, "  ", *tabs)

    def _right(self, shortness: int) -> Content:
        parts = []
        if self.names_hidden:
            parts.append(Content.styled("names hidden", "bold $warning"))
        if self.working is not None:
            parts.append(self._work(self.working, shortness))
        elif shortness < 2 and (said := _role_alone(self.who) if shortness else self.who):
            parts.append(txt(one_line(said)))
        if self.today is not None and (self.pretended or self.working is None or not shortness):
            day = dates.short(self.today) if shortness > 1 else dates.short_with_year(self.today)
            parts.append(Content.styled(f"as of {day}", "bold $warning") if self.pretended else Content(day))
        return Content.styled(" · ", "$quiet").join(parts)

    def _work(self, working: Working, shortness: int) -> Content:
        title = working.title if shortness < 2 else txt(working.title).truncate(_SHORT_TITLE, ellipsis=True).plain
        parts = [title, working.progress, f"{working.stop_key} stops"][max(0, shortness - 2) :]
        return clickable(
            Content.styled(one_line(" · ".join(part for part in parts if part)), "bold $warning"), "app.stop"
        )


def _role_alone(who: str) -> str:
    """What somebody is to a team's record, where there is no room for the name: it says what they may do."""
    return who.rpartition(" (")[2].removesuffix(")") if who.endswith(")") else ""


_SHORT_TITLE = 16
_BESIDE_WORK = ((2, 24), (3, len(PRODUCT)), (4, len(PRODUCT)))
"""How short what goes on is said, when that leaves so many cells for the areas."""


class HeadingLine(Line):
    """What this screen shows at the left, counts and order at the right."""

    DEFAULT_CSS = """
    HeadingLine { background: $background; color: $foreground; }
    """

    left: reactive[Content] = reactive(Content(""), always_update=True)
    right: reactive[Content] = reactive(Content(""), always_update=True)
    more: reactive[Content] = reactive(Content(""), always_update=True)
    """What stands behind the right part only when that leaves the left one whole."""

    def render(self) -> Content:
        """All parts; counts are never cut, the description may be."""
        both = Content(" · ").join(part for part in (self.right, self.more) if part)
        has_room = self.left.cell_length + 2 + both.cell_length <= self.content_size.width
        return self.fit(self.left, both if has_room else self.right or both)


class PageTab(NamedTuple):
    """One tab: the name that the screen's ``show_tab`` action takes, its title, and how many things are under it."""

    name: str
    title: str
    things: int | None = None


class TabsLine(Line):
    """The titles side by side, with what the arrow keys do at the right."""

    DEFAULT_CSS = """
    TabsLine { background: $background; color: $foreground; }
    """

    tabs: reactive[tuple[PageTab, ...]] = reactive(())

    def on_click(self, event: events.Click) -> None:
        if "@click" in event.style.meta:
            by_key(self, "By key: ← and → go from tab to tab")

    shown: reactive[str] = reactive("")

    @property
    def places(self) -> Iterator[tuple[int, str]]:
        """Where the title of each tab begins, and the name of the tab."""
        x = 0
        for tab, title in zip(self.tabs, self._titles(), strict=True):
            yield x, tab.name
            x += title.cell_length + 1

    def render(self) -> Content:
        left = Content(" ").join(self._titles())
        hint = Content.styled("← → tabs", "$quiet")
        return self.fit(
            left, hint if left.cell_length + hint.cell_length + 4 <= self.content_size.width else Content("")
        )

    def _titles(self) -> list[Content]:
        """With the numbers of things, where these leave room for all titles."""
        counted = self._written(counts=True)
        room = self.content_size.width - len(counted) + 1
        return counted if sum(one.cell_length for one in counted) <= room else self._written(counts=False)

    def _written(self, *, counts: bool) -> list[Content]:
        parts = []
        for tab in self.tabs:
            count = f" {tab.things:,}" if counts and tab.things is not None else ""
            style = "bold reverse $key" if tab.name == self.shown else "$quiet"
            title = Content.styled(f" {tab.title}{count} ", style)
            parts.append(title.stylize(Style.from_meta({"@click": ("screen.show_tab", (tab.name,))})))
        return parts


DONE, LEFT = "█", "░"
LONGEST_BAR, SHORTEST_BAR = 30, 6


class ProgressLine(Widget):
    """One line such as ``pupil 12 of 41  ████░░  3 done · 1 missed · 7 skipped``.

    A narrow line loses the bar first, because the numbers say the same.
    """

    DEFAULT_CSS = "ProgressLine { height: 1; width: 1fr; color: $foreground; }"

    def __init__(self, noun: str = "pupil", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._noun = noun
        self._position = 0
        self._total = 0
        self._tallies: tuple[tuple[int, str], ...] = ()

    def show(self, position: int, total: int, tallies: Sequence[tuple[int, str]] = ()) -> None:
        """Show that ``position`` (from 1) of ``total`` is on the screen; a tally is a count and its word.

        A position beyond ``total`` is the end: the bar is full.
        """
        self._position, self._total, self._tallies = position, total, tuple(tallies)
        self.refresh()

    def render(self) -> Content:
        shown = min(self._position, self._total)
        where = f"{self._noun} {shown:,} of {self._total:,}" if self._total else f"no {self._noun} to walk"
        tallies = " · ".join(f"{count:,} {word}" for count, word in self._tallies)
        room = min(LONGEST_BAR, self.size.width - cell_len(where) - cell_len(tallies) - 4)
        parts = [where, tallies] if not self._total or room < SHORTEST_BAR else [where, self._bar(room), tallies]
        return txt("  ".join(part for part in parts if part))

    def _bar(self, width: int) -> str:
        # What is behind us, not what is on the screen: the bar is full only when the walk is over.
        done = min(width, width * max(0, self._position - 1) // self._total)
        return DONE * done + LEFT * (width - done)
