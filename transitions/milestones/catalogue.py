"""The milestones of a database to look through and to read: rules in plain words, next dates, who has them open."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

from db.milestones import definitions as store
from db.milestones.definitions import MilestoneRow, OpenSteps
from db.milestones.steps import waiting_for_dates
from transitions.dates import long
from transitions.errors import NoSuchRecord, require
from transitions.milestones import definitions as milestone_store
from transitions.milestones.date_rule_types import DATED_FACTS, DateRule
from transitions.milestones.date_rules import day_of_rule
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import Milestone, MilestoneVersion
from transitions.school_year import DateNotKnown, academic_year, academic_year_label
from transitions.term_dates import TermDates
from transitions.text import did_you_mean, how_many
from transitions.workspace import Workspace

_YEARS_AROUND = 3
_DAY = timedelta(days=1)
_FOLLOWED = re.compile(r"\bmilestone (\S+)", re.IGNORECASE)
_FACTS_IN_WORDS = {"date_of_birth": "the date of birth", **{fact: f"“{name}”" for name, fact in DATED_FACTS.items()}}


class MilestoneLine(NamedTuple):
    """One milestone in a list.

    What it says is what holds in the academic year of today; ``changes_from`` is the academic year from which another rule
    is set already. ``next_on`` is the next day on which it falls, for somebody if pupils have days of their own; None when
    none is known. ``open`` counts the pupils who have it open, None while they are not counted. ``retired_from`` is the
    first day on which it is no longer asked for.
    """

    id: int
    code: str
    transition: str
    title: str
    short: str
    due: str
    when: str
    """``due`` for reading: another milestone that it counts from by its short title."""
    whom: str
    severity: str
    own: bool
    next_on: date | None
    open: int | None
    retired_from: date | None
    retired: bool
    dormant: bool
    """Whether it is shipped switched off."""
    changes_from: int | None

    @property
    def origin(self) -> str:
        if self.retired:
            return "switched off" if self.dormant else "retired"
        return "own" if self.own else "shipped"


class MilestonePage(NamedTuple):
    """One milestone to read: its line, the whole of it, and its dates in words."""

    line: MilestoneLine
    milestone: Milestone
    now: Milestone
    """What holds in the academic year of today."""
    dates: str
    versions: tuple[MilestoneVersion, ...]
    """What it was, is and will be, the newest first; one when it has never been changed."""


def this_year(workspace: Workspace) -> int:
    return academic_year(workspace.clock.today)


class Waiting(NamedTuple):
    """How many planned steps have no date because the term dates of ``year`` are not entered; None: the pupil's school is not."""

    year: int | None
    steps: int

    @property
    def text(self) -> str:
        waits = how_many(self.steps, "step waits", "steps wait")
        if self.year is None:
            return f"{waits} for the pupil’s school, to know whose term dates apply"
        return f"{waits} for term dates of {academic_year_label(self.year)} that are not entered"


def waiting_for_terms(workspace: Workspace) -> list[Waiting]:
    """By the first academic year that is missing, from that of the step on; those of pupils without a school last."""
    asking = {number for number, milestone in workspace.milestones.items() if milestone.asks_for_day}
    calendars, found = workspace.calendars, Counter[int | None]()
    for year, school_id, la_number, number in waiting_for_dates(workspace.read(), asking):
        key = calendars.key(school_id, la_number)
        missing = next(one for one in count(year) if not calendars.entered(one, key))
        found[None if school_id is None and calendars.entered(missing) else missing] += number
    return [Waiting(year, found[year]) for year in sorted(found, key=lambda year: (year is None, year or 0))]


def lines(workspace: Workspace, *, counted: bool = True) -> list[MilestoneLine]:
    counts = store.open_steps(workspace.read(), workspace.clock.today) if counted else None
    points = [*load_shipped().transitions]
    rows = sorted(store.milestones(workspace.read()), key=lambda row: (points.index(row.transition), row.position))
    terms = workspace.terms_for()
    milestones = [(row, milestone_store.read_row(row)) for row in rows]
    shorts = {one.code: one.short for _, one in milestones}
    return [_milestone_line(workspace, row, one, counts, terms, shorts) for row, one in milestones]


def page(workspace: Workspace, code: str) -> MilestonePage:
    line = require(
        next((line for line in lines(workspace) if line.code == code), None),
        f"There is no milestone {code!r} any more.",
    )
    row = next(row for row in store.milestones(workspace.read()) if row.code == code)
    milestone, year = milestone_store.read_row(row), this_year(workspace)
    now = milestone.of_cycle(year)
    return MilestonePage(line, milestone, now, dates_in_words(workspace, now.rule, year), milestone.versions[::-1])


