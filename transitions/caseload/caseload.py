"""A caseload: which pupils, in what order, said in words; immutable, so that a screen can peel one filter at a time."""

import json
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

from db.caseload import counts as counting
from db.caseload import listing as store
from db.caseload.listing import COHORTS, COLUMN_VALUES, ORDERS, TOLD_AGAIN, TURNED, PupilRow, Selection, Value
from db.pupils import pupils as pupil_store
from transitions.dates import short_with_year
from transitions.milestones.milestone import STATES, State, soon_until
from transitions.school_year import academic_year, academic_year_label, add_months, year_group_label, year_group_short
from transitions.text import search_words
from transitions.workspace import Workspace

__all__ = ["COHORTS", "COLUMN_VALUES", "PupilRow", "Value"]
_COHORTS_BEFORE: Mapping[str, str] = {
    "since when in care?": "care start date?",
    "since when open to social care?": "social care start date?",
    "until when in care?": "care end date?",
    "until when open to social care?": "social care end date?",
    "since when on a part-time timetable?": "part-time start date?",
    "until when on a part-time timetable?": "part-time end date?",
    "since when an EHC plan?": "EHC plan start date?",
    "when did the EHC plan end?": "EHC plan end date?",
    "past 25, when did the EHC plan end?": "past 25: EHC plan end date?",
    "since when off roll?": "off-roll date?",
    "since when educated at home?": "home education start date?",
    "since when missing education?": "missing education start date?",
    "when suspended or excluded?": "suspension or exclusion date?",
    "told again later": "reminder set",
}
"""What cohorts were called when a view, which is found again by their names, may have been saved."""

Whose = Literal["mine", "all", "nobody's"]
SORTS: tuple[str, ...] = tuple(ORDERS)
DEFAULT_SORT = SORTS[0]
_NOBODY_KNOWN = 0
"""No worker has this number: "mine" is nobody's before anybody said who they are."""
FACETS = ("whose", "states", "year_groups", "transitions", "cohorts", "groups")
"""The parts that the filters toggle."""
FACET_STATES: tuple[State, ...] = ("overdue", "missed", "due soon")


class Count(NamedTuple):
    """One line of a facet: what toggling it stands for, how it reads, how many pupils, and whether it is on."""

    value: str
    label: str
    pupils: int
    chosen: bool


@dataclass(frozen=True)
class Caseload:
    """A filtered list of pupils. Every part narrows; the parts are the filter words of the command line."""

    whose: Whose = "all"
    worker_id: int | None = None
    year_groups: tuple[int, ...] = ()
    cohorts: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    transitions: tuple[str, ...] = ()
    milestone: str | None = None
    school_id: int | None = None
    next_school_id: int | None = None
    moved_in: int | None = None
    """With both schools: of the ``movers`` from one to the other in this academic year, wherever they are now."""
    movers: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    """Of pupils at, or going to, a school of these groups this year."""
    column: str = ""
    """With ``value``: of those in whose column of this title, of ``COLUMN_VALUES``, this stands."""
    value: Value = None
    text: str = ""
    sort: str = DEFAULT_SORT
    late_actions: bool = False
    """Whether, beside the states, an action past its day brings a pupil in."""

    def toggled(self, part: str, value: str) -> "Caseload":
        """The caseload with one line of a facet turned on, or off when it was on."""
        if part == "whose":
            return replace(self, whose=value, worker_id=None)  # type: ignore[arg-type] # the three values of Whose
        current: tuple[Any, ...] = getattr(self, part)
        item: Any = int(value) if part in ("year_groups", "groups") else value
        changed = tuple(old for old in current if old != item) if item in current else (*current, item)
        changes: dict[str, Any] = {part: changed}
        return replace(self, **changes)

    def peeled(self) -> "Caseload | None":
        if self.text:
            return replace(self, text="")
        for part in ("states", "transitions", "cohorts", "groups", "year_groups"):
            current = getattr(self, part)
            if current:
                fewer: dict[str, Any] = {part: current[:-1]}
                return replace(self, **fewer)
        if self.column:
            return replace(self, column="", value=None)
        both: tuple[str, ...] = ("moved_in", "next_school_id", "school_id")
        for parts in (("milestone",), both, ("next_school_id",), ("school_id",)):
            if getattr(self, parts[0]) is not None:
                changes: dict[str, Any] = dict.fromkeys(parts)
                return replace(self, movers=(), **changes)
        return None

    def next_sort(self) -> "Caseload":
        """In the next of the orders, none of which is turned round."""
        plain = list(TURNED)
        return replace(self, sort=plain[(plain.index(self.sort) + 1) % len(plain)] if self.sort in plain else plain[0])

    def sorted_by(self, sort: str) -> "Caseload":
        return replace(self, sort=sort)

    def turned_to(self, sort: str) -> "Caseload":
        """In this order; turned round when it is in it already."""
        return replace(self, sort=TURNED[sort] if self.sort == sort else sort)

    @property
    def order(self) -> tuple[str, bool]:
        """The order as it is called before it is turned round, and whether it is."""
        found = next((name for name, turned in TURNED.items() if turned == self.sort), "")
        return (found, True) if found else (self.sort, False)

    def to_json(self) -> str:
        parts = asdict(self)
        if self.moved_in is None:  # the entries of a calendar that was exported before are told by this text
            del parts["moved_in"], parts["movers"]
        if not self.column:
            del parts["column"], parts["value"]
        return json.dumps(parts)

    @classmethod
    def from_json(cls, text: str) -> "Caseload":
        """Read what ``to_json`` gave; parts that are no longer known are left out."""
        values = json.loads(text)
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
            if name in cls.__annotations__
        }
        caseload = cls(**known)
        return replace(
            caseload,
            whose=caseload.whose if caseload.whose in get_args(Whose) else "all",
            cohorts=tuple(name for one in caseload.cohorts if (name := _COHORTS_BEFORE.get(one, one)) in COHORTS),
            column=caseload.column if caseload.column in COLUMN_VALUES else "",
            states=tuple(state for state in caseload.states if state in STATES),
            sort=caseload.sort if caseload.sort in SORTS else DEFAULT_SORT,
        )


