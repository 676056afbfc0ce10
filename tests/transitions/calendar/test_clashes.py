"""Clashes: every kind, the two public workshops, and a proposed day that is free, and the nearest."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms
from hypothesis import given
from hypothesis import strategies as st
from kent_terms import KENT

from transitions.calendar.clashes import (
    CLASH_KINDS,
    Clash,
    Surroundings,
    clashes,
    clashes_of,
    clashes_with,
    free_date,
    free_day,
    would_clash,
)
from transitions.calendar.deadlines import load_shipped
from transitions.calendar.event import Event, OwnRecord, Span
from transitions.calendar.events import deadline_events
from transitions.calendar.local_dates import save_date
from transitions.calendar.local_deadlines import retire, save_deadline
from transitions.school_year import academic_year_span
from transitions.term_dates import TermDates, is_taught
from transitions.workspace import Workspace

Opener = Callable[..., Workspace]
DAY = timedelta(days=1)
HOST, NORTH, SOUTH, FAR = 1, 2, 3, 4
AROUND = Surroundings(lambda _: KENT, {HOST: frozenset({NORTH, SOUTH})})
NO_TERMS = Surroundings(lambda _: TermDates(), {})
MIDWEEK = date(2026, 11, 18)
"""A Wednesday of school far from every census, test and return."""


def workshop(number: int, first: date, last: date | None = None, **values: Any) -> Event:
    record = {"what": "transitions workshop", **values.pop("record", {})}
    groups = values.pop("year_groups", ())
    return Event(
        f"workshop.{number}", values.pop("title", f"Workshop {number}"), "W", "workshop", first, last or first, groups,
        "workshop", for_schools="all", movable=True, record=OwnRecord(number, **record), **values,
    )  # fmt: skip


def own(number: int, kind: str, first: date, last: date | None = None, **values: Any) -> Event:
    record = OwnRecord(number, kind, values.pop("school_id", None), taught=values.pop("taught", ()))
    given = {"for_schools": "all", "year_groups": (), **values}
    return Event(
        f"date.{number}", f"{kind.title()} {number}", "D", "date", first, last or first, origin="date", movable=True,
        record=record, **given,
    )  # fmt: skip


def deadlines(*years: int) -> list[Event]:
    return [event for year in years for event in deadline_events(year, KENT)]


def kinds(found: Sequence[Clash]) -> list[str]:
    return [clash.kind for clash in found]


def alone(event: Event, *others: Event, around: Surroundings = AROUND) -> list[Clash]:
    """Give what the event clashes with, which must be the same whichever way one looks."""
    found = clashes_with(event, others, around)
    every = clashes([event, *others], around)
    assert [clash for clash in every if event in (clash.event, clash.other)] == found
    for other in others:
        if other.movable:
            back = clashes_with(other, [event], around)
            assert {one.kind for one in back if one.other} == {
                one.kind for one in found if other in (one.event, one.other)
            }
    return found


# --- the two public workshops -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("around", [AROUND, NO_TERMS])
def test_the_two_public_workshops_have_one_clash_and_it_is_the_spring_return(around: Surroundings) -> None:
    november, january = workshop(1, date(2025, 11, 7)), workshop(2, date(2026, 1, 26), title="Transitions workshop")
    (found,) = clashes([november, january, *deadlines(2025)], around)
    assert (found.kind, found.event, found.severity) == ("return window", january, "serious")
    assert found.other is not None
    assert (found.other.code, found.days) == ("census.spring-return", Span(date(2026, 1, 26), date(2026, 1, 26)))
    assert found.sentence == (
        "“Transitions workshop” on Mon 26 Jan 2026 lies inside “School census return window, spring” "
        "(Thu 15 Jan to Wed 11 Feb 2026)."
    )


def test_they_are_found_in_a_file_and_a_free_day_is_proposed(opener: Opener) -> None:
    workspace = opener(date(2025, 10, 1))
    add_terms(workspace)
    schools = [add_school(workspace, f"School {place}") for place in range(3)]
    with workspace.change("Workshops entered", "two") as action:
        for day in (date(2025, 11, 7), date(2026, 1, 26)):
            row = {"kind": "transitions workshop", "title": "Transitions workshop", "series": "T", "on_day": day}
            number = action.insert("workshop", row)
            for school in schools:
                action.insert("workshop_invitation", {"workshop_id": number, "school_id": school})
    (found,) = clashes_of(workspace, 2025)
    assert (found.event.first, found.other and found.other.code) == (date(2026, 1, 26), "census.spring-return")
    asked: dict[str, Any] = {"kind": "transitions workshop", "school_ids": schools}
    assert would_clash(workspace, on_day=date(2025, 11, 7), leave_out=1, **asked) == []
    assert kinds(would_clash(workspace, on_day=date(2025, 11, 7), **asked)) == [
        "same schools"
    ]  # it stands there itself
    (typed,) = would_clash(workspace, on_day=date(2026, 1, 26), leave_out=2, **asked)
    assert typed.sentence.startswith("This transitions workshop on Mon 26 Jan 2026 lies inside “School census return")
    free = free_date(workspace, on_day=date(2026, 1, 26), leave_out=2, **asked)
    assert free == date(2026, 1, 12)  # the Monday before census day; the Monday after the window is in the holidays
    assert would_clash(workspace, on_day=free, leave_out=2, **asked) == []


# --- every kind -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (workshop(1, date(2027, 1, 21)), ["census day", "return window"]),
        (workshop(1, date(2027, 1, 20)), []),
        (workshop(1, date(2027, 2, 17)), ["no school", "return window"]),  # its last day, a Wednesday of half term
        (workshop(1, date(2027, 5, 12), year_groups=(5, 6)), ["test"]),
        (workshop(1, date(2027, 5, 12), year_groups=(5, 7)), []),
        (workshop(1, date(2027, 5, 12), year_groups=(6, 7), record={"taught": tuple(range(7, 12))}), []),
        (workshop(1, date(2027, 5, 12), record={"taught": tuple(range(7))}), ["test"]),
        (workshop(1, date(2027, 5, 7), date(2027, 5, 10), year_groups=(6,)), ["test"]),
        (workshop(1, date(2027, 1, 25), record={"what": "transition day"}), []),  # pupils fill no return in
        (own(1, "trip", date(2027, 1, 25)), []),
        (workshop(1, date(2026, 9, 16), year_groups=(0,)), []),  # each school chooses its days for the baseline
        (own(1, "trip", date(2027, 5, 12), year_groups=(6,)), ["test"]),
        (own(1, "event", date(2027, 1, 25)), ["return window"]),
        (own(1, "ask", date(2027, 1, 25)), ["return window"]),
        (own(1, "event", date(2027, 1, 25), for_schools="council"), []),
    ],
)  # fmt: skip
def test_windows_of_census_tests_and_returns(event: Event, expected: list[str]) -> None:
    fixed = [deadline for deadline in deadlines(2026) if deadline.kind in ("census", "test", "return")]
    found = [clash for clash in alone(event, *fixed) if clash.kind != "close asks"]
    assert sorted(kinds(found)) == sorted(expected)


@pytest.mark.parametrize(
    ("first", "last", "days", "gap"),
    [
        (date(2026, 11, 18), None, 0, None),
        (date(2026, 11, 25), None, 5, "5 school days apart"),
        (date(2026, 11, 26), None, 6, None),
        (date(2026, 11, 11), None, 5, "5 school days apart"),
        (date(2026, 11, 10), None, 6, None),
        (date(2026, 11, 17), None, 1, "1 school day apart"),
        (date(2026, 11, 2), date(2026, 11, 20), 0, "on the same days"),
    ],
)
def test_two_asks_of_the_same_schools_within_five_school_days(
    first: date, last: date | None, days: int, gap: str | None
) -> None:
    other = own(2, "ask", first, last)
    found = alone(own(1, "ask", MIDWEEK), other)
    if gap is None and days:
        assert found == []
        return
    (clash,) = found
    assert (clash.kind, clash.severity) == ("close asks", "minor")
    assert (gap or "on the same days") in clash.sentence
    assert alone(own(1, "ask", MIDWEEK, for_schools="primary"), other._replace(for_schools="secondary")) == []
    assert alone(own(1, "ask", MIDWEEK, year_groups=(6,)), other._replace(year_groups=(7,))) == []
    assert alone(own(1, "ask", MIDWEEK, school_id=NORTH), own(2, "ask", first, last, school_id=SOUTH)) == []
    assert alone(own(1, "ask", MIDWEEK), other._replace(for_schools="council")) == []
    assert alone(workshop(1, MIDWEEK), other) == []  # a workshop is no ask


def test_school_days_are_counted_across_a_holiday_and_working_days_without_terms() -> None:
    before, after = own(1, "ask", date(2027, 2, 11)), own(2, "ask", date(2027, 2, 24))
    (clash,) = alone(before, after)
    assert "4 school days apart" in clash.sentence  # half term lies between
    assert alone(before, after, around=NO_TERMS) == []
    (clash,) = alone(before, own(2, "ask", date(2027, 2, 16)), around=NO_TERMS)[:1]
    assert "3 working days apart" in clash.sentence


def test_an_ask_close_to_a_return_is_a_burden_and_inside_it_a_clash() -> None:
    (window,) = [deadline for deadline in deadlines(2026) if deadline.code == "census.autumn-return"]
    assert window.span == (date(2026, 10, 1), date(2026, 10, 28))
    assert kinds(alone(own(1, "ask", date(2026, 9, 28)), window)) == ["close asks"]
    assert kinds(alone(own(1, "ask", date(2026, 10, 5)), window)) == ["return window"]
    assert alone(own(1, "ask", date(2026, 9, 21)), window) == []


def test_a_transition_day_on_the_day_of_a_feeders_trip_or_test() -> None:
    day = workshop(
        1, date(2027, 7, 1), date(2027, 7, 2), year_groups=(6,), record={"what": "transition day", "school_id": HOST}
    )
    trip = own(2, "trip", date(2027, 7, 2), school_id=NORTH)
    (clash,) = alone(day, trip)
    assert (clash.kind, clash.days, clash.severity) == ("feeder", Span(date(2027, 7, 2), date(2027, 7, 2)), "serious")
    assert "trip for pupils who would come" in clash.sentence
    assert kinds(alone(day, own(2, "test", date(2027, 7, 1), school_id=SOUTH, year_groups=(6,)))) == ["feeder"]
    assert kinds(alone(day, own(2, "test", date(2027, 7, 1)))) == ["feeder"]  # the council's own test, of all
    assert alone(day, trip._replace(first=date(2027, 6, 30), last=date(2027, 6, 30))) == []
    assert alone(day, own(2, "trip", date(2027, 7, 2), school_id=FAR)) == []
    assert alone(day, own(2, "trip", date(2027, 7, 2), school_id=NORTH, year_groups=(5,))) == []
    assert alone(day, own(2, "event", date(2027, 7, 2), school_id=NORTH)) == []
    invited = workshop(1, date(2027, 7, 2), record={"what": "transition day", "schools": frozenset({FAR})})
    assert kinds(alone(invited, own(2, "trip", date(2027, 7, 2), school_id=FAR))) == ["feeder"]
    evening = workshop(1, date(2027, 7, 2), record={"what": "evening for parents", "school_id": HOST})
    assert alone(evening, trip) == []


def test_two_workshops_on_one_day_with_the_same_schools() -> None:
    both, north = frozenset({NORTH, SOUTH}), frozenset({NORTH})
    one = workshop(1, MIDWEEK, record={"schools": both})
    (clash,) = alone(one, workshop(2, MIDWEEK - DAY, MIDWEEK, record={"schools": north}))
    assert (clash.kind, clash.days) == ("same schools", Span(MIDWEEK, MIDWEEK))
    assert clash.sentence.startswith("1 school is invited to “Workshop 1” on Wed 18 Nov 2026 and to")
    (clash,) = alone(one, workshop(2, MIDWEEK, record={"schools": both}))
    assert clash.sentence.startswith("2 schools are invited")
    assert alone(one, workshop(2, MIDWEEK, record={"schools": frozenset({FAR})})) == []
    assert alone(one, workshop(2, MIDWEEK + DAY, record={"schools": both})) == []
    assert alone(one, workshop(2, MIDWEEK, record={"schools": both, "cancelled": True})) == []
    days = [workshop(n, MIDWEEK, record={"what": "transition day", "schools": north}) for n in (1, 2)]
    assert alone(*days) == []  # a primary's pupils go to several secondaries on the day that these agreed on


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 21), "a Saturday"),
        (date(2027, 5, 3), "a bank holiday"),
        (date(2026, 10, 21), "in a holiday (Autumn half term)"),
        (date(2027, 8, 18), "in a holiday (Summer holiday)"),
        (date(2026, 11, 20), "a day of closure (“Staff day”)"),
    ],
)
def test_a_day_without_school(day: date, why: str) -> None:
    closed = Surroundings(lambda _: TermDates(KENT.terms, [date(2026, 11, 20)]), {})
    staff_day = Event("c", "Staff day", "S", "closure", date(2026, 11, 20), date(2026, 11, 20), (), "closure")
    (clash,) = alone(workshop(1, day), staff_day, around=closed)
    assert (clash.kind, clash.other, clash.days, clash.severity) == ("no school", None, Span(day, day), "serious")
    assert clash.sentence.endswith(f" is {why}.")
    (clash,) = alone(own(1, "trip", day), staff_day, around=closed)
    assert clash.severity == "minor"


def test_days_without_school_are_told_from_the_two_ends() -> None:
    assert alone(workshop(1, date(2026, 11, 19), date(2026, 11, 24))) == []  # over a weekend
    (clash,) = alone(workshop(1, date(2026, 11, 21), date(2026, 11, 22)))
    assert clash.days == (date(2026, 11, 21), date(2026, 11, 22))
    assert clash.sentence.endswith("Sat 21 Nov 2026 is a Saturday and Sun 22 Nov 2026 is a Sunday.")
    assert alone(workshop(1, date(2026, 10, 21)), around=NO_TERMS) == []  # nobody entered when half term is
    assert kinds(alone(workshop(1, date(2027, 5, 3)), around=NO_TERMS)) == ["no school"]


def test_what_nobody_here_can_move_does_not_clash_with_its_like() -> None:
    assert clashes(deadlines(2025, 2026), AROUND) == []


def test_clashes_come_once_in_date_order() -> None:
    schools = frozenset({NORTH})
    events = [
        workshop(3, date(2027, 1, 25), record={"schools": schools}),
        workshop(1, date(2027, 1, 25), record={"schools": schools}),
        own(2, "ask", date(2026, 11, 18)),
        own(1, "ask", date(2026, 11, 17)),
        *deadlines(2026),
    ]
    found = clashes(events, AROUND)
    assert kinds(found) == ["close asks"] * 3 + ["return window", "return window", "same schools"]
    assert [clash.days for clash in found] == sorted(clash.days for clash in found)


# --- the day that is proposed -----------------------------------------------------------------------------------------

_DAYS = st.dates(*academic_year_span(2026))
_SCHOOLS = st.frozensets(st.sampled_from([NORTH, SOUTH, FAR]), max_size=2)


@st.composite
def events_of_a_year(draw: st.DrawFn) -> list[Event]:
    made: list[Event] = []
    for number in range(draw(st.integers(0, 6))):
        first = draw(_DAYS)
        last = first + draw(st.integers(0, 12)) * DAY
        if draw(st.booleans()):
            what = draw(st.sampled_from(["transitions workshop", "transition day"]))
            made.append(
                workshop(number, first, last, record={"what": what, "schools": draw(_SCHOOLS), "school_id": HOST})
            )
        else:
            kind = draw(st.sampled_from(["ask", "test", "trip", "event"]))
            made.append(own(number, kind, first, last, school_id=draw(st.sampled_from([None, NORTH, FAR]))))
    return made


@given(events_of_a_year(), _DAYS, st.integers(0, 3), st.sampled_from([AROUND, NO_TERMS]), st.data())
def test_a_proposed_day_never_clashes_and_is_the_nearest(
    others: list[Event], first: date, length: int, around: Surroundings, data: st.DataObject
) -> None:
    what = data.draw(st.sampled_from(["transitions workshop", "transition day", "ask", "trip"]))
    if what in ("ask", "trip"):
        event = own(99, what, first, first + length * DAY)
    else:
        record = {"what": what, "schools": data.draw(_SCHOOLS), "school_id": HOST}
        event = workshop(99, first, first + length * DAY, record=record)
    others = [*others, *deadlines(2026)]
    earliest = data.draw(st.sampled_from([date.min, first]))
    found = free_day(event, others, around, earliest=earliest)

    def is_free(day: date) -> bool:
        return not clashes_with(event._replace(first=day, last=day + length * DAY), others, around)

    opens, closes = academic_year_span(2026)
    every = [opens + n * DAY for n in range(365 - length) if opens + n * DAY not in (first,)]
    free = [day for day in every if day >= earliest and is_free(day)]
    if found is None:
        assert free == []
        return
    assert found in free
    assert opens <= found <= found + length * DAY <= closes
    assert is_taught(around.terms(event), found) is not False
    near = [day for day in free if day.weekday() == first.weekday() and abs(day - first) <= timedelta(weeks=6)]
    assert abs(found - first) == min(abs(day - first) for day in near or free)


def test_of_two_days_equally_near_the_later_is_proposed() -> None:
    schools = frozenset({NORTH})
    event = workshop(1, MIDWEEK, record={"schools": schools})
    blocked = workshop(2, MIDWEEK, record={"schools": schools})
    assert free_day(event, [blocked], AROUND) == MIDWEEK + 7 * DAY
    assert (
        free_day(event, [blocked, workshop(3, MIDWEEK + 7 * DAY, record={"schools": schools})], AROUND)
        == MIDWEEK - 7 * DAY
    )


# --- in a file --------------------------------------------------------------------------------------------------------


def test_a_feeder_is_known_from_where_pupils_go(workspace: Workspace) -> None:
    add_terms(workspace)
    host = add_school(workspace, "Conyers", low_age=11, high_age=18)
    north = add_school(workspace, "North", low_age=4, high_age=11)
    far = add_school(workspace, "Far", low_age=4, high_age=11)
    add_pupil(workspace, school_id=north, next_school_id=host)
    for school in (north, far):
        save_date(workspace, None, {"kind": "trip", "title": "Beach", "first_day": "2/7/2027", "school": f"#{school}"})
    asked: dict[str, Any] = {"kind": "transition day", "on_day": date(2027, 7, 2), "year_groups": (6,)}
    (clash,) = would_clash(workspace, host_school_id=host, **asked)
    assert clash.sentence.endswith("trip for pupils who would come: “Beach, North” (Fri 2 Jul 2027).")
    assert would_clash(workspace, host_school_id=far, **asked) == []
    with workspace.change("Workshop planned", "day") as action:
        row = {"kind": "transition day", "title": "Day", "series": "D", "on_day": date(2027, 7, 2), "year_groups": "6",
               "host_school_id": host}  # fmt: skip
        action.insert("workshop", row)
    assert kinds(clashes_of(workspace, 2026)) == ["feeder"]
    typed = would_clash(workspace, kind="trip", on_day=date(2027, 7, 2), host_school_id=north, leave_out=1)
    assert kinds(typed) == ["feeder"]
    assert would_clash(workspace, kind="trip", on_day=date(2027, 7, 2), host_school_id=far) == []


def test_the_calendar_of_the_school_decides(workspace: Workspace) -> None:
    add_terms(workspace)
    school = add_school(workspace)
    with workspace.change("Closure entered", "Boiler") as action:
        action.insert("closure", {"day": MIDWEEK, "reason": "Boiler", "school_id": school})
    (clash,) = would_clash(workspace, kind="evening for parents", on_day=MIDWEEK, host_school_id=school)
    assert clash.sentence.endswith("is a day of closure.")
    assert would_clash(workspace, kind="evening for parents", on_day=MIDWEEK) == []


def test_secondary_schools_alone_are_not_in_the_way_of_a_primary_test(workspace: Workspace) -> None:
    add_terms(workspace)
    secondary = add_school(workspace, "Conyers", low_age=11, high_age=18)
    primary = add_school(workspace, "North", low_age=4, high_age=11)
    unknown = add_school(workspace, "No ages")
    asked: dict[str, Any] = {"kind": "transitions workshop", "on_day": date(2027, 5, 12)}
    assert would_clash(workspace, school_ids=[secondary], **asked) == []
    for schools in ([secondary, primary], [secondary, unknown], []):
        assert kinds(would_clash(workspace, school_ids=schools, **asked)) == ["test"]


def test_what_is_cancelled_archived_retired_or_the_councils_own_copy(workspace: Workspace) -> None:
    add_terms(workspace)
    school = add_school(workspace)
    with workspace.change("Workshops planned", "two") as action:
        for values in ({"status": "cancelled", "cancel_reason": "snow"}, {"archived_at": workspace.clock.now()}):
            row = {"kind": "other meeting", "title": "M", "series": "M", "on_day": date(2027, 1, 25), **values}
            number = action.insert("workshop", row)
            action.insert("workshop_invitation", {"workshop_id": number, "school_id": school})
    assert clashes_of(workspace, 2026) == []
    asked: dict[str, Any] = {"kind": "other meeting", "on_day": date(2027, 1, 25), "school_ids": [school]}
    assert kinds(would_clash(workspace, **asked)) == ["return window"]
    retire(workspace, "census.spring-return", date(2027, 1, 1))
    assert would_clash(workspace, **asked) == []
    save_deadline(workspace, None, {"title": "Budget form", "kind": "return", "first": "25 January"})
    assert would_clash(workspace, **asked) == []  # it is the council's own to move
    assert kinds(would_clash(workspace, kind="ask", on_day=date(2027, 1, 26))) == ["close asks", "close asks"]


def test_a_free_date_of_something_to_come_is_not_gone_by(workspace: Workspace) -> None:
    add_terms(workspace)
    today = workspace.clock.today
    assert today.weekday() == 5
    free = free_date(workspace, kind="training", on_day=today)
    assert free == date(2026, 11, 23)  # no Saturday is free, so the nearest day of school to come
    assert free_date(workspace, kind="training", on_day=date(2026, 10, 3)) == date(2026, 9, 30)


def test_every_shipped_kind_that_is_held_against_is_in_the_file() -> None:
    assert {"census", "test", "return"} <= {deadline.kind for deadline in load_shipped().deadlines}
    assert len(set(CLASH_KINDS)) == len(CLASH_KINDS)
