"""The meetings behind the figures: each series by itself, and what one school did at each."""

from datetime import date

from builders import add_invitation, add_school, add_workshop

from transitions.text import Share
from transitions.workshops.attendance import AtMeeting, by_series, meetings_of
from transitions.workspace import Workspace

SEPTEMBER, OCTOBER, COMING = date(2026, 9, 18), date(2026, 10, 9), date(2027, 1, 26)


def test_each_series_counts_its_own_meetings_until_today(workspace: Workspace) -> None:
    one, other = add_school(workspace, "Ash"), add_school(workspace, "Birch")
    for day, marks in ((SEPTEMBER, ("came", "absent")), (OCTOBER, ("came", "invited"))):
        meeting = add_workshop(workspace, on_day=day, series="Forums")
        for school, mark in zip((one, other), marks, strict=True):
            add_invitation(workspace, meeting, school_id=school, attendance=mark)
    lift = add_workshop(workspace, kind="LIFT meeting", title="LIFT north", on_day=OCTOBER)
    add_invitation(workspace, lift, school_id=one, attendance="apologies")
    add_workshop(workspace, series="Forums", on_day=COMING)
    add_workshop(workspace, series="Forums", on_day=OCTOBER, status="cancelled")
    north, forums = by_series(workspace, 2026)
    assert (north.kind, north.series, north.meetings) == ("LIFT meeting", "LIFT north", 1)
    assert (north.attendance.apologies, north.reached) == (1, Share(0, 1))
    assert (forums.series, forums.meetings, forums.attendance.text) == ("Forums", 2, "2 of 4 (50%), 1 not marked")
    assert forums.reached == Share(1, 2)
    assert by_series(workspace, 2025) == []


def test_what_a_school_did_is_the_most_that_any_of_its_people_did(workspace: Workspace) -> None:
    school = add_school(workspace)
    first = add_workshop(workspace, title="Autumn forum", on_day=SEPTEMBER)
    second = add_workshop(workspace, title="LIFT north", kind="LIFT meeting", on_day=OCTOBER)
    add_workshop(workspace, title="Without it", on_day=OCTOBER)
    add_invitation(workspace, first, school_id=school, name="Jo Lund", attendance="absent")
    add_invitation(workspace, first, school_id=school, name="Sam Reid", attendance="came")
    add_invitation(workspace, second, school_id=school)
    came = AtMeeting(first, "Autumn forum", SEPTEMBER, "came")
    assert meetings_of(workspace, 2026, school) == [came, AtMeeting(second, "LIFT north", OCTOBER, "invited")]
    assert meetings_of(workspace, 2026, school, kinds=["transitions workshop"]) == [came]
    assert meetings_of(workspace, 2025, school) == []
