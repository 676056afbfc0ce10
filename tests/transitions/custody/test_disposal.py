"""What is disposed of is nowhere left in the file: not in a table, not in the history; and the seals still hold."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_handover, add_pupil
from made_plans import agreed_plan
from sqlmodel import SQLModel

from db import journal
from db.driver import Connection
from db.impact import chronology
from db.rows import fetch_column
from transitions.custody import access_log, retention
from transitions.custody.health_check import check
from transitions.errors import FieldProblems, NotAllowed
from transitions.exporting.target import note_export
from transitions.impact.chronology import write_chronology
from transitions.plans.page import load
from transitions.plans.printing import plan_text
from transitions.pupils.editing import archive_pupils
from transitions.pupils.markers import MARKER, RESTRICTED
from transitions.pupils.small_records import save
from transitions.workspace import Workspace

LONG_AGO = date(1990, 5, 6)


def test_the_longest_class_that_applies_says_how_long(workspace: Workspace) -> None:
    born = {"date_of_birth": LONG_AGO}
    plain, sen, care = (
        add_pupil(workspace, surname="Plain", **born),
        add_pupil(workspace, surname="Sen", sen_provision="E", **born),
        add_pupil(workspace, surname="Care", previously_looked_after=True, **born),
    )
    assert [(one.id, one.keep_until.year) for one in retention.to_review(workspace)] == [(plain, 2015), (sen, 2021)]
    assert [one.id for one in retention.to_review(workspace, date(2065, 5, 6))] == [plain, sen, care]
    assert retention.set_years(workspace, {"sen": "40"}).summary == "sen 40 years"
    assert [one.id for one in retention.to_review(workspace)] == [plain]
    with pytest.raises(FieldProblems):
        retention.set_years(workspace, {"sen": "0", "dogs": "5"})
    assert retention.set_years(workspace, {"pupil": "1"}).summary == "pupil 1 year (usually 25)"


@pytest.mark.of_a_file
def test_nothing_of_a_disposed_pupil_is_left_and_the_seals_hold(workspace: Workspace, tmp_path: Path) -> None:
    plan = agreed_plan(workspace)
    pupil = load(workspace, plan).plan.pupil_id
    other = add_pupil(workspace, surname="Other", forename="Una")
    add_handover(workspace, pupil, strengths="Xylograph")
    with workspace.change("Made unlike any other", "Quenby Zyx") as action:
        action.update("pupil", {"id": pupil}, {"surname": "Zyx", "forename": "Quenby", "date_of_birth": LONG_AGO})
        action.insert("note", {"pupil_id": pupil, "written_on": LONG_AGO, "text": "Xylograph"})
        action.insert("contact", {"pupil_id": pupil, "name": "Xylograph"})
        action.insert(
            "friendship", {"pupil_id": pupil, "other_id": other, "kind": "keep with", "recorded_on": LONG_AGO}
        )
    plan_text(workspace, plan)
    write_chronology(workspace, pupil, tmp_path / "c.txt", purpose="Complaint of Quenby Zyx")
    note_export(workspace, "Exported pupils", ["2 pupils", "for: the Zyx request"])
    certificate = tmp_path / "certificate.txt"

    def refused(why: str) -> None:
        with pytest.raises(NotAllowed, match=why):
            retention.dispose(workspace, pupil, certificate, reason="Looked at by K. Osei")
        assert not certificate.exists()

    refused("still in the lists")
    archive_pupils(workspace, [pupil])
    restricted = save(workspace, MARKER, pupil, None, {"kind": RESTRICTED, "started_on": "1/9/26", "reason": "asked"})
    refused("marked “restricted”")
    save(workspace, MARKER, pupil, restricted.number, {"ended_on": "20/11/26"})
    with pytest.raises(NotAllowed, match="Say why"):
        retention.dispose(workspace, pupil, certificate, reason=" ")
    assert still_held(workspace.read(), "Xylograph")
    retention.dispose(workspace, pupil, certificate, reason="Looked at by K. Osei")
    for text in ("Xylograph", "Quenby", "Zyx", "Khan"):
        assert still_held(workspace.read(), text) == [], text
    assert {one.table for one in chronology.of_pupil(workspace.read(), pupil)} <= {"journal_change", "record_view"}
    assert "Quenby Zyx" in certificate.read_text(encoding="utf-8")
    assert "in other pupils' records, which is not searched" in " ".join(certificate.read_text("utf-8").split())
    newest = access_log.exports(workspace, limit=1)[0]
    assert newest.file == {"name": certificate.name}
    assert "Looked at by K. Osei" in certificate.read_text(encoding="utf-8")
    assert journal.entries(workspace.read(), limit=5)[0].name == "Records disposed of"
    assert [one.what for one in check(workspace) if "history" in one.what or "seal" in one.what] == []
    assert workspace.record("pupil", other)["surname"] == "Other"
    workspace.close()
    for file in workspace.database.path.parent.glob("pupils.db*"):
        assert b"Xylograph" not in file.read_bytes(), file.name


def test_what_is_young_stays(workspace: Workspace, tmp_path: Path) -> None:
    pupil = add_pupil(workspace)
    archive_pupils(workspace, [pupil])
    with pytest.raises(NotAllowed, match="kept until"):
        retention.dispose(workspace, pupil, tmp_path / "c.txt", reason="spring cleaning")


def still_held(connection: Connection, text: str) -> list[str]:
    """Give the tables in which a text still stands, anywhere in any row."""
    found = []
    for table in SQLModel.metadata.sorted_tables:
        holds = " OR ".join(f'CAST("{column.name}" AS TEXT) LIKE :text' for column in table.columns)
        query = f'SELECT count(*) FROM "{table.name}" WHERE {holds}'
        if fetch_column(connection, int, query, {"text": f"%{text}%"})[0]:
            found.append(table.name)
    return found
