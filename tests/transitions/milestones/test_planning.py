"""Which steps stand for a pupil, and when they are due: from facts, term dates and milestones to rows."""

from datetime import date
from typing import Any

import pytest
from builders import (
    add_episode,
    add_pupil,
    add_school,
    add_terms,
    contents,
    edit_milestone,
    edit_pupil,
    pupil_values,
    step_of,
    steps_of,
)
from conftest import TODAY, Opener
from hypothesis import given, settings
from hypothesis import strategies as st

from db.vocabulary import SOCIAL_CARE_KINDS
from transitions.clock import Clock
from transitions.custody import history
from transitions.milestones import planning, recording
from transitions.workspace import Workspace


def due(workspace: Workspace, pupil: int, code: str, cycle: int) -> date | None:
    found: date | None = steps_of(workspace, pupil)[code, cycle].due_on
    return found


def codes(workspace: Workspace, pupil: int, cycle: int | None = None) -> set[str]:
    return {code for code, year in steps_of(workspace, pupil) if cycle in (None, year)}


# --- the Year 6 to Year 7 template, end to end -------------------------------------------------------------------

YEAR_6_TO_7 = [
    ("6-7.senco-invited", date(2025, 7, 21)),
    ("6-7.review-held", date(2025, 11, 23)),
    ("6-7.names-school", date(2026, 2, 15)),
    ("6-7.destination", date(2026, 3, 2)),
    ("6-7.tier", date(2026, 3, 31)),
    ("6-7.senco-meeting", date(2026, 5, 22)),
    ("6-7.handover-sent", date(2026, 6, 12)),
    ("6-7.extra-visits", date(2026, 7, 21)),
    ("6-7.transition-day", date(2026, 7, 15)),
    ("6-7.plan-agreed", date(2026, 7, 21)),
    ("6-7.cp-file", date(2026, 9, 7)),
    ("6-7.ctf", date(2026, 9, 21)),
    ("6-7.settling-review", date(2026, 10, 16)),
]


def test_every_step_of_the_move_to_year_7_in_september_2026_is_due_when_it_should_be(opener: Opener) -> None:
    workspace = opener(date(2025, 9, 20))
    add_terms(workspace)
    with workspace.change("Terms", "the year before") as action:
        last = {"academic_year": 2024, "name": "T6", "first_day": date(2025, 6, 2), "last_day": date(2025, 7, 21)}
        action.insert("term", last)
    pupil = add_pupil(
        workspace,
        date_of_birth=date(2015, 2, 15),
        sen_provision="E",
        tier="enhanced",
        child_protection_file=True,
        planned_from=date(2024, 9, 1),
    )
    found = {code: row.due_on for (code, cycle), row in steps_of(workspace, pupil).items() if cycle == 2025}
    assert {code: found[code] for code, _ in YEAR_6_TO_7} == dict(YEAR_6_TO_7)
    assert "6-7.application" not in found  # a pupil with an EHC plan is placed through the plan
    assert "6-7.handover-acknowledged" not in found  # its clock starts when the handover is sent


def test_a_pupil_without_sen_applies_and_has_no_plan_to_name_a_school(opener: Opener) -> None:
    workspace = opener(date(2025, 9, 20))
    add_terms(workspace)
    pupil = add_pupil(workspace, date_of_birth=date(2015, 2, 15))
    assert due(workspace, pupil, "6-7.application", 2025) == date(2025, 10, 31)
    assert codes(workspace, pupil, 2025) == {
        "6-7.application",
        "6-7.destination",
        "6-7.tier",
        "6-7.transition-day",
        "6-7.ctf",
    }


