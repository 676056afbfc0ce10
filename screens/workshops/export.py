"""Saving what workshops hold: the year's list or its attendance as a table, the agenda of one as a text."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from screens.exporting.save_list import file_trouble, free_name, short_path
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.widgets.path_box import path_of
from transitions.school_year import academic_year_label
from transitions.text import clean
from transitions.workshops import actions
from transitions.workshops.page import WorkshopPage

_WORKSHOPS, _ATTENDANCE, _FULL = "workshops", "attendance", "attendance in full"


def export_workshops(host: Host, year: int) -> None:
    """Ask what is to be saved of an academic year and where to, and write it while work goes on."""
    label = academic_year_label(year)
    choices = [
        Choice(_WORKSHOPS, "Workshops", key="w", hint="one a line, with who came of how many"),
        Choice(_ATTENDANCE, "Attendance", key="a", hint="every school at every meeting, nobody named"),
        Choice(_FULL, "Attendance with names", key="n", hint="the adults in the registers, too"),
    ]

    def chosen(what: str | None) -> None:
        if what is not None:
            kind = _WORKSHOPS if what == _WORKSHOPS else _ATTENDANCE
            name = f"{kind}-{label.replace('/', '-')}.xlsx"
            holds = "It names adults: keep it where they would expect it." if what == _FULL else "It names nobody."
            _ask_where(host, name, holds, lambda target: _write_table(host, kind, year, target, full=what == _FULL))

    host.push_screen(Choose(f"Save what of {label}?", choices), chosen)


def save_agenda(host: Host, page: WorkshopPage) -> None:
    """Ask where to, and save the agenda with what was carried to it as a text."""
    title = clean(page.workshop.title).replace("/", "-")
    name = f"agenda {title} {page.workshop.on_day.isoformat()}.txt"
    holds = "The agenda with the actions that are carried to the meeting, for an e-mail."
    _ask_where(host, name, holds, lambda target: _write_text(target, actions.agenda_text(page)))


def _ask_where(host: Host, name: str, holds: str, write: Callable[[Path], None]) -> None:
    def problem(text: str) -> str | None:
        return file_trouble(text, path_of(text), name)

    def answered(text: str | None) -> None:
        if text is not None:
            host.run_worker(_write(host, path_of(text), write), group="export", exit_on_error=False)

    host.push_screen(Ask("Save it as", holds, short_path(free_name(name)), problem=problem), answered)


async def _write(host: Host, target: Path, write: Callable[[Path], None]) -> None:
    # a Fault in a worker is said by the app
    await asyncio.to_thread(write, target)
    host.say(f"Saved {short_path(target)}")


def _write_text(target: Path, text: str) -> None:
    from transitions.exporting.target import put_in_place

    with put_in_place(target) as made:
        made.write_text(text, encoding="utf-8")


def _write_table(host: Host, kind: str, year: int, target: Path, *, full: bool) -> None:
    from transitions.caseload.caseload import Caseload
    from transitions.exporting.exports import export
    from transitions.exporting.files import Options

    export(host.workspace, kind, Caseload(), target, Options(full=full, academic_year=year))
