"""The text of an iCalendar file: its encoding, its folded lines, its blocks and their properties with their line numbers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from transitions.errors import BadInput, Problem

_NAME = re.compile(r"[A-Za-z0-9-]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_READ: Final = frozenset({"VEVENT", "VTIMEZONE"})
_DEEPEST: Final = 20


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

    @property
    def names(self) -> set[str]:
        return {name for _, name, _ in self.lines}

    def properties(self, name: str) -> Iterator[Property]:
        from icalendar.parser import Contentline

        for line, called, text in self.lines:
            if called != name:
                continue
            try:
                _, parameters, value = Contentline(text).parts()  # type: ignore[no-untyped-call]
            except ValueError:
                wrong = f"this line is not understood: expected {name}:, perhaps with parameters, and what it is"
                yield Property(line, name, {}, "", wrong)
                continue
            plain = {
                key.upper(): one if isinstance(one, str) else str(one[0]) for key, one in parameters.items() if one
            }
            yield Property(line, name, plain, value)


def read_text_of(data: bytes, name: str) -> tuple[list[tuple[int, str]], str]:
    """The unfolded lines with the numbers on which they begin, and how the file was understood.

    Lines are put together before they are decoded: a file may be folded inside a letter. Raises BadInput for what is no text.
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if encoding is not None:
        # The marks of folding are found in UTF-8, into which every letter goes.
        data = data.decode(encoding, "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise BadInput([Problem(name, "is not text, so not a calendar: export it again as an iCalendar file (.ics)")])
    lines: list[tuple[int, bytearray]] = []
    for number, line in enumerate(_LINE_END.split(data), 1):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1][1].extend(line[1:])
        elif line.strip():
            lines.append((number, bytearray(line)))
    whole = b"\n".join(line for _, line in lines)
    try:
        text, read_as = whole.decode(), "UTF-8" if encoding is None else "UTF-16"
    except UnicodeDecodeError:
        text, read_as = whole.decode("cp1252", "replace"), "Windows-1252: look whether accents are right"
    return list(zip((number for number, _ in lines), text.split("\n"), strict=True)), f"iCalendar, {read_as}"


def whole_blocks(lines: Sequence[tuple[int, str]], name: str) -> list[Block]:
    """The blocks that are read, those of entries and of time zones, wherever in the file they stand.

    Raises BadInput for a file that is cut short or whose blocks do not end as they began, and for the old vCalendar.
    """
    open_blocks: list[Block] = []
    found: list[Block] = []
    for number, text in lines:
        called, _, value = text.partition(":")
        called, value = called.strip().upper(), value.strip().upper()
        if called == "BEGIN":
            block = Block(value, number)
            if open_blocks:
                open_blocks[-1].parts.append(block)
            open_blocks.append(block)
            if len(open_blocks) > _DEEPEST:
                raise BadInput([Problem(name, "has blocks inside blocks without end: export it again", number)])
        elif called == "END":
            if not open_blocks or open_blocks[-1].name != value:
                expected = f"expected END:{open_blocks[-1].name}" if open_blocks else "nothing is open here"
                raise BadInput([Problem(name, f"ends what did not begin; {expected}: export the file again", number)])
            block = open_blocks.pop()
            if block.name in _READ:
                found.append(block)
        elif open_blocks:
            named = _NAME.match(text)
            open_blocks[-1].lines.append((number, named[0].upper() if named else "", text))
            if called == "VERSION" and value == "1.0":
                what = "is a vCalendar of the old version 1.0: export it as iCalendar (.ics), version 2.0"
                raise BadInput([Problem(name, what, number)])
    if open_blocks:
        what = f"is cut short: what begins here, {open_blocks[-1].name[:20]}, does not end. Export or copy it again"
        raise BadInput([Problem(name, what, open_blocks[-1].line)])
    return found
