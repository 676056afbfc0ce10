"""What a pupil's own record shows to be done: the day on which it did a milestone of a cycle."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from transitions.milestones.date_rule_types import DayAskedFor, DueContext
from transitions.milestones.facts import WITHIN_THE_YEAR, Facts, FileSent, HandoverDays, not_recorded
from transitions.milestones.milestone import MetBy, Milestone
from transitions.school_year import academic_year, add_months, year_of_cycle

_OF_PUPIL: Final[Mapping[MetBy, Callable[[Facts], date | None]]] = {
    "plan opened": lambda facts: facts.plan_opened_on,
    "plan agreed": lambda facts: facts.plan_agreed_on,
    "owner assigned": lambda facts: facts.owner_since,
    "part-time timetable ended": lambda facts: facts.part_time_timetable_ended_on,
    "re-integration checked": lambda facts: facts.reintegration_checked_on,
    "EHC decision made": lambda facts: facts.ehc_decided_on or facts.ehc_started_on,
    "EHC plan made": lambda facts: facts.ehc_started_on,
    "funding applied for": lambda facts: facts.funding_applied_on,
}

_OF_HANDOVER: Final[Mapping[MetBy, Callable[[HandoverDays], date | None]]] = {
    "handover sent": lambda handover: handover.sent_on,
    "handover acknowledged": lambda handover: handover.acknowledged_on,
}
_OF_FILE: Final[Mapping[MetBy, Callable[[FileSent], date | None]]] = {
    "child protection file sent": lambda file: file.sent_on,
    "child protection receipt": lambda file: file.receipt_on,
}
_AHEAD_OF_A_MOVE: Final = 3
"""Months before a move from which a file that goes is for this move."""
_LEAVING_UNLESS_KNOWN: Final = frozenset({-1, 6, 11})
"""Year groups at whose end pupils leave, when nothing is known of their school."""


def done_on(milestone: Milestone, cycle: int, facts: Facts) -> date | None:
    """The day on which a milestone of a cycle was done by the pupil's own record, or None.

    What was done again counts from the first time: a handover that is sent once more was sent in time all the same.
    """
    met_by = milestone.met_by
    if met_by is None:
        return None
    if met_by in _OF_PUPIL:
        day = _OF_PUPIL[met_by](facts)
        # stale by the next move; the others hold for as long as they stand, or belong to one occasion
        stale = day is not None and met_by == "plan agreed" and academic_year(day) < year_of_cycle(cycle) - 1
        return None if stale else day
    return min(_days(milestone, cycle, facts), default=None)


def may_be_done(met_by: MetBy | None, facts: Facts) -> bool:
    """Whether there is anything in a pupil's record that could do a milestone of that kind, whichever its move."""
    if met_by is None:
        return False
    if met_by in _OF_PUPIL:
        return _OF_PUPIL[met_by](facts) is not None
    return bool(facts.destinations or facts.handovers or facts.files_sent or facts.places_named)


def due_by(milestone: Milestone, context: DueContext) -> date:
    """The day by the milestone's rule. Raises as that, and DayAskedFor while the answer is known, but not its day."""
    facts = context.facts
    answer = "ehc_started_on"
    asked_for = milestone.answered_by_plan and facts.ehc_requested_on is not None and answer in facts.not_known
    if asked_for and done_on(milestone, context.academic_year, facts) is None:
        raise DayAskedFor(not_recorded(answer), answer)
    return milestone.rule.due(context)


def counted_from(milestone: Milestone, cycle: int, facts: Facts) -> date | None:
    """The day from which a step that follows a sending counts: the last time that it went. None for anything else."""
    if milestone.met_by == "handover sent":
        days = (one.last_sent_on for one in facts.handovers_for(milestone.transition, year_of_cycle(cycle)))
        return max((day for day in days if day is not None), default=None)
    if milestone.met_by == "child protection file sent":
        return max(_days(milestone, cycle, facts), default=None)
    return None


def _days(milestone: Milestone, cycle: int, facts: Facts) -> Iterator[date]:
    year, met_by = year_of_cycle(cycle), milestone.met_by
    found: Iterator[date | None] = iter(())
    if met_by == "next school recorded":
        found = (one.recorded_on for one in facts.destinations_for(milestone.transition, year) if one.is_place(facts))
    elif met_by is not None and met_by in _OF_HANDOVER:
        found = map(_OF_HANDOVER[met_by], facts.handovers_for(milestone.transition, year))
    elif met_by == "place named in the EHC plan":
        found = (one.final_on for one in facts.places_named if one[:2] == (milestone.transition, year))
    elif met_by == "final EHC plan recorded":  # the review before the change of school, whichever that is
        found = (one.final_on for one in facts.places_named if one.move_year == year == cycle)
    elif met_by is not None and met_by in _OF_FILE:
        found = map(_OF_FILE[met_by], _files(milestone.transition, facts.move_year(milestone.transition, year), facts))
    return (day for day in found if day is not None)


def _files(transition: str, year: int, facts: Facts) -> Sequence[FileSent]:
    """The child protection files that went for one move: none that went for another, which may be weeks away.

    Of several those count that went to the present school, once it is the one that the move led to.
    """
    last = date(year + 2, 8, 31)
    moved_on = facts.in_year_move_on
    if transition in WITHIN_THE_YEAR:
        if moved_on is None:
            return ()
        others = [date(end + 1, 9, 1) for end in (year - 1, year) if _leaves(facts, end - facts.cohort_year)]
        own, first = moved_on, add_months(moved_on, -_AHEAD_OF_A_MOVE)
    else:
        own, first = date(year + 1, 9, 1), date(year, 9, 1)
        others = [] if moved_on is None else [moved_on]
    found = [
        file
        for file in facts.files_sent
        if first <= file.sent_on <= last
        and all(abs(file.sent_on - own) <= abs(file.sent_on - other) for other in others)
        and not (transition not in WITHIN_THE_YEAR and _came_along(file, year, facts))
    ]
    return [file for file in found if file.to_here] or found


def _came_along(file: FileSent, year: int, facts: Facts) -> bool:
    """Whether a file came to the school that is to be left at the end of a year, and so cannot have gone on from it.

    While it is not known what the present school teaches, the time tells: files go ahead of a move by weeks.
    """
    if not file.to_here or facts.first_year_group is not None:
        return file.to_here and facts.teaches(year - facts.cohort_year)
    return file.sent_on < add_months(date(year + 1, 9, 1), -_AHEAD_OF_A_MOVE)


def _leaves(facts: Facts, group: int) -> bool:
    leaving = facts.in_year_group(group).leaving_year_group
    return group in _LEAVING_UNLESS_KNOWN if leaving is None else leaving == group
