"""The made-up audits of plans, and what families say of the move; most say it without a name."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

from transitions.demo.plan_life import Version
from transitions.demo.plan_rows import Book, Subject
from transitions.demo.random_source import Odds
from transitions.demo.staff import Staff
from transitions.plans.auditing import NOT_APPLICABLE, load_checklist, score
from transitions.plans.surveys import LETTERS, NOT_SURE, load_survey
from transitions.school_year import age_on

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "plan_audit": (
        "id", "pupil_id", "plan_id", "auditor_id", "audited_on", "checklist", "judgements", "score", "grade", "comment",
    ),
    "survey_asked": ("pupil_id", "plan_id", "moment", "respondent", "asked_on"),
    "survey_response": (
        "pupil_id", "plan_id", "transition", "moment", "respondent", "answered_on", "pair_code", "survey", "answers", "worry",
        "overall", "worked", "change",
    ),
}  # fmt: skip

_AUDITED = 0.3
_JUDGED: Odds[str] = Odds({"met": 74, "partly": 19, "not met": 7})
_ANSWERS: Odds[int | str | None] = Odds({5: 34, 4: 34, 3: 14, 2: 8, 1: 3, NOT_SURE: 4, None: 3})
_BACK = 0.7
"""The share of surveys (0 to 1) that come back."""
_PAIRED = 0.8
_NAMED = 0.15
_DAY = timedelta(days=1)


class Quality:
    """Audits one version after the other, and asks the families."""

    def __init__(self, book: Book, staff: Staff) -> None:
        """Write into the book; auditors are of the team, or its manager."""
        self.book, self.staff = book, staff
        self._auditors = [row[0] for row in staff.rows if row[2] in ("transitions team", "manager")]
        self._checklist, self._survey = load_checklist(), load_survey()
        self._codes: set[str] = set()

    def audit(
        self, of: Subject, plan_id: int, version: Version, said: Mapping[str, object]
    ) -> tuple[int, date, str] | None:
        """Perhaps add an audit by somebody else than the author; give its number, its day and what is to be put right.

        ``said`` is the plan as a row. None when there was no audit, or nothing came of it.
        """
        dice = self.book.dice
        if version.agreed is None or not dice.chance(_AUDITED):
            return None
        auditor = dice.one([one for one in self._auditors if one != said["author_id"]])
        day = self.book.between(version.agreed, min(version.closed or self.book.today, version.agreed + 90 * _DAY))
        judged = self._judgements(of, version, said)
        points = score(judged)
        graded = next(
            (name for name, lowest in self._checklist.grades.items() if points is not None and points >= lowest), None
        )
        number = self.book.number("plan_audit")
        comment = self.book.perhaps(0.7, self.book.words["audit"]["comments"], of)
        self.book.add(
            "plan_audit", number, of.person.id, plan_id, auditor, day, self._checklist.version, json.dumps(judged), points,
            graded, comment,
        )  # fmt: skip
        corrective: Mapping[str, str] = self.book.words["corrective"]
        wrong = [code for code, judgement in judged.items() if judgement != "met" and code in corrective]
        worst = [code for code in wrong if judged[code] == "not met"] or wrong
        worst = [code for code in worst if judged[code] != NOT_APPLICABLE]
        return (number, day, self.book.said(corrective[worst[0]], of)) if worst and version.closed is None else None

    def _judgements(self, of: Subject, version: Version, said: Mapping[str, object]) -> dict[str, str]:
        """Judge what can be seen from what the plan says, and the rest as it comes."""
        born, today = of.person.born, self.book.today
        age = age_on(born, today)
        seen: dict[str, bool | None] = {
            "own-words": bool(said["pupil_voice"]),
            "hopes": bool(said["hopes"]),
            "profile": bool(said["admired"] and said["important_to_me"] and said["support"]),
            "family-view": bool(said["family_voice"]),
            "named-worker": bool(said["named_worker_id"]),
            "owned-actions": True,
            "destination": None if not said["destination_stage"] else bool(said["back_up"]),
            "adult-assessment": bool(said["adult_assessments"]),
            "capacity": bool(said["decision_making"]),
            "accessible-copy": bool(said["accessible_copy"]),
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

    def survey(self, of: Subject, plan_id: int, version: Version) -> None:
        """Ask the pupil and the family, before the move and, where it has been, after it."""
        dice, last_year = self.book.dice, version.reason is not None and not version.reason.startswith("replaced")
        if version.agreed is None or not dice.chance(0.9 if last_year else 0.5):
            return
        for respondent in ("pupil", "parent or carer"):
            if not dice.chance(0.8):
                continue
            named = dice.chance(_NAMED)
            day = self.book.between(version.agreed, version.agreed + 30 * _DAY)
            self.book.add("survey_asked", of.person.id, plan_id, "before", respondent, day)
            code = self._response(of, plan_id, "before", respondent, day, named=named, code="")
            if last_year and version.closed is not None:
                day = self.book.between(version.closed - 20 * _DAY, version.closed)
                self.book.add("survey_asked", of.person.id, plan_id, "after", respondent, day)
                self._response(of, plan_id, "after", respondent, day, named=named, code=code)

    def _response(
        self, of: Subject, plan_id: int, moment: str, respondent: str, asked: date, *, named: bool, code: str
    ) -> str:
        """Perhaps add what came back; give the code on an anonymous paper."""
        dice, words = self.book.dice, self.book.words["survey"]
        if not dice.chance(_BACK):
            return ""
        day = self.book.between(asked, asked + 20 * _DAY)
        if moment == "before":
            code = "" if named else self._code()
        elif not dice.chance(_PAIRED):
            code = ""
        answered = {item.code: dice.drawn(_ANSWERS) for item in self._survey.items_for(moment)}
        worry = dice.number(3, 10) if moment == "before" else dice.number(0, 6)
        self.book.add(
            "survey_response", *((of.person.id, plan_id) if named else (None, None)), of.transition, moment, respondent,
            day if named else day.replace(day=1), code or None, self._survey.version,
            json.dumps({item: answer for item, answer in answered.items() if answer is not None}),
            worry if dice.chance(0.92) else None, dice.number(3, 5) if dice.chance(0.9) else None,
            *(self.book.perhaps(0.35, words[part], of) for part in ("worked", "change")),
        )  # fmt: skip
        return code

    def _code(self) -> str:
        while True:
            letters = "".join(self.book.dice.one(LETTERS) for _ in range(6))
            code = f"{letters[:3]}-{letters[3:]}"
            if code not in self._codes:
                self._codes.add(code)
                return code
