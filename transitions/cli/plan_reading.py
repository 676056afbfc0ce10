"""Commands that print plans and what plans ask: checklist, versions, compare, print, blank, questions, wording."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.context import Session, check_move, command, formatted, on, pairs, target_file
from transitions.cli.output import emit, emit_one, record, say, talk
from transitions.cli.plans import moves_with_plans, plan_id
from transitions.errors import NoSuchRecord
from transitions.plans.surveys import RESPONDENTS, SURVEY_MOMENTS

if TYPE_CHECKING:
    from transitions.plans.page import PlanPage
    from transitions.workspace import Workspace

VERSION_KEYS = (
    "plan", "transition", "version", "status", "opened_on", "shared_on", "agreed_on", "active_on", "reviewed_on",
    "review_on", "closed_on", "close_reason", "author",
)  # fmt: skip
VERSION_SHOWN = ("plan", "transition", "version", "status", "opened_on", "agreed_on", "review_on", "closed_on")
CHECKLIST_KEYS = ("step", "requirement", "needed", "met", "section")
CHECKLIST_SHOWN = ("met", "needed", "requirement")
COMPARE_KEYS = ("section", "what", "how", "before", "after")
QUESTION_KEYS = ("section", "question", "label", "kind", "choices", "from_age", "running", "prompt")
QUESTION_SHOWN = ("section", "question", "kind", "label")
OUTCOME_KEYS = ("id", "area", "hope", "baseline", "outcome", "by_when", "progress", "progress_on")
ACTION_KEYS = (
    "id", "what", "owner", "due_on", "status", "overdue", "done_on", "evidence", "added_on", "outcome_id",
    "carried_from_id", "audit_id",
)  # fmt: skip
ACTION_SHOWN = ("id", "status", "due_on", "owner", "what")
WORDING_KEYS = ("name", "part", "words", "own")
_MEETING = ("id", "kind", "held_on", "happened", "place", "notes", "decisions", "result", "advocacy_needed", "next_on")
_ATTENDEE = ("name", "part", "attendance")
_COPY = ("id", "holder", "form", "given_on")
_STEPS = ("share", "agree", "start", "review", "close")
_KINDS = {"day": "date", "yes or no": "yes no"}
"""What a script knows kinds of questions by."""
_GRADES = "grades"
_REVIEW = "review "


@command("checklist")
@on("plan")
@formatted
@click.option("--step", type=click.Choice(_STEPS), help="For this step; the next one if not given.")
def checklist_command(session: Session, step: str | None) -> int:
    """Print what a step needs and what is still missing; exit status 1 while something needed is."""
    from transitions.plans import lifecycle
    from transitions.plans.page import load

    page = load(session.workspace, plan_id(session, closed_too=True))
    chosen = next((one for one in lifecycle.STEPS if one == step), None) or lifecycle.next_step(page)
    if chosen is None:
        talk("This plan is closed: no step comes next.")
        return 0
    needs = lifecycle.requirements(page, chosen)
    found = [record(one, CHECKLIST_KEYS, step=chosen, requirement=one.words) for one in needs]
    session.emit(found, CHECKLIST_KEYS, CHECKLIST_SHOWN)
    missing = len(lifecycle.missing(page, chosen))
    talk(f"{lifecycle.STEPS[chosen]}: {f'{missing} still missing.' if missing else 'nothing is missing.'}")
    return 1 if missing else 0


@command("versions")
@formatted
@on("pupil")
def versions_command(session: Session) -> None:
    """Print every plan of a pupil, version by version: those that are not closed first, newest first."""
    from transitions.plans.page import of_pupil

    plans = of_pupil(session.workspace, session.pupil_id)
    session.emit(map(_version_record, plans), VERSION_KEYS, VERSION_SHOWN)


@command("compare")
@on("plan")
@formatted
@click.argument("older", type=click.IntRange(min=1))
@click.argument("newer", type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True, help="What stayed the same, too.")
def compare_command(session: Session, older: int, newer: int, everything: bool) -> None:
    """Print what two versions of a plan say differently, such as: plan compare Khan 1 2"""
    from transitions.plans.compare import compare
    from transitions.plans.page import load

    workspace = session.workspace
    versions = {one.version: one.id for one in load(workspace, plan_id(session, closed_too=True)).versions}
    for number in (older, newer):
        if number not in versions:
            raise NoSuchRecord(f"This plan has no version {number}. It has: {', '.join(map(str, versions))}")
    first, last = sorted((older, newer))
    pages = [load(workspace, number) for version, number in versions.items() if first <= version <= last]
    found = compare(pages[0], pages[-1], pages[1:-1])
    different = [one for one in found if one.kind != "same"]
    shown = found if everything else different
    session.emit((record(one, COMPARE_KEYS, what=one.label, how=one.kind) for one in shown), COMPARE_KEYS)
    talk(f"{len(different)} difference{'' if len(different) == 1 else 's'} between version {first} and version {last}.")


@command("print")
@on("plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
def print_command(session: Session, file: Path, overwrite: bool) -> None:
    """Write a plan to FILE: a Word document (.docx), a web page to print (.html) or plain text (.txt).

    FILE may be '-' for plain text on standard output.
    """
    from transitions.plans import printing

    workspace, number = session.workspace, plan_id(session, closed_too=True)
    target = target_file(file)
    if target is None:
        click.echo(printing.plan_text(workspace, number), nl=False)
        return
    talk(f"Written to {printing.print_plan(workspace, number, target, overwrite=overwrite)}.")


@command("blank")
@click.argument("what", type=click.Choice(("plan", "survey", "audit")))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--transition", metavar="CODE", help="For a plan: the move, such as 6-7.")
@click.option("--respondent", type=click.Choice(RESPONDENTS), default="pupil", help="For a survey: who answers.")
@click.option("--moment", type=click.Choice(SURVEY_MOMENTS), default="before", help="For a survey: before or after.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
def blank_command(session: Session, what: Any, file: Path, transition: str | None, **form: Any) -> None:
    """Write an empty form for paper to FILE: of the plan for a move, of the families' survey, or of a quality audit."""
    from transitions.plans.printing import print_blank

    if what == "plan" and transition is None:
        raise click.UsageError("Say for which move: --transition 6-7")
    talk(f"Written to {print_blank(session.workspace, what, transition, file.expanduser(), **form)}.")


