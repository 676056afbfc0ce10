"""How far a walk has come, in one line of text."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from screens.frame.safe import txt

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
