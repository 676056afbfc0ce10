"""The tables behind the figures for a committee, and the snapshots that keep what stood on a day.

What was frozen stands: triggers refuse to change or to take out a row of a snapshot.
"""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from db import vocabulary
from db.impact import records
from db.impact.snapshots import SnapshotRow
from db.schema.columns import one_of, reference, table, text_column

Service = table(
    "service",
    records.ServiceRow,
    CheckConstraint("length(name) > 0", name="service_has_a_name"),
    unique=("name",),
)

Referral = table(
    "referral",
    records.ReferralRow,
    CheckConstraint("length(service) > 0", name="referral_says_where_to"),
    one_of("outcome", vocabulary.REFERRAL_OUTCOMES, "referral_outcome_is_known"),
    CheckConstraint("outcome IS NULL OR answered_on IS NOT NULL", name="referral_answer_has_a_day"),
    CheckConstraint("answered_on IS NULL OR answered_on >= referred_on", name="referral_days_in_order"),
    CheckConstraint(
        "need_identified_on IS NULL OR need_identified_on <= referred_on", name="referral_comes_after_its_need"
    ),
    joined=("school",),
)

SchoolOffer = table(
    "school_offer",
    records.OfferRow,
    one_of("tier", vocabulary.OFFER_TIERS, "school_offer_tier_is_known"),
    CheckConstraint("days_a_week IS NULL OR days_a_week BETWEEN 0 AND 5", name="school_offer_days_in_range"),
    CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="school_offer_days_in_order"),
)

Recommendation = table(
    "recommendation",
    records.RecommendationRow,
    CheckConstraint("length(review) > 0 AND length(recommendation) > 0", name="recommendation_says_what"),
    CheckConstraint("grade IS NULL OR grade BETWEEN 1 AND 4", name="recommendation_grade_is_known"),
    CheckConstraint("grade IS NULL OR graded_on IS NOT NULL", name="recommendation_grade_has_a_day"),
    references={"workshop_action_id": "workshop_action"},
)

WellbeingScore = table(
    "wellbeing_score",
    records.ScoreRow,
    one_of("moment", vocabulary.SURVEY_MOMENTS, "wellbeing_score_moment_is_known"),
    UniqueConstraint("pupil_id", "scale", "dimension", "scored_on", name="wellbeing_score_once_a_day"),
)

Readiness = table(
    "readiness",
    records.ReadinessRow,
    *(
        CheckConstraint(f"{who}_rating IS NULL OR {who}_rating BETWEEN 1 AND 5", name=f"readiness_{who}_in_range")
        for who in ("school", "pupil", "family")
    ),
    UniqueConstraint("pupil_id", "assessed_on", name="readiness_once_a_day"),
)

Activity = table(
    "activity",
    records.ActivityRow,
    CheckConstraint("code BETWEEN 100 AND 999", name="activity_code_has_three_digits"),
    CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="activity_days_in_order"),
    Index("activity_by_pupil", "pupil_id", "started_on"),
)

CaseStudy = table(
    "case_study",
    records.CaseStudyRow,
    CheckConstraint("length(title) > 0 AND length(story) > 0", name="case_study_says_something"),
    CheckConstraint("withdrawn_on IS NULL OR agreed_on IS NOT NULL", name="case_study_withdraws_what_was_agreed"),
)

EnteredFigure = table(
    "entered_figure",
    records.EnteredRow,
    CheckConstraint("length(measure) > 0 AND length(source) > 0", name="entered_figure_has_a_source"),
    CheckConstraint("counted IS NOT NULL OR value IS NOT NULL", name="entered_figure_says_how_many"),
    CheckConstraint("counted IS NULL OR base IS NULL OR counted BETWEEN 0 AND base", name="entered_figure_within_base"),
    Index("entered_figure_by_measure", "measure"),
)

AttendanceWeek = table(
    "attendance_week",
    records.AttendanceWeekRow,
    CheckConstraint("possible BETWEEN 1 AND 14", name="attendance_week_has_sessions"),
    CheckConstraint("attended BETWEEN 0 AND possible", name="attendance_week_attended_in_range"),
    UniqueConstraint("pupil_id", "week_on", name="attendance_week_once"),
    joined=("school",),
)

Snapshot = table(
    "snapshot", SnapshotRow, Index("snapshot_by_day", "as_at"), joined=("made_by",), also={"worker_id": int | None}
)


class SnapshotStepRecord(SQLModel, table=True):
    """One step as it stood; without a number of its own, for a county has two million of them in a snapshot.

    The pupil is not pointed at, so that one who was taken out since is still counted where the pupil was counted.
    """

    __tablename__ = "snapshot_step"
    __table_args__: ClassVar[Any] = (
        one_of("state", vocabulary.FROZEN_STATES, "snapshot_step_state_is_known"),
        {"sqlite_with_rowid": False},
    )

    snapshot_id: int = Field(sa_column=reference("snapshot.id", nullable=False, primary_key=True))
    pupil_id: int = Field(primary_key=True)
    milestone_id: int = Field(primary_key=True)
    cycle: int = Field(primary_key=True)
    due_on: date
    state: str = Field(sa_column=text_column(nullable=False))
    done_on: date | None = None


_FROZEN = f"SELECT RAISE(ABORT, '{vocabulary.WHAT_WAS_FROZEN_STANDS}')"
TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_{what}_never BEFORE {event} ON {table} BEGIN {_FROZEN}; END"
    for table in ("snapshot", "snapshot_step")
    for what, event in (("changes", "UPDATE"), ("goes", "DELETE"))
)
