"""The people who answer for pupils, and whose pupil is whose."""

from collections.abc import Sequence
from typing import NamedTuple

from transitions.demo.content import Material
from transitions.demo.random_source import Dice
from transitions.demo.schools import District
from transitions.text import searchable

COLUMNS = ("id", "name", "role", "email", "telephone", "school_id")

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
        """Give who answers for a pupil, or None for nobody yet; ``share`` (0 to 1) is how far down the list the pupil is."""
        if dice.chance(0.06):
            return None
        senco = self.senco_of.get(school_id)
        if senco is not None and has_sen and dice.chance(self.senco_share):
            return senco
        people = self.social_workers if open_to_social_care and dice.chance(0.5) else self.team
        return people[int(share * len(people))]


def staff(dice: Dice, source: Material, districts: Sequence[District], pupils: int) -> Staff:
    """Give as many workers as the pupils need, so that a caseworker has some hundred of them; the first is oneself."""
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
