"""What kind of file it is by its first bytes, and in which encoding a text file was written: told by its bytes, and by the names that they would make."""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from transitions.errors import BadInput, Problem
from transitions.text import printable

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "mac_roman": "MacRoman",
}
ENCODINGS: Final = tuple(dict.fromkeys(NAMES.values()))
"""The encodings that a person may name."""

_UNICODE: Final = frozenset({"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"})
_OLD: Final = ("cp1252", "cp1250", "mac_roman")
_NOT_IN_WINDOWS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(rb"[A-Za-z'\x80-\xff-]*[\x80-\xff][A-Za-z'\x80-\xff-]*")
_LOOKED_AT: Final = 5_000
_LONGEST_SAMPLE: Final = 60
_GARBLED = re.compile(
    "[\u00c2-\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_COMMON: Final = {
    "cp1252": frozenset("àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿß"),
    "cp1250": frozenset("áâăäąćčçďđéęëěíîĺľłńňóôőöŕřśšşťţúůűüýźžż"),
    "mac_roman": frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿß"),
}
"""Letters of names in the languages for which an encoding is used."""
_STRANGE = re.compile("ñ[bcdfghjklmnpqrstvwxz]|ø.*[áíýúó]|[áíýúó].*ø|æ\\b|è[aeiou]")
"""Letters that Western names do not have side by side; they are the ń, ř, ć and č of names further east."""
_APOSTROPHES: Final = "’‘'"


class ReadAs(NamedTuple):
    """The codec; of a file that is not plainly UTF-8 a line with accents, to see that they are right; and what looks wrong."""

    codec: str
    sample: str = ""
    note: str = ""


