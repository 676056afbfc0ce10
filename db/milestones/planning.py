"""What planning reads of pupils and the planned rows it writes; all in bulk, all plain SQL."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from db.caseload.kept import COUNTED_AS
from db.driver import CHOSEN, Connection, insert_many
from db.handovers.board import SENT_ELSEWHERE
from db.pupils.destinations import LEAVES
from db.pupils.pupils import PUPIL, PUPIL_NAMES, SUPPORTED, PupilPage, support_ends
from db.rows import decoder, delete_many, fetch_column, fetch_number, fetch_value, item_decoder, marks
from db.vocabulary import FAR_FUTURE, PLACE_OUTCOMES, PLANS_IN_FORCE

CHUNK = 1_000
"""Pupils planned together: 7 MB."""


class PupilFacts(NamedTuple):
    """One pupil, and of the current school and of other records what planning looks at."""

    pupil: PupilPage
    la_number: int | None
    low_age: int | None
    high_age: int | None
    episodes: tuple[tuple[str, date | None, date | None, bool], ...]
    reviews: tuple[tuple[str, date, date], ...]
    """Of every plan in force the transition point, the day of the next review, and that of the last one or else of the
    agreement; soonest first."""
    plans: tuple[tuple[str, date, date | None], ...]
    """Of every plan that is not closed the transition point, and when its first version was opened and agreed."""
    destinations: tuple[tuple[str, int, date, str, int, int, int | None, int | None, int | None, int | None], ...] = ()
    """Of every move of which it is known where to the transition point and the year, since when the place is what it is,
    whether the pupil leaves the school, or stays there, and the ages that the school and the one before it teach."""
    handovers: tuple[tuple[str, int, date | None, date | None, date | None], ...] = ()
    """Of every handover the transition point and the year of the move, when it went first and last to the school that the
    pupil moves to, and when that acknowledged it."""
    files_sent: tuple[tuple[date, date | None, int], ...] = ()
    """When a child protection file went to a school, when its receipt came, and whether that is the present school."""
    places_named: tuple[tuple[str, int, date], ...] = ()
    """Of every phase transfer whose final EHC plan names the place or its type the transition point, the year and the day."""
    occasions: tuple[tuple[str, date, date | None], ...] = ()
    """The part-time timetables, re-integrations and ends of funding: the day of each, and when it was done with; those of one
    day count as one."""
    off_roll: tuple[tuple[date | None], ...] = ()
    """Since when the pupil is off roll, the oldest first; None for a day that nobody has said."""


StepKey = tuple[int, int, int]
"""A pupil's number, a milestone's and a cycle."""


class PlannedStep(NamedTuple):
    """A planned row as it stands, or as it should stand."""

    pupil_id: int
    milestone_id: int
    cycle: int
    due_on: date | None
    late_after: date | None
    outcome: str | None = None
    done_on: date | None = None
    from_record: bool = False

    @property
    def key(self) -> StepKey:
        return self[:3]


class ExistingStep(NamedTuple):
    """A row as it stands, with whether a person has decided on it."""

    row: PlannedStep
    touched: bool


_FACTS = f"""
SELECT {PUPIL}, s.la_number, s.low_age, s.high_age FROM pupil p {PUPIL_NAMES} WHERE p.id IN {CHOSEN} ORDER BY p.id
"""
_END_OF_PUPIL = len(PupilPage._fields)
_EPISODES = f"""
SELECT pupil_id, kind, started_on, ended_on, end_not_known FROM social_care_episode WHERE pupil_id IN {CHOSEN} ORDER BY started_on NULLS FIRST, id
"""
_REVIEWS = f"""
SELECT pupil_id, transition, review_on, coalesce(reviewed_on, agreed_on) FROM plan
WHERE status IN {PLANS_IN_FORCE!r} AND review_on IS NOT NULL AND pupil_id IN {CHOSEN} ORDER BY review_on, id
"""
# A version that was replaced is part of the plan; one that was closed before the next was opened was another move's.
_PLANS = f"""
SELECT l.pupil_id, l.transition, min(l.opened_on), min(l.agreed_on) FROM plan l
WHERE l.pupil_id IN {CHOSEN}
  AND EXISTS (SELECT 1 FROM plan o WHERE o.pupil_id = l.pupil_id AND o.transition = l.transition
              AND o.version >= l.version AND o.status <> 'closed')
  AND NOT EXISTS (SELECT 1 FROM plan o WHERE o.pupil_id = l.pupil_id AND o.transition = l.transition
                  AND o.version > l.version AND o.opened_on > l.closed_on)
