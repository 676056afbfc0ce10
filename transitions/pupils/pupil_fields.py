"""The one place that turns what a person typed, or a file holds, into a pupil's values: forms and imports alike.

A reader is given text that is not empty. What an empty field means differs (a form empties, a file leaves things as they
are), so that is for the caller, who finds in ``Field.empty`` what an emptied field holds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from transitions import identifiers
from transitions.dates import long
from transitions.fields import Context, Reader, Reading, day_of, read_day, read_day_gone_by, read_text, read_yes_no
from transitions.identifiers import Checked
from transitions.pupils import codes
from transitions.school_year import academic_year, age_on, cohort_year_of, parse_year_group, year_group_label
from transitions.text import surname_and_forename

Value = str | int | float | bool | date | tuple[str, ...] | None

OLDEST = 25  # an EHC plan can last to the end of the year of the 25th birthday
_MOST_YEARS_APART = 3
_MOST_SUSPENSIONS = 200
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) ?(%?)")


@dataclass(frozen=True)
class Field:
    """One thing that is known of a pupil: its name for people, its reader, and what it holds when it is emptied.

    One that is ``needed`` cannot be emptied. ``column`` says whether its value is the pupil's column of the same name. ``own`` marks values that few pupils share, which
    are not worth remembering while a file is read.
    """

    title: str
    read: Reader
    empty: Value = None
    needed: bool = False
    column: bool = True
    own: bool = False


def read(name: str, text: str, context: Context) -> Reading:
    """Read the text of the field ``name``. Raises ValueError with a sentence that says what was expected."""
    found: Reading = FIELDS[name].read(text, context)
    return found


def cohort_for(date_of_birth: date, group: int, today: date) -> int:
    """Give the cohort year of a pupil who is taught in year group ``group`` today.

    Raises ValueError when that is more than three years from the year group by age: then one of the two is a mistake.
    """
    cohort = academic_year(today) - group
    if abs(cohort - cohort_year_of(date_of_birth)) > _MOST_YEARS_APART:
        by_age = academic_year(today) - cohort_year_of(date_of_birth)
        raise ValueError(
            f"{year_group_label(group)} is far from {year_group_label(by_age)}, which the date of birth gives: "
            "one of the two is wrong"
        )
    return cohort


def needs_a_reason(cohort_year: int, date_of_birth: date) -> bool:
    """Tell whether a pupil is taught out of the year group by age, so that a reason is asked for."""
    return cohort_year != cohort_year_of(date_of_birth)


def _text(text: str, _context: Context) -> Reading:
    return Reading(read_text(text))


def _full_name(text: str, _context: Context) -> Reading:
    return Reading(surname_and_forename(read_text(text)))


def _checked(check: Callable[[str], Checked]) -> Reader:
    def reader(text: str, _context: Context) -> Reading:
        value, warning = check(text)
        return Reading(value, warning or "", value if value != text else "")

    return reader


def _words(reader: Callable[[str], Value], names: Mapping[str, str] | None = None) -> Reader:
    def read_words(text: str, _context: Context) -> Reading:
        value = reader(text)
        return Reading(value, echo=names.get(value, "") if names and isinstance(value, str) else "")

    return read_words


def _date_of_birth(text: str, context: Context) -> Reading:
    day = day_of(text, context)
    if day > context.today:
        raise ValueError(f"{long(day)} is in the future: expected a date of birth that has been")
    age = age_on(day, context.today)
    if age > OLDEST:
        raise ValueError(
            f"this would be an age of {age}: records are kept of people up to {OLDEST}; is the year right?"
        )
    return Reading(day, echo=f"{long(day)}, {age} years old")


def _year_group(text: str, _context: Context) -> Reading:
    if text.strip().upper() == "X":
        return Reading(None, "X says that no year group is followed, so the date of birth decides")
    group = parse_year_group(text)
    return Reading(group, echo=year_group_label(group))


def _percent(text: str, _context: Context) -> Reading:
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise ValueError("expected a percentage from 0 to 100, such as 93.4")
    number = float(found[1])
    if number > 100:
        raise ValueError("is more than 100: expected a percentage such as 93.4")
    if 0 < number <= 1 and not found[2]:
        raise ValueError(f"{found[1]} could mean {found[1]}% or {number:.0%}: write it with its % sign")
    return Reading(round(number, 2))


def _suspensions(text: str, _context: Context) -> Reading:
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or int(plain) > _MOST_SUSPENSIONS:
        raise ValueError(f"expected a whole number from 0 to {_MOST_SUSPENSIONS}")
    return Reading(int(plain))


_yes_no = _words(read_yes_no)
_need = _words(codes.read_need, codes.NEEDS)
_upn = _checked(identifiers.check_upn)

FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "upn": Field("UPN", _upn, own=True),
        "former_upn": Field("Former UPN", _upn, own=True),
        "uln": Field("ULN", _checked(identifiers.check_uln), own=True),
        "full_name": Field("Name", _full_name, needed=True, column=False, own=True),
        "surname": Field("Surname", _text, needed=True),
        "forename": Field("Forename", _text, needed=True),
        "preferred_name": Field("Preferred name", _text),
        "date_of_birth": Field("Date of birth", _date_of_birth, needed=True),
        "sex": Field("Sex", _words(codes.read_sex)),
        "year_group": Field("Year group", _year_group, column=False),
        "out_of_year_reason": Field("Reason for being out of year", _text),
        "sen_provision": Field("SEN provision", _words(codes.read_provision, codes.PROVISIONS), "N"),
        "needs": Field("Needs", _words(codes.read_needs), (), column=False),
        "primary_need": Field("Primary need", _need, column=False),
        "secondary_need": Field("Secondary need", _need, column=False),
        "need_3": Field("Third need", _need, column=False),
        "tier": Field("Tier", _words(codes.read_tier)),
        "in_year_move_on": Field("Moves in-year on", read_day),
        "pupil_premium": Field("Pupil premium", _yes_no, False),
        "free_school_meals": Field("Free school meals", _yes_no, False),
        "previously_looked_after": Field("Previously looked after", _words(codes.read_previously_looked_after), False),
        "child_protection_file": Field("Child protection file", _yes_no, False),
        "english_additional_language": Field("English as an additional language", _yes_no, False),
        "home_language": Field("Home language", _text),
        "young_carer": Field("Young carer", _yes_no, False),
        "attendance_percent": Field("Attendance %", _percent),
        "suspensions": Field("Suspensions", _suspensions),
        "part_time_timetable": Field("Part-time timetable", _yes_no, False),
        "part_time_timetable_until": Field("Part-time timetable until", read_day),
        "looked_after": Field("Looked after", _yes_no, False, column=False),
        "social_care": Field("Social care", _words(codes.read_social_care), (), column=False),
        "social_care_since": Field("Social care since", read_day_gone_by, column=False),
    }
)
"""Every field by its name; schools and workers are looked up, not read, and are no part of this."""
