"""What is refused of the records behind the figures, and what follows from one."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Final

from db.impact import records as store
from db.impact.records import (
    ActivityRow,
    AttendanceWeekRow,
    OfferRow,
    ReadinessRow,
    ScoreRow,
    ServiceRow,
)
from db.journal import Action
from db.pupils import pupils as pupil_store
from db.pupils.pupils import pupil_of
from db.workshops import workshops as workshop_store
from transitions.dates import long
from transitions.impact.known import ACTIVITIES, KIDSCREEN, KIDSCREEN_52
from transitions.impact.measure import measures
from transitions.pupils.small_records import Case
from transitions.school_year import academic_year, year_group_label
from transitions.term_dates import is_taught
from transitions.text import searchable
from transitions.workspace import Workspace

_YEAR_11: Final = 11
_HIGHEST: Final = 100


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
    read = store.of_school if kind is OfferRow else store.of_pupil
    rows: Sequence[Any] = read(case.workspace.read(), kind, case.owner_id)
    for one in rows:
        row = one._asdict()
        if one.id != case.number and all(row[name] == case.after[name] for name in alike):
            return {day: f"There is already one for {long(row[day])}, #{one.id}. Change that one."}
    return {}


def referral_rules(case: Case) -> dict[str, str]:
    after = case.after
    if case.number is None and after["school_id"] is None:
        after["school_id"] = case.given["school_id"] = case.school_id
    found = _in_order(case, "need_identified_on", "referred_on", "answered_on")
    if after["outcome"] and not after["answered_on"]:
        found["answered_on"] = "Say when the service answered."
    if after["answered_on"] and not after["outcome"]:
        found["outcome"] = "Say what the service answered."
    return found


def service_rules(case: Case) -> dict[str, str]:
    others = (one for one in store.every(case.workspace.read(), ServiceRow) if one.id != case.number)
    if any(searchable(one.name) == searchable(case.after["name"] or "") for one in others):
        return {"name": "The directory already has a service with this name."}
    return {}


def offer_rules(case: Case) -> dict[str, str]:
    after, found = case.after, _in_order(case, "started_on", "ended_on")
    if not after["tier"] and not after["healthy_schools"] and not after["navigator"]:
        found["tier"] = "Say the offer, the Navigator or the Healthy Schools status."
    return found | _once(case, OfferRow, "started_on")


def recommendation_rules(case: Case) -> dict[str, str]:
    after = case.after
    if after["grade"] is None and "grade" in case.given and not case.given.get("graded_on"):
        after["graded_on"] = case.given["graded_on"] = None
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


def study_rules(case: Case) -> dict[str, str]:
    after, found = case.after, _in_order(case, "agreed_on", "withdrawn_on")
    if case.number is None and after["written_on"] is None:
        after["written_on"] = case.given["written_on"] = case.workspace.clock.today
    if after["agreed_on"] and not after["agreed_by"]:
        found["agreed_by"] = "Say who agreed."
    if after["withdrawn_on"] and not after["agreed_on"]:
        found["withdrawn_on"] = "There is no agreement to withdraw."
    number = after["plan_id"]
    if number is not None and pupil_of(case.workspace.read(), "plan", number) != case.owner_id:
        found["plan_id"] = f"Plan #{number} is not one of this pupil's."
    for field in ("title", "story"):
        named = _names_in(case, after[field] or "")
        if named:
            found[field] = f"It names {named}. Leave the name out, so nobody can tell whose story it is."
    return found


def _names_in(case: Case, text: str) -> str:
    """Which name of the pupil, or of the school, a text that is to name nobody has in it; nothing when it has none."""
    page = pupil_store.page(case.workspace.read(), case.owner_id)
    names = () if page is None else (page.surname, page.forename, page.preferred_name, page.school, page.next_school)
    words = f" {searchable(text)} "
    return next((name for name in names if name and f" {searchable(name)} " in words), "")


def activity_rules(case: Case) -> dict[str, str]:
    """One ends before the next begins, or is a while inside another; the open one ends when a new open one begins."""
    after = case.after
    found = _in_order(case, "started_on", "ended_on") | _once(case, ActivityRow, "started_on")
    if found or after["started_on"] is None:
        return found
    first, last = after["started_on"], after["ended_on"] or date.max
    for one in reversed(store.of_pupil(case.workspace.read(), ActivityRow, case.owner_id)):
        begins, ends = one.started_on, one.ended_on or date.max
        inside = (begins < first and last <= ends) or (first < begins and ends <= last and ends < date.max)
        if one.id != case.number and begins <= last and first <= ends and not inside:
            if first < begins:
                return {"ended_on": f"Say a day before {long(begins)}, when #{one.id} began."}
            what = f"#{one.id}, {ACTIVITIES.get(one.code, 'an activity')}"
            return {"started_on": f"It overlaps {what}, which ended on {long(ends)}: change one of the two."}
    return {}


def end_the_one_before(action: Action, pupil_id: int, after: Mapping[str, Any], *old: Mapping[str, Any]) -> list[str]:
    """Whoever begins something else has ended what went on till then; what is over already is a while inside it."""
    begins = after["started_on"]
    if not old or after["ended_on"] is not None:  # taken out, or over
        return []
    ended = []
    for one in store.of_pupil(action.connection, ActivityRow, pupil_id):
        if one.ended_on is None and one.started_on < begins:
            last = begins - timedelta(days=1)
            action.update("activity", {"id": one.id}, {"ended_on": last})
            ended.append(f"{ACTIVITIES.get(one.code, 'activity')} (#{one.id}) ended on {long(last)}")
    return ended


def too_young(workspace: Workspace, pupil_id: int) -> list[str]:
    """What is said of activities that begin before Year 11: NEET is not counted of them."""
    cohort = workspace.record("pupil", pupil_id)["cohort_year"]
    early = (
        (one.id, academic_year(one.started_on) - cohort)
        for one in store.of_pupil(workspace.read(), ActivityRow, pupil_id)
    )
    return [
        f"activity #{number} begins in {year_group_label(group)}, and activities are kept from Year 11: look at its day"
        for number, group in early
        if group < _YEAR_11
    ]


def score_rules(case: Case) -> dict[str, str]:
    after, found = case.after, _once(case, ScoreRow, "scored_on", "scale", "dimension")
    if after["scale"] == KIDSCREEN_52:
        if after["dimension"] and after["dimension"] not in KIDSCREEN:
            found["dimension"] = f"{KIDSCREEN_52} has ten dimensions: {', '.join(KIDSCREEN)}."
        if after["score"] is not None and not 0 <= after["score"] <= _HIGHEST:
            found["score"] = f"{KIDSCREEN_52} goes from 0 to {_HIGHEST}."
    return found


def readiness_rules(case: Case) -> dict[str, str]:
    after = case.after
    if all(after[name] is None for name in ("good_level", "school_rating", "pupil_rating", "family_rating")):
        return {"good_level": "Say the good level of development, or what somebody rates."}
    return _once(case, ReadinessRow, "assessed_on")


def entered_rules(case: Case) -> dict[str, str]:
    after = case.after
    counted, base = after["counted"], after["base"]
    if counted is None and after["value"] is None:
        return {"counted": "Give the count or the figure itself."}
    if counted is not None and base is not None and counted > base:
        return {"counted": f"{counted:,} is more than its base of {base:,}"}
    if counted is not None and after["value"] is not None:
        return {"value": "Give the count or the figure itself, not both, in case they disagree."}
    if after["value"] is not None and not after["unit"]:
        return {"unit": "Give the unit: per cent, days, points or a number."}
    if after["unit"] == "%" and after["value"] is not None and not 0 <= after["value"] <= 100:
        return {"value": "expected a number from 0 to 100: it is in per cent"}
    return _nearly_a_code(after["measure"] or "")


def _nearly_a_code(measure: str) -> dict[str, str]:
    """A sentence for what is one of our codes but for a slip; a measure of one's own is written in words."""
    near = [] if measure in measures() or " " in measure else get_close_matches(measure, measures(), 1, 0.85)
    return {"measure": f"Is this {near[0]}? A measure of your own is written in words."} if near else {}


def week_rules(case: Case) -> dict[str, str]:
    after = case.after
    if case.number is None and after["school_id"] is None:
        after["school_id"] = case.given["school_id"] = case.school_id
    possible, attended = after["possible"], after["attended"]
    if (monday := after["week_on"]) is not None:
        terms = case.workspace.terms_for(after["school_id"])
        if all(is_taught(terms, monday + timedelta(days=day)) is False for day in range(5)):
            return {"week_on": "By its term dates the school is closed all that week. Correct one of the two."}
    if possible is not None and attended is not None and attended > possible:
        return {"attended": f"{attended} is more than the {possible} possible sessions"}
    return _once(case, AttendanceWeekRow, "week_on")
