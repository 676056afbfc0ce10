"""The clocks of an EHC plan: its annual review, the change of school, and its end."""

from datetime import date

import pytest
from builders import add_pupil, add_school, add_terms, step_of, steps_of
from conftest import Opener

from db.milestones import planning as planning_store
from transitions.caseload import caseload, today
from transitions.caseload.caseload import Caseload, first_rows
from transitions.custody import history
from transitions.errors import FieldProblems, NotAllowed
from transitions.milestones import definitions, editing, explain, phase_transfers, planning, recording
from transitions.milestones.catalogue import page
from transitions.milestones.definitions import load_shipped
from transitions.pupils.editing import save_pupil
from transitions.workspace import Workspace


@pytest.fixture
def workspace(opener: Opener) -> Workspace:
    opened = opener(date(2027, 1, 11))
    add_terms(opened)
    return opened


def done(workspace: Workspace, pupil: int, code: str, on: date, cycle: int = 2026) -> None:
    recording.mark_done(workspace, [step_of(workspace, pupil, code, cycle)], on=on)


def due(workspace: Workspace, pupil: int, code: str, cycle: int = 2026) -> date | None:
    row = steps_of(workspace, pupil).get((code, cycle))
    return None if row is None else row.due_on


@pytest.mark.parametrize(
    ("group", "decided", "final"),
    [
        (6, date(2026, 12, 30), date(2027, 2, 15)),  # 8 weeks are 24 February: the phase deadline is earlier
        (6, date(2026, 12, 7), date(2027, 2, 1)),
        (4, date(2026, 12, 30), date(2027, 2, 24)),  # no change of school
        (11, date(2026, 12, 30), date(2027, 2, 24)),
    ],
)
def test_the_final_plan_is_never_due_after_the_phase_deadline(
    workspace: Workspace, group: int, decided: date, final: date
) -> None:
    pupil = add_pupil(workspace, year_group=group, sen_provision="E")
    done(workspace, pupil, "ehcp.review-meeting", date(2026, 12, 4))
    done(workspace, pupil, "ehcp.decision", decided)
    assert due(workspace, pupil, "ehcp.final-plan") == final
    [explained] = explain.explain(workspace, pupil, "ehcp.final-plan")
    assert explained.due_on == final


def test_a_deadline_set_aside_or_gone_by_before_the_decision_is_none(opener: Opener) -> None:
    workspace = opener(date(2027, 7, 12))
    add_terms(workspace)
    stays, summer = (add_pupil(workspace, year_group=6, sen_provision="E", forename=name) for name in ("Al", "Bo"))
    recording.waive(workspace, [step_of(workspace, stays, "6-7.names-school")], reason="not-applicable")
    for pupil, met, decided in ((stays, (2026, 12, 4), (2026, 12, 30)), (summer, (2027, 6, 7), (2027, 7, 5))):
        done(workspace, pupil, "ehcp.review-meeting", date(*met))
        done(workspace, pupil, "ehcp.decision", date(*decided))
    assert due(workspace, stays, "ehcp.final-plan") == date(2027, 2, 24)
    assert due(workspace, summer, "ehcp.final-plan") == date(2027, 8, 30)


@pytest.mark.parametrize(
    ("group", "recorded", "other"),
    [
        (6, "6-7.review-held", "ehcp.review-meeting"),
        (6, "ehcp.review-meeting", "6-7.review-held"),
        (11, "11-16p.review-held", "ehcp.review-meeting"),
        (9, "9-pfa.pfa-review", "ehcp.review-meeting"),
    ],
)
def test_one_meeting_recorded_once_starts_the_clocks(
    workspace: Workspace, group: int, recorded: str, other: str
) -> None:
    pupil = add_pupil(workspace, year_group=group, sen_provision="E")
    done(workspace, pupil, recorded, date(2026, 12, 4))
    shown = steps_of(workspace, pupil)[other, 2026]
    assert (shown.done_on, shown.from_record) == (date(2026, 12, 4), True)
    assert due(workspace, pupil, "ehcp.report") == date(2026, 12, 18)
    assert due(workspace, pupil, "ehcp.decision") == date(2027, 1, 1)
    explained = explain.explain(workspace, pupil, other)[0]
    title = steps_of(workspace, pupil)[recorded, 2026].title
    assert f"as “{title}” shows" in explained.because
    with pytest.raises(NotAllowed, match=f"was done with “{title}”"):
        recording.reopen(workspace, [step_of(workspace, pupil, other)])
    recording.reopen(workspace, [step_of(workspace, pupil, recorded)])
    assert steps_of(workspace, pupil)[other, 2026].done_on is None
    assert due(workspace, pupil, "ehcp.report") is None


