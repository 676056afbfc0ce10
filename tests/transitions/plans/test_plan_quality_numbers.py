"""How many plans are completed and audited, counted once a move, and a second time from the plain rows of the tables."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_plan, add_pupil, add_worker
from hypothesis import given
from hypothesis import strategies as st
from many_plans import scatter

from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.exporting.exports import Options, export
from transitions.plans import audit_summary, auditing, lifecycle, opening, writing
from transitions.plans.audit_summary import Summary
from transitions.plans.page import by_move, load, versions_up_to
from transitions.text import percent, share
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
THIS_YEAR = (date(2026, 9, 1), date(2027, 8, 31))
LAST_YEAR = (date(2025, 9, 1), date(2026, 8, 31))
PERIODS = [THIS_YEAR, LAST_YEAR, (date(2026, 1, 1), date(2026, 1, 31)), (TODAY, TODAY)]
Record = dict[str, Any]


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Hundreds of plans in up to four versions, some of them for a second move of the same kind."""
    found = Workspace.open(tmp_path_factory.mktemp("quality") / "pupils.db", Clock.on(TODAY), create=True)
    scatter(found)
    yield found
    found.close()


def rows(workspace: Workspace, table: str) -> list[Record]:
    cursor = workspace.read().execute(f"SELECT * FROM {table} ORDER BY id")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def moves_of(workspace: Workspace) -> list[list[Record]]:
    """Give the versions of each move, by walking on from each first version to the one that took over from it."""
    by_number = {(row["pupil_id"], row["transition"], row["version"]): row for row in rows(workspace, "plan")}
    found = []
    for (pupil, transition, version), row in by_number.items():
        before = by_number.get((pupil, transition, version - 1))
        if before is not None and not (before["closed_on"] and before["closed_on"] < row["opened_on"]):
            continue
        move = [row]
        while (following := by_number.get((pupil, transition, move[-1]["version"] + 1))) is not None and (
            move[-1]["closed_on"] is None or move[-1]["closed_on"] >= following["opened_on"]
        ):
            move.append(following)
        found.append(move)
    return found


def counted(workspace: Workspace, first: date, last: date) -> tuple[tuple[int, int, int, int], tuple[int, int, int]]:
    """Work out open, completed, open or audited, and audited, from what the paper says a completed plan is; then children.

    Of children all, those with a completed plan, and those without one that was open.
    """
    begin, end = first.isoformat(), last.isoformat()
    actions, audits = defaultdict(list), defaultdict(list)
    for row in rows(workspace, "plan_action"):
        actions[row["plan_id"]].append(row)
    for row in rows(workspace, "plan_audit"):
        audits[row["plan_id"]].append(row["audited_on"])
    is_open = completed = either = audited = 0
    with_completed, with_open = set(), set()
    for move in moves_of(workspace):
        stood = any(one["opened_on"] <= end and (one["closed_on"] or "9999") >= begin for one in move)
        looked_at = any(begin <= day <= end for one in move for day in audits[one["id"]])
        agreed = [one for one in move if (one["agreed_on"] or "9999") <= end]
        if stood and agreed:
            newest = max(agreed, key=lambda one: one["version"])
            promised = [
                one
                for one in actions[newest["id"]]
                if one["status"] != "dropped" and one["owner"] and one["due_on"] and one["audit_id"] is None
            ]
            stands = newest["opened_on"] <= end and (newest["closed_on"] or "9999") >= begin
            if stands and newest["shared_on"] and newest["pupil_voice"] and promised:
                completed += 1
                with_completed.add(newest["pupil_id"])
        is_open, either, audited = is_open + stood, either + (stood or looked_at), audited + looked_at
        with_open |= {move[0]["pupil_id"]} if stood else set()
    children = {row["id"] for row in rows(workspace, "pupil")}
    of_children = (len(children), len(with_completed), len(children - with_open))
    return (is_open, completed, either, audited), of_children


@pytest.mark.of_a_file
@pytest.mark.parametrize(("first", "last"), PERIODS)
def test_every_count_is_what_the_rows_say(scattered: Workspace, first: date, last: date) -> None:
    found = audit_summary.summary(scattered, Caseload(), first, last)
    assert (
        (found.open, found.completed, found.plans, found.audited),
        (found.children, found.children_completed, found.without_plan),
    ) == counted(scattered, first, last)
    assert sum(found.grades.values()) == found.audited


