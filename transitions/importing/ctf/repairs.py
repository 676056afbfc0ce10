"""What XML does not allow and people's text holds all the same, put right where that loses nothing.

A bare "&" or "<", a control character, a character of HTML by its name: each has one reading only. Where a letter was lost
on the way, U+FFFD stands in its place, and whoever reads a name with it refuses the name.
"""

import re
from collections.abc import Mapping
from html.entities import html5
from typing import Final

from transitions.errors import BadInput, Problem
from transitions.importing.ctf.characters import line_at

LOST: Final = "\ufffd"

_BLANK: Final = b" \t\r\n\0"
_BEFORE = re.compile(
    rb"(?:[ \t\r\n\0]|\xef\xbb\xbf|\xff\xfe|\xfe\xff|\xc2\xa0|\xe2\x80\x8b|\xc3\xaf\xc2\xbb\xc2\xbf)*+"
)
"""Blanks that can and cannot be seen, and byte order marks, one of them turned into UTF-8 twice ("ï»¿")."""
_DECLARATION = re.compile(rb"<\?xml\b[^<>]*\?>", re.IGNORECASE)
_HOLE = re.compile(rb"\0\0[\0\s]*")
_MOST_REPAIRS: Final = 100_000
_LINES_NAMED: Final = 3

# A comment or CDATA that is never closed goes to the end: looking for its end from each place anew would take hours.
_ODD = re.compile(
    rb"<!--(?s:.*?-->|.*)|<!\[CDATA\[(?s:.*?\]\]>|.*)"
    rb"|&(?!(?:amp|lt|gt|quot|apos);)(?:#[0-9]{1,9};|#[xX][0-9A-Fa-f]{1,7};|[A-Za-z][A-Za-z0-9]{1,31};)?"
    rb"|<(?![A-Za-z_:/!?\x80-\xff])|\]\]>"
    rb"|[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xc2[\x80-\x9f]"
)
_SPACES: Final = frozenset({0x0B, 0x0C})
"""What word processors leave for a new line or page."""
_LETTER_LOST: Final = frozenset({0x00, 0x1A})
"""Empty, and "substitute": what programs write for a letter that they do not have."""

_SAID: Final[Mapping[str, str]] = {
    "&": "an & that should be written as &amp; was read as a plain &",
    "<": "a < that should be written as &lt; was read as a plain <",
    "control": "control characters were left out",
    "name": "letters by their HTML names, such as &eacute;, were read as meant",
    "number": "Windows characters by number, such as &#146;, were read as meant",
    "lost": "a letter was already missing when the file arrived",
}


def without_what_stands_before(data: bytes) -> bytes:
    """The bytes of a file from its first that says something."""
    before = _BEFORE.match(data)
    return data[before.end() :] if before else data


class Repairs:
    """The text of one file made well-formed; ``notes`` says what was put right, and on which lines."""

    def __init__(self, data: bytes, file: str) -> None:
        self._file = file
        self.lines_before = 0
        """How many lines of the file stand before ``data``."""
        self.data = data
        self._seen: dict[str, list[int]] = {}
        self._number = 0
        self._counted = (0, 0)

    def make(self) -> None:
        """Put right what can be. Raises BadInput where a part of the file is missing, or most of it would be guessed."""
        self._take_ends_off()
        hole = _HOLE.search(self.data)
        if hole:
            what = f"has {len(hole[0]):,} empty bytes (NUL) where text should be: the copy is damaged. Copy or download it again"
            raise BadInput([Problem(self._file, what, self._line(hole.start()))])
        self.data = _ODD.sub(self._right, self.data)

    @property
    def notes(self) -> list[str]:
        return [f"{_SAID[kind]} ({_lines(places)})" for kind, places in self._seen.items()]

    def _take_ends_off(self) -> None:
        start = self.data
        kept = without_what_stands_before(start)
        declaration = _DECLARATION.match(kept)
        if declaration:
            kept = kept[declaration.end() :]
        self.lines_before = line_at(start, len(start) - len(kept)) - 1
        self.data = kept.rstrip(_BLANK + b"\x1a")

    def _line(self, place: int) -> int:
        return self.lines_before + line_at(self.data, place)

    def _note(self, kind: str, place: int) -> None:
        # Lines are counted from the last place on: from the start each time takes minutes where oddities are many.
        before, line = self._counted
        line += line_at(self.data[before:place], place - before) - 1
        self._counted = place, line
        places = self._seen.setdefault(kind, [])
        if len(places) <= _LINES_NAMED and self.lines_before + line + 1 not in places:
            places.append(self.lines_before + line + 1)

    def _right(self, found: re.Match[bytes]) -> bytes:
        odd = found[0]
        if odd.startswith(b"<!"):
            return odd
        kind, right = _reading(odd)
        self._number += bool(kind)
        if self._number > _MOST_REPAIRS:
            what = f"has more than {_MOST_REPAIRS:,} characters that no XML may hold. Ask the sender to export it again"
            raise BadInput([Problem(self._file, what)])
        if kind:
            self._note(kind, found.start())
        return right


def _reading(odd: bytes) -> tuple[str, bytes]:
    """What kind of oddity it is, "" for none, and what it means."""
    if odd == b"&":
        return "&", b"&amp;"
    if odd == b"<":
        return "<", b"&lt;"
    if odd == b"]]>":
        return "", b"]]&gt;"
    if odd.startswith(b"&#"):
        number = odd[2:-1].decode()
        return _numbered(int(number[1:], 16) if number[0] in "xX" else int(number), odd)
    if odd.startswith(b"&"):
        letter = html5.get(odd[1:].decode())
        return ("name", letter.replace("&", "&amp;").replace("<", "&lt;").encode()) if letter else ("", odd)
    code = ord(odd.decode())
    return _control(code)


def _numbered(code: int, odd: bytes) -> tuple[str, bytes]:
    if code < 0x20 and code not in {9, 10, 13}:
        return _control(code)
    if 0x80 <= code <= 0x9F:
        return "number", _of_windows(code)
    if 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF} or code > 0x10FFFF:
        return "lost", LOST.encode()
    return "", odd


def _control(code: int) -> tuple[str, bytes]:
    if code in _LETTER_LOST:
        return "lost", LOST.encode()
    if 0x80 <= code <= 0x9F:
        return "number", _of_windows(code)
    return "control", b" " if code in _SPACES else b""


def _of_windows(code: int) -> bytes:
    """The character that Windows-1252 has in the place of a control code of Latin-1: programs mean it, as browsers know."""
    try:
        return bytes([code]).decode("cp1252").encode()
    except UnicodeDecodeError:
        return LOST.encode()


def _lines(places: list[int]) -> str:
    named = ", ".join(map(str, places[:_LINES_NAMED]))
    more = " and more" if len(places) > _LINES_NAMED else ""
    return f"line {named}{more}" if len(places) == 1 else f"lines {named}{more}"
