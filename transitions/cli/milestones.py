"""Commands about milestones: list, show, preview, add, edit, move, retire, restore; and how phase transfers ended."""

from collections.abc import Iterator

import click

from transitions.caseload.forecast import Quarter, turning_18
from transitions.cli.context import Session, check_move, pairs
from transitions.cli.options import Choice, command, fields_of, filters, formatted, of_year, on
from transitions.cli.output import echo, emit_one, record, say, talk
from transitions.dates import short_with_year
from transitions.milestones import editing, guarantee, phase_transfers
from transitions.milestones.catalogue import MilestoneLine, lines, page, span_in_words
from transitions.milestones.definitions import load_shipped
from transitions.milestones.editing import MilestoneProposal, preview
from transitions.milestones.guarantee import Kept
from transitions.milestones.phase_transfers import PlacesNamed
from transitions.milestones.preview import Counts, SavePreview, shift_in_words
from transitions.school_year import academic_year_label, year_group_label
from transitions.text import Share

LIST_KEYS = (
    "code", "transition", "title", "short", "due", "for", "severity", "origin", "next_date", "open_pupils", "retired_from",
    "changes_from",
)  # fmt: skip
LIST_SHOWN = ("code", "title", "due", "next_date", "severity", "origin", "open_pupils")
PREVIEW_KEYS = ("milestone", "year_group", "gain", "lose", "move", "same", "decided")
_NEW = "new"
_WHERE = "milestones.milestone_fields:FIELDS"
_FIELDS = fields_of(_WHERE, but=("from_year",))
_SHIFTS = 5

_FROM = click.option(
    "--from",
    "from_year",
    default="",
    metavar="YEAR",
    help="The academic year it applies from; this one if not given.",
)


@command("list")
@formatted
@click.option("--transition", metavar="CODE", help="Only those of this transition point: 6-7.")
@click.option("--retired", is_flag=True, help="Include retired ones.")
def list_command(session: Session, transition: str | None, retired: bool) -> None:
    """Print the milestones by transition point: rule, next date, how many pupils have it open."""
    found = [
        line
        for line in lines(session.workspace)
        if (retired or not line.retired) and (transition is None or line.transition == transition.upper())
    ]
    session.emit(map(_record, found), LIST_KEYS, LIST_SHOWN)
    talk(f"{len(found)} milestone{'' if len(found) == 1 else 's'}")


@command("show")
@formatted
@on("milestone")
def show_command(session: Session) -> None:
    """Print one milestone in full: its current rule, its dates, and its rule in earlier years."""
    shown = page(session.workspace, session.milestone)
    more = ("grace_days", "met_by", "until", "dormant", "basis", "source", "verified", "evidence", "why")
    off = {"dormant": shown.line.dormant and shown.line.retired}
    found = {**_record(shown.line), "dates": shown.dates, **record(shown.now, more), **off}
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
    if session.style == "json":
        emit_one({**found, "versions": versions}, session.style)
        return
    emit_one(found, session.style)
    for version in versions if len(versions) > 1 else ():
        echo(f"{version['holds']}: {version['due']}, for {version['for']}, {version['severity']}")


@command("preview")
@formatted
@click.argument("milestone")
@fields_of(_WHERE, but=("from_year",), required=False)
@click.option("--from", "from_year", default="", metavar="YEAR", help="The academic year it would apply from.")
@click.option("--retire", metavar="DATE", help="As if retired from this date.")
@click.option("--restore", is_flag=True, help="As if brought back.")
def preview_command(
    session: Session, milestone: str, fields: tuple[str, ...], from_year: str, retire: str | None, restore: bool
) -> None:
    """Print how many pupils would gain, lose or move a date through a change, without writing anything. MILESTONE "new" means a new one. Fields are those of add and edit."""
    if (retire is not None) + restore + bool(fields) > 1:
        raise click.UsageError("Give fields, --retire or --restore: one change at a time.")
    workspace = session.workspace
    code = None if milestone == _NEW else session.find_milestone(milestone)
    day = session.day(retire, "--retire")
    if day is not None and code is not None:
        proposal = editing.retirement(workspace, code, day)
    elif restore and code is not None:
        proposal = editing.bringing_back(workspace, code)
    else:
        proposal = _typed_proposal(session, code, fields, from_year)
    found = preview(workspace, proposal)
    session.emit(_preview_records(proposal, found), PREVIEW_KEYS)
    _say_effect(proposal, found)


