"""Reading an answer to a question of a handover: into the one text that is stored, or a sentence that says what is expected."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from transitions.dates import long, parse_typed, short_with_year
from transitions.handovers.form import Kind, Question
from transitions.pupils.codes import read_yes_no
from transitions.pupils.pupil_fields import Context, read, read_text
from transitions.record_reading import read_one_of, read_whole_number, read_words

__all__ = ["answer_words", "read_answer"]

Reader = Callable[[Question, str, date], str]


def read_answer(question: Question, text: str, today: date) -> str:
    """Give the answer as it is stored: "yes" or "no", a choice in its own words, a day as 2026-09-01, a plain number.

    Empty text gives "": the answer is taken back. Days may be typed as anywhere ("5 sep", "+2w"). Raises ValueError with a
    sentence for anything else than the question expects.
    """
    return _READERS[question.kind](question, text, today) if text.strip() else ""


def answer_words(question: Question, value: str) -> str:
    """Give a stored answer as people read it: days as "Fri 13 Feb 2026", percentages with their sign."""
    if question.kind == "day" and value:
        return short_with_year(date.fromisoformat(value))
    return f"{value}%" if question.kind == "percent" and value else value


def _text(_question: Question, text: str, _today: date) -> str:
    return read_text(text)


def _long_text(_question: Question, text: str, _today: date) -> str:
    return read_words(text) or ""


def _yes_or_no(_question: Question, text: str, _today: date) -> str:
    return "yes" if read_yes_no(text) else "no"


def _choice(question: Question, text: str, _today: date) -> str:
    return read_one_of(question.choices, text)


def _day(question: Question, text: str, today: date) -> str:
    day = parse_typed(text, today)
    if question.already and day > today:
        raise ValueError(f"{long(day)} is still to come: expected today or a day that has been")
    return day.isoformat()


def _number(question: Question, text: str, _today: date) -> str:
    return str(read_whole_number(text, question.least, question.most))


def _percent(_question: Question, text: str, today: date) -> str:
    return f"{read('attendance_percent', text, Context(today)).value:g}"


def _score(question: Question, text: str, today: date) -> str:
    if text.strip().isascii() and text.strip().isdigit():
        return _number(question, text, today)
    try:
        return read_one_of(question.choices, text)
    except ValueError:
        words = ", ".join(question.choices)
        raise ValueError(f"expected a score from {question.least} to {question.most}, or one of {words}") from None


_READERS: Final[Mapping[Kind, Reader]] = MappingProxyType(
    {
        "text": _text,
        "long text": _long_text,
        "yes or no": _yes_or_no,
        "choice": _choice,
        "day": _day,
        "number": _number,
        "percent": _percent,
        "score": _score,
    }
)
