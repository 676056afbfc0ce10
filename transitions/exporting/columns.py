"""The columns of every export: their headers, which scripts rely on, and what each holds. The documentation is made of these.

Where an import knows the same thing the header is its field's own name, so that a file of pupils can be read back.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from db.vocabulary import EVENT_KINDS, PLACEMENT_KINDS, WORKSHOP_KINDS
from transitions.exporting.column import (
    PSEUDONYM,
    ExportColumn,
    Shown,
    always_shown,
    counted,
    day,
    in_full,
    of_pupil,
)
from transitions.exporting.inspection_columns import INSPECTION
from transitions.exporting.writer import TableColumn
from transitions.handovers.form import HOLDS_NO_WORDS, shipped, shipped_questions, transitions
from transitions.impact.listing import COLUMNS, NUMBERS
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.plans.questions import load_shipped
from transitions.pupils.pupil_fields import FIELDS, FILE_FIELDS
from transitions.questionnaire import Filled, Question

PERCENT: Final = "_percent"
ASKED: Final = "_asked"
"""What the headers of a section's completeness end with: the percentage, and its base."""


def _filled(sections: Mapping[str, str], meaning: str) -> Iterator[ExportColumn]:
    for code, title in sections.items():
        # whether this one is empty tells whether there is a child protection file
        shown: Shown = "in full" if code in HOLDS_NO_WORDS else "always"
        yield ExportColumn(f"{code}{PERCENT}", f"{title}: {meaning}", "number", shown)
        yield ExportColumn(f"{code}{ASKED}", "Of how many that is", "number", shown)


