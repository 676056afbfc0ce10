"""The rows of an Excel workbook or OpenDocument spreadsheet, as the text that a CSV of it would hold."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from transitions.errors import BadInput, Problem

__all__ = ["read_sheet"]

MOST_UNPACKED = 1_000_000_000
"""Bytes; a workbook that unpacks to more is a mistake or a trap, and would fill the memory."""

Value = int | float | str | bool | time | date | datetime | timedelta


def read_sheet(data: bytes, name: str) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """Give the name of the first visible sheet that holds anything, and its rows with the sheet's own row numbers.

    Dates become ISO text, whole numbers lose their ".0", cells that show an error (#N/A) are empty. ``name`` is the
    file's, for messages. Raises BadInput when the file is damaged, protected, far too large or empty.
    """
    # Compiled code that only this function needs: a millisecond at every other start is a millisecond too many.
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    _refuse_a_bomb(data, name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for about in workbook.sheets_metadata:
            if about.visible is SheetVisibleEnum.Visible and about.typ is SheetTypeEnum.WorkSheet:
                sheet = workbook.get_sheet_by_name(about.name)
                if sheet.start is not None:
                    rows = sheet.iter_rows()
                    return about.name, ((line, [_text(cell) for cell in row]) for line, row in enumerate(rows, 1))
    except CalamineError:
        what = "the workbook is damaged or protected by a password: open it in Excel and save it again as .xlsx or CSV"
        raise BadInput([Problem(name, what)]) from None
    raise BadInput([Problem(name, "the workbook has no visible sheet with anything in it")])


def _refuse_a_bomb(data: bytes, name: str) -> None:
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise BadInput([Problem(name, f"unpacks to {unpacked:,} bytes, more than {MOST_UNPACKED:,}: save it as CSV")])


def _text(cell: Value) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # Fifteen digits are what Excel keeps and shows; more is the noise of binary fractions.
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    return str(cell)
