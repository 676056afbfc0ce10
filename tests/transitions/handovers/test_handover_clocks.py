"""The clocks of a move run and stop by the record itself, each for its own move, and Missed says so."""

from datetime import date, timedelta
from typing import Any

import pytest
from builders import add_handover, add_pupil, add_school, add_terms, contents, edit_milestone, edit_pupil, steps_of
from conftest import TODAY, Opener
from hypothesis import given
from hypothesis import strategies as st
from query_plans import Recorder

from db.milestones import planning as store
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.handovers import after_move, correspondence, safeguarding
from transitions.milestones import explain, planning, recording
from transitions.milestones.by_record import done_on
from transitions.milestones.definitions import load_shipped
from transitions.milestones.facts import OCCASIONS, Facts, FileSent, HandoverDays, Occasion
from transitions.milestones.recording import Step
from transitions.school_year import academic_year
from transitions.workspace import Workspace

SENT, READ = ("6-7.handover-sent", 2026), ("6-7.handover-acknowledged", 2026)
FILE, RECEIPT = ("6-7.cp-file", 2026), ("6-7.cp-receipt", 2026)
SHIPPED = load_shipped().by_code
JUNE = date(2027, 6, 10)


def mover(workspace: Workspace, **values: Any) -> int:
    """Give a pupil of Year 6 with SEN support who goes to Northgate."""
    add_terms(workspace)
    primary = add_school(workspace, low_age=4, high_age=11)
    northgate = add_school(workspace, "Northgate", low_age=11, high_age=16)
    row = {"sen_provision": "K", "school_id": primary, "next_school_id": northgate, "next_school_recorded_on": TODAY}
    return add_pupil(workspace, **{**row, **values})


def moves_within_the_year(workspace: Workspace, pupil: int, day: date) -> None:
    other = add_school(workspace, "Elm Primary", low_age=4, high_age=11)
    edit_pupil(workspace, pupil, in_year_move_on=day, next_school_id=other)


def state(workspace: Workspace, pupil: int, step: tuple[str, int]) -> tuple[str | None, date | None]:
    row = steps_of(workspace, pupil)[step]
    assert row.from_record is (row.outcome is not None)
    return row.outcome, row.done_on


def missed_codes(workspace: Workspace) -> set[str]:
    return {row.code for row in missed.listing(workspace, Caseload())}


def move_next_school(workspace: Workspace, pupil: int, name: str, on: date) -> int:
    school = add_school(workspace, name)
    edit_pupil(workspace, pupil, next_school_id=school, next_school_recorded_on=on)
    return school


# --- handovers -----------------------------------------------------------------------------------------------------


def test_a_handover_that_is_sent_in_time_meets_its_step_and_starts_the_clock_of_the_answer(opener: Opener) -> None:
    workspace = opener(JUNE)
    pupil = mover(workspace)
    handover = add_handover(workspace, pupil)
    before = contents(workspace)
    assert state(workspace, pupil, SENT) == (None, None)
    assert READ not in steps_of(workspace, pupil)
    correspondence.send(workspace, [handover], how="by hand")
    assert state(workspace, pupil, SENT) == ("met", JUNE)
    assert steps_of(workspace, pupil)[READ].due_on == date(2027, 6, 17)
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_nobody_acknowledges_is_in_missed_after_its_day_and_the_acknowledgement_clears_it(opener: Opener) -> None:
    workspace = opener(JUNE)
    pupil = mover(workspace)
    handover = add_handover(workspace, pupil)
    correspondence.send(workspace, [handover], how="post")
    workspace.close()
    on_the_day = opener(date(2027, 6, 17))
    assert READ[0] not in missed_codes(on_the_day)
    on_the_day.close()
    late = opener(date(2027, 6, 18))
    assert READ[0] in missed_codes(late)
    before = contents(late)
    correspondence.acknowledge(late, [handover], by="SENCO", on=date(2027, 6, 16))
    assert READ[0] not in missed_codes(late)
    assert state(late, pupil, READ) == ("met", date(2027, 6, 16))
    history.undo(late)
    assert contents(late) == before
    correspondence.acknowledge(late, [handover], by="SENCO")
    assert state(late, pupil, READ) == ("late", date(2027, 6, 18))


