"""The records behind the figures for a committee: what each holds, and what is refused.

Each is a ``RecordKind``: by it the command line, the forms and the history know it.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from db.driver import Connection
from db.impact import records as rows
from db.impact import records as store
from db.journal import Table
from db.vocabulary import GRADES, OFFER_TIERS, REFERRAL_OUTCOMES, SURVEY_MOMENTS
from transitions.dates import long
from transitions.fields import (
    Context,
    Field,
    Fields,
    Reading,
    labelled,
    read_day_and_distance,
    read_day_gone_by,
    read_text,
    read_whole_number,
    read_yes_no,
)
from transitions.impact import known
from transitions.impact.measure import measures
from transitions.impact.rules import (
    activity_rules,
    end_the_one_before,
    entered_rules,
    offer_rules,
    readiness_rules,
    recommendation_rules,
    referral_rules,
    score_rules,
    service_rules,
    study_rules,
    too_young,
    week_rules,
)
from transitions.pupils.schools import find_school
from transitions.pupils.small_records import HAS_BEEN, Case, Owner, RecordKind
from transitions.text import searchable
from transitions.workspace import Workspace

UNITS: Final = ("%", "days", "points", "number")
TO_COME: Final = "5/9, 5 sep, +6w, end of term"


def _number(text: str, least: float = -1_000_000, most: float = 1_000_000) -> float:
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise ValueError(f"expected a number from {least:,.0f} to {most:,.0f}")
    return number


def _monday(text: str, context: Context) -> Reading:
    day: date = read_day_gone_by(text, context).value
    monday = day - timedelta(days=day.weekday())
    return Reading(monday, echo=f"the week of {long(monday)}")


def _numbered(text: str) -> int:
    """The number of a record, with or without its words behind it."""
    return read_whole_number(text.strip().removeprefix("#").partition(" ")[0], 1, 2**31 - 1)


def _grade(text: str) -> int:
    return read_whole_number(text.partition(" ")[0], GRADES[0], GRADES[-1])


def measure_title(code: str) -> str:
    """What a measure is called, by its code; words of somebody's own stay as they are."""
    return measures()[code].title if code in measures() else code


def _measure(text: str, _: Context) -> Reading:
    """The code of a measure, by it or by its title; other words as they are."""
    name = read_text(text)
    code = next(
        (one.code for one in measures().values() if searchable(name) in map(searchable, (one.code, one.title))), name
    )
    return Reading(code, echo=measure_title(code))


def _shown(number: float) -> str:
    return f"{number:g}"


