"""Commands about the file: demo for made-up pupils in one of its own, history, undo, redo, backup, restore, check, doctor, locate."""

import platform
import sys
from pathlib import Path

import click

from transitions.cli.context import Session
from transitions.cli.options import A_FILE, FROM_1, NUMBER, Choice, command, formatted
from transitions.cli.output import echo, emit_one, progress_bar, record, say, talk
from transitions.cli.streams import at_terminal, can_ask
from transitions.clock import Clock
from transitions.custody import access_log, backups, health_check, locking, own_settings
from transitions.custody import history as journal
from transitions.custody.crash_report import installed
from transitions.custody.places import crash_folder, data_folder, demo_database, keys_file, make_folder, settings_file
from transitions.dates import long
from transitions.errors import Fault, expanded
from transitions.team.workers import signed_in
from transitions.text import how_many
from transitions.workspace import Workspace

MOST_PUPILS = 250_000
VIEW_KEYS = ("at", "worker", "pupil_id", "pupil", "how")
EXPORT_KEYS = ("action", "at", "worker", "name", "summary", "file", "bytes", "sha256")
EXPORT_SHOWN = ("action", "at", "worker", "name", "summary", "sha256")
HISTORY_KEYS = ("action", "at", "worker", "kind", "name", "summary", "undone")


@command("demo")
@click.option("--pupils", type=click.IntRange(1, MOST_PUPILS), default=400, show_default=True, help="How many pupils.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same number makes the same pupils.")
@click.option("--fresh", is_flag=True, help="Make new ones, discarding changes to an earlier demo.")
def demo_command(session: Session, pupils: int, seed: int, fresh: bool) -> None:
    """Open the app on made-up pupils, in a separate file."""
    own_file = not session.named_here
    path = demo_database(pupils, seed) if own_file else session.path
    make_folder(path.parent)
    workspace = demo_workspace(path, session.clock, pupils=pupils, seed=seed, fresh=fresh, own_file=own_file)
    if at_terminal(sys.stdin, sys.stdout):
        session.show_app(workspace)
    from transitions.cli.pupils import print_today

    try:
        print_today(workspace, "table")
    finally:
        workspace.close()


def demo_workspace(path: Path, clock: Clock, *, pupils: int, seed: int, fresh: bool, own_file: bool) -> Workspace:
    """Give a database of made-up pupils: the one made earlier for the same numbers, or a new one; see ``can_go_on``."""
    from transitions.demo.make import can_go_on, is_demo, made_for, make_file, may_be_replaced

    if path.exists():
        workspace = Workspace.open(path, clock)
        if not (may_be_replaced(workspace) if own_file else is_demo(workspace)):
            workspace.close()
            raise click.UsageError(f"{path} has real records. Name another file: the demo never writes to it.")
        if not fresh and can_go_on(workspace, pupils, seed):
            made = made_for(workspace)
            if made is not None and made[0] != clock.today:
                talk(
                    f"These pupils were made on {long(made[0])} and have been changed since. --fresh makes them again."
                )
            return workspace
        workspace.close()
        if not own_file and not fresh:
            raise click.UsageError(f"{path} is another demo. Add --fresh to make it again.")
    talk(f"Making {pupils:,} made-up pupils …")
    with progress_bar("") as progress:
        return make_file(path, clock, pupils, seed, progress)


@command("history")
@formatted
@click.argument("pupil", required=False)
@click.option("--limit", type=FROM_1, default=50, show_default=True, help="Print at most this many.")
def history_command(session: Session, pupil: str | None, limit: int) -> None:
    """Print what happened to one pupil or to all, latest first."""
    workspace = session.workspace
    entries = journal.entries(workspace, pupil_id=session.pupil(pupil) if pupil else None, limit=limit)
    found = (
        record(one, HISTORY_KEYS, action=one.id, at=one.at.isoformat(timespec="seconds"), kind=access_log.kind_of(one))
        for one in entries
    )
    session.emit(found, HISTORY_KEYS)


