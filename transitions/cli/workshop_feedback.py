"""The command about what was said of workshops: feedback."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.vocabulary import FEEDBACK_FROM
from transitions.cli.options import common, formatted, opened, pairs, typed_year
from transitions.cli.output import emit, say, talk
from transitions.cli.plan_options import answers
from transitions.cli.workshop_options import chosen_series

if TYPE_CHECKING:
    from transitions.workspace import Workspace


@click.command("feedback")
@common
@formatted
@click.argument("workshop", required=False)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--change", type=int, metavar="NUMBER", help="Change this one; numbers are printed by --each.")
@click.option("--take-out", "out", type=int, multiple=True, metavar="NUMBER", help="Take this one out; repeatable.")
@click.option("--each", is_flag=True, help="Print everything that was said of the workshop, one by one.")
@click.option("--year", metavar="YEAR", help="Without WORKSHOP: of this academic year; this one if not given.")
@click.option("--series", metavar="WORDS", help="Without WORKSHOP: of this series.")
@click.option("--said-by", type=click.Choice(FEEDBACK_FROM), help="Count only what these said.")
@click.pass_context
def feedback_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    workshop: str | None,
    fields: tuple[str, ...],
    change: int | None,
    out: tuple[int, ...],
    each: bool,
    year: str | None,
    series: str | None,
    said_by: str | None,
) -> None:
    """Write down what was said, such as: workshop feedback "#3" theme=clarity said_by=school rating=4 words="Dates were clear"

    Fields: theme (clarity, coordination, information, timing, families, support, workshop, other), said_by, rating (5 very
    good to 1 very poor), words, given_on. Without fields it prints what was said by theme: counts, mean, and how many gave a
    rating. Without WORKSHOP it counts a whole year.
    """
    if workshop is None or "=" in workshop:
        if fields or change or out or each or workshop is not None:
            raise click.UsageError("Name the workshop first, such as: workshop feedback '#3' theme=clarity rating=4")
    elif year is not None or series is not None:
        raise click.UsageError("--year and --series are for all workshops: leave the workshop out.")
    if sum(map(bool, (fields, out, each))) > 1 or (change is not None and not fields):
        raise click.UsageError("Give FIELD=VALUE words (with --change for one that stands), or --take-out, or --each.")
    with opened(ctx, db, as_of) as workspace:
        number = _number(workspace, workshop)
        if number is not None and fields:
            _save(workspace, number, change, fields)
        elif number is not None and out:
            from transitions.workshops.feedback import take_out_feedback

            say(take_out_feedback(workspace, number, out))
        elif number is not None and each:
            from transitions.cli import workshop_records as records
            from transitions.workshops.page import load

            emit(records.feedback_records(load(workspace, number)), records.FEEDBACK_KEYS, style)
        else:
            _print(workspace, number, year, series, said_by, style)


def _number(workspace: "Workspace", workshop: str | None) -> int | None:
    from transitions.workshops.saving import find_workshop

    return None if workshop is None else find_workshop(workspace, workshop)


def _save(workspace: "Workspace", number: int, change: int | None, fields: tuple[str, ...]) -> None:
    from transitions.workshops.feedback import save_feedback

    saved = save_feedback(workspace, number, change, answers(pairs(fields)))
    say(saved)
    click.echo(f"feedback #{saved.feedback_id}")


def _print(
    workspace: "Workspace", number: int | None, year: str | None, series: str | None, said_by: str | None, style: str
) -> None:
    from transitions.cli import workshop_records as records
    from transitions.school_year import academic_year_label, academic_year_span
    from transitions.workshops.feedback import by_theme

    if number is not None:
        found, whose = by_theme(workspace, workshop_id=number, said_by=said_by), f"workshop #{number}"
    else:
        which = typed_year(workspace, year, "--year")
        first, last = academic_year_span(which)
        only = chosen_series(workspace, series)
        found = by_theme(workspace, first=first, last=last, series=only, said_by=said_by)
        whose = " · ".join(filter(None, (academic_year_label(which), only or "all workshops")))
    shown = [one for one in found if one.said] if style == "table" else found
    emit(records.theme_records(shown), records.THEME_KEYS, style, shown=records.THEME_SHOWN)
    talk(f"{sum(one.said for one in found):,} things said · {whose}{f' · said by: {said_by}' if said_by else ''}")
