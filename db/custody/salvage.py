"""What a damaged file still holds, put into a new one row by row; and of each table what was lost on the way.

The damaged file is only read. A row that can no longer be read is put together again from the journal where that has the whole of it;
a row that pointed at one that is lost loses the link, or, where it means nothing without it, is left out. Nothing of it goes unsaid.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple, get_args

from sqlcipher3 import dbapi2

from db import driver, migrations
from db.caseload import kept
from db.custody import keys, sealing
from db.custody.damage import broken_references, columns_of, is_sound, links_of, take_triggers_away
from db.custody.on_disk import flush
from db.custody.readable import Damaged, Shape, Stretch
from db.custody.restoring import key_of
from db.custody.sense import Column, sense_of
from db.driver import Connection
from db.errors import CannotWriteDatabase, DamagedDatabase, NoDatabase, NotOurDatabase
from db.journal import Table, key_columns

_MOST_NAMED = 5
_DONE_BY_OPENING = ("planned through", "shipped milestones")
"""Settings without which the next opening plans every step, and puts in the milestones that come with the program."""
_PLANNED = frozenset({"pupil_milestone"})
"""Tables that the program fills by itself: the next opening plans what is missing."""


class Salvaged(NamedTuple):
    """What became of a table: rows that are in the new file, those of them from the journal, rows that are not, and why."""

    table: str
    kept: int
    from_journal: int
    lost: int
    why: str


def salvage(damaged: Path, target: Path) -> list[Salvaged]:
    """Write what can be read of ``damaged`` into ``target``, a new file that is sound. Tables that lost nothing are told, too.

    Raises ``NoDatabase``, ``CannotWriteDatabase``, and ``NotOurDatabase`` where not even the list of tables can be read.
    """
    if not damaged.is_file():
        raise NoDatabase(f"{damaged}: there is no such file.")
    if target.exists():
        raise CannotWriteDatabase(f"{target}: there is already a file with that name. Give another name.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        source = _opened(damaged)
        with closing(source), closing(dbapi2.connect(str(partial), isolation_level=None)) as made:
            driver.unlock(made, partial, key_of(damaged))
            found = _Work(source, made, partial).done()
            driver.leave_wal(made)
            if not is_sound(made):
                raise DamagedDatabase(
                    f"{damaged}: what could be read does not make a sound file, so nothing was written."
                )
        flush(partial)
        keys.copy_beside(damaged, target)
        partial.replace(target)
        flush(target.parent)
    except driver.Error as error:
        raise driver.explain(error, target) from None
    except OSError as error:
        raise CannotWriteDatabase(
            f"{target}: it could not be written ({error.strerror}). The damaged file is as it was. Try another place."
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return found


def _opened(damaged: Path) -> Damaged:
    try:
        source = Damaged(damaged)
        with suppress(dbapi2.Error):
            if source.shapes():
                return source
        source.close()
    except dbapi2.Error:
        pass
    raise _nothing_left(damaged)


def _nothing_left(damaged: Path) -> NotOurDatabase:
    return NotOurDatabase(
        f"{damaged}: even its list of tables cannot be read, so nothing can be salvaged. Go back to a backup: transitions locate"
    )


class _Table:
    """One table on its way: what was kept, and what was lost and why."""

    def __init__(self, shape: Shape, *, is_found: bool = True) -> None:
        self.shape, self.is_found = shape, is_found
        self.kept = self.from_journal = self.refused = self.unlinked = self.orphans = self.marked = self.emptied = 0
        self.unread: list[Stretch] = []

    @property
    def lost_any(self) -> bool:
        return bool(self.unread or self.refused or not self.is_found)

    def told(self) -> Salvaged:
        unread = sum(one.last - one.first + 1 for one in self.unread)
        lost = max(0, unread + self.refused - self.from_journal) + self.orphans
        return Salvaged(self.shape.name, self.kept - self.orphans, self.from_journal, lost, "; ".join(self._why()))

    def _why(self) -> Iterator[str]:
        if not self.is_found:
            yield "its place in the file could not be read, so nobody knows how many rows it had"
        if self.unread:
            named = [f"{a}" if a == b else f"{a} to {b}" for a, b in self.unread[:_MOST_NAMED]]
            more = "" if len(self.unread) <= _MOST_NAMED else " …"
            yield f"could not be read: number {', '.join(named)}{more} (some of these may never have existed)"
        for number, what in (
            (self.refused, "made no sense"),
            (self.orphans, "left out, because the records they belonged to are lost"),
            (self.unlinked, "kept without a link to a lost record"),
            (self.emptied, "kept without a value that makes no sense"),
            (self.marked, "kept with a mark instead of letters that could not be read"),
        ):
            if number:
                yield f"{number:,} {what}"


class _Work:
    def __init__(self, source: Damaged, made: Connection, partial: Path) -> None:
        self._source, self._made, self._partial = source, made, partial
        self._tables: dict[str, _Table] = {}
        self._columns: dict[str, list[Column]] = {}

    def done(self) -> list[Salvaged]:
        made = self._made
        triggers = self._make_tables()
        driver.check_references(made, on=False)
        driver.begin(made)
        for name in driver.table_names(made):
            made.execute(f'DELETE FROM "{name}"')  # what a new file begins with
        self._columns = {name: columns_of(made, name) for name in driver.table_names(made)}
        columns = {name: tuple(column.name for column in found) for name, found in self._columns.items()}
        for shape in self._source.shapes():
            if shape.name in columns:
                known = tuple(column for column in shape.columns if column in columns[shape.name])
                self._copy(_Table(shape._replace(columns=known)))
        for name in columns.keys() - self._tables.keys():
            self._tables[name] = _Table(Shape(name, columns[name], "rowid"), is_found=False)
        for table in self._tables.values():
            name = table.shape.name
            if table.lost_any and name in get_args(Table) and name not in _PLANNED:
                self._rebuild(table, columns[name])
        self._mend_links()
        if "journal_key" in columns:
            sealing.begin_when_lost(made)
        if not any(table.kept for table in self._tables.values()):
            raise _nothing_left(self._source.path)
        for setting in _DONE_BY_OPENING:
            made.execute("DELETE FROM setting WHERE name = :name", {"name": setting})
        if "pupil_count" in columns:
            kept.count_anew(made)
        for sql in triggers:
            made.execute(sql)
        made.execute("COMMIT")
        return [table.told() for table in self._tables.values()]

    def _make_tables(self) -> list[str]:
        """Make the tables of the version that the damaged file has, and take away their triggers, which are given."""
        newest = max(migrations.STEPS)
        version = newest
        with suppress(dbapi2.Error):
            version = self._source.version
        steps = {n: step for n, step in migrations.STEPS.items() if n <= version} or migrations.STEPS
        migrations.upgrade(self._made, self._partial, steps)
        return take_triggers_away(self._made)

    def _copy(self, table: _Table) -> None:
        self._tables[table.shape.name] = table
        marked = self._source.marked
        for row in self._source.rows(table.shape, table.unread):
            self._put(table, dict(zip(table.shape.columns, row, strict=True)))
        table.marked = self._source.marked - marked

    def _put(self, table: _Table, row: dict[str, Any]) -> bool:
        name = table.shape.name
        sense = sense_of(name, self._columns[name], row)
        if sense.row is None:
            table.refused += 1
            return False
        row = sense.row
        try:
            driver.insert_many(self._made, name, list(row), [list(row.values())])
        except dbapi2.Error:  # a constraint, or a value that no column takes
            if not self._is_there(name, row):
                table.refused += 1
            return False
        table.kept += 1
        table.emptied += sense.left_out
        return True

    def _is_there(self, name: str, row: dict[str, Any]) -> bool:
        same = " AND ".join(f'"{column}" IS NOT DISTINCT FROM :{column}' for column in row)
        with suppress(dbapi2.Error):
            return bool(self._made.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}" WHERE {same})', row).fetchone()[0])
        return False

    def _rebuild(self, table: _Table, columns: Iterable[str]) -> None:
        """Put rows that are missing together from all that the journal says of them, in the order in which it was written."""
        name: Table = table.shape.name  # type: ignore[assignment] # whoever calls looks
        key = key_columns(name)
        have = set(self._made.execute(f'SELECT {", ".join(key)} FROM "{name}"').fetchall())
        rows: dict[tuple[Any, ...], dict[str, Any] | None] = {}
        for at, new in self._made.execute(
            "SELECT row_key, new_values FROM journal_change WHERE table_name = :name ORDER BY action_id, position",
            {"name": name},
        ):
            with suppress(ValueError, KeyError, TypeError):
                number = tuple(json.loads(at)[column] for column in key)
                if number not in have:
                    rows[number] = None if new is None else {**(rows.get(number) or {}), **json.loads(new)}
        known = set(columns)
        refused = table.refused
        for row in rows.values():
            if row is not None and self._put(table, {column: row[column] for column in row.keys() & known}):
                table.from_journal += 1
        table.refused = refused

    def _mend_links(self) -> None:
        """Take out links to what is lost, and rows that mean nothing without them, until every one leads to a row."""
        while broken := {name for name, _ in broken_references(self._made)}:
            for name in sorted(broken):
                self._mend_links_of(self._tables[name])

    def _mend_links_of(self, table: _Table) -> None:
        name, made = table.shape.name, self._made
        for column, parent, to, needed in links_of(made, name):
            astray = f'"{column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "{parent}" p WHERE p."{to}" = "{name}"."{column}")'
            if not needed:
                with suppress(dbapi2.IntegrityError):
                    table.unlinked += made.execute(f'UPDATE "{name}" SET "{column}" = NULL WHERE {astray}').rowcount
            table.orphans += made.execute(f'DELETE FROM "{name}" WHERE {astray}').rowcount
