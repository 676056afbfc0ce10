"""What can go wrong in a use case, each as a sentence for the person at the keyboard."""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from db.errors import DatabaseInUse, Fault, ServerGone, Stopped, WrongPassphrase

__all__ = ["DatabaseInUse", "Fault", "ServerGone", "Stopped", "WrongPassphrase"]
Record = TypeVar("Record")
NEEDS_PURPOSE = "This file names people, so it needs a purpose"
"""A list that is exported leaves the building; the journal says for what."""
_LONGEST_SHOWN = 200
"""Characters of a file's name in a sentence."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it stands and what would put it right.

    ``place`` names where it stands in a file that has no lines of records, such as "pupil 3"; ``line`` is then its number.
    """

    file: str
    what: str
    line: int | None = None
    field: str | None = None
    place: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} {self.place or f'line {self.line}'}"
        return f"{place}: {self.field}: {self.what}" if self.field else f"{place}: {self.what}"


class BadInput(Fault):
    """The input was refused whole and nothing was written; ``problems`` lists every reason."""

    exit_status = 65

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FieldProblems(Fault):
    """A record was not saved; ``problems`` has a sentence for each field that is wrong."""

    exit_status = 65

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("\n".join(f"{field.replace('_', ' ')}: {what}" for field, what in self.problems.items()))


class NoSuchFile(Fault):
    """There is no such file to read."""

    exit_status = 66


class NoSuchRecord(Fault):
    """No pupil, school, worker or milestone answers to what was typed, or more than one does."""

    exit_status = 65


def require(record: Record | None, sentence: str) -> Record:
    """The record that was looked for. Raises NoSuchRecord with ``sentence`` when there is none."""
    if record is None:
        raise NoSuchRecord(sentence)
    return record


class CannotWrite(Fault):
    """The output could not be written; nothing was left half-written."""

    exit_status = 73


class AlreadyThere(CannotWrite):
    """A file of that name is there, and may be replaced only when somebody says so."""


class NotAllowed(Fault):
    """The person may not do this, or it needs a reason that was not given."""

    exit_status = 77


class HeldBack(NotAllowed):
    """Something may not leave about a pupil, unless somebody says why it goes all the same."""

    def __init__(self, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.why = why


def expanded(path: Path) -> Path:
    """``~`` and ``~NAME`` as folders; as they were typed, and so not found, where nobody of that name is known."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def why_not(error: OSError) -> str:
    """Why the system would not write, with a remedy, as the rest of a sentence."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full: make room or choose another one"
        case errno.EACCES | errno.EPERM:
            return "you may not write there: is the file open in another program, or the folder read-only?"
        case errno.EROFS:
            return "the disk is read-only: choose another one"
        case errno.ENAMETOOLONG:
            return "the name is too long: choose a shorter one"
        case _:
            return f"it cannot be written ({(error.strerror or 'no reason given').lower()})"


def refused_by_system(error: OSError) -> Fault | None:
    """What nobody nearer to it has explained: the system would not open, look at or write a file or a stream.

    None for an error that did not come from the system, which is a fault of ours.
    """
    if error.errno is None:
        return None
    if error.filename is None:
        return CannotWrite(f"Not all of the output could be written: {why_not(error)}")
    name = str(error.filename)
    shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
    return CannotWrite(f"{shown}: {why_not(error)}")
