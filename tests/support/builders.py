"""Made-up records for tests, written the way the program writes them: one undoable action each."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from db import driver
from db.custody import damage
from db.journal import A_ROW, DERIVED
from transitions.milestones.recording import Step
from transitions.pupils.markers import MARKER
from transitions.pupils.small_records import save
from transitions.school_year import academic_year, cohort_year_of
from transitions.text import searchable
from transitions.workspace import Change, Workspace

TERMS = (
    ("T1", 2025, date(2025, 9, 1), date(2025, 10, 17)),
    ("T2", 2025, date(2025, 10, 27), date(2025, 12, 19)),
    ("T3", 2025, date(2026, 1, 5), date(2026, 2, 13)),
    ("T4", 2025, date(2026, 2, 23), date(2026, 4, 2)),
    ("T5", 2025, date(2026, 4, 20), date(2026, 5, 22)),
    ("T6", 2025, date(2026, 6, 1), date(2026, 7, 21)),
    ("T1", 2026, date(2026, 9, 1), date(2026, 10, 16)),
    ("T2", 2026, date(2026, 11, 2), date(2026, 12, 18)),
    ("T3", 2026, date(2027, 1, 4), date(2027, 2, 12)),
    ("T4", 2026, date(2027, 2, 22), date(2027, 3, 25)),
    ("T5", 2026, date(2027, 4, 12), date(2027, 5, 28)),
    ("T6", 2026, date(2027, 6, 7), date(2027, 7, 21)),
    ("T1", 2027, date(2027, 9, 1), date(2027, 10, 15)),
    ("T2", 2027, date(2027, 11, 1), date(2027, 12, 17)),
    ("T3", 2027, date(2028, 1, 4), date(2028, 2, 11)),
    ("T4", 2027, date(2028, 2, 21), date(2028, 3, 31)),
    ("T5", 2027, date(2028, 4, 18), date(2028, 5, 26)),
    ("T6", 2027, date(2028, 6, 5), date(2028, 7, 21)),
)
"""Kent's published six terms of 2025/26, and made-up ones like them for the two years after."""

BORN_FOR_YEAR_6 = date(2016, 3, 14)
"""In Year 6 in 2026/27."""


def add_terms(workspace: Workspace, *, years: tuple[int, ...] = (2025, 2026, 2027), **values: Any) -> None:
    """Enter the terms of these academic years; ``values`` such as ``la_number`` say whose they are."""
    with workspace.change("Terms entered", "made-up terms") as action:
        for name, year, first, last in TERMS:
            if year in years:
                row = {"academic_year": year, "name": name, "first_day": first, "last_day": last, **values}
                action.insert("term", row)


def add_worker(workspace: Workspace, name: str = "K. Osei", **values: Any) -> int:
    """Add a worker and give the number."""
    with workspace.change("Worker added", name) as action:
        return action.insert("worker", {"name": name, "role": "SENCO", **values})


def add_school(workspace: Workspace, name: str = "Layfield Primary", **values: Any) -> int:
    """Add a school and give its number; ``high_age`` 11 makes it end with Year 6."""
    row = {"name": name, "search_text": searchable(name), **values}
    with workspace.change("School added", name) as action:
        return action.insert("school", row)


def pupil_values(workspace: Workspace, **values: Any) -> dict[str, Any]:
    """Give the columns of a made-up pupil: Aisha Khan of Year 6 in 2026/27, but for ``values``."""
    row: dict[str, Any] = {"surname": "Khan", "forename": "Aisha", "date_of_birth": BORN_FOR_YEAR_6, **values}
    row.setdefault("cohort_year", cohort_year_of(row["date_of_birth"]))
    row.setdefault("planned_from", date(academic_year(workspace.clock.today), 9, 1))
    row["search_text"] = searchable(row["surname"], row["forename"], row.get("preferred_name"), row.get("upn"))
    return row


def add_pupil(workspace: Workspace, **values: Any) -> int:
    """Add a made-up pupil and give the number; ``year_group`` chooses an ordinary date of birth for it."""
    group = values.pop("year_group", None)
    if group is not None:
        year = academic_year(workspace.clock.today)
        values.setdefault("date_of_birth", date(year - group - 4, 3, 14))
    row = pupil_values(workspace, **values)
    with workspace.change("Pupil added", row["surname"]) as action:
        return _written(workspace, action, None, row)


