"""How the tables declare their columns: one spelling for texts, flags, references and lists of allowed words."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Text, false, text
from sqlmodel import Field, SQLModel

NUMBERED: dict[str, Any] = {"sqlite_autoincrement": True}
"""A number once given is never given again, so that the journal's row keys stay true."""


class Numbered(SQLModel):
    """What has a number of its own."""

    id: int | None = Field(default=None, primary_key=True)


def only(condition: str) -> dict[str, Any]:
    """What makes an index one of those rows only for which this holds, for each engine."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def one_of(column: str, values: tuple[str, ...], name: str) -> CheckConstraint:
    """The constraint that ``column`` holds one of ``values`` (or nothing, where it may)."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=name)


def text_column(*, nullable: bool = True, server_default: str | None = None) -> Any:
    return Column(Text, nullable=nullable, server_default=server_default)


def flag() -> Any:
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def reference(target: str, *, nullable: bool = True, on_delete: str = "RESTRICT", primary_key: bool = False) -> Any:
    return Column(ForeignKey(target, ondelete=on_delete), nullable=nullable, primary_key=primary_key)
