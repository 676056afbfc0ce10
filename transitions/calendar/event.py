"""An event: something that falls on a day of an academic year, or lasts some days."""

from datetime import date
from typing import Final, Literal, NamedTuple, get_args

from transitions.school_year import academic_year as year_of
from transitions.school_year import academic_year_label

Origin = Literal["ask", "workshop", "date", "milestone", "plan", "closure", "bank holiday"]
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)
KINDS: Final = {
    "census": "Census",
    "test": "Test",
    "return": "Return",
    "admissions": "Admissions",
    "EHC plan": "EHC plan",
    "post-16": "Post-16",
    "other": "Other request",
    "workshop": "Workshop or meeting",
    "date": "Council or school date",
    "milestone": "Milestone",
    "plan": "Plan meeting or review",
    "closure": "Closure",
    "bank holiday": "Bank holiday",
}
"""What an event can be and how it reads. Milestones of every transition point are one kind here."""


class Span(NamedTuple):
    """The days from the first to the last, both counted."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


class OwnRecord(NamedTuple):
    """What a workshop, or a date that the council or a school put in, has beyond its days.

    ``number`` is that of its row, ``what`` the kind of workshop ("transition day") or of date ("trip"). ``school_id`` is the
    school that hosts it or whose it is, ``la_number`` its council, ``schools`` those that are invited, and
    ``taught`` the year groups that those concerned teach, empty where that is not known of each. ``starts`` and ``ends`` are
    hours such as "09:30", empty when it lasts whole days.
    """

    number: int
    what: str
    school_id: int | None = None
    la_number: int | None = None
    schools: frozenset[int] = frozenset()
    starts: str = ""
    ends: str = ""
    place: str = ""
    link: str = ""
    cancelled: bool = False
    taught: tuple[int, ...] = ()


class Event(NamedTuple):
    """Something that falls on a day of the year, or lasts some days; it names no pupil.

    ``kind`` is that of a deadline ("census", "test", "return", "admissions", "EHC plan", "post-16", "other"), a milestone's
    transition point ("6-7"), and for the rest the same as ``origin``. ``year_groups`` are those of the year shown, also for
    a step of last year's move, and empty when it is for all. ``severity`` is a milestone's, otherwise empty. ``pupils``
    counts those for whom it is still open, and is None where pupils are not counted. ``by_day`` says that the same code may
    fall on several days of the year: for milestones and plans because pupils have dates of their own. ``for_schools`` says
    of whom a deadline or a date is asked (one of ``FOR_SCHOOLS``). ``movable`` is what the council or a school itself set, and
    could set otherwise; ``record`` is what a workshop or an own date has besides.
    """

    code: str
    title: str
    short: str
    kind: str
    first: date
    last: date
    year_groups: tuple[int, ...]
    origin: Origin
    severity: str = ""
    source: str = ""
    verified: bool = True
    pupils: int | None = None
    detail: str = ""
    by_day: bool = False
    for_schools: str = ""
    movable: bool = False
    record: OwnRecord | None = None

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def key(self) -> str:
        """What it is known by for good, its own among all events; one that is not ``by_day`` keeps it when its date moves.

        A workshop or an own date keeps it when it moves into another academic year, too.
        """
        if self.record is not None:
            return self.code
        return f"{self.code} {self.first.isoformat() if self.by_day else academic_year_label(year_of(self.first))}"
