"""What a milestone's criteria and date rules may read of a pupil."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

from transitions.milestones.destinations import IN_YEAR, Move, Taught
from transitions.school_year import academic_year

WITHIN_THE_YEAR: Final = frozenset({"INYR", "P16-P16"})
"""Moves on the day of a pupil's in-year move; all others are made at the end of an academic year."""
Provision = Literal["N", "K", "E"]
Tier = Literal["universal", "targeted", "enhanced"]
EhcAssessment = Literal["asked for", "being assessed", "plan made", "ended without a plan"]


CARE_LEAVER: Final = "care leaver"


class PlanReview(NamedTuple):
    """When a plan in force is to be reviewed, and since when it waits for that: the last review, or else the agreement."""

    transition: str
    due_on: date
    since: date


class HandoverDays(NamedTuple):
    """How far the handover of one move has come: when it went to the next school, first and last, and was acknowledged.

    ``move_year`` is the academic year at whose end (or within which) the move is made. The days are None as long as nothing
    has gone to the school that the pupil moves to: not yet, not successfully, or to a school that it no longer is.
    """

    transition: str
    move_year: int
    sent_on: date | None = None
    last_sent_on: date | None = None
    acknowledged_on: date | None = None


class Destination(NamedTuple):
    """Where the pupil goes on one move: since when the place is what ``stage`` says, and what that school and the one left teach.

    ``leaves`` says that it is another school, known to teach the year group after the summer: the pupil does not go on at the
    one that is left, whatever its ages are.
    """

    move: Move
    recorded_on: date
    stage: str
    taught: Taught
    left: Taught = Taught()
    leaves: bool = False
    stays: bool = False

    def is_place(self, facts: "Facts") -> bool:
        """Whether it does for its move: more than intended, at a school that teaches, or may teach, the year group after it."""
        return self.stage != "intended" and self.taught.may_teach(self.move.group_after(facts.cohort_year))


class PlaceNamed(NamedTuple):
    """That the final EHC plan of one move names the place, or its type, and when it was made."""

    transition: str
    move_year: int
    final_on: date


class FileSent(NamedTuple):
    """That a child protection file went to a school, and when its receipt came; ``to_here`` when it is the present one."""

    sent_on: date
    receipt_on: date | None = None
    to_here: bool = False


class Occasion(NamedTuple):
    """One of what may come several times in a pupil's life, by its name in OCCASIONS: its day, and when it was done with.

    The day is None when it is to be asked for.
    """

    what: str
    on: date | None
    done_on: date | None = None


OCCASIONS: Final[Mapping[str, tuple[str, str]]] = {
    "part-time timetable": ("part_time_timetable_since", "part_time_timetable_ended_on"),
    "re-integration": ("reintegrated_on", "reintegration_checked_on"),
    "funding": ("funding_ends_on", "funding_applied_on"),
}
"""The fields of Facts that hold the day of an occasion, and the day on which it was done with."""


SINCE_WHEN: Final[Mapping[str, str]] = {
    "looked_after_since": "care start date?",
    "social_care_since": "social care start date?",
    "care_leaver_since": "social care start date?",
    "looked_after_until": "care end date?",
    "social_care_until": "social care end date?",
    "left_roll_on": "off-roll date?",
    "part_time_timetable_since": "part-time start date?",
    "part_time_timetable_until": "part-time end date?",
    "ehc_started_on": "EHC plan start date?",
}
"""What is asked for a field of Facts whose day is not recorded though it is known that there is one."""


def not_recorded(fact: str) -> str:
    """``The EHC plan start date is not recorded.``"""
    return f"The {SINCE_WHEN[fact].rstrip('?')} is not recorded."


_EDITED: Final = "E on the pupil’s page, or transitions edit pupil PUPIL {}=DAY"
_DATED: Final = "g on the pupil’s page, or transitions event {}"
_OF_PLAN: Final = "P on the pupil’s page, or transitions plan {} PUPIL"
RECORDED_BY: Final[Mapping[str, str]] = {
    **{
        name: _EDITED.format(name)
        for name in (
            "in_year_move_on", "social_care_since", "part_time_timetable_until", "ehc_requested_on", "ehc_started_on",
        )
    },
    "looked_after_since": _EDITED.format('social_care="looked after" social_care_since'),
    "care_leaver_since": _EDITED.format('social_care="care leaver" social_care_since'),
    "part_time_timetable_since": _DATED.format('add PUPIL kind="part-time timetable" started_on=DAY'),
    "left_roll_on": _DATED.format("edit NUMBER started_on=DAY (its number: event list PUPIL)"),
    "reintegrated_on": _DATED.format("edit NUMBER back_on=DAY"),
    "plan_opened_on": _OF_PLAN.format("new"),
    "plan_agreed_on": _OF_PLAN.format("agree"),
    "plan_review_on": _OF_PLAN.format("agree"),
}  # fmt: skip
"""By which key, or which command, a day that rules count from is recorded."""


