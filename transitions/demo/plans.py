"""What made-up plans say: the profile, voices, hopes, outcomes and actions of one version after the other."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from transitions.demo import plan_records
from transitions.demo.content import DemoRows, Dice, Material, Odds
from transitions.demo.council import Staff
from transitions.demo.people import Person
from transitions.demo.plan_life import PAST, Book, DemoContact, DemoVersion, Lives, Subject, transition_of
from transitions.demo.plan_records import Promise
from transitions.plans.lifecycle import move_day
from transitions.plans.page import VIEWS
from transitions.plans.questions import PFA_FROM_YEAR_GROUP, load_shipped
from transitions.school_year import academic_year, add_months, age_on
from transitions.term_dates import TermDates

_PLANNED_SHARE: Mapping[str, float] = {
    "14+": 0.8, "EY-R": 0.55, "2-3": 0.6, "MID": 0.6, "6-7": 0.65, "9-PFA": 0.6, "11-16P": 0.65, "P16-P16": 0.6, "18": 0.8,
    "25": 0.5,
}  # fmt: skip
_PAST_SHARE = 0.55
_PROGRESS: Odds[str] = Odds({"on track": 55, "achieved": 25, "changed": 10, "not achieved": 10})
_DAY = timedelta(days=1)


class _Outcome(NamedTuple):
    area: str
    hope: str
    baseline: str
    outcome: str
    by_when: date


class Plans:
    """Writes the plans of one pupil after the other, with everything that hangs on them."""

    def __init__(
        self,
        dice: Dice,
        source: Material,
        staff: Staff,
        today: date,
        planned_from: date,
        rows: DemoRows,
        terms: TermDates,
    ) -> None:
        self.book, self.source, self.staff, self.dice = Book(dice, source, today, rows), source, staff, dice
        self.lives, book = Lives(dice, today, planned_from), self.book
        self.meetings, self.quality = plan_records.MeetingWriter(book), plan_records.AuditWriter(book, staff)
        self.actions = plan_records.Actions(book)
        self._template, self._terms = load_shipped().version, terms

    def _review_on(self, version: DemoVersion) -> date | None:
        since = max([version.agreed or version.opened, *version.reviews])
        return None if version.review is None else self._terms.meeting_day(version.review, since)

    def write_about(self, person: Person, circle: Sequence[DemoContact]) -> None:
        known = person.sen != "N" or person.care_now
        if known and person.group in PAST and self.dice.chance(_PAST_SHARE):
            version = self.lives.of_last_year(person, self.dice.one(self.book.words["closed"]["reasons"]))
            self._write(self._subject(person, PAST[person.group], circle, person.group - 1), [version])
        transition = transition_of(person, self.book.today)
        if transition is not None and self.dice.chance(_PLANNED_SHARE[transition]):
            self._write(self._subject(person, transition, circle, person.group), self.lives.of_now(person, transition))

    def _subject(self, person: Person, transition: str, circle: Sequence[DemoContact], group: int) -> Subject:
        worker = person.owner_id or self.dice.one(self.staff.team)
        band = self.book.words["plan"][_band(group)]
        return Subject(person, transition, circle, worker, self.staff.names[worker], group, band)

    def _write(self, of: Subject, versions: Sequence[DemoVersion]) -> None:
        content: dict[str, Any] = {}
        outcomes: list[_Outcome] = []
        promises: list[Promise] = []
        for place, version in enumerate(versions):
            after = versions[place + 1] if place + 1 < len(versions) else None
            if version is versions[0]:
                outcomes = self._outcomes(of, version)
                promises = self.actions.promises(of, version, [one.area for one in outcomes])
                content = self._content(of, version, outcomes)
            else:
                outcomes = [self._put_forward(one, version) for one in outcomes]
                content |= {part: self.book.some(of.band[part], of) for part in ("support", "communication")}
                promises.append(self.actions.promise(of, version, [one.area for one in outcomes], promises))
            row = self._row(of, version, versions[0], content)
            plan_id = row["id"]
            self.book.add("plan", **row)
            numbers = self._put_outcomes(of, plan_id, outcomes, version)
            self.meetings.write(of, plan_id, version, after)
            self.meetings.copies(of, plan_id, version)
            wrong = self.quality.audit(of, plan_id, version, row)
            self.quality.survey(of, plan_id, version)
            promises = self.actions.put(of, plan_id, version, after, promises, numbers)
            if wrong is not None:
                self.actions.put_right(of, plan_id, *wrong)

    def _row(self, of: Subject, version: DemoVersion, first: DemoVersion, content: Mapping[str, Any]) -> dict[str, Any]:
        agreed = first.agreed is not None
        move = move_day(of.transition, of.person.born, first.opened, of.person.move_on)
        return {
            **content,
            "id": self.book.number("plan"),
            "pupil_id": of.person.id,
            "transition": of.transition,
            "version": version.number,
            "status": version.status,
            "author_id": of.worker_id,
            "template": self._template,
            "opened_on": version.opened,
            "shared_on": version.shared,
            "agreed_on": version.agreed,
            "active_on": version.active,
            "reviewed_on": version.reviews[-1] if version.reviews else None,
            "review_on": self._review_on(version),
            "closed_on": version.closed,
            "close_reason": version.reason,
            "named_worker_id": of.worker_id if agreed or of.person.owner_id else None,
            "named_worker_from": first.opened if agreed else None,
            "named_worker_until": add_months(move, 6) if agreed and move is not None else None,
        }

    def _content(self, of: Subject, version: DemoVersion, outcomes: Sequence[_Outcome]) -> dict[str, Any]:
        book, dice, band = self.book, self.dice, of.band
        answers: dict[str, Any] = {part: book.some(band[name], of) for part, name in _PROFILE.items()}
        if version.status == "draft" and dice.chance(0.5):
            return {part: answers[part] for part in ("admired", "important_to_me")}
        heard = dice.day(version.opened, version.shared or min(book.today, version.opened + 20 * _DAY))
        how = book.one(band["how"], of)
        family = book.words["family"]
        agreed = version.agreed is not None
        answers |= {
            "pupil_voice": dice.one(band["voice"]),
            "pupil_voice_how": how,
            "pupil_voice_on": heard,
            "hopes": "\n".join(dict.fromkeys(outcome.hope for outcome in outcomes)) or None,
            "hopes_how": how,
            "hopes_on": heard,
            "family_voice": book.one(family["voice"], of) if agreed or dice.chance(0.7) else None,
            "different_views": book.perhaps(0.12, family["different_views"], of),
            "risks": book.perhaps(0.4 if of.person.sen == "E" else 0.1, band["risks"], of),
            "sharing_basis": book.perhaps(0.85, book.words["sharing"]["basis"], of) if version.shared else None,
            "accessible_copy": book.perhaps(0.7, book.words["sharing"]["accessible"], of) if version.shared else None,
        }
        for side in VIEWS:
            if dice.chance(0.9 if side == "pupil" else 0.6):
                for part in (f"working_{side}", f"not_working_{side}"):
                    answers[part] = book.some(band[part], of, between="\n")
        return answers | self._destination(of, version) | self._decisions(of, heard)

    def _destination(self, of: Subject, version: DemoVersion) -> dict[str, Any]:
        person, dice = of.person, self.dice
        year = academic_year(self.book.today)
        answers: dict[str, Any]
        if of.transition == PAST.get(person.group):
            day = dice.day(version.opened, date(year, 3, 1))
            answers = {"destination_school_id": person.school.id, "destination_stage": "confirmed", "destination_on": day,
                    "destination_from": date(year, 9, 1)}  # fmt: skip
        elif person.next_school is not None:
            stage = "confirmed" if dice.chance(0.6) else "agreed"
            answers = {"destination_school_id": person.next_school.id, "destination_stage": stage,
                    "destination_on": person.next_school_on, "destination_from": date(year + 1, 9, 1)}  # fmt: skip
        elif dice.chance(0.5):
            answers = {"destination": dice.one(of.band["destinations"]), "destination_stage": "intended",
                    "destination_on": version.opened}  # fmt: skip
        else:
            return {}
        return {**answers, "back_up": self.book.perhaps(0.75, of.band["back_up"], of)}

    def _decisions(self, of: Subject, heard: date) -> dict[str, Any]:
        texts, age = self.book.words["decisions"], age_on(of.person.born, self.book.today)
        answers: dict[str, Any] = {}
        if age >= 14 and (of.person.sen == "E" or of.person.care_now):
            answers["adult_assessments"] = self.book.perhaps(0.75, texts["adult"], of)
        if age >= 16 and self.dice.chance(0.8):
            offered = self.dice.chance(0.7)
            answers |= {"decision_making": self.book.one(texts["how"], of), "advocate_offered": offered,
                     "advocate_on": heard if offered else None}  # fmt: skip
        return answers

    def _outcomes(self, of: Subject, version: DemoVersion) -> list[_Outcome]:
        if version.status == "draft" and self.dice.chance(0.4):
            return []
        areas = [area.code for area in load_shipped().areas]
        if of.group < PFA_FROM_YEAR_GROUP:
            first = self.dice.one(areas)
            areas = [first, *(other for other in areas if other != first and self.dice.chance(0.35))]
        found = []
        for area in areas:
            drawn: Mapping[str, str] = self.dice.one(of.band[area])
            baseline, outcome = of.fill(drawn["baseline"]), of.fill(drawn["outcome"])
            by_when = add_months(version.opened, self.dice.number(6, 14))
            found.append(_Outcome(area, drawn["hope"], baseline, outcome, by_when))
        return found

    def _put_forward(self, outcome: _Outcome, version: DemoVersion) -> _Outcome:
        if outcome.by_when > version.opened:
            return outcome
        return outcome._replace(by_when=add_months(version.opened, self.dice.number(4, 9)))

    def _put_outcomes(self, of: Subject, plan_id: int, outcomes: Sequence[_Outcome], version: DemoVersion) -> list[int]:
        numbers = []
        for one in outcomes:
            numbers.append(self.book.number("plan_outcome"))
            progress = self.dice.drawn(_PROGRESS) if version.reviews else None
            self.book.add(
                "plan_outcome", id=numbers[-1], pupil_id=of.person.id, plan_id=plan_id, **one._asdict(), progress=progress,
                progress_on=version.reviews[-1] if progress else None,
            )  # fmt: skip
        return numbers


_PROFILE = {
    "admired": "admired",
    "important_to_me": "important",
    "support": "support",
    "communication": "communication",
}


def _band(group: int) -> str:
    if group <= 2:
        return "young"
    return "primary" if group <= 6 else "teen" if group <= 11 else "adult"
