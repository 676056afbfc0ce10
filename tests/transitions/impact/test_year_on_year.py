"""Fewer, no clear change, more: what may be said of two years, which snapshots are compared, and what of them."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from builders import add_pupil

from db.impact.snapshots import SnapshotRow
from screens.impact.measure_lines import year_tab
from transitions.impact import snapshots, year_on_year
from transitions.impact.series import Month, judged
from transitions.impact.snapshots import Rule, Tally
from transitions.impact.year_on_year import Compared, Rate, Side, change, details, dropped, sentence, standardised
from transitions.workspace import Workspace

TODAY, YEAR_AGO = date(2026, 11, 21), date(2025, 11, 21)


def of(counted: int, base: int, *, unknown: int = 0) -> Tally:
    return Tally(met=base - counted - unknown, missed=counted, unknown=unknown)


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (of(31, 322), of(42, 310),
         ("No clear change in a year (all pupils): 31 of 322 steps (9.6%) missed or late by 21 Nov 2026, "
         "42 of 310 steps (13.5%) by 21 Nov 2025; difference -3.9 points (-9.0 to +1.1).")),
        (of(18, 322), of(42, 310),
         ("Fewer than a year before (all pupils): 18 of 322 steps (5.6%) missed or late by 21 Nov 2026, "
         "42 of 310 steps (13.5%) by 21 Nov 2025; difference -8.0 points (-12.7 to -3.4).")),
        (of(42, 310), of(18, 322),
         ("More than a year before (all pupils): 42 of 310 steps (13.5%) missed or late by 21 Nov 2026, "
         "18 of 322 steps (5.6%) by 21 Nov 2025; difference +8.0 points (+3.4 to +12.7).")),
        (of(18, 322, unknown=40), of(42, 310),
         ("Not comparable with the year before (all pupils): 18 of 322 steps (5.6%) missed or late by 21 Nov 2026, 42 of 310 steps (13.5%) by 21 Nov 2025; difference -8.0 points (-12.7 to -3.4). Not like for like: 282 of 322 steps (87.6%) are recorded, 310 of 310 steps (100.0%) were a year before.")),
        (of(3, 22), of(6, 24), ""),
        (of(31, 322, unknown=40), of(42, 310),
         ("No clear change in a year (all pupils): 31 of 322 steps (9.6%) missed or late by 21 Nov 2026, "
         "42 of 310 steps (13.5%) by 21 Nov 2025; difference -3.9 points (-9.0 to +1.1). "
         "Not like for like: 282 of 322 steps (87.6%) are recorded, 310 of 310 steps (100.0%) were a year before.")),
        (of(0, 0), of(42, 310), ""),
    ],
)  # fmt: skip
def test_what_is_said_of_two_years(now: Tally, then: Tally, said: str) -> None:
    assert sentence((now, TODAY), (then, YEAR_AGO)) == said


@pytest.mark.parametrize(("share", "now", "then"), [(0.12, 322, 310), (0.05, 120, 110), (0.3, 60, 400)])
def test_no_effect_is_called_no_clear_change_and_a_large_one_fewer(share: float, now: int, then: int) -> None:
    dice = random.Random(93)

    def drawn(share: float, base: int) -> Rate:
        return Rate(sum(dice.random() < share for _ in range(base)), base, "steps")

    def said(share_now: float) -> list[str]:
        found = (change(drawn(share_now, now), drawn(share, then)) for _ in range(2_000))
        return [one.verdict for one in found if one]

    assert said(share).count("no clear change") >= 0.94 * 2_000
    assert said(share / 10 if share < 0.2 else share / 4).count("more") == 0
    if share == 0.12:
        assert said(share / 4).count("fewer") >= 0.94 * 2_000


def rule(transition: str, counted: int, base: int) -> Rule:
    return Rule(1, transition, "statutory", "x", of(counted, base))


def test_the_share_with_last_year_s_mix_is_that_of_each_transition_point_weighted_by_last_year_s_steps() -> None:
    then = [rule("6-7", 30, 100), rule("R-1", 10, 200), rule("gone", 5, 40)]
    now = [rule("6-7", 30, 150), rule("R-1", 5, 50), rule("new", 9, 9)]
    # 6-7: 20% of 100, R-1: 10% of 200
    assert standardised(now, then) == pytest.approx((0.2 * 100 + 0.1 * 200) / 300)
    assert standardised([rule("new", 1, 2)], then) is None
    assert dropped(now, then) == ["gone", "new"]


def test_a_transition_point_that_is_in_no_mix_is_named_beside_the_share() -> None:
    side = Side(of(30, 150), Rate(10, 50, "children"), None, None)
    said = details(Compared("all", side, side, 0.2, ["gone", "6-7"]))
    assert any(
        one.endswith("would be 20.0%, without gone, Year 6 to Year 7: no steps in one of the years") for one in said
    )
    assert not any("without" in one for one in details(Compared("all", side, side, 0.2)))


# Which two


def row(as_at: date, year: int, number: int = 1) -> SnapshotRow:
    return SnapshotRow(number, as_at, year, "", datetime(2026, 1, 1, tzinfo=UTC), None, {}, 0, "", "")


def test_the_nearest_of_the_year_before_within_a_week_is_compared() -> None:
    now = row(TODAY, 2026)
    rows = [row(date(2025, 11, day), 2025, day) for day in (13, 16, 25, 29)] + [row(YEAR_AGO, 2024, 99), now]
    assert year_on_year.before(rows, now) == rows[2]
    assert year_on_year.before([rows[0], rows[3], rows[4]], now) is None
    assert year_on_year.why_not(now, rows[2]) == ""
    assert "are not at the same point in two consecutive school years" in year_on_year.why_not(now, rows[0])


# Of real snapshots

Step = tuple[int, date, str | None, date | None]
"""A milestone's place, the last day, the outcome, when it was done."""


