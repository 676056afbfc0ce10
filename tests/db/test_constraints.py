"""What the database itself refuses, whoever writes to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import handover_rows
import impact_rows
import pytest
from handover_rows import ANSWER, EVENT, FRIENDSHIP, HANDOVER, MESSAGE, PACK

from db import driver
from db.database import Database
from db.vocabulary import ACTION_CONTENT, OUTCOME_CONTENT, PLAN_CONTENT

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
OUTCOME = {"pupil_id": 1, "plan_id": 1, "area": "community", "outcome": "Goes to the club with a friend"}
MEETING = {"pupil_id": 1, "plan_id": 1, "kind": "review", "held_on": "2026-11-20"}
ATTENDEE = {"pupil_id": 1, "meeting_id": 1, "name": "Aisha Khan", "part": "pupil", "attendance": "came"}
COPY = {"pupil_id": 1, "plan_id": 1, "holder": "the family", "given_on": "2026-11-20"}
AUDIT = {
    "pupil_id": 1,
    "plan_id": 1,
    "auditor_id": 1,
    "audited_on": "2026-11-20",
    "checklist": "2026.1",
    "judgements": "{}",
}
ASKED = {"pupil_id": 1, "plan_id": 1, "moment": "before", "respondent": "pupil", "asked_on": "2026-11-20"}
RESPONSE = {
    "transition": "6-7",
    "moment": "after",
    "respondent": "parent or carer",
    "answered_on": "2026-11-01",
    "survey": "2026.1",
    "answers": "{}",
}
TERM = {"academic_year": 2026, "name": "T1", "first_day": "2026-09-01", "last_day": "2026-10-16"}
CLOSURE = {"day": "2026-10-01", "reason": "INSET"}
EPISODE = {"pupil_id": 1, "kind": "looked after", "started_on": "2026-01-05"}
PHASE_TRANSFER = {
    "pupil_id": 1, "transition": "6-7", "move_year": 2026, "outcome": "named", "final_on": "2027-02-10",
}  # fmt: skip
EHC_PLAN = {"pupil_id": 1, "ehc_started_on": "2026-01-05", "ehc_ended_on": "2026-02-02"}
NEED = {"pupil_id": 1, "rank": 1, "code": "ASD"}
DESTINATION = {
    "pupil_id": 1, "transition": "6-7", "move_year": 2026, "school_id": 1, "recorded_on": "2027-03-01", "stage": "offered",
}  # fmt: skip
CONTACT = {"pupil_id": 1, "name": "Grandma"}
NOTE = {"pupil_id": 1, "written_on": "2026-11-21", "text": "Hello"}
REMINDER = {"pupil_id": 1, "remind_on": "2026-12-01"}
RETENTION = {
    "pupil_id": 1,
    "kept_until": "2030-01-01",
    "reason": "An inquiry",
    "decided_on": "2026-11-21",
    "worker_id": 1,
}
DESK = {"worker_id": 1, "name": "walk", "value": "{}"}
JOURNAL = {"at": "2026-11-21 09:00:00.000000", "kind": "change", "name": "x", "summary": "y"}
UPN = "A123456789012"
WORKSHOP = {"kind": "training", "title": "Thrive", "series": "Thrive", "on_day": "2026-11-20"}
LINK = {"workshop_id": 1, "title": "Toolkit", "address": "https://example.org/kit"}
GROUP = {"kind": "district", "name": "South"}
IN_GROUP = {"group_id": 1, "school_id": 1, "from_year": 2026}
INVITATION = {"workshop_id": 1, "name": "B. Lee"}
FEEDBACK = {"workshop_id": 1, "theme": "clarity", "said_by": "school", "rating": 4, "given_on": "2026-11-20"}
AGREED_THERE = {"workshop_id": 1, "what": "Share the map"}
PROGRESS = {"action_id": 1, "grade": 2, "graded_on": "2026-11-20"}
MODULE = {"programme": "Thrive", "name": "Module 1"}
YEAR_DATE = {"kind": "trip", "title": "Year 6 camp", "first_day": "2026-11-20", "last_day": "2026-11-20"}
ASK = {"code": "census.autumn", "definition": "{}"}


def insert(connection: driver.Connection, table: str, values: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in values)
    connection.execute(f'INSERT INTO "{table}" ({", ".join(values)}) VALUES ({marks})', tuple(values.values()))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with one row of each kind that others point to, made once."""
    path = tmp_path_factory.mktemp("written") / "pupils.db"
    database = Database(path, create=True)
    with database.write() as writing:
        insert(writing, "worker", WORKER)
        insert(writing, "school", SCHOOL)
        insert(writing, "school_group", {**GROUP, "name": "North"})
        insert(writing, "pupil", {**PUPIL, "upn": UPN, "uln": "1234567890"})
        insert(writing, "milestone", MILESTONE)
        insert(writing, "plan", {**PLAN, "transition": "18"})
        insert(writing, "plan_meeting", MEETING)
        insert(writing, "workshop", WORKSHOP)
        insert(writing, "workshop_action", AGREED_THERE)
        insert(writing, "pupil", {**PUPIL, "forename": "Ben"})
        insert(writing, "handover", {**HANDOVER, "uid": "first", "transition": "EY-R"})
    database.close()
    return path.read_bytes()


