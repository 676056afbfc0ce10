"""How the text about a pupil is to be written, and the names in it."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from rich.text import Text

from screens.frame import privacy
from screens.frame.safe import cell
from screens.frame.state_style import LOOKS, status_style
from transitions.dates import how_far, short_with_year
from transitions.milestones.milestone import State
from transitions.pupils.page import PupilView

OWN_WORDS: Final = "italic"


class Look(NamedTuple):
    """How a page is to be written: for which day, and whether names and notes are hidden."""

    today: date
    hidden: bool = False

    def name(self, view: PupilView) -> str:
        page = view.page
        return privacy.display_name(page.preferred_name or page.forename, page.surname, hidden=self.hidden)

    def person(self, name: str) -> str:
        first, _, rest = name.partition(" ")
        return privacy.display_name(first, rest, hidden=True) if self.hidden else name

    def words(self, text: str | None) -> str:
        return privacy.note(text or "", hidden=self.hidden)


class Reading(NamedTuple):
    """How a document is to be written: for which day and for whose eyes, in which colours, and whether keys fill it in.

    ``variables`` are those of the theme. With ``keys`` an empty section says which key fills it.
    """

    look: Look
    variables: Mapping[str, str]
    keys: bool = False

    def day(self, day: date) -> str:
        """``Fri 4 Dec 2026, in 13 days``."""
        return f"{short_with_year(day)}, {how_far(day, self.look.today)}"

    def quote(self, text: str) -> Text:
        return cell(privacy.HIDDEN_NOTE if self.look.hidden else f"“{text.strip()}”", OWN_WORDS)

    def marked(self, state: State, words: str) -> Text:
        return Text.assemble((f"{LOOKS[state].symbol} ", status_style(state, self.variables)), cell(words))
