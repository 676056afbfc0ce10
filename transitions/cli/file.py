"""Commands about the file: history, undo, redo, backup, restore, check, doctor, locate."""

import platform
from pathlib import Path

import click

from db import backup as backups
from db import restoring
from transitions import history as journal
from transitions.cli import output, records
from transitions.cli.options import common, database_path, formatted, opened
from transitions.custody import health_check
from transitions.custody.crash_report import installed
from transitions.custody.places import crash_folder, data_folder, keys_file
from transitions.pupils.editing import find_pupil


@click.command("history")
@common
@formatted
@click.argument("pupil", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Print at most so many.")
@click.pass_context
def history_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, pupil: str | None, limit: int
) -> None:
    """Print what happened, newest first, to one pupil or to all."""
    with opened(ctx, db, as_of) as workspace:
        pupil_id = find_pupil(workspace, pupil) if pupil else None
        found = [
            {
                "action": entry.id,
                "at": entry.at.isoformat(timespec="seconds"),
                "worker": entry.worker,
                "kind": entry.kind,
                "name": entry.name,
                "summary": entry.summary,
                "undone": entry.undone,
            }
            for entry in journal.entries(workspace, pupil_id=pupil_id, limit=limit)
        ]
        output.emit(found, records.HISTORY_KEYS, style)


@click.command("undo")
@common
@click.option("--action", type=int, help="The number of an earlier action, from history.")
@click.pass_context
def undo_command(ctx: click.Context, db: Path | None, as_of: str | None, action: int | None) -> None:
    """Take back the last action, or an earlier one by its number."""
    with opened(ctx, db, as_of) as workspace:
        undone = journal.undo(workspace, action)
        output.talk(f"Undone: {undone.name}, {undone.summary}. Put it back with: transitions redo")


@click.command("redo")
@common
@click.pass_context
def redo_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Put back what the last undo took away."""
    with opened(ctx, db, as_of) as workspace:
        redone = journal.redo(workspace)
        output.talk(f"Redone: {redone.name}, {redone.summary}.")


@click.command("backup")
@common
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_context
def backup_command(ctx: click.Context, db: Path | None, as_of: str | None, file: Path | None) -> None:
    """Write a verified copy of the database to FILE, or to the folder of backups beside it."""
    with opened(ctx, db, as_of) as workspace:
        click.echo(str(backups.make(workspace.read(), workspace.database.path, target=file)))


@click.command("restore")
@common
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def restore_command(ctx: click.Context, db: Path | None, as_of: str | None, file: Path) -> None:
    """Put the backup FILE in the place of the database; what is there now is backed up first."""
    del as_of
    path = database_path(ctx, db)
    kept = restoring.restore(file, path)
    output.talk(f"Restored {file} to {path}." + (f" What was there is kept as {kept}." if kept else ""))


@click.command("check")
@common
@formatted
@click.pass_context
def check_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str) -> int:
    """Look for damage and for gaps in the records; exit status 1 when something was found."""
    with opened(ctx, db, as_of) as workspace:
        found = [finding._asdict() for finding in health_check.check(workspace)]
        if found or style != "table":
            output.emit(found, health_check.Finding._fields, style)
        output.talk(f"{len(found)} things to look at." if found else "All well.")
        return 1 if found else 0


@click.command("doctor")
@common
@formatted
@click.pass_context
def doctor_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str) -> None:
    """Print versions and settings for a support call. It holds no pupil data."""
    with opened(ctx, db, as_of) as workspace:
        record: dict[str, object] = {
            "program": installed("pupil-transitions"),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release()}",
            "textual": installed("textual"),
            "sqlmodel": installed("sqlmodel"),
            **health_check.condition(workspace),
        }
        output.emit([record], list(record), style) if style == "csv" else output.emit_one(record, style)


@click.command("locate")
@common
@click.pass_context
def locate_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Print where the database, its backups, your own keys and the crash reports are."""
    del as_of
    path = database_path(ctx, db)
    click.echo(f"database: {path}{'' if path.exists() else ' (not there yet)'}")
    click.echo(f"data folder: {data_folder()}")
    click.echo(f"keys of your own: {keys_file()}")
    click.echo(f"crash reports: {crash_folder()}")
    for copy in backups.kept(path):
        click.echo(f"backup: {copy}")
