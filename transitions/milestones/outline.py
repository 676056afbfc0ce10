"""What of a pupil's facts decides which steps there are: pupils who are alike in it share most of a plan, whatever their own days are."""

from collections.abc import Iterable, Iterator
from datetime import date
from operator import itemgetter
from typing import Any, Final, get_type_hints

from transitions.milestones.by_record import may_be_done
from transitions.milestones.criteria import Criteria
from transitions.milestones.criteria_fields import KEYS
from transitions.milestones.facts import Facts
from transitions.milestones.milestone import Milestone
from transitions.school_year import academic_year

_CARE: Final = frozenset({"social_care", "looked_after"})
"""The criteria that depend on the day that is asked about."""


class Outlines:
    """The outlines of pupils, as far as these criteria can tell them apart."""

    def __init__(self, criteria: Iterable[Criteria]) -> None:
        asked = {key for one in criteria for key in _keys(one)}
        own = {name for name, kind in get_type_hints(Facts).items() if kind == date | None}
        listed = {"care_times", "plan_reviews", "files_sent", "places_named", "occasions"}
        other = {"date_of_birth", "destinations", "handovers", *(KEYS.keys() - asked)}
        places = {name: place for place, name in enumerate(Facts._fields)}
        self._whether = itemgetter(*(places[name] for name in Facts._fields if name in own | listed))
        self._what = itemgetter(*(places[name] for name in Facts._fields if name not in own | listed | other))

    def of(self, facts: Facts, planned_from: date) -> tuple[Any, ...]:
        """The outline: of days only whether they are known, of lists only whether there is anything in them."""
        return (
            planned_from,
            academic_year(facts.date_of_birth),
            self._what(facts),
            tuple(map(bool, self._whether(facts))),
            tuple([(one.move, one[3:]) for one in facts.destinations]),
            tuple([one[:2] for one in facts.handovers]),
        )

    @staticmethod
    def settles(milestone: Milestone, facts: Facts) -> bool:
        """Whether the outline alone says that a step which comes with the year stands, by when, and that nothing has done it."""
        return (
            not milestone.reads
            and not milestone.shown_by
            and not (milestone.of_ehc_plan and (facts.ehc_started_on or facts.ehc_ended_on))
            and not (facts.care_times and not _CARE.isdisjoint(_keys(milestone.criteria)))
            and not may_be_done(milestone.met_by, facts)
        )


def _keys(criteria: Criteria) -> Iterator[str]:
    yield from (key for key, _ in criteria.wants)
    for one in criteria.any_of:
        yield from _keys(one)
