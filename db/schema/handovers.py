"""The tables of handovers: what one school tells the next about a pupil, whether it was read, and what came after the move.

Of safeguarding they hold that a file exists, when and how it went, and the receipt; never what is in it. Friendships are
pairs of pupils, so that nothing is ever written about one child in the record of another.
"""

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from db import vocabulary
from db.handovers.after_move import FirstWeeksRow, FundingRow, PlacementRow
from db.handovers.handovers import (
    AnswerRow,
    ChildProtectionRow,
    EventRow,
    FormatRow,
    HandoverRow,
    MessageRow,
    PackRow,
    PairRow,
    TierRow,
)
from db.pupils.pupils import OF_PUPIL
from db.schema.columns import one_of, table

Handover = table(
    "handover",
    HandoverRow,
    UniqueConstraint("pupil_id", "transition", "move_year", "direction", name="handover_once_for_a_move"),
    one_of("direction", vocabulary.HANDOVER_DIRECTIONS, "handover_direction_is_known"),
    one_of("status", vocabulary.HANDOVER_STATUSES, "handover_status_is_known"),
    CheckConstraint("status <> 'acknowledged' OR acknowledged_on IS NOT NULL", name="handover_read_has_a_date"),
    CheckConstraint("status <> 'sent' OR sent_on IS NOT NULL", name="handover_sent_has_a_date"),
    CheckConstraint("revision >= 0", name="handover_revision_not_negative"),
    Index("handover_by_status", "direction", "move_year", "status"),
    Index("handover_by_pack", "pack_id"),
    Index("handover_by_receiver", "to_school_id", "move_year"),
    joined=(*OF_PUPIL, "from_school", "to_school", "receiver_id", "receiver"),
    defaults={"direction": "out", "status": "drafting", "revision": 0},
    unique=("uid",),
)

HandoverAnswer = table(
    "handover_answer",
    AnswerRow,
    UniqueConstraint("handover_id", "question", name="handover_answer_once"),
    CheckConstraint("length(value) > 0", name="handover_answer_says_something"),
)

HandoverEvent = table(
    "handover_event",
    EventRow,
    Index("handover_event_by_handover", "handover_id"),
)

HandoverMessage = table(
    "handover_message",
    MessageRow,
    one_of("side", vocabulary.MESSAGE_SIDES, "handover_message_side_is_known"),
    one_of("kind", vocabulary.MESSAGE_KINDS, "handover_message_kind_is_known"),
    CheckConstraint("length(words) > 0", name="handover_message_says_something"),
    Index("handover_message_by_handover", "handover_id"),
    references={"answers_id": "handover_message"},
    unique=("uid",),
)

ChildProtectionTransfer = table(
    "child_protection_transfer",
    ChildProtectionRow,
    CheckConstraint("receipt_on IS NULL OR receipt_on >= sent_on", name="child_protection_receipt_after_sending"),
    Index("child_protection_transfer_by_pupil", "pupil_id"),
    joined=("to_school",),
)

Friendship = table(
    "friendship",
    PairRow,
    UniqueConstraint("pupil_id", "other_id", name="friendship_once_for_a_pair"),
    one_of("kind", vocabulary.FRIENDSHIP_KINDS, "friendship_kind_is_known"),
    CheckConstraint("pupil_id < other_id", name="friendship_smaller_first"),
    Index("friendship_by_other", "other_id"),
    references={"other_id": "pupil"},
)

TierDecision = table(
    "tier_decision",
    TierRow,
    one_of("tier", vocabulary.TIERS, "tier_decision_tier_is_known"),
    one_of("proposed", vocabulary.TIERS, "tier_decision_proposed_is_known"),
    CheckConstraint("tier = proposed OR coalesce(length(reason), 0) > 0", name="tier_decision_other_has_a_reason"),
    Index("tier_decision_by_pupil", "pupil_id"),
    joined=("worker",),
)

Pack = table(
    "pack",
    PackRow,
    one_of("direction", vocabulary.PACK_DIRECTIONS, "pack_direction_is_known"),
    UniqueConstraint("uid", "direction", name="pack_once_each_way"),
    joined=(
        "school",
        "worker",
        "acknowledged",
    ),
)

SchoolFormat = table(
    "school_format",
    FormatRow,
    Index("school_format_once", "school_id", "name", unique=True),
)

_IS_EVENT = f"kind IN {vocabulary.EVENT_KINDS!r}"
Placement = table(
    "placement",
    PlacementRow,
    one_of("kind", (*vocabulary.PLACEMENT_KINDS, *vocabulary.EVENT_KINDS), "placement_kind_is_known"),
    CheckConstraint(f"started_on IS NOT NULL OR {_IS_EVENT}", name="placement_has_a_first_day"),
    CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="placement_days_in_order"),
    CheckConstraint("back_on IS NULL OR back_on >= started_on", name="placement_return_after_start"),
    CheckConstraint(
        f"school_id IS NOT NULL OR coalesce(length(place), 0) > 0 OR {_IS_EVENT}", name="placement_says_where"
    ),
    CheckConstraint("days IS NULL OR days > 0", name="placement_days_above_nothing"),
    Index("placement_by_pupil", "pupil_id"),
    joined=("school",),
    also={"days": float | None, "reason": str | None, "note": str | None},
    kinds={"started_on": date | None},
)

FirstWeeks = table(
    "first_weeks",
    FirstWeeksRow,
    CheckConstraint(
        "attendance_percent IS NULL OR attendance_percent BETWEEN 0 AND 100", name="first_weeks_attendance_in_range"
    ),
    CheckConstraint("suspensions IS NULL OR suspensions >= 0", name="first_weeks_suspensions_not_negative"),
    UniqueConstraint("pupil_id", "on_day", name="first_weeks_once_a_day"),
    kinds={"part_time": bool},
)

Funding = table(
    "funding",
    FundingRow,
    Index("funding_by_pupil", "pupil_id"),
)
