"""A made-up crowd of pupils with all kinds of things recorded, and the same questions asked of it the slow way."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from builders import add_school, add_terms, add_worker, pupil_values
from hypothesis import strategies as st

from db.caseload.listing import COHORTS
from db.milestones import steps
from transitions.caseload.caseload import SORTS, Caseload
from transitions.milestones import recording
from transitions.milestones.milestone import STATES, State, soon_until, state_of
from transitions.milestones.recording import Step
from transitions.school_year import academic_year
from transitions.workspace import Workspace

NAMES = ("Khan", "Byrne", "Ward", "O'Neil", "Zoë", "Per%cent", "Under_score", "Smith-Jones")
KINDS = ("looked after", "child protection", "child in need")
CASELOADS = st.builds(
    Caseload,
    whose=st.sampled_from(["all", "all", "mine", "nobody's"]),
    worker_id=st.sampled_from([None, None, None, 2]),
    year_groups=st.lists(st.sampled_from([-1, 5, 6, 9, 11]), unique=True, max_size=2).map(tuple),
    cohorts=st.lists(st.sampled_from(list(COHORTS)), unique=True, max_size=2).map(tuple),
    states=st.lists(st.sampled_from(STATES), unique=True, max_size=2).map(tuple),
    transitions=st.lists(st.sampled_from(["6-7", "EHCP", "9-PFA", "CARE", "none"]), unique=True, max_size=2).map(tuple),
    milestone=st.sampled_from([None, None, None, "6-7.tier", "6-7.application"]),
    school_id=st.sampled_from([None, None, 1]),
    text=st.sampled_from(["", "", "khan", "p1", "%", "_", "khan p", "\\"]),
    sort=st.sampled_from(SORTS),
)
"""Any caseload that a person could choose, and some that nobody would."""


class SlowStep(NamedTuple):
    """A pupil milestone as the slow way sees it."""

    step: Step
    code: str
    transition: str
    due_on: date | None
    late_after: date | None
    outcome: str | None
    state: State


class SlowAction(NamedTuple):
    """An action of a plan as the slow way sees it."""

    id: int
    transition: str | None
    late: bool


class SlowPupil(NamedTuple):
    """A pupil with everything that a filter can ask about."""

    id: int
    row: Mapping[str, Any]
    steps: list[SlowStep]
    actions: list[SlowAction]
    put_off: bool


def fill(workspace: Workspace, number: int, seed: int) -> None:
    """Add pupils, and decide about some of their steps."""
    chance = random.Random(seed)
    add_terms(workspace)
    workers = [workspace.me, add_worker(workspace, "B. Lee"), None]
    schools = [
        add_school(workspace, name, high_age=chance.choice([7, 11, 16, 18])) for name in ("Glebe", "Layfield", "Ash")
    ]
    today = workspace.clock.today
    with workspace.change("Pupils added", "a crowd") as action:
        for count in range(number):
            group = chance.choice([-1, 2, 5, 6, 6, 6, 9, 11, 12])
            worker = chance.choice(workers)
            values = pupil_values(
                workspace,
                surname=chance.choice(NAMES),
                forename=f"P{count}",
                date_of_birth=date(2022 - group, 3, 14) + timedelta(days=chance.randrange(-150, 150)),
                sen_provision=chance.choice("NNKE"),
                tier=chance.choice([None, "universal", "enhanced"]),
                owner_id=worker,
                owner_since=None if worker is None else today - timedelta(days=chance.randrange(200)),
                school_id=chance.choice([*schools, None]),
                next_school_id=chance.choice([*schools, None]),
                pupil_premium=chance.random() < 0.3,
                previously_looked_after=count % 7 == 0,
                young_carer=chance.random() < 0.1,
                part_time_timetable=chance.random() < 0.1,
                archived_at=workspace.clock.now() if chance.random() < 0.1 else None,
            )
            pupil = action.insert("pupil", values)
            if chance.random() < 0.3:
                row = {"pupil_id": pupil, "kind": chance.choice(KINDS), "started_on": date(2026, 9, 10)}
                action.insert("social_care_episode", row)
            if pupil % 5 == 0:  # half of them were refused
                asked = {"ehc_requested_on": date(2026, 9, 10), "ehc_decision": None if pupil % 10 else "do not assess"}
                action.insert("ehc_plan", {"pupil_id": pupil, **asked})
    _decide(workspace, chance, number)
    _promise(workspace, random.Random(seed + 1))


def _promise(workspace: Workspace, chance: random.Random) -> None:
    """Write down actions, on plans and without one, some of them past their day."""
    today = workspace.clock.today
    pupils = [row[0] for row in workspace.read().execute("SELECT id FROM pupil ORDER BY id").fetchall()]
    with workspace.change("Actions added", "a crowd") as action:
        for pupil in pupils:
            plan = None
            if chance.random() < 0.4:
                row = {"pupil_id": pupil, "transition": chance.choice(["6-7", "9-PFA"]), "opened_on": date(2026, 9, 1)}
                plan = action.insert("plan", row)
            for _ in range(chance.choice([0, 0, 1, 2])):
                due = chance.choice([None, today + timedelta(days=chance.randrange(-30, 20))])
                status = chance.choice(["open", "open", "done", "dropped", "carried over"])
                values = {"what": "Ring", "owner": "J. Shah", "due_on": due, "status": status}
                action.insert("plan_action", {"pupil_id": pupil, "plan_id": plan, **values})


def _decide(workspace: Workspace, chance: random.Random, number: int) -> None:
    rows = workspace.read().execute("SELECT pupil_id, milestone_id, cycle, late_after FROM pupil_milestone").fetchall()
    today = workspace.clock.today
    for pupil, milestone, cycle, late_after in chance.sample(rows, min(len(rows), number * 2)):
        row = steps.step(workspace.read(), pupil, milestone, cycle)
        if row is None or row.done_on is not None:
            continue  # done with another
        step, late = [Step(pupil, milestone, cycle)], late_after is not None and late_after < today.isoformat()
        what = chance.choice(["missed", "done", "waive", "put off"] if late else ["done", "waive"])
        if what == "missed":
            recording.flag_missed(workspace, step, reason="moved")
        elif what == "done":
            recording.mark_done(workspace, step)
        elif what == "waive":
            recording.waive(workspace, step, reason=chance.choice(["family-choice", "not-applicable"]))
        else:
            recording.put_off(workspace, [pupil], today + timedelta(days=5))


def slowly(workspace: Workspace) -> list[SlowPupil]:
    """Read every pupil and every step, one by one."""
    connection, today = workspace.read(), workspace.clock.today
    codes = {row[0]: row[1:] for row in connection.execute("SELECT id, code, transition FROM milestone").fetchall()}
    cursor = connection.execute("SELECT * FROM pupil ORDER BY id")
    columns = [one[0] for one in cursor.description]
    off = {row[0] for row in connection.execute("SELECT pupil_id FROM reminder WHERE remind_on > ?", (str(today),))}
    pupils = {
        row[0]: SlowPupil(row[0], dict(zip(columns, row, strict=True)), [], [], row[0] in off)
        for row in cursor.fetchall()
    }
    for pupil, milestone, cycle, due, late, outcome in connection.execute(
        "SELECT pupil_id, milestone_id, cycle, due_on, late_after, outcome FROM pupil_milestone"
    ).fetchall():
        due_on = date.fromisoformat(due) if due else None
        late_after = date.fromisoformat(late) if late else None
        state = state_of(outcome, due_on, late_after, today)
        step = SlowStep(Step(pupil, milestone, cycle), *codes[milestone], due_on, late_after, outcome, state)
        pupils[pupil].steps.append(step)
    for number, pupil, transition, due, status in connection.execute(
        "SELECT a.id, a.pupil_id, l.transition, a.due_on, a.status FROM plan_action a LEFT JOIN plan l ON l.id = a.plan_id"
    ).fetchall():
        late = status == "open" and due is not None and due < today.isoformat()
        pupils[pupil].actions.append(SlowAction(number, transition, late))
    return [pupil for pupil in pupils.values() if pupil.row["archived_at"] is None]


def next_step(pupil: SlowPupil) -> SlowStep | None:
    """The open step that turns late first."""
    dated = [(step.late_after, step.step, step) for step in pupil.steps if step.outcome is None and step.late_after]
    return min(dated)[2] if dated else None


def chosen(workspace: Workspace, pupil: SlowPupil, caseload: Caseload) -> bool:
    """Whether a pupil is in a caseload, asked of one pupil."""
    row = pupil.row
    owner = caseload.worker_id or (workspace.me if caseload.whose == "mine" else None)
    return (
        (owner is None or row["owner_id"] == owner)
        and (caseload.whose != "nobody's" or caseload.worker_id is not None or row["owner_id"] is None)
        and (not caseload.year_groups or 2026 - row["cohort_year"] in caseload.year_groups)
        and all(in_cohort(workspace, pupil, name) for name in caseload.cohorts)
        and (caseload.school_id is None or caseload.school_id in (row["school_id"], row["next_school_id"]))
        and all(word in row["search_text"] for word in caseload.text.split())
        and _in_states(workspace, pupil, caseload)
    )


def of_steps(pupil: SlowPupil, caseload: Caseload) -> list[SlowStep]:
    """The steps that a caseload is about."""
    return [
        step
        for step in pupil.steps
        if (not caseload.transitions or step.transition in caseload.transitions)
        and caseload.milestone in (None, step.code)
    ]


def late_actions(pupil: SlowPupil, caseload: Caseload) -> list[SlowAction]:
    """The actions past their day that a caseload is about."""
    return [
        action
        for action in pupil.actions
        if action.late
        and (not caseload.transitions or action.transition in caseload.transitions)
        and caseload.milestone is None
    ]


def _in_states(workspace: Workspace, pupil: SlowPupil, caseload: Caseload) -> bool:
    if caseload.transitions or caseload.milestone:
        steps = of_steps(pupil, caseload)
        return any(not caseload.states or step.state in caseload.states for step in steps)
    if not caseload.states:
        return True
    first = next_step(pupil)
    soon = soon_until(workspace.clock.today)
    has = {step.state for step in pupil.steps} - {"due soon"}
    if first is not None and first.state == "due soon" and first.due_on is not None and first.due_on <= soon:
        has.add("due soon")
    return bool(has & set(caseload.states))


def in_cohort(workspace: Workspace, pupil: SlowPupil, name: str) -> bool:
    """Whether a pupil is in one of the cohorts."""
    row, today = pupil.row, workspace.clock.today
    care = row["social_care_now"] or ""
    born = date.fromisoformat(row["date_of_birth"])
    return bool(
        {
            "14+ open to social care": care and (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) >= 14,
            "EHC plan": row["sen_provision"] == "E",
            "SEN support": row["sen_provision"] == "K",
            "awaiting an EHC assessment": row["id"] % 10 == 5 and row["sen_provision"] != "E",
            "looked after": "looked after" in care,
            "child protection": "child protection" in care,
            "pupil premium": row["pupil_premium"],
            "previously looked after": row["previously_looked_after"],
            "Transition Guarantee": row["pupil_premium"] or row["previously_looked_after"],
            "young carer": row["young_carer"],
            "part-time timetable": row["part_time_timetable"],
            "enhanced transition": row["tier"] == "enhanced",
            "no next school": row["next_school_id"] is None,
            "care start date?": False,
            "social care start date?": False,
            "care end date?": False,
            "social care end date?": False,
            "part-time start date?": row["part_time_timetable"],
            "part-time end date?": row["part_time_timetable"] and row["part_time_timetable_until"] is None,
            "EHC plan start date?": row["sen_provision"] == "E",
            "EHC plan end date?": False,
            "past 25: EHC plan end date?": row["sen_provision"] == "E" and academic_year(born) < academic_year(today) - 25,
            "off-roll date?": False,
            "home education start date?": False,
            "missing education start date?": False,
            "suspension or exclusion date?": False,
            "reminder set": pupil.put_off,
        }[name]
    )  # fmt: skip
