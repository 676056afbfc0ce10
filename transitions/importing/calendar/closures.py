"""Closures of calendar files: days without pupils, and those that a newer version of the same file has moved."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from transitions.importing import terms
from transitions.importing.calendar.lines import CalendarLine, Left
from transitions.importing.preview import Draft
from transitions.importing.terms import Owner, Told
from transitions.school_year import academic_year
from transitions.workspace import Workspace

__all__ = ["take_closures"]

_LONGEST: Final = timedelta(days=60)
_SATURDAY: Final = 5
Row = dict[str, Any]
Day = tuple[Owner, date]


def take_closures(
    lines: Sequence[CalendarLine], workspace: Workspace, draft: Draft, left: Left, brought: set[int]
) -> set[int]:
    """Put closures into the draft; give the numbers of the closures that they are.

    ``brought`` are those that an earlier file of this name brought: they alone may move, as a closure is known by its day.
    """
    told: list[Told] = []
    for one in lines:
        first, last = one.days
        if one.cancelled:
            draft.warn(one.line, "passed over", "cancelled in the file")
        elif len(one.times) > 1:
            left.leaver([one])(one.line, "it repeats: a closure is given day by day")
        elif last - first > _LONGEST:
            left.leaver([one])(one.line, f"makes a closure of more than {_LONGEST.days} days: is it a term?")
        elif first.weekday() >= _SATURDAY and last - first < timedelta(days=7 - first.weekday()):
            left.leave(one.line, one.title, "it lies on a weekend")
        else:
            told.append(Told(one.line, one.owner, "closure", one.title, first, last, academic_year(first)))
    standing = {_day(row): row for row in terms.standing_closures(workspace)}
    moved = _moved(told, standing, brought)
    terms.take_closures(told, [*standing.values()], draft, left.leaver(lines), moved)
    there = [standing[day] for day in _days(told) if day in standing]
    return {row["id"] for row in (*there, *moved.values())}


def _moved(told: Sequence[Told], standing: dict[Day, Row], brought: set[int]) -> dict[Day, Row]:
    """Give, for days that are new, the nearest closure for the same reason in that year that the file no longer holds."""
    days = set(_days(told))
    free = [(day, row) for day, row in standing.items() if row["id"] in brought and day not in days]
    found: dict[Day, Row] = {}
    for one in told:
        for day in terms.weekdays(one):
            alike = [
                (owner_day, row)
                for owner_day, row in free
                if owner_day[0] == one.owner and row["reason"] == one.name and academic_year(owner_day[1]) == one.year
            ]
            if alike and (one.owner, day) not in standing:
                nearest = min(alike, key=lambda each: abs(each[0][1] - day))
                free.remove(nearest)
                found[one.owner, day] = nearest[1]
    return found


def _days(told: Sequence[Told]) -> list[Day]:
    return [(one.owner, day) for one in told for day in terms.weekdays(one)]


def _day(row: Row) -> Day:
    return (row["la_number"], row["school_id"]), date.fromisoformat(row["day"])
