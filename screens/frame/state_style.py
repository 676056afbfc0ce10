"""How a state looks: a symbol, a word and a colour, in that order of trust."""

from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style
from textual.content import Content

from transitions.milestones.milestone import STATES, SYMBOLS, State

_BOLD = frozenset({"overdue", "missed"})


class Look(NamedTuple):
    """The symbol of a state, plain ASCII, and the theme variable that holds its colour."""

    symbol: str
    variable: str
    bold: bool


LOOKS: Mapping[State, Look] = {
    state: Look(SYMBOLS[state], f"state-{state.replace(' ', '-')}", state in _BOLD) for state in STATES
}
"""Every state, the most pressing first."""


def status_text(state: State, words: str | None = None) -> Content:
    """Symbol and word in the colour of ``state``; ``words`` replace the word: ``! 12 days late``.

    ``words`` must be ours: text from people goes through ``safe.txt``.
    """
    return Content.styled(f"{LOOKS[state].symbol} {state if words is None else words}", _markup_style(state))


def status_symbol(state: State) -> Content:
    """The symbol alone, for a column whose word stands elsewhere in the row."""
    return Content.styled(LOOKS[state].symbol, _markup_style(state))


def status_style(state: State, theme_variables: Mapping[str, str]) -> Style:
    """The Rich style of ``state`` for line-API widgets; ``theme_variables`` are ``App.theme_variables``."""
    look = LOOKS[state]
    return Style(color=theme_variables[look.variable], bold=look.bold or None)


def _markup_style(state: State) -> str:
    look = LOOKS[state]
    return f"bold ${look.variable}" if look.bold else f"${look.variable}"
