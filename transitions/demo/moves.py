"""The moves that made-up pupils make this summer, and those that they made last summer."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from transitions.demo.people import Person
from transitions.demo.schools import School
from transitions.handovers.board import LEAVING
from transitions.school_year import academic_year, nth_weekday

__all__ = ["Moving", "moves"]

_OF_GROUP: Final[Mapping[int, str]] = {group: code for code, groups in LEAVING.items() for group in groups}
_FRIDAY: Final = 4
_DUE: Final = {"EY-R": (7, 1), "11-16P": (6, -1)}
"""The month and which of its Fridays, where it is not the second of June."""


class Moving(NamedTuple):
    """One pupil's move at the end of an academic year; ``to`` is None while the next school is not known."""

    person: Person
    transition: str
    year: int
    leaves: School
    to: School | None

    @property
    def due(self) -> date:
        """The day by which the handover is to be sent."""
        month, place = _DUE.get(self.transition, (6, 2))
        return nth_weekday(self.year + 1, month, _FRIDAY, place)

    @property
    def first_day(self) -> date:
        """The day from which the pupil belongs to the next school."""
        return date(self.year + 1, 9, 1)


def moves(person: Person, today: date) -> Iterator[Moving]:
    """Give last summer's move and that of the summer to come, where the pupil's school ends and another begins."""
    year, group = academic_year(today), person.group
    if person.last_school is not person.school and group - 1 in _OF_GROUP:
        yield Moving(person, _OF_GROUP[group - 1], year - 1, person.last_school, person.school)
    if person.school.leaves == group and group in _OF_GROUP:
        yield Moving(person, _OF_GROUP[group], year, person.school, person.next_school)
