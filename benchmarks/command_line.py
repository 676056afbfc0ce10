"""Whole processes: the command line beside the shortest run of Python, and the start of the app beside an empty one."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from benchmarks.bench import EMPTY_COMMAND, FIRST, OURS, Bench, Scenario
from benchmarks.figures import Reading, Row
from benchmarks.terminal import Terminal

PASS: Final = (sys.executable, "-c", "pass")
PEER_QUIET_SECONDS: Final = 0.3
Command = Sequence[str | Path]


class Words(Scenario):
    """What a program says of itself before it does anything."""

    rows: ClassVar[Mapping[str, Row]] = {
        "--version": Row("`--version`", "`python -c pass`", 3),
        "--help": Row("`--help`", "`python -c pass`", 3),
        "dooit": Row("`--version`", "dooit `--version`", 0.5),
    }
    largest_only = True

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        for word in "--version", "--help":
            yield processes(bench, self.rows[word], 0, (OURS, word), PASS)
        if dooit := bench.peer("dooit"):
            yield processes(bench, self.rows["dooit"], 0, (OURS, "--version"), (dooit, "--version"))


class Pages(Scenario):
    """One page of a list, printed."""

    rows: ClassVar[Mapping[str, Row]] = {
        "missed --limit 100": Row("`missed --limit 100`", "`python -c pass`", 6),
        "list --worker me": Row("`list --worker me`", "`python -c pass`", 5),
        "today": Row("`today`", "`python -c pass`", 8),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        path = bench.copied(pupils)
        for words, row in self.rows.items():
            yield processes(bench, row, pupils, (OURS, *words.split(), "--db", path), PASS)


class Start(Scenario):
    """From the start of the program to the first rows of one's own list; other programs to when they stand still."""

    rows: ClassVar[Mapping[str, Row]] = {
        "empty": Row("start to the first rows", "an empty Textual app", 1.25),
        "dooit": Row("start to the first rows", "dooit, empty", 0.5),
        "harlequin": Row("start to the first rows", "harlequin, empty", 0.5),
        "vd": Row("start to the first rows", "visidata with the same pupils", 0.5),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        path = bench.copied(pupils)
        (surname,) = bench.said("first_surname", path)
        begin = partial(shown, bench, (OURS, "--db", path), surname)
        yield in_turn(bench, self.rows["empty"], pupils, begin, partial(shown, bench, EMPTY_COMMAND, FIRST))
        peers: Mapping[str, Sequence[str | Path]] = {"dooit": (), "harlequin": (), "vd": (bench.list_of(pupils),)}
        for name, words in peers.items() if pupils == bench.sizes[-1] else ():
            if peer := bench.peer(name):
                yield in_turn(bench, self.rows[name], pupils, begin, partial(still, bench, (peer, *words)))


def processes(bench: Bench, row: Row, pupils: int, ours: Command, floor: Command) -> Reading:
    return in_turn(bench, row, pupils, lambda: bench.run(ours), lambda: bench.run(floor))


def in_turn(bench: Bench, row: Row, pupils: int, ours: Callable[[], float], floor: Callable[[], float]) -> Reading:
    ours(), floor()
    pairs = [(ours(), floor()) for _ in range(bench.times(9))]
    return Reading(row, pupils, [pair[0] for pair in pairs], [pair[1] for pair in pairs])


def shown(bench: Bench, command: Command, words: str) -> float:
    """The milliseconds from the start of a program to ``words`` on its screen."""
    with Terminal(command, bench.environment) as program:
        return program.until(words)


def still(bench: Bench, command: Command) -> float:
    """The milliseconds from the start of a program to the last that it draws."""
    with Terminal(command, bench.environment) as program:
        return program.still(PEER_QUIET_SECONDS)


SCENARIOS: Final = (Words, Pages, Start)
