"""The missed list and Today: every section, row and total as asking every step one by one gives."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import add_pupil, add_school, add_worker, edit_pupil
from conftest import TODAY
from crowd import CASELOADS, chosen, fill, late_actions, of_steps, slowly
from hypothesis import given, settings

from transitions.caseload import caseload as caseloads
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import GROUPS, ActionKey, Totals
from transitions.clock import Clock
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans.actions import add_action, drop_actions
from transitions.workspace import Workspace


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    path = tmp_path_factory.mktemp("crowd") / "pupils.db"
    workspace = Workspace.open(path, Clock.on(TODAY), create=True)
    workspace.become(add_worker(workspace))
    fill(workspace, 120, seed=9)
    yield workspace
    workspace.close()


def naive(workspace: Workspace, caseload: Caseload) -> tuple[set[Step], set[Step]]:
    """The overdue and the missed steps; a filter on states chooses pupils elsewhere and nothing here."""
    without = replace(caseload, states=(), transitions=(), milestone=None)
    steps = [
        step for pupil in slowly(workspace) if chosen(workspace, pupil, without) for step in of_steps(pupil, caseload)
    ]
    overdue = {step.step for step in steps if step.state == "overdue"}
    return overdue, {step.step for step in steps if step.state == "missed"}


@settings(max_examples=100)
@given(caseload=CASELOADS)
def test_totals_and_rows_are_those_of_asking_every_step(crowd: Workspace, caseload: Caseload) -> None:
    overdue, flagged = naive(crowd, caseload)
    assert missed.totals(crowd, caseload) == Totals(len(overdue), len(flagged))
    rows = missed.listing(crowd, caseload)
    keys = [Step(row.pupil_id, row.milestone_id, row.cycle) for row in rows]
    assert set(keys[: len(overdue)]) == overdue
    assert set(keys[len(overdue) :]) == flagged
    assert [row.late_after for row in rows[: len(overdue)]] == sorted(row.late_after for row in rows[: len(overdue)])
    assert missed.listing(crowd, caseload, limit=3) == rows[:3]


@pytest.mark.parametrize("group", GROUPS)
def test_sections_hold_every_step_once_overdue_above_missed(crowd: Workspace, group: missed.Group) -> None:
    overdue, flagged = naive(crowd, Caseload())
    sections = missed.sections(crowd, Caseload(), group)
    above = [step for section in sections if section.title.startswith("Overdue") for step in section.steps]
    below = [step for section in sections if section.title.startswith("Missed") for step in section.steps]
    assert len(above) == len(set(above))
    assert (set(above), set(below)) == (overdue, flagged)
    titles = [section.title for section in sections]
    assert len(titles) == len(set(titles))
    assert titles == sorted(titles, key=lambda title: title.startswith("Missed"))
    assert overdue
    assert flagged


def test_everybodys_totals_leave_out_archived_pupils(workspace: Workspace) -> None:
    first, second = add_pupil(workspace), add_pupil(workspace)
    steps = recording.next_steps(workspace, [first, second])
    recording.flag_missed(workspace, steps[:1], reason="moved")
    recording.put_off(workspace, [second], TODAY + timedelta(days=3))
    assert missed.totals(workspace, Caseload()) == Totals(1, 1)
    edit_pupil(workspace, first, archived_at=workspace.clock.now())
    assert missed.totals(workspace, Caseload()) == Totals(1, 0)
    edit_pupil(workspace, second, archived_at=workspace.clock.now())
    assert missed.totals(workspace, Caseload()) == Totals(0, 0)
    assert missed.sections(workspace, Caseload()) == []


def test_groups_are_named_for_people(workspace: Workspace) -> None:
    school = add_school(workspace, "The Glebe", high_age=11)
    mine = add_pupil(workspace, school_id=school, owner_id=workspace.me)
    other = add_pupil(workspace, sen_provision="E", year_group=6, in_year_move_on=date(2026, 10, 1))
    recording.flag_missed(workspace, recording.next_steps(workspace, [mine]), reason="moved")
    titles = {group: [section.title for section in missed.sections(workspace, Caseload(), group)] for group in GROUPS}
    assert titles[""] == ["Overdue, no decision yet", "Missed"]
    assert titles["school"] == ["Overdue, no decision yet · No school recorded", "Missed · The Glebe"]
    assert titles["year group"] == ["Overdue, no decision yet · Year 6", "Missed · Year 6"]
    assert titles["worker"] == ["Overdue, no decision yet · Nobody", "Missed · K. Osei"]
    assert titles["milestone"] == [
        "Overdue, no decision yet · INYR · Hold a settling-in or re-integration review",
        "Missed · 6-7 · Apply for a secondary school place",
    ]
    assert {row.pupil_id for row in missed.listing(workspace, Caseload(), missed=False)} == {other}


def test_steps_of_one_name_at_two_moves_are_two_sections(workspace: Workspace) -> None:
    school = add_school(workspace, "Infants", high_age=7)
    for values in ({"year_group": 2, "school_id": school}, {"year_group": 6}):
        add_pupil(workspace, sen_provision="E", **values)
    with workspace.change("Clock", "both plans were due") as action:
        for (number,) in (
            workspace.read().execute("SELECT id FROM milestone WHERE code LIKE '%.names-school'").fetchall()
        ):
            text = workspace.read().execute("SELECT definition FROM milestone WHERE id = ?", (number,)).fetchone()[0]
            values = {"definition": text.replace('"15 February"', '"15 October"'), "title": "Plan names the school"}
            action.update("milestone", {"id": number}, values)
    titles = [section.title for section in missed.sections(workspace, Caseload(), "milestone")]
    assert titles == [
        "Overdue, no decision yet · 2-3 · Plan names the school",
        "Overdue, no decision yet · 6-7 · Plan names the school",
    ]


def test_a_window_is_the_rows_of_the_list(crowd: Workspace) -> None:
    (section, *_) = missed.sections(crowd, Caseload())
    window = section.steps[3:9]
    rows = missed.rows(crowd, window)
    assert set(rows) == set(window)
    every = {Step(row.pupil_id, row.milestone_id, row.cycle): row for row in missed.listing(crowd, Caseload())}
    assert all(rows[step] == every[step] for step in window)
    assert missed.rows(crowd, []) == {}


# --- actions past their day ----------------------------------------------------------------------------------------------


def naive_actions(workspace: Workspace, caseload: Caseload) -> set[ActionKey]:
    without = replace(caseload, states=(), transitions=(), milestone=None)
    return {
        ActionKey(pupil.id, action.id)
        for pupil in slowly(workspace)
        if chosen(workspace, pupil, without)
        for action in late_actions(pupil, caseload)
    }


@settings(max_examples=100)
@given(caseload=CASELOADS)
def test_actions_past_their_day_are_those_of_asking_every_action(crowd: Workspace, caseload: Caseload) -> None:
    late = naive_actions(crowd, caseload)
    rows = missed.overdue_actions(crowd, caseload)
    assert {row.key for row in rows} == late
    assert len(rows) == len(late) == missed.overdue_actions_count(crowd, caseload)
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    assert missed.overdue_actions(crowd, caseload, 2) == rows[:2]


@pytest.mark.parametrize("group", GROUPS)
def test_action_sections_hold_every_action_once(crowd: Workspace, group: missed.Group) -> None:
    sections = missed.action_sections(crowd, Caseload(), group)
    actions = [action for section in sections for action in section.actions]
    assert len(actions) == len(set(actions))
    assert set(actions) == naive_actions(crowd, Caseload()) != set()
    names = [section.name for section in sections]
    assert len(names) == len(set(names))
    assert (names == [""]) == (group in ("", "milestone"))
    window = actions[3:9]
    assert set(missed.action_rows(crowd, window)) == set(window)
    assert missed.action_rows(crowd, []) == {}


@settings(max_examples=60)
@given(caseload=CASELOADS)
def test_the_filters_count_pupils_with_an_action_past_its_day_too(crowd: Workspace, caseload: Caseload) -> None:
    asked = replace(caseload, states=("overdue", "missed"), late_actions=True)
    plain = replace(asked, states=(), transitions=(), milestone=None)
    pupils = {
        pupil.id
        for pupil in slowly(crowd)
        if chosen(crowd, pupil, replace(asked, late_actions=False))
        or (chosen(crowd, pupil, plain) and late_actions(pupil, caseload))
    }
    assert caseloads.count(crowd, asked) == len(pupils)
    facets = caseloads.facets(crowd, asked)
    steps_alone = caseloads.facets(crowd, replace(asked, late_actions=False))
    assert facets["states"] == steps_alone["states"]
    for count in facets["transitions"]:
        one = replace(asked, transitions=(count.value,))
        assert caseloads.count(crowd, one) == count.pupils


def test_actions_stand_under_the_names_of_their_groups(workspace: Workspace) -> None:
    school = add_school(workspace, "The Glebe", high_age=11)
    mine = add_pupil(workspace, school_id=school, owner_id=workspace.me, year_group=3)
    other = add_pupil(workspace, surname="Byrne", year_group=6)
    for pupil, days in ((mine, 3), (other, 9), (mine, 1), (mine, 0)):
        add_action(workspace, pupil, what="Ring", owner="J. Shah", due_on=TODAY - timedelta(days=days))
    sections = {group: missed.action_sections(workspace, Caseload(), group) for group in GROUPS}
    assert {group: [(one.name, len(one.actions)) for one in found] for group, found in sections.items()} == {
        "": [("", 3)],
        "school": [("The Glebe", 2), ("No school recorded", 1)],
        "year group": [("Year 3", 2), ("Year 6", 1)],
        "milestone": [("", 3)],
        "worker": [("K. Osei", 2), ("Nobody", 1)],
    }
    (first, *_) = missed.overdue_actions(workspace, Caseload())
    assert (first.pupil_id, first.worker, first.owner, first.transition) == (other, None, "J. Shah", None)
    drop_actions(workspace, [first.action_id], reason="moved")
    edit_pupil(workspace, mine, archived_at=workspace.clock.now())
    assert missed.overdue_actions(workspace, Caseload()) == []