@command("questions")
@formatted
@click.argument("transition", required=False)
def questions_command(session: Session, transition: str | None) -> None:
    """Print what plans ask: the names that plan edit understands, with label and prompt.

    TRANSITION, such as 6-7, prints the prompts of that move.
    """
    from transitions.plans.questions import questions

    check_move(transition, moves_with_plans())
    found = [
        record(
            one,
            QUESTION_KEYS,
            section=section.title,
            question=one.code,
            kind=_KINDS.get(one.kind, one.kind),
            prompt=one.help_at.get(transition or "", one.help),
        )
        for section in questions(session.workspace).sections
        for one in section.questions
    ]
    session.emit(found, QUESTION_KEYS, QUESTION_SHOWN)


@command("wording")
@formatted
@click.argument("name", required=False)
@click.argument("fields", nargs=-1, metavar="PART=WORDS...")
def wording_command(session: Session, name: str | None, fields: tuple[str, ...]) -> None:
    """Print the words of plans, or change them for this council.

    NAME is a question (plan wording admired label="What we like"), a review cycle (plan wording "review SEN support"
    months=4) or grades (plan wording grades good=75). PART= with nothing behind it goes back to the shipped words.
    """
    from transitions.plans import auditing, questions

    workspace = session.workspace
    if fields and name == _GRADES:
        say(auditing.save_thresholds(workspace, pairs(fields)))
    elif fields and name is not None:
        say(questions.save_words(workspace, {name: pairs(fields)}))
    else:
        session.emit((row for row in _wording(workspace) if name in (None, row["name"])), WORDING_KEYS)


