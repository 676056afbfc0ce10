"""Which column of somebody else's table is which of our fields."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from transitions.errors import BadInput, Problem
from transitions.fields import Context, Field, Reading
from transitions.importing.preview import LINE, PUPIL, WHY, PreviewDraft
from transitions.importing.tabular import TableRow, read_bytes, read_records

TableKind = Literal["pupils", "schools", "terms", "calendar"]
IGNORE = "ignore"
"""What a map gives instead of a field for a column that is not to be read."""

_MOST_NAMED = 8


@dataclass(frozen=True)
class HeaderSet:
    """The fields of one kind of table, and the header names by which each is known.

    Of every group in ``required`` a file must hold at least one field; ``ignored`` are known and of no use here.
    """

    fields: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...] = ()
    ignored: tuple[str, ...] = ()

    def by_name(self) -> dict[str, str]:
        """The field for every header name, compared as ``_key`` compares; a field's own name is one of them."""
        return {_key(name): field for field, names in self.fields.items() for name in (*names, field)}


@dataclass(frozen=True)
class HeaderMap:
    """Where each field stands in the rows of one file; ``notes`` are sentences about what was passed over."""

    header: tuple[str, ...]
    columns: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def __contains__(self, field: str) -> bool:
        return field in self.columns

    def cell(self, cells: Sequence[str], field: str) -> str | None:
        """The cell of ``field``; None when the file has no such column, which is not the same as an empty cell."""
        column = self.columns.get(field)
        return None if column is None else cells[column]

    def title(self, field: str) -> str:
        """The file's own name for the column of ``field``, for messages; our name when the file has none."""
        column = self.columns.get(field)
        return field if column is None else self.header[column]


@cache
def header_set(kind: TableKind) -> HeaderSet:
    shipped = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))[kind]
    return HeaderSet(
        MappingProxyType({field: tuple(names) for field, names in shipped["fields"].items()}),
        tuple(tuple(group) for group in shipped["required"]),
        tuple(shipped["ignored"]),
    )


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def match_headers(header: Sequence[str], wanted: HeaderSet, extra: Mapping[str, str], *, file: str) -> HeaderMap:
    """The column of each field of ``wanted`` that ``header`` holds.

    ``extra`` (from ``read_map``) gives fields for header names and goes before the shipped names: a column that it chooses
    for a field sets aside any other that would have meant the same. ``file`` is named in messages.

    Raises BadInput when two columns mean the same field or a required field has none.
    """
    chosen = {_key(name): field for name, field in extra.items()}
    keys = [_key(name) for name in header]
    settled = {chosen[key] for key in keys if key in chosen}
    known = {key: field for key, field in wanted.by_name().items() if field not in settled} | chosen
    columns: dict[str, list[int]] = {}
    for column, key in enumerate(keys):
        if key in known and known[key] != IGNORE:
            columns.setdefault(known[key], []).append(column)
    problems = [*_doubled(columns, header, file), *_missing(columns, wanted, file)]
    if problems:
        raise BadInput(problems)
    quiet = {_key(name) for name in wanted.ignored} | {key for key, field in chosen.items() if field == IGNORE}
    unknown = [
        name or f"(column {column})"
        for column, (name, key) in enumerate(zip(header, keys, strict=True), 1)
        if key not in known and key not in quiet
    ]
    notes = [f"not read: {_some(unknown)}"] if unknown else []
    notes += [f'the map names "{name}", which is not in the header' for name in extra if _key(name) not in keys]
    return HeaderMap(tuple(header), {field: places[0] for field, places in columns.items()}, tuple(notes))


def headers_of(header: Sequence[str], kind: TableKind, map_file: Path | None, *, file: str) -> HeaderMap:
    """Match the header of a file that is imported, with the names that a person gives in ``map_file``.

    What a file of refused rows has before the columns of its own is known and passed over. Raises as ``read_map`` and
    ``match_headers`` do.
    """
    wanted = header_set(kind)
    own = (LINE, PUPIL, WHY) if kind == "pupils" else (LINE, WHY)
    wanted = replace(wanted, ignored=(*wanted.ignored, *own))
    return match_headers(header, wanted, read_map(map_file, wanted) if map_file else {}, file=file)


class CellReader:
    """Reads the cells of a row by field; what is wrong with one goes into the draft."""

    def __init__(self, headers: HeaderMap, draft: PreviewDraft) -> None:
        self._headers = headers
        self._draft = draft

    def text(self, row: TableRow, field: str) -> str:
        return (self._headers.cell(row.cells, field) or "").strip()

    def read(self, row: TableRow, field: str, reader: Callable[[str], Any]) -> Any:
        """What ``reader`` makes of a cell; None for an empty one, and for one that it refuses by ValueError."""
        text = self.text(row, field)
        try:
            return reader(text) if text else None
        except ValueError as error:
            self.refuse(row, field, str(error))
            return None

    def refuse(self, row: TableRow, field: str, what: str) -> None:
        self._draft.problem(row.line, self._headers.title(field), what)

    def problems(self, row: TableRow) -> int:
        return len(self._draft.problems.get(row.line, ()))


