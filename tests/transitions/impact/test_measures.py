"""Every measure has a reader and every reader a measure; every figure names what its base counts."""

from transitions.impact.measure import SECTIONS, Asked, Figure, measures
from transitions.impact.measures import figures, readers
from transitions.workspace import Workspace


def test_each_measure_is_counted_by_one_reader() -> None:
    assert set(readers()) == set(measures())


def test_each_measure_says_what_it_counts_and_where_its_definition_stands() -> None:
    for one in measures().values():
        assert all((one.title, one.question, one.counts, one.of, one.base, one.time, one.source)), one.code
        assert one.section in SECTIONS


def test_every_figure_of_the_demo_has_a_base_and_rows_that_agree_with_it(demo: Workspace) -> None:
    for figure in figures(Asked(demo, 2026)):
        assert figure.of, figure
        rows = figure.rows()
        assert len(rows) in (0, figure.base), figure
        if rows and figure.counted is not None:
            assert sum(row.counted for row in rows) == figure.counted, figure


def test_a_figure_says_its_counts_its_base_and_what_stands_beside() -> None:
    assert Figure("m", "2026/27", 12, 40, "children").text == "12 of 40 children (30%)"
    assert Figure("m", "2026/27", 1, 1, "children", beside="3 not known").text == "1 of 1 child (100%); 3 not known"
    days = Figure("m", "2026/27", None, 31, "referrals", value=12.0, unit="days", spread="half from 5 to 20")
    assert days.text == "12 days (half from 5 to 20), of 31 referrals"


def test_parts_that_add_up_do(demo: Workspace) -> None:
    found = figures(Asked(demo, 2026))
    for code in (one.code for one in measures().values() if one.parts == "add up"):
        parts = [one for one in found if one.measure == code and one.counted is not None]
        assert sum(one.counted or 0 for one in parts) == parts[0].base > 0, code
