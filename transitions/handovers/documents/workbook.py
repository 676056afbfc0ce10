"""A printed pack as a workbook: the cover list, every answer in a row of its own, and the slip to send back.

Every cell is text: nothing in it can run, whatever anybody wrote.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any, Final

from transitions.exporting.documents.model import Bullets, Heading, Pairs, Paragraph, Quote, Table
from transitions.handovers.documents.content import (
    PrintedPack,
    cover_document,
    name_of,
    pupil_document,
    receipt_document,
)
from transitions.plans.documents.content import day_in_words
from transitions.text import printable

__all__ = ["render"]

_LONGEST_CELL: Final = 32_767
_ANSWERS: Final = ("Pupil", "Born", "Tier", "Section", "Question", "Answer")
_WIDTHS: Final = {"Pupil": 24, "Section": 24, "Question": 36, "Answer": 70, "UPN": 16}


def render(pack: PrintedPack) -> bytes:
    """Give the whole workbook."""
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(made, options)
    workbook.set_properties({"title": pack.title, "created": datetime.combine(pack.made_on, time())})
    formats = {
        "head": workbook.add_format({"bold": True}),
        "cell": workbook.add_format({"text_wrap": True, "valign": "top"}),
    }
    tables = [part for part in cover_document(pack).parts if isinstance(part, Table)]
    listed = [(page.pupil.tier or "", *cells) for page, cells in zip(pack.pages, _rows(tables), strict=True)]
    _sheet(workbook, formats, "Cover", ("Tier", *tables[0].header) if tables else ("Tier",), listed, pack.footer)
    _sheet(workbook, formats, "Handovers", _ANSWERS, _answers(pack), pack.footer)
    slip = next(part for part in receipt_document(pack).parts if isinstance(part, Table))
    _sheet(workbook, formats, "Receipt", slip.header, slip.rows, pack.footer)
    workbook.close()
    return made.getvalue()


def _rows(tables: Iterable[Table]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        yield from table.rows


def _answers(pack: PrintedPack) -> Iterator[tuple[str, ...]]:
    """Give a row for everything that stands on a pupil's page, in its order."""
    for page in pack.pages:
        who = (name_of(page), day_in_words(page.pupil.date_of_birth), page.pupil.tier or "")
        section = question = ""
        for part in pupil_document(pack, page).parts:
            match part:
                case Heading(text, 2):
                    section, question = text, ""
                case Heading(text):
                    question = text
                case Pairs(pairs):
                    for label, value in pairs:
                        yield (*who, section, label, value)
                case Paragraph(text) | Quote(text):
                    yield (*who, section, question, text)
                case Bullets(items):
                    for item in items:
                        yield (*who, section, question, item)


def _sheet(
    workbook: Any, formats: dict[str, Any], name: str, header: Sequence[str], rows: Iterable[Sequence[str]], footer: str
) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{footer.replace('&', '&&')[:200]}&RPage &P of &N")
    for place, title in enumerate(header):
        sheet.set_column(place, place, _WIDTHS.get(title, 14))
        sheet.write_string(0, place, title, formats["head"])
    for line, cells in enumerate(rows, 1):
        for place, text in enumerate(cells):
            sheet.write_string(line, place, printable(text, lines=True)[:_LONGEST_CELL], formats["cell"])
