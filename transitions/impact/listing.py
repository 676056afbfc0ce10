"""The figures as records for scripts and files: each of ours with what papers say beside it, then those of nobody's measure but one's own."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from db.impact import records as store
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
from db.pupils import pupils as pupil_store
from transitions.dates import without_weekday as day
from transitions.impact.known import ACTIVITIES, GRADES_IN_WORDS
from transitions.impact.measure import Behind, Figure, measures
from transitions.impact.records import measure_title
from transitions.pupils.markers import Markers
from transitions.text import capital, percent, share
from transitions.workspace import Workspace


def sentence(row: Any) -> str:
    """A record in words, as lists of a pupil's or a school's records show it."""
    return _WORDS[type(row)](row)


def answer(row: ReferralRow) -> str:
    """``accepted on 20 Sep 2026``."""
    return f"{row.outcome} on {day(row.answered_on)}" if row.outcome and row.answered_on else "no answer yet"


def amount(row: EnteredRow) -> str:
    """Never without its base: ``14 of 48 (29%)``, ``85%, of 23`` or ``45%, base not given``."""
    unit = {"%": "%", "number": "", None: ""}.get(row.unit, f" {row.unit}")
    value = "" if row.value is None else f"{row.value:,g}{unit}"
    if row.base is None:
        counted = "" if row.counted is None else f"{row.counted:,}"
        return f"{', '.join(filter(None, (counted, value)))}, base not given"
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


COLUMNS: Final[Mapping[str, str]] = {
    "measure": "The code of the measure, or the wording of your own",
    "title": "What it is called",
    "part": "Which part it is, such as a grade, a move or a quarter. Empty for the whole",
    "numerator": "How many are counted (a mean to one decimal). Empty if the answer is not a share",
    "denominator": "Of how many",
    "percent": "The share in whole per cent. Empty if there is nothing to count",
    "value": "The answer if it is not a share: a median, a change in points",
    "unit": "Its unit",
    "spread": "Its range",
    "base": "What the denominator counts, such as children",
    "period": "Of which time",
    "beside": "What is shown beside it but not included, such as how many are not known",
    "words": "All of that as a sentence",
    "counts": "What the measure counts",
    "of": "Out of whom or what",
    "note": "What a reader also needs to know",
    "source": "Where the definition is from, or the paper for somebody else's figure",
    "comparators": "Other figures for the same measure, each with its base and source",
}
"""Of each record of a figure what it holds."""
KEYS: Final = tuple(COLUMNS)
_OF_A_PUPIL: Final = ("pupil", "plan")
NUMBERS: Final = ("numerator", "denominator", "percent", "value")


class Comparator(NamedTuple):
    """A figure that somebody took from a paper; the base is None where the paper does not say of how many."""

    whose: str
    period: str
    numerator: int | None
    denominator: int | None
    percent: int | None
    value: float | None
    unit: str | None
    source: str
    note: str | None
    figure: str
    """In words, with its base."""

    @property
    def words(self) -> str:
        note = f". {self.note}" if self.note else ""
        return f"{self.whose}, {self.period}: {self.figure}, source {self.source}{note}"


def comparators(workspace: Workspace) -> Mapping[str, Sequence[Comparator]]:
    """What was entered by its measure: by the code of one of ours, or by the words of one of somebody's own."""
    found: dict[str, list[Comparator]] = {}
    for row in store.every(workspace.read(), EnteredRow):
        found.setdefault(row.measure, []).append(_comparator(row))
    return found


def alone(
    entered: Mapping[str, Sequence[Comparator]], found: Collection[Figure], codes: Collection[str] = ()
) -> dict[str, Sequence[Comparator]]:
    """What was entered of these measures, or of all, of which we count nothing: ours without a figure, then somebody's own."""
    counted = {one.measure for one in found}
    order = [*measures(), *(words for words in entered if words not in measures())]
    return {
        name: entered[name]
        for name in order
        if name in entered and name not in counted and (not codes or name in codes)
    }


def records(workspace: Workspace, found: Collection[Figure], codes: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """A record with ``KEYS`` for each figure, then for each that was entered of a measure of which we count nothing."""
    entered = comparators(workspace)
    for one in found:
        yield _record(one, entered.get(one.measure, ()))
    for name, rows in alone(entered, found, codes).items():
        for row in rows:
            values = {
                **row._asdict(),
                "measure": name,
                "title": measure_title(name),
                "part": row.whose,
                "words": row.figure,
            }
            yield {key: values.get(key) for key in KEYS} | {"comparators": []}


def in_words(one: Mapping[str, Any]) -> dict[str, Any]:
    """A record for a table, a cell of which holds no list of records: what others say as sentences."""
    return {**one, "comparators": "; ".join(row["words"] for row in one["comparators"]) or None}


def _comparator(row: EnteredRow) -> Comparator:
    known = row.counted is not None and row.base is not None
    found = percent(row.counted or 0, row.base or 0) if known else None
    return Comparator(
        row.whose, row.period, row.counted, row.base, found, row.value, row.unit, row.source, row.note, amount(row)
    )


def _record(one: Figure, entered: Sequence[Comparator]) -> dict[str, Any]:
    measure = measures()[one.measure]
    values = {
        **vars(one),
        "title": measure.title,
        "numerator": one.exact[0] if one.exact else one.counted,
        "denominator": one.exact[1] if one.exact else one.base,
        "percent": one.percent,
        "base": one.of,
        "words": one.text,
        "counts": measure.counts,
        "of": measure.of,
        "note": measure.note or None,
        "source": measure.source,
        "comparators": [{**row._asdict(), "words": row.words} for row in entered],
    }
    return {key: values[key] for key in KEYS}


def may_be_told(workspace: Workspace, rows: Sequence[Behind]) -> tuple[list[Behind], int]:
    """The rows but those about pupils of whom nothing, or not the school, may be disclosed, and how many those are."""
    markers = Markers(workspace)
    held_back = about(workspace, rows, {*markers.held_back, *markers.hidden})
    kept = [row for row in rows if row.goal not in held_back]
    return kept, len(rows) - len(kept)


def about(workspace: Workspace, rows: Sequence[Behind], pupils: Collection[int]) -> set[tuple[str, int]]:
    """The goals of those rows that are about these pupils."""
    connection, goals = workspace.read(), {row.goal for row in rows if pupils and row.goal[0] in _OF_A_PUPIL}
    return {goal for goal in goals if pupil_store.pupil_of(connection, *goal) in pupils}
