"""What is bound goes to a server without a type, and what comes back is what a file would give."""

from typing import Any

from psycopg import Connection
from psycopg.adapt import Dumper, Loader


class _Plain(Dumper):
    """A value without a type: the place where it stands says what it is, as with a text in a statement."""

    oid = 0

    def dump(self, obj: Any) -> bytes:
        return str(int(obj) if isinstance(obj, bool) else obj).encode()


class _Number(Loader):
    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text or b"e" in text else int(text)


class _YesNo(Loader):
    def load(self, data: Any) -> int:
        return int(bytes(data) == b"t")


def as_in_a_file(connection: Connection[Any]) -> None:
    for kind in (int, float, bool):
        connection.adapters.register_dumper(kind, _Plain)
    connection.adapters.register_loader("bool", _YesNo)
    connection.adapters.register_loader("numeric", _Number)
