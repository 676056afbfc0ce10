"""The seals of the journal: whoever alters what happened, takes some of it out or changes its order, breaks them.

Each action is sealed in the transaction that wrote it: the rows that it changed give a digest (the payload), and the seal is made under
a key of the payload, of what the action says of itself, and of the seal before. The key is random and stands in the file: in an encrypted
file it is as secret as the records, in a plain one it keeps out only who does not know of it. Whoever can read it could seal everything
anew, so heads of the journal are kept outside the file as well (``db.anchors``). What is erased leaves its digest behind.
"""

import hmac
import json
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from db.driver import Connection, columns_of
from db.rows import fetch_one, fetch_value

OF_THE_SUMMARY: Final = -1
"""The position under which the digest of an erased summary is kept."""
_TAIL: Final = 100
_TAIL_ROWS: Final = 500
"""How many of the newest actions, and of the rows that they changed, are looked at whenever the file is opened: some milliseconds."""
_ACTION: Final = "j.id, j.at, j.worker_id, j.kind, j.name, j.undoes, j.summary"
_CHANGES: Final = (
    "SELECT c.action_id, c.position, c.table_name, c.row_key, c.pupil_id, c.old_values, c.new_values, e.digest "
    "FROM journal_change c LEFT JOIN journal_erased e ON e.action_id = c.action_id AND e.position = c.position "
    "WHERE c.action_id {} ORDER BY c.action_id, c.position"
)


_HEAD: Final = "SELECT action_id, position, seal FROM journal_seal ORDER BY action_id DESC LIMIT 1"
_SEALED_UP_TO: Final = "SELECT coalesce(max(action_id), 0) FROM journal_seal"


WHOLE_KEY: Final = "SELECT secret FROM journal_key"


class Head(NamedTuple):
    """The newest action: its number, how many there are, and its seal."""

    action_id: int
    position: int
    seal: str


