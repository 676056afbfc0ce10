"""The demonstration: nobody real, nothing impossible, the same every time."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from builders import add_pupil, contents, damage_in

from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.demo.content import material
from transitions.demo.council import place_name, terms, training_days
from transitions.demo.make import is_demo, made_for, make
from transitions.errors import NotAllowed
from transitions.identifiers import check_postcode, check_upn
from transitions.milestones import planning
from transitions.milestones.definitions import load_shipped
from transitions.plans.actions import not_a_person
from transitions.pupils.codes import NEEDS
from transitions.school_year import academic_year, cohort_year_of
from transitions.term_dates import Term, TermDates
from transitions.text import clean, searchable
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
Opener = Callable[..., Workspace]


def made(opener: Opener, pupils: int, *, day: date = TODAY, seed: int = 1, name: str = "demo.db") -> Workspace:
    workspace = opener(day, name=name, me=None)
    result = make(workspace, pupils, seed)
    assert result.pupils == pupils
    return workspace


@pytest.fixture
def demo(opener: Opener) -> Workspace:
    return made(opener, 400)


def rows(workspace: Workspace, sql: str, **parameters: Any) -> list[Any]:
    return list(workspace.read().execute(sql, parameters).fetchall())


def digest(workspace: Workspace) -> str:
    return hashlib.sha256(repr(contents(workspace)).encode()).hexdigest()


def test_nobody_is_real(demo: Workspace) -> None:
    numbers = [upn for (upn,) in rows(demo, "SELECT upn FROM pupil WHERE upn IS NOT NULL")]
    assert len(numbers) > 340
    for upn in numbers:
        checked = check_upn(upn)
        assert checked.value == upn
        assert "999 is not a known local authority number" in (checked.warning or "")
    assert rows(demo, "SELECT count(*) FROM pupil WHERE uln IS NOT NULL") == [(0,)]
    for urn, la, postcode, telephone in rows(demo, "SELECT urn, la_number, postcode, telephone FROM school"):
        assert urn > 900_000
        assert la == 999
        assert check_postcode(postcode).value == postcode
        assert postcode.startswith("NM")
        assert telephone.startswith("01632 960")
    for (telephone,) in rows(demo, "SELECT DISTINCT telephone FROM contact"):
        assert telephone.startswith("07700 900")
    for (email,) in rows(demo, "SELECT email FROM worker"):
        assert email.endswith("@northmere.example")
        assert email.isascii()


@pytest.mark.of_a_file
def test_the_records_are_as_the_program_itself_would_write_them(demo: Workspace) -> None:
    for upn, surname, forename, preferred, search in rows(
        demo, "SELECT upn, surname, forename, preferred_name, search_text FROM pupil"
    ):
        assert (clean(surname), clean(forename), clean(preferred or "")) == (surname, forename, preferred or "")
        assert search == searchable(surname, forename, preferred, upn)
    for born, cohort, reason in rows(demo, "SELECT date_of_birth, cohort_year, out_of_year_reason FROM pupil"):
        day = date.fromisoformat(born)
        assert day < TODAY
        assert (cohort != cohort_year_of(day)) == (reason is not None)
    for sen, needs in rows(
        demo, "SELECT sen_provision, (SELECT group_concat(code) FROM need n WHERE n.pupil_id = pupil.id) FROM pupil"
    ):
        assert (sen == "N") == (needs is None)
        assert set((needs or "ASD").split(",")) <= NEEDS.keys()
        assert sen == "K" or "NSA" not in (needs or "")
    assert rows(
        demo, "SELECT count(*) FROM pupil WHERE next_school_id IS NOT NULL AND next_school_recorded_on IS NULL"
    ) == [(0,)]
    assert damage_in(demo) == []


@pytest.mark.parametrize("day", [TODAY, date(2028, 2, 29), date(2026, 9, 1), date(2027, 8, 31)])
def test_planning_again_changes_nothing(opener: Opener, day: date) -> None:
    demo = made(opener, 150, day=day)
    with demo.database.write() as connection:
        assert planning.replan(connection, demo.planner(), day) == 0
    undated = "SELECT count(*) FROM pupil_milestone s JOIN milestone m ON m.id = s.milestone_id WHERE s.due_on IS NULL"
    unknown = "pupil_id IN (SELECT p.id FROM pupil p LEFT JOIN ehc_plan e ON e.pupil_id = p.id WHERE e.ehc_started_on IS NULL)"
    assert rows(demo, f"{undated} AND NOT (m.code = 'ehcp.first-review' AND {unknown})") == [(0,)]


def test_what_was_recorded_could_have_been(demo: Workspace) -> None:
    today = TODAY.isoformat()
    reasons = {reason.code: reason.state for reason in load_shipped().missed_reasons}
    waivers = {reason.code: reason.state for reason in load_shipped().waived_reasons}
    found = rows(
        demo,
        "SELECT outcome, late_after, done_on, missed_on, reason, recorded_by, from_record FROM pupil_milestone "
        "WHERE outcome IS NOT NULL",
    )
    for outcome, late_after, done_on, missed_on, reason, recorded_by, from_record in found:
        assert (recorded_by is None) == bool(from_record)
        assert (done_on or "") <= today
        if outcome == "met":
            assert late_after is None or done_on <= late_after
            assert missed_on is None
        elif outcome == "late":
            assert done_on > late_after
            assert missed_on is None or (late_after < missed_on <= done_on and reason in reasons)
        elif outcome == "missed":
            assert late_after < missed_on <= today
            assert reason in reasons
        else:
            assert waivers[reason] == outcome
    assert any(outcome == "late" and missed_on for outcome, _, _, missed_on, *_ in found)


@pytest.mark.of_a_file
@pytest.mark.parametrize("day", [TODAY, date(2027, 3, 20), date(2027, 7, 10)])
def test_the_proportions_are_those_of_a_caseload(opener: Opener, day: date) -> None:
    demo = made(opener, 600, day=day)
    shares = dict(
        rows(
            demo,
            "SELECT coalesce(outcome, 'overdue'), 1.0 * count(*) / sum(count(*)) OVER () FROM pupil_milestone "
            "WHERE late_after < :today GROUP BY 1",
            today=day.isoformat(),
        )
    )
    assert 0.65 < shares["met"] < 0.8
    assert 0.06 < shares["late"] < 0.15
    assert 0.03 < shares["missed"] < 0.08
    assert 0.01 < shares["waived"] + shares["not applicable"] < 0.07
    asking = rows(demo, "SELECT avg(next_late_after < :today) FROM pupil", today=day.isoformat())[0][0]
    assert 0.14 < asking < 0.2


@pytest.mark.of_a_file
def test_every_kind_of_pupil_is_there(demo: Workspace) -> None:
    groups = {2026 - cohort for (cohort,) in rows(demo, "SELECT DISTINCT cohort_year FROM pupil")}
    assert groups >= set(range(-1, 15))
    assert max(groups) > 14
    counts = {name: number for kind in facets(demo).values() for name, number in kind}
    for kind in (
        "14+ open to social care",
        "looked after",
        "young carer",
        "enhanced transition",
        "no next school",
        "6-7",
    ):
        assert counts[kind] > 0, kind
    leavers = rows(demo, "SELECT avg(next_school_id IS NOT NULL) FROM pupil WHERE cohort_year IN (2020, 2015)")[0][0]
    assert 0.5 < leavers < 0.8
    siblings = rows(demo, "SELECT count(*) FROM pupil GROUP BY surname, school_id HAVING count(*) > 1 LIMIT 5")
    assert len(siblings) == 5
    assert rows(demo, "SELECT count(*) FROM pupil WHERE out_of_year_reason IS NOT NULL")[0][0] > 0
    statuses = {status for (status,) in rows(demo, "SELECT DISTINCT status FROM plan")}
    assert statuses >= {"draft", "shared with family", "agreed", "active", "reviewed"}
    names = {f"{forename} {surname}" for forename, surname in rows(demo, "SELECT forename, surname FROM pupil")}
    for shown in material().showcases.values():
        assert f"{shown.forename} {shown.surname}" in names


def facets(workspace: Workspace) -> dict[str, list[tuple[str, int]]]:
    found = caseload.facets(workspace, Caseload())
    return {part: [(count.value, count.pupils) for count in counts] for part, counts in found.items()}


def test_no_sentence_keeps_its_gap(demo: Workspace) -> None:
    for table, column in (("note", "text"), ("plan_action", "what"), ("plan", "family_voice"), ("plan", "admired")):
        found = rows(demo, f"SELECT count(*) FROM {table} WHERE {column} LIKE '%{{%'")
        assert found == [(0,)], (table, column)


def test_every_action_is_owned_by_a_person(demo: Workspace) -> None:
    owners = [owner for (owner,) in rows(demo, "SELECT DISTINCT owner FROM plan_action")]
    assert [owner for owner in owners if not_a_person(owner)] == []
    of_family = rows(
        demo, "SELECT count(*) FROM plan_action a JOIN contact c ON c.pupil_id = a.pupil_id AND c.name = a.owner AND c.circle = 'inner'"
    )  # fmt: skip
    assert of_family[0][0] > 5
    early = "SELECT count(*) FROM plan_action a JOIN plan l ON l.id = a.plan_id WHERE a.added_on < l.opened_on AND a.carried_from_id IS NULL"
    assert rows(demo, early) == [(0,)]


def test_who_is_at_the_keyboard_and_what_can_be_undone(demo: Workspace) -> None:
    assert rows(demo, "SELECT name FROM worker WHERE id = :me", me=demo.me) == [("K. Osei",)]
    assert 60 <= caseload.count(demo, Caseload(whose="mine")) <= 200
    entries = history.entries(demo)
    assert {entry.name for entry in entries} >= {"Marked done", "Flagged missed", "Waived", "Note added", "Assigned"}
    assert entries[-1].name == "Demo data made"
    for _ in entries[:-1]:
        history.undo(demo)
    with pytest.raises(history.journal.NothingToUndo):
        history.undo(demo)  # what the program made is nobody's to take back
    with pytest.raises(history.journal.NothingToUndo, match="This can’t be undone: the program recorded it by itself"):
        history.undo(demo, entries[-1].id)


def test_the_same_number_seed_and_day_make_the_same(opener: Opener) -> None:
    first = made(opener, 60, name="a.db")
    again = made(opener, 60, name="b.db")
    other = made(opener, 60, seed=2, name="c.db")
    assert digest(first) == digest(again)
    assert digest(first) != digest(other)


@pytest.mark.parametrize("pupils", [1, 7])
def test_few_pupils_will_do(opener: Opener, pupils: int) -> None:
    demo = made(opener, pupils)
    assert caseload.count(demo, Caseload()) == pupils
    assert rows(demo, "SELECT count(*) FROM worker")[0][0] >= 4


def test_it_is_known_again(opener: Opener) -> None:
    workspace = opener()
    assert not is_demo(workspace)
    assert made_for(workspace) is None
    demo = made(opener, 3, seed=5, name="demo.db")
    assert is_demo(demo)
    assert made_for(demo) == (TODAY, 3, 5)


def test_real_records_are_never_mixed_with_it(workspace: Workspace) -> None:
    add_pupil(workspace)
    before = contents(workspace)
    with pytest.raises(NotAllowed, match="already has records"):
        make(workspace)
    assert contents(workspace) == before


@pytest.mark.parametrize("pupils", [0, 250_001])
def test_numbers_that_are_refused(opener: Opener, pupils: int) -> None:
    with pytest.raises(NotAllowed, match="expected 1 to 250,000"):
        make(opener(me=None), pupils)


def test_stopping_half_way_leaves_nothing(opener: Opener) -> None:
    workspace = opener(me=None)
    before = contents(workspace)

    def stop(done: int, total: int) -> None:
        assert (done, total) == (40, 40)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(workspace, 40, progress=stop)
    assert contents(workspace) == before
    assert not workspace.calendars[""].terms


@pytest.mark.parametrize("year", range(2020, 2041))
def test_terms_are_terms(year: int) -> None:
    found = terms(year)
    dates = TermDates(
        [Term(term.name, term.academic_year, term.first_day, term.last_day) for term in found], training_days(year)
    )
    taught = sum((term.last_day - term.first_day).days + 1 for term in found)
    assert 250 < taught < 290
    assert found[0].first_day.month == 9
    assert found[-1].last_day.month == 7
    assert all(academic_year(term.first_day) == academic_year(term.last_day) == year for term in found)
    assert not dates.is_school_day(found[0].first_day)
    school_days = sum(
        dates.is_school_day(date.fromordinal(day))
        for day in range(date(year, 9, 1).toordinal(), found[-1].last_day.toordinal())
    )
    assert 183 <= school_days <= 195


def test_place_names_do_not_come_twice() -> None:
    names = {place_name(material(), number) for number in range(24 * 14)}
    assert len(names) == 24 * 14
