"""Commands about what came after the move: placement, first-weeks, funding, sustained."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from transitions.cli.options import answers, common, formatted, opened, pairs, typed_year
from transitions.cli.output import emit, say, talk

if TYPE_CHECKING:
    from transitions.handovers.after_move import Lasted

Function = TypeVar("Function", bound=Callable[..., Any])

SUSTAINED_KEYS = ("moves_of", "after", "moves", "in_place", "known", "not_known", "not_yet", "words")


def _of_a_pupil(function: Function) -> Function:
    for option in (
        click.option("--take-out", type=int, metavar="NUMBER", help="Take this one out: it was recorded by mistake."),
        click.option("--change", type=int, metavar="NUMBER", help="Change this one with FIELD=VALUE words."),
        click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]..."),
        click.argument("pupil"),
        formatted,
        common,
    ):
        function = option(function)
    return function


@click.command("placement")
@_of_a_pupil
@click.pass_context
def placement_command(ctx: click.Context, /, **which: Any) -> None:
    """Print where a pupil has been, or record it: handover placement Khan kind="nurture group" place=Willow started_on=1/10/26

    Fields: kind (new school, alternative provision, nurture group, managed move, part-time timetable), school, place,
    started_on, planned_end, ended_on, end_reason, back_on, checked_on, check_result. Prints its number: placement #2.
    """
    _run(ctx, "placement", which)


@click.command("first-weeks")
@_of_a_pupil
@click.pass_context
def first_weeks_command(ctx: click.Context, /, **which: Any) -> None:
    """Print what the new school told of the first weeks, or record it: handover first-weeks Khan attendance_percent=91 suspensions=0

    Fields: on_day (today if not given), attendance_percent, suspensions, part_time, note. Prints its number.
    """
    _run(ctx, "first-weeks", which)


@click.command("funding")
@_of_a_pupil
@click.pass_context
def funding_command(ctx: click.Context, /, **which: Any) -> None:
    """Print a pupil's extra funding, or record it: handover funding Khan what="High needs top-up" ends_on=31/8/27

    Fields: what, ends_on, applied_on (the day on which it was applied for again), note. Prints its number: funding #2.
    """
    _run(ctx, "funding", which)


@click.command("sustained")
@common
@formatted
@click.argument("year", required=False)
@click.pass_context
def sustained_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str, year: str | None) -> None:
    """Print how many moves that began in an academic YEAR (this one if not given) lasted one term, and one year.

    Moves are placements of kind new school and managed move. What is not known stands beside the share, never in it.
    """
    from transitions.handovers.after_move import sustained
    from transitions.school_year import academic_year_label

    with opened(ctx, db, as_of) as workspace:
        found = sustained(workspace, typed_year(workspace, year, "YEAR"))
    moves = academic_year_label(found.academic_year)
    rows = [
        {"moves_of": moves, "after": after, "moves": found.moves, **_lasted(one)}
        for after, one in (("one term", found.one_term), ("one year", found.one_year))
    ]
    emit(rows, SUSTAINED_KEYS, style, shown=("moves_of", "after", "words"))


def _lasted(one: "Lasted") -> Mapping[str, object]:
    return {
        "in_place": one.share.counted,
        "known": one.share.base,
        "not_known": one.not_known,
        "not_yet": one.not_yet,
        "words": one.words,
    }


def _run(ctx: click.Context, word: str, which: dict[str, Any]) -> None:
    """Print, save or take out; a number that is another pupil's is refused."""
    from transitions.errors import NoSuchRecord
    from transitions.handovers import after_move
    from transitions.pupils.editing import find_pupil

    kinds: dict[str, after_move.Kind[Any]] = {
        "placement": after_move.PLACEMENT,
        "first-weeks": after_move.FIRST_WEEKS,
        "funding": after_move.FUNDING,
    }
    kind = kinds[word]
    fields, change, out = pairs(which["fields"]), which["change"], which["take_out"]
    if (out is not None and (fields or change is not None)) or (change is not None and not fields):
        raise click.UsageError(
            "Give FIELD=VALUE words (with --change for one that stands), or --take-out with a number."
        )
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        pupil_id = find_pupil(workspace, which["pupil"])
        if fields:
            saved = after_move.save(workspace, kind, pupil_id, change, answers(fields))
            say(saved.recorded)
            click.echo(f"{word} #{saved.number}")
            return
        rows = after_move.records(workspace, kind, pupil_id)
        if out is None:
            keys = ("id", *kind.fields)
            emit(({key: getattr(row, key) for key in keys} for row in rows), keys, which["style"])
            talk("1 record" if len(rows) == 1 else f"{len(rows)} records")
            return
        if all(row.id != out for row in rows):
            raise NoSuchRecord(f"This pupil has no {word} #{out}. See: transitions handover {word} '#{pupil_id}'")
        say(after_move.take_out(workspace, kind, out))
