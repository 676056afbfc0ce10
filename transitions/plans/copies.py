"""Who holds a copy of a plan, in what form, and since when. The family's own is written when the plan is shared."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from db.plans import plans as store
from db.plans.plans import CopyRow
from transitions.dates import long, parse_typed
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.milestones.recording import Recorded
from transitions.plans.page import PlanPage, load
from transitions.pupils.pupil_fields import read_text
from transitions.record_reading import IS_NEEDED, as_text, gather
from transitions.workspace import Workspace

__all__ = ["COPY_FIELDS", "SavedCopy", "save_copy", "take_out_copy"]

COPY_FIELDS: Final = ("holder", "form", "given_on")
"""The fields that ``save_copy`` understands."""


class SavedCopy(Recorded):
    """What was recorded, with the number of the copy."""

    copy_id: int


def save_copy(workspace: Workspace, plan_id: int, copy_id: int | None, fields: Mapping[str, object]) -> SavedCopy:
    """Save that somebody was given a copy (None), or changes to that; fields that are not given stay.

    Values are text as people type it, or values already read. A new copy was given today when no day is said. A copy is
    known of whatever the status of the plan: it is out, and somebody may ask for it back.

    Raises FieldProblems with a sentence for each field that is wrong, and NoSuchRecord.
    """
    page = load(workspace, plan_id)
    if copy_id is not None:
        _copy(page.copies, copy_id)
    given = dict(fields) if copy_id is not None else {"holder": "", "given_on": workspace.clock.today, **fields}
    values, problems = gather(given, lambda name, value: _read(workspace, name, value))
    if problems:
        raise FieldProblems(problems)
    name, summary = "Copy recorded" if copy_id is None else "Copy edited", _summary(page)
    with workspace.change(name, summary) as action:
        if copy_id is None:
            number = action.insert("plan_copy", {"pupil_id": page.plan.pupil_id, "plan_id": plan_id, **values})
        else:
            number = _copy(store.copies(action.connection, plan_id), copy_id).id  # behind the lock
            action.update("plan_copy", {"id": number}, values)
        changed = action.changes
    saved = SavedCopy(name, summary, changed)
    saved.copy_id = number
    return saved


def take_out_copy(workspace: Workspace, plan_id: int, copy_id: int) -> Recorded:
    """Take out a copy that was given back, or never given; the history keeps who held it. Raises NoSuchRecord."""
    page = load(workspace, plan_id)
    name, summary = "Copy taken out", _summary(page)
    with workspace.change(name, summary) as action:
        action.delete("plan_copy", {"id": _copy(store.copies(action.connection, plan_id), copy_id).id})
    return Recorded(name, summary, 1)


def _read(workspace: Workspace, name: str, value: object) -> Any:
    text = as_text(value)
    if name not in COPY_FIELDS:
        raise ValueError(f"there is no such field; expected one of {', '.join(COPY_FIELDS)}")
    if not text:
        if name == "form":
            return None
        raise ValueError(IS_NEEDED)
    if name == "given_on":
        day: date = parse_typed(text, workspace.clock.today)
        if day > workspace.clock.today:
            raise ValueError(f"{long(day)} is still to come: a copy is recorded when it has been given")
        return day
    return read_text(text)


def _copy(copies: tuple[CopyRow, ...] | list[CopyRow], copy_id: int) -> CopyRow:
    found = next((one for one in copies if one.id == copy_id), None)
    if found is None:
        raise NoSuchRecord("This copy is no longer in the plan: look at the plan again.")
    return found


def _summary(page: PlanPage) -> str:
    return f"{page.title} · {page.called} {page.pupil.surname}"
