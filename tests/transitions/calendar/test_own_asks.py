"""A council's own copies of what is asked: days of a year, changed rules that leave earlier years alone, asks of its own."""

import json
from datetime import date
from typing import Any

import pytest
from builders import add_terms, contents
from conftest import Opener
from hypothesis import given
from hypothesis import strategies as st

from transitions.calendar.deadlines import Deadline, from_mapping, load_shipped, to_mapping
from transitions.calendar.event import Event
from transitions.calendar.events import events
from transitions.calendar.local_deadlines import (
    bring_back,
    deadline_entries,
    deadlines_in_force,
    put_deadline,
    read_deadline,
    retire,
    save_days,
    save_deadline,
)
from transitions.custody.history import redo, undo
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.term_dates import TermDates
from transitions.workspace import Workspace

SHIPPED = {deadline.code: deadline for deadline in load_shipped().deadlines}


def in_force(workspace: Workspace) -> dict[str, Deadline]:
    return {deadline.code: deadline for deadline in deadlines_in_force(workspace).deadlines}


def shown(workspace: Workspace, code: str, year: int) -> list[Event]:
    return [event for event in events(workspace, year) if event.code == code]


def days(workspace: Workspace, code: str, year: int) -> tuple[date, date] | None:
    found = shown(workspace, code, year)
    return (found[0].first, found[0].last) if found else None


def rows(workspace: Workspace) -> list[Any]:
    return contents(workspace)["ask"]


def origin(workspace: Workspace, code: str) -> str:
    return next(line.origin for line in deadline_entries(workspace) if line.deadline.code == code)


def test_what_nobody_changed_is_what_comes_with_the_program(workspace: Workspace) -> None:
    assert deadlines_in_force(workspace) == load_shipped()
    assert {line.origin for line in deadline_entries(workspace)} == {"shipped"}


@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_every_ask_survives_json(code: str) -> None:
    assert from_mapping(json.loads(json.dumps(to_mapping(SHIPPED[code])))) == SHIPPED[code]


def test_days_of_one_year_leave_the_rule_and_other_years_alone(workspace: Workspace) -> None:
    recorded = save_days(workspace, "test.ks2", 2026, "10 may 2027", date(2027, 5, 13))
    assert recorded.summary == "Key stage 2 tests · 2026/27: Mon 10 May 2027 to Thu 13 May 2027"
    (event,) = shown(workspace, "test.ks2", 2026)
    assert (event.span, event.verified, event.movable) == ((date(2027, 5, 10), date(2027, 5, 13)), True, False)
    save_days(workspace, "test.ks2", 2026, "17/5", "20/5")  # of the year that is meant
    assert days(workspace, "test.ks2", 2026) == (date(2027, 5, 17), date(2027, 5, 20))
    assert days(workspace, "test.ks2", 2025) == (date(2026, 5, 11), date(2026, 5, 14))
    assert days(workspace, "test.ks2", 2027) == SHIPPED["test.ks2"].span(2027, TermDates())
    assert origin(workspace, "test.ks2") == "changed"
    assert deadlines_in_force(workspace).version == f"{load_shipped().version}, 1 changed here"
    save_days(workspace, "census.autumn", 2027, date(2027, 10, 8))
    assert days(workspace, "census.autumn", 2027) == (date(2027, 10, 8), date(2027, 10, 8))


def test_days_that_are_taken_back_are_those_of_the_program_again(workspace: Workspace) -> None:
    for year, first in ((2025, date(2026, 5, 18)), (2026, date(2027, 5, 18))):
        save_days(workspace, "test.ks2", year, first)
        save_days(workspace, "test.ks2", year, None)
        assert days(workspace, "test.ks2", year) == SHIPPED["test.ks2"].span(year, TermDates())
        assert rows(workspace) == []


@pytest.mark.parametrize(
    ("first", "last", "field", "says"),
    [
        ("1/9/2027", None, "first", "is not in 2026/27"),
        ("13/5/2027", "10/5/2027", "last", "before the first"),
        ("10/5/2027", "soon", "last", "not a date"),
        (None, "10/5/2027", "first", "needed"),
    ],
)
def test_days_that_cannot_be_are_refused(
    workspace: Workspace, first: str | None, last: str | None, field: str, says: str
) -> None:
    with pytest.raises(FieldProblems) as refused:
        save_days(workspace, "test.ks2", 2026, first, last)
    assert list(refused.value.problems) == [field]
    assert says in refused.value.problems[field]
    assert rows(workspace) == []


