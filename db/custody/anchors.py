"""Heads of the journal, kept beside the backups: seals cannot tell that the newest actions were cut off, a head from before can.

Each line of ``journal-heads.txt`` says when, of which file, how many actions there were, the number and the seal of the newest, and where
from. Lines are only ever added; putting back an earlier backup is such a line, and what was newer than that backup counts no longer.
A head also stands in what leaves (``mark``), so that whoever has the file can tell, too.
"""

import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from db import driver
from db.custody import sealing
from db.custody.damage import folder_for
from db.custody.on_disk import for_owner
from db.driver import Connection
from db.place import Place
from db.rows import fetch_value

HEADS: Final = "journal-heads.txt"
RESTORED: Final = "restored"
"""Said of a backup that takes the place of the file: heads from before may be newer than what it holds."""
_MARK_LETTERS: Final = 32
_MARK = re.compile(rb"(?<!\w)([0-9a-f]{12})[-\t](\d{1,12})[-\t](\d{1,12})[-\t]([0-9a-f]{32,64})(?!\w)")


class Anchor(NamedTuple):
    """A head as it was once."""

    at: str
    file_id: str
    position: int
    action_id: int
    seal: str
    where: str


def note(connection: Connection, path: Place, where: str, *, make_folder: bool = True) -> None:
    """Keep the head of ``path`` as it stands; a folder that cannot be written to is no reason to fail.

    Without ``make_folder`` only where there are backups; the backups of a server are its own.
    """
    if not isinstance(path, Path) or "journal_seal" not in driver.table_names(connection):
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


def mark(connection: Connection) -> str:
    """The head as it stands, to go into a file that leaves; "" before anything was done."""
    head = sealing.head(connection)
    parts = head and (sealing.file_id(connection), head.position, head.action_id, head.seal[:_MARK_LETTERS])
    return "-".join(map(str, parts)) if parts else ""


def marks_in(data: bytes, where: str) -> list[Anchor]:
    """The heads that stand in a text, as ``mark`` or ``note`` wrote them."""
    found = (one.decode().split() for one in dict.fromkeys(b" ".join(one) for one in _MARK.findall(data)))
    return [Anchor("", ours, int(position), int(action), seal, where) for ours, position, action, seal in found]


def kept(path: Path, second: Path | None = None) -> list[Anchor]:
    """The heads since a backup was last put back, the oldest first, those of a ``second`` folder last.

    A line that says nothing is passed by, and so is a second folder that has not heard of a backup that was put back.
    """
    first = _lines(folder_for(path))
    others = [line for line in _lines(second) if line not in first] if second else []
    if any(RESTORED in line[-1:] and line not in _lines(second) for line in first):
        others = []
    found: list[Anchor] = []
    for at, ours, position, action, seal, where in [*first, *others]:
        anchor = Anchor(at, ours, int(position), int(action), seal, where)
        found = [anchor] if where == RESTORED else [*found, anchor]
    return found


def _lines(folder: Path | None) -> list[list[str]]:
    try:
        lines = (folder / HEADS).read_text(encoding="utf-8").splitlines() if folder else []
    except (OSError, UnicodeDecodeError):
        return []
    found = [line.split("\t") for line in lines]
    return [one for one in found if len(one) == len(Anchor._fields) and one[2].isdecimal() and one[3].isdecimal()]


def copy_along(path: Path, there: Path) -> None:
    """Add to the heads in another folder what the first has more: a line that stands there stays. Raises OSError."""
    have = _lines(there)
    more = ["\t".join(line) for line in _lines(folder_for(path)) if line not in have]
    if more:
        with open(there / HEADS, "a", encoding="utf-8", newline="\n", opener=for_owner) as file:
            file.write("\n".join([*more, ""]))


def missing(connection: Connection, path: Path, second: Path | None = None) -> Iterator[tuple[str, str]]:
    """What of the journal has gone since a head was kept, each as what is wrong and where."""
    anchors = kept(path, second)
    if anchors and anchors[-1].file_id != sealing.file_id(connection):
        yield "the latest backup belongs to another file, or this file's history was started again", anchors[-1].where
    for anchor in gone(connection, anchors):
        yield (
            f"the history was cut or started again: it had {anchor.position:,} actions on {anchor.at[:10]}",
            f"action #{anchor.action_id}, kept with {anchor.where}",
        )
        return


def gone(connection: Connection, anchors: Iterable[Anchor]) -> Iterator[Anchor]:
    """Those heads of this file that its history does not have."""
    ours, query = sealing.file_id(connection), "SELECT seal FROM journal_seal WHERE action_id = :id"
    for anchor in anchors:
        if anchor.file_id == ours and anchor.position:
            seal = fetch_value(connection, str, query, {"id": anchor.action_id}) or ""
            if not anchor.seal or not seal.startswith(anchor.seal):
                yield anchor
