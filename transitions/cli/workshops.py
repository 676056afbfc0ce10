"""Commands about workshops themselves: list, show, agenda, new, edit, next, hold, cancel, archive, restore."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

import click

from transitions.cli.context import Session, answers
from transitions.cli.options import command, fields_of, formatted, of_year, on
from transitions.cli.output import NOTHING, echo, emit_one, print_parts, record, say, say_what_clashes, talk, text_of
from transitions.errors import NoSuchRecord
from transitions.school_year import split_year_groups, year_groups_label
from transitions.text import how_many, search_words, searchable
from transitions.workshops import page as pages
from transitions.workshops.actions import agenda_text, assessment, is_open
from transitions.workshops.attendance import MeetingFigures, of_meeting
from transitions.workshops.feedback import FEEDBACK_FIELDS, ThemeFigures, figures
from transitions.workshops.page import WorkshopActionRow, WorkshopPage, WorkshopRow, known_series, load
from transitions.workshops.reading import find_kind, places_in_words, pounds
from transitions.workshops.saving import archive, bring_back, cancel, hold, next_in_series, restore, save_workshop
from transitions.workspace import Recorded

Thing = TypeVar("Thing")

LIST_KEYS = (
    "id", "on_day", "last_day", "starts", "ends", "kind", "title", "series", "status", "host_school", "place", "link",
    "worker", "transition", "year_groups", "audience", "programme", "module", "schools_came", "schools_invited",
    "schools_not_marked", "attendance", "open_actions", "cancel_reason", "archived", "places", "places_taken", "places_left", "fee",
)  # fmt: skip
LIST_SHOWN = ("id", "on_day", "status", "kind", "title", "attendance", "open_actions")
REGISTER_KEYS = (
    "id",
    "school",
    "phase",
    "agency",
    "name",
    "attendance",
    "people",
    "before",
    "after",
    "note",
    "accepted",
)
REGISTER_SHOWN = ("school", "agency", "name", "attendance", "people", "note")
ACTION_KEYS = (
    "id", "workshop", "workshop_title", "agreed_on", "recommendation", "what", "steps", "who", "due_on", "cost",
    "success_measure", "impact", "grade", "assessment", "graded_on", "evidence", "dropped_on", "drop_reason", "open", "overdue",
)  # fmt: skip
ACTION_SHOWN = ("id", "assessment", "due_on", "who", "what", "workshop_title")
LINK_KEYS = ("id", "title", "address")
THEME_KEYS = (
    "theme", "title", "said", "rated", "mean", "good", "good_of_rated", "rating_5", "rating_4", "rating_3", "rating_2",
    "rating_1", "words",
)  # fmt: skip
THEME_SHOWN = ("title", "said", "mean", "good_of_rated")
_FIELDS = fields_of("workshops.reading:WORKSHOP_FIELDS")


@command("list")
@formatted
@of_year
@click.option(
    "--coming", type=click.IntRange(0, 3660), metavar="DAYS", help="Those planned from today for this many days."
)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only of this kind, such as forum; repeatable.")
@click.option("--series", metavar="WORDS", help="Only of this series.")
@click.option("--group", metavar="NAME", help="Only those hosted by, or inviting, a school in this group.")
@click.option("--archived", is_flag=True, help="The ones that were taken out instead.")
def list_command(
    session: Session,
    year: str | None,
    coming: int | None,
    kinds: tuple[str, ...],
    series: str | None,
    group: str | None,
    archived: bool,
) -> None:
    """Print an academic year's workshops in date order, or the coming ones, each with how many schools came."""
    if sum((year is not None, coming is not None, archived)) > 1:
        raise click.UsageError("Give one of --year, --coming and --archived.")
    wanted = chosen_kinds(kinds)
    workspace = session.workspace
    if archived:
        rows = pages.archived(workspace)
    elif coming is not None:
        rows = pages.coming(workspace, coming)
    else:
        rows = pages.of_year(workspace, session.year(year))
    whole = chosen_series(session, series)
    chosen = [row for row in rows if (not wanted or row.kind in wanted) and whole in (None, row.series)]
    if group is not None:
        chosen = pages.of_group(workspace, chosen, session.group(group))
    found = [_list_record(row, of_meeting(pages.load(workspace, row.id))) for row in chosen]
    session.emit(found, LIST_KEYS, LIST_SHOWN)
    talk("1 workshop or meeting" if len(found) == 1 else f"{len(found):,} workshops and meetings")


@command("show")
@on("workshop")
@formatted
def show_command(session: Session) -> None:
    """Print one workshop with its register, actions, carried-over actions and feedback. CSV is the register."""
    page = workshop_page(session)
    if session.style == "json":
        emit_one(_show_record(page), session.style)
    elif session.style == "csv":
        session.emit(page.invitations, REGISTER_KEYS)
    else:
        _print(page)


