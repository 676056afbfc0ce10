"""Which tier of help with the move is proposed, from an open table of factors, with all that led to it.

The table proposes; a person decides. A proposal always names every factor that held, its day and its points, and what was
not known: never a number alone.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from transitions.dates import short_with_year
from transitions.errors import FieldProblems
from transitions.fields import as_text, gather, read_whole_number
from transitions.milestones.facts import Tier

MOST_POINTS: Final = 2
_MOST_FOR_A_TIER: Final = 40


@dataclass(frozen=True)
class Factor:
    """One thing that speaks for more help; ``points`` 0 (shown, not counted) to 2, ``source`` the fact that is looked at.

    It holds when the fact is one of ``is_one_of``, or its number is at most ``at_most`` or at least ``at_least``, or, without
    any of these, when it is yes.
    """

    code: str
    words: str
    points: int
    source: str
    is_one_of: tuple[str, ...] = ()
    at_most: float | None = None
    at_least: float | None = None
    says: str = "yes"

    def matching(self, value: object) -> str | None:
        """What of the fact it holds of, in words, or None: "attendance 87.2%"."""
        if self.is_one_of:
            given = [value] if isinstance(value, str) else sorted(cast(frozenset[str], value))
            matched = [one for one in given if one in self.is_one_of]
            return self.says.replace("{value}", ", ".join(matched)) if matched else None
        if self.at_most is None and self.at_least is None:
            return self.says if value is True or value == "yes" else None
        number = float(cast(float | str, value))
        if (self.at_most is not None and number > self.at_most) or (
            self.at_least is not None and number < self.at_least
        ):
            return None
        return self.says.replace("{value}", f"{number:g}")


@dataclass(frozen=True)
class FactorTable:
    """The factors, and by tier the fewest points from which it is proposed; below the first it is universal."""

    version: str
    factors: tuple[Factor, ...]
    from_points: Mapping[str, int]


class Known(NamedTuple):
    """One fact about a pupil, and since when or as of which day it is known; ``value`` None is not known.

    ``value`` is a bool, a number, a text or a frozenset of texts, or an answer as it is stored ("yes", "87.2").
    """

    value: object
    since: date | None = None


class Contributing(NamedTuple):
    """A factor that holds, what was found in words, and its day."""

    factor: Factor
    value: str
    since: date | None

    @property
    def words(self) -> str:
        """All of it: "Persistent absence: attendance 87.2%, Fri 5 Jun 2026 (1 point)"."""
        found = "" if self.value == "yes" else f": {self.value}"
        counted = _points(self.factor.points) if self.factor.points else "not counted"
        day = "day not recorded" if self.since is None else short_with_year(self.since)
        return f"{self.factor.words}{found}, {day} ({counted})"


class Proposal(NamedTuple):
    """The tier that is proposed, and all that led to it; ``not_known`` names the factors whose fact is not recorded."""

    tier: Tier
    points: int
    contributing: tuple[Contributing, ...]
    not_known: tuple[Factor, ...]
    from_points: int
    version: str

    @property
    def words(self) -> str:
        said = f"Proposed: {self.tier}. "
        if self.contributing:
            said += "Because of: " + "; ".join(one.words for one in self.contributing) + ". "
            least = f", and {self.tier} begins at {self.from_points}" if self.from_points else ""
            said += f"Together {_points(self.points)}{least}. "
        else:
            said += "Nothing that is recorded speaks for more help. "
        if self.not_known:
            said += "Not recorded: " + "; ".join(factor.words for factor in self.not_known) + ". "
        return f"{said}You decide. (Factors {self.version})"


@cache
def load_factors() -> FactorTable:
    table = tomllib.loads(files("transitions.handovers").joinpath("tier_factors.toml").read_text(encoding="utf-8"))
    return FactorTable(
        table["version"], tuple(_factor(one) for one in table["factor"]), MappingProxyType(dict(table["tiers"]))
    )


def _factor(table: Mapping[str, Any]) -> Factor:
    values = dict(table)
    return Factor(is_one_of=tuple(values.pop("is", ())), **values)


def propose(table: FactorTable, facts: Mapping[str, Known]) -> Proposal:
    """Propose a tier from what is known, by source: ``{"attendance_percent": Known(87.2, date(2026, 6, 5)), ...}``.

    Of several factors of one source only the one with most points contributes (the first, when they have as many). Those
    with most points stand first. A source that is missing, or whose value is None, is not known and counts nothing.
    """
    held: dict[str, Contributing] = {}
    not_known: dict[str, Factor] = {}
    for factor in table.factors:
        known = facts.get(factor.source, Known(None))
        if known.value is None:
            # the last is the mildest, which reads best as "not recorded"
            not_known[factor.source] = factor
            continue
        found = factor.matching(known.value)
        before = held.get(factor.source)
        if found is not None and (before is None or factor.points > before.factor.points):
            held[factor.source] = Contributing(factor, found, known.since)
    contributing = sorted(held.values(), key=lambda one: -one.factor.points)
    points = sum(one.factor.points for one in contributing)
    reached = [tier for tier, least in table.from_points.items() if points >= least]
    tier = cast(Tier, max(reached, key=table.from_points.__getitem__, default="universal"))
    return Proposal(
        tier, points, tuple(contributing), tuple(not_known.values()), table.from_points.get(tier, 0), table.version
    )


def in_own_numbers(table: FactorTable, own: Mapping[str, int]) -> FactorTable:
    """The table with a council's own points, by code of the factor, and own beginnings of the tiers.

    ``own`` is what ``read_numbers`` gave; codes of factors that a later release no longer has are passed over.
    """
    if not own:
        return table
    factors = tuple(replace(factor, points=own.get(factor.code, factor.points)) for factor in table.factors)
    from_points = {tier: own.get(tier, least) for tier, least in table.from_points.items()}
    return FactorTable(f"{table.version}, our own numbers", factors, MappingProxyType(from_points))


def read_numbers(table: FactorTable, given: Mapping[str, object]) -> dict[str, int]:
    """Read a council's own numbers: by code of the factor 0 to 2 points, by tier from how many points it is proposed.

    Gives those that differ from ``table``, which is the shipped one. Raises FieldProblems by code or tier.
    """
    shipped = {**{factor.code: factor.points for factor in table.factors}, **table.from_points}
    numbers, problems = gather(given, lambda name, value: _read_number(table, name, value))
    least = {**shipped, **numbers}
    if not problems and least["targeted"] >= least["enhanced"]:
        problems["enhanced"] = f"must begin above targeted, which begins at {least['targeted']}"
    if problems:
        raise FieldProblems(problems)
    return {name: number for name, number in numbers.items() if number != shipped[name]}


def _read_number(table: FactorTable, name: str, value: object) -> int:
    if name in table.from_points:
        return read_whole_number(as_text(value), 1, _MOST_FOR_A_TIER)
    if not any(factor.code == name for factor in table.factors):
        raise ValueError("there is no such factor")
    return read_whole_number(as_text(value), 0, MOST_POINTS)


def _points(number: int) -> str:
    return "1 point" if number == 1 else f"{number} points"
