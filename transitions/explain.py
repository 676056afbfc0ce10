"""Why a step is, or is not, flagged: the rule, the dates, what was looked at, and what would clear it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db import planning as planning_store
from db import steps as store
from db.steps import StepRow
from transitions import planning
from transitions.calendar import DateNotKnown, academic_year, academic_year_label, year_group_label
from transitions.date_rules import DueContext, NotStarted
from transitions.dates import how_far, long
from transitions.errors import NoSuchRecord
from transitions.facts import Facts
from transitions.milestones import Milestone, load_shipped
from transitions.states import State, state_of
from transitions.workspace import Workspace


@dataclass(frozen=True)
class Explanation:
    """Everything behind one step of one pupil, as plain sentences."""

    code: str
    title: str
    transition: str
    severity: str
    applies: bool
    state: State
    due_on: date | None
    rule: str
    """The date rule as a council reads and edits it."""
    basis: str
    source: str
    looked_at: tuple[str, ...]
    """One sentence for each criterion: what was wanted and what was found."""
    because: str
    """Why it is in this state, or why it does not apply."""
    clears: str
    """What would clear it; empty when nothing needs to."""
    evidence: str
    matters: str
    """What goes wrong for the child when it is missed."""


def explain(workspace: Workspace, pupil_id: int, code: str | None = None) -> list[Explanation]:
    """Explain one milestone for a pupil, or every milestone that applies, in date order.

    Raises ``NoSuchRecord`` for a pupil or a milestone that is not there.
    """
    connection = workspace.read()
    rows = planning_store.facts(connection, [pupil_id])
    if not rows:
        raise NoSuchRecord(f"There is no pupil with the number {pupil_id}.")
    today = workspace.clock.today
    facts = planning.facts_of(rows[0], workspace.calendars, today)
    steps = store.of_pupil(connection, pupil_id)
    if code is None:
        known = workspace.milestones
        return [_of_step(workspace, known[row.milestone_id], row, facts) for row in steps if row.milestone_id in known]
    milestone = next((m for m in workspace.milestones.values() if m.code == code), None)
    if milestone is None:
        raise NoSuchRecord(f"There is no milestone {code!r}. List the codes with: transitions show PUPIL")
    of_code = [row for row in steps if row.code == code]
    if of_code:
        return [_of_step(workspace, milestone, row, facts) for row in of_code]
    done = {row.code: row.done_on for row in steps if row.done_on is not None}
    return [_not_planned(workspace, milestone, facts, rows[0].planned_from, done)]


def _of_step(workspace: Workspace, milestone: Milestone, row: StepRow, facts: Facts) -> Explanation:
    today = workspace.clock.today
    state = state_of(row.outcome, row.due_on, row.late_after, today)
    group = row.cycle - facts.cohort_year
    return _explanation(
        milestone,
        facts,
        group,
        applies=True,
        state=state,
        due_on=row.due_on,
        because=_because(row, state, today),
        clears=_clears(milestone, state),
    )


def _because(row: StepRow, state: State, today: date) -> str:
    due = (
        f"It is due on {long(row.due_on)}"
        if row.due_on
        else "Its date is not known: the term dates of that year are not entered"
    )
    who = f", recorded by {row.recorded_by}" if row.recorded_by else ""
    done = long(row.done_on) if row.done_on else ""
    sentences: Mapping[State, str] = {
        "not due": f"{due}."
        if row.due_on is None
        else f"{due}, {how_far(row.due_on, today)}; nothing is recorded and nothing needs to be yet.",
        "due soon": f"{due}, {how_far(row.due_on, today) if row.due_on else ''}; nothing is recorded yet.",
        "overdue": f"It was due on {long(row.due_on) if row.due_on else 'an earlier day'}"
        f"{', ' + how_far(row.due_on, today) if row.due_on else ''}, and nothing is recorded. Overdue is not yet missed: a person decides.",
        "missed": f"It was due on {long(row.due_on) if row.due_on else 'an earlier day'} and was flagged missed on "
        f"{long(row.missed_on) if row.missed_on else 'a day not known'}{who} ({_words(row.reason)}).",
        "met": f"It was done on {done}{who}{', as the pupil’s record shows' if row.from_record else ''}, in time.",
        "late": f"It was done on {done}{who}{', as the pupil’s record shows' if row.from_record else ''}, after it was due"
        f"{'; that it was missed on the day stays on record' if row.missed_on else ''}.",
        "waived": f"It was waived{who}: {_words(row.reason)}.",
        "not applicable": f"It was set aside{who}: {_words(row.reason)}.",
    }
    return sentences[state] + (f" Next step: {row.next_step}" if row.next_step and state == "missed" else "")


def _clears(milestone: Milestone, state: State) -> str:
    if state in ("met", "late", "waived", "not applicable"):
        return ""
    by_record = f" It also clears by itself: {milestone.met_by}." if milestone.met_by else ""
    if state == "missed":
        return "Mark it done when it has happened: it becomes late, and stays counted as missed on the day." + by_record
    return "Mark it done, waive it with a reason, or, once overdue, flag it missed with a reason." + by_record


def _not_planned(
    workspace: Workspace, milestone: Milestone, facts: Facts, planned_from: date, done: Mapping[str, date]
) -> Explanation:
    today = workspace.clock.today
    group = academic_year(today) - facts.cohort_year
    groups = milestone.criteria.year_groups
    if groups and group not in groups:
        upcoming = [wanted for wanted in groups if wanted > group]
        group = upcoming[0] if upcoming else groups[-1]
    applies = milestone.criteria.applies(facts, group)
    cycle = group + facts.cohort_year
    because, due_on = _why_not(workspace, milestone, facts, cycle, applies, planned_from, done)
    return _explanation(
        milestone, facts, group, applies=False, state="not applicable", due_on=due_on, because=because, clears=""
    )


def _why_not(
    workspace: Workspace,
    milestone: Milestone,
    facts: Facts,
    cycle: int,
    applies: bool,
    planned_from: date,
    done: Mapping[str, date],
) -> tuple[str, date | None]:
    if not applies:
        return "It is not for this pupil: see what was looked at.", None
    context = DueContext(cycle, facts, workspace.calendars[facts.calendar], done=done, due={})
    try:
        due_on = milestone.rule.due(context)
    except (DateNotKnown, NotStarted) as reason:
        return reason.sentence, None
    if due_on < planned_from:
        return (
            f"It would have been due on {long(due_on)}, before this pupil was first recorded here ({long(planned_from)}).",
            due_on,
        )
    if not milestone.holds_on(due_on):
        return f"It would be due on {long(due_on)}, when this milestone is not in force.", due_on
    label = year_group_label(cycle - facts.cohort_year)
    return (
        f"It will apply in {academic_year_label(cycle)} ({label}), due on {long(due_on)}; steps are planned to the end of "
        f"{academic_year_label(workspace.planned_through)}."
    ), due_on


def _explanation(
    milestone: Milestone,
    facts: Facts,
    group: int,
    *,
    applies: bool,
    state: State,
    due_on: date | None,
    because: str,
    clears: str,
) -> Explanation:
    looked_at: Sequence[str] = [str(reason) for reason in milestone.criteria.reasons(facts, group)]
    return Explanation(
        code=milestone.code,
        title=milestone.title,
        transition=milestone.transition,
        severity=milestone.severity,
        applies=applies,
        state=state,
        due_on=due_on,
        rule=milestone.due,
        basis=milestone.basis,
        source=milestone.source,
        looked_at=tuple(looked_at) or ("It is for every pupil.",),
        because=because,
        clears=clears,
        evidence=milestone.evidence,
        matters=milestone.why,
    )


def _words(code: str | None) -> str:
    shipped = load_shipped()
    words = {reason.code: reason.words for reason in (*shipped.missed_reasons, *shipped.waived_reasons)}
    return words.get(code or "", code or "no reason given")
