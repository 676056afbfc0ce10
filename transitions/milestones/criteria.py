"""Whom a milestone is for: declarative criteria over the facts of a pupil, as files hold them and as a person types them.

A criterion is a key and the values that it accepts; all of them must hold. ``any_of`` holds alternatives, one of which
is enough. There is no expression language: whoever edits a milestone picks from ``KEYS``.

A person types one condition a line, in the words that explanations use:

    Year 6 or Year 10
    SEN support or an EHC plan
    leave their school at the end of the year
    either: looked after | a child protection file + young carers

Each line must hold. After "either:" one of the alternatives between bars is enough, and "+" joins what must hold together
in one of them. The keys of a file (``year_group = [6]``) are understood as well.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import NamedTuple

from db.vocabulary import PROVISIONS, SOCIAL_CARE_KINDS, TIERS
from transitions.milestones.criteria_fields import (
    EHC_ASSESSMENTS,
    HANDED_OVER,
    KEYS,
    YEAR_GROUPS,
    CriteriaProblem,
    Test,
    Value,
    as_need,
    in_year_group,
    of_one_pupil,
    year_groups_in_words,
)
from transitions.milestones.facts import Facts
from transitions.school_year import academic_year_label, parse_year_group, year_group_label
from transitions.text import listed
from transitions.untrusted import Unreadable, read_toml

ANY_OF = "any_of"
EXAMPLES = (
    "Year 6",
    "Year 9 to Year 11",
    "SEN support or an EHC plan",
    "looked after",
    "leave their school at the end of the year",
)
_EITHER = "either:"
_EVERYBODY = ("every pupil", "everybody", "all pupils")
_VERB = re.compile(r"(?:have|are|were) ")
_SILENT = re.compile(r"\b(?:have|has|are|is|were|was|a|an|the|pupils?|who|with|their)\b")
_SHORT_FOR: Mapping[str, str] = {
    "ehcp": "ehc plan",
    "ehcps": "ehc plan",
    "sen": "sen support or ehc plan",
    "leave school": "leave school at end of year",
    "looked-after": "looked after",
}


class Reason(NamedTuple):
    """Why one criterion holds or does not, in words for ``explain``."""

    field: str
    wanted: str
    found: str
    holds: bool

    def __str__(self) -> str:
        return f"{self.field}: {self.found}" if self.holds else f"{self.field}: {self.wanted}; {self.found}"


@dataclass(frozen=True)
class Criteria:
    """What must hold of a pupil in one academic year; two criteria are equal when they ask for the same."""

    wants: tuple[tuple[str, Value], ...] = ()
    any_of: tuple["Criteria", ...] = ()
    applies: Test = field(init=False, repr=False, compare=False)
    """``applies(facts, year_group)``: does it hold? An attribute, not a method: a bulk plan asks millions of times."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "applies", _compiled(self))

    @property
    def year_groups(self) -> tuple[int, ...] | None:
        """The only year groups in which it can hold, or None for any, so that a planner can skip the rest unasked."""
        for key, value in self.wants:
            if key == "year_group" and isinstance(value, tuple):
                return tuple(map(int, value))
        return None

    def to_mapping(self) -> dict[str, object]:
        mapping: dict[str, object] = {}
        for key, value in self.wants:
            mapping[key] = list(value) if isinstance(value, tuple) else value
        if self.any_of:
            mapping[ANY_OF] = [alternative.to_mapping() for alternative in self.any_of]
        return mapping

    def reasons(self, facts: Facts, year_group: int, now: int | None = None) -> list[Reason]:
        """One reason for each criterion, whether it holds or not; none when it is for every pupil.

        ``now`` is the year group of today, when it may be another than the one that is asked about.
        """
        reasons = [_reason(key, value, facts, year_group, now) for key, value in self.wants]
        if self.any_of:
            reasons.append(_reason_for_alternatives(self.any_of, facts, year_group, now))
        return reasons

    def in_words(self) -> str:
        if not self.wants and not self.any_of:
            return "every pupil"
        phrases = [KEYS[key].phrase(value) for key, value in self.wants if key != "year_group"]
        having = [phrase.removeprefix("have ") for phrase in phrases if phrase.startswith("have ")]
        other = [phrase for phrase in phrases if not phrase.startswith("have ")]
        text = "pupils" if self.year_groups is None else f"{year_groups_in_words(self.year_groups)} pupils"
        if having:
            text += f" with {listed(having, 'and')}"
        if other:
            text += f" who {listed(other, 'and')}"
        if self.any_of:
            either = ", or ".join(" and ".join(_phrases(alternative)) for alternative in self.any_of)
            text += f"{', and' if having or other else ''} who {either}"
        return text


