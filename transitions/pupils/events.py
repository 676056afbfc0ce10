"""Dated events of a pupil: suspensions and exclusions, home education, missing education, off roll; placements are dated, too.

They stand with the placements in one table. What is counted of a pupil is counted from them; where there is none, a number that was
imported or typed stays what it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from db.caseload.listing import Selection
from db.pupils import records as store
from db.pupils.records import DatedRow
from db.vocabulary import EVENT_KINDS, SUSPENSIONS
from transitions.dates import long, short_with_year
from transitions.fields import Field, Fields, labelled, read_day_gone_by, read_one_of
from transitions.pupils.codes import EXCLUSION_REASONS, EXCLUSIONS
from transitions.pupils.schools import find_school
from transitions.pupils.small_records import HAS_BEEN, Case, RecordKind
from transitions.school_year import academic_year, academic_year_label, academic_year_span
from transitions.text import Share, how_many
from transitions.workspace import Workspace

__all__ = ["DatedRow"]

EXCLUDED: Final = "permanent exclusion"
AT_HOME: Final = "elective home education"
ON_A_DAY: Final = (*SUSPENSIONS, EXCLUDED)
"""What happens on a day; everything else goes on until it ends."""
_MOST_DAYS: Final = 200


def _kind(text: str) -> str:
    return EXCLUSIONS.get(text.strip().casefold()) or read_one_of(EVENT_KINDS, text)


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = 0
    if not (0 < days <= _MOST_DAYS and (2 * days).is_integer()):
        raise ValueError("expected school days in whole or half, such as 1.5")
    return days


def _reason(text: str) -> str:
    return read_one_of(tuple(EXCLUSION_REASONS), text.partition(" ")[0])


EVENT_FIELDS: Final = Fields(
    Field("kind", "What", "choice", needed=True, read=_kind, options=labelled(EVENT_KINDS), help="Down lists the kinds"),
    Field("started_on", "From", "date", reader=read_day_gone_by, help=f"{HAS_BEEN}. Empty if not known"),
    Field("ended_on", "Until", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field(
        "days", "School days", read=_days, width=10, help="For a suspension. 0.5 is half a day, empty if not known",
        shown=lambda days: f"{days:g}",
    ),
    Field(
        "reason", "Reason", "choice", read=_reason, help="For a suspension or exclusion: the census code",
        options=tuple((code, f"{words} ({code})") for code, words in EXCLUSION_REASONS.items()),
    ),
    Field("school", "School", "school", find=find_school, column="school_id", help="Empty: where the pupil is now"),
    Field("note", "Note", "long text", help="No safeguarding content."),
)  # fmt: skip


def _rules(case: Case) -> dict[str, str]:
    after, found = case.after, case.lacking("kind")
    kind, start, end = after["kind"], after["started_on"], after["ended_on"]
    if case.number is None and after["school_id"] is None:
        case.given["school_id"] = case.school_id
    if start and end and end < start:
        found["ended_on"] = f"comes before it began, {long(start)}"
    if kind and kind not in SUSPENSIONS and after["days"] is not None:
        found["days"] = "Only a suspension has a number of days."
    if kind and kind not in ON_A_DAY:
        if after["reason"] is not None:
            found["reason"] = "Only a suspension or exclusion has one of these reasons."
        others = store.events(case.workspace.read(), case.owner_id)
        still = [one for one in others if one.kind == kind and one.ended_on is None and one.id != case.number]
        if still and end is None:
            since = f"since {long(still[0].started_on)}" if still[0].started_on else "since an unknown day"
            found["kind"] = f"“{kind}” is still open {since}. First enter the date it ended."
    return {**found, **case.problems}


MOST_DAYS_A_YEAR: Final = 45
"""For how many school days in a school year a pupil may be suspended (regulations of 2012 on exclusions, under section 51A of the
Education Act 2002)."""


def odd_suspensions(rows: Sequence[DatedRow]) -> list[str]:
    """What cannot be right of a pupil's suspensions together: more days than the law allows in a school year, or two at once.

    It is said and not refused: a school records what another did, and the one that is wrong may be the other.
    """
    found = sorted((one for one in rows if one.kind in SUSPENSIONS and one.started_on), key=_first_day)
    days: dict[int, float] = {}
    for one in found:
        year = academic_year(_first_day(one))
        days[year] = days.get(year, 0) + (one.days or 0)
    said = [
        f"suspended for {number:g} school days in {academic_year_label(year)}, but the law allows {MOST_DAYS_A_YEAR}: check each one"
        for year, number in days.items()
        if number > MOST_DAYS_A_YEAR
    ]
    for one, following in pairwise(found):
        last = one.ended_on or _first_day(one)
        if _first_day(following) <= last and "lunchtime suspension" not in (one.kind, following.kind):
            both = f"from {short_with_year(_first_day(one))} and from {short_with_year(_first_day(following))}"
            said.append(f"two suspensions are on the same days, {both}: take out the wrong one")
    return said


def _first_day(row: DatedRow) -> date:
    return row.started_on or date.max


def _looks(workspace: Workspace, pupil_id: int) -> Sequence[str]:
    return odd_suspensions(store.events(workspace.read(), pupil_id))


def with_odd_suspensions(workspace: Workspace) -> list[int]:
    """The pupils whose suspensions want a second look."""
    by_pupil = groupby(store.suspensions(workspace.read()), key=lambda row: row.pupil_id)
    return [pupil_id for pupil_id, rows in by_pupil if odd_suspensions(list(rows))]


EVENT: Final = RecordKind("placement", "Event", EVENT_FIELDS, store.event, store.events, _rules, "kind", looks=_looks)


def dated(workspace: Workspace, pupil_id: int) -> list[DatedRow]:
    """The placements and other events of a pupil, the newest first, those of an unknown day last."""
    return store.dated(workspace.read(), pupil_id)


def one_dated(workspace: Workspace, number: int) -> DatedRow | None:
    return store.one_dated(workspace.read(), number)


def is_event(kind: str) -> bool:
    """Whether these words are the kind, or the census's code, of an event that is no placement."""
    return kind.strip().casefold() in (*EVENT_KINDS, *EXCLUSIONS)


