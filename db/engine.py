"""The SQLAlchemy engine over our own connections; imported only where a single record is read or edited."""

from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2
from sqlmodel import Session, SQLModel

from db import driver

Record = TypeVar("Record", bound=SQLModel)


def make_engine(path: Path) -> Engine:
    """An engine whose connections come from ``driver.connect``, so that keying the file is done in one place.

    Parameters never appear in its error messages: they are children's records.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: driver.connect(path),
        module=dbapi2,
        poolclass=QueuePool,
        pool_size=2,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # sessions only read: every write is an action of the journal, begun IMMEDIATE in Database.write
        connection.exec_driver_sql("BEGIN")

    return engine


def load(engine: Engine, model: type[Record], key: object) -> Record | None:
    """One record, detached from any session, or None."""
    with Session(engine, expire_on_commit=False) as session:
        record = session.get(model, key)
        if record is not None:
            session.expunge(record)
        return record