@command("agenda")
@on("workshop")
@formatted
def agenda_command(session: Session) -> None:
    """Print the agenda as text for an e-mail. CSV and JSON are the carried-over actions."""
    page = workshop_page(session)
    if session.style == "table":
        echo(agenda_text(page), nl=False)
    else:
        session.emit(action_records(page.carried, page.today), ACTION_KEYS)


@command("new")
@_FIELDS
def new_command(session: Session, fields: tuple[str, ...]) -> None:
    """Plan a workshop, such as: workshop new kind=forum on_day=27/11/26 starts=1pm year_groups="N, R" place="Town hall"

    @FILE reads a value from a file. It says what the date clashes with and the nearest free day, but still saves it. Prints its number: workshop #3 2026-11-27 planned Forum
    """
    _save(session, None, fields)


@command("edit")
@on("workshop")
@_FIELDS
def edit_command(session: Session, fields: tuple[str, ...]) -> None:
    """Change a workshop, such as: workshop edit "#3" on_day=4/12/26. FIELD= with no value empties the field."""
    _save(session, session.workshop_id, fields)


def _save(session: Session, number: int | None, fields: tuple[str, ...]) -> None:
    saved = save_workshop(session.workspace, number, answers(fields))
    recorded_on(session, saved, saved.number)
    say_clashes(session, saved.number)


@command("next")
@on("workshop")
@click.argument("day")
def next_command(session: Session, day: str) -> None:
    """Plan the next meeting on another DAY, with the same people invited. Open actions are carried over."""
    saved = next_in_series(session.workspace, session.workshop_id, day)
    recorded_on(session, saved, saved.number)
    page = workshop_page(session, saved.number)
    carried = len(page.carried)
    talk(
        f"{how_many(page.workshop.schools_invited, 'school')} invited, {carried:,} action{'' if carried == 1 else 's'} carried."
    )
    say_clashes(session, saved.number)


@command("hold")
@on("workshop")
def hold_command(session: Session) -> None:
    """Record that a workshop was held. The first mark of its register says so, too."""
    recorded_on(session, hold(session.workspace, session.workshop_id))


@command("cancel")
@on("workshop")
@click.option("--reason", default="", metavar="TEXT", help="Why, in a few words.")
@click.option("--bring-back", "brought_back", is_flag=True, help="It will be held after all.")
def cancel_command(session: Session, reason: str, brought_back: bool) -> None:
    """Call a workshop off, with the reason, so no figure counts it. --bring-back plans it again."""
    if reason and brought_back:
        raise click.UsageError("Give --reason or --bring-back, not both.")
    workspace, number = session.workspace, session.workshop_id
    recorded_on(session, bring_back(workspace, number) if brought_back else cancel(workspace, number, reason))


@command("archive")
@on("workshop")
def archive_command(session: Session) -> None:
    """Take out a workshop entered by mistake, so no figure counts it."""
    recorded_on(session, archive(session.workspace, session.workshop_id))


@command("restore")
@on("workshop")
def restore_command(session: Session) -> None:
    """Bring back a workshop that was taken out. Name it by its number, from list --archived."""
    recorded_on(session, restore(session.workspace, session.workshop_id))


# What the commands about workshops share.


def workshop_page(session: Session, workshop_id: int | None = None) -> WorkshopPage:
    """Load everything about a workshop, the one that the command names if no other is given."""
    return load(session.workspace, workshop_id or session.workshop_id)


def print_line(session: Session, workshop_id: int) -> None:
    """Print which workshop it is: ``workshop #3 2026-11-27 planned Forum``; scripts may take it apart at the spaces."""
    row = workshop_page(session, workshop_id).workshop
    echo(text_of(f"workshop #{row.id} {row.on_day} {row.status} {row.title}"))


def recorded_on(session: Session, recorded: Recorded, workshop_id: int | None = None) -> None:
    """Say what was recorded, and print which workshop holds it."""
    say(recorded)
    print_line(session, workshop_id or session.workshop_id)


def say_clashes(session: Session, workshop_id: int) -> None:
    """Say on standard error what stands in the way of a workshop's day, and the nearest day on which nothing does."""
    page = workshop_page(session, workshop_id)
    row = page.workshop
    if row.status != "cancelled":
        say_what_clashes(
            session.workspace,
            kind=row.kind,
            on_day=row.on_day,
            last_day=row.last_day,
            year_groups=split_year_groups(row.year_groups),
            host_school_id=row.host_school_id,
            school_ids={one.school_id for one in page.invitations if one.school_id is not None},
            leave_out=workshop_id,
        )


def chosen_kinds(texts: Sequence[str]) -> tuple[str, ...]:
    """Give the kinds of meeting that were typed behind --kind, such as "forum". Nonsense is wrong usage (2)."""
    try:
        return tuple(map(find_kind, texts))
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--kind") from None


