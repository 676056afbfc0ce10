"""Rows of the tables of handovers, and what the database itself refuses of them; ``test_constraints`` tries each."""

from typing import Any

Row = dict[str, Any]

DAY = "2026-11-20"
HANDOVER = {
    "uid": "second",
    "pupil_id": 1,
    "transition": "6-7",
    "move_year": 2026,
    "form": "6-7 2026.1",
    "started_on": DAY,
}
ANSWER = {"handover_id": 1, "pupil_id": 1, "question": "lates", "value": "2", "answered_on": DAY}
EVENT = {"handover_id": 1, "pupil_id": 1, "what": "sent", "on_day": DAY}
MESSAGE = {
    "uid": "m1",
    "handover_id": 1,
    "pupil_id": 1,
    "side": "receiver",
    "kind": "question",
    "words": "Which bus?",
    "on_day": DAY,
}
TRANSFER = {"pupil_id": 1, "sent_on": DAY, "sent_how": "by hand"}
FRIENDSHIP = {"pupil_id": 1, "other_id": 2, "kind": "keep with", "recorded_on": DAY}
TIER = {"pupil_id": 1, "decided_on": DAY, "tier": "targeted", "proposed": "targeted", "factors": "{}"}
PACK = {"uid": "p1", "direction": "made", "on_day": DAY, "file_name": "Oakwood.handover", "pupils": 3}
FORMAT = {"school_id": 1, "name": "Their form", "columns": "[]"}
PARTICIPATION: Row = {"pupil_id": 1, "programme": "ELSA", "started_on": DAY}
PLACEMENT = {"pupil_id": 1, "kind": "nurture group", "place": "Willow", "started_on": DAY}
FIRST_WEEKS = {"pupil_id": 1, "on_day": DAY}
FUNDING = {"pupil_id": 1, "what": "high needs", "ends_on": DAY}

CHECKS: list[tuple[str, Row, Row]] = [
    ("handover", HANDOVER, {"direction": "through"}),
    ("handover", HANDOVER, {"status": "not started"}),
    ("handover", HANDOVER, {"status": "acknowledged", "sent_on": DAY}),
    ("handover", HANDOVER, {"status": "sent"}),
    ("handover", HANDOVER, {"revision": -1}),
    ("handover_answer", ANSWER, {"value": ""}),
    ("handover_message", MESSAGE, {"side": "family"}),
    ("handover_message", MESSAGE, {"kind": "shout"}),
    ("handover_message", MESSAGE, {"words": ""}),
    ("child_protection_transfer", TRANSFER, {"receipt_on": "2026-11-19"}),
    ("friendship", FRIENDSHIP, {"kind": "friends"}),
    ("friendship", FRIENDSHIP, {"pupil_id": 2}),
    ("friendship", FRIENDSHIP, {"pupil_id": 2, "other_id": 1}),
    ("tier_decision", TIER, {"tier": "special"}),
    ("tier_decision", TIER, {"proposed": "special", "reason": "Because"}),
    ("tier_decision", TIER, {"tier": "enhanced", "reason": ""}),
    ("tier_decision", TIER, {"tier": "enhanced"}),
    ("pack", PACK, {"direction": "lost"}),
    ("placement", PLACEMENT, {"kind": "holiday"}),
    ("placement", PLACEMENT, {"ended_on": "2026-11-19"}),
    ("placement", PLACEMENT, {"back_on": "2026-11-19"}),
    ("placement", PLACEMENT, {"place": ""}),
    ("placement", PLACEMENT, {"place": None}),
    ("placement", PLACEMENT, {"started_on": None}),
    ("placement", {**PLACEMENT, "kind": "suspension", "place": None, "started_on": None, "days": 0.5}, {"days": 0}),
    ("participation", PARTICIPATION, {"programme": ""}),
    ("participation", PARTICIPATION, {"ended_on": "2026-11-19"}),
    ("participation", PARTICIPATION, {"understanding_before": -1}),
    ("participation", PARTICIPATION, {"understanding_after": 101}),
    ("participation", PARTICIPATION, {"pupil_id": None}),
    ("participation", PARTICIPATION, {"school_id": 1}),
    ("first_weeks", FIRST_WEEKS, {"attendance_percent": 100.1}),
    ("first_weeks", FIRST_WEEKS, {"attendance_percent": -0.1}),
    ("first_weeks", FIRST_WEEKS, {"suspensions": -1}),
]
"""The table, a good row, and what is refused in it."""

