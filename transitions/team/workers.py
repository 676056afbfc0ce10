"""The people who answer for pupils: added, edited, archived, found by name; who is at the keyboard, and what each left on the desk."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from db import importing as bulk
from db.pupils import pupils as names
from db.pupils.pupils import Named
from db.vocabulary import WORKER_ROLES
from transitions.custody import access_log
from transitions.errors import DatabaseInUse, FieldProblems, NoSuchRecord, NotAllowed
from transitions.fields import Field, Fields, read_text, typed_in, validate
from transitions.text import search_words, searchable
from transitions.workspace import Recorded, Workspace

ROLES: Final = WORKER_ROLES
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def me_name(workspace: Workspace) -> str | None:
    """The name of the worker at the keyboard, or None before anybody said who they are."""
    return names.worker_name(workspace.read(), workspace.me)


def signed_in(workspace: Workspace, *, with_school: bool = True) -> str:
    """Who is at the keyboard, and on the record of a team as what: "A. Senco (SENCO, Layfield Primary)"."""
    school = workspace.own_school if with_school else None
    what = f" ({workspace.role}{f', {school}' if school else ''})" if workspace.role else ""
    return f"{me_name(workspace) or 'nobody yet'}{what}"


def of_another_school(workspace: Workspace, pupil: Mapping[str, Any]) -> str | None:
    """Why this login could not keep a pupil of such a record, who would be at none of the SENCO's schools; None when it can."""
    login = workspace.database.login
    if not login or not login.school_id or login.school_id in (pupil.get("school_id"), pupil.get("next_school_id")):
        return None
    return f"your login is for pupils who are at {workspace.own_school} or come to it; the transitions team moves a pupil elsewhere"


def workers_by_name(workspace: Workspace) -> list[Named]:
    return names.workers(workspace.read())


def left_on_desk(workspace: Workspace, name: str) -> Any:
    if workspace.me is not None and (workspace.me, name) in workspace.waiting_for_desk:
        return workspace.waiting_for_desk[workspace.me, name]
    return names.left_on_desk(workspace.read(), workspace.me, name)


def leave_on_desk(workspace: Workspace, name: str, value: object) -> None:
    """Leave a view, a draft or the like under a name; None clears it. Nothing is kept before anybody said who they are.

    While another program writes it waits for the next ``put_on_desk``: nobody is held up by it.
    """
    if workspace.me is not None:
        workspace.waiting_for_desk[workspace.me, name] = value
        with suppress(DatabaseInUse):
            put_on_desk(workspace)


def put_on_desk(workspace: Workspace) -> None:
    """Write what still waits to be left on a desk. Raises ``DatabaseInUse`` while another program writes."""
    waiting = workspace.waiting_for_desk
    if waiting and not workspace.refusal("pupils"):
        with workspace.database.write() as connection:
            for (worker_id, name), value in waiting.items():
                names.leave_on_desk(connection, worker_id, name, value)
        waiting.clear()
    access_log.write(workspace)


def names_on_desk(workspace: Workspace, prefix: str) -> list[str]:
    """The names that begin with ``prefix``, without it, in order."""
    return [name.removeprefix(prefix) for name in names.names_on_desk(workspace.read(), workspace.me, prefix)]


def pupil_of(workspace: Workspace, table: str, number: int) -> int | None:
    """The pupil of this number, or whom a plan or a handover of this number is about; None when it is gone."""
    return names.pupil_of(workspace.read(), table, number)


def save_worker(workspace: Workspace, worker_id: int | None, fields: Mapping[str, object]) -> int:
    """Save a new worker (None) or changes to one, and give the worker's number. Raises as ``read_worker``."""
    values = read_worker(workspace, worker_id, fields)
    name = values["name"] if worker_id is None or "name" in values else workspace.record("worker", worker_id)["name"]
    with workspace.change("Worker added" if worker_id is None else "Worker edited", name, plans=False) as action:
        return action.save("worker", worker_id, values)


