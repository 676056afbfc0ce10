"""Who came: marks of the register, set one at a time or for all who are left, and what they said of their confidence."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from db.vocabulary import ATTENDANCES
from db.workshops import workshops as store
from db.workshops.workshops import InvitationRow, Invited, WorkshopRow
from transitions.errors import BadInput, FieldProblems, NoSuchRecord, NotAllowed, Problem
from transitions.fields import read_one_of, read_text, read_whole_number, read_words
from transitions.importing.table_rows import TableRow
from transitions.importing.tabular import read_table
from transitions.pupils.schools import find_school
from transitions.text import search_words, searchable
from transitions.workshops import inviting
from transitions.workshops.page import WorkshopPage, load
from transitions.workshops.saving import called, editable_workshop
from transitions.workspace import Recorded, Workspace

_NAME: Final = "Register marked"
_MOST_NAMED: Final = 10
_MOST_PEOPLE: Final = 999


class RegisterMark(NamedTuple):
    """What is said of one line of a register; what is None stays as it stands.

    ``whom`` is the number of the line, or whom to put in because they came without having been asked. ``attendance`` is one of
    ``ATTENDANCES``, ``people`` how many came from there, ``before`` and ``after`` how confident somebody was, 1 to 5.
    """

    whom: int | Invited
    attendance: str | None = None
    people: int | None = None
    before: int | None = None
    after: int | None = None
    note: str | None = None
    accepted: bool | None = None


def mark_each(workspace: Workspace, workshop_id: int, marks: Sequence[RegisterMark]) -> Recorded:
    """Mark lines of a register, each in its own way, in one action.

    What a mark brings with it is as in ``attending.mark``: the first on or after its day says that a planned workshop was
    held, and who did not come keeps no number of people and no confidence. Raises NotAllowed before its day (but for
    apologies), for a workshop that was called off or archived, for what cannot be said of somebody who did not come, and for
    a line with two marks; NoSuchRecord for a line that is not in this register.
    """
    row = editable_workshop(workspace, workshop_id)
    lines = {line.id: line for line in store.invitations(workspace.read(), workshop_id)}
    for mark in marks:
        _check(workspace, row, lines, mark)
    twice = _twice(marks)
    if twice is not None:
        raise NotAllowed(f"{_whom(lines, twice)} is marked twice. Say once whether they came.")
    summary = f"{len(marks):,} line{'' if len(marks) == 1 else 's'} · {called(row)}"
    if len(marks) == 1:
        summary = f"{_whom(lines, marks[0].whom)} · {called(row)}"
    with workspace.change(_NAME, summary, plans=False) as action:
        for mark in marks:
            number = mark.whom
            if isinstance(number, Invited):
                number = action.insert("workshop_invitation", {"workshop_id": workshop_id, **number._asdict()})
            action.update("workshop_invitation", {"id": number}, _values(mark))
            if mark.attendance is not None:
                inviting.mark_held(workspace, action, row, mark.attendance)
    return action.recorded


def find_line(page: WorkshopPage, text: str) -> InvitationRow | None:
    """The line of a register that ``text`` names by words of a school, an agency or a person; None when none does.

    A school's own line goes before those of its people. Raises NoSuchRecord when several answer to it, with their names.
    """
    words = search_words(text)
    if not words:
        return None
    found = [line for line in page.invitations if all(word in _known_by(line) for word in words)]
    exact = [line for line in found if searchable(text) in (searchable(line.name or ""), _own_name(line))]
    chosen = exact or found
    own = [line for line in chosen if line.name is None]
    if len(chosen) == 1 or len(own) == 1:
        return (own or chosen)[0]
    if not chosen:
        return None
    some = "; ".join(inviting.invited_name(line) for line in chosen[:_MOST_NAMED])
    more = " and more" if len(chosen) > _MOST_NAMED else ""
    raise NoSuchRecord(f'Several in the register match "{text}": {some}{more}. Write more of the name.')


def _known_by(line: InvitationRow) -> str:
    return searchable(line.name or "", line.school or "", line.agency or "")


def _own_name(line: InvitationRow) -> str | None:
    return None if line.name else searchable(line.school or line.agency or "")


def _check(workspace: Workspace, row: WorkshopRow, lines: dict[int, InvitationRow], mark: RegisterMark) -> None:
    if isinstance(mark.whom, int) and mark.whom not in lines:
        raise NoSuchRecord("This register line is no longer there. Check the workshop again.")
    whom = _whom(lines, mark.whom)
    if mark.attendance is not None:
        if mark.attendance not in ATTENDANCES:
            raise NotAllowed(f"{mark.attendance!r} is not known. Choose one of: {', '.join(ATTENDANCES)}")
        inviting.check_day(workspace, row, mark.attendance)
    if mark.people is not None and not 0 <= mark.people <= _MOST_PEOPLE:
        raise NotAllowed(f"{whom}: expected 0 to {_MOST_PEOPLE} people")
    if any(value is not None and not 1 <= value <= 5 for value in (mark.before, mark.after)):
        raise NotAllowed(f"{whom}: expected a confidence from 1 to 5")
    attendance = mark.attendance or (lines[mark.whom].attendance if isinstance(mark.whom, int) else "invited")
    if attendance != "came" and any(value is not None for value in (mark.people, mark.before, mark.after)):
        raise NotAllowed(
            f"{whom} is not marked as having come, so there is no number of people or confidence to record."
        )


def _values(mark: RegisterMark) -> dict[str, Any]:
    given = {name: value for name, value in mark._asdict().items() if name != "whom" and value is not None}
    if mark.attendance in inviting.DID_NOT_COME:
        return {**given, **inviting.NOTHING_OF_THE_DAY}
    return {**given, "people": None} if mark.attendance == "invited" else given


def _twice(marks: Iterable[RegisterMark]) -> int | Invited | None:
    seen: set[int | Invited] = set()
    for mark in marks:
        if mark.whom in seen:
            return mark.whom
        seen.add(mark.whom)
    return None


def _whom(lines: dict[int, InvitationRow], whom: int | Invited) -> str:
    if isinstance(whom, int):
        return inviting.invited_name(lines[whom])
    return whom.name or whom.agency or "A school"


_MARKED = {"came": "Came", "apologies": "Sent apologies", "absent": "Absent", "invited": "Mark set back"}


def mark(
    workspace: Workspace, invitation_ids: Sequence[int], attendance: str, *, people: int | None = None
) -> Recorded:
    """Mark lines of one workshop's register: came (with how many people), apologies, absent, or invited for not marked.

    The first mark on or after its day says that a planned workshop was held. Who did not come keeps no number of people and
    no confidence. Raises NotAllowed before its day (but for apologies), and for a workshop that was called off or archived;
    NoSuchRecord.
    """
    if attendance not in ATTENDANCES:
        raise NotAllowed(f"{attendance!r} is not known. Choose one of: {', '.join(ATTENDANCES)}")
    lines = [inviting.line_of(workspace, number) for number in dict.fromkeys(invitation_ids)]
    if not lines:
        return Recorded(_MARKED[attendance], "nobody", 0)
    row = editable_workshop(workspace, inviting.one_workshop(lines))
    inviting.check_day(workspace, row, attendance)
    values: dict[str, Any] = {"attendance": attendance}
    if attendance != "came":
        values |= inviting.NOTHING_OF_THE_DAY if attendance in inviting.DID_NOT_COME else {"people": None}
    elif people is not None:
        if people < 0:
            raise FieldProblems({"people": "expected a whole number from 0"})
        values["people"] = people
    with workspace.change(_MARKED[attendance], f"{called(row)} · {inviting.of_lines(lines)}", plans=False) as action:
        for line in lines:
            action.update("workshop_invitation", {"id": line.id}, values)
        inviting.mark_held(workspace, action, row, attendance)
    return action.recorded


def mark_rest_absent(workspace: Workspace, workshop_id: int) -> Recorded:
    """Mark everybody absent of whom nobody has said whether they came. Raises as ``mark``."""
    left = [one.id for one in store.invitations(workspace.read(), workshop_id) if one.attendance == "invited"]
    return mark(workspace, left, "absent")


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


def read_marks(workspace: Workspace, workshop_id: int, path: Path, *, add: bool = False) -> list[RegisterMark]:
    """Read who came from a table with the columns school (or school_urn, agency, name), attendance, people, and, if they
    are there, before, after and note.

    A line with nothing under attendance and beside it is passed over, and so is one of another workshop, when a column says
    so. ``add`` puts into the register who is not in it. Raises NoSuchFile and BadInput, the latter with every line's problem.
    """
    table = read_table(path, twice=True)
    names = [name.strip().casefold().replace(" ", "_") for name in table.header]
    known = [_COLUMNS.get(name, "") for name in names]
    problems = [
        Problem(table.name, f"has more than one column {name}: rename or delete all but one")
        for name, times in Counter(names).items()
        if times > 1 and name in _COLUMNS
    ]
    if "attendance" not in known:
        problems.append(Problem(table.name, "has no column attendance: expected school, attendance and people"))
    if not set(known) & set(_SAYS_WHOM):
        problems.append(
            Problem(table.name, "does not say who came: expected a column school, school_urn, agency or name")
        )
    if problems:
        raise BadInput(problems)
    page = load(workspace, workshop_id)
    marks: list[RegisterMark] = []
    for row in table.rows:
        cells = {name: cell.strip() for name, cell in zip(known, row.cells, strict=True) if name and cell.strip()}
        if cells.get("workshop", str(workshop_id)).removeprefix("#") != str(workshop_id):
            continue
        mark, wrong = _read_cells(workspace, page, cells, add=add)
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
    return f"{what} {NOT_IN_REGISTER} of #{page.workshop.id} {page.workshop.title}. Invite them first, or use --add if they came without an invitation."


def _read_cells(
    workspace: Workspace, page: WorkshopPage, cells: Mapping[str, str], *, add: bool
) -> tuple[RegisterMark | None, dict[str, str]]:
    given = {name: cells[name] for name in ("attendance", "people", "before", "after", "note") if name in cells}
    if not given:
        return None, {}
    values: dict[str, str | int | None] = {}
    wrong: dict[str, str] = {}
    for name, text in given.items():
        try:
            values[name] = _READERS[name](text)
        except ValueError as problem:
            wrong[name] = str(problem)
    try:
        whom = _line_named(workspace, page, cells, add=add)
    except NoSuchRecord as missing:
        return None, {**wrong, next((name for name in _SAYS_WHOM if name in cells), "school"): missing.sentence}
    except ValueError as problem:
        return None, {**wrong, "name": str(problem)}
    return (None if wrong else RegisterMark(whom, **values)), wrong  # type: ignore[arg-type]  # each reader gives its field's type


def _line_named(workspace: Workspace, page: WorkshopPage, cells: Mapping[str, str], *, add: bool) -> int | Invited:
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


def _again(file: str, row: TableRow, mark: RegisterMark, before: list[RegisterMark]) -> list[Problem]:
    if any(one.whom == mark.whom for one in before):
        return [Problem(file, "is in the file twice: keep the correct line", row.line, "school")]
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
