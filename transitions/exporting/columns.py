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
        yield ExportColumn(f"{code}{ASKED}", "Out of how many", "number", shown)


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
    counted("version", "Which version of the plan, from 1. Every version has its own row"),
    always_shown(
        "newest_version",
        "yes if no later version was made from it, otherwise no. While that version is a draft, the one before is in force",
    ),
    always_shown(
        "in_force",
        "yes for the latest agreed version, even of a closed plan. To count completed plans, count rows with yes here and under completed that were not closed before your period, as the heading does for this academic year",
    ),
    always_shown("status", "draft, shared with family, agreed, active, reviewed or closed"),
    always_shown("completed", f"yes if {COMPLETED_MEANS}. Corrective actions from an audit don't count"),
    day("opened_on", "The date this version was opened"),
    day("shared_on", "The date a copy was shared with the family"),
    day("agreed_on", "The date it was agreed"),
    day("active_on", "The date it came into action"),
    day("reviewed_on", "The date this version was last reviewed"),
    day("review_on", "The date its next review is due"),
    always_shown("review_overdue", "yes if it is agreed, active or reviewed and that date has passed, otherwise no"),
    day("last_review", "The date of the latest review held, of this version or one it was made from"),
    day("next_review", "The date arranged for the next review. Empty if none is arranged or the plan is closed"),
    day("closed_on", "The date it was closed"),
    *_filled(
        SECTIONS,
        "Per cent of this pupil's questions answered, rounded down (a list counts as one question). Empty if there are none",
    ),
    always_shown("pupil_voice_recorded", "yes or no: whether it has the pupil's own words"),
    counted("outcomes", "How many outcomes it has"),
    counted("outcomes_achieved", "How many of them are achieved"),
    counted("areas_covered", "In how many of the four areas it has an outcome, 0 to 4"),
    counted(
        "actions",
        "How many actions it has, including those that continue in the next version, but not dropped or corrective ones",
    ),
    counted("actions_done", "How many of them are done"),
    counted("actions_overdue", "How many are open and past their date"),
    counted("audit_score", "The latest quality audit of this version, 0 to 100 per cent. Empty if nothing applied"),
    counted("audit_points", "Its points: 2 for each item met, 1 for each partly met"),
    counted("audit_points_possible", "Out of how many: 2 for each item that applies"),
    always_shown("audit_grade", "Its grade, by the thresholds at the time"),
    counted(
        "satisfaction_pupil",
        "How good the pupil found the planning overall, 1 to 5, in the last answer linked to this version or one it was made from. Empty if all were anonymous",
    ),
    counted("satisfaction_family", "The same for a parent or carer"),
    always_shown("named_worker", "The worker named on the plan"),
    in_full("named_worker_from", "Since when", "date"),
    in_full("named_worker_until", "Until when", "date"),
    ExportColumn("destination", "The place the pupil is going to"),
    always_shown("destination_stage", "intended, agreed or confirmed"),
    in_full("destination_on", "Since when", "date"),
    in_full("destination_from", "The date the pupil starts there", "date"),
    always_shown("back_up_recorded", "yes or no: whether there is a back-up if the place falls through"),
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
    always_shown("title", "What should have happened. In a pseudonymised file, only that it is an action from a plan"),
    always_shown("transition", "The code of the transition point"),
    always_shown("severity", "statutory, good practice or local; empty for an action"),
    day("due", "The date it was due"),
    counted("days_late", "Days since the last day on time, not counting days of grace"),
    always_shown(
        "state",
        "overdue: nothing is recorded; missed: somebody has flagged it; action overdue: an action from a plan is not done",
    ),
    day("missed_on", "The date it was flagged missed"),
    always_shown("reason", "The reason code"),
    always_shown("reason_words", "The reason"),
    ExportColumn("next_step", "What happens next"),
    ExportColumn("remind_on", "The day until which everything about the pupil was put off", "date"),
    ExportColumn("action_owner", "The person who promised an action. Empty for a milestone"),
)

