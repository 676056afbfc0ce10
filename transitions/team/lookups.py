"""The small look-ups that screens make: who is at the keyboard, which workers and schools there are, what a pupil is called."""

from db.pupils import pupils as store
from db.pupils.pupils import Named
from transitions.text import searchable
from transitions.workspace import Workspace


def me_name(workspace: Workspace) -> str | None:
    """The name of the worker at the keyboard, or None before anybody said who they are."""
    return store.worker_name(workspace.read(), workspace.me)


def workers(workspace: Workspace) -> list[Named]:
    return store.workers(workspace.read())


def schools(workspace: Workspace, text: str = "", limit: int = 50) -> list[Named]:
    """The schools whose name, town or number holds every word of ``text``, by name."""
    return store.schools(workspace.read(), searchable(text).split(), limit)


def name_of(workspace: Workspace, pupil_id: int) -> tuple[str, str]:
    """The name a pupil goes by (preferred or first name) and the surname; empty for a pupil who is not there."""
    return store.name_parts(workspace.read(), pupil_id)


def pupil_name(workspace: Workspace, pupil_id: int) -> str | None:
    return store.pupil_name(workspace.read(), pupil_id)


def school_name(workspace: Workspace, school_id: int) -> str | None:
    return store.school_name(workspace.read(), school_id)
