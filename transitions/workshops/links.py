"""Links of a workshop or a plan to material: a toolkit, a booklet, a form. They are shown, copied and printed, never opened."""

import re
from collections.abc import Mapping
from typing import Final

from db.pupils.pupils import pupil_of
from db.workshops import workshops as store
from db.workshops.workshops import LinkRow
from transitions.errors import require
from transitions.fields import Field, Fields, Reading, read_text, typed_in
from transitions.workspace import Recorded, Saved, Workspace

__all__ = ["LinkRow"]

_LONGEST = 2000
"""Characters: invitations to a meeting online run to several hundred."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?(?:[/?#]\S*)?", re.IGNORECASE)


def read_link(text: str) -> str:
    plain = text.strip()
    if not _SCHEME.match(plain) and _HOST.fullmatch(plain):
        plain = f"https://{plain}"
    address = re.fullmatch(r"https?://(.+)", plain, re.IGNORECASE)
    if address is None or not _HOST.fullmatch(address[1]) or not plain.isprintable():
        raise ValueError("expected an address such as https://teams.example.org/meeting, without spaces")
    return read_text(plain, _LONGEST)


def echoed_link(text: str) -> Reading:
    link = read_link(text)
    return Reading(link, echo=link)


LINK_FIELDS: Final = Fields(
    Field("title", "What it is", needed=True, help="Such as Transition toolkit, booklet for families, referral form"),
    Field(
        "address",
        "Address",
        needed=True,
        read=echoed_link,
        help="https://… The program shows and copies it, but never opens it",
    ),
)


def of_workshop(workspace: Workspace, workshop_id: int) -> list[LinkRow]:
    return store.of_workshop(workspace.read(), workshop_id)


def of_plan(workspace: Workspace, plan_id: int) -> list[LinkRow]:
    return store.of_plan(workspace.read(), plan_id)


def save_link(
    workspace: Workspace,
    link_id: int | None,
    fields: Mapping[str, object],
    *,
    workshop_id: int | None = None,
    plan_id: int | None = None,
) -> Saved:
    """Save a new link of a workshop or of a plan (None), or changes to one. Raises FieldProblems and NoSuchRecord."""
    if link_id is not None:
        _existing(workspace, link_id)
    values = LINK_FIELDS.checked(typed_in(workspace), fields, new=link_id is None)
    pupil_id = None if plan_id is None else pupil_of(workspace.read(), "plan", plan_id)
    summary = str(values.get("title") or _existing(workspace, link_id or 0).title)
    with workspace.change("Link added" if link_id is None else "Link changed", summary) as action:
        number = action.save("link", link_id, values, workshop_id=workshop_id, plan_id=plan_id, pupil_id=pupil_id)
    return action.saved(number)


def take_out_link(workspace: Workspace, link_id: int) -> Recorded:
    """Take a link out. Raises NoSuchRecord."""
    with workspace.change("Link taken out", _existing(workspace, link_id).title) as action:
        action.delete("link", {"id": link_id})
    return action.recorded


def _existing(workspace: Workspace, link_id: int) -> LinkRow:
    return require(store.link(workspace.read(), link_id), "This link is no longer there.")
