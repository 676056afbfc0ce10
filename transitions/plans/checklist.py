"""The checklist of a quality audit as data: its items, to whom they apply, the score and the grades.

The shipped items are a TOML file beside this module; a council's own lowest scores for the grades are kept in the database as
differences from it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from db.milestones import definitions as store
from transitions import questionnaire
from transitions.errors import FieldProblems
from transitions.milestones.recording import Recorded
from transitions.plans.page import PlanPage
from transitions.questionnaire import Question, record
from transitions.record_reading import as_text, gather, read_whole_number
from transitions.workspace import Workspace

NOT_APPLICABLE: Final = "not applicable"
JUDGEMENTS: Final = ("met", "partly", "not met", NOT_APPLICABLE)
"""What can be said of an item, best first."""
_POINTS: Final = {"met": 2, "partly": 1, "not met": 0}
_SETTING: Final = "audit grades"


@dataclass(frozen=True)
class Checklist:
    """The items in their order, and the lowest score in percent of each grade, best first."""

    version: str
    items: tuple[Question, ...]
    grades: Mapping[str, int]


@cache
def load_checklist() -> Checklist:
    """The checklist that ships with this program."""
    table = questionnaire.load("transitions.plans", "checklist.toml")
    return Checklist(
        table["version"],
        tuple(record(Question, one) for one in table["item"]),
        MappingProxyType({one["name"]: one["from"] for one in table["grade"]}),
    )


def items_for(page: PlanPage) -> list[Question]:
    """The items that the plan's auditor has to judge; the others do not apply at the pupil's age."""
    return [item for item in load_checklist().items if item.applies(age=page.age, year_group=page.year_group)]


def score(judgements: Mapping[str, str] | Iterable[str]) -> int | None:
    """Work out the score in percent, 0 to 100, rounded half up; None when no item applies.

    Met counts 2, partly 1, not met 0, each out of 2; what is not applicable is left out. Raises ``KeyError`` for any other
    word.
    """
    said = judgements.values() if isinstance(judgements, Mapping) else judgements
    points = [_POINTS[one] for one in said if one != NOT_APPLICABLE]
    return (100 * sum(points) + len(points)) // (2 * len(points)) if points else None


def thresholds(workspace: Workspace) -> Mapping[str, int]:
    """The lowest score in percent of each grade, best first, with the council's own numbers."""
    return MappingProxyType({**load_checklist().grades, **(store.setting(workspace.read(), _SETTING) or {})})


def grade(workspace: Workspace, score: int | None) -> str | None:
    """Grade a score; without a score there is no grade."""
    if score is None:
        return None
    return next(name for name, lowest in thresholds(workspace).items() if score >= lowest)


def save_thresholds(workspace: Workspace, lowest: Mapping[str, object]) -> Recorded:
    """Keep the lowest scores of grades, in percent, from 1 to 100; grades that are not given stay, the last begins at 0.

    An audit keeps the grade it was given. Raises ``FieldProblems`` by grade.
    """
    given, problems = gather(lowest, _read_threshold)
    found = {**thresholds(workspace), **given}
    names = list(load_checklist().grades)
    if not problems:
        problems = _out_of_order(names, found)
    if problems:
        raise FieldProblems(problems)
    shipped = load_checklist().grades
    own = {name: found[name] for name in names if found[name] != shipped[name]}
    name, summary = "Audit grades changed", ", ".join(f"{one} from {found[one]}" for one in names)
    with workspace.change(name, summary) as action:
        changed = store.change_setting(action, _SETTING, json.dumps(own))
    return Recorded(name, summary, int(changed))


def _read_threshold(name: str, value: object) -> int:
    names: Sequence[str] = list(load_checklist().grades)
    if name not in names:
        raise ValueError(f"there is no such grade; expected one of {', '.join(names[:-1])}")
    if name == names[-1]:
        raise ValueError("is the lowest grade and begins at 0: set the grade above it")
    return read_whole_number(as_text(value).removesuffix("%"), 1, 100)


def _out_of_order(names: Sequence[str], lowest: Mapping[str, int]) -> dict[str, str]:
    return {
        worse: f"must begin below {better}, which begins at {lowest[better]}"
        for better, worse in pairwise(names)
        if lowest[worse] >= lowest[better]
    }
