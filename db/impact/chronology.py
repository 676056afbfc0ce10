"""Everything dated that is kept of one pupil, whatever table it stands in."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Date
from sqlmodel import SQLModel

from db.driver import Connection
from db.schema import handovers, impact, plans, pupils, workshops

_DECLARED = (handovers, impact, plans, pupils, workshops)
"""Where the tables are declared; the imports fill the metadata."""
_NOT_HERE = frozenset({"pupil_milestone", "snapshot_step", "journal_change"})
"""Steps have their own table in a chronology; the others are about the records, not about the pupil."""


class DatedRecord(NamedTuple):
    """A row of a table, whole, and which of its columns hold days."""

    table: str
    row: dict[str, Any]
    days: tuple[str, ...]


def of_pupil(connection: Connection, pupil_id: int) -> Iterator[DatedRecord]:
    """The rows of the pupil in every table that has days; days are ISO text, as the journal keeps them."""
    for table in SQLModel.metadata.sorted_tables:
        names = [column.name for column in table.columns]
        days = tuple(column.name for column in table.columns if isinstance(column.type, Date))
        if "pupil_id" in names and days and table.name not in _NOT_HERE:
            listed = ", ".join(f'"{name}"' for name in names)
            query = f'SELECT {listed} FROM "{table.name}" WHERE pupil_id = :pupil'
            for values in connection.execute(query, {"pupil": pupil_id}).fetchall():
                yield DatedRecord(table.name, dict(zip(names, values, strict=True)), days)