def test_a_changed_rule_holds_from_a_year_and_the_years_before_stay_what_they_were(workspace: Workspace) -> None:
    code = "admissions.secondary-closes"
    fields = {"first": "2 November", "title": "Apply by 2 November", "from_year": "2027/28"}
    recorded = save_deadline(workspace, code, fields)
    assert recorded.summary == "Apply by 2 November · from 2027/28"
    for year in (2024, 2025, 2026):
        (event,) = shown(workspace, code, year)
        assert (event.first, event.title) == (date(year, 10, 31), SHIPPED[code].title)
    for year in (2027, 2028):
        (event,) = shown(workspace, code, year)
        assert (event.first, event.last, event.title) == (date(year, 11, 2), date(year, 11, 2), "Apply by 2 November")
    save_deadline(workspace, code, {"first": "3 November", "from_year": "2028"})
    assert [days(workspace, code, year) for year in (2026, 2027, 2028)] == [
        (date(2026, 10, 31), date(2026, 10, 31)),
        (date(2027, 11, 2), date(2027, 11, 2)),
        (date(2028, 11, 3), date(2028, 11, 3)),
    ]
    save_deadline(workspace, code, {"first": "4 November"})  # from this year: what was said of later years goes
    assert [day and day[0].day for day in (days(workspace, code, year) for year in (2025, 2026, 2027, 2028))] == [
        31, 4, 4, 4,
    ]  # fmt: skip
    assert len(in_force(workspace)[code].earlier) == 1


def test_days_of_a_year_go_into_the_version_that_holds_for_it(workspace: Workspace) -> None:
    code = "test.phonics"
    save_deadline(workspace, code, {"first": "1 June", "last": "5 June", "from_year": "2026/27"})
    save_days(workspace, code, 2024, date(2025, 6, 9), date(2025, 6, 13))
    save_days(workspace, code, 2027, date(2028, 6, 12))
    assert days(workspace, code, 2024) == (date(2025, 6, 9), date(2025, 6, 13))
    assert days(workspace, code, 2025) == (date(2026, 6, 8), date(2026, 6, 12))  # as published
    assert days(workspace, code, 2026) == (date(2027, 6, 1), date(2027, 6, 5))
    assert days(workspace, code, 2027) == (date(2028, 6, 12), date(2028, 6, 12))
    save_deadline(workspace, code, {"title": "Phonics check"})  # another name is no other rule: days that were set stay
    assert days(workspace, code, 2027) == (date(2028, 6, 12), date(2028, 6, 12))
    save_deadline(workspace, code, {"first": "8 June", "last": "9 June"})
    assert days(workspace, code, 2027) == (date(2028, 6, 8), date(2028, 6, 9))
    assert days(workspace, code, 2024) == (date(2025, 6, 9), date(2025, 6, 13))


def test_a_new_rule_goes_before_published_days_from_its_year_on(workspace: Workspace) -> None:
    save_deadline(workspace, "test.ks2", {"first": "1 May", "last": "2 May", "from_year": "2025/26"})
    assert days(workspace, "test.ks2", 2025) == (date(2026, 5, 1), date(2026, 5, 2))
    assert days(workspace, "test.ks2", 2024) == SHIPPED["test.ks2"].span(2024, TermDates())


