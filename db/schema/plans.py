"""The tables of person-centred plans: the plan, what hangs on it, its audits, and what families say of it.

What was agreed stands: triggers refuse to change a plan's content after the day it was agreed, so that neither a slip nor
an undo can alter it quietly. A change makes a new version.
"""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from db import vocabulary
from db.schema.columns import NUMBERED, Numbered, flag, one_of, only, reference, text_column


class Plan(Numbered, table=True):
    """One version of a pupil's person-centred plan for one transition point."""

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("pupil_id", "transition", "version", name="plan_version_once"),
        one_of("status", vocabulary.PLAN_STATUSES, "plan_status_is_known"),
        one_of("destination_stage", vocabulary.DESTINATION_STAGES, "plan_destination_stage_is_known"),
        CheckConstraint("version >= 1", name="plan_version_from_one"),
        CheckConstraint(
            "status IN ('draft', 'shared with family', 'closed') OR agreed_on IS NOT NULL",
            name="plan_agreed_has_a_date",
        ),
        Index("plan_by_review", "review_on"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    transition: str = Field(sa_column=text_column(nullable=False))
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    status: str = Field(default="draft", sa_column=text_column(nullable=False, server_default="draft"))
    author_id: int | None = Field(default=None, sa_column=reference("worker.id"))
    template: str | None = Field(default=None, sa_column=text_column())
    opened_on: date
    shared_on: date | None = None
    agreed_on: date | None = None
    active_on: date | None = None
    reviewed_on: date | None = None
    review_on: date | None = None
    closed_on: date | None = None
    close_reason: str | None = Field(default=None, sa_column=text_column())
    named_worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))
    named_worker_from: date | None = None
    named_worker_until: date | None = None
    admired: str | None = Field(default=None, sa_column=text_column())
    important_to_me: str | None = Field(default=None, sa_column=text_column())
    support: str | None = Field(default=None, sa_column=text_column())
    communication: str | None = Field(default=None, sa_column=text_column())
    pupil_voice: str | None = Field(default=None, sa_column=text_column())
    pupil_voice_how: str | None = Field(default=None, sa_column=text_column())
    pupil_voice_on: date | None = None
    hopes: str | None = Field(default=None, sa_column=text_column())
    hopes_how: str | None = Field(default=None, sa_column=text_column())
    hopes_on: date | None = None
    family_voice: str | None = Field(default=None, sa_column=text_column())
    different_views: str | None = Field(default=None, sa_column=text_column())
    working_pupil: str | None = Field(default=None, sa_column=text_column())
    not_working_pupil: str | None = Field(default=None, sa_column=text_column())
    working_family: str | None = Field(default=None, sa_column=text_column())
    not_working_family: str | None = Field(default=None, sa_column=text_column())
    working_school: str | None = Field(default=None, sa_column=text_column())
    not_working_school: str | None = Field(default=None, sa_column=text_column())
    working_others: str | None = Field(default=None, sa_column=text_column())
    not_working_others: str | None = Field(default=None, sa_column=text_column())
    destination: str | None = Field(default=None, sa_column=text_column())
    destination_school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    destination_stage: str | None = Field(default=None, sa_column=text_column())
    destination_on: date | None = None
    destination_from: date | None = None
    back_up: str | None = Field(default=None, sa_column=text_column())
    risks: str | None = Field(default=None, sa_column=text_column())
    decision_making: str | None = Field(default=None, sa_column=text_column())
    advocate_offered: bool | None = None
    advocate_on: date | None = None
    adult_assessments: str | None = Field(default=None, sa_column=text_column())
    sharing_basis: str | None = Field(default=None, sa_column=text_column())
    accessible_copy: str | None = Field(default=None, sa_column=text_column())


