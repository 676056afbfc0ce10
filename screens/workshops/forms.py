"""The forms of a workshop itself: its details with the clashes of its day, the next of its series, and calling it off."""

from collections.abc import Callable
from datetime import date

from screens.frame.dialogs import Ask
from screens.frame.field_form import fields_form, question, questions
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.workshops.clashes import Standing, clash_form, standing
from screens.workshops.list_lines import days_long
from transitions.errors import Fault
from transitions.workshops import actions, saving
from transitions.workshops.page import WorkshopPage, known_programmes, known_series, load
from transitions.workshops.reading import WORKSHOP_FIELDS, workshop_context
from transitions.workspace import Recorded

# The workshop


def edit_workshop(
    host: Host,
    workshop_id: int | None,
    then: Callable[[int], None] | None = None,
    on_day: date | None = None,
) -> None:
    """Open the form of a workshop, or of a new one ``on_day``; ``then`` is given its number when it was saved."""
    saved: list[int] = []
    page = None if workshop_id is None else load(host.workspace, workshop_id)

    def closed() -> None:
        if then is not None:
            then(saved[0])

    open_form(host, workshop_form(host, page, saved, on_day), closed)


def workshop_form(host: Host, page: WorkshopPage | None, saved: list[int], on_day: date | None = None) -> RecordForm:
    """Give the form of a workshop, or of a new one; ``saved`` takes its number."""
    workspace = host.workspace
    known = {"series": known_series(workspace), "programme": known_programmes(workspace)}

    def save(fields: dict[str, object]) -> Recorded:
        done = saving.save_workshop(workspace, None if page is None else page.workshop.id, fields)
        saved[:] = [done.workshop_id]
        return done.recorded

    return fields_form(
        "Add a workshop" if page is None else f"Edit {page.workshop.title}",
        questions(WORKSHOP_FIELDS, workshop_context(workspace), _LAYOUT, known),
        {"on_day": on_day} if page is None else WORKSHOP_FIELDS.stored(page.workshop),
        save,
        f"draft workshop {'new' if page is None else page.workshop.id}",
        None if page is None else page.workshop.id,
        make=clash_form(Standing() if page is None else standing(page)),
    )


_LAYOUT = {
    "What and when": ("kind", "on_day", "starts", "ends", "last_day", "title"),
    "Where": ("place", "link", "host_school"),
    "For whom": ("year_groups", "audience", "transition", "worker"),
    "What it belongs to": ("series",),
    "Training": ("programme", "module"),
    "Agenda": ("agenda",),
}


# The next of the series


def plan_next(host: Host, workshop_id: int, then: Callable[[int], None]) -> None:
    """Ask for the day of the next meeting of a series, and plan it; ``then`` is given its number."""
    saved: list[int] = []
    open_form(host, next_form(host, load(host.workspace, workshop_id), saved), lambda: then(saved[0]))


def next_form(host: Host, page: WorkshopPage, saved: list[int]) -> RecordForm:
    """Give the form of the next meeting of a series: its day; ``saved`` takes its number."""
    workspace, row = host.workspace, page.workshop

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        day = values["on_day"]
        done = saving.next_in_series(workspace, row.id, day if isinstance(day, date) else str(day))
        saved[:] = [done.workshop_id]
        return done.recorded

    day = question(WORKSHOP_FIELDS["on_day"], workshop_context(workspace), help="5/9/26, mon, +6w")
    invited = len(page.invitations)
    still = sum(actions.is_open(one) for one in (*page.carried, *page.actions))
    notice = (
        f"It follows {days_long(row)}. "
        f"{invited:,} {'invitation goes' if invited == 1 else 'invitations go'} with it, nobody marked; "
        f"{still:,} open {'action is' if still == 1 else 'actions are'} carried to it."
    )
    return RecordForm(
        f"Next meeting of {row.series}",
        [day],
        {},
        save,
        f"draft next workshop {row.id}",
        clash_form(standing(page, new=True)),
        notice,
    )


# Calling it off


def call_off(host: Host, workshop_id: int) -> None:
    """Ask why a workshop does not take place, and record it; one that was called off is brought back at once."""
    row = load(host.workspace, workshop_id).workshop
    if row.status == "cancelled":
        host.tell(saving.bring_back(host.workspace, workshop_id))
        return

    def keep(reason: str | None) -> None:
        if reason is None:
            return
        try:
            host.tell(saving.cancel(host.workspace, workshop_id, reason))
        except Fault as fault:
            host.say(fault.sentence, "error")

    def problem(text: str) -> str | None:
        return None if text.strip() else "Say in a few words why: the next one is planned by it."

    host.push_screen(Ask("Why is it called off?", f"{row.title}, {days_long(row)}.", problem=problem), keep)
