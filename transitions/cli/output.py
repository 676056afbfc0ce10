"""Printing records: a table for people, CSV and JSON with stable keys for scripts. stdout is data, stderr is talk."""

import csv
import io
import json
import re
import sys
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from transitions.cli import streams
from transitions.text import printable

if TYPE_CHECKING:
    from transitions.workspace import Recorded, Workspace

_STEERS = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""What the JSON of the standard library writes as it is: C1 codes, marks of direction, other line ends and halves of letters."""
Record = Mapping[str, object]
NOTHING: tuple[object, ...] = (None, "", False, [], 0)
"""What is left out where only what is known is printed."""
GAP = "  "
WIDEST = 44
"""Cells of a table are cut at this many columns; CSV and JSON never are."""


def record(row: object, keys: Sequence[str], **own: object) -> dict[str, object]:
    """Give the record of a row with these keys: what is not named in ``own`` is the row's field of that name."""
    return {key: own[key] if key in own else getattr(row, key) for key in keys}


def emit(records: Iterable[object], keys: Sequence[str], style: str, *, shown: Sequence[str] | None = None) -> None:
    """Print records, or rows that have fields of these names, with these keys; a table shows only ``shown`` of them."""
    found = (one if isinstance(one, Mapping) else record(one, keys) for one in records)
    if style == "json":
        print_json([{key: _plain(one.get(key)) for key in keys} for one in found])
    elif style == "csv":
        click.echo(_csv(found, keys), nl=False)
    else:
        _table(list(found), shown or keys)


def safe(text: str) -> str:
    """``text`` without anything that steers a terminal, and with "?" for the bytes of a path that are no text here."""
    return text if text.isprintable() else printable(text.encode("utf-8", "replace").decode("utf-8"), lines=True)


def echo(text: str = "", *, nl: bool = True) -> None:
    """Print text, which may have several lines, without anything in it that steers a terminal."""
    click.echo(safe(text), nl=nl)


def print_json(value: object) -> None:
    """Print JSON from which every character can be read back: those that steer a terminal are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(_STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def emit_one(record: Record, style: str) -> None:
    """Print one record whole, as JSON or as lines of "name: value"."""
    if style == "json":
        print_json({key: _plain(value) for key, value in record.items()})
        return
    for key, value in record.items():
        echo(f"{key.replace('_', ' ')}: {text_of(value)}")


def print_parts(*parts: tuple[str, Collection[object], Sequence[str]]) -> None:
    """Print titles with their records as tables; a part without a record is left out."""
    for title, records, keys in parts:
        if records:
            echo(f"\n{title}")
            emit(records, keys, "table")


def talk(sentence: str) -> None:
    """Say something on standard error, if anybody can still hear it."""
    try:
        click.echo(safe(sentence), err=True)
    except OSError:
        streams.let_go(sys.stderr)


def say(recorded: "Recorded") -> None:
    """Say on standard error what was recorded, and how to take it back."""
    if recorded.changed:
        talk(f"{recorded.name}: {recorded.summary}. Take it back with: transitions undo")
    else:
        talk(f"{recorded.summary}: nothing changed, it was recorded so already.")


def say_what_clashes(workspace: "Workspace", **event: Any) -> None:
    """Say on standard error what stands in an event's way, and the nearest day on which nothing does.

    The event is that of ``transitions.calendar.clashes.would_clash``.
    """
    from transitions.calendar.clashes import free_date, would_clash
    from transitions.dates import short_with_year

    found = would_clash(workspace, **event)
    for clash in found:
        talk(f"Clash: {clash.sentence}")
    free = free_date(workspace, **event) if found else None
    if free is not None:
        talk(f"Free: {short_with_year(free)}")


def text_of(value: object) -> str:
    """Give a value as one safe line of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | frozenset):
        return ", ".join(text_of(item) for item in value)
    return printable(str(value))


def _csv(records: Iterable[Record], keys: Sequence[str]) -> str:
    from transitions.exporting.writer import guard

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(keys)
    for record in records:
        writer.writerow([guard(text_of(record.get(key))) for key in keys])
    return buffer.getvalue()


def _table(records: Sequence[Record], keys: Sequence[str]) -> None:
    if not records:
        talk("Nothing to show: no record fits these filters." if _narrowed() else "Nothing to show.")
        return
    rows = [
        [key.removesuffix("_words").replace("_", " ").replace("ehc ", "EHC ") for key in keys],
        *([_cut(text_of(r.get(key))) for key in keys] for r in records),
    ]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(keys))]
    lines = [
        GAP.join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]
    lines.insert(1, GAP.join("-" * width for width in widths))
    click.echo("\n".join(line.rstrip() for line in lines))


def _narrowed() -> bool:
    """Whether an option was given that leaves records out."""
    context = click.get_current_context()
    options = [one.name for one in context.command.params if isinstance(one, click.Option) and one.name]
    given = {name for name in options if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    return bool(given - {"db", "as_of", "style"})


def _cut(text: str) -> str:
    if _width(text) <= WIDEST:
        return text
    kept = ""
    for character in text:
        if _width(kept + character) >= WIDEST:
            break
        kept += character
    return kept + "…"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(item) for item in value]
    return value
