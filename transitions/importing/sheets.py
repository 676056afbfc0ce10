"""Spreadsheets of every kind, sheet by sheet: opened within bounds, and each cell as the person sees it."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from transitions.errors import BadInput, Problem
from transitions.importing.sheet_records import Damaged, count_xls, count_xlsb
from transitions.importing.sheet_sizes import (
    ERROR,
    NO_RESULT,
    PERCENT,
    SheetFacts,
    TooLarge,
    check_parts,
    count_ods,
    count_xlsx,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook
import re
from array import array
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from transitions.importing.sheet_sizes import part_of, stream

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


Value = int | float | str | bool | time | date | datetime | timedelta
"""What a cell holds."""

LARGE: Final = 8_000_000
"""Bytes that a workbook unpacks to, from which it is read in slices: some 10,000 rows of ten cells."""
_SLICE: Final = 1 << 18
"""Bytes of XML that are read at once; a slice has up to twice as many."""
_LONGEST_ROW: Final = 20_000_000
_TEXTS: Final = "xl/sharedStrings.xml"
_TEXT = re.compile(rb"<(?:\w+:)?si(?:\s[^<>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\s*>")
_SHARED = re.compile(
    rb"(<(?:\w+:)?c\s(?:[^<>]*?\s)?)t\s*=\s*[\"']s[\"']([^<>]*>)\s*<(?:\w+:)?v>\s*([0-9]+)\s*</(?:\w+:)?v>"
)
_STILL_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"']")


class LargeWorkbook:
    """The sheets of an Excel workbook (.xlsx, .xlsm), row by row."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(BytesIO(data))
        self._frame = [
            (part.filename, self._archive.read(part))
            for part in self._archive.infolist()
            if (part.filename.count("/") < 2 or "/_rels/" in part.filename) and part.filename != _TEXTS
        ]

    def opened(self, *parts: tuple[str, bytes]) -> "CalamineWorkbook":
        """The workbook with no more of its sheets and texts than these parts of it."""
        # Compiled code that only this needs, as in sheets.
        from python_calamine import CalamineWorkbook

        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in (*self._frame, *parts):
                archive.writestr(name, content)
        packed.seek(0)
        return CalamineWorkbook.from_filelike(packed)

    def rows(self, name: str, place: int, left: int, right: int) -> Iterator[tuple[int, list[Value]]]:
        """Each row of a sheet with its number, and its cells behind column ``left`` up to column ``right``."""
        part = part_of(self._archive, place)
        for xml in self._slices(part):
            texts = [(_TEXTS, self._texts)] if _STILL_SHARED.search(xml) else []
            sheet = self.opened((part, xml), *texts).get_sheet_by_name(name)
            if sheet.start is not None:
                top, first = sheet.start
                for line, cells in enumerate(sheet.to_python(), top + 1):
                    yield line, [*[""] * (first - left), *cells, *[""] * (right - first - len(cells))]

    def _slices(self, part: str) -> Iterator[bytes]:
        chunks = stream(self._archive, part, _SLICE)
        held = next(chunks, b"")
        while (begins := _DATA.search(held)) is None:
            if not (chunk := next(chunks, b"")) or len(held) > _LONGEST_ROW:
                return
            held += chunk
        head, prefix, held = held[: begins.end()], begins[1], held[begins.end() :]
        last, after = b"</" + prefix + b"row>", b"</" + prefix + b"sheetData>"
        while after not in held:
            cut = held.rfind(last) + len(last) if last in held else 0
            if cut:
                yield self._slice(head, held[:cut], after)
                held = held[cut:]
            elif len(held) > _LONGEST_ROW:
                raise TooLarge(f"has a row of more than {_LONGEST_ROW:,} characters")
            if not (chunk := next(chunks, b"")):
                break
            held += chunk
        yield self._slice(head, held.partition(after)[0], after)

    def _slice(self, head: bytes, rows: bytes, after: bytes) -> bytes:
        return head + _SHARED.sub(self._with_text, rows) + after + after.replace(b"sheetData", b"worksheet")

    def _with_text(self, found: re.Match[bytes]) -> bytes:
        number = int(found[3]) * 2
        if number >= len(self._places):
            return found[0]  # what is to be said of that the reader knows
        text = self._texts[self._places[number] : self._places[number + 1]]
        return found[1] + b't="inlineStr"' + found[2] + b"<is>" + text + b"</is>"

    @cached_property
    def _texts(self) -> bytes:
        return self._archive.read(_TEXTS) if _TEXTS in self._archive.namelist() else b""

    @cached_property
    def _places(self) -> "array[int]":
        """Where each text begins and ends."""
        found = array("L")
        for text in _TEXT.finditer(self._texts):
            found.extend(text.span(1) if text[1] is not None else (0, 0))
        return found


