"""The file of the made-up pupils: the one made before for the same day, or a new one."""

from collections.abc import Callable
from pathlib import Path

from transitions.clock import Clock
from transitions.custody.places import demo_database, make_folder
from transitions.demo.make import is_demo, made_for, make
from transitions.errors import NotAllowed
from transitions.workspace import Workspace

PUPILS, SEED = 400, 1


def demo_file(clock: Clock, progress: Callable[[int, int], None] | None = None) -> Path:
    """Give the file with ``PUPILS`` made-up pupils about the clock's day, made now unless it was made before.

    Raises ``NotAllowed`` when real records stand in the place of that file, and the faults of opening a database.
    """
    path = demo_database(PUPILS, SEED)
    make_folder(path.parent)
    if path.exists() and _can_be_used(path, clock):
        return path
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    workspace = Workspace.open(path, clock, create=True)
    try:
        make(workspace, PUPILS, SEED, progress)
    except BaseException:
        workspace.close()
        path.unlink(missing_ok=True)
        raise
    workspace.close()
    return path


def _can_be_used(path: Path, clock: Clock) -> bool:
    workspace = Workspace.open(path, clock)
    try:
        if not is_demo(workspace):
            raise NotAllowed(
                f"{path} holds real records: made-up pupils must never stand among them. Move it away first."
            )
        return made_for(workspace) == (clock.today, PUPILS, SEED)
    finally:
        workspace.close()
