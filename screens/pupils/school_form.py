"""The form for a school."""

from typing import TYPE_CHECKING

from screens.frame.record_form import RecordForm, Values, checked
from screens.widgets.fields import Field, Section
from transitions.milestones.recording import Recorded
from transitions.pupils import lists, schools
from transitions.pupils.school_fields import SCHOOL_FIELDS
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

_PHASES = (
    "Nursery",
    "Primary",
    "Middle deemed primary",
    "Middle deemed secondary",
    "Secondary",
    "16 plus",
    "All-through",
)
LISTED = "listed"


def school_form(app: "TransitionsApp", school_id: int | None) -> RecordForm:
    """Give the form for a school, or for a new one. Raises ``NoSuchRecord`` when the school is no longer there."""
    workspace = app.workspace
    stored = {} if school_id is None else lists.school(workspace, school_id)
    stored[LISTED] = not stored.get("archived", False)
    return RecordForm(
        "Add a school" if school_id is None else f"Edit {stored['name']}",
        _content(workspace, is_new=school_id is None),
        stored,
        lambda values, changed: _save(workspace, school_id, values, changed),
        f"draft school {school_id or 'new'}",
    )


def _content(workspace: Workspace, *, is_new: bool) -> list[Field | Section]:
    def field(name: str, **how: object) -> Field:
        return checked(name, SCHOOL_FIELDS[name].title, SCHOOL_FIELDS[name].read, workspace, **how)

    which = [
        field("name", required=True),
        field("urn", width=24, help="Six digits, from the national register"),
        field("laestab", width=24, help="Seven digits, such as 808/4000"),
    ]
    ages = [
        field("phase", kind="suggest", suggest=_find_phase, help="Such as Primary or Secondary"),
        field("kind", help="Such as Community school"),
        field("low_age", width=12),
        field("high_age", width=12, help="11 when it ends with Year 6: it decides who moves on"),
    ]
    where = [
        field("town"),
        field("postcode", width=24),
        field("telephone", width=24),
        field("closed_on", width=24, help="Only when the school has closed"),
    ]
    if not is_new:
        where.append(Field(name=LISTED, label="In the list", kind="yes no", help="No archives it; its pupils keep it"))
    return [
        Section(title="Which", fields=which),
        Section(title="Whom it teaches", fields=ages),
        Section(title="Where", fields=where),
    ]


def _find_phase(typed: str) -> list[tuple[object, str]]:
    return [(phase, phase) for phase in _PHASES if typed.casefold().strip() in phase.casefold()]


def _save(workspace: Workspace, school_id: int | None, values: Values, changed: frozenset[str]) -> Recorded:
    name = str(values["name"])
    fields = {field: values[field] for field in changed - {LISTED}}
    if fields:
        schools.save_school(workspace, school_id, fields)
    if LISTED in changed and school_id is not None:
        if values[LISTED] is False:
            schools.archive_school(workspace, school_id)
            return Recorded("School archived", name, 1)
        schools.restore_school(workspace, school_id)
    return Recorded("School added" if school_id is None else "School edited", name, len(changed))
