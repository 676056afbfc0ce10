"""Workshops, and the dates that a council and its schools put in themselves, as events of the year; nobody is named."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from db.calendar import local_dates as store
from db.calendar.local_dates import SchoolAges
from db.workshops import workshops as workshop_store
from transitions.calendar.events import Event, Owner, OwnRecord
from transitions.school_year import academic_year_span
from transitions.workshops.kinds import KINDS
from transitions.workshops.page import groups_of

if TYPE_CHECKING:
    from transitions.workspace import Workspace

__all__ = ["date_events", "workshop_events", "year_groups_taught"]

_SHORT = 16
_CANCELLED = "cancelled"
_RECEPTION_FROM = 4
_YOUNGEST, _OLDEST = -2, 14


def workshop_events(
    workspace: "Workspace", academic_year: int, owner: Owner, *, cancelled: bool = False
) -> Iterator[Event]:
    """Give the workshops of the year: of a school those that it hosts or is invited to, and those that invite no school yet.

    Their notes and agenda stay out, and so do the people who are invited: what is shown here goes to walls and mailing lists.
    """
    connection, span = workspace.read(), academic_year_span(academic_year)
    invited = store.invited(connection, *span)
    every: frozenset[int] = frozenset().union(*invited.values())
    taught = {one.school_id: year_groups_taught([one]) for one in store.ages(connection, every)}
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
            groups_of(row.year_groups), "workshop", detail=_workshop_detail(row, len(schools)), for_schools="all",
            movable=True, record=record,
        )  # fmt: skip


def date_events(workspace: "Workspace", academic_year: int, owner: Owner) -> Iterator[Event]:
    """Give the year's own dates of the council and its schools: of a school, its own and those for all."""
    for row in store.between(workspace.read(), *academic_year_span(academic_year)):
        if not _of_council(row.la_number, owner) or (owner.school_id and row.school_id not in (None, owner.school_id)):
            continue
        title = row.title if row.school is None or owner.school_id else f"{row.title}, {row.school}"
        own = [SchoolAges(row.school_id, row.low_age, row.high_age)] if row.school_id else []
        yield Event(
            f"date.{row.id}", title, _short(row.title), "date", row.first_day, row.last_day, groups_of(row.year_groups), "date",
            source=row.source or "", detail=row.detail or "", for_schools=row.for_schools, movable=True,
            record=OwnRecord(row.id, row.kind, row.school_id, row.la_number, taught=year_groups_taught(own)),
        )  # fmt: skip


def year_groups_taught(schools: Iterable[SchoolAges]) -> tuple[int, ...]:
    """Give the year groups that these schools teach by their statutory ages; none when they are not known of each."""
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
    """Give what these schools teach together, each different set once; none when one of them is not known."""
    sets = {taught[school] for school in schools}
    return () if () in sets else tuple(sorted({group for groups in sets for group in groups}))


def _of_council(la_number: int | None, owner: Owner) -> bool:
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
