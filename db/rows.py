"""Turning what SQLite gives into what the records hold: days from ISO text, flags from 0 and 1."""

from collections.abc import Sequence
from datetime import date
from typing import Any


def with_days(row: Sequence[Any], positions: Sequence[int]) -> list[Any]:
    """Give the values of a row with the ISO days at these positions read; an empty one stays None."""
    values = list(row)
    for position in positions:
        if values[position] is not None:
            values[position] = date.fromisoformat(values[position])
    return values


def with_flags(values: list[Any], positions: Sequence[int]) -> list[Any]:
    """Give the same values with yes or no at these positions; an empty one stays None."""
    for position in positions:
        if values[position] is not None:
            values[position] = bool(values[position])
    return values
