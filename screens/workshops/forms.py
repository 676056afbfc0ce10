"""The forms of a workshop itself: its details with the clashes of its day, the next of its series, and calling it off."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from screens.frame.dialogs import Ask
from screens.frame.pickers import school_finder, worker_finder
from screens.frame.record_form import RecordForm, Values, open_form, sentence
from screens.frame.typed_days import TypedDay
from screens.widgets.fields import Answer, Check, Field, Option, Section
from screens.workshops.clashes import Standing, clash_form, standing
from screens.workshops.list_lines import days_long
from transitions.dates import ago, how_far, long
from transitions.errors import Fault
from transitions.milestones.definitions import load_shipped
from transitions.milestones.recording import Recorded
from transitions.plans.page import point_title
from transitions.text import searchable
from transitions.workshops import actions, saving
from transitions.workshops.kinds import KINDS
from transitions.workshops.page import WorkshopPage, groups_of, known_programmes, known_series, load
from transitions.workshops.reading import groups_in_words, read_field
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

_DAY_WIDTH, _HOUR_WIDTH, _NUMBER_WIDTH = 24, 12, 10


# The workshop


def edit_workshop(
    app: "TransitionsApp",
    workshop_id: int | None,
    then: Callable[[int], None] | None = None,
    on_day: date | None = None,
) -> None:
    """Open the form of a workshop, or of a new one ``on_day``; ``then`` is given its number when it was saved."""
    saved: list[int] = []
    page = None if workshop_id is None else load(app.workspace, workshop_id)

    def closed() -> None:
        if then is not None:
            then(saved[0])

    open_form(app, workshop_form(app, page, saved, on_day), closed)


def workshop_form(
    app: "TransitionsApp", page: WorkshopPage | None, saved: list[int], on_day: date | None = None
) -> RecordForm:
    """Give the form of a workshop, or of a new one; ``saved`` takes its number."""
    workspace = app.workspace

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        wanted = changed if page is not None else {name for name, value in values.items() if value is not None}
        number = None if page is None else page.workshop.id
        done = saving.save_workshop(workspace, number, {name: values[name] for name in wanted})
        saved[:] = [done.workshop_id]
        return done.recorded

    return RecordForm(
        "Add a workshop" if page is None else f"Edit {page.workshop.title}",
        [*_what(workspace), *_when_and_where(workspace), *_whom(workspace), *_more(workspace)],
        {"on_day": on_day} if page is None else _stored(page),
        save,
        f"draft workshop {'new' if page is None else page.workshop.id}",
        clash_form(Standing() if page is None else standing(page)),
    )


def _what(workspace: Workspace) -> Sequence[Section]:
    kinds = [(name, kind.title) for name, kind in KINDS.items()]
    fields = [
        Field(name="kind", label="Kind", kind="choice", choices=kinds, required=True, help="Down lists every kind"),
        _typed(
            workspace, "on_day", "Day", required=True, kind="date", width=_DAY_WIDTH, help="5/9/26, 5 sep, mon, +6w"
        ),
        _typed(workspace, "starts", "From", width=_HOUR_WIDTH, help="9.30, 1.30pm or 0930"),
        _typed(workspace, "ends", "To", width=_HOUR_WIDTH),
        _typed(
            workspace, "last_day", "Last day", kind="date", width=_DAY_WIDTH, help="Only when it lasts several days"
        ),
        _typed(workspace, "title", "Title", help="Empty: called after its kind, its host or its programme"),
    ]
    return [Section(title="What and when", fields=fields)]


def _when_and_where(workspace: Workspace) -> Sequence[Section]:
    fields = [
        _typed(workspace, "place", "Place"),
        _typed(workspace, "link", "Link", help="Of a meeting online"),
        Field(
            name="host_school",
            label="School that holds it",
            kind="suggest",
            suggest=school_finder(workspace),
            help="Such as the secondary school of a transition day",
        ),
    ]
    return [Section(title="Where", fields=fields)]


def _whom(workspace: Workspace) -> Sequence[Section]:
    moves = [(code, f"{point_title(code)} ({code})") for code in load_shipped().transitions]
    fields = [
        _typed(workspace, "year_groups", "Year groups", help="6, or 6 and 7, or N to 2; empty is all"),
        _typed(workspace, "audience", "Audience", help="Such as SENCOs and heads of Year 7"),
        Field(name="transition", label="Move", kind="choice", choices=moves, help="Of one kind of move, if it is"),
        Field(name="worker", label="Who runs it", kind="suggest", suggest=worker_finder(workspace), help="Empty: you"),
    ]
    return [Section(title="For whom", fields=fields)]


def _more(workspace: Workspace) -> Sequence[Section]:
    series = [
        _typed(
            workspace,
            "series",
            "Series",
            kind="suggest",
            suggest=_among(known_series(workspace)),
            help="Actions are carried along it; empty: with those of its kind and host",
        ),
    ]
    training = [
        _typed(workspace, "programme", "Programme", kind="suggest", suggest=_among(known_programmes(workspace))),
        _typed(workspace, "module", "Module"),
    ]
    return [
        Section(title="What it belongs to", fields=series),
        Section(title="Training", fields=training),
        Section(
            title="Agenda", fields=[Field(name="agenda", label="Agenda", kind="long text", help="One point a line")]
        ),
    ]


def _stored(page: WorkshopPage) -> dict[str, object]:
    row = page.workshop
    stored: dict[str, object] = {name: getattr(row, name) for name in saving.WORKSHOP_FIELDS if hasattr(row, name)}
    stored["host_school"] = row.host_school_id and (row.host_school_id, row.host_school)
    stored["worker"] = row.worker_id and (row.worker_id, row.worker)
    stored["year_groups"] = groups_in_words(page.year_groups) if page.year_groups else None
    return stored


def _typed(workspace: Workspace, name: str, label: str, **how: Any) -> Field:
    return Field(name=name, label=label, check=_checking(workspace, name), **how)


def _checking(workspace: Workspace, name: str) -> Check:
    """Give a check that reads a field by the rules of the records, and says it back where that tells more."""
    today = workspace.clock.today

    def check(text: str) -> Answer | TypedDay:
        try:
            value = read_field(workspace, name, text)
        except ValueError as problem:
            raise ValueError(sentence(str(problem))) from None
        except Fault as fault:
            raise ValueError(fault.sentence) from None
        if isinstance(value, date):
            return TypedDay(value, f"{long(value)}, {how_far(value, today) if value > today else ago(value, today)}")
        if name == "year_groups":
            return Answer(value, groups_in_words(groups_of(value)))
        return Answer(value, value if name in ("starts", "ends", "link") and value != text else "")

    return check


def _among(known: Sequence[str]) -> Callable[[str], Sequence[Option]]:
    return lambda typed: [
        (one, one) for one in known if all(word in searchable(one) for word in searchable(typed).split())
    ]


# The next of the series


def plan_next(app: "TransitionsApp", workshop_id: int, then: Callable[[int], None]) -> None:
    """Ask for the day of the next meeting of a series, and plan it; ``then`` is given its number."""
    saved: list[int] = []
    open_form(app, next_form(app, load(app.workspace, workshop_id), saved), lambda: then(saved[0]))


def next_form(app: "TransitionsApp", page: WorkshopPage, saved: list[int]) -> RecordForm:
    """Give the form of the next meeting of a series: its day; ``saved`` takes its number."""
    workspace, row = app.workspace, page.workshop

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        day = values["on_day"]
        done = saving.next_in_series(workspace, row.id, day if isinstance(day, date) else str(day))
        saved[:] = [done.workshop_id]
        return done.recorded

    day = _typed(workspace, "on_day", "Day", required=True, kind="date", width=_DAY_WIDTH, help="5/9/26, mon, +6w")
    invited = len(page.invitations)
    still = sum(actions.is_open(one) for one in (*page.carried, *page.actions))
    notice = (
        f"It follows {days_long(row)}. "
        f"{invited:,} {'invitation goes' if invited == 1 else 'invitations go'} with it, nobody marked; "
        f"{still:,} open {'action is' if still == 1 else 'actions are'} carried to it."
    )
    return RecordForm(
        f"Next meeting of {row.series}",
        [day],
        {},
        save,
        f"draft next workshop {row.id}",
        clash_form(standing(page, new=True)),
        notice,
    )


# Calling it off


def call_off(app: "TransitionsApp", workshop_id: int) -> None:
    """Ask why a workshop does not take place, and record it; one that was called off is brought back at once."""
    row = load(app.workspace, workshop_id).workshop
    if row.status == "cancelled":
        app.tell(saving.bring_back(app.workspace, workshop_id))
        return

    def keep(reason: str | None) -> None:
        if reason is None:
            return
        try:
            app.tell(saving.cancel(app.workspace, workshop_id, reason))
        except Fault as fault:
            app.say(fault.sentence, "error")

    def problem(text: str) -> str | None:
        return None if text.strip() else "Say in a few words why: the next one is planned by it."

    app.push_screen(Ask("Why is it called off?", f"{row.title}, {days_long(row)}.", problem=problem), keep)
