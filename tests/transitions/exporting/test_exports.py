"""Exports: what is in them, what is not, and that they come back unchanged."""

import csv
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_episode, add_pupil, add_school, add_terms, steps_of

from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import CannotWrite, NotAllowed
from transitions.exporting.column import ExportColumn
from transitions.exporting.columns import EXPORTS, MISSED, PLANS, PUPILS, chosen
from transitions.exporting.exports import Exported, Options, export
from transitions.identifiers import make_upn
from transitions.importing.header_names import header_set
from transitions.importing.tabular import read_table
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans.actions import add_action
from transitions.pupils import small_records
from transitions.pupils.events import EVENT
from transitions.pupils.programmes import OF_PUPIL
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
EVERYBODY = Caseload(sort="name")
Opener = Callable[..., Workspace]


def written(path: Path) -> list[dict[str, str]]:
    """Give the records of a file as its readers see them."""
    table = read_table(path)
    return [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]


# --- the columns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", EXPORTS.values(), ids=EXPORTS)
def test_headers_are_plain_and_each_says_what_it_holds(columns: tuple[ExportColumn, ...]) -> None:
    headers = [column.header for column in columns]
    assert len(set(headers)) == len(headers)
    for column in columns:
        assert column.header.replace("_", "").isalnum()
        assert column.header == column.header.lower()
        assert len(column.meaning) > 2


def test_a_file_of_pupils_has_the_headers_that_an_import_knows() -> None:
    known = header_set("pupils").fields
    headers = {column.header for _, column in chosen(PUPILS, full=False, pseudonymised=False)}
    assert headers - known.keys() == set()
    # told by others, never kept, or of what is over, which is in no export
    assert known.keys() - headers == {"full_name", "looked_after", "notes_reference", "social_care_ended"}


PERSONAL = {
    "upn", "former_upn", "uln", "surname", "forename", "preferred_name", "date_of_birth", "sex", "primary_need",
    "secondary_need", "need_3", "home_language", "out_of_year_reason", "next_step", "admired", "important_to_me", "support",
    "hopes", "pupil_voice", "family_voice", "different_views", "communication", "pupil_voice_how", "hopes_how",
    "working_pupil", "not_working_pupil", "working_family", "not_working_family", "working_school", "not_working_school",
    "working_others", "not_working_others", "risks", "decision_making", "adult_assessments", "back_up", "destination",
    "sharing_basis", "accessible_copy", "close_reason", "action_owner",
}  # fmt: skip


@pytest.mark.parametrize("columns", EXPORTS.values(), ids=EXPORTS)
def test_beside_a_pseudonym_stands_nothing_that_undoes_it(columns: tuple[ExportColumn, ...]) -> None:
    headers = {column.header for _, column in chosen(columns, full=True, pseudonymised=True)}
    assert headers & PERSONAL == set()
    assert {"pseudonym", "year_group"} <= headers
    assert headers & {"school", "school_name"}
    assert "pseudonym" not in {column.header for _, column in chosen(columns, full=True, pseudonymised=False)}


def test_a_summary_of_plans_holds_no_name_unless_asked() -> None:
    few = {column.header for _, column in chosen(PLANS, full=False, pseudonymised=False)}
    assert few & PERSONAL == {"upn", "destination"}
    full = {column.header for _, column in chosen(PLANS, full=True, pseudonymised=False)}
    assert {"surname", "forename", "date_of_birth", "pupil_voice"} <= full


# --- pupils --------------------------------------------------------------------------------------------------------


@pytest.mark.of_a_file
def test_control_characters_do_not_leave(tmp_path: Path, workspace: Workspace) -> None:
    add_pupil(workspace, surname="Kh\x1b[31man\x9b", forename="Ai\u202esha\x00")
    export(workspace, "pupils", EVERYBODY, tmp_path / "p.csv")
    data = (tmp_path / "p.csv").read_bytes()
    assert not {0x1B, 0x00} & set(data)
    assert written(tmp_path / "p.csv")[0]["surname"] == "Kh[31man"
    assert written(tmp_path / "p.csv")[0]["forename"] == "Aisha"


