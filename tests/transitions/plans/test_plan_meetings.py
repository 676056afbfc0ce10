"""Meetings about plans: who is invited and who came, planned and held, what comes when."""

from datetime import date

import pytest
from builders import add_pupil, contents, edit_pupil
from conftest import TODAY, Opener
from hypothesis import given
from hypothesis import strategies as st
from made_plans import agreed_plan, draft_plan

from db.calendar.events import plan_events
from db.vocabulary import ATTENDANCES, ATTENDEE_PARTS
from transitions.caseload.caseload import Caseload, selection
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.plans import lifecycle, meetings, opening
from transitions.plans.attendees import (
    LONGEST_NAME,
    Attendee,
    attendees_text,
    first_to_last,
    likely_attendees,
    read_attendees,
)
from transitions.plans.meetings import save_meeting
from transitions.plans.page import PlanPage, load
from transitions.pupils import history as pupil_history
from transitions.pupils.editing import save_contact
from transitions.text import clean
from transitions.workspace import Workspace

PEOPLE = [
    Attendee("Aisha Khan", "pupil", "came"),
    Attendee("Samina Khan", "family", "came"),
    Attendee("Dr Lee", "health"),
]


def meeting(workspace: Workspace, plan_id: int, number: int = 0):
    return load(workspace, plan_id).meetings[number]


def problems_of(workspace: Workspace, plan_id: int, meeting_id: int | None = None, **fields: object) -> dict[str, str]:
    with pytest.raises(FieldProblems) as caught:
        save_meeting(workspace, plan_id, meeting_id, fields)
    return caught.value.problems


# --- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Aisha Khan, pupil, came", Attendee("Aisha Khan", "pupil", "came")),
        ("Mum - family - came", Attendee("Mum", "family", "came")),
        ("Aisha, pupil", Attendee("Aisha", "pupil", "invited")),
        ("Dr Lee (health) apologies", Attendee("Dr Lee", "health", "apologies")),
        ("  * Dr Lee: paediatrician; sent apologies", Attendee("Dr Lee, paediatrician", "health", "apologies")),
        ("2. Aisha Khan – Young Person – Attended", Attendee("Aisha Khan", "pupil", "came")),
        ("Samina Khan, mum, didn’t come", Attendee("Samina Khan, mum", "family", "absent")),
        ("Ms Green, Brook College", Attendee("Ms Green, Brook College", "college or provider", "invited")),
        ("SENCO of Layfield Primary, no-show", Attendee("SENCO of Layfield Primary", "school", "absent")),
        ("Grandad came", Attendee("Grandad", "family", "came")),
        ("R. Osei", Attendee("R. Osei", "other", "invited")),
        ("Jean-Luc O’Brien\tsocial worker\tcame", Attendee("Jean-Luc O’Brien, social worker", "social care", "came")),
        ("Family, family, invited", Attendee("Family", "family", "invited")),
        ("Khan, Aisha (Ash), pupil, came", Attendee("Khan, Aisha (Ash)", "pupil", "came")),
    ],
)
def test_a_line_says_who_and_whether_the_person_came(line: str, expected: Attendee) -> None:
    assert read_attendees(f"\n{line}\r\n") == [expected]


def test_the_pupil_and_the_family_stand_first_and_the_others_as_they_were() -> None:
    lines = "SENCO\nMum\nDr Lee, health, came\nAisha Khan, pupil\nJo, advocate"
    assert [one.name for one in read_attendees(lines)] == ["Aisha Khan", "Mum", "SENCO", "Dr Lee", "Jo, advocate"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Mum, famly, came", "“famly” is not understood"),
        ("Dr Lee, health, family", "it says both health and family"),
        ("Jo, other, came, absent", "it says both came and absent"),
        ("came", "there is no name"),
        ("( )", "there is no name"),
        ("x" * (LONGEST_NAME + 1), "has 201 characters"),
    ],
)
def test_a_line_that_is_not_understood_is_named(line: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^Line 3, “") as caught:
        read_attendees(f"Aisha Khan, pupil\n\n{line}\nMum")
    assert sentence in str(caught.value)


def test_every_line_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"^Line 1, .*\nLine 3, "):
        read_attendees("Mum, famly\nAisha, pupil\nDad, fmly")


NAMES = st.text(max_size=60).map(clean).filter(bool)
ATTENDEES = st.builds(Attendee, NAMES, st.sampled_from(ATTENDEE_PARTS), st.sampled_from(ATTENDANCES))


