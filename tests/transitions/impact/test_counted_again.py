"""Every measure of what the program records anyway, counted a second time on the demonstration by plain SQL of its own."""

import sqlite3
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pytest

from transitions.impact.measure import Asked, Figure
from transitions.impact.measures import figures
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

TODAY = "2026-11-21"
YEARS = {2025: ("2025-09-01", "2026-08-31"), 2026: ("2026-09-01", TODAY)}
Rows = Callable[..., list[Any]]
Parts = dict[str, tuple[int | None, int]]


@pytest.fixture(scope="module")
def rows(demo: Workspace) -> Iterator[Rows]:
    plain = sqlite3.connect(demo.database.path)
    yield lambda sql, *values: plain.execute(sql, values).fetchall()
    plain.close()


def found(demo: Workspace, code: str, year: int = 2026) -> list[Figure]:
    return figures(Asked(demo, year), [code])


def parts(demo: Workspace, code: str, year: int = 2026) -> Parts:
    return {one.part: (one.counted, one.base) for one in found(demo, code, year)}


def not_empty(counted: Parts) -> Parts:
    assert any(base for _, base in counted.values())
    return counted


AUDITS = """
WITH audit AS (
  SELECT u.*, (SELECT count(*) FROM json_each(u.judgements) j WHERE j.value NOT IN ('met', 'not applicable')) AS unmet
  FROM plan_audit u WHERE u.audited_on BETWEEN ? AND ?)
"""


@pytest.mark.parametrize("year", YEARS)
def test_plans_and_their_audits(demo: Workspace, rows: Rows, year: int) -> None:
    days = YEARS[year]
    plans = "SELECT count(DISTINCT pupil_id || transition) FROM plan WHERE opened_on <= ? AND coalesce(closed_on, '9999') >= ?"
    [(is_open,)] = rows(plans, *reversed(days))
    done = (
        f"{plans} AND agreed_on <= ? AND shared_on IS NOT NULL AND trim(coalesce(pupil_voice, '')) <> '' AND EXISTS (SELECT 1 FROM "
        "plan_action a WHERE a.plan_id = plan.id AND a.audit_id IS NULL AND a.status <> 'dropped' AND a.owner <> '' AND "
        "a.due_on IS NOT NULL) AND version = (SELECT max(n.version) FROM plan n WHERE n.pupil_id = plan.pupil_id "
        "AND n.transition = plan.transition AND n.agreed_on <= ?)"
    )
    [(completed,)] = rows(done, *reversed(days), days[1], days[1])
    assert parts(demo, "plans-completed", year) == {"": (completed, is_open)}
    # nobody in the demonstration is audited twice in a move within a year
    [(audited, every)] = rows(f"{AUDITS} SELECT count(*), coalesce(sum(unmet = 0), 0) FROM audit", *days)
    assert found(demo, "plans-audited", year)[0].counted == audited > 0
    assert parts(demo, "audits-every-element", year) == {"": (every, audited)}
    grades = dict(rows(f"{AUDITS} SELECT grade, count(*) FROM audit GROUP BY grade", *days))
    scores = [score for (score,) in rows(f"{AUDITS} SELECT score FROM audit", *days)]
    by_grade = {one.part: one for one in found(demo, "audits-by-grade", year)}
    middle = by_grade.pop("median score")
    assert (middle.value, middle.base) == (median(scores), len(scores))
    assert {name: one.counted for name, one in by_grade.items() if one.counted} == grades
    assert {one.base for one in by_grade.values()} == {audited}
    [corrective] = rows(
        "SELECT sum(a.status = 'done'), count(*) FROM plan_action a JOIN plan_audit u ON u.id = a.audit_id "
        "WHERE a.status <> 'carried over' AND u.audited_on BETWEEN ? AND ?",
        *days,
    )
    assert parts(demo, "audits-corrective", year) == {"": corrective}