@pytest.mark.parametrize(
    ("values", "code", "cycle", "wanted"),
    [
        ({"year_group": 11, "sen_provision": "E"}, "11-16p.names-place", 2026, date(2027, 3, 31)),
        ({"year_group": 11, "sen_provision": "E"}, "11-16p.review-held", 2026, date(2027, 1, 6)),
        ({"year_group": 11}, "11-16p.september-guarantee", 2026, date(2027, 9, 30)),
        ({"year_group": 11}, "11-16p.activity-survey", 2026, date(2027, 11, 1)),
        ({"year_group": -1}, "ey-r.offer", 2026, date(2027, 4, 16)),
        ({"year_group": -1, "sen_provision": "E"}, "ey-r.names-school", 2026, date(2027, 2, 15)),
        ({"year_group": 6}, "6-7.destination", 2026, date(2027, 3, 1)),
        ({"year_group": 9, "sen_provision": "E"}, "9-pfa.pfa-review", 2026, date(2027, 7, 21)),
        ({"date_of_birth": date(2010, 2, 28), "sen_provision": "E"}, "18.s58-considered", 2026, date(2027, 2, 28)),
        ({"date_of_birth": date(2008, 2, 29), "sen_provision": "E"}, "18.s58-considered", 2024, None),
    ],
)
def test_other_moves_are_due_when_they_should_be(
    workspace: Workspace, values: dict[str, Any], code: str, cycle: int, wanted: date | None
) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, **values)
    row = steps_of(workspace, pupil).get((code, cycle))
    assert (row.due_on if row else None) == wanted


def test_the_first_and_the_last_day_of_august_are_different_years(workspace: Workspace) -> None:
    older = add_pupil(workspace, date_of_birth=date(2015, 8, 31))
    younger = add_pupil(workspace, date_of_birth=date(2015, 9, 1))
    assert "6-7.tier" not in codes(workspace, older)
    assert ("6-7.tier", 2026) in steps_of(workspace, younger)


# --- planning again ------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2025, 9, 1), date(2027, 8, 31))
PUPILS = st.fixed_dictionaries(
    {
        "date_of_birth": st.dates(date(2001, 1, 1), date(2023, 12, 31)),
        "sen_provision": st.sampled_from("NKE"),
        "tier": st.sampled_from([None, "universal", "targeted", "enhanced"]),
        "child_protection_file": st.booleans(),
        "next_school_recorded_on": st.none() | DAYS,
        "in_year_move_on": st.none() | DAYS,
        "owner_since": st.none() | DAYS,
        "planned_from": st.sampled_from([date(2025, 9, 1), date(2026, 9, 1), date(2026, 10, 13)]),
    }
)
EPISODES = st.lists(
    st.tuples(st.sampled_from(SOCIAL_CARE_KINDS), st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.booleans()),
    max_size=2,
)


