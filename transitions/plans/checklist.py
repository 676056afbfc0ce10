"""The checklist of a quality audit as data: its items, to whom they apply, the score and the grades.

The shipped items are a TOML file beside this module; a council's own lowest scores for the grades are kept in the database as
differences from it.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from db.milestones import definitions as store
from transitions.errors import FieldProblems
from transitions.milestones.recording import Recorded
from transitions.plans.page import PlanPage
from transitions.record_reading import as_text, gather
from transitions.workspace import Workspace

__all__ = [
    "JUDGEMENTS",
    "NOT_APPLICABLE",
    "Checklist",
    "Item",
    "grade",
    "items_for",
    "load_checklist",
    "save_thresholds",
    "score",
    "thresholds",
]

NOT_APPLICABLE: Final = "not applicable"
JUDGEMENTS: Final = ("met", "partly", "not met", NOT_APPLICABLE)
"""What can be said of an item, best first."""
_POINTS: Final = {"met": 2, "partly": 1, "not met": 0}
_SETTING: Final = "audit grades"


@dataclass(frozen=True)
class Item:
    """One thing that a good plan has; ``from_age`` in years and ``from_year_group``, 0 for everybody's plan."""

    code: str
    words: str
    help: str
    from_age: int
    from_year_group: int

    def applies(self, *, age: int, year_group: int) -> bool:
        """Give whether the plan of a pupil of this age (years) and year group is asked about it."""
        return age >= self.from_age and (not self.from_year_group or year_group >= self.from_year_group)


@dataclass(frozen=True)
class Checklist:
    """The items in their order, and the lowest score in percent of each grade, best first."""

    version: str
    items: tuple[Item, ...]
    grades: Mapping[str, int]


@cache
def load_checklist() -> Checklist:
    """Give the checklist that ships with this program."""
    table = tomllib.loads(files("transitions.plans").joinpath("checklist.toml").read_text(encoding="utf-8"))
    items = (
        Item(one["code"], one["words"], one["help"], one.get("from_age", 0), one.get("from_year_group", 0))
        for one in table["item"]
    )
    grades = {one["name"]: one["from"] for one in table["grade"]}
    return Checklist(table["version"], tuple(items), MappingProxyType(grades))


def items_for(page: PlanPage) -> list[Item]:
    """Give the items that the plan's auditor has to judge; the others do not apply at the pupil's age."""
    return [item for item in load_checklist().items if item.applies(age=page.age, year_group=page.year_group)]


def score(judgements: Mapping[str, str] | Iterable[str]) -> int | None:
    """Give the score in percent, 0 to 100, rounded half up; None when no item applies.

    Met counts 2, partly 1, not met 0, each out of 2; what is not applicable is left out. Raises ``KeyError`` for any other
    word.
    """
    said = judgements.values() if isinstance(judgements, Mapping) else judgements
    points = [_POINTS[one] for one in said if one != NOT_APPLICABLE]
    return (100 * sum(points) + len(points)) // (2 * len(points)) if points else None


def thresholds(workspace: Workspace) -> Mapping[str, int]:
    """Give the lowest score in percent of each grade, best first, with the council's own numbers."""
    return MappingProxyType({**load_checklist().grades, **(store.setting(workspace.read(), _SETTING) or {})})


def grade(workspace: Workspace, score: int | None) -> str | None:
    """Give the grade of a score; None when there is no score."""
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
    text = as_text(value).removesuffix("%").strip()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100:
        raise ValueError("expected a whole number from 1 to 100")
    return int(text)


def _out_of_order(names: Sequence[str], lowest: Mapping[str, int]) -> dict[str, str]:
    return {
        worse: f"must begin below {better}, which begins at {lowest[better]}"
        for better, worse in pairwise(names)
        if lowest[worse] >= lowest[better]
    }
