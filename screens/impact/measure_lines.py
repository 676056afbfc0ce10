"""The measures as lines: each figure with its base, a plot in blocks, what stands beside it, and figures of others; years held against each other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rich.text import Text

from screens.frame.report_screen import ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from screens.widgets.line import DONE, LEFT
from transitions.dates import without_weekday
from transitions.impact import series, year_on_year
from transitions.impact.listing import Comparator
from transitions.impact.measure import Figure, Measure, measures, no_rows
from transitions.impact.series import Month
from transitions.impact.snapshots import SnapshotRow
from transitions.impact.year_on_year import Compared, Rate, percent
from transitions.text import capital, how_many, searchable
from transitions.workspace import Workspace

NOT_SUPPRESSED: Final = "small numbers shown: for use inside the council"
WHOLE: Final = "all"
"""What the figure of a whole measure is called among its parts."""
_PLOT: Final = 10
_HALF, _OTHER = "▌", "│"
_FOLDED, _UNFOLDED = "▸ ", "▾ "
_COLUMNS = (
    Column("What is asked", flex=8, min_width=30, priority=10),
    Column("Counted", flex=2, min_width=27, priority=11),
    Column("Share", width=_PLOT, priority=8),
    Column("Compared with", flex=1, min_width=22, priority=6),
    Column("Beside", flex=1, min_width=20, priority=5),
)
Others = Mapping[str, Sequence[Comparator]]
_NONE: Sequence[Comparator] = ()


def measure_tab(
    found: Mapping[str, Sequence[Figure]], others: Others, unfolded: Collection[str] = (), *, narrowed: bool = False
) -> ReportTab:
    """The figures that are counted so far, by the code of their measure; the parts of those that are ``unfolded``.

    Of some pupils alone (``narrowed``), what is counted of all whoever is asked for says so.
    """
    lines = [
        line
        for code, one in measures().items()
        for measure in (replace(one, title=f"{one.title}, of all") if narrowed and not one.filtered else one,)
        for line in _lines(measure, found.get(code, ()), others.get(code, ()), unfolded=code in unfolded)
    ]
    figures = [NOT_SUPPRESSED, "a block is a tenth", *([f"{_OTHER} others"] if others else [])]
    return ReportTab(_COLUMNS, lines, figures, "There is nothing to count for this year or these pupils.")


def _lines(
    measure: Measure, figures: Sequence[Figure], others: Sequence[Comparator], *, unfolded: bool
) -> list[ReportLine]:
    """One line for what has one figure; of what has parts its head, and they below it when they are unfolded."""
    if len(figures) == 1 and not figures[0].part:
        return [_figure(measure, figures[0], measure.title, others)]
    if not figures:
        return []
    parts = [_figure(measure, one, f"    {one.part or WHOLE}", _NONE) for one in figures] if unfolded else []
    return [_head(measure, figures, others, unfolded=unfolded), *parts]


def _head(measure: Measure, figures: Sequence[Figure], others: Sequence[Comparator], *, unfolded: bool) -> ReportLine:
    """What has parts; its whole stands in the head while that is folded."""
    whole = None if figures[0].part or unfolded else figures[0]
    title = f"{_UNFOLDED if unfolded else _FOLDED}{measure.title}"
    counted = how_many(sum(bool(one.part) for one in figures), "part") if whole is None else _counted(whole)
    plotted = "" if whole is None else plot(share_of(whole), _other_share(others))
    cells = (cell(title), cell(counted), plotted, _compared(others), cell(whole.beside if whole else ""))
    said = [] if whole is None else [f"{whole.text}."]
    full = [f"{measure.title} · {figures[0].period}", *said, *_definition(measure, others)]
    # What stands in a part is found in the head as well, which unfolds it.
    return ReportLine(
        cells, (measure.code, None), _words(measure, *(one.part for one in figures)), full, measure.section
    )


def _figure(measure: Measure, figure: Figure, name: str, others: Sequence[Comparator]) -> ReportLine:
    cells = (
        cell(name),
        cell(_counted(figure)),
        plot(share_of(figure), _other_share(others)),
        _compared(others),
        cell(figure.beside),
    )
    full = [
        " · ".join(filter(None, (measure.title, figure.part, figure.period))),
        f"{figure.text}.",
        *_definition(measure, others),
    ]
    words = _words(measure, figure.part)
    return ReportLine(
        cells, (measure.code, figure.part), words, full, measure.section, opens=figure.rows is not no_rows
    )


def _counted(figure: Figure) -> str:
    return replace(figure, beside="").text


def _words(measure: Measure, *parts: str) -> str:
    return searchable(measure.title, measure.section, measure.question, *parts)


def _definition(measure: Measure, others: Sequence[Comparator]) -> list[str]:
    return [*(f"Compared with {one.words}." for one in others), *defined(measure)]


def defined(measure: Measure) -> list[str]:
    """What is asked, what is counted and of whom, and where that stands."""
    aim = f" {measure.aim.capitalize()} is better." if measure.aim else ""
    return [
        measure.question,
        f"Counted: {measure.counts}. Of: {measure.of}, {measure.time}.{aim}",
        *filter(None, (measure.note,)),
        f"Source: {measure.source}.",
    ]


def _compared(others: Sequence[Comparator]) -> Text:
    return cell(f"{others[0].figure} {others[0].whose}") if others else Text()


def _other_share(others: Sequence[Comparator]) -> float | None:
    """The share of the first that has one."""
    shares = (
        100 * one.numerator / one.denominator
        if one.numerator is not None and one.denominator
        else (one.value if one.unit == "%" else None)
        for one in others
    )
    return next((one for one in shares if one is not None), None)


def share_of(figure: Figure) -> float | None:
    """The per cent that a figure comes to; None for days and points."""
    if figure.counted is not None and figure.base:
        return 100 * figure.counted / figure.base
    return figure.value if figure.unit == "%" else None


def plot(percent: float | None, other: float | None = None) -> str:
    """``███▌░░│░░░``: of ten blocks those that ``percent`` fills, and where the figure of others stands.

    Only nothing is drawn empty, and only all of it full.
    """
    if percent is None or not 0 <= percent <= 100:
        return ""
    halves = round(percent * 2 * _PLOT / 100)
    if 0 < percent < 100:
        halves = min(max(halves, 1), 2 * _PLOT - 1)
    blocks = list(f"{DONE * (halves // 2)}{_HALF * (halves % 2)}".ljust(_PLOT, LEFT))
    if other is not None and 0 <= other <= 100:
        blocks[min(_PLOT - 1, int(other * _PLOT / 100))] = _OTHER
    return "".join(blocks)


_YEAR_COLUMNS: Final = (
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
    return ReportTab(_YEAR_COLUMNS, lines, figures, _why_none(now))


def _why_none(now: SnapshotRow | None) -> str:
    if now is None:
        return "There is no snapshot for this year yet. The program makes one when it is opened on or soon after each named day."
    return f"There is no snapshot from the same day a year before {without_weekday(now.as_at)} to compare with."


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
