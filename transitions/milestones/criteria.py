"""Whom a milestone is for: declarative criteria over the facts of a pupil.

A criterion is a key and the values that it accepts; all of them must hold. ``any_of`` holds alternatives, one of which
is enough. There is no expression language: whoever edits a milestone picks from ``understood()``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from transitions.milestones.criteria_fields import (
    KEYS,
    CriteriaProblem,
    Test,
    Value,
    listed,
    of_one_pupil,
    wanted,
    year_groups_in_words,
)
from transitions.milestones.facts import Facts

__all__ = ["Criteria", "CriteriaProblem", "Reason", "parse_criteria", "understood"]

ANY_OF = "any_of"


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
        """Give the canonical form that ``parse_criteria`` reads and JSON and TOML can hold."""
        mapping: dict[str, object] = {}
        for key, value in self.wants:
            mapping[key] = list(value) if isinstance(value, tuple) else value
        if self.any_of:
            mapping[ANY_OF] = [alternative.to_mapping() for alternative in self.any_of]
        return mapping

    def reasons(self, facts: Facts, year_group: int) -> list[Reason]:
        """Give one reason for each criterion, whether it holds or not; none when it is for every pupil."""
        reasons = [_reason(key, value, facts, year_group) for key, value in self.wants]
        if self.any_of:
            reasons.append(_reason_for_alternatives(self.any_of, facts, year_group))
        return reasons

    def in_words(self) -> str:
        """Give a plural phrase: "Year 6 pupils with an EHC plan", or "every pupil"."""
        if not self.wants and not self.any_of:
            return "every pupil"
        phrases = [KEYS[key].phrase(value) for key, value in self.wants if key != "year_group"]
        having = [phrase.removeprefix("have ") for phrase in phrases if phrase.startswith("have ")]
        doing = [phrase for phrase in phrases if not phrase.startswith("have ")]
        words = "pupils" if self.year_groups is None else f"{year_groups_in_words(self.year_groups)} pupils"
        if having:
            words += f" with {listed(having, 'and')}"
        if doing:
            words += f" who {listed(doing, 'and')}"
        if self.any_of:
            either = ", or ".join(" and ".join(_phrases(alternative)) for alternative in self.any_of)
            words += f"{', and' if having or doing else ''} who {either}"
        return words


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


def understood() -> dict[str, str]:
    """Give every key with the values it accepts, in words, for help and for messages."""
    return {key: kind.accepts for key, kind in KEYS.items()} | {ANY_OF: "a list of tables, one of which must hold"}


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


def _reason(key: str, value: Value, facts: Facts, year_group: int) -> Reason:
    kind = KEYS[key]
    found = of_one_pupil(kind.found(facts, year_group))
    return Reason(kind.label, wanted(kind.phrase(value)), found, kind.test(value)(facts, year_group))


def _reason_for_alternatives(alternatives: tuple[Criteria, ...], facts: Facts, year_group: int) -> Reason:
    """Show, when one holds, only what was found for those that hold, and otherwise everything that was looked at."""
    holding = [alternative for alternative in alternatives if alternative.applies(facts, year_group)]
    looked_at = [reason for shown in holding or alternatives for reason in shown.reasons(facts, year_group)]
    asked_for = ", or ".join(" and ".join(map(wanted, _phrases(alternative))) for alternative in alternatives)
    found = "; ".join(dict.fromkeys(reason.found for reason in looked_at))
    return Reason("One of", asked_for, found, bool(holding))


def _phrases(criteria: Criteria) -> list[str]:
    return [KEYS[key].phrase(value) for key, value in criteria.wants]