GROUP BY l.pupil_id, l.transition ORDER BY l.pupil_id, min(l.opened_on), l.transition
"""
# What failed or was taken back never went, and "sent" (not "sent again") begins anew: it is the first time to that school.
_HANDOVERS = f"""
SELECT h.pupil_id, h.transition, h.move_year,
       CASE WHEN h.arrives THEN coalesce((
         SELECT min(e.on_day) FROM handover_event e
         WHERE e.handover_id = h.id AND e.what IN ('sent', 'sent again') AND e.id >= coalesce((
           SELECT max(b.id) FROM handover_event b
           WHERE b.handover_id = h.id AND b.what IN ('sent', 'failed', 'taken back')), 0)), h.went_on) END,
       CASE WHEN h.arrives THEN h.went_on END, CASE WHEN h.arrives AND h.status = 'acknowledged' THEN h.acknowledged_on END
FROM (SELECT h.*, coalesce(h.sent_on, h.received_on) AS went_on,
             h.status NOT IN ('drafting', 'failed') AND NOT ({SENT_ELSEWHERE}) AS arrives
      FROM handover h WHERE h.pupil_id IN {CHOSEN}) h
ORDER BY h.pupil_id, h.move_year, h.id
"""
_DESTINATIONS = f"""
SELECT d.pupil_id, d.transition, d.move_year, d.recorded_on, d.stage, coalesce({LEAVES}, FALSE),
       coalesce(d.school_id = d.from_school_id, FALSE), s.low_age, s.high_age, l.low_age, l.high_age
FROM destination d JOIN pupil p ON p.id = d.pupil_id JOIN school s ON s.id = d.school_id
LEFT JOIN school l ON l.id = d.from_school_id WHERE d.pupil_id IN {CHOSEN} ORDER BY d.pupil_id, d.move_year, d.id
"""
_FILES_SENT = f"""
SELECT c.pupil_id, c.sent_on, c.receipt_on, coalesce(c.to_school_id = p.school_id, FALSE)
FROM child_protection_transfer c JOIN pupil p ON p.id = c.pupil_id
WHERE c.pupil_id IN {CHOSEN} ORDER BY c.pupil_id, c.sent_on, c.id
"""
_PLACES_NAMED = f"""
SELECT pupil_id, transition, move_year, final_on FROM phase_transfer
WHERE outcome IN {PLACE_OUTCOMES[:2]!r} AND pupil_id IN {CHOSEN} ORDER BY pupil_id, move_year, id
"""
_OCCASIONS = f"""
SELECT pupil_id, 'part-time timetable', started_on, CASE WHEN count(*) = count(ended_on) THEN max(ended_on) END
FROM placement WHERE pupil_id IN {CHOSEN} AND kind = 'part-time timetable' GROUP BY pupil_id, started_on
UNION ALL
SELECT pupil_id, 're-integration', back_on, CASE WHEN count(*) = count(checked_on) THEN max(checked_on) END
FROM placement WHERE pupil_id IN {CHOSEN} AND back_on IS NOT NULL
  AND kind NOT IN ('part-time timetable', 'new school') GROUP BY pupil_id, back_on
