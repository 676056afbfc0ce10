"""The tables of the year: terms and closures, what a council and its schools put into it, and workshops with what came of them.

Nobody in these tables is a pupil: a workshop is about moves, and its register is of schools and of the adults who came.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlmodel import Field

from db import vocabulary
from db.schema.columns import NUMBERED, Numbered, one_of, reference, text_column


class TermRecord(Numbered, table=True):
    """A term, or half of one: for everybody, for one council's schools, or for one school."""

    __tablename__ = "term"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("first_day <= last_day", name="term_days_in_order"),
        Index("term_once", text("coalesce(la_number, 0)"), text("coalesce(school_id, 0)"), "first_day", unique=True),
        NUMBERED,
    )

    academic_year: int
    name: str = Field(sa_column=text_column(nullable=False))
    first_day: date
    last_day: date
    la_number: int | None = None
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))


class Closure(Numbered, table=True):
    """A day inside a term on which pupils are not in school."""

    __table_args__: ClassVar[Any] = (
        Index("closure_once", text("coalesce(la_number, 0)"), text("coalesce(school_id, 0)"), "day", unique=True),
        NUMBERED,
    )

    day: date
    reason: str = Field(sa_column=text_column(nullable=False))
    la_number: int | None = None
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))


class YearDate(Numbered, table=True):
    """A council's or a school's own date: something asked of schools once, a school's test or trip, another event.

    ``uid`` is what the entry is known by in the calendar file that it was read from, so that reading it again changes it.
    """

    __tablename__ = "year_date"
    __table_args__: ClassVar[Any] = (
        one_of("kind", vocabulary.YEAR_DATE_KINDS, "year_date_kind_is_known"),
        one_of("for_schools", vocabulary.FOR_SCHOOLS, "year_date_for_schools_is_known"),
        CheckConstraint("length(title) > 0", name="year_date_has_a_title"),
        CheckConstraint("last_day >= first_day", name="year_date_days_in_order"),
        Index("year_date_by_day", "first_day"),
        Index("year_date_by_uid", "uid"),
        NUMBERED,
    )

    kind: str = Field(sa_column=text_column(nullable=False))
    title: str = Field(sa_column=text_column(nullable=False))
    first_day: date
    last_day: date
    year_groups: str = Field(default="", sa_column=text_column(nullable=False, server_default=""))
    for_schools: str = Field(default="all", sa_column=text_column(nullable=False, server_default="all"))
    la_number: int | None = None
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    detail: str | None = Field(default=None, sa_column=text_column())
    source: str | None = Field(default=None, sa_column=text_column())
    uid: str | None = Field(default=None, sa_column=text_column())
    archived_at: datetime | None = None


class AskRecord(Numbered, table=True):
    """A council's own copy of something asked every year; what it has not changed is read from the program's own file."""

    __tablename__ = "ask"
    __table_args__: ClassVar[Any] = (NUMBERED,)

    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    definition: str = Field(sa_column=text_column(nullable=False))
    """The whole ask as JSON, in the keys of the file."""
    retired_on: date | None = None


class Workshop(Numbered, table=True):
    """Any dated meeting about transitions: a workshop, a forum, a LIFT meeting, a transition day, a training session.

    ``series`` joins the meetings that follow each other: actions are carried along it. ``starts`` and ``ends`` are hours
    such as "09:30"; ``year_groups`` is a list such as "6,7", empty when it is for all. ``programme`` and ``module`` say of
    a training session which set of modules it belongs to.
    """

    __table_args__: ClassVar[Any] = (
        one_of("kind", vocabulary.WORKSHOP_KINDS, "workshop_kind_is_known"),
        one_of("status", vocabulary.WORKSHOP_STATUSES, "workshop_status_is_known"),
        CheckConstraint("length(title) > 0", name="workshop_has_a_title"),
        CheckConstraint("last_day IS NULL OR last_day >= on_day", name="workshop_days_in_order"),
        CheckConstraint("ends IS NULL OR starts IS NOT NULL", name="workshop_end_has_a_start"),
        Index("workshop_by_day", "on_day"),
        Index("workshop_by_series", "series", "on_day"),
        NUMBERED,
    )

    kind: str = Field(sa_column=text_column(nullable=False))
    title: str = Field(sa_column=text_column(nullable=False))
    series: str = Field(sa_column=text_column(nullable=False))
    on_day: date
    last_day: date | None = None
    starts: str | None = Field(default=None, sa_column=text_column())
    ends: str | None = Field(default=None, sa_column=text_column())
    place: str | None = Field(default=None, sa_column=text_column())
    link: str | None = Field(default=None, sa_column=text_column())
    host_school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    la_number: int | None = None
    worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))
    transition: str | None = Field(default=None, sa_column=text_column())
    year_groups: str = Field(default="", sa_column=text_column(nullable=False, server_default=""))
    audience: str | None = Field(default=None, sa_column=text_column())
    programme: str | None = Field(default=None, sa_column=text_column())
    module: str | None = Field(default=None, sa_column=text_column())
    agenda: str | None = Field(default=None, sa_column=text_column())
    notes: str | None = Field(default=None, sa_column=text_column())
    status: str = Field(default="planned", sa_column=text_column(nullable=False, server_default="planned"))
    cancel_reason: str | None = Field(default=None, sa_column=text_column())
    archived_at: datetime | None = None


