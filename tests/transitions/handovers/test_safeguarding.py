"""The child protection file: that it went, how, by whom, and the receipt; nowhere a place for what is in it."""

from datetime import date

import pytest
from builders import add_pupil, add_school, contents

from db.pupils import pupils as pupil_store
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.handovers import safeguarding
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)


@pytest.fixture
def school(workspace: Workspace) -> int:
    return add_school(workspace, "Oakwood School")


@pytest.fixture
def pupil(workspace: Workspace, school: int) -> int:
    return add_pupil(workspace, next_school_id=school)


def test_sending_records_that_there_is_a_file_and_how_it_went(workspace: Workspace, pupil: int, school: int) -> None:
    before = contents(workspace)
    recorded = safeguarding.record_sent(workspace, pupil, how="by hand", on=date(2026, 11, 20))
    assert recorded == ("Child protection file sent", "Aisha Khan · to Oakwood School", 1)
    (row,) = safeguarding.of_pupil(workspace, pupil)
    assert (row.to_school_id, row.to_school, row.sent_on, row.sent_how, row.sent_by, row.receipt_on) == (
        school, "Oakwood School", date(2026, 11, 20), "by hand", "K. Osei", None,
    )  # fmt: skip
    page = pupil_store.page(workspace.read(), pupil)
    assert page is not None
    assert page.child_protection_file
    history.undo(workspace)
    assert contents(workspace) == before


def test_there_is_no_room_for_what_the_file_says(workspace: Workspace, pupil: int) -> None:
    with pytest.raises(NotAllowed, match="Choose one of: secure e-mail"):
        safeguarding.record_sent(workspace, pupil, how="by hand, because her uncle")
    for write in (
        lambda words: safeguarding.record_sent(workspace, pupil, how="by hand", by=words),
        lambda words: safeguarding.record_receipt(workspace, 1, by=words),
    ):
        with pytest.raises(FieldProblems, match="Give a name only"):
            write("a long story about what is in it " * 5)
    assert safeguarding.of_pupil(workspace, pupil) == []


def test_the_receipt_is_chased_and_then_recorded(workspace: Workspace, pupil: int) -> None:
    safeguarding.record_sent(workspace, pupil, how="secure e-mail", on=date(2026, 11, 2), by="D. Cole (DSL)")
    (row,) = safeguarding.of_pupil(workspace, pupil)
    assert safeguarding.chase(workspace, row.id).name == "Child protection receipt chased"
    recorded = safeguarding.record_receipt(workspace, row.id, by="M. Hall, DSL", on=date(2026, 11, 20))
    assert recorded == ("Child protection file received", "Aisha Khan", 1)
    (row,) = safeguarding.of_pupil(workspace, pupil)
    assert (row.sent_by, row.chased_on, row.receipt_on, row.receipt_by) == (
        "D. Cole (DSL)", TODAY, date(2026, 11, 20), "M. Hall, DSL",
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="receipt arrived on Fri 20 Nov 2026"):
        safeguarding.chase(workspace, row.id)


@pytest.mark.parametrize(
    ("day", "says"), [(date(2026, 11, 22), "in the future"), (date(2026, 11, 1), "before it was sent")]
)
def test_days_that_cannot_be_are_refused(workspace: Workspace, pupil: int, day: date, says: str) -> None:
    safeguarding.record_sent(workspace, pupil, how="courier", on=date(2026, 11, 2))
    (row,) = safeguarding.of_pupil(workspace, pupil)
    with pytest.raises(NotAllowed, match=says):
        safeguarding.record_receipt(workspace, row.id, by="M. Hall", on=day)
    with pytest.raises(NotAllowed, match=says):
        safeguarding.chase(workspace, row.id, on=day)


def test_what_is_missing_is_named(workspace: Workspace, pupil: int, school: int) -> None:
    with pytest.raises(NotAllowed, match="in the future"):
        safeguarding.record_sent(workspace, pupil, how="by hand", on=date(2026, 11, 22))
    with pytest.raises(NoSuchRecord, match="no such school"):
        safeguarding.record_sent(workspace, pupil, 77, how="by hand")
    with pytest.raises(NoSuchRecord, match="number 99"):
        safeguarding.record_sent(workspace, 99, how="by hand")
    nowhere = add_pupil(workspace, surname="Lee")
    with pytest.raises(NotAllowed, match="to which school"):
        safeguarding.record_sent(workspace, nowhere, how="by hand")
    assert safeguarding.record_sent(workspace, nowhere, school, how="by hand").changed == 1
    with pytest.raises(FieldProblems, match="Say who confirmed it"):
        safeguarding.record_receipt(workspace, 1, by=" ")
    with pytest.raises(NoSuchRecord, match="undone"):
        safeguarding.record_receipt(workspace, 9, by="M. Hall")
