"""Families: how many answered, how many of those agree, and whether worry has gone down between the two answers of one person."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from transitions.impact.measure import Asked, Figure, Reader, beside
from transitions.plans import survey_results
from transitions.plans.survey_results import AnswerCounts, Results
from transitions.plans.surveys import NOT_SURE

_WHO: Final = {"pupil": "pupils", "parent or carer": "parents and carers"}
_GOOD: Final = (5, 4)
"""Of 5 to 1: agree and strongly agree, good and very good."""


def _results(asked: Asked) -> Results:
    first, last = asked.days
    return survey_results.results(asked.workspace, first=first, last=last)


def _response(asked: Asked) -> list[Figure]:
    return [
        Figure(
            "survey-response",
            asked.period,
            rate.answered,
            rate.asked,
            "surveys",
            part=_part(rate.respondent, rate.moment),
            beside=beside((rate.beyond, "more were returned that were not recorded as handed out")),
        )
        for rate in _results(asked).rates
    ]


def _agreeing(code: str, asked: Asked, counts: Callable[[Results], Iterable[AnswerCounts]]) -> list[Figure]:
    """Those who answer 4 or 5, of all who answered; whoever is not sure has answered, and is told of beside."""
    return [
        Figure(
            code,
            asked.period,
            sum(one.counts[given] for given in _GOOD),
            one.base,
            "answers",
            part=f"{one.words} ({_part(one.respondent, one.moment)})",
            beside=beside((one.counts.get(NOT_SURE, 0), "of them not sure")),
        )
        for one in counts(_results(asked))
        if one.base
    ]


def _worry(asked: Asked) -> list[Figure]:
    return [
        Figure(
            "worry-change",
            asked.period,
            one.lower,
            one.pairs,
            "pairs",
            part=f"{_WHO[one.respondent]}, less worried after the move",
            value=one.median,
            unit="points, the median change",
            beside=beside(
                (one.same, "as worried as before"),
                (one.higher, "more worried"),
                (one.before, "answers before in all"),
                (one.after, "after"),
            ),
        )
        for one in _results(asked).worry_change
    ]


def _part(respondent: str, moment: str) -> str:
    return f"{_WHO[respondent]} {moment} the move"


READERS: Final[Mapping[str, Reader]] = {
    "survey-response": _response,
    "satisfaction": partial(_agreeing, "satisfaction", counts=lambda found: found.items),
    "satisfaction-overall": partial(_agreeing, "satisfaction-overall", counts=lambda found: found.overall),
    "worry-change": _worry,
}
