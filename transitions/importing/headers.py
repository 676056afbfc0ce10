"""Which column of somebody else's table is which of our fields: by its name, as somebody chose it, and as it was kept."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from db.milestones import definitions as store
from transitions.errors import BadInput, FieldProblems, NotAllowed, Problem
from transitions.fields import Field, Option
from transitions.importing.header_names import HeaderSet, TableKind, header_set, key, looks_like
from transitions.importing.matching import Ask
from transitions.importing.preview import LINE, PUPIL, WHY, ImportPreview, PreviewDraft, Progress, no_progress
from transitions.importing.table_rows import AS_IT_IS, Chosen, Packed, Refused, TableRow, TextTable
from transitions.importing.tabular import read_bytes, read_records, read_table
from transitions.pupils.pupil_fields import FILE_FIELDS
from transitions.pupils.schools import SCHOOL_FIELDS
from transitions.text import capital, how_many, listed, printable
from transitions.untrusted import MOST_BYTES, Unreadable, read_toml
from transitions.workspace import Recorded, Workspace

IGNORE = "ignore"
"""What a map gives instead of a field for a column that is not to be read."""

_MOST_NAMED = 8
_LONGEST_NAMED = 40
_SEPARATE = frozenset({"surname", "forename"})


class ColumnsMissing(BadInput):
    """The header has no column for something that is needed; ``like`` is another kind of table that it looks like.

    ``sheets`` are those of the workbook, if it is one.
    """

    like: TableKind | None = None
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeaderMap:
    """Where each field stands in the rows of one file; ``notes`` are sentences about what was passed over.

    In a ``table`` cells may hold what only means nothing. Those of a ``workbook`` have names of their own, such as C3; ``real_names`` says that "Null" in it is a name.
    ``yes_or_no`` has, by line, the columns whose cell is no text but TRUE or FALSE.
    """

    header: tuple[str, ...]
    columns: Mapping[str, int]
    notes: tuple[str, ...] = ()
    table: bool = False
    workbook: bool = False
    real_names: bool = False
    yes_or_no: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

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

    def of(self, fields: Sequence[str]) -> "HeaderMap":
        """As this is, of rows that hold these fields alone."""
        titles, columns = tuple(map(self.title, fields)), {name: place for place, name in enumerate(fields)}
        return replace(self, header=titles, columns=columns, workbook=False, yes_or_no={})


def match_headers(header: Sequence[str], wanted: HeaderSet, extra: Mapping[str, str], *, file: str) -> HeaderMap:
    """The column of each field of ``wanted`` that ``header`` holds.

    ``extra`` (from ``read_map``) gives fields for header names and goes before the shipped names: a column that it chooses
    for a field sets aside any other that would have meant the same. ``file`` is named in messages.

    Raises BadInput when two columns mean the same field, and ColumnsMissing when a required field has none.
    """
    chosen = {key(name): field for name, field in extra.items()}
    keys = [key(name) for name in header]
    settled = {chosen[key] for key in keys if key in chosen}
    known = {key: field for key, field in wanted.by_name().items() if field not in settled} | chosen
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(keys):
        if name in known and known[name] != IGNORE:
            columns.setdefault(known[name], []).append(column)
    beside = [] if not columns.keys() >= _SEPARATE else columns.pop("full_name", [])
    problems = _doubled(columns, header, file)
    missing = _missing(columns, wanted, file)
    if missing:
        raise ColumnsMissing([*problems, *missing])
    if problems:
        raise BadInput(problems)
    quiet = {key(name) for name in wanted.ignored} | {name for name, field in chosen.items() if field == IGNORE}
    unknown = [
        name or f"(column {column})"
        for column, (name, as_key) in enumerate(zip(header, keys, strict=True), 1)
        if as_key not in known and as_key not in quiet
    ]
    notes = [f"not read: {_some(list(dict.fromkeys(unknown)))}"] if unknown else []
    if beside:
        names = _quoted(header[column] for column in beside)
        notes.append(f"not read, because surname and forename have columns of their own: {names}")
    notes += [f'the map names "{name}", which is not in the header' for name in extra if key(name) not in keys]
    return HeaderMap(tuple(header), {field: places[0] for field, places in columns.items()}, tuple(notes))


def match_places(header: Sequence[str], wanted: HeaderSet, fields: Sequence[str], *, file: str) -> HeaderMap:
    """The columns as a person chose them in the app: a field, or nothing, for each column in its place.

    Raises BadInput as ``match_headers`` does.
    """
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(fields):
        if name in wanted.fields:
            columns.setdefault(name, []).append(column)
    problems, missing = _doubled(columns, header, file), _missing(columns, wanted, file)
    if problems or missing:
        raise ColumnsMissing([*problems, *missing]) if missing else BadInput(problems)
    left = [name or f"(column {place})" for place, name in enumerate(header, 1) if not fields[place - 1]]
    notes = ["the columns are read as you chose for files with this header"]
    notes += [f"not read: {_some(list(dict.fromkeys(left)))}"] if left else []
    return HeaderMap(tuple(header), {field: places[0] for field, places in columns.items()}, tuple(notes))


def wanted_in(kind: TableKind) -> HeaderSet:
    """What is understood of a kind of table; what a file of refused rows has before its own columns is passed over."""
    wanted = header_set(kind)
    own = (LINE, PUPIL, WHY) if kind == "pupils" else (LINE, WHY)
    return replace(wanted, ignored=(*wanted.ignored, *own))


def open_table(
    workspace: Workspace,
    path: Path,
    kind: TableKind,
    *,
    map_file: Path | None = None,
    chosen: Chosen = AS_IT_IS,
    given: tuple[str, bytes] | None = None,
) -> tuple[TextTable, HeaderMap]:
    """Read a table and find our fields in its header, with the names of ``map_file``, or as a person chose for this header.

    What is to be said of both is in the table's notes. Raises as ``read_table``, ``read_map`` and ``match_headers`` do.
    """
    wanted = wanted_in(kind)
    extra = read_map(map_file, wanted) if map_file else {}
    table = read_table(path, given, wanted=wanted.with_names(extra), chosen=chosen)
    fields = chosen.columns or (kept_columns(workspace, kind, table.header) if map_file is None else ())
    try:
        if len(fields) == len(table.header):
            headers = match_places(table.header, wanted, fields, file=table.name)
        else:
            headers = match_headers(table.header, wanted, extra, file=table.name)
    except ColumnsMissing as missing:
        raise _explained(missing, table, kind) from None
    table.notes.extend(headers.notes)
    workbook = bool(table.sheets) and not table.places
    return replace(table, rows=_once(table, headers)), replace(
        headers, table=True, workbook=workbook, real_names=chosen.real_names, yes_or_no=table.yes_or_no
    )


class OpenTable(NamedTuple):
    """A table that is being read: its rows, where our fields stand in them, and the preview in the making."""

    workspace: Workspace
    headers: "HeaderMap"
    rows: Packed[TableRow]
    draft: PreviewDraft
    ragged: Sequence[Refused]
    ask: Ask | None
    plan_from: date | None
    progress: Progress


def reads(kind: TableKind) -> Callable[[Callable[[OpenTable], bool | None]], Callable[..., ImportPreview]]:
    """What makes ``prepare`` of a kind of file: it reads the file and works out what importing it would do; nothing is written.

    ``map_file`` names columns as ``read_map`` reads it, ``chosen`` says how the file is to be read, ``ask`` decides which pupil may be
    meant; new pupils are planned from ``plan_from``, or 1 September of this academic year. Raises NoSuchFile, and BadInput listing every
    problem; with ``skip_bad``, or when what takes the rows says so, rows with problems are refused instead, and BadInput is raised only
    for what is wrong with the whole file.
    """

    def made(take: Callable[[OpenTable], bool | None]) -> Callable[..., ImportPreview]:
        def prepare(
            workspace: Workspace, path: Path, *, map_file: Path | None = None, chosen: Chosen = AS_IT_IS, ask: Ask | None = None,
            plan_from: date | None = None, skip_bad: bool = False, progress: Progress = no_progress,
        ) -> ImportPreview:  # fmt: skip
            table, headers = open_table(workspace, path, kind, map_file=map_file, chosen=chosen)
            draft, rows = PreviewDraft.of_table(kind, path, table), Packed(table.rows)
            refuse = take(OpenTable(workspace, headers, rows, draft, table.refused, ask, plan_from, progress))
            return draft.finish(workspace, rows=rows, ragged=table.refused, skip_bad=skip_bad or bool(refuse))

        return prepare

    return made


def _once(table: TextTable, headers: HeaderMap) -> Iterator[TableRow]:
    """The rows without those that say the same, in all that is read of them, as one before: a line for each parent."""
    columns, seen, again = tuple(headers.columns.values()), set[int](), list[str]()
    for row in table.rows:
        # Of a hundred thousand rows the numbers are kept and not the cells.
        said = hash(tuple(row.cells[column] for column in columns))
        if said in seen:
            again.append(table.places.get(row.line, str(row.line)))
        else:
            seen.add(said)
            yield row
    if again:
        lines = how_many(len(again), "line says", "lines say")
        some = ", ".join(again[:_MOST_NAMED]) + (" …" if len(again) > _MOST_NAMED else "")
        table.notes.append(
            f"{lines} the same as an earlier line, so {'is' if len(again) == 1 else 'are'} not imported twice: {some}"
        )


def _explained(missing: ColumnsMissing, table: TextTable, kind: TableKind) -> ColumnsMissing:
    found = [printable(name)[:_LONGEST_NAMED] for name in table.header if name]
    like = looks_like(table.header, but=kind)
    what = f"this is not a header of {kind}: it has {_some(found)}"
    if like is not None:
        of = "dates" if like == "calendar" else like
        what += f'. It looks like a file of {of}: import it with "transitions import {like}"'
    explained = ColumnsMissing([Problem(table.name, what, table.header_line), *missing.problems])
    explained.like, explained.sheets = like, table.sheets
    return explained


def _doubled(columns: Mapping[str, list[int]], header: Sequence[str], file: str) -> list[Problem]:
    return [
        Problem(file, _which_one([header[column] for column in places], field), field=field)
        for field, places in columns.items()
        if len(places) > 1
    ]


def _which_one(names: Sequence[str], field: str) -> str:
    if len({key(name) for name in names}) == 1:
        return f'{len(names)} columns are named "{names[0]}": rename or delete all but one'
    return (
        f"{_quoted(names)} would all be read as this: delete all but one, "
        f'or choose with --map FILE, a file with a line such as "{names[0]}" = "{field}"'
    )


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
    name, data = read_bytes(path, 2 * MOST_BYTES)
    try:
        pairs = read_toml(data)
    except Unreadable as error:
        what = f'cannot be understood ({error}); expected lines such as "Their header" = "date_of_birth"'
        raise BadInput([Problem(name, what)]) from None
    return name, [(None, header, field) for header, field in pairs.items()]


def _pairs_of_table(path: Path) -> tuple[str, list[Pair]]:
    name, records = read_records(path)[:2]
    pairs: list[Pair] = []
    problems = []
    for line, cells in records:
        filled = [cell.strip() for cell in cells]
        if len(filled) < 2 or any(filled[2:]):
            what = f"has {how_many(len(cells), 'cell')}; expected two, their header and our field"
            problems.append(Problem(name, what, line))
        elif pairs or key(filled[1]) not in {"ourfield", "field"}:
            pairs.append((line, filled[0], filled[1]))
    if problems:
        raise BadInput(problems)
    return name, pairs


def _checked(name: str, pairs: Sequence[Pair], wanted: HeaderSet) -> dict[str, str]:
    fields = {key(field): field for field in (*wanted.fields, IGNORE)}
    problems = [
        Problem(name, f'"{field}" is not one of our fields; they are {", ".join(fields.values())}', line, header)
        for line, header, field in pairs
        if not isinstance(field, str) or key(field) not in fields
    ]
    keys = [key(header) for _, header, _ in pairs]
    problems += [
        Problem(name, "is in the map twice: keep one line", line, header)
        for place, (line, header, _) in enumerate(pairs)
        if keys[place] in keys[:place]
    ]
    if problems:
        raise BadInput(problems)
    return {header: fields[key(str(field))] for _, header, field in pairs}


_TITLES = 4
"""How many of its columns a summary names."""


def kept_columns(workspace: Workspace, kind: TableKind, header: Sequence[str]) -> tuple[str, ...]:
    """A field, or nothing, for each column of this header; empty when nobody chose for it."""
    kept = store.setting(workspace.read(), _name(kind, header))
    return tuple(map(str, kept)) if isinstance(kept, list) and any(kept) else ()


def keep_columns(workspace: Workspace, kind: TableKind, header: Sequence[str], fields: Sequence[str]) -> Recorded:
    """Keep the choice for files with this header; without any field it is forgotten."""
    titles = [title for title in header if title]
    with workspace.change("Columns chosen", f"{kind} · {', '.join(titles[:_TITLES])}") as action:
        store.change_setting(action, _name(kind, header), json.dumps(list(fields)))
    return action.recorded


def _name(kind: TableKind, header: Sequence[str]) -> str:
    # A system's export keeps its header from file to file, while files and folders are renamed.
    told = hashlib.sha256("\0".join(map(key, header)).encode()).hexdigest()
    return f"columns {kind} {told[:32]}"


NOT_READ: Final = "(not read)"
_ROWS_LOOKED_AT: Final = 50


class FileColumn(NamedTuple):
    """A column of a file: its title, the first thing that stands in it, and the field it would be read as, or nothing."""

    title: str
    sample: str
    field: str


def columns_in(workspace: Workspace, path: Path, kind: TableKind, chosen: Chosen) -> list[FileColumn]:
    """The columns of a file, with the fields that were chosen for such a header, or that their names stand for.

    Raises as ``read_table`` does.
    """
    wanted = wanted_in(kind)
    table = read_table(path, wanted=wanted, chosen=chosen)
    samples = [""] * len(table.header)
    for _, row in zip(range(_ROWS_LOOKED_AT), table.rows, strict=False):
        samples = [sample or cell.strip() for sample, cell in zip(samples, row.cells, strict=True)]
    fields = list(kept_columns(workspace, kind, table.header))
    if len(fields) != len(table.header):
        known, fields = wanted.by_name(), []
        for title in table.header:
            field = known.get(key(title), "")
            fields.append("" if field in fields else field)
        if {"surname", "forename"} <= set(fields):
            fields = ["" if field == "full_name" else field for field in fields]
    return [FileColumn(*column) for column in zip(table.header, samples, fields, strict=True)]


def options_of(kind: TableKind) -> list[Option]:
    """The fields of a kind of table, each with its label, and first that a column is not read."""
    labels: Mapping[str, Field] = {"pupils": FILE_FIELDS, "schools": SCHOOL_FIELDS}.get(kind, {})
    options: list[Option] = [("", NOT_READ)]
    for name, titles in header_set(kind).fields.items():
        label = labels[name].label if name in labels else titles[0]
        taken = any(label == other for _, other in options)
        options.append((name, capital(name.replace("_", " ")) if taken else label))
    return options


def choose_columns(workspace: Workspace, kind: TableKind, header: Sequence[str], fields: Sequence[str]) -> Recorded:
    """Keep what a person chose, a field or nothing for each column.

    Raises FieldProblems ("column 3") for a field that is chosen twice, and NotAllowed when one that is needed has no column.
    """
    problems = {
        f"column {place}": f"column {fields.index(field) + 1} is already read as this"
        for place, field in enumerate(fields, 1)
        if field and fields.index(field) != place - 1
    }
    if problems:
        raise FieldProblems(problems)
    labels = dict(options_of(kind))
    for group in header_set(kind).required:
        if not any(field in fields for field in group):
            named = listed([labels[field] for field in group], "or")
            raise NotAllowed(f"{capital(named)} is needed: choose the column that holds it.")
    return keep_columns(workspace, kind, header, fields)
