"""What falls on which day of an academic year: deadlines, workshops, a council's and schools' own dates, milestones, closures.

No pupil is named: pupils are counted. A milestone whose date is the same for all stands on that day with the number of
pupils for whom it is still open; what depends on a pupil's own dates, a birthday say, comes as a count a day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from db.calendar import local_dates as local_store
from db.calendar import terms as term_store
from db.calendar.local_dates import SchoolAges
from db.pupils.pupils import school_name
from db.workshops import workshops as workshop_store
from transitions.calendar.deadlines import DeadlineSet, load_shipped
from transitions.calendar.event import ORIGINS, Event, OwnRecord, Span
from transitions.calendar.event_counts import milestone_events, plan_events
from transitions.calendar.local_deadlines import deadlines_in_force
from transitions.caseload.caseload import Caseload
from transitions.school_year import DateNotKnown, academic_year_span, bank_holidays, split_year_groups
from transitions.term_dates import CalendarOwner, TermDates
from transitions.workshops.kinds import KINDS
from transitions.workspace import Workspace

_FOR = {
    "all": "Asked of all schools",
    "primary": "Asked of primary schools",
    "secondary": "Asked of secondary schools",
    "early years": "Asked of early years settings",
    "college": "Asked of colleges",
    "council": "Asked of the council",
}
_OVER_A_WEEKEND = timedelta(days=3)
_SHORT = 16
_CANCELLED = "cancelled"
_RECEPTION_FROM = 4
_YOUNGEST, _OLDEST = -2, 14


def events(
    workspace: Workspace,
    academic_year: int,
    *,
    caseload: Caseload | None = None,
    school_id: int | None = None,
    la_number: int | None = None,
    cancelled: bool = False,
) -> list[Event]:
    """What falls in the academic year, in date order; pupils are counted in ``caseload``, or all of them.

    ``school_id`` and ``la_number`` say whose term dates, closures, workshops and own dates hold (see ``Workspace.terms_for``): of a
    school, its own and those for all. A deadline or milestone that needs term dates which are not entered is left out:
    ``terms_missing`` says so. Workshops that were called off come only with ``cancelled``. Call it in a worker: at a
    county's size it takes about a second.
    """
    owner = workspace.calendar_owner(school_id, la_number)
    terms = workspace.calendars[workspace.calendars.key(*owner)]
    counted = caseload or Caseload()
    found = [
        *uncounted_events(workspace, academic_year, owner, cancelled=cancelled),
        *milestone_events(workspace, academic_year, counted, terms),
        *plan_events(workspace, academic_year, counted),
    ]
    return sorted(found, key=_in_date_order)


def uncounted_events(
    workspace: Workspace, academic_year: int, owner: CalendarOwner, *, cancelled: bool = False
) -> list[Event]:
    """What falls in the academic year but for what is counted in pupils' records, in date order.

    At a county's size that takes less than a tenth of a second, so that it can be asked while somebody types a date.
    """
    terms = workspace.calendars[workspace.calendars.key(*owner)]
    found = [
        *deadline_events(academic_year, terms, deadlines_in_force(workspace)),
        *workshop_events(workspace, academic_year, owner, cancelled=cancelled),
        *date_events(workspace, academic_year, owner),
        *_closures(workspace, academic_year, owner),
        *_bank_holidays(academic_year),
    ]
    return sorted(found, key=_in_date_order)


def deadline_events(academic_year: int, terms: TermDates, deadlines: DeadlineSet | None = None) -> Iterator[Event]:
    """The deadlines of the year whose days are known: of ``deadlines``, or of those that come with the program."""
    for every in (deadlines or load_shipped()).deadlines:
        deadline = every.of_year(academic_year)
        try:
            first, last = deadline.span(academic_year, terms)
        except DateNotKnown:
            continue
        if deadline.holds_on(first):
            yield Event(
                deadline.code, deadline.title, deadline.short, deadline.kind, first, last, deadline.year_groups, "ask", source=deadline.source,
                verified=deadline.is_verified(academic_year), detail=f"{_FOR[deadline.for_schools]}. {deadline.basis.rstrip('.')}.",
                for_schools=deadline.for_schools, movable=deadline.own,
            )  # fmt: skip


def _closures(workspace: Workspace, academic_year: int, owner: CalendarOwner) -> Iterator[Event]:
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


def workshop_events(
    workspace: Workspace, academic_year: int, owner: CalendarOwner, *, cancelled: bool = False
) -> Iterator[Event]:
    """The workshops of the year: of a school those that it hosts or is invited to, and those that invite no school yet.

    Their notes and agenda stay out, and so do the people who are invited: what is shown here goes to walls and mailing lists.
    """
    connection, span = workspace.read(), academic_year_span(academic_year)
    invited = local_store.invited(connection, *span)
    every: frozenset[int] = frozenset().union(*invited.values())
    taught = {one.school_id: year_groups_taught([one]) for one in local_store.ages(connection, every)}
    for row in workshop_store.between(connection, *span):
        schools = invited.get(row.id, frozenset())
        if not _of_council(row.la_number, owner) or (row.status == _CANCELLED and not cancelled):
            continue
        concerned = {row.host_school_id, *schools} - {None}
        if owner.school_id is not None and concerned and owner.school_id not in concerned:
            continue
        record = OwnRecord(
            row.id, row.kind, row.host_school_id, row.la_number, schools, row.starts or "", row.ends or "", row.place or "",
            row.link or "", row.status == _CANCELLED, _taught_by(schools, taught),
        )  # fmt: skip
        yield Event(
            f"workshop.{row.id}", row.title, _short(row.title), "workshop", row.on_day, row.last_day or row.on_day,
            split_year_groups(row.year_groups), "workshop", detail=_workshop_detail(row, len(schools)), for_schools="all",
            movable=True, record=record,
        )  # fmt: skip


def date_events(workspace: Workspace, academic_year: int, owner: CalendarOwner) -> Iterator[Event]:
    """The year's own dates of the council and its schools: of a school, its own and those for all."""
    for row in local_store.between(workspace.read(), *academic_year_span(academic_year)):
        if not _of_council(row.la_number, owner) or (owner.school_id and row.school_id not in (None, owner.school_id)):
            continue
        title = row.title if row.school is None or owner.school_id else f"{row.title}, {row.school}"
        own = [SchoolAges(row.school_id, row.low_age, row.high_age)] if row.school_id else []
        yield Event(
            f"date.{row.id}", title, _short(row.title), "date", row.first_day, row.last_day, split_year_groups(row.year_groups), "date",
            source=row.source or "", detail=row.detail or "", for_schools=row.for_schools, movable=True,
            record=OwnRecord(row.id, row.kind, row.school_id, row.la_number, taught=year_groups_taught(own)),
        )  # fmt: skip


