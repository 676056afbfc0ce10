"""The columns of every export: their headers, which scripts rely on, and what each holds. The documentation is made of these.

Where an import knows the same thing the header is its field's own name, so that a file of pupils can be read back.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from db.vocabulary import WORKSHOP_KINDS
from transitions.exporting.column_kinds import (
    PERCENT,
    PSEUDONYM,
    UPN,
    ExportColumn,
    What,
    counted,
    day,
    in_full,
    told,
)
from transitions.exporting.handover_columns import HANDOVERS
from transitions.exporting.writer import Column
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.plans.questions import load_shipped

__all__ = [
    "ATTENDANCE",
    "CALENDAR",
    "EXPORTS",
    "HANDOVERS",
    "MISSED",
    "PERCENT",
    "PLANS",
    "PUPILS",
    "REGISTERS",
    "SECTIONS",
    "WORKSHOPS",
    "ExportColumn",
    "What",
    "chosen",
    "columns_of",
]

PUPILS: Final = (
    PSEUDONYM,
    UPN,
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

SECTIONS: Final = {section.code: section.title for section in load_shipped().sections}
"""The sections of a plan with their titles."""


PLANS: Final = (
    PSEUDONYM,
    UPN,
    in_full("surname", "Surname"),
    in_full("forename", "Forename"),
    in_full("preferred_name", "The forename the pupil goes by, when it is another"),
    in_full("date_of_birth", "Date of birth", "date"),
    told("year_group", "<N before nursery, N, R, 1 to 14, >14 after, on the day of the file"),
    told("school", "The school"),
    told("transition", "The code of the transition point"),
    counted("version", "Which version of the plan, from 1; every version has a row of its own"),
    told(
        "newest_version",
        "yes when no later version was made from it, else no: count plans by the rows that say yes; while that version is a "
        "draft, the one before it is still in force",
    ),
    told("status", "draft, shared with family, agreed, active, reviewed or closed"),
    told("completed", f"yes when {COMPLETED_MEANS}; what an audit asks for is no such action"),
    day("opened_on", "The day on which this version was opened"),
    day("shared_on", "The day on which a copy was shared with the family"),
    day("agreed_on", "The day on which it was agreed"),
    day("active_on", "The day from which it was carried out"),
    day("reviewed_on", "The day on which this version was reviewed last"),
    day("review_on", "The day by which it is to be reviewed next"),
    told("review_overdue", "yes when it is agreed, active or reviewed and that day has gone by, else no"),
    day("last_review", "The day of the latest review held, of this version or one it was made from"),
    day("next_review", "The day for which the next review is arranged; empty when none is, or the plan is closed"),
    day("closed_on", "The day on which it was closed"),
    *(
        counted(
            f"{code}{PERCENT}",
            f"{title}: per cent of what this pupil is asked that is answered, rounded down (a list counts as one question); "
            "empty when nothing is asked",
        )
        for code, title in SECTIONS.items()
    ),
    told("pupil_voice_recorded", "yes or no: whether it holds the pupil's own words"),
    counted("outcomes", "How many outcomes it has"),
    counted("outcomes_achieved", "How many of them are achieved"),
    counted("areas_covered", "In how many of the four areas it has an outcome, 0 to 4"),
    counted(
        "actions",
        "How many actions it has, those that go on in the next version too; not those dropped, nor what an audit asks for",
    ),
    counted("actions_done", "How many of them are done"),
    counted("actions_overdue", "How many are open and past their day"),
    counted("audit_score", "The latest quality audit of this version, 0 to 100 per cent; empty when nothing applied"),
    told("audit_grade", "Its grade, by the thresholds of that day"),
    counted(
        "satisfaction_pupil",
        "How good the pupil found the planning overall, 1 to 5, in the last answer linked to this version or one it was made "
        "from; empty when all were anonymous",
    ),
    counted("satisfaction_family", "How good a parent or carer found it, likewise"),
    told("named_worker", "The worker named on the plan"),
    in_full("named_worker_from", "Since when", "date"),
    in_full("named_worker_until", "Until when", "date"),
    ExportColumn("destination", "The place to which the pupil goes"),
    told("destination_stage", "intended, agreed or confirmed"),
    in_full("destination_on", "Since when it is that", "date"),
    in_full("destination_from", "The day on which the pupil starts there", "date"),
    told("back_up_recorded", "yes or no: whether it says what happens if the place falls through"),
    in_full("back_up", "What happens if it falls through"),
    in_full("author", "Who opened this version"),
    in_full("close_reason", "Why it was closed"),
    in_full("admired", "What people like and admire about the pupil"),
    in_full("important_to_me", "What is important to the pupil"),
    in_full("support", "How best to support the pupil"),
    in_full("communication", "How the pupil communicates"),
    in_full("pupil_voice", "The pupil's own words"),
    in_full("pupil_voice_how", "How they were said"),
    in_full("pupil_voice_on", "When they were said", "date"),
    in_full("family_voice", "What the family says"),
    in_full("different_views", "Where views differ"),
    in_full("working_pupil", "What is working, as the pupil sees it"),
    in_full("not_working_pupil", "What is not working, as the pupil sees it"),
    in_full("working_family", "What is working, as the family sees it"),
    in_full("not_working_family", "What is not working, as the family sees it"),
    in_full("working_school", "What is working, as the school sees it"),
    in_full("not_working_school", "What is not working, as the school sees it"),
    in_full("working_others", "What is working, as others see it"),
    in_full("not_working_others", "What is not working, as others see it"),
    in_full("hopes", "The pupil's hopes"),
    in_full("hopes_how", "How they were said"),
    in_full("hopes_on", "When they were said", "date"),
    in_full("risks", "Where the papers on health, equipment and risks are"),
    in_full("decision_making", "How the young person decides"),
    in_full("advocate_offered", "yes or no: whether an advocate was offered; empty when nobody has said"),
    in_full("advocate_on", "When", "date"),
    in_full("adult_assessments", "Which adult services were asked"),
    in_full("sharing_basis", "Why the plan may be shared"),
    in_full("accessible_copy", "In what form the family has it"),
)

MISSED: Final = (
    PSEUDONYM,
    UPN,
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
        "census, test, return, admissions, EHC plan, post-16, other, workshop, date (of the council or a school), milestone, "
        "plan (meetings and reviews), closure or bank holiday",
        shown="always",
    ),
    ExportColumn(
        "code", "The code of the milestone or of what is asked; of a workshop or date its number", shown="always"
    ),
    ExportColumn("title", "What falls on the day", shown="always"),
    ExportColumn("year_groups", "N, R, 1 to 14, >14 after, parted by commas; empty for everybody", shown="always"),
    ExportColumn(
        "pupils", "For how many pupils it is open; empty where they are not counted", "number", shown="always"
    ),
    ExportColumn("severity", "Of a milestone: statutory, good practice or local", shown="always"),
    ExportColumn("source", "Where the date comes from", shown="always"),
    ExportColumn("verified", "yes, or no: check with your LA before relying on it", shown="always"),
    ExportColumn("detail", "What else there is to know", shown="always"),
    ExportColumn("starts", "The hour at which a workshop starts, such as 09:30", shown="always"),
    ExportColumn("ends", "The hour at which it ends", shown="always"),
    ExportColumn("place", "Where it is", shown="always"),
)
"""Of ``transitions calendar`` and the file of the year's dates: no name, so there is nothing to pseudonymise."""

