"""The key of an encrypted file, and who can open it: wrapped by a passphrase, by a recovery code, and by the system's keyring.

The file is encrypted by SQLCipher under 32 random bytes. The file beside it (``<name>.keys.json``) holds these sealed once for each
way in (a slot), and nothing in clear; so a passphrase is changed without writing the records anew, and a forgotten one is no loss
while the recovery code is at hand. Without that file nothing opens the records: it is copied beside every backup.
"""

import json
import re
from base64 import b32encode, b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from os import urandom
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from unicodedata import normalize

from db.custody import system_keyring
from db.custody.on_disk import put
from db.errors import CannotWriteDatabase, KeysLost, NoMemory

Kind = Literal["passphrase", "recovery", "keyring"]

SUFFIX: Final = ".keys.json"
KEY_BYTES: Final = 32
_RECOVERY_BYTES, _CODE_LETTERS = 20, 32
_VERSION: Final = 1
_OPSLIMIT, _MEMLIMIT = 3, 128 * 1024 * 1024
"""argon2id: three passes over 128 MiB, about a tenth of a second; kept in each slot, so that later files may ask for more."""


_MOST_OPS, _MOST_MEMORY = 16, 1 << 30
"""What a later version may ask for; more, in keys that somebody has altered, would hang."""


class Key(NamedTuple):
    """The bytes that open a file; never printed, never written but sealed."""

    secret: bytes

    def __repr__(self) -> str:
        return "Key(…)"

    @property
    def pragma(self) -> str:
        """As SQLCipher takes a raw key."""
        return f"x'{self.secret.hex()}'"


