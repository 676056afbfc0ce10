"""Which move a pupil makes next, and starting the handovers of many pupils."""

from datetime import date

import pytest
from builders import add_handover, add_pupil, add_school, contents, edit_pupil

from db.handovers import handovers as store
from db.handovers.handovers import MoverRow
from transitions.custody import history
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.handovers import writing
from transitions.handovers.form import shipped
from transitions.workspace import Workspace

AUTUMN = date(2026, 11, 21)


def mover(group: int, ages: tuple[int, int] | None = None, in_year: date | None = None) -> MoverRow:
    low, high = ages or (None, None)
    return MoverRow(1, "Aisha Khan", 2026 - group, "N", None, None, low, high, in_year)


@pytest.mark.parametrize(
    ("row", "move"),
    [
        (mover(-1), "EY-R"),
        (mover(-1, (2, 4)), "EY-R"),
        (mover(-1, (3, 11)), None),  # the nursery class of a primary school
        (mover(-2), None),
        (mover(2), None),  # nobody knows whether it is an infant school
        (mover(2, (4, 7)), "2-3"),
        (mover(2, (4, 11)), None),
        (mover(4), None),
        (mover(4, (4, 9)), "MID"),
        (mover(8, (9, 13)), "MID"),
        (mover(6), "6-7"),
        (mover(6, (4, 11)), "6-7"),
        (mover(6, (9, 13)), None),  # a middle school goes on to Year 8
        (mover(6, (11, 18)), "6-7"),  # the secondary school was recorded as the present one
        (mover(5, (4, 11)), None),
        (mover(7, (4, 11)), "6-7"),  # still recorded at the school that has ended
        (mover(7, (11, 16)), None),
        (mover(11, (11, 16)), "11-16P"),
        (mover(11, (11, 18)), None),
        (mover(3, (4, 11), date(2027, 1, 5)), "INYR"),
        (mover(3, (4, 11), date(2026, 11, 2)), "INYR"),
        (mover(6, (4, 11), date(2026, 9, 14)), "6-7"),  # that move is long over
    ],
)
def test_the_likely_move_follows_the_year_group_and_the_school(row: MoverRow, move: str | None) -> None:
    assert writing.likely_move(row, AUTUMN) == move


@pytest.fixture
def primary(workspace: Workspace) -> int:
    return add_school(workspace, low_age=4, high_age=11)


def test_a_class_is_started_in_one_action_and_undone_in_one(workspace: Workspace, primary: int) -> None:
    secondary = add_school(workspace, "Oakwood School", low_age=11, high_age=18)
    pupils = [add_pupil(workspace, surname=f"Khan {n}", school_id=primary, next_school_id=secondary) for n in range(3)]
    before = contents(workspace)
    names = iter("abc")
    started = writing.start(workspace, pupils, uid=lambda: next(names))
    assert started.recorded == ("Handovers started", "Year 6 to Year 7 · 3 pupils", 3)
    rows = [store.handover(workspace.read(), started.handovers[pupil]) for pupil in pupils]
    assert [
        (one.uid, one.transition, one.move_year, one.direction, one.status, one.from_school_id, one.to_school_id)
        for one in rows
        if one is not None
    ] == [(uid, "6-7", 2026, "out", "drafting", primary, secondary) for uid in "abc"]
    assert rows[0] is not None
    assert rows[0].form == shipped("6-7").version
    assert (rows[0].started_on, rows[0].worker_id) == (workspace.clock.today, workspace.me)
    history.undo(workspace)
    assert {name: rows for name, rows in contents(workspace).items() if name == "handover"} == {"handover": []}
    assert before["pupil"] == contents(workspace)["pupil"]


def test_a_handover_that_is_there_stays_and_is_given_back(workspace: Workspace, primary: int) -> None:
    first = add_pupil(workspace, school_id=primary)
    number = add_handover(workspace, first)
    again = writing.start(workspace, [first])
    assert again.handovers == {first: number}
    assert again.recorded.changed == 0
    second = add_pupil(workspace, surname="Lee", school_id=primary)
    both = writing.start(workspace, [first, second, first])
    assert both.recorded[1:] == ("Year 6 to Year 7 · Aisha Lee", 1)
    assert both.handovers[first] == number


def test_a_named_move_may_be_begun_a_year_early_or_late_and_no_more(workspace: Workspace, primary: int) -> None:
    year = {group: add_pupil(workspace, year_group=group, school_id=primary) for group in (4, 5, 7, 8)}
    for group, move_year in ((5, 2027), (7, 2025)):
        row = store.handover(workspace.read(), add_handover(workspace, year[group], "6-7"))
        assert row is not None
        assert row.move_year == move_year
    for group in (4, 8):
        with pytest.raises(NotAllowed, match="not a move that Aisha Khan makes this year"):
            writing.start(workspace, [year[group]], "6-7")


def test_a_move_within_the_year_is_of_the_year_it_falls_in(workspace: Workspace, primary: int) -> None:
    pupil = add_pupil(workspace, year_group=3, school_id=primary, in_year_move_on=date(2027, 9, 6))
    row = store.handover(workspace.read(), add_handover(workspace, pupil))
    assert row is not None
    assert (row.transition, row.move_year) == ("INYR", 2027)
    edit_pupil(workspace, pupil, in_year_move_on=None)
    later = store.handover(workspace.read(), writing.start(workspace, [pupil], "INYR").handovers[pupil])
    assert later is not None
    assert later.move_year == 2026


def test_pupils_without_a_move_are_named_and_nobody_is_started(workspace: Workspace, primary: int) -> None:
    leaver = add_pupil(workspace, school_id=primary)
    stay = [add_pupil(workspace, surname=f"Bell {n}", year_group=3, school_id=primary) for n in range(4)]
    with pytest.raises(NotAllowed) as refused:
        writing.start(workspace, [leaver, *stay])
    assert refused.value.sentence.startswith(
        "No move is coming up for Aisha Bell 0, Aisha Bell 1, Aisha Bell 2 and 1 more. Say which one it is: EY-R, 2-3,"
    )
    assert store.of_pupil(workspace.read(), leaver) == []


def test_what_cannot_be_started_is_refused(workspace: Workspace, primary: int) -> None:
    pupil = add_pupil(workspace, school_id=primary)
    with pytest.raises(NotAllowed, match="'14\\+' has no handover"):
        writing.start(workspace, [pupil], "14+")
    with pytest.raises(NoSuchRecord):
        writing.start(workspace, [99])
    edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    with pytest.raises(NoSuchRecord, match="archived"):
        writing.start(workspace, [pupil])


def test_a_pupil_who_stays_is_found_again_by_the_handover_that_was_begun(workspace: Workspace, primary: int) -> None:
    pupil = add_pupil(workspace, year_group=3, school_id=primary)
    number = add_handover(workspace, pupil, "INYR")
    assert writing.start(workspace, [pupil]).handovers == {pupil: number}
