"""Ten schools' ten formats from one record: which columns a school asks for, and the table in just that shape.

The columns are read from the header line of the school's own empty table, each with the field of ours that its name is most
like; a person looks them over once, and they are kept with the school. What is sensitive stays empty unless all is asked for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

from db.handovers import handovers as store
from db.pupils import pupils as pupil_store
from transitions.errors import BadInput, FieldProblems, NoSuchRecord, Problem
from transitions.exporting.outgoing import ExportNote
from transitions.exporting.target import where_and_why
from transitions.exporting.writer import TableColumn, write_table
from transitions.fields import IS_NEEDED
from transitions.handovers import page as pages
from transitions.handovers.form import form_for, transitions
from transitions.handovers.pack_content import Party
from transitions.handovers.packs import party
from transitions.handovers.page import HandoverPage
from transitions.handovers.parcels import going_to, name_of
from transitions.importing.header_names import header_set
from transitions.importing.tabular import read_records
from transitions.milestones.destinations import Move
from transitions.pupils.markers import left_out, told_left_out
from transitions.pupils.pupil_fields import FIELDS
from transitions.questionnaire import CellKind, Question
from transitions.school_year import academic_year, year_group_short
from transitions.text import clean, how_many, printable, searchable
from transitions.workspace import Recorded, Workspace

MOST_COLUMNS: Final = 200
LONGEST_HEADER: Final = 200
_ALIKE: Final = 0.8
"""From which likeness on, 0 to 1, a field is proposed for a header that is none of its names."""


class ColumnField(NamedTuple):
    """One thing that a column can hold, what it is called, and what its cells are."""

    code: str
    label: str
    kind: CellKind = "text"
    sensitive: bool = False


class ProposedColumn(NamedTuple):
    """A header of the school's table with the field that is proposed for it; not ``sure`` is one to look at."""

    header: str
    field: str
    sure: bool


def _of_pupil(*names: str) -> Iterator[ColumnField]:
    return (ColumnField(name, FIELDS[name].label) for name in names)


_OF_PUPIL: Final = (
    *_of_pupil("upn", "former_upn", "uln", "surname", "forename", "preferred_name"),
    ColumnField("full_name", "Surname, Forename"),
    ColumnField("date_of_birth", "Date of birth", "date"),
    *_of_pupil("sex", "year_group", "primary_need", "secondary_need", "need_3"),
    ColumnField("school_name", "Present school"),
    ColumnField("school_urn", "Present school URN"),
    ColumnField("school_laestab", "Present school DfE number"),
    ColumnField("next_school_name", "Next school"),
    ColumnField("next_school_urn", "Next school URN"),
    ColumnField("next_school_laestab", "Next school DfE number"),
    ColumnField("tier", "Tier"),
    ColumnField("child_protection_file", "Child protection file", sensitive=True),
    ColumnField("child_protection_sent_on", "Child protection file sent on", "date", sensitive=True),
    ColumnField("keep_with", "Keep with", sensitive=True),
    ColumnField("keep_apart", "Keep apart from", sensitive=True),
)


def fields(workspace: Workspace) -> dict[str, ColumnField]:
    found = {field.code: field for field in _OF_PUPIL}
    for question in _questions(workspace).values():
        found[question.code] = ColumnField(question.code, question.label, question.cell_kind, question.sensitive)
    return found


def read_columns(workspace: Workspace, path: Path) -> list[ProposedColumn]:
    """Read the header line of a school's own table, empty or not, and propose a field of ours for each column.

    Raises NoSuchFile, and BadInput when it is no table or has no header.
    """
    records = read_records(path)
    name, first = records.name, next(records.rows, None)
    header = [clean(cell)[:LONGEST_HEADER] for cell in first.cells] if first is not None else []
    while header and not header[-1]:
        header.pop()
    if not any(header):
        what = "has no header: expected a table whose first line has the names of the school's columns"
        raise BadInput([Problem(name, what)])
    if len(header) > MOST_COLUMNS:
        raise BadInput([Problem(name, f"has {len(header)} columns, more than {MOST_COLUMNS}")])
    names = _names(workspace)
    return [_proposed(one, names) for one in header]


def _questions(workspace: Workspace) -> dict[str, Question]:
    return {question.code: question for code in transitions() for question in form_for(workspace, code).questions}


def _names(workspace: Workspace) -> dict[str, list[str]]:
    questions, imported = _questions(workspace), header_set("pupils").fields

    def source(code: str) -> str:
        return questions[code].from_record.removeprefix("pupil.") if code in questions else code

    return {code: [code, field.label, *imported.get(source(code), ())] for code, field in fields(workspace).items()}


