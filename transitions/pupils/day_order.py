"""Days of a pupil that cannot be as they are: before the birth, or out of their order. Forms, commands and imports ask here."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

from db.importing import NO_CARE, Care
from transitions.dates import before_birth, short_with_year
from transitions.pupils.pupil_fields import FIELDS

_OF_A_PLAN: Final = {
    "ehc_requested_on": "The assessment was asked for",
    "ehc_decided_on": "It was decided on",
    "ehc_started_on": "The plan was made",
    "ehc_ended_on": "The plan ended",
}
"""The days of an EHC plan in their order, with what happened on each."""
_AFTER_BIRTH: Final = [name for name, field in FIELDS.items() if field.kind == "date" and name != "date_of_birth"]
_BIRTH: Final = "date_of_birth"


def impossible_days(
    given: Mapping[str, Any], old: Mapping[str, Any] | None, care: Care = NO_CARE, closed: Collection[str] = ()
) -> dict[str, str]:
    """By field a sentence for each day that is ``given`` and cannot be, by what else is given or stands in ``old``.

    ``care`` is the social care that is open, or has ended on a day not known, and ``closed`` the kinds that are open no more.
    """
    starts = [one.started_on for one in care.open.values()]
    return _before_birth(given, old or {}, starts) | _out_of_order(given, old) | _care_out_of_order(given, care, closed)


def _before_birth(
    given: Mapping[str, Any], old: Mapping[str, Any], care_since: Iterable[date | None]
) -> dict[str, str]:
    born = given.get(_BIRTH) or old.get(_BIRTH)
    if born is None:
        return {}
    found = {name: before_birth(born) for name in _AFTER_BIRTH if (day := given.get(name)) and day < born}
    stands = {FIELDS[name].label: old.get(name) for name in _AFTER_BIRTH if name not in given}
    earliest = min(((day, label) for label, day in stands.items() if day), default=None)
    care = min(filter(None, care_since), default=None)
    if care and "social_care_since" not in given and (earliest is None or care < earliest[0]):
        earliest = care, FIELDS["social_care_since"].label
    if given.get(_BIRTH) and earliest is not None and earliest[0] < born:
        day, label = earliest
        found[_BIRTH] = f"{label} is {short_with_year(day)}, before this: put one of the two days right."
    return found


def _out_of_order(given: Mapping[str, Any], old: Mapping[str, Any] | None) -> dict[str, str]:
    if old is not None and is_another_plan(given, old):
        old = None
    known = [(name, day) for name in _OF_A_PLAN if (day := given[name] if name in given else (old or {}).get(name))]
    return {
        name: f"{_OF_A_PLAN[before]} on {short_with_year(first)}, so this cannot be earlier: put one of the two days right."
        for (before, first), (name, day) in pairwise(known)
        if day < first and {before, name} & given.keys()
    }


def _care_out_of_order(given: Mapping[str, Any], care: Care, closed: Collection[str]) -> dict[str, str]:
    """What ends before it began, or would where the next way in which the case is open begins."""
    name = "social_care_ended" if given.get("social_care_ended") else "social_care_since"
    day = given.get(name)
    ending = [care.open[kind] for kind in closed if kind in care.open] or (
        care.ended if name == "social_care_ended" else []
    )
    if name == "social_care_ended" and day and not ending:
        return {name: "A day is given, but not what has ended: leave it out of the ways in which the case is open."}
    late = next((one for one in ending if day and one.started_on and day < one.started_on), None)
    if late is None or late.started_on is None:
        return {}
    return {
        name: f"{late.kind.capitalize()} began on {short_with_year(late.started_on)}, after this: put one of the two days right."
    }


def is_another_plan(given: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether what is said begins a plan after the one that is recorded, and that has ended."""
    ended, begins = old.get("ehc_ended_on"), given.get("ehc_requested_on") or given.get("ehc_started_on")
    return bool(ended and begins and begins > ended)
