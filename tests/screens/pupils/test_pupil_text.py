"""The text of a pupil's page and of a walk, without an app: order, headings, distances, and what is said of each state."""

from dataclasses import replace
from datetime import date

from builders import add_pupil, add_school, add_terms, edit_pupil, steps_of
from conftest import Opener

from screens.caseload import walk_text
from screens.caseload.walk_text import WalkQuestion
from screens.frame.render_context import RenderContext
from screens.milestones import step_text
from screens.milestones.step_text import NO_DATE, TimelineText
from screens.pupils import page_text
from screens.widgets.panel import Pair, TextParagraph, Title
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.chasing import Reached
from transitions.caseload.walk import Walk
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans import actions as plan_actions
from transitions.pupils import page
from transitions.workspace import Workspace


def timeline_on(workspace: Workspace, pupil: int) -> TimelineText:
    return step_text.timeline(page.load(workspace, pupil), RenderContext(workspace.clock.today))


def pupil_of(workspace: Workspace, **values: object) -> int:
    add_terms(workspace)
    return add_pupil(workspace, school_id=add_school(workspace, high_age=11), **values)


def titles(text: TimelineText) -> list[str]:
    return [title for _, title in text.headings]


def test_today_stands_where_it_falls_between_the_steps(opener: Opener) -> None:
    workspace = opener(date(2026, 11, 21))
    pupil = pupil_of(workspace, sen_provision="E", planned_from=date(2026, 7, 10))
    text = timeline_on(workspace, pupil)
    assert titles(text)[:4] == [
        "2025/26 · Year 5",
        "2026/27 · Year 6",
        "today, Saturday 21 November 2026",
        "2027/28 · Year 7",
    ]
    split = next(start for start, title in text.headings if title == "today, Saturday 21 November 2026")
    days = [row.step.row.due_on for row in text.rows]
    assert all(day is not None and day < date(2026, 11, 21) for day in days[:split])
    assert all(day is None or day >= date(2026, 11, 21) for day in days[split:])
    assert text.rows[text.pressing].step.state == "overdue"
    workspace.close()
    # In the summer before, next year's heading comes below today's line; after all of them today is the last line.
    assert titles(timeline_on(opener(date(2026, 8, 31)), pupil))[:3] == [
        "2025/26 · Year 5",
        "today, Monday 31 August 2026",
        "2026/27 · Year 6",
    ]


def test_today_is_the_last_line_when_everything_has_been(workspace: Workspace) -> None:
    view = page.load(workspace, pupil_of(workspace))
    dated = replace(view, steps=[step for step in view.steps if step.row.due_on is not None])
    text = step_text.timeline(dated, RenderContext(date(2040, 1, 1)))
    assert text.rows
    assert text.headings[-1] == (len(text.rows), "today, Sunday 1 January 2040")


def test_steps_without_term_dates_come_last_and_say_why(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="E")
    text = timeline_on(workspace, pupil)
    assert titles(text)[-1] == NO_DATE
    assert text.rows[-1].far == "no date yet"
    assert text.rows[-1].when == ""


def test_a_pupil_with_no_steps_has_no_headings(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=3)
    assert timeline_on(workspace, pupil) == TimelineText((), (), "today, Saturday 21 November 2026")


def test_every_state_says_how_far_and_what_was_recorded(opener: Opener) -> None:
    workspace = opener(date(2026, 11, 21))
    pupil = pupil_of(workspace, sen_provision="E", planned_from=date(2026, 7, 1))
    steps = steps_of(workspace, pupil)

    def key(code: str, cycle: int) -> Step:
        return Step(pupil, steps[code, cycle].milestone_id, cycle)

    recording.mark_done(workspace, [key("ehcp.invitations", 2025)], on=date(2026, 7, 6), evidence="Post\nbook")
    recording.flag_missed(workspace, [key("ehcp.review-meeting", 2025)], reason="not-sent", next_step="ring them")
    recording.waive(workspace, [key("6-7.handover-sent", 2026)], reason="family-choice")
    recording.put_off(workspace, [pupil], date(2026, 12, 1))
    look = RenderContext(workspace.clock.today)
    rows = {row.step.key: row for row in timeline_on(workspace, pupil).rows}
    done, meeting = rows[key("ehcp.invitations", 2025)], rows[key("ehcp.review-meeting", 2025)]
    waived, later = rows[key("6-7.handover-sent", 2026)], rows[key("6-7.senco-invited", 2026)]
    assert (done.far, done.noted) == ("done 6 Jul", "Post book")
    assert (meeting.far, meeting.noted) == ("flagged 21 Nov", "school did not send it; next: ring them")
    assert (waived.far, waived.noted) == ("", "family chose otherwise")
    assert (later.far, later.noted) == ("4 months late", "")
    assert "reminder on Tue 1 Dec 2026" in page_text.head(page.load(workspace, pupil), look)[1].plain
    detail = step_text.detail(meeting.step, None, look).plain.split("\n")
    assert detail == [
        "x Hold the annual review meeting: missed",
        "was due Tuesday 21 July 2026 · good practice · EHC plan annual review",
        "flagged missed on Saturday 21 November 2026, recorded by K. Osei; school did not send it; next: ring them",
    ]
    hidden = step_text.noted(meeting.step, RenderContext(look.today, hidden=True))
    assert "ring" not in hidden
    assert "school did not send it" in hidden


