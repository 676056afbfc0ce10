"""Commands about what plans ask and how good they are: print, blank, questions, wording, audit, quality."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from transitions.caseload.caseload import describe
from transitions.cli.context import Session, answer, check_move, pairs, target_file
from transitions.cli.options import A_FILE, Choice, command, filters, formatted, on, overridable, overwrites
from transitions.cli.output import echo, emit, record, say, talk, text_of
from transitions.cli.plans import moves_with_plans, plan_id
from transitions.errors import BadInput, Problem, expanded
from transitions.plans import audit_summary, auditing, questions
from transitions.plans.audit_summary import Agreement, Summary
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.plans.page import load
from transitions.plans.surveys import RESPONDENTS, SURVEY_MOMENTS
from transitions.school_year import academic_year, academic_year_span
from transitions.text import Share
from transitions.workspace import Workspace

QUESTION_KEYS = ("section", "question", "label", "kind", "choices", "from_age", "running", "prompt")
QUESTION_SHOWN = ("section", "question", "kind", "label")
WORDING_KEYS = ("name", "part", "words", "own")
_KINDS = {"day": "date", "yes or no": "yes no"}
"""What a script knows kinds of questions by."""
_GRADES = "grades"
_REVIEW = "review "


@command("print")
@on("plan")
@click.argument("file", type=A_FILE)
@overridable
@overwrites
def print_command(session: Session, file: Path, *, override: str, overwrite: bool) -> None:
    """Write a plan to FILE: a Word document (.docx), a web page to print (.html) or plain text (.txt).

    FILE may be '-' for plain text on standard output.
    """
    from transitions.plans import printing

    workspace, number = session.workspace, plan_id(session, closed_too=True)
    target = target_file(file)
    if target is None:
        echo(printing.plan_text(workspace, number, override=override), nl=False)
        return
    made = printing.print_plan(workspace, number, target, override=override, overwrite=overwrite)
    talk(f"Written to {made}.")


@command("blank")
@click.argument("what", type=Choice(("plan", "survey", "audit")))
@click.argument("file", type=A_FILE)
@click.option("--transition", metavar="CODE", help="For a plan: the move, such as 6-7.")
@click.option("--respondent", type=Choice(RESPONDENTS), default="pupil", help="For a survey: who answers.")
@click.option("--moment", type=Choice(SURVEY_MOMENTS), default="before", help="For a survey: before or after.")
@overwrites
def blank_command(session: Session, what: Any, file: Path, transition: str | None, **form: Any) -> None:
    """Write a blank paper form to FILE: the plan for a move, the family survey or a quality audit."""
    from transitions.plans.printing import print_blank

    if what == "plan" and transition is None:
        raise click.UsageError("Say for which move: --transition 6-7")
    talk(f"Written to {print_blank(session.workspace, what, transition, expanded(file), **form)}.")


@command("questions")
@formatted
@click.argument("transition", required=False)
def questions_command(session: Session, transition: str | None) -> None:
    """Print the questions of plans: the names for plan edit, with label and prompt. TRANSITION, such as 6-7, prints that move's prompts."""
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
        for section in questions.questions(session.workspace).sections
        for one in section.questions
    ]
    session.emit(found, QUESTION_KEYS, QUESTION_SHOWN)


@command("wording")
@formatted
@click.argument("name", required=False)
@click.argument("fields", nargs=-1, metavar="PART=WORDS...")
def wording_command(session: Session, name: str | None, fields: tuple[str, ...]) -> None:
    """Print the wording of plans, or change it for this council.

    NAME is a question (plan wording admired label="What we like"), a review cycle (plan wording "review SEN support"
    months=4) or grades (plan wording grades good=75). PART= with no value restores the original wording.
    """
    workspace = session.workspace
    if fields and name == _GRADES:
        say(auditing.save_thresholds(workspace, pairs(fields)))
    elif fields and name is not None:
        say(questions.save_words(workspace, {name: pairs(fields)}))
    else:
        session.emit((row for row in _wording(workspace) if name in (None, row["name"])), WORDING_KEYS)


