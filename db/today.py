"""Small reads for the Today page that are about actions rather than steps."""

from datetime import date
from typing import NamedTuple

from db.caseload import Selection
from db.driver import Connection


class DueAction(NamedTuple):
    """An open action of a plan, with its pupil's name."""

    pupil_id: int
    pupil: str
    what: str
    owner: str
    due_on: date


def due_actions(connection: Connection, selection: Selection, until: date, limit: int) -> tuple[int, list[DueAction]]:
    """Give how many open actions are due by a day, and the first of them."""
    where, parameters = selection.where(leave_out="state")
    source = (
        "FROM plan_action a JOIN pupil p ON p.id = a.pupil_id "
        f"WHERE a.status = 'open' AND a.due_on <= :until AND {where}"
    )
    parameters["until"] = until.isoformat()
    number = connection.execute(f"SELECT count(*) {source}", parameters).fetchone()[0]
    rows = connection.execute(
        "SELECT p.id, coalesce(p.preferred_name, p.forename) || ' ' || p.surname, a.what, a.owner, a.due_on "
        f"{source} ORDER BY a.due_on, a.id LIMIT :limit",
        {**parameters, "limit": limit},
    )
    return number, [DueAction(i, name, what, owner, date.fromisoformat(due)) for i, name, what, owner, due in rows]
