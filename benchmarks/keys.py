"""Keys in the app, through a real terminal: each is typed to ours and to an empty Textual screen in turn."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from benchmarks.bench import ALL, ESCAPE, ESCAPE_SECONDS, MINE, Bench, Scenario, split
from benchmarks.figures import Reading, Row
from benchmarks.terminal import Answered, Terminal

DOWN, PAGE, END, HOME, RIGHT = "\x1b[B", "\x1b[6~", "\x1b[F", "\x1b[H", "\x1b[C"
EMPTY: Final = "an empty Textual screen answering a key"
ONE_SCREEN: Final = 45.0
"""The kB of a whole screen of 120 by 40, each word in its colours."""
WINDOW: Final = 20
"""So often down from the first row, and the cursor is still in the window."""


def in_turn(ours: Terminal, floor: Terminal, keys: Sequence[str]) -> tuple[list[Answered], list[Answered]]:
    """Type each of the keys to ours, and one to the floor."""
    pairs = [(ours.press(key), floor.press("x")) for key in keys]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def firsts(answers: Sequence[Answered]) -> list[float]:
    return [one.first for one in answers]


def cpu(answers: Sequence[Answered]) -> float:
    return statistics.median(one.cpu for one in answers)


class Cursor(Scenario):
    """The cursor moves in everybody's list: within the window, at its edge, by a page, and to the end; and what that sends."""

    rows: ClassVar[Mapping[str, Row]] = {
        "window": Row("cursor in the window", EMPTY, 1.3),
        "edge": Row("cursor at the edge", EMPTY, 2),
        "page": Row("a page down", EMPTY, 3.5),
        "end": Row("to the end", EMPTY, 4),
        "bytes": Row("bytes to the terminal of a cursor key", "-", 1.5, "kB"),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        with bench.app(bench.copied(pupils), ALL) as ours, bench.floor() as floor:
            in_turn(ours, floor, [HOME, PAGE, PAGE, HOME, *[DOWN] * 3])
            window, still = in_turn(ours, floor, [DOWN] * bench.times(WINDOW, 12))
            yield self._of("window", pupils, window, still)
            yield Reading(self.rows["bytes"], pupils, [one.bytes / 1000 for one in window])
            for _ in range(WINDOW + 10):
                ours.press(DOWN, at_work=False)
            for name, key in ("edge", DOWN), ("page", PAGE):
                yield self._of(name, pupils, *in_turn(ours, floor, [key] * bench.times(24, 8)))
            both, still = in_turn(ours, floor, [END, HOME] * bench.times(10, 4))
            yield self._of("end", pupils, both[::2], still)

    def _of(self, name: str, pupils: int, ours: Sequence[Answered], floor: Sequence[Answered]) -> Reading:
        return Reading(self.rows[name], pupils, firsts(ours), firsts(floor), cpu(ours))


class Pupil(Scenario):
    """A pupil is opened from everybody's list, and from there the next one."""

    rows: ClassVar[Mapping[str, Row]] = {
        "open": Row("open a pupil", EMPTY, 6),
        "next": Row("next pupil `]`", EMPTY, 4),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        with bench.app(bench.copied(pupils), ALL) as ours, bench.floor() as floor:
            ours.press("\r")
            following, still = in_turn(ours, floor, ["]"] * bench.times(24, 8))
            yield Reading(self.rows["next"], pupils, firsts(following), firsts(still), cpu(following))
            ours.press("q")
            opened, still = in_turn(ours, floor, [DOWN, "\r", "q"] * bench.times(12, 4))
            yield Reading(self.rows["open"], pupils, firsts(opened[1::3]), firsts(still), cpu(opened[1::3]))


class Walk(Scenario):
    """A walk through everybody is begun; a pupil is skipped; a step is done and that undone; and what a decision sends."""

    rows: ClassVar[Mapping[str, Row]] = {
        "start": Row("walk start, all", "-", 50, "ms"),
        "skip": Row("walk skip", EMPTY, 4),
        "done": Row("done in a walk of all, settled", "-", 150, "ms"),
        "undo": Row("undo in a walk of all, settled", "-", 150, "ms"),
        "bytes": Row("bytes to the terminal of a decision in a walk", "one screen", ONE_SCREEN, "kB"),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        with bench.app(bench.copied(pupils), ALL) as ours, bench.floor() as floor:
            begun = []
            for _ in range(bench.times(7)):
                begun.append(ours.press("w"))
                ours.press("q")
            yield Reading(self.rows["start"], pupils, firsts(begun), cpu=cpu(begun))
            ours.press("w")
            skipped, still = in_turn(ours, floor, [RIGHT] * bench.times(24, 8))
            yield Reading(self.rows["skip"], pupils, firsts(skipped), firsts(still), cpu(skipped))
            decided = [ours.press(key) for key in "du" * bench.times(9)]
            for name, some in ("done", decided[::2]), ("undo", decided[1::2]):
                yield Reading(self.rows[name], pupils, [one.settled for one in some], cpu=cpu(some))
            yield Reading(self.rows["bytes"], pupils, [one.bytes / 1000 for one in decided[::2]])


class Decision(Scenario):
    """The next step of the pupil under the cursor is done in a list, and that undone: one's own and everybody's."""

    rows: ClassVar[Mapping[str, Row]] = {
        "done": Row("done in one's own list, settled", "-", 150, "ms"),
        "undo": Row("undo in one's own list, settled", "-", 150, "ms"),
        "done, all": Row("done in everybody's list, settled", "-", 150, "ms"),
        "undo, all": Row("undo in everybody's list, settled", "-", 150, "ms"),
        "bytes": Row("bytes to the terminal of a decision in a list", "one screen", ONE_SCREEN, "kB"),
    }

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        for whose, after in (MINE, ""), (ALL, ", all"):
            with bench.app(bench.copied(pupils), whose) as ours:
                ours.press(DOWN)
                decided = [ours.press(key) for key in "du" * bench.times(9)]
            for name, some in ("done", decided[::2]), ("undo", decided[1::2]):
                yield Reading(self.rows[name + after], pupils, [one.settled for one in some], cpu=cpu(some))
        yield Reading(self.rows["bytes"], pupils, [one.bytes / 1000 for one in decided[::2]])


class Morning(Scenario):
    """A caseworker's morning: 226 keys at the pace of a person, each up to its first frame; in one's own list and in all."""

    rows: ClassVar[Mapping[str, Row]] = {
        "mine": Row("a morning of 226 keys, own list", "-", 16, "ms", "p99"),
        "mine, half": Row("a morning of 226 keys, own list, half of them", "-", 16, "ms"),
        "all": Row("a morning of 226 keys, all", "-", 16, "ms", "p99"),
        "all, half": Row("a morning of 226 keys, all, half of them", "-", 16, "ms"),
    }
    KEYS: ClassVar[Sequence[str]] = split(
        f"1{DOWN * 4}2{DOWN * 12}{PAGE * 3}{HOME}{DOWN * 5}"  # what cannot wait, and down the list
        f"\r{RIGHT * 3}]]]q{DOWN}\r]]q{DOWN}\r]q"  # pupils are opened, and the next ones
        f"w{RIGHT * 6}d{RIGHT * 2}du{RIGHT * 4}nRang home\x13{RIGHT * 8}dq"  # a walk
        f"/an\r{DOWN * 3}\rqq"  # somebody rings: found, looked at, and back
        f"3{DOWN * 20}{PAGE * 3}{HOME}{DOWN * 6}2{END}{HOME}{DOWN * 20}\r]]]]]]q"  # the missed; further down the list
        f"1{DOWN * 8}2{PAGE * 2}{HOME}\r{RIGHT * 4}q{DOWN * 10}/ha\r{DOWN * 4}\r]]qq\r]]q{DOWN * 27}"
    )
    PACE_SECONDS: ClassVar[float] = 0.1

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        keys = self.KEYS[: len(self.KEYS) // (3 if bench.quick else 1)]
        for name, whose in ("mine", MINE), ("all", ALL):
            with bench.app(bench.copied(pupils, "morning"), whose) as ours:
                answers = [ours.press(key, quiet=self.PACE_SECONDS, at_work=False) for key in keys]
            bench.drop("morning")  # the other begins without an unfinished walk
            drawn = [one for one in answers if one.frames]
            for row in name, f"{name}, half":
                yield Reading(self.rows[row], pupils, firsts(drawn), cpu=cpu(drawn))


class Form(Scenario):
    """The form of a new pupil: up to the frame with the fields that fill the screen, and to its last of 32 fields."""

    rows: ClassVar[Mapping[str, Row]] = {
        "first": Row("form of a pupil, first frame", EMPTY, 31),
        "last": Row("form of a pupil, its last field", EMPTY, 120),
    }
    TO_THE_LAST: ClassVar[str] = "\x1b[Z"

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        first, last = list[Answered](), list[float]()
        with bench.app(bench.copied(pupils), MINE) as ours, bench.floor() as floor:
            for _ in range(bench.times(7)):
                first.append(ours.press("a", words="Date of birth", quiet=0, at_work=False))
                last.append(first[-1].first + ours.press(self.TO_THE_LAST, words="Who is the").first)
                ours.press(ESCAPE, quiet=ESCAPE_SECONDS)
            still = firsts([floor.press("x") for _ in range(bench.times(12, 5))])
        yield Reading(self.rows["first"], pupils, firsts(first), still)
        yield Reading(self.rows["last"], pupils, last, still)


SCENARIOS: Final = (Cursor, Pupil, Walk, Decision, Form, Morning)
