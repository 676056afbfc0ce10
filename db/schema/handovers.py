"""The tables of handovers: what one school tells the next about a pupil, whether it was read, and what came after the move.

Of safeguarding they hold that a file exists, when and how it went, and the receipt; never what is in it. Friendships are
pairs of pupils, so that nothing is ever written about one child in the record of another.
"""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from db import vocabulary
from db.schema.columns import NUMBERED, Numbered, flag, one_of, reference, text_column


class Handover(Numbered, table=True):
    """One pupil's handover for one move; ``uid`` is the same in the sender's file and in the receiver's.

    ``move_year`` is the academic year at whose end (or in which) the pupil moves. ``revision`` counts the times it was
    sent. ``form`` is the version of the questions, such as "6-7 2026.1".
    """

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("pupil_id", "transition", "move_year", "direction", name="handover_once_for_a_move"),
        one_of("direction", vocabulary.HANDOVER_DIRECTIONS, "handover_direction_is_known"),
        one_of("status", vocabulary.HANDOVER_STATUSES, "handover_status_is_known"),
        CheckConstraint("status <> 'acknowledged' OR acknowledged_on IS NOT NULL", name="handover_read_has_a_date"),
        CheckConstraint("status <> 'sent' OR sent_on IS NOT NULL", name="handover_sent_has_a_date"),
        CheckConstraint("revision >= 0", name="handover_revision_not_negative"),
        Index("handover_by_status", "direction", "move_year", "status"),
        Index("handover_by_pack", "pack_id"),
        Index("handover_by_receiver", "to_school_id", "move_year"),
        NUMBERED,
    )

    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    transition: str = Field(sa_column=text_column(nullable=False))
    move_year: int
    direction: str = Field(default="out", sa_column=text_column(nullable=False, server_default="out"))
    from_school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    to_school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    form: str = Field(sa_column=text_column(nullable=False))
    status: str = Field(default="drafting", sa_column=text_column(nullable=False, server_default="drafting"))
    revision: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))
    started_on: date
    sent_on: date | None = None
    sent_how: str | None = Field(default=None, sa_column=text_column())
    sent_by: str | None = Field(default=None, sa_column=text_column())
    received_on: date | None = None
    viewed_on: date | None = None
    acknowledged_on: date | None = None
    acknowledged_by: str | None = Field(default=None, sa_column=text_column())
    returned_on: date | None = None
    failed_on: date | None = None
    fail_reason: str | None = Field(default=None, sa_column=text_column())
    pack_id: int | None = Field(default=None, sa_column=reference("pack.id"))


class HandoverAnswer(Numbered, table=True):
    """The answer to one question of a handover's form."""

    __tablename__ = "handover_answer"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("handover_id", "question", name="handover_answer_once"),
        CheckConstraint("length(value) > 0", name="handover_answer_says_something"),
        NUMBERED,
    )

    handover_id: int = Field(sa_column=reference("handover.id", nullable=False))
    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    question: str = Field(sa_column=text_column(nullable=False))
    value: str = Field(sa_column=text_column(nullable=False))
    answered_on: date


class HandoverEvent(Numbered, table=True):
    """One step of a handover's way: sent, sent again, viewed, acknowledged, returned, failed, chased."""

    __tablename__ = "handover_event"
    __table_args__: ClassVar[Any] = (Index("handover_event_by_handover", "handover_id"), NUMBERED)

    handover_id: int = Field(sa_column=reference("handover.id", nullable=False))
    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    what: str = Field(sa_column=text_column(nullable=False))
    on_day: date
    how: str | None = Field(default=None, sa_column=text_column())
    who: str | None = Field(default=None, sa_column=text_column())
    note: str | None = Field(default=None, sa_column=text_column())


class HandoverMessage(Numbered, table=True):
    """A question of the receiving school, the answer to it, or a note; ``uid`` is the same in both files."""

    __tablename__ = "handover_message"
    __table_args__: ClassVar[Any] = (
        one_of("side", vocabulary.MESSAGE_SIDES, "handover_message_side_is_known"),
        one_of("kind", vocabulary.MESSAGE_KINDS, "handover_message_kind_is_known"),
        CheckConstraint("length(words) > 0", name="handover_message_says_something"),
        Index("handover_message_by_handover", "handover_id"),
        NUMBERED,
    )

    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    handover_id: int = Field(sa_column=reference("handover.id", nullable=False))
    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    side: str = Field(sa_column=text_column(nullable=False))
    kind: str = Field(sa_column=text_column(nullable=False))
    words: str = Field(sa_column=text_column(nullable=False))
    on_day: date
    who: str | None = Field(default=None, sa_column=text_column())
    answers_id: int | None = Field(default=None, sa_column=reference("handover_message.id"))


