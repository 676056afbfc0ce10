"""What hangs on a made-up plan: meetings and reviews, copies, actions, audits, and what families say of the move."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from transitions.demo.content import Odds
from transitions.demo.council import Staff
from transitions.demo.plan_life import DAY, Book, DemoVersion, Subject
from transitions.plans.auditing import NOT_APPLICABLE, grade_from, load_checklist, score
from transitions.plans.surveys import NOT_SURE, load_survey, new_code, whose_and_when
from transitions.school_year import age_on

_AUDITED = 0.3
_JUDGED: Odds[str] = Odds({"met": 74, "partly": 19, "not met": 7})
_ANSWERS: Odds[int | str | None] = Odds({5: 34, 4: 34, 3: 14, 2: 8, 1: 3, NOT_SURE: 4, None: 3})
_BACK = 0.7
"""The share of surveys (0 to 1) that come back."""
_PAIRED = 0.8
_NAMED = 0.15


class AuditWriter:
    """Audits one version after the other, and asks the families."""

    def __init__(self, book: Book, staff: Staff) -> None:
        self.book, self.staff = book, staff
        self._auditors: list[Any] = [row[0] for row in staff.rows if row[2] in ("transitions team", "manager")]
        self._checklist, self._survey = load_checklist(), load_survey()
        self._codes: set[str] = set()

    def audit(
        self, of: Subject, plan_id: int, version: DemoVersion, answers: Mapping[str, Any]
    ) -> tuple[int, date, str] | None:
        """Perhaps add an audit by somebody else than the author; give its number, its day and what is to be put right.

        ``said`` is the plan as a row. None when there was no audit, or nothing came of it.
        """
        dice = self.book.dice
        if version.agreed is None or not dice.chance(_AUDITED):
            return None
        auditor = dice.one([one for one in self._auditors if one != answers["author_id"]])
        day = self.book.between(version.agreed, min(version.closed or self.book.today, version.agreed + 90 * DAY))
        judged = self._judgements(of, version, answers)
        points = score(judged)
        number = self.book.number("plan_audit")
        comment = self.book.perhaps(0.7, self.book.words["audit"]["comments"], of)
        self.book.add(
            "plan_audit", id=number, pupil_id=of.person.id, plan_id=plan_id, auditor_id=auditor, audited_on=day,
            checklist=self._checklist.version, judgements=json.dumps(judged), score=points,
            grade=grade_from(self._checklist.grades, points), comment=comment,
        )  # fmt: skip
        corrective: Mapping[str, str] = self.book.words["corrective"]
        wrong = [code for code, judgement in judged.items() if judgement != "met" and code in corrective]
        worst = [code for code in wrong if judged[code] == "not met"] or wrong
        worst = [code for code in worst if judged[code] != NOT_APPLICABLE]
        return (number, day, of.fill(corrective[worst[0]])) if worst and version.closed is None else None

    def _judgements(self, of: Subject, version: DemoVersion, answers: Mapping[str, Any]) -> dict[str, str]:
        born, today = of.person.born, self.book.today
        age = age_on(born, today)
        seen: dict[str, bool | None] = {
            "own-words": bool(answers.get("pupil_voice")),
            "hopes": bool(answers.get("hopes")),
            "profile": bool(answers.get("admired") and answers.get("important_to_me") and answers.get("support")),
            "family-view": bool(answers.get("family_voice")),
            "named-worker": bool(answers.get("named_worker_id")),
            "owned-actions": True,
            "destination": None if not answers.get("destination_stage") else bool(answers.get("back_up")),
            "adult-assessment": bool(answers.get("adult_assessments")),
            "capacity": bool(answers.get("decision_making")),
            "accessible-copy": bool(answers.get("accessible_copy")),
            "four-areas": True,
            "on-time": True if version.reviews else None if (version.review or today) >= today else False,
            "followed-up": None if version.number == 1 and not version.reviews else True,
        }
        judged = {}
        for item in self._checklist.items:
            if not item.applies(age=age, year_group=of.person.group) or seen.get(item.code, True) is None:
                judged[item.code] = NOT_APPLICABLE
            else:
                judged[item.code] = self.book.dice.drawn(_JUDGED) if seen.get(item.code, True) else "not met"
        return judged

    def survey(self, of: Subject, plan_id: int, version: DemoVersion) -> None:
        dice, last_year = self.book.dice, version.reason is not None and not version.reason.startswith("replaced")
        if version.agreed is None or not dice.chance(0.9 if last_year else 0.5):
            return
        for respondent in ("pupil", "parent or carer"):
            if not dice.chance(0.8):
                continue
            named = dice.chance(_NAMED)
            day = self.book.between(version.agreed, version.agreed + 30 * DAY)
            self.book.add(
                "survey_asked", pupil_id=of.person.id, plan_id=plan_id, moment="before", respondent=respondent,
                asked_on=day,
            )  # fmt: skip
            code = self._response(of, plan_id, "before", respondent, day, named=named, code="")
            if last_year and version.closed is not None:
                day = self.book.between(version.closed - 20 * DAY, version.closed)
                self.book.add(
                    "survey_asked", pupil_id=of.person.id, plan_id=plan_id, moment="after", respondent=respondent,
                    asked_on=day,
                )  # fmt: skip
                self._response(of, plan_id, "after", respondent, day, named=named, code=code)

    def _response(
        self, of: Subject, plan_id: int, moment: str, respondent: str, asked_on: date, *, named: bool, code: str
    ) -> str:
        dice, words = self.book.dice, self.book.words["survey"]
        if not dice.chance(_BACK):
            return ""
        day = self.book.between(asked_on, asked_on + 20 * DAY)
        if moment == "before":
            code = "" if named else self._new_code()
        elif not dice.chance(_PAIRED):
            code = ""
        answered = {item.code: dice.drawn(_ANSWERS) for item in self._survey.items_for(moment)}
        worry = dice.number(3, 10) if moment == "before" else dice.number(0, 6)
        self.book.add(
            "survey_response", **whose_and_when(of.person.id, plan_id, day, linked=named), transition=of.transition,
            moment=moment, respondent=respondent, pair_code=code or None, survey=self._survey.version,
            answers=json.dumps({item: answer for item, answer in answered.items() if answer is not None}),
            worry=worry if dice.chance(0.92) else None, overall=dice.number(3, 5) if dice.chance(0.9) else None,
            **{part: self.book.perhaps(0.35, words[part], of) for part in ("worked", "change")},
        )  # fmt: skip
        return code

    def _new_code(self) -> str:
        code = new_code(self.book.dice.one, self._codes.__contains__)
        self._codes.add(code)
        return code


_HOW_MANY: Odds[int] = Odds({1: 30, 2: 42, 3: 28})


class Promise(NamedTuple):
    """An action before it is a row; ``done`` is the day, None while it is open, ``outcome`` the place of one in the plan."""

    what: str
    owner: str
    due: date
    done: date | None
    outcome: int | None
    added: date
    carried_from: int | None = None


class Actions:
    """Writes down the actions of one version after the other."""

    def __init__(self, book: Book) -> None:
        self.book, self.dice = book, book.dice
        self._every: Sequence[Mapping[str, Any]] = book.words["action"]

    def promises(self, of: Subject, version: DemoVersion, areas: Sequence[str]) -> list[Promise]:
        found: list[Promise] = []
        for _ in range(0 if version.status == "draft" and self.dice.chance(0.3) else self.dice.drawn(_HOW_MANY)):
            found.append(self.promise(of, version, areas, found))
        return found

    def promise(self, of: Subject, version: DemoVersion, areas: Sequence[str], others: Sequence[Promise]) -> Promise:
        dice, opened = self.dice, version.opened
        taken = {one.what for one in others}
        while True:
            action = dice.one(self._every)
            what = of.fill(action["what"])
            if what not in taken and of.group >= action.get("from_group", -1):
                break
        due, done = opened + dice.number(14, 150) * DAY, None
        if version.status != "draft" and due < self.book.today and dice.chance(0.85):
            done = min(self.book.today, max(opened, due + dice.number(-12, 5) * DAY))
        owner = {"family": of.family, "worker": of.worker}.get(action["owner"]) or self.book.grown_up()
        outcome = areas.index(action["area"]) if action["area"] in areas else None
        return Promise(what, owner, due, done, outcome, opened)

    def put(
        self, of: Subject, plan_id: int, version: DemoVersion, after: DemoVersion | None, promises: Sequence[Promise],
        outcomes: Sequence[int],
    ) -> list[Promise]:  # fmt: skip
        """Add the actions of one version; give those that go on in the next."""
        going_on = []
        for place, one in enumerate(promises):
            number = self.book.number("plan_action")
            done = one.done if one.done is not None and (after is None or one.done < after.opened) else None
            if after is None and version.closed is not None and (done is None or done > version.closed):
                # nothing stays open when a plan is closed: one action in three is dropped then, though never the only one
                done = None if place and self.dice.chance(0.33) else version.closed
            status = "done" if done else "carried over" if after else "dropped" if version.closed else "open"
            texts = self.book.words["done"]
            evidence = self.book.perhaps(0.4, texts["evidence"], of) if done else None
            if status == "dropped":
                evidence = self.book.one(texts["dropped"], of)
            outcome = None if one.outcome is None else outcomes[one.outcome]
            self.book.add(
                "plan_action", id=number, pupil_id=of.person.id, plan_id=plan_id, outcome_id=outcome,
                carried_from_id=one.carried_from, what=one.what, owner=one.owner, due_on=one.due, status=status,
                added_on=one.added, done_on=done, evidence=evidence,
            )  # fmt: skip
            if status == "carried over":
                going_on.append(one._replace(carried_from=number))
        return going_on

    def put_right(self, of: Subject, plan_id: int, audit: int, day: date, what: str) -> None:
        due = day + self.dice.number(14, 42) * DAY
        done = min(self.book.today, due) if due < self.book.today and self.dice.chance(0.8) else None
        self.book.add(
            "plan_action", id=self.book.number("plan_action"), pupil_id=of.person.id, plan_id=plan_id, audit_id=audit,
            what=what, owner=of.worker, due_on=due, status="done" if done else "open", added_on=day, done_on=done,
        )  # fmt: skip


_COMING = timedelta(days=75)


class MeetingWriter:
    """Writes down the meetings of one version after the other."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def write(self, of: Subject, plan_id: int, version: DemoVersion, after: DemoVersion | None) -> None:
        """Add what there was of meetings: one to plan, the reviews, and the next one where its day is set.

        ``after`` is the version that was made from this one.
        """
        dice = self.book.dice
        if version.shared is not None and dice.chance(0.75):
            day = dice.day(version.opened, version.shared)
            self._meeting(of, plan_id, "meeting", day, result=None, next_on=None)
        for place, day in enumerate(version.reviews):
            last = place == len(version.reviews) - 1
            result = "close" if version.reason and not after and last else "amend" if after and last else "maintain"
            next_on = None if result == "close" else [*version.reviews, version.review][place + 1]
            self._meeting(of, plan_id, "review", day, result=result, next_on=next_on)
        due = version.review
        in_force = version.closed is None and after is None
        if in_force and due is not None and self.book.today < due <= self.book.today + _COMING and dice.chance(0.6):
            self._planned(of, plan_id, due)

    def copies(self, of: Subject, plan_id: int, version: DemoVersion) -> None:
        texts, dice = self.book.words["sharing"], self.book.dice
        if version.shared is not None:
            form = f"in {of.person.language}" if of.person.language and dice.chance(0.5) else dice.one(texts["forms"])
            self.book.add(
                "plan_copy", pupil_id=of.person.id, plan_id=plan_id, holder="the family", form=form,
                given_on=version.shared,
            )  # fmt: skip
        if version.agreed is not None and dice.chance(0.7):
            day = self.book.between(version.agreed, version.agreed + 20 * DAY)
            holder = self.book.one(texts["others"], of)
            self.book.add(
                "plan_copy", pupil_id=of.person.id, plan_id=plan_id, holder=holder, form=dice.one(texts["forms"]),
                given_on=day,
            )  # fmt: skip

    def _meeting(
        self, of: Subject, plan_id: int, kind: str, day: date, *, result: str | None, next_on: date | None
    ) -> None:
        book, texts = self.book, self.book.words["meetings"]
        number = book.number("plan_meeting")
        advocacy = book.dice.chance(0.15) if kind == "review" else None
        book.add(
            "plan_meeting", id=number, pupil_id=of.person.id, plan_id=plan_id, kind=kind, held_on=day, happened=True,
            place=book.dice.one(texts["places"]),
            notes=book.some(texts["review_notes" if kind == "review" else "notes"], of),
            decisions=book.some(texts["decisions"], of, between="\n"), result=result, advocacy_needed=advocacy,
            next_on=next_on,
        )  # fmt: skip
        self._attendees(of, number, planned=False)

    def _planned(self, of: Subject, plan_id: int, day: date) -> None:
        number = self.book.number("plan_meeting")
        place = self.book.dice.one(self.book.words["meetings"]["places"])
        self.book.add(
            "plan_meeting", id=number, pupil_id=of.person.id, plan_id=plan_id, kind="review", held_on=day,
            happened=False, place=place,
        )  # fmt: skip
        self._attendees(of, number, planned=True)

    def _attendees(self, of: Subject, meeting: int, *, planned: bool) -> None:
        person, dice, texts = of.person, self.book.dice, self.book.words["meetings"]
        family = [one for one in of.circle if one.circle == "inner"]
        people = [(f"{person.called} {person.surname}", "pupil", 0.85)]
        people += [(f"{one.name}, {one.relationship}", "family", 0.9) for one in family]
        people.append((f"{of.worker}, named worker", "other", 0.97))
        part, role = dice.one(texts["guests"])
        people.append((f"{self.book.grown_up()}, {role}", part, 0.75))
        if person.care_now:
            people.append((f"{self.book.grown_up()}, social worker", "social care", 0.8))
        if dice.chance(0.4):
            receiving = "college or provider" if person.group >= 11 else "school"
            role = texts["receiving"][2 if person.group >= 11 else 1 if person.group > 2 else 0]
            people.append((f"{self.book.grown_up()}, {role}", receiving, 0.7))
        for name, part, comes in people:
            came = "came" if dice.chance(comes) else "apologies" if dice.chance(0.7) else "absent"
            self.book.add(
                "plan_attendee", pupil_id=person.id, meeting_id=meeting, name=name, part=part,
                attendance="invited" if planned else came,
            )  # fmt: skip
