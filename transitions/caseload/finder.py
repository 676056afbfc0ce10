"""Anybody and anything by what is typed of a name: pupils, their plans, schools, staff and workshops, the likeliest first."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from db.plans import plans as plan_store
from db.pupils import finding
from db.workshops import workshops as workshop_store
from transitions.caseload import caseload as caseloads
from transitions.dates import short_with_year
from transitions.pupils import lists
from transitions.school_year import academic_year, year_group_label
from transitions.team.workers import workers_by_name
from transitions.text import answering, search_words
from transitions.workspace import Workspace

Kind = Literal["pupil", "plan", "school", "person", "workshop"]
EACH: Final = 8
"""The most that are given of each kind."""
_PLANS_OF: Final = 3
_PLAN_WORD: Final = "plan"


class Found(NamedTuple):
    """One that was found. Of a pupil, or whose plan it is, ``name`` is the surname; ``nearly`` says that it is not written so."""

    kind: Kind
    number: int
    name: str
    forename: str
    detail: str
    nearly: bool = False


def find(workspace: Workspace, typed: str) -> list[Found]:
    """The likeliest of each kind, pupils first, with the word "plan" only plans; who is written nearly so when there is none."""
    words = search_words(typed)
    found = _called(workspace, words)
    if found or not words:
        return found
    nearly = [one for meant in lists.meanings(workspace, typed, everything=True) for one in _called(workspace, meant)]
    return [one._replace(nearly=True) for one in dict.fromkeys(nearly)][: 2 * EACH]


def _called(workspace: Workspace, words: Sequence[str]) -> list[Found]:
    if not words:
        return []
    names = [word for word in words if word != _PLAN_WORD]
    pupils = _pupils(workspace, names or words)
    plans = _plans(workspace, pupils[:_PLANS_OF])
    if names and names != words:
        return plans
    text = " ".join(words)
    return [*pupils, *_schools(workspace, text), *_staff(workspace, text), *_workshops(workspace, text), *plans]


def _pupils(workspace: Workspace, words: Sequence[str]) -> list[Found]:
    ids, year = pupil_ids(workspace, words), academic_year(workspace.clock.today)
    rows = caseloads.rows(workspace, ids)
    return [
        Found(
            "pupil",
            row.id,
            row.surname,
            row.preferred_name or row.forename,
            " · ".join(part for part in (year_group_label(year - row.cohort_year), row.school) if part),
        )
        for row in (rows[number] for number in ids if number in rows)
    ]


def pupil_ids(workspace: Workspace, words: Sequence[str], limit: int = EACH) -> list[int]:
    """The first pupils whose surname begins so, then with a name that begins so, then those who have the letters at all."""
    connection = workspace.read()
    found = finding.ids_beginning(connection, "pupil", " ".join(words), limit)
    if len(found) < limit:
        holding = finding.ids(connection, "pupil", words, limit)
        begin = finding.ids(connection, "pupil", words, limit, begin=True) if len(holding) == limit else []
        found = list(dict.fromkeys([*found, *begin, *holding]))[:limit]
    return found


def _plans(workspace: Workspace, pupils: Sequence[Found]) -> list[Found]:
    numbers = [plan_store.open_plan_id(workspace.read(), pupil.number) for pupil in pupils]
    found = zip(pupils, numbers, strict=True)
    return [pupil._replace(kind="plan", number=number) for pupil, number in found if number is not None]


def _schools(workspace: Workspace, text: str) -> list[Found]:
    found = lists.schools_by_name(workspace, text, EACH)
    return [Found("school", one.id, one.name, "", one.detail) for one in found]


def _staff(workspace: Workspace, text: str) -> list[Found]:
    found = answering(text, workers_by_name(workspace), lambda one: f"{one.name} {one.detail}")
    return [Found("person", one.id, one.name, "", one.detail) for one in found[:EACH]]


def _workshops(workspace: Workspace, text: str) -> list[Found]:
    named = workshop_store.named(workspace.read())
    found = answering(text, named, lambda one: f"{one.title} {one.host_school or ''}")
    return [
        Found(
            "workshop", one.id, one.title, "", " · ".join(filter(None, (short_with_year(one.on_day), one.host_school)))
        )
        for one in found[:EACH]
    ]
