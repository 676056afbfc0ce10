"""Opening the file: one connection, keyed and set up the same way everywhere.

sqlcipher3 is the driver for plain files too: it brings the same recent SQLite to every Python. Nothing here imports
SQLAlchemy, so that a list on the command line starts in milliseconds.
"""

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from db.errors import CannotWriteDatabase, DamagedDatabase, DatabaseInUse, Fault, NoDatabase, NotOurDatabase

Connection = Any
"""A DB-API connection of sqlcipher3, which ships no types."""

Error = dbapi2.Error
IntegrityError = dbapi2.IntegrityError

# Of a type that it has no adapter for the driver looks for one in vain each time it binds a value. Nothing and yes or no are
# half of what is written in bulk, and with these they take a sixth of the time.
dbapi2.register_adapter(type(None), lambda value: value)
dbapi2.register_adapter(bool, int)

APPLICATION_ID = 0x5472616E  # "Tran"
BUSY_SECONDS = 5.0
PAGE_CACHE_KIB = 65_536

_SETUP = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA synchronous = FULL",
    f"PRAGMA cache_size = -{PAGE_CACHE_KIB}",
)


def connect(path: Path, *, create: bool = False) -> Connection:
    """Open the file for reading and writing, in autocommit; a write begins its own transaction.

    Raises ``NoDatabase``, ``NotOurDatabase``, ``CannotWriteDatabase`` or ``DatabaseInUse``, each with its sentence.
    """
    if not path.parent.is_dir():
        raise NoDatabase(f"{path.parent}: there is no such folder. Make it first, or name another place with --db.")
    if path.is_dir():
        raise NoDatabase(f"{path}: this is a folder. Name the database file itself with --db.")
    if not path.exists():
        if not create:
            raise NoDatabase(
                f"{path}: there is no database here yet. Open the app once, or import pupils, to begin one."
            )
        _begin_file(path)
    try:
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
        )
    except dbapi2.Error as error:
        raise explain(error, path) from None
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        check_ours(connection, path)
        for statement in _SETUP:
            connection.execute(statement)
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise CannotWriteDatabase(
                f"{path}: this folder cannot hold a live database (a network drive?). Name a folder on this computer "
                "with --db."
            )
    except dbapi2.Error as error:
        connection.close()
        raise explain(error, path) from None
    except Fault:
        connection.close()
        raise
    return connection


def check_ours(connection: Connection, path: Path) -> None:
    """Refuse another program's database before anything of it is changed. Raises ``NotOurDatabase``."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if (tables or version) and application != APPLICATION_ID:
        raise NotOurDatabase(
            f"{path}: this database belongs to another program. Name ours with --db, or begin a new file."
        )


def _begin_file(path: Path) -> None:
    """Make the empty file for its owner's eyes only, before SQLite gives its rights to the files beside it."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise CannotWriteDatabase(
            f"{path}: the file cannot be made ({error.strerror}). Name another place with --db."
        ) from None


def explain(error: Exception, path: Path) -> Fault:
    """Turn the driver's words into a sentence that names the file and the remedy."""
    words = str(error).lower()
    if "locked" in words or "busy" in words:
        return DatabaseInUse(
            f"{path}: another program is using this file. Close it there, or try again in a moment; nothing was changed."
        )
    if "readonly" in words or "read-only" in words:
        return CannotWriteDatabase(
            f"{path}: the file or its folder is read-only. Ask for write access, or name another place with --db."
        )
    if "full" in words or "disk i/o" in words:
        return CannotWriteDatabase(
            f"{path}: the disk is full or failing; nothing was changed. Free some space and try again."
        )
    if "unable to open" in words:
        return CannotWriteDatabase(f"{path}: the file cannot be opened. Check that you may read and write its folder.")
    if "not a database" in words or "malformed" in words or "encrypted" in words:
        return DamagedDatabase(
            f"{path}: this is not a database of this program, or it is damaged. Restore a backup with: transitions restore"
        )
    return Fault(f"{path}: the database refused ({type(error).__name__}).")
