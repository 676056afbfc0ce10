"""Views for analysts, in a schema of their own: days and moments (in UTC) as such, where the tables hold texts.

They are made of the columns that the row classes describe. Each shows a login what the policies show it of the table, and nothing else.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, Date, DateTime, TypeDecorator

from db.migrations import schema
from db.team.access import STAFF

SCHEMA: Final = "analysis"
_NOT_FOR_ANALYSTS: Final = frozenset({"desk", "journal_key", "setting", "unfinished_file"})
TAKEN_AWAY: Final = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
"""Before the tables change: a column in a view cannot go."""


def statements() -> Iterator[str]:
    """What makes the views anew, each with the rights of who looks and not of who made it."""
    yield f"CREATE SCHEMA {SCHEMA}"
    for table in schema.tables():
        if table.name not in _NOT_FOR_ANALYSTS:
            columns = ", ".join(map(_column, table.columns))
            yield f'CREATE VIEW {SCHEMA}."{table.name}" WITH (security_invoker = true) AS SELECT {columns} FROM public."{table.name}"'
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {STAFF}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {STAFF}"


def _column(column: Column[Any]) -> str:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    for one, name in ((DateTime, "timestamp"), (Date, "date")):
        if isinstance(kind, one):
            return f"CAST({column.name} AS {name}) AS {column.name}"
    return str(column.name)
