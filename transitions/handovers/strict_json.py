"""Reading JSON that somebody else made: every value in the kind and length that is expected, or a sentence that says where.

What is not known is left out without complaint, so that a later version may send more; only how much of it is bounded.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, Final, NoReturn, TypeVar

from transitions import untrusted
from transitions.errors import BadInput, Problem
from transitions.identifiers import CheckedIdentifier
from transitions.text import clean

Read = TypeVar("Read")

_MOST_NAMES: Final = 100
"""Names in one object: more than any version will know of one thing."""
_YEARS: Final = range(1900, 2101)
_WHAT: Final = {dict: "a group", list: "a list", str: "a text", bool: "yes or no", int: "a number", float: "a fraction"}


def read_json(content: bytes, file: str) -> "JsonPlace":
    """Read the whole of ``content``. Raises BadInput when it is not JSON in UTF-8, or nests without end."""
    try:
        value = untrusted.read_json(content, len(content))
    except untrusted.Unreadable:
        raise BadInput([Problem(file, "its content is not in a form that this program reads")]) from None
    return JsonPlace(value, file, ())


class JsonPlace:
    """One value and where it stands. Every reader raises BadInput naming the place when the value is not what it expects."""

    __slots__ = ("_file", "_path", "_value")

    def __init__(self, value: Any, file: str, path: tuple[str, ...]) -> None:
        self._value = value
        self._file = file
        self._path = path

    def refuse(self, what: str) -> NoReturn:
        raise BadInput([Problem(self._file, f"{what}. Nothing was written", field=", ".join(self._path) or None)])

    def at(self, key: str) -> "JsonPlace":
        if self._group().get(key) is None:
            self.refuse(f'"{key.replace("_", " ")}" is missing')
        return self._below(key)

    def maybe(self, key: str, reader: "Callable[[JsonPlace], Read]") -> Read | None:
        return None if self._group().get(key) is None else reader(self._below(key))

    def each(self, key: str, one: str, most: int) -> Iterator["JsonPlace"]:
        """The members of a list that must be there, each called ``one`` and its number; at most ``most``."""
        place = self.at(key)
        members = place._expect(list, "a list")
        if len(members) > most:
            place.refuse(f"has {len(members):,} entries, more than {most:,}")
        for number, member in enumerate(members, 1):
            yield JsonPlace(member, self._file, (*self._path, f"{one} {number}"))

    def text(self, longest: int, *, lines: bool = False, may_be_empty: bool = False) -> str:
        """A text of 1 to ``longest`` characters, made safe; on one line unless ``lines``."""
        found = self._expect(str, "a text")
        if len(found) > longest:
            self.refuse(f"has {len(found):,} characters, more than {longest:,}")
        cleaned = clean(found, lines=lines)
        if not (cleaned or may_be_empty):
            self.refuse("is empty; expected a text")
        return cleaned

    def number(self, least: int, most: int) -> int:
        found = self._expect(int, "a whole number")
        if not least <= found <= most:
            self.refuse(f"is not from {least:,} to {most:,}")
        return int(found)

    def yes(self) -> bool:
        return bool(self._expect(bool, "yes or no"))

    def day(self) -> date:
        """A day from 1900 to 2100, written as 2026-09-01."""
        found = self._expect(str, "a day such as 2026-09-01")
        try:
            day = date.fromisoformat(found)
        except ValueError:
            self.refuse("is not a day; expected one such as 2026-09-01")
        if day.isoformat() != found or day.year not in _YEARS:
            self.refuse("is not a day from 1900 to 2100, written as 2026-09-01")
        return day

    def one_of(self, choices: Collection[str]) -> str:
        found = self._expect(str, "a text")
        if found not in choices:
            self.refuse(f"is not one of {', '.join(choices)}")
        return str(found)

    def checked(self, reader: Callable[[str], CheckedIdentifier]) -> str:
        """What ``reader`` makes of a text of at most 100 characters; it raises ValueError with what was expected."""
        try:
            return reader(self.text(100)).value
        except ValueError as problem:
            self.refuse(str(problem))

    def _below(self, key: str) -> "JsonPlace":
        return JsonPlace(self._value[key], self._file, (*self._path, key.replace("_", " ")))

    def _group(self) -> dict[str, Any]:
        found: dict[str, Any] = self._expect(dict, "a group of names and values")
        if len(found) > _MOST_NAMES:
            self.refuse(f"has {len(found):,} names, more than {_MOST_NAMES}")
        return found

    def _expect(self, kind: type, expected: str) -> Any:
        # bool is an int to Python, but yes is not a number to anybody else
        if type(self._value) is not kind:
            self.refuse(f"is {_WHAT.get(type(self._value), 'nothing')}; expected {expected}")
        return self._value
