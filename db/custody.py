"""How the file stands: how much is in it, and what is missing from the records."""

from typing import NamedTuple

from db.driver import Connection
from db.rows import fetch_number


class Gaps(NamedTuple):
    """How many pupils, of those who are not archived, lack what planning and exports need."""

    without_upn: int
    with_temporary_upn: int
    without_school: int
    without_worker: int


def counts(connection: Connection) -> dict[str, int]:
    """How many rows there are of what the file is about, archived ones too."""
    tables = {
        "pupils": "pupil",
        "schools": "school",
        "workers": "worker",
        "steps": "pupil_milestone",
        "actions": "journal",
    }
    return {name: fetch_number(connection, f"SELECT count(*) FROM {table}") for name, table in tables.items()}


def gaps(connection: Connection) -> Gaps:
    # a temporary UPN ends with a letter, where a permanent one has a digit
    tests = ("upn IS NULL", "substr(upn, 13, 1) BETWEEN 'A' AND 'Z'", "school_id IS NULL", "owner_id IS NULL")
    counted = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
    return Gaps(*connection.execute(f"SELECT {counted} FROM pupil WHERE archived_at IS NULL").fetchone())
