"""The board of a move and the inbox: whom they show and how far each handover has come, many rows at a time."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
from db.handovers.handovers import FROM_SCHOOL
from db.pupils.destinations import LEAVES, RECEIVER, WENT
from db.pupils.pupils import OF_PUPIL
from db.rows import columns, fetch, marks

SENT_ELSEWHERE = (
    "h.direction = 'out' AND h.status NOT IN ('drafting', 'failed') AND EXISTS (SELECT 1 FROM destination d "
    "WHERE d.pupil_id = h.pupil_id AND d.transition = h.transition AND d.move_year = h.move_year "
    "AND d.school_id <> h.to_school_id AND d.recorded_on >= h.sent_on)"
)
"""What shows that a handover ``h`` went to a school that is not the destination of its move: another was recorded since."""


class BoardRow(NamedTuple):
    """One pupil on the board of a move; without a handover the columns of one are empty.

    The ages are those that the pupil's school teaches now. ``to_school`` is the school that a handover went to, and before
    that its receiver, the school to which it would go now; ``sent_elsewhere`` says that the two differ by now, ``leaves`` that another school is
    recorded as the next one after the summer. ``questions`` counts the receiving school's
    questions that nobody has answered yet.
    """

    pupil_id: int
    surname: str
    forename: str
    preferred_name: str | None
    upn: str | None
    cohort_year: int
    sen_provision: str
    tier: str | None
    social_care: str | None
    from_school_id: int | None
    from_school: str | None
    to_school_id: int | None
    to_school: str | None
    receiver_id: int | None
    low_age: int | None
    high_age: int | None
    owner: str | None
    handover_id: int | None
    status: str | None
    revision: int | None
    started_on: date | None
    sent_on: date | None
    viewed_on: date | None
    acknowledged_on: date | None
    returned_on: date | None
    failed_on: date | None
    chased_on: date | None
    answers: int
    questions: int
    sent_elsewhere: bool
    leaves: bool


_QUESTIONS = (
    "(SELECT count(*) FROM handover_message m WHERE m.handover_id = h.id AND m.kind = 'question' AND NOT EXISTS ("
    "SELECT 1 FROM handover_message r WHERE r.handover_id = m.handover_id AND r.answers_id = m.id AND r.kind = 'answer'))"
)
_LEAVING = (
    "SELECT d.pupil_id FROM destination d JOIN pupil p ON p.id = d.pupil_id JOIN school s ON s.id = d.school_id "
    f"JOIN school l ON l.id = d.from_school_id WHERE d.transition = :move AND d.move_year = :move_year AND {LEAVES}"
)
_COLUMNS = columns(
    BoardRow,
    "h",
    OF_PUPIL,
    pupil_id="p.id",
    social_care="p.social_care_now",
    from_school_id="coalesce(h.from_school_id, p.school_id)",
    from_school=FROM_SCHOOL,
    to_school_id="t.id",
    to_school="t.name",
    receiver_id="r.id",
    low_age="c.low_age",
    high_age="c.high_age",
    handover_id="h.id",
    chased_on="(SELECT max(e.on_day) FROM handover_event e WHERE e.handover_id = h.id AND e.what = 'chased')",
    answers="(SELECT count(*) FROM handover_answer a WHERE a.handover_id = h.id)",
    questions=_QUESTIONS,
    sent_elsewhere=f"coalesce({SENT_ELSEWHERE}, FALSE)",
    leaves=f"p.id IN ({_LEAVING})",
)
_NAMES = (
    "LEFT JOIN school c ON c.id = p.school_id LEFT JOIN school f ON f.id = coalesce(h.from_school_id, p.school_id) "
    f"LEFT JOIN school r ON r.id = {RECEIVER.format(move='coalesce(h.transition, :move)', year=':move_year')} "
    f"LEFT JOIN school t ON t.id = CASE WHEN {WENT} THEN h.to_school_id ELSE r.id END LEFT JOIN worker w ON w.id = p.owner_id"
)


def board(
    connection: Connection,
    selection: Selection,
    transition: str,
    move_year: int,
    cohort_years: Sequence[int],
    moving: tuple[date, date] | None = None,
    with_plan: Sequence[int] = (),
) -> list[BoardRow]:
    """The pupils of these cohorts, each with the handover that goes out for this move, if any, by name.

    Of the cohorts ``with_plan`` those who have an EHC plan. A pupil with a handover for the move is there whatever the cohort,
    one of whom it is recorded that the school is left on it, and so is one whose in-year move falls between the
    days of ``moving``. Whose handover for the move came from another school is that school's to send.
    """
    where, parameters = selection.where()
    movers = [
        f"SELECT id FROM pupil WHERE cohort_year IN ({marks(parameters, 'moving', cohort_years)})",
        f"SELECT id FROM pupil WHERE cohort_year IN ({marks(parameters, 'older', with_plan)}) AND sen_provision = 'E'",
        "SELECT pupil_id FROM handover WHERE direction = 'out' AND move_year = :move_year AND transition = :move",
    ]
    if cohort_years:
        movers.append(_LEAVING)
    if moving is not None:
        movers.append("SELECT id FROM pupil WHERE in_year_move_on BETWEEN :first AND :last")
        parameters |= {"first": moving[0], "last": moving[1]}
    return fetch(
        connection,
        BoardRow,
        f"SELECT {_COLUMNS} FROM pupil p LEFT JOIN handover h ON h.pupil_id = p.id AND h.transition = :move "
        f"AND h.move_year = :move_year AND h.direction = 'out' {_NAMES} "
        f"WHERE p.id IN ({' UNION '.join(movers)}) AND (h.id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM handover i "
        "WHERE i.pupil_id = p.id AND i.transition = :move AND i.move_year = :move_year AND i.direction = 'in')) "
        f"AND {where} ORDER BY p.search_text, p.id",
        {**parameters, "move": transition, "move_year": move_year},
    )


def inbox(connection: Connection, selection: Selection, move_year: int) -> list[BoardRow]:
    """The handovers of a year that came from other schools, by name."""
    return _of_year(connection, selection, move_year, "h.direction = 'in'")


def unfinished(connection: Connection, selection: Selection, move_year: int, moves: Sequence[str]) -> list[BoardRow]:
    """The handovers of a year that go out for these moves, without those that are acknowledged and leave nothing to do; move by move."""
    place = " ".join(f"WHEN '{move}' THEN {number}" for number, move in enumerate(moves))
    of_moves = f"h.direction = 'out' AND h.transition IN ({', '.join(map(repr, moves))})"
    waits = f"(h.status <> 'acknowledged' OR {_QUESTIONS} > 0 OR {SENT_ELSEWHERE})"
    return _of_year(connection, selection, move_year, f"{of_moves} AND {waits}", f"CASE h.transition {place} END, ")


def _of_year(
    connection: Connection, selection: Selection, move_year: int, which: str, first: str = ""
) -> list[BoardRow]:
    where, parameters = selection.where()
    return fetch(
        connection,
        BoardRow,
        f"SELECT {_COLUMNS} FROM handover h JOIN pupil p ON p.id = h.pupil_id {_NAMES} "
        f"WHERE {which} AND h.move_year = :move_year AND {where} ORDER BY {first}p.search_text, p.id",
        {**parameters, "move": None, "move_year": move_year},
    )
