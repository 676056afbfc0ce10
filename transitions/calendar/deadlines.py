"""What the law and custom ask of schools and councils on fixed days of every academic year: census, tests, returns.

The deadlines are a TOML file beside this module. Their days are date rules, as those of milestones, but of no pupil. What a
council made of them is in ``local_deadlines``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from transitions import questionnaire
from transitions.calendar.event import Span
from transitions.milestones.date_rule_types import DateRule
from transitions.milestones.date_rules import day_of_rule, parse_rule
from transitions.term_dates import TermDates

DeadlineKind = Literal["census", "test", "return", "admissions", "EHC plan", "post-16", "other"]
DEADLINE_KINDS: Final[tuple[DeadlineKind, ...]] = get_args(DeadlineKind)
ForSchools = Literal["all", "primary", "secondary", "early years", "college", "council"]
"""Who is asked: which schools, or the council itself and no school."""


@dataclass(frozen=True)
class Deadline:
    """One thing that is asked every year.

    ``year_groups`` (-1 nursery to 14) are those of the year in which its days fall, and empty when it is asked of the
    whole school. ``first`` and ``last`` are date rules; ``dates`` are days that were published for an academic year, which
    go before the rules. ``verified`` is False where the rule was not checked against a source. ``own`` is what a council
    added to those that come with the program. ``earlier`` holds what it was before it was changed, each with the last
    academic year for which that stood, the oldest first: ``of_year`` chooses.
    """

    code: str
    title: str
    short: str
    kind: DeadlineKind
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
    own: bool = False
    earlier: tuple[tuple[int, "Deadline"], ...] = ()

    def of_year(self, academic_year: int) -> "Deadline":
        return next((older for through, older in self.earlier if academic_year <= through), self)

    def span(self, academic_year: int, terms: TermDates) -> Span:
        """Its days in an academic year. Raises DateNotKnown when a rule needs term dates that are not entered."""
        published = self.dates.get(academic_year)
        if published is not None:
            return published
        return Span(day_of_rule(self.first, academic_year, terms), day_of_rule(self.last, academic_year, terms))

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day <= self.valid_to)

    def is_verified(self, academic_year: int) -> bool:
        """Whether its days in this year were checked against a source: published ones were, even if the rule was not."""
        return self.verified or academic_year in self.dates


@dataclass(frozen=True)
class DeadlineSet:
    """The deadlines that come with the program, or those that hold for a council, and which version of them it is."""

    version: str
    deadlines: tuple[Deadline, ...]


@cache
def load_shipped() -> DeadlineSet:
    tables = questionnaire.load("transitions.calendar", "deadlines.toml")
    return DeadlineSet(tables["set"]["version"], tuple(from_mapping(table) for table in tables["ask"]))


def from_mapping(table: Mapping[str, Any]) -> Deadline:
    dates: Mapping[str, Sequence[date | str]] = table.get("dates", {})
    return Deadline(
        **{
            **table,
            "first": parse_rule(table["first"]),
            "last": parse_rule(table.get("last", table["first"])),
            "dates": MappingProxyType({int(year): Span(*map(_day, days)) for year, days in dates.items()}),
            "year_groups": tuple(table["year_groups"]),
            "valid_from": _day(table["valid_from"]) if table.get("valid_from") else None,
            "valid_to": _day(table["valid_to"]) if table.get("valid_to") else None,
            "earlier": tuple(
                (int(older["through"]), from_mapping({key: value for key, value in older.items() if key != "through"}))
                for older in table.get("earlier", ())
            ),
        }
    )


def to_mapping(deadline: Deadline) -> dict[str, Any]:
    """A deadline as the keys of the file; JSON can hold it and ``from_mapping`` reads it back."""
    dates = {str(year): [day.isoformat() for day in span] for year, span in sorted(deadline.dates.items())}
    earlier = [{"through": through, **to_mapping(older)} for through, older in deadline.earlier]
    return {
        "code": deadline.code,
        "title": deadline.title,
        "short": deadline.short,
        "kind": deadline.kind,
        "first": str(deadline.first),
        "last": str(deadline.last),
        **({"dates": dates} if dates else {}),
        "year_groups": list(deadline.year_groups),
        "for_schools": deadline.for_schools,
        "basis": deadline.basis,
        "source": deadline.source,
        "verified": deadline.verified,
        **({"valid_from": deadline.valid_from.isoformat()} if deadline.valid_from else {}),
        **({"valid_to": deadline.valid_to.isoformat()} if deadline.valid_to else {}),
        **({"own": True} if deadline.own else {}),
        **({"earlier": earlier} if earlier else {}),
    }


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