class WorkshopInvitation(Numbered, table=True):
    """A school, an agency or a person who was invited to a workshop, and whether they came.

    ``people`` is how many came from there. ``before`` and ``after`` are a person's confidence on the day, 1 to 5.
    """

    __tablename__ = "workshop_invitation"
    __table_args__: ClassVar[Any] = (
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
        NUMBERED,
    )

    workshop_id: int = Field(sa_column=reference("workshop.id", nullable=False))
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    agency: str | None = Field(default=None, sa_column=text_column())
    name: str | None = Field(default=None, sa_column=text_column())
    attendance: str = Field(default="invited", sa_column=text_column(nullable=False, server_default="invited"))
    people: int | None = None
    before: int | None = None
    after: int | None = None
    note: str | None = Field(default=None, sa_column=text_column())


class WorkshopFeedback(Numbered, table=True):
    """What somebody said of a workshop, or of the moves that it was about, under a theme; ``rating`` is 1 to 5."""

    __tablename__ = "workshop_feedback"
    __table_args__: ClassVar[Any] = (
        one_of("said_by", vocabulary.FEEDBACK_FROM, "workshop_feedback_said_by_is_known"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="workshop_feedback_rating_in_range"),
        CheckConstraint("rating IS NOT NULL OR words IS NOT NULL", name="workshop_feedback_says_something"),
        Index("workshop_feedback_by_workshop", "workshop_id"),
        NUMBERED,
    )

    workshop_id: int = Field(sa_column=reference("workshop.id", nullable=False))
    theme: str = Field(sa_column=text_column(nullable=False))
    said_by: str = Field(sa_column=text_column(nullable=False))
    rating: int | None = None
    words: str | None = Field(default=None, sa_column=text_column())
    given_on: date


class WorkshopAction(Numbered, table=True):
    """Something agreed at a workshop, in the columns of a district's action plan and of a committee's.

    ``grade`` is the newest of its gradings (``workshop_progress``). It is carried to the next workshop of the series until
    it is graded 1 or dropped.
    """

    __tablename__ = "workshop_action"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("length(what) > 0", name="workshop_action_says_what"),
        CheckConstraint("grade IS NULL OR grade BETWEEN 1 AND 4", name="workshop_action_grade_is_known"),
        CheckConstraint("grade IS NULL OR graded_on IS NOT NULL", name="workshop_action_grade_has_a_day"),
        CheckConstraint("dropped_on IS NULL OR drop_reason IS NOT NULL", name="workshop_action_dropped_has_a_reason"),
        Index("workshop_action_by_workshop", "workshop_id"),
        NUMBERED,
    )

    workshop_id: int = Field(sa_column=reference("workshop.id", nullable=False))
    recommendation: str | None = Field(default=None, sa_column=text_column())
    what: str = Field(sa_column=text_column(nullable=False))
    steps: str | None = Field(default=None, sa_column=text_column())
    who: str | None = Field(default=None, sa_column=text_column())
    due_on: date | None = None
    cost: str | None = Field(default=None, sa_column=text_column())
    success_measure: str | None = Field(default=None, sa_column=text_column())
    impact: str | None = Field(default=None, sa_column=text_column())
    grade: int | None = None
    graded_on: date | None = None
    dropped_on: date | None = None
    drop_reason: str | None = Field(default=None, sa_column=text_column())


class WorkshopProgress(Numbered, table=True):
    """One grading of an action, with the evidence; ``workshop_id`` is the meeting at which it was looked at, if any."""

    __tablename__ = "workshop_progress"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("grade BETWEEN 1 AND 4", name="workshop_progress_grade_is_known"),
        Index("workshop_progress_by_action", "action_id"),
        NUMBERED,
    )

    action_id: int = Field(sa_column=reference("workshop_action.id", nullable=False))
    workshop_id: int | None = Field(default=None, sa_column=reference("workshop.id"))
    grade: int
    graded_on: date
    evidence: str | None = Field(default=None, sa_column=text_column())


class TrainingModule(Numbered, table=True):
    """One module of a programme of training; whoever came to a session of each has completed the set."""

    __tablename__ = "training_module"
    __table_args__: ClassVar[Any] = (
        Index("training_module_once", "programme", "name", unique=True),
        NUMBERED,
    )

    programme: str = Field(sa_column=text_column(nullable=False))
    name: str = Field(sa_column=text_column(nullable=False))
    position: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    retired_on: date | None = None
