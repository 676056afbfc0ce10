"""Moves: where children go, whether the next school has what it needs, whether the move lasts, what the EHC plan names by when,
whether the Transition Guarantee is kept, and who turns 18."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from db.milestones.steps import GuaranteeStep
from db.pupils.ehc_plans import DuePlace
from transitions.caseload.forecast import known_to_services, turning_18
from transitions.dates import MONTHS
from transitions.handovers import after_move, board
from transitions.handovers.board import BoardLine
from transitions.impact.measure import Asked, Figure, Reader, beside
from transitions.impact.measures.behind import About, of_records, pupils
from transitions.milestones import guarantee, phase_transfers
from transitions.milestones.definitions import load_shipped
from transitions.milestones.destinations import LEAVING
from transitions.milestones.phase_transfers import NOT_SAID, TO_COME, became, in_time
from transitions.school_year import academic_year_label

_QUARTERS: Final = 4
_YEARS: Final = 3


def _of_children(
    asked: Asked, code: str, of: Collection[int], counted: Collection[int], part: str = "", others: str = ""
) -> Figure:
    rows = partial(pupils, asked.workspace, of, counted)
    found = len(set(counted) & set(of))
    return Figure(code, asked.period, found, len(of), "children", part=part, beside=others, rows=rows)


def _of_movers(code: str, asked: Asked, counts: Callable[[BoardLine], bool]) -> list[Figure]:
    """The children who move this year, in all and by move; of a child with two moves both are to count."""
    caseload, chosen = replace(asked.caseload, transitions=()), asked.caseload.transitions
    boards = {
        move: board.load(asked.workspace, caseload, move, asked.year).lines
        for move in LEAVING
        if move in (chosen or LEAVING)
    }
    everybody = [line for lines in boards.values() for line in lines]
    titles = load_shipped().transitions
    parts = {"": everybody, **{titles[move].title: lines for move, lines in boards.items()}}
    return [
        _of_children(asked, code, {line.row.pupil_id for line in lines}, _every(lines, counts), part)
        for part, lines in parts.items()
        if lines or not part
    ]


def _every(lines: Iterable[BoardLine], counts: Callable[[BoardLine], bool]) -> set[int]:
    found: dict[int, bool] = {}
    for line in lines:
        found[line.row.pupil_id] = found.get(line.row.pupil_id, True) and counts(line)
    return {pupil for pupil, counted in found.items() if counted}


def _acknowledged(line: BoardLine) -> bool:
    return line.status == "acknowledged" and not line.row.sent_elsewhere


def _sustained(asked: Asked) -> list[Figure]:
    moves = asked.among(after_move.begun(asked.workspace, asked.year))
    found = []
    for after, months in after_move.AFTER.items():
        judged = after_move.judged(moves, months, asked.today)
        known = [_pupil(row.pupil_id, bool(place)) for row, place in judged if place is not None]
        others = beside((len(judged) - len(known), "not known"), (len(moves) - len(judged), "not yet that long"))
        found.append(of_records(asked, "moves-sustained", known, "moves", after, beside=others))
    return found


def _pupil(pupil: int, counted: bool, words: str = "") -> About:
    return About(("pupil", pupil), pupil, counted, words)


_OF_A_PLACE: Final[Mapping[str, Callable[[Asked, DuePlace], bool]]] = {
    "final plan on time": lambda _, row: in_time(row) is True,
    "final plan late": lambda _, row: in_time(row) is False,
    "school or college named": lambda asked, row: became(row, asked.today) == "named",
    "only the type named": lambda asked, row: became(row, asked.today) == "type only",
    "neither named": lambda asked, row: became(row, asked.today) == "neither",
    "not said": lambda asked, row: became(row, asked.today) == NOT_SAID,
}
"""What is asked of the places that are due: on time and late add up to named and only the type; with neither and not said, to all."""


def _phase_transfer(asked: Asked) -> list[Figure]:
    every = asked.among(phase_transfers.due(asked.workspace, asked.year))
    by_day: dict[str, list[DuePlace]] = {"": every}
    for row in sorted(every, key=lambda row: str(row.due_on)):
        day = row.due_on
        by_day.setdefault(f"by {day.day} {MONTHS[day.month - 1]}" if day else "day not known", []).append(row)
    return [figure for day, rows in by_day.items() for figure in _places(asked, day, rows)]


def _places(asked: Asked, day: str, every: Sequence[DuePlace]) -> Iterable[Figure]:
    due = [row for row in every if became(row, asked.today) != TO_COME]
    to_come = beside((len(every) - len(due), TO_COME))
    for what, counts in _OF_A_PLACE.items() if due else list(_OF_A_PLACE.items())[:1]:
        children = (_pupil(row.pupil_id, counts(asked, row), row.transition) for row in due)
        part = ", ".join(filter(None, (day, what)))
        yield of_records(asked, "phase-transfer", children, part=part, beside=to_come)


_COMPARED: Final = ("pupil premium", "all others")


def _guarantee(asked: Asked) -> list[Figure]:
    """Of three years: who has every step met, of those whose steps have all been due or decided."""
    return [figure for year in range(asked.year - _YEARS + 1, asked.year + 1) for figure in _of_a_year(asked, year)]


def _of_a_year(asked: Asked, year: int) -> Iterable[Figure]:
    steps, label = asked.among(guarantee.steps(asked.workspace, year)), academic_year_label(year)
    shares = []
    for cohort in _COMPARED:
        mine = [row for row in steps if guarantee.COHORTS[cohort](row)]
        outcomes = guarantee.outcomes_of(mine)
        waiting = {row.pupil_id for row in mine if _is_to_come(asked, row)}
        of = outcomes.keys() - waiting
        done = [pupil for pupil in of if outcomes[pupil] <= guarantee.DONE]
        others = beside((len(waiting), "with a step still to come"))
        if not steps:
            others = "no step of the guarantee is recorded for this year"
        shares.append((len(done), len(of)))
        yield replace(_of_children(asked, "guarantee", of, done, f"{label}, {cohort}", others), period=label)
    (premium, of_premium), (rest, of_rest) = shares
    if of_premium and of_rest:
        yield Figure(
            "guarantee",
            label,
            None,
            of_premium + of_rest,
            "children",
            f"{label}, gap",
            100 * (premium / of_premium - rest / of_rest),
            "percentage points, pupil premium less all others",
        )


def _is_to_come(asked: Asked, row: GuaranteeStep) -> bool:
    return row.outcome is None and (row.due_on is None or row.due_on >= asked.today)


def _turning_18(asked: Asked) -> list[Figure]:
    """Who turns 18 in this quarter and the three after it, whatever year is asked for: what is to be staffed."""
    quarters = turning_18(asked.workspace, asked.caseload, _QUARTERS)
    period = f"{_QUARTERS} quarters from {quarters[0].quarter}"
    by_quarter = {"": [person for one in quarters for person in one.people]}
    by_quarter |= {one.quarter: list(one.people) for one in quarters}
    found = []
    for quarter, people in by_quarter.items():
        everybody = {person.id for person in people}
        known = {person.id for person in people if known_to_services(person)}
        referred = {person.id for person in people if person.referred} & known
        cares = [person.social_care_now or "" for person in people]
        others = beside(
            (sum(person.sen_provision == "E" for person in people), "with an EHC plan"),
            (sum("looked after" in care for care in cares), "looked after"),
            (sum("care leaver" in care for care in cares), "leaving care"),
        )
        told = f"{quarter or 'all'}, referred to adults' services"
        found += [
            _of_children(asked, "turning-18", everybody, known, quarter, others),
            _of_children(asked, "turning-18", known, referred, told),
        ]
    return [replace(one, period=period, of="young people") for one in found]


READERS: Final[Mapping[str, Reader]] = {
    "destinations-recorded": partial(_of_movers, "destinations-recorded", counts=lambda line: line.row.receiver_id is not None),
    "handovers-acknowledged": partial(_of_movers, "handovers-acknowledged", counts=_acknowledged),
    "moves-sustained": _sustained,
    "phase-transfer": _phase_transfer,
    "guarantee": _guarantee,
    "turning-18": _turning_18,
}  # fmt: skip