@given(st.lists(ATTENDEES, max_size=6))
def test_what_is_written_is_read_back(people: list[Attendee]) -> None:
    assert read_attendees(attendees_text(people)) == first_to_last(people)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused_by_line(text: str) -> None:
    sentences = ""
    people: list[Attendee] = []
    try:
        people = read_attendees(text)
    except ValueError as refused:
        sentences = str(refused)
    if sentences:
        assert all(line.startswith("Line ") for line in sentences.split("\n"))
    else:
        assert all(one.part in ATTENDEE_PARTS and one.attendance in ATTENDANCES and one.name for one in people)
        assert read_attendees(attendees_text(people)) == people


def test_the_people_around_the_pupil_are_proposed_if_they_may_be_contacted(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    pupil = load(workspace, plan).plan.pupil_id
    assert likely_attendees(load(workspace, plan)).split("\n")[:2] == [
        "Aisha Khan, pupil, invited",
        "The family, family, invited",
    ]
    for name, relationship, may in (
        ("Dr Lee", "paediatrician", True),
        ("Samina Khan", "mother", True),
        ("Ali Khan", "father", False),
    ):
        save_contact(workspace, pupil, None, {"name": name, "relationship": relationship, "may_contact": may})
    assert likely_attendees(load(workspace, plan)).split("\n") == [
        "Aisha Khan, pupil, invited",
        "Samina Khan, family, invited",
        "Dr Lee, health, invited",
        "K. Osei, other, invited",
    ]


def test_who_was_invited_last_time_is_proposed_again(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    save_meeting(workspace, plan, None, {"held_on": "today"}, PEOPLE)
    assert likely_attendees(load(workspace, plan)) == attendees_text(
        [one._replace(attendance="invited") for one in PEOPLE]
    )


# --- planned and held --------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_held_and_taken_back(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    before = contents(workspace)
    planned = save_meeting(workspace, plan, None, {"held_on": "1 dec", "place": "Library"}, PEOPLE)
    assert (planned.name, planned.summary) == ("Meeting planned", "Year 6 to Year 7, Tue 1 Dec 2026 · Aisha Khan")
    row, people = meeting(workspace, plan).row, meeting(workspace, plan).attendees
    assert (row.kind, row.held_on, row.happened, row.place) == ("meeting", date(2026, 12, 1), False, "Library")
    assert [one[3:] for one in people] == PEOPLE
    held = {"held_on": "yesterday", "happened": "yes", "notes": "One\nTwo", "decisions": "Visit", "next_on": "12 jan"}
    recorded = save_meeting(workspace, plan, planned.number, held)
    assert (recorded.name, recorded.next_review) == ("Meeting recorded", None)
    row = meeting(workspace, plan).row
    assert (row.happened, row.notes, row.decisions, row.next_on) == (True, "One\nTwo", "Visit", date(2027, 1, 12))
    assert load(workspace, plan).plan.status == "draft"
    assert [one[3:] for one in meeting(workspace, plan).attendees] == PEOPLE
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before


def test_without_saying_so_a_meeting_of_today_was_held_and_one_to_come_is_planned(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    for day, held in ((TODAY, True), (date(2026, 11, 22), False)):
        saved = save_meeting(workspace, plan, None, {"held_on": day})
        assert next(one.row.happened for one in load(workspace, plan).meetings if one.row.id == saved.number) is held
    save_meeting(workspace, plan, None, {"held_on": TODAY, "happened": False})
    assert sum(not one.row.happened for one in load(workspace, plan).meetings) == 2


def test_what_the_fields_say_against_each_other_is_refused(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    before = contents(workspace)
    assert problems_of(workspace, plan) == {"held_on": "This is needed."}
    assert "in the future" in problems_of(workspace, plan, held_on="tomorrow", happened=True)["held_on"]
    assert "is in the past" in problems_of(workspace, plan, held_on="yesterday", happened=False)["held_on"]
    assert "comes after" in problems_of(workspace, plan, held_on="today", next_on="today")["next_on"]
    assert "only a review" in problems_of(workspace, plan, held_on="today", result="amend")["result"]
    planned = problems_of(workspace, plan, kind="review", held_on="tomorrow", result="amend")
    assert planned == {"result": "is said when the review has been held"}
    assert set(problems_of(workspace, plan, kind="party", held_on="?", place="x" * 201, colour="red")) == {
        *("kind", "held_on", "place", "colour")
    }
    assert problems_of(workspace, plan, held_on="")["held_on"] == "This is needed."
    assert "10,001 characters" in problems_of(workspace, plan, held_on="today", notes="x" * 10_001)["notes"]
    with pytest.raises(FieldProblems, match="Mum: aunt, came is not known"):
        save_meeting(workspace, plan, None, {"held_on": "today"}, [Attendee("Mum", "aunt", "came")])
    with pytest.raises(FieldProblems, match="1 to 200 characters"):
        save_meeting(workspace, plan, None, {"held_on": "today"}, [Attendee("\x1b", "family", "came")])
    assert contents(workspace) == before


def test_a_planned_meeting_whose_day_has_gone_by_can_still_be_written_about(opener: Opener) -> None:
    workspace = opener()
    plan = draft_plan(workspace)
    number = save_meeting(workspace, plan, None, {"held_on": "tomorrow"}).number
    workspace.close()
    later = opener(date(2026, 12, 1))
    save_meeting(later, plan, number, {"notes": "Nobody could say whether it was held"})
    assert not meeting(later, plan).row.happened
    assert "is in the past" in problems_of(later, plan, number, held_on="30 nov")["held_on"]
    save_meeting(later, plan, number, {"happened": True})
    assert meeting(later, plan).row.held_on == date(2026, 11, 22)


def test_only_what_differs_is_rewritten_about_who_came(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    number = save_meeting(workspace, plan, None, {"held_on": "today"}, PEOPLE).number
    rows = {one.name: one for one in meeting(workspace, plan).attendees}
    before = contents(workspace)
    same = save_meeting(workspace, plan, number, {}, PEOPLE)
    assert (same.changed, contents(workspace)) == (0, before)
    assert history.entries(workspace)[0].name == "Meeting recorded"
    changed = save_meeting(
        workspace, plan, number, {}, [*PEOPLE[:1], Attendee("Dr Lee", "health", "apologies"), Attendee("Dad", "family")]
    )
    assert changed.changed == 3  # Dr Lee's answer, Dad, and no more Samina
    now = {one.name: one for one in meeting(workspace, plan).attendees}
    assert now.keys() == {"Aisha Khan", "Dr Lee", "Dad"}
    assert (now["Aisha Khan"], now["Dr Lee"].id) == (rows["Aisha Khan"], rows["Dr Lee"].id)
    history.undo(workspace)
    assert contents(workspace) == before


def test_two_people_of_one_name_keep_their_rows(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    two = [Attendee("A. Khan", "family", "came"), Attendee("A. Khan", "health", "absent")]
    number = save_meeting(workspace, plan, None, {"held_on": "today"}, two).number
    before = meeting(workspace, plan).attendees
    assert save_meeting(workspace, plan, number, {}, two[::-1]).changed == 0
    assert meeting(workspace, plan).attendees == before


def test_a_meeting_that_is_called_off_goes_with_its_people_and_one_that_was_held_stays(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    before = contents(workspace)
    number = save_meeting(workspace, plan, None, {"held_on": "1 dec"}, PEOPLE).number
    planned = contents(workspace)
    assert meetings.take_out_meeting(workspace, plan, number).name == "Meeting called off"
    assert contents(workspace) == before
    history.undo(workspace)
    assert contents(workspace) == planned
    save_meeting(workspace, plan, number, {"held_on": "today", "happened": True})
    with pytest.raises(NotAllowed, match="was held, so it stays"):
        meetings.take_out_meeting(workspace, plan, number)
    with pytest.raises(NoSuchRecord, match="no longer there"):
        meetings.take_out_meeting(workspace, plan, number + 1)


def test_a_closed_plan_gets_no_new_meeting_but_its_notes_can_be_put_right(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    number = save_meeting(workspace, plan, None, {"held_on": "today"}).number
    lifecycle.close(workspace, plan, reason="moved away")
    with pytest.raises(NotAllowed, match="closed"):
        save_meeting(workspace, plan, None, {"held_on": "today"})
    save_meeting(workspace, plan, number, {"notes": "It was raining"})
    assert meeting(workspace, plan).row.notes == "It was raining"


def test_what_two_people_change_at_once_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = draft_plan(workspace)
    number = save_meeting(workspace, plan, None, {"held_on": "today"}).number
    stale = load(workspace, plan)
    save_meeting(workspace, plan, number, {"notes": "first"})
    pages = iter([stale])

    def load_as_it_was(workspace: Workspace, plan_id: int) -> PlanPage:
        return next(pages, None) or load(workspace, plan_id)

    monkeypatch.setattr(meetings, "load", load_as_it_was)
    with pytest.raises(NotAllowed, match="just changed"):
        save_meeting(workspace, plan, number, {"notes": "second"})
    assert meeting(workspace, plan).row.notes == "first"


def test_the_history_says_what_was_written_down(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    save_meeting(workspace, plan, None, {"held_on": "today", "notes": "All well"}, PEOPLE[:1])
    told = pupil_history.of_pupil(workspace, load(workspace, plan).plan.pupil_id)[0]
    fields = {row.what: {field.label: field.new for field in row.fields} for row in told.rows}
    assert fields["Meeting about the plan"]["Day"] == "Sat 21 Nov 2026"
    assert fields["Meeting about the plan"]["Was held"] == "yes"
    assert fields["Somebody at the meeting"] == {"Name": "Aisha Khan", "Part": "pupil", "Attendance": "came"}


# --- what comes when ---------------------------------------------------------------------------------------------


def coming(
    workspace: Workspace, caseload: Caseload | None = None, last: date = date(2027, 12, 31)
) -> list[tuple[date, str]]:
    return [
        (one.on, one.what)
        for one in plan_events(workspace.read(), selection(workspace, caseload or Caseload()), TODAY, last)
    ]


def test_what_comes_is_planned_meetings_the_next_one_that_was_said_and_reviews_due(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    review_on = load(workspace, plan).plan.review_on
    assert coming(workspace) == [(review_on, "review due")]
    save_meeting(workspace, plan, None, {"held_on": "today", "next_on": "12 jan"})
    assert coming(workspace) == [(date(2027, 1, 12), "next meeting"), (review_on, "review due")]
    save_meeting(workspace, plan, None, {"held_on": "14 jan", "place": "Library"})
    save_meeting(workspace, plan, None, {"kind": "review", "held_on": "1 dec"})
    expected = [(date(2026, 12, 1), "review"), (date(2027, 1, 14), "meeting"), (review_on, "review due")]
    assert coming(workspace) == expected
    assert coming(workspace, last=date(2026, 12, 1)) == expected[:1]
    (event,) = plan_events(workspace.read(), selection(workspace, Caseload()), date(2027, 1, 1), date(2027, 1, 31))
    assert (event.surname, event.place, event.plan_id, event.transition) == ("Khan", "Library", plan, "6-7")
    assert event.meeting_id in {one.row.id for one in load(workspace, plan).meetings}
    lifecycle.close(workspace, plan, reason="moved away")
    assert coming(workspace) == []


def test_what_comes_is_of_the_caseload(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan = draft_plan(workspace, pupil)
    save_meeting(workspace, plan, None, {"held_on": "tomorrow"})
    expected = [(date(2026, 11, 22), "meeting")]
    assert coming(workspace, Caseload(transitions=("6-7",))) == expected
    assert coming(workspace, Caseload(transitions=("14+",))) == []
    assert coming(workspace, Caseload(milestone="6-7.tier")) == []
    assert coming(workspace, Caseload(whose="mine")) == []
    edit_pupil(workspace, pupil, owner_id=workspace.me, owner_since=TODAY)
    assert coming(workspace, Caseload(whose="mine", states=("overdue",))) == expected
    edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    assert coming(workspace) == []


def test_what_is_planned_goes_on_with_the_new_version_once_that_is_agreed(workspace: Workspace) -> None:
    first = agreed_plan(workspace)
    save_meeting(workspace, first, None, {"held_on": "today"})
    planned = save_meeting(workspace, first, None, {"held_on": "1 dec"}, PEOPLE).number
    second = opening.new_version(workspace, first).number
    lifecycle.share(workspace, second)
    before = contents(workspace)
    assert len(load(workspace, first).meetings) == 2
    lifecycle.agree(workspace, second)
    assert [one.row.id for one in load(workspace, second).meetings] == [planned]
    assert len(meeting(workspace, second).attendees) == len(PEOPLE)
    assert (date(2026, 12, 1), "meeting") in coming(workspace)
    history.undo(workspace)
    assert contents(workspace) == before