def chosen_series(session: Session, text: str | None) -> str | None:
    """Give the series that was typed behind --series in its own spelling. Raises ``NoSuchRecord``."""
    return None if text is None else the_one(text, known_series(session.workspace), str, "series")


# The records; their keys are a promise to scripts.


def _list_record(row: WorkshopRow, figures: MeetingFigures) -> dict[str, object]:
    """Give a workshop with the figures of its register."""
    schools, cancelled = figures.schools, row.status == "cancelled"
    return record(
        row,
        LIST_KEYS,
        year_groups=list(split_year_groups(row.year_groups)),
        schools_came=None if cancelled else schools.came,
        schools_not_marked=None if cancelled else schools.unmarked,
        attendance="cancelled" if cancelled else _attendance(figures),
        archived=row.archived_at is not None,
        places_left=None if row.places is None else row.places - row.places_taken,
        fee=None if row.fee is None else pounds(row.fee),
    )


def _attendance(figures: MeetingFigures) -> str:
    """Say how many schools came; of a meeting without schools how many agencies, or people."""
    if figures.schools.invited:
        return figures.schools.text
    for whose, found in (("agencies", figures.agencies), ("people", figures.others)):
        if found.invited:
            return f"{whose}: {found.text}"
    return figures.schools.text


def _show_record(page: WorkshopPage) -> dict[str, object]:
    figures = of_meeting(page)
    return {
        **_list_record(page.workshop, figures),
        "links": [record(one, LINK_KEYS) for one in page.links],
        "agenda": page.workshop.agenda,
        "notes": page.workshop.notes,
        "people_came": figures.people,
        "by_phase": {phase: one._asdict() for phase, one in figures.by_phase.items()},
        "register": [record(line, REGISTER_KEYS) for line in page.invitations],
        "actions": action_records(page.actions, page.today),
        "carried": action_records(page.carried, page.today),
        "feedback": [record(one, ("id", *FEEDBACK_FIELDS)) for one in page.feedback],
    }


def action_records(actions: Iterable[WorkshopActionRow], today: date) -> list[dict[str, object]]:
    """Give actions as they stand today; beside ``ACTION_KEYS`` they have the other fields of their rows."""
    return [
        {
            **one._asdict(),
            "workshop": one.workshop_id,
            "workshop_title": one.workshop,
            "assessment": "Dropped" if one.dropped_on else assessment(one.grade),
            "open": is_open(one),
            "overdue": is_open(one) and one.due_on is not None and one.due_on < today,
        }
        for one in actions
    ]


def theme_records(found: Iterable[ThemeFigures]) -> list[dict[str, object]]:
    """Give what was said, counted by theme; the mean stands beside how many gave a rating."""
    return [
        record(
            one,
            THEME_KEYS,
            theme=one.code,
            mean=None if one.mean is None else round(one.mean, 2),
            good=one.good.counted,
            good_of_rated=one.good.text if one.rated else None,
            words=one.text,
            **{f"rating_{rating}": count for rating, count in one.counts.items()},
        )
        for one in found
    ]


def _print(page: WorkshopPage) -> None:
    """Print what is known, part by part; what is empty is left out."""
    figures_of = of_meeting(page)
    head = _list_record(page.workshop, figures_of)
    head["year_groups"] = year_groups_label(page.year_groups)
    left_out = ("schools_came", "schools_invited", "schools_not_marked", "places_taken", "places_left")
    head |= {"places": places_in_words(page.workshop), "fee": f"£{head['fee']} a delegate" if head["fee"] else ""}
    head |= {"agenda": page.workshop.agenda, "notes": page.workshop.notes}
    emit_one({key: value for key, value in head.items() if key not in left_out and value not in NOTHING}, "table")
    for phase, one in figures_of.by_phase.items():
        echo(text_of(f"  {phase}: {one.text}"))
    themes = [one for one in theme_records(figures(page.feedback)) if one["said"]]
    print_parts(
        ("Register", page.invitations, (*REGISTER_SHOWN, *(["accepted"] if page.workshop.places is not None else []))),
        ("Links", page.links, LINK_KEYS),
        ("Actions", action_records(page.actions, page.today), ACTION_SHOWN[:-1]),
        ("Carried over from earlier workshops", action_records(page.carried, page.today), ACTION_SHOWN),
        ("Feedback", themes, THEME_SHOWN),
    )


def the_one(text: str, known: Sequence[Thing], name: Callable[[Thing], str], what: str) -> Thing:
    """Give the one that has this name, or else the only one with these words in it.

    Raises ``NoSuchRecord`` with those that there are.
    """
    same = [one for one in known if searchable(name(one)) == searchable(text)]
    found = same or [one for one in known if all(word in searchable(name(one)) for word in search_words(text))]
    if len(found) == 1:
        return found[0]
    there_are = "; ".join(map(name, found or known)) or "none yet"
    raise NoSuchRecord(f'No single {what} matches "{text}". There are: {there_are}')
