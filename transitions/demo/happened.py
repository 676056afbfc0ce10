"""What happened to made-up pupils on a day, and in what they and their schools take part: by their numbers, without dice."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from transitions.demo.content import DemoRows
from transitions.demo.people import Person
from transitions.pupils.codes import EXCLUSION_REASONS
from transitions.school_year import academic_year, academic_year_span, next_working_day

_REASONS: Final = tuple(EXCLUSION_REASONS)
_GROUPS: Final = ("ELSA", "Anxiety group", "Counselling", "Small-group work")
_OUTCOMES: Final = ("Joins in with the class again", "Asks for help before it is too much", None)
_LEAVES_FOR_HOME: Final = 97
_MENTORED: Final = 3
_KEPT_AS_A_NUMBER: Final = 4
"""Of every fourth pupil who was suspended the record has the number alone, as an import brings it."""


class Happened:
    """Writes about one pupil after the other, into ``rows``."""

    def __init__(self, today: date) -> None:
        self.today, self.rows = today, DemoRows()
        self.first = academic_year_span(academic_year(today))[0]
        self._schools: set[int] = set()

    def write_about(self, person: Person, record: Mapping[str, Any]) -> None:
        number, times = person.id, record["suspensions"] or 0
        for time in range(times if number % _KEPT_AS_A_NUMBER else 0):
            days = (self.today - self.first).days * (time + 1) // (times + 1)
            self._event(
                person, "suspension", min(self.today, next_working_day(self.first + timedelta(days=days))),
                days=None if (number + time) % 7 == 0 else ((number + time) % 6 + 1) / 2,
                reason=_REASONS[(number + time) % len(_REASONS)],
            )  # fmt: skip
        if number % _LEAVES_FOR_HOME == 0 and 0 < person.group <= 11 and person.sen != "E":
            self._event(person, "elective home education", None if number % 2 else self.first)
        if "SEMH" in person.needs and number % 3 == 0:
            self.rows.add(
                "participation", pupil_id=number, programme=_GROUPS[number % len(_GROUPS)], started_on=self.first,
                parent_involved=number % 2 == 0, outcome=_OUTCOMES[number % len(_OUTCOMES)],
            )  # fmt: skip
        if person.school.id not in self._schools:
            self._schools.add(person.school.id)
            self._school(person.school.id)

    def _event(self, person: Person, kind: str, started: date | None, **columns: Any) -> None:
        self.rows.add(
            "placement", pupil_id=person.id, kind=kind, school_id=person.school.id, started_on=started, **columns
        )

    def _school(self, school_id: int) -> None:
        if school_id % _MENTORED == 0:
            before = 30 + school_id * 7 % 30
            self.rows.add(
                "participation", school_id=school_id, programme="SENCO mentoring", who="The SENCO", started_on=self.first,
                understanding_before=before, understanding_after=before + 20 + school_id % 20,
            )  # fmt: skip
