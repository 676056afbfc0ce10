"""Staff: the list of them, and what each left on the desk."""

import json
from typing import Any, NamedTuple

from db.driver import Connection, insert_many
from db.rows import columns, delete_row, fetch, fetch_value


class WorkerLine(NamedTuple):
    """A worker in the list, with how many pupils the worker answers for."""

    id: int
    name: str
    role: str
    archived: bool
    pupils: int


def worker_lines(connection: Connection) -> list[WorkerLine]:
    """Every worker by name, those who are archived last."""
    archived = "w.archived_at IS NOT NULL"
    pupils = "(SELECT count(*) FROM pupil p WHERE p.owner_id = w.id AND p.archived_at IS NULL)"
    listed = columns(WorkerLine, "w", archived=archived, pupils=pupils)
    return fetch(connection, WorkerLine, f"SELECT {listed} FROM worker w ORDER BY {archived}, w.name")


def left_on_desk(connection: Connection, worker_id: int | None, name: str) -> Any:
    query = "SELECT value FROM desk WHERE worker_id = :worker AND name = :name"
    found = fetch_value(connection, str, query, {"worker": worker_id, "name": name})
    return None if found is None else json.loads(found)


def leave_on_desk(connection: Connection, worker_id: int, name: str, value: object) -> None:
    """Leave something under a name, for None nothing. It is no record, so it is not in the journal."""
    if value is None:
        delete_row(connection, "desk", {"worker_id": worker_id, "name": name})
    else:
        row = (worker_id, name, json.dumps(value))
        insert_many(connection, "desk", ("worker_id", "name", "value"), [row], key=("worker_id", "name"))


def names_on_desk(connection: Connection, worker_id: int | None, begins: str) -> list[str]:
    """The names on a worker's desk that begin so, in order."""
    rows = connection.execute(
        "SELECT name FROM desk WHERE worker_id = :worker AND substr(name, 1, length(:begins)) = :begins ORDER BY name",
        {"worker": worker_id, "begins": begins},
    )
    return [row[0] for row in rows]