def test_several_first_days_of_social_care_are_not_made_one(tmp_path: Path, workspace: Workspace) -> None:
    number = add_pupil(workspace)
    add_episode(workspace, number, "looked after", date(2024, 1, 1))
    add_episode(workspace, number, "child in need", date(2025, 1, 1))
    add_episode(workspace, number, "child protection", date(2023, 1, 1), date(2023, 2, 1))
    export(workspace, "pupils", EVERYBODY, tmp_path / "p.csv")
    (row,) = written(tmp_path / "p.csv")
    assert (row["social_care"], row["social_care_since"]) == ("child in need, looked after", "")


def test_exact_leaves_the_guard_out(tmp_path: Path, workspace: Workspace) -> None:
    add_pupil(workspace, surname="=1+1")
    for exact, cell in ((False, '"\'=1+1"'), (True, '"=1+1"')):
        export(workspace, "pupils", EVERYBODY, tmp_path / "p.csv", Options(exact=exact, overwrite=True))
        assert cell in (tmp_path / "p.csv").read_text("utf-8-sig")


# --- plans ---------------------------------------------------------------------------------------------------------

COMPLETE = {"agreed_on": date(2026, 10, 1), "shared_on": date(2026, 9, 20), "pupil_voice": "I like drums.\nLots."}


def add_plan(workspace: Workspace, pupil_id: int, actions: tuple[dict[str, Any], ...] = (), **values: Any) -> int:
    row = {
        "pupil_id": pupil_id,
        "transition": "6-7",
        "version": 1,
        "status": "agreed",
        "opened_on": date(2026, 9, 1),
        **values,
    }
    with workspace.change("Plan added", "for the test") as action:
        plan = action.insert("plan", row)
        for one in actions:
            given = {"what": "Visit", "owner": "K. Osei", "due_on": date(2026, 11, 1), "status": "open", **one}
            action.insert("plan_action", {"pupil_id": pupil_id, "plan_id": plan, **given})
    return plan


@pytest.mark.parametrize(
    ("values", "actions", "completed"),
    [
        (COMPLETE, ({},), "yes"),
        (COMPLETE, ({"status": "done"},), "yes"),
        (COMPLETE, (), "no"),
        (COMPLETE, ({"due_on": None},), "no"),
        (COMPLETE, ({"owner": ""},), "no"),
        (COMPLETE, ({"status": "dropped"},), "no"),
        ({**COMPLETE, "agreed_on": None, "status": "draft"}, ({},), "no"),
        (COMPLETE, ({"status": "carried over"},), "yes"),
        ({**COMPLETE, "shared_on": None}, ({},), "no"),
        ({**COMPLETE, "pupil_voice": ""}, ({},), "no"),
        ({**COMPLETE, "pupil_voice": None}, ({},), "no"),
    ],
)
def test_completed_is_what_the_heading_says(
    tmp_path: Path, workspace: Workspace, values: dict[str, Any], actions: tuple[dict[str, Any], ...], completed: str
) -> None:
    add_plan(workspace, add_pupil(workspace), actions, **values)
    export(workspace, "plans", EVERYBODY, tmp_path / "p.csv")
    (row,) = written(tmp_path / "p.csv")
    assert row["completed"] == completed
    assert "Completed means: agreed, with the pupil’s own words" in (tmp_path / "p.csv").read_text("utf-8-sig")