@command("views")
@formatted
@click.argument("pupil", required=False)
@click.option("--worker", help="Only what this person opened.")
@click.option("--limit", type=FROM_1, default=50, show_default=True, help="Print at most this many.")
def views_command(session: Session, pupil: str | None, worker: str | None, limit: int) -> None:
    """Print who opened which pupil's record and when, latest first. In the app this means the page, a plan, a handover, the walk, the form, and the boxes of people, records and reasons. Here it means every command that prints a pupil's records. For files that left, see exports. Opening the same record again within ten minutes is not noted again."""
    found = access_log.views(
        session.workspace,
        pupil_id=session.pupil(pupil, looks=False) if pupil else None,
        worker_id=session.worker(worker) if worker else None,
        limit=limit,
    )
    session.emit((record(one, VIEW_KEYS, at=one.at.isoformat(timespec="seconds")) for one in found), VIEW_KEYS)


@command("exports")
@formatted
@click.option("--limit", type=FROM_1, default=50, show_default=True, help="Print at most this many.")
def exports_command(session: Session, limit: int) -> None:
    """Print what was exported, latest first: who, which records, how many rows, what for, and the file's SHA-256 digest."""
    found = (
        record(
            one,
            EXPORT_KEYS,
            action=one.id,
            at=one.at.isoformat(timespec="seconds"),
            file=(one.file or {}).get("name"),
            bytes=(one.told or {}).get("bytes"),
            sha256=(one.told or {}).get("sha256"),
        )
        for one in access_log.exports(session.workspace, limit=limit)
    )
    session.emit(found, EXPORT_KEYS, EXPORT_SHOWN)


@command("copying")
@click.argument("state", type=Choice(("on", "off")), required=False)
def copying_command(session: Session, state: str | None) -> None:
    """Say whether lists can be copied to the clipboard, or switch it on or off for everybody who uses these records."""
    from transitions.exporting import copying

    if state is not None:
        say(copying.allow(session.workspace, state == "on"))
    else:
        echo("on" if copying.is_allowed(session.workspace) else "off")


@command("undo")
@click.option("--action", type=NUMBER, help="The number of an earlier action, from history.")
def undo_command(session: Session, action: int | None) -> int:
    """Undo the last action, or an earlier one by its number. At a terminal it asks first if the last action is more than five minutes old. In a script it never asks."""
    entry = journal.next_undo(session.workspace) if action is None else None
    if entry is not None and can_ask() and not journal.is_recent(session.workspace, entry.at):
        talk(f"{entry.name}: {entry.summary}. Recorded {journal.told(entry)}.")
        if not click.confirm("Undo it?", err=True):
            talk("Nothing was undone.")
            return 1
        action = entry.id
    undone = journal.undo(session.workspace, action)
    talk(f"Undone: {undone.name}, {undone.summary}. Redo it with: transitions redo")
    return 0


@command("redo")
def redo_command(session: Session) -> None:
    """Redo the last undo."""
    redone = journal.redo(session.workspace)
    talk(f"Redone: {redone.name}, {redone.summary}.")


@command("backup")
@click.argument("file", required=False, type=A_FILE)
@click.option("--also", type=A_FILE, metavar="FOLDER", help="From now on also copy every backup to this folder.")
@click.option("--not-also", is_flag=True, help="Stop copying backups to a second folder.")
def backup_command(session: Session, file: Path | None, also: Path | None, *, not_also: bool) -> None:
    """Write a verified copy of the database to FILE, or to the backups folder beside it. Backups are also automatic: at the first start of the day, on quitting the app if anything changed, and before every import, change to many rows, restore and new version. All from two days are kept, then the latest of 12 days, 10 weeks and 9 months. A FILE you name is never thinned out."""
    workspace = session.workspace
    _ = session.path
    if also is not None or not_also:
        say(backups.set_second_folder(workspace, None if also is None else expanded(also)))
    echo(str(backups.back_up(workspace, file)))
    workspace.to_say += backups.copy_along(workspace)


@command("restore")
@click.argument("file", type=A_FILE)
def restore_command(session: Session, file: Path) -> None:
    """Replace the database with the backup FILE. The current database is backed up first."""
    session.ensure_may_write()
    path = session.path
    session.check_place(path)
    session.unlock(file)
    session.unlock_unasked(path)  # what stays locked is set aside as it is
    kept = health_check.restore(file, path)
    locking.tell_restored(path, session.clock, file)
    talk(f"Restored {file} to {path}." + (f" The previous file is kept as {kept}." if kept else ""))
    if kept and locking.without_keys(kept):
        talk(f"Its keys were not beside it: should they be found, {kept.name}.keys.json beside it opens it.")


