"""What a person records about a step: what is kept, what is refused and in which words, and that it is one action."""

from datetime import date
from typing import Any

import pytest
from builders import add_pupil, add_terms, add_worker, contents, edit_pupil, steps_of
from conftest import Opener

from db import journal, rows
from db.errors import ChangedSince, NothingToUndo
from transitions.custody import history
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.milestones import recording
from transitions.milestones.definitions import load_shipped
from transitions.milestones.recording import Step
from transitions.workspace import Workspace

APPLICATION = "6-7.application"  # due on 31 October 2026, three weeks ago
TIER = "6-7.tier"  # due on 31 March 2027
TODAY = date(2026, 11, 21)


def step_of(workspace: Workspace, pupil: int, code: str = APPLICATION) -> Step:
    row = steps_of(workspace, pupil)[code, 2026]
    return Step(row.pupil_id, row.milestone_id, row.cycle)


def row_of(workspace: Workspace, pupil: int, code: str = APPLICATION) -> Any:
    return steps_of(workspace, pupil)[code, 2026]


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    return add_pupil(workspace)


@pytest.fixture
def step(workspace: Workspace, pupil: int) -> Step:
    return step_of(workspace, pupil)


# --- done ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "outcome"),
    [(None, "late"), (date(2026, 11, 1), "late"), (date(2026, 10, 31), "met"), (date(2026, 9, 1), "met")],
)
def test_done_is_met_in_time_and_late_after(
    workspace: Workspace, pupil: int, step: Step, on: date | None, outcome: str
) -> None:
    done = recording.mark_done(workspace, [step], on=on, evidence="  The list\nof admissions ")
    assert done == ("Marked done", "Apply for a secondary school place · Aisha Khan", 1)
    row = row_of(workspace, pupil)
    assert (row.outcome, row.done_on, row.recorded_by, row.missed_on) == (outcome, on or TODAY, "K. Osei", None)
    assert row.evidence == "The list\nof admissions"


def test_done_within_the_days_of_grace_is_in_time(opener: Opener) -> None:
    workspace = opener(date(2027, 3, 15))
    pupil = add_pupil(workspace)
    recording.mark_done(workspace, [step_of(workspace, pupil, "6-7.destination")])
    assert row_of(workspace, pupil, "6-7.destination").outcome == "met"


def test_a_step_without_a_date_is_done_in_time(workspace: Workspace, pupil: int) -> None:
    recording.mark_done(workspace, [step_of(workspace, pupil, "6-7.ctf")])
    assert row_of(workspace, pupil, "6-7.ctf").outcome == "met"


def test_a_day_to_come_is_refused(workspace: Workspace, pupil: int, step: Step) -> None:
    before = contents(workspace)
    with pytest.raises(NotAllowed, match="22 Nov 2026 is in the future") as caught:
        recording.mark_done(workspace, [step], on=date(2026, 11, 22))
    assert caught.value.exit_status == 77
    assert contents(workspace) == before


def test_a_day_before_the_birth_is_refused(workspace: Workspace, pupil: int, step: Step) -> None:
    before = contents(workspace)
    with pytest.raises(NotAllowed, match="before the date of birth"):
        recording.mark_done(workspace, [step], on=date(2010, 5, 4))
    assert contents(workspace) == before


def test_missed_then_done_is_late_and_the_miss_stays_on_record(workspace: Workspace, pupil: int, step: Step) -> None:
    recording.flag_missed(workspace, [step], reason="not-sent", next_step="Ring the school")
    recording.mark_done(workspace, [step])
    row = row_of(workspace, pupil)
    assert (row.outcome, row.missed_on, row.reason, row.next_step) == ("late", TODAY, "not-sent", "Ring the school")


def test_missed_but_found_to_be_done_in_time_clears_the_flag(workspace: Workspace, pupil: int, step: Step) -> None:
    recording.flag_missed(workspace, [step], reason="no-information", next_step="Ring the school")
    recording.mark_done(workspace, [step], on=date(2026, 10, 30))
    row = row_of(workspace, pupil)
    assert (row.outcome, row.missed_on, row.reason, row.next_step) == ("met", None, None, None)


def test_waived_then_done_after_all_forgets_why_it_was_waived(workspace: Workspace, pupil: int, step: Step) -> None:
    recording.waive(workspace, [step], reason="family-choice", words="Home educated")
    recording.mark_done(workspace, [step])
    row = row_of(workspace, pupil)
    assert (row.outcome, row.missed_on, row.reason, row.next_step) == ("late", None, None, None)


