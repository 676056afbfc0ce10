"""What the rules may read of a pupil, from what is recorded."""

from datetime import date

from db.milestones.planning import PupilFacts
from transitions.milestones.facts import OCCASIONS, Facts, FileSent, HandoverDays, Occasion, PlanReview
from transitions.school_year import academic_year
from transitions.term_dates import Calendars

__all__ = ["facts_of"]

_YOUNGER = frozenset({"EY-R", "R-1", "2-3", "MID", "6-7"})
"""Moves of younger children."""
_PREPARING_FROM = 9
"""The year group from which a plan prepares for adulthood (SEND code of practice 8.9)."""


def facts_of(row: PupilFacts, calendars: Calendars, today: date) -> Facts:
    """Give what the rules may read of a pupil, as things stand on ``today``."""
    open_now = [(kind, start) for kind, start, end in row.episodes if start <= today and (end is None or end >= today)]
    looked_after = [start for kind, start in open_now if kind == "looked after"]
    grown = academic_year(today) - row.cohort_year >= _PREPARING_FROM
    # a plan of the move to Year 7 that nobody closed is no plan for adult life
    plans = [plan for plan in row.plans if not (grown and plan[0] in _YOUNGER)]
    occasions = tuple(Occasion(*one) for one in row.occasions)
    open_days = {OCCASIONS[one.what][0]: one.on for one in reversed(occasions) if one.done_on is None}
    return Facts(
        date_of_birth=row.date_of_birth,
        cohort_year=row.cohort_year,
        sen_provision=row.sen_provision,  # type: ignore[arg-type] # the database holds nothing else: a check constraint
        tier=row.tier,  # type: ignore[arg-type] # the same
        social_care=frozenset(kind for kind, _ in open_now),
        social_care_since=min((start for _, start in open_now), default=None),
        looked_after_since=min(looked_after, default=None),
        previously_looked_after=bool(row.previously_looked_after),
        child_protection_file=bool(row.child_protection_file),
        pupil_premium=bool(row.pupil_premium),
        free_school_meals=bool(row.free_school_meals),
        english_additional_language=bool(row.english_additional_language),
        young_carer=bool(row.young_carer),
        first_year_group=None if row.low_age is None else row.low_age - 4,
        leaving_year_group=None if row.high_age is None else row.high_age - 5,
        in_year_move_on=row.in_year_move_on,
        part_time_timetable_until=row.part_time_timetable_until,
        next_school_recorded_on=row.next_school_recorded_on,
        owner_since=row.owner_since,
        plan_opened_on=min((opened for _, opened, _ in plans), default=None),
        plan_agreed_on=max((agreed for _, _, agreed in plans if agreed is not None), default=None),
        plan_review_on=row.reviews[0][1] if row.reviews else None,
        plan_reviews=tuple(PlanReview(*review) for review in row.reviews),
        part_time_timetable_since=open_days.get("part_time_timetable_since"),
        reintegrated_on=open_days.get("reintegrated_on"),
        funding_ends_on=open_days.get("funding_ends_on"),
        handovers=tuple(HandoverDays(*handover) for handover in row.handovers),
        files_sent=tuple(FileSent(sent, receipt, bool(to_here)) for sent, receipt, to_here in row.files_sent),
        occasions=occasions,
        calendar=calendars.key(row.school_id, row.la_number),
    )
