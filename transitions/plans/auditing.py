"""Auditing a plan: every item of the checklist judged by somebody who did not write it, a score, a grade, and what is done.

An audit is of one version. Drafts may be audited, so that a plan gets better before it is agreed; the audit then says that it
was of a draft. A closed plan may be audited, too: a sample of last year's is how a service learns. A version that a newer one
has replaced may not: what is found there is put right already, or has to be looked for in the newer one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from db.journal import Value
from db.milestones import definitions as settings
from db.plans import plans as plan_store
from db.plans import quality as store
from db.plans.plans import ActionRow
from db.plans.quality import AuditRow
from db.pupils import pupils as pupil_store
from transitions import questionnaire
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, NotAllowed
from transitions.fields import (
    Context,
    Field,
    Fields,
    Reading,
    as_text,
    gather,
    read_open_day,
    read_text,
    read_whole_number,
    typed_in,
    words_of,
)
from transitions.plans.actions import LONGEST, check_person
from transitions.plans.page import PlanPage, load, versions_up_to
from transitions.pupils import page as pupil_page
from transitions.questionnaire import Question, record
from transitions.text import Share, clean
from transitions.workspace import Recorded, Workspace

NOT_APPLICABLE: Final = "not applicable"
JUDGEMENTS: Final = ("met", "partly", "not met", NOT_APPLICABLE)
"""What can be said of an item, best first."""
_POINTS: Final = {"met": 2, "partly": 1, "not met": 0}
_SETTING: Final = "audit grades"


@dataclass(frozen=True)
class Checklist:
    """The items in their order, and the lowest score in percent of each grade, best first."""

    version: str
    items: tuple[Question, ...]
    grades: Mapping[str, int]


@cache
def load_checklist() -> Checklist:
    table = questionnaire.load("transitions.plans", "checklist.toml")
    return Checklist(
        table["version"],
        tuple(record(Question, one) for one in table["item"]),
        MappingProxyType({one["name"]: one["from"] for one in table["grade"]}),
    )


def items_for(page: PlanPage) -> list[Question]:
    """The items that the plan's auditor has to judge; the others do not apply at the pupil's age."""
    return [item for item in load_checklist().items if item.applies(age=page.age, year_group=page.year_group)]


def points(judgements: Mapping[str, str] | Iterable[str]) -> Share:
    """Met counts 2, partly 1, not met 0, each out of 2; what is not applicable is left out. Raises ``KeyError`` for any other word."""
    given = judgements.values() if isinstance(judgements, Mapping) else judgements
    found = [_POINTS[one] for one in given if one != NOT_APPLICABLE]
    return Share(sum(found), 2 * len(found), "points")


def score(judgements: Mapping[str, str] | Iterable[str]) -> int | None:
    """The score in percent of the points, 0 to 100, rounded half up; None when no item applies."""
    return points(judgements).percent


def thresholds(workspace: Workspace) -> Mapping[str, int]:
    return MappingProxyType({**load_checklist().grades, **(settings.setting(workspace.read(), _SETTING) or {})})


def grade(workspace: Workspace, score: int | None) -> str | None:
    return grade_from(thresholds(workspace), score)


def grade_from(thresholds: Mapping[str, int], score: int | None) -> str | None:
    return None if score is None else next(name for name, lowest in thresholds.items() if score >= lowest)


def save_thresholds(workspace: Workspace, lowest: Mapping[str, object]) -> Recorded:
    """Keep the lowest scores of grades, in percent, from 1 to 100; grades that are not given stay, the last begins at 0.

    An audit keeps the grade it was given. Raises ``FieldProblems`` by grade.
    """
    given, problems = gather(lowest, _read_threshold)
    found = {**thresholds(workspace), **given}
    names = list(load_checklist().grades)
    if not problems:
        problems = _out_of_order(names, found)
    if problems:
        raise FieldProblems(problems)
    shipped = load_checklist().grades
    own = {name: found[name] for name in names if found[name] != shipped[name]}
    with workspace.change("Audit grades changed", ", ".join(f"{one} from {found[one]}" for one in names)) as action:
        settings.change_setting(action, _SETTING, json.dumps(own))
    return action.recorded


def _read_threshold(name: str, value: object) -> int:
    names: Sequence[str] = list(load_checklist().grades)
    if name not in names:
        raise ValueError(f"there is no such grade; expected one of {', '.join(names[:-1])}")
    if name == names[-1]:
        raise ValueError("is the lowest grade and begins at 0: set the grade above it")
    return read_whole_number(as_text(value).removesuffix("%"), 1, 100)


def _out_of_order(names: Sequence[str], lowest: Mapping[str, int]) -> dict[str, str]:
    return {
        worse: f"must begin below {better}, which begins at {lowest[better]}"
        for better, worse in pairwise(names)
        if lowest[worse] >= lowest[better]
    }


def _corrective_owner(text: str, context: Context) -> str:
    cleaned = read_text(text, LONGEST)
    check_person(cleaned, (context.about.pupil.school, context.about.pupil.next_school))
    return cleaned


def _corrective_day(text: str, context: Context) -> Reading:
    reading = read_open_day(text, context)
    if reading.value < context.today:
        raise ValueError(f"{short_with_year(reading.value)} is in the past: expected today or a later date")
    return reading


CORRECTIVE_FIELDS: Final = Fields(
    Field("what", "What", needed=True, longest=LONGEST, help="Left empty when there is nothing to put right"),
    Field("owner", "Who", needed=True, reader=_corrective_owner, help="A person by name"),
    Field("due_on", "By when", "date", needed=True, reader=_corrective_day, help="A day, such as 5/9/26 or +2w"),
)
"""What a corrective action needs, of a ``PlanPage``; no item of the checklist has such a code."""
LONGEST_COMMENT: Final = 4_000
"""Characters of a comment: more than a page is a report."""


class Audit(AuditRow):
    """One audit, with the corrective actions that came of it, wherever they went on.

    ``grade`` is the one of the day: later changes of the thresholds leave it. ``of_draft``: the version was not agreed yet.
    """

    of_draft: bool
    actions: tuple[ActionRow, ...]


def of_plan(workspace: Workspace, plan_id: int) -> list[Audit]:
    """The audits of one version of a plan, the newest first. Raises ``NoSuchRecord``."""
    page = load(workspace, plan_id)
    actions = plan_store.actions(workspace.read(), page.plan.pupil_id)
    audits = [Audit(*row) for row in store.audits(workspace.read(), plan_id)]
    for audit in audits:
        audit.of_draft = page.plan.agreed_on is None or audit.audited_on < page.plan.agreed_on
        audit.actions = tuple(action for action in actions if action.audit_id == audit.id)
    return audits


def why_not(workspace: Workspace, plan_id: int) -> str | None:
    """The sentence why the person at the keyboard cannot audit this version; None when they can.

    The auditor cannot be an author: whoever opened this version or one it was made from, or changed what one of them or its
    outcomes say. Who changed the status, a meeting or an action alone is no author. Raises ``NoSuchRecord``.
    """
    return _why_not(workspace, load(workspace, plan_id))


def save_audit(
    workspace: Workspace,
    plan_id: int,
    judgements: Mapping[str, object],
    *,
    comment: str = "",
    corrective: Mapping[str, object] | None = None,
    on: date | None = None,
) -> Recorded:
    """Save an audit by the person at the keyboard, with the corrective action that comes of it, as one action.

    ``judgements`` by the code of the item, one of ``JUDGEMENTS``; every item that applies (``items_for``) needs one, the
    others are not applicable unless something is said of them. ``corrective`` has ``what``, ``owner`` (a person) and
    ``due_on`` (a day as people type it, or a date); empty, there is none.

    Raises ``FieldProblems`` by item code, ``comment`` and the fields of the corrective action; ``NotAllowed`` for an author
    (``why_not``), a day to come or before the version was opened, and a corrective action of a closed plan; ``NoSuchRecord``.
    """
    page, day = load(workspace, plan_id), on or workspace.clock.today
    judged, problems = _judged(page, judgements)
    cleaned = words_of(comment)
    if len(cleaned) > LONGEST_COMMENT:
        problems["comment"] = f"has {len(cleaned):,} characters, more than {LONGEST_COMMENT:,}: say what matters most"
    to_do, wrong = _corrective(workspace, page, corrective or {})
    if problems or wrong:
        raise FieldProblems({**problems, **wrong})
    graded = grade(workspace, score(judged))
    values: dict[str, Value] = {
        "pupil_id": page.plan.pupil_id,
        "plan_id": plan_id,
        "auditor_id": workspace.me,
        "audited_on": day,
        "checklist": load_checklist().version,
        "judgements": json.dumps(judged),
        "score": score(judged),
        "grade": graded,
        "comment": cleaned or None,
    }
    with workspace.change("Plan audited", f"{graded or 'nothing applies'} · {page.move_and_name}") as action:
        # behind the lock: somebody may have closed it meanwhile, or I may have written in it in another window
        _check_may_audit(workspace, load(workspace, plan_id), day, to_do=bool(to_do))
        number = action.insert("plan_audit", values)
        if to_do:
            of = {"pupil_id": page.plan.pupil_id, "plan_id": plan_id, "audit_id": number}
            action.insert("plan_action", {**of, "added_on": workspace.clock.today, **to_do})
    return action.recorded


def _check_may_audit(workspace: Workspace, page: PlanPage, day: date, *, to_do: bool) -> None:
    if day > page.today:
        raise NotAllowed(f"{short_with_year(day)} is in the future. Record an audit once it has been done.")
    if day < page.plan.opened_on:
        raise NotAllowed(f"This version was opened on {short_with_year(page.plan.opened_on)}; that day is before it.")
    reason = _why_not(workspace, page)
    if reason:
        raise NotAllowed(reason)
    if to_do and page.plan.status == "closed":
        raise NotAllowed(
            "This plan is closed. Save the audit without a corrective action, and add the action to the pupil's open plan."
        )


def _why_not(workspace: Workspace, page: PlanPage) -> str | None:
    connection, me, plan = workspace.read(), workspace.me, page.plan
    if me is None:
        return "Say who you are first: an audit names its auditor."
    newer = _replacement(page)
    if plan.status == "closed" and newer is not None:
        return f"Version {plan.version} has been replaced by version {newer}. Audit that one."
    wrote = store.writers(connection, plan.pupil_id)
    for version in versions_up_to(page.versions, plan):
        if me == version.author_id or me in wrote.get(version.id, ()):
            which = "this plan" if version.id == plan.id else f"version {version.version}, from which this one was made"
            who = pupil_store.worker_name(connection, me)
            return f"{who} wrote in {which}, and the auditor cannot be an author. Ask somebody who did not write it."
    return None


def _replacement(page: PlanPage) -> int | None:
    made_from_it = (
        one.version
        for one in page.versions
        if one.version > page.plan.version and page.plan.id in {old.id for old in versions_up_to(page.versions, one)}
    )
    return max(made_from_it, default=None)


def _judged(page: PlanPage, judgements: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    needed = {item.code for item in items_for(page)}
    judged, problems = gather({code: value for code, value in judgements.items() if as_text(value)}, _judgement)
    found: dict[str, str] = {}
    for item in load_checklist().items:
        found[item.code] = judged.get(item.code, NOT_APPLICABLE)
        if item.code in needed and item.code not in judged and item.code not in problems:
            problems[item.code] = f"is not judged yet: {item.label}. Expected one of {', '.join(JUDGEMENTS)}"
    return found, problems


def _judgement(code: str, value: object) -> str:
    if code not in {item.code for item in load_checklist().items}:
        raise ValueError("there is no such item in the checklist")
    text = clean(as_text(value)).casefold()
    if text not in JUDGEMENTS:
        raise ValueError(f"expected one of {', '.join(JUDGEMENTS)}")
    return text


def _corrective(
    workspace: Workspace, page: PlanPage, fields: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, str]]:
    given = {name: value for name, value in fields.items() if as_text(value)}
    if not given:
        return {}, {}
    context = typed_in(workspace, page, pupil_page.terms_of(workspace, page.plan.pupil_id))
    return CORRECTIVE_FIELDS.read(context, {**CORRECTIVE_FIELDS.blank, **given})
