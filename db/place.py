"""Where records stand: in a file, or on a server, and what somebody's login is there."""

import re
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from db.errors import NoDatabase, NotAFile

SCHEMES = ("postgresql://", "postgres://")


class Server(NamedTuple):
    """Where a record on a server is: a URL without a password, which libpq takes from its own places."""

    url: str

    @property
    def name(self) -> str:
        """The name of the database, as the address has it."""
        return unquote(urlsplit(self.url).path.strip("/"))

    def __str__(self) -> str:
        return self.url


_AS_WORDS = re.compile(r"(host|hostaddr|dbname|user|password|service)\s*=")
"""How libpq’s other form of an address begins."""
Place = Path | Server
Role = Literal["caseworker", "SENCO", "lead", "reader", "keeper"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


class Login(NamedTuple):
    """What a login is to the record of a team: its role, its worker and, of a SENCO, the school."""

    role: Role
    worker_id: int
    school_id: int | None


PASSWORDS: dict[Server, str] = {}
"""What was typed for a server in this process; written nowhere."""


def place(given: str) -> Place:
    """Read what was named. Raises ``NoDatabase`` for an address with a password in it."""
    if _AS_WORDS.match(given):
        raise NoDatabase(
            "Give a server as an address, without the password: postgresql://LOGIN@SERVER/DATABASE. Nothing was opened."
        )
    if not given.startswith(SCHEMES):
        return Path(given)
    parts = urlsplit(given)
    if parts.password or "password" in dict(parse_qsl(parts.query)):
        raise NoDatabase(
            "Leave the password out of the address: others on this computer can read it in the list of what runs. It is taken from "
            "~/.pgpass, from PGPASSWORD or a service file, or asked for. Nothing was opened."
        )
    return Server(given)


def file_at(where: Place) -> Path:
    """The file, for what only a file has. Raises ``NotAFile`` for a server."""
    if isinstance(where, Path):
        return where
    raise NotAFile(
        f"{where}: these records are on a server, and this command is for files. Backups, restoring, encryption and who may open them "
        "are up to whoever runs the server. Nothing was changed."
    )
