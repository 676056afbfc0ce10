"""The formula guard, and its exact undoing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transitions.exporting.writer import guard, unguard

hostile = st.text(st.sampled_from("=+-@'\t\r\n\0＝＋－＠ 0159.,%aZ|!\""), max_size=12) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\0=1", "'\0=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("'=1", "''=1"),
        ("'t Hooft", "''t Hooft"),
        ("-", "'-"),
        ("-5\n", "'-5\n"),
        ("+44 (0)20 7946 0000", "'+44 (0)20 7946 0000"),
        ("-٥", "'-٥"),
    ],
)
def test_what_could_run_is_guarded(cell: str, written: str) -> None:
    assert guard(cell) == written
    assert unguard(written) == cell


@pytest.mark.parametrize(
    "cell", ["", "-5", "+2.5", "-5%", "+44 7700 900123", "O'Brien", "Khan", "2026-11-21", " =1", "a=b"]
)
def test_the_harmless_stays(cell: str) -> None:
    assert guard(cell) == cell
    assert unguard(cell) == cell


@pytest.mark.parametrize("cell", ["'t Hooft", "'", "'-5", "'2026"])
def test_an_apostrophe_that_we_did_not_write_stays(cell: str) -> None:
    assert unguard(cell) == cell


@given(hostile)
def test_every_string_comes_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@given(hostile)
def test_nothing_written_begins_as_a_formula_unless_it_is_a_number(cell: str) -> None:
    written = guard(cell)
    assert written[:1] not in set("=@\t\r\n\0＝＋－＠")
    assert (
        written[:1] not in {"+", "-"}
        or written[1:].replace(" ", "").replace(".", "").replace(",", "").rstrip("%").isdigit()
    )
