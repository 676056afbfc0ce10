"""What came after made-up moves: where pupils went and came back from, the first weeks, and funding that ends."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from db.bulk import Rows
from transitions.demo.content import Dice, Material
from transitions.demo.handover_life import Moving
from transitions.demo.people import Person
from transitions.school_year import academic_year, add_months, next_working_day

_FOLLOWED: Final = 0.7
_TOLD: Final = 0.5
_ELSEWHERE: Final = 0.18
_FUNDED: Final = {"N": 0.0, "K": 0.25, "E": 0.5}
_APPLIED: Final = 0.7
_ON_A_SHORT_DAY: Final = 20
"""Attendance in per cent that a shorter day costs in the first weeks, at most."""
_DAY: Final = timedelta(days=1)


class AfterMove:
    """Writes about one pupil after the other, into ``rows``."""

    def __init__(self, dice: Dice, source: Material, today: date) -> None:
        self.dice, self.words, self.today = dice, source.handover_words, today
        self.rows = Rows()

    def write_about(self, person: Person, record: Mapping[str, Any], moves: Sequence[Moving]) -> bool:
        before = len(self.rows)
        for move in moves:
            if move.first_day <= self.today:
                self._arrived(move, bool(record["part_time_timetable"]))
            self._funding(move)
        if record["part_time_timetable"]:
            self._part_time(person, date.fromisoformat(record["part_time_timetable_until"]))
        elif "SEMH" in person.needs and 0 < person.group <= 11 and self.dice.chance(_ELSEWHERE):
            self._elsewhere(person)
        return len(self.rows) > before

    def _arrived(self, move: Moving, part_time: bool) -> None:
        dice, person = self.dice, move.person
        known = person.sen != "N" or person.care_now
        if not (known and dice.chance(_FOLLOWED)):
            return
        first = next_working_day(move.first_day + 2 * _DAY)
        if first > self.today:
            return
        self._place(person, "new school", first)
        told = next_working_day(first + dice.number(30, 45) * _DAY)
        if told <= self.today and dice.chance(_TOLD):
            percent = 100.0 - dice.number(0, _ON_A_SHORT_DAY if part_time else _ON_A_SHORT_DAY // 2)
            suspensions = dice.number(0, 2) if "SEMH" in person.needs else 0
            note = dice.one(self.words["first_weeks"]) or None
            self.rows.add(
                "first_weeks", pupil_id=person.id, on_day=told, attendance_percent=percent, suspensions=suspensions,
                part_time=int(part_time), note=note,
            )  # fmt: skip

    def _part_time(self, person: Person, until: date) -> None:
        started = min(self.today, until) - self.dice.number(7, 60) * _DAY
        self._place(person, "part-time timetable", next_working_day(started), until)

    def _place(self, person: Person, kind: str, started: date, planned_end: date | None = None) -> None:
        self.rows.add(
            "placement", pupil_id=person.id, kind=kind, school_id=person.school.id, started_on=started,
            planned_end=planned_end,
        )  # fmt: skip

    def _elsewhere(self, person: Person) -> None:
        dice, today = self.dice, self.today
        kind = "nurture group" if person.group <= 6 else "alternative provision"
        started = next_working_day(today - dice.number(20, 420) * _DAY)
        ended = next_working_day(started + dice.number(40, 120) * _DAY)
        back = ended if ended <= today else None
        check = add_months(back, 6) - dice.number(0, 15) * _DAY if back else None
        checked = check if check and check <= today and dice.chance(_APPLIED) else None
        self.rows.add(
            "placement", pupil_id=person.id, kind=kind, place=dice.one(self.words["elsewhere"]), started_on=started,
            planned_end=ended, ended_on=back, end_reason="as planned" if back else None, back_on=back,
            checked_on=checked, check_result=dice.one(self.words["back"]) if checked else None,
        )  # fmt: skip

    def _funding(self, move: Moving) -> None:
        dice = self.dice
        if not dice.chance(_FUNDED[move.person.sen]) or move.year < academic_year(self.today) - 1:
            return
        ends = move.first_day - _DAY
        applied = next_working_day(ends - dice.number(60, 100) * _DAY)
        done = applied <= self.today and dice.chance(_APPLIED)
        self.rows.add(
            "funding", pupil_id=move.person.id, what=dice.one(self.words["funding"]), ends_on=ends,
            applied_on=applied if done else None,
        )  # fmt: skip
