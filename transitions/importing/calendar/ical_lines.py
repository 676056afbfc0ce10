"""The lines of an iCalendar file (RFC 5545) as their writers leave them: unfolded, decoded, and sorted into blocks.

Writers break lines inside a text, write HTML or quoted-printable into it, and leave the quotation marks off a time zone's
name. All that is read; a line that is neither a property nor a block is the rest of the text before it.
"""

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from transitions.errors import BadInput, Problem
from transitions.importing.encodings import NAMES, marked_as, without_tail

_LINE_END = re.compile(rb"\r\n|\r|\n")
WINDOWS: Final = "Windows-1252"
"""As what is read what is not UTF-8 (or marked as UTF-16)."""
_UTF_8_MARK: Final = b"\xef\xbb\xbf"
_MOST_LINES: Final = 250_000
"""A file of the largest size that is read, with lines of twenty characters."""
_LONGEST_LINE: Final = 20_000
_DEEPEST: Final = 20

_READ: Final = frozenset({"VEVENT", "VTIMEZONE"})
_BLOCKS: Final = frozenset(
    [
        "VCALENDAR",
        "VEVENT",
        "VTODO",
        "VJOURNAL",
        "VFREEBUSY",
        "VTIMEZONE",
        "STANDARD",
        "DAYLIGHT",
        "VALARM",
        "VAVAILABILITY",
        "AVAILABLE",
        "VLOCATION",
        "VRESOURCE",
        "PARTICIPANT",
        "VPOLL",
        "VVOTER",
        "VOTE",
    ]
)
_BEGIN_OR_END = re.compile(r"(BEGIN|END)\s*:\s*([A-Za-z][A-Za-z0-9-]*)\s*", re.IGNORECASE)
_NAME_IN_CAPITALS = re.compile(r"(X-[A-Za-z0-9-]+|[A-Z][A-Z0-9-]*)\s*[;:]")
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s*[;:]")
_OVER_LINES: Final = frozenset({"SUMMARY", "LOCATION"})
"""Texts that are read, whose rest may stand on lines of its own."""

_ENCODED_WORD = re.compile(r"=\?[A-Za-z0-9-]{1,40}\?[BbQq]\?[^?\s]{0,200}\?=")
_QUOTED_PRINTABLE = re.compile(rb"[A-Za-z0-9-]+;[^:]{0,200}?ENCODING=QUOTED-PRINTABLE[;:]", re.IGNORECASE)