@pytest.fixture
def connection(tmp_path: Path, written: bytes) -> Iterator[driver.Connection]:
    (tmp_path / "pupils.db").write_bytes(written)
    database = Database(tmp_path / "pupils.db")
    with database.write() as writing:
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
    ("destination", DESTINATION, {"stage": "hoped for"}),
    ("ehc_plan", EHC_PLAN, {"ehc_decision": "perhaps"}),
    ("phase_transfer", PHASE_TRANSFER, {"outcome": "perhaps"}),
    ("phase_transfer", PHASE_TRANSFER, {"final_on": None}),
    ("ehc_plan", EHC_PLAN, {"ehc_ended_on": "2026-01-04"}),
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
    ("plan", PLAN, {"destination_stage": "hoped for"}),
    ("plan", PLAN, {"status": "agreed"}),
    ("plan", PLAN, {"status": "active"}),
    ("plan", PLAN, {"status": "reviewed"}),
    ("plan_outcome", OUTCOME, {"area": "employment"}),
    ("plan_outcome", OUTCOME, {"progress": "half way"}),
    ("plan_outcome", OUTCOME, {"outcome": ""}),
    ("plan_action", ACTION, {"status": "late"}),
    ("plan_action", ACTION, {"what": ""}),
    ("plan_meeting", MEETING, {"kind": "chat"}),
    ("plan_meeting", MEETING, {"result": "cease"}),
    ("plan_attendee", ATTENDEE, {"part": "police"}),
    ("plan_attendee", ATTENDEE, {"attendance": "late"}),
    ("plan_attendee", ATTENDEE, {"name": ""}),
    ("plan_copy", COPY, {"holder": ""}),
    ("plan_audit", AUDIT, {"score": 101}),
    ("plan_audit", AUDIT, {"score": -1}),
    ("survey_asked", ASKED, {"moment": "during"}),
    ("survey_asked", ASKED, {"respondent": "teacher"}),
    ("survey_response", RESPONSE, {"moment": "during"}),
    ("survey_response", RESPONSE, {"respondent": "teacher"}),
    ("survey_response", RESPONSE, {"worry": 11}),
    ("survey_response", RESPONSE, {"worry": -1}),
    ("survey_response", RESPONSE, {"overall": 0}),
    ("survey_response", RESPONSE, {"overall": 6}),
    ("survey_response", RESPONSE, {"plan_id": 1}),
    ("survey_response", RESPONSE, {"answered_on": "2026-11-20"}),
    ("note", NOTE, {"text": ""}),
    ("term", TERM, {"last_day": "2026-08-31"}),
    ("journal", JOURNAL, {"kind": "delete"}),
    ("workshop", WORKSHOP, {"kind": "party"}),
    ("workshop", WORKSHOP, {"status": "postponed"}),
    ("workshop", WORKSHOP, {"title": ""}),
    ("workshop", WORKSHOP, {"last_day": "2026-11-19"}),
    ("workshop", WORKSHOP, {"ends": "11:30"}),
    ("link", LINK, {"plan_id": 1}),
    ("link", LINK, {"workshop_id": None}),
    ("link", LINK, {"address": "javascript:alert(1)"}),
    ("school_group", GROUP, {"name": ""}),
    ("school_group", GROUP, {"kind": ""}),
    ("school_group_member", IN_GROUP, {"until_year": 2025}),
    ("workshop_invitation", INVITATION, {"attendance": "late"}),
    ("workshop_invitation", INVITATION, {"name": None}),
    ("workshop_invitation", INVITATION, {"people": -1}),
    *(("workshop_invitation", INVITATION, {moment: wrong}) for moment in ("before", "after") for wrong in (0, 6)),
    ("workshop_feedback", FEEDBACK, {"said_by": "press"}),
    ("workshop_feedback", FEEDBACK, {"rating": 0}),
    ("workshop_feedback", FEEDBACK, {"rating": 6}),
    ("workshop_feedback", FEEDBACK, {"rating": None}),
    ("workshop_action", AGREED_THERE, {"what": ""}),
    *(("workshop_action", AGREED_THERE, {"grade": wrong, "graded_on": "2026-11-20"}) for wrong in (0, 5)),
    ("workshop_action", AGREED_THERE, {"grade": 2}),
    ("workshop_action", AGREED_THERE, {"dropped_on": "2026-11-20"}),
    ("workshop_progress", PROGRESS, {"grade": 0}),
    ("workshop_progress", PROGRESS, {"grade": 5}),
    ("year_date", YEAR_DATE, {"kind": "holiday"}),
    ("year_date", YEAR_DATE, {"for_schools": "some"}),
    ("year_date", YEAR_DATE, {"title": ""}),
    ("year_date", YEAR_DATE, {"last_day": "2026-11-19"}),
    *handover_rows.CHECKS,
    *impact_rows.CHECKS,
]


