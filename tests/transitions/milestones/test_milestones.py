"""The shipped milestones: for whom, when, and on whose word."""

import json
from datetime import date
from typing import Any

import pytest
from kent_terms import KENT_2025, MADE_UP_2026

from transitions.milestones.date_rule_types import DueContext
from transitions.milestones.date_rules import parse_rule
from transitions.milestones.definitions import from_mapping, load_shipped
from transitions.milestones.facts import Facts, HandoverDays
from transitions.milestones.milestone import Milestone
from transitions.plans.opening import NOT_PLANNED
from transitions.term_dates import Term, TermDates

SHIPPED = load_shipped()
POINTS = [
    *("EY-R", "R-1", "2-3", "MID", "6-7", "9-PFA", "14+", "11-16P", "12-13"),
    *("P16-P16", "18", "CARE16", "25", "INYR", "CARE", "EHCP"),
]
CODES = [milestone.code for milestone in SHIPPED.milestones]
CHECK = "check with your la"

MADE_UP_2024 = (
    Term("T1", 2024, date(2024, 9, 2), date(2024, 10, 18)),
    Term("T2", 2024, date(2024, 10, 28), date(2024, 12, 20)),
    Term("T3", 2024, date(2025, 1, 6), date(2025, 2, 14)),
    Term("T4", 2024, date(2025, 2, 24), date(2025, 4, 4)),
    Term("T5", 2024, date(2025, 4, 22), date(2025, 5, 23)),
    Term("T6", 2024, date(2025, 6, 2), date(2025, 7, 21)),
)
TERMS = TermDates(MADE_UP_2024 + KENT_2025 + MADE_UP_2026)
DAY = date(2026, 1, 5)
YEAR_6 = Facts(date(2015, 2, 15), 2019, leaving_year_group=6)


def due(code: str, year: int, facts: Facts = YEAR_6, **done: date) -> date:
    """When a shipped milestone falls due; ``done`` names steps with _ for the dots and hyphens of their codes."""
    days = {step: done[name] for step in CODES if (name := step.replace(".", "_").replace("-", "_")) in done}
    return SHIPPED.by_code[code].rule.due(DueContext(year, facts, TERMS, done=days))


# --- the shipped set as a whole ------------------------------------------------------------------------------------


def test_every_transition_point_is_covered_and_in_words() -> None:
    assert list(SHIPPED.transitions) == POINTS
    assert {milestone.transition for milestone in SHIPPED.milestones} == set(POINTS)
    for point in SHIPPED.transitions.values():
        assert all([point.title, point.leaving, point.joining, point.sentence])


def test_codes_are_unique_and_milestones_stand_in_order() -> None:
    assert len(set(CODES)) == len(CODES) == len(SHIPPED.by_code)
    places = [(POINTS.index(milestone.transition), milestone.order) for milestone in SHIPPED.milestones]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("milestone", SHIPPED.milestones, ids=CODES)
def test_each_shipped_milestone_is_fit_to_show(milestone: Milestone) -> None:
    assert milestone.code.startswith(milestone.transition.lower() + ".")
    assert len(milestone.short) <= 16
    assert milestone.rule == parse_rule(milestone.due)
    assert milestone.basis
    assert "//" not in milestone.source
    # what a council must check says so where staff read it, and nothing else does
    assert milestone.verified is (CHECK not in milestone.basis.casefold())
    for sentence in (milestone.why, milestone.evidence, milestone.title):
        assert sentence[0].isupper() or sentence[0].isdigit()
    assert milestone.why.endswith(".")


def test_law_is_called_law_only_on_the_word_of_a_source() -> None:
    """The rules with a legal duty behind them, and no others; a change here is a change of what we call statutory."""
    statutory = {milestone.code for milestone in SHIPPED.milestones if milestone.severity == "statutory"}
    assert statutory == {
        *("ey-r.names-school", "2-3.names-school", "mid.names-school", "6-7.names-school"),
        *("11-16p.names-place", "p16-p16.plan-amended", "9-pfa.pfa-review"),
        *("2-3.ctf", "mid.ctf", "6-7.ctf", "inyr.ctf"),
        *("ey-r.cp-file", "2-3.cp-file", "mid.cp-file", "6-7.cp-file", "11-16p.cp-file", "inyr.cp-file"),
        *("11-16p.september-guarantee", "11-16p.activity-survey", "12-13.september-guarantee"),
        *("12-13.activity-december", "12-13.activity-january", "12-13.activity-february"),
        *("care16.needs-assessment", "care.pep-ready", "care.pep-autumn", "care.pep-spring", "care.pep-summer"),
        *("ehcp.report", "ehcp.decision", "ehcp.final-plan", "ehcp.first-review", "ehcp.next-review"),
        *("ehcp.decision-to-assess", "ehcp.first-plan"),
    }


