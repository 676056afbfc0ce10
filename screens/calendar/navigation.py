"""What opens from a date of the calendar, what can be added on a day, and saving the dates of a year."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from screens.calendar.forms import change, edit_date, edit_deadline, line_of, retire_or_bring_back
from screens.frame.dialogs import Choice, Choose, bring_back
from screens.frame.host import Host
from screens.frame.saving import save_file
from transitions.calendar import local_dates, local_deadlines
from transitions.calendar.event import Event
from transitions.dates import long, short_with_year
from transitions.milestones.whose_calendar import CalendarOwner
from transitions.school_year import academic_year_label
from transitions.text import capital
from transitions.workshops import saving

Wanted = Callable[[Event], bool]
_FOR = {
    "ics": "for Outlook, Google and telephones",
    "html": "one page to print",
    "txt": "the next six weeks",
    "csv": "every date a line",
    "xlsx": "every date a line",
}


def can_be_edited(event: Event) -> bool:
    return event.origin in ("workshop", "date", "ask")


def can_be_taken_out(event: Event) -> bool:
    """Whether it can be taken out of the calendar from here; a workshop is called off, or taken out, in the register."""
    return event.origin in ("date", "ask")


async def choose(host: Host, title: str, events: Sequence[Event]) -> Event | None:
    if len(events) == 1:
        return events[0]
    choices = [Choice(event.key, event.title, hint=short_with_year(event.first)) for event in events]
    key = await host.ask(Choose(title, choices))
    return next((event for event in events if event.key == key), None)


def open_workshop(host: Host, event: Event, neighbours: Sequence[Event] = ()) -> None:
    """Open a workshop; ``beside`` are the events that one can go on to."""
    if event.record is not None:
        numbers = [one.record.number for one in neighbours if one.origin == "workshop" and one.record is not None]
        host.open.workshop(event.record.number, numbers)


async def open_event(host: Host, event: Event, year: int) -> None:
    if event.origin == "workshop":
        open_workshop(host, event)
    else:
        await edit(host, event, year)


async def edit(host: Host, event: Event, year: int) -> None:
    if event.origin == "workshop" and event.record is not None:
        await host.open.workshop_form(event.record.number)
    elif event.origin == "date" and event.record is not None:
        await edit_date(host, event.record.number)
    elif event.origin == "ask":
        await change(host, event.code, year)


async def take_out(host: Host, event: Event) -> None:
    if event.origin == "date" and event.record is not None:
        host.tell(await host.write(partial(local_dates.take_out, host.workspace, event.record.number)))
    elif event.origin == "ask":
        line = line_of(host.workspace, event.code)
        if line is not None:
            await retire_or_bring_back(host, line)


async def add(host: Host, day: date) -> None:
    choices = [
        Choice("workshop", "A workshop or meeting", "w", "with its register"),
        Choice("date", "A date", "d", "a test, a trip, a one-off deadline, any event"),
        Choice("ask", "A yearly deadline", "y", "by a rule"),
    ]
    what = await host.ask(Choose(f"Add on {long(day)}", choices))
    if what == "workshop":
        await host.open.workshop_form(None, day)
    elif what == "date":
        await edit_date(host, None, day)
    elif what == "ask":
        await edit_deadline(host, None)


async def bring_back_date(host: Host) -> None:
    found = local_dates.taken_out(host.workspace)
    choices = [Choice(row.id, row.title, hint=short_with_year(row.first_day)) for row in found]
    restore = partial(local_dates.bring_back, host.workspace)
    await bring_back(host, "Bring back a date", choices, restore, "No dates have been taken out of the calendar.")


async def move(host: Host, event: Event, first: date, year: int) -> None:
    last = first + (event.last - event.first)
    if event.origin == "ask":
        host.tell(await host.write(partial(local_deadlines.save_days, host.workspace, event.code, year, first, last)))
    elif event.origin == "date" and event.record is not None:
        fields = {"first_day": first, "last_day": last}
        host.tell(await host.write(partial(local_dates.save_date, host.workspace, event.record.number, fields)))
    elif event.record is not None:
        host.tell(
            await host.write(partial(saving.save_workshop, host.workspace, event.record.number, {"on_day": first}))
        )


async def export_year(host: Host, year: int, owner: CalendarOwner, kinds: tuple[str, ...]) -> None:
    """Ask what the dates are to be saved as and where to, and write them while work goes on; no kinds means all."""
    from transitions.exporting.year.writing import KINDS, write_year

    label = academic_year_label(year)
    choices = [Choice(kind, capital(words), hint=f".{kind}, {_FOR[kind]}") for kind, words in KINDS.items()]
    kind = await host.ask(Choose(f"Save the dates of {label} as what?", choices))
    if kind is None:
        return
    holds = (
        "It has pupil numbers but no names."
        if kind in {"csv", "xlsx"}
        else "It contains nothing from a pupil’s record."
    )

    def write(target: Path) -> None:
        write_year(host.workspace, year, target, kind=kind, kinds=kinds, **owner._asdict())

    await save_file(host, f"transition-dates-{label.replace('/', '-')}.{kind}", holds, write)
