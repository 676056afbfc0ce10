"""Auditing plans: who may, what is judged, the score and the grade, what comes of it, and many audits together."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from builders import add_plan, add_pupil, add_worker, contents
from hypothesis import given
from hypothesis import strategies as st

from transitions.caseload import missed, today, walk
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.plans import actions, audit_summary, auditing, lifecycle, opening, page, writing
from transitions.plans.audit_summary import NOT_GRADED, kappa
from transitions.plans.page import versions_up_to
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
CODES = [item.code for item in auditing.load_checklist().items]
EVERYTHING_MET = dict.fromkeys(CODES, "met")
FOR_OLDER = ["four-areas", "adult-assessment", "capacity"]
CORRECTIVE = {"what": "Ask about the back-up", "owner": "K. Osei", "due_on": "+2w"}

judgement = st.sampled_from(auditing.JUDGEMENTS)
judgements = st.lists(judgement, max_size=20)


@pytest.fixture
def plan(workspace: Workspace) -> int:
    """An agreed plan of Aisha Khan in Year 6, written by K. Osei; A. Lee is at the keyboard."""
    plan_id = add_plan(workspace, add_pupil(workspace), status="agreed")
    workspace.become(add_worker(workspace, "A. Lee"))
    return plan_id


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(NotAllowed) as caught:
        call()
    return caught.value.sentence


def problems(call: Callable[[], Any]) -> dict[str, str]:
    with pytest.raises(FieldProblems) as caught:
        call()
    return caught.value.problems


# The checklist


def test_the_checklist_has_its_twenty_items() -> None:
    checklist = auditing.load_checklist()
    assert (checklist.version, len(CODES), len(set(CODES))) == ("2026.1", 20, 20)
    assert all(item.label and item.help and item.label[-1] not in ".:" for item in checklist.items)
    assert not set(CODES) & {*auditing.CORRECTIVE_FIELDS, "comment"}
    assert checklist.grades == {"Outstanding": 85, "Good": 60, "Requires improvement": 40, "Inadequate": 0}


@pytest.mark.parametrize(
    ("born", "year_group", "left_out"),
    [
        (date(2016, 3, 14), 6, FOR_OLDER),
        (date(2013, 9, 1), 8, FOR_OLDER),
        (date(2012, 11, 22), 9, FOR_OLDER[1:]),  # 13 until tomorrow
        (date(2012, 11, 21), 9, FOR_OLDER[2:]),  # 14 today
        (date(2012, 11, 21), 8, ["four-areas", "capacity"]),  # taught a year below
        (date(2010, 11, 22), 11, FOR_OLDER[2:]),
        (date(2010, 11, 21), 11, []),  # 16 today
    ],
)
def test_whom_an_item_is_asked_about(workspace: Workspace, born: date, year_group: int, left_out: list[str]) -> None:
    pupil = add_pupil(workspace, date_of_birth=born, cohort_year=2026 - year_group)
    plan_id = opening.open_plan(workspace, pupil, "6-7").number
    asked = [item.code for item in auditing.items_for(page.load(workspace, plan_id))]
    assert asked == [code for code in CODES if code not in left_out]


# The score


@pytest.mark.parametrize(
    ("met", "partly", "not_met", "expected"),
    [
        (20, 0, 0, 100), (0, 0, 20, 0), (0, 20, 0, 50), (1, 0, 0, 100), (0, 1, 0, 50), (1, 0, 2, 33), (2, 0, 1, 67),
        (0, 1, 3, 13),  # 12.5 goes up
        (3, 1, 0, 88),  # 87.5 goes up
        (8, 7, 5, 58),  # 57.5 goes up
        (0, 0, 0, None),
    ],
)  # fmt: skip
def test_score_vectors(met: int, partly: int, not_met: int, expected: int | None) -> None:
    said = ["met"] * met + ["partly"] * partly + ["not met"] * not_met + ["not applicable"] * 3
    assert auditing.score(said) == expected
    assert auditing.score(dict(zip(map(str, range(len(said))), said, strict=True))) == expected


@given(judgements)
def test_the_score_is_the_share_of_points_rounded_half_up(said: list[str]) -> None:
    found = auditing.score(said)
    counts = Counter(said)
    base = counts["met"] + counts["partly"] + counts["not met"]
    if base == 0:
        assert found is None
        return
    exact = Decimal(100 * (2 * counts["met"] + counts["partly"])) / Decimal(2 * base)
    assert found == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert found is not None
    assert 0 <= found <= 100


@given(judgements, st.data())
def test_a_better_judgement_never_lowers_the_score(said: list[str], data: st.DataObject) -> None:
    applicable = [place for place, one in enumerate(said) if one in ("partly", "not met")]
    if not applicable:
        assert auditing.score(said) in (None, 100)
        return
    place = data.draw(st.sampled_from(applicable))
    better = {"not met": "partly", "partly": "met"}[said[place]]
    before, after = auditing.score(said), auditing.score([*said[:place], better, *said[place + 1 :]])
    assert before is not None
    assert after is not None
    assert after >= before


@given(judgements, st.integers(0, 5))
def test_what_does_not_apply_changes_nothing(said: list[str], more: int) -> None:
    assert auditing.score([*said, *["not applicable"] * more]) == auditing.score(said)


def test_another_word_has_no_points() -> None:
    with pytest.raises(KeyError, match="splendid"):
        auditing.score(["splendid"])


# The grades


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (None, None), (0, "Inadequate"), (39, "Inadequate"), (40, "Requires improvement"), (59, "Requires improvement"),
        (60, "Good"), (84, "Good"), (85, "Outstanding"), (100, "Outstanding"),
    ],
)  # fmt: skip
def test_each_grade_begins_at_its_score(workspace: Workspace, score: int | None, expected: str | None) -> None:
    assert auditing.grade(workspace, score) == expected


def test_a_council_sets_its_own_grades(workspace: Workspace) -> None:
    saved = auditing.save_thresholds(workspace, {"Outstanding": "90%", "Good": 70})
    assert saved == (
        "Audit grades changed",
        "Outstanding from 90, Good from 70, Requires improvement from 40, Inadequate from 0",
        1,
    )
    assert list(auditing.thresholds(workspace).items()) == [
        ("Outstanding", 90),
        ("Good", 70),
        ("Requires improvement", 40),
        ("Inadequate", 0),
    ]
    assert [auditing.grade(workspace, score) for score in (89, 69)] == ["Good", "Requires improvement"]
    assert auditing.save_thresholds(workspace, {"Good": 70}).changed == 0
    history.undo(workspace)
    assert auditing.thresholds(workspace) == auditing.load_checklist().grades
    auditing.save_thresholds(workspace, {"Good": 55})
    auditing.save_thresholds(workspace, {"Good": 60})  # as shipped: a later release may move it
    assert workspace.read().execute("SELECT value FROM setting WHERE name = 'audit grades'").fetchone() == ("{}",)


@pytest.mark.parametrize(
    ("lowest", "wrong"),
    [
        ({"Good": "0"}, {"Good": "expected a whole number from 1 to 100"}),
        ({"Good": 101}, {"Good": "expected a whole number from 1 to 100"}),
        ({"Good": "sixty"}, {"Good": "expected a whole number from 1 to 100"}),
        ({"Good": ""}, {"Good": "expected a whole number from 1 to 100"}),
        ({"Good": "٦٠"}, {"Good": "expected a whole number from 1 to 100"}),
        ({"Good": 40}, {"Requires improvement": "must begin below Good, which begins at 40"}),
        ({"Good": 85}, {"Good": "must begin below Outstanding, which begins at 85"}),
        ({"Inadequate": 10}, {"Inadequate": "is the lowest grade and begins at 0: set the grade above it"}),
        (
            {"Fair": 50},
            {"Fair": "there is no such grade; expected one of Outstanding, Good, Requires improvement"},
        ),
    ],
)
def test_grades_that_make_no_sense_are_refused(
    workspace: Workspace, lowest: dict[str, object], wrong: dict[str, str]
) -> None:
    before = contents(workspace)
    assert problems(lambda: auditing.save_thresholds(workspace, lowest)) == wrong
    assert contents(workspace) == before


# Saving an audit


def test_an_audit_holds_every_judgement_the_score_and_the_grade(workspace: Workspace, plan: int) -> None:
    before = contents(workspace)
    said = {**dict.fromkeys(CODES[:10], " Met "), **dict.fromkeys(CODES[10:], "PARTLY"), "on-time": "not applicable"}
    said = {code: word for code, word in said.items() if code not in FOR_OLDER}
    saved = auditing.save_audit(workspace, plan, said, comment="Warm.\n\nThe back-up is\x1b[2J thin.")
    # Year 6: 9 met, 7 partly, 25 points of 32
    assert saved == ("Plan audited", "Good · Year 6 to Year 7 · Aisha Khan", 1)
    (audit,) = auditing.of_plan(workspace, plan)
    assert (audit.score, audit.grade, audit.auditor, audit.audited_on) == (78, "Good", "A. Lee", TODAY)
    assert (audit.checklist, audit.of_draft, audit.actions) == ("2026.1", False, ())
    assert audit.comment == "Warm.\n\nThe back-up is[2J thin."
    assert list(audit.judgements) == CODES
    assert {code for code, one in audit.judgements.items() if one == "not applicable"} == {*FOR_OLDER, "on-time"}
    assert audit.judgements["own-words"] == "met"
    assert audit.judgements["plain-words"] == "partly"
    history.undo(workspace)
    assert contents(workspace) == before


def test_every_item_that_applies_must_be_judged(workspace: Workspace, plan: int) -> None:
    before = contents(workspace)
    said = {"own-words": "met", "hopes": "", "profile": "splendid", "old-item": "met", "capacity": "met"}
    found = problems(lambda: auditing.save_audit(workspace, plan, said, comment="x" * 4001))
    assert found.keys() == {"comment", "old-item", *CODES} - {"own-words", "capacity", "four-areas", "adult-assessment"}
    assert found["hopes"] == (
        "is not judged yet: The pupil's hopes are written down. Expected one of met, partly, not met, not applicable"
    )
    assert found["profile"] == "expected one of met, partly, not met, not applicable"
    assert found["old-item"] == "there is no such item in the checklist"
    assert found["comment"] == "has 4,001 characters, more than 4,000: say what matters most"
    assert contents(workspace) == before


def test_what_is_not_asked_at_this_age_may_be_judged_all_the_same(workspace: Workspace, plan: int) -> None:
    auditing.save_audit(workspace, plan, {**EVERYTHING_MET, "capacity": "not met"})
    (audit,) = auditing.of_plan(workspace, plan)
    assert (audit.judgements["capacity"], audit.score) == ("not met", 95)


def test_when_nothing_applies_there_is_no_score_and_no_grade(workspace: Workspace, plan: int) -> None:
    saved = auditing.save_audit(workspace, plan, dict.fromkeys(CODES, "not applicable"))
    (audit,) = auditing.of_plan(workspace, plan)
    assert (audit.score, audit.grade, audit.comment) == (None, None, None)
    assert saved.summary == "nothing applies · Year 6 to Year 7 · Aisha Khan"


def test_an_audit_keeps_the_grade_of_its_day(workspace: Workspace, plan: int) -> None:
    auditing.save_audit(workspace, plan, dict.fromkeys(CODES, "partly"), on=date(2026, 11, 21))
    auditing.save_thresholds(workspace, {"Good": 50})
    auditing.save_audit(workspace, plan, dict.fromkeys(CODES, "partly"))
    assert [audit.grade for audit in auditing.of_plan(workspace, plan)] == ["Good", "Requires improvement"]


def test_an_audit_is_of_a_day_that_has_been_and_of_a_version_that_was_there(workspace: Workspace, plan: int) -> None:
    def audit(day: date) -> str:
        return refusal(lambda: auditing.save_audit(workspace, plan, EVERYTHING_MET, on=day))

    assert audit(date(2026, 11, 22)) == "Sun 22 Nov 2026 is in the future. Record an audit once it has been done."
    assert audit(date(2026, 11, 20)) == "This version was opened on Sat 21 Nov 2026; that day is before it."
    with pytest.raises(NoSuchRecord):
        auditing.save_audit(workspace, 999, EVERYTHING_MET)


def test_drafts_and_closed_plans_may_be_audited_but_not_what_was_replaced(workspace: Workspace) -> None:
    author = workspace.me
    assert author is not None
    draft = add_plan(workspace, add_pupil(workspace))
    closed = add_plan(workspace, add_pupil(workspace, surname="Byrne"), status="closed")
    agreed = add_plan(workspace, add_pupil(workspace, surname="Cole"), status="agreed")
    newer = opening.new_version(workspace, agreed).number
    auditor = add_worker(workspace, "A. Lee")
    workspace.become(auditor)
    for plan_id in (draft, closed, agreed, newer):  # the old version is in force until the new one is agreed
        auditing.save_audit(workspace, plan_id, EVERYTHING_MET)
    assert [auditing.of_plan(workspace, one)[0].of_draft for one in (draft, closed, agreed, newer)] == [
        True,
        True,
        False,
        True,
    ]
    lifecycle.share(workspace, newer)
    lifecycle.agree(workspace, newer)
    sentence = "Version 1 has been replaced by version 2. Audit that one."
    assert auditing.why_not(workspace, agreed) == sentence
    assert refusal(lambda: auditing.save_audit(workspace, agreed, EVERYTHING_MET)) == sentence
    assert auditing.why_not(workspace, newer) is None
    assert [audit.auditor for audit in auditing.of_plan(workspace, agreed)] == ["A. Lee"]  # what was found stays


# The auditor is no author


def test_who_nobody_said_they_are_cannot_audit(opener: Callable[..., Workspace]) -> None:
    workspace = opener(me=None)
    plan_id = opening.open_plan(workspace, add_pupil(workspace), "6-7").number
    sentence = "Say who you are first: an audit names its auditor."
    assert auditing.why_not(workspace, plan_id) == sentence
    assert refusal(lambda: auditing.save_audit(workspace, plan_id, EVERYTHING_MET)) == sentence


def test_who_opened_a_plan_cannot_audit_it(workspace: Workspace) -> None:
    plan_id = opening.open_plan(workspace, add_pupil(workspace), "6-7").number
    sentence = "K. Osei wrote in this plan, and the auditor cannot be an author. Ask somebody who did not write it."
    before = contents(workspace)
    assert auditing.why_not(workspace, plan_id) == sentence
    assert refusal(lambda: auditing.save_audit(workspace, plan_id, EVERYTHING_MET)) == sentence
    assert contents(workspace) == before


def test_who_stands_as_the_author_cannot_audit_it_whoever_typed_it(workspace: Workspace) -> None:
    author = add_worker(workspace, "A. Lee")
    row = {"pupil_id": add_pupil(workspace), "transition": "6-7", "opened_on": TODAY, "author_id": author}
    with workspace.change("Plan opened", "for A. Lee, from paper") as action:
        plan_id = action.insert("plan", row)
    workspace.become(author)
    assert (auditing.why_not(workspace, plan_id) or "").startswith("A. Lee wrote in this plan")


def add_outcome(workspace: Workspace, plan_id: int, **fields: object) -> int:
    writing.save_outcome(workspace, plan_id, None, {"area": "health", "outcome": "Sleeps", **fields})
    return page.load(workspace, plan_id).outcomes[-1].id


@pytest.mark.parametrize(
    ("write", "an_author"),
    [
        (lambda ws, plan, _: writing.save_answers(ws, plan, {"hopes": "To be a vet"}), True),
        (lambda ws, plan, _: writing.save_answers(ws, plan, {"hopes": "", "destination": "Layfield"}), False),
        (lambda ws, plan, _: writing.save_answers(ws, plan, {"back_up": "Stay a year"}), False),
        (lambda ws, plan, _: writing.save_answers(ws, plan, {"preferred_name": "Ash"}), False),
        (lambda ws, plan, _: add_outcome(ws, plan), True),
        (lambda ws, plan, one: writing.save_outcome(ws, plan, one, {"outcome": "Sleeps well"}), True),
        (lambda ws, plan, one: writing.save_outcome(ws, plan, one, {"progress": "on track"}), False),
        (writing.drop_outcome, True),
        (lambda ws, plan, _: actions.add_action(ws, 1, what="Visit", owner="Mum", due_on=TODAY), False),
        (lambda ws, plan, _: lifecycle.share(ws, plan), False),
        (lambda ws, plan, _: lifecycle.close(ws, plan, reason="Moved"), False),
    ],
)
def test_who_changed_what_the_plan_says_is_an_author(
    workspace: Workspace, write: Callable[[Workspace, int, int], Any], an_author: bool
) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace))
    outcome = add_outcome(workspace, plan_id)
    other = add_plan(workspace, add_pupil(workspace, surname="Byrne"))
    workspace.become(add_worker(workspace, "A. Lee"))
    assert auditing.why_not(workspace, plan_id) is None
    write(workspace, plan_id, outcome)
    assert (auditing.why_not(workspace, plan_id) is not None) == an_author
    assert auditing.why_not(workspace, other) is None
    if an_author:
        history.undo(workspace)  # then nothing of it is theirs
        assert auditing.why_not(workspace, plan_id) is None
        history.redo(workspace)
        assert auditing.why_not(workspace, plan_id) is not None


def test_who_agreed_and_began_it_may_audit_it(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace), status="shared with family")
    workspace.become(add_worker(workspace, "A. Lee"))
    lifecycle.agree(workspace, plan_id)
    lifecycle.start(workspace, plan_id)
    assert auditing.why_not(workspace, plan_id) is None


def test_the_author_of_the_version_before_is_one_of_the_next(workspace: Workspace, plan: int) -> None:
    saved = writing.save_answers(workspace, plan, {"hopes": "To be a vet"})  # by A. Lee, as version 2
    assert saved.number != plan
    assert auditing.why_not(workspace, plan) is None  # version 1 is K. Osei's alone
    assert auditing.why_not(workspace, saved.number) == (
        "A. Lee wrote in this plan, and the auditor cannot be an author. Ask somebody who did not write it."
    )
    workspace.become(1)
    assert auditing.why_not(workspace, saved.number) == (
        "K. Osei wrote in version 1, from which this one was made, and the auditor cannot be an author. Ask somebody who did "
        "not write it."
    )
    workspace.become(add_worker(workspace, "B. Day"))
    auditing.save_audit(workspace, saved.number, EVERYTHING_MET)
    assert auditing.of_plan(workspace, plan) == []
    assert len(auditing.of_plan(workspace, saved.number)) == 1


def test_a_later_move_of_the_same_kind_has_its_own_authors(opener: Callable[..., Workspace]) -> None:
    workspace = opener(date(2025, 11, 21))
    pupil = add_pupil(workspace, year_group=13)
    old = opening.open_plan(workspace, pupil, "P16-P16").number
    lifecycle.close(workspace, old, reason="Moved and settled")
    workspace.close()
    workspace = opener(TODAY)
    workspace.become(add_worker(workspace, "A. Lee"))
    new = opening.open_plan(workspace, pupil, "P16-P16").number
    workspace.become(1)
    assert auditing.why_not(workspace, new) is None
    workspace.become(2)
    assert auditing.why_not(workspace, old) is None  # closed, and replaced by none
    versions = page.load(workspace, new).versions
    assert [one.id for one in versions_up_to(versions, versions[-1])] == [new]


# What comes of it


def test_a_corrective_action_is_asked_about_like_any_other(opener: Callable[..., Workspace]) -> None:
    workspace = opener()
    plan_id = add_plan(workspace, add_pupil(workspace), status="agreed")
    workspace.become(add_worker(workspace, "A. Lee"))
    auditing.save_audit(workspace, plan_id, EVERYTHING_MET, corrective={**CORRECTIVE, "what": "Ask\x00 about\nit"})
    (audit,) = auditing.of_plan(workspace, plan_id)
    (action,) = audit.actions
    assert (action.what, action.owner, action.due_on, action.status) == (
        "Ask about it", "K. Osei", date(2026, 12, 7), "open",
    )  # fmt: skip
    assert (action.plan_id, action.audit_id, action.added_on) == (plan_id, audit.id, TODAY)
    assert "Ask about it" not in [one.what for one in page.load(workspace, plan_id).actions]  # it is for staff
    workspace.close()
    later = opener(date(2026, 12, 8))
    assert [one.what for one in missed.overdue_actions(later, Caseload())] == ["Ask about it"]
    assert "Ask about it" in [one.what for one in today.page(later, Caseload()).actions.first]
    assert "Ask about it" in [one.what for one in walk.actions_to_decide(later, action.pupil_id)]
    actions.finish_actions(later, [action.id], evidence="Written in")
    assert [one.status for one in auditing.of_plan(later, plan_id)[0].actions] == ["done"]


def test_the_audit_and_its_action_are_undone_together_until_somebody_worked_on_it(
    workspace: Workspace, plan: int
) -> None:
    before = contents(workspace)
    auditing.save_audit(workspace, plan, EVERYTHING_MET, corrective=CORRECTIVE)
    history.undo(workspace)
    assert contents(workspace) == before
    history.redo(workspace)
    assert len(auditing.of_plan(workspace, plan)[0].actions) == 1


def test_a_corrective_action_goes_on_in_the_next_version(workspace: Workspace, plan: int) -> None:
    auditing.save_audit(workspace, plan, EVERYTHING_MET, corrective=CORRECTIVE)
    saved = writing.save_answers(workspace, plan, {"hopes": "To be a vet"})
    (action,) = auditing.of_plan(workspace, plan)[0].actions
    assert (action.plan_id, action.status) == (saved.number, "open")


@pytest.mark.parametrize(
    ("corrective", "wrong"),
    [
        ({"what": "Ask"}, {"owner": "This is needed.", "due_on": "This is needed."}),
        (
            {**CORRECTIVE, "due_on": "20/11/26"},
            {"due_on": "Fri 20 Nov 2026 is in the past: expected today or a later date"},
        ),
        ({**CORRECTIVE, "why": "so"}, {"why": "there is no such field; expected one of what, owner, due_on"}),
    ],
)
def test_a_corrective_action_needs_a_person_and_a_day(
    workspace: Workspace, plan: int, corrective: dict[str, object], wrong: dict[str, str]
) -> None:
    before = contents(workspace)
    found = problems(lambda: auditing.save_audit(workspace, plan, EVERYTHING_MET, corrective=corrective))
    assert found == wrong
    assert contents(workspace) == before


def test_an_agency_owns_no_corrective_action_and_an_empty_one_is_none(workspace: Workspace, plan: int) -> None:
    found = problems(
        lambda: auditing.save_audit(workspace, plan, EVERYTHING_MET, corrective={**CORRECTIVE, "owner": "CAMHS"})
    )
    assert found["owner"].startswith("“CAMHS” is not one person.")
    auditing.save_audit(workspace, plan, EVERYTHING_MET, corrective={"what": " ", "owner": "", "due_on": None})
    assert auditing.of_plan(workspace, plan)[0].actions == ()


def test_of_a_closed_plan_nothing_is_put_right(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace), status="closed")
    workspace.become(add_worker(workspace, "A. Lee"))
    sentence = refusal(lambda: auditing.save_audit(workspace, plan_id, EVERYTHING_MET, corrective=CORRECTIVE))
    assert sentence.startswith("This plan is closed. Save the audit without")
    assert auditing.of_plan(workspace, plan_id) == []


# Many audits together


def put_audits(workspace: Workspace, *rows: dict[str, Any]) -> None:
    """Write audits straight into the table: ``judgements`` is a text of one letter an item, m, p, n or - ."""
    import json

    words = {"m": "met", "p": "partly", "n": "not met", "-": "not applicable"}
    with workspace.change("Plan audited", "made up") as action:
        for row in rows:
            said = {code: words[letter] for code, letter in zip(CODES, row.pop("judgements"), strict=True)}
            found = auditing.score(said)
            pupil = action.connection.execute("SELECT pupil_id FROM plan WHERE id = ?", (row["plan_id"],)).fetchone()[0]
            action.insert(
                "plan_audit",
                {
                    "pupil_id": pupil,
                    "checklist": "2026.1",
                    "judgements": json.dumps(said),
                    "score": found,
                    "grade": auditing.grade(workspace, found),
                    **row,
                },
            )


def put_plans(workspace: Workspace, number: int, **values: Any) -> list[int]:
    """Plans that were agreed on 1 September 2026, each of a pupil of Year 6."""
    pupils = [add_pupil(workspace, surname=f"Khan {one}") for one in range(number)]
    row = {"transition": "6-7", "status": "agreed", "opened_on": date(2026, 9, 1), "agreed_on": date(2026, 9, 1)}
    with workspace.change("Plans opened", "made up") as action:
        return [action.insert("plan", {"pupil_id": pupil, **row, **values}) for pupil in pupils]


ALL_MET, ALL_PARTLY, NONE_MET, NOTHING_APPLIES = ("m" * 20, "p" * 20, "n" * 20, "-" * 20)
TERM = (date(2026, 9, 1), date(2026, 12, 18))


def test_a_summary_counts_each_plan_once_by_its_newest_audit(workspace: Workspace) -> None:
    me = workspace.me
    plans = put_plans(workspace, 6)
    day = date(2026, 10, 1)
    put_audits(
        workspace,
        {"plan_id": plans[0], "auditor_id": me, "audited_on": day, "judgements": NONE_MET},
        {"plan_id": plans[0], "auditor_id": me, "audited_on": day + timedelta(30), "judgements": "m" * 19 + "n"},
        {"plan_id": plans[1], "auditor_id": me, "audited_on": day, "judgements": "m" * 10 + "n" * 10},
        {"plan_id": plans[2], "auditor_id": me, "audited_on": day, "judgements": "p" * 18 + "nn"},
        {"plan_id": plans[3], "auditor_id": me, "audited_on": day, "judgements": NOTHING_APPLIES},
        {"plan_id": plans[4], "auditor_id": me, "audited_on": date(2026, 12, 19), "judgements": NONE_MET},
    )
    found = audit_summary.summary(workspace, Caseload(), *TERM)
    assert (found.plans, found.audited, found.audits, found.drafts) == (6, 4, 5, 0)
    assert dict(found.grades) == {
        "Outstanding": 1, "Good": 0, "Requires improvement": 2, "Inadequate": 0, NOT_GRADED: 1,
    }  # fmt: skip
    assert sum(found.grades.values()) == found.audited
    first, *_, last = found.items
    assert (first.code, first.not_met, first.partly, first.met, first.judged) == ("plain-words", 3, 0, 0, 3)
    assert (last.not_met, last.judged) == (0, 3)
    assert first.words == auditing.load_checklist().items[-1].label
    assert len(found.items) == 20


def test_an_item_that_applied_to_nobody_is_not_listed(workspace: Workspace) -> None:
    (plan_id,) = put_plans(workspace, 1)
    put_audits(
        workspace,
        {"plan_id": plan_id, "auditor_id": workspace.me, "audited_on": TERM[1], "judgements": "n" + "-" * 19},
    )
    found = audit_summary.summary(workspace, Caseload(), *TERM)
    assert [(one.code, one.not_met, one.judged) for one in found.items] == [("own-words", 1, 1)]


def test_versions_are_one_plan_and_drafts_are_told(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace), status="agreed")
    workspace.become(add_worker(workspace, "A. Lee"))
    auditing.save_audit(workspace, plan_id, EVERYTHING_MET)
    newer = opening.new_version(workspace, plan_id).number
    workspace.become(add_worker(workspace, "B. Day"))
    auditing.save_audit(workspace, newer, dict.fromkeys(CODES, "partly"))
    found = audit_summary.summary(workspace, Caseload(), *TERM)
    assert (found.plans, found.audited, found.audits, found.drafts) == (1, 1, 2, 1)
    assert found.grades["Requires improvement"] == 1


def test_a_summary_is_of_the_caseload_and_of_the_plans_of_the_period(workspace: Workspace) -> None:
    me, day = workspace.me, date(2026, 10, 1)
    six = put_plans(workspace, 2)
    older = put_plans(workspace, 1, transition="9-PFA")
    gone = put_plans(workspace, 2, status="closed", closed_on=date(2026, 8, 31))
    put_audits(
        workspace,
        {"plan_id": six[0], "auditor_id": me, "audited_on": day, "judgements": ALL_MET},
        {"plan_id": older[0], "auditor_id": me, "audited_on": day, "judgements": ALL_PARTLY},
        {"plan_id": gone[0], "auditor_id": me, "audited_on": day, "judgements": NONE_MET},  # a look back
    )
    everything = audit_summary.summary(workspace, Caseload(), *TERM)
    assert (everything.plans, everything.audited) == (4, 3)  # the closed one that nobody audited is of no period here
    narrowed = audit_summary.summary(workspace, Caseload(transitions=("9-PFA",)), *TERM)
    assert (narrowed.plans, narrowed.audited, narrowed.grades["Requires improvement"]) == (1, 1, 1)
    named = audit_summary.summary(workspace, Caseload(text="khan 1"), *TERM)
    assert (named.plans, named.audited) == (1, 0)
    nothing = audit_summary.summary(workspace, Caseload(), date(2025, 9, 1), date(2025, 12, 19))
    assert (nothing.plans, nothing.audited, nothing.items, sum(nothing.grades.values())) == (0, 0, (), 0)


def test_a_summary_says_what_became_of_the_corrective_actions(workspace: Workspace, plan: int) -> None:
    for what in ("One", "Two", "Three"):
        auditing.save_audit(workspace, plan, EVERYTHING_MET, corrective={**CORRECTIVE, "what": what})
    saved = writing.save_answers(workspace, plan, {"hopes": "To be a vet"})  # all three go on there
    numbers = [one.id for one in page.load(workspace, saved.number).every_action if one.audit_id is not None]
    actions.finish_actions(workspace, numbers[:1])
    actions.drop_actions(workspace, numbers[1:2], reason="no longer needed")
    found = audit_summary.summary(workspace, Caseload(), *TERM)
    assert found.audits == 3
    assert found.corrective == (3, 1, 1, 0)


# Two auditors


def test_kappa_vectors() -> None:
    def pairs(yes_yes: int, yes_no: int, no_yes: int, no_no: int) -> list[tuple[str, str]]:
        cells = {("y", "y"): yes_yes, ("y", "n"): yes_no, ("n", "y"): no_yes, ("n", "n"): no_no}
        return [cell for cell, times in cells.items() for _ in range(times)]

    assert kappa(pairs(20, 5, 10, 15)) == pytest.approx(0.4)
    assert kappa(pairs(45, 15, 25, 15)) == pytest.approx(0.1304, abs=1e-4)
    assert kappa(pairs(25, 35, 5, 35)) == pytest.approx(0.2593, abs=1e-4)
    assert kappa(pairs(5, 0, 0, 5)) == 1
    assert kappa(pairs(0, 5, 5, 0)) == -1
    assert kappa(pairs(9, 0, 0, 0)) is None
    assert kappa([]) is None


@given(st.lists(st.tuples(judgement, judgement), min_size=1, max_size=60))
def test_kappa_is_what_its_definition_says(pairs: list[tuple[str, str]]) -> None:
    observed = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(
        sum(one == word for one, _ in pairs) / len(pairs) * sum(other == word for _, other in pairs) / len(pairs)
        for word in auditing.JUDGEMENTS
    )
    found = kappa(pairs)
    if found is None:
        assert chance == pytest.approx(1)
    else:
        assert found == pytest.approx((observed - chance) / (1 - chance))
        assert found == kappa([(other, one) for one, other in pairs])


def test_agreement_says_how_many_there_are_until_there_are_enough(workspace: Workspace) -> None:
    one, other, third = workspace.me, add_worker(workspace, "A. Lee"), add_worker(workspace, "B. Day")
    plans = put_plans(workspace, 20)
    day = date(2026, 10, 1)
    alike, apart = "m" * 17 + "---", "m" * 14 + "nnn" + "---"
    rows = [
        {"plan_id": plan_id, "auditor_id": who, "audited_on": day + timedelta(days), "judgements": said}
        for plan_id in plans[:19]
        for who, days, said in ((one, 0, alike), (other, 1, apart), (third, 2, NONE_MET), (one, 3, NONE_MET))
    ]
    put_audits(workspace, *[dict(row) for row in rows])
    put_audits(
        workspace,
        {"plan_id": plans[19], "auditor_id": one, "audited_on": day, "judgements": alike},
        {"plan_id": plans[19], "auditor_id": one, "audited_on": day, "judgements": apart},
        {
            "plan_id": plans[19],
            "auditor_id": other,
            "audited_on": date(2026, 8, 31),
            "judgements": apart,
        },  # a draft yet
    )
    found = audit_summary.agreement(workspace)
    assert (found.plans, found.kappa) == (19, None)
    assert found.text == "Plans audited by two people: 19. Agreement is calculated once there are 20."
    put_audits(
        workspace, {"plan_id": plans[19], "auditor_id": other, "audited_on": day, "judgements": "n" * 17 + "---"}
    )
    found = audit_summary.agreement(workspace)
    # what a Year 6 plan is not asked about was judged by nobody, whatever stands there
    asked = [place for place, code in enumerate(CODES) if code not in FOR_OLDER]
    words = {"m": "met", "n": "not met", "-": "not applicable"}
    wanted = [(words[alike[place]], words[apart[place]]) for place in asked] * 19
    wanted += [(words[alike[place]], words[("n" * 17 + "---")[place]]) for place in asked]
    assert (found.plans, found.judgements) == (20, 20 * 17)
    assert found.same == sum(first == second for first, second in wanted)
    assert found.kappa == kappa(wanted)
    assert found.text == (
        f"Two auditors agreed on {found.same} of 340 items, over 20 plans audited twice. Cohen's kappa is {found.kappa:.2f}."
    )


def test_when_everything_is_the_same_there_is_no_kappa(workspace: Workspace) -> None:
    one, other = workspace.me, add_worker(workspace, "A. Lee")
    rows = [
        {"plan_id": plan_id, "auditor_id": who, "audited_on": TERM[1], "judgements": ALL_MET}
        for plan_id in put_plans(workspace, 20)
        for who in (one, other)
    ]
    put_audits(workspace, *rows)
    found = audit_summary.agreement(workspace)
    assert (found.plans, found.same, found.judgements, found.kappa) == (20, 340, 340, None)
    assert "can't be calculated, because every judgement is the same" in found.text
