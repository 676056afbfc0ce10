"""Stories of what stands around a plan: meetings, reviews, the audit, the family survey, and the council's own words."""

from datetime import date
from typing import Any

from builders import add_worker
from made_plans import agreed_plan, draft_plan, two_versions
from reading import more, press, screen_lines, screen_text, sentence, settle, toasts
from textual.events import Paste
from textual.pilot import Pilot

from screens.frame.app import TransitionsApp
from screens.frame.record_form import RecordFormScreen
from screens.plans.audit import AuditScreen, open_audit
from screens.plans.meetings import open_meetings
from screens.plans.plan import PlanScreen
from screens.plans.survey import open_survey
from transitions.plans import auditing, questions, surveys
from transitions.plans.page import current, load
from transitions.team import workers
from transitions.workspace import Workspace

SMALL = (80, 24)
HOSTILE = "[/x] \x1b]52;c;eA==\x07Sam\u202e"
TO_THE_END = (*["down"] * 6, "end")
AS_KEPT = "[/x] ]52;c;eA==Sam"


async def type_in(pilot: Pilot[Any], text: str) -> None:
    """Put ``text`` into the field with the cursor as a terminal's paste does."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()


def under(app: TransitionsApp) -> str:
    """Give the screen as one text, without the bar at the left of the field with the cursor."""
    return sentence(app).replace("▌ ", "")


def other_worker(workspace: Workspace) -> None:
    """Let somebody sit down who has not written in any plan."""
    workspace.become(add_worker(workspace, "R. Patel"))


async def test_every_dialog_has_its_key_on_the_page_of_the_plan(workspace: Workspace) -> None:
    _, plan = two_versions(workspace)
    other_worker(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(PlanScreen(plan))
        await settle(pilot)
        for keys, title in {
            ("M",): "Meetings and reviews",
            ("v",): "+ Version 2",
            more("plan.audit"): "Audit · version 2",
            more("plan.survey"): "Family survey",
        }.items():
            await press(pilot, *keys)
            assert title in screen_text(app)
            await press(pilot, "escape")
            assert isinstance(app.screen, PlanScreen)


# Meetings


async def test_a_meeting_is_planned_held_and_called_off(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_meetings(app, plan))
        await settle(pilot)
        assert "None yet. Plan one by giving a future date" in sentence(app)
        await press(pilot, "a", "tab")
        await type_in(pilot, "+10d")
        await press(pilot, "tab")
        assert "= Tuesday 1 December 2026" in sentence(app)
        await press(pilot, "ctrl+s")
        [meeting] = load(workspace, plan).meetings
        assert (meeting.row.kind, meeting.row.held_on, meeting.row.happened) == ("meeting", date(2026, 12, 1), False)
        assert {person.attendance for person in meeting.attendees} == {"invited"}
        assert (meeting.attendees[0].name, meeting.attendees[0].part) == ("Aisha Khan", "pupil")
        assert ". Tue 1 Dec 2026 · meeting planned, in 10 days" in sentence(app)

        await press(pilot, "1", "tab", "tab", "tab", "n", "ctrl+s")
        assert load(workspace, plan).meetings == ()
        assert "Meeting called off" in toasts(app)[-1]
        await press(pilot, "escape", "u")
        assert len(load(workspace, plan).meetings) == 1


async def test_a_review_is_written_down_and_leads_to_the_next_version(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    pupil = load(workspace, plan).plan.pupil_id
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_meetings(app, plan))
        await settle(pilot)
        await press(pilot, "r", "tab")
        await type_in(pilot, "today")
        await press(pilot, "pagedown")
        await press(pilot, *TO_THE_END)
        await type_in(pilot, f"\nDr Lee, CAMHS, apologies\n{HOSTILE}, school, absent")
        await press(pilot, "tab", "y", "pagedown")
        assert "A review asks: Have the actions been done?" in sentence(app)
        await type_in(pilot, "Settled, less worried")
        await press(pilot, "pagedown")
        assert "Empty after a review: about Fri 19 Nov 2027, because every plan" in sentence(app)
        await press(pilot, "ctrl+s")
        assert "A review decides what happens to the plan" in sentence(app)
        await press(pilot, "a", "ctrl+s")
        [meeting] = load(workspace, plan).meetings
        assert (meeting.row.result, meeting.row.happened, meeting.row.notes) == ("amend", True, "Settled, less worried")
        attendances = {person.name: person.attendance for person in meeting.attendees}
        assert attendances["Aisha Khan"] == "came"
        assert [name for name, how in attendances.items() if how == "absent"] == [AS_KEPT]
        assert next(how for name, how in attendances.items() if name.startswith("Dr Lee")) == "apologies"
        assert load(workspace, plan).plan.status == "reviewed"
        assert "The review says amend. Make version 2 of the plan now?" in sentence(app)
        await press(pilot, "y")
        newer = current(workspace, pupil)
        assert newer is not None
        assert (newer.version, newer.status) == (2, "draft")
        assert "New version of plan" in toasts(app)[-1]

        await app.carry_out(open_meetings(app, newer.id))
        await settle(pilot)
        assert "+ Sat 21 Nov 2026 · review held, 3 of 5 came · amend · version 1" in sentence(app)
        await press(pilot, "1")
        assert AS_KEPT[:6] in screen_text(app)
        await press(pilot, "escape")


async def test_a_review_that_says_close_offers_to_close_and_later_is_an_answer(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_meetings(app, plan))
        await settle(pilot)
        await press(pilot, "r", "tab")
        await type_in(pilot, "today")
        await press(pilot, "pagedown", "pagedown", "pagedown", "c", "ctrl+s")
        assert "The review says close. Close the plan now?" in sentence(app)
        await press(pilot, "n")
        assert load(workspace, plan).plan.status == "reviewed"


async def test_a_line_of_attendees_that_is_not_understood_is_named_under_the_field(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_meetings(app, plan))
        await settle(pilot)
        await press(pilot, "a", "tab")
        await type_in(pilot, "today")
        await press(pilot, "pagedown", *TO_THE_END)
        await type_in(pilot, "\nSam, nonsense, came")
        await press(pilot, "ctrl+s")
        assert "Line 4, “Sam, nonsense, came”: “nonsense” is not understood" in under(app)
        assert load(workspace, plan).meetings == ()


# The audit


async def test_who_wrote_the_plan_is_told_to_ask_somebody_else(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_audit(app, plan))
        await settle(pilot)
        assert not isinstance(app.screen, AuditScreen)
        assert "the auditor cannot be an author. Ask somebody who did not write it." in toasts(app)[-1]


async def test_an_audit_by_digits_with_the_score_as_one_goes_and_what_is_to_be_put_right(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    other_worker(workspace)
    items = auditing.items_for(load(workspace, plan))
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_audit(app, plan))
        await settle(pilot)
        assert f"No score yet · {len(items)} of 20 applicable · {len(items)} still to judge" in screen_text(app)
        assert items[0].help[:40] in screen_text(app)
        await press(pilot, "1", "2", "3")
        assert f"3 of 6 points (50%) · Requires improvement so far · {len(items)} of 20 applicable" in sentence(app)
        await press(pilot, "4")
        assert f"3 of 6 points (50%) · Requires improvement so far · {len(items) - 1} of 20 applicable" in sentence(app)
        assert [line.split()[-2:] for line in screen_lines(app)[3:4]] == [["met", "│"]]
        await press(pilot, "enter")
        assert f"{len(items) - 4} items are not judged yet" in toasts(app)[-1]
        await press(pilot, "escape")
        assert "Your judgements will be here" in toasts(app)[-1]

        await app.carry_out(open_audit(app, plan))
        await settle(pilot)
        assert "draft restored" in screen_text(app)
        await press(pilot, *["1"] * (len(items) - 4))
        await press(pilot, "up", "left")
        assert "still to judge" not in screen_text(app)
        presses = await press(pilot, "enter")
        await type_in(pilot, f"Clear and kind {HOSTILE}")
        await press(pilot, "tab")
        await type_in(pilot, "Name the worker")
        await press(pilot, "tab")
        await type_in(pilot, "CAMHS")
        presses += await press(pilot, "tab", "ctrl+s")
        assert "“CAMHS” is not one person" in sentence(app)
        await press(pilot, "ctrl+u")
        await type_in(pilot, "K. Osei")
        await press(pilot, "tab")
        await type_in(pilot, "+2w")
        await press(pilot, "ctrl+s")
        [audit] = auditing.of_plan(workspace, plan)
        assert audit.auditor == "R. Patel"
        assert [audit.judgements[item.code] for item in items[:4]] == ["met", "partly", "not met", "not applicable"]
        assert audit.judgements[items[-2].code] == "not applicable"
        assert audit.score == auditing.score(audit.judgements)
        assert [(one.what, one.owner, one.due_on) for one in audit.actions] == [
            ("Name the worker", "K. Osei", date(2026, 12, 7))
        ]
        assert not isinstance(app.screen, AuditScreen | RecordFormScreen)
        assert workers.left_on_desk(workspace, f"draft audit {plan}") is None

        await app.carry_out(open_audit(app, plan))
        await settle(pilot)
        assert f"{audit.grade}, 27 of 30 points ({audit.score}%) Sat 21 Nov 2026 · R. Patel" in sentence(app)
        await press(pilot, "1")
        assert f"Clear and kind {AS_KEPT}" in screen_text(app)
        assert "x Not met" in screen_text(app)
        await press(pilot, "f9")
        assert "Clear and kind" not in screen_text(app)
        assert "K. Osei ·" not in screen_text(app).replace(toasts(app)[-1], "")


async def test_a_judgement_can_be_changed_taken_back_and_all_begun_again(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    other_worker(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_audit(app, plan))
        await settle(pilot)
        codes = [item.code for item in auditing.items_for(load(workspace, plan))]
        await press(pilot, "right", "right", "down", "left", "down", "2", "up", "delete")
        assert workers.left_on_desk(workspace, f"draft audit {plan}") == {
            codes[0]: "partly",
            codes[1]: "not applicable",
        }
        await press(pilot, "ctrl+r")
        assert "No score yet" in screen_text(app)
        assert workers.left_on_desk(workspace, f"draft audit {plan}") is None
        await press(pilot, "escape")
        assert not isinstance(app.screen, AuditScreen)


# The survey


async def test_a_family_survey_from_handing_out_to_the_change_in_worry(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_survey(app, plan))
        await settle(pilot)
        assert "Hand out before the move nobody yet" in sentence(app)
        await press(pilot, "b", "1")
        assert "Hand out before the move given to both" in sentence(app)
        assert {(one.moment, one.respondent) for one in surveys.handed_out(workspace, plan)} == {
            ("before", "pupil"),
            ("before", "parent or carer"),
        }
        await press(pilot, "b")
        assert "have already had the survey before the move" in toasts(app)[-1]

        await press(pilot, "1", "5")
        assert "= Yes, a lot" in screen_text(app)
        await press(pilot, "tab", "n")
        assert "= I don’t know" in screen_text(app)
        await press(pilot, "pagedown")
        await type_in(pilot, "11")
        await press(pilot, "ctrl+s")
        assert "whole number from 0 to 10" in sentence(app)
        await press(pilot, "ctrl+u")
        await type_in(pilot, "8")
        await press(pilot, "tab", "tab")
        await type_in(pilot, "The tour that Aisha had")
        await press(pilot, "ctrl+s")
        assert "Holds “Aisha”, the pupil's name, and this response is anonymous" in under(app)
        await press(pilot, "ctrl+u")
        await type_in(pilot, f"The tour {HOSTILE}")
        await press(pilot, "pagedown")
        assert "Yes only if the person agreed: pupil, plan and date are then kept" in under(app)
        await press(pilot, "ctrl+s")
        assert "Write this code on the family’s copy" in screen_text(app)
        rows = workspace.read().execute("SELECT pupil_id, plan_id, pair_code, worry FROM survey_response").fetchall()
        [(pupil_id, plan_id, code, worry)] = rows
        assert (pupil_id, plan_id, worry) == (None, None, 8)
        assert code in screen_text(app)
        await press(pilot, "enter", "2")
        await press(pilot, "pagedown")
        await type_in(pilot, "3")
        await press(pilot, "pagedown", "tab")
        await type_in(pilot, code.lower())
        await press(pilot, "ctrl+s", "r")
        assert "Pupil, before 1 of 1 (100%)" in sentence(app)
        assert "Of 1 with both answers, 1 less worried than before" in sentence(app)
        await press(pilot, "end")
        assert f"“The tour {AS_KEPT}”" in screen_text(app)
        await press(pilot, "f9")
        assert "The tour" not in screen_text(app)


async def test_answers_are_linked_only_when_somebody_says_yes(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_survey(app, plan))
        await settle(pilot)
        await press(pilot, "3", "4", "pagedown", "pagedown", "y", "ctrl+s")
        assert "Write this code" not in screen_text(app)
        [response] = surveys.linked(workspace, plan)
        assert (response.respondent, response.answers["asked"], response.pair_code) == ("parent or carer", 4, None)
        await press(pilot, "r", "end")
        assert "Parent or carer, before, Sat 21 Nov 2026 · linked" in screen_text(app)


# The council's own words


async def test_a_council_words_its_questions_reviews_and_grades(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        await type_in(pilot, "Plan wording")
        await press(pilot, "enter")
        await press(pilot, "1", "pagedown")
        await type_in(pilot, "What is great about me")
        await press(pilot, "ctrl+s")
        admired = questions.questions(workspace).question("admired")
        assert admired is not None
        assert admired.label == "What is great about me"
        assert "My one-page profile 1 in your own words" in sentence(app)
        await press(pilot, "1", "pagedown", "ctrl+u", "ctrl+s")
        assert questions.own_words(workspace) == {}

        await press(pilot, "r")
        await type_in(pilot, "25")
        await press(pilot, "ctrl+s")
        assert "! Expected a number of months from 1 to 24." in sentence(app)
        await press(pilot, "ctrl+u")
        await type_in(pilot, "6")
        await press(pilot, "ctrl+s")
        assert [cycle.months for cycle in questions.questions(workspace).cycles if cycle.code == "plan"] == [6]
        await press(pilot, "g", "tab")
        await type_in(pilot, "90")
        await press(pilot, "ctrl+s")
        assert "Must begin below Outstanding" in sentence(app)
        await press(pilot, "shift+tab")
        await type_in(pilot, "95")
        await press(pilot, "ctrl+s")
        assert dict(auditing.thresholds(workspace)) == {
            "Outstanding": 95,
            "Good": 90,
            "Requires improvement": 40,
            "Inadequate": 0,
        }
        assert "Grades of the quality audit 2 in your own words" in sentence(app)
