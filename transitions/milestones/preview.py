"""What a change of a milestone would do to the pupils' steps, worked out by the planner itself; nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from db.milestones import definitions as store
from db.milestones.planning import PlannedStep
from transitions.dates import short_with_year
from transitions.milestones.milestone import Milestone
from transitions.milestones.planner import Key, Planner
from transitions.milestones.planning import Worked, facts_of, together, worked_out
from transitions.school_year import academic_year, year_group_label
from transitions.text import how_many
from transitions.workspace import Workspace

Effect = Literal["gain", "lose", "move", "same", "decided"]
EFFECTS: tuple[Effect, ...] = ("gain", "lose", "move", "same", "decided")
_EXAMPLES = 3


class Counts(NamedTuple):
    """How many pupils gain a date, lose one, have one moved, keep it, or were decided and are left alone."""

    gain: int = 0
    lose: int = 0
    move: int = 0
    same: int = 0
    decided: int = 0


class Shift(NamedTuple):
    """How many steps move from one date to another; None where no date is known."""

    before: date | None
    after: date | None
    steps: int


class Example(NamedTuple):
    """One pupil who would gain, lose or move a date."""

    pupil_id: int
    effect: Effect
    before: date | None
    after: date | None


class Follower(NamedTuple):
    """Another milestone, which counts from the changed one, and what becomes of it."""

    title: str
    counts: Counts


@dataclass(frozen=True)
class SavePreview:
    """What saving would do. ``counts`` are pupils; one with steps in two years can be in more than one of them.

    Decided steps are those that the change would have touched had nobody decided on them or put them off. ``shifts`` are
    the moves, the commonest first; ``by_year_group`` counts by the year group of today; ``notes`` are sentences to read
    before deciding.
    """

    counts: Counts
    shifts: tuple[Shift, ...]
    by_year_group: Mapping[int, Counts]
    examples: tuple[Example, ...]
    followers: tuple[Follower, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        counts = self.counts
        gain = f"{how_many(counts.gain, 'pupil')} {'gains' if counts.gain == 1 else 'gain'} a date"
        move = f"{counts.move:,} {'moves' if counts.move == 1 else 'move'}"
        shift = f" ({shift_in_words(self.shifts[0], counts.move)})" if self.shifts else ""
        rest = f"{counts.same:,} unchanged, {counts.decided:,} already decided and left alone"
        return f"{gain}, {counts.lose:,} {'loses' if counts.lose == 1 else 'lose'} it, {move}{shift}, {rest}"


def shift_in_words(shift: Shift, of: int = 0) -> str:
    some = f"{shift.steps:,} " if shift.steps < of else ""
    return f"{some}from {_day(shift.before)} to {_day(shift.after)}"


def preview_of(workspace: Workspace, number: int | None, old: Milestone | None, new: Milestone | None) -> SavePreview:
    """Compare the steps that stand with those that would, if ``new`` stood in place of ``old`` (None: there is none)."""
    now = dict(workspace.milestones)
    mine = 1 + max((row.id for row in store.milestones(workspace.read())), default=0) if number is None else number
    after = {key: one for key, one in now.items() if key != mine} | ({} if new is None else {mine: new})
    only: frozenset[int] = frozenset({mine})
    for rules in (now, after):
        only |= (together(rules, [mine]) if mine in rules else None) or frozenset()
    through, today = workspace.planned_through, workspace.clock.today
    before_rules, after_rules = (
        Planner({key: one for key, one in rules.items() if key in only}, workspace.calendars, through)
        for rules in (now, after)
    )
    tally = _Tally(mine, today, before_rules)
    for chunk in worked_out(workspace.read(), after_rules, today, only=only):
        for one in chunk:
            tally.add(one)
    return tally.preview({key: one.title for key, one in after.items()}, _law(old, new))


def _law(old: Milestone | None, new: Milestone | None) -> list[str]:
    if old is None or old.severity != "statutory" or (new is not None and new.due == old.due and new.valid_to is None):
        return []
    return ["This is a statutory date. The legal date stays the same. Only the date asked for here changes."]


class _Effect(NamedTuple):
    effect: Effect
    before: PlannedStep | None
    after: PlannedStep | None


@dataclass
class _Tally:
    mine: int
    today: date
    planner_before: Planner
    pupils: Counter[tuple[int, Effect]] = field(default_factory=Counter)
    groups: dict[int, Counter[Effect]] = field(default_factory=dict)
    shifts: Counter[tuple[date | None, date | None]] = field(default_factory=Counter)
    found: dict[Effect, list[Example]] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)

    def add(self, one: Worked) -> None:
        seen: set[tuple[int, Effect]] = set()
        for number, effect in self._effects(one):
            seen.add((number, effect.effect))
            if number == self.mine:
                self._note(one.pupil.id, effect)
        self.pupils.update(seen)
        group = academic_year(self.today) - one.pupil.cohort_year
        for number, what in seen:
            if number == self.mine:
                self.groups.setdefault(group, Counter())[what] += 1

    def preview(self, titles: Mapping[int, str], notes: Sequence[str]) -> SavePreview:
        others = {
            number for number, effect in self.pupils if number != self.mine and effect in ("gain", "lose", "move")
        }
        return SavePreview(
            counts=self._counts(self.mine),
            shifts=tuple(Shift(*days, steps) for days, steps in sorted(self.shifts.items(), key=_commonest)),
            by_year_group={
                group: Counts(*(counted[effect] for effect in EFFECTS))
                for group, counted in sorted(self.groups.items())
            },
            examples=tuple(example for effect in EFFECTS for example in self.found.get(effect, ())),
            followers=tuple(Follower(titles.get(number, "?"), self._counts(number)) for number in sorted(others)),
            notes=(
                *notes,
                *(remark.format(how_many(self.remarks[remark], "step")) for remark in _REMARKS if self.remarks[remark]),
            ),
        )

    def _counts(self, number: int) -> Counts:
        return Counts(*(self.pupils[number, effect] for effect in EFFECTS))

    def _effects(self, one: Worked) -> Iterator[tuple[int, _Effect]]:
        left, decided = dict(one.after), []
        for row, touched in one.before:
            key = (row.milestone_id, row.cycle)
            after = left.pop(key, None)
            if touched:
                decided.append((key, after))
            elif after is None:
                yield row.milestone_id, _Effect("lose", row, None)
            else:
                yield row.milestone_id, _Effect("same" if row.due_on == after.due_on else "move", row, after)
        for (number, _), after in left.items():
            yield number, _Effect("gain", None, after)
        if decided:
            before = self._as_planned(one)
            for key, after in decided:
                if _due(before.get(key)) != _due(after):
                    yield key[0], _Effect("decided", before.get(key), after)

    def _as_planned(self, one: Worked) -> dict[Key, PlannedStep]:
        """What the rules that stand would ask for: a decided row alone does not tell whether the change has to do with it."""
        if one.pupil.archived:
            return {}
        facts = facts_of(one.row, self.planner_before.calendars, self.today)
        return self.planner_before.rows(one.pupil.id, facts, one.pupil.planned_from, one.before)

    def _note(self, pupil_id: int, found: _Effect) -> None:
        effect, before, after = found
        if effect == "decided":
            return
        was, will = _overdue(before, self.today), _overdue(after, self.today)
        self.remarks[_OVERDUE] += will and not was
        self.remarks[_RELIEVED] += was and not will
        if after is not None:
            self.remarks[_UNDATED] += after.due_on is None and effect != "same"
            self.remarks[_RECORD] += after.outcome is not None and (before is None or before.outcome is None)
            self.remarks[_RECORD_LATE] += after.outcome == "late" and before is not None and before.outcome == "met"
            self.remarks[_REOPENED] += after.outcome is None and before is not None and before.outcome is not None
            self.remarks[_GRACE] += effect == "same" and before is not None and before.late_after != after.late_after
        if effect == "move":
            self.shifts[before and before.due_on, after and after.due_on] += 1
        examples = self.found.setdefault(effect, [])
        if effect != "same" and len(examples) < _EXAMPLES:
            examples.append(Example(pupil_id, effect, before and before.due_on, after and after.due_on))


_OVERDUE = "{} would be overdue at once: the new date has passed."
_RELIEVED = "{} would no longer be overdue."
_UNDATED = "{} would wait for term dates that are not entered yet."
_RECORD = "{} would be done at once, because the pupil’s own record shows it."
_RECORD_LATE = "{} that the pupil’s own record cleared in time would count as late."
_REOPENED = "{} that the pupil’s own record cleared would be open again."
_GRACE = "{} would keep the date and count as overdue from another day."
_REMARKS = (_OVERDUE, _RELIEVED, _UNDATED, _RECORD, _RECORD_LATE, _REOPENED, _GRACE)


def groups_in_words(by_year_group: Mapping[int, Counts]) -> list[tuple[str, Counts]]:
    return [
        (year_group_label(group), counts)
        for group, counts in by_year_group.items()
        if any(counts[:3]) or counts.decided
    ]


def _due(row: PlannedStep | None) -> tuple[bool, date | None]:
    return row is not None, row and row.due_on


def _overdue(row: PlannedStep | None, today: date) -> bool:
    return row is not None and row.outcome is None and row.late_after is not None and row.late_after < today


def _commonest(item: tuple[tuple[date | None, date | None], int]) -> tuple[int, date, date]:
    (before, after), steps = item
    return -steps, before or date.max, after or date.max


def _day(day: date | None) -> str:
    return short_with_year(day) if day is not None else "no date yet"
