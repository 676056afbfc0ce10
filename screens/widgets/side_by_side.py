"""Two versions of a text beside each other, or one above the other where it is narrow, with what differs marked."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from screens.frame.safe import clean
from screens.widgets.columns import fit
from screens.widgets.cursor_list import overlay

BESIDE_FROM = 100
OLD_MARKS, NEW_MARKS = ("[-", "-]"), ("[+", "+]")
_RULE = " │ "

Run = tuple[str, bool]
"""A run of text, and whether the other version lacks it."""


class Compared(NamedTuple):
    """One thing that two versions say: the part it belongs to, its label with a mark, and what each says."""

    part: str
    label: str
    before: Sequence[Run]
    after: Sequence[Run]
    same: bool = False


class SideBySide(Vertical):
    """Rows of two texts under the names of the versions, which stay at the top.

    What only one version has stands in ``[-`` ``-]`` or ``[+`` ``+]`` and is struck out or underlined, so that it can be
    told without colours, too.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "side--part", "side--label", "side--same", "side--old", "side--new", "side--rule",
    }  # fmt: skip
    DEFAULT_CSS = """
    SideBySide {
        height: 1fr;
        & > .side--names { height: auto; padding: 0 1; background: $panel; text-style: bold; }
        & > VerticalScroll {
            height: 1fr;
            padding: 0 1;
            scrollbar-gutter: stable;
            scrollbar-size-vertical: 1;
            scrollbar-background: $surface;
            scrollbar-color: $foreground 20%;
            background: $surface;
        }
        & > VerticalScroll > Static { width: 1fr; height: auto; }
        & > .side--part { color: $text-primary; text-style: bold; }
        & > .side--label { text-style: bold; }
        & > .side--same { color: $text-muted; }
        & > .side--old { color: $text-error; text-style: bold strike; }
        & > .side--new { color: $text-success; text-style: bold underline; }
        & > .side--rule { color: $line; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._names = ("", "")
        self._rows: Sequence[Compared] = ()
        self._empty = ""
        self._width = 0

    def compose(self) -> ComposeResult:
        """Make the names and the text under them."""
        yield Static(Text(), classes="side--names")
        with VerticalScroll():
            yield Static(Text(), id="side-text")

    def show(self, names: tuple[str, str], rows: Sequence[Compared], empty: str) -> None:
        """Show these rows, the older version first; ``empty`` stands there when there are none. Others begin at the top."""
        others = names != self._names
        self._names, self._rows, self._empty = names, rows, empty
        self._lay_out()
        if others:
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_resize(self) -> None:
        """Lay the text out again when the width has changed."""
        if self.query_one(VerticalScroll).scrollable_content_region.width != self._width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._width = self.query_one(VerticalScroll).scrollable_content_region.width
        if not self._width:
            return
        beside = self.app.size.width >= BESIDE_FROM
        names = [clean(name) for name in self._names]
        if beside:
            half = self._half
            head = Text(_RULE.join((fit(names[0], half), fit(names[1], half))))
        else:
            head = Text("\n".join(fit(f"{lead} {name}", self._width) for lead, name in zip("-+", names, strict=True)))
        self.query_one(".side--names", Static).update(head)
        lines = list(self._lines(beside)) or [Text(self._empty)]
        self.query_one("#side-text", Static).update(Text("\n").join(lines))

    @property
    def _half(self) -> int:
        return (self._width - len(_RULE)) // 2

    def _lines(self, beside: bool) -> Iterator[Text]:
        part = ""
        for row in self._rows:
            if row.part != part:
                if part:
                    yield Text()
                part = row.part
                yield Text(fit(clean(part), self._width).rstrip(), self._look("part"))
            yield Text(fit(clean(row.label), self._width).rstrip(), "" if row.same else self._look("label"))
            yield from self._beside(row) if beside else self._above(row)

    def _beside(self, row: Compared) -> Iterator[Text]:
        left, right = (
            self._wrapped(row, row.before, OLD_MARKS, self._half),
            self._wrapped(row, row.after, NEW_MARKS, self._half),
        )
        for number in range(max(len(left), len(right))):
            line = left[number].copy() if number < len(left) else Text()
            line.truncate(self._half, pad=True)
            line.append(_RULE, self._look("rule"))
            yield line + right[number] if number < len(right) else line

    def _above(self, row: Compared) -> Iterator[Text]:
        sides = (
            [(row.after, NEW_MARKS, "")] if row.same else [(row.before, OLD_MARKS, "- "), (row.after, NEW_MARKS, "+ ")]
        )
        for runs, marks, lead in sides:
            if runs:
                for number, line in enumerate(self._wrapped(row, runs, marks, self._width - len(lead))):
                    yield Text(lead if number == 0 else " " * len(lead)) + line

    def _wrapped(self, row: Compared, runs: Sequence[Run], marks: tuple[str, str], width: int) -> list[Text]:
        text = Text(style=self._look("same") if row.same else "")
        for words, changed in runs:
            if changed:
                text.append(f"{marks[0]}{clean(words)}{marks[1]}", self._look("old" if marks is OLD_MARKS else "new"))
            else:
                text.append(clean(words))
        return list(text.wrap(self.app.console, max(1, width)))

    def _look(self, name: str) -> Style:
        style = overlay(self, f"side--{name}")
        full = self.get_component_rich_style(f"side--{name}")
        return style + Style(strike=full.strike)
