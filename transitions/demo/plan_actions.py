"""The made-up actions of a plan: promised, done, carried over to the next version, dropped, or put right after an audit."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from transitions.demo.plan_life import Version
from transitions.demo.plan_rows import Book, Subject
from transitions.demo.random_source import Odds

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "plan_action": (
        "id", "pupil_id", "plan_id", "outcome_id", "audit_id", "carried_from_id", "what", "owner", "due_on", "status",
        "added_on", "done_on", "evidence",
    ),
}  # fmt: skip

_HOW_MANY: Odds[int] = Odds({1: 30, 2: 42, 3: 28})
_DAY = timedelta(days=1)


class Promise(NamedTuple):
    """An action before it is a row; ``done`` is the day, None while it is open, ``outcome`` the place of one in the plan."""

    what: str
    owner: str
    due: date
    done: date | None
    outcome: int | None
    added: date
    carried_from: int | None = None


class Actions:
    """Writes down the actions of one version after the other."""

    def __init__(self, book: Book) -> None:
        """Write into the book."""
        self.book, self.dice = book, book.dice
        self._every: Sequence[Mapping[str, Any]] = book.words["action"]

    def promises(self, of: Subject, version: Version, areas: Sequence[str]) -> list[Promise]:
        """Give the actions that a plan with outcomes in these areas begins with; a draft may have none yet."""
        found: list[Promise] = []
        for _ in range(0 if version.status == "draft" and self.dice.chance(0.3) else self.dice.drawn(_HOW_MANY)):
            found.append(self.promise(of, version, areas, found))
        return found

    def promise(self, of: Subject, version: Version, areas: Sequence[str], others: Sequence[Promise]) -> Promise:
        """Give one more action of a person, for the outcome to which it leads if there is one."""
        dice, opened = self.dice, version.opened
        taken = {one.what for one in others}
        while True:
            action = dice.one(self._every)
            what = self.book.said(action["what"], of)
            if what not in taken and of.group >= action.get("from_group", -1):
                break
        due, done = opened + dice.number(14, 150) * _DAY, None
        if version.status != "draft" and due < self.book.today and dice.chance(0.85):
            done = min(self.book.today, max(opened, due + dice.number(-12, 5) * _DAY))
        owner = {"family": of.family, "worker": of.worker}.get(action["owner"]) or self.book.grown_up()
        outcome = areas.index(action["area"]) if action["area"] in areas else None
        return Promise(what, owner, due, done, outcome, opened)

    def put(
        self, of: Subject, plan_id: int, version: Version, after: Version | None, promises: Sequence[Promise],
        outcomes: Sequence[int],
    ) -> list[Promise]:  # fmt: skip
        """Add the actions of one version; give those that go on in the next."""
        going_on = []
        for place, one in enumerate(promises):
            number = self.book.number("plan_action")
            done = one.done if one.done is not None and (after is None or one.done < after.opened) else None
            if after is None and version.closed is not None and (done is None or done > version.closed):
                # nothing stays open when a plan is closed: one action in three is dropped then, though never the only one
                done = None if place and self.dice.chance(0.33) else version.closed
            status = "done" if done else "carried over" if after else "dropped" if version.closed else "open"
            words = self.book.words["done"]
            evidence = self.book.perhaps(0.4, words["evidence"], of) if done else None
            if status == "dropped":
                evidence = self.book.one(words["dropped"], of)
            outcome = None if one.outcome is None else outcomes[one.outcome]
            self.book.add(
                "plan_action", number, of.person.id, plan_id, outcome, None, one.carried_from, one.what, one.owner, one.due,
                status, one.added, done, evidence,
            )  # fmt: skip
            if status == "carried over":
                going_on.append(one._replace(carried_from=number))
        return going_on

    def put_right(self, of: Subject, plan_id: int, audit: int, day: date, what: str) -> None:
        """Add what an audit asks for."""
        due = day + self.dice.number(14, 42) * _DAY
        done = min(self.book.today, due) if due < self.book.today and self.dice.chance(0.8) else None
        self.book.add(
            "plan_action", self.book.number("plan_action"), of.person.id, plan_id, None, audit, None, what, of.worker, due,
            "done" if done else "open", day, done, None,
        )  # fmt: skip