_YEAR_GROUPS: Final = "<N before nursery, N, R, 1 to 14, parted by commas; empty for all"
_OF_WORKSHOP: Final = (
    counted("workshop", "The number of the workshop, the same in both files"),
    told("academic_year", "The academic year, such as 2026/27"),
    day("on_day", "The day, or the first of several"),
    told("kind", f"{', '.join(WORKSHOP_KINDS[:-1])} or {WORKSHOP_KINDS[-1]}"),
    told("title", "What it is called"),
    told("series", "What joins it to the meetings before and after it"),
    told("status", "planned, held or cancelled"),
    told("host_school", "The school that holds it"),
    told("transition", "The code of the transition point that it is about"),
    told("year_groups", f"The year groups that it is about: {_YEAR_GROUPS}"),
    told("programme", "The programme of training"),
    told("module", "The module of it"),
)

WORKSHOPS: Final = (
    *_OF_WORKSHOP,
    day("last_day", "The last of several days"),
    told("starts", "When it starts, such as 09:30"),
    told("ends", "When it ends"),
    told("place", "Where it is"),
    told("host_school_urn", "The unique reference number of the school that holds it"),
    told("audience", "For whom it is"),
    counted("schools_invited", "How many schools are in the register, the base of the next five; a school counts once"),
    counted(
        "schools_came",
        "How many of them came, with whomever; this and the next six are empty before the day and for a cancelled meeting",
    ),
    counted("schools_apologies", "How many sent apologies"),
    counted("schools_absent", "How many did neither"),
    counted("schools_not_marked", "Of how many nobody has said whether they came: they are never counted as absent"),
    counted("schools_came_percent", "Those that came in per cent of those invited; empty while nobody is marked"),
    counted("agencies_came", "How many agencies came"),
    counted("people_came", "How many people came, as far as anybody counted them; empty when nobody did"),
    counted("actions", "How many actions were agreed, dropped ones left out"),
    counted("actions_open", "How many of them are not fully achieved"),
    counted("actions_fully_achieved", "How many of them are graded 1, Fully achieved"),
    in_full("worker", "Who runs it"),
    in_full("link", "Where it is online"),
    in_full("cancel_reason", "Why it was cancelled"),
    in_full("agenda", "The agenda"),
    in_full("notes", "Notes"),
)

