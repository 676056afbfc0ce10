"""What a file brings for a pupil beside the record itself: people of the circle of support, and a note."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from db.importing import ContactRow
from transitions.importing.preview import Difference
from transitions.text import searchable
from transitions.workspace import Made, Write

__all__ = ["NOTHING", "Beside", "GivenContact", "beside_changes"]


class GivenContact(NamedTuple):
    """A person as a file names them; what it does not say is empty."""

    name: str
    relationship: str = ""
    telephone: str = ""
    email: str = ""

    def words(self) -> str:
        """Give what is known of the person in one line."""
        return ", ".join(part for part in (self.name, self.relationship, self.telephone, self.email) if part)


class Beside(NamedTuple):
    """The people of a pupil's circle, and a note of what has no field of its own."""

    contacts: tuple[GivenContact, ...] = ()
    note: str = ""


NOTHING: Final = Beside()


def beside_changes(
    pupil: int | Made,
    given: Beside,
    contacts: Sequence[ContactRow],
    notes: Collection[str],
    today: date,
    worker_id: int | None,
) -> tuple[list[Write], list[Difference]]:
    """Give what writes ``given`` for a pupil who has these ``contacts`` and ``notes``, and how that differs from them.

    A person is known by name. Somebody who was taken out of the circle stays out, what the file does not say stays, and a
    relationship that is recorded is left in its own words. A note that stands already is not written twice.
    """
    writes: list[Write] = []
    differences: list[Difference] = []
    known = {searchable(row.name): row for row in contacts}
    for contact in _each_once(given.contacts):
        row = known.get(searchable(contact.name))
        if row is None:
            writes.append(Write("contact", None, {"pupil_id": pupil, **_values(contact)}))
            differences.append(Difference("Contact", "", contact.words()))
        elif not row.archived:
            changed = _changed(row, contact)
            if changed:
                writes.append(Write("contact", {"id": row.id}, changed))
            differences += [
                Difference(f"Contact {row.name}: {name}", getattr(row, name) or "", value)
                for name, value in changed.items()
            ]
    if given.note and given.note not in notes:
        values = {"pupil_id": pupil, "written_on": today, "worker_id": worker_id, "text": given.note}
        writes.append(Write("note", None, values))
        differences.append(Difference("Note", "", given.note))
    return writes, differences


def _each_once(contacts: Iterable[GivenContact]) -> Iterable[GivenContact]:
    first: dict[str, GivenContact] = {}
    for contact in contacts:
        first.setdefault(searchable(contact.name), contact)
    return first.values()


def _values(contact: GivenContact) -> dict[str, Any]:
    return {name: value or None for name, value in contact._asdict().items()}


def _changed(row: ContactRow, contact: GivenContact) -> dict[str, str]:
    changed = {}
    if contact.relationship and not row.relationship:
        changed["relationship"] = contact.relationship
    if contact.telephone and _digits(contact.telephone) != _digits(row.telephone or ""):
        changed["telephone"] = contact.telephone
    if contact.email and contact.email.casefold() != (row.email or "").casefold():
        changed["email"] = contact.email
    return changed


def _digits(telephone: str) -> str:
    return "".join(filter(str.isdigit, telephone))