def test_a_day_may_be_put_right(workspace: Workspace, pupil: int, step: Step) -> None:
    recording.mark_done(workspace, [step], evidence="The list")
    recording.mark_done(workspace, [step], on=date(2026, 10, 5))
    row = row_of(workspace, pupil)
    assert (row.outcome, row.done_on, row.evidence) == ("met", date(2026, 10, 5), "The list")


def test_the_same_again_changes_nothing_and_leaves_no_entry(workspace: Workspace, step: Step) -> None:
    recording.mark_done(workspace, [step])
    entries = history.entries(workspace)
    assert recording.mark_done(workspace, [step]).changed == 0
    assert history.entries(workspace) == entries


# --- missed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [reason.code for reason in load_shipped().missed_reasons])
def test_missed_keeps_the_reason_the_day_and_what_happens_next(
    workspace: Workspace, pupil: int, step: Step, reason: str
) -> None:
    done = recording.flag_missed(workspace, [step], reason=reason, next_step="Ring the school")
    assert done.name == "Flagged missed"
    row = row_of(workspace, pupil)
    assert (row.outcome, row.missed_on, row.reason, row.next_step) == ("missed", TODAY, reason, "Ring the school")
    assert row.recorded_by == "K. Osei"


def test_flagged_again_with_another_reason_keeps_the_first_day(
    workspace: Workspace, pupil: int, step: Step, opener: Opener
) -> None:
    recording.flag_missed(workspace, [step], reason="did-not-know", next_step="Ask")
    workspace.close()
    later = opener(date(2026, 12, 1))
    recording.flag_missed(later, [step], reason="moved")
    row = row_of(later, pupil)
    assert (row.missed_on, row.reason, row.next_step) == (TODAY, "moved", "Ask")


@pytest.mark.parametrize(
    ("code", "reason", "words", "sentence"),
    [
        (TIER, "moved", "", "is not overdue yet, so it cannot be missed. Waive it"),
        ("6-7.ctf", "moved", "", "is not overdue yet"),  # it has no date
        (APPLICATION, "bad luck", "", "'bad luck' is not a known reason. Choose one of: not-sent, family-did-not-come"),
        (APPLICATION, "family-choice", "", "is not a known reason"),  # a reason to waive
        (APPLICATION, "other", "  ", "The reason is 'other': say in a few words what it is"),
    ],
)  # fmt: skip
def test_missed_is_refused(workspace: Workspace, pupil: int, code: str, reason: str, words: str, sentence: str) -> None:
    before = contents(workspace)
    with pytest.raises(NotAllowed, match=sentence):
        recording.flag_missed(workspace, [step_of(workspace, pupil, code)], reason=reason, next_step=words)
    assert contents(workspace) == before


def test_on_the_last_day_of_grace_it_cannot_be_missed_and_on_the_next_it_can(opener: Opener) -> None:
    workspace = opener(date(2027, 3, 15))
    pupil = add_pupil(workspace)
    step = step_of(workspace, pupil, "6-7.destination")
    assert recording.why_not_missed(workspace, [step]) == (
        "“Record the secondary school” is not overdue yet, so it cannot be flagged missed."
    )
    assert (recording.why_not_missed(workspace, [step, step_of(workspace, pupil, APPLICATION)]) or "").startswith(
        "Of these 2 steps, 1 not overdue yet:"
    )
    with pytest.raises(NotAllowed, match="not overdue yet"):
        recording.flag_missed(workspace, [step], reason="no-place")
    workspace.close()
    later = opener(date(2027, 3, 16))
    assert recording.why_not_missed(later, [step]) is None
    assert recording.flag_missed(later, [step], reason="no-place").changed == 1


@pytest.mark.parametrize("how", ["missed", "waived"])
def test_what_is_done_is_not_flagged_or_waived_by_a_slip(
    workspace: Workspace, pupil: int, step: Step, how: str
) -> None:
    recording.mark_done(workspace, [step], on=date(2026, 10, 5))
    before = contents(workspace)
    act, reason = (recording.flag_missed, "moved") if how == "missed" else (recording.waive, "another-way")
    with pytest.raises(NotAllowed, match=r"recorded as done on .*5 Oct 2026 by K\. Osei\. Open it again first"):
        act(workspace, [step], reason=reason)
    assert contents(workspace) == before


