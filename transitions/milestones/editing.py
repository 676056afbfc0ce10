"""Milestones changed in the app: added, edited, moved, retired from a day; each one undoable action.

One milestone keeps one number. A change holds for the moves of the academic year that it names and after; what was decided
is never touched, and for earlier moves the milestone stays what it was.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from db.errors import ChangedSince
from db.journal import Value
from db.milestones import definitions as store
from db.milestones.definitions import MilestoneRow
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.fields import typed_in
from transitions.milestones import definitions as milestone_store
from transitions.milestones.milestone import PLAN_REVIEW_STAYS, Earlier, Milestone
from transitions.milestones.milestone_fields import (
    FIELDS,
    LONGEST_SHORT,
    stored_fields,
)
from transitions.milestones.planner import Planner
from transitions.milestones.preview import SavePreview, preview_of
from transitions.school_year import academic_year, academic_year_label, academic_year_span
from transitions.workspace import Recorded, Workspace

_OWN_BASIS, _OWN_SOURCE = "Local agreement", "The council’s own"
_CODE_WORDS = re.compile(r"[a-z0-9]+")
_LAST_ORDER = 9999
_DAY = timedelta(days=1)


class MilestoneChange(NamedTuple):
    """One thing that a proposal changes, in words."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class MilestoneProposal:
    """What somebody means to do to a milestone, read and checked, before anything is written.

    ``number`` is None for a new one. ``old`` and ``new`` are the whole milestone with its earlier versions, None where there
    is none in force; ``row`` are the columns to be written. ``since`` says from when it holds, in words.
    """

    name: str
    code: str
    number: int | None
    old: Milestone | None
    new: Milestone | None
    row: Mapping[str, Value]
    since: str
    changes: tuple[MilestoneChange, ...]
    row_before: MilestoneRow | None

    @property
    def title(self) -> str:
        return str(self.row["title"])

    @property
    def changed(self) -> bool:
        return bool(self.changes)


def fields_of(workspace: Workspace, code: str) -> dict[str, str]:
    """What stands of a milestone as typed text, field by field: the newest rule. Raises ``NoSuchRecord``."""
    return stored_fields(milestone_store.read_row(_row_of(workspace, code)))


def read_proposal(workspace: Workspace, code: str | None, fields: Mapping[str, str]) -> MilestoneProposal:
    """Read what was typed about a milestone (a new one, for None); fields that are not given stay as they are.

    Raises FieldProblems with a sentence for each field that is wrong, the date rule's in the grammar's own words;
    ``NoSuchRecord``, and ``NotAllowed`` for one that is retired.
    """
    row = None if code is None else _row_of(workspace, code)
    old = None if row is None else milestone_store.read_row(row)
    if row is not None and old is not None:
        _check_in_force(workspace, row, old)
    reader = _MilestoneReader(workspace, row, old, fields)
    new = reader.milestone()
    if reader.problems:
        raise FieldProblems(reader.problems)
    assert new is not None  # noqa: S101 - there were no problems
    own = milestone_store.own_row(new)
    if row is None:
        own["position"] = milestone_store.Positions(store.milestones(workspace.read())).after(new.transition)
    since = f"from {academic_year_label(reader.first)}"
    return MilestoneProposal(
        name="Milestone added" if old is None else "Milestone edited",
        code=new.code,
        number=None if row is None else row.id,
        old=old,
        new=new,
        row=own,
        since=since,
        changes=_changes(old, new, since),
        row_before=row,
    )


def moved(workspace: Workspace, code: str, due: str, *, from_year: str = "") -> MilestoneProposal:
    """Read a new date rule for a milestone: the quick way to move its date. Raises as ``read_proposal`` does."""
    return replace(read_proposal(workspace, code, {"due": due, "from_year": from_year}), name="Milestone moved")


def retirement(workspace: Workspace, code: str, from_day: date | None = None) -> MilestoneProposal:
    """The proposal that a milestone is no longer asked for from a day on (today if none is given).

    What falls due before that day still stands. Raises ``NotAllowed`` for a day of an earlier academic year, and for one
    that is retired by then already; ``NoSuchRecord``.
    """
    row, today = _row_of(workspace, code), workspace.clock.today
    old, day = milestone_store.read_row(row), from_day or today
    first = academic_year_span(academic_year(today))[0]
    if day < first:
        raise NotAllowed(f"Last year stays the same. Give a date from {short_with_year(first)} on.")
    if row.retired_on is not None or (old.valid_to is not None and old.valid_to < day):
        raise NotAllowed(f"“{old.title}” is already retired by then.")
    never = old.valid_from is not None and old.valid_from >= day
    new = None if never else _ending(old, day - _DAY)
    since = f"from {short_with_year(day)}"
    values = {**milestone_store.own_row(new or old), "retired_on": day if never else None}
    changes = (MilestoneChange("Asked for", "yes", f"no longer {since}"),)
    return MilestoneProposal("Milestone retired", code, row.id, old, new, values, since, changes, row)