def test_one_row_for_each_plan(tmp_path: Path, workspace: Workspace) -> None:
    school = add_school(workspace)
    number = add_pupil(workspace, year_group=6, school_id=school, upn=make_upn(999, 2001, 2020, 1))
    add_plan(
        workspace,
        number,
        ({}, {"due_on": date(2026, 11, 21)}, {"status": "done"}, {"status": "dropped"}),
        review_on=date(2027, 4, 1),
        named_worker_id=workspace.me,
        **COMPLETE,
    )
    add_plan(
        workspace, number, transition="EHCP", status="closed", opened_on=date(2024, 1, 1), closed_on=date(2025, 1, 1)
    )
    add_pupil(workspace, year_group=7)
    assert export(workspace, "plans", EVERYBODY, tmp_path / "p.csv").rows == 2
    first, second = written(tmp_path / "p.csv")
    assert first == {
        "upn": make_upn(999, 2001, 2020, 1), "year_group": "6", "school": "Layfield Primary", "transition": "6-7",
        "version": "1", "newest_version": "yes", "in_force": "yes", "status": "agreed", "completed": "yes",
        "opened_on": "2026-09-01", "shared_on": "2026-09-20", "agreed_on": "2026-10-01", "active_on": "", "reviewed_on": "", "review_on": "2027-04-01",
        "review_overdue": "no", "last_review": "", "next_review": "", "closed_on": "", "profile_percent": "0",
        "profile_asked": "5", "voice_percent": "20", "voice_asked": "5", "working_percent": "0", "working_asked": "8",
        "hopes_percent": "0", "hopes_asked": "3", "outcomes_percent": "0", "outcomes_asked": "1", "actions_percent": "100",
        "actions_asked": "1", "people_percent": "25", "people_asked": "4", "destination_percent": "0",
        "destination_asked": "6", "safety_percent": "0", "safety_asked": "1", "decisions_percent": "",
        "decisions_asked": "0", "meetings_percent": "0", "meetings_asked": "1", "sharing_percent": "0",
        "sharing_asked": "3", "pupil_voice_recorded": "yes",
        "outcomes": "0", "outcomes_achieved": "0", "areas_covered": "0", "actions": "3", "actions_done": "1",
        "actions_overdue": "1", "audit_score": "", "audit_points": "",
        "audit_points_possible": "", "audit_grade": "", "satisfaction_pupil": "", "satisfaction_family": "",
        "named_worker": "K. Osei", "destination": "", "destination_stage": "", "back_up_recorded": "no",
    }  # fmt: skip
    assert (second["transition"], second["closed_on"], second["actions"]) == ("EHCP", "2025-01-01", "0")
    full = Options(full=True, overwrite=True)
    assert export(workspace, "plans", replace(EVERYBODY, transitions=("6-7",)), tmp_path / "p.csv", full).rows == 1
    (row,) = written(tmp_path / "p.csv")
    assert (row["surname"], row["date_of_birth"], row["pupil_voice"]) == ("Khan", "2016-03-14", "I like drums.\nLots.")


# --- overdue and missed --------------------------------------------------------------------------------------------


@pytest.fixture
def behind(workspace: Workspace) -> Workspace:
    """A Year 6 pupil with an EHC plan, on 21 November, for whom one step is overdue and one is flagged missed."""
    add_terms(workspace)
    number = add_pupil(
        workspace, year_group=6, sen_provision="E", upn=make_upn(999, 2001, 2020, 1), planned_from=date(2026, 7, 1),
        school_id=add_school(workspace, high_age=11), owner_id=workspace.me,
    )  # fmt: skip
    past = [row for row in steps_of(workspace, number).values() if row.late_after and row.late_after < TODAY]
    first, second, *others = sorted(past, key=lambda row: (row.late_after, row.milestone_id))
    assert first.outcome is None
    words = '=call()\nRing the office, "now"'
    recording.flag_missed(workspace, [step(second)], reason="not-sent", next_step=words)
    recording.waive(workspace, [step(row) for row in others], reason="another-way")
    return workspace


def step(row: Any) -> Step:
    return Step(row.pupil_id, row.milestone_id, row.cycle)


def test_overdue_first_then_missed(tmp_path: Path, behind: Workspace) -> None:
    assert export(behind, "missed", EVERYBODY, tmp_path / "m.csv").rows == 2
    overdue, missed = written(tmp_path / "m.csv")
    assert (overdue["state"], missed["state"]) == ("overdue", "missed")
    assert overdue["reason"] == overdue["missed_on"] == overdue["next_step"] == ""
    assert (missed["reason"], missed["reason_words"]) == ("not-sent", "school did not send it")
    assert missed["next_step"] == '=call()\nRing the office, "now"'
    assert missed["missed_on"] == TODAY.isoformat()
    for row in (overdue, missed):
        assert (row["surname"], row["year_group"], row["worker"], row["school"]) == (
            "Khan",
            "6",
            "K. Osei",
            "Layfield Primary",
        )
        assert int(row["days_late"]) == (TODAY - date.fromisoformat(row["due"])).days > 0
        assert row["severity"] in {"statutory", "good practice", "local"}
        assert row["milestone"].startswith(row["transition"].lower())
    assert "'=call()" in (tmp_path / "m.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("states", "found"),
    [
        (("overdue",), ["overdue"]),
        (("missed",), ["missed"]),
        (("overdue", "missed"), ["overdue", "missed"]),
        (("met",), []),
    ],
)
def test_a_state_asked_for_is_the_state_given(
    tmp_path: Path, behind: Workspace, states: tuple[Any, ...], found: list[str]
) -> None:
    export(behind, "missed", replace(EVERYBODY, states=states), tmp_path / "m.csv")
    with (tmp_path / "m.csv").open(encoding="utf-8-sig", newline="") as file:
        records = [row for row in csv.reader(file) if not row[0].startswith("# ")]
    place = records[0].index("state")
    assert [row[place] for row in records[1:]] == found


