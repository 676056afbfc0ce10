"""What families are asked about a move, as data: items in words for the pupil and for a parent or carer, and the scales."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

__all__ = ["ANSWERS", "NOT_SURE", "OVERALL", "WORRY", "Survey", "SurveyItem", "load_survey"]

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
        """Give the items that are asked before the move, or after it."""
        return tuple(item for item in self.items if moment in item.moments)


@cache
def load_survey() -> Survey:
    """Give the survey that ships with this program."""
    table = tomllib.loads(files("transitions.plans").joinpath("survey.toml").read_text(encoding="utf-8"))
    items = []
    for one in table["item"]:
        words = {name: text for name, text in one.items() if name not in ("code", "moments")}
        items.append(SurveyItem(one["code"], MappingProxyType(words), tuple(one["moments"])))
    scale = {
        respondent: MappingProxyType({int(number): words for number, words in steps.items()})
        for respondent, steps in table["scale"].items()
    }
    rest = {name: MappingProxyType(table[name]) for name in ("not_sure", "worry", "overall", "worked", "change")}
    return Survey(version=table["version"], items=tuple(items), scale=MappingProxyType(scale), **rest)
