"""The rows behind a figure, read only when somebody looks: who is counted first, by name with the school."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from db.pupils import pupils as pupil_store
from transitions.impact.measure import Behind
from transitions.text import searchable
from transitions.workspace import Workspace


class About(NamedTuple):
    """A record of a pupil: where Enter goes, whose it is, whether it is counted, and what there is to say of it."""

    goal: tuple[str, int]
    pupil_id: int
    counted: bool
    words: str = ""


def about(workspace: Workspace, records: Iterable[About]) -> Sequence[Behind]:
    """A row for each record, under the name of its pupil; of one who was archived since, too."""
    found = list(records)
    pages = pupil_store.pages(workspace.read(), sorted({one.pupil_id for one in found}))
    rows = []
    for one in found:
        page = pages[one.pupil_id]
        name = f"{page.surname}, {page.preferred_name or page.forename}"
        words = " · ".join(filter(None, (name, page.school or "no school", one.words)))
        rows.append(Behind(one.goal, words, one.counted, page.school_id))
    return in_order(rows)


def pupils(workspace: Workspace, of: Collection[int], counted: Collection[int]) -> Sequence[Behind]:
    """The pupils behind a figure."""
    return about(workspace, (About(("pupil", number), number, number in counted) for number in of))


def in_order(rows: Iterable[Behind]) -> Sequence[Behind]:
    return sorted(rows, key=lambda row: (not row.counted, searchable(row.words), row.goal))
