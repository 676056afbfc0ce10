"""What the screens around pupils list, edit and look up: schools, workers, contacts, archived pupils, and names."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any
from weakref import WeakKeyDictionary

from db.importing import last_change
from db.pupils import finding, pupils
from db.pupils import pupils as store
from db.pupils.finding import FoundPupil
from db.pupils.pupils import ArchivedPupil, ContactRow, Named, SchoolLine, WorkerLine
from transitions.errors import require
from transitions.identifiers import laestab
from transitions.spelling import Spelling
from transitions.text import answering, search_words, searchable
from transitions.workspace import Workspace

__all__ = ["ArchivedPupil", "ContactRow", "FoundPupil", "SchoolLine", "WorkerLine"]


def name_of(workspace: Workspace, pupil_id: int) -> tuple[str, str]:
    """The name a pupil goes by (preferred or first name) and the surname; empty for a pupil who is not there."""
    return store.name_parts(workspace.read(), pupil_id)


def pupil_name(workspace: Workspace, pupil_id: int) -> str | None:
    return store.pupil_name(workspace.read(), pupil_id)


def school_name(workspace: Workspace, school_id: int) -> str | None:
    return store.school_name(workspace.read(), school_id)


def schools_by_name(workspace: Workspace, text: str = "", limit: int = 50) -> list[Named]:
    """The schools whose name, town or number holds every word of ``text``: what is called so first, then by name."""
    words, read = search_words(text), workspace.read()
    if not words:
        return finding.schools(read, limit=limit)
    # What begins as typed may stand beyond the first of all that hold it.
    begin = finding.schools_beginning(read, " ".join(words), limit)
    known = {school.id for school in begin}
    others = [school for school in finding.schools(read, words, limit) if school.id not in known]
    called_so = answering(text, begin, lambda school: school.name)
    return [*called_so, *(one for one in begin if one not in called_so), *others][:limit]


def nearest_schools(workspace: Workspace, text: str, limit: int = 50) -> list[Named]:
    """The schools whose names come nearest to what was typed and is none's."""
    read = workspace.read()
    meant = Spelling(finding.search_texts(read, "school")).meanings(search_words(text))
    return next((found for words in meant if (found := finding.schools(read, words, limit))), [])


def school_ids(workspace: Workspace, text: str = "", limit: int = -1) -> list[int]:
    """The schools whose name, town or number holds every word of ``text``, by name; -1 is no limit."""
    return finding.ids(workspace.read(), "school", search_words(text), limit)


_SPELLINGS: WeakKeyDictionary[Workspace, dict[bool, tuple[int, Spelling]]] = WeakKeyDictionary()
"""The words of the names of pupils, or (True) also of schools and staff, and up to which change they go."""


def meanings(workspace: Workspace, text: str, *, everything: bool = False) -> list[list[str]]:
    """The words that were meant by ``text``, the nearest first, where no pupil is written so (nor a school, nor staff).

    The words of all names are read, once until something changes: of 250,000 pupils that takes a second.
    """
    words, connection = search_words(text), workspace.read()
    stands = last_change(connection)
    kept = _SPELLINGS.setdefault(workspace, {})
    if everything not in kept or kept[everything][0] != stands:
        names = finding.search_texts(connection, "pupil")
        if everything:
            staff = (searchable(one.name) for one in store.workers(connection))
            names = chain(names, finding.search_texts(connection, "school"), staff)
        kept[everything] = stands, Spelling(names)
    return kept[everything][1].meanings(words)


def nearest_pupils(workspace: Workspace, text: str, limit: int) -> list[FoundPupil]:
    """The pupils whose names come nearest to what was typed and is nobody's, the nearest first."""
    found: list[FoundPupil] = []
    for words in meanings(workspace, text):
        found += [one for one in finding.find(workspace.read(), words, limit) if one not in found]
        if len(found) >= limit:
            break
    return found[:limit]


def school_lines(workspace: Workspace, ids: Sequence[int]) -> Mapping[int, SchoolLine]:
    return store.school_lines(workspace.read(), ids)


def workers(workspace: Workspace, text: str = "") -> list[WorkerLine]:
    """The workers whose name or role holds every word of ``text``, by name, those who are archived last."""
    words = search_words(text)
    found = pupils.worker_lines(workspace.read())
    return [line for line in found if all(word in searchable(line.name, line.role) for word in words)]


def archived_schools(workspace: Workspace) -> list[Named]:
    return store.archived_schools(workspace.read())


def archived_pupils(workspace: Workspace) -> list[ArchivedPupil]:
    return store.archived_pupils(workspace.read())


def contacts(workspace: Workspace, pupil_id: int) -> list[ContactRow]:
    return store.contacts(workspace.read(), pupil_id)


def school(workspace: Workspace, school_id: int) -> dict[str, Any]:
    """What is kept of a school by field, the DfE number as one. Raises ``NoSuchRecord``."""
    values = _record(workspace, "school", school_id)
    la, establishment = values.pop("la_number"), values.pop("establishment_number")
    values["laestab"] = None if la is None or establishment is None else laestab(la, establishment)
    return values


def worker(workspace: Workspace, worker_id: int) -> dict[str, Any]:
    """What is kept of a worker by field, the school as its number and name. Raises ``NoSuchRecord``."""
    values = _record(workspace, "worker", worker_id)
    school_id = values.pop("school_id")
    values["school"] = None if school_id is None else (school_id, school(workspace, school_id)["name"])
    return values


def contact(workspace: Workspace, contact_id: int) -> dict[str, Any]:
    """What is kept of a person of a circle of support, by field. Raises ``NoSuchRecord``."""
    return _record(workspace, "contact", contact_id)


def _record(workspace: Workspace, table: store.Kept, number: int) -> dict[str, Any]:
    return require(
        store.record(workspace.read(), table, number),
        f"This {table} is no longer here: somebody has undone the change that added the record.",
    )
