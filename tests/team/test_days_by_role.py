"""A SENCO's June and a caseworker's morning on the record of a team, each command as its login may."""

from pathlib import Path

import pytest
from made_handovers import PASSPHRASE
from marked_record import Record, marked_record
from test_what_a_senco_sees import Seat

__all__ = ["marked_record"]
JUNE = "2027-06-08"
CLASS = """Surname;Forename;DOB;Year;School URN
Quill;Ada;14/03/2016;6;
Quince;Bo;14/05/2016;6;900002
"""
SENCOS_JUNE = (
    "handover start #1 #9", "handover edit #1 my_hopes=Kites interests=Maps", "handover accept #1 --section about",
    "handover friend #1 #9", "handover tier #1 --decide enhanced --reason Bus", "handover pack . --pupil #1 --override Agreed",
    "handover list --transition 6-7", "handover acknowledge #1 --by P.Rao", "handover packs", "plan new #9", "plan edit #9 admired=Curious",
    "plan outcome #9 area=education outcome=Goes", "plan action #9 what=Call owner=Mum", "plan survey ask #9 --moment before",
    "plan survey answer #9 --moment before --respondent pupil asked=5 --worry 7 --linked",
    "plan survey answer #9 --moment before --respondent pupil asked=5 --worry 7",
    "workshop list", "workshop show #1", "workshop feeders", "calendar", "done #9 6-7.handover-sent", "undo", "redo", "note #9 called",
    "event add #9 kind=suspension started_on=2027-05-01 days=1", "circle #9 name=Bo", "import pupils class.csv --dry-run",
    "export pupils out.csv --purpose census", "export plans plans.csv --purpose review", "history", "exports", "today", "missed", "check",
)  # fmt: skip
MORNING = (
    "today", "missed", "list --worker me", "show #7", "note #7 called", "undo", "redo", "add worker name=New", "assign New #7",
    "handover list", "workshop new kind=training title=Maps on_day=2027-06-20", "milestone retire 6-7.tier", "milestone restore 6-7.tier",
    "export missed missed.csv --purpose meeting", "history", "snapshot list", "impact", "plan quality", "team", "check",
)  # fmt: skip


@pytest.mark.parametrize(("role", "commands"), [("SENCO", SENCOS_JUNE), ("caseworker", MORNING)])
def test_a_day(
    record: Record,
    role: str,
    commands: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRANSITIONS_PASSPHRASE", PASSPHRASE)
    seat = Seat(record, role, tmp_path, capsys)
    Path("class.csv").write_text(CLASS, encoding="utf-8")
    failed = {}
    for words in commands:
        done = seat(*words.split(), as_of=JUNE)
        if done.status not in (0, 1):
            failed[words] = done.err
    assert not failed, "\n".join(f"{words}: {said}" for words, said in failed.items())
    assert not seat.wrong