MOST_UNPACKED = 1_000_000_000
"""Bytes; a workbook that unpacks to more is a mistake or a trap, and would fill the memory."""


class YesNo(str):
    """TRUE or FALSE of a yes-or-no cell: the text "True" may be somebody's name."""


ERROR_SHOWN, RESULT_MISSING = "#ERROR!", "#NO RESULT!"
"""What a cell becomes that shows an error, or holds a formula whose result was not kept."""
_DAMAGED: Final = (
    "the workbook is damaged or protected by a password: open it in Excel and save it again as .xlsx or CSV"
)


class SheetAbout(NamedTuple):
    """A sheet's name, where it stands, and whether it is hidden."""

    name: str
    place: int
    hidden: bool


class Tall(NamedTuple):
    """A cell merged over the rows from ``top`` to ``end``, in its first column; all from 1."""

    top: int
    end: int
    column: int


class _Tall:
    """Gives each row what a merged cell shows beside it: the file keeps it in the first row only."""

    def __init__(self, cells: list[Tall]) -> None:
        self._tops: dict[int, list[Tall]] = {}
        for cell in cells:
            self._tops.setdefault(cell.top, []).append(cell)
        self._open: dict[int, tuple[int, str]] = {}

    def filled(self, line: int, row: list[str]) -> list[str]:
        if self._open:
            self._open = {column: held for column, held in self._open.items() if held[0] >= line}
            for column, (_, text) in self._open.items():
                row[column - 1] = row[column - 1] or text
        for cell in self._tops.get(line, ()):
            if cell.column <= len(row) and row[cell.column - 1]:
                self._open[cell.column] = cell.end, row[cell.column - 1]
        return row