CAME_BACK = "FROM survey_response r WHERE r.answered_on BETWEEN CASE WHEN r.pupil_id IS NULL THEN date(?1, 'start of month') ELSE ?1 END AND ?2"
WHO = "CASE r.respondent WHEN 'pupil' THEN 'pupils ' ELSE 'parents and carers ' END || r.moment || ' the move'"


@pytest.mark.parametrize("year", YEARS)
def test_what_families_say(demo: Workspace, rows: Rows, year: int) -> None:
    days = YEARS[year]
    asked = dict(rows(f"SELECT {WHO}, count(*) FROM survey_asked r WHERE asked_on BETWEEN ? AND ? GROUP BY 1", *days))
    assert {part: base for part, (_, base) in parts(demo, "survey-response", year).items() if base} == asked
    items = rows(
        f"SELECT {WHO}, j.key, sum(j.value IN (4, 5)), count(*) {CAME_BACK.replace('r WHERE', 'r, json_each(r.answers) j WHERE')} "
        "GROUP BY 1, 2",
        *days,
    )
    ours = [
        (part.rpartition("(")[2].removesuffix(")"), *counts)
        for part, counts in not_empty(parts(demo, "satisfaction", year)).items()
    ]
    assert sorted(ours) == sorted((who, good, base) for who, _, good, base in items)
    overall = rows(f"SELECT {WHO}, sum(overall >= 4), count(*) {CAME_BACK} AND overall IS NOT NULL GROUP BY 1", *days)
    ours = [
        (part.rpartition("(")[2].removesuffix(")"), *counts)
        for part, counts in parts(demo, "satisfaction-overall", year).items()
    ]
    assert sorted(ours) == sorted(overall)
    changes = rows(
        f"SELECT r.respondent, r.worry - b.worry {CAME_BACK.replace('WHERE', PAIRED)} AND r.moment = 'after' AND r.worry >= 0 "
        "AND b.worry >= 0",
        *days,
    )
    for one, who in zip(found(demo, "worry-change", year), ("pupil", "parent or carer"), strict=True):
        of_one = [change for respondent, change in changes if respondent == who]
        assert (one.counted, one.base) == (sum(change < 0 for change in of_one), len(of_one))
        assert one.value == (median(of_one) if of_one else None)


PAIRED = (
    "JOIN survey_response b ON b.moment = 'before' AND (b.pair_code = r.pair_code OR (b.pupil_id = r.pupil_id "
    "AND b.transition = r.transition AND b.respondent = r.respondent)) WHERE"
)
MOVERS = """
WITH child AS (
  SELECT p.id, p.sen_provision AS sen, ?1 - p.cohort_year AS grp, s.low_age - 4 AS first, s.high_age - 5 AS last, p.in_year_move_on AS within
  FROM pupil p LEFT JOIN school s ON s.id = p.school_id WHERE p.archived_at IS NULL),
mover AS (
  SELECT id, CASE grp WHEN -1 THEN 'EY-R' WHEN 2 THEN '2-3' WHEN 6 THEN '6-7' WHEN 11 THEN '11-16P' ELSE 'MID' END AS move
  FROM child WHERE grp IN (-1, 2, 3, 4, 5, 6, 7, 8, 11) AND (grp = last AND grp >= first OR grp + 1 = first
    OR (last IS NULL AND grp IN (-1, 6, 11)))
  UNION SELECT id, '11-16P' FROM child WHERE grp IN (12, 13, 14) AND sen = 'E' AND grp = last AND coalesce(first, 0) < 12
  UNION SELECT d.pupil_id, d.transition FROM destination d JOIN child ON child.id = d.pupil_id
    JOIN school l ON l.id = d.from_school_id AND l.high_age IS NOT NULL JOIN school s ON s.id = d.school_id AND s.id <> l.id
    WHERE d.move_year = ?1 AND d.transition <> 'INYR' AND s.low_age - 4 <= grp + 1 AND s.high_age - 5 > grp
  UNION SELECT id, 'INYR' FROM child WHERE within BETWEEN ?1 || '-09-01' AND (?1 + 1) || '-08-31'
  UNION SELECT pupil_id, transition FROM handover WHERE direction = 'out' AND move_year = ?1)
"""
"""Who moves, as the ages that schools teach say, a recorded next school, or a handover."""


