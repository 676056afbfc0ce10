"""The meetings behind the figures of a year: each series by itself, and those to which one school was invited."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.workshops import attendance as store
from db.workshops.attendance import Meetings
from transitions.ratio import Share
from transitions.school_year import academic_year_span
from transitions.workshops import page
from transitions.workshops.attendance import Attendance, by_school, stand, together
from transitions.workspace import Workspace

__all__ = ["AtMeeting", "SeriesAttendance", "by_series", "meetings_of"]


class SeriesAttendance(NamedTuple):
    """A series of meetings of one kind in a year.

    ``attendance`` counts each school at each of its meetings until today, ``reached`` the schools that came to any.
    """

    kind: str
    series: str
    meetings: int
    attendance: Attendance
    reached: Share


class AtMeeting(NamedTuple):
    """What a school did at one meeting: "came", "apologies", "absent", or "invited" while nobody has marked it."""

    workshop_id: int
    title: str
    on_day: date
    attendance: str


def by_series(workspace: Workspace, academic_year: int) -> list[SeriesAttendance]:
    """Give each series of the year that has met by today, by kind and name; cancelled meetings are not counted."""
    today = workspace.clock.today
    held = [row for row in page.of_year(workspace, academic_year) if row.on_day <= today and row.status != "cancelled"]
    meetings = Counter((row.kind, row.series) for row in held)
    return [_series(workspace, academic_year, *key, meetings[key]) for key in sorted(meetings)]


def meetings_of(
    workspace: Workspace, academic_year: int, school_id: int, *, kinds: Sequence[str] = (), series: str | None = None
) -> list[AtMeeting]:
    """Give the meetings of the year until today to which a school was invited, in date order, with what it did at each."""
    first, last = academic_year_span(academic_year)
    which = Meetings(first, min(last, workspace.clock.today), tuple(kinds), series)
    marked: dict[int, list[str]] = {}
    for mark in store.marked(workspace.read(), which):
        if mark.school_id == school_id:
            marked.setdefault(mark.workshop_id, []).append(mark.attendance)
    rows = page.of_year(workspace, academic_year)
    return [AtMeeting(row.id, row.title, row.on_day, stand(marked[row.id])) for row in rows if row.id in marked]


def _series(workspace: Workspace, academic_year: int, kind: str, series: str, meetings: int) -> SeriesAttendance:
    schools = by_school(workspace, academic_year, kinds=[kind], series=series)
    reached = Share(sum(row.attendance.came > 0 for row in schools), len(schools))
    return SeriesAttendance(kind, series, meetings, together(schools), reached)