class PlanOutcome(Numbered, table=True):
    """What will be different by a day, in one of the four areas, and from which hope it comes."""

    __tablename__ = "plan_outcome"
    __table_args__: ClassVar[Any] = (
        one_of("area", vocabulary.OUTCOME_AREAS, "plan_outcome_area_is_known"),
        one_of("progress", vocabulary.OUTCOME_PROGRESS, "plan_outcome_progress_is_known"),
        CheckConstraint("length(outcome) > 0", name="plan_outcome_says_what"),
        Index("plan_outcome_by_plan", "plan_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    plan_id: int = Field(sa_column=reference("plan.id", nullable=False))
    area: str = Field(sa_column=text_column(nullable=False))
    hope: str | None = Field(default=None, sa_column=text_column())
    baseline: str | None = Field(default=None, sa_column=text_column())
    outcome: str = Field(sa_column=text_column(nullable=False))
    by_when: date | None = None
    progress: str | None = Field(default=None, sa_column=text_column())
    progress_on: date | None = None


class PlanAction(Numbered, table=True):
    """Something a named person will do by a day.

    ``carried over`` rows stay with the version in which they were agreed; the copy in the next version is the one that is
    open. An action of an audit puts a plan right; it is for staff, and no part of what the plan says.
    """

    __tablename__ = "plan_action"
    __table_args__: ClassVar[Any] = (
        one_of("status", vocabulary.ACTION_STATUSES, "plan_action_status_is_known"),
        CheckConstraint("length(what) > 0", name="plan_action_says_what"),
        Index("plan_action_by_pupil", "pupil_id", "due_on"),
        Index("plan_action_by_plan", "plan_id"),
        Index(
            "plan_action_open_by_date",
            "due_on",
            "pupil_id",
            "status",
            **only("status = 'open'"),
        ),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    plan_id: int | None = Field(default=None, sa_column=reference("plan.id"))
    outcome_id: int | None = Field(default=None, sa_column=reference("plan_outcome.id"))
    audit_id: int | None = Field(default=None, sa_column=reference("plan_audit.id"))
    carried_from_id: int | None = Field(default=None, sa_column=reference("plan_action.id"))
    what: str = Field(sa_column=text_column(nullable=False))
    owner: str = Field(sa_column=text_column(nullable=False))
    due_on: date | None = None
    status: str = Field(default="open", sa_column=text_column(nullable=False, server_default="open"))
    added_on: date | None = None
    done_on: date | None = None
    evidence: str | None = Field(default=None, sa_column=text_column())


class PlanMeeting(Numbered, table=True):
    """A meeting about a plan, to come or held; a review is one that says what becomes of the plan."""

    __tablename__ = "plan_meeting"
    __table_args__: ClassVar[Any] = (
        one_of("kind", vocabulary.MEETING_KINDS, "plan_meeting_kind_is_known"),
        one_of("result", vocabulary.REVIEW_RESULTS, "plan_meeting_result_is_known"),
        Index("plan_meeting_by_plan", "plan_id", "held_on"),
        Index("plan_meeting_by_date", "held_on"),
        Index("plan_meeting_by_next", "next_on"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    plan_id: int = Field(sa_column=reference("plan.id", nullable=False))
    kind: str = Field(default="meeting", sa_column=text_column(nullable=False, server_default="meeting"))
    held_on: date
    happened: bool = flag()
    place: str | None = Field(default=None, sa_column=text_column())
    notes: str | None = Field(default=None, sa_column=text_column())
    decisions: str | None = Field(default=None, sa_column=text_column())
    result: str | None = Field(default=None, sa_column=text_column())
    advocacy_needed: bool | None = None
    next_on: date | None = None


class PlanAttendee(Numbered, table=True):
    """Somebody who was invited to a meeting, and whether the person came."""

    __tablename__ = "plan_attendee"
    __table_args__: ClassVar[Any] = (
        one_of("part", vocabulary.ATTENDEE_PARTS, "plan_attendee_part_is_known"),
        one_of("attendance", vocabulary.ATTENDANCES, "plan_attendee_attendance_is_known"),
        CheckConstraint("length(name) > 0", name="plan_attendee_has_a_name"),
        Index("plan_attendee_by_meeting", "meeting_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    meeting_id: int = Field(sa_column=reference("plan_meeting.id", nullable=False))
    name: str = Field(sa_column=text_column(nullable=False))
    part: str = Field(default="other", sa_column=text_column(nullable=False, server_default="other"))
    attendance: str = Field(default="invited", sa_column=text_column(nullable=False, server_default="invited"))


class PlanCopy(Numbered, table=True):
    """Somebody who holds a copy of a plan."""

    __tablename__ = "plan_copy"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("length(holder) > 0", name="plan_copy_has_a_holder"),
        Index("plan_copy_by_plan", "plan_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    plan_id: int = Field(sa_column=reference("plan.id", nullable=False))
    holder: str = Field(sa_column=text_column(nullable=False))
    form: str | None = Field(default=None, sa_column=text_column())
    given_on: date


class PlanAudit(Numbered, table=True):
    """How good a plan is, by a checklist, as somebody saw it who did not write it.

    ``judgements`` is JSON: the code of each item and met, partly, not met or not applicable.
    """

    __tablename__ = "plan_audit"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="plan_audit_score_is_a_percentage"),
        Index("plan_audit_by_plan", "plan_id", "audited_on"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    plan_id: int = Field(sa_column=reference("plan.id", nullable=False))
    auditor_id: int = Field(sa_column=reference("worker.id", nullable=False))
    audited_on: date
    checklist: str = Field(sa_column=text_column(nullable=False))
    judgements: str = Field(sa_column=text_column(nullable=False))
    score: int | None = None
    grade: str | None = Field(default=None, sa_column=text_column())
    comment: str | None = Field(default=None, sa_column=text_column())


class SurveyAsked(Numbered, table=True):
    """A family survey that was handed out: what a response rate is counted against."""

    __tablename__ = "survey_asked"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("plan_id", "moment", "respondent", name="survey_asked_once"),
        one_of("moment", vocabulary.SURVEY_MOMENTS, "survey_asked_moment_is_known"),
        one_of("respondent", vocabulary.RESPONDENTS, "survey_asked_respondent_is_known"),
        Index("survey_asked_by_pupil", "pupil_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    plan_id: int = Field(sa_column=reference("plan.id", nullable=False))
    moment: str = Field(sa_column=text_column(nullable=False))
    respondent: str = Field(sa_column=text_column(nullable=False))
    asked_on: date


class SurveyResponse(Numbered, table=True):
    """What a pupil, parent or carer said of the move.

    Without the respondent's consent neither pupil nor plan is kept, and the day is the first of its month; ``pair_code``
    alone brings a person's answers before and after together.
    """

    __tablename__ = "survey_response"
    __table_args__: ClassVar[Any] = (
        one_of("moment", vocabulary.SURVEY_MOMENTS, "survey_response_moment_is_known"),
        one_of("respondent", vocabulary.RESPONDENTS, "survey_response_respondent_is_known"),
        CheckConstraint("worry IS NULL OR worry BETWEEN 0 AND 10", name="survey_response_worry_in_range"),
        CheckConstraint("overall IS NULL OR overall BETWEEN 1 AND 5", name="survey_response_overall_in_range"),
        CheckConstraint("plan_id IS NULL OR pupil_id IS NOT NULL", name="survey_response_plan_has_its_pupil"),
        CheckConstraint(
            "pupil_id IS NOT NULL OR substr(answered_on, 9, 2) = '01'", name="survey_response_anonymous_has_no_day"
        ),
        Index("survey_response_by_plan", "plan_id"),
        Index("survey_response_by_code", "pair_code"),
        NUMBERED,
    )

    pupil_id: int | None = Field(default=None, sa_column=reference("pupil.id"))
    plan_id: int | None = Field(default=None, sa_column=reference("plan.id"))
    transition: str = Field(sa_column=text_column(nullable=False))
    moment: str = Field(sa_column=text_column(nullable=False))
    respondent: str = Field(sa_column=text_column(nullable=False))
    answered_on: date
    pair_code: str | None = Field(default=None, sa_column=text_column())
    survey: str = Field(sa_column=text_column(nullable=False))
    answers: str = Field(sa_column=text_column(nullable=False))
    worry: int | None = None
    overall: int | None = None
    worked: str | None = Field(default=None, sa_column=text_column())
    change: str | None = Field(default=None, sa_column=text_column())


_STANDS = f"SELECT RAISE(ABORT, '{vocabulary.WHAT_WAS_AGREED_STANDS}')"
_OF_AGREED = "(SELECT agreed_on FROM plan WHERE id = {}.plan_id) IS NOT NULL"
_AGREED_ACTION = (
    "old.audit_id IS NULL AND coalesce(old.added_on, '') {} (SELECT agreed_on FROM plan WHERE id = old.plan_id)"
)
TRIGGERS = (
    (
        f"CREATE TRIGGER agreed_plan_stands BEFORE UPDATE OF {', '.join(vocabulary.PLAN_CONTENT)} ON plan "
        f"WHEN old.agreed_on IS NOT NULL AND new.agreed_on IS NOT NULL BEGIN {_STANDS}; END"
    ),
    (
        f"CREATE TRIGGER agreed_outcome_stands BEFORE UPDATE OF {', '.join(vocabulary.OUTCOME_CONTENT)} ON plan_outcome "
        f"WHEN {_OF_AGREED.format('old')} BEGIN {_STANDS}; END"
    ),
    (
        "CREATE TRIGGER agreed_outcomes_gain_none BEFORE INSERT ON plan_outcome "
        f"WHEN {_OF_AGREED.format('new')} BEGIN {_STANDS}; END"
    ),
    (
        "CREATE TRIGGER agreed_outcomes_lose_none BEFORE DELETE ON plan_outcome "
        f"WHEN {_OF_AGREED.format('old')} BEGIN {_STANDS}; END"
    ),
    (
        f"CREATE TRIGGER agreed_action_stands BEFORE UPDATE OF {', '.join(vocabulary.ACTION_CONTENT)} ON plan_action "
        f"WHEN {_AGREED_ACTION.format('<=')} BEGIN {_STANDS}; END"
    ),
    # One that was added on the very day may have come after the agreement, and then its adding may be undone.
    (
        "CREATE TRIGGER agreed_actions_lose_none BEFORE DELETE ON plan_action "
        f"WHEN {_AGREED_ACTION.format('<')} BEGIN {_STANDS}; END"
    ),
)
"""What no table can declare; PostgreSQL would say the same in its own words."""