def add_episode(
    workspace: Workspace, pupil_id: int, kind: str, started_on: date | None, ended_on: date | None = None
) -> int:
    """Open a pupil to social care and give the episode's number."""
    with workspace.change("Social care recorded", kind) as action:
        return action.insert(
            "social_care_episode",
            {"pupil_id": pupil_id, "kind": kind, "started_on": started_on, "ended_on": ended_on},
        )


def edit_pupil(workspace: Workspace, pupil_id: int, **values: Any) -> None:
    """Change columns of a pupil as one action."""
    with workspace.change("Pupil edited", ", ".join(values)) as action:
        _written(workspace, action, pupil_id, values)


def _written(workspace: Workspace, action: Change, pupil_id: int | None, values: dict[str, Any]) -> int:
    """Write a pupil and where the pupil goes; a next school of which only the day is given is one where the place is agreed."""
    from db.gathering import OWN, Write, write_rows
    from db.pupils.destinations import destinations
    from transitions.milestones.destinations import Taught
    from transitions.pupils.destinations import destination_writes

    old = None if pupil_id is None else workspace.record("pupil", pupil_id)
    said = {name: values[name] for name in ("next_school_id", "next_school_stage") if name in values}
    if values.get("next_school_recorded_on") and not (said or (old or {}).get("next_school_id")):
        values["next_school_id"] = action.insert(
            "school", {"name": "Next", "search_text": "next", "low_age": 0, "high_age": 25}
        )
        said = {"next_school_id": values["next_school_id"], "next_school_stage": "agreed"}
    values = {name: value for name, value in values.items() if name != "next_school_stage"}

    def taught(school_id: int) -> Taught:
        query = "SELECT low_age, high_age FROM school WHERE id = ?"
        return Taught.by_ages(*action.connection.execute(query, (school_id,)).fetchone())

    known = destinations(action.connection, [pupil_id or 0]).get(pupil_id or 0, [])
    pupil = OWN if pupil_id is None else pupil_id
    places = destination_writes(pupil, said, old, values, known, taught, workspace.clock.today)
    key = None if pupil_id is None else {"id": pupil_id}
    return write_rows(action, [Write("pupil", key, values), *places])


def contents(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table but the journal's, in order, for an exact comparison."""
    connection = workspace.read()
    tables = sorted(name for name in driver.table_names(connection) if not name.startswith("journal"))
    return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables}


def damage_in(workspace: Workspace) -> list[object]:
    """What of a file is damaged, or points at a record that is gone; a server lets nothing be so."""
    connection = workspace.read()
    if not isinstance(connection, dbapi2.Connection):
        return []
    return [*damage.problems(connection), *damage.broken_references(connection)]


def steps_of(workspace: Workspace, pupil_id: int) -> dict[tuple[str, int], Any]:
    """Give a pupil's steps by the milestone's code and the cycle."""
    from db.milestones import steps

    return {(row.code, row.cycle): row for row in steps.of_pupil(workspace.read(), pupil_id)}


def step_of(workspace: Workspace, pupil_id: int, code: str, cycle: int = 2026) -> Step:
    """Give the key of one of a pupil's steps."""
    row = steps_of(workspace, pupil_id)[code, cycle]
    return Step(row.pupil_id, row.milestone_id, row.cycle)


def edit_milestone(workspace: Workspace, code: str, **values: Any) -> None:
    """Change a milestone the way a council's own copy does."""
    connection = workspace.read()
    number, text = connection.execute("SELECT id, definition FROM milestone WHERE code = ?", (code,)).fetchone()
    definition = json.dumps({**json.loads(text), **values})
    with workspace.change("Milestone edited", code) as action:
        action.update("milestone", {"id": number}, {"definition": definition, "origin": "council"})


PLAN_ANSWERS = {
    "admired": "Saves a seat for everybody.",
    "important_to_me": "My dog, Biscuit.",
    "support": "One thing at a time.",
    "pupil_voice": "I want to see the hall when it is empty.",
    "pupil_voice_how": "spoken, with Mum",
    "pupil_voice_on": date(2026, 10, 2),
    "family_voice": "We worry about the bus.",
}
"""What a plan needs to say before it can be agreed."""
PLAN_ACTION = {"what": "Visit", "owner": "K. Osei", "due_on": date(2027, 1, 8)}
"""What somebody will do in a plan that was shared."""


