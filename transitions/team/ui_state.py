"""What a worker left on the desk: the last view, saved views, the place in a walk, drafts. None of it is a record."""

import json
from typing import Any

from transitions.workspace import Workspace


def get(workspace: Workspace, name: str) -> Any:
    """Give what was left under a name, or None."""
    row = (
        workspace.read()
        .execute("SELECT value FROM desk WHERE worker_id = ? AND name = ?", (workspace.me, name))
        .fetchone()
    )
    return None if row is None else json.loads(row[0])


def put(workspace: Workspace, name: str, value: object) -> None:
    """Leave something under a name; None clears it. Nothing is kept before anybody said who they are."""
    if workspace.me is None:
        return
    with workspace.database.write() as connection:
        if value is None:
            connection.execute("DELETE FROM desk WHERE worker_id = ? AND name = ?", (workspace.me, name))
            return
        connection.execute(
            "INSERT INTO desk (worker_id, name, value) VALUES (?, ?, ?) "
            "ON CONFLICT (worker_id, name) DO UPDATE SET value = excluded.value",
            (workspace.me, name, json.dumps(value)),
        )


def names(workspace: Workspace, prefix: str) -> list[str]:
    """Give the names that begin with ``prefix``, without it, in order."""
    rows = workspace.read().execute(
        "SELECT name FROM desk WHERE worker_id = ? AND substr(name, 1, ?) = ? ORDER BY name",
        (workspace.me, len(prefix), prefix),
    )
    return [row[0][len(prefix) :] for row in rows]
