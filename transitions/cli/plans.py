"""Commands about one plan and its way: new, edit, outcome, action, share ... close, meeting, review, copy, versions, compare."""

from collections.abc import Collection
from typing import Any

import click

from transitions.cli.context import Session, answers, check_move, check_numbers, pairs
from transitions.cli.options import FROM_1, NUMBER, Choice, command, fields_of, formatted, on, overridable, together
from transitions.cli.output import echo, record, say, talk, text_of
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.milestones.definitions import load_shipped
from transitions.plans import actions, lifecycle, opening
from transitions.plans.attendees import Attendee, read_attendees
from transitions.plans.compare import compare
from transitions.plans.lifecycle import agree, close, share, start
from transitions.plans.meetings import save_meeting, take_out_meeting
from transitions.plans.opening import NOT_PLANNED, new_version
from transitions.plans.page import load, of_pupil
from transitions.plans.writing import drop_outcome, save_answers, save_copy, save_outcome, take_out_copy
from transitions.workspace import Recorded

VERSION_KEYS = (
    "plan", "transition", "version", "status", "opened_on", "shared_on", "agreed_on", "active_on", "reviewed_on",
    "review_on", "closed_on", "close_reason", "author",
)  # fmt: skip
VERSION_SHOWN = ("plan", "transition", "version", "status", "opened_on", "agreed_on", "review_on", "closed_on")
CHECKLIST_KEYS = ("step", "requirement", "needed", "met", "section")
CHECKLIST_SHOWN = ("met", "needed", "requirement")
COMPARE_KEYS = ("section", "what", "how", "before", "after")
_STEPS = ("share", "agree", "start", "review", "close")
_CHANGE = click.option(
    "--change", type=NUMBER, metavar="NUMBER", help="Change this one; numbers are in show --format json."
)
_ATTENDANCE = {
    "invited": "Who is invited, such as 'Samina Khan, family'; repeatable.",
    "came": "Who came; repeatable.",
    "apologies": "Who sent apologies; repeatable.",
    "absent": "Who did not come; repeatable.",
}
_a_meeting = together(
    on("plan"),
    click.option("--held", metavar="DATE", help="The date it was held."),
    click.option("--planned", metavar="DATE", help="The date it is planned for."),
    _CHANGE,
    *(click.option(f"--{word}", multiple=True, metavar="NAME, PART", help=text) for word, text in _ATTENDANCE.items()),
)
"""Add what meetings and reviews share."""
_MEETING = "plans.meetings:MEETING_FIELDS"
_BY_OPTIONS = ("kind", "held_on", "happened", "result")


def moves_with_plans() -> Collection[str]:
    """The codes of the moves for which there are plans."""
    return [code for code in load_shipped().transitions if code not in NOT_PLANNED]


def plan_id(session: Session, *, closed_too: bool = False) -> int:
    """Find the plan of ``on("plan")``: by its number or its move, or else the pupil's one open plan.

    ``closed_too`` takes the newest of the closed when none is open. Raises ``NoSuchRecord`` when there is none, and when
    several are open.
    """
    workspace = session.workspace
    number, transition = session.typed["number"], session.typed["transition"]
    check_move(transition, moves_with_plans())
    plans = of_pupil(workspace, session.pupil_id)
    if number is not None:
        wanted = number.strip().removeprefix("#")
        found = [plan for plan in plans if str(plan.id) == wanted]
        if not found:
            raise NoSuchRecord(
                f"This pupil has no plan {number}. See the numbers with: transitions plan versions PUPIL"
            )
        return found[0].id
    chosen = [plan for plan in plans if transition in (None, plan.transition)]
    still_open = [plan for plan in chosen if plan.status != "closed"]
    moves = sorted({plan.transition for plan in still_open})
    if len(moves) > 1:
        raise NoSuchRecord(f"This pupil has open plans for {', '.join(moves)}. Say which: --transition {moves[0]}")
    found = still_open or (chosen if closed_too else [])
    if not found:
        raise NoSuchRecord(
            f"This pupil has no{'' if closed_too else ' open'} plan{f' for {transition}' if transition else ''}. "
            "Open one with: transitions plan new PUPIL"
        )
    return found[0].id


def _print_line(session: Session, number: int) -> None:
    """Print which plan it is: ``plan #3 6-7 version 1 draft``, a line that scripts may take apart at the spaces."""
    plan = load(session.workspace, number).plan
    echo(text_of(f"plan #{plan.id} {plan.transition} version {plan.version} {plan.status}"))


