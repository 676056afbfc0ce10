"""What one column of an export is: its header, what it holds, and in which files it stands."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from transitions.pupils.pupil_fields import FILE_FIELDS

Shown = Literal["always", "with names", "in full", "with pseudonyms"]
"""When a column is in the file: "in full" ones only when all is asked for, never beside a pseudonym."""


class ExportColumn(NamedTuple):
    """A header, what stands under it, what its cells are, and in which files it is."""

    header: str
    meaning: str
    kind: Literal["text", "date", "number"] = "text"
    shown: Shown = "with names"


PSEUDONYM = ExportColumn(
    "pseudonym",
    "The same code for the same pupil in every file made with the same key, instead of name, numbers and date of birth",
    shown="with pseudonyms",
)


def in_full(header: str, meaning: str, kind: Literal["text", "date"] = "text") -> ExportColumn:
    return ExportColumn(header, meaning, kind, "in full")


def counted(header: str, meaning: str) -> ExportColumn:
    return ExportColumn(header, meaning, "number", "always")


def day(header: str, meaning: str) -> ExportColumn:
    return ExportColumn(header, meaning, "date", "always")


def always_shown(header: str, meaning: str) -> ExportColumn:
    return ExportColumn(header, meaning, shown="always")


def of_pupil(*names: str, shown: Shown | None = None) -> Iterator[ExportColumn]:
    kinds: Mapping[str, Literal["date", "number"]] = {"date": "date", "number": "number"}
    for field in map(FILE_FIELDS.__getitem__, names):
        own: Shown = "always" if field.open else "with names"
        yield ExportColumn(field.name, field.export, kinds.get(field.kind, "text"), shown or own)