@pytest.mark.parametrize("year", YEARS)
def test_where_children_go_and_whether_the_next_school_has_what_it_needs(
    demo: Workspace, rows: Rows, year: int
) -> None:
    known = "SELECT 1 FROM destination d WHERE d.pupil_id = mover.id AND d.move_year = ?1 AND d.transition = mover.move"
    told = (
        "SELECT 1 FROM handover h WHERE h.pupil_id = mover.id AND h.move_year = ?1 AND h.transition = mover.move "
        "AND h.direction = 'out' AND h.status = 'acknowledged'"
    )
    for code, exists in (("destinations-recorded", known), ("handovers-acknowledged", told)):
        counted = rows(f"{MOVERS} SELECT move, sum(EXISTS ({exists})), count(*) FROM mover GROUP BY move", year)
        ours = not_empty(parts(demo, code, year))
        assert sorted(value for part, value in ours.items() if part) == sorted((yes, base) for _, yes, base in counted)
        every = f"SELECT min(EXISTS ({exists})) AS yes FROM mover GROUP BY id"
        [whole] = rows(f"{MOVERS} SELECT sum(yes), count(*) FROM ({every})", year)
        assert ours[""] == whole


@pytest.mark.parametrize("year", YEARS)
def test_moves_that_last(demo: Workspace, rows: Rows, year: int) -> None:
    for part, months in (("one term", 4), ("six months", 6), ("one year", 12)):
        judged = rows(
            "SELECT CASE WHEN l.ended_on IS NOT NULL THEN l.ended_on >= day WHEN p.school_id = l.school_id AND "
            "p.archived_at IS NULL THEN 1 WHEN EXISTS (SELECT 1 FROM first_weeks w WHERE w.pupil_id = p.id AND w.on_day >= day) "
            "THEN 1 END FROM (SELECT *, date(started_on, ?) AS day FROM placement WHERE kind IN ('new school', 'managed move') "
            "AND started_on BETWEEN ? AND ?) l JOIN pupil p ON p.id = l.pupil_id WHERE day <= ?",
            f"+{months} months", *YEARS[year], TODAY,
        )  # fmt: skip
        known = [bool(one) for (one,) in judged if one is not None]
        assert parts(demo, "moves-sustained", year)[part] == (sum(known), len(known))
        assert (len(known) > 20) == (year == 2025)


@pytest.mark.parametrize("year", YEARS)
def test_what_plans_name_by_the_date(demo: Workspace, rows: Rows, year: int) -> None:
    """Due is whoever's day has gone by, or of whom something is recorded; the parts add up to them."""
    due = (
        "SELECT substr(pm.due_on, 6) AS day, t.outcome AS said, t.final_on <= pm.due_on AS in_time FROM pupil_milestone pm "
        "JOIN milestone m ON m.id = pm.milestone_id JOIN pupil p ON p.id = pm.pupil_id LEFT JOIN phase_transfer t "
        "ON t.pupil_id = p.id AND t.transition = m.transition AND t.move_year = pm.cycle WHERE pm.cycle = ? "
        "AND (m.code LIKE '%.names-school' OR m.code LIKE '%.names-place') AND p.archived_at IS NULL "
        "AND coalesce(pm.outcome, '') NOT IN ('waived', 'not applicable')"
    )
    is_due = "said IS NOT NULL OR pm_done IS NOT NULL OR late"
    due = due.replace(" FROM", f", pm.done_on AS pm_done, pm.due_on < '{TODAY}' AS late FROM", 1)
    counted = rows(
        "SELECT day, sum(in_time AND said IN ('named', 'type only')), sum(NOT in_time AND said IN ('named', 'type only')), "
        "sum(said = 'named'), sum(said = 'type only'), sum(said = 'neither'), sum(said IS NULL), count(*) FROM "
        f"({due}) WHERE {is_due} GROUP BY day ORDER BY day",
        year,
    )
    ours = parts(demo, "phase-transfer", year)
    words = {"02-15": "by 15 February, ", "03-31": "by 31 March, "}
    names = (
        "final plan on time",
        "final plan late",
        "school or college named",
        "only the type named",
        "neither named",
        "not said",
    )
    for day, *numbers, base in counted:
        assert [ours[words[day] + name] for name in names] == [(number or 0, base) for number in numbers]
        assert sum(number or 0 for number in numbers[2:]) == base
    assert {base for _, base in (ours[name] for name in names[: 1 if year == 2026 else 6])} == {
        sum(line[-1] for line in counted)
    }


