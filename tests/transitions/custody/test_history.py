"""Undo takes back exactly what was done and redo exactly what was undone, whatever was done."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_terms, add_worker, contents, edit_pupil, field_changes, pupil_values
from hypothesis import given, settings
from hypothesis import strategies as st

from db.driver import IntegrityError
from db.errors import NothingToUndo
from transitions.clock import Clock
from transitions.custody import history
from transitions.errors import Fault
from transitions.milestones import recording
from transitions.workspace import Workspace

TODAY = date(2027, 6, 30)  # late in the year: most steps of it are overdue

FACTS = st.fixed_dictionaries(
    {},
    optional={
        "sen_provision": st.sampled_from("NKE"),
        "tier": st.sampled_from([None, "targeted", "enhanced"]),
        "date_of_birth": st.sampled_from([date(2016, 3, 14), date(2012, 3, 14), date(2009, 9, 1)]),
        "cohort_year": st.sampled_from([2020, 2016, 2018]),
        "next_school_recorded_on": st.sampled_from([None, date(2027, 2, 1), date(2027, 5, 1)]),
        "in_year_move_on": st.sampled_from([None, date(2027, 5, 4)]),
        "child_protection_file": st.booleans(),
        "archived_at": st.sampled_from([None, None, "2027-06-01 00:00:00.000000"]),
    },
)
PUPIL = st.integers(0, 2)
ACTIONS = st.one_of(
    st.tuples(st.just("edit"), PUPIL, FACTS),
    st.tuples(st.just("add"), PUPIL, FACTS),
    st.tuples(
        st.sampled_from(["done", "missed", "waive", "reopen", "put off", "note", "assign", "care", "term"]),
        PUPIL,
        st.integers(0, 30),
    ),
)


def _step(workspace: Workspace, pupil: int, number: int) -> recording.Step:
    rows = (
        workspace.read()
        .execute(
            "SELECT pupil_id, milestone_id, cycle FROM pupil_milestone WHERE pupil_id = ? "
            "ORDER BY outcome IS NULL, late_after IS NULL, late_after, milestone_id",
            (pupil,),
        )
        .fetchall()
    )
    return recording.Step(*rows[number % len(rows)]) if rows else recording.Step(pupil, 1, 1)


def _act(workspace: Workspace, what: str, pupil: int, detail: object) -> None:
    if isinstance(detail, dict):
        if what == "add":
            with workspace.change("Pupil added", "x") as action:
                action.insert("pupil", pupil_values(workspace, **detail))
        elif detail:
            edit_pupil(workspace, pupil, **detail)
        return
    assert isinstance(detail, int)
    step = _step(workspace, pupil, detail)
    if what == "done":
        recording.mark_done(workspace, [step], on=date(2027, 1 + detail % 6, 15))
    elif what == "missed":
        recording.flag_missed(workspace, [step], reason="moved", next_step="Ring")
    elif what == "waive":
        recording.waive(workspace, [step], reason="not-applicable")
    elif what == "reopen":
        recording.reopen(workspace, [step, _step(workspace, pupil, detail + 1)])
    elif what == "put off":
        recording.put_off(workspace, [pupil], date(2027, 7, 1 + detail % 20))
    elif what == "note":
        recording.add_note(workspace, [pupil], "Seen")
    elif what == "assign":
        recording.assign(workspace, [pupil], None if detail % 2 else workspace.me)
    elif what == "care":
        row = {"pupil_id": pupil, "kind": "looked after", "started_on": date(2027, 1 + detail % 6, 2)}
        with workspace.change("Care", "x") as action:
            action.insert("social_care_episode", row)
    else:
        with workspace.change("Closure", "x") as action:
            action.insert("closure", {"day": date(2027, 6, 1 + detail % 29), "reason": "INSET"})


@settings(max_examples=20)
@given(actions=st.lists(ACTIONS, max_size=12))
def test_undoing_everything_is_the_start_and_redoing_everything_the_end(
    actions: list[tuple[str, int, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = _with_three_pupils(tmp_path_factory.mktemp("history"))
    ids = [row[0] for row in workspace.read().execute("SELECT id FROM pupil ORDER BY id")]
    seen = [contents(workspace)]
    for what, number, detail in actions:
        entries = history.entries(workspace)
        try:
            _act(workspace, what, ids[number], detail)
        except (Fault, IntegrityError):
            assert contents(workspace) == seen[-1]
        if history.entries(workspace) != entries:
            seen.append(contents(workspace))
    for wanted in reversed(seen[:-1]):
        history.undo(workspace)
        assert contents(workspace) == wanted
    for wanted in seen[1:]:
        history.redo(workspace)
        assert contents(workspace) == wanted
    with pytest.raises(NothingToUndo):
        history.redo(workspace)
    workspace.close()


def _with_three_pupils(folder: Path) -> Workspace:
    workspace = Workspace.open(folder / "pupils.db", Clock.on(TODAY), create=True)
    worker = add_worker(workspace)
    add_terms(workspace)
    for surname, provision in (("Khan", "E"), ("Byrne", "K"), ("Ward", "N")):
        add_pupil(workspace, surname=surname, sen_provision=provision)
    workspace.become(worker)
    return workspace


def test_the_history_reads_as_people_would_tell_it(tmp_path: Path) -> None:
    workspace = _with_three_pupils(tmp_path)
    first = recording.next_steps(workspace, [1])
    recording.flag_missed(workspace, first, reason="not-sent", next_step="Ring the school")
    recording.mark_done(workspace, first, on=TODAY)
    told = [(entry.name, entry.summary) for entry in history.entries(workspace, pupil_id=1)]
    assert told[0][0] == "Marked done"
    assert told[1][0] == "Flagged missed"
    assert told[1][1].endswith(" · Aisha Khan")
    changes = field_changes(workspace, history.entries(workspace)[0].id)
    assert {(change.column, change.old, change.new) for change in changes} == {
        ("outcome", "missed", "late"),
        ("done_on", None, "2027-06-30"),
    }
    workspace.close()
