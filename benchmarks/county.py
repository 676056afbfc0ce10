"""What grows with a county: finding, sorting, counting, going to another area, and how much memory that needs."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import ClassVar, Final

from benchmarks.bench import ALL, Bench, Scenario, split
from benchmarks.figures import Reading, Row
from benchmarks.keys import DOWN, HOME, PAGE, RIGHT, cpu, firsts
from benchmarks.terminal import Terminal

STOCK: Final = """
from textual.app import App
from textual.widgets import DataTable, Input
NAMES = [f"{'abcdefghijklmnopqrst'[n % 20]}{'aeiou'[n % 5]}{'lmnrst'[n % 6]}son{n}, Child{n % 31}" for n in range(1000)]
class Stock(App):
    def compose(self):
        yield Input()
        yield DataTable()
    def on_mount(self):
        self.query_one(DataTable).add_columns("Name", "Yr", "School", "SEN", "Next step", "When")
        self.fill("")
    def fill(self, words):
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows([(name, "7", "A school", "K", "Annual review", "soon") for name in NAMES if words in name])
    def on_input_changed(self, event):
        self.fill(event.value)
Stock().run()
"""
ROWS_DRAWN: Final = 2_500
"""Bytes of a frame that draws rows, and not only the letter in its box."""
LETTERS: Final = "seamo"


class Find(Scenario):
    """A letter is typed into the box that finds, up to the first frame with other rows."""

    rows: ClassVar[Mapping[str, Row]] = {
        "stock": Row("find: a letter, new rows", "stock Input and DataTable of 1,000 rows", 0.15),
        "fzf": Row("find: a letter, new rows", "fzf on the same names, settled", 1),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        fzf = bench.peer("fzf")
        with ExitStack() as programs:
            ours = programs.enter_context(bench.app(bench.copied(pupils), ALL))
            ours.press("/")
            others = {"stock": Terminal((sys.executable, "-c", STOCK), bench.environment)}
            if fzf:
                others["fzf"] = Terminal(("sh", "-c", f"{fzf} < {bench.list_of(pupils)}"), bench.environment)
            for other in others.values():
                programs.enter_context(other).still()
            found, theirs = [], {name: list[float]() for name in others}
            for letter in LETTERS * bench.times(3, 1):
                found.append(ours.press(letter, least=ROWS_DRAWN))
                for name, other in others.items():
                    least = ROWS_DRAWN if name == "stock" else 0
                    answer = other.press(letter, least=least)
                    theirs[name].append(answer.first if name == "stock" else answer.settled)
                for program in ours, *others.values():
                    program.press("\x7f")
            for name, floor in theirs.items():
                yield Reading(self.rows[name], pupils, firsts(found), floor, cpu(found))


class Sort(Scenario):
    """Everybody's list in another order: its first frame, and when all of it and the counts beside it are there."""

    rows: ClassVar[Mapping[str, Row]] = {
        "first": Row("sort all, first frame", "-", 35, "ms"),
        "complete": Row("sort all, complete", "-", 150, "ms"),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        with bench.app(bench.copied(pupils), ALL) as ours:
            ours.press("\x1b[D")
            sorted_ = [ours.press("s") for _ in range(bench.times(8, 4))]
        yield Reading(self.rows["first"], pupils, firsts(sorted_), cpu=cpu(sorted_))
        yield Reading(self.rows["complete"], pupils, [one.settled for one in sorted_])


class Areas(Scenario):
    """Other areas: what is there for the first time, complete, and going between two that are there, up to the first frame."""

    VISITS: ClassVar[Mapping[str, str]] = {"4": "Calendar", "3": "Missed", "1": "Today", "6": "Handovers"}
    rows: ClassVar[Mapping[str, Row]] = {
        **{key: Row(f"first visit of {name}, complete", "-", 200, "ms") for key, name in VISITS.items()},
        "switch": Row("area switch", "-", 17, "ms"),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        visited, switched = {key: list[float]() for key in self.VISITS}, list[float]()
        for _ in range(bench.times(5, 2)):
            with bench.app(bench.copied(pupils), ALL) as ours:
                for key, took in visited.items():
                    took.append(ours.press(key).settled)
                switched += firsts([ours.press(key) for key in "23232"])
        for key, took in visited.items():
            yield Reading(self.rows[key], pupils, took)
        yield Reading(self.rows["switch"], pupils, switched)


class Memory(Scenario):
    """The memory of the app above that of an empty one: with one's own list, with all, and after some use."""

    rows: ClassVar[Mapping[str, Row]] = {
        "mine": Row("memory with one's own list", "an empty Textual app", 2),
        "all": Row("memory with everybody's list", "an empty Textual app", 2),
        "used": Row("memory after use of everything", "an empty Textual app", 3),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        path = bench.copied(pupils, "memory")  # nobody has looked at all pupils there yet
        with bench.floor() as floor:
            empty = [floor.memory()]
        with bench.app(path, "") as ours:
            yield Reading(self.rows["mine"], pupils, [ours.memory()], empty)
        with bench.app(path, ALL) as ours:
            yield Reading(self.rows["all"], pupils, [ours.memory()], empty)
            for key in split(f"13462{PAGE * 5}{HOME}\x1b[Dss{DOWN}\r]]]qw{RIGHT * 3}ddq"):
                ours.press(key)
            yield Reading(self.rows["used"], pupils, [ours.memory()], empty)
        bench.drop("memory")


class Facets(Scenario):
    """The counts beside every filter of everybody's list, beside one scan of an index that has every pupil."""

    rows: ClassVar[Mapping[str, Row]] = {"facets": Row("all facet counts", "one covering scan of the pupils", 2)}

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        yield Reading(self.rows["facets"], pupils, *bench.inside("facets", bench.copied(pupils), bench.times(7)))


SCENARIOS: Final = (Find, Sort, Areas, Memory, Facets)
