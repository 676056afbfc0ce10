"""Commands that write handovers: start, edit, accept, friend, unfriend."""

from pathlib import Path
from typing import Any

import click

from transitions.cli.handover_options import (
    check_whose,
    chosen_pupils,
    handover_of,
    of_a_handover,
    of_pupils,
    one_move,
    opened_handover,
    print_lines,
    recorded_on,
)
from transitions.cli.options import common, opened, pairs
from transitions.cli.output import say
from transitions.cli.plan_options import answers
from transitions.handovers.board import NOT_STARTED, STATUSES


@click.command("start")
@of_pupils()
@click.pass_context
def start_command(ctx: click.Context, /, **which: Any) -> None:
    """Start handovers, each for the pupil's next move, or for that of --transition.

    Such as: handover start --all --transition 6-7 --school "Fenwick Hollow". With --all they are those of the board that are
    not started. Prints their numbers: handover #3 pupil #12 6-7 2026/27 drafting.
    """
    from transitions.handovers import opening

    check_whose(which)
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        started = opening.start(workspace, chosen_pupils(workspace, which, {NOT_STARTED}), one_move(which))
        recorded_on(workspace, started.recorded, list(started.handovers.values()))


@click.command("edit")
@of_pupils("[PUPIL]... QUESTION=ANSWER...")
@click.pass_context
def edit_command(ctx: click.Context, /, **which: Any) -> None:
    """Answer questions, such as: handover edit Khan interests="Kites, maps" lates=2 my_hopes=@said.txt

    QUESTION=ANSWER words come after the pupils; QUESTION is a name from handover questions. QUESTION= with nothing behind it
    takes the answer back, @FILE reads it from a file and @- from standard input (@@ stands for @). The same answer may be
    given to many pupils, or with --all to a whole board, where the question is one_for_all; a handover is started where there is none:
    handover edit --all --year-group 6 transition_day=went
    """
    from transitions.handovers import writing
    from transitions.pupils.editing import find_pupil

    words = which["pupils"]
    first = next((place for place, word in enumerate(words) if "=" in word), len(words))
    fields, which["pupils"] = pairs(words[first:]), words[:first]
    if not fields:
        raise click.UsageError("Give QUESTION=ANSWER words. See the questions with: transitions handover questions")
    check_whose(which)
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        move = one_move(which)
        if len(which["pupils"]) == 1:
            number = handover_of(workspace, find_pupil(workspace, which["pupils"][0]), move).id
            recorded_on(workspace, writing.save_answers(workspace, number, answers(fields)), [number])
            return
        pupils = chosen_pupils(workspace, which, set(STATUSES))
        say(writing.answer_for_many(workspace, pupils, answers(fields), move))
        print_lines(workspace, [handover_of(workspace, pupil, move).id for pupil in pupils])


@click.command("accept")
@of_a_handover
@click.option("--section", metavar="CODE", help="Only this section, such as about; all of them if not given.")
@click.pass_context
def accept_command(ctx: click.Context, /, section: str | None, **which: Any) -> None:
    """Take over as answers what the record proposes. Sending does the same, so that nothing changes behind what was sent."""
    from transitions.handovers import writing
    from transitions.handovers.page import load

    with opened_handover(ctx, which) as (workspace, row):
        known = [one.code for one in load(workspace, row.id).form.sections]
        if section is not None and section not in known:
            raise click.BadParameter(f"{section!r} is not one of {', '.join(known)}.", param_hint="--section")
        recorded_on(workspace, writing.accept_prefilled(workspace, row.id, section), [row.id])


@click.command("friend")
@common
@click.argument("pupil")
@click.argument("other")
@click.option("--apart", is_flag=True, help="They are to be kept apart; together if not given.")
@click.pass_context
def friend_command(ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, other: str, apart: bool) -> None:
    """Record that two pupils are to be kept together, or apart. No words: a school learns of it only when both go there."""
    from transitions.handovers import friendships
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        both = find_pupil(workspace, pupil), find_pupil(workspace, other)
        say(friendships.pair(workspace, *both, "keep apart" if apart else "keep with"))


@click.command("unfriend")
@common
@click.argument("pupil")
@click.argument("other")
@click.pass_context
def unfriend_command(ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, other: str) -> None:
    """Take out what is recorded of two pupils."""
    from transitions.handovers import friendships
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        say(friendships.unpair(workspace, find_pupil(workspace, pupil), find_pupil(workspace, other)))
