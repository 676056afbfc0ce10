"""The milestones a database holds: the shipped set put in, the council's own kept."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files

from db.driver import Connection
from db.journal import Value
from db.milestones import definitions as store
from db.milestones.definitions import MilestoneRow
from transitions.milestones.definitions import from_mapping, load_shipped
from transitions.milestones.milestone import Milestone

_DIGEST = "shipped milestones"


def load(connection: Connection) -> Mapping[int, Milestone]:
    """The milestones that are in force, by number, in their order."""
    return {row.id: read(row) for row in store.milestones(connection) if row.retired_on is None}


def read(row: MilestoneRow) -> Milestone:
    return from_mapping(json.loads(row.definition))


def is_current(connection: Connection) -> bool:
    """Whether the set that ships with this program is in the file; compares a digest, for it is asked at every start."""
    return bool(store.setting(connection, _DIGEST) == shipped_digest())


def shipped_digest() -> str:
    return hashlib.sha256(files("transitions.milestones").joinpath("milestones.toml").read_bytes()).hexdigest()


def put_shipped(connection: Connection, today: date) -> None:
    """Put the shipped set in: new ones are added, unedited ones brought up to date, dropped ones retired.

    A council's own are left alone.
    """
    shipped = load_shipped()
    existing = {row.code: row for row in store.milestones(connection)}
    for position, milestone in enumerate(shipped.milestones):
        row = existing.get(milestone.code)
        if row is None or row.origin == "shipped":
            values = {**own_row(milestone), "origin": "shipped", "position": position}
            store.put_shipped(connection, None if row is None else row.id, values)
    for row in existing.values():
        if row.origin == "shipped" and row.code not in shipped.by_code:
            store.put_shipped(connection, row.id, {"retired_on": today})
    store.set_setting(connection, _DIGEST, shipped_digest())


class Positions:
    """Where a new milestone stands in lists: with the last one of its transition point that is here."""

    def __init__(self, rows: Iterable[MilestoneRow]) -> None:
        self._last: dict[str, int] = {}
        for row in rows:
            self._last[row.transition] = max(row.position, self._last.get(row.transition, 0))
        self._end = 1 + max(self._last.values(), default=0)

    def after(self, transition: str) -> int:
        return self._last.get(transition, self._end)


def columns(milestone: Milestone) -> tuple[str, str, str, str, str]:
    """The columns that lists show, in the order of the table."""
    return milestone.code, milestone.transition, milestone.title, milestone.short, milestone.severity


def own_row(milestone: Milestone) -> dict[str, Value]:
    """The columns of a milestone that is the council's own from now on, and in force."""
    code, transition, title, short, severity = columns(milestone)
    return {
        "code": code,
        "transition": transition,
        "title": title,
        "short": short,
        "severity": severity,
        "definition": definition(milestone),
        "origin": "local",
        "retired_on": None,
    }


def definition(milestone: Milestone) -> str:
    return json.dumps(milestone.to_mapping(), ensure_ascii=False, default=str)
