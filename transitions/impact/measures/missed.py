"""Missed transitions: this year's newest snapshot, against the same day last year, and month by month."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from db.impact import snapshots as store
from transitions.caseload.caseload import Caseload
from transitions.dates import short_with_year
from transitions.impact import series as months
from transitions.impact import snapshots, year_on_year
from transitions.impact.measure import Asked, Behind, Figure, Reader, no_rows
from transitions.impact.measures.behind import About, about, pupils
from transitions.impact.snapshots import SnapshotRow, Tally
from transitions.impact.year_on_year import PARTS, Part, Rate
from transitions.school_year import academic_year, academic_year_label
from transitions.workspace import Workspace

_MISSED: Final = ("late", "missed")
_MOST_ROWS: Final = 20_000
"""Of more steps nobody reads the rows: a list of a county is the missed list, with its filters."""


def _steps(asked: Asked) -> list[Figure]:
    return _of_year(asked, "missed", "steps")


def _children(asked: Asked) -> list[Figure]:
    return _of_year(asked, "missed-children", "children")


def _of_year(asked: Asked, measure: str, of: str) -> list[Figure]:
    """For all steps and for statutory ones: the newest snapshot of the year, and what it is against that of last year.

    A snapshot does not know who was at which school, so of some pupils only there is no figure.
    """
    now, then = year_on_year.newest(asked.workspace, asked.year)
    if now is None or asked.caseload != Caseload():
        return []
    found = [_figure(asked.workspace, now, measure, of, part) for part in PARTS]
    if then is None:
        return found
    compared = year_on_year.compare(asked.workspace, now, then)
    for part, one in compared.parts.items():
        ours, theirs = (side.rate if of == "steps" else side.children for side in (one.now, one.then))
        change = year_on_year.change(ours, theirs, alike=one.like_for_like)
        if change is None:
            continue
        beside = [
            f"{ours.text}, {theirs.text} a year before",
            change.verdict,
            *([] if one.like_for_like else ["not like for like"]),
        ]
        few = change.verdict == "too few to say"
        low, high = (year_on_year.points(end) for end in change.interval)
        found.append(
            Figure(
                measure,
                _period(now),
                None,
                ours.base,
                of,
                part=f"{part}, against {short_with_year(then.as_at)}",
                value=None if few else round(100 * change.difference, 1),
                unit="points",
                spread="" if few else f"{low} to {high}",
                beside="; ".join(dict.fromkeys(beside)),
            )
        )
    return found


def _figure(workspace: Workspace, row: SnapshotRow, measure: str, of: str, part: Part) -> Figure:
    chosen = [one for one in snapshots.rules(row).values() if part in ("all", one.severity)]
    numbers, whole = [one.number for one in chosen], snapshots.tally(chosen)
    rate = year_on_year.rate(whole)
    if of == "children":
        rate = Rate(*store.pupils_missing_any(workspace.read(), row.id, numbers), of)
    rows = partial(_rows, workspace, row.id, numbers, by_pupil=of == "children") if rate.base <= _MOST_ROWS else no_rows
    beside = _beside(whole) if of == "steps" else ""
    return Figure(measure, _period(row), rate.counted, rate.base, of, part=part, beside=beside, rows=rows)


def _beside(whole: Tally) -> str:
    aside = whole.waived + whole.not_applicable
    parts = [f"{whole.missed:,} still missed", f"{whole.late:,} done late", f"{whole.unknown:,} unknown"]
    return ", ".join([*parts, *([f"{aside:,} waived or not applicable"] if aside else [])])


def _period(row: SnapshotRow) -> str:
    return f"{academic_year_label(row.academic_year)}, due before {short_with_year(row.as_at)}"


def _rows(workspace: Workspace, number: int, milestones: Sequence[int], *, by_pupil: bool) -> Sequence[Behind]:
    """The pupils behind a figure, or their steps."""
    frozen = store.steps(workspace.read(), number, milestones)
    if by_pupil:
        return pupils(
            workspace, {one.pupil_id for one in frozen}, {one.pupil_id for one in frozen if one.state in _MISSED}
        )
    short = {one: found.short for one, found in workspace.milestones.items()}
    words = (f"{short.get(one.milestone_id, 'a milestone of then')} · {one.state}" for one in frozen)
    return about(
        workspace,
        (
            About(("pupil", one.pupil_id), one.pupil_id, one.state in _MISSED, said)
            for one, said in zip(frozen, words, strict=True)
        ),
    )


def _monthly(asked: Asked) -> list[Figure]:
    """Every month there is, whatever the year: a chart of one year's months says nothing."""
    if asked.caseload != Caseload():
        return []
    found = months.series(asked.workspace)
    return [
        Figure(
            "missed-monthly",
            academic_year_label(academic_year(one.first_day)),
            one.counted,
            one.base,
            "steps",
            part=one.label,
            beside="; ".join(filter(None, (f"{one.unknown:,} unknown", one.signal))),
        )
        for one in found.months
    ]


READERS: Final[Mapping[str, Reader]] = {"missed": _steps, "missed-children": _children, "missed-monthly": _monthly}
