"""The records behind the figures: how each kind is listed and asked for, and those of one pupil, or of a school, in a box."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.small_records import Shown, small_records
from transitions.impact import known as known_words
from transitions.impact import records as kinds
from transitions.impact import words
from transitions.impact.measure import measures
from transitions.pupils import lists
from transitions.pupils.small_records import RecordKind, records
from transitions.text import an
from transitions.workshops.actions import open_actions
from transitions.workspace import Workspace


def _titles(_: Workspace) -> Sequence[str]:
    return [one.title for one in measures().values()]


def _open_actions(workspace: Workspace) -> Sequence[str]:
    return [f"{one.id} {one.what}" for one in open_actions(workspace)]


Known = Mapping[str, Callable[[Workspace], Sequence[str]]]
_NOTHING: Known = {}


def _shown(name: str, kind: RecordKind, key: str, hint: str = "", known: Known = _NOTHING, what: str = "") -> Shown:  # type: ignore[type-arg]
    what = what or kind.title.lower()
    return Shown(kind, words.sentence, Choice(f"{name} 0", f"Add {an(what)}", key, hint), what, known)


REFERRAL: Final = _shown(
    "referral",
    kinds.REFERRAL,
    "r",
    "to which service, why, and what came of it",
    {"service": known_words.service_names, "reason": known_words.reasons},
)
SERVICE: Final = _shown("service", kinds.SERVICE, "s")
RECOMMENDATION: Final = _shown(
    "recommendation",
    kinds.RECOMMENDATION,
    "r",
    known={"review": known_words.reviews, "measure": _titles, "workshop_action_id": _open_actions},
)
ENTERED: Final = _shown("figure", kinds.ENTERED, "f", known={"measure": _titles}, what="figure of others")

_OF_PUPIL: Mapping[str, tuple[str, Shown]] = {
    "referral": ("Referrals", REFERRAL),
    "score": (
        "Wellbeing scores",
        _shown(
            "score",
            kinds.SCORE,
            "s",
            "a number on a scale, before or after the move",
            {"scale": known_words.scales, "dimension": known_words.dimensions},
        ),
    ),
    "readiness": (
        "Readiness",
        _shown(
            "readiness", kinds.READINESS, "r", "as the school, the pupil and the family say", what="look at readiness"
        ),
    ),
    "activity": ("Activities after Year 11", _shown("activity", kinds.ACTIVITY, "a", "by its code, since when")),
    "study": ("Case studies", _shown("study", kinds.CASE_STUDY, "c", "without names, with the family's agreement")),
    "week": (
        "Weeks of attendance",
        _shown("week", kinds.WEEK, "w", "sessions possible and attended", what="week of attendance"),
    ),
}
_KEYS = {"referral": "r", "score": "s", "readiness": "d", "activity": "a", "study": "c", "week": "w"}
"""What opens each kind; Year 7 has some forty weeks a pupil, so that each kind has a list of its own."""


async def records_of(host: Host, pupil_id: int) -> None:
    """What is recorded of a pupil for the figures: first the kinds with how many there are, then the records of one."""
    name: str | None = None
    while True:
        choices = [
            Choice(one, title, _KEYS[one], hint=_newest(records(host.workspace, shown.kind, pupil_id)))
            for one, (title, shown) in _OF_PUPIL.items()
        ]
        title = f"Referrals, scores and more of {host.pupil_name(pupil_id)}"
        name = await host.ask(Choose(title, choices, current=name))
        if name is None:
            return
        title, shown = _OF_PUPIL[name]
        await small_records(host, pupil_id, title, host.pupil_name(pupil_id), {name: shown})


def _newest(rows: Sequence[object]) -> str:
    """How many there are, and the newest of them."""
    return f"{len(rows):,}, newest: {words.sentence(rows[0])}" if rows else "none yet"


async def offers_of(host: Host, school_id: int) -> None:
    """What a school is offered, and has been."""
    shown = _shown("offer", kinds.OFFER, "o", "platinum, gold, silver or bronze, and the Navigator's days a week")
    await small_records(host, school_id, "Offer", lists.school(host.workspace, school_id)["name"], {"offer": shown})
