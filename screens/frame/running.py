"""From the passphrase to the end: the app is run on a database, and again on each that is opened in place of another."""

import gc
import sys
from contextlib import suppress

from screens.frame.app import TransitionsApp
from screens.frame.crash import run
from transitions.custody import backups, locking
from transitions.custody.places import Place, crash_folder
from transitions.errors import Fault
from transitions.team import workers
from transitions.workspace import Workspace


def run_app(workspace: Workspace) -> int:
    """Run the app to its end, and again on each database that is opened in place of another; give the exit status.

    What was locked is opened again when the passphrase is given.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    while True:
        status, path, change = _run_on(workspace)
        read_only = workspace.database.asked_read_only and path == workspace.database.where
        said: str | None = ""
        if path is not None and change is not None:
            from screens.custody.passphrase import let_in

            locking.lock()
            said = let_in(path, workspace.clock, change and _FIRST, change, read_only=read_only)
        if path is None or said is None:
            # What is left over goes with the process; to look through it took seconds of quitting.
            gc.freeze()
            return status
        workspace = Workspace.open(path, workspace.clock, read_only=read_only, plans_ahead=False)
        workspace.to_say += [said] if said else []


_SWITCH_SECONDS = 0.001
"""After which a thread that works lets another one go on. A key passes through three, and by Python's 5 ms a thread that imports
made it 2.4 times as long as by one."""
_FIRST = "First give the passphrase that opens them now."


def _run_on(workspace: Workspace) -> tuple[int, Place | None, str | None]:
    """Run it once: its status, what is to be opened next, and, when it was locked, what is to be changed before that."""
    apps: list[TransitionsApp] = []

    def make() -> TransitionsApp:
        apps.append(TransitionsApp(workspace))
        return apps[0]

    workspace.database.say_opened_in("the app")
    try:
        status = run(make, crash_folder())
        with suppress(Fault):
            workers.put_on_desk(workspace)
        if status == 0 and not apps[0].is_locked:
            workspace.to_say += backups.on_quit(workspace)
    finally:
        for running in apps:
            running.guard.end()
        workspace.close()
    app = next(iter(apps), None)
    return status, app.opens_next if app else None, app.change if app and app.is_locked else None
