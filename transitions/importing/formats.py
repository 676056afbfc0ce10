"""What a file really is, by its first bytes, whatever its name says."""

import io
import zipfile
import zlib
from typing import NamedTuple

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
