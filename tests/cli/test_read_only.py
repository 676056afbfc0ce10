"""A disk that is full or may only be read still shows what is on it, and lets a backup go to another place."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command import AS_OF, Command

from db import driver
from db.custody import encryption, keys
from transitions.custody import locking

pytestmark = pytest.mark.of_a_file

NOBODY = 65534
AS_NOBODY = """
import contextlib, encodings.utf_8_sig, io, json, os, sys
from transitions.cli import run
path, elsewhere = sys.argv[1], sys.argv[2]
os.environ["XDG_STATE_HOME"] = elsewhere

def tried(path):
    found = []
    for words in (("list",), ("show", "Khan"), ("check",), ("backup", elsewhere + "/copy.db"), ("note", "Khan", "x"), ("backup",)):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            status = run(["--db", path, "--as-of", sys.argv[4], *words])
        found.append([words[0], status, said.getvalue()])
    return found

tried(sys.argv[5])  # whoever may not read the standard library has it loaded
os.remove(elsewhere + "/copy.db")
if os.getuid() == 0:
    os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[3]))
print(json.dumps(tried(path)))
"""


def _open_up(folder: Path) -> None:
    """Let anybody walk down to the folder, as pytest's own folders do not."""
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o055)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_read_only_folder_is_read(school: Command) -> None:
    folder = school.path.parent / "stick"
    folder.mkdir()
    path, given = folder / "records.db", folder / "passphrase"
    given.write_text("teapot river hedgehog apron canoe", encoding="utf-8")
    copy = school.path.with_name("copy.db")
    school.ok("backup", copy)
    encryption.encrypt(copy, given.read_text())
    driver.connect(copy).close()  # which leaves it as one that is worked with, and no backup
    shutil.copyfile(copy, path)
    keys.copy_beside(copy, path)
    keys.UNLOCKED.forget()
    for one in folder.iterdir():
        one.chmod(0o444)
    elsewhere = school.path.parent / "elsewhere"
    elsewhere.mkdir()
    _open_up(folder)
    elsewhere.chmod(0o777)
    folder.chmod(0o555)
    before = path.read_bytes()
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(path), str(elsewhere), str(NOBODY), AS_OF, str(school.path)],
            env={**os.environ, locking.PASSPHRASE_FILE: str(given)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        folder.chmod(0o755)
    assert done.stderr == ""
    said = {(words, number): (status, err) for number, (words, status, err) in enumerate(json.loads(done.stdout))}
    assert [status for status, _ in said.values()] == [0, 0, 1, 0, 73, 73], said
    assert "This file is read-only here" in said["list", 0][1]
    assert "read-only" in said["note", 4][1]
    assert path.read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == ["passphrase", "records.db", "records.db.keys.json"]
    assert (elsewhere / "copy.db").exists()


def test_a_full_disk_is_read(school: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = driver._opened

    def full(path: Path, mode: str, **more: str) -> driver.Connection:
        if mode == "mode=rw":
            raise driver.explain(driver.dbapi2.OperationalError("database or disk is full"), path)
        return opened(path, mode, **more)

    monkeypatch.setattr(driver, "_opened", full)
    assert "is read-only here" in school.ok("list").err
    assert "Aisha" in school.ok("show", "Khan").out
    assert school("note", "Khan", "x").status == 73
    assert school("check").status == 1
