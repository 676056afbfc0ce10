"""A document as the file that somebody asks for: which kinds there are, and which one the name of a file means."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Final, Literal

from db.custody import anchors
from transitions.exporting.documents import html, model
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.exporting.target import kind_by_ending, where_and_why
from transitions.workspace import Workspace

WIDTH = 72
"""The longest line, in characters: what a mail program quotes without breaking it."""
_INDENT, _UNDER_A_NUMBER = "  ", "   "
_RULE = "_" * 40
_BLANK = "[  ]"
_UNDERLINES = {1: "=", 2: "-", 3: ".", 4: "."}
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\b\w\.)\s+(?=[^\sa-z])"
)
"""Between sentences: not after a title or an initial, not before a small letter ("e.g. swimming")."""


def render(document: model.Document) -> bytes:
    """``document`` as UTF-8 text: no line is longer than ``WIDTH``, every sentence begins a line."""
    lines = _heading(document.title, 1)
    for before, part in pairwise((model.Heading(document.title), *document.parts)):
        if not isinstance(before, model.Heading) or isinstance(part, model.Heading):
            lines.append("")
        lines += _written(part)
    return "\n".join([*lines, "", *wrapped(document.footer), ""]).encode()


def _written(part: model.Part) -> Iterator[str]:
    match part:
        case model.Heading(text, level):
            yield from _heading(text, level)
        case model.Paragraph(text) | model.Note(text):
            yield from _ideas(text)
        case model.Quote(text, said):
            yield from (*_ideas(f"“{text}”"), *(_ideas(f"({said})") if said else ()))
        case model.Bullets(items):
            for item in items:
                yield from wrapped(item, "- ")
        case model.Pairs(pairs) | model.Bars(pairs=pairs):
            for label, value in pairs:
                yield from _pair(label, value)
        case model.Table(header, rows):
            yield from _rows(header, rows)
        case model.SideBySide(left, right):
            yield from (*_under(*left), "", *_under(*right))
        case model.Lines(label, count):
            yield from (*wrapped(label), *[_RULE] * count)
        case model.Box(label, lines, prompt):
            yield from (*wrapped(label), *_ideas(prompt), *[_RULE] * lines)


def _heading(text: str, level: int) -> list[str]:
    lines = wrapped(text)
    return [*lines, _UNDERLINES[level] * max(map(len, lines), default=0)]


def _ideas(text: str, indent: str = "") -> list[str]:
    """Every sentence on a line of its own, as easy read asks for."""
    return [
        line
        for paragraph in model.lines_of(text)
        for sentence in _SENTENCE_END.split(paragraph)
        for line in wrapped(sentence, indent)
    ]


def _pair(label: str, value: str, indent: str = "") -> list[str]:
    whole = f"{indent}{model.with_colon(label)} {value}"
    return _under(label, value, indent) if len(whole) > WIDTH or "\n" in value else [whole]


def _under(label: str, value: str, indent: str = "") -> list[str]:
    prompt = label if ":" in label else model.with_colon(label)
    return [*wrapped(prompt, indent), *_ideas(value, indent + _INDENT)]


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table read out row by row, each under its first cell: columns beside each other mean nothing to a listener."""
    lines: list[str] = []
    for number, (first, *others) in enumerate(rows, 1):
        lines += [""] if number > 1 else []
        lines += wrapped(first or f"{header[0]}: {_BLANK}", f"{number}. ")
        for label, cell in zip(header[1:], others, strict=True):
            lines += _pair(label, cell or _BLANK, _UNDER_A_NUMBER)
    return lines


def wrapped(text: str, first: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))


PrintKind = Literal["docx", "html", "txt"]
KINDS: Final[dict[PrintKind, str]] = {"docx": "Word document", "html": "web page", "txt": "plain text"}
"""What a document can be written as, and what people call it."""
ENDINGS: Final[dict[str, PrintKind]] = {".docx": "docx", ".html": "html", ".htm": "html", ".txt": "txt"}


def kind_of(target: Path) -> PrintKind:
    """What a file is to be, by how its name ends. Raises ``CannotWrite`` with the endings that are known."""
    return kind_by_ending(target, ENDINGS, KINDS)


def rendered(document: model.Document, kind: PrintKind, workspace: Workspace | None = None) -> bytes:
    """The bytes of a document; ``workspace`` is that from which it leaves, whose history then stands in its properties."""
    if workspace is not None:
        document = replace(document, history=anchors.mark(workspace.read()))
    if kind == "docx":
        from transitions.exporting.documents import word

        return word.render(document)
    return html.render(document) if kind == "html" else render(document)


def write_document(
    workspace: Workspace,
    document: model.Document,
    target: Path,
    name: str,
    *said: str,
    purpose: str = "",
    overwrite: bool = False,
) -> Path:
    """Write a document as what the file's name ends in; the journal notes it under ``name``, with what else is ``said`` of it.

    Raises CannotWrite for an ending that is not known, and as ``put_in_place`` does.
    """
    kind = kind_of(target)
    note = ExportNote(name, [*(said or (document.title,)), KINDS[kind], *where_and_why(target, purpose=purpose)])
    made = rendered(document, kind, workspace)
    with put_in_place(workspace, target, lambda: note, overwrite=overwrite) as path:
        path.write_bytes(made)
    return target