def test_to_send_again_does_not_make_it_late_and_the_answer_is_due_from_the_last_time(opener: Opener) -> None:
    workspace = opener(date(2027, 6, 25))
    pupil = mover(workspace)
    handover = add_handover(workspace, pupil)
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 9))
    correspondence.record_question(workspace, handover, "Which reading test?", on=date(2027, 6, 11))
    assert state(workspace, pupil, SENT) == ("met", date(2027, 6, 9))
    assert state(workspace, pupil, READ) == (None, None)
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 22))
    assert state(workspace, pupil, SENT) == ("met", date(2027, 6, 9))
    assert steps_of(workspace, pupil)[READ].due_on == date(2027, 6, 29)
    correspondence.acknowledge(workspace, [handover], by="SENCO")
    correspondence.send(workspace, [handover], how="post")
    assert state(workspace, pupil, READ) == (None, None)
    assert steps_of(workspace, pupil)[READ].due_on == date(2027, 7, 2)


def test_what_did_not_arrive_or_was_taken_back_was_not_sent(opener: Opener) -> None:
    workspace = opener(date(2027, 6, 25))
    pupil = mover(workspace)
    handover = add_handover(workspace, pupil)
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 9))
    met = contents(workspace)
    correspondence.fail(workspace, [handover], reason="Wrong address")
    assert state(workspace, pupil, SENT) == (None, None)
    assert {SENT[0]} <= missed_codes(workspace)
    assert READ not in steps_of(workspace, pupil)
    correspondence.send(workspace, [handover], how="by hand", on=date(2027, 6, 24))
    assert state(workspace, pupil, SENT) == ("late", date(2027, 6, 24))
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == met
    correspondence.take_back(workspace, [handover])
    assert state(workspace, pupil, SENT) == (None, None)
    correspondence.send(workspace, [handover], how="by hand")
    assert state(workspace, pupil, SENT) == ("late", date(2027, 6, 25))


def test_a_handover_that_went_to_another_school_than_the_next_has_to_go_again(opener: Opener) -> None:
    workspace = opener(date(2027, 7, 1))
    pupil = mover(workspace)
    handover = add_handover(workspace, pupil)
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 9))
    correspondence.acknowledge(workspace, [handover], by="SENCO", on=date(2027, 6, 10))
    before = contents(workspace)
    southgate = move_next_school(workspace, pupil, "Southgate", date(2027, 6, 28))
    assert state(workspace, pupil, SENT) == (None, None)
    assert READ not in steps_of(workspace, pupil)
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before
    history.redo(workspace)
    history.redo(workspace)
    correspondence.send(workspace, [handover], how="post")
    assert state(workspace, pupil, SENT) == ("late", date(2027, 7, 1))
    assert workspace.read().execute("SELECT to_school_id FROM handover").fetchone() == (southgate,)


def test_the_next_school_of_a_later_move_leaves_what_was_done_for_this_one(opener: Opener) -> None:
    workspace = opener(date(2027, 10, 1))
    pupil = mover(workspace, planned_from=date(2026, 9, 1))
    handover = add_handover(workspace, pupil, "6-7")
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 9))
    edit_pupil(workspace, pupil, school_id=workspace.read().execute("SELECT next_school_id FROM pupil").fetchone()[0])
    move_next_school(workspace, pupil, "Academy", date(2027, 10, 1))
    assert state(workspace, pupil, SENT) == ("met", date(2027, 6, 9))


def test_each_handover_counts_for_its_own_move_alone(opener: Opener) -> None:
    workspace = opener(JUNE)
    pupil = mover(workspace)
    moves_within_the_year(workspace, pupil, date(2027, 5, 24))
    within = add_handover(workspace, pupil, "INYR")
    correspondence.send(workspace, [within], how="by hand")
    assert state(workspace, pupil, ("inyr.handover-sent", 2026)) == ("late", JUNE)  # it was due on 7 June
    assert state(workspace, pupil, SENT) == (None, None)
    at_the_end = add_handover(workspace, pupil, "6-7")
    correspondence.send(workspace, [at_the_end], how="by hand")
    correspondence.acknowledge(workspace, [at_the_end], by="SENCO")
    assert state(workspace, pupil, READ) == ("met", JUNE)
    assert state(workspace, pupil, ("inyr.handover-acknowledged", 2026)) == (None, None)