@settings(max_examples=25)
@given(made=st.lists(st.tuples(PUPILS, EPISODES), min_size=1, max_size=4), with_terms=st.booleans())
def test_planning_the_same_facts_twice_changes_nothing(
    made: list[tuple[dict[str, Any], list[tuple[str, date, bool]]]], with_terms: bool, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    workspace = Workspace.open(folder / "pupils.db", Clock.on(TODAY), create=True)
    if with_terms:
        add_terms(workspace)
    with workspace.change("Pupils", "made up") as action:
        for values, episodes in made:
            pupil = action.insert("pupil", pupil_values(workspace, **values))
            for kind, start, ended in episodes:
                row = {"pupil_id": pupil, "kind": kind, "started_on": start, "ended_on": start if ended else None}
                action.insert("social_care_episode", row)
            if values["owner_since"]:
                action.insert("plan", {"pupil_id": pupil, "transition": "6-7", "opened_on": values["owner_since"]})
    before = contents(workspace)
    assert planning.replan(workspace.read(), workspace.planner(), TODAY) == 0
    assert contents(workspace) == before
    workspace.close()


def test_untouched_steps_follow_a_fact_and_come_back_with_it(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace)
    before = contents(workspace)
    assert "6-7.names-school" not in codes(workspace, pupil)
    edit_pupil(workspace, pupil, sen_provision="E")
    assert "6-7.names-school" in codes(workspace, pupil)
    assert "6-7.application" not in codes(workspace, pupil)
    edit_pupil(workspace, pupil, sen_provision="N")
    assert contents(workspace) == before


def test_untouched_steps_follow_a_milestone_and_decided_ones_do_not(workspace: Workspace) -> None:
    decided, open_ = add_pupil(workspace), add_pupil(workspace, surname="Byrne")
    recording.mark_done(workspace, [step_of(workspace, decided, "6-7.tier", 2026)])
    edit_milestone(workspace, "6-7.tier", due="12 March", grace_days=3)
    row = steps_of(workspace, open_)["6-7.tier", 2026]
    assert (row.due_on, row.late_after) == (date(2027, 3, 12), date(2027, 3, 15))
    assert due(workspace, decided, "6-7.tier", 2026) == date(2027, 3, 31)
    history.undo(workspace)
    assert due(workspace, open_, "6-7.tier", 2026) == date(2027, 3, 31)


def test_untouched_steps_follow_term_dates_and_closures(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, sen_provision="E")
    assert due(workspace, pupil, "6-7.senco-meeting", 2026) == date(2027, 5, 28)
    with workspace.change("Closure", "INSET") as action:
        action.insert("closure", {"day": date(2027, 5, 28), "reason": "INSET"})
    assert due(workspace, pupil, "6-7.senco-meeting", 2026) == date(2027, 5, 27)


def test_a_decided_step_stays_when_it_no_longer_applies(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="E")
    recording.mark_done(workspace, [step_of(workspace, pupil, "6-7.names-school", 2026)])
    edit_pupil(workspace, pupil, sen_provision="N")
    assert steps_of(workspace, pupil)["6-7.names-school", 2026].outcome == "met"
    assert "6-7.review-held" not in codes(workspace, pupil)


def test_a_decision_taken_back_when_it_no_longer_applies_is_still_undone_exactly(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="E")
    step = step_of(workspace, pupil, "6-7.names-school", 2026)
    start = contents(workspace)
    recording.mark_done(workspace, [step])
    edit_pupil(workspace, pupil, sen_provision="N")
    before = contents(workspace)
    recording.reopen(workspace, [step])
    assert "6-7.names-school" not in codes(workspace, pupil)
    after = contents(workspace)
    history.undo(workspace)
    assert contents(workspace) == before
    history.redo(workspace)
    assert contents(workspace) == after
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == start


# --- whose schools, whose dates ----------------------------------------------------------------------------------


def test_a_pupil_whose_school_goes_on_does_not_move(workspace: Workspace) -> None:
    add_terms(workspace)
    ends_here = add_school(workspace, high_age=11)
    goes_on = add_school(workspace, "All-through", high_age=16)
    pupil = add_pupil(workspace, school_id=ends_here)
    assert "6-7.tier" in codes(workspace, pupil)
    edit_pupil(workspace, pupil, school_id=goes_on)
    assert "6-7.tier" not in codes(workspace, pupil)
    with workspace.change("School edited", "x") as action:
        action.update("school", {"id": goes_on}, {"high_age": 11})
    assert "6-7.tier" in codes(workspace, pupil)


def test_a_schools_own_terms_then_its_councils_then_everybodys(workspace: Workspace) -> None:
    add_terms(workspace)
    school = add_school(workspace, la_number=886, high_age=11)
    pupil = add_pupil(workspace, school_id=school, sen_provision="K")
    other = add_pupil(workspace, surname="Byrne", sen_provision="K")
    assert due(workspace, pupil, "6-7.senco-meeting", 2026) == date(2027, 5, 28)
    with workspace.change("Terms", "council") as action:
        for name, first, last in (
            ("Summer 1", date(2027, 4, 12), date(2027, 5, 21)),
            ("Summer 2", date(2027, 6, 1), date(2027, 7, 22)),
        ):
            row = {"academic_year": 2026, "name": name, "first_day": first, "last_day": last}
            action.insert("term", {**row, "la_number": 886})
    assert due(workspace, pupil, "6-7.senco-meeting", 2026) == date(2027, 5, 21)
    with workspace.change("Terms", "school") as action:
        for name, first, last in (
            ("Summer 1", date(2027, 4, 12), date(2027, 5, 14)),
            ("Summer 2", date(2027, 6, 1), date(2027, 7, 22)),
        ):
            row = {"academic_year": 2026, "name": name, "first_day": first, "last_day": last}
            action.insert("term", {**row, "school_id": school})
    assert due(workspace, pupil, "6-7.senco-meeting", 2026) == date(2027, 5, 14)
    assert due(workspace, other, "6-7.senco-meeting", 2026) == date(2027, 5, 28)
    for _ in range(2):
        history.undo(workspace)
    assert due(workspace, pupil, "6-7.senco-meeting", 2026) == date(2027, 5, 28)


def test_without_term_dates_a_step_waits_without_a_date_and_is_never_overdue(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="E")
    waiting = {code for (code, _), row in steps_of(workspace, pupil).items() if row.due_on is None}
    assert {"6-7.ctf", "6-7.senco-meeting", "6-7.plan-agreed", "ehcp.review-meeting"} <= waiting
    assert due(workspace, pupil, "6-7.names-school", 2026) == date(2027, 2, 15)
    row = steps_of(workspace, pupil)["6-7.ctf", 2026]
    assert (row.due_on, row.late_after, row.outcome) == (None, None, None)
    add_terms(workspace)
    steps = steps_of(workspace, pupil)
    assert due(workspace, pupil, "6-7.ctf", 2026) == date(2027, 9, 21)
    undated = {(code, cycle) for (code, cycle), row in steps.items() if row.due_on is None}
    assert undated == {("ehcp.first-review", 2026)}  # since when the plan is is not known


def test_a_step_that_lacks_a_fact_of_the_pupil_is_not_planned(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=9, sen_provision="K")  # no plan opened, and no term dates either
    assert "9-pfa.plan-opened" in codes(workspace, pupil)
    assert "9-pfa.named-worker" not in codes(workspace, pupil)


def test_a_step_of_many_years_from_now_does_not_wait_for_term_dates_today(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=3)
    add_episode(workspace, pupil, "child in need", date(2026, 10, 1))
    with workspace.change("Plan opened", "x") as action:
        action.insert("plan", {"pupil_id": pupil, "transition": "14+", "opened_on": date(2026, 10, 5)})
    assert "14+.named-worker" not in codes(workspace, pupil)  # 20 school days after the 14th birthday, in 2033


def test_a_once_step_decided_before_its_date_was_known_is_not_asked_for_twice(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="K", in_year_move_on=date(2027, 7, 20))
    add_terms(workspace, years=(2025,))
    assert ("inyr.sen-file", 2026) in steps_of(workspace, pupil)
    recording.mark_done(workspace, [step_of(workspace, pupil, "inyr.sen-file", 2026)])
    add_terms(workspace, years=(2026, 2027))  # five school days later it is September: the next academic year
    assert [key for key in steps_of(workspace, pupil) if key[0] == "inyr.sen-file"] == [("inyr.sen-file", 2026)]


# --- particular pupils ---------------------------------------------------------------------------------------------


def test_a_pupil_who_turned_14_and_is_open_to_social_care(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, date_of_birth=date(2012, 11, 1))
    assert not {code for code in codes(workspace, pupil) if code.startswith("14+")}
    add_episode(workspace, pupil, "child in need", date(2026, 11, 10))
    assert due(workspace, pupil, "14+.plan-opened", 2026) == date(2026, 12, 8)  # 28 days from the later of the two
    history.undo(workspace)
    assert not {code for code in codes(workspace, pupil) if code.startswith("14+")}


def test_a_looked_after_pupil_has_a_plan_every_term(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=4)
    add_episode(workspace, pupil, "looked after", date(2026, 11, 2))
    assert due(workspace, pupil, "care.pep-ready", 2026) == date(2026, 11, 30)
    assert due(workspace, pupil, "care.pep-autumn", 2026) == date(2026, 12, 18)
    assert due(workspace, pupil, "care.pep-spring", 2026) == date(2027, 3, 25)
    assert due(workspace, pupil, "care.pep-summer", 2026) == date(2027, 7, 21)


@pytest.mark.parametrize(
    ("since", "terms"),
    [
        (date(2025, 12, 10), ["spring"]),  # the first plan is due on 12 January, after the end of the autumn term
        (date(2026, 3, 2), ["spring"]),  # on 30 March, in the last week of the spring term
        (date(2026, 3, 9), []),
    ],
)
def test_no_term_asks_for_a_review_before_the_first_plan(opener: Opener, since: date, terms: list[str]) -> None:
    workspace = opener(date(2026, 4, 10))
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=4, planned_from=date(2024, 9, 1))
    add_episode(workspace, pupil, "looked after", since)
    asked = [term for term in ("autumn", "spring") if ("care.pep-" + term, 2025) in steps_of(workspace, pupil)]
    assert asked == terms
    if since.month == 12:
        assert due(workspace, pupil, "care.pep-ready", 2025) == date(2026, 1, 12)


