"""Which column of a file is which of our fields, as it is proposed to a person, and as the person has it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from transitions.errors import FieldProblems, NotAllowed
from transitions.fields import Field, Option
from transitions.importing.header_names import TableKind, header_set, key
from transitions.importing.headers import wanted_in
from transitions.importing.kept_columns import keep_columns, kept_columns
from transitions.importing.table_rows import Chosen
from transitions.importing.tabular import read_table
from transitions.pupils.pupil_fields import FILE_FIELDS
from transitions.pupils.schools import SCHOOL_FIELDS
from transitions.text import capital, listed
from transitions.workspace import Recorded, Workspace

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
        f"column {place}": f"column {fields.index(field) + 1} is read as this already"
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