@pytest.fixture
def promised(behind: Workspace) -> int:
    """The same pupil with two actions past their day, one on a plan, and one for today; gives the number of the first."""
    pupil = behind.read().execute("SELECT id FROM pupil").fetchone()[0]
    first = add_action(behind, pupil, what="Ring Mrs Khan =1+1", owner="Imran Khan", due_on=date(2026, 11, 1)).number
    add_plan(behind, pupil, status="draft")
    add_action(behind, pupil, what="Visit", owner="J. Shah", due_on=date(2026, 11, 19))
    add_action(behind, pupil, what="Today", owner="J. Shah", due_on=TODAY)
    return first


def test_actions_past_their_day_come_last_with_keys_of_their_own(
    tmp_path: Path, behind: Workspace, promised: int
) -> None:
    assert promised
    assert export(behind, "missed", EVERYBODY, tmp_path / "m.csv").rows == 4
    *steps, first, second = written(tmp_path / "m.csv")
    assert [row["state"] for row in steps] == ["overdue", "missed"]
    assert {row["action_owner"] for row in steps} == {""}
    assert [(row["milestone"], row["state"]) for row in (first, second)] == [("action", "action overdue")] * 2
    assert (first["title"], first["action_owner"], first["transition"]) == ("Ring Mrs Khan =1+1", "Imran Khan", "")
    assert (first["due"], first["days_late"], first["worker"]) == ("2026-11-01", "20", "K. Osei")
    assert (second["title"], second["transition"], second["days_late"]) == ("Visit", "6-7", "2")
    for row in (first, second):
        assert (row["surname"], row["year_group"], row["severity"], row["reason"]) == ("Khan", "6", "", "")


def test_a_state_asked_for_leaves_actions_out(tmp_path: Path, behind: Workspace, promised: int) -> None:
    assert promised
    export(behind, "missed", replace(EVERYBODY, states=("overdue", "missed")), tmp_path / "m.csv")
    assert [row["state"] for row in written(tmp_path / "m.csv")] == ["overdue", "missed"]
    export(behind, "missed", replace(EVERYBODY, transitions=("6-7",)), tmp_path / "t.csv")
    assert [row["title"] for row in written(tmp_path / "t.csv") if row["milestone"] == "action"] == ["Visit"]


# --- pseudonyms ----------------------------------------------------------------------------------------------------


def test_a_pseudonymised_file_names_nobody_and_links_up(tmp_path: Path, behind: Workspace) -> None:
    number = behind.read().execute("SELECT id FROM pupil").fetchone()[0]
    add_plan(behind, number, ({},), **COMPLETE)
    add_action(behind, number, what="Ring the office of Mr Byrne", owner="Imran Byrne", due_on=date(2026, 11, 1))
    suspended = {"kind": "suspension", "started_on": "5/11/26", "note": "Said by Mr Byrne"}
    small_records.save(behind, EVENT, number, None, suspended)
    small_records.save(behind, OF_PUPIL, number, None, {"programme": "ELSA", "who": "Imran Byrne"})
    codes = set()
    for what in EXPORTS:
        target = tmp_path / f"{what}.csv"
        export(behind, what, replace(EVERYBODY, text="khan"), target, Options(pseudonymised=True))
        text = target.read_text("utf-8-sig")
        for personal in (
            "khan",
            "Khan",
            "Aisha",
            "2016-03-14",
            make_upn(999, 2001, 2020, 1),
            "drums",
            "Ring the office",
            "Byrne",
        ):
            assert personal not in text
        assert '"# Pseudonymised: yes (still personal data)"' in text
        assert '"# Filter: All pupils · found by words"' in text
        assert (what == "missed") == ("An action of the plan" in text)
        codes |= {row["pseudonym"] for row in written(target)}
    assert len(codes) == 1


