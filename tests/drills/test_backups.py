"""Backups killed while they are made, copied and thinned; and files hurt in every way, salvaged into new ones.

Run it with ``uv run pytest -m drill tests/drills/test_backups.py -n 0 -s``; KILLS in the environment says how often a program is
killed, ROUNDS how many files are hurt, SEED how.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from test_flipped_bits import HURTS

from db import driver
from db.custody import backup, damage, encryption, keys, thinning
from db.custody.salvage import salvage
from db.errors import Fault
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill
KILLS = int(os.environ.get("KILLS", "100"))
ROUNDS = int(os.environ.get("ROUNDS", "200"))
SEED = int(os.environ.get("SEED", "1"))
BACKS_UP = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from db.custody import backup, thinning
from db.database import Database
path, second = Path(sys.argv[1]), Path(sys.argv[2])
database = Database(path)
thinning.ALL_FOR = timedelta(0)  # so that some go, too
print("begins", flush=True)
for number in range(100_000):
    with database.write() as connection:
        connection.execute(f"UPDATE setting SET value = '{number}' WHERE name = 'me'")
    backup.make(database.read(), path)
    thinning.thin(path, datetime.now(UTC) + timedelta(days=1))
    thinning.copy_along(path, second, datetime.now(UTC) + timedelta(days=1))
"""


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.db"
    workspace = Workspace.open(path, Clock.system(), create=True)
    make(workspace, pupils=100, seed=1)
    workspace.close()
    return path


def sound(path: Path) -> bool:
    with closing(damage.looking(path, immutable=True)) as connection:
        return damage.is_sound(connection)


def test_a_backup_that_is_killed_leaves_the_others_whole(records: Path, tmp_path: Path) -> None:
    second = tmp_path / "stick"
    second.mkdir()
    chance, halves, looked = random.Random(SEED), 0, 0
    for _ in range(KILLS):
        with subprocess.Popen([sys.executable, "-c", BACKS_UP, records, second], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begins\n"
            time.sleep(chance.uniform(0.0, 1.0))
            process.kill()
        halves += bool([*tmp_path.rglob("*.partial")])
        made = [*backup.backups_of(records), *thinning.copies_in(records, second)]
        assert all(map(sound, made[-3:]))
        looked += len(made[-3:])
    Workspace.open(records, Clock.system()).close()
    assert [*records.parent.glob("*.partial"), *backup.folder_for(records).glob("*.partial")] == []
    assert [*records.parent.glob("*.open-*")] == []
    assert all(map(sound, backup.backups_of(records)))
    print(f"\n{KILLS} kills, {halves} with a backup half-made; {looked} backups looked at, all sound")


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_what_is_left_of_a_hurt_file_makes_a_sound_one(records: Path, tmp_path: Path, kind: str) -> None:
    if kind == "encrypted":
        encryption.encrypt(records, "teapot river hedgehog apron canoe")
    whole, chance = records.read_bytes(), random.Random(SEED)
    with closing(driver.connect(records)) as connection:
        counts = driver.row_counts(connection)
        driver.leave_wal(connection)
    whole, rows = records.read_bytes(), sum(counts.values())
    hurt, new, kept, ends, refused = (
        tmp_path / "hurt.db",
        tmp_path / "new.db",
        list[float](),
        Counter[str](),
        Counter[str](),
    )
    keys.copy_beside(records, hurt)
    slowest = 0.0
    for turn in range(ROUNDS):
        record = bytearray(whole)
        HURTS[turn % len(HURTS)](record, chance)
        hurt.write_bytes(record)
        begun = time.monotonic()
        try:
            told = salvage(hurt, new)
        except Fault as fault:
            refused[fault.sentence.partition(": ")[2]] += 1
        else:
            assert sound(new)
            share = sum(one.kept for one in told) / rows
            kept.append(share)
            ends["every row" if share == 1 else "nearly all" if share > 0.98 else "some"] += 1
            Workspace.open(new, Clock.system()).close()
            for suffix in ("", "-wal", "-shm", keys.SUFFIX):
                new.with_name(new.name + suffix).unlink(missing_ok=True)
        slowest = max(slowest, time.monotonic() - begun)
        assert hurt.read_bytes() == bytes(record)
        assert new.exists() is False
    kept.sort()
    assert all("nothing can be salvaged" in sentence for sentence in refused), refused
    ends["nothing"] = refused.total()
    print(
        f"\n{kind}, seed {SEED}: {dict(ends)}; kept in the middle {kept[len(kept) // 2]:.1%}, slowest {slowest:.1f} s"
    )
