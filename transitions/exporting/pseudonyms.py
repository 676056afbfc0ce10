"""Codes that stand for pupils: the same pupil has the same code in every file, and nobody without the key can tell whose.

The key is 32 random bytes in a file of its own, never in the database and never in a file that is passed on. A
pseudonymised file is still personal data (UK GDPR, article 4(5) and recital 26).
"""

import hmac
import os
import secrets
from base64 import b32encode
from pathlib import Path

from transitions.errors import BadInput, CannotWrite, NoSuchFile, NotAllowed, Problem
from transitions.exporting.target import why_not
from transitions.text import printable

__all__ = ["Pseudonyms"]

_KEY_BYTES = 32
_CODE_BYTES = 10  # 80 bits: among a million pupils two get the same code once in two trillion tries


class Pseudonyms:
    """Gives each pupil's code, by HMAC-SHA256 of the UPN (of the number in this database for a pupil without one)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def open(cls, path: Path) -> "Pseudonyms":
        """Read the key from ``path``, or make one there that only its owner may read.

        Raises NotAllowed when others may read it, BadInput when it is damaged, NoSuchFile and CannotWrite.
        """
        name = printable(str(path))
        try:
            return cls(_read(path, name))
        except FileNotFoundError:
            pass
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return cls(_read(path, name))
        except OSError as error:
            raise CannotWrite(f"{name}: {why_not(error)}; pseudonyms need this key") from error
        key = secrets.token_bytes(_KEY_BYTES)
        with os.fdopen(file, "w", encoding="ascii") as made:
            made.write(f"{key.hex()}\n")
            made.flush()
            os.fsync(made.fileno())
        return cls(key)

    def code(self, pupil_id: int, upn: str | None) -> str:
        """Give a pupil's code: p and 16 letters and digits."""
        whose = f"upn {upn}" if upn else f"pupil {pupil_id}"
        digest = hmac.digest(self._key, whose.encode(), "sha256")
        return "p" + b32encode(digest[:_CODE_BYTES]).decode().lower()


def _read(path: Path, name: str) -> bytes:
    try:
        text = path.read_text(encoding="ascii")
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise
    except UnicodeDecodeError:
        text, mode = "", 0
    except OSError as error:
        raise NoSuchFile(
            f"{name}: the key of the pseudonyms cannot be read ({error.strerror or 'no reason given'})"
        ) from error
    if os.name == "posix" and mode & 0o077:
        raise NotAllowed(f"{name}: others may read the key of the pseudonyms. Close it to them: chmod 600 {name}")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        what = "is not a key of pseudonyms, or is damaged: put back a copy, or move it away for a new key and new codes"
        raise BadInput([Problem(name, what)])
    return key
