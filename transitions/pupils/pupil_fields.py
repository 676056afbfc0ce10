"""What is known of a pupil, field by field: how a text that a person typed, or a file holds, becomes what is kept.

A reader is given text that is not empty. What an empty field means differs (a form empties, a file leaves things as they
are), so that is for the caller, who finds in ``Field.empty`` what an emptied field holds.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from db.vocabulary import EHC_DECISIONS, PLACE_STAGES, SOCIAL_CARE_KINDS, TIERS
from transitions import identifiers
from transitions.dates import long
from transitions.fields import Context, Field, Fields, Reading, day_of, labelled, read_day, read_day_gone_by, read_text
from transitions.identifiers import CheckedIdentifier
from transitions.pupils import codes
from transitions.school_year import academic_year, age_on, cohort_year_of, parse_year_group, year_group_label
from transitions.text import LOST_LETTER, is_no_name, stands_for_no_name, surname_and_forename

Value = str | int | float | bool | date | tuple[str, ...] | None

OLDEST = 25  # an EHC plan can last to the end of the year of the 25th birthday
_MOST_YEARS_APART = 3
_MOST_SUSPENSIONS = 200
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) ?(%?)")


def read_pupil_field(name: str, text: str, context: Context) -> Reading:
    """Read the text of the field ``name``. Raises ValueError with a sentence that says what was expected."""
    return FIELDS[name].reading(text, context)


def cohort_for(date_of_birth: date, group: int, today: date) -> int:
    """The cohort year of a pupil who is taught in year group ``group`` today.

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
    """Whether a pupil is taught out of the year group by age, so that a reason is asked for."""
    return cohort_year != cohort_year_of(date_of_birth)


def _full_name(text: str) -> tuple[str, ...]:
    parts = surname_and_forename(read_text(text))
    return tuple("" if stands_for_no_name(part) else part for part in parts)


def _part_of_name(text: str, context: Context) -> str:
    return "" if stands_for_no_name(text.strip()) else _name(text, context)


def _name(text: str, context: Context) -> str:
    name = read_text(text)
    if (
        not context.typed
    ):  # what a file holds is judged where it is read, which knows the cell and what others left in it
        return name
    if LOST_LETTER in name:
        raise ValueError(f'"{name}" has lost a letter: write it as it is spelt')
    if is_no_name(name):
        raise ValueError(f'"{name}" has no letter, so it is no name: is it meant for another field?')
    return name


def _checked(check: Callable[[str], CheckedIdentifier]) -> Callable[[str], Reading]:
    def read_checked(text: str) -> Reading:
        value, warning = check(text)
        return Reading(value, warning or "", value if value != text else "")

    return read_checked


def _code(reader: Callable[[str], str], names: Mapping[str, str]) -> Callable[[str], Reading]:
    def read_code(text: str) -> Reading:
        code = reader(text)
        return Reading(code, echo=names.get(code, ""))

    return read_code


def _date_of_birth(text: str, context: Context) -> Reading:
    day = day_of(text, context, gone_by=True)
    if day > context.today:
        raise ValueError(f"{long(day)} is in the future: expected a date of birth that has been")
    age = age_on(day, context.today)
    if age > OLDEST:
        raise ValueError(
            f"this would be an age of {age}: records are kept of people up to {OLDEST}; is the year right?"
        )
    read_as = "" if context.typed or str(day.year) in text else "a two-digit year was read as this century"
    return Reading(day, read_as, f"{long(day)}, {age} years old")


def _year_group(text: str) -> Reading:
    if text.strip().upper() == "X":
        return Reading(None, "X means no year group is followed, so the date of birth decides")
    group = parse_year_group(text)
    return Reading(group, echo=year_group_label(group))


def _percent(text: str) -> float:
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise ValueError("expected a percentage from 0 to 100, such as 93.4")
    number = float(found[1])
    if number > 100:
        raise ValueError("is more than 100: expected a percentage such as 93.4")
    if 0 < number <= 1 and not found[2]:
        raise ValueError(f"{found[1]} could mean {found[1]}% or {number:.0%}: write it with its % sign")
    return round(number, 2)


def _suspensions(text: str) -> int:
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or int(plain) > _MOST_SUSPENSIONS:
        raise ValueError(f"expected a whole number from 0 to {_MOST_SUSPENSIONS}")
    return int(plain)


_need = _code(codes.read_need, codes.NEEDS)
_upn = _checked(identifiers.check_upn)


def _flag(name: str, label: str, **how: Any) -> Field:
    return Field(name, label, "yes no", **{"empty": False, "export": "yes or no", "open": True, **how})


