"""The columns of every export: their headers, which scripts rely on, and what each holds. The documentation is made of these.

Where an import knows the same thing the header is its field's own name, so that a file of pupils can be read back.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from transitions.exporting.writer import Column
from transitions.plans.life import COMPLETED_MEANS
from transitions.plans.questions import load_shipped

__all__ = [
    "CALENDAR",
    "EXPORTS",
    "MISSED",
    "PERCENT",
    "PLANS",
    "PUPILS",
    "SECTIONS",
    "ExportColumn",
    "What",
    "chosen",
]

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

PERCENT: Final = "_percent"
"""What the header of a section's completeness ends with."""
SECTIONS: Final = {section.code: section.title for section in load_shipped().sections}
"""The sections of a plan with their titles."""


def _in_full(header: str, meaning: str, kind: Literal["text", "date"] = "text") -> ExportColumn:
    return ExportColumn(header, meaning, kind, "in full")


def _counted(header: str, meaning: str) -> ExportColumn:
    return ExportColumn(header, meaning, "number", "always")


def _day(header: str, meaning: str) -> ExportColumn:
    return ExportColumn(header, meaning, "date", "always")


def _told(header: str, meaning: str) -> ExportColumn:
    return ExportColumn(header, meaning, shown="always")


PLANS: Final = (
    _PSEUDONYM,
    _UPN,
    _in_full("surname", "Surname"),
    _in_full("forename", "Forename"),
    _in_full("preferred_name", "The forename the pupil goes by, when it is another"),
    _in_full("date_of_birth", "Date of birth", "date"),
    _told("year_group", "<N before nursery, N, R, 1 to 14, >14 after, on the day of the file"),
    _told("school", "The school"),
    _told("transition", "The code of the transition point"),
    _counted("version", "Which version of the plan, from 1; every version has a row of its own"),
    _told(
        "newest_version",
        "yes when no later version was made from it, else no: count plans by the rows that say yes; while that version is a "
        "draft, the one before it is still in force",
    ),
    _told("status", "draft, shared with family, agreed, active, reviewed or closed"),
    _told("completed", f"yes when {COMPLETED_MEANS}; what an audit asks for is no such action"),
    _day("opened_on", "The day on which this version was opened"),
    _day("shared_on", "The day on which a copy was shared with the family"),
    _day("agreed_on", "The day on which it was agreed"),
    _day("active_on", "The day from which it was carried out"),
    _day("reviewed_on", "The day on which this version was reviewed last"),
    _day("review_on", "The day by which it is to be reviewed next"),
    _told("review_overdue", "yes when it is agreed, active or reviewed and that day has gone by, else no"),
    _day("last_review", "The day of the latest review held, of this version or one it was made from"),
    _day("next_review", "The day for which the next review is arranged; empty when none is, or the plan is closed"),
    _day("closed_on", "The day on which it was closed"),
    *(
        _counted(
            f"{code}{PERCENT}",
            f"{title}: per cent of what this pupil is asked that is answered, rounded down (a list counts as one question); "
            "empty when nothing is asked",
        )
        for code, title in SECTIONS.items()
    ),
    _told("pupil_voice_recorded", "yes or no: whether it holds the pupil's own words"),
    _counted("outcomes", "How many outcomes it has"),
    _counted("outcomes_achieved", "How many of them are achieved"),
    _counted("areas_covered", "In how many of the four areas it has an outcome, 0 to 4"),
    _counted(
        "actions",
        "How many actions it has, those that go on in the next version too; not those dropped, nor what an audit asks for",
    ),
    _counted("actions_done", "How many of them are done"),
    _counted("actions_overdue", "How many are open and past their day"),
    _counted("audit_score", "The latest quality audit of this version, 0 to 100 per cent; empty when nothing applied"),
    _told("audit_grade", "Its grade, by the thresholds of that day"),
    _counted(
        "satisfaction_pupil",
        "How good the pupil found the planning overall, 1 to 5, in the last answer linked to this version or one it was made "
        "from; empty when all were anonymous",
    ),
    _counted("satisfaction_family", "How good a parent or carer found it, likewise"),
    _told("named_worker", "The worker named on the plan"),
    _in_full("named_worker_from", "Since when", "date"),
    _in_full("named_worker_until", "Until when", "date"),
    ExportColumn("destination", "The place to which the pupil goes"),
    _told("destination_stage", "intended, agreed or confirmed"),
    _in_full("destination_on", "Since when it is that", "date"),
    _in_full("destination_from", "The day on which the pupil starts there", "date"),
    _told("back_up_recorded", "yes or no: whether it says what happens if the place falls through"),
    _in_full("back_up", "What happens if it falls through"),
    _in_full("author", "Who opened this version"),
    _in_full("close_reason", "Why it was closed"),
    _in_full("admired", "What people like and admire about the pupil"),
    _in_full("important_to_me", "What is important to the pupil"),
    _in_full("support", "How best to support the pupil"),
    _in_full("communication", "How the pupil communicates"),
    _in_full("pupil_voice", "The pupil's own words"),
    _in_full("pupil_voice_how", "How they were said"),
    _in_full("pupil_voice_on", "When they were said", "date"),
    _in_full("family_voice", "What the family says"),
    _in_full("different_views", "Where views differ"),
    _in_full("working_pupil", "What is working, as the pupil sees it"),
    _in_full("not_working_pupil", "What is not working, as the pupil sees it"),
    _in_full("working_family", "What is working, as the family sees it"),
    _in_full("not_working_family", "What is not working, as the family sees it"),
    _in_full("working_school", "What is working, as the school sees it"),
    _in_full("not_working_school", "What is not working, as the school sees it"),
    _in_full("working_others", "What is working, as others see it"),
    _in_full("not_working_others", "What is not working, as others see it"),
    _in_full("hopes", "The pupil's hopes"),
    _in_full("hopes_how", "How they were said"),
    _in_full("hopes_on", "When they were said", "date"),
    _in_full("risks", "Where the papers on health, equipment and risks are"),
    _in_full("decision_making", "How the young person decides"),
    _in_full("advocate_offered", "yes or no: whether an advocate was offered; empty when nobody has said"),
    _in_full("advocate_on", "When", "date"),
    _in_full("adult_assessments", "Which adult services were asked"),
    _in_full("sharing_basis", "Why the plan may be shared"),
    _in_full("accessible_copy", "In what form the family has it"),
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
    ExportColumn("milestone", "The milestone's code; action for an action of a plan", shown="always"),
    ExportColumn(
        "title", "What should have happened; beside a pseudonym only that it is an action of a plan", shown="always"
    ),
    ExportColumn("transition", "The code of the transition point", shown="always"),
    ExportColumn("severity", "statutory, good practice or local; empty for an action", shown="always"),
    ExportColumn("due", "The day on which it was due", "date", shown="always"),
    ExportColumn(
        "days_late", "Days gone by since the last day in time, days of grace not counted", "number", shown="always"
    ),
    ExportColumn(
        "state",
        "overdue: nothing is recorded; missed: somebody has flagged it; action overdue: an action of a plan is not done",
        shown="always",
    ),
    ExportColumn("missed_on", "The day on which it was flagged missed", "date", shown="always"),
    ExportColumn("reason", "The code of the reason", shown="always"),
    ExportColumn("reason_words", "The reason", shown="always"),
    ExportColumn("next_step", "What happens next"),
    ExportColumn("remind_on", "The day until which the decision was put off", "date"),
    ExportColumn("action_owner", "The person who has promised an action; empty for a milestone"),
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
