"""Commands about the way of handovers: send, viewed, acknowledge, fail, chase, take-back."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from transitions.cli.handover_options import of_handovers, opened_handovers, recorded_on
from transitions.cli.options import opened, typed_day

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
    from transitions.handovers import sending

    with opened_handovers(ctx, which, {"drafting", "failed", "returned"}) as (workspace, ids):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, sending.send(workspace, ids, how=how, on=day, by=by), ids)


@click.command("viewed")
@of_handovers
@_ON
@click.pass_context
def viewed_command(ctx: click.Context, /, on: str | None, **which: Any) -> None:
    """Record that the receiving school has opened handovers; that is not yet an acknowledgement."""
    from transitions.handovers import sending

    with opened_handovers(ctx, which, {"sent"}, of_inbox=True) as (workspace, ids):
        recorded_on(workspace, sending.mark_viewed(workspace, ids, on=typed_day(workspace, on, "--on")), ids)


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
    from transitions.handovers import acknowledging, sending

    if pack is None:
        with opened_handovers(ctx, which, _UNDER_WAY, of_inbox=True) as (workspace, ids):
            day = typed_day(workspace, on, "--on")
            recorded_on(workspace, sending.acknowledge(workspace, ids, by=by, on=day), ids)
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
    from transitions.handovers import sending

    with opened_handovers(ctx, which, {"sent"}) as (workspace, ids):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, sending.fail(workspace, ids, reason=reason, on=day), ids)


@click.command("chase")
@of_handovers
@click.option("--how", required=True, metavar="WORDS", help="by telephone, e-mail ...")
@click.option("--note", default="", metavar="WORDS", help="What was said.")
@_ON
@click.pass_context
def chase_command(ctx: click.Context, /, how: str, note: str, on: str | None, **which: Any) -> None:
    """Record that the receiving school was asked whether it has read handovers."""
    from transitions.handovers import sending

    with opened_handovers(ctx, which, _UNDER_WAY) as (workspace, ids):
        day = typed_day(workspace, on, "--on")
        recorded_on(workspace, sending.chase(workspace, ids, how=how, on=day, note=note), ids)


@click.command("take-back")
@of_handovers
@click.pass_context
def take_back_command(ctx: click.Context, /, **which: Any) -> None:
    """Record that handovers were not sent after all: they are drafts again. One that was read cannot be taken back."""
    from transitions.handovers import sending

    with opened_handovers(ctx, which, {"sent", "failed"}) as (workspace, ids):
        recorded_on(workspace, sending.take_back(workspace, ids), ids)
