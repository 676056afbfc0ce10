"""What belongs to one pupil beside the record itself: the people of the circle of support, and social care episodes."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from db import importing as bulk
from db.pupils import pupils as store
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.fields import Field, Fields, labelled, typed_in
from transitions.pupils.codes import read_social_care
from transitions.workspace import Workspace

CIRCLES: Final = ("inner", "middle", "outer")


def _circle(text: str) -> str:
    if text.casefold() not in CIRCLES:
        raise ValueError("expected inner, middle or outer")
    return text.casefold()


CONTACT_FIELDS: Final = Fields(
    Field("name", "Name", needed=True),
    Field("relationship", "Who they are", help="Mother, key adult, social worker, best friend"),
    Field(
        "circle",
        "Circle",
        "choice",
        read=_circle,
        options=labelled(CIRCLES),
        help="Inner for those closest to the pupil",
    ),
    Field("telephone", "Telephone", width=24),
    Field("email", "Email"),
    Field(
        "may_contact", "May be contacted", "yes no", empty=False, help="Whether the family agrees that we contact them"
    ),
)


def save_contact(workspace: Workspace, pupil_id: int, contact_id: int | None, fields: Mapping[str, object]) -> int:
    """Save a new person of a pupil's circle (None) or changes to one, and give the contact's number.

    Raises FieldProblems, and NoSuchRecord when the pupil or the contact is not there.
    """
    values = CONTACT_FIELDS.checked(typed_in(workspace), fields, new=contact_id is None)
    who = _pupil_name(workspace, pupil_id)
    if contact_id is not None:
        _check_contact(workspace, pupil_id, contact_id)
    with workspace.change("Contact added" if contact_id is None else "Contact edited", who) as action:
        if contact_id is None:
            return action.insert("contact", {"pupil_id": pupil_id, **values})
        action.update("contact", {"id": contact_id}, values)
    return contact_id


def archive_contact(workspace: Workspace, pupil_id: int, contact_id: int) -> None:
    """Take a person out of the circle; the history keeps who it was. Raises NoSuchRecord."""
    who = _pupil_name(workspace, pupil_id)
    _check_contact(workspace, pupil_id, contact_id)
    with workspace.change("Contact archived", who) as action:
        action.update("contact", {"id": contact_id}, {"archived_at": workspace.clock.now()})


def open_social_care(workspace: Workspace, pupil_id: int, kind: str, started_on: date) -> int:
    """Record that a pupil is open to social care from a day, and give the episode's number.

    ``kind`` is one of the five ways, in any of the words that files use. Raises NotAllowed for another word, a day to
    come, and a way that is open already; NoSuchRecord when there is no such pupil.
    """
    try:
        kinds = read_social_care(kind)
    except ValueError as problem:
        raise NotAllowed(f"{kind}: {problem}.") from None
    if len(kinds) != 1:
        raise NotAllowed("Record one way at a time in which the case is open.")
    if started_on > workspace.clock.today:
        raise NotAllowed("That day is still to come. Record it when it has begun.")
    who = _pupil_name(workspace, pupil_id)
    if kinds[0] in bulk.open_episodes(workspace.read(), [pupil_id]).get(pupil_id, {}):
        raise NotAllowed(f"{who} is open as {kinds[0]} already. Close that first, or change its first day.")
    with workspace.change("Social care opened", who) as action:
        return action.insert("social_care_episode", {"pupil_id": pupil_id, "kind": kinds[0], "started_on": started_on})


def close_social_care(workspace: Workspace, pupil_id: int, episode_id: int, ended_on: date) -> None:
    """Record the last day of an episode. Raises NotAllowed for a day before its first or to come, and NoSuchRecord."""
    episode = next((one for one in store.episodes(workspace.read(), pupil_id) if one.id == episode_id), None)
    if episode is None:
        raise NoSuchRecord("This time open to social care is no longer there: look at the pupil again.")
    if not episode.started_on <= ended_on <= workspace.clock.today:
        raise NotAllowed("The last day must lie between the first day and today.")
    with workspace.change("Social care closed", _pupil_name(workspace, pupil_id)) as action:
        action.update("social_care_episode", {"id": episode_id}, {"ended_on": ended_on})


def _pupil_name(workspace: Workspace, pupil_id: int) -> str:
    name = store.pupil_name(workspace.read(), pupil_id)
    if name is None:
        raise NoSuchRecord(f"There is no pupil with the number {pupil_id}.")
    return name


def _check_contact(workspace: Workspace, pupil_id: int, contact_id: int) -> None:
    if not bulk.has_contact(workspace.read(), pupil_id, contact_id):
        raise NoSuchRecord("This person is no longer in the pupil's circle: look at the pupil again.")