def test_what_happens_next_can_be_said_later_and_only_of_missed_steps(
    workspace: Workspace, pupil: int, step: Step
) -> None:
    with pytest.raises(NotAllowed, match="is not flagged missed"):
        recording.record_next_step(workspace, [step], "Ring the school")
    recording.flag_missed(workspace, [step], reason="not-sent")
    recording.record_next_step(workspace, [step], " Ring the school ")
    assert row_of(workspace, pupil).next_step == "Ring the school"
    recording.record_next_step(workspace, [step], "")
    assert row_of(workspace, pupil).next_step is None


# --- waived, open again, put off --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", load_shipped().waived_reasons, ids=lambda reason: reason.code)
def test_waived_or_not_applicable_by_its_reason(workspace: Workspace, pupil: int, step: Step, reason: Any) -> None:
    recording.waive(workspace, [step], reason=reason.code, words="As agreed")
    row = row_of(workspace, pupil)
    assert (row.outcome, row.reason, row.next_step) == (reason.state, reason.code, "As agreed")
    assert reason.state == ("not applicable" if reason.code == "not-applicable" else "waived")


@pytest.mark.parametrize(
    ("reason", "sentence"), [("not-sent", "is not a known reason"), ("other", "say in a few words")]
)
def test_waiving_is_refused(workspace: Workspace, step: Step, reason: str, sentence: str) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        recording.waive(workspace, [step], reason=reason)


def test_a_missed_step_that_is_waived_keeps_the_day_it_was_missed(workspace: Workspace, pupil: int, step: Step) -> None:
    recording.flag_missed(workspace, [step], reason="not-sent")
    recording.waive(workspace, [step], reason="moved-out")
    assert row_of(workspace, pupil).missed_on == TODAY


def test_open_again_takes_everything_back(workspace: Workspace, pupil: int, step: Step) -> None:
    before = contents(workspace)
    recording.flag_missed(workspace, [step], reason="not-sent", next_step="Ring")
    recording.mark_done(workspace, [step], evidence="The list")
    recording.reopen(workspace, [step])
    assert contents(workspace) == before


def test_what_the_record_says_is_not_opened_by_hand(workspace: Workspace, pupil: int) -> None:
    edit_pupil(workspace, pupil, next_school_recorded_on=TODAY)
    step = step_of(workspace, pupil, "6-7.destination")
    with pytest.raises(NotAllowed, match=r"the pupil's record says so\. Change it there"):
        recording.reopen(workspace, [step])
    assert history.undo(workspace).name == "Pupil edited"  # nothing of ours stands in the way


def test_put_off_stays_open_and_overdue(workspace: Workspace, pupil: int, step: Step) -> None:
    recording.put_off(workspace, [pupil], date(2026, 12, 1))
    assert (row_of(workspace, pupil).outcome, row_of(workspace, pupil).recorded_by) == (None, None)
    assert recording.next_steps(workspace, [pupil]) == [step]
    assert recording.put_off_until(workspace, pupil) == date(2026, 12, 1)
    recording.put_off(workspace, [pupil], date(2026, 12, 8))
    assert recording.put_off_until(workspace, pupil) == date(2026, 12, 8)
    assert history.undo(workspace).name == "Reminder set"
    assert recording.put_off_until(workspace, pupil) == date(2026, 12, 1)
    history.undo(workspace)
    assert recording.put_off_until(workspace, pupil) is None


def test_what_an_earlier_version_kept_in_another_way_is_not_undone(
    workspace: Workspace, pupil: int, step: Step
) -> None:
    with workspace.change("Put off", "x") as action:
        key = dict(zip(("pupil_id", "milestone_id", "cycle"), step, strict=True))
        gone = {"remind_on": None}, {"remind_on": "2026-12-01"}
        entry = journal._entry(action.connection, action.id, "pupil_milestone", key, pupil, *gone)
        rows.insert_row(action.connection, "journal_change", entry)
    before = contents(workspace)
    with pytest.raises(NothingToUndo, match="an earlier version of the program recorded this"):
        history.undo(workspace)
    assert contents(workspace) == before


@pytest.mark.parametrize("until", [TODAY, date(2026, 11, 20)])
def test_putting_off_to_a_day_gone_by_is_refused(workspace: Workspace, pupil: int, until: date) -> None:
    with pytest.raises(NotAllowed, match=r"is in the past\. Give a future date"):
        recording.put_off(workspace, [pupil], until)


# --- many at once ------------------------------------------------------------------------------------------------------


def test_many_are_one_action_in_the_journal(workspace: Workspace) -> None:
    pupils = [add_pupil(workspace, surname=f"Khan {number}") for number in range(5)]
    before = contents(workspace)
    steps = recording.next_steps(workspace, pupils)
    assert [step.pupil_id for step in steps] == pupils
    done = recording.flag_missed(workspace, steps, reason="staff-absence")
    assert done == ("Flagged missed", "Apply for a secondary school place · 5 pupils", 5)
    assert history.entries(workspace, limit=1)[0].summary == done.summary
    history.undo(workspace)
    assert contents(workspace) == before