def test_a_move_in_july_is_of_its_own_year_though_its_steps_fall_due_in_september(opener: Opener) -> None:
    workspace = opener(date(2027, 7, 20))
    pupil = mover(workspace)
    moves_within_the_year(workspace, pupil, date(2027, 7, 19))
    handover = add_handover(workspace, pupil, "INYR")
    assert workspace.read().execute("SELECT move_year FROM handover").fetchone() == (2026,)
    assert steps_of(workspace, pupil)["inyr.handover-sent", 2027].due_on == date(2027, 9, 3)
    correspondence.send(workspace, [handover], how="by hand")
    assert state(workspace, pupil, ("inyr.handover-sent", 2027)) == ("met", date(2027, 7, 20))


def test_a_pupil_without_needs_has_the_steps_as_soon_as_a_handover_is_begun(opener: Opener) -> None:
    workspace = opener(JUNE)
    pupil = mover(workspace, sen_provision="N")
    before = contents(workspace)
    assert SENT not in steps_of(workspace, pupil)
    add_handover(workspace, pupil)
    assert steps_of(workspace, pupil)[SENT].due_on == date(2027, 6, 11)
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_came_from_another_school_counts_at_the_school_that_received_it(opener: Opener) -> None:
    workspace = opener(JUNE)
    pupil = mover(workspace)
    with workspace.change("Handover received", "made up") as action:
        handover = action.insert(
            "handover",
            {
                "uid": "x", "pupil_id": pupil, "transition": "6-7", "move_year": 2026, "direction": "in", "form": "6-7",
                "status": "sent", "started_on": date(2027, 6, 1), "sent_on": date(2027, 6, 7), "received_on": JUNE,
            },
        )  # fmt: skip
    assert state(workspace, pupil, SENT) == ("met", date(2027, 6, 7))
    correspondence.acknowledge(workspace, [handover], by="K. Osei")
    assert state(workspace, pupil, READ) == ("met", JUNE)


def test_what_a_person_decided_stands_beside_the_record(opener: Opener) -> None:
    workspace = opener(JUNE)
    pupil = mover(workspace)
    handover = add_handover(workspace, pupil)
    row = steps_of(workspace, pupil)[SENT]
    recording.waive(workspace, [Step(row.pupil_id, row.milestone_id, row.cycle)], reason="another-way")
    correspondence.send(workspace, [handover], how="by hand")
    assert steps_of(workspace, pupil)[SENT].outcome == "waived"


# --- child protection files ------------------------------------------------------------------------------------------


def test_the_file_and_its_receipt_are_two_clocks_and_the_receipt_is_chased(opener: Opener) -> None:
    workspace = opener(date(2027, 9, 2))
    pupil = mover(workspace, child_protection_file=True, planned_from=date(2026, 9, 1))
    before = contents(workspace)
    assert state(workspace, pupil, FILE) == (None, None)
    safeguarding.record_sent(workspace, pupil, how="by hand")
    assert state(workspace, pupil, FILE) == ("met", date(2027, 9, 2))
    assert steps_of(workspace, pupil)[RECEIPT].due_on == date(2027, 9, 9)
    workspace.close()
    late = opener(date(2027, 9, 10))
    assert RECEIPT[0] in missed_codes(late)
    (transfer,) = safeguarding.of_pupil(late, pupil)
    safeguarding.chase(late, transfer.id)
    assert RECEIPT[0] in missed_codes(late)
    safeguarding.record_receipt(late, transfer.id, by="DSL")
    assert state(late, pupil, RECEIPT) == ("late", date(2027, 9, 10))
    assert RECEIPT[0] not in missed_codes(late)
    late.close()
    again = opener(date(2027, 9, 2))
    for _ in range(3):
        history.undo(again)
    assert contents(again) == before


