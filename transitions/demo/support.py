"""What is written about a made-up pupil: plans in the pupil's own words, actions, notes, the circle of support."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from transitions.calendar import birthday
from transitions.demo.dice import Dice, Odds
from transitions.demo.material import Material
from transitions.demo.people import Person
from transitions.demo.staff import Staff

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "need": ("pupil_id", "rank", "code"),
    "social_care_episode": ("pupil_id", "kind", "started_on", "ended_on"),
    "contact": ("pupil_id", "name", "relationship", "circle", "telephone", "may_contact"),
    "plan": (
        "id", "pupil_id", "transition", "version", "status", "opened_on", "shared_on", "agreed_on", "review_on", "closed_on",
        "named_worker_id", "admired", "important_to_me", "support", "hopes", "pupil_voice", "pupil_voice_how",
        "pupil_voice_on", "family_voice", "different_views",
    ),
    "plan_action": ("pupil_id", "plan_id", "what", "owner", "due_on", "status", "done_on"),
    "note": ("pupil_id", "written_on", "worker_id", "text"),
}  # fmt: skip
"""The tables that are filled here, each after those it points to."""

_DAY = timedelta(days=1)
_REVIEWED_EVERY = 182 * _DAY
_PLANNED_SHARE: Mapping[str, float] = {
    "14+": 0.8, "EY-R": 0.55, "2-3": 0.6, "MID": 0.6, "6-7": 0.65, "9-PFA": 0.6, "11-16P": 0.65, "P16-P16": 0.6, "18": 0.8,
    "25": 0.5,
}  # fmt: skip
_ACTIONS: Odds[int] = Odds({0: 8, 1: 25, 2: 40, 3: 27})
_NOTES: Odds[int] = Odds({0: 55, 1: 28, 2: 12, 3: 5})


def transition_of(person: Person, today: date) -> str | None:
    """Give the transition point that this pupil's plan would be for, or None when there would be none."""
    group = person.group
    if person.care_now and birthday(person.born, 14) <= today + 60 * _DAY:
        return "18" if birthday(person.born, 17) <= today else "14+"
    if person.sen == "N" and not person.care_now:
        return None
    if group == person.school.leaves and group in {2, 4, 8}:
        return "2-3" if group == 2 else "MID"
    if group > 14:
        return "25"
    by_group = {
        -1: "EY-R",
        6: "6-7",
        9: "9-PFA",
        10: "9-PFA",
        11: "11-16P",
        12: "P16-P16",
        13: "P16-P16",
        14: "P16-P16",
    }
    return by_group.get(group)


