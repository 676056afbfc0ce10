"""What a plan says and how far it has come, without an app: order, quotations, marks, and what is still missing."""

from datetime import date
from typing import Any

from builders import add_pupil, add_school
from made_plans import agreed_plan, draft_plan, two_versions
from rich.console import Console

from screens.frame.render_context import LOOKS, DocumentContext, RenderContext
from screens.plans import body_text
from screens.widgets.panel import Block, laid_out
from transitions.plans import actions, lifecycle, opening, writing
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.plans.page import PlanPage, load
from transitions.pupils import page as pupil_page
from transitions.workspace import Workspace

HOSTILE = ("[/x] [b]Sam", "[@click=app.quit]x", "\x1b[2Jx", "\u202eabc مر")
COLOURS = {look.variable: "#808080" for look in LOOKS.values()}
YEAR_10 = {"forename": "Zoë", "surname": "Ward", "date_of_birth": date(2012, 3, 14)}


def reading(workspace: Workspace, *, hidden: bool = False, keys: bool = True) -> DocumentContext:
    return DocumentContext(RenderContext(workspace.clock.today, hidden), COLOURS, keys)


def text(blocks: list[Block], width: int = 100) -> str:
    return laid_out(blocks, width, Console(width=width)).text.plain


def whole(workspace: Workspace, page: PlanPage, width: int = 100, **how: Any) -> str:
    seen = reading(workspace, **how)
    sections = [block for section in body_text.sections(page, seen) for block in section]
    return text([*body_text.opening(page, seen), *sections, *body_text.about(page, seen)], width)


def contents(workspace: Workspace, page: PlanPage) -> dict[str, tuple[str, str]]:
    return {one.title: (one.symbol, one.amount) for one in body_text.entries(page, reading(workspace))}


