"""The tables of the year: terms and closures, and what a council and its schools put into it themselves."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlmodel import Field

from db.schema.columns import NUMBERED, Numbered, one_of, reference, text_column
from db.vocabulary import FOR_SCHOOLS, YEAR_DATE_KINDS


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
        one_of("kind", YEAR_DATE_KINDS, "year_date_kind_is_known"),
        one_of("for_schools", FOR_SCHOOLS, "year_date_for_schools_is_known"),
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
