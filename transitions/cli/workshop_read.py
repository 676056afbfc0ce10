"""Commands that read workshops: list, show, agenda."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.options import common, formatted, opened, typed_year
from transitions.cli.output import emit, emit_one, talk, text_of
from transitions.cli.workshop_options import chosen_kinds, chosen_series, of_a_workshop, opened_workshop

if TYPE_CHECKING:
    from transitions.workshops.page import WorkshopPage

_NOTHING: tuple[object, ...] = (None, "", False, [], 0)


@click.command("list")
@common
@formatted
@click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
@click.option(
    "--coming", type=click.IntRange(min=0), metavar="DAYS", help="Those planned from today to so many days on."
)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only of this kind, such as forum; repeatable.")
@click.option("--series", metavar="WORDS", help="Only of this series.")
@click.option("--archived", is_flag=True, help="Those that were taken out of the register instead.")
@click.pass_context
def list_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    year: str | None,
    coming: int | None,
    kinds: tuple[str, ...],
    series: str | None,
    archived: bool,
) -> None:
    """Print the workshops of an academic year in date order, or those to come; each with how many schools came of how many."""
    from transitions.cli import workshop_records as records
    from transitions.workshops import page as pages
    from transitions.workshops.attendance import of_meeting

    if sum((year is not None, coming is not None, archived)) > 1:
        raise click.UsageError("Give one of --year, --coming and --archived.")
    wanted = chosen_kinds(kinds)
    with opened(ctx, db, as_of) as workspace:
        if archived:
            rows = pages.archived(workspace)
        elif coming is not None:
            rows = pages.coming(workspace, coming)
        else:
            rows = pages.of_year(workspace, typed_year(workspace, year, "--year"))
        whole = chosen_series(workspace, series)
        chosen = [row for row in rows if (not wanted or row.kind in wanted) and whole in (None, row.series)]
        found = [records.list_record(row, of_meeting(pages.load(workspace, row.id))) for row in chosen]
        emit(found, records.LIST_KEYS, style, shown=records.LIST_SHOWN)
        talk("1 workshop or meeting" if len(found) == 1 else f"{len(found):,} workshops and meetings")


@click.command("show")
@of_a_workshop
@formatted
@click.pass_context
def show_command(ctx: click.Context, /, style: str, **which: Any) -> None:
    """Print one workshop with its register, its actions, what was carried to it and what was said of it. CSV is the register."""
    from transitions.cli import workshop_records as records
    from transitions.workshops.page import load

    with opened_workshop(ctx, which) as (workspace, number):
        page = load(workspace, number)
    if style == "json":
        emit_one(records.show_record(page), style)
    elif style == "csv":
        emit(records.register_records(page), records.REGISTER_KEYS, style)
    else:
        _print(page)


@click.command("agenda")
@of_a_workshop
@formatted
@click.pass_context
def agenda_command(ctx: click.Context, /, style: str, **which: Any) -> None:
    """Print the agenda as text for an e-mail. CSV and JSON are the actions that are carried to it."""
    from transitions.cli import workshop_records as records
    from transitions.text import printable
    from transitions.workshops.actions import agenda_text
    from transitions.workshops.page import load

    with opened_workshop(ctx, which) as (workspace, number):
        page = load(workspace, number)
    if style == "table":
        click.echo(printable(agenda_text(page), lines=True), nl=False)
    else:
        emit(records.action_records(page.carried, page.today), records.ACTION_KEYS, style)


def _print(page: "WorkshopPage") -> None:
    """Print what is known, part by part; what is empty is left out."""
    from transitions.cli import workshop_records as records
    from transitions.school_year import year_groups_label
    from transitions.workshops.attendance import of_meeting
    from transitions.workshops.feedback import figures

    figures_of = of_meeting(page)
    head = records.list_record(page.workshop, figures_of)
    head["year_groups"] = year_groups_label(page.year_groups)
    left_out = ("schools_came", "schools_invited", "schools_not_marked")
    head |= {"agenda": page.workshop.agenda, "notes": page.workshop.notes}
    emit_one({key: value for key, value in head.items() if key not in left_out and value not in _NOTHING}, "table")
    for phase, one in figures_of.by_phase.items():
        click.echo(text_of(f"  {phase}: {one.words}"))
    for title, rows, keys in (
        ("Register", records.register_records(page), records.REGISTER_SHOWN),
        ("Actions", records.action_records(page.actions, page.today), records.ACTION_SHOWN[:-1]),
        ("Carried from earlier workshops", records.action_records(page.carried, page.today), records.ACTION_SHOWN),
        (
            "Feedback",
            [one for one in records.theme_records(figures(page.feedback)) if one["said"]],
            records.THEME_SHOWN,
        ),
    ):
        if rows:
            click.echo(f"\n{title}")
            emit(rows, keys, "table")
