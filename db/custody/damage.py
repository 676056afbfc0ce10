"""What is damaged in a file, said so that a person can act on it: which table, and which backup is sound."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from db.custody import keys
from db.custody.sense import Column
from db.errors import DamagedDatabase, Fault, Garbled, NoDatabase, NoMemory
from db.place import Place

Connection = Any

_TREE = re.compile(r"Tree (\d+) ")
_NAMED = re.compile(r"(?:index|entry in) (\w+)|in (\w+)\.\w+$")


def _plainly(connection: Connection) -> Any:
    """A cursor that says what the driver says: here a fault is what is looked for."""
    return dbapi2.Connection.cursor(connection, dbapi2.Cursor)


def problems(connection: Connection) -> list[str]:
    """What is damaged in the pages and indexes of the file, in SQLite's own words; takes a look at every entry."""
    try:
        found = [row[0] for row in _plainly(connection).execute("PRAGMA integrity_check") if row[0] != "ok"]
        if _is_whole_without_its_log(connection):
            # of an encrypted file every page is held against its seal; a plain one has none
            found += [row[0] for row in _plainly(connection).execute("PRAGMA cipher_integrity_check")]
    except dbapi2.Error:
        return [f"{what} cannot be read" for what in _hit(connection)] or ["the file cannot be read"]
    return found


def _is_whole_without_its_log(connection: Connection) -> bool:
    """Whether the -wal has been played in: until then a page that the power cut into stands whole in it, and hurt in the file."""
    try:
        _, pages, played_in = _plainly(connection).execute("PRAGMA wal_checkpoint").fetchone()
    except dbapi2.OperationalError:  # it may only be read
        return False
    return bool(pages == played_in)


def broken_references(connection: Connection) -> list[tuple[str, int | None]]:
    """The rows that point at one that is gone, by table and number."""
    return [(row[0], row[1]) for row in _plainly(connection).execute("PRAGMA foreign_key_check")]


class Link(NamedTuple):
    """A column that leads to a row of another table, ``to`` by which column there; ``needed`` when it may not be empty."""

    column: str
    parent: str
    to: str
    needed: bool


def links_of(connection: Connection, table: str) -> list[Link]:
    needed = {column.name for column in columns_of(connection, table) if column.needed}
    found = _plainly(connection).execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
    return [Link(row[3], row[2], row[4], row[3] in needed) for row in found]


def columns_of(connection: Connection, table: str) -> list[Column]:
    """The columns of a table, each with the kind of value that it was made for."""
    found = _plainly(connection).execute(f'PRAGMA table_info("{table}")')
    return [Column(row[1], row[2], bool(row[3] or row[5])) for row in found]


Definitions = dict[tuple[str, str], str]
"""By kind and name (``("trigger", "agreed_plan_stands")``) how a file defines its tables, indexes, triggers and views."""


def definitions(connection: Connection, kinds: Sequence[str] = ("table", "index", "trigger", "view")) -> Definitions:
    """What the file defines of these kinds, its spaces and quotes evened out; SQLite's own tables are left out."""
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return {
        (kind, name): " ".join(sql.replace('"', " ").split())
        for kind, name, sql in _plainly(connection).execute(query)
        if kind in kinds
    }


def take_triggers_away(connection: Connection) -> list[str]:
    """Take the triggers away, so that rows can be put back as they were; the statements that make them again."""
    found = (
        _plainly(connection)
        .execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        .fetchall()
    )
    for name, _ in found:
        _plainly(connection).execute(f'DROP TRIGGER "{name}"')
    return [sql for _, sql in found]


def is_sound(connection: Connection) -> bool:
    """Whether every page, index and reference is as it should be: a quick check passes half of what bad memory does."""
    return not problems(connection) and not broken_references(connection)


def folder_for(path: Path) -> Path:
    return path.with_name(f"{path.stem}-backups")


def backups_of(path: Path) -> list[Path]:
    """The backups of ``path``, oldest first."""
    return sorted(folder_for(path).glob("*.db"))


