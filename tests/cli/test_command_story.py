"""The main job on the command line, from a school's file to a walked list and its export."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import click
import pytest
from command import PUPILS, Command

from transitions.clock import Clock


def records(result):
    return json.loads(result.out)


def test_from_a_schools_file_to_an_explained_and_flagged_list(school: Command):
    listed = records(school.ok("list", "--year-group", "6", "--format", "json"))
    assert [row["surname"] for row in listed] == ["O'Brien", "Ward", "Khan"]  # the application was due on 31 October
    assert {row["school"] for row in listed} == {"Fenwick Hollow Primary"}

    missed = records(school.ok("missed", "--format", "json"))
    assert {(row["surname"], row["milestone"], row["state"], row["days_late"]) for row in missed} == {
        ("O'Brien", "6-7.application", "overdue", 21),
        ("Ward", "6-7.application", "overdue", 21),
    }

    explained = records(school.ok("explain", "Aisha Khan", "6-7.names-school", "--format", "json"))[0]
    assert explained["state"] == "not due"
    assert explained["due_on"] == "2027-02-15"
    assert explained["rule"] == "15 February"
    assert "regulation 18" in explained["basis"]
    assert any("EHC plan" in sentence for sentence in explained["looked_at"])

    later = school.ok("remind", "O'Brien", "+2w")
    assert "Reminder set for Monday 7 December 2026: schools are closed on Sat 5 Dec" in later.err
    told = records(school.ok("list", "--cohort", "reminder set", "--format", "json"))
    assert [row["surname"] for row in told] == ["O'Brien"]
    school.ok("undo")
    assert school("remind", "Aisha Khan", "+2w").status != 0, "nothing is overdue"

    school.ok("done", "O'Brien", "6-7.application", "--on", "30/10/26", "--evidence", "council portal")
    school.ok("flag", "Ward", "6-7.application", "--reason", "did-not-know", "--next-step", "Ring home")
    after = records(school.ok("missed", "--format", "json"))
    assert [(row["surname"], row["state"], row["next_step"]) for row in after] == [("Ward", "missed", "Ring home")]

    shown = records(school.ok("show", "B808400024001", "--format", "json"))
    step = next(step for step in shown["steps"] if step["milestone"] == "6-7.application")
    assert (step["state"], step["done_on"], step["recorded_by"]) == ("met", "2026-10-30", "K. Osei")

    school.ok("undo")
    assert records(school.ok("missed", "--format", "json"))[0]["state"] == "overdue"
    school.ok("redo")
    assert records(school.ok("missed", "--format", "json"))[0]["state"] == "missed"
    names = [row["name"] for row in records(school.ok("history", "--format", "json"))]
    assert names[:3] == ["Flagged missed", "Flagged missed", "Flagged missed"]  # the redo, the undo and the change


def test_importing_the_same_file_twice_changes_nothing_and_one_undo_takes_it_back(school: Command):
    before = len(records(school.ok("history", "--format", "json")))
    again = school.ok("import", "pupils", school.write("pupils.csv", PUPILS))
    assert "3 unchanged" in again.err
    assert len(records(school.ok("history", "--format", "json"))) == before
    school.ok("undo")
    assert records(school.ok("list", "--format", "json")) == []
    school.ok("redo")
    assert len(records(school.ok("list", "--format", "json"))) == 3


def test_a_dry_run_shows_every_field_and_writes_nothing(school: Command):
    changed = PUPILS.replace(";K;", ";EHC Plan;").replace("20/11/2015", "21/11/2015")
    shown = school.ok("import", "pupils", school.write("changed.csv", changed), "--dry-run")
    assert "SEN" in shown.out
    assert "->" in shown.out
    assert records(school.ok("list", "--text", "brien", "--format", "json"))[0]["sen_provision"] == "K"


def test_skip_bad_takes_the_good_lines_and_keeps_the_others_with_reasons(school: Command):
    text = PUPILS.replace("20/11/2015", "30/02/2016") + "Byrne;Callum;;01/04/2016;6;N;900001\n"
    refused = school("import", "pupils", school.write("some.csv", text))
    assert refused.status == 65
    assert "some.csv line 4" in refused.err
    result = school.ok("import", "pupils", school.folder / "some.csv", "--skip-bad")
    assert "1 refused" in result.err
    kept = (school.folder / "some.csv.refused.csv").read_text(encoding="utf-8-sig")
    assert "30/02/2016" in kept
    assert {row["surname"] for row in records(school.ok("list", "--format", "json"))} == {
        "Khan",
        "O'Brien",
        "Ward",
        "Byrne",
    }


def test_records_are_added_edited_assigned_and_noted(school: Command):
    added = school.ok("add", "pupil", "surname=Byrne", "forename=Callum", "date_of_birth=1/4/16", "school=900001")
    number = added.out.strip()
    assert added.err == ""
    edited = school.ok(
        "edit", "pupil", number, "sen_provision=K", "next_school=900002", "upn=G99900012600A", "year_group=4"
    )
    assert edited.err.splitlines() == [
        "Saved. Take it back with: transitions undo",
        (
            "note: UPN: 999 is not a known local authority number: check the UPN with the school; "
            "this is a temporary UPN: replace it with the permanent one"
        ),
        "note: Year group: does not match the date of birth, and there is no reason: taken as given",
    ]
    school.ok("add", "worker", "name=R. Patel", "role=SENCO")
    school.ok("assign", "R. Patel", number)
    school.ok("note", number, "Likes maps.")
    [row] = records(school.ok("list", "--worker", "R. Patel", "--format", "json"))
    assert (row["surname"], row["sen_provision"], row["next_school"]) == ("Byrne", "K", "St Brón’s Secondary")
    shown = records(school.ok("show", number, "--format", "json"))
    assert [note["text"] for note in shown["notes"]] == ["Likes maps."]


def test_actions_past_their_day_follow_the_steps(school: Command):
    from datetime import date

    from transitions.clock import Clock
    from transitions.plans.actions import add_action
    from transitions.pupils.editing import find_pupil
    from transitions.workspace import Workspace

    workspace = Workspace.open(school.path, Clock.on(date(2026, 11, 21)))
    late = (("Ring the school", date(2026, 11, 18)), ("Visit", date(2026, 11, 2)), ("Later", date(2026, 11, 24)))
    numbers = [
        add_action(workspace, find_pupil(workspace, "Khan"), what=what, owner="J. Shah", due_on=day).number
        for what, day in late
    ]
    workspace.close()

    every = school.ok("missed", "--format", "json")
    steps, actions = records(every)[:2], records(every)[2:]
    assert [row["state"] for row in steps] == ["overdue", "overdue"]
    assert [(row["action"], row["action_owner"]) for row in steps] == [(None, None)] * 2
    assert [(row["action"], row["title"], row["days_late"]) for row in actions] == [
        (numbers[1], "Visit", 19),
        (numbers[0], "Ring the school", 3),
    ]
    for row in actions:
        assert (row["state"], row["milestone"], row["action_owner"]) == ("action overdue", "action", "J. Shah")
        assert (row["surname"], row["severity"], row["reason"]) == ("Khan", None, None)
    assert "2 overdue with no decision yet, 0 flagged missed, 2 actions overdue" in every.err

    assert [row["title"] for row in records(school.ok("missed", "--limit", "3", "--format", "json"))][2:] == ["Visit"]
    assert len(records(school.ok("missed", "--limit", "2", "--format", "json"))) == 2
    alone = school.ok("missed", "--state", "overdue", "--format", "json")
    assert [row["state"] for row in records(alone)] == ["overdue", "overdue"]
    assert "actions" not in alone.err
    day = records(school.ok("today", "--format", "json"))[0]
    assert (day["actions_due"], day["actions_overdue"], day["meetings_and_reviews_in_fourteen_days"]) == (3, 2, 0)
    assert (day["workshops_in_fourteen_days"], day["workshop_actions_overdue"]) == (0, 0)
    assert "2 actions overdue, 1 due in the next seven days" in school.ok().out


def test_csv_and_json_carry_the_same_keys_and_a_table_fits_a_reader(school: Command):
    from transitions.cli.pupils import LIST_KEYS, MISSED_KEYS

    for name, keys in (("list", LIST_KEYS), ("missed", MISSED_KEYS)):
        as_csv = list(csv.reader(io.StringIO(school.ok(name, "--format", "csv").out)))
        assert tuple(as_csv[0]) == keys
        assert all(tuple(record) == keys for record in records(school.ok(name, "--format", "json")))
        table = school.ok(name).out.splitlines()
        assert set(table[1]) == {"-", " "}


def test_one_is_said_as_one(school: Command):
    assert school.ok("list", "--text", "Khan").err.splitlines()[-1].startswith("1 pupil ·")


def test_an_edit_that_changes_nothing_offers_nothing_to_take_back(school: Command):
    assert "transitions undo" in school.ok("edit", "pupil", "Ward", "sen_provision=K").err
    again = school.ok("edit", "pupil", "Ward", "sen_provision=K").err
    assert again.splitlines()[-1] == "Nothing changed: the record already says that."


def test_undoing_by_a_number_that_is_not_there_says_that(school: Command):
    refused = school("undo", "--action", "9999")
    assert "There is no change with this number, or it has been undone already." in refused.err


def test_as_of_looks_at_any_day(school: Command):
    june = records(school("list", "--text", "Khan", "--format", "json", as_of="2027-09-02"))[0]
    assert june["year_group"] == "7"
    assert june["state"] == "overdue"


def test_without_a_command_and_without_a_terminal_it_prints_today(school: Command):
    result = school.ok()
    assert "Saturday 21 November 2026" in result.out
    assert "2 steps overdue with no decision yet" in result.out


def test_check_finds_what_is_missing_and_says_so_by_its_status(school: Command):
    result = school("check", "--format", "json")
    assert result.status == 1
    assert any("without a UPN" in finding["what"] for finding in json.loads(result.out))
    school.ok("add", "pupil", "surname=Testcase", "forename=Ada", "date_of_birth=1/4/16")
    assert "1 pupil without a school " in school("check").out


@pytest.mark.of_a_file
def test_backup_restore_and_doctor(school: Command):
    copy = school.ok("backup").out.strip()
    school.ok("undo")
    assert records(school.ok("list", "--format", "json")) == []
    school.ok("restore", copy)
    assert len(records(school.ok("list", "--format", "json"))) == 3
    condition = json.loads(school.ok("doctor", "--format", "json").out)
    assert condition["pupils"] == 3
    assert "Khan" not in json.dumps(condition)
    assert str(school.path) in school.ok("locate").out


def test_an_old_action_is_undone_at_a_terminal_only_when_somebody_says_so(
    school: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.ok("edit", "pupil", "Ward", "sen_provision=K")
    monkeypatch.setattr("transitions.cli.custody.can_ask", lambda: True)
    answers = iter([False, True])
    monkeypatch.setattr(click, "confirm", lambda *_, **__: next(answers))
    later = datetime(2026, 11, 21, 12, 6, tzinfo=UTC)
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: later))
    named = records(school.ok("history", "--format", "json"))[0]
    kept = school("undo")
    assert (kept.status, kept.err.splitlines()[-1]) == (1, "Nothing was undone.")
    assert f"{named['name']}: {named['summary']}. Recorded by K. Osei on Saturday 21 November 2026 at " in kept.err
    school.ok("undo")
    school.ok("redo")
    later += timedelta(minutes=-6)
    school.ok("undo")
    assert next(answers, None) is None, "what was done just now is not asked about"
