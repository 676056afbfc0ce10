"""Where SQL stands, and how: in ``db`` alone, with named parameters, and in words that PostgreSQL takes too."""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from sqlalchemy import Boolean, Date
from sqlmodel import SQLModel

import db
from db import journal, rows
from db.migrations import schema
from db.rows import columns, decoder, item_decoder

ROOT = Path(db.__file__).parent.parent
STATEMENT = re.compile(
    r"\b(SELECT\b.*\bFROM\b|SELECT count|INSERT INTO|UPDATE \S+ SET|DELETE FROM|PRAGMA|JOIN \w+ \w+ ON|ORDER BY|WHERE \w+)",
    re.DOTALL,
)
ONLY_SQLITE = re.compile(
    r"PRAGMA|GLOB|group_concat|lastrowid|BEGIN IMMEDIATE|CROSS JOIN|sqlite_|\btemp\.|\bIS (NOT )?:|LIMIT -1|sum\([^)]*[=<>]|\?\d|\+\w\.\w|instr\("
)
assert schema.statements()  # fills the metadata


def texts(path: Path) -> Iterator[str]:
    """The texts of a module that are no docstrings; of one with values in it the parts together."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            said.update(map(id, parts))
            yield "\x00".join(str(part.value) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def modules(*layers: str) -> list[Path]:
    return [path for layer in layers for path in sorted((ROOT / layer).rglob("*.py"))]


def test_sql_stands_only_in_db() -> None:
    for path in modules("transitions", "screens"):
        assert not re.search(r"\.(execute|executemany)\(", path.read_text(encoding="utf-8")), path
        assert [text for text in texts(path) if STATEMENT.search(text)] == [], path
    assert sum(bool(STATEMENT.search(text)) for path in modules("db") for text in texts(path)) > 200


def test_statements_name_their_parameters() -> None:
    for path in modules("db"):
        assert [text for text in texts(path) if STATEMENT.search(text) and "?" in text] == [], path


def test_what_only_sqlite_understands_stands_in_one_module() -> None:
    for path in modules("db"):
        if path.name not in {"driver.py", "damage.py", "readable.py"} and path.parent.name != "schema":
            assert [text for text in texts(path) if ONLY_SQLITE.search(text)] == [], path
    assert any(ONLY_SQLITE.search(text) for text in texts(ROOT / "db" / "driver.py"))


def test_the_journal_writes_every_table_but_itself_the_desk_files_on_their_way_and_what_is_frozen() -> None:
    assert set(get_args(journal.Table)) == SQLModel.metadata.tables.keys() - {
        "journal", "journal_change", "journal_key", "journal_seal", "journal_erased", "record_view", "desk", "unfinished_file",
        "snapshot", "snapshot_step", "pupil_count", "place_count",
    }  # fmt: skip


def row_classes() -> list[type[Any]]:
    found = {}
    for path in modules("db"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if "migrations" not in module:
            for value in vars(__import__(module, fromlist=["x"])).values():
                if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields"):
                    found[f"{value.__module__}.{value.__qualname__}"] = value
    return [found[name] for name in sorted(found)]


def kinds_of_columns(kind: type[Any]) -> set[str]:
    """The names that only columns of one kind have."""
    named: dict[str, set[bool]] = {}
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            named.setdefault(column.name, set()).add(isinstance(column.type, kind))
    return {name for name, kinds in named.items() if kinds == {True}}


@pytest.mark.parametrize("row_class", row_classes(), ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_a_row_says_of_a_day_and_of_yes_or_no_what_the_table_says(row_class: type[Any]) -> None:
    if row_class.__name__ == "FirstWeeksRow":  # printed as 0 or 1
        return
    for kind, column in ((date, Date), (bool, Boolean)):
        for field in kinds_of_columns(column) & set(row_class._fields):
            annotation = row_class.__annotations__[field]
            assert kind in (annotation, *get_args(annotation)), field


class Sample(NamedTuple):
    number: int
    on: date | None
    at: datetime | None
    sure: bool | None
    answers: Any
    spans: tuple[tuple[str, date, date | None], ...] = ()


def test_a_row_is_decoded_by_what_its_class_says() -> None:
    decode = decoder(Sample)
    assert decode((1, None, None, None, None, ())) == (1, None, None, None, None, ())
    row = decode((1, "2026-11-21", "2026-11-21 09:00:00.000001", 0, "x", ()))
    assert (row.on, row.sure, row.answers) == (date(2026, 11, 21), False, "x")
    assert row.at is not None
    assert row.at.isoformat() == "2026-11-21T09:00:00.000001+00:00"
    assert item_decoder(Sample, "spans")(("a", "2026-01-01", None)) == ("a", date(2026, 1, 1), None)


def test_the_columns_of_a_row_are_its_fields() -> None:
    assert columns(Sample, "s", {"at": "j.at", "other": "x"}, on="s.day") == (
        's.number, s.day AS "on", j.at AS "at", s.sure, s.answers, s.spans'
    )
    with pytest.raises(ValueError, match="Sample has no wrong"):
        columns(Sample, "s", wrong="x")


def test_marks_stand_for_numbered_parameters() -> None:
    parameters: dict[str, Any] = {}
    assert rows.marks(parameters, "pupil", [7, 9]) == ":pupil0, :pupil1"
    assert parameters == {"pupil0": 7, "pupil1": 9}
    assert rows.marks(parameters, "pupil", range(3, 203)) == ", ".join(map(str, range(3, 203)))
    assert rows.marks(parameters, "uid", ["'"] * 101).startswith(":uid0, :uid1")


ORDERED = re.compile(r"ORDER BY ((?:[^()\x00]|\([^()]*\))*)")
READ = re.compile(r"\b(?:FROM|JOIN) \"?([a-z_]+)\"?(?: (?!ON|WHERE|LEFT|JOIN|ORDER|GROUP)(?:AS )?([a-z]+)\b)?")
BY_A_COLUMN = re.compile(r"\s*(?:([a-z]+)\.)?([a-z_]+)(?: DESC| ASC)?\s*$")
AT_THE_END = re.compile(r"\b(?:LIMIT|GROUP|WHERE|FROM|UNION)\b|\)|;")
IS_NEVER_EMPTY = r"\b{0} (?:IS NOT NULL|IS NULL,|BETWEEN|[<>]=? :)"
ONE_OF_ITS_SCHOOL = "s.la_number"
"""Empty for all rows of a school, or for none: what stands before it in the order tells them apart."""


def test_where_nothing_stands_in_an_order_is_said() -> None:
    """SQLite puts what is empty first, PostgreSQL last."""
    tables = {one.name: one.columns for one in schema.tables()}
    may_be_empty = {(name, column.name) for name, columns_ in tables.items() for column in columns_ if column.nullable}
    looked_at = 0
    for path in modules("db"):
        read_here = [found for text in texts(path) for found in READ.findall(text) if found[0] in tables]
        for text in texts(path):
            read = [found for found in READ.findall(text) if found[0] in tables]
            for found in ORDERED.finditer(text):
                for term in re.split(r",\s*(?![^()]*\))", AT_THE_END.split(found[1])[0]):
                    by = BY_A_COLUMN.match(term)
                    if by is None or re.search(IS_NEVER_EMPTY.format(by[2]), text):
                        continue
                    of = [table for table, alias in read if by[1] in (alias, table, None)]
                    if not of and f") {by[1]} " not in text:
                        of = [table for table, alias in read_here if by[1] == alias and by[2] in tables[table]]
                    looked_at += bool(of)
                    is_said = not of or not all((table, by[2]) in may_be_empty for table in of)
                    assert is_said or term.strip() == ONE_OF_ITS_SCHOOL, (path, term, of)
    assert looked_at > 100