def _wording(workspace: Workspace) -> Iterator[dict[str, object]]:
    """Give everything that a council may change, as it stands, and whether it is the council's own."""
    shipped, now = questions.load_shipped(), questions.questions(workspace)
    for section in now.sections:
        for one in section.questions:
            before = shipped.question(one.code)
            for part, field in questions.PARTS.items():
                text = getattr(one, field)
                yield {"name": one.code, "part": part, "words": text, "own": text != getattr(before, field)}
    months = {cycle.code: cycle.months for cycle in shipped.cycles}
    for cycle in now.cycles:
        own = cycle.months != months[cycle.code]
        yield {"name": _REVIEW + cycle.code, "part": "months", "words": cycle.months, "own": own}
    grades = auditing.load_checklist().grades
    for grade, lowest in auditing.thresholds(workspace).items():
        yield {"name": _GRADES, "part": grade, "words": lowest, "own": lowest != grades[grade]}


ITEM_KEYS = ("item", "words", "help", "judgement")
ITEM_SHOWN = ("item", "judgement", "words")
AUDIT_KEYS = (
    "audit",
    "plan",
    "audited_on",
    "auditor",
    "score",
    "points",
    "points_possible",
    "grade",
    "comment",
    "of_draft",
)
QUALITY_KEYS = ("part", "item", "answer", "count", "base", "of", "words")
QUALITY_SHOWN = ("item", "not met", "partly", "met", "judged", "words")


@command("audit")
@on("plan")
@formatted
@click.argument("judgements", nargs=-1, metavar="[ITEM=JUDGEMENT]...")
@click.option("--file", type=A_FILE, help="A CSV with the columns item and judgement.")
@click.option("--comment", default="", metavar="TEXT", help="In words; @FILE reads them from a file.")
@click.option(
    "--corrective",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A corrective action: what=, owner= and due_on=; repeatable.",
)
@click.option("--on", metavar="DATE", help="The date of the audit; today if not given.")
@click.option("--past", is_flag=True, help="Print existing audits.")
def audit_command(
    session: Session,
    judgements: tuple[str, ...],
    file: Path | None,
    comment: str,
    corrective: tuple[str, ...],
    on: str | None,
    past: bool,
) -> None:
    """Judge a plan by the checklist, such as: plan audit Khan hopes=met family-view=partly … Prints score and grade.

    A judgement is met, partly, not met or not applicable. Without any it prints the items that apply (as CSV, a file to fill in for --file). The auditor is whoever is at the keyboard (transitions me) and can't be an author of the plan.
    """
    workspace, number = session.workspace, plan_id(session, closed_too=True)
    given = {**(_judgements_of(file) if file else {}), **pairs(judgements)}
    if judgements or file:
        recorded = auditing.save_audit(
            workspace,
            number,
            given,
            comment=answer(comment),
            corrective=pairs(corrective) or None,
            on=session.day(on),
        )
        say(recorded)
    audits = auditing.of_plan(workspace, number)
    newest = audits[:1]
    if judgements or file or past:
        shown = audits if past else newest
        session.emit(map(_audited, shown), AUDIT_KEYS)
        return
    before = newest[0].judgements if newest else {}
    items = [
        record(one, ITEM_KEYS, item=one.code, words=one.label, judgement=before.get(one.code))
        for one in auditing.items_for(load(workspace, number))
    ]
    session.emit(items, ITEM_KEYS, ITEM_SHOWN)


def _audited(one: auditing.Audit) -> dict[str, object]:
    given, possible, _ = auditing.points(one.judgements)
    return record(one, AUDIT_KEYS, audit=one.id, plan=one.plan_id, points=given, points_possible=possible)


def _judgements_of(path: Path) -> dict[str, object]:
    """Read judgements from a CSV. Raises ``NoSuchFile`` and ``BadInput``."""
    from transitions.importing.tabular import read_table

    table = read_table(expanded(path), twice=True)
    columns = [name.strip().casefold() for name in table.header]
    problems = [
        Problem(
            table.name, f"has {'more than one' if name in columns else 'no'} column {name}: expected item and judgement"
        )
        for name in ("item", "judgement")
        if columns.count(name) != 1
    ]
    if problems:
        raise BadInput(problems)
    rows = list(table.rows)
    if table.refused:  # filled while the rows were read
        raise BadInput([one.problem for one in table.refused])
    item, judgement = columns.index("item"), columns.index("judgement")
    return {row.cells[item].strip(): row.cells[judgement].strip() for row in rows if row.cells[judgement].strip()}