def test_the_transfer_review_is_late_where_the_annual_review_is_in_time(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=6, sen_provision="E")
    done(workspace, pupil, "ehcp.review-meeting", date(2026, 12, 4))  # 12 weeks before 15 February is 23 November
    steps = steps_of(workspace, pupil)
    assert steps["6-7.review-held", 2026].outcome == "late"
    younger = add_pupil(workspace, year_group=4, sen_provision="E", forename="Bo")
    assert "It is done with" not in explain.explain(workspace, younger, "ehcp.review-meeting")[0].clears
    other = add_pupil(workspace, year_group=6, sen_provision="E", forename="Cy")
    [explained] = explain.explain(workspace, other, "6-7.review-held")
    assert explained.clears.endswith("Recording “Hold the annual review meeting” also completes this.")
    assert steps["ehcp.review-meeting", 2026].outcome == "met"


def test_an_annual_review_does_not_say_that_it_looked_at_adult_life(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=10, sen_provision="E")
    done(workspace, pupil, "ehcp.review-meeting", date(2026, 12, 4))
    assert steps_of(workspace, pupil)["9-pfa.pfa-review", 2026].done_on is None


def test_the_next_decision_ends_the_review_of_the_year_before(opener: Opener) -> None:
    workspace = opener(date(2027, 12, 6))
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=4, sen_provision="E", planned_from=date(2026, 9, 1))
    for cycle, met, decided in ((2026, (2026, 11, 2), (2026, 11, 20)), (2027, (2027, 11, 1), (2027, 11, 19))):
        done(workspace, pupil, "ehcp.review-meeting", date(*met), cycle)
        done(workspace, pupil, "ehcp.decision", date(*decided), cycle)
    row = steps_of(workspace, pupil)["ehcp.next-review", 2026]
    assert (row.due_on, row.done_on, row.outcome) == (date(2027, 11, 20), date(2027, 11, 19), "met")


@pytest.mark.parametrize(
    ("group", "low", "high", "named"),
    [
        (11, 11, 16, date(2027, 3, 31)),
        (12, 11, 18, None),  # goes on to Year 13
        (13, 11, 18, date(2027, 3, 31)),
        (14, 2, 19, date(2027, 3, 31)),  # of a special school
        (12, 3, 17, date(2027, 3, 31)),
        (13, 16, 18, None),  # a sixth-form college is no school
    ],
)
def test_who_leaves_a_school_for_a_post_16_institution_has_it_named_by_31_march(
    workspace: Workspace, group: int, low: int, high: int, named: date | None
) -> None:
    school = add_school(workspace, low_age=low, high_age=high)
    pupil = add_pupil(workspace, year_group=group, sen_provision="E", school_id=school)
    assert due(workspace, pupil, "11-16p.names-place") == named
    assert due(workspace, pupil, "11-16p.review-held") == (named and date(2027, 1, 6))
    assert due(workspace, add_pupil(workspace, year_group=group, school_id=school), "11-16p.names-place") is None


@pytest.mark.parametrize("shift", [0, 1])
def test_nothing_of_an_ehc_plan_is_due_after_the_year_of_the_25th_birthday(workspace: Workspace, shift: int) -> None:
    born = date(2001, 10, 5)  # 25 in 2026/27
    pupil = add_pupil(workspace, date_of_birth=born, cohort_year=2006 + shift, sen_provision="E")
    cycles = {cycle for code, cycle in steps_of(workspace, pupil) if code.startswith(("ehcp.", "9-pfa."))}
    assert cycles == {2026}
    [explained] = explain.explain(workspace, pupil, "25.exit-plan")
    assert explained.due_on == date(2026, 4, 5)


