"""The list of pupils: which ones, in what order, a window of them, how many.

Plain SQL, tuples out: one indexed read paints a screen whatever the number of pupils.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from db.caseload.kept import BITS, MISSED, is_one_of
from db.driver import Connection, not_indexed
from db.pupils.pupils import OF_PUPIL, PUPIL_NAMES, SUPPORTED, support_ends
from db.pupils.school_groups import schools_of
from db.rows import among, columns, fetch, fetch_number, like_pattern, marks, stream

_SEPTEMBER = 9
_ORDERS: Mapping[str, Sequence[str]] = {
    "most overdue first": ("p.next_late_after", "p.search_text", "p.id"),
    "name": ("p.search_text", "p.id"),
    "year group": ("p.cohort_year DESC", "p.next_late_after", "p.search_text", "p.id"),
    "school": ("coalesce(s.search_text, '~')", "p.cohort_year DESC", "p.search_text", "p.id"),
    "next school": ("coalesce(n.search_text, '~')", "p.search_text", "p.id"),
}
TURNED: Mapping[str, str] = {
    "most overdue first": "furthest away first",
    "name": "name from Z to A",
    "year group": "oldest year group first",
    "school": "school from Z to A",
    "next school": "next school from Z to A",
}
"""What each order is called when it is turned round: the same index, read from its end."""


def _turned(term: str) -> str:
    return term.removesuffix(" DESC") if term.endswith(" DESC") else f"{term} DESC"


ORDERS: Mapping[str, str] = {
    **{name: ", ".join(terms) for name, terms in _ORDERS.items()},
    **{TURNED[name]: ", ".join(map(_turned, terms)) for name, terms in _ORDERS.items()},
}
COLUMN_VALUES: Mapping[str, str] = {
    "Yr": "p.cohort_year",
    "School": "p.school_id",
    "Next school": "p.next_school_id",
    "SEN": "p.sen_provision",
    "Next step": "p.next_milestone_id",
    "Due": "p.next_due_on",
}
"""By the title of a column of the list what its cell is made of."""
Value = int | str | None
_KEPT = (
    "(SELECT cohort_year, counted_as, CASE WHEN unowned THEN NULL ELSE 0 END AS owner_id, NULL AS archived_at, number "
    "FROM pupil_count) p"
)

STATES: Mapping[str, str] = {
    # of a range with a first day SQLite knows that it is short; without, it would go through the open steps of every pupil
    "overdue": "pm.outcome IS NULL AND pm.late_after > '0' AND pm.late_after < :today",
    "due soon": "pm.outcome IS NULL AND pm.late_after >= :today AND pm.due_on <= :soon",
    "not due": "pm.outcome IS NULL AND (pm.due_on > :soon OR pm.due_on IS NULL)",
    "missed": "pm.outcome = 'missed'",
    "met": "pm.outcome = 'met'",
    "late": "pm.outcome = 'late'",
    "waived": "pm.outcome = 'waived'",
    "not applicable": "pm.outcome = 'not applicable'",
}
STEP_MILESTONE = not_indexed("pm.milestone_id")
"""Among everybody's steps the days narrow, and a milestone's steps of all years do not."""
LATE_ACTION = "a.status = 'open' AND a.due_on < :today"
"""What makes an action ``a`` of a plan one that is past its day."""
QUICK_STATES: Mapping[str, str] = {
    "overdue": "p.next_late_after < :today",
    "due soon": "p.next_late_after >= :today AND p.next_due_on <= :soon",
    "missed": is_one_of([MISSED]),
}
_OPEN = "coalesce(started_on, :today) <= :today AND coalesce(ended_on, :today) >= :today AND NOT end_not_known"
_IN_CARE = f"SELECT pupil_id FROM social_care_episode WHERE {_OPEN}"
_SUPPORTED = f"SELECT pupil_id FROM social_care_episode JOIN pupil born ON born.id = pupil_id WHERE {_OPEN} AND {SUPPORTED.format(p='born')}"
TOLD_AGAIN = "reminder set"
TOLD_LATER = "SELECT pupil_id FROM reminder WHERE remind_on > :today"
"""The pupils of whom nothing is asked before a later day."""
AMONG: Mapping[str, str] = {
    "looked after": f"{_IN_CARE} AND kind = 'looked after'",
    "child protection": f"{_IN_CARE} AND kind = 'child protection'",
    TOLD_AGAIN: TOLD_LATER,
}
"""By cohort who is in it today."""
DATED: Mapping[str, str] = {
    **{name: f"p.id IN ({these})" for name, these in AMONG.items()},
    "14+ open to social care": f"p.date_of_birth <= :fourteen AND p.id IN ({_SUPPORTED})",
    "past 25: EHC plan end date?": (
        f"{is_one_of(['EHC plan'])} AND p.date_of_birth < :past_25 AND coalesce((SELECT e.ehc_ended_on FROM ehc_plan e "
        "WHERE e.pupil_id = p.id ORDER BY e.id DESC LIMIT 1), '9999-12-31') > :today"
    ),
}
"""The cohorts in which a pupil is on some days; in the others, until something is changed."""
_COHORTS = (
    "14+ open to social care", "EHC plan", "SEN support", "awaiting an EHC assessment", "looked after", "child protection",
    "pupil premium", "previously looked after", "Transition Guarantee", "young carer", "part-time timetable",
    "enhanced transition", "no next school", "care start date?", "social care start date?", "care end date?",
    "social care end date?", "part-time start date?", "part-time end date?", "EHC plan start date?", "EHC plan end date?",
    "past 25: EHC plan end date?", "off-roll date?", "home education start date?", "missing education start date?",
    "suspension or exclusion date?", TOLD_AGAIN,
)  # fmt: skip
COHORTS: Mapping[str, str] = {name: DATED.get(name) or is_one_of([name]) for name in _COHORTS}
"""Those that end in a question mark are the pupils of whom a day is to be asked for."""


@dataclass(frozen=True)
class Selection:
    """Which pupils: every part narrows; an empty one leaves all. Days are those of the looker's clock."""

    today: date
    soon: date
    fourteen: date
    owner_id: int | None = None
    unowned: bool = False
    cohort_years: tuple[int, ...] = ()
    cohorts: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    transitions: tuple[str, ...] = ()
    milestone_code: str | None = None
    school_id: int | None = None
    next_school_id: int | None = None
    groups: tuple[int, ...] = ()
    """Groups of schools, and the academic year in which schools belong to them."""
    groups_in: int = 0
    pupil_ids: tuple[int, ...] = ()
    column: str = ""
    """With ``value``: only those in whose column (of ``COLUMN_VALUES``) this stands."""
    value: Value = None
    words: tuple[str, ...] = ()
    late_actions: bool = False
    """Whether an action past its day brings a pupil in as one of the states does."""
    but_told_later: bool = False
    """Whether those are left out of whom nothing is asked before a later day."""

    of_one_school: bool = False
    """Whether no others are met than a school's own, so that what is kept of everybody does not count them."""

    @property
    def everybody(self) -> bool:
        """Whether nothing narrows the selection, so that a count need not look at pupils at all."""
        return self == Selection(self.today, self.soon, self.fourteen)

    @property
    def is_kept(self) -> bool:
        """Whether it is known without a look at pupils how many they are."""
        rest = replace(self, unowned=False, cohort_years=(), cohorts=(), states=(), transitions=())
        known = BITS.keys() >= {*self.cohorts, *self.states, *self.transitions}
        return rest.everybody and known and not (self.states and self.transitions)

    @property
    def counted_from(self) -> tuple[str, str]:
        """What pupils ``p`` are counted from, and how many each row of it stands for."""
        return (_KEPT, "p.number") if self.is_kept else ("pupil p", "1")

    def is_quick_by(self, order: str) -> bool:
        """Whether an index leads to its first rows in this order, so that nobody waits for them at a key."""
        few = (self.owner_id, self.school_id, self.next_school_id, self.cohort_years, self.pupil_ids)
        return any(few) or self.column == "Yr" or not (self.column or "school" in order)

    @property
    def of_cohorts(self) -> dict[str, date]:
        """The days that cohorts ask for: who is born before the second is past the academic year of the 25th birthday."""
        begun = self.today.year - (self.today.month < _SEPTEMBER)
        return {"fourteen": self.fourteen, "past_25": date(begun - 25, _SEPTEMBER, 1), **support_ends(self.today)}

    def where(self, *, leave_out: str = "") -> tuple[str, dict[str, Any]]:
        """The condition and its parameters; ``leave_out`` names a part that is not applied (for its own counts)."""
        parameters: dict[str, Any] = {"today": self.today, "soon": self.soon}
        parts = ["p.archived_at IS NULL", *([f"p.id NOT IN ({TOLD_LATER})"] if self.but_told_later else [])]
        if leave_out != "whose":
            if self.unowned:
                parts.append("p.owner_id IS NULL")
            elif self.owner_id is not None:
                parts.append("p.owner_id = :owner")
                parameters["owner"] = self.owner_id
        if self.cohort_years and leave_out != "year":
            parts.append(f"p.cohort_year IN ({marks(parameters, 'cohort', self.cohort_years)})")
        if self.cohorts:
            parts.extend(f"({COHORTS[name]})" for name in self.cohorts)
            parameters |= self.of_cohorts
        if self.school_id is not None:
            parts.append("(p.school_id = :school OR p.next_school_id = :school)")
            parameters["school"] = self.school_id
        if self.next_school_id is not None:
            parts.append("p.next_school_id = :next_school")
            parameters["next_school"] = self.next_school_id
        if self.groups and leave_out != "groups":
            schools = schools_of(parameters, self.groups, self.groups_in)
            parts.append(f"(p.school_id IN ({schools}) OR p.next_school_id IN ({schools}))")
        if self.pupil_ids:
            parts.append(f"p.id IN ({marks(parameters, 'pupil', self.pupil_ids)})")
        if self.column:
            parts.append(f"{COLUMN_VALUES[self.column]} {'IS NULL' if self.value is None else '= :value'}")
            parameters["value"] = self.value
        for number, word in enumerate(self.words):
            parts.append(f"p.search_text LIKE :word{number} ESCAPE '\\'")
            parameters[f"word{number}"] = like_pattern(word)
        if leave_out != "steps":
            parts.extend(self.steps_parts(parameters, () if leave_out == "state" else self.states))
        return " AND ".join(parts), parameters

    def where_of_plans(self) -> tuple[str, dict[str, Any]]:
        """The condition on pupils ``p`` and their plans ``l``: a transition point alone is the plan's, not a step's."""
        if not self.transitions:
            return self.where()
        where, parameters = self.where(leave_out="" if self.states or self.milestone_code else "steps")
        return f"{where} AND l.transition IN ({marks(parameters, 'plan_for', self.transitions)})", parameters

    def of_steps(self, parameters: dict[str, Any], milestone: str = "pm.milestone_id") -> list[str]:
        """The conditions on a step ``pm`` itself; ``milestone`` is the column, or ``STEP_MILESTONE`` among everybody's steps."""
        parts = []
        if self.transitions:
            listed = marks(parameters, "transition", self.transitions)
            parts.append(f"{milestone} IN (SELECT id FROM milestone WHERE transition IN ({listed}))")
        if self.milestone_code is not None:
            parts.append(f"{milestone} = (SELECT id FROM milestone WHERE code = :milestone)")
            parameters["milestone"] = self.milestone_code
        return parts

    def of_actions(self, parameters: dict[str, Any]) -> list[str]:
        """The conditions on an action ``a`` itself: of plans for which transition points; milestones have none."""
        parts = []
        if self.transitions:
            listed = marks(parameters, "transition", self.transitions)
            parts.append(f"a.plan_id IN (SELECT id FROM plan WHERE transition IN ({listed}))")
        if self.milestone_code is not None:
            parts.append("FALSE")
        return parts

    def of_plans(self, parameters: dict[str, Any]) -> list[str]:
        parts = []
        if self.transitions:
            parts.append(f"l.transition IN ({marks(parameters, 'transition', self.transitions)})")
        if self.milestone_code is not None:
            parts.append("FALSE")
        return parts

    def steps_parts(self, parameters: dict[str, Any], states: Sequence[str]) -> list[str]:
        """The conditions on what the pupil has to do.

        A state alone is read off the pupil's most pressing step (and open misses), which is indexed; with a transition
        point or a milestone, it is the state of one of those steps.
        """
        inner = self.of_steps(parameters)
        if not (states or self.milestone_code) and BITS.keys() >= set(self.transitions):
            tests = [is_one_of(self.transitions)] if self.transitions else []
        elif inner:
            tests = [_exists([*inner, _any_of(STATES, states)] if states else inner)]
        else:
            slow = [state for state in states if state not in QUICK_STATES]
            tests = [f"({QUICK_STATES[state]})" for state in states if state in QUICK_STATES]
            if slow:
                tests.append(_exists([_any_of(STATES, slow)]))
        if states and self.late_actions:
            of_actions = " AND ".join((LATE_ACTION, *self.of_actions(parameters)))
            tests.append(f"p.id IN (SELECT a.pupil_id FROM plan_action a WHERE {of_actions})")
        return [f"({' OR '.join(tests)})"] if tests else []


