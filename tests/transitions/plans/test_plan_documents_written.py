"""One document written three ways: as Word, as a web page and as plain text, whatever stands in it."""

import io
import re
import zipfile
from base64 import b64encode
from datetime import UTC, date, datetime
from hashlib import sha256
from html.parser import HTMLParser
from xml.etree import ElementTree

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.exporting.documents import html, rendering, word
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
)
from transitions.text import clean, without_marks

DAY = date(2026, 11, 21)
ONE_OF_EACH: tuple[Part, ...] = (
    Note("Year 6, Layfield Primary"),
    Heading("What people like about me"),
    Paragraph("I make people laugh.\nI save a seat for Tom."),
    Heading("My words", new_page=True),
    Heading("What I said", 3),
    Quote("I like <b>frogs</b> & toads.", "Spoken, 3 March 2026"),
    Bullets(("first thing", "second thing")),
    Pairs((("By when", "1 May 2027"), ("Who", "J. Shah"))),
    Table(("What", "Who"), (("Learn the bus", "M. Khan"), ("", "")), (3, 1)),
    SideBySide(("Working", "Art"), ("Not working", "The bus")),
    Lines("Name", 2),
    Box("What matters to you?", 3, "People and places."),
)


def document(*parts: Part, title: str = "Aisha’s plan", footer: str = "AK · as at 21 November 2026") -> Document:
    return Document(title, parts, footer, DAY)


def opened(made: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(made))


def words_of(made: bytes) -> str:
    """Everything that Word would show in the body, cells too."""
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        for paragraph in opened(made).element.body.iter(qn("w:p"))
    )


