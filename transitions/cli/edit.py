"""Commands that add and change single records, and that say who is at the keyboard."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from transitions.cli.options import common, opened, pairs
from transitions.cli.output import talk
from transitions.pupils.editing import find_pupil, save_pupil
from transitions.pupils.schools import find_school, save_school
from transitions.team import lookups
from transitions.team.workers import find_worker, save_worker
from transitions.workspace import Workspace

Save = Callable[[Workspace, int | None, Mapping[str, object]], int]
Find = Callable[[Workspace, str], int]

_KINDS: Mapping[str, tuple[Find, Save]] = {
    "pupil": (find_pupil, save_pupil),
    "school": (find_school, save_school),
    "worker": (find_worker, save_worker),
}


@click.command("add")
@common
@click.argument("kind", type=click.Choice(tuple(_KINDS)))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def add_command(ctx: click.Context, db: Path | None, as_of: str | None, kind: str, fields: tuple[str, ...]) -> None:
    """Add a pupil, school or worker, such as: add pupil surname=Khan forename=Aisha date_of_birth=2015-03-01.

    The fields are those of an import; a wrong name is answered with the list. Prints the new record's number.
    """
    with opened(ctx, db, as_of, create=True) as workspace:
        number = _KINDS[kind][1](workspace, None, pairs(fields))
        click.echo(f"#{number}")


@click.command("edit")
@common
@click.argument("kind", type=click.Choice(tuple(_KINDS)))
@click.argument("record")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def edit_command(
    ctx: click.Context, db: Path | None, as_of: str | None, kind: str, record: str, fields: tuple[str, ...]
) -> None:
    """Change fields of a pupil, school or worker; FIELD= with nothing behind it empties the field."""
    find, save = _KINDS[kind]
    with opened(ctx, db, as_of) as workspace:
        save(workspace, find(workspace, record), pairs(fields))
        talk("Saved. Take it back with: transitions undo")


@click.command("me")
@common
@click.argument("name", required=False)
@click.option("--role", default="transitions team", show_default=True, help="For a worker who is not known yet.")
@click.pass_context
def me_command(ctx: click.Context, db: Path | None, as_of: str | None, name: str | None, role: str) -> None:
    """Say who is at the keyboard, or print it. Changes are kept under this name, and 'mine' means this worker's."""
    with opened(ctx, db, as_of, create=name is not None) as workspace:
        if name is not None:
            known = {worker.name.casefold(): worker.id for worker in lookups.workers(workspace)}
            number = known.get(name.casefold()) or save_worker(workspace, None, {"name": name, "role": role})
            workspace.become(number)
        click.echo(lookups.me_name(workspace) or "nobody yet")
