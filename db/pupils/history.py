"""What the journal holds of one pupil, row by row."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from db.driver import Connection


class RowChange(NamedTuple):
    """One row within an action: its key, and its columns before (None for a new row) and after (None for one taken out)."""

    action_id: int
    table: str
    key: Mapping[str, Any]
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


def row_changes(connection: Connection, pupil_id: int, *, since: int) -> list[RowChange]:
    """What every action from number ``since`` on changed for a pupil, row by row, in the order it was written."""
    rows = connection.execute(
        "SELECT action_id, table_name, row_key, old_values, new_values FROM journal_change "
        "WHERE pupil_id = :pupil AND action_id >= :since ORDER BY action_id, position",
        {"pupil": pupil_id, "since": since},
    )
    return [
        RowChange(action_id, table, json.loads(key), _parsed(old), _parsed(new))
        for action_id, table, key, old, new in rows
    ]


def _parsed(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else json.loads(text)
