"""The names, places and words of the demonstration, read from the files beside this module."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from transitions.text import clean


class Community(NamedTuple):
    """Names that go together, and the languages that some of these families speak at home."""

    share: float
    girls: Sequence[str]
    boys: Sequence[str]
    surnames: Sequence[str]
    languages: Sequence[str]


class Showcase(NamedTuple):
    """A pupil whose name catches programs out, and the place in the list where the pupil stands, from 0."""

    place: int
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
    of_each: int


@dataclass(frozen=True)
class Material:
    """Everything that is drawn from."""

    communities: tuple[Community, ...]
    showcases: Mapping[int, Showcase]
    workers: Mapping[str, Sequence[str]]
    places: Mapping[str, Any]
    school_kinds: tuple[SchoolKind, ...]
    words: Mapping[str, Any]
    plan_words: Mapping[str, Any]
    workshop_words: Mapping[str, Any]
    handover_words: Mapping[str, Any]


@cache
def material() -> Material:
    """Give the material; it is read once."""
    names, places, words, plan_words, workshop_words, handover_words = (
        _read(f"{name}.toml") for name in ("names", "places", "words", "plan_words", "workshop_words", "handover_words")
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
    showcases = {
        entry["place"]: Showcase(
            entry["place"], entry["sex"], clean(entry["forename"]), clean(entry["surname"]), entry.get("language")
        )
        for entry in names["showcase"]
    }
    kinds = tuple(
        SchoolKind(
            track=entry["track"],
            name=entry["name"],
            phase=entry["phase"],
            kind=entry["kind"],
            low_age=entry["ages"][0],
            high_age=entry["ages"][1],
            code=entry["code"],
            of_each=entry.get("count", 1),
        )
        for entry in places["school"]
    )
    return Material(
        communities, showcases, names["workers"], places, kinds, words, plan_words, workshop_words, handover_words
    )


def _cleaned(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean(name) for name in names)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
