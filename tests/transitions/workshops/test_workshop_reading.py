"""What people type about a workshop, as it is understood; and the kinds that there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.vocabulary import WORKSHOP_KINDS
from transitions.school_year import join_year_groups, parse_year_groups, split_year_groups, year_groups_label
from transitions.workshops.links import read_link
from transitions.workshops.reading import KINDS, find_kind, likely_series, likely_title, read_hour

YEAR_GROUPS = st.sets(st.integers(-2, 14)).map(lambda found: tuple(sorted(found)))


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("9.30", "09:30"), ("9:30", "09:30"), ("9:30am", "09:30"), ("9.30 AM", "09:30"), ("0930", "09:30"), ("930", "09:30"),
        ("9", "09:00"), ("9am", "09:00"), ("13.30", "13:30"), ("1.30pm", "13:30"), ("130pm", "13:30"), ("1 p.m.", "13:00"),
        ("01:30", "01:30"), ("12am", "00:00"), ("12pm", "12:00"), ("noon", "12:00"), ("Midday", "12:00"), ("00:00", "00:00"),
        ("23:59", "23:59"), ("6.30pm", "18:30"), ("7", "07:00"),
    ],
)  # fmt: skip
def test_an_hour_is_read_as_people_write_it(text: str, hour: str) -> None:
    assert read_hour(text) == hour


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("half nine", "not a time"), ("", "not a time"), ("9.3", "not a time"), ("9:30:00", "not a time"), ("-9", "not a time"),
        ("24:00", "no such time"), ("9.60", "no such time"), ("13pm", "no such time"), ("0am", "no such time"),
        ("1.30", "Write 1.30pm or 1.30am"), ("6", "Write 6.00pm or 6.00am"),
    ],
)  # fmt: skip
def test_what_is_no_hour_or_could_be_two_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_hour(text)


@given(st.times())
def test_every_hour_of_the_clock_comes_back_as_it_is_stored(time) -> None:
    stored = f"{time:%H:%M}"
    assert read_hour(stored) == stored
    assert read_hour(f"{time:%I.%M%p}") == stored


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("6", (6,)), ("Year 6", (6,)), ("6, 7", (6, 7)), ("7;6;6", (6, 7)), ("Years 5 and 6", (5, 6)), ("Y5 & Y6", (5, 6)),
        ("Year 5 to Year 7", (5, 6, 7)), ("5-7", (5, 6, 7)), ("R–2", (0, 1, 2)), ("Nursery, Reception", (-1, 0)),
        ("N2", (-1,)), ("-1,0", (-1, 0)), ("all", ()), ("  ", ()), ("2-3, 6-7", (2, 3, 6, 7)), ("11 to 13", (11, 12, 13)),
    ],
)  # fmt: skip
def test_year_groups_are_read_as_people_write_them(text: str, groups: tuple[int, ...]) -> None:
    assert parse_year_groups(text) == groups


@pytest.mark.parametrize(
    ("text", "says"),
    [("seven", "expected a year group"), ("15", "expected"), ("7-6", "younger first"), ("6-", "expected")],
)
def test_what_is_no_year_group_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_year_groups(text)


@given(YEAR_GROUPS)
def test_year_groups_come_back_as_they_are_stored(groups: tuple[int, ...]) -> None:
    assert split_year_groups(join_year_groups(groups)) == groups
    assert parse_year_groups(join_year_groups(groups)) == groups


@given(YEAR_GROUPS.map(lambda groups: tuple(group for group in groups if group >= -1)))
def test_what_is_said_of_year_groups_can_be_typed_again(groups: tuple[int, ...]) -> None:
    said = year_groups_label(groups)
    assert parse_year_groups(said.removesuffix(" year groups")) == groups


def test_year_groups_in_words() -> None:
    assert year_groups_label(()) == "all year groups"
    assert year_groups_label((6,)) == "Year 6"
    assert year_groups_label((-1, 0)) == "Nursery and Reception"
    assert year_groups_label((0, 1, 2)) == "Reception to Year 2"
    assert year_groups_label((5, 6, 9)) == "Years 5, 6 and 9"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://teams.example.org/meet?id=1&x=a#b", "https://teams.example.org/meet?id=1&x=a#b"),
        ("teams.example.org/meet", "https://teams.example.org/meet"),
        ("HTTP://example.org:8080", "HTTP://example.org:8080"),
    ],
)
def test_the_address_of_a_meeting_online(text: str, link: str) -> None:
    assert read_link(text) == link


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "file:///etc/passwd", "https://", "our hall", "hall", "https://a b.org", "mailto:a@b.org"],
)
def test_what_is_no_address_of_a_meeting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected an address"):
        read_link(text)


def test_every_kind_is_described_once_and_in_order() -> None:
    assert tuple(KINDS) == WORKSHOP_KINDS
    for kind in KINDS.values():
        assert kind.plural != kind.called
        assert kind.help.endswith(".")
        assert kind.title


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("training", "training"), ("Forum", "information-sharing forum"), ("senco", "SENCO transition meeting"),
        ("LIFT  meeting", "LIFT meeting"), ("parents", "evening for parents"), ("transition day", "transition day"),
    ],
)  # fmt: skip
def test_a_kind_is_found_by_words_that_no_other_has(text: str, kind: str) -> None:
    assert find_kind(text) == kind


def test_a_kind_that_several_share_is_refused_with_those() -> None:
    with pytest.raises(ValueError, match="expected one of transitions workshop, information-sharing forum"):
        find_kind("party")
    with pytest.raises(ValueError, match=r"^expected one of SENCO transition meeting, transition day$"):
        find_kind("transition")


def test_what_a_meeting_is_called_and_what_it_follows() -> None:
    assert likely_title("transition day", host="Conyers School") == "Transition day, Conyers School"
    assert likely_title("training", programme="Thrive", module="Module 1") == "Thrive: Module 1"
    assert likely_series("training", "Thrive: Module 1", programme="Thrive") == "Thrive"
    assert likely_series("training", "Coffee and autism") == "Coffee and autism"
    assert likely_series("transitions workshop", "Workshop for January") == "Transitions workshop"
    assert likely_series("transition day", "Taster", host="Conyers School") == "Transition day, Conyers School"
    assert likely_series("LIFT meeting", "Swale LIFT 2") == "Swale LIFT 2"
