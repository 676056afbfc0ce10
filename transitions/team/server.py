"""The record of a team on a server: reached, made, brought to this program's version, and carried there and back."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

from db.database import Database
from db.place import PASSWORDS, Place, Server
from db.team import open_at
from transitions.clock import Clock
from transitions.errors import Fault, WrongPassphrase
from transitions.workspace import Workspace

Item = TypeVar("Item")
Ask = Callable[[str], str]
"""What asks for a password, given why, where somebody is there to be asked."""
_TRIES = 3


def opened(server: Server, clock: Clock, ask: Ask | None, *, read_only: bool = False) -> Workspace:
    """Raises the faults of ``db.errors``."""
    return _let_in(server, ask, lambda: Workspace.open(server, clock, read_only=read_only, plans_ahead=False))


def create(server: Server, ask: Ask | None) -> bool:
    """Make the tables in an empty database, which is made when there is none; whether it was. Raises as ``db.team.setup.create``."""
    from db.team import setup

    return _let_in(server, ask, lambda: setup.create(server))


def upgrade(server: Server, ask: Ask | None) -> tuple[int, int]:
    """Bring the tables to this program's version; the version that they had, and that which they have now."""
    from db.team import setup

    return _let_in(server, ask, lambda: setup.upgrade(server))


@contextmanager
def to_be_copied(where: Place, ask: Ask | None) -> Iterator[Database]:
    """The records at a place, of which everything can be read now. Raises as ``db.team.copying.copy``."""
    from db.team import copying

    with closing(_let_in(where, ask, lambda: open_at(where))) as records:
        copying.check_whole(records)
        yield records


def copy_into(where: Place, records: Database, ask: Ask | None, progress: Callable[[int, int], None]) -> dict[str, int]:
    """Carry everything to an empty place, a file being made; how many rows each table has. Raises as ``db.team.copying.copy``."""
    from db.team import copying

    with closing(_let_in(where, ask, lambda: open_at(where, create=True))) as target:
        return copying.copy(records, target, progress)


def take_password(records: Database, password: str) -> None:
    """Try this password when the server is asked next."""
    if isinstance(records.where, Server):
        PASSWORDS[records.where] = password
    records.asks_password = False


def sign_in(server: Server, password: str) -> bool:
    """Reach the server with what was typed alone, whatever stands in libpq's own places. False, as no recovery code was given.

    Raises ``WrongPassphrase``, and the other faults of ``db.errors``.
    """
    from db.team.postgres import connect

    PASSWORDS[server] = password
    try:
        connect(server).close()
    except Fault:
        del PASSWORDS[server]
        raise
    return False


def _let_in(server: Place, ask: Ask | None, reach: Callable[[], Item]) -> Item:
    """Reach a place; a password that stands in none of libpq's own places is asked for."""
    for left in reversed(range(_TRIES)):
        try:
            return reach()
        except WrongPassphrase as fault:
            if ask is None or not left or not isinstance(server, Server):
                raise
            PASSWORDS[server] = ask(fault.sentence)
    raise AssertionError
