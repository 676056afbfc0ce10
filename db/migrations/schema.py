"""The tables of all the table modules written as SQL: what the steps together must arrive at.

``python -m db.migrations.schema`` prints it.
"""

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from db.schema import custody, handovers, impact, plans, pupils, workshops
from db.schema.columns import index_references

TABLES = (pupils, plans, workshops, handovers, impact, custody)
"""Where the tables are declared; the imports fill the metadata."""

index_references()


def tables() -> list[Table]:
    """Parents before their children."""
    return SQLModel.metadata.sorted_tables


def statements() -> list[str]:
    """Every CREATE statement, tables before their indexes, parents before children, triggers last."""
    dialect = sqlite.dialect()
    found = []
    for table in tables():
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        found.extend(str(CreateIndex(index).compile(dialect=dialect)).strip() for index in indexes)
    return [
        " ".join(statement.split())
        for statement in (*found, *pupils.TRIGGERS, *plans.TRIGGERS, *impact.TRIGGERS, *custody.TRIGGERS)
    ]


if __name__ == "__main__":
    print(";\n".join(statements()) + ";")
