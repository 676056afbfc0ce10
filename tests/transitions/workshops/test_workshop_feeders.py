"""Which schools feed which, and whom to invite because of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import add_invitation, add_pupil, add_school, add_workshop, edit_pupil
from conftest import Opener

from transitions.caseload.caseload import Caseload, describe, first_rows
from transitions.custody import history
from transitions.milestones.destinations import Taught, move_of
from transitions.pupils import schools
from transitions.workshops import feeders, inviting
from transitions.workspace import Workspace

RECORDED = date(2026, 11, 2)


@pytest.fixture
def town(workspace: Workspace) -> dict[str, int]:
    """Two primaries, a nursery and two secondaries of council 808, and a primary of another council."""
    ages = {
        "Conyers": (11, 18), "Egglescliffe": (11, 16), "Glebe": (4, 11), "Layfield": (4, 11), "Little Acorns": (2, 4),
    }  # fmt: skip
    made = {
        name: add_school(workspace, name, low_age=low, high_age=high, la_number=808)
        for name, (low, high) in ages.items()
    }
    made["Elsewhere"] = add_school(workspace, "Elsewhere", low_age=4, high_age=11, la_number=805)
    return made


def move(workspace: Workspace, school: int, next_school: int, times: int = 1, **values: object) -> None:
    given = {"year_group": 6, "next_school_recorded_on": RECORDED, **values}
    for _ in range(times):
        add_pupil(workspace, school_id=school, next_school_id=next_school, **given)


def pairs(found: list[feeders.Link]) -> list[tuple[str, str, int]]:
    return [(link.feeder, link.receiving, link.pupils) for link in found]


def test_links_are_counted_from_the_destinations_that_are_recorded(workspace: Workspace, town: dict[str, int]) -> None:
    move(workspace, town["Layfield"], town["Conyers"], 3)
    move(workspace, town["Layfield"], town["Egglescliffe"])
    move(workspace, town["Glebe"], town["Conyers"], 2)
    move(workspace, town["Little Acorns"], town["Glebe"], year_group=-1)
    add_pupil(workspace, school_id=town["Glebe"], year_group=6)  # nobody knows where to
    move(workspace, town["Glebe"], town["Glebe"])  # stays
    archived = add_pupil(workspace, school_id=town["Glebe"], next_school_id=town["Conyers"], year_group=6)
    edit_pupil(workspace, archived, archived_at=workspace.clock.now())
    assert pairs(feeders.links(workspace, 2026)) == [
        ("Layfield", "Conyers", 3), ("Glebe", "Conyers", 2), ("Layfield", "Egglescliffe", 1), ("Little Acorns", "Glebe", 1),
    ]  # fmt: skip
    assert pairs(feeders.links(workspace, 2026, year_groups=[-1])) == [("Little Acorns", "Glebe", 1)]
    assert pairs(feeders.links(workspace, 2026, feeder_id=town["Layfield"], receiving_id=town["Conyers"])) == [
        ("Layfield", "Conyers", 3)
    ]
    assert feeders.links(workspace, 2025) == feeders.links(workspace, 2027) == []


def test_who_has_moved_is_a_link_of_the_year_before(opener: Opener) -> None:
    workspace = opener()
    made = {
        name: add_school(workspace, name, low_age=low, high_age=high)
        for name, low, high in (("Glebe", 4, 11), ("Layfield", 4, 11), ("Layfield Academy", 4, 11), ("Conyers", 11, 18))
    }
    born = {"date_of_birth": date(2014, 11, 3)}  # in Year 6 in 2025/26
    moved, put_right, corrected, converted = (
        add_pupil(workspace, school_id=made[name], **born) for name in ("Glebe", "Glebe", "Glebe", "Layfield")
    )
    younger = add_pupil(workspace, school_id=made["Glebe"], date_of_birth=date(2017, 11, 3))
    edit_pupil(workspace, moved, school_id=made["Conyers"])
    edit_pupil(workspace, put_right, school_id=made["Conyers"])
    edit_pupil(workspace, put_right, school_id=made["Glebe"])
    edit_pupil(workspace, corrected, school_id=made["Layfield"])
    edit_pupil(workspace, corrected, school_id=made["Conyers"])
    edit_pupil(workspace, converted, school_id=made["Layfield Academy"])
    edit_pupil(workspace, younger, school_id=made["Layfield"])  # moves house
    assert pairs(feeders.links(workspace, 2025)) == [("Glebe", "Conyers", 2)]
    schools = made["Glebe"], made["Conyers"]
    found = feeders.movers(workspace, 2025, *schools)
    opened = Caseload(school_id=schools[0], next_school_id=schools[1], moved_in=2025, movers=tuple(found))
    assert {row.id for row in first_rows(workspace, opened)} == {moved, corrected}
    assert describe(workspace, opened) == "All pupils · Glebe · to Conyers · moves of 2025/26"
    assert feeders.movers(workspace, 2024, *schools) == []
    assert first_rows(workspace, replace(opened, movers=())) == []
    assert opened.peeled() == Caseload()
    assert pairs(feeders.links(workspace, 2025, receiving_id=made["Layfield"])) == []
    assert pairs(feeders.links(workspace, 2025, year_groups=[5])) == []
    assert feeders.links(workspace, 2024) == feeders.links(workspace, 2026) == []
    history.undo(workspace)
    edit_pupil(workspace, moved, school_id=None)
    assert pairs(feeders.links(workspace, 2025)) == [("Glebe", "Conyers", 1)]


@pytest.mark.parametrize(
    ("group", "leaves_at", "enters_at", "values", "year"),
    [
        (6, 11, 11, {}, 2026),
        (5, 11, 11, {}, 2027),  # recorded early: the move is at the end of Year 6
        (6, 19, 11, {}, 2026),  # a special school that goes on; the next school begins with Year 7
        (11, 16, 11, {}, 2026),  # the next school began with Year 7, but this is for its sixth form
        (11, 18, 16, {}, 2026),
        (6, 11, 3, {}, 2026),  # an all-through school
        (8, 13, 13, {}, 2026),  # middle to upper
        (3, 11, 4, {"in_year_move_on": date(2027, 9, 6)}, 2027),
        (3, 11, 4, {"in_year_move_on": date(2027, 2, 1)}, 2026),
        (
            7,
            11,
            11,
            {},
            2025,
        ),  # past the school's last year: the move of last summer, and the school was never put right
        (6, None, None, {}, 2026),
        (6, None, None, {"recorded_on": date(2026, 7, 1)}, 2025),
        (6, 11, None, {}, 2026),
    ],
)
def test_the_year_of_a_move(
    group: int, leaves_at: int | None, enters_at: int | None, values: dict[str, date], year: int
) -> None:
    given: dict[str, Any] = {"in_year_move_on": None, "recorded_on": RECORDED, **values}
    here, there = Taught.by_ages(None, leaves_at), Taught.by_ages(enters_at, None)
    assert move_of(2026 - group, given["recorded_on"], given["in_year_move_on"], here, there).year == year


def proposed(workspace: Workspace, number: int) -> list[tuple[str, str, int]]:
    return [(one.school, one.reason, one.movers) for one in inviting.proposed(workspace, number)]


def test_a_secondary_invites_the_schools_that_its_pupils_come_from(workspace: Workspace, town: dict[str, int]) -> None:
    move(workspace, town["Layfield"], town["Conyers"], 3)
    move(workspace, town["Glebe"], town["Conyers"])
    move(workspace, town["Glebe"], town["Egglescliffe"], 5)
    move(workspace, town["Elsewhere"], town["Conyers"], 2)
    day = {"on_day": date(2027, 6, 10), "year_groups": "6", "host_school_id": town["Conyers"]}
    number = add_workshop(workspace, kind="SENCO transition meeting", **day)
    assert proposed(workspace, number) == [
        ("Layfield", "3 pupils go to Conyers", 3), ("Elsewhere", "2 pupils go to Conyers", 2),
        ("Glebe", "1 pupil goes to Conyers", 1),
    ]  # fmt: skip
    add_invitation(workspace, number, school_id=town["Layfield"])
    schools.archive_school(workspace, town["Elsewhere"])
    assert proposed(workspace, number) == [("Glebe", "1 pupil goes to Conyers", 1)]


def test_a_workshop_on_the_year_group_to_come_is_about_the_same_pupils(
    workspace: Workspace, town: dict[str, int]
) -> None:
    move(workspace, town["Layfield"], town["Conyers"], 3)
    number = add_workshop(workspace, on_day=date(2027, 6, 10), year_groups="7", host_school_id=town["Conyers"])
    assert proposed(workspace, number) == [("Layfield", "3 pupils go to Conyers", 3)]


def test_a_forum_at_a_primary_invites_both_sides(workspace: Workspace, town: dict[str, int]) -> None:
    move(workspace, town["Little Acorns"], town["Glebe"], 2, year_group=-1)
    move(workspace, town["Glebe"], town["Conyers"], 4)
    number = add_workshop(
        workspace, kind="information-sharing forum", on_day=date(2027, 6, 10), host_school_id=town["Glebe"]
    )
    assert proposed(workspace, number) == [
        ("Conyers", "4 pupils come from Glebe", 4), ("Little Acorns", "2 pupils go to Glebe", 2),
    ]  # fmt: skip


def test_without_destinations_the_last_of_the_series_says_whom(workspace: Workspace, town: dict[str, int]) -> None:
    host = {"host_school_id": town["Conyers"], "series": "Handover", "year_groups": "6"}
    last = add_workshop(workspace, on_day=date(2026, 6, 11), **host)
    add_workshop(workspace, on_day=date(2026, 10, 1), status="cancelled", **host)
    for name, attendance in (
        ("Glebe", "came"),
        ("Layfield", "absent"),
        ("Elsewhere", "invited"),
        ("Egglescliffe", "apologies"),
    ):
        add_invitation(workspace, last, school_id=town[name], attendance=attendance)
    add_invitation(workspace, last, school_id=town["Layfield"], name="B. Lee", attendance="came")
    number = add_workshop(workspace, on_day=date(2027, 6, 10), **host)
    assert proposed(workspace, number) == [
        ("Egglescliffe", "sent apologies last time, on Thu 11 Jun 2026", 0),
        ("Elsewhere", "was invited last time, on Thu 11 Jun 2026", 0),
        ("Glebe", "came last time, on Thu 11 Jun 2026", 0),
        ("Layfield", "came last time, on Thu 11 Jun 2026", 0),
    ]


def test_with_nothing_to_go_by_it_is_the_councils_schools_of_those_years(
    workspace: Workspace, town: dict[str, int]
) -> None:
    number = add_workshop(
        workspace, on_day=date(2027, 6, 10), host_school_id=town["Conyers"], la_number=808, year_groups="6"
    )
    assert proposed(workspace, number) == [("Glebe", "teaches Year 6", 0), ("Layfield", "teaches Year 6", 0)]


def test_a_workshop_for_all_names_every_reason(workspace: Workspace, town: dict[str, int]) -> None:
    move(workspace, town["Layfield"], town["Conyers"], 3)
    move(workspace, town["Layfield"], town["Egglescliffe"])
    last = add_workshop(workspace, on_day=date(2026, 11, 6), year_groups="6,7")
    add_invitation(workspace, last, school_id=town["Layfield"], attendance="came")
    number = add_workshop(workspace, on_day=date(2027, 1, 25), year_groups="6,7")
    assert proposed(workspace, number) == [
        ("Layfield", "4 pupils go to 2 schools; came last time, on Fri 6 Nov 2026; teaches Year 6", 4),
        ("Conyers", "3 pupils come from Layfield; teaches Year 7", 3),
        ("Egglescliffe", "1 pupil comes from Layfield; teaches Year 7", 1),
        ("Glebe", "teaches Year 6", 0),
    ]


def test_a_workshop_of_all_year_groups_is_for_all_open_schools(workspace: Workspace, town: dict[str, int]) -> None:
    schools.save_school(workspace, town["Glebe"], {"closed_on": "31/8/26"})
    number = add_workshop(workspace, on_day=date(2027, 1, 25))
    assert [name for name, _, _ in proposed(workspace, number)] == [
        "Conyers", "Egglescliffe", "Elsewhere", "Layfield", "Little Acorns",
    ]  # fmt: skip
    move(workspace, town["Layfield"], town["Conyers"])  # now it shows which council this is
    assert "Elsewhere" not in {name for name, _, _ in proposed(workspace, number)}
