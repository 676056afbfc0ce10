"""What the finder finds of what is typed, whichever room it stands in."""

from datetime import date

import pytest
from builders import add_plan, add_pupil, add_school, add_terms, add_worker, add_workshop

from transitions.caseload.finder import EACH, find
from transitions.workspace import Workspace


@pytest.fixture
def known(workspace: Workspace) -> Workspace:
    add_terms(workspace)
    school = add_school(workspace, "Warsop Academy")
    add_worker(workspace, "J. Wardle")
    warsame = add_pupil(workspace, surname="Warsame", forename="Amina", year_group=6, school_id=school)
    add_pupil(workspace, surname="Ward", forename="Reuben", year_group=5)
    add_pupil(workspace, surname="Hayward", forename="Zoë", year_group=9)
    add_pupil(workspace, surname="O’Brien-Smith", forename="Łucja", year_group=9)
    add_plan(workspace, warsame)
    add_workshop(workspace, title="Wardens' forum", on_day=date(2026, 11, 30))
    return workspace


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ward", ["pupil Ward", "pupil Hayward", "person J. Wardle", "workshop Wardens' forum"]),
        ("ward, reu", ["pupil Ward"]),
        ("reu", ["pupil Ward"]),
        ("warsme", ["pupil Warsame?", "plan Warsame?"]),
        ("zoe", ["pupil Hayward"]),
        ("lucja obrien", ["pupil O’Brien-Smith"]),
        ("warsop", ["school Warsop Academy"]),
        ("plan warsame", ["plan Warsame"]),
        ("wardel", ["person J. Wardle?"]),
        ("qqqq", []),
        ("  ", []),
    ],
)
def test_the_likeliest_of_each_kind(known: Workspace, typed: str, found: list[str]) -> None:
    names = [f"{one.kind} {one.name}{'?' if one.nearly else ''}" for one in find(known, typed)]
    # Behind the nearest stand those that are a slip further away.
    assert (names[: len(found)] if names and names[0].endswith("?") else names) == found


def test_surnames_come_first_and_not_more_than_a_few(known: Workspace) -> None:
    for number in range(EACH + 2):
        add_pupil(known, surname=f"Abward{number}", forename="Kim", year_group=6)
    pupils = [one.name for one in find(known, "war") if one.kind == "pupil"]
    assert pupils[:2] == ["Ward", "Warsame"]
    assert len(pupils) == EACH
    assert [one.detail for one in find(known, "warsame")][:1] == ["Year 6 · Warsop Academy"]