ATTENDANCE: Final = (
    *_OF_WORKSHOP,
    told("invited_as", "school, agency or person: a person of a school counts with the school"),
    told("school", "The school that is invited, or from which the person is"),
    told("school_urn", "Its unique reference number"),
    told("school_laestab", "Its DfE number, such as 808/4000"),
    told("phase", "Its phase"),
    told("agency", "The agency that is invited, or from which the person is"),
    told(
        "attendance",
        "came, apologies, absent or not marked (never the same as absent); empty before the day and for a cancelled meeting",
    ),
    counted("people", "How many came from there, if anybody counted"),
    in_full("name", "The person"),
    ExportColumn("confidence_before", "How confident the person was before, 1 to 5", "number", "in full"),
    ExportColumn("confidence_after", "How confident after", "number", "in full"),
    in_full("note", "What was noted beside the line"),
)

EXPORTS: Final[Mapping[What, tuple[ExportColumn, ...]]] = MappingProxyType(
    {"pupils": PUPILS, "plans": PLANS, "missed": MISSED, "handovers": HANDOVERS}
)
"""The files of pupils."""
REGISTERS: Final[Mapping[What, tuple[ExportColumn, ...]]] = MappingProxyType(
    {"workshops": WORKSHOPS, "attendance": ATTENDANCE}
)
"""The files of workshops. There is no pupil in them, so nothing to pseudonymise; the names of adults only in full."""


def columns_of(what: What) -> tuple[ExportColumn, ...]:
    """Give every column that a file may have."""
    return REGISTERS[what] if what in REGISTERS else EXPORTS[what]


def chosen(columns: Sequence[ExportColumn], *, full: bool, pseudonymised: bool) -> list[tuple[int, Column]]:
    """Give the columns of one file, each with its place among all."""
    wanted = {"always", "with pseudonyms"} if pseudonymised else {"always", "with names"}
    if full and not pseudonymised:
        wanted.add("in full")
    return [
        (place, Column(column.header, column.kind)) for place, column in enumerate(columns) if column.shown in wanted
    ]
