"""Workshops planned, changed, moved, held, called off, put away and found again."""

from datetime import date

import pytest
from builders import add_invitation, add_school, add_terms, add_worker, add_workshop, add_workshop_action, contents

from db.errors import ChangedSince
from db.workshops.workshops import WorkshopRow
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.team.workers import archive_worker
from transitions.workshops import page, saving
from transitions.workspace import Workspace

PLANNED = {"kind": "transitions workshop", "on_day": "7/12/26"}


def row_of(workspace: Workspace, number: int) -> WorkshopRow:
    return page.load(workspace, number).workshop


def save(workspace: Workspace, number: int | None = None, **fields: object) -> WorkshopRow:
    given = fields if number else {**PLANNED, **fields}
    return row_of(workspace, saving.save_workshop(workspace, number, given).number)


def problems(workspace: Workspace, number: int | None = None, **fields: object) -> dict[str, str]:
    before = contents(workspace)
    with pytest.raises(FieldProblems) as caught:
        saving.save_workshop(workspace, number, fields if number else {**PLANNED, **fields})
    assert contents(workspace) == before
    return caught.value.problems


def test_a_workshop_is_planned_from_what_people_type(workspace: Workspace) -> None:
    host = add_school(workspace, "Conyers School", la_number=808)
    row = save(
        workspace,
        kind="senco", title="  Year 6 handover ", on_day="mon", last_day="+3d", starts="1.30pm", ends="15:00", place="Hall",
        link="teams.example.org/x", host_school="conyers", worker="osei", transition="6-7", year_groups="Year 6, 7",
        audience="SENCOs", agenda="Welcome\n\nNames", notes="Bring\tlists",
    )  # fmt: skip
    assert row._asdict() == {
        "id": row.id, "kind": "SENCO transition meeting", "title": "Year 6 handover",
        "series": "SENCO transition meeting, Conyers School", "on_day": date(2026, 11, 23), "last_day": date(2026, 11, 24),
        "starts": "13:30", "ends": "15:00", "place": "Hall", "link": "https://teams.example.org/x", "host_school_id": host,
        "host_school": "Conyers School", "la_number": 808, "worker_id": workspace.me, "worker": "K. Osei",
        "transition": "6-7", "year_groups": "6,7", "audience": "SENCOs", "programme": None, "module": None,
        "agenda": "Welcome\n\nNames", "notes": "Bring\tlists", "status": "planned", "cancel_reason": None,
        "archived_at": None, "schools_invited": 0, "schools_came": 0, "open_actions": 0, "schools_unmarked": 0,
        "places": None, "fee": None, "places_taken": 0,
    }  # fmt: skip


def test_kind_and_day_are_enough(workspace: Workspace) -> None:
    saved = saving.save_workshop(workspace, None, PLANNED)
    row = row_of(workspace, saved.number)
    assert (row.title, row.series, row.worker, row.year_groups) == (
        "Transitions workshop", "Transitions workshop", "K. Osei", "",
    )  # fmt: skip
    assert saved == ("Workshop planned", "Transitions workshop, Mon 7 Dec 2026", 1)


def test_everything_wrong_is_said_at_once_and_nothing_is_written(workspace: Workspace) -> None:
    found = problems(
        workspace, kind="party", on_day="32/1/27", starts="25:00", link="hall", host_school="Nowhere", worker="Nobody",
        transition="7-8", year_groups="x", title="a" * 201, agenda="a" * 10_001, colour="red",
    )  # fmt: skip
    assert found.keys() == {
        "kind", "on_day", "starts", "link", "host_school", "worker", "transition", "year_groups", "title", "agenda", "colour",
    }  # fmt: skip
    with pytest.raises(FieldProblems) as caught:
        saving.save_workshop(workspace, None, {"title": "Something"})
    assert caught.value.problems == {"kind": "This is needed.", "on_day": "This is needed."}


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"last_day": "6/12/26"}, "last_day", "before the first day, Monday 7 December 2026"),
        ({"last_day": "8/1/27"}, "last_day", "is the month right"),
        ({"ends": "11:00"}, "starts", "say when it starts"),
        ({"starts": "11:00", "ends": "11:00"}, "ends", "is not after 11:00"),
        ({"kind": "training", "module": "One"}, "programme", "which programme"),
        ({"programme": "Thrive"}, "programme", "only training"),
        ({"on_day": "7/12/36"}, "on_day", "is the year right"),
        ({"on_day": "end of term"}, "on_day", "term"),
        ({"kind": ""}, "kind", "This is needed."),
    ],
)
def test_what_does_not_go_together_is_refused(
    workspace: Workspace, fields: dict[str, str], field: str, says: str
) -> None:
    found = problems(workspace, **fields)
    assert found.keys() == {field}
    assert says in found[field]


