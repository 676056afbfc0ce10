"""The journal: every change is one named action, and the same rows are audit trail, pupil history and undo stack."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

from db.custody import sealing
from db.driver import Connection, IntegrityError, columns_of
from db.errors import ChangedSince, NotAllowedThere, NothingToUndo
from db.rows import columns, delete_row, fetch, fetch_column, fetch_value, insert_row, of_key, update_row
from db.vocabulary import WHAT_WAS_AGREED_STANDS


class RowChange(NamedTuple):
    """One row within an action: its key, and its columns before (None for a new row) and after (None for one taken out)."""

    action_id: int
    table: str
    key: Mapping[str, Any]
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


def row_changes(connection: Connection, pupil_id: int, *, since: int) -> list[RowChange]:
    """What every action from number ``since`` on changed for a pupil, row by row, in the order it was written."""
    return fetch(
        connection,
        RowChange,
        "SELECT action_id, table_name, row_key, old_values, new_values FROM journal_change "
        "WHERE pupil_id = :pupil AND action_id >= :since ORDER BY action_id, position",
        {"pupil": pupil_id, "since": since},
    )


Value = str | int | float | bool | date | datetime | None
Table = Literal[
    "activity", "ask", "attendance_week", "case_study", "child_protection_transfer", "closure", "contact",
    "destination", "ehc_plan", "entered_figure", "first_weeks", "friendship", "funding", "handover",
    "handover_answer", "handover_event", "handover_message", "link", "marker", "milestone", "need", "note", "pack",
    "participation", "phase_transfer", "placement", "plan", "plan_action", "plan_attendee", "plan_audit", "plan_copy",
    "plan_meeting", "plan_outcome", "pupil", "pupil_milestone", "readiness", "recommendation", "referral", "reminder", "retention_review", "school",
    "school_format", "school_group", "school_group_member", "school_offer", "service", "setting",
    "social_care_episode", "survey_asked", "survey_response", "term", "tier_decision", "training_module",
    "wellbeing_score", "worker", "workshop", "workshop_action", "workshop_feedback", "workshop_invitation",
    "workshop_progress", "year_date"
]  # fmt: skip
"""The tables that a person's action may write: all but the journal itself, what is left on a desk, files on their way and snapshots."""

_KEYS: Mapping[Table, tuple[str, ...]] = {
    "need": ("pupil_id", "rank"),
    "pupil_milestone": ("pupil_id", "milestone_id", "cycle"),
    "reminder": ("pupil_id",),
    "setting": ("name",),
}
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FEW: frozenset[Table] = frozenset({"school", "milestone"})
DERIVED = frozenset(
    ["search_text", "social_care_now", "next_milestone_id", "next_due_on", "next_late_after", "missed_open", "counted_as"]
)  # fmt: skip


def key_columns(table: Table) -> tuple[str, ...]:
    """The columns by which the journal tells the rows of a table apart."""
    return _KEYS.get(table, ("id",))


