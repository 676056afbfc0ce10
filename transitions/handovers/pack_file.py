"""The file that carries handovers to another school: a heading that anybody may read, then the content, sealed.

The heading is one line of JSON: what the file is, from which school to which, made when, and how the key is made from the
passphrase. It names no pupil. Behind its line break stands the content, encrypted and authenticated together with the
heading (XChaCha20-Poly1305; the key from Argon2id), so that whoever changes one bit anywhere is found out. A heading that
was read without the passphrase is what the file says of itself; only ``open_sealed`` proves it.
"""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple, NoReturn, get_args

from transitions.dates import short_with_year
from transitions.errors import BadInput, CannotWrite, Fault, FieldProblems, Problem
from transitions.handovers.passphrases import plain_passphrase, read_new_passphrase
from transitions.text import clean, searchable

ENDING: Final = ".handover"
_LONGEST_SLUG: Final = 60


def slug(text: str) -> str:
    """A name as a part of the name of a file: "st-marys-school"; one without a Latin letter or digit gives "school"."""
    plain = re.sub(r"[^a-z0-9]+", "-", searchable(text))[:_LONGEST_SLUG].strip("-")
    return plain or "school"


PackKind = Literal["handover pack", "acknowledgement"]
VERSION: Final = 1
LONGEST_CONTENT: Final = 20_000_000
"""Bytes; a class of thirty that writes at length comes to less than one million."""
_LONGEST_HEADING: Final = 4096
LONGEST_FILE: Final = _LONGEST_HEADING + LONGEST_CONTENT + 16
"""Bytes; a longer file need not be read to be refused."""

_MAGIC: Final = "pupil-transitions handover file"
_START: Final = f'{{"file":"{_MAGIC}",'.encode()
_KEYS: Final = frozenset(
    {
        "file",
        "version",
        "kind",
        "pack",
        "from",
        "to",
        "made_on",
        "key",
        "passes",
        "memory_kib",
        "salt",
        "nonce",
        "sealed",
    }
)
_KEY_FROM: Final = "argon2id"
_PASSES: Final = range(1, 11)
_MEMORY_KIB: Final = range(8 * 1024, 256 * 1024 + 1)
"""What a file may ask of the computer that opens it; the most takes a second or two and 256 MiB, never more."""
_SALT_BYTES, _NONCE_BYTES, _SEAL_BYTES = 16, 24, 16
_UID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_LONGEST_NAME: Final = 200
_FIRST_YEAR: Final = 2000
_CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far ahead of ours another computer's clock may be."""


class Cost(NamedTuple):
    """What each try of a passphrase costs: ``passes`` 1 to 10 over ``memory_kib`` 8,192 to 262,144 KiB."""

    passes: int
    memory_kib: int


COST: Final = Cost(3, 128 * 1024)
"""A tenth to a quarter of a second on a laptop."""


@dataclass(frozen=True)
class Header:
    """What anybody may know of a file: its kind, the pack's own mark, from which school to which, made on which day.

    ``pack_uid`` has 8 to 64 letters, digits and hyphens; an acknowledgement bears that of the pack it answers.
    """

    kind: PackKind
    pack_uid: str
    sender: str
    receiver: str
    made_on: date


class NotOpened(BadInput):
    """The passphrase does not open the file: it is another one, or the file was changed. Asking again may help."""


class _Heading(NamedTuple):
    header: Header
    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: int
    """Bytes behind the line break."""


