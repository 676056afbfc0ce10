"""The record of a team on a server: begun, brought up to date, carried there and back, and who works with it."""

from pathlib import Path

import click

from transitions.cli.context import Session
from transitions.cli.options import A_PLACE, A_SERVER, Choice, command, formatted
from transitions.cli.output import progress_bar, talk
from transitions.cli.passphrases import password
from transitions.custody.places import Place, Server, make_folder
from transitions.team import members
from transitions.team import server as team
from transitions.text import how_many

MEMBER_KEYS = ("worker", "login", "role", "school")


@command("create")
@click.argument("url", type=A_SERVER)
def create_command(session: Session, url: Server) -> None:
    """Make the tables of a team's record in the empty database at URL, such as postgresql://server.example/transitions.

    A database that is not there is made, if your login may. Whoever does this is the first keeper of the record, and adds the others
    with: transitions team add.
    """
    del session
    if team.create(url, password()):
        talk(f"There was no database {url.name}, so it was made.")
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


@command("copy")
@click.argument("source", metavar="FROM", type=A_PLACE)
@click.argument("target", metavar="TO", type=A_PLACE)
def copy_command(session: Session, source: Place, target: Place) -> None:
    """Copy all records at FROM to TO; each is a file, or the address of a record on a server.

    Everything goes along, under the same numbers: pupils, plans, the history with its seals, who opened which record, drafts. Each table
    is read back and held against what was sent; where anything differs nothing is kept. TO must be empty: a record as team create makes
    it, or a file that is not there yet, which is made and encrypted. FROM stays as it was.

    Who may sign in to a server is not copied: add people with team add. From a server only a keeper can copy, who sees everything.
    """
    if isinstance(source, Path):
        session.unlock(source)
    with team.to_be_copied(source, password()) as records:
        if isinstance(target, Path):
            session.check_place(target)
            make_folder(target.parent)
            session.unlock(target, create=True)
        with progress_bar("Copying") as progress:
            rows = team.copy_into(target, records, password(), progress)
    talk(
        f"Copied {how_many(rows['pupil'], 'pupil')} with {how_many(rows['journal'], 'action')} of the history to {target}: "
        f"{how_many(sum(rows.values()), 'row')}, each read back. {source} is as it was: from now on work in one of them only."
    )
    if not isinstance(target, Path):
        talk(
            "So far only keepers can open it there. Say who you are (transitions me NAME), then add the others: transitions team add."
        )
    elif not isinstance(source, Path):
        talk("Who may see what is kept on the server only: whoever can open the file sees everything in it.")


@command("add")
@click.argument("worker")
@click.option("--login", required=True, metavar="NAME", help="The login on the server; made when it is not there.")
@click.option(
    "--role", required=True, type=Choice(members.ROLES), help="What the person may do; see docs/team-roles.md."
)
@click.option("--school", metavar="TEXT", help="Of a SENCO: the school whose pupils they work with.")
def add_command(session: Session, worker: str, login: str, role: members.Role, school: str | None) -> None:
    """Let WORKER into the record on a server, one login for each person, or give them another role.

    Only a keeper can. Whoever made the record is one, and is listed once they have said who they are: transitions me NAME.
    """
    number = None if school is None else session.school(school)
    talk(members.add(session.workspace, worker, login, role, number))


@command("list")
@formatted
def list_command(session: Session) -> None:
    """Print who works with the record on a server, by which login, and what each may do."""
    session.emit(members.members(session.workspace), MEMBER_KEYS)
    if session.workspace.role is None:
        talk("You made this record and are one of its keepers. To be listed, say who you are: transitions me NAME.")


@command("remove")
@click.argument("login")
def remove_command(session: Session, login: str) -> None:
    """Shut LOGIN out of the record on a server. What was done by it stays in the history."""
    talk(members.remove(session.workspace, login))
