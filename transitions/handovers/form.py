"""The council's own questions of handovers: read from a form or a file, kept as a setting, and asked with the shipped ones.

They can do all that a shipped question can, except where words must not be written at all: under friendships and safeguarding.
A question that is taken out stays known by its code, so that handovers which answered it still show its words.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple, cast

from db.milestones import definitions as store
from db.vocabulary import PROVISIONS
from transitions import questionnaire
from transitions.dates import long, parse_typed, short_with_year
from transitions.errors import FieldProblems
from transitions.fields import Context, read_one_of, read_text, read_whole_number, read_words, read_yes_no
from transitions.pupils.pupil_fields import read_pupil_field
from transitions.questionnaire import Form, Kind, Question, Section, record
from transitions.text import clean
from transitions.workspace import Recorded, Workspace

HOLDS_NO_WORDS: Final = frozenset({"friendships", "safeguarding"})
"""Sections that have no question and may not be given one."""
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
    return {question.code: question for transition in transitions() for question in shipped(transition).questions}


def with_own(form: Form, own: Sequence[OwnQuestion]) -> Form:
    """Add those of the council's own questions that are asked at the form's transition point.

    They stand at the end of their section, or in a section of their own at the end when that one is not in this form. The
    version says how many there are.
    """
    applying = [one for one in own if form.transition in one.question.transitions]
    if not applying:
        return form
    known = {section.code for section in form.sections} - HOLDS_NO_WORDS
    sections = [
        replace(
            section,
            questions=(*section.questions, *(one.question for one in applying if one.section == section.code in known)),
        )
        for section in form.sections
    ]
    rest = tuple(one.question for one in applying if one.section not in known)
    if rest:
        sections.append(Section(_OWN_SECTION, "Our council's own questions", "Added by our council.", rest))
    return replace(form, version=f"{form.version} + {len(applying)}", sections=tuple(sections))


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
        raise ValueError(f"{long(day)} is in the future: expected today or an earlier date")
    return day.isoformat()


def _number(question: Question, text: str, _today: date) -> str:
    return str(read_whole_number(text, question.least, question.most))


def _score(question: Question, text: str, today: date) -> str:
    if text.strip().isascii() and text.strip().isdigit():
        return _number(question, text, today)
    try:
        return read_one_of(question.choices, text)
    except ValueError:
        choices = ", ".join(question.choices)
        raise ValueError(f"expected a score from {question.least} to {question.most}, or one of {choices}") from None


_READERS: Final[Mapping[Kind, Reader]] = {
    "text": lambda _question, text, _today: read_text(text),
    "long text": lambda _question, text, _today: read_words(text) or "",
    "yes or no": lambda _question, text, _today: "yes" if read_yes_no(text) else "no",
    "choice": lambda question, text, _today: read_one_of(question.choices, text),
    "day": _day,
    "number": _number,
    "percent": lambda _question, text, today: f"{read_pupil_field('attendance_percent', text, Context(today)).value:g}",
    "score": _score,
}
KINDS: Final[tuple[Kind, ...]] = tuple(_READERS)
"""The kinds of question that a handover may ask."""


MOST: Final = 50
_SETTING: Final = "handover questions"
_NAME: Final = "Questions of handovers changed"
_CODE: Final = re.compile(r"own_[a-z0-9_]{1,40}")
_LONGEST: Final = {"label": 100, "help": 300, "choice": 60}
_KEYS: Final = frozenset(
    {"code", "section", "label", "help", "kind", "choices", "least", "most", "transitions", "from_provision", "follows"}
    | {"one_for_all", "optional", "already"}
)
_WORDS_OF_SAFEGUARDING: Final = re.compile(r"safeguard|child protection|disclos", re.IGNORECASE)


class OwnQuestions(NamedTuple):
    """The council's own questions; ``version`` counts their changes, ``earlier`` are those that were taken out."""

    version: int
    questions: tuple[OwnQuestion, ...]
    earlier: tuple[OwnQuestion, ...]


def own_questions(workspace: Workspace) -> OwnQuestions:
    kept = store.setting(workspace.read(), _SETTING)
    if kept is None:
        return OwnQuestions(0, (), ())
    return OwnQuestions(
        kept["version"], *(tuple(map(_stored_question, kept[name])) for name in ("questions", "earlier"))
    )


