"""Who is in the register of a workshop: schools, agencies and people, put in, changed and taken out."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from db.vocabulary import ATTENDANCES
from db.workshops import feeders as schools
from db.workshops import workshops as store
from db.workshops.workshops import InvitationRow, WorkshopRow
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.fields import Field, Fields, labelled, read_one_of, typed_in
from transitions.pupils.schools import find_school
from transitions.workshops.proposing import Proposed, proposed
from transitions.workshops.register import (
    DID_NOT_COME,
    NOTHING_OF_THE_DAY,
    check_day,
    invited_name,
    line_of,
    of_lines,
    one_workshop,
    say_held,
)
from transitions.workshops.saving import called, standing
from transitions.workspace import Recorded, Workspace

__all__ = [
    "INVITATION_FIELDS",
    "Proposed",
    "invite",
    "invite_schools",
    "proposed",
    "save_invitation",
    "take_out",
]

_CONFIDENCE = "1 not at all to 5 very"
INVITATION_FIELDS: Final = Fields(
    Field("school", "School", "school", find=find_school, column="school_id"),
    Field("agency", "Agency"),
    Field("name", "Person"),
    Field(
        "attendance", "Came?", "choice", empty="invited", read=partial(read_one_of, ATTENDANCES),
        options=labelled(("came", "apologies", "absent")), shown=lambda mark: None if mark == "invited" else mark,
        help="Delete takes the mark back",
    ),
    Field("people", "How many people", "number", limits=(0, 999)),
    Field("before", "Before", "number", limits=(1, 5), help=_CONFIDENCE),
    Field("after", "After", "number", limits=(1, 5), help=_CONFIDENCE),
    Field("note", "Note", "long text"),
)  # fmt: skip


def invite_schools(workspace: Workspace, workshop_id: int, school_ids: Sequence[int]) -> Recorded:
    """Put schools into the register; those that are there already are passed over.

    Raises NoSuchRecord for a school that is not there, NotAllowed for a workshop that is archived or was called off.
    """
    row = _open(workspace, workshop_id)
    chosen = list(dict.fromkeys(school_ids))
    if len(schools.standing(workspace.read(), chosen)) < len(chosen):
        raise NoSuchRecord("One of these schools is no longer here: look at the list again.")
    name, summary = "Schools invited", f"{_number(len(chosen), 'school', 'schools')} to {called(row)}"
    with workspace.change(name, summary) as action:
        there = {
            one.school_id
            for one in store.invitations(action.connection, workshop_id)
            if one.agency is None and one.name is None
        }
        for school_id in chosen:
            if school_id not in there:
                action.insert("workshop_invitation", {"workshop_id": workshop_id, "school_id": school_id})
    return action.recorded


def invite(
    workspace: Workspace,
    workshop_id: int,
    *,
    school: str | int | None = None,
    agency: str | None = None,
    name: str | None = None,
) -> Recorded:
    """Put a school, an agency or a person into the register; a person may belong to a school or an agency.

    Raises FieldProblems, NotAllowed when the same is invited already and as ``invite_schools``, and NoSuchRecord.
    """
    row = _open(workspace, workshop_id)
    values = INVITATION_FIELDS.checked(typed_in(workspace), {"school": school, "agency": agency, "name": name})
    _check_somebody(values)
    with workspace.change("Invited", called(row)) as action:
        _check_once(store.invitations(action.connection, workshop_id), values)
        action.insert("workshop_invitation", {"workshop_id": workshop_id, **values})
    return action.recorded


def save_invitation(workspace: Workspace, invitation_id: int, fields: Mapping[str, object]) -> Recorded:
    """Change a line of the register; fields that are not given stay. What a mark brings with it is as in ``attending.mark``.

    Raises FieldProblems, NotAllowed, NoSuchRecord.
    """
    before = line_of(workspace, invitation_id)
    row = _open(workspace, before.workshop_id)
    values = INVITATION_FIELDS.checked(typed_in(workspace), fields)
    after = {**before._asdict(), **values}
    _check_somebody(after)
    if after["attendance"] in DID_NOT_COME:
        values |= NOTHING_OF_THE_DAY
    marked = after["attendance"] != before.attendance
    if marked:
        check_day(workspace, row, after["attendance"])
    with workspace.change("Register changed", called(row)) as action:
        others = [one for one in store.invitations(action.connection, row.id) if one.id != invitation_id]
        _check_once(others, after)
        action.update("workshop_invitation", {"id": invitation_id}, values)
        if marked:
            say_held(workspace, action, row, after["attendance"])
    return action.recorded


def take_out(workspace: Workspace, invitation_ids: Sequence[int]) -> Recorded:
    """Take lines out of the register. Raises NotAllowed for somebody who came, and NoSuchRecord."""
    lines = [line_of(workspace, number) for number in dict.fromkeys(invitation_ids)]
    if not lines:
        return Recorded("Taken out of the register", "nobody", 0)
    row = _open(workspace, one_workshop(lines))
    came = next((line for line in lines if line.attendance == "came"), None)
    if came is not None:
        raise NotAllowed(f"{invited_name(came)} came, so this stays. Set the mark back first, if that is wrong.")
    with workspace.change("Taken out of the register", f"{called(row)} · {of_lines(lines)}") as action:
        for line in lines:
            action.delete("workshop_invitation", {"id": line.id})
    return action.recorded


def _open(workspace: Workspace, workshop_id: int) -> WorkshopRow:
    row = standing(workspace, workshop_id)
    if row.status == "cancelled":
        raise NotAllowed("This workshop was called off. Bring it back first, if it will be held after all.")
    return row


def _check_somebody(values: Mapping[str, Any]) -> None:
    if not (values["school_id"] or values["agency"] or values["name"]):
        raise FieldProblems({"school": "Say who: a school, an agency or a person."})
    if values["school_id"] and values["agency"]:
        raise FieldProblems({"agency": "belongs to nobody from a school: leave one of the two empty"})


def _check_once(others: Iterable[InvitationRow], values: Mapping[str, Any]) -> None:
    whom = values["school_id"], values["agency"], values["name"]
    if any((one.school_id, one.agency, one.name) == whom for one in others):
        raise NotAllowed("This one is in the register already.")


def _number(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many}"
