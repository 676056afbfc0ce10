"""Snapshots: what stood of every step of a school year on a day, frozen, so that a year can be held against the one before.

Each has a digest over its steps, over what it says of itself and over the digest before it. That shows that something was altered,
not what; so it also keeps two sums for each milestone. Where one step was altered, taken out or put in, the ratio of how much the
two are off is the number of that step, as in codes that put errors right.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple
from zlib import crc32

from db.driver import Connection
from db.journal import stored
from db.rows import columns, fetch, fetch_number, fetch_one, fetch_value, insert_row, marks

NOTED: Final = "Snapshot"
"""The name of the entry in the journal."""
NOT_ASKED: Final = "('waived', 'not applicable')"
"""The states of steps that nobody was to do: neither in what is counted nor in its base."""
_CYCLES: Final = 1 << 20
"""More than any cycle, so that a pupil and a cycle are one number."""


class SnapshotRow(NamedTuple):
    """A snapshot: of which day, under which name, how many steps it holds, and the digests that show whether it was altered.

    ``academic_year`` is the one whose steps it holds. ``rules`` has by the code of each milestone its number, transition point,
    severity and a digest of its rule, so that like is held against like, how many steps were in which state, and its two sums.
    ``digest`` is over its own rows and ``previous``, the digest of the snapshot before it (empty for the first).
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

    ``due_on`` is the last day on which it was in time, its days of grace included. ``state`` is met, late, missed, waived, not
    applicable or unknown (due, and nothing recorded); ``done_on`` is when what was met or late was done.
    """

    pupil_id: int
    milestone_id: int
    cycle: int
    due_on: date
    state: str
    done_on: date | None


_ROW = f"SELECT {columns(SnapshotRow, 't', made_by='w.name')} FROM snapshot t LEFT JOIN worker w ON w.id = t.worker_id"


def every(connection: Connection) -> list[SnapshotRow]:
    """All snapshots, the oldest day first."""
    return fetch(connection, SnapshotRow, f"{_ROW} ORDER BY t.as_at, t.id")


def one(connection: Connection, number: int) -> SnapshotRow | None:
    return fetch_one(connection, SnapshotRow, f"{_ROW} WHERE t.id = :id", {"id": number})


def newest_day(connection: Connection, today: date) -> date | None:
    """The day of the newest snapshot, but for those that a wrong clock has made of days to come."""
    return fetch_value(connection, date, "SELECT max(as_at) FROM snapshot WHERE as_at <= :today", {"today": today})


def first_recorded(connection: Connection) -> date | None:
    """The day of the first entry in the journal; before it there was nothing that could be frozen."""
    at = fetch_value(connection, datetime, "SELECT at FROM journal ORDER BY id LIMIT 1")
    return None if at is None else at.date()


# Making one

# As things stood on the day: what was recorded for a later day had not happened yet. Of a real snapshot that is today, so that
# it holds what is recorded; made-up records have a past that is frozen afterwards.
_DUE = (
    "SELECT pm.pupil_id, pm.milestone_id, pm.cycle, pm.late_after AS due_on, "
    f"CASE WHEN pm.outcome IN {NOT_ASKED} OR pm.done_on <= :as_at THEN pm.outcome "
    "WHEN pm.missed_on <= :as_at THEN 'missed' ELSE 'unknown' END AS state, "
    "CASE WHEN pm.done_on <= :as_at THEN pm.done_on END AS done_on "
    "FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id "
    "WHERE pm.late_after >= :first AND pm.late_after < :before AND (p.archived_at IS NULL OR p.archived_at > pm.late_after) "
    "ORDER BY pm.pupil_id, pm.milestone_id, pm.cycle"
)


class Span(NamedTuple):
    """As at which day, and the steps of which days: from ``first`` on, ``before`` not included."""

    as_at: date
    first: date
    before: date


def freeze(
    connection: Connection,
    span: Span,
    academic_year: int,
    name: str,
    rules: Mapping[int, Mapping[str, Any]],
    *,
    worker_id: int | None,
    made_at: datetime,
) -> SnapshotRow:
    """Write a snapshot of what was due in these days, in a transaction that somebody else has begun.

    ``rules`` has what is to be kept of each milestone, by its number and with its code; one that is not ``live`` is kept only if
    it has a step. A pupil who was archived before the day
    of a step does not count with it.
    """
    digest, tallies = _read(connection.execute(_DUE, span._asdict()))
    kept = {
        str(rule["code"]): _kept(number, rule, tallies.get(number) or _Tally())
        for number, rule in rules.items()
        if rule["live"] or number in tallies
    }
    row = {
        "as_at": span.as_at,
        "academic_year": academic_year,
        "name": name,
        "made_at": stored(made_at),
        "worker_id": worker_id,
        "rules": json.dumps(kept, sort_keys=True, separators=(",", ":")),
        "steps": sum(tally.states.total() for tally in tallies.values()),
        "previous": fetch_value(connection, str, "SELECT digest FROM snapshot ORDER BY id DESC LIMIT 1") or "",
    }
    (number,) = insert_row(connection, "snapshot", {**row, "digest": _sealed(row, digest)}, giving="id")
    connection.execute(
        f"INSERT INTO snapshot_step (snapshot_id, {columns(SnapshotStep)}) "
        f"SELECT :snapshot, {columns(SnapshotStep)} FROM ({_DUE}) AS due",
        {**span._asdict(), "snapshot": number},
    )
    found = one(connection, number)
    assert found is not None  # noqa: S101 - it was written a line above
    return found


def _kept(number: int, rule: Mapping[str, Any], tally: "_Tally") -> dict[str, Any]:
    return {**rule, "number": number, "states": dict(sorted(tally.states.items())), "sums": tally.sums}


class _Tally:
    """Of one milestone how many steps are in which state, and its two sums: of the steps' checks, and of these by their numbers."""

    def __init__(self) -> None:
        self.states = Counter[str]()
        self.sums = [0, 0]


