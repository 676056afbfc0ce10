"""What the database itself refuses, whoever writes to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from db import driver
from db.database import Database

WORKER = {"name": "K. Osei", "role": "SENCO"}
PUPIL = {
    "surname": "Khan",
    "forename": "Aisha",
    "date_of_birth": "2016-03-14",
    "cohort_year": 2020,
    "planned_from": "2026-09-01",
}
SCHOOL = {"name": "Layfield Primary"}
MILESTONE = {
    "code": "x.y",
    "transition": "6-7",
    "title": "Something",
    "short": "Some",
    "severity": "local",
    "position": 1,
    "definition": "{}",
    "origin": "shipped",
}
STEP = {"pupil_id": 1, "milestone_id": 1, "cycle": 2026}
PLAN = {"pupil_id": 1, "transition": "6-7", "version": 1, "status": "draft", "opened_on": "2026-10-01"}
ACTION = {"pupil_id": 1, "what": "Visit", "owner": "K. Osei", "status": "open"}
TERM = {"academic_year": 2026, "name": "T1", "first_day": "2026-09-01", "last_day": "2026-10-16"}
CLOSURE = {"day": "2026-10-01", "reason": "INSET"}
EPISODE = {"pupil_id": 1, "kind": "looked after", "started_on": "2026-01-05"}
NEED = {"pupil_id": 1, "rank": 1, "code": "ASD"}
CONTACT = {"pupil_id": 1, "name": "Grandma"}
NOTE = {"pupil_id": 1, "written_on": "2026-11-21", "text": "Hello"}
DESK = {"worker_id": 1, "name": "walk", "value": "{}"}
JOURNAL = {"at": "2026-11-21 09:00:00.000000", "kind": "change", "name": "x", "summary": "y"}
UPN = "A123456789012"


def insert(connection: driver.Connection, table: str, values: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in values)
    connection.execute(f'INSERT INTO "{table}" ({", ".join(values)}) VALUES ({marks})', tuple(values.values()))


@pytest.fixture
def connection(tmp_path) -> Iterator[driver.Connection]:
    database = Database(tmp_path / "pupils.db", create=True)
    with database.write() as writing:
        insert(writing, "worker", WORKER)
        insert(writing, "school", SCHOOL)
        insert(writing, "pupil", {**PUPIL, "upn": UPN, "uln": "1234567890"})
        insert(writing, "milestone", MILESTONE)
        yield writing
    database.close()


CHECKS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("school", SCHOOL, {"name": ""}),
    ("school", SCHOOL, {"urn": 99_999}),
    ("school", SCHOOL, {"urn": 1_000_000}),
    ("school", SCHOOL, {"low_age": 11, "high_age": 5}),
    ("worker", WORKER, {"name": ""}),
    ("worker", {**WORKER, "name": "B"}, {"role": "wizard"}),
    ("pupil", PUPIL, {"surname": "", "forename": ""}),
    ("pupil", PUPIL, {"upn": "A12345678901"}),
    ("pupil", PUPIL, {"uln": "123456789"}),
    ("pupil", PUPIL, {"sex": "x"}),
    ("pupil", PUPIL, {"cohort_year": 1949}),
    ("pupil", PUPIL, {"cohort_year": 2201}),
    ("pupil", PUPIL, {"attendance_percent": 100.1}),
    ("pupil", PUPIL, {"attendance_percent": -1}),
    ("pupil", PUPIL, {"suspensions": -1}),
    ("pupil", PUPIL, {"sen_provision": "S"}),
    ("pupil", PUPIL, {"tier": "special"}),
    ("need", NEED, {"rank": 0}),
    ("need", NEED, {"rank": 10}),
    ("social_care_episode", EPISODE, {"kind": "early help"}),
    ("social_care_episode", EPISODE, {"ended_on": "2026-01-04"}),
    ("contact", CONTACT, {"circle": "outside"}),
    ("milestone", {**MILESTONE, "code": "z"}, {"severity": "nice to have"}),
    ("pupil_milestone", STEP, {"outcome": "overdue"}),
    ("pupil_milestone", STEP, {"outcome": "met"}),
    ("pupil_milestone", STEP, {"outcome": "late"}),
    ("pupil_milestone", STEP, {"outcome": "missed", "missed_on": "2026-11-21"}),
    ("pupil_milestone", STEP, {"outcome": "missed", "reason": "moved"}),
    ("pupil_milestone", STEP, {"outcome": "waived"}),
    ("pupil_milestone", STEP, {"outcome": "not applicable"}),
    ("plan", PLAN, {"status": "signed"}),
    ("plan", PLAN, {"version": 0}),
    ("plan_action", ACTION, {"status": "late"}),
    ("plan_action", ACTION, {"what": ""}),
    ("note", NOTE, {"text": ""}),
    ("term", TERM, {"last_day": "2026-08-31"}),
    ("journal", JOURNAL, {"kind": "delete"}),
]


@pytest.mark.parametrize(("table", "good", "bad"), CHECKS, ids=lambda part: str(part) if isinstance(part, str) else "")
def test_a_check_refuses_the_bad_value_and_only_that(
    connection: driver.Connection, table: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    with pytest.raises(driver.IntegrityError, match="CHECK"):
        insert(connection, table, {**good, **bad})
    connection.execute("DELETE FROM desk")
    insert(connection, table, {**good, "name": "Somebody else"} if table == "worker" else good)


TWICE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("school", {**SCHOOL, "urn": 123456}, {"name": "Another"}),
    ("worker", {**WORKER, "name": "A. Lee"}, {"role": "other"}),
    ("need", NEED, {"code": "SLCN"}),
    ("need", NEED, {"rank": 2}),
    ("pupil_milestone", STEP, {"due_on": "2027-02-15"}),
    ("milestone", {**MILESTONE, "code": "z"}, {"title": "Another"}),
    ("plan", PLAN, {"status": "agreed"}),
    ("term", TERM, {"name": "Autumn"}),
    ("term", {**TERM, "la_number": 886}, {"name": "Autumn"}),
    ("term", {**TERM, "la_number": 886, "school_id": 1}, {"name": "Autumn"}),
    ("closure", CLOSURE, {"reason": "Snow"}),
    ("closure", {**CLOSURE, "school_id": 1}, {"reason": "Snow"}),
    ("setting", {"name": "me", "value": "1"}, {"value": "2"}),
    ("desk", DESK, {"value": "[]"}),
]


@pytest.mark.parametrize(("table", "row", "change"), TWICE, ids=lambda part: part if isinstance(part, str) else "")
def test_what_there_is_once_is_refused_twice(
    connection: driver.Connection, table: str, row: dict[str, Any], change: dict[str, Any]
) -> None:
    insert(connection, table, row)
    with pytest.raises(driver.IntegrityError, match="UNIQUE"):
        insert(connection, table, {**row, **change})


@pytest.mark.parametrize("column", ["upn", "uln"])
def test_two_pupils_never_share_a_number(connection: driver.Connection, column: str) -> None:
    value = connection.execute(f"SELECT {column} FROM pupil").fetchone()[0]
    with pytest.raises(driver.IntegrityError, match=f"UNIQUE constraint failed: pupil.{column}"):
        insert(connection, "pupil", {**PUPIL, column: value})
    insert(connection, "pupil", PUPIL)
    insert(connection, "pupil", PUPIL)  # and any number of pupils have none


REFERENCES: list[tuple[str, dict[str, Any], str]] = [
    ("worker", {**WORKER, "name": "B"}, "school_id"),
    ("pupil", PUPIL, "school_id"),
    ("pupil", PUPIL, "next_school_id"),
    ("pupil", PUPIL, "owner_id"),
    ("need", NEED, "pupil_id"),
    ("social_care_episode", EPISODE, "pupil_id"),
    ("contact", CONTACT, "pupil_id"),
    ("pupil_milestone", STEP, "pupil_id"),
    ("pupil_milestone", STEP, "milestone_id"),
    ("pupil_milestone", STEP, "recorded_by"),
    ("plan", PLAN, "pupil_id"),
    ("plan", PLAN, "named_worker_id"),
    ("plan_action", ACTION, "pupil_id"),
    ("plan_action", ACTION, "plan_id"),
    ("note", NOTE, "pupil_id"),
    ("note", NOTE, "worker_id"),
    ("term", TERM, "school_id"),
    ("closure", CLOSURE, "school_id"),
    ("desk", DESK, "worker_id"),
    ("journal", JOURNAL, "worker_id"),
    ("journal", JOURNAL, "undoes"),
]


@pytest.mark.parametrize(("table", "row", "column"), REFERENCES)
def test_a_reference_to_nothing_is_refused(
    connection: driver.Connection, table: str, row: dict[str, Any], column: str
) -> None:
    with pytest.raises(driver.IntegrityError, match="FOREIGN KEY"):
        insert(connection, table, {**row, column: 77})


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("need", NEED),
        ("social_care_episode", EPISODE),
        ("contact", CONTACT),
        ("pupil_milestone", STEP),
        ("plan", PLAN),
        ("plan_action", ACTION),
        ("note", NOTE),
    ],
)
def test_a_pupil_with_records_cannot_be_deleted(connection: driver.Connection, table: str, row: dict[str, Any]) -> None:
    insert(connection, table, row)
    with pytest.raises(driver.IntegrityError, match="FOREIGN KEY"):
        connection.execute("DELETE FROM pupil WHERE id = 1")


def test_every_reference_of_the_tables_is_tried_above(connection: driver.Connection) -> None:
    found = {
        (table, row[3])
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for row in connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
    }
    assert found - {("journal_change", "action_id")} == {(table, column) for table, _, column in REFERENCES}


def test_a_number_once_given_is_never_given_again(connection: driver.Connection) -> None:
    insert(connection, "note", NOTE)
    first = connection.execute("SELECT max(id) FROM note").fetchone()[0]
    connection.execute("DELETE FROM note")
    insert(connection, "note", NOTE)
    assert connection.execute("SELECT max(id) FROM note").fetchone()[0] == first + 1


def test_a_new_pupil_stands_last_in_the_order_by_need(connection: driver.Connection) -> None:
    assert connection.execute("SELECT next_late_after, missed_open FROM pupil").fetchone() == ("9999-12-31", 0)


def test_a_default_of_the_records_is_a_default_of_the_file(connection: driver.Connection) -> None:
    """Rows are written as plain SQL, which knows nothing of the defaults of Python classes."""
    from sqlmodel import SQLModel

    from db import tables

    models = [one for one in vars(tables).values() if isinstance(one, type) and issubclass(one, SQLModel)]
    for model in (one for one in models if one is not SQLModel):
        table = model.__tablename__
        in_file = {row[1]: row[4] for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall()}
        for name, field in model.model_fields.items():
            if not field.is_required() and field.default is not None:
                assert in_file[name] is not None, f"{table}.{name}"
