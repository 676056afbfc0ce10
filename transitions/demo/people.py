"""Made-up pupils: who they are, where they learn, what they need."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from transitions.demo.content import Community, Dice, Material, Odds, Showcase, iso
from transitions.demo.council import DemoSchool, District, Route, Staff, route, special_route
from transitions.identifiers import make_upn
from transitions.school_year import academic_year, add_months, birthday
from transitions.text import searchable

# Most at the moves that this program is for: nursery, infants, Years 5 and 6, 9, 11 and after.
_YEAR_GROUPS: Odds[int] = Odds(
    {-1: 9, 0: 4, 1: 3, 2: 8, 3: 3, 4: 4, 5: 8, 6: 17, 7: 6, 8: 4, 9: 11, 10: 6, 11: 12, 12: 7, 13: 7, 14: 3,
     15: 0.5, 16: 0.4, 17: 0.4, 18: 0.3, 19: 0.2}
)  # fmt: skip
_LAST_SCHOOL_YEAR = 14
_PROVISION: Odds[str] = Odds({"N": 38, "K": 35, "E": 27})
_NEEDS: Mapping[str, Odds[str]] = {
    "K": Odds({"SLCN": 24, "SEMH": 22, "SPLD": 18, "MLD": 12, "ASD": 9, "NSA": 6, "OTH": 4, "HI": 2, "PD": 2, "VI": 1}),
    "E": Odds({"ASD": 33, "SLCN": 20, "SEMH": 16, "MLD": 8, "SLD": 8, "PMLD": 3, "PD": 4, "HI": 2, "VI": 1, "MSI": 1, "DS": 3, "SPLD": 1}),
}  # fmt: skip
_CARE: Odds[str] = Odds({"child in need": 42, "child protection": 17, "looked after": 27, "short breaks": 14})
_TIERS: Mapping[str, Odds[str | None]] = {
    "N": Odds({"universal": 70, "targeted": 6, None: 24}),
    "K": Odds({"universal": 15, "targeted": 55, "enhanced": 8, None: 22}),
    "E": Odds({"targeted": 15, "enhanced": 65, None: 20}),
}
_FAMILIES_REMEMBERED = 60


class Family(NamedTuple):
    """What brothers and sisters share."""

    surname: str
    community: Community
    language: str | None
    route: Route


@dataclass(slots=True)
class Person:
    """One made-up pupil, before it becomes a row."""

    id: int
    surname: str
    forename: str
    preferred_name: str | None
    sex: str
    born: date
    group: int
    cohort_year: int
    out_of_year_reason: str | None
    language: str | None
    community: Community
    route: Route
    school: DemoSchool
    last_school: DemoSchool
    """The school of the academic year before, the same one for most."""
    sen: str
    needs: list[str]
    care: list[tuple[str, date, date | None]]
    """Times open to social care, as kind, first day and last day; the last one may still be open."""
    upn: str | None = None
    next_school: DemoSchool | None = None
    next_school_on: date | None = None
    move_on: date | None = None
    tier: str | None = None
    owner_id: int | None = None
    owner_since: date | None = None
    care_now: frozenset[str] = field(default_factory=frozenset)

    @property
    def called(self) -> str:
        return self.preferred_name or self.forename or self.surname

    @property
    def following(self) -> str:
        return self.next_school.name if self.next_school else "the next school"


_AS_MADE = (
    "id", "upn", "surname", "forename", "preferred_name", "sex", "cohort_year", "out_of_year_reason", "tier", "owner_id",
)  # fmt: skip
"""What a pupil's row has as the person has it."""


