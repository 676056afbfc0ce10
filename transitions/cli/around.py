"""Commands about what stands around pupils and schools: the circle of support, groups of schools, links."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.context import Session, check_numbers, check_purpose, pairs
from transitions.cli.options import (
    A_FILE,
    NUMBER,
    command,
    fields_of,
    filters,
    formatted,
    kept_argument,
    of_year,
    on,
    overwrites,
)
from transitions.cli.output import echo, record, say, talk
from transitions.cli.streams import read_line

if TYPE_CHECKING:
    from transitions.pupils.school_groups import MemberRow
    from transitions.workshops.links import LinkRow

CIRCLE_KEYS = ("id", "name", "relationship", "circle", "telephone", "email", "may_contact")
GROUP_KEYS = ("id", "kind", "name", "schools", "academic_year")
SCHOOL_KEYS = ("id", "urn", "name", "phase", "town", "pupils", "coming", "closed")
STAFF_KEYS = ("id", "name", "role", "pupils", "archived")
LINK_KEYS = ("id", "title", "address")
MEMBER_KEYS = ("id", "group_id", "kind", "name", "school_id", "school", "from_year", "until_year")
_CHANGE = click.option("--change", type=NUMBER, metavar="NUMBER", help="Change this one, with FIELD=VALUE words.")
_TAKE_OUT = click.option("--take-out", type=NUMBER, metavar="NUMBER", help="Take this one out.")


def check_words(fields: tuple[str, ...], change: int | None, take_out: int | None) -> None:
    """Refuse options that do not go together, as wrong usage (2)."""
    if (take_out is not None and (fields or change is not None)) or (change is not None and not fields):
        raise click.UsageError("Give FIELD=VALUE words (with --change for an existing one), or only --take-out.")


@command("walk")
@filters
@click.option("--plain", is_flag=True, required=True, help="Numbered questions, without a screen. In the app, press w.")
def walk_command(session: Session, *, plain: bool) -> None:
    """Go through the pupils who need a decision, most urgent first, as numbered questions on plain lines. This is the app's walk for screen readers. Stop at any question with 0, and continue later here or in the app."""
    del plain
    session.walk_plainly(echo, read_line)


@command("schools")
@formatted
@click.argument("words", default="")
def schools_command(session: Session, words: str) -> None:
    """Print the schools, or those matching WORDS, with how many pupils are there and how many are coming."""
    from transitions.pupils import lists

    ids = lists.school_ids(session.workspace, words)
    lines = lists.school_lines(session.workspace, ids)
    session.emit([lines[number] for number in ids if number in lines], SCHOOL_KEYS)


@command("staff")
@formatted
@click.argument("words", default="")
def staff_command(session: Session, words: str) -> None:
    """Print the staff, or those matching WORDS, with how many pupils each has."""
    from transitions.pupils import lists

    session.emit(lists.workers(session.workspace, words), STAFF_KEYS)


@command("circle")
@formatted
@on("pupil")
@fields_of("pupils.editing:CONTACT_FIELDS", required=False)
@_CHANGE
@_TAKE_OUT
def circle_command(session: Session, fields: tuple[str, ...], change: int | None, take_out: int | None) -> None:
    """Add a person to a pupil's circle of support, such as: circle Khan name="Samina Khan" relationship=mother circle=inner

    Prints the new person's number. Without fields it prints the circle, with every number.
    """
    from transitions.pupils import editing, lists

    check_words(fields, change, take_out)
    workspace, pupil_id = session.workspace, session.pupil_id
    people = lists.contacts(workspace, pupil_id)
    named = [number for number in (change, take_out) if number is not None]
    see = "See the numbers with: transitions circle PUPIL"
    check_numbers(named, [person.id for person in people], "Nobody in this circle of support has the number", see)
    if fields:
        saved = editing.save_contact(workspace, pupil_id, change, pairs(fields))
        say(saved)
        echo(f"person #{saved.number}")
    elif take_out is not None:
        say(editing.archive_contact(workspace, pupil_id, take_out))
    else:
        session.emit((record(person, CIRCLE_KEYS) for person in people), CIRCLE_KEYS)


_a_group = kept_argument("group")


def _group_id(session: Session) -> int:
    return session.group(session.typed["group"])


@command("list")
@formatted
@of_year
def list_command(session: Session, year: str | None) -> None:
    """Print the groups by kind and name, with how many schools belong to each in an academic year."""
    from transitions.pupils import school_groups
    from transitions.school_year import academic_year_label

    which = session.year(year)
    found = school_groups.groups(session.workspace, which)
    session.emit((record(one, GROUP_KEYS, academic_year=academic_year_label(which)) for one in found), GROUP_KEYS)


@command("show")
@_a_group
@formatted
@click.option("--year", metavar="YEAR", help="Only the schools that belong to it in this academic year.")
def show_command(session: Session, year: str | None) -> None:
    """Print a group's schools, and the academic years they belong to it."""
    from transitions.pupils import school_groups

    group_id, which = _group_id(session), None if year is None else session.year(year)
    _emit_members(session, school_groups.members(session.workspace, group_id, which))


