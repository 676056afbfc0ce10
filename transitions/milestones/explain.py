"""Why a step is, or is not, flagged: the rule, the dates, what was looked at, and what would clear it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.milestones import planning as planning_store
from db.milestones import steps as store
from db.milestones.steps import StepRow
from db.pupils import ehc_plans as transfers
from db.pupils.pupils import PupilPage
from transitions.dates import how_far, long
from transitions.errors import NoSuchRecord, require
from transitions.milestones import planning
from transitions.milestones.by_record import due_by
from transitions.milestones.date_rule_types import DueContext, NotStarted
from transitions.milestones.definitions import load_shipped
from transitions.milestones.facts import RECORDED_BY, Facts
from transitions.milestones.milestone import CLEARS_WHEN, SYMBOLS, Milestone, State, state_of
from transitions.milestones.phase_transfers import not_said
from transitions.milestones.planner import PHASE_DEADLINE, SET_ASIDE, names_place
from transitions.milestones.recording import put_off_until, shown_by
from transitions.school_year import DateNotKnown, academic_year, academic_year_label, year_group_label, year_of_cycle
from transitions.text import did_you_mean, listed
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
    """What goes wrong for the child if it is missed."""


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
        return [
            _of_step(workspace, known[row.milestone_id], row, facts, steps, rows[0].pupil)
            for row in steps
            if row.milestone_id in known
        ]
    milestone = require(
        next((m for m in workspace.milestones.values() if m.code == code), None),
        f"There is no milestone {code!r}.{did_you_mean(code, (m.code for m in workspace.milestones.values()))} "
        "List the codes with: transitions show PUPIL",
    )
    of_code = [row for row in steps if row.code == code]
    if of_code:
        return [_of_step(workspace, milestone, row, facts, steps, rows[0].pupil) for row in of_code]
    return [_not_planned(workspace, milestone, facts, rows[0].pupil, steps)]


def _of_step(
    workspace: Workspace,
    milestone: Milestone,
    row: StepRow,
    facts: Facts,
    steps: Sequence[StepRow],
    pupil: PupilPage,
) -> Explanation:
    today = workspace.clock.today
    milestone = milestone.of_cycle(row.cycle)
    facts = _as_of_occasion(workspace, milestone, facts, row)
    state = state_of(row.outcome, row.due_on, row.late_after, today)
    # What comes once in a life is asked of the pupil as of its day: a change of its rule can give it another cycle.
    once = milestone.kind == "once" and row.due_on
    group = (academic_year(once) if once else year_of_cycle(row.cycle)) - facts.cohort_year
    waits = _due(workspace, milestone, facts, row.cycle, steps)[1] if row.late_after is None else ""
    of_plan = _of_plan(workspace, row) if names_place(milestone, PHASE_DEADLINE) else ""
    return _explanation(
        milestone,
        facts,
        group,
        today,
        applies=milestone.criteria.applies(facts.in_year_group(group), group),
        state=state,
        due_on=row.due_on,
        because=(
            waits.replace("PUPIL", str(pupil.id))
            if waits and row.outcome is None
            else _because(workspace, row, state, steps, told=bool(of_plan))
        )
        + _of_place(milestone, row, facts, pupil)
        + of_plan,
        clears=_clears(milestone, state, {one.code: one.title for one in steps if one.cycle == row.cycle}),
    )


def _as_of_occasion(workspace: Workspace, milestone: Milestone, facts: Facts, row: StepRow) -> Facts:
    for occasion in facts.occasions if milestone.of_occasion else ():
        then = facts.at(occasion)
        if occasion.what == milestone.of_occasion and _due(workspace, milestone, then, row.cycle, ())[0] == row.due_on:
            return then
    return facts


def _due(
    workspace: Workspace, milestone: Milestone, facts: Facts, cycle: int, steps: Sequence[StepRow]
) -> tuple[date | None, str]:
    done = {row.code: row.done_on for row in steps if row.cycle == cycle and row.done_on is not None}
    due = {row.code: row.due_on for row in steps if row.cycle == cycle and row.due_on is not None}
    due |= _phase_deadline(workspace, steps, cycle)
    if milestone.of_plan_review:
        facts = facts.for_plans_of(milestone.transition)
    context = DueContext(year_of_cycle(cycle), facts, workspace.calendars[facts.calendar], done=done, due=due)
    try:
        return due_by(milestone, context), ""
    except NotStarted as reason:
        return (
            None,
            f"{reason.sentence} When it is, mark it: d on its line, or transitions done PUPIL {reason.code} --on DAY.",
        )
    except DateNotKnown as reason:
        how = RECORDED_BY.get(reason.fact)
        return None, f"{reason.sentence} Record it with {how}." if how else reason.sentence


def _phase_deadline(workspace: Workspace, steps: Sequence[StepRow], cycle: int) -> dict[str, date]:
    named = {number for number, one in workspace.milestones.items() if names_place(one, PHASE_DEADLINE)}
    there = [row for row in steps if row.cycle == cycle and row.milestone_id in named and row.outcome not in SET_ASIDE]
    days = [row.due_on for row in there if row.due_on is not None]
    return {PHASE_DEADLINE: min(days)} if days else {}


def _because(workspace: Workspace, row: StepRow, state: State, steps: Sequence[StepRow], *, told: bool = False) -> str:
    """``told`` says that something is recorded that does not clear an open step; what, is said behind this."""
    today = workspace.clock.today
    due = long(row.due_on) if row.due_on else "a day that is not known"
    far = f", {how_far(row.due_on, today)}" if row.due_on else ""
    who = f", recorded by {row.recorded_by}" if row.recorded_by else ""
    done = f"It was done on {long(row.done_on) if row.done_on else 'a day that is not known'}{who}"
    other = shown_by(workspace.milestones, row, steps) if row.from_record else None
    record = f"“{other.title}”" if other else "the pupil’s record"
    shown = f", as {record} shows" if row.from_record else ""
    stays = "; that it was missed on the day stays on record" if row.missed_on else ""
    until = put_off_until(workspace, row.pupil_id)
    again = f" You will be asked again on {long(until)}." if until else ""
    flagged = long(row.missed_on) if row.missed_on else "a day that is not known"
    following = f" Next step: {row.next_step}" if row.next_step else ""
    late_after = long(row.late_after) if row.late_after else due
    nothing = "what is recorded does not clear it" if told else "nothing is recorded"
    yet = "" if told else " and nothing needs to be yet"
    in_grace = row.due_on is not None and row.due_on < today
    sentences: Mapping[State, str] = {
        "not due": f"It is due on {due}{far}; {nothing}{yet}.{again}",
        "due soon": f"It was due on {due} and counts as overdue after {late_after}; {nothing} yet.{again}"
        if in_grace
        else f"It is due on {due}{far}; {nothing} yet.{again}",
        "overdue": f"It was due on {due}{far}, and {nothing}. Overdue is not yet missed: a person decides.{again}",
        "missed": f"It was due on {due} and was flagged missed on {flagged}{who} ({_reason_text(row.reason)}).{following}",
        "met": f"{done}{shown}, in time.",
        "late": f"{done}{shown}, after it was due on {due}{stays}.",
        "waived": f"It was waived{who}: {_reason_text(row.reason)}.",
        "not applicable": f"It was set aside{who}: {_reason_text(row.reason)}.",
    }
    return sentences[state]


def _of_place(milestone: Milestone, row: StepRow, facts: Facts, pupil: PupilPage) -> str:
    """Why the next school that is recorded does not clear a step, or did although its ages are not known."""
    if milestone.met_by != "next school recorded" or not (row.outcome is None or row.from_record):
        return ""
    found = facts.destinations_for(milestone.transition, year_of_cycle(row.cycle))
    if not found:
        other = f" {pupil.next_school} is recorded as the next school, but for another move."
        return other if pupil.next_school and row.outcome is None else ""
    place = found[0]
    doubt = place.taught.doubt(place.move.group_after(facts.cohort_year))
    if row.outcome is None and place.stage == "intended":
        return f" A school is recorded for this move{doubt} as intended. It clears this step once it is recorded again on or after offer day, or marked as offered or agreed."
    suits = "is no place after it" if row.outcome is None else "was taken to suit"
    return f" The school recorded for this move {suits}{doubt}." if doubt else ""


def _of_plan(workspace: Workspace, row: StepRow) -> str:
    """What is recorded of the place in the final plan where the step alone does not say it."""
    said = transfers.phase_transfer(workspace.read(), row.pupil_id, row.transition, row.cycle)
    if said is not None and said.outcome == "neither":
        when = f" of {long(said.final_on)}" if said.final_on else ""
        return f" The plan{when} is recorded as naming neither the place nor its type. This clears when it does."
    if said is None and row.done_on is not None and not row.from_record:
        return f" {not_said(row.pupil_id)}"
    return ""


def _clears(milestone: Milestone, state: State, beside: Mapping[str, str]) -> str:
    if state in ("met", "late", "waived", "not applicable"):
        return ""
    if state == "missed":
        return "Mark it done when it has happened. It becomes late, and still counts as missed on the day."
    by_record = f" It also clears by itself when {CLEARS_WHEN[milestone.met_by]}." if milestone.met_by else ""
    others = [f"“{beside[code]}”" for code, later in milestone.shown_by if code in beside and not later]
    together = f" Recording {listed(others, 'or')} also completes this." if others else ""
    return f"Mark it done, waive it with a reason, or, once overdue, flag it missed with a reason.{by_record}{together}"


def _not_planned(
    workspace: Workspace, milestone: Milestone, facts: Facts, pupil: PupilPage, steps: Sequence[StepRow]
) -> Explanation:
    group = academic_year(workspace.clock.today) - facts.cohort_year
    groups = milestone.criteria.year_groups
    if groups and group not in groups:
        group = min((wanted for wanted in groups if wanted > group), default=groups[-1])
    milestone = milestone.of_cycle(group + facts.cohort_year)
    due_on, waits = _due(workspace, milestone, facts, group + facts.cohort_year, steps)
    if due_on is not None and milestone.rule.kind == "once":
        group = academic_year(due_on) - facts.cohort_year
    elif due_on is not None and milestone.rule.kind == "yearly":
        facts = facts.on(due_on)
    return _explanation(
        milestone,
        facts,
        group,
        workspace.clock.today,
        applies=False,
        state="not applicable",
        due_on=due_on,
        because=_why_not(workspace, milestone, facts, pupil, group, due_on) or waits.replace("PUPIL", str(pupil.id)),
        clears="",
    )


def _why_not(
    workspace: Workspace, milestone: Milestone, facts: Facts, pupil: PupilPage, group: int, due_on: date | None
) -> str:
    """Why a step is not planned, or nothing when it waits for a date."""
    cycle = group + facts.cohort_year
    if pupil.archived:
        return "This pupil is archived, so nothing is planned."
    if not milestone.criteria.applies(facts.in_year_group(group), group):
        return "It does not apply to this pupil. See what was checked."
    if due_on is None and cycle >= academic_year(pupil.planned_from) and cycle <= workspace.planned_through:
        return ""
    when = f", due on {long(due_on)}" if due_on else ""
    where = f"{academic_year_label(cycle)} ({year_group_label(group)}){when}"
    if cycle < academic_year(pupil.planned_from) if due_on is None else due_on < pupil.planned_from:
        return f"It applied in {where}, before this pupil was first recorded here ({long(pupil.planned_from)})."
    if due_on is not None and (gone := _not_in_force(milestone, facts, due_on)):
        return f"It would be for {where}, when {gone}."
    planned = academic_year_label(workspace.planned_through)
    return f"It will apply in {where}; steps are planned to the end of {planned}."


def _not_in_force(milestone: Milestone, facts: Facts, day: date) -> str:
    if milestone.of_ehc_plan and not facts.has_ehc_plan_on(day):
        return "there is no EHC plan, by its recorded dates"
    return "" if milestone.holds_on(day) else "this milestone is not in force"


def _explanation(
    milestone: Milestone,
    facts: Facts,
    group: int,
    today: date,
    *,
    applies: bool,
    state: State,
    due_on: date | None,
    because: str,
    clears: str,
) -> Explanation:
    now = academic_year(today) - facts.cohort_year
    looked_at = [str(reason) for reason in milestone.criteria.reasons(facts.in_year_group(group), group, now)]
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


def _reason_text(code: str | None) -> str:
    shipped = load_shipped()
    reasons = {reason.code: reason.words for reason in (*shipped.missed_reasons, *shipped.waived_reasons)}
    return reasons.get(code or "", code or "no reason given")


def explanation_lines(explanation: Explanation) -> list[str]:
    """An explanation as lines to read: the state and the reason first, the law and the evidence after."""
    lines = [
        f"{SYMBOLS[explanation.state]} {explanation.title} ({explanation.code}): {explanation.state}",
        f"  {explanation.because}",
        f"  Rule: {explanation.rule}, {explanation.severity}. {explanation.basis}.",
        *(f"  Looked at: {sentence}" for sentence in explanation.looked_at),
        f"  Evidence: {explanation.evidence}",
        f"  Why it matters: {explanation.matters}",
        f"  Source: {explanation.source}",
    ]
    return [*lines, f"  To clear it: {explanation.clears}"] if explanation.clears else lines
