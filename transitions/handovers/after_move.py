"""After the move: where a pupil went and came back from, the first weeks as the new school tells them, and extra funding.

What is saved here starts and stops the clocks of the milestones: six weeks of a part-time timetable, six months after a
return, and the end of funding that nobody has applied for again.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from db.handovers import after_move as store
from db.handovers.after_move import FirstWeeksRow, FundingRow, MoveRow, PlacementRow
from transitions.dates import long
from transitions.fields import Field, Fields, read_day_gone_by
from transitions.pupils.placements import PART_TIME, PLACEMENT, PLACEMENT_FIELDS, TO_COME
from transitions.pupils.pupil_fields import FIELDS
from transitions.pupils.small_records import HAS_BEEN, Case, RecordKind, records, save, take_out
from transitions.school_year import academic_year_span, add_months
from transitions.text import Share
from transitions.workspace import Workspace

__all__ = [
    "PART_TIME",
    "PLACEMENT",
    "PLACEMENT_FIELDS",
    "FirstWeeksRow",
    "FundingRow",
    "PlacementRow",
    "records",
    "save",
    "take_out",
]

MEANT_TO_LAST: Final = ("new school", "managed move")
"""The placements that are counted; alternative provision, nurture groups and fewer hours are meant to end."""
AFTER: Final = {"one term": 4, "six months": 6, "one year": 12}
"""In months; a term is a third of a year, as it is with its holidays."""


class Lasted(NamedTuple):
    """How many were still in place after a time, of those whose day has come and of whom it is known.

    ``not_known`` are those whose day has come and of whom the records do not tell, ``not_yet`` those whose day is to come.
    """

    share: Share
    not_known: int
    not_yet: int

    @property
    def text(self) -> str:
        """As a sentence: what is not known stands beside the share, never in it."""
        others = [f"{self.not_known:,} not known"] if self.not_known else []
        others += [f"{self.not_yet:,} not yet"] if self.not_yet else []
        return f"{self.share.text}; {', '.join(others)}" if others else self.share.text


class Sustained(NamedTuple):
    """The moves that began in one academic year: how many there were, and how many lasted."""

    academic_year: int
    moves: int
    one_term: Lasted
    six_months: Lasted
    one_year: Lasted


class Judged(NamedTuple):
    """A move whose day has come; ``in_place`` is None when it is not known."""

    row: MoveRow
    in_place: bool | None


def sustained(workspace: Workspace, academic_year: int) -> Sustained:
    """How many of the moves that began in an academic year were still in place after one term, six months and one year.

    A term is four months. In place is a pupil whose placement ended on the day or later, or has not ended while the pupil's
    record still names the school, or of whom the new school told since. Of one that has not ended, while the record names
    another school or none, it is not known.
    """
    rows = begun(workspace, academic_year)
    lasted = (_lasted(rows, months, workspace.clock.today) for months in AFTER.values())
    return Sustained(academic_year, len(rows), *lasted)


def begun(workspace: Workspace, academic_year: int) -> list[MoveRow]:
    return store.moves_begun(workspace.read(), MEANT_TO_LAST, *academic_year_span(academic_year))


def judged(rows: Sequence[MoveRow], months: int, today: date) -> list[Judged]:
    """Those of the moves that began so many months ago or more, each with whether it lasted that long."""
    days = [(row, add_months(row.started_on, months)) for row in rows]
    return [Judged(row, _in_place(row, day)) for row, day in days if day <= today]


def _lasted(rows: Sequence[MoveRow], months: int, today: date) -> Lasted:
    found = judged(rows, months, today)
    known = [one.in_place for one in found if one.in_place is not None]
    return Lasted(Share(sum(known), len(known)), len(found) - len(known), len(rows) - len(found))


def _in_place(row: MoveRow, day: date) -> bool | None:
    if row.ended_on is not None:
        return row.ended_on >= day
    named = row.school_id is not None and row.school_id == row.present_school_id and not row.archived
    return True if named or (row.told_on is not None and row.told_on >= day) else None


FIRST_WEEKS_FIELDS: Final = Fields(
    Field("on_day", "Told on", "date", kept=True, reader=read_day_gone_by, help=f"{HAS_BEEN}; empty is today"),
    Field(
        "attendance_percent", "Attendance, %", read=FIELDS["attendance_percent"].read, width=10, help="0 to 100",
        shown=lambda percent: f"{percent:g}",
    ),
    Field(
        "suspensions", "Suspensions", read=FIELDS["suspensions"].read, width=10, help="How many so far",
    ),
    Field("part_time", "Part-time timetable", "yes no", empty=False),
    Field("note", "How it goes", "long text", help="No safeguarding content."),
)  # fmt: skip
FUNDING_FIELDS: Final = Fields(
    Field("what", "What", needed=True, help="Top-up (high needs) funding, a SEN inclusion fund"),
    Field("ends_on", "Ends on", "date", needed=True, help=TO_COME),
    Field("applied_on", "Reapplied on", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field("note", "Note", "long text"),
)


def _first_weeks_rules(case: Case) -> dict[str, str]:
    after, found = case.after, dict(case.problems)
    if case.number is None and not after["on_day"]:
        after["on_day"] = case.given["on_day"] = case.workspace.clock.today
    others = [one for one in store.first_weeks(case.workspace.read(), case.owner_id) if one.id != case.number]
    if any(one.on_day == after["on_day"] for one in others):
        found["on_day"] = f"There is already a record for {long(after['on_day'])}. Change that one."
    news = after["part_time"] or any(after[one] is not None for one in ("attendance_percent", "suspensions", "note"))
    if not (found or news):
        found["note"] = "Say something: attendance, suspensions, a part-time timetable or a note."
    return found


def _funding_rules(case: Case) -> dict[str, str]:
    return {**case.lacking("what", "ends_on"), **case.problems}


FIRST_WEEKS: Final = RecordKind(
    "first_weeks", "First weeks", FIRST_WEEKS_FIELDS, store.first_weeks_row, store.first_weeks, _first_weeks_rules
)
FUNDING: Final = RecordKind("funding", "Funding", FUNDING_FIELDS, store.one_funding, store.funding, _funding_rules)