_DATED: Final = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})
MOMENT: Final = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:[T ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,][0-9]{1,9})?)?)? ?(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
"""A day or a moment, also as ISO 8601 writes it; its last group says how far from UTC it is."""
_MOST_COLONS: Final = 12


class Property(NamedTuple):
    """One property: the line on which it begins, its parameters by name, its value; ``wrong`` says why there is none."""

    line: int
    name: str
    parameters: Mapping[str, str]
    value: str
    wrong: str = ""


@dataclass
class Block:
    """What stands between BEGIN and END; ``lines`` are its own content lines, ``parts`` the blocks inside it."""

    name: str
    line: int
    lines: list[tuple[int, str, str]] = field(default_factory=list)
    """Where each begins, its name in capitals, and the whole of it."""
    parts: list["Block"] = field(default_factory=list)
    calendar: "Block | None" = None
    """The outermost block around it."""

    def count(self, *names: str) -> int:
        return sum(1 for _, name, _ in self.lines if name in names)

    def properties(self, name: str) -> Iterator[Property]:
        for line, called, text in self.lines:
            if called == name:
                yield _property(line, name, text)

    def value(self, name: str) -> str:
        return next((found.value.strip() for found in self.properties(name)), "")


def _property(line: int, name: str, text: str) -> Property:
    from icalendar.parser import Contentline
    from icalendar.parser.property import unescape_backslash

    dated = _dated(text) if name in _DATED else None
    if dated is not None:
        return Property(line, name, *dated)
    try:
        _, parameters, value = Contentline(text[:_LONGEST_LINE]).raw_parts()  # type: ignore[no-untyped-call]
    except ValueError:
        wrong = f"this line is not understood: expected {name}:, possibly with parameters, and a value"
        return Property(line, name, {}, "", wrong)
    plain = {key.upper(): one if isinstance(one, str) else str(one[0]) for key, one in parameters.items() if one}
    if plain and value.startswith("//"):
        # The first colon was that of an address among the parameters, ALTREP=http://… without quotation marks.
        value = value.partition(":")[2]
    return Property(line, name, plain, unescape_backslash(_decoded(value, plain)))


def _dated(text: str) -> tuple[dict[str, str], str] | None:
    """The parameters and the value of a property that holds days; None when no colon in it has days behind it.

    A time zone is often called something with colons and commas in it, and not quoted as it should be.
    """
    colon = -1
    for _ in range(_MOST_COLONS):
        colon = text.find(":", colon + 1)
        if colon < 0:
            return None
        before, value = text[:colon], text[colon + 1 :].strip()
        days = map(str.strip, value.split(","))
        if before.count('"') % 2 == 0 and all(not day or MOMENT.fullmatch(day.partition("/")[0]) for day in days):
            _, *pairs = before.split(";")
            parted = (pair.partition("=") for pair in pairs)
            return {key.strip().upper(): of_it.strip().strip('"') for key, _, of_it in parted}, value
    return None


def _decoded(value: str, parameters: Mapping[str, str]) -> str:
    """A value as text: calendars of old, and those that came by e-mail, put letters into ASCII in one of three ways."""
    encoding, charset = parameters.get("ENCODING", "").upper(), parameters.get("CHARSET", "utf-8")
    if encoding == "QUOTED-PRINTABLE":
        return _in_charset(quopri.decodestring(value.encode()), charset)
    if encoding in ("BASE64", "B"):
        try:
            return _in_charset(b64decode(value, validate=True), charset)
        except ValueError:
            return value
    return _without_encoded_words(value) if _ENCODED_WORD.search(value) else value


def _without_encoded_words(value: str) -> str:
    from email.errors import HeaderParseError
    from email.header import decode_header

    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(part if isinstance(part, str) else _in_charset(part, charset or "utf-8") for part, charset in parts)


def _in_charset(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace")


def read_text_of(data: bytes, name: str) -> tuple[list[tuple[int, str]], str]:
    """The unfolded lines with the numbers on which they begin, and how the file was understood.

    Lines are put together before they are decoded: a file may be folded inside a letter. Raises BadInput for what is no
    text, and for far more lines than a calendar of its size has.
    """
    encoding = marked_as(data) or "utf-8"
    if NAMES[encoding] != "UTF-8":
        # The marks of folding are found in UTF-8, into which every letter goes.
        data = data.decode(encoding, "replace").encode()
    data = without_tail(data)
    if b"\0" in data:
        raise BadInput([Problem(name, "is not text, so not a calendar: export it again as an iCalendar file (.ics)")])
    if max(data.count(b"\n"), data.count(b"\r")) > _MOST_LINES:
        raise BadInput([Problem(name, f"has more than {_MOST_LINES:,} lines: export fewer years")])
    lines = _unfolded(data)
    whole = b"\n".join(line for _, line in lines)
    try:
        text, read_as = whole.decode(), NAMES[encoding]
    except UnicodeDecodeError:
        text, read_as = whole.decode("cp1252", "replace"), f"{WINDOWS}: check the accents"
    return list(zip((number for number, _ in lines), text.split("\n"), strict=True)), f"iCalendar, {read_as}"


def _unfolded(data: bytes) -> list[tuple[int, bytearray]]:
    lines: list[tuple[int, bytearray]] = []
    for number, line in enumerate(_LINE_END.split(data), 1):
        folded = line[:1] in (b" ", b"\t")
        if lines and lines[-1][1].endswith(b"=") and _QUOTED_PRINTABLE.match(lines[-1][1]):
            del lines[-1][1][-1:]
            lines[-1][1].extend(line[1:] if folded else line)
        elif folded and lines:
            lines[-1][1].extend(line[1:])
        elif line.strip():
            # A file that is several put together has the mark of UTF-8 in its middle.
            lines.append((number, bytearray(line.removeprefix(_UTF_8_MARK))))
    return lines


def whole_blocks(lines: Sequence[tuple[int, str]], name: str) -> list[Block]:
    """The blocks that are read, those of entries and of time zones, wherever in the file they stand.

    Raises BadInput for a file that is cut short or whose blocks do not end as they began, and for the old vCalendar.
    """
    open_blocks: list[Block] = []
    found: list[Block] = []
    # What begins in capitals has its names in capitals: then "Begin: 6pm" and "Location: Hall" are words of a text.
    capitals = next((text[:5] == "BEGIN" for _, text in lines if text[:5].upper() == "BEGIN"), True)
    for number, text in lines:
        edge = _edge(text)
        if edge is None:
            _add_line(open_blocks, number, text, name, capitals=capitals)
        elif edge[0] == "BEGIN":
            _open(open_blocks, Block(edge[1], number), name)
        else:
            block = _close(open_blocks, edge[1], number, name)
            if block.name in _READ:
                found.append(block)
    if open_blocks:
        what = f"is cut short: {open_blocks[-1].name[:20]} starts here but does not end. Export or copy it again"
        raise BadInput([Problem(name, what, open_blocks[-1].line)])
    return found


def _edge(text: str) -> tuple[str, str] | None:
    """BEGIN or END with the name of the block, in capitals; None for every other line."""
    edge = _BEGIN_OR_END.fullmatch(text) if text[:1] in "bBeE" else None
    if edge is None:
        return None
    block = edge[2].upper()
    of_their_own = edge[1].isupper() and edge[2].isupper() and block[0] in "XV"
    return (edge[1].upper(), block) if block in _BLOCKS or of_their_own else None


def _open(open_blocks: list[Block], block: Block, name: str) -> None:
    if open_blocks:
        block.calendar = open_blocks[0]
        open_blocks[-1].parts.append(block)
    open_blocks.append(block)
    if len(open_blocks) > _DEEPEST:
        raise BadInput([Problem(name, "has blocks inside blocks without end: export it again", block.line)])


def _close(open_blocks: list[Block], block: str, number: int, name: str) -> Block:
    if not open_blocks or open_blocks[-1].name != block:
        expected = f"expected END:{open_blocks[-1].name}" if open_blocks else "nothing has been started here"
        raise BadInput([Problem(name, f"ends something that did not start; {expected}: export the file again", number)])
    return open_blocks.pop()


def _add_line(open_blocks: list[Block], number: int, text: str, name: str, *, capitals: bool) -> None:
    if not open_blocks:
        return
    lines = open_blocks[-1].lines
    named = (_NAME_IN_CAPITALS if capitals else _NAME).match(text)
    if named is None:
        if lines and lines[-1][1] in _OVER_LINES:
            line, called, before = lines[-1]
            lines[-1] = line, called, f"{before}\\n{text}"[:_LONGEST_LINE]
        return
    called = named[1].upper()
    lines.append((number, called, text))
    if called == "VERSION" and text[named.end() :].strip() == "1.0":
        what = "is a vCalendar of the old version 1.0: export it as iCalendar (.ics), version 2.0"
        raise BadInput([Problem(name, what, number)])
