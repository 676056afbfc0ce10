"""What a milestone's criteria and date rules may read of a pupil."""

from datetime import date
from typing import Literal, NamedTuple

Provision = Literal["N", "K", "E"]
Tier = Literal["universal", "targeted", "enhanced"]
SocialCare = Literal["child in need", "child protection", "looked after", "care leaver", "short breaks"]


class PlanReview(NamedTuple):
    """When a plan in force is to be reviewed, and since when it waits for that: the last review, or else the agreement."""

    transition: str
    due_on: date
    since: date


class Facts(NamedTuple):
    """One pupil as the rules see it, on the day of planning.

    ``first_year_group`` and ``leaving_year_group`` are the lowest and highest year groups that the current school teaches
    (from the statutory ages; Year 6 for a high age of 11), or None when the school or its ages are not known. ``social_care_since`` is the first day of the
    open episodes. ``plan_review_on`` is the soonest of ``plan_reviews``.
    """

    date_of_birth: date
    cohort_year: int
    sen_provision: Provision = "N"
    tier: Tier | None = None
    social_care: frozenset[str] = frozenset()
    social_care_since: date | None = None
    looked_after_since: date | None = None
    previously_looked_after: bool = False
    child_protection_file: bool = False
    pupil_premium: bool = False
    free_school_meals: bool = False
    english_additional_language: bool = False
    young_carer: bool = False
    first_year_group: int | None = None
    leaving_year_group: int | None = None
    in_year_move_on: date | None = None
    part_time_timetable_until: date | None = None
    next_school_recorded_on: date | None = None
    owner_since: date | None = None
    plan_opened_on: date | None = None
    plan_agreed_on: date | None = None
    plan_review_on: date | None = None
    plan_reviews: tuple[PlanReview, ...] = ()
    calendar: str = ""
    """Which term dates hold for the pupil's school; pupils with the same key share computed due dates."""

    def in_year_group(self, group: int) -> "Facts":
        """Give the facts as they hold for a year group, also one gone by.

        A year group that the current school does not teach is spent at another: the one that the pupil leaves at its end
        when the current school begins right after it, and one not known otherwise. So the steps of last summer's move stay
        when the new school is recorded in September.
        """
        if self.first_year_group is None or group >= self.first_year_group:
            return self
        return self._replace(leaving_year_group=group if group + 1 == self.first_year_group else None)

    def for_plans_of(self, transition: str) -> "Facts":
        """Give the facts as a milestone of a transition point sees them: with the review of the plans for that move."""
        return self._replace(
            plan_review_on=min((one.due_on for one in self.plan_reviews if one.transition == transition), default=None)
        )
