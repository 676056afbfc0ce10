"""The plans of the demonstration: whole, in order, in plain words, and as the program itself would have written them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import damage_in

from db.schema.plans import Plan
from db.vocabulary import OUTCOME_AREAS
from transitions.clock import Clock
from transitions.demo.content import material
from transitions.demo.make import make
from transitions.plans import auditing, lifecycle, page, surveys
from transitions.plans.actions import not_a_person
from transitions.plans.lifecycle import LifeStep
from transitions.plans.page import PlanPage
from transitions.plans.surveys import ANSWERS, load_survey
from transitions.school_year import academic_year, age_on
from transitions.text import clean
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
BEFORE: dict[str, tuple[LifeStep, ...]] = {
    "draft": (),
    "shared with family": ("share",),
    "agreed": ("share", "agree", "start"),
    "active": ("share", "agree", "start", "review"),
    "reviewed": ("share", "agree", "start", "review"),
    "closed": ("share", "agree", "start", "review"),
}
"""The steps behind a plan, so that nothing may be missing for them."""
JARGON = re.compile(
    r"\b(EHCP|SEND|SENDCO|PfA|provision|outcomes?-focused|stakeholders?|multi-agency|holistic|cohort|intervention|CAMHS|SALT)\b"
)
GROWN_UP = re.compile(r"\b(job|work experience|wages|flat|tablets|course|college|bank)\b", re.IGNORECASE)


def made(folder: Path, day: date, pupils: int) -> Workspace:
    workspace = Workspace.open(folder / "demo.db", Clock.on(day), create=True)
    make(workspace, pupils)
    return workspace


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A demonstration of 600 pupils; nothing here writes to it."""
    workspace = made(tmp_path_factory.mktemp("demo"), TODAY, 600)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def pages(demo: Workspace) -> list[PlanPage]:
    return [page.load(demo, number) for (number,) in rows(demo, "SELECT id FROM plan ORDER BY id")]


def rows(workspace: Workspace, sql: str) -> list[Any]:
    return list(workspace.read().execute(sql).fetchall())


def faults(found: PlanPage) -> list[str]:
    """What could not have come about by the program's own rules."""
    plan = found.plan
    wrong = [f"{step}: {one.words}" for step in BEFORE[plan.status] for one in lifecycle.missing(found, step)]
    days = [plan.opened_on, plan.shared_on, plan.agreed_on, plan.active_on, *sorted(_held(found))]
    known = [day for day in days if day is not None]
    if known != sorted(known) or known[-1] > found.today or (plan.closed_on and plan.closed_on < known[-1]):
        wrong.append(f"days out of order: {known}, {plan.closed_on}")
    if bool(plan.shared_on) != any(copy.holder == "the family" for copy in found.copies):
        wrong.append("the family's copy")
    if (plan.status == "reviewed") > bool(_held(found)) or (max(_held(found), default=None) != plan.reviewed_on):
        wrong.append("reviewed without a review")
    if bool(plan.agreed_on) != bool(plan.review_on) or (
        plan.review_on and plan.review_on <= max(known[2:], default=date.min)
    ):
        wrong.append("the next review")
    if bool(plan.closed_on) != (plan.status == "closed") or bool(plan.close_reason) != (plan.status == "closed"):
        wrong.append("closed")
    happened = (plan.pupil_voice_on, plan.hopes_on, plan.advocate_on, plan.destination_on)
    return wrong + [f"{day} is still to come" for day in happened if day is not None and day > found.today]


def _held(found: PlanPage) -> list[date]:
    return [one.row.held_on for one in found.meetings if one.row.kind == "review" and one.row.happened]


def test_every_plan_has_what_its_steps_ask_for(pages: list[PlanPage]) -> None:
    assert len(pages) > 150
    assert {found.plan.id: faults(found) for found in pages if faults(found)} == {}


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2026, 9, 1), date(2027, 8, 31), date(2027, 10, 20)])
def test_whatever_the_day(tmp_path: Path, day: date) -> None:
    workspace = made(tmp_path, day, 150)
    found = [page.load(workspace, number) for (number,) in rows(workspace, "SELECT id FROM plan")]
    assert {one.plan.id: faults(one) for one in found if faults(one)} == {}
    assert damage_in(workspace) == []
    workspace.close()