@pytest.mark.parametrize(("table", "good", "bad"), CHECKS, ids=lambda part: str(part) if isinstance(part, str) else "")
def test_a_check_refuses_the_bad_value_and_only_that(
    connection: driver.Connection, table: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    with pytest.raises(driver.IntegrityError, match=r"(?i)check"):
        insert(connection, table, {**good, **bad})
    connection.execute("DELETE FROM desk")
    insert(connection, table, {**good, "name": "Somebody else"} if table == "worker" else good)


TWICE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("school_group", GROUP, {}),
    ("school_group_member", IN_GROUP, {"until_year": 2026}),
    ("school", {**SCHOOL, "urn": 123456}, {"name": "Another"}),
    ("worker", {**WORKER, "name": "A. Lee"}, {"role": "other"}),
    ("need", NEED, {"code": "SLCN"}),
    ("need", NEED, {"rank": 2}),
    ("pupil_milestone", STEP, {"due_on": "2027-02-15"}),
    ("milestone", {**MILESTONE, "code": "z"}, {"title": "Another"}),
    ("plan", PLAN, {"status": "closed"}),
    ("survey_asked", ASKED, {"asked_on": "2026-11-21"}),
    ("term", TERM, {"name": "Autumn"}),
    ("term", {**TERM, "la_number": 886}, {"name": "Autumn"}),
    ("term", {**TERM, "la_number": 886, "school_id": 1}, {"name": "Autumn"}),
    ("closure", CLOSURE, {"reason": "Snow"}),
    ("closure", {**CLOSURE, "school_id": 1}, {"reason": "Snow"}),
    ("setting", {"name": "me", "value": "1"}, {"value": "2"}),
    ("desk", DESK, {"value": "[]"}),
    *(
        ("workshop_invitation", {"workshop_id": 1, **whom}, {"attendance": "came"})
        for whom in (
            {"school_id": 1},
            {"agency": "Early Help"},
            {"name": "B. Lee"},
            {"school_id": 1, "name": "B. Lee"},
            {"agency": "Early Help", "name": "B. Lee"},
        )
    ),
    ("training_module", MODULE, {"position": 2}),
    ("ask", ASK, {"definition": "{ }"}),
    *handover_rows.TWICE,
    *impact_rows.TWICE,
]


