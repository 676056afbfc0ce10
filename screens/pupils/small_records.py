"""What is recorded of a pupil, or a school, beside the form: dated events, placements, and programmes."""

from functools import partial

from screens.frame.dialogs import Choice
from screens.frame.host import Host
from screens.frame.small_records import Shown, small_records
from screens.pupils.page_text import dated_words, marker_words, placement_words, programme_words
from transitions.pupils import lists, programmes
from transitions.pupils.events import EVENT
from transitions.pupils.markers import MARKER
from transitions.pupils.placements import PLACEMENT

_EVENT = Shown(
    EVENT,
    dated_words,
    Choice("event 0", "Add an event", "e", "suspension, exclusion, home education, off roll"),
    "event",
)
_PROGRAMME = Shown(
    programmes.OF_PUPIL,
    programme_words,
    Choice("programme 0", "Add a programme", "g", "an intervention, a group, mentoring"),
    "programme",
    {"programme": partial(programmes.names, owner="pupil")},
)
_PLACEMENT = Shown(
    PLACEMENT,
    placement_words,
    Choice("placement 0", "Add a placement", "p", "alternative provision, nurture group, part-time"),
    "placement",
)


_MARKER = Shown(
    MARKER,
    marker_words,
    Choice("marker 0", "Add a marker", "m", "do not disclose, restricted, correction asked, consent, objection"),
    "marker",
)


async def markers_of(host: Host, pupil_id: int) -> None:
    """What is marked on the record about data protection."""
    await small_records(host, pupil_id, "Data protection", host.pupil_name(pupil_id), {"marker": _MARKER})


async def events_of(host: Host, pupil_id: int) -> None:
    """The dated events of a pupil, and the programmes."""
    shown = {"event": _EVENT, "placement": _PLACEMENT, "programme": _PROGRAMME}
    await small_records(host, pupil_id, "Events and programmes", host.pupil_name(pupil_id), shown)


async def programmes_of(host: Host, school_id: int) -> None:
    """What a school takes part in."""
    shown = {
        "programme": _PROGRAMME._replace(
            kind=programmes.OF_SCHOOL, known={"programme": partial(programmes.names, owner="school")}
        )
    }
    await small_records(host, school_id, "Programmes", lists.school(host.workspace, school_id)["name"], shown)
