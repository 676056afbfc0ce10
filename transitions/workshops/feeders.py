"""Which schools feed which: links between schools, counted from the destinations that are recorded for pupils."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.workshops import feeders as store
from db.workshops.feeders import ChangeOfSchool, FeederMove, Teaching
from transitions.milestones.destinations import Taught
from transitions.pupils import school_groups
from transitions.pupils.school_groups import schools_in
from transitions.school_year import academic_year_span
from transitions.text import Share
from transitions.workspace import Workspace

__all__ = ["FeederMove"]


class Link(NamedTuple):
    """From which school to which, and how many pupils."""

    feeder_id: int
    feeder: str
    receiving_id: int
    receiving: str
    pupils: int

    @property
    def schools(self) -> tuple[int, int]:
        return self.feeder_id, self.receiving_id


def links(
    workspace: Workspace,
    academic_year: int,
    *,
    year_groups: Sequence[int] | None = None,
    feeder_id: int | None = None,
    receiving_id: int | None = None,
    group: int | None = None,
) -> list[Link]:
    """Between which schools pupils move during or at the end of an academic year, most pupils first.

    ``year_groups`` are those that the pupils leave (none, or an empty one, for all); the next two choose one school, and
    ``group`` the moves from or to the schools that belong to a group in that year. Counted as ``moves`` does.
    """
    of_group = None if group is None else schools_in(workspace, group, academic_year)
    counts: Counter[tuple[int, str, int, str]] = Counter()
    for move in moves(workspace, academic_year, feeder_id=feeder_id, receiving_id=receiving_id):
        if not year_groups or academic_year - move.cohort_year in year_groups:
            counts[move.feeder_id, move.feeder, move.receiving_id, move.receiving] += move.pupils
    every = (Link(*key, pupils) for key, pupils in counts.items())
    found = [link for link in every if of_group is None or not of_group.isdisjoint(link.schools)]
    return sorted(found, key=lambda link: (-link.pupils, link.feeder, link.receiving, link.feeder_id))


class GroupMoves(NamedTuple):
    """How many pupils leave the schools of a group for another school, and how many of them for one of the same group;
    likewise how many come, and how many of them from within."""

    group_id: int
    group: str
    stay: Share
    from_within: Share


def by_group(workspace: Workspace, academic_year: int, *, year_groups: Sequence[int] | None = None) -> list[GroupMoves]:
    found, every = [], links(workspace, academic_year, year_groups=year_groups)
    for group in school_groups.groups(workspace, academic_year):
        own = schools_in(workspace, group.id, academic_year)
        leave = sum(link.pupils for link in every if link.feeder_id in own)
        come = sum(link.pupils for link in every if link.receiving_id in own)
        within = sum(link.pupils for link in every if own.issuperset(link.schools))
        called = school_groups.called(group)
        found.append(GroupMoves(group.id, called, Share(within, leave), Share(within, come)))
    return found


def moves(
    workspace: Workspace, academic_year: int, *, feeder_id: int | None = None, receiving_id: int | None = None
) -> list[FeederMove]:
    """The moves of pupils alike during or at the end of an academic year, of all schools or from or to one.

    Pupils are counted by the destination of that move on their record, which stays when the move is made. Of those who have
    none it is the change of school in the history, when it was from the end of one school to the beginning of the other: a
    school that was put right or has a new number is no move.
    """
    recorded = store.moves(workspace.read(), academic_year, feeder_id, receiving_id)
    made = _moves_made(workspace, academic_year)
    return recorded + [
        move for move in made if feeder_id in (None, move.feeder_id) and receiving_id in (None, move.receiving_id)
    ]


def movers(workspace: Workspace, academic_year: int, feeder_id: int, receiving_id: int) -> list[int]:
    """The pupils whom ``moves`` counts from one school to the other, wherever they are now."""
    made = _journeys(workspace, academic_year)
    return [
        *store.movers(workspace.read(), academic_year, feeder_id, receiving_id),
        *(pupil_id for pupil_id, _, old, new in made if (old.id, new.id) == (feeder_id, receiving_id)),
    ]


def _moves_made(workspace: Workspace, academic_year: int) -> list[FeederMove]:
    found = Counter((cohort, old, new) for _, cohort, old, new in _journeys(workspace, academic_year))
    return [
        FeederMove(old.id, old.name, new.id, new.name, cohort_year, pupils)
        for (cohort_year, old, new), pupils in found.items()
    ]


def _journeys(workspace: Workspace, academic_year: int) -> list[tuple[int, int, Teaching, Teaching]]:
    """Who, of which cohort, went from where to where: the moves at the end of a year that have been made: recorded from the April before it to the end of the year after."""
    first, last = date(academic_year + 1, 4, 1), academic_year_span(academic_year + 1)[1]
    if workspace.clock.today < first:
        return []
    begun: dict[int, ChangeOfSchool] = {}
    ended: dict[int, ChangeOfSchool] = {}
    known = store.with_destination(workspace.read(), academic_year)
    for change in store.changes_of_school(workspace.read(), first, last):
        if change.pupil_id in known:
            continue
        begun.setdefault(change.pupil_id, change)
        ended[change.pupil_id] = change
    journeys = [(one, one.old_id or 0, ended[number].new_id or 0) for number, one in begun.items()]
    schools = store.schools(workspace.read(), {number for _, *both in journeys for number in both})
    return [
        (one.pupil_id, one.cohort_year, schools[old], schools[new])
        for one, old, new in journeys
        if old in schools and new in schools and _is_a_move(academic_year, one.cohort_year, schools[old], schools[new])
    ]


def _is_a_move(academic_year: int, cohort_year: int, old: Teaching, new: Teaching) -> bool:
    """Whether going from one school to the other is what a cohort does at the end of a year, as far as the ages tell."""
    group, left, there = academic_year - cohort_year, *(Taught.by_ages(one.low_age, one.high_age) for one in (old, new))
    between = group == left.last or group + 1 == there.first
    return old.id != new.id and between and (there.last is None or group < there.last)
