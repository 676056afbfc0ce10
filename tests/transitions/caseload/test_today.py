"""What cannot wait."""

from datetime import date, timedelta

import pytest
from builders import add_pupil, add_terms, add_worker, add_workshop, add_workshop_action, edit_milestone
from conftest import TODAY
from made_plans import agreed_plan

from db.calendar.events import plan_events
from transitions.caseload import today
from transitions.caseload.caseload import Caseload, selection
from transitions.caseload.missed import Totals
from transitions.custody import history
from transitions.milestones import catalogue, recording
from transitions.milestones.recording import Step
from transitions.plans.actions import add_action
from transitions.plans.meetings import save_meeting
from transitions.workshops.actions import drop_action, grade
from transitions.workspace import Workspace


def test_an_empty_database_says_so_in_numbers(workspace: Workspace) -> None:
    page = today.page(workspace, Caseload())
    assert today.summary(page) == [
        "Saturday 21 November 2026 · All pupils",
        "0 pupils",
        "0 steps overdue with no decision yet",
        "0 steps flagged missed and not resolved",
        "0 steps due in the next seven days",
        "0 actions overdue, 0 due in the next seven days",
        "0 meetings and reviews in the next fourteen days",
        "0 handovers wait on us, 0 on other schools",
        "0 workshops in the next fourteen days",
        "0 workshop actions overdue",
    ]


def test_overdue_this_week_and_actions(workspace: Workspace) -> None:
    overdue = add_pupil(workspace)  # the application was due on 31 October
    reviewed = add_pupil(workspace, surname="Byrne", sen_provision="E", owner_id=workspace.me)  # review by 23 November
    flagged = add_pupil(workspace, surname="Ward")
    recording.flag_missed(workspace, recording.next_steps(workspace, [flagged]), reason="moved")
    for due_on in (date(2026, 11, 1), date(2026, 11, 27), date(2026, 11, 28), None):
        add_action(workspace, overdue, what=f"By {due_on}", owner="Ms Bell", due_on=due_on)
    page = today.page(workspace, Caseload())
    assert (page.day, page.description, page.pupils) == (TODAY, "All pupils", 3)
    assert page.totals == Totals(overdue=1, missed=1)
    assert [row.pupil_id for row in page.overdue] == [overdue]
    assert [(row.pupil_id, row.code) for row in page.this_week] == [(reviewed, "6-7.review-held")]
    assert page.this_week_count == 1
    assert (page.actions.overdue, page.actions.coming) == (1, 1)
    assert [action.what for action in page.actions.first] == ["By 2026-11-01", "By 2026-11-27"]
    first = page.actions.first[0]
    assert (first.pupil_id, first.surname, first.owner, first.due_on) == (overdue, "Khan", "Ms Bell", date(2026, 11, 1))
    assert "1 action overdue, 1 due in the next seven days" in today.summary(page)
    mine = today.page(workspace, Caseload(whose="mine"))
    assert (mine.pupils, mine.totals, mine.this_week_count, mine.actions) == (1, Totals(0, 0), 1, (0, 0, []))
    assert mine.description == "My caseload"
    # Whoever is to be reminder set is not waiting until then; the whole count stays, and the pupils can be listed.
    recording.put_off(workspace, [overdue], TODAY + timedelta(days=5))
    later = today.page(workspace, Caseload())
    assert (later.overdue, later.put_off, later.totals.overdue) == ([], 1, 1)
    assert (later.actions.overdue, later.actions.coming, later.this_week_count) == (0, 0, 1)
    assert ("reminder set", 1) in later.asked_for
    assert "1 pupil: reminder set" in today.summary(later)
    history.undo(workspace)
    assert [row.pupil_id for row in today.page(workspace, Caseload()).overdue] == [overdue]


def test_the_week_is_today_and_the_six_days_after(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=0)
    (number,) = workspace.read().execute("SELECT id FROM milestone WHERE code = 'r-1.profile'").fetchone()
    for day, wanted in ((20, 0), (21, 1), (27, 1), (28, 0)):
        with workspace.change("Moved", str(day)) as action:
            values = {"due_on": date(2026, 11, day), "late_after": date(2026, 11, day), "evidence": "by hand"}
            action.update("pupil_milestone", {"pupil_id": pupil, "milestone_id": number, "cycle": 2026}, values)
        assert today.page(workspace, Caseload()).this_week_count == wanted


