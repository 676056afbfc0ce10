"""What is marked on a record holds back what is to leave, whatever the way; a reason lets it go, and is kept."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_handover, add_pupil, add_school
from builders import add_marker as mark
from conftest import TODAY
from made_plans import agreed_plan

from db import journal
from db.vocabulary import MARKER_KINDS
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import FieldProblems, NotAllowed
from transitions.exporting import exports
from transitions.exporting.documents import rendering
from transitions.exporting.documents.model import Document
from transitions.exporting.exports import _TABLES
from transitions.exporting.files import Options
from transitions.handovers import correspondence, packs, parcels
from transitions.impact import chronology, subject_access
from transitions.importing.ctf.export import export_ctf
from transitions.milestones.destinations import Move
from transitions.plans.page import load
from transitions.plans.printing import plan_text, print_plan
from transitions.plans.writing import save_copy
from transitions.pupils import markers
from transitions.pupils.markers import CONSENT, MARKER, NOT_DISCLOSED, OBJECTION, RESTRICTED
from transitions.pupils.small_records import save
from transitions.workspace import Workspace


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": NOT_DISCLOSED}, "what"),
        ({"kind": RESTRICTED, "what": "address", "reason": "why"}, "what"),
        ({"kind": CONSENT, "what": "contacts"}, "what"),
        ({"kind": OBJECTION, "what": "plans"}, "reason"),
        ({"kind": RESTRICTED, "reason": "why", "ended_on": "31/8/26"}, "ended_on"),
    ],
)
def test_a_marker_says_what_it_is_about_and_why(workspace: Workspace, values: dict[str, Any], field: str) -> None:
    pupil = add_pupil(workspace)
    with pytest.raises(FieldProblems) as refused:
        save(workspace, MARKER, pupil, None, {"started_on": "1/9/26", **values})
    assert [*refused.value.problems] == [field]


def text(document: Document) -> str:
    return " ".join(rendering.render(document).decode().split())


def exported(workspace: Workspace, what: str, folder: Path) -> tuple[list[dict[str, str]], exports.Exported]:
    target = folder / f"{what}.csv"
    made = exports.export(workspace, what, Caseload(), target, Options(purpose="p", full=True, overwrite=True))
    with target.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith('"# ') and line[0] != "#")), made


def test_every_file_leaves_out_who_must_not_be_disclosed_and_says_how_many(
    workspace: Workspace, tmp_path: Path
) -> None:
    school = add_school(workspace, "Hidden Primary")
    kept, hidden, gone = (
        add_pupil(workspace, surname=name, school_id=school, sen_provision="E") for name in ("Kept", "Hidden", "Gone")
    )
    mark(workspace, hidden, NOT_DISCLOSED, "address")
    mark(workspace, gone, RESTRICTED)
    written: dict[int, str] = {}
    for pupil in (kept, hidden, gone):
        with workspace.change("Rows for every file", "made up") as action:
            action.insert(
                "placement",
                {"pupil_id": pupil, "kind": "nurture group", "school_id": school, "started_on": TODAY},
            )
            action.insert("participation", {"pupil_id": pupil, "programme": "ELSA"})
            plan = {"transition": "6-7", "version": 1, "status": "draft", "template": "1", "opened_on": TODAY}
            number = action.insert("plan", {"pupil_id": pupil, **plan})
            late = {
                "what": "Ring",
                "owner": "K. Osei",
                "status": "open",
                "added_on": TODAY,
                "due_on": date(2026, 11, 1),
            }
            action.insert("plan_action", {"pupil_id": pupil, "plan_id": number, **late})
        add_handover(workspace, pupil, "6-7", next_school="Hidden Primary, and it is certain")
        openings = tmp_path / f"{pupil}.csv"
        exports.export_actions(workspace, Caseload(), [pupil], openings)
        written[pupil] = openings.read_text(encoding="utf-8-sig")
    about_pupils = [one for one in _TABLES if one not in ("workshops", "attendance", "impact")]
    for what in about_pupils:
        rows, made = exported(workspace, what, tmp_path)
        said = [" ".join(row.values()) for row in rows]
        if what != "send-list-2":
            assert said, what
            assert made.left_out.startswith("1 pupil left out"), what
        assert not any("Gone" in one for one in said), what
        names = [one for one in said if "Hidden Primary" in one]
        assert all("Kept" in one for one in names), what
    assert [("Hidden Primary" in one, "Ring" in one) for one in written.values()] == [
        (True, True), (False, True), (False, False),
    ]  # fmt: skip
    rows, made = exported(workspace, "pupils", tmp_path)
    assert made.left_out == "1 pupil left out because of a marker; schools left out of 1 pupil because of a marker"
    assert made.left_out in journal.entries(workspace.read(), limit=1)[0].summary


def test_a_plan_is_printed_without_what_must_not_be_disclosed_and_not_at_all_when_all_is_held_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    plan = agreed_plan(workspace)
    pupil = load(workspace, plan).plan.pupil_id
    with workspace.change("Contact", "made up") as action:
        action.insert("contact", {"pupil_id": pupil, "name": "Zelda Madeup", "may_contact": 1})
    assert "Zelda Madeup" in plan_text(workspace, plan)
    mark(workspace, pupil, NOT_DISCLOSED, "contacts")
    assert "Zelda Madeup" not in plan_text(workspace, plan)
    assert "without the people" in journal.entries(workspace.read(), limit=1)[0].summary
    assert "Zelda" not in text(chronology.chronology(workspace, pupil))
    assert "Zelda" not in text(subject_access.everything_held(workspace, pupil))
    assert "marked “do not disclose”" in text(subject_access.checklist(workspace, pupil))
    mark(workspace, pupil, NOT_DISCLOSED, "whole record")
    with pytest.raises(NotAllowed, match="was withheld: marked “do not disclose” since 1 Sep 2026"):
        print_plan(workspace, plan, tmp_path / "plan.docx")
    with pytest.raises(NotAllowed, match="withheld"):
        chronology.write_chronology(workspace, pupil, tmp_path / "c.docx", purpose="Complaint 1")
    assert not [*tmp_path.glob("*.docx")]
    with pytest.raises(NotAllowed, match="A copy of the plan was withheld"):
        save_copy(workspace, plan, None, {"holder": "the family"})
    print_plan(workspace, plan, tmp_path / "plan.docx", override="A court asks for it")
    assert "A court asks for it" in journal.entries(workspace.read(), limit=1)[0].summary


def test_where_a_pupil_is_stays_out_of_the_chronology_and_of_what_is_held(workspace: Workspace, tmp_path: Path) -> None:
    pupil = add_pupil(workspace, school_id=add_school(workspace, "Layfield Primary School"))
    with workspace.change("Note", "made up") as action:
        action.insert("note", {"pupil_id": pupil, "text": "Seen at layfield primary school.", "written_on": TODAY})

    def wholes() -> list[str]:
        return [text(made(workspace, pupil)) for made in (chronology.chronology, subject_access.everything_held)]

    assert all("Layfield" in one for one in wholes())
    mark(workspace, pupil, NOT_DISCLOSED, "address")
    assert not [one for one in wholes() if "layfield" in one.casefold()]
    for made in (wholes()[0], text(subject_access.checklist(workspace, pupil))):
        assert "Left out: the names of schools" in made
    chronology.write_chronology(workspace, pupil, tmp_path / "c.docx", purpose="Complaint 1")
    assert "without the schools" in journal.entries(workspace.read(), limit=1)[0].summary


def test_a_copy_for_others_needs_agreement_until_it_is_withdrawn(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    pupil = load(workspace, plan).plan.pupil_id
    with pytest.raises(NotAllowed, match="there is no recorded reason to share it"):
        save_copy(workspace, plan, None, {"holder": "Dr Lee"})
    agreed = mark(workspace, pupil, CONSENT, "plans")
    copy = save_copy(workspace, plan, None, {"holder": "Dr Lee"})
    assert "although" not in copy.summary
    save(workspace, MARKER, pupil, agreed, {"ended_on": "1/11/26"})
    with pytest.raises(NotAllowed, match="the agreement was withdrawn on 1 Nov 2026"):
        save_copy(workspace, plan, None, {"holder": "Dr Moon"})
    with pytest.raises(NotAllowed, match="withdrawn"):
        plan_text(workspace, plan)
    save_copy(workspace, plan, copy.number, {"form": "paper"})  # what was given stands, and may be put right
    save_copy(workspace, plan, None, {"holder": "Mum"})  # the family has its own
    forced = save_copy(workspace, plan, None, {"holder": "Dr Moon"}, override="He treats her")
    assert "He treats her" in forced.summary


def test_a_handover_waits_while_somebody_objects(workspace: Workspace, tmp_path: Path) -> None:
    school, after = add_school(workspace, "Before", high_age=11), add_school(workspace, "After", low_age=11)
    pupil = add_pupil(workspace, school_id=school, next_school_id=after)
    handover = add_handover(workspace, pupil)
    move = Move("6-7", 2026)
    assert [len(one.going) for one in parcels.for_schools(workspace, move)] == [1]
    number = mark(workspace, pupil, OBJECTION, "handovers", said_by="her father")
    (parcel,) = parcels.for_schools(workspace, move)
    assert (parcel.going, [one.why for one in parcel.left_out]) == ((), ["her father objects since 1 Sep 2026"])
    assert parcels.going_to(workspace, move, after).rows == []
    with pytest.raises(NotAllowed, match=r"Withheld: .*her father objects since 1 Sep 2026"):
        correspondence.send(workspace, [handover], how="post")
    rows, left = exported(workspace, "handovers", tmp_path)
    assert (rows, left.left_out) == ([], "1 pupil left out because of a marker")
    sent = correspondence.send(workspace, [handover], how="post", override="The law asks for it")
    assert sent.summary.endswith("objects since 1 Sep 2026; reason: The law asks for it")
    history.undo(workspace)
    (made,) = packs.make_packs(
        workspace, move, tmp_path, "seven unlikely words of nobody at all", override="The law asks for it"
    )
    assert made.pupils == 1
    assert "reason: The law asks for it" in " ".join(one.summary for one in journal.entries(workspace.read(), limit=3))
    save(workspace, MARKER, pupil, number, {"ended_on": "20/11/26"})
    assert len(parcels.going_to(workspace, move, after).rows) == 1
    other = add_pupil(workspace, surname="Other", school_id=school, next_school_id=after)
    add_handover(workspace, other)
    mark(workspace, other, OBJECTION, "handovers")
    assert "Other" in " ".join(parcels.going_to(workspace, move, after, "The law asks for it").said)
    assert parcels.going_to(workspace, move, after, "The law asks for it", only=[handover]).said == ()


def test_a_common_transfer_file_holds_nobody_who_is_held_back_whole_and_says_how_many(
    workspace: Workspace, tmp_path: Path
) -> None:
    numbers = {"la_number": "991", "establishment_number": "2001"}
    school = add_school(workspace, "Before", high_age=11, **numbers)
    after = add_school(workspace, "After", low_age=11, **(numbers | {"establishment_number": "4001"}))
    goes = {"school_id": school, "next_school_id": after}
    pupils = [add_pupil(workspace, surname=name, **goes) for name in ("Kept", "Agrees", "Secret", "Objects", "Frozen")]
    file = tmp_path / "ctf.xml"
    mark(workspace, pupils[1], CONSENT, "handovers", ended_on="1/10/26")  # what the law asks for needs no agreement
    for pupil, *kind in zip(
        pupils[2:], (NOT_DISCLOSED, OBJECTION, RESTRICTED), ("whole record",) * 2 + (None,), strict=True
    ):
        mark(workspace, pupil, *kind)
    made = export_ctf(workspace, Caseload(), after, file, purpose="Move")
    named = [name for name in ("Kept", "Agrees", "Secret", "Objects", "Frozen") if name in file.read_text("utf-8")]
    assert (made.pupils, named) == (2, ["Kept", "Agrees"])
    assert "3 pupils left out because of a marker. Their pages say why." in made.notes
    assert "3 pupils left out" in journal.entries(workspace.read(), limit=1)[0].summary
    for pupil in pupils[:2]:
        mark(workspace, pupil, RESTRICTED)
    with pytest.raises(NotAllowed, match="5 pupils left out"):
        export_ctf(workspace, Caseload(), after, tmp_path / "none.xml", purpose="Move")
    assert not (tmp_path / "none.xml").exists()


def test_the_words_for_markers_are_those_of_the_tables() -> None:
    assert set(markers._ABOUT) == set(MARKER_KINDS)
    assert {one.what for one in markers.kinds().values()} == {"plans", "handovers", "whole record"}