def _wording(workspace: "Workspace") -> Iterator[dict[str, object]]:
    """Give everything that a council may change, as it stands, and whether it is the council's own."""
    from transitions.plans import auditing, questions

    shipped, now = questions.load_shipped(), questions.questions(workspace)
    for section in now.sections:
        for one in section.questions:
            before = shipped.question(one.code)
            for part, field in questions.PARTS.items():
                words = getattr(one, field)
                yield {"name": one.code, "part": part, "words": words, "own": words != getattr(before, field)}
    months = {cycle.code: cycle.months for cycle in shipped.cycles}
    for cycle in now.cycles:
        own = cycle.months != months[cycle.code]
        yield {"name": _REVIEW + cycle.code, "part": "months", "words": cycle.months, "own": own}
    grades = auditing.load_checklist().grades
    for grade, lowest in auditing.thresholds(workspace).items():
        yield {"name": _GRADES, "part": grade, "words": lowest, "own": lowest != grades[grade]}


# The plans of a pupil, as ``show`` prints them.


def plan_pages(session: Session) -> "list[PlanPage]":
    """Every plan of the pupil of ``on("pupil")``: those that are not closed first, newest first."""
    from transitions.plans.page import load, of_pupil

    return [load(session.workspace, plan.id) for plan in of_pupil(session.workspace, session.pupil_id)]


def print_plans(session: Session) -> None:
    """Print the plans that are not closed: how far each is, what is missing, and who does what."""
    for page in plan_pages(session):
        if page.plan.status == "closed":
            continue
        click.echo()
        emit_one(_head(page), "table")
        actions = [one for one in _action_records(page) if one["status"] != "carried over"]
        if actions:
            emit(actions, ACTION_SHOWN, "table")


def _head(page: "PlanPage") -> dict[str, object]:
    from transitions.plans import lifecycle

    plan, step = page.plan, lifecycle.next_step(page)
    head: dict[str, object] = {
        "plan": f"#{plan.id} {plan.transition}, {page.title}, version {plan.version}, {plan.status}",
        "completed": f"{'yes' if lifecycle.completed(page) else 'no'} ({lifecycle.COMPLETED_MEANS})",
        "named worker": plan.named_worker,
        "destination": page.destination,
        "next review": plan.review_on,
    }
    if step is not None:
        wanting = "; ".join(one.words for one in lifecycle.missing(page, step)) or "nothing"
        head["next step"] = f"{lifecycle.STEPS[step]}; still missing: {wanting}"
    return {key: value for key, value in head.items() if value is not None}


def _version_record(plan: Any) -> dict[str, object]:
    return record(plan, VERSION_KEYS, plan=plan.id)


def _action_records(page: "PlanPage") -> list[dict[str, object]]:
    """Give the actions of a plan; those that an audit asks for have its number in ``audit_id``."""
    late = {one.id for one in page.overdue_actions}
    return [record(one, ACTION_KEYS, overdue=one.id in late) for one in page.every_action]


def plan_record(page: "PlanPage") -> dict[str, object]:
    """Give a whole plan, as ``show --format json`` prints it."""
    from transitions.plans import lifecycle

    step = lifecycle.next_step(page)
    return {
        **_version_record(page.plan),
        "title": page.title,
        "newest": page.later is None,
        "completed": lifecycle.completed(page),
        "next_step": step,
        "missing": [one.words for one in lifecycle.missing(page, step)] if step else [],
        "filled": {section.code: page.filled(section) for section in page.form.sections},
        "answers": {
            question.code: page.value(question) for section in page.form.sections for question in section.questions
        },
        "outcomes": [record(one, OUTCOME_KEYS) for one in page.outcomes],
        "actions": _action_records(page),
        "meetings": [
            {**record(one.row, _MEETING), "people": [record(who, _ATTENDEE) for who in one.attendees]}
            for one in page.meetings
        ],
        "copies": [record(one, _COPY) for one in page.copies],
    }
