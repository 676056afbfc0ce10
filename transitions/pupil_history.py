"""The journal of one pupil in plain words: when, who, what, and field by field what it was before and is now."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from db import journal, pupil_history, pupils
from db.journal import Entry
from db.pupil_history import RowChange
from transitions import pupil_words
from transitions.calendar import academic_year_label
from transitions.dates import short_with_year
from transitions.milestones import load_shipped
from transitions.pupil_fields import FIELDS
from transitions.workspace import Workspace

How = Literal["added", "changed", "taken out"]

NOT_SHOWN = frozenset(
    {
        "id", "pupil_id", "plan_id", "rank", "planned_from", "milestone_id", "cycle", "recorded_by", "search_text",
        "social_care_now", "next_milestone_id", "next_due_on", "next_late_after", "missed_open", "late_after", "written_on", "worker_id", "version",
    }
)  # fmt: skip
"""Keys, what planning works out, and what the line above says already: nobody decided on those."""
_YES_NO = frozenset(
    {
        "pupil_premium", "free_school_meals", "previously_looked_after", "child_protection_file",
        "english_additional_language", "young_carer", "part_time_timetable", "may_contact", "from_record",
    }
)  # fmt: skip
_LABELS: Mapping[str, str] = {
    "cohort_year": "Reception year",
    "admired": "What people admire about me",
    "code": "Type of need",
    "owner_since": "Caseworker since",
    "support": "How best to support me",
    "due_on": "Due",
    "from_record": "Seen in the record",
    "kind": "Kind",
    "missed_on": "Flagged missed on",
    "next_school_id": "Next school",
    "next_step": "What happens next",
    "owner_id": "Caseworker",
    "named_worker_id": "Named worker",
    "remind_on": "Asked again on",
    "school_id": "School",
    "started_on": "Since",
    "ended_on": "Until",
    "text": "Note",
    "what": "What",
}
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

    entry: Entry
    rows: tuple[RowTold, ...]


def of_pupil(workspace: Workspace, pupil_id: int, limit: int = 100) -> list[ActionTold]:
    """Give the newest ``limit`` actions that touched the pupil, newest first."""
    connection = workspace.read()
    entries = journal.entries(connection, pupil_id=pupil_id, limit=limit)
    if not entries:
        return []
    words = _Words(workspace)
    by_action: dict[int, list[RowTold]] = {}
    for change in pupil_history.row_changes(connection, pupil_id, since=entries[-1].id):
        by_action.setdefault(change.action_id, []).append(words.row(change))
    return [ActionTold(entry, tuple(by_action.get(entry.id, ()))) for entry in entries]


class _Words:
    """Turns stored values into words; schools, workers and milestones are looked up once each."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._names: dict[tuple[str, Any], str] = {}
        shipped = load_shipped()
        reasons = {reason.code: reason.words for reason in (*shipped.missed_reasons, *shipped.waived_reasons)}
        points = {code: point.title for code, point in shipped.transitions.items()}
        self._coded: Mapping[str, Callable[[Any], str]] = {
            "sen_provision": lambda code: pupil_words.PROVISIONS.get(code, code),
            "code": lambda code: pupil_words.NEEDS.get(code, code),
            "reason": lambda code: reasons.get(code, code),
            "transition": lambda code: points.get(code, code),
            "cohort_year": academic_year_label,
            "archived_at": lambda _: "yes",
            "attendance_percent": lambda percent: f"{percent:g}%",
            **dict.fromkeys(("school_id", "next_school_id"), lambda number: self._name("school", number)),
            **dict.fromkeys(("owner_id", "named_worker_id"), lambda number: self._name("worker", number)),
            **dict.fromkeys(_YES_NO, lambda flag: "yes" if flag else "no"),
        }

    def row(self, change: RowChange) -> RowTold:
        """Give one row's change; of a new row or one taken out, what it holds."""
        how: How = "added" if change.old is None else "taken out" if change.new is None else "changed"
        old, new = change.old or {}, change.new or {}
        columns = [column for column in dict.fromkeys((*old, *new)) if column not in NOT_SHOWN]
        told = [FieldTold(label(column), self._value(column, old), self._value(column, new)) for column in columns]
        if how != "changed":
            told = [field for field in told if (field.old or field.new) not in (None, "no")]
        return RowTold(self._what(change), how, tuple(told))

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
            case "plan_action":
                return "Action"
            case "contact":
                return "Person around the pupil"
            case table:
                return table.replace("_", " ").capitalize()

    def _value(self, column: str, values: Mapping[str, Any]) -> str | None:
        value = values.get(column)
        if value is None or value == "":
            return None
        if column in self._coded:
            return self._coded[column](value)
        text = str(value)
        return short_with_year(date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else text

    def _name(self, table: str, number: Any) -> str:
        if (table, number) not in self._names:
            connection = self._workspace.read()
            look_up = pupils.worker_name if table == "worker" else pupils.school_name
            self._names[table, number] = look_up(connection, number) or f"a {table} that is no longer here"
        return self._names[table, number]


def label(column: str) -> str:
    """Give what a column is called on screens."""
    if column in _LABELS:
        return _LABELS[column]
    return FIELDS[column].title if column in FIELDS else column.replace("_", " ").capitalize()
