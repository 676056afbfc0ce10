"""What stands in the document of a plan, in which order, and what must never stand in one."""

import io
from datetime import date
from typing import Any

import docx
from builders import add_pupil, add_school
from hypothesis import given, settings
from hypothesis import strategies as st

from db.vocabulary import PLAN_CONTENT
from transitions.exporting.documents import html, rendering, word
from transitions.exporting.documents.model import Document, Heading, Pairs, Paragraph, Quote, SideBySide, Table
from transitions.plans import opening
from transitions.plans import page as pages
from transitions.plans.document import NOT_WRITTEN, plan_document
from transitions.workspace import Workspace

PROFILE = {
    "admired": "Always saves a seat for Tom.",
    "important_to_me": "My cat, and the same bus every day.",
    "support": "Tell me what comes next.",
    "communication": "Words, and my tablet.",
}
WRITTEN = {
    **PROFILE,
    "pupil_voice": "I want to work with animals.",
    "pupil_voice_how": "Spoken, with Mrs Brown",
    "pupil_voice_on": date(2026, 11, 3),
    "family_voice": "We worry about the bus.",
    "different_views": "Ash wants to go alone; Mum does not.",
    "hopes": "A job on a farm.",
    "hopes_how": "Drawn",
    "hopes_on": date(2026, 11, 4),
    "working_pupil": "Art",
    "not_working_pupil": "The bus",
    "not_working_school": "Maths",
    "risks": "Care plan 12 of 3 March 2026",
    "destination": "Farm school",
    "destination_stage": "agreed",
    "destination_on": date(2026, 11, 5),
    "back_up": "Thornaby college",
    "sharing_basis": "Public task",
    "review_on": date(2027, 5, 1),
}


def open_plan(workspace: Workspace, transition: str = "14+", **pupil: Any) -> tuple[int, int]:
    """A draft for Ash of Year 10; give the numbers of pupil and plan."""
    who = {"preferred_name": "Ash", "year_group": 10, "school_id": add_school(workspace, "Conyers School"), **pupil}
    pupil_id = add_pupil(workspace, **who)
    return pupil_id, opening.open_plan(workspace, pupil_id, transition).number


def write(workspace: Workspace, plan_id: int, **values: Any) -> None:
    with workspace.change("Plan edited", "test") as action:
        action.update("plan", {"id": plan_id}, values)


def add(workspace: Workspace, table: str, **values: Any) -> int:
    with workspace.change("Added", table) as action:
        return action.insert(table, values)


def agree(workspace: Workspace, plan_id: int) -> None:
    write(workspace, plan_id, status="agreed", shared_on=date(2026, 11, 10), agreed_on=date(2026, 11, 20))


def document(workspace: Workspace, plan_id: int) -> Document:
    return plan_document(pages.load(workspace, plan_id))


def headings(made: Document) -> list[tuple[int, str]]:
    return [(part.level, part.text) for part in made.parts if isinstance(part, Heading)]


def said(made: Document) -> str:
    """All of a document's words in their order, with its breaks taken out."""
    return " ".join(rendering.render(made).decode().split())


def test_the_profile_stands_before_everything_and_the_rest_on_new_pages(workspace: Workspace) -> None:
    _, plan_id = open_plan(workspace)
    write(workspace, plan_id, **WRITTEN)
    agree(workspace, plan_id)
    made = document(workspace, plan_id)
    assert made.title == "Ash’s plan"
    assert headings(made) == [
        (2, "What people like and admire about me"),
        (2, "What is important to me"),
        (2, "How best to support me"),
        (2, "How I communicate"),
        (2, "What I say, and what my family says"),
        (3, "In my own words"),
        (3, "What my family says"),
        (3, "Where our views differ"),
        (2, "My hopes"),
        (2, "What is working, and what is not"),
        (2, "Where I am going"),
        (2, "Keeping well and safe"),
        (2, "Meetings and reviews"),
        (2, "Who has a copy"),
        (2, "About this copy"),
    ]
    assert [part.text for part in made.parts if isinstance(part, Heading) and part.new_page] == [
        "What I say, and what my family says"
    ]
    # What stands on the first page fills it, with room for more by hand.
    assert [part.lines for part in made.parts if isinstance(part, Paragraph) and part.lines] == [4] * 4
    quotes = [part for part in made.parts if isinstance(part, Quote)]
    assert quotes == [
        Quote("I want to work with animals.", "Spoken, with Mrs Brown, 3 November 2026"),
        Quote("We worry about the bus."),
        Quote("A job on a farm.", "Drawn, 4 November 2026"),
    ]
    assert [part for part in made.parts if isinstance(part, SideBySide)] == [
        SideBySide(("Working: my view", "Art"), ("Not working: my view", "The bus")),
        SideBySide(("Working: the school’s view", "Nothing was said."), ("Not working: the school’s view", "Maths")),
    ]
    assert "How certain: agreed since 5 November 2026" in said(made)


