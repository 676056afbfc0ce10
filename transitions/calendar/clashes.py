"""Which dates stand in each other's way: of a year, and of a date while it is typed; and the nearest day that is free.

What can be moved (a workshop, a date that the council or a school put in, a deadline of the council's own) is held against
everything else of the year: the days of census, tests and returns, the schools' own tests and trips, other workshops, and
days without school. What is asked of the council alone is in no school's way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal, NamedTuple, Required, TypedDict, Unpack, get_args

from db.calendar import local_dates as store
from db.vocabulary import WORKSHOP_KINDS
from transitions.calendar.event import Event, OwnRecord, Span
from transitions.calendar.events import uncounted_events, year_groups_taught
from transitions.dates import WEEKDAYS, short, short_with_year
from transitions.school_year import academic_year as year_of
from transitions.school_year import academic_year_span, bank_holidays, is_working_day
from transitions.term_dates import TermDates, days_off, is_taught
from transitions.text import listed
from transitions.workspace import Workspace

ClashKind = Literal["no school", "census day", "test", "return window", "feeder", "same schools", "close asks"]
CLASH_KINDS: Final[tuple[ClashKind, ...]] = get_args(ClashKind)
Severity = Literal["serious", "minor"]

CLOSE: Final = 5
"""Two deadlines of the same schools are too close when so few school days lie between them, or fewer."""
_FIXED: Final[Mapping[str, tuple[ClashKind, str]]] = {
    "census": ("census day", "falls on"),
    "test": ("test", "falls in"),
    "return": ("return window", "lies inside"),
}
_GROUPS: Final[Mapping[str, range]] = {
    "early years": range(-2, 1), "primary": range(-1, 7), "secondary": range(7, 15), "college": range(12, 15),
}  # fmt: skip
"""The year groups that a kind of school teaches, where nothing nearer is said."""
OF_PUPILS: Final = ("transition day", "test", "trip")
"""What takes pupils' time and not that of whoever fills in returns."""
PROPOSED: Final = "proposed"
"""The code of an event that somebody is still typing."""
_DAY: Final = timedelta(days=1)
_TOO_FAR: Final = timedelta(weeks=10)
"""Longer than any holiday: no two deadlines so far apart are close by school days."""
_LONGEST_TEST: Final = timedelta(weeks=3)
_SAME_WEEKDAY_WITHIN: Final = timedelta(weeks=6)
"""How far a proposed day may lie away to be the same day of the week."""


class Clash(NamedTuple):
    """Something that can be moved, and what it stands in the way of; ``other`` is None for a day without school.

    ``days`` are those that both have; of two deadlines that are too close, from the first day of the one to the last of the
    other. A "serious" clash costs one of the two its schools or pupils; a "minor" one is a burden.
    """

    kind: ClashKind
    event: Event
    other: Event | None
    days: Span
    sentence: str
    severity: Severity


@dataclass(frozen=True)
class Surroundings:
    """What besides the events decides: whose school days count for an event, and from where pupils move to a school.

    ``feeders`` gives the schools from which pupils come, by the school that receives them.
    """

    terms: Callable[[Event], TermDates]
    feeders: Mapping[int, frozenset[int]]


_Rule = Callable[[Event, Event, Surroundings], Clash | None]
_Chooses = Callable[[Event], bool]


def clashes(events: Sequence[Event], around: Surroundings) -> list[Clash]:
    found = [*_without_school(events, events, around)]
    for is_first, is_second, rule in _RULES:
        seconds = [event for event in events if is_second(event)]
        found += _by_rule(rule, filter(is_first, events), seconds, around)
    return _once(found)


def clashes_with(event: Event, others: Sequence[Event], around: Surroundings) -> list[Clash]:
    found = [*_without_school([event], others, around)]
    for is_first, is_second, rule in _RULES:
        if is_first(event):
            found += _by_rule(rule, [event], filter(is_second, others), around)
        if is_second(event):
            found += _by_rule(rule, filter(is_first, others), [event], around)
    return _once(found)


