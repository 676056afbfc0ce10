"""Taking out of the journal what it holds of a pupil: values go, and the seals still hold, for each leaves its digest.

What stays is that something was done, when, by whom, and to which number; and a digest under the key of the file, of which nobody without it
can try what it may have been.
"""

from collections.abc import Sequence
from typing import Any, Final

from db.custody.sealing import OF_THE_SUMMARY, key_of, row_digest, summary_digest
from db.journal import Action, tell
from db.rows import insert_row

ERASED: Final = "Erased from the history"
_ROWS: Final = "SELECT action_id, position, table_name, row_key, pupil_id, old_values, new_values FROM journal_change"
_OF_PUPIL_ALONE: Final = (
    "EXISTS (SELECT 1 FROM journal_change c WHERE c.action_id = j.id AND c.pupil_id = :pupil) "
    "AND NOT EXISTS (SELECT 1 FROM journal_change c WHERE c.action_id = j.id AND c.pupil_id <> :pupil)"
)


def erase(action: Action, pupil_id: int, names: Sequence[str] = (), surname: str = "") -> int:
    """Erase what earlier actions tell of a pupil, and say so in ``action``; give how many rows and summaries that was.

    The summary of an action that was about others, too, stays, unless one of ``names`` stands in it; or, of a file that left,
    ``surname`` alone.
    """
    erased = _erase_rows(action, pupil_id) + _erase_summaries(action, pupil_id) + _erase_naming(action, names)
    erased += _erase_naming(action, [surname] if surname else (), "AND kind = 'export'")
    tell(action.connection, action.id, "journal", pupil_id, {"erased": erased})
    return erased


def _erase_naming(action: Action, names: Sequence[str], where: str = "") -> int:
    """Erase the summaries in which one of these names stands, and what was told of files under it; give how many that was."""
    connection, erased = action.connection, 0
    for name in names:
        like = {"name": f"%{name}%", "by": action.id}
        query = f"SELECT id, summary FROM journal WHERE summary LIKE :name AND id <> :by {where}"
        erased += _empty_summaries(action, connection.execute(query, like).fetchall())
        of_files = f"{_ROWS} WHERE table_name = 'file' AND new_values LIKE :name AND action_id <> :by"
        erased += _empty_rows(action, connection.execute(of_files, like).fetchall())
    return erased


def _erase_rows(action: Action, pupil_id: int) -> int:
    query = (
        f"{_ROWS} WHERE pupil_id = :pupil AND action_id <> :by AND (old_values IS NOT NULL OR new_values IS NOT NULL)"
    )
    return _empty_rows(action, action.connection.execute(query, {"pupil": pupil_id, "by": action.id}).fetchall())


def _empty_rows(action: Action, rows: Sequence[tuple[Any, ...]]) -> int:
    key = key_of(action.connection)
    for number, position, *said in rows:
        _leave(action, number, position, row_digest(key, position, *said).hex())
        action.connection.execute(
            "UPDATE journal_change SET old_values = NULL, new_values = NULL WHERE action_id = :id AND position = :position",
            {"id": number, "position": position},
        )
    return len(rows)


def _erase_summaries(action: Action, pupil_id: int) -> int:
    query = f"SELECT j.id, j.summary FROM journal j WHERE j.summary <> '' AND j.id <> :by AND {_OF_PUPIL_ALONE}"
    return _empty_summaries(action, action.connection.execute(query, {"pupil": pupil_id, "by": action.id}).fetchall())


def _empty_summaries(action: Action, rows: Sequence[tuple[int, str]]) -> int:
    key = key_of(action.connection)
    for number, summary in rows:
        _leave(action, number, OF_THE_SUMMARY, summary_digest(key, summary))
        action.connection.execute("UPDATE journal SET summary = '' WHERE id = :id", {"id": number})
    return len(rows)


def _leave(action: Action, number: int, position: int, digest: str) -> None:
    row = {"action_id": number, "position": position, "digest": digest, "erased_by": action.id}
    insert_row(action.connection, "journal_erased", row)
