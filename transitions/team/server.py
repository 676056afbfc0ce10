"""The record of a team on a server: reached, made, and brought to this program's version."""

from collections.abc import Callable
from typing import TypeVar

from db.place import PASSWORDS, Server
from transitions.clock import Clock
from transitions.errors import WrongPassphrase
from transitions.workspace import Workspace

Item = TypeVar("Item")
Ask = Callable[[str], str]
"""What asks for a password, given why, where somebody is there to be asked."""
_TRIES = 3


def opened(server: Server, clock: Clock, ask: Ask | None, *, read_only: bool = False) -> Workspace:
    """Raises the faults of ``db.errors``."""
    return _let_in(server, ask, lambda: Workspace.open(server, clock, read_only=read_only))


def create(server: Server, ask: Ask | None) -> None:
    """Make the tables in an empty database. Raises ``NotOurDatabase`` for one that is not empty, or sorts by words."""
    from db.team import setup

    _let_in(server, ask, lambda: setup.create(server))


def upgrade(server: Server, ask: Ask | None) -> tuple[int, int]:
    """Bring the tables to this program's version; the version that they had, and that which they have now."""
    from db.team import setup

    return _let_in(server, ask, lambda: setup.upgrade(server))


def _let_in(server: Server, ask: Ask | None, reach: Callable[[], Item]) -> Item:
    """Reach a server; a password that stands in none of libpq's own places is asked for."""
    for left in reversed(range(_TRIES)):
        try:
            return reach()
        except WrongPassphrase as fault:
            if ask is None or not left:
                raise
            PASSWORDS[server] = ask(fault.sentence)
    raise AssertionError
