"""The register of a workshop: who is put in and taken out, and who came."""

from datetime import date

import pytest
from builders import add_invitation, add_school, add_workshop, contents

from db.workshops.workshops import InvitationRow
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.pupils import schools
from transitions.workshops import attendance_marks, inviting, page, saving
from transitions.workspace import Workspace


def lines(workspace: Workspace, number: int) -> list[InvitationRow]:
    return list(page.load(workspace, number).invitations)


def line(workspace: Workspace, invitation_id: int) -> InvitationRow:
    (found,) = [one for one in lines(workspace, 1) if one.id == invitation_id]
    return found


def status(workspace: Workspace, number: int) -> str:
    return page.load(workspace, number).workshop.status


@pytest.fixture
def number(workspace: Workspace) -> int:
    """A workshop of a year ago that nobody was invited to yet, number 1."""
    return add_workshop(workspace)


def test_schools_are_invited_once_in_one_action(workspace: Workspace, number: int) -> None:
    first, second = add_school(workspace), add_school(workspace, "The Glebe")
    inviting.invite(
        workspace, number, school=first, name="B. Lee"
    )  # a person from there is no invitation of the school
    inviting.invite_schools(workspace, number, [first])
    before = contents(workspace)
    recorded = inviting.invite_schools(workspace, number, [second, first, second])
    assert recorded == ("Schools invited", "2 schools to Transitions workshop, Fri 7 Nov 2025", 1)
    assert [(one.school, one.name) for one in lines(workspace, number)] == [
        ("Layfield Primary", None), ("Layfield Primary", "B. Lee"), ("The Glebe", None),
    ]  # fmt: skip
    assert page.load(workspace, number).workshop.schools_invited == 2
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_school_that_is_not_there_or_archived_is_not_invited(workspace: Workspace, number: int) -> None:
    school = add_school(workspace)
    schools.archive_school(workspace, school)
    for wanted in (school, 77):
        with pytest.raises(NoSuchRecord, match="no longer here"):
            inviting.invite_schools(workspace, number, [wanted])
    assert lines(workspace, number) == []


def test_agencies_and_people_are_invited_by_name(workspace: Workspace, number: int) -> None:
    add_school(workspace)
    inviting.invite(workspace, number, agency="Early  Help")
    inviting.invite(workspace, number, agency="Early Help", name="B. Lee")
    inviting.invite(workspace, number, school="layfield", name="A. Lee")
    inviting.invite(workspace, number, name="C. Lee")
    assert [(one.school, one.agency, one.name) for one in lines(workspace, number)] == [
        ("Layfield Primary", None, "A. Lee"), (None, None, "C. Lee"), (None, "Early Help", None),
        (None, "Early Help", "B. Lee"),
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match="already"):
        inviting.invite(workspace, number, agency="Early Help")


@pytest.mark.parametrize(
    ("whom", "field"),
    [({}, "school"), ({"name": "  "}, "school"), ({"school": "Nowhere"}, "school"), ({"name": "x" * 201}, "name"),
     ({"school": "layfield", "agency": "Early Help"}, "agency")],
)  # fmt: skip
def test_an_invitation_says_whom(workspace: Workspace, number: int, whom: dict[str, str], field: str) -> None:
    add_school(workspace)
    with pytest.raises(FieldProblems) as caught:
        inviting.invite(workspace, number, **whom)
    assert caught.value.problems.keys() == {field}
    assert lines(workspace, number) == []


def test_a_line_is_changed_field_by_field(workspace: Workspace, number: int) -> None:
    invited = add_invitation(workspace, number, name="B. Lee")
    inviting.save_invitation(workspace, invited, {"agency": "Early Help", "people": "2", "note": "By phone\nat ten"})
    inviting.save_invitation(workspace, invited, {"attendance": "Came", "before": 2, "after": "4"})
    assert line(workspace, invited)[5:] == ("Early Help", "B. Lee", "came", 2, 2, 4, "By phone\nat ten", False)
    assert status(workspace, number) == "held"
    inviting.save_invitation(workspace, invited, {"attendance": "absent"})
    assert line(workspace, invited)[7:] == ("absent", None, None, None, "By phone\nat ten", False)
    with pytest.raises(FieldProblems) as caught:
        inviting.save_invitation(workspace, invited, {"people": "many", "before": 6, "after": 0, "colour": "red"})
    assert caught.value.problems.keys() == {"people", "before", "after", "colour"}


def test_a_line_cannot_become_one_that_is_there(workspace: Workspace, number: int) -> None:
    add_invitation(workspace, number, name="B. Lee")
    other = add_invitation(workspace, number, name="A. Lee")
    with pytest.raises(NotAllowed, match="already"):
        inviting.save_invitation(workspace, other, {"name": "B. Lee"})
    with pytest.raises(FieldProblems, match="Say who"):
        inviting.save_invitation(workspace, other, {"name": ""})


