"""What planning reads of pupils and the planned rows it writes; all in bulk, all plain SQL."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.handovers.board import SENT_ELSEWHERE
from db.rows import with_days
from db.vocabulary import FAR_FUTURE, PLANS_IN_FORCE

CHUNK = 5_000


class PupilFacts(NamedTuple):
    """The columns of one pupil, the current school and the plans that planning looks at."""

    id: int
    date_of_birth: date
    cohort_year: int
    sen_provision: str
    tier: str | None
    previously_looked_after: bool
    child_protection_file: bool
    pupil_premium: bool
    free_school_meals: bool
    english_additional_language: bool
    young_carer: bool
    part_time_timetable_until: date | None
    in_year_move_on: date | None
    next_school_recorded_on: date | None
    owner_since: date | None
    planned_from: date
    archived: bool
    school_id: int | None
    la_number: int | None
    low_age: int | None
    high_age: int | None
    episodes: tuple[tuple[str, date, date | None], ...]
    reviews: tuple[tuple[str, date, date], ...]
    """Of every plan in force the transition point, the day of the next review, and that of the last one or else of the
    agreement; soonest first."""
    plans: tuple[tuple[str, date, date | None], ...]
    """Of every plan that is not closed the transition point, and when its first version was opened and agreed."""
    handovers: tuple[tuple[str, int, date | None, date | None, date | None], ...] = ()
    """Of every handover the transition point and the year of the move, when it went first and last to the school that the
    pupil moves to, and when that acknowledged it."""
    files_sent: tuple[tuple[date, date | None, int], ...] = ()
    """When a child protection file went to a school, when its receipt came, and whether that is the present school."""
    occasions: tuple[tuple[str, date, date | None], ...] = ()
    """The part-time timetables, re-integrations and ends of funding: the day of each, and when it was done with; those of one
    day count as one."""


StepKey = tuple[int, int, int]
"""A pupil's number, a milestone's and a cycle."""


class Planned(NamedTuple):
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
        """What the row is known by."""
        return self[:3]


class Standing(NamedTuple):
    """A row as it stands, with whether a person has decided on it, or only asked to be reminded."""

    row: Planned
    touched: bool
    put_off: bool


_FACTS = """
SELECT p.id, p.date_of_birth, p.cohort_year, p.sen_provision, p.tier, p.previously_looked_after, p.child_protection_file,
       p.pupil_premium, p.free_school_meals, p.english_additional_language, p.young_carer,
       CASE WHEN p.part_time_timetable THEN p.part_time_timetable_until END, p.in_year_move_on, p.next_school_recorded_on,
       p.owner_since, p.planned_from, p.archived_at IS NOT NULL, p.school_id, s.la_number, s.low_age, s.high_age
FROM pupil p LEFT JOIN school s ON s.id = p.school_id
"""
_DATES = (1, 11, 12, 13, 14, 15)
# A version that was replaced is part of the plan; one that was closed before the next was opened was another move's.
_PLANS = """
SELECT l.pupil_id, l.transition, min(l.opened_on), min(l.agreed_on) FROM plan l
WHERE l.pupil_id IN (SELECT id FROM temp.chosen)
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
             h.status NOT IN ('drafting', 'failed') AND NOT coalesce({SENT_ELSEWHERE}, 0) AS arrives
      FROM handover h JOIN pupil p ON p.id = h.pupil_id WHERE h.pupil_id IN (SELECT id FROM temp.chosen)) h
ORDER BY h.pupil_id, h.move_year, h.id
"""
_FILES_SENT = """
SELECT c.pupil_id, c.sent_on, c.receipt_on, coalesce(c.to_school_id = p.school_id, 0)
FROM child_protection_transfer c JOIN pupil p ON p.id = c.pupil_id
WHERE c.pupil_id IN (SELECT id FROM temp.chosen) ORDER BY c.pupil_id, c.sent_on, c.id
"""
_OCCASIONS = """
SELECT pupil_id, 'part-time timetable', started_on, CASE WHEN count(*) = count(ended_on) THEN max(ended_on) END
FROM placement WHERE pupil_id IN (SELECT id FROM temp.chosen) AND kind = 'part-time timetable' GROUP BY pupil_id, started_on
UNION ALL
SELECT pupil_id, 're-integration', back_on, CASE WHEN count(*) = count(checked_on) THEN max(checked_on) END
FROM placement WHERE pupil_id IN (SELECT id FROM temp.chosen) AND back_on IS NOT NULL
  AND kind NOT IN ('part-time timetable', 'new school') GROUP BY pupil_id, back_on
