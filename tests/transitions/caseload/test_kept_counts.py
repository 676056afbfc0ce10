"""What is kept of everybody is what counting anew gives, whatever was done; and what is kept wrongly is found and put right."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from builders import add_episode, add_pupil, add_school, edit_pupil, pupil_values
from crowd import fill
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.caseload import kept
from db.vocabulary import TRANSITIONS
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.custody import health_check, history
from transitions.errors import Fault
from transitions.milestones import recording
from transitions.milestones.definitions import load_shipped
from transitions.milestones.recording import Step
from transitions.workspace import Workspace

Change = Callable[[Workspace, random.Random], object]


def _pupils(workspace: Workspace) -> list[int]:
    return [row[0] for row in workspace.read().execute("SELECT id FROM pupil ORDER BY id").fetchall()]


def _edit(workspace: Workspace, chance: random.Random) -> None:
    values = chance.choice(
        [
            {"sen_provision": chance.choice("NKE")},
            {"owner_id": chance.choice([None, workspace.me])},
            {"school_id": chance.choice([None, 1, 2])},
            {"next_school_id": chance.choice([None, 1, 2])},
            {"cohort_year": chance.choice([2012, 2015, 2020])},
            {"pupil_premium": chance.random() < 0.5, "part_time_timetable": chance.random() < 0.5},
            {"archived_at": chance.choice([None, workspace.clock.now()])},
            {"tier": chance.choice([None, "enhanced"]), "young_carer": chance.random() < 0.5},
        ]
    )
    edit_pupil(workspace, chance.choice(_pupils(workspace)), **values)


def _record(workspace: Workspace, chance: random.Random) -> None:
    pupil, day = chance.choice(_pupils(workspace)), chance.choice([None, workspace.clock.today])
    table, values = chance.choice(
        [
            ("placement", {"kind": chance.choice(["off roll", "suspension", "part-time timetable"]), "started_on": day}),
            ("social_care_episode", {"kind": chance.choice(["looked after", "child in need"]), "started_on": day, "end_not_known": day is None and chance.random() < 0.5}),
            ("ehc_plan", {chance.choice(["ehc_requested_on", "ehc_started_on"]): date(2026, 9, 1)}),
        ]
    )  # fmt: skip
    with workspace.change("Recorded", table) as action:
        action.insert(table, {"pupil_id": pupil, **values})


def _decide(workspace: Workspace, chance: random.Random) -> None:
    late = "SELECT pupil_id, milestone_id, cycle FROM pupil_milestone WHERE outcome IS NULL AND late_after < :today ORDER BY 1, 2, 3"
    rows = workspace.read().execute(late, {"today": workspace.clock.today}).fetchall()
    if rows:
        step = [Step(*chance.choice(rows))]
        if chance.random() < 0.5:
            recording.flag_missed(workspace, step, reason="moved")
        else:
            recording.mark_done(workspace, step)


def _add_many(workspace: Workspace, chance: random.Random) -> None:
    with workspace.change("Pupils added", "some") as action:
        for _ in range(5):
            action.insert("pupil", pupil_values(workspace, cohort_year=chance.choice([2012, 2020])))


CHANGES: list[Change] = [
    _edit,
    _edit,
    _record,
    _decide,
    _add_many,
    lambda workspace, _: history.undo(workspace),
    lambda workspace, _: history.redo(workspace),
    lambda workspace, chance: recording.put_off(
        workspace, [chance.choice(_pupils(workspace))], workspace.clock.today + timedelta(days=chance.randrange(1, 9))
    ),
]


@pytest.fixture
def crowd(workspace: Workspace) -> Workspace:
    fill(workspace, 25, seed=3)
    return workspace


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.sampled_from(CHANGES), min_size=4, max_size=14), seed=st.integers(0, 99))
def test_after_any_changes_what_is_kept_is_what_counting_anew_gives(
    crowd: Workspace, changes: list[Change], seed: int
) -> None:
    chance = random.Random(seed)
    for change in changes:
        with suppress(Fault):  # nothing to undo, or it can't be undone any more
            change(crowd, chance)
        assert kept.is_right(crowd.read()), change


def test_a_change_that_fails_half_way_leaves_the_counts_as_they_were(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with suppress(ZeroDivisionError), workspace.change("Edited", "nothing") as action:
        action.update("pupil", {"id": pupil}, {"owner_id": workspace.me, "sen_provision": "E"})
        raise ZeroDivisionError
    assert kept.is_right(workspace.read())
    assert caseloads.count(workspace, Caseload(cohorts=("EHC plan",))) == 0


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE pupil_count SET number = number + 3",
        "DELETE FROM place_count",
        "UPDATE pupil SET counted_as = 0",
        "UPDATE pupil SET counted_as = counted_as + 1",
    ],
)
def test_check_finds_what_is_kept_wrongly_and_counts_again(workspace: Workspace, damage: str) -> None:
    school = add_school(workspace, "Glebe")
    for number in range(3):
        add_episode(
            workspace,
            add_pupil(workspace, forename=f"P{number}", school_id=school, sen_provision="E"),
            "looked after",
            None,
        )
    before = caseloads.facets(workspace, Caseload())
    with workspace.database.write() as connection:
        connection.execute(damage)
    said = [one for one in health_check.check(workspace) if "beside the filters" in one.what]
    assert [one.remedy for one in said] == ["Nothing: they have been counted again, and no record was wrong"]
    assert caseloads.facets(workspace, Caseload()) == before
    assert not [one for one in health_check.check(workspace) if "beside the filters" in one.what]


def test_each_transition_point_has_its_bit() -> None:
    """What the bits of older records stand for must not move: a new point goes to the end of both."""
    assert tuple(load_shipped().transitions) == TRANSITIONS
