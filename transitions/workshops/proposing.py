"""Whom to invite to a workshop: schools between which pupils move, those of last time, and those of the year groups."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from db.workshops import feeders as schools
from db.workshops import workshops as store
from db.workshops.workshops import WorkshopRow
from transitions.dates import short_with_year
from transitions.school_year import academic_year, split_year_groups, year_groups_label
from transitions.workshops.feeders import Link, links
from transitions.workshops.saving import standing
from transitions.workspace import Workspace

__all__ = ["Proposed", "moves_about", "proposed"]


@dataclass(frozen=True)
class Proposed:
    """A school to invite, why, and how many of the pupils that the workshop is about move to or from it."""

    school_id: int
    school: str
    reason: str
    movers: int = 0


def proposed(workspace: Workspace, workshop_id: int) -> list[Proposed]:
    """Give the schools to invite that are not yet, those with most movers first, each with the reason in words.

    They are the schools between which pupils of the workshop's year groups move (from and to the host, if there is one), as
    recorded; those that were invited to the last of the series; and, without a host or when neither gives any, the schools
    of the council that teach these year groups.
    """
    row = standing(workspace, workshop_id)
    connection = workspace.read()
    reasons = _Reasons(
        frozenset(
            number
            for number in (row.host_school_id, *(one.school_id for one in store.invitations(connection, workshop_id)))
            if number is not None
        )
    )
    _from_destinations(reasons, workspace, moves_about(workspace, row))
    _from_series(reasons, workspace, row)
    if row.host_school_id is None or not reasons.names:
        _from_year_groups(reasons, workspace, row)
    return reasons.in_order()


def moves_about(workspace: Workspace, row: WorkshopRow) -> list[Link]:
    """Give the moves that a workshop is about: of its academic year and year groups, from and to its host if it has one.

    Its year groups are those that pupils leave; when nobody leaves them, those that they enter (a workshop on Year 7).
    """
    groups = split_year_groups(row.year_groups)
    return _moves(workspace, row, groups) or _moves(workspace, row, [group - 1 for group in groups])


def _moves(workspace: Workspace, row: WorkshopRow, leaving: Sequence[int]) -> list[Link]:
    year, host = academic_year(row.on_day), row.host_school_id
    if host is None:
        return links(workspace, year, year_groups=leaving)
    return [
        *links(workspace, year, year_groups=leaving, receiving_id=host),
        *links(workspace, year, year_groups=leaving, feeder_id=host),
    ]


@dataclass
class _Reasons:
    """What speaks for each school, by its number."""

    leave_out: frozenset[int]
    names: dict[int, str] = field(default_factory=dict)
    words: dict[int, list[str]] = field(default_factory=dict)
    movers: Counter[int] = field(default_factory=Counter)

    def add(self, school_id: int, school: str, words: str, movers: int = 0) -> None:
        if school_id not in self.leave_out:
            self.names[school_id] = school
            self.words.setdefault(school_id, []).append(words)
            self.movers[school_id] += movers

    def in_order(self) -> list[Proposed]:
        found = [
            Proposed(number, name, "; ".join(self.words[number]), self.movers[number])
            for number, name in self.names.items()
        ]
        return sorted(found, key=lambda one: (-one.movers, one.school, one.school_id))


def _from_destinations(reasons: _Reasons, workspace: Workspace, moves: Sequence[Link]) -> None:
    here = set(schools.standing(workspace.read(), sorted({number for link in moves for number in link.schools})))
    leaving: dict[int, list[Link]] = {}
    coming: dict[int, list[Link]] = {}
    for link in moves:
        leaving.setdefault(link.feeder_id, []).append(link)
        coming.setdefault(link.receiving_id, []).append(link)
    for number, found in leaving.items():
        if number in here:
            to = found[0].receiving if len(found) == 1 else f"{len(found)} schools"
            reasons.add(number, found[0].feeder, f"{_pupils(found, 'goes', 'go')} to {to}", _number(found))
    for number, found in coming.items():
        if number in here:
            origin = found[0].feeder if len(found) == 1 else f"{len(found)} schools"
            reasons.add(number, found[0].receiving, f"{_pupils(found, 'comes', 'come')} from {origin}", _number(found))


def _from_series(reasons: _Reasons, workspace: Workspace, row: WorkshopRow) -> None:
    connection = workspace.read()
    earlier = [one for one in store.of_series(connection, row.series) if one.on_day < row.on_day]
    last = next((one for one in reversed(earlier) if one.status != "cancelled"), None)
    if last is None:
        return
    open_still = {one.school_id for one in store.invited_again(connection, last.id)}
    marks: dict[tuple[int, str], set[str]] = {}
    for line in store.invitations(connection, last.id):
        if line.school_id is not None and line.school is not None and line.school_id in open_still:
            marks.setdefault((line.school_id, line.school), set()).add(line.attendance)
    for (number, name), of_school in marks.items():
        words = next(words for mark, words in _LAST_TIME.items() if mark in of_school)
        reasons.add(number, name, f"{words}, on {short_with_year(last.on_day)}")


_LAST_TIME = {
    "came": "came last time",
    "apologies": "sent apologies last time",
    "absent": "did not come last time",
    "invited": "was invited last time",
}


def _from_year_groups(reasons: _Reasons, workspace: Workspace, row: WorkshopRow) -> None:
    groups = split_year_groups(row.year_groups)
    la_number = row.la_number or schools.council_of_most(workspace.read())
    for school in schools.open_schools(workspace.read(), la_number):
        if not groups:
            reasons.add(school.id, school.name, "is one of the schools here")
        elif school.low_age is not None and school.high_age is not None:
            taught = tuple(one for one in groups if school.low_age - 4 <= one <= school.high_age - 5)
            if taught:
                reasons.add(school.id, school.name, f"teaches {year_groups_label(taught)}")


def _number(found: Iterable[Link]) -> int:
    return sum(link.pupils for link in found)


def _pupils(found: Iterable[Link], one: str, many: str) -> str:
    number = _number(found)
    return f"1 pupil {one}" if number == 1 else f"{number:,} pupils {many}"