def leaving_group(group: int, first: int | None, last: int | None) -> int | None:
    """The last year group of the school that a pupil of ``group`` is (or was) at, None when that is not known.

    ``first`` and ``last`` are those that the present school teaches. A group that it does not teach was spent at another:
    the one that was left at its end when the present school begins right after it, and one not known otherwise.
    """
    if first is None or group >= first:
        return last
    return group if group + 1 == first else None


class Facts(NamedTuple):
    """One pupil as the rules see it, on the day of planning.

    ``first_year_group`` and ``leaving_year_group`` are the lowest and highest year groups that the current school teaches
    (from the statutory ages; Year 6 for a high age of 11), or None when the school or its ages are not known. ``social_care_since`` is the day since
    when the case is open without a break, in whatever way. ``plan_review_on`` is the soonest of ``plan_reviews``, and the day of a kind of ``occasions`` is that of the
    first which is not done with.
    """

    date_of_birth: date
    cohort_year: int
    sen_provision: Provision = "N"
    tier: Tier | None = None
    social_care: frozenset[str] = frozenset()
    social_care_since: date | None = None
    looked_after_since: date | None = None
    care_leaver_since: date | None = None
    leaving_care_until: date | None = None
    """Support ends at 21, or at 25 for who asks for it."""
    support_has_ended: bool = False
    """Whether that is over, so that a care leaver is open to social care no more."""
    last_time: date | None = None
    """When a step that comes again and again was last done, or else due."""
    not_known: frozenset[str] = frozenset()
    """The fields of ``SINCE_WHEN`` whose day is to be asked for."""
    care_times: tuple[tuple[str, date | None, date | None], ...] = ()
    """From when until when each kind of ``social_care`` is open, as far as it is known."""
    previously_looked_after: bool = False
    child_protection_file: bool = False
    pupil_premium: bool = False
    free_school_meals: bool = False
    english_additional_language: bool = False
    young_carer: bool = False
    first_year_group: int | None = None
    leaving_year_group: int | None = None
    in_year_move_on: date | None = None
    left_roll_on: date | None = None
    """The day of the move during the year, else since when the pupil is off roll before the end of the school."""
    part_time_timetable_until: date | None = None
    owner_since: date | None = None
    ehc_requested_on: date | None = None
    ehc_decision: str | None = None
    ehc_decided_on: date | None = None
    ehc_started_on: date | None = None
    ehc_ended_on: date | None = None
    ehc_to_secondary_end: bool = False
    plan_opened_on: date | None = None
    plan_agreed_on: date | None = None
    plan_review_on: date | None = None
    plan_reviews: tuple[PlanReview, ...] = ()
    part_time_timetable_since: date | None = None
    part_time_timetable_ended_on: date | None = None
    reintegrated_on: date | None = None
    reintegration_checked_on: date | None = None
    funding_ends_on: date | None = None
    funding_applied_on: date | None = None
    destinations: tuple[Destination, ...] = ()
    handovers: tuple[HandoverDays, ...] = ()
    files_sent: tuple[FileSent, ...] = ()
    places_named: tuple[PlaceNamed, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    calendar: str = ""
    """Which term dates hold for the pupil's school; pupils with the same key share computed due dates."""

    def has_ehc_plan_on(self, day: date) -> bool:
        """Whether ``day`` lies between the start and the end of the EHC plan, as far as these are known."""
        return (self.ehc_started_on or day) <= day <= (self.ehc_ended_on or day)

    @property
    def ehc_assessment(self) -> EhcAssessment | None:
        """How far a request for an EHC assessment has come; None when there was none."""
        if self.ehc_requested_on is None:
            return None
        if self.ehc_started_on is not None or "ehc_started_on" in self.not_known:
            return "plan made"
        if self.ehc_ended_on is not None or self.ehc_decision == "do not assess":
            return "ended without a plan"
        return "being assessed" if self.ehc_decision else "asked for"

    def in_year_group(self, group: int) -> "Facts":
        """The facts as they hold for a year group, also one gone by (see ``leaving_group``), at the school of that year.

        So the steps of last summer's move stay when the new school is recorded in September. The school is the one that the
        next recorded move leaves; another school that is recorded for the summer ends the pupil's time at it, and is the school
        of the years after it.
        """
        first, leaving = self.first_year_group, leaving_group(group, self.first_year_group, self.leaving_year_group)
        move = self.move_from(group)
        if move is not None and move.left.last is not None and self.teaches(group):
            first, leaving = move.left
        if move is not None and move.leaves and move.move.year == self.cohort_year + group:
            leaving = group
        if move is None and self.teaches(group):
            gone = [one for one in self.destinations if one.leaves and one.left == (first, leaving)]
            first, leaving = gone[-1].taught if gone else (first, leaving)
        if (first, leaving) == (self.first_year_group, self.leaving_year_group):
            return self
        return self._replace(first_year_group=first, leaving_year_group=leaving)

    def move_from(self, group: int) -> Destination | None:
        """The first move to another school that is recorded for a year group, or for a later one."""
        year = self.cohort_year + group
        return next((one for one in self.destinations if one.move.year >= year and not one.stays), None)

    @property
    def open_care(self) -> frozenset[str]:
        """The kinds of ``social_care`` that make a pupil open to it today."""
        return self.social_care - {CARE_LEAVER} if self.support_has_ended else self.social_care

    def stays(self, group: int) -> bool:
        """Whether it is recorded that the pupil goes on at the same school after a year group."""
        year = self.cohort_year + group
        return any(one.stays and one.move.year == year for one in self.destinations)

    def teaches(self, group: int) -> bool:
        """Whether the present school teaches a year group, or a lower one; also while that is not known."""
        return self.first_year_group is None or group >= self.first_year_group

    def knows(self, field: int) -> bool:
        """Whether the field of this place holds a value, or one that is to be asked for."""
        return self[field] is not None or self._fields[field] in self.not_known

    def at_birth(self) -> "Facts":
        """The facts with the date of birth in place of every day that is not known: none of them is earlier."""
        return self._replace(**dict.fromkeys(self.not_known, self.date_of_birth))  # type: ignore[arg-type] # days

    def on(self, day: date) -> "Facts":
        """The facts without the social care that began after a day, or ended before: it asks for nothing that is due then."""
        return self._with_care({kind for kind, begun, end in self.care_times if (begun or day) <= day <= (end or day)})

    def before_the_end(self, day: date) -> "Facts":
        """The facts without the social care that ended before a day."""
        return self._with_care({kind for kind, _, end in self.care_times if day <= (end or day)})

    def _with_care(self, kinds: set[str]) -> "Facts":
        return self if not self.care_times or kinds == self.social_care else self._replace(social_care=frozenset(kinds))

    def at(self, occasion: Occasion) -> "Facts":
        day, done = OCCASIONS[occasion.what]
        return self._replace(**{day: occasion.on, done: occasion.done_on})  # type: ignore[arg-type] # both are days

    def for_plans_of(self, transition: str) -> "Facts":
        """The facts as a milestone of a transition point sees them: with the review of the plans for that move."""
        return self._replace(
            plan_review_on=min((one.due_on for one in self.plan_reviews if one.transition == transition), default=None)
        )

    def move_year(self, transition: str, year: int) -> int:
        """The academic year of a move whose step is of ``year``: one within the year may fall due in the year after."""
        if transition in WITHIN_THE_YEAR and self.in_year_move_on is not None:
            return academic_year(self.in_year_move_on)
        return year

    def destinations_for(self, transition: str, year: int) -> list[Destination]:
        move = Move(IN_YEAR if transition in WITHIN_THE_YEAR else transition, self.move_year(transition, year))
        return [one for one in self.destinations if one.move == move]

    def handovers_for(self, transition: str, year: int) -> list[HandoverDays]:
        """The handovers for a move, drafts too; ``year`` is the academic year of the move's steps."""
        move = transition, self.move_year(transition, year)
        return [one for one in self.handovers if (one.transition, one.move_year) == move]