def _read(rows: Iterable[Sequence[Any]]) -> tuple[str, dict[int, _Tally]]:
    """The digest of steps in their order, and by milestone what is counted of them."""
    whole, tallies = sha256(), dict[int, _Tally]()
    for pupil_id, milestone_id, cycle, due_on, state, done_on in rows:
        line = f"{pupil_id} {milestone_id} {cycle} {due_on} {state} {done_on}\n".encode()
        whole.update(line)
        tally = tallies.get(milestone_id)
        if tally is None:
            tally = tallies[milestone_id] = _Tally()
        tally.states[state] += 1
        check = crc32(line) + 1
        tally.sums[0] += check
        tally.sums[1] += check * (pupil_id * _CYCLES + cycle)
    return whole.hexdigest(), tallies


def _sealed(row: Mapping[str, Any], digest: str) -> str:
    said = [
        str(row[name])
        for name in ("as_at", "academic_year", "name", "made_at", "worker_id", "rules", "steps", "previous")
    ]
    return sha256(json.dumps([*said, digest]).encode()).hexdigest()


# Whether they stand as they were made


def altered(connection: Connection) -> Iterator[tuple[str, str]]:
    """What does not stand as it was frozen, each as what is wrong and where."""
    names = ("id", "as_at", "academic_year", "name", "made_at", "worker_id", "rules", "steps", "previous", "digest")
    previous, number = "", 0
    for values in connection.execute(f"SELECT {', '.join(names)} FROM snapshot ORDER BY id").fetchall():
        row = dict(zip(names, values, strict=True))
        if row["previous"] != previous:
            yield "a snapshot was removed or remade", f"before snapshot #{row['id']}"
        digest, tallies = _read(
            connection.execute(
                f"SELECT {columns(SnapshotStep)} FROM snapshot_step WHERE snapshot_id = :id "
                "ORDER BY pupil_id, milestone_id, cycle",
                {"id": row["id"]},
            )
        )
        if _sealed(row, digest) != row["digest"]:
            yield from _where(row, tallies)
        previous, number = row["digest"], number + 1
    noted = fetch_number(
        connection, "SELECT count(*) FROM journal WHERE name = :name AND kind = 'export'", {"name": NOTED}
    )
    if noted > number:
        yield "a snapshot was taken out", f"the history has {noted} but {number} are there"


