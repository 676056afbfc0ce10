"""Markers of data protection on a pupil's record, and what they hold back when something is to leave.

What ``sharing.toml`` says of a kind of paper holds for everybody; a marker holds for one pupil, from a day and, perhaps, to another.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from db.pupils import records as store
from db.pupils.records import MarkerRow
from db.vocabulary import MARKED, MARKER_KINDS
from transitions.dates import long, without_weekday
from transitions.errors import HeldBack
from transitions.fields import Field, Fields, labelled, read_day_gone_by
from transitions.pupils.small_records import HAS_BEEN, Case, RecordKind
from transitions.text import capital, clean, how_many
from transitions.workspace import Workspace

__all__ = ["MarkerRow"]

BEFORE_NAME: Final = "? "
"""Before what is listed of a pupil with a marker about data protection: ask the page before anything is passed on."""
NOT_DISCLOSED, RESTRICTED, CORRECTION, CONSENT, OBJECTION = MARKER_KINDS
WHOLE_RECORD, ADDRESS, CONTACTS, PLANS, HANDOVERS = MARKED
_ABOUT: Final[Mapping[str, Sequence[str]]] = {
    NOT_DISCLOSED: (WHOLE_RECORD, ADDRESS, CONTACTS),
    RESTRICTED: (),
    CORRECTION: (),
    CONSENT: (PLANS, HANDOVERS),
    OBJECTION: (WHOLE_RECORD, PLANS, HANDOVERS),
}
"""What a marker of a kind can be about; where there is nothing to choose it is about the whole record."""

MARKER_FIELDS: Final = Fields(
    Field("kind", "What", "choice", needed=True, options=labelled(MARKER_KINDS)),
    Field(
        "what", "About", "choice", options=labelled(MARKED),
        help="Address means where the pupil is: the schools. Consent and objection: plans or handovers",
    ),
    Field("started_on", "Since", "date", needed=True, reader=read_day_gone_by, help=HAS_BEEN),
    Field("ended_on", "Until", "date", reader=read_day_gone_by, help="When it was lifted, withdrawn or corrected"),
    Field("said_by", "Said by", help="Who asked for it, agreed or objected"),
    Field("reason", "Why", "long text", help="What needs putting right, or why it must not be disclosed. No safeguarding content."),
)  # fmt: skip


def _rules(case: Case) -> dict[str, str]:
    after, found = case.after, case.lacking("kind", "started_on")
    about = _ABOUT.get(after["kind"] or "", ())
    if after["what"] and after["what"] not in about:
        found["what"] = f"With “{after['kind']}” it is {' or '.join(about) or 'left empty'}."
    elif about and not after["what"]:
        found["what"] = f"Say what it is about: {', '.join(about)}."
    if after["started_on"] and after["ended_on"] and after["ended_on"] < after["started_on"]:
        found["ended_on"] = f"comes before it began, {long(after['started_on'])}"
    if after["kind"] in (RESTRICTED, CORRECTION, OBJECTION) and not after["reason"]:
        found["reason"] = "Say why, so anybody who reads the record knows."
    return {**found, **case.problems}


MARKER: Final = RecordKind("marker", "Marker", MARKER_FIELDS, store.one, store.of_pupil, _rules, "kind")


def in_force(workspace: Workspace, pupil_id: int) -> list[MarkerRow]:
    return [row for row in store.of_pupil(workspace.read(), pupil_id) if row.holds(workspace.clock.today)]


def hides(workspace: Workspace, pupil_id: int, what: str) -> bool:
    """Whether what is called so (the address, the contacts) stays out of what leaves about a pupil."""
    return any(row.kind == NOT_DISCLOSED and row.what in (what, WHOLE_RECORD) for row in in_force(workspace, pupil_id))


class Markers:
    """What is marked on everybody's records today."""

    def __init__(self, workspace: Workspace) -> None:
        """Read them; there are few."""
        rows, self._today = store.every(workspace.read()), workspace.clock.today
        self.held_back: dict[int, str] = {}
        """By pupil why nothing about them may leave."""
        self.hidden: dict[int, set[str]] = {}
        """By pupil what is left out of what leaves: the address, the contacts."""
        self.marked: set[int] = set()
        """Those before whose name a list has a mark."""
        for row in rows:
            if not row.holds(self._today) or row.kind == CONSENT:
                continue
            self.marked.add(row.pupil_id)
            if row.kind == RESTRICTED or (row.kind in (NOT_DISCLOSED, OBJECTION) and row.what == WHOLE_RECORD):
                self.held_back.setdefault(row.pupil_id, f"marked “{row.kind}” since {without_weekday(row.started_on)}")
            elif row.kind == NOT_DISCLOSED:
                self.hidden.setdefault(row.pupil_id, set()).add(str(row.what))
        self._of_sharing = [row for row in rows if row.kind in (CONSENT, OBJECTION)]

    def why_not(self, pupil_id: int, what: str) -> str:
        """Why what is called so (plans, handovers) may not leave, to stand behind a name; "" when it may."""
        if pupil_id in self.held_back:
            return self.held_back[pupil_id]
        mine = [row for row in self._of_sharing if row.pupil_id == pupil_id and row.what == what]
        objects = next((row for row in mine if row.kind == OBJECTION and row.holds(self._today)), None)
        if objects is not None:
            return f"{objects.said_by or 'the family'} objects since {without_weekday(objects.started_on)}"
        ended = next((row.ended_on for row in mine if row.kind == CONSENT and row.ended_on), None)
        if ended is not None and not self.agrees(pupil_id, what):
            return f"the agreement was withdrawn on {without_weekday(ended)}"
        return ""

    def agrees(self, pupil_id: int, what: str) -> bool:
        rows = (row for row in self._of_sharing if row.pupil_id == pupil_id and row.what == what)
        return any(row.kind == CONSENT and row.holds(self._today) for row in rows)