def _recorded_on(session: Session, recorded: Recorded, number: int) -> None:
    say(recorded)
    _print_line(session, number)


@command("new")
@on("pupil")
@click.argument("transition", required=False)
@click.option("--on", metavar="DATE", help="The date it was opened; today if not given.")
@click.option("--like-last", is_flag=True, help="Start from the pupil's last plan.")
def new_command(session: Session, transition: str | None, on: str | None, like_last: bool) -> None:
    """Open a plan for a move, as a draft. TRANSITION is a code such as 6-7; the likeliest if not given.

    Prints its number: plan #3 6-7 version 1 draft.
    """
    pupil_id = session.pupil_id
    move = transition or opening.likely_points(session.workspace, pupil_id)[0]
    like = _last_plan(session, pupil_id) if like_last else None
    saved = opening.open_plan(session.workspace, pupil_id, move, on=session.day(on), like=like)
    _recorded_on(session, saved, saved.number)


def _last_plan(session: Session, pupil_id: int) -> int:
    plans = of_pupil(session.workspace, pupil_id)
    if not plans:
        raise NoSuchRecord("This pupil has no earlier plan to start from. Leave --like-last out.")
    return max(plans, key=lambda plan: (plan.opened_on, plan.version, plan.id)).id


@command("edit")
@on("plan")
@click.argument("fields", nargs=-1, required=True, metavar="QUESTION=ANSWER...")
def edit_command(session: Session, fields: tuple[str, ...]) -> None:
    """Write answers, such as: plan edit Khan admired="Kind and funny" pupil_voice_on=today pupil_voice=@said.txt

    QUESTION is a name from plan questions. QUESTION= with no value removes the answer, @FILE reads it from a file and @- from standard input (@@ means @). Changing an agreed plan makes the next version, and says so.
    """
    saved = save_answers(session.workspace, plan_id(session), answers(fields))
    _recorded_on(session, saved, saved.number)


@command("outcome")
@on("plan")
@fields_of("plans.writing:OUTCOME_FIELDS", required=False)
@click.option("--change", type=NUMBER, metavar="NUMBER", help="Change this outcome; numbers are in show.")
@click.option("--drop", type=NUMBER, metavar="NUMBER", help="Take this outcome out.")
def outcome_command(session: Session, fields: tuple[str, ...], change: int | None, drop: int | None) -> None:
    """Add an outcome, such as: plan outcome Khan area=health outcome="Uses her inhaler alone" by_when=1/7/27"""
    if (drop is None) == (not fields) or (drop is not None and change is not None):
        raise click.UsageError("Give FIELD=VALUE words, or --drop with a number.")
    number = plan_id(session)
    if drop is not None:
        saved = drop_outcome(session.workspace, number, drop)
    else:
        saved = save_outcome(session.workspace, number, change, answers(fields))
    _recorded_on(session, saved, saved.number)


@command("action")
@on("plan")
@fields_of("plans.actions:ACTION_FIELDS", required=False)
@click.option("--change", type=NUMBER, metavar="NUMBER", help="Change this action; numbers are in show.")
@click.option("--done", type=NUMBER, multiple=True, metavar="NUMBER", help="Tick this action off; repeatable.")
@click.option(
    "--drop", type=NUMBER, multiple=True, metavar="NUMBER", help="Drop this action, with --reason; repeatable."
)
@click.option("--reopen", type=NUMBER, multiple=True, metavar="NUMBER", help="Open this action again; repeatable.")
@click.option("--on", metavar="DATE", help="With --done: the date it was done; today if not given.")
@click.option("--evidence", default="", metavar="TEXT", help="With --done: what shows it.")
@click.option("--reason", default="", metavar="TEXT", help="With --drop: why it will not be done.")
def action_command(
    session: Session,
    fields: tuple[str, ...],
    change: int | None,
    on: str | None,
    evidence: str,
    reason: str,
    **decided: tuple[int, ...],
) -> None:
    """Add an action, such as: plan action Khan what="Visit the school" owner="R. Patel" due_on=1/7/27

    Prints the number of a new action.
    """
    if sum([bool(fields), *map(bool, decided.values())]) != 1:
        raise click.UsageError("Give FIELD=VALUE words, or one of --done, --drop and --reopen.")
    workspace = session.workspace
    if fields:
        given = answers(fields)
        pupil_id = session.pupil_id
        saved = actions.save_action(workspace, pupil_id, change, given, plan_id=None if change else plan_id(session))
        say(saved)
        echo(f"action #{saved.number}")
        return
    numbers = [number for chosen in decided.values() for number in chosen]
    pupil_id = session.pupil_id
    check_numbers(
        numbers,
        [number for number in numbers if actions.is_of_pupil(workspace, number, pupil_id)],
        "This pupil has no action",
        "See the numbers with: transitions show PUPIL",
    )
    if decided["done"]:
        say(actions.finish_actions(workspace, numbers, on=session.day(on), evidence=evidence))
    elif decided["drop"]:
        say(actions.drop_actions(workspace, numbers, reason=reason))
    else:
        say(actions.reopen_actions(workspace, numbers))


