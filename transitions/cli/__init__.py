"""The command line: the same work as the app, for scripts, for screen readers and for the committee's CSV.

Commands load when they are called. ``--version`` and the help of all are answered before this is loaded: ``transitions.told_at_once``.
"""

import gc
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from transitions.cli import streams
from transitions.cli.context import Session
from transitions.cli.groups import COMMANDS
from transitions.cli.options import LazyCommands, common
from transitions.cli.output import talk
from transitions.errors import AlreadyThere, Fault, refused_by_system
from transitions.told_at_once import VERSION

STOPPED = 130
"""The exit status after Ctrl+C, as shells know it."""


@click.group(
    cls=LazyCommands,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(VERSION, prog_name="transitions")
@common
@click.pass_context
def cli(ctx: click.Context, session: Session) -> None:
    """Transition planning for English councils and schools.

    Without a command it opens the app; when the output is not a terminal it prints today's summary.
    """
    if ctx.invoked_subcommand is not None:
        return
    if streams.at_terminal(sys.stdin, sys.stdout):
        session.show_app(session.open(create=True, on_screen=True))  # the first time it asks how to begin
    from transitions.cli.pupils import print_today

    print_today(session.workspace, "table")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with the documented exit status."""
    status = run(arguments)
    gc.freeze()  # what is left goes with the process: to look through it took an eighth of a short command
    sys.exit(status)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status; every fault becomes a sentence on standard error."""
    streams.open_streams()
    out = sys.stdout  # click puts another in its place when the reader has gone
    try:
        return _run(arguments)
    finally:
        streams.let_go(out)


def _run(arguments: Sequence[str] | None) -> int:
    words = sys.argv[1:] if arguments is None else list(arguments)
    if Path(__file__).parent.parent.joinpath("core.py").exists():
        talk(
            "transitions: another package of the same name is installed over this program. Install this one by itself: "
            "uv tool install pupil-transitions, or pipx install pupil-transitions."
        )
        return 70
    broken = streams.broken_word(words) if arguments is None else None  # what a program hands over is text already
    if broken is not None:
        talk(f"transitions: {broken}")
        return 2
    session = Session()
    try:
        result = cli.main(args=words, prog_name="transitions", standalone_mode=False, obj=session)
    except KeyboardInterrupt:
        return STOPPED
    except SystemExit:  # click leaves by itself for one reason only: whoever reads has seen enough, as in "list | head"
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a sentence, a status, and no values on the screen
        return _status_of(error, session)
    return result if isinstance(result, int) else 0


def _status_of(error: Exception, session: Session) -> int:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        shown = io.StringIO()
        error.show(file=shown)
        talk(shown.getvalue().rstrip("\n"))
        return error.exit_code
    if isinstance(error, click.Abort):
        return STOPPED
    if isinstance(error, OSError):
        error = refused_by_system(error) or error
    if not isinstance(error, Fault):
        from transitions.custody.health_check import behind

        error = behind(error, session.place) or error
    if isinstance(error, Fault):
        how = ", or replace it with --overwrite" if isinstance(error, AlreadyThere) else ""
        talk(f"transitions: {error.sentence}{how}")
        return error.exit_status
    from transitions.custody.crash_report import OUR_FAULT, sentence, write_report
    from transitions.custody.places import crash_folder

    talk(sentence(write_report(error, crash_folder())))
    return OUR_FAULT
