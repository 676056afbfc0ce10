"""The measures as lines: each figure with its base, a plot in blocks, what stands beside it, and figures of others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rich.text import Text

from screens.frame.report_screen import ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from screens.widgets.line import DONE, LEFT
from transitions.impact.listing import Comparator
from transitions.impact.measure import Figure, Measure, measures, no_rows
from transitions.text import how_many, searchable

NOT_SUPPRESSED: Final = "not suppressed: for work inside the council"
WHOLE: Final = "all"
"""What the figure of a whole measure is called among its parts."""
_PLOT: Final = 10
_HALF, _OTHER = "▌", "│"
_FOLDED, _UNFOLDED = "▸ ", "▾ "
_COLUMNS = (
    Column("What is asked", flex=8, min_width=30, priority=10),
    Column("Counted", flex=2, min_width=27, priority=10),
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
    return ReportTab(_COLUMNS, lines, figures, "Nothing is counted of this year, or of these pupils.")


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
