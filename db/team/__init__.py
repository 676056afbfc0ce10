"""One record for a whole team, on a PostgreSQL server: the same statements as a file takes."""

from pathlib import Path

from db.database import Database
from db.place import Place


def open_at(where: Place, *, create: bool = False, read_only: bool = False) -> Database:
    """Open the records in a file, or on a server, which are never made by opening them. Raises the faults of ``db.errors``."""
    if isinstance(where, Path):
        return Database(where, create=create, read_only=read_only)
    from db.team.database import TeamDatabase

    return TeamDatabase(where, read_only=read_only)