def form_for(workspace: Workspace, transition: str) -> Form:
    """The form for a move with the council's own questions; "6-7 2026.1 + 2, change 3" is its version then.

    Raises ``KeyError`` for a move that has no form.
    """
    own, plain = own_questions(workspace), shipped(transition)
    form = with_own(plain, own.questions)
    return form if form is plain else replace(form, version=f"{form.version}, change {own.version}")


def asked_anywhere(own: OwnQuestions, code: str) -> Question:
    """Find a question whichever form asks it, or once asked it.

    What is known of none has its own words as its code: so are kept the questions of other councils.
    """
    ours = next((one.question for one in (*own.questions, *own.earlier) if one.question.code == code), None)
    return ours or shipped_questions().get(code) or Question(code, label=code, sensitive=True)


def save(workspace: Workspace, values: Sequence[Mapping[str, Any]]) -> Recorded:
    """Save the council's own questions, all of them, as ``read_own`` describes; those left out are asked no more.

    Raises FieldProblems, also when a code that was once used would mean another kind of question.
    """
    wanted, own = read_own(values), own_questions(workspace)
    before = {one.question.code: one for one in (*own.earlier, *own.questions)}
    problems = {
        f"question {number} kind": (
            f'"{one.question.code}" was once a question of the kind “{before[one.question.code].question.kind}”, and some handovers have answers to it: use another code'
        )
        for number, one in enumerate(wanted, 1)
        if one.question.code in before and before[one.question.code].question.kind != one.question.kind
    }
    if problems:
        raise FieldProblems(problems)
    if wanted == own.questions:
        return Recorded(_NAME, "nothing to change", 0)
    codes = {one.question.code for one in wanted}
    kept = {
        "version": own.version + 1,
        "questions": own_values(wanted),
        "earlier": own_values([one for code, one in before.items() if code not in codes]),
    }
    summary = f"{len(wanted)} of our own, change {own.version + 1}"
    with workspace.change(_NAME, summary) as action:
        changed = store.change_setting(action, _SETTING, json.dumps(kept, ensure_ascii=False, sort_keys=True))
    return Recorded(_NAME, summary, int(changed))


def own_values(own: Sequence[OwnQuestion]) -> list[dict[str, Any]]:
    return [
        {"section": one.section, **{key: value for key, value in vars(one.question).items() if key in _KEYS}}
        for one in own
    ]


def _stored_question(values: Mapping[str, Any]) -> OwnQuestion:
    """Build a question that was read when it was saved: a later release may know fewer moves, and is no reason to fail."""
    parts = dict(values)
    return OwnQuestion(parts.pop("section"), record(Question, {**parts, "sensitive": True}))


def read_own(values: Sequence[Mapping[str, Any]]) -> tuple[OwnQuestion, ...]:
    """Read the council's own questions.

    Each has ``code`` ("own_" and small letters, digits and underscores), ``section`` (the code of a section, or "own"),
    ``label`` and ``kind``, and may have ``help``, ``choices``, ``least``, ``most``, ``transitions`` (all when left out),
    ``from_provision``, ``follows``, ``one_for_all``, ``optional`` and ``already``. Raises FieldProblems by "question 2
    label" and the like.
    """
    problems: dict[str, str] = {}
    if len(values) > MOST:
        raise FieldProblems({"questions": f"there are {len(values)}: at most {MOST}, or nobody fills the form in"})
    known = set(shipped_questions())
    found: list[OwnQuestion] = []
    for number, one in enumerate(values, 1):
        reading = _Reading(one, problems, f"question {number}")
        found.append(reading.question(known))
        code = found[-1].question.code
        if code in known:
            reading.problem("code", f'"{code}" is taken: give it another')
        known.add(code)
    if problems:
        raise FieldProblems(problems)
    return tuple(found)