def marker_words(row: MarkerRow) -> str:
    """``Do not disclose: address, since 3 Sep 2026``."""
    about = f": {row.what}" if row.what else ""
    until = f" until {without_weekday(row.ended_on)}" if row.ended_on else ""
    return f"{capital(row.kind)}{about}, since {without_weekday(row.started_on)}{until}"


def left_out(whole: int, schools: int = 0) -> str:
    """How many pupils are left out of a file, and of how many the schools are; "" when none are."""
    found = [f"{how_many(whole, 'pupil')} left out because of a marker"] if whole else []
    found += [f"schools left out of {how_many(schools, 'pupil')} because of a marker"] if schools else []
    return "; ".join(found)


def told_left_out(said: str) -> str:
    """What ``left_out`` gave, as sentences for whoever makes the file; "" when nobody is left out."""
    return f"{capital(said)}. Their pages say why." if said else ""


class Shared(NamedTuple):
    """A kind of paper as ``sharing.toml`` has it."""

    what: str
    needs: str
    words: str
    with_family: tuple[str, ...] = ()


@cache
def kinds() -> Mapping[str, Shared]:
    import tomllib  # no start needs it

    table: dict[str, dict[str, Any]] = tomllib.loads(
        Path(__file__).with_name("sharing.toml").read_text(encoding="utf-8")
    )
    return {name: Shared(**{**one, "with_family": tuple(one.get("with_family", ()))}) for name, one in table.items()}


def held_back(workspace: Workspace, pupil_id: int, kind: str, *, grounds: bool = False) -> str:
    """Why a paper of a kind of ``sharing.toml`` may not leave, "" when it may; ``grounds`` are others than the family's agreement."""
    shared, markers = kinds()[kind], Markers(workspace)
    why = markers.why_not(pupil_id, shared.what)
    if not why and shared.needs == "agreement" and not grounds and not markers.agrees(pupil_id, shared.what):
        why = "there is no recorded reason to share it and no agreement"
    return why


def ensure_may_leave(
    workspace: Workspace, pupil_id: int, kind: str, *, override: str = "", grounds: bool = False
) -> list[str]:
    """What the journal says of something that leaves although it is held back; nothing when it may leave.

    Raises HeldBack when it is, and ``override`` gives no reason why it goes all the same.
    """
    why = held_back(workspace, pupil_id, kind, grounds=grounds)
    if why and not clean(override):
        raise HeldBack(
            f"{kinds()[kind].words} was withheld: {why}. Record the family’s agreement in the pupil’s markers, or give a reason to send it anyway (--override).",
            why,
        )
    return [f"although {why}: {clean(override)}"] if why else []


def overridden(workspace: Workspace, pupils: Iterable[tuple[int, str]], what: str, override: str) -> list[str]:
    """Who of these, by number and name, goes although a marker holds it back, and for which reason; HeldBack without one."""
    markers = Markers(workspace)
    held_back = [(name, why) for number, name in pupils if (why := markers.why_not(number, what))]
    if not held_back:
        return []
    if not clean(override):
        whom = "; ".join(f"{name}: {why}" for name, why in held_back)
        raise HeldBack(
            f"Withheld: {whom}. Leave them out, or give a reason to send it anyway (--override).",
            "; ".join(dict.fromkeys(why for _, why in held_back)),
        )
    return [*(f"{name} although {why}" for name, why in held_back), f"reason: {clean(override)}"]


def kept(workspace: Workspace, pupil_ids: Iterable[int], what: str) -> list[int]:
    """Those of these pupils about whom what is called so may leave, in the same order."""
    markers = Markers(workspace)
    return [one for one in pupil_ids if not markers.why_not(one, what)]
