"""Commands about the way of handovers: send, viewed, acknowledge, fail, chase, take-back."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from transitions.cli.context import answer
from transitions.cli.handover_options import of_a_handover, of_handovers, opened_handover, opened_handovers, recorded_on
from transitions.cli.options import opened, typed_day


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
    from transitions.handovers import correspondence
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, correspondence.ask(workspace, row.id, answer(text), who=by, on=day), [row.id])
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
    from transitions.handovers import correspondence
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        page = load(workspace, row.id)
        asked = [one for one in page.messages if one.kind == "question" and one.id == question]
        found = asked or ([] if question is not None else page.open_questions)
        if len(found) != 1:
            numbers = ", ".join(f"#{one.id}" for one in page.open_questions)
            known = f"Open are {numbers}: say which with --question" if numbers else "No question is open"
            raise NoSuchRecord(f"It is not clear which question of this handover is meant. {known}.")
        recorded_on(workspace, correspondence.answer(workspace, found[0].id, answer(text), who=by), [row.id])


@click.command("note")
@of_a_handover
@click.argument("text")
@click.option("--by", default="", metavar="NAME", help="Who writes it; whoever is at the keyboard if not given.")
@click.pass_context
def note_command(ctx: click.Context, /, text: str, by: str, **which: Any) -> None:
    """Write a note that goes along with the handover. TEXT may be @FILE, or @- for standard input."""
    from transitions.handovers import correspondence

    with opened_handover(ctx, which) as (workspace, row):
        recorded_on(workspace, correspondence.note(workspace, row.id, answer(text), who=by), [row.id])


Function = TypeVar("Function", bound=Callable[..., Any])

_UNDER_WAY = {"sent", "viewed"}
_ON = click.option("--on", metavar="DATE", help="The day it happened; today if not given.")


@click.command("send")
@of_handovers
@click.option("--how", required=True, metavar="WORDS", help="secure e-mail, portal, post, by hand, by telephone ...")
@click.option("--by", default="", metavar="NAME", help="Who sent it; whoever is at the keyboard if not given.")
@_ON
@click.pass_context
def send_command(ctx: click.Context, /, how: str, by: str, on: str | None, **which: Any) -> None:
    """Record that handovers went to their next schools, for the first time or again. A pack does it by itself.

    With --all they are those that are written and not sent, that failed, or that came back with a question.
    """
    from transitions.handovers import correspondence

    with opened_handovers(ctx, which, {"drafting", "failed", "returned"}) as (workspace, ids):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, correspondence.send(workspace, ids, how=how, on=day, by=by), ids)


@click.command("viewed")
@of_handovers
@_ON
@click.pass_context
def viewed_command(ctx: click.Context, /, on: str | None, **which: Any) -> None:
    """Record that the receiving school has opened handovers; that is not yet an acknowledgement."""
    from transitions.handovers import correspondence

    with opened_handovers(ctx, which, {"sent"}, of_inbox=True) as (workspace, ids):
        recorded_on(workspace, correspondence.mark_viewed(workspace, ids, on=typed_day(workspace, on, "--on")), ids)


@click.command("acknowledge")
@of_handovers
@click.option("--by", required=True, metavar="NAME", help="Who acknowledges it: a person of the receiving school.")
@click.option("--pack", metavar="NUMBER", help="Every handover of this pack about which nothing is asked.")
@_ON
@click.pass_context
def acknowledge_command(ctx: click.Context, /, by: str, pack: str | None, on: str | None, **which: Any) -> None:
    """Record that the receiving school acknowledges handovers; they are complete then.

    Of those that came to us it is we who acknowledge: handover acknowledge --pack "#3" --by "P. Rao"
    """
    from transitions.handovers import acknowledging, correspondence

    if pack is None:
        with opened_handovers(ctx, which, _UNDER_WAY, of_inbox=True) as (workspace, ids):
            day = typed_day(workspace, on, "--on")
            recorded_on(workspace, correspondence.acknowledge(workspace, ids, by=by, on=day), ids)
        return
    from db.handovers import handovers as store
    from transitions.cli.handover_packs import pack_number

    if which["pupils"] or which["every"]:
        raise click.UsageError("Give pupils, --all or --pack: one of them.")
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        number = pack_number(workspace, pack, "received")
        recorded = acknowledging.acknowledge(workspace, number, by=by, on=typed_day(workspace, on, "--on"))
        recorded_on(workspace, recorded, [row.id for row in store.of_pack(workspace.read(), number)])


@click.command("fail")
@of_handovers
@click.option("--reason", required=True, metavar="WORDS", help="What went wrong: the address bounced ...")
@_ON
@click.pass_context
def fail_command(ctx: click.Context, /, reason: str, on: str | None, **which: Any) -> None:
    """Record that handovers did not arrive: they wait on us, to be sent again."""
    from transitions.handovers import correspondence

    with opened_handovers(ctx, which, {"sent"}) as (workspace, ids):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, correspondence.fail(workspace, ids, reason=reason, on=day), ids)


@click.command("chase")
@of_handovers
@click.option("--how", required=True, metavar="WORDS", help="by telephone, e-mail ...")
@click.option("--note", default="", metavar="WORDS", help="What was said.")
@_ON
@click.pass_context
def chase_command(ctx: click.Context, /, how: str, note: str, on: str | None, **which: Any) -> None:
    """Record that the receiving school was asked whether it has read handovers."""
    from transitions.handovers import correspondence

    with opened_handovers(ctx, which, _UNDER_WAY) as (workspace, ids):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, correspondence.chase(workspace, ids, how=how, on=day, note=note), ids)


@click.command("take-back")
@of_handovers
@click.pass_context
def take_back_command(ctx: click.Context, /, **which: Any) -> None:
    """Record that handovers were not sent after all: they are drafts again. One that was read cannot be taken back."""
    from transitions.handovers import correspondence

    with opened_handovers(ctx, which, {"sent", "failed"}) as (workspace, ids):
        recorded_on(workspace, correspondence.take_back(workspace, ids), ids)
