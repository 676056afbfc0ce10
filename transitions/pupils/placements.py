"""Placements of a pupil: a new school, alternative provision, a nurture group, fewer hours; and the return from them; weeks of attendance.

What is saved here starts and stops the clocks of the milestones: six weeks of a part-time timetable, six months after a return.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from db.handovers import after_move as store
from db.handovers.after_move import PlacementRow
from db.impact.records import AttendanceWeekRow
from db.journal import Action
from db.vocabulary import PLACEMENT_KINDS
from transitions.dates import long
from transitions.fields import Field, Fields, labelled, read_day_gone_by
from transitions.pupils.schools import find_school
from transitions.pupils.small_records import HAS_BEEN, Case, RecordKind

__all__ = ["PlacementRow"]

PART_TIME: Final = "part-time timetable"
_ONE_AT_A_TIME: Final = frozenset({"new school", PART_TIME})
TO_COME: Final = "5/9, 5 sep, +6w, end of term"


PLACEMENT_FIELDS: Final = Fields(
    Field("kind", "What", "choice", needed=True, options=labelled(PLACEMENT_KINDS), help="Down lists the kinds"),
    Field("school", "School", "school", find=find_school, column="school_id"),
    Field("place", "Or where else", help="A place that is not a school in the list"),
    Field("started_on", "From", "date", needed=True, help=TO_COME),
    Field("planned_end", "Planned until", "date", help=TO_COME),
    Field("ended_on", "Ended on", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field("end_reason", "Because", "long text"),
    Field(
        "back_on", "Back from", "date", reader=read_day_gone_by, help=f"{HAS_BEEN}. It is checked again after six months",
    ),
    Field("checked_on", "Checked again on", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field("check_result", "What was found", "long text"),
)  # fmt: skip


def _placement_rules(case: Case) -> dict[str, str]:
    after, found = case.after, case.lacking("kind", "started_on")
    if after["kind"] == PART_TIME and after["school_id"] is None and not after["place"]:
        after["school_id"] = case.given["school_id"] = case.school_id
    if after["back_on"] and not after["ended_on"] and "ended_on" not in case.problems:
        after["ended_on"] = case.given["ended_on"] = after["back_on"]
    if after["school_id"] is None and not after["place"]:
        found["place"] = "Say where: a school or another place."
    start, back = after["started_on"], after["back_on"]
    for name in ("planned_end", "ended_on", "back_on"):
        if start and after[name] and after[name] < start:
            found[name] = f"comes before it began, {long(start)}"
    if back and after["ended_on"] and back < after["ended_on"]:
        found["back_on"] = f"comes before it ended, {long(after['ended_on'])}"
    if after["checked_on"] and not back:
        found["checked_on"] = "First say when the pupil came back. The check covers the time since then."
    elif after["checked_on"] and after["checked_on"] < back:
        found["checked_on"] = f"comes before the pupil came back, {long(back)}"
    if after["kind"] in _ONE_AT_A_TIME and after["ended_on"] is None:
        others = [one for one in store.placements(case.workspace.read(), case.owner_id) if one.id != case.number]
        still = next((one for one in others if one.kind == after["kind"] and one.ended_on is None), None)
        if still is not None:
            found["kind"] = (
                f"“{still.kind}” has been open since {long(still.started_on)}. First enter the date it ended."
            )
    return {**found, **case.problems}


def _follow_part_time(action: Action, pupil_id: int, *records: Mapping[str, Any]) -> None:
    if all(record.get("kind") != PART_TIME for record in records):
        return
    rows = store.placements(action.connection, pupil_id)
    now = [row for row in rows if row.kind == PART_TIME and row.ended_on is None]
    values = {"part_time_timetable": bool(now), "part_time_timetable_until": now[0].planned_end if now else None}
    action.update("pupil", {"id": pupil_id}, values)


PLACEMENT: Final = RecordKind(
    "placement",
    "Placement",
    PLACEMENT_FIELDS,
    store.placement,
    store.placements,
    _placement_rules,
    "kind",
    _follow_part_time,
)


ROLLING: Final = 3
"""Weeks in the level: one bad day does not move it, and a fall shows within the month."""
LOW: Final = 90
"""In per cent; below it a pupil is persistently absent."""
FALL: Final = 5
"""In points, from the year before."""


class Level(NamedTuple):
    """Sessions (half days) of some weeks, of which ``week_on`` is the Monday of the last."""

    week_on: date
    weeks: int
    possible: int
    attended: int

    @property
    def percent(self) -> float:
        return round(100 * self.attended / self.possible, 1)

    @property
    def text(self) -> str:
        return f"{self.attended:,} of {self.possible:,} sessions ({self.percent:g}%)"

    def reasons(self, before: float | None) -> list[str]:
        """Why to ring; empty when there is no need. ``before`` is the year before in per cent, where it is known."""
        found = [f"below {LOW}%"] if self.percent < LOW else []
        if before is not None and round(before - self.percent, 1) >= FALL:
            found.append(f"{before - self.percent:.3g} points below {before:g}% of Year 6")
        return found


def level(rows: Sequence[AttendanceWeekRow], first: date, last: date, weeks: int | None = ROLLING) -> Level | None:
    """The level of a pupil's last weeks within these days, of all of them for None; ``rows`` come newest first."""
    found = [row for row in rows if first <= row.week_on <= last][:weeks]
    if not found:
        return None
    return Level(found[0].week_on, len(found), sum(row.possible for row in found), sum(row.attended for row in found))
