"""Commands about pupils, in lists and singly, with their steps, schools and staff: today, list, missed, show, done ... edit, me."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from transitions.caseload import caseload as caseloads
from transitions.caseload import missed as missing
from transitions.caseload.caseload import Caseload, PupilRow
from transitions.caseload.missed import DueAction, MissedRow
from transitions.cli.context import Session, pairs
from transitions.cli.options import FROM_1, Choice, command, fields_of, filters, formatted, kept_argument, on, together
from transitions.cli.output import echo, emit, emit_one, record, say, talk, text_of
from transitions.cli.streams import read_input
from transitions.custody import history
from transitions.dates import long
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.milestones import recording
from transitions.school_year import academic_year, year_group_short
from transitions.text import did_you_mean, how_many
from transitions.workspace import SAID_BY_LOGIN, Workspace

LIST_KEYS = (
    "id", "upn", "surname", "forename", "preferred_name", "year_group", "school", "next_school", "sen_provision",
    "social_care", "tier", "worker", "state", "next_step", "next_step_due", "missed_steps",
    "marked",
)  # fmt: skip
LIST_SHOWN = (
    "id", "surname", "forename", "year_group", "school", "next_school", "sen_provision", "state", "next_step", "next_step_due",
)  # fmt: skip
MISSED_KEYS = (
    "id", "upn", "surname", "forename", "year_group", "school", "next_school", "sen_provision", "worker", "milestone",
    "title", "transition", "severity", "due", "days_late", "state", "missed_on", "reason", "next_step", "action",
    "action_owner",
)  # fmt: skip
MISSED_SHOWN = (
    "id", "surname", "forename", "year_group", "school", "state", "milestone", "due", "days_late", "reason", "title",
)  # fmt: skip
STEP_KEYS = (
    "milestone", "title", "transition", "severity", "due", "state", "done_on", "missed_on", "reason", "next_step",
    "evidence", "recorded_by",
)  # fmt: skip
STEP_SHOWN = ("due", "state", "milestone", "title", "done_on")
EXPLAIN_KEYS = (
    "code", "title", "transition", "severity", "applies", "state", "due_on", "rule", "basis", "source", "looked_at",
    "because", "clears", "evidence", "matters",
)  # fmt: skip
_FIELDS = {
    "pupil": "pupils.editing:FORM_FIELDS",
    "school": "pupils.schools:SCHOOL_FIELDS",
    "worker": "team.workers:WORKER_FIELDS",
}


@command("today")
@formatted
def today_command(session: Session) -> None:
    """Print what can't wait, for everybody."""
    print_today(session.workspace, session.style)


def print_today(workspace: Workspace, style: str) -> None:
    """Print today's summary."""
    from transitions.caseload import today as days

    page = days.page(workspace, Caseload())
    if style == "table":
        echo("\n".join(text_of(line) for line in days.summary(page)))
        return
    counts = {
        "as_of": page.day,
        "pupils": page.pupils,
        "overdue": page.totals.overdue,
        "missed": page.totals.missed,
        "due_in_seven_days": page.this_week_count,
        "actions_due": page.actions.overdue + page.actions.coming,
        "actions_overdue": page.actions.overdue,
        "meetings_and_reviews_in_fourteen_days": page.events_count,
        "workshops_in_fourteen_days": page.workshops.coming_count,
        "workshop_actions_overdue": page.workshops.overdue_count,
        "workshops_nobody_has_marked": len(page.workshops.not_said),
    }
    emit([counts], list(counts), style)


@command("list")
@formatted
@filters
@click.option(
    "--sort",
    type=Choice(caseloads.SORTS),
    default=caseloads.DEFAULT_SORT,
    show_default=True,
    help="In what order.",
)
def list_command(session: Session, sort: str) -> None:
    """Print a caseload, most overdue first."""
    workspace, caseload = session.workspace, session.caseload().sorted_by(sort)
    marked, today = caseloads.any_marked(workspace, caseload), session.today
    shown = (*LIST_SHOWN[:4], "marked", *LIST_SHOWN[4:]) if marked else LIST_SHOWN
    rows = (_list_record(row, today) for row in caseloads.all_rows(workspace, caseload))
    number = session.emit(rows, LIST_KEYS, shown)
    talk(f"{how_many(number, 'pupil')} · {caseloads.describe(workspace, caseload)} · {long(today)}")


