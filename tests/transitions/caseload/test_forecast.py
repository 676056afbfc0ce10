"""How many young people turn 18 in each quarter."""

from datetime import date

from builders import add_episode, add_pupil, step_of
from conftest import Opener

from transitions.caseload.caseload import Caseload
from transitions.caseload.forecast import turning_18
from transitions.milestones import recording


def test_who_turns_18_by_quarter_and_of_whom_adults_services_know(opener: Opener) -> None:
    workspace = opener(date(2026, 11, 21))
    born = [date(2008, 10, 1), date(2008, 12, 31), date(2009, 1, 1), date(2009, 3, 31), date(2009, 4, 1)]
    pupils = [add_pupil(workspace, date_of_birth=day, sen_provision="E" if day.month < 4 else "N") for day in born]
    add_pupil(workspace, date_of_birth=date(2008, 9, 30))
    add_episode(workspace, pupils[1], "care leaver", date(2026, 1, 5))
    first, second, third = turning_18(workspace, Caseload(), 3)
    assert [one.quarter for one in (first, second, third)] == ["Oct to Dec 2026", "Jan to Mar 2027", "Apr to Jun 2027"]
    assert [one.turn_18 for one in (first, second, third)] == [2, 2, 1]
    assert (first.care_leavers.text, first.ehc_plan.text, second.ehc_plan.text) == (
        "1 of 2 (50%)",
        "0 of 2 (0%)",
        "2 of 2 (100%)",
    )
    assert (first.referred.text, second.referred.text, third.referred.text) == ("0 of 1 (0%)", "0 of 2 (0%)", "0 of 0")
    young = add_pupil(workspace, date_of_birth=date(2010, 12, 1), sen_provision="E")
    recording.mark_done(workspace, [step_of(workspace, young, "18.referral-made", 2026)], on=date(2026, 11, 20))
    assert turning_18(workspace, Caseload(), 9)[-1].referred.text == "1 of 1 (100%)"