HANDOVER_SECTIONS: Final = {
    section.code: section.title
    for code in transitions()
    for section in shipped(code).sections
    if section.code != "friendships"
} | {"own": "Our council's own questions"}
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
    always_shown("direction", "out: to the pupil's next school; in: from another school"),
    always_shown("transition", "The code of the transition point"),
    always_shown("academic_year", "The academic year the pupil moves in or at the end of, such as 2026/27"),
    always_shown("school", "The school the pupil is leaving or has left"),
    ExportColumn("next_school", "The school the pupil is going to or went to"),
    always_shown("tier", "universal, targeted or enhanced"),
    always_shown("worker", "The pupil’s caseworker"),
    always_shown("status", "not started, drafting, sent, viewed, acknowledged, returned (with a question) or failed"),
    always_shown(
        "complete",
        "yes if the pupil's next school has acknowledged it, otherwise no. Being sent is not enough",
    ),
    always_shown("waiting_on", "us, or them (the other school). Empty if nobody is waiting"),
    day("waiting_since", "Since when. Empty if not started"),
    day("started_on", "The date it was started"),
    day("sent_on", "The date it was last sent"),
    counted("times_sent", "How many times it was sent"),
    day("received_on", "The date the other school says it arrived, or the date we took in one we received"),
    day("viewed_on", "The date it was opened"),
    day("acknowledged_on", "The date it was acknowledged"),
    day("returned_on", "The date it last came back with a question"),
    day("failed_on", "The date it was found not to have arrived"),
    day("chased_on", "The date the other school was last chased"),
    always_shown(
        "sent_elsewhere", "yes if it went to a school that is no longer the pupil's next school, otherwise no"
    ),
    counted("questions", "How many questions the receiving school has asked"),
    counted("questions_open", "How many are unanswered"),
    always_shown("form", "The version of the form"),
    counted("filled", "How many of the counted questions are answered or in the record. Empty if not started"),
    counted("asked", "How many questions count for this pupil"),
    counted("to_confirm", "How many answers are only in the record and not confirmed yet"),
    *_filled(
        HANDOVER_SECTIONS,
        "Per cent of the counted questions that are answered or in the record, rounded down. Empty if none count",
    ),
    in_full("sen_provision", "N, K or E"),
    *of_pupil("child_protection_file", shown="in full"),
    in_full("child_protection_sent_on", "The date it was last sent to the next school", "date"),
    in_full("child_protection_receipt_on", "The date that school confirmed receipt", "date"),
    in_full("sent_how", "How the handover was sent"),
    in_full("sent_by", "By whom"),
    in_full("acknowledged_by", "Who acknowledged it"),
    in_full("fail_reason", "Why it did not arrive"),
    *(_answer(code, question) for code, question in ANSWERS.items()),
    in_full(
        "other_answers",
        "Answers to the council's own questions and to any not on our form, one per line",
    ),
)

EVENTS: Final = (
    *_WHO,
    always_shown("school", "The school"),
    always_shown("kind", f"{', '.join((*PLACEMENT_KINDS, *EVENT_KINDS)[:-1])} or {EVENT_KINDS[-1]}"),
    day("started_on", "The date, or the first of several. Empty if not known"),
    day("ended_on", "The last day. Empty if it continues or is not known"),
    day("planned_end", "Until when a placement is planned"),
    day("back_on", "The date the pupil came back"),
    counted("days", "How many school days the pupil was suspended for (0.5 is half a day). Empty if not known"),
    always_shown("reason", "The census code for the reason for a suspension or exclusion"),
    always_shown("reason_words", "The reason"),
    always_shown("at_school", "The school where it happened, or that the pupil went to"),
    ExportColumn("place", "The place the pupil went to, if not a school"),
    in_full("note", "What was noted"),
)

PROGRAMMES: Final = (
    *_WHO,
    always_shown("of", "pupil or school: who takes part"),
    always_shown("school", "The school that takes part, or the pupil's school"),
    always_shown("programme", "The name of the intervention or programme"),
    day("started_on", "The first day. Empty if not known"),
    day("ended_on", "The last day. Empty if it continues"),
    always_shown("parent_involved", "yes or no. Empty if not recorded"),
    counted("understanding_before", "The person's own rating of their understanding beforehand, 0 to 100 per cent"),
    counted("understanding_after", "The same afterwards"),
    in_full("who", "Who runs it, or who takes part for the school"),
    in_full("outcome", "The outcome"),
)

