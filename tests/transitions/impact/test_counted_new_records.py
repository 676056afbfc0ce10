"""The figures of referrals, services, scores, readiness, activities and Year 7, counted again by SQL that shares nothing with ours."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Any

import pytest

from transitions.clock import Clock
from transitions.impact.measure import Asked, Figure
from transitions.impact.measures import figures
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

TODAY = date(2026, 11, 21)
SEND7 = "p.archived_at IS NULL AND p.cohort_year = 2019 AND p.sen_provision IN ('E', 'K')"
THIS_YEAR = "l.started_on <= '2026-11-21' AND coalesce(l.ended_on, CASE WHEN l.kind LIKE '%suspension%' OR l.kind LIKE 'perm%' THEN l.started_on ELSE '9999' END) >= '2026-09-01'"
RECEIVED = (
    "coalesce((SELECT d.school_id FROM destination d WHERE d.pupil_id = p.id AND d.move_year = 2025 AND d.transition <> 'INYR' "
    "ORDER BY d.id DESC LIMIT 1), p.school_id)"
)
REFERRAL = (
    "FROM referral r LEFT JOIN school s ON s.id = r.school_id WHERE r.referred_on BETWEEN '2026-09-01' AND '2026-11-21'"
)
WEEKS = """
WITH numbered AS (
  SELECT w.*, row_number() OVER (PARTITION BY w.pupil_id ORDER BY w.week_on DESC) AS place FROM attendance_week w
  JOIN pupil p ON p.id = w.pupil_id AND p.cohort_year = 2019 AND w.week_on BETWEEN '2026-09-01' AND '2026-11-21'),
now AS (
  SELECT pupil_id, round(100.0 * sum(attended) / sum(possible), 1) AS level FROM numbered WHERE place <= 3 GROUP BY pupil_id)
