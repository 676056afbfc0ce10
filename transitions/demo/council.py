"""The council of Northmere: its schools and the ways that children take through them, who works there, and its terms."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from transitions.demo.content import Dice, Material, Odds, SchoolKind
from transitions.school_year import bank_holidays, next_working_day, nth_weekday
from transitions.text import searchable

PUPILS_IN_A_DISTRICT = 4_000
_AGE_ABOVE_YEAR_GROUP = 5  # the age that most of a year group reach in it

SCHOOL_COLUMNS = (
    "id", "name", "urn", "la_number", "establishment_number", "phase", "kind", "status", "low_age", "high_age", "town",
    "postcode", "telephone", "search_text",
)  # fmt: skip


class DemoSchool(NamedTuple):
    """One made-up school; ``leaves`` is the last year group that it teaches."""

    id: int
    name: str
    code: int
    track: str
    leaves: int
    row: tuple[object, ...]


District = Mapping[str, Sequence[DemoSchool]]
"""The schools of one district by what they are: "primary", "junior", "college" ..."""


class Route(NamedTuple):
    """The schools a child goes to in turn, each with the last year group spent there."""

    stages: tuple[tuple[int, DemoSchool], ...]

    def school(self, group: int) -> DemoSchool:
        return next((school for last, school in self.stages if group <= last), self.stages[-1][1])


def districts(source: Material, pupils: int) -> list[District]:
    made: list[District] = []
    number = 0
    for place in range(1 + (pupils - 1) // PUPILS_IN_A_DISTRICT):
        district: dict[str, list[DemoSchool]] = {}
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
    return Route(((14, district["special"][0]), (20, district["college"][0])))


def _later(dice: Dice, district: District) -> tuple[tuple[int, DemoSchool], ...]:
    kind = dice.drawn(_AFTER_PRIMARY)
    if kind == "secondary":
        return ((11, dice.one(district["secondary"])),)
    return ((11 if kind.endswith("early") else 13, district["sixth form"][0]),)


def _school(source: Material, kind: SchoolKind, number: int, of_its_kind: int, place: int) -> DemoSchool:
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
    return DemoSchool(number, name, code, kind.track, kind.high_age - _AGE_ABOVE_YEAR_GROUP, row)


def place_name(source: Material, number: int) -> str:
    first, last = source.places["first_parts"], source.places["last_parts"]
    return str(first[number % len(first)] + last[(number // len(first) + number) % len(last)])


STAFF_COLUMNS = ("id", "name", "role", "email", "telephone", "school_id")

_PUPILS_OF_A_CASEWORKER = 120
_PUPILS_WITHIN_REACH = 1_000
"""With more pupils than this a school's SENCO cannot answer for most of those with SEN in it."""
_INITIALS = "ABCDEFGHIJKLMNOPRSTVWYZ"


class Staff(NamedTuple):
    """Who works here: numbers of workers, and the rows to insert."""

    team: Sequence[int]
    social_workers: Sequence[int]
    senco_of: dict[int, int]
    """The SENCO of a school, by the school's number; most schools' SENCOs do not use the program."""
    names: dict[int, str]
    rows: list[tuple[object, ...]]
    senco_share: float

    def owner(
        self, dice: Dice, share: float, *, school_id: int, has_sen: bool, open_to_social_care: bool
    ) -> int | None:
        """Who answers for a pupil, or None for nobody yet; ``share`` (0 to 1) is how far down the list the pupil is."""
        if dice.chance(0.06):
            return None
        senco = self.senco_of.get(school_id)
        if senco is not None and has_sen and dice.chance(self.senco_share):
            return senco
        people = self.social_workers if open_to_social_care and dice.chance(0.5) else self.team
        return people[int(share * len(people))]