def _ehc_decision(text: str) -> str:
    plain = " ".join(text.casefold().split())
    if plain in ("assess", "yes", "y", "agreed"):
        return "assess"
    if plain in ("do not assess", "no", "n", "refused", "not to assess"):
        return "do not assess"
    raise ValueError("expected assess, or do not assess")


EHC_FIELDS: Final = (
    Field(
        "ehc_requested_on", "EHC assessment requested on", "date", short="Asked for on", reader=read_day_gone_by,
        help="The date the council received the request", export="The date of the request for an EHC assessment",
        open=True, known_as="EHC Request Date, EHCP Request Date, EHCNA Request Date, EHC Needs Assessment Request, Date EHC Requested",
    ),
    Field(
        "ehc_decision", "EHC decision", "choice", short="Decision", read=_ehc_decision, options=labelled(EHC_DECISIONS),
        help="Whether to assess", export="assess, or do not assess: the council's decision", open=True,
        known_as="EHC Assessment Decision, EHCNA Decision",
    ),
    Field(
        "ehc_decided_on", "EHC decision made on", "date", short="Decided on", reader=read_day_gone_by,
        help="Due 6 weeks after the request", export="The date of that decision", open=True,
        known_as="EHC Decision Date, EHCNA Decision Date",
    ),
    Field(
        "ehc_started_on", "EHC plan started on", "date", short="Plan made on", reader=read_day_gone_by,
        help="The date of the first final plan, due 20 weeks after the request. Empty if not known",
        export="The date of the first final EHC plan", open=True,
        known_as="EHC Plan Start Date, EHCP Start Date, EHC Plan Start, EHCP Start, Date EHCP Issued, EHCP Issued, "
        "EHC Plan Issued, Date Initial EHC Plan Issued, EHCP Date",
    ),
    Field(
        "ehc_ended_on", "EHC plan ended on", "date", short="Ended on", reader=read_day,
        help="The date it ceased. Put what replaces it in SEN provision", export="The date the plan ceased",
        open=True, known_as="EHC Plan End Date, EHCP End Date, EHCP End, EHC Plan Ceased, EHCP Ceased, EHCP Cease Date, Date EHCP Ceased",
    ),
    Field(
        "ehc_end_reason", "Why the EHC plan ended", short="Why it ended", export="Why it ceased",
        known_as="EHCP Cease Reason, EHC Plan End Reason, EHCP End Reason",
    ),
    _flag(
        "ehc_to_secondary_end", "Keeps the EHC plan until the end of secondary", short="Keeps it to the end",
        help="Even if the law changes, if the council has decided this for the pupil", known_as="Keeps EHC Plan, Keeps EHCP",
    ),
)  # fmt: skip
"""Kept in a record of its own, of which a pupil may have several, one after the other; these are those of the newest."""

