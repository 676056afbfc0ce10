"""Whom to chase about a pupil, and words for it: text to copy and to send oneself. Nothing here sends anything."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from transitions.dates import long
from transitions.pupils import lists
from transitions.pupils.page import PupilView, terms_of
from transitions.team import workers
from transitions.workspace import Workspace

_TO_ANSWER = timedelta(days=7)


class Reached(NamedTuple):
    """Somebody who can be asked: a person of the circle of support, or (``is_school``) the office of a school."""

    name: str
    relation: str
    telephone: str | None
    email: str | None
    is_school: bool = False

    @property
    def called(self) -> str:
        """``Samina Khan (mother)``."""
        return f"{self.name} ({self.relation})" if self.relation else self.name


class Due(NamedTuple):
    """What is asked after, and since when it is due."""

    what: str
    on: date | None


def whom_to_ring(workspace: Workspace, view: PupilView) -> list[Reached]:
    """Who may be contacted, those with a number first; then the school the pupil is at, and the next one."""
    people = [
        Reached(one.name, one.relationship or "", one.telephone, one.email) for one in view.contacts if one.may_contact
    ]
    schools = []
    for school_id, relation in ((view.page.school_id, "school"), (view.page.next_school_id, "next school")):
        if school_id is not None:
            kept = lists.school(workspace, school_id)
            schools.append(Reached(kept["name"], relation, kept["telephone"], None, is_school=True))
    return [*sorted(people, key=lambda one: (not one.telephone, not one.email)), *schools]


def e_mail(workspace: Workspace, view: PupilView, to: Reached, due: Sequence[Due]) -> str:
    """A letter that asks what has become of what is due; a school is told initials, the circle the name they know."""
    page, today = view.page, workspace.clock.today
    forename = page.preferred_name or page.forename
    about = f"{forename[:1]}. {page.surname[:1]}." if to.is_school else forename
    terms = terms_of(workspace, page.id)
    answer_by = today + _TO_ANSWER if terms is None else terms.open_day(today + _TO_ANSWER)
    asked = [f"- {one.what}{f' (due {long(one.on)})' if one.on else ''}" for one in due]
    several = len(due) != 1
    return "\n".join(
        [
            *([f"To: {to.email}"] if to.email else []),
            f"Subject: {about}, {view.year_group_words}: request for an update",
            "",
            f"Dear {'colleague' if to.is_school else to.name},",
            "",
            (
                f"I am writing about {about} ({view.year_group_words}{f', {page.school}' if page.school else ''}). "
                f"I have no record that {'these have' if several else 'this has'} happened:"
            ),
            *asked,
            "",
            (
                f"Please tell me by {long(answer_by)} whether {'they have' if several else 'it has'} been done, and when. "
                "If not, what is in the way, and who can help?"
            ),
            "",
            "Thank you,",
            workers.me_name(workspace) or "",
        ]
    )


def call_note(workspace: Workspace, view: PupilView, to: Reached, due: Sequence[Due]) -> str:
    """A sheet for the telephone: whom one rings about what, with room for what is said."""
    page = view.page
    name = f"{page.preferred_name or page.forename} {page.surname}"
    return "\n".join(
        [
            f"Call about {name}, {long(workspace.clock.today)}",
            f"Rang: {to.called}{f', {to.telephone}' if to.telephone else ''}",
            *(f"About: {one.what}{f', due {long(one.on)}' if one.on else ''}" for one in due),
            "Said: ",
            "Agreed, and by when: ",
        ]
    )
