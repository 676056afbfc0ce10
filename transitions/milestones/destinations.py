"""Which move the next school of a pupil belongs to, and from when on a place at it is more than intended."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from db.driver import Connection
from db.pupils import destinations as store
from transitions.school_year import academic_year, next_working_day, year_group_label

IN_YEAR: Final = "INYR"
POST_16: Final = "11-16P"
LEAVING: Final[Mapping[str, tuple[int, ...]]] = {
    "EY-R": (-1,),
    "2-3": (2,),
    "MID": (3, 4, 5, 7, 8),
    "6-7": (6,),
    POST_16: (11,),
    IN_YEAR: (),
}
"""The moves that have a handover, each with the year groups that leave; a move within the year has none of its own."""
OF_GROUP: Final[Mapping[int, str]] = {group: code for code, groups in LEAVING.items() for group in groups}
_ALSO_WITHIN_A_SCHOOL: Final = frozenset({"EY-R", POST_16})
"""Moves of which it is asked where to of everybody: into the Reception class or the sixth form of the same school, too."""
_OFFERS: Final[Mapping[str, tuple[int, int]]] = {"EY-R": (4, 16), "2-3": (4, 16), "MID": (3, 1), "6-7": (3, 1)}
"""Month and day on or after which places are offered, on the next working day; other moves have no such day."""
_ARRIVING: Final = timedelta(weeks=4)
_NURSERY_AGE: Final = 5
"""So long after an in-year move a school that is recorded may be the one of that move."""


class Taught(NamedTuple):
    """The lowest and the highest year group that a school teaches, each None while its statutory ages are not known.

    A high age of 11 ends with Year 6, a low age of 11 begins with Year 7; a nursery school, for ages up to 5, has no Reception.
    """

    first: int | None = None
    last: int | None = None

    @classmethod
    def by_ages(cls, low: int | None, high: int | None) -> "Taught":
        last = None if high is None else high - 5 - (high == _NURSERY_AGE)
        return cls(None if low is None else low - 4, last)

    @property
    def is_post_16(self) -> bool:
        """Whether it is a college, or another provider that teaches nobody before Year 12."""
        return (self.first or 0) > max(LEAVING[POST_16])

    def may_teach(self, group: int) -> bool:
        return (self.first is None or self.first <= group) and (self.last is None or group <= self.last)

    def doubt(self, group: int) -> str:
        """What is to be said of a place in a year group there; nothing when the school is known to teach it."""
        if not self.may_teach(group):
            return f" (it does not teach {year_group_label(group)})"
        unknown = self.first is None or self.last is None
        return f" (not known whether it teaches {year_group_label(group)})" if unknown else ""


class Move(NamedTuple):
    """A transition point, "" where a pupil leaves at another, and the academic year within or at whose end the move is."""

    transition: str
    year: int

    def group_after(self, cohort_year: int) -> int:
        return self.year - cohort_year + (self.transition != IN_YEAR)

    def stage_on(self, day: date) -> str:
        """What a place is that is recorded on a day, until somebody says more of it."""
        offers = _OFFERS.get(self.transition)
        before = offers is not None and day < next_working_day(date(self.year + 1, *offers))
        return "intended" if before else "offered"


def move_of(cohort_year: int, recorded_on: date, in_year_move_on: date | None, here: Taught, there: Taught) -> Move:
    """The move on which a pupil goes from one school to the other, as the day it was recorded on and the ages tell.

    What a school teaches is taken to suit while it is not known. A next school that does not teach the year group after the
    summer, but the present one, is that of a move within the year, be its day known or not.
    """
    year = academic_year(recorded_on)
    end = _end(cohort_year, year, here, there)
    goes_on = there.may_teach(end + 1 - cohort_year)
    if in_year_move_on is not None:
        within = academic_year(in_year_move_on)
        near = recorded_on <= in_year_move_on + _ARRIVING or (within == year and not goes_on)
        if near and there.may_teach(within - cohort_year):
            return Move(IN_YEAR, within)
    if not goes_on and there.may_teach(year - cohort_year):
        return Move(IN_YEAR, year)
    college = there.is_post_16 and not here.is_post_16
    return Move(OF_GROUP.get(end - cohort_year, POST_16 if college else ""), end)


def stays(cohort_year: int, day: date) -> Move | None:
    """The move of that academic year for which the present school is a next school as well; None for all other years."""
    year = academic_year(day)
    point = OF_GROUP.get(year - cohort_year, "")
    return Move(point, year) if point in _ALSO_WITHIN_A_SCHOOL else None


def _end(cohort_year: int, year: int, here: Taught, there: Taught) -> int:
    """The academic year at whose end the pupil leaves for the other school.

    It is the one at whose end the present school has no more years, or the next one begins, whichever comes first: a pupil of
    an all-through special school leaves for a secondary after Year 6, and one of a sixth form for a college at the end of any
    of its years. Whoever is past the school's years has left it, and the record has not been told; when the ages tell nothing
    it is the year itself.
    """
    group = year - cohort_year
    if here.last is not None and group > here.last:
        return cohort_year + here.last
    if there.is_post_16 and there.first is not None and group >= there.first and there.may_teach(group + 1):
        return year
    ends = (here.last, None if there.first is None else there.first - 1)
    return min((cohort_year + last for last in ends if last is not None and last >= group), default=year)


def seed(connection: Connection, today: date) -> None:
    """Write down, in a file in which no destination is, where its pupils go and where their handovers went."""
    if store.any_is_known(connection):
        return
    rows = []
    for pupil in store.going(connection):
        day, there = pupil.recorded_on or today, Taught.by_ages(pupil.next_low_age, pupil.next_high_age)
        here, left = Taught.by_ages(pupil.low_age, pupil.high_age), pupil.school_id
        move = stays(pupil.cohort_year, day) if left == pupil.next_school_id else None
        if move is None:
            if left == pupil.next_school_id:  # the pupil has arrived, and it is not known from where
                here, left = Taught(), None
            move = move_of(pupil.cohort_year, day, pupil.in_year_move_on, here, there)
        rows.append((pupil.pupil_id, *move, left, pupil.next_school_id, day, move.stage_on(day)))
    store.put(connection, rows)
