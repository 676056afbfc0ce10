"""A pupil's journal in plain words."""

import json
from datetime import date
from typing import Any, get_args

import pytest
from builders import add_handover, add_plan, add_pupil, add_school, add_terms, add_worker, edit_pupil, steps_of
from sqlmodel import SQLModel

from db.schema import handovers, plans, pupils
from transitions.custody import history
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans import opening, questions, writing
from transitions.pupils import history as pupil_history
from transitions.pupils.history import FieldTold
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)


def test_changes_are_told_field_by_field_in_words(workspace: Workspace) -> None:
    old, new = add_school(workspace, "Conyers School"), add_school(workspace, "Egglescliffe School")
    worker = add_worker(workspace, "R. Patel")
    pupil = add_pupil(workspace, next_school_id=old)
    edit_pupil(
        workspace, pupil, next_school_id=new, next_school_recorded_on=date(2026, 11, 3), sen_provision="K",
        young_carer=True, owner_id=worker, attendance_percent=93.5,
    )  # fmt: skip
    newest, added = pupil_history.of_pupil(workspace, pupil)
    assert newest.entry.worker == "K. Osei"
    row, place = newest.rows
    assert (row.what, row.how) == ("Pupil", "changed")
    assert (place.what, place.how) == ("Destination", "changed")
    assert FieldTold("School", "Conyers School", "Egglescliffe School") in place.fields
    assert set(row.fields) == {
        FieldTold("Next school", "Conyers School", "Egglescliffe School"),
        FieldTold("Next school recorded on", None, "Tue 3 Nov 2026"),
        FieldTold("SEN provision", "No SEN", "SEN support"),
        FieldTold("Young carer", "no", "yes"),
        FieldTold("Caseworker", None, "R. Patel"),
        FieldTold("Attendance %", None, "93.5%"),
    }
    first, place = added.rows
    assert FieldTold("Place", None, "intended") in place.fields
    assert first.how == "added"
    assert FieldTold("Forename", None, "Aisha") in first.fields
    assert FieldTold("Reception year", None, "2020/21") in first.fields


def test_a_decision_names_its_step_and_an_undo_is_told_too(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, school_id=add_school(workspace, high_age=11))
    step = steps_of(workspace, pupil)["6-7.application", 2026]
    recording.flag_missed(workspace, [Step(pupil, step.milestone_id, step.cycle)], reason="not-sent")
    history.undo(workspace)
    undo, flagged, _ = pupil_history.of_pupil(workspace, pupil)
    assert flagged.entry.undone
    assert not undo.entry.undone
    assert flagged.rows[0].what == "Apply for a secondary school place"
    assert FieldTold("Reason", None, "school did not send it") in flagged.rows[0].fields
    assert FieldTold("Reason", "school did not send it", None) in undo.rows[0].fields


