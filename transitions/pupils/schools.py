"""One school at a time: added or edited by hand, archived, and found by what people know of it."""

import re
from collections.abc import Mapping
from typing import Any

from db import importing as bulk
from db.pupils import pupils as store
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.fields import typed_in, validate
from transitions.pupils.school_fields import SCHOOL_FIELDS, check_ages, school_search_text, with_numbers
from transitions.text import searchable
from transitions.workspace import Recorded, Workspace

__all__ = ["archive_school", "find_school", "restore_school", "save_school"]

_MOST_NAMED = 10


def save_school(workspace: Workspace, school_id: int | None, fields: Mapping[str, object]) -> int:
    """Save a new school (None) or changes to one, and give its number; fields that are not given stay.

    Raises FieldProblems with a sentence for each field that is wrong, and NoSuchRecord when there is no such school.
    """
    from db.schema.pupils import School

    old = None if school_id is None else _standing(workspace, school_id)
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
        if school_id is None:
            return action.insert("school", values)
        action.update("school", {"id": school_id}, values)
    return school_id


def archive_school(workspace: Workspace, school_id: int) -> Recorded:
    """Take a school out of the lists to pick from; pupils keep it. Raises NoSuchRecord."""
    name = _standing(workspace, school_id)["name"]
    with workspace.change("School archived", name) as action:
        action.update("school", {"id": school_id}, {"archived_at": workspace.clock.now()})
    return Recorded("School archived", name, 1)


def restore_school(workspace: Workspace, school_id: int) -> None:
    """Bring an archived school back. Raises NoSuchRecord."""
    with workspace.change("School brought back", _standing(workspace, school_id)["name"]) as action:
        action.update("school", {"id": school_id}, {"archived_at": None})


def find_school(workspace: Workspace, text: int | str) -> int:
    """Give the school that ``text`` names: a number such as #12, a URN, a DfE number, or words of its name and town.

    Raises NoSuchRecord when none answers to it, and when several do, with each one's number and town.
    """
    connection = workspace.read()
    if not isinstance(text, str):
        return int(_standing(workspace, text)["id"])
    numbered = re.fullmatch(r"#?([0-9]{1,5})", text.strip())
    if numbered:
        return int(_standing(workspace, int(numbered[1]))["id"])
    words = searchable(text).split()
    if not words:
        raise NoSuchRecord("Name the school: by URN, by a number such as #12, or by words of its name.")
    found = store.schools(connection, words, _MOST_NAMED + 1)
    if not found:
        raise NoSuchRecord(
            f'No school answers to "{text}". Try fewer letters, or import the school list (I in the app, or: transitions import schools FILE)'
        )
    exact = [one for one in found if searchable(one.name) == " ".join(words)]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        return chosen[0].id
    some = "; ".join(f"#{one.id} {one.name} ({one.detail or 'no town'})" for one in found[:_MOST_NAMED])
    more = " and more" if len(found) > _MOST_NAMED else ""
    raise NoSuchRecord(f'Several schools answer to "{text}": {some}{more}. Give the number or the URN.')


def _standing(workspace: Workspace, school_id: int) -> dict[str, Any]:
    from db.schema.pupils import School

    record = workspace.database.load(School, school_id)
    if record is None:
        raise NoSuchRecord(f"There is no school with the number {school_id}.")
    return record.model_dump()