@pytest.mark.parametrize(("table", "row", "change"), TWICE, ids=lambda part: part if isinstance(part, str) else "")
def test_what_there_is_once_is_refused_twice(
    connection: driver.Connection, table: str, row: dict[str, Any], change: dict[str, Any]
) -> None:
    insert(connection, table, row)
    with pytest.raises(driver.IntegrityError, match=r"(?i)unique"):
        insert(connection, table, {**row, **change})


@pytest.mark.parametrize("column", ["upn", "uln"])
def test_two_pupils_never_share_a_number(connection: driver.Connection, column: str) -> None:
    value = connection.execute(f"SELECT {column} FROM pupil WHERE id = 1").fetchone()[0]
    with pytest.raises(driver.IntegrityError, match=f"(?i)unique constraint.*pupil.*{column}"):
        insert(connection, "pupil", {**PUPIL, column: value})
    insert(connection, "pupil", PUPIL)
    insert(connection, "pupil", PUPIL)  # and any number of pupils have none


ERASED = {"action_id": 1, "position": 0, "digest": "0" * 64, "erased_by": 1}

REFERENCES: list[tuple[str, dict[str, Any], str]] = [
    ("worker", {**WORKER, "name": "B"}, "school_id"),
    ("pupil", PUPIL, "school_id"),
    ("pupil", PUPIL, "next_school_id"),
    ("pupil", PUPIL, "owner_id"),
    ("need", NEED, "pupil_id"),
    ("social_care_episode", EPISODE, "pupil_id"),
    ("destination", DESTINATION, "pupil_id"),
    ("destination", DESTINATION, "from_school_id"),
    ("destination", DESTINATION, "school_id"),
    ("ehc_plan", EHC_PLAN, "pupil_id"),
    ("phase_transfer", PHASE_TRANSFER, "pupil_id"),
    ("contact", CONTACT, "pupil_id"),
    ("pupil_milestone", STEP, "pupil_id"),
    ("pupil_milestone", STEP, "milestone_id"),
    ("pupil_milestone", STEP, "recorded_by"),
    ("plan", PLAN, "pupil_id"),
    ("plan", PLAN, "author_id"),
    ("plan", PLAN, "named_worker_id"),
    ("plan", PLAN, "destination_school_id"),
    ("plan_outcome", OUTCOME, "pupil_id"),
    ("plan_outcome", OUTCOME, "plan_id"),
    ("plan_action", ACTION, "pupil_id"),
    ("plan_action", ACTION, "plan_id"),
    ("plan_action", ACTION, "outcome_id"),
    ("plan_action", ACTION, "audit_id"),
    ("plan_action", ACTION, "carried_from_id"),
    ("plan_meeting", MEETING, "pupil_id"),
    ("plan_meeting", MEETING, "plan_id"),
    ("plan_attendee", ATTENDEE, "pupil_id"),
    ("plan_attendee", ATTENDEE, "meeting_id"),
    ("plan_copy", COPY, "pupil_id"),
    ("plan_copy", COPY, "plan_id"),
    ("plan_audit", AUDIT, "pupil_id"),
    ("plan_audit", AUDIT, "plan_id"),
    ("plan_audit", AUDIT, "auditor_id"),
    ("survey_asked", ASKED, "pupil_id"),
    ("survey_asked", ASKED, "plan_id"),
    ("survey_response", RESPONSE, "pupil_id"),
    ("survey_response", {**RESPONSE, "pupil_id": 1}, "plan_id"),
    ("note", NOTE, "pupil_id"),
    ("note", NOTE, "worker_id"),
    ("term", TERM, "school_id"),
    ("closure", CLOSURE, "school_id"),
    ("desk", DESK, "worker_id"),
    ("reminder", REMINDER, "pupil_id"),
    ("retention_review", RETENTION, "pupil_id"),
    ("retention_review", RETENTION, "worker_id"),
    ("journal", JOURNAL, "worker_id"),
    ("journal", JOURNAL, "undoes"),
    ("workshop", WORKSHOP, "host_school_id"),
    ("workshop", WORKSHOP, "worker_id"),
    ("school_group_member", IN_GROUP, "group_id"),
    ("school_group_member", IN_GROUP, "school_id"),
    ("link", LINK, "workshop_id"),
    ("link", {**LINK, "workshop_id": None}, "plan_id"),
    ("link", LINK, "pupil_id"),
    ("workshop_invitation", INVITATION, "workshop_id"),
    ("workshop_invitation", INVITATION, "school_id"),
    ("workshop_feedback", FEEDBACK, "workshop_id"),
    ("workshop_action", AGREED_THERE, "workshop_id"),
    ("workshop_progress", PROGRESS, "action_id"),
    ("workshop_progress", PROGRESS, "workshop_id"),
    ("year_date", YEAR_DATE, "school_id"),
    *handover_rows.REFERENCES,
    *impact_rows.REFERENCES,
    ("journal_seal", {"action_id": 1, "position": 1, "payload": "x", "seal": "y"}, "action_id"),
    ("journal_erased", ERASED, "action_id"),
    ("journal_erased", ERASED, "erased_by"),
    ("record_view", {"at": "2026-11-21", "worker_id": 1, "pupil_id": 1, "how": "show", "seal": ""}, "worker_id"),
]


