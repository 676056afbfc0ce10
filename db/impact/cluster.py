"""The pupils who move, or moved, from its feeders to one school at the end of an academic year."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch
from db.workshops.feeders import MOVERS


class ClusterMover(NamedTuple):
    """One pupil: from where, how much support the move needs, and when the next school said that it has read the handover."""

    pupil_id: int
    feeder_id: int
    feeder: str
    tier: str | None
    sen_provision: str
    social_care_now: str | None
    sent_on: date | None
    acknowledged_on: date | None


_READ = {
    "pupil_id": "p.id",
    "feeder_id": "f.id",
    "feeder": "f.name",
    "sent_on": "h.sent_on",
    "acknowledged_on": "h.acknowledged_on",
}


def movers(connection: Connection, school_id: int, move_year: int) -> list[ClusterMover]:
    """By feeder and pupil; archived pupils are left out. A handover counts that was for this move."""
    return fetch(
        connection,
        ClusterMover,
        f"SELECT {columns(ClusterMover, 'p', _READ)} FROM {MOVERS} LEFT JOIN handover h ON h.pupil_id = p.id "
        "AND h.transition = d.transition AND h.move_year = d.move_year AND h.direction = 'out' "
        "WHERE d.move_year = :year AND d.school_id = :school AND p.archived_at IS NULL ORDER BY f.name, f.id, p.id",
        {"year": move_year, "school": school_id},
    )
