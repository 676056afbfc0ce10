"""Every figure that people quote, counted a second time on the demonstration by plain SQL that shares nothing with ours."""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from transitions.caseload.caseload import Caseload
from transitions.exporting.exports import Options, export
from transitions.plans import audit_summary, survey_results
from transitions.plans.survey_results import Results
from transitions.workshops import attendance, feeders, missed_settings, training
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

TODAY = date(2026, 11, 21)
YEAR = (date(2026, 9, 1), date(2027, 8, 31))
IN_CARE = "social_care_now IS NOT NULL AND date_of_birth <= '2012-11-21'"
MOVES = """
WITH first AS (
  SELECT f.* FROM plan f WHERE NOT EXISTS (
    SELECT 1 FROM plan b WHERE b.pupil_id = f.pupil_id AND b.transition = f.transition AND b.version = f.version - 1
    AND coalesce(b.closed_on, '9999-12-31') >= f.opened_on)),
line AS (
  SELECT l.*, (SELECT max(f.version) FROM first f WHERE f.pupil_id = l.pupil_id AND f.transition = l.transition
    AND f.version <= l.version) AS begun, l.opened_on <= '2027-08-31' AND coalesce(l.closed_on, '9999-12-31') >= '2026-09-01' AS stood
  FROM plan l),
move AS (
  SELECT pupil_id, transition, begun, max(stood) AS stood, max(CASE WHEN agreed_on <= '2027-08-31' THEN version END) AS agreed
  FROM line JOIN pupil ON pupil.id = pupil_id AND archived_at IS NULL AND ({who}) GROUP BY 1, 2, 3),
done AS (
  SELECT move.* FROM move JOIN line l ON l.pupil_id = move.pupil_id AND l.transition = move.transition
    AND l.version = move.agreed AND l.stood
  WHERE l.shared_on IS NOT NULL AND trim(coalesce(l.pupil_voice, '')) <> '' AND EXISTS (
    SELECT 1 FROM plan_action a WHERE a.plan_id = l.id AND a.audit_id IS NULL AND a.status <> 'dropped' AND a.owner <> ''
    AND a.due_on IS NOT NULL))
"""
"""The plans by move, of which ``stood`` were open this year, and ``done`` those whose version in force is completed."""
AT_MEETING = """
WITH at AS (
  SELECT w.id, w.on_day, i.school_id, max(CASE i.attendance WHEN 'came' THEN 4 WHEN 'invited' THEN 3 WHEN 'apologies' THEN 2
    ELSE 1 END) AS did
  FROM workshop w JOIN workshop_invitation i ON i.workshop_id = w.id
  WHERE i.school_id IS NOT NULL AND w.status <> 'cancelled' AND w.archived_at IS NULL AND w.on_day <= '2026-11-21'
  GROUP BY w.id, i.school_id)
"""
"""What each school did at each meeting; somebody who came counts for all from there."""


@pytest.fixture(scope="module")
def plain(demo: Workspace) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(demo.database.path)
    yield connection
    connection.close()


def rows(plain: sqlite3.Connection, sql: str, *values: object) -> list[Any]:
    return plain.execute(sql, values).fetchall()


def of_children(plain: sqlite3.Connection, who: str) -> tuple[int, ...]:
    [found] = rows(
        plain,
        MOVES.format(who=who) + "SELECT (SELECT count(*) FROM pupil WHERE archived_at IS NULL AND "
        f"({who})), (SELECT count(DISTINCT pupil_id) FROM done), (SELECT count(DISTINCT pupil_id) FROM move WHERE stood), "
        "(SELECT count(*) FROM move WHERE stood), (SELECT count(*) FROM done WHERE stood)",
    )
    children, completed, with_plan, is_open, done = found
    return children, completed, children - with_plan, is_open, done


@pytest.mark.parametrize(("cohorts", "who"), [((), "1"), (("14+ open to social care",), IN_CARE)])
def test_children_and_plans(demo: Workspace, plain: sqlite3.Connection, cohorts: tuple[str, ...], who: str) -> None:
    found = audit_summary.summary(demo, Caseload(cohorts=cohorts), *YEAR)
    counted = (found.children, found.children_completed, found.without_plan, found.open, found.completed)
    assert counted == of_children(plain, who)
    assert 0 < found.children_completed < found.children > found.without_plan > 0


