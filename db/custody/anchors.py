"""Heads of the journal, kept beside the backups: seals cannot tell that the newest actions were cut off, a head from before can.

Each line of ``journal-heads.txt`` says when, of which file, how many actions there were, the number and the seal of the newest, and where
from. Lines are only ever added; putting back an earlier backup is such a line, and what was newer than that backup counts no longer.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from db import driver
from db.custody import sealing
from db.custody.damage import folder_for
from db.driver import Connection
from db.rows import fetch_value

HEADS: Final = "journal-heads.txt"
RESTORED: Final = "restored"
"""Said of a backup that takes the place of the file: heads from before may be newer than what it holds."""


class Anchor(NamedTuple):
    """A head as it was once."""

    at: str
    file_id: str
    position: int
    action_id: int
    seal: str
    where: str


def note(connection: Connection, path: Path, where: str, *, make_folder: bool = True) -> None:
    """Keep the head of ``path`` as it stands; a folder that cannot be written to is no reason to fail.

    Without ``make_folder`` only where there are backups.
    """
    if "journal_seal" not in driver.table_names(connection):
        return
    head = sealing.head(connection) or sealing.Head(0, 0, "-")
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = (at, sealing.file_id(connection), head.position, head.action_id, head.seal, where.replace("\t", " "))
    with suppress(OSError):
        folder = folder_for(path)
        if make_folder:
            folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / HEADS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, ("\t".join(map(str, line)) + "\n").encode("utf-8", "replace"))
            os.fsync(handle)
        finally:
            os.close(handle)


def kept(path: Path) -> list[Anchor]:
    """The heads since a backup was last put back, the oldest first; a line that says nothing is passed by."""
    found: list[Anchor] = []
    with suppress(OSError, UnicodeDecodeError):
        for line in (folder_for(path) / HEADS).read_text(encoding="utf-8").splitlines():
            parts = line.split("\t")
            if len(parts) != len(Anchor._fields) or not (parts[2].isdecimal() and parts[3].isdecimal()):
                continue
            anchor = Anchor(parts[0], parts[1], int(parts[2]), int(parts[3]), parts[4], parts[5])
            found = [anchor] if anchor.where == RESTORED else [*found, anchor]
    return found


def missing(connection: Connection, path: Path) -> Iterator[tuple[str, str]]:
    """What of the journal has gone since a head was kept, each as what is wrong and where."""
    anchors = kept(path)
    if anchors and anchors[-1].file_id != sealing.file_id(connection):
        yield "the newest backup is of another file, or the history of this one was begun anew", anchors[-1].where
    query = "SELECT seal FROM journal_seal WHERE action_id = :id"
    for anchor in anchors:
        if anchor.file_id != sealing.file_id(connection) or not anchor.position:
            continue
        if fetch_value(connection, str, query, {"id": anchor.action_id}) != anchor.seal:
            yield (
                f"the history was cut or begun anew: it had {anchor.position:,} actions on {anchor.at[:10]}",
                f"action #{anchor.action_id}, kept with {anchor.where}",
            )
            return
