"""What a column of an export is: its header, what stands under it, and in which files it is."""

from typing import Final, Literal, NamedTuple

__all__ = ["PERCENT", "PSEUDONYM", "UPN", "ExportColumn", "Shown", "What", "counted", "day", "in_full", "told"]

What = Literal["pupils", "plans", "missed", "handovers", "workshops", "attendance"]

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
    "The same code for the same pupil in every file made with the same key; instead of name, numbers and date of birth",
    shown="with pseudonyms",
)
UPN = ExportColumn("upn", "Unique pupil number")

PERCENT: Final = "_percent"
"""What the header of a section's completeness ends with."""


def in_full(header: str, meaning: str, kind: Literal["text", "date"] = "text") -> ExportColumn:
    """Give a column that is only in a full file."""
    return ExportColumn(header, meaning, kind, "in full")


def counted(header: str, meaning: str) -> ExportColumn:
    """Give a column of numbers that is in every file."""
    return ExportColumn(header, meaning, "number", "always")


def day(header: str, meaning: str) -> ExportColumn:
    """Give a column of days that is in every file."""
    return ExportColumn(header, meaning, "date", "always")


def told(header: str, meaning: str) -> ExportColumn:
    """Give a column of words that is in every file."""
    return ExportColumn(header, meaning, shown="always")
