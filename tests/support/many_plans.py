"""Many plans of every kind, drawn by chance and written straight into the tables: what no person would enter, too."""

import json
import random
from datetime import date, timedelta
from typing import Any

from builders import add_school, add_worker, pupil_values

from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
PUPILS = 200
PLANS = 300
TEXTS = (
    "admired", "important_to_me", "support", "communication", "pupil_voice", "pupil_voice_how", "hopes", "hopes_how",
    "family_voice", "different_views", "working_pupil", "not_working_pupil", "working_family", "not_working_family",
    "working_school", "not_working_school", "working_others", "not_working_others", "risks", "decision_making",
    "adult_assessments", "back_up", "sharing_basis", "accessible_copy", "destination",
)  # fmt: skip
DAYS = (
    "pupil_voice_on", "hopes_on", "advocate_on", "named_worker_from", "named_worker_until", "destination_on",
    "destination_from",
)  # fmt: skip


class Chance:
    """Draws the rows of made-up plans; the same seed draws the same."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.random = random.Random(2026)
        self.workers = [number for (number,) in connection.execute("SELECT id FROM worker ORDER BY id")]
        self.schools = [number for (number,) in connection.execute("SELECT id FROM school ORDER BY id LIMIT 5")]

    def maybe(self, value: Any, share: float = 0.6) -> Any:
        return value if self.random.random() < share else None

    def day(self, least: int = -400, most: int = 200) -> str:
        return (TODAY + timedelta(days=self.random.randint(least, most))).isoformat()

    def insert(self, table: str, **values: Any) -> int:
        marks = ", ".join("?" for _ in values)
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        return int(self.connection.execute(sql, tuple(values.values())).lastrowid)

    def versions(self, pupil_id: int, transition: str) -> None:
        """Write up to four versions, the next opened before or after the one before it was closed."""
        opened = self.day(-500, -350)
        for version in range(1, 2 + self.random.choice([0, 0, 1, 3])):
            closed = self.plan(pupil_id, transition, version, opened)
            next_one = date.fromisoformat(closed or opened) + timedelta(days=self.random.choice([-15, 0, 15]))
            opened = max(opened, next_one.isoformat())

    def plan(self, pupil_id: int, transition: str, version: int, opened: str) -> str | None:
        """Write a plan with all that hangs on it; give the day on which it was closed."""
        draw = self.random
        words = {name: draw.choice([None, "", "Words", "=1+1\nand more"]) for name in TEXTS}
        days = {name: self.maybe(self.day()) for name in DAYS}
        number = self.insert(
            "plan", pupil_id=pupil_id, transition=transition, version=version, opened_on=opened,
            author_id=draw.choice(self.workers), named_worker_id=self.maybe(draw.choice(self.workers)),
            destination_school_id=self.maybe(draw.choice(self.schools), 0.3),
            destination_stage=draw.choice([None, "intended", "agreed", "confirmed"]),
            advocate_offered=draw.choice([None, 0, 1]), **words, **days,
        )  # fmt: skip
        for _ in range(draw.randrange(5)):
            area = draw.choice(["education", "independence", "community", "health"])
            progress = draw.choice([None, "on track", "achieved", "changed", "not achieved"])
            self.insert("plan_outcome", pupil_id=pupil_id, plan_id=number, area=area, outcome="x", progress=progress)
        self._quality(pupil_id, number, transition)
        self._actions(pupil_id, number)
        self._meetings(pupil_id, number)
        return self._life(number, opened)

    def _life(self, number: int, opened: str) -> str | None:
        status = self.random.choice(["draft", "shared with family", "agreed", "active", "reviewed", "closed"])
        steps = {
            "shared_on": self.maybe(opened, 0.8),
            "agreed_on": opened if status in {"agreed", "active", "reviewed"} else None,
            "review_on": self.maybe(self.day(-5, 5), 0.8),
            "closed_on": self.day(-300, 0) if status == "closed" else None,
        }
        sets = ", ".join(f"{name} = ?" for name in ("status", *steps))
        self.connection.execute(f"UPDATE plan SET {sets} WHERE id = ?", (status, *steps.values(), number))
        return steps["closed_on"]

    def _quality(self, pupil_id: int, number: int, transition: str) -> None:
        draw = self.random
        for _ in range(draw.choice([0, 0, 1, 2, 3])):
            self.insert(
                "plan_audit", pupil_id=pupil_id, plan_id=number, auditor_id=draw.choice(self.workers),
                audited_on=self.day(-5, 0), checklist="2026.1", judgements="{}",
                score=draw.choice([None, draw.randint(0, 100)]), grade=draw.choice([None, "Good", "Inadequate"]),
            )  # fmt: skip
        for _ in range(draw.choice([0, 0, 1, 2, 4])):
            linked = draw.random() < 0.8
            self.insert(
                "survey_response", pupil_id=pupil_id if linked else None, plan_id=number if linked else None,
                transition=transition, moment=draw.choice(["before", "after"]),
                respondent=draw.choice(["pupil", "parent or carer"]),
                answered_on=self.day(-3, 0) if linked else "2026-11-01", survey="2026.1", answers=json.dumps({}),
                overall=draw.choice([None, 1, 2, 3, 4, 5]),
            )  # fmt: skip

    def _actions(self, pupil_id: int, number: int) -> None:
        audits = [one for (one,) in self.connection.execute("SELECT id FROM plan_audit WHERE plan_id = ?", (number,))]
        for _ in range(self.random.choice([0, 1, 2, 5])):
            self.insert(
                "plan_action", pupil_id=pupil_id, plan_id=number, what="x", owner=self.random.choice(["", "Mum", "Mum"]),
                due_on=self.maybe(self.day(-3, 3), 0.8), audit_id=self.maybe(self.random.choice([*audits, None]), 0.4),
                status=self.random.choice(["open", "open", "done", "dropped", "carried over"]),
            )  # fmt: skip

    def _meetings(self, pupil_id: int, number: int) -> None:
        for _ in range(self.random.choice([0, 0, 1, 3])):
            kind, happened = self.random.choice(["meeting", "review", "review"]), self.random.choice([0, 1])
            held = self.day(-40, 40)
            self.insert("plan_meeting", pupil_id=pupil_id, plan_id=number, kind=kind, held_on=held, happened=happened)
        if self.random.random() < 0.3:
            self.insert("plan_copy", pupil_id=pupil_id, plan_id=number, holder="the family", given_on=self.day())


def scatter(workspace: Workspace) -> None:
    """Add pupils of 2 to 20 years, and plans in up to four versions; some of them are a second move of the same kind."""
    for name in ("A. Lee", "R. Patel"):
        add_worker(workspace, name)
        add_school(workspace, f"School of {name}")
    with workspace.change("Pupils added", "for the test") as action:
        pupils = [action.insert("pupil", _pupil(workspace, place)) for place in range(PUPILS)]
    with workspace.database.write() as connection:
        chance = Chance(connection)
        for place in range(PLANS):
            pupil_id, transition = pupils[place % PUPILS], ("INYR", "P16-P16")[place // PUPILS]
            chance.versions(pupil_id, transition)
        for pupil_id in pupils[::3]:
            chance.insert("contact", pupil_id=pupil_id, name="Samina Khan", archived_at=chance.maybe("2026-01-01", 0.3))


def _pupil(workspace: Workspace, place: int) -> dict[str, Any]:
    born = date(2006 + place % 18, 1 + place % 12, 1 + place % 28)
    preferred = ("Ash", None, "")[place % 3]
    return pupil_values(workspace, surname=f"Khan{place:03d}", date_of_birth=born, preferred_name=preferred)
