"""TOML and JSON that somebody else made, or typed: bounded in size and depth before anything is laid out in memory.

A megabyte of brackets, or of one dotted name, would otherwise take gigabytes, minutes, or the interpreter's own stack.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

MOST_BYTES: Final = 500_000
"""Six times the largest file that the program brings along."""
_MOST_PARTS: Final = 8
"""Parts of one dotted name of TOML; three are more than we ever read."""
_MOST_VALUES: Final = 1_000_000
"""Values of a JSON document, counted by what stands before each: some 100 MB when laid out."""
_DEEP: Final = "nests deeper than anything that a person or a program writes"
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