def test_everything_that_a_plan_can_hold_is_there(demo: Workspace, pages: list[PlanPage]) -> None:
    assert {found.plan.status for found in pages} == set(BEFORE)
    for column in Plan.model_fields:
        assert any(getattr(found.plan, column) is not None for found in pages), column
    assert {found.plan.destination_stage for found in pages} >= {"intended", "agreed", "confirmed"}
    assert {outcome.area for found in pages for outcome in found.outcomes} == set(OUTCOME_AREAS)
    assert {outcome.progress for found in pages for outcome in found.outcomes} == {
        None, "on track", "achieved", "changed", "not achieved",
    }  # fmt: skip
    assert {action.status for found in pages for action in found.actions} == {"open", "done", "dropped", "carried over"}
    assert {(one.row.kind, one.row.happened) for found in pages for one in found.meetings} == {
        ("meeting", True), ("review", True), ("review", False),
    }  # fmt: skip
    assert {one.row.result for found in pages for one in found.meetings} == {None, "maintain", "amend", "close"}
    assert len(rows(demo, "SELECT DISTINCT attendance FROM plan_attendee")) == 4


def test_outcomes_come_from_hopes_and_older_plans_have_all_four(pages: list[PlanPage]) -> None:
    for found in pages:
        hopes = (found.plan.hopes or "").splitlines()
        for outcome in found.outcomes:
            assert outcome.hope in hopes or not found.agreed
            assert outcome.baseline
            assert outcome.by_when is not None
            assert outcome.by_when > found.plan.opened_on
        if found.agreed and found.form.all_areas:
            assert {outcome.area for outcome in found.outcomes} == set(OUTCOME_AREAS)
        for action in found.actions:
            assert action.outcome_id in {None, *(outcome.id for outcome in found.outcomes)}


def test_nobody_is_asked_what_their_age_does_not_ask(pages: list[PlanPage]) -> None:
    for found in pages:
        for name in ("decision_making", "advocate_offered", "advocate_on", "adult_assessments"):
            assert found.form.question(name) is not None or getattr(found.plan, name) is None
        if found.plan.transition in ("EY-R", "2-3", "6-7"):
            words = [*filter(None, (found.plan.hopes, found.plan.important_to_me, found.plan.destination)),
                     *(outcome.outcome for outcome in found.outcomes), *(action.what for action in found.actions)]  # fmt: skip
            assert not [text for text in words if GROWN_UP.search(text)]
    assert any(found.plan.decision_making for found in pages)


def test_second_versions_take_over_and_say_so(demo: Workspace, pages: list[PlanPage]) -> None:
    by_version = {(found.plan.pupil_id, found.plan.transition, found.plan.version): found for found in pages}
    seconds = [found for found in pages if found.plan.version == 2]
    assert {found.agreed for found in seconds} == {True, False}
    for found in seconds:
        first = by_version[found.plan.pupil_id, found.plan.transition, 1]
        assert first.plan.agreed_on is not None
        assert first.plan.opened_on < found.plan.opened_on
        if found.agreed:
            assert (first.plan.status, first.plan.close_reason) == ("closed", "replaced by version 2")
            assert first.plan.closed_on == found.plan.agreed_on
        else:
            assert first.plan.status in ("active", "reviewed")
        assert first.plan.support != found.plan.support or first.plan.communication != found.plan.communication
        assert not [action for action in first.actions if action.status == "open"]
        gone_on = {action.id for action in first.actions if action.status == "carried over"}
        assert {action.carried_from_id for action in found.actions} - {None} == gone_on
    assert rows(
        demo,
        "SELECT count(*) FROM plan_action a JOIN plan_action b ON b.id = a.carried_from_id WHERE (a.what, a.owner, a.due_on) "
        "<> (b.what, b.owner, b.due_on) OR b.status <> 'carried over'",
    ) == [(0,)]  # fmt: skip


def test_the_pupil_and_the_family_are_asked_first(pages: list[PlanPage]) -> None:
    for found in pages:
        for meeting in found.meetings:
            parts = [one.part for one in meeting.attendees]
            assert parts[:2] == ["pupil", "family"]
            assert meeting.attendees[0].name.startswith(found.called)
            assert {one.attendance for one in meeting.attendees} == {"invited"} or meeting.row.happened
            assert meeting.row.happened == (meeting.row.held_on <= found.today)


def test_actions_are_owned_by_persons_and_done_when_they_could_be(pages: list[PlanPage]) -> None:
    for found in pages:
        for action in found.every_action:
            assert not_a_person(action.owner) is None
            assert action.added_on is not None
            assert (action.status == "done") == (action.done_on is not None)
            assert action.done_on is None or action.added_on <= action.done_on <= found.today
            assert found.plan.status != "closed" or action.status != "open" or action.audit_id
        assert len({action.what for action in found.actions}) == len(found.actions)


