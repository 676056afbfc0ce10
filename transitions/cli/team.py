"""The record of a team on a server: begun, brought up to date, and who works with it."""

import click

from transitions.cli.context import Session
from transitions.cli.options import A_SERVER, Choice, command, formatted
from transitions.cli.output import talk
from transitions.cli.passphrases import password
from transitions.custody.places import Server
from transitions.team import members
from transitions.team import server as team

MEMBER_KEYS = ("worker", "login", "role", "school")


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


@command("add")
@click.argument("worker")
@click.option("--login", required=True, metavar="NAME", help="The login on the server; made when it is not there.")
@click.option(
    "--role", required=True, type=Choice(members.ROLES), help="What the person may do; see docs/team-roles.md."
)
@click.option("--school", metavar="TEXT", help="Of a SENCO: the school whose pupils they work with.")
def add_command(session: Session, worker: str, login: str, role: members.Role, school: str | None) -> None:
    """Let WORKER into the record on a server, one login for each person, or give them another role.

    Only a keeper may; whoever made the record is one.
    """
    number = None if school is None else session.school(school)
    talk(members.add(session.workspace, worker, login, role, number))


@command("list")
@formatted
def list_command(session: Session) -> None:
    """Print who works with the record on a server, by which login, and what each may do."""
    session.emit(members.members(session.workspace), MEMBER_KEYS)


@command("remove")
@click.argument("login")
def remove_command(session: Session, login: str) -> None:
    """Shut LOGIN out of the record on a server. What was done by it stays in the history."""
    talk(members.remove(session.workspace, login))