def year_groups_taught(schools: Iterable[SchoolAges]) -> tuple[int, ...]:
    """The year groups that these schools teach by their statutory ages; none when they are not known of each."""
    found: set[int] = set()
    for school in schools:
        if school.low_age is None or school.high_age is None:
            return ()
        # A child turns five in Reception; a school for ages up to 11 ends with Year 6.
        found.update(
            range(max(school.low_age - _RECEPTION_FROM, _YOUNGEST), min(school.high_age - _RECEPTION_FROM, _OLDEST + 1))
        )
    return tuple(sorted(found))


def _taught_by(schools: Iterable[int], taught: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """What these schools teach together, each different set once; none when one of them is not known."""
    sets = {taught[school] for school in schools}
    return () if () in sets else tuple(sorted({group for groups in sets for group in groups}))


def _of_council(la_number: int | None, owner: CalendarOwner) -> bool:
    return None in (la_number, owner.la_number) or la_number == owner.la_number


def _workshop_detail(row: workshop_store.WorkshopRow, schools: int) -> str:
    kind = KINDS[row.kind].title
    invited = f"{schools} school{'' if schools == 1 else 's'} invited" if schools else ""
    said = (f"{kind} at {row.host_school}" if row.host_school else kind, row.audience or "", invited)
    return f"{'. '.join(part.rstrip('.') for part in said if part)}."


def _short(title: str) -> str:
    """Cut at a word where there is one."""
    words = title[: _SHORT + 1].rsplit(" ", 1)[0] if len(title) > _SHORT else title
    return words[:_SHORT].rstrip(" ,:;-")


def calendars_entered(workspace: Workspace) -> dict[CalendarOwner, str]:
    """The calendars that can be chosen, with whose they are: everybody's first, then councils', then schools' own.

    The only council that has one stands for everybody when nothing is entered for everybody: then it comes first.
    """
    connection = workspace.read()
    rows: list[term_store.TermRow | term_store.ClosureRow] = [
        *term_store.terms(connection),
        *term_store.closures(connection),
    ]
    owners = {(row.school_id, row.la_number) for row in rows}
    councils = sorted({number for school, number in owners if school is None and number is not None})
    own = {school: school_name(connection, school) or f"school {school}" for school, _ in owners if school is not None}
    shared = {} if len(councils) == 1 and (None, None) not in owners else {CalendarOwner(): "everybody"}
    return {
        **shared,
        **{CalendarOwner(None, number): f"council {number}" for number in councils},
        **{CalendarOwner(school): name for school, name in sorted(own.items(), key=lambda one: one[1].casefold())},
    }
