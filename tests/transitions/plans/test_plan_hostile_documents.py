"""A plan of hostile text on paper: every document opens, says all of it, and is nothing but a document."""

import io
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import docx
import pytest
from hostile import LONG, MIXED, TEXTS, VERY_LONG, hostile_plan

from transitions.exporting.documents import html, rendering, word
from transitions.exporting.documents.model import Document
from transitions.plans import opening, writing
from transitions.plans.document import plan_document
from transitions.plans.page import load
from transitions.text import clean, printable, without_marks
from transitions.workspace import Workspace


class Page(HTMLParser):
    """The words of a web page, and the names of everything in it that is not words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags = "", set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags |= {tag, *(name for name, _ in attrs)}

    def handle_data(self, data: str) -> None:
        self.words += data


def in_word(made: Document) -> str:
    opened = docx.Document(io.BytesIO(word.render(made)))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


def unbroken(text: str) -> str:
    """Give ``text`` without blanks and marks nobody sees: where lines break is the page's business."""
    return "".join(without_marks(text).split())


@pytest.mark.parametrize("text", [MIXED, LONG], ids=["mixed", "long"])
def test_every_document_of_a_hostile_plan_is_whole(workspace: Workspace, text: str) -> None:
    _, second = hostile_plan(workspace, text, longest=VERY_LONG)
    made = plan_document(load(workspace, second))
    with zipfile.ZipFile(io.BytesIO(word.render(made))) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts.read(name))
    page = Page(html.render(made).decode())
    assert page.tags.isdisjoint({"script", "iframe", "img", "onclick", "onload", "href", "src"})
    read = rendering.render(made).decode()
    for words in (in_word(made), page.words, read):
        assert printable(words, lines=True) == words
        assert unbroken(clean(text, lines=True)) in unbroken(words)
        assert unbroken(words).count(unbroken(clean(text))) > 10
    assert VERY_LONG in unbroken(page.words)


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_of_an_answer_is_lost_on_paper(workspace: Workspace, name: str) -> None:
    first, _ = hostile_plan(workspace, "x")
    plan = opening.open_plan(workspace, load(workspace, first).plan.pupil_id, "11-16P").number
    said = TEXTS[name]
    writing.save_answers(workspace, plan, {"hopes": said, "hopes_how": said, "admired": f"A {said}"})
    writing.save_outcome(workspace, plan, None, {"area": "health", "outcome": said, "hope": said, "baseline": said})
    made = plan_document(load(workspace, plan))
    for words in (in_word(made), Page(html.render(made).decode()).words, rendering.render(made).decode()):
        assert unbroken(words).count(unbroken(clean(said, lines=True))) >= 4
