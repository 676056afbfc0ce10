"""Printing records: a table for people, CSV and JSON with stable keys for scripts. stdout is data, stderr is talk."""

import csv
import gc
import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain, count, islice, zip_longest
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from transitions.cli import streams
from transitions.text import printable

if TYPE_CHECKING:
    from transitions.workspace import Recorded, Workspace

_STEERS = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""What the JSON of the standard library writes as it is: C1 codes, marks of direction, other line ends and halves of letters."""
_NARROW = re.compile(r"[\x00-\u02ff\u2010-\u2027]*")
"""Letters that take one column each: those of most European languages, with dashes, quotation marks and the ellipsis."""
AT_ONCE = 1_000
"""Records of which a table takes the widths of its columns, and lines that are printed together."""
_ONE_LINE = frozenset({str, int, float, bool, type(None), date, datetime})
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


def emit(records: Iterable[object], keys: Sequence[str], style: str, *, shown: Sequence[str] | None = None) -> int:
    """Print records, or rows that have fields of these names, with these keys; a table shows only ``shown`` of them.

    They are printed as they come, so that a county passes through in little memory. Gives how many there were.
    """
    number = count()
    found = (one if isinstance(one, Mapping) else record(one, keys) for one, _ in zip(records, number, strict=False))
    if style == "json":
        lines = _json_lines(found, keys)
    elif style == "csv":
        lines = _csv_lines(found, keys)
    else:
        lines = _table_lines(found, shown or keys)
    while some := list(islice(lines, AT_ONCE)):
        click.echo("".join(some), nl=False)
    return next(number)


def safe(text: str) -> str:
    """``text`` without anything that steers a terminal, and with "?" for the bytes of a path that are no text here."""
    return text if text.isprintable() else printable(text.encode("utf-8", "replace").decode("utf-8"), lines=True)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal and nothing in a pipe; it is told how much is done, and of how much."""
    hidden = not streams.at_terminal(sys.stderr)
    gc.set_threshold(50_000, 5, 10)  # of what passes through in bulk next to nothing goes round in circles
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
    click.echo(_json(value))


def _json(value: object) -> str:
    return _unsteering(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _unsteering(text: str) -> str:
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def emit_one(record: Record, style: str) -> None:
    """Print one record whole, as JSON or as lines of "name: value"."""
    if style == "json":
        print_json(record)
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
    if isinstance(value, str):
        return value if value.isprintable() else printable(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | frozenset):
        return ", ".join(text_of(item) for item in value)
    return printable(str(value))


def _json_lines(records: Iterable[Record], keys: Sequence[str]) -> Iterator[str]:
    begin = "["
    in_lines = json.JSONEncoder(ensure_ascii=False, separators=(",\n    ", ": "), default=_plain)
    for one in records:
        values = {key: one.get(key) for key in keys}
        if _ONE_LINE.issuperset(map(type, values.values())):  # the quick encoder can't indent, and need not here
            text = f"{{\n    {_unsteering(in_lines.encode(values)[1:-1])}\n  }}"
        else:
            text = _json(values).replace("\n", "\n  ")
        yield f"{begin}\n  {text}"
        begin = ","
    yield "[]\n" if begin == "[" else "\n]\n"


def _csv_lines(records: Iterable[Record], keys: Sequence[str]) -> Iterator[str]:
    from transitions.exporting.writer import guard

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in chain([keys], ([guard(text_of(one.get(key))) for key in keys] for one in records)):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _table_lines(records: Iterable[Record], keys: Sequence[str]) -> Iterator[str]:
    """A table with columns as wide as the first records ask. Outside a terminal a wider cell widens its column from there on."""
    wide = click.get_current_context().obj.typed.get("wide")
    rows = (_cells(one, keys, wide=wide) for one in records)
    first = list(islice(rows, AT_ONCE))
    if not first:
        talk("Nothing to show: no record matches these filters." if _narrowed() else "Nothing to show.")
        return
    heading = [key.removesuffix("_words").replace("_", " ").replace("ehc ", "EHC ") for key in keys]
    widths = [max(map(_width, cells)) for cells in zip(heading, *first, strict=True)]
    fits = not wide and streams.at_terminal(sys.stdout)
    if fits:
        import shutil

        widths = _fitted([heading, *first], widths, shutil.get_terminal_size().columns)
    yield _laid(heading, widths)
    yield GAP.join("-" * width for width in widths) + "\n"
    template, room = _template(widths)
    for row in chain(first, rows):
        line = template % tuple(row[: len(widths)])
        if len(line) == room and _NARROW.fullmatch(line):
            yield line.rstrip() + "\n"
            continue
        if not fits:
            widths = [max(width, _width(cell)) for width, cell in zip(widths, row, strict=True)]
            template, room = _template(widths)
        yield _laid(row, widths)
    if len(widths) < len(keys):
        talk(f"No room for: {', '.join(heading[len(widths) :])}. --wide shows everything.")


def _cells(one: Record, keys: Sequence[str], *, wide: bool) -> list[str]:
    cells = [text_of(one.get(key)) for key in keys]
    return cells if wide else list(map(_cut, cells))


def _template(widths: Sequence[int]) -> tuple[str, int]:
    """What makes a line of cells that fit, and how long it then is."""
    return GAP.join(f"%-{width}s" for width in widths), sum(widths) + len(GAP) * (len(widths) - 1)


def _laid(row: Sequence[str], widths: Sequence[int]) -> str:
    """A row as lines: what is wider than its column goes on below, at a word. Columns without a width are left out."""
    cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=False)]
    lines = [
        GAP.join(part + " " * (width - _width(part)) for part, width in zip(parts, widths, strict=True))
        for parts in zip_longest(*cells, fillvalue="")
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


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
    if len(text) * 2 <= WIDEST or _width(text) <= WIDEST:
        return text
    kept = text[: WIDEST // 2 - 1]
    for character in text[len(kept) :]:
        if _width(kept + character) >= WIDEST:
            break
        kept += character
    return kept + "…"


def _width(text: str) -> int:
    if _NARROW.fullmatch(text):
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else list(value)  # type: ignore[call-overload] # else a set