@command("missed")
@formatted
@filters
@click.option("--limit", type=FROM_1, help="Print at most this many.")
def missed_command(session: Session, limit: int | None) -> None:
    """Print what is overdue, what was flagged missed, then actions past their date. The three are never added together. Each starts with the longest. With --state it prints only steps in that state, and no actions."""
    workspace, caseload, today = session.workspace, session.caseload(), session.today
    rows = missing.each(workspace, caseload, limit)
    session.emit((_missed_record(row, today) for row in rows), MISSED_KEYS, MISSED_SHOWN)
    totals = missing.totals(workspace, caseload)
    late = 0 if caseload.states else missing.overdue_actions_count(workspace, caseload)
    past = "" if caseload.states else f", {late:,} action{'' if late == 1 else 's'} overdue"
    talk(
        f"{totals.overdue:,} overdue with no decision yet, {totals.missed:,} flagged missed{past} · "
        f"{caseloads.describe(workspace, caseload)} · {long(today)}"
    )
    from transitions.impact.year_on_year import line

    against = line(workspace)
    if against:
        talk(against)


# The records; their keys are a promise to scripts.


def _year_group(cohort_year: int, today: date) -> str:
    return year_group_short(academic_year(today) - cohort_year)


def _list_record(row: PupilRow, today: date) -> dict[str, object]:
    return record(
        row,
        LIST_KEYS,
        year_group=_year_group(row.cohort_year, today),
        social_care=row.social_care_now,
        worker=row.owner,
        state=caseloads.pupil_state(row, today),
        next_step_due=row.next_due_on,
        missed_steps=row.missed_open,
    )


def _missed_record(row: MissedRow | DueAction, today: date) -> dict[str, object]:
    if isinstance(row, DueAction):
        return _action_record(row, today)
    return record(
        row,
        MISSED_KEYS,
        id=row.pupil_id,
        year_group=_year_group(row.cohort_year, today),
        worker=row.owner,
        milestone=row.code,
        due=row.due_on,
        days_late=(today - row.late_after).days,
        state="missed" if row.outcome == "missed" else "overdue",
        action=None,
        action_owner=None,
    )


def _action_record(row: DueAction, today: date) -> dict[str, object]:
    """Give an action past its day; ``action`` is its number, by which commands know it."""
    of_steps: dict[str, Any] = dict.fromkeys(("severity", "missed_on", "reason", "next_step"))
    return record(
        row,
        MISSED_KEYS,
        **of_steps,
        id=row.pupil_id,
        year_group=_year_group(row.cohort_year, today),
        milestone=missing.ACTION,
        title=row.what,
        due=row.due_on,
        days_late=(today - row.due_on).days,
        state=missing.ACTION_OVERDUE,
        action=row.action_id,
        action_owner=row.owner,
    )


_a_step = together(on("pupil"), kept_argument("milestone"))
"""Add PUPIL and MILESTONE, the code of a step that is planned for the pupil."""


