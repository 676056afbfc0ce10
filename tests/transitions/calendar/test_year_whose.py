"""Whose term dates are entered: what the calendar offers to choose from."""

from datetime import date

from builders import add_school, add_terms

from transitions.calendar.events import calendars_entered
from transitions.milestones.whose_calendar import CalendarOwner
from transitions.workspace import Workspace


def test_nothing_entered_is_everybodys(workspace: Workspace) -> None:
    assert calendars_entered(workspace) == {CalendarOwner(): "everybody"}


def test_the_only_council_stands_for_everybody(workspace: Workspace) -> None:
    add_terms(workspace, years=(2026,), la_number=808)
    assert calendars_entered(workspace) == {CalendarOwner(None, 808): "council 808"}
    add_terms(workspace, years=(2026,))
    assert list(calendars_entered(workspace)) == [CalendarOwner(), CalendarOwner(None, 808)]


def test_councils_come_by_number_and_schools_by_name_closures_included(workspace: Workspace) -> None:
    ward, abbey = add_school(workspace, "ward End"), add_school(workspace, "Abbey")
    add_terms(workspace, years=(2026,), la_number=886)
    add_terms(workspace, years=(2026,), la_number=808)
    add_terms(workspace, years=(2026,), school_id=ward)
    with workspace.change("Closure entered", "Sports day") as action:
        action.insert("closure", {"day": date(2027, 6, 25), "reason": "Sports day", "school_id": abbey})
    assert list(calendars_entered(workspace).items()) == [
        (CalendarOwner(), "everybody"),
        (CalendarOwner(None, 808), "council 808"),
        (CalendarOwner(None, 886), "council 886"),
        (CalendarOwner(abbey), "Abbey"),
        (CalendarOwner(ward), "ward End"),
    ]
