"""The lists of records in Impact: referrals of all pupils, and what is the council's own; one way for every kind."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.render_context import list_name, note
from screens.frame.report_screen import ReportLine, ReportTab
from screens.frame.small_records import Shown, small_records
from screens.widgets.columns import Column
from transitions.caseload import caseload as caseloads
from transitions.dates import without_weekday
from transitions.impact import known as known_words
from transitions.impact import listing
from transitions.impact import records as kinds
from transitions.impact.known import GRADES_IN_WORDS
from transitions.impact.measure import measures
from transitions.impact.records import measure_title, referrals
from transitions.pupils import lists
from transitions.pupils.small_records import COUNCIL, RecordKind, SmallRow, records
from transitions.school_year import academic_year, academic_year_label
from transitions.text import an, capital, how_many, searchable, share
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
    return Shown(kind, listing.sentence, Choice(f"{name} 0", f"Add {an(what)}", key, hint), what, known)


REFERRAL: Final = _shown(
    "referral",
    kinds.REFERRAL,
    "r",
    "which service, why, and what happened",
    {"service": known_words.service_names, "reason": known_words.reasons},
)
SERVICE: Final = _shown("service", kinds.SERVICE, "s")
RECOMMENDATION: Final = _shown(
    "recommendation",
    kinds.RECOMMENDATION,
    "r",
    known={"review": known_words.reviews, "measure": _titles, "workshop_action_id": _open_actions},
)
FIGURES: Final = _shown("figure", kinds.ENTERED, "f", known={"measure": _titles}, what="figure of others")

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
            "readiness",
            kinds.READINESS,
            "r",
            "as rated by the school, the pupil and the family",
            what="look at readiness",
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
    return f"{len(rows):,}, newest: {listing.sentence(rows[0])}" if rows else "none yet"


async def offers_of(host: Host, school_id: int) -> None:
    """What a school is offered, and has been."""
    shown = _shown("offer", kinds.OFFER, "o", "platinum, gold, silver or bronze, and the Navigator's days a week")
    await small_records(host, school_id, "Offer", lists.school(host.workspace, school_id)["name"], {"offer": shown})


_MOST: Final = 5_000
"""Records that are listed, the newest; how many more there are is said."""
REFERRALS, SERVICES, RECOMMENDATIONS, ENTERED = "referrals", "services", "recommendations", "entered"


class RecordTab(NamedTuple):
    """How a kind of record is listed: its columns with their texts, its headings, what they come to, why there are none."""

    shown: Shown
    columns: Mapping[Column, Callable[[Any], str]]
    heading: Callable[[Any], str]
    figures: Callable[[Sequence[Any]], Sequence[str]]
    empty: str


def _day(day: date | None) -> str:
    return without_weekday(day) if day else ""


def _answer(row: Any) -> str:
    return row.outcome or "no answer yet"


def _of_referrals(rows: Sequence[Any]) -> list[str]:
    return [f"{answer}: {share(count, len(rows))}" for answer, count in Counter(map(_answer, rows)).most_common()]


def _of_services(rows: Sequence[Any]) -> list[str]:
    ended = sum(row.ended_on is not None for row in rows)
    return [f"{how_many(len(rows) - ended, 'service')} running", *([f"{ended:,} ended"] if ended else [])]


def _of_recommendations(rows: Sequence[Any]) -> list[str]:
    graded = Counter(row.grade or 0 for row in rows)
    named = {**GRADES_IN_WORDS, 0: "no grade yet"}
    return [f"{words}: {share(graded[grade], len(rows))}" for grade, words in named.items() if graded[grade]]


TABS: Final[Mapping[str, RecordTab]] = {
    REFERRALS: RecordTab(
        REFERRAL,
        {
            Column("To which service", flex=2, min_width=14, priority=9): lambda row: row.service,
            Column("Why", flex=1, min_width=12, priority=7): lambda row: row.reason or "",
            Column("Referred", width=11, priority=8): lambda row: _day(row.referred_on),
            Column("Answer", width=13, priority=9): _answer,
            Column("From", flex=1, min_width=16, priority=5): lambda row: row.school or "",
        },
        lambda row: academic_year_label(academic_year(row.referred_on)),
        _of_referrals,
        "No referrals yet. Press a to add one here, or ; on a pupil's page.",
    ),
    SERVICES: RecordTab(
        SERVICE,
        {
            Column("Service", flex=3, min_width=22, priority=10): lambda row: row.name,
            Column("For which phase", flex=1, min_width=15, priority=7): lambda row: row.phase or "",
            Column("Who", flex=2, min_width=16, priority=8): lambda row: row.who or "",
            Column("Contact", flex=2, min_width=20, priority=6): lambda row: row.contact or "",
        },
        lambda row: "No longer running" if row.ended_on else "",
        _of_services,
        "No services in the directory yet. Press a to add one: what it is for, who it is for and how to refer.",
    ),
    RECOMMENDATIONS: RecordTab(
        RECOMMENDATION,
        {
            Column("Recommendation", flex=4, min_width=24, priority=10): lambda row: row.recommendation,
            Column("Responsibility", flex=2, min_width=16, priority=6): lambda row: row.responsibility or "",
            Column("Date", width=11, priority=7): lambda row: _day(row.due_on),
            Column("Progress", width=16, priority=9): lambda row: GRADES_IN_WORDS.get(row.grade or 0, "no grade yet"),
            Column("Measure", flex=1, min_width=18, priority=4): lambda row: measure_title(row.measure or ""),
        },
        lambda row: row.review,
        _of_recommendations,
        "No recommendations yet. Press a to add one.",
    ),
    ENTERED: RecordTab(
        FIGURES,
        {
            Column("Whose", flex=2, min_width=16, priority=10): lambda row: row.whose,
            Column("Of which time", flex=1, min_width=13, priority=8): lambda row: row.period,
            Column("Figure", flex=2, min_width=18, priority=10): listing.amount,
            Column("Source", flex=3, min_width=20, priority=6): lambda row: row.source,
        },
        lambda row: measure_title(row.measure),
        lambda rows: [how_many(len(rows), "figure"), "each is shown beside its measure"],
        "No figures from elsewhere yet. Press a to add one: last year's paper, England, another council.",
    ),
}  # fmt: skip


def record_tab(workspace: Workspace, tab: RecordTab, *, hidden: bool) -> ReportTab:
    """Read all of a kind; referrals stand with the pupils, by initials while names are ``hidden``."""
    columns, texts = list(tab.columns), list(tab.columns.values())
    rows: Sequence[Any]
    if tab.shown.kind.owner == "council":
        rows, names = records(workspace, tab.shown.kind, COUNCIL), None
    else:
        rows = referrals(workspace)
        names = _names(workspace, {row.pupil_id for row in rows[:_MOST]}, hidden=hidden)
        columns = [Column("Pupil", flex=2, min_width=16, priority=10), *columns]
        texts = [lambda row: names[row.pupil_id], *texts]
    lines = []
    for row in rows[:_MOST]:
        cells = [one(row) for one in texts]
        full = partial(in_full, tab.shown, row, hidden=hidden and names is not None)
        words = searchable(*cells, *(() if names is not None else full()))
        lines.append(
            ReportLine(
                cells, (tab.shown.what, row.id), words, full, tab.heading(row), pupil_id=getattr(row, "pupil_id", None)
            )
        )
    cut = [f"the latest {_MOST:,} of {len(rows):,} are listed"] if len(rows) > _MOST else []
    return ReportTab(columns, lines, [*cut, *tab.figures(rows)] if rows else [], tab.empty, len(rows))


def _names(workspace: Workspace, ids: set[int], *, hidden: bool) -> Mapping[int, str]:
    found = caseloads.rows(workspace, sorted(ids))
    return {row.id: list_name(row.preferred_name or row.forename, row.surname, hidden=hidden) for row in found.values()}


def in_full(of: Shown, row: SmallRow, *, hidden: bool = False) -> list[str]:
    """The sentence of a record, then what else it holds; what is written at length, each on a line of its own."""
    fields, stored, sentence = of.kind.fields, of.kind.fields.stored(row), capital(of.words(row))
    texts = {name: _told(fields[name], stored[name]) for name in fields if stored[name] not in (None, "")}
    texts = {name: text for name, text in texts.items() if text not in sentence}
    short = [f"{fields[name].label}: {text}" for name, text in texts.items() if fields[name].kind != "long text"]
    long = [
        f"{fields[name].label}: {note(text, hidden=hidden)}"
        for name, text in texts.items()
        if fields[name].kind == "long text"
    ]
    return [sentence, *long, " · ".join(short)]


def _told(field: Any, value: Any) -> str:
    if isinstance(value, date):
        return without_weekday(value)
    return str(value[1] if isinstance(value, tuple) else dict(field.choices).get(value, value))
