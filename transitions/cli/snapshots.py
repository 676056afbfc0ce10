"""The commands of snapshots: what was frozen on a day, when it is, and one year against the one before."""

from itertools import zip_longest

import click

from transitions.cli.context import Session
from transitions.cli.options import command, formatted
from transitions.cli.output import echo, emit_one, say, talk
from transitions.dates import day_in_words
from transitions.errors import NotAllowed
from transitions.exporting.documents.model import blocks
from transitions.impact import series as months
from transitions.impact import snapshots, year_on_year
from transitions.impact.series import Limits, Month
from transitions.impact.snapshots import SnapshotRow
from transitions.impact.year_on_year import Compared, Rate, Side, YearOnYear
from transitions.school_year import academic_year_label
from transitions.text import FEWEST, capital, how_many

LIST_KEYS = (
    "id",
    "as_at",
    "name",
    "academic_year",
    "steps",
    "numerator",
    "denominator",
    "percent",
    "unknown",
    "seal",
    "made_by",
)
STATES = ("met", "late", "missed", "unknown", "waived", "not_applicable")
SHOW_KEYS = ("milestone", "transition", "severity", *STATES)
SERIES_KEYS = ("month", "numerator", "denominator", "unknown", "percent", "mean", "low", "high", "signal")
DAY_KEYS = ("day", "snapshot", "as_at")
_YEAR_KEYS = (
    "as_at", "numerator", "denominator", "percent", "low", "high", "unknown", "percent_at_most", "recorded_percent", "still_missed",
    "recovered_percent", "median_days_late", "oldest_missed",
)  # fmt: skip
COMPARE_KEYS = (
    "part", "base", "words", "difference", "difference_low", "difference_high", "standardised_percent", "like_for_like",
    "milestones", "new", "changed", "gone", *(f"{when}_{key}" for when in ("now", "then") for key in _YEAR_KEYS),
)  # fmt: skip


@command("make")
@click.argument("name", required=False, default="")
def make_command(session: Session, name: str) -> None:
    """Freeze what was due in this school year up to yesterday, under a NAME such as "Scrutiny committee". It can't be undone or changed. On the named days the program makes one automatically."""
    row = snapshots.make(session.workspace, name)
    talk(snapshots.said(row))
    echo(f"snapshot #{row.id}")


@command("list")
@formatted
def list_command(session: Session) -> None:
    """Print the snapshots, oldest first, with how many of the steps due were missed or late."""
    rows = snapshots.every(session.workspace)
    session.emit(map(_record, rows), LIST_KEYS)
    talk(how_many(len(rows), "snapshot"))


@command("show")
@formatted
@click.argument("snapshot")
def show_command(session: Session, snapshot: str) -> None:
    """Print a snapshot by milestone. SNAPSHOT is a number such as #3, its date or its name. A table leaves out milestones with nothing due."""
    row = snapshots.find(session.workspace, snapshot)
    lines = [
        {"milestone": code, "transition": rule.transition, "severity": rule.severity, **rule.tally._asdict()}
        for code, rule in sorted(snapshots.rules(row).items())
    ]
    if session.style != "table":
        session.emit(lines, SHOW_KEYS)
        return
    emit_one({**_record(row), "made_at": row.made_at.isoformat(timespec="seconds")}, session.style)
    echo()
    session.emit([line for line in lines if any(line[state] for state in STATES)], SHOW_KEYS)


@command("compare")
@formatted
@click.argument("now", required=False)
@click.argument("then", required=False)
def compare_command(session: Session, now: str | None, then: str | None) -> None:
    """Compare a year with the one before: how much of what was due was missed or late, on the same day of the year. NOW and THEN are snapshots, such as #5 and #2. Without them it takes the latest that has one from the year before. Only milestones with the same rule in both are counted. A difference is fewer or more only if its whole 95% interval says so."""
    workspace = session.workspace
    this, last = _pair(session, now, then)
    snapshots.check_sealed(workspace)
    found = year_on_year.compare(workspace, this, last)
    if session.style != "table":
        session.emit(
            [_compared(found, one, base) for one in found.parts.values() for base in ("steps", "children")],
            COMPARE_KEYS,
        )
        return
    echo(f"{day_in_words(this.as_at)} against {day_in_words(last.as_at)} (snapshots #{this.id} and #{last.id})")
    for one in found.parts.values():
        sentences = year_on_year.details(one)
        echo(f"{'All steps' if one.part == 'all' else capital(one.part) + ' steps'}")
        for sentence in sentences or ["None was due in either year"]:
            echo(f"    {sentence}.")
    for remark in year_on_year.remarks(found):
        talk(remark)


