"""The files of workshops as a script asks for them."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from builders import add_invitation, add_workshop
from command import Command

from transitions.clock import Clock
from transitions.workspace import Workspace


@pytest.fixture
def forum(school: Command) -> Command:
    """The made-up schools, and a workshop to which one of two came."""

    def make() -> None:
        workspace = Workspace.open(school.path, Clock.on(date(2026, 11, 21)))
        try:
            first, second = (row[0] for row in workspace.read().execute("SELECT id FROM school ORDER BY id LIMIT 2"))
            number = add_workshop(workspace, worker_id=workspace.me)
            add_invitation(workspace, number, school_id=first, attendance="came")
            add_invitation(workspace, number, school_id=second, name="A. Lee", attendance="absent")
        finally:
            workspace.close()

    return school.once("export_workshops_command forum", make)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith('"# ')))


def test_workshops_and_attendance_to_standard_output(forum: Command) -> None:
    (row,) = records(forum.ok("export", "workshops", "-").out)
    assert (row["schools_came"], row["schools_invited"], row["schools_came_percent"]) == ("1", "2", "50")
    lines = records(forum.ok("export", "attendance", "-", "--year", "2025/26", "--worker", "me").out)
    assert [line["attendance"] for line in lines] == ["came", "absent"]
    assert records(forum.ok("export", "attendance", "-", "--year", "2026/27").out) == []
    assert "1 row written" in forum.ok("export", "workshops", "-", "--school", "Fenwick").err


def test_names_need_a_purpose(forum: Command, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    refused = forum("export", "attendance", target, "--full")
    assert (refused.status, target.exists()) == (77, False)
    assert "needs a purpose" in refused.err
    forum.ok("export", "attendance", target, "--full", "--purpose", "Register of training")
    assert "A. Lee" in target.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (
            ("export", "pupils", "-", "--year", "2026/27"),
            2,
            "--year is for handovers, movers, workshops, attendance and impact only",
        ),
        (("export", "workshops", "-", "--year", "soon"), 2, "--year"),
        (("export", "workshops", "-", "--state", "overdue"), 77, "are pupils'"),
        (("export", "attendance", "-", "--pseudonymised"), 77, "nothing to pseudonymise"),
    ],
)
def test_what_cannot_be_meant_is_refused(forum: Command, words: tuple[str, ...], status: int, said: str) -> None:
    result = forum(*words)
    assert (result.status, result.out) == (status, "")
    assert said in result.err
