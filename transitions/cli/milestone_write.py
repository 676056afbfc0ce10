"""The commands that change milestones: each says what it does to the pupils' steps, and is one undoable action."""

from pathlib import Path

import click

from transitions.cli.milestone_read import proposed_and_told, texts
from transitions.cli.options import common, opened, typed_day
from transitions.cli.output import say
from transitions.milestones import editing
from transitions.milestones.catalogue import find_milestone
from transitions.workspace import Workspace

_FROM = click.option(
    "--from",
    "from_year",
    default="",
    metavar="YEAR",
    help="The academic year from which it holds; this one if not given.",
)


@click.command("add")
@common
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@_FROM
@click.pass_context
def add_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, fields: tuple[str, ...], from_year: str
) -> None:
    """Add a milestone of the council's own and print its code.

    Fields: transition=6-7 title= short= applies="Year 6; EHC plan" due="2nd Friday of June" evidence= why=, and also
    severity= basis= source= grace-days= code=. Local unless a severity is given with the basis for it.
    """
    with opened(ctx, db, as_of) as workspace:
        proposal = editing.read_proposal(workspace, None, {**texts(fields), "from_year": from_year})
        _save(workspace, proposal)
        click.echo(proposal.code)


@click.command("edit")
@common
@click.argument("milestone")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@_FROM
@click.pass_context
def edit_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    milestone: str,
    fields: tuple[str, ...],
    from_year: str,
) -> None:
    """Change a milestone for the moves of this academic year (or of --from) and after; fields as for add."""
    with opened(ctx, db, as_of) as workspace:
        code = find_milestone(workspace, milestone)
        _save(workspace, editing.read_proposal(workspace, code, {**texts(fields), "from_year": from_year}))


@click.command("move")
@common
@click.argument("milestone")
@click.argument("due", metavar="RULE")
@_FROM
@click.pass_context
def move_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, milestone: str, due: str, from_year: str
) -> None:
    """Give a milestone another date rule, such as "2nd Friday of July" or "12 weeks before 15 February"."""
    with opened(ctx, db, as_of) as workspace:
        _save(workspace, editing.moved(workspace, find_milestone(workspace, milestone), due, from_year=from_year))


@click.command("retire")
@common
@click.argument("milestone")
@click.option(
    "--from", "from_day", metavar="DATE", help="The first day on which it is no longer asked for; today if not given."
)
@click.pass_context
def retire_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, milestone: str, from_day: str | None
) -> None:
    """Ask for a milestone no longer: what falls due before the day still stands, and so does what was decided."""
    with opened(ctx, db, as_of) as workspace:
        day = typed_day(workspace, from_day, "--from")
        _save(workspace, editing.retirement(workspace, find_milestone(workspace, milestone), day))


@click.command("restore")
@common
@click.argument("milestone")
@click.pass_context
def restore_command(ctx: click.Context, /, db: Path | None, as_of: str | None, milestone: str) -> None:
    """Ask for a retired milestone again."""
    with opened(ctx, db, as_of) as workspace:
        _save(workspace, editing.bringing_back(workspace, find_milestone(workspace, milestone)))


def _save(workspace: Workspace, proposal: editing.Proposal) -> None:
    proposed_and_told(workspace, proposal)
    say(editing.save(workspace, proposal))