class Page(HTMLParser):
    """The elements of a web page in their order, what they say, and whether each was closed."""

    def __init__(self, made: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.standing: list[str] = []
        self.said: list[str] = []
        self.feed(made.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "col", "br"}:
            self.standing.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.standing.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.standing and self.standing[-1] != "style":
            self.said.append(data)

    def names(self) -> list[str]:
        return [name for name, _ in self.elements]


def test_a_document_holds_its_title_and_the_order_of_its_headings() -> None:
    with pytest.raises(ValueError, match="title"):
        document(title="\u202e \x00")
    with pytest.raises(ValueError, match="level 3 cannot follow one of level 1"):
        document(Heading("too deep", 3))
    with pytest.raises(ValueError, match="level 4 cannot follow one of level 2"):
        document(Heading("fine"), Heading("too deep", 4))
    with pytest.raises(ValueError, match="every row"):
        Table(("a", "b"), (("only one",),), (1, 1))
    document(Heading("down"), Heading("and down", 3), Heading("and deeper", 4), Heading("and up"))


def test_text_is_made_safe_when_a_part_is_made() -> None:
    assert Paragraph("a\x1b[31m\u202eb\ud800\n c\ufdd0").text == "a[31mb\n c"
    assert Table(("\x07what",), (("\x00do",),), (1,)) == Table(("what",), (("do",),), (1,))
    assert document(title="Zoe\u0308’s\nplan").title == "Zoë’s plan"


def test_word_has_real_headings_and_says_what_it_is() -> None:
    made = opened(word.render(document(*ONE_OF_EACH)))
    headings = [(one.style.name, one.text) for one in made.paragraphs if one.style and "Heading" in one.style.name]
    assert headings == [
        ("Heading 1", "Aisha’s plan"),
        ("Heading 2", "What people like about me"),
        ("Heading 2", "My words"),
        ("Heading 3", "What I said"),
    ]
    new_page = [one.text for one in made.paragraphs if one.paragraph_format.page_break_before]
    assert new_page == ["My words"]
    facts = made.core_properties
    assert (facts.title, facts.author, facts.last_modified_by, facts.comments) == ("Aisha’s plan", "", "", "")
    assert (facts.language, facts.created) == ("en-GB", datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert [lang.get(qn("w:val")) for lang in made.styles.element.iter(qn("w:lang"))] == ["en-GB"]
    page = made.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)


def test_word_repeats_header_rows_and_numbers_its_pages() -> None:
    made = opened(word.render(document(*ONE_OF_EACH)))
    with_header = [table for table in made.tables if len(table.columns) > 1]
    assert [[cell.text for cell in table.rows[0].cells] for table in with_header] == [
        ["What", "Who"],
        ["Working", "Not working"],
    ]
    for table in with_header:
        marks = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
        assert marks == [True] + [False] * (len(marks) - 1)
    wide, narrow = (column.width for column in with_header[0].columns)
    assert wide == pytest.approx(3 * narrow, rel=0.01)
    foot = made.sections[0].footer.paragraphs[0]
    assert foot.text.startswith("AK · as at 21 November 2026\tPage ")
    assert [field.get(qn("w:instr")) for field in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_nothing_in_word_is_smaller_than_12_point() -> None:
    made = opened(word.render(document(*ONE_OF_EACH)))
    cells = [cell for table in made.tables for row in table.rows for cell in row.cells]
    said = [*made.paragraphs, *made.sections[0].footer.paragraphs, *(one for cell in cells for one in cell.paragraphs)]
    for style in (paragraph.style for paragraph in said):
        assert style is not None
        size, family = None, style
        while size is None and family is not None:
            size, family = family.font.size, family.base_style
        assert size is not None, style.name
        assert size.pt >= 12, style.name
    assert not list(made.element.body.iter(qn("w:sz")))


def test_word_leaves_room_for_handwriting() -> None:
    made = opened(word.render(document(*ONE_OF_EACH)))
    table, _, lines, box = made.tables
    assert table.rows[1].height is None
    assert table.rows[2].height.cm == pytest.approx(1.2, abs=0.01)
    assert len(lines.rows) == 2
    assert box.rows[0].height.cm == pytest.approx(2.7, abs=0.01)


def test_the_same_document_is_the_same_file_and_tells_nothing_of_the_computer() -> None:
    made = word.render(document(*ONE_OF_EACH))
    assert made == word.render(document(*ONE_OF_EACH))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        names = parts.namelist()
        assert {part.date_time for part in parts.infolist()} == {(2026, 11, 21, 12, 0, 0)}
        assert not [name for name in names if "thumbnail" in name or "app.xml" in name or "customXml" in name]
        for name in names:
            ElementTree.fromstring(parts.read(name))  # every part is well-formed XML
            assert b"python-docx" not in parts.read(name)


def test_arabic_runs_from_the_right_in_word_and_on_the_web_page() -> None:
    text = "أحب كرة القدم، وأريد أن أعمل."
    made = opened(word.render(document(Paragraph(text), Paragraph("Football أحب"))))
    arabic, english = made.paragraphs[1:3]
    assert arabic._p.pPr.find(qn("w:bidi")) is not None
    assert arabic.runs[0].font.rtl
    assert english._p.pPr.find(qn("w:bidi")) is None
    assert f'<p dir="auto">{text}</p>' in html.render(document(Paragraph(text))).decode()


def test_the_web_page_stands_alone_and_obeys_its_own_policy() -> None:
    made = html.render(document(*ONE_OF_EACH)).decode()
    page = Page(made.encode())
    assert page.standing == []
    assert dict(page.elements)["html"] == {"lang": "en-GB"}
    names = set(page.names())
    assert not names & {"script", "link", "img", "iframe", "object", "form", "base"}
    attributes = {name for _, found in page.elements for name in found}
    assert not attributes & {"style", "src", "href", "onclick"}
    policy = next(found["content"] for name, found in page.elements if found.get("http-equiv"))
    style = re.search("<style>(.*)</style>", made, re.DOTALL)
    assert policy is not None
    assert style is not None
    assert f"'sha256-{b64encode(sha256(style[1].encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert "size: A4" in style[1]


def test_the_web_page_says_what_each_thing_is() -> None:
    page = Page(html.render(document(*ONE_OF_EACH)))
    headings = [name for name in page.names() if re.fullmatch("h[1-6]", name)]
    assert headings == ["h1", "h2", "h2", "h3"]
    assert [found.get("scope") for name, found in page.elements if name == "th"] == ["col"] * 4
    assert {"main", "blockquote", "dl", "ul", "table", "footer"} <= set(page.names())
    assert "I like <b>frogs</b> & toads." in page.said
    assert "b" not in page.names()
    assert [found["class"] for name, found in page.elements if name == "div" and found] == [
        "line",
        "line",
        "box high-3",
    ]


def test_nothing_in_the_footer_can_leave_the_style_sheet() -> None:
    footer = 'x"; } </style><script>alert(1)</script> \\ url(http://example.org)'
    made = html.render(document(footer=footer))
    page = Page(made)
    assert "script" not in page.names()
    assert footer in page.said
    assert made.count(b"</style>") == 1


def test_plain_text_reads_one_idea_a_line() -> None:
    made = rendering.render(
        document(*ONE_OF_EACH, Paragraph("I saw Dr. Lee with K. Osei. It was e.g. fun! Then home."))
    )
    assert made.decode() == (
        "Aisha’s plan\n"
        "============\n"
        "Year 6, Layfield Primary\n"
        "\n"
        "What people like about me\n"
        "-------------------------\n"
        "I make people laugh.\n"
        "I save a seat for Tom.\n"
        "\n"
        "My words\n"
        "--------\n"
        "\n"
        "What I said\n"
        "...........\n"
        "“I like <b>frogs</b> & toads.”\n"
        "(Spoken, 3 March 2026)\n"
        "\n"
        "- first thing\n"
        "- second thing\n"
        "\n"
        "By when: 1 May 2027\n"
        "Who: J. Shah\n"
        "\n"
        "1. Learn the bus\n"
        "   Who: M. Khan\n"
        "\n"
        "2. What: [  ]\n"
        "   Who: [  ]\n"
        "\n"
        "Working:\n"
        "  Art\n"
        "\n"
        "Not working:\n"
        "  The bus\n"
        "\n"
        "Name\n"
        f"{'_' * 40}\n"
        f"{'_' * 40}\n"
        "\n"
        "What matters to you?\n"
        "People and places.\n"
        f"{'_' * 40}\n"
        f"{'_' * 40}\n"
        f"{'_' * 40}\n"
        "\n"
        "I saw Dr. Lee with K. Osei.\n"
        "It was e.g. fun!\n"
        "Then home.\n"
        "\n"
        "AK · as at 21 November 2026\n"
    )


anything = st.text(st.characters(exclude_categories=()), max_size=60)
"""Control characters, lone surrogates and noncharacters too."""


@st.composite
def any_parts(draw: st.DrawFn) -> tuple[Part, ...]:
    """Every kind of part, with whatever text in each place."""
    text = lambda: draw(anything)  # noqa: E731 # one draw for each place
    return (
        Note(text()), Heading(text()), Paragraph(text()), Paragraph(text(), 2), Heading(text(), 3, new_page=True), Quote(text(), text()),
        Bullets((text(), text())), Pairs(((text(), text()), (text(), text()))),
        Table((text(), text()), ((text(), text()), ("", text())), (2, 1)),
        SideBySide((text(), text()), (text(), text())), Lines(text()), Box(text(), 2, text()),
    )  # fmt: skip


def texts_of(value: object) -> list[str]:
    if isinstance(value, str):
        return [line for line in (clean(line) for line in clean(value, lines=True).split("\n")) if line]
    if isinstance(value, tuple):
        return [text for one in value for text in texts_of(one)]
    return texts_of(tuple(vars(value).values())) if isinstance(value, Part) else []


def squeezed(text: str) -> str:
    return "".join(without_marks(text).split())


@settings(max_examples=40)
@given(any_parts(), anything, anything)
def test_no_text_breaks_a_document_and_none_is_lost(parts: tuple[Part, ...], title: str, footer: str) -> None:
    made = document(*parts, title=f"T{title}", footer=footer)
    in_word, on_page, in_plain = word.render(made), html.render(made), rendering.render(made)
    shown = {
        "Word": squeezed(words_of(in_word)),
        "web page": squeezed("".join(Page(on_page).said)),
        "plain text": squeezed(in_plain.decode()),
    }
    assert Page(on_page).names().count("body") == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", in_plain.decode())
    for where, said in shown.items():
        for text in [clean(f"T{title}"), *texts_of(parts)]:
            assert squeezed(text) in said, where
    with zipfile.ZipFile(io.BytesIO(in_word)) as zipped:
        for name in zipped.namelist():
            ElementTree.fromstring(zipped.read(name))


@settings(max_examples=60)
@given(any_parts(), anything)
def test_no_line_of_plain_text_is_too_long(parts: tuple[Part, ...], title: str) -> None:
    made = rendering.render(document(*parts, title=f"T{title * 4}"))
    assert max(map(len, made.decode().split("\n"))) <= rendering.WIDTH


def test_very_long_texts_stay_whole() -> None:
    unbroken, sentences = "x" * 10_000, "I like frogs. " * 800
    parts = (Paragraph(unbroken), Heading(unbroken), Table(("What",), ((sentences,), (unbroken,)), (1,)))
    made = document(*parts)
    in_word = word.render(made)
    assert words_of(in_word).count(unbroken) == 3
    long_rows = opened(in_word).tables[0].rows[1:]
    assert [row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") for row in long_rows] == [None, None]
    assert html.render(made).count(unbroken.encode()) == 3
    assert max(map(len, rendering.render(made).decode().split("\n"))) == rendering.WIDTH
