"""The commands that look at milestones, and at what a change of one would do."""

from collections.abc import Iterator
from pathlib import Path

import click

from transitions.cli.options import common, formatted, opened, pairs, typed_day
from transitions.cli.output import emit, emit_one, talk
from transitions.dates import short_with_year
from transitions.milestones.catalogue import MilestoneLine, find_milestone, lines, page, span_in_words
from transitions.milestones.editing import Proposal, bringing_back, preview, read_proposal, retirement
from transitions.milestones.preview import Counts, Preview, shift_in_words
from transitions.school_year import academic_year_label, year_group_label
from transitions.workspace import Workspace

LIST_KEYS = (
    "code", "transition", "title", "short", "due", "for", "severity", "origin", "next_date", "open_pupils", "retired_from",
    "changes_from",
)  # fmt: skip
LIST_SHOWN = ("code", "title", "due", "next_date", "severity", "origin", "open_pupils")
PREVIEW_KEYS = ("milestone", "year_group", "gain", "lose", "move", "same", "decided")
NEW = "new"
_SHIFTS = 5


@click.command("list")
@common
@formatted
@click.option("--transition", metavar="CODE", help="Only those of this transition point: 6-7.")
@click.option("--retired", is_flag=True, help="Those that were retired, too.")
@click.pass_context
def list_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, style: str, transition: str | None, retired: bool
) -> None:
    """Print the milestones in the order of their transition points: rule, next date, how many pupils have it open."""
    with opened(ctx, db, as_of) as workspace:
        found = [
            line
            for line in lines(workspace)
            if (retired or not line.retired) and (transition is None or line.transition == transition.upper())
        ]
        emit((_record(line) for line in found), LIST_KEYS, style, shown=LIST_SHOWN)
        talk(f"{len(found)} milestone{'' if len(found) == 1 else 's'}")


@click.command("show")
@common
@formatted
@click.argument("milestone")
@click.pass_context
def show_command(ctx: click.Context, /, db: Path | None, as_of: str | None, style: str, milestone: str) -> None:
    """Print one milestone whole: what holds now, its dates, and what it was in earlier years."""
    with opened(ctx, db, as_of) as workspace:
        shown = page(workspace, find_milestone(workspace, milestone))
        now = shown.now
        record: dict[str, object] = {
            **_record(shown.line),
            "dates": shown.dates,
            "grace_days": now.grace_days,
            "met_by": now.met_by,
            "basis": now.basis,
            "source": now.source,
            "verified": now.verified,
            "evidence": now.evidence,
            "why": now.why,
        }
        versions = [
            {
                "holds": span_in_words(one),
                "due": one.milestone.due,
                "for": one.milestone.criteria.in_words(),
                "severity": one.milestone.severity,
                "grace_days": one.milestone.grace_days,
            }
            for one in shown.versions
        ]
        if style == "json":
            emit_one({**record, "versions": versions}, style)
            return
        emit_one(record, style)
        for version in versions if len(versions) > 1 else ():
            click.echo(f"{version['holds']}: {version['due']}, for {version['for']}, {version['severity']}")


@click.command("preview")
@common
@formatted
@click.argument("milestone")
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--from", "from_year", default="", metavar="YEAR", help="The academic year from which it would hold.")
@click.option("--retire", metavar="DATE", help="As if it were retired from this day on.")
@click.option("--restore", is_flag=True, help="As if it were asked for again.")
@click.pass_context
def preview_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    milestone: str,
    fields: tuple[str, ...],
    from_year: str,
    retire: str | None,
    restore: bool,
) -> None:
    """Print how many pupils a change would give a date, take one from or move one of; nothing is written.

    MILESTONE "new" stands for one that is not there yet. Fields are those of add and edit.
    """
    if (retire is not None) + restore + bool(fields) > 1:
        raise click.UsageError("Give fields, --retire or --restore: one change at a time.")
    with opened(ctx, db, as_of) as workspace:
        code = None if milestone == NEW else find_milestone(workspace, milestone)
        day = typed_day(workspace, retire, "--retire")
        if day is not None and code is not None:
            proposal = retirement(workspace, code, day)
        elif restore and code is not None:
            proposal = bringing_back(workspace, code)
        else:
            proposal = read_proposal(workspace, code, {**texts(fields), "from_year": from_year})
        found = preview(workspace, proposal)
        emit(_records(proposal, found), PREVIEW_KEYS, style)
        tell(proposal, found)


def texts(fields: tuple[str, ...]) -> dict[str, str]:
    """Give FIELD=VALUE words as typed text, with the names that forms use."""
    return {name.replace("-", "_"): str(value) for name, value in pairs(fields).items()}


def tell(proposal: Proposal, found: Preview) -> None:
    """Say on standard error what changes, and for how many pupils."""
    for change in proposal.changes:
        talk(f"{change.title}: {change.before or '(nothing)'} → {change.after}")
    talk(f"{found.sentence}.")
    for shift in found.shifts[1:_SHIFTS]:
        talk(f"  {shift_in_words(shift, found.counts.move)}")
    for note in found.notes:
        talk(note)


def proposed_and_told(workspace: Workspace, proposal: Proposal) -> None:
    """Say what a proposal would do, if it would do anything."""
    if proposal.changed:
        tell(proposal, preview(workspace, proposal))


def _records(proposal: Proposal, found: Preview) -> Iterator[dict[str, object]]:
    yield _counts(proposal.code, "all", found.counts)
    for group, counts in found.by_year_group.items():
        yield _counts(proposal.code, year_group_label(group), counts)
    for follower in found.followers:
        yield _counts(follower.title, "all", follower.counts)


def _counts(milestone: str, group: str, counts: Counts) -> dict[str, object]:
    return {"milestone": milestone, "year_group": group, **counts._asdict()}


def _record(line: MilestoneLine) -> dict[str, object]:
    origin = "retired" if line.retired else "own" if line.own else "shipped"
    if line.retired_from is not None and not line.retired:
        origin = f"until {short_with_year(line.retired_from)}"
    return {
        "code": line.code,
        "transition": line.transition,
        "title": line.title,
        "short": line.short,
        "due": line.due,
        "for": line.whom,
        "severity": line.severity,
        "origin": origin,
        "next_date": line.next_on,
        "open_pupils": line.open,
        "retired_from": line.retired_from,
        "changes_from": None if line.changes_from is None else academic_year_label(line.changes_from),
    }
