"""Missed transitions: this year's newest snapshot, against the same day last year, and month by month."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from db.impact import snapshots as store
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
    """For all steps, and for statutory ones, as the newest snapshot of the year has them."""
    now, _ = year_on_year.newest(asked.workspace, asked.year)
    return [] if now is None else [_figure(asked.workspace, now, measure, of, part) for part in PARTS]


def _figure(workspace: Workspace, row: SnapshotRow, measure: str, of: str, part: Part) -> Figure:
    chosen = [one for one in snapshots.rules(row).values() if part in ("all", one.severity)]
    numbers, whole = [one.number for one in chosen], snapshots.tally(chosen)
    rate = year_on_year.rate(whole)
    if of == "children":
        rate = Rate(*store.pupils_missing_any(workspace.read(), row.id, numbers), of)
    rows = partial(_rows, workspace, row.id, numbers, by_pupil=of == "children") if rate.base <= _MOST_ROWS else no_rows
    return Figure(
        measure,
        _period(row),
        rate.counted,
        rate.base,
        of,
        part="" if part == "all" else part,
        beside=_beside(whole) if of == "steps" else "",
        rows=rows,
    )


def _changes(asked: Asked) -> list[Figure]:
    """This year less the one before in points, for steps and for children."""
    now, then = year_on_year.newest(asked.workspace, asked.year)
    if now is None or then is None:
        return []
    found = []
    for part, one in year_on_year.compare(asked.workspace, now, then).parts.items():
        for ours, theirs in ((one.now.rate, one.then.rate), (one.now.children, one.then.children)):
            change = year_on_year.change(ours, theirs, alike=one.like_for_like)
            if change is None:
                continue
            few = change.verdict == "too few to say"
            # of the parts only what may be said: their counts would give away those of the steps that are not statutory
            counts = [f"{ours.text}, {theirs.text} a year before"] if part == "all" else []
            beside = [change.verdict, *([] if one.like_for_like else ["not like for like"]), *counts]
            low, high = (year_on_year.points(end) for end in change.interval)
            found.append(
                Figure(
                    "missed-change",
                    f"{_period(now)}, against {short_with_year(then.as_at)}",
                    None,
                    ours.base,
                    ours.of,
                    part=ours.of if part == "all" else f"{part}, {ours.of}",
                    value=None if few else round(100 * change.difference, 1),
                    unit="points",
                    spread="" if few else f"{low} to {high}",
                    beside="; ".join(dict.fromkeys(beside)),
                )
            )
    return found


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
    found = months.series(asked.workspace)
    return [
        Figure(
            "missed-monthly",
            academic_year_label(academic_year(one.first_day)),
            one.counted,
            one.base,
            "steps",
            part=one.label,
            beside="; ".join(filter(None, (one.signal, f"{one.unknown:,} unknown"))),
        )
        for one in found.months
    ]


READERS: Final[Mapping[str, Reader]] = {
    "missed": _steps,
    "missed-children": _children,
    "missed-change": _changes,
    "missed-monthly": _monthly,
}
