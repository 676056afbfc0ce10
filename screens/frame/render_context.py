"""How the text about a pupil is to be written, and the names in it."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.content import Content

from screens.frame.safe import cell
from transitions.dates import how_far, short_with_year
from transitions.milestones.milestone import STATES, SYMBOLS, State
from transitions.pupils.page import PupilView
from transitions.text import initials

HIDDEN_NOTE = "(hidden)"


def display_name(forename: str, surname: str, *, hidden: bool) -> str:
    """``Aisha Khan``, or ``AK`` while names are hidden."""
    return _hidden(forename, surname) if hidden else f"{forename} {surname}".strip()


def list_name(forename: str, surname: str, *, hidden: bool) -> str:
    """``Khan, Aisha`` as lists sort it, or ``AK`` while names are hidden."""
    if hidden:
        return _hidden(forename, surname)
    return ", ".join(part for part in (surname, forename) if part)


def _hidden(forename: str, surname: str) -> str:
    return initials(forename, surname) or "?"


def note(text: str, *, hidden: bool) -> str:
    """``text``, or a remark that it is hidden; an empty note stays empty."""
    return HIDDEN_NOTE if hidden and text else text


def identifier(number: str, *, hidden: bool) -> str:
    """A UPN or NHS number, or its last three characters after asterisks while names are hidden."""
    if not hidden:
        return number
    return "*" * max(0, len(number) - 3) + number[-3:] if len(number) > 3 else "*" * len(number)


OWN_WORDS: Final = "italic"


class RenderContext(NamedTuple):
    """How a page is to be written: for which day, and whether names and notes are hidden."""

    today: date
    hidden: bool = False

    def name(self, view: PupilView) -> str:
        page = view.page
        return display_name(page.preferred_name or page.forename, page.surname, hidden=self.hidden)

    def person(self, name: str) -> str:
        first, _, rest = name.partition(" ")
        return display_name(first, rest, hidden=True) if self.hidden else name

    def text(self, text: str | None) -> str:
        return note(text or "", hidden=self.hidden)


class DocumentContext(NamedTuple):
    """How a document is to be written: for which day and for whose eyes, in which colours, and whether keys fill it in.

    ``variables`` are those of the theme. With ``keys`` an empty section says which key fills it.
    """

    context: RenderContext
    variables: Mapping[str, str]
    keys: bool = False

    def day(self, day: date) -> str:
        """``Fri 4 Dec 2026, in 13 days``."""
        return f"{short_with_year(day)}, {how_far(day, self.context.today)}"

    def quote(self, text: str) -> Text:
        return cell(HIDDEN_NOTE if self.context.hidden else f"“{text.strip()}”", OWN_WORDS)

    def marked(self, state: State, text: str) -> Text:
        return Text.assemble((f"{LOOKS[state].symbol} ", status_style(state, self.variables)), cell(text))


_BOLD = frozenset({"overdue", "missed"})


class StateStyle(NamedTuple):
    """The symbol of a state, plain ASCII, and the theme variable that holds its colour."""

    symbol: str
    variable: str
    bold: bool


LOOKS: Mapping[State, StateStyle] = {
    state: StateStyle(SYMBOLS[state], f"state-{state.replace(' ', '-')}", state in _BOLD) for state in STATES
}
"""Every state, the most pressing first."""


def status_text(state: State, text: str | None = None) -> Content:
    """Symbol and word in the colour of ``state``; ``text`` replaces the word: ``! 12 days late``.

    ``text`` must be ours: text from people goes through ``safe.txt``.
    """
    return Content.styled(f"{LOOKS[state].symbol} {state if text is None else text}", _markup_style(state))


def status_symbol(state: State) -> Content:
    """The symbol alone, for a column whose word stands elsewhere in the row."""
    return Content.styled(LOOKS[state].symbol, _markup_style(state))


def status_style(state: State, theme_variables: Mapping[str, str]) -> Style:
    """The Rich style of ``state`` for line-API widgets; ``theme_variables`` are ``App.theme_variables``."""
    style = LOOKS[state]
    return Style(color=theme_variables[style.variable], bold=style.bold or None)


def _markup_style(state: State) -> str:
    style = LOOKS[state]
    return f"bold ${style.variable}" if style.bold else f"${style.variable}"