def within(row: DatedRow, first: date, last: date) -> bool:
    """Whether it falls on these days, the first and last included; what has no day does not."""
    if row.started_on is None or row.started_on > last:
        return False
    end = row.ended_on or row.back_on or (row.started_on if row.kind in ON_A_DAY else last)
    return end >= first


class Suspensions(NamedTuple):
    """How often a pupil was suspended this school year.

    Counted from ``events``, or without any the number as it was imported or typed (None where there is none). ``undated`` are those of
    an unknown day, which are in no year.
    """

    number: int | None
    events: Sequence[DatedRow] = ()
    undated: int = 0

    @property
    def sessions(self) -> int | None:
        """In how many half days; None when that of any is not known."""
        days = [one.days for one in self.events]
        return None if not days or None in days else int(2 * sum(day or 0 for day in days))

    @property
    def text(self) -> str:
        if self.events or self.undated:
            undated = f", and {self.undated:,} without a day" if self.undated else ""
            return f"{self.number or 0:,} this school year{undated}"
        return "" if not self.number else f"{self.number:,}, as imported or typed"


def suspensions(rows: Sequence[DatedRow], imported: int | None, today: date) -> Suspensions:
    found = [one for one in rows if one.kind in SUSPENSIONS]
    if not found:
        return Suspensions(imported)
    first, last = academic_year_span(academic_year(today))
    this_year = [one for one in found if within(one, first, min(last, today))]
    return Suspensions(len(this_year), this_year, sum(one.started_on is None for one in found))


class AtSchool(NamedTuple):
    """What happened in a year group of one school within an academic year; of the shares every pupil of it is the base.

    ``days`` are school days of suspensions, of which those of ``days_not_known`` more are not known; ``undated`` are by pupil the
    events of an unknown day, which are in no figure. ``pupils`` has by pupil what is dated of each within the year.
    """

    school_id: int | None
    school: str
    by_kind: Mapping[str, Share]
    suspended: Share
    suspensions: int
    days: float
    days_not_known: int
    undated: Mapping[int, Sequence[DatedRow]]
    pupils: Mapping[int, Sequence[DatedRow]]

    @property
    def text(self) -> str:
        happened = [f"{kind} {share.text}" for kind, share in self.by_kind.items() if share.counted]
        without = sum(map(len, self.undated.values()))
        undated = [f"{how_many(without, 'event')} without a date, not counted"] if without else []
        return "; ".join([*happened, *undated]) or f"nothing recorded for {how_many(self.suspended.base, 'pupil')}"


COUNTED: Final = (*EVENT_KINDS, "alternative provision", "nurture group", "managed move")


def by_school(workspace: Workspace, selection: Selection, year: int, groups: Sequence[int]) -> list[AtSchool]:
    """What happened to the pupils of these year groups within an academic year, school by school, and last all together.

    Pupils count at the school that received them at the end of the year before, which in Year 7 is the one of the move; where
    no such destination is recorded, at the school where they are.
    """
    chosen = replace(selection, cohort_years=tuple(year - group for group in groups))
    first, last = academic_year_span(year)
    events = store.dated_among(workspace.read(), chosen)
    schools: dict[tuple[str | None, int | None], dict[int, Sequence[DatedRow]]] = {}
    for pupil in store.at_schools(workspace.read(), chosen, year - 1):
        schools.setdefault((pupil.school, pupil.school_id), {})[pupil.id] = events.get(pupil.id, ())
    found = [_at_school(school_id, school, of, first, last) for (school, school_id), of in schools.items()]
    everybody = {number: rows for of in schools.values() for number, rows in of.items()}
    return [*found, _at_school(None, ALL_SCHOOLS, everybody, first, last)]


ALL_SCHOOLS: Final = "All schools"


def _at_school(
    school_id: int | None, school: str | None, pupils: Mapping[int, Sequence[DatedRow]], first: date, last: date
) -> AtSchool:
    dated = {number: [row for row in rows if within(row, first, last)] for number, rows in pupils.items()}
    of_year = dated.values()
    suspended = [row for rows in of_year for row in rows if row.kind in SUSPENSIONS]
    return AtSchool(
        school_id,
        school or "No school recorded",
        {kind: Share(sum(any(row.kind == kind for row in rows) for rows in of_year), len(pupils)) for kind in COUNTED},
        Share(sum(any(row.kind in SUSPENSIONS for row in rows) for rows in of_year), len(pupils)),
        len(suspended),
        sum(row.days or 0 for row in suspended),
        sum(row.days is None for row in suspended),
        {number: [row for row in rows if row.started_on is None] for number, rows in pupils.items()},
        dated,
    )
