"""What the calendar reads of a year: at once what no pupil is needed for, and everything from a thread."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from screens.calendar.clash_marks import NONE, Clashes, by_event
from transitions.calendar.calendar_owner import Whose, entered
from transitions.calendar.clashes import clashes_of
from transitions.calendar.events import DayOff, Event, ask_events, days_off, events, terms_for
from transitions.calendar.local_deadlines import asks_in_force
from transitions.term_dates import TermDates
from transitions.workspace import Workspace


class Read(NamedTuple):
    """What was read of a year; ``counted`` is False while only what no pupil is needed for is known."""

    calendars: Mapping[Whose, str]
    terms: TermDates
    off: Sequence[DayOff]
    events: Sequence[Event]
    clashes: Clashes
    counted: bool = True


def read_first(workspace: Workspace, year: int, whose: Whose) -> Read:
    """Read in a frame what is asked that year."""
    terms = terms_for(workspace, **whose._asdict())
    asked = sorted(ask_events(year, terms, asks_in_force(workspace)), key=lambda event: event.span)
    return Read(entered(workspace), terms, days_off(terms, year), asked, NONE, counted=False)


def read_year(workspace: Workspace, year: int, whose: Whose) -> Read:
    """Read everything, with pupils counted and clashes found; at a county's size it takes about a second."""
    terms, found = terms_for(workspace, **whose._asdict()), events(workspace, year, **whose._asdict())
    clashes = by_event(clashes_of(workspace, year))
    return Read(entered(workspace), terms, days_off(terms, year), found, clashes)