class Payload:
    """The digest of what an action changed, row by row as it is written."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._whole = sha256()
        self.rows = 0

    def add(self, *row: str | int | None, erased: str | None = None) -> None:
        """Add a row (table, key, pupil, old and new values); of one that was ``erased``, the digest that it left."""
        self._whole.update(bytes.fromhex(erased) if erased else row_digest(self.key, self.rows, *row))
        self.rows += 1

    @property
    def digest(self) -> str:
        return self._whole.hexdigest()


def row_digest(key: bytes, position: int, *row: str | int | None) -> bytes:
    # no value that we write holds a NUL, for JSON writes it otherwise: so no two rows say the same
    return hmac.digest(key, "\0".join(map(str, (position, *row))).encode(), "sha256")


def summary_digest(key: bytes, summary: str) -> str:
    return hmac.digest(key, f"summary\0{summary}".encode(), "sha256").hex()


def begin(connection: Connection) -> None:
    """Make the key of a file, and seal what its journal holds so far: of the time before this proves nothing."""
    _make_key(connection)
    seal(connection)


def begin_when_lost(connection: Connection) -> None:
    """Make another key for a file whose own was lost; its looks are sealed anew, and by the first change all that its journal still holds."""
    if fetch_value(connection, str, WHOLE_KEY) is None:
        connection.execute("DELETE FROM journal_seal")
        _make_key(connection)
        if "seal" in columns_of(connection, "record_view"):
            seal_looks(connection)


def _make_key(connection: Connection) -> None:
    connection.execute("INSERT INTO journal_key (secret) VALUES (:secret)", {"secret": os.urandom(32).hex()})


def key_of(connection: Connection) -> bytes:
    return bytes.fromhex(fetch_value(connection, str, WHOLE_KEY) or "")


def file_id(connection: Connection) -> str:
    """What tells the journal of one file from that of another, and says nothing of its key."""
    return sha256(b"whose journal" + key_of(connection)).hexdigest()[:12]


def begin_payload(connection: Connection, action_id: int, secret: str | None) -> None:
    """Begin the payload of an action that is being written; ``seal`` takes it instead of reading the rows again."""
    connection.payloads[action_id] = Payload(bytes.fromhex(secret or ""))


def payload(connection: Connection, action_id: int) -> Payload:
    found: Payload = connection.payloads[action_id]
    return found


def head(connection: Connection) -> Head | None:
    return fetch_one(connection, Head, _HEAD)


def seal(connection: Connection) -> Head:
    """Seal the actions that this transaction has written, in their order: the last thing before it is committed. The newest seal."""
    newest = connection.execute(_HEAD)
    new = connection.execute(f"SELECT {_ACTION} FROM journal j WHERE j.id > ({_SEALED_UP_TO}) ORDER BY j.id")
    last = Head(*(newest.fetchone() or (0, 0, "")))
    for action in new.fetchall():
        written = connection.payloads.pop(action[0], None) or _read(connection, action[0])
        position, digest = last.position + 1, written.digest
        last = Head(action[0], position, _sealed(written.key, position, last.seal, digest, action))
        connection.execute(
            "INSERT INTO journal_seal (action_id, position, payload, seal) VALUES (:id, :position, :payload, :seal)",
            {"id": action[0], "position": position, "payload": digest, "seal": last.seal},
        )
    return last


def _sealed(
    key: bytes, position: int, previous: str, payload: str, action: Sequence[Any], erased: str | None = None
) -> str:
    *said, summary = action
    told = [position, previous, payload, *said, erased or summary_digest(key, summary)]
    return hmac.digest(key, json.dumps(told).encode(), "sha256").hex()


def _read(connection: Connection, action_id: int) -> Payload:
    rows = connection.execute(_CHANGES.format("= :id"), {"id": action_id})
    return _payload_of(key_of(connection), (row[1:] for row in rows))


def _payload_of(key: bytes, rows: Iterable[tuple[Any, ...]]) -> Payload:
    """The payload of an action's rows as they stand; a row that is missing shows, for each is counted."""
    found = Payload(key)
    for position, *row, erased in rows:
        found.rows = position
        found.add(*row, erased=erased if row[-2:] == [None, None] else None)
    return found


# Who looked: each look is sealed with the one before of the same person, who need not see those of others

_LOOKS: Final = "SELECT id, seal, at, worker_id, pupil_id, how FROM record_view ORDER BY id"
_LOOKER: Final = 1
"""Where in a look the person is."""


def seal_of_look(connection: Connection, *look: object) -> str:
    """The seal of a look that comes next: when, who, at whom, how."""
    query = "SELECT seal FROM record_view WHERE worker_id IS NOT DISTINCT FROM :worker ORDER BY id DESC LIMIT 1"
    last = fetch_value(connection, str, query, {"worker": look[_LOOKER]}) or ""
    return _sealed_look(key_of(connection), last, look)


def _sealed_look(key: bytes, previous: str, look: Sequence[Any]) -> str:
    return hmac.digest(key, json.dumps(["look", previous, *look]).encode(), "sha256").hex()


def seal_looks(connection: Connection) -> None:
    """Seal all looks anew: of the time before this proves nothing."""
    key, last = key_of(connection), dict[object, str]()
    for number, _, *look in connection.execute(_LOOKS).fetchall():
        seal = last[look[_LOOKER]] = _sealed_look(key, last.get(look[_LOOKER], ""), look)
        connection.execute("UPDATE record_view SET seal = :seal WHERE id = :id", {"seal": seal, "id": number})


def altered_looks(connection: Connection) -> Iterator[tuple[str, str]]:
    """Which looks are not as they were noted, as what is wrong and where."""
    key, last, found = key_of(connection), dict[object, str](), []
    for number, seal, *look in connection.execute(_LOOKS):
        if seal != _sealed_look(key, last.get(look[_LOOKER], ""), look):
            found.append(number)
        last[look[_LOOKER]] = seal
    if found:
        what = "who opened which record was altered: an entry was rewritten, put in, or the one before it taken out"
        yield what, f"entry #{found[0]}" + (f" and {len(found) - 1:,} more" if found[1:] else "")