def test_a_file_that_goes_again_is_to_be_acknowledged_from_then_on(opener: Opener) -> None:
    workspace = opener(date(2027, 9, 20))
    pupil = mover(workspace, child_protection_file=True)
    safeguarding.record_sent(workspace, pupil, how="by hand", on=date(2027, 9, 2))
    safeguarding.record_sent(workspace, pupil, how="courier", on=date(2027, 9, 15))
    assert state(workspace, pupil, FILE) == ("met", date(2027, 9, 2))
    assert steps_of(workspace, pupil)[RECEIPT].due_on == date(2027, 9, 22)


def test_the_file_of_a_move_within_the_year_says_nothing_of_the_move_at_its_end(opener: Opener) -> None:
    workspace = opener(date(2027, 7, 20))
    pupil = mover(workspace, child_protection_file=True, in_year_move_on=date(2026, 10, 12))
    within = ("inyr.cp-file", 2026)
    safeguarding.record_sent(workspace, pupil, how="by hand", on=date(2026, 10, 13))
    assert state(workspace, pupil, within) == ("met", date(2026, 10, 13))
    assert state(workspace, pupil, FILE) == (None, None)
    safeguarding.record_sent(workspace, pupil, how="by hand", on=date(2027, 7, 15))
    assert state(workspace, pupil, FILE) == ("met", date(2027, 7, 15))
    assert state(workspace, pupil, within) == ("met", date(2026, 10, 13))


def test_the_file_that_came_along_to_the_present_school_has_not_gone_on_from_it(opener: Opener) -> None:
    workspace = opener(date(2027, 7, 20))
    pupil = mover(workspace, child_protection_file=True)  # nobody recorded the in-year move
    primary, northgate = workspace.read().execute("SELECT school_id, next_school_id FROM pupil").fetchone()
    safeguarding.record_sent(workspace, pupil, primary, how="by hand", on=date(2026, 10, 13))
    assert state(workspace, pupil, FILE) == (None, None)
    safeguarding.record_sent(workspace, pupil, northgate, how="by hand", on=date(2027, 7, 15))
    met = ("met", date(2027, 7, 15))
    assert state(workspace, pupil, FILE) == met
    edit_pupil(workspace, pupil, school_id=northgate, next_school_id=None, next_school_recorded_on=None)
    assert state(workspace, pupil, FILE) == met  # the present school begins after the move now


def test_a_file_stays_sent_when_the_new_school_is_recorded_whose_ages_nobody_knows(opener: Opener) -> None:
    workspace = opener(date(2027, 9, 2))
    pupil = mover(workspace, child_protection_file=True)
    academy = move_next_school(workspace, pupil, "Academy", TODAY)
    safeguarding.record_sent(workspace, pupil, how="by hand")
    edit_pupil(workspace, pupil, school_id=academy, next_school_id=None, next_school_recorded_on=None)
    assert state(workspace, pupil, FILE) == ("met", date(2027, 9, 2))


days = st.dates(date(2026, 8, 1), date(2028, 9, 30))


@given(days, st.none() | days, st.booleans(), st.sampled_from([6, 7, 8]))
def test_a_file_counts_for_one_move_at_most_and_never_for_one_of_another_year(
    sent_on: date, moved_on: date | None, here: bool, group: int
) -> None:
    cohort = 2026 - group
    files = (FileSent(sent_on, to_here=here),)
    facts = Facts(date(cohort - 4, 3, 1), cohort, in_year_move_on=moved_on, files_sent=files)
    year, end = academic_year(sent_on), cohort + 6
    at_the_end = done_on(SHIPPED["6-7.cp-file"], end, facts)
    within = done_on(SHIPPED["inyr.cp-file"], 2026 if moved_on is None else academic_year(moved_on), facts)
    assert at_the_end is None or year in (end, end + 1)
    weeks_ahead = sent_on >= date(end + 1, 6, 1)
    assert not (at_the_end and here and not weeks_ahead)
    if moved_on is None:
        assert within is None
        assert (at_the_end is None) is ((here and not weeks_ahead) or year not in (end, end + 1))
    elif at_the_end and within:  # as near to the one as to the other
        assert abs(sent_on - moved_on) == abs(sent_on - date(end + 1, 9, 1))