class _Reading:
    """One question while it is read; what is wrong is noted by field, and what is given for it then means nothing."""

    def __init__(self, values: Mapping[str, Any], problems: dict[str, str], name: str) -> None:
        self._values = values
        self._problems = problems
        self._name = name

    def problem(self, field: str, what: str) -> None:
        self._problems.setdefault(f"{self._name} {field}", what)

    def question(self, earlier: set[str]) -> OwnQuestion:
        """Read the question; ``earlier`` are the codes that it may follow."""
        for key in sorted(set(self._values) - _KEYS):
            self.problem(key, f"there is no such part; understood are {', '.join(sorted(_KEYS))}")
        kind = cast(Kind, self._one_of("kind", KINDS, "text"))
        follows = str(self._values.get("follows") or "")
        if follows and follows not in earlier:
            self.problem("follows", f'there is no question "{follows}" before this one')
        least, most = self._bounds(kind)
        question = Question(
            code=self._code(),
            label=self._label(kind),
            kind=kind,
            transitions=self._transitions(),
            help=self._words("help", self._values.get("help", "")),
            choices=self._choices(kind),
            least=least,
            most=most,
            from_provision=self._one_of("from_provision", PROVISIONS, "N"),
            follows=follows,
            sensitive=True,
            one_for_all=self._yes("one_for_all"),
            optional=self._yes("optional"),
            already=self._yes("already"),
        )
        return OwnQuestion(self._section(), question)

    def _code(self) -> str:
        code = str(self._values.get("code", ""))
        if not _CODE.fullmatch(code):
            self.problem("code", 'expected "own_" and small letters, digits and underscores, such as own_bus_pass')
        return code

    def _section(self) -> str:
        section = str(self._values.get("section", "own"))
        known = {one.code for transition in transitions() for one in shipped(transition).sections}
        if section in HOLDS_NO_WORDS:
            self.problem("section", f"{section} has no questions, so nothing can be written there that must not be")
        elif section not in known | {"own"}:
            self.problem("section", f"expected one of own, {', '.join(sorted(known - HOLDS_NO_WORDS))}")
        return section

    def _label(self, kind: Kind) -> str:
        label = self._words("label", self._values.get("label", ""))
        if not label:
            self.problem("label", "expected what is asked, in a few words")
        if kind in ("text", "long text") and _WORDS_OF_SAFEGUARDING.search(label):
            self.problem("label", "never record what is in a child protection file: ask for yes or no, or a date")
        return label

    def _choices(self, kind: Kind) -> tuple[str, ...]:
        given = self._values.get("choices") or ()
        if isinstance(given, str) or not isinstance(given, Sequence):
            self.problem("choices", "expected a list of words")
            return ()
        found = tuple(self._words("choice", one) for one in given)
        if kind == "choice" and not (2 <= len(set(found)) == len(found) <= 20 and all(found)):
            self.problem("choices", "expected 2 to 20 different choices")
        if kind not in ("choice", "score") and found:
            self.problem("choices", 'only a "choice" or a "score" has choices')
        return found

    def _bounds(self, kind: Kind) -> tuple[int, int]:
        least, most = self._values.get("least", 0), self._values.get("most", 9_999)
        whole = all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 9_999 for one in (least, most))
        if not whole or least > most:
            self.problem("most", "expected whole numbers from 0 to 9,999, the least before the most")
            return 0, 9_999
        return (least, most) if kind in ("number", "score") else (0, 9_999)

    def _transitions(self) -> tuple[str, ...]:
        given = self._values.get("transitions") or transitions()
        if isinstance(given, str) or not set(given) <= set(transitions()):
            self.problem("transitions", f"expected some of {', '.join(transitions())}")
            return ()
        return tuple(code for code in transitions() if code in given)

    def _yes(self, field: str) -> bool:
        value = self._values.get(field, False)
        if not isinstance(value, bool):
            self.problem(field, "expected yes or no (true or false)")
        return value is True

    def _one_of(self, field: str, choices: Sequence[str], otherwise: str) -> str:
        value = str(self._values.get(field, otherwise))
        if value not in choices:
            self.problem(field, f"expected one of {', '.join(choices)}")
            return otherwise
        return value

    def _words(self, field: str, value: object) -> str:
        cleaned = clean(str(value))
        if len(cleaned) > _LONGEST[field]:
            self.problem(field, f"is longer than {_LONGEST[field]} characters: say it in fewer words")
        return cleaned
