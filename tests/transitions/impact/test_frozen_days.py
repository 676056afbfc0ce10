"""Snapshots: what is frozen, that it stands, that an alteration is found and named, and on which days one is made."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from builders import add_pupil
from command import Command

from db.driver import Connection, IntegrityError
from db.errors import NothingToUndo
from transitions.cli import run
from transitions.clock import Clock
from transitions.custody import health_check, history
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.impact import snapshots
from transitions.impact.snapshots import Tally, rules, tally
from transitions.milestones import recording
from transitions.milestones.milestone import Milestone
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
STEPS = {  # by state: the last day in time, the outcome, when done, when missed
    "met": ("2026-10-01", "met", "2026-09-30", None),
    "late": ("2026-10-02", "late", "2026-10-12", None),
    "missed": ("2026-10-03", "missed", None, "2026-10-09"),
    "waived": ("2026-10-04", "waived", None, None),
    "not applicable": ("2026-10-05", "not applicable", None, None),
    "unknown": ("2026-10-06", None, None, None),
    "of last year": ("2026-08-31", None, None, None),
    "still in time": ("2026-11-21", None, None, None),
}


def put_steps(connection: Connection, pupil_id: int, milestone_id: int, states: list[str]) -> None:
    for place, state in enumerate(states):
        day, outcome, done_on, missed_on = STEPS[state]
        connection.execute(
            "INSERT INTO pupil_milestone (pupil_id, milestone_id, cycle, due_on, late_after, outcome, done_on, missed_on, reason) "
            "VALUES (:pupil, :milestone, :cycle, :day, :day, :outcome, :done, :missed, 'other')",
            {"pupil": pupil_id, "milestone": milestone_id, "cycle": 2026 + 10_000 * place, "day": day, "outcome": outcome,
             "done": done_on, "missed": missed_on},
        )  # fmt: skip


@pytest.fixture
def today(opener: Callable[..., Workspace]) -> Workspace:
    """Opened by the computer's own clock, with one pupil who has a step of every kind and no other."""
    workspace = opener(TODAY, come=True)
    pupil_id = add_pupil(workspace)
    with workspace.database.write() as connection:
        connection.execute("DELETE FROM pupil_milestone")
        put_steps(connection, pupil_id, first_milestone(workspace), list(STEPS))
    return workspace


def first_milestone(workspace: Workspace) -> int:
    return min(workspace.milestones)


def test_a_snapshot_holds_what_was_due_before_its_day_as_it_stood(today: Workspace) -> None:
    row = snapshots.make(today, "Committee")
    assert (row.as_at, row.academic_year, row.name, row.steps, row.previous) == (TODAY, 2026, "Committee", 6, "")
    assert len(rules(row)) > 100  # what nobody had due is kept with its rule, too
    [(code, rule)] = [(code, rule) for code, rule in rules(row).items() if rule.tally != Tally()]
    milestone = today.milestones[rule.number]
    assert (code, rule.transition, rule.severity) == (milestone.code, milestone.transition, milestone.severity)
    assert rule.tally == Tally(met=1, late=1, missed=1, unknown=1, waived=1, not_applicable=1)
    assert (rule.tally.counted, rule.tally.base) == (2, 4)
    frozen = today.read().execute("SELECT due_on, state, done_on FROM snapshot_step ORDER BY cycle").fetchall()
    expected = [(day, state, done) for state, (day, _, done, _) in STEPS.items()][:6]
    assert frozen == expected


def test_who_left_before_the_day_of_a_step_counts_with_none_of_it(today: Workspace) -> None:
    with today.database.write() as connection:
        connection.execute("UPDATE pupil SET archived_at = '2026-10-04 09:00:00.000000'")
    assert tally(rules(snapshots.make(today)).values()) == Tally(met=1, late=1, missed=1, waived=1)


