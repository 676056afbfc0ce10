"""What an import would do, worked out before anything is written, and then done as one undoable action."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from db import importing as store
from db.driver import IntegrityError
from db.errors import ChangedSince
from db.gathering import Clash, NewRowNumber, Write, gathering, write_rows
from db.journal import Action, Table
from transitions.errors import BadInput, Problem
from transitions.exporting.outgoing import Outgoing, outgoing
from transitions.importing.table_rows import Packed, Refused, TableRow, TextTable
from transitions.text import printable
from transitions.workspace import Workspace

CLEAR = "(clear)"
"""What a cell holds to empty a field; an empty cell leaves it as it is."""

LINE, PUPIL, WHY = "Line in the file", "Pupil in the file", "Why it was refused"
"""The columns that a file of refused rows has before those of the file itself: one of the first two, and the third."""

_OF_EVERY_DAY: Final = frozenset([
    "note", "pupil_milestone", "plan", "plan_action", "plan_attendee", "plan_audit", "plan_copy", "plan_meeting", "plan_outcome",
    "handover", "handover_answer", "handover_event", "handover_message", "reminder", "pack", "survey_asked", "survey_response",
])  # fmt: skip
"""What no file is held against: a team that goes on working keeps nobody from importing."""

_LINES_NAMED = 5
_AT_ONCE: Final = 500
"""Records that are written together."""

Progress = Callable[[int, int], None]
"""Told how many rows are done and how many there are; what it raises stops the import with nothing written."""


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


class FieldDifference(NamedTuple):
    """One field that changes, in words."""

    title: str
    old: str
    new: str


class RecordEntry(NamedTuple):
    """One record of the file that is new, or changes something: where it stands, whose it is, and what it writes."""

    line: int | None
    label: str
    writes: tuple[Write, ...]
    differences: tuple[FieldDifference, ...] = ()


class RefusedRow(NamedTuple):
    """A row that is not taken, and every reason."""

    row: TableRow
    reasons: tuple[str, ...]


DIFFERS: Final = "differs"


class Discrepancy(NamedTuple):
    """One thing that a file says otherwise than the records; of a whole pupil ``field`` is empty. ``pupil_id`` is who it is here."""

    what: str
    line: int | None
    upn: str
    pupil: str
    field: str = ""
    here: str = ""
    there: str = ""
    pupil_id: int | None = None


class Taking(NamedTuple):
    """What is taken of a file besides what fills a gap in a record: what differs from a record, and pupils who are not here.

    What is left is kept in the draft, to be shown. Fields of ``always`` are taken in any case.
    """

    differences: bool = True
    new: bool = True
    always: frozenset[str] = frozenset()


TAKE_ALL: Final = Taking()
TAKE_GAPS: Final = Taking(differences=False, new=False)


class PupilQuestion(NamedTuple):
    """A row that several records answer to; ``candidates`` are their numbers and how to tell them apart.

    ``doubt`` says why one that has the row's number may be another child all the same.
    """

    line: int
    label: str
    candidates: tuple[tuple[int, str], ...]
    unit: str = "line"
    doubt: str = ""


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do. Nothing is written before ``commit``.

    ``made_first`` are rows that records refer to (workers by name); ``notes`` are sentences for the person to read before
    deciding; ``read_as`` says how the file was understood; ``unit`` is what its records stand on: "line", or "pupil" in
    a file that has none. ``sheets`` are those of a workbook, ``sample``
    is a line with accents of a file that is not plainly UTF-8; ``names_to_ask`` are lines with a name that may mean nothing.
    """

    kind: str
    file: str
    path: Path
    read_as: str
    header: tuple[str, ...]
    new: Sequence[RecordEntry]
    changed: Sequence[RecordEntry]
    unchanged: int
    refused: tuple[RefusedRow, ...]
    questions: tuple[PupilQuestion, ...]
    notes: tuple[str, ...]
    made_first: tuple[RecordEntry, ...]
    standing: int
    """The newest action of the journal when this was worked out."""
    unit: str = "line"
    sheets: tuple[str, ...] = ()
    sample: str = ""
    names_to_ask: tuple[tuple[int, str], ...] = ()
    compared: tuple[Discrepancy, ...] = ()

    @property
    def summary(self) -> str:
        parts = [(len(self.new), "new"), (len(self.changed), "changed"), (self.unchanged, "unchanged")]
        parts += [(len(self.refused), "refused")]
        counts = ", ".join(f"{number:,} {word}" for number, word in parts if number)
        name = self.file if str(self.path) == "-" else printable(self.path.name)
        return f"{name}: {counts or 'nothing'}"


