"""A large sheet of an Excel workbook, given to the compiled reader in slices: it lays out whatever it is given, 55 bytes a cell.

Each slice is a workbook of its own with some hundreds of rows and the texts that they show, so that every cell means what it
means in the whole.
"""

import re
import zipfile
from array import array
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Final

from transitions.importing.sheet_sizes import TooLarge, part_of, stream

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
