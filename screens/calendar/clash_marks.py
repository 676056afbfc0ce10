"""Which dates of the calendar clash: looked up by the date, for the marks on the map and the words about a cell."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from transitions.calendar.clashes import Clash
from transitions.calendar.event import Event
from transitions.calendar.grid import Column

Clashes = Mapping[str, Sequence[Clash]]
"""The clashes of everything that could be moved, by the key of its event."""
NONE: Clashes = MappingProxyType({})


def by_event(found: Iterable[Clash]) -> Clashes:
    """Give the clashes of each event that could be moved; what is fixed is not marked for standing in its way."""
    of: dict[str, list[Clash]] = {}
    for clash in found:
        for event in (clash.event, clash.other):
            if event is not None and event.movable:
                of.setdefault(event.key, []).append(clash)
    return of


def clash_in(events: Iterable[Event], column: Column, clashes: Clashes) -> bool:
    """Whether one of the events of a cell clashes on a day of its column."""
    return any(
        clash.days.first <= column.last and column.first <= clash.days.last
        for event in events
        for clash in clashes.get(event.key, ())
    )


def sentences(days: Iterable[Event], clashes: Clashes) -> list[str]:
    """Give what is to be said of the clashes of some events."""
    return list(dict.fromkeys(clash.sentence for event in days for clash in clashes.get(event.key, ())))