FIELDS: Final = Fields(
    Field(
        "upn", "UPN", read=_upn, width=24, help="A letter and 12 digits", export="Unique pupil number",
        known_as="Unique Pupil Number, Pupil UPN, Student UPN",
    ),
    Field(
        "former_upn", "Former UPN", read=_upn, width=24, export="An earlier unique pupil number",
        known_as="Previous UPN, Old UPN",
    ),
    Field(
        "uln", "ULN", read=_checked(identifiers.check_uln), width=24, help="Ten digits, from about the age of 14",
        export="Unique learner number",
        known_as="Unique Learner Number, Learner Number",
    ),
    Field(
        "full_name", "Name", read=_full_name, needed=True,
        known_as="Full Name, Pupil, Pupil Name, Student, Student Name, Child, Child Name",
    ),
    Field(
        "surname", "Surname", reader=_part_of_name, needed=True, export="Surname",
        known_as="Legal Surname, Last Name, Legal Last Name, Family Name, Pupil Surname, Student Surname",
    ),
    Field(
        "forename", "Forename", reader=_part_of_name, needed=True, help="A surname, a forename or both",
        export="Forename",
        known_as="Legal Forename, First Name, Legal First Name, Given Name, Pupil Forename, Student Forename, "
        "Forenames",
    ),
    Field(
        "preferred_name", "Preferred name", reader=_name, help="What the pupil likes to be called",
        export="The forename the pupil goes by, if different",
        known_as="Preferred Forename, Preferred First Name, Chosen Name, Chosen Forename, Chosen First Name, "
        "Known As, Called Name",
    ),
    Field(
        "date_of_birth", "Date of birth", "date", reader=_date_of_birth, needed=True, help="5/9/2015 or 5 sep 2015",
        export="Date of birth",
        known_as="DOB, Birth Date, Born, Birthdate",
    ),
    Field(
        "sex", "Sex", "choice", read=codes.read_sex, options=(("F", "Female"), ("M", "Male")), export="F or M",
        known_as="Gender, Legal Sex, M/F",
    ),
    Field(
        "year_group", "Year group", read=_year_group, width=24, help="From the date of birth, unless you change it",
        export="N1, N, R or 1 to 14, as taught on the date of the file. Empty before and after", open=True,
        known_as="Year, Year (NC), NC Year, NCYear, NCY, NC Year Group, NC Year Actual, Actual NC Year, "
        "National Curriculum Year, Curriculum Year, Year Taught In, Current Year, Current Year Group, Yr, "
        "Yr Gp",
    ),
    Field(
        "out_of_year_reason", "Reason for being out of year", short="Why out of year",
        help="If it is not the year group for their age", export="Why the pupil is taught outside the year group for their age",
        known_as="Out of Year Group Reason, Taught out of Year Reason",
    ),
    Field(
        "sen_provision", "SEN provision", "choice", read=_code(codes.read_provision, codes.PROVISIONS), empty="N",
        options=tuple(codes.PROVISIONS.items()), export="N no SEN, K SEN support, E EHC plan", open=True,
        known_as="SEN Provision (code), SEN Status, SEN Status Code, SEN Stage, SEN Code, SEN, SEND Status, "
        "SEND Provision, SEND, Current SEN Status",
    ),
    *EHC_FIELDS,
    Field("needs", "Needs", read=codes.read_needs, empty=()),
    Field(
        "primary_need", "Primary need", read=_need, export="The first of the pupil's needs, by its census code",
        known_as="SEN Need, SEN Needs, SEN Need Type, SEN Type, SEN Type 1, SEN Need 1, Need 1, Primary SEN Need, "
        "Primary SEN Type, Primary SEND Need, Main Need, SEN Primary Need, SEN Type Rank 1",
    ),
    Field(
        "secondary_need", "Secondary need", read=_need, export="The second",
        known_as="SEN Type 2, SEN Need 2, Need 2, Secondary SEN Need, Secondary SEN Type, Secondary SEND Need, "
        "SEN Secondary Need, SEN Type Rank 2",
    ),
    Field(
        "need_3", "Third need", read=_need, export="The third. Further ones are not in the file",
        known_as="Tertiary Need, SEN Type 3, SEN Need 3, SEN Type Rank 3",
    ),
    Field(
        "tier", "Tier", "choice", short="Tier of support", read=codes.read_tier, options=labelled(TIERS),
        export="universal, targeted or enhanced", open=True,
        known_as="Transition Tier, Level of Support, Transition Support",
    ),
    Field(
        "next_school_stage", "Place at the next school", "choice", short="Place there", read=codes.read_place_stage,
        options=labelled(PLACE_STAGES), help="If left empty: intended before offer day, offered from then on",
        export="intended, offered or agreed: how certain the place at the next school is", open=True,
        known_as="Next School Stage, Offer Status, Place Status, Destination Status",
    ),
    Field(
        "in_year_move_on", "Moves in-year on", "date", reader=read_day, help="Only for a move within the school year",
        export="The date of a move during the year",
        known_as="In-year Move, In-year Move Date, Moving on, Move Date",
    ),
    _flag(
        "pupil_premium", "Pupil premium",
        known_as="Pupil Premium Indicator, Pupil Premium Eligible, Pupil Premium Recipient, PP, PP Indicator, Ever 6, "
        "Ever 6 FSM, FSM Ever 6, Free School Meals Ever 6, Eligible for Pupil Premium",
    ),
    _flag(
        "free_school_meals", "Free school meals",
        known_as="FSM, FSM Eligible, Eligible for FSM, FSM Eligibility, Free School Meals Eligible, "
        "Eligible for Free School Meals, Eligible for Free Meals, Free Meals, Free School Meal",
    ),
    _flag(
        "looked_after", "Looked after", export="",
        known_as="Looked After Child, Child Looked After, Children Looked After, LAC, CLA, In Care, In LEA Care, "
        "In LA Care, In Local Authority Care, Currently in Care, In Care Status",
    ),
    _flag(
        "previously_looked_after", "Previously looked after", short="Looked after before",
        read=codes.read_previously_looked_after,
        known_as="PLAC, Post LAC, Previously in Care, Post Looked After Arrangements, Previously Looked After Child, "
        "Adopted from Care",
    ),
    Field(
        "social_care", "Social care", "known", short="Open as", read=codes.read_social_care, empty=(),
        options=labelled(SOCIAL_CARE_KINDS),
        export="How the pupil is open to social care, separated by commas", open=True,
        known_as="Social Care Status, Social Care Kind, Open to Social Care, Social Care Involvement",
    ),
    Field(
        "social_care_since", "Social care since", "date", short="Open since", reader=read_day_gone_by,
        help="The first day. Leave it empty if you don’t know it, and the Today screen will ask",
        export="Since when. Empty if several kinds began on different dates",
        known_as="Social Care Start, Social Care Start Date, Open to Social Care Since",
    ),
    Field(
        "social_care_ended", "Social care ended", "date", short="Open until", reader=read_day, export="",
        help="The last day of anything that has ended. Empty if not known",
        known_as="Social Care End, Social Care End Date, Open to Social Care Until, In Care Until, Care Ended, Left Care On",
    ),
    _flag(
        "child_protection_file", "Child protection file", short="CP file exists",
        export="yes or no: whether there is a file, never what is in it",
        known_as="CP File, CP File Held, Child Protection File Held",
    ),
    _flag(
        "english_additional_language", "English as an additional language", short="English additional",
        known_as="English as Additional Language, EAL, EAL Status, EAL Indicator",
    ),
    Field(
        "home_language", "Home language", export="Language spoken at home",
        known_as="First Language, Language, Mother Tongue",
    ),
    _flag(
        "support_to_25", "Leaving-care support to 25", short="Support to 25",
        help="A care leaver has asked for support after 21", known_as="Care Leaver Support to 25",
    ),
    _flag("young_carer", "Young carer", known_as="Young Carer Indicator, Is Young Carer"),
    Field(
        "attendance_percent", "Attendance %", "number", short="Attendance", read=_percent, width=12,
        help="Per cent, such as 93.4", export="Attendance, 0 to 100", open=True,
        known_as="Percentage Attendance, Attendance Percentage, Overall Attendance, Attendance Rate, % Present, "
        "Attendance this Year",
    ),
    Field(
        "suspensions", "Suspensions", "number", read=_suspensions, width=12, help="This school year; events count instead",
        export="How many suspensions this school year, counted from events if there are any", open=True,
        known_as="Number of Suspensions, Suspension Count, Fixed Term Exclusions, Exclusions",
    ),
    _flag("part_time_timetable", "Part-time timetable", known_as="Reduced Timetable, On Part-time Timetable, PTT"),
    Field(
        "part_time_timetable_until", "Part-time timetable until", "date", short="Part-time until", reader=read_day,
        export="Until when",
        known_as="Part-time Timetable End, Part-time Timetable End Date, Reduced Timetable Until, "
        "Reduced Timetable End Date",
    ),
)  # fmt: skip
"""In the order of a file of pupils."""
FILE_FIELDS: Final = Fields(
    *FIELDS.values(),
    Field(
        "school_urn", "School URN", export="The school's unique reference number", open=True,
        known_as="URN, Current School URN",
    ),
    Field(
        "school_laestab", "School LAESTAB", export="The school's DfE number, such as 808/4000", open=True,
        known_as="LAESTAB, LA Estab, LEA Estab, DfE Number, DfE No, School DfE Number, DfES Number, School DfE No, "
        "Current School LAESTAB, School Number",
    ),
    Field(
        "school_name", "School name", export="The school", open=True,
        known_as="School, Current School, Current School Name, Establishment, Establishment Name",
    ),
    Field(
        "next_school_urn", "Next school URN", export="The next school's unique reference number", open=True,
        known_as="Destination URN, Destination School URN, Receiving School URN",
    ),
    Field(
        "next_school_laestab", "Next school LAESTAB", export="The next school's DfE number", open=True,
        known_as="Next School DfE Number, Destination LAESTAB, Destination DfE Number, Destination School LAESTAB, "
        "Receiving School LAESTAB, Receiving School DfE Number",
    ),
    Field(
        "next_school_name", "Next school name", export="The next school", open=True,
        known_as="Next School, Destination, Destination School, Receiving School, New School, Secondary School, "
        "Allocated School, Offered School, Transferring to",
    ),
    Field(
        "worker", "Worker", export="The pupil’s caseworker", open=True,
        known_as="Caseworker, Case Worker Name, Owner, Key Worker, SEN Caseworker, SEND Caseworker, EHC Coordinator, "
        "Plan Coordinator, Allocated to, Allocated Worker",
    ),
    Field("notes_reference", "Notes reference", known_as="Reference, File Reference, Case Reference, Case Number"),
)  # fmt: skip
"""Those and what a file has that is looked up, not read, or is nowhere kept. ``known_as`` says what other systems call each."""
