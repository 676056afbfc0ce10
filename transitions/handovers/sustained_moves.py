"""Whether moves last: how many pupils are still in place one term and one year after they began."""

from datetime import date
from typing import Final, NamedTuple

from db.handovers import after_move as store
from db.handovers.after_move import MoveRow
from transitions.ratio import Share
from transitions.school_year import academic_year_span, add_months
from transitions.workspace import Workspace

__all__ = ["MEANT_TO_LAST", "Lasted", "Sustained", "sustained"]

MEANT_TO_LAST: Final = ("new school", "managed move")
"""The placements that are counted; alternative provision, nurture groups and fewer hours are meant to end."""
_TERM: Final = 4
"""Months: a third of a year, as a term is with its holidays."""
_YEAR: Final = 12


class Lasted(NamedTuple):
    """How many were still in place after a time, of those whose day has come and of whom it is known.

    ``not_known`` are those whose day has come and of whom the records do not tell, ``not_yet`` those whose day is to come.
    """

    share: Share
    not_known: int
    not_yet: int

    @property
    def words(self) -> str:
        """Give it as a sentence: what is not known stands beside the share, never in it."""
        beside = [f"{self.not_known:,} not known"] if self.not_known else []
        beside += [f"{self.not_yet:,} not yet"] if self.not_yet else []
        return f"{self.share.words}; {', '.join(beside)}" if beside else self.share.words


class Sustained(NamedTuple):
    """The moves that began in one academic year: how many there were, and how many lasted."""

    academic_year: int
    moves: int
    one_term: Lasted
    one_year: Lasted


def sustained(workspace: Workspace, academic_year: int) -> Sustained:
    """Give how many of the moves that began in an academic year were still in place after one term and after one year.

    A term is four months. In place is a pupil whose placement ended on the day or later, or has not ended while the pupil's
    record still names the school, or of whom the new school told since. Of one that has not ended, while the record names
    another school or none, it is not known.
    """
    first, last = academic_year_span(academic_year)
    rows = store.moves_begun(workspace.read(), MEANT_TO_LAST, first, last)
    today = workspace.clock.today
    return Sustained(academic_year, len(rows), _lasted(rows, _TERM, today), _lasted(rows, _YEAR, today))


def _lasted(rows: list[MoveRow], months: int, today: date) -> Lasted:
    days = [(row, add_months(row.started_on, months)) for row in rows]
    found = [_in_place(row, day) for row, day in days if day <= today]
    known = [one for one in found if one is not None]
    return Lasted(Share(sum(known), len(known)), len(found) - len(known), len(rows) - len(found))


def _in_place(row: MoveRow, day: date) -> bool | None:
    """Whether a pupil was still there on a day gone by; None when the records do not tell."""
    if row.ended_on is not None:
        return row.ended_on >= day
    named = row.school_id is not None and row.school_id == row.present_school_id and not row.archived
    return True if named or (row.told_on is not None and row.told_on >= day) else None
