"""Files that were on their way out when the program was killed: at the next start files and records agree."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Opener
from made_handovers import DAY, MOVE, PASSPHRASE, Primary, make_primary

from db.custody import unfinished
from db.errors import DamagedDatabase
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import CannotWrite
from transitions.exporting import outgoing
from transitions.exporting.exports import export
from transitions.exporting.outgoing import Outgoing, finish_files
from transitions.handovers import pack_file, packs
from transitions.handovers import page as pages
from transitions.handovers.documents.printing import print_pack
from transitions.workspace import Workspace


class Killed(BaseException):
    """Nothing runs after it, as after SIGKILL."""


STAGES = {
    "while it was made": "_File.finish",
    "before it was recorded": "Outgoing.record",
    "before it was placed": "_File.put",
    "when some were placed": "_File.put",
    "before the hidden folders were gone": "_forget",
}
AFTER = frozenset(list(STAGES)[2:])
"""The stages at which what the file means had been recorded."""


@pytest.fixture
def primary(opener: Opener) -> Primary:
    return make_primary(opener)


def killed(stage: str, work: Callable[[], object]) -> None:
    """Do ``work`` and end it at a stage, with all that would be tidied up left as it is."""
    begun: list[Any] = []
    begin, put = outgoing._File.begin, outgoing._File.put

    def remember(file: Any) -> None:
        begin(file)
        begun.append(file)

    def kill(*given: Any) -> None:
        if stage == "when some were placed" and given[0] is begun[0]:
            put(given[0])
            return
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outgoing._File, "begin", remember)
        patched.setattr(Outgoing, "drop", lambda _: None)
        patched.setattr(f"transitions.exporting.outgoing.{STAGES[stage]}", kill)
        with pytest.raises(Killed):
            work()
    for file in begun:
        file.lock.close()


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(("primary.db", "home")))


def exported(workspace: Workspace) -> list[str]:
    return [one.name for one in history.entries(workspace) if one.kind == "export"]


@pytest.mark.parametrize("stage", STAGES)
def test_packs_are_whole_and_sent_or_neither(primary: Primary, tmp_path: Path, stage: str) -> None:
    killed(stage, lambda: packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE))
    said = finish_files(primary.workspace)
    files = [name for name in left(tmp_path) if name.endswith(".handover")]
    statuses = {pages.load(primary.workspace, number).row.status for number in primary.handovers}
    assert (len(files), statuses) == ((3, {"sent"}) if stage in AFTER else (0, {"drafting"}))
    assert files == left(tmp_path), "no hidden folder is left"
    assert unfinished.unfinished(primary.workspace.read()) == []
    assert finish_files(primary.workspace) == []
    assert bool(said) == (stage != "before the hidden folders were gone")
    assert {peeked.sender for peeked in (pack_file.peek((tmp_path / name).read_bytes()) for name in files)} <= {
        "Testerton Primary"
    }


@pytest.mark.parametrize("stage", [one for one in STAGES if one != "when some were placed"])
def test_an_export_is_there_and_in_the_journal_or_neither(primary: Primary, tmp_path: Path, stage: str) -> None:
    target = tmp_path / "pupils.csv"
    killed(stage, lambda: export(primary.workspace, "pupils", Caseload(), target))
    finish_files(primary.workspace)
    after = stage in AFTER
    assert (left(tmp_path), exported(primary.workspace)) == (
        (["pupils.csv"], ["Exported pupils"]) if after else ([], [])
    )
    target = tmp_path / "folder"
    killed(stage, lambda: print_pack(primary.workspace, primary.schools[0], MOVE, target))
    finish_files(primary.workspace)
    assert target.exists() == after
    assert [name for name in left(tmp_path) if name.startswith(".")] == []


@pytest.mark.parametrize("stage", ["before it was recorded", "when some were placed"])
def test_packs_that_were_to_replace_others_never_lose_them(primary: Primary, tmp_path: Path, stage: str) -> None:
    packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    good = {path.name: path.read_bytes() for path in tmp_path.glob("*.handover")}

    def again() -> None:
        packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE, only=primary.handovers, overwrite=True)

    killed(stage, again)
    finish_files(primary.workspace)
    now = {path.name: path.read_bytes() for path in tmp_path.glob("*.handover")}
    assert now.keys() == good.keys()
    assert [now[name] == good[name] for name in good] == [stage not in AFTER] * 3
    revisions = {pages.load(primary.workspace, number).row.revision for number in primary.handovers}
    assert revisions == {2 if stage in AFTER else 1}


def test_a_replacement_that_fails_half_way_leaves_the_good_packs_and_marks_nothing(
    primary: Primary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE)
    good = {path.name: path.read_bytes() for path in tmp_path.glob("*.handover")}
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if "cedarholme" in Path(target).name and path.name.startswith("new"):
            raise PermissionError(13, "open in another program")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CannotWrite, match="is the file open in another program"):
        packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE, only=primary.handovers, overwrite=True)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.handover")} == good
    assert {pages.load(primary.workspace, number).row.revision for number in primary.handovers} == {1}
    assert [name for name in left(tmp_path) if name.startswith(".")] == []
    assert exported(primary.workspace)[0] == "File not written"


def test_what_was_recorded_and_is_gone_is_taken_back_and_said(primary: Primary, tmp_path: Path) -> None:
    killed("before it was placed", lambda: packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE))
    hidden = sorted(tmp_path.glob(".transitions-*"))
    for path in hidden[0].iterdir():
        path.unlink()
    hidden[0].rmdir()
    [said] = finish_files(primary.workspace)
    assert "Its record has been undone. Make it again." in said
    assert left(tmp_path) == []
    assert {pages.load(primary.workspace, number).row.status for number in primary.handovers} == {"drafting"}


def test_a_file_that_stands_there_by_now_is_kept(primary: Primary, tmp_path: Path) -> None:
    target = tmp_path / "pupils.csv"
    killed("before it was placed", lambda: export(primary.workspace, "pupils", Caseload(), target))
    target.write_text("theirs")
    [said] = finish_files(primary.workspace)
    assert "exists already" in said
    assert (left(tmp_path), target.read_text()) == (["pupils.csv"], "theirs")
    assert exported(primary.workspace) == ["File not written", "Exported pupils"]


def test_what_another_program_is_making_now_is_left_alone(primary: Primary, opener: Opener, tmp_path: Path) -> None:
    beside = opener(DAY, name="primary.db")
    with outgoing.put_in_place(primary.workspace, tmp_path / "plan.txt") as path:
        path.write_text("half")
        assert beside.has_unfinished_files
        assert finish_files(beside) == []
        path.write_text("whole")
    assert (left(tmp_path), (tmp_path / "plan.txt").read_text()) == (["plan.txt"], "whole")
    assert not beside.has_unfinished_files


def test_a_placed_file_that_somebody_has_taken_away_since_stays_recorded(primary: Primary, tmp_path: Path) -> None:
    killed(
        "before the hidden folders were gone",
        lambda: packs.make_packs(primary.workspace, MOVE, tmp_path, PASSPHRASE),
    )
    for path in tmp_path.glob("*.handover"):
        path.unlink()
    assert finish_files(primary.workspace) == []
    assert {pages.load(primary.workspace, number).row.status for number in primary.handovers} == {"sent"}
    assert left(tmp_path) == []


def test_only_what_is_ours_is_removed(workspace: Workspace, tmp_path: Path) -> None:
    """A database may come from anywhere: what it says of a folder is believed only when the folder has our name."""
    folder = tmp_path / "holiday pictures"
    folder.mkdir()
    with workspace.database.write() as connection:
        unfinished.begin(connection, unfinished.UnfinishedFile(str(folder), str(tmp_path / "x.csv"), False))
    finish_files(workspace)
    assert folder.is_dir()
    assert not workspace.has_unfinished_files


@pytest.mark.parametrize("stumbles", [MemoryError(), DamagedDatabase("part of this file is damaged")])
def test_nothing_is_left_of_a_file_when_the_records_are_damaged(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stumbles: Exception
) -> None:
    def refuse(*_: object) -> None:
        raise stumbles

    def make() -> None:
        with outgoing.put_in_place(workspace, tmp_path / "out.csv") as made:
            made.write_text("Quillfeather", encoding="utf-8")
            monkeypatch.setattr(outgoing.store, "mark_placed", refuse)
            raise stumbles

    with pytest.raises(type(stumbles)):
        make()
    assert list(tmp_path.rglob(".transitions-*")) == []
