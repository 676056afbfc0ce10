"""The kinds of workshops and meetings: what each is called, whom it is for, and what joins those that follow each other."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from db.vocabulary import WORKSHOP_KINDS

__all__ = ["KINDS", "Kind", "find_kind", "likely_series", "likely_title"]


class Kind(NamedTuple):
    """One kind of meeting.

    ``follows`` says what the meetings of a series have in common: there is one line of this "kind" (for each host), or
    several run side by side and the "title" tells them apart, or it is a "programme" of training.
    """

    called: str
    plural: str
    title: str
    """What one is called as long as nobody has given it a name."""
    help: str
    follows: Literal["kind", "title", "programme"]
    training: bool = False
    """Whether people learn something there: modules, and confidence before and after."""
    for_families: bool = False
    """Whether it is parents and carers who are asked to come."""
    of_a_school: bool = False
    """Whether a school holds it for the pupils who move to it, so that a host is expected."""


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.called: kind
        for kind in (
            Kind(
                "transitions workshop", "transitions workshops", "Transitions workshop",
                "Schools and services map the year’s moves across year groups, and agree what to do.", "kind",
            ),
            Kind(
                "information-sharing forum", "information-sharing forums", "Information-sharing forum",
                "Settings and schools tell the next school about the children who move there.", "kind",
            ),
            Kind(
                "SENCO transition meeting", "SENCO transition meetings", "SENCO transition meeting",
                "The SENCOs of feeder schools and of the school that receives go through the pupils who move.", "kind",
                of_a_school=True,
            ),
            Kind(
                "LIFT meeting", "LIFT meetings", "LIFT meeting",
                "A group of schools asks specialists for advice: the Local Inclusion Forum Team.", "title",
            ),
            Kind(
                "strategic meeting", "strategic meetings", "Strategic meeting",
                "Those who lead on transitions look at the whole.", "title",
            ),
            Kind(
                "evening for parents", "evenings for parents", "Evening for parents",
                "Parents and carers see the next school and ask what they want to know.", "kind",
                for_families=True, of_a_school=True,
            ),
            Kind(
                "transition day", "transition days", "Transition day",
                "Pupils spend a day, or several, at their next school.", "kind", of_a_school=True,
            ),
            Kind(
                "training", "training sessions", "Training",
                "Staff learn something; one session of a programme, or by itself.", "programme", training=True,
            ),
            Kind("other meeting", "other meetings", "Meeting", "Any other meeting about moves.", "title"),
        )
    }
)  # fmt: skip
"""Every kind by its name, in the order in which a form lists them."""


def find_kind(text: str) -> str:
    """Give the kind that ``text`` names: the whole name, or words of it that no other kind has, such as "forum".

    Raises ValueError with the kinds that there are.
    """
    words = text.casefold().split()
    whole = next((kind for kind in WORKSHOP_KINDS if kind.casefold().split() == words), None)
    if whole is not None:
        return whole
    found = [kind for kind in WORKSHOP_KINDS if words and all(word in kind.casefold().split() for word in words)]
    if len(found) != 1:
        raise ValueError(f"expected one of {', '.join(found or WORKSHOP_KINDS)}")
    return found[0]


def likely_title(kind: str, *, host: str | None = None, programme: str | None = None, module: str | None = None) -> str:
    """Give what a meeting is called when nobody has said: "Transition day, Conyers School", "Thrive: Module 1"."""
    if programme is not None:
        return f"{programme}: {module}" if module else programme
    return f"{KINDS[kind].title}, {host}" if host else KINDS[kind].title


def likely_series(kind: str, title: str, *, host: str | None = None, programme: str | None = None) -> str:
    """Give the series that a meeting belongs to when nobody has said."""
    follows = KINDS[kind].follows
    if follows == "title" or (follows == "programme" and programme is None):
        return title
    return likely_title(kind, host=host, programme=programme)
