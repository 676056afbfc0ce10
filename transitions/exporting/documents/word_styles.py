"""How a Word document looks, and what it says of itself: styles, page, language, and no trace of who printed it.

Loaded with ``word.py`` alone, hence python-docx at the top.
"""

from datetime import datetime
from typing import Final

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.rel import Relationships
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle

__all__ = ["TEXT_WIDTH", "prepare"]

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
    borders, line = OxmlElement("w:pBdr"), _line(side, thick, gap, str(_DARK))
    borders.append(line)
    properties = style.element.get_or_add_pPr()
    after = ("shd", "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl")
    properties.insert_element_before(borders, *(f"w:{name}" for name in after))


def _line(side: str, thick: int, gap: int, colour: str) -> BaseOxmlElement:
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(thick)), ("space", str(gap)), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line


def _add_ruled(word: WordDocument) -> None:
    """Add the style of a table that is nothing but lines to write on."""
    style = word.styles.add_style("Ruled", WD_STYLE_TYPE.TABLE)
    style.base_style = word.styles["Normal Table"]
    properties, borders = OxmlElement("w:tblPr"), OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_line(side, 4, 0, "auto"))
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
