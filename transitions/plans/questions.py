"""What a plan asks: sections and questions as data, chosen for the transition point and the pupil's age.

The shipped words are a TOML file beside this module; a council's own labels, prompts and review cycles are kept in the
database as differences from it, so that a later release can still mend a question nobody touched.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from db.milestones import definitions as store
from transitions.errors import FieldProblems
from transitions.milestones.recording import Recorded
from transitions.text import clean
from transitions.workspace import Workspace

__all__ = [
    "Area",
    "Cycle",
    "Holds",
    "Kind",
    "Question",
    "QuestionSet",
    "Section",
    "Template",
    "load_shipped",
    "own_words",
    "questions",
    "save_words",
    "template",
]

Kind = Literal["long text", "text", "date", "yes no", "choice", "worker", "school"]
Holds = Literal["", "outcomes", "actions", "people", "meetings", "copies"]
PFA_FROM_YEAR_GROUP = 9
"""From here a plan prepares for adulthood (SEND code of practice 8.9)."""
_WORDING = "plan wording"
_LONGEST = {"label": 60, "prompt": 300}


@dataclass(frozen=True)
class Question:
    """One question: the plan's column it fills, what it is called, and what helps to answer it.

    A ``running`` one may change after the plan was agreed. ``from_age`` is the least age in years, 0 for every age.
    """

    name: str
    label: str
    prompt: str
    kind: Kind
    choices: tuple[str, ...]
    running: bool
    from_age: int
    prompts: Mapping[str, str]
    """Other prompts by transition point."""


@dataclass(frozen=True)
class Section:
    """Questions under a title, with the list that the section ``holds`` beside them."""

    code: str
    title: str
    help: str
    running: bool
    holds: Holds
    questions: tuple[Question, ...]


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
class QuestionSet:
    """Everything that plans may ask, with the version that is written into each plan."""

    version: str
    sections: tuple[Section, ...]
    areas: tuple[Area, ...]
    cycles: tuple[Cycle, ...]

    def question(self, name: str) -> Question | None:
        """Give the question that fills this column, or None."""
        return next((one for section in self.sections for one in section.questions if one.name == name), None)


@dataclass(frozen=True)
class Template:
    """What one plan asks. ``areas`` are the words for the four areas; ``all_areas`` says that each needs an outcome."""

    version: str
    transition: str
    sections: tuple[Section, ...]
    areas: Mapping[str, str]
    area_prompts: Mapping[str, str]
    all_areas: bool

    def asks(self, name: str) -> bool:
        """Give whether this plan has the question."""
        return any(question.name == name for section in self.sections for question in section.questions)

    def section(self, code: str) -> Section:
        """Give a section of this plan. Raises ``KeyError``."""
        return {section.code: section for section in self.sections}[code]

    def section_of(self, name: str) -> Section | None:
        """Give the section in which a question stands, or None."""
        return next((one for one in self.sections if any(question.name == name for question in one.questions)), None)


@cache
def load_shipped() -> QuestionSet:
    """Give the set that ships with this program."""
    table = tomllib.loads(files("transitions.plans").joinpath("questions.toml").read_text(encoding="utf-8"))
    return QuestionSet(
        table["version"],
        tuple(_section(section) for section in table["section"]),
        tuple(Area(code, area["title"], area["younger"], area["prompt"]) for code, area in table["areas"].items()),
        tuple(Cycle(cycle["code"], cycle["words"], cycle["months"]) for cycle in table["review"]),
    )


def _section(table: Mapping[str, Any]) -> Section:
    running = table.get("running", False)
    found = tuple(
        Question(
            name=question["name"],
            label=question["label"],
            prompt=question.get("prompt", ""),
            kind=question.get("kind", "long text"),
            choices=tuple(question.get("choices", ())),
            running=question.get("running", running),
            from_age=question.get("from_age", 0),
            prompts=MappingProxyType(question.get("prompts", {})),
        )
        for question in table.get("question", ())
    )
    return Section(table["code"], table["title"], table["help"], running, table.get("holds", ""), found)


def own_words(workspace: Workspace) -> Mapping[str, Mapping[str, Any]]:
    """Give what the council changed: by question ``label`` and ``prompt``, by review cycle (``review CODE``) ``months``."""
    return store.setting(workspace.read(), _WORDING) or {}


def questions(workspace: Workspace) -> QuestionSet:
    """Give the set in this council's words."""
    shipped, own = load_shipped(), own_words(workspace)
    if not own:
        return shipped
    return replace(
        shipped,
        sections=tuple(
            replace(section, questions=tuple(_in_own_words(one, own.get(one.name)) for one in section.questions))
            for section in shipped.sections
        ),
        cycles=tuple(
            _in_own_months(cycle, own.get(f"review {cycle.code}", {}).get("months")) for cycle in shipped.cycles
        ),
    )