def codes(workspace: Workspace, pupil: int) -> dict[tuple[str, int], date | None]:
    return {
        key: row.due_on
        for key, row in steps_of(workspace, pupil).items()
        if key[0].startswith(("ehcp.", "6-7.names", "6-7.review", "9-pfa."))
    }


def test_a_plan_asks_for_nothing_before_its_day_and_is_reviewed_within_a_year(opener: Opener) -> None:
    workspace = opener(date(2027, 4, 12))
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=6, sen_provision="N")
    save_pupil(
        workspace, pupil, {"ehc_requested_on": "2 nov 2026", "ehc_decided_on": "10/12/26", "ehc_decision": "assess"}
    )
    assert codes(workspace, pupil) == {
        ("ehcp.decision-to-assess", 2026): date(2026, 12, 14),
        ("ehcp.first-plan", 2026): date(2027, 3, 22),
    }
    save_pupil(workspace, pupil, {"ehc_started_on": "20/3/2027"})
    steps = steps_of(workspace, pupil)
    assert [steps[f"ehcp.{code}", 2026].outcome for code in ("decision-to-assess", "first-plan")] == ["met", "met"]
    assert codes(workspace, pupil) == {
        ("ehcp.decision-to-assess", 2026): date(2026, 12, 14),
        ("ehcp.first-plan", 2026): date(2027, 3, 22),
        ("ehcp.invitations", 2027): date(2028, 2, 5),
        ("ehcp.review-meeting", 2027): date(2028, 2, 19),
        ("ehcp.first-review", 2027): date(2028, 3, 20),
    }
    [explained] = explain.explain(workspace, pupil, "6-7.names-school")
    assert "when there is no EHC plan" in explained.because
    [explained] = explain.explain(workspace, pupil, "9-pfa.pfa-review")
    assert not explained.applies


def test_a_plan_that_has_ended_asks_for_nothing_more_and_another_is_another_record(opener: Opener) -> None:
    workspace = opener(date(2027, 1, 11))
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=6)
    save_pupil(workspace, pupil, {"ehc_started_on": "1/9/2024"})
    assert due(workspace, pupil, "6-7.names-school") == date(2027, 2, 15)
    with pytest.raises(FieldProblems, match="made on"):
        save_pupil(workspace, pupil, {"ehc_ended_on": "1/9/2023"})
    save_pupil(workspace, pupil, {"ehc_ended_on": "8/1/2027", "ehc_end_reason": "No longer needed"})
    assert set(codes(workspace, pupil)) == {("6-7.review-held", 2026)}  # it was due while there was a plan
    save_pupil(workspace, pupil, {"ehc_requested_on": "10/1/2027", "sen_provision": "K"})
    rows = workspace.read().execute("SELECT ehc_started_on, ehc_ended_on, ehc_requested_on FROM ehc_plan ORDER BY id")
    assert rows.fetchall() == [("2024-09-01", "2027-01-08", None), (None, None, "2027-01-10")]
    assert codes(workspace, pupil) == {
        ("ehcp.decision-to-assess", 2026): date(2027, 2, 21),
        ("ehcp.first-plan", 2026): date(2027, 5, 30),
    }


@pytest.mark.parametrize(
    ("fields", "status", "waits"),
    [
        ({"ehc_requested_on": "1/12/26"}, "asked for", True),
        ({"ehc_requested_on": "1/12/26", "ehc_decision": "yes"}, "being assessed", True),
        ({"ehc_requested_on": "1/12/26", "ehc_decision": "refused"}, "ended without a plan", False),
        ({"ehc_requested_on": "1/9/26", "ehc_started_on": "5/1/27"}, "plan made", False),
        ({"sen_provision": "E"}, None, False),
    ],
)
def test_children_awaiting_an_assessment_are_a_cohort(
    workspace: Workspace, fields: dict[str, object], status: str | None, waits: bool
) -> None:
    pupil = add_pupil(workspace)
    save_pupil(workspace, pupil, fields)
    [row] = planning_store.facts(workspace.read(), [pupil])
    facts = planning.facts_of(row, workspace.calendars, workspace.clock.today)
    assert facts.ehc_assessment == status
    found = first_rows(workspace, Caseload(cohorts=("awaiting an EHC assessment",)), 5)
    assert [one.id for one in found] == [pupil] * waits
    assert (("ehcp.first-plan", 2026) in codes(workspace, pupil)) == (status not in (None, "ended without a plan"))


