"""Deciding a tier: what is proposed from the record with its days, and what a person chooses and why."""

from datetime import date

import pytest
from builders import add_episode, add_handover, add_pupil, contents, edit_pupil

from db.pupils import pupils as pupil_store
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.handovers import tiers
from transitions.handovers.tiers import load_factors
from transitions.pupils.editing import save_pupil
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)


def found(workspace: Workspace, pupil: int) -> dict[str, tuple[str, int, date | None]]:
    proposal = tiers.proposal(workspace, pupil)
    return {one.factor.code: (one.value, one.factor.points, one.since) for one in proposal.contributing}


def tier_of(workspace: Workspace, pupil: int) -> str | None:
    page = pupil_store.page(workspace.read(), pupil)
    assert page is not None
    return page.tier


def test_a_proposal_names_every_factor_of_the_record_with_its_day(workspace: Workspace, opener) -> None:
    pupil = add_pupil(workspace, sen_provision="K", attendance_percent=87.25)
    add_episode(workspace, pupil, "looked after", date(2026, 3, 2))
    add_episode(workspace, pupil, "child in need", date(2026, 1, 5), date(2026, 2, 1))
    edit_pupil(opener(date(2026, 11, 28)), pupil, suspensions=1)
    assert found(workspace, pupil) == {
        "looked-after": ("yes", 2, date(2026, 3, 2)),
        "sen-support": ("yes", 1, TODAY),
        "absent-a-tenth": ("attendance 87.25%", 1, TODAY),
        "suspended": ("once this year", 1, TODAY),
    }
    proposal = tiers.proposal(workspace, pupil)
    assert (proposal.tier, proposal.points) == ("enhanced", 5)
    assert "open-to-social-care" not in {one.code for one in proposal.not_known}  # looked at, and it has ended
    assert "medical" in {one.code for one in proposal.not_known}


def test_a_plan_counts_since_it_was_made_and_care_also_since_a_day_not_known(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    save_pupil(workspace, pupil, {"ehc_started_on": "9/5/2022", "social_care": "looked after"})
    assert found(workspace, pupil) == {
        "ehc-plan": ("yes", 2, date(2022, 5, 9)),
        "looked-after": ("yes", 2, None),
    }


def test_where_nothing_was_ever_recorded_nothing_is_known(workspace: Workspace) -> None:
    proposal = tiers.proposal(workspace, add_pupil(workspace))
    assert (proposal.tier, proposal.points, proposal.contributing) == ("universal", 0, ())
    assert len(proposal.not_known) == len({one.source for one in load_factors().factors})


def test_a_handover_tells_what_the_record_does_not(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, attendance_percent=96.0)
    add_handover(
        workspace, pupil, avoids_school="yes", medical_alert="no", english_stage="A new to English",
        attendance_this_year="40", placed_elsewhere="yes",
    )  # fmt: skip
    assert found(workspace, pupil) == {
        "avoids-school": ("yes", 2, TODAY),
        "taught-elsewhere": ("yes", 1, TODAY),
        "new-to-english": ("A new to English", 1, TODAY),
    }
    edit_pupil(workspace, pupil, attendance_percent=None)
    assert found(workspace, pupil)["absent-half"] == ("attendance 40%", 2, TODAY)


def test_a_placement_of_this_year_counts_from_its_first_day(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with workspace.change("Placed", "made up") as action:
        row = {"pupil_id": pupil, "kind": "nurture group", "place": "Willow", "started_on": date(2026, 9, 7)}
        action.insert("placement", row)
    assert found(workspace, pupil) == {"taught-elsewhere": ("yes", 1, date(2026, 9, 7))}


def test_a_decision_keeps_what_it_was_made_on(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="E", attendance_percent=87.25)
    before = contents(workspace)
    assert tiers.decide(workspace, [pupil], "enhanced") == ("Tier decided", "enhanced · Aisha Khan", 1)
    assert tier_of(workspace, pupil) == "enhanced"
    (row,) = tiers.decisions(workspace, pupil)
    assert (row.decided_on, row.tier, row.proposed, row.reason, row.worker) == (
        TODAY, "enhanced", "enhanced", None, "K. Osei",
    )  # fmt: skip
    assert tiers.read_decision(row) == (
        load_factors().version,
        3,
        (("EHC plan", "yes", 2, TODAY), ("Persistent absence", "attendance 87.25%", 1, TODAY)),
    )
    edit_pupil(workspace, pupil, attendance_percent=99.0)
    assert tiers.read_decision(tiers.decisions(workspace, pupil)[0]).points == 3
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before


def test_another_tier_than_proposed_needs_a_reason(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="K")
    for reason in ("", "  "):
        with pytest.raises(FieldProblems) as refused:
            tiers.decide(workspace, [pupil], "enhanced", reason)
        assert refused.value.problems == {"reason": "targeted is suggested for Aisha Khan. Say why it is enhanced."}
    assert tier_of(workspace, pupil) is None
    tiers.decide(workspace, [pupil], "enhanced", "The family is moving too")
    tiers.decide(workspace, [pupil], "targeted")
    assert [(one.tier, one.proposed, one.reason) for one in tiers.decisions(workspace, pupil)] == [
        ("targeted", "targeted", None),
        ("enhanced", "targeted", "The family is moving too"),
    ]


def test_many_are_decided_at_once_or_nobody_is(workspace: Workspace) -> None:
    plain, support = add_pupil(workspace), add_pupil(workspace, surname="Lee", sen_provision="K")
    with pytest.raises(FieldProblems, match="targeted is suggested for Aisha Lee"):
        tiers.decide(workspace, [plain, support], "universal")
    assert tiers.decisions(workspace, plain) == []
    tiers.decide(workspace, [plain, support], "targeted", "The whole class moves")
    assert [tier_of(workspace, one) for one in (plain, support)] == ["targeted", "targeted"]


def test_what_is_no_tier_or_no_pupil_is_refused(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with pytest.raises(NotAllowed, match="universal, targeted, enhanced"):
        tiers.decide(workspace, [pupil], "special")
    with pytest.raises(NoSuchRecord):
        tiers.decide(workspace, [99], "universal")
    with pytest.raises(FieldProblems, match="say it shorter"):
        tiers.decide(workspace, [pupil], "enhanced", "x" * 1_001)


def test_the_councils_own_numbers_count_and_say_that_they_are(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="K")
    shipped = load_factors()
    assert tiers.factors(workspace) is shipped
    assert tiers.save_factors(workspace, {"sen-support": "0", "targeted": "2"}).changed == 1
    proposal = tiers.proposal(workspace, pupil)
    assert (proposal.tier, proposal.points) == ("universal", 0)
    assert proposal.version == f"{shipped.version}, our own numbers, change 1"
    assert tiers.save_factors(workspace, {"sen-support": 0, "targeted": 2}).changed == 0
    tiers.decide(workspace, [pupil], "universal")
    tiers.save_factors(workspace, {"sen-support": 2})
    assert tiers.proposal(workspace, pupil).version.endswith("change 2")
    assert tiers.proposal(workspace, pupil).points == 2
    assert tiers.read_decision(tiers.decisions(workspace, pupil)[0]).version.endswith("change 1")
    tiers.save_factors(workspace, {})
    assert tiers.factors(workspace) is shipped
    with pytest.raises(FieldProblems):
        tiers.save_factors(workspace, {"sen-support": 3})
