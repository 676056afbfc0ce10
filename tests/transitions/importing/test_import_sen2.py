"""A council's SEN2 return: its modules read together, what differs, what is taken, and what is wrong with one."""

import csv
import random
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builders import add_marker, add_pupil, add_school, add_terms, contents, step_of
from sen2_files import RETURN, UPNS, put_return
from test_hurt_files import ANY, must_end_well
from test_tabular import workbook

from transitions.custody import history
from transitions.errors import BadInput, NoSuchFile
from transitions.importing.preview import ImportPreview, Taking, commit
from transitions.importing.sen2 import preview as sen2
from transitions.milestones import recording
from transitions.workspace import Workspace


@pytest.fixture
def pupils(workspace: Workspace) -> list[int]:
    """Alex with a plan and gaps, Robin on SEN support with another school, Lee with a plan that has ceased, Jo whom nobody knows."""
    add_terms(workspace)
    one = add_school(workspace, "Fenwick Hollow Primary", urn=900001)
    add_school(workspace, "St Bron's Secondary", urn=900002)
    year_6 = {"sen_provision": "E", "date_of_birth": date(2016, 2, 15)}
    return [
        add_pupil(workspace, surname="Testpupil", forename="Alex", school_id=None, **year_6),
        add_pupil(
            workspace, upn=UPNS[1], surname="Sampleson", forename="Rob", sen_provision="K", school_id=one,
            date_of_birth=date(2015, 9, 20),
        ),
        add_pupil(workspace, upn=UPNS[3], surname="Ceased", forename="Lee", **year_6 | {"date_of_birth": date(2010, 10, 2)}),
        add_pupil(workspace, upn=UPNS[4], surname="Unknown", forename="Jo", **year_6),
    ]  # fmt: skip


def compared(preview: ImportPreview) -> set[tuple[str, ...]]:
    return {(one.what, one.pupil, one.field, one.here, one.there) for one in preview.compared}


def row(workspace: Workspace, number: int) -> dict[str, Any]:
    return workspace.record("pupil", number)


def step(workspace: Workspace, pupil: int, code: str) -> tuple[Any, ...]:
    query = (
        "SELECT outcome, done_on FROM pupil_milestone pm JOIN milestone m ON m.id = pm.milestone_id "
        "WHERE pm.pupil_id = ? AND m.code = ? ORDER BY cycle LIMIT 1"
    )
    return tuple(workspace.read().execute(query, (pupil, code)).fetchone())


def test_what_differs_is_shown_and_gaps_are_filled(workspace: Workspace, tmp_path: Path, pupils: list[int]) -> None:
    before = contents(workspace)
    preview = sen2.prepare(workspace, put_return(tmp_path / "return"))
    assert contents(workspace) == before
    assert compared(preview) == {
        ("in SEN2, not here", "Kim Madeup", "", "", ""),
        ("here, not in SEN2", "Lee Ceased", "SEN provision", "E", "plan ceased Fri 3 Jul 2026"),
        ("here, not in SEN2", "Jo Unknown", "SEN provision", "E", ""),
        ("differs", "Robin Sampleson", "Forename", "Rob", "Robin"),
        ("differs", "Robin Sampleson", "SEN provision", "K", "E"),
        ("differs", "Robin Sampleson", "School", "Fenwick Hollow Primary", "St Bron's Secondary"),
    }
    assert sen2.counts(preview) == "1 in SEN2 and not here, 2 here and not in SEN2, 3 differences"
    imported = commit(workspace, preview)
    assert (imported.new, imported.changed) == (0, 2)
    alex, robin = row(workspace, pupils[0]), row(workspace, pupils[1])
    assert (alex["upn"], alex["uln"], alex["school_id"]) == (UPNS[0], "1234567899", 2)
    assert (robin["forename"], robin["sen_provision"], robin["school_id"]) == ("Rob", "E", 1)
    needs = workspace.read().execute("SELECT pupil_id, code FROM need ORDER BY pupil_id").fetchall()
    assert [tuple(one) for one in needs] == [(pupils[0], "ASD"), (pupils[1], "SEMH")]
    plan = {"ehc_requested_on": "2021-09-28", "ehc_decided_on": "2021-10-28", "ehc_started_on": "2022-01-10"}
    assert {name: alex[name].isoformat() for name in plan} == plan
    assert alex["ehc_decision"] == "assess"


def test_a_child_who_awaits_an_assessment_is_taken_without_a_plan(workspace: Workspace, tmp_path: Path) -> None:
    jo = add_pupil(workspace, upn=UPNS[4], surname="Unknown", forename="Jo", sen_provision="K")
    people = RETURN["person.csv"] + f"5,Unknown,Jo,2016-Mar-14 00:00:00,F,WBRI,NM1 1AA,{UPNS[4]},,\n"
    asked = (
        RETURN["requests.csv"] + "15,5,2026-Oct-05 00:00:00,0,,,\n16,5,2024-Oct-05 00:00:00,0,2024-Nov-05 00:00:00,N,\n"
    )
    commit(workspace, sen2.prepare(workspace, put_return(tmp_path / "return", person=people, requests=asked)))
    found = row(workspace, jo)
    assert (found["sen_provision"], found["ehc_requested_on"], found["ehc_decision"]) == ("K", date(2026, 10, 5), None)
    assert step(workspace, jo, "ehcp.first-plan") == (None, None)


