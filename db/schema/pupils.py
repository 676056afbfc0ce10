"""Pupils, schools, workers and milestones as SQLModel tables, and the journal; constraints live in the database itself.

Dates are dates, moments are UTC.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db import vocabulary
from db.milestones.definitions import MilestoneRow
from db.pupils.destinations import DestinationRow
from db.pupils.ehc_plans import EHC_PLAN, EhcPlan, PhaseTransfer
from db.pupils.pupils import ContactRow, Episode, PupilPage, SchoolRecord, WorkerRecord
from db.pupils.records import MarkerRow, ParticipationRow, RetentionRow
from db.pupils.school_groups import GroupRow, MemberRow
from db.schema.columns import NUMBERED, Numbered, flag, one_of, only, reference, table, text_column

School = table(
    "school",
    SchoolRecord,
    CheckConstraint("length(name) > 0", name="school_has_a_name"),
    CheckConstraint("urn IS NULL OR urn BETWEEN 100000 AND 999999", name="school_urn_has_six_digits"),
    CheckConstraint("low_age IS NULL OR high_age IS NULL OR low_age <= high_age", name="school_ages_in_order"),
    Index("school_by_name", "search_text", "id"),
    Index("school_by_number", "la_number", "establishment_number"),
    defaults={"search_text": ""},
    unique=("urn",),
)


SchoolGroup = table(
    "school_group",
    GroupRow,
    CheckConstraint("length(kind) > 0 AND length(name) > 0", name="school_group_has_a_name"),
    UniqueConstraint("kind", "name", name="school_group_once"),
    joined=("schools",),
)

SchoolGroupMember = table(
    "school_group_member",
    MemberRow,
    CheckConstraint("until_year IS NULL OR until_year >= from_year", name="school_group_member_years_in_order"),
    UniqueConstraint("group_id", "school_id", "from_year", name="school_group_member_once"),
    joined=("kind", "name", "school"),
    references={"group_id": "school_group"},
)


Worker = table(
    "worker",
    WorkerRecord,
    CheckConstraint("length(name) > 0", name="worker_has_a_name"),
    one_of("role", vocabulary.WORKER_ROLES, "worker_role_is_known"),
    defaults={"role": "transitions team"},
    unique=("name",),
)


DERIVED = {
    "search_text": str,
    "social_care_now": str | None,
    "next_milestone_id": int | None,
    "next_due_on": date | None,
    "next_late_after": date,
    "missed_open": int,
    "counted_as": int,
}
"""Kept up to date by planning and no part of the journal: they can be worked out again from the rest at any time."""

Pupil = table(
    "pupil",
    PupilPage,
    CheckConstraint("length(surname) > 0 OR length(forename) > 0", name="pupil_has_a_name"),
    CheckConstraint("upn IS NULL OR length(upn) = 13", name="pupil_upn_has_thirteen_characters"),
    CheckConstraint("uln IS NULL OR length(uln) = 10", name="pupil_uln_has_ten_digits"),
    CheckConstraint("sex IS NULL OR sex IN ('F', 'M')", name="pupil_sex_is_known_code"),
    CheckConstraint("cohort_year BETWEEN 1950 AND 2200", name="pupil_cohort_year_in_range"),
    CheckConstraint(
        "attendance_percent IS NULL OR attendance_percent BETWEEN 0 AND 100",
        name="pupil_attendance_is_a_percentage",
    ),
    CheckConstraint("suspensions IS NULL OR suspensions >= 0", name="pupil_suspensions_not_negative"),
    one_of("sen_provision", vocabulary.PROVISIONS, "pupil_sen_provision_is_known"),
    CheckConstraint(f"tier IS NULL OR tier IN {vocabulary.TIERS!r}", name="pupil_tier_is_known"),
    # the last two stand in what lists go by, so that they are read, narrowed and counted off the index alone
    Index("pupil_by_name", "search_text", "id", "archived_at", "counted_as"),
    Index("pupil_by_need", "next_late_after", "search_text", "id", "archived_at", "counted_as"),
    Index("pupil_by_owner", "owner_id", "next_late_after", "search_text", "id", "archived_at", "counted_as"),
    Index(
        "pupil_by_cohort", text("cohort_year DESC"), "next_late_after", "search_text", "id", "archived_at", "counted_as"
    ),
    Index("pupil_by_due", "next_due_on", "next_late_after", "cohort_year", "archived_at", "counted_as"),
    Index("pupil_by_school", "school_id", "cohort_year"),
    Index("pupil_by_next_school", "next_school_id"),
    Index("pupil_by_birth", "date_of_birth"),
    Index(
        "pupil_archived",
        "id",
        "archived_at",
        **only("archived_at IS NOT NULL"),
    ),
    joined=(
        "school",
        "next_school",
        "next_school_stage",
        "owner",
        "archived",
        "missed_open",
        "ehc_plan_id",
        *EHC_PLAN,
    ),
    also={"archived_at": datetime | None, **DERIVED},
    references={"owner_id": "worker", "next_milestone_id": None},
    defaults={
        "sen_provision": "N",
        "search_text": "",
        "next_late_after": vocabulary.FAR_FUTURE,
        "missed_open": 0,
        "counted_as": 0,
    },
    unique=("upn", "uln"),
)


class PupilCount(SQLModel, table=True):
    """How many pupils, but for archived ones, are counted alike: see ``db.caseload.kept``."""

    __tablename__ = "pupil_count"
    __table_args__: ClassVar[Any] = ({"sqlite_with_rowid": False},)

    cohort_year: int = Field(primary_key=True)
    unowned: bool = Field(primary_key=True)
    counted_as: int = Field(primary_key=True)
    number: int


class PlaceCount(SQLModel, table=True):
    """How many of them are at a school and go to a school; 0 is none."""

    __tablename__ = "place_count"
    __table_args__: ClassVar[Any] = ({"sqlite_with_rowid": False},)

    school_id: int = Field(primary_key=True)
    next_school_id: int = Field(primary_key=True)
    number: int


_COUNTED = "cohort_year", "owner_id", "counted_as", "archived_at", "school_id", "next_school_id"


def _adds(which: str, by: int) -> str:
    """Put a pupil, ``new`` or ``old``, in its place in what is kept, or take it out."""
    keys = {
        "pupil_count": {
            "cohort_year": "{0}.cohort_year",
            "unowned": "{0}.owner_id IS NULL",
            "counted_as": "{0}.counted_as",
        },
        "place_count": {"school_id": "coalesce({0}.school_id, 0)", "next_school_id": "coalesce({0}.next_school_id, 0)"},
    }
    done = []
    for kept, key in keys.items():
        of = {column: value.format(which) for column, value in key.items()}
        done.append(
            f"INSERT INTO {kept} ({', '.join(of)}, number) SELECT {', '.join(of.values())}, {by} WHERE {which}.archived_at IS NULL "
            f"ON CONFLICT DO UPDATE SET number = number + {by};"
        )
        if by < 0:
            same = " AND ".join(f"{column} = ({value})" for column, value in of.items())
            done.append(f"DELETE FROM {kept} WHERE {same} AND number = 0;")
    return " ".join(done)


TRIGGERS = (
    f"CREATE TRIGGER pupil_comes AFTER INSERT ON pupil BEGIN {_adds('new', 1)} END",
    f"CREATE TRIGGER pupil_goes AFTER DELETE ON pupil BEGIN {_adds('old', -1)} END",
    (
        f"CREATE TRIGGER pupil_moves AFTER UPDATE OF {', '.join(_COUNTED)} ON pupil "
        f"WHEN ({', '.join(f'old.{one}' for one in _COUNTED)}) IS NOT ({', '.join(f'new.{one}' for one in _COUNTED)}) "
        f"BEGIN {_adds('old', -1)} {_adds('new', 1)} END"
    ),
)


class Need(SQLModel, table=True):
    """One of a pupil's special educational needs; rank 1 is the primary need."""

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("pupil_id", "code", name="need_once_for_a_pupil"),
        CheckConstraint("rank BETWEEN 1 AND 9", name="need_rank_in_range"),
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False, primary_key=True))
    rank: int = Field(primary_key=True)
    code: str = Field(sa_column=text_column(nullable=False))


