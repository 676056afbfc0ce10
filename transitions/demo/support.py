"""What is written about a made-up pupil: needs, social care, the circle of support, plans and notes."""

from datetime import date, timedelta

from db.bulk import Rows
from transitions.demo import plans
from transitions.demo.content import Dice, Material, Odds, fill
from transitions.demo.council import Staff
from transitions.demo.people import Person
from transitions.demo.plan_life import Contact

_NOTES: Odds[int] = Odds({0: 55, 1: 28, 2: 12, 3: 5})


class Support:
    """Writes about one pupil after the other, into ``rows``."""

    def __init__(self, dice: Dice, source: Material, staff: Staff, today: date, planned_from: date) -> None:
        self.dice, self.source, self.staff, self.today, self.planned_from = dice, source, staff, today, planned_from
        self.rows = Rows("plan_outcome")  # what an agreed plan says cannot be added to any more
        self._plans = plans.Plans(dice, source, staff, today, planned_from, self.rows)

    def write_about(self, person: Person) -> None:
        for rank, code in enumerate(person.needs, 1):
            self.rows.add("need", pupil_id=person.id, rank=rank, code=code)
        for kind, began, ended in person.care:
            self.rows.add("social_care_episode", pupil_id=person.id, kind=kind, started_on=began, ended_on=ended)
        circle = self._circle(person)
        for contact in circle:
            self.rows.add("contact", **contact._asdict())
        self._plans.write_about(person, circle)
        known = person.sen != "N" or person.care_now
        for _ in range(self.dice.drawn(_NOTES) if known or self.dice.chance(0.3) else 0):
            text = fill(self.dice.one(self.source.words["notes"]["texts"]), name=person.called, next=person.following)
            written = self.today - timedelta(days=self.dice.number(0, 300))
            self.rows.add("note", pupil_id=person.id, written_on=written, worker_id=person.owner_id, text=text)

    def _circle(self, person: Person) -> list[Contact]:
        found = []
        dice, words, around = self.dice, self.source.words["contacts"], person.community
        looked_after = "looked after" in person.care_now
        for _ in range(2 if dice.chance(0.45) else 1):
            relationship, sex = ["foster carer", "F"] if looked_after else dice.one(words["inner"])
            forename = dice.one(around.girls if sex == "F" else around.boys)
            surname = person.surname if dice.chance(0.7) and not looked_after else dice.one(around.surnames)
            found.append(self._contact(person, f"{forename} {surname}", relationship, "inner", dice.chance(0.9)))
        if person.sen != "N" and dice.chance(0.7):
            found.append(self._contact(person, self.source.grown_up(dice), dice.one(words["middle"]), "middle", True))
        if (person.sen == "E" or person.care_now) and dice.chance(0.7):
            found.append(self._contact(person, self.source.grown_up(dice), dice.one(words["outer"]), "outer", True))
        return found

    def _contact(self, person: Person, name: str, relationship: str, circle: str, may_contact: bool) -> Contact:
        # The regulator keeps these numbers for stories.
        telephone = f"07700 900{self.dice.number(0, 999):03d}"
        return Contact(person.id, name, relationship, circle, telephone, may_contact)