REFERRAL_FIELDS: Final = Fields(
    Field("service", "To which service", "known", needed=True, reader=known.one_of_list(known.service_names), help="From the directory, or another"),
    Field("reason", "Why", "known", reader=known.one_of_list(known.reasons), help="Such as anxiety or attendance"),
    Field("school", "From which school", "school", find=find_school, column="school_id", help="Empty: the pupil's own"),
    Field("need_identified_on", "Need seen on", "date", reader=read_day_gone_by, help=f"{HAS_BEEN}. Empty if not known"),
    Field("referred_on", "Referred on", "date", needed=True, reader=read_day_gone_by, help=HAS_BEEN),
    Field("answered_on", "Answered on", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field(
        "outcome", "Answer", "choice", options=labelled(REFERRAL_OUTCOMES),
        help="Reworked: accepted after a rewrite. Bounced: sent back",
    ),
    Field("note", "Note", "long text", help="No safeguarding content."),
)  # fmt: skip

SERVICE_FIELDS: Final = Fields(
    Field("name", "Service", needed=True),
    Field("phase", "For which phase", help="Early years, primary, secondary, 16 and over"),
    Field("what_for", "What it is for", "long text"),
    Field("who", "Who provides it"),
    Field("how_to_refer", "How to refer", "long text"),
    Field("contact", "Contact", help="An office's telephone or address, not a personal one"),
    Field("thresholds", "For whom it is meant", "long text", help="What is needed before it accepts somebody"),
    Field("key_times", "Key times of the year", "long text", help="Exams, the weeks before Christmas, a new term"),
    Field("ended_on", "Ended on", "date", reader=read_day_gone_by, help="Only if it has ended"),
)

OFFER_FIELDS: Final = Fields(
    Field("tier", "Offer", "choice", options=labelled(OFFER_TIERS)),
    Field("navigator", "Navigator"),
    Field(
        "days_a_week", "Navigator days a week", read=partial(_number, least=0, most=5), width=10, help="0 to 5, such as 2.5",
        shown=_shown,
    ),
    Field("healthy_schools", "Healthy Schools", "choice", options=labelled(known.HEALTHY_SCHOOLS)),
    Field("started_on", "Since", "date", needed=True, reader=read_day_and_distance, help=HAS_BEEN),
    Field("ended_on", "Until", "date", reader=read_day_and_distance, help=TO_COME),
)  # fmt: skip

RECOMMENDATION_FIELDS: Final = Fields(
    Field("review", "Review", "known", needed=True, reader=known.one_of_list(known.reviews), help="Such as Scrutiny review of transitions 2025"),
    Field("recommendation", "Recommendation", "long text", needed=True),
    Field("responsibility", "Responsibility", help="An office or a person"),
    Field("due_on", "Date", "date", reader=read_day_and_distance, help=TO_COME),
    Field("action", "Agreed action", "long text"),
    Field("success_measure", "Agreed success measure", "long text"),
    Field("progress", "Evidence of progress", "long text"),
    Field(
        "grade", "Assessment of progress", "choice", read=_grade,
        options=tuple(known.GRADES_IN_WORDS.items()),
    ),
    Field("graded_on", "Assessed on", "date", reader=read_day_gone_by, help=f"{HAS_BEEN}; empty is today"),
    Field("impact", "Evidence of impact", "long text"),
    Field("measure", "Measure", "known", reader=_measure, shown=measure_title, help="One of ours that shows it, by its code or title"),
    Field("workshop_action_id", "Workshop action", "known", read=_numbered,
          help="The number of the workshop action that carries it out"),
)  # fmt: skip

SCORE_FIELDS: Final = Fields(
    Field(
        "scale",
        "Scale",
        "known",
        needed=True,
        reader=known.one_of_list(known.scales),
        help="Kidscreen-52, or one of the council's own",
    ),
    Field("dimension", "Dimension", "known", needed=True, reader=known.one_of_list(known.dimensions)),
    Field("moment", "When", "choice", needed=True, options=labelled(SURVEY_MOMENTS), help="Before or after the move"),
    Field("scored_on", "Scored on", "date", needed=True, reader=read_day_gone_by, help=HAS_BEEN),
    Field("score", "Score", needed=True, read=_number, width=10, shown=_shown),
)


def _rating(name: str, label: str, help: str = "") -> Field:  # noqa: A002 - the word of a field
    return Field(name, label, read=partial(read_whole_number, least=1, most=5), width=10, help=help)


READINESS_FIELDS: Final = Fields(
    Field("assessed_on", "Assessed on", "date", needed=True, reader=read_day_gone_by, help=HAS_BEEN),
    Field(
        "good_level", "Good level of development", "choice", read=read_yes_no, options=(("yes", "Yes"), ("no", "No")),
        shown=lambda good: "yes" if good else "no", help="Of the early years profile, at the end of Reception",
    ),
    _rating("school_rating", "School says, 1 to 5", "How ready for the move: 5 is fully ready"),
    _rating("pupil_rating", "Pupil says, 1 to 5"),
    _rating("family_rating", "Family says, 1 to 5"),
)  # fmt: skip

ACTIVITY_FIELDS: Final = Fields(
    Field(
        "code", "Activity", "choice", needed=True, read=known.read_activity,
        options=tuple((code, f"{code} {words}") for code, words in known.ACTIVITIES.items()),
        help="By its code in the national client caseload (NCCIS)",
    ),
    Field("started_on", "From", "date", needed=True, reader=read_day_gone_by, help=HAS_BEEN),
    Field("ended_on", "Until", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field("place", "Where", help="A college, an employer"),
    Field("note", "Note", "long text"),
)  # fmt: skip

CASE_STUDY_FIELDS: Final = Fields(
    Field("title", "Title", needed=True, help="Without a name"),
    Field("story", "Story", "long text", needed=True, help="No names, school or place: somebody who knows the family must not recognise it"),
    Field("written_on", "Written on", "date", kept=True, reader=read_day_gone_by, help=f"{HAS_BEEN}; empty is today"),
    Field("plan_id", "Plan", read=partial(read_whole_number, least=1, most=2**31 - 1), width=12, help="The number of the plan it is about"),
    Field("agreed_by", "Family's agreement by", help="Who agreed: mother, young person"),
    Field("agreed_on", "Agreed on", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field("withdrawn_on", "Withdrawn on", "date", reader=read_day_gone_by, help="From this date it is in no report"),
)  # fmt: skip

ENTERED_FIELDS: Final = Fields(
    Field("measure", "Measure", "known", needed=True, reader=_measure, shown=measure_title, help="One of ours by its code or title, or words of your own"),
    Field("whose", "Whose figure", needed=True, help="Such as England, last year's paper, East Ambershire"),
    Field("period", "Of which time", needed=True, help="Such as 2024/25 or June 2017"),
    Field("counted", "How many", read=partial(read_whole_number, least=0, most=100_000_000), width=12),
    Field("base", "Of how many", read=partial(read_whole_number, least=0, most=100_000_000), width=12, help="Empty when the paper does not say"),
    Field("value", "Or the figure itself", read=_number, width=12, shown=_shown, help="When there is no count, such as 45 where a paper says 45 per cent"),
    Field("unit", "In what", "choice", options=labelled(UNITS)),
    Field("source", "Source", needed=True, help="The paper, its date and page"),
    Field("note", "Note", "long text"),
)  # fmt: skip

WEEK_FIELDS: Final = Fields(
    Field("week_on", "Week of", "date", needed=True, reader=_monday, help=f"{HAS_BEEN}: any day of it"),
    Field(
        "possible",
        "Sessions possible",
        needed=True,
        read=partial(read_whole_number, least=1, most=14),
        width=10,
        help="Half days, 10 in a full week",
    ),
    Field("attended", "Sessions attended", needed=True, read=partial(read_whole_number, least=0, most=14), width=10),
    Field("school", "School", "school", find=find_school, column="school_id", help="Empty: where the pupil is now"),
)


Rules = Callable[[Case], dict[str, str]]


def _kind(
    table: Table,
    row: Any,
    title: str,
    fields: Fields,
    owner: Owner = "pupil",
    lead: str = "",
    rules: Rules = lambda _: {},
) -> RecordKind[Any]:
    """A kind whose needed fields are asked for, after which its own rules are held against it."""

    def judged(case: Case) -> dict[str, str]:
        told = rules(case)
        needed = case.lacking(*(field.column or name for name, field in fields.items() if field.needed))
        return {**needed, **case.problems, **told, **needed, **case.problems}  # what is wrong of a field comes first

    def one(connection: Connection, number: int) -> Any:
        return store.one(connection, row, number)

    def of_owner(connection: Connection, owner_id: int) -> Sequence[Any]:
        if owner == "council":
            return store.every(connection, row)
        return (store.of_school if owner == "school" else store.of_pupil)(connection, row, owner_id)

    return RecordKind(table, title, fields, one, of_owner, judged, lead, owner=owner)


REFERRAL: Final = _kind("referral", rows.ReferralRow, "Referral", REFERRAL_FIELDS, lead="service", rules=referral_rules)
SERVICE: Final = _kind("service", rows.ServiceRow, "Service", SERVICE_FIELDS, "council", "name", service_rules)
OFFER: Final = _kind("school_offer", rows.OfferRow, "Offer", OFFER_FIELDS, "school", "tier", offer_rules)
RECOMMENDATION: Final = _kind(
    "recommendation",
    rows.RecommendationRow,
    "Recommendation",
    RECOMMENDATION_FIELDS,
    "council",
    "review",
    recommendation_rules,
)
SCORE: Final = _kind(
    "wellbeing_score", rows.ScoreRow, "Score", SCORE_FIELDS, lead="dimension", rules=score_rules,
)  # fmt: skip
READINESS: Final = _kind("readiness", rows.ReadinessRow, "Readiness", READINESS_FIELDS, rules=readiness_rules)
ACTIVITY: Final = _kind("activity", rows.ActivityRow, "Activity", ACTIVITY_FIELDS, rules=activity_rules)._replace(
    follow=end_the_one_before, looks=too_young
)
CASE_STUDY: Final = _kind(
    "case_study", rows.CaseStudyRow, "Case study", CASE_STUDY_FIELDS, lead="title", rules=study_rules
)
ENTERED: Final = _kind("entered_figure", rows.EnteredRow, "Figure", ENTERED_FIELDS, "council", "measure", entered_rules)
WEEK: Final = _kind("attendance_week", rows.AttendanceWeekRow, "Week", WEEK_FIELDS, rules=week_rules)
OF_PUPILS: Final = (REFERRAL, SCORE, READINESS, ACTIVITY, CASE_STUDY, WEEK)


def referrals(workspace: Workspace) -> Sequence[rows.ReferralRow]:
    """The referrals of all pupils, the newest first."""
    return store.every(workspace.read(), rows.ReferralRow)