UNION ALL
SELECT pupil_id, 'funding', ends_on, CASE WHEN count(*) = count(applied_on) THEN max(applied_on) END
FROM funding WHERE pupil_id IN (SELECT id FROM temp.chosen) GROUP BY pupil_id, ends_on
ORDER BY 1, 2, 3
"""


def pupil_ids(connection: Connection) -> list[int]:
    """Give every pupil's id."""
    return [row[0] for row in connection.execute("SELECT id FROM pupil ORDER BY id")]


def pupils_of(connection: Connection, cohorts: Collection[int], milestones: Collection[int]) -> list[int]:
    """Give the pupils of these cohorts, and those who have a row of one of these milestones."""
    rows = connection.execute(
        f"SELECT id FROM pupil WHERE cohort_year IN ({_listed(cohorts)}) "
        f"UNION SELECT pupil_id FROM pupil_milestone WHERE milestone_id IN ({_listed(milestones)}) ORDER BY 1"
    )
    return [row[0] for row in rows]


def first_planned(connection: Connection) -> date | None:
    """Give the first day from which any pupil is planned, None when there is no pupil."""
    return _day(connection.execute("SELECT min(planned_from) FROM pupil").fetchone()[0])


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Give the ids some thousands at a time, so that memory stays flat at any number of pupils."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def facts(connection: Connection, ids: Sequence[int]) -> list[PupilFacts]:
    """Give what planning looks at for these pupils."""
    _choose(connection, ids)
    episodes: dict[int, list[tuple[str, date, date | None]]] = {}
    for pupil_id, kind, started, ended in connection.execute(
        "SELECT pupil_id, kind, started_on, ended_on FROM social_care_episode "
        "WHERE pupil_id IN (SELECT id FROM temp.chosen) ORDER BY started_on, id"
    ):
        span = (kind, date.fromisoformat(started), date.fromisoformat(ended) if ended else None)
        episodes.setdefault(pupil_id, []).append(span)
    reviews: dict[int, list[tuple[str, date, date]]] = {}
    for pupil_id, transition, due, since in connection.execute(
        f"SELECT pupil_id, transition, review_on, coalesce(reviewed_on, agreed_on) FROM plan WHERE status IN {PLANS_IN_FORCE!r} "
        "AND review_on IS NOT NULL AND pupil_id IN (SELECT id FROM temp.chosen) ORDER BY review_on, id"
    ):
        review = (transition, date.fromisoformat(due), date.fromisoformat(since))
        reviews.setdefault(pupil_id, []).append(review)
    plans: dict[int, list[tuple[str, date, date | None]]] = {}
    for pupil_id, transition, opened, agreed in connection.execute(_PLANS):
        plans.setdefault(pupil_id, []).append((transition, date.fromisoformat(opened), _day(agreed)))
    handovers = _gathered(connection, _HANDOVERS, (2, 3, 4))
    files_sent = _gathered(connection, _FILES_SENT, (0, 1))
    occasions = _gathered(connection, _OCCASIONS, (1, 2))
    found = []
    for row in connection.execute(f"{_FACTS} WHERE p.id IN (SELECT id FROM temp.chosen) ORDER BY p.id"):
        values: list[Any] = list(row)
        for position in _DATES:
            if values[position] is not None:
                values[position] = date.fromisoformat(values[position])
        lists = (tuple(of.get(row[0], ())) for of in (episodes, reviews, plans, handovers, files_sent, occasions))
        found.append(PupilFacts._make((*values, *lists)))
    return found


