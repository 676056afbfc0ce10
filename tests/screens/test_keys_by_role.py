"""On a team's record a key that somebody's login may not use is dimmed, and says why."""

import pytest

from db.place import ROLES, Role
from db.team.roles import refusal
from screens.frame import roles
from screens.frame.command_list import COMMANDS
from transitions.workspace import Kind, Workspace


class SignedIn(Workspace):
    """A workspace as it is with a login of this role."""

    def __init__(self, role: Role | None) -> None:
        self.is_a = role

    def refusal(self, kind: Kind) -> str | None:
        return refusal(self.is_a, kind)


def refused(role: Role | None) -> set[str]:
    return {command.id for command in COMMANDS if roles.why_not(SignedIn(role), command)}


def test_every_command_that_a_role_is_kept_from_is_one() -> None:
    assert set(roles._OF) <= {command.id for command in COMMANDS}


def test_in_a_file_and_to_a_lead_and_a_keeper_nothing_is_refused() -> None:
    assert not refused(None) | refused("lead") | refused("keeper")


def test_a_caseworker_disposes_of_nothing() -> None:
    assert refused("caseworker") == {"records.retention"}


def test_a_senco_keeps_pupils_and_no_lists_of_the_team() -> None:
    found = refused("SENCO")
    assert {"school.add", "milestones.edit", "workshops.add", "worker.add", "calendar.take_out"} <= found
    assert not {"milestone.done", "pupil.note", "plan.edit", "handover.send", "list.export", "list.find"} & found


def test_a_reader_changes_nothing_and_takes_no_file() -> None:
    found = refused("reader")
    assert refused("SENCO") < found
    assert {"milestone.done", "pupil.note", "plan.edit", "handover.send", "list.export", "app.undo"} <= found
    assert not {"list.open", "list.find", "app.help", "plan.open", "list.sort", "area.impact"} & found


@pytest.mark.parametrize("role", ROLES)
def test_each_reason_is_a_sentence(role: Role) -> None:
    for command in COMMANDS:
        said = roles.why_not(SignedIn(role), command)
        assert said is None or (said[0].isupper() and said.endswith("."))
