"""The tables that show whether the journal stands as it was written, and who looked at whose record.

What happened stands: triggers refuse to change or to take out a row of the journal and of its seals. Erasing may take values out; what
they were is then told by the digest that they leave.
"""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel

from db import vocabulary
from db.custody.access_log import ViewRow
from db.schema.columns import reference, table, text_column


class JournalKey(SQLModel, table=True):
    """The key of the seals, made with the file."""

    __tablename__ = "journal_key"

    secret: str = Field(sa_column=Column(Text, primary_key=True))


class JournalSeal(SQLModel, table=True):
    """The seal of one action: what it changed, itself, and its place in the order of all."""

    __tablename__ = "journal_seal"

    action_id: int = Field(sa_column=reference("journal.id", nullable=False, primary_key=True))
    position: int
    payload: str = Field(sa_column=text_column(nullable=False))
    seal: str = Field(sa_column=text_column(nullable=False))


class JournalErased(SQLModel, table=True):
    """What is left of a row of the journal, or of a summary, that was erased."""

    __tablename__ = "journal_erased"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("length(digest) = 64", name="journal_erased_leaves_a_digest"),
        {"sqlite_with_rowid": False},
    )

    action_id: int = Field(sa_column=reference("journal.id", nullable=False, primary_key=True))
    position: int = Field(primary_key=True)
    digest: str = Field(sa_column=text_column(nullable=False))
    erased_by: int = Field(sa_column=reference("journal.id", nullable=False))


RecordView = table(
    "record_view",
    ViewRow,
    Index("record_view_by_pupil", "pupil_id", "at"),
    joined=("worker", "pupil"),
    also={"worker_id": int | None, "seal": str},
    references={"pupil_id": None},
)


_STANDS = f"SELECT RAISE(ABORT, '{vocabulary.WHAT_HAPPENED_STANDS}')"


def _refuse(table: str, event: str, condition: str = "") -> str:
    what = "changes" if event == "UPDATE" else "goes"
    when = f"WHEN {condition} " if condition else ""
    return f"CREATE TRIGGER {table}_{what}_never BEFORE {event} ON {table} {when}BEGIN {_STANDS}; END"


def _only_erased(position: str, kept: tuple[str, ...], emptied: str) -> str:
    """That a change does more than to take out what was erased."""
    erased = f"EXISTS (SELECT 1 FROM journal_erased WHERE action_id = old.{position})"
    same = " AND ".join(f"new.{column} IS old.{column}" for column in kept)
    return f"NOT ({emptied} AND {same} AND {erased})"


TRIGGERS = (
    _refuse(
        "journal",
        "UPDATE",
        _only_erased("id AND position = -1", ("id", "at", "worker_id", "kind", "name", "undoes"), "new.summary = ''"),
    ),
    # an action that changed nothing is taken out again before it is sealed
    _refuse("journal", "DELETE", "EXISTS (SELECT 1 FROM journal_seal WHERE action_id = old.id)"),
    _refuse(
        "journal_change",
        "UPDATE",
        _only_erased(
            "action_id AND position = old.position",
            ("action_id", "position", "table_name", "row_key", "pupil_id"),
            "new.old_values IS NULL AND new.new_values IS NULL",
        ),
    ),
    _refuse("journal_change", "DELETE"),
    *(
        _refuse(table, event)
        for table in ("journal_key", "journal_seal", "journal_erased", "record_view")
        for event in ("UPDATE", "DELETE")
    ),
)