SocialCareEpisode = table(
    "social_care_episode",
    Episode,
    one_of("kind", vocabulary.SOCIAL_CARE_KINDS, "social_care_kind_is_known"),
    CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="social_care_dates_in_order"),
    Index("social_care_by_pupil", "pupil_id"),
)


Destination = table(
    "destination",
    DestinationRow,
    one_of("stage", vocabulary.PLACE_STAGES, "destination_stage_is_known"),
    UniqueConstraint("pupil_id", "transition", "move_year", name="destination_once_for_a_move"),
    Index("destination_by_school", "school_id", "move_year"),
    Index("destination_by_year", "move_year"),
    joined=("school", "low_age", "high_age"),
)


EhcPlanRecord = table(
    "ehc_plan",
    EhcPlan,
    CheckConstraint(
        f"ehc_decision IS NULL OR ehc_decision IN {vocabulary.EHC_DECISIONS!r}", name="ehc_decision_is_known"
    ),
    CheckConstraint("ehc_ended_on IS NULL OR ehc_ended_on >= ehc_started_on", name="ehc_plan_days_in_order"),
    Index("ehc_plan_by_pupil", "pupil_id", "id"),
)


PhaseTransferRecord = table(
    "phase_transfer",
    PhaseTransfer,
    UniqueConstraint("pupil_id", "transition", "move_year", name="phase_transfer_once_for_a_move"),
    one_of("outcome", vocabulary.PLACE_OUTCOMES, "phase_transfer_outcome_is_known"),
    CheckConstraint("outcome = 'neither' OR final_on IS NOT NULL", name="phase_transfer_has_a_date"),
)