# Whether it stands as it was written

_SEALS: Final = (
    f"SELECT {_ACTION}, s.position, s.payload, s.seal, e.digest FROM journal j "
    "LEFT JOIN journal_seal s ON s.action_id = j.id "
    f"LEFT JOIN journal_erased e ON e.action_id = j.id AND e.position = {OF_THE_SUMMARY} AND j.summary = '' "
    "ORDER BY j.id"
)
_BROKEN: Final = "the history's entry for an action was altered: when, who, what or its order"


def altered(connection: Connection) -> Iterator[tuple[str, str]]:
    """What of the journal is not as it was sealed, each as what is wrong and where; takes a look at every row."""
    key = key_of(connection)
    if not key:
        yield "the key for the history's seals was removed", "history"
        return
    changes = groupby(connection.stream(_CHANGES.format("> 0")), itemgetter(0))
    number, rows = next(changes, _NO_MORE)
    last = Head(0, 0, "")
    for *action, position, payload, seal, erased in connection.execute(_SEALS).fetchall():
        while number < action[0]:  # rows of an action that is gone: what points at nothing is found elsewhere
            number, rows = next(changes, _NO_MORE)
        found = _payload_of(key, (one[1:] for one in rows) if number == action[0] else ())
        where = f"action #{action[0]}"
        if seal is None:
            yield "another program added an action to the history", where
            continue
        if position != last.position + 1:
            yield "actions were removed from the history or reordered", f"before {where}"
        elif seal != _sealed(key, position, last.seal, payload, action, erased):
            yield _BROKEN, where
        elif payload != found.digest:
            yield "an action's changes were altered in the history or removed from it", where
        last = Head(action[0], position, seal)
    yield from _erased_unsaid(connection)


_NO_MORE: Final[tuple[float, Iterable[tuple[Any, ...]]]] = (math.inf, ())


def _erased_unsaid(connection: Connection) -> Iterator[tuple[str, str]]:
    """What is gone without an action that says so."""
    found = connection.execute(
        "SELECT e.erased_by, count(*), (SELECT c.new_values FROM journal_change c WHERE c.action_id = e.erased_by "
        "AND c.table_name = 'journal') FROM journal_erased e GROUP BY e.erased_by"
    )
    for action_id, counted, said in found:
        if said is None or json.loads(said)["erased"] != counted:
            yield "values were removed from the history as if erased", f"action #{action_id}"


def tail_stands(connection: Connection) -> bool:
    """Whether what the newest actions say of themselves is what was sealed, each after the one before."""
    key = key_of(connection)
    rows = connection.execute(f"{_SEALS} DESC LIMIT {_TAIL + 1}").fetchall()[::-1]
    last = Head(0, 0, "")
    for place, (*action, position, payload, seal, erased) in enumerate(rows):
        is_before_the_tail = place == 0 and len(rows) > _TAIL
        if seal is None or not (
            is_before_the_tail
            or (position == last.position + 1 and seal == _sealed(key, position, last.seal, payload, action, erased))
        ):
            return False
        last = Head(action[0], position, seal)
    return bool(key) and _newest_rows_stand(connection, key, rows[-_TAIL:])


def _newest_rows_stand(connection: Connection, key: bytes, actions: Sequence[Sequence[Any]]) -> bool:
    """Whether the newest actions changed what was sealed, back to the first that changed more than can be read at every start."""
    left = _TAIL_ROWS
    for action_id, *_, payload, _seal, _erased in reversed(actions):
        query = f"{_CHANGES.format('= :id')} LIMIT {left + 1}"
        rows = connection.execute(query, {"id": action_id}).fetchall()
        left -= len(rows)
        if left < 0:
            break
        if _payload_of(key, (row[1:] for row in rows)).digest != payload:
            return False
    return True