def add_plan(
    workspace: Workspace,
    pupil_id: int,
    transition: str = "6-7",
    *,
    status: str = "draft",
    outcome: Mapping[str, Any] | None = None,
    action: Mapping[str, Any] | None = None,
    **answers: Any,
) -> int:
    """Open a plan with ``PLAN_ANSWERS`` (changed by ``answers``) and take it to ``status``; give its number.

    It has the ``outcome`` and the ``action`` that are given. Once it is shared it has an action in any case, and an outcome
    in each area when the pupil is in Year 9 or above.
    """
    from transitions.plans import actions, opening, page, writing

    plan_id = opening.open_plan(workspace, pupil_id, transition).number
    writing.save_answers(workspace, plan_id, {**PLAN_ANSWERS, "named_worker_id": workspace.me, **answers})
    if outcome is not None:
        writing.save_outcome(workspace, plan_id, None, outcome)
    if status != "draft" and page.load(workspace, plan_id).form.all_areas:
        for area in ("education", "independence", "community", "health"):
            writing.save_outcome(workspace, plan_id, None, {"area": area, "outcome": f"Chooses: {area}"})
    if action is not None or status != "draft":
        actions.add_action(workspace, pupil_id, plan_id=plan_id, **(action or PLAN_ACTION))
    if status != "draft":
        _take_to(workspace, plan_id, status)
    return plan_id


def _take_to(workspace: Workspace, plan_id: int, status: str) -> None:
    from transitions.plans import lifecycle

    lifecycle.share(workspace, plan_id)
    if status in ("agreed", "active", "reviewed"):
        lifecycle.agree(workspace, plan_id)
    if status in ("active", "reviewed"):
        lifecycle.start(workspace, plan_id)
    if status == "reviewed":
        with workspace.change("Review held", "made up") as action:
            action.update("plan", {"id": plan_id}, {"status": "reviewed", "reviewed_on": workspace.clock.today})
    if status == "closed":
        lifecycle.close(workspace, plan_id, reason="Moved and settled")


def add_workshop(workspace: Workspace, **columns: Any) -> int:
    """Put a workshop of Friday 7 November 2025 into the register, but for ``columns``, and give its number."""
    row = {"kind": "transitions workshop", "title": "Transitions workshop", "on_day": date(2025, 11, 7), **columns}
    row.setdefault("series", row["title"])
    with workspace.change("Workshop planned", row["title"]) as action:
        return action.insert("workshop", row)


def add_invitation(workspace: Workspace, workshop_id: int, **columns: Any) -> int:
    """Invite a school (``school_id``), an agency or a person to a workshop, marked as ``columns`` say; give the number."""
    with workspace.change("Invited", "made up") as action:
        return action.insert("workshop_invitation", {"workshop_id": workshop_id, **columns})


def add_workshop_action(workspace: Workspace, workshop_id: int, what: str = "Share the map", **columns: Any) -> int:
    """Agree an action at a workshop and give its number."""
    with workspace.change("Action agreed", what) as action:
        return action.insert("workshop_action", {"workshop_id": workshop_id, "what": what, **columns})


def add_handover(workspace: Workspace, pupil_id: int, transition: str | None = None, **answers: object) -> int:
    """Start a pupil's handover (for the likely move, when none is named) with these answers by code; give its number."""
    from transitions.handovers import writing

    uid = f"handover of {pupil_id} for {transition}"
    handover_id = writing.start(workspace, [pupil_id], transition, uid=lambda: uid).handovers[pupil_id]
    if answers:
        writing.save_answers(workspace, handover_id, answers)
    return handover_id


def add_marker(workspace: Workspace, pupil_id: int, kind: str, what: str | None = None, **more: Any) -> int:
    values = {"kind": kind, "what": what, "started_on": "1/9/26", "reason": "made up", **more}
    return save(workspace, MARKER, pupil_id, None, values).number


class FieldChange(NamedTuple):
    """One column that an action changed."""

    table: str
    column: str
    old: object
    new: object


def field_changes(workspace: Workspace, action_id: int, pupil_id: int | None = None) -> list[FieldChange]:
    """Give what an action changed, column by column, for one pupil or for all it touched."""
    rows = workspace.read().execute(
        "SELECT table_name, old_values, new_values FROM journal_change WHERE action_id = :action "
        f"AND (CAST(:pupil AS INTEGER) IS NULL OR pupil_id = :pupil) AND {A_ROW} ORDER BY position",
        {"action": action_id, "pupil": pupil_id},
    )
    found = []
    for table, *both in rows.fetchall():
        old, new = (json.loads(values) if values else {} for values in both)
        columns = [column for column in dict.fromkeys([*old, *new]) if column not in DERIVED]
        found += [FieldChange(table, column, old.get(column), new.get(column)) for column in columns]
    return found
