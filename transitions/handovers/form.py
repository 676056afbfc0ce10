"""What a handover asks at each move, and how an answer is read into the one text that is stored.

The shipped questions are a TOML file beside this module. A council's own are added to them and never replace them, so that
a later release can still mend a question, and a CSV of one school's columns keeps its meaning.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from transitions import questionnaire
from transitions.dates import long, parse_typed, short_with_year
from transitions.fields import Context, read_one_of, read_text, read_whole_number, read_words, read_yes_no
from transitions.pupils.pupil_fields import read
from transitions.questionnaire import Form, Kind, Question, Section

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
_FILE: Final = ("transitions.handovers", "form.toml")
_OWN_SECTION: Final = "own"

Reader = Callable[[Question, str, date], str]


@dataclass(frozen=True)
class OwnQuestion:
    """A question of the council's own, and the section in which it stands ("own" for one at the end)."""

    section: str
    question: Question


def transitions() -> tuple[str, ...]:
    return tuple(questionnaire.load(*_FILE)["transitions"])


@cache
def shipped(transition: str) -> Form:
    """The form that ships for a transition point. Raises ``KeyError`` where none is needed: the pupil stays."""
    table = questionnaire.load(*_FILE)
    if transition not in table["transitions"]:
        raise KeyError(transition)
    return Form(f"{transition} {table['version']}", "", questionnaire.sections(table)).at(transition)


@cache
def shipped_questions() -> Mapping[str, Question]:
    """Every question of every shipped form, by code."""
    return {question.code: question for transition in transitions() for question in shipped(transition).questions}


def with_own(form: Form, own: Sequence[OwnQuestion]) -> Form:
    """Add those of the council's own questions that are asked at the form's transition point.

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


def read_answer(question: Question, text: str, today: date) -> str:
    """Read an answer as it is stored: "yes" or "no", a choice in its own words, a day as 2026-09-01, a plain number.

    Empty text gives "": the answer is taken back. Days may be typed as anywhere ("5 sep", "+2w"). Raises ValueError with a
    sentence for anything else than the question expects.
    """
    return _READERS[question.kind](question, text, today) if text.strip() else ""


def answer_words(question: Question, value: str) -> str:
    """Show a stored answer as people read it: days as "Fri 13 Feb 2026", percentages with their sign."""
    if question.kind == "day" and value:
        return short_with_year(date.fromisoformat(value))
    return f"{value}%" if question.kind == "percent" and value else value


def _day(question: Question, text: str, today: date) -> str:
    day = parse_typed(text, today)
    if question.already and day > today:
        raise ValueError(f"{long(day)} is still to come: expected today or a day that has been")
    return day.isoformat()


def _number(question: Question, text: str, _today: date) -> str:
    return str(read_whole_number(text, question.least, question.most))


def _score(question: Question, text: str, today: date) -> str:
    if text.strip().isascii() and text.strip().isdigit():
        return _number(question, text, today)
    try:
        return read_one_of(question.choices, text)
    except ValueError:
        words = ", ".join(question.choices)
        raise ValueError(f"expected a score from {question.least} to {question.most}, or one of {words}") from None


_READERS: Final[Mapping[Kind, Reader]] = {
    "text": lambda _question, text, _today: read_text(text),
    "long text": lambda _question, text, _today: read_words(text) or "",
    "yes or no": lambda _question, text, _today: "yes" if read_yes_no(text) else "no",
    "choice": lambda question, text, _today: read_one_of(question.choices, text),
    "day": _day,
    "number": _number,
    "percent": lambda _question, text, today: f"{read('attendance_percent', text, Context(today)).value:g}",
    "score": _score,
}
KINDS: Final[tuple[Kind, ...]] = tuple(_READERS)
"""The kinds of question that a handover may ask."""