def free_day(event: Event, others: Sequence[Event], around: Surroundings, *, earliest: date = date.min) -> date | None:
    """The nearest first day for an event, from ``earliest`` on and in its academic year, on which it would not clash.

    The same day of the week goes first, up to six weeks away; of two days equally near, the later. None when there is none.
    """
    opens, closes = academic_year_span(year_of(event.first))
    length = event.last - event.first
    days = [opens + n * _DAY for n in range((closes - length - opens).days + 1)]
    terms = around.terms(event)
    days = [
        day
        for day in days
        if day >= earliest and day != event.first and _may_be_taught(day, terms) and _may_be_taught(day + length, terms)
    ]
    days.sort(key=lambda day: (not _is_same_weekday(day, event.first), abs(day - event.first), day < event.first))
    for day in days:
        if not clashes_with(event._replace(first=day, last=day + length), others, around):
            return day
    return None


# --- the rules --------------------------------------------------------------------------------------------------------


def _in_a_window(event: Event, deadline: Event, _around: Surroundings) -> Clash | None:
    kind, sentence = _FIXED[deadline.kind]
    if (
        (kind == "return window" and _event_kind(event) in OF_PUPILS)
        or not _meet(event, deadline)
        or not _same_pupils(event, deadline)
    ):
        return None
    days = _overlap(event, deadline)
    window = "" if deadline.first == deadline.last else f" ({_span_text(deadline.span)})"
    return Clash(kind, event, deadline, days, f"{_called(event)} {sentence} “{deadline.title}”{window}.", "serious")


def _at_a_feeder(event: Event, date_: Event, around: Surroundings) -> Clash | None:
    record, own = event.record, date_.record
    if record is None or own is None or not _meet(event, date_) or not _same_pupils(event, date_):
        return None
    coming = record.schools | around.feeders.get(record.school_id or 0, frozenset())
    if own.school_id is not None and own.school_id not in coming:
        return None
    sentence = f"{_called(event)} falls on the same day as a {own.what} for pupils who would come: “{date_.title}” ({_span_text(date_.span)})."
    return Clash("feeder", event, date_, _overlap(event, date_), sentence, "serious")


def _of_the_same_schools(event: Event, other: Event, _around: Surroundings) -> Clash | None:
    if event.record is None or other.record is None or not _meet(event, other):
        return None
    both = event.record.schools & other.record.schools
    if not both or _event_kind(event) == _event_kind(other) == "transition day":
        return None
    schools = f"{len(both)} school{' is' if len(both) == 1 else 's are'}"
    sentence = (
        f"{schools} invited to {_called(event, first=False)} and to {_called(other, first=False)} on the same day."
    )
    return Clash("same schools", event, other, _overlap(event, other), sentence, "serious")


def _too_close(event: Event, other: Event, around: Surroundings) -> Clash | None:
    if not _same_pupils(event, other) or (_is_fixed(other) and _meet(event, other)):
        return None
    before, after = sorted((event, other), key=lambda one: one.span)
    days, unit = _school_days_between(before.last, after.first, around.terms(event))
    if days > CLOSE:
        return None
    apart = "on the same days" if _meet(event, other) else f"{days} {unit} day{'' if days == 1 else 's'} apart"
    span = Span(before.first, max(before.last, after.last))
    sentence = (
        f"The same schools have {_called(event, first=False)} and “{other.title}” ({_span_text(other.span)}), {apart}."
    )
    return Clash("close asks", event, other, span, sentence, "minor")


def _is_workshop(event: Event) -> bool:
    return event.origin == "workshop" and event.record is not None and not event.record.cancelled


def _is_own_date(event: Event) -> bool:
    return event.origin == "date" and event.for_schools != "council"


def _is_own_deadline(event: Event) -> bool:
    return event.movable and event.for_schools != "council" and _event_kind(event) == "ask"


def _is_deadline(event: Event) -> bool:
    """What is asked of schools; not a test for which each school chooses its day in half a term, as the Reception baseline."""
    may_choose = event.kind == "test" and event.last - event.first > _LONGEST_TEST
    return _event_kind(event) == "ask" and event.for_schools != "council" and not may_choose


def _is_fixed(event: Event) -> bool:
    return event.origin == "ask" and not event.movable and event.kind in _FIXED and _is_deadline(event)


def _can_be_in_a_window(event: Event) -> bool:
    return _is_workshop(event) or _is_own_date(event) or _is_own_deadline(event)


_RULES: Final[tuple[tuple[_Chooses, _Chooses, _Rule], ...]] = (
    (_can_be_in_a_window, _is_fixed, _in_a_window),
    (lambda event: _is_workshop(event) and _event_kind(event) == "transition day",
     lambda event: _is_own_date(event) and _event_kind(event) in ("test", "trip"), _at_a_feeder),
    (_is_workshop, _is_workshop, _of_the_same_schools),
    (_is_own_deadline, _is_deadline, _too_close),
)  # fmt: skip
"""Which events are held against which, and how."""


