"""Printing records: a table for people, CSV and JSON with stable keys for scripts. stdout is data, stderr is talk."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from transitions.exporting.cells import guard
from transitions.text import printable

if TYPE_CHECKING:
    from transitions.milestones.recording import Recorded

Record = Mapping[str, object]
GAP = "  "
WIDEST = 44
"""Cells of a table are cut at this many columns; CSV and JSON never are."""


def emit(records: Iterable[Record], keys: Sequence[str], style: str, *, shown: Sequence[str] | None = None) -> None:
    """Print records with these keys; a table shows only ``shown`` of them."""
    if style == "json":
        click.echo(
            json.dumps([{key: _plain(r.get(key)) for key in keys} for r in records], ensure_ascii=False, indent=2)
        )
    elif style == "csv":
        click.echo(_csv(records, keys), nl=False)
    else:
        _table(list(records), shown or keys)


def emit_one(record: Record, style: str) -> None:
    """Print one record whole, as JSON or as lines of "name: value"."""
    if style == "json":
        click.echo(json.dumps({key: _plain(value) for key, value in record.items()}, ensure_ascii=False, indent=2))
        return
    for key, value in record.items():
        click.echo(f"{key.replace('_', ' ')}: {text_of(value)}")


def talk(sentence: str) -> None:
    """Say something on standard error."""
    click.echo(printable(sentence, lines=True), err=True)


def say(recorded: "Recorded") -> None:
    """Say on standard error what was recorded, and how to take it back."""
    if recorded.changed:
        talk(f"{recorded.name}: {recorded.summary}. Take it back with: transitions undo")
    else:
        talk(f"{recorded.summary}: nothing changed, it was recorded so already.")


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
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(keys)
    for record in records:
        writer.writerow([guard(text_of(record.get(key))) for key in keys])
    return buffer.getvalue()


def _table(records: Sequence[Record], keys: Sequence[str]) -> None:
    if not records:
        talk("Nothing to show: no record fits these filters.")
        return
    rows = [[key.replace("_", " ") for key in keys], *([_cut(text_of(r.get(key))) for key in keys] for r in records)]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(keys))]
    lines = [
        GAP.join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]
    lines.insert(1, GAP.join("-" * width for width in widths))
    click.echo("\n".join(line.rstrip() for line in lines))


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
