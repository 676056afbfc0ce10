"""What a plan asks: the shipped questions in this council's words, chosen for the transition point and the pupil's age.

Beside the questions a plan has four areas of outcomes, and cycles in which it is reviewed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from db.milestones import definitions as store
from transitions import questionnaire
from transitions.errors import FieldProblems
from transitions.questionnaire import Form, OwnWording, record
from transitions.text import clean
from transitions.workspace import Recorded, Workspace

PFA_FROM_YEAR_GROUP: Final = 9
"""From here a plan prepares for adulthood (SEND code of practice 8.9)."""
_WORDING: Final = "plan wording"
_LONGEST: Final = {"label": 60, "prompt": 300}
PARTS: Final = {"label": "label", "prompt": "help"}
"""What the council may change of a question, as commands and the database name it."""


@dataclass(frozen=True)
class Area:
    """One of the four areas of outcomes; ``younger`` is what it is called before Year 9."""

    code: str
    title: str
    younger: str
    prompt: str


@dataclass(frozen=True)
class Cycle:
    """How often a plan is reviewed for one reason; ``months`` from 1 to 24."""

    code: str
    words: str
    months: int


@dataclass(frozen=True)
class QuestionSet(Form):
    """Everything that plans may ask, with the version that is written into each plan."""

    areas: tuple[Area, ...]
    cycles: tuple[Cycle, ...]


@dataclass(frozen=True)
class PlanForm(Form):
    """What one plan asks. ``areas`` are the words for the four areas; ``all_areas`` says that each needs an outcome."""

    areas: Mapping[str, str]
    area_prompts: Mapping[str, str]
    all_areas: bool


@cache
def load_shipped() -> QuestionSet:
    table = questionnaire.load("transitions.plans", "questions.toml")
    return QuestionSet(
        table["version"],
        "",
        questionnaire.sections(table),
        tuple(Area(code, **area) for code, area in table["areas"].items()),
        tuple(record(Cycle, cycle) for cycle in table["review"]),
    )


def own_words(workspace: Workspace) -> Mapping[str, Mapping[str, Any]]:
    """What the council changed: by question ``label`` and ``prompt``, by review cycle (``review CODE``) ``months``."""
    return store.setting(workspace.read(), _WORDING) or {}


def questions(workspace: Workspace) -> QuestionSet:
    own = own_words(workspace)
    shipped = load_shipped().in_words(
        {code: OwnWording(one.get("label"), one.get("prompt")) for code, one in own.items()}
    )
    return replace(
        shipped,
        cycles=tuple(
            _in_own_months(cycle, own.get(f"review {cycle.code}", {}).get("months")) for cycle in shipped.cycles
        ),
    )


def _in_own_months(cycle: Cycle, months: int | None) -> Cycle:
    if months is None:
        return cycle
    every = "every month" if months == 1 else f"every {months} months"
    return replace(cycle, months=months, words=f"{cycle.words}; this council: {every}")


def save_words(workspace: Workspace, words: Mapping[str, Mapping[str, object]]) -> Recorded:
    """Keep the council's words; what is the same as shipped, or empty, goes back to the shipped words.

    ``words`` is by question code ``{"label": ..., "prompt": ...}`` and by ``review CODE`` ``{"months": 1 to 24}``; codes
    that are not given stay as they are. Raises ``FieldProblems`` by "code part", such as "admired label".
    """
    own: dict[str, dict[str, object]] = {name: dict(parts) for name, parts in own_words(workspace).items()}
    problems: dict[str, str] = {}
    for name, parts in words.items():
        for part, value in parts.items():
            try:
                _put_wording(own, name, part, value)
            except ValueError as problem:
                problems[f"{name} {part}"] = str(problem)
    if problems:
        raise FieldProblems(problems)
    kept = {name: parts for name, parts in own.items() if parts}
    with workspace.change("Plan wording changed", "questions, prompts and review cycles of plans") as action:
        store.change_setting(action, _WORDING, json.dumps(kept, ensure_ascii=False, sort_keys=True))
    return action.recorded


def _put_wording(own: dict[str, dict[str, object]], name: str, part: str, value: object) -> None:
    if name.startswith("review "):
        shipped: object = _months_of(name, part)
        new: object = "" if value in ("", None) else _months(value)
    else:
        question = load_shipped().question(name)
        if question is None or part not in PARTS:
            raise ValueError("there is no such question")
        shipped = getattr(question, PARTS[part])
        new = clean(str(value or ""))
        if len(str(new)) > _LONGEST[part]:
            raise ValueError(f"is longer than {_LONGEST[part]} characters: say it in fewer words")
    if new in ("", shipped):
        own.get(name, {}).pop(part, None)
    else:
        own.setdefault(name, {})[part] = new


def _months_of(name: str, part: str) -> int:
    cycle = next((one for one in load_shipped().cycles if f"review {one.code}" == name), None)
    if cycle is None or part != "months":
        raise ValueError("there is no such review cycle")
    return cycle.months


def _months(value: object) -> int:
    text = str(value or "").strip()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 24:
        raise ValueError("expected a number of months from 1 to 24")
    return int(text)


def form_of(workspace: Workspace, transition: str, *, age: int, year_group: int) -> PlanForm:
    found = questions(workspace)
    grown = year_group >= PFA_FROM_YEAR_GROUP
    narrowed = found.at(transition).keeping(lambda question: question.applies(age=age, year_group=year_group))
    return PlanForm(
        found.version,
        transition,
        narrowed.sections,
        MappingProxyType({area.code: area.title if grown else area.younger for area in found.areas}),
        MappingProxyType({area.code: area.prompt if grown else "" for area in found.areas}),
        grown,
    )
