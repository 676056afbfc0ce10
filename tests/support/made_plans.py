"""The plan of Aisha Khan, which tests of pages and documents read word by word."""

from datetime import date
from typing import Any

from builders import add_plan, add_pupil

from transitions.plans import writing
from transitions.workspace import Workspace

ANSWERS: dict[str, Any] = {
    "admired": "Kind and funny",
    "important_to_me": "My dog\nA quiet corner",
    "support": "Give me time to answer",
    "pupil_voice": "I want to know who sits next to me.",
    "pupil_voice_how": "spoken",
    "pupil_voice_on": date(2026, 11, 2),
    "family_voice": "We worry about the bus.",
    "named_worker_id": "K. Osei",
}
_OUTCOME = {
    "area": "education",
    "hope": "friends",
    "outcome": "Aisha finds every room by herself",
    "by_when": "2027-10-01",
}
_ACTION = {"what": "Visit the school", "owner": "Samina Khan", "due_on": date(2026, 12, 1)}


def draft_plan(
    workspace: Workspace, pupil_id: int | None = None, transition: str = "6-7", *, status: str = "draft"
) -> int:
    """Open a plan of Aisha Khan (or of a pupil) with ``ANSWERS``, an outcome and an action; give its number."""
    pupil_id = pupil_id or add_pupil(workspace)
    return add_plan(workspace, pupil_id, transition, status=status, outcome=_OUTCOME, action=_ACTION, **ANSWERS)


def agreed_plan(workspace: Workspace, pupil_id: int | None = None) -> int:
    """Give a plan like ``draft_plan`` that was shared and agreed today."""
    return draft_plan(workspace, pupil_id, status="agreed")


def two_versions(workspace: Workspace) -> tuple[int, int]:
    """Give an agreed plan and its next version, in which one answer has changed."""
    first = agreed_plan(workspace)
    changed = {"important_to_me": "My dog Bess\nA quiet corner"}
    return first, writing.save_answers(workspace, first, changed).number
