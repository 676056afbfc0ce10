"""Made-up handovers: how far each has come, what it says, what was asked about it, who is kept with whom, and the files.

Everything is as the program itself would have written it by the day of the demonstration.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from transitions.demo.content import Material
from transitions.demo.handover_answers import Answers
from transitions.demo.handover_life import Life, Step, life, steps
from transitions.demo.moves import Moving, moves
from transitions.demo.people import Person
from transitions.demo.random_source import Dice
from transitions.demo.staff import Staff
from transitions.handovers.form import shipped
from transitions.school_year import next_working_day

__all__ = ["COLUMNS", "Handovers"]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "handover": (
        "id", "uid", "pupil_id", "transition", "move_year", "from_school_id", "to_school_id", "form", "status", "revision",
        "worker_id", "started_on", "sent_on", "sent_how", "sent_by", "viewed_on", "acknowledged_on", "acknowledged_by",
        "returned_on", "failed_on", "fail_reason",
    ),
    "handover_answer": ("handover_id", "pupil_id", "question", "value", "answered_on"),
    "handover_event": ("handover_id", "pupil_id", "what", "on_day", "how", "who", "note"),
    "handover_message": (
        "id", "uid", "handover_id", "pupil_id", "side", "kind", "words", "on_day", "who", "answers_id",
    ),
    "friendship": ("pupil_id", "other_id", "kind", "recorded_on", "worker_id"),
    "child_protection_transfer": (
        "pupil_id", "to_school_id", "sent_on", "sent_how", "sent_by", "receipt_on", "receipt_by", "chased_on",
    ),
}  # fmt: skip
"""The tables that are filled here, in an order in which they can be."""

_PAIRED: Final = 0.35
_TOGETHER: Final = 0.75
_FILE_RECEIPTS: Final = (True, False, True)
"""Of three child protection files that go, the receipt of the second has not come."""
_UID_BITS: Final = 128


class Handovers:
    """Writes about one pupil after the other, into the lists of rows in ``rows``."""

    def __init__(self, dice: Dice, source: Material, staff: Staff, today: date) -> None:
        self.dice, self.words, self.staff, self.today = dice, source.handover_words, staff, today
        self.rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
        self._surnames = [surname for community in source.communities for surname in community.surnames]
        self._answers = Answers(dice, self.words)
        self._numbers = dict.fromkeys(("handover", "handover_message"), 0)
        self._movers: dict[int, int] = {}
        self._files = 0
        self._classmates: dict[tuple[int, int], tuple[int, date]] = {}

    def write_about(self, person: Person, record: Mapping[str, Any]) -> list[Moving]:
        """Add the rows of one pupil, of whom ``record`` has the columns, and give the moves."""
        found = list(moves(person, self.today))
        for move in found:
            started = self._handover(move, record)
            if started is not None:
                self._friendship(move, started)
            if record["child_protection_file"]:
                self._file(move)
        return found

    def _handover(self, move: Moving, record: Mapping[str, Any]) -> date | None:
        """Write the handover as far as it is, and give the day on which it was started."""
        dice, place = self.dice, self._movers.get(move.year, 0)
        self._movers[move.year] = place + 1
        way = steps(dice, place, move.due, self.today, known=move.to is not None)
        if not way:
            return None
        worker = move.person.owner_id or dice.one(self.staff.team)
        ours, theirs = self.staff.names[worker], f"{dice.one('ABCDEFGHIJKLMNOPRSTVW')}. {dice.one(self._surnames)}"
        number, now = self._number("handover"), life(way)
        how, reason = dice.one(self.words["how"]), dice.one(self.words["failed"])
        self._add(
            "handover", number, self._uid(), move.person.id, move.transition, move.year, move.leaves.id,
            move.to.id if move.to else None, shipped(move.transition).version, now.status, now.revision, worker, way[0].on,
            now.sent_on, how if now.sent_on else None, ours if now.sent_on else None, now.viewed_on, now.acknowledged_on,
            theirs if now.acknowledged_on else None, now.returned_on, now.failed_on, reason if now.failed_on else None,
        )  # fmt: skip
        self._way(number, move, way, how=how, reason=reason, ours=ours, theirs=theirs)
        self._say(number, move, way, ours=ours, theirs=theirs)
        self._write(number, move, record, way, now, ours)
        return way[0].on

    def _write(
        self, number: int, move: Moving, record: Mapping[str, Any], way: Sequence[Step], now: Life, worker: str
    ) -> None:
        sent = next((step.on for step in way if step.what == "sent"), None)
        written = self._answers.of(move, record, worker, way[0].on, sent or self.today, finished=now.revision > 0)
        for one in written:
            self._add("handover_answer", number, move.person.id, *one)

    def _way(
        self, number: int, move: Moving, way: Sequence[Step], *, how: str, reason: str, ours: str, theirs: str
    ) -> None:
        for step in way:
            if step.what in ("started", "asked", "answered"):
                continue
            via: str | None = how if step.what in ("sent", "sent again") else None
            note: str | None = reason if step.what == "failed" else None
            if step.what == "chased":
                via, note = self.dice.one(self.words["chased"]), self.dice.one(self.words["chase_notes"]) or None
            # what the other school did, somebody here wrote down; an acknowledgement and a question have its own name
            who = theirs if step.what in ("acknowledged", "returned") else ours
            self._add("handover_event", number, move.person.id, step.what, step.on, via, who, note)

    def _say(self, number: int, move: Moving, way: Sequence[Step], *, ours: str, theirs: str) -> None:
        words: Mapping[str, str] = self.dice.one(self.words["question"])
        question = None
        for step in way:
            if step.what not in ("asked", "answered"):
                continue
            message = self._number("handover_message")
            side, kind = ("sender", "answer") if step.ours else ("receiver", "question")
            self._add(
                "handover_message", message, self._uid(), number, move.person.id, side, kind, words[step.what], step.on,
                ours if step.ours else theirs, question,
            )  # fmt: skip
            question = message

    def _friendship(self, move: Moving, started: date) -> None:
        """Now and then pair a pupil with the one before from the same class."""
        key = (move.leaves.id, move.year)
        before, self._classmates[key] = self._classmates.get(key), (move.person.id, started)
        if before is None or not self.dice.chance(_PAIRED):
            return
        other, day = before
        kind = "keep with" if self.dice.chance(_TOGETHER) else "keep apart"
        pair = sorted((other, move.person.id))
        self._add("friendship", *pair, kind, max(day, started), move.person.owner_id)

    def _file(self, move: Moving) -> None:
        """Send the child protection file in the first days of the new term, and mostly get the receipt."""
        sent = next_working_day(move.first_day + timedelta(days=self.dice.number(0, 4)))
        if sent > self.today:
            return
        dice, received = self.dice, _FILE_RECEIPTS[self._files % len(_FILE_RECEIPTS)]
        self._files += 1
        receipt = next_working_day(sent + timedelta(days=dice.number(0, 4)))
        chased = next_working_day(sent + timedelta(days=dice.number(8, 12)))
        known = received and receipt <= self.today
        self._add(
            "child_protection_transfer", move.person.id, move.to.id if move.to else None, sent,
            dice.one(self.words["file_how"]), self.staff.names[move.person.owner_id or self.staff.team[0]],
            receipt if known else None, "Designated safeguarding lead" if known else None,
            chased if not received and chased <= self.today else None,
        )  # fmt: skip

    def _number(self, table: str) -> int:
        self._numbers[table] += 1
        return self._numbers[table]

    def _uid(self) -> str:
        return f"{self.dice.getrandbits(_UID_BITS):032x}"

    def _add(self, table: str, *values: object) -> None:
        """Add a row; days become text as the tables hold them."""
        self.rows[table].append(tuple(one.isoformat() if isinstance(one, date) else one for one in values))