def read_worker(workspace: Workspace, worker_id: int | None, fields: Mapping[str, object]) -> dict[str, Any]:
    """The columns of a new worker (None), or those that change; fields that are not given stay.

    Raises FieldProblems with a sentence for each field that is wrong, and NoSuchRecord when there is no such worker.
    """
    from db.schema.pupils import Worker

    old = None if worker_id is None else workspace.record("worker", worker_id)
    values, problems = WORKER_FIELDS.read(typed_in(workspace), fields, new=old is None)
    if "name" in values:
        for number, name, archived in bulk.worker_rows(workspace.read()):
            if searchable(name) == searchable(values["name"]) and number != worker_id:
                where = "archived: bring that one back" if archived else "here already"
                problems["name"] = f"{name} is {where}. If it is somebody else, add an initial or a role."
    if problems:
        raise FieldProblems(problems)
    validate(Worker, {**(old or {}), **values})
    return dict(values)


def archive_worker(workspace: Workspace, worker_id: int) -> Recorded:
    """Take a worker out of the lists to pick from. Raises NotAllowed for one who is still the caseworker for pupils, NoSuchRecord."""
    name = workspace.record("worker", worker_id)["name"]
    pupils = bulk.owned_by(workspace.read(), worker_id)
    if pupils:
        some = "1 pupil" if pupils == 1 else f"{pupils:,} pupils"
        raise NotAllowed(f"{name} is still the caseworker for {some}. Give them to somebody else, or to nobody, first.")
    with workspace.change("Worker archived", name, plans=False) as action:
        action.update("worker", {"id": worker_id}, {"archived_at": workspace.clock.now()})
    return Recorded("Worker archived", name, 1)


def restore_worker(workspace: Workspace, worker_id: int) -> Recorded:
    """Bring an archived worker back. Raises NoSuchRecord."""
    with workspace.change("Worker brought back", workspace.record("worker", worker_id)["name"], plans=False) as action:
        action.update("worker", {"id": worker_id}, {"archived_at": None})
    return action.recorded


def find_worker(workspace: Workspace, text: int | str) -> int:
    """The worker whom ``text`` names: a number such as #3, the name, or words of it.

    A number that is no text is what a form hands back of who was chosen long ago, also of one who is archived.

    Raises NoSuchRecord when nobody answers to it, and when several do, with their names.
    """
    if not isinstance(text, str):
        if names.worker_name(workspace.read(), text) is not None:
            return text
        text = str(text)
    present = [(number, name) for number, name, archived in bulk.worker_rows(workspace.read()) if not archived]
    numbered = re.fullmatch(r"#?([0-9]{1,9})", text.strip())
    words, wanted = search_words(text), searchable(text)
    found = [(number, name) for number, name in present if searchable(name) == wanted]
    if numbered:
        found = [(number, name) for number, name in present if number == int(numbered[1])]
    elif not found and words:
        found = [(number, name) for number, name in present if all(word in searchable(name) for word in words)]
    if len(found) == 1:
        return found[0][0]
    if found:
        some = "; ".join(f"#{number} {name}" for number, name in found)
        raise NoSuchRecord(f'Several workers match "{text}": {some}. Give the number or the whole name.')
    from difflib import get_close_matches

    nearest = get_close_matches(text, [name for _, name in present], 3, 0.5)
    advice = (
        f"Nearest: {'; '.join(nearest)}. Add the person first if it is somebody else."
        if nearest
        else "Add the person first."
    )
    raise NoSuchRecord(f'No worker matches "{text}". {advice}')


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("expected an address such as k.osei@example.gov.uk")
    return read_text(text)


def _find_school(workspace: Workspace, text: int | str) -> int:
    from transitions.pupils.schools import find_school  # editing staff needs it; opening the app does not

    return find_school(workspace, text)


WORKER_FIELDS: Final = Fields(
    Field("name", "Name", needed=True, help="As colleagues know it: K. Osei"),
    Field("role", "Role", "choice", kept=True, options=[(role, role if role.isupper() else role.capitalize()) for role in ROLES]),
    Field("email", "Email", read=_email),
    Field("telephone", "Telephone", width=24),
    Field("school", "School", "school", find=_find_school, column="school_id", help="Only for school staff"),
)  # fmt: skip