def test_audits_and_what_was_put_right(demo: Workspace, plain: sqlite3.Connection) -> None:
    found = audit_summary.summary(demo, Caseload(), *YEAR)
    of_year = (
        "FROM plan_audit u JOIN plan l ON l.id = u.plan_id WHERE u.audited_on BETWEEN '2026-09-01' AND '2027-08-31'"
    )
    # nobody in the demonstration is audited twice in a move, so that an audit is a plan
    assert rows(plain, f"SELECT max(n) FROM (SELECT count(*) AS n {of_year} GROUP BY l.pupil_id, l.transition)") == [
        (1,)
    ]
    assert rows(
        plain, f"SELECT count(*), count(*) FILTER (WHERE coalesce(l.agreed_on, '9999-12-31') > u.audited_on) {of_year}"
    ) == [(found.audited, found.drafts)]
    assert rows(plain, f"SELECT grade, count(*) {of_year} GROUP BY grade ORDER BY grade") == sorted(
        (name, share.counted) for name, share in found.graded.items() if share.counted
    )
    judged = rows(
        plain,
        "SELECT j.key, sum(j.value = 'not met'), sum(j.value = 'partly'), sum(j.value = 'met') FROM plan_audit u, "
        "json_each(u.judgements) j WHERE u.audited_on >= '2026-09-01' AND j.value <> 'not applicable' GROUP BY 1",
    )
    assert sorted((one.code, one.not_met, one.partly, one.met) for one in found.items) == sorted(judged)
    [put_right] = rows(
        plain,
        "SELECT count(*), sum(a.status = 'done'), sum(a.status = 'dropped'), sum(a.status = 'open' AND a.due_on < '2026-11-21') "
        "FROM plan_action a JOIN plan_audit u ON u.id = a.audit_id WHERE u.audited_on >= '2026-09-01' AND a.status <> 'carried over'",
    )
    assert tuple(put_right) == found.corrective


def test_the_files(demo: Workspace, plain: sqlite3.Connection, tmp_path: Path) -> None:
    def exported(what: str) -> list[dict[str, str]]:
        export(demo, what, Caseload(), tmp_path / f"{what}.csv", Options(full=True, exact=True))
        with (tmp_path / f"{what}.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file) if not line[0].startswith("# ")]
        return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]

    plans = exported("plans")
    assert [(len(plans),)] == rows(
        plain, "SELECT count(*) FROM plan JOIN pupil p ON p.id = pupil_id AND p.archived_at IS NULL"
    )
    counts = [
        one
        for one in plans
        if one["in_force"] == one["completed"] == "yes" and (one["closed_on"] or "9999") >= "2026-09-01"
    ]
    _, with_completed, _, _, completed = of_children(plain, "1")
    assert (len({(one["surname"], one["forename"], one["date_of_birth"]) for one in counts}), len(counts)) == (
        with_completed,
        completed,
    )
    heading = (tmp_path / "plans.csv").read_text("utf-8-sig").splitlines()[0]
    assert f"completed plan: {with_completed} of 400 children" in heading
    overdue = "SELECT count(*) FROM pupil_milestone JOIN pupil p ON p.id = pupil_id AND p.archived_at IS NULL WHERE "
    late_actions = "SELECT count(*) FROM plan_action WHERE status = 'open' AND due_on < '2026-11-21'"
    missed = [one["state"] for one in exported("missed")]
    assert [(missed.count("overdue"),)] == rows(plain, f"{overdue} outcome IS NULL AND late_after < '2026-11-21'")
    assert [(missed.count("missed"),)] == rows(plain, f"{overdue} outcome = 'missed'")
    assert [(missed.count("action overdue"),)] == rows(plain, late_actions)
    assert len(exported("pupils")) == 400


