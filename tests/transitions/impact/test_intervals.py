"""The intervals, held against the worked figures of the domain reference and against published tables."""

import random

import pytest

from transitions.impact.series import newcombe, spread, wilson


def points(low: float, high: float) -> tuple[float, float]:
    return round(100 * low, 1), round(100 * high, 1)


@pytest.mark.parametrize(
    ("counted", "base", "percent", "interval"),
    [(42, 310, 13.5, (10.2, 17.8)), (31, 322, 9.6, (6.9, 13.3)), (18, 322, 5.6, (3.6, 8.7))],
)
def test_the_shares_of_the_domain_reference(
    counted: int, base: int, percent: float, interval: tuple[float, float]
) -> None:
    assert round(100 * counted / base, 1) == percent
    assert points(*wilson(counted, base)) == interval


@pytest.mark.parametrize(
    ("now", "then", "difference", "interval"),
    [
        ((31, 322), (42, 310), -3.9, (-9.0, 1.1)),
        ((18, 322), (42, 310), -8.0, (-12.7, -3.4)),
        ((3, 22), (6, 24), -11.4, (-33.2, 12.2)),
    ],
)
def test_the_differences_of_the_domain_reference(
    now: tuple[int, int], then: tuple[int, int], difference: float, interval: tuple[float, float]
) -> None:
    assert round(100 * (now[0] / now[1] - then[0] / then[1]), 1) == difference
    assert points(*newcombe(*now, *then)) == interval


@pytest.mark.parametrize(
    ("counted", "base", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_shares_of_newcombe_s_paper(counted: int, base: int, low: float, high: float) -> None:
    assert tuple(round(end, 4) for end in wilson(counted, base)) == (low, high)


@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_differences_of_newcombe_s_paper(now: tuple[int, int], then: tuple[int, int], low: float, high: float) -> None:
    assert tuple(round(end, 4) for end in newcombe(*now, *then)) == (low, high)


def test_an_interval_holds_its_share_and_turns_round_with_what_is_compared() -> None:
    dice = random.Random(1)
    for _ in range(500):
        base, before = dice.randint(1, 400), dice.randint(1, 400)
        counted, then = dice.randint(0, base), dice.randint(0, before)
        low, high = wilson(counted, base)
        assert -1e-12 <= low <= counted / base + 1e-12
        assert counted / base - 1e-12 <= high <= 1
        one, other = newcombe(counted, base, then, before), newcombe(then, before, counted, base)
        assert one == pytest.approx((-other.high, -other.low))


def test_the_middle_and_the_middle_half() -> None:
    assert spread([]) is None
    assert spread([4]) == (4, 4, 4)
    assert spread([5, 1, 3, 2, 4]) == (3, 2, 4)
    assert spread([1, 2, 3, 10]) == (2.5, 1.75, 4.75)
