"""Text as people paste it, as files bring it and as mischief types it; and a plan that is made of it."""

from datetime import date
from typing import Any

from builders import add_pupil, add_school, add_worker

from transitions.plans import lifecycle, opening
from transitions.plans.questions import load_shipped
from transitions.workspace import Workspace

TEXTS = {
    "closing markup": "[/x]",
    "open markup": "[bold",
    "a click": "[@click=app.quit]x[/]",
    "control codes": "\x1b[2J\x1b]0;pwned\x07\x9b1mx",
    "the other way round": "\u202egpj.exe\u2066",
    "half a letter": "half \udcff letter",
    "line ends": "one\ntwo\r\nthree\u2028four\ttabbed",
    "zero width": "a\u200bb\u200dc\ufeffd",
    "joined": "👩\u200d👩\u200d👧 👍🏽 ☎\ufe0f",
    "a formula": "=cmd|'/c calc'!A0",
    "a script": "<script>alert(1)</script>",
    "a template": "{{x}} {x} %s $name ${y}",
    "marks": "e" + "\u0301" * 40,
    "both ways": "مرحبا שלום Zoë",
}
MIXED = " ".join(text for name, text in TEXTS.items() if name != "half a letter")
"""All that a database can hold."""
LONG = "W李" * 60
"""A hundred and twenty letters without one blank."""
VERY_LONG = LONG * 40

AREAS = ("education", "independence", "community", "health")
_DAYS = {"pupil_voice_on": date(2026, 10, 1), "hopes_on": date(2026, 10, 1), "destination_on": date(2026, 10, 1)}


def hostile_plan(workspace: Workspace, text: str, *, in_the_open: str = "", longest: str = "too") -> tuple[int, int]:
    """Give both versions of a plan whose every text is ``text``, as another program could leave it: not cleaned.

    What is no secret while names are hidden, such as staff and schools, is called ``in_the_open``, also ``text`` when empty. In the second
    version the first answer ends with ``longest``.
    """
    in_the_open = in_the_open or text
    helper = add_worker(workspace, in_the_open)
    school = add_school(workspace, in_the_open)
    names = {"surname": text, "forename": text, "preferred_name": text}
    pupil = add_pupil(workspace, year_group=10, school_id=school, owner_id=workspace.me, **names)
    plan = opening.open_plan(workspace, pupil, "14+").number
    _write(workspace, pupil, plan, text, helper, in_the_open)
    lifecycle.share(workspace, plan, holder="family", form="paper")
    lifecycle.agree(workspace, plan)
    lifecycle.start(workspace, plan)
    _audit(workspace, pupil, plan, text, helper)
    second = opening.new_version(workspace, plan).number
    with workspace.change("Plan edited", text) as action:
        action.update("plan", {"id": second}, {"admired": f"{text} {longest}", "close_reason": text, "support": None})
    return plan, second


def _write(workspace: Workspace, pupil: int, plan: int, text: str, helper: int, in_the_open: str) -> None:
    asked = [question for section in load_shipped().sections for question in section.questions]
    answers: dict[str, Any] = {one.code: text for one in asked if one.kind in ("text", "long text")} | _DAYS
    answers.pop("preferred_name", None)
    answers |= {"named_worker_id": helper, "destination_stage": "agreed", "advocate_offered": True}
    of_pupil = {"pupil_id": pupil}
    of_plan = {**of_pupil, "plan_id": plan}
    with workspace.change(text, text) as action:
        action.update("plan", {"id": plan}, answers)
        for area in AREAS:
            said = {"hope": text, "baseline": text, "outcome": text, "by_when": date(2027, 9, 1)}
            outcome = action.insert("plan_outcome", {**of_plan, "area": area, **said})
        task = {**of_plan, "outcome_id": outcome, "what": text, "owner": text, "due_on": date(2026, 10, 7)}
        action.insert("plan_action", {**task, "added_on": date(2026, 9, 1)})
        action.insert("plan_action", {**task, "status": "done", "done_on": date(2026, 10, 2), "evidence": text})
        known = {"name": text, "relationship": in_the_open, "telephone": text, "circle": "inner"}
        action.insert("contact", {**of_pupil, **known})
        action.insert("note", {**of_pupil, "written_on": date(2026, 10, 3), "text": text})
        said = {"place": text, "notes": text, "decisions": text, "happened": True}
        meeting = action.insert("plan_meeting", {**of_plan, "kind": "meeting", "held_on": date(2026, 10, 3), **said})
        action.insert("plan_attendee", {**of_pupil, "meeting_id": meeting, "name": text, "attendance": "came"})
        action.insert("plan_copy", {**of_plan, "holder": text, "form": text, "given_on": date(2026, 10, 4)})
        said = {"moment": "before", "respondent": "pupil", "worked": text, "change": text, "survey": "2026.1"}
        back = {"transition": "14+", "answered_on": date(2026, 10, 5), "answers": "{}"}
        action.insert("survey_response", {**of_plan, **said, **back})


def _audit(workspace: Workspace, pupil: int, plan: int, text: str, helper: int) -> None:
    of_plan = {"pupil_id": pupil, "plan_id": plan}
    judged = {
        "checklist": "2026.1",
        "judgements": '{"pupil-view": "met"}',
        "score": 60,
        "grade": "Good",
        "comment": text,
    }
    with workspace.change("Plan audited", text) as action:
        day = date(2026, 11, 20)
        audit = action.insert("plan_audit", {**of_plan, "auditor_id": helper, "audited_on": day, **judged})
        task = {"audit_id": audit, "what": text, "owner": text, "due_on": date(2026, 11, 20)}
        action.insert("plan_action", {**of_plan, **task})