@pytest.mark.parametrize(("table", "row", "column"), REFERENCES)
def test_a_reference_to_nothing_is_refused(
    connection: driver.Connection, table: str, row: dict[str, Any], column: str
) -> None:
    with pytest.raises(driver.IntegrityError, match=r"(?i)foreign key"):
        insert(connection, table, {**row, column: 77})


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("need", NEED),
        ("social_care_episode", EPISODE),
        ("destination", DESTINATION),
        ("ehc_plan", EHC_PLAN),
        ("phase_transfer", PHASE_TRANSFER),
        ("contact", CONTACT),
        ("pupil_milestone", STEP),
        ("plan", PLAN),
        ("plan_action", ACTION),
        ("note", NOTE),
        ("survey_response", {**RESPONSE, "pupil_id": 3}),
        *handover_rows.OF_A_PUPIL,
        *impact_rows.OF_A_PUPIL,
    ],
)
def test_a_pupil_with_records_cannot_be_deleted(connection: driver.Connection, table: str, row: dict[str, Any]) -> None:
    insert(connection, "pupil", PUPIL)  # another one, about whom there is nothing else
    connection.execute("DELETE FROM plan_meeting")
    insert(connection, table, {**row, "pupil_id": 3})
    with pytest.raises(driver.IntegrityError, match=r"(?i)foreign key"):
        connection.execute("DELETE FROM pupil WHERE id = 3")
    connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM pupil WHERE id = 3")


def test_a_friend_cannot_be_deleted_either(connection: driver.Connection) -> None:
    insert(connection, "friendship", FRIENDSHIP)
    with pytest.raises(driver.IntegrityError, match=r"(?i)foreign key"):
        connection.execute("DELETE FROM pupil WHERE id = 2")
    connection.execute("DELETE FROM friendship")
    connection.execute("DELETE FROM pupil WHERE id = 2")


def test_a_handover_with_anything_on_it_cannot_be_deleted(connection: driver.Connection) -> None:
    for table, row in (("handover_answer", ANSWER), ("handover_event", EVENT), ("handover_message", MESSAGE)):
        insert(connection, table, row)
        with pytest.raises(driver.IntegrityError, match=r"(?i)foreign key"):
            connection.execute("DELETE FROM handover WHERE id = 1")
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM handover WHERE id = 1")


