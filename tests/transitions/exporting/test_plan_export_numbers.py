"""Every number in the summary of plans, worked out a second time from the plain rows of the tables and the paper's rules."""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from many_plans import PLANS, scatter

from db import exports
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.exporting.exports import Options, export
from transitions.plans import page as pages
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

TODAY = date(2026, 11, 21)
Record = dict[str, Any]
SECTIONS = tomllib.loads(files("transitions.plans").joinpath("questions.toml").read_text(encoding="utf-8"))["section"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    found = Workspace.open(tmp_path_factory.mktemp("numbers") / "pupils.db", Clock.on(TODAY), create=True)
    scatter(found)
    yield found
    found.close()


@pytest.fixture(scope="module")
def rows(workspace: Workspace) -> dict[tuple[str, ...], Record]:
    """The file as its reader has it, by who and which plan."""
    target = workspace.database.path.with_name("plans.csv")
    export(workspace, "plans", Caseload(sort="name"), target, Options(full=True, exact=True))
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file) if not line[0].startswith("# ")]
    records = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    found = {
        (one["surname"], one["forename"], one["date_of_birth"], one["transition"], one["version"]): one
        for one in records
    }
    assert len(found) == len(records)
    return found


# --- the same numbers by hand -----------------------------------------------------------------------------------------


class Tables:
    """Every row of every table that counts, as it stands."""

    def __init__(self, workspace: Workspace) -> None:
        for name in ("pupil", "plan", "worker", "school"):
            setattr(self, name, {row["id"]: row for row in self._rows(workspace, name)})
        for name in ("plan_outcome", "plan_action", "plan_meeting", "plan_copy", "plan_audit", "survey_response"):
            setattr(self, name, self._by(workspace, name, "plan_id"))
        self.contact = self._by(workspace, "contact", "pupil_id")
        self.versions: dict[tuple[int, str], dict[int, Record]] = defaultdict(dict)
        for row in self.plan.values():
            self.versions[row["pupil_id"], row["transition"]][row["version"]] = row

    def _rows(self, workspace: Workspace, table: str) -> list[Record]:
        cursor = workspace.read().execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _by(self, workspace: Workspace, table: str, key: str) -> dict[int, list[Record]]:
        found = defaultdict(list)
        for row in self._rows(workspace, table):
            found[row[key]].append(row)
        return found


@pytest.fixture(scope="module")
def tables(workspace: Workspace) -> Tables:
    return Tables(workspace)


def line_of(tables: Tables, plan: Record) -> list[Record]:
    """Give a plan and the versions before it that are the same move: none was closed before the next was opened."""
    versions = tables.versions[plan["pupil_id"], plan["transition"]]
    found = [plan]
    while before := versions.get(found[-1]["version"] - 1):
        if before["closed_on"] and before["closed_on"] < found[-1]["opened_on"]:
            break
        found.append(before)
    return found


def newest(found: list[Record], day: str, **wanted: Any) -> Record:
    chosen = [one for one in found if all(one[name] == value for name, value in wanted.items())]
    return max(chosen, key=lambda one: (one[day], one["id"]), default={})