def test_lines_are_taken_out_together_unless_somebody_came(workspace: Workspace, number: int) -> None:
    gone = [add_invitation(workspace, number, name=name) for name in ("A. Lee", "B. Lee")]
    came = add_invitation(workspace, number, school_id=add_school(workspace), attendance="came")
    with pytest.raises(NotAllowed, match="Layfield Primary came"):
        inviting.take_out(workspace, [*gone, came])
    recorded = inviting.take_out(workspace, gone)
    assert recorded.summary == "Transitions workshop, Fri 7 Nov 2025 · 2 of those invited"
    assert [one.id for one in lines(workspace, number)] == [came]
    assert inviting.take_out(workspace, []).changed == 0
    with pytest.raises(NoSuchRecord, match="no longer there"):
        inviting.take_out(workspace, gone)


def test_marks_are_set_in_one_action_and_say_that_it_was_held(workspace: Workspace, number: int) -> None:
    invited = [add_invitation(workspace, number, name=f"Person {place}") for place in range(48)]
    before = contents(workspace)
    recorded = attendance_marks.mark(workspace, invited[:14], "came", people=2)
    assert recorded == ("Came", "Transitions workshop, Fri 7 Nov 2025 · 14 of those invited", 15)
    assert status(workspace, number) == "held"
    assert attendance_marks.mark_rest_absent(workspace, number).changed == 34
    marks = [(one.attendance, one.people) for one in sorted(lines(workspace, number))]
    assert marks == [("came", 2)] * 14 + [("absent", None)] * 34
    assert attendance_marks.mark_rest_absent(workspace, number).changed == 0
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_mark_that_is_set_back_leaves_nothing_of_the_day(workspace: Workspace, number: int) -> None:
    invited = add_invitation(
        workspace, number, name="B. Lee", attendance="came", people=2, before=2, after=4, note="Late"
    )
    attendance_marks.mark(workspace, [invited], "came")  # the same again keeps what is known
    assert line(workspace, invited)[7:] == ("came", 2, 2, 4, "Late", False)
    attendance_marks.mark(workspace, [invited], "apologies")
    assert line(workspace, invited)[7:] == ("apologies", None, None, None, "Late", False)
    attendance_marks.mark(workspace, [invited], "invited")
    assert line(workspace, invited).attendance == "invited"


def test_setting_a_mark_back_does_not_say_that_it_was_held(workspace: Workspace, number: int) -> None:
    attendance_marks.mark(workspace, [add_invitation(workspace, number, name="B. Lee", attendance="absent")], "invited")
    assert status(workspace, number) == "planned"


def test_before_the_day_only_apologies_are_noted(workspace: Workspace) -> None:
    number = add_workshop(workspace, on_day=date(2026, 11, 22))
    invited = add_invitation(workspace, number, name="B. Lee")
    for attendance in ("came", "absent"):
        with pytest.raises(NotAllowed, match="Sun 22 Nov 2026 is in the future"):
            attendance_marks.mark(workspace, [invited], attendance)
        with pytest.raises(NotAllowed, match="in the future"):
            inviting.save_invitation(workspace, invited, {"attendance": attendance})
    attendance_marks.mark(workspace, [invited], "apologies")
    assert line(workspace, invited).attendance == "apologies"
    assert status(workspace, number) == "planned"


def test_what_was_called_off_or_archived_has_no_marks(workspace: Workspace, number: int) -> None:
    invited = add_invitation(workspace, number, name="B. Lee")
    saving.cancel(workspace, number, "Snow")
    for change in (
        lambda: attendance_marks.mark(workspace, [invited], "apologies"),
        lambda: inviting.invite(workspace, number, name="A. Lee"),
        lambda: inviting.invite_schools(workspace, number, []),
        lambda: inviting.save_invitation(workspace, invited, {"note": "x"}),
    ):
        with pytest.raises(NotAllowed, match="called off"):
            change()
    saving.archive(workspace, number)
    with pytest.raises(NotAllowed, match="archived"):
        inviting.save_invitation(workspace, invited, {"note": "x"})


def test_marks_of_two_workshops_are_not_set_together(workspace: Workspace, number: int) -> None:
    other = add_workshop(workspace)
    both = [add_invitation(workspace, one, name="B. Lee") for one in (number, other)]
    with pytest.raises(NotAllowed, match="several workshops"):
        attendance_marks.mark(workspace, both, "came")
    with pytest.raises(NotAllowed, match="Choose one of: invited, came, apologies, absent"):
        attendance_marks.mark(workspace, both[:1], "late")
    with pytest.raises(FieldProblems, match="people"):
        attendance_marks.mark(workspace, both[:1], "came", people=-1)
    assert attendance_marks.mark(workspace, [], "came").changed == 0


def test_a_note_is_written_and_emptied(workspace: Workspace, number: int) -> None:
    invited = add_invitation(workspace, number, name="B. Lee")
    inviting.save_invitation(workspace, invited, {"note": " Left at ten\nfor a train "})
    assert line(workspace, invited).note == "Left at ten\nfor a train"
    inviting.save_invitation(workspace, invited, {"note": ""})
    assert line(workspace, invited).note is None
    with pytest.raises(FieldProblems, match="note"):
        inviting.save_invitation(workspace, invited, {"note": "x" * 10_001})
