"""What is known of a school, read from the national register's download or from what a person typed."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from transitions.fields import Context, Field, Fields, Reading, read_day, read_text, read_whole_number
from transitions.identifiers import check_laestab, check_postcode, check_urn, laestab, split_laestab
from transitions.text import searchable

OLDEST_AGE = 99  # what the register writes for a college without an upper limit
PHASES: Final = (
    "Nursery",
    "Primary",
    "Middle deemed primary",
    "Middle deemed secondary",
    "Secondary",
    "16 plus",
    "All-through",
)


def school_search_text(values: Mapping[str, Any]) -> str:
    """Give what a school is found by: its name, town, URN and DfE number, the last with and without its stroke."""
    la, establishment = values.get("la_number"), values.get("establishment_number")
    number = "" if la is None or establishment is None else laestab(la, establishment)
    urn = values.get("urn")
    return searchable(values["name"], values.get("town"), str(urn or ""), number, number.replace("/", ""))


def _named(text: str) -> str | None:
    """The register writes "Not applicable" where there is nothing to say."""
    value = read_text(text)
    return None if value.casefold() in {"not applicable", "not recorded"} else value


def _urn(text: str) -> int:
    return int(check_urn(text).value)


def _laestab(text: str) -> Reading:
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


def _number(least: int, most: int) -> partial[int]:
    return partial(read_whole_number, least=least, most=most)


SCHOOL_FIELDS: Final = Fields(
    Field("name", "Name", needed=True),
    Field("urn", "URN", read=_urn, width=24, help="Six digits, from the national register"),
    Field("laestab", "DfE number", read=_laestab, width=24, help="Seven digits, such as 808/4000"),
    Field("la_number", "LA number", read=_number(1, 999)),
    Field("establishment_number", "Establishment number", read=_number(0, 9999)),
    Field("phase", "Phase", "known", read=_named, help="Such as Primary or Secondary"),
    Field("kind", "Kind", read=_named, help="Such as Community school"),
    Field("status", "Status", read=_named),
    Field("low_age", "Lowest age", read=_number(0, OLDEST_AGE), width=12),
    Field(
        "high_age", "Highest age", read=_number(0, OLDEST_AGE), width=12,
        help="11 when it ends with Year 6: it decides who moves on",
    ),
    Field("town", "Town"),
    Field("postcode", "Postcode", reader=_postcode, width=24),
    Field("telephone", "Telephone", width=24),
    Field("closed_on", "Closed on", reader=read_day, width=24, help="Only when the school has closed"),
)  # fmt: skip
"""``laestab`` stands for the two columns ``la_number`` and ``establishment_number``."""


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
