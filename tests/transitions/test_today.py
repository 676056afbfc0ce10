"""What cannot wait."""

from datetime import date

from builders import add_pupil, add_terms, add_worker
from conftest import TODAY

from transitions import recording, today
from transitions.caseload import Caseload
from transitions.missed import Totals
from transitions.recording import Step
from transitions.workspace import Workspace


def test_an_empty_database_says_so_in_numbers(workspace: Workspace) -> None:
    page = today.page(workspace, Caseload())
    assert today.summary(page) == [
        "Saturday 21 November 2026 · All pupils",
        "0 pupils",
        "0 steps overdue with no decision yet",
        "0 steps flagged missed and not put right",
        "0 steps due in the next seven days",
        "0 actions due in the next seven days or earlier",
    ]


def test_overdue_this_week_and_actions(workspace: Workspace) -> None:
    overdue = add_pupil(workspace)  # the application was due on 31 October
    reviewed = add_pupil(workspace, surname="Byrne", sen_provision="E", owner_id=workspace.me)  # review by 23 November
    flagged = add_pupil(workspace, surname="Ward")
    recording.flag_missed(workspace, recording.next_steps(workspace, [flagged]), reason="moved")
    for due_on in (date(2026, 11, 1), date(2026, 11, 27), date(2026, 11, 28), None):
        recording.add_action(workspace, overdue, what=f"By {due_on}", owner="Ms Bell", due_on=due_on)
    page = today.page(workspace, Caseload())
    assert (page.day, page.description, page.pupils) == (TODAY, "All pupils", 3)
    assert page.totals == Totals(overdue=1, missed=1)
    assert [row.pupil_id for row in page.overdue] == [overdue]
    assert [(row.pupil_id, row.code) for row in page.this_week] == [(reviewed, "6-7.review-held")]
    assert page.this_week_count == 1
    assert [action.what for action in page.actions] == ["By 2026-11-01", "By 2026-11-27"]
    assert page.actions_count == 2
    assert page.actions[0][:2] == (overdue, "Aisha Khan")
    mine = today.page(workspace, Caseload(whose="mine"))
    assert (mine.pupils, mine.totals, mine.this_week_count, mine.actions_count) == (1, Totals(0, 0), 1, 0)
    assert mine.description == "My caseload"


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
    assert page.waiting_for_dates == [(2026, 1)]  # the Common Transfer File: 15 school days into September 2027
    assert today.summary(page)[-1] == "1 steps wait for the term dates of 2026/27 or a later year"
    add_terms(workspace, years=(2027,))
    assert today.page(workspace, Caseload()).waiting_for_dates == []


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
