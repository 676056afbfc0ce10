"""What schools and families say of workshops and of the moves that they are about, by theme, and what it comes to.

Nobody who says something is named. Nothing is suppressed here: this is for use inside the team.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from db.vocabulary import FEEDBACK_FROM
from db.workshops import workshops as store
from db.workshops.workshops import FeedbackRow, WorkshopRow
from transitions import questionnaire
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.fields import Field, Fields, Option, as_text, labelled, read_day_gone_by, read_one_of, typed_in
from transitions.text import Share
from transitions.workshops.page import existing_workshop
from transitions.workspace import Recorded, Saved, Workspace

__all__ = ["FEEDBACK_FROM", "FeedbackRow"]

RATINGS: Final = (5, 4, 3, 2, 1)
"""5 is very good, 1 very poor."""
_GOOD: Final = (5, 4)
_ALSO: Final = {
    "schools": "school", "setting": "school", "families": "family", "parent": "family", "parents": "family",
    "carer": "family", "parent or carer": "family", "pupils": "pupil", "child": "pupil", "young person": "pupil",
}  # fmt: skip
_GONE: Final = "This feedback is no longer here. Somebody has undone the change that added it."


@dataclass(frozen=True)
class Theme:
    """One theme: its code, as it is recorded, its title, and what people are asked."""

    code: str
    title: str
    question: str


@dataclass(frozen=True)
class Themes:
    """Every theme by its code, in the order in which they are asked; ``ratings`` gives the words for 5 to 1."""

    version: str
    by_code: Mapping[str, Theme]
    ratings: Mapping[int, str]


@dataclass(frozen=True)
class ThemeFigures:
    """What was said under one theme, counted; ``counts`` has every rating, 5 first.

    ``said`` counts whatever was said, with a rating or in words alone; a mean is never shown without ``rated``.
    """

    code: str
    title: str
    said: int
    counts: Mapping[int, int]

    @property
    def rated(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        total = sum(rating * count for rating, count in self.counts.items())
        return total / self.rated if self.rated else None

    @property
    def good(self) -> Share:
        return Share(sum(self.counts[rating] for rating in _GOOD), self.rated)

    @property
    def text(self) -> str:
        if self.mean is None:
            return "nobody gave a rating"
        return f"mean {self.mean:.1f} of 5; {self.good.text} good or very good"


@cache
def load_themes() -> Themes:
    table = questionnaire.load("transitions.workshops", "themes.toml")
    themes = {one["code"]: Theme(**one) for one in table["theme"]}
    ratings = {int(number): label for number, label in table["rating"].items()}
    return Themes(table["version"], MappingProxyType(themes), MappingProxyType(ratings))


def save_feedback(
    workspace: Workspace, workshop_id: int, feedback_id: int | None, fields: Mapping[str, object]
) -> Saved:
    """Save something said of a workshop (None) or changes to it; fields that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. ``theme`` is a code or a
    title, ``rating`` 1 to 5. It was said on the day of the workshop, or today when that is to come, unless ``given_on`` says
    otherwise.

    Raises FieldProblems with a sentence for each field that is wrong; NotAllowed for a workshop that was taken out of the
    register; NoSuchRecord.
    """
    meeting = existing_workshop(workspace, workshop_id)
    summary = f"{meeting.title} · {short_with_year(meeting.on_day)}"
    if feedback_id is None and meeting.archived_at is not None:
        raise NotAllowed(f"{summary} was taken out. Bring it back first.")
    name = "Feedback added" if feedback_id is None else "Feedback edited"
    with workspace.change(name, summary, plans=False) as action:
        old = None if feedback_id is None else _required_feedback(workspace, workshop_id, feedback_id)
        values = _read_fields(workspace, meeting, old, fields)
        number = action.save("workshop_feedback", feedback_id, values, workshop_id=workshop_id)
    return action.saved(number)


def take_out_feedback(workspace: Workspace, workshop_id: int, feedback_ids: Sequence[int]) -> Recorded:
    """Take out what was entered by mistake. Raises NoSuchRecord."""
    numbers = list(dict.fromkeys(feedback_ids))
    name = "Feedback taken out"
    if not numbers:
        return Recorded(name, "nothing to take out", 0)
    meeting = existing_workshop(workspace, workshop_id)
    summary = f"{meeting.title} · {short_with_year(meeting.on_day)}"
    with workspace.change(name, summary, plans=False) as action:
        for number in numbers:
            _required_feedback(workspace, workshop_id, number)
            action.delete("workshop_feedback", {"id": number})
    return Recorded(name, summary, len(numbers))


def by_theme(
    workspace: Workspace,
    *,
    workshop_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
    series: str | None = None,
    said_by: str | None = None,
) -> list[ThemeFigures]:
    """What was said of one workshop, or of those from ``first`` to ``last`` (None: open), by theme.

    Workshops of a period count by their own day; archived ones do not. ``said_by`` narrows it to schools, families, pupils or
    others. A theme under which nothing was said is there with a base of 0.
    """
    connection = workspace.read()
    if workshop_id is not None:
        rows = store.feedback(connection, workshop_id)
    else:
        rows = store.feedback_between(connection, first or date.min, last or date.max, series)
    return figures([row for row in rows if said_by in (None, row.said_by)])


def figures(rows: Sequence[FeedbackRow]) -> list[ThemeFigures]:
    titles = {theme.code: theme.title for theme in load_themes().by_code.values()}
    titles.update((row.theme, row.theme) for row in rows if row.theme not in titles)
    counts = Counter(row.theme for row in rows)
    rated = Counter((row.theme, row.rating) for row in rows)
    return [
        ThemeFigures(code, title, counts[code], {rating: rated[code, rating] for rating in RATINGS})
        for code, title in titles.items()
    ]


def _read_fields(
    workspace: Workspace, meeting: WorkshopRow, old: FeedbackRow | None, fields: Mapping[str, object]
) -> dict[str, Any]:
    today = workspace.clock.today
    new = {**FEEDBACK_FIELDS.blank, "given_on": min(meeting.on_day, today)} if old is None else {}
    given = {name: value for name, value in fields.items() if name != "given_on" or as_text(value)}
    values, problems = FEEDBACK_FIELDS.read(typed_in(workspace), {**new, **given}, existing=old)
    after = {"rating": None, "words": None, **(old._asdict() if old else {}), **values}
    if not problems and after["rating"] is None and after["words"] is None:
        problems["rating"] = "Give a rating from 1 to 5, or say it in words."
    if problems:
        raise FieldProblems(problems)
    return values


def _theme(text: str) -> str:
    plain = " ".join(text.casefold().split())
    themes = load_themes().by_code
    found = next((one.code for one in themes.values() if plain in (one.code, one.title.casefold())), None)
    if found is None:
        raise ValueError(f"expected one of {', '.join(themes)}")
    return found


def _rating(text: str) -> int:
    ratings = {label.casefold(): number for number, label in load_themes().ratings.items()}
    found = ratings.get(text.casefold(), next((rating for rating in RATINGS if text == str(rating)), None))
    if found is None:
        raise ValueError("expected a rating from 1 (very poor) to 5 (very good)")
    return found


def _said_by(text: str) -> str:
    return read_one_of(FEEDBACK_FROM, _ALSO.get(text.casefold(), text))


def _themes() -> list[Option]:
    return [(theme.code, theme.title) for theme in load_themes().by_code.values()]


FEEDBACK_FIELDS: Final = Fields(
    Field("theme", "Theme", "choice", read=_theme, options=_themes, needed=True, help="Down lists the themes"),
    Field(
        "said_by", "Said by", "choice", read=_said_by, options=labelled(FEEDBACK_FROM), needed=True, help="Nobody is named"
    ),
    Field("rating", "Mark", "choice", read=_rating, options=[(rating, str(rating)) for rating in RATINGS]),
    Field("words", "In their words", "long text"),
    Field("given_on", "Said on", "date", reader=read_day_gone_by, help="Empty: the day of the workshop"),
)  # fmt: skip


def _required_feedback(workspace: Workspace, workshop_id: int, feedback_id: int) -> FeedbackRow:
    return require(
        next((row for row in store.feedback(workspace.read(), workshop_id) if row.id == feedback_id), None), _GONE
    )
