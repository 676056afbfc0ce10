"""Figures of attendance: each counted again from the raw rows, or by hand."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from builders import add_invitation, add_school, add_terms, add_workshop
from hypothesis import given
from hypothesis import strategies as st

from db.vocabulary import ATTENDANCES
from transitions.school_year import academic_year
from transitions.text import Share
from transitions.workshops import attendance, page
from transitions.workshops.attendance import Attendance
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
Opener = Callable[..., Workspace]


def schools(workspace: Workspace, number: int, name: str = "School", **values: Any) -> list[int]:
    with workspace.change("Schools added", name) as action:
        return [
            action.insert(
                "school", {"name": f"{name} {place:03}", "search_text": f"{name.lower()} {place:03}", **values}
            )
            for place in range(number)
        ]


def invite(workspace: Workspace, workshop_id: int, school_ids: Iterable[int], marks: Iterable[str]) -> None:
    with workspace.change("Invited", "made up") as action:
        for school_id, mark in zip(school_ids, marks, strict=True):
            row = {"workshop_id": workshop_id, "school_id": school_id, "attendance": mark}
            action.insert("workshop_invitation", row)


def figures(workspace: Workspace, workshop_id: int) -> attendance.MeetingFigures:
    return attendance.of_meeting(page.load(workspace, workshop_id))


# --- one meeting ---------------------------------------------------------------------------------------------------


def test_fourteen_of_forty_eight_and_sixteen_of_ninety_eight(workspace: Workspace) -> None:
    """The published meeting: 14 primary schools (29%) and 16 early years settings (16.3%) came."""
    number = add_workshop(workspace)
    invite(workspace, number, schools(workspace, 48, "Primary", phase="Primary"),
           ["came"] * 14 + ["apologies"] * 4 + ["absent"] * 30)  # fmt: skip
    found = figures(workspace, number)
    assert found.schools.text == "14 of 48 (29%)"
    assert found.schools == Attendance(came=14, apologies=4, absent=30, unmarked=0)
    invite(workspace, number, schools(workspace, 98, "Setting", phase="Nursery"), ["came"] * 16 + ["absent"] * 82)
    found = figures(workspace, number)
    assert {phase: one.text for phase, one in found.by_phase.items()} == {
        "Nursery": "16 of 98 (16%)",
        "Primary": "14 of 48 (29%)",
    }
    assert found.schools.text == "30 of 146 (21%)"
    row = page.load(workspace, number).workshop
    assert found.schools.share == Share(row.schools_came, row.schools_invited)


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ([], "nobody invited"),
        (["invited"] * 5, "5 invited, none marked"),
        (["came"] * 2 + ["absent"] + ["invited"] * 5, "2 of 8 (25%), 5 not marked"),
        (["absent"] * 3, "0 of 3 (0%)"),
        (["came"] * 1000 + ["apologies"] * 500, "1,000 of 1,500 (67%)"),
    ],
)
def test_whoever_is_not_marked_stands_beside_and_is_not_absent(marks: list[str], words: str) -> None:
    found = Attendance(marks.count("came"), marks.count("apologies"), marks.count("absent"), marks.count("invited"))
    assert found.text == words
    assert found.marked == Share(sum(mark != "invited" for mark in marks), len(marks))


def test_a_cancelled_meeting_is_not_counted(workspace: Workspace) -> None:
    number = add_workshop(workspace, status="cancelled", cancel_reason="Snow")
    invite(workspace, number, schools(workspace, 3), ["came", "absent", "invited"])
    found = figures(workspace, number)
    assert (found.schools, found.people, found.by_phase) == (Attendance(), 0, {})
    assert attendance.by_school(workspace, 2025) == []


def test_a_school_counts_once_however_many_come_from_it(workspace: Workspace) -> None:
    number = add_workshop(workspace)
    first, second, third, fourth = schools(workspace, 4)
    for school, name, mark, people in (
        (first, None, "came", None), (first, "A. Lee", "absent", None), (first, "B. Lee", "came", None),
        (second, "C. Lee", "absent", None), (second, "D. Lee", "invited", None),
        (third, None, "apologies", None), (third, "E. Lee", "absent", None),
        (fourth, None, "came", 3), (fourth, "F. Lee", "came", None),
    ):  # fmt: skip
        add_invitation(workspace, number, school_id=school, name=name, attendance=mark, people=people)
    add_invitation(workspace, number, agency="CAMHS", attendance="came")
    add_invitation(workspace, number, agency="Early Help", name="G. Lee", attendance="came", people=2)
    add_invitation(workspace, number, name="H. Lee", attendance="came")
    add_invitation(workspace, number, name="I. Lee", attendance="apologies", people=4)
    found = figures(workspace, number)
    assert found.schools == Attendance(came=2, apologies=1, absent=0, unmarked=1)
    assert found.agencies == Attendance(came=2)
    assert found.others == Attendance(came=1, apologies=1)
    assert found.by_phase == {attendance.NO_PHASE: found.schools}
    assert found.people == 1 + 3 + 2 + 1  # B; three of the fourth, F among them; two with G; H
    assert found.uncounted == 1  # CAMHS came, nobody says with how many


@given(st.lists(st.sampled_from(ATTENDANCES), min_size=1))
def test_what_a_school_did_is_what_is_best_known_of_it(marks: list[str]) -> None:
    found = attendance.school_attendance(marks)
    assert (found == "came") == ("came" in marks)
    assert (found == "absent") == (set(marks) == {"absent"})
    assert found in marks
    if "invited" in marks:
        assert found in {"came", "invited"}


# --- many meetings, against the raw rows ---------------------------------------------------------------------------


@pytest.fixture
def register(workspace: Workspace) -> Workspace:
    """Sixty meetings over three years, some cancelled, archived or to come, with random marks; some schools twice."""
    dice = Random(48)
    add_terms(workspace)
    numbers = schools(workspace, 6, "Primary", phase="Primary") + schools(workspace, 5, "Secondary", phase="Secondary")
    with workspace.change("Meetings", "made up") as action:
        for place in range(60):
            kind = dice.choice(("LIFT meeting", "information-sharing forum", "training"))
            status = dice.choice(("held", "held", "held", "planned", "cancelled"))
            workshop = action.insert(
                "workshop",
                {
                    "kind": kind, "title": kind, "series": f"{kind} {place % 2}", "status": status,
                    "on_day": date(2024, 9, 1) + timedelta(dice.randrange(900)),
                    "archived_at": None if dice.random() < 0.9 else "2026-01-01 00:00:00",
                },
            )  # fmt: skip
            for school in dice.sample(numbers, dice.randrange(len(numbers))):
                for name in (None, "A. Lee")[: dice.choice((1, 1, 1, 2))]:
                    mark = dice.choices(ATTENDANCES, (1, 4, 2, 3))[0]
                    row = {"workshop_id": workshop, "school_id": school, "name": name, "attendance": mark}
                    action.insert("workshop_invitation", row)
    return workspace


def counted_again(
    workspace: Workspace, wanted: Callable[[dict[str, Any]], bool]
) -> tuple[set[int], dict[tuple[int, int], set[str]]]:
    """The meetings that count, and what is marked of each school at each, from the raw rows alone."""
    connection = workspace.read()
    cursor = connection.execute("SELECT * FROM workshop")
    names = [column[0] for column in cursor.description]
    meetings = [dict(zip(names, row, strict=True)) for row in cursor]
    counted = {
        one["id"]
        for one in meetings
        if one["archived_at"] is None
        and one["status"] in ("held", "planned")
        and one["on_day"] <= TODAY.isoformat()
        and wanted(one)
    }
    marks: dict[tuple[int, int], set[str]] = {}
    rows = connection.execute("SELECT workshop_id, school_id, attendance FROM workshop_invitation").fetchall()
    for workshop, school, mark in rows:
        if workshop in counted:
            marks.setdefault((workshop, school), set()).add(mark)
    return counted, marks


def sorted_out(marks: Iterable[set[str]]) -> Attendance:
    came = unmarked = apologies = absent = 0
    for one in marks:
        if "came" in one:
            came += 1
        elif "invited" in one:
            unmarked += 1
        elif "apologies" in one:
            apologies += 1
        else:
            absent += 1
    return Attendance(came, apologies, absent, unmarked)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("kinds", [(), ("LIFT meeting",), ("LIFT meeting", "training")])
@pytest.mark.parametrize("series", [None, "LIFT meeting 1"])
def test_by_school_is_what_the_rows_say(
    register: Workspace, year: int, kinds: tuple[str, ...], series: str | None
) -> None:
    _, marks = counted_again(
        register,
        lambda one: (
            academic_year(date.fromisoformat(one["on_day"])) == year
            and (not kinds or one["kind"] in kinds)
            and series in (None, one["series"])
        ),
    )
    found = attendance.by_school(register, year, kinds=kinds, series=series)
    assert {row.school_id for row in found} == {school for _, school in marks}
    for row in found:
        assert row.attendance == sorted_out(marks[key] for key in marks if key[1] == row.school_id)
    assert attendance.together(found) == sorted_out(marks.values())
    assert [row.school for row in found] == sorted(row.school for row in found)


def test_schools_of_one_phase(register: Workspace) -> None:
    found = attendance.by_school(register, 2025, phases=("Secondary",))
    assert {row.phase for row in found} == {"Secondary"}
    assert len(found) == 5
    assert attendance.none_or_once(register, 2025, phases=("Secondary",)).schools == 5


def test_by_year_is_what_the_rows_say(register: Workspace) -> None:
    found = attendance.by_year(register, [2024, 2025, 2026, 2027])
    assert [(one.name, one.so_far) for one in found] == [("2024/25", False), ("2025/26", False), ("2026/27", True)]
    for year, one in zip((2024, 2025, 2026), found, strict=True):
        meetings, marks = counted_again(
            register, lambda row, year=year: academic_year(date.fromisoformat(row["on_day"])) == year
        )
        assert one.meetings == len(meetings)
        assert one.attendance == sorted_out(marks.values())
        came = {school for (_, school), words in marks.items() if "came" in words}
        assert one.reached == Share(len(came), len({school for _, school in marks}))
    assert found[2].last == TODAY


def test_years_to_the_same_point(register: Workspace) -> None:
    for year, one in zip((2024, 2026), attendance.by_year(register, [2024, 2026], same_point=True), strict=True):
        meetings, marks = counted_again(
            register, lambda row, year=year: f"{year}-09-01" <= row["on_day"] <= f"{year}-11-21"
        )
        assert (one.meetings, one.attendance, one.so_far) == (len(meetings), sorted_out(marks.values()), True)
        assert one.last == date(year, 11, 21)


def test_terms_add_up_to_their_year(register: Workspace) -> None:
    terms = attendance.by_term(register, 2025)
    assert [one.name for one in terms] == ["T1", "T2", "T3", "T4", "T5", "T6"]
    assert (terms[0].first, terms[-1].last) == (date(2025, 9, 1), date(2026, 8, 31))
    assert not any(one.assumed or one.so_far for one in terms)
    for one in terms:
        span = (one.first.isoformat(), one.last.isoformat())
        _, marks = counted_again(register, lambda row, span=span: span[0] <= row["on_day"] <= span[1])
        assert one.attendance == sorted_out(marks.values())
    (year,) = attendance.by_year(register, [2025])
    assert sum(one.meetings for one in terms) == year.meetings > 0
    assert tuple(map(sum, zip(*(one.attendance for one in terms), strict=True))) == year.attendance


# --- by hand -------------------------------------------------------------------------------------------------------


def test_schools_that_came_to_none_or_only_one(workspace: Workspace) -> None:
    """Five meetings: one school came to none, one to one of several; whoever is not marked is in neither list."""
    numbers = schools(workspace, 7)
    marks = {
        0: "absent absent apologies", 1: "absent came absent", 2: "came came absent", 3: "absent invited absent",
        4: "came invited", 5: "came", 6: "came invited came",
    }  # fmt: skip
    workshops = [add_workshop(workspace, kind="LIFT meeting", on_day=date(2025, 10, day)) for day in (1, 8, 15)]
    for place, said in marks.items():
        for workshop, mark in zip(workshops, said.split(), strict=False):
            add_invitation(workspace, workshop, school_id=numbers[place], attendance=mark)
    found = attendance.none_or_once(workspace, 2025)
    assert [row.school_id for row in found.none] == [numbers[0]]
    assert [row.school_id for row in found.once] == [numbers[1]]
    assert [row.school_id for row in found.unclear] == [numbers[3], numbers[4]]
    assert (found.none_share.text, found.once_share.text) == ("1 of 7 (14%)", "1 of 7 (14%)")
    assert attendance.none_or_once(workspace, 2025, kinds=("training",)).none_share.text == "0 of 0"


def test_the_day_of_the_meeting_counts_and_the_day_after_does_not(opener: Opener) -> None:
    workspace = opener()
    (number,) = schools(workspace, 1)
    for day in (TODAY, TODAY + timedelta(1)):
        add_invitation(workspace, add_workshop(workspace, on_day=day), school_id=number)
    (row,) = attendance.by_school(workspace, 2026)
    assert row.attendance == Attendance(unmarked=1)
    assert attendance.by_year(workspace, [2026])[0].meetings == 1
    assert [one.name for one in attendance.by_term(workspace, 2026)] == ["Autumn term"]
    assert attendance.by_term(workspace, 2027) == attendance.by_year(workspace, [2027]) == []


THREE = (
    ("Autumn 1", date(2025, 9, 3), date(2025, 10, 24)), ("Autumn 2", date(2025, 11, 3), date(2025, 12, 19)),
    ("Spring 1", date(2026, 1, 5), date(2026, 2, 13)), ("Spring 2", date(2026, 2, 23), date(2026, 3, 27)),
    ("Summer 1", date(2026, 4, 13), date(2026, 5, 22)), ("Summer 2", date(2026, 6, 1), date(2026, 7, 20)),
)  # fmt: skip


def test_three_terms_of_two_halves(workspace: Workspace) -> None:
    with workspace.change("Terms", "three") as action:
        for name, first, last in THREE:
            row = {"academic_year": 2025, "name": name, "first_day": first, "last_day": last, "la_number": 808}
            action.insert("term", row)
    found = attendance.by_term(workspace, 2025)
    assert [(one.name, one.first, one.last, one.assumed) for one in found] == [
        ("Autumn term", date(2025, 9, 1), date(2026, 1, 4), False),
        ("Spring term", date(2026, 1, 5), date(2026, 4, 12), False),
        ("Summer term", date(2026, 4, 13), date(2026, 8, 31), False),
    ]


def test_terms_that_are_not_entered_are_taken_as_usual_and_said_to_be(workspace: Workspace) -> None:
    number = add_school(workspace)
    for day, mark in ((date(2025, 11, 7), "came"), (date(2026, 1, 26), "absent"), (date(2026, 7, 1), "came")):
        add_invitation(workspace, add_workshop(workspace, on_day=day), school_id=number, attendance=mark)
    found = attendance.by_term(workspace, 2025)
    assert [(one.name, one.meetings, one.attendance.text, one.reached.text) for one in found] == [
        ("Autumn term", 1, "1 of 1 (100%)", "1 of 1 (100%)"),
        ("Spring term", 1, "0 of 1 (0%)", "0 of 1 (0%)"),
        ("Summer term", 1, "1 of 1 (100%)", "1 of 1 (100%)"),
    ]
    assert all(one.assumed for one in found)


def test_a_meeting_of_people_without_schools_is_a_meeting(workspace: Workspace) -> None:
    number = add_workshop(workspace, kind="evening for parents")
    add_invitation(workspace, number, name="A. Lee", attendance="came")
    (year,) = attendance.by_year(workspace, [2025])
    assert (year.meetings, year.attendance.text, year.reached.text) == (1, "nobody invited", "0 of 0")