class Unclear(BadInput):
    """The accents make sense in more than one encoding; ``choices`` are their codecs, each with how a word would look."""

    def __init__(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.choices = tuple(choices)
        ways = " or ".join(f'{NAMES[codec]} ("{word}")' for codec, word in choices)
        super().__init__([Problem(name, f'may be {ways}: say which with --encoding, or save it as "CSV UTF-8"')])


def encoding_of(data: bytes, name: str, given: str = "") -> ReadAs:
    """The encoding in which all of ``data`` can be read; never replaces a letter of somebody's name.

    ``given`` is a codec that a person chose. Raises BadInput, and Unclear when a person should choose.
    """
    marked = marked_as(data)
    encoding = marked or given or "utf-8"
    try:
        decoded = data.decode(encoding)
    except UnicodeDecodeError as error:
        if marked or given or _mostly_utf_8(data):
            what = f"the file is {NAMES[encoding]} but cannot be read as that from here on: export or copy it again"
            raise BadInput([Problem(name, what, line_at(data, error.start, encoding))]) from None
        encoding, decoded = "", data.decode("latin-1")
    if "\0" in decoded:
        line = 1 + line_ends(decoded[: decoded.index("\0")])
        if line == 1:
            raise BadInput([Problem(name, 'is not text, so not a table: save it as "CSV UTF-8" or as .xlsx')])
        what = "has an empty byte here, so something may be lost: export or copy it again"
        raise BadInput([Problem(name, what, line)])
    if encoding:
        return ReadAs(encoding, _sample(decoded) if encoding not in _UNICODE else "", _note(decoded, encoding))
    encoding = _guessed(data, name)
    return ReadAs(encoding, _sample(data.decode(encoding)))


def marked_as(data: bytes) -> str | None:
    """The codec of which a file has the mark; UTF-16 without one is known by its every second byte, which is empty."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    first, second = (data[place:_LOOKED_AT:2].count(0) * 2 for place in (0, 1))
    half = len(data[:_LOOKED_AT]) // 2
    return "utf-16-le" if first == 0 < half < second else "utf-16-be" if second == 0 < half < first else None


def without_tail(data: bytes) -> bytes:
    """Without the empty bytes and the end mark that a broken copy or an old program leaves behind a text."""
    return data if (marked_as(data) or "").startswith("utf-16") else data.rstrip(b"\0\x1a") or data


def encoding_named(name: str | None) -> str:
    """The codec of one of ``ENCODINGS``, whatever its capitals; nothing for none."""
    return next((codec for codec, shown in NAMES.items() if name and shown.casefold() == name.casefold()), "")


def _sample(text: str) -> str:
    accent = _NOT_ASCII.search(text)
    number, line = _line_with(text, accent.start() if accent else 0)
    return f'line {number}: "{line}"'


def _note(text: str, codec: str) -> str:
    garbled = _GARBLED.search(text) if codec in _UNICODE else None
    if garbled is None:
        return ""
    number, line = _line_with(text, garbled.start())
    return f'line {number} looks garbled where the file comes from: "{line}". Ask for the list again as CSV UTF-8'


def _line_with(text: str, place: int) -> tuple[int, str]:
    begins = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
    line = printable(_LINE_END.split(text[begins : place + 200])[0])
    shown = line if len(line) <= _LONGEST_SAMPLE else f"{line[max(0, place - begins - 30) :][:_LONGEST_SAMPLE]}…"
    return 1 + line_ends(text[:begins]), shown


def _guessed(data: bytes, name: str) -> str:
    """The old encoding in which the words with accents look most like names. Windows-1252 where nothing speaks for another."""
    words = [found[0] for found in _WORD.finditer(data)][:_LOOKED_AT]
    odd = {codec: sum(_oddity(word, codec) for word in words) for codec in _OLD}
    fits_windows_1252 = not _NOT_IN_WINDOWS_1252.search(data)
    if fits_windows_1252 and odd["cp1252"] == min(odd.values()):
        return "cp1252"
    best = [codec for codec in _OLD if odd[codec] == min(odd.values()) and _can(data, codec)]
    if min(odd.values()) * 2 <= len(words) and best:
        told = {codec: next((w for w in words if _oddity(w, "cp1252")), words[0]).decode(codec) for codec in best}
        if len(set(told.values())) == 1:
            return best[0]
        if len(best) > 1:
            # A Macintosh that writes MacRoman ends its lines as it did then.
            if "mac_roman" in best and b"\n" not in data:
                return "mac_roman"
            raise Unclear(name, list(told.items()))
    if fits_windows_1252:
        return "cp1252"
    what = 'a letter is neither UTF-8 nor Windows-1252: save the file as "CSV UTF-8" where it came from'
    places = [found.start() for found in _NOT_IN_WINDOWS_1252.finditer(data)]
    lines = dict.fromkeys(line_at(data, place, "cp1252") for place in places[:20])
    raise BadInput([Problem(name, what, line) for line in lines])


def _can(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _oddity(word: bytes, codec: str) -> int:
    """How little a word looks like a name: 0 for one that may be one, up to 2; accents alone say nothing, which is 1."""
    try:
        text = word.decode(codec)
    except UnicodeDecodeError:
        return 2
    if not any(letter.isascii() and letter.isalpha() for letter in text):
        return 1
    return min(2, sum(_odd_letter(text, place, codec) for place, letter in enumerate(text) if not letter.isascii()))


def _odd_letter(text: str, place: int, codec: str) -> int:
    letter, before, after = text[place], text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    if letter in _APOSTROPHES:
        return 0 if after.isalpha() or (letter == "’" and before.casefold() == "s") else 2
    if not letter.isalpha() or unicodedata.category(letter) in ("Lm", "Lo"):
        return 0 if not after.isalpha() and not before.isalpha() else 2
    if letter.isupper() and (before.islower() or (after.isupper() and not text.isupper())):
        return 2
    if codec == "cp1252" and (_STRANGE.search(text.casefold()) is not None):
        return 1
    return 0 if letter.casefold() in _COMMON[codec] and (before or letter.isupper()) else 1


def _mostly_utf_8(data: bytes) -> bool:
    """Tell a UTF-8 file that was cut or patched from a Windows-1252 one, which would turn "Zoë" into "ZoÃ«" unseen."""
    tried = data.decode("utf-8", "replace")
    wrong = tried.count("\ufffd")
    return len(_NOT_ASCII.findall(tried)) - wrong > wrong


def line_at(data: bytes, place: int, encoding: str) -> int:
    return 1 + line_ends(data[:place].decode(encoding, "ignore"))


def line_ends(text: str) -> int:
    return sum(1 for _ in _LINE_END.finditer(text))


_AS_TABLE = "ask for the same list as CSV or as an Excel workbook"
_SAVE_AGAIN = 'open it in Excel and save it as "CSV UTF-8"'


class KnownFormat(NamedTuple):
    """What a file looks like ("a PDF document") and what to do when a table was wanted."""

    what: str
    remedy: str
    spreadsheet: bool = False


_BY_FIRST_BYTES = (
    (b"%pdf-", KnownFormat("a PDF document", _AS_TABLE)),
    (b"{\\rtf", KnownFormat("a rich-text document", _AS_TABLE)),
    (b"sqlite format 3\0", KnownFormat("a database file", _AS_TABLE)),
    (b"\x1f\x8b", KnownFormat("a compressed file", "unpack it and import what is inside")),
    (b"\x89png", KnownFormat("a picture", _AS_TABLE)),
    (b"\xff\xd8\xff", KnownFormat("a picture", _AS_TABLE)),
    (b"<!doctype html", KnownFormat("a web page", _SAVE_AGAIN)),
    (b"<html", KnownFormat("a web page", _SAVE_AGAIN)),
    (b"<table", KnownFormat("a web page", _SAVE_AGAIN)),
)
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(data: bytes) -> KnownFormat | None:
    """What ``data``, the whole of a file, is known to be; None for text that may be a table, and for the unknown."""
    if data.startswith(_ZIP):
        return _kind_of_zip(data)
    if data.startswith(_OLD_OFFICE):
        return _kind_of_old_office(data)
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<?xml"):
        return _kind_of_xml(head)
    return next((kind for first, kind in _BY_FIRST_BYTES if head.startswith(first)), None)


def _kind_of_zip(data: bytes) -> KnownFormat:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = b""
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    mimetype = part.read(100)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError):
        return KnownFormat("a damaged or half-copied workbook or zip file", "copy or export it again")
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return KnownFormat("an Excel workbook", _SAVE_AGAIN, spreadsheet=True)
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return KnownFormat("an OpenDocument spreadsheet", _SAVE_AGAIN, spreadsheet=True)
    if "word/document.xml" in names:
        return KnownFormat("a Word document", _AS_TABLE)
    return KnownFormat("a zip file", "unpack it and import what is inside")


def _kind_of_old_office(data: bytes) -> KnownFormat:
    if "WordDocument".encode("utf-16-le") in data:
        return KnownFormat("a Word document", _AS_TABLE)
    if "EncryptedPackage".encode("utf-16-le") in data:
        return KnownFormat(
            "a workbook protected by a password", "take the password off in Excel, or save it as CSV there"
        )
    return KnownFormat("an old Excel workbook", _SAVE_AGAIN, spreadsheet=True)


def _kind_of_xml(head: bytes) -> KnownFormat:
    if b"<ctfile" in head:
        return KnownFormat("a Common Transfer File", 'import it with "transitions import ctf"')
    if b"schemas-microsoft-com:office:spreadsheet" in head:
        return KnownFormat("an XML spreadsheet", _SAVE_AGAIN)
    if b"<html" in head:
        return KnownFormat("a web page", _SAVE_AGAIN)
    return KnownFormat("an XML file", _AS_TABLE)