def test_different_steps_are_counted_in_the_summary(workspace: Workspace, pupil: int) -> None:
    steps = [step_of(workspace, pupil, APPLICATION), step_of(workspace, pupil, TIER)]
    assert recording.mark_done(workspace, steps).summary == "2 steps · Aisha Khan"


def test_one_that_is_refused_stops_them_all(workspace: Workspace, pupil: int, step: Step) -> None:
    before, entries = contents(workspace), history.entries(workspace)
    with pytest.raises(NotAllowed):
        recording.flag_missed(workspace, [step, step_of(workspace, pupil, TIER)], reason="moved")
    assert contents(workspace) == before
    assert history.entries(workspace) == entries


def test_a_step_that_is_no_longer_planned_is_said_to_be(workspace: Workspace, pupil: int, step: Step) -> None:
    edit_pupil(workspace, pupil, sen_provision="E")
    with pytest.raises(NoSuchRecord, match="no longer planned for the pupil because the record has changed"):
        recording.mark_done(workspace, [step])


def test_nothing_chosen_is_nothing_recorded(workspace: Workspace) -> None:
    entries = history.entries(workspace)
    assert recording.mark_done(workspace, []) == ("Marked done", "nothing to record", 0)
    assert history.entries(workspace) == entries


def test_the_next_step_is_the_most_pressing_open_one(workspace: Workspace, pupil: int) -> None:
    done = add_pupil(workspace, year_group=3)
    recording.mark_done(workspace, recording.next_steps(workspace, [pupil]))
    (step,) = recording.next_steps(workspace, [pupil, done])
    assert step == step_of(workspace, pupil, "6-7.destination")  # late after 15 March, before the tier on 31 March


# --- who, notes, actions ----------------------------------------------------------------------------------------------


def owners(workspace: Workspace) -> list[tuple[Any, ...]]:
    return workspace.read().execute("SELECT owner_id, owner_since FROM pupil ORDER BY id").fetchall()


def test_assigning_keeps_the_day_of_those_who_are_already_there(
    workspace: Workspace, pupil: int, opener: Opener
) -> None:
    me, other = workspace.me, add_worker(workspace, "B. Lee")
    second = add_pupil(workspace, surname="Byrne")
    assert recording.assign(workspace, [pupil], me) == ("Assigned", "Aisha Khan to K. Osei", 1)
    workspace.close()
    later = opener(date(2026, 12, 1))
    assert recording.assign(later, [pupil, second], me).changed == 1
    assert owners(later) == [(me, "2026-11-21"), (me, "2026-12-01")]
    assert recording.assign(later, [pupil, second], other).summary == "2 pupils to B. Lee"
    assert owners(later) == [(other, "2026-12-01"), (other, "2026-12-01")]
    assert recording.assign(later, [pupil], None).summary == "Aisha Khan to nobody"
    assert owners(later)[0] == (None, None)
    with pytest.raises(NoSuchRecord, match="There is no such person"):
        recording.assign(later, [pupil], 999)
    with pytest.raises(ChangedSince, match="This pupil is no longer there"):
        recording.assign(later, [999], me)


def test_a_note_about_several_pupils_is_one_action(workspace: Workspace, pupil: int) -> None:
    second = add_pupil(workspace, surname="Byrne")
    assert recording.add_note(workspace, [pupil, second], " Came\r\nto the fair. \x1b[31m").changed == 2
    rows = workspace.read().execute("SELECT pupil_id, written_on, worker_id, text FROM note ORDER BY id").fetchall()
    assert [row[:3] for row in rows] == [(pupil, "2026-11-21", workspace.me), (second, "2026-11-21", workspace.me)]
    assert "\x1b" not in rows[0][3]
    assert rows[0][3].startswith("Came\nto the fair.")
    with pytest.raises(NotAllowed, match="The note is empty"):
        recording.add_note(workspace, [pupil], " \n ")


def test_nothing_is_counted_twice_when_terms_come_later(workspace: Workspace, pupil: int) -> None:
    recording.waive(workspace, [step_of(workspace, pupil, "6-7.ctf")], reason="another-way")
    add_terms(workspace)
    row = row_of(workspace, pupil, "6-7.ctf")
    assert (row.outcome, row.due_on) == ("waived", None)
