"""Importing a council's own milestones."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from builders import add_pupil, add_terms, contents, steps_of

from transitions.custody import history
from transitions.errors import BadInput
from transitions.importing import milestones
from transitions.importing.preview import commit
from transitions.milestones import definitions
from transitions.milestones.definitions import load_shipped
from transitions.workspace import Workspace

SHIPPED = files("transitions.milestones").joinpath("milestones.toml").read_text(encoding="utf-8")
HEAD = SHIPPED[: SHIPPED.index("[[milestone]]")]
OWN = """
[[milestone]]
code = "6-7.buddy"
transition = "6-7"
title = "A buddy at the next school is named"
short = "Buddy named"
applies = { year_group = [6] }
due = "1 June"
severity = "local"
basis = "Our transition guarantee"
source = "Council, 2026"
verified = true
evidence = "the buddy's first name and form"
why = "Nobody eats lunch alone in the first week."
order = 900
"""


def write(folder: Path, *parts: str) -> Path:
    path = folder / "ours.toml"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def test_the_shipped_file_itself_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    preview = milestones.prepare(workspace, write(tmp_path, SHIPPED))
    assert (preview.new, preview.changed, preview.unchanged) == ((), (), len(load_shipped().milestones))
    assert preview.notes == ()


def test_a_milestone_of_ones_own_is_planned_for_its_pupils(workspace: Workspace, tmp_path: Path) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=6)
    before = contents(workspace)
    preview = milestones.prepare(workspace, write(tmp_path, HEAD, OWN))
    assert [entry.label for entry in preview.new] == ["6-7.buddy: A buddy at the next school is named"]
    assert commit(workspace, preview) == (1, 0, 0, 0, None)
    assert str(steps_of(workspace, pupil)["6-7.buddy", 2026].due_on) == "2027-06-01"
    after = contents(workspace)
    assert milestones.prepare(workspace, write(tmp_path, HEAD, OWN)).unchanged == 1
    history.undo(workspace)
    assert contents(workspace) == before
    history.redo(workspace)
    assert contents(workspace) == after


def test_a_shipped_milestone_that_is_replaced_is_local_from_then_on(workspace: Workspace, tmp_path: Path) -> None:
    code = "6-7.names-school"
    title = load_shipped().by_code[code].title
    theirs = SHIPPED.replace(f'title = "{title}"', 'title = "Ours"', 1)
    preview = milestones.prepare(workspace, write(tmp_path, theirs))
    assert [tuple(difference) for difference in preview.changed[0].differences] == [("Title", title, "Ours")]
    commit(workspace, preview)
    with workspace.database.write() as connection:
        definitions.put_shipped(connection, workspace.clock.today)
    row = workspace.read().execute("SELECT title, origin FROM milestone WHERE code = ?", (code,)).fetchone()
    assert row == ("Ours", "local")


def test_a_new_one_stands_with_its_transition_point(workspace: Workspace, tmp_path: Path) -> None:
    commit(workspace, milestones.prepare(workspace, write(tmp_path, HEAD, OWN)))
    order = [milestone.transition for milestone in workspace.milestones.values()]
    assert order == sorted(order, key=order.index)
    assert len({code for place, code in enumerate(order) if place == 0 or order[place - 1] != code}) == len(
        [code for place, code in enumerate(order) if place == 0 or order[place - 1] != code]
    )


def test_an_unknown_transition_point_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    point = '[transition."8-9"]\ntitle = "x"\nfrom = "a"\nto = "b"\nsentence = "c"\n'
    text = OWN.replace("6-7", "8-9")
    head = re.sub(r"(?=\[transition)", point, HEAD, count=1)
    with pytest.raises(BadInput) as caught:
        milestones.prepare(workspace, write(tmp_path, head, text))
    (problem,) = caught.value.problems
    assert problem.field == "8-9.buddy"
    assert problem.what.startswith('transition: "8-9" is not one of EY-R, R-1')


def test_a_slip_in_a_date_rule_is_refused_with_the_code(workspace: Workspace, tmp_path: Path) -> None:
    before = contents(workspace)
    with pytest.raises(BadInput, match=r"ours\.toml: 6-7\.buddy: due: "):
        milestones.prepare(workspace, write(tmp_path, HEAD, OWN.replace("1 June", "31 June")))
    assert contents(workspace) == before
