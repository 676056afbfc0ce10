"""A document in Word's format, set so that everybody can read it: real headings, 12 point, British English, A4.

python-docx is imported at the top: only printing loads this module, when somebody asks for a Word document.
"""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Length
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from transitions.exporting.documents.model import (
    Box,
    Bullets,
    Document,
    Heading,
    Lines,
    Note,
    Pairs,
    Paragraph,
    Part,
    Quote,
    SideBySide,
    Table,
    lines_of,
    with_colon,
)
from transitions.exporting.documents.word_styles import TEXT_WIDTH, prepare

__all__ = ["render"]

_LINE, _CELL = Cm(0.9), Cm(1.2)
"""As high as a line of handwriting needs to be, and a cell to write in."""
_WHOLE_ROW = 600
"""A row of more characters may run on to the next page: one that may not would be cut off when it is longer than that."""


def render(document: Document) -> bytes:
    """Give ``document`` as the bytes of a .docx file: the same bytes for the same document, on any machine and day."""
    word = docx.Document()
    moment = datetime.combine(document.as_at, time(12), UTC)
    prepare(word, document.title, document.language, moment)
    _foot(word, document.footer)
    word.add_paragraph(document.title, "Heading 1")
    for part in document.parts:
        _write(word, part)
    made = BytesIO()
    word.save(made)
    return _dated(made.getvalue(), moment)


def _write(word: WordDocument, part: Part) -> None:
    match part:
        case Heading(text, level, new_page):
            _heading(word, text, level, new_page)
        case Paragraph(text):
            _paragraphs(word, text, "Normal")
        case Quote(text, said):
            _paragraphs(word, text, "Quote")
            _paragraphs(word, said, "Note")
        case Bullets(items):
            for item in items:
                _said(word.add_paragraph(style="List Bullet"), item)
        case Pairs(pairs):
            for place, (label, value) in enumerate(pairs, 1):
                paragraph = word.add_paragraph(style="Pair")
                # an outcome or a meeting is not torn apart by the end of a page, unless it is longer than one
                paragraph.paragraph_format.keep_with_next = place < len(pairs) and len(value) < _WHOLE_ROW
                _said(paragraph, f"{with_colon(label)} ", bold=True)
                _said(paragraph, "\n".join(lines_of(value)))
        case Table(header, rows, shares):
            _table(word, header, rows, shares)
        case SideBySide(left, right):
            _table(word, (left[0], right[0]), ((left[1], right[1]),), (1, 1))
        case Lines(label, count):
            _said(word.add_paragraph(style="Label"), label)
            _answer(word, count, "Ruled")
        case Box(label, lines, prompt):
            _said(word.add_paragraph(style="Label"), label)
            _paragraphs(word, prompt, "Prompt")
            _answer(word, 1, "Table Grid", high=lines)
        case Note(text, leading):
            _paragraphs(word, text, "Prompt" if leading else "Note")


def _heading(word: WordDocument, text: str, level: int, new_page: bool) -> None:
    paragraph = word.add_paragraph(style=f"Heading {level}")
    if new_page:
        paragraph.paragraph_format.page_break_before = True
    _said(paragraph, text)


def _paragraphs(word: WordDocument, text: str, style: str) -> None:
    for line in lines_of(text):
        _said(word.add_paragraph(style=style), line)


def _said(paragraph: WordParagraph, text: str, *, bold: bool = False) -> None:
    """Add ``text``; what begins in Arabic, Hebrew and their kind runs from the right, with its punctuation."""
    run = paragraph.add_run(text)
    if bold:
        run.bold = True
    if _from_the_right(text):
        run.font.rtl = True
        if len(paragraph.runs) == 1:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))


def _from_the_right(text: str) -> bool:
    """Whether the first letter with a direction has that one (Unicode bidirectional algorithm, rules P2 and P3)."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((one for one in directions if one in {"L", "R", "AL"}), "L") != "L"


def _table(word: WordDocument, header: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[int]) -> None:
    table = word.add_table(0, len(header), "Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    widths = [Length(TEXT_WIDTH * share // sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _mark_header(_row(table, header, widths, "Table head"))
    for cells in rows:
        row = _row(table, cells, widths, "Table text")
        if not all(cells):
            row.height, row.height_rule = _CELL, WD_ROW_HEIGHT_RULE.AT_LEAST
        if sum(map(len, cells)) < _WHOLE_ROW:
            row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
    _gap(word)


def _row(table: WordTable, texts: Sequence[str], widths: Sequence[Length], style: str) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        _fill(cell, text, style)
    return row


def _fill(cell: _Cell, text: str, style: str) -> None:
    first = cell.paragraphs[0]
    first.style = style
    for number, line in enumerate(lines_of(text)):
        _said(cell.add_paragraph(style=style) if number else first, line)


def _mark_header(row: _Row) -> None:
    """Repeat the row on every page the table runs over, and let screen readers read it out with each cell."""
    row._tr.get_or_add_trPr().extend([OxmlElement("w:cantSplit"), OxmlElement("w:tblHeader")])
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E8E8E8")):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _answer(word: WordDocument, rows: int, style: str, high: int = 1) -> None:
    """Leave room for handwriting: ``rows`` rows, each ``high`` lines high."""
    table = word.add_table(rows, 1, style)
    table.autofit = False
    for row in table.rows:
        row.height, row.height_rule = _LINE * high, WD_ROW_HEIGHT_RULE.AT_LEAST
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
        row.cells[0].width = TEXT_WIDTH
        row.cells[0].paragraphs[0].style = "Table text"
    _gap(word)


def _gap(word: WordDocument) -> None:
    """Part a table from what follows: two that touch would become one."""
    word.add_paragraph(style="Break")


def _foot(word: WordDocument, text: str) -> None:
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{text}\tPage ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: WordParagraph, name: str) -> None:
    """Add a number that Word works out on each page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    number = OxmlElement("w:t")
    number.text = "1"
    run.append(number)
    field.append(run)
    paragraph._p.append(field)


def _dated(made: bytes, moment: datetime) -> bytes:
    """Give the file with ``moment`` on every part of it: the hour at which somebody printed is nobody's business."""
    again = BytesIO()
    with ZipFile(BytesIO(made)) as old, ZipFile(again, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = ZipInfo(name, moment.timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            part.create_system = 0  # else the kind of computer would be in the file
            new.writestr(part, old.read(name))
    return again.getvalue()