def test_a_request_is_that_of_the_plan_and_its_days_come_in_their_order(workspace: Workspace, tmp_path: Path) -> None:
    again = RETURN["requests.csv"] + "15,1,2024-Oct-05 00:00:00,0,2024-Nov-05 00:00:00,N,\n"
    preview = sen2.prepare(workspace, put_return(tmp_path / "again", requests=again), take=Taking())
    assert any("made on Mon 10 Jan 2022, so this is another request" in note for note in preview.notes)
    early = RETURN["requests.csv"].replace("2021-Oct-28 00:00:00,Y,\n12", "2020-Oct-28 00:00:00,Y,\n12")
    with pytest.raises(BadInput) as caught:
        sen2.prepare(workspace, put_return(tmp_path / "early", requests=early), take=Taking())
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (2, "EHC decision made on")
    assert problem.what.startswith("The assessment was asked for on Tue 28 Sep 2021, so this cannot be earlier")


def test_final_plans_and_reviews_mark_their_steps_done(workspace: Workspace, tmp_path: Path, pupils: list[int]) -> None:
    alex = pupils[0]
    commit(workspace, sen2.prepare(workspace, put_return(tmp_path)))
    assert step(workspace, alex, "6-7.names-school") == ("met", "2026-11-18")
    assert step(workspace, alex, "6-7.review-held") == ("met", "2026-11-10")
    assert step(workspace, alex, "ehcp.review-meeting") == ("met", "2026-11-10")
    again = sen2.prepare(workspace, put_return(tmp_path))
    assert all(entry.label != "Alex Testpupil" for entry in again.changed)
    history.undo(workspace)
    assert step(workspace, alex, "6-7.names-school") == (None, None)


def test_what_a_person_recorded_stays_until_differences_are_taken(
    workspace: Workspace, tmp_path: Path, pupils: list[int]
) -> None:
    alex = pupils[0]
    key = step_of(workspace, alex, "6-7.names-school")
    recording.mark_done(workspace, [key], on=date(2026, 11, 12))
    shown = (
        "differs",
        "Alex Testpupil",
        "Name the secondary school in the EHC plan",
        "Thu 12 Nov 2026",
        "Wed 18 Nov 2026",
    )
    preview = sen2.prepare(workspace, put_return(tmp_path))
    assert shown in compared(preview)
    commit(workspace, preview)
    assert step(workspace, alex, "6-7.names-school") == ("met", "2026-11-12")
    everything = sen2.prepare(workspace, put_return(tmp_path), take=Taking())
    assert [entry.label for entry in everything.new] == ["Kim Madeup"]
    commit(workspace, everything)
    assert step(workspace, alex, "6-7.names-school") == ("met", "2026-11-18")
    assert row(workspace, pupils[1])["forename"] == "Robin"


@pytest.mark.usefixtures("pupils")
def test_a_folder_files_one_by_one_and_one_table_of_all_are_the_same_return(
    workspace: Workspace, tmp_path: Path
) -> None:
    person = put_return(tmp_path / "return")
    (tmp_path / "return" / "shopping.csv").write_text("a,b\n1,2\n")
    whole = sen2.prepare(workspace, person.parent)
    assert whole.read_as == "SEN2 return: " + ", ".join(RETURN)
    assert compared(sen2.prepare(workspace, [person.parent / name for name in RETURN])) == compared(whole)
    flat = tmp_path / "flat.csv"
    flat.write_text(
        "PersonTableID;UPN;Surname;Forename;PersonBirthDate;ReviewMeeting;PhaseTransferFinalDate;URN;EntryDate\n"
        f"1;{UPNS[0]};Testpupil;Alex;15/02/2016;10/11/2026;18/11/2026;900002;01/09/2026\n"
        f"2;{UPNS[1]};Sampleson;Robin;20/09/2015;;;900002;01/09/2026\n"
    )
    preview = sen2.prepare(workspace, flat)
    assert [entry.label for entry in preview.changed] == ["Alex Testpupil"]
    assert ("here, not in SEN2", "Lee Ceased", "SEN provision", "E", "") in compared(preview)


@pytest.mark.usefixtures("pupils")
def test_the_sheets_of_one_workbook_are_the_modules(workspace: Workspace, tmp_path: Path) -> None:
    sheets = {name: [line.split(",") for line in text.splitlines()] for name, text in RETURN.items()}
    book = workbook(tmp_path / "sen2.xlsx", {"Read me": [["How this file is filled in"]], **sheets})
    found = sen2.prepare(workspace, book)
    assert found.read_as == "SEN2 return: sen2.xlsx"
    assert compared(found) == compared(sen2.prepare(workspace, put_return(tmp_path / "return")))


