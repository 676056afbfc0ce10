"""The parts of the benchmark suite that a figure stands on: where a frame ends, what a ratio is, and what two runs say."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import BEGIN as FIGURES
from benchmarks.__main__ import END as UNTIL_HERE
from benchmarks.__main__ import SCENARIOS
from benchmarks.bench import split
from benchmarks.figures import Reading, Row, Run, compared, percentile, short
from benchmarks.terminal import BEGIN, END, QUERY, Frames

RATIO = Row("cursor", "an empty screen", 1.3)
BOUND = Row("a morning", "-", 16, "ms", "p99")
DRAWN = b"\x1b[2;2H" + b"x" * 40


def a_run(*readings: Reading) -> Run:
    return Run(["A machine."], "abc", [*readings])


@pytest.mark.parametrize("size", [1, 2, 5, 7, 8, 9, 64, 500])
def test_a_frame_is_found_wherever_the_reads_cut_it(size):
    moved = BEGIN + b"\x1b[1;1H" + END  # draws nothing
    sent = b"before" + BEGIN + DRAWN + END + moved + QUERY + BEGIN + DRAWN * 3 + END + b"after" + BEGIN + DRAWN
    frames = Frames()
    ended = [frames.feed(sent[at : at + size]) for at in range(0, len(sent), size)]
    assert sum(ended) == frames.count == 2
    assert frames.asked
    assert frames.bytes == len(sent)
    assert frames.feed(END) == 1
    assert frames.largest == len(DRAWN)


def test_a_ratio_is_of_the_median_of_the_floor_and_a_bound_of_the_percentile():
    ratio = Reading(RATIO, 10, ours=[2, 3, 4, 90], floor=[2, 2, 1])
    assert ratio.value == 1.75
    assert ratio.quartiles == (1.375, 12.75)
    assert not ratio.holds
    assert Reading(RATIO, 10, ours=[1.3], floor=[1]).holds
    bound = Reading(BOUND, 10, ours=[*range(1, 101)])
    assert bound.value == 99
    assert not bound.holds


def test_percentiles_are_values_that_were_measured():
    assert percentile([5, 1, 3, 2, 4], 0.5) == 3
    assert percentile([1, 2, 3], 0.99) == 3
    assert percentile([7], 0.95) == 7
    assert percentile([*range(226)], 0.99) == 223


def test_a_run_is_kept_whole_and_says_why_a_row_is_over_its_reach():
    run = a_run(Reading(RATIO, 10_000, [2.0, 2.0], [1.0], cpu=3.25), Reading(BOUND, 0, [5.0]))
    assert Run.from_json(run.to_json()).to_json() == run.to_json()
    said = run.markdown({"cursor": "two frames are painted."})
    assert "| cursor | 10,000 | an empty screen | **2** | 2 to 2 | 2 | 3.25 | 1.3 | **no** |" in said
    assert "| a morning, p99 | - | - | **5 ms** | 5 to 5 | 1 | - | 16 ms | yes |" in said
    assert "- **cursor**: two frames are painted." in said
    assert "- **a morning**" not in said


def test_two_runs_are_compared_row_by_row():
    old = a_run(Reading(RATIO, 10, [2.0], [1.0]), Reading(BOUND, 10, [8.0]))
    new = a_run(Reading(RATIO, 10, [1.0], [1.0]), Reading(RATIO, 20, [1.0], [1.0]))
    said = compared(old, new)
    assert "| cursor | 10 | an empty screen | 2 | 1 | **0.50** | 1.3 |" in said
    assert "| cursor | 20 | an empty screen | - | 1 | - | 1.3 |" in said
    assert "Only in the old: a morning, 10" in said


def test_numbers_have_the_digits_that_say_something():
    assert [short(one) for one in (1234.5, 45.67, 7.891, 0.5, 0.0123, 0)] == [
        "1,234",
        "45.7",
        "7.89",
        "0.5",
        "0.012",
        "0",
    ]


def test_keys_are_typed_one_by_one():
    assert split("f\x1b[H\x1b[6~\r\x1b") == ["f", "\x1b[H", "\x1b[6~", "\r", "\x1b"]


def test_every_row_has_a_name_of_its_own_and_every_sentence_is_about_a_row():
    rows = [row for scenario in SCENARIOS for row in scenario.rows.values()]
    assert [row for row, times in Counter(rows).items() if times > 1] == []
    sentences = tomllib.loads(Path(benchmarks.__file__).with_name("why.toml").read_text(encoding="utf-8"))
    assert sentences.keys() <= {row.what for row in rows}


def test_the_page_has_the_place_where_the_figures_go():
    page = (Path(benchmarks.__file__).parents[1] / "docs" / "performance.md").read_text(encoding="utf-8")
    before, _, after = page.partition(FIGURES)
    assert before.strip()
    assert UNTIL_HERE in after
