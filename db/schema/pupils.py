"""Pupils, schools, workers and milestones as SQLModel tables, and the journal; constraints live in the database itself.

Dates are dates, moments are UTC. Columns marked *derived* are kept up to date by planning and are no part of the
journal: they can be worked out again from the rest at any time.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db import vocabulary
from db.milestones.definitions import MilestoneRow
from db.pupils import ContactRow, Episode
from db.schema.columns import NUMBERED, Numbered, flag, one_of, only, reference, table, text_column


class School(Numbered, table=True):
    """A school, nursery or college: what the national register says of it, or what a person typed."""

    __table_args__: ClassVar[Any] = (
        CheckConstraint("length(name) > 0", name="school_has_a_name"),
        CheckConstraint("urn IS NULL OR urn BETWEEN 100000 AND 999999", name="school_urn_has_six_digits"),
        CheckConstraint("low_age IS NULL OR high_age IS NULL OR low_age <= high_age", name="school_ages_in_order"),
        Index("school_by_name", "search_text", "id"),
        Index("school_by_number", "la_number", "establishment_number"),
        NUMBERED,
    )

    name: str = Field(sa_column=text_column(nullable=False))
    urn: int | None = Field(default=None, unique=True)
    la_number: int | None = None
    establishment_number: int | None = None
    phase: str | None = Field(default=None, sa_column=text_column())
    kind: str | None = Field(default=None, sa_column=text_column())
    status: str | None = Field(default=None, sa_column=text_column())
    low_age: int | None = None
    high_age: int | None = None
    town: str | None = Field(default=None, sa_column=text_column())
    postcode: str | None = Field(default=None, sa_column=text_column())
    telephone: str | None = Field(default=None, sa_column=text_column())
    closed_on: date | None = None
    archived_at: datetime | None = None
    search_text: str = Field(default="", sa_column=text_column(nullable=False, server_default=""))


class Worker(Numbered, table=True):
    """A person who answers for pupils: transitions team member, SENCO, social worker."""

    __table_args__: ClassVar[Any] = (
        CheckConstraint("length(name) > 0", name="worker_has_a_name"),
        one_of("role", vocabulary.WORKER_ROLES, "worker_role_is_known"),
        NUMBERED,
    )

    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    role: str = Field(
        default="transitions team", sa_column=text_column(nullable=False, server_default="transitions team")
    )
    email: str | None = Field(default=None, sa_column=text_column())
    telephone: str | None = Field(default=None, sa_column=text_column())
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    archived_at: datetime | None = None


class Pupil(Numbered, table=True):
    """A child or young person, 0 to 25.

    ``cohort_year`` is the academic year in which the pupil is (or would be) in Reception, after any shift by hand for a
    pupil taught out of chronological year; a year group is never stored.
    """

    __table_args__: ClassVar[Any] = (
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
        Index("pupil_by_name", "search_text", "id"),
        Index("pupil_by_need", "next_late_after", "search_text", "id"),
        Index("pupil_by_owner", "owner_id", "next_late_after", "search_text", "id"),
        Index("pupil_by_cohort", text("cohort_year DESC"), "next_late_after", "search_text", "id"),
        Index("pupil_by_school", "school_id", "cohort_year"),
        Index("pupil_by_next_school", "next_school_id"),
        Index("pupil_by_birth", "date_of_birth"),
        Index(
            "pupil_archived",
            "id",
            **only("archived_at IS NOT NULL"),
        ),
        NUMBERED,
    )

    upn: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    former_upn: str | None = Field(default=None, sa_column=text_column())
    uln: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    surname: str = Field(sa_column=text_column(nullable=False))
    forename: str = Field(sa_column=text_column(nullable=False))
    preferred_name: str | None = Field(default=None, sa_column=text_column())
    date_of_birth: date
    sex: str | None = Field(default=None, sa_column=text_column())
    cohort_year: int
    out_of_year_reason: str | None = Field(default=None, sa_column=text_column())
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    next_school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    next_school_recorded_on: date | None = None
    in_year_move_on: date | None = None
    sen_provision: str = Field(default="N", sa_column=text_column(nullable=False, server_default="N"))
    tier: str | None = Field(default=None, sa_column=text_column())
    owner_id: int | None = Field(default=None, sa_column=reference("worker.id"))
    owner_since: date | None = None
    pupil_premium: bool = flag()
    free_school_meals: bool = flag()
    previously_looked_after: bool = flag()
    child_protection_file: bool = flag()
    english_additional_language: bool = flag()
    home_language: str | None = Field(default=None, sa_column=text_column())
    young_carer: bool = flag()
    attendance_percent: float | None = None
    suspensions: int | None = None
    part_time_timetable: bool = flag()
    part_time_timetable_until: date | None = None
    planned_from: date
    archived_at: datetime | None = None
    # derived
    search_text: str = Field(default="", sa_column=text_column(nullable=False, server_default=""))
    social_care_now: str | None = Field(default=None, sa_column=text_column())
    next_milestone_id: int | None = None
    next_due_on: date | None = None
    next_late_after: date = Field(
        default=vocabulary.FAR_FUTURE, sa_column_kwargs={"server_default": vocabulary.FAR_FUTURE.isoformat()}
    )
    missed_open: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


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
            "missed_on",
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
    remind_on: date | None = None
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


class Setting(SQLModel, table=True):
    """One setting of this database, as JSON."""

    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=text_column(nullable=False))


class Desk(SQLModel, table=True):
    """What a worker left on the desk: the place in a walk, the last view, saved views, drafts. Never journalled."""

    worker_id: int = Field(sa_column=reference("worker.id", nullable=False, primary_key=True, on_delete="CASCADE"))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=text_column(nullable=False))


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
