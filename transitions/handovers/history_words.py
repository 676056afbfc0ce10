"""What the columns and records of handovers are called in a pupil's history."""

from collections.abc import Mapping
from typing import Final

__all__ = ["CODES", "LABELS", "NOT_SHOWN", "RECORDS", "SCHOOLS", "YES_NO"]

NOT_SHOWN: Final = frozenset(
    {"uid", "handover_id", "pack_id", "answers_id", "form", "factors", "question", "answered_on"}
)
"""Keys, what a decision was made on (the tier's own page has it), and what stands in the line above."""
LABELS: Final[Mapping[str, str]] = {
    "acknowledged_by": "Receipt confirmed by",
    "acknowledged_on": "Receipt confirmed on",
    "applied_on": "Applied for again on",
    "back_on": "Back from",
    "check_result": "What the check found",
    "checked_on": "Checked on",
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
}
RECORDS: Final[Mapping[str, str]] = {
    "child_protection_transfer": "Child protection file on its way",
    "first_weeks": "First weeks at the new school",
    "funding": "Extra funding",
    "handover_answer": "Answer in the handover",
    "handover_event": "Way of the handover",
    "handover_message": "Message about the handover",
    "tier_decision": "Decision about the tier",
}
CODES: Final[Mapping[str, str]] = {"out": "to the next school", "in": "from another school"}
SCHOOLS: Final = ("from_school_id", "to_school_id")
YES_NO: Final = frozenset({"part_time"})