"""


@pytest.fixture(scope="module")
def plain(demo: Workspace) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(demo.database.path)
    yield connection
    connection.close()


def counted(demo: Workspace, measure: str) -> dict[str, tuple[int | None, int]]:
    return {part: (one.counted, one.base) for part, one in found(demo, measure).items()}


def found(demo: Workspace, measure: str) -> dict[str, Figure]:
    return {one.part: one for one in figures(Asked(demo, 2026), [measure])}


def rows(plain: sqlite3.Connection, sql: str) -> list[Any]:
    return plain.execute(sql).fetchall()


def parts(plain: sqlite3.Connection, sql: str) -> dict[str, tuple[int, int]]:
    return {part: (one, base) for part, one, base in rows(plain, sql)}


def on(day: str, born: int) -> str:
    """How many young people of 16 and 17 there are on a day, NEET, not known, in custody, and recorded in no way."""
    return (
        "SELECT count(*), sum(code IN (540, 610, 615, 616, 619, 620, 630, 640, 650, 660, 670, 680, 720)), "
        "sum(code IS NULL OR code IN (810, 820, 830)), sum(code = 710), sum(code IS NULL) FROM (SELECT p.id, ("
        f"SELECT code FROM activity a WHERE a.pupil_id = p.id AND '{day}' BETWEEN a.started_on AND coalesce(a.ended_on, '9999') "
        "ORDER BY a.started_on DESC LIMIT 1) AS code FROM pupil p WHERE p.archived_at IS NULL "
        f"AND p.date_of_birth BETWEEN '{born}-09-01' AND '{born + 2}-08-31')"
    )


def test_neet_and_not_known(demo: Workspace, plain: sqlite3.Connection) -> None:
    ours, kinds = found(demo, "neet"), found(demo, "neet-kinds")
    months = [rows(plain, on(day, 2007))[0] for day in ("2025-12-31", "2026-01-31", "2026-02-28")]
    base = sum(everybody - custody for everybody, _, _, custody, _ in months)
    for one, places in ((kinds["NEET"], (1,)), (kinds["not known"], (2,)), (ours[""], (1, 2))):
        total = sum(month[place] for month in months for place in places)
        assert one.value == pytest.approx(100 * total / base, abs=0.05)
        assert (one.counted, one.base) == (int(total / 3 + 0.5), int(base / 3 + 0.5))
        assert one.period == "December 2025 to February 2026"
    assert sum(one.value or 0 for one in kinds.values()) == pytest.approx(100, abs=0.2)
    december = ours["Wed 31 Dec 2025"]
    assert (december.counted, december.base) == (months[0][1] + months[0][2], months[0][0] - months[0][3])
    everybody, neet, unknown, custody, nothing = rows(plain, on("2026-11-21", 2008))[0]
    today = ours["today"]
    assert (today.counted, today.base) == (neet + unknown, everybody - custody)
    assert f"{custody} in custody left out" in today.beside
    assert f"{nothing} with nothing recorded" in today.beside


def test_september_guarantee(demo: Workspace, plain: sqlite3.Connection) -> None:
    step = (
        "FROM pupil_milestone k JOIN milestone m ON m.id = k.milestone_id JOIN pupil p ON p.id = k.pupil_id "
        "WHERE p.archived_at IS NULL AND m.code LIKE '%.september-guarantee' AND k.due_on = '2026-09-30'"
    )
    ours = counted(demo, "september-guarantee")
    [(made, base, none, nothing, no_use)] = rows(
        plain,
        f"SELECT sum(outcome IN ('met', 'late')), count(*), sum(outcome = 'missed'), sum(outcome IS NULL), "
        f"sum(outcome IN ('waived', 'not applicable')) {step}",
    )
    assert ours[""] == (made, base)
    statuses = {"offer made": made, "offer not appropriate": no_use, "no offer": none, "not recorded": nothing}
    assert counted(demo, "september-statuses") == {status: (number, base) for status, number in statuses.items()}
    assert {name: ours[name] for name in ("Year 11", "Year 12")} == parts(
        plain,
        "SELECT CASE m.transition WHEN '12-13' THEN 'Year 12' ELSE 'Year 11' END, sum(outcome IN ('met', 'late')), "
        f"count(*) {step} GROUP BY 1",
    )
    assert made < base


@pytest.mark.parametrize(
    ("measure", "kinds"),
    [
        ("year7-suspended", "('suspension', 'lunchtime suspension')"),
        ("year7-excluded", "('permanent exclusion')"),
        ("year7-part-time", "('part-time timetable')"),
    ],
)
def test_year_7_with_send_by_receiving_school(
    demo: Workspace, plain: sqlite3.Connection, measure: str, kinds: str
) -> None:
    happened = f"EXISTS (SELECT 1 FROM placement l WHERE l.pupil_id = p.id AND l.kind IN {kinds} AND {THIS_YEAR})"
    again = f"SELECT s.name, sum({happened}), count(*) FROM pupil p JOIN school s ON s.id = {RECEIVED} WHERE {SEND7} GROUP BY s.id"
    ours = counted(demo, measure)
    assert ours.pop("") == rows(plain, f"SELECT sum({happened}), count(*) FROM pupil p WHERE {SEND7}")[0]
    assert ours == parts(plain, again)
    assert measure == "year7-excluded" or any(one for one, _ in ours.values())


def test_the_gap_of_pupil_premium(demo: Workspace, plain: sqlite3.Connection) -> None:
    suspensions, attendance = found(demo, "premium-suspended"), found(demo, "premium-attendance")
    for who, premium in (("pupil premium", 1), ("all others", 0)):
        [suspended] = rows(
            plain,
            f"SELECT sum(EXISTS (SELECT 1 FROM placement l WHERE l.pupil_id = p.id AND l.kind LIKE '%suspension' AND {THIS_YEAR})), "
            f"count(*) FROM pupil p WHERE p.cohort_year = 2019 AND p.archived_at IS NULL AND p.pupil_premium = {premium}",
        )
        [low] = rows(
            plain,
            f"{WEEKS} SELECT sum(level < 90), count(*) FROM now JOIN pupil p ON p.id = pupil_id WHERE p.pupil_premium = {premium}",
        )
        assert (suspensions[who].counted, suspensions[who].base) == suspended
        assert (attendance[who].counted, attendance[who].base) == low
    [first, second] = ((one.counted or 0) / one.base for one in suspensions.values())
    [(numbers,)] = rows(
        plain,
        "SELECT count(*) FROM pupil p WHERE p.cohort_year = 2019 AND p.archived_at IS NULL AND p.pupil_premium AND p.suspensions > 0 "
        f"AND NOT EXISTS (SELECT 1 FROM placement l WHERE l.pupil_id = p.id AND l.kind LIKE '%suspension' AND {THIS_YEAR})",
    )
    assert numbers
    assert suspensions["pupil premium"].beside == (
        f"{100 * (second - first):.3g} points below all others; of {numbers} more only a number is recorded"
    )


def test_the_enhanced_offer_and_the_others(demo: Workspace, plain: sqlite3.Connection) -> None:
    offer = "CASE p.tier WHEN 'enhanced' THEN 'enhanced offer' ELSE 'all others' END"
    assert counted(demo, "enhanced-suspended") == parts(
        plain,
        f"SELECT {offer}, sum(EXISTS (SELECT 1 FROM placement l WHERE l.pupil_id = p.id AND l.kind LIKE '%suspension' "
        f"AND {THIS_YEAR})), count(*) FROM pupil p WHERE p.cohort_year = 2019 AND p.archived_at IS NULL AND p.tier IS NOT NULL "
        "GROUP BY 1",
    )
    assert counted(demo, "enhanced-attendance") == parts(
        plain,
        f"{WEEKS} SELECT {offer}, sum(level < 90), count(*) FROM now JOIN pupil p ON p.id = pupil_id WHERE p.tier IS NOT NULL "
        "GROUP BY 1",
    )
    later = Workspace(demo.database, Clock.on(date(2027, 3, 1)))
    again = (
        f"SELECT {offer}, sum(coalesce(l.ended_on, '9999') >= date(l.started_on, '+4 months')), count(*) FROM placement l "
        "JOIN pupil p ON p.id = l.pupil_id WHERE l.kind IN ('new school', 'managed move') AND p.cohort_year = 2019 "
        "AND l.started_on BETWEEN '2026-09-01' AND '2027-08-31' AND p.tier IS NOT NULL AND (l.ended_on IS NOT NULL "
        "OR l.school_id = p.school_id) GROUP BY 1"
    )
    assert {part: one for part, one in counted(later, "enhanced-lasted").items() if one[1]} == parts(plain, again)


def test_whom_to_ring(demo: Workspace, plain: sqlite3.Connection) -> None:
    ring = "level < 90 OR round(p.attendance_percent - level, 1) >= 5"
    again = (
        f"{WEEKS} SELECT p.id, {ring}, round(level - p.attendance_percent, 1) FROM now JOIN pupil p ON p.id = pupil_id"
    )
    listed = rows(plain, again)
    one = found(demo, "first-weeks")[""]
    assert {row.goal[1] for row in one.rows() if row.counted} == {number for number, rung, _ in listed if rung}
    assert one.base == len(listed)
    changes = [change for *_, change in listed if change is not None]
    change = found(demo, "first-weeks-change")[""]
    assert (change.counted, change.base) == (sum(one < 0 for one in changes), len(changes))
    assert change.value == pytest.approx(median(changes))
    assert 0 < (one.counted or 0) < one.base


def by_part(plain: sqlite3.Connection, columns: str, which: str = "1") -> dict[str, Any]:
    """The referrals together, to each service, from each school and for each reason."""
    again = {"": rows(plain, f"SELECT {columns} {REFERRAL} AND {which}")}
    for word, by in (("to", "r.service"), ("from", "s.name"), ("for", "r.reason")):
        for (name,) in rows(plain, f"SELECT DISTINCT {by} {REFERRAL} AND {by} IS NOT NULL"):
            again[f"{word} {name}"] = rows(plain, f"SELECT {columns} {REFERRAL} AND {which} AND {by} = '{name}'")
    return again


@pytest.mark.parametrize(
    ("measure", "first", "last"),
    [
        ("referral-days-to-refer", "need_identified_on", "referred_on"),
        ("referral-days-to-answer", "referred_on", "answered_on"),
    ],
)
def test_days_of_referrals(demo: Workspace, plain: sqlite3.Connection, measure: str, first: str, last: str) -> None:
    days = f"CAST(julianday(r.{last}) - julianday(r.{first}) AS INTEGER)"
    again = {part: [day for (day,) in of if day is not None] for part, of in by_part(plain, days).items()}
    ours = found(demo, measure)
    assert {part: (one.base, one.value) for part, one in ours.items()} == {
        part: (len(of), median(of) if of else None) for part, of in again.items()
    }
    assert "for anxiety" in ours


def test_how_referrals_are_answered(demo: Workspace, plain: sqlite3.Connection) -> None:
    again = by_part(plain, "coalesce(sum(r.outcome = 'accepted'), 0), count(r.outcome)")
    assert counted(demo, "referral-first-time-right") == {part: of[0] for part, of in again.items()}
    base = again[""][0][1]
    assert counted(demo, "referral-answers") == parts(
        plain, f"SELECT r.outcome, count(*), {base} {REFERRAL} AND r.outcome IS NOT NULL GROUP BY 1"
    )


def test_sooner_than_last_year(demo: Workspace, plain: sqlite3.Connection) -> None:
    days = "SELECT julianday(referred_on) - julianday(need_identified_on) FROM referral WHERE need_identified_on IS NOT NULL"
    before = [day for (day,) in rows(plain, f"{days} AND referred_on BETWEEN '2025-09-01' AND '2025-11-21'")]
    now = [day for (day,) in rows(plain, f"{days} AND referred_on BETWEEN '2026-09-01' AND '2026-11-21'")]
    one = found(demo, "referral-earlier")[""]
    assert (one.counted, one.base) == (sum(day < median(before) for day in now), len(now))
    assert (
        one.beside
        == f"median {median(now):.3g} days now, {median(before):.3g} days for {len(before)} in the same period last year"
    )


def test_services_and_schools(demo: Workspace, plain: sqlite3.Connection) -> None:
    [(schools,)] = rows(plain, "SELECT count(*) FROM school WHERE archived_at IS NULL AND closed_on IS NULL")
    reach = parts(plain, f"SELECT 'to ' || r.service, count(DISTINCT r.school_id), {schools} {REFERRAL} GROUP BY 1")
    reach[""] = rows(plain, f"SELECT count(DISTINCT r.school_id), {schools} {REFERRAL}")[0]
    assert counted(demo, "services-reach") == reach
    offers = parts(plain, f"SELECT tier, count(*), {schools} FROM school_offer GROUP BY 1")
    [(offered, days)] = rows(plain, "SELECT count(*), sum(days_a_week) FROM school_offer")
    assert counted(demo, "services-offers") == {"": (offered, schools), **offers}
    navigators = found(demo, "navigator-days")[""]
    assert (navigators.value, navigators.counted, navigators.base) == (days, offered, schools)
    healthy = parts(
        plain, f"SELECT healthy_schools, count(*), {schools} FROM school_offer WHERE healthy_schools <> '' GROUP BY 1"
    )
    assert {part: one for part, one in counted(demo, "healthy-schools").items() if one[0]} == healthy


def test_wellbeing_before_and_after(demo: Workspace, plain: sqlite3.Connection) -> None:
    pairs = rows(
        plain,
        "SELECT a.scale || ': ' || a.dimension, a.score - b.score FROM wellbeing_score a JOIN wellbeing_score b "
        "ON b.pupil_id = a.pupil_id AND b.scale = a.scale AND b.dimension = a.dimension AND b.moment = 'before' "
        "WHERE a.moment = 'after' AND a.scored_on BETWEEN '2026-09-01' AND '2026-11-21'",
    )
    again: dict[str, list[float]] = {}
    for part, change in pairs:
        again.setdefault(part, []).append(change)
    ours = found(demo, "wellbeing")
    assert {part: (one.counted, one.base, one.value) for part, one in ours.items() if one.base} == {
        part: (sum(one > 0 for one in of), len(of), median(of)) for part, of in again.items()
    }
    for part, of in again.items():
        assert ours[part].beside.startswith(f"the same {of.count(0)}, lower {sum(one < 0 for one in of)}")


def test_readiness(demo: Workspace, plain: sqlite3.Connection) -> None:
    level = (
        "sum(good_level), count(*) FROM readiness r JOIN pupil p ON p.id = r.pupil_id WHERE p.cohort_year = 2025 "
        "AND good_level IS NOT NULL"
    )
    ours = counted(demo, "readiness-good-level")
    assert ours.pop("") == rows(plain, f"SELECT {level}")[0]
    assert ours == parts(
        plain, f"SELECT CASE pupil_premium WHEN 1 THEN 'pupil premium' ELSE 'all others' END, {level} GROUP BY 1"
    )
    assert counted(demo, "readiness-ratings") == {
        f"says the {who}": rows(
            plain,
            f"SELECT sum({who}_rating >= 4), count({who}_rating) FROM readiness WHERE assessed_on BETWEEN '2026-04-01' AND '2026-11-21'",
        )[0]
        for who in ("school", "pupil", "family")
    }
