"""The moves of made-up pupils: how far the handover of each has come (started, sent, opened, acknowledged, or lost), and
what came after: where pupils went and came back from, the first weeks, and funding that ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from db.journal import Value
from transitions.demo.content import DemoRows, Dice, Material, Odds
from transitions.demo.council import DemoSchool
from transitions.demo.people import Person
from transitions.handovers.correspondence import sent_values, step_values
from transitions.milestones.destinations import OF_GROUP
from transitions.school_year import academic_year, add_months, next_working_day, nth_weekday

_FOLLOWED: Final = 0.7
_TOLD: Final = 0.5
_ELSEWHERE: Final = 0.18
_FUNDED: Final = {"N": 0.0, "K": 0.25, "E": 0.5}
_APPLIED: Final = 0.7
_ON_A_SHORT_DAY: Final = 20
"""Attendance in per cent that a shorter day costs in the first weeks, at most."""
_LEFT_AGAIN: Final = 5
_DAY: Final = timedelta(days=1)


_FRIDAY: Final = 4
_DUE: Final = {"EY-R": (7, 1), "11-16P": (6, -1)}
"""The month and which of its Fridays, where it is not the second of June."""


class Moving(NamedTuple):
    """One pupil's move at the end of an academic year; ``to`` is None while the next school is not known."""

    person: Person
    transition: str
    year: int
    leaves: DemoSchool
    to: DemoSchool | None

    @property
    def due(self) -> date:
        month, place = _DUE.get(self.transition, (6, 2))
        return nth_weekday(self.year + 1, month, _FRIDAY, place)

    @property
    def first_day(self) -> date:
        return date(self.year + 1, 9, 1)


def moves(person: Person, today: date) -> Iterator[Moving]:
    year, group = academic_year(today), person.group
    if person.last_school is not person.school and group - 1 in OF_GROUP:
        yield Moving(person, OF_GROUP[group - 1], year - 1, person.last_school, person.school)
    if person.school.leaves == group and group in OF_GROUP:
        yield Moving(person, OF_GROUP[group], year, person.school, person.next_school)


_FATES: Final[Odds[str]] = Odds({"acknowledged": 80, "asked": 14, "failed, sent again": 6})
_RARE: Final = ("never opened", "never sent", "never answered", "never acknowledged", "failed", "not started")
"""What goes wrong for good: with every sixth pupil, one after the other, so that a small demonstration has it all."""
_EVERY: Final = 6
_IN_TIME: Final = 0.85


class LifeEvent(NamedTuple):
    """One thing that happened; ``ours`` says by whom. "asked" and "answered" are words, the rest is as a handover's way has it."""

    what: str
    on: date
    ours: bool


