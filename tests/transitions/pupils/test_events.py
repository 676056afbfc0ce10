"""Dated events of a pupil, what is counted from them, and the programmes in which pupils and schools take part."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms, contents, edit_pupil, steps_of
from conftest import TODAY

from transitions.caseload import caseload as caseloads
from transitions.caseload import today
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.custody.health_check import check
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.handovers.prefill import record_of
from transitions.handovers.tiers import proposal
from transitions.impact.records import REFERRAL, WEEK
from transitions.milestones import explain
from transitions.pupils import events, page, programmes
from transitions.pupils import history as pupil_history
from transitions.pupils.events import EVENT, suspensions
from transitions.pupils.placements import PLACEMENT
from transitions.pupils.programmes import OF_PUPIL, OF_SCHOOL
from transitions.pupils.small_records import RecordKind, records, save, take_out
from transitions.text import Share
from transitions.workspace import Workspace

SUSPENDED = {"kind": "SUSP", "started_on": "5/11/26", "days": "1.5", "reason": "BU"}


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    return add_pupil(workspace, school_id=add_school(workspace, "Northgate"))


def problems(save: Callable[..., object], *arguments: Any) -> dict[str, str]:
    with pytest.raises(FieldProblems) as refused:
        save(*arguments)
    return dict(refused.value.problems)


def test_days_that_nobody_knows_of_an_event_are_asked_for(workspace: Workspace, pupil: int) -> None:
    for kind, question in (
        ("off roll", "off-roll date?"),
        ("missing education", "missing education start date?"),
        ("elective home education", "home education start date?"),
        ("permanent exclusion", "suspension or exclusion date?"),
    ):
        number = save(workspace, EVENT, pupil, None, {"kind": kind}).number
        assert f"1 pupil: {question}" in today.summary(today.page(workspace, Caseload())), kind
        assert caseloads.count(workspace, Caseload(cohorts=(question,))) == 1
        save(workspace, EVENT, pupil, number, {"started_on": "5/11/26"})
        assert caseloads.count(workspace, Caseload(cohorts=(question,))) == 0


@pytest.mark.parametrize(("typed", "kind"), [("EHE", "elective home education"), ("CME", "missing education")])
def test_a_kind_is_understood_as_councils_write_it(workspace: Workspace, pupil: int, typed: str, kind: str) -> None:
    save(workspace, EVENT, pupil, None, {"kind": typed, "started_on": "5/11/26"})
    assert [one.kind for one in events.dated(workspace, pupil)] == [kind]


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [
        (EVENT, "started_on", {"kind": "suspension"}),
        (OF_PUPIL, "started_on", {"programme": "ELSA"}),
        (WEEK, "week_on", {"possible": "10", "attended": "9"}),
        (REFERRAL, "referred_on", {"service": "CAMHS"}),
    ],
)
def test_no_fact_of_a_child_is_from_before_its_birth(
    workspace: Workspace, pupil: int, kind: RecordKind[Any], name: str, values: dict[str, str]
) -> None:
    said = problems(save, workspace, kind, pupil, None, {**values, name: "4/1/2010"})
    assert said[name].startswith("This is before the date of birth, ")


def test_a_pupil_off_roll_has_a_common_transfer_file_from_that_day(workspace: Workspace, pupil: int) -> None:
    """The example of domain.md: off roll on Friday 23 January 2026, so by Friday 13 February; here a year on."""
    add_terms(workspace)
    assert not [code for code, _ in steps_of(workspace, pupil) if code == "inyr.ctf"]
    number = save(workspace, EVENT, pupil, None, {"kind": "off roll"}).number
    [row] = [row for (code, _), row in steps_of(workspace, pupil).items() if code == "inyr.ctf"]
    assert row.due_on is None
    [why] = explain.explain(workspace, pupil, "inyr.ctf")
    assert why.because == (
        "The off-roll date is not recorded. Record it with g on the pupil’s page, or transitions event edit NUMBER "
        f"started_on=DAY (its number: event list {pupil})."
    )
    save(workspace, EVENT, pupil, number, {"started_on": "5/11/26"})
    days = [row.due_on for (code, _), row in steps_of(workspace, pupil).items() if code == "inyr.ctf"]
    assert days == [date(2026, 11, 26)]
    edit_pupil(workspace, pupil, in_year_move_on=date(2026, 11, 6))  # a move has a day of its own
    days = [row.due_on for (code, _), row in steps_of(workspace, pupil).items() if code == "inyr.ctf"]
    assert days == [date(2026, 11, 27)]
    save(workspace, EVENT, pupil, number, {"ended_on": "10/11/26"})
    edit_pupil(workspace, pupil, in_year_move_on=None)
    assert not [code for code, _ in steps_of(workspace, pupil) if code == "inyr.ctf"]


def test_suspensions_that_cannot_all_be_right_are_taken_and_said(workspace: Workspace, pupil: int) -> None:
    first = {"kind": "SUSP", "started_on": "7/9/26", "ended_on": "30/10/26", "days": "36"}
    assert save(workspace, EVENT, pupil, None, first).summary == "suspension · Aisha Khan"
    again = save(workspace, EVENT, pupil, None, {**SUSPENDED, "started_on": "1/10/26", "days": "9.5"})
    assert again.summary == (
        "suspension · Aisha Khan · suspended for 45.5 school days in 2026/27, but the law allows 45: check each one · two suspensions are on the same days, from Mon 7 Sep 2026 and from Thu 1 Oct 2026: take out the wrong one"
    )
    [finding] = [one for one in check(workspace) if "suspended" in one.what]
    assert finding.what == "1 pupil with overlapping suspensions, or suspended for more than 45 school days in a year"
    assert finding.where == f"#{pupil}"
    take_out(workspace, EVENT, again.number)
    assert not [one for one in check(workspace) if "suspended" in one.what]
    # at lunchtime a pupil may be away who is suspended for the afternoon, and the years are counted apart
    save(workspace, EVENT, pupil, None, {"kind": "LNCH", "started_on": "8/9/26", "days": "0.5"})
    save(workspace, EVENT, pupil, None, {**SUSPENDED, "started_on": "1/7/26", "days": "15"})
    assert events.odd_suspensions(events.dated(workspace, pupil)) == []


# --- events ----------------------------------------------------------------------------------------------------------


def test_an_event_is_saved_as_people_type_it_and_undone_exactly(workspace: Workspace, pupil: int) -> None:
    before = contents(workspace)
    saved = save(workspace, EVENT, pupil, None, SUSPENDED)
    assert (saved.name, saved.summary) == ("Event recorded", "suspension · Aisha Khan")
    (row,) = records(workspace, EVENT, pupil)
    assert (row.kind, row.started_on, row.days, row.reason, row.school) == (
        "suspension", date(2026, 11, 5), 1.5, "BU", "Northgate",
    )  # fmt: skip
    told = pupil_history.of_pupil(workspace, pupil)[0].rows[0]
    assert told.what == "Suspension"
    assert {field.label: field.new for field in told.fields}["Reason"] == "Bullying"
    save(workspace, EVENT, pupil, saved.number, {"days": ""})
    assert records(workspace, EVENT, pupil)[0].days is None
    take_out(workspace, EVENT, saved.number)
    assert records(workspace, EVENT, pupil) == []
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == before


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"kind": "This is needed."}),
        ({"kind": "alternative provision"}, {"kind": "expected one of suspension, lunchtime suspension, permanent"}),
        ({"kind": "perm", "days": "2"}, {"days": "Only a suspension has a number of days."}),
        ({"kind": "off roll", "reason": "BU"}, {"reason": "Only a suspension or exclusion has"}),
        ({**SUSPENDED, "days": "1.2"}, {"days": "expected school days in whole or half"}),
        ({**SUSPENDED, "days": "nan"}, {"days": "expected school days in whole or half"}),
        ({**SUSPENDED, "reason": "XX"}, {"reason": "expected one of PP, PA"}),
        ({**SUSPENDED, "ended_on": "4/11/26"}, {"ended_on": "comes before it began, Thursday 5 November 2026"}),
        ({**SUSPENDED, "started_on": "24/12/26"}, {"started_on": "is in the future"}),
        ({"kind": "missing education"}, {"kind": "“missing education” is still open since an unknown day"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_field_by_field(
    workspace: Workspace, pupil: int, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    save(workspace, EVENT, pupil, None, {"kind": "missing education"})
    found = problems(save, workspace, EVENT, pupil, None, fields)
    assert found.keys() == wrong.keys()
    for name, words in wrong.items():
        assert words in found[name]


def test_placements_and_events_stand_in_one_table_and_each_has_its_own_rules(workspace: Workspace, pupil: int) -> None:
    event = save(workspace, EVENT, pupil, None, SUSPENDED).number
    place = {"kind": "alternative provision", "place": "Willow", "started_on": "7/9/26"}
    placement = save(workspace, PLACEMENT, pupil, None, place).number
    assert [row.kind for row in records(workspace, PLACEMENT, pupil)] == ["alternative provision"]
    assert [row.kind for row in records(workspace, EVENT, pupil)] == ["suspension"]
    assert [row.kind for row in events.dated(workspace, pupil)] == ["suspension", "alternative provision"]
    for kind, number in ((PLACEMENT, event), (EVENT, placement)):
        with pytest.raises(NoSuchRecord):
            save(workspace, kind, pupil, number, {"ended_on": "20/11/26"})


# --- suspensions, counted --------------------------------------------------------------------------------------------


def test_suspensions_are_counted_from_the_events_and_an_imported_number_stands_without_any(
    workspace: Workspace, pupil: int
) -> None:
    edit_pupil(workspace, pupil, suspensions=4)
    view = page.load(workspace, pupil)
    assert (view.suspensions.number, view.suspensions.text) == (4, "4, as imported or typed")
    for day in ("5/11/26", "2026-09-01", "2026-08-31", ""):
        save(workspace, EVENT, pupil, None, {**SUSPENDED, "started_on": day})
    save(workspace, EVENT, pupil, None, {"kind": "perm", "started_on": "20/11/26"})
    view = page.load(workspace, pupil)
    assert view.suspensions.text == "2 this school year, and 1 without a day"
    assert (view.page.suspensions, view.suspensions.sessions) == (4, 6)
    assert suspensions(view.dated, 4, date(2027, 9, 1)).text == "0 this school year, and 1 without a day"


def test_what_is_counted_goes_into_handovers_and_tiers_with_the_day_of_the_newest(
    workspace: Workspace, pupil: int
) -> None:
    edit_pupil(workspace, pupil, suspensions=1)
    for day in ("5/11/26", "2/10/26"):
        save(workspace, EVENT, pupil, None, {**SUSPENDED, "started_on": day})
    record = record_of(workspace, page.load(workspace, pupil).page, None)
    assert record.says("suspensions") == ("2", date(2026, 11, 5))
    assert record.half_days_suspended == 6
    assert "Suspended more than once: 2 times this year, Thu 5 Nov 2026 (2 points)" in proposal(workspace, pupil).text


def test_year_7_is_counted_by_receiving_school_with_every_pupil_as_the_base(workspace: Workspace) -> None:
    north, south = add_school(workspace, "Northgate"), add_school(workspace, "Southgate")
    in_7 = {"cohort_year": 2019, "date_of_birth": date(2015, 3, 14)}
    pupils = [add_pupil(workspace, school_id=school, **in_7) for school in (north, north, north, south)]
    add_pupil(workspace, school_id=north)  # of Year 6
    for day, days in (("5/11/26", "1.5"), ("12/11/26", ""), ("2026-07-10", "3")):
        save(workspace, EVENT, pupils[0], None, {**SUSPENDED, "started_on": day, "days": days})
    save(workspace, EVENT, pupils[1], None, {**SUSPENDED, "started_on": ""})
    save(workspace, EVENT, pupils[1], None, {"kind": "elective home education", "started_on": "2026-06-01"})
    save(workspace, PLACEMENT, pupils[2], None,
         {"kind": "alternative provision", "place": "Willow", "started_on": "2026-05-04", "back_on": "2026-07-01"})  # fmt: skip
    with workspace.change("Moved", "x") as action:
        action.insert("destination", {
            "pupil_id": pupils[3], "transition": "6-7", "move_year": 2025, "school_id": south, "recorded_on": TODAY, "stage": "agreed",
        })  # fmt: skip
    edit_pupil(workspace, pupils[3], school_id=north)  # moved again since: Southgate received the pupil
    chosen = caseloads.selection(workspace, Caseload())
    first, second, together = events.by_school(workspace, chosen, 2026, [7])
    assert (first.school, first.suspended, first.suspensions, first.days, first.days_not_known) == (
        "Northgate", Share(1, 3), 2, 1.5, 1,
    )  # fmt: skip
    assert (first.by_kind["elective home education"], first.by_kind["alternative provision"]) == (
        Share(1, 3),
        Share(0, 3),
    )
    assert first.text == (
        "suspension 1 of 3 (33%); elective home education 1 of 3 (33%); 1 event without a date, not counted"
    )
    assert (second.school, second.suspended, second.text) == (
        "Southgate",
        Share(0, 1),
        "nothing recorded for 1 pupil",
    )
    assert (together.school, together.suspended) == ("All schools", Share(1, 4))
    assert events.by_school(workspace, chosen, 2025, [6])[-1].by_kind["alternative provision"] == Share(1, 4)


# --- programmes ------------------------------------------------------------------------------------------------------


def test_a_name_that_is_not_there_begins_another_programme(workspace: Workspace, pupil: int) -> None:
    assert programmes.names(workspace, "pupil")[:2] == ["Nurture group", "ELSA"]
    for name in ("elsa", "Coping Power", "coping  power"):
        save(workspace, OF_PUPIL, pupil, None, {"programme": name, "parent_involved": "yes", "started_on": ""})
    rows = records(workspace, OF_PUPIL, pupil)
    assert [(row.programme, row.parent_involved) for row in rows] == [
        ("Coping Power", True), ("Coping Power", True), ("ELSA", True),
    ]  # fmt: skip
    assert "Coping Power" in programmes.names(workspace, "pupil")
    assert "Coping Power" not in programmes.names(workspace, "school")
    assert problems(save, workspace, OF_PUPIL, pupil, None, {"who": "K. Osei"}) == {"programme": "This is needed."}


def test_mentoring_compares_understanding_where_it_was_said_both_times(workspace: Workspace, pupil: int) -> None:
    schools = [add_school(workspace, name) for name in ("Eastgate", "Westgate", "Southgate")]
    said = [("45", "85%"), ("60", "60"), ("50", "")]
    for school, (before, after) in zip(schools, said, strict=True):
        fields = {
            "programme": "SENCO mentoring",
            "started_on": "7/9/26",
            "understanding_before": before,
            "understanding_after": after,
        }
        save(workspace, OF_SCHOOL, school, None, fields)
    for parent, outcome in (("yes", "Calmer"), ("no", ""), ("", "")):
        save(workspace, OF_PUPIL, pupil, None, {"programme": "ELSA", "parent_involved": parent, "outcome": outcome})
    save(workspace, OF_PUPIL, pupil, None, {"programme": "Counselling", "ended_on": "2026-07-01"})
    elsa, mentoring = programmes.figures(workspace, caseloads.selection(workspace, Caseload()), 2026)
    assert elsa.text == "1 of 1 (100%) pupils; parent involved 1 of 2 (50%); outcome recorded 1 of 3 (33%)"
    assert mentoring.text == (
        "3 of 4 (75%) schools; outcome recorded 0 of 3 (0%); understanding 52.5% before, 72.5% after, given both times by "
        "2 of 3 (67%): higher 1, the same 1, lower 0"
    )
    wrong = problems(save, workspace, OF_SCHOOL, schools[0], None, {"programme": "x", "understanding_after": "101"})
    assert "from 0 to 100" in wrong["understanding_after"]
    take_out(workspace, OF_SCHOOL, records(workspace, OF_SCHOOL, schools[0])[0].id)
    assert records(workspace, OF_SCHOOL, schools[0]) == []