def _pair(session: Session, now: str | None, then: str | None) -> tuple[SnapshotRow, SnapshotRow]:
    """Raises ``NotAllowed`` for two that are not of the same day of the year, and when there are no two."""
    workspace = session.workspace
    this, last = year_on_year.newest(workspace) if now is None else (snapshots.find(workspace, now), None)
    if this is not None and now is not None:
        last = snapshots.find(workspace, then) if then else year_on_year.before(snapshots.every(workspace), this)
    if this is None or last is None:
        of = "" if this is None else f" of the same day of the year before {day_in_words(this.as_at)}"
        raise NotAllowed(f"There is no snapshot{of} to compare. List them with: transitions snapshot list")
    refused = year_on_year.why_not(this, last)
    if refused:
        raise NotAllowed(refused)
    return this, last


def _compared(found: YearOnYear, one: Compared, base: str) -> dict[str, object]:
    now, then = (side.rate if base == "steps" else side.children for side in (one.now, one.then))
    change = year_on_year.change(now, then, alike=one.like_for_like)
    few = change is None or change.verdict == "too few to say"
    low, high = (None, None) if change is None or few else change.interval
    return {
        "part": one.part,
        "base": base,
        "words": change and change.verdict,
        "difference": _percent(None if change is None or few else change.difference),
        "difference_low": _percent(low),
        "difference_high": _percent(high),
        "standardised_percent": None if few or base != "steps" else _percent(one.standardised),
        "like_for_like": one.like_for_like,
        "milestones": found.same,
        "new": found.new,
        "changed": found.changed,
        "gone": found.gone,
        **_year("now", found.now, one.now, now),
        **_year("then", found.then, one.then, then),
    }


def _year(when: str, row: SnapshotRow, side: Side, rate: Rate) -> dict[str, object]:
    low, high = rate.interval if rate.interval and rate.base >= FEWEST else (None, None)
    values: list[object] = [row.as_at, rate.counted, rate.base, _of_many(rate), _percent(low), _percent(high)]
    if rate.of == "steps":
        late = side.late and side.late.median
        values += [side.steps.unknown, _of_many(side.most), _of_many(side.recorded), side.steps.missed]
        values += [_of_many(side.recovered), late, side.oldest]
    return {f"{when}_{key}": value for key, value in zip_longest(_YEAR_KEYS, values)}


def _of_many(rate: Rate) -> float | None:
    return _percent(rate.share) if rate.base >= FEWEST else None


def _percent(share: float | None) -> float | None:
    """In per cent, or in points; nothing where counts alone are printed."""
    return None if share is None else round(100 * share, 1)


@command("series")
@formatted
def series_command(session: Session) -> None:
    """Print the share of steps missed or late by the month of their last day, and which months stand out.

    Uses the published rules for control charts: a month outside the limits, seven in a row on one side of the mean, five in a row rising or falling.
    """
    found = months.series(session.workspace)
    plotted = [_month(one, found.limits) for one in found.months]
    session.emit(plotted, SERIES_KEYS, ("month", "numerator", "denominator", "percent", "plot", "unknown", "signal"))
    talk(found.sentence)


def _month(one: Month, limits: Limits | None) -> dict[str, object]:
    mean, low, high = limits or (None, None, None)
    values = (one.percent, mean, low, high)
    return {
        "month": f"{one.first_day:%Y-%m}",
        "numerator": one.counted,
        "denominator": one.base,
        "unknown": one.unknown,
        **dict(zip(("percent", "mean", "low", "high"), (value and round(value, 1) for value in values), strict=True)),
        "signal": one.signal,
        "plot": blocks(None if one.percent is None else round(one.percent)),
    }


@command("dates")
@formatted
@click.argument("days", metavar="[DAY]...", nargs=-1)
@click.option("--shipped", is_flag=True, help="Go back to the original days.")
def dates_command(session: Session, days: tuple[str, ...], shipped: bool) -> None:
    """Print the days of the year on which a snapshot is made, or set them: snapshot dates "1 January" "15 April" "1 September".

    It is made when the app or a command is first used on the day, or up to two weeks later (a late one says so). It covers what was due before that day, so 1 April includes 31 March.
    """
    if days and shipped:
        raise click.UsageError("Name the days, or take --shipped: not both.")
    workspace = session.workspace
    if days or shipped:
        say(snapshots.name_days(workspace, days))
        return
    made = {row.name.partition(",")[0]: row for row in snapshots.every(workspace)}
    named = [(snapshots.words(day), made.get(snapshots.words(day))) for day in snapshots.days(workspace)]
    session.emit([{"day": day, "snapshot": row and row.id, "as_at": row and row.as_at} for day, row in named], DAY_KEYS)


def _record(row: SnapshotRow) -> dict[str, object]:
    whole = snapshots.tally(snapshots.rules(row).values())
    return {
        "id": row.id,
        "as_at": row.as_at,
        "name": row.name,
        "academic_year": academic_year_label(row.academic_year),
        "steps": row.steps,
        "numerator": whole.counted,
        "denominator": whole.base,
        "percent": _of_many(year_on_year.rate(whole)),
        "unknown": whole.unknown,
        "seal": snapshots.seal(row),
        "made_by": row.made_by,
    }
