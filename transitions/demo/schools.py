"""The schools of Northmere and the ways that children take through them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from transitions.demo.content import Material, SchoolKind
from transitions.demo.random_source import Dice, Odds
from transitions.text import searchable

PUPILS_IN_A_DISTRICT = 4_000
_AGE_ABOVE_YEAR_GROUP = 5  # the age that most of a year group reach in it

COLUMNS = (
    "id", "name", "urn", "la_number", "establishment_number", "phase", "kind", "status", "low_age", "high_age", "town",
    "postcode", "telephone", "search_text",
)  # fmt: skip


class School(NamedTuple):
    """One made-up school; ``leaves`` is the last year group that it teaches."""

    id: int
    name: str
    code: int
    track: str
    leaves: int
    row: tuple[object, ...]


District = Mapping[str, Sequence[School]]
"""The schools of one district by what they are: "primary", "junior", "college" ..."""


class Route(NamedTuple):
    """The schools a child goes to in turn, each with the last year group spent there."""

    stages: tuple[tuple[int, School], ...]

    def school(self, group: int) -> School:
        """Give the school for a year group; after the last one, that one still."""
        return next((school for last, school in self.stages if group <= last), self.stages[-1][1])


def districts(source: Material, pupils: int) -> list[District]:
    """Give as many districts as the pupils need, with every kind of school in each."""
    made: list[District] = []
    number = 0
    for place in range(1 + (pupils - 1) // PUPILS_IN_A_DISTRICT):
        district: dict[str, list[School]] = {}
        for kind in source.school_kinds:
            for one in range(kind.of_each):
                number += 1
                of_its_kind = place * kind.of_each + one
                district.setdefault(kind.track, []).append(_school(source, kind, number, of_its_kind, place))
        made.append(district)
    return made


_STARTS: Odds[str] = Odds({"primary": 72, "infant": 12, "first": 8, "all-through": 8})
_AFTER_PRIMARY: Odds[str] = Odds({"secondary": 60, "sixth form, leaving early": 15, "sixth form": 25})


def route(dice: Dice, district: District) -> Route:
    """Give a way through the ordinary schools of a district."""
    start = dice.drawn(_STARTS)
    nursery, college = district["nursery"][0], (20, district["college"][0])
    if start == "all-through":
        return Route(((-1, nursery), (13, district[start][0]), college))
    if start == "first":
        middle, upper = (8, district["middle"][0]), (13, district["upper"][0])
        return Route(((-1, nursery), (4, district["first"][0]), middle, upper, college))
    if start == "infant":
        return Route(
            ((-1, nursery), (2, district["infant"][0]), (6, district["junior"][0]), *_later(dice, district), college)
        )
    primary = dice.one(district["primary"])
    return Route(((-1, nursery if dice.chance(0.4) else primary), (6, primary), *_later(dice, district), college))


def special_route(district: District) -> Route:
    """Give the way through the special school, and on to college after Year 14."""
    return Route(((14, district["special"][0]), (20, district["college"][0])))


def _later(dice: Dice, district: District) -> tuple[tuple[int, School], ...]:
    kind = dice.drawn(_AFTER_PRIMARY)
    if kind == "secondary":
        return ((11, dice.one(district["secondary"])),)
    return ((11 if kind.endswith("early") else 13, district["sixth form"][0]),)


def _school(source: Material, kind: SchoolKind, number: int, of_its_kind: int, place: int) -> School:
    places = source.places
    name = f"{place_name(source, of_its_kind * 7 + kind.code // 300)} {kind.name}"
    town = places["council"] if place == 0 else place_name(source, place * 11)
    code = kind.code + of_its_kind
    row = (
        number,
        name,
        places["first_urn"] + number - 1,
        places["la_number"],
        code,
        kind.phase,
        kind.kind,
        "Open",
        kind.low_age,
        kind.high_age,
        town,
        f"{places['postcode_area']}{1 + place} {number % 10}AA",
        # The regulator keeps these numbers for stories.
        f"01632 960{number % 1000:03d}",
        searchable(name, town, str(places["first_urn"] + number - 1), f"{places['la_number']}/{code:04d}"),
    )
    return School(number, name, code, kind.track, kind.high_age - _AGE_ABOVE_YEAR_GROUP, row)


def place_name(source: Material, number: int) -> str:
    """Give an invented place name; a few hundred numbers in a row give different ones."""
    first, last = source.places["first_parts"], source.places["last_parts"]
    return str(first[number % len(first)] + last[(number // len(first) + number) % len(last)])
