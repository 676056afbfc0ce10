"""A document in Word's format, set so that everybody can read it: real headings, 12 point, British English, A4.

python-docx is imported at the top: only printing loads this module, when somebody asks for a Word document.
"""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.rel import Relationships
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from transitions.exporting.documents import model

_FONT: Final = "Arial"
"""On every Windows and macOS; LibreOffice sets Liberation Sans in its place, whose letters are as wide."""
_MARGIN: Final = Cm(2)
TEXT_WIDTH: Final[Length] = Length(Cm(21) - 2 * _MARGIN)
"""The width between the margins of an A4 page."""
_DARK: Final = RGBColor(0x1F, 0x3A, 0x4D)
"""Nearly black on paper, and 11 to 1 against white on a screen (WCAG 2.2 asks for 4.5 to 1)."""

_HEADINGS: Final = ((1, 26, 0, 6), (2, 15, 12, 3), (3, 13, 9, 3), (4, 12, 6, 2))
"""Level, size, and the space before and after, in points."""
_TABLES: Final = ("Normal Table", "Table Grid")
_NOT_OURS: Final = {
    RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    RELATIONSHIP_TYPE.THUMBNAIL,
    RELATIONSHIP_TYPE.CUSTOM_XML,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
}
"""Parts of python-docx's empty document that tell of another computer, or double its size."""


def prepare(word: WordDocument, title: str, language: str, moment: datetime) -> None:
    """Set up an empty document: A4, 12 point and larger, in ``language``, made at ``moment`` by nobody in particular."""
    _set_page(word)
    _set_language(word, language)
    _set_version(word)
    _set_styles(word)
    _say_nothing_of_us(word, title, language, moment)


def _set_page(word: WordDocument) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = _MARGIN
    page.bottom_margin, page.footer_distance = Cm(2.2), Cm(1)


def _set_language(word: WordDocument, language: str) -> None:
    for element in (word.styles.element, word.settings.element):
        for spoken in element.iter(qn("w:lang"), qn("w:themeFontLang")):
            spoken.set(qn("w:val"), language)
            spoken.set(qn("w:eastAsia"), language)


def _set_version(word: WordDocument) -> None:
    """Ask for today's layout: that of Word 2010 lets tables stick out of the margin, and says so in the window's title."""
    for setting in word.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _set_styles(word: WordDocument) -> None:
    for style in list(word.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in _TABLES:
            style.delete()  # a hundred coloured ones, which nobody here needs
    normal = _style(word, "Normal")
    _set_type(normal, 12)
    _space(normal, 0, 6, 1.15)
    for level, size, before, after in _HEADINGS:
        heading = _style(word, f"Heading {level}")
        _set_type(heading, size)
        heading.font.color.rgb, heading.font.bold, heading.font.italic = _DARK, True, False
        _space(heading, before, after, 1.0)
    _rule(_style(word, "Heading 1"), "bottom", thick=12, gap=4)
    _set_quote(_style(word, "Quote"))
    _space(_style(word, "List Bullet"), 0, 3, 1.15)
    _space(_added(word, "Pair"), 0, 3, 1.15)
    _space(_added(word, "Note"), 0, 4, 1.0)
    _space(_added(word, "Table text"), 2, 2, 1.0)
    head = _added(word, "Table head")
    head.font.bold, head.font.cs_bold, head.paragraph_format.keep_with_next = True, True, True
    _space(head, 2, 2, 1.0)
    label = _added(word, "Label")
    label.font.bold, label.font.cs_bold, label.paragraph_format.keep_with_next = True, True, True
    _space(label, 6, 3, 1.0)
    prompt = _added(word, "Prompt")
    prompt.paragraph_format.keep_with_next = True
    _space(prompt, 0, 3, 1.0)
    _space(_added(word, "Break"), 0, 0, 0.5)
    _add_ruled(word)
    tabs = _style(word, "Footer").paragraph_format.tab_stops
    tabs.clear_all()
    tabs.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def _set_quote(style: ParagraphStyle) -> None:
    """Own words stand beside a bar; slanted letters are hard to read for many."""
    style.font.italic = style.font.cs_italic = False
    style.paragraph_format.left_indent = Cm(0.6)
    _space(style, 0, 6, 1.15)
    _rule(style, "left", thick=24, gap=8)


def _rule(style: ParagraphStyle, side: str, *, thick: int, gap: int) -> None:
    """Draw a line along one side, ``thick`` in eighths of a point and ``gap`` points from the text."""
    borders, line = OxmlElement("w:pBdr"), _border(side, thick, gap, str(_DARK))
    borders.append(line)
    properties = style.element.get_or_add_pPr()
    after = ("shd", "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl")
    properties.insert_element_before(borders, *(f"w:{name}" for name in after))


def _border(side: str, thick: int, gap: int, colour: str) -> BaseOxmlElement:
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(thick)), ("space", str(gap)), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line


def _add_ruled(word: WordDocument) -> None:
    style = word.styles.add_style("Ruled", WD_STYLE_TYPE.TABLE)
    style.base_style = word.styles["Normal Table"]
    properties, borders = OxmlElement("w:tblPr"), OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_border(side, 4, 0, "auto"))
    properties.append(borders)
    style.element.append(properties)


def _style(word: WordDocument, name: str) -> ParagraphStyle:
    found = word.styles[name]
    if not isinstance(found, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs")
    return found


def _added(word: WordDocument, name: str) -> ParagraphStyle:
    word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = _style(word, name)
    style.base_style = word.styles["Normal"]
    return style


def _set_type(style: ParagraphStyle, points: int) -> None:
    """Set font and size, for Latin and for the scripts that Word keeps a second set of both for."""
    style.font.name, style.font.size = _FONT, Pt(points)
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for name in list(fonts.attrib):
        if "heme" in name:  # the theme's font would win over a named one
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    _set_complex_size(properties, points)


def _set_complex_size(properties: BaseOxmlElement, points: int) -> None:
    size = properties.find(qn("w:szCs"))
    if size is None:
        size = OxmlElement("w:szCs")
        properties.find(qn("w:sz")).addnext(size)
    size.set(qn("w:val"), str(2 * points))


def _space(style: ParagraphStyle, before: float, after: float, lines: float) -> None:
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), lines
    layout.widow_control = True


