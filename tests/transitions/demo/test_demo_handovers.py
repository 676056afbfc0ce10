"""The handovers of the demonstration: as the program would have written them, and at one with the steps, on whatever day."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from builders import damage_in

from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.demo.content import Dice, material
from transitions.demo.handover_life import handover_after, steps
from transitions.demo.make import make
from transitions.demo.steps import OF_THE_RECORD
from transitions.handovers import board as boards
from transitions.handovers.board import BoardLine
from transitions.handovers.form import read_answer, shipped, transitions
from transitions.handovers.page import load
from transitions.handovers.safeguarding import HOW
from transitions.milestones.destinations import LEAVING
from transitions.text import clean
from transitions.workspace import Workspace

NOVEMBER, JUNE = date(2026, 11, 21), date(2027, 6, 25)
TABLES = (
    "handover", "handover_answer", "handover_event", "handover_message", "friendship", "child_protection_transfer",
    "placement", "first_weeks", "funding",
)  # fmt: skip


def made(folder: Any, day: date, pupils: int = 400, seed: int = 1) -> Workspace:
    workspace = Workspace.open(folder.mktemp("demo") / "demo.db", Clock.on(day), create=True)
    make(workspace, pupils, seed)
    return workspace


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A demonstration of 400 pupils in the autumn; nothing here writes to it."""
    workspace = made(tmp_path_factory, NOVEMBER)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The same in the weeks in which handovers go; nothing here writes to it."""
    workspace = made(tmp_path_factory, JUNE)
    yield workspace
    workspace.close()


@pytest.fixture(params=["november", "june"])
def demo(request: pytest.FixtureRequest) -> Workspace:
    found: Workspace = request.getfixturevalue(request.param)
    return found


def rows(workspace: Workspace, sql: str, **parameters: Any) -> list[Any]:
    return list(workspace.read().execute(sql, parameters).fetchall())


def lines(workspace: Workspace, year: int) -> list[tuple[str, BoardLine]]:
    return [
        (code, line) for code in LEAVING for line in boards.load(workspace, Caseload(), code, year).lines
    ]  # fmt: skip


def test_in_november_nobody_of_this_year_has_been_handed_over(november: Workspace) -> None:
    this_year = [line for code, line in lines(november, 2026) if code != "INYR"]
    assert len(this_year) > 80
    assert {line.status for line in this_year} == {"not started"}
    last_summer = Counter(line.status for code, line in lines(november, 2025) if line.row.handover_id)
    assert last_summer.keys() == {"drafting", "sent", "viewed", "acknowledged", "returned", "failed"}
    assert 0.7 < last_summer["acknowledged"] / last_summer.total() < 0.95


@pytest.mark.of_a_file
def test_in_june_they_are_on_their_way(june: Workspace) -> None:
    found = Counter(line.status for code, line in lines(june, 2026) if code in ("6-7", "EY-R"))
    assert found.keys() >= {"not started", "drafting", "sent", "viewed", "acknowledged"}
    for _, line in lines(june, 2026):
        if line.row.to_school_id is None:
            assert line.status in {"not started", "drafting"}  # there is nobody to send it to
    coming = rows(june, "SELECT sum(started_on > :day), sum(sent_on > :day) FROM handover", day=JUNE.isoformat())
    assert coming == [(0, 0)]


def test_missed_agrees_with_the_board(demo: Workspace) -> None:
    numbers = {milestone.code: number for number, milestone in demo.milestones.items()}
    standing = {
        (pupil, milestone, cycle): (outcome, done_on, late_after)
        for pupil, milestone, cycle, outcome, done_on, late_after in rows(
            demo, "SELECT pupil_id, milestone_id, cycle, outcome, done_on, late_after FROM pupil_milestone"
        )
    }
    today, checked = demo.clock.today.isoformat(), Counter[str]()
    for year in (2025, 2026):
        for code, line in lines(demo, year):
            key = (line.row.pupil_id, numbers.get(f"{code.lower()}.handover-sent", 0), year)
            acknowledged = (key[0], numbers.get(f"{code.lower()}.handover-acknowledged", 0), year)
            if code == "INYR" or key not in standing:
                continue
            outcome, done_on, late_after = standing[key]
            went = line.row.sent_on is not None and line.status not in ("drafting", "failed")
            assert (outcome in ("met", "late")) == went, line
            assert not went or done_on <= line.row.sent_on.isoformat()
            assert went or outcome == "missed" or (outcome is None) or late_after >= today
            if went:
                read, read_on, last_day = standing[acknowledged]
                assert (read in ("met", "late")) == (line.status == "acknowledged"), line
                assert read_on == (
                    line.row.acknowledged_on.isoformat() if line.row.acknowledged_on and read_on else None
                )
                assert line.status == "acknowledged" or read in (None, "missed")
                checked["open" if read is None and last_day < today else str(read)] += 1
            else:
                checked["not sent"] += 1
    assert checked["met"] > 15
    assert checked["missed"] + checked["open"] > 0
    assert checked["not sent"] > 0


def test_a_handover_stands_as_its_way_made_it(demo: Workspace) -> None:
    for (number,) in rows(demo, "SELECT id FROM handover"):
        page = load(demo, number)
        row, way = page.row, page.events
        days = [one.on_day for one in way]
        assert days == sorted(days)
        assert all(row.started_on <= day <= demo.clock.today for day in days)
        assert all(day.weekday() < 5 for day in days)
        assert row.revision == sum(one.what in ("sent", "sent again") for one in way)
        moved = [one.what for one in way if one.what != "chased"]
        assert row.status == (moved[-1].replace("sent again", "sent") if moved else "drafting")
        assert (row.sent_on is None) == (row.revision == 0) == (row.sent_by is None) == (row.sent_how is None)
        assert (row.acknowledged_on is None) == (row.acknowledged_by is None)
        assert (row.failed_on is None) == (row.fail_reason is None)
        assert bool(page.open_questions) == (row.status == "returned")
        assert row.from_school_id != row.to_school_id
        assert row.form == page.form.version
        assert bool(row.to_school_id) or row.revision == 0


def test_every_answer_is_one_that_the_form_would_keep(demo: Workspace) -> None:
    kinds = Counter[str]()
    found = rows(
        demo,
        "SELECT h.transition, a.question, a.value, a.answered_on, h.started_on FROM handover_answer a "
        "JOIN handover h ON h.id = a.handover_id",
    )
    for transition, code, value, answered_on, started_on in found:
        question = shipped(transition).question(code)
        assert question is not None
        assert read_answer(question, value, date.fromisoformat(answered_on)) == value, (code, value)
        assert started_on <= answered_on <= demo.clock.today.isoformat()
        assert "{" not in value
        kinds[question.kind] += 1
    assert kinds.keys() == {"text", "long text", "yes or no", "choice", "day", "number", "percent", "score"}
    for (number,) in rows(demo, "SELECT id FROM handover WHERE status = 'acknowledged'"):
        filled, asked = load(demo, number).filled
        assert filled / asked > 0.55


def test_the_words_are_of_questions_that_there_are() -> None:
    words = material().handover_words
    questions = {question.code: question for code in transitions() for question in shipped(code).questions}
    for code, said in words["texts"].items():
        assert questions[code].kind in ("text", "long text"), code
        assert all(clean(one, lines=True) == one for one in said)
    for code, said in words["choices"].items():
        assert set(said) <= set(questions[code].choices), code
    for code, share in words["yes"].items():
        assert questions[code].kind == "yes or no", code
        assert 0 < share < 1
    texts = {code for code, question in questions.items() if question.kind in ("text", "long text")}
    by_record = {"called", "needs", "next_school", "languages"}
    assert texts - words["texts"].keys() - by_record == {
        "courses_now",
        "placement",
    }  # of moves and pupils not made up here


def test_friendships_are_pairs_of_one_class(demo: Workspace) -> None:
    pairs = rows(
        demo,
        "SELECT f.pupil_id, f.other_id, f.recorded_on, a.from_school_id, b.from_school_id, a.move_year, b.move_year "
        "FROM friendship f JOIN handover a ON a.pupil_id = f.pupil_id JOIN handover b ON b.pupil_id = f.other_id",
    )
    assert pairs
    for one, other, recorded_on, first, second, year, other_year in pairs:
        assert one < other
        assert (first, year) == (second, other_year)
        assert recorded_on <= demo.clock.today.isoformat()


def test_child_protection_files_with_and_without_receipt(november: Workspace) -> None:
    found = rows(
        november,
        "SELECT c.sent_on, c.sent_how, c.receipt_on, c.receipt_by, c.chased_on, p.child_protection_file, c.to_school_id = "
        "p.school_id FROM child_protection_transfer c JOIN pupil p ON p.id = c.pupil_id",
    )
    assert {bool(receipt) for _, _, receipt, *_ in found} == {True, False}
    for sent_on, how, receipt, by, chased, has_file, moved in found:
        assert how in HOW
        assert has_file
        assert moved
        assert date(2026, 9, 1) <= date.fromisoformat(sent_on) <= date(2026, 9, 8)
        assert (receipt is None) == (by is None) != (chased is None)
        assert sent_on <= (receipt or chased) <= NOVEMBER.isoformat()


@pytest.mark.of_a_file
def test_what_came_after_the_move(november: Workspace) -> None:
    kinds = dict(rows(november, "SELECT kind, count(*) FROM placement GROUP BY kind"))
    placements = {"new school", "alternative provision", "nurture group", "part-time timetable"}
    assert kinds.keys() == {*placements, "suspension", "elective home education"}
    days = "SELECT min(started_on), max(started_on), count(*) FILTER (WHERE days IS NULL) > 0 FROM placement WHERE kind = 'suspension'"
    ((first, last, some_days_are_not_known),) = rows(november, days)
    assert "2026-09-01" <= first <= last <= NOVEMBER.isoformat()
    assert some_days_are_not_known
    short = rows(
        november,
        "SELECT p.part_time_timetable, p.part_time_timetable_until, l.planned_end, l.started_on, l.ended_on FROM pupil p "
        "JOIN placement l ON l.pupil_id = p.id AND l.kind = 'part-time timetable' AND (l.ended_on IS NULL OR p.part_time_timetable)",
    )
    over = "SELECT count(*) > 0, max(ended_on) <= '2026-11-21' FROM placement WHERE kind = 'part-time timetable' AND ended_on <> ''"
    assert rows(november, over) == [(1, 1)]
    assert len(short) == rows(november, "SELECT sum(part_time_timetable) FROM pupil")[0][0]
    six_weeks = (NOVEMBER - timedelta(weeks=6)).isoformat()
    assert {started < six_weeks for _, _, _, started, _ in short} == {True, False}
    for flag, until, planned, started, ended in short:
        assert (flag, until, ended) == (1, planned, None)
        assert started <= NOVEMBER.isoformat()
    told = rows(november, "SELECT on_day, attendance_percent FROM first_weeks")
    assert told
    assert all("2026-09-01" < day <= NOVEMBER.isoformat() and 0 <= percent <= 100 for day, percent in told)
    ends = rows(november, "SELECT ends_on, applied_on FROM funding")
    assert {day for day, _ in ends} == {"2026-08-31", "2027-08-31"}
    assert {applied is None for day, applied in ends if day == "2026-08-31"} == {True, False}
    assert {applied for day, applied in ends if day == "2027-08-31"} == {None}
    moves = "SELECT count(*) FROM placement l JOIN pupil p ON p.id = l.pupil_id WHERE l.kind = 'new school' AND l.school_id <> p.school_id"
    assert rows(november, moves) == [(0,)]


def test_the_journal_of_the_day_never_gainsays_the_record(demo: Workspace) -> None:
    decided = rows(
        demo,
        "SELECT DISTINCT c.row_key FROM journal_change c JOIN journal j ON j.id = c.action_id "
        "WHERE c.table_name = 'pupil_milestone'",
    )
    assert decided
    kept = [number for number, milestone in demo.milestones.items() if milestone.met_by in OF_THE_RECORD]
    assert not [key for (key,) in decided for number in kept if f'"milestone_id":{number},' in key]


@pytest.mark.parametrize(
    "day", [date(2026, 9, 1), date(2026, 12, 24), date(2027, 7, 16), date(2027, 8, 31), date(2028, 2, 29)]
)
def test_on_whatever_day_nothing_is_to_come(tmp_path_factory: pytest.TempPathFactory, day: date) -> None:
    workspace = made(tmp_path_factory, day, 120)
    columns = {
        "handover": ("started_on", "sent_on", "viewed_on", "acknowledged_on", "returned_on", "failed_on"),
        "handover_event": ("on_day",),
        "handover_message": ("on_day",),
        "friendship": ("recorded_on",),
        "child_protection_transfer": ("sent_on", "receipt_on", "chased_on"),
        "placement": ("started_on", "ended_on", "back_on", "checked_on"),
        "first_weeks": ("on_day",),
        "funding": ("applied_on",),
    }
    for table, names in columns.items():
        for name in names:
            later = rows(workspace, f"SELECT count(*) FROM {table} WHERE {name} > :day", day=day.isoformat())
            assert later == [(0,)], (table, name)
    assert damage_in(workspace) == []
    workspace.close()


def test_the_same_number_seed_and_day_make_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    def contents(seed: int) -> list[list[Any]]:
        workspace = made(tmp_path_factory, JUNE, 60, seed)
        found = [rows(workspace, f"SELECT * FROM {table}") for table in TABLES]
        workspace.close()
        return found

    first = contents(1)
    assert first == contents(1)
    assert first != contents(2)


@pytest.mark.parametrize("place", range(40))
def test_a_way_never_goes_back(place: int) -> None:
    due, today = date(2027, 6, 11), date(2027, 12, 1)
    way = steps(Dice(f"way {place}"), place, due, today, known=True)
    assert [step.on for step in way] == sorted(step.on for step in way)
    assert steps(Dice(f"way {place}"), place, due, today, known=True) == way
    for cut in range(len(way) + 1):
        found = handover_after(way[:cut])
        assert (found["status"] == "acknowledged") == (found.get("acknowledged_on") is not None)
        assert found["status"] == "drafting" or found["sent_on"] is not None
    unknown = steps(Dice(f"way {place}"), place, due, today, known=False)
    assert {step.what for step in unknown} <= {"started"}
