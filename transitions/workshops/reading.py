"""The fields of a workshop, and what people type in them: its days and hours, its year groups, where it is and whose it is."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from db.vocabulary import WORKSHOP_KINDS
from db.workshops.workshops import WorkshopRow
from transitions.dates import long
from transitions.fields import Context, Field, Fields, Option, Reading, read_day_and_distance, typed_in
from transitions.milestones.definitions import load_shipped
from transitions.pupils.schools import find_school
from transitions.school_year import join_year_groups, parse_year_groups, split_year_groups, year_groups_label
from transitions.team.workers import find_worker
from transitions.workshops.links import echoed_link
from transitions.workspace import Workspace


class MeetingKind(NamedTuple):
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


KINDS: Final[Mapping[str, MeetingKind]] = MappingProxyType(
    {
        kind.called: kind
        for kind in (
            MeetingKind(
                "transitions workshop", "transitions workshops", "Transitions workshop",
                "Schools and services map the year’s moves across year groups, and agree what to do.", "kind",
            ),
            MeetingKind(
                "information-sharing forum", "information-sharing forums", "Information-sharing forum",
                "Settings and schools tell the next school about the children moving there.", "kind",
            ),
            MeetingKind(
                "SENCO transition meeting", "SENCO transition meetings", "SENCO transition meeting",
                "SENCOs of the feeder and receiving schools go through the pupils who are moving.", "kind",
            ),
            MeetingKind(
                "LIFT meeting", "LIFT meetings", "LIFT meeting",
                "A group of schools asks specialists for advice: the Local Inclusion Forum Team.", "title",
            ),
            MeetingKind(
                "strategic meeting", "strategic meetings", "Strategic meeting",
                "Transition leads look at the whole picture.", "title",
            ),
            MeetingKind(
                "evening for parents", "evenings for parents", "Evening for parents",
                "Parents and carers see the next school and ask what they want to know.", "kind",
            ),
            MeetingKind(
                "transition day", "transition days", "Transition day",
                "Pupils spend a day, or several, at their next school.", "kind",
            ),
            MeetingKind(
                "training", "training sessions", "Training",
                "Staff training: a session of a programme, or on its own.", "programme", training=True,
            ),
            MeetingKind("other meeting", "other meetings", "Meeting", "Any other meeting about moves.", "title"),
        )
    }
)  # fmt: skip
"""Every kind by its name, in the order in which a form lists them."""


def find_kind(text: str) -> str:
    """The kind that ``text`` names: the whole name, or words of it that no other kind has, such as "forum".

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
    """What a meeting is called when nobody has said: "Transition day, Conyers School", "Thrive: Module 1"."""
    if programme is not None:
        return f"{programme}: {module}" if module else programme
    return f"{KINDS[kind].title}, {host}" if host else KINDS[kind].title


def likely_series(kind: str, title: str, *, host: str | None = None, programme: str | None = None) -> str:
    follows = KINDS[kind].follows
    if follows == "title" or (follows == "programme" and programme is None):
        return title
    return likely_title(kind, host=host, programme=programme)


_MOST_AHEAD = timedelta(days=3 * 366)

_HOUR = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))? ?(am|pm)?")
_HOUR_WORDS: Final = {"noon": "12:00", "midday": "12:00"}


def read_hour(text: str) -> str:
    """Read a time of day and give it as "09:30": 9.30, 9:30am, 0930, 9am, 13.30, 1.30pm, noon.

    From one to half past six an hour without am, pm or a nought before it could be either. Raises ValueError.
    """
    plain = " ".join(text.casefold().split())
    if plain in _HOUR_WORDS:
        return _HOUR_WORDS[plain]
    plain = plain.replace("a.m.", "am").replace("p.m.", "pm")
    if re.fullmatch(r"[0-9]{3}(?: ?[ap]m)?", plain):
        plain = f"{plain[0]}:{plain[1:]}"
    found = _HOUR.fullmatch(plain)
    if found is None:
        raise ValueError("this is not a time: expected one such as 9.30, 1.30pm or 13:30")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise ValueError("there is no such time: expected one such as 9.30, 1.30pm or 13:30")
    if half is None and 1 <= hour <= 6 and len(found[1]) == 1:
        raise ValueError(f"in the morning or in the afternoon? Write {hour}.{minute:02d}pm or {hour}.{minute:02d}am")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{minute:02d}"


