"""Who opened which pupil's record, and when: a row for a person, a pupil and ten minutes; and which files left."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from db.custody.erasing import ERASED
from db.custody.sealing import altered_looks, seal_of_look
from db.driver import Connection
from db.impact.snapshots import NOTED
from db.journal import stored
from db.milestones.definitions import set_setting, setting
from db.rows import columns, fetch, fetch_number, fetch_value, insert_row

ACCESS: Final = "Who can open the records"
"""What an action of the journal is called by which a passphrase, a code or the key was changed."""
APART: Final = timedelta(minutes=10)
"""Who goes back and forth between two screens has looked once."""


class ViewRow(NamedTuple):
    """One look; ``how`` names the screen or the command. It points at no pupil, so that one may be taken out whom somebody looked at."""

    id: int
    at: datetime
    worker: str | None
    pupil_id: int
    pupil: str | None
    how: str


def note(connection: Connection, worker_id: int | None, pupil_id: int, how: str, at: datetime) -> None:
    row = {"at": stored(at), "worker_id": worker_id, "pupil_id": pupil_id, "how": how}
    insert_row(connection, "record_view", {**row, "seal": seal_of_look(connection, *row.values())})


def is_noted(connection: Connection, worker_id: int | None, pupil_id: int, _how: str, at: datetime) -> bool:
    """Whether this person's looking at this pupil a moment ago is noted already."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM record_view WHERE pupil_id = :pupil AND worker_id IS NOT DISTINCT FROM :worker "
        "AND at > :since AND at <= :at)"
    )
    of = {"pupil": pupil_id, "worker": worker_id, "since": stored(at - APART), "at": stored(at)}
    return bool(fetch_number(connection, query, of))


def views(
    connection: Connection, *, pupil_id: int | None = None, worker_id: int | None = None, limit: int
) -> list[ViewRow]:
    """The newest first."""
    listed = columns(ViewRow, "v", worker="w.name", pupil="p.surname || ', ' || p.forename")
    parameters: Mapping[str, Any] = {"pupil": pupil_id, "worker": worker_id, "limit": limit}
    return fetch(
        connection,
        ViewRow,
        f"SELECT {listed} FROM record_view v LEFT JOIN worker w ON w.id = v.worker_id LEFT JOIN pupil p ON p.id = v.pupil_id "
        "WHERE (CAST(:pupil AS INTEGER) IS NULL OR v.pupil_id = :pupil) AND (CAST(:worker AS INTEGER) IS NULL OR v.worker_id = :worker) "
        "ORDER BY v.id DESC LIMIT :limit",
        parameters,
    )


def altered(connection: Connection) -> Iterator[tuple[str, str]]:
    """Whether looks were rewritten, or are gone from the list, of which the program takes out none, as what is wrong and where."""
    yield from altered_looks(connection)
    given, there = (
        connection.last_number("record_view") - (setting(connection, _NEVER_USED) or 0),
        _how_many(connection),
    )
    if connection.uses_every_number and given != there:
        yield "the record of who looked was altered: entries were removed", f"{there:,} of {given:,} are there"


def says(connection: Connection, what: str) -> bool:
    """Whether the history says this of who can open the records."""
    query = "SELECT 1 FROM journal WHERE name = :access AND summary = :what"
    return connection.execute(query, {"access": ACCESS, "what": what}).fetchone() is not None


_NEVER_USED: Final = "numbers of looks never used"
"""The setting of a file that came from a server: there a look that could not be noted takes its number with it."""


def leave_out_numbers_never_used(source: Connection, target: Connection) -> None:
    """Have the numbers that are missing on the server no longer be looked for in the file into which its looks have been copied."""
    missing = target.last_number("record_view") - _how_many(target)
    if target.uses_every_number and not source.uses_every_number and missing != (setting(target, _NEVER_USED) or 0):
        set_setting(target, _NEVER_USED, missing)


def _how_many(connection: Connection) -> int:
    return fetch_number(connection, "SELECT count(*) FROM record_view")


class ExportRow(NamedTuple):
    """A file that left, or was printed: ``file`` has its name, ``told`` its digest and length; both None for what was printed."""

    id: int
    at: datetime
    worker: str | None
    name: str
    summary: str
    file: Mapping[str, Any] | None
    told: Mapping[str, Any] | None


def left_as(connection: Connection, digest: str) -> int | None:
    """The action by which a file of this digest left last; None when none did."""
    query = "SELECT max(action_id) FROM journal_change WHERE table_name = 'file' AND json_extract(new_values, '$.sha256') = :digest"
    return fetch_value(connection, int, query, {"digest": digest})


def exports(connection: Connection, *, limit: int) -> list[ExportRow]:
    """The newest first, each file of an action by itself."""
    listed = columns(ExportRow, "j", worker="w.name", file="c.row_key", told="c.new_values")
    return fetch(
        connection,
        ExportRow,
        f"SELECT {listed} FROM journal j LEFT JOIN worker w ON w.id = j.worker_id "
        "LEFT JOIN journal_change c ON c.action_id = j.id AND c.table_name = 'file' "
        "WHERE (j.kind = 'export' AND j.name NOT IN (:snapshot, :erased, :access)) OR c.action_id IS NOT NULL "
        "ORDER BY j.id DESC, c.position LIMIT :limit",
        {"snapshot": NOTED, "erased": ERASED, "access": ACCESS, "limit": limit},
    )
