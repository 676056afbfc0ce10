"""Every change is in the journal, and every change can be taken back exactly."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms, add_worker, contents, edit_pupil, field_changes, steps_of
from conftest import Opener

from db.errors import ChangedSince, NothingToUndo
from db.journal import stored
from transitions.custody import history
from transitions.milestones import recording
from transitions.workspace import Workspace


def changes_of(workspace: Workspace, action_id: int) -> list[tuple[Any, ...]]:
    return (
        workspace.read()
        .execute(
            "SELECT table_name, row_key, pupil_id, old_values, new_values FROM journal_change WHERE action_id = ? "
            "ORDER BY position",
            (action_id,),
        )
        .fetchall()
    )


def newest(workspace: Workspace) -> history.HistoryEntry:
    return history.entries(workspace, limit=1)[0]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, None),
        ("x", "x"),
        (3, 3),
        (1.5, 1.5),
        (True, 1),
        (False, 0),
        (date(2026, 2, 3), "2026-02-03"),
        (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), "2026-07-01 12:30:00.000000"),
        (datetime.fromisoformat("2026-07-01T12:30:00+01:00"), "2026-07-01 11:30:00.000000"),
    ],
)
def test_values_are_stored_one_way(value: Any, wanted: Any) -> None:
    found = stored(value)
    assert found == wanted
    assert type(found) is type(wanted)


def test_an_update_keeps_before_and_after_of_the_columns_that_changed(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, tier="universal")
    edit_pupil(workspace, pupil, tier="enhanced", sen_provision="N", pupil_premium=True)
    ((table, key, about, old, new),) = changes_of(workspace, newest(workspace).id)
    assert (table, json.loads(key), about) == ("pupil", {"id": pupil}, pupil)
    assert json.loads(old) == {"tier": "universal", "pupil_premium": 0}
    assert json.loads(new) == {"tier": "enhanced", "pupil_premium": 1}


def test_an_insert_keeps_what_was_given_and_a_delete_the_whole_row(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with workspace.change("Need added", "x") as action:
        action.insert("need", {"pupil_id": pupil, "rank": 1, "code": "ASD"})
    ((table, key, about, old, new),) = changes_of(workspace, newest(workspace).id)
    assert (table, json.loads(key), about, old) == ("need", {"pupil_id": pupil, "rank": 1}, pupil, None)
    assert json.loads(new) == {"pupil_id": pupil, "rank": 1, "code": "ASD"}
    with workspace.change("Need taken away", "x") as action:
        action.delete("need", {"pupil_id": pupil, "rank": 1})
    ((_, _, _, old, new),) = changes_of(workspace, newest(workspace).id)
    assert new is None
    assert json.loads(old) == {"pupil_id": pupil, "rank": 1, "code": "ASD"}


def test_a_change_that_changes_nothing_leaves_no_trace(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, tier="universal")
    before = history.entries(workspace)
    edit_pupil(workspace, pupil, tier="universal")
    assert history.entries(workspace) == before


def test_a_change_that_fails_leaves_no_trace(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    before, entries = contents(workspace), history.entries(workspace)

    def edit_and_fail() -> None:
        with workspace.change("Edited", "x") as action:
            action.update("pupil", {"id": pupil}, {"surname": "Other"})
            action.update("pupil", {"id": 999}, {"surname": "Nobody"})

    with pytest.raises(ChangedSince, match="This pupil is no longer there"):
        edit_and_fail()
    assert contents(workspace) == before
    assert history.entries(workspace) == entries


def test_who_and_when_are_kept(workspace: Workspace) -> None:
    add_pupil(workspace)
    entry = newest(workspace)
    assert (entry.worker, entry.kind, entry.name, entry.summary) == ("K. Osei", "change", "Pupil added", "Khan")
    assert entry.at == datetime(2026, 11, 21, 12, tzinfo=UTC)  # the moment at which the tests stand still
    assert not entry.undone


def test_undo_and_redo_are_actions_of_their_own(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, tier="universal")
    edit_pupil(workspace, pupil, tier="enhanced")
    edited = newest(workspace).id
    undone = history.undo(workspace)
    assert (undone.name, undone.summary, undone.pupils) == ("Pupil edited", "tier", {pupil})
    kinds = [(entry.kind, entry.summary, entry.undone) for entry in history.entries(workspace, limit=2)]
    assert kinds == [("undo", "Undid: tier", False), ("change", "tier", True)]
    redone = history.redo(workspace)
    assert (redone.name, redone.summary) == ("Pupil edited", "tier")
    kinds = [(entry.kind, entry.summary, entry.undone) for entry in history.entries(workspace, limit=3)]
    assert kinds == [("redo", "Redid: tier", False), ("undo", "Undid: tier", False), ("change", "tier", False)]
    assert [one.new for one in field_changes(workspace, edited)] == ["enhanced"]


def test_undo_goes_back_step_by_step_and_redo_forward_again(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    seen = [contents(workspace)]
    for tier in ("universal", "targeted", "enhanced"):
        edit_pupil(workspace, pupil, tier=tier)
        seen.append(contents(workspace))
    for wanted in reversed(seen[:-1]):
        history.undo(workspace)
        assert contents(workspace) == wanted
    for wanted in seen[1:]:
        history.redo(workspace)
        assert contents(workspace) == wanted
    with pytest.raises(NothingToUndo, match="There is nothing to redo"):
        history.redo(workspace)


def test_a_new_change_clears_redo(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    edit_pupil(workspace, pupil, tier="universal")
    history.undo(workspace)
    edit_pupil(workspace, pupil, young_carer=True)
    with pytest.raises(NothingToUndo, match="There is nothing to redo"):
        history.redo(workspace)


def test_nothing_to_undo_is_said(workspace: Workspace) -> None:
    workspace.become(add_worker(workspace, "B. Lee"))
    with pytest.raises(NothingToUndo, match="There is nothing to undo"):
        history.undo(workspace)


def test_undo_is_per_worker_and_another_workers_action_goes_by_its_number(workspace: Workspace) -> None:
    me, other = workspace.me, add_worker(workspace, "B. Lee")
    assert me is not None
    pupil = add_pupil(workspace)
    edit_pupil(workspace, pupil, tier="targeted")
    mine = newest(workspace).id
    workspace.become(other)
    edit_pupil(workspace, pupil, young_carer=True)
    workspace.become(me)
    assert history.undo(workspace).summary == "tier"  # mine, although B. Lee's is newer
    history.redo(workspace)
    workspace.become(other)
    history.undo(workspace)
    history.undo(workspace, mine)
    row = workspace.read().execute("SELECT tier, young_carer FROM pupil").fetchone()
    assert row == (None, 0)
    assert newest(workspace).worker == "B. Lee"
    with pytest.raises(NothingToUndo):
        history.undo(workspace, mine)


def test_undo_survives_a_restart(workspace: Workspace, opener: Opener) -> None:
    pupil = add_pupil(workspace)
    before = contents(workspace)
    edit_pupil(workspace, pupil, surname="Other", search_text="other aisha")
    after = contents(workspace)
    workspace.close()
    again = opener()
    history.undo(again)
    assert contents(again) == before
    again.close()
    third = opener()
    history.redo(third)
    assert contents(third) == after


def test_undo_is_refused_with_the_fields_name_when_it_was_changed_since(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    edit_pupil(workspace, pupil, next_school_id=add_school(workspace), next_school_recorded_on=date(2026, 11, 2))
    edited = newest(workspace).id
    edit_pupil(workspace, pupil, next_school_recorded_on=date(2026, 11, 9))
    before, entries = contents(workspace), history.entries(workspace)
    with pytest.raises(ChangedSince, match="next school recorded on of this pupil has been changed since") as caught:
        history.undo(workspace, edited)
    assert "correct it by hand" in caught.value.sentence
    assert contents(workspace) == before
    assert history.entries(workspace) == entries


def test_a_new_pupil_that_somebody_has_worked_on_is_not_undone_away(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    added = newest(workspace).id
    workspace.become(add_worker(workspace, "B. Lee"))
    edit_pupil(workspace, pupil, sen_provision="E")
    with pytest.raises(ChangedSince, match="sen provision of this pupil has been changed since"):
        history.undo(workspace, added)
    history.undo(workspace)
    recording.add_note(workspace, [pupil], "A visit is planned.")
    with pytest.raises(ChangedSince, match="other records now depend on this pupil"):
        history.undo(workspace, added)
    history.undo(workspace)
    history.undo(workspace, added)
    assert contents(workspace)["pupil"] == []


def test_a_decision_on_a_new_pupils_step_keeps_the_pupil(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, sen_provision="E")
    added = newest(workspace).id
    recording.mark_done(workspace, recording.next_steps(workspace, [pupil]))
    before = contents(workspace)
    with pytest.raises(ChangedSince, match="depend on this pupil"):
        history.undo(workspace, added)
    assert contents(workspace) == before


def test_an_import_goes_and_comes_back_with_everything_planned(workspace: Workspace) -> None:
    add_terms(workspace)
    before = contents(workspace)
    with workspace.change("Pupils imported", "3 pupils") as action:
        for name in ("Khan", "Byrne", "Ward"):
            row = {"surname": name, "forename": "A", "date_of_birth": date(2016, 3, 14), "cohort_year": 2020}
            number = action.insert("pupil", {**row, "planned_from": date(2026, 9, 1), "sen_provision": "E"})
            action.insert("need", {"pupil_id": number, "rank": 1, "code": "ASD"})
    after = contents(workspace)
    assert len(after["pupil_milestone"]) >= 3 * 12
    assert history.undo(workspace).summary == "3 pupils"
    assert contents(workspace) == before
    history.redo(workspace)
    assert contents(workspace) == after


def test_what_was_deleted_comes_back_whole(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with workspace.change("Contact added", "x") as action:
        contact = action.insert("contact", {"pupil_id": pupil, "name": "Gran", "circle": "inner", "may_contact": True})
    before = contents(workspace)
    with workspace.change("Contact deleted", "x") as action:
        action.delete("contact", {"id": contact})
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_changed_key_is_found_again(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with workspace.change("Need added", "x") as action:
        action.insert("need", {"pupil_id": pupil, "rank": 1, "code": "ASD"})
    before = contents(workspace)
    with workspace.change("Need moved", "x") as action:
        action.update("need", {"pupil_id": pupil, "rank": 1}, {"rank": 2})
    after = contents(workspace)
    history.undo(workspace)
    assert contents(workspace) == before
    history.redo(workspace)
    assert contents(workspace) == after


def test_an_undo_that_would_break_a_rule_is_refused_in_words(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, upn="A123456789012")
    edit_pupil(workspace, pupil, upn="B123456789012")
    edited = newest(workspace).id
    add_pupil(workspace, upn="A123456789012")
    before = contents(workspace)
    with pytest.raises(ChangedSince, match="taken its place"):
        history.undo(workspace, edited)
    assert contents(workspace) == before


def test_undoing_term_dates_takes_the_dates_of_the_steps_back(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    before = contents(workspace)
    add_terms(workspace)
    after = contents(workspace)
    assert steps_of(workspace, pupil)["6-7.ctf", 2026].due_on == date(2027, 9, 21)
    history.undo(workspace)
    assert contents(workspace) == before
    assert steps_of(workspace, pupil)["6-7.ctf", 2026].due_on is None
    history.redo(workspace)
    assert contents(workspace) == after


def test_entries_page_and_narrow_to_one_pupil(workspace: Workspace) -> None:
    first, second = add_pupil(workspace), add_pupil(workspace, surname="Byrne")
    edit_pupil(workspace, first, tier="universal")
    recording.add_note(workspace, [first, second], "Seen together.")
    assert [entry.name for entry in history.entries(workspace, pupil_id=first)] == [
        "Note added",
        "Pupil edited",
        "Pupil added",
    ]
    assert [entry.summary for entry in history.entries(workspace, pupil_id=second)] == ["2 pupils", "Byrne"]
    everything = history.entries(workspace)
    assert [entry.id for entry in everything] == sorted((entry.id for entry in everything), reverse=True)
    assert history.entries(workspace, limit=2) == everything[:2]
    from db import journal

    assert journal.entries(workspace.read(), before=everything[1].id, limit=2) == everything[2:4]


def test_field_changes_show_each_column_of_each_row_but_nothing_derived(workspace: Workspace) -> None:
    first, second = add_pupil(workspace), add_pupil(workspace, surname="Byrne")
    with workspace.change("Renamed", "2 pupils") as action:
        for pupil in (first, second):
            action.update("pupil", {"id": pupil}, {"surname": "Ward", "search_text": "ward aisha", "sex": "F"})
    action_id = newest(workspace).id
    assert field_changes(workspace, action_id, pupil_id=second) == [
        ("pupil", "surname", "Byrne", "Ward"),
        ("pupil", "sex", None, "F"),
    ]
    assert len(field_changes(workspace, action_id)) == 4


def test_columns_that_are_derived_never_block_an_undo(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    edit_pupil(workspace, pupil, surname="Ward", search_text="ward aisha")
    renamed = newest(workspace).id
    with workspace.database.write() as connection:
        connection.execute("UPDATE pupil SET search_text = 'ward aisha extra'")
    history.undo(workspace, renamed)
    row = workspace.read().execute("SELECT surname, search_text FROM pupil").fetchone()
    assert row == ("Khan", "khan aisha")