def seal(content: bytes, header: Header, passphrase: str, pupils: Iterable[str] = (), *, cost: Cost = COST) -> bytes:
    """Make the whole file. The names of the schools are made safe and cut to 200 characters.

    Raises FieldProblems ("passphrase") when it is too long or too easy to guess, and CannotWrite for content of more than 20 MB.
    """
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt
    from nacl.utils import random

    try:
        plain = read_new_passphrase(passphrase, (header.sender, header.receiver), pupils)
    except ValueError as problem:
        raise FieldProblems({"passphrase": str(problem)}) from None
    if len(content) > LONGEST_CONTENT:
        raise CannotWrite("These handovers are more than 20 MB together: make packs of fewer pupils.")
    if not _UID.fullmatch(header.pack_uid):
        raise ValueError("a pack's mark is 8 to 64 letters, digits and hyphens")
    salt, nonce = random(_SALT_BYTES), random(_NONCE_BYTES)
    heading = {
        "file": _MAGIC,
        "version": VERSION,
        "kind": header.kind,
        "pack": header.pack_uid,
        "from": clean(header.sender)[:_LONGEST_NAME],
        "to": clean(header.receiver)[:_LONGEST_NAME],
        "made_on": header.made_on.isoformat(),
        "key": _KEY_FROM,
        "passes": cost.passes,
        "memory_kib": cost.memory_kib,
        "salt": b64encode(salt).decode(),
        "nonce": b64encode(nonce).decode(),
        "sealed": len(content) + _SEAL_BYTES,
    }
    line = json.dumps(heading, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return line + encrypt(content, line, nonce, _key(plain, salt, cost))


def peek(data: bytes, *, name: str = "This file", today: date | None = None) -> Header:
    """What the file says of itself, without the passphrase. ``name`` is what sentences call it.

    Raises BadInput when it is not such a file, was cut short, is from a newer version, asks too much of this computer, or says
    that it was made on a day that cannot be, seen from ``today``.
    """
    return _parse(data, name, today)[0].header


def open_sealed(
    data: bytes, passphrase: str, *, name: str = "This file", today: date | None = None
) -> tuple[Header, bytes]:
    """Open a file: its heading, now proven, and the content.

    Raises what ``peek`` raises, and NotOpened when the passphrase does not open it: whether the passphrase is wrong or
    the file was changed cannot be told apart, by anybody.
    """
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
    from nacl.exceptions import CryptoError

    heading, line = _parse(data, name, today)
    key = _key(plain_passphrase(passphrase), heading.salt, heading.cost)
    try:
        return heading.header, decrypt(data[len(line) :], line, heading.nonce, key)
    except CryptoError:
        what = "was not opened: either the passphrase is wrong or the file was changed on its way. Ring the sender, on a number you already had, and ask for the passphrase or the file again. Nothing was written"
        raise NotOpened([Problem(name, what)]) from None


def _key(plain: str, salt: bytes, cost: Cost) -> bytes:
    from nacl.exceptions import RuntimeError as NoMemory
    from nacl.pwhash import argon2id

    try:
        return argon2id.kdf(32, plain.encode(), salt, opslimit=cost.passes, memlimit=cost.memory_kib * 1024)
    except NoMemory:
        need = cost.memory_kib // 1024
        raise Fault(f"This computer does not have the {need} MiB of free memory that the passphrase needs.") from None


def _parse(data: bytes, name: str, today: date | None) -> tuple[_Heading, bytes]:
    """The heading and the very bytes of its line, which are a part of what is authenticated."""
    if not data:
        _refuse(name, "is empty: copy it again, or ask the sender to send it again")
    end = data.find(b"\n", 0, _LONGEST_HEADING)
    if not data.startswith(_START[: len(data)]) or (end < 0 and len(data) >= _LONGEST_HEADING):
        _refuse(name, 'is not a handover file of this program: expected one whose name ends in ".handover"')
    if end < 0:
        _refuse(name, "was cut short on its way: copy it again, or ask the sender to send it again")
    line = data[: end + 1]
    try:
        heading = _read_heading(line, name)
    except (ValueError, KeyError, TypeError, RecursionError):
        _refuse(name, "has a damaged first line: ask the sender to send it again")
    made_on = heading.header.made_on
    if made_on.year < _FIRST_YEAR or (today is not None and made_on > today + _CLOCKS_DIFFER):
        what = (
            f"says that it was made on {short_with_year(made_on)}, which cannot be: either the clock of that computer is wrong, "
            "or the one here, or the file was changed"
        )
        _refuse(name, what)
    behind = len(data) - len(line)
    if behind < heading.sealed:
        have = f"it has {behind:,} of {heading.sealed:,} bytes"
        _refuse(name, f"was cut short on its way ({have}): copy it again, or ask the sender to send it again")
    if behind > heading.sealed:
        _refuse(name, "was changed on its way (something was added at the end): ask the sender to send it again")
    return heading, line


def _read_heading(line: bytes, name: str) -> _Heading:
    """Raises ValueError, KeyError, TypeError or RecursionError for whatever is not a heading of ours."""
    values = json.loads(line.decode("utf-8"))
    if _whole(values, "version") > VERSION:
        _refuse(name, "was made by a newer version of this program: update this one, or ask for another format")
    if values["version"] != VERSION or set(values) != _KEYS or values["key"] != _KEY_FROM:
        raise ValueError("not a heading of this version")
    passes, memory = _whole(values, "passes"), _whole(values, "memory_kib")
    if passes not in _PASSES or memory not in _MEMORY_KIB:
        what = (
            "asks for more work, or less, than any passphrase needs, and was not opened: it was changed on its way, or "
            "not made by this program"
        )
        _refuse(name, what)
    sealed = _whole(values, "sealed")
    if values["kind"] not in get_args(PackKind) or not _SEAL_BYTES <= sealed <= LONGEST_CONTENT + _SEAL_BYTES:
        raise ValueError("not a kind or a length that is made")
    if not _UID.fullmatch(values["pack"]):
        raise ValueError("not a mark")
    header = Header(values["kind"], values["pack"], *_names(values), date.fromisoformat(values["made_on"]))
    salt, nonce = _bytes(values["salt"], _SALT_BYTES), _bytes(values["nonce"], _NONCE_BYTES)
    return _Heading(header, Cost(passes, memory), salt, nonce, sealed)


def _whole(values: Mapping[str, Any], key: str) -> int:
    number = values[key]
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise TypeError(key)
    return number


def _names(values: Mapping[str, Any]) -> tuple[str, str]:
    sender, receiver = values["from"], values["to"]
    for found in (sender, receiver):
        if not isinstance(found, str) or len(found) > _LONGEST_NAME:
            raise ValueError("not a name")
    return clean(sender), clean(receiver)


def _bytes(text: str, length: int) -> bytes:
    try:
        found = b64decode(text, validate=True)
    except NotBase64:
        raise ValueError("not base64") from None
    if len(found) != length:
        raise ValueError("of another length")
    return found


def _refuse(name: str, what: str) -> NoReturn:
    raise BadInput([Problem(name, f"{what}. Nothing was written")])