def _in_own_words(question: Question, own: Mapping[str, Any] | None) -> Question:
    if not own:
        return question
    prompt = own.get("prompt")
    return replace(
        question,
        label=own.get("label", question.label),
        prompt=question.prompt if prompt is None else prompt,
        # a council's prompt holds for every move
        prompts=question.prompts if prompt is None else MappingProxyType({}),
    )


def _in_own_months(cycle: Cycle, months: int | None) -> Cycle:
    if months is None:
        return cycle
    every = "every month" if months == 1 else f"every {months} months"
    return replace(cycle, months=months, words=f"{cycle.words}; this council: {every}")


def save_words(workspace: Workspace, words: Mapping[str, Mapping[str, object]]) -> Recorded:
    """Keep the council's words; what is the same as shipped, or empty, goes back to the shipped words.

    ``words`` is by question name ``{"label": ..., "prompt": ...}`` and by ``review CODE`` ``{"months": 1 to 24}``; names
    that are not given stay as they are. Raises ``FieldProblems`` by "name part", such as "admired label".
    """
    own: dict[str, dict[str, object]] = {name: dict(parts) for name, parts in own_words(workspace).items()}
    problems: dict[str, str] = {}
    for name, parts in words.items():
        for part, value in parts.items():
            try:
                _put(own, name, part, value)
            except ValueError as problem:
                problems[f"{name} {part}"] = str(problem)
    if problems:
        raise FieldProblems(problems)
    kept = {name: parts for name, parts in own.items() if parts}
    with workspace.change("Plan wording changed", "questions, prompts and review cycles of plans") as action:
        changed = store.change_setting(action, _WORDING, json.dumps(kept, ensure_ascii=False, sort_keys=True))
    return Recorded("Plan wording changed", "questions, prompts and review cycles of plans", int(changed))


def _put(own: dict[str, dict[str, object]], name: str, part: str, value: object) -> None:
    if name.startswith("review "):
        shipped: object = _months_of(name, part)
        new: object = "" if value in ("", None) else _months(value)
    else:
        question = load_shipped().question(name)
        if question is None or part not in _LONGEST:
            raise ValueError("there is no such question")
        shipped = getattr(question, part)
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


def template(workspace: Workspace, transition: str, *, age: int, year_group: int) -> Template:
    """Give what a plan asks of a pupil of this age (years) and year group at a transition point."""
    found = questions(workspace)
    grown = year_group >= PFA_FROM_YEAR_GROUP
    sections = (_asked(section, transition, age) for section in found.sections)
    return Template(
        found.version,
        transition,
        tuple(section for section in sections if section.questions or section.holds),
        MappingProxyType({area.code: area.title if grown else area.younger for area in found.areas}),
        MappingProxyType({area.code: area.prompt if grown else "" for area in found.areas}),
        grown,
    )


def _asked(section: Section, transition: str, age: int) -> Section:
    asked: Sequence[Question] = [question for question in section.questions if age >= question.from_age]
    return replace(
        section,
        questions=tuple(
            replace(question, prompt=question.prompts.get(transition, question.prompt)) for question in asked
        ),
    )
