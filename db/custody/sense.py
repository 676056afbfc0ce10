"""Whether what was read of a damaged row is such as this program writes there: days, numbers, texts, JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

_JSON: Final[Mapping[str, frozenset[str]]] = {
    "ask": frozenset({"definition"}),
    "desk": frozenset({"value"}),
    "journal_change": frozenset({"row_key", "old_values", "new_values"}),
    "milestone": frozenset({"definition"}),
    "setting": frozenset({"value"}),
    "snapshot": frozenset({"rules"}),
}


class Column(NamedTuple):
    """A column with the kind of value that it was made for; ``needed`` when it may not be empty."""

    name: str
    kind: str
    needed: bool


class Sense(NamedTuple):
    """A row with what makes no sense left out of it; ``row`` is None when it is nothing without that."""

    row: dict[str, Any] | None
    left_out: bool = False


def sense_of(table: str, columns: Sequence[Column], row: Mapping[str, Any]) -> Sense:
    known, left_out = dict(row), False
    for name, kind, needed in columns:
        value = row.get(name)
        if value is None or _fits(value, "JSON" if name in _JSON.get(table, ()) else kind):
            continue
        if needed and not (table == "milestone" and name == "definition" and row.get("origin") == "shipped"):
            return Sense(None)
        # one that comes with the program is put in anew at the next opening
        known[name], left_out = ("{}" if needed else None), True
    return Sense(known, left_out)


def _fits(value: Any, kind: str) -> bool:
    try:
        _READ[kind](value)
    except (ValueError, TypeError, KeyError):
        return kind not in _READ
    return True


def _whole(value: Any) -> None:
    if not isinstance(value, int):
        raise TypeError


def _yes_or_no(value: Any) -> None:
    if value not in (0, 1):
        raise ValueError


def _number(value: Any) -> None:
    if not isinstance(value, int | float):
        raise TypeError


def _text(value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError


_READ: Final[Mapping[str, Callable[[Any], object]]] = {
    "BOOLEAN": _yes_or_no,
    "DATE": date.fromisoformat,
    "DATETIME": datetime.fromisoformat,
    "FLOAT": _number,
    "INTEGER": _whole,
    "JSON": json.loads,
    "TEXT": _text,
}
