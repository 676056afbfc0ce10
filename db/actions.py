"""What people have promised to do for pupils: the open actions of many pupils at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection

_AT_ONCE = 500


class OpenAction(NamedTuple):
    """One open action with its pupil."""

    pupil_id: int
    upn: str | None
    surname: str
    forename: str
    cohort_year: int
    school: str | None
    next_school: str | None
    what: str
    owner: str
    due_on: date | None


def open_actions(connection: Connection, pupil_ids: Sequence[int]) -> list[OpenAction]:
    """Give the open actions of these pupils, soonest first, those without a date last."""
    found: list[OpenAction] = []
    for start in range(0, len(pupil_ids), _AT_ONCE):
        some = pupil_ids[start : start + _AT_ONCE]
        rows = connection.execute(
            "SELECT p.id, p.upn, p.surname, coalesce(p.preferred_name, p.forename), p.cohort_year, s.name, n.name, a.what, "
            "a.owner, a.due_on FROM plan_action a JOIN pupil p ON p.id = a.pupil_id "
            "LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id "
            f"WHERE a.status = 'open' AND p.archived_at IS NULL AND a.pupil_id IN ({', '.join('?' for _ in some)})",
            tuple(some),
        )
        found.extend(_read(row) for row in rows)
    return sorted(found, key=lambda action: (action.due_on or date.max, action.surname, action.forename, action.what))


def _read(row: Sequence[Any]) -> OpenAction:
    values = list(row)
    if values[-1] is not None:
        values[-1] = date.fromisoformat(values[-1])
    return OpenAction(*values)