def _where(row: Mapping[str, Any], tallies: Mapping[int, _Tally]) -> Iterator[tuple[str, str]]:
    """Which steps of a snapshot are not as they were; if none is, it is what the snapshot says of itself."""
    snapshot = f"snapshot #{row['id']}"
    then = {entry["number"]: (code, entry) for code, entry in json.loads(row["rules"]).items()}
    known = False
    for number in sorted(then.keys() | tallies.keys()):
        code, entry = then.get(number, (f"milestone {number}", {"sums": [0, 0], "states": {}}))
        tally = tallies.get(number) or _Tally()
        checks, places = (now - before for now, before in zip(tally.sums, entry["sums"], strict=True))
        if not (checks or places):
            continue
        known = True
        more = tally.states.total() - sum(entry["states"].values())
        what = "put in" if more > 0 else "taken out" if more < 0 else "altered"
        place, left = divmod(places, checks) if checks else (0, 1)
        if left or place <= 0 or abs(more) > 1:
            yield "a snapshot's steps were altered, added or removed", f"{snapshot}, {code}: more than one step"
        else:
            pupil_id, cycle = divmod(place, _CYCLES)
            yield f"a step of a snapshot was {what}", f"{snapshot}, {code}, pupil #{pupil_id}, cycle {cycle}"
    if not known:
        yield "a snapshot's details were altered", snapshot


# What is counted of the steps themselves; of how many were in which state each snapshot has the numbers

_OF = "snapshot_id = :snapshot AND milestone_id IN"


def pupils_missing_any(connection: Connection, number: int, milestones: Sequence[int]) -> tuple[int, int]:
    """How many pupils had any of these steps missed or late, and how many had any that was due."""
    parameters: dict[str, Any] = {"snapshot": number}
    counted, base = connection.execute(
        "SELECT coalesce(sum(hit), 0), count(*) FROM (SELECT max(CASE WHEN state IN ('late', 'missed') THEN 1 ELSE 0 END) AS hit "
        f"FROM snapshot_step WHERE {_OF} ({marks(parameters, 'of', milestones)}) AND state NOT IN {NOT_ASKED} "
        "GROUP BY pupil_id) AS pupils",
        parameters,
    ).fetchone()
    return counted, base


def steps(connection: Connection, number: int, milestones: Sequence[int]) -> list[SnapshotStep]:
    """The steps of these milestones that were to be done."""
    parameters: dict[str, Any] = {"snapshot": number}
    return fetch(
        connection,
        SnapshotStep,
        f"SELECT {columns(SnapshotStep)} FROM snapshot_step WHERE {_OF} ({marks(parameters, 'of', milestones)}) "
        f"AND state NOT IN {NOT_ASKED} ORDER BY pupil_id, milestone_id, cycle",
        parameters,
    )


def days_late(connection: Connection, number: int, milestones: Sequence[int]) -> list[int]:
    """By how many days those that were late were late, in order."""
    parameters: dict[str, Any] = {"snapshot": number}

    class Late(NamedTuple):
        due_on: date
        done_on: date
        steps: int

    found = fetch(
        connection,
        Late,
        f"SELECT due_on, done_on, count(*) FROM snapshot_step WHERE {_OF} ({marks(parameters, 'of', milestones)}) "
        "AND state = 'late' GROUP BY due_on, done_on",
        parameters,
    )
    return sorted(days for one in found for days in [(one.done_on - one.due_on).days] * one.steps)


def oldest_miss(connection: Connection, number: int, milestones: Sequence[int]) -> date | None:
    """The day of the step that is missed longest and was not done since."""
    parameters: dict[str, Any] = {"snapshot": number}
    return fetch_value(
        connection,
        date,
        f"SELECT min(due_on) FROM snapshot_step WHERE {_OF} ({marks(parameters, 'of', milestones)}) AND state = 'missed'",
        parameters,
    )


class DayState(NamedTuple):
    """How many steps with one last day were in one state."""

    due_on: date
    state: str
    steps: int


def by_day(connection: Connection, number: int) -> list[DayState]:
    query = "SELECT due_on, state, count(*) FROM snapshot_step WHERE snapshot_id = :id GROUP BY due_on, state ORDER BY due_on, state"
    return fetch(connection, DayState, query, {"id": number})