def test_what_one_school_sent_and_another_sent_us_stand_side_by_side(connection: driver.Connection) -> None:
    insert(connection, "handover", HANDOVER)
    insert(connection, "handover", {**HANDOVER, "uid": "third", "direction": "in"})
    insert(connection, "handover", {**HANDOVER, "uid": "fourth", "move_year": 2027})
    insert(connection, "pack", PACK)
    insert(connection, "pack", {**PACK, "direction": "acknowledged"})
    assert connection.execute("SELECT count(*) FROM handover").fetchone()[0] == 4


def test_a_plan_with_anything_on_it_cannot_be_deleted(connection: driver.Connection) -> None:
    connection.execute("DELETE FROM plan_meeting")
    for table, row in (
        ("plan_outcome", OUTCOME),
        ("plan_action", {**ACTION, "plan_id": 1}),
        ("plan_meeting", MEETING),
        ("plan_copy", COPY),
        ("plan_audit", AUDIT),
        ("survey_asked", ASKED),
        ("survey_response", {**RESPONSE, "pupil_id": 1, "plan_id": 1}),
    ):
        insert(connection, table, row)
        with pytest.raises(driver.IntegrityError, match=r"(?i)foreign key"):
            connection.execute("DELETE FROM plan WHERE id = 1")
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM plan WHERE id = 1")


def test_a_school_and_its_people_stand_side_by_side_in_a_register(connection: driver.Connection) -> None:
    for whom in ({"school_id": 1}, {"school_id": 1, "name": "A. Lee"}, {"school_id": 1, "name": "B. Lee"}):
        insert(connection, "workshop_invitation", {"workshop_id": 1, **whom})
    insert(connection, "workshop", WORKSHOP)
    insert(connection, "workshop_invitation", {"workshop_id": 2, "school_id": 1})
    assert connection.execute("SELECT count(*) FROM workshop_invitation").fetchone()[0] == 4


def test_a_workshop_with_anything_on_it_cannot_be_deleted(connection: driver.Connection) -> None:
    insert(connection, "workshop", WORKSHOP)
    for table, row in (
        ("workshop_invitation", {**INVITATION, "workshop_id": 2}),
        ("workshop_feedback", {**FEEDBACK, "workshop_id": 2}),
        ("workshop_progress", {**PROGRESS, "workshop_id": 2}),
        ("workshop_action", {**AGREED_THERE, "workshop_id": 2}),
    ):
        insert(connection, table, row)
        with pytest.raises(driver.IntegrityError, match=r"(?i)foreign key"):
            connection.execute("DELETE FROM workshop WHERE id = 2")
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM workshop WHERE id = 2")


@pytest.mark.of_a_file
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


@pytest.mark.of_a_file
def test_a_default_of_the_records_is_a_default_of_the_file(connection: driver.Connection) -> None:
    """Rows are written as plain SQL, which knows nothing of the defaults of Python classes."""
    from sqlmodel import SQLModel

    from db.migrations.schema import TABLES
    from db.schema.columns import Numbered

    found = [one for module in TABLES for one in vars(module).values()]
    models = {one for one in found if isinstance(one, type) and issubclass(one, SQLModel)} - {SQLModel, Numbered}
    assert len(models) == len(SQLModel.metadata.tables)
    for model in models:
        table = model.__tablename__
        in_file = {row[1]: row[4] for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall()}
        for name, field in model.model_fields.items():
            if not field.is_required() and field.default is not None:
                assert in_file[name] is not None, f"{table}.{name}"


AGREED = {**PLAN, "transition": "14+", "status": "active", "agreed_on": "2026-11-01", "hopes": "To be a vet"}
STANDS = "what was agreed stands: a change takes a new version"


