"""The milestones a database holds, and its settings."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection, insert_many
from db.journal import Action, Value
from db.rows import columns, decoder, fetch, fetch_value, insert_row, update_row


class MilestoneRow(NamedTuple):
    """A milestone as this database holds it: the shipped one, or the council's own copy.

    ``definition`` is the whole of it as JSON: criteria, date rule, basis, source, evidence, validity.
    """

    id: int
    code: str
    transition: str
    title: str
    short: str
    severity: str
    position: int
    definition: str
    origin: str
    retired_on: date | None


class OpenSteps(NamedTuple):
    """How many pupils have a milestone open, and from a day on the first last day in time of theirs."""

    pupils: int
    next_late_after: date | None


def milestones(connection: Connection) -> list[MilestoneRow]:
    """Every milestone in its order."""
    return fetch(connection, MilestoneRow, f"SELECT {columns(MilestoneRow)} FROM milestone ORDER BY position, code")


def put_shipped(connection: Connection, number: int | None, values: Mapping[str, Value]) -> None:
    """Write a milestone that ships with the program, over the one of this number or, for None, as a new one.

    It is nobody's change, so not in the journal.
    """
    if number is None:
        insert_row(connection, "milestone", values)
    else:
        update_row(connection, "milestone", {"id": number}, values)


def open_steps(connection: Connection, today: date) -> dict[int, OpenSteps]:
    """For each milestone that is open for somebody how many that is; archived pupils are not counted."""
    rows = connection.execute(
        "SELECT milestone_id, count(DISTINCT pupil_id), min(CASE WHEN late_after >= :today THEN late_after END) "
        "FROM pupil_milestone WHERE outcome IS NULL AND late_after > '' "
        "AND pupil_id NOT IN (SELECT id FROM pupil WHERE archived_at IS NOT NULL) GROUP BY milestone_id",
        {"today": today},
    )
    open_steps_of = decoder(OpenSteps)
    return {number: open_steps_of(row) for number, *row in rows}


def setting(connection: Connection, name: str) -> Any:
    found = fetch_value(connection, str, "SELECT value FROM setting WHERE name = :name", {"name": name})
    return None if found is None else json.loads(found)


def set_setting(connection: Connection, name: str, value: object) -> None:
    """Keep a setting of the program itself (not a person's change, so not in the journal)."""
    insert_many(connection, "setting", ("name", "value"), [(name, json.dumps(value))], key=("name",))


def change_setting(action: Action, name: str, value: str) -> bool:
    """Keep a setting that a person changed, as JSON text; give False when it held this already."""
    if setting(action.connection, name) is None:
        action.insert("setting", {"name": name, "value": value})
        return True
    return action.update("setting", {"name": name}, {"value": value})
