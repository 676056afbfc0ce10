"""Commands about what comes of a workshop: who was asked and came, what was said of it, and what was agreed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli import workshops
from transitions.cli.context import Session, answer, answers, check_numbers, check_purpose, target_file
from transitions.cli.options import A_FILE, NUMBER, Choice, command, fields_of, formatted, on, overwrites, together
from transitions.cli.output import echo, say, talk
from transitions.errors import expanded
from transitions.school_year import academic_year_label, academic_year_span
from transitions.text import how_many
from transitions.workshops import actions, feedback, inviting
from transitions.workshops.attendance import of_meeting
from transitions.workshops.attendance_marks import RegisterMark, line_named, mark_each, read_marks
from transitions.workshops.reading import places_in_words

if TYPE_CHECKING:
    from transitions.workshops.scrutiny import ActionFilter, Layout

PROPOSED_KEYS = ("school_id", "school", "movers", "reason")
_MARKS: dict[str, tuple[str | None, str, str]] = {
    "accepted": (None, "NAME", "Who has accepted, which takes a place, even before the date; repeatable."),
    "came": ("came", "NAME[=PEOPLE]", "Who came, such as Layfield, or Layfield=2 for two people; repeatable."),
    "apologies": ("apologies", "NAME", "Who sent apologies; repeatable."),
    "absent": ("absent", "NAME", "Who did neither; repeatable."),
    "not_marked": ("invited", "NAME", "Clear the mark, so it is not known whether they came; repeatable."),
}
_MOST_DIGITS = 3
_LAYOUTS: "dict[str, Layout]" = {"committee": "committee", "district-plan": "district plan"}


@command("invite")
@on("workshop")
@formatted
@click.option("--school", "schools", multiple=True, metavar="NAME|URN", help="Add this school; repeatable.")
@click.option("--agency", "agencies", multiple=True, metavar="NAME", help="Add this agency; repeatable.")
@click.option("--person", "people", multiple=True, metavar="NAME[, WHERE]", help="'B. Lee, Layfield'; repeatable.")
@click.option("--agency-person", "of_agencies", multiple=True, metavar="NAME, AGENCY", help="The same for an agency.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Add the schools in this group; repeatable.")
@click.option("--proposed", is_flag=True, help="Add every suggested school.")
@click.option("--take-out", "out", multiple=True, metavar="NAME", help="Take this one out of the register; repeatable.")
def invite_command(session: Session, proposed: bool, **whom: tuple[str, ...]) -> None:
    """Add schools, agencies and people to the register, such as: workshop invite "#3" --school Layfield --school 900002

    Without an option it prints the schools to invite, each with the reason: pupils' recorded destinations, the last meeting in the series, or the year groups they teach.
    """
    number = session.workshop_id
    if not proposed and not any(whom.values()):
        found = inviting.proposed(session.workspace, number)
        session.emit(found, PROPOSED_KEYS, PROPOSED_KEYS[1:])
        talk(f"{len(found):,} suggested. Add them all with: transitions workshop invite '#{number}' --proposed")
        return
    _invite(session, proposed, whom)
    workshops.print_line(session, number)
    workshops.say_clashes(session, number)


def _invite(session: Session, proposed: bool, whom: dict[str, tuple[str, ...]]) -> None:
    workspace, number = session.workspace, session.workshop_id
    schools = [session.school(text) for text in whom["schools"]]
    page = workshops.workshop_page(session)
    lines = [line_named(workspace, page, text) for text in whom["out"]]  # before anything is written
    for text in whom["groups"]:
        schools += [one.school_id for one in inviting.of_group(workspace, number, session.group(text))]
    if proposed:
        schools += [one.school_id for one in inviting.proposed(workspace, number)]
    if schools:
        say(inviting.invite_schools(workspace, number, schools))
    for agency in whom["agencies"]:
        say(inviting.invite(workspace, number, agency=agency))
    for option, place in (("people", "school"), ("of_agencies", "agency")):
        for text in whom[option]:
            name, _, of = (part.strip() for part in text.partition(","))
            say(inviting.invite(workspace, number, name=name, **({place: of} if of else {})))
    if lines:
        say(inviting.take_out(workspace, [line for line in lines if isinstance(line, int)]))


@command("attend")
@on("workshop")
@together(
    *(
        click.option(f"--{word.replace('_', '-')}", word, multiple=True, metavar=metavar, help=text)
        for word, (_, metavar, text) in _MARKS.items()
    )
)
@click.option(
    "--from",
    "file",
    type=A_FILE,
    metavar="FILE",
    help="A table with the columns school, attendance and people; also agency, name, before, after and note.",
)
@click.option("--rest-absent", is_flag=True, help="Everybody unmarked was absent.")
@click.option("--add", is_flag=True, help="Add schools that came without an invitation.")
def attend_command(session: Session, file: Path | None, rest_absent: bool, add: bool, **typed: tuple[str, ...]) -> None:
    """Mark who came, such as: workshop attend "#3" --came Layfield=2 --came 900002 --apologies "The Glebe" --rest-absent

    NAME is a school (by name, URN or number), an agency or a person in the register. It is all one change, which undo takes back. In a file, before and after are confidence ratings, 1 to 5.
    """
    if not (file or rest_absent or any(typed.values())):
        raise click.UsageError(
            "Say who came: --came, --accepted, --apologies, --absent, --not-marked, --rest-absent, or --from a file."
        )
    workspace, number = session.workspace, session.workshop_id
    marks = _typed_marks(session, typed, add=add)
    if file is not None:
        marks += read_marks(workspace, number, expanded(file), add=add)
    if rest_absent:
        marked = {mark.whom for mark in marks if mark.attendance is not None}
        unmarked = workshops.workshop_page(session).unmarked
        marks += [RegisterMark(line.id, "absent") for line in unmarked if line.id not in marked]
    workshops.recorded_on(session, mark_each(workspace, number, marks))
    figures = of_meeting(workshops.workshop_page(session))
    people = f" {how_many(figures.people, 'person', 'people')} came." if figures.people else ""
    talk(f"Schools: {figures.schools.text}.{people}")
    places = places_in_words(workshops.workshop_page(session).workshop)
    if places:
        talk(f"{places}.")


def _typed_marks(session: Session, typed: dict[str, tuple[str, ...]], *, add: bool) -> list[RegisterMark]:
    """Give the marks behind the options. Who is named under two of them is wrong usage (2), like nonsense for people."""
    page = workshops.workshop_page(session)
    marks: list[RegisterMark] = []
    for word, (attendance, _, _) in _MARKS.items():
        for text in typed[word]:
            name, people = _with_people(text) if word == "came" else (text, None)
            whom = line_named(session.workspace, page, name, add=add)
            if any(one.whom == whom for one in marks):
                raise click.UsageError(f"{name!r} is marked twice. Say once whether they came.")
            marks.append(RegisterMark(whom, attendance, people, accepted=True if word == "accepted" else None))
    return marks


def _with_people(text: str) -> tuple[str, int | None]:
    name, equals, people = text.rpartition("=")
    if not equals:
        return text, None
    if not (people.isascii() and people.isdigit() and len(people) <= _MOST_DIGITS):
        raise click.BadParameter(f"{people!r} is not a number of people: write NAME=2.", param_hint="--came")
    return name, int(people)


@command("feedback")
@formatted
@click.argument("workshop", required=False)
@fields_of("workshops.feedback:FEEDBACK_FIELDS", required=False)
@click.option("--change", type=NUMBER, metavar="NUMBER", help="Change this one; numbers are printed by --each.")
@click.option("--take-out", "out", type=NUMBER, multiple=True, metavar="NUMBER", help="Take this one out; repeatable.")
@click.option("--each", is_flag=True, help="Print all feedback on the workshop, one by one.")
@click.option("--year", metavar="YEAR", help="Without WORKSHOP: of this academic year; this one if not given.")
@click.option("--series", metavar="WORDS", help="Without WORKSHOP: of this series.")
@click.option("--said-by", type=Choice(feedback.FEEDBACK_FROM), help="Count only feedback from these.")
def feedback_command(
    session: Session,
    workshop: str | None,
    fields: tuple[str, ...],
    change: int | None,
    out: tuple[int, ...],
    each: bool,
    **which: str | None,
) -> None:
    """Write down what was said, such as: workshop feedback "#3" theme=clarity said_by=school rating=4 words="Dates were clear"

    A rating is 5 very good to 1 very poor. Without fields it prints feedback by theme: counts, mean, and how many gave a rating. Without WORKSHOP it covers a whole year.
    """
    if workshop is None or "=" in workshop:
        if fields or change or out or each or workshop is not None:
            raise click.UsageError("Name the workshop first, such as: workshop feedback '#3' theme=clarity rating=4")
    elif which["year"] is not None or which["series"] is not None:
        raise click.UsageError("--year and --series are for all workshops: leave the workshop out.")
    if sum(map(bool, (fields, out, each))) > 1 or (change is not None and not fields):
        raise click.UsageError("Give FIELD=VALUE words (with --change for an existing one), --take-out or --each.")
    number = None if workshop is None else session.workshop(workshop)
    if number is not None and fields:
        saved = feedback.save_feedback(session.workspace, number, change, answers(fields))
        say(saved)
        echo(f"feedback #{saved.number}")
    elif number is not None and out:
        say(feedback.take_out_feedback(session.workspace, number, out))
    elif number is not None and each:
        session.emit(workshops.workshop_page(session, number).feedback, ("id", *feedback.FEEDBACK_FIELDS))
    else:
        _print_themes(session, number, **which)


def _print_themes(
    session: Session, number: int | None, year: str | None, series: str | None, said_by: str | None
) -> None:

    if number is not None:
        found, where = feedback.by_theme(session.workspace, workshop_id=number, said_by=said_by), f"workshop #{number}"
    else:
        which = session.year(year)
        first, last = academic_year_span(which)
        only = workshops.chosen_series(session, series)
        found = feedback.by_theme(session.workspace, first=first, last=last, series=only, said_by=said_by)
        where = " · ".join(filter(None, (academic_year_label(which), only or "all workshops")))
    shown = [one for one in found if one.said] if session.style == "table" else found
    session.emit(workshops.theme_records(shown), workshops.THEME_KEYS, workshops.THEME_SHOWN)
    talk(f"{sum(one.said for one in found):,} things said · {where}{f' · said by: {said_by}' if said_by else ''}")


@command("action")
@on("workshop")
@fields_of("workshops.actions:ACTION_FIELDS", required=False)
@click.option(
    "--change", type=NUMBER, metavar="NUMBER", help="Change this action; numbers are printed by show and actions."
)
@click.option(
    "--drop", type=NUMBER, multiple=True, metavar="NUMBER", help="Drop this action, with --reason; repeatable."
)
@click.option(
    "--take-up", type=NUMBER, multiple=True, metavar="NUMBER", help="Take up a dropped action again; repeatable."
)
@click.option("--reason", default="", metavar="TEXT", help="With --drop: why it will not be done.")
def action_command(
    session: Session,
    fields: tuple[str, ...],
    change: int | None,
    drop: tuple[int, ...],
    take_up: tuple[int, ...],
    reason: str,
) -> None:
    """Add an action, such as: workshop action "#3" what="One list of dates" who="Transitions team" due_on=1/2/27

    Prints the number.
    """
    if sum(map(bool, (fields, drop, take_up))) != 1 or (change is not None and not fields):
        raise click.UsageError("Give FIELD=VALUE words (with --change for an existing one), --drop or --take-up.")
    workspace, number = session.workspace, session.workshop_id
    if fields:
        saved = actions.save_action(workspace, number, change, answers(fields))
        say(saved)
        echo(f"action #{saved.number}")
        return
    page = workshops.workshop_page(session)
    check_numbers(
        drop or take_up,
        {action.id for action in (*page.actions, *page.carried)},
        f"Workshop #{number} has no action",
        f"See the numbers with: transitions workshop show '#{number}'",
    )
    if drop:
        say(actions.drop_action(workspace, drop, reason=answer(reason)))
    else:
        say(actions.take_up_again(workspace, take_up))


@command("grade")
@click.argument("numbers", nargs=-1, required=True, type=NUMBER, metavar="ACTION...")
@click.option(
    "--grade", required=True, metavar="GRADE", help="1 Fully achieved, 2 On track, 3 Slipped, 4 Not achieved."
)
@click.option("--at", metavar="WORKSHOP", help="The workshop that looked at them.")
@click.option("--on", metavar="DATE", help="The day; that of the workshop, or today, if not given.")
@click.option("--evidence", default="", metavar="TEXT", help="What shows it; @FILE reads it from a file.")
def grade_command(
    session: Session, numbers: tuple[int, ...], grade: str, at: str | None, on: str | None, evidence: str
) -> None:
    """Grade the progress of actions, such as: workshop grade 4 7 --grade 2 --at "#5" --evidence "Two of three schools"

    ACTION is a number from workshop actions. Grade 1 ends an action. The others are carried over to the next workshop in the series.
    """
    chosen = _grade(grade)
    meeting = None if at is None else session.workshop(at)
    say(actions.grade(session.workspace, numbers, chosen, at=meeting, on=session.day(on), evidence=answer(evidence)))


def _grade(text: str) -> int:
    """Give a grade from its number or its words. Nonsense is wrong usage (2)."""
    plain = text.strip().casefold()
    for number, label in actions.GRADE_WORDS.items():
        if plain in (str(number), label.casefold(), f"{number} {label.casefold()}"):
            return number
    known = ", ".join(f"{number} {label}" for number, label in actions.GRADE_WORDS.items())
    raise click.BadParameter(f"{text!r} is not one of {known}.", param_hint="--grade")


@command("actions")
@formatted
@click.argument("file", required=False, type=A_FILE)
@click.option("--workshop", metavar="WORKSHOP", help="Only those agreed at this workshop.")
@click.option("--series", metavar="WORDS", help="Only those of this series.")
@click.option("--year", metavar="YEAR", help="Only those agreed in this academic year, such as 2026/27.")
@click.option("--open", "still_open", is_flag=True, help="Only actions neither fully achieved nor dropped.")
@click.option("--overdue", is_flag=True, help="Only open actions past their date.")
@click.option(
    "--layout", type=Choice(tuple(_LAYOUTS)), help="Write FILE in a committee's or a district plan's columns."
)
@click.option("--purpose", default="", metavar="TEXT", help="For a FILE: what it is for. Needed.")
@click.option("--exact", is_flag=True, help="In FILE: without protection against spreadsheet formulas.")
@overwrites
def actions_command(
    session: Session, file: Path | None, overdue: bool, layout: str | None, exact: bool, overwrite: bool, **which: Any
) -> None:
    """Print the actions of workshops, or write them to FILE: workshop actions --layout committee progress.xlsx

    FILE is CSV that opens in Excel, or .xlsx when it ends so; '-' is standard output. A committee's columns are
    Recommendation, Responsibility, Date, Agreed Action, Agreed Success Measure, Evidence of Progress, Assessment and Evidence
    of Impact; a district plan's Action, Steps towards, When, Who, Cost and Impact.
    """
    from transitions.workshops.scrutiny import ActionFilter, export_scrutiny

    if (file is None) != (layout is None):
        raise click.UsageError(
            "Give FILE and --layout together, such as: workshop actions --layout committee progress.xlsx"
        )
    if overdue and layout is not None:
        raise click.UsageError("--overdue is for printing. A file of --open actions says when each is due.")
    chosen = ActionFilter(
        workshop_id=None if which["workshop"] is None else session.workshop(which["workshop"]),
        series=workshops.chosen_series(session, which["series"]),
        academic_year=None if which["year"] is None else session.year(which["year"]),
        still_open=which["still_open"],
    )
    if file is None or layout is None:
        _print_actions(session, chosen, overdue=overdue)
        return
    check_purpose(which["purpose"])
    target, how = target_file(file), {"exact": exact, "overwrite": overwrite}
    written = export_scrutiny(session.workspace, _LAYOUTS[layout], target, chosen, purpose=which["purpose"], **how)
    talk(f"{how_many(written.rows, 'action')} written to {written.path or 'standard output'}.")


def _print_actions(session: Session, chosen: "ActionFilter", *, overdue: bool) -> None:
    from transitions.workshops.scrutiny import chosen_actions

    found = workshops.action_records(chosen_actions(session.workspace, chosen), session.today)
    shown = [one for one in found if one["overdue"] or not overdue]
    session.emit(shown, workshops.ACTION_KEYS, workshops.ACTION_SHOWN)
    still, late = sum(bool(one["open"]) for one in shown), sum(bool(one["overdue"]) for one in shown)
    talk(f"{len(shown):,} action{'' if len(shown) == 1 else 's'}, {still:,} open, {late:,} past the date")