def test_the_end_of_term_is_understood(workspace: Workspace) -> None:
    add_terms(workspace)
    assert save(workspace, on_day="end of term").on_day == date(2026, 12, 18)


def test_only_what_is_given_changes_and_an_undo_gives_all_back(workspace: Workspace) -> None:
    number = save(workspace, place="Hall", starts="9.30", ends="11.30", notes="Bring lists").id
    before = contents(workspace)
    saved = saving.save_workshop(workspace, number, {"place": "", "starts": "10"})
    row = row_of(workspace, number)
    assert (row.place, row.starts, row.ends, row.notes) == (None, "10:00", "11:30", "Bring lists")
    assert saved.name == "Workshop edited"
    history.undo(workspace)
    assert contents(workspace) == before


def test_saving_the_same_again_changes_nothing(workspace: Workspace) -> None:
    number = save(workspace, year_groups="N, R", last_day="8/12/26").id
    row = row_of(workspace, number)
    before = contents(workspace)
    same = {name: getattr(row, name) for name in ("kind", "title", "series", "on_day", "last_day", "year_groups")}
    assert saving.save_workshop(workspace, number, {**same, "worker": row.worker_id}).changed == 0
    assert contents(workspace) == before


def test_moving_the_first_day_takes_the_last_along(workspace: Workspace) -> None:
    number = save(workspace, on_day="7/12/26", last_day="9/12/26").id
    saved = saving.save_workshop(workspace, number, {"on_day": "14/12/26"})
    row = row_of(workspace, number)
    assert (row.on_day, row.last_day) == (date(2026, 12, 14), date(2026, 12, 16))
    assert saved == ("Workshop moved", "Transitions workshop, Mon 14 Dec 2026, from Mon 7 Dec 2026", 1)
    assert save(workspace, number, last_day="14/12/26").last_day is None  # it lasts one day
    assert "last_day" in problems(workspace, number, on_day="14/12/26", last_day="13/12/26")


def test_a_name_that_nobody_chose_follows_the_host(workspace: Workspace) -> None:
    add_school(workspace, "Conyers School")
    add_school(workspace, "Egglescliffe School")
    row = save(workspace, kind="transition day", host_school="conyers")
    row = save(workspace, row.id, host_school="egglescliffe", title=row.title)
    assert row.title == row.series == "Transition day, Egglescliffe School"
    row = save(workspace, row.id, title="Taster day")
    row = save(workspace, row.id, host_school="")
    assert (row.title, row.series, row.la_number) == ("Taster day", "Transition day", None)
    assert save(workspace, row.id, title="").title == "Transition day"


def test_a_new_title_leaves_a_meeting_in_its_series(workspace: Workspace) -> None:
    alone = save(workspace, kind="LIFT meeting", title="Swale LIFT")
    assert save(workspace, alone.id, title="Swale LIFT 2").series == "Swale LIFT 2"
    second = saving.next_in_series(workspace, alone.id, date(2027, 1, 11)).number
    assert save(workspace, second, title="Swale LIFT 2, in January").series == "Swale LIFT 2"


def test_what_belongs_together_keeps_its_spelling(workspace: Workspace) -> None:
    save(workspace, kind="training", programme="Trauma-Informed Practice", module="Module 1", series="TIP")
    row = save(workspace, kind="training", programme="trauma informed  practice", module="MODULE 1", series="tip")
    assert (row.programme, row.module, row.series) == ("Trauma-Informed Practice", "Module 1", "TIP")
    assert row.title == "Trauma-Informed Practice: Module 1"


