"""What falls on which day of an academic year: asks, workshops, a council's and schools' own dates, milestones, closures.

No pupil is named: pupils are counted. A milestone whose date is the same for all stands on that day with the number of
pupils for whom it is still open; what depends on a pupil's own dates, a birthday say, comes as a count a day.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from db.calendar import counts as store
from db.calendar import terms as term_store
from transitions.calendar.breaks import DayOff, days_off, terms_missing
from transitions.calendar.deadlines import AskSet, Span, load_shipped
from transitions.school_year import DateNotKnown, academic_year_label, academic_year_span, bank_holidays
from transitions.school_year import academic_year as year_of
from transitions.term_dates import TermDates

if TYPE_CHECKING:
    from transitions.caseload.caseload import Caseload
    from transitions.workspace import Workspace

__all__ = [
    "ORIGINS",
    "DayOff",
    "Event",
    "Origin",
    "OwnRecord",
    "Owner",
    "ask_events",
    "days_off",
    "events",
    "owner_of",
    "terms_for",
    "terms_missing",
    "uncounted_events",
]  # fmt: skip

Origin = Literal["ask", "workshop", "date", "milestone", "plan", "closure", "bank holiday"]
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)

_FOR = {
    "all": "Asked of all schools",
    "primary": "Asked of primary schools",
    "secondary": "Asked of secondary schools",
    "early years": "Asked of early years settings",
    "college": "Asked of colleges",
    "council": "Asked of the council",
}
_OVER_A_WEEKEND = timedelta(days=3)


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

    ``kind`` is that of an ask ("census", "test", "return", "admissions", "EHC plan", "post-16", "other"), a milestone's
    transition point ("6-7"), and for the rest the same as ``origin``. ``year_groups`` are those of the year shown, also for
    a step of last year's move, and empty when it is for all. ``severity`` is a milestone's, otherwise empty. ``pupils``
    counts those for whom it is still open, and is None where pupils are not counted. ``by_day`` says that the same code may
    fall on several days of the year: for milestones and plans because pupils have dates of their own. ``for_schools`` says
    of whom an ask or a date is asked (one of ``FOR_SCHOOLS``). ``movable`` is what the council or a school itself set, and
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
        """Its first and last day."""
        return Span(self.first, self.last)

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` is one of its days."""
        return self.first <= day <= self.last

    @property
    def key(self) -> str:
        """What it is known by for good, its own among all events; one that is not ``by_day`` keeps it when its date moves.

        A workshop or an own date keeps it when it moves into another academic year, too.
        """
        if self.record is not None:
            return self.code
        return f"{self.code} {self.first.isoformat() if self.by_day else academic_year_label(year_of(self.first))}"


class Owner(NamedTuple):
    """Whose term dates and closures hold: a school's, a council's, or everybody's."""

    school_id: int | None
    la_number: int | None


def events(
    workspace: "Workspace",
    academic_year: int,
    *,
    caseload: "Caseload | None" = None,
    school_id: int | None = None,
    la_number: int | None = None,
    cancelled: bool = False,
) -> list[Event]:
    """Give what falls in the academic year, in date order; pupils are counted in ``caseload``, or all of them.

    ``school_id`` and ``la_number`` say whose term dates, closures, workshops and own dates hold (see ``terms_for``): of a
    school, its own and those for all. An ask or milestone that needs term dates which are not entered is left out:
    ``terms_missing`` says so. Workshops that were called off come only with ``cancelled``. Call it in a worker: at a
    county's size it takes about a second.
    """
    from transitions.calendar.event_counts import milestone_events, plan_events
    from transitions.caseload.caseload import Caseload

    owner = owner_of(workspace, school_id, la_number)
    terms = workspace.calendars[workspace.calendars.key(*owner)]
    counted = caseload or Caseload()
    found = [
        *uncounted_events(workspace, academic_year, owner, cancelled=cancelled),
        *milestone_events(workspace, academic_year, counted, terms),
        *plan_events(workspace, academic_year, counted),
    ]
    return sorted(found, key=_in_date_order)