def _by_rule(rule: _Rule, firsts: Iterable[Event], seconds: Iterable[Event], around: Surroundings) -> Iterator[Clash]:
    others = list(seconds)
    for event in firsts:
        for other in others:
            if event is not other and (found := rule(event, other, around)):
                yield found


def _without_school(events: Iterable[Event], every: Sequence[Event], around: Surroundings) -> Iterator[Clash]:
    for event in filter(_can_be_in_a_window, events):
        terms = around.terms(event)
        days = [day for day in dict.fromkeys((event.first, event.last)) if not _may_be_taught(day, terms)]
        if days:
            reasons = listed([f"{short_with_year(day)} is {_why_not_taught(day, every, terms)}" for day in days], "and")
            severity: Severity = "minor" if _event_kind(event) in ("trip", "event") else "serious"
            yield Clash("no school", event, None, Span(days[0], days[-1]), f"{_called(event)}: {reasons}.", severity)


def _may_be_taught(day: date, terms: TermDates) -> bool:
    taught = is_taught(terms, day)
    return is_working_day(day) and day not in terms.closures if taught is None else taught


def _why_not_taught(day: date, every: Iterable[Event], terms: TermDates) -> str:
    if day.weekday() > 4:
        return f"a {WEEKDAYS[day.weekday()]}"
    if day in bank_holidays(day.year):
        return "a bank holiday"
    holiday = next((off.name for off in days_off(terms, year_of(day)) if off.covers(day)), None)
    if holiday is not None:
        return f"in a holiday ({holiday})"
    reason = next((f" (“{one.title}”)" for one in every if one.origin == "closure" and one.covers(day)), "")
    return f"a day of closure{reason}" if day in terms.closures else "outside term"


# --- what they rest on ------------------------------------------------------------------------------------------------


def _once(found: Iterable[Clash]) -> list[Clash]:
    kept: dict[tuple[str, frozenset[str]], Clash] = {}
    for clash in found:
        keys = {clash.event.key, clash.other.key if clash.other else ""}
        kept.setdefault((clash.kind, frozenset(keys)), clash)
    return sorted(kept.values(), key=lambda one: (one.days, CLASH_KINDS.index(one.kind), one.event.code))


def _event_kind(event: Event) -> str:
    """The kind of a workshop or own date; a deadline of the program's file, or of the council's, is an "ask"."""
    return event.record.what if event.record else event.origin


def _meet(one: Event, other: Event) -> bool:
    return one.first <= other.last and other.first <= one.last


def _overlap(one: Event, other: Event) -> Span:
    return Span(max(one.first, other.first), min(one.last, other.last))


def _same_pupils(one: Event, other: Event) -> bool:
    """Whether both are for some of the same year groups, and of one school if both are a school's own; unknown is all."""
    schools = {event.record.school_id for event in (one, other) if event.origin == "date" and event.record} - {None}
    return len(schools) < 2 and all(not mine.isdisjoint(theirs) for mine in _groups(one) for theirs in _groups(other))


def _groups(event: Event) -> list[frozenset[int]]:
    """What is known of the year groups: those that it is for, and those that the schools teach; nothing where it is all."""
    taught = event.record.taught if event.record else ()
    return [frozenset(groups) for groups in (event.year_groups or _GROUPS.get(event.for_schools), taught) if groups]


def _school_days_between(before: date, after: date, terms: TermDates) -> tuple[int, str]:
    if after - before > _TOO_FAR:
        return CLOSE + 1, "school"
    days = [before + n * _DAY for n in range(1, (after - before).days + 1)]
    taught = [is_taught(terms, day) for day in days]
    if None in taught:
        return sum(map(is_working_day, days)), "working"
    return sum(map(bool, taught)), "school"


def _called(event: Event, *, first: bool = True) -> str:
    if event.code == PROPOSED:
        return f"{'This' if first else 'this'} {_event_kind(event)} on {_span_text(event.span)}"
    return f"“{event.title}” on {_span_text(event.span)}"


def _span_text(span: Span) -> str:
    if span.first == span.last:
        return short_with_year(span.first)
    return f"{short(span.first)} to {short_with_year(span.last)}"


