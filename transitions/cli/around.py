"""Commands about what stands around a pupil, a plan or a workshop: the circle of support."""

import click

from transitions.cli.context import Session, check_numbers, pairs
from transitions.cli.options import NUMBER, command, fields_of, formatted, on
from transitions.cli.output import echo, record, say

CIRCLE_KEYS = ("id", "name", "relationship", "circle", "telephone", "email", "may_contact")
_CHANGE = click.option("--change", type=NUMBER, metavar="NUMBER", help="Change this one, with FIELD=VALUE words.")
_TAKE_OUT = click.option("--take-out", type=NUMBER, metavar="NUMBER", help="Take this one out.")


def check_words(fields: tuple[str, ...], change: int | None, take_out: int | None) -> None:
    """Refuse options that do not go together, as wrong usage (2)."""
    if (take_out is not None and (fields or change is not None)) or (change is not None and not fields):
        raise click.UsageError("Give FIELD=VALUE words (with --change for one that stands), or --take-out alone.")


@command("circle")
@formatted
@on("pupil")
@fields_of("pupils.editing:CONTACT_FIELDS", required=False)
@_CHANGE
@_TAKE_OUT
def circle_command(session: Session, fields: tuple[str, ...], change: int | None, take_out: int | None) -> None:
    """Put a person into a pupil's circle, such as: circle Khan name="Samina Khan" relationship=mother circle=inner

    Prints the number of a new person; without fields the circle, with every number.
    """
    from transitions.pupils import editing, lists

    check_words(fields, change, take_out)
    workspace, pupil_id = session.workspace, session.pupil_id
    people = lists.contacts(workspace, pupil_id)
    named = [number for number in (change, take_out) if number is not None]
    see = "See the numbers with: transitions circle PUPIL"
    check_numbers(
        named, [person.id for person in people], "In this circle of support there is nobody with the number", see
    )
    if fields:
        saved = editing.save_contact(workspace, pupil_id, change, pairs(fields))
        say(saved)
        echo(f"person #{saved.number}")
    elif take_out is not None:
        say(editing.archive_contact(workspace, pupil_id, take_out))
    else:
        session.emit((record(person, CIRCLE_KEYS) for person in people), CIRCLE_KEYS)
