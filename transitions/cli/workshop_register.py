"""Commands about the register of a workshop: invite, attend."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from transitions.cli.options import formatted
from transitions.cli.output import emit, say, talk
from transitions.cli.workshop_options import of_a_workshop, opened_workshop, print_line, say_clashes

if TYPE_CHECKING:
    from transitions.workshops.marking import Mark
    from transitions.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., Any])

_MARKS = {
    "came": ("came", "NAME[=PEOPLE]", "Who came, such as Layfield, or Layfield=2 for two people; repeatable."),
    "apologies": ("apologies", "NAME", "Who sent apologies; repeatable."),
    "absent": ("absent", "NAME", "Who did neither; repeatable."),
    "not_marked": ("invited", "NAME", "Whose mark was wrong: nobody has said whether they came; repeatable."),
}
_MOST_DIGITS = 3


@click.command("invite")
@of_a_workshop
@formatted
@click.option("--school", "schools", multiple=True, metavar="NAME|URN", help="Put this school in; repeatable.")
@click.option("--agency", "agencies", multiple=True, metavar="NAME", help="Put this agency in; repeatable.")
@click.option("--person", "people", multiple=True, metavar="NAME[, WHERE]", help="'B. Lee, Layfield'; repeatable.")
@click.option("--agency-person", "of_agencies", multiple=True, metavar="NAME, AGENCY", help="Likewise, of an agency.")
@click.option("--proposed", is_flag=True, help="Put in every school that is proposed.")
@click.option("--take-out", "out", multiple=True, metavar="NAME", help="Take this one out of the register; repeatable.")
@click.pass_context
def invite_command(ctx: click.Context, /, style: str, proposed: bool, **which: Any) -> None:
    """Put schools, agencies and people into the register, such as: workshop invite "#3" --school Layfield --school 900002

    Without an option it prints the schools to ask, each with the reason: from the destinations recorded for pupils, from the
    last meeting of the series, or because they teach these year groups.
    """
    from transitions.cli import workshop_records as records
    from transitions.workshops.proposing import proposed as proposals

    anybody = proposed or any(which[name] for name in ("schools", "agencies", "people", "of_agencies", "out"))
    with opened_workshop(ctx, which) as (workspace, number):
        if not anybody:
            found = [{key: getattr(one, key) for key in records.PROPOSED_KEYS} for one in proposals(workspace, number)]
            emit(found, records.PROPOSED_KEYS, style, shown=records.PROPOSED_SHOWN)
            talk(f"{len(found):,} proposed. Put them all in with: transitions workshop invite '#{number}' --proposed")
            return
        _invite(workspace, number, proposed, which)
        print_line(workspace, number)
        say_clashes(workspace, number)


def _invite(workspace: "Workspace", number: int, proposed: bool, which: dict[str, Any]) -> None:
    from transitions.pupils.schools import find_school
    from transitions.workshops import inviting
    from transitions.workshops.page import load
    from transitions.workshops.register_file import line_named

    schools = [find_school(workspace, text) for text in which["schools"]]
    page = load(workspace, number)
    lines = [line_named(workspace, page, text) for text in which["out"]]  # before anything is written
    if proposed:
        schools += [one.school_id for one in inviting.proposed(workspace, number)]
    if schools:
        say(inviting.invite_schools(workspace, number, schools))
    for agency in which["agencies"]:
        say(inviting.invite(workspace, number, agency=agency))
    for option, place in (("people", "school"), ("of_agencies", "agency")):
        for text in which[option]:
            name, _, of = (part.strip() for part in text.partition(","))
            say(inviting.invite(workspace, number, name=name, **({place: of} if of else {})))
    if lines:
        say(inviting.take_out(workspace, [line for line in lines if isinstance(line, int)]))


def _markable(function: Function) -> Function:
    """Add the options that say what becomes of a line; the command takes them as ``**which``."""
    for word, (_, metavar, text) in reversed(_MARKS.items()):
        function = click.option(f"--{word.replace('_', '-')}", word, multiple=True, metavar=metavar, help=text)(
            function
        )
    return function


@click.command("attend")
@of_a_workshop
@_markable
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A table with the columns school, attendance and people; also agency, name, before, after and note.",
)
@click.option("--rest-absent", is_flag=True, help="Whoever is not marked was absent.")
@click.option("--add", is_flag=True, help="Put schools into the register that came without having been asked.")
@click.pass_context
def attend_command(ctx: click.Context, /, file: Path | None, rest_absent: bool, add: bool, **which: Any) -> None:
    """Mark who came, such as: workshop attend "#3" --came Layfield=2 --came 900002 --apologies "The Glebe" --rest-absent

    NAME is a school (by name, URN or number), an agency or a person of the register. All is one change, which undo takes back
    whole. In a file, before and after are how confident somebody was, 1 to 5.
    """
    from transitions.workshops.marking import mark_each
    from transitions.workshops.page import load
    from transitions.workshops.register_file import read_marks

    if not (file or rest_absent or any(which[word] for word in _MARKS)):
        raise click.UsageError(
            "Say who came: --came, --apologies, --absent, --not-marked, --rest-absent, or --from a file."
        )
    with opened_workshop(ctx, which) as (workspace, number):
        marks = _typed(workspace, number, which, add=add)
        if file is not None:
            marks += read_marks(workspace, number, file.expanduser(), add=add)
        if rest_absent:
            marks += _rest(workspace, number, marks)
        say(mark_each(workspace, number, marks))
        print_line(workspace, number)
        _say_figures(load(workspace, number))


def _typed(workspace: "Workspace", number: int, which: dict[str, Any], *, add: bool) -> "list[Mark]":
    """Give the marks behind the options. Who is named under two of them is wrong usage (2), like nonsense for people."""
    from transitions.workshops.marking import Mark
    from transitions.workshops.page import load
    from transitions.workshops.register_file import line_named

    page = load(workspace, number)
    marks: list[Mark] = []
    for word, (attendance, _, _) in _MARKS.items():
        for text in which[word]:
            name, people = _with_people(text) if word == "came" else (text, None)
            whom = line_named(workspace, page, name, add=add)
            if any(one.whom == whom for one in marks):
                raise click.UsageError(f"{name!r} is marked twice. Say once whether they came.")
            marks.append(Mark(whom, attendance, people))
    return marks


def _with_people(text: str) -> tuple[str, int | None]:
    name, equals, people = text.rpartition("=")
    if not equals:
        return text, None
    if not (people.isascii() and people.isdigit() and len(people) <= _MOST_DIGITS):
        raise click.BadParameter(f"{people!r} is not a number of people: write NAME=2.", param_hint="--came")
    return name, int(people)


def _rest(workspace: "Workspace", number: int, marks: "list[Mark]") -> "list[Mark]":
    from transitions.workshops.marking import Mark
    from transitions.workshops.page import load

    marked = {mark.whom for mark in marks if mark.attendance is not None}
    return [Mark(line.id, "absent") for line in load(workspace, number).unmarked if line.id not in marked]


def _say_figures(page: Any) -> None:
    from transitions.workshops.attendance import of_meeting

    figures = of_meeting(page)
    people = f" {figures.people:,} people came." if figures.people else ""
    talk(f"Schools: {figures.schools.words}.{people}")
