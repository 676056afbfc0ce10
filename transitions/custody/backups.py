"""When backups are made without being asked for, where else they go, and which stay."""

import json
from contextlib import closing
from pathlib import Path
from typing import Final

from db import driver
from db.custody import access_log, backup, thinning
from db.custody.backup import backups_of
from db.custody.damage import is_encrypted, looking
from db.milestones import definitions
from transitions.clock import Clock
from transitions.dates import long
from transitions.errors import Fault, NoSuchFile
from transitions.text import how_many
from transitions.workspace import Recorded, Workspace

SECOND_FOLDER: Final = "second backup folder"
WERE_ENCRYPTED: Final = "the records were encrypted"


def back_up(workspace: Workspace, target: Path | None = None) -> Path:
    """Write a verified copy of the file, by default a dated one beside it; raises as ``db.backup.make`` does."""
    return backup.make(workspace.read(), workspace.database.path, target=target)


def on_first_open(workspace: Workspace) -> list[str]:
    """The backup of a day, when anything was changed since the one before; what of it did not work, in sentences. Those of a server are its own."""
    if workspace.database.read_only or not workspace.database.is_file:
        return []
    made = [thinning.moment_of(one.name) for one in backups_of(workspace.database.path)]
    return [] if any(at and at.date() == Clock.now().date() for at in made) else on_quit(workspace)


def on_quit(workspace: Workspace) -> list[str]:
    """A backup when anything was changed since the newest; what of it did not work, in sentences. Work goes on all the same."""
    if workspace.database.read_only or not workspace.database.is_file:
        return []
    path, said = workspace.database.path, list[str]()
    try:
        workspace.database.back_up_what_stands()
        thinning.thin(path, Clock.now())
    except Fault as fault:
        said.append(f"No backup was made. {fault.sentence}")
    except OSError as error:
        said.append(f"Old backups could not be removed from {backup.folder_for(path)} ({error.strerror}).")
    return [*said, *copy_along(workspace)]


def copy_along(workspace: Workspace) -> list[str]:
    """Bring the second folder, where one was named, up to date; what of it did not work, in sentences."""
    folder = second_folder(workspace.database.path)
    if folder is None:
        return []
    try:
        thinning.copy_along(workspace.database.path, folder, Clock.now())
    except Fault as fault:
        return [fault.sentence]
    return []


def second_folder(path: Path) -> Path | None:
    """The second folder of a file, as far as it can be asked: not while it is locked, or damaged there."""
    try:
        with closing(looking(path)) as connection:
            named = definitions.setting(connection, SECOND_FOLDER)
    except driver.Error:
        return None
    return Path(named) if named else None


def set_second_folder(workspace: Workspace, folder: Path | None) -> Recorded:
    """Have every backup copied into another folder, too, such as one on a stick; None for no other. Raises NoSuchFile."""
    if folder is not None and not folder.is_dir():
        raise NoSuchFile(f"{folder}: there is no such folder. Make it, or plug in the disk, and name it again.")
    where = "" if folder is None else str(folder.absolute())
    with workspace.change("Second backup folder", where or "none", plans=False) as action:
        definitions.change_setting(action, SECOND_FOLDER, json.dumps(where))
    return action.recorded


def told(path: Path) -> list[str]:
    """How many backups there are and from when the newest is, and whether the second folder is there."""
    folder, copies = second_folder(path), copies_of(path)
    said = [_counted(backups_of(path), "beside the records")]
    if folder is not None and folder.is_dir():
        said.append(_counted(copies, f"in {folder}") or f"No backup yet in {folder}.")
    return [sentence for sentence in (*said, out_of_reach(path)) if sentence]


def out_of_reach(path: Path) -> str:
    """That the second folder is not there, and what may be in it of records that were encrypted later; "" when it is there."""
    folder = second_folder(path)
    if folder is None or folder.is_dir():
        return ""
    with closing(looking(path)) as connection:
        was_plain = is_encrypted(path) and access_log.says(connection, WERE_ENCRYPTED)
    clear = " Copies made there before the records were encrypted stay unencrypted until the next backup to it."
    return f"The second backup folder is not available: {folder}.{clear if was_plain else ''}"


def _counted(made: list[Path], where: str) -> str:
    moments = [at for at in (thinning.moment_of(one.name) for one in made) if at is not None]
    if not moments:
        return ""
    newest = max(moments).astimezone()
    return f"{how_many(len(made), 'backup')} {where}, the newest of {long(newest.date())} at {newest:%H:%M}."


def second_heads(path: Path) -> Path | None:
    """Where the second folder keeps the heads of a file's history."""
    folder = second_folder(path)
    return None if folder is None else thinning.second_folder_for(path, folder)


def copies_of(path: Path) -> list[Path]:
    """The copies of a file's backups in its second folder, oldest first."""
    folder = second_folder(path)
    return [] if folder is None else thinning.copies_in(path, folder)
