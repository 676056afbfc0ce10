"""What the demonstration is drawn from, chance with a seed and the words of the files beside this module, and its rows."""

import random
import tomllib
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeVar

from db.driver import Connection, insert_many
from db.journal import Value, stored
from transitions.text import clean

T = TypeVar("T")


class Odds(Generic[T]):
    """Things that happen more and less often."""

    def __init__(self, shares: Mapping[T, float]) -> None:
        self.things: tuple[T, ...] = tuple(shares)
        self.sums = tuple(accumulate(shares.values()))


class Dice(random.Random):
    """A seeded generator with the few throws that the demonstration makes, each one call of ``random``."""

    def chance(self, share: float) -> bool:
        """True in ``share`` (0 to 1) of the throws."""
        return self.random() < share

    def one(self, things: Sequence[T]) -> T:
        return things[int(self.random() * len(things))]

    def drawn(self, odds: Odds[T]) -> T:
        return odds.things[bisect(odds.sums, self.random() * odds.sums[-1])]

    def number(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def day(self, first: date, last: date) -> date:
        """A day between two, both included; ``first`` when ``last`` comes before it."""
        return first + timedelta(days=int(self.random() * max(1, (last - first).days + 1)))


class Community(NamedTuple):
    """Names that go together, and the languages that some of these families speak at home."""

    share: float
    girls: Sequence[str]
    boys: Sequence[str]
    surnames: Sequence[str]
    languages: Sequence[str]


class Showcase(NamedTuple):
    """What a pupil is called who shows something."""

    sex: str
    forename: str
    surname: str
    language: str | None


class SchoolKind(NamedTuple):
    """A kind of school that every district has, ``of_each`` times."""

    track: str
    name: str
    phase: str
    kind: str
    low_age: int
    high_age: int
    code: int
    of_each: int = 1


def fill(text: str, **gaps: str) -> str:
    if "{" in text:
        for gap, sentence in gaps.items():
            text = text.replace(f"{{{gap}}}", sentence)
    return text


@dataclass(frozen=True)
class Material:
    """Everything that is drawn from."""

    communities: tuple[Community, ...]
    showcases: Mapping[int, Showcase]
    documented: Showcase
    workers: Mapping[str, Sequence[str]]
    places: Mapping[str, Any]
    school_kinds: tuple[SchoolKind, ...]
    words: Mapping[str, Any]
    plan_words: Mapping[str, Any]
    workshop_words: Mapping[str, Any]
    handover_words: Mapping[str, Any]
    impact_words: Mapping[str, Any]

    def grown_up(self, dice: Dice) -> str:
        community = dice.one(self.communities)
        return f"{dice.one(community.girls)[0]}. {dice.one(community.surnames)}"


@cache
def material() -> Material:
    names, places, *words = (
        _load(f"{name}.toml")
        for name in ("names", "places", "words", "plan_words", "workshop_words", "handover_words", "impact_words")
    )
    communities = tuple(
        Community(
            share=entry["share"],
            girls=_cleaned(entry["girls"]),
            boys=_cleaned(entry["boys"]),
            surnames=_cleaned(entry["surnames"]),
            languages=tuple(entry.get("languages", ())),
        )
        for entry in names["community"]
    )
    showcases = {entry["place"]: _showcase(entry) for entry in names["showcase"]}
    documented = _showcase(names["documented"])
    kinds = tuple(SchoolKind(**entry) for entry in places["school"])
    return Material(communities, showcases, documented, names["workers"], places, kinds, *words)


def _showcase(entry: Mapping[str, Any]) -> Showcase:
    return Showcase(entry["sex"], clean(entry["forename"]), clean(entry["surname"]), entry.get("language"))


def _cleaned(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean(name) for name in names)


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


class DemoRows:
    """Rows of several tables before they are inserted, outside the journal; a column that a row does not give is empty."""

    def __init__(self, *first: str) -> None:
        """Insert the tables in the order in which they are met, those named here ``first``."""
        self.of: dict[str, list[dict[str, Value]]] = {table: [] for table in first}
        self._numbers = Counter[str]()

    def __len__(self) -> int:
        return sum(map(len, self.of.values()))

    def number(self, table: str) -> int:
        self._numbers[table] += 1
        return self._numbers[table]

    def add(self, table: str, **values: Value) -> None:
        self.of.setdefault(table, []).append(values)

    def put(self, connection: Connection) -> None:
        """Insert the rows, with days as the tables hold them, and forget them."""
        for table, rows in self.of.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            if rows:
                insert_many(connection, table, columns, ([stored(row.get(name)) for name in columns] for row in rows))
            rows.clear()


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