def test_who_runs_it_stays_when_archived(workspace: Workspace) -> None:
    worker = add_worker(workspace, "A. Lee")
    row = save(workspace, worker="A. Lee")
    archive_worker(workspace, worker)
    assert save(workspace, row.id, worker=worker, place="Hall").worker == "A. Lee"
    assert "worker" in problems(workspace, row.id, worker="A. Lee")
    assert save(workspace, row.id, worker="").worker is None


def test_the_next_of_the_series_asks_the_same_people(workspace: Workspace) -> None:
    open_school, closed = add_school(workspace), add_school(workspace, "Gone Primary", closed_on=date(2026, 8, 31))
    row = save(
        workspace, kind="training", on_day="2/11/26", last_day="3/11/26", programme="Thrive", module="One", starts="9.30",
        agenda="Welcome", notes="Cold", worker="",
    )  # fmt: skip
    add_invitation(
        workspace, row.id, school_id=open_school, attendance="came", people=2, before=2, after=4, note="Late"
    )
    add_invitation(workspace, row.id, school_id=closed)
    add_invitation(workspace, row.id, agency="Early Help", name="B. Lee", attendance="absent")
    saved = saving.next_in_series(workspace, row.id, "7/12/26")
    found = page.load(workspace, saved.number)
    made = found.workshop
    assert (made.title, made.series, made.starts, made.status) == ("Thrive", "Thrive", "09:30", "planned")
    assert (made.on_day, made.last_day) == (date(2026, 12, 7), date(2026, 12, 8))
    assert (made.module, made.agenda, made.notes, made.worker_id) == (None, None, None, None)
    assert [(one.school, one.agency, one.name, one.attendance) for one in found.invitations] == [
        ("Layfield Primary", None, None, "invited"),
        (None, "Early Help", "B. Lee", "invited"),
    ]
    assert {(one.people, one.before, one.after, one.note) for one in found.invitations} == {(None, None, None, None)}
    history.undo(workspace)
    assert [one.id for one in page.of_year(workspace, 2026)] == [row.id]


def test_the_next_of_a_series_comes_after_and_on_a_day_of_its_own(workspace: Workspace) -> None:
    row = save(workspace, on_day="2/11/26")
    with pytest.raises(FieldProblems, match="must be after Monday 2 November 2026"):
        saving.next_in_series(workspace, row.id, date(2026, 11, 2))
    with pytest.raises(FieldProblems, match="not a date"):
        saving.next_in_series(workspace, row.id, "some day")
    planned = saving.next_in_series(workspace, row.id, date(2026, 12, 7)).number
    with pytest.raises(NotAllowed, match="already"):
        saving.next_in_series(workspace, row.id, date(2026, 12, 7))
    saving.cancel(workspace, planned, "Snow")
    assert saving.next_in_series(workspace, row.id, date(2026, 12, 7)).number != planned


def test_the_actions_of_the_one_before_are_carried_to_the_next(workspace: Workspace) -> None:
    row = save(workspace, on_day="2/11/26")
    add_workshop_action(workspace, row.id, "Share the map")
    made = saving.next_in_series(workspace, row.id, date(2026, 12, 7)).number
    assert [action.what for action in page.load(workspace, made).carried] == ["Share the map"]


def test_a_workshop_is_held_on_its_day_and_not_before(workspace: Workspace) -> None:
    number = add_workshop(workspace, on_day=date(2026, 11, 22))
    with pytest.raises(NotAllowed, match="in the future"):
        saving.hold(workspace, number)
    saving.save_workshop(workspace, number, {"on_day": "today"})
    assert saving.hold(workspace, number).name == "Workshop held"
    assert row_of(workspace, number).status == "held"
    assert problems(workspace, number, on_day="+1d") == {
        "on_day": "Sunday 22 November 2026 is in the future, but this workshop was held"
    }


def test_a_workshop_is_called_off_with_a_reason_and_brought_back(workspace: Workspace) -> None:
    number = add_workshop(workspace)
    with pytest.raises(NotAllowed, match="why"):
        saving.cancel(workspace, number, " \n")
    saving.cancel(workspace, number, "Snow")
    assert (row_of(workspace, number).status, row_of(workspace, number).cancel_reason) == ("cancelled", "Snow")
    with pytest.raises(NotAllowed, match="called off"):
        saving.hold(workspace, number)
    saving.bring_back(workspace, number)
    assert (row_of(workspace, number).status, row_of(workspace, number).cancel_reason) == ("planned", None)
    with pytest.raises(NotAllowed, match="was not called off"):
        saving.bring_back(workspace, number)


