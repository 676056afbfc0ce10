"""The records behind the figures for a committee: referrals, services, recommendations, scores, activities, case studies."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from db.driver import Connection
from db.rows import columns, fetch, fetch_one


class ReferralRow(NamedTuple):
    """A referral of a pupil to a service: when the need was seen, when it went, what the service answered and when.

    ``outcome`` is empty while nobody has answered. ``service`` is its name, of the directory or another.
    """

    id: int
    pupil_id: int
    school_id: int | None
    school: str | None
    service: str
    reason: str | None
    need_identified_on: date | None
    referred_on: date
    answered_on: date | None
    outcome: str | None
    note: str | None


class ServiceRow(NamedTuple):
    """An entry of the directory of services."""

    id: int
    name: str
    phase: str | None
    what_for: str | None
    who: str | None
    how_to_refer: str | None
    contact: str | None
    thresholds: str | None
    key_times: str | None
    ended_on: date | None


class OfferRow(NamedTuple):
    """What a school is offered since a day: its tier with the Navigator's days a week, and its Healthy Schools status."""

    id: int
    school_id: int
    tier: str | None
    navigator: str | None
    days_a_week: float | None
    healthy_schools: str | None
    started_on: date
    ended_on: date | None


class RecommendationRow(NamedTuple):
    """A recommendation of a review, what was agreed upon it, and how far that has come: grade 1 to 4."""

    id: int
    review: str
    recommendation: str
    responsibility: str | None
    due_on: date | None
    action: str | None
    success_measure: str | None
    progress: str | None
    grade: int | None
    graded_on: date | None
    impact: str | None
    measure: str | None
    workshop_action_id: int | None


class ScoreRow(NamedTuple):
    """One score of a pupil on a dimension of a scale, before or after a move; a number, never a diagnosis."""

    id: int
    pupil_id: int
    scale: str
    dimension: str
    moment: str
    scored_on: date
    score: float


class ReadinessRow(NamedTuple):
    """How ready a pupil is for a move: the early years profile's good level of development, and ratings from 1 to 5."""

    id: int
    pupil_id: int
    assessed_on: date
    good_level: bool | None
    school_rating: int | None
    pupil_rating: int | None
    family_rating: int | None


class ActivityRow(NamedTuple):
    """What a young person does after Year 11, since a day, by the code of the national client caseload (NCCIS)."""

    id: int
    pupil_id: int
    code: int
    started_on: date
    ended_on: date | None
    place: str | None
    note: str | None


class CaseStudyRow(NamedTuple):
    """A pseudonymised story for a paper, with who agreed to it and when, and when that was withdrawn."""

    id: int
    pupil_id: int
    plan_id: int | None
    title: str
    story: str
    written_on: date
    agreed_by: str | None
    agreed_on: date | None
    withdrawn_on: date | None


class EnteredRow(NamedTuple):
    """A figure that somebody took from a paper: another council's, the nation's, or our own of a year before this program."""

    id: int
    measure: str
    whose: str
    period: str
    counted: int | None
    base: int | None
    value: float | None
    unit: str | None
    source: str
    note: str | None


class AttendanceWeekRow(NamedTuple):
    """Of one week, beginning on a Monday, how many sessions (half days) were possible for a pupil, and how many attended."""

    id: int
    pupil_id: int
    school_id: int | None
    school: str | None
    week_on: date
    possible: int
    attended: int


Row = TypeVar(
    "Row",
    ReferralRow,
    ServiceRow,
    OfferRow,
    RecommendationRow,
    ScoreRow,
    ReadinessRow,
    ActivityRow,
    CaseStudyRow,
    EnteredRow,
    AttendanceWeekRow,
)

_AT_SCHOOL = " LEFT JOIN school s ON s.id = r.school_id"
_TABLES: dict[type[NamedTuple], tuple[str, str, str]] = {
    ReferralRow: ("referral", _AT_SCHOOL, "r.referred_on DESC, r.id DESC"),
    ServiceRow: ("service", "", "r.ended_on IS NOT NULL, r.name, r.id"),
    OfferRow: ("school_offer", "", "r.started_on DESC, r.id DESC"),
    RecommendationRow: ("recommendation", "", "r.review, r.id"),
    ScoreRow: ("wellbeing_score", "", "r.scored_on DESC, r.scale, r.dimension, r.id DESC"),
    ReadinessRow: ("readiness", "", "r.assessed_on DESC, r.id DESC"),
    ActivityRow: ("activity", "", "r.started_on DESC, r.id DESC"),
    CaseStudyRow: ("case_study", "", "r.written_on DESC, r.id DESC"),
    EnteredRow: ("entered_figure", "", "r.measure, r.period DESC, r.whose, r.id"),
    AttendanceWeekRow: ("attendance_week", _AT_SCHOOL, "r.week_on DESC, r.id DESC"),
}
"""Of each kind its table, what it is joined with, and in what order it is read."""


def select(kind: type[Row], where: str) -> str:
    table, joined, order = _TABLES[kind]
    read = columns(kind, "r", **({"school": "s.name"} if joined else {}))
    return f"SELECT {read} FROM {table} r{joined} WHERE {where} ORDER BY {order}"


def one(connection: Connection, kind: type[Row], number: int) -> Row | None:
    return fetch_one(connection, kind, select(kind, "r.id = :id"), {"id": number})


def every(connection: Connection, kind: type[Row]) -> Sequence[Row]:
    return fetch(connection, kind, select(kind, ":one = 1"), {"one": 1})


def of_pupil(connection: Connection, kind: type[Row], pupil_id: int) -> Sequence[Row]:
    return fetch(connection, kind, select(kind, "r.pupil_id = :pupil"), {"pupil": pupil_id})


def of_school(connection: Connection, kind: type[Row], school_id: int) -> Sequence[Row]:
    return fetch(connection, kind, select(kind, "r.school_id = :school"), {"school": school_id})
