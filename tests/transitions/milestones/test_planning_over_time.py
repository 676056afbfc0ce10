"""What moves the steps of a pupil: the pupil's own record, other steps, and days going by."""

from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from builders import (
    add_episode,
    add_pupil,
    add_school,
    add_terms,
    add_worker,
    contents,
    edit_milestone,
    edit_pupil,
    step_of,
    steps_of,
)
from conftest import TODAY, Opener

from db.milestones import planning as store
from transitions.caseload.caseload import Caseload, keys
from transitions.clock import Clock
from transitions.custody import history
from transitions.errors import Stopped
from transitions.milestones import planning, recording
from transitions.milestones.date_rules import parse_rule
from transitions.milestones.definitions import load_shipped
from transitions.milestones.whose_calendar import Calendars
from transitions.pupils.editing import save_pupil
from transitions.workspace import Workspace


def due(workspace: Workspace, pupil: int, code: str, cycle: int) -> date | None:
    found: date | None = steps_of(workspace, pupil)[code, cycle].due_on
    return found


def codes(workspace: Workspace, pupil: int, cycle: int | None = None) -> set[str]:
    return {code for code, year in steps_of(workspace, pupil) if cycle in (None, year)}


# --- met by the pupil's own record ---------------------------------------------------------------------------------


def test_recording_the_next_school_meets_the_step_and_taking_it_back_opens_it(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    before = contents(workspace)
    edit_pupil(workspace, pupil, next_school_recorded_on=date(2026, 11, 20))
    row = steps_of(workspace, pupil)["6-7.destination", 2026]
    assert (row.outcome, row.done_on, row.from_record) == ("met", date(2026, 11, 20), True)
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_record_made_after_the_grace_is_late(opener: Opener) -> None:
    workspace = opener(date(2027, 5, 1))
    for day, outcome in ((date(2027, 3, 15), "met"), (date(2027, 3, 16), "late")):  # 1 March and 14 days
        pupil = add_pupil(workspace, next_school_recorded_on=day)
        assert steps_of(workspace, pupil)["6-7.destination", 2026].outcome == outcome


def test_a_record_of_an_earlier_move_does_not_clear_this_one(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, next_school_recorded_on=date(2023, 3, 1))
    assert steps_of(workspace, pupil)["6-7.destination", 2026].outcome is None


def test_an_owner_and_an_open_plan_count_however_long_they_stand(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, date_of_birth=date(2012, 11, 1), owner_id=workspace.me, owner_since=date(2021, 9, 6))
    add_episode(workspace, pupil, "child in need", date(2020, 1, 1))
    with workspace.change("Plan opened", "x") as action:
        plan = action.insert("plan", {"pupil_id": pupil, "transition": "14+", "opened_on": date(2022, 1, 10)})
    steps = steps_of(workspace, pupil)
    assert steps["14+.plan-opened", 2026].outcome == "met"
    assert steps["14+.named-worker", 2026].outcome == "met"
    with workspace.change("Plan closed", "x") as action:
        action.update("plan", {"id": plan}, {"status": "closed", "closed_on": TODAY})
    assert steps_of(workspace, pupil)["14+.plan-opened", 2026].outcome is None


def test_asking_again_later_does_not_stop_the_record_from_clearing_a_step(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    recording.put_off(workspace, [pupil], date(2026, 12, 1))
    before = contents(workspace)
    edit_pupil(workspace, pupil, next_school_recorded_on=date(2026, 11, 20))
    assert steps_of(workspace, pupil)["6-7.destination", 2026].outcome == "met"
    assert recording.put_off_until(workspace, pupil) == date(2026, 12, 1)
    history.undo(workspace)
    assert contents(workspace) == before


# --- steps that follow another -------------------------------------------------------------------------------------


def test_a_following_step_appears_when_its_anchor_is_done_and_goes_when_that_is_undone(opener: Opener) -> None:
    workspace = opener(date(2027, 6, 14))
    add_terms(workspace)
    pupil = add_pupil(workspace, sen_provision="K")
    before = contents(workspace)
    assert "6-7.handover-acknowledged" not in codes(workspace, pupil)
    recording.mark_done(workspace, [step_of(workspace, pupil, "6-7.handover-sent", 2026)], on=date(2027, 6, 11))
    assert due(workspace, pupil, "6-7.handover-acknowledged", 2026) == date(2027, 6, 18)
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_chain_of_following_steps_runs_from_day_to_day(opener: Opener) -> None:
    """The worked example of IPSEA: a meeting on 1 November 2024, the decision sent on 25 November."""
    workspace = opener(date(2024, 11, 26))
    pupil = add_pupil(workspace, date_of_birth=date(2014, 3, 14), sen_provision="E")
    recording.mark_done(workspace, [step_of(workspace, pupil, "ehcp.review-meeting", 2024)], on=date(2024, 11, 1))
    assert due(workspace, pupil, "ehcp.report", 2024) == date(2024, 11, 15)
    assert due(workspace, pupil, "ehcp.decision", 2024) == date(2024, 11, 29)
    assert "ehcp.final-plan" not in codes(workspace, pupil)
    recording.mark_done(workspace, [step_of(workspace, pupil, "ehcp.decision", 2024)], on=date(2024, 11, 25))
    assert steps_of(workspace, pupil)["ehcp.decision", 2024].outcome == "met"
    assert due(workspace, pupil, "ehcp.final-plan", 2024) == date(2025, 1, 20)
    assert due(workspace, pupil, "ehcp.next-review", 2024) == date(2025, 11, 25)
    assert due(workspace, pupil, "6-7.names-school", 2024) == date(2025, 2, 15)


def test_a_milestone_may_count_from_the_due_date_of_another(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    edit_milestone(workspace, "6-7.transition-day", due="2 weeks after the due date of milestone 6-7.tier")
    assert due(workspace, pupil, "6-7.transition-day", 2026) == date(2027, 4, 14)
    edit_milestone(workspace, "6-7.tier", applies={"year_group": [6], "sen": ["E"]})
    assert "6-7.transition-day" not in codes(workspace, pupil)


def test_a_step_that_follows_one_met_by_the_record_is_planned_at_once(workspace: Workspace) -> None:
    edit_milestone(workspace, "6-7.transition-day", due="2 weeks after milestone 6-7.destination")
    pupil = add_pupil(workspace, next_school_recorded_on=date(2026, 11, 2))
    assert due(workspace, pupil, "6-7.transition-day", 2026) == date(2026, 11, 16)
    assert planning.replan(workspace.read(), workspace.planner(), TODAY) == 0


def test_milestones_that_follow_each_other_in_a_ring_are_refused(workspace: Workspace) -> None:
    shipped = load_shipped().by_code
    ring = dict(enumerate((shipped["ehcp.decision"], shipped["ehcp.report"])))
    ring[0] = replace(ring[0], rule=parse_rule("1 day after milestone ehcp.report"))
    ring[1] = replace(ring[1], rule=parse_rule("1 day after milestone ehcp.decision"))
    with pytest.raises(ValueError, match=r"in a ring: ehcp.decision, ehcp.report"):
        planning.Planner(ring, Calendars((), ()), 2027)


# --- the columns kept beside the pupil -----------------------------------------------------------------------------


def test_the_next_step_is_the_one_that_turns_late_first(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    read = "SELECT m.code, p.next_due_on, p.next_late_after, p.missed_open FROM pupil p JOIN milestone m ON m.id = p.next_milestone_id"
    assert workspace.read().execute(read).fetchone() == ("6-7.application", "2026-10-31", "2026-10-31", 0)
    recording.flag_missed(workspace, recording.next_steps(workspace, [pupil]), reason="did-not-know")
    assert workspace.read().execute(read).fetchone() == ("6-7.destination", "2027-03-01", "2027-03-15", 1)


def test_social_care_now_names_what_is_open_today(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    add_episode(workspace, pupil, "looked after", date(2026, 1, 5))
    add_episode(workspace, pupil, "child protection", date(2026, 1, 5), TODAY)
    add_episode(workspace, pupil, "short breaks", date(2026, 1, 5), date(2026, 11, 20))
    add_episode(workspace, pupil, "child in need", date(2026, 11, 22))
    row = workspace.read().execute("SELECT social_care_now FROM pupil").fetchone()
    assert row == ("child protection, looked after",)


# --- days go by ------------------------------------------------------------------------------------------------------


def test_next_year_is_planned_when_it_comes(workspace: Workspace, opener: Opener) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=4)
    assert workspace.planned_through == 2027
    assert not {code for code in codes(workspace, pupil) if code.startswith("6-7")}
    workspace.close()
    later = opener(date(2027, 9, 1), come=True)
    assert later.planned_through == 2028
    assert due(later, pupil, "6-7.tier", 2028) == date(2029, 3, 31)
    later.close()
    back = opener(TODAY)  # looking at an earlier day takes nothing away
    assert back.planned_through == 2028
    assert due(back, pupil, "6-7.tier", 2028) == date(2029, 3, 31)


def test_a_new_year_is_planned_in_pieces_that_go_on_after_an_end(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_terms(workspace)
    pupils = [add_pupil(workspace, surname=name, year_group=4) for name in ("Abara", "Byrne", "Khan")]
    workspace.close()
    monkeypatch.setattr("transitions.workspace._PIECE", 1)

    def opened() -> Workspace:
        return Workspace.open(workspace.database.path, Clock(date(2027, 9, 1), pretended=False), plans_ahead=False)

    def planned(now: Workspace) -> list[bool]:
        return [any(code.startswith("6-7") for code in codes(now, pupil)) for pupil in pupils]

    def end(done: int, total: int) -> None:
        raise Stopped(f"{done} of {total}")

    with closing(opened()) as first:
        assert (first.planned_through, first.pupils_to_plan, planned(first)) == (2028, 3, [False] * 3)
        with pytest.raises(Stopped, match="1 of 3"):
            first.plan_ahead(end)
        assert (first.pupils_to_plan, planned(first)) == (2, [True, False, False])
        save_pupil(first, pupils[2], {"forename": "Bo"})  # who is changed meanwhile is planned as far at once
        assert planned(first) == [True, False, True]
    with closing(opened()) as second:
        told: list[tuple[int, int]] = []
        second.plan_ahead(lambda *far: told.append(far))
        assert (told[-1], second.pupils_to_plan, planned(second)) == ((2, 2), 0, [True] * 3)
        with second.writing() as connection:
            assert planning.replan(connection, second.planner(), second.clock.today) == 0


@pytest.mark.parametrize(("day", "care"), [(date(2026, 12, 9), "looked after"), (date(2027, 3, 27), None)])
def test_social_care_that_begins_or_ends_is_noticed_on_the_day(
    workspace: Workspace, opener: Opener, day: date, care: str | None
) -> None:
    pupil = add_pupil(workspace, year_group=4)
    add_terms(workspace)
    add_episode(workspace, pupil, "looked after", date(2026, 12, 9), date(2027, 3, 26))
    assert "care.pep-spring" not in codes(workspace, pupil)
    before = contents(workspace)
    workspace.close()
    later = opener(day, come=True)
    assert later.read().execute("SELECT social_care_now FROM pupil").fetchone() == (care,)
    assert ("care.pep-spring" in codes(later, pupil)) == (care is not None)
    later.close()
    assert contents(opener(TODAY, come=True)) == before


def test_term_dates_that_another_program_entered_are_used_at_once(workspace: Workspace, opener: Opener) -> None:
    pupil = add_pupil(workspace)
    assert due(workspace, pupil, "6-7.ctf", 2026) is None
    other = opener()
    add_terms(other)
    other.close()
    edit_pupil(workspace, pupil, tier="universal")
    assert due(workspace, pupil, "6-7.ctf", 2026) == date(2027, 9, 21)


def test_rules_read_inside_a_change_that_failed_are_forgotten(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)

    def enter_terms_and_fail() -> None:
        with workspace.writing() as connection:
            connection.execute(
                "INSERT INTO term (academic_year, name, first_day, last_day) "
                "VALUES (2026, 'Summer', '2027-04-12', '2027-07-20')"
            )
            workspace.forget()
            assert len(workspace.calendars[""].terms) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        enter_terms_and_fail()
    assert workspace.calendars[""].terms == ()
    edit_pupil(workspace, pupil, tier="universal")
    assert due(workspace, pupil, "6-7.ctf", 2026) is None


@pytest.mark.parametrize("since", [None, date(2026, 11, 2)])
def test_another_kind_of_care_takes_no_overdue_plan_away(workspace: Workspace, since: date | None) -> None:
    """In need since January 2025 and 14 on 5 October 2026: the plan was to be opened by 2 November, whatever the kind is now."""
    pupil = add_pupil(workspace, date_of_birth=date(2012, 10, 5))
    add_episode(workspace, pupil, "child in need", date(2025, 1, 10))
    save_pupil(workspace, pupil, {"social_care": "looked after", "social_care_since": since})
    assert due(workspace, pupil, "14+.plan-opened", 2026) == date(2026, 11, 2)
    assert (due(workspace, pupil, "care.pep-ready", 2026) is None) == (since is None)


def test_nothing_of_care_falls_due_after_its_end(workspace: Workspace, opener: Opener) -> None:
    pupil = add_pupil(workspace, year_group=4)
    add_terms(workspace)
    add_episode(workspace, pupil, "looked after", date(2026, 3, 9))
    assert "care.pep-spring" in codes(workspace, pupil)
    save_pupil(workspace, pupil, {"social_care": "", "social_care_ended": date(2026, 12, 11)})
    assert "care.pep-spring" not in codes(workspace, pupil)
    for day, there in ((date(2026, 12, 11), True), (date(2026, 12, 12), False)):
        later = opener(day)
        assert bool(keys(later, Caseload(cohorts=("looked after",)))) == there
        (facts,) = [planning.facts_of(row, later.calendars, day) for row in store.facts(later.read(), [pupil])]
        assert ("looked after" in facts.social_care) == there
        later.close()


def test_the_facts_are_those_of_the_day(workspace: Workspace) -> None:
    school = add_school(workspace, high_age=11, la_number=886)
    pupil = add_pupil(
        workspace, school_id=school, part_time_timetable_until=date(2026, 12, 1), owner_id=add_worker(workspace, "B")
    )
    add_episode(workspace, pupil, "looked after", date(2026, 3, 1))
    add_episode(workspace, pupil, "child in need", date(2025, 3, 1), date(2026, 2, 28))
    (row,) = store.facts(workspace.read(), [pupil])
    facts = planning.facts_of(row, workspace.calendars, TODAY)
    assert facts.social_care == {"looked after"}
    # open without a break since the child was in need
    assert (facts.social_care_since, facts.looked_after_since) == (date(2025, 3, 1), date(2026, 3, 1))
    assert facts.leaving_year_group == 6
    assert facts.part_time_timetable_until is None  # the flag is not set
    earlier = planning.facts_of(row, workspace.calendars, date(2026, 2, 1))
    assert earlier.social_care == {"child in need"}
    assert earlier.looked_after_since is None


def test_a_care_leaver_is_open_to_social_care_while_the_support_lasts(opener: Opener) -> None:
    file = opener(date(2027, 3, 8))
    born = {"to 21": date(2006, 3, 9), "to 25": date(2006, 3, 9), "ended": date(2006, 3, 8)}
    pupils = {name: add_pupil(file, date_of_birth=day, support_to_25=name == "to 25") for name, day in born.items()}
    for pupil in pupils.values():
        add_episode(file, pupil, "care leaver", date(2024, 9, 2))
    cared_for = Caseload(cohorts=("14+ open to social care",))
    assert sorted(keys(file, cared_for)) == sorted([pupils["to 21"], pupils["to 25"]])
    assert not [code for code, _ in steps_of(file, pupils["ended"]) if code.startswith("14+.")]
    assert [code for code, _ in steps_of(file, pupils["to 25"]) if code == "14+.annual-meeting"]
    file.close()
    later = opener(date(2027, 3, 9), come=True)  # the birthday
    assert list(keys(later, cared_for)) == [pupils["to 25"]]
    assert not [code for code, _ in steps_of(later, pupils["to 21"]) if code.startswith("14+.")]
    rows = later.read().execute("SELECT id FROM pupil WHERE social_care_now IS NOT NULL").fetchall()
    assert [number for (number,) in rows] == [pupils["to 25"]]
