"""Snapshots of the steps of a school year: on which days one is made, making one, finding one, and what is counted in it.

A snapshot is never altered or undone: what the committee was told in March can be counted again next March.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from db.custody import anchors
from db.driver import Connection
from db.impact import snapshots as store
from db.impact.snapshots import SnapshotRow, Span
from db.journal import Action
from db.milestones import definitions as settings
from db.milestones.definitions import setting
from transitions.dates import MONTHS, day_in_words, parse_typed, short_with_year
from transitions.errors import NoSuchRecord, NotAllowed, require
from transitions.milestones.definitions import read_row
from transitions.milestones.milestone import Milestone
from transitions.school_year import academic_year, academic_year_label, academic_year_span
from transitions.text import clean, too_long
from transitions.workspace import Recorded, Workspace

__all__ = ["SnapshotRow"]

_NOT_OF_THE_RULE: Final = (
    "title", "short", "evidence", "why", "order", "earlier", "basis", "source", "verified", "until", "dormant", "severity",
)  # fmt: skip
"""What may change of a milestone without another thing being counted."""
_LONGEST_NAME: Final = 100
_SHOWN: Final = 12
"""Letters of a digest that people copy."""


class Tally(NamedTuple):
    """How many steps were in which state. What was waived or did not apply stands beside, and in no base."""

    met: int = 0
    late: int = 0
    missed: int = 0
    unknown: int = 0
    waived: int = 0
    not_applicable: int = 0

    @property
    def base(self) -> int:
        """All that were due and were to be done, those with nothing recorded included."""
        return self.met + self.late + self.missed + self.unknown

    @property
    def counted(self) -> int:
        """Missed on the day: those done late as well as those not done at all."""
        return self.late + self.missed

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*map(sum, zip(self, other, strict=True)))


class Rule(NamedTuple):
    """What a snapshot keeps of a milestone: its number, what it was then, and its steps."""

    number: int
    transition: str
    severity: str
    rule: str
    tally: Tally


def rules(row: SnapshotRow) -> Mapping[str, Rule]:
    """By code the milestones whose steps a snapshot holds."""
    return {
        code: Rule(
            one["number"],
            one["transition"],
            one["severity"],
            one["rule"],
            Tally(**{state.replace(" ", "_"): steps for state, steps in one["states"].items()}),
        )
        for code, one in row.rules.items()
    }


def tally(of: Collection[Rule]) -> Tally:
    whole = Tally()
    for one in of:
        whole = whole.plus(one.tally)
    return whole


def seal(row: SnapshotRow) -> str:
    """The first letters of its digest: on paper they show later that it is the same snapshot."""
    return row.digest[:_SHOWN]


def check_sealed(workspace: Workspace) -> None:
    """Raise NotAllowed when a snapshot is not as it was made: what is said of it would be of nobody's making."""
    found = next(store.altered(workspace.read()), None)
    if found is not None:
        raise NotAllowed(
            f"{': '.join(found)}. A snapshot was altered, so it can't be used. For details: transitions check"
        )


def every(workspace: Workspace) -> Sequence[SnapshotRow]:
    """All snapshots, the oldest day first."""
    return store.every(workspace.read())


def find(workspace: Workspace, text: str) -> SnapshotRow:
    """The snapshot of a number such as #3, of a day such as 1/4/27, or of a name. Raises ``NoSuchRecord``."""
    known, plain = every(workspace), text.strip()
    see = "See: transitions snapshot list"
    if plain.removeprefix("#").isdecimal():
        return require(
            store.one(workspace.read(), int(plain.removeprefix("#"))), f"There is no snapshot {plain}. {see}"
        )
    try:
        day: date | None = parse_typed(plain, workspace.clock.today)
    except ValueError:
        day = None
    found = [row for row in known if row.as_at == day] or [
        row for row in known if plain.casefold() in row.name.casefold()
    ]
    if len(found) != 1:
        raise NoSuchRecord(
            f"{'No' if not found else 'More than one'} snapshot is called {text!r}, or is of that day. {see}"
        )
    return found[0]


# The days on which one is made


def words(day: str) -> str:
    """A named day for people: "1 April"."""
    month, number = map(int, day.split("-"))
    return f"{number} {MONTHS[month - 1]}"


def name_days(workspace: Workspace, typed: Sequence[str]) -> Recorded:
    """Make the snapshots of each year on these days, such as "31 March"; none goes back to those that ship with the program."""
    chosen = sorted({_day_of_each_year(text, workspace.clock.today) for text in typed} or DAYS)
    summary = ", ".join(map(words, chosen))
    with workspace.change("Snapshot days", summary, plans=False) as action:
        if tuple(chosen) != tuple(days(workspace)):
            settings.change_setting(action, SETTING, json.dumps(chosen))
    return action.recorded


def _day_of_each_year(text: str, today: date) -> str:
    try:
        day = parse_typed(text, today)
    except ValueError as error:
        raise NotAllowed(f"{text}: {error}") from None
    if (day.month, day.day) == (2, 29):
        raise NotAllowed("29 February does not come every year: name 28 February or 1 March.")
    return f"{day:%m-%d}"