def test_only_law_whose_days_are_unclear_is_statutory_and_unverified() -> None:
    unclear = [m.code for m in SHIPPED.milestones if m.severity == "statutory" and not m.verified]
    assert unclear
    assert all(code.endswith(".cp-file") for code in unclear)


def test_reasons_are_there_to_choose_from_and_one_says_it_never_applied() -> None:
    assert "school did not send it" in [reason.words for reason in SHIPPED.missed_reasons]
    assert {reason.state for reason in SHIPPED.missed_reasons} == {"missed"}
    never = [reason.words for reason in SHIPPED.waived_reasons if reason.state == "not applicable"]
    assert never == ["does not apply to this pupil"]
    for reasons in (SHIPPED.missed_reasons, SHIPPED.waived_reasons):
        assert reasons[-1].words == "other"
        assert len({reason.code for reason in reasons}) == len(reasons)


def test_the_shipped_set_is_read_once() -> None:
    assert load_shipped() is SHIPPED
    assert SHIPPED.version == "2026.2"


@pytest.mark.parametrize("milestone", SHIPPED.milestones, ids=CODES)
def test_a_milestone_survives_json(milestone: Milestone) -> None:
    assert from_mapping(json.loads(json.dumps(milestone.to_mapping()))) == milestone


# --- whom each is for ----------------------------------------------------------------------------------------------

K, E = {"sen_provision": "K"}, {"sen_provision": "E"}
OPEN = {"social_care": frozenset({"child in need"})}
LOOKED_AFTER = {"social_care": frozenset({"looked after"})}
LEAVER = {"social_care": frozenset({"care leaver"})}
TARGETED, ENHANCED = {"tier": "targeted"}, {"tier": "enhanced"}
ASKED: dict[str, Any] = {"ehc_requested_on": DAY}
REFUSED: dict[str, Any] = {**ASKED, "ehc_decision": "do not assess"}
FILE, PLAN, MOVE = (
    {"child_protection_file": True},
    {"plan_opened_on": DAY},
    {"in_year_move_on": DAY, "left_roll_on": DAY},
)
FUNDING: dict[str, Any] = {"funding_ends_on": DAY}
STAYS: dict[str, Any] = {"leaving_year_group": 13}

Pupil = tuple[int, dict[str, Any]]


def leaves(year_group: int) -> dict[str, Any]:
    return {"leaving_year_group": year_group}


def handover(transition: str, move_year: int) -> dict[str, Any]:
    return {"handovers": (HandoverDays(transition, move_year),)}


