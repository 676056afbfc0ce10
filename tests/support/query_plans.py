"""What SQLite means to do with a read, so that a test can hold it to its index."""

from datetime import date
from typing import Any

import pytest
from builders import add_terms
from sqlcipher3 import dbapi2

from db import driver
from transitions.workspace import Workspace


class Recorder:
    """A connection that tells how SQLite means to carry out what it is asked."""

    def __init__(self, connection: driver.Connection) -> None:
        if not isinstance(connection, dbapi2.Connection):
            pytest.skip("this is about SQLite's plans")
        self._connection = connection
        self.plans: list[str] = []

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
        self.plans.append("\n".join(row[3] for row in rows))
        return self._connection.execute(sql, parameters)

    stream = execute


class ServersPlans:
    """A connection to a server that tells how it means to carry out what it is asked, were there too many rows to read all."""

    def __init__(self, connection: driver.Connection) -> None:
        if isinstance(connection, dbapi2.Connection):
            pytest.skip("this is about a server's plans")
        self._connection = connection
        self.plans: list[str] = []
        connection.execute("SET enable_seqscan = off")

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        self.plans.append(
            "\n".join(row[0] for row in self._connection.execute(f"EXPLAIN {sql}", parameters).fetchall())
        )
        return self._connection.execute(sql, parameters)


def recorder_over_pupils(workspace: Workspace) -> Recorder:
    """Give a recorder over two hundred pupils with their steps."""
    add_terms(workspace)
    with workspace.change("Pupils added", "200") as action:
        for number in range(200):
            action.insert(
                "pupil",
                {
                    "surname": f"Khan {number}",
                    "forename": "A",
                    "date_of_birth": date(2016 - number % 9, 3, 14),
                    "cohort_year": 2020 - number % 9,
                    "sen_provision": "NKE"[number % 3],
                    "planned_from": date(2026, 9, 1),
                    "search_text": f"khan {number} a",
                    "owner_id": workspace.me if number % 2 else None,
                },
            )
    return Recorder(workspace.read())