_ON = click.option("--on", metavar="DATE", help="The day; today if not given.")


@command("share")
@on("plan")
@_ON
@click.option("--holder", default="", metavar="WHO", help="Who has the copy; the family if not given.")
@click.option("--form", default="", metavar="TEXT", help="In what form: paper, easy read, Polish, by e-mail.")
def share_command(session: Session, on: str | None, holder: str, form: str) -> None:
    """Record that the family has a copy."""
    number = plan_id(session)
    shared = share(session.workspace, number, on=session.day(on), holder=holder, form=form)
    _recorded_on(session, shared, number)


@command("agree")
@on("plan")
@_ON
@click.option("--review-on", metavar="DATE", help="The date to review it by; set by the review cycle if not given.")
def agree_command(session: Session, on: str | None, review_on: str | None) -> None:
    """Record that the pupil and family agreed. The plan can't be changed from now on. The previous version closes, and the next review is set."""
    number = plan_id(session)
    day, review = session.day(on), session.day(review_on, "--review-on")
    _recorded_on(session, agree(session.workspace, number, on=day, review_on=review), number)


@command("start")
@on("plan")
@_ON
def start_command(session: Session, on: str | None) -> None:
    """Record that the plan is in action."""
    number = plan_id(session)
    _recorded_on(session, start(session.workspace, number, on=session.day(on)), number)


@command("close")
@on("plan")
@click.option("--reason", required=True, metavar="TEXT", help="Why: moved and settled, left the area, not wanted.")
@_ON
def close_command(session: Session, reason: str, on: str | None) -> None:
    """Close a plan that has ended. Open actions stay open."""
    number = plan_id(session)
    _recorded_on(session, close(session.workspace, number, reason=reason, on=session.day(on)), number)


@command("version")
@on("plan")
def version_command(session: Session) -> None:
    """Make the next version of an agreed plan, as a draft. The previous one stays in force until the new one is agreed."""
    saved = new_version(session.workspace, plan_id(session))
    _recorded_on(session, saved, saved.number)


@command("meeting")
@_a_meeting
@fields_of(_MEETING, but=(*_BY_OPTIONS, "advocacy_needed"), required=False)
@click.option("--call-off", type=NUMBER, metavar="NUMBER", help="Take out a planned one that will not happen.")
def meeting_command(session: Session, call_off: int | None, **typed: Any) -> None:
    """Write down a meeting, such as: plan meeting Khan --held 5/9/26 --came "Aisha, pupil" notes=@notes.txt

    Prints its number.
    """
    if call_off is None:
        _save_meeting(session, {"kind": "meeting"}, **typed)
        return
    say(take_out_meeting(session.workspace, plan_id(session, closed_too=True), call_off))


@command("review")
@_a_meeting
@fields_of(_MEETING, but=_BY_OPTIONS, required=False)
@click.option("--result", metavar="WORD", help="What happens to the plan: maintain, amend or close.")
def review_command(session: Session, result: str | None, **typed: Any) -> None:
    """Write down a review, such as: plan review Khan --held 5/9/26 --result maintain --came "Aisha, pupil"

    A held review sets the plan's next review: next_on, or the review cycle if not given. To amend a plan, make the next version with plan version.
    """
    _save_meeting(session, {"kind": "review", **({"result": result} if result else {})}, **typed)


