"""A team lead's Friday: who has how much, what is missed against last week, pupils handed over, the sheet of the meeting."""

from datetime import timedelta
from pathlib import Path

import pytest
from builders import add_pupil, add_worker
from command import Command

from transitions.clock import Clock
from transitions.custody import access_log, history
from transitions.exporting.team_sheet import write_sheet
from transitions.milestones import recording
from transitions.pupils.markers import MARKER, NOT_DISCLOSED, WHOLE_RECORD
from transitions.pupils.small_records import save
from transitions.team.load import against_last_week, loads, what_moves
from transitions.workspace import Workspace


@pytest.fixture
def team(workspace: Workspace) -> Workspace:
    """Two of K. Osei's and one of nobody's, each with overdue steps; R. Patel has none."""
    add_worker(workspace, "R. Patel")
    for surname, owner in (("Abbott", workspace.me), ("Byrne", workspace.me), ("Khan", None)):
        add_pupil(workspace, surname=surname, year_group=6, owner_id=owner)
    return workspace


def flag(workspace: Workspace, pupil: int) -> None:
    recording.flag_missed(workspace, recording.next_steps(workspace, [pupil]), reason="moved")


def counted(workspace: Workspace) -> dict[str, tuple[int, int, int]]:
    return {one.name: (one.pupils, one.missed, one.missed_before) for one in loads(workspace)}


def test_missed_is_held_against_a_week_ago_by_the_journal(team: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    now = team.clock.now()
    for days, pupil in ((20, 1), (3, 2), (0, 3)):
        monkeypatch.setattr(Clock, "now", lambda _clock, days=days: now - timedelta(days=days))
        flag(team, pupil)
    monkeypatch.setattr(Clock, "now", lambda _clock: now)
    assert counted(team) == {"K. Osei": (2, 2, 1), "Nobody": (1, 1, 0)}
    assert against_last_week(loads(team)) == "3 missed now, 1 a week ago: 2 more"
    history.undo(team)
    assert counted(team)["Nobody"] == (1, 0, 0), "what was undone was never missed"
    assert against_last_week(loads(team)) == "2 missed now, 1 a week ago: 1 more"


def test_what_moves_is_said_before_and_one_undo_brings_everybody_back(team: Workspace) -> None:
    mine = next(one for one in loads(team) if one.worker_id == team.me)
    pupils, said = what_moves(team, mine.worker_id or 0)
    assert pupils == [1, 2]
    assert said == (
        f"Also moving: {mine.overdue} overdue steps, the oldest {mine.oldest_in_words(team.clock.today)} and 0 missed. Notes and plans stay the same."
    )
    recording.assign(team, pupils, 2)
    assert counted(team) == {"R. Patel": (2, 0, 0), "Nobody": (1, 0, 0)}
    history.undo(team)
    assert counted(team)["K. Osei"][0] == 2


def test_the_sheet_names_what_has_waited_longest_and_obeys_markers(team: Workspace, tmp_path: Path) -> None:
    save(team, MARKER, 1, None, {"kind": NOT_DISCLOSED, "what": WHOLE_RECORD, "started_on": "1/9/26"})
    write_sheet(team, tmp_path / "team.txt", "Friday")
    text = (tmp_path / "team.txt").read_text()
    assert "Team meeting, Saturday 21 November 2026" in text
    assert "0 missed now, 0 a week ago: no change." in text
    assert ("Byrne, Aisha" in text, "Abbott" in text) == (True, False)
    assert "1 pupil left out because of a marker." in text
    noted = access_log.exports(team, limit=1)[0]
    assert (noted.name, noted.summary.endswith("team.txt; for: Friday")) == ("Exported team sheet", True)


def test_the_command_prints_the_load_and_writes_the_sheet(school: Command, tmp_path: Path) -> None:
    assert "caseworker" in school.ok("team").out
    assert "a week ago" in school.ok("team").err
    assert school("team", tmp_path / "team.docx").status != 0, "a file that names people needs a purpose"
    school.ok("team", tmp_path / "team.docx", "--purpose", "Friday")
    assert (tmp_path / "team.docx").read_bytes()[:2] == b"PK"
