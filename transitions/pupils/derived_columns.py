"""What follows when something about a pupil is recorded: the columns that must move together, for forms and imports alike; and the order of
its days."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from db.gathering import NewRowNumber, Write
from db.importing import NO_CARE, Care
from db.pupils.ehc_plans import EHC_PLAN
from transitions.dates import before_birth, short_with_year
from transitions.pupils.pupil_fields import FIELDS, cohort_for, needs_a_reason
from transitions.school_year import academic_year, academic_year_span, cohort_year_of
from transitions.text import searchable

_OF_A_PLAN: Final = {
    "ehc_requested_on": "The assessment was asked for",
    "ehc_decided_on": "It was decided on",
    "ehc_started_on": "The plan was made",
    "ehc_ended_on": "The plan ended",
}
"""The days of an EHC plan in their order, with what happened on each."""
_AFTER_BIRTH: Final = [name for name, field in FIELDS.items() if field.kind == "date" and name != "date_of_birth"]
_BIRTH: Final = "date_of_birth"


def impossible_days(
    given: Mapping[str, Any], old: Mapping[str, Any] | None, care: Care = NO_CARE, closed: Collection[str] = ()
) -> dict[str, str]:
    """By field a sentence for each day that is ``given`` and cannot be, by what else is given or stands in ``old``.

    ``care`` is the social care that is open, or has ended on a day not known, and ``closed`` the kinds that are open no more.
    """
    starts = [one.started_on for one in care.open.values()]
    return _before_birth(given, old or {}, starts) | _out_of_order(given, old) | _care_out_of_order(given, care, closed)


def _before_birth(
    given: Mapping[str, Any], old: Mapping[str, Any], care_since: Iterable[date | None]
) -> dict[str, str]:
    born = given.get(_BIRTH) or old.get(_BIRTH)
    if born is None:
        return {}
    found = {name: before_birth(born) for name in _AFTER_BIRTH if (day := given.get(name)) and day < born}
    stands = {FIELDS[name].label: old.get(name) for name in _AFTER_BIRTH if name not in given}
    earliest = min(((day, label) for label, day in stands.items() if day), default=None)
    care = min(filter(None, care_since), default=None)
    if care and "social_care_since" not in given and (earliest is None or care < earliest[0]):
        earliest = care, FIELDS["social_care_since"].label
    if given.get(_BIRTH) and earliest is not None and earliest[0] < born:
        day, label = earliest
        found[_BIRTH] = f"{label} is {short_with_year(day)}, before this: correct one of the two dates."
    return found


def _out_of_order(given: Mapping[str, Any], old: Mapping[str, Any] | None) -> dict[str, str]:
    if old is not None and is_another_plan(given, old):
        old = None
    known = [(name, day) for name in _OF_A_PLAN if (day := given[name] if name in given else (old or {}).get(name))]
    return {
        name: f"{_OF_A_PLAN[before]} on {short_with_year(first)}, so this cannot be earlier: correct one of the two dates."
        for (before, first), (name, day) in pairwise(known)
        if day < first and {before, name} & given.keys()
    }


def _care_out_of_order(given: Mapping[str, Any], care: Care, closed: Collection[str]) -> dict[str, str]:
    """What ends before it began, or would where the next way in which the case is open begins."""
    name = "social_care_ended" if given.get("social_care_ended") else "social_care_since"
    day = given.get(name)
    ending = [care.open[kind] for kind in closed if kind in care.open] or (
        care.ended if name == "social_care_ended" else []
    )
    if name == "social_care_ended" and day and not ending:
        return {name: "There is a date but not what has ended. Remove that from the kinds of social care."}
    late = next((one for one in ending if day and one.started_on and day < one.started_on), None)
    if late is None or late.started_on is None:
        return {}
    return {
        name: f"{late.kind.capitalize()} began on {short_with_year(late.started_on)}, after this: correct one of the two dates."
    }


def is_another_plan(given: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether what is said begins a plan after the one that is recorded, and that has ended."""
    ended, begins = old.get("ehc_ended_on"), given.get("ehc_requested_on") or given.get("ehc_started_on")
    return bool(ended and begins and begins > ended)