class Support:
    """Writes about one pupil after the other, into the lists of rows in ``rows``."""

    def __init__(self, dice: Dice, source: Material, staff: Staff, today: date, planned_from: date) -> None:
        self.dice, self.source, self.staff, self.today, self.planned_from = dice, source, staff, today, planned_from
        self.rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
        self._plans = 0

    def write_about(self, person: Person) -> None:
        """Add the rows of one pupil."""
        self.rows["need"].extend((person.id, rank, code) for rank, code in enumerate(person.needs, 1))
        self.rows["social_care_episode"].extend(
            (person.id, kind, began.isoformat(), ended and ended.isoformat()) for kind, began, ended in person.care
        )
        self._contacts(person)
        transition = transition_of(person, self.today)
        if transition is not None and self.dice.chance(_PLANNED_SHARE[transition]):
            self._plan(person, transition)
        known = person.sen != "N" or person.care_now
        for _ in range(self.dice.drawn(_NOTES) if known or self.dice.chance(0.3) else 0):
            text = self._said(self.dice.one(self.source.words["notes"]["texts"]), person)
            self._add("note", person.id, self._recently(300).isoformat(), person.owner_id, text)

    def _add(self, table: str, *values: object) -> None:
        self.rows[table].append(values)

    def _recently(self, days: int) -> date:
        return self.today - timedelta(days=self.dice.number(0, days))

    def _said(self, text: str, person: Person) -> str:
        if "{" not in text:
            return text
        following = person.next_school.name if person.next_school else "the next school"
        return text.replace("{name}", person.called).replace("{next}", following)

    def _contacts(self, person: Person) -> None:
        dice, words, around = self.dice, self.source.words["contacts"], person.community
        looked_after = "looked after" in person.care_now
        for _ in range(2 if dice.chance(0.45) else 1):
            relationship, sex = ["foster carer", "F"] if looked_after else dice.one(words["inner"])
            forename = dice.one(around.girls if sex == "F" else around.boys)
            surname = person.surname if dice.chance(0.7) and not looked_after else dice.one(around.surnames)
            self._contact(person, f"{forename} {surname}", relationship, "inner", dice.chance(0.9))
        if person.sen != "N" and dice.chance(0.7):
            self._contact(person, self._grown_up(), dice.one(words["middle"]), "middle", True)
        if (person.sen == "E" or person.care_now) and dice.chance(0.7):
            self._contact(person, self._grown_up(), dice.one(words["outer"]), "outer", True)

    def _contact(self, person: Person, name: str, relationship: str, circle: str, may_contact: bool) -> None:
        # The regulator keeps these numbers for stories.
        telephone = f"07700 900{self.dice.number(0, 999):03d}"
        self._add("contact", person.id, name, relationship, circle, telephone, may_contact)

    def _grown_up(self) -> str:
        community = self.dice.one(self.source.communities)
        return f"{self.dice.one(community.girls)[0]}. {self.dice.one(community.surnames)}"

    def _plan(self, person: Person, transition: str) -> None:
        opened = self._opened(person, transition)
        stage = self._stage(opened)
        dates = self._dates(stage, opened)
        self._plans += 1
        self._add(
            "plan",
            self._plans,
            person.id,
            transition,
            1,
            stage,
            opened.isoformat(),
            *(day and day.isoformat() for day in dates),
            None,
            person.owner_id if self.dice.chance(0.85) else None,
            *self._words(person, stage, opened),
        )
        for _ in range(self.dice.drawn(_ACTIONS)):
            self._action(person, opened, stage)

    def _opened(self, person: Person, transition: str) -> date:
        """Give the day on which the plan was opened: for the 14+ cohort about the birthday or the start of social care."""
        if transition == "14+":
            began = max([birthday(person.born, 14), *(first for _, first, ended in person.care if ended is None)])
            if began >= self.planned_from:
                return min(self.today, began + timedelta(days=self.dice.number(-20, 50)))
        return self.today - timedelta(days=self.dice.number(5, 330))

    def _stage(self, opened: date) -> str:
        age = (self.today - opened).days
        if age < 30:
            return "draft"
        if age < 70:
            return self.dice.one(("draft", "shared with family"))
        if age < 120:
            return self.dice.one(("draft", "shared with family", "agreed", "agreed", "active"))
        return self.dice.one(("draft", "shared with family", "agreed", "active", "active", "active", "reviewed"))

    def _dates(self, stage: str, opened: date) -> tuple[date | None, date | None, date | None]:
        """Give the days on which it was shared, agreed, and is to be reviewed."""
        if stage == "draft":
            return None, None, None
        shared = min(self.today, opened + timedelta(days=self.dice.number(5, 25)))
        if stage == "shared with family":
            return shared, None, None
        agreed = min(self.today, shared + timedelta(days=self.dice.number(2, 45)))
        review = agreed + _REVIEWED_EVERY
        if stage == "reviewed" or self.dice.chance(0.7):
            while review < self.today:
                review += _REVIEWED_EVERY
        return shared, agreed, review

    def _words(self, person: Person, stage: str, opened: date) -> tuple[str | None, ...]:
        dice = self.dice
        band: Mapping[str, Any] = self.source.words["plan"][_band(person.group)]
        admired, important, support, hopes = (
            self._some(band[part], person) for part in ("admired", "important", "support", "hopes")
        )
        if stage == "draft" and dice.chance(0.5):
            return admired, important, None, None, None, None, None, None, None
        family = self.source.words["family"]
        return (
            admired,
            important,
            support,
            hopes,
            dice.one(band["voice"]),
            self._said(dice.one(band["how"]), person),
            min(self.today, opened + timedelta(days=dice.number(0, 20))).isoformat(),
            self._said(dice.one(family["voice"]), person) if dice.chance(0.7) else None,
            self._said(dice.one(family["different_views"]), person) if dice.chance(0.12) else None,
        )

    def _some(self, sentences: list[str], person: Person) -> str:
        first, second = self.dice.one(sentences), self.dice.one(sentences)
        return self._said(first if first == second else f"{first} {second}", person)

    def _action(self, person: Person, opened: date, stage: str) -> None:
        dice = self.dice
        action = dice.one(self.source.words["action"])
        due = opened + timedelta(days=dice.number(14, 150))
        done = None
        if stage != "draft" and due < self.today and dice.chance(0.85):
            done = min(self.today, due + timedelta(days=dice.number(-12, 5)))
        owners = {
            "family": "The family",
            "school": self._grown_up(),
            "worker": self.staff.names.get(person.owner_id or 0),
        }
        self._add(
            "plan_action",
            person.id,
            self._plans,
            self._said(action["what"], person),
            owners[action["owner"]] or self._grown_up(),
            due.isoformat(),
            "done" if done else "open",
            done and done.isoformat(),
        )


def _band(group: int) -> str:
    if group <= 2:
        return "young"
    return "primary" if group <= 6 else "teen" if group <= 11 else "adult"
