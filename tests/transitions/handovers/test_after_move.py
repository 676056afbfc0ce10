"""After the move: placements and returns, the first weeks, extra funding, and whether moves last."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from builders import add_pupil, add_school, contents, edit_pupil, steps_of
from conftest import TODAY, Opener
from hypothesis import given
from hypothesis import strategies as st
from query_plans import Recorder

from db.handovers import after_move as store
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.handovers import after_move
from transitions.handovers.after_move import PART_TIME, Lasted, _in_place, sustained
from transitions.text import Share
from transitions.workspace import Workspace

HALF = {"kind": PART_TIME, "started_on": "7 Sep 2026"}


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    return add_pupil(workspace, school_id=add_school(workspace, "Northgate"))


def problems(save: Callable[..., object], *arguments: Any) -> dict[str, str]:
    with pytest.raises(FieldProblems) as refused:
        save(*arguments)
    return dict(refused.value.problems)


def part_time(workspace: Workspace, pupil: int) -> tuple[int, str | None]:
    found = workspace.read().execute(
        "SELECT part_time_timetable, part_time_timetable_until FROM pupil WHERE id = ?", (pupil,)
    )
    row: tuple[int, str | None] = found.fetchone()
    return row


# --- placements ------------------------------------------------------------------------------------------------------


def test_a_placement_is_saved_as_people_type_it_and_undone_exactly(workspace: Workspace, pupil: int) -> None:
    before = contents(workspace)
    fields = {
        "kind": "Nurture Group", "place": "Blue  Room", "started_on": "7/9/2026", "planned_end": "2026-12-18",
    }  # fmt: skip
    saved = after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields)
    assert (saved.name, saved.summary) == ("Placement recorded", "nurture group · Aisha Khan")
    (row,) = after_move.records(workspace, after_move.PLACEMENT, pupil)
    assert (row.id, row.kind, row.place, row.school, row.started_on, row.planned_end) == (
        saved.number, "nurture group", "Blue Room", None, date(2026, 9, 7), date(2026, 12, 18),
    )  # fmt: skip
    recorded = contents(workspace)
    changed = after_move.save(
        workspace, after_move.PLACEMENT, pupil, saved.number, {"ended_on": date(2026, 11, 6), "end_reason": "Settled"}
    )
    assert changed.name == "Placement changed"
    assert after_move.records(workspace, after_move.PLACEMENT, pupil)[0].place == "Blue Room"
    history.undo(workspace)
    assert contents(workspace) == recorded
    history.undo(workspace)
    assert contents(workspace) == before


def test_saving_what_stands_there_already_is_no_action(workspace: Workspace, pupil: int) -> None:
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, HALF).number
    entries = history.entries(workspace)
    assert after_move.save(workspace, after_move.PLACEMENT, pupil, number, HALF).changed == 0
    assert history.entries(workspace) == entries


def test_where_it_is_may_be_a_school_by_name(workspace: Workspace, pupil: int) -> None:
    add_school(workspace, "Harbour Centre")
    after_move.save(
        workspace,
        after_move.PLACEMENT,
        pupil,
        None,
        {"kind": "alternative provision", "school": "harbour", "started_on": "2026-10-05"},
    )
    assert after_move.records(workspace, after_move.PLACEMENT, pupil)[0].school == "Harbour Centre"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"kind": "This is needed.", "started_on": "This is needed.", "place": "Say where: a school or another place."}),
        ({"kind": "holiday", "place": "x", "started_on": "2026-10-05"}, {"kind": "expected one of new school, alternative provision"}),
        ({"kind": "nurture group", "place": "x", "started_on": "31 feb"}, {"started_on": ""}),
        ({"kind": "nurture group", "place": "x", "started_on": "2026-10-05", "ended_on": "2026-10-04"},
         {"ended_on": "comes before it began, Monday 5 October 2026"}),
        ({"kind": "nurture group", "place": "x", "started_on": "2026-10-05", "planned_end": "2026-10-04"},
         {"planned_end": "comes before it began"}),
        ({"kind": "nurture group", "place": "x", "started_on": "2026-10-05", "ended_on": "2026-11-30"},
         {"ended_on": "is in the future"}),
        ({"kind": "nurture group", "place": "x", "started_on": "2026-10-05", "ended_on": "2026-11-06", "back_on": "2026-11-05"},
         {"back_on": "comes before it ended, Friday 6 November 2026"}),
        ({"kind": "nurture group", "place": "x", "started_on": "2026-10-05", "checked_on": "2026-11-05"},
         {"checked_on": "First say when the pupil came back"}),
        ({"kind": "nurture group", "place": "x", "started_on": "2026-10-05", "back_on": "2026-11-05", "checked_on": "2026-11-04"},
         {"checked_on": "comes before the pupil came back"}),
        ({**HALF, "school": "Nowhere"}, {"school": ""}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_field_by_field_and_nothing_is_written(
    workspace: Workspace, pupil: int, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    before = contents(workspace)
    found = problems(after_move.save, workspace, after_move.PLACEMENT, pupil, None, fields)
    assert found.keys() == wrong.keys()
    for name, words in wrong.items():
        assert words in found[name]
    assert contents(workspace) == before


def test_nobody_is_at_two_new_schools_at_once(workspace: Workspace, pupil: int) -> None:
    fields = {"kind": "new school", "school": "Northgate", "started_on": "2026-09-01"}
    first = after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields).number
    again = {**fields, "started_on": "2026-11-02"}
    found = problems(after_move.save, workspace, after_move.PLACEMENT, pupil, None, again)
    what = "“new school” has been open since Tuesday 1 September 2026. First enter the date it ended."
    assert found == {"kind": what}
    after_move.save(
        workspace,
        after_move.PLACEMENT,
        pupil,
        None,
        {"kind": "nurture group", "place": "Blue Room", "started_on": "2026-11-02"},
    )
    after_move.save(workspace, after_move.PLACEMENT, pupil, first, {"ended_on": "2026-10-23"})
    after_move.save(workspace, after_move.PLACEMENT, pupil, None, again)
    assert [one.kind for one in after_move.records(workspace, after_move.PLACEMENT, pupil)] == [
        "new school",
        "nurture group",
        "new school",
    ]


def test_who_is_back_has_left(workspace: Workspace, pupil: int) -> None:
    fields = {"kind": "managed move", "place": "x", "started_on": "2026-09-14", "back_on": "2026-11-02"}
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields).number
    assert after_move.records(workspace, after_move.PLACEMENT, pupil)[0].ended_on == date(2026, 11, 2)
    after_move.save(workspace, after_move.PLACEMENT, pupil, number, {"ended_on": "2026-10-23"})
    assert after_move.records(workspace, after_move.PLACEMENT, pupil)[0].back_on == date(2026, 11, 2)


# --- the pupil's own record of a part-time timetable -------------------------------------------------------------------


def test_the_pupils_record_follows_the_part_time_timetable_in_the_same_action(workspace: Workspace, pupil: int) -> None:
    start = contents(workspace)
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, {**HALF, "planned_end": "2026-12-18"}).number
    assert after_move.records(workspace, after_move.PLACEMENT, pupil)[0].school == "Northgate"
    assert part_time(workspace, pupil) == (1, "2026-12-18")
    assert steps_of(workspace, pupil)["inyr.part-time-ends", 2026].due_on == date(2026, 12, 18)
    after_move.save(workspace, after_move.PLACEMENT, pupil, number, {"planned_end": "2027-02-12"})
    assert part_time(workspace, pupil) == (1, "2027-02-12")
    after_move.save(workspace, after_move.PLACEMENT, pupil, number, {"ended_on": "2026-11-20"})
    assert part_time(workspace, pupil) == (0, None)
    assert ("inyr.part-time-ends", 2026) not in steps_of(workspace, pupil)
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == start


def test_an_older_one_that_ended_does_not_hide_the_one_that_runs(workspace: Workspace, pupil: int) -> None:
    older = after_move.save(workspace, after_move.PLACEMENT, pupil, None, {**HALF, "ended_on": "2026-10-16"}).number
    assert part_time(workspace, pupil) == (0, None)
    runs = {"kind": PART_TIME, "started_on": "2026-11-02", "planned_end": "2026-12-18"}
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, runs).number
    after_move.save(workspace, after_move.PLACEMENT, pupil, older, {"end_reason": "Settled"})
    assert part_time(workspace, pupil) == (1, "2026-12-18")
    before = contents(workspace)
    after_move.take_out(workspace, after_move.PLACEMENT, number)
    assert part_time(workspace, pupil) == (0, None)
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_turns_out_to_be_something_else_lets_go_of_the_record(workspace: Workspace, pupil: int) -> None:
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, HALF).number
    after_move.save(workspace, after_move.PLACEMENT, pupil, number, {"kind": "nurture group"})
    assert part_time(workspace, pupil) == (0, None)


def test_other_placements_leave_the_record_alone(workspace: Workspace, pupil: int) -> None:
    edit_pupil(workspace, pupil, part_time_timetable=True, part_time_timetable_until=date(2026, 12, 18))
    fields = {"kind": "nurture group", "place": "Blue Room", "started_on": "2026-11-02"}
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields).number
    after_move.take_out(workspace, after_move.PLACEMENT, number)
    assert part_time(workspace, pupil) == (1, "2026-12-18")


def test_a_part_time_timetable_of_a_pupil_without_a_school_needs_a_place(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    assert problems(after_move.save, workspace, after_move.PLACEMENT, pupil, None, HALF).keys() == {"place"}


# --- the first weeks ---------------------------------------------------------------------------------------------------


def test_the_first_weeks_are_kept_day_by_day(workspace: Workspace, pupil: int) -> None:
    before = contents(workspace)
    saved = after_move.save(
        workspace,
        after_move.FIRST_WEEKS,
        pupil,
        None,
        {"attendance_percent": "91.5", "suspensions": "1", "part_time": "yes"},
    )
    (row,) = after_move.records(workspace, after_move.FIRST_WEEKS, pupil)
    assert row[1:] == (pupil, TODAY, 91.5, 1, 1, None)
    assert saved.name == "First weeks recorded"
    after_move.save(workspace, after_move.FIRST_WEEKS, pupil, None, {"on_day": "2026-10-09", "note": "Eats with Sam"})
    assert [one.on_day for one in after_move.records(workspace, after_move.FIRST_WEEKS, pupil)] == [
        TODAY,
        date(2026, 10, 9),
    ]
    recorded = contents(workspace)
    after_move.save(workspace, after_move.FIRST_WEEKS, pupil, saved.number, {"suspensions": "", "on_day": "2026-11-20"})
    assert after_move.records(workspace, after_move.FIRST_WEEKS, pupil)[0].suspensions is None
    history.undo(workspace)
    assert contents(workspace) == recorded
    after_move.take_out(workspace, after_move.FIRST_WEEKS, saved.number)
    assert len(after_move.records(workspace, after_move.FIRST_WEEKS, pupil)) == 1
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == before


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({}, "note", "Say something"),
        ({"part_time": "no"}, "note", "Say something"),
        ({"attendance_percent": "101"}, "attendance_percent", "more than 100"),
        ({"attendance_percent": "1"}, "attendance_percent", "% sign"),
        ({"suspensions": "-1"}, "suspensions", "from 0 to 200"),
        ({"part_time": "perhaps"}, "part_time", ""),
        ({"on_day": "2026-11-22", "note": "x"}, "on_day", "is in the future"),
        ({"on_day": "2026-11-02", "note": "x"}, "on_day", "There is already a record for Monday 2 November 2026"),
    ],
)
def test_first_weeks_that_make_no_sense_are_refused(
    workspace: Workspace, pupil: int, fields: dict[str, str], field: str, words: str
) -> None:
    number = after_move.save(
        workspace, after_move.FIRST_WEEKS, pupil, None, {"on_day": "2026-11-02", "note": "x"}
    ).number
    found = problems(after_move.save, workspace, after_move.FIRST_WEEKS, pupil, None, fields)
    assert found.keys() == {field}
    assert words in found[field]
    assert problems(after_move.save, workspace, after_move.FIRST_WEEKS, pupil, number, {"on_day": ""}) == {
        "on_day": "This is needed."
    }


def test_no_suspension_is_something_to_say(workspace: Workspace, pupil: int) -> None:
    after_move.save(workspace, after_move.FIRST_WEEKS, pupil, None, {"suspensions": 0})
    assert after_move.records(workspace, after_move.FIRST_WEEKS, pupil)[0].suspensions == 0


# --- funding -----------------------------------------------------------------------------------------------------------


def test_funding_is_kept_with_its_end_and_its_application(workspace: Workspace, pupil: int) -> None:
    before = contents(workspace)
    saved = after_move.save(
        workspace,
        after_move.FUNDING,
        pupil,
        None,
        {"what": "Inclusion fund", "ends_on": "31 Aug 2027", "note": "15 hours"},
    )
    after_move.save(workspace, after_move.FUNDING, pupil, saved.number, {"applied_on": "yesterday"})
    (row,) = after_move.records(workspace, after_move.FUNDING, pupil)
    assert row[2:] == ("Inclusion fund", date(2027, 8, 31), date(2026, 11, 20), "15 hours")
    after_move.take_out(workspace, after_move.FUNDING, saved.number)
    assert after_move.records(workspace, after_move.FUNDING, pupil) == []
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == before


def test_funding_needs_a_name_and_an_end(workspace: Workspace, pupil: int) -> None:
    assert problems(after_move.save, workspace, after_move.FUNDING, pupil, None, {"applied_on": "2026-12-01"}).keys() == {
        "what", "ends_on", "applied_on",
    }  # fmt: skip
    number = after_move.save(workspace, after_move.FUNDING, pupil, None, {"what": "x", "ends_on": "2027-08-31"}).number
    assert problems(after_move.save, workspace, after_move.FUNDING, pupil, number, {"what": " "}) == {
        "what": "This is needed."
    }


# --- what is not there, or not there any more --------------------------------------------------------------------------


def test_what_belongs_to_another_pupil_or_to_nobody_is_not_found(workspace: Workspace, pupil: int) -> None:
    other = add_pupil(workspace, surname="Byrne")
    placement = after_move.save(workspace, after_move.PLACEMENT, pupil, None, HALF).number
    told = after_move.save(workspace, after_move.FIRST_WEEKS, pupil, None, {"note": "x"}).number
    funding = after_move.save(workspace, after_move.FUNDING, pupil, None, {"what": "x", "ends_on": "2027-08-31"}).number
    before = contents(workspace)
    calls: list[Callable[[], object]] = [
        lambda: after_move.save(workspace, after_move.PLACEMENT, other, placement, {}),
        lambda: after_move.save(workspace, after_move.FIRST_WEEKS, other, told, {}),
        lambda: after_move.save(workspace, after_move.FUNDING, other, funding, {}),
        lambda: after_move.save(workspace, after_move.PLACEMENT, 999, None, HALF),
        lambda: after_move.save(workspace, after_move.PLACEMENT, pupil, 999, HALF),
        lambda: after_move.take_out(workspace, after_move.PLACEMENT, 999),
        lambda: after_move.take_out(workspace, after_move.FIRST_WEEKS, 999),
        lambda: after_move.take_out(workspace, after_move.FUNDING, 999),
    ]
    for call in calls:
        with pytest.raises(NoSuchRecord):
            call()
    assert contents(workspace) == before


def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    workspace: Workspace, pupil: int, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = after_move.save(workspace, after_move.PLACEMENT, pupil, None, HALF).number
    stale = store.placement(workspace.read(), number)
    other = opener()
    after_move.save(other, after_move.PLACEMENT, pupil, number, {"planned_end": "2026-12-18"})
    real = store.placement
    answers = iter([stale])
    stealthy = after_move.PLACEMENT._replace(
        one=lambda connection, wanted: next(answers, None) or real(connection, wanted)
    )
    monkeypatch.setattr(after_move, "PLACEMENT", stealthy)
    with pytest.raises(NotAllowed, match="Somebody has changed this meanwhile"):
        after_move.save(workspace, after_move.PLACEMENT, pupil, number, {"ended_on": "2026-11-20"})
    assert part_time(workspace, pupil) == (1, "2026-12-18")


# --- whether moves last ------------------------------------------------------------------------------------------------


def moved(workspace: Workspace, started: str, **values: Any) -> int:
    school = add_school(workspace, f"School {started} {len(values)}")
    pupil = add_pupil(workspace, school_id=values.pop("present", school))
    fields = {"kind": "new school", "school": school, "started_on": started, **values}
    after_move.save(workspace, after_move.PLACEMENT, pupil, None, fields)
    return pupil


def test_moves_are_counted_when_their_day_has_come_and_what_is_not_known_beside(opener: Opener) -> None:
    workspace = opener(date(2027, 9, 10))
    for _ in range(3):
        moved(workspace, "2026-09-01")
    moved(workspace, "2026-09-01", ended_on="2026-12-31")
    moved(workspace, "2026-09-01", ended_on="2027-01-01")
    moved(workspace, "2026-09-01", present=None)
    told = moved(workspace, "2026-09-01", present=None, place="")
    after_move.save(workspace, after_move.FIRST_WEEKS, told, None, {"on_day": "2027-01-08", "note": "Settled"})
    moved(workspace, "2027-06-14")
    moved(workspace, "2027-09-01")
    after_move.save(
        workspace,
        after_move.PLACEMENT,
        told,
        None,
        {"kind": "alternative provision", "place": "Harbour", "started_on": "2027-01-11"},
    )
    found = sustained(workspace, 2026)
    assert (found.academic_year, found.moves) == (2026, 8)
    assert found.one_term == Lasted(Share(5, 6), not_known=1, not_yet=1)
    assert found.six_months == Lasted(Share(3, 5), not_known=2, not_yet=1)
    assert found.one_year == Lasted(Share(3, 5), not_known=2, not_yet=1)
    assert found.one_year.text == "3 of 5 (60%); 2 not known, 1 not yet"
    assert sustained(workspace, 2027).one_term.text == "0 of 0; 1 not yet"
    assert sustained(workspace, 2024).moves == 0


def test_an_archived_pupil_is_not_known_to_be_in_place(opener: Opener) -> None:
    workspace = opener(date(2027, 9, 10))
    pupil = moved(workspace, "2026-09-01")
    assert sustained(workspace, 2026).one_year.text == "1 of 1 (100%)"
    edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    assert sustained(workspace, 2026).one_year.text == "0 of 0; 1 not known"


day = st.dates(date(2026, 9, 1), date(2028, 9, 1))


@given(day, st.none() | day, st.booleans(), st.none() | day)
def test_who_was_in_place_later_was_in_place_earlier(
    later: date, ended: date | None, named: bool, told: date | None
) -> None:
    row = store.MoveRow(1, 5, date(2026, 9, 1), ended, 5 if named else None, 0, told)
    if _in_place(row, later):
        assert _in_place(row, date(2026, 9, 1))
    if ended is not None:
        assert _in_place(row, later) is (later <= ended)
    elif not named and told is None:
        assert _in_place(row, later) is None


def test_what_came_after_is_looked_up_by_pupil(workspace: Workspace) -> None:
    recorder = Recorder(workspace.read())
    store.placements(recorder, 1)
    store.first_weeks(recorder, 1)
    store.funding(recorder, 1)
    store.moves_begun(recorder, ["new school"], TODAY, TODAY)
    placements, told, funding, begun = recorder.plans
    assert "SEARCH l USING INDEX placement_by_pupil (pupil_id=?)" in placements
    assert "SEARCH first_weeks USING INDEX sqlite_autoindex_first_weeks_1 (pupil_id=?)" in told
    assert "SEARCH funding USING INDEX funding_by_pupil (pupil_id=?)" in funding
    assert "SEARCH w USING COVERING INDEX sqlite_autoindex_first_weeks_1 (pupil_id=?)" in begun
    assert "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)" in begun
