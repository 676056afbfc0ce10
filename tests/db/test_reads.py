"""The plain SQL: every column it names exists, and every list goes through the index that was made for it."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import add_episode, add_pupil, add_worker, edit_pupil
from query_plans import Recorder, ServersPlans

from db import driver, exports, journal, rows
from db.calendar import events, local_dates
from db.caseload import actions, counts, listing, watching
from db.caseload.listing import COHORTS, COLUMN_VALUES, ORDERS, STATES, Selection
from db.handovers import after_move, board, handovers
from db.impact import children as of_children
from db.impact.records import AttendanceWeekRow, ReferralRow
from db.milestones import definitions, planning, steps
from db.plans import plans, quality
from db.pupils import finding, pupils
from db.pupils import records as pupil_records
from db.workshops import feeders, workshops
from transitions.workspace import Workspace

DAY = date(2026, 11, 21)
EVERYTHING = Selection(
    today=DAY,
    soon=date(2026, 12, 19),
    fourteen=date(2012, 11, 21),
    owner_id=1,
    cohort_years=(2019, 2020),
    cohorts=tuple(COHORTS),
    states=tuple(STATES),
    transitions=("6-7", "14+"),
    milestone_code="6-7.names-school",
    school_id=1,
    next_school_id=2,
    pupil_ids=(1, 2),
    words=("khan", "ais"),
)
TOLD = replace(EVERYTHING, but_told_later=True)
NOTHING = Selection(DAY, EVERYTHING.soon, EVERYTHING.fourteen)
TOLD_NOTHING = replace(NOTHING, but_told_later=True)
STATES_ALONE = Selection(DAY, EVERYTHING.soon, EVERYTHING.fourteen, states=tuple(STATES), unowned=True)
AND_ACTIONS = replace(STATES_ALONE, states=("overdue", "missed"), transitions=("6-7",), late_actions=True)
KEY = (1, 1, 2026)

CALLS: dict[Callable[..., Any], list[tuple[Any, ...]]] = {
    **{read: [(chosen, order, *more) for chosen in (EVERYTHING, NOTHING, STATES_ALONE) for order in ORDERS]
       for read, more in ((listing.first_rows, (10,)), (listing.all_rows, ()), (listing.keys, ()),
                          (exports.pupils, ()), (exports.plans, ()))},
    listing.rows: [([1, 2, 3],), ([],)],
    **{read: [(EVERYTHING,), (NOTHING,), (STATES_ALONE,), (AND_ACTIONS,)] for read in (
        listing.count, listing.any_marked, counts.cohort_year_counts, counts.cohort_counts, counts.state_counts,
        counts.transition_counts, steps.missed_counts, steps.missed_rows, steps.each_missed,
        steps.walk_order, steps.put_off_count,
    )},
    listing.value_counts: [(replace(EVERYTHING, column=one, value=None), one) for one in COLUMN_VALUES],
    watching.to_watch: [(EVERYTHING, 2019, 90, date(2026, 9, 1)), (NOTHING, 2019, 90, date(2026, 9, 1))],
    watching.with_weeks: [(EVERYTHING, 2019, date(2026, 9, 1)), (NOTHING, 2019, date(2026, 9, 1))],
    of_children.children: [(EVERYTHING,), (NOTHING,)],
    of_children.records: [(ReferralRow, EVERYTHING), (AttendanceWeekRow, NOTHING)],
    of_children.outcomes: [(one, ("6-7.names-school", "6-7.plan"), DAY, DAY) for one in (EVERYTHING, NOTHING)],
    counts.whose_counts: [(EVERYTHING, 1), (NOTHING, None)],
    counts.group_counts: [(EVERYTHING, 2026), (NOTHING, 2026)],
    steps.of_pupil: [(1,)],
    steps.of_guarantee: [(2026,)],
    steps.of_codes: [([1], ["6-7.names-school"]), ([], ["6-7.names-school"])],
    steps.step: [KEY],
    steps.next_open: [([1],)],
    steps.outcomes: [([KEY],), ([],)],
    steps.missed_keys: [(chosen, test, group) for chosen in (EVERYTHING, NOTHING)
                        for test in (steps.OVERDUE, steps.MISSED) for group in steps.GROUPS],
    steps.missed_window: [([KEY],), ([],)],
    steps.overdue_now: [(EVERYTHING, 5), (TOLD, 5)],
    steps.due_between: [(EVERYTHING, DAY, DAY, 5)],
    steps.count_between: [(EVERYTHING, DAY, DAY)],
    steps.open_between: [(EVERYTHING, [1, 2], DAY, DAY), (NOTHING, [], DAY, DAY)],
    steps.first_born_after: [([1], DAY)],
    steps.waiting_for_dates: [((),), ((1, 2),)],
    actions.due_actions: [(EVERYTHING, DAY, 5), (NOTHING, DAY, 5)],
    actions.overdue_keys: [(chosen, group) for chosen in (EVERYTHING, NOTHING) for group in steps.GROUPS],
    actions.born_between: [(EVERYTHING, DAY, DAY), (NOTHING, DAY, DAY)],
    actions.overdue_count: [(EVERYTHING,), (NOTHING,)],
    actions.each_overdue: [(EVERYTHING,), (NOTHING, 5)],
    actions.overdue_window: [([1, 2],), ([],)],
    actions.overdue_of_pupil: [(1, DAY)],
    actions.states: [([1, 2],), ([],)],
    actions.open_actions: [([1, 2],), ([],)],
    **{read: [(1,)] for read in (
        pupils.page, pupils.needs, pupils.episodes, pupils.contacts, pupils.notes, plans.of_pupil, plans.open_plan_id,
        plans.plan, plans.outcomes, plans.actions, plans.actions_of_plan, plans.action, plans.meetings, plans.attendees,
        plans.copies, pupils.last_touched, pupils.pupil_name, pupils.worker_name,
    )},
    plans.versions: [(1, "14+")],
    events.plan_events: [(EVERYTHING, DAY, DAY), (NOTHING, DAY, DAY)],
    quality.audits: [(1,)],
    quality.writers: [(1,)],
    **{read: [(EVERYTHING, DAY, DAY), (NOTHING, date.min, date.max), (STATES_ALONE, DAY, DAY)] for read in (
        quality.audits_between, quality.corrective_between,
    )},
    quality.versions: [(EVERYTHING,), (NOTHING,), (STATES_ALONE,)],
    quality.audits_by_several: [()],
    quality.handed_out: [([1, 2],), ([],)],
    quality.asked: [("6-7",), ()],
    quality.responses: [(), ("6-7",)],
    quality.responses_of_plans: [([1, 2],), ([],)],
    quality.responses_with_code: [("CDF-HJK",)],
    finding.find: [(["khan"],), ([],)],
    finding.ids: [("pupil", ["khan"], 5), ("school", [], 5)],
    finding.ids_beginning: [("pupil", "kha", 5)],
    finding.search_texts: [("pupil",), ("school",)],
    finding.schools_beginning: [("lay",)],
    pupils.by_upn: [("A123456789012",)],
    pupils.not_owned_by: [([1], 1), ([1], None)],
    pupils.workers: [()],
    finding.schools: [(["layfield"],), ([],)],
    planning.pupil_ids: [()],
    planning.facts: [([1],)],
    planning.existing_steps: [([1],)],
    planning.pupils_at: [([1],)],
    planning.with_social_care_change: [(DAY, DAY)],
    planning.refresh: [([1], DAY), (None, DAY)],
    definitions.milestones: [()],
    definitions.setting: [("me",)],
    local_dates.terms: [()],
    local_dates.closures: [()],
    **{read: [(1,)] for read in (
        workshops.of_workshop, workshops.of_plan, workshops.link, workshops.workshop, workshops.invitations, workshops.invitation, workshops.invited_again, workshops.feedback,
        workshops.actions, workshops.action,
    )},
    finding.find: [(["khan", "a%"],)],
    finding.ids: [("pupil", ["khan"], 8), ("school", [], -1)],
    finding.ids_beginning: [("school", "khan", 8)],
    finding.schools: [(), (["con"], 5)],
    finding.schools_beginning: [("con",)],
    finding.search_texts: [("pupil",), ("school",)],
    workshops.between: [(DAY, DAY), (date.min, date.max)],
    workshops.of_series: [("Transitions workshop",)],
    workshops.feedback_between: [(DAY, DAY, None), (date.min, date.max, "Transitions workshop")],
    workshops.actions_before: [("Transitions workshop", DAY)],
    workshops.progress: [([1, 2],), ([],)],
    workshops.schools_invited: [([1, 2],), ([],)],
    workshops.modules: [("Thrive",)],
    **{read: [()] for read in (
        workshops.archived, workshops.named, workshops.every_action, workshops.series, workshops.programmes,
        feeders.council_of_most,
    )},
    feeders.moves: [(2026, None, None), (2026, 1, None), (2026, None, 2)],
    feeders.with_destination: [(2026,)],
    feeders.movers: [(2026, 1, 2)],
    feeders.open_schools: [(808,), (None,)],
    feeders.changes_of_school: [(DAY, DAY)],
    feeders.schools: [([1, 2],), ([],)],
    feeders.not_archived: [([1, 2],), ([],)],
    **{read: [(1,)] for read in (
        handovers.handover, handovers.of_pupil, handovers.of_pack, handovers.went_to, handovers.events,
        handovers.message, handovers.friends, handovers.child_protection, handovers.tier_decisions, handovers.formats,
        after_move.placements, after_move.first_weeks, after_move.funding, handovers.days_recorded,
        after_move.placement, after_move.first_weeks_row, after_move.one_funding,
        handovers.child_protection_transfer,
    )},
    **{read: [([1, 2],), ([],)] for read in (handovers.answers, handovers.messages, handovers.movers)},
    handovers.handovers_of_messages: [(["m1"],), ([],)],
    **{read: [(1,)] for read in (
        pupil_records.dated, pupil_records.one_dated, pupil_records.events, pupil_records.event,
        pupil_records.programmes_of_pupil, pupil_records.programmes_of_school, pupil_records.participation,
    )},
    **{read: [(EVERYTHING,), (NOTHING,)] for read in (pupil_records.dated_among, pupil_records.programmes_among)},
    pupil_records.at_schools: [(EVERYTHING, 2025), (NOTHING, 2025)],
    **{read: [(1,)] for read in (pupil_records.of_pupil, pupil_records.one)},
    **{read: [()] for read in (pupil_records.programmes_of_schools, pupil_records.every)},
    pupil_records.suspensions: [()],
    pupil_records.programmes_in_use: [("pupil",), ("school",)],
    after_move.moves_begun: [(["nurture group", "managed move"], DAY, DAY), ([], DAY, DAY)],
    handovers.by_uid: [("first",)],
    board.board: [*((chosen, "6-7", 2026, cohorts) for chosen in (EVERYTHING, NOTHING) for cohorts in ([2020], [])),
                           (NOTHING, "INYR", 2026, [], (DAY, DAY))],
    board.inbox: [(EVERYTHING, 2026), (NOTHING, 2026)],
    board.unfinished: [(EVERYTHING, 2026, ["6-7", "14+"]), (NOTHING, 2026, ["6-7"])],
    handovers.packs: [()],
    handovers.pack_by_uid: [("first", "made")],
    handovers.answers_as_sent: [(1, 1)],
    handovers.pair: [(2, 1)],
    handovers.question_of: [(1,)],
    handovers.pairs_going_to: [(1, [1, 2]), (1, [])],
    journal.entries: [()],
}  # fmt: skip


@pytest.fixture
def connection(workspace: Workspace) -> driver.Connection:
    return workspace.read()


def named_as_the_fields(connection: driver.Connection, row_class: Any, sql: str, parameters: Any = None) -> Any:
    """What ``rows.stream`` gives, once the columns of the statement are seen to have the names of the row's fields."""
    found = connection.execute(sql, parameters or {})
    assert tuple(column[0] for column in found.description) == row_class._fields
    return map(rows.decoder(row_class), found)