@pytest.fixture
def two_years(opener: Callable[..., Workspace]) -> Callable[[list[list[Step]], list[list[Step]]], Workspace]:
    """Freezes last year's steps and this year's, each a list by pupil; ``milestone`` in a row of steps is a place in the list."""

    def make(then: list[list[Step]], now: list[list[Step]]) -> Workspace:
        workspace = opener(TODAY, come=True)
        numbers = sorted(workspace.milestones)
        pupils = [add_pupil(workspace, forename=f"P{place}", upn=None) for place in range(max(len(then), len(now)))]
        with workspace.database.write() as connection:
            for year, as_at, steps in ((2025, YEAR_AGO, then), (2026, TODAY, now)):
                connection.execute("DELETE FROM pupil_milestone")
                for pupil_id, own in zip(pupils, steps, strict=False):
                    for place, day, outcome, done_on in own:
                        values = {
                            "pupil": pupil_id, "milestone": numbers[place], "cycle": year, "day": day, "outcome": outcome,
                            "done": done_on, "missed": day if outcome == "missed" else None,
                        }  # fmt: skip
                        connection.execute(
                            "INSERT INTO pupil_milestone (pupil_id, milestone_id, cycle, due_on, late_after, outcome, done_on, "
                            "missed_on, reason) VALUES (:pupil, :milestone, :cycle, :day, :day, :outcome, :done, :missed, 'other')",
                            values,
                        )
                at = datetime(2026, 11, 21, 9, tzinfo=UTC)
                snapshots.take(connection, as_at, year, "Committee", worker_id=None, at=at)
        return workspace

    return make


def step(place: int, year: int, outcome: str | None, days_late: int | None = None) -> Step:
    day = date(year, 10, 1)
    if outcome == "late":
        return place, day, outcome, date(year, 10, 1 + (days_late or 1))
    return place, day, outcome, day if outcome == "met" else None


Years = Callable[[list[list[Step]], list[list[Step]]], Workspace]