Contact = table(
    "contact",
    ContactRow,
    CheckConstraint("circle IS NULL OR circle IN ('inner', 'middle', 'outer')", name="contact_circle_is_known"),
    Index("contact_by_pupil", "pupil_id"),
)


MilestoneRecord = table(
    "milestone",
    MilestoneRow,
    one_of("severity", vocabulary.SEVERITIES, "milestone_severity_is_known"),
    defaults={"position": 0, "origin": "shipped"},
    unique=("code",),
)


class PupilMilestone(SQLModel, table=True):
    """A milestone for one pupil in one cycle: when it is due, and what happened.

    ``outcome`` is empty until somebody (or, with ``from_record``, the pupil's own record) says what happened.
    ``late_after`` is the last day on which it is still in time. ``missed_on`` stays when a missed step is later put
    right. The indexes of open steps hold ``outcome`` although it is NULL in all of their rows: without it SQLite looks
    every row up in the table to be sure.
    """

    __tablename__ = "pupil_milestone"
    __table_args__: ClassVar[Any] = (
        CheckConstraint(f"outcome IS NULL OR outcome IN {vocabulary.OUTCOMES!r}", name="outcome_is_known"),
        CheckConstraint("outcome NOT IN ('met', 'late') OR done_on IS NOT NULL", name="done_has_a_date"),
        CheckConstraint(
            "outcome <> 'missed' OR (missed_on IS NOT NULL AND reason IS NOT NULL)", name="missed_has_a_reason"
        ),
        CheckConstraint(
            "outcome NOT IN ('waived', 'not applicable') OR reason IS NOT NULL", name="waived_has_a_reason"
        ),
        Index(
            "open_by_date",
            "late_after",
            "pupil_id",
            "milestone_id",
            "outcome",
            **only("outcome IS NULL"),
        ),
        Index(
            "open_by_pupil",
            "pupil_id",
            "late_after",
            "milestone_id",
            "outcome",
            **only("outcome IS NULL"),
        ),
        Index(
            "missed_by_date",
            "late_after",
            "pupil_id",
            "milestone_id",
            **only("outcome = 'missed'"),
        ),
        {"sqlite_with_rowid": False},
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False, primary_key=True))
    milestone_id: int = Field(sa_column=reference("milestone.id", nullable=False, primary_key=True))
    cycle: int = Field(primary_key=True)
    due_on: date | None = None
    late_after: date | None = None
    outcome: str | None = Field(default=None, sa_column=text_column())
    done_on: date | None = None
    missed_on: date | None = None
    reason: str | None = Field(default=None, sa_column=text_column())
    next_step: str | None = Field(default=None, sa_column=text_column())
    evidence: str | None = Field(default=None, sa_column=text_column())
    recorded_by: int | None = Field(default=None, sa_column=reference("worker.id"))
    from_record: bool = flag()


