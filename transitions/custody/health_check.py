"""Looking after the file: what is damaged, what is missing, and how it stands."""

from typing import NamedTuple

from db.driver import Connection
from db.milestones.steps import waiting_for_dates
from transitions.school_year import academic_year_label
from transitions.workspace import Workspace


class Finding(NamedTuple):
    """One thing to look at: what it is, where, and what to do."""

    what: str
    where: str
    remedy: str


def check(workspace: Workspace) -> list[Finding]:
    """Give everything that is damaged or missing; an empty list means all is well."""
    connection = workspace.read()
    return [*_damage(connection), *_gaps(workspace, connection)]


def condition(workspace: Workspace) -> dict[str, object]:
    """Give how the file stands, in numbers only."""
    connection = workspace.read()

    def one(sql: str) -> object:
        return connection.execute(sql).fetchone()[0]

    path = workspace.database.path
    return {
        "sqlite": one("SELECT sqlite_version()"),
        "file_version": one("PRAGMA user_version"),
        "journal_mode": one("PRAGMA journal_mode"),
        "file_bytes": path.stat().st_size,
        "pupils": one("SELECT count(*) FROM pupil"),
        "schools": one("SELECT count(*) FROM school"),
        "workers": one("SELECT count(*) FROM worker"),
        "steps": one("SELECT count(*) FROM pupil_milestone"),
        "actions": one("SELECT count(*) FROM journal"),
        "milestones": len(workspace.milestones),
        "planned_through": academic_year_label(workspace.planned_through),
    }


def _damage(connection: Connection) -> list[Finding]:
    found = [
        Finding("the file is damaged", str(row[0]), "Restore the newest backup with: transitions restore FILE")
        for row in connection.execute("PRAGMA integrity_check")
        if row[0] != "ok"
    ]
    found.extend(
        Finding("a record points at one that is gone", f"{row[0]} {row[1]}", "Restore the newest backup")
        for row in connection.execute("PRAGMA foreign_key_check")
    )
    return found


def _gaps(workspace: Workspace, connection: Connection) -> list[Finding]:
    found = []
    for year, steps in waiting_for_dates(connection):
        label = academic_year_label(year)
        remedy = "Import them with: transitions import terms FILE"
        found.append(Finding(f"{steps:,} steps wait for term dates", f"{label} or the year after", remedy))
    for table, test, what, remedy in (
        ("pupil", "upn IS NULL", "pupils without a UPN", "Add it when it is known; under-fives may have none"),
        ("pupil", "upn GLOB '*[A-Z]'", "pupils with a temporary UPN", "Replace it with the permanent one"),
        ("pupil", "school_id IS NULL", "pupils without a school", "Edit the pupil, or import the file again"),
        ("pupil", "owner_id IS NULL", "pupils whom nobody answers for", "Give them to a worker"),
    ):
        number = connection.execute(f"SELECT count(*) FROM {table} WHERE archived_at IS NULL AND {test}").fetchone()[0]
        if number:
            found.append(Finding(f"{number:,} {what}", "pupils", remedy))
    if workspace.me is None:
        found.append(Finding("nobody has said who they are", "this database", "Say it with: transitions me NAME"))
    return found