def completeness(code: str, filled: Filled | None) -> dict[str, int | None]:
    """The cells of a section: per cent rounded down, so that 100 says that nothing is missing, and of how many questions."""
    there, asked = filled or (0, None)
    return {f"{code}{PERCENT}": there * 100 // asked if asked else None, f"{code}{ASKED}": asked}


_AFTER_SCHOOLS: Final = ("next_school_stage", "tier", "in_year_move_on", "child_protection_file")
PUPILS: Final = (
    PSEUDONYM,
    *of_pupil(*(name for name, field in FIELDS.items() if field.export and name not in _AFTER_SCHOOLS)),
    *of_pupil(*(name for name in FILE_FIELDS if name not in FIELDS and name.startswith(("school_", "next_school_")))),
    *of_pupil("next_school_stage", "tier", "worker", "in_year_move_on", "child_protection_file"),
)

SECTIONS: Final = {section.code: section.title for section in load_shipped().sections}
"""The sections of a plan with their titles."""


_WHO: Final = (
    PSEUDONYM,
    *of_pupil("upn"),
    *of_pupil("surname", "forename", "preferred_name", "date_of_birth", shown="in full"),
    always_shown("year_group", "<N before nursery, N, R, 1 to 14, >14 after, on the day of the file"),
)
_TOLD_ABOVE: Final = (
    "preferred_name", "named_worker_id", "named_worker_from", "named_worker_until", "destination_school_id", "destination",
    "destination_stage", "destination_on", "destination_from", "back_up",
)  # fmt: skip
"""The questions of a plan whose answers have columns of their own; the others come last, in the order of the form."""
PLANS: Final = (
    *_WHO,
    always_shown("school", "The school"),
    always_shown("transition", "The code of the transition point"),
    counted("version", "Which version of the plan, from 1; every version has a row of its own"),
    always_shown(
        "newest_version",
        "yes when no later version was made from it, else no; while that version is a draft, the one before it is in force",
    ),
    always_shown(
        "in_force",
        "yes for the newest version that was agreed, of a closed plan too: count completed plans by the rows that say yes here "
        "and under completed and were not closed before the days you count, as the heading does for this academic year",
    ),
    always_shown("status", "draft, shared with family, agreed, active, reviewed or closed"),
    always_shown("completed", f"yes when {COMPLETED_MEANS}; what an audit asks for is no such action"),
    day("opened_on", "The day on which this version was opened"),
    day("shared_on", "The day on which a copy was shared with the family"),
    day("agreed_on", "The day on which it was agreed"),
    day("active_on", "The day from which it was carried out"),
    day("reviewed_on", "The day on which this version was reviewed last"),
    day("review_on", "The day by which it is to be reviewed next"),
    always_shown("review_overdue", "yes when it is agreed, active or reviewed and that day has gone by, else no"),
    day("last_review", "The day of the latest review held, of this version or one it was made from"),
    day("next_review", "The day for which the next review is arranged; empty when none is, or the plan is closed"),
    day("closed_on", "The day on which it was closed"),
    *_filled(
        SECTIONS,
        "per cent of what this pupil is asked that is answered, rounded down (a list counts as one question); "
        "empty when nothing is asked",
    ),
    always_shown("pupil_voice_recorded", "yes or no: whether it holds the pupil's own words"),
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
    counted("audit_points", "The points that it is made of: 2 for each item that is met, 1 for one met in part"),
    counted("audit_points_possible", "Of how many: 2 for each item that applies"),
    always_shown("audit_grade", "Its grade, by the thresholds of that day"),
    counted(
        "satisfaction_pupil",
        "How good the pupil found the planning overall, 1 to 5, in the last answer linked to this version or one it was made "
        "from; empty when all were anonymous",
    ),
    counted("satisfaction_family", "How good a parent or carer found it, likewise"),
    always_shown("named_worker", "The worker named on the plan"),
    in_full("named_worker_from", "Since when", "date"),
    in_full("named_worker_until", "Until when", "date"),
    ExportColumn("destination", "The place to which the pupil goes"),
    always_shown("destination_stage", "intended, agreed or confirmed"),
    in_full("destination_on", "Since when it is that", "date"),
    in_full("destination_from", "The day on which the pupil starts there", "date"),
    always_shown("back_up_recorded", "yes or no: whether it says what happens if the place falls through"),
    in_full("back_up", "What happens if it falls through"),
    in_full("author", "Who opened this version"),
    in_full("close_reason", "Why it was closed"),
    in_full("links", "Links to material, each with its title"),
    *(
        ExportColumn(question.code, question.label, question.cell_kind, "in full")
        for section in load_shipped().sections
        for question in section.questions
        if question.code not in _TOLD_ABOVE
    ),
)

MISSED: Final = (
    PSEUDONYM,
    *of_pupil("upn", "surname", "forename"),
    *of_pupil("preferred_name", "date_of_birth", shown="in full"),
    always_shown("year_group", "<N before nursery, N, R, 1 to 14, >14 after, on the day of the file"),
    always_shown("school", "The school"),
    ExportColumn("next_school", "The next school"),
    always_shown("worker", "The pupil’s caseworker"),
    always_shown("milestone", "The milestone's code; action for an action of a plan"),
    always_shown("title", "What should have happened; beside a pseudonym only that it is an action of a plan"),
    always_shown("transition", "The code of the transition point"),
    always_shown("severity", "statutory, good practice or local; empty for an action"),
    day("due", "The day on which it was due"),
    counted("days_late", "Days gone by since the last day in time, days of grace not counted"),
    always_shown(
        "state",
        "overdue: nothing is recorded; missed: somebody has flagged it; action overdue: an action of a plan is not done",
    ),
    day("missed_on", "The day on which it was flagged missed"),
    always_shown("reason", "The code of the reason"),
    always_shown("reason_words", "The reason"),
    ExportColumn("next_step", "What happens next"),
    ExportColumn("remind_on", "The day until which everything about the pupil was put off", "date"),
    ExportColumn("action_owner", "The person who has promised an action; empty for a milestone"),
)

HANDOVER_SECTIONS: Final = {
    section.code: section.title
    for code in transitions()
    for section in shipped(code).sections
    if section.code != "friendships"
} | {"own": "What our council also asks"}
"""The sections of every handover form with their titles; of friendships there is nothing to count."""
ANSWER: Final = "answer_"
"""What the header of an answer begins with."""
ANSWERS: Final = shipped_questions()
"""The questions of every handover form that ships, by code."""


def _answer(code: str, question: Question) -> ExportColumn:
    after = ANSWERS.get(question.follows)
    meaning = question.label if after is None else f"{after.label} {question.label}"
    return ExportColumn(f"{ANSWER}{code}", meaning, question.cell_kind, "in full")


HANDOVERS: Final = (
    *_WHO,
    always_shown("direction", "out: to the pupil's next school; in: it came from another school"),
    always_shown("transition", "The code of the transition point"),
    always_shown("academic_year", "The academic year at whose end, or within which, the pupil moves, such as 2026/27"),
    always_shown("school", "The school that the pupil leaves, or left"),
    ExportColumn("next_school", "The school to which the pupil goes, or went"),
    always_shown("tier", "universal, targeted or enhanced"),
    always_shown("worker", "The pupil’s caseworker"),
    always_shown("status", "not started, drafting, sent, viewed, acknowledged, returned (with a question) or failed"),
    always_shown(
        "complete",
        "yes when the school to which the pupil goes has acknowledged it, else no: one that was sent is not complete",
    ),
    always_shown("waiting_on", "us, or them: the other school; empty when nobody waits any more"),
    day("waiting_since", "Since when; empty for what is not started"),
    day("started_on", "The day on which it was started"),
    day("sent_on", "The day on which it was sent the last time"),
    counted("times_sent", "How many times it was sent"),
    day("received_on", "The day on which the other school says it came; of one that came to us, when we took it in"),
    day("viewed_on", "The day on which it was opened"),
    day("acknowledged_on", "The day on which it was acknowledged"),
    day("returned_on", "The day on which it came back with a question the last time"),
    day("failed_on", "The day on which it was known that it did not arrive"),
    day("chased_on", "The day on which the other school was last asked whether it has read it"),
    always_shown("sent_elsewhere", "yes when it went to a school that is no longer the pupil's next, else no"),
    counted("questions", "How many questions the receiving school has asked"),
    counted("questions_open", "How many of them nobody has answered yet"),
    always_shown("form", "The version of the form"),
    counted(
        "filled", "How many questions that count are answered or stand in the record; empty when it is not started"
    ),
    counted("asked", "How many count for this pupil"),
    counted("to_confirm", "How many answers only stand in the record, and nobody has confirmed them yet"),
    *_filled(
        HANDOVER_SECTIONS,
        "per cent of what counts there that is answered or stands in the record, rounded down; empty when nothing does",
    ),
    in_full("sen_provision", "N, K or E"),
    *of_pupil("child_protection_file", shown="in full"),
    in_full("child_protection_sent_on", "The day on which it went to the next school the last time", "date"),
    in_full("child_protection_receipt_on", "The day on which that school confirmed the receipt", "date"),
    in_full("sent_how", "How the handover was sent"),
    in_full("sent_by", "By whom"),
    in_full("acknowledged_by", "Who acknowledged it"),
    in_full("fail_reason", "Why it did not arrive"),
    *(_answer(code, question) for code, question in ANSWERS.items()),
    in_full(
        "other_answers",
        "Answers to the council's own questions, and to those that our form does not ask: one on each line",
    ),
)

EVENTS: Final = (
    *_WHO,
    always_shown("school", "The school"),
    always_shown("kind", f"{', '.join((*PLACEMENT_KINDS, *EVENT_KINDS)[:-1])} or {EVENT_KINDS[-1]}"),
    day("started_on", "The day, or the first of several; empty when it is not known"),
    day("ended_on", "The last day; empty when it goes on, or is not known"),
    day("planned_end", "Until when a placement is planned"),
    day("back_on", "The day on which the pupil came back from it"),
    counted("days", "For how many school days the pupil was suspended, 0.5 for half a day; empty when it is not known"),
    always_shown("reason", "The census's code of the reason for a suspension or exclusion"),
    always_shown("reason_words", "The reason"),
    always_shown("at_school", "The school where it happened, or to which the pupil went"),
    ExportColumn("place", "The place to which the pupil went, when it is no school"),
    in_full("note", "What was noted"),
)

PROGRAMMES: Final = (
    *_WHO,
    always_shown("of", "pupil or school: who takes part"),
    always_shown("school", "The school that takes part, or of the pupil who does"),
    always_shown("programme", "The name of the intervention or programme"),
    day("started_on", "The first day; empty when it is not known"),
    day("ended_on", "The last day; empty when it goes on"),
    always_shown("parent_involved", "yes or no; empty when nobody has said"),
    counted("understanding_before", "How well the person understands the matter, 0 to 100 per cent, as said before"),
    counted("understanding_after", "The same, as said after"),
    in_full("who", "Who runs it, or who takes part for the school"),
    in_full("outcome", "What came of it"),
)

CALENDAR: Final = (
    day("first_day", "The day, or the first of several"),
    day("last_day", "The last day; the same as the first when it is one"),
    always_shown(
        "kind",
        "census, test, return, admissions, EHC plan, post-16, other, workshop, date (of the council or a school), milestone, "
        "plan (meetings and reviews), closure or bank holiday",
    ),
    always_shown("code", "The code of the milestone or of what is asked; of a workshop or date its number"),
    always_shown("title", "What falls on the day"),
    always_shown("year_groups", "N, R, 1 to 14, >14 after, separated by commas; empty for everybody"),
    counted("pupils", "For how many pupils it is open; empty where they are not counted"),
    always_shown("severity", "Of a milestone: statutory, good practice or local"),
    always_shown("source", "Where the date comes from"),
    always_shown("verified", "yes, or no: check with your LA before relying on it"),
    always_shown("detail", "What else there is to know"),
    always_shown("starts", "The hour at which a workshop starts, such as 09:30"),
    always_shown("ends", "The hour at which it ends"),
    always_shown("place", "Where it is"),
)
"""Of ``transitions calendar`` and the file of the year's dates: no name, so there is nothing to pseudonymise."""

_YEAR_GROUPS: Final = "<N before nursery, N, R, 1 to 14, separated by commas; empty for all"
_OF_WORKSHOP: Final = (
    counted("workshop", "The number of the workshop, the same in both files"),
    always_shown("academic_year", "The academic year, such as 2026/27"),
    day("on_day", "The day, or the first of several"),
    always_shown("kind", f"{', '.join(WORKSHOP_KINDS[:-1])} or {WORKSHOP_KINDS[-1]}"),
    always_shown("title", "What it is called"),
    always_shown("series", "What joins it to the meetings before and after it"),
    always_shown("status", "planned, held or cancelled"),
    always_shown("host_school", "The school that holds it"),
    always_shown("transition", "The code of the transition point that it is about"),
    always_shown("year_groups", f"The year groups that it is about: {_YEAR_GROUPS}"),
    always_shown("programme", "The programme of training"),
    always_shown("module", "The module of it"),
)

WORKSHOPS: Final = (
    *_OF_WORKSHOP,
    day("last_day", "The last of several days"),
    always_shown("starts", "When it starts, such as 09:30"),
    always_shown("ends", "When it ends"),
    always_shown("place", "Where it is"),
    always_shown("host_school_urn", "The unique reference number of the school that holds it"),
    always_shown("audience", "For whom it is"),
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
    counted("places", "How many delegates there is room for; empty when nobody said"),
    counted("places_taken", "How many of them are taken by invitations that were accepted, and by who came"),
    always_shown("fee", "What each delegate pays, in pounds"),
    in_full("links", "Links to material, each with its title"),
    in_full("cancel_reason", "Why it was cancelled"),
    in_full("agenda", "The agenda"),
    in_full("notes", "Notes"),
)

ATTENDANCE: Final = (
    *_OF_WORKSHOP,
    always_shown("invited_as", "school, agency or person: a person of a school counts with the school"),
    always_shown("school", "The school that is invited, or from which the person is"),
    always_shown("school_urn", "Its unique reference number"),
    always_shown("school_laestab", "Its DfE number, such as 808/4000"),
    always_shown("phase", "Its phase"),
    always_shown("agency", "The agency that is invited, or from which the person is"),
    always_shown(
        "attendance",
        "came, apologies, absent or not marked (never the same as absent); empty before the day and for a cancelled meeting",
    ),
    counted("people", "How many came from there, if anybody counted"),
    in_full("name", "The person"),
    ExportColumn("confidence_before", "How confident the person was before, 1 to 5", "number", "in full"),
    ExportColumn("confidence_after", "How confident after", "number", "in full"),
    in_full("note", "What was noted beside the line"),
)

MOVERS: Final = (
    PSEUDONYM,
    ExportColumn(
        "next_school",
        "The school or college to which the pupil goes, by which the file is ordered; empty while none is known",
    ),
    *of_pupil("surname", "forename", "preferred_name"),
    always_shown("year_group", "The year group on the day of the file"),
    always_shown("school", "The school that the pupil leaves"),
    always_shown("transition", "The code of the transition point"),
    always_shown("academic_year", "The academic year at whose end, or within which, the pupil moves, such as 2026/27"),
    always_shown("sen_provision", "N, K or E"),
    always_shown("tier", "universal, targeted or enhanced"),
    always_shown(
        "status", "How far the handover is: not started, drafting, sent, viewed, acknowledged, returned or failed"
    ),
    always_shown("worker", "The pupil’s caseworker"),
)
"""The list of movers, which is printed, too: names, and no more than a meeting about them needs."""
EXPORTS: Final[Mapping[str, tuple[ExportColumn, ...]]] = MappingProxyType(
    {
        "pupils": PUPILS,
        "plans": PLANS,
        "missed": MISSED,
        "handovers": HANDOVERS,
        "movers": MOVERS,
        "events": EVENTS,
        "programmes": PROGRAMMES,
    }
)
"""The files of pupils."""
REGISTERS: Final[Mapping[str, tuple[ExportColumn, ...]]] = MappingProxyType(
    {"workshops": WORKSHOPS, "attendance": ATTENDANCE}
)
"""The files of workshops. There is no pupil in them, so nothing to pseudonymise; the names of adults only in full."""

FIGURES: Final[Mapping[str, tuple[ExportColumn, ...]]] = MappingProxyType(
    {"impact": tuple((counted if name in NUMBERS else always_shown)(name, what) for name, what in COLUMNS.items())}
)
"""The file of the figures that committees ask for: counts, and no pupil in them."""


def columns_of(what: str) -> tuple[ExportColumn, ...]:
    return {**EXPORTS, **REGISTERS, **FIGURES, **INSPECTION}[what]


def chosen(columns: Sequence[ExportColumn], *, full: bool, pseudonymised: bool) -> list[tuple[int, TableColumn]]:
    wanted = {"always", "with pseudonyms"} if pseudonymised else {"always", "with names"}
    if full and not pseudonymised:
        wanted.add("in full")
    return [
        (place, TableColumn(column.header, column.kind))
        for place, column in enumerate(columns)
        if column.shown in wanted
    ]