class ChildProtectionTransfer(Numbered, table=True):
    """That a child protection file went to a school, and its receipt; never anything that is in it."""

    __tablename__ = "child_protection_transfer"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("receipt_on IS NULL OR receipt_on >= sent_on", name="child_protection_receipt_after_sending"),
        Index("child_protection_transfer_by_pupil", "pupil_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    to_school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    sent_on: date
    sent_how: str = Field(sa_column=text_column(nullable=False))
    sent_by: str | None = Field(default=None, sa_column=text_column())
    receipt_on: date | None = None
    receipt_by: str | None = Field(default=None, sa_column=text_column())
    chased_on: date | None = None


class Friendship(Numbered, table=True):
    """Two pupils who are to be kept together, or apart; the smaller number stands first."""

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("pupil_id", "other_id", name="friendship_once_for_a_pair"),
        one_of("kind", vocabulary.FRIENDSHIP_KINDS, "friendship_kind_is_known"),
        CheckConstraint("pupil_id < other_id", name="friendship_smaller_first"),
        Index("friendship_by_other", "other_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    other_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    kind: str = Field(sa_column=text_column(nullable=False))
    recorded_on: date
    worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))


class TierDecision(Numbered, table=True):
    """Which tier a person chose for a pupil, what the factor table had proposed and why, and the reason for another."""

    __tablename__ = "tier_decision"
    __table_args__: ClassVar[Any] = (
        one_of("tier", vocabulary.TIERS, "tier_decision_tier_is_known"),
        one_of("proposed", vocabulary.TIERS, "tier_decision_proposed_is_known"),
        CheckConstraint("tier = proposed OR coalesce(length(reason), 0) > 0", name="tier_decision_other_has_a_reason"),
        Index("tier_decision_by_pupil", "pupil_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    decided_on: date
    tier: str = Field(sa_column=text_column(nullable=False))
    proposed: str = Field(sa_column=text_column(nullable=False))
    factors: str = Field(sa_column=text_column(nullable=False))
    """The factors that held, with their points and days, as JSON; and the version of the table."""
    reason: str | None = Field(default=None, sa_column=text_column())
    worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))


class Pack(Numbered, table=True):
    """One file that went to a school, or came from one: a pack of handovers, or the answer to it."""

    __table_args__: ClassVar[Any] = (
        one_of("direction", vocabulary.PACK_DIRECTIONS, "pack_direction_is_known"),
        UniqueConstraint("uid", "direction", name="pack_once_each_way"),
        NUMBERED,
    )

    uid: str = Field(sa_column=text_column(nullable=False))
    direction: str = Field(sa_column=text_column(nullable=False))
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    school_name: str | None = Field(default=None, sa_column=text_column())
    on_day: date
    file_name: str = Field(sa_column=text_column(nullable=False))
    pupils: int
    worker_id: int | None = Field(default=None, sa_column=reference("worker.id"))


class SchoolFormat(Numbered, table=True):
    """The columns in which a receiving school asks for its handovers, as JSON: the header and our field of each."""

    __tablename__ = "school_format"
    __table_args__: ClassVar[Any] = (
        Index("school_format_once", "school_id", "name", unique=True),
        NUMBERED,
    )

    school_id: int = Field(sa_column=reference("school.id", nullable=False))
    name: str = Field(sa_column=text_column(nullable=False))
    columns: str = Field(sa_column=text_column(nullable=False))


class Placement(Numbered, table=True):
    """Where a pupil went, for how long, and the return: a new school, alternative provision, a nurture group, fewer hours.

    ``back_on`` is the day of re-integration and ``checked_on`` the check six months after it.
    """

    __table_args__: ClassVar[Any] = (
        one_of("kind", vocabulary.PLACEMENT_KINDS, "placement_kind_is_known"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="placement_days_in_order"),
        CheckConstraint("back_on IS NULL OR back_on >= started_on", name="placement_return_after_start"),
        CheckConstraint("school_id IS NOT NULL OR coalesce(length(place), 0) > 0", name="placement_says_where"),
        Index("placement_by_pupil", "pupil_id"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    kind: str = Field(sa_column=text_column(nullable=False))
    school_id: int | None = Field(default=None, sa_column=reference("school.id"))
    place: str | None = Field(default=None, sa_column=text_column())
    started_on: date
    planned_end: date | None = None
    ended_on: date | None = None
    end_reason: str | None = Field(default=None, sa_column=text_column())
    back_on: date | None = None
    checked_on: date | None = None
    check_result: str | None = Field(default=None, sa_column=text_column())


class FirstWeeks(Numbered, table=True):
    """How a pupil's first weeks at the new school went, as the school told us on a day."""

    __tablename__ = "first_weeks"
    __table_args__: ClassVar[Any] = (
        CheckConstraint(
            "attendance_percent IS NULL OR attendance_percent BETWEEN 0 AND 100", name="first_weeks_attendance_in_range"
        ),
        CheckConstraint("suspensions IS NULL OR suspensions >= 0", name="first_weeks_suspensions_not_negative"),
        UniqueConstraint("pupil_id", "on_day", name="first_weeks_once_a_day"),
        NUMBERED,
    )

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    on_day: date
    attendance_percent: float | None = None
    suspensions: int | None = None
    part_time: bool = flag()
    note: str | None = Field(default=None, sa_column=text_column())


class Funding(Numbered, table=True):
    """Extra funding for a pupil that ends on a day, and the day on which it was applied for anew."""

    __table_args__: ClassVar[Any] = (Index("funding_by_pupil", "pupil_id"), NUMBERED)

    pupil_id: int = Field(sa_column=reference("pupil.id", nullable=False))
    what: str = Field(sa_column=text_column(nullable=False))
    ends_on: date
    applied_on: date | None = None
    note: str | None = Field(default=None, sa_column=text_column())
