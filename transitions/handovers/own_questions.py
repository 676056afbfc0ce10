"""A council's own questions: read from what a form or the settings hold, and held to what keeps a handover safe.

None can stand under friendships or safeguarding, or ask in words for what is in a child protection file, and all count as
sensitive: nobody here can know what they ask.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, cast

from db.vocabulary import PROVISIONS
from transitions.errors import FieldProblems
from transitions.handovers.form import HOLDS_NO_WORDS, KINDS, Kind, OwnQuestion, Question, shipped, transitions
from transitions.text import clean

__all__ = ["own_values", "read_own"]

MOST: Final = 50
_CODE: Final = re.compile(r"own_[a-z0-9_]{1,40}")
_LONGEST: Final = {"label": 100, "help": 300, "choice": 60}
_KEYS: Final = frozenset(
    {"code", "section", "label", "help", "kind", "choices", "least", "most", "transitions", "from_provision", "follows"}
    | {"one_for_all", "optional", "already"}
)
_WORDS_OF_SAFEGUARDING: Final = re.compile(r"safeguard|child protection|disclos", re.IGNORECASE)


def own_values(own: Sequence[OwnQuestion]) -> list[dict[str, Any]]:
    """Give questions as plain values that ``read_own`` reads back, for keeping as JSON."""
    kept = ({"section": one.section, **asdict(one.question)} for one in own)
    return [{key: value for key, value in values.items() if key in _KEYS} for values in kept]


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
    asked = {question.code for transition in transitions() for question in shipped(transition).questions}
    found: list[OwnQuestion] = []
    for number, one in enumerate(values, 1):
        reading = _Reading(one, problems, f"question {number}")
        found.append(reading.question(asked))
        code = found[-1].question.code
        if code in asked:
            reading.problem("code", f'"{code}" is taken: give it another')
        asked.add(code)
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
            self.problem(
                "section", f"{section} has no questions, so that nothing can be written there that must not be"
            )
        elif section not in known | {"own"}:
            self.problem("section", f"expected one of own, {', '.join(sorted(known - HOLDS_NO_WORDS))}")
        return section

    def _label(self, kind: Kind) -> str:
        label = self._words("label", self._values.get("label", ""))
        if not label:
            self.problem("label", "expected what is asked, in a few words")
        if kind in ("text", "long text") and _WORDS_OF_SAFEGUARDING.search(label):
            self.problem(
                "label", "what is in a child protection file is never written here: ask yes or no, or for a day"
            )
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
        words = clean(str(value))
        if len(words) > _LONGEST[field]:
            self.problem(field, f"is longer than {_LONGEST[field]} characters: say it in fewer words")
        return words
