"""The kinds of files, and what a person says of how a file is to be read: which sheet, which letters, which column is what, whose name is Null."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from screens.frame.dialogs import Choice, Choose, Confirm
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, among, open_form
from screens.frame.render_context import HIDDEN_NOTE
from screens.frame.saving import ask_purpose, save_file
from screens.widgets.fields import FormField
from transitions.errors import Fault
from transitions.importing.encodings import ENCODINGS, NAMES, Unclear, encoding_named
from transitions.importing.header_names import TABLE_KINDS, TableKind
from transitions.importing.headers import (
    NOT_READ,
    ColumnsMissing,
    FileColumn,
    choose_columns,
    columns_in,
    kept_columns,
    options_of,
)
from transitions.importing.preview import TAKE_ALL, TAKE_GAPS, ImportPreview, Taking
from transitions.importing.sen2.preview import write_reconciliation
from transitions.importing.table_rows import ALL_SHEETS, Chosen
from transitions.text import printable
from transitions.workspace import Recorded

_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})

AGAIN = "Correct the file, or add what is missing here, such as the schools. Then press r to read it again."
UNREAD = "The file could not be read."


@dataclass(frozen=True)
class ImportKind:
    """One kind of file: its name, what it should hold, how its files end, and what its records stand on."""

    title: str
    wanted: str
    endings: frozenset[str]
    unit: str = "line"


KINDS: Mapping[str, ImportKind] = {
    "pupils": ImportKind(
        "Pupils",
        "A table of pupils, CSV or Excel, exported from a school's system. It needs surname, forename and date of birth. Columns such as school, next school, year group and SEN are recognised by their usual headings.",
        _TABLES,
    ),
    "ctf": ImportKind(
        "Pupils by CTF",
        "A Common Transfer File (.xml), version 15 or later, from a school's system. If the pupil is still on the sending school's roll, that school is the pupil's school and the receiving one is the next school.",
        frozenset({".xml"}),
        "pupil",
    ),
    "attendance": ImportKind(
        "Attendance",
        "Year 6 attendance from pupils' previous schools, CSV or Excel: UPN, or name and date of birth, with per cent, sessions or register codes. Today then shows whom to watch in the first weeks of Year 7.",
        _TABLES,
    ),
    "events": ImportKind(
        "Events",
        "Suspensions, exclusions, home education, missing education and off roll, CSV or Excel, one line each: UPN, or name and date of birth, kind, first day, and if known last day, school days or sessions, reason code and school.",
        _TABLES,
    ),
    "weeks": ImportKind(
        "Weekly attendance",
        "Weekly attendance in the first weeks after a move, CSV or Excel, one line per pupil and week: UPN, or name and date of birth, any day of the week, sessions possible and sessions attended.",
        _TABLES,
    ),
    "scores": ImportKind(
        "Wellbeing scores",
        "Kidscreen-52 or other scores, CSV or Excel, one line each: UPN, or name and date of birth, scale, dimension, before or after the move, date and score. Only scores, not answers to questions.",
        _TABLES,
    ),
    "sen2": ImportKind(
        "SEN2 return",
        "A council's SEN2 return as CSV: name its person file, and the modules beside it (requests, named plans, active plans, placements, needs) are read too. Differences from the records are shown, and gaps are filled.",
        _TABLES,
    ),
    "schools": ImportKind(
        "Schools",
        "A table of schools, CSV or Excel, with at least URN and name. The whole of England is at "
        "get-information-schools.service.gov.uk, under Downloads: establishment fields, CSV.",
        _TABLES,
    ),
    "groups": ImportKind(
        "Groups of schools",
        "A table of LIFT groups, districts, quadrants, partnerships or clusters, CSV or Excel: school (or URN), kind, group and academic year, with a column “until” for the last year of a school that has left.",
        _TABLES,
    ),
    "terms": ImportKind(
        "Term dates",
        "A table of terms and closure days, CSV or Excel: term, first day, last day, and the council's or school's number if they differ.",
        _TABLES,
    ),
    "calendar": ImportKind(
        "Calendar",
        "Dates of the year, CSV, Excel or iCalendar (.ics), as written by Outlook, Google and school websites: title, first day and kind (closure, test, trip, event, a kind of workshop). Without a kind, the title decides, and the list shows it. A column school or council says whose the date is.",
        _TABLES | {".ics"},
    ),
    "milestones": ImportKind(
        "Milestones",
        "A file of your own milestones, TOML, in the same form as the built-in ones.",
        frozenset({".toml"}),
    ),
    "asks": ImportKind(
        "Asks",
        "A file of yearly deadlines (census, tests, returns), TOML, in the same form as the built-in ones.",
        frozenset({".toml"}),
    ),
}


_LONGEST_TITLE = 40
_LONGEST_SAMPLE = 40
_NAMES_SHOWN = 5


def table_kind(kind: str) -> TableKind | None:
    return next((one for one in TABLE_KINDS if one == kind), None)


async def choose_sheet(host: Host, sheets: Sequence[str], chosen: Chosen) -> Chosen | None:
    """Ask which sheet is to be read; None when it stays as it is."""
    choices = [Choice(name, printable(name)) for name in sheets]
    choices.append(Choice(ALL_SHEETS, "All with the same columns", hint="as one list"))
    sheet = await host.ask(Choose("Which sheet?", choices, current=chosen.sheet or None))
    return None if sheet is None else replace(chosen, sheet=sheet)


async def choose_encoding(host: Host, chosen: Chosen, fault: Fault | None = None) -> Chosen | None:
    """Ask in which encoding a text is written, of the two that it may be or of all; None when it stays as it is."""
    if isinstance(fault, Unclear):
        choices = [Choice(codec, f"{NAMES[codec]}: {printable(word)}") for codec, word in fault.choices]
        title = "Which one is spelt correctly?"
    else:
        choices = [Choice(encoding_named(name), name) for name in ENCODINGS]
        title = "Which encoding is it in?"
    codec = await host.ask(Choose(title, choices, current=chosen.encoding or None))
    return None if codec is None else replace(chosen, encoding=codec)


async def ask_real_names(host: Host, preview: ImportPreview, chosen: Chosen) -> Chosen | None:
    """Ask whether such as Null are names in this file; None when they are not."""
    lines = [f"line {line:,}: {HIDDEN_NOTE if host.private else name}" for line, name in preview.names_to_ask]
    more = [f"and {len(lines) - _NAMES_SHOWN:,} more"] if len(lines) > _NAMES_SHOWN else []
    detail = "Some programs write a word like this when there is no name.\n" + "\n".join([*lines[:_NAMES_SHOWN], *more])
    question = Confirm("Are these people's names?", detail, yes="They are names", no="No: leave those lines out")
    return replace(chosen, real_names=True) if await host.ask(question) else None


async def choose_taking(host: Host, taking: Taking) -> Taking | None:
    """Ask what of a SEN2 return is taken besides what fills a gap; None when it stays as it is."""
    choices = [
        Choice(TAKE_GAPS, "Only what fills a gap"),
        Choice(Taking(new=False), "What differs, too", hint="the return's names, schools and dates replace ours"),
        Choice(Taking(differences=False), "Pupils who are not here as well"),
        Choice(TAKE_ALL, "All of it"),
    ]
    return await host.ask(Choose("What is taken?", choices, current=taking))


async def save_reconciliation(host: Host, preview: ImportPreview) -> None:
    purpose = await ask_purpose(host)
    if purpose is None:
        return

    holds = "The differences between the return and the records, with names and UPNs: CSV or .xlsx."
    await save_file(
        host,
        f"sen2-differences-{host.workspace.clock.today.isoformat()}.csv",
        holds,
        lambda target: write_reconciliation(host.workspace, preview, target, purpose),
    )


async def offer_other_kind(host: Host, fault: Fault) -> str | None:
    """Offer to read a file as what it looks like; the kind, or None."""
    if not isinstance(fault, ColumnsMissing) or fault.like is None:
        return None
    title = KINDS[fault.like].title.lower()
    question = Confirm(f"This looks like a file of {title}.", yes=f"Read it as {title}", no="No")
    return fault.like if await host.ask(question) else None


async def choose_file_columns(host: Host, path: Path, kind: TableKind, chosen: Chosen) -> bool:
    """Let a person say which column is what, kept for every file with this header; whether it was saved."""
    found = await host.in_thread(lambda: columns_in(host.workspace, path, kind, chosen))
    return await open_form(host, _columns_form(host, path, kind, found))


def _columns_form(host: Host, path: Path, kind: TableKind, found: Sequence[FileColumn]) -> RecordForm:
    options = options_of(kind)
    labels = dict(options)
    names = [f"column {place}" for place in range(1, len(found) + 1)]
    fields = [
        FormField(
            name=name,
            label=printable(column.title)[:_LONGEST_TITLE] or f"({name})",
            kind="suggest",
            suggest=among(options),
            help=_sample(host, column),
        )
        for name, column in zip(names, found, strict=True)
    ]
    header = [column.title for column in found]

    def read_as(read: Sequence[str]) -> Values:
        return {name: (field, labels.get(field, NOT_READ)) for name, field in zip(names, read, strict=True)}

    proposed = [column.field for column in found]

    def now() -> Values:
        return read_as(kept_columns(host.workspace, kind, header) or proposed)

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return choose_columns(host.workspace, kind, header, [str(values[name] or "") for name in names])

    notice = "Left: the columns of the file. Right: what each is read as. Kept for every file with this header."
    title = f"Columns of {printable(path.name)}"
    draft = f"draft columns {kind} {path.name}"
    return RecordForm(title, fields, read_as(proposed), save, draft, notice=notice, now=now)


def _sample(host: Host, column: FileColumn) -> str:
    if not column.sample:
        return "Empty in the first lines"
    sample = printable(column.sample)
    return f"Such as {HIDDEN_NOTE if host.private else sample[:_LONGEST_SAMPLE]}"