def looking(path: Path, *, immutable: bool = False) -> Connection:
    """Open a file only to look at it; ``immutable`` where nothing can be written beside it, not even for a moment."""
    options = "mode=ro&immutable=1" if immutable else "mode=ro"
    connection = dbapi2.connect(f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")
    key = keys.UNLOCKED.key_of(path) if is_encrypted(path) else None
    if key is not None:
        connection.execute(f'PRAGMA key = "{key.pragma}"')
    return connection


def is_encrypted(path: Path) -> bool:
    """Whether the file holds something that is no plain database; whether it is ours only a key can tell.

    SQLite is asked. Who opens and closes the file beside it loses every lock that this process has on it (POSIX): another program
    then takes itself for the last one, clears the -wal away, and what either saves from then on is lost.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with (
        suppress(dbapi2.OperationalError),
        closing(dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection,
    ):
        connection.execute("PRAGMA cipher_log_level = NONE")
        try:
            connection.execute("PRAGMA user_version").fetchone()  # reads the first page alone
        except dbapi2.DatabaseError as error:
            return "not a database" in str(error)
    return False


def newest_sound_backup(path: Path) -> Path | None:
    for backup in reversed(backups_of(path)):
        try:
            with closing(looking(backup, immutable=True)) as connection:
                if is_sound(connection):
                    return backup
        except dbapi2.Error:
            continue
    return None


def way_back(path: Path) -> str:
    """What to do about a damaged file, with the backup to take."""
    newest = newest_sound_backup(path)
    if newest is None:
        return f'There is no sound backup in the backups folder. If you have one elsewhere, restore it with: transitions restore FILE --db "{path}". To save what can still be read to a new file: transitions salvage "{path}"'
    return f'To go back to the latest sound backup: transitions restore "{newest}" --db "{path}"'


def once_here(path: Path) -> NoDatabase | None:
    """The fault of a file that is gone, or empty, though its keys or its backups are still there; None where none ever was."""
    beside, made = keys.keys_file(path), backups_of(path)
    left = [beside.name] if beside.exists() else []
    left += [f"{len(made)} of its backups" if len(made) > 1 else "a backup of it"] if made else []
    if not left:
        return None
    how = "is empty" if path.exists() else "is not there"
    last = f' Or restore the latest backup: transitions restore "{made[-1]}" --db "{path}"' if made else ""
    return NoDatabase(
        f"{path}: the file {how}, but beside it there is {' and '.join(left)}. No file was made. If the file was moved, move it back, or name it with --db.{last} To start again anyway, first move the leftover files elsewhere."
    )


def damaged(path: Place) -> DamagedDatabase:
    """The fault of a file that SQLite cannot read, naming the tables that are hit; looking for them takes a moment."""
    if not isinstance(path, Path):
        return DamagedDatabase(
            f"{path}: a date or a list of answers in it can't be read, because another program wrote it. Tell whoever runs the server."
        )
    try:
        with closing(looking(path)) as connection:
            hit = _hit(connection)
    except dbapi2.Error:
        lost = (
            ""
            if keys.keys_file(path).exists()
            else (
                f", or it is encrypted and its key file is missing: copy {keys.keys_file(path).name} from where the file was, keeping that name, or from beside a copy of its newest backup"
            )
        )
        return DamagedDatabase(
            f"{path}: this is not a database of this program, or it is damaged{lost}. {way_back(path)}"
        )
    what = f" ({', '.join(hit)})" if hit else ""
    return DamagedDatabase(
        f"{path}: part of this file is damaged{what} and cannot be read; nothing was changed. {way_back(path)}"
    )


def behind(error: BaseException, where: Place) -> Fault | None:
    """The fault of the file, where there is one, when that is what the program stumbled over: a bad page, a reference into nothing, garbled text.

    Or of the computer, when its memory is used up. None when the fault is the program's own, also while the records are locked:
    nothing of them was read.
    """
    if isinstance(error, MemoryError):
        with suppress(MemoryError):  # which SQLCipher says, too, of a page that is broken, when it is to be written
            if isinstance(where, Path) and is_encrypted(where) and not _seems_sound(where):
                return damaged(where)
        return NoMemory()
    if not isinstance(where, Path) or (not isinstance(error, Garbled | json.JSONDecodeError) and _seems_sound(where)):
        return None
    return damaged(where)


def _seems_sound(path: Path) -> bool:
    """Whether a file is sound; of one that is locked, or cannot be opened now, nobody says otherwise."""
    if keys.keys_file(path).exists() and keys.UNLOCKED.key_of(path) is None and is_encrypted(path):
        return True
    try:
        with closing(looking(path)) as connection:
            return is_sound(connection)
    except dbapi2.OperationalError:
        return True
    except dbapi2.DatabaseError:
        return False


def _hit(connection: Connection) -> list[str]:
    """The tables and indexes that are damaged, looked at one by one: a check of the whole file may break off."""
    master = _plainly(connection).execute("SELECT rootpage, type, name FROM sqlite_master").fetchall()
    trees = {root: f"{kind} {name}" for root, kind, name in master}
    found: list[str] = []
    for _, kind, table in master:
        if kind != "table":
            continue
        try:
            for row in _plainly(connection).execute(f'PRAGMA integrity_check("{table}")'):
                found.extend(_names(row[0], trees))
        except dbapi2.Error:
            found.append(f"table {table}")
    return list(dict.fromkeys(found))


def _names(findings: str, trees: dict[int, str]) -> Iterator[str]:
    for line in findings.splitlines():
        tree, named = _TREE.search(line), _NAMED.search(line)
        if tree:
            yield trees.get(int(tree[1]), "the list of its tables")
        elif named:
            yield f"index {named[1]}" if named[1] else f"table {named[2]}"
