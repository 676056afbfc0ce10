"""Looking writes nothing but that somebody looked, whatever day is looked at."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from builders import add_episode, add_pupil, add_terms, contents
from command import Command

from transitions.clock import Clock
from transitions.custody.notices import notices
from transitions.custody.places import demo_database
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

LOOKS = (
    ("today",), ("list",), ("missed",), ("show", "Khan"), ("explain", "Khan"), ("calendar",), ("history",), ("check",),
    ("doctor",), ("locate",), ("me",), ("milestone", "list"), ("plan", "versions", "Khan"), ("plan", "quality"),
    ("handover", "list"), ("workshop", "list"), ("forecast",), ("guarantee",), ("phase-transfer",), ("ask", "list"),
)  # fmt: skip


@pytest.mark.parametrize("day", ["2019-11-21", "2027-10-01", "2029-10-01", "2045-11-21"])
def test_no_day_that_is_looked_at_changes_the_file(school: Command, day: str) -> None:
    before = rows(school)
    for words in LOOKS:
        assert school(*words, as_of=day).status in (0, 1), words
    new = rows(school) ^ before
    assert [line.split('"')[1] for line in new] == ["record_view"]


def rows(school: Command) -> set[str]:
    with closing(sqlite3.connect(school.path)) as connection:
        return {line for line in connection.iterdump() if "sqlite_sequence" not in line}


def test_an_export_of_another_day_writes_only_that_there_was_one(school: Command) -> None:
    before = rows(school)
    for number, what in enumerate(("missed", "pupils", "plans"), 1):
        assert "planned up to" in school("export", what, "-", "--purpose", "review", as_of="2029-10-01").err
        assert rows(school) >= before
        new = sorted(line.split('"')[1] for line in rows(school) - before)
        assert new == sorted(["journal", "journal_change", "journal_seal"] * number)  # with the digest of what left


LOOKING_AT = Clock.looking_at


@pytest.mark.parametrize(
    "words",
    [
        ("done", "Khan", "6-7.destination"),
        ("edit", "pupil", "Khan", "sen_provision=K"),
        ("note", "Khan", "Seen"),
        ("undo",),
        ("plan", "new", "Khan"),
    ],
)  # fmt: skip
def test_nothing_is_recorded_on_a_day_to_come(
    school: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    school.ok("note", "Khan", "Before")
    monkeypatch.setattr(Clock, "looking_at", LOOKING_AT)
    monkeypatch.setattr(Clock, "system", classmethod(lambda cls: cls(date(2026, 11, 21))))
    before = hashlib.sha256(school.path.read_bytes()).hexdigest()
    refused = school(*words, as_of="2026-11-22")
    assert refused.status == 77
    assert "Nothing was saved, because Sun 22 Nov 2026 is in the future" in refused.err
    assert hashlib.sha256(school.path.read_bytes()).hexdigest() == before
    assert school("edit", "pupil", "Khan", "sen_provision=K", as_of="2026-11-20").status == 0  # a day gone by is known


def test_made_up_records_are_of_the_day_for_which_they_were_made(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "looking_at", LOOKING_AT)
    monkeypatch.setattr(Clock, "system", classmethod(lambda cls: cls(date(2026, 11, 21))))
    assert command("demo", "--pupils", "5", as_of="2027-02-01").status == 0
    path = demo_database(5, 1)
    assert command("note", "#1", "Seen", "--db", path, as_of="2027-02-01").status == 0
    assert command("note", "#1", "Seen", "--db", path, as_of="2027-02-02").status == 77


def test_what_is_not_planned_yet_is_said(school: Command) -> None:
    assert "Steps are planned up to Thu 31 Aug 2028" in school("list", as_of="2030-11-21").err
    assert "planned up to" not in school("list", as_of="2028-06-01").err


def on(day: date) -> Clock:
    """The computer's own clock as it stands on a day, right or wrong."""
    return Clock(day)


def opened(workspace: Workspace, clock: Clock) -> Workspace:
    workspace.close()
    return Workspace.open(workspace.database.path, clock)


@pytest.mark.parametrize("day", [date(2045, 11, 21), date(2019, 11, 21), date(2028, 9, 1)])
def test_a_clock_that_is_wrong_plans_nothing(workspace: Workspace, day: date) -> None:
    add_terms(workspace)
    add_pupil(workspace)
    before = contents(workspace)
    again = opened(workspace, on(day))
    try:
        assert contents(again) == before
        assert "the latest change in these records is from Sat 21 Nov 2026" in " ".join(notices(again))
    finally:
        again.close()


def test_a_new_school_year_is_planned_at_the_first_start(workspace: Workspace) -> None:
    add_terms(workspace)
    add_pupil(workspace, year_group=4)
    through = workspace.planned_through
    again = opened(workspace, on(date(2027, 9, 1)))
    try:
        assert again.planned_through == through + 1
        assert notices(again) == []
    finally:
        again.close()
    # A clock that was wrong, or an old version that wrote while one looked at a day to come, has planned too far.
    before = contents(workspace)["pupil_milestone"]
    back = opened(workspace, on(date(2026, 11, 30)))
    try:
        assert back.planned_through == through
        assert len(contents(back)["pupil_milestone"]) < len(before)
    finally:
        back.close()


def test_social_care_that_began_meanwhile_is_planned_once_it_is_that_day(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    add_episode(workspace, pupil, "looked after", date(2026, 11, 25))

    def now() -> str | None:
        return next(iter(workspace.read().execute("SELECT social_care_now FROM pupil")))[0]

    assert now() is None
    workspace = opened(workspace, Clock.on(date(2026, 12, 1)))
    assert now() is None  # looked at, not written
    workspace = opened(workspace, on(date(2026, 11, 30)))
    assert now() == "looked after"
    workspace.close()