def parse_criteria(mapping: Mapping[str, object]) -> Criteria:
    """Read criteria from the table ``applies`` of a milestone.

    Raises ``CriteriaProblem``, which lists every unknown key and value and says what is understood.
    """
    problems: list[str] = []
    wants = _parsed_wants({key: value for key, value in mapping.items() if key != ANY_OF}, "", problems)
    alternatives = _parsed_alternatives(mapping[ANY_OF], problems) if ANY_OF in mapping else ()
    if problems:
        raise CriteriaProblem(problems)
    return Criteria(wants, alternatives)


def _parsed_wants(mapping: Mapping[str, object], place: str, problems: list[str]) -> tuple[tuple[str, Value], ...]:
    for key in mapping:
        if key not in KEYS:
            keys = [*KEYS] if place else [*KEYS, ANY_OF]
            problems.append(f'{place}there is no criterion "{key}"; understood are {", ".join(keys)}')
    wants: list[tuple[str, Value]] = []
    for key, kind in KEYS.items():
        if key in mapping:
            try:
                wants.append((key, kind.parse(mapping[key])))
            except CriteriaProblem as problem:
                problems.extend(f"{place}{key}: {sentence}" for sentence in problem.sentences)
    return tuple(wants)


def _parsed_alternatives(value: object, problems: list[str]) -> tuple[Criteria, ...]:
    if not isinstance(value, list | tuple) or not value:
        problems.append(f'{ANY_OF}: a list of tables was expected, such as [{{sen = ["E"]}}, {{looked_after = true}}]')
        return ()
    alternatives: list[Criteria] = []
    for number, table in enumerate(value, start=1):
        if isinstance(table, Mapping) and table:
            alternatives.append(Criteria(_parsed_wants(table, f"{ANY_OF} alternative {number}: ", problems)))
        else:
            problems.append(f"{ANY_OF}: alternative {number} is not a table with at least one criterion in it")
    return tuple(alternatives)


def _compiled(criteria: Criteria) -> Test:
    tests = [KEYS[key].test(value) for key, value in criteria.wants]
    if criteria.any_of:
        tests.append(_compiled_alternatives(criteria.any_of))
    if not tests:
        return lambda _facts, _year_group: True
    if len(tests) == 1:
        return tests[0]
    first, rest = tests[0], tuple(tests[1:])

    def applies(facts: Facts, year_group: int) -> bool:
        if not first(facts, year_group):
            return False
        for test in rest:  # noqa: SIM110 - all() over a generator takes twice the time
            if not test(facts, year_group):
                return False
        return True

    return applies


def _compiled_alternatives(alternatives: tuple[Criteria, ...]) -> Test:
    tests = tuple(alternative.applies for alternative in alternatives)

    def applies(facts: Facts, year_group: int) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(facts, year_group):
                return True
        return False

    return applies


def _reason(key: str, value: Value, facts: Facts, year_group: int, now: int | None) -> Reason:
    kind = KEYS[key]
    found = of_one_pupil(kind.found(facts, year_group))
    if key == "year_group" and now is not None and now != year_group:
        when = f"{in_year_group(year_group)} in {academic_year_label(facts.cohort_year + year_group)}"
        found = f"{'was' if year_group < now else 'will be'} {when}, and is {in_year_group(now)} now"
    return Reason(kind.label, as_need(kind.phrase(value)), found, kind.test(value)(facts, year_group))


def _reason_for_alternatives(
    alternatives: tuple[Criteria, ...], facts: Facts, year_group: int, now: int | None
) -> Reason:
    """Show, when one holds, only what was found for those that hold, and otherwise everything that was looked at."""
    holding = [alternative for alternative in alternatives if alternative.applies(facts, year_group)]
    looked_at = [reason for shown in holding or alternatives for reason in shown.reasons(facts, year_group, now)]
    asked_for = ", or ".join(" and ".join(map(as_need, _phrases(alternative))) for alternative in alternatives)
    found = "; ".join(dict.fromkeys(reason.found for reason in looked_at))
    return Reason("One of", asked_for, found, bool(holding))


def _phrases(criteria: Criteria) -> list[str]:
    return [KEYS[key].phrase(value) for key, value in criteria.wants]


# --- as a person types it ----------------------------------------------------------------------------------------------


def criteria_text(criteria: Criteria) -> str:
    """Criteria as lines that ``read_criteria`` reads back; "every pupil" when nothing is asked for."""
    lines = [_typed(key, value) for key, value in criteria.wants]
    if criteria.any_of:
        either = (" + ".join(_typed(key, value) for key, value in one.wants) for one in criteria.any_of)
        lines.append(f"{_EITHER} {' | '.join(either)}")
    return "\n".join(lines) or _EVERYBODY[0]


