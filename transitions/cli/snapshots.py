"""The commands of snapshots: what was frozen on a day, when it is, and one year against the one before."""

import click

from transitions.cli.context import Session
from transitions.cli.options import command, formatted
from transitions.cli.output import echo, emit_one, say, talk
from transitions.impact import snapshots
from transitions.impact.snapshots import SnapshotRow
from transitions.school_year import academic_year_label
from transitions.text import how_many

LIST_KEYS = (
    "id",
    "as_at",
    "name",
    "academic_year",
    "steps",
    "numerator",
    "denominator",
    "percent",
    "unknown",
    "seal",
    "made_by",
)
STATES = ("met", "late", "missed", "unknown", "waived", "not_applicable")
SHOW_KEYS = ("milestone", "transition", "severity", *STATES)
DAY_KEYS = ("day", "snapshot", "as_at")


@command("make")
@click.argument("name", required=False, default="")
def make_command(session: Session, name: str) -> None:
    """Freeze what was due in this school year up to yesterday, under a NAME such as "Scrutiny committee".

    It stands as it is: it cannot be undone or altered. On the named days the program makes one by itself.
    """
    row = snapshots.make(session.workspace, name)
    talk(snapshots.said(row))
    echo(f"snapshot #{row.id}")


@command("list")
@formatted
def list_command(session: Session) -> None:
    """Print the snapshots, the oldest day first, with how many steps of those that were due were missed or late."""
    rows = snapshots.every(session.workspace)
    session.emit(map(_record, rows), LIST_KEYS)
    talk(how_many(len(rows), "snapshot"))


@command("show")
@formatted
@click.argument("snapshot")
def show_command(session: Session, snapshot: str) -> None:
    """Print what a snapshot holds, by milestone. SNAPSHOT is a number such as #3, its day, or its name."""
    row = snapshots.find(session.workspace, snapshot)
    lines = [
        {"milestone": code, "transition": rule.transition, "severity": rule.severity, **rule.tally._asdict()}
        for code, rule in sorted(snapshots.rules(row).items())
    ]
    if session.style != "table":
        session.emit(lines, SHOW_KEYS)
        return
    emit_one({**_record(row), "made_at": row.made_at.isoformat(timespec="seconds")}, session.style)
    echo()
    session.emit(lines, SHOW_KEYS)


@command("dates")
@formatted
@click.argument("days", metavar="[DAY]...", nargs=-1)
@click.option("--shipped", is_flag=True, help="Go back to the days that the program comes with.")
def dates_command(session: Session, days: tuple[str, ...], shipped: bool) -> None:
    """Print on which days of a year a snapshot is made, or name them: snapshot dates "1 January" "15 April" "1 September".

    It is made when the app or a command is first used on the day, or up to two weeks later; a late one says so. It holds what was
    due before the day, so that 1 April holds 31 March.
    """
    if days and shipped:
        raise click.UsageError("Name the days, or take --shipped: not both.")
    workspace = session.workspace
    if days or shipped:
        say(snapshots.name_days(workspace, days))
        return
    made = {row.name.partition(",")[0]: row for row in snapshots.every(workspace)}
    named = [(snapshots.words(day), made.get(snapshots.words(day))) for day in snapshots.days(workspace)]
    session.emit([{"day": day, "snapshot": row and row.id, "as_at": row and row.as_at} for day, row in named], DAY_KEYS)


def _record(row: SnapshotRow) -> dict[str, object]:
    whole = snapshots.tally(snapshots.rules(row).values())
    return {
        "id": row.id,
        "as_at": row.as_at,
        "name": row.name,
        "academic_year": academic_year_label(row.academic_year),
        "steps": row.steps,
        "numerator": whole.counted,
        "denominator": whole.base,
        "percent": round(100 * whole.counted / whole.base, 1) if whole.base else None,
        "unknown": whole.unknown,
        "seal": snapshots.seal(row),
        "made_by": row.made_by,
    }
