"""The records that commands print: their keys are a promise to scripts, documented in docs/command-line.md."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from db.caseload.actions import DueAction
from db.caseload.listing import PupilRow
from db.milestones.steps import MissedRow, StepRow
from db.pupils.pupils import PupilPage
from transitions.caseload import caseload as caseloads
from transitions.caseload.missed import ACTION, ACTION_OVERDUE
from transitions.milestones.states import state_of
from transitions.school_year import academic_year, year_group_short

if TYPE_CHECKING:
    from transitions.milestones.explain import Explanation

LIST_KEYS = (
    "id", "upn", "surname", "forename", "preferred_name", "year_group", "school", "next_school", "sen_provision",
    "social_care", "tier", "worker", "state", "next_step", "next_step_due", "missed_steps",
)  # fmt: skip
LIST_SHOWN = (
    "id",
    "surname",
    "forename",
    "year_group",
    "school",
    "next_school",
    "sen_provision",
    "state",
    "next_step",
    "next_step_due",
)
MISSED_KEYS = (
    "id", "upn", "surname", "forename", "year_group", "school", "next_school", "sen_provision", "worker", "milestone",
    "title", "transition", "severity", "due", "days_late", "state", "missed_on", "reason", "next_step", "action",
    "action_owner",
)  # fmt: skip
MISSED_SHOWN = (
    "id",
    "surname",
    "forename",
    "year_group",
    "school",
    "state",
    "milestone",
    "due",
    "days_late",
    "reason",
    "title",
)
STEP_KEYS = (
    "milestone", "title", "transition", "severity", "due", "state", "done_on", "missed_on", "reason", "next_step",
    "evidence", "recorded_by",
)  # fmt: skip
STEP_SHOWN = ("due", "state", "milestone", "title", "done_on")
EXPLAIN_KEYS = (
    "code", "title", "transition", "severity", "applies", "state", "due_on", "rule", "basis", "source", "looked_at",
    "because", "clears", "evidence", "matters",
)  # fmt: skip
HISTORY_KEYS = ("action", "at", "worker", "kind", "name", "summary", "undone")


def list_record(row: PupilRow, today: date) -> dict[str, object]:
    """Give one line of ``list``."""
    return {
        "id": row.id,
        "upn": row.upn,
        "surname": row.surname,
        "forename": row.forename,
        "preferred_name": row.preferred_name,
        "year_group": year_group_short(academic_year(today) - row.cohort_year),
        "school": row.school,
        "next_school": row.next_school,
        "sen_provision": row.sen_provision,
        "social_care": row.social_care_now,
        "tier": row.tier,
        "worker": row.owner,
        "state": caseloads.pupil_state(row, today),
        "next_step": row.next_step,
        "next_step_due": row.next_due_on,
        "missed_steps": row.missed_open,
    }


def missed_record(row: MissedRow, today: date) -> dict[str, object]:
    """Give one line of ``missed``."""
    return {
        "id": row.pupil_id,
        "upn": row.upn,
        "surname": row.surname,
        "forename": row.forename,
        "year_group": year_group_short(academic_year(today) - row.cohort_year),
        "school": row.school,
        "next_school": row.next_school,
        "sen_provision": row.sen_provision,
        "worker": row.owner,
        "milestone": row.code,
        "title": row.title,
        "transition": row.transition,
        "severity": row.severity,
        "due": row.due_on,
        "days_late": (today - row.late_after).days,
        "state": "missed" if row.outcome == "missed" else "overdue",
        "missed_on": row.missed_on,
        "reason": row.reason,
        "next_step": row.next_step,
        "action": None,
        "action_owner": None,
    }


def overdue_action_record(row: DueAction, today: date) -> dict[str, object]:
    """Give one line of ``missed`` that is an action; ``action`` is its number, by which commands know it."""
    return {
        **dict.fromkeys(MISSED_KEYS),
        "id": row.pupil_id,
        "upn": row.upn,
        "surname": row.surname,
        "forename": row.forename,
        "year_group": year_group_short(academic_year(today) - row.cohort_year),
        "school": row.school,
        "next_school": row.next_school,
        "sen_provision": row.sen_provision,
        "worker": row.worker,
        "milestone": ACTION,
        "title": row.what,
        "transition": row.transition,
        "due": row.due_on,
        "days_late": (today - row.due_on).days,
        "state": ACTION_OVERDUE,
        "action": row.action_id,
        "action_owner": row.owner,
    }


def step_record(row: StepRow, today: date) -> dict[str, object]:
    """Give one step of ``show``."""
    return {
        "milestone": row.code,
        "title": row.title,
        "transition": row.transition,
        "severity": row.severity,
        "due": row.due_on,
        "state": state_of(row.outcome, row.due_on, row.late_after, today),
        "done_on": row.done_on,
        "missed_on": row.missed_on,
        "reason": row.reason,
        "next_step": row.next_step,
        "evidence": row.evidence,
        "recorded_by": row.recorded_by,
    }


def pupil_record(page: PupilPage, today: date) -> dict[str, object]:
    """Give the head of ``show``."""
    # yes or no is 1 or 0 in this record, as scripts know it
    record: dict[str, object] = {
        name: int(value) if isinstance(value, bool) else value for name, value in page._asdict().items()
    }
    record["year_group"] = year_group_short(academic_year(today) - page.cohort_year)
    for hidden in ("school_id", "next_school_id", "owner_id", "cohort_year", "planned_from"):
        del record[hidden]
    return record


def explain_record(explanation: "Explanation") -> dict[str, object]:
    """Give one explanation."""
    return asdict(explanation)
