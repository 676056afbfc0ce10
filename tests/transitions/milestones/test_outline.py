"""Pupils who are alike share most of a plan: what is planned that way is what would be planned for each of them alone."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from builders import add_terms
from conftest import Opener

from db.milestones.planning import ExistingStep, PlannedStep
from db.vocabulary import PROVISIONS, SOCIAL_CARE_KINDS, TIERS
from transitions.milestones.destinations import LEAVING, Move, Taught
from transitions.milestones.facts import (
    OCCASIONS,
    SINCE_WHEN,
    Destination,
    Facts,
    FileSent,
    HandoverDays,
    Occasion,
    PlaceNamed,
    PlanReview,
)
from transitions.milestones.outline import Outlines
from transitions.milestones.planner import Planner
from transitions.school_year import cohort_year_of

TWINS = 300
DAYS = [
    name
    for name, kind in Facts.__annotations__.items()
    if kind == date | None and name not in {"last_time", "part_time_timetable_ended_on", "plan_review_on"}
]


def some_facts(shape: int, days: Random) -> Facts:
    """The facts of a pupil: which there are by ``shape``, which many may have in common, and on what days by ``days``."""
    chance = Random(shape)

    def day() -> date:
        return date(2024, 1, 1) + timedelta(days=days.randrange(5 * 365))

    def some(odds: float) -> bool:
        return chance.random() < odds

    born = date(chance.choice([*range(2001, 2025), 2015, 2016, 2020, 2021]), 9, 1) + timedelta(days=days.randrange(365))
    asked_for = frozenset(name for name in SINCE_WHEN if name in Facts._fields and some(0.03))
    moves = [Move(chance.choice(list(LEAVING)), year) for year in (2025, 2026, 2027) if some(0.2)]
    schools = [Taught(), Taught(-1, 6), Taught(7, 11), Taught(7, 13), Taught(12, 13)]
    reviews = tuple(PlanReview(chance.choice(["6-7", "14+"]), day(), day()) for _ in range(2) if some(0.2))
    occasions = tuple(
        Occasion(what, day() if some(0.9) else None, day() if some(0.3) else None) for what in OCCASIONS if some(0.1)
    )
    care = tuple(
        (kind, day() if some(0.8) else None, day() if some(0.5) else None) for kind in SOCIAL_CARE_KINDS if some(0.2)
    )
    return Facts(
        **{name: day() for name in DAYS if some(0.2) and name not in asked_for},
        **{name: some(0.3) for name in ("child_protection_file", "support_has_ended", "previously_looked_after")},
        date_of_birth=born,
        cohort_year=cohort_year_of(born) + (some(0.1) and 1),
        sen_provision=chance.choice(["N", "N", "N", *PROVISIONS]),
        tier=chance.choice([None, None, None, *TIERS]),
        social_care=frozenset(kind for kind, _, _ in care),
        care_times=care,
        not_known=asked_for,
        first_year_group=chance.choice([None, -1, 7]),
        leaving_year_group=chance.choice([None, 6, 11, 13]),
        plan_review_on=reviews[0].due_on if reviews else None,
        plan_reviews=reviews,
        occasions=occasions,
        destinations=tuple(
            Destination(one, day(), chance.choice(["intended", "offered"]), chance.choice(schools), chance.choice(schools), some(0.5), some(0.2))
            for one in moves
        ),
        handovers=tuple(HandoverDays(*one, day() if some(0.7) else None, day(), day() if some(0.5) else None) for one in moves if some(0.6)),
        files_sent=tuple(FileSent(day(), day() if some(0.5) else None, some(0.5)) for _ in range(2) if some(0.1)),
        places_named=tuple(PlaceNamed(*one, day()) for one in moves if some(0.2)),
    )  # fmt: skip


def decided(rows: Iterator[PlannedStep] | list[PlannedStep], chance: Random) -> list[ExistingStep]:
    found = []
    for row in rows:
        if chance.random() < 0.2:
            done = row._replace(outcome="met", done_on=(row.due_on or date(2026, 5, 1)) + timedelta(days=chance.randrange(-30, 30)), from_record=False)  # fmt: skip
            found.append(ExistingStep(chance.choice([done, row._replace(outcome="waived")]), touched=True))
        else:
            found.append(ExistingStep(row, touched=False))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_steps_planned_by_what_pupils_share_are_those_planned_one_by_one(
    opener: Opener, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)
    workspace = opener(date(2026, 9, 20))
    add_terms(workspace, years=(2025, 2026))  # the third planned year has none
    shared = workspace.planner()
    alone = Planner(shared.milestones, shared.calendars, shared.through)
    pupils = []
    for shape in range(TWINS):
        twins = [some_facts(2 * shape + seed, chance) for _ in "ab"]
        goes = tuple(one._replace(taught=Taught(7, 13), leaves=not one.leaves) for one in twins[0].destinations)
        younger = twins[0].date_of_birth + timedelta(days=365)
        others = [twins[0]._replace(destinations=goes), twins[0]._replace(date_of_birth=younger)]
        pupils += [(one, date(2025 + shape % 2, 9, 1)) for one in (*twins, *others)]
    with monkeypatch.context() as each:
        each.setattr(Outlines, "of", lambda *_: object())
        each.setattr(Outlines, "settles", lambda *_: False)
        each.setattr(Planner, "_can_meet", lambda *_: True)
        before = [alone.rows(number, *one) for number, one in enumerate(pupils)]
        stand = [decided(list(rows.values()), chance) for rows in before]
        again = [alone.rows(number, *one, stand[number]) for number, one in enumerate(pupils)]
    assert sum(map(len, again)) > len(pupils)
    for number, one in enumerate(pupils):
        assert shared.rows(number, *one) == before[number], one
        assert shared.rows(number, *one, stand[number]) == again[number], one
    assert len(shared._shared) <= 3 * TWINS  # twins were alike, or this would show nothing