@pytest.mark.usefixtures("pupils")
def test_the_file_that_was_named_stands_before_another_beside_it(workspace: Workspace, tmp_path: Path) -> None:
    person = put_return(tmp_path)
    (tmp_path / "person of last year.csv").write_text(RETURN["person.csv"])
    assert any("not read: person of last year.csv" in note for note in sen2.prepare(workspace, person).notes)
    with pytest.raises(BadInput, match="both hold the module person"):
        sen2.prepare(workspace, tmp_path)


@pytest.mark.usefixtures("pupils")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"person": None}, "no such file"),
        ({"requests": None}, "name the file of requests"),
        ({"active_plans": None, "named_plan": None}, "nothing says who has a plan"),
        ({"person": "persontableid,surname\n1,Testpupil\n"}, "none of the columns of a SEN2 return"),
        ({"person": ""}, "is empty"),
        (
            {"person": RETURN["person.csv"].replace("2016-Feb-15", "2036-Feb-15")},
            "in the future",
        ),
        ({"requests": RETURN["person.csv"]}, "name the file of requests"),
    ],
)
def test_a_return_that_is_not_whole_is_refused_in_a_sentence(
    workspace: Workspace, tmp_path: Path, changed: dict[str, str | None], sentence: str
) -> None:
    before = contents(workspace)
    with pytest.raises((BadInput, NoSuchFile), match=sentence):
        sen2.prepare(workspace, put_return(tmp_path, **changed))
    assert contents(workspace) == before


@pytest.mark.usefixtures("pupils")
def test_odd_values_are_left_out_and_said(workspace: Workspace, tmp_path: Path) -> None:
    text = RETURN["active_plans.csv"].replace("2026-Nov-10", "2026-Nov-31").replace("2026-Nov-18", "2027-Feb-01")
    needs = RETURN["sen_need.csv"].replace("ASD", "XYZ")
    places = RETURN["placement_detail.csv"].replace("900002", "999999") + "45,99,900001,,,1,,\n"
    preview = sen2.prepare(workspace, put_return(tmp_path, active_plans=text, sen_need=needs, placement_detail=places))
    said = "\n".join(preview.notes)
    assert 'active_plans.csv line 2, reviewmeeting: "2026-Nov-31 00:00:00" is left out' in said
    assert "1 Feb 2027 is still to come" in said
    assert "sentype: left out" in said
    assert "left as it is, since no school in the school list has the URN 999999" in said
    assert "placement_detail.csv: line 6 of placement detail left out" in said


@pytest.mark.usefixtures("pupils")
def test_an_xml_return_says_what_is_read_instead(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "SEN2.xml"
    path.write_text("<?xml version='1.0'?><Message><SEN2/></Message>")
    with pytest.raises(BadInput, match="from its modules' CSV files"):
        sen2.prepare(workspace, path)


@pytest.mark.usefixtures("pupils")
def test_the_reconciliation_is_written_guarded_and_noted(workspace: Workspace, tmp_path: Path) -> None:
    person = RETURN["person.csv"].replace("3,Madeup", "3,=Madeup")
    preview = sen2.prepare(workspace, put_return(tmp_path / "return", person=person))
    target = tmp_path / "reconciliation.csv"
    sen2.write_reconciliation(workspace, preview, target, "Panel")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(preview.compared)
    assert list(rows[0]) == ["What", "Line", "UPN", "Pupil", "Field", "Here", "In SEN2"]
    assert any(one["UPN"] == UPNS[2] and one["What"] == "in SEN2, not here" for one in rows)
    assert "Exported reconciliation" in [entry.name for entry in history.entries(workspace)]


@pytest.mark.usefixtures("pupils")
def test_the_reconciliation_leaves_out_what_markers_hold_back(workspace: Workspace, tmp_path: Path) -> None:
    preview = sen2.prepare(workspace, put_return(tmp_path / "return"))
    at_school = {one.pupil_id for one in preview.compared if one.field == sen2.SCHOOL and one.pupil_id}
    whole = {one.pupil_id for one in preview.compared if one.pupil_id} - at_school
    assert at_school
    assert whole
    for pupils, about in ((at_school, "address"), (whole, "whole record")):
        for pupil_id in pupils:
            add_marker(workspace, pupil_id or 0, "do not disclose", about)
    target = tmp_path / "reconciliation.csv"
    told = sen2.write_reconciliation(workspace, preview, target, "Panel").left_out
    assert told == f"{len(whole)} pupils left out because of a marker; schools left out of 1 pupil because of a marker"
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {one["What"] for one in rows} == {"in SEN2, not here", "differs"}
    assert not [one for one in rows if one["Field"] == "School"]
    assert told in history.entries(workspace)[0].summary


@pytest.mark.usefixtures("pupils")
def test_hurt_files_end_in_a_look_or_a_sentence(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(60):
        chance = random.Random(number)
        person = put_return(tmp_path)
        hurt = tmp_path / chance.choice(list(RETURN))
        hurt.write_bytes(chance.choice(ANY)(hurt.read_bytes(), chance))
        skip, take = number % 3 > 0, Taking(chance.random() < 0.5, chance.random() < 0.5)
        must_end_well(partial(sen2.prepare, workspace, person, skip_bad=skip, take=take))