@pytest.mark.parametrize(
    ("born", "first"),
    [
        (date(2013, 7, 21), 2026),  # 14 on the day of the meeting, in Year 9
        (date(2013, 7, 22), 2027),
        (date(2007, 10, 1), 2026),  # in Year 14
    ],
)
def test_the_yearly_meeting_begins_at_14_in_whatever_year_group(workspace: Workspace, born: date, first: int) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, date_of_birth=born)
    add_episode(workspace, pupil, "child in need", date(2024, 3, 1))
    assert min(year for code, year in steps_of(workspace, pupil) if code == "14+.annual-meeting") == first


def test_a_care_leaver_has_pathway_reviews_every_six_months_to_21_and_to_25_when_asked_for(opener: Opener) -> None:
    workspace = opener(date(2026, 11, 21))
    pupil = add_pupil(workspace, date_of_birth=date(2007, 3, 14), cohort_year=2011)
    add_episode(workspace, pupil, "care leaver", date(2025, 3, 14))

    def reviews(file: Workspace = workspace) -> list[tuple[date | None, str | None]]:
        found = [row for (code, _), row in steps_of(file, pupil).items() if code == "care16.leaver-review"]
        return sorted((row.due_on or date.max, row.outcome) for row in found)

    planned = reviews()
    assert planned[:2] == [(date(2026, 9, 14), None), (date(2027, 3, 14), None)]
    step = step_of(workspace, pupil, "care16.leaver-review", 2026)
    recording.mark_done(workspace, [step], on=date(2026, 10, 5))
    assert reviews()[:3] == [(date(2026, 9, 14), "late"), (date(2027, 4, 5), None), (date(2027, 10, 5), None)]
    later = opener(date(2027, 12, 1))
    assert max(reviews(later)) == (date(2027, 10, 5), None)  # 21 on 14 March 2028
    edit_pupil(later, pupil, support_to_25=True)
    assert max(reviews(later)) == (date(2028, 4, 5), None)  # as far as is planned


