"""The help of a command that takes FIELD=VALUE names the fields that there are, every one of them."""

import re

import click
import pytest

from transitions.calendar.local_dates import DATE_FIELDS
from transitions.calendar.local_deadlines import DEADLINE_FIELDS
from transitions.cli import cli
from transitions.fields import Fields
from transitions.handovers.after_move import FIRST_WEEKS_FIELDS, FUNDING_FIELDS, PLACEMENT_FIELDS
from transitions.plans.actions import ACTION_FIELDS as PLAN_ACTION_FIELDS
from transitions.plans.writing import OUTCOME_FIELDS
from transitions.workshops.actions import ACTION_FIELDS
from transitions.workshops.feedback import FEEDBACK_FIELDS
from transitions.workshops.reading import WORKSHOP_FIELDS

NOT_SAID = {"uid"}
"""What only a calendar file gives."""


def help_of(path: str) -> str:
    command: click.Command = cli
    context = click.Context(cli, help_option_names=["-h", "--help"])
    for name in path.split():
        assert isinstance(command, click.Group)
        found = command.get_command(context, name)
        assert found is not None, path
        command, context = found, click.Context(found, help_option_names=["-h", "--help"])
    return command.help or ""


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("workshop new", WORKSHOP_FIELDS),
        ("workshop action", ACTION_FIELDS),
        ("workshop feedback", FEEDBACK_FIELDS),
        ("calendar date add", DATE_FIELDS),
        ("ask add", DEADLINE_FIELDS),
        ("plan action", PLAN_ACTION_FIELDS),
        ("plan outcome", OUTCOME_FIELDS),
        ("handover placement", PLACEMENT_FIELDS),
        ("handover first-weeks", FIRST_WEEKS_FIELDS),
        ("handover funding", FUNDING_FIELDS),
    ],
)
def test_the_help_names_every_field(path: str, fields: Fields) -> None:
    words = set(re.findall(r"[a-z_]+", help_of(path).split("Fields:")[1]))
    assert set(fields) - NOT_SAID - words == set()