def test_what_the_plan_names_is_counted_apart_and_clears_its_step(opener: Opener) -> None:
    workspace = opener(date(2027, 2, 22))
    add_terms(workspace)
    pupils = [add_pupil(workspace, year_group=6, sen_provision="E", forename=f"P{n}") for n in range(6)]
    older = add_pupil(workspace, year_group=11, sen_provision="E")
    step = "6-7.names-school"
    for pupil, outcome, day in zip(pupils, ("named", "type only", "neither", "named"), (10, 17, 11, 12), strict=False):
        phase_transfers.record(workspace, pupil, outcome, 2026, on=date(2027, 2, day))
    phase_transfers.record(workspace, pupils[3], "type only", 2026, on=date(2027, 2, 12))  # put right
    done(workspace, pupils[4], step, date(2027, 2, 1))
    outcomes = [steps_of(workspace, pupil)[step, 2026].outcome for pupil in pupils]
    assert outcomes == ["met", "late", None, "met", "met", None]
    [secondary, post_16, together] = phase_transfers.counted(workspace, 2026)
    assert (secondary.move, secondary.due, secondary.not_said, secondary.to_come) == ("Year 6 to Year 7", 6, 2, 0)
    assert [share.text for share in (secondary.named, secondary.type_only, secondary.neither, secondary.in_time)] == [
        "1 of 6 (17%)", "2 of 6 (33%)", "1 of 6 (17%)", "2 of 6 (33%)",
    ]  # fmt: skip
    assert (post_16.due, post_16.to_come, together.due, together.to_come) == (1, 1, 7, 1)
    recording.waive(workspace, [step_of(workspace, older, "11-16p.names-place")], reason="not-applicable")
    assert phase_transfers.counted(workspace, 2026)[-1].due == 6
    for pupil, outcome, words in (
        (older, "named", "has no change of school in 2026/27"),
        (pupils[0], "perhaps", "Choose one of"),
    ):
        with pytest.raises(NotAllowed, match=words):
            phase_transfers.record(workspace, pupil, outcome, 2026)


def test_what_a_plan_names_is_never_replaced_in_silence(opener: Opener) -> None:
    workspace = opener(date(2027, 2, 22))
    add_terms(workspace)
    first, second = (add_pupil(workspace, year_group=6, sen_provision="E", forename=name) for name in ("Ann", "Bo"))
    step = "6-7.names-school"
    phase_transfers.record(workspace, first, "named", 2026, on=date(2027, 2, 10))
    put_right = phase_transfers.record(workspace, first, "neither", 2026)
    assert put_right.summary == "Ann Khan · 6-7: neither; before it was named, final plan Wed 10 Feb 2027"
    [told] = explain.explain(workspace, first, step)
    assert "nothing is recorded" not in told.because
    assert told.because.endswith(
        "what is recorded does not clear it. Overdue is not yet missed: a person decides. The plan is recorded as naming "
        "neither the place nor its type. This clears when it does."
    )
    done(workspace, second, step, date(2027, 2, 1))
    [told] = explain.explain(workspace, second, step)
    assert told.because.endswith(
        'What the plan says about the place is not recorded. Record it with transitions phase-transfer 2 named (or "type only", or neither) --on DAY.'
    )
    together = phase_transfers.counted(workspace, 2026)[-1]
    assert (together.by_hand, together.not_said) == (1, 1)
    assert together.to_say.startswith(
        "1 step was marked done without saying what the plan names. Record it with transitions"
    )
    history.undo(workspace)
    history.undo(workspace)
    assert phase_transfers.counted(workspace, 2026)[-1].named.counted == 1


