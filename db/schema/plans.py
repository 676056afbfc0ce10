"""The tables of person-centred plans: the plan, what hangs on it, its audits, and what families say of it.

What was agreed stands: triggers refuse to change a plan's content after the day it was agreed, so that neither a slip nor
an undo can alter it quietly. A change makes a new version.
"""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from db import vocabulary
from db.plans.plans import ActionRow, AttendeeRow, CopyRow, MeetingRow, OutcomeRow, PlanRow
from db.plans.quality import AskedRow, AuditRow, ResponseRow
from db.schema.columns import one_of, only, table

Plan = table(
    "plan",
    PlanRow,
    UniqueConstraint("pupil_id", "transition", "version", name="plan_version_once"),
    one_of("status", vocabulary.PLAN_STATUSES, "plan_status_is_known"),
    one_of("destination_stage", vocabulary.DESTINATION_STAGES, "plan_destination_stage_is_known"),
    CheckConstraint("version >= 1", name="plan_version_from_one"),
    CheckConstraint(
        "status IN ('draft', 'shared with family', 'closed') OR agreed_on IS NOT NULL",
        name="plan_agreed_has_a_date",
    ),
    Index("plan_by_review", "review_on"),
    joined=(
        "author",
        "named_worker",
        "destination_school",
    ),
    references={"author_id": "worker"},
    defaults={"version": 1, "status": "draft"},
)

PlanOutcome = table(
    "plan_outcome",
    OutcomeRow,
    one_of("area", vocabulary.OUTCOME_AREAS, "plan_outcome_area_is_known"),
    one_of("progress", vocabulary.OUTCOME_PROGRESS, "plan_outcome_progress_is_known"),
    CheckConstraint("length(outcome) > 0", name="plan_outcome_says_what"),
    Index("plan_outcome_by_plan", "plan_id"),
)

PlanAction = table(
    "plan_action",
    ActionRow,
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
    references={"outcome_id": "plan_outcome", "audit_id": "plan_audit", "carried_from_id": "plan_action"},
    defaults={"status": "open"},
)

PlanMeeting = table(
    "plan_meeting",
    MeetingRow,
    one_of("kind", vocabulary.MEETING_KINDS, "plan_meeting_kind_is_known"),
    one_of("result", vocabulary.REVIEW_RESULTS, "plan_meeting_result_is_known"),
    Index("plan_meeting_by_plan", "plan_id", "held_on"),
    Index("plan_meeting_by_date", "held_on"),
    Index("plan_meeting_by_next", "next_on"),
    defaults={"kind": "meeting"},
)

PlanAttendee = table(
    "plan_attendee",
    AttendeeRow,
    one_of("part", vocabulary.ATTENDEE_PARTS, "plan_attendee_part_is_known"),
    one_of("attendance", vocabulary.ATTENDANCES, "plan_attendee_attendance_is_known"),
    CheckConstraint("length(name) > 0", name="plan_attendee_has_a_name"),
    Index("plan_attendee_by_meeting", "meeting_id"),
    references={"meeting_id": "plan_meeting"},
    defaults={"part": "other", "attendance": "invited"},
)

PlanCopy = table(
    "plan_copy",
    CopyRow,
    CheckConstraint("length(holder) > 0", name="plan_copy_has_a_holder"),
    Index("plan_copy_by_plan", "plan_id"),
)

PlanAudit = table(
    "plan_audit",
    AuditRow,
    CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="plan_audit_score_is_a_percentage"),
    Index("plan_audit_by_plan", "plan_id", "audited_on"),
    joined=("auditor",),
    references={"auditor_id": "worker"},
)

SurveyAsked = table(
    "survey_asked",
    AskedRow,
    UniqueConstraint("plan_id", "moment", "respondent", name="survey_asked_once"),
    one_of("moment", vocabulary.SURVEY_MOMENTS, "survey_asked_moment_is_known"),
    one_of("respondent", vocabulary.RESPONDENTS, "survey_asked_respondent_is_known"),
    Index("survey_asked_by_pupil", "pupil_id"),
    joined=("transition",),
)

SurveyResponse = table(
    "survey_response",
    ResponseRow,
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
)


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
