"""The records behind the figures, each in a sentence."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from db.impact.records import (
    ActivityRow,
    AttendanceWeekRow,
    CaseStudyRow,
    EnteredRow,
    OfferRow,
    ReadinessRow,
    RecommendationRow,
    ReferralRow,
    ScoreRow,
    ServiceRow,
)
from transitions.dates import without_weekday as day
from transitions.impact.activities import ACTIVITIES
from transitions.impact.known import GRADES_IN_WORDS
from transitions.impact.records import measure_title
from transitions.text import capital, share


def sentence(row: Any) -> str:
    """A record in words, as lists of a pupil's or a school's records show it."""
    return _WORDS[type(row)](row)


def answer(row: ReferralRow) -> str:
    """``accepted on 20 Sep 2026``."""
    return f"{row.outcome} on {day(row.answered_on)}" if row.outcome and row.answered_on else "no answer yet"


def amount(row: EnteredRow) -> str:
    """Never without its base: ``14 of 48 (29%)``, ``85%, of 23`` or ``45%, of how many it does not say``."""
    unit = {"%": "%", "number": "", None: ""}.get(row.unit, f" {row.unit}")
    value = "" if row.value is None else f"{row.value:,g}{unit}"
    if row.base is None:
        counted = "" if row.counted is None else f"{row.counted:,}"
        return f"{', '.join(filter(None, (counted, value)))}, of how many it does not say"
    if row.counted is None:
        return f"{value}, of {row.base:,}"
    return ", ".join(filter(None, (share(row.counted, row.base), value)))


def _referral(row: ReferralRow) -> str:
    why = f" for {row.reason}" if row.reason else ""
    return f"Referred to {row.service} on {day(row.referred_on)}{why}: {answer(row)}"


def _service(row: ServiceRow) -> str:
    ended = f"ended on {day(row.ended_on)}" if row.ended_on else ""
    return ", ".join(filter(None, (row.name, row.phase, row.who, ended)))


def _offer(row: OfferRow) -> str:
    days = f"{row.days_a_week:g} Navigator day{'' if row.days_a_week == 1 else 's'} a week" if row.days_a_week else ""
    healthy = f"Healthy Schools: {row.healthy_schools}" if row.healthy_schools else ""
    what = ", ".join(filter(None, (row.tier, days, row.navigator, healthy)))
    return f"{capital(what)}, {_from(row.started_on, row.ended_on)}"


def _recommendation(row: RecommendationRow) -> str:
    return f"{row.recommendation}: {GRADES_IN_WORDS.get(row.grade or 0, 'no grade yet')}"


def _score(row: ScoreRow) -> str:
    return f"{row.scale}, {row.dimension}: {row.score:g} {row.moment} the move, on {day(row.scored_on)}"


def _readiness(row: ReadinessRow) -> str:
    good = {True: "a good level of development", False: "not a good level of development yet", None: ""}[row.good_level]
    ratings = (("school", row.school_rating), ("pupil", row.pupil_rating), ("family", row.family_rating))
    said = ", ".join(f"{who} {rating}" for who, rating in ratings if rating is not None)
    what = "; ".join(filter(None, (good, f"{said} of 5" if said else "")))
    return f"Readiness on {day(row.assessed_on)}: {what or 'nothing said'}"


def _activity(row: ActivityRow) -> str:
    where = f" at {row.place}" if row.place else ""
    return f"{capital(ACTIVITIES.get(row.code, 'activity'))} ({row.code}){where}, {_from(row.started_on, row.ended_on)}"


def _study(row: CaseStudyRow) -> str:
    if row.withdrawn_on:
        agreed = f"agreement withdrawn on {day(row.withdrawn_on)}"
    elif row.agreed_on:
        agreed = f"{row.agreed_by} agreed on {day(row.agreed_on)}"
    else:
        agreed = "the family has not agreed yet"
    return f"Case study “{row.title}”: {agreed}"


def _entered(row: EnteredRow) -> str:
    return f"{measure_title(row.measure)}: {compared(row)}"


def compared(row: EnteredRow) -> str:
    """``England 2024/25: 14 of 48 (29%)``."""
    return f"{row.whose} {row.period}: {amount(row)}"


def _week(row: AttendanceWeekRow) -> str:
    return f"Week of {day(row.week_on)}: came to {share(row.attended, row.possible)} sessions" + (
        f" at {row.school}" if row.school else ""
    )


def _from(first: date, last: date | None) -> str:
    return f"since {day(first)}" if last is None else f"from {day(first)} to {day(last)}"


_WORDS: Final[Mapping[type, Callable[[Any], str]]] = {
    ReferralRow: _referral,
    ServiceRow: _service,
    OfferRow: _offer,
    RecommendationRow: _recommendation,
    ScoreRow: _score,
    ReadinessRow: _readiness,
    ActivityRow: _activity,
    CaseStudyRow: _study,
    EnteredRow: _entered,
    AttendanceWeekRow: _week,
}
