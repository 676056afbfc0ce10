"""How the text about a pupil is to be written, and the names in it."""

from datetime import date
from typing import NamedTuple

from screens.frame import privacy
from transitions.pupils.page import PupilView


class Look(NamedTuple):
    """How a page is to be written: for which day, and whether names and notes are hidden."""

    today: date
    hidden: bool = False

    def name(self, view: PupilView) -> str:
        """Give the name the pupil goes by, or initials."""
        page = view.page
        return privacy.display_name(page.preferred_name or page.forename, page.surname, hidden=self.hidden)

    def person(self, name: str) -> str:
        """Give the name of somebody around the pupil, or initials."""
        first, _, rest = name.partition(" ")
        return privacy.display_name(first, rest, hidden=True) if self.hidden else name

    def words(self, text: str | None) -> str:
        """Give what somebody wrote, or a remark that it is hidden."""
        return privacy.note(text or "", hidden=self.hidden)