def steps(dice: Dice, place: int, due: date, today: date, *, known: bool) -> list[LifeEvent]:
    """The steps up to today of the handover of the pupil at ``place``; none when it is not started.

    ``known`` says that there is a school to send it to.
    """
    rare = _RARE[place // _EVERY % len(_RARE)] if place % _EVERY == _EVERY - 1 else ""
    fate = rare or dice.drawn(_FATES)
    started = next_working_day(due - timedelta(days=dice.number(25, 80)))
    late = dice.number(1, 18) if not dice.chance(_IN_TIME) else -dice.number(0, 20)
    history = [LifeEvent("started", started, True)]
    if known and fate != "never sent":
        history.extend(_steps_after(dice, fate, next_working_day(due + timedelta(days=late))))
    return [] if fate == "not started" else [step for step in history if step.on <= today]


def handover_after(
    history: Sequence[LifeEvent],
    receiver: int = 0,
    *,
    how: str = "",
    reason: str = "",
    ours: str = "",
    theirs: str = "",
) -> dict[str, Value]:
    """What the steps so far made of a handover: its columns, as recording each of them would have left them."""
    found: dict[str, Value] = {"status": "drafting", "revision": 0, "to_school_id": receiver or None}
    revision = 0
    for what, on, _ in history:
        if what in ("sent", "sent again"):
            revision += 1
            found |= sent_values(receiver, revision, on=on, how=how, by=ours)
        elif what in ("viewed", "acknowledged", "returned", "failed"):
            found |= step_values(what, on, reason if what == "failed" else theirs)
    return found


def _steps_after(dice: Dice, fate: str, sent: date) -> Iterator[LifeEvent]:
    day = sent

    def step(what: str, least: int, most: int, *, ours: bool = False) -> LifeEvent:
        nonlocal day
        day = next_working_day(day + timedelta(days=dice.number(least, most)))
        return LifeEvent(what, day, ours)

    yield step("sent", 0, 0, ours=True)
    if fate.startswith("failed"):
        yield step("failed", 1, 4, ours=True)
        if fate == "failed":
            return
        yield step("sent again", 1, 5, ours=True)
    if fate == "never opened":
        yield step("chased", 8, 14, ours=True)
        return
    yield step("viewed", 0, 3)
    if fate in ("asked", "never answered"):
        yield step("asked", 1, 3)
        yield LifeEvent("returned", day, False)
        if fate == "never answered":
            return
        yield step("answered", 1, 6, ours=True)
        yield LifeEvent("sent again", day, True)
        yield step("viewed", 0, 2)
    if fate == "never acknowledged":
        yield step("chased", 8, 20, ours=True)
        return
    yield step("acknowledged", 0, 4)


class AfterMove:
    """Writes about one pupil after the other, into ``rows``."""

    def __init__(self, dice: Dice, source: Material, today: date) -> None:
        self.dice, self.words, self.today = dice, source.handover_words, today
        self.rows = DemoRows()

    def write_about(self, person: Person, record: Mapping[str, Any], moves: Sequence[Moving]) -> bool:
        before = len(self.rows)
        for move in moves:
            if move.first_day <= self.today:
                self._arrived(move, bool(record["part_time_timetable"]))
            self._funding(move)
        if record["part_time_timetable"]:
            self._part_time(person, date.fromisoformat(record["part_time_timetable_until"]))
        elif "SEMH" in person.needs and 0 < person.group <= 11 and self.dice.chance(_ELSEWHERE):
            self._elsewhere(person)
        written = len(self.rows) > before
        self._moved_before(person)
        return written

    def _arrived(self, move: Moving, part_time: bool) -> None:
        dice, person = self.dice, move.person
        known = person.sen != "N" or person.care_now
        if not (known and dice.chance(_FOLLOWED)):
            return
        first = next_working_day(move.first_day + 2 * _DAY)
        if first > self.today:
            return
        self._place(person, "new school", first)
        told_on = next_working_day(first + dice.number(30, 45) * _DAY)
        if told_on <= self.today and dice.chance(_TOLD):
            percent = 100.0 - dice.number(0, _ON_A_SHORT_DAY if part_time else _ON_A_SHORT_DAY // 2)
            suspensions = dice.number(0, 2) if "SEMH" in person.needs else 0
            note = dice.one(self.words["first_weeks"]) or None
            self.rows.add(
                "first_weeks", pupil_id=person.id, on_day=told_on, attendance_percent=percent, suspensions=suspensions,
                part_time=int(part_time), note=note,
            )  # fmt: skip

    def _moved_before(self, person: Person) -> None:
        """The move of the summer before last, without dice, so that nothing else changes with it: every fifth did not last."""
        earlier, known = person.group - 2, person.sen != "N" or person.care_now
        if not known or person.last_school is not person.school or earlier not in OF_GROUP:
            return
        if person.route.school(earlier) is not person.school:
            first = next_working_day(date(academic_year(self.today) - 1, 9, 3))
            left = next_working_day(first + 30 * (3 + person.id % 4) * _DAY) if person.id % _LEFT_AGAIN == 0 else None
            self.rows.add(
                "placement", pupil_id=person.id, kind="new school", school_id=None if left else person.school.id,
                place="A school of another council" if left else None, started_on=first, ended_on=left,
                end_reason="came back to the area" if left else None,
            )  # fmt: skip

    def _part_time(self, person: Person, until: date) -> None:
        started = min(self.today, until) - self.dice.number(7, 60) * _DAY
        self._place(person, "part-time timetable", next_working_day(started), until)

    def _place(self, person: Person, kind: str, started: date, planned_end: date | None = None) -> None:
        self.rows.add(
            "placement", pupil_id=person.id, kind=kind, school_id=person.school.id, started_on=started,
            planned_end=planned_end,
        )  # fmt: skip

    def _elsewhere(self, person: Person) -> None:
        dice, today = self.dice, self.today
        kind = "nurture group" if person.group <= 6 else "alternative provision"
        started = next_working_day(today - dice.number(20, 420) * _DAY)
        ended = next_working_day(started + dice.number(40, 120) * _DAY)
        back = ended if ended <= today else None
        check = add_months(back, 6) - dice.number(0, 15) * _DAY if back else None
        checked = check if check and check <= today and dice.chance(_APPLIED) else None
        self.rows.add(
            "placement", pupil_id=person.id, kind=kind, place=dice.one(self.words["elsewhere"]), started_on=started,
            planned_end=ended, ended_on=back, end_reason="as planned" if back else None, back_on=back,
            checked_on=checked, check_result=dice.one(self.words["back"]) if checked else None,
        )  # fmt: skip

    def _funding(self, move: Moving) -> None:
        dice = self.dice
        if not dice.chance(_FUNDED[move.person.sen]) or move.year < academic_year(self.today) - 1:
            return
        ends = move.first_day - _DAY
        applied = next_working_day(ends - dice.number(60, 100) * _DAY)
        done = applied <= self.today and dice.chance(_APPLIED)
        self.rows.add(
            "funding", pupil_id=move.person.id, what=dice.one(self.words["funding"]), ends_on=ends,
            applied_on=applied if done else None,
        )  # fmt: skip
