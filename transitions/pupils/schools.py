"""Schools: their fields, one at a time added or edited by hand, archived, and found by what people know of it."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from db import importing as bulk
from db.pupils import finding
from db.pupils.pupils import Named
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.fields import (
    Context,
    Field,
    Fields,
    Reading,
    read_day,
    read_text,
    read_whole_number,
    typed_in,
    validate,
)
from transitions.identifiers import check_laestab, check_postcode, check_urn, laestab, split_laestab
from transitions.pupils import lists
from transitions.text import search_words, searchable
from transitions.workspace import Recorded, Workspace

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
    """What a school is found by: its name, town, URN and DfE number, the last with and without its stroke."""
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
        return Reading(read_text(text), f"{problem}; kept as it is")


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
        help="11 if it ends with Year 6. It decides who moves on",
    ),
    Field("town", "Town"),
    Field("postcode", "Postcode", reader=_postcode, width=24),
    Field("telephone", "Telephone", width=24),
    Field("closed_on", "Closed on", reader=read_day, width=24, help="Only if the school has closed"),
)  # fmt: skip
"""``laestab`` stands for the two columns ``la_number`` and ``establishment_number``."""


def with_numbers(values: dict[str, Any]) -> dict[str, Any]:
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


_MOST_NAMED = 10


def save_school(workspace: Workspace, school_id: int | None, fields: Mapping[str, object]) -> int:
    """Save a new school (None) or changes to one, and give its number; fields that are not given stay.

    Raises FieldProblems with a sentence for each field that is wrong, and NoSuchRecord when there is no such school.
    """
    from db.schema.pupils import School

    old = None if school_id is None else workspace.record("school", school_id)
    given, problems = SCHOOL_FIELDS.read(typed_in(workspace), fields, new=old is None)
    if given.get("urn"):
        holder = next((row for row in bulk.school_rows(workspace.read()) if row.urn == given["urn"]), None)
        if holder is not None and holder.id != school_id:
            problems["urn"] = f"This URN belongs to {holder.name} already."
    if problems:
        raise FieldProblems(problems)
    values = with_numbers(given)
    after = {**(old or {}), **values}
    try:
        check_ages(after)
    except ValueError as problem:
        raise FieldProblems({"low_age": f"{str(problem).capitalize()}."}) from None
    values["search_text"] = school_search_text(after)
    validate(School, {**after, **values})
    with workspace.change("School added" if old is None else "School edited", str(after["name"])) as action:
        return action.save("school", school_id, values)


def archive_school(workspace: Workspace, school_id: int) -> Recorded:
    """Take a school out of the lists to pick from; pupils keep it. Raises NoSuchRecord."""
    name = workspace.record("school", school_id)["name"]
    with workspace.change("School archived", name) as action:
        action.update("school", {"id": school_id}, {"archived_at": workspace.clock.now()})
    return Recorded("School archived", name, 1)


def restore_school(workspace: Workspace, school_id: int) -> Recorded:
    """Bring an archived school back. Raises NoSuchRecord."""
    with workspace.change("School brought back", workspace.record("school", school_id)["name"]) as action:
        action.update("school", {"id": school_id}, {"archived_at": None})
    return action.recorded


def find_school(workspace: Workspace, text: int | str) -> int:
    """The school that ``text`` names: a number such as #12, a URN, a DfE number, or words of its name and town.

    Raises NoSuchRecord when none answers to it, and when several do, with each one's number and town.
    """
    connection = workspace.read()
    if not isinstance(text, str):
        return int(workspace.record("school", text)["id"])
    numbered = re.fullmatch(r"#?([0-9]{1,5})", text.strip())
    if numbered:
        return int(workspace.record("school", int(numbered[1]))["id"])
    words = search_words(text)
    if not words:
        raise NoSuchRecord("Name the school: by URN, by a number such as #12, or by words of its name.")
    found = finding.schools(connection, words, _MOST_NAMED + 1)
    if not found:
        near = lists.nearest_schools(workspace, text, _MOST_NAMED)
        if near:
            raise NoSuchRecord(f'No school matches "{text}". Nearest: {_told_apart(near)}. Give the number.')
        raise NoSuchRecord(
            f'No school matches "{text}". Try fewer letters, or import the school list (I in the app, or: transitions import schools FILE)'
        )
    exact = [one for one in found if searchable(one.name) == searchable(text)]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        return chosen[0].id
    some = _told_apart(found[:_MOST_NAMED])
    more = " and more" if len(found) > _MOST_NAMED else ""
    raise NoSuchRecord(f'Several schools match "{text}": {some}{more}. Give the number or the URN.')


def _told_apart(schools: Sequence[Named]) -> str:
    return "; ".join(f"#{one.id} {one.name} ({one.detail or 'no town'})" for one in schools)
