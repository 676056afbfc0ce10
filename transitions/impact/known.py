"""What the fields of the records behind the figures propose: what ships, and then what was typed before; codes and offers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from db.impact import records as store
from db.impact.records import OfferRow, RecommendationRow, ReferralRow, ScoreRow, ServiceRow
from transitions.fields import Context, read_text, read_whole_number
from transitions.text import searchable
from transitions.workspace import Workspace

Group = Literal["in learning or work", "NEET", "not known", "custody", "still at school"]

ACTIVITIES: Final[Mapping[int, str]] = {
    110: "registered at a school",
    120: "educated at home",
    130: "in custody, of school age",
    140: "not registered at a school",
    150: "not known, of school age",
    210: "school sixth form",
    220: "sixth-form college",
    230: "further education",
    240: "higher education",
    250: "part-time education",
    260: "gap year before higher education",
    270: "full-time education, other",
    280: "special post-16 institution",
    290: "full-time education in custody",
    310: "apprenticeship",
    320: "full-time job with regulated study",
    330: "job without training",
    340: "job with other training",
    350: "temporary job",
    360: "part-time job",
    380: "self-employed",
    381: "self-employed with study",
    410: "work-based learning",
    430: "other training",
    440: "training of the employment service",
    450: "traineeship",
    460: "supported internship",
    530: "re-engagement provision",
    540: "working, not for reward",
    550: "working, not for reward, with part-time study",
    610: "not yet ready for work or learning",
    615: "start agreed, not of regulated learning",
    616: "start agreed of regulated learning",
    619: "looking for work or learning",
    620: "carer",
    630: "teenage parent",
    640: "illness",
    650: "pregnancy",
    660: "religious grounds",
    670: "unlikely ever to be economically active",
    680: "not available, other reason",
    710: "custody (young adult offender)",
    720: "refugee or asylum seeker (older code)",
    810: "not known",
    820: "cannot be contacted",
    830: "refused to say",
}

_BY_FIRST: Final[Mapping[int, Group]] = {
    1: "still at school",
    2: "in learning or work",
    3: "in learning or work",
    4: "in learning or work",
    5: "in learning or work",
    6: "NEET",
    7: "custody",
    8: "not known",
}
_OTHERWISE: Final[Mapping[int, Group]] = {540: "NEET", 720: "NEET"}


def read_activity(text: str) -> int:
    """Read a code, with or without its words behind it. Raises ValueError for one that is not of the list."""
    code = read_whole_number(text.strip().partition(" ")[0], 100, 999)
    if code not in ACTIVITIES:
        raise ValueError("expected an activity code of the client caseload, such as 230 (further education) or 619")
    return code


def group_of(code: int) -> Group:
    """What a code counts as; custody is out of the base."""
    return _OTHERWISE.get(code) or _BY_FIRST[code // 100]


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
