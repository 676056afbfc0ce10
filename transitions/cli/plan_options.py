"""What the commands about plans share: which plan is meant, and the line that says which one it was."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from transitions.cli.options import common, opened
from transitions.cli.output import say, text_of

if TYPE_CHECKING:
    from db.plans.plans import PlanRow
    from transitions.workspace import Recorded, Workspace

Function = TypeVar("Function", bound=Callable[..., Any])


class Opened(NamedTuple):
    """An open database and the plan that a command is about."""

    workspace: "Workspace"
    plan: "PlanRow"


def of_a_plan(function: Function) -> Function:
    """Add PUPIL and the options that say which plan of the pupil; the command takes them as ``**which``."""
    for option in (
        click.option("--transition", metavar="CODE", help="The plan for this move, such as 6-7."),
        click.option("--plan", "number", metavar="NUMBER", help="The plan of this number, from plan versions."),
        click.argument("pupil"),
        common,
    ):
        function = option(function)
    return function


def check_move(transition: str | None) -> None:
    """Refuse the code of a move that there is not, or that has no plans, as wrong usage (2); None is no code."""
    from transitions.plans.opening import planned_moves

    known = planned_moves()
    if transition is not None and transition not in known:
        raise click.BadParameter(f"{transition!r} is not one of {', '.join(known)}.", param_hint="--transition")


@contextmanager
def opened_plan(ctx: click.Context, which: dict[str, Any], *, closed_too: bool = False) -> Iterator[Opened]:
    """Open the database and the plan that PUPIL, --plan and --transition name.

    Without either it is the pupil's one open plan; ``closed_too`` takes the newest of the closed when none is open.
    Raises ``NoSuchRecord`` when there is none, and when several are open.
    """
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        yield Opened(workspace, plan_of(workspace, which, closed_too=closed_too))


def plan_of(workspace: "Workspace", which: dict[str, Any], *, closed_too: bool = False) -> "PlanRow":
    """Give the plan as ``opened_plan`` does, in a database that is open already."""
    from transitions.errors import NoSuchRecord
    from transitions.plans import page as pages
    from transitions.pupils.editing import find_pupil

    number, transition = which["number"], which["transition"]
    check_move(transition)
    plans = pages.of_pupil(workspace, find_pupil(workspace, which["pupil"]))
    if number is not None:
        wanted = number.strip().removeprefix("#")
        found = [plan for plan in plans if str(plan.id) == wanted]
        if not found:
            raise NoSuchRecord(
                f"This pupil has no plan {number}. See the numbers with: transitions plan versions PUPIL"
            )
        return found[0]
    chosen = [plan for plan in plans if transition in (None, plan.transition)]
    standing = [plan for plan in chosen if plan.status != "closed"]
    moves = sorted({plan.transition for plan in standing})
    if len(moves) > 1:
        raise NoSuchRecord(f"This pupil has open plans for {', '.join(moves)}. Say which: --transition {moves[0]}")
    found = standing or (chosen if closed_too else [])
    if not found:
        raise NoSuchRecord(
            f"This pupil has no{'' if closed_too else ' open'} plan{f' for {transition}' if transition else ''}. "
            "Open one with: transitions plan new PUPIL"
        )
    return found[0]


def print_line(workspace: "Workspace", plan_id: int) -> None:
    """Print which plan it is: ``plan #3 6-7 version 1 draft``, a line that scripts may take apart at the spaces."""
    from transitions.plans.page import load

    plan = load(workspace, plan_id).plan
    click.echo(text_of(f"plan #{plan.id} {plan.transition} version {plan.version} {plan.status}"))


def recorded_on(workspace: "Workspace", recorded: "Recorded", plan_id: int) -> None:
    """Say what was recorded, and print which plan holds it."""
    say(recorded)
    print_line(workspace, plan_id)


def answers(fields: dict[str, object]) -> dict[str, object]:
    """Give QUESTION=ANSWER pairs with every ``@FILE`` read; ``@-`` reads standard input, ``@@x`` means ``@x``.

    Raises ``NoSuchFile`` and ``BadInput``.
    """
    return {name: answer(str(value)) for name, value in fields.items()}


def answer(text: str) -> str:
    """Give one answer, read from its file when it names one, as ``answers`` does."""
    if not text.startswith("@") or text.startswith("@@"):
        return text.removeprefix("@") if text.startswith("@@") else text
    if text == "@-":
        return sys.stdin.read()
    from transitions.errors import BadInput, Problem
    from transitions.importing.tabular import read_bytes

    name, data = read_bytes(Path(text[1:]).expanduser())
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput([Problem(name, "is not plain text: save it as a text file (UTF-8) and try again")]) from None
