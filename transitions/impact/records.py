"""The records behind the figures for a committee: what each holds, and what is refused.

Each is a ``RecordKind``: by it the command line, the forms and the history know it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from db.driver import Connection
from db.impact import records as store
from db.impact.records import (
    ActivityRow,
    AttendanceWeekRow,
    CaseStudyRow,
    EnteredRow,
    OfferRow,
    ReadinessRow,
    RecommendationRow,
    ReferralRow,
    ScoreRow,
    ServiceRow,
)
from db.journal import Action, Table
from db.pupils import pupils as pupil_store
from db.pupils.pupils import pupil_of
from db.vocabulary import GRADES, OFFER_TIERS, REFERRAL_OUTCOMES, SURVEY_MOMENTS
from db.workshops import workshops as workshop_store
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
from transitions.impact.activities import ACTIVITIES, read_activity
from transitions.impact.known import (
    GRADES_IN_WORDS,
    HEALTHY_SCHOOLS,
    dimensions,
    one_of_list,
    reasons,
    reviews,
    scales,
    service_names,
)
from transitions.impact.measure import measures
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
    Field("service", "To which service", "known", needed=True, reader=one_of_list(service_names), help="Of the directory, or another"),
    Field("reason", "Why", "known", reader=one_of_list(reasons), help="Such as anxiety or attendance"),
    Field("school", "From which school", "school", find=find_school, column="school_id", help="Empty is the pupil's own"),
    Field("need_identified_on", "Need seen on", "date", reader=read_day_gone_by, help=f"{HAS_BEEN}; empty when nobody knows"),
    Field("referred_on", "Referred on", "date", needed=True, reader=read_day_gone_by, help=HAS_BEEN),
    Field("answered_on", "Answered on", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field(
        "outcome", "Answer", "choice", options=labelled(REFERRAL_OUTCOMES),
        help="Reworked is taken after it was written anew, bounced is sent back",
    ),
    Field("note", "Note", "long text", help="No safeguarding content."),
)  # fmt: skip

SERVICE_FIELDS: Final = Fields(
    Field("name", "Service", needed=True),
    Field("phase", "For which phase", help="Early years, primary, secondary, 16 and over"),
    Field("what_for", "What it is for", "long text"),
    Field("who", "Who provides it"),
    Field("how_to_refer", "How to refer", "long text"),
    Field("contact", "Contact", help="An office's telephone or address, not a person's own"),
    Field("thresholds", "For whom it is meant", "long text", help="What must be so before it takes somebody"),
    Field("key_times", "Key times of the year", "long text", help="Exams, the weeks before Christmas, a new term"),
    Field("ended_on", "Ended on", "date", reader=read_day_gone_by, help="Only when it no longer runs"),
)

OFFER_FIELDS: Final = Fields(
    Field("tier", "Offer", "choice", options=labelled(OFFER_TIERS)),
    Field("navigator", "Navigator"),
    Field(
        "days_a_week", "Navigator days a week", read=partial(_number, least=0, most=5), width=10, help="0 to 5, such as 2.5",
        shown=_shown,
    ),
    Field("healthy_schools", "Healthy Schools", "choice", options=labelled(HEALTHY_SCHOOLS)),
    Field("started_on", "Since", "date", needed=True, reader=read_day_and_distance, help=HAS_BEEN),
    Field("ended_on", "Until", "date", reader=read_day_and_distance, help=TO_COME),
)  # fmt: skip

RECOMMENDATION_FIELDS: Final = Fields(
    Field("review", "Review", "known", needed=True, reader=one_of_list(reviews), help="Such as Scrutiny review of transitions 2025"),
    Field("recommendation", "Recommendation", "long text", needed=True),
    Field("responsibility", "Responsibility", help="An office or a person"),
    Field("due_on", "Date", "date", reader=read_day_and_distance, help=TO_COME),
    Field("action", "Agreed action", "long text"),
    Field("success_measure", "Agreed success measure", "long text"),
    Field("progress", "Evidence of progress", "long text"),
    Field(
        "grade", "Assessment of progress", "choice", read=_grade,
        options=tuple(GRADES_IN_WORDS.items()),
    ),
    Field("graded_on", "Assessed on", "date", reader=read_day_gone_by, help=f"{HAS_BEEN}; empty is today"),
    Field("impact", "Evidence of impact", "long text"),
    Field("measure", "Measure", "known", reader=_measure, shown=measure_title, help="One of ours that shows it, by its code or title"),
    Field("workshop_action_id", "Workshop action", "known", read=_numbered,
          help="The number of an action of a workshop that carries it out"),
)  # fmt: skip

SCORE_FIELDS: Final = Fields(
    Field(
        "scale",
        "Scale",
        "known",
        needed=True,
        reader=one_of_list(scales),
        help="Kidscreen-52, or one of the council's own",
    ),
    Field("dimension", "Dimension", "known", needed=True, reader=one_of_list(dimensions)),
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
    _rating("school_rating", "School says, 1 to 5", "How ready for the move: 5 is quite ready"),
    _rating("pupil_rating", "Pupil says, 1 to 5"),
    _rating("family_rating", "Family says, 1 to 5"),
)  # fmt: skip

ACTIVITY_FIELDS: Final = Fields(
    Field(
        "code", "Activity", "choice", needed=True, read=read_activity,
        options=tuple((code, f"{code} {words}") for code, words in ACTIVITIES.items()),
        help="By its code in the national client caseload (NCCIS)",
    ),
    Field("started_on", "From", "date", needed=True, reader=read_day_gone_by, help=HAS_BEEN),
    Field("ended_on", "Until", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field("place", "Where", help="A college, an employer"),
    Field("note", "Note", "long text"),
)  # fmt: skip

CASE_STUDY_FIELDS: Final = Fields(
    Field("title", "Title", needed=True, help="Without a name"),
    Field("story", "Story", "long text", needed=True, help="No names, no school, no place: somebody who knows the family must not find it"),
    Field("written_on", "Written on", "date", kept=True, reader=read_day_gone_by, help=f"{HAS_BEEN}; empty is today"),
    Field("plan_id", "Plan", read=partial(read_whole_number, least=1, most=2**31 - 1), width=12, help="The number of a plan that it tells of"),
    Field("agreed_by", "Family's agreement by", help="Who agreed: mother, young person"),
    Field("agreed_on", "Agreed on", "date", reader=read_day_gone_by, help=HAS_BEEN),
    Field("withdrawn_on", "Withdrawn on", "date", reader=read_day_gone_by, help="From this day it is in no report"),
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
    Field("school", "School", "school", find=find_school, column="school_id", help="Empty is where the pupil is now"),
)


def _in_order(case: Case, *names: str) -> dict[str, str]:
    """A sentence for each of these days that comes before one named earlier."""
    found: dict[str, str] = {}
    latest: date | None = None
    for name in names:
        day = case.after[name]
        if day and latest and day < latest:
            found[name] = f"comes before {long(latest)}, and cannot"
        latest = day or latest
    return found


def _once(case: Case, kind: Any, day: str, *same: str) -> dict[str, str]:
    """A sentence when there is one of this day already, alike in what must be the ``same``."""
    alike = (day, *same)
    rows: Sequence[Any] = store.of_pupil(case.workspace.read(), kind, case.owner_id)
    for one in rows:
        row = one._asdict()
        if one.id != case.number and all(row[name] == case.after[name] for name in alike):
            return {day: f"There is one for {long(row[day])} already, #{one.id}: change that one."}
    return {}


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
        needed = case.lacking(*(field.column or name for name, field in fields.items() if field.needed))
        return {**rules(case), **needed, **case.problems}

    def one(connection: Connection, number: int) -> Any:
        return store.one(connection, row, number)

    def of_owner(connection: Connection, owner_id: int) -> Sequence[Any]:
        if owner == "council":
            return store.every(connection, row)
        return (store.of_school if owner == "school" else store.of_pupil)(connection, row, owner_id)

    return RecordKind(table, title, fields, one, of_owner, judged, lead, owner=owner)


def _referral_rules(case: Case) -> dict[str, str]:
    after = case.after
    if case.number is None and after["school_id"] is None:
        after["school_id"] = case.given["school_id"] = case.school_id
    found = _in_order(case, "need_identified_on", "referred_on", "answered_on")
    if after["outcome"] and not after["answered_on"]:
        found["answered_on"] = "Say when the service answered."
    if after["answered_on"] and not after["outcome"]:
        found["outcome"] = "Say what the service answered."
    return found


def _service_rules(case: Case) -> dict[str, str]:
    others = (one for one in store.every(case.workspace.read(), ServiceRow) if one.id != case.number)
    if any(searchable(one.name) == searchable(case.after["name"] or "") for one in others):
        return {"name": "The directory has a service of this name already."}
    return {}


def _offer_rules(case: Case) -> dict[str, str]:
    after, found = case.after, _in_order(case, "started_on", "ended_on")
    if not after["tier"] and not after["healthy_schools"] and not after["navigator"]:
        found["tier"] = "Say the offer, the Navigator or the Healthy Schools status."
    return found


def _recommendation_rules(case: Case) -> dict[str, str]:
    after = case.after
    if after["grade"] is not None and after["graded_on"] is None:
        after["graded_on"] = case.given["graded_on"] = case.workspace.clock.today
    found: dict[str, str] = {}
    if after["graded_on"] is not None and after["grade"] is None:
        found["grade"] = "Say the grade that was given on that day."
    if after["measure"] and after["measure"] not in measures():
        found["measure"] = "There is no such measure. See: transitions impact --definitions"
    number = after["workshop_action_id"]
    if number is not None and workshop_store.action(case.workspace.read(), number) is None:
        found["workshop_action_id"] = f"There is no action #{number} of a workshop."
    return found


def _study_rules(case: Case) -> dict[str, str]:
    after, found = case.after, _in_order(case, "agreed_on", "withdrawn_on")
    if case.number is None and after["written_on"] is None:
        after["written_on"] = case.given["written_on"] = case.workspace.clock.today
    if after["agreed_on"] and not after["agreed_by"]:
        found["agreed_by"] = "Say who agreed."
    if after["withdrawn_on"] and not after["agreed_on"]:
        found["withdrawn_on"] = "There is no agreement to withdraw."
    number = after["plan_id"]
    if number is not None and pupil_of(case.workspace.read(), "plan", number) != case.owner_id:
        found["plan_id"] = f"Plan #{number} is not one of this pupil."
    for field in ("title", "story"):
        named = _names_in(case, after[field] or "")
        if named:
            found[field] = f"It names {named}: leave the name out, so that nobody can tell whose story it is."
    return found


def _names_in(case: Case, text: str) -> str:
    """Which name of the pupil, or of the school, a text that is to name nobody has in it; nothing when it has none."""
    page = pupil_store.page(case.workspace.read(), case.owner_id)
    names = () if page is None else (page.surname, page.forename, page.preferred_name, page.school, page.next_school)
    words = f" {searchable(text)} "
    return next((name for name in names if name and f" {searchable(name)} " in words), "")


def _activity_rules(case: Case) -> dict[str, str]:
    return _in_order(case, "started_on", "ended_on")


def _end_the_one_before(action: Action, pupil_id: int, after: Mapping[str, Any], *_: Mapping[str, Any]) -> None:
    """Whoever begins something else has ended what went on till then."""
    begins = after["started_on"]
    for one in store.of_pupil(action.connection, ActivityRow, pupil_id):
        if one.ended_on is None and one.started_on < begins:
            action.update("activity", {"id": one.id}, {"ended_on": begins - timedelta(days=1)})


def _readiness_rules(case: Case) -> dict[str, str]:
    after = case.after
    if all(after[name] is None for name in ("good_level", "school_rating", "pupil_rating", "family_rating")):
        return {"good_level": "Say the good level of development, or what somebody rates."}
    return _once(case, ReadinessRow, "assessed_on")


def _entered_rules(case: Case) -> dict[str, str]:
    after = case.after
    counted, base = after["counted"], after["base"]
    if counted is None and after["value"] is None:
        return {"counted": "Say how many, or the figure itself."}
    if counted is not None and base is not None and counted > base:
        return {"counted": f"{counted:,} are more than the {base:,} of whom they are"}
    if counted is not None and after["value"] is not None:
        return {"value": "Say how many, or the figure itself: not both, which need not agree."}
    if after["value"] is not None and not after["unit"]:
        return {"unit": "Say in what: per cent, days, points, or a number."}
    if after["unit"] == "%" and after["value"] is not None and not 0 <= after["value"] <= 100:
        return {"value": "expected a number from 0 to 100: it is in per cent"}
    return _nearly_a_code(after["measure"] or "")


def _nearly_a_code(measure: str) -> dict[str, str]:
    """A sentence for what is one of our codes but for a slip; a measure of one's own is written in words."""
    near = [] if measure in measures() or " " in measure else get_close_matches(measure, measures(), 1, 0.85)
    return {"measure": f"Is this {near[0]}? A measure of your own is written in words."} if near else {}


