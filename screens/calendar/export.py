"""Saving the year's dates: as what, and where to; Enter takes what is proposed."""

import asyncio
from typing import TYPE_CHECKING

from screens.exporting.save_list import file_trouble, free_name, short_path
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.widgets.path_box import path_of
from transitions.school_year import academic_year_label
from transitions.term_dates import CalendarOwner

if TYPE_CHECKING:
    from transitions.exporting.year.writing import FileKind

_FOR = {
    "ics": "for Outlook, Google and telephones",
    "html": "one page to print",
    "txt": "the next six weeks",
    "csv": "every date a line",
    "xlsx": "every date a line",
}


def export_year(host: Host, year: int, whose: CalendarOwner, kinds: tuple[str, ...]) -> None:
    """Ask what the dates are to be saved as and where to, and write them while work goes on; no kinds means all."""
    from transitions.exporting.year.writing import KINDS

    choices = [
        Choice(kind, f"{words[:1].upper()}{words[1:]}", hint=f".{kind}, {_FOR[kind]}") for kind, words in KINDS.items()
    ]

    def chosen(kind: "FileKind | None") -> None:
        if kind is not None:
            _ask_where(host, year, whose, kinds, kind)

    host.push_screen(Choose(f"Save the dates of {academic_year_label(year)} as what?", choices), chosen)


def _ask_where(host: Host, year: int, whose: CalendarOwner, kinds: tuple[str, ...], kind: "FileKind") -> None:
    name = f"transition-dates-{academic_year_label(year).replace('/', '-')}.{kind}"
    holds = (
        "It counts pupils and names none." if kind in {"csv", "xlsx"} else "Nothing in it comes from a pupil's record."
    )

    def problem(text: str) -> str | None:
        return file_trouble(text, path_of(text), name)

    def answered(text: str | None) -> None:
        if text is not None:
            host.run_worker(_write(host, year, whose, kinds, kind, text), group="export", exit_on_error=False)

    host.push_screen(Ask("Save it as", holds, short_path(free_name(name)), problem=problem), answered)


async def _write(
    host: Host, year: int, whose: CalendarOwner, kinds: tuple[str, ...], kind: "FileKind", text: str
) -> None:
    from transitions.exporting.year.writing import write_year

    target = path_of(text)
    # a Fault in a worker is said by the app
    await asyncio.to_thread(
        write_year,
        host.workspace,
        year,
        target,
        kind=kind,
        school_id=whose.school_id,
        la_number=whose.la_number,
        kinds=kinds,
    )
    host.say(f"Saved {short_path(target)}")
