"""One snapshot against the one of the same day a year before: fewer missed transitions, more, or no clear change.

What is compared is what both years asked alike: milestones that both snapshots hold with the same rule. A milestone that is new,
or whose rule has changed, begins a series of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from db.impact import snapshots as store
from db.impact.snapshots import SnapshotRow
from transitions.dates import day_in_words, short_with_year
from transitions.impact import snapshots
from transitions.impact.series import Interval, Spread, newcombe, spread, wilson
from transitions.impact.snapshots import Rule, Tally, tally
from transitions.milestones.definitions import load_shipped
from transitions.school_year import add_months
from transitions.text import FEWEST, capital, how_many
from transitions.workspace import Workspace

CLOSE: Final = 7
"""Days by which two snapshots of the same day of the year may differ."""
COMPLETENESS_POINTS: Final = 5
"""When what is recorded has changed by more than this, the years are not like for like."""
_FEWEST_FOR_HALVES: Final = 4
Part = Literal["all", "statutory"]
PARTS: Final[tuple[Part, ...]] = ("all", "statutory")
Verdict = Literal["fewer", "no clear change", "more", "not like for like", "too few to say"]


class Rate(NamedTuple):
    """``counted`` of ``base`` (of ``of``, in the plural)."""

    counted: int
    base: int
    of: str

    @property
    def share(self) -> float:
        return self.counted / self.base if self.base else 0.0

    @property
    def interval(self) -> Interval | None:
        return wilson(self.counted, self.base) if self.base else None

    @property
    def text(self) -> str:
        """Counts with a percentage, without one on a base that is too small: "31 of 322 steps (9.6%)"."""
        counts = f"{self.counted:,} of {self.base:,} {self.of}"
        return counts if self.base < FEWEST else f"{counts} ({percent(self.share)})"

    @property
    def with_interval(self) -> str:
        low, high = self.interval or Interval(0, 0)
        return f"{self.text[:-1]}, {100 * low:.1f} to {percent(high)})" if self.base >= FEWEST else self.text


class Side(NamedTuple):
    """One year of a part: its steps by state, its children, and how late what was late was."""

    steps: Tally
    children: Rate
    late: Spread | None
    oldest: date | None

    @property
    def rate(self) -> Rate:
        return rate(self.steps)

    @property
    def most(self) -> Rate:
        """The share if all that is unknown was missed, too."""
        return Rate(self.steps.counted + self.steps.unknown, self.steps.base, "steps")

    @property
    def recovered(self) -> Rate:
        """Of what was missed on the day, how much was done afterwards."""
        return Rate(self.steps.late, self.steps.counted, "missed steps")

    @property
    def recorded(self) -> Rate:
        return recorded(self.steps)


@dataclass(frozen=True)
class Compared:
    """A part of two snapshots side by side. ``standardised`` is this year's share with last year's mix of transition points.

    ``dropped`` are the transition points with steps in one of the years only: they are in no mix.
    """

    part: Part
    now: Side
    then: Side
    standardised: float | None
    dropped: Sequence[str] = ()

    @property
    def like_for_like(self) -> bool:
        """Whether as much is recorded as was then, within a few points."""
        return not _not_alike(self.now.steps, self.then.steps)


@dataclass(frozen=True)
class YearOnYear:
    """Two snapshots of the same day of the year: what both asked, in parts, and how many milestones only one asked or asked so."""

    now: SnapshotRow
    then: SnapshotRow
    parts: Mapping[Part, Compared]
    same: int
    new: int
    gone: int
    changed: int


class Change(NamedTuple):
    """The difference of two shares (now less then), how far it could be off, and what may be said of it."""

    difference: float
    interval: Interval
    verdict: Verdict

    @property
    def text(self) -> str:
        return (
            f"difference {points(self.difference)} points ({points(self.interval.low)} to {points(self.interval.high)})"
        )


def rate(of: Tally) -> Rate:
    return Rate(of.counted, of.base, "steps")


def recorded(of: Tally) -> Rate:
    """Of how many steps it is recorded what became of them."""
    return Rate(of.base - of.unknown, of.base, "steps")


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def points(share: float) -> str:
    """A difference in percentage points, with its sign: "+1.1", "-3.9"."""
    text = f"{100 * share:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def change(now: Rate, then: Rate, *, alike: bool = True) -> Change | None:
    """What may be said of two shares: only an interval that leaves nought out is fewer or more. None when a base is empty.

    When recording is not ``alike`` in the two years it is neither: what nobody wrote down would pass for what did not happen.
    """
    if not (now.base and then.base):
        return None
    interval = newcombe(now.counted, now.base, then.counted, then.base)
    verdict: Verdict = "fewer" if interval.high < 0 else "more" if interval.low > 0 else "no clear change"
    if verdict != "no clear change" and not alike:
        verdict = "not like for like"
    if min(now.base, then.base) < FEWEST:
        verdict = "too few to say"
    return Change(now.share - then.share, interval, verdict)


# Which two


def before(rows: Sequence[SnapshotRow], now: SnapshotRow) -> SnapshotRow | None:
    """The snapshot of the school year before that is nearest to the same day, if one is near enough."""
    close = [row for row in rows if _comparable(now, row)]
    return min(close, key=lambda row: (_apart(now, row), -row.id), default=None)


def _apart(now: SnapshotRow, then: SnapshotRow) -> int:
    return abs((add_months(now.as_at, -12) - then.as_at).days)


def _comparable(now: SnapshotRow, then: SnapshotRow) -> bool:
    return then.academic_year == now.academic_year - 1 and _apart(now, then) <= CLOSE


def newest(workspace: Workspace, year: int | None = None) -> tuple[SnapshotRow | None, SnapshotRow | None]:
    """The newest snapshot (of a school year) that has one to be held against, with that one; else the newest, with none."""
    rows = snapshots.every(workspace)
    of_year = [row for row in rows if year is None or row.academic_year == year]
    for now in reversed(of_year):
        then = before(rows, now)
        if then is not None:
            return now, then
    return (of_year[-1], None) if of_year else (None, None)


def why_not(now: SnapshotRow, then: SnapshotRow) -> str:
    """Why two snapshots cannot be held against each other; nothing when they can."""
    if _comparable(now, then):
        return ""
    return f"{day_in_words(now.as_at)} and {day_in_words(then.as_at)} are not at the same point in two consecutive school years. Years are compared on the same day, or within {CLOSE} days of it, with the later one first."


# What is compared


def compare(workspace: Workspace, now: SnapshotRow, then: SnapshotRow) -> YearOnYear:
    ours, theirs = snapshots.rules(now), snapshots.rules(then)
    both = ours.keys() & theirs.keys()
    same = [code for code in sorted(both) if ours[code].rule == theirs[code].rule]
    parts: dict[Part, Compared] = {}
    for part in PARTS:
        codes = [code for code in same if part in ("all", theirs[code].severity)]
        this, last = [ours[code] for code in codes], [theirs[code] for code in codes]
        parts[part] = Compared(
            part, _side(workspace, now, this), _side(workspace, then, last), standardised(this, last),
            dropped(this, last),
        )  # fmt: skip
    return YearOnYear(
        now, then, parts, len(same), len(ours) - len(both), len(theirs) - len(both), len(both) - len(same)
    )


def _side(workspace: Workspace, row: SnapshotRow, of: Collection[Rule]) -> Side:
    connection, numbers = workspace.read(), [one.number for one in of]
    if not numbers:
        return Side(Tally(), Rate(0, 0, "children"), None, None)
    counted, base = store.pupils_missing_any(connection, row.id, numbers)
    return Side(
        tally(of),
        Rate(counted, base, "children"),
        spread(store.days_late(connection, row.id, numbers)),
        store.oldest_miss(connection, row.id, numbers),
    )


def standardised(now: Collection[Rule], then: Collection[Rule]) -> float | None:
    """The share of now if its steps were spread over the transition points as they were then (direct standardisation).

    Transition points without a step in either year are left out of the mix. None when no point has steps in both.
    """
    ours, theirs = _by_transition(now), _by_transition(then)
    both = [one for one in theirs if ours[one].base and theirs[one].base]
    whole = sum(theirs[one].base for one in both)
    if not whole:
        return None
    return sum(theirs[one].base / whole * ours[one].counted / ours[one].base for one in both)


def dropped(now: Collection[Rule], then: Collection[Rule]) -> list[str]:
    """The transition points with steps in one of the years only, which no mix has."""
    ours, theirs = _by_transition(now), _by_transition(then)
    return [one for one in sorted({*ours, *theirs}) if bool(ours[one].base) != bool(theirs[one].base)]


def _by_transition(of: Collection[Rule]) -> defaultdict[str, Tally]:
    found = defaultdict[str, Tally](Tally)
    for one in of:
        found[one.transition] = found[one.transition].plus(one.tally)
    return found


# In words


def line(workspace: Workspace) -> str:
    """The one line over the missed list, whatever it is filtered by; nothing while there are no two snapshots to compare.

    It needs no step: each snapshot has its numbers with it.
    """
    now, then = newest(workspace)
    if now is None or then is None:
        return ""
    ours, theirs = snapshots.rules(now), snapshots.rules(then)
    same = [code for code in ours if code in theirs and ours[code].rule == theirs[code].rule]
    this, last = (tally([of[code] for code in same]) for of in (ours, theirs))
    return sentence((this, now.as_at), (last, then.as_at))


_SAID: Final[Mapping[Verdict, str]] = {
    "fewer": "Fewer than a year before",
    "more": "More than a year before",
    "no clear change": "No clear change in a year",
    "not like for like": "Not comparable with the year before",
}


def sentence(now: tuple[Tally, date], then: tuple[Tally, date]) -> str:
    """Such as "Fewer than a year before (all pupils): 18 of 322 steps (5.6%) missed or late by 30 Nov 2026, ..."; of few steps nothing."""
    (ours, on), (theirs, before_on) = now, then
    this, last, remark = rate(ours), rate(theirs), _not_alike(ours, theirs)
    found = change(this, last, alike=not remark)
    if found is None or found.verdict not in _SAID:
        return ""
    said = (
        f"{_SAID[found.verdict]} (all pupils): {this.text} missed or late by {_brief(on)}, {last.text} by {_brief(before_on)}; "
        f"{found.text}."
    )
    return " ".join(filter(None, (said, remark)))


def _brief(day: date) -> str:
    return short_with_year(day).partition(" ")[2]


def _not_alike(now: Tally, then: Tally) -> str:
    """The sentence that recording has changed too much for a comparison, or nothing."""
    this, last = recorded(now), recorded(then)
    if 100 * abs(this.share - last.share) <= COMPLETENESS_POINTS:
        return ""
    return f"Not like for like: {this.text} are recorded, {last.text} were a year before."


def remarks(found: YearOnYear) -> list[str]:
    """What a reader must know of the comparison as a whole."""
    said = [f"Compared: {how_many(found.same, 'milestone')} with the same rule in both years."]
    left = [
        f"{number:,} {words}"
        for number, words in ((found.new, "new"), (found.changed, "with another rule"), (found.gone, "no longer asked"))
        if number
    ]
    if left:
        said.append(f"Left out: {', '.join(left)}. A new or changed rule starts its own series.")
    every = found.parts["all"]
    if not every.like_for_like:
        said.append(_not_alike(every.now.steps, every.then.steps))
    return said


def details(one: Compared) -> list[str]:
    """A part in sentences: steps, children, the mix, what is unknown, lateness and recovery."""
    now, then = one.now, one.then
    said = []
    for ours, theirs, what in (
        (now.rate, then.rate, "Missed or late"),
        (now.children, then.children, "Any missed or late"),
    ):
        found = change(ours, theirs, alike=one.like_for_like)
        if found is None:
            continue
        ending = "" if found.verdict == "too few to say" else f"; {found.text}"
        said.append(f"{what}: {ours.with_interval}, a year before {theirs.with_interval}{ending}: {found.verdict}")
    if one.standardised is not None and min(now.rate.base, then.rate.base) >= FEWEST:
        titles = load_shipped().transitions
        points = ", ".join(titles[code].title if code in titles else code for code in one.dropped)
        without = f", without {points}: no steps in one of the years" if points else ""
        said.append(
            f"With last year's mix of transition points {now.rate.text} would be {percent(one.standardised)}{without}"
        )
    for words, side in (("now", now), ("a year before", then)):
        parts = [f"{side.steps.missed:,} still missed"]
        if side.late is not None:
            low, median, high = (f"{value:.3g}" for value in (side.late.low, side.late.median, side.late.high))
            halves = f", half from {low} to {high}" if side.steps.late >= _FEWEST_FOR_HALVES else ""
            parts.append(f"{side.recovered.text} done afterwards (median {median} days late{halves})")
        if side.oldest is not None:
            parts.append(f"the oldest open since {day_in_words(side.oldest)}")
        if side.steps.unknown:
            parts.append(f"{side.steps.unknown:,} unknown: with them {side.most.text} at most")
        parts += [f"{side.steps.waived + side.steps.not_applicable:,} waived or not applicable"]
        said.append(f"{capital(words)}: {', '.join(parts)}; recorded {side.recorded.text}")
    return said
