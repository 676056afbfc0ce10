"""Tables for other people: CSV that opens in Excel and runs nothing, and real workbooks."""

import csv
import io
import re
from codecs import StreamWriter, getwriter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from traceback import clear_frames
from typing import Any, Literal, NamedTuple, TextIO

from db.custody import anchors
from transitions.errors import CannotWrite
from transitions.exporting.outgoing import put_in_place
from transitions.exporting.target import ExportNote, check_ending, standard_output
from transitions.text import printable
from transitions.workspace import Workspace

TABLES = (".xlsx", ".csv")
"""The endings of what can be written as a table."""
_GUARDED = frozenset("=+-@\t\r\n\0＝＋－＠'")
_NUMBER_OR_PHONE = re.compile(r"[+-][0-9]+(?:[.,][0-9]+)?%?|\+[0-9][0-9 ]*[0-9]")
"""What begins with + or - and is harmless: "-5", "+2.5%", "+44 7700 900123"."""


def guard(cell: str) -> str:
    """``cell`` as it may stand in a CSV: an apostrophe before what could run, and before what begins with one.

    Numbers and telephone numbers stay as they are. ``unguard`` undoes it exactly, for every string.
    """
    if cell[:1] not in _GUARDED or _NUMBER_OR_PHONE.fullmatch(cell):
        return cell
    return f"'{cell}"


def unguard(cell: str) -> str:
    """What ``guard`` was given; cells that ``guard`` cannot have written, such as "'t Hooft", stay as they are."""
    if cell[:1] == "'" and guard(cell[1:]) == cell:
        return cell[1:]
    return cell


class TableColumn(NamedTuple):
    """One column: its header and what its cells are. Headers are stable, since scripts read them."""

    header: str
    kind: Literal["text", "date", "number"] = "text"


@dataclass(frozen=True)
class TableHeading:
    """What a reader must know to quote the figures: the day they stand for, whose they are, by which rules."""

    title: str
    as_of: date
    filters: str = ""
    rule_version: str = ""
    pseudonymised: bool = False
    history: str = ""

    def lines(self) -> list[tuple[str, str]]:
        facts = [
            ("Title", self.title),
            ("As of", self.as_of.isoformat()),
            ("Filter", self.filters or "none"),
            ("Rules", self.rule_version),
            ("Pseudonymised", "yes (still personal data)" if self.pseudonymised else "no"),
            ("History", self.history),
        ]
        return [(label, printable(fact)) for label, fact in facts if fact]


class WrittenTable(NamedTuple):
    """Where the table went (None for standard output) and how many rows it has, header and heading not counted."""

    path: Path | None
    rows: int


def write_table(
    workspace: Workspace,
    target: Path | None,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[object]],
    heading: TableHeading | None = None,
    *,
    note: Callable[[int], ExportNote] | None = None,
    overwrite: bool = False,
    exact: bool = False,
) -> WrittenTable:
    """Write ``rows`` to ``target``: a workbook when its name ends in .xlsx, else CSV; None is CSV on standard output.

    CSV files are UTF-8 with its mark and CRLF, as Excel wants them; standard output is UTF-8 without, one newline a row.
    Text is quoted and guarded against formulas; ``exact`` leaves the guard out, for programs that are not spreadsheets.
    ``heading`` becomes leading "# " lines, or the workbook's sheet "About". Control characters are left out. Dates may
    be given as dates or as ISO text, None is an empty cell, a bool is "yes" or "no". ``note`` gives what the journal says of so
    many rows that left.

    The file appears whole or not at all. Raises CannotWrite when it cannot be written, when ``target`` exists and
    ``overwrite`` is not set, and when a workbook cannot hold the table; BrokenPipeError as ``standard_output`` does.
    """
    heading = heading and replace(heading, history=anchors.mark(workspace.read()))
    if target is None:
        return WrittenTable(None, _to_standard_output(workspace, columns, rows, heading, note, exact=exact))
    check_ending(target, *TABLES)
    passed = _Counted(rows)
    with put_in_place(workspace, target, note and (lambda: note(passed.count)), overwrite=overwrite) as made:
        write_file(made, columns, passed, heading, exact=exact)
    return WrittenTable(target, passed.count)


def write_file(
    made: Path,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[object]],
    heading: TableHeading | None = None,
    *,
    exact: bool = False,
) -> None:
    """Write a table to a path that is put in its place later."""
    if made.suffix.lower() == ".xlsx":
        _to_workbook(made, columns, rows, heading)
        return
    with made.open("x", encoding="utf-8-sig", newline="") as file:
        _to_csv(file, columns, rows, heading, exact, "\r\n")