def test_what_somebody_became_later_asks_for_nothing_of_before(opener: Opener) -> None:
    """Open to social care since March 2027: the yearly meeting of July 2026 is none of theirs, that of July 2027 is."""
    workspace = opener(date(2027, 4, 12))
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=11, planned_from=date(2024, 9, 1))
    add_episode(workspace, pupil, "child in need", date(2027, 3, 1))
    assert ("14+.annual-meeting", 2025) not in steps_of(workspace, pupil)
    assert due(workspace, pupil, "14+.annual-meeting", 2026) == date(2027, 7, 21)


def test_a_move_during_the_year(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=4, sen_provision="K", child_protection_file=True)
    assert not {code for code in codes(workspace, pupil) if code.startswith("inyr")}
    edit_pupil(workspace, pupil, in_year_move_on=date(2027, 1, 22))
    assert due(workspace, pupil, "inyr.ctf", 2026) == date(2027, 2, 12)
    assert due(workspace, pupil, "inyr.cp-file", 2026) == date(2027, 1, 29)
    assert due(workspace, pupil, "inyr.sen-file", 2026) == date(2027, 1, 29)
    assert due(workspace, pupil, "inyr.settling-review", 2026) == date(2027, 3, 5)


def test_a_pupil_taught_out_of_year_moves_with_the_class_but_ages_by_birth(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, date_of_birth=date(2010, 2, 28), cohort_year=2015, sen_provision="E")
    assert ("11-16p.names-place", 2026) in steps_of(workspace, pupil)  # Year 11, a year below the age
    assert due(workspace, pupil, "18.s58-considered", 2026) == date(2027, 2, 28)


def test_an_archived_pupil_keeps_what_was_decided_and_loses_what_was_open(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    recording.mark_done(workspace, [step_of(workspace, pupil, "6-7.application", 2026)])
    before = contents(workspace)
    edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    assert codes(workspace, pupil) == {"6-7.application"}
    assert workspace.read().execute("SELECT next_milestone_id, next_late_after FROM pupil").fetchone() == (
        None,
        "9999-12-31",
    )
    history.undo(workspace)
    assert contents(workspace) == before


def test_nothing_from_before_the_pupil_was_known_is_asked_for(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, planned_from=date(2026, 11, 21))
    assert "6-7.application" not in codes(workspace, pupil)  # 31 October
    assert "6-7.tier" in codes(workspace, pupil)