def _is_same_weekday(day: date, wanted: date) -> bool:
    return day.weekday() == wanted.weekday() and abs(day - wanted) <= _SAME_WEEKDAY_WITHIN


# --- in the records ---------------------------------------------------------------------------------------------------


def clashes_of(workspace: Workspace, academic_year: int) -> list[Clash]:
    """Every clash of the academic year, in date order: of all councils and schools."""
    events = uncounted_events(workspace, academic_year, workspace.calendar_owner())
    moved = any(event.record is not None and event.record.what == "transition day" for event in events)
    return clashes(events, _around(workspace, academic_year, with_feeders=moved))


class Typed(TypedDict, total=False):
    """A workshop, or a council's or school's own date, as it is being typed.

    ``kind`` is one of ``WORKSHOP_KINDS`` or of ``YEAR_DATE_KINDS``; ``leave_out`` is the number under which it stands already.
    """

    kind: Required[str]
    on_day: Required[date]
    last_day: date | None
    year_groups: Sequence[int]
    host_school_id: int | None
    school_ids: Iterable[int]
    for_schools: str
    leave_out: int | None


def would_clash(workspace: Workspace, **typed: Unpack[Typed]) -> list[Clash]:
    """The clashes of what is being typed. At a county's size it takes some hundredths of a second."""
    event = _proposed(workspace, typed)
    return clashes_with(event, *_others(workspace, event, typed.get("leave_out")))


def free_date(workspace: Workspace, **typed: Unpack[Typed]) -> date | None:
    """The nearest free first day for it, as ``free_day`` gives it; never a day gone by for one that is to come."""
    event = _proposed(workspace, typed)
    return _free(workspace, event, *_others(workspace, event, typed.get("leave_out")))


def free_date_of(workspace: Workspace, event: Event) -> date | None:
    """The nearest free first day for what stands in the calendar and clashes (``Clash.event``), as ``free_date`` does."""
    others, around = _others(workspace, event, event.record.number if event.record else None)
    return _free(workspace, event, [other for other in others if other.key != event.key], around)


def _free(workspace: Workspace, event: Event, others: Sequence[Event], around: Surroundings) -> date | None:
    today = workspace.clock.today
    return free_day(event, others, around, earliest=today if event.first >= today else date.min)


def _proposed(workspace: Workspace, typed: Typed) -> Event:
    kind, host, schools = typed["kind"], typed.get("host_school_id"), frozenset(typed.get("school_ids", ()))
    origin: Literal["workshop", "date"] = "workshop" if kind in WORKSHOP_KINDS else "date"
    teaching = schools if origin == "workshop" or host is None else {host}
    taught = year_groups_taught(store.ages(workspace.read(), sorted(teaching)))
    first = typed["on_day"]
    return Event(
        PROPOSED, kind, kind, origin, first, max(first, typed.get("last_day") or first), tuple(typed.get("year_groups", ())),
        origin, for_schools=typed.get("for_schools", "all"), movable=True,
        record=OwnRecord(0, kind, host, schools=schools, taught=taught),
    )  # fmt: skip


def _others(workspace: Workspace, event: Event, leave_out: int | None) -> tuple[list[Event], Surroundings]:
    year = year_of(event.first)
    found = uncounted_events(workspace, year, workspace.calendar_owner())
    others = [
        one
        for one in found
        if one.record is None or one.origin != event.origin or leave_out is None or one.record.number != leave_out
    ]
    return others, _around(workspace, year, with_feeders=event.record is not None and event.record.what in OF_PUPILS)


def _around(workspace: Workspace, academic_year: int, *, with_feeders: bool) -> Surroundings:
    @cache
    def terms_of(school_id: int | None, la_number: int | None) -> TermDates:
        return workspace.terms_for(school_id=school_id, la_number=la_number)

    def terms(event: Event) -> TermDates:
        return terms_of(event.record.school_id, event.record.la_number) if event.record else terms_of(None, None)

    return Surroundings(terms, _feeders(workspace, academic_year) if with_feeders else {})


def _feeders(workspace: Workspace, academic_year: int) -> dict[int, frozenset[int]]:
    from transitions.workshops.feeders import links

    found: dict[int, set[int]] = {}
    for link in links(workspace, academic_year):
        found.setdefault(link.receiving_id, set()).add(link.feeder_id)
    return {receiving: frozenset(feeders) for receiving, feeders in found.items()}