class Imported(NamedTuple):
    """What an import did; ``refused_file`` holds the rows that were not taken, with the reasons."""

    new: int
    changed: int
    unchanged: int
    refused: int = 0
    refused_file: Path | None = None


@dataclass
class PreviewDraft:
    """A preview in the making: entries by line, what is wrong with which line, what is worth saying."""

    kind: str
    file: str
    path: Path
    read_as: str = ""
    header: tuple[str, ...] = ()
    new: Packed[RecordEntry] = field(default_factory=Packed)
    changed: Packed[RecordEntry] = field(default_factory=Packed)
    unchanged: Packed[int | None] = field(default_factory=Packed)
    """The lines of those that are here as they are."""
    made_first: dict[str, RecordEntry] = field(default_factory=dict)
    questions: list[PupilQuestion] = field(default_factory=list)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unit: str = "line"
    places: Mapping[int, str] = field(default_factory=dict)
    """How to find a record whose number alone is not enough."""
    sheets: tuple[str, ...] = ()
    sample: str = ""
    names_to_ask: list[tuple[int, str]] = field(default_factory=list)
    """Lines with a name that may mean nothing, such as "Null"."""
    matched: Packed[tuple[int, int | None]] = field(default_factory=Packed)
    """Lines, and the pupil whom each means, None for a new one."""
    differing: dict[int, tuple[FieldDifference, ...]] = field(default_factory=dict)
    """By line what differs from the record of its pupil, where not all of the file is taken."""
    compared: list[Discrepancy] = field(default_factory=list)
    _warnings: dict[tuple[str, str], Packed[int]] = field(default_factory=dict)

    @classmethod
    def of_table(cls, kind: str, path: Path, table: TextTable) -> "PreviewDraft":
        draft = cls(kind, table.name, path)
        draft.take_table(table)
        return draft

    def take_table(self, table: TextTable) -> None:
        self.read_as, self.header, self.sample = table.read_as, table.header, table.sample
        self.sheets, self.places = table.sheets, table.places
        # The same list: more is said in it while the rows are read.
        self.notes, table.notes[:0] = table.notes, self.notes

    def place(self, line: int) -> str:
        return self.places.get(line, f"{self.unit} {line}")

    def problem(self, line: int, title: str | None, what: str) -> None:
        place = self.places.get(line, "") if self.unit == "line" else self.place(line)
        self.problems.setdefault(line, []).append(Problem(self.file, what, line, title, place))

    def warn(self, line: int, title: str, what: str) -> None:
        """Say something about a line that is taken; the same sentence about many lines is said once."""
        self._warnings.setdefault((title, what), Packed()).append(line)

    def add(self, entry: RecordEntry, *, is_new: bool) -> None:
        if not entry.writes:
            self.unchanged.append(entry.line)
        elif is_new:
            self.new.append(entry)
        else:
            self.changed.append(entry)

    def taken(self, entries: Sequence[RecordEntry]) -> Iterator[RecordEntry]:
        """The records that nothing is wrong with: it may turn out long after one was added."""
        return (entry for entry in entries if entry.line not in self.problems)

    def take_row(
        self, line: int, label: str, table: Table, values: Mapping[str, Any], old: Mapping[str, Any] | None,
        change: Callable[[str, Any, Any], FieldDifference | None], shown: tuple[FieldDifference, ...] = (),
    ) -> None:  # fmt: skip
        """Add a row of ``table``: new, or what of the ``old`` one changes; ``change`` puts each in words, None for nothing.

        ``shown`` is what is said of a new one.
        """
        if old is None:
            self.add(RecordEntry(line, label, (Write(table, None, values),), shown), is_new=True)
            return
        changed = {name: value for name, value in values.items() if old[name] != value}
        writes = (Write(table, {"id": old["id"]}, changed),) if changed else ()
        changes = (change(name, old[name], value) for name, value in changed.items())
        self.add(RecordEntry(line, label, writes, tuple(one for one in changes if one)), is_new=False)

    def finish(
        self, workspace: Workspace, *, rows: Iterable[TableRow], ragged: Sequence[Refused], skip_bad: bool
    ) -> ImportPreview:
        """The preview. Raises BadInput with every problem, unless ``skip_bad``: then those rows are refused."""
        for refused in ragged:
            self.problems.setdefault(refused.row.line, []).append(refused.problem)
        if self.problems and not skip_bad:
            found = (problem for line in sorted(self.problems) for problem in self.problems[line])
            raise BadInput(gathered(found, self.unit))
        # One row after the other: all of them unpacked would take five times the memory of the file.
        every = chain(rows if self.problems else (), (refused.row for refused in ragged))
        by_line = {row.line: row for row in every if row.line in self.problems}
        refused_rows = tuple(
            RefusedRow(by_line[line], tuple(_reason(problem) for problem in self.problems[line]))
            for line in sorted(self.problems)
        )
        if self.problems:
            self.new, self.changed = Packed(self.taken(self.new)), Packed(self.taken(self.changed))
        made_first = self._still_needed()
        lines = [
            f"{entry.label} is not on the staff list yet and will be added as a caseworker in the transitions team"
            for entry in made_first
        ]
        lines += [
            f"{title}: {what} ({_lines(taken, self.unit)})"
            for (title, what), lines in self._warnings.items()
            if (taken := [line for line in lines if line not in self.problems])
        ]
        return ImportPreview(
            kind=self.kind,
            file=self.file,
            path=self.path,
            read_as=self.read_as,
            header=self.header,
            new=self.new or (),
            changed=self.changed or (),
            unchanged=sum(line not in self.problems for line in self.unchanged),
            refused=refused_rows,
            questions=tuple(self.questions),
            notes=(*self.notes, *lines),
            made_first=made_first,
            standing=store.last_change(workspace.read()),
            unit=self.unit,
            sheets=self.sheets,
            sample=self.sample,
            names_to_ask=tuple(self.names_to_ask),
            compared=tuple(self.compared),
        )

    def _still_needed(self) -> tuple[RecordEntry, ...]:
        if not self.problems:
            return tuple(self.made_first.values())
        needed = {
            value.name
            for entry in chain(self.new, self.changed)
            for write in entry.writes
            for value in (write.values or {}).values()
            if type(value) is NewRowNumber
        }
        return tuple(entry for name, entry in self.made_first.items() if name in needed)