def test_a_plan_that_goes_on_past_25_is_named(opener: Opener) -> None:
    workspace = opener(date(2026, 11, 21))
    young, gone, past = (
        add_pupil(workspace, date_of_birth=born, sen_provision="E", forename=name)
        for born, name in ((date(2001, 9, 1), "Ann"), (date(2001, 8, 31), "Bo"), (date(2001, 8, 30), "Cy"))
    )
    save_pupil(workspace, gone, {"ehc_started_on": "1/9/20", "ehc_ended_on": "31/8/26"})
    question = "past 25: EHC plan end date?"
    assert [one.id for one in first_rows(workspace, Caseload(cohorts=(question,)), 5)] == [past]
    assert f"1 pupil: {question}" in today.summary(today.page(workspace, Caseload()))
    assert young


def test_what_may_become_law_is_off_until_a_council_switches_it_on(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=6, sen_provision="E")
    keeps = add_pupil(workspace, year_group=6, sen_provision="E", forename="Bo")
    save_pupil(workspace, keeps, {"ehc_to_secondary_end": "yes"})
    dormant = {one.code for one in load_shipped().milestones if one.dormant}
    assert not dormant & {code for code, _ in steps_of(workspace, pupil)}
    assert page(workspace, "ehcp.review-meeting").now.until.startswith("not known. The law may change")
    editing.save(workspace, editing.bringing_back(workspace, "ehcp.stays-or-moves"))
    assert page(workspace, "ehcp.stays-or-moves").line.origin == "shipped"  # and so kept up to date
    with workspace.database.write() as connection:
        definitions.put_shipped(connection, workspace.clock.today)
    workspace.forget()
    assert dormant & {one.code for one in workspace.milestones.values()} == {"ehcp.stays-or-moves"}
    assert [(("ehcp.stays-or-moves", 2026) in steps_of(workspace, one)) for one in (pupil, keeps)] == [True, False]


def test_a_plan_whose_day_is_not_known_answers_the_clock_of_the_request(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=4, sen_provision="K", planned_from=date(2025, 9, 1))
    save_pupil(workspace, pupil, {"ehc_requested_on": date(2026, 3, 2)})
    assert due(workspace, pupil, "ehcp.first-plan", 2025) == date(2026, 7, 20)
    awaiting = Caseload(cohorts=("awaiting an EHC assessment",))
    assert caseload.count(workspace, awaiting) == 1
    save_pupil(workspace, pupil, {"sen_provision": "E"})
    assert caseload.count(workspace, awaiting) == 0
    for code in ("ehcp.decision-to-assess", "ehcp.first-plan"):
        row = steps_of(workspace, pupil)[code, 2025]
        assert (row.due_on, row.late_after, row.outcome) == (None, None, None)
        [explained] = explain.explain(workspace, pupil, code)
        assert explained.because.startswith("The EHC plan start date is not recorded. Record it with E on")
    assert today.page(workspace, Caseload()).waiting_for_dates == []
    save_pupil(workspace, pupil, {"ehc_decided_on": date(2026, 4, 30), "ehc_decision": "assess"})
    row = steps_of(workspace, pupil)["ehcp.decision-to-assess", 2025]
    assert (row.due_on, row.outcome) == (date(2026, 4, 13), "late")
    assert due(workspace, pupil, "ehcp.first-plan", 2025) is None
    save_pupil(workspace, pupil, {"ehc_started_on": date(2026, 7, 17)})
    assert steps_of(workspace, pupil)["ehcp.first-plan", 2025].outcome == "met"


def test_a_final_plan_is_recorded_once(opener: Opener) -> None:
    workspace = opener(date(2027, 3, 8))
    add_terms(workspace)
    pupil, other = (add_pupil(workspace, year_group=6, sen_provision="E", forename=name) for name in ("Al", "Bo"))
    for one in (pupil, other):
        done(workspace, one, "6-7.review-held", date(2026, 11, 20))
        done(workspace, one, "ehcp.decision", date(2026, 12, 14))
    phase_transfers.record(workspace, pupil, "named", 2026, on=date(2027, 2, 5))
    phase_transfers.record(workspace, other, "named", 2026, on=date(2027, 2, 16))
    rows = [steps_of(workspace, one)["ehcp.final-plan", 2026] for one in (pupil, other)]
    assert [(row.done_on, row.outcome) for row in rows] == [(date(2027, 2, 5), "met"), (date(2027, 2, 16), "late")]