@command("add")
@_FIELDS
@_FROM
def add_command(session: Session, fields: tuple[str, ...], from_year: str) -> None:
    """Add a milestone of the council's own and print its code.

    Such as transition=6-7 title="The new tutor has phoned" applies="Year 6; EHC plan" due="2nd Friday of June". Local unless you give a severity and the basis for it.
    """
    proposal = _typed_proposal(session, None, fields, from_year)
    _save(session, proposal)
    echo(proposal.code)


@command("edit")
@on("milestone")
@_FIELDS
@_FROM
def edit_command(session: Session, fields: tuple[str, ...], from_year: str) -> None:
    """Change a milestone for moves from this academic year (or --from) on. Fields as for add."""
    _save(session, _typed_proposal(session, session.milestone, fields, from_year))


@command("move")
@on("milestone")
@click.argument("due", metavar="RULE")
@_FROM
def move_command(session: Session, due: str, from_year: str) -> None:
    """Give a milestone another date rule, such as "2nd Friday of July" or "12 weeks before 15 February"."""
    _save(session, editing.moved(session.workspace, session.milestone, due, from_year=from_year))


@command("retire")
@on("milestone")
@click.option("--from", "from_day", metavar="DATE", help="The first day it no longer applies; today if not given.")
def retire_command(session: Session, from_day: str | None) -> None:
    """Retire a milestone. Steps due before the date stay, and so do decisions."""
    day = session.day(from_day, "--from")
    _save(session, editing.retirement(session.workspace, session.milestone, day))


@command("restore")
@on("milestone")
def restore_command(session: Session) -> None:
    """Bring a retired milestone back."""
    _save(session, editing.bringing_back(session.workspace, session.milestone))


def _typed_proposal(session: Session, code: str | None, fields: tuple[str, ...], from_year: str) -> MilestoneProposal:
    """Read a change from FIELD=VALUE words, whose names may have "-" for "_"."""
    session.ensure_open()
    values = {name.replace("-", "_"): str(value) for name, value in pairs(fields).items()}
    return editing.read_proposal(session.workspace, code, {**values, "from_year": from_year})


def _save(session: Session, proposal: MilestoneProposal) -> None:
    """Say what a change does, if it does anything, and make it."""
    if proposal.changed:
        _say_effect(proposal, preview(session.workspace, proposal))
    say(editing.save(session.workspace, proposal))


def _say_effect(proposal: MilestoneProposal, found: SavePreview) -> None:
    """Say on standard error what changes, and for how many pupils."""
    for change in proposal.changes:
        talk(f"{change.title}: {change.before or '(nothing)'} → {change.after}")
    talk(f"{found.sentence}.")
    for shift in found.shifts[1:_SHIFTS]:
        talk(f"  {shift_in_words(shift, found.counts.move)}")
    for note in found.notes:
        talk(note)


def _preview_records(proposal: MilestoneProposal, found: SavePreview) -> Iterator[dict[str, object]]:
    yield _counts(proposal.code, "all", found.counts)
    for group, counts in found.by_year_group.items():
        yield _counts(proposal.code, year_group_label(group), counts)
    for follower in found.followers:
        yield _counts(follower.title, "all", follower.counts)


def _counts(milestone: str, group: str, counts: Counts) -> dict[str, object]:
    return {"milestone": milestone, "year_group": group, **counts._asdict()}


def _record(line: MilestoneLine) -> dict[str, object]:
    origin = line.origin
    if line.retired_from is not None and not line.retired:
        origin = f"until {short_with_year(line.retired_from)}"
    own = {
        "for": line.whom,
        "origin": origin,
        "next_date": line.next_on,
        "open_pupils": line.open,
        "changes_from": None if line.changes_from is None else academic_year_label(line.changes_from),
    }
    return record(line, LIST_KEYS, **own)


PLACES_KEYS = (
    "move", "due", "named", "named_percent", "type_only", "type_only_percent", "neither", "neither_percent", "not_said",
    "to_come", "in_time", "in_time_percent", "named_words", "type_only_words", "neither_words", "in_time_words", "by_hand",
)  # fmt: skip
PLACES_SHOWN = (
    "move", "due", "named_words", "type_only_words", "neither_words", "not_said", "to_come", "in_time_words",
)  # fmt: skip


