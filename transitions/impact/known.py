"""What the fields of the records behind the figures propose: what ships, and then what was typed before."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from db.impact import records as store
from db.impact.records import OfferRow, RecommendationRow, ReferralRow, ScoreRow, ServiceRow
from transitions.fields import Context, read_text
from transitions.text import searchable
from transitions.workspace import Workspace

REASONS: Final = (
    "anxiety", "attendance", "behaviour", "emotional wellbeing", "speech and language", "learning", "family support",
    "transition support",
)  # fmt: skip
"""Why pupils are referred, as proposed; any other words are taken. Anxiety is one that districts count apart."""
HEALTHY_SCHOOLS: Final = ("not taking part", "working towards", "achieved", "quality award")
KIDSCREEN: Final = (
    "physical wellbeing", "psychological wellbeing", "moods and emotions", "self-perception", "autonomy",
    "parent relations and home life", "social support and peers", "school environment", "social acceptance",
    "financial resources",
)  # fmt: skip
"""The ten dimensions of Kidscreen-52; its items are licensed and not held here."""
KIDSCREEN_52: Final = "Kidscreen-52"
GRADES_IN_WORDS: Final = {1: "1 Fully achieved", 2: "2 On track", 3: "3 Slipped", 4: "4 Not achieved"}


def one_of_list(known: Callable[[Workspace], Sequence[str]]) -> Callable[[str, Context], str]:
    """What reads a name as it stands in a list, whichever letters of it are capitals; another one is taken as it is."""

    def read(text: str, context: Context) -> str:
        name = read_text(text)
        return next((one for one in known(context.workspace) if searchable(one) == searchable(name)), name)

    return read


def service_names(workspace: Workspace) -> list[str]:
    """The services of the directory that still run, then the others to which somebody was referred."""
    connection = workspace.read()
    running = [one.name for one in store.every(connection, ServiceRow) if one.ended_on is None]
    return list(dict.fromkeys((*running, *(one.service for one in store.every(connection, ReferralRow)))))


def reasons(workspace: Workspace) -> list[str]:
    used = (one.reason for one in store.every(workspace.read(), ReferralRow))
    return list(dict.fromkeys((*REASONS, *filter(None, used))))


def scales(workspace: Workspace) -> list[str]:
    return list(dict.fromkeys((KIDSCREEN_52, *(one.scale for one in store.every(workspace.read(), ScoreRow)))))


def dimensions(workspace: Workspace) -> list[str]:
    return list(dict.fromkeys((*KIDSCREEN, *(one.dimension for one in store.every(workspace.read(), ScoreRow)))))


def reviews(workspace: Workspace) -> list[str]:
    return list(dict.fromkeys(one.review for one in store.every(workspace.read(), RecommendationRow)))


def in_force(workspace: Workspace, day: date) -> dict[int, OfferRow]:
    """By school the tier, the Navigator and the Healthy Schools status, each by the newest record that says it."""
    found: dict[int, OfferRow] = {}
    for row in store.every(workspace.read(), OfferRow):  # the newest first
        if row.started_on > day or (row.ended_on is not None and row.ended_on < day):
            continue
        newer = found.get(row.school_id, row)
        visits = newer if newer.navigator or newer.days_a_week is not None else row
        found[row.school_id] = newer._replace(
            tier=newer.tier or row.tier,
            navigator=visits.navigator,
            days_a_week=visits.days_a_week,
            healthy_schools=newer.healthy_schools or row.healthy_schools,
        )
    return found