REASON_NOT_GIVEN = "not given"
MOST_NEEDS = 9


def columns(
    given: Mapping[str, Any], old: Mapping[str, Any] | None, today: date, *, plan_from: date | None = None
) -> dict[str, Any]:
    """The columns to write for what is ``given`` (column values, and ``year_group``) over ``old``, or for a new pupil.

    Only what differs from ``old`` is in it. The cohort year follows the date of birth unless a year group is given; the day
    on which a next school or an owner was recorded is ``today``; a UPN that is replaced becomes the former one; a new
    pupil's steps are planned from ``plan_from``, or from 1 September of this academic year.

    Raises ValueError when the year group is far from the date of birth.
    """
    before = old or {}
    new = {name: value for name, value in given.items() if name not in ("year_group", "next_school_stage")}
    after = {**before, **new}
    if old is None or "date_of_birth" in new or given.get("year_group") is not None:
        new["cohort_year"] = _cohort(given.get("year_group"), before, after["date_of_birth"], today)
        after["cohort_year"] = new["cohort_year"]
    _follow_the_cohort(new, after)
    if new.get("ehc_started_on") and not after.get("ehc_ended_on"):
        new.setdefault("sen_provision", "E")
    for owned, since in (("next_school_id", "next_school_recorded_on"), ("owner_id", "owner_since")):
        if owned in new and new[owned] != before.get(owned):
            new[since] = None if new[owned] is None else today
    if old is None:
        new["planned_from"] = plan_from or academic_year_span(academic_year(today))[0]
        new.setdefault("surname", "")
        new.setdefault("forename", "")
    elif new.get("upn") and old["upn"] and new["upn"] != old["upn"] and not new.get("former_upn"):
        new["former_upn"] = old["upn"]
    changed = new if old is None else {name: value for name, value in new.items() if old.get(name) != value}
    if old is None or changed.keys() & {"surname", "forename", "preferred_name", "upn"}:
        changed["search_text"] = searchable(
            *(after.get(name) for name in ("surname", "forename", "preferred_name", "upn"))
        )
    return changed


def out_of_year(row: Mapping[str, Any]) -> str:
    """What wants a second look of a year group that was given; "" when it is that of the date of birth, or has its reason."""
    by_age = row["cohort_year"] == cohort_year_of(row["date_of_birth"])
    if by_age or row["out_of_year_reason"] != REASON_NOT_GIVEN:
        return ""
    return "does not match the date of birth, and there is no reason: taken as given"


def pupil_writes(pupil: int | NewRowNumber, values: Mapping[str, Any], old: Mapping[str, Any] | None) -> list[Write]:
    """What writes the ``values`` of ``columns``: the pupil's own, and those of an EHC plan in its record.

    A request or a plan of after the end of the one that is recorded is another plan.
    """
    own = {name: value for name, value in values.items() if name not in EHC_PLAN}
    plan = {name: value for name, value in values.items() if name in EHC_PLAN}
    writes = [Write("pupil", None if old is None else {"id": pupil}, own)] if own else []
    number = None if old is None or is_another_plan(plan, old) else old["ehc_plan_id"]
    if number is not None:
        return [*writes, Write("ehc_plan", {"id": number}, plan)] if plan else writes
    return [*writes, Write("ehc_plan", None, {"pupil_id": pupil, **plan})] if any(plan.values()) else writes


def _cohort(group: int | None, before: Mapping[str, Any], date_of_birth: date, today: date) -> int:
    if group is not None:
        return cohort_for(date_of_birth, group, today)
    shift = before["cohort_year"] - cohort_year_of(before["date_of_birth"]) if before else 0
    return cohort_year_of(date_of_birth) + int(shift)


