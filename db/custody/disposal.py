"""By what is held of a pupil, how long it is to be kept; and taking all of it out of the file, history included.

That it was done, when and by whom stays.
"""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from sqlmodel import SQLModel

from db import driver
from db.custody.erasing import erase
from db.driver import Connection
from db.impact.chronology import FROZEN, IN_THE_JOURNAL
from db.journal import Action
from db.rows import columns, fetch, fetch_one


class Kept(NamedTuple):
    """A pupil, archived ones too, with what keeps the record longer."""

    id: int
    surname: str
    forename: str
    date_of_birth: date
    archived: bool
    looked_after: bool
    sen: bool
    kept_until: date | None
    kept_because: str | None


_LONGEST_KEPT = "FROM retention_review r WHERE r.pupil_id = p.id ORDER BY r.kept_until DESC, r.id DESC LIMIT 1"
_KEPT = (
    "SELECT "
    + columns(
        Kept,
        "p",
        archived="p.archived_at IS NOT NULL",
        looked_after=(
            "p.previously_looked_after OR EXISTS (SELECT 1 FROM social_care_episode e WHERE e.pupil_id = p.id "
            "AND e.kind = 'looked after')"
        ),
        kept_until=f"(SELECT r.kept_until {_LONGEST_KEPT})",
        kept_because=f"(SELECT r.reason {_LONGEST_KEPT})",
        sen="p.sen_provision <> 'N' OR EXISTS (SELECT 1 FROM ehc_plan h WHERE h.pupil_id = p.id)",
    )
    + " FROM pupil p"
)


def born_before(connection: Connection, day: date) -> list[Kept]:
    return fetch(
        connection, Kept, f"{_KEPT} WHERE p.date_of_birth <= :day ORDER BY p.date_of_birth, p.id", {"day": day}
    )


def one(connection: Connection, pupil_id: int) -> Kept | None:
    return fetch_one(connection, Kept, f"{_KEPT} WHERE p.id = :id", {"id": pupil_id})


_STAYS: Final = frozenset({IN_THE_JOURNAL, FROZEN, "record_view"})
"""They have the pupil's number and no values; what they may not lose stands (snapshots, views, the seals of the journal)."""


def dispose(action: Action, pupil_id: int, names: tuple[str, ...], surname: str) -> dict[str, int]:
    """Take out every row of a pupil, what the history tells of them, and drafts; how many rows of each table that was.

    ``names`` are those by which summaries of files that left name the pupil, ``surname`` when no other pupil has it. Nothing of it
    can be undone.
    """
    connection, of = action.connection, {"pupil": pupil_id}
    # what was agreed stands while it is agreed
    connection.execute("UPDATE plan SET status = 'draft', agreed_on = NULL WHERE pupil_id = :pupil", of)
    taken: dict[str, int] = {}
    for table in reversed(SQLModel.metadata.sorted_tables):
        keys = [name for name in ("pupil_id", "other_id") if name in table.columns] or (
            ["id"] if table.name == "pupil" else []
        )
        if not keys or table.name in _STAYS:
            continue
        whose = " OR ".join(f"{key} = :pupil" for key in keys)
        for column in table.columns:
            if any(one.column.table is table for one in column.foreign_keys):
                connection.execute(f'UPDATE "{table.name}" SET {column.name} = NULL WHERE {whose}', of)
        gone = connection.execute(f'DELETE FROM "{table.name}" WHERE {whose}', of).rowcount
        if gone:
            taken[table.name] = gone
    _forget_desks(connection, pupil_id, names)
    same = connection.execute("SELECT 1 FROM pupil WHERE surname = :surname", {"surname": surname}).fetchone()
    taken["journal"] = erase(action, pupil_id, names, "" if same else surname)
    return taken


def _forget_desks(connection: Connection, pupil_id: int, names: tuple[str, ...]) -> None:
    """Take out what is half typed about the pupil, by the name of the draft or of the pupil."""
    draft = {"one": f"%pupil {pupil_id}", "more": f"%pupil {pupil_id} %"}
    connection.execute("DELETE FROM desk WHERE name LIKE :one OR name LIKE :more", draft)
    for name in names:
        connection.execute("DELETE FROM desk WHERE value LIKE :name", {"name": f"%{name}%"})


def write_anew(path: Path) -> None:
    """Leave nothing of what was taken out in the free pages of the file. Raises a Fault when another program is in the way."""
    with closing(driver.connect(path)) as connection:
        driver.write_anew(connection, path)