def read_criteria(text: str) -> Criteria:
    """Read what a person typed. Raises CriteriaProblem, whose sentences say what was not understood and what may be meant."""
    if "=" in text:
        return parse_criteria(_toml(text))
    lines = [line.strip(" .") for line in re.split(r"[\n;]", text) if line.strip(" .")]
    problems: list[str] = []
    mapping: dict[str, object] = {}
    for line in lines:
        if line.casefold() in _EVERYBODY:
            continue
        if line.casefold().startswith(_EITHER):
            found: tuple[str, object] = (ANY_OF, _alternatives(line[len(_EITHER) :], problems))
        else:
            found = _condition(line, problems)
        if found[0] and found[0] in mapping:
            problems.append(f"“{line}” is a second line about the same thing; put both into one line, joined by “or”")
        mapping[found[0]] = found[1]
    if problems:
        raise CriteriaProblem(problems)
    return parse_criteria(mapping)


def _typed(key: str, value: Value) -> str:
    if key == "year_group":
        return year_groups_in_words(value if isinstance(value, tuple) else ())  # type: ignore[arg-type] # whole numbers
    return _VERB.sub("", KEYS[key].phrase(value), count=1)


def _toml(text: str) -> Mapping[str, object]:
    body = text.strip()
    body = body[1:-1] if body.startswith("{") and body.endswith("}") else body
    try:
        return read_toml(body)
    except Unreadable:
        pass
    try:
        found: Mapping[str, object] = read_toml(f"applies = {{{' '.join(body.splitlines())}}}")["applies"]
    except Unreadable as error:
        raise CriteriaProblem(
            [f"this is not TOML: {error}; write conditions one a line, such as {EXAMPLES[0]}"]
        ) from None
    return found


def _alternatives(text: str, problems: list[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for alternative in text.split("|"):
        conditions = [_condition(part.strip(), problems) for part in alternative.split("+") if part.strip()]
        found.append(dict(conditions))
    return found


def _condition(text: str, problems: list[str]) -> tuple[str, object]:
    groups = _year_groups(text)
    if groups is not None:
        return "year_group", groups
    if re.match(r"years? *[0-9]", text.casefold()):
        problems.append(
            f"“{text}” is not understood; year groups go from Nursery and Reception to Year 14, as in Year 9 to Year 11"
        )
        return "", None
    from difflib import get_close_matches

    plain = _plain(text)
    known = _conditions_by_words()
    found = known.get(_SHORT_FOR.get(plain, plain))
    if found is not None:
        return found
    close = get_close_matches(plain, known, n=1, cutoff=0.5)
    meant = f"did you mean “{_typed(*known[close[0]])}”?" if close else f"expected such as {', '.join(EXAMPLES)}"
    problems.append(f"“{text}” is not understood; {meant}")
    return "", None


def _plain(text: str) -> str:
    return " ".join(_SILENT.sub(" ", re.sub(r"[(),]", " ", text.casefold())).split())


@cache
def _conditions_by_words() -> Mapping[str, tuple[str, Value]]:
    """Every condition but those of year groups that can be said, by its words without the small ones."""
    return {
        _plain(kind.phrase(value)): (key, value)
        for key, kind in KEYS.items()
        if key != "year_group"
        for value in _values(key)
    }


def _values(key: str) -> Iterator[Value]:
    for candidate in (True, False, "any", "none", "yes", "yes or not known", "yes unless staying", *_lists()):
        try:
            yield KEYS[key].parse(candidate)
        except CriteriaProblem:
            continue


def _lists() -> Iterator[Sequence[str]]:
    for vocabulary in (PROVISIONS, TIERS, SOCIAL_CARE_KINDS, HANDED_OVER, EHC_ASSESSMENTS):
        for size in range(1, len(vocabulary) + 1):
            yield from combinations(vocabulary, size)


def _year_groups(text: str) -> list[int] | None:
    """Read "Year 6", "6, 7", "Reception or Year 1", "Year 9 to Year 11", "Year 9 and above"; None when it is none of these."""
    plain = re.sub(r"\b(?:pupils?|years?)\b", " ", text.casefold())
    found: list[int] = []
    for part in re.split(r",|\bor\b|\band\b(?! above)", plain):
        ends = re.split(r"\bto\b|[-–]", part.replace("and above", "").strip())
        numbers = [_year_group(end.strip()) for end in ends]
        if None in numbers or len(numbers) > 2:
            return None
        first, last = numbers[0], YEAR_GROUPS[-1] if "and above" in part else numbers[-1]
        found.extend(range(first or 0, (last or 0) + 1))
    return sorted(set(found)) or None


def _year_group(text: str) -> int | None:
    by_label = {year_group_label(group).casefold(): group for group in YEAR_GROUPS if group <= 0 or group > 14}
    if text in by_label:
        return by_label[text]
    try:
        return parse_year_group(text)
    except ValueError:
        return None