@pytest.mark.parametrize("read", CALLS, ids=lambda read: f"{read.__module__}.{read.__name__}")
def test_every_read_runs_on_an_empty_database(
    connection: driver.Connection, read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (rows, inspect.getmodule(read)):
        if hasattr(module, "stream"):
            monkeypatch.setattr(module, "stream", named_as_the_fields)
    for arguments in CALLS[read]:
        before = getattr(connection, "total_changes", 0)  # a server does not count
        read(connection, *arguments)
        assert not connection.in_transaction
        if read is not planning.refresh:
            assert connection.execute("SELECT count(*) FROM pupil").fetchone()[0] == 0
            assert getattr(connection, "total_changes", 0) - before <= 2  # the temporary table of chosen pupils


def test_every_read_of_these_modules_is_tried_above() -> None:
    takes = {
        function
        for module in (
            counts,
            listing,
            watching,
            steps,
            actions,
            quality,
            workshops,
            feeders,
            handovers,
            after_move,
            pupil_records,
            board,
            finding,
        )
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not function.__name__.startswith("_")
        and list(inspect.signature(function).parameters)[:1] == ["connection"]
    }
    assert takes - CALLS.keys() == set()


def test_counting_everybodys_missed_steps_reads_two_covering_indexes(recorder: Recorder) -> None:
    steps.missed_counts(recorder, NOTHING)
    overdue, overdue_archived, missed, _ = recorder.plans
    assert overdue == "SEARCH pm USING COVERING INDEX open_by_date (late_after>? AND late_after<?)"
    assert missed == "SCAN pm USING COVERING INDEX missed_by_date"
    assert "pupil_archived" in overdue_archived
    assert "SCAN pm" not in overdue_archived


@pytest.mark.parametrize(
    ("chosen", "order", "index"),
    [
        (NOTHING, "most overdue first", "pupil_by_need"),
        (Selection(DAY, DAY, DAY, states=("overdue",)), "most overdue first", "pupil_by_need (next_late_after<?)"),
        (Selection(DAY, DAY, DAY, owner_id=1), "most overdue first", "pupil_by_owner (owner_id=?)"),
        (Selection(DAY, DAY, DAY, owner_id=1, states=("overdue",)), "most overdue first", "pupil_by_owner (owner_id=? AND next_late_after<?)"),
        (Selection(DAY, DAY, DAY, cohort_years=(2020,)), "most overdue first", "pupil_by_cohort (cohort_year=?)"),
        (NOTHING, "name", "pupil_by_name"),
        (NOTHING, "year group", "pupil_by_cohort"),
        (Selection(DAY, DAY, DAY, words=("khan",)), "name", "pupil_by_name"),
    ],
)  # fmt: skip
def test_the_first_rows_come_in_the_order_of_an_index(
    recorder: Recorder, chosen: Selection, order: str, index: str
) -> None:
    listing.first_rows(recorder, chosen, order, 60)
    listing.keys(recorder, chosen, order)
    for plan in recorder.plans:
        assert f"INDEX {index}" in plan.replace("USING COVERING", "USING")
        if order != "year group":  # youngest first, and within a year the most pressing first: two directions
            assert "TEMP B-TREE" not in plan


def test_who_is_open_to_social_care_is_read_once_for_everybody(recorder: Recorder) -> None:
    counts.cohort_counts(recorder, NOTHING)
    assert "CORRELATED LIST" not in recorder.plans[0]


def test_looking_for_a_name_walks_the_names_in_order(recorder: Recorder) -> None:
    finding.find(recorder, ["khan"])
    assert recorder.plans == ["SCAN pupil USING INDEX pupil_by_name"]


def test_what_comes_in_plans_is_looked_up_by_its_day(recorder: Recorder) -> None:
    events.plan_events(recorder, NOTHING, DAY, DAY)
    (plan,) = recorder.plans
    for index in ("plan_meeting_by_date (held_on", "plan_meeting_by_next (next_on", "plan_by_review (review_on"):
        assert f"USING INDEX {index}>? AND" in plan
    assert "SCAN m" not in plan
    assert "SCAN l" not in plan


def test_the_steps_overdue_longest_are_read_off_their_days(recorder: Recorder) -> None:
    steps.overdue_now(recorder, TOLD_NOTHING, 8)
    assert "open_by_date (late_after>?" in recorder.plans[0]
    list(steps.missed_rows(recorder, NOTHING, limit=60, missed=False))
    for test in (steps.OVERDUE, steps.MISSED):
        steps.missed_keys(recorder, NOTHING, test, "school")
    counts.transition_counts(recorder, replace(NOTHING, states=("overdue", "missed"), late_actions=True))
    for plan in recorder.plans:
        assert re.search(r"open_by_date \(late_after>\?|COVERING INDEX missed_by_date", plan)
        assert not re.search(r"SCAN pm($|\n| USING .*INDEX open)", plan)


@pytest.mark.parametrize(
    "chosen", [NOTHING, Selection(DAY, DAY, DAY, cohort_years=(2020,), cohorts=("EHC plan",), transitions=("6-7",))]
)
def test_what_is_kept_of_everybody_is_counted_without_a_look_at_pupils(recorder: Recorder, chosen: Selection) -> None:
    counts.whose_counts(recorder, chosen, None)
    counts.cohort_year_counts(recorder, chosen)
    counts.transition_counts(recorder, chosen)
    counts.cohort_counts(recorder, chosen, ["pupil premium", "EHC plan"])
    listing.count(recorder, chosen)
    for plan in recorder.plans:
        assert "pupil_count" in plan
        assert not re.search(r"(SCAN|SEARCH) (p|pupil|pm)\b", plan)


def test_whose_days_press_is_read_off_two_short_ranges(recorder: Recorder) -> None:
    counts.state_counts(recorder, NOTHING)
    overdue, soon, missed = recorder.plans
    assert overdue == "SEARCH p USING COVERING INDEX pupil_by_need (next_late_after<?)"
    assert soon == "SEARCH p USING COVERING INDEX pupil_by_due (next_due_on<?)"
    assert "pupil_count" in missed


def test_handovers_that_wait_are_read_without_the_pupils_who_have_none(recorder: Recorder) -> None:
    board.unfinished(recorder, NOTHING, 2026, ["6-7"])
    assert "SEARCH h USING INDEX handover_by_status (direction=? AND move_year=?)" in recorder.plans[0]
    assert "SCAN p" not in recorder.plans[0]


def test_one_pupils_steps_and_the_next_one_are_looked_up(recorder: Recorder) -> None:
    steps.of_pupil(recorder, 5)
    steps.next_open(recorder, [5, 6])
    of_pupil, next_open = recorder.plans
    assert "SEARCH pm USING PRIMARY KEY (pupil_id=?)" in of_pupil
    assert "open_by_pupil (pupil_id=?" in next_open
    assert "TEMP B-TREE" not in next_open


def test_a_window_of_missed_steps_is_looked_up_by_key(recorder: Recorder) -> None:
    steps.missed_window(recorder, [(1, 2, 2026), (3, 4, 2026)])
    steps.outcomes(recorder, [(1, 2, 2026), (3, 4, 2026)])
    for plan in recorder.plans:
        assert "SEARCH pm USING PRIMARY KEY (pupil_id=? AND milestone_id=? AND cycle=?)" in plan or (
            "SEARCH pupil_milestone USING PRIMARY KEY (pupil_id=? AND milestone_id=? AND cycle=?)" in plan
        )


def test_a_workers_overdue_steps_go_through_the_workers_pupils(recorder: Recorder) -> None:
    steps.missed_counts(recorder, Selection(DAY, DAY, DAY, owner_id=1))
    overdue = recorder.plans[0]
    assert "SEARCH p USING COVERING INDEX pupil_by_owner (owner_id=?)" in overdue
    assert "SEARCH pm USING COVERING INDEX open_by_pupil (pupil_id=? AND late_after>? AND late_after<?)" in overdue


def test_a_walk_reads_two_short_ranges_however_many_pupils_there_are(recorder: Recorder) -> None:
    steps.walk_order(recorder, NOTHING)
    (plan,) = recorder.plans
    assert "SEARCH p USING COVERING INDEX pupil_by_need (next_late_after<?)" in plan
    assert "SCAN reminder" in plan  # of some pupils only
    assert "SEARCH a USING COVERING INDEX plan_action_open_by_date (due_on<?)" in plan
    assert "SCAN p" not in plan


def test_actions_past_their_day_are_read_off_their_index(recorder: Recorder) -> None:
    actions.overdue_count(recorder, NOTHING)
    (count,) = recorder.plans
    assert "SCAN pupil USING COVERING INDEX pupil_archived" in count
    assert "SEARCH p " not in count
    list(actions.each_overdue(recorder, NOTHING, 5))
    actions.overdue_keys(recorder, NOTHING, "school")
    actions.due_actions(recorder, NOTHING, DAY, 5)
    for plan in recorder.plans:
        assert "INDEX plan_action_open_by_date (due_on<?)" in plan
    actions.overdue_of_pupil(recorder, 5, DAY)
    assert "SEARCH a USING INDEX plan_action_by_pupil (pupil_id=? AND due_on<?)" in recorder.plans[-1]


def test_the_history_of_a_pupil_is_looked_up(recorder: Recorder) -> None:
    journal.entries(recorder, pupil_id=5)
    pupils.last_touched(recorder, 5)
    for plan in recorder.plans:
        assert "journal_change_by_pupil (pupil_id=?)" in plan
        assert "SCAN journal_change" not in plan


def test_who_wrote_a_plan_is_looked_up_by_the_pupil(recorder: Recorder) -> None:
    quality.writers(recorder, 5)
    assert "journal_change_by_pupil (pupil_id=?)" in recorder.plans[0]
    assert "SEARCH j USING INTEGER PRIMARY KEY" in recorder.plans[0]
    assert "SCAN" not in recorder.plans[0]


def test_workshops_are_looked_up_by_day_and_by_series(recorder: Recorder) -> None:
    workshops.between(recorder, DAY, DAY)
    workshops.of_series(recorder, "Transitions workshop")
    workshops.invitations(recorder, 5)
    between, of_series, invitations = recorder.plans
    assert "SEARCH m USING INDEX workshop_by_day (on_day<?)" in between
    assert "SEARCH m USING INDEX workshop_by_series (series=?)" in of_series
    assert "SEARCH i USING INDEX workshop_invitation_once (workshop_id=?)" in invitations
    for plan in (between, of_series):
        assert plan.count("workshop_invitation_once (workshop_id=?)") == 4
        assert "SEARCH a USING INDEX workshop_action_by_workshop (workshop_id=?)" in plan


@pytest.mark.parametrize(
    ("read", "indexes"),
    [
        (handovers.of_pupil, ["autoindex_handover_1 (pupil_id=?)"]),
        (handovers.events, ["handover_event_by_handover (handover_id=?)"]),
        (handovers.friends, ["autoindex_friendship_1 (pupil_id=?)", "friendship_by_other (other_id=?)"]),
        (handovers.child_protection, ["child_protection_transfer_by_pupil (pupil_id=?)"]),
        (handovers.tier_decisions, ["tier_decision_by_pupil (pupil_id=?)"]),
        (after_move.placements, ["placement_by_pupil (pupil_id=?)"]),
        (pupil_records.dated, ["placement_by_pupil (pupil_id=?)"]),
        (pupil_records.programmes_of_pupil, ["participation_of_pupil (pupil_id=?)"]),
        (after_move.first_weeks, ["autoindex_first_weeks_1 (pupil_id=?)"]),
        (after_move.funding, ["funding_by_pupil (pupil_id=?)"]),
        (handovers.days_recorded, ["journal_change_by_pupil (pupil_id=?)", "journal_by_undone (undoes=?)"]),
    ],
    ids=lambda part: part.__name__ if callable(part) else "",
)
def test_what_a_handover_reads_of_one_pupil_is_looked_up(
    recorder: Recorder, read: Callable[..., Any], indexes: list[str]
) -> None:
    read(recorder, 5)
    for index in indexes:
        assert index in recorder.plans[0]
    assert "SCAN" not in recorder.plans[0].replace("SCAN f", "")  # the few friends that were looked up


def test_what_was_written_since_a_handover_was_sent_is_looked_up(recorder: Recorder) -> None:
    handovers.answers_as_sent(recorder, 5, 1)
    handovers.answers(recorder, [1, 2])
    handovers.messages(recorder, [1, 2])
    written, _questions, answers, messages = recorder.plans
    assert "journal_change_by_pupil (pupil_id=? AND action_id>?)" in written
    assert "handover_event_by_handover (handover_id=?)" in written
    assert "autoindex_handover_answer_1 (handover_id=?)" in answers
    assert "handover_message_by_handover (handover_id=?)" in messages


def test_pairs_of_a_school_are_looked_up_pupil_by_pupil(recorder: Recorder) -> None:
    handovers.pairs_going_to(recorder, 1, [1, 2])
    (plan,) = recorder.plans
    assert "autoindex_friendship_1 (pupil_id=? AND other_id=?)" in plan
    assert "SEARCH h USING INDEX sqlite_autoindex_handover_1 (pupil_id=?)" in plan
    assert "SCAN" not in plan


def test_moves_are_read_off_the_destinations_of_the_year_and_the_school(recorder: Recorder) -> None:
    feeders.moves(recorder, 2026, None, None)
    feeders.moves(recorder, 2026, None, 5)
    feeders.moves(recorder, 2026, 5, None)
    every, to_one, from_one = recorder.plans
    assert "SEARCH d USING INDEX destination_by_year (move_year=?)" in every
    assert "SEARCH d USING INDEX destination_by_school (school_id=? AND move_year=?)" in to_one
    assert "SEARCH d USING INDEX destination_" in from_one


def test_changes_of_school_are_looked_up_action_by_action(recorder: Recorder) -> None:
    feeders.changes_of_school(recorder, DAY, DAY)
    (plan,) = recorder.plans
    assert "SEARCH c USING PRIMARY KEY (action_id=?)" in plan
    assert "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)" in plan


def test_finding_special_characters_finds_only_themselves(workspace: Workspace) -> None:
    for surname in ("Per%cent", "Under_score", "Back\\slash", "Plain"):
        add_pupil(workspace, surname=surname)
    for word, wanted in (("%", "Per%cent"), ("_", "Under_score"), ("\\", "Back\\slash"), ("r%c", "Per%cent")):
        found = [name for _, name, _, _ in finding.find(workspace.read(), [word])]
        assert found == [f"Aisha {wanted}"]


def test_the_small_look_ups(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, preferred_name="Ash", upn="A123456789012", former_upn="T123456789012")
    other = add_pupil(workspace, surname="Byrne", upn="T123456789012")
    connection = workspace.read()
    assert pupils.pupil_name(connection, pupil) == "Ash Khan"
    assert pupils.pupil_name(connection, 999) is None
    assert pupils.by_upn(connection, "A123456789012") == pupil
    assert pupils.by_upn(connection, "T123456789012") == other  # the one who has it, before the one who had it
    assert pupils.by_upn(connection, "X123456789012") is None
    assert pupils.worker_name(connection, workspace.me) == "K. Osei"
    add_worker(workspace, "A. Lee", role="social worker")
    assert [(one.name, one.detail) for one in pupils.workers(connection)] == [
        ("A. Lee", "social worker"),
        ("K. Osei", "SENCO"),
    ]
    page = pupils.page(connection, pupil)
    assert page is not None
    assert (page.surname, page.date_of_birth, page.archived) == ("Khan", date(2016, 3, 14), False)
    add_episode(workspace, pupil, "child in need", date(2026, 1, 5))
    assert pupils.episodes(connection, pupil)[0].started_on == date(2026, 1, 5)
    edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    assert finding.find(connection, ["khan"]) == []


def test_what_a_person_touched_last_is_named(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    workspace.become(add_worker(workspace, "B. Lee"))
    edit_pupil(workspace, pupil, tier="enhanced")
    touched = pupils.last_touched(workspace.read(), pupil)
    assert touched is not None
    assert touched[1] == "B. Lee"


SERVERS_INDEXES: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
    (counts.whose_counts, (NOTHING, None), "pupil_count"),
    (counts.cohort_year_counts, (NOTHING,), "pupil_count"),
    (counts.transition_counts, (NOTHING,), "pupil_count"),
    (counts.state_counts, (NOTHING,), "pupil_by_(need|due)|pupil_count"),
    (listing.keys, (NOTHING, "most overdue first"), "pupil_by_need"),
    (listing.keys, (NOTHING, "name"), "pupil_by_name"),
    (steps.missed_keys, (NOTHING, steps.MISSED, ""), "missed_by_date"),
    (steps.walk_order, (NOTHING,), "pupil_by_need"),
    (board.unfinished, (NOTHING, 2026, ["6-7"]), "handover_by_status"),
]


@pytest.mark.parametrize(
    ("read", "arguments", "index"), SERVERS_INDEXES, ids=[f"{one[0].__name__}-{one[2]}" for one in SERVERS_INDEXES]
)
def test_a_server_goes_through_the_same_indexes(
    workspace: Workspace, read: Callable[..., Any], arguments: tuple[Any, ...], index: str
) -> None:
    server = ServersPlans(workspace.read())
    read(server, *arguments)
    for plan in server.plans:
        assert re.search(f"(using|on) ({index})", plan), plan