@command("quality")
@formatted
@filters
@click.option("--from", "first", metavar="DATE", help="From this date; the start of the academic year if not given.")
@click.option("--to", "last", metavar="DATE", help="To this date; the end of this academic year if not given.")
def quality_command(session: Session, first: str | None, last: str | None) -> None:
    """Print how many children have a completed plan, how many plans are completed, and what audits found, every count with its base. Children are those in the filters, as they are today. A plan is one child's plan for one move, counted once by its current version. Agreement between two auditors is calculated over all plans, whatever the filters and dates."""
    workspace, caseload = session.workspace, session.caseload()
    found = audit_summary.summary(workspace, caseload, *_period(session, first, last))
    agreement = audit_summary.agreement(workspace)
    if session.style == "table":
        _print_quality(found, agreement)
    else:
        session.emit(_quality_records(found, agreement), QUALITY_KEYS)
    talk(f"{describe(workspace, caseload)} · {found.days}")


def _period(session: Session, first: str | None, last: str | None) -> tuple[date, date]:
    """Give the days that were asked for; what was not is the beginning or the end of the academic year."""
    today = session.today
    begins, ends = session.day(first, "--from"), session.day(last, "--to")
    year = academic_year_span(academic_year(ends or max(begins or today, today)))
    begins, ends = begins or year[0], ends or year[1]
    if ends < begins:
        raise click.BadParameter(f"{ends} is before {begins}, the first day.", param_hint="--to")
    return begins, ends


def _print_quality(found: Summary, agreement: Agreement) -> None:
    """Print a sentence for each count, and a line for each item of the checklist that was judged."""
    corrective = found.corrective
    lines = []
    for name, share in found.shares.items():
        if found.audited or share.of != "audited plans":
            lines.append(f"{name}: {share.text}")
        if name == "completed":
            lines.append(f"completed means: {COMPLETED_MEANS}")
    if found.audited:
        lines.extend(f"grade {name}: {share.text}" for name, share in found.graded.items())
    lines.append(
        f"corrective actions: {corrective.total:,}, of which {corrective.open:,} open ({corrective.overdue:,} overdue), "
        f"{corrective.done:,} done, {corrective.dropped:,} dropped"
    )
    lines.append(f"two auditors: {agreement.text}")
    echo("\n".join(map(text_of, lines)))
    if found.items:
        echo()
        items = (
            {"item": one.code, "not met": one.not_met, "partly": one.partly, "met": one.met}
            | {"judged": one.judged, "words": one.words}
            for one in found.items
        )
        emit(items, QUALITY_SHOWN, "table")


def _quality_records(found: Summary, agreement: Agreement) -> Iterator[Mapping[str, object]]:
    """Give one record a count: long rather than wide, so that every part has the same keys."""
    for name, share in found.shares.items():
        part = "children" if share.of == "children" else "plans"
        yield _figure(part, name, share, COMPLETED_MEANS if "completed" in name else None)
    for name, share in found.graded.items():
        yield _figure("grade", name, share)
    for one in found.items:
        for judgement, count in (("not met", one.not_met), ("partly", one.partly), ("met", one.met)):
            yield _figure("item", one.code, one.share(count), one.words, judgement)
    for state, share in found.put_right.items():
        yield _figure("corrective actions", state, share)
    alike = Share(agreement.same, agreement.judgements, "items judged by two")
    yield _figure("two auditors", "judged alike", alike, agreement.text)


def _figure(
    part: str, item: str, share: Share, words: str | None = None, answer: str | None = None
) -> dict[str, object]:
    counts = {"count": share.counted, "base": share.base, "of": share.of}
    return {"part": part, "item": item, "answer": answer, **counts, "words": words}