@pytest.mark.of_a_file
def test_what_was_scattered_can_tell_a_wrong_count(scattered: Workspace) -> None:
    moves, found = moves_of(scattered), audit_summary.summary(scattered, Caseload(), *THIS_YEAR)
    assert 0 < found.completed < found.open < found.plans
    assert 0 < found.children_completed < found.completed
    assert 0 < found.without_plan < found.children
    assert (
        len({(move[0]["pupil_id"], move[0]["transition"]) for move in moves})
        < len(moves)
        < len(rows(scattered, "plan"))
    ), "some pupils made the same kind of move twice, and some plans have several versions"
    drafts_behind = [move for move in moves if move[-1]["agreed_on"] is None and any(one["agreed_on"] for one in move)]
    assert drafts_behind, "some are being written anew while the version before is in force"


@pytest.mark.of_a_file
def test_moves_are_put_together_as_a_plans_own_page_does(scattered: Workspace) -> None:
    plans = [load(scattered, move[-1]["id"]) for move in moves_of(scattered)[:60]]
    for page in plans:
        (mine,) = [move for move in by_move(page.versions) if page.plan.id in {one.id for one in move}]
        assert mine == versions_up_to(page.versions, page.plan)[::-1]


# The same by hand, one at a time


def summed_up(workspace: Workspace, first: date = THIS_YEAR[0], last: date = THIS_YEAR[1]) -> tuple[int, int]:
    found: Summary = audit_summary.summary(workspace, Caseload(), first, last)
    return found.open, found.completed


@pytest.mark.parametrize(
    ("status", "completed"),
    [("draft", 0), ("shared with family", 0), ("agreed", 1), ("active", 1), ("reviewed", 1), ("closed", 0)],
)
def test_a_plan_counts_from_the_day_it_is_agreed(workspace: Workspace, status: str, completed: int) -> None:
    add_plan(workspace, add_pupil(workspace), status=status)  # the closed one was never agreed
    assert summed_up(workspace) == (1, completed)
    assert summed_up(workspace, *LAST_YEAR) == (0, 0)


def test_the_next_version_takes_nothing_away_and_adds_nothing(workspace: Workspace) -> None:
    plan = add_plan(workspace, add_pupil(workspace), status="active")
    newer = writing.save_answers(workspace, plan, {"hopes": "To be a vet"}).number
    assert summed_up(workspace) == (1, 1)
    lifecycle.share(workspace, newer)
    lifecycle.agree(workspace, newer)
    assert summed_up(workspace) == (1, 1)


def test_children_are_the_base_whatever_number_of_plans_they_have(workspace: Workspace) -> None:
    two, one, none = (add_pupil(workspace, surname=name) for name in ("Byrne", "Cole", "Dean"))
    for move in ("6-7", "INYR"):
        add_plan(workspace, two, move, status="agreed")
    add_plan(workspace, one)
    shares = audit_summary.summary(workspace, Caseload(), *THIS_YEAR).shares
    assert [share.text for share in shares.values()][:3] == [
        "1 of 3 children (33%)",
        "1 of 3 children (33%)",
        "2 of 3 open plans (67%)",
    ]
    assert list(shares)[:3] == ["with a completed plan", "without an open plan", "completed"]
    of_one_move = audit_summary.summary(workspace, Caseload(transitions=("INYR",)), *THIS_YEAR)
    assert (of_one_move.children, of_one_move.children_completed, of_one_move.open) == (1, 1, 1)
    assert none


def test_a_draft_hides_no_agreed_version_and_a_closed_version_counts_no_longer(opener: Any, tmp_path: Path) -> None:
    workspace = opener(date(2026, 6, 1))
    stands, ended = (
        add_plan(workspace, add_pupil(workspace, surname=name), status="active", pupil_voice_on=date(2026, 5, 4))
        for name in ("Byrne", "Cole")
    )
    drafts = [writing.save_answers(workspace, one, {"hopes": "To be a vet"}).number for one in (stands, ended)]
    lifecycle.close(workspace, ended, reason="Moved and settled")
    workspace.close()
    workspace = opener(TODAY)
    assert summed_up(workspace) == (2, 1), "of the second only the draft is open"
    assert load(workspace, drafts[0]).in_force == load(workspace, stands).plan
    export(workspace, "plans", Caseload(), tmp_path / "plans.csv", Options(exact=True))
    lines = (tmp_path / "plans.csv").read_text("utf-8-sig").splitlines()
    (heading,) = [line for line in lines if "with a completed plan" in line]
    assert "2026/27: with a completed plan: 1 of 2 children (50%)" in heading
    assert "; completed: 1 of 2 open plans (50%)" in heading
    records = list(csv.DictReader(line for line in lines if not line.startswith('"# ') and not line.startswith("# ")))
    in_force = [one for one in records if one["in_force"] == one["completed"] == "yes"]
    assert [one["version"] for one in in_force if one["closed_on"] == ""] == ["1"]
    assert [one["version"] for one in records if one["newest_version"] == "yes"] == ["2", "2"]


