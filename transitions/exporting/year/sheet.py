"""The dates that one file is made of, and the words that every kind of file says about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from db.pupils import pupils as pupil_store
from transitions.calendar.event import Event
from transitions.calendar.events import events
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.dates import long, short
from transitions.exporting.columns import CALENDAR
from transitions.exporting.writer import TableColumn
from transitions.milestones.criteria_fields import year_groups_in_words
from transitions.school_year import academic_year, academic_year_label, academic_year_span, year_group_short
from transitions.term_dates import DayOff, days_off, terms_missing
from transitions.text import clean
from transitions.workspace import Workspace

COLUMNS: Final = tuple(TableColumn(column.header, column.kind) for column in CALENDAR)


def cells(event: Event) -> tuple[object, ...]:
    record = event.record
    return (
        event.first, event.last, kind_of(event), event.code, event.title,
        ", ".join(year_groups(event)), event.pupils, event.severity, event.source, event.verified,
        event.detail, record and record.starts, record and record.ends, record and record.place,
    )  # fmt: skip


def year_groups(event: Event) -> list[str]:
    """The year groups as every file writes them: N, R, 1 to 14, >14; none is everybody."""
    return list(dict.fromkeys(map(year_group_short, event.year_groups)))


CHECK: Final = "Check with your LA: this date was not verified against a published source."

_WEEKS = 6
"""This week, next week, and the next four."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sheet:
    """Some dates, all safe to print, and what a reader must know to rely on them.

    ``first`` and ``last`` are the days that it reaches over, ``as_of`` the day on which it was drawn up. ``missing`` says
    what is not known for want of term dates, empty when nothing is.
    """

    title: str
    whose: str
    first: date
    last: date
    as_of: date
    events: tuple[Event, ...]
    breaks: tuple[DayOff, ...]
    missing: str = ""


@dataclass(frozen=True)
class DateSelection:
    """Which dates: whose term dates and closures hold, which kinds (of ``KINDS``; none named is all), what of pupils.

    Without ``pupils`` nothing comes from a pupil's own record: no count, and no day such as a 16th birthday or a plan's
    review. On a wall "1 pupil" beside a birthday can be a name. ``caseload`` says which pupils are counted.
    """

    caseload: Caseload | None = None
    school_id: int | None = None
    la_number: int | None = None
    kinds: tuple[str, ...] = ()
    pupils: bool = False

    @property
    def owner(self) -> int | None:
        if self.school_id is not None or self.la_number is not None or self.caseload is None:
            return self.school_id
        return self.caseload.school_id


def load(workspace: Workspace, year: int, choice: DateSelection, *, cancelled: bool = False) -> Sheet:
    """The dates of an academic year; workshops that were called off only with ``cancelled``."""
    found = events(
        workspace,
        year,
        caseload=choice.caseload,
        school_id=choice.owner,
        la_number=choice.la_number,
        cancelled=cancelled,
    )
    chosen = [event for event in found if not choice.kinds or kind_of(event) in choice.kinds]
    if not choice.pupils:
        chosen = [event._replace(pupils=None) for event in chosen if not of_pupils(event)]
    terms = workspace.terms_for(school_id=choice.owner, la_number=choice.la_number)
    first, last = academic_year_span(year)
    return Sheet(
        title=f"Transition dates {academic_year_label(year)}",
        whose=_owner_in_words(workspace, choice),
        first=first,
        last=last,
        as_of=workspace.clock.today,
        events=tuple(map(_safe, chosen)),
        breaks=tuple(days_off(terms, year)),
        missing=terms_missing(terms, year) or "",
    )


def load_weeks(workspace: Workspace, day: date, choice: DateSelection) -> Sheet:
    """The dates of the six weeks that begin with the Monday of ``day``, whatever academic years they lie in."""
    first = day - day.weekday() * _DAY
    last = first + (7 * _WEEKS - 1) * _DAY
    sheets = [load(workspace, year, choice) for year in range(academic_year(first), academic_year(last) + 1)]
    return replace(
        sheets[0],
        title=f"Transition dates, week of {long(first)}",
        first=first,
        last=last,
        events=tuple(e for sheet in sheets for e in sheet.events if e.first <= last and e.last >= first),
        breaks=tuple(b for sheet in sheets for b in sheet.breaks if b.first <= last and b.last >= first),
        missing=" ".join(dict.fromkeys(sheet.missing for sheet in sheets if sheet.missing)),
    )


def kind_of(event: Event) -> str:
    return event.kind if event.origin == "ask" else event.origin


def of_pupils(event: Event) -> bool:
    """Whether the very day of an event comes from pupils' records, so that even a count can point at a child."""
    return event.by_day and event.origin in {"milestone", "plan"}


def for_whom(year_groups: Sequence[int]) -> str:
    """The year groups in words: "Everybody", "Year 6", "Nursery to Year 2"."""
    return year_groups_in_words(year_groups) if year_groups else "Everybody"


def days_text(first: date, last: date) -> str:
    """One day, or some: "Thu 21 Jan", "Mon 11 May to Thu 14 May"; the year is left to what stands around it."""
    return short(first) if first == last else f"{short(first)} to {short(last)}"


def hours(event: Event) -> str:
    """The hours of a workshop: "09:30 to 12:00", "from 09:30"; empty for what lasts whole days."""
    if event.record is None or not event.record.starts:
        return ""
    ends = event.record.ends
    return f"{event.record.starts} to {ends}" if ends else f"from {event.record.starts}"


def count_in_words(event: Event) -> str:
    """For how many pupils it is still open: "1 pupil", "14 pupils"; empty where pupils are not counted."""
    if event.pupils is None:
        return ""
    return f"{event.pupils:,} pupil{'' if event.pupils == 1 else 's'}"


def _safe(event: Event) -> Event:
    """Much of it is typed or imported: nothing in it may steer what it stands in."""
    record = event.record and event.record._replace(place=clean(event.record.place), link=clean(event.record.link))
    return event._replace(
        record=record,
        code=clean(event.code),
        title=clean(event.title),
        short=clean(event.short),
        source=clean(event.source),
        detail=clean(event.detail),
    )


def _owner_in_words(workspace: Workspace, choice: DateSelection) -> str:
    """Say whose dates they are; words that were looked for stay out, for they may be a pupil's name."""
    if choice.pupils and choice.caseload is not None:
        return clean(caseloads.describe(workspace, replace(choice.caseload, text="")))
    school = pupil_store.school_name(workspace.read(), choice.owner)
    return clean(school) if school else f"Council {choice.la_number}" if choice.la_number else "All schools"
