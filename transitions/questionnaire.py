"""What is asked of people, as data: questions in sections, at which move and of whom, and how much of it is answered.

Plans, handovers, audits of plans and family surveys are TOML files beside the modules that use them. A council's own words
and questions are kept in its database as differences from them, so that a later release can still mend a shipped one.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, Self, TypeVar

from db.vocabulary import PROVISIONS

Kind = Literal[
    "text", "long text", "yes or no", "choice", "day", "number", "percent", "score", "worker", "school", "judgement"
]
CellKind = Literal["text", "date", "number"]
_CELLS: Final[Mapping[Kind, CellKind]] = {"day": "date", "number": "number", "percent": "number", "score": "number"}
_NOT_YET: Final = ("", "no", "0")

Record = TypeVar("Record")


@dataclass(frozen=True)
class Question:
    """One question. ``least`` and ``most`` bound a number or a score; an empty ``transitions`` is every move.

    ``from_age`` is in years, and 0 for every age; ``from_year_group`` 0 is every year group. ``from_provision`` is "N" for
    every pupil, "K" for SEN support and EHC plans, "E" for EHC plans. ``follows`` names the question on whose yes, or number
    above nought, it depends. ``help_at`` has other words of help by move. An answer to a ``running`` question may change
    after the plan was agreed. ``from_record`` and the marks are explained at the head of the handover's ``form.toml``.
    """

    code: str
    label: str
    kind: Kind = "long text"
    transitions: tuple[str, ...] = ()
    help: str = ""
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 9_999
    from_record: str = ""
    from_provision: str = "N"
    from_age: int = 0
    from_year_group: int = 0
    follows: str = ""
    help_at: Mapping[str, str] = field(default_factory=dict, hash=False)
    running: bool = False
    one_for_all: bool = False
    optional: bool = False
    sensitive: bool = False
    already: bool = False

    @property
    def cell_kind(self) -> CellKind:
        return _CELLS.get(self.kind, "text")

    def is_asked_with(self, provision: str) -> bool:
        """Whether it is a question for a pupil with this SEN provision (N, K, E)."""
        return PROVISIONS.index(self.from_provision) <= PROVISIONS.index(provision)

    def is_asked_after(self, answers: Mapping[str, object]) -> bool:
        """Whether it is asked after these answers: one that follows another waits for its yes or number."""
        return not self.follows or answers.get(self.follows, "") not in _NOT_YET

    def applies(self, *, age: int, year_group: int) -> bool:
        """Whether it is a question for a pupil of this age (years) and year group."""
        return age >= self.from_age and (not self.from_year_group or year_group >= self.from_year_group)


@dataclass(frozen=True)
class Section:
    """Questions under a title; ``holds`` names what the section shows beside or instead of them."""

    code: str
    title: str
    help: str
    questions: tuple[Question, ...] = ()
    holds: str = ""
    running: bool = False


class Filled(NamedTuple):
    """How many of a section's questions are answered, and how many are asked."""

    filled: int
    asked: int


class OwnWording(NamedTuple):
    """A council's own words for a question; None keeps the shipped ones."""

    label: str | None = None
    help: str | None = None


@dataclass(frozen=True)
class Form:
    """Sections in the order in which they are read; ``version`` is written into whatever answers them.

    ``transition`` is the move at which all this is asked, "" for a form that is not narrowed to one.
    """

    version: str
    transition: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions if question.code == code), None)

    def section(self, code: str) -> Section:
        return {section.code: section for section in self.sections}[code]

    def keeping(self, applies: Callable[[Question], bool]) -> Self:
        kept = (
            replace(section, questions=tuple(question for question in section.questions if applies(question)))
            for section in self.sections
        )
        return replace(self, sections=tuple(section for section in kept if section.questions or section.holds))

    def asked_of(self, provision: str) -> Self:
        """The form for a pupil with this SEN provision (N, K, E)."""
        return self.keeping(lambda question: question.is_asked_with(provision))

    def at(self, transition: str) -> Self:
        """The form for one move, with the help that is meant for it."""
        kept = self.keeping(lambda question: not question.transitions or transition in question.transitions)
        return replace(
            kept._changing(lambda one: replace(one, help=one.help_at.get(transition, one.help))), transition=transition
        )

    def in_words(self, own: Mapping[str, OwnWording]) -> Self:
        """The form in a council's own words, by code; its help for a question holds at every move."""
        return self._changing(lambda question: _in_words(question, own.get(question.code, OwnWording())))

    def _changing(self, change: Callable[[Question], Question]) -> Self:
        return replace(
            self,
            sections=tuple(replace(one, questions=tuple(map(change, one.questions))) for one in self.sections),
        )


def _in_words(question: Question, own: OwnWording) -> Question:
    label = question.label if own.label is None else own.label
    if own.help is None:
        return replace(question, label=label)
    return replace(question, label=label, help=own.help, help_at={})


def filled(
    section: Section, answers: Mapping[str, object], has_some: Mapping[str, bool] = MappingProxyType({})
) -> Filled:
    """Count what a section asks that is not optional; None and "" are no answers.

    ``has_some`` says of what sections hold, such as a list, whether it is there; where it is named it counts as one thing more.
    """
    counted = [one for one in section.questions if not one.optional and one.is_asked_after(answers)]
    there = [answers.get(one.code) not in (None, "") for one in counted]
    there += [has_some[section.holds]] if section.holds in has_some else []
    return Filled(sum(there), len(there))


def completeness(
    form: Form, answers: Mapping[str, object], has_some: Mapping[str, bool] = MappingProxyType({})
) -> dict[str, Filled]:
    """Count by section; one that asks nothing that counts has 0 of 0."""
    return {section.code: filled(section, answers, has_some) for section in form.sections}


@cache
def load(package: str, name: str) -> Mapping[str, Any]:
    return tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))


def record(kind: Callable[..., Record], table: Mapping[str, Any]) -> Record:
    """Make a frozen record of a table: lists become tuples, and tables read-only. Raises ``TypeError`` for an unknown key."""
    return kind(**{key: _frozen(value) for key, value in table.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(one) for key, one in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def sections(table: Mapping[str, Any]) -> tuple[Section, ...]:
    """Make the sections of a file: ``section`` tables with ``question`` tables in them.

    With ``transitions`` at its head, a question without them is asked at all of these but its ``except``. A section may be
    ``running`` for all its questions.
    """
    return tuple(_section(one, table.get("transitions", ())) for one in table["section"])


def _section(table: Mapping[str, Any], moves: Sequence[str]) -> Section:
    values = {key: value for key, value in table.items() if key != "question"}
    return record(Section, {**values, "questions": list(_questions(table, moves))})


def _questions(table: Mapping[str, Any], moves: Sequence[str]) -> Iterator[Question]:
    for one in table.get("question", ()):
        but = one.get("except", ())
        inherited = {"transitions": [move for move in moves if move not in but], "running": table.get("running", False)}
        yield record(Question, {key: value for key, value in {**inherited, **one}.items() if key != "except"})