def selection(workspace: Workspace, caseload: Caseload) -> Selection:
    today = workspace.clock.today
    year = academic_year(today)
    owner = caseload.worker_id
    if owner is None and caseload.whose == "mine":
        owner = workspace.me or _NOBODY_KNOWN
    moved = caseload.moved_in is not None
    return Selection(
        today=today,
        soon=soon_until(today),
        fourteen=add_months(today, -12 * 14),
        owner_id=owner,
        unowned=caseload.whose == "nobody's" and caseload.worker_id is None,
        cohort_years=tuple(year - group for group in caseload.year_groups),
        cohorts=caseload.cohorts,
        states=tuple(caseload.states),
        transitions=caseload.transitions,
        milestone_code=caseload.milestone,
        school_id=None if moved else caseload.school_id,
        next_school_id=None if moved else caseload.next_school_id,
        pupil_ids=(caseload.movers or (_NOBODY_KNOWN,)) if moved else (),
        groups=caseload.groups,
        groups_in=year if caseload.groups else 0,
        column=caseload.column,
        value=caseload.value,
        words=tuple(search_words(caseload.text)),
        late_actions=caseload.late_actions,
        of_one_school=workspace.own_school is not None,
    )


def describe(workspace: Workspace, caseload: Caseload) -> str:
    """The caseload in words: "My caseload · Year 6 · overdue"."""
    if caseload.worker_id is not None:
        name = pupil_store.worker_name(workspace.read(), caseload.worker_id)
        parts = [f"{name or 'Somebody'}'s caseload"]
    else:
        school = workspace.own_school if caseload.whose == "all" else None
        all_of = f"All pupils of {school}" if school else "All pupils"
        parts = [{"mine": "My caseload", "all": all_of, "nobody's": "Nobody's pupils"}[caseload.whose]]
    parts.extend(year_group_label(group) for group in caseload.year_groups)
    parts.extend(caseload.cohorts)
    parts.extend(caseload.transitions)
    if caseload.milestone:
        titles = [m.title for m in workspace.milestones.values() if m.code == caseload.milestone]
        parts.append(titles[0] if titles else caseload.milestone)
    if caseload.states:
        parts.append(" or ".join(caseload.states))
    if caseload.groups:
        from transitions.pupils.school_groups import called, groups

        parts.append(" or ".join(called(one) for one in groups(workspace) if one.id in caseload.groups))
    if caseload.school_id is not None:
        parts.append(pupil_store.school_name(workspace.read(), caseload.school_id) or "a school")
    if caseload.next_school_id is not None:
        name = pupil_store.school_name(workspace.read(), caseload.next_school_id)
        parts.append(f"to {name or 'a school'}")
    if caseload.moved_in is not None:
        parts.append(f"moves of {academic_year_label(caseload.moved_in)}")
    if caseload.column:
        parts.append(f"{caseload.column} {value_words(workspace, caseload.column, caseload.value)}")
    if caseload.text:
        parts.append(f"“{caseload.text}”")
    return " · ".join(parts)


def of_whom(workspace: Workspace, caseload: Caseload | None = None) -> str:
    """Whom figures are of, as far as the filters and what the login sees make them of some alone; "" for everybody."""
    is_of_all = caseload in (None, Caseload()) and not workspace.own_school
    return "" if is_of_all else describe(workspace, caseload or Caseload())


def first_rows(workspace: Workspace, caseload: Caseload, limit: int = 60) -> list[PupilRow]:
    """The first rows: one quick read, for the first paint and for find as you type."""
    return store.first_rows(workspace.read(), selection(workspace, caseload), caseload.sort, limit)


