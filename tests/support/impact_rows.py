"""Rows of the tables behind the figures, and what the database itself refuses of them; ``test_constraints`` tries each."""

from typing import Any

Row = dict[str, Any]

DAY = "2026-11-20"
REFERRAL: Row = {"pupil_id": 1, "service": "Calm", "referred_on": DAY}
SERVICE: Row = {"name": "Calm"}
OFFER: Row = {"school_id": 1, "tier": "gold", "started_on": DAY}
RECOMMENDATION: Row = {"review": "Review 2025", "recommendation": "Every child has a plan"}
SCORE: Row = {"pupil_id": 1, "scale": "Own", "dimension": "mood", "moment": "before", "scored_on": DAY, "score": 4.5}
READINESS: Row = {"pupil_id": 1, "assessed_on": DAY}
ACTIVITY: Row = {"pupil_id": 1, "code": 230, "started_on": DAY}
STUDY: Row = {"pupil_id": 1, "title": "A calm start", "story": "It went well", "written_on": DAY}
ENTERED: Row = {
    "measure": "forum",
    "whose": "England",
    "period": "2025",
    "counted": 14,
    "base": 48,
    "source": "A paper",
}
WEEK: Row = {"pupil_id": 1, "week_on": "2026-11-16", "possible": 10, "attended": 9}
SNAPSHOT: Row = {
    "as_at": DAY, "academic_year": 2026, "name": "Autumn", "made_at": f"{DAY} 09:00:00.000000", "rules": "{}", "steps": 1,
    "digest": "d", "previous": "",
}  # fmt: skip
STEP: Row = {"snapshot_id": 1, "pupil_id": 1, "milestone_id": 1, "cycle": 2026, "due_on": DAY, "state": "met"}

MARKER: Row = {"pupil_id": 1, "kind": "restricted", "started_on": DAY}

CHECKS: list[tuple[str, Row, Row]] = [
    ("referral", REFERRAL, {"service": ""}),
    ("referral", {**REFERRAL, "answered_on": DAY}, {"outcome": "lost"}),
    ("referral", REFERRAL, {"outcome": "accepted"}),
    ("referral", REFERRAL, {"answered_on": "2026-11-19"}),
    ("referral", REFERRAL, {"need_identified_on": "2026-11-21"}),
    ("service", SERVICE, {"name": ""}),
    ("school_offer", OFFER, {"tier": "tin"}),
    ("school_offer", OFFER, {"days_a_week": 5.5}),
    ("school_offer", OFFER, {"ended_on": "2026-11-19"}),
    ("recommendation", RECOMMENDATION, {"review": ""}),
    ("recommendation", RECOMMENDATION, {"grade": 5, "graded_on": DAY}),
    ("recommendation", RECOMMENDATION, {"grade": 1}),
    ("wellbeing_score", SCORE, {"moment": "during"}),
    *(("readiness", READINESS, {f"{who}_rating": 6}) for who in ("school", "pupil", "family")),
    ("activity", ACTIVITY, {"code": 99}),
    ("activity", ACTIVITY, {"ended_on": "2026-11-19"}),
    ("case_study", STUDY, {"title": ""}),
    ("case_study", STUDY, {"withdrawn_on": DAY}),
    ("entered_figure", ENTERED, {"source": ""}),
    ("entered_figure", ENTERED, {"counted": None}),
    ("entered_figure", ENTERED, {"counted": 49}),
    ("attendance_week", WEEK, {"possible": 0}),
    ("attendance_week", WEEK, {"attended": 11}),
    ("marker", MARKER, {"kind": "secret"}),
    ("marker", MARKER, {"what": "shoes"}),
    ("marker", MARKER, {"ended_on": "2026-11-19"}),
]
TWICE: list[tuple[str, Row, Row]] = [
    ("service", SERVICE, {"phase": "primary"}),
    ("wellbeing_score", SCORE, {"score": 5}),
    ("readiness", READINESS, {"good_level": 1}),
    ("attendance_week", WEEK, {"attended": 8}),
]
REFERENCES: list[tuple[str, Row, str]] = [
    ("referral", REFERRAL, "pupil_id"),
    ("referral", REFERRAL, "school_id"),
    ("school_offer", OFFER, "school_id"),
    ("recommendation", RECOMMENDATION, "workshop_action_id"),
    ("wellbeing_score", SCORE, "pupil_id"),
    ("readiness", READINESS, "pupil_id"),
    ("activity", ACTIVITY, "pupil_id"),
    ("case_study", STUDY, "pupil_id"),
    ("case_study", STUDY, "plan_id"),
    ("attendance_week", WEEK, "pupil_id"),
    ("attendance_week", WEEK, "school_id"),
    ("marker", MARKER, "pupil_id"),
    ("snapshot", SNAPSHOT, "worker_id"),
    ("snapshot_step", STEP, "snapshot_id"),
]
OF_A_PUPIL: list[tuple[str, Row]] = [
    ("referral", REFERRAL),
    ("wellbeing_score", SCORE),
    ("readiness", READINESS),
    ("activity", ACTIVITY),
    ("case_study", STUDY),
    ("attendance_week", WEEK),
]