def test_short_lists_are_short_and_their_counts_whole(workspace: Workspace) -> None:
    pupils = [add_pupil(workspace, surname=f"Khan {number:02}") for number in range(today.SHOWN + 4)]
    page = today.page(workspace, Caseload())
    assert len(page.overdue) == today.SHOWN
    assert page.totals.overdue == len(pupils)


def test_steps_that_wait_for_term_dates_are_counted_by_year(workspace: Workspace) -> None:
    add_terms(workspace, years=(2025, 2026))
    add_pupil(workspace)
    page = today.page(workspace, Caseload())
    assert page.waiting_for_dates == [(2027, 1)]  # the Common Transfer File: 15 school days into September 2027
    assert today.summary(page)[-1] == "1 step waits for term dates of 2027/28 that are not entered"
    add_terms(workspace, years=(2027,))
    assert today.page(workspace, Caseload()).waiting_for_dates == []


def test_steps_of_a_pupil_without_a_school_wait_for_the_school_where_councils_have_their_own_dates(
    workspace: Workspace,
) -> None:
    for council in (808, 886):
        add_terms(workspace, years=(2025, 2026, 2027), la_number=council)
    add_pupil(workspace)
    lines = today.summary(today.page(workspace, Caseload()))
    assert lines[-1].endswith(" for the pupil’s school, to know whose term dates apply")
    assert not any("not entered" in line for line in lines)
    assert "not known" not in catalogue.page(workspace, "ehcp.review-meeting").dates


def test_somebody_elses_caseload_has_their_name(workspace: Workspace) -> None:
    worker = add_worker(workspace, "B. Lee")
    add_pupil(workspace, owner_id=worker)
    add_pupil(workspace)
    page = today.page(workspace, Caseload(worker_id=worker))
    assert (page.description, page.pupils) == ("B. Lee's caseload", 1)