class People:
    """Makes one pupil after the other; remembers a few families, so that some are brothers and sisters."""

    def __init__(self, dice: Dice, source: Material, districts: Sequence[District], staff: Staff, today: date) -> None:
        self.dice, self.source, self.districts, self.staff, self.today = dice, source, districts, staff, today
        self.year = academic_year(today)
        self.planned_from = date(self.year - 1, 9, 1)
        self._communities: Odds[Community] = Odds({community: community.share for community in source.communities})
        self._families: deque[Family] = deque(maxlen=_FAMILIES_REMEMBERED)
        self._district: District = districts[0]
        self._serials: dict[tuple[int, int], int] = {}
        self._is_documented = False

    def person(self, place: int, of: int) -> Person:
        """The pupil at ``place`` (from 0) of ``of``."""
        dice = self.dice
        self._enter(self.districts[place * len(self.districts) // of])
        group = dice.drawn(_YEAR_GROUPS)
        sen = "E" if group > _LAST_SCHOOL_YEAR else dice.drawn(_PROVISION)
        family = self._family()
        drawn = special_route(self._district) if sen == "E" and dice.chance(0.35) else family.route
        sex = "F" if dice.chance(0.48) else "M"
        out_of_year = dice.chance(0.012) and 0 <= group <= _LAST_SCHOOL_YEAR
        born = self._birthday(group + out_of_year, summer=out_of_year)
        made = Person(
            id=place + 1,
            surname=family.surname,
            forename=dice.one(family.community.girls if sex == "F" else family.community.boys),
            preferred_name=None,
            sex=sex,
            born=born,
            group=group,
            cohort_year=self.year - group,
            out_of_year_reason=dice.one(self.source.words["out_of_year"]["younger"]) if out_of_year else None,
            language=family.language,
            community=family.community,
            route=drawn,
            school=drawn.school(group),
            last_school=drawn.school(group - 1),
            sen=sen,
            needs=self._needs(sen),
            care=self._care(born, sen),
        )
        self._name(made, place)
        made.care_now = frozenset(kind for kind, _, ended in made.care if ended is None)
        made.upn = self._upn(made)
        self._moves(made)
        self._owned(made, place / of)
        self._document(made)
        return made

    def row(self, person: Person) -> dict[str, object]:
        dice, looked_after = self.dice, "looked after" in person.care_now
        meals = dice.chance(0.6 if person.care_now else 0.28)
        part_time = dice.chance(0.09 if "SEMH" in person.needs else 0.01) and 0 <= person.group <= 11
        at_school = person.group <= _LAST_SCHOOL_YEAR
        return {
            **{name: getattr(person, name) for name in _AS_MADE},
            "date_of_birth": person.born.isoformat(),
            "school_id": person.school.id,
            "next_school_id": person.next_school and person.next_school.id,
            "next_school_recorded_on": iso(person.next_school_on),
            "in_year_move_on": iso(person.move_on),
            "sen_provision": person.sen,
            "owner_since": iso(person.owner_since),
            "pupil_premium": meals or looked_after or dice.chance(0.06),
            "free_school_meals": meals,
            "previously_looked_after": not looked_after and dice.chance(0.02),
            "child_protection_file": bool(person.care_now & {"child protection", "looked after"}) or dice.chance(0.01),
            "english_additional_language": person.language is not None,
            "home_language": person.language,
            "young_carer": person.group > 2 and dice.chance(0.04),
            "attendance_percent": self._attendance(person) if at_school and dice.chance(0.95) else None,
            "suspensions": self._suspensions(person) if at_school else None,
            "part_time_timetable": part_time,
            "part_time_timetable_until": self._part_time_until() if part_time else None,
            "planned_from": self.planned_from.isoformat(),
            "search_text": searchable(person.surname, person.forename, person.preferred_name, person.upn),
        }

    def _part_time_until(self) -> str | None:
        return iso(self.dice.day(self.today - timedelta(days=25), self.today + timedelta(days=50)))

    def _enter(self, district: District) -> None:
        if district is not self._district:
            self._families.clear()
            self._district = district

    def _family(self) -> Family:
        dice = self.dice
        if self._families and dice.chance(0.16):
            return dice.one(self._families)
        community = dice.drawn(self._communities)
        language = dice.one(community.languages) if community.languages and dice.chance(0.6) else None
        family = Family(dice.one(community.surnames), community, language, route(dice, self._district))
        self._families.append(family)
        return family

    def _name(self, person: Person, place: int) -> None:
        shown = self.source.showcases.get(place)
        if shown is not None:
            self._call(person, shown)
        elif len(person.forename) > 6 and self.dice.chance(0.06):
            person.preferred_name = person.forename[:3]

    @staticmethod
    def _call(person: Person, shown: Showcase) -> None:
        person.forename, person.surname, person.sex = shown.forename, shown.surname, shown.sex
        person.language, person.preferred_name = shown.language, None

    def _document(self, person: Person) -> None:
        """Give the name that the documentation uses to the first of my Year 6 who has an EHC plan and a next school."""
        fits = person.group == 6 and person.sen == "E" and person.next_school not in (None, person.school)
        if not self._is_documented and fits and person.owner_id == self.staff.team[0]:
            self._call(person, self.source.documented)
            self._is_documented = True

    def _birthday(self, group: int, *, summer: bool) -> date:
        year = self.year - group - 5
        if summer:
            return self.dice.day(date(year + 1, 4, 1), date(year + 1, 8, 31))
        return self.dice.day(date(year, 9, 1), date(year + 1, 8, 31))

    def _needs(self, sen: str) -> list[str]:
        if sen == "N":
            return []
        dice, odds = self.dice, _NEEDS[sen]
        found = [dice.drawn(odds)]
        while len(found) < 3 and dice.chance(0.4) and found[0] != "NSA":
            other = dice.drawn(odds)
            if other != "NSA" and other not in found:
                found.append(other)
        return found

    def _care(self, born: date, sen: str) -> list[tuple[str, date, date | None]]:
        dice, today = self.dice, self.today
        found: list[tuple[str, date, date | None]] = []
        if dice.chance(0.05):
            ended = dice.day(max(born, today - timedelta(days=900)), today - timedelta(days=400))
            if ended > born:
                found.append((dice.drawn(_CARE), dice.day(max(born, ended - timedelta(days=500)), ended), ended))
        if dice.chance(0.17 if sen == "E" else 0.11):
            kind = dice.drawn(_CARE)
            if birthday(born, 18) <= today:
                kind = "care leaver"
            began = dice.day(max(born, today - timedelta(days=1_200)), today - timedelta(days=10))
            found.append(
                (kind, max(began, found[-1][2] + timedelta(days=1)) if found and found[-1][2] else began, None)
            )
        return found

    def _upn(self, person: Person) -> str | None:
        """A UPN as the first school would have issued it; a nursery gives one to few."""
        if person.group < 0 and not self.dice.chance(0.3):
            return None
        code, year = person.route.school(0).code, person.cohort_year
        serial = self._serials[code, year] = self._serials.get((code, year), 0) + 1
        return make_upn(self.source.places["la_number"], code, year, serial)

    def _moves(self, person: Person) -> None:
        dice, group = self.dice, person.group
        at_a_move = group in {-1, 11} or group == person.school.leaves
        if at_a_move or dice.chance(0.2):
            person.tier = dice.drawn(_TIERS[person.sen])
        if at_a_move and dice.chance(0.67):
            person.next_school = person.route.school(group + 1)
            person.next_school_on = dice.day(max(self.planned_from, self.today - timedelta(days=150)), self.today)
        elif dice.chance(0.02):
            person.move_on = dice.day(self.today - timedelta(days=60), self.today + timedelta(days=90))

    def _owned(self, person: Person, share: float) -> None:
        person.owner_id = self.staff.owner(
            self.dice,
            share,
            school_id=person.school.id,
            has_sen=person.sen != "N",
            open_to_social_care=bool(person.care_now),
        )
        if person.owner_id is not None:
            early = min(add_months(self.planned_from, 2), self.today)
            person.owner_since = self.dice.day(self.planned_from, early if self.dice.chance(0.7) else self.today)

    def _attendance(self, person: Person) -> float:
        missed = self.dice.expovariate(1 / (11 if "SEMH" in person.needs else 6))
        return round(max(20.0, 100 - missed), 1)

    def _suspensions(self, person: Person) -> int:
        share = 0.3 if "SEMH" in person.needs else 0.03
        return self.dice.number(1, 4) if person.group > 0 and self.dice.chance(share) else 0
