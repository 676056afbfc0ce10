"""Commands about pupils, schools and staff: show, assign, note, add, edit, me."""

import sys
from collections.abc import Callable, Mapping

import click

from transitions.cli.context import Session, command, formatted, on, pairs
from transitions.cli.output import emit_one, record, say, talk
from transitions.workspace import Workspace

STEP_KEYS = (
    "milestone", "title", "transition", "severity", "due", "state", "done_on", "missed_on", "reason", "next_step",
    "evidence", "recorded_by",
)  # fmt: skip
STEP_SHOWN = ("due", "state", "milestone", "title", "done_on")
_KINDS = ("pupil", "school", "worker")


@command("show")
@formatted
@on("pupil")
def show_command(session: Session) -> None:
    """Print one pupil with every step and plan. PUPIL is a UPN, a name, or a number from list such as #12."""
    from transitions.cli.plan_reading import plan_pages, plan_record, print_plans
    from transitions.pupils.page import load
    from transitions.school_year import year_group_short

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
    for hidden in ("school_id", "next_school_id", "owner_id", "cohort_year", "planned_from"):
        del head[hidden]
    head["needs"] = view.needs
    head["social_care"] = [
        f"{episode.kind} from {episode.started_on}" + (f" to {episode.ended_on}" if episode.ended_on else "")
        for episode in view.episodes
    ]
    if session.style == "json":
        head["steps"] = steps
        head["plans"] = [plan_record(page) for page in plan_pages(session)]
        head["notes"] = [note._asdict() for note in view.notes]
        emit_one(head, session.style)
        return
    emit_one({key: value for key, value in head.items() if value not in (None, "", False, [])}, session.style)
    click.echo()
    session.emit(steps, STEP_KEYS, STEP_SHOWN)
    print_plans(session)


@command("assign")
@click.argument("worker")
@click.argument("pupils", nargs=-1, required=True)
def assign_command(session: Session, worker: str, pupils: tuple[str, ...]) -> None:
    """Give pupils to a worker; 'nobody' takes them from whoever has them."""
    from transitions.milestones.recording import assign

    worker_id = None if worker == "nobody" else session.worker(worker)
    say(assign(session.workspace, [session.pupil(text) for text in pupils], worker_id))


@command("note")
@on("pupil")
@click.argument("text")
def note_command(session: Session, text: str) -> None:
    """Write a note about a pupil. TEXT may be '-' to read it from standard input."""
    from transitions.milestones.recording import add_note

    workspace, pupil_id = session.workspace, session.pupil_id
    say(add_note(workspace, [pupil_id], sys.stdin.read() if text == "-" else text))


@command("add")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
def add_command(session: Session, kind: str, fields: tuple[str, ...]) -> None:
    """Add a pupil, school or worker, such as: add pupil surname=Khan forename=Aisha date_of_birth=2015-03-01.

    The fields are those of an import; a wrong name is answered with the list. Prints the new record's number.
    """
    click.echo(f"#{_save(kind)(session.open(create=True), None, pairs(fields))}")


@command("edit")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("record")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
def edit_command(session: Session, kind: str, record: str, fields: tuple[str, ...]) -> None:
    """Change fields of a pupil, school or worker; FIELD= with nothing behind it empties the field."""
    find = {"pupil": session.pupil, "school": session.school, "worker": session.worker}[kind]
    _save(kind)(session.workspace, find(record), pairs(fields))
    talk("Saved. Take it back with: transitions undo")


def _save(kind: str) -> Callable[[Workspace, int | None, Mapping[str, object]], int]:
    from transitions.pupils.editing import save_pupil
    from transitions.pupils.schools import save_school
    from transitions.team.workers import save_worker

    return {"pupil": save_pupil, "school": save_school, "worker": save_worker}[kind]


@command("me")
@click.argument("name", required=False)
@click.option("--role", default="transitions team", show_default=True, help="For a worker who is not known yet.")
def me_command(session: Session, name: str | None, role: str) -> None:
    """Say who is at the keyboard, or print it. Changes are kept under this name, and 'mine' means this worker's."""
    from transitions.team import lookups
    from transitions.team.workers import save_worker

    workspace = session.open(create=name is not None)
    if name is not None:
        known = {worker.name.casefold(): worker.id for worker in lookups.workers(workspace)}
        number = known.get(name.casefold()) or save_worker(workspace, None, {"name": name, "role": role})
        workspace.become(number)
    click.echo(lookups.me_name(workspace) or "nobody yet")
