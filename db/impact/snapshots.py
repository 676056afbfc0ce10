"""Snapshots: what stood of every step of a school year on a day, frozen, so that a year can be held against the one before."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple


class SnapshotRow(NamedTuple):
    """A snapshot: of which day, under which name, how many steps it holds, and the digests that show whether it was altered.

    ``rules`` has by the code of each milestone its transition point, its severity and a digest of its rule, so that like is held
    against like. ``digest`` is over its own rows and ``previous``, the digest of the snapshot before it (empty for the first).
    """

    id: int
    as_at: date
    academic_year: int
    name: str
    made_at: datetime
    made_by: str | None
    rules: Mapping[str, Any]
    steps: int
    digest: str
    previous: str


class SnapshotStep(NamedTuple):
    """One step as it stood.

    ``state`` is met, late, missed, waived, not applicable or unknown (due, and nothing recorded); ``days_late`` of what was late.
    """

    id: int
    snapshot_id: int
    pupil_id: int
    milestone: str
    cycle: int
    due_on: date
    state: str
    days_late: int | None
