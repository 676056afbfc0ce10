"""The same keys on other records: an encrypted one, one on a PostgreSQL server, and one of ten times as many pupils."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Final

from benchmarks.bench import ALL, OURS, Bench, Scenario, split
from benchmarks.figures import Reading, Row
from benchmarks.keys import DOWN, END, HOME, PAGE, RIGHT
from benchmarks.terminal import Answered, Terminal

MOST_ON_A_SERVER: Final = 50_000
PASSPHRASE: Final = "teapot river hedgehog apron canoe"
KEYS: Final = split(f"{DOWN * 2}{PAGE * 2}{END}{HOME}\r]]q{DOWN}wb{RIGHT * 2}duq3{DOWN}2")
"""Everything interactive: the cursor, pages, a pupil and the next, a walk with a decision, another area.

The second time, a walk is begun anew."""


def beside(ours: Terminal, floor: Terminal, times: int) -> list[float]:
    """How many times as long ours takes as the floor for each of the keys, typed to one after the other."""
    pairs: list[tuple[Answered, Answered]] = [(ours.press(key), floor.press(key)) for key in KEYS * times]
    return [one.first / other.first for one, other in pairs if one.frames and other.frames]


class Encrypted(Scenario):
    """Everything interactive on encrypted records, beside the same on plain ones."""

    rows: ClassVar[Mapping[str, Row]] = {"keys": Row("encrypted, everything interactive", "a plain file", 1.25)}
    largest_only = True

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        path, secret = self._encrypted(bench, pupils)
        with (
            bench.app(path, ALL, "--passphrase-file", str(secret)) as ours,
            bench.app(bench.copied(pupils), ALL) as floor,
        ):
            yield Reading(self.rows["keys"], pupils, beside(ours, floor, bench.times(4, 2)), [1.0])
        bench.drop("encrypted")

    def _encrypted(self, bench: Bench, pupils: int) -> tuple[Path, Path]:
        """A copy of the encrypted record, which is kept: a county takes minutes to be encrypted; and the file with its passphrase."""
        kept, folder = bench.data / f"encrypted-{pupils}" / f"{pupils}.db", bench.folder("encrypted")
        secret = folder / "passphrase"
        secret.write_text(PASSPHRASE)
        secret.chmod(0o600)
        if not kept.exists() or kept.stat().st_mtime < bench.kept(pupils).stat().st_mtime:
            shutil.rmtree(kept.parent, ignore_errors=True)
            making = bench.copied(pupils, "encrypted")
            shutil.rmtree(making.with_name(f"{making.stem}-backups"))  # the one that is none
            bench.run((OURS, "encrypt", "--db", making, "--passphrase-file", secret))
            kept.parent.mkdir(exist_ok=True)
            for made in making.parent.glob(f"{pupils}.db*"):
                shutil.copy(made, kept.parent)
        for made in kept.parent.iterdir():
            shutil.copy(made, folder)
        return folder / kept.name, secret


class Server(Scenario):
    """Everything interactive on a PostgreSQL server of this machine, beside the same on a file."""

    rows: ClassVar[Mapping[str, Row]] = {
        "keys": Row("PostgreSQL on the same machine, everything interactive", "a plain file", 2)
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        if pupils != bench.sizes[0] or pupils > MOST_ON_A_SERVER:
            return  # a county takes minutes to be copied, and its server is in memory
        from own_server import own_server

        with own_server() as server:
            place = server.create("county").url
            bench.run((OURS, "copy", bench.copied(pupils), place))
            bench.run((OURS, "me", *bench.said("first_worker", bench.copied(pupils)), "--db", place))
            with bench.app(place, ALL) as ours, bench.app(bench.copied(pupils), ALL) as floor:
                yield Reading(self.rows["keys"], pupils, beside(ours, floor, bench.times(4, 2)), [1.0])


class Tenfold(Scenario):
    """The same keys in a list of all with ten times as many pupils: a screen takes no longer, what is of the whole county ten times as long."""

    rows: ClassVar[Mapping[str, Row]] = {
        "screen": Row("ten times the pupils, everything interactive", "a tenth of them", 1.25),
        "county": Row("ten times the pupils, the slowest keys", "a tenth of them", 10, of="p95"),
    }
    largest_only = True

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        with bench.app(bench.copied(pupils), ALL) as ours, bench.app(bench.copied(pupils // 10), ALL) as floor:
            found = beside(ours, floor, bench.times(4, 2))
        for row in self.rows.values():
            yield Reading(row, pupils, found, [1.0])


SCENARIOS: Final = (Encrypted, Server, Tenfold)
