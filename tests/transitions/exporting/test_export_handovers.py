"""The file of handovers: every number worked out again from the raw rows, who is named in it, and what narrows it."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms, edit_pupil
from conftest import Opener
from made_handovers import DAY, Primary, make_primary

from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.custody import history
from transitions.demo.make import make
from transitions.errors import NotAllowed
from transitions.exporting.columns import ANSWER, ANSWERS, HANDOVERS, chosen
from transitions.exporting.exports import Options, export
from transitions.handovers import correspondence, form, safeguarding, writing
from transitions.handovers.form import shipped
from transitions.importing.tabular import read_table
from transitions.workspace import Workspace

EVERYBODY = Caseload()
FULL: dict[str, Any] = {"full": True, "purpose": "Committee"}
PERSONAL = {"surname", "forename", "preferred_name", "date_of_birth", "sen_provision", "sent_by", "acknowledged_by"}
STEPS = ("started_on", "sent_on", "received_on", "viewed_on", "acknowledged_on", "returned_on", "failed_on")


def saved(workspace: Workspace, folder: Path, caseload: Caseload = EVERYBODY, **options: Any) -> list[dict[str, str]]:
    """Give the records of a file as its readers see them."""
    target = folder / "handovers.csv"
    exported = export(workspace, "handovers", caseload, target, Options(overwrite=True, **options))
    if not exported.rows:
        return []
    table = read_table(target)
    found = [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]
    assert len(found) == exported.rows
    return found


def raw(workspace: Workspace, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    cursor = workspace.read().execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def primary(opener: Opener) -> Primary:
    """Six pupils: sent, acknowledged, returned with a question, failed, drafting, drafting; and one who is not started."""
    made = make_primary(opener)
    workspace, (one, two, three, four, *_) = made.workspace, made.handovers
    correspondence.send(workspace, [one, two, three, four], how="portal", on=date(2026, 6, 8))
    correspondence.chase(workspace, [one], how="by telephone", on=date(2026, 6, 10))
    correspondence.acknowledge(workspace, [two], by="P. Rao", on=date(2026, 6, 9))
    correspondence.record_question(workspace, three, "Which bus?", on=date(2026, 6, 9))
    correspondence.fail(workspace, [four], reason="Bounced", on=date(2026, 6, 11))
    add_pupil(
        workspace, surname="Zell", forename="Zoe", date_of_birth=date(2015, 3, 1), school_id=4, upn="A908200119999",
        planned_from=date(2025, 9, 1),
    )  # fmt: skip
    return made


# --- columns -------------------------------------------------------------------------------------------------------


def test_the_fewest_that_serve_hold_no_name_and_no_answer() -> None:
    few = {column.header for _, column in chosen(HANDOVERS, full=False, pseudonymised=False)}
    assert few & PERSONAL == set()
    assert not [header for header in few if header.startswith(ANSWER) or "child_protection" in header]
    assert "safeguarding_percent" not in few  # whether it is empty says whether there is a file
    assert {"upn", "status", "tier", "school", "next_school", "waiting_on", "questions_open", "form", "filled"} <= few
    hidden = {column.header for _, column in chosen(HANDOVERS, full=True, pseudonymised=True)}
    assert hidden == few - {"upn", "next_school"} | {"pseudonym"}
    full = {column.header for _, column in chosen(HANDOVERS, full=True, pseudonymised=False)}
    assert full == {column.header for column in HANDOVERS} - {"pseudonym"}


def test_every_question_of_every_form_has_its_column() -> None:
    headers = [column.header for column in HANDOVERS if column.header.startswith(ANSWER)]
    assert headers == [f"{ANSWER}{code}" for code in ANSWERS]
    kinds = {column.header: column.kind for column in HANDOVERS}
    assert (kinds["answer_said_on"], kinds["answer_lates"], kinds["answer_my_hopes"]) == ("date", "number", "text")


# --- rows ----------------------------------------------------------------------------------------------------------


def test_one_row_for_everybody_who_moves(tmp_path: Path, primary: Primary) -> None:
    rows = saved(primary.workspace, tmp_path, **FULL)
    assert [
        (row["forename"], row["status"], row["complete"], row["waiting_on"], row["waiting_since"]) for row in rows
    ] == [
        ("Ada", "sent", "no", "them", "2026-06-10"),
        ("Finn", "drafting", "no", "us", "2026-06-12"),
        ("Bo", "acknowledged", "yes", "", ""),
        ("Cleo", "returned", "no", "us", "2026-06-09"),
        ("Dov", "failed", "no", "us", "2026-06-11"),
        ("Effie", "drafting", "no", "us", "2026-06-12"),
        ("Zoe", "not started", "no", "us", ""),
    ]
    ada, cleo, dov, zoe = rows[0], rows[3], rows[4], rows[6]
    assert (ada["chased_on"], ada["sent_how"], ada["times_sent"], ada["direction"]) == (
        "2026-06-10",
        "portal",
        "1",
        "out",
    )
    assert (ada["school"], ada["next_school"], ada["tier"]) == ("Testerton Primary", "Alderford School", "enhanced")
    assert (ada["transition"], ada["academic_year"], ada["form"][:3]) == ("6-7", "2025/26", "6-7")
    assert (ada["answer_my_hopes"], ada["answer_medical_alert"]) == ("To find friend 0", "no")
    assert (cleo["questions"], cleo["questions_open"], ada["questions"]) == ("1", "1", "0")
    assert (dov["fail_reason"], dov["failed_on"]) == ("Bounced", "2026-06-11")
    assert {
        zoe[name] for name in (*STEPS, "form", "filled", "asked", "voice_percent", "voice_asked", "answer_my_hopes")
    } == {""}
    assert (zoe["times_sent"], zoe["date_of_birth"], zoe["child_protection_file"]) == ("0", "2015-03-01", "no")


def test_the_child_protection_file_is_only_in_full(tmp_path: Path, primary: Primary) -> None:
    workspace, pupil = primary.workspace, primary.pupils[0]
    safeguarding.record_sent(workspace, pupil, how="by hand", on=date(2026, 6, 8))
    [sent] = safeguarding.of_pupil(workspace, pupil)
    safeguarding.record_receipt(workspace, sent.id, by="D. Lee", on=date(2026, 6, 10))
    ada = saved(workspace, tmp_path, **FULL)[0]
    assert (ada["child_protection_file"], ada["child_protection_sent_on"], ada["child_protection_receipt_on"]) == (
        "yes", "2026-06-08", "2026-06-10",
    )  # fmt: skip
    assert ada["safeguarding_percent"] == "100"
    assert "D. Lee" not in (tmp_path / "handovers.csv").read_text("utf-8-sig")
    assert "by hand" not in (tmp_path / "handovers.csv").read_text("utf-8-sig")
    few = saved(workspace, tmp_path)[0]
    assert not few.keys() & {
        "child_protection_file",
        "child_protection_sent_on",
        "safeguarding_percent",
        "safeguarding_asked",
    }


def test_a_school_that_is_no_longer_the_next_one_makes_nothing_complete(tmp_path: Path, primary: Primary) -> None:
    edit_pupil(primary.workspace, primary.pupils[1], next_school_id=primary.schools[2], next_school_recorded_on=DAY)
    bo = next(row for row in saved(primary.workspace, tmp_path, **FULL) if row["forename"] == "Bo")
    assert (bo["status"], bo["complete"], bo["sent_elsewhere"], bo["waiting_on"]) == ("acknowledged", "no", "yes", "us")


def test_own_questions_stand_together_and_only_in_full(tmp_path: Path, primary: Primary) -> None:
    own = [{"code": "own_bus", "section": "own", "label": "Bus pass", "kind": "text"}]
    form.save(primary.workspace, own)
    writing.save_answers(primary.workspace, primary.handovers[4], {"own_bus": "=Line 12"})
    effie = next(row for row in saved(primary.workspace, tmp_path, **FULL) if row["forename"] == "Effie")
    assert effie["other_answers"] == "Bus pass: =Line 12"
    assert effie["own_percent"] == "100"
    assert "Line 12" not in str(saved(primary.workspace, tmp_path))


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2027, 6, 25)])
def test_every_number_worked_out_again(tmp_path: Path, day: date) -> None:
    workspace = Workspace.open(tmp_path / "demo.db", Clock.on(day), create=True)
    make(workspace, 250)
    try:
        for year in (2025, 2026):
            _check_year(workspace, tmp_path, year)
    finally:
        workspace.close()


def _check_year(workspace: Workspace, folder: Path, year: int) -> None:
    rows = [row for row in saved(workspace, folder, academic_year=year, **FULL) if row["transition"] != "INYR"]
    standing = {
        (row["upn"] or "", row["surname"], row["forename"], row["transition"]): row
        for row in raw(
            workspace,
            "SELECT h.*, p.upn, p.surname, p.forename, p.tier, s.name AS next_name, f.name AS from_name FROM handover h "
            "JOIN pupil p ON p.id = h.pupil_id LEFT JOIN school s ON s.id = coalesce(CASE WHEN h.status IN ('drafting', "
            "'failed') THEN (SELECT d.school_id FROM destination d WHERE d.pupil_id = p.id AND d.transition = h.transition "
            "AND d.move_year = h.move_year) END, h.to_school_id) LEFT JOIN school f ON f.id = h.from_school_id "
            "WHERE h.move_year = :year",
            year=year,
        )
    }
    found = {key: row for row in rows if (key := _key(row)) in standing}
    assert len(found) == len(standing)
    assert {row["status"] for key, row in zip(map(_key, rows), rows, strict=True) if key not in standing} <= {
        "not started"
    }
    for key, row in found.items():
        _check_row(workspace, row, standing[key])


def _key(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["upn"], row["surname"], row["forename"], row["transition"]


def _check_row(workspace: Workspace, row: dict[str, str], of: dict[str, Any]) -> None:
    number = of["id"]
    for name in (*STEPS, "status", "sent_how", "sent_by", "acknowledged_by", "fail_reason", "form", "tier"):
        assert row[name] == (of[name] or ""), name
    assert (row["school"], row["next_school"]) == (of["from_name"] or "", of["next_name"] or "")
    assert row["times_sent"] == str(of["revision"])
    assert row["complete"] == ("yes" if of["status"] == "acknowledged" else "no")
    us = of["status"] in ("drafting", "returned", "failed")
    assert row["waiting_on"] == ("us" if us else "" if of["status"] == "acknowledged" else "them")
    [chased] = raw(
        workspace,
        "SELECT max(on_day) AS day FROM handover_event WHERE handover_id = :id AND what = 'chased'",
        id=number,
    )
    assert row["chased_on"] == (chased["day"] or "")
    asked = raw(workspace, "SELECT id FROM handover_message WHERE handover_id = :id AND kind = 'question'", id=number)
    answered = raw(
        workspace, "SELECT answers_id FROM handover_message WHERE handover_id = :id AND kind = 'answer'", id=number
    )
    assert (row["questions"], row["questions_open"]) == (str(len(asked)), str(len(asked) - len(answered)))
    told = {
        one["question"]: one["value"]
        for one in raw(workspace, "SELECT * FROM handover_answer WHERE handover_id = :id", id=number)
    }
    shown = {name.removeprefix(ANSWER): value for name, value in row.items() if name.startswith(ANSWER) and value}
    assert {code: value for code, value in shown.items() if code in told}.items() <= told.items()
    hidden = [code for code in told if code not in shown]
    assert all(ANSWERS[code].follows for code in hidden)  # the answer before it says that it is not asked
    _check_filled(row, shown)


def _check_filled(row: dict[str, str], shown: dict[str, str]) -> None:
    """Count by hand what is asked and answered in each section, from the answers that the same row shows."""
    ranks, filled, asked = "NKE", 0, 0
    for section in shipped(row["transition"]).sections:
        counted = [
            one.code
            for one in section.questions
            if (ranks.index(one.from_provision) <= ranks.index(row["sen_provision"]) or one.code in shown)
            and not one.optional
            and (not one.follows or shown.get(one.follows, "no") not in ("no", "0"))
        ]
        there, of = sum(code in shown for code in counted), len(counted)
        if section.code == "getting_ready":
            there, of = there + (row["tier"] != ""), of + 1
        if section.code == "safeguarding" and row["child_protection_file"] == "yes":
            there, of = there + (row["child_protection_sent_on"] != ""), of + 1
        if section.code != "friendships":
            assert row[f"{section.code}_percent"] == (str(100 * there // of) if of else ""), section.code
            assert row[f"{section.code}_asked"] == str(of)
        filled, asked = filled + there, asked + of
    assert (row["filled"], row["asked"]) == (str(filled), str(asked))
    assert int(row["to_confirm"]) <= len(shown)


# --- who is in it ----------------------------------------------------------------------------------------------------


def test_filters_and_moves_narrow_it(tmp_path: Path, primary: Primary) -> None:
    def names(caseload: Caseload, **options: Any) -> list[str]:
        return [row["forename"] for row in saved(primary.workspace, tmp_path, caseload, **FULL, **options)]

    assert names(Caseload(text="zell")) == ["Zoe"]
    assert names(Caseload(transitions=("6-7",), school_id=primary.schools[2])) == ["Finn"]
    assert names(Caseload(transitions=("EY-R",))) == []
    assert names(EVERYBODY, academic_year=2030) == []
    with pytest.raises(NotAllowed, match=r"There are no handovers for 18\. Choose from: EY-R"):
        names(Caseload(transitions=("18",)))


def test_what_came_from_another_school_is_in_it_too(tmp_path: Path, opener: Opener) -> None:
    workspace = opener(DAY)
    add_terms(workspace)
    ours = add_school(workspace, "Oakwood", low_age=11, high_age=16)
    pupil = add_pupil(workspace, date_of_birth=date(2015, 3, 1), school_id=ours)
    with workspace.change("Handover received", "made by hand") as action:
        values = {"uid": "u" * 8, "pupil_id": pupil, "transition": "6-7", "move_year": 2025, "direction": "in"}
        days = {"started_on": DAY, "sent_on": date(2026, 6, 10), "received_on": DAY}
        action.insert(
            "handover", {**values, **days, "to_school_id": ours, "form": "6-7 2026.1", "status": "sent", "revision": 1}
        )
    came = [row for row in saved(workspace, tmp_path) if row["direction"] == "in"]
    assert [(row["status"], row["waiting_on"], row["received_on"], row["next_school"]) for row in came] == [
        ("sent", "us", "2026-06-12", "Oakwood")
    ]
    assert (
        len([row for row in saved(workspace, tmp_path, Caseload(transitions=("6-7",))) if row["direction"] == "in"])
        == 1
    )
    assert not [row for row in saved(workspace, tmp_path, Caseload(transitions=("EY-R",))) if row["direction"] == "in"]


def test_beside_a_pseudonym_stands_nothing_that_undoes_it(tmp_path: Path, primary: Primary) -> None:
    rows = saved(primary.workspace, tmp_path, pseudonymised=True)
    text = (tmp_path / "handovers.csv").read_text("utf-8-sig")
    codes = {row["pseudonym"] for row in rows}
    assert len(codes) == len(rows)
    for name in ("Ada", "Atherstead", "friend 0", "Which bus", "P. Rao", "Alderford"):
        assert name not in text
    with pytest.raises(NotAllowed, match="cannot be full"):
        saved(primary.workspace, tmp_path, pseudonymised=True, **FULL)


def test_the_heading_and_the_history_say_what_it_is(tmp_path: Path, primary: Primary) -> None:
    saved(primary.workspace, tmp_path, **FULL)
    text = (tmp_path / "handovers.csv").read_text("utf-8-sig")
    assert "Handovers, moves of 2025/26. Complete means the receiving school has acknowledged it" in text
    newest = history.entries(primary.workspace)[0]
    assert newest.name == "Exported handovers"
    assert newest.summary == "All pupils; 7 rows; handovers.csv; in full; for: Committee"


def test_a_formula_in_an_answer_runs_nowhere(tmp_path: Path, primary: Primary) -> None:
    writing.save_answers(primary.workspace, primary.handovers[0], {"interests": "=cmd()|x"})
    saved(primary.workspace, tmp_path, **FULL)
    cells = [
        cell for row in csv.reader(io.StringIO((tmp_path / "handovers.csv").read_text("utf-8-sig"))) for cell in row
    ]
    assert "'=cmd()|x" in cells
    assert "=cmd()|x" not in cells


def test_it_opens_as_a_workbook_with_numbers_and_days(tmp_path: Path, primary: Primary) -> None:
    from python_calamine import CalamineWorkbook

    writing.save_answers(primary.workspace, primary.handovers[0], {"lates": "4", "said_on": "2026-06-01"})
    target = tmp_path / "handovers.xlsx"
    export(primary.workspace, "handovers", EVERYBODY, target, Options(full=True, purpose="Committee"))
    header, first = _sheet(CalamineWorkbook.from_path(str(target)).get_sheet_by_name("Records").to_python())
    row = dict(zip(header, first, strict=True))
    assert (row["answer_lates"], row["answer_said_on"], row["times_sent"]) == (4, date(2026, 6, 1), 1)


def _sheet(rows: Sequence[Sequence[Any]]) -> tuple[Sequence[Any], Sequence[Any]]:
    return rows[0], rows[1]
