"""Groups of schools: who belongs to which in which year, what is narrowed to them, and the figures by group, each counted by hand."""

from pathlib import Path

import pytest
from builders import add_invitation, add_pupil, add_school, add_workshop, contents

from transitions.caseload import caseload as caseloads
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import BadInput, FieldProblems, NoSuchRecord, NotAllowed
from transitions.importing import school_groups as importing
from transitions.importing.preview import commit
from transitions.pupils import school_groups
from transitions.workshops import attendance, feeders, inviting, page
from transitions.workspace import Workspace

NORTH = {"kind": "lift group", "name": "North"}


@pytest.fixture
def town(workspace: Workspace) -> dict[str, int]:
    """Three primary schools and a secondary; two of the primaries and the secondary are LIFT group North, one only until 2025/26."""
    names = {"Ash": 11, "Beech": 11, "Cedar": 11, "High": 18}
    found = {
        name: add_school(workspace, name, high_age=age, low_age=11 if name == "High" else 4)
        for name, age in names.items()
    }
    for name in ("Ash", "High"):
        school_groups.save_member(workspace, found[name], None, {**NORTH, "from_year": "2024/25"})
    school_groups.save_member(workspace, found["Beech"], None, {**NORTH, "from_year": "2024", "until_year": "2025/26"})
    return found


def belongs(workspace: Workspace) -> list[tuple[str, str, int, int | None]]:
    rows = school_groups.members(workspace, 1)
    return [(school_groups.called(row), row.school, row.from_year, row.until_year) for row in rows]


def test_a_kind_is_one_however_it_is_written_and_a_new_one_is_said(
    workspace: Workspace, town: dict[str, int], tmp_path: Path
) -> None:
    file = tmp_path / "groups.csv"
    file.write_text("School,Kind,Group\nCedar,LIFT,North\nAsh,Hub,East\nBeech,hub group,East\n")
    preview = importing.prepare(workspace, file)
    assert preview.notes == (
        "Kind: Hub is not one of LIFT group, district, quadrant, partnership, cluster, so it is taken as your own kind (line 3)",
        "Kind: hub group is not one of LIFT group, district, quadrant, partnership, cluster, so it is taken as your own kind (line 4)",
    )
    commit(workspace, preview)
    assert sorted(school_groups.called(one) for one in school_groups.groups(workspace)) == [
        "Hub East",
        "LIFT group North",
    ]
    assert school_groups.find_group(workspace, "LIFT North") == 1


def test_a_school_belongs_to_a_group_from_a_year_until_a_year(workspace: Workspace, town: dict[str, int]) -> None:
    assert belongs(workspace) == [
        ("LIFT group North", "Ash", 2024, None),
        ("LIFT group North", "Beech", 2024, 2025),
        ("LIFT group North", "High", 2024, None),
    ]
    assert [one.schools for year in (2023, 2025, 2026) for one in school_groups.groups(workspace, year)] == [0, 3, 2]
    before = contents(workspace)
    back = school_groups.save_member(workspace, town["Beech"], None, NORTH)
    assert school_groups.schools_in(workspace, 1, 2026) == {town["Ash"], town["Beech"], town["High"]}
    school_groups.save_member(
        workspace, town["Beech"], back.number, {"kind": "district", "name": "North", "until_year": "2030"}
    )
    assert [school_groups.called(one) for one in school_groups.of_school(workspace, town["Beech"])] == [
        "LIFT group North",
        "district North",
    ]
    history.undo(workspace)
    history.undo(workspace)
    after = contents(workspace)
    assert all(after[table] == before[table] for table in ("school_group", "school_group_member"))


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"kind": "", "name": "North"}, {"kind": "This is needed."}),
        (
            {**NORTH, "from_year": "2025/26"},
            {"from_year": "this school already belongs to the group, since 2024/25. Change that record instead"},
        ),
        ({**NORTH, "from_year": "2023", "until_year": "2022"}, {"until_year": "is before 2023/24, the first year"}),
        ({**NORTH, "from_year": "soon"}, {"from_year": "expected an academic year such as 2026/27"}),
    ],
)
def test_what_is_refused(
    workspace: Workspace, town: dict[str, int], given: dict[str, str], problems: dict[str, str]
) -> None:
    with pytest.raises(FieldProblems) as caught:
        school_groups.save_member(workspace, town["Ash"], None, given)
    assert caught.value.problems == problems


def test_a_group_is_found_renamed_and_taken_out(workspace: Workspace, town: dict[str, int]) -> None:
    school_groups.save_member(workspace, town["Ash"], None, {"kind": "district", "name": "South"})
    assert [school_groups.find_group(workspace, text) for text in ("North", "lift north", "#1", "district")] == [
        1,
        1,
        1,
        2,
    ]
    with pytest.raises(NoSuchRecord, match="There are: #1 LIFT group North; #2 district South"):
        school_groups.find_group(workspace, "west")
    with pytest.raises(NotAllowed, match="There is a LIFT group North already"):
        school_groups.save_group(workspace, 2, NORTH)
    assert school_groups.save_group(workspace, 1, {"name": "Coast"}).changed == 1
    assert school_groups.take_out_group(workspace, 1).changed == 4
    assert [one.name for one in school_groups.groups(workspace)] == ["South"]
    history.undo(workspace)
    assert len(school_groups.members(workspace, 1)) == 3