@given(st.lists(st.tuples(st.sampled_from(["6-7", "2-3", "INYR"]), st.integers(2024, 2028), days), max_size=5))
def test_a_handover_counts_for_exactly_its_own_move(made: list[tuple[str, int, date]]) -> None:
    handovers = tuple(HandoverDays(move, year, day, day) for move, year, day in made)
    facts = Facts(date(2016, 3, 14), 2020, handovers=handovers)
    for year in range(2023, 2030):
        own = [day for move, of, day in made if (move, of) == ("6-7", year)]
        assert done_on(SHIPPED["6-7.handover-sent"], year, facts) == min(own, default=None)
        assert done_on(SHIPPED["6-7.handover-acknowledged"], year, facts) is None


# --- part-time timetables, re-integration, funding ---------------------------------------------------------------------


def test_a_part_time_timetable_is_asked_about_after_six_weeks_until_it_ends(opener: Opener) -> None:
    workspace = opener(date(2026, 11, 2))
    pupil = mover(workspace)
    before = contents(workspace)
    step = ("inyr.part-time-six-weeks", 2026)
    fields = {"kind": "part-time timetable", "started_on": "2026-09-14", "planned_end": "2026-12-18"}
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields).number
    row = steps_of(workspace, pupil)[step]
    assert (row.due_on, row.outcome) == (date(2026, 10, 26), None)
    assert step[0] in missed_codes(workspace)
    after_move.save(workspace, after_move.PLACEMENT, pupil, number, {"ended_on": "2026-10-23"})
    assert state(workspace, pupil, step) == ("met", date(2026, 10, 23))
    after_move.save(workspace, after_move.PLACEMENT, pupil, number, {"ended_on": "2026-10-30"})
    assert state(workspace, pupil, step) == ("late", date(2026, 10, 30))
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == before


def test_each_part_time_timetable_has_its_own_six_weeks(opener: Opener) -> None:
    workspace = opener(date(2027, 3, 1))
    pupil = mover(workspace)
    first = {"kind": "part-time timetable", "started_on": "2026-09-14", "ended_on": "2026-10-30"}
    after_move.save(workspace, after_move.PLACEMENT, pupil, None, first)
    after_move.save(
        workspace, after_move.PLACEMENT, pupil, None, {"kind": "part-time timetable", "started_on": "2027-01-04"}
    )
    found = {
        cycle: (row.due_on, row.outcome)
        for (code, cycle), row in steps_of(workspace, pupil).items()
        if code == "inyr.part-time-six-weeks"
    }
    assert found == {2026: (date(2026, 10, 26), "late"), 12026: (date(2027, 2, 15), None)}
    ended, runs = [item for item in explain.explain(workspace, pupil) if item.code == "inyr.part-time-six-weeks"]
    assert (ended.state, ended.applies, runs.state, runs.applies) == ("late", True, "overdue", True)
    assert ended.looked_at == runs.looked_at
    assert runs.clears.endswith("It also clears by itself when the end of the part-time timetable is recorded.")


def test_a_return_is_looked_at_after_six_months(opener: Opener) -> None:
    workspace = opener(date(2027, 5, 10))
    pupil = mover(workspace)
    fields = {"kind": "nurture group", "place": "Blue Room", "started_on": "2026-09-07", "back_on": "2026-11-09"}
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields).number
    step = ("inyr.reintegration-check", 2026)
    assert steps_of(workspace, pupil)[step].due_on == date(2027, 5, 9)
    assert step[0] in missed_codes(workspace)
    checked = {"checked_on": "2027-05-10", "check_result": "Still in school, no further exclusion"}
    after_move.save(workspace, after_move.PLACEMENT, pupil, number, checked)
    assert state(workspace, pupil, step) == ("late", date(2027, 5, 10))
    assert step[0] not in missed_codes(workspace)


def test_a_new_school_is_no_return(workspace: Workspace) -> None:
    pupil = mover(workspace)
    with workspace.change("Placement", "made up") as action:
        row = {"kind": "new school", "place": "x", "started_on": date(2026, 9, 1), "back_on": date(2026, 9, 9)}
        action.insert("placement", {"pupil_id": pupil, **row})
    assert ("inyr.reintegration-check", 2026) not in steps_of(workspace, pupil)


