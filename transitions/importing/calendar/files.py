"""Importing a calendar: a table of dates (CSV, spreadsheet) or an iCalendar file, for everybody, a council or a school.

Each entry becomes what it is said to be, or what its words say, and the preview names the words. What was imported before
is changed where it moved, and nothing is added twice. What has gone from a file stays and is listed; so is what is not taken.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from db import importing as store
from db.calendar import local_dates
from db.vocabulary import YEAR_DATE_KINDS
from db.workshops import workshops as workshop_store
from transitions.calendar.event import Span
from transitions.calendar.local_deadlines import days_label
from transitions.dates import short_with_year
from transitions.errors import BadInput, Problem
from transitions.importing import terms
from transitions.importing.calendar import terms as calendar_terms
from transitions.importing.calendar.dates import NameOwner, take_dates, take_workshops
from transitions.importing.calendar.entries import (
    CalendarLine,
    NotTaken,
    TableReader,
    becomes_in_words,
    details,
)
from transitions.importing.calendar.ical import is_calendar, read_calendar
from transitions.importing.calendar.ical_entry import EventEntry
from transitions.importing.calendar.terms import take_closures
from transitions.importing.calendar.titles import Becomes, private_note, recognise
from transitions.importing.cells import CellReader
from transitions.importing.encodings import kind_of
from transitions.importing.headers import HeaderMap, open_table
from transitions.importing.matching import Schools
from transitions.importing.preview import ImportPreview, PreviewDraft, Progress, RecordEntry, no_progress
from transitions.importing.table_rows import AS_IT_IS, Chosen, Packed, Refused, TableRow
from transitions.importing.tabular import read_bytes
from transitions.importing.terms import Owner
from transitions.school_year import academic_year, academic_year_span
from transitions.text import how_many, printable, searchable
from transitions.workspace import Workspace

LARGEST_FILE: Final = 5_000_000
MOST_LINES: Final = 5_000
"""Dates of one file: a school's calendar has some hundred a year."""
_YEARS_BEFORE, _YEARS_AFTER = 1, 2
"""The academic years around this one of which an .ics file is read."""
_CALENDAR_NAMES: Final = frozenset({".ics", ".ical", ".ifb", ".icalendar"})
_EVERYBODY: Final[Owner] = (None, None)
_FURTHEST: Final = timedelta(days=3 * 366)
_LONGEST_NAME: Final = 5
"""Words of a title that may be one person's names."""
_MOST_GONE: Final = 20
_OF_ICS: Final = ("title", "first_day", "last_day", "starts", "ends", "place")
_OUR_OWN_LIST: Final = frozenset({"first_day", "kind", "code", "title", "severity", "verified"})


def prepare(
    workspace: Workspace,
    path: Path,
    *,
    map_file: Path | None = None,
    chosen: Chosen = AS_IT_IS,
    skip_bad: bool = False,
    kind: str | None = None,
    school_id: int | None = None,
    la_number: int | None = None,
    progress: Progress = no_progress,
) -> ImportPreview:
    """Read the file and work out what importing it would do; nothing is written.

    ``kind`` (as ``read_kind`` gives it) is what every entry becomes; ``school_id`` or ``la_number`` say whose calendar it
    is where a row does not, and without them it is everybody's. Raises NoSuchFile, and BadInput listing every problem; with
    ``skip_bad`` the entries with problems are refused instead.
    """
    name, data = read_bytes(path, LARGEST_FILE)
    draft = PreviewDraft("calendar", name, path)
    owner: Owner = (None, school_id) if school_id is not None else (la_number, None)
    schools = Schools(store.school_rows(workspace.read()))
    latest = workspace.clock.today + _FURTHEST
    if is_calendar(data) or path.suffix.lower() in _CALENDAR_NAMES:
        file = _of_ics(workspace, data, draft, kind, owner, progress)
    else:
        file = _of_table(
            workspace,
            (name, data),
            draft,
            map_file,
            chosen,
            lambda headers: TableReader(CellReader(headers, draft), schools, kind, owner, latest),
        )
    if len(file.lines) > MOST_LINES:
        what = (
            f"holds {len(file.lines):,} dates, more than {MOST_LINES:,}: export fewer years, or fewer calendars at once"
        )
        raise BadInput([Problem(name, what)])
    _sort_out(file.lines, workspace, draft, schools)
    progress(len(file.lines), len(file.lines))
    return draft.finish(workspace, rows=file.rows, ragged=file.ragged, skip_bad=skip_bad)


class _Source(NamedTuple):
    """What a file holds, and its rows as they go back to the person when they are refused."""

    lines: list[CalendarLine]
    rows: list[TableRow]
    ragged: list[Refused]


