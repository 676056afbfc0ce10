"""Milestones as files and a database hold them: the set that comes with the program, and a council's own in the same form.

Every problem of a file is found and named before any of it is used, so that a slip in a date rule is found at the desk and
not in July.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

from db.driver import Connection
from db.errors import Garbled
from db.journal import Value
from db.milestones import definitions as store
from db.milestones.definitions import MilestoneRow
from transitions.errors import BadInput, NoSuchFile, Problem
from transitions.milestones.milestone import (
    MET_BY,
    SEVERITIES,
    CodedReason,
    Earlier,
    Milestone,
    MilestoneSet,
    TransitionPoint,
)
from transitions.untrusted import MOST_BYTES, Unreadable, read_toml

if TYPE_CHECKING:
    # Loaded with the first milestone that is read: the first paint of a list needs none.
    from transitions.milestones.criteria import Criteria
    from transitions.milestones.date_rule_types import DateRule

Choice = TypeVar("Choice", bound=str)
_SHIPPED = "milestones.toml"
_DIGEST = "shipped milestones"

_SHORT = 16  # characters: the width of a column in a list
_LONGEST_GRACE = 365
_CODE = re.compile(r"[a-z0-9][a-z0-9+-]*\.[a-z0-9][a-z0-9-]*")
_NEEDED = frozenset(
    {"code", "transition", "title", "short", "applies", "due", "severity", "basis", "source", "verified"}
    | {"evidence", "why", "order"}
)
_OPTIONAL = frozenset(
    {"met_by", "done_with", "grace_days", "standing", "until", "dormant", "valid_from", "valid_to", "earlier"}
)
_YEARS = (2000, 2200)


@cache
def load_shipped() -> MilestoneSet:
    return read_set(Path(__file__).with_name(_SHIPPED).read_text(encoding="utf-8"), _SHIPPED)


def read_set(source: Path | str, name: str | None = None) -> MilestoneSet:
    """Read a set from a file, or from its text; ``name`` is what problems call the file.

    Raises NoSuchFile when the file cannot be read, and BadInput with every problem in it: the milestone's code, what is
    wrong and what was expected.
    """
    name = name or (source.name if isinstance(source, Path) else "milestones")
    if isinstance(source, str):
        return _read_text(source, name)
    try:
        with source.open("rb") as file:
            return _read_text(file.read(MOST_BYTES + 1), name)
    except OSError as error:
        raise NoSuchFile(f"{name} cannot be read: {error.strerror}. Check the name and the folder.") from error


def from_mapping(mapping: Mapping[str, object], name: str = "milestone") -> Milestone:
    """Read what ``Milestone.to_mapping`` wrote. Raises BadInput with every problem; ``name`` is what they call its file."""
    problems: list[Problem] = []
    milestone = _read_milestone(mapping, name, 1, problems)
    if milestone is None:
        raise BadInput(problems)
    return milestone


def _read_text(text: str | bytes, name: str) -> MilestoneSet:
    try:
        tables = read_toml(text)
    except Unreadable as error:
        raise BadInput([Problem(name, f"is not TOML: {error}", error.line)]) from error
    problems: list[Problem] = []
    whole = _Table(tables, name, None, problems)
    whole.only({"set", "transition", "reasons", "milestone"})
    head = whole.table("set")
    reasons = whole.table("reasons")
    reasons.only({"missed", "waived"})
    points = _transition_points(whole.table("transition"))
    milestones = [
        _read_milestone(table, name, number, problems)
        for number, table in enumerate(whole.tables("milestone"), start=1)
    ]
    found = [milestone for milestone in milestones if milestone is not None]
    _check_together(found, points, complete=len(found) == len(milestones), name=name, problems=problems)
    missed, waived = _reasons(reasons, "missed"), _reasons(reasons, "waived")
    version = head.text("version")
    if problems:
        raise BadInput(problems)
    places = {code: place for place, code in enumerate(points)}
    found.sort(key=lambda milestone: (places[milestone.transition], milestone.order))
    return MilestoneSet(version, MappingProxyType(points), tuple(found), missed, waived)


def _read_milestone(mapping: Mapping[str, object], name: str, number: int, problems: list[Problem]) -> Milestone | None:
    before = len(problems)
    code = mapping.get("code")
    table = _Table(mapping, name, code if isinstance(code, str) and code else f"milestone number {number}", problems)
    table.only(_NEEDED | _OPTIONAL)
    transition = table.text("transition")
    criteria, rule = _criteria(table), _rule(table)
    severity, met_by = table.choice("severity", SEVERITIES), table.choice("met_by", MET_BY, optional=True)
    valid_from, valid_to = table.day("valid_from"), table.day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        table.problem(f"valid_to ({valid_to}) is before valid_from ({valid_from}); expected the same day or later")
    verified = table.yes_or_no("verified")
    standing, dormant = (key in mapping and table.yes_or_no(key) for key in ("standing", "dormant"))
    until = table.text("until") if mapping.get("until") is not None else ""
    texts = {key: table.text(key) for key in ("code", "title", "short", "due", "basis", "source", "evidence", "why")}
    order, grace_days = table.number("order", 0, 9999), table.number("grace_days", 0, _LONGEST_GRACE, default=0)
    _check_code(table, texts["code"], transition)
    earlier = _earlier(table, texts["code"])
    if len(texts["short"]) > _SHORT:
        table.problem(f'short: "{texts["short"]}" has {len(texts["short"])} characters; at most {_SHORT} fit a column')
    if len(problems) > before or rule is None or severity is None:
        return None
    return Milestone(
        transition=transition,
        criteria=criteria,
        rule=rule,
        severity=severity,
        verified=verified,
        order=order,
        met_by=met_by,
        done_with=table.texts("done_with"),
        grace_days=grace_days,
        standing=standing,
        until=until,
        dormant=dormant,
        valid_from=valid_from,
        valid_to=valid_to,
        earlier=earlier,
        **texts,
    )


def _earlier(table: "_Table", code: str) -> tuple[Earlier, ...]:
    found: list[Earlier] = []
    for values in table.tables("earlier") if "earlier" in table.values else ():
        older = _Table(values, table.file, f"{code}, what it was", table.problems)
        through = older.number("through", *_YEARS)
        kept = {key: value for key, value in values.items() if key not in ("through", "earlier")}
        milestone = _read_milestone({**kept, "code": code}, table.file, len(found) + 1, table.problems)
        if found and through <= found[-1].through:
            older.problem(f"through: {through} is not after {found[-1].through}; expected the oldest first")
        if milestone is not None:
            found.append(Earlier(through, milestone))
    return tuple(found)


def _transition_points(table: "_Table") -> dict[str, TransitionPoint]:
    points: dict[str, TransitionPoint] = {}
    for code in table.values:
        point = table.table(code)
        point.field = f"transition {code}"
        point.only({"title", "from", "to", "sentence"})
        points[code] = TransitionPoint(
            code, point.text("title"), point.text("from"), point.text("to"), point.text("sentence")
        )
    return points


def _reasons(table: "_Table", outcome: Literal["missed", "waived"]) -> tuple[CodedReason, ...]:
    """The reasons for one outcome; one for waiving may say that the milestone never applied."""
    reasons: dict[str, CodedReason] = {}
    for number, values in enumerate(table.tables(outcome), start=1):
        reason = _Table(values, table.file, f"reasons.{outcome} number {number}", table.problems)
        reason.only({"code", "words", "state"} if outcome == "waived" else {"code", "words"})
        code = reason.text("code")
        if code in reasons:
            reason.problem(f'code: "{code}" is used twice; expected a code of its own')
        not_applicable = outcome == "waived" and reason.choice("state", ("not applicable",), optional=True)
        reasons[code] = CodedReason(code, reason.text("words"), "not applicable" if not_applicable else outcome)
    return tuple(reasons.values())


def _criteria(table: "_Table") -> "Criteria":
    from transitions.milestones.criteria import Criteria, parse_criteria
    from transitions.milestones.criteria_fields import CriteriaProblem

    value = table.needed("applies", "a table of criteria, such as { year_group = [6] }")
    if not isinstance(value, Mapping):
        if value is not None:
            table.problem(f"applies: {value!r} is not a table; expected criteria, such as {{ year_group = [6] }}")
        return Criteria()
    try:
        return parse_criteria(value)
    except CriteriaProblem as problem:
        for sentence in problem.sentences:
            table.problem(f"applies: {sentence}")
        return Criteria()


def _rule(table: "_Table") -> "DateRule | None":
    from transitions.milestones.date_rules import RuleProblem, parse_rule

    text = table.values.get("due")
    if not isinstance(text, str) or not text.strip():
        return None  # noted with the other texts
    try:
        return parse_rule(text)
    except RuleProblem as problem:
        table.problem(f"due: {problem.sentence}")
        return None


def _check_code(table: "_Table", code: str, transition: str) -> None:
    if not code or not transition:
        return
    start = f"{transition.lower()}."
    if not _CODE.fullmatch(code) or not code.startswith(start):
        table.problem(
            f'code: "{code}" is not usable; expected "{start}" and then small letters, digits and hyphens, '
            f'such as "{start}plan-agreed"'
        )


def _check_together(
    found: Sequence[Milestone], points: Mapping[str, object], *, complete: bool, name: str, problems: list[Problem]
) -> None:
    """Check what only the whole set can show. ``complete`` is False when some could not be read and may be the one meant."""
    from graphlib import CycleError, TopologicalSorter

    codes: set[str] = set()
    for milestone in found:
        if milestone.code in codes:
            problems.append(Problem(name, "code: it is used twice; expected a code of its own", field=milestone.code))
        codes.add(milestone.code)
        if milestone.transition not in points:
            what = f'transition: there is no "{milestone.transition}"; expected one of {", ".join(points)}'
            problems.append(Problem(name, what, field=milestone.code))
    for milestone in found if complete else ():
        said = [("due: it follows", code) for code in sorted(milestone.rule.follows)]
        for what, code in (*said, *(("done_with: it is done with", code) for code, _ in milestone.shown_by)):
            if code not in codes:
                words = f'{what} "{code}", which is not in this file; expected the code of a milestone in it'
                problems.append(Problem(name, words, field=milestone.code))
    try:
        TopologicalSorter({milestone.code: milestone.rule.follows for milestone in found}).prepare()
    except CycleError as error:
        ring: list[str] = error.args[1]
        what = f"due: milestones follow each other in a ring ({', '.join(ring)}); one of them needs a date of its own"
        problems.append(Problem(name, what, field=ring[0]))


class _Table:
    """One table of the file: gives its values in the kind that is expected and notes a problem for each that is not.

    What it gives for a bad value is of the right kind but means nothing; a table with problems is thrown away.
    """

    def __init__(self, values: Mapping[str, object], file: str, field: str | None, problems: list[Problem]) -> None:
        self.values = values
        self.file = file
        self.field = field
        self.problems = problems

    def problem(self, what: str) -> None:
        self.problems.append(Problem(self.file, what, field=self.field))

    def only(self, keys: frozenset[str] | set[str]) -> None:
        for key in self.values:
            if key not in keys:
                self.problem(f'there is no key "{key}"; understood are {", ".join(sorted(keys))}')

    def needed(self, key: str, expected: str) -> object:
        value = self.values.get(key)
        if value is None:
            self.problem(f"{key} is missing; expected {expected}")
        return value

    def text(self, key: str) -> str:
        value = self.needed(key, "a text in quotation marks")
        if isinstance(value, str) and value.strip():
            return value
        if value is not None:
            self.problem(f"{key}: {value!r} is not usable; expected a text in quotation marks")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.problem(f"{key}: {value!r} is not usable; expected a list of texts in quotation marks")
        return ()

    def choice(self, key: str, choices: Sequence[Choice], *, optional: bool = False) -> Choice | None:
        expected = f"one of {', '.join(choices)}"
        value = self.values.get(key) if optional else self.needed(key, expected)
        for choice in choices:
            if value == choice:
                return choice
        if value is not None:
            self.problem(f"{key}: {value!r} is not understood; expected {expected}")
        return None

    def yes_or_no(self, key: str) -> bool:
        value = self.needed(key, "true or false")
        if value is not None and not isinstance(value, bool):
            self.problem(f"{key}: {value!r} is not understood; expected true or false")
        return value is True

    def number(self, key: str, least: int, most: int, default: int | None = None) -> int:
        expected = f"a whole number from {least} to {most}"
        value = self.needed(key, expected) if default is None else self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if value is not None:
            self.problem(f"{key}: {value!r} is not usable; expected {expected}")
        return least

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.problem(f"{key}: {value!r} is not a date; expected one such as 2026-09-01")
            return None

    def table(self, key: str) -> "_Table":
        value = self.needed(key, f"a table [{key}]")
        if value is not None and not isinstance(value, Mapping):
            self.problem(f"{key} is not a table; expected [{key}]")
        if isinstance(value, Mapping):
            return _Table(value, self.file, key, self.problems)
        return _Table({}, self.file, key, [])  # one problem is enough: not also each key that is missing from it

    def tables(self, key: str) -> list[Mapping[str, object]]:
        value = self.needed(key, f"tables headed [[{key}]]")
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            return value
        if value is not None:
            self.problem(f"{key}: expected tables headed [[{key}]]")
        return []


# --- what a database holds: the shipped set put in, the council's own kept -------------------------------------------


def milestones_in_force(connection: Connection) -> Mapping[int, Milestone]:
    return {row.id: read_row(row) for row in store.milestones(connection) if row.retired_on is None}


def read_row(row: MilestoneRow) -> Milestone:
    try:
        return _defined(row.definition)
    except BadInput as fault:
        raise Garbled(fault.sentence) from None


@lru_cache(maxsize=1024)
def _defined(definition: str) -> Milestone:
    """A milestone is immutable: what stands in a row is read once, however often the rules are read again."""
    return from_mapping(json.loads(definition))


def shipped_is_current(connection: Connection) -> bool:
    """Whether the set that ships with this program is in the file; compares a digest, for it is asked at every start."""
    return bool(store.setting(connection, _DIGEST) == shipped_digest())


def shipped_digest() -> str:
    return hashlib.sha256(Path(__file__).with_name(_SHIPPED).read_bytes()).hexdigest()


def put_shipped(connection: Connection, today: date) -> None:
    """Put the shipped set in: new ones are added, unedited ones brought up to date, dropped ones retired, dormant ones stay switched off.

    A council's own are left alone.
    """
    shipped = load_shipped()
    existing = {row.code: row for row in store.milestones(connection)}
    for position, milestone in enumerate(shipped.milestones):
        row = existing.get(milestone.code)
        if row is None or row.origin == "shipped":
            values = {
                **own_row(milestone),
                "origin": "shipped",
                "position": position,
                **switched_off(milestone, row, today),
            }
            store.put_shipped(connection, None if row is None else row.id, values)
    for row in existing.values():
        if row.origin == "shipped" and row.code not in shipped.by_code:
            store.put_shipped(connection, row.id, {"retired_on": today})
    store.set_setting(connection, _DIGEST, shipped_digest())


def switched_off(milestone: Milestone, row: MilestoneRow | None, today: date) -> dict[str, Value]:
    """What keeps a dormant milestone as it is, switched off while nobody has switched it on; nothing for any other."""
    return {"retired_on": today if row is None else row.retired_on} if milestone.dormant else {}


class Positions:
    """Where a new milestone stands in lists: with the last one of its transition point that is here."""

    def __init__(self, rows: Iterable[MilestoneRow]) -> None:
        self._last: dict[str, int] = {}
        for row in rows:
            self._last[row.transition] = max(row.position, self._last.get(row.transition, 0))
        self._end = 1 + max(self._last.values(), default=0)

    def after(self, transition: str) -> int:
        return self._last.get(transition, self._end)


def own_row(milestone: Milestone) -> dict[str, Value]:
    listed = {name: getattr(milestone, name) for name in ("code", "transition", "title", "short", "severity")}
    return {**listed, "definition": as_json(milestone), "origin": "local", "retired_on": None}


def as_json(milestone: Milestone) -> str:
    return json.dumps(milestone.to_mapping(), ensure_ascii=False, default=str)


def schedule_changed(tally: Counter[str]) -> str:
    from transitions.text import how_many

    return f"The built-in milestones have changed in this version (set {load_shipped().version}). In these records {how_many(tally['new'], 'step is', 'steps are')} new, {tally['gone']:,} retired, and {how_many(tally['another day'], 'step has', 'steps have')} a new date. Decisions are unchanged: {how_many(tally['decided'], 'step')}."