CALENDAR: Final = (
    day("first_day", "The day, or the first of several"),
    day("last_day", "The last day, the same as the first for a single day"),
    always_shown(
        "kind",
        "census, test, return, admissions, EHC plan, post-16, other, workshop, date (of the council or a school), milestone, "
        "plan (meetings and reviews), closure or bank holiday",
    ),
    always_shown("code", "The code of the milestone or deadline, or the number of the workshop or date"),
    always_shown("title", "What falls on the day"),
    always_shown("year_groups", "N, R, 1 to 14, >14 after, separated by commas; empty for everybody"),
    counted("pupils", "How many pupils have it open. Empty if not counted"),
    always_shown("severity", "For a milestone: statutory, good practice or local"),
    always_shown("source", "Where the date comes from"),
    always_shown("verified", "yes, or no: check with your LA before relying on it"),
    always_shown("detail", "Anything else to know"),
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
    always_shown("series", "What links it to the meetings before and after"),
    always_shown("status", "planned, held or cancelled"),
    always_shown("host_school", "The school that holds it"),
    always_shown("transition", "The code of the transition point it is about"),
    always_shown("year_groups", f"The year groups it is about: {_YEAR_GROUPS}"),
    always_shown("programme", "The training programme"),
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
    counted(
        "schools_invited",
        "How many schools are in the register, the base for the next five columns. A school counts once",
    ),
    counted(
        "schools_came",
        "How many of them came. This and the next six columns are empty before the date and for a cancelled meeting",
    ),
    counted("schools_apologies", "How many sent apologies"),
    counted("schools_absent", "How many did neither"),
    counted("schools_not_marked", "How many are unmarked. They are never counted as absent"),
    counted("schools_came_percent", "Per cent of those invited that came. Empty until somebody is marked"),
    counted("agencies_came", "How many agencies came"),
    counted("people_came", "How many people came, if counted. Otherwise empty"),
    counted("actions", "How many actions were agreed, dropped ones left out"),
    counted("actions_open", "How many of them are not fully achieved"),
    counted("actions_fully_achieved", "How many of them are graded 1, Fully achieved"),
    in_full("worker", "Who runs it"),
    in_full("link", "Where it is online"),
    counted("places", "How many delegates there is room for. Empty if not recorded"),
    counted("places_taken", "How many places are taken by accepted invitations and by those who came"),
    always_shown("fee", "What each delegate pays, in pounds"),
    in_full("links", "Links to material, each with its title"),
    in_full("cancel_reason", "Why it was cancelled"),
    in_full("agenda", "The agenda"),
    in_full("notes", "Notes"),
)

ATTENDANCE: Final = (
    *_OF_WORKSHOP,
    always_shown("invited_as", "school, agency or person. A person from a school counts with the school"),
    always_shown("school", "The invited school, or the person's school"),
    always_shown("school_urn", "Its unique reference number"),
    always_shown("school_laestab", "Its DfE number, such as 808/4000"),
    always_shown("phase", "Its phase"),
    always_shown("agency", "The invited agency, or the person's agency"),
    always_shown(
        "attendance",
        "came, apologies, absent or not marked (which does not mean absent). Empty before the date and for a cancelled meeting",
    ),
    counted("people", "How many came from there, if counted"),
    in_full("name", "The person"),
    ExportColumn("confidence_before", "How confident the person was before, 1 to 5", "number", "in full"),
    ExportColumn("confidence_after", "How confident after", "number", "in full"),
    in_full("note", "The note on the line"),
)

MOVERS: Final = (
    PSEUDONYM,
    ExportColumn(
        "next_school",
        "The school or college the pupil is going to. The file is sorted by this. Empty if not known",
    ),
    *of_pupil("surname", "forename", "preferred_name"),
    always_shown("year_group", "The year group on the day of the file"),
    always_shown("school", "The school the pupil is leaving"),
    always_shown("transition", "The code of the transition point"),
    always_shown("academic_year", "The academic year the pupil moves in or at the end of, such as 2026/27"),
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
