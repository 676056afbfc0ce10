"""The columns of every export: their headers, which scripts rely on, and what each holds. The documentation is made of these.

Where an import knows the same thing the header is its field's own name, so that a file of pupils can be read back.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from transitions.exporting.writer import Column

__all__ = ["CALENDAR", "EXPORTS", "MISSED", "PLANS", "PUPILS", "ExportColumn", "What", "chosen"]

What = Literal["pupils", "plans", "missed"]

Shown = Literal["always", "with names", "in full", "with pseudonyms"]
"""When a column is in the file: "in full" ones only when all is asked for, never beside a pseudonym."""


class ExportColumn(NamedTuple):
    """A header, what stands under it, what its cells are, and in which files it is."""

    header: str
    meaning: str
    kind: Literal["text", "date", "number"] = "text"
    shown: Shown = "with names"


_PSEUDONYM = ExportColumn(
    "pseudonym",
    "The same code for the same pupil in every file made with the same key; instead of name, numbers and date of birth",
    shown="with pseudonyms",
)
_UPN = ExportColumn("upn", "Unique pupil number")

PUPILS: Final = (
    _PSEUDONYM,
    _UPN,
    ExportColumn("former_upn", "An earlier unique pupil number"),
    ExportColumn("uln", "Unique learner number"),
    ExportColumn("surname", "Surname"),
    ExportColumn("forename", "Forename"),
    ExportColumn("preferred_name", "The forename the pupil goes by, when it is another"),
    ExportColumn("date_of_birth", "Date of birth", "date"),
    ExportColumn("sex", "F or M"),
    ExportColumn(
        "year_group", "N1, N, R or 1 to 14, as taught on the day of the file; empty before and after", shown="always"
    ),
    ExportColumn("out_of_year_reason", "Why the pupil is taught out of the year group by age"),
    ExportColumn("sen_provision", "N no SEN, K SEN support, E EHC plan", shown="always"),
    ExportColumn("primary_need", "The first of the pupil's needs, by its census code"),
    ExportColumn("secondary_need", "The second"),
    ExportColumn("need_3", "The third; further ones are not in the file"),
    ExportColumn("pupil_premium", "yes or no", shown="always"),
    ExportColumn("free_school_meals", "yes or no", shown="always"),
    ExportColumn("previously_looked_after", "yes or no", shown="always"),
    ExportColumn("social_care", "In which ways the pupil is open to social care, parted by commas", shown="always"),
    ExportColumn("social_care_since", "Since when; empty when several ways began on different days", "date"),
    ExportColumn("english_additional_language", "yes or no", shown="always"),
    ExportColumn("home_language", "Language spoken at home"),
    ExportColumn("young_carer", "yes or no", shown="always"),
    ExportColumn("attendance_percent", "Attendance, 0 to 100", "number", shown="always"),
    ExportColumn("suspensions", "How many suspensions", "number", shown="always"),
    ExportColumn("part_time_timetable", "yes or no", shown="always"),
    ExportColumn("part_time_timetable_until", "Until when", "date"),
    ExportColumn("school_urn", "The school's unique reference number", shown="always"),
    ExportColumn("school_laestab", "The school's DfE number, such as 808/4000", shown="always"),
    ExportColumn("school_name", "The school", shown="always"),
    ExportColumn("next_school_urn", "The next school's unique reference number", shown="always"),
    ExportColumn("next_school_laestab", "The next school's DfE number", shown="always"),
    ExportColumn("next_school_name", "The next school", shown="always"),
    ExportColumn("tier", "universal, targeted or enhanced", shown="always"),
    ExportColumn("worker", "Who answers for the pupil", shown="always"),
    ExportColumn("in_year_move_on", "The day of a move during the year", "date"),
    ExportColumn("child_protection_file", "yes or no: whether there is a file, never what is in it", shown="always"),
)

PLANS: Final = (
    _PSEUDONYM,
    _UPN,
    ExportColumn("surname", "Surname", shown="in full"),
    ExportColumn("forename", "Forename", shown="in full"),
    ExportColumn("preferred_name", "The forename the pupil goes by, when it is another", shown="in full"),
    ExportColumn("date_of_birth", "Date of birth", "date", shown="in full"),
    ExportColumn("year_group", "<N before nursery, N, R, 1 to 14, >14 after, on the day of the file", shown="always"),
    ExportColumn("school", "The school", shown="always"),
    ExportColumn("transition", "The code of the transition point", shown="always"),
    ExportColumn("version", "Which version of the plan, from 1", "number", shown="always"),
    ExportColumn("status", "draft, shared with family, agreed, active, reviewed or closed", shown="always"),
    ExportColumn("opened_on", "The day on which the plan was opened", "date", shown="always"),
    ExportColumn("shared_on", "The day on which a copy was shared with the family", "date", shown="always"),
    ExportColumn("agreed_on", "The day on which it was agreed", "date", shown="always"),
    ExportColumn("review_on", "The day by which it is to be reviewed", "date", shown="always"),
    ExportColumn("closed_on", "The day on which it was closed", "date", shown="always"),
    ExportColumn("pupil_voice_recorded", "yes or no: whether it holds the pupil's own words", shown="always"),
    ExportColumn("actions", "How many actions it has, those dropped not counted", "number", shown="always"),
    ExportColumn("actions_done", "How many of them are done", "number", shown="always"),
    ExportColumn("actions_overdue", "How many are open and past their day", "number", shown="always"),
    ExportColumn(
        "completed",
        "yes when agreed, with the pupil's own words, with at least one action that has an owner and a date, and with a "
        "copy shared",
        shown="always",
    ),
    ExportColumn("worker", "The worker named on the plan", shown="always"),
    ExportColumn("admired", "What people like and admire about the pupil", shown="in full"),
    ExportColumn("important_to_me", "What is important to the pupil", shown="in full"),
    ExportColumn("support", "How best to support the pupil", shown="in full"),
    ExportColumn("hopes", "The pupil's hopes", shown="in full"),
    ExportColumn("pupil_voice", "The pupil's own words", shown="in full"),
    ExportColumn("family_voice", "What the family says", shown="in full"),
    ExportColumn("different_views", "Where views differ", shown="in full"),
)

MISSED: Final = (
    _PSEUDONYM,
    _UPN,
    ExportColumn("surname", "Surname"),
    ExportColumn("forename", "Forename"),
    ExportColumn("preferred_name", "The forename the pupil goes by, when it is another", shown="in full"),
    ExportColumn("date_of_birth", "Date of birth", "date", shown="in full"),
    ExportColumn("year_group", "<N before nursery, N, R, 1 to 14, >14 after, on the day of the file", shown="always"),
    ExportColumn("school", "The school", shown="always"),
    ExportColumn("next_school", "The next school"),
    ExportColumn("worker", "Who answers for the pupil", shown="always"),
    ExportColumn("milestone", "The milestone's code", shown="always"),
    ExportColumn("title", "What should have happened", shown="always"),
    ExportColumn("transition", "The code of the transition point", shown="always"),
    ExportColumn("severity", "statutory, good practice or local", shown="always"),
    ExportColumn("due", "The day on which it was due", "date", shown="always"),
    ExportColumn(
        "days_late", "Days gone by since the last day in time, days of grace not counted", "number", shown="always"
    ),
    ExportColumn("state", "overdue: nothing is recorded; missed: somebody has flagged it", shown="always"),
    ExportColumn("missed_on", "The day on which it was flagged missed", "date", shown="always"),
    ExportColumn("reason", "The code of the reason", shown="always"),
    ExportColumn("reason_words", "The reason", shown="always"),
    ExportColumn("next_step", "What happens next"),
    ExportColumn("remind_on", "The day until which the decision was put off", "date"),
)

CALENDAR: Final = (
    ExportColumn("first_day", "The day, or the first of several", "date", shown="always"),
    ExportColumn("last_day", "The last day; the same as the first when it is one", "date", shown="always"),
    ExportColumn(
        "kind",
        "census, test, return, admissions, EHC plan, post-16, other, milestone, plan (meetings and reviews), closure or "
        "bank holiday",
        shown="always",
    ),
    ExportColumn("code", "The code of the milestone or of what is asked", shown="always"),
    ExportColumn("title", "What falls on the day", shown="always"),
    ExportColumn("year_groups", "N, R, 1 to 14, >14 after, parted by commas; empty for everybody", shown="always"),
    ExportColumn(
        "pupils", "For how many pupils it is open; empty where they are not counted", "number", shown="always"
    ),
    ExportColumn("severity", "Of a milestone: statutory, good practice or local", shown="always"),
    ExportColumn("source", "Where the date comes from", shown="always"),
    ExportColumn("verified", "yes, or no: check with your LA before relying on it", shown="always"),
    ExportColumn("detail", "What else there is to know", shown="always"),
)
"""Of ``transitions calendar`` and the file of the year's dates: no name, so there is nothing to pseudonymise."""

EXPORTS: Final[Mapping[What, tuple[ExportColumn, ...]]] = MappingProxyType(
    {"pupils": PUPILS, "plans": PLANS, "missed": MISSED}
)


def chosen(columns: Sequence[ExportColumn], *, full: bool, pseudonymised: bool) -> list[tuple[int, Column]]:
    """Give the columns of one file, each with its place among all."""
    wanted = {"always", "with pseudonyms"} if pseudonymised else {"always", "with names"}
    if full and not pseudonymised:
        wanted.add("in full")
    return [
        (place, Column(column.header, column.kind)) for place, column in enumerate(columns) if column.shown in wanted
    ]
