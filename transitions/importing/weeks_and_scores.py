"""Importing weeks of attendance and scores of wellbeing: one row a week, or a score, of a pupil who is here.

A week, or a score of the same day, that is recorded already takes what the row says.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from transitions.impact.records import SCORE, WEEK
from transitions.importing.cells import CellReader
from transitions.importing.pupil_records import Given, RowsOf, prepare
from transitions.importing.table_rows import TableRow


def _needed(*names: str) -> Callable[[CellReader, TableRow, Given], None]:
    def refuse(cells: CellReader, row: TableRow, _given: Given) -> None:
        for name in names:
            if cells.is_empty(row, name):
                cells.refuse(row, name, "is empty, and every row needs it")

    return refuse


def _same(*names: str) -> Callable[[Mapping[str, Any]], tuple[object, ...]]:
    return lambda of: tuple(of[name] for name in names)


_WEEKS: Final = RowsOf("weeks", WEEK, _same("week_on"), "week_on", _needed("week_on", "possible", "attended"))
_SCORES: Final = RowsOf(
    "scores", SCORE, _same("scale", "dimension", "scored_on"), "dimension",
    _needed("scale", "dimension", "moment", "scored_on", "score"),
)  # fmt: skip
prepare_weeks: Final = partial(prepare, _WEEKS)
prepare_scores: Final = partial(prepare, _SCORES)
