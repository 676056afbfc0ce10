"""The name of a Common Transfer File: LLLEEEE_CTF_LLLEEEE_nnn.xml, who sends it, to whom, and a counter.

LLL is the number of the local authority, EEEE the school's own; LLLL for a school stands for the authority itself, XXXXXXX
for a destination that is not known, MMMMMMM for one outside the maintained sector.
"""

import re
from pathlib import Path
from typing import NamedTuple

__all__ = ["FileName", "SchoolNumber", "mismatches", "proposed", "read_name"]

_NAME = re.compile(r"([0-9]{3}(?:[0-9]{4}|L{4})|X{7})_CTF_([0-9]{3}(?:[0-9]{4}|L{4})|X{7}|M{7})_([0-9]{3})\.XML")
_COPY = re.compile(r"[ _-]*(?:\([0-9]+\)|copy)(?=\.xml$)", re.IGNORECASE)
"""What a browser or a person puts behind the name of a second copy."""
_LAST = 999


class SchoolNumber(NamedTuple):
    """The two parts of a DfE number as a file writes them, digits or the letters that stand for them."""

    la: str
    establishment: str

    def __str__(self) -> str:
        return f"{self.la}/{self.establishment}"

    @property
    def is_school(self) -> bool:
        """Whether both parts are digits, so that it is one school."""
        return len(self.la) == 3 and len(self.establishment) == 4 and (self.la + self.establishment).isdecimal()


class FileName(NamedTuple):
    """Who a file's name says it comes from, and where it goes."""

    source: SchoolNumber
    destination: SchoolNumber


def read_name(name: str) -> FileName | None:
    """Read the name of a file, in any letter case and with the "(1)" of a second download; None when it is another name."""
    found = _NAME.fullmatch(_COPY.sub("", name).upper())
    return None if found is None else FileName(_parted(found[1]), _parted(found[2]))


def mismatches(name: str, source: SchoolNumber | None, destination: SchoolNumber | None) -> list[str]:
    """Give a sentence for each school that the name and the header of a file give differently."""
    read = read_name(name)
    if read is None:
        return []
    pairs = (("comes from", read.source, source), ("goes to", read.destination, destination))
    return [
        f"the name of the file says that it {verb} {by_name}, its header says {by_header}: ask the sender which is right"
        for verb, by_name, by_header in pairs
        if by_header is not None and by_name != by_header
    ]


def proposed(folder: Path, source: SchoolNumber, destination: SchoolNumber) -> Path:
    """Give the path in ``folder`` with the right name and the first counter that is free, from 001."""
    stem = f"{source.la}{source.establishment}_CTF_{destination.la}{destination.establishment}"
    names = (folder / f"{stem}_{counter:03d}.xml" for counter in range(1, _LAST + 1))
    return next((path for path in names if not path.exists()), folder / f"{stem}_{_LAST:03d}.xml")


def _parted(text: str) -> SchoolNumber:
    return SchoolNumber(text[:3], text[3:])
