"""Opening the app: the one arrow from here up to the screens, taken only when somebody wants to see one."""

import sys
from pathlib import Path

import click

from transitions.cli.context import Session, command
from transitions.cli.output import talk
from transitions.clock import Clock
from transitions.custody.places import demo_database, make_folder
from transitions.workspace import Workspace

MOST_PUPILS = 250_000


def open_app(session: Session) -> None:
    """Open the app on the person's own database; the first time it asks how to begin."""
    from screens.frame.app import run_app

    click.get_current_context().exit(run_app(session.open(create=True)))


@command("demo")
@click.option("--pupils", type=click.IntRange(1, MOST_PUPILS), default=400, show_default=True, help="How many pupils.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same number makes the same pupils.")
@click.option("--fresh", is_flag=True, help="Make them again, without what was changed in an earlier demo.")
def demo_command(session: Session, pupils: int, seed: int, fresh: bool) -> None:
    """Open the app on made-up pupils, in a file of its own."""
    own_file = not session.named_here
    path = demo_database(pupils, seed) if own_file else Path(session.typed["db"])
    make_folder(path.parent)
    workspace = demo_workspace(path, session.clock, pupils=pupils, seed=seed, fresh=fresh, own_file=own_file)
    if sys.stdout.isatty() and sys.stdin.isatty():
        from screens.frame.app import run_app

        click.get_current_context().exit(run_app(workspace))
    from transitions.cli.pupils import print_today

    try:
        print_today(workspace, "table")
    finally:
        workspace.close()


def demo_workspace(path: Path, clock: Clock, *, pupils: int, seed: int, fresh: bool, own_file: bool) -> Workspace:
    """Give a database of made-up pupils: the one made earlier today for the same numbers, or a new one."""
    from transitions.demo.make import is_demo, made_for, make_file

    if path.exists():
        workspace = Workspace.open(path, clock)
        if not is_demo(workspace):
            workspace.close()
            raise click.UsageError(f"{path} holds real records. Name another file: the demo never writes into it.")
        if not fresh and made_for(workspace) == (clock.today, pupils, seed):
            return workspace
        workspace.close()
        if not own_file and not fresh:
            raise click.UsageError(f"{path} holds another demo. Add --fresh to make it again.")
    talk(f"Making {pupils:,} made-up pupils …")
    with click.progressbar(length=pupils, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        return make_file(path, clock, pupils, seed, lambda done, _total: bar.update(done - bar.pos))
