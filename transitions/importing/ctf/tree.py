"""The elements of an XML file that comes from outside, read without trusting it.

A document type declaration is refused, and with it every entity attack; so is what is nested deeper than any honest file.
Names are compared in small letters and without their namespace, and only what is wanted is kept, so that the assessments of
a whole school never stand in memory.
"""

from collections.abc import Callable, Collection, Mapping

from transitions.errors import BadInput, Problem

_DEEPEST = 60
_MOST_ELEMENTS = 50_000
"""In one pupil; the longest honest record has some hundreds."""
_CHUNK = 1 << 16


class Node:
    """One element: its name in small letters without namespace, its children in order, its own text."""

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


class _TooMuch(Exception):
    """Says what no honest file has."""


class _Builder:
    """Told of one element after the other; hands over each one whose name is in ``wanted`` when it is whole."""

    def __init__(
        self, wanted: Mapping[str, Callable[[Node], None]], kept: Collection[str], begun: Callable[[str], None]
    ) -> None:
        self._wanted, self._kept, self._begun = wanted, kept, begun
        self._open: list[Node] = []
        self._depth = 0
        self._skipped_from = 0
        self._kept_elements = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _TooMuch(f"is nested more than {_DEEPEST} elements deep")
        name = tag.rpartition("}")[2].lower()
        if self._depth == 1:
            self._begun(name)
        if self._skipped_from:
            return
        if not self._open and name not in self._wanted:
            return
        if len(self._open) == 1 and name not in self._kept:
            self._skipped_from = self._depth
            return
        node = Node(name)
        if self._open:
            self._kept_elements += 1
            if self._kept_elements > _MOST_ELEMENTS:
                raise _TooMuch(f"has more than {_MOST_ELEMENTS:,} elements in one pupil")
            self._open[-1].children.append(node)
        else:
            self._kept_elements = 0
        self._open.append(node)

    def data(self, piece: str) -> None:
        if self._open and not self._skipped_from:
            self._open[-1].add_text(piece)

    def end(self, _tag: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._skipped_from:
            if self._skipped_from == depth:
                self._skipped_from = 0
            return
        if self._open:
            node = self._open.pop()
            if not self._open:
                self._wanted[node.name](node)

    def close(self) -> None:
        """Nothing is left to do."""


def read_tree(
    data: bytes,
    file: str,
    wanted: Mapping[str, Callable[[Node], None]],
    kept: Collection[str],
    begun: Callable[[str], None],
) -> None:
    """Hand every outermost element named in ``wanted`` to its function; of its children only those in ``kept`` are there.

    ``begun`` is told the name of the root and may raise. ``file`` is named in messages. Raises BadInput when ``data`` is no
    well-formed XML, has a document type declaration, is nested too deep or holds too much.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

    parser = DefusedXMLParser(target=_Builder(wanted, kept, begun), forbid_dtd=True)
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
        parser.close()
    except DefusedXmlException:
        what = (
            "has a document type declaration or entities of its own, which no honest Common Transfer File has and which "
            "can harm the reader; nothing was read: ask the sender for the file as their system exports it"
        )
        raise BadInput([Problem(file, what)]) from None
    except _TooMuch as reason:
        raise BadInput([Problem(file, f"{reason}, unlike any Common Transfer File; nothing was read")]) from None
    except ParseError as error:
        line, column = error.position
        why = str(error).partition(":")[0]
        what = f"is not well-formed XML from here on ({why}, column {column + 1}): is it cut short? Ask for it again"
        raise BadInput([Problem(file, what, line)]) from None
    except (LookupError, ValueError):
        what = "says that it is in an encoding that cannot be read: expected UTF-8; ask the sender to export it again"
        raise BadInput([Problem(file, what)]) from None