def _follow_the_cohort(new: dict[str, Any], after: Mapping[str, Any]) -> None:
    """A reason stands exactly as long as the pupil is out of the year group by age."""
    if not needs_a_reason(after["cohort_year"], after["date_of_birth"]):
        new["out_of_year_reason"] = None
    elif not after.get("out_of_year_reason"):
        new["out_of_year_reason"] = REASON_NOT_GIVEN


def put_needs(existing: Sequence[str], ranks: Mapping[int, str | None]) -> list[str]:
    """The needs in order when some ranks (from 1) are given anew; the needs at other ranks stay.

    None clears a rank and all after it that are not given. A need that is given moves from wherever else it stood, and gaps
    close up, so that giving the same again changes nothing.
    """
    given: dict[int, str] = {}
    for rank, code in sorted(ranks.items()):
        if code and code not in given.values():
            given[rank] = code
    end = min((rank for rank, code in ranks.items() if code is None), default=MOST_NEEDS + 1)
    others = iter(
        code for rank, code in enumerate(existing, 1) if rank < end and rank not in given and code not in given.values()
    )
    placed = [given.get(rank) or next(others, None) for rank in range(1, MOST_NEEDS + 1)]
    return [code for code in placed if code]


def need_writes(pupil: int | NewRowNumber, existing: Sequence[str], wanted: Sequence[str]) -> list[Write]:
    ranks = range(1, max(len(existing), len(wanted)) + 1)
    differ = [rank for rank in ranks if list(existing[rank - 1 : rank]) != list(wanted[rank - 1 : rank])]
    gone = [Write("need", {"pupil_id": pupil, "rank": rank}, None) for rank in differ if rank <= len(existing)]
    # All that goes goes first: a need that changes its rank would otherwise stand twice for a moment.
    return gone + [
        Write("need", None, {"pupil_id": pupil, "rank": rank, "code": wanted[rank - 1]})
        for rank in differ
        if rank <= len(wanted)
    ]


class CareChange(NamedTuple):
    """A social care episode to open (no ``episode``), to close (``closed``: on a day that may not be known), or whose first day is put right."""

    kind: str
    started_on: date | None = None
    ended_on: date | None = None
    episode: int | None = None
    closed: bool = False


def care_changes(
    care: Care, opened: Iterable[str], closed: Iterable[str], since: date | None = None, ended: date | None = None
) -> list[CareChange]:
    """What to change so that the kinds in ``opened`` are open and those in ``closed`` are not.

    A new episode starts on ``since``, which may not be known; ``since`` also puts the first day of one that stands right. One
    that is closed ends on ``ended``, or else on the day before a new one begins, or on a day that is not known. What has ended
    on such a day is given it by the same two.
    """
    changes = []
    begins = False
    for kind in opened:
        episode = care.open.get(kind)
        begins = begins or episode is None or episode.started_on is None
        if episode is None:
            changes.append(CareChange(kind, started_on=since))
        elif since is not None and episode.started_on != since:
            changes.append(CareChange(kind, started_on=since, episode=episode.id))
    closing = [care.open[kind] for kind in closed if kind in care.open]
    end = ended or (since - timedelta(days=1) if since and begins else None)
    if end is not None and not closing and (ended or len(care.ended) == 1):
        closing = care.ended
    # An episode cannot end before it starts, also when its start is still to come.
    return changes + [
        CareChange(one.kind, ended_on=end and max(end, one.started_on or end), episode=one.id, closed=True)
        for one in closing
    ]


def care_writes(pupil: int | NewRowNumber, changes: Iterable[CareChange]) -> list[Write]:
    writes = []
    for change in changes:
        if change.episode is None:
            values = {"pupil_id": pupil, "kind": change.kind, "started_on": change.started_on}
            writes.append(Write("social_care_episode", None, values))
        elif change.closed:
            ended = {"ended_on": change.ended_on, "end_not_known": change.ended_on is None}
            writes.append(Write("social_care_episode", {"id": change.episode}, ended))
        else:
            writes.append(Write("social_care_episode", {"id": change.episode}, {"started_on": change.started_on}))
    return writes
