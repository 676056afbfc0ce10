"""By what is held of a pupil, how long it is to be kept."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_one


class Kept(NamedTuple):
    """A pupil, archived ones too, with what keeps the record longer."""

    id: int
    surname: str
    forename: str
    date_of_birth: date
    archived: bool
    looked_after: bool
    sen: bool


_KEPT = (
    "SELECT "
    + columns(
        Kept,
        "p",
        archived="p.archived_at IS NOT NULL",
        looked_after=(
            "p.previously_looked_after OR EXISTS (SELECT 1 FROM social_care_episode e WHERE e.pupil_id = p.id "
            "AND e.kind = 'looked after')"
        ),
        sen="p.sen_provision <> 'N' OR EXISTS (SELECT 1 FROM ehc_plan h WHERE h.pupil_id = p.id)",
    )
    + " FROM pupil p"
)


def born_before(connection: Connection, day: date) -> list[Kept]:
    return fetch(
        connection, Kept, f"{_KEPT} WHERE p.date_of_birth <= :day ORDER BY p.date_of_birth, p.id", {"day": day}
    )


def one(connection: Connection, pupil_id: int) -> Kept | None:
    return fetch_one(connection, Kept, f"{_KEPT} WHERE p.id = :id", {"id": pupil_id})
