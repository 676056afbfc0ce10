"""Whom a pack for a school would hold, who is left out and why: what is not ready, and what a marker holds back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from db.handovers import handovers
from db.handovers.handovers import FriendRow, HandoverRow
from db.pupils import pupils as pupil_store
from db.vocabulary import TIERS
from transitions.caseload.caseload import Caseload
from transitions.dates import short_with_year
from transitions.handovers import board
from transitions.handovers.board import NOT_STARTED, BoardLine, BoardRow
from transitions.milestones.destinations import Move
from transitions.pupils.markers import HANDOVERS, Markers, overridden
from transitions.text import clean, searchable
from transitions.workspace import Workspace

_TO_SEND = frozenset({"drafting", "returned", "failed"})


class LeftOut(NamedTuple):
    """A pupil who is not in a pack, and why; who is ``marked`` can go all the same when somebody says why."""

    pupil_id: int
    name: str
    why: str
    marked: bool = False


class ForSchool(NamedTuple):
    """Whom a pack for a school would hold, those who need most first, and who is left out; no school is None."""

    school_id: int | None
    school: str
    going: tuple[BoardRow, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def names(self) -> list[str]:
        return [name for row in self.going for name in (row.forename, row.surname, row.preferred_name or "")]


def for_schools(
    workspace: Workspace,
    move: Move,
    *,
    school_ids: Collection[int] | None = None,
    only: Collection[int] | None = None,
    override: str = "",
) -> list[ForSchool]:
    """What would be packed for each school (None: all), by name; pupils without a next school come last.

    What was sent already goes again only when it is among ``only``, which are handovers that a person marked, or when the
    pupil goes to another school now. A question that waits for its answer holds a handover back, and so does a marker, but
    for a reason to ``override`` it.
    """
    markers = Markers(workspace)
    going: dict[int | None, list[BoardRow]] = defaultdict(list)
    left_out: dict[int | None, list[LeftOut]] = defaultdict(list)
    for line in board.load(workspace, Caseload(), move.transition, move.year).lines:
        row = line.row
        if only is not None and row.handover_id not in only:
            continue
        why = _why_not(workspace, line, chosen=only is not None)
        marked = "" if why or clean(override) else markers.why_not(row.pupil_id, HANDOVERS)
        if why or marked:
            left = LeftOut(row.pupil_id, name_of(row), why or marked, bool(marked))
            left_out[row.receiver_id].append(left)
        else:
            going[row.receiver_id].append(row)
    found = [
        ForSchool(number, _school(workspace, number), tuple(by_tier(going[number])), tuple(left_out[number]))
        for number in {*going, *left_out}
        if school_ids is None or number in school_ids
    ]
    return sorted(found, key=lambda one: (one.school_id is None, searchable(one.school), one.school_id))


class Going(NamedTuple):
    """The pupils with a handover who make a move to a school, those who need most first, and how many have none.

    ``held_back`` are those whose markers hold the handover back, ``said`` what is written down of those who go all the same.
    """

    rows: list[BoardRow]
    not_started: int
    held_back: tuple[BoardRow, ...] = ()
    said: tuple[str, ...] = ()


def going_to(
    workspace: Workspace, move: Move, school_id: int, override: str = "", only: Collection[int] | None = None
) -> Going:
    lines = board.load(workspace, Caseload(), move.transition, move.year).lines
    rows = [line.row for line in lines if line.row.receiver_id == school_id]
    not_started = sum(row.handover_id is None for row in rows)
    begun = [row for row in rows if row.handover_id is not None and (only is None or row.handover_id in only)]
    markers = Markers(workspace)
    marked = tuple(row for row in begun if markers.why_not(row.pupil_id, HANDOVERS))
    if not clean(override):
        return Going(by_tier([row for row in begun if row not in marked]), not_started, marked)
    said = overridden(workspace, [(row.pupil_id, name_of(row)) for row in marked], HANDOVERS, override)
    return Going(by_tier(begun), not_started, (), tuple(said))


def by_tier(rows: Sequence[BoardRow]) -> list[BoardRow]:
    """The pupils with the highest tier first, those without one last; within a tier as they came, by name."""
    ranks = {tier: -place for place, tier in enumerate(TIERS)}
    return sorted(rows, key=lambda row: ranks.get(row.tier or "", 1))


def _why_not(workspace: Workspace, line: BoardLine, *, chosen: bool) -> str:
    row = line.row
    if row.handover_id is None or line.status == NOT_STARTED:
        return "the handover has not been started"
    if row.receiver_id is None:
        return "no next school is recorded"
    if row.questions:
        return "a question from the school has not been answered yet"
    # an answer to what was asked about a handover that was acknowledged all the same has not gone yet
    answered = line.status == "acknowledged" and row.returned_on is not None
    if line.status in _TO_SEND or chosen or row.sent_elsewhere or answered:
        return ""
    day = short_with_year(row.sent_on) if row.sent_on else "an earlier day"
    since = handovers.answers_as_sent(workspace.read(), row.pupil_id, row.handover_id)
    written = "written on since" if since else "unchanged since"
    return f"already sent on {day}, {written}: mark it to send it again"


def _school(workspace: Workspace, school_id: int | None) -> str:
    return pupil_store.school_name(workspace.read(), school_id) or "No next school recorded"


def name_of(row: BoardRow | HandoverRow | FriendRow) -> str:
    return f"{row.preferred_name or row.forename} {row.surname}".strip()
