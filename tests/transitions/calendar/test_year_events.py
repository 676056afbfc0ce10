"""What falls in a year: milestones on their days with counts, pupils' own dates as counts a day, closures, bank holidays."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from builders import add_episode, add_pupil, add_school, add_terms, edit_milestone, edit_pupil, step_of
from crowd import CASELOADS, fill, slowly
from crowd import chosen as in_caseload
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.calendar.event import ORIGINS, Event
from transitions.calendar.events import events
from transitions.calendar.grid import GRAINS, cells, columns, rows
from transitions.caseload.caseload import Caseload
from transitions.milestones import recording
from transitions.school_year import academic_year, academic_year_span, year_of_cycle
from transitions.term_dates import days_off, terms_missing
from transitions.workspace import Workspace


def of(workspace: Workspace, code: str, year: int = 2026, **whose: Any) -> list[Event]:
    return [event for event in events(workspace, year, **whose) if event.code == code]


def one(workspace: Workspace, code: str, year: int = 2026, **whose: Any) -> Event:
    (event,) = of(workspace, code, year, **whose)
    return event


def close(workspace: Workspace, *days: date, reason: str = "Staff day", **values: Any) -> None:
    with workspace.change("Closures entered", reason) as action:
        for day in days:
            action.insert("closure", {"day": day, "reason": reason, **values})


def test_an_empty_file_without_terms_has_its_dates_and_says_what_is_missing(workspace: Workspace) -> None:
    found = events(workspace, 2026)
    assert [event.first for event in found] == sorted(event.first for event in found)
    assert {event.origin for event in found} == {"ask", "milestone", "bank holiday"}
    assert all(event.pupils == (0 if event.origin == "milestone" else None) for event in found)
    codes = {event.code for event in found}
    assert {"6-7.names-school", "6-7.application", "census.spring"} <= codes
    assert not {"6-7.plan-agreed", "test.baseline"} & codes
    terms = workspace.terms_for()
    assert terms_missing(terms, 2026) is not None
    assert days_off(terms, 2026) == []


def test_with_terms_everything_that_counts_from_them_is_there(workspace: Workspace) -> None:
    add_terms(workspace)
    assert one(workspace, "6-7.plan-agreed").span == (date(2027, 7, 21), date(2027, 7, 21))
    assert one(workspace, "test.baseline").span == (date(2026, 9, 1), date(2026, 10, 13))
    assert terms_missing(workspace.terms_for(), 2026) is None
    assert len(days_off(workspace.terms_for(), 2026)) == 6


def test_a_milestone_says_how_many_pupils_have_it_open(workspace: Workspace) -> None:
    add_terms(workspace)
    first = add_pupil(workspace, sen_provision="E")
    add_pupil(workspace, surname="Byrne", sen_provision="E")
    archived = add_pupil(workspace, surname="Ward", sen_provision="E")
    edit_pupil(workspace, archived, archived_at=workspace.clock.now())
    event = one(workspace, "6-7.names-school")
    assert event.pupils == 2
    assert event == Event(
        "6-7.names-school", "Name the secondary school in the EHC plan", event.short, "6-7", date(2027, 2, 15), date(2027, 2, 15), (6,),
        "milestone", "statutory", event.source, True, 2, event.detail,
    )  # fmt: skip
    assert event.detail.startswith("Year 6 pupils with an EHC plan")
    recording.mark_done(workspace, [step_of(workspace, first, "6-7.names-school")])
    assert one(workspace, "6-7.names-school").pupils == 1


def test_an_archived_pupils_open_step_that_somebody_touched_is_not_counted(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="E")
    with workspace.change("Evidence noted", "a letter") as action:
        step = step_of(workspace, pupil, "6-7.names-school")
        action.update("pupil_milestone", step._asdict(), {"evidence": "a letter"})
    edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    assert step_of(workspace, pupil, "6-7.names-school") == step  # the row stands
    assert one(workspace, "6-7.names-school").pupils == 0


def test_a_step_of_last_years_move_stands_with_the_year_group_of_today(workspace: Workspace) -> None:
    add_terms(workspace)
    add_pupil(workspace, year_group=7, planned_from=date(2025, 9, 1))
    sent = one(workspace, "6-7.ctf")
    assert (sent.first, sent.year_groups, sent.pupils) == (date(2026, 9, 21), (7,), 1)
    assert "of 2025/26" in sent.detail
    invited = one(workspace, "6-7.senco-invited")  # in the summer term before Year 6
    assert (invited.first, invited.year_groups) == (date(2027, 7, 21), (5,))
    assert "of 2027/28" in invited.detail


def test_what_depends_on_a_pupils_own_dates_is_a_count_a_day(workspace: Workspace) -> None:
    add_terms(workspace)
    for surname, born in (("Khan", date(2009, 5, 4)), ("Byrne", date(2009, 5, 4)), ("Ward", date(2009, 6, 1))):
        add_pupil(workspace, surname=surname, date_of_birth=born, sen_provision="E", planned_from=date(2025, 9, 1))
    found = of(workspace, "18.s58-considered", 2025)
    assert [(event.first, event.pupils, event.year_groups, event.by_day) for event in found] == [
        (date(2026, 5, 4), 2, (12,), True),
        (date(2026, 6, 1), 1, (12,), True),
    ]
    assert not any(name in repr(events(workspace, 2025)) for name in ("Khan", "Byrne", "Ward"))


def test_the_days_of_grace_do_not_move_the_day_that_is_shown(workspace: Workspace) -> None:
    add_pupil(workspace)
    destination = one(workspace, "6-7.destination")
    assert (destination.first, destination.pupils) == (date(2027, 3, 1), 1)
    edit_milestone(workspace, "6-7.destination", grace_days=200)
    assert one(workspace, "6-7.destination")[4:6] == (date(2027, 3, 1), date(2027, 3, 1))
    assert one(workspace, "6-7.destination").pupils == 1  # late only in the next academic year


def test_a_milestone_out_of_force_is_not_there(workspace: Workspace) -> None:
    edit_milestone(workspace, "6-7.application", valid_to="2026-12-31")
    assert one(workspace, "6-7.application").first == date(2026, 10, 31)
    assert of(workspace, "6-7.application", 2027) == []


def test_other_schools_term_dates_come_as_days_of_their_own(workspace: Workspace) -> None:
    add_terms(workspace)
    school = add_school(workspace, high_age=11, la_number=886)
    add_pupil(workspace, sen_provision="K")
    add_pupil(workspace, surname="Byrne", sen_provision="K", school_id=school)
    with workspace.change("Terms entered", "its own") as action:
        for name, first, last in (
            ("Autumn", date(2026, 9, 7), date(2026, 12, 18)),
            ("Spring", date(2027, 1, 4), date(2027, 3, 25)),
            ("Summer", date(2027, 4, 12), date(2027, 7, 23)),
        ):
            values = {"academic_year": 2026, "name": name, "first_day": first, "last_day": last, "school_id": school}
            action.insert("term", values)
    everybodys = of(workspace, "6-7.plan-agreed")
    assert [(event.first, event.pupils, event.by_day) for event in everybodys] == [
        (date(2027, 7, 21), 1, False),
        (date(2027, 7, 23), 1, True),
    ]
    assert not any("of 20" in event.detail for event in everybodys)
    schools = of(workspace, "6-7.plan-agreed", school_id=school)
    assert [(event.first, event.by_day) for event in schools] == [(date(2027, 7, 21), True), (date(2027, 7, 23), False)]
    assert workspace.terms_for(school_id=school).terms[-1].last_day == date(2028, 7, 21)  # the next year is everybody's


def test_whose_terms_hold(workspace: Workspace) -> None:
    assert workspace.terms_for().terms == ()
    add_terms(workspace, years=(2026,), la_number=886)
    school = add_school(workspace, la_number=886)
    elsewhere = add_school(workspace, "Ash Primary", la_number=808)
    council = workspace.terms_for(la_number=886)
    assert len(council.terms) == 6
    assert workspace.terms_for() == council  # the only one there is
    assert workspace.terms_for(school_id=school) == council
    assert workspace.terms_for(school_id=elsewhere).terms == ()
    add_terms(workspace, years=(2027,))
    assert {term.academic_year for term in workspace.terms_for().terms} == {2027}
    assert {term.academic_year for term in workspace.terms_for(la_number=886).terms} == {2026, 2027}


def test_closures_in_a_row_are_one_event_and_only_those_that_hold(workspace: Workspace) -> None:
    school = add_school(workspace)
    thursday = date(2026, 10, 22)
    close(workspace, *(thursday + timedelta(days=n) for n in (0, 1, 4, 5, 8)))
    close(workspace, date(2026, 11, 2), reason="Boiler", school_id=school)
    close(workspace, date(2026, 11, 3), reason="Council day", la_number=886)
    close(workspace, date(2025, 11, 3), reason="Last year")
    assert [
        (event.title, event.first, event.last) for event in events(workspace, 2026) if event.origin == "closure"
    ] == [
        ("Staff day", thursday, date(2026, 10, 27)),
        ("Staff day", date(2026, 10, 30), date(2026, 10, 30)),
    ]
    boiler = one(workspace, "closure.Boiler", school_id=school)
    assert (boiler.first, boiler.year_groups, boiler.kind) == (date(2026, 11, 2), (), "closure")
    assert of(workspace, "closure.Council day", school_id=school) == []
    assert one(workspace, "closure.Council day", la_number=886).covers(date(2026, 11, 3))


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2025, ["2025-12-25", "2025-12-26", "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31"]),
        (2026, ["2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30"]),
    ],
)  # fmt: skip
def test_the_bank_holidays_of_england_are_those_that_fall_on_weekdays(
    workspace: Workspace, year: int, days: list[str]
) -> None:
    assert [event.first.isoformat() for event in events(workspace, year) if event.origin == "bank holiday"] == days


def add_plan(workspace: Workspace, pupil: int, **values: Any) -> int:
    row = {"pupil_id": pupil, "transition": "6-7", "status": "agreed", "opened_on": date(2026, 9, 7),
           "agreed_on": date(2026, 10, 1), **values}  # fmt: skip
    with workspace.change("Plan opened", "6-7") as action:
        return action.insert("plan", row)


def test_meetings_and_reviews_come_as_counts_a_day(workspace: Workspace) -> None:
    add_terms(workspace)
    plans = [
        (pupil, add_plan(workspace, pupil, review_on=date(2027, 1, 20)))
        for pupil in (
            add_pupil(workspace),
            add_pupil(workspace, surname="Byrne", year_group=9),
        )
    ]
    add_plan(workspace, add_pupil(workspace, surname="Ward"), status="closed", review_on=date(2027, 1, 20))
    with workspace.change("Meetings planned", "two") as action:
        for pupil, plan in plans:
            meeting = {"pupil_id": pupil, "plan_id": plan, "held_on": date(2026, 12, 1)}
            action.insert("plan_meeting", meeting)
        held = {"held_on": date(2026, 11, 2), "happened": True, "next_on": date(2026, 12, 9)}
        action.insert("plan_meeting", {"pupil_id": plans[0][0], "plan_id": plans[0][1], **held})
    found = [event for event in events(workspace, 2026) if event.origin == "plan"]
    assert [(event.code, event.first, event.pupils, event.year_groups) for event in found] == [
        ("plan.meeting", date(2026, 12, 1), 2, (6, 9)),
        ("plan.review-due", date(2027, 1, 20), 2, (6, 9)),
    ]
    mine = events(workspace, 2026, caseload=Caseload(year_groups=(9,)))
    assert [(event.pupils, event.year_groups) for event in mine if event.origin == "plan"] == [(1, (9,)), (1, (9,))]
    # the reviews of plans are milestones as well, and stand on the map once
    assert of(workspace, "6-7.plan-review") == []
    review = one(workspace, "6-7.plan-review", caseload=Caseload(milestone="6-7.plan-review"))
    assert (review.first, review.pupils) == (date(2027, 1, 20), 1)  # in Year 9 that move is over


def test_the_next_meeting_that_was_said_at_the_last(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan = add_plan(workspace, pupil)
    held = {"held_on": date(2026, 11, 2), "happened": True, "next_on": date(2026, 12, 9)}
    with workspace.change("Meeting recorded", "one") as action:
        action.insert("plan_meeting", {"pupil_id": pupil, "plan_id": plan, **held})
    event = one(workspace, "plan.next-meeting")
    assert (event.first, event.pupils, event.detail) == (date(2026, 12, 9), 1, "Year 6.")


def test_filters_on_steps_leave_other_milestones_out(workspace: Workspace) -> None:
    add_pupil(workspace, sen_provision="E")
    add_pupil(workspace, year_group=11, sen_provision="E")
    found = events(workspace, 2026, caseload=Caseload(transitions=("11-16P",)))
    assert {event.kind for event in found if event.origin == "milestone"} == {"11-16P"}
    assert one(workspace, "11-16p.names-place", caseload=Caseload(transitions=("11-16P",))).pupils == 1
    only = events(workspace, 2026, caseload=Caseload(milestone="6-7.names-school"))
    assert [event.code for event in only if event.origin == "milestone"] == ["6-7.names-school"]
    nobody = Caseload(whose="mine", worker_id=999)
    assert one(workspace, "6-7.names-school", caseload=nobody).pupils == 0


def test_every_event_has_a_key_of_its_own_that_lasts(workspace: Workspace) -> None:
    fill(workspace, 60, seed=4)
    close(workspace, date(2026, 10, 22), date(2026, 11, 12))
    for year in (2025, 2026, 2027):
        found = events(workspace, year)
        assert len({event.key for event in found}) == len(found)
        assert all(event.origin in ORIGINS and event.first <= event.last and event.title for event in found)
    (before,) = [event for event in of(workspace, "6-7.application") if not event.by_day]
    edit_milestone(workspace, "6-7.application", due="2 November")
    (after,) = [event for event in of(workspace, "6-7.application") if not event.by_day]  # beside one that was put off
    assert (before.key, after.first) == (after.key, date(2026, 11, 2))


def slow_counts(workspace: Workspace, year: int, caseload: Caseload) -> Counter[tuple[str, date]]:
    """Count open steps by code and due date, pupil by pupil."""
    first, last = academic_year_span(year)
    reviews = {m.code for m in workspace.milestones.values() if m.of_plan_review}
    return Counter(
        (step.code, step.due_on)
        for pupil in slowly(workspace)
        if in_caseload(workspace, pupil, Caseload(**{**vars(caseload), "states": (), "transitions": (), "milestone": None}))
        for step in pupil.steps
        if step.outcome is None and step.due_on is not None and first <= step.due_on <= last
        and caseload.milestone in (None, step.code)
        and (caseload.milestone is not None or step.code not in reviews)
        and (not caseload.transitions or step.transition in caseload.transitions)
    )  # fmt: skip


@settings(max_examples=40)
@given(CASELOADS, st.sampled_from([2025, 2026, 2027]))
def test_counts_are_those_of_looking_at_every_pupil(workspace: Workspace, caseload: Caseload, year: int) -> None:
    if not workspace.read().execute("SELECT 1 FROM pupil LIMIT 1").fetchone():
        fill(workspace, 60, seed=7)
    found: Counter[tuple[str, date]] = Counter()
    for event in events(workspace, year, caseload=caseload):
        if event.origin == "milestone":
            assert event.pupils is not None
            found[event.code, event.first] += event.pupils
    assert +found == slow_counts(workspace, year, caseload)


def test_the_year_groups_are_those_of_the_pupils_who_are_counted(workspace: Workspace) -> None:
    fill(workspace, 60, seed=11)
    for year in (2025, 2026, 2027):
        first, last = academic_year_span(year)
        found = {
            (event.code, event.first): event.year_groups
            for event in events(workspace, year)
            if event.origin == "milestone"
        }
        for pupil in slowly(workspace):
            for step in pupil.steps:
                groups = found.get((step.code, step.due_on)) if step.due_on and step.outcome is None else None
                if groups and step.due_on is not None and first <= step.due_on <= last:
                    assert academic_year(step.due_on) - pupil.row["cohort_year"] in groups
                    assert year_of_cycle(step.step.cycle) in range(year - 1, year + 2)


def test_every_event_of_a_real_year_is_on_the_map(workspace: Workspace) -> None:
    fill(workspace, 40, seed=3)
    for year in (2025, 2027):
        found = events(workspace, year)
        for grain in GRAINS:
            placed = cells(found, columns(year, workspace.terms_for(), grain), rows())
            assert {event.key for inside in placed.values() for event in inside} == {event.key for event in found}


def test_a_leap_day_is_a_day_like_any_other(workspace: Workspace) -> None:
    add_terms(workspace)
    add_episode(workspace, add_pupil(workspace, date_of_birth=date(2011, 2, 28)), "looked after", date(2027, 11, 30))
    close(workspace, date(2028, 2, 29))
    assert one(workspace, "closure.Staff day", 2027).covers(date(2028, 2, 29))
    assert one(workspace, "post-16.neet-count", 2027).last == date(2028, 2, 29)
    assert one(workspace, "ehcp.post-16-reviews", 2027).first == date(2028, 1, 7)


# --- workshops --------------------------------------------------------------------------------------------------------


def add_workshop(workspace: Workspace, day: date, *schools: int, **values: Any) -> int:
    row = {"kind": "transitions workshop", "title": "Transitions workshop", "series": "T", "on_day": day, **values}
    with workspace.change("Workshop planned", row["title"]) as action:
        number = action.insert("workshop", row)
        for school in schools:
            action.insert("workshop_invitation", {"workshop_id": number, "school_id": school})
        return number


def workshops(workspace: Workspace, year: int = 2026, **how: Any) -> list[Event]:
    return [event for event in events(workspace, year, **how) if event.origin == "workshop"]


def test_a_workshop_is_on_the_map_with_hours_and_schools_and_without_its_notes(workspace: Workspace) -> None:
    host, north = add_school(workspace, "Conyers"), add_school(workspace, "North", low_age=4, high_age=11)
    number = add_workshop(
        workspace, date(2027, 7, 1), north, kind="transition day", title="Transition days", last_day=date(2027, 7, 2),
        starts="09:30", ends="15:00", place="Hall", host_school_id=host, year_groups="6", audience="Year 6",
        notes="Khan was upset", agenda="About Khan",
    )  # fmt: skip
    with workspace.change("Person invited", "one") as action:
        action.insert("workshop_invitation", {"workshop_id": number, "school_id": north, "name": "Byrne, Mary"})
        action.insert("workshop_invitation", {"workshop_id": number, "agency": "CAMHS"})
    (event,) = workshops(workspace)
    assert event == Event(
        f"workshop.{number}", "Transition days", "Transition days", "workshop", date(2027, 7, 1), date(2027, 7, 2), (6,),
        "workshop", detail="Transition day at Conyers. Year 6. 1 school invited.", for_schools="all", movable=True,
        record=event.record,
    )  # fmt: skip
    record = event.record
    assert record is not None
    assert (record.number, record.what, record.school_id, record.schools) == (number, "transition day", host, {north})
    assert (record.starts, record.ends, record.place, record.taught) == ("09:30", "15:00", "Hall", tuple(range(7)))
    assert not any(name in repr(event) for name in ("Khan", "Byrne", "Mary"))


def test_a_workshop_keeps_its_key_when_it_moves_into_another_year(workspace: Workspace) -> None:
    number = add_workshop(workspace, date(2027, 7, 1))
    (before,) = workshops(workspace)
    with workspace.change("Workshop moved", "later") as action:
        action.update("workshop", {"id": number}, {"on_day": date(2027, 9, 9), "title": "Another name"})
    assert workshops(workspace) == []
    (after,) = workshops(workspace, 2027)
    assert (before.key, after.first) == (after.key, date(2027, 9, 9))


def test_one_that_runs_over_the_turn_of_the_year_is_in_both(workspace: Workspace) -> None:
    add_workshop(workspace, date(2027, 8, 30), last_day=date(2027, 9, 2))
    assert [len(workshops(workspace, year)) for year in (2025, 2026, 2027, 2028)] == [0, 1, 1, 0]


def test_one_that_was_called_off_comes_only_when_asked_for_and_an_archived_one_never(workspace: Workspace) -> None:
    add_workshop(workspace, date(2027, 1, 12), status="cancelled", cancel_reason="snow")
    add_workshop(workspace, date(2027, 1, 13), archived_at=workspace.clock.now())
    assert workshops(workspace) == []
    (event,) = workshops(workspace, cancelled=True)
    assert event.record is not None
    assert (event.first, event.record.cancelled) == (date(2027, 1, 12), True)


def test_of_a_school_the_workshops_that_it_hosts_or_is_invited_to_and_those_for_all(workspace: Workspace) -> None:
    host, north, far = (add_school(workspace, name, la_number=886) for name in ("Host", "North", "Far"))
    add_workshop(workspace, date(2027, 1, 11), title="For all")
    add_workshop(workspace, date(2027, 1, 12), north, title="At the host", host_school_id=host)
    add_workshop(workspace, date(2027, 1, 13), title="Elsewhere", la_number=808)
    titles = {
        whose: [event.title for event in workshops(workspace, school_id=whose)] for whose in (None, host, north, far)
    }
    assert titles == {
        None: ["For all", "At the host", "Elsewhere"],
        host: ["For all", "At the host"],
        north: ["For all", "At the host"],
        far: ["For all"],
    }
    assert [event.title for event in workshops(workspace, la_number=886)] == ["For all", "At the host"]


# --- two councils, two years ------------------------------------------------------------------------------------------

THREE = (
    ("Autumn", 2026, date(2026, 9, 2), date(2026, 12, 18)),
    ("Spring", 2026, date(2027, 1, 4), date(2027, 3, 25)),
    ("Summer", 2026, date(2027, 4, 12), date(2027, 7, 20)),
    ("Autumn", 2027, date(2027, 9, 6), date(2027, 12, 17)),
    ("Spring", 2027, date(2028, 1, 4), date(2028, 4, 7)),
    ("Summer", 2027, date(2028, 4, 24), date(2028, 7, 20)),
)
HALF_TERMS = (
    date(2026, 10, 26),
    date(2027, 2, 15),
    date(2027, 5, 31),
    date(2027, 10, 25),
    date(2028, 2, 14),
    date(2028, 5, 29),
)
"""Made-up terms of a council that publishes three with half terms, which are entered as weeks of closures."""


def enter_three_terms(workspace: Workspace, la_number: int) -> None:
    with workspace.change("Terms entered", "three") as action:
        for name, year, first, last in THREE:
            row = {"academic_year": year, "name": name, "first_day": first, "last_day": last, "la_number": la_number}
            action.insert("term", row)
        for monday in HALF_TERMS:
            for n in range(5):
                day = monday + timedelta(days=n)
                action.insert("closure", {"day": day, "reason": "Half term", "la_number": la_number})


@pytest.mark.parametrize(
    ("la_number", "year", "labels", "agreed", "baseline", "settled"),
    [
        (886, 2025, ["T1", "T2", "T3", "T4", "T5", "T6"], date(2026, 7, 21), date(2025, 10, 13), date(2025, 10, 17)),
        (886, 2026, ["T1", "T2", "T3", "T4", "T5", "T6"], date(2027, 7, 21), date(2026, 10, 13), date(2026, 10, 16)),
        (886, 2027, ["T1", "T2", "T3", "T4", "T5", "T6"], date(2028, 7, 21), date(2027, 10, 13), date(2027, 10, 15)),
        (808, 2026, ["Aut 1", "Aut 2", "Spr 1", "Spr 2", "Sum 1", "Sum 2"], date(2027, 7, 20), date(2026, 10, 14),
         date(2026, 10, 23)),
        (808, 2027, ["Aut 1", "Aut 2", "Spr 1", "Spr 2", "Sum 1", "Sum 2"], date(2028, 7, 20), date(2027, 10, 18),
         date(2027, 10, 22)),
    ],
)  # fmt: skip
def test_a_six_term_and_a_three_term_council_both_map_whole_with_a_leap_year(
    workspace: Workspace, la_number: int, year: int, labels: list[str], agreed: date, baseline: date, settled: date
) -> None:
    add_terms(workspace, la_number=886)
    enter_three_terms(workspace, 808)
    for day in (date(2025, 11, 7), date(2026, 11, 6), date(2028, 2, 29)):
        add_workshop(workspace, day, la_number=la_number)
    terms = workspace.terms_for(la_number=la_number)
    found = events(workspace, year, la_number=la_number)
    for grain in GRAINS:
        columns_of_year = columns(year, terms, grain)
        assert sum((column.last - column.first).days + 1 for column in columns_of_year) == (
            366 if year == 2027 else 365
        )
        placed = cells(found, columns_of_year, rows())
        assert {event.key for inside in placed.values() for event in inside} == {event.key for event in found}
    assert [column.label for column in columns(year, terms, "half term") if not column.break_] == labels
    assert len(days_off(terms, year)) == (7 if (la_number, year) in {(808, 2026), (808, 2027)} else 6)
    assert terms_missing(terms, year) is None
    by_code = {event.code: event for event in found if not event.by_day}
    assert by_code["6-7.plan-agreed"].first == agreed
    assert by_code["test.baseline"].last == baseline
    assert terms.last_school_day("autumn", year, 1) == settled
    leap = [event for event in found if event.covers(date(2028, 2, 29)) and event.origin == "workshop"]
    assert len(leap) == (year == 2027)
    if leap:
        weeks = columns(year, terms, "week")
        (place,) = [place for place, column in enumerate(weeks) if column.covers(date(2028, 2, 29))]
        assert any(leap[0] in inside for (_, column), inside in cells(found, weeks, rows()).items() if column == place)
