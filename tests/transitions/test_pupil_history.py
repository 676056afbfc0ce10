"""A pupil's journal in plain words."""

from datetime import date

from builders import add_pupil, add_school, add_terms, add_worker, edit_pupil, steps_of

from db import tables
from transitions import history, pupil_history, recording
from transitions.pupil_history import FieldTold
from transitions.recording import Step
from transitions.workspace import Workspace


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
    (row,) = newest.rows
    assert (row.what, row.how) == ("Pupil", "changed")
    assert set(row.fields) == {
        FieldTold("Next school", "Conyers School", "Egglescliffe School"),
        FieldTold("Next school recorded on", None, "Tue 3 Nov 2026"),
        FieldTold("SEN provision", "No SEN", "SEN support"),
        FieldTold("Young carer", "no", "yes"),
        FieldTold("Caseworker", None, "R. Patel"),
        FieldTold("Attendance %", None, "93.5%"),
    }
    (first,) = added.rows
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
    assert flagged.rows[0].what == "Secondary school place is applied for"
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


def test_no_field_is_told_by_the_name_of_a_column() -> None:
    kinds = (tables.Pupil, tables.Need, tables.SocialCareEpisode, tables.Contact, tables.PupilMilestone, tables.Plan,
             tables.PlanAction, tables.Note)  # fmt: skip
    columns = {name for kind in kinds for name in kind.model_fields}
    labels = {pupil_history.label(name) for name in columns - pupil_history.NOT_SHOWN}
    assert not [text for text in labels if "_" in text or text.endswith(" id") or text != text.strip()]
    assert all(text[0].isupper() for text in labels)