def test_none_is_made_of_another_day_or_twice_a_day(today: Workspace, opener: Callable[..., Workspace]) -> None:
    snapshots.make(today)
    with pytest.raises(NotAllowed, match=r"There is already a snapshot for Sat 21 Nov 2026"):
        snapshots.make(today)
    with pytest.raises(NotAllowed, match="Leave --as-of out"):
        snapshots.make(opener(date(2026, 11, 14)))


def test_it_is_found_by_number_day_and_name(today: Workspace) -> None:
    with pytest.raises(NotAllowed, match="at most 100 are kept"):
        snapshots.make(today, "x" * 101)
    row = snapshots.make(today, " Com\x1bmittee ")
    assert {snapshots.find(today, text).id for text in ("1", "#1", "21/11/26", "commit")} == {row.id}
    for text in ("#2", "1 January", "nobody"):
        with pytest.raises(NoSuchRecord, match="transitions snapshot list"):
            snapshots.find(today, text)


def test_it_is_noted_and_not_undone(today: Workspace) -> None:
    recording.add_note(today, [1], "Rang home.")
    row = snapshots.make(today, "Committee")
    [entry] = history.entries(today, limit=1)
    assert (entry.name, entry.kind, entry.summary) == ("Snapshot", "export", snapshots.said(row))
    with pytest.raises(NothingToUndo, match="a snapshot stays as it was made"):
        history.undo(today, entry.id)
    assert history.undo(today).name == "Note added"  # what was done before it can be taken back all the same


