"""The actions of workshops: agreed, graded with evidence, carried to the next meeting, done or dropped; undone exactly."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from builders import add_terms, add_workshop, add_workshop_action, contents
from conftest import Opener
from hypothesis import given
from hypothesis import strategies as st

from db.workshops import workshops as store
from db.workshops.workshops import ProgressRow, WorkshopActionRow
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.workshops import actions, page
from transitions.workspace import Workspace

AUTUMN, SPRING = date(2025, 11, 7), date(2026, 1, 26)
DAY = date(2026, 1, 30)
"""The Friday after the second workshop, when its minutes are written."""
PLAN: Mapping[str, Any] = {
    "recommendation": "Recommendation 3",
    "what": " One shared calendar\nof transition dates ",
    "steps": "Collect the dates\nFind the clashes",
    "who": "Transitions Team and CAMHS",
    "due_on": "19/12/2025",
    "cost": "none",
    "success_measure": "No clash in the spring",
    "impact": "Schools plan visits once",
}


@pytest.fixture
def council(opener: Opener) -> Workspace:
    return opener(DAY)


@pytest.fixture
def autumn(council: Workspace) -> int:
    return add_workshop(council, status="held")


@pytest.fixture
def spring(council: Workspace, autumn: int) -> int:
    return add_workshop(council, on_day=SPRING, status="held")


def row(workspace: Workspace, number: int) -> WorkshopActionRow:
    found = store.action(workspace.read(), number)
    assert found is not None
    return found


def gradings(workspace: Workspace, *numbers: int) -> list[tuple[int | None, int, date, str | None]]:
    return [(one.workshop_id, *one[3:]) for one in store.progress(workspace.read(), numbers)]


# --- agreeing and editing ----------------------------------------------------------------------------------------------


def test_an_action_in_the_columns_of_a_district_plan(council: Workspace, autumn: int) -> None:
    before = contents(council)
    saved = actions.save_action(council, autumn, None, PLAN)
    assert saved == ("Workshop action added", "Transitions workshop · Fri 7 Nov 2025", 1)
    kept = row(council, saved.number)
    assert kept.what == "One shared calendar of transition dates"
    assert kept.steps == "Collect the dates\nFind the clashes"
    assert kept.who == "Transitions Team and CAMHS", "a plan of a district names teams"
    assert (kept.due_on, kept.cost, kept.grade, kept.agreed_on) == (date(2025, 12, 19), "none", None, AUTUMN)
    edited = actions.save_action(council, autumn, saved.number, {"who": "K. Osei", "due_on": "", "what": kept.what})
    assert (edited.changed, edited.number) == (1, saved.number)
    assert row(council, saved.number) == kept._replace(who="K. Osei", due_on=None)
    assert actions.save_action(council, autumn, saved.number, {"who": "K. Osei"}).changed == 0
    history.undo(council)
    assert row(council, saved.number) == kept
    history.undo(council)
    assert contents(council) == before


def test_each_wrong_field_has_its_own_sentence(council: Workspace, autumn: int) -> None:
    wrong = {"what": " ", "who": "x" * 201, "due_on": "30 February", "colour": "red", "steps": "x" * 10_001}
    with pytest.raises(FieldProblems) as refused:
        actions.save_action(council, autumn, None, wrong)
    assert set(refused.value.problems) == set(wrong)
    with pytest.raises(FieldProblems, match="when it was agreed"):
        actions.save_action(council, autumn, None, {"what": "x", "due_on": "19/12/2024"})
    assert store.every_action(council.read()) == []
    assert actions.save_action(council, autumn, None, {"what": "x", "due_on": "7/11/2025"}).changed == 1


def test_what_is_due_before_a_meeting_to_come_is_preparation(council: Workspace) -> None:
    coming = add_workshop(council, on_day=date(2026, 3, 2))
    saved = actions.save_action(council, coming, None, {"what": "Book the hall", "due_on": "+1w"})
    assert row(council, saved.number).due_on == date(2026, 2, 6)


def test_days_are_read_by_the_term_dates_of_the_workshop(council: Workspace) -> None:
    add_terms(council, la_number=886)
    kent = add_workshop(council, on_day=SPRING, la_number=886)
    saved = actions.save_action(council, kent, None, {"what": "Visit", "due_on": "end of term"})
    assert row(council, saved.number).due_on == date(2026, 4, 2)
    other = add_workshop(council, on_day=SPRING, la_number=808)
    with pytest.raises(FieldProblems, match="due on: Term dates for 2025/26 are not entered"):
        actions.save_action(council, other, None, {"what": "Visit", "due_on": "end of term"})


def test_a_value_that_stands_is_not_judged_again(council: Workspace, autumn: int) -> None:
    early = add_workshop_action(council, autumn, due_on=date(2025, 9, 1))
    saved = actions.save_action(council, autumn, early, {"due_on": date(2025, 9, 1), "who": "K. Osei"})
    assert (saved.changed, row(council, early).who) == (1, "K. Osei")
    with pytest.raises(FieldProblems, match="when it was agreed"):
        actions.save_action(council, autumn, early, {"due_on": "2/9/2025"})


def test_which_workshops_take_actions(council: Workspace, autumn: int, spring: int) -> None:
    number = add_workshop_action(council, autumn)
    assert actions.save_action(council, spring, number, {"who": "Mx Lee"}).changed == 1, "edited where it is carried to"
    elsewhere = add_workshop(council, title="LIFT Swale", kind="LIFT meeting")
    cancelled = add_workshop(council, status="cancelled")
    with pytest.raises(NoSuchRecord, match="no longer here"):
        actions.save_action(council, elsewhere, number, {"who": "x"})
    with pytest.raises(NoSuchRecord, match="no such workshop"):
        actions.save_action(council, 999, None, {"what": "x"})
    with pytest.raises(NotAllowed, match="has been taken out"):
        actions.save_action(council, cancelled, None, {"what": "x"})
    assert row(council, number).who == "Mx Lee"


# --- grading -----------------------------------------------------------------------------------------------------------


def test_grading_writes_the_look_and_the_grade_and_undo_takes_both_back(
    council: Workspace, autumn: int, spring: int
) -> None:
    one, two = (add_workshop_action(council, autumn, what) for what in ("Share the map", "Ring the schools"))
    actions.grade(council, [two], 2, on=date(2025, 12, 12), evidence="Half of them")
    before = contents(council)
    recorded = actions.grade(council, [one, two, one], 1, at=spring, evidence="  It is on the website ")
    assert recorded == (
        "Workshop action graded", "1 Fully achieved · 2 actions · Transitions workshop · Fri 7 Nov 2025", 2,
    )  # fmt: skip
    assert [(row(council, number).grade, row(council, number).graded_on) for number in (one, two)] == [(1, SPRING)] * 2
    assert gradings(council, two) == [
        (None, 2, date(2025, 12, 12), "Half of them"),
        (spring, 1, SPRING, "It is on the website"),
    ]
    assert row(council, one).evidence == "It is on the website"
    after = contents(council)
    history.undo(council)
    assert contents(council) == before, "two tables, two actions, one undo"
    history.redo(council)
    assert contents(council) == after


def test_a_second_grading_at_the_same_meeting_puts_the_first_right(
    council: Workspace, autumn: int, spring: int
) -> None:
    number = add_workshop_action(council, autumn)
    actions.grade(council, [number], 4, at=spring, evidence="Nobody replied")
    assert actions.grade(council, [number], 3, at=spring).changed == 1
    assert gradings(council, number) == [(spring, 3, SPRING, "Nobody replied")]
    assert actions.grade(council, [number], 3, at=spring).changed == 0
    actions.grade(council, [number], 2, evidence="Now they have")
    assert gradings(council, number)[1:] == [(None, 2, DAY, "Now they have")]
    assert (row(council, number).grade, row(council, number).graded_on) == (2, DAY)


def test_a_look_of_an_earlier_day_leaves_the_newest_standing(council: Workspace, autumn: int, spring: int) -> None:
    number = add_workshop_action(council, autumn)
    actions.grade(council, [number], 1, evidence="Done")
    actions.grade(council, [number], 3, at=spring, evidence="Late")
    assert [one[1] for one in gradings(council, number)] == [3, 1]
    kept = row(council, number)
    assert (kept.grade, kept.graded_on, kept.evidence) == (1, DAY, "Done")


def test_a_meeting_to_come_and_the_one_that_agreed_it_have_looked_at_nothing(
    council: Workspace, autumn: int, spring: int
) -> None:
    coming = add_workshop(council, on_day=date(2026, 3, 2))
    carried, own = add_workshop_action(council, autumn), add_workshop_action(council, spring)
    actions.grade(council, [carried], 2, at=coming)
    assert gradings(council, carried) == [(None, 2, DAY, None)]
    actions.grade(council, [carried, own], 3, at=spring)
    assert gradings(council, carried) == [(spring, 3, SPRING, None), (None, 2, DAY, None)]
    assert gradings(council, own) == [(None, 3, DAY, None)]


def test_what_cannot_be_graded(council: Workspace, autumn: int, spring: int) -> None:
    number, other = add_workshop_action(council, autumn), add_workshop_action(council, spring)
    cancelled = add_workshop(council, on_day=date(2026, 1, 12), status="cancelled")
    dropped = add_workshop_action(council, autumn, dropped_on=SPRING, drop_reason="No money")
    before = contents(council)
    with pytest.raises(
        NotAllowed, match=r"5 is not a grade\. Choose one of: 1 Fully achieved, 2 On track, 3 Slipped, 4 N"
    ):
        actions.grade(council, [number], 5)
    with pytest.raises(NotAllowed, match="Sat 31 Jan 2026 is in the future"):
        actions.grade(council, [number], 1, on=date(2026, 1, 31))
    with pytest.raises(NotAllowed, match="agreed on Mon 26 Jan 2026, after Fri 7 Nov 2025"):
        actions.grade(council, [other], 1, at=autumn)
    with pytest.raises(NotAllowed, match="was cancelled, so nothing was graded at it"):
        actions.grade(council, [number], 1, at=cancelled)
    with pytest.raises(NotAllowed, match="One of these actions was dropped on Mon 26 Jan 2026"):
        actions.grade(council, [number, dropped], 1)
    with pytest.raises(NoSuchRecord, match="no such workshop"):
        actions.grade(council, [number], 1, at=999)
    with pytest.raises(NoSuchRecord, match="no longer here"):
        actions.grade(council, [999], 1)
    assert contents(council) == before, "refused whole: the first of the two was not graded either"
    assert actions.grade(council, [], 1).changed == 0


@given(st.lists(st.tuples(st.integers(0, 84), st.integers(1, 4)), min_size=1, max_size=6))
def test_the_grade_of_an_action_is_always_that_of_its_last_look(
    council: Workspace, autumn: int, looks: list[tuple[int, int]]
) -> None:
    number = add_workshop_action(council, autumn)
    for days, grade in looks:
        actions.grade(council, [number], grade, on=date.fromordinal(AUTUMN.toordinal() + days))
    by_day = dict(looks)  # the last one of a day puts the others right
    kept = row(council, number)
    assert kept.graded_on is not None
    assert (kept.graded_on - AUTUMN).days == max(by_day)
    assert kept.grade == by_day[max(by_day)]
    assert len(gradings(council, number)) == len(by_day)


# --- dropping ----------------------------------------------------------------------------------------------------------


def test_dropping_needs_a_reason_and_can_be_taken_back(council: Workspace, autumn: int) -> None:
    number, done = add_workshop_action(council, autumn), add_workshop_action(council, autumn)
    actions.grade(council, [done], 1)
    before = contents(council)
    with pytest.raises(NotAllowed, match="Say why"):
        actions.drop_action(council, [number], reason=" ")
    with pytest.raises(NotAllowed, match="is fully achieved, so there is nothing to drop"):
        actions.drop_action(council, [done], reason="x")
    assert actions.drop_action(council, [number], reason="No money").changed == 1
    assert (row(council, number).dropped_on, row(council, number).drop_reason) == (DAY, "No money")
    with pytest.raises(NotAllowed, match="was dropped on Fri 30 Jan 2026"):
        actions.drop_action(council, [number], reason="again")
    assert actions.take_up_again(council, [number, done]).changed == 1
    assert contents(council) == before
    history.undo(council)
    assert row(council, number).drop_reason == "No money"


# --- what is open, and the agenda --------------------------------------------------------------------------------------


def test_what_is_open(council: Workspace, autumn: int) -> None:
    no_day = add_workshop_action(council, autumn, "No day")
    today = add_workshop_action(council, autumn, "Today", due_on=DAY)
    late = add_workshop_action(council, autumn, "Late", due_on=date(2026, 1, 29))
    latest = add_workshop_action(council, autumn, "Latest", due_on=date(2025, 12, 1))
    for grade in (2, 3, 4):
        actions.grade(council, [latest], grade)
    done = add_workshop_action(council, autumn, "Done", due_on=date(2025, 12, 1))
    dropped = add_workshop_action(council, autumn, "Dropped", due_on=date(2025, 12, 1))
    gone = add_workshop(council, archived_at=council.clock.now())
    add_workshop_action(council, gone, "Of a workshop taken out", due_on=date(2025, 12, 1))
    actions.grade(council, [done], 1)
    actions.drop_action(council, [dropped], reason="No money")
    assert [one.id for one in actions.open_actions(council)] == [latest, late, today, no_day]
    assert store.workshop(council.read(), autumn).open_actions == 4  # type: ignore[union-attr]


def test_an_action_is_carried_until_it_is_done(council: Workspace, autumn: int, spring: int) -> None:
    numbers = [
        add_workshop_action(council, autumn, what) for what in ("Done before", "Done there", "Slipped", "Dropped")
    ]
    actions.grade(council, numbers[:1], 1, on=date(2025, 12, 1))
    actions.grade(council, numbers[1:2], 1, at=spring)
    actions.grade(council, numbers[2:3], 3, at=spring, evidence="Waits for the\nheads")
    actions.drop_action(council, numbers[3:], reason="No\nmoney")
    summer = add_workshop(council, on_day=date(2026, 6, 8))
    assert [one.what for one in page.load(council, spring).carried] == ["Done there", "Slipped", "Dropped"]
    assert [one.what for one in page.load(council, summer).carried] == ["Slipped"]


def test_the_agenda(council: Workspace, autumn: int) -> None:
    add_workshop_action(council, autumn, "One shared calendar", who="Transitions Team", due_on=date(2025, 12, 19))
    slipped = add_workshop_action(council, autumn, "Ring the schools", due_on=SPRING)
    spring = add_workshop(
        council, on_day=SPRING, starts="09:30", ends="12:00", place="Education Centre", year_groups="5,6",
        agenda="Map the spring\nClashes",
    )  # fmt: skip
    actions.grade(council, [slipped], 3, at=spring, on=DAY, evidence="Half\nof them")
    actions.grade(council, [slipped], 1, on=DAY, evidence="All of them, after the meeting")
    assert actions.agenda(page.load(council, spring)) == [
        "Transitions workshop",
        "Monday 26 January 2026, 09:30 to 12:00",
        "Education Centre",
        "For Years 5 and 6",
        "",
        "Carried over from earlier workshops · 2",
        "1. One shared calendar",
        "   Transitions Team · was due Fri 19 Dec 2025 · agreed Fri 7 Nov 2025",
        "   Not graded yet",
        "2. Ring the schools",
        "   Nobody named · due Mon 26 Jan 2026 · agreed Fri 7 Nov 2025",
        "   3 Slipped, Fri 30 Jan 2026: Half of them",
        "",
        "Agenda",
        "Map the spring",
        "Clashes",
    ]
    first = page.load(council, autumn)
    assert actions.agenda_text(first) == (
        "Transitions workshop\nFriday 7 November 2025\n\nNothing is carried over from earlier workshops.\n"
    )


def test_the_grading_that_stood_when_a_meeting_was_over(council: Workspace, autumn: int, spring: int) -> None:
    meeting = page.load(council, spring).workshop
    looks = [
        ProgressRow(1, 7, None, 4, date(2025, 12, 1), None),
        ProgressRow(2, 8, None, 1, date(2025, 12, 1), None),
        ProgressRow(3, 7, spring, 3, date(2026, 2, 1), None),
        ProgressRow(4, 7, None, 1, date(2026, 2, 2), None),
    ]
    assert actions.grading_by(looks, 7, meeting) == looks[2]
    assert actions.grading_by(looks[:1], 7, meeting) == looks[0]
    assert actions.grading_by(looks, 7, None) == looks[3]
    assert actions.grading_by(looks, 9, None) is None
