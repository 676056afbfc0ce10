"""The record of a team on a server: its tables are those of a file, and its steps go along with the file's."""

from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from db import migrations
from db.place import Server
from db.team import setup
from db.team.postgres import Connection, connect

FIRST = 20
"""The first version that a server knows; a file knows all those before."""


def test_each_step_of_a_file_has_its_brother_on_the_server() -> None:
    assert list(setup.STEPS) == [number for number in migrations.STEPS if number >= FIRST]


class Table(NamedTuple):
    """What a table is made of; a column is its name, whether it may be empty, and whether it is of the key."""

    columns: list[tuple[str, bool, int]]
    references: set[tuple[str, str, str]]
    unique: set[tuple[str, ...]]
    indexes: set[str]
    checks: int


def of_a_file() -> dict[str, Table]:
    made = dbapi2.connect(":memory:", isolation_level=None)
    for step in migrations.STEPS.values():
        migrations._apply(made, step)
    found = {}
    for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"):
        columns = made.execute(f'PRAGMA table_info("{name}")').fetchall()
        references = made.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
        indexes = made.execute(f'PRAGMA index_list("{name}")').fetchall()
        (sql,) = made.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        of_index = {
            one[1]: tuple(row[2] for row in made.execute(f'PRAGMA index_info("{one[1]}")').fetchall() if row[2])
            for one in indexes
            if one[2] and one[3] != "pk"
        }
        found[name] = Table(
            [(row[1], not row[3] and not row[5], row[5]) for row in columns],
            {(row[3], row[2], row[4]) for row in references},
            set(of_index.values()),
            {row[1] for row in indexes if row[3] == "c"},
            sql.count(" CHECK "),
        )
    made.close()
    return found


COLUMNS = """
SELECT c.table_name, c.column_name, c.is_nullable = 'YES', coalesce(array_position(i.indkey, a.attnum) + 1, 0)
FROM information_schema.columns c JOIN pg_attribute a ON a.attrelid = CAST(c.table_name AS regclass) AND a.attname = c.column_name
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE c.table_schema = 'public' ORDER BY c.table_name, c.ordinal_position
"""
REFERENCES = """
SELECT t.relname, a.attname, f.relname, b.attname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f'
"""
INDEXES = """
SELECT t.relname, x.relname, i.indisunique, c.conname IS NULL, (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey)
WITH ORDINALITY AS k (num, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_constraint c ON c.conindid = x.oid AND c.contype = 'u'
WHERE t.relnamespace = CAST('public' AS regnamespace) AND NOT i.indisprimary
"""
CHECKS = "SELECT t.relname, count(*) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'c' GROUP BY 1"


def of_a_server(connection: Connection) -> dict[str, Table]:
    found = {name: Table([], set(), set(), set(), 0) for name in connection.table_names()}

    def rows(query: str) -> list[Any]:
        return [row for row in connection.execute(query).fetchall() if row[0] in found]

    for table, column, may_be_empty, place in rows(COLUMNS):
        if (table, column) == ("unfinished_file", "login"):
            continue  # a file has one person at a time
        found[table].columns.append((column, bool(may_be_empty), place))
    for table, column, other, its in rows(REFERENCES):
        found[table].references.add((column, other, its))
    for table, name, unique, is_index, columns in rows(INDEXES):
        if unique:
            found[table].unique.add(tuple(columns.split(",")))
        if is_index:
            found[table].indexes.add(name)
    return {name: table._replace(checks=dict(rows(CHECKS)).get(name, 0)) for name, table in found.items()}


def test_the_tables_of_a_server_are_those_of_a_file(server: Server) -> None:
    connection = connect(server)
    there, here = of_a_server(connection), of_a_file()
    connection.close()
    assert there.keys() == here.keys()
    for name, table in here.items():
        assert there[name] == table, name
