"""The record of a team on a server: begun, brought up to date."""

import click

from transitions.cli.context import Session
from transitions.cli.options import A_SERVER, command
from transitions.cli.output import talk
from transitions.cli.passphrases import password
from transitions.custody.places import Server
from transitions.team import server as team


@command("create")
@click.argument("url", type=A_SERVER)
def create_command(session: Session, url: Server) -> None:
    """Make the tables of a team's record in the empty database at URL, such as postgresql://server.example/transitions.

    Whoever does so owns the record, and lets people in with: transitions team add.
    """
    del session
    team.create(url, password())
    talk(f'The record is there. Open it with: transitions --db "{url}"')


@command("upgrade")
@click.argument("url", type=A_SERVER)
def upgrade_command(session: Session, url: Server) -> None:
    """Bring the tables of the record at URL to the version of this program, when everybody has closed theirs."""
    del session
    before, now = team.upgrade(url, password())
    talk(
        f"The tables are of version {now} now; they were of {before}."
        if now > before
        else f"The tables are of version {now}, as they were."
    )
