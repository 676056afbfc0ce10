"""Interventions and programmes: what a pupil or a school takes part in, since when, whether a parent does, and what came of it.

``programmes.toml`` holds those that ship; a name that is not among them begins another, which is proposed from then on.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from db.caseload import listing
from db.caseload.listing import Selection
from db.pupils import records as store
from db.pupils.records import ParticipationRow
from db.workshops import feeders as school_store
from db.workshops.feeders import Teaching
from transitions.dates import long
from transitions.fields import Context, Field, Fields, read_day_gone_by, read_text, read_whole_number, read_yes_no
from transitions.pupils.small_records import HAS_BEEN, Case, Owner, RecordKind
from transitions.school_year import academic_year_span
from transitions.text import Share, searchable
from transitions.workspace import Workspace

__all__ = ["ParticipationRow"]

_BEFORE, _AFTER = "understanding_before", "understanding_after"


@cache
def _shipped(owner: Owner) -> tuple[str, ...]:
    import tomllib  # no start needs it

    table = tomllib.loads(Path(__file__).with_name("programmes.toml").read_text(encoding="utf-8"))
    return tuple(one["name"] for one in table["programme"] if one["of"] == owner)


def names(workspace: Workspace, owner: Owner) -> list[str]:
    """The programmes in which a pupil or a school can take part: those that ship, then those that were added."""
    return list(dict.fromkeys((*_shipped(owner), *store.programmes_in_use(workspace.read(), owner))))


def _programme(text: str, context: Context) -> str:
    """A name as it stands in the list, whichever letters of it are capitals."""
    name, owner = read_text(text), context.about.owner
    return next((one for one in names(context.workspace, owner) if searchable(one) == searchable(name)), name)


def _percent(text: str) -> int:
    return read_whole_number(text.strip().removesuffix("%"), 0, 100)


_PROGRAMME = Field(
    "programme", "Programme", "known", needed=True, reader=_programme, help="A new name starts a new programme"
)
_DAYS: Final = (
    Field("started_on", "From", "date", reader=read_day_gone_by, help=f"{HAS_BEEN}. Empty if not known"),
    Field("ended_on", "Until", "date", reader=read_day_gone_by, help=HAS_BEEN),
)
_PARENT = Field(
    "parent_involved", "Parent involved", "choice", read=read_yes_no, options=(("yes", "Yes"), ("no", "No")),
    shown=lambda involved: "yes" if involved else "no",
)  # fmt: skip
_OUTCOME = Field("outcome", "Outcome", "long text", help="No safeguarding content.")
PUPIL_FIELDS: Final = Fields(
    _PROGRAMME, Field("who", "Run by", help="A person or an office"), *_DAYS, _PARENT, _OUTCOME
)
SCHOOL_FIELDS: Final = Fields(
    _PROGRAMME,
    Field("who", "Who", help="Who takes part for the school, such as its SENCO"),
    *_DAYS,
    _PARENT,
    Field(_BEFORE, "Understanding before, %", read=_percent, width=10, help="0 to 100, as the person rates it"),
    Field(_AFTER, "Understanding after, %", read=_percent, width=10, help="0 to 100"),
    _OUTCOME,
)


def _rules(case: Case) -> dict[str, str]:
    after, found = case.after, case.lacking("programme")
    start, end = after["started_on"], after["ended_on"]
    if start and end and end < start:
        found["ended_on"] = f"comes before it began, {long(start)}"
    return {**found, **case.problems}


OF_PUPIL: Final = RecordKind(
    "participation", "Programme", PUPIL_FIELDS, store.participation, store.programmes_of_pupil, _rules, "programme"
)
OF_SCHOOL: Final = OF_PUPIL._replace(fields=SCHOOL_FIELDS, of_owner=store.programmes_of_school, owner="school")


def one(workspace: Workspace, number: int) -> ParticipationRow | None:
    return store.participation(workspace.read(), number)


class Figures(NamedTuple):
    """One programme within an academic year: of all pupils, or open schools, how many took part; ``times`` is how often.

    Of the times are counted those with a parent (of those of which it is known) and those with an outcome. ``before`` and ``after``
    are means over the ``pairs`` of which both were said, in per cent.
    """

    programme: str
    of: Owner
    members: frozenset[int]
    took_part: Share
    times: int
    parent_involved: Share
    with_outcome: Share
    pairs: Share
    before: float | None
    after: float | None
    higher: int
    same: int
    lower: int

    @property
    def text(self) -> str:
        """As a sentence; understanding only where somebody said it before and after."""
        parts = [
            f"{self.took_part.text} {self.of}s",
            *([f"parent involved {self.parent_involved.text}"] if self.parent_involved.base else []),
        ]
        parts.append(f"outcome recorded {self.with_outcome.text}")
        if self.before is not None and self.after is not None:
            parts.append(
                f"understanding {self.before:.3g}% before, {self.after:.3g}% after, given both times by {self.pairs.text}: higher "
                f"{self.higher:,}, the same {self.same:,}, lower {self.lower:,}"
            )
        return "; ".join(parts)


def open_schools(workspace: Workspace) -> list[Teaching]:
    """The open schools of the council: the base of what schools take part in."""
    connection = workspace.read()
    return school_store.open_schools(connection, school_store.council_of_most(connection))


def figures(workspace: Workspace, selection: Selection, year: int) -> list[Figures]:
    """Every programme in which somebody took part within an academic year; those of pupils are of the pupils in a selection.

    What has no first day counts in every year until it ended.
    """
    connection, (first, last) = workspace.read(), academic_year_span(year)
    pupils = listing.count(connection, selection)
    schools = {one.id for one in open_schools(workspace)}
    of_pupils = [row for rows in store.programmes_among(connection, selection).values() for row in rows]
    of_schools = [row for row in store.programmes_of_schools(connection) if row.school_id in schools]
    found: list[Figures] = []
    owners: Mapping[Owner, tuple[Sequence[ParticipationRow], int]] = {
        "pupil": (of_pupils, pupils),
        "school": (of_schools, len(schools)),
    }
    for owner, (rows, base) in owners.items():
        of_year = [row for row in rows if _within(row, first, last)]
        for name in names(workspace, owner):
            mine = [row for row in of_year if row.programme == name]
            if mine:
                found.append(_figures(name, owner, mine, base))
    return found


def _within(row: ParticipationRow, first: date, last: date) -> bool:
    return (row.started_on or first) <= last and (row.ended_on or last) >= first


def _figures(name: str, owner: Owner, rows: Sequence[ParticipationRow], base: int) -> Figures:
    who = (row.pupil_id if owner == "pupil" else row.school_id for row in rows)
    members = frozenset(one for one in who if one is not None)
    known = [row.parent_involved for row in rows if row.parent_involved is not None]
    said = ((row.understanding_before, row.understanding_after) for row in rows)
    pairs = [(before, after) for before, after in said if before is not None and after is not None]
    return Figures(
        name,
        owner,
        members,
        Share(len(members), base),
        len(rows),
        Share(sum(known), len(known)),
        Share(sum(bool(row.outcome) for row in rows), len(rows)),
        Share(len(pairs), len(rows)),
        _mean(before for before, _ in pairs),
        _mean(after for _, after in pairs),
        sum(after > before for before, after in pairs),
        sum(after == before for before, after in pairs),
        sum(after < before for before, after in pairs),
    )


def _mean(numbers: Iterable[int]) -> float | None:
    found = list(numbers)
    return sum(found) / len(found) if found else None
