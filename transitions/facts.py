"""What a milestone's criteria and date rules may read of a pupil."""

from datetime import date
from typing import Literal, NamedTuple

Provision = Literal["N", "K", "E"]
Tier = Literal["universal", "targeted", "enhanced"]
SocialCare = Literal["child in need", "child protection", "looked after", "care leaver", "short breaks"]


class Facts(NamedTuple):
    """One pupil as the rules see it, on the day of planning.

    ``leaving_year_group`` is the highest year group that the current school teaches (from the statutory high age; Year 6
    for an age of 11), or None when the school or its ages are not known. ``social_care_since`` is the first day of the
    open episodes.
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
    leaving_year_group: int | None = None
    in_year_move_on: date | None = None
    part_time_timetable_until: date | None = None
    next_school_recorded_on: date | None = None
    owner_since: date | None = None
    plan_opened_on: date | None = None
    plan_agreed_on: date | None = None
    plan_review_on: date | None = None
    calendar: str = ""
    """Which term dates hold for the pupil's school; pupils with the same key share computed due dates."""
