"""Printing records: a table for people, CSV and JSON with stable keys for scripts. stdout is data, stderr is talk."""

import csv
import io
import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from transitions.cli import streams
from transitions.text import printable

if TYPE_CHECKING:
    from transitions.workspace import Recorded, Workspace

_STEERS = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""What the JSON of the standard library writes as it is: C1 codes, marks of direction, other line ends and halves of letters."""
_KEPT_WHOLE = 24, 12
"""Words of so many columns are not cut where a table is to fit a terminal; in a narrow one only the shorter ones."""
Record = Mapping[str, object]
NOTHING: tuple[object, ...] = (None, "", False, [], 0)
"""What is left out where only what is known is printed."""
GAP = "  "
WIDEST = 44
"""Cells of a table are cut at this many columns, unless --wide is given; CSV and JSON never are."""


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


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal and nothing in a pipe; it is told how much is done, and of how much."""
    hidden = not streams.at_terminal(sys.stderr)
    with click.progressbar(length=1, label=safe(label), file=sys.stderr, hidden=hidden) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell


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
        talk(f"{recorded.summary}: nothing changed, because this was already recorded.")


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
        talk("Nothing to show: no record matches these filters." if _narrowed() else "Nothing to show.")
        return
    wide = click.get_current_context().obj.typed.get("wide")
    rows = [
        [key.removesuffix("_words").replace("_", " ").replace("ehc ", "EHC ") for key in keys],
        *([text_of(r.get(key)) if wide else _cut(text_of(r.get(key))) for key in keys] for r in records),
    ]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(keys))]
    if not wide and streams.at_terminal(sys.stdout):
        widths = _fitted(rows, widths, shutil.get_terminal_size().columns)
    lines = [line for row in rows for line in _laid(row, widths)]
    lines.insert(len(_laid(rows[0], widths)), GAP.join("-" * width for width in widths))
    click.echo("\n".join(lines))
    if len(widths) < len(keys):
        talk(f"No room for: {', '.join(rows[0][len(widths) :])}. --wide shows everything.")


def _laid(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row as lines: what is wider than its column goes on below, at a word. Columns without a width are left out."""
    cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=False)]
    lines = [
        GAP.join(part + " " * (width - _width(part)) for part, width in zip(parts, widths, strict=True))
        for parts in zip_longest(*cells, fillvalue="")
    ]
    return [line.rstrip() for line in lines]


def _fitted(rows: Sequence[Sequence[str]], widths: Sequence[int], room: int) -> list[int]:
    """Widths that fit into ``room``: the widest column gives way first, long words are cut next, and the last column goes."""
    words = [
        max((_width(word) for row in rows for word in row[place].split()), default=0) for place in range(len(widths))
    ]
    for shown in range(len(widths), 1, -1):
        for longest in _KEPT_WHOLE:
            fitted = list(widths[:shown])
            least = [min(length, longest) for length in words]
            while sum(fitted) + len(GAP) * (shown - 1) > room:
                width, place = max((width if width > least[place] else 0, place) for place, width in enumerate(fitted))
                if not width:
                    break
                fitted[place] -= 1
            else:
                return fitted
    return [min(widths[0], room)]


def _wrapped(text: str, width: int) -> list[str]:
    if _width(text) <= width:
        return [text]
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".lstrip()
        if _width(joined) <= width:
            lines[-1] = joined
            continue
        lines += [""] if lines[-1] else []
        for character in word:
            lines += [""] if lines[-1] and _width(lines[-1] + character) > width else []
            lines[-1] += character
    return lines


def _narrowed() -> bool:
    """Whether an option was given that leaves records out."""
    context = click.get_current_context()
    options = [one.name for one in context.command.params if isinstance(one, click.Option) and one.name]
    given = {name for name in options if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    return bool(given - {"db", "as_of", "style", "wide"})


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