def agreed_plan(connection: driver.Connection) -> None:
    """A plan (number 2) that was written as a draft and then agreed, with an outcome and two actions."""
    insert(connection, "plan", {**AGREED, "status": "draft", "agreed_on": None})
    insert(connection, "plan_outcome", {**OUTCOME, "plan_id": 2})
    for added, audit in (("2026-10-15", None), ("2026-11-01", None), ("2026-11-02", None), (None, None)):
        insert(connection, "plan_action", {**ACTION, "plan_id": 2, "added_on": added, "audit_id": audit})
    insert(connection, "plan_audit", {**AUDIT, "plan_id": 2})
    insert(connection, "plan_action", {**ACTION, "plan_id": 2, "added_on": "2026-10-15", "audit_id": 1})
    connection.execute("UPDATE plan SET status = 'active', agreed_on = '2026-11-01' WHERE id = 2")


@pytest.mark.parametrize("column", PLAN_CONTENT)
def test_no_word_of_an_agreed_plan_changes(connection: driver.Connection, column: str) -> None:
    agreed_plan(connection)
    with pytest.raises(driver.IntegrityError, match=STANDS):
        connection.execute(f"UPDATE plan SET {column} = '1' WHERE id = 2")
    connection.execute(f"UPDATE plan SET {column} = '1' WHERE id = 1")  # of a draft every word may


def test_what_goes_on_after_the_agreement_may_be_written(connection: driver.Connection) -> None:
    agreed_plan(connection)
    columns = list(driver.columns_of(connection, "plan"))
    running = [one for one in columns if one.startswith(("named_worker", "destination")) or one in (
        "back_up", "sharing_basis", "accessible_copy", "reviewed_on", "review_on", "status", "closed_on", "close_reason"
    )]  # fmt: skip
    assert len(running) == 16
    for column in running:
        value = {"status": "closed", "destination_stage": "confirmed"}.get(column, "1")
        connection.execute(f"UPDATE plan SET {column} = ? WHERE id = 2", (value,))
    connection.execute("UPDATE plan_outcome SET progress = 'achieved', progress_on = '2026-11-20' WHERE plan_id = 2")
    connection.execute("UPDATE plan_action SET status = 'done', done_on = '2026-11-20', evidence = 'Seen'")


@pytest.mark.parametrize(
    "change",
    [
        *(f"UPDATE plan_outcome SET {column} = 'health' WHERE plan_id = 2" for column in OUTCOME_CONTENT),
        "DELETE FROM plan_outcome WHERE plan_id = 2",
        "INSERT INTO plan_outcome (pupil_id, plan_id, area, outcome) VALUES (1, 2, 'health', 'Sleeps well')",
        *(f"UPDATE plan_action SET {column} = '2027-01-01' WHERE id = {number}"
          for column in ACTION_CONTENT for number in (1, 2, 4)),
        "DELETE FROM plan_action WHERE id = 1",
        "DELETE FROM plan_action WHERE id = 4",
    ],
)  # fmt: skip
def test_outcomes_and_actions_of_an_agreed_plan_stand(connection: driver.Connection, change: str) -> None:
    agreed_plan(connection)
    with pytest.raises(driver.IntegrityError, match=STANDS):
        connection.execute(change)
    connection.execute("UPDATE plan SET status = 'draft', agreed_on = NULL WHERE id = 2")
    connection.execute(change)  # an agreement that is taken back, under its own name in the history, frees it


@pytest.mark.parametrize(
    "change",
    [
        *(f"UPDATE plan_action SET {column} = '2027-01-01' WHERE id = {number}"
          for column in ACTION_CONTENT for number in (3, 5)),
        "DELETE FROM plan_action WHERE id = 2",
        "DELETE FROM plan_action WHERE id = 3",
        "DELETE FROM plan_action WHERE id = 5",
    ],
)  # fmt: skip
def test_an_action_of_after_the_agreement_or_of_an_audit_may_change(connection: driver.Connection, change: str) -> None:
    agreed_plan(connection)
    connection.execute(change)