# code: (year group and facts of somebody it is for, year groups and facts of those it is not for)
WHOM: dict[str, tuple[Pupil, list[Pupil]]] = {
    "ey-r.document-ready": ((-1, K), [(-1, {}), (0, K)]),
    "ey-r.application": ((-1, {}), [(-1, E), (0, {})]),
    "ey-r.names-school": ((-1, E), [(-1, K), (0, E)]),
    "ey-r.offer": ((-1, {}), [(0, {})]),
    "ey-r.forum": ((-1, TARGETED), [(-1, {"tier": "universal"})]),
    "ey-r.cp-file": ((-1, FILE), [(-1, {}), (-1, FILE | leaves(6))]),
    "ey-r.handover-sent": ((-1, handover("EY-R", 2013)), [(-1, {}), (-1, K | leaves(6)), (-1, handover("6-7", 2013))]),
    "ey-r.handover-acknowledged": ((-1, K), [(-1, {}), (0, K), (-1, handover("EY-R", 2012))]),
    "ey-r.cp-receipt": ((-1, FILE), [(-1, {}), (-1, FILE | leaves(6))]),
    "ey-r.funding": ((-1, FUNDING), [(-1, {}), (-1, FUNDING | leaves(6)), (0, FUNDING)]),
    "ey-r.baseline": ((-1, {}), [(0, {})]),
    "r-1.profile": ((0, {}), [(1, {})]),
    "r-1.teacher-meeting": ((0, LOOKED_AFTER), [(0, {}), (1, LOOKED_AFTER)]),
    "2-3.application": ((2, leaves(2)), [(2, {}), (2, leaves(6)), (2, E | leaves(2))]),
    "2-3.names-school": ((2, E | leaves(2)), [(2, E), (2, E | leaves(6)), (2, K | leaves(2))]),
    "2-3.offer": ((2, leaves(2)), [(2, leaves(6)), (1, leaves(2))]),
    "2-3.handover-sent": ((2, K | leaves(2)), [(2, leaves(2)), (2, K | leaves(6))]),
    "2-3.handover-acknowledged": ((2, K | leaves(2)), [(2, leaves(2)), (2, K | leaves(6))]),
    "2-3.cp-file": ((2, FILE | leaves(2)), [(2, leaves(2)), (2, FILE)]),
    "2-3.cp-receipt": ((2, FILE | leaves(2)), [(2, leaves(2)), (2, FILE)]),
    "2-3.funding": ((2, FUNDING | leaves(2)), [(2, leaves(2)), (2, FUNDING)]),
    "2-3.ctf": ((2, leaves(2)), [(2, {}), (6, leaves(6))]),
    "mid.names-school": ((8, E | leaves(8)), [(8, E | leaves(11)), (8, K | leaves(8)), (6, E | leaves(6))]),
    "mid.destination": ((7, leaves(7)), [(4, {}), (4, leaves(6)), (2, leaves(2)), (6, leaves(6))]),
    "mid.handover-sent": ((5, K | leaves(5)), [(5, leaves(5)), (5, K | leaves(6))]),
    "mid.handover-acknowledged": ((5, K | leaves(5)), [(5, leaves(5)), (5, K | leaves(6))]),
    "mid.cp-file": ((8, FILE | leaves(8)), [(8, leaves(8)), (8, FILE | leaves(11))]),
    "mid.cp-receipt": ((3, FILE | leaves(3)), [(3, leaves(3)), (8, FILE | leaves(11))]),
    "mid.funding": ((8, FUNDING | leaves(8)), [(8, leaves(8)), (8, FUNDING), (6, FUNDING | leaves(6))]),
    "mid.ctf": ((8, leaves(8)), [(8, leaves(11)), (2, leaves(2)), (6, leaves(6))]),
    "6-7.senco-invited": ((6, E), [(6, K), (5, E), (6, E | leaves(8))]),
    "6-7.application": ((6, {}), [(6, E), (6, leaves(8))]),
    "6-7.review-held": ((6, E), [(6, K), (7, E)]),
    "6-7.names-school": ((6, E), [(6, K), (5, E), (6, E | leaves(8)), (6, E | leaves(11))]),
    "6-7.destination": ((6, leaves(6)), [(6, leaves(8)), (5, leaves(6))]),
    "6-7.tier": ((6, {}), [(7, {}), (6, leaves(8))]),
    "6-7.senco-meeting": ((6, K), [(6, {}), (6, LOOKED_AFTER)]),
    "6-7.handover-sent": ((6, LOOKED_AFTER), [(6, {}), (6, K | leaves(11))]),
    **{
        f"6-7.guarantee-{step}": ((6, {}), [(5, {}), (7, {}), (6, leaves(8))])
        for step in ("pathway", "work", "moderation", "tracker", "week")
    },
    "6-7.handover-acknowledged": ((6, handover("6-7", 2020)), [(6, {}), (6, handover("6-7", 2019))]),
    "6-7.extra-visits": ((6, ENHANCED), [(6, TARGETED), (7, ENHANCED)]),
    "6-7.transition-day": ((6, {}), [(5, {}), (6, leaves(8))]),
    "6-7.plan-agreed": ((6, E), [(6, {}), (7, E)]),
    "6-7.cp-file": ((6, FILE), [(6, {}), (6, FILE | leaves(11))]),
    "6-7.cp-receipt": ((6, FILE), [(6, {}), (6, FILE | leaves(11))]),
    "6-7.funding": ((6, FUNDING), [(6, {}), (6, FUNDING | leaves(11)), (7, FUNDING)]),
    "6-7.ctf": ((6, {}), [(6, leaves(8)), (7, {})]),
    "6-7.settling-review": ((6, TARGETED), [(6, E), (6, {"tier": "universal"})]),
    "6-7.one-term": ((6, TARGETED), [(6, {}), (7, TARGETED), (6, K)]),
    "6-7.year-end": ((6, ENHANCED), [(6, {}), (7, ENHANCED)]),
    "9-pfa.plan-opened": ((9, K), [(9, {}), (8, K), (9, E | OPEN)]),
    "9-pfa.named-worker": ((9, E), [(9, E | OPEN), (10, E)]),
    "9-pfa.pfa-review": ((13, E), [(8, E), (9, K)]),
    "9-pfa.health-check": ((9, E), [(9, K), (10, E)]),
    "14+.plan-opened": ((9, OPEN), [(9, E)]),
    "14+.named-worker": ((9, OPEN), [(9, E)]),
    "14+.plan-agreed": ((9, OPEN | PLAN), [(9, OPEN), (9, PLAN)]),
    "14+.annual-meeting": ((9, OPEN), [(11, E)]),
    "11-16p.roni": ((11, {}), [(10, {})]),
    "11-16p.review-held": ((11, E), [(11, K), (12, E)]),
    "11-16p.names-place": ((11, E | STAYS), [(11, K), (10, E)]),
    "11-16p.destination": ((11, STAYS), [(12, {})]),
    "11-16p.cp-file": ((11, FILE | leaves(11)), [(11, FILE | STAYS), (11, {})]),
    "11-16p.handover-sent": ((11, K), [(11, {}), (11, K | STAYS), (11, handover("6-7", 2025))]),
    "11-16p.handover-acknowledged": ((11, handover("11-16P", 2025)), [(11, {}), (11, K | STAYS)]),
    "11-16p.cp-receipt": ((11, FILE | leaves(11)), [(11, FILE | STAYS), (11, {})]),
    "11-16p.funding": ((11, FUNDING), [(11, {}), (11, FUNDING | STAYS)]),
    "11-16p.september-guarantee": ((11, {}), [(12, {})]),
    "11-16p.activity-survey": ((11, {}), [(10, {})]),
    "11-16p.six-months": ((11, {}), [(12, {})]),
    "12-13.september-guarantee": ((12, {}), [(11, {}), (13, {})]),
    "12-13.activity-december": ((13, {}), [(11, {}), (14, {})]),
    "12-13.activity-january": ((12, {}), [(11, {}), (14, {})]),
    "12-13.activity-february": ((12, {}), [(11, {}), (14, {})]),
    "p16-p16.plan-amended": ((12, E | MOVE), [(12, E), (12, K | MOVE), (11, E | MOVE)]),
    "p16-p16.information-sent": ((13, K | MOVE), [(13, MOVE), (13, K)]),
    "18.s58-considered": ((12, E), [(12, K)]),
    "18.referral-made": ((11, E), [(11, K)]),
    "6-7.spring-check": ((6, TARGETED), [(6, {}), (7, TARGETED), (6, K)]),
    "care16.pathway-review": ((12, LOOKED_AFTER), [(12, OPEN)]),
    "care16.leaver-review": ((14, LEAVER), [(14, LOOKED_AFTER)]),
    "18.assessment-done": ((13, OPEN), [(13, E)]),
    "18.practitioner-met": ((13, OPEN), [(13, E)]),
    "18.first-appointment": ((13, OPEN), [(13, E)]),
    "care16.needs-assessment": ((11, LOOKED_AFTER), [(11, OPEN)]),
    "care16.pathway-plan": ((11, LOOKED_AFTER), [(11, OPEN)]),
    "25.exit-plan": ((20, E), [(20, K)]),
    "inyr.cp-file": ((4, FILE | MOVE), [(4, FILE), (4, MOVE)]),
    "inyr.sen-file": ((4, K | MOVE), [(4, K), (4, MOVE)]),
    "inyr.cp-receipt": ((4, FILE | MOVE), [(4, FILE), (4, MOVE)]),
    # the move in January 2026 is of 2025/26, also for a step that falls due in the year after
    "inyr.handover-sent": (
        (13, MOVE | handover("INYR", 2025)),
        [(4, MOVE), (4, K), (4, MOVE | handover("INYR", 2024))],
    ),
    "inyr.handover-acknowledged": ((4, K | MOVE), [(4, K), (4, MOVE)]),
    "inyr.ctf": ((4, MOVE), [(4, {}), (12, MOVE)]),
    "inyr.settling-review": ((4, MOVE), [(4, {}), (12, MOVE)]),
    "inyr.part-time-ends": ((7, {"part_time_timetable_until": DAY}), [(7, {})]),
    "inyr.part-time-six-weeks": ((7, {"part_time_timetable_since": DAY}), [(7, {})]),
    "inyr.reintegration-check": ((7, {"reintegrated_on": DAY}), [(7, {})]),
    "care.pep-ready": ((3, LOOKED_AFTER), [(3, OPEN), (14, LOOKED_AFTER)]),
    "care.pep-autumn": ((-1, LOOKED_AFTER), [(3, OPEN), (14, LOOKED_AFTER)]),
    "care.pep-spring": ((13, LOOKED_AFTER), [(3, {"previously_looked_after": True})]),
    "care.pep-summer": ((7, LOOKED_AFTER), [(3, OPEN)]),
    "ehcp.invitations": ((3, E), [(3, K)]),
    "ehcp.review-meeting": ((14, E), [(3, K)]),
    "ehcp.report": ((3, E), [(3, K)]),
    "ehcp.decision": ((3, E), [(3, K)]),
    "ehcp.final-plan": ((3, E), [(3, K)]),
    "ehcp.next-review": ((3, E), [(3, K)]),
    "ehcp.first-review": ((3, E), [(3, K)]),
    "ehcp.isp-made": ((3, K), [(3, E), (3, {})]),
    "ehcp.isp-reviewed": ((3, K), [(3, E), (3, {})]),
    "ehcp.key-stage-review": ((9, E), [(3, E), (9, K)]),
    "ehcp.stays-or-moves": ((6, E), [(6, E | {"ehc_to_secondary_end": True}), (7, E)]),
    "ehcp.decision-to-assess": ((3, REFUSED), [(3, K), (3, E)]),
    "ehcp.first-plan": ((3, ASKED), [(3, REFUSED), (3, E)]),
    **{f"{point.lower()}.plan-review": ((3, PLAN), [(3, K | OPEN)]) for point in POINTS if point not in NOT_PLANNED},
}