def stored(value: Value) -> str | int | float | None:
    """The value as the tables hold it: ISO dates, UTC moments without an offset, 0 and 1."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return value


class Undone(NamedTuple):
    """An action that was just undone or redone."""

    id: int
    name: str
    summary: str
    pupils: frozenset[int]


class Action:
    """One named change inside an open transaction; every write of a person goes through its methods.

    ``pupils`` are those whose record was touched, ``touched`` has the tables, with the numbers of the rows of those whose rows
    are few, and ``steps`` the keys of pupil milestones, so that planning knows whom to look at again and which rows a person
    had a hand in. Nothing is kept for each pupil of an import but what stands in the journal.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        name: str,
        summary: str,
        worker_id: int | None,
        at: datetime,
        kind: str = "change",
        undoes: int | None = None,
    ) -> None:
        """Write the journal row itself; ``finish`` takes it out again when nothing changed."""
        self.connection = connection
        self.touched: dict[Table, set[int]] = {}
        self.steps: set[tuple[int, int, int]] = set()
        self.changes = 0
        self._columns: dict[Table, dict[str, Any]] = {}
        self.kind = kind
        row = {
            "at": stored(at),
            "worker_id": worker_id,
            "kind": kind,
            "name": name,
            "summary": summary,
            "undoes": undoes,
        }
        number, secret = insert_row(connection, "journal", row, giving=f"id, ({sealing.WHOLE_KEY})")
        self.id = int(number)
        sealing.begin_payload(connection, self.id, secret)

    @property
    def pupils(self) -> list[int]:
        query = "SELECT DISTINCT pupil_id FROM journal_change WHERE action_id = :id AND pupil_id IS NOT NULL ORDER BY 1"
        return fetch_column(self.connection, int, query, {"id": self.id})

    def insert(self, table: Table, values: Mapping[str, Value]) -> int:
        """Insert one row and give its number (0 for a table without one)."""
        row = as_stored(values)
        numbered = "id" in self.columns_of(table)
        if numbered and row.get("id") is None:
            row.pop("id", None)
        given = key_columns(table)[0]  # on a server a refusal is said where an answer is asked for
        (row[given],) = insert_row(self.connection, table, row, giving=given)
        insert_row(self.connection, "journal_change", self.entry(table, row, None, row))
        return int(row["id"]) if numbered else 0

    def update(self, table: Table, key: Mapping[str, Value], values: Mapping[str, Value]) -> bool:
        """Change a row's columns; give False, and write nothing, when they already held these values."""
        old = self._row(table, key)
        new = as_stored(values)
        changed = {column: value for column, value in new.items() if old[column] != value}
        if not changed:
            return False
        _check_done(update_row(self.connection, table, as_stored(key), changed), table)
        entry = self.entry(table, {**old, **changed}, {column: old[column] for column in changed}, changed)
        insert_row(self.connection, "journal_change", entry)
        return True

    def save(self, table: Table, number: int | None, values: Mapping[str, Value], **new: Value) -> int:
        """Change the row of a number, or insert one (None) with ``values`` and what only a new one holds; its number."""
        if number is None:
            return self.insert(table, {**new, **values})
        self.update(table, {"id": number}, values)
        return number

    def delete(self, table: Table, key: Mapping[str, Value]) -> None:
        """Take a row out; the journal keeps the whole of it."""
        old = self._row(table, key)
        _check_done(delete_row(self.connection, table, as_stored(key)), table)
        insert_row(self.connection, "journal_change", self.entry(table, old, old, None))

    def finish(self) -> bool:
        """Whether anything changed; an action that changed nothing leaves no trace."""
        if sealing.payload(self.connection, self.id).rows or self.kind == "export":
            return True
        delete_row(self.connection, "journal", {"id": self.id})
        return False

    def columns_of(self, table: Table) -> dict[str, Any]:
        if table not in self._columns:
            self._columns[table] = columns_of(self.connection, table)
        return self._columns[table]

    def _row(self, table: Table, key: Mapping[str, Value]) -> dict[str, Any]:
        where, parameters = of_key(as_stored(key))
        row = self.connection.execute(f'SELECT * FROM "{table}" WHERE {where}', parameters).fetchone()
        if row is None:
            raise ChangedSince(f"This {table.replace('_', ' ')} is no longer there; somebody has changed it since.")
        return dict(zip(self.columns_of(table), row, strict=True))

    def entry(
        self, table: Table, row: Mapping[str, Any], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
    ) -> dict[str, str | int | None]:
        """What the journal is to hold of a changed row; it counts as written."""
        key = {column: row[column] for column in key_columns(table)}
        pupil_id = row["id"] if table == "pupil" else row.get("pupil_id")
        numbers = self.touched.setdefault(table, set())
        if table in _FEW:
            numbers.add(int(row["id"]))
        if table == "pupil_milestone":
            self.steps.add((row["pupil_id"], row["milestone_id"], row["cycle"]))
        self.changes += 1
        return _entry(self.connection, self.id, table, key, pupil_id, old, new)


