"""Reading a Common Transfer File of version 15 or later: who sent it, to whom, when, and its pupils.

Systems differ in the order of elements, in namespaces, in ``Sex`` or ``Gender`` and in what they leave empty; all of that is
read, and what is not known is passed over. Elements as the Department's own service (Get Information About Pupils) writes
them.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from transitions.errors import BadInput, Problem
from transitions.importing.ctf.file_name import SchoolNumber
from transitions.importing.ctf.pupil import KEPT, CtfPupil, day_of, pupil_of, school_number
from transitions.importing.ctf.tree import Node, read_tree
from transitions.importing.formats import kind_of
from transitions.importing.tabular import read_bytes

__all__ = ["LARGEST", "NEWEST_TESTED", "OLDEST_READ", "Ctf", "CtfHeader", "read_ctf"]

LARGEST: Final = 20_000_000
"""Bytes; a large school's whole file, assessments and all, has a quarter of it."""
OLDEST_READ, NEWEST_TESTED = 15, 25
"""Versions are named by their year; what is outside is read with a warning."""

_MOST_PUPILS: Final = 20_000
_HEADER: Final = frozenset(
    {"documentname", "ctfversion", "datetime", "documentqualifier", "sourceschool", "destschool", "supplierid"}
)
_BEFORE_XML: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"


@dataclass(frozen=True)
class CtfHeader:
    """What a file says of itself; what it does not say is None or empty."""

    version: str = ""
    qualifier: str = ""
    made_on: date | None = None
    source: SchoolNumber | None = None
    source_name: str = ""
    source_year: int | None = None
    destination: SchoolNumber | None = None

    def version_note(self) -> str | None:
        """Give a warning about the version, None for one that was tested."""
        number = self.version.partition(".")[0]
        if not number.isdecimal():
            return f"the header does not say which version it is: versions {OLDEST_READ} to {NEWEST_TESTED} were tested"
        if int(number) > NEWEST_TESTED:
            return (
                f"version {self.version} is newer than {NEWEST_TESTED}, the newest tested: look at the pupils with care"
            )
        if int(number) < OLDEST_READ:
            return (
                f"version {self.version} is older than {OLDEST_READ}, the oldest tested: look at the pupils with care"
            )
        return None


@dataclass(frozen=True)
class Ctf:
    """A file as read: its name as messages show it, its header, its pupils in order."""

    file: str
    header: CtfHeader
    pupils: tuple[CtfPupil, ...]


def read_ctf(path: Path, today: date) -> Ctf:
    """Read the file at ``path``, or standard input for ``-``; histories are read as they stand on ``today``.

    Raises NoSuchFile when it cannot be read, and BadInput when it is larger than ``LARGEST``, is something else, has a
    document type declaration or entities, is not well formed, or holds no pupils.
    """
    file, data = read_bytes(path, LARGEST)
    _refuse_other_kinds(file, data)
    headers: list[CtfHeader] = []
    pupils: list[CtfPupil] = []

    def begun(root: str) -> None:
        if root != "ctfile":
            what = f"is XML, but not a Common Transfer File: its outermost element is <{root}>, expected <CTfile>"
            raise BadInput([Problem(file, what)])

    def take_pupil(node: Node) -> None:
        if len(pupils) == _MOST_PUPILS:
            raise BadInput([Problem(file, f"has more than {_MOST_PUPILS:,} pupils, which no school has")])
        pupils.append(pupil_of(node, today))

    wanted = {"header": lambda node: headers.append(_header(node)), "pupil": take_pupil}
    read_tree(data.lstrip(b" \t\r\n"), file, wanted, KEPT | _HEADER, begun)
    if not pupils:
        raise BadInput([Problem(file, "is a Common Transfer File without any pupil in it: ask for it again")])
    return Ctf(file, headers[0] if headers else CtfHeader(), tuple(pupils))


def _refuse_other_kinds(file: str, data: bytes) -> None:
    if not data:
        raise BadInput([Problem(file, "is empty (0 bytes): export or copy it again")])
    kind = kind_of(data)
    if kind is not None and b"<?xml" not in data[:200].lower():
        raise BadInput([Problem(file, f"is {kind.what}, not a Common Transfer File, which is XML")])
    if not data.lstrip(_BEFORE_XML).startswith(b"<"):
        what = "is not XML, so not a Common Transfer File: a table of pupils is imported as pupils"
        raise BadInput([Problem(file, what)])


def _header(node: Node) -> CtfHeader:
    source, destination = node.all("sourceschool"), node.all("destschool")
    year = node.text("sourceschool", "academicyear")[:4]
    return CtfHeader(
        version=node.text("ctfversion")[:20],
        qualifier=node.text("documentqualifier")[:20].lower(),
        made_on=day_of(node.text("datetime")),
        source=school_number(source[0]) if source else None,
        source_name=" ".join(node.text("sourceschool", "schoolname").split())[:200],
        source_year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
        destination=school_number(destination[0]) if destination else None,
    )
