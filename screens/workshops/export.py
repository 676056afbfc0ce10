"""Saving what workshops hold: the year's list or its attendance as a table, the agenda of one as a text."""

from pathlib import Path

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.saving import ask_purpose, save_file
from transitions.school_year import academic_year_label
from transitions.text import clean
from transitions.workshops import actions
from transitions.workshops.page import WorkshopPage

_WORKSHOPS, _ATTENDANCE, _FULL = "workshops", "attendance", "attendance in full"


async def export_workshops(host: Host, year: int) -> None:
    label = academic_year_label(year)
    choices = [
        Choice(_WORKSHOPS, "Workshops", key="w", hint="one a line, with who came of how many"),
        Choice(_ATTENDANCE, "Attendance", key="a", hint="every school at every meeting, nobody named"),
        Choice(_FULL, "Attendance with names", key="n", hint="the adults in the registers, too"),
    ]
    what = await host.ask(Choose(f"Save what of {label}?", choices))
    if what is None:
        return
    kind = _WORKSHOPS if what == _WORKSHOPS else _ATTENDANCE
    name = f"{kind}-{label.replace('/', '-')}.xlsx"
    purpose = await ask_purpose(host) if what == _FULL else ""
    if purpose is None:
        return
    holds = "It names adults: keep it where they would expect it." if what == _FULL else "It names nobody."
    await save_file(
        host, name, holds, lambda target: _write_table(host, kind, year, target, purpose, full=what == _FULL)
    )


async def save_agenda(host: Host, page: WorkshopPage) -> None:
    title = clean(page.workshop.title).replace("/", "-")
    name = f"agenda {title} {page.workshop.on_day.isoformat()}.txt"
    holds = "The agenda with the actions that are carried to the meeting, for an e-mail."
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
