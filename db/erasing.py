"""Taking out of the journal what it holds of a pupil: values go, and the seals still hold, for each leaves its digest.

What stays is that something was done, when, by whom, and to which number; and a digest under the key of the file, of which nobody without it
can try what it may have been.
"""

from typing import Final

from db.journal import Action, tell
from db.rows import insert_row
from db.sealing import OF_THE_SUMMARY, key_of, row_digest, summary_digest

ERASED: Final = "Erased from the history"
_OF_PUPIL_ALONE: Final = (
    "EXISTS (SELECT 1 FROM journal_change c WHERE c.action_id = j.id AND c.pupil_id = :pupil) "
    "AND NOT EXISTS (SELECT 1 FROM journal_change c WHERE c.action_id = j.id AND c.pupil_id <> :pupil)"
)


def erase(action: Action, pupil_id: int) -> int:
    """Erase what earlier actions tell of a pupil, and say so in ``action``; give how many rows and summaries that was.

    The summary of an action that was about others, too, stays.
    """
    erased = _erase_rows(action, pupil_id) + _erase_summaries(action, pupil_id)
    tell(action.connection, action.id, "journal", pupil_id, {"erased": erased})
    return erased


def _erase_rows(action: Action, pupil_id: int) -> int:
    connection, key = action.connection, key_of(action.connection)
    rows = connection.execute(
        "SELECT action_id, position, table_name, row_key, pupil_id, old_values, new_values FROM journal_change "
        "WHERE pupil_id = :pupil AND action_id <> :by AND (old_values IS NOT NULL OR new_values IS NOT NULL)",
        {"pupil": pupil_id, "by": action.id},
    ).fetchall()
    for number, position, *said in rows:
        _leave(action, number, position, row_digest(key, position, *said).hex())
        connection.execute(
            "UPDATE journal_change SET old_values = NULL, new_values = NULL WHERE action_id = :id AND position = :position",
            {"id": number, "position": position},
        )
    return len(rows)


def _erase_summaries(action: Action, pupil_id: int) -> int:
    connection, key = action.connection, key_of(action.connection)
    rows = connection.execute(
        f"SELECT j.id, j.summary FROM journal j WHERE j.summary <> '' AND j.id <> :by AND {_OF_PUPIL_ALONE}",
        {"pupil": pupil_id, "by": action.id},
    ).fetchall()
    for number, summary in rows:
        _leave(action, number, OF_THE_SUMMARY, summary_digest(key, summary))
        connection.execute("UPDATE journal SET summary = '' WHERE id = :id", {"id": number})
    return len(rows)


def _leave(action: Action, number: int, position: int, digest: str) -> None:
    row = {"action_id": number, "position": position, "digest": digest, "erased_by": action.id}
    insert_row(action.connection, "journal_erased", row)
