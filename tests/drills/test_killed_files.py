"""Killed at any moment while files leave or arrive, files and records agree after the next start.

Run it with ``uv run pytest -m drill tests/drills/test_killed_files.py -n 0 -s``; KILLS in the environment says how often.
"""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import Opener
from made_handovers import DAY, MOVE, PASSPHRASE, make_primary, open_secondary, seal_to

from db.handovers import handovers as store
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.custody import history
from transitions.exporting.exports import export
from transitions.exporting.files import Options
from transitions.exporting.outgoing import finish_files
from transitions.handovers import acknowledging, apply_pack, pack_file, packs, receiving
from transitions.handovers.documents.printing import print_pack
from transitions.workspace import Workspace

KILLS = int(os.environ.get("KILLS", "200"))


class Work(NamedTuple):
    """What is killed, on which records, and how one sees that files and records agree."""

    records: str
    work: Callable[[Workspace, Path], object]
    agree: Callable[[Workspace, Path], bool]


def pack(workspace: Workspace, folder: Path) -> object:
    return packs.make_packs(workspace, MOVE, folder, PASSPHRASE)


def pack_again(workspace: Workspace, folder: Path) -> object:
    only = [row.id for one in store.packs(workspace.read()) for row in store.of_pack(workspace.read(), one.id)]
    return packs.make_packs(workspace, MOVE, folder, PASSPHRASE, only=only, overwrite=True)


def packs_agree(workspace: Workspace, folder: Path) -> bool:
    """Every file is the newest pack of its school, every such pack has its file, and what is in it is sent."""
    newest = {one.file_name: one for one in reversed(store.packs(workspace.read())) if one.direction == "made"}
    files = {path.name: pack_file.peek(path.read_bytes()).pack_uid for path in folder.glob("*.handover")}
    rows = [row for one in newest.values() for row in store.of_pack(workspace.read(), one.id)]
    return files == {name: one.uid for name, one in newest.items()} and len(rows) == sum(
        one.pupils for one in newest.values()
    )


def noted(workspace: Workspace, name: str) -> bool:
    return any(one.name == name for one in history.entries(workspace))


def received(workspace: Workspace) -> bool:
    return any(one.direction == "received" for one in store.packs(workspace.read()))


WORKS = {
    "pack": Work("primary.db", pack, packs_agree),
    "pack --overwrite": Work("packed.db", pack_again, packs_agree),
    "export": Work(
        "primary.db",
        lambda workspace, folder: export(workspace, "pupils", Caseload(), folder / "p.xlsx", Options(full=True)),
        lambda workspace, folder: (folder / "p.xlsx").exists() == noted(workspace, "Exported pupils"),
    ),
    "print a folder": Work(
        "primary.db",
        lambda workspace, folder: print_pack(workspace, 1, MOVE, folder / "school"),
        lambda workspace, folder: (folder / "school").exists() == noted(workspace, "Printed handovers"),
    ),
    "receive": Work(
        "secondary.db",
        lambda workspace, folder: apply_pack.receive(
            workspace, receiving.open_pack(workspace, folder.parent / "sent.handover", PASSPHRASE)
        ),
        lambda workspace, folder: (
            received(workspace) == (workspace.read().execute("SELECT count(*) FROM handover").fetchone()[0] == 15)
        ),
    ),
    "acknowledge": Work(
        "received.db",
        lambda workspace, folder: (
            acknowledging.acknowledge(workspace, 1, by="P. Rao"),
            acknowledging.make_answer(workspace, 1, folder, PASSPHRASE),
        ),
        lambda workspace, folder: (
            len(list(folder.glob("*.handover")))
            == sum(one.direction == "answered" for one in store.packs(workspace.read()))
        ),
    ),
}


@pytest.fixture
def files(opener: Opener, tmp_path: Path) -> Path:
    """The folder with the records as each work finds them, all closed."""
    primary, secondary = make_primary(opener, 30), open_secondary(opener)
    primary.workspace.close()
    secondary.close()
    (tmp_path / "packs").mkdir()
    for name, before, work in (
        (
            "packed.db",
            "primary.db",
            lambda workspace: packs.make_packs(workspace, MOVE, tmp_path / "packs", PASSPHRASE),
        ),
        (
            "received.db",
            "secondary.db",
            lambda workspace: apply_pack.receive(
                workspace, receiving.open_pack(workspace, tmp_path / "sent.handover", PASSPHRASE)
            ),
        ),
    ):
        shutil.copyfile(tmp_path / before, tmp_path / name)
        workspace = Workspace.open(tmp_path / name, Clock.on(DAY))
        work(workspace)
        if name == "packed.db":
            numbers = [row.id for row in store.of_pack(workspace.read(), 1)]
            content = packs.pack_content(workspace, "pack-0001", 1, numbers, DAY)
            seal_to(tmp_path / "sent.handover", content)
        workspace.close()
    return tmp_path


def run_and_kill(path: Path, folder: Path, work: Callable[[Workspace, Path], object], after: float | None) -> float:
    """Do the work in a process of its own; kill it after so many seconds, or give how long it took."""
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            workspace = Workspace.open(path, Clock.on(DAY))
            work(workspace, folder)
            status = 0
        finally:
            os._exit(status)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, how = os.waitpid(child, 0)
    assert after is not None or how == 0
    return time.perf_counter() - begun


@pytest.mark.drill
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_files_and_records_agree(files: Path) -> None:
    chance = random.Random(11)
    counts: Counter[str] = Counter()
    takes: dict[str, float] = {}
    for number in range(KILLS + len(WORKS)):
        name = list(WORKS)[number % len(WORKS)]
        one = WORKS[name]
        folder = files / f"out{number}"
        shutil.copytree(files / "packs", folder) if one.records == "packed.db" else folder.mkdir()
        path = files / f"{number}.db"
        shutil.copyfile(files / one.records, path)
        if name not in takes:
            takes[name] = run_and_kill(path, folder, one.work, None)
        else:
            run_and_kill(path, folder, one.work, chance.uniform(0, takes[name] * 1.1))
        workspace = Workspace.open(path, Clock.on(DAY))
        before = one.agree(workspace, folder) and not list(folder.glob(".transitions-*"))
        said = finish_files(workspace)
        counts["killed half-way"] += not before
        counts["said"] += bool(said)
        if not one.agree(workspace, folder) or list(folder.glob(".transitions-*")) or workspace.has_unfinished_files:
            counts[f"disagree: {name}"] += 1
        workspace.close()
        shutil.rmtree(folder)
        for left in files.glob(f"{number}.db*"):
            left.unlink()
    print(f"\n{KILLS} kills, {dict(counts)}")
    assert not [what for what in counts if what.startswith("disagree")]
