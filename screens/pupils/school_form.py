"""The form for a school."""

from screens.frame.host import Host
from screens.frame.record_form import Leaving, RecordForm, fields_form, questions
from transitions.fields import typed_in
from transitions.pupils import lists, schools
from transitions.pupils.school_fields import PHASES, SCHOOL_FIELDS
from transitions.workspace import Recorded, Workspace

LAYOUT = {
    "Which": ("name", "urn", "laestab"),
    "Whom it teaches": ("phase", "kind", "low_age", "high_age"),
    "Where": ("town", "postcode", "telephone", "closed_on"),
}


def school_form(host: Host, school_id: int | None) -> RecordForm:
    """Give the form for a school, or for a new one. Raises ``NoSuchRecord`` when the school is no longer there."""
    workspace = host.workspace
    stored = {} if school_id is None else lists.school(workspace, school_id)

    def save(fields: dict[str, object]) -> Recorded:
        if fields:
            schools.save_school(workspace, school_id, fields)
        name = str(fields.get("name") or stored["name"])
        return Recorded("School added" if school_id is None else "School edited", name, len(fields))

    return fields_form(
        "Add a school" if school_id is None else f"Edit {stored['name']}",
        questions(SCHOOL_FIELDS, typed_in(workspace), LAYOUT, {"phase": PHASES}),
        stored,
        save,
        f"draft school {school_id or 'new'}",
        school_id,
        leaving=_leaving(workspace, stays=not stored.get("archived", False)),
    )


def _leaving(workspace: Workspace, *, stays: bool) -> Leaving:
    return Leaving(
        "listed",
        "In the list",
        "No archives it; its pupils keep it",
        lambda number: schools.archive_school(workspace, number),
        lambda number: schools.restore_school(workspace, number),
        saves=True,
        stay=stays,
    )