def bringing_back(workspace: Workspace, code: str) -> MilestoneProposal:
    """The proposal that a retired milestone is asked for again. Raises ``NotAllowed`` for one that is not retired."""
    row = _row_of(workspace, code)
    milestone = milestone_store.read_row(row)
    if row.retired_on is None and milestone.valid_to is None:
        raise NotAllowed(f"“{milestone.title}” is in force, so there is nothing to bring back.")
    new = _going_on(milestone)
    old = milestone if row.retired_on is None else None
    values = {**milestone_store.own_row(new), "origin": row.origin}
    changes = (MilestoneChange("Asked for", "no", "yes"),)
    name, since = ("Milestone switched on", "from now on") if milestone.dormant else ("Milestone brought back", "again")
    return MilestoneProposal(name, code, row.id, old, new, values, since, changes, row)


def preview(workspace: Workspace, proposal: MilestoneProposal) -> SavePreview:
    return preview_of(workspace, proposal.number, proposal.old, proposal.new)


def save(workspace: Workspace, proposal: MilestoneProposal) -> Recorded:
    """Save a proposal as one undoable action; undecided steps are planned again and no decided one is touched.

    Raises ``ChangedSince`` when the milestone is no longer what it was when the proposal was read.
    """
    summary = f"{proposal.title} · {proposal.since}"
    if not proposal.changed:
        return Recorded(proposal.name, summary, 0)
    with workspace.change(proposal.name, summary) as action:
        there = next((row for row in store.milestones(action.connection) if row.code == proposal.code), None)
        if there != proposal.row_before:
            raise ChangedSince("Not saved: somebody has changed this milestone since you opened it. Open it again.")
        action.save("milestone", proposal.number, proposal.row)
    return Recorded(proposal.name, summary, 1)


class _MilestoneReader:
    def __init__(
        self, workspace: Workspace, row: MilestoneRow | None, old: Milestone | None, fields: Mapping[str, str]
    ) -> None:
        self.workspace = workspace
        self.row = row
        self.old = old
        self.problems: dict[str, str] = {}
        stored = {} if old is None else stored_fields(old)
        self.given = {name: text or "" for name, text in fields.items()}
        self.texts = {**stored, **self.given}
        self.context = typed_in(workspace)
        self.this_year = self.first = academic_year(workspace.clock.today)

    def milestone(self) -> Milestone | None:
        for name in self.given.keys() - FIELDS.keys():
            self.problems[name] = f"there is no such field; understood are {', '.join(FIELDS)}"
        self._defaults()
        self.first = self._value_of("from_year") or self.this_year
        values = {name: self._value_of(name) for name in _PLAIN}
        same = self.old is not None and self.texts["applies"] == stored_fields(self.old)["applies"]
        criteria = self.old.criteria if self.old is not None and same else self._value_of("applies")
        due = self._value_of("due")
        self._check_fixed()
        self._check_basis(values)
        if self.problems or due is None or criteria is None:
            return None
        new = self._made(values, criteria, *due)
        whole = new if self.old is None else self.old.revised(new, self.first)
        self._check_rules(whole)
        return whole

    def _value_of(self, name: str) -> Any:
        try:
            return FIELDS[name].reading(self.texts.get(name, ""), self.context).value
        except ValueError as problem:
            message = str(problem)
            self.problems[name] = f"{message[:1].upper()}{message[1:]}{'' if message.endswith('.') else '.'}"
            return None

    def _defaults(self) -> None:
        if self.old is not None:
            return
        title = self.texts.get("title", "")
        self.texts["severity"] = self.texts.get("severity", "").strip() or "local"
        if self.texts["severity"].casefold() == "local":
            self.texts["basis"] = self.texts.get("basis", "").strip() or _OWN_BASIS
        self.texts["source"] = self.texts.get("source", "").strip() or _OWN_SOURCE
        if not self.texts.get("short", "").strip() and len(title) <= LONGEST_SHORT:
            self.texts["short"] = title

    def _check_fixed(self) -> None:
        """The code names it in files and in history, and holds its transition point: they stay."""
        for name in ("code", "transition") if self.old is not None else ():
            if self.texts[name] != getattr(self.old, name):
                self.problems[name] = "This can't be changed. Add another milestone instead."

    def _check_basis(self, values: Mapping[str, Any]) -> None:
        severity, basis = values["severity"], values["basis"]
        raised = self.old is None or (self.old.severity == "local" and self.old.basis == basis)
        if severity in ("statutory", "good practice") and basis and (basis == _OWN_BASIS or (raised and self.old)):
            self.problems["basis"] = (
                f"Give the basis for {severity}: the law, the regulation or the guidance. A council’s own agreement is local."
            )

    def _made(self, values: Mapping[str, Any], criteria: Any, due: str, rule: Any) -> Milestone:
        old = self.old
        same = old is not None and (old.due, old.basis, old.source) == (due, values["basis"], values["source"])
        kept: dict[str, Any] = {
            **values,
            "criteria": criteria,
            "due": due,
            "rule": rule,
            # What a council sets itself needs no check with the council; a date in law does until somebody has made it.
            "verified": old.verified if old is not None and same else values["severity"] != "statutory",
        }
        if old is not None:
            return replace(old, **kept)
        return Milestone(
            code=self._code(values["transition"], self.texts.get("code", "")),
            order=min(_LAST_ORDER, 10 + max((one.order for one in self._of_point(values["transition"])), default=0)),
            valid_from=academic_year_span(self.first)[0],
            **kept,
        )

    def _of_point(self, transition: str) -> list[Milestone]:
        rows = store.milestones(self.workspace.read())
        return [milestone_store.read_row(row) for row in rows if row.transition == transition]

    def _code(self, transition: str, typed: str) -> str:
        start = f"{transition.lower()}."
        words = _CODE_WORDS.findall((typed or self.texts["short"]).casefold().removeprefix(start))
        code = wanted = start + ("-".join(words) or "own")
        taken, number = {row.code for row in store.milestones(self.workspace.read())}, 1
        if typed and wanted in taken:
            self.problems["code"] = f"{wanted} already exists. Leave the code out or give another."
        while code in taken:
            number += 1
            code = f"{wanted}-{number}"
        return code

    def _check_rules(self, new: Milestone) -> None:
        others = {number: one for number, one in self.workspace.milestones.items() if one.code != new.code}
        if new.code in new.follows:
            self.problems["due"] = "A milestone cannot count from itself."
            return
        unknown = sorted(new.follows - {one.code for one in others.values()})
        if unknown:
            self.problems["due"] = f"There is no milestone {unknown[0]} to count from. The list shows every code."
            return
        if self.old is not None and self.old.of_plan_review != new.of_plan_review:
            self.problems["due"] = f"{PLAN_REVIEW_STAYS[:1].upper()}{PLAN_REVIEW_STAYS[1:]}."
            return
        if len({version.milestone.of_occasion for version in new.versions if version.milestone.kind == "once"}) > 1:
            self.problems["due"] = "A repeated step can't become a once-only one. Add another milestone instead."
            return
        try:
            Planner({**others, 0: new}, self.workspace.calendars, self.this_year)
        except ValueError as ring:
            self.problems["due"] = f"Not possible: {ring}. One of them needs a date of its own."