def test_lists_and_counts_are_narrowed_to_a_group(workspace: Workspace, town: dict[str, int]) -> None:
    at_ash = add_pupil(workspace, surname="Ashby", school_id=town["Ash"])
    to_high = add_pupil(workspace, surname="Cedarson", school_id=town["Cedar"], next_school_id=town["High"])
    add_pupil(workspace, surname="Beecham", school_id=town["Beech"])
    only = Caseload(groups=(1,), sort="name")
    assert list(caseloads.keys(workspace, only)) == [at_ash, to_high]
    assert caseloads.describe(workspace, only) == "All pupils · LIFT group North"
    (line,) = caseloads.facets(workspace, only)["groups"]
    assert (line.label, line.pupils, line.chosen) == ("LIFT group North", 2, True)
    assert only.peeled() == Caseload(sort="name")
    assert Caseload.from_json(only.to_json()) == only
    overdue = {row.pupil_id for row in missed.listing(workspace, only, overdue=True, missed=True)}
    assert overdue <= {at_ash, to_high}


def test_a_workshop_of_a_group_and_who_came_by_group(workspace: Workspace, town: dict[str, int]) -> None:
    last_year = add_workshop(workspace, on_day="2026-03-02")
    this_year = add_workshop(workspace, on_day="2026-11-02")
    for number, marks in (
        (last_year, {"Ash": "came", "Beech": "absent", "Cedar": "came"}),
        (this_year, {"Ash": "came", "Beech": "came"}),
    ):
        for name, mark in marks.items():
            add_invitation(workspace, number, school_id=town[name], attendance=mark)
    proposed = inviting.of_group(workspace, this_year, 1)
    assert [(one.school, one.reason) for one in proposed] == [("High", "belongs to LIFT group North")]
    (now,), (before,) = attendance.by_group(workspace, 2026), attendance.by_group(workspace, 2025)
    # Beech left the group with the year: this year its coming counts for nobody's group.
    assert (now.asked.text, now.attendance.text, now.reached.text) == ("1 of 2 (50%)", "1 of 1 (100%)", "1 of 1 (100%)")
    assert (before.asked.text, before.attendance.text, before.reached.text) == (
        "2 of 3 (67%)",
        "1 of 2 (50%)",
        "1 of 2 (50%)",
    )
    assert [row.school for row in attendance.by_school(workspace, 2025, group=1)] == ["Ash", "Beech"]
    years = attendance.by_year(workspace, [2025, 2026], group=1)
    assert [(one.meetings, one.attendance.text) for one in years] == [(1, "1 of 2 (50%)"), (1, "1 of 1 (100%)")]
    rows = page.of_year(workspace, 2025)
    assert [row.id for row in page.of_group(workspace, rows, 1)] == [last_year]


def test_feeders_by_group(workspace: Workspace, town: dict[str, int]) -> None:
    away = add_school(workspace, "Away", low_age=11, high_age=18)
    for school, to in (("Ash", "High"), ("Ash", "High"), ("Ash", "Away"), ("Cedar", "High")):
        add_pupil(
            workspace, surname=f"{school} {to}", school_id=town[school], next_school_id={**town, "Away": away}[to]
        )
    (found,) = feeders.by_group(workspace, 2026)
    assert (found.stay.text, found.from_within.text) == ("2 of 3 (67%)", "2 of 3 (67%)")
    named = {(link.feeder, link.receiving): link.pupils for link in feeders.links(workspace, 2026, group=1)}
    assert named == {("Ash", "High"): 2, ("Ash", "Away"): 1, ("Cedar", "High"): 1}


def test_a_file_of_groups(workspace: Workspace, town: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "groups.csv"
    rows = (
        "Ash,LIFT group,North,2026/27,", "Beech,LIFT group,North,2026/27,", "High,LIFT Group,north,2026,2026/27",
        "Cedar,Cluster,Coast,2025/26,", "Cedar,Cluster,Coast,2026/27,",
    )  # fmt: skip
    file.write_text("\n".join(("School,Kind,Group,Academic Year,Until", *rows)), encoding="utf-8")
    preview = importing.prepare(workspace, file)
    assert [(entry.label, entry.differences[0].new) for entry in preview.new] == [
        ("Cedar: cluster Coast", "since 2025/26")
    ]
    assert [(entry.label, entry.differences[0].new) for entry in preview.changed] == [
        ("Beech: LIFT group North", "since 2024/25"),
        ("High: LIFT group North", "2024/25 to 2026/27"),
    ]
    imported = commit(workspace, preview)
    assert (imported.new, imported.changed, imported.unchanged) == (1, 2, 2)
    again = importing.prepare(workspace, file)
    assert (len(again.new), len(again.changed)) == (0, 0)
    assert school_groups.schools_in(workspace, 2, 2026) == {town["Cedar"]}
    file.write_text(
        "School,Kind,Group,Year,Until\nElm,LIFT group,North,2026,\nAsh,,North,soon,\nAsh,district,West,2026,2025\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as caught:
        importing.prepare(workspace, file)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (2, "School"),
        (3, "Year"),
        (3, "Kind"),
        (4, "Until"),
    ]