_POUNDS = re.compile(r"£?([0-9]{1,4})(?:\.([0-9]{2}))?")


def read_pounds(text: str) -> int:
    """Read pounds, with pence or without, into pence. Raises ValueError."""
    found = _POUNDS.fullmatch(text.replace(" ", ""))
    if found is None:
        raise ValueError("expected pounds, or pounds and pence, such as 85 or 85.50")
    return int(found[1]) * 100 + int(found[2] or 0)


def pounds(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def places_in_words(row: WorkshopRow) -> str:
    """How many places are taken and left; nothing when nobody said how many there are."""
    if row.places is None:
        return ""
    left, taken = row.places - row.places_taken, f"{row.places_taken:,} of {row.places:,} places taken"
    return f"{taken}, {left:,} left" if left >= 0 else f"{taken}: {-left:,} more than there are"


def workshop_context(workspace: Workspace) -> Context:
    return typed_in(workspace, terms=workspace.terms_for())


def _hour(text: str) -> Reading:
    hour = read_hour(text)
    return Reading(hour, echo=hour)


def _groups(text: str) -> Reading:
    groups = parse_year_groups(text)
    return Reading(join_year_groups(groups), echo=year_groups_label(groups))


def _day(text: str, context: Context) -> Reading:
    reading = read_day_and_distance(text, context)
    if reading.value > context.today + _MOST_AHEAD:
        raise ValueError(f"{long(reading.value)} is more than three years away: is the year right?")
    return reading


def _moves() -> list[Option]:
    return [(code, f"{point.title} ({code})") for code, point in load_shipped().transitions.items()]


YEAR_GROUPS: Final = Field(
    "year_groups",
    "Year groups",
    read=_groups,
    empty="",
    shown=lambda text: year_groups_label(split_year_groups(text)),
    help="6, or 6 and 7, or N to 2. Empty means all",
)
WORKSHOP_FIELDS: Final = Fields(
    Field(
        "kind", "Kind", "choice", read=find_kind, needed=True, help="Down lists every kind",
        options=[(name, kind.title) for name, kind in KINDS.items()],
    ),
    Field("title", "Title", help="Empty: named after its kind, host or programme"),
    Field("series", "Series", "known", help="Actions are carried along it. Empty: meetings of the same kind and host"),
    Field("on_day", "Day", "date", reader=_day, needed=True, help="5/9/26, 5 sep, mon, +6w"),
    Field("last_day", "Last day", "date", reader=_day, help="Only when it lasts several days"),
    Field("starts", "From", read=_hour, width=12, help="9.30, 1.30pm or 0930"),
    Field("ends", "To", read=_hour, width=12),
    Field("place", "Place"),
    Field("link", "Link", read=echoed_link, help="Of a meeting online"),
    Field(
        "host_school", "Host school", "school", find=find_school, column="host_school_id",
        help="Such as the secondary school of a transition day",
    ),
    Field("worker", "Who runs it", "worker", find=find_worker, column="worker_id", help="Empty: you"),
    Field("transition", "Move", "choice", options=_moves, help="Of one kind of move, if it is"),
    YEAR_GROUPS,
    Field("audience", "Audience", help="Such as SENCOs and heads of Year 7"),
    Field("places", "Places", "number", limits=(1, 9_999), width=12, help="How many delegates there is room for"),
    Field("fee", "Fee", read=read_pounds, shown=pounds, width=12, help="In pounds for each delegate, such as 85 or 85.50"),
    Field("programme", "Programme", "known"),
    Field("module", "Module"),
    Field("agenda", "Agenda", "long text", help="One point a line"),
    Field("notes", "Notes", "long text"),
)  # fmt: skip