def test_what_people_came_to_cannot_be_called_off(workspace: Workspace) -> None:
    number = add_workshop(workspace)
    add_invitation(workspace, number, name="B. Lee", attendance="came")
    with pytest.raises(NotAllowed, match="People came"):
        saving.cancel(workspace, number, "Snow")


def test_an_archived_workshop_is_out_of_the_register_until_it_is_brought_back(workspace: Workspace) -> None:
    number = add_workshop(workspace)
    saving.archive(workspace, number)
    assert page.of_year(workspace, 2025) == []
    for change in (
        lambda: saving.save_workshop(workspace, number, {"place": "Hall"}),
        lambda: saving.cancel(workspace, number, "Snow"),
        lambda: saving.next_in_series(workspace, number, date(2026, 12, 7)),
        lambda: saving.archive(workspace, number),
    ):
        with pytest.raises(NotAllowed, match="is archived"):
            change()
    saving.restore(workspace, number)
    assert [row.id for row in page.of_year(workspace, 2025)] == [number]
    with pytest.raises(NotAllowed, match="already"):
        saving.restore(workspace, number)


def test_a_workshop_that_is_not_there(workspace: Workspace) -> None:
    for use in (
        lambda: saving.save_workshop(workspace, 7, {"place": "Hall"}),
        lambda: saving.hold(workspace, 7),
        lambda: saving.restore(workspace, 7),
        lambda: saving.find_workshop(workspace, "#7"),
    ):
        with pytest.raises(NoSuchRecord, match="no workshop with the number 7"):
            use()


def test_planning_is_not_undone_once_somebody_was_invited(workspace: Workspace) -> None:
    number = save(workspace).id
    planned = history.entries(workspace)[0].id
    add_invitation(workspace, number, name="B. Lee")
    with pytest.raises(ChangedSince, match="depend on this workshop"):
        history.undo(workspace, planned)


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("#1", 1), ("2", 2), ("workshop 7 nov", 1), ("workshop 7/11/25", 1), ("07.11.2025", 1), ("26 january", 2),
        ("mon 26th jan 2026", 2), ("conyers", 3), ("forum", 3), ("transitions workshop autumn", 4), ("autumn", 4),
    ],
)  # fmt: skip
def test_a_workshop_is_found_by_number_words_and_day(workspace: Workspace, text: str, which: int) -> None:
    add_workshop(workspace)
    add_workshop(workspace, on_day=date(2026, 1, 26))
    host = add_school(workspace, "Conyers School")
    add_workshop(
        workspace, kind="information-sharing forum", title="Early years", on_day=date(2026, 6, 11), host_school_id=host
    )
    add_workshop(workspace, title="Autumn", on_day=date(2026, 10, 5))
    assert saving.find_workshop(workspace, text) == which


def test_several_or_no_workshops_are_named_by_number_and_day(workspace: Workspace) -> None:
    add_workshop(workspace)
    add_workshop(workspace, on_day=date(2026, 1, 26))
    with pytest.raises(NoSuchRecord) as caught:
        saving.find_workshop(workspace, "workshop")
    assert (
        "#2 Transitions workshop, Mon 26 Jan 2026; #1 Transitions workshop, Fri 7 Nov 2025. Give the number"
        in caught.value.sentence
    )
    with pytest.raises(NoSuchRecord, match="No workshop matches"):
        saving.find_workshop(workspace, "workshop 8 nov")
    with pytest.raises(NoSuchRecord, match="Name the workshop"):
        saving.find_workshop(workspace, " - ")


def test_a_change_somebody_made_meanwhile_is_not_overwritten(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = add_workshop(workspace)
    old = row_of(workspace, number)
    saving.save_workshop(workspace, number, {"place": "Hall"})
    monkeypatch.setattr(saving, "editable_workshop", lambda *_: old)
    for change in (
        lambda: saving.save_workshop(workspace, number, {"place": "Library"}),
        lambda: saving.cancel(workspace, number, "Snow"),
    ):
        with pytest.raises(NotAllowed, match="just changed"):
            change()
    assert row_of(workspace, number).place == "Hall"
