"""What is known of a school, read from the national register's download or from what a person typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from transitions.identifiers import check_laestab, check_postcode, check_urn, laestab, split_laestab
from transitions.pupils.pupil_fields import Context, Reader, Reading, day_reader, read_text
from transitions.record_reading import read_whole_number
from transitions.text import searchable

__all__ = ["SCHOOL_FIELDS", "SchoolField", "school_search_text"]

OLDEST_AGE = 99  # what the register writes for a college without an upper limit


@dataclass(frozen=True)
class SchoolField:
    """One thing that is known of a school; one that is ``needed`` cannot be emptied."""

    title: str
    read: Reader
    needed: bool = False


def school_search_text(values: Mapping[str, Any]) -> str:
    """Give what a school is found by: its name, town, URN and DfE number, the last with and without its stroke."""
    la, establishment = values.get("la_number"), values.get("establishment_number")
    number = "" if la is None or establishment is None else laestab(la, establishment)
    urn = values.get("urn")
    return searchable(values["name"], values.get("town"), str(urn or ""), number, number.replace("/", ""))


def _text(text: str, _context: Context) -> Reading:
    return Reading(read_text(text))


def _named(text: str, _context: Context) -> Reading:
    """The register writes "Not applicable" where there is nothing to say."""
    value = read_text(text)
    return Reading(None if value.casefold() in {"not applicable", "not recorded"} else value)


def _urn(text: str, _context: Context) -> Reading:
    return Reading(int(check_urn(text).value))


def _number(least: int, most: int) -> Reader:
    def reader(text: str, _context: Context) -> Reading:
        return Reading(read_whole_number(text, least, most))

    return reader


def _laestab(text: str, _context: Context) -> Reading:
    checked = check_laestab(text)
    return Reading(checked.value, checked.warning or "")


def _postcode(text: str, context: Context) -> Reading:
    try:
        return Reading(check_postcode(text).value)
    except ValueError as problem:
        if context.typed:
            raise
        # The register is the register: its slips are kept and pointed out, not a reason to do without the school.
        return Reading(read_text(text), f"{problem}; kept as it stands")


_age: Callable[[str, Context], Reading] = _number(0, OLDEST_AGE)

SCHOOL_FIELDS: Final[Mapping[str, SchoolField]] = MappingProxyType(
    {
        "name": SchoolField("Name", _text, needed=True),
        "urn": SchoolField("URN", _urn),
        "laestab": SchoolField("DfE number", _laestab),
        "la_number": SchoolField("LA number", _number(1, 999)),
        "establishment_number": SchoolField("Establishment number", _number(0, 9999)),
        "phase": SchoolField("Phase", _named),
        "kind": SchoolField("Kind", _named),
        "status": SchoolField("Status", _named),
        "low_age": SchoolField("Lowest age", _age),
        "high_age": SchoolField("Highest age", _age),
        "town": SchoolField("Town", _text),
        "postcode": SchoolField("Postcode", _postcode),
        "telephone": SchoolField("Telephone", _text),
        "closed_on": SchoolField("Closed on", day_reader()),
    }
)
"""Every field by its name. ``laestab`` stands for the two columns ``la_number`` and ``establishment_number``."""


def with_numbers(values: dict[str, Any]) -> dict[str, Any]:
    """Give the values with a DfE number parted into its two columns."""
    given = dict(values)
    if "laestab" in given:
        number = given.pop("laestab")
        parts = (None, None) if number is None else split_laestab(number)
        given["la_number"], given["establishment_number"] = parts
    return given


def check_ages(values: Mapping[str, Any]) -> None:
    """Raise ValueError when the lowest age is above the highest."""
    low, high = values.get("low_age"), values.get("high_age")
    if low is not None and high is not None and low > high:
        raise ValueError(f"the lowest age ({low}) is above the highest ({high})")
