"""Whom to ring about a pupil, and the words to chase with: an e-mail and a note of a call, to be copied."""

from datetime import date

import pytest
from builders import add_pupil, add_school, add_terms

from transitions.caseload import chasing
from transitions.caseload.chasing import Due, Reached
from transitions.pupils import editing, page
from transitions.workspace import Workspace

DUE = [Due("Apply for a secondary school place", date(2026, 10, 31)), Due("Visit Conyers", None)]


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    add_terms(workspace)
    layfield = add_school(workspace, telephone="01632 960200")
    number = add_pupil(workspace, preferred_name="Ash", school_id=layfield)
    for name, relation, more in (
        ("Dr Lee", "CAMHS", {"email": "lee@example.org"}),
        ("Samina Khan", "mother", {"telephone": "01632 960101", "email": "samina@example.org"}),
        ("Imran Khan", "father", {"telephone": "01632 960102", "may_contact": False}),
    ):
        editing.save_contact(
            workspace, number, None, {"name": name, "relationship": relation, "may_contact": True, **more}
        )
    return number


def test_those_with_a_number_come_first_and_nobody_who_may_not_be_contacted(workspace: Workspace, pupil: int) -> None:
    found = chasing.whom_to_ring(workspace, page.load(workspace, pupil))
    assert found == [
        Reached("Samina Khan", "mother", "01632 960101", "samina@example.org"),
        Reached("Dr Lee", "CAMHS", None, "lee@example.org"),
        Reached("Layfield Primary", "school", "01632 960200", None, is_school=True),
    ]


def test_an_e_mail_says_what_is_due_and_asks_for_an_answer_on_a_school_day(workspace: Workspace, pupil: int) -> None:
    view = page.load(workspace, pupil)
    mother, _, school = chasing.whom_to_ring(workspace, view)
    assert chasing.e_mail(workspace, view, mother, DUE).splitlines() == [
        "To: samina@example.org",
        "Subject: Ash, Year 6: request for an update",
        "",
        "Dear Samina Khan,",
        "",
        "I am writing about Ash (Year 6, Layfield Primary). I have no record that these have happened:",
        "- Apply for a secondary school place (due Saturday 31 October 2026)",
        "- Visit Conyers",
        "",
        (
            "Please tell me by Monday 30 November 2026 whether they have been done, and when. "
            "If not, what is in the way, and who can help?"
        ),
        "",
        "Thank you,",
        "K. Osei",
    ]
    to_school = chasing.e_mail(workspace, view, school, DUE[:1])
    assert "Subject: A. K., Year 6" in to_school
    assert "Dear colleague," in to_school
    assert "whether it has been done" in to_school
    assert "Ash" not in to_school
    assert "Khan" not in to_school


def test_a_note_of_a_call_has_room_for_what_is_said(workspace: Workspace, pupil: int) -> None:
    view = page.load(workspace, pupil)
    assert chasing.call_note(workspace, view, chasing.whom_to_ring(workspace, view)[0], DUE).splitlines() == [
        "Call about Ash Khan, Saturday 21 November 2026",
        "Rang: Samina Khan (mother), 01632 960101",
        "About: Apply for a secondary school place, due Saturday 31 October 2026",
        "About: Visit Conyers",
        "Said: ",
        "Agreed, and by when: ",
    ]