def _say_nothing_of_us(word: WordDocument, title: str, language: str, moment: datetime) -> None:
    facts = word.core_properties
    facts.title, facts.language = title[:255], language
    facts.author = facts.last_modified_by = facts.comments = ""
    facts.created = facts.modified = moment
    facts.revision = 1
    _leave_out(word.part.package.rels)
    _leave_out(word.part.rels)


def _leave_out(links: Relationships) -> None:
    for number in [number for number, link in links.items() if link.reltype in _NOT_OURS]:
        del links[number]


_LINE, _CELL = Cm(0.9), Cm(1.2)
"""As high as a line of handwriting needs to be, and a cell to write in."""
_WHOLE_ROW = 600
"""A row of more characters may run on to the next page: one that may not would be cut off when it is longer than that."""


def render(document: model.Document) -> bytes:
    """``document`` as the bytes of a .docx file: the same bytes for the same document, on any machine and day."""
    word = docx.Document()
    moment = datetime.combine(document.as_at, time(12), UTC)
    prepare(word, document.title, document.language, moment)
    word.core_properties.comments = document.history and f"History: {document.history}"
    _foot(word, document.footer)
    word.add_paragraph(document.title, "Heading 1")
    for part in document.parts:
        _write(word, part)
    made = BytesIO()
    word.save(made)
    return _dated(made.getvalue(), moment)


def _write(word: WordDocument, part: model.Part) -> None:
    match part:
        case model.Heading(text, level, new_page):
            _heading(word, text, level, new_page)
        case model.Paragraph(text, lines):
            _running(word, text, lines)
        case model.Quote(text, said):
            _paragraphs(word, text, "Quote")
            _paragraphs(word, said, "Note")
        case model.Bullets(items):
            for item in items:
                _add_text(word.add_paragraph(style="List Bullet"), item)
        case model.Pairs(pairs):
            for place, (label, value) in enumerate(pairs, 1):
                paragraph = word.add_paragraph(style="Pair")
                # an outcome or a meeting is not torn apart by the end of a page, unless it is longer than one
                paragraph.paragraph_format.keep_with_next = place < len(pairs) and len(value) < _WHOLE_ROW
                _add_text(paragraph, f"{model.with_colon(label)} ", bold=True)
                _add_text(paragraph, "\n".join(model.lines_of(value)))
        case model.Table(header, rows, shares) | model.Bars(as_table=(header, rows, shares)):
            _table(word, header, rows, shares)
        case model.SideBySide(left, right):
            _table(word, (left[0], right[0]), ((left[1], right[1]),), (1, 1))
        case model.Lines(label, count):
            _add_text(word.add_paragraph(style="Label"), label)
            _answer(word, count, "Ruled")
        case model.Box(label, lines, prompt):
            _add_text(word.add_paragraph(style="Label"), label)
            _paragraphs(word, prompt, "Prompt")
            _answer(word, 1, "Table Grid", high=lines)
        case model.Note(text, leading):
            _paragraphs(word, text, "Prompt" if leading else "Note")


def _heading(word: WordDocument, text: str, level: int, new_page: bool) -> None:
    paragraph = word.add_paragraph(style=f"Heading {level}")
    if new_page:
        paragraph.paragraph_format.page_break_before = True
    _add_text(paragraph, text)


def _running(word: WordDocument, text: str, lines: int) -> None:
    if lines:
        _answer(word, 1, "Table Grid", high=lines, text=text)
    else:
        _paragraphs(word, text, "Normal")


def _paragraphs(word: WordDocument, text: str, style: str) -> None:
    for line in model.lines_of(text):
        _add_text(word.add_paragraph(style=style), line)


def _add_text(paragraph: WordParagraph, text: str, *, bold: bool = False) -> None:
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
    for number, line in enumerate(model.lines_of(text)):
        _add_text(cell.add_paragraph(style=style) if number else first, line)


def _mark_header(row: _Row) -> None:
    """Repeat the row on every page the table runs over, and let screen readers read it out with each cell."""
    row._tr.get_or_add_trPr().extend([OxmlElement("w:cantSplit"), OxmlElement("w:tblHeader")])
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E8E8E8")):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _answer(word: WordDocument, rows: int, style: str, high: int = 1, text: str = "") -> None:
    """Leave room for handwriting: ``rows`` rows, each at least ``high`` lines high, with ``text`` in them."""
    table = word.add_table(rows, 1, style)
    table.autofit = False
    for row in table.rows:
        row.height, row.height_rule = _LINE * high, WD_ROW_HEIGHT_RULE.AT_LEAST
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
        row.cells[0].width = TEXT_WIDTH
        _fill(row.cells[0], text, "Normal" if text else "Table text")
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
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    number = OxmlElement("w:t")
    number.text = "1"
    run.append(number)
    field.append(run)
    paragraph._p.append(field)


def _dated(made: bytes, moment: datetime) -> bytes:
    """The file with ``moment`` on every part of it: the hour at which somebody printed is nobody's business."""
    again = BytesIO()
    with ZipFile(BytesIO(made)) as old, ZipFile(again, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = ZipInfo(name, moment.timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            part.create_system = 0  # else the kind of computer would be in the file
            new.writestr(part, old.read(name))
    return again.getvalue()