def test_funding_that_ends_at_the_move_is_asked_for_day_by_day(opener: Opener) -> None:
    workspace = opener(date(2027, 6, 1))
    pupil = mover(workspace)
    numbers = [
        after_move.save(workspace, after_move.FUNDING, pupil, None, {"what": what, "ends_on": day}).number
        for what, day in (("Inclusion fund", "2027-08-31"), ("Nurture", "2027-08-31"), ("High needs", "2027-07-31"))
    ]

    def found() -> dict[date, tuple[str | None, date | None]]:
        rows = steps_of(workspace, pupil).items()
        return {row.due_on: (row.outcome, row.done_on) for (code, _), row in rows if code == "6-7.funding"}

    both, other = date(2027, 7, 6), date(2027, 6, 5)
    assert found() == {both: (None, None), other: (None, None)}
    after_move.save(workspace, after_move.FUNDING, pupil, numbers[0], {"applied_on": "2027-05-20"})
    assert found() == {both: (None, None), other: (None, None)}  # the other of that day is still to be applied for
    after_move.save(workspace, after_move.FUNDING, pupil, numbers[1], {"applied_on": "2027-05-28"})
    assert found() == {both: ("met", date(2027, 5, 28)), other: (None, None)}


def test_a_decision_about_one_funding_stays_with_it_when_another_comes_before(opener: Opener) -> None:
    workspace = opener(date(2027, 6, 1))
    pupil = mover(workspace)
    after_move.save(workspace, after_move.FUNDING, pupil, None, {"what": "Inclusion fund", "ends_on": "2027-08-31"})
    row = steps_of(workspace, pupil)["6-7.funding", 2026]
    recording.waive(workspace, [Step(row.pupil_id, row.milestone_id, row.cycle)], reason="family-choice")
    before = contents(workspace)
    after_move.save(workspace, after_move.FUNDING, pupil, None, {"what": "High needs", "ends_on": "2027-07-31"})
    found = {
        (row.due_on, row.outcome) for (code, _), row in steps_of(workspace, pupil).items() if code == "6-7.funding"
    }
    assert found == {(date(2027, 7, 6), "waived"), (date(2027, 6, 5), None)}
    history.undo(workspace)
    assert contents(workspace) == before


def test_funding_of_a_pupil_who_stays_is_not_asked_for(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=4)
    after_move.save(workspace, after_move.FUNDING, pupil, None, {"what": "High needs", "ends_on": "2027-07-31"})
    assert not [code for code, _ in steps_of(workspace, pupil) if code.endswith(".funding")]


def test_a_councils_own_rule_may_count_from_another_day_in_one_year_and_from_this_in_the_next(
    workspace: Workspace,
) -> None:
    """What was no occasion before is planned by what is open now, and once."""
    pupil = mover(workspace, part_time_timetable=True, part_time_timetable_until=date(2026, 12, 18))
    after_move.save(
        workspace, after_move.PLACEMENT, pupil, None, {"kind": "part-time timetable", "started_on": "2026-09-14"}
    )
    standing = SHIPPED["inyr.part-time-six-weeks"]
    was = {**standing.to_mapping(), "due": "part-time timetable end", "through": 2025}
    edit_milestone(workspace, standing.code, earlier=[was])
    found = {cycle: row.due_on for (code, cycle), row in steps_of(workspace, pupil).items() if code == standing.code}
    assert found == {2026: date(2026, 10, 26)}


# --- the whole ---------------------------------------------------------------------------------------------------------


def test_planning_the_same_facts_twice_changes_nothing(opener: Opener) -> None:
    workspace = opener(date(2027, 7, 1))
    pupil = mover(workspace, child_protection_file=True)
    moves_within_the_year(workspace, pupil, date(2027, 2, 1))
    for move in ("6-7", "INYR"):
        handover = add_handover(workspace, pupil, move)
        correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 9))
    correspondence.acknowledge(workspace, [handover], by="SENCO")
    safeguarding.record_sent(workspace, pupil, how="courier", on=date(2027, 2, 3))
    for start in ("2026-09-14", "2026-11-02"):
        fields = {"kind": "part-time timetable", "started_on": start, "ended_on": "2026-12-18"}
        after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields)
    for day in ("2027-07-31", "2027-08-31", "2027-08-31"):
        after_move.save(workspace, after_move.FUNDING, pupil, None, {"what": "High needs", "ends_on": day})
    before = contents(workspace)
    assert planning.replan(workspace.read(), workspace.planner(), workspace.clock.today) == 0
    assert contents(workspace) == before


