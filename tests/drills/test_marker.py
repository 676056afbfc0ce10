"""A word that is typed into the app stands in no file on the disk, not even when the app is killed, or fails, with the word on its screen.

The app runs in a real terminal on encrypted records, all its folders below one that is searched afterwards, whatever is in it: records,
-wal, backups, temporary files, crash reports, logs. With records in clear the word must be found, or the search is worth nothing.
Run it with ``uv run pytest -m drill tests/drills/test_marker.py -n 0 -s``.
"""

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from running import ENTER, ESCAPE, FIRST_PAINT, LOCKED, QUIT, SAVE, Running
from sealed import PASSPHRASE, column, make_sealed, own_environment, words

from db import driver
from db.custody import encryption
from transitions.custody.crash_report import OUR_FAULT

pytestmark = pytest.mark.drill

MARKER = "Zebulonquill"
NEVER = b"\0 what never comes"
FAILS = """
from screens.caseload.caseload import CaseloadScreen
from transitions import main

def fail(screen):
    held = "Zebulonquill"
    raise ValueError(f"cannot read {held}")

CaseloadScreen.action_edit = fail
main()
"""
WORD = MARKER.encode()
TO_THE_PLAN = (b"2/%(planned)s", ENTER, b"P", ENTER)
TYPED = {
    "a form": (b"a", WORD + b"\t" + WORD),
    "a form, saved": (b"a", WORD + b"\tElsie\t5/9/15", SAVE),
    "a note": (b"n", WORD),
    "a note, saved": (b"n", WORD, SAVE),
    "the finder": (b"/" + WORD, ENTER),
    "the palette": (b"\x10", WORD),
    "an answer of a plan": (*TO_THE_PLAN, WORD),
    "an answer of a plan, saved": (*TO_THE_PLAN, WORD, SAVE),
}


def found(folder: Path) -> list[str]:
    """The files that hold the word, as any program may write it."""
    forms = [MARKER.encode(), MARKER.encode("utf-16-le"), MARKER.upper().encode(), MARKER.lower().encode()]
    return [
        str(one.relative_to(folder))
        for one in folder.rglob("*")
        if one.is_file() and any(form in one.read_bytes() for form in forms)
    ]


def tables_with_it(records: Path) -> set[str]:
    with closing(driver.connect(records)) as connection:
        rows = {
            name: repr(connection.execute(f'SELECT * FROM "{name}"').fetchall())
            for name in driver.table_names(connection)
        }
    return {name for name, held in rows.items() if MARKER in held}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "all" / "records.db"
    make_sealed(path)
    return path


def started(records: Path, *, fails: bool = False) -> Running:
    program = ("-c", FAILS) if fails else ("-m", "transitions.cli")
    environment = own_environment(records.parent / "home", TRANSITIONS_NEW_FILE="plain")
    return Running(records, environment, program=program)


def typed_into(records: Path, keys: Iterable[bytes], ends: str) -> int | None:
    """Type into the app, and let it end: left by a person, failed, or killed; its status."""
    app = started(records, fails=ends == "fails")
    assert app.wait_for(LOCKED)
    app.type(f"{MARKER}\r".encode())  # a passphrase that is none
    assert app.wait_for(b"neither")
    app.type(PASSPHRASE.encode() + ENTER)
    assert app.wait_for(FIRST_PAINT)
    for some in keys:
        app.type(some)
        app.wait_for(NEVER, 1.5)  # a person looks before going on, and drafts are kept
    if ends == "killed":
        app.kill()
        return None
    for some in (ESCAPE, ESCAPE, ESCAPE, b"2", b"e" if ends == "fails" else QUIT, ENTER):
        app.type(some)
        app.wait_for(NEVER, 0.5)
    return app.end()


@pytest.mark.parametrize("ends", ["left", "fails", "killed"])
def test_what_is_typed_is_in_no_file(records: Path, ends: str) -> None:
    drafted = "SELECT surname FROM pupil WHERE id = (SELECT pupil_id FROM plan WHERE status = 'draft' LIMIT 1)"
    planned = str(column(records, drafted)[0]).encode()
    for what, keys in TYPED.items():
        status = typed_into(records, (some.replace(b"%(planned)s", planned) for some in keys), ends)
        assert status in {"left": (0,), "fails": (OUR_FAULT,), "killed": (None,)}[ends], what
        assert found(records.parent) == [], what
    for command in (("backup",), ("check",), ("note", MARKER, "who is not there")):
        environment = own_environment(
            records.parent / "home", TRANSITIONS_PASSPHRASE_FILE=str(records.with_name("passphrase.txt"))
        )
        os.spawnve(os.P_WAIT, words(records)[0], words(records, *command), environment)
    assert found(records.parent) == []
    encryption.unlock(records, PASSPHRASE)
    encryption.decrypt(records)
    assert found(records.parent) == ["records.db"], "in clear it must be found, or it was looked for in vain"
    assert tables_with_it(records) >= {"pupil", "note", "desk"}, "it came to where it was typed for"
    assert column(records, "SELECT id FROM journal WHERE name = 'Plan edited'"), "and to the plan"
    files = [one for one in records.parent.rglob("*") if one.is_file()]
    reports = [one for one in files if "crashes" in one.parts]
    print(
        f"{ends}, in the tables {sorted(tables_with_it(records))}: {len(TYPED) + 1} places, {len(files)} files, {len(reports)} crash reports"
    )
    assert bool(reports) == (ends == "fails")
