"""Importing suspensions, exclusions and other dated events: one row an event, of a pupil who is here.

An event of the same kind from the same day is recorded already: what the row says besides is added to it.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from db.pupils.records import DatedRow
from db.vocabulary import SUSPENSIONS
from transitions.importing.cells import CellReader
from transitions.importing.pupil_records import Given, RowsOf
from transitions.importing.pupil_records import prepare as prepare_records
from transitions.importing.table_rows import TableRow
from transitions.pupils.events import EVENT, odd_suspensions

_UNKNOWN_DAY: Final = "no day is given: it is in no year's figures until one is, and Today asks for it"
_MOST_SESSIONS: Final = 400


def _sessions(cells: CellReader, row: TableRow, given: Given) -> None:
    """The school days, from the half days of the census; and every row needs a kind."""
    sessions = cells.read(row, "sessions", _half_days)
    if sessions and given.setdefault("days", sessions) != sessions:
        cells.refuse(row, "sessions", f"are {sessions:g} school days, and the row says {given['days']:g}: one is wrong")
    if not cells.text(row, "kind"):
        cells.refuse(row, "kind", "is empty, and every row needs one, such as suspension")


def _half_days(text: str) -> float:
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal()) or not 0 < int(plain) <= _MOST_SESSIONS:
        raise ValueError("expected a number of sessions, which are half days, such as 3")
    return int(plain) / 2


def _event(of: Mapping[str, Any]) -> tuple[object, ...]:
    """By what an event is known: its kind and first day; of an unknown day all that is said of it."""
    day = of.get("started_on")
    return (of["kind"], day) if day else (of["kind"], *map(of.get, ("ended_on", "days", "reason")))


def _look(given: Given) -> Mapping[str, str]:
    return {} if given.get("started_on") else {"started_on": _UNKNOWN_DAY}


def _odd(standing: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    if not any(one["id"] < 0 and one["kind"] in SUSPENSIONS for one in standing):
        return ()  # what stands was said when it came
    return odd_suspensions([DatedRow._make(map(one.get, DatedRow._fields)) for one in standing])


prepare: Final = partial(prepare_records, RowsOf("events", EVENT, _event, "kind", _sessions, _look, _odd))
