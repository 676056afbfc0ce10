"""Importing a council's own milestones, in the same TOML form as the shipped ones.

One whose code is here already is changed for the moves of this academic year and after, and stays what it was for earlier
ones; others are added. Both are the council's own from then on: a later version of the program leaves them alone.
Milestones that the file does not hold stay as they are.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from db.gathering import Write
from db.milestones import definitions as store
from db.milestones.definitions import MilestoneRow
from transitions.errors import BadInput, Problem
from transitions.importing.preview import (
    FieldDifference,
    ImportPreview,
    PreviewDraft,
    Progress,
    RecordEntry,
    no_progress,
)
from transitions.milestones import definitions as milestone_store
from transitions.milestones.definitions import Positions, load_shipped, read_set
from transitions.milestones.milestone import PLAN_REVIEW_STAYS, Milestone, MilestoneSet
from transitions.milestones.milestone_fields import FIELDS
from transitions.school_year import academic_year
from transitions.text import printable
from transitions.workspace import Workspace

_TITLES: Mapping[str, str] = {
    **{name: field.label for name, field in FIELDS.items() if name not in ("code", "from_year")},
    "verified": "Verified",
    "order": "Order",
    "met_by": "Met by",
    "done_with": "Done with",
    "until": "Holds until",
    "dormant": "Switched off",
    "valid_from": "Valid from",
    "valid_to": "Valid to",
}


def prepare(workspace: Workspace, path: Path, *, progress: Progress = no_progress) -> ImportPreview:
    """Read the file and work out what importing it would do; nothing is written.

    Raises NoSuchFile, and BadInput with every problem: a set is checked as a whole, so bad ones cannot be skipped.
    """
    name = printable(str(path))
    found = read_set(path, name)
    _check(found, workspace, name)
    draft = PreviewDraft("milestones", name, path, "TOML")
    existing = {row.code: row for row in store.milestones(workspace.read())}
    if _says_other_reasons(found):
        draft.notes.append("not read: the reasons for missing and waiving, which come with the program")
    positions = Positions(store.milestones(workspace.read()))
    for place, milestone in enumerate(found.milestones, 1):
        old = existing.get(milestone.code)
        draft.add(_entry(milestone, old, workspace.clock.today, positions, place), is_new=old is None)
        progress(place, len(found.milestones))
    return draft.finish(workspace, rows=(), ragged=(), skip_bad=False)


def _check(found: MilestoneSet, workspace: Workspace, name: str) -> None:
    """Refuse what the program cannot take from a file.

    It words plans, lists and filters by its own transition points, keeps earlier versions itself, and the review of a plan
    is recorded with the plan, so that a step cannot become one or cease to be one.
    """
    known = load_shipped().transitions
    existing = {milestone.code: milestone for milestone in workspace.milestones.values()}
    problems: list[Problem] = []
    for milestone in found.milestones:
        old = existing.get(milestone.code)
        if milestone.transition not in known:
            what = f'transition: "{milestone.transition}" is not one of {", ".join(known)}'
            problems.append(Problem(name, what, field=milestone.code))
        if milestone.earlier:
            what = "earlier: the program keeps earlier versions itself, so leave this out"
            problems.append(Problem(name, what, field=milestone.code))
        if old is not None and old.of_plan_review != milestone.of_plan_review:
            problems.append(Problem(name, f"due: {PLAN_REVIEW_STAYS}", field=milestone.code))
    if problems:
        raise BadInput(problems)


def _says_other_reasons(found: MilestoneSet) -> bool:
    shipped = load_shipped()
    return (found.missed_reasons, found.waived_reasons) != (shipped.missed_reasons, shipped.waived_reasons)


def _entry(
    milestone: Milestone, old: MilestoneRow | None, today: date, positions: Positions, place: int
) -> RecordEntry:
    label = f"{milestone.code}: {milestone.title}"
    off = milestone_store.switched_off(milestone, old, today)
    if old is None:
        values = {**milestone_store.own_row(milestone), "position": positions.after(milestone.transition)} | off
        return RecordEntry(place, label, (Write("milestone", None, values),))
    milestone = milestone_store.read_row(old).revised(milestone, academic_year(today))
    values = milestone_store.own_row(milestone) | off
    if old.definition == values["definition"] and old.retired_on == values["retired_on"]:
        return RecordEntry(place, label, ())
    return RecordEntry(place, label, (Write("milestone", {"id": old.id}, values),), tuple(_differences(milestone, old)))


def _differences(milestone: Milestone, old: MilestoneRow) -> list[FieldDifference]:
    before, after = json.loads(old.definition), json.loads(milestone_store.as_json(milestone))
    found = [
        FieldDifference(title, _in_words(before.get(key)), _in_words(after.get(key)))
        for key, title in _TITLES.items()
        if before.get(key) != after.get(key)
    ]
    if old.retired_on is not None:
        found.append(FieldDifference("Retired", old.retired_on.isoformat(), "in force again"))
    return found


def _in_words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {item}" for key, item in value.items())
    return str(value)