def test_a_completed_plan_that_was_closed_counts_in_its_own_year(opener: Any) -> None:
    workspace = opener(date(2026, 6, 1))
    plan = add_plan(workspace, add_pupil(workspace, year_group=6), status="active", pupil_voice_on=date(2026, 5, 4))
    lifecycle.close(workspace, plan, reason="Moved and settled")
    workspace.close()
    workspace = opener(TODAY)
    assert summed_up(workspace, *LAST_YEAR) == (1, 1)
    assert summed_up(workspace, date(2025, 9, 1), date(2026, 5, 31)) == (0, 0)
    assert summed_up(workspace) == (0, 0)


def test_what_was_agreed_after_the_period_is_not_counted_in_it(opener: Any) -> None:
    workspace = opener(date(2026, 8, 1))
    plan = add_plan(workspace, add_pupil(workspace), status="shared with family", pupil_voice_on=date(2026, 5, 4))
    workspace.close()
    workspace = opener(TODAY)
    lifecycle.agree(workspace, plan)
    assert summed_up(workspace, *LAST_YEAR) == (1, 0)
    assert summed_up(workspace) == (1, 1)


def test_two_moves_of_one_kind_in_a_year_are_two_plans(opener: Any) -> None:
    workspace = opener(date(2026, 9, 7))
    pupil = add_pupil(workspace)
    first = add_plan(workspace, pupil, "INYR", status="active", pupil_voice_on=date(2026, 9, 1))
    lifecycle.close(workspace, first, reason="Moved and settled")
    workspace.close()
    workspace = opener(TODAY)
    second = opening.open_plan(workspace, pupil, "INYR").number
    assert summed_up(workspace) == (2, 1)
    workspace.become(add_worker(workspace, "A. Lee"))
    said = {item.code: "met" for item in auditing.items_for(load(workspace, second))}
    for plan in (first, second):
        auditing.save_audit(workspace, plan, said)
    found = audit_summary.summary(workspace, Caseload(), *THIS_YEAR)
    assert (found.plans, found.audited, found.audits) == (2, 2, 2)


def test_only_the_plans_of_the_caseload_count(workspace: Workspace) -> None:
    add_plan(workspace, add_pupil(workspace, owner_id=workspace.me), status="agreed")
    add_plan(workspace, add_pupil(workspace, surname="Byrne"), "INYR", status="agreed")
    archived = add_pupil(workspace, surname="Cole")
    add_plan(workspace, archived, status="agreed")
    with workspace.change("Archived", "made up") as action:
        action.update("pupil", {"id": archived}, {"archived_at": "2026-11-20"})
    assert summed_up(workspace) == (2, 2)
    for caseload in (Caseload(whose="mine"), Caseload(transitions=("INYR",)), Caseload(text="byrne")):
        found = audit_summary.summary(workspace, caseload, *THIS_YEAR)
        assert (found.open, found.completed) == (1, 1)


# A count with its base


def test_a_share_has_both_numbers() -> None:
    assert [share(12, 40), share(0, 3), share(1_200, 2_000)] == [
        "12 of 40 (30%)",
        "0 of 3 (0%)",
        "1,200 of 2,000 (60%)",
    ]
    assert share(0, 0) == "0 of 0"
    assert [share(0, 0, "plans"), share(1, 1, "open plans"), share(0, 1, "children"), share(1, 4, "children")] == [
        "0 of 0 plans",
        "1 of 1 open plan (100%)",
        "0 of 1 child (0%)",
        "1 of 4 children (25%)",
    ]


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_percent_is_rounded_half_up(count: int, more: int) -> None:
    found = percent(count, count + more)
    base = count + more
    if not base:
        assert found is None
    else:
        assert found is not None
        assert -base <= 2 * (100 * count - found * base) < base
