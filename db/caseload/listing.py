"""The list of pupils: which ones, in what order, a window of them, and the counts beside the filters.

Plain SQL, tuples out: one indexed read paints a screen whatever the number of pupils.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection, not_indexed
from db.pupils.pupils import OF_PUPIL, PUPIL_NAMES, SUPPORTED, support_ends
from db.pupils.school_groups import IN_YEAR, schools_of
from db.rows import among, columns, fetch, fetch_number, like_pattern, marks, stream
from db.vocabulary import SUSPENSIONS

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

STATES: Mapping[str, str] = {
    "overdue": "pm.outcome IS NULL AND pm.late_after < :today",
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
_QUICK_STATES: Mapping[str, str] = {
    "overdue": "p.next_late_after < :today",
    "due soon": "p.next_late_after >= :today AND p.next_due_on <= :soon",
    "missed": "p.missed_open > 0",
}
_UNDATED = "p.id IN (SELECT pupil_id FROM placement WHERE started_on IS NULL AND ended_on IS NULL AND kind IN ({}))"
_OPEN = "coalesce(started_on, :today) <= :today AND coalesce(ended_on, :today) >= :today AND NOT end_not_known"
_IN_CARE = f"SELECT pupil_id FROM social_care_episode JOIN pupil born ON born.id = pupil_id WHERE {_OPEN} AND {SUPPORTED.format(p='born')}"
_NO_FIRST_DAY = (
    "SELECT pupil_id FROM social_care_episode WHERE started_on IS NULL AND ended_on IS NULL AND NOT end_not_known"
)
# while the first day of what came after it is asked for, the answer to that is the answer to this
_NO_LAST_DAY = f"SELECT pupil_id FROM social_care_episode WHERE end_not_known AND pupil_id NOT IN ({_NO_FIRST_DAY})"
TOLD_AGAIN = "reminder set"
TOLD_LATER = "SELECT pupil_id FROM reminder WHERE remind_on > :today"
"""The pupils of whom nothing is asked before a later day."""
COHORTS: Mapping[str, str] = {
    "14+ open to social care": f"p.date_of_birth <= :fourteen AND p.id IN ({_IN_CARE})",
    "EHC plan": "p.sen_provision = 'E'",
    "SEN support": "p.sen_provision = 'K'",
    "awaiting an EHC assessment": (
        "p.sen_provision <> 'E' AND p.id IN (SELECT pupil_id FROM ehc_plan WHERE ehc_requested_on IS NOT NULL AND ehc_started_on IS NULL "
        "AND ehc_ended_on IS NULL AND coalesce(ehc_decision, 'assess') = 'assess')"
    ),
    "looked after": f"p.id IN ({_IN_CARE} AND kind = 'looked after')",
    "child protection": f"p.id IN ({_IN_CARE} AND kind = 'child protection')",
    "pupil premium": "p.pupil_premium",
    "previously looked after": "p.previously_looked_after",
    "Transition Guarantee": "(p.pupil_premium OR p.previously_looked_after)",
    "young carer": "p.young_carer",
    "part-time timetable": "p.part_time_timetable",
    "enhanced transition": "p.tier = 'enhanced'",
    "no next school": "p.next_school_id IS NULL",
    "care start date?": f"p.id IN ({_NO_FIRST_DAY} AND kind = 'looked after')",
    "social care start date?": f"p.id IN ({_NO_FIRST_DAY} AND kind <> 'looked after')",
    "care end date?": f"p.id IN ({_NO_LAST_DAY} AND kind = 'looked after')",
    "social care end date?": f"p.id IN ({_NO_LAST_DAY} AND kind <> 'looked after')",
    "part-time start date?": (
        "p.part_time_timetable AND p.id NOT IN (SELECT pupil_id FROM placement "
        "WHERE kind = 'part-time timetable' AND ended_on IS NULL)"
    ),
    "part-time end date?": "p.part_time_timetable AND p.part_time_timetable_until IS NULL",
    "EHC plan start date?": (
        "p.sen_provision = 'E' AND p.id NOT IN (SELECT pupil_id FROM ehc_plan WHERE ehc_started_on IS NOT NULL)"
    ),
    "EHC plan end date?": (
        "p.sen_provision <> 'E' AND p.id IN (SELECT pupil_id FROM ehc_plan WHERE ehc_started_on IS NOT NULL AND ehc_ended_on IS NULL)"
    ),
    "past 25: EHC plan end date?": (
        "p.sen_provision = 'E' AND p.date_of_birth < :past_25 AND coalesce((SELECT e.ehc_ended_on FROM ehc_plan e "
        "WHERE e.pupil_id = p.id ORDER BY e.id DESC LIMIT 1), '9999-12-31') > :today"
    ),
    "off-roll date?": _UNDATED.format("'off roll'"),
    "home education start date?": _UNDATED.format("'elective home education'"),
    "missing education start date?": _UNDATED.format("'missing education'"),
    "suspension or exclusion date?": _UNDATED.format(f"{', '.join(map(repr, (*SUSPENSIONS, 'permanent exclusion')))}"),
    TOLD_AGAIN: f"p.id IN ({TOLD_LATER})",
}
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

    @property
    def everybody(self) -> bool:
        """Whether nothing narrows the selection, so that a count need not look at pupils at all."""
        return self == Selection(self.today, self.soon, self.fourteen)

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
            parts.extend(self._steps_parts(parameters, () if leave_out == "state" else self.states))
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

    def _steps_parts(self, parameters: dict[str, Any], states: Sequence[str]) -> list[str]:
        """The conditions on what the pupil has to do.

        A state alone is read off the pupil's most pressing step (and open misses), which is indexed; with a transition
        point or a milestone, it is the state of one of those steps.
        """
        inner = self.of_steps(parameters)
        if inner:
            tests = [_exists([*inner, _any_of(STATES, states)] if states else inner)]
        else:
            slow = [state for state in states if state not in _QUICK_STATES]
            tests = [f"({_QUICK_STATES[state]})" for state in states if state in _QUICK_STATES]
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
    return fetch_number(connection, f"SELECT count(*) FROM pupil p WHERE {where}", parameters)


def value_counts(connection: Connection, selection: Selection, column: str) -> list[tuple[Value, int]]:
    """What stands in a column (of ``COLUMN_VALUES``) and how often, the most frequent first; a scan."""
    where, parameters = selection.where()
    found = connection.execute(
        f"SELECT {COLUMN_VALUES[column]} AS value, count(*) FROM pupil p WHERE {where} GROUP BY value ORDER BY count(*) DESC, value NULLS FIRST",
        parameters,
    )
    return [(value, number) for value, number in found]


def whose_counts(connection: Connection, selection: Selection, me: int | None) -> dict[str, int]:
    where, parameters = selection.where(leave_out="whose")
    mine, everyone, nobody = connection.execute(
        "SELECT count(*) FILTER (WHERE p.owner_id = :me), count(*), count(*) FILTER (WHERE p.owner_id IS NULL) "
        f"FROM pupil p WHERE {where}",
        {**parameters, "me": me},
    ).fetchone()
    return {"mine": mine, "all": everyone, "nobody's": nobody}


def cohort_year_counts(connection: Connection, selection: Selection) -> dict[int, int]:
    where, parameters = selection.where(leave_out="year")
    found = connection.execute(
        f"SELECT p.cohort_year, count(*) FROM pupil p WHERE {where} GROUP BY p.cohort_year", parameters
    )
    return dict(found.fetchall())


def cohort_counts(
    connection: Connection, selection: Selection, names: Collection[str] = tuple(COHORTS)
) -> dict[str, int]:
    """How many pupils are left when each cohort is asked for as well: cohorts narrow each other."""
    where, parameters = selection.where()
    parameters |= selection.of_cohorts
    return _counts(connection, {name: COHORTS[name] for name in names}, where, parameters)


def group_counts(connection: Connection, selection: Selection, year: int) -> dict[int, int]:
    """How many pupils are at, or going to, a school of each group of schools."""
    where, parameters = selection.where(leave_out="groups")
    found = connection.execute(
        "SELECT b.group_id, count(DISTINCT p.id) FROM school_group_member b JOIN pupil p ON p.school_id = b.school_id "
        f"OR p.next_school_id = b.school_id WHERE {IN_YEAR} AND {where} GROUP BY b.group_id",
        {**parameters, "member_year": year},
    )
    return dict(found.fetchall())


def state_counts(connection: Connection, selection: Selection) -> dict[str, int]:
    where, parameters = selection.where(leave_out="state")
    steps_alone = replace(selection, late_actions=False)
    tests = {state: " AND ".join(steps_alone._steps_parts(parameters, (state,))) for state in _QUICK_STATES}
    return _counts(connection, tests, where, parameters)


def transition_counts(connection: Connection, selection: Selection) -> dict[str, int]:
    """How many pupils have a step at each transition point, in the states that are asked for.

    With ``late_actions`` those count as well who have an action past its day in a plan for it.
    """
    everywhere = replace(selection, transitions=())
    where, parameters = everywhere.where(leave_out="steps")
    parts = [where, *everywhere.of_steps(parameters)]
    if selection.states:
        parts.append(_any_of(STATES, selection.states))
    pairs = (
        "SELECT m.transition, pm.pupil_id FROM pupil p JOIN pupil_milestone pm ON pm.pupil_id = p.id "
        f"JOIN milestone m ON m.id = {STEP_MILESTONE} WHERE {' AND '.join(parts)}"
    )
    if selection.states and selection.late_actions:
        parts = [LATE_ACTION, where, *everywhere.of_actions(parameters)]
        pairs += (
            " UNION SELECT l.transition, a.pupil_id FROM plan_action a JOIN plan l ON l.id = a.plan_id "
            f"JOIN pupil p ON p.id = a.pupil_id WHERE {' AND '.join(parts)}"
        )
    found = connection.execute(
        f"SELECT transition, count(DISTINCT pupil_id) FROM ({pairs}) AS pairs GROUP BY transition", parameters
    )
    return dict(found.fetchall())


def _counts(
    connection: Connection, tests: Mapping[str, str], where: str, parameters: Mapping[str, Any]
) -> dict[str, int]:
    """Count the pupils for whom each test holds, all in one scan."""
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests.values())
    numbers = connection.execute(f"SELECT {counts} FROM pupil p WHERE {where}", parameters).fetchone()
    return dict(zip(tests, numbers, strict=True))


def _joins(order: str) -> str:
    school = "LEFT JOIN school s ON s.id = p.school_id " if "(s." in ORDERS[order] else ""
    following = "LEFT JOIN school n ON n.id = p.next_school_id " if "(n." in ORDERS[order] else ""
    return school + following


def _any_of(tests: Mapping[str, str], names: Sequence[str]) -> str:
    return f"({' OR '.join(f'({tests[name]})' for name in names)})"


def _exists(parts: Sequence[str]) -> str:
    return f"EXISTS (SELECT 1 FROM pupil_milestone pm WHERE pm.pupil_id = p.id AND {' AND '.join(parts)})"