TWICE: list[tuple[str, Row, Row]] = [
    ("handover", HANDOVER, {"transition": "2-3"}),
    ("handover", HANDOVER, {"uid": "third"}),
    ("handover_answer", ANSWER, {"value": "3"}),
    ("handover_message", MESSAGE, {"words": "Which form?"}),
    ("friendship", FRIENDSHIP, {"kind": "keep apart"}),
    ("pack", PACK, {"file_name": "Elm.handover"}),
    ("school_format", FORMAT, {"columns": "{}"}),
    ("first_weeks", FIRST_WEEKS, {"suspensions": 1}),
]
"""The table, a row, and how a second one differs that is refused beside it."""

REFERENCES: list[tuple[str, Row, str]] = [
    *(
        ("handover", HANDOVER, column)
        for column in ("pupil_id", "from_school_id", "to_school_id", "worker_id", "pack_id")
    ),
    *(
        (table, row, column)
        for table, row in (("handover_answer", ANSWER), ("handover_event", EVENT), ("handover_message", MESSAGE))
        for column in ("handover_id", "pupil_id")
    ),
    ("handover_message", MESSAGE, "answers_id"),
    ("child_protection_transfer", TRANSFER, "pupil_id"),
    ("child_protection_transfer", TRANSFER, "to_school_id"),
    ("friendship", {**FRIENDSHIP, "other_id": 78}, "pupil_id"),
    ("friendship", FRIENDSHIP, "other_id"),
    ("friendship", FRIENDSHIP, "worker_id"),
    ("tier_decision", TIER, "pupil_id"),
    ("tier_decision", TIER, "worker_id"),
    ("pack", PACK, "school_id"),
    ("pack", PACK, "worker_id"),
    ("school_format", FORMAT, "school_id"),
    ("placement", PLACEMENT, "pupil_id"),
    ("placement", PLACEMENT, "school_id"),
    ("participation", PARTICIPATION, "pupil_id"),
    ("participation", {**PARTICIPATION, "pupil_id": None}, "school_id"),
    ("first_weeks", FIRST_WEEKS, "pupil_id"),
    ("funding", FUNDING, "pupil_id"),
]
"""The table, a row, and a column that must point to a record."""

OF_A_PUPIL: list[tuple[str, Row]] = [
    ("handover", HANDOVER),
    ("child_protection_transfer", TRANSFER),
    ("tier_decision", TIER),
    ("placement", PLACEMENT),
    ("participation", PARTICIPATION),
    ("first_weeks", FIRST_WEEKS),
    ("funding", FUNDING),
]
"""Rows that keep a pupil from being deleted."""
FROM_RECORD = (
    "pupil.attendance_percent", "pupil.contacts", "pupil.english_additional_language", "pupil.free_school_meals",
    "pupil.half_days_suspended", "pupil.home_language", "pupil.looked_after", "pupil.needs", "pupil.next_school", "pupil.part_time_timetable",
    "pupil.part_time_timetable_until", "pupil.persistent_absence", "pupil.preferred_name", "pupil.previously_looked_after",
    "pupil.pupil_premium", "pupil.sen_provision", "pupil.social_care", "pupil.suspensions", "pupil.young_carer",
    "plan.admired", "plan.communication", "plan.family_voice", "plan.hopes", "plan.important_to_me", "plan.pupil_voice",
    "plan.pupil_voice_how", "plan.pupil_voice_on", "plan.support", "placement.back_on", "placement.exists",
    "placement.words", "funding.ends_on", "funding.exists",
)  # fmt: skip
"""What the record may propose as an answer. Columns of the pupil and of the newest plan, and what is drawn from several
rows: needs by rank, open care episodes, contacts, the current placement, the funding that ends first."""
