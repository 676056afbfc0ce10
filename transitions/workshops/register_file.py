"""A register that was filled in outside the program: a sheet with a line for each school, agency or person, read back in.

The columns are those of the file of attendance that the program writes, so that one can be filled in and handed back.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from db.vocabulary import ATTENDANCES
from db.workshops.workshops import Invited
from transitions.errors import BadInput, NoSuchRecord, Problem
from transitions.fields import read_one_of, read_text, read_whole_number, read_words
from transitions.importing.tabular import Row, read_table
from transitions.pupils.schools import find_school
from transitions.workshops.attendance_marks import Mark, find_line
from transitions.workshops.page import WorkshopPage, load
from transitions.workspace import Workspace

NOT_IN_REGISTER: Final = "is not in the register"
_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "school": "school", "school_urn": "urn", "urn": "urn", "agency": "agency", "name": "name", "person": "name",
        "attendance": "attendance", "people": "people", "before": "before", "confidence_before": "before", "after": "after",
        "confidence_after": "after", "note": "note", "workshop": "workshop",
    }
)  # fmt: skip
"""What a header means; others are passed over."""
_NUMBER: Final = re.compile(r"#?[0-9][0-9/]*")
"""A school's number here, its URN or its DfE number."""
_SAYS_WHOM: Final = ("urn", "school", "agency", "name")
_ALSO: Final = {
    "attended": "came", "present": "came", "yes": "came", "y": "came", "sent apologies": "apologies", "apology": "apologies",
    "did not come": "absent", "no": "absent", "n": "absent", "not marked": "invited",
}  # fmt: skip


def read_marks(workspace: Workspace, workshop_id: int, path: Path, *, add: bool = False) -> list[Mark]:
    """Read who came from a table with the columns school (or school_urn, agency, name), attendance, people, and, if they
    are there, before, after and note.

    A line with nothing under attendance and beside it is passed over, and so is one of another workshop, when a column says
    so. ``add`` puts into the register who is not in it. Raises NoSuchFile and BadInput, the latter with every line's problem.
    """
    table = read_table(path)
    known = [_COLUMNS.get(name.strip().casefold().replace(" ", "_"), "") for name in table.header]
    problems = []
    if "attendance" not in known:
        problems.append(Problem(table.name, "has no column attendance: expected school, attendance and people"))
    if not set(known) & set(_SAYS_WHOM):
        problems.append(
            Problem(table.name, "says nowhere who came: expected a column school, school_urn, agency or name")
        )
    if problems:
        raise BadInput(problems)
    page = load(workspace, workshop_id)
    marks: list[Mark] = []
    for row in table.rows:
        cells = {name: cell.strip() for name, cell in zip(known, row.cells, strict=True) if name and cell.strip()}
        if cells.get("workshop", str(workshop_id)).removeprefix("#") != str(workshop_id):
            continue
        mark, wrong = _read(workspace, page, cells, add=add)
        problems += [Problem(table.name, what, row.line, field) for field, what in wrong.items()]
        if mark is not None and not wrong:
            problems += _again(table.name, row, mark, marks)
            marks.append(mark)
    problems += [one.problem for one in table.refused]  # filled while the rows were read
    if problems:
        raise BadInput(problems)
    return marks


def line_named(workspace: Workspace, page: WorkshopPage, text: str, *, add: bool = False) -> int | Invited:
    """The line of a register that ``text`` names: a school by name, URN or number such as #12, an agency, a person.

    With ``add`` a school that is not in the register is given as one to put in. Raises NoSuchRecord.
    """
    if not _NUMBER.fullmatch(text.strip()):
        line = find_line(page, text)
        if line is not None:
            return line.id
        if not add:
            raise NoSuchRecord(_not_there(page, f"“{text}”"))
    return _of_school(page, find_school(workspace, text), text, add=add)


def _of_school(page: WorkshopPage, school_id: int, text: str, *, add: bool) -> int | Invited:
    lines = [line for line in page.invitations if line.school_id == school_id]
    own = [line for line in lines if line.name is None]
    if own or len(lines) == 1:
        return (own or lines)[0].id
    if lines:
        people = ", ".join(line.name or "" for line in lines)
        raise NoSuchRecord(f"Of “{text}” there are several people in the register: {people}. Name the person.")
    if add:
        return Invited(school_id, None, None)
    raise NoSuchRecord(_not_there(page, f"“{text}”"))


def _not_there(page: WorkshopPage, what: str) -> str:
    return (
        f"{what} {NOT_IN_REGISTER} of #{page.workshop.id} {page.workshop.title}. Invite first, or put it in with --add when "
        "they came without having been asked."
    )


def _read(
    workspace: Workspace, page: WorkshopPage, cells: Mapping[str, str], *, add: bool
) -> tuple[Mark | None, dict[str, str]]:
    said = {name: cells[name] for name in ("attendance", "people", "before", "after", "note") if name in cells}
    if not said:
        return None, {}
    values: dict[str, str | int | None] = {}
    wrong: dict[str, str] = {}
    for name, text in said.items():
        try:
            values[name] = _READERS[name](text)
        except ValueError as problem:
            wrong[name] = str(problem)
    try:
        whom = _whom(workspace, page, cells, add=add)
    except NoSuchRecord as missing:
        return None, {**wrong, next((name for name in _SAYS_WHOM if name in cells), "school"): missing.sentence}
    except ValueError as problem:
        return None, {**wrong, "name": str(problem)}
    return (None if wrong else Mark(whom, **values)), wrong  # type: ignore[arg-type]  # each reader gives its field's type


def _whom(workspace: Workspace, page: WorkshopPage, cells: Mapping[str, str], *, add: bool) -> int | Invited:
    place = cells.get("urn") or cells.get("school")
    name, agency = cells.get("name"), cells.get("agency")
    if name is None and agency is None:
        if place is None:
            raise NoSuchRecord("Say who: a school, an agency or a person.")
        return line_named(workspace, page, place, add=add)
    line = find_line(page, " ".join(filter(None, (name, agency, cells.get("school")))))
    if line is not None and (line.name is not None) == (name is not None):
        return line.id
    if not add:
        raise NoSuchRecord(_not_there(page, f"“{name or agency}”"))
    school_id = find_school(workspace, place) if place else None
    return Invited(school_id, None if school_id or not agency else read_text(agency), read_text(name) if name else None)


def _again(file: str, row: Row, mark: Mark, before: list[Mark]) -> list[Problem]:
    if any(one.whom == mark.whom for one in before):
        return [Problem(file, "is in the file twice: keep the line that is right", row.line, "school")]
    return []


def _attendance(text: str) -> str:
    return read_one_of(ATTENDANCES, _ALSO.get(" ".join(text.casefold().split()), text))


def _rating(text: str) -> int:
    return read_whole_number(text, 1, 5)


_READERS: Final[Mapping[str, Callable[[str], str | int | None]]] = {
    "attendance": _attendance,
    "people": lambda text: read_whole_number(text, 0, 999),
    "before": _rating,
    "after": _rating,
    "note": read_words,
}