def test_the_table_of_whom_names_every_milestone() -> None:
    assert sorted(WHOM) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_each_milestone_is_for_some_and_not_for_others(code: str) -> None:
    (year_group, facts), others = WHOM[code]
    criteria = SHIPPED.by_code[code].criteria
    anybody = Facts(date(2010, 3, 1), 2014)
    assert criteria.applies(anybody._replace(**facts), year_group)
    wrongly = [other for other in others if criteria.applies(anybody._replace(**other[1]), other[0])]
    assert not wrongly


def test_nobody_gets_a_milestone_of_two_moves_at_the_end_of_one_year() -> None:
    moves = {"EY-R", "2-3", "MID", "6-7", "11-16P"}
    for year_group in range(-1, 15):
        for leaving in (None, *range(15)):
            pupil = YEAR_6._replace(leaving_year_group=leaving, sen_provision="E", tier="enhanced")
            points = {m.transition for m in SHIPPED.milestones if m.criteria.applies(pupil, year_group)} & moves
            assert len(points) <= 1, (year_group, leaving, points)


# --- when each is due ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("6-7.senco-invited", date(2025, 7, 21)),
        ("6-7.application", date(2025, 10, 31)),
        ("6-7.review-held", date(2025, 11, 23)),
        ("6-7.names-school", date(2026, 2, 15)),
        ("6-7.destination", date(2026, 3, 2)),
        ("6-7.tier", date(2026, 3, 31)),
        ("6-7.senco-meeting", date(2026, 5, 22)),
        ("6-7.handover-sent", date(2026, 6, 12)),
        ("6-7.transition-day", date(2026, 7, 15)),
        ("6-7.extra-visits", date(2026, 7, 21)),
        ("6-7.plan-agreed", date(2026, 7, 21)),
        ("6-7.cp-file", date(2026, 9, 7)),
        ("6-7.ctf", date(2026, 9, 21)),
        ("6-7.settling-review", date(2026, 10, 16)),
        ("6-7.one-term", date(2026, 12, 18)),
        ("6-7.year-end", date(2027, 7, 21)),
    ],
)
def test_moving_to_secondary_school_in_september_2026_with_kent_terms(code: str, expected: date) -> None:
    assert due(code, 2025) == expected