def test_the_page_for_everybody_does_not_tell_of_social_care(workspace: Workspace) -> None:
    _, plan_id = open_plan(workspace)
    write(workspace, plan_id, **WRITTEN)
    first, rest = rendering.render(document(workspace, plan_id)).decode().split("What I say, and what my family says")
    assert "social care" not in first
    assert "14 and open to social care, version 1, draft." in rest


def test_a_draft_says_so_everywhere_and_what_is_still_to_come(workspace: Workspace) -> None:
    _, plan_id = open_plan(workspace)
    made = document(workspace, plan_id)
    assert made.title == "Ash’s plan (DRAFT)"
    assert made.footer == "AK · as at 21 November 2026 · DRAFT"
    titles = [text for _, text in headings(made)]
    assert {"How I communicate", "In my own words", "My hopes", "Who does what by when"} <= set(titles)
    assert said(made).count(NOT_WRITTEN) == 16
    write(workspace, plan_id, status="shared with family", shared_on=date(2026, 11, 10))
    assert document(workspace, plan_id).title == "Ash’s plan (NOT YET AGREED)"


def test_an_agreed_plan_has_no_heading_with_nothing_under_it(workspace: Workspace) -> None:
    _, plan_id = open_plan(workspace)
    write(workspace, plan_id, admired="Kind.", hopes="A cat.")
    agree(workspace, plan_id)
    made = document(workspace, plan_id)
    assert [text for _, text in headings(made)] == [
        "What people like and admire about me",
        "My hopes",
        "About this copy",
    ]
    assert NOT_WRITTEN not in said(made)
    assert made.footer == "AK · as at 21 November 2026"
    assert next(part for part in made.parts if isinstance(part, Heading) and part.new_page).text == "My hopes"


def test_outcomes_stand_by_area_and_actions_say_which_they_serve(workspace: Workspace) -> None:
    pupil_id, plan_id = open_plan(workspace)
    of_plan = {"pupil_id": pupil_id, "plan_id": plan_id}
    health = add(workspace, "plan_outcome", **of_plan, area="health", outcome="Know my doctor")
    add(
        workspace, "plan_outcome", **of_plan, area="education", hope="A job", baseline="Likes the farm", outcome="Two weeks at the farm",
        by_when=date(2027, 7, 1), progress="on track", progress_on=date(2026, 11, 20),
    )  # fmt: skip
    add(
        workspace,
        "plan_action",
        **of_plan,
        outcome_id=health,
        what="Meet her",
        owner="M. Khan",
        due_on=date(2026, 11, 20),
    )
    add(workspace, "plan_action", **of_plan, what="Ask the farm", owner="J. Shah", due_on=date(2027, 1, 1))
    add(workspace, "plan_action", **of_plan, what="Draw", owner="Ash", status="done", done_on=date(2026, 11, 2))
    made = document(workspace, plan_id)
    assert [
        text for level, text in headings(made) if level == 3 and text in ("Education and employment", "Health")
    ] == [
        "Education and employment",
        "Health",
    ]
    outcomes = [part for part in made.parts if isinstance(part, Pairs) and part.pairs[0][0].startswith("Outcome")]
    assert outcomes == [
        Pairs(
            (
                ("Outcome 1", "Two weeks at the farm"),
                ("My hope", "A job"),
                ("Where I am now", "Likes the farm"),
                ("By when", "1 July 2027"),
                ("How it is going", "On track (20 November 2026)"),
            )
        ),
        Pairs((("Outcome 2", "Know my doctor"),)),
    ]
    table = next(part for part in made.parts if isinstance(part, Table))
    assert table.rows == (
        ("Meet her\n(for outcome 2)", "M. Khan", "20 November 2026", "To do, late"),
        ("Ask the farm", "J. Shah", "1 January 2027", "To do"),
        ("Draw", "Ash", "No day yet", "Done 2 November 2026"),
    )


def test_what_puts_the_plan_itself_right_is_not_the_pupils_to_read(workspace: Workspace) -> None:
    pupil_id, plan_id = open_plan(workspace)
    of_plan = {"pupil_id": pupil_id, "plan_id": plan_id}
    assert workspace.me is not None
    audit = add(
        workspace, "plan_audit", **of_plan, auditor_id=workspace.me, audited_on=date(2026, 11, 20), checklist="2026.1",
        judgements="{}", comment="AUDITCOMMENT", score=12, grade="AUDITGRADE",
    )  # fmt: skip
    add(workspace, "plan_action", **of_plan, audit_id=audit, what="CORRECTIVE", owner="K. Osei")
    add(
        workspace, "plan_meeting", **of_plan, held_on=date(2026, 11, 10), happened=True, notes="STAFFNOTES", decisions="Ask.",
    )  # fmt: skip
    write(workspace, plan_id, status="closed", closed_on=date(2026, 11, 21), close_reason="CLOSEREASON")
    made = document(workspace, plan_id)
    for words in (html.render(made).decode(), rendering.render(made).decode(), in_word(made)):
        assert "What was decided" in words
        for secret in ("CORRECTIVE", "AUDITCOMMENT", "AUDITGRADE", "STAFFNOTES", "CLOSEREASON"):
            assert secret not in words