def test_who_came(demo: Workspace, plain: sqlite3.Connection) -> None:
    for year in (2025, 2026):
        days = (f"{year}-09-01", f"{year + 1}-08-31")
        by_school = rows(
            plain,
            f"{AT_MEETING} SELECT school_id, sum(did = 4), sum(did = 2), sum(did = 1), sum(did = 3) FROM at "
            "WHERE on_day BETWEEN ? AND ? GROUP BY school_id ORDER BY school_id",
            *days,
        )
        found = attendance.by_school(demo, year)
        assert sorted((one.school_id, *one.attendance) for one in found) == by_school
        [period] = attendance.by_year(demo, [year])
        assert tuple(period.attendance) == tuple(map(sum, zip(*[line[1:] for line in by_school], strict=True)))
        assert period.reached[:2] == (sum(line[1] > 0 for line in by_school), len(by_school))
        assert [
            sum(column) for column in zip(*(one.attendance for one in attendance.by_term(demo, year)), strict=True)
        ] == list(period.attendance)
        few = attendance.none_or_once(demo, year)
        sure = [line for line in by_school if not line[4]]
        assert few.none_share[:2] == (sum(line[1] == 0 for line in sure), len(by_school))
        assert few.once_share.counted == sum(line[1] == 1 < sum(line[1:]) for line in sure)


def test_from_which_schools_they_move(demo: Workspace, plain: sqlite3.Connection) -> None:
    """Last year's moves are those of its destinations, and of handovers nobody's next school of today."""
    for year, least in ((2025, 40), (2026, 40)):
        recorded = rows(
            plain,
            "SELECT d.from_school_id, d.school_id, count(*) FROM destination d JOIN pupil p ON p.id = d.pupil_id "
            "WHERE d.move_year = ? AND d.from_school_id <> d.school_id AND p.archived_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2",
            year,
        )
        links = feeders.links(demo, year)
        assert sorted((*link.schools, link.pupils) for link in links) == recorded
        assert sum(link.pupils for link in links) >= least


def test_movers_of_whom_nobody_came(demo: Workspace, plain: sqlite3.Connection) -> None:
    """A meeting is about a move to the school that holds it and from its year groups, where it names any."""
    found = missed_settings.absent_with_movers_of_year(demo, 2025)
    marks = ", ".join(f"'{kind}'" for kind in missed_settings.ABOUT_MOVES)
    told = rows(
        plain,
        f"{AT_MEETING} SELECT d.from_school_id, max(coalesce(at.did, 0)) FROM destination d "
        "JOIN pupil p ON p.id = d.pupil_id AND p.archived_at IS NULL "
        f"JOIN workshop w ON w.kind IN ({marks}) AND w.status <> 'cancelled' AND w.archived_at IS NULL "
        "AND w.on_day BETWEEN '2025-09-01' AND '2026-08-31' AND coalesce(w.host_school_id, d.school_id) = d.school_id "
        "AND (w.year_groups = '' OR ',' || w.year_groups || ',' LIKE '%,' || (2025 - p.cohort_year) || ',%') "
        "LEFT JOIN at ON at.id = w.id AND at.school_id = d.from_school_id "
        "WHERE d.move_year = 2025 AND d.from_school_id <> d.school_id GROUP BY p.id",
    )
    assert found.pupils == len(told) > 0
    assert found.settings == len({school for school, _ in told})
    absent = [school for school, did in told if did < 3]
    assert found.pupils_share.counted == len(absent)
    assert {one.school_id for one in found.absent} == set(absent)


