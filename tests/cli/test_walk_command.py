"""The walk in numbered questions: every decision, typed; it stops and goes on where the walk of the app does."""

import io
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from command import Command, Result

from transitions.caseload import walk
from transitions.clock import Clock
from transitions.workspace import Workspace

DONE, MISSED, WAIVE, LATER, NOTE, ACTION, CASEWORKER, CHASE, OTHER, SKIP, BACK, UNDO, READ, HANDOVER, SAVE = map(
    str, range(1, 16)
)


def walked(school: Command, patch: pytest.MonkeyPatch, *typed: str) -> Result:
    patch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
    return school.ok("walk", "--plain")


def left_off(school: Command) -> walk.Walk | None:
    with closing(Workspace.open(school.path, Clock.looking_at(date(2026, 11, 21)))) as workspace:
        return walk.left_off(workspace)


def test_what_the_walk_of_the_app_opens_and_saves_is_read_and_saved_here(
    school: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    target = tmp_path / "actions.csv"
    said = walked(
        school, monkeypatch, HANDOVER, ACTION, "Visit", "K. Osei", "+2w", READ, SAVE, "", SAVE, "Clinic", str(target)
    )
    assert "No handover is started for this pupil. Start one with: transitions handover start" in said.out
    assert "Name Zoë O'Brien" in said.out
    assert "overdue: " in said.out.partition("\nSteps:\n")[2]
    assert f"Saved 1 open action to {target}." in said.out
    assert "Visit" in target.read_text("utf-8-sig")
    school.ok("handover", "start", "O'Brien", "--transition", "6-7")
    said = walked(school, monkeypatch, HANDOVER)
    assert "In my own words:\n" in said.out


def test_every_decision_is_made_by_typing_numbers(school: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    said = walked(
        school, monkeypatch,
        NOTE, "Rang the mother", ACTION, "Visit the school", "K. Osei", "+2w", CASEWORKER, "1", CHASE, "1",
        "77", OTHER, BACK, MISSED, "0", WAIVE, "0", MISSED, "1", UNDO, LATER, "yesterday", "+2w", DONE,
    )  # fmt: skip
    assert said.out.startswith("Walking: All pupils\n\nPupil 1 of 2.\nZoë O'Brien · Year 6")
    for sentence in (
        "Note added: Zoë O'Brien.",
        "Action added: Zoë O'Brien.",
        "Assigned: Zoë O'Brien to K. Osei.",
        "I have no record that this has happened:",
        "Nothing was sent. Copy the draft",
        "There is nothing else to decide for this pupil.",
        "This is the first pupil of the walk.",
        "Why was it missed?",
        "Why is it waived?",
        "Nothing was recorded.",
        "Flagged missed: ",
        "Undone: Flagged missed, ",
        "Friday 20 November 2026 is in the past. Give a future date.",
        "Monday 7 December 2026, in 2 weeks: schools are closed on Sat 5 Dec",
        "Pupil 2 of 2. 1 put off.\nElsie Ward",
        "The walk is finished: 2 pupils.",
        "1 action is open for these pupils.",
    ):
        assert sentence in said.out, sentence
    assert not set("│─╭↑→✗").intersection(said.out)
    assert said.out.count("Zoë O'Brien · Year 6") == 2  # not told again after a note, but when the undo goes back
    assert left_off(school) is None


def test_it_stops_and_goes_on_where_the_walk_of_the_app_does(school: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = walked(school, monkeypatch, SKIP, "0")
    assert stopped.out.endswith("Stopped at pupil 2 of 2. The next walk continues from there, here or in the app.\n")
    left = left_off(school)
    assert left is not None
    assert (left.position, len(left.skipped)) == (1, 1)
    resumed = walked(school, monkeypatch, "1")  # nobody types any more
    assert "1 Go on at pupil 2 of 2: All pupils\n2 Start again with this list" in resumed.out
    assert "Pupil 2 of 2. 1 skipped.\nElsie Ward" in resumed.out
    assert left_off(school) == left
    anew = walked(school, monkeypatch, "2", WAIVE, "1", BACK, SKIP, SKIP)
    assert "Pupil 1 of 2.\nZoë" in anew.out
    assert "overdue: " in anew.out.split("What was left:")[1]
    assert "Give" not in school("walk").out
    assert "--plain" in school("walk").err
