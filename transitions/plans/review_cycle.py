"""When a plan is reviewed next: the shortest cycle that applies to the pupil, and every month shortly before the move."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from transitions.plans.questions import Cycle
from transitions.school_year import academic_year, add_months, birthday

__all__ = ["NextReview", "move_day", "next_review"]

_LAST_MONTHS = 3
_GROWN = 14
_BIRTHDAYS: Mapping[str, int] = {"14+": 18, "18": 18, "CARE16": 16, "25": 25}
"""The transition points that come with a birthday rather than with a September."""
_IN_YEAR = "INYR"


class NextReview(NamedTuple):
    """A proposed day, and the reason in words."""

    on: date
    because: str


def next_review(
    cycles: Sequence[Cycle],
    *,
    after: date,
    age: int,
    sen_provision: str,
    social_care: frozenset[str],
    moves_on: date | None,
) -> NextReview:
    """Propose when to review next, counted from ``after``: the agreement, or the review that was held.

    The cycles are a council's (see the sources beside them in ``questions.toml``). ``age`` is in years on that day,
    ``social_care`` the ways in which the case is open now, ``moves_on`` the day of the move when it is known. The last
    months begin three months before it; a review that would come more than one of them late comes when they begin.
    """
    known = {cycle.code: cycle for cycle in cycles}
    grown_in_care = bool(social_care) and age >= _GROWN
    applies = {
        "looked after": "looked after" in social_care,
        "care leaver": "care leaver" in social_care,
        "EHC plan": sen_provision == "E",
        "SEN support": sen_provision == "K",
        "social care 14+": grown_in_care,
        "plan": True,
    }
    shortest = min((known[code] for code, does in applies.items() if does), key=lambda cycle: cycle.months)
    day = add_months(after, shortest.months)
    if grown_in_care and moves_on is not None and after < moves_on:
        last, begins = known["last months"], add_months(moves_on, -_LAST_MONTHS)
        if day > add_months(max(begins, after), last.months):
            return NextReview(max(begins, add_months(after, last.months)), last.words)
    return NextReview(day, shortest.words)


def move_day(transition: str, date_of_birth: date, today: date, in_year: date | None = None) -> date | None:
    """Give the day of the move that a plan prepares: a birthday for moves of age, else the next 1 September.

    Of a move during the year it is ``in_year``, None while that day is not known.
    """
    if transition == _IN_YEAR:
        return in_year
    if transition in _BIRTHDAYS:
        return birthday(date_of_birth, _BIRTHDAYS[transition])
    return date(academic_year(today) + 1, 9, 1)
