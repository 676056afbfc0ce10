"""The year's dates as files, each put in its place whole; the journal knows of every one that left."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from db.pupils.pupils import school_lines
from transitions.calendar.event import Event
from transitions.calendar.local_deadlines import deadlines_in_force
from transitions.caseload.caseload import Caseload
from transitions.dates import short, short_with_year
from transitions.errors import CannotWrite, NotAllowed
from transitions.exporting.documents.rendering import wrapped
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.exporting.target import kind_by_ending, standard_output, where_and_why
from transitions.exporting.writer import TableHeading, write_table
from transitions.exporting.year import ics, wall_planner
from transitions.exporting.year.sheet import (
    CHECK,
    COLUMNS,
    DateSelection,
    Sheet,
    cells,
    count_in_words,
    days_text,
    for_whom,
    hours,
    load,
    load_weeks,
)
from transitions.school_year import academic_year_label, academic_year_span
from transitions.text import printable
from transitions.workspace import Workspace

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_MARK = " *"


def render(sheet: Sheet) -> bytes:
    """The six weeks of ``sheet.load_weeks`` as UTF-8 text, a heading for each part, one date a line."""
    lines = [*_heading(sheet.title, "="), *wrapped(sheet.whose)]
    first = sheet.first
    for name, weeks in (("This week", 1), ("Next week", 1), ("The four weeks after", 4)):
        last = first + weeks * _WEEK - _DAY
        lines += ["", *_heading(f"{name}: {days_text(first, last)}", "-"), *_sheet_lines(sheet, first, last)]
        first = last + _DAY
    notes = [sheet.missing, f"As of {short_with_year(sheet.as_of)}."]
    if any(not event.verified for event in sheet.events):
        notes.insert(0, f"* {CHECK}")
    return "\n".join([*lines, "", *(line for note in notes for line in wrapped(note)), ""]).encode()


def _sheet_lines(sheet: Sheet, first: date, last: date) -> list[str]:
    lines = [
        f"{off.name}: {days_text(off.first, off.last)}"
        for off in sheet.breaks
        if off.first <= last and off.last >= first
    ]
    dated = [(day, event) for event in sheet.events if (day := _day(sheet, event, first, last))]
    lines += [_event_line(event, day) for day, event in sorted(dated, key=lambda item: item[0])]
    return [row for line in lines or ["Nothing."] for row in wrapped(line, "- " if lines else "")]


def _day(sheet: Sheet, event: Event, first: date, last: date) -> date | None:
    """The day by which an event stands in one part of the text: where it begins, and where it ends.

    One that began before the text stands in its first part, by its last day.
    """
    if first <= event.first <= last:
        return event.first
    ends_here = event.first < first <= event.last <= last
    goes_on = first == sheet.first and event.first < first <= event.last
    return event.last if ends_here or goes_on else None


def _event_line(event: Event, day: date) -> str:
    days = days_text(event.first, event.last) if day == event.first else f"until {short(event.last)}"
    whom = for_whom(event.year_groups) if event.year_groups else ""
    place = event.record.place if event.record else ""
    facts = ", ".join(filter(None, (hours(event), place, whom, count_in_words(event))))
    return f"{days}: {event.title}{f' ({facts})' if facts else ''}{'' if event.verified else _MARK}"


def _heading(text: str, underline: str) -> list[str]:
    lines = wrapped(text)
    return [*lines, underline * max(map(len, lines))]


FileKind = Literal["ics", "html", "txt", "csv", "xlsx"]
KINDS: Final[dict[FileKind, str]] = {
    "ics": "calendar file",
    "html": "wall planner",
    "txt": "text for the weekly e-mail",
    "csv": "table",
    "xlsx": "workbook",
}
"""What the dates can be written as, and what people call it."""
_ENDINGS: Final[dict[str, FileKind]] = {f".{kind}": kind for kind in KINDS} | {".htm": "html"}
_TABLES: Final = ("csv", "xlsx")


def write_year(
    workspace: Workspace,
    academic_year: int,
    target: Path | None,
    *,
    kind: FileKind | None = None,
    caseload: Caseload | None = None,
    school_id: int | None = None,
    la_number: int | None = None,
    kinds: tuple[str, ...] = (),
    pupils: bool | None = None,
    overwrite: bool = False,
) -> Path | None:
    """Write the dates of an academic year to ``target``, note in the journal that they left, and give ``target``.

    ``kind`` None goes by how the name ends; ``target`` None is standard output, a CSV unless ``kind`` says otherwise.
    ``pupils`` brings counts of pupils, and days that come from pupils' own records: None means in a table, which its
    maker works with, and not in what goes to a wall, a shared calendar or a mailing list. No file holds a name.
    The text is of the six weeks from today; of a year that is still to come, its first six weeks.

    Raises ``CannotWrite`` as ``put_in_place`` does and for a name that ends in no known way, and ``NotAllowed`` for the
    text of a year that is over; then nothing was written, and nothing noted.
    """
    by_name = "csv" if target is None else kind_of_file(target)
    kind = kind or by_name
    with_pupils = kind in _TABLES if pupils is None else pupils
    choice = DateSelection(caseload, school_id, la_number, kinds, with_pupils)
    sheet = _weeks(workspace, academic_year, choice) if kind == "txt" else _year(workspace, academic_year, choice, kind)
    if kind in _TABLES:
        return _write_table(workspace, sheet, target, kind, overwrite)
    made = _rendered(workspace, sheet, choice, kind)
    note = _note(sheet, target, kind)
    if target is None:
        with standard_output(workspace, lambda: note) as out:
            out.write(made)
        return None
    with put_in_place(workspace, target, lambda: note, overwrite=overwrite) as path:
        path.write_bytes(made)
    return target


def kind_of_file(target: Path) -> FileKind:
    """What a file is to be, by how its name ends. Raises ``CannotWrite`` with the endings that are known."""
    return kind_by_ending(target, _ENDINGS, KINDS)


def _weeks(workspace: Workspace, academic_year: int, choice: DateSelection) -> Sheet:
    today, (first, last) = workspace.clock.today, academic_year_span(academic_year)
    if today > last:
        raise NotAllowed(
            f"{academic_year_label(academic_year)} is over, and the text covers the coming weeks. Choose this academic year, or write the whole year as a table (.csv)."
        )
    return load_weeks(workspace, max(today, first), choice)


def _year(workspace: Workspace, academic_year: int, choice: DateSelection, kind: FileKind) -> Sheet:
    """A calendar that took a workshop in from an earlier file is told that it was called off; nobody else is."""
    return load(workspace, academic_year, choice, cancelled=kind == "ics")


def _rendered(workspace: Workspace, sheet: Sheet, choice: DateSelection, kind: FileKind) -> bytes:
    if kind == "ics":
        return ics.render(sheet, _scope(workspace, choice), workspace.clock.now())
    return wall_planner.render(sheet) if kind == "html" else render(sheet)


def _scope(workspace: Workspace, choice: DateSelection) -> str:
    """In one word whose dates they are: the same for the same choice, so that a calendar knows them again."""
    parts = [f"council-{choice.la_number}"] if choice.la_number else []
    if choice.owner is not None:
        school = school_lines(workspace.read(), [choice.owner]).get(choice.owner)
        parts = [f"school-{school.urn}" if school and school.urn else f"school-number-{choice.owner}"]
    if choice.pupils and choice.caseload is not None:
        # Words that were looked for may be a pupil's name: not even a digest of them leaves.
        filtered = replace(choice.caseload, text="", worker_id=_worker_of(workspace, choice.caseload))
        parts.append(f"caseload-{sha256(filtered.to_json().encode()).hexdigest()[:12]}")
    return ".".join(parts) or "all"


def _worker_of(workspace: Workspace, caseload: Caseload) -> int | None:
    return workspace.me if caseload.whose == "mine" else caseload.worker_id


def _write_table(
    workspace: Workspace, sheet: Sheet, target: Path | None, kind: FileKind, overwrite: bool
) -> Path | None:
    if (kind == "xlsx") != (target is not None and target.suffix.lower() == ".xlsx"):
        name = "standard output" if target is None else printable(str(target))
        raise CannotWrite(f"{name}: only a workbook has a name ending in .xlsx. Nothing was written")
    heading = TableHeading(
        f"{sheet.title}: {sheet.whose}", sheet.as_of, rule_version=deadlines_in_force(workspace).version
    )
    note = _note(sheet, target, kind)
    write_table(workspace, target, COLUMNS, map(cells, sheet.events), heading, note=lambda _: note, overwrite=overwrite)
    return target


def _note(sheet: Sheet, target: Path | None, kind: FileKind) -> ExportNote:
    count = len(sheet.events)
    parts = [sheet.title, sheet.whose, f"{count:,} date{'' if count == 1 else 's'}", KINDS[kind]]
    return ExportNote("Exported calendar", [*parts, *where_and_why(target)])
