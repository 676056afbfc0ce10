"""Who works with the record of a team: one login for each person, added and taken out by a keeper."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from db.custody.access_log import ACCESS
from db.database import Database
from db.driver import Connection, IntegrityError
from db.errors import NotAFile
from db.journal import Action
from db.place import ROLES, Role
from transitions.errors import NotAllowed
from transitions.team.workers import find_worker, read_worker, save_worker, workers_by_name
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
    if workspace.role is None and login == store.user(database.read()):
        return _name_maker(workspace, name, login, role, known=known)
    if workspace.me is None:
        raise NotAllowed(
            "Say who you are first, so that the history names whoever let people in: transitions me NAME. Nothing was changed."
        )
    if role == "SENCO" and school_id is None:
        school_id = workspace.record("worker", find_worker(workspace, name))["school_id"] if known else None
        if school_id is None:
            raise NotAllowed(f"Say which school {name} is the SENCO of, with --school. Nothing was changed.")
    if role != "SENCO" and school_id is not None:
        raise NotAllowed("Only a SENCO is of one school; everybody else works with all pupils. Leave --school out.")
    school = workspace.record("school", school_id)["name"] if school_id is not None else ""
    for one in store.members(database.read()):
        if one.login == login and searchable(one.worker) != searchable(name):
            raise NotAllowed(
                f"{login} is the login of {one.worker} ({one.role}). Nothing was changed; to give it to somebody else, take it out first: "
                f"transitions team remove {login}"
            )
    job = {"name": name, "role": _JOBS.get(role, "transitions team")} | ({"school": school} if school else {})
    what = f"{name}: {role}{f' at {school}' if school else ''}, login {login}"
    try:
        with _worker(workspace, name, None if known else job) as (connection, worker):
            is_new = store.add(connection, login, role, worker, school_id)
            _tell(workspace, connection, f"added {what}")
    except IntegrityError:
        raise NotAllowed(f"{name} has another login already: transitions team list. Take that one out first.") from None
    staff = "" if known else f" {name} is new in the staff list."
    made = f" The server has the login {login} now, without a password: whoever runs it sets one." if is_new else ""
    return f"Added {what}.{staff}{made}"


def remove(workspace: Workspace, login: str) -> str:
    """Shut a login out; a sentence of what was done. Raises ``NotAFile`` and ``NotAllowed``."""
    from db.team import members as store

    database = _on_server(workspace)
    found = [one for one in store.members(database.read()) if one.login == login]
    if not found:
        raise NotAllowed(f"Nobody is listed with the login {login}: transitions team list. Nothing was changed.")
    with database.write() as connection:
        store.remove(connection, login)
        _tell(workspace, connection, f"took out {found[0].worker}: login {login}")
    return f"{found[0].worker} can no longer open this record. What they did stays in the history. The server still has the login {login}."


def _name_maker(workspace: Workspace, name: str, login: str, role: Role, *, known: bool) -> str:
    """Put whoever made the record among its keepers under their name."""
    if role != "keeper":
        raise NotAllowed(f"{login} made this record, and so is one of its keepers: --role keeper. Nothing was changed.")
    workspace.become(find_worker(workspace, name) if known else save_worker(workspace, None, {"name": name}))
    return f"Added {name}: keeper, login {login}."


@contextmanager
def _worker(workspace: Workspace, name: str, new: Mapping[str, object] | None) -> Iterator[tuple[Connection, int]]:
    """A transaction and the worker of this name in it, who is made of ``new`` in the same one."""
    if new is None:
        with workspace.database.write() as connection:
            yield connection, find_worker(workspace, name)
    else:
        values = read_worker(workspace, None, new)
        with workspace.change("Worker added", name, plans=False) as action:
            yield action.connection, action.save("worker", None, values)


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
