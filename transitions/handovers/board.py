"""The board of a move: every pupil who makes it, how far the handover has come, and who waits for whom since when."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from db.handovers import board as store
from db.handovers.board import BoardRow
from transitions.caseload import caseload as caseloads
from transitions.milestones.destinations import LEAVING, POST_16, Taught
from transitions.milestones.facts import leaving_group
from transitions.school_year import academic_year, academic_year_span
from transitions.text import Share
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from transitions.caseload.caseload import Caseload

__all__ = ["BoardRow"]

NOT_STARTED: Final = "not started"
STATUSES: Final = (NOT_STARTED, "drafting", "returned", "failed", "sent", "viewed", "acknowledged")
"""In the order of the board: what waits on us first."""
US: Final = "us"
STAYS_UNLESS_KNOWN: Final = frozenset({"2-3", "MID"})
"""Moves that only some schools' pupils make: nobody is on their boards, and none is guessed, while it is not known what the school teaches."""
_OLDER: Final = (12, 13, 14)
"""Year groups after whose end a school is left for a college by those who have an EHC plan, or of whom that is recorded."""
_ON_US: Final = frozenset({NOT_STARTED, "drafting", "returned", "failed"})
_ON_THEM: Final = frozenset({"sent", "viewed"})


class BoardLine(NamedTuple):
    """One pupil of the board. ``waiting_on`` is "us", the other school's name, or empty when nobody waits any more.

    What went to a school that is no longer the pupil's next (``row.sent_elsewhere``) waits on us whatever its status: the
    school that needs it has nothing.
    """

    row: BoardRow
    status: str
    waiting_on: str
    since: date | None


class Waiting(NamedTuple):
    """A handover that waits on somebody; ``came`` from another school, or goes to one."""

    line: BoardLine
    came: bool


@dataclass(frozen=True)
class Board:
    """The board of one move in one academic year, for a caseload."""

    transition: str
    move_year: int
    lines: Sequence[BoardLine]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        found = Counter(line.status for line in self.lines)
        return {status: found[status] for status in STATUSES}

    @property
    def complete(self) -> Share:
        """How many the next school has acknowledged: one that was sent, or that another school read, is not complete."""
        done = sum(line.status == "acknowledged" and not line.row.sent_elsewhere for line in self.lines)
        return Share(done, len(self.lines))

    def waiting_on(self) -> Mapping[str, int]:
        """How many handovers wait on each, us first, then the schools with the most."""
        found = Counter(line.waiting_on for line in self.lines if line.waiting_on)
        return dict(sorted(found.items(), key=lambda one: (one[0] != US, -one[1], one[0])))


def load(workspace: Workspace, caseload: "Caseload", transition: str, move_year: int) -> Board:
    """The board: the pupils of the caseload who move at the end of ``move_year`` (or have a handover for the move).

    A pupil whose school teaches the next year group too does not move, and is not on it. On the board of moves within the
    year are those whose day falls in it.
    """
    groups = LEAVING[transition]
    rows = store.board(
        workspace.read(),
        caseloads.selection(workspace, caseload),
        transition,
        move_year,
        [move_year - group for group in groups],
        None if groups else academic_year_span(move_year),
        [move_year - group for group in _OLDER] if transition == POST_16 else (),
    )
    moving = [row for row in rows if row.handover_id is not None or not groups or _leaves(row, transition, move_year)]
    own_school = workspace.own_school
    return Board(transition, move_year, [_board_line(row, own_school) for row in moving])


def inbox(workspace: Workspace, caseload: "Caseload", move_year: int | None = None) -> Board:
    year = academic_year(workspace.clock.today) if move_year is None else move_year
    rows = store.inbox(workspace.read(), caseloads.selection(workspace, caseload), year)
    return Board("", year, [_received(row) for row in rows])


def under_way(workspace: Workspace, caseload: "Caseload") -> list[Waiting]:
    """The handovers of this academic year and the last that wait on somebody, the longest first of each kind.

    Those that wait on us come first, and of these what came back or came in before what is being written. What is not started is not among them: that is a step of the pupil, with its own day. What came is everybody's, for
    nobody answers yet for a pupil who is new.
    """
    connection, selection = workspace.read(), caseloads.selection(workspace, caseload)
    everybody = caseloads.selection(workspace, replace(caseload, whose="all"))
    now, own_school = academic_year(workspace.clock.today), workspace.own_school
    found: list[Waiting] = []
    for year in (now - 1, now):
        rows = store.unfinished(connection, selection, year, tuple(LEAVING))
        found += (Waiting(_board_line(row, own_school), came=False) for row in rows)
        found += (Waiting(_received(row), came=True) for row in store.inbox(connection, everybody, year))
    waiting = [one for one in found if one.line.waiting_on]
    return sorted(
        waiting,
        key=lambda one: (one.line.waiting_on != US, one.line.status == "drafting", one.line.since or date.max),
    )


def _leaves(row: BoardRow, transition: str, move_year: int) -> bool:
    """Whether a pupil leaves, or left, a school at the end of a year; asked as the milestones of the move ask it."""
    if row.leaves:
        return True
    group, here = move_year - row.cohort_year, Taught.by_ages(row.low_age, row.high_age)
    if group in _OLDER:
        return here.last == group and not here.is_post_16
    leaving = leaving_group(group, *here)
    return transition not in STAYS_UNLESS_KNOWN if leaving is None else leaving == group


def _board_line(row: BoardRow, own_school: str | None) -> BoardLine:
    """To the SENCO of the school that receives (``own_school``) the two sides are the other way round."""
    status = row.status or NOT_STARTED
    receives = own_school is not None and own_school == row.to_school != row.from_school
    if row.questions or row.sent_elsewhere or status in _ON_US:
        return BoardLine(row, status, (row.from_school or "the other school") if receives else US, _since(row, status))
    them = US if receives else row.to_school or "the next school"
    waiting = them if status in _ON_THEM else ""
    return BoardLine(row, status, waiting, _since(row, status) if waiting else None)


def _received(row: BoardRow) -> BoardLine:
    status = row.status or NOT_STARTED
    waiting = {"acknowledged": "", "returned": row.from_school or "the other school"}.get(status, US)
    return BoardLine(row, status, waiting, _since(row, status) if waiting else None)


def _since(row: BoardRow, status: str) -> date | None:
    if row.questions and row.returned_on:
        return row.returned_on
    last_asked = max((day for day in (row.sent_on, row.chased_on) if day is not None), default=None)
    return {
        "drafting": row.started_on,
        "sent": last_asked,
        "viewed": last_asked,
        "returned": row.returned_on,
        "failed": row.failed_on,
        "acknowledged": row.acknowledged_on,
    }.get(status)
