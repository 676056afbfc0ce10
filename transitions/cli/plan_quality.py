"""The command about how good the plans of a caseload are: quality."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.options import caseload_of, common, filters, formatted, opened, typed_day
from transitions.cli.output import emit, talk, text_of

if TYPE_CHECKING:
    from datetime import date

    from transitions.plans.audit_summary import Agreement, ItemCount, Summary
    from transitions.workspace import Workspace

_KEYS = ("part", "item", "answer", "count", "base", "words")
_ITEM_SHOWN = ("item", "not met", "partly", "met", "judged", "words")


@click.command("quality")
@common
@formatted
@filters
@click.option("--from", "first", metavar="DATE", help="From this day; the first of the academic year if not given.")
@click.option("--to", "last", metavar="DATE", help="To this day; the last of this academic year if not given.")
@click.pass_context
def quality_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    first: str | None,
    last: str | None,
    **options: Any,
) -> None:
    """Print how many plans are completed and what their audits found, every count with its base.

    A plan is one move of one pupil, whatever its versions. Whether two auditors agree is worked out over all plans, whatever
    the filters and the days.
    """
    from transitions.caseload import caseload as caseloads
    from transitions.plans import audit_summary

    with opened(ctx, db, as_of) as workspace:
        caseload = caseload_of(workspace, options)
        found = audit_summary.summary(workspace, caseload, *_period(workspace, first, last))
        agreement = audit_summary.agreement(workspace)
        described = caseloads.describe(workspace, caseload)
    if style == "table":
        _print(found, agreement)
    else:
        emit(_records(found, agreement), _KEYS, style)
    talk(f"{described} · {found.days}")


def _period(workspace: "Workspace", first: str | None, last: str | None) -> "tuple[date, date]":
    """Give the days that were asked for; what was not is the beginning or the end of the academic year."""
    from transitions.school_year import academic_year, academic_year_span

    today = workspace.clock.today
    begins, ends = typed_day(workspace, first, "--from"), typed_day(workspace, last, "--to")
    year = academic_year_span(academic_year(ends or max(begins or today, today)))
    begins, ends = begins or year[0], ends or year[1]
    if ends < begins:
        raise click.BadParameter(f"{ends} is before {begins}, the first day.", param_hint="--to")
    return begins, ends


def _print(found: "Summary", agreement: "Agreement") -> None:
    """Print a sentence for each count, and a line for each item of the checklist that was judged."""
    from transitions.plans.lifecycle import COMPLETED_MEANS
    from transitions.ratio import share

    corrective = found.corrective
    lines = [
        f"plans that were open: {found.open:,}",
        f"completed: {share(found.completed, found.open)}",
        f"completed means: {COMPLETED_MEANS}",
        f"audited: {share(found.audited, found.plans)}",
    ]
    if found.audited:
        lines.append(f"audited as a draft: {share(found.drafts, found.audited)}")
        lines.extend(f"grade {name}: {share(count, found.audited)}" for name, count in found.grades.items())
    lines.append(
        f"corrective actions: {corrective.total:,}, of which {corrective.open:,} open ({corrective.overdue:,} overdue), "
        f"{corrective.done:,} done, {corrective.dropped:,} dropped"
    )
    lines.append(f"two auditors: {agreement.words}")
    click.echo("\n".join(map(text_of, lines)))
    if found.items:
        click.echo()
        emit(map(_item, found.items), _ITEM_SHOWN, "table")


def _item(one: "ItemCount") -> dict[str, object]:
    counts = {"not met": one.not_met, "partly": one.partly, "met": one.met, "judged": one.judged}
    return {"item": one.code, **counts, "words": one.words}


def _records(found: "Summary", agreement: "Agreement") -> Iterator[Mapping[str, object]]:
    """Give one record a count: long rather than wide, so that every part has the same keys."""
    from transitions.plans.lifecycle import COMPLETED_MEANS

    yield {"part": "plans", "item": "completed", "count": found.completed, "base": found.open, "words": COMPLETED_MEANS}
    yield {"part": "plans", "item": "audited", "count": found.audited, "base": found.plans}
    yield {"part": "plans", "item": "audited as a draft", "count": found.drafts, "base": found.audited}
    for name, count in found.grades.items():
        yield {"part": "grade", "item": name, "count": count, "base": found.audited}
    for one in found.items:
        about = {"part": "item", "item": one.code, "base": one.judged, "words": one.words}
        for answer, count in (("not met", one.not_met), ("partly", one.partly), ("met", one.met)):
            yield {**about, "answer": answer, "count": count}
    for state in ("open", "overdue", "done", "dropped"):
        count = getattr(found.corrective, state)
        yield {"part": "corrective actions", "item": state, "count": count, "base": found.corrective.total}
    about = {"part": "two auditors", "item": "judged alike", "words": agreement.words}
    yield {**about, "count": agreement.same, "base": agreement.judgements}
