"""What the rules cost: the missed lists, one journaled change, a new academic year and a day on which schools are closed."""

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar, Final

from benchmarks.bench import OURS, Bench, Scenario
from benchmarks.figures import Reading, Row
from transitions.clock import Clock

BY_HAND: Final = "SQL written by hand"


class MissedLists(Scenario):
    """What is overdue or flagged missed: a page, of a worker, of a school, and of all by school, with the same number of rows."""

    rows: ClassVar[Mapping[str, Row]] = {
        "page": Row("missed: a page of 100", BY_HAND, 1.2),
        "worker": Row("missed: of a worker", BY_HAND, 1.2),
        "school": Row("missed: of a school", BY_HAND, 1.2),
        "by school": Row("missed: all by school", BY_HAND, 1.5),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        found = bench.inside("missed_lists", bench.copied(pupils), bench.times(9))
        for row, (ours, floor) in zip(self.rows.values(), found, strict=True):
            yield Reading(row, pupils, ours, floor)


class OneChange(Scenario):
    """One field of a pupil is changed: planned again, journaled and sealed by ours, only written by SQLModel."""

    rows: ClassVar[Mapping[str, Row]] = {
        "alone": Row("one journaled change", "SQLModel: get and commit", 1.8),
        "after": Row("one journaled change after another connection wrote", "SQLModel: get and commit", 2.5),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        alone, after, floor = bench.inside("one_change", bench.copied(pupils), bench.times(30, 10))
        yield Reading(self.rows["alone"], pupils, alone, floor)
        yield Reading(self.rows["after"], pupils, after, floor)


class NewYear(Scenario):
    """A record is opened for the first time in a new academic year: until it is open, and until all are planned in pieces behind the screen."""

    rows: ClassVar[Mapping[str, Row]] = {
        "open": Row("first open in a new academic year", "-", 10, "s"),
        "all": Row("everybody planned for it, behind the screen", "-", 60, "s"),
    }
    largest_only = True

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        ((opening,), (planning,)) = bench.inside("new_year", bench.copied(pupils, "new year"), seconds=300)
        yield Reading(self.rows["open"], pupils, [opening / 1000])
        yield Reading(self.rows["all"], pupils, [planning / 1000])
        bench.drop("new year")


class Closure(Scenario):
    """One day on which every school is closed is imported, and all steps that it moves are moved."""

    rows: ClassVar[Mapping[str, Row]] = {"day": Row("one closure day added", "-", 10, "s")}
    largest_only = True
    HEAD: ClassVar[str] = "Kind,Name,First day,Last day\n"

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        path = bench.copied(pupils, "closure")
        today = Clock.system().today
        day = today + timedelta(days=(7 - today.weekday()) % 7 + 7)  # a Monday soon
        given = bench.folder("closure") / "closure.csv"
        given.write_text(f"{self.HEAD}closure,Snow,{day:%d/%m/%Y},{day:%d/%m/%Y}\n")
        begun = time.perf_counter()
        bench.run((OURS, "import", "terms", given, "--db", path))
        yield Reading(self.rows["day"], pupils, [time.perf_counter() - begun])
        bench.drop("closure")


SCENARIOS: Final = (MissedLists, OneChange, NewYear, Closure)
