"""Where a file may go and what it is to be, and the journal's note that it left."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from hashlib import sha256
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

from db.driver import Connection
from db.journal import Action, tell
from transitions.errors import AlreadyThere, CannotWrite, NotAllowed, why_not
from transitions.text import clean, printable
from transitions.workspace import Workspace

Kind = TypeVar("Kind", bound=str)
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³")}
"""Names that Windows takes for devices, whatever the ending: such a file could not even be deleted there."""


class ExportNote(NamedTuple):
    """What the journal says of a file that left: the name of the entry, and its parts."""

    name: str
    parts: Sequence[str]


class Leaving(RawIOBase):
    """Standard output, and the digest of what has gone there: by it a copy is known again, as one of a file is."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__()
        self._out, self._digest, self._bytes = out, sha256(), 0

    def write(self, data: Any, /) -> int:
        self._digest.update(data)
        self._bytes += len(data)
        return self._out.write(data)

    def note(self, workspace: Workspace, said: ExportNote) -> None:
        with workspace.database.write() as connection:
            tell(
                connection,
                note_export(workspace, *said, connection),
                "file",
                "standard output",
                {"sha256": self._digest.hexdigest(), "bytes": self._bytes},
            )


@contextmanager
def standard_output(workspace: Workspace, note: Callable[[], ExportNote] | None = None) -> Iterator[Leaving]:
    """Standard output, for bytes as they are; what left before a pipe broke has left all the same, and ``note`` is in the journal.

    Raises CannotWrite, NotAllowed for a login that is for reading, and BrokenPipeError when whoever reads has seen enough.
    """
    if note and (said := workspace.refusal("files")):
        raise NotAllowed(said)
    if sys.stdout is None:
        raise CannotWrite("Standard output is closed, so nothing was written")
    out = Leaving(sys.stdout.buffer)
    try:
        sys.stdout.flush()
        yield out
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # the command line knows how to stop quietly
    except OSError as error:
        raise CannotWrite(f"standard output: {why_not(error)}") from error
    finally:
        if note:
            out.note(workspace, note())


def kind_by_ending(target: Path, endings: Mapping[str, Kind], kinds: Mapping[Kind, str]) -> Kind:
    """What a file is to be, by how its name ends. Raises ``CannotWrite`` with the endings of ``kinds`` and their words."""
    kind = endings.get(target.suffix.lower())
    if kind is not None:
        return kind
    known = ", ".join(f".{kind} ({label})" for kind, label in kinds.items())
    raise CannotWrite(f"{printable(str(target))}: end the name with one of {known}; nothing was written")


def check_ending(target: Path, *endings: str) -> None:
    """Raise ``CannotWrite`` for a name whose ending promises what is not written there; one without promises nothing."""
    suffix = target.suffix.lower()
    if suffix and suffix not in endings:
        known = " or ".join(endings)
        raise CannotWrite(
            f"{printable(str(target))}: {printable(suffix)} cannot be written: choose a name that ends in {known}"
        )


def where_and_why(target: Path | None, *more: str, purpose: str = "") -> list[str]:
    """What the note of a file ends with: where it went, what ``more`` there is to know, and what it is for."""
    where, why = "standard output" if target is None else printable(target.name), clean(purpose)
    return [where, *more, *([f"for: {why}"] if why else [])]


def note_export(workspace: Workspace, name: str, parts: Sequence[str], connection: Connection | None = None) -> int:
    """Write in the journal what left the program, by itself when there is no transaction yet; the number of the entry."""
    with nullcontext(connection) if connection else workspace.database.write() as within:
        return Action(
            within,
            name=name,
            summary="; ".join(parts),
            worker_id=workspace.me,
            at=workspace.clock.now(),
            kind="export",
        ).id


def numbered(target: Path) -> Path:
    """This place, or where something is there already the first that is free: "list (2).csv"."""
    free, number = target, 1
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free


def refuse_target(target: Path, *, overwrite: bool = False, folder: bool = False) -> None:
    """Raise CannotWrite, with a remedy, when no file (or ``folder``) may be put there."""
    name = printable(str(target))
    if name != str(target):
        raise CannotWrite(f"{name}: the name holds control characters: choose another name")
    if target.name.split(".")[0].rstrip().upper() in _RESERVED:
        raise CannotWrite(f"{name}: Windows keeps this name for a device: choose another name")
    if folder and target.exists():
        raise CannotWrite(f"{name}: exists already: choose another name for the folder; nothing was written")
    if target.is_dir():
        raise CannotWrite(f"{name}: is a folder: name a file in it")
    if not target.parent.is_dir():
        raise CannotWrite(f"{name}: there is no folder {printable(str(target.parent))}: make it, or choose another")
    if target.exists() and not target.is_file():
        raise CannotWrite(f"{name}: is not an ordinary file: choose another name")
    if target.exists() and not overwrite:
        raise AlreadyThere(f"{name}: exists already: choose another name")