def test_an_ask_of_the_councils_own(workspace: Workspace) -> None:
    add_terms(workspace)
    recorded = save_deadline(
        workspace,
        None,
        {
            "title": "Return of the inclusion fund",
            "kind": "return",
            "first": "first school day of the spring term",
            "last": "2 weeks after the first school day of the spring term",
            "for_schools": "Primary",
            "year_groups": "R to 2",
        },
    )
    assert recorded.name == "Ask added"
    code = "own.return-of-the-inclusion-fund"
    (event,) = shown(workspace, code, 2026)
    assert event.span == (date(2027, 1, 4), date(2027, 1, 18))
    assert (event.year_groups, event.for_schools, event.short, event.movable) == (
        (0, 1, 2),
        "primary",
        "Return of the in",
        True,
    )
    assert event.detail == "For primary schools. Set by the council."
    assert shown(workspace, code, 2025) == []  # it was not asked last year
    assert shown(workspace, code, 2027) != []
    assert origin(workspace, code) == "own"
    save_deadline(workspace, None, {"title": "Return of the inclusion fund!", "kind": "other", "first": "1 March"})
    assert f"{code}-2" in in_force(workspace)
    save_deadline(workspace, code, {"year_groups": "", "from_year": "2025/26"})
    assert shown(workspace, code, 2025)[0].year_groups == ()
    assert in_force(workspace)[code].earlier == ()


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({}, "title", "needed"),
        ({"first": "14th birthday"}, "first", "each pupil"),
        ({"first": "soonish"}, "first", "goes wrong"),
        ({"first": "10 March", "last": "9 March"}, "last", "before the first day"),
        ({"year_groups": "99"}, "year_groups", "year group"),
        ({"from_year": "2026/28"}, "from_year", "2026/27"),
        ({"from_year": "soon"}, "from_year", "2026/27"),
        ({"short": "x" * 17}, "short", "17 characters"),
        ({"for_schools": "mine"}, "for_schools", "expected one of all"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(
    workspace: Workspace, fields: dict[str, str], field: str, says: str
) -> None:
    whole = {"title": "A form", "kind": "other", "first": "1 March", **fields} if fields else {}
    with pytest.raises(FieldProblems) as refused:
        save_deadline(workspace, None, whole)
    assert says in refused.value.problems[field]
    assert rows(workspace) == []


def test_one_day_stays_one_day_when_it_moves_and_a_window_keeps_its_end(workspace: Workspace) -> None:
    save_deadline(workspace, "census.autumn", {"first": "7 October"})
    assert days(workspace, "census.autumn", 2026) == (date(2026, 10, 7), date(2026, 10, 7))
    save_deadline(workspace, "census.spring-return", {"first": "18 January"})
    assert days(workspace, "census.spring-return", 2026) == (date(2027, 1, 18), date(2027, 2, 17))


def test_retired_from_a_day_and_brought_back(workspace: Workspace) -> None:
    code = "census.spring"
    retire(workspace, code, date(2027, 1, 1))
    assert [bool(shown(workspace, code, year)) for year in (2025, 2026, 2027)] == [True, False, False]
    assert [line.retired_on for line in deadline_entries(workspace) if line.deadline.code == code] == [date(2027, 1, 1)]
    bring_back(workspace, code)
    assert days(workspace, code, 2026) == (date(2027, 1, 21), date(2027, 1, 21))
    assert rows(workspace) == []
    with pytest.raises(NotAllowed, match="nothing to bring back"):
        bring_back(workspace, code)
    for call in (lambda: retire(workspace, "no.such", date(2027, 1, 1)), lambda: save_deadline(workspace, "no.such", {}),
                 lambda: save_days(workspace, "no.such", 2026, None)):  # fmt: skip
        with pytest.raises(NoSuchRecord):
            call()


def test_a_change_of_a_retired_one_leaves_it_retired_in_all_its_versions(workspace: Workspace) -> None:
    code = "admissions.secondary-closes"
    save_deadline(workspace, code, {"first": "2 November", "from_year": "2027/28"})
    retire(workspace, code, date(2026, 10, 1))
    save_deadline(workspace, code, {"title": "Apply", "from_year": "2027/28"})
    assert [bool(shown(workspace, code, year)) for year in (2025, 2026, 2027)] == [True, False, False]


def test_nothing_changed_leaves_no_trace(workspace: Workspace) -> None:
    before = contents(workspace)
    assert save_deadline(workspace, "census.autumn", {"title": SHIPPED["census.autumn"].title}).changed == 0
    assert contents(workspace) == before


def test_each_is_one_undoable_action(workspace: Workspace) -> None:
    before = contents(workspace)
    for step in (
        lambda: save_days(workspace, "test.ks2", 2026, date(2027, 5, 10)),
        lambda: save_deadline(workspace, "test.ks2", {"first": "1 May"}),
        lambda: save_deadline(workspace, None, {"title": "A form", "kind": "other", "first": "1 March"}),
        lambda: retire(workspace, "test.ks2", date(2027, 1, 1)),
        lambda: bring_back(workspace, "test.ks2"),
    ):
        step()
    after = contents(workspace)
    for _ in range(5):
        undo(workspace)
    assert contents(workspace) == before
    for _ in range(5):
        redo(workspace)
    assert contents(workspace) == after


def test_a_file_of_many_is_one_action(workspace: Workspace) -> None:
    drafts = [read_deadline(workspace, code, {"title": f"New {code}"}) for code in ("census.autumn", "census.spring")]
    with workspace.change("Asks imported", "2 asks") as action:
        for draft in drafts:
            put_deadline(action, draft)
    assert in_force(workspace)["census.spring"].title == "New census.spring"
    undo(workspace)
    assert deadlines_in_force(workspace) == load_shipped()


YEARS = st.integers(2023, 2030)
CHANGE = st.tuples(YEARS, st.integers(1, 28))


@given(st.lists(CHANGE, min_size=1, max_size=4))
def test_whatever_is_changed_no_year_before_it_moves(workspace: Workspace, changes: list[tuple[int, int]]) -> None:
    code = "admissions.secondary-closes"
    for number in [row[0] for row in rows(workspace)]:
        with workspace.change("Copy thrown away", code) as action:
            action.delete("ask", {"id": number})

    def every_year() -> dict[int, date]:
        deadline = in_force(workspace)[code]
        return {year: deadline.of_year(year).span(year, TermDates()).first for year in range(2020, 2034)}

    for year, day in changes:
        before = every_year()
        save_deadline(workspace, code, {"first": f"{day} November", "from_year": f"{year}"})
        after = every_year()
        assert all(after[one] == (before[one] if one < year else date(one, 11, day)) for one in after)


@pytest.mark.parametrize("typed", ["8/6", "8 jun", "8/6/26", date(2026, 6, 8)])
def test_a_day_without_its_year_lies_in_the_year_that_is_meant(opener: Opener, typed: date | str) -> None:
    """On 21 November 2025 the nearest 8 June is the one gone by, which is of another academic year."""
    workspace = opener(date(2025, 11, 21))
    save_days(workspace, "test.multiplication", 2025, typed)
    assert days(workspace, "test.multiplication", 2025) == (date(2026, 6, 8), date(2026, 6, 8))
    with pytest.raises(FieldProblems) as wrong:
        save_days(workspace, "test.multiplication", 2026, "today")
    assert wrong.value.problems["first"].endswith("is not in 2026/27")