def test_a_plan_reads_like_the_paper_one_with_own_words_first(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    writing.save_answers(
        workspace, plan_id, {"working_pupil": "Art\n\nMrs Shah", "not_working_school": "Lunch", "hopes": "Friends"}
    )
    told = whole(workspace, load(workspace, plan_id))
    order = ["“I want to know who sits next to me.”", "My one-page profile", "Kind and funny", "What is important to me",
             "How best to support me", "What I say, and what my family says", "— spoken · Mon 2 Nov 2026",
             "“We worry about the bus.”", "What is working, and what is not", "“Friends”", "Aisha finds every room by herself",
             "from my hope: “friends”", "Visit the school", "Samina Khan · by Tue 1 Dec 2026, in 10 days",
             "K. Osei, no last day yet", "Where I am going"]  # fmt: skip
    places = [told.index(words) for words in order]
    assert places == sorted(places)
    beside = next(line for line in told.splitlines() if "Working: my view" in line)
    assert "Not working: my view" in beside
    assert "- Art" in told
    assert "- Mrs Shah" in told
    assert "nothing was said" in told
    assert "Not asked yet: my family’s view; other people’s view" in told
    assert "Not written yet: I like to be called; How I communicate" in told


def test_an_empty_section_says_what_belongs_there_and_which_key_fills_it(workspace: Workspace) -> None:
    page = load(workspace, opening.open_plan(workspace, add_pupil(workspace), "6-7").number)
    told = " ".join(whole(workspace, page).split())
    for words in ("Where views differ, keep both. Enter fills it in.", "Enter adds an outcome.", "a adds an action.",
                  "M plans a meeting."):  # fmt: skip
        assert words in told
    on_the_tab = whole(workspace, page, keys=False)
    assert "Enter" not in on_the_tab
    assert on_the_tab.count("Nothing is written yet.") == len(page.form.sections)


def test_long_words_of_ones_own_are_cut_only_at_the_top(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    said = "I like the bus because " + "it goes past the sea and " * 20 + "home."
    writing.save_answers(workspace, plan_id, {"pupil_voice": said})
    page, seen = load(workspace, plan_id), reading(workspace)
    top = " ".join(text(body_text.opening(page, seen)).split())
    assert top.endswith(" …”")
    assert len(top) < 210
    assert said in " ".join(whole(workspace, page).split())


def test_the_contents_mark_what_is_there_and_count_the_lists(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    page = load(workspace, plan_id)
    assert contents(workspace, page) == {
        "My one-page profile": ("~", "3/5"),
        "What I say, and what my family says": ("~", "4/5"),
        "What is working, and what is not": (".", "0/8"),
        "My hopes": (".", "0/3"),
        "What will be different": ("+", "1"),
        "Who does what by when": ("+", "1"),
        "People around me": ("~", "1/4"),
        "Where I am going": (".", "0/6"),
        "Keeping well and safe": (".", "0/1"),
        "Meetings and reviews": (".", "0"),
        "Who has a copy": (".", "0/3"),
    }
    actions.add_action(workspace, page.plan.pupil_id, what="Ring", owner="Mum", due_on=date(2026, 11, 20))
    assert contents(workspace, load(workspace, plan_id))["Who does what by when"] == ("!", "2 · 1 overdue")


def test_from_year_9_outcomes_are_there_when_each_area_has_one(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace, add_pupil(workspace, **YEAR_10), "9-PFA")
    assert contents(workspace, load(workspace, plan_id))["What will be different"] == ("~", "1 · 1 of 4 areas")
    assert "No outcome yet: from Year 9 each of the four areas has one." in whole(workspace, load(workspace, plan_id))
    for area in ("independence", "community", "health"):
        writing.save_outcome(workspace, plan_id, None, {"area": area, "outcome": area})
    assert contents(workspace, load(workspace, plan_id))["What will be different"] == ("+", "4 · all 4 areas")


def test_the_head_counts_what_is_there_and_names_what_is_not(workspace: Workspace) -> None:
    plan_id = opening.open_plan(workspace, add_pupil(workspace), "6-7").number
    page = load(workspace, plan_id)
    way = body_text.step_progress(page)
    assert way is not None
    assert (way.step, way.met, way.needed, len(way.wanting)) == ("share", 0, 5, 5)
    told = body_text.head(page, 120).plain
    assert "Next stage: shared with the family" in told
    assert "0 of 5" in told
    assert "Not yet: What people like and admire is written; what is important to the pupil is written" in told
    narrow = body_text.head(page, 76).plain
    assert "3 more: G lists them" in narrow
    writing.save_answers(workspace, plan_id, {"admired": "x", "important_to_me": "x", "support": "x", "pupil_voice": "x",
                                              "pupil_voice_how": "x", "pupil_voice_on": "today"})  # fmt: skip
    assert body_text.head(load(workspace, plan_id), 120).plain.endswith("5 of 5   G takes this step")
    lifecycle.share(workspace, plan_id)
    assert "Towards agreed" in body_text.head(load(workspace, plan_id), 120).plain


def test_a_plan_in_force_says_when_it_is_reviewed_and_when_that_is_late(opener: Any) -> None:
    workspace = opener(date(2026, 11, 21))
    plan_id = agreed_plan(workspace)
    lifecycle.start(workspace, plan_id)
    assert body_text.head(load(workspace, plan_id), 120).plain.startswith(
        "Active since Sat 21 Nov 2026. Next review Fri 19 Nov 2027, in 12 months"
    )
    workspace.close()
    later = opener(date(2027, 12, 21))
    head = body_text.head(load(later, plan_id), 120).plain
    assert "! Review was due Fri 19 Nov 2027, 5 weeks late" in head
    lifecycle.close(later, plan_id, reason="moved and settled")
    assert body_text.step_progress(load(later, plan_id)) is None
    assert "Closed on Tue 21 Dec 2027" in body_text.head(load(later, plan_id), 120).plain


def test_completed_is_printed_with_its_definition(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    assert body_text.completed_words(load(workspace, plan_id)) == (
        f"Not completed yet. To be completed, a plan must be {COMPLETED_MEANS}."
    )
    lifecycle.share(workspace, plan_id)
    lifecycle.agree(workspace, plan_id)
    page = load(workspace, plan_id)
    assert body_text.completed_words(page) == f"Completed: it is {COMPLETED_MEANS}."
    about = text(body_text.about(page, reading(workspace)))
    assert "1 of 1, agreed" in about
    assert "Agreed      Sat 21 Nov 2026" in about
    assert "Written by  K. Osei" in about


def test_an_older_version_says_that_there_is_a_newer_one(workspace: Workspace) -> None:
    first, second = two_versions(workspace)
    page = load(workspace, first)
    assert "Version 2 is newer. v shows both." in body_text.head(page, 120).plain
    assert "goes on in the next version" in whole(workspace, page)
    assert body_text.completed_words(load(workspace, second)).endswith(
        "Version 1 is in force and counts until this one is agreed."
    )
    # One that was given up again leaves the older version in force.
    lifecycle.close(workspace, second, reason="not wanted")
    assert load(workspace, first).later is None


def test_hidden_is_whatever_somebody_wrote(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    words = {"working_pupil": "Art", "different_views": "The bus", "risks": "Care plan 12", "destination": "Acorn Farm",
             "sharing_basis": "Agreed", "hopes": "Vet", "hopes_how": "Drawn"}  # fmt: skip
    writing.save_answers(workspace, plan_id, words)
    lifecycle.share(workspace, plan_id, holder="Samina Khan", form="printed")
    page = load(workspace, plan_id)
    hidden = whole(workspace, page, hidden=True)
    secrets = ("Kind", "Bess", "dog", "Samina", "Khan", "bus", "Art", "Care plan", "Acorn", "Vet", "Drawn", "spoken", "Visit",
               "room", "friends", "printed")  # fmt: skip
    assert [secret for secret in secrets if secret not in whole(workspace, page)] == ["Bess"]
    assert [secret for secret in secrets if secret in hidden] == []
    assert "SK · by Tue 1 Dec 2026" in hidden


def test_text_from_people_is_only_ever_text_at_any_width(workspace: Workspace) -> None:
    """Its dialogs, full of such text, stand in test_plan_hostile.py."""
    pupil = add_pupil(workspace, forename=HOSTILE[0], surname=HOSTILE[2], school_id=add_school(workspace, HOSTILE[1]))
    of_plan = {"pupil_id": pupil, "plan_id": opening.open_plan(workspace, pupil, "6-7").number}
    with workspace.change("Plan written", "x") as action:
        words = {"admired": HOSTILE[0], "pupil_voice": HOSTILE[1], "hopes": HOSTILE[3], "working_pupil": HOSTILE[2]}
        action.update("plan", {"id": of_plan["plan_id"]}, words)
        action.insert("plan_outcome", {**of_plan, "area": "health", "outcome": HOSTILE[1], "hope": HOSTILE[0]})
        action.insert("plan_action", {**of_plan, "what": HOSTILE[1], "owner": HOSTILE[0]})
        action.insert("plan_copy", {**of_plan, "holder": HOSTILE[0], "given_on": date(2026, 10, 5)})
    for width in (80, 140):
        told = whole(workspace, load(workspace, of_plan["plan_id"]), width)
        assert all(one.replace("\x1b", "").replace("\u202e", "") in told for one in HOSTILE)
        assert not {"\x1b", "\u202e"}.intersection(told)


def test_the_tab_of_the_pupil_shows_actions_that_are_on_no_plan_too(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    seen = reading(workspace, keys=False)
    actions.add_action(workspace, pupil, what="Ring the school", owner="K. Osei", due_on=None)
    before = text(body_text.no_plan(pupil_page.load(workspace, pupil), seen))
    assert before.startswith("No transition plan yet")
    assert "Press Enter to open one." in before
    assert "Ring the school" in before
    assert "K. Osei · no date" in before
    plan_id = draft_plan(workspace, pupil)
    told = text(body_text.tab(load(workspace, plan_id), pupil_page.load(workspace, pupil), seen))
    assert told.startswith("Year 6 to Year 7 · draft · version 1")
    assert told.count("Ring the school") == told.count("Visit the school") == 1
    assert told.index("Other open actions") < told.index("Ring the school") < told.index("About this version")
