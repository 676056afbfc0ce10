"""The tables of ``db.tables`` written as SQL: what a step must arrive at, and how a first step is written.

``python -m db.migrations.schema`` prints it.
"""

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from db import tables as _tables  # noqa: F401 - the import fills the metadata


def statements() -> list[str]:
    """Give every CREATE statement, tables before their indexes, parents before children."""
    dialect = sqlite.dialect()
    found = []
    for table in SQLModel.metadata.sorted_tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        found.extend(str(CreateIndex(index).compile(dialect=dialect)).strip() for index in indexes)
    return [" ".join(statement.split()) for statement in found]


if __name__ == "__main__":
    print(";\n".join(statements()) + ";")