def gathered(problems: Iterable[Problem], unit: str) -> list[Problem]:
    """The problems with each that comes word for word on many lines (or other units) said once, with the lines."""
    same: dict[tuple[str | None, str], list[Problem]] = {}
    for problem in problems:
        same.setdefault((problem.field, problem.what), []).append(problem)
    found = []
    for first, *others in same.values():
        if len(others) < 2:
            found += [first, *others]
            continue
        more = _lines([problem.line for problem in others if problem.line is not None], unit)
        found.append(replace(first, what=f"{first.what} (also on {more})"))
    return sorted(found, key=lambda problem: problem.line or 0)


def commit(workspace: Workspace, preview: ImportPreview, *, progress: Progress = no_progress) -> Imported:
    """Write what the preview says, as one action that can be undone; refused rows go to a file beside the input.

    When nothing is new or changed nothing is written, not even to the history. Raises ``ChangedSince`` when somebody has
    changed anything since the preview that a file may be held against, BadInput when two records of the file cannot stand together, and ``CannotWrite``
    when the file of refused rows cannot be written; then nothing is imported.
    """
    with workspace.read().keeping_few_pages(), outgoing(workspace) as files:
        # The lines in it are the only ones not imported: after a failure that would no longer be true.
        refused_file = _write_refused(preview, files)
        if preview.new or preview.changed:
            with workspace.change(f"Imported {preview.kind}", preview.summary, backup="before-import") as action:
                if store.tables_changed_since(action.connection, preview.standing, before=action.id) - _OF_EVERY_DAY:
                    raise ChangedSince(
                        "Not imported: something has changed since you looked at the file. Look at it again, then import."
                    )
                rows = len(preview.made_first) + len(preview.new) + len(preview.changed)
                # writing a row is half of it, planning whom it is about the other half
                action.planning = lambda done, pupils: progress((rows + done * rows // pupils) // 2, rows)
                _write(action, preview, lambda done: progress(done // 2, rows))
                files.record(action.connection, action.id)
        elif refused_file is not None:
            with workspace.database.write() as connection:
                files.record(connection, None)
    return Imported(len(preview.new), len(preview.changed), preview.unchanged, len(preview.refused), refused_file)


def _write(action: Action, preview: ImportPreview, progress: Callable[[int], None]) -> None:
    made: dict[NewRowNumber, int] = {}
    done = 0
    entries = chain(preview.made_first, preview.new, preview.changed)
    while some := list(islice(entries, _AT_ONCE)):
        coming = Counter(write.table for entry in some for write in entry.writes if write.key is None)
        try:
            if coming.total() == sum(len(entry.writes) for entry in some):
                with gathering(action, coming) as rows:
                    for entry in some:
                        write_rows(rows, entry.writes, made)
            else:
                _write_one_by_one(action, some, preview, made)
        except Clash:
            _write_one_by_one(action, some, preview, made)  # says which it is
            raise
        done += len(some)
        progress(done)


def _write_one_by_one(
    action: Action, entries: Sequence[RecordEntry], preview: ImportPreview, made: dict[NewRowNumber, int]
) -> None:
    for entry in entries:
        try:
            write_rows(action, entry.writes, made)
        except IntegrityError:
            what = "clashes with another record: one of its numbers already belongs to somebody else"
            raise BadInput([Problem(preview.file, what, entry.line, place=f"{preview.unit} {entry.line}")]) from None


def _write_refused(preview: ImportPreview, files: Outgoing) -> Path | None:
    if not preview.refused:
        return None
    from transitions.exporting.writer import TableColumn, write_file

    width = max([len(preview.header), *(len(refused.row.cells) for refused in preview.refused)])
    extra = [f"(extra {place})" for place in range(1, width - len(preview.header) + 1)]
    number = LINE if preview.unit == "line" else PUPIL
    columns = [
        TableColumn(number, "number"),
        TableColumn(WHY),
        *(TableColumn(name) for name in (*preview.header, *extra)),
    ]
    rows = (
        [refused.row.line, "; ".join(refused.reasons), *refused.row.cells, *[""] * (width - len(refused.row.cells))]
        for refused in preview.refused
    )
    target = next(path for path in _names_beside(preview.path) if not path.exists())
    files.write(target, lambda made: write_file(made, columns, rows))
    return target


def _names_beside(path: Path) -> Iterator[Path]:
    """Names for the refused rows: an earlier file is never overwritten, somebody may be putting it right."""
    source = Path("standard-input") if str(path) == "-" else path
    yield source.with_name(f"{source.name}.refused.csv")
    for number in range(2, 10_000):
        yield source.with_name(f"{source.name}.refused-{number}.csv")


def _reason(problem: Problem) -> str:
    said = f"{problem.field}: {problem.what}" if problem.field else problem.what
    return f"{problem.place}: {said}" if problem.place.startswith("sheet ") else said


def _lines(lines: Sequence[int], unit: str) -> str:
    lines = sorted(lines)
    if len(lines) == 1:
        return f"{unit} {lines[0]}"
    if len(lines) <= _LINES_NAMED:
        return f"{unit}s {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
    return f"{unit}s {', '.join(map(str, lines[:_LINES_NAMED]))} and {len(lines) - _LINES_NAMED:,} more"
