"""Wellbeing before and after a move, and how ready children are for one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from db.impact.children import children, records
from db.impact.records import ReadinessRow, ScoreRow
from transitions.impact.measure import Asked, Figure, Reader
from transitions.impact.measures.behind import About, last_told, middle, of_records
from transitions.school_year import academic_year_label

_GOOD_RATING: Final = 4


def _paired(asked: Asked) -> list[Figure]:
    """By scale and dimension, of those who were scored after a move this year and before it: who scored higher.

    Of several scores the last after counts, and the last before that one.
    """
    first, last = asked.days
    pairs: dict[tuple[str, str], dict[int, tuple[float, float]]] = {}
    single: dict[tuple[str, str], int] = {}
    for number, rows in records(asked.workspace.read(), ScoreRow, asked.chosen).items():
        for key in dict.fromkeys((row.scale, row.dimension) for row in rows):
            mine = [row for row in rows if (row.scale, row.dimension) == key and row.scored_on <= last]
            after = next((row for row in mine if row.moment == "after" and row.scored_on >= first), None)
            if after is None:
                continue
            before = next((one for one in mine if one.moment == "before" and one.scored_on <= after.scored_on), None)
            if before is None:
                single[key] = single.get(key, 0) + 1
            else:
                pairs.setdefault(key, {})[number] = (before.score, after.score)
    return [_change(asked, key, pairs.get(key, {}), single.get(key, 0)) for key in sorted({*pairs, *single})]


def _change(asked: Asked, key: tuple[str, str], pairs: Mapping[int, tuple[float, float]], single: int) -> Figure:
    value, spread = middle([after - before for before, after in pairs.values()])
    same = sum(after == before for before, after in pairs.values())
    lower = sum(after < before for before, after in pairs.values())
    beside = f"the same {same:,}, lower {lower:,}" + (f"; {single:,} without a score before" if single else "")
    rows = (
        About(("pupil", number), number, after > before, f"{before:g}, then {after:g}")
        for number, (before, after) in pairs.items()
    )
    return of_records(
        asked, "wellbeing", rows, "children with both scores", ": ".join(key), value=value, unit="points",
        spread=spread, beside=beside,
    )  # fmt: skip


def _good_level(asked: Asked) -> list[Figure]:
    """Of the children of a Reception year; told at the end of June."""
    year = last_told(asked, lambda one: date(one + 1, 6, 30))
    chosen = replace(asked.chosen, cohort_years=(year,))
    connection = asked.workspace.read()
    known = {
        number: found
        for number, rows in records(connection, ReadinessRow, chosen).items()
        if (found := next((row.good_level for row in rows if row.good_level is not None), None)) is not None
    }
    everybody = children(connection, chosen)
    figures = []
    for part, of in (
        ("", everybody),
        ("pupil premium", [number for number, child in everybody.items() if child.pupil_premium]),
        ("all others", [number for number, child in everybody.items() if not child.pupil_premium]),
    ):
        rows = [About(("pupil", number), number, known[number]) for number in of if number in known]
        beside = f"{len(of) - len(rows):,} not assessed" if len(rows) < len(of) else ""
        period = f"Reception of {academic_year_label(year)}"
        figures.append(of_records(asked, "readiness-good-level", rows, part=part, period=period, beside=beside))
    return figures


def _ratings(asked: Asked) -> list[Figure]:
    """Since April before the school year, so that those of the moves into it are in; of each child the last rating by each counts."""
    first, last = date(asked.year, 4, 1), asked.days[1]
    kept = records(asked.workspace.read(), ReadinessRow, asked.chosen)
    ratings: dict[str, dict[int, int]] = {who: {} for who in ("school", "pupil", "family")}
    for number, mine in kept.items():
        for row in (one for one in mine if first <= one.assessed_on <= last):
            for who, found in ratings.items():
                if (rating := getattr(row, f"{who}_rating")) is not None:
                    found.setdefault(number, rating)  # the newest comes first
    rated = {number for found in ratings.values() for number in found}
    figures = []
    for who, given in ratings.items():
        rows = (
            About(("pupil", number), number, rating >= _GOOD_RATING, f"{rating} of 5")
            for number, rating in given.items()
        )
        beside = f"{len(rated) - len(given):,} not rated by the {who}" if len(given) < len(rated) else ""
        figures.append(of_records(asked, "readiness-ratings", rows, part=f"says the {who}", beside=beside))
    return figures


READERS: Final[Mapping[str, Reader]] = {
    "wellbeing": _paired,
    "readiness-good-level": _good_level,
    "readiness-ratings": _ratings,
}