def _week_rules(case: Case) -> dict[str, str]:
    after = case.after
    if case.number is None and after["school_id"] is None:
        after["school_id"] = case.given["school_id"] = case.school_id
    possible, attended = after["possible"], after["attended"]
    if possible is not None and attended is not None and attended > possible:
        return {"attended": f"{attended} are more than the {possible} sessions that were possible"}
    return _once(case, AttendanceWeekRow, "week_on")


REFERRAL: Final = _kind("referral", ReferralRow, "Referral", REFERRAL_FIELDS, lead="service", rules=_referral_rules)
SERVICE: Final = _kind("service", ServiceRow, "Service", SERVICE_FIELDS, "council", "name", _service_rules)
OFFER: Final = _kind("school_offer", OfferRow, "Offer", OFFER_FIELDS, "school", "tier", _offer_rules)
RECOMMENDATION: Final = _kind(
    "recommendation",
    RecommendationRow,
    "Recommendation",
    RECOMMENDATION_FIELDS,
    "council",
    "review",
    _recommendation_rules,
)
SCORE: Final = _kind(
    "wellbeing_score", ScoreRow, "Score", SCORE_FIELDS, lead="dimension",
    rules=lambda case: _once(case, ScoreRow, "scored_on", "scale", "dimension"),
)  # fmt: skip
READINESS: Final = _kind("readiness", ReadinessRow, "Readiness", READINESS_FIELDS, rules=_readiness_rules)
ACTIVITY: Final = _kind("activity", ActivityRow, "Activity", ACTIVITY_FIELDS, rules=_activity_rules)._replace(
    follow=_end_the_one_before
)
CASE_STUDY: Final = _kind("case_study", CaseStudyRow, "Case study", CASE_STUDY_FIELDS, lead="title", rules=_study_rules)
ENTERED: Final = _kind("entered_figure", EnteredRow, "Figure", ENTERED_FIELDS, "council", "measure", _entered_rules)
WEEK: Final = _kind("attendance_week", AttendanceWeekRow, "Week", WEEK_FIELDS, rules=_week_rules)
OF_PUPILS: Final = (REFERRAL, SCORE, READINESS, ACTIVITY, CASE_STUDY, WEEK)


def referrals(workspace: Workspace) -> Sequence[ReferralRow]:
    """The referrals of all pupils, the newest first."""
    return store.every(workspace.read(), ReferralRow)
