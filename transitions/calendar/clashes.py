"""The clashes of a year in the records, of a date while it is typed, and the nearest day that is free."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal

from db.calendar import local_dates as store
from db.vocabulary import WORKSHOP_KINDS
from transitions.calendar.clash_rules import (
    CLASH_KINDS,
    OF_PUPILS,
    PROPOSED,
    Clash,
    ClashKind,
    Surroundings,
    clashes,
    clashes_with,
    free_day,
)
from transitions.calendar.event import Event, OwnRecord
from transitions.calendar.events import uncounted_events, year_groups_taught
from transitions.school_year import academic_year as year_of
from transitions.term_dates import TermDates

if TYPE_CHECKING:
    from transitions.workspace import Workspace

__all__ = ["CLASH_KINDS", "Clash", "ClashKind"]


def clashes_of(workspace: "Workspace", academic_year: int) -> list[Clash]:
    """Every clash of the academic year, in date order: of all councils and schools."""
    events = uncounted_events(workspace, academic_year, workspace.calendar_owner())
    moved = any(event.record is not None and event.record.what == "transition day" for event in events)
    return clashes(events, _around(workspace, academic_year, with_feeders=moved))


def would_clash(
    workspace: "Workspace",
    *,
    kind: str,
    on_day: date,
    last_day: date | None = None,
    year_groups: Sequence[int] = (),
    host_school_id: int | None = None,
    school_ids: Iterable[int] = (),
    for_schools: str = "all",
    leave_out: int | None = None,
) -> list[Clash]:
    """The clashes of a workshop, or of a council's or school's own date, as it is being typed.

    ``kind`` is one of ``WORKSHOP_KINDS`` or of ``YEAR_DATE_KINDS``; ``leave_out`` is the number under which the workshop or
    date stands already. At a county's size it takes some hundredths of a second.
    """
    event = _proposed(workspace, kind, on_day, last_day, year_groups, host_school_id, school_ids, for_schools)
    return clashes_with(event, *_others(workspace, event, leave_out))


def free_date(
    workspace: "Workspace",
    *,
    kind: str,
    on_day: date,
    last_day: date | None = None,
    year_groups: Sequence[int] = (),
    host_school_id: int | None = None,
    school_ids: Iterable[int] = (),
    for_schools: str = "all",
    leave_out: int | None = None,
) -> date | None:
    """The nearest free first day for the same, as ``free_day`` does; never a day gone by for one that is to come."""
    event = _proposed(workspace, kind, on_day, last_day, year_groups, host_school_id, school_ids, for_schools)
    return _free(workspace, event, *_others(workspace, event, leave_out))


def free_date_of(workspace: "Workspace", event: Event) -> date | None:
    """The nearest free first day for what stands in the calendar and clashes (``Clash.event``), as ``free_date`` does."""
    others, around = _others(workspace, event, event.record.number if event.record else None)
    return _free(workspace, event, [other for other in others if other.key != event.key], around)


def _free(workspace: "Workspace", event: Event, others: Sequence[Event], around: Surroundings) -> date | None:
    today = workspace.clock.today
    return free_day(event, others, around, earliest=today if event.first >= today else date.min)


def _proposed(
    workspace: "Workspace",
    kind: str,
    on_day: date,
    last_day: date | None,
    year_groups: Sequence[int],
    host_school_id: int | None,
    school_ids: Iterable[int],
    for_schools: str,
) -> Event:
    schools = frozenset(school_ids)
    origin: Literal["workshop", "date"] = "workshop" if kind in WORKSHOP_KINDS else "date"
    teaching = schools if origin == "workshop" or host_school_id is None else {host_school_id}
    taught = year_groups_taught(store.ages(workspace.read(), sorted(teaching)))
    record = OwnRecord(0, kind, host_school_id, schools=schools, taught=taught)
    return Event(
        PROPOSED, kind, kind, origin, on_day, max(on_day, last_day or on_day), tuple(year_groups), origin,
        for_schools=for_schools, movable=True, record=record,
    )  # fmt: skip


def _others(workspace: "Workspace", event: Event, leave_out: int | None) -> tuple[list[Event], Surroundings]:
    year = year_of(event.first)
    found = uncounted_events(workspace, year, workspace.calendar_owner())
    others = [
        one
        for one in found
        if one.record is None or one.origin != event.origin or leave_out is None or one.record.number != leave_out
    ]
    return others, _around(workspace, year, with_feeders=event.record is not None and event.record.what in OF_PUPILS)


def _around(workspace: "Workspace", academic_year: int, *, with_feeders: bool) -> Surroundings:
    @cache
    def terms_of(school_id: int | None, la_number: int | None) -> TermDates:
        return workspace.terms_for(school_id=school_id, la_number=la_number)

    def terms(event: Event) -> TermDates:
        return terms_of(event.record.school_id, event.record.la_number) if event.record else terms_of(None, None)

    return Surroundings(terms, _feeders(workspace, academic_year) if with_feeders else {})


def _feeders(workspace: "Workspace", academic_year: int) -> dict[int, frozenset[int]]:
    from transitions.workshops.feeders import links

    found: dict[int, set[int]] = {}
    for link in links(workspace, academic_year):
        found.setdefault(link.receiving_id, set()).add(link.feeder_id)
    return {receiving: frozenset(feeders) for receiving, feeders in found.items()}
