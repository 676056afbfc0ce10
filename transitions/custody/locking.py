"""Who can open the records: the passphrase, how it is given, and what may be one.

A new file is encrypted. One in clear is made only where somebody says so (``TRANSITIONS_NEW_FILE=plain``), and for made-up pupils.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from db import driver
from db.custody import backup, damage, encryption, keys
from db.custody.access_log import ACCESS
from db.errors import Fault, NoKeyring
from db.journal import Action
from db.milestones import definitions
from transitions.clock import Clock
from transitions.custody.backups import WERE_ENCRYPTED, copies_of
from transitions.errors import NoSuchFile, NotAllowed
from transitions.text import capital, how_many
from transitions.workspace import DEMO, Recorded, Workspace

NEW_FILE: Final = "TRANSITIONS_NEW_FILE"
PASSPHRASE_FILE: Final = "TRANSITIONS_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
WHY: Final = "Your records are about children, and a laptop gets lost: without the passphrase nobody can read the file or any copy of it. Five unrelated plain words are easy to remember and hard to guess."
WRITE_DOWN: Final = "This recovery code opens the records if you forget the passphrase. It is shown once and kept nowhere. Write it down and lock it away, separate from this computer."


def is_locked(path: Path) -> bool:
    """Whether a passphrase is needed before the file can be opened. Raises KeysLost when its keys are lost or damaged."""
    if not damage.is_encrypted(path):
        return False
    if not keys.keys_file(path).exists():
        if not keys.copies_of(path):
            return False  # nothing says that it was ever ours: opening it says what it is
        raise keys.lost(path)
    keys.check_readable(path)
    return keys.UNLOCKED.key_of(path) is None


def without_keys(path: Path) -> bool:
    """Whether a file is encrypted, and what holds its keys is not beside it."""
    return damage.is_encrypted(path) and not keys.keys_file(path).exists()


def unlock(path: Path, given: str) -> bool:
    """Whether it was the recovery code that opened it. Raises WrongPassphrase and KeysLost."""
    encryption.unlock(path, given)
    return bool(keys.opened_by(path, given, ["recovery"]))


def try_keyring(path: Path) -> str:
    """Unlock by what the system's keyring keeps, where the file is to be opened so; why it was not, or ""."""
    try:
        secret = keys.kept_in_keyring(path)
        if secret is not None:
            encryption.unlock(path, secret, ["keyring"])
    except NoKeyring as reason:
        return f"The system’s keyring did not open the records: {reason.sentence}."
    except Fault:
        return "The system’s keyring did not open the records: it no longer has what opens them."
    return ""


def use_keyring(path: Path, clock: Clock) -> None:
    """Have the system's keyring open the records. Raises NotAllowed for a plain file, and NoKeyring in a whole sentence."""
    key = ensure_encrypted(path)
    try:
        with _told(path, clock, "this computer’s keyring opens the records"):
            keys.put_in_keyring(path, key)
    except NoKeyring as reason:
        raise NoKeyring(
            f"The system’s keyring cannot be used: {reason.sentence}. The passphrase still opens the records."
        ) from None


def leave_keyring(path: Path, clock: Clock) -> None:
    """Have the keyring open the records no longer. Raises as ``use_keyring`` does."""
    ensure_encrypted(path)
    _tell(path, clock, "the keyring no longer opens the records")
    try:
        keys.take_out_of_keyring(path)
    except NoKeyring as reason:
        raise NoKeyring(
            f"The system’s keyring no longer opens the records, but what it has still opens earlier backups: {reason.sentence}."
        ) from None


def check_begins(path: Path) -> None:
    """Raise NoDatabase where a file is to begin of which there are keys, or backups, already."""
    if (gone := damage.once_here(path)) is not None:
        raise gone


def unlock_unasked(path: Path, file: Path | None) -> None:
    """Unlock a file by the keyring, or by the passphrase in ``file``, as far as they go."""
    with suppress(Fault):
        if is_locked(path):
            try_keyring(path)
            if file is not None and is_locked(path):
                unlock(path, passphrase_in(file))


# What gives a recovery code is done when the block ends in which somebody is shown it: one that was killed before has changed nothing.


@contextmanager
def begun(path: Path, passphrase: str) -> Iterator[str]:
    """Make the key of a file that is not there yet. Raises NotAllowed for what is no passphrase."""
    check_new(passphrase)
    made = keys.fresh()
    yield made.recovery
    keys.make(path, passphrase, made)


@contextmanager
def encrypted(path: Path, passphrase: str, clock: Clock) -> Iterator[str]:
    """Encrypt a plain file, which nobody has open, and its backups. Raises as ``db.encryption`` does."""
    check_new(passphrase)
    ensure_plain(path)
    encryption.check_alone(path)
    made = keys.fresh()
    yield made.recovery
    with _told(path, clock, WERE_ENCRYPTED):
        encryption.encrypt(path, passphrase, copies_of(path), made)


def decrypt(path: Path, clock: Clock) -> None:
    """Raises NotAllowed for a plain file, and as ``db.encryption`` does."""
    ensure_encrypted(path)
    encryption.check_alone(path)
    with _told(path, clock, "the records were decrypted: anybody who has the file can read them"):
        encryption.decrypt(path)


def change(path: Path, passphrase: str, clock: Clock) -> None:
    check_new(passphrase)
    key = ensure_encrypted(path)
    if keys.opened_by(path, passphrase, ["passphrase"]):
        raise NotAllowed("That is the passphrase already. Nothing was changed: choose another one.")
    with _told(path, clock, "the passphrase was changed"):
        keys.change_passphrase(path, key, passphrase)