def uncounted_events(
    workspace: "Workspace", academic_year: int, owner: Owner, *, cancelled: bool = False
) -> list[Event]:
    """Give what falls in the academic year but for what is counted in pupils' records, in date order.

    At a county's size that takes less than a tenth of a second, so that it can be asked while somebody types a date.
    """
    from transitions.calendar.local_deadlines import asks_in_force
    from transitions.calendar.local_events import date_events, workshop_events

    terms = workspace.calendars[workspace.calendars.key(*owner)]
    found = [
        *ask_events(academic_year, terms, asks_in_force(workspace)),
        *workshop_events(workspace, academic_year, owner, cancelled=cancelled),
        *date_events(workspace, academic_year, owner),
        *_closures(workspace, academic_year, owner),
        *_bank_holidays(academic_year),
    ]
    return sorted(found, key=_in_date_order)


def terms_for(workspace: "Workspace", *, school_id: int | None = None, la_number: int | None = None) -> TermDates:
    """Give the term dates that hold: the school's, else its council's, else everybody's; perhaps none.

    For neither school nor council they are everybody's, or, when none are entered for everybody, those of the only council
    that has some.
    """
    return workspace.calendars[workspace.calendars.key(*owner_of(workspace, school_id, la_number))]


def ask_events(academic_year: int, terms: TermDates, asks: AskSet | None = None) -> Iterator[Event]:
    """Give the asks of the year whose days are known: of ``asks``, or of those that come with the program."""
    for every in (asks or load_shipped()).asks:
        ask = every.of_year(academic_year)
        try:
            first, last = ask.span(academic_year, terms)
        except DateNotKnown:
            continue
        if ask.holds_on(first):
            yield Event(
                ask.code, ask.title, ask.short, ask.kind, first, last, ask.year_groups, "ask", source=ask.source,
                verified=ask.is_verified(academic_year), detail=f"{_FOR[ask.for_schools]}. {ask.basis.rstrip('.')}.",
                for_schools=ask.for_schools, movable=ask.own,
            )  # fmt: skip


def owner_of(workspace: "Workspace", school_id: int | None = None, la_number: int | None = None) -> Owner:
    """Give whose dates hold for a school, a council, or neither: then the only council's that has term dates, if one has."""
    if school_id is not None:
        return Owner(school_id, la_number or store.la_number_of(workspace.read(), school_id))
    if la_number is None:
        councils = {row.la_number for row in term_store.terms(workspace.read()) if row.school_id is None}
        if len(councils) == 1:
            (la_number,) = councils
    return Owner(None, la_number)


def _closures(workspace: "Workspace", academic_year: int, owner: Owner) -> Iterator[Event]:
    """Days of closure; those in a row for the same reason are one event, also across a weekend."""
    first, last = academic_year_span(academic_year)
    held = [
        (row.reason, row.day)
        for row in term_store.closures(workspace.read())
        if first <= row.day <= last
        and row.school_id in (None, owner.school_id)
        and row.la_number in (None, owner.la_number)
    ]
    for reason, days in _in_a_row(sorted(set(held))):
        yield Event(
            f"closure.{reason}", reason, reason[:16].rstrip(), "closure", days.first, days.last, (), "closure",
            detail="No pupils in school.", by_day=True,
        )  # fmt: skip


def _in_a_row(days: Iterable[tuple[str, date]]) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    for reason, day in days:
        reason_before, span = found[-1] if found else ("", Span(date.min, date.min))
        gap = day - span.last
        if found and reason == reason_before and (gap.days == 1 or (gap == _OVER_A_WEEKEND and day.weekday() == 0)):
            found[-1] = (reason, Span(span.first, day))
        else:
            found.append((reason, Span(day, day)))
    return found


def _bank_holidays(academic_year: int) -> Iterator[Event]:
    """The bank holidays on weekdays: one that falls on a weekend is kept on its substitute day."""
    first, last = academic_year_span(academic_year)
    for day in sorted(bank_holidays(first.year) | bank_holidays(last.year)):
        if first <= day <= last and day.weekday() < 5:
            yield Event(
                "bank-holiday", "Bank holiday", "Bank holiday", "bank holiday", day, day, (), "bank holiday",
                detail="In England.", by_day=True,
            )  # fmt: skip


def _in_date_order(event: Event) -> tuple[object, ...]:
    return event.first, ORIGINS.index(event.origin), event.last, event.code