@pytest.mark.of_a_file
def test_a_file_from_before_comes_along_and_what_was_decided_in_it_stays(opener: Opener) -> None:
    workspace = opener(date(2027, 9, 2))
    decided, undecided = mover(workspace, child_protection_file=True), add_pupil(workspace, child_protection_file=True)
    row = steps_of(workspace, decided)[FILE]
    recording.mark_done(workspace, [Step(row.pupil_id, row.milestone_id, row.cycle)], evidence="Receipt from the DSL")
    edit_milestone(workspace, "2-3.cp-file", title="Our own words")
    with workspace.writing() as connection:  # as it was: no receipt of its own, nothing cleared by the record
        connection.execute(
            "DELETE FROM pupil_milestone WHERE milestone_id IN (SELECT id FROM milestone WHERE code LIKE '%.cp-receipt')"
        )
        connection.execute("DELETE FROM milestone WHERE code LIKE '%.cp-receipt'")
        connection.execute("UPDATE milestone SET definition = json_set(definition, '$.met_by', NULL, '$.title', 'Old')"
                           " WHERE code = '6-7.cp-file'")  # fmt: skip
        connection.execute("UPDATE setting SET value = '\"old\"' WHERE name = 'shipped milestones'")
    workspace.close()
    again = opener(date(2027, 9, 3))
    steps = steps_of(again, decided)
    assert (steps[FILE].outcome, steps[FILE].evidence, steps[FILE].title) == (
        "met", "Receipt from the DSL", "Send the child protection file",
    )  # fmt: skip
    assert steps[RECEIPT].due_on == date(2027, 9, 9)
    assert next(one for one in again.milestones.values() if one.code == "2-3.cp-file").title == "Our own words"
    school = again.read().execute("SELECT min(id) FROM school").fetchone()[0]
    safeguarding.record_sent(again, undecided, school, how="by hand")
    assert state(again, undecided, FILE) == ("met", date(2027, 9, 3))


@pytest.mark.parametrize("code", sorted(code for code, one in SHIPPED.items() if one.met_by and one.of_occasion))
def test_what_comes_with_an_occasion_counts_from_it_and_is_cleared_by_it(code: str) -> None:
    milestone = SHIPPED[code]
    assert milestone.kind == "once"
    day = date(2027, 1, 11)
    assert milestone.of_occasion in OCCASIONS
    facts = Facts(date(2016, 3, 14), 2020).at(Occasion(str(milestone.of_occasion), day, day + timedelta(days=9)))
    assert done_on(milestone, 2026, facts) == day + timedelta(days=9)


def test_what_planning_reads_of_moves_is_looked_up_by_the_pupil(workspace: Workspace) -> None:
    store.facts(workspace.read(), [mover(workspace)])  # leaves the chosen pupils in a temporary table
    recorder = Recorder(workspace.read())
    for query in (store._HANDOVERS, store._FILES_SENT, store._OCCASIONS):
        recorder.execute(query)
    handovers, files, occasions = recorder.plans
    assert "SEARCH h USING INDEX handover_once_for_a_move (pupil_id=?)" in handovers.replace(
        "sqlite_autoindex_handover_1", "handover_once_for_a_move"
    )
    assert handovers.count("USING INDEX handover_event_by_handover (handover_id=?") == 2
    assert "SEARCH c USING INDEX child_protection_transfer_by_pupil (pupil_id=?)" in files
    assert occasions.count("SEARCH placement USING INDEX placement_by_pupil (pupil_id=?)") == 2
    assert "SEARCH funding USING INDEX funding_by_pupil (pupil_id=?)" in occasions
    for plan in recorder.plans:
        assert not any(f"SCAN {table}" in plan for table in ("handover", "h\n", "e\n", "c\n", "placement", "funding"))
