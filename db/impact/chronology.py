"""Everything that is kept of one pupil, whatever table it stands in, and who else is named in it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Date
from sqlmodel import SQLModel

from db.driver import Connection
from db.rows import among, fetch, fetch_column
from db.schema import handovers, impact, plans, pupils, workshops

_DECLARED = (handovers, impact, plans, pupils, workshops)
"""Where the tables are declared; the imports fill the metadata."""
IN_THE_JOURNAL = "journal_change"
FROZEN = "snapshot_step"
"""Steps as they stood on named days, for counting."""


class HeldRecord(NamedTuple):
    """A row of a table, whole, and which of its columns hold days."""

    table: str
    row: dict[str, Any]
    days: tuple[str, ...]


class OtherPupil(NamedTuple):
    """A pupil of whom a text may speak."""

    forename: str
    surname: str
    preferred_name: str | None


def of_pupil(connection: Connection, pupil_id: int, *, but: Collection[str] = ()) -> Iterator[HeldRecord]:
    """The pupil's own row and those of every table that has rows of a pupil, ``but`` those tables; days are ISO text."""
    own = SQLModel.metadata.tables["pupil"]
    for table in (own, *SQLModel.metadata.sorted_tables):
        names = [column.name for column in table.columns]
        key = "pupil_id" if "pupil_id" in names else "id" if table is own else ""
        if key and table.name not in but:
            but = {*but, table.name}
            days = tuple(column.name for column in table.columns if isinstance(column.type, Date))
            listed = ", ".join(f'"{name}"' for name in names)
            order = ", ".join(table.primary_key.columns.keys())
            query = f'SELECT {listed} FROM "{table.name}" WHERE {key} = :pupil ORDER BY {order}'
            for values in connection.execute(query, {"pupil": pupil_id}).fetchall():
                yield HeldRecord(table.name, dict(zip(names, values, strict=True)), days)


def school_names(connection: Connection) -> Sequence[str]:
    """The longest first, so that one which begins as another does is found whole."""
    return fetch_column(connection, str, "SELECT name FROM school ORDER BY length(name) DESC, name")


_OTHER = "SELECT DISTINCT p.forename, p.surname, p.preferred_name FROM pupil p"


def friends(connection: Connection, pupil_id: int) -> Sequence[OtherPupil]:
    """Those with whom the pupil is to be together, or apart."""
    query = f"{_OTHER} JOIN friendship f ON p.id IN (f.pupil_id, f.other_id) WHERE :pupil IN (f.pupil_id, f.other_id) AND p.id <> :pupil"
    return fetch(connection, OtherPupil, query, {"pupil": pupil_id})


def named_in(connection: Connection, pupil_id: int, text: str, words: Sequence[str]) -> Sequence[OtherPupil]:
    """The other pupils whose full name stands in a text; ``words`` are those of it that may be forenames."""
    forename, parameters = among("p.forename", words)
    preferred, _ = among("p.preferred_name", words)
    query = (
        f"{_OTHER} WHERE p.id <> :pupil AND (({forename} AND :text LIKE '%' || p.forename || ' ' || p.surname || '%') "
        f"OR ({preferred} AND :text LIKE '%' || p.preferred_name || ' ' || p.surname || '%'))"
    )
    return fetch(connection, OtherPupil, query, {**parameters, "pupil": pupil_id, "text": text})
