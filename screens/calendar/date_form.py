"""The form of a date that the council or a school puts into the calendar itself, with the clashes of its days."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from screens.frame.pickers import school_finder
from screens.frame.record_form import RecordForm, Values, open_form, sentence
from screens.frame.typed_days import TypedDay
from screens.widgets.fields import Answer, Check, Field, Section
from screens.workshops.clashes import ClashForm, Standing
from transitions.calendar import local_dates
from transitions.calendar.events import terms_for
from transitions.dates import ago, how_far, long, parse_typed
from transitions.milestones.recording import Recorded
from transitions.workshops.page import group_text, groups_of
from transitions.workshops.reading import groups_in_words, read_year_groups

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp
    from transitions.workspace import Workspace

KINDS = (
    ("event", "Any other date"),
    ("ask", "Something asked of schools once"),
    ("test", "A school’s own test"),
    ("trip", "A trip"),
)
FOR_SCHOOLS = (
    ("all", "All schools"),
    ("primary", "Primary schools"),
    ("secondary", "Secondary schools"),
    ("early years", "Early years settings"),
    ("college", "Colleges"),
    ("council", "The council alone"),
)
"""Who is asked, in words."""
_DAY_WIDTH = 24


class DateClashForm(ClashForm):
    """A form of a date of one's own, whose fields are called otherwise than those of a workshop."""

    CALLED: ClassVar[Mapping[str, str]] = {"on_day": "first_day", "host_school": "school"}


def edit_date(app: "TransitionsApp", date_id: int | None, on_day: date | None = None) -> None:
    """Open the form of a date, or of a new one ``on_day``."""
    open_form(app, date_form(app, date_id, on_day))


def date_form(app: "TransitionsApp", date_id: int | None, on_day: date | None = None) -> RecordForm:
    """Give the form of a date, or of a new one."""
    workspace = app.workspace
    row = None if date_id is None else local_dates.own_date(workspace, date_id)

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        wanted = changed if row is not None else {name for name, value in values.items() if value is not None}
        return local_dates.save_date(workspace, date_id, {name: _given(name, values[name]) for name in wanted}).recorded

    stored: dict[str, object] = {"kind": "event", "first_day": on_day, "for_schools": "all"}
    if row is not None:
        stored = row._asdict()
        stored["school"] = row.school_id and (row.school_id, row.school)
        stored["year_groups"] = groups_in_words(groups_of(row.year_groups)) if row.year_groups else None
        stored["last_day"] = None if row.last_day == row.first_day else row.last_day
    return RecordForm(
        "Add a date" if row is None else f"Edit {row.title}",
        _sections(workspace),
        stored,
        save,
        f"draft own date {date_id or 'new'}",
        partial(DateClashForm, Standing(workshop_id=date_id)),
    )


def year_groups_field() -> Field:
    """Give the field of the year groups that something is for."""

    def check(text: str) -> Answer:
        try:
            groups = read_year_groups(text)
        except ValueError as problem:
            raise ValueError(sentence(str(problem))) from None
        return Answer(group_text(groups), groups_in_words(groups))

    return Field(name="year_groups", label="Year groups", check=check, help="6, or 6 and 7, or N to 2; empty is all")


def _sections(workspace: "Workspace") -> Sequence[Section]:
    day = _day(workspace)
    what = [
        Field(name="kind", label="What it is", kind="choice", choices=KINDS, required=True, help="Down lists them"),
        Field(name="title", label="Title", required=True),
        Field(
            name="first_day", label="Day", kind="date", required=True, check=day, width=_DAY_WIDTH,
            help="5/9/26, 5 sep, mon, +6w",
        ),
        Field(
            name="last_day", label="Last day", kind="date", check=day, width=_DAY_WIDTH,
            help="Only when it lasts several days",
        ),
    ]  # fmt: skip
    whom = [
        year_groups_field(),
        Field(name="for_schools", label="Asked of", kind="choice", choices=FOR_SCHOOLS, help="Down lists them"),
        Field(
            name="school", label="Of the school", kind="suggest", suggest=school_finder(workspace),
            help="Whose test or trip it is; empty: of the council, for all",
        ),
    ]  # fmt: skip
    more = [
        Field(name="detail", label="About it", kind="long text", help="It goes into the files that are shared"),
        Field(name="source", label="Where it was said"),
    ]
    return [
        Section(title="What and when", fields=what),
        Section(title="For whom", fields=whom),
        Section(title="More", fields=more),
    ]


def _day(workspace: "Workspace") -> Check:
    today = workspace.clock.today

    def check(text: str) -> TypedDay:
        try:
            day = parse_typed(text, today, terms_for(workspace))
        except ValueError as problem:
            raise ValueError(sentence(str(problem))) from None
        return TypedDay(day, f"{long(day)}, {how_far(day, today) if day > today else ago(day, today)}")

    return check


def _given(name: str, value: object) -> object:
    """Give a school by its number, as the records read it."""
    return f"#{value}" if name == "school" and value is not None else value