def staff(dice: Dice, source: Material, districts: Sequence[District], pupils: int) -> Staff:
    team_size = max(len(source.workers["team"]), round(pupils * 0.7 / _PUPILS_OF_A_CASEWORKER))
    social_size = max(len(source.workers["social_workers"]), round(pupils * 0.06 / _PUPILS_OF_A_CASEWORKER))
    homes = [district[track][0] for district in districts for track in ("primary", "secondary")]
    made = Staff([], [], {}, {}, [], senco_share=0.8 if pupils <= _PUPILS_WITHIN_REACH else 0.4)
    taken = {name for names in source.workers.values() for name in names}

    def add(role: str, given: Sequence[str], place: int, school_id: int | None = None) -> int:
        name = given[place] if place < len(given) else _fresh_name(dice, source, taken)
        taken.add(name)
        number = len(made.rows) + 1
        address = f"{searchable(name).replace(' ', '')}@northmere.example"
        made.rows.append((number, name, role, address, f"01632 960{number % 1000:03d}", school_id))
        made.names[number] = name
        return number

    team = [add("transitions team", source.workers["team"], place) for place in range(team_size)]
    social = [add("social worker", source.workers["social_workers"], place) for place in range(social_size)]
    for place, school in enumerate(homes):
        made.senco_of[school.id] = add("SENCO", source.workers["sencos"], place, school.id)
    add("manager", source.workers["managers"], 0)
    return made._replace(team=team, social_workers=social)


def _fresh_name(dice: Dice, source: Material, taken: set[str]) -> str:
    while True:
        name = f"{dice.one(_INITIALS)}. {dice.one(dice.one(source.communities).surnames)}"
        if name not in taken:
            return name


_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_MONDAY, _FRIDAY = 0, 4
_LATE_EASTER = (4, 11)
"""From this day on the spring term ends two weeks before Easter instead of on its eve."""


class MadeTerm(NamedTuple):
    """Half a term, with the days on which it begins and ends."""

    academic_year: int
    name: str
    first_day: date
    last_day: date


def terms(year: int) -> list[MadeTerm]:
    autumn_break = _on_or_after(date(year, 10, 24), _MONDAY)
    christmas = _on_or_before(date(year, 12, 21), _FRIDAY)
    new_year = next_working_day(_on_or_after(date(year + 1, 1, 3), _MONDAY))
    winter_break = _on_or_after(date(year + 1, 2, 12), _MONDAY)
    spring_end, summer_start = _around_easter(year + 1)
    spring_break = nth_weekday(year + 1, 5, _MONDAY, -1)
    spans = (
        ("Autumn 1", next_working_day(date(year, 9, 1)), autumn_break - 3 * _DAY),
        ("Autumn 2", autumn_break + _WEEK, christmas),
        ("Spring 1", new_year, winter_break - 3 * _DAY),
        ("Spring 2", winter_break + _WEEK, spring_end),
        ("Summer 1", summer_start, spring_break - 3 * _DAY),
        ("Summer 2", spring_break + _WEEK, _on_or_after(date(year + 1, 7, 20), _MONDAY + 1)),
    )
    return [MadeTerm(year, *span) for span in spans]


def training_days(year: int) -> list[date]:
    autumn, _, spring, _, _, summer = terms(year)
    last_friday_in_june = nth_weekday(year + 1, 6, _FRIDAY, -1)
    return [autumn.first_day, spring.first_day, min(last_friday_in_june, summer.last_day)]


def _around_easter(year: int) -> tuple[date, date]:
    monday = max(
        day for day in bank_holidays(year) if day.weekday() == _MONDAY and (3, 22) < (day.month, day.day) < (4, 27)
    )
    if (monday.month, monday.day) > _LATE_EASTER:
        return monday - 17 * _DAY, monday + _DAY
    return monday - 4 * _DAY, monday + 14 * _DAY


def _on_or_after(day: date, weekday: int) -> date:
    return day + (weekday - day.weekday()) % 7 * _DAY


def _on_or_before(day: date, weekday: int) -> date:
    return day - (day.weekday() - weekday) % 7 * _DAY
