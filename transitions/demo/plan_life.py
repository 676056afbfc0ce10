"""Whose made-up plans there are, and their life: opened, shared, agreed, reviewed, closed, and which have a second version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from transitions.demo.content import DemoRows, Dice, Material, fill
from transitions.demo.people import Person
from transitions.plans.lifecycle import move_day, next_review, replaced_by
from transitions.plans.questions import load_shipped
from transitions.school_year import academic_year, age_on, birthday


class DemoContact(NamedTuple):
    """Somebody around the pupil, as the table holds it."""

    pupil_id: int
    name: str
    relationship: str
    circle: str
    telephone: str
    may_contact: bool


class Subject(NamedTuple):
    """Whose plan it is, for which move, and who is about."""

    person: Person
    transition: str
    circle: Sequence[DemoContact]
    worker_id: int
    worker: str
    group: int
    """The year group in which the plan was opened."""
    band: Mapping[str, Any]
    """What pupils of this age say, from ``plan_words.toml``."""

    @property
    def family(self) -> str:
        return [one.name for one in self.circle if one.circle == "inner"][-1]

    def fill(self, text: str) -> str:
        return fill(text, name=self.person.called, next=self.person.following, family=self.family)


class Book:
    """The rows of plans so far, and sentences drawn for them."""

    def __init__(self, dice: Dice, source: Material, today: date, rows: DemoRows) -> None:
        self.dice, self.source, self.words, self.today = dice, source, source.plan_words, today
        self.number, self.add = rows.number, rows.add

    def one(self, sentences: Sequence[str], of: Subject) -> str:
        return of.fill(self.dice.one(sentences))

    def some(self, sentences: Sequence[str], of: Subject, *, between: str = " ") -> str:
        first, second = self.dice.one(sentences), self.dice.one(sentences)
        return of.fill(first if first == second else f"{first}{between}{second}")

    def perhaps(self, share: float, sentences: Sequence[str], of: Subject) -> str | None:
        return self.one(sentences, of) if self.dice.chance(share) else None

    def grown_up(self) -> str:
        return self.source.grown_up(self.dice)

    def between(self, first: date, last: date) -> date:
        return min(self.today, self.dice.day(first, last))


DAY = timedelta(days=1)
_SECOND_VERSION = 0.3
"""The share of plans (0 to 1) that were changed after they had been agreed for two months."""
_HELD = 0.8
"""The share of reviews (0 to 1) that were held when they were due."""
PAST: Mapping[int, str] = {0: "EY-R", 7: "6-7", 12: "11-16P"}
"""The move of last summer, by the year group of today."""


@dataclass(slots=True)
class DemoVersion:
    """One version of a plan; days that have not come are None."""

    number: int
    opened: date
    status: str = "draft"
    shared: date | None = None
    agreed: date | None = None
    active: date | None = None
    review: date | None = None
    closed: date | None = None
    reason: str | None = None
    reviews: list[date] = field(default_factory=list)
    """The days on which reviews were held."""


def transition_of(person: Person, today: date) -> str | None:
    group = person.group
    if person.care_now and birthday(person.born, 14) <= today + 60 * DAY:
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


class Lives:
    """Decides about one plan after the other; reviews fall due as the published cycles say."""

    def __init__(self, dice: Dice, today: date, planned_from: date) -> None:
        self.dice, self.today, self.planned_from = dice, today, planned_from
        self._cycles = load_shipped().cycles

    def of_now(self, person: Person, transition: str) -> list[DemoVersion]:
        first = self._version(person, transition, 1, self._opened(person, transition))
        if first.active is None or not self.dice.chance(_SECOND_VERSION):
            return [first]
        earliest = max(first.active + 60 * DAY, *first.reviews, first.active)
        if earliest >= self.today:
            return [first]
        second = self._version(person, transition, 2, min(self.dice.day(earliest, self.today - DAY) for _ in "ab"))
        if second.agreed is not None:
            self._end(first, second.agreed, replaced_by(2))
        return [first, second]

    def of_last_year(self, person: Person, reason: str) -> DemoVersion:
        """The plan for the move of last summer; closed in autumn with this reason, when that has come."""
        year = academic_year(self.today)
        version = DemoVersion(1, self.dice.day(date(year - 1, 10, 1), date(year, 1, 31)))
        closes = self.dice.day(date(year, 10, 5), date(year, 11, 15))
        self._agree(version, version.opened + self.dice.number(15, 40) * DAY)
        self._review(version, person, PAST[person.group], until=min(closes, self.today))
        if closes <= self.today:
            self._end(version, closes, reason)
        return version

    def _version(self, person: Person, transition: str, number: int, opened: date) -> DemoVersion:
        version, stage = DemoVersion(number, opened), self._stage(opened)
        if stage == "draft":
            return version
        version.status = "shared with family"
        version.shared = min(self.today, opened + self.dice.number(5, 25) * DAY)
        if stage == "shared with family":
            return version
        self._agree(version, version.shared)
        if stage == "agreed":
            version.status, version.active = "agreed", None
            version.review = self._due(person, transition, version.agreed or opened)
            return version
        self._review(version, person, transition, until=self.today, early=stage == "reviewed")
        return version

    def _agree(self, version: DemoVersion, shared: date) -> None:
        version.shared = shared
        version.agreed = min(self.today, shared + self.dice.number(2, 45) * DAY)
        version.active = min(self.today, version.agreed + self.dice.number(0, 10) * DAY)
        version.status = "active"

    def _review(
        self, version: DemoVersion, person: Person, transition: str, *, until: date, early: bool = False
    ) -> None:
        last = version.active or version.opened
        due = self._due(person, transition, version.agreed or last)
        if early and due > until and last + 20 * DAY < until:
            due = self.dice.day(last + 20 * DAY, until)
        while due <= until and self.dice.chance(_HELD):
            last = max(last + DAY, min(until, due + self.dice.number(-6, 6) * DAY))
            if last > until:
                break
            version.reviews.append(last)
            version.status = "reviewed"
            due = self._due(person, transition, last)
        version.review = due

    @staticmethod
    def _end(version: DemoVersion, day: date, reason: str) -> None:
        version.status, version.closed, version.reason = "closed", day, reason

    def _due(self, person: Person, transition: str, after: date) -> date:
        care = (kind for kind, first, last in person.care if first <= after and (last is None or last >= after))
        return next_review(
            self._cycles,
            after=after,
            age=age_on(person.born, after),
            sen_provision=person.sen,
            social_care=frozenset(care),
            moves_on=move_day(transition, person.born, after, person.move_on),
        ).on

    def _opened(self, person: Person, transition: str) -> date:
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