class PupilRow(NamedTuple):
    """One line of the list; ``marked`` is a marker of data protection that holds."""

    id: int
    upn: str | None
    surname: str
    forename: str
    preferred_name: str | None
    cohort_year: int
    school: str | None
    next_school: str | None
    sen_provision: str
    social_care_now: str | None
    tier: str | None
    owner: str | None
    next_step: str | None
    next_due_on: date | None
    next_late_after: date
    missed_open: int
    marked: str | None


_HOLDS = "k.ended_on IS NULL AND k.kind <> 'consent'"
_MARKED = f"(SELECT k.kind FROM marker k WHERE k.pupil_id = p.id AND {_HOLDS} ORDER BY k.id LIMIT 1)"
_ROW = (
    f"SELECT {columns(PupilRow, 'p', OF_PUPIL, next_step='m.short', marked=_MARKED)} FROM pupil p {PUPIL_NAMES} "
    "LEFT JOIN milestone m ON m.id = p.next_milestone_id "
)


def first_rows(connection: Connection, selection: Selection, order: str, limit: int) -> list[PupilRow]:
    where, parameters = selection.where()
    query = f"{_ROW}WHERE {where} ORDER BY {ORDERS[order]} LIMIT :limit"
    return fetch(connection, PupilRow, query, {**parameters, "limit": limit})


