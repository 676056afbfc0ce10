"""A document as the file that somebody asks for: which kinds there are, and which one the name of a file means."""

from pathlib import Path
from typing import Final, Literal

from transitions.errors import CannotWrite
from transitions.exporting.documents import html, plain
from transitions.exporting.documents.model import Document
from transitions.text import printable

__all__ = ["KINDS", "PrintKind", "kind_of", "rendered"]

PrintKind = Literal["docx", "html", "txt"]
KINDS: Final[dict[PrintKind, str]] = {"docx": "Word document", "html": "web page", "txt": "plain text"}
"""What a document can be written as, and what people call it."""
_ENDINGS: Final[dict[str, PrintKind]] = {".docx": "docx", ".html": "html", ".htm": "html", ".txt": "txt"}


def kind_of(target: Path) -> PrintKind:
    """Give what a file is to be, by how its name ends. Raises ``CannotWrite`` with the endings that are known."""
    kind = _ENDINGS.get(target.suffix.lower())
    if kind is not None:
        return kind
    endings = ", ".join(f".{kind} ({words})" for kind, words in KINDS.items())
    raise CannotWrite(f"{printable(str(target))}: end the name with one of {endings}; nothing was written")


def rendered(document: Document, kind: PrintKind) -> bytes:
    """Give the whole file."""
    if kind == "docx":
        from transitions.exporting.documents import word

        return word.render(document)
    return html.render(document) if kind == "html" else plain.render(document)