def test_only_the_newest_are_told_when_there_are_more(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    for text in ("one", "two", "three"):
        recording.add_note(workspace, [pupil], text)
    told = pupil_history.of_pupil(workspace, pupil, limit=2)
    assert [row.fields for action in told for row in action.rows] == [
        (FieldTold("Note", None, "three"),),
        (FieldTold("Note", None, "two"),),
    ]
    assert pupil_history.of_pupil(workspace, pupil + 1) == []


AUDIT = json.dumps(
    {"own-words": "met", "hopes": "partly", "profile": "not met", "capacity": "not applicable", "gone": "partly"}
)
ANSWERS = json.dumps({"asked": 5, "contact": "not sure", "gone": 3})
FILLED: dict[str, Any] = {
    "ehc_decision": "assess",
    "area": "health", "progress": "on track", "status": "closed", "destination_stage": "agreed", "stage": "agreed", "kind": "review",
    "result": "amend", "part": "family", "attendance": "came", "moment": "before", "respondent": "pupil", "circle": "inner",
    "transition": "6-7", "sen_provision": "K", "code": "ASD", "outcome": "met", "reason": "moved", "tier": "targeted",
    "upn": "A123456789012", "uln": "1234567890", "sex": "F", "cohort_year": 2020, "version": 2, "score": 85, "worry": 3,
    "overall": 4, "judgements": AUDIT, "answers": ANSWERS, "audit_id": None, "outcome_id": None, "carried_from_id": None,
    "rank": 2, "suspensions": 1, "next_milestone_id": None, "missed_open": 0, "direction": "out", "side": "sender",
    "proposed": "enhanced", "move_year": 2026, "question": "lates", "other_id": 2, "handover_id": 1, "pack_id": None,
    "answers_id": None,
}  # fmt: skip
"""What a column holds of which not every text or number is allowed."""
PLAIN: dict[str, Any] = {
    "str": "words",
    "int": 1,
    "bool": True,
    "float": 93.5,
    "date": "2026-11-20",
    "datetime": "2026-11-20 09:00:00",
}


KINDS: dict[type[SQLModel], str] = {
    pupils.SocialCareEpisode: "looked after",
    handovers.HandoverMessage: "question",
    handovers.Friendship: "keep with",
    handovers.Placement: "nurture group",
    pupils.Marker: "do not disclose",
}


def whole_row(model: type[SQLModel], pupil: int, plan: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        kind = (get_args(field.annotation) or (field.annotation,))[0].__name__
        row[name] = FILLED.get(name, PLAIN.get(kind))
    row |= {"pupil_id": pupil, "plan_id": plan, "meeting_id": 1, "milestone_id": 1}
    row["kind"] = KINDS.get(model, row.get("kind"))
    if model is plans.PlanAction:
        row["status"] = "done"
    if model is handovers.Handover:
        row["status"] = "sent"
    if model is pupils.PhaseTransferRecord:
        row["outcome"] = "named"
    if model is pupils.Marker:
        row["what"] = "address"
    if model is pupils.RetentionReview:
        row["kept_until"] = date(2099, 1, 1)
    if model is pupils.Participation:  # a pupil's is not a school's
        del row["school_id"]
    return {name: value for name, value in row.items() if name in model.model_fields and name != "id"}


RECORDS = [model for model in (*vars(pupils).values(), *vars(plans).values(), *vars(handovers).values())
           if isinstance(model, type) and issubclass(model, SQLModel) and "pupil_id" in model.model_fields
           and model is not pupils.JournalChange]  # fmt: skip


@pytest.mark.parametrize("model", [pupils.Pupil, *RECORDS], ids=lambda model: model.__tablename__)
def test_every_column_of_every_record_is_told_in_words(workspace: Workspace, model: type[SQLModel]) -> None:
    add_school(workspace)
    pupil = add_pupil(workspace)
    plan = add_plan(workspace, pupil)
    if model is plans.PlanAttendee:
        with workspace.change("Meeting", "x") as action:
            action.insert("plan_meeting", {"pupil_id": pupil, "plan_id": plan, "held_on": TODAY})
    add_pupil(workspace, forename="Ben")
    if model is pupils.Pupil:
        pupil += 2
    if "handover_id" in model.model_fields:
        add_handover(workspace, pupil)
    table = str(model.__tablename__)
    with workspace.change("Made up", table) as action:
        if model is pupils.PupilMilestone:
            action.connection.execute("DELETE FROM pupil_milestone")
        action.insert(table, whole_row(model, pupil, plan))
    row = pupil_history.of_pupil(workspace, pupil)[0].rows[0]
    told = {field.label: field.new for field in row.fields}
    shown = set(whole_row(model, pupil, plan)) - pupil_history.NOT_SHOWN
    assert len(told) == len(shown)  # none is left out, and no two have the same label
    for text in (row.what, *told):
        assert text == text.strip()
        assert text[0].isupper()
        assert "_" not in text
        assert not text.endswith(" id")
    assert not [value for value in told.values() if value is None or "{" in value]


def test_what_is_not_shown_is_a_column() -> None:
    columns = {name for model in (pupils.Pupil, *RECORDS) for name in model.model_fields}
    assert columns >= pupil_history.NOT_SHOWN


def newest(workspace: Workspace, pupil: int) -> dict[str, dict[str, tuple[str | None, str | None]]]:
    told = pupil_history.of_pupil(workspace, pupil)[0]
    return {row.what: {field.label: (field.old, field.new) for field in row.fields} for row in told.rows}


def test_a_plan_is_told_by_its_questions_in_the_councils_words(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=11)
    plan = add_plan(workspace, pupil, "11-16P")
    questions.save_words(workspace, {"admired": {"label": "My strengths"}})
    school = add_school(workspace, "Riverside College")
    fields = {"admired": "Brave", "pupil_voice_how": "drawn", "pupil_voice_on": "1/11/26", "advocate_offered": "no",
              "destination_school_id": school, "destination_stage": "intended"}  # fmt: skip
    writing.save_answers(workspace, plan, fields)
    assert newest(workspace, pupil) == {
        "Plan": {
            "My strengths": ("Saves a seat for everybody.", "Brave"),
            "What I say, and what my family says: How I said it": ("spoken, with Mum", "drawn"),
            "What I say, and what my family says: When I said it": ("Fri 2 Oct 2026", "Sun 1 Nov 2026"),
            "Making my own decisions: Was I offered an advocate?": (None, "no"),
            "Where I am going: School or college": (None, "Riverside College"),
            "Where I am going: How certain": (None, "intended"),
        }
    }


def test_a_new_version_is_told_with_what_it_took_along(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=9)
    plan = add_plan(workspace, pupil, "9-PFA", status="active", advocate_offered=False)
    opening.new_version(workspace, plan)
    told = pupil_history.of_pupil(workspace, pupil)[0].rows
    assert [(row.what, row.how) for row in told] == [
        ("Plan, version 2", "added"), *[("Outcome", "added")] * 4, ("Action", "added"), ("Action", "changed"),
    ]  # fmt: skip
    assert FieldTold("Making my own decisions: Was I offered an advocate?", None, "no") in told[0].fields  # an answer
    assert told[1].fields == (
        FieldTold("Area", None, "Education and employment"), FieldTold("Outcome", None, "Chooses: education"),
    )  # fmt: skip
    assert told[-1].fields == (FieldTold("Status", "open", "carried over"),)


PROFILE = "The profile says what people like and admire, what is important to the pupil, and how best to support them"


def test_judgements_and_answers_are_told_in_words(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan = add_plan(workspace, pupil)
    with workspace.change("Plan audited", "x") as action:
        action.insert("plan_audit", whole_row(plans.PlanAudit, pupil, plan))
    told = newest(workspace, pupil)["Audit of the plan"]
    assert told["Audited by"] == (None, "K. Osei")
    assert told["Score"] == (None, "85 of 100")
    assert told["Judgements"] == (
        None,
        f"1 met\n2 partly: The pupil's hopes are written down; gone\n1 not met: {PROFILE}\n1 not applicable",
    )
    with workspace.change("Survey came back", "x") as action:
        action.insert("survey_response", whole_row(plans.SurveyResponse, pupil, plan))
    assert newest(workspace, pupil)["Answered survey"]["Answers"] == (
        None, "We were asked what matters to us: 5\nWe knew who to contact about the move: not sure\ngone: 3",
    )  # fmt: skip


def test_a_review_says_what_becomes_of_the_plan(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan = add_plan(workspace, pupil)
    for result, words in (
        ("maintain", "it continues unchanged"),
        ("amend", "it is changed"),
        ("close", "it is closed"),
    ):
        with workspace.change("Review held", "x") as action:
            row = {"pupil_id": pupil, "plan_id": plan, "kind": "review", "held_on": TODAY, "result": result}
            number = action.insert("plan_meeting", {**row, "advocacy_needed": False, "happened": False})
        told = newest(workspace, pupil)["Review of the plan"]
        assert told["What happens to the plan"] == (None, words)
        assert told["Advocate needed"] == (None, "no")
        assert "Was held" not in told
    with workspace.change("Meeting edited", "x") as action:
        action.update("plan_meeting", {"id": number}, {"happened": True})
    assert newest(workspace, pupil) == {"Meeting about the plan": {"Was held": ("no", "yes")}}


def test_answers_of_a_handover_are_told_by_their_question(workspace: Workspace) -> None:
    from transitions.handovers import writing

    pupil = add_pupil(workspace)
    number = add_handover(workspace, pupil, lates="2", reading_test_on="2026-09-05")
    assert newest(workspace, pupil) == {
        "Handover: Times late this year": {"Answer": (None, "2")},
        "Handover: Reading test taken on": {"Answer": (None, "Sat 5 Sep 2026")},
    }
    writing.save_answers(workspace, number, {"lates": "3"})
    assert newest(workspace, pupil) == {"Handover: Times late this year": {"Answer": ("2", "3")}}
    writing.save_answers(workspace, number, {"lates": ""})
    assert newest(workspace, pupil) == {"Handover: Times late this year": {"Answer": ("3", None)}}