def _of_table(
    workspace: Workspace,
    given: tuple[str, bytes],
    draft: PreviewDraft,
    map_file: Path | None,
    chosen: Chosen,
    reader_of: Callable[[HeaderMap], TableReader],
) -> _Source:
    table, headers = open_table(workspace, draft.path, "calendar", map_file=map_file, chosen=chosen, given=given)
    if {name.casefold() for name in table.header} >= _OUR_OWN_LIST:
        what = "is a list of dates written by this program, so there is nothing new to import"
        raise BadInput([Problem(draft.file, what)])
    draft.take_table(table)
    rows, reader = list(table.rows), reader_of(headers)
    lines = [line for row in rows if (line := reader.read(row)) is not None]
    draft.notes += private_note(reader.private, reader.marks)
    if reader.undescribed:
        what = f"not read: the description of {how_many(reader.undescribed, 'date')}"
        draft.notes.append(f"{what}, because descriptions would appear in shared calendars. A column Detail is read")
    return _Source(lines, rows, table.refused)


def _of_ics(
    workspace: Workspace, data: bytes, draft: PreviewDraft, kind: str | None, owner: Owner, progress: Progress
) -> _Source:
    _check_is_calendar(data, draft.file)
    this_year = academic_year(workspace.clock.today)
    window = Span(academic_year_span(this_year - _YEARS_BEFORE)[0], academic_year_span(this_year + _YEARS_AFTER)[1])
    found = read_calendar(data, draft.file, window, progress)
    draft.read_as, draft.header = found.read_as, _OF_ICS
    draft.notes += [*private_note(found.private), *found.notes]
    for _, problem in found.problems:
        draft.problem(problem.line or 0, problem.field, problem.what)
    rows = [TableRow(problem.line or 0, (title, *[""] * (len(_OF_ICS) - 1))) for title, problem in found.problems]
    lines: list[CalendarLine] = []
    for line, title, why in found.passed:
        draft.warn(line, f"“{title}” is not taken", why)
    for entry in found.entries:
        if entry.own:
            draft.warn(
                entry.line, "passed over", "written by this program: change such a date in the app, not with a file"
            )
        elif not entry.title:
            draft.warn(entry.line, "passed over", "an entry without a title")
        else:
            lines.append(_line_of(entry, kind, owner))
            first, last = entry.occurrences[0].days
            rows.append(
                TableRow(
                    entry.line,
                    (entry.title, *map(date.isoformat, (first, last)), entry.starts, entry.ends, entry.place),
                )
            )
    return _Source(lines, rows, [])


def _check_is_calendar(data: bytes, name: str) -> None:
    if is_calendar(data):
        return
    kind = kind_of(data)
    what = f"is {kind.what}, not a calendar" if kind else "does not start with BEGIN:VCALENDAR" if data else "is empty"
    raise BadInput([Problem(name, f"{what}: export it again as an iCalendar file (.ics)")])


def _line_of(entry: EventEntry, kind: str | None, owner: Owner) -> CalendarLine:
    """An entry as a line. Its description stays out: it holds codes to dial in with, and names."""
    becomes = Becomes(kind, "", told=True) if kind else recognise(entry.title, entry.categories)
    fields = details((entry.starts, entry.ends), entry.place or None, None)
    return CalendarLine(entry.line, becomes, owner, entry.title, entry.occurrences, fields, cancelled=entry.cancelled)


# --- what becomes of them --------------------------------------------------------------------------------------------