@command("phase-transfer")
@formatted
@of_year
@click.argument("pupil", required=False)
@click.argument("outcome", type=Choice(phase_transfers.OUTCOMES), required=False)
@click.option("--on", "day", metavar="DATE", help="With an outcome: the date of the final plan; today if not given.")
@click.option("--transition", metavar="CODE", help="With an outcome: for which move, if there are several.")
def phase_transfer_command(
    session: Session, year: str | None, pupil: str | None, outcome: str | None, day: str | None, transition: str | None
) -> None:
    """Print how many EHC plans of an academic year name the next place, only its type, or neither.

    With a PUPIL and an outcome it records that instead, which clears the step: phase-transfer Khan named --on 10/2/27
    """
    check_move(transition, sorted(load_shipped().transitions))
    if pupil is None or outcome is None:
        if pupil or day or transition:
            raise click.UsageError(
                f"Give a pupil and the outcome ({', '.join(phase_transfers.OUTCOMES)}). Give neither to print the figures."
            )
        rows = phase_transfers.counted(session.workspace, session.year(year))
        session.emit([_places(row) for row in rows], PLACES_KEYS, PLACES_SHOWN)
        if rows[-1].to_say:
            talk(rows[-1].to_say)
        return
    on_day = session.day(day)
    moved = session.year(year)
    say(
        phase_transfers.record(
            session.workspace, session.pupil(pupil), outcome, moved, on=on_day, transition=transition
        )
    )


def _places(row: PlacesNamed) -> dict[str, object]:
    shares = {name: value for name, value in row._asdict().items() if isinstance(value, Share)}
    counted = {name: one.counted for name, one in shares.items()}
    percents = {f"{name}_percent": one.percent for name, one in shares.items()}
    return {**row._asdict(), **counted, **percents, **{f"{name}_words": one.text for name, one in shares.items()}}


GUARANTEE_KEYS = (
    "cohort", "step", "numerator", "denominator", "percent", "in_time", "in_time_percent", "base", "met_words", "in_time_words",
)  # fmt: skip


@command("guarantee")
@formatted
@of_year
def guarantee_command(session: Session, year: str | None) -> None:
    """Print how far the Transition Guarantee is kept for an academic year's moves, for pupil premium and all others. Its steps are off until your council turns them on: milestone restore 6-7.guarantee-pathway, and so on.
    A step of your own counts too when its code contains guarantee-, such as ey-r.guarantee-visit.
    """
    moved = session.year(year)
    rows = guarantee.counted(session.workspace, moved)
    if not rows:
        talk(f"No step of the guarantee is planned for {academic_year_label(moved)}. Switch them on with: {_SWITCH_ON}")
        if session.style == "table":
            return
    titles = {one.code: one.title for one in session.workspace.milestones.values()}
    shown = [_kept(row) for row in rows]
    if session.style == "table":
        shown = [{**row, "step": titles.get(str(row["step"]), row["step"])} for row in shown]
    session.emit(shown, GUARANTEE_KEYS, ("step", "cohort", "met_words", "in_time_words"))


_SWITCH_ON = "transitions milestone restore 6-7.guarantee-pathway (-work, -moderation, -tracker, -week)"


def _kept(row: Kept) -> dict[str, object]:
    whose = "every step of theirs" if row.step == guarantee.EVERY_STEP else row.step
    return {
        "cohort": row.cohort,
        "step": row.step,
        "numerator": row.met.counted,
        "denominator": row.met.base,
        "percent": row.met.percent,
        "in_time": row.in_time.counted,
        "in_time_percent": row.in_time.percent,
        "base": f"children who have {whose} in the schedule: {row.cohort}",
        "met_words": row.met.text,
        "in_time_words": row.in_time.text,
    }


FORECAST_KEYS = (
    "quarter", "first_day", "turn_18", "ehc_plan", "social_care", "looked_after", "care_leavers", "referred", "known",
    "referred_percent", "ehc_plan_words", "social_care_words", "looked_after_words", "care_leavers_words", "referred_words",
)  # fmt: skip
FORECAST_SHOWN = ("quarter", "turn_18", *(key for key in FORECAST_KEYS if key.endswith("_words")))


@command("forecast")
@formatted
@filters
@click.option(
    "--quarters", type=click.IntRange(1, 40), default=8, show_default=True, help="How many quarters, this one first."
)
def forecast_command(session: Session, quarters: int) -> None:
    """Print how many young people turn 18 in each quarter, and how many of them adults' services know about.

    Referred means the referral is recorded (milestone 18.referral-made), out of those with an EHC plan or open to social care.
    """
    rows = turning_18(session.workspace, session.caseload(), quarters)
    session.emit([_forecast(row) for row in rows], FORECAST_KEYS, FORECAST_SHOWN)


def _forecast(row: Quarter) -> dict[str, object]:
    shares = {name: value for name, value in row._asdict().items() if isinstance(value, Share)}
    return {
        **row._asdict(),
        **{name: one.counted for name, one in shares.items()},
        **{f"{name}_words": one.text for name, one in shares.items()},
        "known": row.referred.base,
        "referred_percent": row.referred.percent,
    }
