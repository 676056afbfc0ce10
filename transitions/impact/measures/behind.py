"""The rows behind a figure, read only when somebody looks: who is counted first, by name with the school."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from math import floor
from statistics import median, quantiles
from typing import Any, NamedTuple

from db.pupils import pupils as pupil_store
from transitions.impact.measure import Asked, Behind, Figure
from transitions.text import searchable
from transitions.workspace import Workspace


class About(NamedTuple):
    """A record of a pupil: where Enter goes, whose it is, whether it is counted, and what there is to say of it."""

    goal: tuple[str, int]
    pupil_id: int
    counted: bool
    words: str = ""


def about(workspace: Workspace, records: Iterable[About]) -> Sequence[Behind]:
    """A row for each record, under the name of its pupil; of one who was archived since, too."""
    found = list(records)
    pages = pupil_store.pages(workspace.read(), sorted({one.pupil_id for one in found}))
    rows = []
    for one in found:
        page = pages.get(one.pupil_id)
        if page is None:  # a snapshot counts pupils who were taken out since
            rows.append(Behind(one.goal, f"no longer here · {one.words}", one.counted, None, one.pupil_id))
            continue
        name = ", ".join(filter(None, (page.surname, page.preferred_name or page.forename)))
        words = " · ".join(filter(None, (name, page.school or "no school", one.words)))
        rows.append(Behind(one.goal, words, one.counted, page.school_id, one.pupil_id))
    return in_order(rows)


def pupils(workspace: Workspace, of: Collection[int], counted: Collection[int]) -> Sequence[Behind]:
    """The pupils behind a figure."""
    return about(workspace, (About(("pupil", number), number, number in counted) for number in of))


def in_order(rows: Iterable[Behind]) -> Sequence[Behind]:
    return sorted(rows, key=lambda row: (not row.counted, searchable(row.words), row.goal))


def of_records(
    asked: Asked, measure: str, records: Iterable[About], of: str = "children", part: str = "", **more: Any
) -> Figure:
    """The figure of these records: how many of them are counted."""
    found = list(records)
    figure = Figure(measure, asked.period, sum(one.counted for one in found), len(found), of, part)
    return replace(figure, rows=partial(about, asked.workspace, found), **more)


def last_told(asked: Asked, day: Callable[[int], Any]) -> int:
    """The academic year asked for, or the one before while the day of that year on which it is told is to come."""
    return asked.year if day(asked.year) <= asked.today else asked.year - 1


def middle(values: Collection[float]) -> tuple[float | None, str]:
    """The median, and in words from where to where the middle half of the values lies; few values have no halves."""
    if len(values) < _FEWEST_FOR_HALVES:
        return (float(median(values)) if values else None), ""
    low, between, high = quantiles(values, n=4, method="inclusive")
    tenths = [floor(10 * one + 0.5) / 10 for one in (low, high)]
    places = 0 if all(map(float.is_integer, tenths)) else 1
    return between, "half from {:,.{places}f} to {:,.{places}f}".format(*tenths, places=places)


_FEWEST_FOR_HALVES = 4
