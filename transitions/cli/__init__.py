"""The command line: the same work as the app, for scripts, for screen readers and for the committee's CSV.

Commands load when they are called, so that ``--help`` and ``--version`` stay instant.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from transitions.cli.lazy import Commands, LazyCommands
from transitions.cli.options import common, opened, remember
from transitions.errors import Fault

VERSION = "0.1.0"

COMMANDS: Commands = {
    "demo": ("app", "Open the app on made-up pupils, in a file of its own."),
    "today": ("lists", "Print what cannot wait."),
    "list": ("lists", "Print a caseload."),
    "show": ("lists", "Print one pupil with every step and plan."),
    "missed": ("lists", "Print what is overdue and what was flagged missed."),
    "calendar": ("year", "Print the year's dates, or write them to a calendar, a wall planner or an e-mail."),
    "explain": ("lists", "Say why a pupil's steps are, or are not, flagged."),
    "done": ("record", "Mark a step done."),
    "flag": ("record", "Flag an overdue step as missed, with a reason."),
    "waive": ("record", "Waive a step, with a reason."),
    "reopen": ("record", "Take a decision about a step back."),
    "assign": ("record", "Give pupils to a worker."),
    "note": ("record", "Write a note about a pupil."),
    "plan": ("plan", "Open, write, agree, review, audit and print a pupil's plan."),
    "milestone": ("milestone", "Look up, add, change, move and retire milestones."),
    "workshop": ("workshop", "Plan workshops and meetings, mark who came, follow up what was agreed."),
    "handover": ("handover", "Log, pack, send, receive and acknowledge what the next school must know."),
    "ask": ("ask", "Print or change what is asked of schools and the council every year."),
    "add": ("edit", "Add a pupil, school or worker."),
    "edit": ("edit", "Change a pupil, school or worker."),
    "me": ("edit", "Say, or see, who is at the keyboard."),
    "import": ("data", "Read pupils, schools, terms or milestones from files."),
    "export": ("data", "Write plan summaries, pupils, the missed list, handovers or workshops to a file."),
    "history": ("file", "Print what happened, to one pupil or to all."),
    "undo": ("file", "Take back the last action."),
    "redo": ("file", "Put back what the last undo took away."),
    "backup": ("file", "Write a verified copy of the database."),
    "restore": ("file", "Put a backup in the place of the database."),
    "check": ("file", "Look for damage and for gaps in the records."),
    "doctor": ("file", "Print versions and settings for a support call; no pupil data."),
    "locate": ("file", "Print where the files are."),
}


@click.group(
    cls=LazyCommands,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(VERSION, prog_name="transitions")
@common
@click.pass_context
def cli(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Transition planning for English councils and schools.

    Without a command it opens the app; when the output is not a terminal it prints today's summary.
    """
    remember(ctx, db, as_of)
    if ctx.invoked_subcommand is not None:
        return
    if sys.stdout.isatty() and sys.stdin.isatty():
        from transitions.cli.app import open_app

        open_app(ctx, db, as_of)
        return
    from transitions.cli.lists import print_today

    with opened(ctx, db, as_of) as workspace:
        print_today(workspace, "table")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with the documented exit status."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status; every fault becomes a sentence on standard error."""
    if Path(__file__).parent.parent.joinpath("core.py").exists():
        click.echo(
            "transitions: another package of the same name is installed over this program. Install this one by itself: "
            "uv tool install pupil-transitions, or pipx install pupil-transitions.",
            err=True,
        )
        return 70
    try:
        result = cli.main(
            args=None if arguments is None else list(arguments), prog_name="transitions", standalone_mode=False
        )
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; Python would complain while closing
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence, a status, and no values on the screen
        return _status_of(error)
    return result if isinstance(result, int) else 0


def _status_of(error: Exception) -> int:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, click.Abort):
        return 130
    if isinstance(error, Fault):
        click.echo(f"transitions: {_plain(error.sentence)}", err=True)
        return error.exit_status
    from transitions.custody.crash_report import OUR_FAULT, sentence, write_report
    from transitions.custody.places import crash_folder

    click.echo(sentence(write_report(error, crash_folder())), err=True)
    return OUR_FAULT


def _plain(sentence: str) -> str:
    from transitions.text import printable

    return printable(sentence, lines=True)
