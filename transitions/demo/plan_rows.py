"""What the writers of made-up plans share: whose plan it is, the rows so far, and sentences with their gaps filled."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from transitions.demo.content import Material
from transitions.demo.people import Person
from transitions.demo.random_source import Dice


class Contact(NamedTuple):
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
    circle: Sequence[Contact]
    worker_id: int
    worker: str
    group: int
    """The year group in which the plan was opened."""
    band: Mapping[str, Any]
    """What pupils of this age say, from ``plan_words.toml``."""

    @property
    def family(self) -> str:
        """Who is nearest at home."""
        return [one.name for one in self.circle if one.circle == "inner"][-1]


class Book:
    """Collects rows by table, numbers them, and draws sentences."""

    def __init__(self, dice: Dice, source: Material, today: date, rows: dict[str, list[tuple[object, ...]]]) -> None:
        """Write into ``rows``, which somebody else empties."""
        self.dice, self.words, self.today, self.rows = dice, source.plan_words, today, rows
        self._communities = source.communities
        self._numbers: dict[str, int] = {}

    def number(self, table: str) -> int:
        """Give the next number of a table."""
        self._numbers[table] = self._numbers.get(table, 0) + 1
        return self._numbers[table]

    def add(self, table: str, *values: object) -> None:
        """Add a row; days become text as the tables hold them."""
        self.rows[table].append(tuple(one.isoformat() if isinstance(one, date) else one for one in values))

    def said(self, text: str, of: Subject) -> str:
        """Fill the gaps of a sentence."""
        if "{" not in text:
            return text
        following = of.person.next_school.name if of.person.next_school else "the next school"
        return text.replace("{name}", of.person.called).replace("{next}", following).replace("{family}", of.family)

    def one(self, sentences: Sequence[str], of: Subject) -> str:
        """Give one of the sentences."""
        return self.said(self.dice.one(sentences), of)

    def some(self, sentences: Sequence[str], of: Subject, *, between: str = " ") -> str:
        """Give one or two of the sentences."""
        first, second = self.dice.one(sentences), self.dice.one(sentences)
        return self.said(first if first == second else f"{first}{between}{second}", of)

    def perhaps(self, share: float, sentences: Sequence[str], of: Subject) -> str | None:
        """Give one of the sentences in ``share`` (0 to 1) of the cases."""
        return self.one(sentences, of) if self.dice.chance(share) else None

    def grown_up(self) -> str:
        """Give the name of somebody who works somewhere."""
        community = self.dice.one(self._communities)
        return f"{self.dice.one(community.girls)[0]}. {self.dice.one(community.surnames)}"

    def between(self, first: date, last: date) -> date:
        """Give a day between two, never after today."""
        return min(self.today, self.dice.day(first, last))