def _sort_out(lines: Sequence[CalendarLine], workspace: Workspace, draft: PreviewDraft, schools: Schools) -> None:
    left = NotTaken(draft)
    lines = [calendar_terms.on_school_days(one) for one in lines]
    source = "standard input" if str(draft.path) == "-" else printable(draft.path.name)
    by_kind: dict[str, list[CalendarLine]] = {}
    for one in _without_pupils(lines, workspace, left):
        by_kind.setdefault(one.becomes.kind, []).append(one)
    for one in by_kind.pop("bank holiday", ()):
        draft.warn(one.line, "passed over", "bank holidays are known already")
    for kind in ("term", "half term"):
        for one in by_kind.get(kind, ()):
            if one.cancelled:
                draft.warn(one.line, "passed over", "cancelled in the file")

    def owner_name(owner: Owner) -> str:
        la_number, school_id = owner
        return schools.name(school_id) if school_id is not None else f"council {la_number}" if la_number else ""

    brought = store.brought(workspace.read(), "Imported calendar", f"{source}: ")
    holidays = calendar_terms.take_terms(
        [one for kind in ("term", "half term") for one in by_kind.pop(kind, ()) if not one.cancelled],
        workspace, draft, left,
    )  # fmt: skip
    closed = [*by_kind.pop("closure", ()), *holidays]
    found = {"closure": take_closures(closed, workspace, draft, left, brought.get("closure", set()))}
    draft.new = Packed(_said(draft.new, {one.line: one for one in lines}, owner_name))
    dates = [
        replace(one, fields={"source": source, **one.fields})
        for kind in YEAR_DATE_KINDS
        for one in by_kind.pop(kind, ())
    ]
    found["year_date"] = take_dates(dates, workspace, draft, left, owner_name)
    found["workshop"] = take_workshops(
        [one for rest in by_kind.values() for one in rest], workspace, draft, left, owner_name
    )
    left.finish()
    _say_which_were_recognised(lines, draft)
    if any(one.owner == _EVERYBODY for one in lines):
        draft.notes.append(
            "for everybody. For dates of one school or council add a column school or council, or use --school or --council"
        )
    draft.notes += _dropped_from_file(lines, workspace, brought, found)


def _without_pupils(lines: Sequence[CalendarLine], workspace: Workspace, left: NotTaken) -> list[CalendarLine]:
    """Leave out what names a pupil: the calendar goes to walls and mailing lists."""
    numbers: dict[str, set[int]] = {}
    for one in lines:
        words = searchable(re.sub(r"[^\w\s'’-]", " ", one.title)).split()
        for length in range(2, _LONGEST_NAME + 1):
            for start in range(len(words) - length + 1):
                numbers.setdefault(" ".join(words[start : start + length]), set()).add(one.line)
    named: set[int] = set()
    for _, surname, forename, preferred, _ in store.pupil_names(workspace.read()) if numbers else ():
        for called in {forename, preferred or forename}:
            named |= numbers.get(searchable(called, surname), set()) | numbers.get(searchable(surname, called), set())
    for line in sorted(named):
        left.leave(
            line,
            "An entry",
            "it names a pupil, and calendars are put on walls and mailing lists: give it another title",
        )
    return [one for one in lines if one.line not in named]


# --- what the preview says -------------------------------------------------------------------------------------------


def _said(
    entries: Iterable[RecordEntry], lines: Mapping[int | None, CalendarLine], owner_name: NameOwner
) -> Iterator[RecordEntry]:
    """The records with what their lines become."""
    for entry in entries:
        one, values = lines[entry.line], entry.writes[0].values or {}
        # A term may have its other end on another line.
        ends = [date.fromisoformat(values[name]) for name in ("first_day", "last_day") if name in values]
        when = days_label(Span(*ends)) if ends else ""
        yield entry._replace(differences=becomes_in_words(one, owner_name(one.owner), when))


def _say_which_were_recognised(lines: Sequence[CalendarLine], draft: PreviewDraft) -> None:
    new = {entry.line for entry in draft.taken(draft.new)}
    kinds = Counter(one.becomes.kind for one in lines if not one.becomes.told and one.line in new)
    if kinds:
        some = ", ".join(f"{count:,} as {kind}" for kind, count in kinds.most_common())
        draft.notes.append(
            f"recognised only by their titles: {some}. To be certain, add a column kind or use --as KIND"
        )


def _dropped_from_file(
    lines: Sequence[CalendarLine], workspace: Workspace, brought: Mapping[str, set[int]], found: Mapping[str, set[int]]
) -> list[str]:
    """Name what an earlier file of this name brought, from the first day of this one on, and this one no longer holds."""
    if not lines:
        return []
    connection, first = workspace.read(), min(one.days.first for one in lines)
    missing = {table: numbers - found[table] for table, numbers in brought.items() if table in found}
    existing = [
        *(("year_date", row.id, row.first_day, row.title) for row in local_dates.between(connection, first, date.max)),
        *(("workshop", row.id, row.on_day, row.title) for row in workshop_store.between(connection, first, date.max)),
        *(
            ("closure", row["id"], date.fromisoformat(row["day"]), row["reason"])
            for row in terms.entered_closures(workspace)
        ),
    ]
    gone = [
        f"{title}, {short_with_year(day)}"
        for table, number, day, title in sorted(existing, key=lambda one: one[2])
        if number in missing.get(table, ()) and day >= first
    ]
    more = f" and {len(gone) - _MOST_GONE:,} more" if len(gone) > _MOST_GONE else ""
    named = "; ".join(gone[:_MOST_GONE])
    return [f"no longer in the file, and left as they are: {named}{more}"] if gone else []