def test_the_transition_guarantee_over_three_years(demo: Workspace, rows: Rows) -> None:
    ours = found(demo, "guarantee")
    assert [one.period for one in ours[:2]] == ["2024/25"] * 2
    for year in (2024, 2025, 2026):
        counted = rows(
            "SELECT premium, sum(met), count(*) FROM (SELECT p.pupil_premium AS premium, min(pm.outcome IN ('met', 'late')) AS met, "
            "max(pm.outcome IS NULL AND pm.due_on >= ?) AS waits FROM pupil_milestone pm JOIN milestone m ON m.id = pm.milestone_id "
            "JOIN pupil p ON p.id = pm.pupil_id AND p.archived_at IS NULL WHERE m.code LIKE '%.guarantee-%' AND pm.cycle = ? "
            "AND coalesce(pm.outcome, '') NOT IN ('waived', 'not applicable') AND (p.pupil_premium OR NOT p.previously_looked_after) "
            "GROUP BY p.id) WHERE NOT waits GROUP BY premium ORDER BY premium DESC",
            TODAY, year,
        )  # fmt: skip
        of_year = [one for one in ours if one.period == f"{year}/{year % 100 + 1}"]
        assert [(one.counted, one.base) for one in of_year[:2] if one.base] == [(met, base) for _, met, base in counted]
        if len(counted) == 2:
            (_, met, base), (_, others_met, others) = counted
            assert of_year[2].value == pytest.approx(100 * met / base - 100 * others_met / others)
    assert ours[0].beside == "no step of the guarantee is recorded for this year"


def test_who_turns_18(demo: Workspace, rows: Rows) -> None:
    """Nobody in the demonstration was born on 29 February."""
    for first, last, quarter in (
        ("2008-10-01", "2008-12-31", "Oct to Dec 2026"),
        ("2009-01-01", "2009-03-31", "Jan to Mar 2027"),
        ("2009-04-01", "2009-06-30", "Apr to Jun 2027"),
        ("2009-07-01", "2009-09-30", "Jul to Sep 2027"),
    ):
        [(known, people, referred)] = rows(
            "SELECT coalesce(sum(known), 0), count(*), coalesce(sum(known AND referred), 0) FROM (SELECT p.sen_provision = 'E' "
            "OR p.social_care_now IS NOT NULL AS known, EXISTS (SELECT 1 FROM pupil_milestone pm JOIN milestone m ON "
            "m.id = pm.milestone_id WHERE pm.pupil_id = p.id AND m.code = '18.referral-made' AND pm.outcome IN ('met', 'late')) "
            "AS referred FROM pupil p WHERE p.archived_at IS NULL AND date_of_birth BETWEEN ? AND ?)",
            first, last,
        )  # fmt: skip
        ours = parts(demo, "turning-18")
        assert ours[quarter] == (known, people)
        assert ours[f"{quarter}, referred to adults' services"] == (referred, known)