@contextmanager
def new_recovery_code(path: Path, clock: Clock) -> Iterator[str]:
    key, code = ensure_encrypted(path), keys.recovery_code()
    yield code
    with _told(path, clock, "the recovery code was changed"):
        keys.change_recovery_code(path, key, code)


@contextmanager
def new_key(path: Path, passphrase: str, clock: Clock) -> Iterator[str]:
    """Encrypt under another key, with a new recovery code. Nobody may have the file open."""
    check_new(passphrase)
    ensure_encrypted(path)
    encryption.check_alone(path)
    made = keys.fresh()
    yield made.recovery
    if "keyring" in keys.slots(path):
        with suppress(NoKeyring):
            keys.take_out_of_keyring(path)
    _back_up(path)
    with _told(path, clock, "the key, the passphrase and the recovery code were changed"):
        encryption.new_key(path, passphrase, made)
    _back_up(path)  # the new key stands in no other place yet


@contextmanager
def _told(path: Path, clock: Clock, what: str) -> Iterator[None]:
    """Write into the history what is about to be done, so that nothing is done unsaid; and where it fails, that it was not."""
    _tell(path, clock, what)
    try:
        yield
    except Fault:
        with suppress(Fault):
            _tell(path, clock, f"not done: {what}")
        raise


def tell_restored(path: Path, clock: Clock, backup: Path) -> None:
    """Write into the history of restored records that they were set back; records that this program can't open keep silent."""
    with suppress(Fault):
        _tell(path, clock, f"the records were restored from the backup {backup.name}")


def _tell(path: Path, clock: Clock, what: str) -> None:
    with closing(Workspace.open(path, clock)) as workspace, workspace.writing() as connection:
        Action(connection, name=ACCESS, summary=what, worker_id=workspace.me, at=clock.now(), kind="export")


def _back_up(path: Path) -> None:
    with closing(driver.connect(path)) as connection:
        backup.make(connection, path)


def ensure_plain(path: Path) -> None:
    if damage.is_encrypted(path):
        raise NotAllowed(f"{path} is encrypted already. To change the passphrase: transitions passphrase change")


def ensure_encrypted(path: Path) -> keys.Key:
    """The key of a file that has been unlocked. Raises NotAllowed for a plain one."""
    key = keys.UNLOCKED.key_of(path)
    if key is None:
        raise NotAllowed(f"{path} is not encrypted. Encrypt it with: transitions encrypt")
    return key


def check_new(passphrase: str) -> None:
    """Raise NotAllowed, with what would do, for a passphrase that is too short, or one that everybody tries first."""
    from transitions.handovers.passphrases import read_new_passphrase

    try:
        read_new_passphrase(passphrase)
    except ValueError as problem:
        raise NotAllowed(f"{capital(str(problem))}.") from None


def check_not_of_records(workspace: Workspace, passphrase: str) -> None:
    """Raise NotAllowed for what opens the records: whoever gets it by telephone could open them, too."""
    if can_lock(workspace) and keys.opened_by(workspace.database.path, passphrase):
        raise NotAllowed(
            "That passphrase opens the records themselves. Use a different one for what you send. Nothing was written."
        )


def proposed() -> str:
    """Five words that nobody can foretell."""
    from random import SystemRandom

    from transitions.handovers.passphrases import propose_passphrase

    return propose_passphrase(SystemRandom())


def new_file_is_plain(environment: Mapping[str, str]) -> bool:
    """Whether somebody said that a new file is to be in clear."""
    return environment.get(NEW_FILE, "").casefold() == "plain"


def passphrase_in(file: Path) -> str:
    """The first line of a file, which may be a descriptor such as /dev/fd/3. Raises NoSuchFile."""
    try:
        with file.open(encoding="utf-8-sig") as opened:  # some editors put a mark before the first letter
            given = opened.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not plain text"
        raise NoSuchFile(f"{file}: the passphrase could not be read from there ({reason}).") from None
    if not given:
        raise NoSuchFile(f"{file}: its first line has no passphrase.")
    return given


def given_file(option: str | None) -> Path | None:
    """Where a passphrase stands that was named by the option or the environment; None when neither does."""
    named = option or os.environ.get(PASSPHRASE_FILE)
    return Path(named) if named else None


LOCK_AFTER_MINUTES: Final = 10
MOST_MINUTES: Final = 240
_SETTING: Final = "lock after minutes"


NOTHING_TO_LOCK: Final = {
    True: "These records are not encrypted, so there is nothing to lock. Encrypt them with: transitions encrypt",
    False: "The server asks you for no password, so there is nothing to lock with. Lock the computer when you leave it.",
}
"""Of a file, and of a server."""


def can_lock(workspace: Workspace) -> bool:
    """Whether a passphrase opens the records, or a password their server, so that locking them keeps anybody out."""
    database = workspace.database
    return damage.is_encrypted(database.path) if database.is_file else database.used_password


def is_made_up(workspace: Workspace) -> bool:
    """Whether the pupils are those of a demonstration, who need no protection."""
    return definitions.setting(workspace.read(), DEMO) is not None


def lock() -> None:
    """Forget every key that was given; files that are open must have been closed."""
    keys.UNLOCKED.forget()


def lock_after(workspace: Workspace) -> float:
    """After how many seconds without a key the app locks."""
    return 60.0 * (definitions.setting(workspace.read(), _SETTING) or LOCK_AFTER_MINUTES)


def set_lock_after(workspace: Workspace, minutes: int) -> Recorded:
    with workspace.change("Locking changed", f"after {how_many(minutes, 'minute')} without a key") as action:
        definitions.change_setting(action, _SETTING, str(minutes))
    return action.recorded
