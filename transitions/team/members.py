"""Who works with the record of a team: one login for each person, added and taken out by a keeper."""

from typing import TYPE_CHECKING, Final

from db.custody.access_log import ACCESS
from db.database import Database
from db.driver import Connection, IntegrityError
from db.errors import NotAFile
from db.journal import Action
from db.place import ROLES, Role
from transitions.errors import NotAllowed
from transitions.team.workers import find_worker, save_worker, workers_by_name
from transitions.text import searchable
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from db.team.members import Member

__all__ = ["ROLES", "Role", "add", "members", "remove"]

_JOBS: Final = {"SENCO": "SENCO", "lead": "manager"}
"""What a worker is who is new by a role; else of the transitions team."""


def members(workspace: Workspace) -> "list[Member]":
    """Those of whom this login may know. Raises ``NotAFile``."""
    from db.team import members as store

    return store.members(_on_server(workspace, to_change=False).read())


def add(workspace: Workspace, name: str, login: str, role: Role, school_id: int | None = None) -> str:
    """Let the worker of this name in, who is made when nobody has it, or give them another role; a sentence of what was done.

    A SENCO is of one school: ``school_id``, or that of the worker. Raises ``NotAFile``, ``NotAllowed`` and ``NoSuchRecord``.
    """
    from db.team import members as store

    database = _on_server(workspace)
    known = any(searchable(one.name) == searchable(name) for one in workers_by_name(workspace))
    if role == "SENCO" and school_id is None:
        school_id = workspace.record("worker", find_worker(workspace, name))["school_id"] if known else None
        if school_id is None:
            raise NotAllowed(f"Which school is {name} the SENCO of? Name it: --school. Nothing was changed.")
    if role != "SENCO" and school_id is not None:
        raise NotAllowed("Only a SENCO is of one school; everybody else works with all pupils. Leave --school out.")
    school = workspace.record("school", school_id)["name"] if school_id is not None else ""
    if not known:
        job = _JOBS.get(role, "transitions team")
        save_worker(workspace, None, {"name": name, "role": job} | ({"school": school} if school else {}))
    worker = find_worker(workspace, name)
    what = f"{workspace.record('worker', worker)['name']}: {role}{f' at {school}' if school else ''}, login {login}"
    try:
        with database.write() as connection:
            is_new = store.add(connection, login, role, worker, school_id)
            _tell(workspace, connection, f"added {what}")
    except IntegrityError:
        raise NotAllowed(f"{name} has another login already: transitions team list. Take that one out first.") from None
    made = f" The server has the login {login} now, without a password: whoever runs it sets one." if is_new else ""
    return f"Added {what}.{made}"


def remove(workspace: Workspace, login: str) -> str:
    """Shut a login out; a sentence of what was done. Raises ``NotAFile`` and ``NotAllowed``."""
    from db.team import members as store

    found = [one for one in members(workspace) if one.login == login]
    if not found:
        raise NotAllowed(f"Nobody works with this record by the login {login}: transitions team list.")
    with _on_server(workspace).write() as connection:
        store.remove(connection, login)
        _tell(workspace, connection, f"took out {found[0].worker}: login {login}")
    return f"{found[0].worker} works with this record no longer. The login {login} is still on the server; all that was done by it stays."


def _on_server(workspace: Workspace, *, to_change: bool = True) -> Database:
    if workspace.database.is_file:
        raise NotAFile(
            "This record is a file, and whoever can open it may do everything. Logins and roles are for a record on a server: --db postgresql://..."
        )
    if to_change and workspace.role not in (None, "keeper"):
        raise NotAllowed("Only a keeper of the record lets people in or out.")
    return workspace.database


def _tell(workspace: Workspace, connection: Connection, what: str) -> None:
    Action(connection, name=ACCESS, summary=what, worker_id=workspace.me, at=workspace.clock.now(), kind="export")