# Making one


def make(workspace: Workspace, name: str = "") -> SnapshotRow:
    """Freeze what was due in this school year up to yesterday, as it stands now.

    Raises ``NotAllowed`` when one looks at another day, when there is one of today, and for a name that is too long.
    """
    today = workspace.clock.today
    if workspace.clock.pretended:
        raise NotAllowed(
            "A snapshot is always of today by this computer's clock, so nobody can make one for a past day. Leave --as-of out."
        )
    name = clean(name)
    problem = too_long(name, _LONGEST_NAME)
    if problem:
        raise NotAllowed(problem)
    return _make(workspace, academic_year(today - A_DAY), name or words(f"{today:%m-%d}"))


def make_due(workspace: Workspace) -> SnapshotRow | None:
    """Make the snapshot of the named day, if one is due; one that is late says so in its name, and of which day it is."""
    day = due(workspace)
    if day is None:
        return None
    today, name = workspace.clock.today, words(f"{day:%m-%d}")
    late = "" if day == today else f", made late on {day_in_words(today)}"
    return _make(workspace, academic_year(day - A_DAY), f"{name}{late}")


def said(row: SnapshotRow) -> str:
    """What was frozen, in a sentence."""
    whole = tally(rules(row).values())
    return (
        f"Snapshot #{row.id} ({row.name}): of {whole.base:,} steps that were due in {academic_year_label(row.academic_year)} "
        f"before {short_with_year(row.as_at)}, {whole.counted:,} were missed or late. Seal {seal(row)}."
    )


def _make(workspace: Workspace, year: int, name: str) -> SnapshotRow:
    """Take it, and note it in the journal, from where it is not undone."""
    at, me = workspace.clock.now(), workspace.me
    today = workspace.clock.today
    with workspace.database.write() as connection:
        if (
            store.newest_day(connection, today) == today
        ):  # asked here, because another program may have made it a moment ago
            raise NotAllowed(
                f"There is already a snapshot for {short_with_year(today)}, and snapshots can't be changed. Make the next one tomorrow."
            )
        row = take(connection, today, year, name, worker_id=me, at=at)
        Action(connection, name=store.NOTED, summary=said(row), worker_id=me, at=at, kind="export")
    anchors.note(workspace.read(), workspace.database.where, f"snapshot #{row.id}", make_folder=False)
    return row


def take(
    connection: Connection, as_at: date, year: int, name: str, *, worker_id: int | None, at: datetime
) -> SnapshotRow:
    """Freeze the steps of an academic year as they stood on a day."""
    first, last = academic_year_span(year)
    span = Span(as_at, first, min(as_at, last + A_DAY))
    rules_then = _rules_of(connection, year, as_at)
    return store.freeze(connection, span, year, name, rules_then, worker_id=worker_id, made_at=at)


def _rules_of(connection: Connection, year: int, day: date) -> Mapping[int, Mapping[str, object]]:
    """What a snapshot keeps of each milestone: as it was for the moves of that year, and whether it was asked on the day."""
    found = {}
    for row in settings.milestones(connection):
        one = read_row(row).of_cycle(year)
        found[row.id] = {
            "code": row.code,
            "transition": one.transition,
            "severity": one.severity,
            "rule": _digest(one),
            "live": one.holds_on(day) and (row.retired_on is None or row.retired_on > day),
        }
    return found


def _digest(milestone: Milestone) -> str:
    """What two rules have in common that ask the same of the same pupils by the same day, however it is worded."""
    asked = {name: value for name, value in milestone.to_mapping().items() if name not in _NOT_OF_THE_RULE}
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:_SHOWN]


SETTING: Final = "snapshot days"
DAYS: Final = ("01-01", "04-01", "09-01")
"""The days on which one is made unless the council has named others: each sees the last month of a term as a whole, and
everything that was due up to the day before, 31 March included."""
LATEST: Final = 14
"""For how many days after a named day its snapshot is still made, late."""
A_DAY: Final = timedelta(days=1)


def days(workspace: Workspace) -> Sequence[str]:
    """The named days as month and day, such as "04-01", in the order of the calendar year."""
    return tuple(setting(workspace.read(), SETTING) or DAYS)


def latest_named(workspace: Workspace) -> date:
    """The newest named day that has come."""
    today = workspace.clock.today
    found = (date.fromisoformat(f"{year}-{day}") for year in (today.year - 1, today.year) for day in days(workspace))
    return max(day for day in found if day <= today)


def due(workspace: Workspace) -> date | None:
    """The named day whose snapshot is to be made now, by the computer's own clock only; None when there is none.

    What was not there yet on that day is not frozen afterwards, and what is long past is no snapshot of that day any more.
    """
    if workspace.clock.pretended or not workspace.keeps_for_everybody:
        return None
    day = latest_named(workspace)
    if (workspace.clock.today - day).days > LATEST:
        return None
    connection = workspace.read()
    newest, first = store.newest_day(connection, workspace.clock.today), store.first_recorded(connection)
    if (newest and newest >= day) or first is None or first >= day or workspace.clock_seems_wrong:
        return None
    return day
