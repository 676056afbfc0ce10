"""What families say of a move: handing the survey out, and writing down what came back.

Answers are anonymous unless the person agrees to be linked to the plan. Of an anonymous response neither pupil nor plan is
kept, the day is the first of its month, and the journal says only that one came back. A code on the respondent's own paper
brings answers before and after the move together; it stands on anonymous responses alone, for beside a name it would name
both.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from db.driver import Connection
from db.journal import Value
from db.plans import quality as store
from db.plans.quality import AskedRow, ResponseRow
from db.vocabulary import RESPONDENTS, SURVEY_MOMENTS
from transitions import questionnaire
from transitions.errors import FieldProblems, NotAllowed
from transitions.fields import as_text, gather
from transitions.plans.page import PlanPage, load, versions_up_to
from transitions.questionnaire import record
from transitions.text import clean
from transitions.workspace import Recorded, Workspace

__all__ = ["RESPONDENTS", "SURVEY_MOMENTS"]

NOT_SURE: Final = "not sure"
ANSWERS: Final[tuple[int | str, ...]] = (5, 4, 3, 2, 1, NOT_SURE)
"""What can be answered to an item: 5 agrees most."""
WORRY: Final = range(11)
"""0 is not worried at all, 10 as worried as can be."""
OVERALL: Final = range(1, 6)
"""1 is very bad, 5 very good."""

ByRespondent = Mapping[str, str]
"""Words for the pupil, and for a parent or carer."""


@dataclass(frozen=True)
class SurveyItem:
    """One thing to agree with or not, and whether it is asked ``before`` the move, ``after`` it, or both."""

    code: str
    words: ByRespondent
    moments: tuple[str, ...]


@dataclass(frozen=True)
class Survey:
    """The whole questionnaire; ``scale`` gives by respondent the words for 5 to 1."""

    version: str
    items: tuple[SurveyItem, ...]
    scale: Mapping[str, Mapping[int, str]]
    not_sure: ByRespondent
    worry: ByRespondent
    overall: ByRespondent
    worked: ByRespondent
    change: ByRespondent

    def items_for(self, moment: str) -> tuple[SurveyItem, ...]:
        return tuple(item for item in self.items if moment in item.moments)


@cache
def load_survey() -> Survey:
    table = questionnaire.load("transitions.plans", "survey.toml")
    scale = {
        respondent: MappingProxyType({int(number): label for number, label in steps.items()})
        for respondent, steps in table["scale"].items()
    }
    items = tuple(record(SurveyItem, one) for one in table["items"])
    return record(Survey, {**table, "items": items, "scale": MappingProxyType(scale)})


LETTERS: Final = "CDFHJKMNPRTVWXY3479"
"""What a code is made of: nothing that looks like another one in handwriting (0 and O, 1 and I, 5 and S, 2 and Z), and no
vowels, so that it spells nothing. Six of them make 47 million codes."""
LONGEST_WORDS: Final = 4_000
_HAPPENED: Final = "Record it once it has happened."
_CODE = re.compile(rf"[{LETTERS}]{{6}}")


def record_handed_out(
    workspace: Workspace, plan_id: int, moment: str, respondents: Iterable[str], *, on: date | None = None
) -> Recorded:
    """Record that the survey was handed out, which is what a response rate is counted against.

    ``moment`` is "before" or "after", ``respondents`` "pupil", "parent or carer" or both. Each is asked once for a move,
    whatever the version of the plan: who was asked already is left as it is, and not counted in ``changed``.

    Raises ``FieldProblems`` by ``moment`` and ``respondents``, ``NotAllowed`` for a day to come, and ``NoSuchRecord``.
    """
    page, chosen = load(workspace, plan_id), list(dict.fromkeys(respondents))
    problems = _who_and_when(moment, chosen)
    if problems:
        raise FieldProblems({"respondents" if name == "respondent" else name: what for name, what in problems.items()})
    day = workspace.day_gone_by(on, _HAPPENED)
    summary = f"{moment} the move · {', '.join(chosen)} · {page.move_and_name}"
    with workspace.change("Survey handed out", summary) as action:
        already = {(one.moment, one.respondent) for one in store.handed_out(action.connection, _versions(page))}
        for respondent in chosen:
            if (moment, respondent) not in already:
                row: dict[str, Value] = {"moment": moment, "respondent": respondent, "asked_on": day}
                action.insert("survey_asked", {"pupil_id": page.plan.pupil_id, "plan_id": plan_id, **row})
    return action.recorded


def handed_out(workspace: Workspace, plan_id: int) -> list[AskedRow]:
    """Which surveys were handed out for this plan in any of its versions so far. Raises ``NoSuchRecord``."""
    return store.handed_out(workspace.read(), _versions(load(workspace, plan_id)))


def linked(workspace: Workspace, plan_id: int) -> list[ResponseRow]:
    """The responses that people agreed to link to this plan, in any version so far. Raises ``NoSuchRecord``."""
    return store.responses_of_plans(workspace.read(), _versions(load(workspace, plan_id)))


def record_response(
    workspace: Workspace,
    *,
    moment: str,
    respondent: str,
    answers: Mapping[str, object],
    plan_id: int,
    worry: object = None,
    overall: object = None,
    worked: str = "",
    change: str = "",
    linked: bool = False,
    pair_code: str = "",
    on: date | None = None,
    choose: Callable[[str], str] = secrets.choice,
) -> tuple[Recorded, str]:
    """Write down one survey that came back; give what was recorded, and the code for the respondent's paper ("" for none).

    ``answers`` by item code: 5 (agrees most) to 1, or "not sure"; what is left out was not answered. ``worry`` is 0 to 10,
    ``overall`` 1 to 5. ``plan_id`` says which move it is about; it and the pupil are kept only when ``linked``, that is when
    the respondent agreed to it. Anonymous answers before the move get a new code; those after it may bring theirs as
    ``pair_code``. ``choose`` picks one letter of many.

    Raises ``FieldProblems`` by item code, ``moment``, ``respondent``, ``worry``, ``overall``, ``worked``, ``change`` and
    ``pair_code``; ``NotAllowed`` for a day to come and when nothing is answered; ``NoSuchRecord``.
    """
    page = load(workspace, plan_id)
    problems = _who_and_when(moment, [respondent])
    if problems:
        raise FieldProblems(problems)
    day = workspace.day_gone_by(on, _HAPPENED)
    fields = {"worry": worry, "overall": overall, "worked": worked, "change": change, "pair_code": pair_code}
    row, code = _row(page, moment, answers, fields, linked=linked)
    row |= {"transition": page.plan.transition, "moment": moment, "respondent": respondent}
    row |= whose_and_when(page.plan.pupil_id, plan_id, day, linked=linked)
    summary = f"{moment} the move · {respondent} · {page.move_and_name if linked else 'anonymous'}"
    with workspace.change("Survey came back", summary) as action:
        if code:
            _check_code(action.connection, code, row)
        elif moment == "before" and not linked:
            code = new_code(choose, lambda one: bool(store.responses_with_code(action.connection, one)))
        action.insert("survey_response", {**row, "pair_code": code or None})
    return action.recorded, code


def whose_and_when(pupil_id: int, plan_id: int, day: date, *, linked: bool) -> dict[str, Value]:
    """What a response that is not linked leaves out: whose it is, and the day within its month."""
    if linked:
        return {"pupil_id": pupil_id, "plan_id": plan_id, "answered_on": day}
    return {"answered_on": day.replace(day=1)}


def _row(
    page: PlanPage, moment: str, answers: Mapping[str, object], fields: Mapping[str, object], *, linked: bool
) -> tuple[dict[str, Value], str]:
    given = {code: value for code, value in answers.items() if as_text(value)}
    said, problems = gather(given, lambda code, value: _answer(moment, code, value))
    values, wrong = gather(fields, lambda name, value: _read_field(page, name, value, linked=linked, moment=moment))
    if problems or wrong:
        raise FieldProblems({**problems, **wrong})
    code = values.pop("pair_code") or ""
    if not said and all(value is None for value in values.values()):
        raise NotAllowed("Nothing is answered. Fill in the answers, or leave it out.")
    return {**values, "survey": load_survey().version, "answers": json.dumps(said)}, code


def _who_and_when(moment: str, respondents: list[str]) -> dict[str, str]:
    problems: dict[str, str] = {}
    if moment not in SURVEY_MOMENTS:
        problems["moment"] = f"expected one of {', '.join(SURVEY_MOMENTS)}"
    if not respondents or not set(respondents) <= set(RESPONDENTS):
        problems["respondent"] = f"expected one of {', '.join(RESPONDENTS)}"
    return problems


def _versions(page: PlanPage) -> list[int]:
    return [version.id for version in versions_up_to(page.versions, page.plan)]


def _answer(moment: str, code: str, value: object) -> int | str:
    item = next((one for one in load_survey().items if one.code == code), None)
    if item is None:
        raise ValueError("there is no such item in the survey")
    if moment not in item.moments:
        raise ValueError(f"is only asked {' and '.join(item.moments)} the move: leave it out")
    answer = next((one for one in ANSWERS if str(one) == as_text(value).casefold()), None)
    if answer is None:
        raise ValueError(f"expected a number from 5 (agrees most) to 1, or {NOT_SURE}")
    return answer


def _read_field(page: PlanPage, name: str, value: object, *, linked: bool, moment: str) -> Any:
    text = as_text(value)
    if not text:
        return None
    if name in ("worry", "overall"):
        scale = WORRY if name == "worry" else OVERALL
        if not text.isascii() or not text.isdigit() or int(text) not in scale:
            raise ValueError(f"expected a whole number from {scale[0]} to {scale[-1]}")
        return int(text)
    if name == "pair_code":
        return _given_code(text, linked=linked, moment=moment)
    cleaned = clean(text, lines=True)
    if len(cleaned) > LONGEST_WORDS:
        raise ValueError(f"has {len(cleaned):,} characters, more than {LONGEST_WORDS:,}: shorten it to what was said")
    named = None if linked else _name_in(page, cleaned)
    if named:
        raise ValueError(
            f"holds “{named}”, the pupil's name, and this response is anonymous: write it without the name (in small letters "
            "where it is only a word), or link the response if the person agreed to it"
        )
    return cleaned or None


def _name_in(page: PlanPage, words: str) -> str | None:
    """A name of the pupil that stands in the words as a word of its own, in capitals and small letters as it is written."""
    names = (page.pupil.forename, page.pupil.preferred_name, page.pupil.surname)
    return next(
        (name for name in names if name and len(name) > 1 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)),
        None,
    )


def _given_code(text: str, *, linked: bool, moment: str) -> str:
    if moment == "before":
        raise ValueError("answers before the move get a new code: leave it empty")
    if linked:
        raise ValueError(
            "this response is linked to the pupil, and the code would link the earlier answers too: leave it empty"
        )
    code = re.sub(r"[\W_]+", "", text).upper()
    if not _CODE.fullmatch(code):
        raise ValueError("is not a code: expected one such as KMN-347 from the respondent's paper, or nothing")
    return f"{code[:3]}-{code[3:]}"


def _check_code(connection: Connection, code: str, row: Mapping[str, Value]) -> None:
    existing = store.responses_with_code(connection, code)
    alike = ("respondent", "transition")
    if not any(one.moment == "before" and all(getattr(one, name) == row[name] for name in alike) for one in existing):
        raise FieldProblems(
            {
                "pair_code": f"no {row['respondent']} answered before this kind of move with the code {code}. Check the paper again, or leave the code empty: the answers then count, but not as a pair"
            }
        )
    if any(one.moment == "after" for one in existing):
        raise FieldProblems(
            {
                "pair_code": f"answers after the move have already been entered with the code {code}. Check the paper again, or leave the code empty: the answers then count, but not as a pair"
            }
        )


def new_code(choose: Callable[[str], str], is_taken: Callable[[str], bool]) -> str:
    """Make a code such as KMN-347 that nobody has yet; ``choose`` picks one letter of many."""
    while True:
        letters = "".join(choose(LETTERS) for _ in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if not is_taken(code):
            return code
