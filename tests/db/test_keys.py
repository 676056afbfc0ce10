"""The keys of an encrypted file: who can open it, what nobody can, and what happens when something of it is lost."""

import json
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import nacl.exceptions
import nacl.pwhash
import pytest
from builders import add_worker

from db import driver
from db.custody import anchors, backup, damage, encryption, keys, on_disk
from db.custody import restoring as custody
from db.database import Database
from db.errors import CannotWriteDatabase, DamagedDatabase, Fault, KeysLost, NoMemory, WrongPassphrase
from transitions.clock import Clock
from transitions.custody.health_check import check
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

PASSPHRASE = "teapot river hedgehog"
MARKER = "MARKER Zebulon Quillfeather"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The least that argon2id takes: how slow it is is no matter here."""
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    yield
    keys.UNLOCKED.forget()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pupils.db"


@pytest.fixture
def recovery(path: Path, clock: Clock) -> str:
    """The recovery code of an encrypted file with the marker in it."""
    code = keys.make(path, PASSPHRASE)
    workspace = Workspace.open(path, clock, create=True)
    add_worker(workspace, MARKER)
    workspace.close()
    return code


def workers(path: Path) -> list[str]:
    database = Database(path)
    try:
        return [name for (name,) in database.read().execute("SELECT name FROM worker").fetchall()]
    finally:
        database.close()


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_what_is_typed_stands_in_no_file_also_while_it_is_open_and_in_no_backup(
    path: Path, recovery: str, clock: Clock
) -> None:
    workspace = Workspace.open(path, clock)
    add_worker(workspace, "Another MARKER")
    backup.make(workspace.read(), path)
    assert path.with_name("pupils.db-wal").stat().st_size
    assert b"MARKER" not in everything(path.parent)
    assert b"SQLite format 3" not in everything(path.parent)
    workspace.close()


def test_it_opens_by_passphrase_and_by_recovery_code_and_by_nothing_else(path: Path, recovery: str) -> None:
    for given in (PASSPHRASE, recovery, recovery.lower().replace("-", " ")):
        keys.UNLOCKED.forget()
        with pytest.raises(WrongPassphrase, match="locked"):
            Database(path)
        encryption.unlock(path, given)
        assert MARKER in workers(path)
    keys.UNLOCKED.forget()
    for given in ("", " ", PASSPHRASE.upper(), f"{PASSPHRASE} ", recovery[:-1] + ("A" if recovery[-1] != "A" else "B")):
        with pytest.raises(WrongPassphrase, match="recovery code"):
            encryption.unlock(path, given)


def test_a_passphrase_is_the_same_however_a_keyboard_composes_its_letters(path: Path) -> None:
    keys.make(path, unicodedata.normalize("NFC", "über café"))
    Database(path, create=True).close()
    keys.UNLOCKED.forget()
    encryption.unlock(path, unicodedata.normalize("NFD", "über café"))


def test_another_passphrase_needs_no_other_key_and_the_old_one_opens_no_longer(path: Path, recovery: str) -> None:
    key = keys.UNLOCKED.key_of(path)
    assert key is not None
    before = path.read_bytes()
    keys.change_passphrase(path, key, "canoe apron lantern")
    keys.change_recovery_code(path, key, code := keys.recovery_code())
    assert path.read_bytes() == before
    keys.UNLOCKED.forget()
    for old in (PASSPHRASE, recovery):
        with pytest.raises(WrongPassphrase):
            encryption.unlock(path, old)
    for new in ("canoe apron lantern", code):
        encryption.unlock(path, new)
    assert sorted(keys.slots(path)) == ["passphrase", "recovery"]


def test_keys_for_which_the_disk_has_no_room_are_those_from_before(path: Path, recovery: str) -> None:
    resource = pytest.importorskip("resource", reason="how large a file may get is limited by POSIX alone")
    key = keys.UNLOCKED.key_of(path)
    assert key is not None
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, limits[1]))
    try:
        with pytest.raises(CannotWriteDatabase, match="nothing was changed"):
            keys.change_passphrase(path, key, "canoe apron lantern")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    encryption.unlock(path, PASSPHRASE)


def test_another_passphrase_is_on_the_disk_itself_before_it_is_said(
    path: Path, recovery: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(on_disk, "flush", flushed.append)
    key = keys.UNLOCKED.key_of(path)
    assert key is not None
    keys.change_passphrase(path, key, "canoe apron lantern")
    assert flushed == [path.parent], "or a power cut would bring back the name of the one before"


def test_another_key_opens_by_what_is_new_alone(path: Path, recovery: str) -> None:
    encryption.new_key(path, "canoe apron lantern", made := keys.fresh())
    assert MARKER in workers(path)
    keys.UNLOCKED.forget()
    for old in (PASSPHRASE, recovery):
        with pytest.raises(WrongPassphrase):
            encryption.unlock(path, old)
    encryption.unlock(path, made.recovery)
    assert MARKER in workers(path)


def test_a_backup_from_before_another_key_is_restored_by_the_old_passphrase(
    path: Path, recovery: str, clock: Clock
) -> None:
    workspace = Workspace.open(path, clock)
    saved = backup.make(workspace.read(), path)
    workspace.close()
    encryption.new_key(path, "canoe apron lantern", keys.fresh())
    keys.UNLOCKED.forget()
    encryption.unlock(path, "canoe apron lantern")
    encryption.unlock(saved, PASSPHRASE)
    assert MARKER in workers(path)
    custody.restore(saved, path)
    keys.UNLOCKED.forget()
    encryption.unlock(path, PASSPHRASE)
    assert MARKER in workers(path)


@pytest.mark.parametrize("written", [False, True])
def test_killed_while_a_backup_of_another_key_is_put_back_it_opens_and_no_history_is_missing(
    path: Path, recovery: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    workspace = Workspace.open(path, clock)
    saved = backup.make(workspace.read(), path)
    workspace.close()
    encryption.new_key(path, "canoe apron lantern", keys.fresh())
    workspace = Workspace.open(path, clock)
    add_worker(workspace, "Later")
    workspace.close()
    encryption.unlock(saved, PASSPHRASE)
    real = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target == path:
            if written:
                real(self, target)
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        custody.restore(saved, path)
    keys.UNLOCKED.forget()
    encryption.unlock(path, PASSPHRASE if written else "canoe apron lantern")
    assert ("Later" in workers(path)) is not written
    workspace = Workspace.open(path, clock)
    assert list(anchors.missing(workspace.read(), path)) == []
    workspace.close()


@pytest.mark.parametrize("written", [False, True])
def test_killed_while_it_gets_another_key_it_opens_by_the_one_or_the_other(
    path: Path, recovery: str, written: bool
) -> None:
    keys.beside_the_old(path, "canoe apron lantern", made := keys.fresh())
    if written:
        encryption._rewrite(path, made.key)
    keys.UNLOCKED.forget()
    encryption.unlock(path, "canoe apron lantern" if written else PASSPHRASE)
    assert MARKER in workers(path)


def test_plain_to_encrypted_and_back_holds_the_same_and_leaves_no_plain_bytes(path: Path, clock: Clock) -> None:
    workspace = Workspace.open(path, clock, create=True)
    add_worker(workspace, MARKER)
    backup.make(workspace.read(), path)
    version = driver.file_version(workspace.read())
    workspace.close()
    encryption.encrypt(path, PASSPHRASE)
    assert b"MARKER" not in everything(path.parent)
    assert keys.keys_file(backup.backups_of(path)[0]).exists()
    database = Database(path)
    assert (driver.file_version(database.read()), database.read().key is not None) == (version, True)
    database.close()
    encryption.decrypt(path)
    assert not keys.keys_file(path).exists()
    assert MARKER in workers(path)


def test_backups_that_a_killed_program_left_in_clear_are_encrypted_at_the_next_start(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_file(path, clock)
    with monkeypatch.context() as killed:
        killed.setattr(encryption, "backups_of", lambda _: [])
        encryption.encrypt(path, PASSPHRASE)
    (left,) = backup.backups_of(path)
    assert not damage.is_encrypted(left)
    keys.UNLOCKED.forget()
    encryption.unlock(path, PASSPHRASE)
    assert damage.is_encrypted(left)
    assert b"MARKER" not in everything(path.parent)
    encryption.unlock(left, PASSPHRASE)


def test_a_copy_without_its_keys_says_where_they_are_and_with_them_it_opens(
    path: Path, recovery: str, tmp_path: Path
) -> None:
    away = tmp_path / "stick" / "copied.db"
    away.parent.mkdir()
    away.write_bytes(path.read_bytes())
    keys.UNLOCKED.forget()
    with pytest.raises(KeysLost, match=r"copied\.db\.keys\.json, its key file, is missing"):
        encryption.unlock(away, PASSPHRASE)
    keys.copy_beside(path, away)
    encryption.unlock(away, PASSPHRASE)
    assert MARKER in workers(away)


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{}",
        "[]",
        '{"version": 1}',
        '{"version": 9, "slots": []}',
        "\x00",
        '{"version": 1, "slots": 3}',
        '{"version": 1, "file": "x", "slots": []}',
    ],
)
def test_keys_that_cannot_be_read_are_lost_with_a_way_out(path: Path, recovery: str, kept: str) -> None:
    keys.keys_file(path).write_text(kept, encoding="utf-8")
    with pytest.raises(KeysLost, match="beside a backup"):
        encryption.unlock(path, PASSPHRASE)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("memlimit", 99_999_999_999),
        ("opslimit", 3_000_000),
        ("opslimit", "3"),
        ("salt", "!"),
        ("salt", "AAAA"),
        ("kind", None),
    ],
)
def test_a_slot_that_was_altered_is_lost_at_once(path: Path, recovery: str, what: str, value: object) -> None:
    kept = json.loads(keys.keys_file(path).read_text())
    kept["slots"] = [{**slot, what: value} if value else {"kind": "passphrase"} for slot in kept["slots"]]
    keys.keys_file(path).write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(KeysLost, match="beside a backup"):
        encryption.unlock(path, PASSPHRASE)


def test_too_little_memory_is_no_wrong_passphrase_and_no_damage(
    path: Path, recovery: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise nacl.exceptions.RuntimeError

    monkeypatch.setattr(nacl.pwhash.argon2id, "kdf", refuse)
    with pytest.raises(NoMemory, match="not enough memory to try a passphrase"):
        encryption.unlock(path, PASSPHRASE)
    assert isinstance(damage.behind(MemoryError(), path), NoMemory)
    whole = bytearray(path.read_bytes())
    whole[-20] ^= 1
    path.write_bytes(whole)  # a write that comes to such a page is refused as if for want of memory
    assert isinstance(damage.behind(MemoryError(), path), DamagedDatabase)


def test_a_slot_of_another_file_or_of_another_kind_opens_nothing(path: Path, recovery: str, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    keys.make(other, PASSPHRASE)
    kept, others = (json.loads(keys.keys_file(one).read_text()) for one in (path, other))
    kept["slots"] = others["slots"]
    keys._write(path, kept)
    with pytest.raises(WrongPassphrase):
        encryption.unlock(path, PASSPHRASE)


@pytest.mark.parametrize("where", ["sealed", "salt", "nonce", "file"])
def test_the_right_passphrase_for_damaged_keys_is_not_called_a_wrong_one(
    path: Path, recovery: str, where: str, clock: Clock
) -> None:
    beside = keys.keys_file(path)
    whole = beside.read_text()
    at = whole.index(f'"{where}": "') + len(where) + 8
    beside.write_text(f"{whole[:at]}{'b' if whole[at] == 'a' else 'a'}{whole[at + 1 :]}")
    with pytest.raises(KeysLost, match="is damaged"):
        encryption.unlock(path, PASSPHRASE)
    if where != "file":  # the other slot is as it was
        encryption.unlock(path, recovery)
        workspace = Workspace.open(path, clock)
        assert "what holds the keys is damaged" in [one.what for one in check(workspace)]
        workspace.close()
    kept = {name: value for name, value in json.loads(whole).items() if name != "digest"}
    beside.write_text(json.dumps(kept))  # as an earlier version wrote them
    with pytest.raises(WrongPassphrase):
        encryption.unlock(path, "canoe apron lantern")
    encryption.unlock(path, PASSPHRASE)


def test_keys_lost_while_the_records_are_open_are_put_back_as_they_were(
    path: Path, recovery: str, clock: Clock
) -> None:
    beside = keys.keys_file(path)
    encryption.unlock(path, PASSPHRASE)
    whole = beside.read_bytes()
    workspace = Workspace.open(path, clock)
    beside.unlink()
    add_worker(workspace, "Later")
    saved = backup.make(workspace.read(), path)
    assert beside.read_bytes() == keys.keys_file(saved).read_bytes() == whole
    beside.unlink()
    in_a_thread = ThreadPoolExecutor(1)
    assert in_a_thread.submit(lambda: workspace.read().execute("SELECT count(*) FROM worker").fetchone()).result()
    in_a_thread.shutdown()
    assert beside.read_bytes() == whole
    beside.unlink()
    workspace.close()
    assert beside.read_bytes() == whole
    key = keys.UNLOCKED.key_of(path)
    assert key is not None
    keys.change_passphrase(path, key, "canoe apron lantern")
    beside.unlink()
    assert keys.UNLOCKED.key_of(path)
    assert keys.opened_by(path, "canoe apron lantern"), "and not those from before"
    beside.unlink()
    path.rename(path.with_name("moved.db"))
    assert keys.UNLOCKED.key_of(path) is None
    assert not beside.exists(), "whoever moves the file moves them along"


def test_the_right_passphrase_of_a_damaged_file_is_not_called_a_wrong_one(path: Path, recovery: str) -> None:
    database = Database(path)
    saved = backup.make(database.read(), path)
    database.close()
    whole = path.read_bytes()
    for hurt in (b"\0" * 4096 + whole[4096:], bytes(len(whole)), whole[:3000], whole[::-1]):
        path.write_bytes(hurt)
        for given in (PASSPHRASE, recovery):
            keys.UNLOCKED.forget()
            with pytest.raises(DamagedDatabase, match="the latest sound backup") as damaged:
                encryption.unlock(path, given)
            assert str(saved) in str(damaged.value)
        keys.UNLOCKED.forget()
        with pytest.raises(WrongPassphrase, match="recovery code"):
            encryption.unlock(path, "canoe apron lantern")
    path.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    encryption.unlock(path, PASSPHRASE)  # so that what it still holds can be salvaged
    with pytest.raises(DamagedDatabase, match="the latest sound backup"):
        Database(path)
    custody.restore(saved, path)
    assert MARKER in workers(path)


def test_what_goes_wrong_while_a_file_is_locked_is_no_damage_of_it(path: Path, recovery: str) -> None:
    keys.UNLOCKED.forget()
    assert damage.behind(LookupError("the program's own"), path) is None


def test_keys_of_another_file_are_named_for_what_they_are(path: Path, recovery: str, clock: Clock) -> None:
    own = keys.keys_file(path).read_bytes()
    other = path.with_name("other.db")
    keys.make(other, PASSPHRASE)
    foreign = keys.keys_file(other).read_bytes()
    for with_backup in (False, True):
        if with_backup:
            workspace = Workspace.open(path, clock)
            backup.make(workspace.read(), path)
            workspace.close()
        keys.keys_file(path).write_bytes(foreign)
        keys.UNLOCKED.forget()
        with pytest.raises(KeysLost, match="those keys belong to another file") as lost:
            encryption.unlock(path, PASSPHRASE)
        beside = [str(keys.keys_file(one)) in str(lost.value) for one in backup.backups_of(path)]
        assert beside == [True] * with_backup
        keys.keys_file(path).write_bytes(own)
        encryption.unlock(path, PASSPHRASE)


def test_a_connection_that_would_write_in_clear_is_refused(
    path: Path, recovery: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = driver._pragma
    monkeypatch.setattr(
        driver, "_pragma", lambda connection, name: "0" if name == "cipher_status" else real(connection, name)
    )
    with pytest.raises(Fault, match="unencrypted"):
        Database(path)


def test_a_flipped_bit_of_an_encrypted_file_is_named_damage(path: Path, recovery: str) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with closing(damage.looking(path)) as connection:
        assert not damage.is_sound(connection)


def test_a_backup_is_restored_with_its_keys_beside_it(path: Path, recovery: str, clock: Clock) -> None:
    workspace = Workspace.open(path, clock)
    saved = backup.make(workspace.read(), path)
    add_worker(workspace, "Later")
    workspace.close()
    path.unlink()
    keys.keys_file(path).unlink()
    custody.restore(saved, path)
    keys.UNLOCKED.forget()
    encryption.unlock(path, PASSPHRASE)
    assert MARKER in workers(path)
    assert "Later" not in workers(path)
    assert damage.is_encrypted(path)


def test_keys_are_never_in_a_text(path: Path, recovery: str) -> None:
    key = keys.UNLOCKED.key_of(path)
    assert key is not None
    assert key.secret.hex() not in f"{key!r} {key}"
    assert (keys.keys_file(path).stat().st_mode & 0o777) == 0o600


def plain_file(path: Path, clock: Clock) -> None:
    workspace = Workspace.open(path, clock, create=True)
    add_worker(workspace, MARKER)
    workspace.close()


def test_what_cannot_be_put_in_place_leaves_the_records_where_they_are(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_file(path, clock)
    real = Path.replace

    def refused(one: Path, target: Path) -> Path:
        if one.name == "pupils.db.partial":
            raise OSError(13, "Permission denied")
        return real(one, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(CannotWriteDatabase):
        encryption.encrypt(path, PASSPHRASE)
    assert MARKER in workers(path)
    assert not keys.keys_file(path).exists()
    assert not path.with_name("pupils.db.before").exists()


def test_what_is_interrupted_once_it_is_encrypted_keeps_its_keys(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_file(path, clock)

    def interrupted(one: Path) -> None:
        if damage.is_encrypted(one):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(encryption, "forget_before", interrupted)
        with pytest.raises(KeyboardInterrupt):
            encryption.encrypt(path, PASSPHRASE)
    assert b"MARKER" in path.with_name("pupils.db.before").read_bytes()
    keys.UNLOCKED.forget()
    encryption.unlock(path, PASSPHRASE)
    assert MARKER in workers(path)
    assert not path.with_name("pupils.db.before").exists()


def test_a_page_that_the_power_cut_into_is_whole_in_the_log_so_nothing_is_damaged(
    path: Path, recovery: str, clock: Clock
) -> None:
    workspace = Workspace.open(path, clock)
    workspace.read().execute("PRAGMA wal_autocheckpoint = 0")
    add_worker(workspace, "In the log")
    pages = workspace.read().execute("PRAGMA page_count").fetchone()[0]
    after = {name: path.with_name(name).read_bytes() for name in ("pupils.db", "pupils.db-wal")}
    assert workspace.read().execute("PRAGMA wal_checkpoint").fetchone()[2] > 0
    changed = [
        at
        for at in range(0, pages * 4096, 4096)
        if path.read_bytes()[at : at + 4096] != after["pupils.db"][at : at + 4096]
    ]
    workspace.close()
    cut = bytearray(after["pupils.db"])
    cut[changed[-1] : changed[-1] + 512] = b"\x5a" * 512
    path.write_bytes(cut)
    path.with_name("pupils.db-wal").write_bytes(after["pupils.db-wal"])
    workspace = Workspace.open(path, clock)
    assert damage.problems(workspace.read()) == []
    with closing(damage.looking(path)) as only_reads:
        assert damage.problems(only_reads) == []
    workspace.close()


def test_it_opens_after_a_power_cut_while_it_was_put_into_one_file(path: Path, recovery: str) -> None:
    with closing(driver.connect(path)) as connection:
        driver.leave_wal(connection)
        connection.execute("PRAGMA cache_size = 1")
        driver.begin(connection)
        connection.execute("UPDATE worker SET name = hex(randomblob(20000))")
        left = {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
        assert "pupils.db-journal" in left
        connection.execute("ROLLBACK")
    for name, content in left.items():
        path.with_name(name).write_bytes(content)
    keys.UNLOCKED.forget()
    encryption.unlock(path, PASSPHRASE)
    assert MARKER in workers(path)