AT = """
WITH at AS (
  SELECT w.id, w.kind, i.school_id, i.agency, max(CASE i.attendance WHEN 'came' THEN 4 WHEN 'invited' THEN 3 ELSE 1 END) AS did
  FROM workshop w JOIN workshop_invitation i ON i.workshop_id = w.id
  WHERE w.status <> 'cancelled' AND w.archived_at IS NULL AND w.on_day BETWEEN ? AND ? GROUP BY w.id, i.school_id, i.agency)
"""


@pytest.mark.parametrize("year", YEARS)
def test_who_came(demo: Workspace, rows: Rows, year: int) -> None:
    days = YEARS[year]
    schools = rows(
        f"{AT} SELECT kind, sum(best = 4), sum(best = 4 OR NOT unmarked) FROM (SELECT kind, max(did) AS best, max(did = 3) AS "
        "unmarked FROM at WHERE school_id IS NOT NULL AND kind IN ('transitions workshop', 'information-sharing forum', "
        "'SENCO transition meeting', 'LIFT meeting') GROUP BY kind, school_id) GROUP BY kind",
        *days,
    )
    assert not_empty(parts(demo, "forum-attendance", year)) == {kind: (came, base) for kind, came, base in schools}
    by_school = rows(
        f"{AT} SELECT s.name, sum(did = 4), sum(did <> 3) FROM at JOIN school s ON s.id = school_id WHERE at.kind IN "
        "('transitions workshop', 'information-sharing forum', 'SENCO transition meeting', 'LIFT meeting') GROUP BY s.id",
        *days,
    )
    assert not_empty(parts(demo, "school-attendance", year)) == {name: (came, base) for name, came, base in by_school}
    agencies = rows(
        f"{AT} SELECT agency, sum(did = 4), sum(did <> 3) FROM at WHERE agency IS NOT NULL AND school_id IS NULL GROUP BY agency",
        *days,
    )
    assert not_empty(parts(demo, "agency-attendance", year)) == {name: (came, base) for name, came, base in agencies}
    meetings = rows(
        "SELECT part, sum(did = 4), sum(did <> 3) FROM (SELECT e.part, max(CASE e.attendance WHEN 'came' THEN 4 WHEN 'invited' "
        "THEN 3 ELSE 1 END) AS did FROM plan_meeting m JOIN plan_attendee e ON e.meeting_id = m.id WHERE m.happened AND m.held_on "
        "BETWEEN ? AND ? GROUP BY m.id, e.part) GROUP BY part",
        *days,
    )
    ours = {part: value for part, value in parts(demo, "plan-meetings", year).items() if value[1]}
    assert not_empty(ours) == {part: (came, base) for part, came, base in meetings if base}


def test_settings_that_nobody_came_from(demo: Workspace, rows: Rows) -> None:
    told = rows(
        f"{AT} SELECT from_school_id, min(did) FROM (SELECT d.from_school_id, max(coalesce(at.did, 0)) AS did FROM destination d "
        "JOIN pupil p ON p.id = d.pupil_id AND p.archived_at IS NULL JOIN workshop w ON w.kind IN ('transitions workshop', "
        "'information-sharing forum', 'SENCO transition meeting') AND w.status <> 'cancelled' AND w.archived_at IS NULL "
        "AND w.on_day BETWEEN '2025-09-01' AND '2026-08-31' AND coalesce(w.host_school_id, d.school_id) = d.school_id AND "
        "(w.year_groups = '' OR ',' || w.year_groups || ',' LIKE '%,' || (2025 - p.cohort_year) || ',%') LEFT JOIN at "
        "ON at.id = w.id AND at.school_id = d.from_school_id WHERE d.move_year = 2025 AND d.from_school_id <> d.school_id "
        "GROUP BY p.id) GROUP BY 1",
        *YEARS[2025],
    )
    marked = [did for _, did in told if did != 3]
    assert parts(demo, "settings-not-there", 2025) == {"": (sum(did < 3 for did in marked), len(marked))}


