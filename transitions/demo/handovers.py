"""Made-up handovers: how far each has come, what it says, what was asked about it, who is kept with whom, and the files.

Everything is as the program itself would have written it by the day of the demonstration.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from db.journal import Value
from db.pupils.pupils import Episode, PupilPage
from transitions.demo.content import DemoRows, Dice, Material, fill
from transitions.demo.council import Staff
from transitions.demo.handover_life import LifeEvent, Moving, handover_after, moves, steps
from transitions.demo.people import Person
from transitions.handovers.correspondence import event_row, message_row
from transitions.handovers.form import shipped
from transitions.handovers.prefill import Record, propose
from transitions.questionnaire import Form, Question
from transitions.school_year import next_working_day

_YES: Final = 0.12
_NUMBERS: Final = {"lates": (0, 9), "extra_visits_planned": (0, 3), "extra_visits_attended": (0, 2)}
_BOUNDS: Final = {"number": (1, 3), "score": (88, 116), "percent": (86, 99)}
_LEFT_OUT: Final = {False: 0.12, True: 0.4}
"""How often a question that counts has no answer, and one that is optional."""
_UNSAID: Final = {"languages": "English", "looked_after": "no", "social_care": "no"}
"""What is written down of pupils of whom the record says nothing else."""
_DAYS_AHEAD: Final = {
    "starts_on": 75, "full_days_from": 90, "ehc_review_on": 200, "home_visit_on": 70, "setting_visit_on": 12,
    "funding_ends_on": 60, "part_time_until": 20,
}  # fmt: skip
"""How long after it is written a day comes; all others have been."""


class Answered(NamedTuple):
    """One answer, and the day on which it was written."""

    question: str
    value: str
    answered_on: date


class Answers:
    """Answers the questions of one handover after the other."""

    def __init__(self, dice: Dice, words: Mapping[str, Any], today: date) -> None:
        self.dice, self.words, self.today = dice, words, today

    def of(
        self, move: Moving, record: Mapping[str, Any], worker: str, first: date, last: date, *, finished: bool
    ) -> Iterator[Answered]:
        """The answers written between two days: nearly all of a finished handover, the beginning of another."""
        form = _form(move.transition, move.person.sen)
        upto = len(form.questions) * (1.0 if finished else self.dice.random() * 0.7)
        answers: dict[str, str] = {}
        known = _record(move, record, self.today)
        for place, question in enumerate(form.questions):
            left_out = self.dice.chance(_LEFT_OUT[question.optional])
            # sending takes over what the record proposes
            if (
                place >= upto
                or not question.is_asked_after(answers)
                or (left_out and not (finished and question.from_record))
            ):
                continue
            on = first + (last - first) * place // len(form.questions)
            proposed = propose(question, known)
            value = (
                proposed.value if proposed else _UNSAID.get(question.code) or self._value(question, move, worker, on)
            )
            if value:
                answers[question.code] = value
                yield Answered(question.code, value, on)

    def _value(self, question: Question, move: Moving, worker: str, on: date) -> str:
        dice, code = self.dice, question.code
        if question.kind in ("text", "long text"):
            return self._text(code, move, worker)
        if question.kind == "yes or no":
            return "yes" if dice.chance(self.words["yes"].get(code, _YES)) else "no"
        if question.kind == "choice":
            return str(dice.one(self.words["choices"].get(code, question.choices)))
        if question.kind == "day":
            ahead = _DAYS_AHEAD.get(code)
            return str(on + timedelta(days=ahead) if ahead else on - timedelta(days=dice.number(0, 40)))
        return str(dice.number(*_NUMBERS.get(code, _BOUNDS[question.kind])))

    def _text(self, code: str, move: Moving, worker: str) -> str:
        texts = self.words["texts"].get(code)
        if not texts:
            return ""
        following = move.to.name if move.to else "the next school"
        return fill(self.dice.one(texts), name=move.person.called, next=following, worker=worker)


@cache
def _form(transition: str, provision: str) -> Form:
    return shipped(transition).asked_of(provision)


def _record(move: Moving, row: Mapping[str, Any], today: date) -> Record:
    until = row["part_time_timetable_until"]
    pupil = PupilPage._make(row.get(name) for name in PupilPage._fields)._replace(
        next_school=move.to.name if move.to else None,
        part_time_timetable_until=date.fromisoformat(until) if until else None,
    )
    episodes = [Episode(0, 0, *one) for one in move.person.care]
    return Record(pupil, today, dict.fromkeys(row, today), move.person.needs, episodes, (), None, (), ())


_PAIRED: Final = 0.35
_TOGETHER: Final = 0.75
_FILE_RECEIPTS: Final = (True, False, True)
"""Of three child protection files that go, the receipt of the second has not come."""
_UID_BITS: Final = 128


class HandoverWriter:
    """Writes about one pupil after the other, into ``rows``."""

    def __init__(self, dice: Dice, source: Material, staff: Staff, today: date) -> None:
        self.dice, self.words, self.staff, self.today = dice, source.handover_words, staff, today
        self.rows = DemoRows()
        self._surnames = [surname for community in source.communities for surname in community.surnames]
        self._answers = Answers(dice, self.words, today)
        self._movers: dict[int, int] = {}
        self._files = 0
        self._classmates: dict[tuple[int, int], tuple[int, date]] = {}

    def write_about(self, person: Person, record: Mapping[str, Any]) -> list[Moving]:
        found = list(moves(person, self.today))
        for move in found:
            started = self._handover(move, record)
            if started is not None:
                self._friendship(move, started)
            if record["child_protection_file"]:
                self._file(move)
        return found

    def _handover(self, move: Moving, record: Mapping[str, Any]) -> date | None:
        dice, place = self.dice, self._movers.get(move.year, 0)
        self._movers[move.year] = place + 1
        history = steps(dice, place, move.due, self.today, known=move.to is not None)
        if not history:
            return None
        worker = move.person.owner_id or dice.one(self.staff.team)
        ours, theirs = self.staff.names[worker], f"{dice.one('ABCDEFGHIJKLMNOPRSTVW')}. {dice.one(self._surnames)}"
        number, person = self.rows.number("handover"), move.person
        how, reason = dice.one(self.words["how"]), dice.one(self.words["failed"])
        receiver = move.to.id if move.to else 0
        now = handover_after(history, receiver, how=how, reason=reason, ours=ours, theirs=theirs)
        begun: dict[str, Value] = {
            "id": number,
            "uid": self._uid(),
            "pupil_id": person.id,
            "transition": move.transition,
            "move_year": move.year,
            "from_school_id": move.leaves.id,
            "form": shipped(move.transition).version,
            "worker_id": worker,
            "started_on": history[0].on,
        }
        self.rows.add("handover", **begun, **now)
        self._events(number, move, history, how=how, reason=reason, ours=ours, theirs=theirs)
        self._messages(number, move, history, ours=ours, theirs=theirs)
        sent = next((step.on for step in history if step.what == "sent"), None)
        for answer in self._answers.of(
            move, record, ours, history[0].on, sent or self.today, finished=bool(now["revision"])
        ):
            self.rows.add("handover_answer", handover_id=number, pupil_id=person.id, **answer._asdict())
        return history[0].on

    def _events(
        self, number: int, move: Moving, history: Sequence[LifeEvent], *, how: str, reason: str, ours: str, theirs: str
    ) -> None:
        for step in history:
            if step.what in ("started", "asked", "answered"):
                continue
            via: str | None = how if step.what in ("sent", "sent again") else None
            note: str | None = reason if step.what == "failed" else None
            if step.what == "chased":
                via, note = self.dice.one(self.words["chased"]), self.dice.one(self.words["chase_notes"]) or None
            # what the other school did, somebody here wrote down; an acknowledgement and a question have its own name
            who = theirs if step.what in ("acknowledged", "returned") else ours
            event = event_row(number, move.person.id, step.what, step.on, how=via, who=who, note=note)
            self.rows.add("handover_event", **event)

    def _messages(self, number: int, move: Moving, history: Sequence[LifeEvent], *, ours: str, theirs: str) -> None:
        texts: Mapping[str, str] = self.dice.one(self.words["question"])
        question = None
        for step in history:
            if step.what not in ("asked", "answered"):
                continue
            message = self.rows.number("handover_message")
            side, kind = ("sender", "answer") if step.ours else ("receiver", "question")
            who = ours if step.ours else theirs
            row = message_row(number, move.person.id, self._uid(), side, kind, texts[step.what], step.on, who, question)
            self.rows.add("handover_message", id=message, **row)
            question = message

    def _friendship(self, move: Moving, started: date) -> None:
        key = (move.leaves.id, move.year)
        before, self._classmates[key] = self._classmates.get(key), (move.person.id, started)
        if before is None or not self.dice.chance(_PAIRED):
            return
        other, day = before
        kind = "keep with" if self.dice.chance(_TOGETHER) else "keep apart"
        one, two = sorted((other, move.person.id))
        self.rows.add(
            "friendship", pupil_id=one, other_id=two, kind=kind, recorded_on=max(day, started),
            worker_id=move.person.owner_id,
        )  # fmt: skip

    def _file(self, move: Moving) -> None:
        sent = next_working_day(move.first_day + timedelta(days=self.dice.number(0, 4)))
        if sent > self.today:
            return
        dice, received = self.dice, _FILE_RECEIPTS[self._files % len(_FILE_RECEIPTS)]
        self._files += 1
        receipt = next_working_day(sent + timedelta(days=dice.number(0, 4)))
        chased = next_working_day(sent + timedelta(days=dice.number(8, 12)))
        known = received and receipt <= self.today
        self.rows.add(
            "child_protection_transfer", pupil_id=move.person.id, to_school_id=move.to.id if move.to else None,
            sent_on=sent, sent_how=dice.one(self.words["file_how"]),
            sent_by=self.staff.names[move.person.owner_id or self.staff.team[0]], receipt_on=receipt if known else None,
            receipt_by="Designated safeguarding lead" if known else None,
            chased_on=chased if not received and chased <= self.today else None,
        )  # fmt: skip

    def _uid(self) -> str:
        return f"{self.dice.getrandbits(_UID_BITS):032x}"
