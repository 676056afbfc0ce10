"""How a state looks: a symbol, a word and a colour, in that order of trust."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from rich.style import Style
from textual.content import Content

State = Literal["overdue", "missed", "due soon", "late", "met", "waived", "not due", "not applicable"]


class Look(NamedTuple):
    """The symbol of a state, plain ASCII, and the theme variable that holds its colour."""

    symbol: str
    variable: str
    bold: bool = False


LOOKS: Mapping[State, Look] = {
    "overdue": Look("!", "state-overdue", bold=True),
    "missed": Look("x", "state-missed", bold=True),
    "due soon": Look("~", "state-due-soon"),
    "late": Look("^", "state-late"),
    "met": Look("+", "state-met"),
    "waived": Look("-", "state-waived"),
    "not due": Look(".", "state-not-due"),
    "not applicable": Look("o", "state-not-applicable"),
}
"""Every state, the most pressing first."""


def status_text(state: State, words: str | None = None) -> Content:
    """Give symbol and word in the colour of ``state``; ``words`` replace the word: ``! 12 days late``.

    ``words`` must be ours: text from people goes through ``safe.txt``.
    """
    return Content.styled(f"{LOOKS[state].symbol} {state if words is None else words}", _markup_style(state))


def status_symbol(state: State) -> Content:
    """Give the symbol alone, for a column whose word stands elsewhere in the row."""
    return Content.styled(LOOKS[state].symbol, _markup_style(state))


def status_style(state: State, theme_variables: Mapping[str, str]) -> Style:
    """Give the Rich style of ``state`` for line-API widgets; ``theme_variables`` are ``App.theme_variables``."""
    look = LOOKS[state]
    return Style(color=theme_variables[look.variable], bold=look.bold or None)


def _markup_style(state: State) -> str:
    look = LOOKS[state]
    return f"bold ${look.variable}" if look.bold else f"${look.variable}"