def test_the_handover_is_to_be_acknowledged_five_school_days_after_it_was_sent() -> None:
    assert due("6-7.handover-acknowledged", 2025, **{"6_7_handover_sent": date(2026, 6, 12)}) == date(2026, 6, 19)


def test_destination_has_ten_school_days_of_grace_after_offer_day() -> None:
    milestone = SHIPPED.by_code["6-7.destination"]
    assert TERMS.add_school_days(due(milestone.code, 2025), 10) == date(2026, 3, 16)
    assert milestone.grace_days == (date(2026, 3, 16) - date(2026, 3, 2)).days


@pytest.mark.parametrize(
    ("cycle", "by_february", "by_march"),
    [
        (2025, date(2025, 11, 23), date(2026, 1, 6)),
        (2026, date(2026, 11, 23), date(2027, 1, 6)),
        (2027, date(2027, 11, 23), date(2028, 1, 7)),
    ],
)
def test_latest_phase_transfer_reviews(cycle: int, by_february: date, by_march: date) -> None:
    assert due("6-7.review-held", cycle) == by_february
    assert due("11-16p.review-held", cycle) == by_march


def test_the_annual_review_clock_of_the_ipsea_example() -> None:
    """Meeting 1 November 2024, decision sent on the 25th (IPSEA's Year 5 annual review page)."""
    met = {"ehcp_review_meeting": date(2024, 11, 1)}
    decided = met | {"ehcp_decision": date(2024, 11, 25)}
    assert due("ehcp.report", 2024, **met) == date(2024, 11, 15)
    assert due("ehcp.decision", 2024, **met) == date(2024, 11, 29)
    assert due("ehcp.final-plan", 2024, **decided) == date(2025, 1, 20)
    assert due("ehcp.next-review", 2024, **decided) == date(2025, 11, 25)
    assert due("6-7.names-school", 2024) == date(2025, 2, 15)


