"""How the tables declare their columns: one spelling for texts, flags, references and lists of allowed words."""

from collections.abc import Mapping
from types import NoneType, new_class
from typing import Any, NamedTuple, get_args, get_origin

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

NUMBERED: dict[str, Any] = {"sqlite_autoincrement": True}
"""A number once given is never given again, so that the journal's row keys stay true."""


class Numbered(SQLModel):
    """What has a number of its own."""

    id: int | None = Field(default=None, primary_key=True)


def only(condition: str) -> dict[str, Any]:
    """What makes an index one of those rows only for which this holds, for each engine."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def index_references() -> None:
    """Give an index to each reference that leads none: taking a row out looks for those that point at it, table by table."""
    for table in SQLModel.metadata.tables.values():
        led = {
            next(iter(index.columns), None)
            for index in table.indexes
            if index.dialect_kwargs.get("sqlite_where") is None
        }
        led |= {
            next(iter(one.columns), None)
            for one in table.constraints
            if isinstance(one, (PrimaryKeyConstraint, UniqueConstraint))
        }
        for column in table.columns:
            if column.foreign_keys and column not in led:
                there = only(f"{column.name} IS NOT NULL") if column.nullable else {}
                Index(f"{table.name}_of_{column.name.removesuffix('_id')}", column, **there)


def one_of(column: str, values: tuple[str, ...], name: str) -> CheckConstraint:
    """The constraint that ``column`` holds one of ``values`` (or nothing, where it may)."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=name)


def text_column(*, nullable: bool = True, server_default: str | None = None) -> Any:
    return Column(Text, nullable=nullable, server_default=server_default)


def flag() -> Any:
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def reference(target: str, *, nullable: bool = True, on_delete: str = "RESTRICT", primary_key: bool = False) -> Any:
    return Column(ForeignKey(target, ondelete=on_delete), nullable=nullable, primary_key=primary_key)


def table(
    name: str,
    row: type[NamedTuple],
    *constraints: Any,
    joined: tuple[str, ...] = (),
    also: Mapping[str, Any] = {},
    references: Mapping[str, str | None] = {},
    defaults: Mapping[str, Any] = {},
    unique: tuple[str, ...] = (),
    kinds: Mapping[str, Any] = {},
) -> type[SQLModel]:
    """The table whose columns are the fields of the row class that reads it, but for those ``joined`` from other tables.

    ``also`` are columns that no row reads. What may be None may be empty in the file, a flag is no until somebody says yes,
    and what is called ``..._school_id`` points at a school; ``references``, ``defaults`` and ``kinds`` say what is otherwise.
    """
    fields: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    own = {column: annotation for column, annotation in row.__annotations__.items() if column not in joined}
    for column, annotation in {**own, **also}.items():
        annotations[column], fields[column] = _column(
            column,
            kinds.get(column, annotation),
            references.get(column, column.split("_")[-2] if column.endswith("_id") else None),
            defaults.get(column),
            unique=column in unique,
        )
    body = {
        "__module__": row.__module__,
        "__doc__": row.__doc__,
        "__annotations__": annotations,
        "__tablename__": name,
        "__table_args__": (*constraints, NUMBERED),
        **fields,
    }
    return new_class(row.__name__, (SQLModel,), {"table": True}, lambda namespace: namespace.update(body))


def _column(name: str, annotation: Any, target: str | None, default: Any, *, unique: bool) -> tuple[Any, Any]:
    """What SQLModel wants to know of a column: its annotation and its ``Field``."""
    if name == "id":
        return int | None, Field(default=None, primary_key=True)
    kinds = get_args(annotation)
    if get_origin(annotation) is Mapping:
        annotation, kinds = str, ()
    settings: dict[str, Any] = {"unique": True} if unique else {}
    if str in (annotation, *kinds):
        settings["sa_type"] = Text
    if target:
        settings |= {"foreign_key": f"{target}.id", "ondelete": "RESTRICT"}
    if annotation is bool:
        settings |= {"default": False, "sa_column_kwargs": {"server_default": false()}}
    elif default is not None:
        in_file = text(str(default)) if isinstance(default, int) else str(default)
        settings |= {"default": default, "sa_column_kwargs": {"server_default": in_file}}
    elif NoneType in kinds:
        settings["default"] = None
    return annotation, Field(**settings)