def _proposed(header: str, names: Mapping[str, Sequence[str]]) -> ProposedColumn:
    if not header:
        return ProposedColumn("", "", True)
    wanted = _key(header)
    for code, known in names.items():
        if any(_key(name) == wanted for name in known):
            return ProposedColumn(header, code, True)
    code, likeness = max(
        ((code, max(_likeness(header, name) for name in known)) for code, known in names.items()),
        key=lambda one: one[1],
    )
    return ProposedColumn(header, code if likeness >= _ALIKE else "", False)


def _likeness(one: str, other: str) -> float:
    """How alike two names are, whatever the order of their words, 0 to 1."""
    words, others = (sorted(searchable(name.replace("_", " ")).split()) for name in (one, other))
    if len(words) > 1 and set(words) <= set(others):
        return 0.9
    return SequenceMatcher(None, " ".join(words), " ".join(others)).ratio()


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


_NEEDS: Final = ("primary_need", "secondary_need", "need_3")
_COLUMNS_OF_PUPIL: Final = (
    "upn", "former_upn", "uln", "surname", "forename", "preferred_name", "date_of_birth", "sex", "tier",
)  # fmt: skip


class FormatColumn(NamedTuple):
    """A column as the school wants it: its header, and our field; "" leaves it empty."""

    header: str
    field: str


class Format(NamedTuple):
    """The columns in which a school asks for its handovers."""

    id: int
    school_id: int
    name: str
    columns: tuple[FormatColumn, ...]


class ExportedFormat(NamedTuple):
    """Where the table is (None for standard output), how many pupils it has, and what is worth saying about it."""

    path: Path | None
    rows: int
    notes: tuple[str, ...]


def save_format(workspace: Workspace, school_id: int, name: str, columns: Sequence[FormatColumn]) -> Recorded:
    """Keep the columns that a school asks for, under a name; those kept under the same name before give way.

    Raises FieldProblems ("name", "columns", or "column 3") for what cannot be kept, and NoSuchRecord.
    """
    title, kept = clean(name)[:LONGEST_HEADER], [FormatColumn(clean(one.header), one.field) for one in columns]
    known, problems = fields(workspace), {}
    if not title:
        problems["name"] = IS_NEEDED
    if not 0 < len(kept) <= MOST_COLUMNS:
        problems["columns"] = f"There are {len(kept)}: expected 1 to {MOST_COLUMNS}."
    for number, one in enumerate(kept, 1):
        if len(one.header) > LONGEST_HEADER:
            problems[f"column {number}"] = f"Its header is longer than {LONGEST_HEADER} characters."
        elif one.field and one.field not in known:
            problems[f"column {number}"] = f"“{printable(one.field)}” is not one of our fields."
    if problems:
        raise FieldProblems(problems)
    school = _school(workspace, school_id)
    text = json.dumps(kept, ensure_ascii=False)
    with workspace.change("Format of a school saved", f"{school.name} · {title}") as action:
        existing = next((one for one in store.formats(action.connection, school_id) if one.name == title), None)
        there = existing.id if existing else None
        action.save("school_format", there, {"columns": text}, school_id=school_id, name=title)
    return action.recorded


def formats_of(workspace: Workspace, school_id: int) -> list[Format]:
    return [
        Format(row.id, row.school_id, row.name, tuple(FormatColumn(*one) for one in json.loads(row.columns)))
        for row in store.formats(workspace.read(), school_id)
    ]


def take_out_format(workspace: Workspace, school_id: int, name: str) -> Recorded:
    found = _format(workspace, school_id, name)
    named = "Format of a school taken out", f"{_school(workspace, school_id).name} · {found.name}"
    with workspace.change(*named) as action:
        action.delete("school_format", {"id": found.id})
    return Recorded(*named, 1)