UNION ALL
SELECT pupil_id, 'funding', ends_on, CASE WHEN count(*) = count(applied_on) THEN max(applied_on) END
FROM funding WHERE pupil_id IN {CHOSEN} GROUP BY pupil_id, ends_on
ORDER BY 1, 2, 3 NULLS FIRST
"""
_OFF_ROLL = f"""
SELECT pupil_id, started_on FROM placement WHERE kind = 'off roll' AND ended_on IS NULL AND pupil_id IN {CHOSEN}
ORDER BY pupil_id, started_on NULLS FIRST, id
"""
_LISTS = {
    "episodes": _EPISODES, "reviews": _REVIEWS, "plans": _PLANS, "destinations": _DESTINATIONS, "handovers": _HANDOVERS,
    "files_sent": _FILES_SENT, "places_named": _PLACES_NAMED, "occasions": _OCCASIONS, "off_roll": _OFF_ROLL,
}  # fmt: skip
"""By the last fields of ``PupilFacts``, in their order, what they are read from: the pupil comes first."""


def pupil_ids(connection: Connection) -> list[int]:
    return fetch_column(connection, int, "SELECT id FROM pupil ORDER BY id")


def pupils_after(connection: Connection, last: int, at_most: int) -> list[int]:
    """The next pupils by number."""
    query = "SELECT id FROM pupil WHERE id > :last ORDER BY id LIMIT :most"
    return fetch_column(connection, int, query, {"last": last, "most": at_most})


def how_many_after(connection: Connection, last: int) -> int:
    return fetch_number(connection, "SELECT count(*) FROM pupil WHERE id > :last", {"last": last})


def pupils_of(connection: Connection, cohorts: Collection[int], milestones: Collection[int]) -> list[int]:
    """The pupils of these cohorts, and those who have a row of one of these milestones."""
    parameters: dict[str, Any] = {}
    query = (
        f"SELECT id FROM pupil WHERE cohort_year IN ({marks(parameters, 'cohort', sorted(cohorts))}) UNION SELECT pupil_id "
        f"FROM pupil_milestone WHERE milestone_id IN ({marks(parameters, 'milestone', sorted(milestones))}) ORDER BY 1"
    )
    return fetch_column(connection, int, query, parameters)


def first_planned(connection: Connection) -> date | None:
    """The first day from which any pupil is planned, None when there is no pupil."""
    return fetch_value(connection, date, "SELECT min(planned_from) FROM pupil")


def schools_of_pupils(connection: Connection) -> list[tuple[int | None, int | None]]:
    """The schools that pupils are at, each with its council's number."""
    query = "SELECT DISTINCT p.school_id, s.la_number FROM pupil p LEFT JOIN school s ON s.id = p.school_id"
    return [tuple(row) for row in connection.execute(query)]


def facts(connection: Connection, ids: Sequence[int]) -> list[PupilFacts]:
    with connection.together():
        connection.choose(ids)
        found = [connection.execute(query) for query in (_FACTS, *_LISTS.values())]
    pupils, *others = found
    lists = [_by_pupil(rows, field) for rows, field in zip(others, _LISTS, strict=True)]
    page = decoder(PupilPage)
    return [
        PupilFacts(page(row[:_END_OF_PUPIL]), *row[_END_OF_PUPIL:], *(of.get(row[0], ()) for of in lists))
        for row in pupils
    ]


def existing_steps(
    connection: Connection, ids: Sequence[int], milestones: Collection[int] | None = None
) -> dict[int, list[ExistingStep]]:
    connection.choose(ids)
    parameters: dict[str, Any] = {}
    of_these = ""
    if milestones is not None:
        of_these = f"AND milestone_id IN ({marks(parameters, 'milestone', sorted(milestones))})"
    planned = decoder(PlannedStep)
    found: dict[int, list[ExistingStep]] = {}
    for *row, touched in connection.execute(
        "SELECT pupil_id, milestone_id, cycle, due_on, late_after, outcome, done_on, from_record, "
        "(outcome IS NOT NULL AND NOT from_record) OR evidence IS NOT NULL "
        f"FROM pupil_milestone WHERE pupil_id IN {CHOSEN} {of_these}",
        parameters,
    ):
        found.setdefault(row[0], []).append(ExistingStep(planned(row), bool(touched)))
    return found


