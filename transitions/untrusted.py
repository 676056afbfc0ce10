"""TOML and JSON that somebody else made, or typed: bounded in size and depth before anything is laid out in memory.

A megabyte of brackets, or of one dotted name, would otherwise take gigabytes, minutes, or the interpreter's own stack. Of JSON every value is asked for in the kind and length that is
expected, or a sentence says where (``JsonPlace``); what is not known is left out, so that a later version may send more.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import date
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Final, NoReturn, TypeVar, get_args, get_type_hints

from transitions.errors import BadInput, Problem
from transitions.identifiers import CheckedIdentifier
from transitions.text import clean

MOST_BYTES: Final = 500_000
"""Six times the largest file that the program brings along."""
_MOST_PARTS: Final = 8
"""Parts of one dotted name of TOML; three are more than we ever read."""
_MOST_VALUES: Final = 1_000_000
"""Values of a JSON document, counted by what stands before each: some 100 MB when laid out."""
_DEEP: Final = "is nested too deeply"
_DOTTED = re.compile(
    rf"""(?<![\w\-."'])(?:(?:"[^"\n]*"|'[^'\n]*'|[\w-]++)[ \t]*\.[ \t]*){{{_MOST_PARTS}}}""",
)
_AT_LINE = re.compile(r"at line (\d+)")


class Unreadable(ValueError):
    """Why something cannot be read, as the rest of a sentence about it; ``line`` where that is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


def read_toml_file(path: Path) -> dict[str, Any]:
    """Raises OSError, and Unreadable as ``read_toml`` does."""
    with path.open("rb") as file:
        return read_toml(file.read(MOST_BYTES + 1))


def read_toml(content: bytes | str) -> dict[str, Any]:
    """Raises Unreadable when it is not TOML in UTF-8, larger than ``MOST_BYTES``, or nests without end."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES // 1000:,} kB")
    text = _decoded(content).replace("\r\n", "\n")
    if _DOTTED.search(text):
        raise Unreadable(_DEEP)
    import tomllib  # no list needs it

    found: dict[str, Any] = _laid_out(tomllib.loads, text)
    return found


def read_json(content: bytes | str, most: int = MOST_BYTES) -> Any:
    """Raises Unreadable when it is not JSON in UTF-8, larger than ``most`` bytes, or nests or goes on without end."""
    if len(content) > most:
        raise Unreadable(f"is larger than {most // 1000:,} kB")
    text = _decoded(content)
    if sum(map(text.count, "[{,")) > _MOST_VALUES:
        raise Unreadable(f"holds more than {_MOST_VALUES:,} values")
    return _laid_out(lambda part: json.loads(part, parse_constant=_refuse_constant), text)


def _decoded(content: bytes | str) -> str:
    try:
        return content if isinstance(content, str) else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("is not text in UTF-8; save it again as UTF-8") from None


def _laid_out(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except RecursionError:
        raise Unreadable(_DEEP) from None
    except ValueError as error:
        if "int_max_str_digits" in str(error):
            raise Unreadable("holds a number with thousands of digits") from None
        line = _AT_LINE.search(str(error))
        raise Unreadable(str(error), int(line[1]) if line else None) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


Read = TypeVar("Read")

_MOST_NAMES: Final = 100
"""Names in one object: more than any version will know of one thing."""
_YEARS: Final = range(1900, 2101)
_WHAT: Final = {dict: "a group", list: "a list", str: "a text", bool: "yes or no", int: "a number", float: "a fraction"}


def read_document(content: bytes, file: str) -> "JsonPlace":
    """Read the whole of ``content``. Raises BadInput when it is not JSON in UTF-8, or nests without end."""
    try:
        value = read_json(content, len(content))
    except Unreadable:
        raise BadInput([Problem(file, "this program can't read its content")]) from None
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

    def each(self, one: str, most: int) -> Iterator["JsonPlace"]:
        """The members of a list, each called ``one`` and its number; at most ``most``."""
        members = self._expect(list, "a list")
        if len(members) > most:
            self.refuse(f"has {len(members):,} entries, more than {most:,}")
        for number, member in enumerate(members, 1):
            yield JsonPlace(member, self._file, (*self._path[:-1], f"{one} {number}"))

    def record(self, kind: type[Read]) -> Read:
        """A dataclass, each field by the reader with which it is annotated; what may be None or has a value of its own may be missing."""
        found: dict[str, Any] = {}
        for name, (reader, otherwise) in _readers(kind).items():  # type: ignore[arg-type] # a class is hashable
            value = reader(self.at(name)) if otherwise is MISSING else self.maybe(name, reader)
            found[name] = otherwise if value is None else value
        return kind(**found)

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


@cache
def _readers(kind: Any) -> Mapping[str, tuple[Callable[[JsonPlace], Any], object]]:
    """By field what reads it, and what it is where it is missing; a list must be there, even an empty one."""
    hints = get_type_hints(kind, include_extras=True)
    return {one.name: _reader_of(hints[one.name], one.default) for one in fields(kind)}


def _reader_of(hint: Any, default: object) -> tuple[Callable[[JsonPlace], Any], object]:
    may_be_none = NoneType in get_args(hint)
    kind = get_args(hint)[0] if may_be_none else hint
    plain: dict[Any, Callable[[JsonPlace], Any]] = {date: JsonPlace.day, bool: JsonPlace.yes}
    reader = next(iter(getattr(kind, "__metadata__", ())), None) or plain.get(kind, lambda place: place.record(kind))
    return reader, MISSING if default == () else None if may_be_none else default