def all_rows(connection: Connection, selection: Selection, order: str) -> Iterator[PupilRow]:
    where, parameters = selection.where()
    return stream(connection, PupilRow, f"{_ROW}WHERE {where} ORDER BY {ORDERS[order]}", parameters)


def any_marked(connection: Connection, selection: Selection) -> bool:
    where, parameters = selection.where()
    query = f"SELECT EXISTS (SELECT 1 FROM marker k JOIN pupil p ON p.id = k.pupil_id WHERE {_HOLDS} AND {where})"
    return bool(fetch_number(connection, query, parameters))


def keys(connection: Connection, selection: Selection, order: str) -> "array[int]":
    where, parameters = selection.where()
    rows = connection.execute(
        f"SELECT p.id FROM pupil p {_joins(order)}WHERE {where} ORDER BY {ORDERS[order]}", parameters
    )
    return array("q", (row[0] for row in rows))


def rows(connection: Connection, ids: Sequence[int]) -> dict[int, PupilRow]:
    where, parameters = among("p.id", ids)
    return {row.id: row for row in fetch(connection, PupilRow, f"{_ROW}WHERE {where}", parameters)}


def count(connection: Connection, selection: Selection) -> int:
    where, parameters = selection.where()
    source, number = selection.counted_from
    return fetch_number(connection, f"SELECT coalesce(sum({number}), 0) FROM {source} WHERE {where}", parameters)


def value_counts(connection: Connection, selection: Selection, column: str) -> list[tuple[Value, int]]:
    """What stands in a column (of ``COLUMN_VALUES``) and how often, the most frequent first; a scan."""
    where, parameters = selection.where()
    found = connection.execute(
        f"SELECT {COLUMN_VALUES[column]} AS value, count(*) FROM pupil p WHERE {where} GROUP BY value ORDER BY count(*) DESC, value NULLS FIRST",
        parameters,
    )
    return [(value, number) for value, number in found]


def _joins(order: str) -> str:
    school = "LEFT JOIN school s ON s.id = p.school_id " if "(s." in ORDERS[order] else ""
    following = "LEFT JOIN school n ON n.id = p.next_school_id " if "(n." in ORDERS[order] else ""
    return school + following


def _any_of(tests: Mapping[str, str], names: Sequence[str]) -> str:
    return f"({' OR '.join(f'({tests[name]})' for name in names)})"


def _exists(parts: Sequence[str]) -> str:
    return f"EXISTS (SELECT 1 FROM pupil_milestone pm WHERE pm.pupil_id = p.id AND {' AND '.join(parts)})"