def pupils_at(connection: Connection, schools: Iterable[int]) -> list[int]:
    connection.choose(schools)
    """The pupils who are at these schools, or go there."""
    query = f"SELECT id FROM pupil WHERE school_id IN {CHOSEN} UNION SELECT pupil_id FROM destination WHERE school_id IN {CHOSEN}"
    return fetch_column(connection, int, f"{query} ORDER BY 1")


def with_social_care_change(connection: Connection, first: date, last: date) -> list[int]:
    """The pupils for whom being open to social care, or the support of a care leaver, began or ended after ``first`` and up to ``last``."""
    return fetch_column(
        connection,
        int,
        "SELECT DISTINCT pupil_id FROM social_care_episode WHERE (started_on > :first AND started_on <= :last) "
        "OR (ended_on >= :first AND ended_on < :last) OR (kind = 'care leaver' AND pupil_id IN (SELECT id FROM pupil WHERE "
        "date_of_birth > :first_21 AND date_of_birth <= :born_21 OR date_of_birth > :first_25 AND date_of_birth <= :born_25)) "
        "ORDER BY pupil_id",
        {
            "first": first,
            "last": last,
            **support_ends(last),
            **{name.replace("born", "first"): day for name, day in support_ends(first).items()},
        },
    )


def put_steps(connection: Connection, rows: Iterable[PlannedStep]) -> None:
    # days are written out here: of millions the driver would take longer
    written = (
        (*row[:3], _iso(row.due_on), _iso(row.late_after), row.outcome, _iso(row.done_on), row.from_record)
        for row in rows
    )
    insert_many(connection, "pupil_milestone", PlannedStep._fields, written, key=("pupil_id", "milestone_id", "cycle"))


def take_out(connection: Connection, keys: Iterable[StepKey]) -> None:
    delete_many(connection, "pupil_milestone", ("pupil_id", "milestone_id", "cycle"), keys)


def refresh(connection: Connection, ids: Sequence[int] | None, today: date) -> None:
    """Work out the derived columns of these pupils (all, for None): next step, open misses, social care now, what they are counted as."""
    chosen = ""
    if ids is not None:
        connection.choose(ids)
        chosen = f"WHERE id IN {CHOSEN}"
    connection.execute(
        f"""
        UPDATE pupil SET
          (next_milestone_id, next_due_on, next_late_after) = (
            SELECT min(a.milestone_id), min(a.due_on), coalesce(min(a.late_after), '{FAR_FUTURE.isoformat()}')
            FROM (SELECT milestone_id, due_on, late_after FROM pupil_milestone
                  WHERE pupil_id = pupil.id AND outcome IS NULL AND late_after IS NOT NULL
                  ORDER BY late_after, milestone_id LIMIT 1) a),
          missed_open = (SELECT count(*) FROM pupil_milestone WHERE pupil_id = pupil.id AND outcome = 'missed'),
          social_care_now = (
            SELECT string_agg(kind, ', ' ORDER BY kind) FROM (
              SELECT DISTINCT kind FROM social_care_episode WHERE pupil_id = pupil.id
                AND coalesce(started_on, :today) <= :today AND NOT end_not_known AND (ended_on IS NULL OR ended_on >= :today)
                AND {SUPPORTED.format(p="pupil")}) AS kinds),
          counted_as = {COUNTED_AS}
        {chosen}
        """,
        {"today": today, **support_ends(today)},
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _by_pupil(rows: Iterable[tuple[Any, ...]], field: str) -> dict[int, tuple[Any, ...]]:
    decode = item_decoder(PupilFacts, field)
    found: dict[int, list[Any]] = {}
    for pupil_id, *row in rows:
        found.setdefault(pupil_id, []).append(decode(row))
    return {pupil_id: tuple(items) for pupil_id, items in found.items()}