def test_what_was_decided_is_off_the_list(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    (row,) = today.page(workspace, Caseload()).overdue
    recording.mark_done(workspace, [Step(pupil, row.milestone_id, row.cycle)])
    assert today.page(workspace, Caseload()).overdue == []


# Meetings and reviews of plans


def plan_reviewed_on(workspace: Workspace, day: date, **pupil: object) -> int:
    """Give an agreed plan whose next review is due on a day."""
    plan = agreed_plan(workspace, add_pupil(workspace, **pupil))
    with workspace.change("Review set", "made up") as action:
        action.update("plan", {"id": plan}, {"review_on": day})
    return plan


def said(workspace: Workspace, caseload: Caseload | None = None) -> list[tuple[str, int]]:
    """Give what comes in the fortnight, with how many days away it is."""
    page = today.page(workspace, caseload or Caseload())
    assert page.events_count == len(page.events)
    return [(one.what, (one.on - TODAY).days) for one in page.events]


def test_the_fortnight_is_today_and_the_thirteen_days_after(workspace: Workspace) -> None:
    plan = plan_reviewed_on(workspace, date(2027, 6, 1))
    for days in (14, 13, 0):
        save_meeting(workspace, plan, None, {"held_on": TODAY + timedelta(days), "happened": "no", "place": "Room 4"})
    assert said(workspace) == [("meeting", 0), ("meeting", 13)]
    first = today.page(workspace, Caseload()).events[0]
    assert (first.plan_id, first.surname, first.place) == (plan, "Khan", "Room 4")
    assert "2 meetings and reviews in the next fourteen days" in today.summary(today.page(workspace, Caseload()))
    assert said(workspace, Caseload(whose="mine")) == []


def test_the_day_said_at_the_last_meeting_and_a_review_that_is_due_are_there(workspace: Workspace) -> None:
    plan = plan_reviewed_on(workspace, TODAY + timedelta(10))
    save_meeting(workspace, plan, None, {"held_on": TODAY, "next_on": TODAY + timedelta(5)})
    assert said(workspace) == [("next meeting", 5), ("review due", 10)]


@pytest.mark.parametrize(
    ("due", "steps", "events"),
    [
        (-1, 0, []),  # it is overdue, which is the first list
        (0, 1, []),
        (6, 1, []),
        (7, 0, [("review due", 7)]),
        (13, 0, [("review due", 13)]),
        (14, 0, []),
    ],
)
def test_a_review_stands_in_one_list_only(
    workspace: Workspace, due: int, steps: int, events: list[tuple[str, int]]
) -> None:
    plan_reviewed_on(workspace, TODAY + timedelta(due))
    page = today.page(workspace, Caseload())
    assert [row.code for row in page.this_week if row.code == "6-7.plan-review"] == ["6-7.plan-review"] * steps
    assert [row.code for row in page.overdue if row.code == "6-7.plan-review"] == ["6-7.plan-review"] * (due < 0)
    assert said(workspace) == events


def test_a_review_that_no_step_stands_for_is_not_lost(workspace: Workspace) -> None:
    edit_milestone(workspace, "6-7.plan-review", applies={"year_group": [1]})
    plan_reviewed_on(workspace, TODAY + timedelta(3))
    assert today.page(workspace, Caseload()).this_week_count == 0
    assert said(workspace) == [("review due", 3)]


@pytest.mark.parametrize(("planned", "events"), [(9, [("review", 9)]), (12, [("review due", 10), ("review", 12)])])
def test_a_review_is_seen_to_when_it_is_planned_in_time(
    workspace: Workspace, planned: int, events: list[tuple[str, int]]
) -> None:
    plan = plan_reviewed_on(workspace, TODAY + timedelta(10))
    other = plan_reviewed_on(workspace, date(2027, 6, 1), surname="Byrne")
    save_meeting(workspace, plan, None, {"kind": "review", "held_on": TODAY + timedelta(planned)})
    assert said(workspace) == events
    save_meeting(workspace, other, None, {"kind": "review", "held_on": TODAY + timedelta(1)})
    assert said(workspace) == [("review", 1), *events]


def test_the_short_list_of_meetings_is_short_and_its_count_whole(workspace: Workspace) -> None:
    plan = plan_reviewed_on(workspace, date(2027, 6, 1))
    for days in range(12):
        save_meeting(workspace, plan, None, {"held_on": TODAY + timedelta(1 + days)})
    page = today.page(workspace, Caseload())
    everything = plan_events(workspace.read(), selection(workspace, Caseload()), TODAY, TODAY + today.FORTNIGHT)
    assert page.events == everything[: today.SHOWN]
    assert page.events_count == len(everything) == 12


# Workshops


def test_workshops_of_the_fortnight_with_what_waits_for_them(workspace: Workspace) -> None:
    earlier = add_workshop(workspace, on_day=TODAY - timedelta(60), status="held")
    begun = add_workshop(workspace, title="LIFT Swale", on_day=TODAY - timedelta(1), last_day=TODAY)
    soon = add_workshop(workspace, on_day=TODAY + timedelta(13))
    add_workshop(workspace, on_day=TODAY + timedelta(14))
    add_workshop(workspace, on_day=TODAY + timedelta(1), status="cancelled")
    gone_by = add_workshop(workspace, on_day=TODAY - timedelta(1))
    add_workshop(workspace, on_day=TODAY - timedelta(1), status="held")
    add_workshop(workspace, on_day=TODAY - timedelta(367))
    late = add_workshop_action(workspace, earlier, "Share the map", due_on=TODAY - timedelta(3), who="CAMHS")
    add_workshop_action(workspace, earlier, "Ring the schools", due_on=TODAY)
    add_workshop_action(workspace, soon, "Book the hall")
    done, dropped = (add_workshop_action(workspace, earlier, due_on=TODAY - timedelta(9)) for _ in range(2))
    grade(workspace, [done], 1)
    drop_action(workspace, [dropped], reason="No money")
    found = today.page(workspace, Caseload()).workshops
    assert [(one.workshop.id, one.open_actions, one.overdue) for one in found.coming] == [(begun, 0, 0), (soon, 3, 1)]
    assert [one.id for one in found.overdue] == [late]
    assert [one.id for one in found.not_said] == [gone_by]
    assert (found.coming_count, found.overdue_count) == (2, 1)
    assert today.summary(today.page(workspace, Caseload()))[-3:] == [
        "2 workshops in the next fourteen days",
        "1 workshop action overdue",
        "1 workshop has over, with no attendance recorded",
    ]
    assert today.page(workspace, Caseload(whose="mine")).workshops == found, "a workshop is in nobody's caseload"


def test_the_short_lists_of_workshops_are_short_and_their_counts_whole(workspace: Workspace) -> None:
    for days in range(today.SHOWN + 2):
        number = add_workshop(workspace, on_day=TODAY + timedelta(days))
        add_workshop_action(workspace, number, due_on=TODAY - timedelta(1 + days))
    found = today.page(workspace, Caseload()).workshops
    assert (len(found.coming), found.coming_count) == (today.SHOWN, today.SHOWN + 2)
    assert (len(found.overdue), found.overdue_count) == (today.SHOWN, today.SHOWN + 2)
    assert found.overdue[0].due_on == TODAY - timedelta(today.SHOWN + 2), "longest first"
