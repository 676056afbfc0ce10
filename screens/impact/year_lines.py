"""Missed transitions against the same day last year: steps and children, all and statutory, and month by month."""

from collections.abc import Iterator
from typing import Final

from screens.frame.report_screen import ReportLine, ReportTab
from screens.impact.measure_lines import NOT_SUPPRESSED, plot
from screens.widgets.columns import Column
from transitions.dates import without_weekday
from transitions.impact import series, year_on_year
from transitions.impact.series import Month
from transitions.impact.snapshots import SnapshotRow
from transitions.impact.year_on_year import Compared, Rate, percent
from transitions.text import capital, searchable
from transitions.workspace import Workspace

_COLUMNS: Final = (
    Column("Missed or late", flex=1, min_width=14, priority=10),
    Column("Now", flex=2, min_width=25, priority=10),
    Column("Share", width=10, priority=8),
    Column("A year before", flex=2, min_width=25, priority=7),
    Column("Difference", width=26, priority=6),
    Column("In a year", flex=1, min_width=15, priority=9),
)
_MEASURES: Final = {"Steps": "missed", "Children": "missed-children"}
"""The measure whose rows stand behind each line."""


def year_tab(workspace: Workspace, year: int) -> ReportTab:
    now, then = year_on_year.newest(workspace, year)
    months = series.series(workspace)
    lines, figures = [], ["of all pupils", NOT_SUPPRESSED]
    if now is not None and then is not None:
        found = year_on_year.compare(workspace, now, then)
        lines += [line for one in found.parts.values() for line in _part(one)]
        figures = [f"{without_weekday(now.as_at)} against {without_weekday(then.as_at)}", *figures]
        # What forbids a comparison comes first: of a small terminal the last lines are cut.
        figures += reversed(year_on_year.remarks(found))
    lines += [_month(one, months.sentence) for one in months.months]
    return ReportTab(_COLUMNS, lines, figures, _why_none(now))


def _why_none(now: SnapshotRow | None) -> str:
    if now is None:
        return (
            "No snapshot of this year is kept yet. The program makes one when it is opened on or after each named day."
        )
    return f"There is no snapshot of the same day a year before {without_weekday(now.as_at)} to hold against."


def _part(one: Compared) -> Iterator[ReportLine]:
    heading = "All steps" if one.part == "all" else f"{capital(one.part)} steps"
    details = [f"{said}." for said in year_on_year.details(one)]
    for name, (this, last) in {
        "Steps": (one.now.rate, one.then.rate),
        "Children": (one.now.children, one.then.children),
    }.items():
        change = year_on_year.change(this, last)
        few = change is None or change.verdict == "too few to say"
        difference = "" if change is None or few else change.text.removeprefix("difference ")
        cells = (name, this.text, _plot(this, last), last.text, difference, change.verdict if change else "")
        yield ReportLine(
            cells,
            (_MEASURES[name], one.part),
            searchable(*cells, heading),
            [f"{heading}: {name.lower()}", *details],
            heading,
        )


def _plot(now: Rate, then: Rate) -> str:
    return plot(100 * now.share if now.base else None, 100 * then.share if then.base else None)


def _month(one: Month, sentence: str) -> ReportLine:
    share = "" if one.percent is None else f" ({percent(one.percent / 100)})"
    unknown = f", {one.unknown:,} unknown" if one.unknown else ""
    counts = f"{one.counted:,} of {one.base:,} steps{share}"
    cells = (one.label, counts, plot(one.percent), "", "", one.signal)
    full = [f"Due in {one.label}: {counts}{unknown}", *([capital(f"{one.signal}.")] if one.signal else []), sentence]
    goal = ("month", one.label)
    return ReportLine(cells, goal, searchable(one.label, one.signal), full, "Month by month", opens=False)