def test_audits_are_by_somebody_else_and_their_numbers_agree(demo: Workspace) -> None:
    items = {item.code: item for item in auditing.load_checklist().items}
    found = rows(
        demo,
        "SELECT a.auditor_id, l.author_id, a.audited_on, l.agreed_on, a.judgements, a.score, a.grade, a.checklist, p.date_of_birth, "
        "p.cohort_year FROM plan_audit a JOIN plan l ON l.id = a.plan_id JOIN pupil p ON p.id = a.pupil_id",
    )
    assert len(found) > 15
    for auditor, author, on, agreed, text, points, graded, version, born, cohort in found:
        assert auditor != author
        assert agreed <= on <= TODAY.isoformat()
        judged = json.loads(text)
        assert list(judged) == list(items)
        assert points == auditing.score(judged)
        assert graded == auditing.grade(demo, points)
        assert version == auditing.load_checklist().version
        for code, judgement in judged.items():
            applies = items[code].applies(
                age=age_on(date.fromisoformat(born), TODAY), year_group=academic_year(TODAY) - cohort
            )
            assert judgement in auditing.JUDGEMENTS
            assert applies or judgement == auditing.NOT_APPLICABLE
    assert len({graded for *_, graded, _, _, _ in found}) > 1
    put_right = rows(demo, "SELECT what, owner, due_on FROM plan_action WHERE audit_id IS NOT NULL")
    assert len(put_right) > 5
    assert all(what and owner and due for what, owner, due in put_right)


def test_families_answer_mostly_without_a_name_and_some_twice(demo: Workspace) -> None:
    found = rows(
        demo,
        "SELECT pupil_id, plan_id, moment, respondent, answered_on, pair_code, survey, answers, worry FROM survey_response",
    )
    assert len(found) > 40
    anonymous = [row for row in found if row[0] is None]
    assert 0.5 < len(anonymous) / len(found) < 1
    codes = Counter((row[5], row[3]) for row in found if row[5])
    assert set(codes.values()) == {1, 2}
    letters = re.compile(rf"[{surveys.LETTERS}]{{3}}-[{surveys.LETTERS}]{{3}}")
    for pupil, plan, moment, _, answered, code, version, text, _ in found:
        assert (pupil is None) == (plan is None)
        assert answered <= TODAY.isoformat()
        assert pupil is None or code is None  # beside a name a code would name the other answers, too
        assert code is None or letters.fullmatch(code)
        assert version == load_survey().version
        asked = {item.code for item in load_survey().items_for(moment)}
        assert json.loads(text).keys() <= asked
        assert set(json.loads(text).values()) <= set(ANSWERS)
    assert rows(
        demo,
        "SELECT count(*) FROM survey_response a JOIN survey_response b ON b.pair_code = a.pair_code AND b.id > a.id "
        "WHERE a.moment <> 'before' OR b.moment <> 'after' OR a.transition <> b.transition OR a.respondent <> b.respondent",
    ) == [(0,)]  # fmt: skip
    handed_out = rows(demo, "SELECT count(*) FROM survey_asked")[0][0]
    assert 0.4 < len(found) / handed_out < 0.9
    for pupil, plan, moment, respondent, *_ in found:
        if pupil is not None:
            assert rows(
                demo,
                f"SELECT count(*) FROM survey_asked WHERE plan_id = {plan} AND moment = '{moment}' AND respondent = '{respondent}'",
            ) == [(1,)]  # fmt: skip


def test_no_sentence_keeps_its_gap_and_none_needs_a_dictionary(demo: Workspace) -> None:
    texts = [
        text
        for table in ("plan", "plan_outcome", "plan_action", "plan_meeting", "plan_attendee", "plan_copy", "plan_audit", "survey_response")
        for row in rows(demo, f"SELECT * FROM {table}")
        for text in row
        if isinstance(text, str) and not text.startswith("{")
    ]  # fmt: skip
    assert not [text for text in texts if "{" in text or "}" in text]
    assert not [text for text in texts if JARGON.search(text)]
    assert not [text for text in texts if clean(text, lines=True) != text]


def test_every_sentence_of_the_material_can_be_said() -> None:
    """A sentence with a gap that nobody fills, or an outcome without a part, would show only on some day."""
    words = material().plan_words
    gaps = set(re.findall(r"\{(\w+)\}", json.dumps(words, ensure_ascii=False)))
    assert gaps <= {"name", "next", "family"}
    bands = words["plan"]
    assert len({frozenset(band) for band in bands.values()}) == 1
    for band in bands.values():
        for area in OUTCOME_AREAS:
            assert len(band[area]) >= 2
            for outcome in band[area]:
                assert set(outcome) == {"hope", "baseline", "outcome"}
                assert "{" not in outcome["hope"]  # it stands in the pupil's own words
    assert all(
        one["area"] in OUTCOME_AREAS and one["owner"] in ("family", "school", "worker") for one in words["action"]
    )
    assert words["corrective"].keys() <= {item.code for item in auditing.load_checklist().items}
    assert not [text for part in words["survey"].values() for text in part if "{" in text]  # an answer without a name
