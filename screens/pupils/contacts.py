"""The circle of support: the people around a pupil, to look up, add or edit."""

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import Leaving, RecordForm, fields_form, open_form, questions
from transitions.fields import typed_in
from transitions.pupils import editing, lists
from transitions.pupils.editing import CONTACT_FIELDS
from transitions.workspace import Recorded

_NEW = 0


async def circle_of(host: Host, pupil_id: int) -> None:
    saved = True
    while saved:
        people = lists.contacts(host.workspace, pupil_id)
        choices = [
            Choice(
                person.id,
                "(hidden)" if host.private else person.name,
                hint=" · ".join(
                    part for part in (person.relationship, person.circle and f"{person.circle} circle") if part
                ),
            )
            for person in people
        ]
        choices.append(Choice(_NEW, "Add somebody", key="a"))
        detail = "" if people else "Nobody is recorded yet: parents, a key adult, friends, professionals."
        title = f"Circle of support of {host.pupil_name(pupil_id)}"
        contact_id = await host.ask(Choose(title, choices, detail=detail))
        saved = contact_id is not None and await open_form(host, contact_form(host, pupil_id, contact_id or None))


def contact_form(host: Host, pupil_id: int, contact_id: int | None) -> RecordForm:
    """The form for a person of the circle, or for a new one. Raises ``NoSuchRecord`` when it is no longer there."""
    workspace = host.workspace
    stored = {} if contact_id is None else lists.contact(workspace, contact_id)

    def save(fields: dict[str, object]) -> Recorded:
        if fields:
            editing.save_contact(workspace, pupil_id, contact_id, fields)
        return Recorded("Circle of support", host.pupil_name(pupil_id), len(fields))

    def leave(number: int) -> Recorded:
        editing.archive_contact(workspace, pupil_id, number)
        return Recorded("Circle of support", host.pupil_name(pupil_id), 1)

    return fields_form(
        "Add to the circle of support" if contact_id is None else f"Edit {stored['name']}",
        questions(CONTACT_FIELDS, typed_in(workspace), tuple(CONTACT_FIELDS)),
        stored,
        save,
        f"draft contact {contact_id or f'new of pupil {pupil_id}'}",
        contact_id,
        leaving=Leaving("in_circle", "In the circle", "No takes the person out of it", leave, saves=True),
    )
