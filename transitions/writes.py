"""Rows to write, worked out before anything is written, so that they can be shown first and then done in one action."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from db.journal import Action

__all__ = ["OWN", "Made", "Write", "apply"]


class Made(NamedTuple):
    """Stands, in the values of a write, for the number of a row that an earlier write makes."""

    table: str
    name: str


OWN = Made("", "")
"""The first row that the same list of writes makes: the pupil of a need."""


class Write(NamedTuple):
    """One row to write: an insert without a ``key``, a delete without ``values``, else an update.

    ``made`` is the name by which later writes, also of other lists, refer to the number of the row.
    """

    table: str
    key: Mapping[str, Any] | None
    values: Mapping[str, Any] | None
    made: Made | None = None


def apply(action: Action, writes: Iterable[Write], made: dict[Made, int] | None = None) -> int:
    """Write the rows and give the number of the first that was made, 0 for none; ``made`` carries numbers between lists."""
    known = {} if made is None else made
    known.pop(OWN, None)
    for write in writes:
        key, values = _settled(write.key, known), _settled(write.values, known)
        if key is None:
            number = action.insert(write.table, values or {})
            known.setdefault(OWN, number)
            if write.made is not None:
                known[write.made] = number
        elif values is None:
            action.delete(write.table, key)
        else:
            action.update(write.table, key, values)
    return known.get(OWN, 0)


def _settled(values: Mapping[str, Any] | None, made: Mapping[Made, int]) -> Mapping[str, Any] | None:
    if values is None or not any(type(value) is Made for value in values.values()):
        return values
    return {name: made[value] if isinstance(value, Made) else value for name, value in values.items()}