class Workbook:
    """A spreadsheet file; ``name`` is the file's, for messages.

    Raises BadInput when the file is damaged, protected or far too large, on opening or when a sheet is looked at.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = data, name
        self._facts: dict[int, SheetFacts] = {}
        self._held: tuple[int, CalamineSheet] | None = None
        self._count: Callable[[bytes, int], SheetFacts] | None = None
        self._large: LargeWorkbook | None = None
        with self._explained():
            self._measure()
        with self._explained():
            self._book = self._open() if self._large is None else self._large.opened()
        self.sheets = self._sheets()

    def rows(self, sheet: SheetAbout) -> Iterator[tuple[int, list[str]]]:
        """Each row with its number in the sheet; nothing for an empty sheet."""
        facts = self.facts(sheet)
        with self._explained():
            left, cells = self._cells(sheet, facts)
            tall = _Tall([one._replace(column=one.column - left) for one in self.tall(sheet) if one.column > left])
            for line, row in cells:
                marks = facts.marked(line)
                shown = [_text(cell, marks.get(place, 0)) for place, cell in enumerate(row, left + 1)]
                yield line, tall.filled(line, shown)
        self._held = None

    def _cells(self, sheet: SheetAbout, facts: SheetFacts) -> tuple[int, Iterator[tuple[int, list[Value]]]]:
        """How many columns at the left hold nothing, and what each row has beside them."""
        if self._large is not None and facts.in_order:
            left = max(1, facts.first[1]) - 1
            return left, self._large.rows(sheet.name, sheet.place, left, facts.last[1])
        found = self._laid_out(sheet)
        return (0, iter(())) if found.start is None else (found.start[1], enumerate(found.iter_rows(), 1))

    def tall(self, sheet: SheetAbout) -> list[Tall]:
        """The cells that are merged over several rows."""
        if self._count is not None or self.facts(sheet).tall:
            return [Tall(*one) for one in self.facts(sheet).tall]
        with self._explained():
            ranges = self._laid_out(sheet).merged_cell_ranges or ()
        return [Tall(top + 1, end + 1, column + 1) for (top, column), (end, _) in ranges if end > top]

    def _laid_out(self, sheet: SheetAbout) -> "CalamineSheet":
        """A sheet of which the first rows are looked at before all are read is laid out once."""
        if self._held is None or self._held[0] != sheet.place:
            self._held = None
            if self._large is not None:
                self._large, self._book = None, self._open()
            self._held = sheet.place, self._book.get_sheet_by_name(sheet.name)
        return self._held[1]

    def facts(self, sheet: SheetAbout) -> SheetFacts:
        """What was counted in a sheet before it was laid out."""
        if sheet.place not in self._facts:
            with self._explained():
                self._facts[sheet.place] = self._count(self._data, sheet.place) if self._count else SheetFacts()
        return self._facts[sheet.place]

    @cached_property
    def filled(self) -> list[SheetAbout]:
        """The visible sheets that hold anything."""
        return [sheet for sheet in self.sheets if not sheet.hidden and next(self.rows(sheet), None) is not None]

    def _measure(self) -> None:
        if not self._data.startswith(b"PK"):
            self._facts = dict(enumerate(count_xls(self._data)))
            return
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            names = set(archive.namelist())
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
        if any(part.header_offset < 0 for part in parts):
            raise zipfile.BadZipFile
        if unpacked > MOST_UNPACKED:
            raise BadInput(
                [Problem(self._name, f"unpacks to {unpacked:,} bytes, more than {MOST_UNPACKED:,}: save it as CSV")]
            )
        if "xl/workbook.bin" in names:
            self._facts = dict(enumerate(count_xlsb(self._data)))
        elif "xl/workbook.xml" not in names:
            self._facts = dict(enumerate(count_ods(self._data)))
        else:
            check_parts(self._data)
            self._count = count_xlsx
            self._large = LargeWorkbook(self._data) if unpacked > LARGE else None

    def _open(self) -> "CalamineWorkbook":
        # Compiled code that only this needs: a millisecond at every other start is a millisecond too many.
        from python_calamine import CalamineWorkbook

        return CalamineWorkbook.from_filelike(io.BytesIO(self._data))

    def _sheets(self) -> list[SheetAbout]:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        return [
            SheetAbout(about.name, place, about.visible is not SheetVisibleEnum.Visible)
            for place, about in enumerate(self._book.sheets_metadata)
            if about.typ is SheetTypeEnum.WorkSheet
        ]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from python_calamine import CalamineError

        try:
            yield
        except TooLarge as error:
            what = f"{error}: too much to read. Delete what you don't need, or save the sheet as CSV"
            raise BadInput([Problem(self._name, what)]) from None
        except (CalamineError, Damaged, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError):
            raise BadInput([Problem(self._name, _DAMAGED)]) from None
        except BaseException as error:
            # Where the compiled reader gives up it raises what is no Exception, of a class that cannot be imported.
            if type(error).__module__ != "pyo3_runtime":
                raise
            raise BadInput([Problem(self._name, _DAMAGED)]) from None


def _text(cell: Value, mark: int) -> str:
    if mark == ERROR:
        return ERROR_SHOWN
    if mark == NO_RESULT:
        return RESULT_MISSING if cell in ("", 0) else _text(cell, 0)
    if isinstance(cell, bool):
        return YesNo("TRUE" if cell else "FALSE")
    if isinstance(cell, int | float):
        return _number(cell, mark)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return cell.isoformat("seconds") if isinstance(cell, time) else str(cell)


def _number(number: float, mark: int) -> str:
    if mark:
        return f"{number * 100:.{mark - PERCENT}f}%"
    # Fifteen digits are what Excel keeps and shows; more is the noise of binary fractions.
    return str(int(number)) if float(number).is_integer() else f"{number:.15g}"
