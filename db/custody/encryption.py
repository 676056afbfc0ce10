"""A plain file made encrypted, and back; and a new key for one that has been seen by somebody who should not have.

The file is written whole beside the old one, held against it row by row count and page by page, and only then put in its place.
"""

from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from pathlib import Path

from sqlcipher3 import dbapi2

from db import driver
from db.custody import backup, keys, presence
from db.custody.damage import backups_of, is_encrypted, is_sound, way_back
from db.custody.keys import Key, NewKey
from db.custody.on_disk import flush, wipe
from db.driver import Connection
from db.errors import CannotWriteDatabase, DamagedDatabase, Fault, KeysLost, WrongPassphrase

BEFORE = ".before"
"""What the file that was is called until its bytes are written over."""

_OF_THEN = " A backup opens with the passphrase and the recovery code of the day it was made."


def check_alone(path: Path) -> None:
    """Raise DatabaseInUse while another program has the file open."""
    try:
        with closing(driver.connect(path)) as connection:
            driver.leave_wal(connection)
    except driver.Error as error:
        raise driver.explain(error, path) from None


def encrypt(path: Path, passphrase: str, elsewhere: Iterable[Path] = (), made: NewKey | None = None) -> str:
    """Encrypt a file and its backups, also those ``elsewhere``; give the recovery code.

    The plain bytes are written over before they are let go. Raises the faults of ``db.errors``; the file is then what it was.
    """
    with closing(driver.connect(path)) as plain:
        backup.make(plain, path, label="before-encryption")
    recovery = keys.make(path, passphrase, made)
    key = keys.UNLOCKED.key_of(path)
    try:
        _rewrite(path, key)
    except BaseException:
        if not is_encrypted(path):  # once it is, nothing but these keys opens it
            keys.keys_file(path).unlink(missing_ok=True)
            keys.UNLOCKED.forget()
        raise
    _encrypt_copies(path, key, [*backups_of(path), *elsewhere])
    return recovery


def _encrypt_copies(path: Path, key: Key | None, copies: Iterable[Path]) -> None:
    for one in copies:
        if not is_encrypted(one):
            keys.copy_beside(path, one)
            _rewrite(one, key)


def decrypt(path: Path) -> None:
    """Make an unlocked file plain; its backups stay as they are, with their keys. Raises the faults of ``db.errors``."""
    _rewrite(path, None)
    keys.UNLOCKED.forget()
    keys.keys_file(path).unlink(missing_ok=True)


def _rewrite(path: Path, key: Key | None) -> None:
    """Put the same records, under ``key`` or in clear, in the place of a file. Whoever has it open must have closed it."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        with presence.at_work_on(path, "the command that encrypts it"), closing(driver.connect(path)) as source:
            driver.leave_wal(source)
            driver.export(source, partial, key)
            _compare(source, partial, key)
        flush(partial)
        old = path.with_name(path.name + BEFORE)
        with suppress(OSError):  # where a file has one name only, its bytes are let go as they are
            forget_before(path)
            old.hardlink_to(path)
        # one step: whenever it ends, the records are at their place, the old or the new
        partial.replace(path)
        flush(path.parent)
    except driver.Error as error:
        raise driver.explain(error, path) from None
    except OSError as error:
        raise CannotWriteDatabase(
            f"{path}: it could not be rewritten ({error.strerror}). The records are unchanged."
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
            forget_before(path)


def _compare(source: Connection, partial: Path, key: Key | None) -> None:
    with closing(dbapi2.connect(str(partial), isolation_level=None)) as made:
        driver.unlock(made, partial, key)
        if driver.row_counts(source) != driver.row_counts(made) or not is_sound(made):
            raise DamagedDatabase(f"{source.path}: the copy differs, so nothing was changed. {way_back(source.path)}")


def forget_before(path: Path) -> None:
    """Write over what a file was before it was encrypted, and let it go: also what a program that was killed then left."""
    old = path.with_name(path.name + BEFORE)
    if not old.exists():
        return
    if old.samefile(path):  # a second name of the records themselves
        old.unlink()
        return
    wipe(old)


def new_key(path: Path, passphrase: str, made: NewKey) -> None:
    """Encrypt an unlocked file under another key, with its recovery code; earlier backups keep theirs.

    The new slots stand beside the old ones until the file is written, so that one of them opens it whatever happens between.
    """
    keys.beside_the_old(path, passphrase, made)
    _rewrite(path, made.key)
    keys.leave_the_old(path)
    keys.UNLOCKED.keep(path, made.key)


def _is_opened_by(path: Path, key: Key) -> bool:
    """Whether the key is that of the file, damaged or not. Raises the fault of a disk that cannot be read, which says nothing of it."""
    # what a power cut or a kill left half-written is taken back only by one that may write; on a disk that is read-only none may
    for mode in ("ro", "rw", "ro&immutable=1"):
        try:
            with closing(dbapi2.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as connection:
                driver.unlock(connection, path, key)
        except driver.Error as error:
            refused = error
            if not isinstance(error, dbapi2.OperationalError):
                break
        else:
            return True
    if isinstance(refused, dbapi2.OperationalError):
        raise driver.explain(refused, path)
    return "not a database" not in str(refused)


def unlock(path: Path, given: str, kinds: Collection[keys.Kind] = ("passphrase", "recovery")) -> None:
    """Unlock a file by a passphrase, or by its recovery code. Raises WrongPassphrase, KeysLost and DamagedDatabase."""
    found = keys.opened_by(path, given, kinds)
    for key in found:
        keys.UNLOCKED.keep(path, key)
        if _is_opened_by(path, key):
            with suppress(OSError, Fault):  # what was to be encrypted, too, when a program was killed over it
                forget_before(path)
                _encrypt_copies(path, key, backups_of(path) if is_encrypted(path) else ())
            return
    if found:
        raise _not_opened_by_its_keys(path)
    keys.check_whole(path)
    raise WrongPassphrase(
        f"{path}: that is neither the passphrase nor the recovery code for this file. Capitals and spaces matter in a passphrase. If you have forgotten it, type the recovery code you were shown when the file was encrypted.{_OF_THEN if path.parent.name.endswith('-backups') else ''}"
    )


def _not_opened_by_its_keys(path: Path) -> Fault:
    """The fault of a file that the right passphrase does not open: damaged where the same keys open its backups."""
    beside, copies = keys.keys_file(path), keys.copies_of(path)
    if any(keys.UNLOCKED.key_of(one) for one in copies):
        return DamagedDatabase(
            f"{path}: the passphrase is right, but the file is damaged at the start and cannot be read. {way_back(path)}"
        )
    source = (
        f"from beside the newest backup: {keys.keys_file(copies[-1])} to {beside}" if copies else "from where it was"
    )
    return KeysLost(
        f'{path}: the passphrase opens {beside.name}, but those keys belong to another file, or this file is damaged at the start. Copy its own {beside.name} {source}. If that does not open it either, go back to a backup: transitions restore FILE --db "{path}"'
    )