def test_only_who_agreed_can_be_reached(workspace: Workspace) -> None:
    pupil_id, plan_id = open_plan(workspace)
    add(
        workspace,
        "contact",
        pupil_id=pupil_id,
        name="Mrs Khan",
        relationship="Mum",
        telephone="01632 960001",
        may_contact=True,
    )
    add(
        workspace, "contact", pupil_id=pupil_id, name="Uncle Bo", telephone="01632 960999", email="bo@example.org",
        may_contact=False,
    )  # fmt: skip
    write(workspace, plan_id, named_worker_id=workspace.me, named_worker_from=date(2026, 9, 1))
    made = document(workspace, plan_id)
    for words in (html.render(made).decode(), rendering.render(made).decode(), in_word(made)):
        assert "Uncle Bo" in words
        assert "01632 960001" in words
        assert "01632 960999" not in words
        assert "bo@example.org" not in words
    assert "My named worker: K. Osei, from 1 September 2026" in said(made)


def test_meetings_name_the_pupil_and_the_family_first(workspace: Workspace) -> None:
    pupil_id, plan_id = open_plan(workspace)
    of_plan = {"pupil_id": pupil_id, "plan_id": plan_id}
    held = add(
        workspace, "plan_meeting", **of_plan, kind="review", held_on=date(2026, 11, 10), happened=True, place="Library",
        result="amend", advocacy_needed=False, next_on=date(2027, 5, 10),
    )  # fmt: skip
    add(workspace, "plan_meeting", **of_plan, held_on=date(2026, 12, 1))
    for name, part, attendance in (
        ("Dr Lee", "health", "apologies"), ("J. Shah", "school", "came"), ("Mum", "family", "came"), ("Ash", "pupil", "came"),
    ):  # fmt: skip
        add(workspace, "plan_attendee", pupil_id=pupil_id, meeting_id=held, name=name, part=part, attendance=attendance)
    text = said(document(workspace, plan_id))
    assert "Meeting, Tuesday 1 December 2026 (planned)" in text
    assert "Review, Tuesday 10 November 2026" in text
    assert "Came: Ash (pupil); Mum (family); J. Shah (school) Sent apologies: Dr Lee (health)" in text
    assert "What happens to the plan: The plan changes: a new version is written" in text
    assert "An advocate is needed: No Next time: Monday 10 May 2027" in text


def test_the_foot_says_which_plan_it_is_and_who_has_it(workspace: Workspace) -> None:
    pupil_id, plan_id = open_plan(workspace)
    write(workspace, plan_id, accessible_copy="Easy read")
    add(
        workspace,
        "plan_copy",
        pupil_id=pupil_id,
        plan_id=plan_id,
        holder="Mum",
        form="paper",
        given_on=date(2026, 11, 12),
    )
    agree(workspace, plan_id)
    later = opening.new_version(workspace, plan_id).number
    text = said(document(workspace, plan_id))
    assert "Accessible copy: Easy read 1. Mum In what form: paper Since: 12 November 2026" in text
    assert "14 and open to social care, version 1, agreed. As at 21 November 2026. Written down by K. Osei." in text
    assert "Shared with the family 10 November 2026. Agreed 20 November 2026." in text
    assert "There is a later version of this plan." in text
    assert "There is a later version" not in said(document(workspace, later))


def test_a_younger_childs_plan_does_not_speak_of_employment(workspace: Workspace) -> None:
    pupil_id, plan_id = open_plan(workspace, "6-7", year_group=6)
    add(workspace, "plan_outcome", pupil_id=pupil_id, plan_id=plan_id, area="education", outcome="Find my way")
    text = said(document(workspace, plan_id))
    assert "Learning" in text
    for word_ in ("employment", "advocate", "Making my own decisions"):
        assert word_ not in text


def test_the_councils_own_words_are_the_headings(workspace: Workspace) -> None:
    from transitions.plans import questions

    _, plan_id = open_plan(workspace)
    questions.save_words(workspace, {"admired": {"label": "What is great about me"}})
    assert headings(document(workspace, plan_id))[0] == (2, "What is great about me")


@settings(max_examples=15)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=80))
def test_hostile_text_in_every_answer_breaks_nothing(workspace: Workspace, text: str) -> None:
    """As an import, or another program, could have left it: not cleaned on its way in."""
    found = workspace.read().execute("SELECT max(id) FROM plan").fetchone()[0]
    plan_id = found or open_plan(workspace)[1]
    hostile = text.encode("utf-8", "ignore").decode()
    texts = {name: hostile for name in PLAN_CONTENT if not name.endswith("_on") and name != "advocate_offered"}
    write(workspace, plan_id, **texts)
    made = document(workspace, plan_id)
    assert docx.Document(io.BytesIO(word.render(made))).core_properties.title == "Ash’s plan (DRAFT)"
    page = html.render(made).decode()
    assert page.count("<script") == 0
    assert page.rstrip().endswith("</html>")
    assert rendering.render(made).decode().startswith("Ash’s plan (DRAFT)")


def in_word(made: Document) -> str:
    opened = docx.Document(io.BytesIO(word.render(made)))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])
