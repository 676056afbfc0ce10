"""What made-up handovers say: from the pupil's own record where it knows, else from the words of the demonstration."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from transitions.demo.moves import Moving
from transitions.demo.random_source import Dice
from transitions.handovers.form import shipped
from transitions.handovers.prefill import PERSISTENT
from transitions.pupils.codes import PROVISIONS
from transitions.questionnaire import Form, Question

__all__ = ["Answered", "Answers"]

_YES: Final = 0.12
_NUMBERS: Final = {"lates": (0, 9), "extra_visits_planned": (0, 3), "extra_visits_attended": (0, 2)}
_BOUNDS: Final = {"number": (1, 3), "score": (88, 116), "percent": (86, 99)}
_LEFT_OUT: Final = {False: 0.12, True: 0.4}
"""How often a question that counts has no answer, and one that is optional."""
_CARE: Final = {"child protection": "child protection plan"}
_OPEN: Final = ("child protection", "child in need", "care leaver", "short breaks")
_DAYS_AHEAD: Final = {
    "starts_on": 75, "full_days_from": 90, "ehc_review_on": 200, "home_visit_on": 70, "setting_visit_on": 12,
    "funding_ends_on": 60, "part_time_until": 20,
}  # fmt: skip
"""How long after it is written a day comes; all others have been."""


class Answered(NamedTuple):
    """One answer, and the day on which it was written."""

    question: str
    value: str
    on: date


class Answers:
    """Answers the questions of one handover after the other."""

    def __init__(self, dice: Dice, words: Mapping[str, Any]) -> None:
        self.dice, self.words = dice, words

    def of(
        self, move: Moving, record: Mapping[str, Any], worker: str, first: date, last: date, *, finished: bool
    ) -> Iterator[Answered]:
        """Give the answers written between two days: nearly all of a finished handover, the beginning of another."""
        form = _form(move.transition, move.person.sen)
        upto = len(form.questions) * (1.0 if finished else self.dice.random() * 0.7)
        said: dict[str, str] = {}
        known = _from_record(move, record)
        for place, question in enumerate(form.questions):
            left_out = self.dice.chance(_LEFT_OUT[question.optional])
            # sending takes over what the record proposes
            if (
                place >= upto
                or not question.is_asked_after(said)
                or (left_out and not (finished and question.from_record))
            ):
                continue
            on = first + (last - first) * place // len(form.questions)
            value = known.get(question.code) or self._value(question, move, worker, on)
            if value:
                said[question.code] = value
                yield Answered(question.code, value, on)

    def _value(self, question: Question, move: Moving, worker: str, on: date) -> str:
        dice, code = self.dice, question.code
        if question.kind in ("text", "long text"):
            return self._text(code, move, worker)
        if question.kind == "yes or no":
            return "yes" if dice.chance(self.words["yes"].get(code, _YES)) else "no"
        if question.kind == "choice":
            return str(dice.one(self.words["choices"].get(code, question.choices)))
        if question.kind == "day":
            ahead = _DAYS_AHEAD.get(code)
            return str(on + timedelta(days=ahead) if ahead else on - timedelta(days=dice.number(0, 40)))
        return str(dice.number(*_NUMBERS.get(code, _BOUNDS[question.kind])))

    def _text(self, code: str, move: Moving, worker: str) -> str:
        texts = self.words["texts"].get(code)
        if not texts:
            return ""
        following = move.to.name if move.to else "the next school"
        said = str(self.dice.one(texts)).replace("{name}", move.person.called)
        return said.replace("{next}", following).replace("{worker}", worker)


@cache
def _form(transition: str, provision: str) -> Form:
    return shipped(transition).asked_of(provision)


def _from_record(move: Moving, record: Mapping[str, Any]) -> dict[str, str]:
    """Give the answers that stand in the pupil's record, as the program would have taken them over."""
    person, percent = move.person, record["attendance_percent"]
    yes = {
        "looked_after": "looked after" in person.care_now,
        "previously_looked_after": bool(record["previously_looked_after"]),
        "free_school_meals": bool(record["free_school_meals"]),
        "pupil_premium": bool(record["pupil_premium"]),
        "english_additional_language": person.language is not None,
        "young_carer": bool(record["young_carer"]),
        "part_time_timetable": bool(record["part_time_timetable"]),
    }
    texts = {
        "called": person.preferred_name,
        "sen_provision": PROVISIONS[person.sen],
        "needs": ", ".join(person.needs),
        "next_school": move.to.name if move.to else None,
        "attendance_this_year": None if percent is None else f"{percent:g}",
        "persistent_absence": None if percent is None else "yes" if percent <= PERSISTENT else "no",
        "suspensions": None if record["suspensions"] is None else str(record["suspensions"]),
        "part_time_until": record["part_time_timetable_until"],
        "languages": person.language or "English",
        "social_care": next((_CARE.get(kind, kind) for kind in _OPEN if kind in person.care_now), "no"),
    }
    return {code: value for code, value in texts.items() if value} | {
        code: "yes" if value else "no" for code, value in yes.items()
    }