def _emit_members(session: Session, members: "Sequence[MemberRow]") -> None:
    from transitions.school_year import academic_year_label

    years = ("from_year", "until_year")
    rows = (
        record(
            one,
            MEMBER_KEYS,
            **{name: year and academic_year_label(year) for name in years for year in [getattr(one, name)]},
        )
        for one in members
    )
    session.emit(rows, MEMBER_KEYS, ("id", "kind", "name", "school", *years))


@command("member")
@formatted
@click.argument("school")
@fields_of("pupils.school_groups:MEMBER_FIELDS", required=False)
@_CHANGE
@_TAKE_OUT
def member_command(
    session: Session, school: str, fields: tuple[str, ...], change: int | None, take_out: int | None
) -> None:
    """Add a school to a group, such as: group member Layfield kind="LIFT group" name=North from_year=2025/26

    A new group is created. Prints the number. Without fields it prints the school's groups. If a school leaves, set its last year: --change 4 until_year=2025/26
    """
    from transitions.fields import typed_in
    from transitions.pupils import school_groups

    check_words(fields, change, take_out)
    workspace, school_id = session.workspace, session.school(school)
    if fields:
        saved = school_groups.save_member(workspace, school_id, change, pairs(fields))
        say(saved)
        echo(f"member #{saved.number}")
        for note in school_groups.MEMBER_FIELDS.second_looks(typed_in(workspace), pairs(fields)):
            talk(f"note: {note}")
    elif take_out is not None:
        say(school_groups.take_out_member(workspace, school_id, take_out))
    else:
        _emit_members(session, school_groups.of_school(workspace, school_id))


@command("edit")
@_a_group
@fields_of("pupils.school_groups:GROUP_FIELDS")
def edit_command(session: Session, fields: tuple[str, ...]) -> None:
    """Give a group another name or kind, such as: group edit "LIFT North" name=Coast"""
    from transitions.pupils import school_groups

    say(school_groups.save_group(session.workspace, _group_id(session), pairs(fields)))


@command("take-out")
@_a_group
def take_out_command(session: Session) -> None:
    """Take out a group entered by mistake, with its list of schools. The schools themselves stay."""
    from transitions.pupils import school_groups

    say(school_groups.take_out_group(session.workspace, _group_id(session)))


@command("link")
@on("plan")
@fields_of("workshops.links:LINK_FIELDS", required=False)
@_CHANGE
@_TAKE_OUT
@formatted
def plan_link_command(session: Session, **given: Any) -> None:
    """Add a link to a plan, such as: plan link Khan title="Booklet for families" address=https://example.org/booklet

    It belongs to every version of the plan and is printed in it. Prints its number. Without fields it prints the plan's links.
    """
    from transitions.cli.plans import plan_id
    from transitions.workshops import links

    number = plan_id(session, closed_too=True)
    _link(session, links.of_plan(session.workspace, number), {"plan_id": number}, **given)


@command("link")
@on("workshop")
@fields_of("workshops.links:LINK_FIELDS", required=False)
@_CHANGE
@_TAKE_OUT
@formatted
def workshop_link_command(session: Session, **given: Any) -> None:
    """Add a link to a workshop, such as: workshop link "#3" title="Transition toolkit" address=https://example.org/kit

    It is printed in the agenda. Prints its number. Without fields it prints the workshop's links.
    """
    from transitions.workshops import links

    number = session.workshop_id
    _link(session, links.of_workshop(session.workspace, number), {"workshop_id": number}, **given)


def _link(
    session: Session,
    standing: "Sequence[LinkRow]",
    of: dict[str, int],
    fields: tuple[str, ...],
    change: int | None,
    take_out: int | None,
) -> None:
    from transitions.workshops import links

    check_words(fields, change, take_out)
    named = [number for number in (change, take_out) if number is not None]
    check_numbers(
        named, [one.id for one in standing], "There is no link here with the number", "Leave the words out to see them."
    )
    if fields:
        saved = links.save_link(session.workspace, change, pairs(fields), **of)
        say(saved)
        echo(f"link #{saved.number}")
    elif take_out is not None:
        say(links.take_out_link(session.workspace, take_out))
    else:
        session.emit((record(one, LINK_KEYS) for one in standing), LINK_KEYS)


TEAM_KEYS = ("caseworker", "pupils", "overdue", "oldest", "missed", "missed_week_ago")


@command("load")
@formatted
@click.argument("file", type=A_FILE, required=False)
@click.option("--purpose", default="", metavar="TEXT", help="What the sheet is for; kept in the history.")
@overwrites
def team_load_command(session: Session, file: Path | None, purpose: str, *, overwrite: bool) -> None:
    """Print each caseworker's load: pupils, overdue steps and the oldest, missed now and a week ago. With FILE (.docx, .html or .txt) it writes the team meeting sheet, which also names the pupils who have waited longest."""
    if file is not None:
        from transitions.exporting.team_sheet import write_sheet

        check_purpose(purpose)
        talk(f"Written to {write_sheet(session.workspace, file, purpose, overwrite=overwrite)}.")
        return
    from transitions.team.load import against_last_week, loads

    found = loads(session.workspace)
    session.emit(
        (
            record(
                one,
                TEAM_KEYS,
                caseworker=one.name,
                oldest=one.oldest,
                missed_week_ago=one.missed_before,
            )
            for one in found
        ),
        TEAM_KEYS,
    )
    talk(f"{against_last_week(found)}.")
