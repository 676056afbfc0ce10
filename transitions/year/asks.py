"""What the law and custom ask of schools and councils on fixed days of every academic year: census, tests, returns.

The asks are a TOML file beside this module. Their days are date rules, as those of milestones, but of no pupil.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, get_args

from transitions.date_rules import DateRule, DueContext, parse_rule
from transitions.facts import Facts
from transitions.term_dates import TermDates

__all__ = ["ASK_KINDS", "FOR_SCHOOLS", "Ask", "AskKind", "AskSet", "ForSchools", "Span", "day_of_rule", "load_shipped"]

AskKind = Literal["census", "test", "return", "admissions", "EHC plan", "post-16", "other"]
ASK_KINDS: Final[tuple[AskKind, ...]] = get_args(AskKind)
ForSchools = Literal["all", "primary", "secondary", "early years", "college", "council"]
"""Who is asked: which schools, or the council itself and no school."""
FOR_SCHOOLS: Final[tuple[ForSchools, ...]] = get_args(ForSchools)

_NOBODY = Facts(date.min, 0)  # never looked at: a rule that reads facts of a pupil is refused


class Span(NamedTuple):
    """The days from the first to the last, both counted."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Ask:
    """One thing that is asked every year.

    ``year_groups`` (-1 nursery to 14) are those of the year in which its days fall, and empty when it is asked of the
    whole school. ``first`` and ``last`` are date rules; ``dates`` are days that were published for an academic year, which
    go before the rules. ``verified`` is False where the rule was not checked against a source.
    """

    code: str
    title: str
    short: str
    kind: AskKind
    first: DateRule
    last: DateRule
    dates: Mapping[int, Span]
    year_groups: tuple[int, ...]
    for_schools: ForSchools
    basis: str
    source: str
    verified: bool
    valid_from: date | None = None
    valid_to: date | None = None

    def span(self, academic_year: int, terms: TermDates) -> Span:
        """Give its days in an academic year. Raises DateNotKnown when a rule needs term dates that are not entered."""
        published = self.dates.get(academic_year)
        if published is not None:
            return published
        return Span(day_of_rule(self.first, academic_year, terms), day_of_rule(self.last, academic_year, terms))

    def holds_on(self, day: date) -> bool:
        """Tell whether it is asked on ``day``, the first of its days in a year."""
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day <= self.valid_to)

    def is_verified(self, academic_year: int) -> bool:
        """Tell whether its days in this year were checked against a source: published ones were, even if the rule was not."""
        return self.verified or academic_year in self.dates


@dataclass(frozen=True)
class AskSet:
    """The asks that come with the program, and the version of the file."""

    version: str
    asks: tuple[Ask, ...]


def day_of_rule(rule: DateRule, academic_year: int, terms: TermDates) -> date:
    """Give the day of a rule that is the same for every pupil.

    Raises ValueError for a rule that depends on the pupil, and DateNotKnown when term dates that it needs are not entered.
    """
    if rule.reads or rule.follows:
        raise ValueError(f'"{rule}" has a date of its own for each pupil')
    return rule.due(DueContext(academic_year, _NOBODY, terms))


@cache
def load_shipped() -> AskSet:
    """Give the asks that come with the program; they are read once."""
    tables = tomllib.loads(files("transitions.year").joinpath("asks.toml").read_text(encoding="utf-8"))
    return AskSet(tables["set"]["version"], tuple(_ask(table) for table in tables["ask"]))


def _ask(table: Mapping[str, Any]) -> Ask:
    dates: Mapping[str, Sequence[date]] = table.get("dates", {})
    return Ask(
        **{
            **table,
            "first": parse_rule(table["first"]),
            "last": parse_rule(table.get("last", table["first"])),
            "dates": MappingProxyType({int(year): Span(*days) for year, days in dates.items()}),
            "year_groups": tuple(table["year_groups"]),
        }
    )
