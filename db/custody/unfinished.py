"""Files that are on their way to their place: written down before they are made, forgotten when they are there."""

from collections.abc import Iterable
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_value, insert_row, update_row


class UnfinishedFile(NamedTuple):
    """One file (or folder of files) that is made in a hidden ``folder`` beside its place, ``target``.

    ``replaces`` lets it take the place of another. ``digest`` is None until what the file means is recorded, by the action
    ``action_id`` if there is one; ``placed`` says that only the hidden folder is left to take away.
    """

    folder: str
    target: str
    replaces: bool
    digest: str | None = None
    action_id: int | None = None
    placed: bool = False


def unfinished(connection: Connection) -> list[UnfinishedFile]:
    query = f"SELECT {columns(UnfinishedFile)} FROM unfinished_file ORDER BY action_id NULLS FIRST, target"
    return fetch(connection, UnfinishedFile, query)


def is_recorded(connection: Connection, folder: str) -> bool:
    query = "SELECT digest FROM unfinished_file WHERE folder = :folder"
    return fetch_value(connection, str, query, {"folder": folder}) is not None


def begin(connection: Connection, row: UnfinishedFile) -> None:
    insert_row(connection, "unfinished_file", row._asdict())


def record(connection: Connection, folder: str, digest: str, action_id: int | None) -> None:
    update_row(connection, "unfinished_file", {"folder": folder}, {"digest": digest, "action_id": action_id})


def mark_placed(connection: Connection, folders: Iterable[str]) -> None:
    connection.executemany(
        "UPDATE unfinished_file SET placed = TRUE WHERE folder = :folder", ({"folder": folder} for folder in folders)
    )


def forget(connection: Connection, folders: Iterable[str]) -> None:
    connection.executemany(
        "DELETE FROM unfinished_file WHERE folder = :folder", ({"folder": folder} for folder in folders)
    )


def kind_of_action(connection: Connection, action_id: int) -> str | None:
    return fetch_value(connection, str, "SELECT kind FROM journal WHERE id = :id", {"id": action_id})
