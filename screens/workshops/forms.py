"""The forms of a workshop itself: its details with the clashes of its day, the next of its series, calling it off, and its files."""

from datetime import date
from functools import partial
from pathlib import Path

from screens.frame.dialogs import Ask, Choice, Choose, confirm_removal
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, fields_form, open_form, question, questions
from screens.frame.saving import ask_purpose, save_file
from screens.workshops.clashes import ClashFacts, clash_facts, clash_form
from screens.workshops.list_lines import days_long
from transitions.school_year import academic_year_label
from transitions.text import clean
from transitions.workshops import actions, saving
from transitions.workshops.page import WorkshopPage, known_programmes, known_series, load
from transitions.workshops.reading import WORKSHOP_FIELDS, workshop_context
from transitions.workspace import Recorded

# The workshop


async def edit_workshop(host: Host, workshop_id: int | None, on_day: date | None = None) -> int | None:
    """Open the form of a workshop, or of a new one ``on_day``; gives its number when it was saved."""
    saved: list[int] = []
    page = None if workshop_id is None else load(host.workspace, workshop_id)
    return saved[0] if await open_form(host, workshop_form(host, page, saved, on_day)) else None


def workshop_form(host: Host, page: WorkshopPage | None, saved: list[int], on_day: date | None = None) -> RecordForm:
    """The form of a workshop, or of a new one; ``saved`` takes its number."""
    workspace = host.workspace
    known = {"series": known_series(workspace), "programme": known_programmes(workspace)}

    def save(fields: dict[str, object]) -> Recorded:
        done = saving.save_workshop(workspace, None if page is None else page.workshop.id, fields)
        saved[:] = [done.number]
        return done

    return fields_form(
        "Add a workshop" if page is None else f"Edit {page.workshop.title}",
        questions(WORKSHOP_FIELDS, workshop_context(workspace), _LAYOUT, known),
        {"on_day": on_day} if page is None else WORKSHOP_FIELDS.stored(page.workshop),
        save,
        f"draft workshop {'new' if page is None else page.workshop.id}",
        None if page is None else page.workshop.id,
        make=clash_form(ClashFacts() if page is None else clash_facts(page)),
        now=None if page is None else lambda: WORKSHOP_FIELDS.stored(load(workspace, page.workshop.id).workshop),
    )


_LAYOUT = {
    "What and when": ("kind", "on_day", "starts", "ends", "last_day", "title"),
    "Where": ("place", "link", "host_school"),
    "For whom": ("year_groups", "audience", "transition", "worker", "places", "fee"),
    "What it belongs to": ("series",),
    "Training": ("programme", "module"),
    "Agenda": ("agenda",),
}


# The next of the series


async def plan_next(host: Host, workshop_id: int) -> int | None:
    saved: list[int] = []
    return saved[0] if await open_form(host, next_form(host, load(host.workspace, workshop_id), saved)) else None


def next_form(host: Host, page: WorkshopPage, saved: list[int]) -> RecordForm:
    workspace, row = host.workspace, page.workshop

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        day = values["on_day"]
        done = saving.next_in_series(workspace, row.id, day if isinstance(day, date) else str(day))
        saved[:] = [done.number]
        return done

    day = question(WORKSHOP_FIELDS["on_day"], workshop_context(workspace), help="5/9/26, mon, +6w")
    invited = len(page.invitations)
    still = sum(actions.is_open(one) for one in (*page.carried, *page.actions))
    notice = f"It follows {days_long(row)}. {invited:,} {'invitation goes' if invited == 1 else 'invitations go'} with it, all unmarked. {still:,} open {'action is' if still == 1 else 'actions are'} carried over."
    return RecordForm(
        f"Next meeting of {row.series}",
        [day],
        {},
        save,
        f"draft next workshop {row.id}",
        clash_form(clash_facts(page, new=True)),
        notice,
    )


# Calling it off


async def call_off(host: Host, workshop_id: int) -> None:
    """Ask why a workshop does not take place, and record it; one that was called off is brought back at once."""
    row = load(host.workspace, workshop_id).workshop
    if row.status == "cancelled":
        host.tell(await host.write(partial(saving.bring_back, host.workspace, workshop_id)))
        return
    prompt = f"{row.title}, {days_long(row)}."

    async def save(reason: str) -> None:
        host.tell(await host.write(partial(saving.cancel, host.workspace, workshop_id, reason)))

    needed = "Say why in a few words, to help plan the next one."
    await host.ask(Ask("Why is it called off?", prompt, needed=needed, save=save))


async def take_workshop_out(host: Host, workshop_id: int) -> bool:
    kept = "Its register, actions and feedback are kept. “Workshops taken out” brings it back."
    archive = partial(saving.archive, host.workspace, workshop_id)
    return await confirm_removal(host, "Take this workshop out of the register?", kept, archive)


_WORKSHOPS, _ATTENDANCE, _FULL = "workshops", "attendance", "attendance in full"


async def export_workshops(host: Host, year: int) -> None:
    label = academic_year_label(year)
    choices = [
        Choice(_WORKSHOPS, "Workshops", key="w", hint="one per line, with how many came"),
        Choice(_ATTENDANCE, "Attendance", key="a", hint="every school at every meeting, nobody named"),
        Choice(_FULL, "Attendance with names", key="n", hint="including the adults in the registers"),
    ]
    what = await host.ask(Choose(f"Save what of {label}?", choices))
    if what is None:
        return
    kind = _WORKSHOPS if what == _WORKSHOPS else _ATTENDANCE
    name = f"{kind}-{label.replace('/', '-')}.xlsx"
    purpose = await ask_purpose(host) if what == _FULL else ""
    if purpose is None:
        return
    holds = "It names adults. Store it securely." if what == _FULL else "It names nobody."
    await save_file(
        host, name, holds, lambda target: _write_table(host, kind, year, target, purpose, full=what == _FULL)
    )


async def save_agenda(host: Host, page: WorkshopPage) -> None:
    title = clean(page.workshop.title).replace("/", "-")
    name = f"agenda {title} {page.workshop.on_day.isoformat()}.txt"
    holds = "The agenda and carried-over actions, for an e-mail."
    await save_file(host, name, holds, lambda target: _write_text(host, target, actions.agenda_text(page)))


def _write_text(host: Host, target: Path, text: str) -> None:
    from transitions.exporting.outgoing import put_in_place
    from transitions.exporting.target import check_ending

    check_ending(target, ".txt")
    with put_in_place(host.workspace, target) as made:
        made.write_text(text, encoding="utf-8")


def _write_table(host: Host, kind: str, year: int, target: Path, purpose: str, *, full: bool) -> None:
    from transitions.caseload.caseload import Caseload
    from transitions.exporting.exports import export
    from transitions.exporting.files import Options

    export(host.workspace, kind, Caseload(), target, Options(full=full, purpose=purpose, academic_year=year))
