"""Whose term dates are entered: everybody's, councils' and schools' own, to choose one calendar from."""

from typing import NamedTuple

from db.calendar.terms import ClosureRow, TermRow, closures, terms
from db.pupils.pupils import school_name
from transitions.workspace import Workspace


class Whose(NamedTuple):
    """Whose calendar: a school's, a council's (by LA number), or with neither everybody's."""

    school_id: int | None = None
    la_number: int | None = None


EVERYBODYS = Whose()


def entered(workspace: Workspace) -> dict[Whose, str]:
    """Give the calendars that can be chosen, with whose they are: everybody's first, then councils', then schools' own.

    The only council that has one stands for everybody when nothing is entered for everybody: then it comes first.
    """
    connection = workspace.read()
    rows: list[TermRow | ClosureRow] = [*terms(connection), *closures(connection)]
    owners = {(row.school_id, row.la_number) for row in rows}
    councils = sorted({number for school, number in owners if school is None and number is not None})
    own = {school: school_name(connection, school) or f"school {school}" for school, _ in owners if school is not None}
    shared = {} if len(councils) == 1 and (None, None) not in owners else {EVERYBODYS: "everybody"}
    return {
        **shared,
        **{Whose(None, number): f"council {number}" for number in councils},
        **{Whose(school): name for school, name in sorted(own.items(), key=lambda one: one[1].casefold())},
    }
