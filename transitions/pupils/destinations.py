"""What becomes of a pupil's destinations when a school is recorded: each move keeps the next school that is its own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from db.gathering import NewRowNumber, Write
from db.pupils.destinations import DestinationRow
from transitions.milestones.destinations import IN_YEAR, Move, Taught, move_of, stays

_DECIDE = {"school_id", "next_school_id", "in_year_move_on", "cohort_year"}
_SAID = {"next_school_id", "next_school_stage"}
WHICH_SCHOOL: Final = "say first which school it is"
"""What is said of a place without a school."""
Ages = Callable[[int], Taught]
"""What a school teaches, by its number."""


def destination_writes(
    pupil: int | NewRowNumber,
    given: Mapping[str, Any],
    old: Mapping[str, Any] | None,
    values: Mapping[str, Any],
    known: Sequence[DestinationRow],
    taught: Ages,
    today: date,
) -> list[Write]:
    """What to write when ``given`` is said of a pupil, which makes ``values`` of the columns that were ``old``.

    ``known`` are the pupil's destinations, the newest first. A next school is that of one move; what is known of the others
    stays. A place that is said again once places are offered is no longer intended, unless ``next_school_stage`` says so.
    Who goes on at the same school (its Reception class, its sixth form) has a place there when somebody says it.
    """
    before = old or {}
    now = {**before, **values}
    if not (values.keys() & _DECIDE or given.keys() & _SAID):
        return []
    here, there = now.get("school_id"), now.get("next_school_id")
    stood = next((one for one in known if one.school_id == before.get("next_school_id")), None)
    if stood is not None and _went_elsewhere(stood, before, now, taught, today):
        return [Write("destination", {"id": stood.id}, {"school_id": here})]
    own, writes = None, []
    said_on = today if "next_school_id" in given else now.get("next_school_recorded_on")
    recorded_on = values.get("next_school_recorded_on") or said_on or today
    move = None
    if there is not None and there != here:
        at = Taught() if here is None else taught(here)
        move = move_of(now["cohort_year"], recorded_on, now.get("in_year_move_on"), at, taught(there))
    elif there is not None and "next_school_id" in given and "school_id" not in (values if old else ()):
        move = stays(now["cohort_year"], recorded_on)
    if there is not None and move is not None:
        own = next((one for one in known if (one.transition, one.move_year) == move), None)
        place = {"from_school_id": here, "school_id": there, **_stage(move, there, own, given, recorded_on, today)}
        if own is None:
            key = {"transition": move.transition, "move_year": move.year}
            writes.append(Write("destination", None, {"pupil_id": pupil, **key, **place}))
        elif changed := {name: value for name, value in place.items() if getattr(own, name) != value}:
            writes.append(Write("destination", {"id": own.id}, changed))
    if stood is not None and stood is not own and _is_taken_back(stood, before, now):
        writes.append(Write("destination", {"id": stood.id}, None))
    return writes


def place_in_words(row: DestinationRow, cohort_year: int) -> str:
    """``Conyers School, offered``, and what the ages of the school leave in doubt."""
    group = Move(row.transition, row.move_year).group_after(cohort_year)
    return f"{row.school}, {row.stage}{Taught.by_ages(row.low_age, row.high_age).doubt(group)}"


def _stage(
    move: Move, school_id: int, own: DestinationRow | None, given: Mapping[str, Any], recorded_on: date, today: date
) -> dict[str, Any]:
    said = given.get("next_school_stage")
    if own is None or own.school_id != school_id:
        return {"recorded_on": recorded_on, "stage": said or move.stage_on(recorded_on)}
    was_intended = own.stage == "intended"
    stage = said or (move.stage_on(today) if was_intended and "next_school_id" in given else own.stage)
    return {"recorded_on": today if was_intended and stage != "intended" else own.recorded_on, "stage": stage}


def _went_elsewhere(
    stood: DestinationRow, before: Mapping[str, Any], now: Mapping[str, Any], taught: Ages, today: date
) -> bool:
    """Whether the move was made, but to another school than the one that was known."""
    here = now.get("school_id")
    if here in (None, before.get("school_id"), stood.school_id):
        return False
    move = Move(stood.transition, stood.move_year)
    made_on = now.get("in_year_move_on") if move.transition == IN_YEAR else date(move.year + 1, 9, 1)
    is_over = made_on is not None and made_on <= today
    return (is_over or now.get("next_school_id") is None) and taught(here).may_teach(
        move.group_after(now["cohort_year"])
    )


def _is_taken_back(stood: DestinationRow, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the pupil does not go there after all, or goes there on another move, or the other was no move at all."""
    there = now.get("next_school_id")
    arrived = now.get("school_id") == stood.school_id != stood.from_school_id
    return not arrived and (
        there in (None, stood.school_id) or (stood.transition == IN_YEAR and before.get("in_year_move_on") is None)
    )
