"""Links of workshops and plans to material: a toolkit, a booklet, a form."""

from typing import NamedTuple

from db.driver import Connection, joined
from db.rows import columns, fetch, fetch_one


class LinkRow(NamedTuple):
    """One link, of a workshop or of a plan; a plan's is that of every version, and names its pupil."""

    id: int
    workshop_id: int | None
    plan_id: int | None
    pupil_id: int | None
    title: str
    address: str


_LINK = f"SELECT {columns(LinkRow)} FROM link"
_SAME_MOVE = (
    "SELECT o.id FROM plan l JOIN plan o ON o.pupil_id = l.pupil_id AND o.transition = l.transition WHERE l.id = :plan"
)


def of_workshop(connection: Connection, workshop_id: int) -> list[LinkRow]:
    return fetch(connection, LinkRow, f"{_LINK} WHERE workshop_id = :id ORDER BY title, id", {"id": workshop_id})


def of_plan(connection: Connection, plan_id: int) -> list[LinkRow]:
    """The links of a plan, whichever of its versions they were written to."""
    return fetch(connection, LinkRow, f"{_LINK} WHERE plan_id IN ({_SAME_MOVE}) ORDER BY title, id", {"plan": plan_id})


def link(connection: Connection, link_id: int) -> LinkRow | None:
    return fetch_one(connection, LinkRow, f"{_LINK} WHERE id = :id", {"id": link_id})


def listed(where: str) -> str:
    """What gives the links that fulfil a condition as one text, for a file."""
    together = joined("title || ': ' || address", "title, id")
    return f"(SELECT {together} FROM link WHERE {where})"
