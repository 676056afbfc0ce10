"""Who reaches an age soon, with what adults' services ask about each."""

from datetime import date
from typing import NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
from db.rows import columns, fetch


class ComingOfAge(NamedTuple):
    """One of those who reach the age, as much as is counted of them."""

    id: int
    date_of_birth: date
    sen_provision: str
    social_care_now: str | None
    referred: bool
    """Whether the referral to adults' services is recorded as made."""


def born_between(connection: Connection, selection: Selection, first: date, last: date) -> list[ComingOfAge]:
    where, parameters = selection.where()
    referred = (
        "EXISTS (SELECT 1 FROM pupil_milestone r JOIN milestone m ON m.id = r.milestone_id "
        "WHERE r.pupil_id = p.id AND m.code = '18.referral-made' AND r.outcome IN ('met', 'late'))"
    )
    query = (
        f"SELECT {columns(ComingOfAge, 'p', {'referred': referred})} FROM pupil p "
        f"WHERE {where} AND p.date_of_birth BETWEEN :born_first AND :born_last ORDER BY p.date_of_birth, p.id"
    )
    return fetch(connection, ComingOfAge, query, {**parameters, "born_first": first, "born_last": last})
