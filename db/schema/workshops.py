"""The tables of the year: terms and closures, what a council and its schools put into it, and workshops with what came of them.

Nobody in these tables is a pupil: a workshop is about moves, and its register is of schools and of the adults who came.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text

from db import vocabulary
from db.calendar.local_dates import AskRow, ClosureRow, TermRow, YearDateRow
from db.schema.columns import one_of, table
from db.workshops.attendance import ModuleRow
from db.workshops.workshops import FeedbackRow, InvitationRow, LinkRow, ProgressRow, WorkshopActionRow, WorkshopRow

TermRecord = table(
    "term",
    TermRow,
    CheckConstraint("first_day <= last_day", name="term_days_in_order"),
    Index("term_once", text("coalesce(la_number, 0)"), text("coalesce(school_id, 0)"), "first_day", unique=True),
)

Closure = table(
    "closure",
    ClosureRow,
    Index("closure_once", text("coalesce(la_number, 0)"), text("coalesce(school_id, 0)"), "day", unique=True),
)

YearDate = table(
    "year_date",
    YearDateRow,
    one_of("kind", vocabulary.YEAR_DATE_KINDS, "year_date_kind_is_known"),
    one_of("for_schools", vocabulary.FOR_SCHOOLS, "year_date_for_schools_is_known"),
    CheckConstraint("length(title) > 0", name="year_date_has_a_title"),
    CheckConstraint("last_day >= first_day", name="year_date_days_in_order"),
    Index("year_date_by_day", "first_day"),
    Index("year_date_by_uid", "uid"),
    joined=(
        "school",
        "low_age",
        "high_age",
    ),
    defaults={"year_groups": "", "for_schools": "all"},
    kinds={"archived_at": datetime | None},
)

AskRecord = table(
    "ask",
    AskRow,
    unique=("code",),
)

Workshop = table(
    "workshop",
    WorkshopRow,
    one_of("kind", vocabulary.WORKSHOP_KINDS, "workshop_kind_is_known"),
    one_of("status", vocabulary.WORKSHOP_STATUSES, "workshop_status_is_known"),
    CheckConstraint("length(title) > 0", name="workshop_has_a_title"),
    CheckConstraint("last_day IS NULL OR last_day >= on_day", name="workshop_days_in_order"),
    CheckConstraint("ends IS NULL OR starts IS NOT NULL", name="workshop_end_has_a_start"),
    Index("workshop_by_day", "on_day"),
    Index("workshop_by_series", "series", "on_day"),
    joined=(
        "host_school",
        "worker",
        "schools_invited",
        "schools_came",
        "open_actions",
        "schools_unmarked",
        "places_taken",
    ),
    defaults={"year_groups": "", "status": "planned"},
    kinds={"archived_at": datetime | None},
)

WorkshopInvitation = table(
    "workshop_invitation",
    InvitationRow,
    one_of("attendance", vocabulary.ATTENDANCES, "workshop_invitation_attendance_is_known"),
    CheckConstraint(
        "school_id IS NOT NULL OR agency IS NOT NULL OR name IS NOT NULL", name="workshop_invitation_says_whom"
    ),
    CheckConstraint("people IS NULL OR people >= 0", name="workshop_invitation_people_counted"),
    CheckConstraint("before IS NULL OR before BETWEEN 1 AND 5", name="workshop_invitation_before_in_range"),
    CheckConstraint("after IS NULL OR after BETWEEN 1 AND 5", name="workshop_invitation_after_in_range"),
    Index(
        "workshop_invitation_once",
        "workshop_id",
        text("coalesce(school_id, 0)"),
        text("coalesce(agency, '')"),
        text("coalesce(name, '')"),
        unique=True,
    ),
    Index("workshop_invitation_by_school", "school_id", "workshop_id"),
    joined=(
        "school",
        "phase",
    ),
    defaults={"attendance": "invited"},
)

Link = table(
    "link",
    LinkRow,
    CheckConstraint("(workshop_id IS NULL) <> (plan_id IS NULL)", name="link_belongs_to_one"),
    CheckConstraint("address LIKE 'http://%' OR address LIKE 'https://%'", name="link_is_of_the_web"),
)

WorkshopFeedback = table(
    "workshop_feedback",
    FeedbackRow,
    one_of("said_by", vocabulary.FEEDBACK_FROM, "workshop_feedback_said_by_is_known"),
    CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="workshop_feedback_rating_in_range"),
    CheckConstraint("rating IS NOT NULL OR words IS NOT NULL", name="workshop_feedback_says_something"),
    Index("workshop_feedback_by_workshop", "workshop_id"),
)

WorkshopAction = table(
    "workshop_action",
    WorkshopActionRow,
    CheckConstraint("length(what) > 0", name="workshop_action_says_what"),
    CheckConstraint("grade IS NULL OR grade BETWEEN 1 AND 4", name="workshop_action_grade_is_known"),
    CheckConstraint("grade IS NULL OR graded_on IS NOT NULL", name="workshop_action_grade_has_a_day"),
    CheckConstraint("dropped_on IS NULL OR drop_reason IS NOT NULL", name="workshop_action_dropped_has_a_reason"),
    Index("workshop_action_by_workshop", "workshop_id"),
    joined=(
        "workshop",
        "series",
        "agreed_on",
        "evidence",
    ),
)

WorkshopProgress = table(
    "workshop_progress",
    ProgressRow,
    CheckConstraint("grade BETWEEN 1 AND 4", name="workshop_progress_grade_is_known"),
    Index("workshop_progress_by_action", "action_id"),
    references={"action_id": "workshop_action"},
)

TrainingModule = table(
    "training_module",
    ModuleRow,
    Index("training_module_once", "programme", "name", unique=True),
    defaults={"position": 0},
)