@command("salvage")
@formatted
@click.argument("file", type=A_FILE)
@click.argument("new", required=False, type=A_FILE)
def salvage_command(session: Session, file: Path, new: Path | None) -> int:
    """Save what can be read of the damaged FILE to NEW, row by row, and print what was lost. FILE is not changed. A sound backup is better: try restore first. Rows that cannot be read are rebuilt from the journal where possible. Without NEW the new file is made beside FILE. Exit status 1 if anything was lost."""
    target = expanded(new) if new is not None else file.with_name(f"{file.stem}-salvaged.db")
    session.check_place(target)
    session.unlock(file)
    found = health_check.salvage(file, target)
    touched = [one for one in found if one.why or one.from_journal]
    if touched or session.style != "table":
        session.emit(touched, health_check.Salvaged._fields)
    lost = sum(one.lost for one in found)
    talk(
        f"{how_many(sum(one.kept for one in found), 'row')} are in {target}. At most {how_many(lost, 'row')} lost. {file} is unchanged."
    )
    talk(f'To check it: transitions check --db "{target}". To use it: transitions restore "{target}" --db "{file}"')
    return 1 if lost else 0


@command("check")
@formatted
@click.option(
    "--against",
    metavar="FILE",
    help="Also compare the history with an exported file, the heads in another backup folder, or a head you wrote down.",
)
def check_command(session: Session, against: str | None) -> int:
    """Look for damage, for changes made outside the program, and for gaps in the records. Exit status 1 if anything is found. Every exported file is recorded by its digest, and tables and documents carry the head of the history. With --against, an exported file shows whether anything has been cut off since."""
    found = health_check.check(session.workspace)
    if against is not None:
        gone, said = health_check.against(session.workspace, against)
        found = [*gone, *found]
        talk(said)
    elif head := health_check.head(session.workspace):
        talk(f"The head of the history, to write down elsewhere: {head}")
    if session.workspace.own_school:
        talk(
            "Your login sees part of the history. Whether any of it was altered, a caseworker or a lead can check, who see all of it."
        )
    if session.workspace.database.is_file:
        for who in health_check.open_in(session.path):
            talk(f"Open now: {who}")
        for sentence in backups.told(session.path):
            talk(sentence)
    if found or session.style != "table":
        session.emit(found, health_check.Finding._fields)
    talk(f"{how_many(len(found), 'thing')} to look at." if found else "All well.")
    return 1 if found else 0


@command("doctor")
@formatted
def doctor_command(session: Session) -> None:
    """Print versions and settings for a support call, without pupil data."""
    found: dict[str, object] = {
        "program": installed("pupil-transitions"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "textual": installed("textual"),
        "sqlmodel": installed("sqlmodel"),
        "settings of your own": own_settings.told(settings_file()),
        **health_check.condition(session.workspace),
    }
    if session.style == "csv":
        session.emit([found], list(found))
    else:
        emit_one(found, session.style)


@command("locate")
def locate_command(session: Session) -> None:
    """Print where the database, backups, your own keys and crash reports are."""
    path = session.place
    if isinstance(path, Path):
        echo(f"database: {path}{'' if path.exists() else ' (not there yet)'}")
        for who in health_check.open_in(path):
            echo(f"open now: {who}")
    else:
        echo(f"database: {path} (on a server; backups are made there)")
        try:
            echo(f"signed in as: {signed_in(session.workspace)}")
        except Fault as fault:
            talk(fault.sentence)
    echo(f"data folder: {data_folder()}")
    echo(f"settings of your own: {settings_file()}")
    echo(f"keys of your own: {keys_file()}")
    echo(f"crash reports: {crash_folder()}")
    if not isinstance(path, Path):
        return
    for copy in health_check.backups_of(path):
        echo(f"backup: {copy}")
    folder = backups.second_folder(path)
    if folder is not None:
        echo(f"second backup folder: {folder}{'' if folder.is_dir() else ' (not there now)'}")
    for copy in backups.copies_of(path):
        echo(f"backup: {copy}")
