"""What somebody chose for themselves on this computer: the settings in ``config.toml``, read and checked line by line, never fatal.

What holds for everybody who uses the records (when they lock, whether lists may be copied) is kept in the records.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from db.custody import on_disk
from transitions.custody.places import make_private, settings_file
from transitions.errors import CannotWrite, Problem
from transitions.text import did_you_mean, listed
from transitions.untrusted import Unreadable, read_toml_file


class OwnSettings(NamedTuple):
    """Each line that may stand in the file, with what holds where it does not."""

    theme: str = "dark"
    vi_keys: bool = False
    start: str = ""
    """The work area at each start; where one left off when it is empty."""
    hide_names: bool = False
    """Whether names are hidden from the start."""


AMONG: Final[Mapping[str, Sequence[str]]] = {
    "theme": ("light", "dark", "high contrast", "colour-blind safe"),
    "start": ("today", "caseload", "missed", "calendar", "workshops", "handovers", "impact"),
}
_LINE: Final = re.compile(r'\s*"?([\w.]+)"?\s*=')


def read(path: Path) -> tuple[OwnSettings, list[Problem]]:
    """The settings of the file, and what is wrong with it; a line that is wrong is left out."""
    entries, problems = read_lines(path, "the default settings are used")
    kept = {}
    for name, value in entries.items():
        what = _against(name, value)
        if what is None:
            kept[name] = value
        else:
            problems.append(Problem(path.name, what, field=name))
    return OwnSettings(**kept), with_lines(path, problems)


def told(path: Path) -> str:
    """The file, what it sets, and what is wrong with it, in one line."""
    settings, problems = read(path)
    set_so = [
        f"{name} = {json.dumps(one)}"
        for name, one in settings._asdict().items()
        if one != OwnSettings()._asdict()[name]
    ]
    return "; ".join([str(path), *set_so, *map(str, problems)])


def _against(name: str, value: object) -> str | None:
    usual = OwnSettings._field_defaults.get(name)
    if usual is None:
        return f"there is no setting of that name.{did_you_mean(name, OwnSettings._fields)}"
    if isinstance(usual, bool):
        return None if isinstance(value, bool) else f"expected true or false; {json.dumps(usual)} is used"
    if value in AMONG[name]:
        return None
    return (
        f"expected {listed([json.dumps(one) for one in AMONG[name]], 'or')}; {usual or 'the screen you left'} is used"
    )


def read_lines(path: Path, usual: str) -> tuple[dict[str, Any], list[Problem]]:
    """What stands in a TOML file that need not be there, or why none of it can be read and what holds then."""
    try:
        return read_toml_file(path), []
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [Problem(path.name, f"cannot be read ({error.strerror}); {usual}")]
    except Unreadable as error:
        return {}, [Problem(path.name, f"is not TOML ({error}); {usual}")]


def with_lines(path: Path, problems: Iterable[Problem]) -> list[Problem]:
    """The problems with the numbers of the lines in which their fields stand."""
    found = list(problems)
    numbers: dict[str, int] = {}
    with suppress(OSError, UnicodeDecodeError):
        if any(one.field for one in found):
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            numbers = {name: number for number, line in enumerate(lines, 1) if (name := _named(line))}
    return [replace(one, line=numbers.get(one.field or "")) for one in found]


def keep(name: str, value: str | bool) -> None:
    """Write one setting into the file, and leave its other lines as they are. Raises ``CannotWrite``."""
    path = settings_file()
    try:
        make_private(path.parent)
        lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
        place = next((place for place, line in enumerate(lines) if _named(line) == name), None)
        lines[slice(0, 0) if place is None else slice(place, place + 1)] = [f"{name} = {json.dumps(value)}"]
        on_disk.put(path, "".join(f"{line}\n" for line in lines).encode())
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise CannotWrite(
            f"{path}: this choice lasts until you quit, because it could not be saved ({reason})."
        ) from None


def _named(line: str) -> str:
    found = _LINE.match(line)
    return found[1] if found else ""