def _save_meeting(
    session: Session,
    fixed: dict[str, object],
    *,
    fields: tuple[str, ...],
    held: str | None,
    planned: str | None,
    change: int | None,
    **people: tuple[str, ...],
) -> None:
    if (held and planned) or not (held or planned or change):
        raise click.UsageError("Give the date: --held if it has happened, or --planned for a future one.")
    values = {**answers(fields), **fixed}
    if held or planned:
        values |= {"held_on": held or planned, "happened": bool(held)}
    attendees = _attendees([f"{person}, {word}" for word in _ATTENDANCE for person in people[word]])
    number = plan_id(session, closed_too=bool(change))
    saved = save_meeting(session.workspace, number, change, values, attendees)
    say(saved)
    echo(f"{fixed['kind']} #{saved.number}")
    _print_line(session, number)


def _attendees(lines: list[str]) -> list[Attendee] | None:
    """Give who was invited and who came; None when nobody was named, so that who is written down stays."""
    try:
        return read_attendees("\n".join(lines)) if lines else None
    except ValueError as problem:
        raise FieldProblems({"attendees": str(problem)}) from None


@command("copy")
@on("plan")
@fields_of("plans.writing:COPY_FIELDS", required=False)
@_CHANGE
@click.option("--take-out", type=NUMBER, metavar="NUMBER", help="Take out one that was returned.")
@overridable
def copy_command(
    session: Session, fields: tuple[str, ...], change: int | None, take_out: int | None, override: str
) -> None:
    """Write down who has a copy, such as: plan copy Khan holder="St Brón’s" form="by e-mail" given_on=today

    Prints its number.
    """
    if (take_out is None) == (not fields):
        raise click.UsageError("Give FIELD=VALUE words, or --take-out with a number.")
    number = plan_id(session, closed_too=True)
    if take_out is not None:
        say(take_out_copy(session.workspace, number, take_out))
        return
    saved = save_copy(session.workspace, number, change, pairs(fields), override=override)
    say(saved)
    echo(f"copy #{saved.number}")


@command("checklist")
@on("plan")
@formatted
@click.option("--step", type=Choice(_STEPS), help="For this step; the next one if not given.")
def checklist_command(session: Session, step: str | None) -> int:
    """Print what a step needs and what is still missing. Exit status 1 if something needed is missing."""
    page = load(session.workspace, plan_id(session, closed_too=True))
    chosen = next((one for one in lifecycle.STEPS if one == step), None) or lifecycle.next_step(page)
    if chosen is None:
        talk("This plan is closed: no step comes next.")
        return 0
    needs = lifecycle.requirements(page, chosen)
    found = [record(one, CHECKLIST_KEYS, step=chosen, requirement=one.words) for one in needs]
    session.emit(found, CHECKLIST_KEYS, CHECKLIST_SHOWN)
    missing = len(lifecycle.missing(page, chosen))
    talk(f"{lifecycle.STEPS[chosen]}: {f'{missing} still missing.' if missing else 'nothing is missing.'}")
    return 1 if missing else 0


@command("versions")
@formatted
@on("pupil")
def versions_command(session: Session) -> None:
    """Print a pupil's plans, version by version: open ones first, latest first."""
    plans = of_pupil(session.workspace, session.pupil_id)
    session.emit((record(one, VERSION_KEYS, plan=one.id) for one in plans), VERSION_KEYS, VERSION_SHOWN)


@command("compare")
@on("plan")
@formatted
@click.argument("older", type=FROM_1)
@click.argument("newer", type=FROM_1)
@click.option("--all", "everything", is_flag=True, help="Include what stayed the same.")
def compare_command(session: Session, older: int, newer: int, everything: bool) -> None:
    """Print the differences between two versions of a plan, such as: plan compare Khan 1 2"""
    workspace = session.workspace
    versions = {one.version: one.id for one in load(workspace, plan_id(session, closed_too=True)).versions}
    for number in (older, newer):
        if number not in versions:
            raise NoSuchRecord(f"This plan has no version {number}. It has: {', '.join(map(str, versions))}")
    first, last = sorted((older, newer))
    pages = [load(workspace, number) for version, number in versions.items() if first <= version <= last]
    found = compare(pages[0], pages[-1], pages[1:-1])
    different = [one for one in found if one.kind != "same"]
    shown = found if everything else different
    session.emit((record(one, COMPARE_KEYS, what=one.label, how=one.kind) for one in shown), COMPARE_KEYS)
    talk(f"{len(different)} difference{'' if len(different) == 1 else 's'} between version {first} and version {last}.")