def test_pseudonyms_and_everything_else_do_not_go_together(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(NotAllowed, match="cannot be full"):
        export(workspace, "plans", EVERYBODY, tmp_path / "p.csv", Options(pseudonymised=True, full=True))
    assert not (tmp_path / "p.csv").exists()


# --- heading, journal, and when it goes wrong ----------------------------------------------------------------------


def exports_noted(workspace: Workspace) -> list[tuple[str, str]]:
    return [(entry.name, entry.summary) for entry in history.entries(workspace) if entry.kind == "export"]


def test_the_heading_says_when_whose_and_by_which_rules(tmp_path: Path, behind: Workspace) -> None:
    export(behind, "missed", Caseload(whose="mine", year_groups=(6,)), tmp_path / "m.csv")
    heading = (tmp_path / "m.csv").read_text("utf-8-sig").splitlines()[:5]
    assert heading[1:3] == ['"# As of: 2026-11-21"', '"# Filter: My caseload · Year 6"']
    assert heading[3].startswith('"# Rules: 20')


def test_every_file_is_noted_with_no_name_in_it(tmp_path: Path, behind: Workspace) -> None:
    export(
        behind, "missed", replace(EVERYBODY, text="khan"), tmp_path / "m.csv", Options(purpose=" Committee\x1b,\nMay ")
    )
    export(behind, "pupils", EVERYBODY, tmp_path / "p.csv", Options(pseudonymised=True))
    assert exports_noted(behind) == [
        ("Exported pupils", "All pupils; 1 row; p.csv; pseudonymised"),
        ("Exported missed", "All pupils · found by words; 2 rows; m.csv; for: Committee, May"),
    ]
    before = history.entries(behind)[0]
    assert before.worker == "K. Osei"
    assert history.undo(behind).name != "Exported pupils"  # what has left cannot be called back


def test_a_file_that_was_not_written_is_not_noted(tmp_path: Path, behind: Workspace) -> None:
    (tmp_path / "m.csv").write_text("mine")
    with pytest.raises(CannotWrite, match="exists already"):
        export(behind, "missed", EVERYBODY, tmp_path / "m.csv")
    assert (tmp_path / "m.csv").read_text() == "mine"
    assert exports_noted(behind) == []


def test_no_file_appears_that_could_not_be_noted(
    tmp_path: Path, behind: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> Iterator[None]:
        raise NotAllowed("in use")

    monkeypatch.setattr(behind.database, "write", locked)
    with pytest.raises(NotAllowed, match="in use"):
        export(behind, "missed", EVERYBODY, tmp_path / "m.csv")
    assert list(tmp_path.glob("m.csv")) == []


def test_standard_output(behind: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    assert export(behind, "missed", EVERYBODY, None) == Exported(None, 2)
    assert out.getvalue().decode().count('"Khan"') == 2
    assert exports_noted(behind) == [("Exported missed", "All pupils; 2 rows; standard output")]


def test_what_left_before_the_reader_went_away_is_noted(behind: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, _: Any) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Gone(), 1)))
    with pytest.raises(BrokenPipeError):
        export(behind, "missed", EVERYBODY, None)
    assert [name for name, _ in exports_noted(behind)] == ["Exported missed"]


def test_an_empty_list_is_a_file_with_its_header(tmp_path: Path, workspace: Workspace) -> None:
    assert export(workspace, "missed", EVERYBODY, tmp_path / "m.csv").rows == 0
    last = (tmp_path / "m.csv").read_text("utf-8-sig").splitlines()[-1]
    assert last.split(",")[0] == '"upn"'
    assert last.count(",") == len(chosen(MISSED, full=False, pseudonymised=False)) - 1


def test_a_whole_county_is_never_in_memory(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some rows reach the file before the next are read: with one at a time the first is written before the second is read."""
    from transitions.exporting import exports as module
    from transitions.exporting import writer

    assert writer._AT_ONCE < 1_000
    monkeypatch.setattr(writer, "_AT_ONCE", 1)

    for number in range(3):
        add_pupil(workspace, surname=f"Khan{number}")
    order: list[str] = []
    monkeypatch.setattr(module, "_pupil_cells", lambda *_: order.append("read") or (None,) * len(PUPILS))

    class Out(io.BytesIO):
        def write(self, data: Any) -> int:
            order.append("written")
            return super().write(data)

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Out(), encoding="utf-8"))
    export(workspace, "pupils", EVERYBODY, None)
    assert order[-6:] == ["read", "written", "read", "written", "read", "written"]
