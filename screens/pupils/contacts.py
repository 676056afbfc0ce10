"""The circle of support: the people around a pupil, to look up, add or edit."""

from typing import TYPE_CHECKING

from screens.frame.dialogs import Choice, Choose
from screens.frame.record_form import RecordForm, Values, open_form
from screens.widgets.fields import Field
from transitions.milestones.recording import Recorded
from transitions.pupils import circle as pupil_circle
from transitions.pupils import lists

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

IN_CIRCLE = "in_circle"
_NEW = 0


def circle_of(app: "TransitionsApp", pupil_id: int) -> None:
    """List the people around a pupil; choosing one opens the form, and the list comes back when it is saved."""
    people = lists.contacts(app.workspace, pupil_id)
    hidden = app.private
    choices = [
        Choice(
            person.id,
            "(hidden)" if hidden else person.name,
            hint=" · ".join(
                part for part in (person.relationship, person.circle and f"{person.circle} circle") if part
            ),
        )
        for person in people
    ]
    choices.append(Choice(_NEW, "Add somebody", key="a"))

    def chosen(contact_id: int | None) -> None:
        if contact_id is not None:
            form = contact_form(app, pupil_id, contact_id or None)
            open_form(app, form, lambda: circle_of(app, pupil_id))

    detail = "" if people else "Nobody is recorded yet: parents, a key adult, friends, professionals."
    app.push_screen(Choose(f"Circle of support of {app.pupil_name(pupil_id)}", choices, detail=detail), chosen)


def contact_form(app: "TransitionsApp", pupil_id: int, contact_id: int | None) -> RecordForm:
    """Give the form for a person of the circle, or for a new one. Raises ``NoSuchRecord`` when it is no longer there."""
    stored = {} if contact_id is None else lists.contact(app.workspace, contact_id)
    stored[IN_CIRCLE] = True
    circles = [(circle, circle.capitalize()) for circle in pupil_circle.CIRCLES]
    content = [
        Field(name="name", label="Name", required=True),
        Field(name="relationship", label="Who they are", help="Mother, key adult, social worker, best friend"),
        Field(
            name="circle", label="Circle", kind="choice", choices=circles, help="Inner for those closest to the pupil"
        ),
        Field(name="telephone", label="Telephone", width=24),
        Field(name="email", label="Email"),
        Field(
            name="may_contact",
            label="May be contacted",
            kind="yes no",
            help="Whether the family agrees that we contact them",
        ),
    ]
    if contact_id is not None:
        content.append(
            Field(name=IN_CIRCLE, label="In the circle", kind="yes no", help="No takes the person out of it")
        )

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        fields = {name: values[name] for name in changed - {IN_CIRCLE}}
        if fields:
            pupil_circle.save_contact(app.workspace, pupil_id, contact_id, fields)
        if contact_id is not None and values[IN_CIRCLE] is False:
            pupil_circle.archive_contact(app.workspace, pupil_id, contact_id)
        return Recorded("Circle of support", app.pupil_name(pupil_id), len(changed))

    title = "Add to the circle of support" if contact_id is None else f"Edit {stored['name']}"
    return RecordForm(title, content, stored, save, f"draft contact {contact_id or f'new of pupil {pupil_id}'}")
