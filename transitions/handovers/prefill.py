"""What our own record proposes as answers of a handover, each with the day on which somebody recorded it.

A proposal never says more than the record does: where nobody has ever recorded a yes or no, none is proposed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from db.handovers import after_move, handovers
from db.handovers.after_move import FundingRow, PlacementRow
from db.handovers.handovers import HandoverRow
from db.plans.plans import PlanRow
from db.pupils import pupils as pupil_store
from db.pupils.pupils import ContactRow, Episode, PupilPage
from transitions.dates import short_with_year
from transitions.fields import as_text
from transitions.handovers.form import read_answer
from transitions.plans import page as plan_page
from transitions.pupils.codes import PERSISTENT, PROVISIONS
from transitions.pupils.events import dated, suspensions
from transitions.pupils.markers import CONTACTS, hides
from transitions.pupils.page import open_social_care
from transitions.questionnaire import Question
from transitions.school_year import academic_year, academic_year_span
from transitions.workspace import Workspace

ELSEWHERE: Final = ("alternative provision", "nurture group")
"""The placements that are teaching somewhere else than in class."""
_CARE: Final[Mapping[str, str]] = {
    "child protection": "child protection plan",
    "child in need": "child in need",
    "care leaver": "care leaver",
    "short breaks": "short breaks",
}
"""In the order of how much the new school has to know of it; being looked after is a question of its own."""


class Fact(NamedTuple):
    """What the record says, in words that an answer may have, and the day it was recorded, if that is known."""

    value: str
    on: date | None


class Record(NamedTuple):
    """What is known of a pupil beside the handover; ``recorded`` has by column the day it was last written."""

    pupil: PupilPage
    today: date
    recorded: Mapping[str, date]
    needs: Sequence[str]
    episodes: Sequence[Episode]
    contacts: Sequence[ContactRow]
    plan: PlanRow | None
    placements: Sequence[PlacementRow]
    funding: Sequence[FundingRow]
    handover: HandoverRow | None = None
    half_days_suspended: int | None = None

    def says(self, column: str) -> Fact | None:
        """What a column says; "no" only when somebody recorded that, for it is also where every record begins."""
        value, on = getattr(self.pupil, column), self.recorded.get(column)
        if value is None or value == "" or (value is False and on is None):
            return None
        return Fact(as_text(f"{value:g}" if isinstance(value, float) else value), on)

    def open_care(self) -> list[Episode]:
        return open_social_care(self.episodes, self.today)

    def placed(self) -> PlacementRow | None:
        first, _last = academic_year_span(academic_year(self.today))
        return next(
            (
                one
                for one in self.placements
                if one.kind in ELSEWHERE and one.started_on <= self.today and (one.ended_on or first) >= first
            ),
            None,
        )

    def funded(self) -> FundingRow | None:
        """The extra funding that ends first of what has not ended."""
        return next((one for one in self.funding if one.ends_on >= self.today), None)


def record_of(workspace: Workspace, pupil: PupilPage, handover: HandoverRow | None) -> Record:
    connection, today = workspace.read(), workspace.clock.today
    transition = handover.transition if handover else ""
    recorded = handovers.days_recorded(connection, pupil.id)
    counted = suspensions(dated(workspace, pupil.id), pupil.suspensions, today)
    newest = max((one.started_on for one in counted.events if one.started_on), default=None)
    return Record(
        pupil=pupil._replace(suspensions=counted.number),
        today=today,
        recorded={**recorded, "suspensions": newest} if newest else recorded,
        half_days_suspended=counted.sessions,
        needs=pupil_store.needs(connection, pupil.id),
        episodes=pupil_store.episodes(connection, pupil.id),
        contacts=[] if hides(workspace, pupil.id, CONTACTS) else pupil_store.contacts(connection, pupil.id),
        plan=plan_page.current(workspace, pupil.id, transition) or plan_page.current(workspace, pupil.id),
        placements=after_move.placements(connection, pupil.id),
        funding=after_move.funding(connection, pupil.id),
        handover=handover,
    )


def propose(question: Question, record: Record) -> Fact | None:
    """What the record proposes for a question, as ``read_answer`` would store it; None when it says nothing.

    What the question would not take from a person (too long for one line, a day to come) is not proposed either.
    """
    table, _dot, name = question.from_record.partition(".")
    if not name:
        return None
    if table == "plan":
        found = _plan_says(record, name)
    elif question.from_record in _READERS:
        found = _READERS[question.from_record](record)
    else:
        found = record.says(name)
    if found is None:
        return None
    try:
        return found._replace(value=read_answer(question, found.value, record.today))
    except ValueError:
        return None


def _plan_says(record: Record, name: str) -> Fact | None:
    plan = record.plan
    value = getattr(plan, name) if plan else None
    if plan is None or not value:
        return None
    known_on = {"hopes": plan.hopes_on}.get(name, plan.pupil_voice_on if name.startswith("pupil_voice") else None)
    return Fact(value.isoformat() if isinstance(value, date) else value, known_on or plan.agreed_on or plan.opened_on)


def _sen_provision(record: Record) -> Fact | None:
    code = record.pupil.sen_provision
    known = code != "N" or "sen_provision" in record.recorded
    return Fact(PROVISIONS[code], record.recorded.get("sen_provision")) if known else None


def _needs(record: Record) -> Fact | None:
    return Fact(", ".join(record.needs), None) if record.needs else None


def _next_school(record: Record) -> Fact | None:
    pupil, handover = record.pupil, record.handover
    if handover is None or handover.receiver is None:
        return None
    is_next = handover.receiver_id == pupil.next_school_id
    return Fact(handover.receiver, pupil.next_school_recorded_on if is_next else None)


def _persistent_absence(record: Record) -> Fact | None:
    percent = record.pupil.attendance_percent
    if percent is None:
        return None
    return Fact("yes" if percent <= PERSISTENT else "no", record.recorded.get("attendance_percent"))


def _looked_after(record: Record) -> Fact | None:
    times = [one for one in record.episodes if one.kind == "looked after"]
    now = next((one for one in record.open_care() if one.kind == "looked after"), None)
    if now is not None:
        return Fact("yes", now.started_on)
    return Fact("no", times[0].ended_on) if times and not times[0].has_no_end else None


def _social_care(record: Record) -> Fact | None:
    now = {one.kind: one for one in record.open_care()}
    for kind, label in _CARE.items():
        if kind in now:
            return Fact(label, now[kind].started_on)
    ended = [one.ended_on for one in record.episodes if one.kind in _CARE and not one.has_no_end]
    return Fact("no", max(filter(None, ended), default=None)) if ended and not now else None


def _services(record: Record) -> Fact | None:
    lines = [
        ", ".join(part for part in (one.relationship, one.name, one.telephone, one.email) if part)
        for one in record.contacts
        if one.circle == "outer" and one.may_contact
    ]
    return Fact("\n".join(lines), None) if lines else None


def _half_days(record: Record) -> Fact | None:
    half_days = record.half_days_suspended
    return None if half_days is None else Fact(str(half_days), record.recorded.get("suspensions"))


def _placement(of: Callable[[PlacementRow], str | None]) -> Callable[[Record], Fact | None]:
    def placement_fact(record: Record) -> Fact | None:
        placed = record.placed()
        value = of(placed) if placed else None
        return Fact(value, placed.started_on) if placed and value else None

    return placement_fact


def _placement_words(one: PlacementRow) -> str:
    until = one.ended_on or one.planned_end
    ends = f", until {short_with_year(until)}" if until else ""
    return f"{one.kind.capitalize()}: {one.school or one.place}, from {short_with_year(one.started_on)}{ends}"


def _funding(of: Callable[[FundingRow], str]) -> Callable[[Record], Fact | None]:
    def funding_fact(record: Record) -> Fact | None:
        funded = record.funded()
        return None if funded is None else Fact(of(funded), None)

    return funding_fact


_READERS: Final[Mapping[str, Callable[[Record], Fact | None]]] = {
    "pupil.contacts": _services,
    "pupil.half_days_suspended": _half_days,
    "pupil.looked_after": _looked_after,
    "pupil.needs": _needs,
    "pupil.next_school": _next_school,
    "pupil.persistent_absence": _persistent_absence,
    "pupil.sen_provision": _sen_provision,
    "pupil.social_care": _social_care,
    "placement.back_on": _placement(lambda one: one.back_on.isoformat() if one.back_on else None),
    "placement.exists": _placement(lambda _one: "yes"),
    "placement.words": _placement(_placement_words),
    "funding.ends_on": _funding(lambda one: one.ends_on.isoformat()),
    "funding.exists": _funding(lambda _one: "yes"),
}
"""What is more than a column of the pupil's own."""
