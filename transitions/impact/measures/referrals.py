"""Referrals and services: how long they take, how they are answered, which schools use which, and what schools are offered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from db.impact.children import records
from db.impact.records import OfferRow, ReferralRow
from db.vocabulary import OFFER_TIERS, REFERRAL_OUTCOMES
from db.workshops import feeders
from transitions.dates import short_with_year
from transitions.impact.known import HEALTHY_SCHOOLS, in_force
from transitions.impact.measure import Asked, Behind, Figure, Reader
from transitions.impact.measures.behind import About, in_order, middle, of_records
from transitions.school_year import add_months

_REFERRALS: Final = "referrals"
_SCHOOLS: Final = "schools"


def _every(asked: Asked) -> list[ReferralRow]:
    return [row for rows in records(asked.workspace.read(), ReferralRow, asked.chosen).values() for row in rows]


def _made(asked: Asked) -> list[ReferralRow]:
    """The referrals of the year's days so far."""
    first, last = asked.days
    return [row for row in asked.once(_every) if first <= row.referred_on <= last]


def _made_before(asked: Asked) -> list[ReferralRow]:
    """Those of the same days of the year before."""
    first, last = (add_months(day, -12) for day in asked.days)
    return [row for row in asked.once(_every) if first <= row.referred_on <= last]


def _parts(rows: Sequence[ReferralRow]) -> Iterator[tuple[str, list[ReferralRow]]]:
    """All of them, then those to each service, from each school, and for each reason."""
    yield "", list(rows)
    ways: Mapping[str, Callable[[ReferralRow], str | None]] = {
        "to": lambda row: row.service,
        "from": lambda row: row.school,
        "for": lambda row: row.reason,
    }
    for word, of in ways.items():
        for name in sorted({name for row in rows if (name := of(row))}):
            yield f"{word} {name}", [row for row in rows if of(row) == name]


def _about(row: ReferralRow, counted: bool, *words: str) -> About:
    return About(("pupil", row.pupil_id), row.pupil_id, counted, " · ".join((f"to {row.service}", *words)))


def _wait(row: ReferralRow) -> int | None:
    """The days from the need to the referral."""
    return None if row.need_identified_on is None else (row.referred_on - row.need_identified_on).days


def _answer(row: ReferralRow) -> int | None:
    return None if row.answered_on is None else (row.answered_on - row.referred_on).days


def _days(measure: str, days_of: Callable[[ReferralRow], int | None], unknown: str) -> Reader:
    def read(asked: Asked) -> list[Figure]:
        return [figure(asked, part, rows) for part, rows in _parts(asked.once(_made))]

    def figure(asked: Asked, part: str, rows: Sequence[ReferralRow]) -> Figure:
        known = [(row, days) for row in rows if (days := days_of(row)) is not None]
        value, spread = middle([days for _, days in known])
        behind = (_about(row, True, f"{days:,} days") for row, days in known)
        beside = f"{len(rows) - len(known):,} {unknown}" if len(known) < len(rows) else ""
        figure = of_records(asked, measure, behind, _REFERRALS, part, value=value, unit="days", spread=spread)
        return replace(figure, counted=None, beside=beside)

    return read


def _answered(rows: Sequence[ReferralRow]) -> tuple[list[ReferralRow], str]:
    answered = [row for row in rows if row.outcome is not None]
    waiting = len(rows) - len(answered)
    return answered, f"{waiting:,} not answered yet" if waiting else ""


def _first_time_right(asked: Asked) -> list[Figure]:
    figures = []
    for part, rows in _parts(asked.once(_made)):
        answered, beside = _answered(rows)
        behind = (_about(row, row.outcome == "accepted", row.outcome or "") for row in answered)
        figures.append(of_records(asked, "referral-first-time-right", behind, _REFERRALS, part, beside=beside))
    return figures


def _outcomes(asked: Asked) -> list[Figure]:
    answered, beside = _answered(asked.once(_made))
    return [
        of_records(
            asked, "referral-answers", (_about(row, row.outcome == outcome) for row in answered), _REFERRALS, outcome,
            beside=beside,
        )
        for outcome in REFERRAL_OUTCOMES
    ]  # fmt: skip


