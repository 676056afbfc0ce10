"""Whether plans say what was agreed, and markers, notes and staff what was written: what stands, held against the journal."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from db import vocabulary
from db.driver import Connection

_CONTENT: Final[Mapping[Literal["plan", "plan_outcome", "plan_action"], tuple[str, ...]]] = {
    "plan": (*vocabulary.PLAN_CONTENT, "agreed_on"),
    "plan_outcome": (*vocabulary.OUTCOME_CONTENT, "plan_id"),
    "plan_action": (*vocabulary.ACTION_CONTENT, "plan_id"),
}


def rewritten(connection: Connection) -> Iterator[tuple[str, str]]:
    """What of agreed plans the journal knows otherwise, each as what is wrong and where."""
    written = {table: _written(connection, table, columns) for table, columns in _CONTENT.items()}
    agreed = {number for number, row in written["plan"].items() if row.get("agreed_on")}
    for table, rows in written.items():
        of_agreed = {
            number: row for number, row in rows.items() if (number if table == "plan" else row.get("plan_id")) in agreed
        }
        for number, row in of_agreed.items():
            plan = number if table == "plan" else row["plan_id"]
            where = f"plan #{plan}" if table == "plan" else f"plan #{plan}, {table.removeprefix('plan_')} #{number}"
            columns = [column for column in _CONTENT[table] if column in row]
            listed = ", ".join(columns)
            found = connection.execute(f'SELECT {listed} FROM "{table}" WHERE id = :id', {"id": number}).fetchone()
            if found is None:
                yield "what was agreed was taken out of a plan", where
            elif differing := [column for column, value in zip(columns, found, strict=True) if value != row[column]]:
                yield f"an agreed plan was rewritten: {', '.join(differing).replace('_', ' ')}", where


_RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "marker": ("kind", "what", "started_on", "ended_on"),
    "note": ("text",),
    "worker": ("name",),
}
"""What would be worth altering behind the program's back, besides plans; a worker's name is the author in the history."""


def altered(connection: Connection) -> Iterator[tuple[str, str]]:
    """Which of these records are not what the journal says, each as what is wrong and where."""
    for table, columns in _RECORDS.items():
        there = {row[0]: row[1:] for row in connection.execute(f'SELECT id, {", ".join(columns)} FROM "{table}"')}
        for number, row in _written(connection, table, columns).items():
            known = [(column, place) for place, column in enumerate(columns) if column in row]
            if number not in there:
                yield "a record was taken out without a word in the history", f"{table} #{number}"
            elif differing := [column for column, place in known if there[number][place] != row[column]]:
                said = ", ".join(differing).replace("_", " ")
                yield f"a record is not what the history says was written: {said}", f"{table} #{number}"


def _written(connection: Connection, table: str, columns: Iterable[str]) -> dict[int, dict[str, Any]]:
    """By number the rows of a table as the journal has them, in so far as it does; what was erased it does not."""
    rows: dict[int, dict[str, Any]] = {}
    query = "SELECT row_key, old_values, new_values FROM journal_change WHERE table_name = :table ORDER BY action_id, position"
    for key, old, new in connection.execute(query, {"table": table}):
        number = json.loads(key)["id"]
        if new is None:  # taken out, or erased
            rows.pop(number, None)
            continue
        if old is None:  # what a new row does not say is empty
            rows[number] = dict.fromkeys(columns)
        rows.setdefault(number, {}).update(json.loads(new))
    return rows
