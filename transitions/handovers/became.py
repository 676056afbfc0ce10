"""What became of a pupil: the new school's answer tells the old one whether the pupil is still there, and attends."""

from collections.abc import Mapping
from datetime import date

from db.driver import Connection
from db.handovers import after_move
from db.handovers.handovers import HandoverRow
from db.impact.records import AttendanceWeekRow, of_pupil
from db.journal import Table, Value
from db.pupils import pupils
from transitions.dates import short_with_year
from transitions.handovers.pack_content import Became
from transitions.pupils.placements import Level, level
from transitions.school_year import academic_year_span


def seen_here(connection: Connection, row: HandoverRow, today: date) -> Became | None:
    """What there is to tell of a pupil who was to come; nothing before the move, and while nothing is known."""
    first, last = academic_year_span(row.move_year + 1)
    page = pupils.page(connection, row.pupil_id)
    if today < first or page is None:
        return None
    weeks = [
        one
        for one in of_pupil(connection, AttendanceWeekRow, row.pupil_id)
        if one.school_id in (None, row.to_school_id)
    ]
    attended = level(weeks, first, min(last, today), None)
    unknown = page.archived or page.school_id in (None, row.from_school_id)
    here = None if unknown else page.school_id == row.to_school_id
    if here is None and attended is None:
        return None
    since = (attended.week_on, attended.possible, attended.attended) if attended else ()
    return Became(here, *since)


def to_record(
    connection: Connection, row: HandoverRow, told: Became, school: str, day: date
) -> tuple[Table, Mapping[str, Value]] | None:
    """What to write of what the new school told on a day; None when that is recorded already.

    Who has left again gets a note, not first weeks: these say that the pupil was still in place.
    """
    words = in_words(told, school)
    if told.here is False:
        known = any(one.text == words for one in pupils.notes(connection, row.pupil_id))
        return None if known else ("note", {"pupil_id": row.pupil_id, "written_on": day, "text": words})
    weeks = after_move.first_weeks(connection, row.pupil_id)
    if any(one.on_day == day or one.note == words for one in weeks):
        return None
    percent = _level(told).percent if told.possible else None
    values: Mapping[str, Value] = {"on_day": day, "attendance_percent": percent, "part_time": False, "note": words}
    return "first_weeks", {"pupil_id": row.pupil_id, **values}


def in_words(told: Became, school: str) -> str:
    here = {True: "still there", False: "no longer there", None: "the school does not say where the pupil is"}[
        told.here
    ]
    attended = f"; attended {_level(told).text} to the week of {short_with_year(told.week_on)}" if told.week_on else ""
    return f"{school} answers: {here}{attended}."


def _level(told: Became) -> Level:
    return Level(told.week_on or date.min, 0, told.possible, told.attended)