def test_a_step_in_its_days_of_grace_is_still_in_time(opener: Opener) -> None:
    workspace = opener(date(2027, 3, 5))
    pupil = pupil_of(workspace, planned_from=date(2026, 9, 1))
    row = next(row for row in timeline_on(workspace, pupil).rows if row.step.row.code == "6-7.destination")
    assert (row.step.state, row.far) == ("due soon", "until 15 Mar")
    assert "4 days late, in time until Mon 15 Mar 2027" in step_text.due_line(row.step, date(2027, 3, 5))


def test_what_is_not_known_is_said_and_own_words_come_first(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    view, look = page.load(workspace, pupil), RenderContext(workspace.clock.today)
    blocks = page_text.about(view, look)
    assert str(blocks[0].text if isinstance(blocks[0], TextParagraph) else "") == page_text.NO_PLAN
    pairs = {block.label: str(block.value) for block in blocks if isinstance(block, Pair)}
    assert pairs["Next school"] == "not known yet"
    assert pairs["Caseworker"] == "nobody yet"
    assert pairs["For the move"] == "tier not decided yet"
    with workspace.change("Plan opened", "x") as action:
        values = {"pupil_id": pupil, "transition": "6-7", "opened_on": date(2026, 10, 5)}
        action.insert("plan", {**values, "pupil_voice": "I want to keep my friends."})
    edit_pupil(workspace, pupil, part_time_timetable=True, part_time_timetable_until=date(2026, 11, 14))
    view = page.load(workspace, pupil)
    blocks = page_text.about(view, look)
    assert blocks[0] == Title("In my own words")
    pairs = {block.label: str(block.value) for block in blocks if isinstance(block, Pair)}
    assert pairs["Part-time"] == "until Sat 14 Nov 2026, 7 days ago"
    assert page_text.own_words(view, look) == "“I want to keep my friends.”"


def test_the_summary_of_a_walk_speaks_of_one_and_of_many(workspace: Workspace) -> None:
    look = RenderContext(workspace.clock.today)

    def text(pupils: int, done: int, actions: int) -> str:
        over = Walk(Caseload().to_json(), "All pupils", tuple(range(pupils)), pupils)
        blocks = walk_text.summary(over, {"done": done, "skipped": 0}, [], actions, look)
        return "\n".join(
            f"{block.label} {block.value}" if isinstance(block, Pair) else str(block.text) for block in blocks
        )

    assert "The walk is finished: 1 pupil." in text(1, 1, 1)
    assert "1 step done" in text(1, 1, 1)
    assert "1 action is open" in text(1, 1, 1)
    assert "2,000 steps done" in text(2, 2_000, 3)
    assert "3 actions are open" in text(2, 2_000, 3)
    assert "Nothing was decided." in text(2, 0, 0)
    assert "No action is open" in text(2, 0, 0)


def test_the_card_names_the_step_and_lists_the_others(workspace: Workspace) -> None:
    pupil = pupil_of(workspace, sen_provision="E", planned_from=date(2026, 7, 10))
    view, look = page.load(workspace, pupil), RenderContext(workspace.clock.today)
    waiting = {(row.milestone_id, row.cycle) for row in walk.to_decide(workspace, pupil)}
    steps = [step for step in view.steps if (step.row.milestone_id, step.row.cycle) in waiting]
    variables = dict.fromkeys(("state-overdue",), "#ffffff")
    words = [
        str(block.text)
        for block in walk_text.card(view, WalkQuestion(steps, 1), look, variables)
        if not isinstance(block, Pair)
    ]
    asked, other = (
        words.index("! Hold the annual review meeting"),
        "! Invite the secondary SENCO to the Year 5 review · 4 months late",
    )
    assert asked < words.index(other)
    assert any(line.startswith("1 more to decide") for line in words)
    # Beside the question: whom to ring, what was noted last, what comes next and what else is open.
    recording.add_note(workspace, [pupil], "Prefers mornings")
    plan_actions.add_action(workspace, pupil, what="Visit Conyers", owner="R. Patel", due_on=date(2026, 12, 4))
    view, ring = page.load(workspace, pupil), [Reached("Samina Khan", "mother", "01632 960101", None)]
    asked_of = WalkQuestion(steps, 0, ring=ring)
    said = [str(block.text) for block in walk_text.card(view, asked_of, look, variables) if not isinstance(block, Pair)]
    assert "ring: Samina Khan (mother) 01632 960101" in said
    assert "last note Sat 21 Nov by K. Osei: Prefers mornings" in said
    assert any(line.startswith("next: ") for line in said)
    assert said[said.index("Also open") + 1].startswith(". ")
    assert ". Visit Conyers · R. Patel · in 13 days" in said
    private = look._replace(hidden=True)
    secret = [str(one.text) for one in walk_text.card(view, asked_of, private, variables) if not isinstance(one, Pair)]
    assert not [line for line in secret if "Samina" in line or "960101" in line or "mornings" in line]
    nothing = [
        str(block.text)
        for block in walk_text.card(view, WalkQuestion(()), look, variables)
        if not isinstance(block, Pair)
    ]
    assert "There is nothing left to decide for this pupil." in nothing