_PLAIN = ("transition", "title", "short", "severity", "basis", "source", "evidence", "why", "grace_days")


def _row_of(workspace: Workspace, code: str) -> MilestoneRow:
    return require(
        next((row for row in store.milestones(workspace.read()) if row.code == code), None),
        f"There is no milestone {code!r}. List them with: transitions milestone list",
    )


def _check_in_force(workspace: Workspace, row: MilestoneRow, milestone: Milestone) -> None:
    ended = milestone.valid_to is not None and milestone.valid_to < workspace.clock.today
    if row.retired_on is not None or ended:
        what = "switched off. Switch it on" if milestone.dormant else "retired. Bring it back"
        raise NotAllowed(f"“{milestone.title}” is {what} first.")


def _ending(milestone: Milestone, last: date) -> Milestone:
    """A milestone, and what it was, without any due date after ``last``."""
    return _each(milestone, lambda one: last if one.valid_to is None or one.valid_to > last else one.valid_to)


def _going_on(milestone: Milestone) -> Milestone:
    """A milestone that was ended as it was before; what ended earlier than it stays so."""
    ended = milestone.valid_to
    return _each(milestone, lambda one: None if one.valid_to == ended else one.valid_to)


def _each(milestone: Milestone, valid_to: Any) -> Milestone:
    def until(one: Milestone) -> Milestone:
        last = valid_to(one)
        too_late = last is not None and one.valid_from is not None and last < one.valid_from
        return one if too_late else replace(one, valid_to=last)

    earlier = tuple(Earlier(older.through, until(older.milestone)) for older in milestone.earlier)
    return replace(until(milestone), earlier=earlier)


def _changes(old: Milestone | None, new: Milestone, since: str) -> tuple[MilestoneChange, ...]:
    before = {} if old is None else stored_fields(old)
    after = stored_fields(new)
    found = [
        MilestoneChange(
            field.label, " · ".join(before.get(name, "").splitlines()), " · ".join(after[name].splitlines())
        )
        for name, field in FIELDS.items()
        if name in after and before.get(name, "") != after[name]
    ]
    if not found and old != new:
        found = [MilestoneChange("In force", "from a later year", since)]
    return tuple(found)