@pytest.mark.parametrize("year", YEARS)
def test_what_workshops_agreed_and_what_is_said_of_them(demo: Workspace, rows: Rows, year: int) -> None:
    days = YEARS[year]
    after = (
        "SELECT n.{} FROM workshop n WHERE n.series = w.series AND n.on_day > w.on_day AND n.status <> 'cancelled' "
        "AND n.archived_at IS NULL ORDER BY n.on_day LIMIT 1"
    )
    grades = rows(
        f"SELECT (SELECT g.grade FROM workshop_progress g WHERE g.action_id = a.id AND (g.workshop_id = ({after.format('id')}) OR "
        f"g.graded_on <= ({after.format('on_day')})) ORDER BY g.graded_on DESC, g.id DESC LIMIT 1) FROM workshop_action a "
        f"JOIN workshop w ON w.id = a.workshop_id AND w.archived_at IS NULL WHERE ({after.format('on_day')}) BETWEEN ? AND ?",
        *days,
    )
    graded = [grade for (grade,) in grades if grade is not None]
    assert list(parts(demo, "workshop-actions", year).values()) == [
        (len(graded), len(grades)),
        (graded.count(1), len(graded)),
    ]
    said = rows(
        "SELECT sum(f.rating >= 4), count(f.rating) FROM workshop_feedback f JOIN workshop w ON w.id = f.workshop_id WHERE "
        "w.archived_at IS NULL AND w.on_day BETWEEN ? AND ? GROUP BY f.theme HAVING count(f.rating) > 0",
        *days,
    )
    assert sorted(not_empty(parts(demo, "workshop-feedback", year)).values()) == sorted(said)


def test_training_and_programmes(demo: Workspace, rows: Rows) -> None:
    """Nobody goes to a module twice, and all modules of the one programme are still taught."""
    came = (
        "FROM workshop_invitation i JOIN workshop w ON w.id = i.workshop_id WHERE w.programme IS NOT NULL AND w.status <> 'cancelled' "
        "AND w.archived_at IS NULL AND w.on_day <= ? AND i.attendance = 'came'"
    )
    done = "(SELECT count(*) FROM training_module)"
    by = f"SELECT sum(done = {done}), count(*) FROM (SELECT count(DISTINCT w.module) AS done {came} AND {{}} IS NOT NULL GROUP BY {{}})"
    [people] = rows(by.format("i.name", "i.name, i.school_id, i.agency"), TODAY)
    [schools] = rows(by.format("i.school_id", "i.school_id"), TODAY)
    assert list(parts(demo, "training-completed").values()) == [people, schools]
    [(higher, before, after, pairs)] = rows(
        f"SELECT sum(i.after > i.before), sum(i.before >= 4), sum(i.after >= 4), count(*) {came} AND i.before > 0 AND i.after > 0",
        TODAY,
    )
    assert list(parts(demo, "training-confidence").values()) == [(higher, pairs), (before, pairs), (after, pairs)]
    reach = rows(
        "SELECT programme, count(DISTINCT coalesce(pupil_id, school_id)), max(pupil_id IS NOT NULL) FROM participation WHERE "
        "coalesce(started_on, '2026-09-01') <= '2027-08-31' AND coalesce(ended_on, '9999') >= '2026-09-01' GROUP BY programme"
    )
    [(open_schools,)] = rows("SELECT count(*) FROM school WHERE archived_at IS NULL AND closed_on IS NULL")
    of = {True: ("children", 400), False: ("schools", open_schools)}
    ours = not_empty(parts(demo, "programme-reach"))
    assert ours == {f"{name}, {of[bool(pupils)][0]}": (who, of[bool(pupils)][1]) for name, who, pupils in reach}
    understood = rows(
        "SELECT programme || ', higher after than before', sum(understanding_after > understanding_before), count(*) FROM participation "
        "WHERE understanding_after >= 0 AND understanding_before >= 0 GROUP BY 1"
    )
    assert not_empty(parts(demo, "programme-understanding")) == {part: (more, base) for part, more, base in understood}
