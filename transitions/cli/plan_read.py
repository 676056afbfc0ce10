"""Commands that read a plan: checklist, versions, compare, print."""

from pathlib import Path
from typing import Any

import click

from db.vocabulary import RESPONDENTS, SURVEY_MOMENTS
from transitions.cli.options import common, formatted, opened
from transitions.cli.output import emit, talk
from transitions.cli.plan_options import of_a_plan, opened_plan

STEPS = ("share", "agree", "start", "review", "close")


@click.command("checklist")
@of_a_plan
@formatted
@click.option("--step", type=click.Choice(STEPS), help="For this step; the next one if not given.")
@click.pass_context
def checklist_command(ctx: click.Context, /, style: str, step: str | None, **which: Any) -> int:
    """Print what a step needs and what is still missing; exit status 1 while something needed is."""
    from transitions.cli import plan_records as records
    from transitions.plans import lifecycle
    from transitions.plans.page import load

    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        page = load(workspace, plan.id)
        chosen = next((one for one in lifecycle.STEPS if one == step), None) or lifecycle.next_step(page)
        if chosen is None:
            talk("This plan is closed: no step comes next.")
            return 0
        found = records.checklist_records(page, chosen)
        emit(found, records.CHECKLIST_KEYS, style, shown=records.CHECKLIST_SHOWN)
        missing = len(lifecycle.missing(page, chosen))
        talk(f"{lifecycle.STEPS[chosen]}: {f'{missing} still missing.' if missing else 'nothing is missing.'}")
        return 1 if missing else 0


@click.command("versions")
@common
@formatted
@click.argument("pupil")
@click.pass_context
def versions_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str, pupil: str) -> None:
    """Print every plan of a pupil, version by version: those that are not closed first, newest first."""
    from transitions.cli import plan_records as records
    from transitions.plans import page as pages
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        found = [records.version_record(plan) for plan in pages.of_pupil(workspace, find_pupil(workspace, pupil))]
        emit(found, records.VERSION_KEYS, style, shown=records.VERSION_SHOWN)


@click.command("compare")
@of_a_plan
@formatted
@click.argument("older", type=click.IntRange(min=1))
@click.argument("newer", type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True, help="What stayed the same, too.")
@click.pass_context
def compare_command(ctx: click.Context, /, style: str, older: int, newer: int, everything: bool, **which: Any) -> None:
    """Print what two versions of a plan say differently, such as: plan compare Khan 1 2"""
    from transitions.cli import plan_records as records
    from transitions.errors import NoSuchRecord
    from transitions.plans.compare import compare
    from transitions.plans.page import load

    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        versions = {one.version: one.id for one in load(workspace, plan.id).versions}
        for number in (older, newer):
            if number not in versions:
                raise NoSuchRecord(f"This plan has no version {number}. It has: {', '.join(map(str, versions))}")
        first, last = sorted((older, newer))
        pages = [load(workspace, number) for version, number in versions.items() if first <= version <= last]
        found = compare(pages[0], pages[-1], pages[1:-1])
        different = [one for one in found if one.kind != "same"]
        emit(records.compare_records(found if everything else different), records.COMPARE_KEYS, style)
        talk(
            f"{len(different)} difference{'' if len(different) == 1 else 's'} between version {first} and version {last}."
        )


@click.command("print")
@of_a_plan
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@click.pass_context
def print_command(ctx: click.Context, /, file: Path, overwrite: bool, **which: Any) -> None:
    """Write a plan to FILE: a Word document (.docx), a web page to print (.html) or plain text (.txt).

    FILE may be '-' for plain text on standard output.
    """
    from transitions.plans import printing

    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        if str(file) == "-":
            click.echo(printing.plan_text(workspace, plan.id), nl=False)
            return
        talk(f"Written to {printing.print_plan(workspace, plan.id, file.expanduser(), overwrite=overwrite)}.")


@click.command("blank")
@common
@click.argument("what", type=click.Choice(("plan", "survey", "audit")))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--transition", metavar="CODE", help="For a plan: the move, such as 6-7.")
@click.option("--respondent", type=click.Choice(RESPONDENTS), default="pupil", help="For a survey: who answers.")
@click.option("--moment", type=click.Choice(SURVEY_MOMENTS), default="before", help="For a survey: before or after.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@click.pass_context
def blank_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, file: Path, transition: str | None, **form: Any
) -> None:
    """Write an empty form for paper to FILE: of the plan for a move, of the families' survey, or of a quality audit."""
    from transitions.plans.printing import print_blank

    if form["what"] == "plan" and transition is None:
        raise click.UsageError("Say for which move: --transition 6-7")
    with opened(ctx, db, as_of) as workspace:
        written = print_blank(workspace, form.pop("what"), transition, file.expanduser(), **form)
        talk(f"Written to {written}.")