class Note(Numbered, table=True):
    """What somebody wrote down about a pupil."""

    __table_args__: ClassVar[Any] = (
        CheckConstraint("length(text) > 0", name="note_says_something"),
        Index("note_by_pupil", "pupil_id", "written_on"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    written_on: date
    worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))
    text: str = Field(sa_column=text_column(nullable=False))
    archived_at: datetime | None = None


class Reminder(SQLModel, table=True):
    """The day until which whatever is open for a pupil is left out of walks and Today."""

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False, primary_key=True))
    remind_on: date


class Setting(SQLModel, table=True):
    """One setting of this database, as JSON."""

    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=text_column(nullable=False))


class Desk(SQLModel, table=True):
    """What a worker left on the desk: the place in a walk, the last view, saved views, drafts. Never journalled."""

    worker_id: int = Field(sa_column=reference("worker.id", nullable=False, primary_key=True, on_delete="CASCADE"))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=text_column(nullable=False))


class UnfinishedFile(SQLModel, table=True):
    """A file on its way to its place, from before it is made until it is there. Never journalled."""

    __tablename__ = "unfinished_file"

    folder: str = Field(sa_column=Column(Text, primary_key=True))
    target: str = Field(sa_column=text_column(nullable=False))
    replaces: bool = flag()
    digest: str | None = Field(default=None, sa_column=text_column())
    action_id: int | None = None
    placed: bool = flag()


Participation = table(
    "participation",
    ParticipationRow,
    CheckConstraint("(pupil_id IS NULL) <> (school_id IS NULL)", name="participation_of_a_pupil_or_a_school"),
    CheckConstraint("length(programme) > 0", name="participation_has_a_programme"),
    CheckConstraint(
        "ended_on IS NULL OR started_on IS NULL OR ended_on >= started_on", name="participation_days_in_order"
    ),
    *(
        CheckConstraint(f"{column} IS NULL OR {column} BETWEEN 0 AND 100", name=f"participation_{column}_in_range")
        for column in ("understanding_before", "understanding_after")
    ),
    joined=("school",),
)


Marker = table(
    "marker",
    MarkerRow,
    one_of("kind", vocabulary.MARKER_KINDS, "marker_kind_is_known"),
    one_of("what", vocabulary.MARKED, "marker_is_about_something_known"),
    CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="marker_days_in_order"),
    Index("marker_by_pupil", "pupil_id"),
)


RetentionReview = table(
    "retention_review",
    RetentionRow,
    CheckConstraint("length(reason) > 0", name="retention_review_says_why"),
    CheckConstraint("kept_until > decided_on", name="retention_review_days_in_order"),
    Index("retention_review_by_pupil", "pupil_id"),
)


class JournalAction(Numbered, table=True):
    """One named action: the audit trail, the pupil's history and the undo stack are these rows."""

    __tablename__ = "journal"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("kind IN ('change', 'undo', 'redo', 'export')", name="journal_kind_is_known"),
        Index("journal_by_undone", "undoes"),
        NUMBERED,
    )

    at: datetime
    worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))
    kind: str = Field(sa_column=text_column(nullable=False))
    name: str = Field(sa_column=text_column(nullable=False))
    summary: str = Field(sa_column=text_column(nullable=False))
    undoes: int | None = Field(default=None, sa_column=reference("journal.id"))


class JournalChange(SQLModel, table=True):
    """One row's old and new values within an action; only the columns that changed."""

    __tablename__ = "journal_change"
    __table_args__: ClassVar[Any] = (
        Index("journal_change_by_pupil", "pupil_id", "action_id"),
        {"sqlite_with_rowid": False},
    )

    action_id: int = Field(sa_column=reference("journal.id", nullable=False, primary_key=True))
    position: int = Field(primary_key=True)
    table_name: str = Field(sa_column=text_column(nullable=False))
    row_key: str = Field(sa_column=text_column(nullable=False))
    pupil_id: int | None = None
    old_values: str | None = Field(default=None, sa_column=text_column())
    new_values: str | None = Field(default=None, sa_column=text_column())
