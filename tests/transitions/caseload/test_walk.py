"""Walking a caseload and finding one's place again."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from builders import add_pupil, add_worker, edit_pupil
from conftest import TODAY, Opener
from crowd import CASELOADS, chosen, fill, slowly
from hypothesis import given, settings

from db.caseload.actions import ActionKey
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.walk import Walk
from transitions.clock import Clock
from transitions.custody import history
from transitions.errors import NotAllowed
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans.actions import add_action, drop_actions, finish_actions, save_action
from transitions.workspace import Workspace


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    path = tmp_path_factory.mktemp("crowd") / "pupils.db"
    workspace = Workspace.open(path, Clock.on(TODAY), create=True)
    workspace.become(add_worker(workspace))
    fill(workspace, 60, seed=4)
    yield workspace
    workspace.close()


def test_the_walk_goes_through_those_who_need_a_decision_most_pressing_first(workspace: Workspace) -> None:
    late = add_pupil(workspace, surname="Ward")
    later = add_pupil(workspace, surname="Byrne", year_group=2, in_year_move_on=date(2026, 9, 1))  # review: 13 October
    same = add_pupil(workspace, surname="Adams")
    add_pupil(workspace, surname="Nothing Due", year_group=3)
    decided = add_pupil(workspace, surname="Decided")
    recording.mark_done(workspace, recording.next_steps(workspace, [decided]))
    begun = walk.begin(workspace, Caseload())
    assert begun.pupil_ids == (later, same, late)
    assert (begun.position, begun.pupil_id, begun.finished) == (0, later, False)
    assert begun.description == "All pupils"
    assert Caseload.from_json(begun.caseload) == Caseload()


def test_those_put_off_come_back_on_their_day(workspace: Workspace, opener: Opener) -> None:
    pupil = add_pupil(workspace)
    promise(workspace, pupil, date(2026, 11, 9))
    with pytest.raises(NotAllowed, match=r"is too far away.*up to Thu 30 Sep 2027"):
        recording.put_off(workspace, [pupil], date(2029, 11, 30))
    recording.put_off(workspace, [pupil], date(2026, 12, 1))
    assert walk.begin(workspace, Caseload()).pupil_ids == ()
    assert walk.to_decide(workspace, pupil) == []
    assert walk.actions_to_decide(workspace, pupil) == []
    workspace.close()
    eve = opener(date(2026, 11, 30))
    assert walk.begin(eve, Caseload()).pupil_ids == ()
    eve.close()
    day = opener(date(2026, 12, 1))
    assert walk.begin(day, Caseload()).pupil_ids == (pupil,)
    assert [row.code for row in walk.to_decide(day, pupil)] == ["6-7.application"]


def test_what_is_asked_about_a_pupil_is_what_is_overdue_longest_first(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="K", in_year_move_on=date(2026, 9, 1))
    asked = walk.to_decide(workspace, pupil)
    assert [row.code for row in asked] == ["inyr.settling-review", "6-7.application"]
    assert all(row.outcome is None and row.late_after is not None for row in asked)


def test_moving_keeps_within_the_walk() -> None:
    begun = Walk("{}", "All pupils", (7, 8, 9))
    assert begun.moved(1).pupil_id == 8
    assert begun.moved(-1).position == 0
    assert begun.moved(99).position == 3
    assert begun.moved(3).pupil_id is None
    assert begun.moved(3).finished
    assert begun.at(9).position == 2
    assert begun.moved(1).at(77).position == 1


def test_a_pupil_is_skipped_once_and_not_at_all_after_a_decision() -> None:
    begun = Walk("{}", "All pupils", (7, 8))
    passed = begun.passed_by()
    assert (passed.pupil_id, passed.skipped) == (8, (7,))
    assert passed.moved(-1).passed_by().skipped == (7,)
    assert passed.moved(-1).decided(Step(7, 1, 2026), "done").skipped == ()
    assert passed.moved(1).passed_by() == passed.moved(1)


def test_the_tally_counts_what_still_stands(workspace: Workspace) -> None:
    pupils = [add_pupil(workspace, surname=f"Khan {number}") for number in range(5)]
    steps = recording.next_steps(workspace, pupils)
    done, missed, waived, later = ([step] for step in steps[:4])
    recording.mark_done(workspace, done)
    recording.flag_missed(workspace, missed, reason="moved")
    recording.waive(workspace, waived, reason="not-applicable")
    recording.put_off(workspace, pupils[3:4], date(2026, 12, 1))
    place = Walk("{}", "All pupils", tuple(pupils))
    kinds = ((done, "done"), (missed, "missed"), (waived, "waived"), (later, "put off"))
    for (decided,), kind in kinds:
        place = place.decided(walk.about(decided, kind), kind).moved(1)
    place = place.passed_by()
    assert walk.tally(workspace, place) == {"done": 1, "missed": 1, "waived": 1, "put off": 1, "skipped": 1}
    history.undo(workspace)
    history.undo(workspace)
    assert walk.tally(workspace, place) == {"done": 1, "missed": 1, "waived": 0, "put off": 0, "skipped": 1}
    changed_mind = place.decided(missed[0], "done")
    recording.mark_done(workspace, missed)
    assert walk.tally(workspace, changed_mind)["done"] == 2
    assert walk.tally(workspace, changed_mind)["missed"] == 0


def test_the_place_is_kept_until_tomorrow_and_gone_at_the_end(workspace: Workspace, opener: Opener) -> None:
    pupils = [add_pupil(workspace, surname=surname) for surname in ("Khan", "Byrne", "Ward")]
    assert walk.left_off(workspace) is None
    begun = walk.begin(workspace, Caseload(whose="all", year_groups=(6,)))
    step = recording.next_steps(workspace, pupils[:1])[0]
    stopped = begun.decided(step, "done").decided(walk.PupilKey(pupils[0]), "put off").moved(1).passed_by()
    walk.keep_place(workspace, stopped)
    workspace.close()
    tomorrow = opener(date(2026, 11, 22))
    assert walk.left_off(tomorrow) == stopped
    walk.keep_place(tomorrow, stopped.moved(1))
    assert walk.left_off(tomorrow) is None


def test_each_worker_has_a_place_of_their_own(workspace: Workspace) -> None:
    add_pupil(workspace)
    mine = walk.begin(workspace, Caseload())
    me = workspace.me
    assert me is not None
    workspace.become(add_worker(workspace, "B. Lee"))
    assert walk.left_off(workspace) is None
    workspace.become(me)
    assert walk.left_off(workspace) == mine


def test_a_walk_through_chosen_pupils_keeps_their_order(workspace: Workspace) -> None:
    first, second = add_pupil(workspace), add_pupil(workspace)
    assert walk.begin(workspace, Caseload(), [second, first]).pupil_ids == (second, first)


def test_a_walk_through_nobody_is_over_at_once(workspace: Workspace) -> None:
    begun = walk.begin(workspace, Caseload())
    assert begun.finished
    assert begun.pupil_id is None
    assert walk.left_off(workspace) is None


def promise(workspace: Workspace, pupil: int, due_on: date | None) -> ActionKey:
    added = add_action(workspace, pupil, what=f"By {due_on}", owner="J. Shah", due_on=due_on)
    return ActionKey(pupil, added.number)


def test_an_action_past_its_day_brings_a_pupil_in_where_it_presses(workspace: Workspace) -> None:
    ward = add_pupil(workspace, surname="Ward")  # the application was due on 31 October
    early = add_pupil(workspace, surname="Early", year_group=3)
    late = add_pupil(workspace, surname="Late", year_group=3)
    both = add_pupil(workspace, surname="Zest")
    put_off = add_pupil(workspace, surname="Off")
    archived = add_pupil(workspace, surname="Gone", year_group=3)
    for pupil in (
        add_pupil(workspace, surname="Today", year_group=3),
        add_pupil(workspace, surname="Decided", year_group=3),
    ):
        promise(workspace, pupil, TODAY)
    drop_actions(workspace, [promise(workspace, pupil, date(2026, 9, 1)).action_id], reason="moved")
    for pupil, due_on in ((early, date(2026, 10, 1)), (late, date(2026, 11, 9)), (both, date(2026, 10, 2)),
                          (put_off, date(2026, 11, 9)), (archived, date(2026, 1, 1))):  # fmt: skip
        promise(workspace, pupil, due_on)
        promise(workspace, pupil, date(2026, 11, 20))
    recording.put_off(workspace, [put_off], date(2026, 12, 1))
    edit_pupil(workspace, archived, archived_at=workspace.clock.now())
    assert walk.begin(workspace, Caseload()).pupil_ids == (early, both, ward, late)
    assert walk.begin(workspace, Caseload(year_groups=(3,))).pupil_ids == (early, late)
    assert walk.begin(workspace, Caseload(text="zest")).pupil_ids == (both,)


@settings(max_examples=60)
@given(caseload=CASELOADS)
def test_the_walk_is_that_of_asking_every_pupil(crowd: Workspace, caseload: Caseload) -> None:
    asked = {
        pupil.id
        for pupil in slowly(crowd)
        if chosen(crowd, pupil, caseload)
        and (walk.to_decide(crowd, pupil.id) or walk.actions_to_decide(crowd, pupil.id))
    }
    begun = walk.begin(crowd, caseload).pupil_ids
    assert set(begun) == asked
    assert len(begun) == len(asked)


def test_what_is_asked_about_actions_is_what_is_open_and_past_its_day(workspace: Workspace) -> None:
    pupil, other = add_pupil(workspace), add_pupil(workspace)
    days = (TODAY - timedelta(days=1), None, TODAY, TODAY - timedelta(days=9), TODAY + timedelta(days=1))
    made = [promise(workspace, pupil, day) for day in days]
    promise(workspace, other, days[0])
    finish_actions(workspace, [promise(workspace, pupil, days[0]).action_id])
    assert [action.key for action in walk.actions_to_decide(workspace, pupil)] == [made[3], made[0]]


def test_actions_count_beside_steps_in_the_tally_and_in_the_place_that_is_kept(
    workspace: Workspace, opener: Opener
) -> None:
    pupils = [add_pupil(workspace, surname=f"Khan {number}") for number in range(4)]
    done, dropped, moved, undone = (promise(workspace, pupil, date(2026, 11, 1)) for pupil in pupils)
    step = recording.next_steps(workspace, pupils[:1])
    recording.mark_done(workspace, step)
    finish_actions(workspace, [done.action_id])
    drop_actions(workspace, [dropped.action_id], reason="moved")
    save_action(workspace, *moved, {"due_on": "+2w"})
    finish_actions(workspace, [undone.action_id])
    place = walk.begin(workspace, Caseload())
    decisions = ((step[0], "done"), (done, "done"), (dropped, "waived"), (moved, "put off"), (undone, "done"))
    for about, kind in decisions:
        place = place.decided(about, kind)
    assert walk.tally(workspace, place) == {"done": 3, "missed": 0, "waived": 1, "put off": 1, "skipped": 0}
    history.undo(workspace)
    assert walk.tally(workspace, place) == {"done": 2, "missed": 0, "waived": 1, "put off": 1, "skipped": 0}
    walk.keep_place(workspace, place)
    workspace.close()
    tomorrow = opener(date(2026, 11, 22))
    assert walk.left_off(tomorrow) == place
    assert walk.tally(tomorrow, place)["put off"] == 1
