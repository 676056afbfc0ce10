"""The dates that a council or a school puts into the year itself: saved as typed, taken out, brought back, shown."""

from datetime import date

import pytest
from builders import add_school, contents

from db.calendar import local_dates as store
from transitions.calendar.event import Event
from transitions.calendar.events import events
from transitions.calendar.local_dates import bring_back, own_date, save_date, take_out, taken_out
from transitions.custody.history import redo, undo
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.workspace import Workspace


def shown(workspace: Workspace, year: int = 2026, **whose: int) -> list[Event]:
    return [event for event in events(workspace, year, **whose) if event.origin == "date"]


def test_a_date_as_people_type_it(workspace: Workspace) -> None:
    school = add_school(workspace, "Layfield Primary", low_age=4, high_age=11)
    saved = save_date(
        workspace,
        None,
        {
            "kind": "Trip",
            "title": " Year 6   residential ",
            "first_day": "10/5/27",
            "last_day": "12 may 27",
            "year_groups": "Year 6",
            "school": "layfield",
            "detail": "Coach at 9.",
        },
    )
    assert (saved.name, saved.summary) == (
        "Trip added to the calendar",
        "Year 6 residential · Mon 10 May 2027",
    )
    row = own_date(workspace, saved.number)
    assert (row.kind, row.title, row.first_day, row.last_day) == (
        "trip", "Year 6 residential", date(2027, 5, 10), date(2027, 5, 12),
    )  # fmt: skip
    assert (row.year_groups, row.for_schools, row.school_id, row.school) == ("6", "all", school, "Layfield Primary")
    (event,) = shown(workspace)
    assert (event.kind, event.title, event.span, event.year_groups, event.detail) == (
        "date", "Year 6 residential, Layfield Primary", (date(2027, 5, 10), date(2027, 5, 12)), (6,), "Coach at 9.",
    )  # fmt: skip
    assert event.record is not None
    assert (event.record.number, event.record.what, event.record.taught) == (saved.number, "trip", tuple(range(7)))
    assert event.movable


def test_one_day_stays_one_day_and_a_span_keeps_its_end(workspace: Workspace) -> None:
    one = save_date(workspace, None, {"kind": "ask", "title": "Form", "first_day": "1/3/27"}).number
    save_date(workspace, one, {"first_day": "8/3/27"})
    assert (own_date(workspace, one).first_day, own_date(workspace, one).last_day) == (
        date(2027, 3, 8),
        date(2027, 3, 8),
    )
    save_date(workspace, one, {"last_day": "12/3/27"})
    save_date(workspace, one, {"first_day": "9/3/27"})
    assert (own_date(workspace, one).first_day, own_date(workspace, one).last_day) == (
        date(2027, 3, 9),
        date(2027, 3, 12),
    )
    save_date(workspace, one, {"last_day": ""})
    assert own_date(workspace, one).last_day == date(2027, 3, 9)
    with pytest.raises(FieldProblems, match="before the first day"):
        save_date(workspace, one, {"last_day": "1/3/27"})


def test_a_date_that_moves_keeps_its_key_even_into_another_year(workspace: Workspace) -> None:
    number = save_date(workspace, None, {"kind": "event", "title": "Open day", "first_day": "1/3/27"}).number
    (before,) = shown(workspace)
    save_date(workspace, number, {"first_day": "1/10/27"})
    assert shown(workspace) == []
    (after,) = shown(workspace, 2027)
    assert before.key == after.key


def test_of_a_school_its_own_and_those_for_all(workspace: Workspace) -> None:
    north, south = add_school(workspace, "North", la_number=886), add_school(workspace, "South", la_number=886)
    for title, owner in (
        ("Everybody's", {}), ("Ours", {"council": "886"}), ("Theirs", {"council": "808"}), ("North's", {"school": f"#{north}"}),
    ):  # fmt: skip
        save_date(workspace, None, {"kind": "event", "title": title, "first_day": "1/3/27", **owner})
    assert [event.title for event in shown(workspace)] == ["Everybody's", "Ours", "Theirs", "North's, North"]
    assert [event.title for event in shown(workspace, school_id=north)] == ["Everybody's", "Ours", "North's"]
    assert [event.title for event in shown(workspace, school_id=south)] == ["Everybody's", "Ours"]
    assert [event.title for event in shown(workspace, la_number=808)] == ["Everybody's", "Theirs", "North's, North"]


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"title": ""}, "title", "needed"),
        ({"kind": "party"}, "kind", "expected one of ask, test, trip, event"),
        ({"first_day": "never"}, "first_day", "not a date"),
        ({"year_groups": "77"}, "year_groups", "year group"),
        ({"for_schools": "mine"}, "for_schools", "expected one of all"),
        ({"council": "9999"}, "council", "1 to 999"),
        ({"school": "nowhere"}, "school", "No school matches"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(
    workspace: Workspace, fields: dict[str, str], field: str, says: str
) -> None:
    with pytest.raises(FieldProblems) as refused:
        save_date(workspace, None, {"kind": "ask", "title": "Form", "first_day": "1/3/27", **fields})
    assert list(refused.value.problems) == [field]
    assert says in refused.value.problems[field]
    with pytest.raises(FieldProblems) as refused:
        save_date(workspace, None, {})
    assert list(refused.value.problems) == ["kind", "title", "first_day"]
    assert shown(workspace) == []


def test_taken_out_and_brought_back(workspace: Workspace) -> None:
    number = save_date(
        workspace, None, {"kind": "event", "title": "Open day", "first_day": "1/3/27", "uid": "a@b"}
    ).number
    take_out(workspace, number)
    assert shown(workspace) == []
    assert [row.id for row in taken_out(workspace)] == [number]
    assert take_out(workspace, number).changed == 0
    assert [row.id for row in store.with_uid(workspace.read(), "a@b")] == [number]
    assert store.with_uid(workspace.read(), "c@d") == []
    bring_back(workspace, number)
    assert [event.title for event in shown(workspace)] == ["Open day"]
    assert taken_out(workspace) == []
    for call in (own_date, take_out, bring_back):
        with pytest.raises(NoSuchRecord, match="no longer here"):
            call(workspace, 999)


def test_each_is_one_undoable_action(workspace: Workspace) -> None:
    before = contents(workspace)
    number = save_date(workspace, None, {"kind": "test", "title": "Mocks", "first_day": "1/3/27"}).number
    save_date(workspace, number, {"first_day": "2/3/27"})
    take_out(workspace, number)
    after = contents(workspace)
    for _ in range(3):
        undo(workspace)
    assert contents(workspace)["year_date"] == before["year_date"] == []
    for _ in range(3):
        redo(workspace)
    assert contents(workspace) == after