def find_milestone(workspace: Workspace, text: str) -> str:
    """The code of the one milestone that answers to a code, a title or some words of one.

    Raises ``NoSuchRecord`` when none does, or more than one.
    """
    wanted = " ".join(text.casefold().split())
    rows = [(row.code, milestone_store.read_row(row)) for row in store.milestones(workspace.read())]
    exact = [code for code, one in rows if wanted in (code.casefold(), one.title.casefold(), one.short.casefold())]
    found = exact or [
        code for code, one in rows if all(word in f"{code} {one.title}".casefold() for word in wanted.split())
    ]
    if len(found) == 1:
        return found[0]
    if not found or not wanted:
        meant = did_you_mean(text, [code for code, _ in rows])
        raise NoSuchRecord(f"There is no milestone {text!r}.{meant} List them with: transitions milestone list")
    some = ", ".join(found[:5])
    raise NoSuchRecord(
        f"{len(found)} milestones match {text!r}: {some}{' …' if len(found) > 5 else ''}. Give the code."
    )


def dates_in_words(workspace: Workspace, rule: DateRule, first: int) -> str:
    """Say on which days a rule falls for the moves of academic year ``first`` and of the one after, in long form.

    Of a rule that is not the same for every pupil it says what it counts from.
    """
    rule = rule.common
    if rule.kind == "following":
        titles = {one.code: f"“{one.title}”" for one in workspace.milestones.values()}
        followed = [titles.get(code, code) for code in sorted(rule.follows)] or [
            "the day by which the plan names the place"
        ]
        return f"Counts from {' and '.join(followed)} of the same pupil"
    if rule.reads:
        facts = " and ".join(sorted(_FACTS_IN_WORDS.get(fact, fact) for fact in rule.reads))
        return f"A different day for each pupil, counted from {facts}"
    return "; ".join(
        f"{academic_year_label(year)}: {_days_in_words(workspace, rule, year)}" for year in (first, first + 1)
    )


def span_in_words(version: MilestoneVersion) -> str:
    if version.first is None:
        return "always" if version.last is None else f"up to {academic_year_label(version.last)}"
    first = academic_year_label(version.first)
    if version.last is None:
        return f"from {first}"
    return f"in {first}" if version.first == version.last else f"{first} to {academic_year_label(version.last)}"


def _milestone_line(
    workspace: Workspace,
    row: MilestoneRow,
    milestone: Milestone,
    counts: Mapping[int, OpenSteps] | None,
    terms: TermDates,
    shorts: Mapping[str, str],
) -> MilestoneLine:
    today = workspace.clock.today
    year = academic_year(today)
    now = milestone.of_cycle(year)
    retired_from = _retired_from(row, milestone)
    retired = retired_from is not None and retired_from <= today
    steps = None if counts is None else counts.get(row.id, OpenSteps(0, None))
    next_on = None if retired else min(_to_come(milestone, today, terms), default=None)
    if next_on is None and steps is not None and steps.next_late_after is not None:
        next_on = steps.next_late_after - timedelta(days=now.grace_days)
    return MilestoneLine(
        id=row.id,
        code=row.code,
        transition=row.transition,
        title=milestone.title,
        short=milestone.short,
        due=now.due,
        when=_FOLLOWED.sub(lambda found: f"“{shorts.get(found[1], found[1])}”", now.due),
        whom=now.criteria.in_words(),
        severity=now.severity,
        own=row.origin != "shipped",
        next_on=next_on,
        open=None if steps is None else steps.pupils,
        retired_from=retired_from,
        retired=retired,
        dormant=milestone.dormant,
        changes_from=None if now is milestone else next(v.first for v in milestone.versions if (v.first or 0) > year),
    )


def _retired_from(row: MilestoneRow, milestone: Milestone) -> date | None:
    if row.retired_on is not None:
        return row.retired_on
    return None if milestone.valid_to is None else milestone.valid_to + _DAY


def days_by_rule(milestone: Milestone, cycles: Iterable[int], terms: TermDates) -> Iterator[tuple[int, date]]:
    """The days that the rule alone names, each with its cycle; none of a rule by pupils' own dates."""
    for cycle in cycles:
        version = milestone.of_cycle(cycle)
        rule = version.rule.common
        if rule.reads or rule.kind == "following":
            continue
        with suppress(DateNotKnown):
            day = day_of_rule(rule, cycle, terms)
            if version.holds_on(day):
                yield cycle, day


def _to_come(milestone: Milestone, today: date, terms: TermDates) -> Iterator[date]:
    year = academic_year(today)
    return (day for _, day in days_by_rule(milestone, range(year - 1, year + _YEARS_AROUND), terms) if day >= today)


def _days_in_words(workspace: Workspace, rule: DateRule, year: int) -> str:
    """The day of a rule for everybody, else council by council where their term dates are."""
    councils = [] if workspace.terms_for().terms else workspace.calendars.councils
    days = {number: _day_in_words(rule, year, workspace.terms_for(la_number=number)) for number in councils}
    if len(set(days.values())) < 2:
        return next(iter(days.values()), None) or _day_in_words(rule, year, workspace.terms_for())
    return ", ".join(f"{day} (council {number})" for number, day in days.items())


def _day_in_words(rule: DateRule, year: int, terms: TermDates) -> str:
    try:
        return long(day_of_rule(rule, year, terms))
    except DateNotKnown:
        return "not known until the term dates are entered"
