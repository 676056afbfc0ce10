"""What a handover asks: sections and questions as data, chosen for the move, the pupil's provision and the answers so far.

The shipped questions are a TOML file beside this module. A council's own are added to them and never replace them, so that
a later release can still mend a question, and a CSV of one school's columns keeps its meaning.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple, get_args

from db.vocabulary import PROVISIONS

__all__ = [
    "FROM_RECORD",
    "HOLDS_NO_WORDS",
    "KINDS",
    "Filled",
    "Form",
    "Holds",
    "Kind",
    "OwnQuestion",
    "Question",
    "Section",
    "completeness",
    "is_asked",
    "shipped",
    "transitions",
    "with_own",
]

Kind = Literal["text", "long text", "yes or no", "choice", "day", "number", "percent", "score"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Holds = Literal["", "friendships", "child protection", "tier"]
HOLDS_NO_WORDS: Final = frozenset({"friendships", "safeguarding"})
"""Sections that have no question and may not be given one."""
FROM_RECORD: Final = (
    "pupil.attendance_percent", "pupil.contacts", "pupil.english_additional_language", "pupil.free_school_meals",
    "pupil.home_language", "pupil.looked_after", "pupil.needs", "pupil.next_school", "pupil.part_time_timetable",
    "pupil.part_time_timetable_until", "pupil.persistent_absence", "pupil.preferred_name", "pupil.previously_looked_after",
    "pupil.pupil_premium", "pupil.sen_provision", "pupil.social_care", "pupil.suspensions", "pupil.young_carer",
    "plan.admired", "plan.communication", "plan.family_voice", "plan.hopes", "plan.important_to_me", "plan.pupil_voice",
    "plan.pupil_voice_how", "plan.pupil_voice_on", "plan.support", "placement.back_on", "placement.exists",
    "placement.words", "funding.ends_on", "funding.exists",
)  # fmt: skip
"""What the record may propose as an answer. Columns of the pupil and of the newest plan, and what is drawn from several
rows: needs by rank, open care episodes, contacts, the current placement, the funding that ends first."""
_OWN_SECTION: Final = "own"


@dataclass(frozen=True)
class Question:
    """One question. ``least`` and ``most`` bound a number or a score; ``transitions`` are the moves at which it is asked.

    ``from_provision`` is "N" for every pupil, "K" for SEN support and EHC plans, "E" for EHC plans. ``follows`` names the
    question on whose yes, or number above nought, it depends. The rest is explained at the head of ``form.toml``.
    """

    code: str
    label: str
    kind: Kind
    transitions: tuple[str, ...]
    help: str = ""
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 9_999
    from_record: str = ""
    from_provision: str = "N"
    follows: str = ""
    one_for_all: bool = False
    optional: bool = False
    sensitive: bool = False
    already: bool = False


@dataclass(frozen=True)
class Section:
    """Questions under a title; ``holds`` names what the section shows beside or instead of them."""

    code: str
    title: str
    help: str
    questions: tuple[Question, ...]
    holds: Holds = ""


@dataclass(frozen=True)
class OwnQuestion:
    """A question of the council's own, and the section in which it stands ("own" for one at the end)."""

    section: str
    question: Question


@dataclass(frozen=True)
class Form:
    """What is asked at one transition point; ``version`` is written into each handover, such as "6-7 2026.1"."""

    version: str
    transition: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in its order."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, code: str) -> Question | None:
        """Give a question by its code, or None."""
        return next((question for question in self.questions if question.code == code), None)

    def section(self, code: str) -> Section:
        """Give a section by its code. Raises ``KeyError``."""
        return {section.code: section for section in self.sections}[code]

    def asked_of(self, provision: str) -> "Form":
        """Give the form for a pupil with this SEN provision (N, K, E); sections with nothing left in them are left out."""
        rank = PROVISIONS.index(provision)
        return self._keeping(lambda question: PROVISIONS.index(question.from_provision) <= rank)

    def _keeping(self, asked: Callable[[Question], bool]) -> "Form":
        kept = (
            replace(section, questions=tuple(question for question in section.questions if asked(question)))
            for section in self.sections
        )
        return replace(self, sections=tuple(section for section in kept if section.questions or section.holds))


class Filled(NamedTuple):
    """How many of a section's questions are answered, and how many are asked."""

    filled: int
    asked: int


def transitions() -> tuple[str, ...]:
    """Give the transition points that have a handover form."""
    return tuple(_tables()["transitions"])


@cache
def shipped(transition: str) -> Form:
    """Give the form that ships for a transition point. Raises ``KeyError`` where none is needed: the pupil stays."""
    table = _tables()
    if transition not in table["transitions"]:
        raise KeyError(transition)
    whole = Form(f"{transition} {table['version']}", transition, tuple(_section(one) for one in table["section"]))
    return whole._keeping(lambda question: transition in question.transitions)


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(files("transitions.handovers").joinpath("form.toml").read_text(encoding="utf-8"))


def _section(table: Mapping[str, Any]) -> Section:
    questions = tuple(_question(one) for one in table.get("question", ()))
    return Section(table["code"], table["title"], table["help"], questions, table.get("holds", ""))


def _question(table: Mapping[str, Any]) -> Question:
    values = dict(table)
    but = values.pop("except", ())
    asked_at = values.pop("transitions", [code for code in transitions() if code not in but])
    return Question(**{**values, "transitions": tuple(asked_at), "choices": tuple(values.get("choices", ()))})


def with_own(form: Form, own: Sequence[OwnQuestion]) -> Form:
    """Give the form with those of the council's own questions that are asked at its transition point.

    They stand at the end of their section, or in a section of their own at the end when that one is not in this form. The
    version says how many there are.
    """
    asked = [one for one in own if form.transition in one.question.transitions]
    if not asked:
        return form
    known = {section.code for section in form.sections} - HOLDS_NO_WORDS
    sections = [
        replace(
            section,
            questions=(*section.questions, *(one.question for one in asked if one.section == section.code in known)),
        )
        for section in form.sections
    ]
    rest = tuple(one.question for one in asked if one.section not in known)
    if rest:
        sections.append(Section(_OWN_SECTION, "What our council also asks", "Added by our council.", rest))
    return replace(form, version=f"{form.version} + {len(asked)}", sections=tuple(sections))


def is_asked(question: Question, answers: Mapping[str, str]) -> bool:
    """Tell whether a question is to be asked after these answers: one that follows another waits for its yes or number."""
    return not question.follows or answers.get(question.follows, "") not in ("", "no", "0")


def completeness(form: Form, answers: Mapping[str, str]) -> dict[str, Filled]:
    """Give by section how many questions are answered and how many are asked, optional ones not counted.

    ``answers`` holds by code what was answered, or is proposed by the record, as ``read_answer`` gives it. A section that
    asks nothing that counts has 0 of 0.
    """
    found: dict[str, Filled] = {}
    for section in form.sections:
        counted = [one for one in section.questions if not one.optional and is_asked(one, answers)]
        found[section.code] = Filled(sum(bool(answers.get(one.code)) for one in counted), len(counted))
    return found