def test_dates_after_sixteen() -> None:
    assert due("11-16p.names-place", 2025) == date(2026, 3, 31)
    assert due("11-16p.september-guarantee", 2025) == date(2026, 9, 30)
    assert due("11-16p.activity-survey", 2025) == date(2026, 11, 1)
    assert due("11-16p.six-months", 2025) == date(2027, 3, 1)
    assert due("12-13.activity-december", 2025) == date(2025, 12, 31)
    assert due("12-13.activity-february", 2025) == date(2026, 2, 28)
    assert due("12-13.activity-february", 2027) == date(2028, 2, 29)
    assert due("p16-p16.plan-amended", 2025, YEAR_6._replace(in_year_move_on=date(2026, 6, 30))) == date(2026, 1, 30)


def test_primary_offers_come_on_16_april_or_the_next_working_day() -> None:
    assert due("ey-r.offer", 2025) == date(2026, 4, 16)
    assert due("2-3.offer", 2026) == date(2027, 4, 16)
    assert due("ey-r.offer", 2027) == date(2028, 4, 18)  # the 16th is Easter Sunday, the 17th a bank holiday


def test_dates_that_go_by_the_birthday() -> None:
    born = Facts(date(2010, 3, 1), 2014, social_care_since=date(2020, 5, 4), looked_after_since=date(2020, 5, 4))
    assert due("14+.plan-opened", 2023, born) == date(2024, 3, 29)
    assert due("14+.plan-opened", 2025, born._replace(social_care_since=date(2026, 1, 5))) == date(2026, 2, 2)
    assert due("18.s58-considered", 2026, born) == date(2027, 3, 1)
    assert due("care16.needs-assessment", 2025, born) == date(2026, 6, 1)
    assert due("25.exit-plan", 2034, born) == date(2034, 9, 1)


def test_a_child_looked_after_late_is_eligible_after_13_weeks_and_has_three_months_from_then() -> None:
    late = Facts(date(2010, 3, 1), 2014, looked_after_since=date(2026, 2, 1))
    assert due("care16.needs-assessment", 2025, late) == date(2026, 8, 3)


def test_a_move_in_the_year_counts_from_the_day_of_the_move() -> None:
    moved = YEAR_6._replace(in_year_move_on=date(2026, 1, 23), left_roll_on=date(2026, 1, 23))
    assert due("inyr.ctf", 2025, moved) == date(2026, 2, 13)
    assert due("inyr.cp-file", 2025, moved) == date(2026, 1, 30)
    assert due("inyr.settling-review", 2025, moved) == date(2026, 3, 6)
    # Monday 28 December 2026 is a bank holiday
    november = YEAR_6._replace(in_year_move_on=date(2026, 11, 16))
    assert due("inyr.settling-review", 2026, november) == date(2026, 12, 29)


def test_a_personal_education_plan_is_reviewed_by_the_end_of_each_term() -> None:
    days = [due(f"care.pep-{term}", 2025) for term in ("autumn", "spring", "summer")]
    assert days == [date(2025, 12, 19), date(2026, 4, 2), date(2026, 7, 21)]
    into_care = YEAR_6._replace(looked_after_since=date(2026, 3, 16))
    # Good Friday and Easter Monday are not working days
    assert due("care.pep-ready", 2025, into_care) == date(2026, 4, 15)
