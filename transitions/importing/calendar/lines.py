"""One entry of a calendar file as the import takes it, whatever the file: what it becomes, whose it is, and when."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from transitions.calendar.event import Span
from transitions.calendar.local_deadlines import in_words
from transitions.dates import short_with_year
from transitions.importing.calendar.ical import Occurrence
from transitions.importing.calendar.recognise import Becomes
from transitions.importing.preview import Difference, Draft
from transitions.importing.terms import Owner
from transitions.workshops.kinds import KINDS

__all__ = ["CalendarLine", "Left", "becomes_in_words", "days_in_words"]

_MOST_LEFT: Final = 200
_OF_DATES: Final = (("Detail", "detail"), ("Year groups", "year_groups"))
_OF_WORKSHOPS: Final = (
    ("Starts", "starts"), ("Ends", "ends"), ("Place", "place"), ("Link", "link"), ("Year groups", "year_groups"),
    ("Series", "series"), ("Notes", "notes"),
)  # fmt: skip


@dataclass(frozen=True)
class CalendarLine:
    """One line of a table, or one entry of an .ics file with each of its days.

    ``fields`` are the other things that it says, as text under the names of ``save_date`` and ``save_workshop``; what it
    does not say is not in them. ``year`` is the academic year of a term that says so itself.
    """

    line: int
    becomes: Becomes
    owner: Owner
    title: str
    times: tuple[Occurrence, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    cancelled: bool = False

    @property
    def days(self) -> Span:
        """The first of its days, and the last of the same time."""
        return self.times[0].days

    @property
    def label(self) -> str:
        """How a preview names it."""
        return f"{self.title}, {short_with_year(self.days.first)}"


@dataclass
class Left:
    """What is not taken, with the reason; more than a person would read is counted."""

    draft: Draft
    _more: Counter[str] = field(default_factory=Counter)
    _count: int = 0

    def leave(self, line: int, title: str, why: str) -> None:
        """Say that an entry is not taken."""
        self._count += 1
        if self._count <= _MOST_LEFT:
            self.draft.warn(line, f"“{title}” is not taken", why)
        else:
            self._more[why] += 1

    def finish(self) -> None:
        """Say how many more there were."""
        self.draft.notes += [f"not taken either: {count:,} more ({why})" for why, count in self._more.items()]

    def leaver(self, lines: Sequence[CalendarLine]) -> Callable[[int, str], None]:
        """Give what refuses these lines: a problem where somebody said what it becomes, otherwise it is left."""
        told = {one.line: one for one in lines}

        def refuse(line: int, what: str) -> None:
            if told[line].becomes.told:
                self.draft.problem(line, None, what)
            else:
                self.leave(line, told[line].title, what)

        return refuse


def becomes_in_words(one: CalendarLine, whose: str, when: str = "") -> tuple[Difference, ...]:
    """Give what a preview says of a line that is new: what it becomes and by which words, when, and whose."""
    kind, words, told = one.becomes
    by = "" if told else f", by the words “{words}”" if words else ", as no word says more"
    said = [("Becomes", f"{kind}{by}"), ("When", when or days_in_words(one.times)), ("Whose", whose)]
    said += [(title, one.fields.get(name, "")) for title, name in (_OF_WORKSHOPS if kind in KINDS else _OF_DATES)]
    return tuple(Difference(title, "", words) for title, words in said if words)


def days_in_words(times: Sequence[Occurrence]) -> str:
    """Give days: "Fri 2 Oct 2026", "Mon 5 Oct 2026 to Fri 9 Oct 2026", "Mon 7 Sep 2026 and 5 more, to Mon 12 Oct 2026"."""
    first, last = times[0].days, times[-1].days
    if len(times) > 1:
        return f"{short_with_year(first.first)} and {len(times) - 1} more, to {short_with_year(last.last)}"
    return in_words(first)
