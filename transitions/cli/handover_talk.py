"""Commands about what two schools say of a handover: ask, reply, note."""

from typing import Any

import click

from transitions.cli.handover_options import of_a_handover, opened_handover, recorded_on
from transitions.cli.options import typed_day
from transitions.cli.plan_options import answer


@click.command("ask")
@of_a_handover
@click.argument("text")
@click.option("--by", default="", metavar="NAME", help="Who asks; the school that has it if not given.")
@click.option("--on", metavar="DATE", help="The day it was asked; today if not given.")
@click.pass_context
def ask_command(ctx: click.Context, /, text: str, by: str, on: str | None, **which: Any) -> None:
    """Write down a question of the receiving school: the handover is returned with it.

    It is ours about a handover that came, or theirs, told by telephone. TEXT may be @FILE, or @- for standard input. Prints
    the question's number: question #5.
    """
    from transitions.handovers import messages
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, messages.ask(workspace, row.id, answer(text), who=by, on=day), [row.id])
        click.echo(f"question #{max(one.id for one in load(workspace, row.id).open_questions)}")


@click.command("reply")
@of_a_handover
@click.argument("text")
@click.option("--question", type=int, metavar="NUMBER", help="Which question; the only open one if not given.")
@click.option("--by", default="", metavar="NAME", help="Who answers; whoever is at the keyboard if not given.")
@click.pass_context
def reply_command(ctx: click.Context, /, text: str, question: int | None, by: str, **which: Any) -> None:
    """Answer a question of the receiving school; it goes with the next pack, or send says how it went. TEXT may be @FILE."""
    from transitions.errors import NoSuchRecord
    from transitions.handovers import messages
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        page = load(workspace, row.id)
        asked = [one for one in page.messages if one.kind == "question" and one.id == question]
        found = asked or ([] if question is not None else page.open_questions)
        if len(found) != 1:
            numbers = ", ".join(f"#{one.id}" for one in page.open_questions)
            known = f"Open are {numbers}: say which with --question" if numbers else "No question is open"
            raise NoSuchRecord(f"It is not clear which question of this handover is meant. {known}.")
        recorded_on(workspace, messages.answer(workspace, found[0].id, answer(text), who=by), [row.id])


@click.command("note")
@of_a_handover
@click.argument("text")
@click.option("--by", default="", metavar="NAME", help="Who writes it; whoever is at the keyboard if not given.")
@click.pass_context
def note_command(ctx: click.Context, /, text: str, by: str, **which: Any) -> None:
    """Write a note that goes along with the handover. TEXT may be @FILE, or @- for standard input."""
    from transitions.handovers import messages

    with opened_handover(ctx, which) as (workspace, row):
        recorded_on(workspace, messages.note(workspace, row.id, answer(text), who=by), [row.id])