def export_format(
    workspace: Workspace,
    school_id: int,
    name: str,
    move: Move,
    target: Path | None,
    *,
    full: bool = False,
    exact: bool = False,
    purpose: str = "",
    overwrite: bool = False,
) -> ExportedFormat:
    """Write the pupils who go to a school in the columns it asks for, and nothing else; None is CSV on standard output.

    Everybody whose handover was started is in it, the highest tier first. Columns of what is sensitive are empty unless
    ``full``. The journal notes it; nothing is marked as sent. Raises NoSuchRecord and CannotWrite.
    """
    form, school = _format(workspace, school_id, name), _school(workspace, school_id)
    known = fields(workspace)
    going = going_to(workspace, move, school_id)
    found, waiting = going.rows, going.not_started
    columns = [TableColumn(one.header, known[one.field].kind if one.field in known else "text") for one in form.columns]
    values = _PupilValues(workspace, school_id)
    loaded = (pages.load(workspace, row.handover_id) for row in found if row.handover_id is not None)
    cells = (_cells(page, values, form, known, full=full) for page in loaded)
    parts = [f"to {school.name} as “{form.name}”", how_many(len(found), "pupil")]
    held_back = left_out(len(going.held_back))
    parts += where_and_why(target, *filter(None, ["in full" if full else "", held_back]), purpose=purpose)
    note = ExportNote("Exported handovers", parts)
    written = write_table(workspace, target, columns, cells, note=lambda _: note, overwrite=overwrite, exact=exact)
    said = [told_left_out(held_back)] if held_back else []
    return ExportedFormat(written.path, written.rows, (*_worth_saying(form, known, waiting, full=full), *said))


def _cells(
    page: HandoverPage, values: "_PupilValues", form: Format, known: Mapping[str, ColumnField], *, full: bool
) -> list[object]:
    made = values.of(page)

    def cell(code: str) -> object:
        field = known.get(code)
        if not code or ((field is None or field.sensitive) and not full):
            return None
        if code in made:
            return made[code]
        value = page.values.get(code)
        return int(value) if value and field and field.kind == "number" and value.isdecimal() else value

    return [cell(one.field) for one in form.columns]


class _PupilValues:
    def __init__(self, workspace: Workspace, school_id: int) -> None:
        self._school_id = school_id
        self._goes = party(workspace, school_id)
        self._party = cache(lambda number: party(workspace, number))

    def of(self, page: HandoverPage) -> dict[str, object]:
        pupil, leaves = page.pupil, page.row.from_school_id or page.pupil.school_id
        sent = next((one for one in page.child_protection if one.to_school_id == self._school_id), None)
        needs = (page.values.get("needs") or "").split(", ")
        return {
            **{name: getattr(pupil, name) for name in _COLUMNS_OF_PUPIL},
            **dict(zip_longest(_NEEDS, needs[: len(_NEEDS)])),
            **_of_school("school", None if leaves is None else self._party(leaves)),
            **_of_school("next_school", self._goes),
            "full_name": ", ".join(filter(None, (pupil.surname, pupil.forename))),
            "year_group": year_group_short(academic_year(page.today) - pupil.cohort_year),
            "child_protection_file": bool(pupil.child_protection_file),
            "child_protection_sent_on": sent.sent_on if sent else None,
            "keep_with": self._friends(page, "keep with"),
            "keep_apart": self._friends(page, "keep apart"),
        }

    def _friends(self, page: HandoverPage, kind: str) -> str:
        """Name the others of a kind who go to the same school; of those who go elsewhere it learns nothing."""
        return "; ".join(
            name_of(one) for one in page.friends if one.kind == kind and one.next_school_id == self._school_id
        )


def _of_school(name: str, found: Party | None) -> dict[str, object]:
    return {
        f"{name}_name": found and found.name,
        f"{name}_urn": found and found.urn,
        f"{name}_laestab": found and found.dfe_number,
    }


def _worth_saying(form: Format, known: Mapping[str, ColumnField], waiting: int, *, full: bool) -> Iterator[str]:
    sensitive = [
        one.header for one in form.columns if one.field and (one.field not in known or known[one.field].sensitive)
    ]
    if sensitive and not full:
        yield f"Left empty without --full: {', '.join(sensitive)}"
    without = [one.header for one in form.columns if not one.field]
    if without:
        yield f"Left empty, because we have no such field: {', '.join(without)}"
    if waiting:
        who = "1 pupil is" if waiting == 1 else f"{waiting} pupils are"
        yield f"{who} not in it, because the handover has not been started"


def _format(workspace: Workspace, school_id: int, name: str) -> Format:
    found = next((one for one in formats_of(workspace, school_id) if one.name == clean(name)), None)
    if found is None:
        raise NoSuchRecord(f"{_school(workspace, school_id).name} has no format “{clean(name)}”. Save it first.")
    return found


def _school(workspace: Workspace, school_id: int) -> Party:
    if pupil_store.school_name(workspace.read(), school_id) is None:
        raise NoSuchRecord(f"There is no school with the number {school_id}.")
    return party(workspace, school_id)