def _check_done(rows: int, table: Table) -> None:
    """A server passes over a row, just read, that a login may see and not change, without a word."""
    if not rows:
        raise NotAllowedThere(
            f"Your login may not change this {table.replace('_', ' ')}. Nothing was changed. Who may do what: transitions team list"
        )


def _entry(
    connection: Connection,
    action_id: int,
    table: str,
    key: Mapping[str, Any],
    pupil_id: int | None,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> dict[str, str | int | None]:
    payload = sealing.payload(connection, action_id)
    change: dict[str, str | int | None] = {
        "action_id": action_id,
        "position": payload.rows,
        "table_name": table,
        "row_key": _json(key),
        "pupil_id": pupil_id,
        "old_values": _json(old),
        "new_values": _json(new),
    }
    payload.add(*list(change.values())[2:])
    return change


_NO_ROWS: Mapping[Literal["file", "journal"], str] = {"file": "name", "journal": "pupil_id"}
"""What an action may tell besides the rows that it changed, each with its key: a file that left, and what it erased."""
A_ROW = f"table_name NOT IN {tuple(_NO_ROWS)}"


def tell(
    connection: Connection, action_id: int, what: Literal["file", "journal"], of: Value, values: Mapping[str, Value]
) -> None:
    """Write beside the rows of an action that is being written what else is to be known of it; no undo looks at that."""
    entry = _entry(connection, action_id, what, {_NO_ROWS[what]: of}, None, None, values)
    insert_row(connection, "journal_change", entry)


def undo(
    connection: Connection, *, worker_id: int | None, at: datetime, action_id: int | None = None
) -> tuple[Action, Undone]:
    """Take back the worker's last action (or ``action_id``), as a new action.

    Raises ``NothingToUndo``, or ``ChangedSince`` naming the field when a row has been changed since.
    """
    row = connection.execute(
        _LAST_CHANGE if action_id is None else _ONE_CHANGE, {"worker": worker_id, "id": action_id}
    ).fetchone()
    if row is None:
        raise NothingToUndo(_why_not_undone(connection, action_id))
    return _reverse(connection, row, kind="undo", worker_id=worker_id, at=at)


def _why_not_undone(connection: Connection, action_id: int | None) -> str:
    if action_id is None:
        return "There is nothing to undo."
    kind = fetch_value(connection, str, "SELECT kind FROM journal WHERE id = :id", {"id": action_id})
    return _NO_CHANGE if kind == "export" else _CANNOT_BE_UNDONE


def who_did(connection: Connection, action_id: int) -> int | None:
    return fetch_value(connection, int, "SELECT worker_id FROM journal WHERE id = :id", {"id": action_id})


def who_changed(connection: Connection, table: str, key: Mapping[str, Any], column: str) -> str | None:
    """Who was the last to change a column, whose name may be cut short, of a row; None where that was nobody, or cannot be seen."""
    query = (
        "SELECT w.name FROM journal_change c JOIN journal j ON j.id = c.action_id JOIN worker w ON w.id = j.worker_id "
        "WHERE c.table_name = :table AND c.row_key = :key AND c.new_values LIKE :column ORDER BY c.action_id DESC LIMIT 1"
    )
    given = {"table": table, "key": _json(key), "column": f'%"{column}%'}
    return fetch_value(connection, str, query, given)


def redo(connection: Connection, *, worker_id: int | None, at: datetime) -> tuple[Action, Undone]:
    """Put back what the worker's last undo took away. Raises as ``undo`` does."""
    row = connection.execute(_LAST_UNDO, {"worker": worker_id}).fetchone()
    if row is None:
        raise NothingToUndo("There is nothing to redo.")
    return _reverse(connection, row, kind="redo", worker_id=worker_id, at=at)


# An action counts as undone when an undo points at it that no redo has taken back.
NOT_UNDONE = (
    "NOT EXISTS (SELECT 1 FROM journal u WHERE u.undoes = j.id AND u.kind = 'undo' "
    "AND NOT EXISTS (SELECT 1 FROM journal r WHERE r.undoes = u.id AND r.kind = 'redo'))"
)
_CANNOT_BE_UNDONE = "There is no change with this number, or it has been undone already."
_NO_CHANGE = "There is nothing to undo here: an exported file can’t be recalled, a snapshot stays as it was made, and a changed passphrase stays changed."
_NOTHING_IN_IT = "This can’t be undone: the program recorded it by itself."
_CAN_BE_UNDONE = f"j.kind = 'change' AND j.worker_id IS NOT DISTINCT FROM :worker AND {NOT_UNDONE}"
_LAST_CHANGE = f"SELECT j.id, j.name, j.summary FROM journal j WHERE {_CAN_BE_UNDONE} ORDER BY j.id DESC LIMIT 1"
_ONE_CHANGE = f"SELECT j.id, j.name, j.summary FROM journal j WHERE j.kind = 'change' AND j.id = :id AND {NOT_UNDONE}"
_CAN_BE_REDONE = (
    "j.kind = 'undo' AND j.worker_id IS NOT DISTINCT FROM :worker "
    "AND NOT EXISTS (SELECT 1 FROM journal r WHERE r.undoes = j.id AND r.kind = 'redo') "
    "AND NOT EXISTS (SELECT 1 FROM journal c WHERE c.kind = 'change' AND c.worker_id IS NOT DISTINCT FROM :worker "
    "AND c.id > j.id)"
)
_LAST_UNDO = f"SELECT j.id, j.name, j.summary FROM journal j WHERE {_CAN_BE_REDONE} ORDER BY j.id DESC LIMIT 1"


def _reverse(
    connection: Connection, row: tuple[int, str, str], *, kind: str, worker_id: int | None, at: datetime
) -> tuple[Action, Undone]:
    number, name, summary = row
    original = summary.removeprefix("Undid: ").removeprefix("Redid: ")
    word = "Undid" if kind == "undo" else "Redid"
    action = Action(
        connection, name=name, summary=f"{word}: {original}", worker_id=worker_id, at=at, kind=kind, undoes=number
    )
    changes = connection.execute(
        f"SELECT table_name, row_key, old_values, new_values FROM journal_change WHERE action_id = :id AND {A_ROW} "
        "ORDER BY position DESC",
        {"id": number},
    ).fetchall()
    if not changes:
        raise NothingToUndo(_NOTHING_IN_IT)
    if any(old is None and new is None for *_, old, new in changes):
        raise NothingToUndo("Not undone: the earlier value has been erased.")
    for table, key, old, new in changes:
        _reverse_row(action, table, json.loads(key), _parsed(old), _parsed(new))
    if not action.changes:
        raise NothingToUndo("Not undone: an earlier version of the program recorded this, and kept it in another way.")
    return action, Undone(action.id, name, original, frozenset(action.pupils))


def _reverse_row(
    action: Action, table: Table, key: Mapping[str, Any], old: dict[str, Any] | None, new: dict[str, Any] | None
) -> None:
    thing = table.replace("_", " ")
    known = action.columns_of(table)  # an earlier version may have had others
    old, new = (values and {name: values[name] for name in values if name in known} for values in (old, new))
    if new is not None:
        row = action._row(table, key)
        # a new row may only go when it is as it came: undoing it must not take somebody's later work with it
        expected = new if old is not None else {**known, **new}
        for column, value in expected.items():
            if column not in DERIVED and row[column] != value:
                who = who_changed(action.connection, table, key, column)
                raise ChangedSince(
                    f"Not undone: {column.replace('_', ' ')} of this {thing} has been changed since{f' by {who}' if who else ''}. "
                    "Look at the history and correct it by hand."
                )
    try:
        if new is None:
            action.insert(table, old or {})
        elif old is not None:
            action.update(table, key, old)
        else:
            if table in {"pupil", "milestone"}:
                _forget_untouched(action.connection, table, key["id"])
            action.delete(table, key)
    except IntegrityError as refused:
        if WHAT_WAS_AGREED_STANDS in str(refused):
            raise ChangedSince(
                "Not undone: the plan has been agreed since, and an agreed plan can’t be changed. Edit the plan itself: that makes a new version, and this one stays as agreed."
            ) from None
        raise ChangedSince(
            f"Not undone: other records now depend on this {thing} (notes, decisions or plans point to it), or have taken its place. Look at the history and correct it by hand."
        ) from None


def _forget_untouched(connection: Connection, table: Table, number: int) -> None:
    """Take out the planned rows nobody has decided on; they are worked out again when the pupil or milestone comes back."""
    connection.execute(
        f"DELETE FROM pupil_milestone WHERE {table}_id = :id AND (outcome IS NULL OR from_record) AND evidence IS NULL",
        {"id": number},
    )


class HistoryEntry(NamedTuple):
    """One action as a history shows it."""

    id: int
    at: datetime
    worker: str | None
    kind: str
    name: str
    summary: str
    undone: bool


def entries(
    connection: Connection, *, pupil_id: int | None = None, limit: int = 200, before: int | None = None
) -> list[HistoryEntry]:
    """The newest actions first, of one pupil or of all; ``before`` continues from an earlier page."""
    joined = (
        "JOIN (SELECT DISTINCT action_id FROM journal_change WHERE pupil_id = :pupil) c ON c.action_id = j.id "
        if pupil_id is not None
        else ""
    )
    return fetch(
        connection,
        HistoryEntry,
        f"SELECT {columns(HistoryEntry, 'j', worker='w.name', undone=f'NOT ({NOT_UNDONE})')} FROM journal j {joined}"
        "LEFT JOIN worker w ON w.id = j.worker_id WHERE (CAST(:before AS INTEGER) IS NULL OR j.id < :before) ORDER BY j.id DESC LIMIT :limit",
        {"pupil": pupil_id, "before": before, "limit": limit},
    )


def reversed_next(connection: Connection, kind: Literal["undo", "redo"], worker_id: int | None) -> HistoryEntry | None:
    """The action that ``undo``, or ``redo``, would reverse for the worker."""
    listed = columns(HistoryEntry, "j", worker="w.name", undone="0")
    found = fetch(
        connection,
        HistoryEntry,
        f"SELECT {listed} FROM journal j LEFT JOIN worker w ON w.id = j.worker_id "
        f"WHERE {_CAN_BE_UNDONE if kind == 'undo' else _CAN_BE_REDONE} ORDER BY j.id DESC LIMIT 1",
        {"worker": worker_id},
    )
    return found[0] if found else None


def rows_changed(connection: Connection, action_id: int) -> int:
    """How many rows an action changed."""
    query = f"SELECT count(*) FROM journal_change WHERE action_id = :id AND {A_ROW}"
    return fetch_value(connection, int, query, {"id": action_id}) or 0


def newest(connection: Connection) -> date | None:
    """The day of the newest action, None before there is any."""
    at = fetch_value(connection, datetime, "SELECT at FROM journal ORDER BY id DESC LIMIT 1")
    return None if at is None else at.date()


def as_stored(values: Mapping[str, Value]) -> dict[str, Any]:
    return {column: stored(value) for column, value in values.items()}


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else _as_json(values)


def _parsed(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)


def note_made(connection: Connection, at: str, summary: str) -> None:
    """Write in the journal that this was made by the program: nobody's action, so nobody's to undo."""
    connection.execute(
        "INSERT INTO journal (at, worker_id, kind, name, summary) VALUES (:at, NULL, 'change', 'Demo data made', :summary)",
        {"at": at, "summary": summary},
    )
