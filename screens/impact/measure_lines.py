"""The measures as lines: each figure with its base, a plot in blocks, what stands beside it, and figures of others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rich.text import Text

from screens.frame.report_screen import ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from screens.widgets.line import DONE, LEFT
from transitions.impact import words
from transitions.impact.measure import Figure, Measure, measures, no_rows
from transitions.text import searchable

NOT_SUPPRESSED: Final = "not suppressed: for work inside the council"
_PLOT: Final = 10
_OTHER = "│"
_COLUMNS = (
    Column("What is asked", flex=4, min_width=30, priority=10),
    Column("Counted", flex=1, min_width=27, priority=10),
    Column("Share", width=_PLOT, priority=8),
    Column("Compared with", flex=2, min_width=22, priority=6),
    Column("Beside", flex=2, min_width=26, priority=5),
)
Others = Mapping[str, Sequence[Any]]


def measure_tab(found: Mapping[str, Sequence[Figure]], others: Others) -> ReportTab:
    """The figures that are counted so far, by the code of their measure."""
    lines = [
        line for code in measures() for line in _lines(measures()[code], found.get(code, ()), others.get(code, ()))
    ]
    figures = [NOT_SUPPRESSED, "a block is a tenth"]
    if others:
        figures.append(f"{_OTHER} others")
    return ReportTab(_COLUMNS, lines, figures, "Nothing is counted yet.")


def _lines(measure: Measure, figures: Sequence[Figure], others: Sequence[Any]) -> list[ReportLine]:
    """A line a figure; what has only parts has its title above them."""
    if not figures:
        return []
    whole = [] if not figures[0].part else [_title(measure, others)]
    return [*whole, *(_figure(measure, one, others if not one.part else ()) for one in figures)]


def _title(measure: Measure, others: Sequence[Any]) -> ReportLine:
    cells = (cell(measure.title), "", "", _compared(others), "")
    full = [measure.title, *_definition(measure, others)]
    return ReportLine(cells, (measure.code, None), _words(measure), full, measure.section, opens=False)


def _figure(measure: Measure, figure: Figure, others: Sequence[Any]) -> ReportLine:
    name = figure.part or measure.title
    cells = (
        cell(f"  {name}" if figure.part else name),
        cell(replace(figure, beside="").text),
        plot(_share(figure), next(filter(None, map(_share, others)), None)),
        _compared(others),
        cell(figure.beside),
    )
    opens = figure.rows is not no_rows
    full = [
        " · ".join(filter(None, (measure.title, figure.part, figure.period))),
        f"{figure.text}.",
        *_definition(measure, others),
    ]
    return ReportLine(
        cells, (measure.code, figure.part), _words(measure, figure.part), full, measure.section, opens=opens
    )


def _words(measure: Measure, part: str = "") -> str:
    return searchable(measure.title, part, measure.section, measure.question)


def _definition(measure: Measure, others: Sequence[Any]) -> list[str]:
    compared = "; ".join(map(words.compared, others))
    return [*([f"Compared with {compared}."] if compared else []), *defined(measure)]


def defined(measure: Measure) -> list[str]:
    """What is asked, what is counted and of whom, and where that stands."""
    aim = f" {measure.aim.capitalize()} is better." if measure.aim else ""
    return [
        measure.question,
        f"Counted: {measure.counts}. Of: {measure.of}, {measure.time}.{aim}",
        *filter(None, (measure.note,)),
        f"Source: {measure.source}.",
    ]


def _compared(others: Sequence[Any]) -> Text:
    return cell(f"{words.amount(others[0])} {others[0].whose}") if others else Text()


def _share(of: Any) -> float | None:
    """The per cent that a figure, or an entered one, comes to; None for days and points."""
    if of.counted is not None and of.base:
        return 100.0 * float(of.counted) / float(of.base)
    return float(of.value) if of.unit == "%" and of.value is not None else None


def plot(percent: float | None, other: float | None = None) -> str:
    """``███░░░│░░░``: of ten blocks those that ``percent`` fills, and where the figure of others stands."""
    if percent is None or not 0 <= percent <= 100:
        return ""
    full = round(percent * _PLOT / 100)
    blocks = [*DONE * full, *LEFT * (_PLOT - full)]
    if other is not None and 0 <= other <= 100:
        blocks[min(_PLOT - 1, int(other * _PLOT / 100))] = _OTHER
    return "".join(blocks)
