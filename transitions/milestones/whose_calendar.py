"""Whose term dates, closures and own dates hold where."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from transitions.term_dates import Term, TermDates

if TYPE_CHECKING:
    from db.calendar.local_dates import ClosureRow, TermRow
    from db.driver import Connection

_EVERYBODY = ""


class CalendarOwner(NamedTuple):
    """Whose term dates, closures and own dates hold: a school's, a council's (by LA number), or with neither everybody's."""

    school_id: int | None = None
    la_number: int | None = None


class Calendars:
    """Every calendar the database knows, by key; a calendar is worked out once, when first asked for."""

    def __init__(self, term_rows: "Sequence[TermRow]", closure_rows: "Sequence[ClosureRow]") -> None:
        self._terms = term_rows
        self._closures = closure_rows
        rows: list[TermRow | ClosureRow] = [*term_rows, *closure_rows]
        self._own = {row.school_id for row in rows if row.school_id is not None}
        self._councils = {row.la_number for row in rows if row.la_number is not None}
        self._made: dict[str, TermDates] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendars) and (self._terms, self._closures) == (other._terms, other._closures)

    __hash__ = None  # type: ignore[assignment] # nothing is found by one

    @classmethod
    def load(cls, connection: "Connection") -> "Calendars":
        from db.calendar import local_dates as store

        return cls(store.terms(connection), store.closures(connection))

    def key(self, school_id: int | None, la_number: int | None) -> str:
        """The key of the calendar that holds for a school; schools with the same key share due dates."""
        if school_id in self._own:
            return f"school {school_id} {la_number or ''}".strip()
        if la_number in self._councils:
            return f"council {la_number}"
        return _EVERYBODY

    @property
    def councils(self) -> list[int]:
        """The councils that have dates of their own, by LA number."""
        return sorted(number for number in self._councils if number is not None)

    def entered(self, year: int, key: str | None = None) -> bool:
        """Whether term dates of an academic year are entered, in one calendar or, for None, in any."""
        terms = self._terms if key is None else self[key].terms
        return any(row.academic_year == year for row in terms)

    def __getitem__(self, key: str) -> TermDates:
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def _make(self, key: str) -> TermDates:
        kind, *numbers = key.split() or [_EVERYBODY]
        school_id = int(numbers[0]) if kind == "school" else None
        la_number = int(numbers[-1]) if kind == "council" or len(numbers) == 2 else None
        return TermDates(
            [
                Term(row.name, row.academic_year, row.first_day, row.last_day)
                for row in self._chosen(school_id, la_number)
            ],
            [
                row.day
                for row in self._closures
                if (row.school_id is None or row.school_id == school_id)
                and (row.la_number is None or row.la_number == la_number)
            ],
        )

    def _chosen(self, school_id: int | None, la_number: int | None) -> "list[TermRow]":
        """Year by year, the nearest owner's terms: a school that typed one year keeps the council's for the others."""
        chosen: list[TermRow] = []
        for year in sorted({row.academic_year for row in self._terms}):
            rows = [row for row in self._terms if row.academic_year == year]
            own = [row for row in rows if school_id is not None and row.school_id == school_id]
            council = [row for row in rows if row.school_id is None and la_number and row.la_number == la_number]
            everybody = [row for row in rows if row.school_id is None and row.la_number is None]
            chosen.extend(own or council or everybody)
        return chosen
