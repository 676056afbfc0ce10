"""What a column of a school's format can hold, and which of it the name of a column means.

Names are compared as imports compare them; of a name that is none of ours the likest is proposed, for a person to look at.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final, Literal, NamedTuple

from transitions.errors import BadInput, Problem
from transitions.handovers.form import transitions
from transitions.handovers.own_questions import form_for
from transitions.importing.headers import header_set
from transitions.importing.tabular import read_records
from transitions.questionnaire import Kind, Question
from transitions.text import clean, searchable
from transitions.workspace import Workspace

__all__ = ["LONGEST_HEADER", "MOST_COLUMNS", "CellKind", "Field", "ProposedColumn", "fields", "read_columns"]

CellKind = Literal["text", "date", "number"]
MOST_COLUMNS: Final = 200
LONGEST_HEADER: Final = 200
_ALIKE: Final = 0.8
"""From which likeness on, 0 to 1, a field is proposed for a header that is none of its names."""
_KINDS: Final[Mapping[Kind, CellKind]] = {"day": "date", "number": "number", "percent": "number", "score": "number"}


class Field(NamedTuple):
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


_OF_PUPIL: Final = (
    Field("upn", "UPN"),
    Field("former_upn", "Former UPN"),
    Field("uln", "ULN"),
    Field("surname", "Surname"),
    Field("forename", "Forename"),
    Field("preferred_name", "Preferred name"),
    Field("full_name", "Surname, Forename"),
    Field("date_of_birth", "Date of birth", "date"),
    Field("sex", "Sex"),
    Field("year_group", "Year group"),
    Field("primary_need", "Primary need"),
    Field("secondary_need", "Secondary need"),
    Field("need_3", "Third need"),
    Field("school_name", "Present school"),
    Field("school_urn", "Present school URN"),
    Field("school_laestab", "Present school DfE number"),
    Field("next_school_name", "Next school"),
    Field("next_school_urn", "Next school URN"),
    Field("next_school_laestab", "Next school DfE number"),
    Field("tier", "Tier"),
    Field("child_protection_file", "Child protection file", sensitive=True),
    Field("child_protection_sent_on", "Child protection file sent on", "date", sensitive=True),
    Field("keep_with", "Keep with", sensitive=True),
    Field("keep_apart", "Keep apart from", sensitive=True),
)


def fields(workspace: Workspace) -> dict[str, Field]:
    """Give every field that a column can hold, by its code: who the pupil is, then every question of every form."""
    found = {field.code: field for field in _OF_PUPIL}
    for question in _questions(workspace).values():
        found[question.code] = Field(
            question.code, question.label, _KINDS.get(question.kind, "text"), question.sensitive
        )
    return found


def read_columns(workspace: Workspace, path: Path) -> list[ProposedColumn]:
    """Read the header line of a school's own table, empty or not, and propose a field of ours for each column.

    Raises NoSuchFile, and BadInput when it is no table or has no header.
    """
    name, records, _ = read_records(path)
    first = next(records, None)
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
    """Give by field every name that it goes by: our own, and those that imports understand."""
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
    """Give how alike two names are, whatever the order of their words, 0 to 1."""
    words, others = (sorted(searchable(name.replace("_", " ")).split()) for name in (one, other))
    if len(words) > 1 and set(words) <= set(others):
        return 0.9
    return SequenceMatcher(None, " ".join(words), " ".join(others)).ratio()


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
