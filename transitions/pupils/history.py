"""The journal of one pupil in plain words: when, who, what, and field by field what it was before and is now."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from db import journal
from db.handovers import handovers
from db.journal import HistoryEntry, RowChange
from db.pupils import pupils
from transitions.dates import short_with_year
from transitions.fields import Field
from transitions.handovers.form import asked_anywhere, own_questions
from transitions.impact.records import OF_PUPILS
from transitions.milestones.definitions import load_shipped
from transitions.plans.auditing import JUDGEMENTS, load_checklist
from transitions.plans.questions import QuestionSet, questions
from transitions.plans.surveys import load_survey
from transitions.pupils import codes as pupil_words
from transitions.pupils.pupil_fields import FIELDS
from transitions.school_year import academic_year_label
from transitions.text import an, capital
from transitions.workspace import Workspace

How = Literal["added", "changed", "taken out", "erased"]

NOT_SHOWN = frozenset(
    {
        "id", "pupil_id", "plan_id", "meeting_id", "outcome_id", "audit_id", "carried_from_id", "rank", "planned_from", "milestone_id", "cycle", "recorded_by", "search_text",
        "social_care_now", "next_milestone_id", "next_due_on", "next_late_after", "missed_open", "late_after", "written_on", "worker_id", "version",
        "template", "checklist", "survey", "added_on", "pair_code", "uid", "handover_id", "pack_id", "answers_id", "form",
        "factors", "question", "answered_on",
    }
)  # fmt: skip
"""Keys, versions of printed forms, what planning works out, what a decision was made on (the tier's own page has it), and what
the line above says already: nobody decided on those."""
_YES_NO = frozenset(
    {
        *(name for name, field in FIELDS.items() if field.kind == "yes no"),
        *("may_contact", "from_record", "happened", "part_time"),
    }
)
_YES_NO_OR_NOT_SAID = frozenset({"advocate_offered", "advocacy_needed", "parent_involved"})
"""Here "no" is an answer, and not merely where it began."""
_LABELS: Mapping[str, str] = {
    "cohort_year": "Reception year",
    "code": "Type of need",
    "owner_since": "Caseworker since",
    "due_on": "Due",
    "from_record": "Seen in the record",
    "kind": "Kind",
    "missed_on": "Flagged missed on",
    "next_school_id": "Next school",
    "next_step": "What happens next",
    "owner_id": "Caseworker",
    "remind_on": "Reminder on",
    "school_id": "School",
    "stage": "Place",
    "started_on": "Since",
    "ended_on": "Until",
    "text": "Note",
    "what": "What",
    # the plan's own days and people
    "author_id": "Written by",
    "opened_on": "Opened on",
    "shared_on": "Shared with the family on",
    "active_on": "Carried out from",
    "review_on": "Next review",
    "close_reason": "Why it was closed",
    # outcomes
    "hope": "From the hope",
    "baseline": "How it is now",
    "outcome": "Outcome",
    "progress_on": "Progress said on",
    # meetings, reviews and copies
    "held_on": "Day",
    "happened": "Was held",
    "result": "What happens to the plan",
    "advocacy_needed": "Advocate needed",
    "next_on": "Next one",
    "holder": "Who has it",
    # audits and surveys
    "auditor_id": "Audited by",
    "moment": "Before or after the move",
    "respondent": "Who was asked",
    "asked_on": "Handed out on",
    "worry": "Worry, 0 to 10",
    "overall": "Overall, 1 to 5",
    "worked": "What worked",
    "change": "What should change",
    # handovers, and what comes after the move
    "acknowledged_by": "Receipt confirmed by",
    "acknowledged_on": "Receipt confirmed on",
    "applied_on": "Reapplied on",
    "back_on": "Back from",
    "check_result": "What the check found",
    "checked_on": "Checked on",
    "days": "School days",
    "direction": "Which way",
    "end_reason": "Why it ended",
    "fail_reason": "Why it failed",
    "from_school_id": "From",
    "move_year": "School year of the move",
    "on_day": "On",
    "other_id": "The other pupil",
    "part_time": "On a part-time timetable",
    "planned_end": "Planned until",
    "proposed": "Had been proposed",
    "receipt_by": "Receipt from",
    "receipt_on": "Receipt on",
    "revision": "Times sent",
    "sent_how": "How it was sent",
    "side": "Said by the",
    "to_school_id": "To",
    "value": "Answer",
    # what only whoever asks for everything is shown
    "answered_on": "Answered on",
    "factors": "What it was decided on",
    "recorded_by": "Recorded by",
    "worker_id": "Written down by",
    "written_on": "Written on",
}
_RECORDS: Mapping[str, str] = {
    "contact": "Person around the pupil",
    "ehc_plan": "EHC plan",
    "plan_action": "Action",
    "plan_attendee": "Somebody at the meeting",
    "plan_audit": "Audit of the plan",
    "plan_copy": "Copy of the plan",
    "link": "Link",
    "plan_meeting": "Meeting about the plan",
    "plan_outcome": "Outcome",
    "survey_asked": "Survey for the family",
    "survey_response": "Answered survey",
    # handovers, and what comes after the move
    "child_protection_transfer": "Child protection file sent",
    "first_weeks": "First weeks at the new school",
    "funding": "Extra funding",
    "handover_answer": "Answer in the handover",
    "handover_event": "Progress of the handover",
    "handover_message": "Message about the handover",
    "participation": "Programme",
    "placement": "Placement or event",
    "pupil_milestone": "Step",
    "record_view": "Opened by somebody",
    "tier_decision": "Decision about the tier",
}
"""What a record is called that its table does not name well enough."""
_FIELDS: Mapping[str, Mapping[str, Field]] = {
    kind.table: {field.column or name: field for name, field in kind.fields.items() if name != "plan_id"}
    for kind in OF_PUPILS
}
"""Of tables whose records say themselves what a field is called, by column."""
_RESULTS: Mapping[str, str] = {"maintain": "it continues unchanged", "amend": "it is changed", "close": "it is closed"}
_SCHOOLS = ("school_id", "next_school_id", "destination_school_id", "from_school_id", "to_school_id")
_WORKERS = ("owner_id", "named_worker_id", "author_id", "auditor_id", "worker_id", "recorded_by")
_DIRECTIONS = {"out": "to the next school", "in": "from another school"}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class FieldTold(NamedTuple):
    """One field before and after, in words; None where there was, or is, nothing."""

    label: str
    old: str | None
    new: str | None


class RowTold(NamedTuple):
    """One record that an action touched: the pupil, a step, a note, an action of the plan."""

    what: str
    how: How
    fields: tuple[FieldTold, ...]


class ActionTold(NamedTuple):
    """One action of the journal with everything it did to this pupil."""

    entry: HistoryEntry
    rows: tuple[RowTold, ...]


def of_pupil(workspace: Workspace, pupil_id: int, limit: int = 100) -> list[ActionTold]:
    connection = workspace.read()
    entries = journal.entries(connection, pupil_id=pupil_id, limit=limit)
    if not entries:
        return []
    values = Words(workspace)
    by_action: dict[int, list[RowTold]] = {}
    for change in journal.row_changes(connection, pupil_id, since=entries[-1].id):
        by_action.setdefault(change.action_id, []).append(values.row(change))
    return [ActionTold(entry, tuple(by_action.get(entry.id, ()))) for entry in entries]


class Words:
    """Turns stored values into words; schools, workers and milestones are looked up once each."""

    def __init__(self, workspace: Workspace, not_shown: frozenset[str] = NOT_SHOWN) -> None:
        self._workspace = workspace
        self._not_shown = not_shown
        self._names: dict[tuple[str, Any], str] = {}
        shipped = load_shipped()
        reasons = {**reasons_in_words(), **pupil_words.EXCLUSION_REASONS}
        points = {code: point.title for code, point in shipped.transitions.items()}
        own = questions(workspace)
        areas = {area.code: area.title for area in own.areas}
        self._asked = _labels_of_questions(own)
        self._own = own_questions(workspace)
        self._coded: Mapping[str, Callable[[Any], str]] = {
            "sen_provision": lambda code: pupil_words.PROVISIONS.get(code, code),
            "code": lambda code: pupil_words.NEEDS.get(code, code),
            "reason": lambda code: reasons.get(code, code),
            "transition": lambda code: points.get(code, code),
            "cohort_year": academic_year_label,
            "archived_at": lambda _: "yes",
            "attendance_percent": lambda percent: f"{percent:g}%",
            "area": lambda code: areas.get(code, code),
            "result": lambda code: _RESULTS.get(code, code),
            "score": lambda score: f"{score} of 100",
            "judgements": _judgements_told,
            "answers": _answers_told,
            "factors": _factors_told,
            "direction": lambda code: _DIRECTIONS[code],
            "move_year": academic_year_label,
            "other_id": lambda number: pupils.pupil_name(workspace.read(), number) or "a pupil who is no longer here",
            **dict.fromkeys(_SCHOOLS, lambda number: self._name("school", number)),
            **dict.fromkeys(_WORKERS, lambda number: self._name("worker", number)),
            **dict.fromkeys(_YES_NO | _YES_NO_OR_NOT_SAID, lambda flag: "yes" if flag else "no"),
        }

    def row(self, change: RowChange) -> RowTold:
        how: How = "added" if change.old is None else "taken out" if change.new is None else "changed"
        if change.old is None and change.new is None:
            how = "erased"
        old, new = change.old or {}, change.new or {}
        own = _FIELDS.get(change.table, {})
        columns = [
            column
            for column in dict.fromkeys((*old, *new))
            if (column in own if own else column not in self._not_shown)
        ]
        changes = {column: (self._value(column, old, own), self._value(column, new, own)) for column in columns}
        if how != "changed":
            changes = {column: both for column, both in changes.items() if _says_something(column, *both)}
        labels = self._asked if change.table == "plan" else {column: field.label for column, field in own.items()}
        fields = (FieldTold(labels.get(column, label(column)), *both) for column, both in changes.items())
        what = self._answered(change) if change.table == "handover_answer" else self._what(change)
        return RowTold(what, how, tuple(fields))

    def _what(self, change: RowChange) -> str:
        whole = {**(change.old or {}), **(change.new or {})}
        match change.table:
            case "pupil_milestone":
                milestone = self._workspace.milestones.get(change.key["milestone_id"])
                return milestone.title if milestone is not None else "A step that is no longer in use"
            case "need":
                return "Main need" if change.key["rank"] == 1 else f"Need {change.key['rank']}"
            case "social_care_episode":
                return f"Social care: {whole['kind']}" if "kind" in whole else "Social care"
            case "plan" if whole.get("version", 1) > 1:
                return f"Plan, version {whole['version']}"
            case "plan_meeting" if whole.get("kind") == "review":
                return "Review of the plan"
            case table:
                named = whole.get("kind") if table == "placement" else None
                return capital(named) if named else called(table)

    def _answered(self, change: RowChange) -> str:
        """The words of the question; a change of an answer does not name it, but an answer that stands does."""
        whole = {**(change.old or {}), **(change.new or {})}
        code = whole.get("question") or handovers.question_of(self._workspace.read(), change.key["id"])
        question = code and asked_anywhere(self._own, code)
        return f"Handover: {question.label}" if question else _RECORDS[change.table]

    def _value(self, column: str, values: Mapping[str, Any], own: Mapping[str, Field]) -> str | None:
        value = values.get(column)
        if value is None or value == "":
            return None
        if column in own and own[column].kind != "school":
            value = own[column].told(value)
        elif column in self._coded:
            return self._coded[column](value)
        text = str(value)
        return short_with_year(date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else text

    def _name(self, table: str, number: Any) -> str:
        if (table, number) not in self._names:
            connection = self._workspace.read()
            look_up = pupils.worker_name if table == "worker" else pupils.school_name
            self._names[table, number] = look_up(connection, number) or f"{an(table)} that is no longer here"
        return self._names[table, number]


def reasons_in_words() -> Mapping[str, str]:
    """Why steps are missed or waived, by code."""
    shipped = load_shipped()
    return {reason.code: reason.words for reason in (*shipped.missed_reasons, *shipped.waived_reasons)}


def called(table: str) -> str:
    """What a record of a table is called."""
    return _RECORDS.get(table) or capital(table.replace("_", " "))


def label(column: str, table: str = "") -> str:
    own = _FIELDS.get(table, {})
    if column in own:
        return own[column].label
    if column in _LABELS:
        return _LABELS[column]
    return FIELDS[column].label if column in FIELDS else column.replace("_", " ").capitalize()


def _says_something(column: str, old: str | None, new: str | None) -> bool:
    text = old or new
    return text is not None and (text != "no" or column in _YES_NO_OR_NOT_SAID)


def _labels_of_questions(own: QuestionSet) -> Mapping[str, str]:
    """What the plan calls its columns; "When" and the like say of which section, for here they stand alone."""
    return {
        question.code: question.label if question.kind == "long text" else f"{section.title}: {question.label}"
        for section in own.sections
        for question in section.questions
    }


def _judgements_told(text: str) -> str:
    judgements: Mapping[str, str] = json.loads(text)
    labels = {item.code: item.label for item in load_checklist().items}
    parts = []
    for judgement in JUDGEMENTS:
        codes = [code for code, one in judgements.items() if one == judgement]
        which = "; ".join(labels.get(code, code) for code in codes)
        if codes:
            parts.append(f"{len(codes)} {judgement}" + (f": {which}" if judgement in ("partly", "not met") else ""))
    return "\n".join(parts)


def _answers_told(text: str) -> str:
    """The answers to a survey, each behind what it was asked; 5 agrees most."""
    labels = {item.code: item.words["parent or carer"] for item in load_survey().items}
    return "\n".join(f"{labels.get(code, code)}: {answer}" for code, answer in json.loads(text).items())


def _factors_told(text: str) -> str:
    """What spoke for a tier, whatever the version of the rules that weighed it."""
    found = json.loads(text)
    factors = found.get("factors", []) if isinstance(found, dict) else found
    return "\n".join(", ".join(str(value) for value in one.values() if value is not None) for one in factors)
