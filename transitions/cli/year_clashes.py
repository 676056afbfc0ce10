"""The clashes of a year, as ``calendar --clashes`` prints them."""

from typing import TYPE_CHECKING

from transitions.cli.output import emit, talk
from transitions.dates import long
from transitions.school_year import academic_year, academic_year_label

if TYPE_CHECKING:
    from datetime import date

    from transitions.calendar.clashes import Clash
    from transitions.workspace import Workspace

KEYS = (
    "kind", "severity", "first_day", "last_day", "what", "number", "title", "on_day", "until_day", "other", "other_first_day",
    "other_last_day", "sentence", "free_date",
)  # fmt: skip
SHOWN = ("on_day", "title", "kind", "other", "free_date")


def print_clashes(workspace: "Workspace", year: int, style: str, *, whole: bool) -> None:
    """Print what stands in each other's way and the nearest day on which it would not; from today on, or the whole year."""
    from transitions.calendar.clashes import clashes_of

    today = workspace.clock.today
    rest = not whole and year == academic_year(today)
    found = [clash for clash in clashes_of(workspace, year) if not rest or clash.event.last >= today]
    emit((_record(clash, _free(workspace, clash, today)) for clash in found), KEYS, style, shown=SHOWN)
    if style == "table":
        for clash in found:
            talk(clash.sentence)
    count = f"{len(found):,} clash{'' if len(found) == 1 else 'es'}"
    talk(f"{count} · {academic_year_label(year)} · {'from today on · ' if rest else ''}{long(today)}")


def _free(workspace: "Workspace", clash: "Clash", today: "date") -> "date | None":
    """Propose a day for what is still to come; what has been cannot be moved."""
    from transitions.calendar.clashes import free_date_of

    return free_date_of(workspace, clash.event) if clash.event.first >= today else None


def _record(clash: "Clash", free: "date | None") -> dict[str, object]:
    event, other = clash.event, clash.other
    return {
        "kind": clash.kind,
        "severity": clash.severity,
        "first_day": clash.days.first,
        "last_day": clash.days.last,
        "what": event.record.what if event.record else event.origin,
        "number": event.record.number if event.record else None,
        "title": event.title,
        "on_day": event.first,
        "until_day": event.last,
        "other": other.title if other else None,
        "other_first_day": other.first if other else None,
        "other_last_day": other.last if other else None,
        "sentence": clash.sentence,
        "free_date": free,
    }
