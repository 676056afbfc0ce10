"""What a worker left on the desk: the last view, saved views, the place in a walk, drafts. None of it is a record."""

from typing import Any

from db.pupils import pupils as store
from transitions.workspace import Workspace


def get(workspace: Workspace, name: str) -> Any:
    return store.left_on_desk(workspace.read(), workspace.me, name)


def put(workspace: Workspace, name: str, value: object) -> None:
    """Leave something under a name; None clears it. Nothing is kept before anybody said who they are."""
    if workspace.me is None:
        return
    with workspace.database.write() as connection:
        store.leave_on_desk(connection, workspace.me, name, value)


def names(workspace: Workspace, prefix: str) -> list[str]:
    """The names that begin with ``prefix``, without it, in order."""
    return [name.removeprefix(prefix) for name in store.names_on_desk(workspace.read(), workspace.me, prefix)]
