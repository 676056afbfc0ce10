"""Commands that record what happened: done, flag, waive, reopen, assign, note."""

import sys
from pathlib import Path

import click

from db.milestones import steps as step_store
from transitions.cli.options import common, opened, typed_day
from transitions.cli.output import say
from transitions.errors import NoSuchRecord
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.pupils.editing import find_pupil
from transitions.team.workers import find_worker
from transitions.workspace import Workspace


@click.command("done")
@common
@click.argument("pupil")
@click.argument("milestone")
@click.option("--on", "on", metavar="DATE", help="The day it happened; today if not given.")
@click.option("--evidence", default="", help="What shows it.")
@click.pass_context
def done_command(
    ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, milestone: str, on: str | None, evidence: str
) -> None:
    """Mark a step done. MILESTONE is a code from show, such as 6-7.names-school."""
    with opened(ctx, db, as_of) as workspace:
        day = typed_day(workspace, on, "--on")
        steps = _steps(workspace, pupil, milestone)
        say(recording.mark_done(workspace, steps, on=day, evidence=evidence))


@click.command("flag")
@common
@click.argument("pupil")
@click.argument("milestone")
@click.option("--reason", required=True, help="A reason's code, such as not-sent.")
@click.option("--next-step", default="", help="What happens next.")
@click.pass_context
def flag_command(
    ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, milestone: str, reason: str, next_step: str
) -> None:
    """Flag an overdue step as missed."""
    with opened(ctx, db, as_of) as workspace:
        say(recording.flag_missed(workspace, _steps(workspace, pupil, milestone), reason=reason, next_step=next_step))


@click.command("waive")
@common
@click.argument("pupil")
@click.argument("milestone")
@click.option("--reason", required=True, help="A reason's code, such as does-not-apply.")
@click.option("--words", default="", help="More in your own words.")
@click.pass_context
def waive_command(
    ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, milestone: str, reason: str, words: str
) -> None:
    """Waive a step: it will not, or need not, happen for this pupil."""
    with opened(ctx, db, as_of) as workspace:
        say(recording.waive(workspace, _steps(workspace, pupil, milestone), reason=reason, words=words))


@click.command("reopen")
@common
@click.argument("pupil")
@click.argument("milestone")
@click.pass_context
def reopen_command(ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, milestone: str) -> None:
    """Take a decision about a step back, so that it is open again."""
    with opened(ctx, db, as_of) as workspace:
        say(recording.reopen(workspace, _steps(workspace, pupil, milestone)))


@click.command("assign")
@common
@click.argument("worker")
@click.argument("pupils", nargs=-1, required=True)
@click.pass_context
def assign_command(
    ctx: click.Context, db: Path | None, as_of: str | None, worker: str, pupils: tuple[str, ...]
) -> None:
    """Give pupils to a worker; 'nobody' takes them from whoever has them."""
    with opened(ctx, db, as_of) as workspace:
        worker_id = None if worker == "nobody" else find_worker(workspace, worker)
        say(recording.assign(workspace, [find_pupil(workspace, text) for text in pupils], worker_id))


@click.command("note")
@common
@click.argument("pupil")
@click.argument("text")
@click.pass_context
def note_command(ctx: click.Context, db: Path | None, as_of: str | None, pupil: str, text: str) -> None:
    """Write a note about a pupil. TEXT may be '-' to read it from standard input."""
    with opened(ctx, db, as_of) as workspace:
        words = sys.stdin.read() if text == "-" else text
        say(recording.add_note(workspace, [find_pupil(workspace, pupil)], words))


def _steps(workspace: Workspace, pupil: str, code: str) -> list[Step]:
    """Give the pupil's step of this code; of several years, the one that is open, or else the latest."""
    pupil_id = find_pupil(workspace, pupil)
    found = [row for row in step_store.of_pupil(workspace.read(), pupil_id) if row.code == code]
    if not found:
        raise NoSuchRecord(
            f"No step {code!r} is planned for this pupil. See the codes with: transitions show PUPIL; "
            f"and why with: transitions explain PUPIL {code}"
        )
    undecided = [row for row in found if row.outcome is None] or found[-1:]
    return [Step(undecided[0].pupil_id, undecided[0].milestone_id, undecided[0].cycle)]