def test_steps_children_lateness_and_recovery_of_two_years(two_years: Years) -> None:
    workspace = two_years(
        [[step(0, 2025, "met"), step(1, 2025, "missed")], [step(0, 2025, "late", 4)]],
        [
            [step(0, 2026, "late", 2), step(1, 2026, "late", 10)],
            [step(0, 2026, "missed"), step(1, 2026, "waived")],
            [step(0, 2026, None), step(1, 2026, "met")],
        ],
    )
    now, then = year_on_year.newest(workspace)
    assert now is not None
    assert then is not None
    found = year_on_year.compare(workspace, now, then)
    one = found.parts["all"]
    assert one.now.steps == Tally(met=1, late=2, missed=1, unknown=1, waived=1)
    assert one.then.steps == Tally(met=1, late=1, missed=1)
    assert (one.now.children, one.then.children) == (Rate(2, 3, "children"), Rate(2, 2, "children"))
    assert one.now.late is not None
    assert (one.now.late.median, one.now.oldest) == (6, date(2026, 10, 1))
    assert one.now.recovered == Rate(2, 3, "missed steps")
    assert one.now.most == Rate(4, 5, "steps")
    assert not one.like_for_like
    assert (found.new, found.changed) == (0, 0)

    shown = year_tab(workspace, 2026)
    assert [line.cells for line in shown.lines][:2] == [
        ("Steps", "3 of 5 steps", "██████│░░░", "2 of 3 steps", "", "too few to say"),
        ("Children", "2 of 3 children", "██████▌░░│", "2 of 2 children", "", "too few to say"),
    ]
    assert "21 Nov 2026 against 21 Nov 2025" in shown.figures
    assert shown.figures[3].startswith("Not like for like: ")
    assert "no snapshot from the same day a year before 21 Nov 2025" in year_tab(workspace, 2025).empty


def test_only_what_both_years_asked_by_the_same_rule_is_compared(
    two_years: Years, monkeypatch: pytest.MonkeyPatch
) -> None:
    # of the first milestone of the first snapshot, last year's, the rule was another one
    digest, asked = snapshots._digest, iter(range(10_000))
    monkeypatch.setattr(snapshots, "_digest", lambda one: f"{digest(one)}{next(asked) == 0}")
    years = [[[step(0, year, "missed"), step(1, year, "met")]] for year in (2025, 2026)]
    workspace = two_years(*years)
    now, then = year_on_year.newest(workspace)
    assert now is not None
    assert then is not None
    found = year_on_year.compare(workspace, now, then)
    assert found.changed == 1
    assert (found.parts["all"].now.steps, found.parts["all"].then.steps) == (Tally(met=1), Tally(met=1))
    assert any("1 with another rule" in remark for remark in year_on_year.remarks(found))


# Month by month


def months(*percents: int, base: int = 100) -> list[Month]:
    return [
        Month(date(2025 + place // 12, place % 12 + 1, 1), percent * base // 100, base, 0)
        for place, percent in enumerate(percents)
    ]


FLAT = (10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12)


@pytest.mark.parametrize(
    ("percents", "signals"),
    [
        (FLAT, {}),
        ((*FLAT, 22), {12: "is above the limits"}),
        ((*FLAT[:6], 13, 14, 13, 14, 13, 14, 13), {12: "is one of 7 in a row above the mean"}),
        ((12, 10, 12, 8, 9, 10, 11, 12, 10, 12, 10, 12), {7: "is the last of 5 in a row that rise"}),
        ((12, 10, 13, 12, 11, 10, 9, 12, 10, 12, 10, 12), {6: "is the last of 5 in a row that fall"}),
    ],
)
def test_the_rules_of_the_chart(percents: tuple[int, ...], signals: dict[int, str]) -> None:
    found = judged(months(*percents))
    assert {place: one.signal for place, one in enumerate(found.months) if one.signal} == signals


def test_limits_are_those_of_moving_ranges() -> None:
    limits = judged(months(*FLAT)).limits
    assert limits is not None
    assert limits == pytest.approx((11, 11 - 2.66 * 2, 11 + 2.66 * 2))


def test_few_months_have_no_limits_and_few_steps_no_point() -> None:
    assert judged(months(*FLAT[:11])).limits is None
    small = judged([*months(*FLAT), Month(date(2026, 1, 1), 20, 29, 0)])
    assert small.months[-1] == Month(date(2026, 1, 1), 20, 29, 0)
    assert small.limits == judged(months(*FLAT)).limits