@command("show")
@formatted
@on("pupil")
def show_command(session: Session) -> None:
    """Print one pupil with every step and plan. PUPIL is a UPN, a name, or a number from list such as #12."""
    from transitions.cli.pupil_records import EVENT_KEYS, PROGRAMME_KEYS
    from transitions.cli.shown_plans import plan_pages, plan_record, print_plans
    from transitions.pupils.markers import marker_words
    from transitions.pupils.page import load

    view = load(session.workspace, session.pupil_id)
    steps = [
        record(one.row, STEP_KEYS, milestone=one.row.code, due=one.row.due_on, state=one.state) for one in view.steps
    ]
    if session.style == "csv":
        session.emit(steps, STEP_KEYS)
        return
    # yes or no is 1 or 0 in this record, as scripts know it
    head: dict[str, object] = {
        name: int(value) if isinstance(value, bool) else value for name, value in view.page._asdict().items()
    }
    head["year_group"] = year_group_short(view.year_group)
    for hidden in ("school_id", "next_school_id", "owner_id", "cohort_year", "planned_from", "ehc_plan_id"):
        del head[hidden]
    head["suspensions"] = view.suspensions.number
    head["needs"] = view.needs
    head["social_care"] = [
        f"{episode.kind} from {episode.started_on or 'a day not known'}"
        + ("" if episode.has_no_end else f" to {episode.ended_on or 'a day not known'}")
        for episode in view.episodes
    ]
    if session.style == "json":
        head["destinations"] = [one._asdict() for one in view.destinations]
        head["events"] = [record(one, EVENT_KEYS) for one in view.dated]
        head["programmes"] = [record(one, PROGRAMME_KEYS) for one in view.programmes]
        head["steps"] = steps
        head["plans"] = [plan_record(page) for page in plan_pages(session)]
        head["notes"] = [note._asdict() for note in view.notes]
        emit_one(head, session.style)
        return
    flags = {name: "yes" for name, value in view.page._asdict().items() if value is True}
    known = {**{key: value for key, value in head.items() if value not in (None, "", False, [])}, **flags}
    for marker in view.markers:
        echo(marker_words(marker))
    emit_one({key.replace("owner", "caseworker"): value for key, value in known.items()}, session.style)
    echo()
    session.emit(steps, STEP_KEYS, STEP_SHOWN)
    print_plans(session)


@command("done")
@_a_step
@click.option("--on", "on", metavar="DATE", help="The day it happened; today if not given.")
@click.option("--evidence", default="", help="What shows it.")
def done_command(session: Session, on: str | None, evidence: str) -> None:
    """Mark a step done. MILESTONE is a code from show, such as 6-7.names-school."""
    day = session.day(on)
    steps = _steps(session)
    say(recording.mark_done(session.workspace, steps, on=day, evidence=evidence))
    from transitions.milestones import phase_transfers  # with the rules, which a list does not need

    if phase_transfers.asks_outcome(session.workspace, steps[0].milestone_id):
        talk(phase_transfers.not_said(steps[0].pupil_id))


@command("flag")
@_a_step
@click.option("--reason", required=True, help="A reason's code, such as not-sent.")
@click.option("--next-step", default="", help="What happens next.")
def flag_command(session: Session, reason: str, next_step: str) -> None:
    """Flag an overdue step as missed."""
    say(recording.flag_missed(session.workspace, _steps(session), reason=reason, next_step=next_step))


@command("waive")
@_a_step
@click.option("--reason", required=True, help="A reason's code, such as does-not-apply.")
@click.option("--words", default="", help="More in your own words.")
def waive_command(session: Session, reason: str, words: str) -> None:
    """Waive a step that will not or need not happen for this pupil."""
    say(recording.waive(session.workspace, _steps(session), reason=reason, words=words))


@command("reopen")
@_a_step
def reopen_command(session: Session) -> None:
    """Undo a decision about a step, so it is open again."""
    say(recording.reopen(session.workspace, _steps(session)))


@command("remind")
@on("pupil")
@click.argument("day")
def remind_command(session: Session, day: str) -> None:
    """Leave all that is open for a pupil out of walks and Today until DAY, such as +2w or 5/9, and remind me then."""
    from transitions.caseload.walk import actions_to_decide, to_decide
    from transitions.dates import parse_open_day
    from transitions.pupils.page import terms_of

    workspace, pupil_id = session.workspace, session.pupil_id
    try:
        until, closed = parse_open_day(day, session.today, terms_of(workspace, pupil_id))
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="DAY") from None
    later = recording.put_off_until(workspace, pupil_id)
    if not (later or to_decide(workspace, pupil_id) or actions_to_decide(workspace, pupil_id)):
        raise NotAllowed("Nothing is overdue for this pupil, so there is nothing to remind you of.")
    say(recording.put_off(workspace, [pupil_id], until))
    talk(f"Reminder set for {long(until)}{f': {closed}' if closed else ''}.")


def _steps(session: Session) -> list[recording.Step]:
    code = session.typed["milestone"]
    found = recording.step_of_code(session.workspace, session.pupil_id, code)
    if found is None:
        meant = did_you_mean(code, (one.code for one in session.workspace.milestones.values()))
        raise NoSuchRecord(
            f"No step {code!r} is planned for this pupil.{meant} See the codes with: transitions show PUPIL; "
            f"and why with: transitions explain PUPIL {code}"
        )
    return [found]