def all_rows(workspace: Workspace, caseload: Caseload) -> Iterator[PupilRow]:
    """The rows one by one, however many."""
    with workspace.read().keeping_few_pages():
        yield from store.all_rows(workspace.read(), selection(workspace, caseload), caseload.sort)


def any_marked(workspace: Workspace, caseload: Caseload) -> bool:
    """Whether a marker of data protection holds for any of them."""
    return store.any_marked(workspace.read(), selection(workspace, caseload))


def keys(workspace: Workspace, caseload: Caseload) -> "array[int]":
    """The ids of the whole list in order; call it in a worker when the list may be long."""
    return store.keys(workspace.read(), selection(workspace, caseload), caseload.sort)


def rows(workspace: Workspace, ids: Sequence[int]) -> Mapping[int, PupilRow]:
    return store.rows(workspace.read(), ids)


def count(workspace: Workspace, caseload: Caseload) -> int:
    return store.count(workspace.read(), selection(workspace, caseload))


def is_quick(workspace: Workspace, caseload: Caseload) -> bool:
    """Whether its first rows come at once, off an index."""
    return selection(workspace, caseload).is_quick_by(caseload.sort)


def value_counts(workspace: Workspace, caseload: Caseload, column: str) -> list[tuple[Value, str, int]]:
    """What stands in a column of the list: each value, its words and how many pupils; a scan, so call it in a worker."""
    found = store.value_counts(workspace.read(), selection(workspace, caseload), column)
    return [(value, value_words(workspace, column, value), number) for value, number in found]


def value_words(workspace: Workspace, column: str, value: Value) -> str:
    if value is None:
        return "(empty)"
    if column in ("School", "Next school"):
        return pupil_store.school_name(workspace.read(), int(value)) or "a school"
    if column == "Yr":
        return year_group_short(academic_year(workspace.clock.today) - int(value))
    if column == "Next step":
        return workspace.milestones[int(value)].short
    return short_with_year(date.fromisoformat(str(value))) if column == "Due" else str(value)


def holds(workspace: Workspace, caseload: Caseload, pupil_id: int) -> bool:
    chosen = selection(workspace, caseload)
    ids = set(chosen.pupil_ids) & {pupil_id} if chosen.pupil_ids else {pupil_id}
    return bool(ids) and store.count(workspace.read(), replace(chosen, pupil_ids=tuple(ids))) > 0


def pupil_state(row: PupilRow, today: date) -> State:
    """The most pressing state of anything the pupil has: what the symbol before the name says."""
    if row.next_late_after < today:
        return "overdue"
    if row.missed_open:
        return "missed"
    if row.next_due_on is not None and row.next_due_on <= soon_until(today):
        return "due soon"
    return "not due"


def facets(workspace: Workspace, caseload: Caseload, parts: Collection[str] = FACETS) -> dict[str, list[Count]]:
    """The counts beside each filter of these parts, by the part they toggle; of a narrowed county some scans, so call it in a worker."""
    from transitions.pupils.school_groups import called
    from transitions.pupils.school_groups import groups as groups_of_schools

    connection, chosen = workspace.read(), selection(workspace, caseload)
    year = academic_year(workspace.clock.today)
    counts = counting.whose_counts(connection, chosen, workspace.me)
    states = counting.state_counts(connection, chosen) if "states" in parts else {}
    years = counting.cohort_year_counts(connection, chosen)
    cohorts = counting.cohort_counts(connection, chosen)
    points = counting.transition_counts(connection, chosen)
    of_schools = groups_of_schools(workspace) if "groups" in parts else []
    pupils = counting.group_counts(connection, chosen, year) if of_schools else {}
    groups = sorted({year - cohort for cohort in years} | set(caseload.year_groups))
    order = [m.transition for m in workspace.milestones.values()]
    codes = sorted(
        {*points, *caseload.transitions}, key=lambda code: order.index(code) if code in order else len(order)
    )
    return {
        "whose": [
            Count(name, name, number, caseload.worker_id is None and caseload.whose == name)
            for name, number in counts.items()
        ],
        "states": [Count(s, s, states[s], s in caseload.states) for s in FACET_STATES if s in states],
        "year_groups": [
            Count(str(group), year_group_label(group), years.get(year - group, 0), group in caseload.year_groups)
            for group in groups
        ],
        "transitions": [Count(code, code, points.get(code, 0), code in caseload.transitions) for code in codes],
        "cohorts": [
            Count(name, name, number, name in caseload.cohorts)
            for name, number in cohorts.items()
            if number or not (name.endswith("?") or name == TOLD_AGAIN) or name in caseload.cohorts
        ],
        "groups": [
            Count(str(one.id), called(one), pupils.get(one.id, 0), one.id in caseload.groups) for one in of_schools
        ],
    }
