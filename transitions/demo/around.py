"""What K. Osei has entered beside the register: a conference with a fee, links to material, events of pupils, a school's programme,
and what a committee is told.

Through the functions that a person's own entries pass, so that it can be undone and read back as theirs can.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from transitions.calendar.clashes import free_date
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.demo.content import DemoRows, Material
from transitions.demo.council import DemoSchool
from transitions.demo.people import Person
from transitions.impact.known import HEALTHY_SCHOOLS, KIDSCREEN_52
from transitions.plans import page as plan_pages
from transitions.pupils.codes import EXCLUSION_REASONS
from transitions.pupils.editing import save_pupil
from transitions.pupils.events import EVENT
from transitions.pupils.lists import school_ids
from transitions.pupils.placements import PLACEMENT
from transitions.pupils.programmes import OF_SCHOOL
from transitions.pupils.small_records import save
from transitions.school_year import academic_year, academic_year_span, next_working_day
from transitions.term_dates import TermDates
from transitions.workshops import inviting, links
from transitions.workshops import page as workshop_pages
from transitions.workshops.saving import save_workshop
from transitions.workspace import Workspace

_KIND: Final = "other meeting"
_TITLE: Final = "Moving on together: transition conference"
_AHEAD, _INVITED, _ACCEPTED = timedelta(weeks=10), 12, 7
_CONFERENCE_LINKS: Final = {
    "Programme for the day": "https://northmere.example/conference/programme",
    "Form to book a place": "https://northmere.example/conference/book",
}
_TOOLKIT: Final = {"title": "Transition toolkit for schools", "address": "https://northmere.example/transition-toolkit"}
_BOOKLET: Final = {"title": "Moving on: booklet for families", "address": "https://northmere.example/moving-on.pdf"}
_LOOKED_AT: Final = 20


def enter(workspace: Workspace) -> None:
    today = workspace.clock.today
    _conference(workspace)
    coming = workshop_pages.coming(workspace, 365)
    for row in [one for one in coming if one.kind == "transitions workshop"][:1]:
        links.save_link(workspace, None, _TOOLKIT, workshop_id=row.id)
    mine = caseload.first_rows(workspace, Caseload(whose="mine"), _LOOKED_AT)
    plan = next(filter(None, (plan_pages.current(workspace, pupil.id) for pupil in mine)), None)
    if plan is not None:
        links.save_link(workspace, None, _BOOKLET, plan_id=plan.id)
    began = next_working_day(academic_year_span(academic_year(today))[0] + timedelta(days=10))
    if began > today:
        return
    in_year_7 = caseload.first_rows(workspace, Caseload(year_groups=(7,), sort="name"), 6)[-2:]
    for number, pupil in enumerate(in_year_7):
        if number == 0:
            save_pupil(workspace, pupil.id, {"suspensions": "1"})  # as an import brought it, before there was the event
            save(
                workspace,
                EVENT,
                pupil.id,
                None,
                {"kind": "suspension", "started_on": began, "days": "1.5", "reason": "DB"},
            )
        else:
            place = {"kind": "alternative provision", "place": "Rowan Room, Civic Offices", "started_on": began}
            save(workspace, PLACEMENT, pupil.id, None, place)
    for school_id in school_ids(workspace)[:2]:
        save(workspace, OF_SCHOOL, school_id, None, {"programme": "Healthy Schools", "started_on": began})


def _conference(workspace: Workspace) -> None:
    schools = school_ids(workspace)
    likely = next_working_day(workspace.clock.today + _AHEAD)
    day = free_date(workspace, kind=_KIND, on_day=likely, host_school_id=schools[0], school_ids=schools[:_INVITED])
    workshop = save_workshop(
        workspace,
        None,
        {
            "kind": _KIND,
            "title": _TITLE,
            "on_day": day or likely,
            "starts": "09:15",
            "ends": "15:30",
            "host_school": schools[0],
            "audience": "SENCOs, heads of year, early years settings",
            "places": "60",
            "fee": "85",
            "agenda": "1. What young people say helps\n2. Sharing what the next school must know\n3. Workshops by move",
        },
    )
    inviting.invite_schools(workspace, workshop.number, schools[:_INVITED])
    for line in workshop_pages.load(workspace, workshop.number).invitations[:_ACCEPTED]:
        inviting.save_invitation(workspace, line.id, {"accepted": True})
    for title, address in _CONFERENCE_LINKS.items():
        links.save_link(workspace, None, {"title": title, "address": address}, workshop_id=workshop.number)


_REASONS: Final = tuple(EXCLUSION_REASONS)
_GROUPS: Final = ("ELSA", "Anxiety group", "Counselling", "Small-group work")
_OUTCOMES: Final = ("Joins in with the class again", "Asks for help before it is too much", None)
_LEAVES_FOR_HOME: Final = 97
_MENTORED: Final = 3
_KEPT_AS_A_NUMBER: Final = 4
"""Of every fourth pupil who was suspended the record has the number alone, as an import brings it."""


class Happened:
    """Writes about one pupil after the other, into ``rows``."""

    def __init__(self, today: date) -> None:
        self.today, self.rows = today, DemoRows()
        self.first = academic_year_span(academic_year(today))[0]
        self._schools: set[int] = set()

    def write_about(self, person: Person, record: Mapping[str, Any]) -> None:
        number, times = person.id, record["suspensions"] or 0
        for time in range(times if number % _KEPT_AS_A_NUMBER else 0):
            days = (self.today - self.first).days * (time + 1) // (times + 1)
            self._event(
                person, "suspension", min(self.today, next_working_day(self.first + timedelta(days=days))),
                days=None if (number + time) % 7 == 0 else ((number + time) % 6 + 1) / 2,
                reason=_REASONS[(number + time) % len(_REASONS)],
            )  # fmt: skip
        if number % _LEAVES_FOR_HOME == 0 and 0 < person.group <= 11 and person.sen != "E":
            self._event(person, "elective home education", None if number % 2 else self.first)
        if "SEMH" in person.needs and number % 3 == 0:
            self.rows.add(
                "participation", pupil_id=number, programme=_GROUPS[number % len(_GROUPS)], started_on=self.first,
                parent_involved=number % 2 == 0, outcome=_OUTCOMES[number % len(_OUTCOMES)],
            )  # fmt: skip
        if person.school.id not in self._schools:
            self._schools.add(person.school.id)
            self._school(person.school.id)

    def _event(self, person: Person, kind: str, started: date | None, **columns: Any) -> None:
        self.rows.add(
            "placement", pupil_id=person.id, kind=kind, school_id=person.school.id, started_on=started, **columns
        )

    def _school(self, school_id: int) -> None:
        if school_id % _MENTORED == 0:
            before = 30 + school_id * 7 % 30
            self.rows.add(
                "participation", school_id=school_id, programme="SENCO mentoring", who="The SENCO", started_on=self.first,
                understanding_before=before, understanding_after=before + 20 + school_id % 20,
            )  # fmt: skip


_WEEK: Final = timedelta(weeks=1)
_AFTER_YEAR_11: Final = (230, 210, 220, 230, 310, 210, 230, 460, 340, 230, 280, 210, 619)
_OFFERS: Final = (("platinum", 2.5), ("gold", 2.0), ("silver", 1.0), ("bronze", 0.5), ("bronze", 0.5))
_NAVIGATORS: Final = ("Wren Ashdown", "Miro Falk", "Ida Quill")
_DIMENSIONS: Final = (
    *((KIDSCREEN_52, one) for one in ("psychological wellbeing", "social support and peers", "school environment")),
    ("How I feel about school, 0 to 10", "feeling safe"),
)
_ANSWERS: Final = (*("accepted",) * 6, *("reworked",) * 2, "bounced", "duplicate")
_REVIEW: Final = "Scrutiny review of transitions 2025 (made up)"


class Impact:
    """Writes about one pupil after the other, then about the schools and the council, into ``rows``."""

    def __init__(self, source: Material, today: date, terms: TermDates) -> None:
        self._words, self.today, self.rows = source.impact_words, today, DemoRows()
        self.year = academic_year(today)
        first, days = date(self.year, 9, 1), (today - date(self.year, 9, 1)).days
        every = (day for day in (first + timedelta(days=one) for one in range(days)) if terms.is_school_day(day))
        self._weeks: dict[date, int] = {}
        for day in every:
            monday = day - timedelta(days=day.weekday())
            self._weeks[monday] = self._weeks.get(monday, 0) + 2
        self._weeks = {monday: possible for monday, possible in self._weeks.items() if monday + _WEEK <= today}

    def write_about(self, person: Person, record: Mapping[str, Any]) -> None:
        if person.group == 7:
            self._attendance(person, record["attendance_percent"] or 94.0)
            self._first_weeks(person)
        if person.group in (6, 7) and (person.sen != "N" or person.id % 3 == 0):
            self._scores(person)
        self._readiness(person)
        if person.group >= 12:
            self._activities(person)
        self._referrals(person)

    def _attendance(self, person: Person, before: float) -> None:
        number = person.id
        fall = (0, 0, 0, 0.5, 0, 0, 0, 2)[number % 8]
        for place, (monday, possible) in enumerate(self._weeks.items() if number % 15 else ()):
            missed = (100 - before + fall * place) / 100 * possible + (number + place) % 3 / 2 - 0.5
            attended = min(possible, max(0, round(possible - missed + 0.3)))
            self.rows.add(
                "attendance_week", pupil_id=number, school_id=person.school.id, week_on=monday, possible=possible,
                attended=attended,
            )  # fmt: skip

    def _first_weeks(self, person: Person) -> None:
        """What was hard for some with SEND, and is over."""
        number, first = person.id, next_working_day(date(self.year, 9, 14) + timedelta(days=person.id % 20))
        ended = next_working_day(first + timedelta(days=21))
        if person.sen != "N" and number % 5 == 0 and ended <= self.today:
            self.rows.add(
                "placement", pupil_id=number, kind="part-time timetable", school_id=person.school.id, started_on=first,
                planned_end=ended, ended_on=ended,
            )  # fmt: skip

    def _scores(self, person: Person) -> None:
        number, moved = person.id, self.year + 1 - (person.group == 7)
        days = (("before", date(moved, 6, 20)), ("after", date(moved, 10, 12)))
        for place, (scale, dimension) in enumerate(_DIMENSIONS if number % 2 else _DIMENSIONS[:-1]):
            least, span = (38, 21) if scale == KIDSCREEN_52 else (1, 7)
            for moment, day in days if number % 10 else days[:1]:
                change = (number * 7 + place * 5) % 13 - 4 if moment == "after" else 0
                score = least + number * (3 + place) % span + change * span / 21
                if day <= self.today:
                    self.rows.add(
                        "wellbeing_score", pupil_id=number, scale=scale, dimension=dimension, moment=moment,
                        scored_on=day, score=round(score, 1),
                    )  # fmt: skip

    def _readiness(self, person: Person) -> None:
        """At the end of Reception, and before the move to Year 1 or Year 7 how ready everybody finds the child."""
        number = person.id
        for group in (0, 6):
            day = date(person.cohort_year + group + 1, 6, 26)
            if not group <= person.group <= group + 2 or day > self.today or number % 9 == 5:
                continue
            ratings = {
                f"{who}_rating": 1 + (number * step + group) % 5
                for step, who in ((3, "school"), (7, "pupil"), (11, "family"))
                if number % step
            }
            level = None if group else number % 3 > 0
            self.rows.add("readiness", pupil_id=number, assessed_on=day, good_level=level, **ratings)

    def _activities(self, person: Person) -> None:
        number, first = person.id, date(person.cohort_year + 12, 9, 1)
        steps = [(first, 710 if number % 29 == 7 else _AFTER_YEAR_11[number % len(_AFTER_YEAR_11)])]
        if number % 7 == 3:
            steps += [(first + (10 + number % 10) * _WEEK, 619), (first + (21 + number % 6) * _WEEK, 410)]
        elif number % 11 == 5:
            steps += [(first + (12 + number % 12) * _WEEK, 810 + number % 3 * 10), (first + 40 * _WEEK, 230)]
        steps = [one for one in steps if one[0] <= self.today] if number % 23 != 11 else []
        for place, (day, code) in enumerate(steps):
            until = steps[place + 1][0] - timedelta(days=1) if place + 1 < len(steps) else None
            at = person.school.name if code in (210, 220, 230, 280) and until is None else None
            self.rows.add("activity", pupil_id=number, code=code, started_on=day, ended_on=until, place=at)

    def _referrals(self, person: Person) -> None:
        """This year and the last; of every ninth nobody knows when the need was seen."""
        number, kinds = person.id, self._words["referral"]
        need = next((one for one in person.needs if one in kinds), "NONE" if person.care_now else "")
        if not need or number % 5 > 2:
            return
        service, reasons = kinds[need]
        for ago in (0, 1) if number % 2 else (number // 2 % 2,):
            referred = next_working_day(date(self.year - ago, 9, 8) + timedelta(days=number * 5 % 70))
            waited = 2 + number * 11 % (31 + 8 * ago)
            answered = next_working_day(referred + timedelta(days=3 + number * 3 % 26))
            if referred > self.today:
                continue
            came = answered <= self.today and number % 12 > 0
            self.rows.add(
                "referral", pupil_id=number, school_id=(person.last_school if ago else person.school).id, service=service,
                reason=reasons[number // 3 % len(reasons)] if number % 8 else None,
                need_identified_on=referred - timedelta(days=waited) if number % 9 else None, referred_on=referred,
                answered_on=answered if came else None, outcome=_ANSWERS[number // 3 % len(_ANSWERS)] if came else None,
            )  # fmt: skip

    def write_about_council(self, schools: Sequence[DemoSchool], pupils: int) -> None:
        for school in schools:
            self._offer(school.id)
        judged = date(self.year, 10, 6)
        for one in self._words["recommendation"]:
            grade = one.get("grade") if judged <= self.today else None
            self.rows.add(
                "recommendation", review=_REVIEW, **{**one, "grade": grade, "graded_on": judged if grade else None}
            )
        for table in ("service", "entered_figure"):
            for one in self._words[table]:
                self.rows.add(table, **one)
        for place, one in enumerate(self._words["case_study"], 1):
            agreed = date(self.year - 1, 11, 3 + place) if "agreed_by" in one else None
            self.rows.add(
                "case_study", pupil_id=min(pupils, place * 5), title=one["title"], story=one["story"],
                written_on=date(self.year - 1, 11, 1), agreed_by=one.get("agreed_by"), agreed_on=agreed,
                withdrawn_on=date(self.year, 2, 2) if "withdrawn" in one else None,
            )  # fmt: skip

    def _offer(self, number: int) -> None:
        if number % 6 == 0:
            return
        tier, days = _OFFERS[number % len(_OFFERS)]
        self.rows.add(
            "school_offer", school_id=number, tier=tier, days_a_week=days, started_on=date(self.year - 1, 9, 1),
            navigator=_NAVIGATORS[number % len(_NAVIGATORS)],
            healthy_schools=HEALTHY_SCHOOLS[number // 2 % len(HEALTHY_SCHOOLS)] if number % 4 else None,
        )  # fmt: skip
