"""Text into values, the same for forms and files."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transitions.fields import LONGEST_TEXT, Context, read_text
from transitions.pupils.pupil_fields import FIELDS, cohort_for, needs_a_reason, read_pupil_field
from transitions.school_year import cohort_year_of

FROM_FILE = Context(date(2026, 11, 21))
TYPED = Context(date(2026, 11, 21), typed=True)


def refusal(name: str, text: str, context: Context = FROM_FILE) -> str:
    try:
        read_pupil_field(name, text, context)
    except ValueError as problem:
        return str(problem)
    return pytest.fail(f"{name} took {text!r}")


def test_identifiers_come_in_the_form_that_is_stored() -> None:
    assert read_pupil_field("upn", " b80840 0024001", FROM_FILE).value == "B808400024001"
    assert read_pupil_field("uln", "1234567899", FROM_FILE).value == "1234567899"
    assert "expected B, found A" in refusal("upn", "A801200005001")


def test_a_temporary_upn_and_an_unknown_council_are_taken_with_a_warning() -> None:
    assert (
        read_pupil_field("upn", "A80840002401A", FROM_FILE).warning
        == "this is a temporary UPN: replace it with the permanent one"
    )
    assert "000 is not a known local authority number" in read_pupil_field("upn", "E000200005001", FROM_FILE).warning


def test_names_are_cleaned_and_bounded() -> None:
    assert read_pupil_field("surname", "  O\u2019Brien\x1b[31m \t", FROM_FILE).value == "O\u2019Brien[31m"
    longest = "N" * LONGEST_TEXT
    assert read_pupil_field("forename", longest, FROM_FILE).value == longest
    assert refusal("forename", longest + "N") == "has 201 characters, more than 200: is it two cells run together?"
    assert refusal("surname", "\x1b\x00") == "it has nothing that can be kept: expected letters"


def test_a_full_name_is_parted_at_its_one_comma() -> None:
    assert read_pupil_field("full_name", "Khan, Aisha", FROM_FILE).value == ("Khan", "Aisha")
    assert 'is not written as "Surname, Forename"' in refusal("full_name", "Aisha Bibi Khan")


def test_dates_of_birth_lie_between_birth_and_25() -> None:
    assert read_pupil_field("date_of_birth", "05/09/2015", FROM_FILE).value == date(2015, 9, 5)
    assert read_pupil_field("date_of_birth", "5 sep 15", TYPED).echo == "Saturday 5 September 2015, 11 years old"
    assert read_pupil_field("date_of_birth", "22/11/2000", FROM_FILE).value == date(2000, 11, 22)
    assert refusal("date_of_birth", "22/11/2026") == (
        "Sunday 22 November 2026 is in the future: expected a date of birth that has been"
    )
    assert refusal("date_of_birth", "21/11/2000") == (
        "this would be an age of 26: records are kept of people up to 25; is the year right?"
    )
    assert refusal("date_of_birth", "30/02/2015") == "there is no 30 February 2015: that month has 28 days"
    assert "could be either century" in refusal("date_of_birth", "15-9-05")
    assert read_pupil_field("date_of_birth", "5/9/15", FROM_FILE).value == date(2015, 9, 5)


def test_other_dates_may_be_typed_in_short_but_not_in_files() -> None:
    assert read_pupil_field("in_year_move_on", "+2w", TYPED).value == date(2026, 12, 5)
    assert "this is not a date" in refusal("in_year_move_on", "+2w")
    assert refusal("social_care_since", "22/11/2026") == (
        "Sunday 22 November 2026 is in the future: expected today or an earlier date"
    )


@pytest.mark.parametrize(
    ("text", "percent"),
    [("93.4", 93.4), ("93.4%", 93.4), ("100", 100), ("0", 0), ("0.5%", 0.5), ("93.456", 93.46), ("1%", 1)],
)
def test_percentages(text: str, percent: float) -> None:
    assert read_pupil_field("attendance_percent", text, FROM_FILE).value == percent


def test_percentages_that_could_mean_two_things_are_refused() -> None:
    assert refusal("attendance_percent", "0.93") == "0.93 could mean 0.93% or 93%: write it with its % sign"
    assert refusal("attendance_percent", "1") == "1 could mean 1% or 100%: write it with its % sign"
    assert refusal("attendance_percent", "101") == "is more than 100: expected a percentage such as 93.4"
    assert refusal("attendance_percent", "-3") == "expected a percentage from 0 to 100, such as 93.4"


def test_suspensions_are_whole_and_few() -> None:
    assert read_pupil_field("suspensions", "3", FROM_FILE).value == 3
    for text in ("-1", "2.5", "201", "two", "\u0663"):
        assert refusal("suspensions", text) == "expected a whole number from 0 to 200"


def test_year_groups() -> None:
    assert read_pupil_field("year_group", "Year 6", FROM_FILE).value == 6
    assert read_pupil_field("year_group", "N2", FROM_FILE).value == -1
    without = read_pupil_field("year_group", "x", FROM_FILE)
    assert without.value is None
    assert "the date of birth decides" in without.warning


def test_a_year_group_shifts_the_cohort_at_most_three_years() -> None:
    born = date(2015, 9, 5)
    assert cohort_for(born, 6, FROM_FILE.today) == cohort_year_of(born) == 2020
    assert cohort_for(born, 5, FROM_FILE.today) == 2021
    assert needs_a_reason(2021, born)
    assert not needs_a_reason(2020, born)
    with pytest.raises(
        ValueError, match=r"^Year 2 is far from Year 6, which the date of birth gives: one of the two is wrong$"
    ):
        cohort_for(born, 2, FROM_FILE.today)


@given(st.sampled_from(sorted(FIELDS)), st.text(min_size=1), st.booleans())
def test_any_text_is_read_or_refused_with_a_sentence(name: str, text: str, typed: bool) -> None:
    sentence = "read without a problem"
    try:
        read_pupil_field(name, text, Context(FROM_FILE.today, typed=typed))
    except ValueError as problem:
        sentence = str(problem)
    assert len(sentence.split()) >= 3


@given(st.text())
def test_what_is_stored_is_stored_again_unchanged(text: str) -> None:
    try:
        stored = read_text(text)
    except ValueError:
        return
    assert read_text(stored) == stored