def keys_file(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def copies_of(path: Path) -> list[Path]:
    """The backups of a file that have keys beside them, the oldest first."""
    folder = path.with_name(f"{path.stem}-backups")
    return [one for one in sorted(folder.glob("*.db")) if keys_file(one).exists()]


class _Unlocked:
    """The keys that this process was given, by the file that each opens and its copies; it forgets them when it locks.

    The way from an error to the newest sound backup, and from a connection to the next one, runs through a dozen functions that know
    a path and nothing else. A key is no business of theirs, so it stands here and nowhere else.
    """

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._files: dict[Path, bytes] = {}

    def keep(self, path: Path, key: Key) -> None:
        self._keys[_read(path)["file"]] = key
        self.look_again(path)

    def key_of(self, path: Path) -> Key | None:
        """The key of a file, or of a backup with its keys beside it; None when it is plain or locked."""
        if not self._keys or not (keys_file(path).exists() or self.is_put_back(path)):
            return None
        if path in self._files:
            self.look_again(path)
        return self._keys.get(_read(path)["file"])

    def look_again(self, path: Path) -> None:
        """Keep what holds the keys of a file as it is now: somebody may have changed the passphrase, also from elsewhere."""
        with suppress(OSError):
            self._files[path] = keys_file(path).read_bytes()

    def is_put_back(self, path: Path) -> bool:
        """Whether the keys of a file, lost since it was unlocked, could be put back as they were then."""
        if path in self._files and path.exists() and not keys_file(path).exists():
            with suppress(OSError):
                put(keys_file(path), self._files[path])
                return True
        return False

    def forget(self) -> None:
        self._keys.clear()
        self._files.clear()


UNLOCKED: Final = _Unlocked()


class NewKey(NamedTuple):
    """A key that was made, and the recovery code, which is shown once and kept nowhere."""

    key: Key
    recovery: str


def fresh() -> NewKey:
    return NewKey(Key(urandom(KEY_BYTES)), recovery_code())


def make(path: Path, passphrase: str, made: NewKey | None = None) -> str:
    """Keep the key of a file that is to be encrypted, unlock it, and give the recovery code. Raises CannotWriteDatabase."""
    made, file_id = made or fresh(), _new_id()
    if (before := keys_file(path)).exists():  # they may be the only ones that open something
        before.replace(before.with_name(f"{before.name}.before-{file_id[:8]}"))
    _write(path, {"version": _VERSION, "file": file_id, "slots": _slots(made, passphrase, file_id)})
    UNLOCKED.keep(path, made.key)
    return made.recovery


def opened_by(path: Path, given: str, kinds: Collection[Kind] = ("passphrase", "recovery")) -> list[Key]:
    """The keys that a passphrase or recovery code unseals; while a file gets a new key there may be two. Raises KeysLost."""
    kept = _read(path)
    with _lost_when_garbled(path):
        found = [_open(slot, given, slot.get("file", kept["file"])) for slot in kept["slots"] if slot["kind"] in kinds]
    return list(dict.fromkeys(key for key in found if key is not None))


def beside_the_old(path: Path, passphrase: str, made: NewKey) -> None:
    """Put the slots of a new key before those of the old one. Raises KeysLost and CannotWriteDatabase.

    The file is another from now on: backups that were made before keep their own name, under which the old key opens them.
    """
    kept, file_id = _read(path), _new_id()
    key = UNLOCKED.key_of(path)
    slots = [*_slots(made, passphrase, file_id), *_with_their_file(kept)]
    _write(path, {**kept, "file": file_id, "slots": slots})
    if key is not None:
        UNLOCKED.keep(path, key)


def leave_the_old(path: Path) -> None:
    """Take out the slots of the key before. Raises KeysLost and CannotWriteDatabase."""
    kept = _read(path)
    _write(path, {**kept, "slots": kept["slots"][:2]})


def _slots(made: NewKey, passphrase: str, file_id: str) -> list[dict[str, Any]]:
    return [_seal(made.key, "passphrase", passphrase, file_id), _seal(made.key, "recovery", made.recovery, file_id)]


def change_passphrase(path: Path, key: Key, passphrase: str) -> None:
    """Seal the key anew: the old passphrase opens nothing from then on, but backups that were made before."""
    _replace(path, key, "passphrase", passphrase)


def change_recovery_code(path: Path, key: Key, code: str) -> None:
    _replace(path, key, "recovery", code)


def put_in_keyring(path: Path, key: Key) -> None:
    """Have the system's keyring open the file: a secret that nobody knows stands there. Raises NoKeyring and as ``_write`` does."""
    secret = recovery_code()
    system_keyring.put(_read(path)["file"], secret)
    _replace(path, key, "keyring", secret)


def kept_in_keyring(path: Path) -> str | None:
    """What the system's keyring opens the file with; None when it is not to. Raises NoKeyring and KeysLost."""
    return system_keyring.of(_read(path)["file"]) or "" if "keyring" in slots(path) else None


def take_out_of_keyring(path: Path) -> None:
    """Have the keyring open the file no longer, nor its backups. Raises NoKeyring when the secret is still in it."""
    kept = _read(path)
    _write(path, {**kept, "slots": [slot for slot in kept["slots"] if slot["kind"] != "keyring"]})
    system_keyring.take_out(kept["file"])


def slots(path: Path) -> list[Kind]:
    return [slot["kind"] for slot in _read(path)["slots"]]


def copy_beside(path: Path, copy: Path) -> None:
    """Put what unlocks a file beside its copy; nothing for a plain one. Raises OSError."""
    UNLOCKED.is_put_back(path)
    source = keys_file(path)
    if source.exists():
        put(keys_file(copy), source.read_bytes())


def take_in(source: Path, path: Path) -> None:
    """Put the keys of a backup before those of the file whose place it is to take. Raises OSError."""
    kept: dict[str, Any] = {}
    if not keys_file(source).exists():
        return
    with suppress(KeysLost):
        kept = _read(path)
    new = _read(source)
    put(keys_file(path), _written({**new, "slots": [*new["slots"], *_with_their_file(kept)]}))


def _with_their_file(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The slots, each with the file that it is bound to, to stand behind those of another."""
    return [{**slot, "file": slot.get("file", kept["file"])} for slot in kept.get("slots", ())]


def _replace(path: Path, key: Key, kind: Kind, given: str) -> None:
    kept = _read(path)
    others = [slot for slot in kept["slots"] if slot["kind"] != kind]
    _write(path, {**kept, "slots": [*others, _seal(key, kind, given, kept["file"])]})


def _new_id() -> str:
    return urandom(16).hex()


def recovery_code() -> str:
    """Twenty random bytes in groups of letters and digits that are not taken for each other."""
    text = b32encode(urandom(_RECOVERY_BYTES)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _plainly(kind: Kind, given: str) -> bytes:
    """A passphrase as every keyboard writes it; of a recovery code the letters and digits alone."""
    if kind == "recovery":
        return re.sub(r"[^A-Z2-7]", "", given.upper().replace("0", "O").replace("1", "I")).encode()
    return normalize("NFKC", given).encode()


def _seal(key: Key, kind: Kind, given: str, file_id: str) -> dict[str, Any]:
    from nacl import bindings, pwhash

    salt = urandom(pwhash.argon2id.SALTBYTES)
    nonce = urandom(bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    slot = {"kind": kind, "kdf": "argon2id", "opslimit": _OPSLIMIT, "memlimit": _MEMLIMIT, "salt": _text(salt)}
    wrapping = _derived(slot, kind, given)
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(key.secret, _about(kind, file_id), nonce, wrapping)
    return {**slot, "nonce": _text(nonce), "sealed": _text(sealed)}


def _open(slot: Mapping[str, Any], given: str, file_id: str) -> Key | None:
    from nacl import bindings
    from nacl.exceptions import CryptoError

    kind: Kind = slot["kind"]
    if not _plainly(kind, given) or (kind == "recovery" and len(_plainly(kind, given)) != _CODE_LETTERS):
        return None  # deriving a key takes a tenth of a second: not for what cannot be one
    wrapping, about = _derived(slot, kind, given), _about(kind, file_id)
    sealed, nonce = b64decode(slot["sealed"]), b64decode(slot["nonce"])
    try:
        return Key(bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, about, nonce, wrapping))
    except CryptoError:
        return None


def _derived(slot: Mapping[str, Any], kind: Kind, given: str) -> bytes:
    from nacl import pwhash
    from nacl.exceptions import RuntimeError as Refused

    salt, ops, memory = b64decode(slot["salt"]), slot["opslimit"], slot["memlimit"]
    if ops > _MOST_OPS or memory > _MOST_MEMORY:
        raise ValueError
    try:
        return pwhash.argon2id.kdf(KEY_BYTES, _plainly(kind, given), salt, opslimit=ops, memlimit=memory)
    except Refused:
        raise NoMemory(f" to try a passphrase, which takes {memory >> 20} MB") from None


def _about(kind: Kind, file_id: str) -> bytes:
    """What a slot is bound to: one that is moved to another file, or called something else, does not open."""
    return f"{kind} {file_id}".encode()


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _written(kept: Mapping[str, Any]) -> bytes:
    return json.dumps({**kept, "digest": _digest(kept)}, indent=1).encode()


def _digest(kept: Mapping[str, Any]) -> str:
    return sha256(json.dumps({**kept, "digest": None}, sort_keys=True).encode()).hexdigest()


def check_whole(path: Path) -> None:
    """Raise KeysLost where not every letter of the keys is as it was written: of a damaged slot the right passphrase opens nothing."""
    with _lost_when_garbled(path):
        kept = _read(path)
        if kept.get("digest", _digest(kept)) != _digest(kept):
            raise ValueError


def check_readable(path: Path) -> None:
    """Raise KeysLost where the keys are missing, or nothing can be made of them."""
    _read(path)


def _read(path: Path) -> dict[str, Any]:
    with _lost_when_garbled(path):
        kept = json.loads(keys_file(path).read_text(encoding="utf-8"))
        if kept["version"] != _VERSION or not isinstance(kept["slots"], list) or not kept["slots"]:
            raise ValueError
        return dict(kept)


@contextmanager
def _lost_when_garbled(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError):
        raise lost(path) from None


def lost(path: Path) -> KeysLost:
    """The fault of a file whose keys are missing or damaged, with the copy to put in their place."""
    beside = keys_file(path)
    whole = [keys_file(one) for one in copies_of(path) if _is_whole(one)]
    way = (
        f"Copy the latest one back: {whole[-1]} to {beside}"
        if whole
        else "Copy it back from beside a backup: every backup has one, and without it nobody can open the records. Where the backups are: transitions locate"
    )
    how = "damaged" if beside.exists() else "missing"
    return KeysLost(f"{path}: this file is encrypted, and {beside.name}, its key file, is {how}. {way}")


def _is_whole(path: Path) -> bool:
    with suppress(KeysLost):
        check_whole(path)
        return True
    return False


def _write(path: Path, kept: Mapping[str, Any]) -> None:
    try:
        put(keys_file(path), _written(kept))
        UNLOCKED.look_again(path)
    except OSError as error:
        raise CannotWriteDatabase(
            f"{keys_file(path)}: the keys could not be written ({error.strerror}); nothing was changed. Free some space and try again."
        ) from None
