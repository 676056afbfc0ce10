"""The commands about plans: every step of a plan's life, so that each can be scripted."""

from pathlib import Path

import click

from transitions.cli.lazy import Commands, LazyCommands
from transitions.cli.options import common, remember

PLAN_COMMANDS: Commands = {
    "new": ("plan_write", "Open a plan for a move."),
    "edit": ("plan_write", "Write answers to a plan's questions."),
    "outcome": ("plan_write", "Add, change or take out an outcome."),
    "action": ("plan_write", "Add an action, change it, tick it off or drop it."),
    "checklist": ("plan_read", "Print what the next step needs; exit status 1 while something needed is missing."),
    "share": ("plan_life", "Record that the family has a copy."),
    "agree": ("plan_life", "Record that the pupil and the family agreed."),
    "start": ("plan_life", "Record that the plan is being carried out."),
    "meeting": ("plan_meet", "Write down a meeting about a plan, to come or held."),
    "review": ("plan_meet", "Write down a review, and what becomes of the plan."),
    "copy": ("plan_meet", "Write down who has a copy of a plan."),
    "version": ("plan_life", "Make the next version of an agreed plan."),
    "close": ("plan_life", "Close a plan that has ended."),
    "versions": ("plan_read", "Print every plan of a pupil, version by version."),
    "compare": ("plan_read", "Print what two versions of a plan say differently."),
    "print": ("plan_read", "Write a plan as a Word document, web page or plain text."),
    "blank": ("plan_read", "Write an empty form for paper: a plan, the survey, an audit."),
    "audit": ("plan_audit", "Judge how good a plan is, by the checklist."),
    "quality": ("plan_quality", "Print how many plans are completed, and what their audits found."),
    "survey": ("plan_survey", "Ask families, enter what they answered, print the results."),
    "questions": ("plan_words", "Print what plans ask, by the names that edit understands."),
    "wording": ("plan_words", "Print or change the council's own words, review cycles and thresholds."),
}


@click.group("plan", cls=LazyCommands, table=PLAN_COMMANDS)
@common
@click.pass_context
def plan_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Open, write, agree, review, audit and print a pupil's plan.

    PUPIL is a UPN, a name, or a number from list such as #12. The plan is the pupil's open one; with several, say which
    by --transition or --plan. What was agreed is never altered: a change makes the next version and says so.
    """
    kept = ctx.find_root().obj or {}
    remember(ctx.find_root(), db or kept.get("db"), as_of or kept.get("as_of"))
