"""Settings whose pupils are about to move and that nobody from came: the children that a meeting did not hear about.

Pupils are counted here, as ``feeders.moves`` counts them. Who they are is told only through a caseload, as everywhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from db.workshops import attendance as store
from db.workshops import workshops as workshop_store
from db.workshops.attendance import BY_WEIGHT, CountedMeetingRow, MeetingFilter
from transitions.school_year import academic_year as year_of
from transitions.school_year import academic_year_span, split_year_groups
from transitions.text import Share
from transitions.workshops.attendance import school_attendance
from transitions.workshops.feeders import FeederMove, moves
from transitions.workshops.page import existing_workshop
from transitions.workspace import Workspace

ABOUT_MOVES: Final = ("transitions workshop", "information-sharing forum", "SENCO transition meeting")
"""The kinds of meeting at which settings tell about the children who will move."""
NOT_INVITED: Final = "not invited"
_WEIGHT: Final = (NOT_INVITED, *BY_WEIGHT)


class SettingWithMovers(NamedTuple):
    """A school with pupils named to move, and what it did: "not invited", "absent", "apologies" or "invited" (not marked)."""

    school_id: int
    school: str
    attendance: str
    movers: int


@dataclass(frozen=True)
class WithMovers:
    """Which settings with movers did not come, most movers first, and how many there are of them in all.

    ``unmarked`` are those that nobody has marked: they may have come, and count for neither.
    """

    absent: Sequence[SettingWithMovers]
    unmarked: Sequence[SettingWithMovers]
    settings: int
    pupils: int
    others: Sequence[SettingWithMovers] = ()
    """Those that are neither: somebody came about all of their movers."""

    @property
    def settings_share(self) -> Share:
        return Share(len(self.absent), self.settings)

    @property
    def pupils_share(self) -> Share:
        return Share(sum(row.movers for row in self.absent), self.pupils)


def absent_with_movers(workspace: Workspace, workshop_id: int) -> WithMovers:
    """The settings that did not come to a meeting, or were not asked, and have pupils who are to move.

    These are pupils named to move to the school that holds it, of its year groups; to any school when nobody is named as the
    holder, of any year group when it names none. A cancelled meeting has none. Raises NoSuchRecord.
    """
    connection = workspace.read()
    meeting = existing_workshop(workspace, workshop_id)
    if meeting.status == "cancelled":
        return WithMovers([], [], 0, 0)
    lines = workshop_store.invitations(connection, workshop_id)
    marks = [(workshop_id, line.school_id, line.attendance) for line in lines if line.school_id is not None]
    row = CountedMeetingRow(meeting.id, meeting.on_day, meeting.host_school_id, meeting.year_groups)
    return _with_movers(workspace, year_of(meeting.on_day), [row], marks)


def absent_with_movers_of_year(
    workspace: Workspace, academic_year: int, *, kinds: Sequence[str] = ABOUT_MOVES
) -> WithMovers:
    """The settings that came to none of a year's meetings, until today, that were about the moves of their pupils.

    ``movers`` of each are those about whom it came to no meeting; pupils about whom there was none are not counted at all.
    """
    first, last = academic_year_span(academic_year)
    which = MeetingFilter(first, min(last, workspace.clock.today), tuple(kinds))
    marks = [(mark.workshop_id, mark.school_id, mark.attendance) for mark in store.marked(workspace.read(), which)]
    return _with_movers(workspace, academic_year, store.meetings(workspace.read(), which), marks)


def _with_movers(
    workspace: Workspace, year: int, meetings: Sequence[CountedMeetingRow], marks: Iterable[tuple[int, int, str]]
) -> WithMovers:
    marked: dict[tuple[int, int], list[str]] = {}
    for workshop_id, school_id, attendance in marks:
        marked.setdefault((workshop_id, school_id), []).append(attendance)
    stood = {place: school_attendance(texts) for place, texts in marked.items()}
    names: dict[int, str] = {}
    by_school: dict[int, Counter[str]] = {}
    for move in moves(workspace, year):
        about = [meeting.id for meeting in meetings if _is_about(meeting, move, year)]
        if about:
            names[move.feeder_id] = move.feeder
            did = max((stood.get((number, move.feeder_id), NOT_INVITED) for number in about), key=_WEIGHT.index)
            by_school.setdefault(move.feeder_id, Counter())[did] += move.pupils
    absent = _settings(names, by_school, (NOT_INVITED, "absent", "apologies"))
    unmarked = _settings(names, by_school, ("invited",))
    told = {row.school_id for row in (*absent, *unmarked)}
    came = _settings(names, by_school, ("came",))
    return WithMovers(
        absent=absent,
        unmarked=unmarked,
        settings=len(by_school),
        pupils=sum(counts.total() for counts in by_school.values()),
        others=[row for row in came if row.school_id not in told],
    )


def _is_about(meeting: CountedMeetingRow, move: FeederMove, year: int) -> bool:
    groups = split_year_groups(meeting.year_groups)
    return meeting.host_school_id in (None, move.receiving_id) and (not groups or year - move.cohort_year in groups)


def _settings(
    names: Mapping[int, str], by_school: Mapping[int, Counter[str]], texts: Sequence[str]
) -> list[SettingWithMovers]:
    found = []
    for number, counts in by_school.items():
        did = [word for word in texts if counts[word]]
        if did:
            best = max(did, key=_WEIGHT.index)
            found.append(SettingWithMovers(number, names[number], best, sum(counts[word] for word in did)))
    return sorted(found, key=lambda row: (-row.movers, row.school.casefold(), row.school_id))
