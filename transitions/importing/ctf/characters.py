"""The bytes of an XML file as UTF-8, whatever the sender's program took them for: read where that is certain, else refused.

A file says its encoding itself, and often wrongly. UTF-8 is recognised by its own pattern, which chance does not produce;
what is not UTF-8 is read as Windows-1252, unless that gives words that nobody writes. Nothing is ever replaced unseen.
"""

import codecs
import re
from itertools import islice
from typing import Final, NamedTuple

from transitions.errors import BadInput, Problem
from transitions.text import printable

_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)
_NAMES: Final = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
_PADDING: Final = b"\0\x1a"
"""Empty bytes, and the end-of-file sign of CP/M and DOS, which transfers leave at the end."""
_HEAD: Final = 400

_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""", re.IGNORECASE)
_ALSO_READ = re.compile(r"(iso|windows|cp|mac|latin|koi8|x-mac|gb|big5|shift|euc)[-_a-z0-9]*")
"""Encodings in which programs write, among all that the language knows, some of which are none of characters."""
_UTF_8, _LATIN = frozenset({"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be"}), frozenset({"iso8859-1", "cp1252"})

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SURELY_UTF_8 = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x93-\xa6]")
"""The accents of western Europe, and dashes and quotation marks: nobody writes their bytes as "Ã«" or "â€™"."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_WORD_BEFORE, _WORD_AFTER = re.compile(rb"[A-Za-z'.-]*\Z"), re.compile(rb"[A-Za-z'.\x80-\xff-]*")
_LONGEST_WORD: Final = 40
_NOT_IN_WINDOWS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_NOBODY_WRITES = re.compile(
    "(?<=[^\\W\\d_])(?:[‚ƒ„†‡ˆ‰‹•˜›¡¢¤¥¦§¨¬¯±µ¶£¿¼¾]|‘(?![^\\W\\d_]))|(?<=[a-zß-ÿ])[ŽŠŒŸ]"
    "|(?<=[^\\W\\d_]{2})[³¹]|[£¥¼¾³¹](?=[a-z])"
)
"""What letters of MacRoman, DOS and Windows-1250 look like as Windows-1252: "Zo‘", "JosŽ", "Ren‚e", "£ukasz", "Wies³aw"."""
_SAMPLES: Final = 3
_MOST_LOOKED_AT: Final = 1_000

_HIGH_BYTES: Final = bytes(range(0x80, 0x100))
_TO_ONE_BYTE: Final = {code: code for code in range(0x100)} | {
    ord(bytes([code]).decode("cp1252")): code
    for code in range(0x80, 0xA0)
    if not _NOT_IN_WINDOWS_1252.match(bytes([code]))
}
"""What a byte became that was taken for Windows-1252, or for Latin-1."""


class Characters(NamedTuple):
    """A file as UTF-8 without a mark, and sentences about how it was read where that was not plain."""

    data: bytes
    notes: tuple[str, ...] = ()


def read_characters(data: bytes, file: str) -> Characters:
    """Give the text of a file as UTF-8. Raises BadInput, with the line, where a letter cannot be known for certain."""
    marked = next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), None)
    if marked is not None and marked[1] != "utf-8":
        return Characters(_wide(data.removeprefix(marked[0]), marked[1], file))
    data = data.removeprefix(b"\xef\xbb\xbf")
    wide = _wide_without_mark(data[:_HEAD])
    if wide is not None:
        return Characters(_wide(data, wide, file))
    declared = _declared(data, file)
    if data.isascii():
        return Characters(data)
    broken = _not_utf_8(data)
    if broken is None:
        return _utf_8(data, declared)
    if marked is not None or (declared in _UTF_8 and _mostly_utf_8(data)):
        what = (
            f"has a letter that is not UTF-8 (byte {data[broken]:02X}), unlike the rest of the file. Ask the sender to export "
            "it again"
        )
        raise BadInput([Problem(file, what, line_at(data, broken))])
    return _one_byte_a_letter(data, "cp1252" if declared in _UTF_8 | _LATIN else declared, declared, file)


def line_at(data: bytes, place: int) -> int:
    """The line on which byte ``place`` stands, from 1."""
    before = data[:place]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


def samples(data: bytes) -> str:
    """The first words with an accent, by which a person sees whether the letters are right."""
    found: dict[str, None] = {}
    end = 0
    for run in islice(_HIGH.finditer(data), _MOST_LOOKED_AT):
        if run.start() < end:
            continue
        before = _WORD_BEFORE.search(data[max(0, run.start() - _LONGEST_WORD) : run.start()])
        after = _WORD_AFTER.match(data[run.start() : run.start() + _LONGEST_WORD])
        end = run.start() + (len(after[0]) if after else 0)
        letters = (before[0] if before else b"") + (after[0] if after else b"")
        found.setdefault(printable(letters.decode("utf-8", "ignore")).strip(".-'"))
        if len(found) == _SAMPLES:
            break
    return ", ".join(f"“{word}”" for word in found if word)


