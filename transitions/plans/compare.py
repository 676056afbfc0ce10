"""What changed between two versions of a plan: answer by answer, outcome by outcome, action by action, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal, NamedTuple

from db.plans.plans import ActionRow, OutcomeRow
from transitions.dates import short_with_year
from transitions.plans.page import PlanPage

How = Literal["same", "changed", "added", "taken out"]

_TOKEN = re.compile(r"(?:\w+(?:['’-]\w+)*|[^\w\s]+)\s*|\s+")
_NOT_OF_A_VERSION = ("preferred_name",)
"""It stands in the pupil's record, so that it is the same in every version."""
_ALIKE = 0.5
"""From this share of words in common (difflib's ratio) an outcome counts as the same one in other words."""
_REWRITTEN = 1 / 3
"""Below this share a text counts as written anew: words that happen to stand in both are not picked out."""


class Piece(NamedTuple):
    """A run of text of one version; ``changed`` when the other version does not have it there."""

    text: str
    changed: bool


@dataclass(frozen=True)
class VersionDifference:
    """One thing that either version says: where it stands, what each says ("" for nothing), and how they differ.

    Texts with the same words are the same, wherever their lines break.
    """

    section: str
    label: str
    before: str
    after: str
    ended: bool = False
    """Whether this is an action that was done or dropped before the newer version was made, so nobody took it out."""

    @property
    def kind(self) -> How:
        if self.before.split() == self.after.split():
            return "same"
        return "changed" if self.before and self.after else "added" if self.after else "taken out"

    @cached_property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        if self.kind != "changed":
            return [Piece(self.before, changed=False)], [Piece(self.after, changed=False)]
        return words_changed(self.before, self.after)


def compare(older: PlanPage, newer: PlanPage, between: Sequence[PlanPage] = ()) -> list[VersionDifference]:
    """Compare two versions of a plan, in the order of the plan; what both leave empty is left out.

    ``between`` are the versions in the middle: an action is followed through them. People, meetings and copies belong to
    the pupil or to one version only, and are not compared.
    """
    found: list[VersionDifference] = []
    for section in newer.form.sections:
        for question in section.questions:
            if question.code not in _NOT_OF_A_VERSION:
                texts = _answer_text(older.value(question)), _answer_text(newer.value(question))
                found.append(VersionDifference(section.title, question.label, *texts))
        if section.holds == "outcomes":
            found += _outcomes(section.title, older, newer)
        elif section.holds == "actions":
            found += _actions(section.title, older, newer, between)
    return [one for one in found if one.before or one.after]


def words_changed(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    left, right = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, [token.strip() for token in left], [token.strip() for token in right])
    if matcher.ratio() < _REWRITTEN:
        return _run(left, changed=True), _run(right, changed=True)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for how, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        pieces[0].extend(_run(left[left_from:left_to], changed=how != "equal"))
        pieces[1].extend(_run(right[right_from:right_to], changed=how != "equal"))
    return pieces


def _run(tokens: Sequence[str], *, changed: bool) -> list[Piece]:
    text = "".join(tokens)
    if not changed:
        return [Piece(text, changed=False)] if text else []
    stripped = text.strip()
    before, _, after = text.partition(stripped) if stripped else (text, "", "")
    marked = (Piece(before, changed=False), Piece(stripped, changed=True), Piece(after, changed=False))
    return [piece for piece in marked if piece.text]


def _answer_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case date():
            return short_with_year(value)
        case _:
            return str(value)


# Outcomes: a new version copies them, and nothing says from which; so they are known by what they say.


def _outcomes(section: str, older: PlanPage, newer: PlanPage) -> Iterator[VersionDifference]:
    before_of = _outcomes_before(older.outcomes, newer.outcomes)
    for outcome in newer.outcomes:
        yield VersionDifference(section, _area(newer, outcome), _outcome(before_of.get(outcome.id)), _outcome(outcome))
    went_on = {outcome.id for outcome in before_of.values()}
    for outcome in older.outcomes:
        if outcome.id not in went_on:
            yield VersionDifference(section, _area(newer, outcome), _outcome(outcome), "")


def _outcomes_before(older: Sequence[OutcomeRow], newer: Sequence[OutcomeRow]) -> dict[int, OutcomeRow]:
    """The older outcome of each newer one that has one: those that are word for word the same find each other first."""
    left, found = list(older), dict[int, OutcomeRow]()
    for least in (1.0, _ALIKE):
        for outcome in newer:
            how_alike = [_alike(one, outcome) for one in left]
            if outcome.id not in found and max(how_alike, default=0.0) >= least:
                found[outcome.id] = left.pop(how_alike.index(max(how_alike)))
    return found


def _alike(one: OutcomeRow, other: OutcomeRow) -> float:
    if one.area != other.area:
        return 0.0
    return SequenceMatcher(None, _outcome(one).split(), _outcome(other).split()).ratio()


def _area(page: PlanPage, outcome: OutcomeRow) -> str:
    return page.form.areas.get(outcome.area, outcome.area)


def _outcome(outcome: OutcomeRow | None) -> str:
    if outcome is None:
        return ""
    lines = (
        outcome.outcome,
        f"Hope: {outcome.hope}" if outcome.hope else "",
        f"Now: {outcome.baseline}" if outcome.baseline else "",
        f"By {short_with_year(outcome.by_when)}" if outcome.by_when else "",
    )
    return "\n".join(line for line in lines if line)


# Actions: the one that was carried over knows the one it goes on from.


def _actions(
    section: str, older: PlanPage, newer: PlanPage, between: Sequence[PlanPage]
) -> Iterator[VersionDifference]:
    earlier = {action.id: action for action in older.actions}
    chain = {action.id: action.carried_from_id for page in (*between, newer) for action in page.actions}
    went_on: set[int] = set()
    for action in newer.actions:
        number = action.carried_from_id
        while number is not None and number not in earlier:
            number = chain.get(number)
        before = earlier.get(number) if number is not None else None
        if before is not None:
            went_on.add(before.id)
        yield VersionDifference(section, "Action", _action(before), _action(action))
    for action in older.actions:
        if action.id not in went_on:
            label = _ended(action, older, between)
            yield VersionDifference(section, label or "Action", _action(action), "", ended=bool(label))


def _ended(action: ActionRow, older: PlanPage, between: Sequence[PlanPage]) -> str:
    next_of = {one.carried_from_id: (one, page) for page in between for one in page.actions}
    last, page = action, older
    while last.id in next_of:
        last, page = next_of[last.id]
    return f"Action, {last.status} in version {page.plan.version}" if last.status in ("done", "dropped") else ""


def _action(action: ActionRow | None) -> str:
    if action is None:
        return ""
    by = f"{action.owner}, by {short_with_year(action.due_on)}" if action.due_on else f"{action.owner}, no day yet"
    done = f"\n{action.status.capitalize()}" if action.status in ("done", "dropped") else ""
    when = f" {short_with_year(action.done_on)}" if done and action.done_on else ""
    return f"{action.what}\n{by}{done}{when}"
