"""The milestones a database holds, and its settings."""

import json
from typing import Any, NamedTuple

from db.driver import Connection
from db.journal import Action


class MilestoneRow(NamedTuple):
    """A milestone as stored; ``definition`` is the whole of it as JSON."""

    id: int
    code: str
    definition: str
    origin: str
    retired_on: str | None


def milestones(connection: Connection) -> list[MilestoneRow]:
    """Give every milestone in its order."""
    found = connection.execute("SELECT id, code, definition, origin, retired_on FROM milestone ORDER BY position, code")
    return [MilestoneRow(*row) for row in found]


def setting(connection: Connection, name: str) -> Any:
    """Give a setting's value, or None when it was never set."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else json.loads(row[0])


def set_setting(connection: Connection, name: str, value: object) -> None:
    """Keep a setting of the program itself (not a person's change, so not in the journal)."""
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json.dumps(value)),
    )


def change_setting(action: Action, name: str, value: str) -> bool:
    """Keep a setting that a person changed, as JSON text; give False when it held this already."""
    if setting(action.connection, name) is None:
        action.insert("setting", {"name": name, "value": value})
        return True
    return action.update("setting", {"name": name}, {"value": value})