def _declared(data: bytes, file: str) -> str:
    """The encoding that the file says it has, by the language's own name for it; UTF-8 when it says nothing."""
    said = _DECLARED.search(data[:_HEAD])
    if said is None:
        return "utf-8"
    name = said[1].decode("ascii").lower()
    if name.startswith(("ucs", "iso-10646", "unicode")):
        return "utf-16"
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if known in _UTF_8 | _LATIN or _ALSO_READ.fullmatch(known):
        return known
    what = f"says that it is in an encoding that cannot be read ({name}): expected UTF-8. Ask the sender to export it again"
    raise BadInput([Problem(file, what)])


def _wide_without_mark(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by where its empty bytes stand; None for text of single bytes."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 3 < len(head) or b"<" not in head:
        return None
    if min(even, odd) * 3 <= len(head) // 2:
        return "utf-16-le" if odd > even else "utf-16-be"
    empty = [not byte for byte in head[:4]]
    if empty == [False, True, True, True]:
        return "utf-32-le"
    return "utf-32-be" if empty == [True, True, True, False] else None


def _wide(data: bytes, encoding: str, file: str) -> bytes:
    width = 4 if encoding.startswith("utf-32") else 2
    over = len(data) % width
    if over and not data[-over:].strip(_PADDING + b"\r\n"):
        data = data[:-over]
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        done = data[: error.start].decode(encoding).encode()
        what = f"cannot be read as {encoding.upper()[:6]} from here on ({error.reason}): the copy is damaged or cut short. Ask for it again"
        raise BadInput([Problem(file, what, line_at(done, len(done)))]) from None


def _not_utf_8(data: bytes) -> int | None:
    """Where the first byte stands that is not UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _mostly_utf_8(data: bytes) -> bool:
    """Tell a UTF-8 file that was patched from a Windows-1252 one, which would turn "Zoë" into "ZoÃ«" unseen."""
    if _SURELY_UTF_8.search(data):
        return True
    rest = _MULTIBYTE.sub(b"", data)
    return len(data) - len(rest) > len(rest) - len(rest.translate(None, _HIGH_BYTES))


def _utf_8(data: bytes, declared: str) -> Characters:
    once = _written_twice(data)
    if once is not None:
        how = "the file's accents had been converted to UTF-8 twice, which was corrected"
        return Characters(once, (f"{how}: check them, as in {samples(once)}",))
    if declared in {"utf-8", "ascii"}:
        return Characters(data)
    return Characters(data, (_other_than_said(declared, "utf-8", data),))


def _written_twice(data: bytes) -> bytes | None:
    """What UTF-8 was before it was taken for Windows-1252 and written as UTF-8 again; None when it was written once."""
    try:
        once, _ = codecs.charmap_encode(data.decode(), "strict", _TO_ONE_BYTE)
        once.decode()
    except UnicodeError:
        return None
    return once


def _one_byte_a_letter(data: bytes, encoding: str, declared: str, file: str) -> Characters:
    place, found = _unsure_of(data) if encoding == "cp1252" else None, b""
    try:
        found = found if place is not None else data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        place = min(error.start, len(data) - 1)
    except UnicodeError:
        place = 0
    if place is not None:
        name = _NAMES.get(encoding, encoding.upper())
        what = (
            f"has a letter (byte {data[place]:02X}) that is neither UTF-8 nor {name}, so it cannot be read for certain. Ask the "
            "sender to export the file as UTF-8"
        )
        raise BadInput([Problem(file, what, line_at(data, place))])
    if declared in _UTF_8:
        return Characters(found, (_other_than_said(declared, encoding, found),))
    name = "ISO-8859-1" if declared == "iso8859-1" else _NAMES.get(encoding, encoding.upper())
    return Characters(found, (f"the file is {name}, as it says: check the accents, as in {samples(found)}",))


def _unsure_of(data: bytes) -> int | None:
    """Where a letter stands that is none of Windows-1252, or one that makes a word which nobody writes."""
    odd = _NOT_IN_WINDOWS_1252.search(data)
    if odd:
        return odd.start()
    strange = _NOBODY_WRITES.search(data.decode("cp1252"))
    return strange.start() if strange else None


def _other_than_said(declared: str, encoding: str, data: bytes) -> str:
    said = "ISO-8859-1" if declared == "iso8859-1" else _NAMES.get(declared, declared.upper())
    seen = samples(data)
    look = f": check the accents, as in {seen}" if seen else ""
    return f"the file should be {said} but is {_NAMES[encoding]}, and was read as that{look}"