def counted(tables: Tables, plan: Record) -> Record:
    """Work out what stands in the columns of counts and yes or no."""
    today = TODAY.isoformat()
    outcomes, line = tables.plan_outcome[plan["id"]], line_of(tables, plan)
    actions = [one for one in tables.plan_action[plan["id"]] if one["audit_id"] is None]
    kept = [one for one in actions if one["status"] in {"open", "done", "carried over"}]
    reviews = [one for old in line for one in tables.plan_meeting[old["id"]] if one["kind"] == "review"]
    held = [one["held_on"] for one in reviews if one["happened"]]
    to_come = [one["held_on"] for one in reviews if not one["happened"] and one["held_on"] >= today]
    said = [one for old in line for one in tables.survey_response[old["id"]] if one["overall"]]
    audit = newest(tables.plan_audit[plan["id"]], "audited_on")
    owned = any(one["owner"] and one["due_on"] for one in kept)
    place = tables.school.get(plan["destination_school_id"], {"name": plan["destination"]})
    versions = tables.versions[plan["pupil_id"], plan["transition"]].values()
    later = [one for one in versions if plan["id"] in {old["id"] for old in line_of(tables, one)[1:]}]
    due = bool(plan["review_on"]) and plan["review_on"] < today
    return {
        "newest_version": not later,
        "in_force": bool(plan["agreed_on"]) and not any(one["agreed_on"] for one in later),
        "completed": bool(plan["agreed_on"] and plan["shared_on"] and plan["pupil_voice"] and owned),
        "review_overdue": due and plan["status"] in {"agreed", "active", "reviewed"},
        "last_review": max(held, default=""),
        "next_review": min(to_come, default="") if plan["status"] != "closed" else "",
        "pupil_voice_recorded": bool(plan["pupil_voice"]),
        "back_up_recorded": bool(plan["back_up"]),
        "outcomes": len(outcomes),
        "outcomes_achieved": [one["progress"] for one in outcomes].count("achieved"),
        "areas_covered": len({one["area"] for one in outcomes}),
        "actions": len(kept),
        "actions_done": [one["status"] for one in kept].count("done"),
        "actions_overdue": len(
            [one for one in kept if one["status"] == "open" and one["due_on"] and one["due_on"] < today]
        ),
        "audit_score": audit.get("score"),
        "audit_grade": audit.get("grade"),
        "satisfaction_pupil": newest(said, "answered_on", respondent="pupil").get("overall"),
        "satisfaction_family": newest(said, "answered_on", respondent="parent or carer").get("overall"),
        "named_worker": tables.worker.get(plan["named_worker_id"], {}).get("name"),
        "author": tables.worker.get(plan["author_id"], {}).get("name"),
        "destination": place["name"],
        "advocate_offered": None if plan["advocate_offered"] is None else bool(plan["advocate_offered"]),
    }


def percents(tables: Tables, plan: Record) -> Record:
    """Work out how much of each section is there, from the questions as they are written in their file."""
    pupil = tables.pupil[plan["pupil_id"]]
    born = date.fromisoformat(pupil["date_of_birth"])
    age = TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
    lists = {
        "outcomes": tables.plan_outcome[plan["id"]],
        "actions": [one for one in tables.plan_action[plan["id"]] if one["audit_id"] is None],
        "people": [one for one in tables.contact[plan["pupil_id"]] if one["archived_at"] is None],
        "meetings": tables.plan_meeting[plan["id"]],
        "copies": tables.plan_copy[plan["id"]],
    }
    found = {}
    for section in SECTIONS:
        names = [one["code"] for one in section.get("question", []) if age >= one.get("from_age", 0)]
        there = [{**plan, "preferred_name": pupil["preferred_name"]}[name] not in (None, "") for name in names]
        if "holds" in section:
            there.append(len(lists[section["holds"]]) > 0)
        found[f"{section['code']}_percent"] = 100 * sum(there) // len(there) if there else ""
        found[f"{section['code']}_asked"] = len(there)
    return found


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def key_of(tables: Tables, plan: Record) -> tuple[str, ...]:
    pupil = tables.pupil[plan["pupil_id"]]
    who = (pupil["surname"], pupil["forename"], pupil["date_of_birth"])
    return (*who, plan["transition"], str(plan["version"]))


# --- the tests ----------------------------------------------------------------------------------------------------------


def test_every_version_of_every_plan_has_its_row(tables: Tables, rows: dict[tuple[str, ...], Record]) -> None:
    standing = {
        key_of(tables, plan) for plan in tables.plan.values() if not tables.pupil[plan["pupil_id"]]["archived_at"]
    }
    assert len(standing) > PLANS
    assert set(rows) == standing