class FieldReader:
    """Reads the cells of a record's fields; what comes again and again is read once, save in the fields of ``own``."""

    def __init__(
        self,
        headers: HeaderMap,
        draft: PreviewDraft,
        fields: Mapping[str, Field],
        context: Context,
        own: Collection[str] = (),
    ) -> None:
        self._headers, self._draft, self._fields, self._context, self._own = headers, draft, fields, context, own
        self._columns = [(name, column) for name, column in headers.columns.items() if name in fields]
        self._seen: dict[tuple[str, str], Reading | str] = {}

    def filled(self, row: TableRow) -> Iterator[tuple[str, str]]:
        for name, column in self._columns:
            text = row.cells[column].strip()
            if text:
                yield name, text

    def reading(self, name: str, text: str) -> Reading | str:
        """What a cell means, or the sentence that says why it means nothing; the draft is not told."""
        found = self._seen.get((name, text))
        if found is None:
            try:
                found = self._fields[name].reading(text, self._context)
            except ValueError as error:
                found = str(error)
            if name not in self._own:
                self._seen[name, text] = found
        return found

    def read(self, line: int, name: str, text: str) -> Reading | None:
        """What a cell means; None for one that is refused. The problem or the warning goes into the draft."""
        found = self.reading(name, text)
        if isinstance(found, str):
            self._draft.problem(line, self._headers.title(name), found)
            return None
        if found.warning:
            self._draft.warn(line, self._headers.title(name), found.warning)
        return found


def _doubled(columns: Mapping[str, list[int]], header: Sequence[str], file: str) -> list[Problem]:
    return [
        Problem(
            file,
            f"{_quoted(header[column] for column in places)} would all be read as this: delete all but one, "
            f'or choose with --map FILE, a file with a line such as "{header[places[0]]}" = "{field}"',
            field=field,
        )
        for field, places in columns.items()
        if len(places) > 1
    ]


def _missing(columns: Mapping[str, list[int]], wanted: HeaderSet, file: str) -> list[Problem]:
    return [
        Problem(
            file,
            f"there is no such column. Names understood: {_quoted(n for field in group for n in wanted.fields[field])}; "
            f'or name yours with --map FILE, a file with a line such as "Their header" = "{group[0]}"',
            field=group[0],
        )
        for group in wanted.required
        if not any(field in columns for field in group)
    ]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _some(names: Sequence[str]) -> str:
    shown = _quoted(names[:_MOST_NAMED])
    return f"{shown} and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else shown


def read_map(path: Path, wanted: HeaderSet) -> dict[str, str]:
    """The field, or "ignore", for each header name that the file at ``path`` settles.

    The file is TOML with lines ``"Their header" = "our field"``, or else a table of two columns, their header and our
    field. Raises NoSuchFile when it cannot be read and BadInput for anything that is not a field of ``wanted``.
    """
    return _checked(*(_pairs_of_toml(path) if path.suffix.lower() == ".toml" else _pairs_of_table(path)), wanted)


Pair = tuple[int | None, str, object]
"""The line where it is known, their header, our field."""


def _pairs_of_toml(path: Path) -> tuple[str, list[Pair]]:
    name, data = read_bytes(path)
    try:
        pairs = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = f'cannot be understood ({error}); expected lines such as "Their header" = "date_of_birth"'
        raise BadInput([Problem(name, what)]) from None
    return name, [(None, header, field) for header, field in pairs.items()]


def _pairs_of_table(path: Path) -> tuple[str, list[Pair]]:
    name, records, _ = read_records(path)
    pairs: list[Pair] = []
    problems = []
    for line, cells in records:
        filled = [cell.strip() for cell in cells]
        if len(filled) < 2 or any(filled[2:]):
            what = f"has {len(cells)} cells; expected two, their header and our field"
            problems.append(Problem(name, what, line))
        elif pairs or _key(filled[1]) not in {"ourfield", "field"}:
            pairs.append((line, filled[0], filled[1]))
    if problems:
        raise BadInput(problems)
    return name, pairs


def _checked(name: str, pairs: Sequence[Pair], wanted: HeaderSet) -> dict[str, str]:
    fields = {_key(field): field for field in (*wanted.fields, IGNORE)}
    problems = [
        Problem(name, f'"{field}" is not one of our fields; they are {", ".join(fields.values())}', line, header)
        for line, header, field in pairs
        if not isinstance(field, str) or _key(field) not in fields
    ]
    keys = [_key(header) for _, header, _ in pairs]
    problems += [
        Problem(name, "is in the map twice: keep one line", line, header)
        for place, (line, header, _) in enumerate(pairs)
        if keys[place] in keys[:place]
    ]
    if problems:
        raise BadInput(problems)
    return {header: fields[_key(str(field))] for _, header, field in pairs}