class _Counted:
    """Rows, and how many of them have passed."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self._rows:
            self.count += 1
            yield row


def _to_standard_output(
    workspace: Workspace,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[object]],
    heading: TableHeading | None,
    note: Callable[[int], ExportNote] | None,
    *,
    exact: bool,
) -> int:
    passed = _Counted(rows)
    with standard_output(workspace, note and (lambda: note(passed.count))) as out:
        # UTF-8, whatever the terminal's own encoding would do to a name
        _to_csv(getwriter("utf-8")(out), columns, passed, heading, exact, "\n")
    return passed.count


def _plain(value: object) -> str:
    if isinstance(value, str):
        return printable(value, lines=True)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return printable(str(value), lines=True)


def _guarded(value: object) -> str:
    # Millions of cells pass here, and nearly all need no more than this look.
    if isinstance(value, str) and value.isprintable() and value[:1].isalnum():
        return value
    return guard(_plain(value))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _to_csv(
    file: TextIO | StreamWriter,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[object]],
    heading: TableHeading | None,
    exact: bool,
    newline: str,
) -> None:
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator=newline)
    if heading:
        writer.writerows([f"# {label}: {fact}"] for label, fact in heading.lines())
    text = _plain if exact else _guarded
    writer.writerow([text(column.header) for column in columns])  # a school's own may be anything
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        of_columns = zip(columns, zip(*some, strict=True), strict=True)
        writer.writerows(zip(*(_in_text(column, cells, text) for column, cells in of_columns), strict=True))


_AT_ONCE = 250


def _in_text(column: TableColumn, cells: Sequence[Any], text: Callable[[object], str]) -> Sequence[Any]:
    """The cells of some rows under one header: most columns hold nothing that has to be looked at cell by cell."""
    if column.kind == "number":
        return [value if _is_number(value) else text(value) for value in cells]
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        found = [value or "" for value in cells]
        if "".join(found).isprintable() and _GUARDED.isdisjoint({value[:1] for value in found}):
            return found
    elif kinds <= {date, type(None)}:
        return ["" if value is None else str(value) for value in cells]
    return list(map(text, cells))


_WIDTHS = {"text": 18, "date": 12, "number": 10}


def _to_workbook(
    made: Path, columns: Sequence[TableColumn], rows: Iterable[Sequence[object]], heading: TableHeading | None
) -> None:
    import xlsxwriter

    # The compressed workbook is collected in memory, a few megabytes for a county, so that a full disk is met by one plain
    # write of ours; rows wait in temporary files beside it, never in a shared folder for such files.
    packed = io.BytesIO()
    options = {"constant_memory": True, "tmpdir": str(made.parent), "use_zip64": True}
    options |= {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(packed, options)
    try:
        _fill(workbook, columns, rows)
        if heading:
            workbook.set_properties({"title": heading.title, "created": datetime.combine(heading.as_of, time())})
            about = workbook.add_worksheet("About")
            about.set_column(0, 1, 24)
            for line, (label, fact) in enumerate(heading.lines()):
                about.write_string(line, 0, label)
                about.write_string(line, 1, fact)
        workbook.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        cause: OSError = error.args[0]
        # The half-made archive hangs in the frames of the failure, and would complain on the terminal when it is let go
        # of after the memory that it writes to.
        clear_frames(cause.__traceback__)
        raise cause from None
    finally:
        for sheet in workbook.worksheets():
            with suppress(OSError):
                sheet.row_data_fh.close()
    made.write_bytes(packed.getbuffer())


def _fill(workbook: Any, columns: Sequence[TableColumn], rows: Iterable[Sequence[object]]) -> None:
    bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "dd/mm/yyyy"})
    sheet = workbook.add_worksheet("Records")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(_WIDTHS[column.kind], len(column.header) + 3))
        sheet.write_string(0, place, column.header, bold)
    count = 0
    for count, row in enumerate(rows, 1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            if column.kind == "number" and _is_number(value):
                fits = sheet.write_number(count, place, value)
            elif column.kind == "date" and (when := _day(value)):
                fits = sheet.write_datetime(count, place, when, day)
            else:
                fits = sheet.write_string(count, place, text) if (text := _sheet_text(value)) else 0
            if fits:
                raise CannotWrite(
                    f"{column.header} of row {count:,} does not fit into a workbook, which holds 1,048,575 rows and "
                    "32,767 characters a cell: choose a name that ends in .csv"
                )
    sheet.autofilter(0, 0, count, len(columns) - 1)


def _sheet_text(value: object) -> str:
    """The text of a cell; a sheet needs no guard, but what looks like one must come back unchanged too."""
    text = _plain(value)
    return text if unguard(text) == text else guard(text)


def _day(value: object) -> date | None:
    """``value`` as a day that a workbook can hold as a date; None for what must stay text."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and value.year >= 1900 else None
