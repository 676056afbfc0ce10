"""Importing a council's own milestones, in the same TOML form as the shipped ones.

One whose code is here already is replaced; others are added. Both are the council's own from then on: a later version of the
program leaves them alone. Milestones that the file does not hold stay as they are.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from db import milestones as store
from db.importing import rows_of
from db.milestones import MilestoneRow
from transitions import milestone_book
from transitions.errors import BadInput, Problem
from transitions.importing.preview import Difference, Draft, Entry, Imported, Preview, Progress, commit, no_progress
from transitions.milestones import Milestone, MilestoneSet, load_shipped, read_set
from transitions.text import printable
from transitions.workspace import Workspace
from transitions.writes import Write

__all__ = ["Imported", "Preview", "commit", "prepare"]

_TITLES: Mapping[str, str] = {
    "transition": "Transition point",
    "title": "Title",
    "short": "Short title",
    "applies": "Applies to",
    "due": "Due",
    "severity": "Severity",
    "basis": "Basis",
    "source": "Source",
    "verified": "Verified",
    "evidence": "Evidence",
    "why": "Why",
    "order": "Order",
    "met_by": "Met by",
    "grace_days": "Days of grace",
    "valid_from": "Valid from",
    "valid_to": "Valid to",
}


def prepare(workspace: Workspace, path: Path, *, progress: Progress = no_progress) -> Preview:
    """Read the file and work out what importing it would do; nothing is written.

    Raises NoSuchFile, and BadInput with every problem: a set is checked as a whole, so bad ones cannot be skipped.
    """
    name = printable(str(path))
    found = read_set(path, name)
    _check_transitions(found, name)
    draft = Draft("milestones", name, path, "TOML")
    standing = {row.code: row for row in store.milestones(workspace.read())}
    if _says_other_reasons(found):
        draft.notes.append("not read: the reasons for missing and waiving, which come with the program")
    positions = _Positions(rows_of(workspace.read(), "milestone", ("transition", "position")))
    for place, milestone in enumerate(found.milestones, 1):
        draft.take(
            _entry(milestone, standing.get(milestone.code), positions, place), is_new=milestone.code not in standing
        )
        progress(place, len(found.milestones))
    return draft.finish(workspace, rows=(), ragged=(), skip_bad=False)


def _check_transitions(found: MilestoneSet, name: str) -> None:
    """The program words plans, lists and filters by its own transition points; a council's milestones use these."""
    known = load_shipped().transitions
    problems = [
        Problem(name, f'transition: "{milestone.transition}" is not one of {", ".join(known)}', field=milestone.code)
        for milestone in found.milestones
        if milestone.transition not in known
    ]
    if problems:
        raise BadInput(problems)


def _says_other_reasons(found: MilestoneSet) -> bool:
    shipped = load_shipped()
    return (found.missed_reasons, found.waived_reasons) != (shipped.missed_reasons, shipped.waived_reasons)


class _Positions:
    """Where a new milestone stands in lists: with the last one of its transition point that is here."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._last: dict[str, int] = {}
        for row in rows:
            self._last[row["transition"]] = max(row["position"], self._last.get(row["transition"], 0))
        self._end = 1 + max(self._last.values(), default=0)

    def after(self, transition: str) -> int:
        """Give the position for a new milestone of this transition point."""
        return self._last.get(transition, self._end)


def _entry(milestone: Milestone, old: MilestoneRow | None, positions: _Positions, place: int) -> Entry:
    code, transition, title, short, severity = milestone_book.columns(milestone)
    values: dict[str, Any] = {
        "code": code,
        "transition": transition,
        "title": title,
        "short": short,
        "severity": severity,
        "definition": milestone_book.definition(milestone),
        "origin": "local",
        "retired_on": None,
    }
    label = f"{code}: {title}"
    if old is None:
        values["position"] = positions.after(transition)
        return Entry(place, label, (Write("milestone", None, values),))
    if old.definition == values["definition"] and old.retired_on is None:
        return Entry(place, label, ())
    return Entry(place, label, (Write("milestone", {"id": old.id}, values),), tuple(_differences(milestone, old)))


def _differences(milestone: Milestone, old: MilestoneRow) -> list[Difference]:
    before, after = json.loads(old.definition), json.loads(milestone_book.definition(milestone))
    found = [
        Difference(title, _words(before.get(key)), _words(after.get(key)))
        for key, title in _TITLES.items()
        if before.get(key) != after.get(key)
    ]
    if old.retired_on is not None:
        found.append(Difference("Retired", old.retired_on, "in force again"))
    return found


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {item}" for key, item in value.items())
    return str(value)