@command("explain")
@formatted
@on("pupil")
@click.argument("milestone", required=False)
def explain_command(session: Session, milestone: str | None) -> None:
    """Say why a pupil's steps are or are not flagged: the rule, the dates, what was checked, and what would clear it."""
    from transitions.milestones.explain import explain, explanation_lines

    pupil_id = session.pupil_id
    found = explain(session.workspace, pupil_id, milestone)
    if session.style != "table":
        session.emit(map(asdict, found), EXPLAIN_KEYS)
        return
    for item in found:
        echo("\n".join(text_of(line) for line in explanation_lines(item)))
        echo()


@command("assign")
@click.argument("worker")
@click.argument("pupils", nargs=-1, required=True)
def assign_command(session: Session, worker: str, pupils: tuple[str, ...]) -> None:
    """Give pupils to a caseworker. 'nobody' leaves them without one."""
    worker_id = None if worker == "nobody" else session.worker(worker)
    say(recording.assign(session.workspace, [session.pupil(text) for text in pupils], worker_id))


@command("note")
@on("pupil")
@click.argument("text")
def note_command(session: Session, text: str) -> None:
    """Write a note about a pupil. TEXT may be '-' to read it from standard input."""
    workspace, pupil_id = session.workspace, session.pupil_id
    say(recording.add_note(workspace, [pupil_id], read_input() if text == "-" else text))


@command("add")
@click.argument("kind", type=Choice(tuple(_FIELDS)))
@fields_of(_FIELDS)
def add_command(session: Session, kind: str, fields: tuple[str, ...]) -> None:
    """Add a pupil, school or worker, such as: add pupil surname=Khan forename=Aisha date_of_birth=2015-03-01.

    Prints the new record's number.
    """
    echo(f"#{(number := _save(kind)(session.open(create=True), None, pairs(fields)))}")
    _say_second_looks(session, kind, number, fields)


@command("edit")
@click.argument("kind", type=Choice(tuple(_FIELDS)))
@click.argument("record")
@fields_of(_FIELDS)
def edit_command(session: Session, kind: str, record: str, fields: tuple[str, ...]) -> None:
    """Change fields of a pupil, school or worker; FIELD= with no value empties the field."""
    number = {"pupil": session.pupil, "school": session.school, "worker": session.worker}[kind](record)
    before = history.entries(session.workspace, limit=1)
    _save(kind)(session.workspace, number, pairs(fields))
    changed = history.entries(session.workspace, limit=1) != before
    talk("Saved. Take it back with: transitions undo" if changed else "Nothing changed: the record already says that.")
    _say_second_looks(session, kind, number, fields)


def _say_second_looks(session: Session, kind: str, number: int, fields: tuple[str, ...]) -> None:
    from transitions.pupils.editing import second_looks

    for note in second_looks(session.workspace, kind, number, pairs(fields)):
        talk(f"note: {note}")


_Save = Callable[[Workspace, int | None, Mapping[str, object]], int]


def _save(kind: str) -> _Save:
    from transitions.pupils import editing, schools
    from transitions.team.workers import save_worker

    saves: dict[str, _Save] = {
        "pupil": editing.save_pupil,
        "school": schools.save_school,
        "worker": save_worker,
    }
    return saves[kind]


@command("me")
@click.argument("name", required=False)
@click.option("--role", default="transitions team", show_default=True, help="For a worker not recorded yet.")
def me_command(session: Session, name: str | None, role: str) -> None:
    """Say who is at the keyboard, or print it. Changes are kept under this name, and 'mine' means this worker's."""
    from transitions.team import workers

    workspace = session.open(create=name is not None)
    if name is not None:
        known = {worker.name.casefold(): worker.id for worker in workers.workers_by_name(workspace)}
        number = known.get(name.casefold())
        if number is None and workspace.database.login:
            raise NotAllowed(SAID_BY_LOGIN)
        workspace.become(number or workers.save_worker(workspace, None, {"name": name, "role": role}))
    echo(workers.signed_in(workspace))
