"""What families are asked about a move, as data: items in words for the pupil and for a parent or carer, and the scales."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from transitions import questionnaire
from transitions.questionnaire import record

NOT_SURE: Final = "not sure"
ANSWERS: Final[tuple[int | str, ...]] = (5, 4, 3, 2, 1, NOT_SURE)
"""What can be answered to an item: 5 agrees most."""
WORRY: Final = range(11)
"""0 is not worried at all, 10 as worried as can be."""
OVERALL: Final = range(1, 6)
"""1 is very bad, 5 very good."""

Words = Mapping[str, str]
"""By respondent: the pupil, a parent or carer."""


@dataclass(frozen=True)
class SurveyItem:
    """One thing to agree with or not, and whether it is asked ``before`` the move, ``after`` it, or both."""

    code: str
    words: Words
    moments: tuple[str, ...]


@dataclass(frozen=True)
class Survey:
    """The whole questionnaire; ``scale`` gives by respondent the words for 5 to 1."""

    version: str
    items: tuple[SurveyItem, ...]
    scale: Mapping[str, Mapping[int, str]]
    not_sure: Words
    worry: Words
    overall: Words
    worked: Words
    change: Words

    def items_for(self, moment: str) -> tuple[SurveyItem, ...]:
        """The items that are asked before the move, or after it."""
        return tuple(item for item in self.items if moment in item.moments)


@cache
def load_survey() -> Survey:
    """The survey that ships with this program."""
    table = questionnaire.load("transitions.plans", "survey.toml")
    scale = {
        respondent: MappingProxyType({int(number): words for number, words in steps.items()})
        for respondent, steps in table["scale"].items()
    }
    items = tuple(record(SurveyItem, one) for one in table["items"])
    return record(Survey, {**table, "items": items, "scale": MappingProxyType(scale)})
