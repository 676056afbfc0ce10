"""In which order the cells of a column come: numbers by size, days by date, everything else by its letters."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from transitions.dates import parse_typed
from transitions.text import searchable

_NUMBER: Final = re.compile(r"[£+]?(-?[0-9][0-9,]*(?:\.[0-9]+)?)%?(?![0-9A-Za-z])")
_FAR: Final = re.compile(r"(in )?([0-9]+) (day|week|month|year)s?( late| ago)?")
_DAYS: Final = {"day": 1, "week": 7, "month": 30.4375, "year": 365.25}
_EMPTY: Final = frozenset({"", "-", "–"})


def in_order(texts: Sequence[str], today: date, *, turned: bool = False) -> list[int]:
    """The places of the cells in order, the last first when ``turned``; empty ones come last either way."""
    plain = [text.strip() for text in texts]
    filled = {text for text in plain if text not in _EMPTY}
    values = _values(filled, today)
    places = [place for place, text in enumerate(plain) if text in filled]
    places.sort(key=lambda place: values[plain[place]], reverse=turned)
    return places + [place for place, text in enumerate(plain) if text not in filled]


def _values(texts: set[str], today: date) -> dict[str, Any]:
    """What each is sorted by: the first way of reading that makes sense of all of them."""
    ways: Sequence[Callable[[str], Any]] = (partial(_day, today=today), _number, _letters)
    for way in ways:
        try:
            return {text: way(text) for text in texts}
        except ValueError:
            continue
    raise AssertionError("letters can be read of every text")


def _letters(text: str) -> tuple[str, str]:
    return searchable(text), text


def _number(text: str) -> float:
    found = _NUMBER.match(text)
    if found is None:
        raise ValueError(text)
    return float(found[1].replace(",", ""))


def _day(text: str, today: date) -> float:
    """A day, or how far away one is, as a number of days. Raises ValueError for another text, and for a bare number."""
    far = _FAR.fullmatch(text)
    if far is not None and (far[1] or far[4]):
        return (1 if far[1] else -1) * int(far[2]) * _DAYS[far[3]]
    if text.isdecimal():
        raise ValueError(text)
    return (parse_typed(text.removeprefix("until "), today) - today).days