def _earlier(asked: Asked) -> list[Figure]:
    """How many of this year's came sooner after the need than the median of the same days of last year."""
    before = [days for row in _made_before(asked) if (days := _wait(row)) is not None]
    now = [(row, days) for row in asked.once(_made) if (days := _wait(row)) is not None]
    if not before:
        return [
            of_records(asked, "referral-earlier", (), _REFERRALS, beside="no referral from last year to compare with")
        ]
    usual, _ = middle(before)
    median, _ = middle([days for _, days in now])
    behind = (_about(row, days < (usual or 0), f"{days:,} days") for row, days in now)
    told = f"median {median:,.3g} days now, " if median is not None else ""
    beside = f"{told}{usual:,.3g} days for {len(before):,} in the same period last year"
    return [of_records(asked, "referral-earlier", behind, _REFERRALS, beside=beside)]


def _open_schools(asked: Asked) -> dict[int, str]:
    connection = asked.workspace.read()
    return {one.id: one.name for one in feeders.open_schools(connection, feeders.council_of_most(connection))}


def _of_schools(asked: Asked, measure: str, part: str, counted: Mapping[int, str], **more: object) -> Figure:
    """Of all open schools those that are counted, with what there is to say of each."""
    schools = asked.once(_open_schools)
    rows = [
        Behind(("school", number), " · ".join(filter(None, (name, counted.get(number)))), number in counted, number)
        for number, name in schools.items()
    ]
    figure = Figure(measure, asked.period, sum(row.counted for row in rows), len(rows), _SCHOOLS, part)
    return replace(figure, rows=partial(in_order, rows), **more)  # type: ignore[arg-type] # fields of a figure


def _reach(asked: Asked) -> list[Figure]:
    """Of referrals of every pupil, whoever is asked for: a school is a school."""
    everybody = Asked(asked.workspace, asked.year)
    figures = []
    for part, rows in _parts(everybody.once(_made)):
        if not part.startswith(("from ", "for ")):
            used = {row.school_id: "" for row in rows if row.school_id is not None}
            figures.append(_of_schools(asked, "services-reach", part, used))
    return figures


def _in_force(asked: Asked) -> dict[int, OfferRow]:
    """What each open school is offered on the last of the days."""
    schools = asked.once(_open_schools)
    return {number: one for number, one in in_force(asked.workspace, asked.days[1]).items() if number in schools}


def _offers(asked: Asked) -> list[Figure]:
    offers = asked.once(_in_force)
    period = short_with_year(asked.days[1])
    figures = []
    for tier in ("", *OFFER_TIERS):
        counted = {number: row.tier for number, row in offers.items() if row.tier and tier in ("", row.tier)}
        figures.append(_of_schools(asked, "services-offers", tier, counted, period=period))
    return figures


def _navigators(asked: Asked) -> list[Figure]:
    days = {number: row.days_a_week for number, row in asked.once(_in_force).items() if row.days_a_week}
    counted = {number: f"{one:g} days a week" for number, one in days.items()}
    period = short_with_year(asked.days[1])
    total = float(sum(days.values()))
    return [_of_schools(asked, "navigator-days", "", counted, value=total, unit="days a week in all", period=period)]


def _healthy(asked: Asked) -> list[Figure]:
    status = {number: row.healthy_schools for number, row in asked.once(_in_force).items() if row.healthy_schools}
    unknown = len(asked.once(_open_schools)) - len(status)
    return [
        _of_schools(
            asked, "healthy-schools", one, {number: found for number, found in status.items() if found == one},
            period=short_with_year(asked.days[1]), beside=f"{unknown:,} not recorded" if unknown else "",
        )
        for one in HEALTHY_SCHOOLS
    ]  # fmt: skip


READERS: Final[Mapping[str, Reader]] = {
    "referral-days-to-refer": _days("referral-days-to-refer", _wait, "with no date recorded for the need"),
    "referral-days-to-answer": _days("referral-days-to-answer", _answer, "not answered yet"),
    "referral-first-time-right": _first_time_right,
    "referral-answers": _outcomes,
    "referral-earlier": _earlier,
    "services-reach": _reach,
    "services-offers": _offers,
    "navigator-days": _navigators,
    "healthy-schools": _healthy,
}