def test_confidence_is_of_one_module_each(demo: Workspace, plain: sqlite3.Connection) -> None:
    [(programme,)] = rows(plain, "SELECT DISTINCT programme FROM training_module")
    of_programme = (
        "FROM workshop_invitation i JOIN workshop w ON w.id = i.workshop_id WHERE w.programme = ? AND w.status <> 'cancelled' "
        "AND w.archived_at IS NULL AND w.on_day <= '2026-11-21' AND i.attendance = 'came' AND i.name IS NOT NULL"
    )
    # nobody goes to a module twice, so that a line of a register is a person at a module
    assert rows(
        plain,
        f"SELECT max(n) FROM (SELECT count(*) AS n {of_programme} GROUP BY i.name, i.school_id, w.module)",
        programme,
    ) == [(1,)]
    [counted] = rows(
        plain,
        "SELECT count(*) FILTER (WHERE i.before > 0 AND i.after > 0), count(*), sum(i.after < i.before), sum(i.after = i.before), "
        f"sum(i.after > i.before) {of_programme}",
        programme,
    )
    found = training.confidence(demo, programme)
    assert (*found.pairs[:2], found.lower, found.same, found.higher) == counted
    assert (found.lower, found.pairs.counted > 20) == (0, True)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2020, 1, 1), date(2026, 11, 21)),
        (date(2026, 9, 1), date(2026, 11, 21)),
        (date(2025, 9, 1), date(2026, 8, 31)),
    ],
)
def test_surveys(demo: Workspace, plain: sqlite3.Connection, first: date, last: date) -> None:
    found = survey_results.results(demo, first=first, last=last)
    days = (first.isoformat(), last.isoformat())
    asked = {
        (moment, who): number
        for moment, who, number in rows(
            plain,
            "SELECT moment, respondent, count(*) FROM survey_asked WHERE asked_on BETWEEN ? AND ? GROUP BY 1, 2",
            *days,
        )
    }
    back = "FROM survey_response WHERE answered_on BETWEEN CASE WHEN pupil_id IS NULL THEN date(?, 'start of month') ELSE ? END AND ?"
    came = (days[0], *days)
    for rate in found.rates:
        assert rate.asked == asked.get((rate.moment, rate.respondent), 0)
        assert rate.answered <= rate.asked
        [(linked,)] = rows(
            plain,
            "SELECT count(*) FROM survey_asked k WHERE k.asked_on BETWEEN ? AND ? AND k.moment = ? AND k.respondent = ? AND EXISTS "
            "(SELECT 1 FROM survey_response r WHERE r.pupil_id = k.pupil_id AND r.moment = k.moment AND r.respondent = k.respondent)",
            *days, rate.moment, rate.respondent,
        )  # fmt: skip
        [(anonymous,)] = rows(
            plain,
            "SELECT count(*) FROM survey_response WHERE pupil_id IS NULL AND moment = ? AND respondent = ?",
            rate.moment, rate.respondent,
        )  # fmt: skip
        assert linked <= rate.answered <= linked + anonymous
    assert [(found.responses,)] == rows(plain, f"SELECT count(*) {back}", *came)
    for name in ("worry", "overall"):
        counted = rows(
            plain, f"SELECT moment, respondent, {name}, count(*) {back} AND {name} IS NOT NULL GROUP BY 1, 2, 3", *came
        )
        assert scale(found, name) == {line[:3]: line[3] for line in counted}
    items = rows(
        plain,
        f"SELECT moment, respondent, j.key, j.value, count(*) {back.replace('WHERE', ', json_each(answers) j WHERE')} GROUP BY 1, 2, 3, 4",
        *came,
    )
    ours = {
        (one.moment, one.respondent, one.code, given): count
        for one in found.items for given, count in one.counts.items() if count
    }  # fmt: skip
    assert ours == {line[:4]: line[4] for line in items}


def scale(found: Results, name: str) -> dict[tuple[Any, ...], int]:
    return {
        (one.moment, one.respondent, given): count
        for one in getattr(found, name) for given, count in one.counts.items() if count
    }  # fmt: skip


def test_all_that_came_back_of_the_surveys(demo: Workspace, plain: sqlite3.Connection) -> None:
    """Without days a rate is of all that was handed out; each came back at most once, linked or not."""
    answered = rows(
        plain,
        "SELECT moment, respondent, sum(min(asked, back)) FROM (SELECT k.moment, k.respondent, l.transition, count(*) AS asked, "
        "(SELECT count(*) FROM survey_response r WHERE r.moment = k.moment AND r.respondent = k.respondent "
        "AND r.transition = l.transition) AS back FROM survey_asked k JOIN plan l ON l.id = k.plan_id GROUP BY 1, 2, 3) GROUP BY 1, 2",
    )
    ours = {(one.moment, one.respondent): one.answered for one in survey_results.results(demo).rates}
    assert ours == {line[:2]: line[2] for line in answered}