def test_every_number_is_what_the_rows_say(tables: Tables, rows: dict[tuple[str, ...], Record]) -> None:
    wrong = []
    for plan in tables.plan.values():
        row = rows[key_of(tables, plan)]
        right = {**counted(tables, plan), **percents(tables, plan)}
        wrong += [(plan["id"], name, row[name], value) for name, value in right.items() if row[name] != in_words(value)]
    assert wrong == []


def test_everything_else_stands_as_it_was_written(tables: Tables, rows: dict[tuple[str, ...], Record]) -> None:
    plan = next(iter(tables.plan.values()))
    made = {*counted(tables, plan), *percents(tables, plan)}
    plain = [name for name in rows[key_of(tables, plan)] if name in plan and name not in made]
    assert {"status", "opened_on", "review_on", "hopes", "risks", "accessible_copy", "destination_from"} <= set(plain)
    for one in tables.plan.values():
        row = rows[key_of(tables, one)]
        assert [row[name] for name in plain] == [in_words(one[name]) for name in plain]


def test_what_was_drawn_is_of_every_kind(tables: Tables, rows: dict[tuple[str, ...], Record]) -> None:
    """A number that is the same in every row would prove nothing."""
    found = [counted(tables, plan) for plan in tables.plan.values()]
    for name, least in (
        ("actions_overdue", 3),
        ("areas_covered", 5),
        ("satisfaction_family", 6),
        ("outcomes_achieved", 3),
    ):
        assert len({one[name] for one in found}) >= least, name
    for name in ("newest_version", "in_force", "completed", "review_overdue", "back_up_recorded"):
        assert {one[name] for one in found} == {True, False}, name
    assert {row["decisions_percent"] for row in rows.values()} >= {"", "0", "100"}
    twice = [plan for plan in tables.plan.values() if len(line_of(tables, plan)) < plan["version"]]
    assert twice, "nobody made the same kind of move twice"


def test_the_page_of_a_plan_fills_its_sections_alike(workspace: Workspace, tables: Tables) -> None:
    for number in list(tables.plan)[::25]:
        page = pages.load(workspace, number)
        filled = {section.code: page.filled(section) for section in page.form.sections}
        share = {f"{code}_percent": 100 * answered // asked for code, (answered, asked) in filled.items()}
        share |= {f"{code}_asked": asked for code, (_, asked) in filled.items()}
        assert share == {
            name: value
            for name, value in percents(tables, tables.plan[number]).items()
            if value not in ("", 0) or name in share
        }


def test_a_pseudonymised_summary_counts_the_same(workspace: Workspace, tmp_path: Path, tables: Tables) -> None:
    target = tmp_path / "plans.csv"
    options = Options(pseudonymised=True)
    export(workspace, "plans", Caseload(sort="name"), target, options)
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file) if not line[0].startswith("# ")]
    records = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    for name in ("actions", "actions_overdue", "outcomes", "areas_covered"):
        assert sum(int(one[name]) for one in records) == sum(
            counted(tables, plan)[name] for plan in tables.plan.values()
        )
    assert not {"destination", "hopes", "back_up", "upn", "surname"} & set(records[0])


def test_every_count_of_a_plan_is_looked_up(workspace: Workspace) -> None:
    """One plan more costs as much as the one before it, whatever the number of plans."""
    asked: list[str] = []

    class Recorder:
        def stream(self, sql: str, parameters: Any) -> Any:
            asked.extend(row[3] for row in workspace.read().execute(f"EXPLAIN QUERY PLAN {sql}", parameters))
            return workspace.read().execute(sql, parameters)

    exports.plans(Recorder(), caseloads.selection(workspace, Caseload(sort="name")), "name")
    assert sum(line.startswith("SEARCH") for line in asked) > 20
    assert [line.split(" USING")[0] for line in asked if line.startswith("SCAN")] in (["SCAN l"], ["SCAN p"])
