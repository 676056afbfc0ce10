"""What the calendar reads of a year: at once what no pupil is needed for, and everything from a thread."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from screens.calendar.clash_marks import NONE, Clashes, by_event
from transitions.calendar.clashes import clashes_of
from transitions.calendar.event import Event
from transitions.calendar.events import ask_events, calendars_entered, events
from transitions.calendar.local_deadlines import asks_in_force
from transitions.term_dates import CalendarOwner, DayOff, TermDates, days_off
from transitions.workspace import Workspace


class Read(NamedTuple):
    """What was read of a year; ``counted`` is False while only what no pupil is needed for is known."""

    calendars: Mapping[CalendarOwner, str]
    terms: TermDates
    off: Sequence[DayOff]
    events: Sequence[Event]
    clashes: Clashes
    counted: bool = True


def read_first(workspace: Workspace, year: int, whose: CalendarOwner) -> Read:
    """Read in a frame what is asked that year."""
    terms = workspace.terms_for(**whose._asdict())
    asked = sorted(ask_events(year, terms, asks_in_force(workspace)), key=lambda event: event.span)
    return Read(calendars_entered(workspace), terms, days_off(terms, year), asked, NONE, counted=False)


def read_year(workspace: Workspace, year: int, whose: CalendarOwner) -> Read:
    """Read everything, with pupils counted and clashes found; at a county's size it takes about a second."""
    terms, found = workspace.terms_for(**whose._asdict()), events(workspace, year, **whose._asdict())
    clashes = by_event(clashes_of(workspace, year))
    return Read(calendars_entered(workspace), terms, days_off(terms, year), found, clashes)
