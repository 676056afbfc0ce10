"""Heading lines among the rows of a list, at a cost that does not grow with the list."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Heading(NamedTuple):
    """A line that cannot be chosen, standing above the row with index ``start``."""

    start: int
    title: str


class Headings:
    """Turns rows into lines and back when some lines are headings, in O(log n) of the number of headings.

    ``headings`` come in the order of their starts; two may share a start (the first then has no rows of its own).
    """

    def __init__(self, headings: Sequence[tuple[int, str]] = ()) -> None:
        self._headings = [Heading(*heading) for heading in headings]
        self._starts = [heading.start for heading in self._headings]
        self._lines = [start + number for number, start in enumerate(self._starts)]

    def __len__(self) -> int:
        return len(self._headings)

    def line_of(self, row: int) -> int:
        return row + bisect_right(self._starts, row)

    def top_of(self, row: int) -> int:
        """The line of the first heading that stands directly above ``row``, or the row's own line."""
        return row + bisect_left(self._starts, row)

    def at(self, line: int) -> int | Heading:
        above = bisect_right(self._lines, line)
        if above and self._lines[above - 1] == line:
            return self._headings[above - 1]
        return line - above
