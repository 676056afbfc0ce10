"""A register marked at once, by the names people know, or from a file."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_invitation, add_school, add_workshop, contents

from db.workshops.workshops import Invited
from transitions.custody import history
from transitions.errors import BadInput, NoSuchRecord, NotAllowed
from transitions.workshops import page, saving
from transitions.workshops.attendance_marks import RegisterMark, find_line, mark_each, read_marks
from transitions.workspace import Workspace


@pytest.fixture
def lines(workspace: Workspace) -> list[int]:
    """A workshop of a year ago, number 1, with two schools, a person of the first, and an agency."""
    add_workshop(workspace)
    first, second = add_school(workspace), add_school(workspace, "The Glebe")
    return [
        add_invitation(workspace, 1, school_id=first),
        add_invitation(workspace, 1, school_id=second),
        add_invitation(workspace, 1, school_id=first, name="B. Lee"),
        add_invitation(workspace, 1, agency="Health visitors"),
    ]


def marked(workspace: Workspace) -> dict[int, tuple[object, ...]]:
    return {
        one.id: (one.attendance, one.people, one.before, one.after, one.note)
        for one in page.load(workspace, 1).invitations
    }


def test_a_whole_register_is_one_action(workspace: Workspace, lines: list[int]) -> None:
    before = contents(workspace)
    marks = [
        RegisterMark(lines[0], "came", people=3),
        RegisterMark(lines[1], "apologies", note="No cover"),
        RegisterMark(lines[2], "came", before=2, after=4),
        RegisterMark(lines[3], "absent"),
    ]
    recorded = mark_each(workspace, 1, marks)
    assert recorded == ("Register marked", "4 lines · Transitions workshop, Fri 7 Nov 2025", 5)
    assert marked(workspace) == {
        lines[0]: ("came", 3, None, None, None),
        lines[1]: ("apologies", None, None, None, "No cover"),
        lines[2]: ("came", None, 2, 4, None),
        lines[3]: ("absent", None, None, None, None),
    }
    assert page.load(workspace, 1).workshop.status == "held"
    assert mark_each(workspace, 1, marks).changed == 0
    history.undo(workspace)
    assert contents(workspace) == before


def test_who_did_not_come_keeps_nothing_of_the_day(workspace: Workspace, lines: list[int]) -> None:
    mark_each(workspace, 1, [RegisterMark(lines[2], "came", people=1, before=2, after=4, note="Left early")])
    assert (
        mark_each(workspace, 1, [RegisterMark(lines[2], "absent")]).summary
        == "B. Lee (Layfield Primary) · Transitions workshop, Fri 7 Nov 2025"
    )
    assert marked(workspace)[lines[2]] == ("absent", None, None, None, "Left early")
    mark_each(workspace, 1, [RegisterMark(lines[0], "came", people=2)])
    mark_each(workspace, 1, [RegisterMark(lines[0], "invited")])
    assert marked(workspace)[lines[0]] == ("invited", None, None, None, None)


def test_whoever_came_unasked_is_put_in(workspace: Workspace, lines: list[int]) -> None:
    third = add_school(workspace, "Oakbeck")
    mark_each(
        workspace, 1, [RegisterMark(Invited(third, None, None), "came", people=2), RegisterMark(lines[0], "came")]
    )
    row = page.load(workspace, 1).workshop
    assert (row.schools_came, row.schools_invited) == (2, 3)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (RegisterMark(1, "perhaps"), "'perhaps' is not known"),
        (RegisterMark(1, "came", people=1000), "expected 0 to 999 people"),
        (RegisterMark(1, "came", after=6), "expected a confidence from 1 to 5"),
        (RegisterMark(1, "absent", people=2), "Layfield Primary is not marked as having come"),
        (RegisterMark(1, after=3), "not marked as having come"),
    ],
)
def test_what_cannot_be_is_refused(workspace: Workspace, lines: list[int], mark: RegisterMark, words: str) -> None:
    before = contents(workspace)
    with pytest.raises(NotAllowed, match=words):
        mark_each(workspace, 1, [RegisterMark(lines[1], "came"), mark._replace(whom=lines[0])])
    assert contents(workspace) == before


def test_two_marks_a_strangers_line_and_a_day_to_come_are_refused(workspace: Workspace, lines: list[int]) -> None:
    with pytest.raises(NotAllowed, match="The Glebe is marked twice"):
        mark_each(workspace, 1, [RegisterMark(lines[1], "came"), RegisterMark(lines[1], "absent")])
    later = add_workshop(workspace, on_day=date(2026, 12, 1))
    with pytest.raises(NoSuchRecord, match="no longer there"):
        mark_each(workspace, later, [RegisterMark(lines[0], "apologies")])
    line = add_invitation(workspace, later, agency="Health visitors")
    with pytest.raises(NotAllowed, match="in the future"):
        mark_each(workspace, later, [RegisterMark(line, "came")])
    mark_each(workspace, later, [RegisterMark(line, "apologies")])
    saving.cancel(workspace, later, "Snow")
    with pytest.raises(NotAllowed, match="called off"):
        mark_each(workspace, later, [RegisterMark(line, "invited")])


def test_a_line_is_found_by_words(workspace: Workspace, lines: list[int]) -> None:
    found = page.load(workspace, 1)

    def number(text: str) -> int | None:
        line = find_line(found, text)
        return None if line is None else line.id

    assert [number(text) for text in ("layfield", "GLEBE", "b lee", "lee layfield", "health")] == [
        lines[0], lines[1], lines[2], lines[2], lines[3],
    ]  # fmt: skip
    assert number("zebra") is number("  ") is None
    with pytest.raises(NoSuchRecord, match="Several in the register match"):
        find_line(found, "l")


def test_a_file_of_another_workshop_and_empty_lines_are_passed_over(
    workspace: Workspace, lines: list[int], tmp_path: Path
) -> None:
    file = tmp_path / "register.csv"
    file.write_text(
        "Workshop,School,Name,Attendance,Confidence after,Colour\n1,Layfield Primary,,Present,,red\n2,The Glebe,,came,,\n"
        "1,The Glebe,,,,blue\n1,Layfield Primary,B. Lee,yes,5,\n",
        encoding="utf-8",
    )
    assert read_marks(workspace, 1, file) == [RegisterMark(lines[0], "came"), RegisterMark(lines[2], "came", after=5)]


def test_two_columns_of_one_name_matter_only_when_they_are_read(
    workspace: Workspace, lines: list[int], tmp_path: Path
) -> None:
    file = tmp_path / "register.csv"
    file.write_text("School,Attendance,Remark,Remark\nThe Glebe,came,a,b\n", encoding="utf-8")
    assert read_marks(workspace, 1, file) == [RegisterMark(lines[1], "came")]
    file.write_text("School,Attendance,Attendance\nThe Glebe,came,absent\n", encoding="utf-8")
    with pytest.raises(BadInput, match="has more than one column attendance: rename or delete all but one"):
        read_marks(workspace, 1, file)


@pytest.mark.parametrize(
    ("header", "words"),
    [("school,people", "has no column attendance"), ("attendance,people", "does not say who came")],
)
def test_a_file_without_the_columns_is_refused(
    workspace: Workspace, lines: list[int], tmp_path: Path, header: str, words: str
) -> None:
    file = tmp_path / "register.csv"
    file.write_text(f"{header}\nx,1\n", encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        read_marks(workspace, 1, file)
