"""The readers of the measures, by what they are about; ``READERS`` has each by the code of its measure."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from transitions.impact.measure import Asked, Figure, Reader, measures
from transitions.impact.measures import families

_MODULES: Final = (
    "families",
    "meetings",
    "missed",
    "moves",
    "plans",
    "referrals",
    "wellbeing",
    "year7",
    "young_people",
)


def readers() -> Mapping[str, Reader]:
    """By code what counts a measure."""
    found: dict[str, Reader] = {}
    for name in _MODULES:
        found |= import_module(f"transitions.impact.measures.{name}").READERS
    return found


def figures(asked: Asked, codes: Sequence[str] = ()) -> list[Figure]:
    """The figures of these measures, or of all, in their order."""
    known = readers()
    return [
        figure
        for code in measures()
        if (not codes or code in codes) and not not_shown(asked, code)
        for figure in known[code](asked)
    ]


def not_shown(asked: Asked, code: str) -> str:
    """Why this login is shown no figure of a measure: of anonymous answers it sees none, and none of none is no figure."""
    is_of_answers = asked.workspace.own_school and code in families.READERS
    return (
        "Surveys are answered for the whole team, without names, so they are not counted for one school."
        if is_of_answers
        else ""
    )
