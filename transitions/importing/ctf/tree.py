"""The elements of an XML file that comes from outside, read without trusting it.

A document type declaration is refused, and with it every entity attack; so is what is nested deeper, or longer, than in any
honest file. Names are compared in small letters and without their prefix, and only what is wanted is kept, so that the
assessments of a whole school never stand in memory. Namespaces are not looked up: one of a megabyte would be copied for every
element, and a prefix that nobody declared harms nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final, NoReturn
from xml.parsers import expat

from transitions.errors import BadInput, Problem
from transitions.importing.ctf.characters import read_characters
from transitions.importing.ctf.repairs import Repairs
from transitions.text import printable

_DEEPEST: Final = 60
_MOST_ELEMENTS: Final = 50_000
"""In one pupil; the longest honest record has some hundreds."""
_MOST_ELEMENTS_IN_ALL: Final = 500_000
"""That are kept: a whole county's Year 6 has fewer."""
_MOST_TEXT: Final = 1_000_000
"""Characters that are kept of one pupil."""
_MOST_NAMES: Final = 20_000
"""Different names of elements and attributes; the specification has some 300."""
_LONGEST_TAG: Final = 1 << 17
_CHUNK: Final = 1 << 16


class Node:
    """One element: its name in small letters without prefix, its children in order, its own text."""

    __slots__ = ("_pieces", "children", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[Node] = []
        self._pieces: list[str] = []

    def add_text(self, piece: str) -> None:
        self._pieces.append(piece)

    def all(self, *path: str) -> list["Node"]:
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def text(self, *path: str) -> str:
        """The first text that is not empty at ``path``, without white space around it; "" when there is none."""
        texts = ("".join(node._pieces).strip() for node in self.all(*path))
        return next(filter(None, texts), "")

    def first_text(self, *paths: tuple[str, ...]) -> str:
        """The first text that is not empty at any of ``paths``, in their order."""
        return next(filter(None, (self.text(*path) for path in paths)), "")


class _TooMuch(Exception):
    """Says what no honest file has."""


class _Declared(Exception):
    """There is a document type declaration."""


class _Builder:
    """Told of one element after the other; hands over each one whose name is in ``wanted`` when it is whole."""

    def __init__(
        self, wanted: Mapping[str, Callable[[Node], None]], kept: Collection[str], begun: Callable[[str], None]
    ) -> None:
        self._wanted, self._kept, self._begun = wanted, kept, begun
        self._open: list[Node] = []
        self._skipped_from = 0
        self._kept_elements = self._kept_text = self._elements_in_all = 0
        self.inside: list[str] = []
        """The names of the elements that are open, as the file writes them."""
        self.whole = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self.inside.append(tag)
        depth = len(self.inside)
        if depth > _DEEPEST:
            raise _TooMuch(f"is nested more than {_DEEPEST} elements deep")
        name = tag.rpartition(":")[2].lower()
        if depth == 1:
            self._begun(name)
        if self._skipped_from:
            return
        if not self._open and name not in self._wanted:
            return
        if len(self._open) == 1 and name not in self._kept:
            self._skipped_from = depth
            return
        node = Node(name)
        if self._open:
            self._kept_elements += 1
            if self._kept_elements > _MOST_ELEMENTS:
                raise _TooMuch(f"has more than {_MOST_ELEMENTS:,} elements in one pupil")
            self._elements_in_all += 1
            if self._elements_in_all > _MOST_ELEMENTS_IN_ALL:
                raise _TooMuch(f"has more than {_MOST_ELEMENTS_IN_ALL:,} elements about its pupils")
            self._open[-1].children.append(node)
        else:
            self._kept_elements = self._kept_text = 0
        self._open.append(node)

    def data(self, piece: str) -> None:
        if self._open and not self._skipped_from:
            self._kept_text += len(piece)
            if self._kept_text > _MOST_TEXT:
                raise _TooMuch(f"has more than {_MOST_TEXT:,} characters of text in one pupil")
            self._open[-1].add_text(piece)

    def end(self, _tag: str) -> None:
        depth = len(self.inside)
        self.inside.pop()
        self.whole = not self.inside
        if self._skipped_from:
            if self._skipped_from == depth:
                self._skipped_from = 0
            return
        if self._open:
            node = self._open.pop()
            if not self._open:
                self._wanted[node.name](node)

    def declared(self, *_: object) -> NoReturn:
        raise _Declared


def read_tree(
    data: bytes,
    file: str,
    wanted: Mapping[str, Callable[[Node], None]],
    kept: Collection[str],
    begun: Callable[[str], None],
) -> tuple[str, ...]:
    """Hand every outermost element named in ``wanted`` to its function; of its children only those in ``kept`` are there.

    ``begun`` is told the name of the root and may raise. ``file`` is named in messages. Gives sentences about what had to be
    put right to read it. Raises BadInput when ``data`` is no well-formed XML even then, has a document type declaration, is
    nested too deep or holds too much.
    """
    characters = read_characters(data, file)
    text = Repairs(characters.data, file)
    del data
    text.make()
    notes = [*characters.notes, *text.notes]
    del characters
    builder = _Builder(wanted, kept, begun)
    try:
        _parse(text.data, builder)
    except _Declared:
        what = (
            "has a document type declaration or entities of its own, which no honest Common Transfer File has and which "
            "can harm the reader; nothing was read: ask the sender for the file as their system exports it"
        )
        raise BadInput([Problem(file, what)]) from None
    except _TooMuch as reason:
        raise BadInput([Problem(file, f"{reason}, unlike any Common Transfer File; nothing was read")]) from None
    except _NotXml as found:
        line = text.lines_before + found.line
        if not builder.whole or _MORE_PUPILS.search(text.data, found.place):
            raise BadInput([Problem(file, _what_is_wrong(found, text.data, builder), line)]) from None
        over = len(text.data) - found.place
        notes.append(f"{over:,} bytes behind the end of the file were not read (line {line})")
    return tuple(notes)


class _NotXml(Exception):
    """Where and why the text is no XML; ``place`` counts bytes, ``line`` and ``column`` from 1."""

    def __init__(self, error: expat.ExpatError, place: int) -> None:
        super().__init__()
        self.code, self.place, self.line, self.column = error.code, place, error.lineno, error.offset + 1


def _parse(data: bytes, builder: _Builder) -> None:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, builder.declared
    try:
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
            if start + _CHUNK - parser.CurrentByteIndex > _LONGEST_TAG + _CHUNK:
                raise _TooMuch(f"has a tag or an attribute of more than {_LONGEST_TAG:,} characters")
            if len(parser.intern) > _MOST_NAMES:
                raise _TooMuch(f"has more than {_MOST_NAMES:,} kinds of elements and attributes")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _NotXml(error, parser.ErrorByteIndex) from None


_CODES: Final = expat.errors.codes
_AT_THE_END: Final = frozenset(
    {
        _CODES[expat.errors.XML_ERROR_NO_ELEMENTS],
        _CODES[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        _CODES[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
        _CODES[expat.errors.XML_ERROR_PARTIAL_CHAR],
    }
)
_MORE_PUPILS = re.compile(rb"<(?:\w{1,40}:)?(?:ctfile|pupil)\b", re.IGNORECASE)
_CLOSED = re.compile(rb"[^\s<>/&]{1,40}")
_ENTITY = re.compile(rb"&[^\s;&<]{1,32};")


def _what_is_wrong(found: _NotXml, data: bytes, builder: _Builder) -> str:
    """One sentence: what was found, and what to do. It never repeats what stands between the tags, which is about children."""
    why = f"is not well-formed XML from here on ({expat.ErrorString(found.code)}, column {found.column})"
    place = f" inside <{printable(builder.inside[-1])[:40]}>" if builder.inside else ""
    mismatched = found.code == _CODES[expat.errors.XML_ERROR_TAG_MISMATCH]
    closed = _CLOSED.match(data, found.place) if mismatched else None
    entity = _ENTITY.match(data, found.place)
    if builder.whole:
        return f"{why}: a second file follows the first. Separate them, or ask for each one"
    if found.code in _AT_THE_END or found.place >= len(data):
        return f"{why}: the file ends{place}, so it is cut short. Ask for it again"
    if closed is not None:
        return f"{why}: found </{_words(closed[0])}>{place}. Ask the sender to export it again"
    if entity is not None:
        return f"{why}: {_words(entity[0])}{place} has no meaning in XML. Ask the sender to export it again"
    return f"{why}: a tag{place} is not written as XML. Ask the sender to export it again"


def _words(data: bytes) -> str:
    return printable(data.decode("utf-8", "replace"))