def standing(
    connection: Connection, ids: Sequence[int], milestones: Collection[int] | None = None
) -> dict[int, list[Standing]]:
    """Give the planned rows of these pupils as they are, of all milestones or of these."""
    _choose(connection, ids)
    of_these = "" if milestones is None else f"AND milestone_id IN ({_listed(milestones)})"
    found: dict[int, list[Standing]] = {}
    for row in connection.execute(
        "SELECT pupil_id, milestone_id, cycle, due_on, late_after, outcome, done_on, from_record, "
        "(outcome IS NOT NULL AND NOT from_record) OR evidence IS NOT NULL, remind_on IS NOT NULL "
        f"FROM pupil_milestone WHERE pupil_id IN (SELECT id FROM temp.chosen) {of_these}"
    ):
        planned = Planned._make((*row[:3], _day(row[3]), _day(row[4]), row[5], _day(row[6]), bool(row[7])))
        found.setdefault(row[0], []).append(Standing(planned, bool(row[8]), bool(row[9])))
    return found


def pupils_at(connection: Connection, schools: Iterable[int]) -> list[int]:
    """Give the pupils of these schools."""
    _choose(connection, schools)
    rows = connection.execute("SELECT id FROM pupil WHERE school_id IN (SELECT id FROM temp.chosen) ORDER BY id")
    return [row[0] for row in rows]


def with_social_care_change(connection: Connection, first: date, last: date) -> list[int]:
    """Give the pupils for whom being open to social care began or ended after ``first`` and up to ``last``."""
    rows = connection.execute(
        "SELECT DISTINCT pupil_id FROM social_care_episode WHERE (started_on > :first AND started_on <= :last) "
        "OR (ended_on >= :first AND ended_on < :last) ORDER BY pupil_id",
        {"first": first.isoformat(), "last": last.isoformat()},
    )
    return [row[0] for row in rows]


def put(connection: Connection, rows: Iterable[Planned]) -> None:
    """Write planned rows, new ones or over the ones that stand."""
    connection.executemany(
        "INSERT INTO pupil_milestone (pupil_id, milestone_id, cycle, due_on, late_after, outcome, done_on, from_record) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (pupil_id, milestone_id, cycle) DO UPDATE SET "
        "due_on = excluded.due_on, late_after = excluded.late_after, outcome = excluded.outcome, "
        "done_on = excluded.done_on, from_record = excluded.from_record",
        (
            (
                r.pupil_id,
                r.milestone_id,
                r.cycle,
                _iso(r.due_on),
                _iso(r.late_after),
                r.outcome,
                _iso(r.done_on),
                r.from_record,
            )
            for r in rows
        ),
    )


def take_out(connection: Connection, keys: Iterable[StepKey]) -> None:
    """Delete planned rows that no longer apply."""
    connection.executemany("DELETE FROM pupil_milestone WHERE pupil_id = ? AND milestone_id = ? AND cycle = ?", keys)


def refresh(connection: Connection, ids: Sequence[int] | None, today: date) -> None:
    """Work out the derived columns of these pupils (all, for None): next step, open misses, social care now."""
    chosen = ""
    if ids is not None:
        _choose(connection, ids)
        chosen = "WHERE id IN (SELECT id FROM temp.chosen)"
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
            SELECT group_concat(kind, ', ') FROM (
              SELECT DISTINCT kind FROM social_care_episode WHERE pupil_id = pupil.id
                AND started_on <= :today AND (ended_on IS NULL OR ended_on >= :today) ORDER BY kind))
        {chosen}
        """,
        {"today": today.isoformat()},
    )


def _gathered(connection: Connection, query: str, days: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Give by pupil the rows of a query of which the pupil comes first; the rest has days at these positions."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for pupil_id, *row in connection.execute(query):
        found.setdefault(pupil_id, []).append(tuple(with_days(row, days)))
    return found


def _choose(connection: Connection, ids: Iterable[int]) -> None:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.chosen")
    connection.executemany("INSERT INTO temp.chosen VALUES (?)", ((number,) for number in ids))


def _listed(numbers: Collection[int]) -> str:
    return ", ".join(str(int(number)) for number in sorted(numbers))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
