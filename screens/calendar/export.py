"""Saving the year's dates: as what, and where to; Enter takes what is proposed."""

from pathlib import Path

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.saving import save_file
from transitions.school_year import academic_year_label
from transitions.term_dates import CalendarOwner

_FOR = {
    "ics": "for Outlook, Google and telephones",
    "html": "one page to print",
    "txt": "the next six weeks",
    "csv": "every date a line",
    "xlsx": "every date a line",
}


async def export_year(host: Host, year: int, whose: CalendarOwner, kinds: tuple[str, ...]) -> None:
    """Ask what the dates are to be saved as and where to, and write them while work goes on; no kinds means all."""
    from transitions.exporting.year.writing import KINDS, write_year

    label = academic_year_label(year)
    choices = [
        Choice(kind, f"{words[:1].upper()}{words[1:]}", hint=f".{kind}, {_FOR[kind]}") for kind, words in KINDS.items()
    ]
    kind = await host.ask(Choose(f"Save the dates of {label} as what?", choices))
    if kind is None:
        return
    holds = (
        "It counts pupils and names none." if kind in {"csv", "xlsx"} else "Nothing in it comes from a pupil's record."
    )

    def write(target: Path) -> None:
        write_year(host.workspace, year, target, kind=kind, kinds=kinds, **whose._asdict())

    await save_file(host, f"transition-dates-{label.replace('/', '-')}.{kind}", holds, write)
