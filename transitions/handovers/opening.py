"""Starting handovers: which move a pupil makes next, in which academic year, and one row for each pupil who makes it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from db.driver import Connection
from db.handovers import facts
from db.handovers import handovers as store
from db.handovers.facts import MoverRow
from db.handovers.handovers import HandoverRow
from db.journal import Action
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.handovers.board import LEAVING
from transitions.handovers.form import transitions
from transitions.handovers.own_questions import form_for
from transitions.milestones.recording import of_pupils
from transitions.plans.page import point_title
from transitions.school_year import academic_year
from transitions.workspace import Recorded, Workspace


def new_uid() -> str:
    """A name that nothing else in any file has: 32 hexadecimal digits."""
    return uuid.uuid4().hex


_STAYS_UNLESS_KNOWN: Final = frozenset({"2-3", "MID"})
"""Moves that only some schools' pupils make: not guessed while it is not known what the school teaches."""
_STILL_ARRIVING: Final = timedelta(weeks=4)
"""For so long after a move within the year its handover is still what there is to write."""
_NAMED: Final = 3


class Move(NamedTuple):
    """A move: the transition point, and the academic year at whose end (or within which) it is made."""

    transition: str
    year: int


class Started(NamedTuple):
    """What was recorded, and the handover of every pupil that was asked for, by pupil; some were there already."""

    recorded: Recorded
    handovers: Mapping[int, int]


def likely_move(row: MoverRow, today: date) -> str | None:
    """The transition point that is next for a pupil, from the year group and the ages that the school teaches.

    None for one who stays where he or she is this year. After the summer it is last year's move still, for a pupil whose
    school has ended.
    """
    move = _likely(row, today)
    return move.transition if move else None


def start(
    workspace: Workspace,
    pupil_ids: Sequence[int],
    transition: str | None = None,
    *,
    uid: Callable[[], str] = new_uid,
) -> Started:
    """Start the handovers of pupils, as one action; each for the likely move, or all for ``transition``.

    A pupil who has one for that move keeps it. Raises NotAllowed when a pupil makes no such move, and NoSuchRecord.
    """
    rows = movers(workspace, pupil_ids)
    moves = moves_of(workspace, rows, transition)
    new = [row for row in rows if _standing(workspace.read(), row.id, moves[row.id]) is None]
    titles = {point_title(move.transition) for move in moves.values()}
    title = titles.pop() if len(titles) == 1 else f"{len(titles)} moves"
    summary = f"{title} · {of_pupils(workspace, [row.id for row in new] or list(pupil_ids))}"
    with workspace.change("Handover started" if len(new) == 1 else "Handovers started", summary) as action:
        found = {row.id: find_or_begin(workspace, action, row, moves[row.id], uid).id for row in rows}
    return Started(action.recorded, found)


def movers(workspace: Workspace, pupil_ids: Sequence[int]) -> list[MoverRow]:
    """What tells of these pupils' moves, in the same order. Raises NoSuchRecord."""
    known = facts.movers(workspace.read(), pupil_ids)
    for pupil_id in pupil_ids:
        if pupil_id not in known:
            raise NoSuchRecord(f"There is no pupil with the number {pupil_id}, or the pupil is archived.")
    return [known[pupil_id] for pupil_id in dict.fromkeys(pupil_ids)]


def moves_of(workspace: Workspace, rows: Sequence[MoverRow], transition: str | None) -> dict[int, Move]:
    """By pupil the move for a transition point; for None the likely one, or that of the newest handover.

    Raises NotAllowed, naming the pupils, when some make no such move about now.
    """
    today = workspace.clock.today
    found = {row.id: _move(row, transition, today) or _begun(workspace.read(), row, transition, today) for row in rows}
    without = [row for row in rows if found[row.id] is None]
    if without:
        raise NotAllowed(_no_move(without, transition))
    return {pupil_id: move for pupil_id, move in found.items() if move is not None}


def find_or_begin(
    workspace: Workspace, action: Action, row: MoverRow, move: Move, uid: Callable[[], str] = new_uid
) -> HandoverRow:
    """Find the pupil's handover for a move; when there is none it is begun, with nothing in it, as part of ``action``."""
    standing = _standing(action.connection, row.id, move)
    if standing is not None:
        return standing
    number = action.insert(
        "handover",
        {
            "uid": uid(),
            "pupil_id": row.id,
            "transition": move.transition,
            "move_year": move.year,
            "from_school_id": None if row.school_id == row.next_school_id else row.school_id,
            "to_school_id": row.next_school_id,
            "form": form_for(workspace, move.transition).version,
            "worker_id": workspace.me,
            "started_on": workspace.clock.today,
        },
    )
    begun = store.handover(action.connection, number)
    assert begun is not None  # noqa: S101 - it was written a moment ago
    return begun


def _standing(connection: Connection, pupil_id: int, move: Move) -> HandoverRow | None:
    return next(
        (
            one
            for one in store.of_pupil(connection, pupil_id)
            if one.direction == "out" and (one.transition, one.move_year) == move
        ),
        None,
    )


def _move(row: MoverRow, transition: str | None, today: date) -> Move | None:
    """The move for a transition point (None: the likely one), None when the pupil does not make it about now."""
    if transition is None:
        return _likely(row, today)
    if transition not in transitions():
        raise NotAllowed(f"{transition!r} has no handover. Choose one of: {', '.join(transitions())}")
    now = academic_year(today)
    groups = LEAVING.get(transition, ())
    if transition == "INYR":
        year = now if row.in_year_move_on is None else academic_year(row.in_year_move_on)
    elif len(groups) == 1:
        year = row.cohort_year + groups[0]
    else:
        last = _last_group(row)
        year = now if last is None or last not in groups else row.cohort_year + last
    return Move(transition, year) if abs(year - now) <= 1 else None


def _begun(connection: Connection, row: MoverRow, transition: str | None, today: date) -> Move | None:
    """The move of the newest handover of about now, for a pupil of whom nothing else tells which it is."""
    if transition is not None:
        return None
    near = (one for one in store.of_pupil(connection, row.id) if one.direction == "out")
    newest = next((one for one in near if abs(one.move_year - academic_year(today)) <= 1), None)
    return None if newest is None else Move(newest.transition, newest.move_year)


def _likely(row: MoverRow, today: date) -> Move | None:
    now = academic_year(today)
    if row.in_year_move_on is not None and row.in_year_move_on >= today - _STILL_ARRIVING:
        return Move("INYR", academic_year(row.in_year_move_on))
    group, last = now - row.cohort_year, _last_group(row)
    if last is not None and group == last + 1:
        group, now = last, now - 1
    if last is not None and group != last and not _before_the_present_school(row, group):
        return None
    at = next((code for code, groups in LEAVING.items() if group in groups), None)
    return None if at is None or (last is None and at in _STAYS_UNLESS_KNOWN) else Move(at, now)


def _last_group(row: MoverRow) -> int | None:
    return None if row.high_age is None else row.high_age - 5


def _before_the_present_school(row: MoverRow, group: int) -> bool:
    """Whether the school that is recorded begins above the group: the next school was recorded as the present one."""
    return row.low_age is not None and group < row.low_age - 4


def _no_move(rows: Sequence[MoverRow], transition: str | None) -> str:
    who = ", ".join(row.name for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    if transition is not None:
        return f"{point_title(transition)} is not a move that {who}{more} makes this year, the year before or the year after."
    return f"No move is near for {who}{more}. Say which one it is: {', '.join(transitions())}"
