"""Commands about who came together over a plan, and who has it: meeting, review, copy."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from transitions.cli.options import pairs
from transitions.cli.output import say
from transitions.cli.plan_options import answers, of_a_plan, opened_plan, print_line

if TYPE_CHECKING:
    from transitions.plans.attendees import Attendee

Function = TypeVar("Function", bound=Callable[..., Any])

_ATTENDANCE = {
    "invited": "Who is invited, such as 'Samina Khan, family'; repeatable.",
    "came": "Who came; repeatable.",
    "apologies": "Who sent apologies; repeatable.",
    "absent": "Who did not come; repeatable.",
}


def _a_meeting(function: Function) -> Function:
    """Add the options that meetings and reviews share; the command takes them as ``**which``."""
    for word, text in reversed(_ATTENDANCE.items()):
        function = click.option(f"--{word}", multiple=True, metavar="NAME, PART", help=text)(function)
    for option in (
        click.option(
            "--change", type=int, metavar="NUMBER", help="Change this one; numbers are in show --format json."
        ),
        click.option("--planned", metavar="DATE", help="The day on which it will be."),
        click.option("--held", metavar="DATE", help="The day on which it was."),
        click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]..."),
        of_a_plan,
    ):
        function = option(function)
    return function


@click.command("meeting")
@_a_meeting
@click.option("--call-off", type=int, metavar="NUMBER", help="Take out one that was planned and will not be.")
@click.pass_context
def meeting_command(ctx: click.Context, /, call_off: int | None, **which: Any) -> None:
    """Write down a meeting, such as: plan meeting Khan --held 5/9/26 --came "Aisha, pupil" notes=@notes.txt

    Fields: place, notes, decisions, next_on. Prints its number.
    """
    if call_off is None:
        _save(ctx, which, {"kind": "meeting"})
        return
    from transitions.plans import meetings

    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        say(meetings.take_out_meeting(workspace, plan.id, call_off))


@click.command("review")
@_a_meeting
@click.option("--result", metavar="WORD", help="What becomes of the plan: maintain, amend or close.")
@click.pass_context
def review_command(ctx: click.Context, /, result: str | None, **which: Any) -> None:
    """Write down a review, such as: plan review Khan --held 5/9/26 --result maintain --came "Aisha, pupil"

    Fields: place, notes, decisions, advocacy_needed (yes or no), next_on (the next review; by the review cycle if not
    given). A review that was held sets the plan's next review. To amend a plan, make the next one with plan version.
    """
    _save(ctx, which, {"kind": "review", **({"result": result} if result else {})})


@click.command("copy")
@of_a_plan
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--change", type=int, metavar="NUMBER", help="Change this one; numbers are in show --format json.")
@click.option("--take-out", type=int, metavar="NUMBER", help="Take out one that was given back.")
@click.pass_context
def copy_command(
    ctx: click.Context, /, fields: tuple[str, ...], change: int | None, take_out: int | None, **which: Any
) -> None:
    """Write down who has a copy, such as: plan copy Khan holder="St Brón’s" form="by e-mail" given_on=today

    Prints its number.
    """
    from transitions.plans import writing

    if (take_out is None) == (not fields):
        raise click.UsageError("Give FIELD=VALUE words, or --take-out with a number.")
    with opened_plan(ctx, which, closed_too=True) as (workspace, plan):
        if take_out is not None:
            say(writing.take_out_copy(workspace, plan.id, take_out))
            return
        saved = writing.save_copy(workspace, plan.id, change, pairs(fields))
        say(saved)
        click.echo(f"copy #{saved.copy_id}")


def _save(ctx: click.Context, which: dict[str, Any], fixed: dict[str, object]) -> None:
    from transitions.plans import meetings

    held, planned, change = which["held"], which["planned"], which["change"]
    if (held and planned) or not (held or planned or change):
        raise click.UsageError("Give the day: --held when it was, or --planned for one to come.")
    fields = {**answers(pairs(which["fields"])), **fixed}
    if held or planned:
        fields |= {"held_on": held or planned, "happened": bool(held)}
    people = _people([f"{person}, {word}" for word in _ATTENDANCE for person in which[word]])
    with opened_plan(ctx, which, closed_too=bool(change)) as (workspace, plan):
        saved = meetings.save_meeting(workspace, plan.id, change, fields, people)
        say(saved)
        click.echo(f"{fixed['kind']} #{saved.meeting_id}")
        print_line(workspace, plan.id)


def _people(lines: list[str]) -> "list[Attendee] | None":
    """Give who was invited and who came; None when nobody was named, so that who is written down stays."""
    from transitions.errors import FieldProblems
    from transitions.plans.attendees import read_attendees

    try:
        return read_attendees("\n".join(lines)) if lines else None
    except ValueError as problem:
        raise FieldProblems({"attendees": str(problem)}) from None