@pytest.mark.parametrize("table", ["snapshot", "snapshot_step"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = 'met'", "DELETE FROM {}"])
def test_the_database_refuses_to_alter_one(today: Workspace, table: str, change: str) -> None:
    snapshots.make(today)
    column = "name" if table == "snapshot" else "state"
    with pytest.raises(IntegrityError, match="what was frozen stands"), today.database.write() as connection:
        connection.execute(change.format(table, column))


ALTERED = [
    ("UPDATE snapshot_step SET state = 'met' WHERE state = 'missed'", "a step of a snapshot was altered", "cycle 22026"),
    ("UPDATE snapshot_step SET due_on = '2026-10-09' WHERE state = 'late'", "a step of a snapshot was altered", "cycle 12026"),
    ("DELETE FROM snapshot_step WHERE state = 'missed'", "a step of a snapshot was taken out", "cycle 22026"),
    ("INSERT INTO snapshot_step SELECT 1, 1, milestone_id, 7, due_on, 'met', due_on FROM snapshot_step WHERE state = 'met'",
     "a step of a snapshot was put in", "cycle 7"),
    ("INSERT INTO snapshot_step VALUES (1, 1, 9999, 7, '2026-10-01', 'met', '2026-10-01')",
     "a step of a snapshot was put in", "milestone 9999, pupil #1, cycle 7"),
    ("DELETE FROM snapshot_step WHERE state IN ('met', 'missed')", "a snapshot's steps were", "more than one step"),
    ("UPDATE snapshot SET as_at = '2026-11-20'", "a snapshot's details were altered", "snapshot #1"),
    ("DELETE FROM snapshot WHERE id = 1", "a snapshot was removed", "before snapshot #2"),
    ("DELETE FROM snapshot WHERE id = 2", "a snapshot was taken out", "the history has 2 but 1 are there"),
]  # fmt: skip


@pytest.mark.of_a_file
@pytest.mark.parametrize(("statement", "what", "where"), ALTERED, ids=[statement[:50] for statement, *_ in ALTERED])
def test_check_names_what_was_altered(
    today: Workspace, opener: Callable[..., Workspace], statement: str, what: str, where: str
) -> None:
    snapshots.make(today)
    later = opener(date(2026, 11, 22), come=True)
    snapshots.make(later)
    assert not [one for one in health_check.check(later) if "snapshot" in one.what]
    with later.database.write() as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'snapshot%never'").fetchall()
        for name, _ in made:
            connection.execute(f"DROP TRIGGER {name}")
        if "FROM snapshot WHERE" in statement:
            connection.execute("DELETE FROM snapshot_step WHERE snapshot_id = " + statement[-1])
        connection.execute(statement if "snapshot_step" not in statement else _of_the_first(statement))
        for _, sql in made:
            connection.execute(sql)
    found = [one for one in health_check.check(later) if "snapshot" in one.what]
    assert any(what in one.what and where in one.where for one in found), found
    assert all("Do not quote it" in one.remedy for one in found)


def _of_the_first(statement: str) -> str:
    return statement if "INSERT INTO snapshot_step VALUES" in statement else f"{statement} AND snapshot_id = 1"


# On which days


@pytest.mark.parametrize(
    ("day", "name", "year"),
    [
        (date(2027, 1, 1), "1 January", 2026),
        (date(2027, 1, 4), "1 January, made late on 4 January 2027", 2026),
        (date(2027, 4, 2), "1 April, made late on 2 April 2027", 2026),
        (date(2027, 9, 1), "1 September", 2026),  # of the year that has ended
        (date(2027, 9, 3), "1 September, made late on 3 September 2027", 2026),
        (date(2027, 1, 16), None, None),  # too late to be of that day
        (date(2026, 12, 31), None, None),
    ],
)
def test_the_first_opening_on_a_named_day_makes_one(
    today: Workspace, opener: Callable[..., Workspace], day: date, name: str | None, year: int | None
) -> None:
    later = opener(day, come=True)
    row = snapshots.make_due(later)
    assert (row and row.name, row and row.academic_year) == (name, year)
    assert snapshots.make_due(later) is None
    assert snapshots.make_due(opener(day)) is None  # with --as-of never


def test_none_is_made_of_a_time_before_the_records_or_by_a_wrong_clock(
    today: Workspace, opener: Callable[..., Workspace]
) -> None:
    assert snapshots.due(opener(date(2026, 9, 2), name="new.db", come=True)) is None
    assert snapshots.due(opener(date(2031, 1, 1), come=True)) is None


def test_the_council_names_its_own_days(today: Workspace, opener: Callable[..., Workspace]) -> None:
    said = snapshots.name_days(today, ["31 March", "22 nov"])
    assert (said.summary, list(snapshots.days(today))) == ("31 March, 22 November", ["03-31", "11-22"])
    row = snapshots.make_due(opener(date(2026, 11, 23), come=True))
    assert row is not None
    assert row.name == "22 November, made late on 23 November 2026"
    assert snapshots.name_days(today, ["22 nov", "31 March"]).changed == 0
    history.undo(today)
    assert tuple(snapshots.days(today)) == snapshots.DAYS
    with pytest.raises(NotAllowed, match="29 February does not come every year"):
        snapshots.name_days(today, ["29 Feb 2028"])
    with pytest.raises(NotAllowed, match="lunch: "):
        snapshots.name_days(today, ["lunch"])


def test_a_command_makes_the_one_of_the_day_and_says_so(
    school: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Clock, "system", classmethod(lambda cls: cls(date(2027, 1, 2))))
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: datetime(2027, 1, 2, 9, tzinfo=UTC)))
    for times in (1, 0):
        assert run(["--db", str(school.path), "today"]) == 0
        assert capsys.readouterr().err.count("Snapshot #1 (1 January, made late on 2 January 2027): of ") == times
    assert run(["--db", str(school.path), "snapshot", "list", "--format", "json"]) == 0
    assert '"as_at": "2027-01-02"' in capsys.readouterr().out


def test_what_a_rule_asks_is_what_its_digest_is_of(today: Workspace) -> None:
    one: Milestone = today.milestones[first_milestone(today)]
    digest = snapshots._digest
    assert digest(one) == digest(replace(one, title="Otherwise", why="", severity="local", order=99))
    assert digest(one) != digest(replace(one, grace_days=one.grace_days + 1))
    assert digest(one) != digest(replace(one, valid_from=date(2030, 1, 1)))
