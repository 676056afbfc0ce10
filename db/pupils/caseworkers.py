"""How much each caseworker has, and what the journal says was decided lately."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch


class Held(NamedTuple):
    """How many pupils a caseworker has; None is nobody's."""

    worker_id: int | None
    pupils: int


class Steps(NamedTuple):
    """How many of the steps of a caseworker's pupils are in one state, and when the oldest was late."""

    worker_id: int | None
    steps: int
    oldest: date | None


class Decision(NamedTuple):
    """What a change of a step made of its outcome; the caseworker is who has the pupil now."""

    worker_id: int | None
    before: str | None
    after: str | None


def held(connection: Connection) -> list[Held]:
    listed = columns(Held, "p", worker_id="p.owner_id", pupils="count(*)")
    return fetch(connection, Held, f"SELECT {listed} FROM pupil p WHERE p.archived_at IS NULL GROUP BY p.owner_id")


def steps(connection: Connection, test: str, today: date) -> list[Steps]:
    """By caseworker, of the steps ``pm`` for which the test holds."""
    listed = columns(Steps, "p", worker_id="p.owner_id", steps="count(*)", oldest="min(pm.late_after)")
    query = (
        f"SELECT {listed} FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id AND p.archived_at IS NULL "
        f"WHERE {test} GROUP BY p.owner_id"
    )
    return fetch(connection, Steps, query, {"today": today})


def decisions_since(connection: Connection, since: datetime) -> Iterator[Decision]:
    """Every change of an outcome since then, undone ones and their undoing, too."""
    rows = connection.execute(
        "SELECT p.owner_id, c.old_values, c.new_values FROM journal j JOIN journal_change c ON c.action_id = j.id "
        "JOIN pupil p ON p.id = c.pupil_id WHERE j.at >= :since AND c.table_name = 'pupil_milestone'",
        {"since": since},
    )
    for worker_id, old, new in rows:
        before, after = json.loads(old or "{}"), json.loads(new or "{}")
        if "outcome" in before or "outcome" in after:
            yield Decision(worker_id, before.get("outcome"), after.get("outcome"))
