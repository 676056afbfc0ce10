"""The board: who is on it, how far each handover has come, and who waits for whom since when."""

import re
from datetime import date
from time import perf_counter
from typing import Any

import pytest
from builders import add_handover, add_pupil, add_school, add_terms, contents, edit_pupil, steps_of
from conftest import TODAY, Opener
from query_plans import Recorder

from db.caseload.listing import Selection
from db.handovers import board as store
from transitions.caseload import caseload as caseloads
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.errors import NotAllowed
from transitions.handovers import board, correspondence, parcels
from transitions.handovers.board import STATUSES, US, BoardLine
from transitions.milestones.criteria_fields import HANDED_OVER
from transitions.milestones.definitions import load_shipped
from transitions.milestones.destinations import LEAVING, Move
from transitions.workspace import Workspace

JUNE = date(2027, 6, 10)


def lines(workspace: Workspace, move: str = "6-7", year: int = 2026, **caseload: Any) -> dict[int, BoardLine]:
    found = board.load(workspace, Caseload(**caseload), move, year)
    assert sum(found.counts.values()) == len(found.lines)
    return {line.row.pupil_id: line for line in found.lines}


def told(line: BoardLine) -> tuple[str, str, date | None]:
    return line.status, line.waiting_on, line.since


@pytest.fixture
def schools(workspace: Workspace) -> tuple[int, int, int]:
    """A primary that ends with Year 6, and two schools to go on to."""
    return (
        add_school(workspace, low_age=4, high_age=11),
        add_school(workspace, "Northgate", low_age=11, high_age=18),
        add_school(workspace, "Southgate", low_age=11, high_age=16),
    )


def test_every_move_with_a_handover_has_a_board(workspace: Workspace) -> None:
    assert tuple(LEAVING) == HANDED_OVER
    assert set(LEAVING) == {one.transition for one in load_shipped().milestones if one.met_by == "handover sent"}
    for move in LEAVING:
        assert board.load(workspace, Caseload(), move, 2026).lines == []


def test_the_board_shows_who_leaves_by_name_and_nobody_who_stays(
    workspace: Workspace, schools: tuple[int, ...]
) -> None:
    primary, northgate, _ = schools
    goes_on = add_school(workspace, "All-through", low_age=4, high_age=16)
    leaves = add_pupil(workspace, surname="Zed", school_id=primary, next_school_id=northgate)
    not_known = add_pupil(workspace, surname="Adams")
    for values in ({"school_id": goes_on}, {"year_group": 5}, {"year_group": 7}, {"archived_at": date(2026, 9, 1)}):
        add_pupil(workspace, surname="Stays", **values)
    found = lines(workspace)
    assert list(found) == [not_known, leaves]
    assert told(found[leaves]) == ("not started", US, None)
    assert (found[leaves].row.from_school, found[leaves].row.to_school) == ("Layfield Primary", "Northgate")
    assert lines(workspace, text="zed").keys() == {leaves}


@pytest.mark.parametrize(("move", "group", "ages"), [("2-3", 2, (4, 7)), ("MID", 4, (5, 9)), ("MID", 7, (8, 12))])
def test_moves_that_few_schools_make_are_for_those_of_whom_it_is_known(
    workspace: Workspace, move: str, group: int, ages: tuple[int, int]
) -> None:
    ends = add_school(workspace, low_age=ages[0], high_age=ages[1])
    leaves = add_pupil(workspace, year_group=group, school_id=ends, sen_provision="K")
    add_pupil(workspace, year_group=group, sen_provision="K")
    assert lines(workspace, move).keys() == {leaves}
    assert (f"{move.lower()}.handover-sent", 2026) in steps_of(workspace, leaves)


def test_the_board_and_the_steps_agree_on_who_moves(workspace: Workspace) -> None:
    """Whoever has the step to send a handover is on the board of that move, whatever the school teaches."""
    add_terms(workspace)
    for ages in (
        (None, None),
        (4, 11),
        (4, 7),
        (7, 11),
        (5, 9),
        (9, 13),
        (11, 16),
        (11, 18),
        (3, 5),
        (None, 11),
        (13, 18),
    ):
        school = add_school(workspace, str(ages), low_age=ages[0], high_age=ages[1])
        for group in range(-2, 14):
            add_pupil(workspace, year_group=group, school_id=school, sen_provision="K")
    codes = {row[0]: row[1] for row in workspace.read().execute("SELECT id, code FROM milestone")}
    for move in ("EY-R", "2-3", "MID", "6-7", "11-16P"):
        for year in (2026, 2027):
            rows = workspace.read().execute(
                "SELECT pupil_id, milestone_id FROM pupil_milestone WHERE cycle = ?", (year,)
            )
            asked = {pupil for pupil, number in rows if codes[number] == f"{move.lower()}.handover-sent"}
            assert lines(workspace, move, year).keys() == asked, (move, year)
            assert asked


def test_on_the_board_of_moves_within_the_year_are_those_whose_day_falls_in_it(workspace: Workspace) -> None:
    moving = add_pupil(workspace, year_group=4, in_year_move_on=date(2027, 1, 11))
    add_pupil(workspace, year_group=4, in_year_move_on=date(2027, 9, 1))
    with_handover = add_pupil(workspace, surname="Zed", year_group=8)
    add_handover(workspace, with_handover, "INYR")
    assert list(lines(workspace, "INYR")) == [moving, with_handover]


def test_the_way_of_a_handover_from_us_to_them_and_back(opener: Opener) -> None:
    workspace = opener(JUNE)
    school = add_school(workspace, "Northgate")
    pupil = add_pupil(workspace, next_school_id=school)
    handover = add_handover(workspace, pupil)

    def now() -> tuple[str, str, date | None]:
        return told(lines(workspace)[pupil])

    assert now() == ("drafting", US, JUNE)
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 1))
    assert now() == ("sent", "Northgate", date(2027, 6, 1))
    correspondence.chase(workspace, [handover], how="by telephone", on=date(2027, 6, 3))
    assert now() == ("sent", "Northgate", date(2027, 6, 3))
    correspondence.mark_viewed(workspace, [handover], on=date(2027, 6, 4))
    assert now() == ("viewed", "Northgate", date(2027, 6, 3))
    correspondence.record_question(workspace, handover, "Which reading test?", on=date(2027, 6, 5))
    assert now() == ("returned", US, date(2027, 6, 5))
    assert lines(workspace)[pupil].row.questions == 1
    correspondence.answer(workspace, 1, "NGRT")
    assert now() == ("returned", US, date(2027, 6, 5))
    assert lines(workspace)[pupil].row.questions == 0
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 8))
    assert now() == ("sent", "Northgate", date(2027, 6, 8))  # not since it was chased: that was before
    correspondence.fail(workspace, [handover], reason="Bounced", on=date(2027, 6, 9))
    assert now() == ("failed", US, date(2027, 6, 9))
    correspondence.send(workspace, [handover], how="by hand")
    correspondence.acknowledge(workspace, [handover], by="SENCO")
    assert now() == ("acknowledged", "", None)


def test_a_question_after_the_acknowledgement_waits_on_us_and_takes_nothing_back(opener: Opener) -> None:
    workspace = opener(JUNE)
    pupil = add_pupil(workspace, next_school_id=add_school(workspace, "Northgate"), sen_provision="K")
    handover = add_handover(workspace, pupil)
    correspondence.send(workspace, [handover], how="post")
    correspondence.acknowledge(workspace, [handover], by="SENCO")
    correspondence.record_question(workspace, handover, "Which reading test?")
    assert told(lines(workspace)[pupil]) == ("acknowledged", US, JUNE)
    assert board.load(workspace, Caseload(), "6-7", 2026).complete.text == "1 of 1 (100%)"
    correspondence.answer(workspace, 1, "NGRT")
    assert told(lines(workspace)[pupil]) == ("acknowledged", "", None)


def test_what_went_to_another_school_than_the_next_waits_on_us_and_is_not_complete(opener: Opener) -> None:
    workspace = opener(JUNE)
    northgate, southgate = add_school(workspace, "Northgate"), add_school(workspace, "Southgate")
    pupil = add_pupil(workspace, next_school_id=northgate, next_school_recorded_on=TODAY, sen_provision="K")
    handover = add_handover(workspace, pupil)
    edit_pupil(workspace, pupil, next_school_id=southgate, next_school_recorded_on=date(2027, 5, 3))
    assert lines(workspace)[pupil].row.to_school == "Southgate"  # what is not sent yet goes where the pupil goes
    correspondence.send(workspace, [handover], how="post", on=date(2027, 6, 1))
    correspondence.acknowledge(workspace, [handover], by="SENCO", on=date(2027, 6, 2))
    edit_pupil(workspace, pupil, next_school_id=northgate, next_school_recorded_on=date(2027, 6, 9))
    line = lines(workspace)[pupil]
    assert told(line) == ("acknowledged", US, date(2027, 6, 2))
    assert (line.row.to_school, line.row.sent_elsewhere) == ("Southgate", 1)
    assert board.load(workspace, Caseload(), "6-7", 2026).complete[:2] == (0, 1)
    assert steps_of(workspace, pupil)["6-7.handover-sent", 2026].outcome is None
    correspondence.send(workspace, [handover], how="post")
    assert told(lines(workspace)[pupil]) == ("sent", "Northgate", JUNE)
    # the school of an in-year move is no other destination of the move to Year 7
    primary, other = add_school(workspace, low_age=4, high_age=11), add_pupil(workspace)
    waiting = add_handover(workspace, other)
    for one in (pupil, other):
        edit_pupil(workspace, one, in_year_move_on=JUNE, next_school_id=primary, next_school_recorded_on=JUNE)
    assert told(lines(workspace)[pupil]) == ("sent", "Northgate", JUNE)
    assert [lines(workspace)[one].row.receiver_id for one in (pupil, other)] == [northgate, None]
    assert lines(workspace)[other].row.to_school is None
    with pytest.raises(NotAllowed, match="no next school is recorded for this move"):
        correspondence.send(workspace, [waiting], how="post")
    by_school = {one.school: one for one in parcels.for_schools(workspace, Move("6-7", 2026))}
    assert (by_school["No next school recorded"].left_out[0].why, [*by_school]) == (
        "no next school is recorded",
        ["Northgate", "No next school recorded"],
    )
    in_year = correspondence.current_row(workspace, add_handover(workspace, pupil, "INYR"))
    assert (in_year.receiver, in_year.to_school) == ("Layfield Primary", "Layfield Primary")
    assert steps_of(workspace, pupil)["6-7.handover-sent", 2026].outcome == "met"


def test_counts_and_waiting_are_of_the_whole_board(workspace: Workspace, schools: tuple[int, ...]) -> None:
    primary, northgate, southgate = schools
    for number in range(6):
        pupil = add_pupil(
            workspace,
            surname=f"Khan {number}",
            school_id=primary,
            next_school_id=southgate if number == 5 else northgate,
        )
        if number:
            handover = add_handover(workspace, pupil)
        if number > 1:
            correspondence.send(workspace, [handover], how="post")
        if number == 2:
            correspondence.acknowledge(workspace, [handover], by="SENCO")
    found = board.load(workspace, Caseload(), "6-7", 2026)
    assert list(found.counts) == list(STATUSES)
    assert found.counts == {
        "not started": 1, "drafting": 1, "returned": 0, "failed": 0, "sent": 3, "viewed": 0, "acknowledged": 1,
    }  # fmt: skip
    assert list(found.waiting_on().items()) == [(US, 2), ("Northgate", 2), ("Southgate", 1)]
    assert found.complete.text == "1 of 6 (17%)"


def test_what_was_sent_and_not_acknowledged_is_on_the_board_and_in_missed_alike(opener: Opener) -> None:
    workspace = opener(date(2027, 6, 25))
    add_terms(workspace)
    school = add_school(workspace, "Northgate")
    pupils = [
        add_pupil(workspace, surname=f"Khan {number}", next_school_id=school, sen_provision="NK"[number % 2])
        for number in range(6)
    ]
    made = [add_handover(workspace, pupil) for pupil in pupils]
    correspondence.send(workspace, made[:5], how="post", on=date(2027, 6, 9))
    correspondence.acknowledge(workspace, made[:2], by="SENCO", on=date(2027, 6, 14))

    def agree() -> None:
        waiting = {number for number, line in lines(workspace).items() if line.waiting_on == "Northgate"}
        late = {
            row.pupil_id for row in missed.listing(workspace, Caseload()) if row.code == "6-7.handover-acknowledged"
        }
        assert late == waiting
        unsent = {number for number, line in lines(workspace).items() if line.status == "drafting"}
        assert {r.pupil_id for r in missed.listing(workspace, Caseload()) if r.code == "6-7.handover-sent"} == unsent

    agree()
    before = contents(workspace)
    correspondence.acknowledge(workspace, made[2:4], by="SENCO")
    agree()
    correspondence.take_back(workspace, [made[4]])
    agree()
    from transitions.custody import history

    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before
    agree()


def test_the_inbox_shows_what_came_and_what_it_waits_for(workspace: Workspace) -> None:
    primary = add_school(workspace)
    handovers = []
    with workspace.change("Handovers received", "made up") as action:
        for number, status in enumerate(("sent", "acknowledged", "returned")):
            pupil = action.insert(
                "pupil",
                {"surname": f"Khan {number}", "forename": "A", "date_of_birth": date(2016, 3, 14), "cohort_year": 2020,
                 "planned_from": date(2026, 9, 1), "search_text": f"khan {number}"},
            )  # fmt: skip
            row = {"uid": str(number), "pupil_id": pupil, "transition": "6-7", "move_year": 2026, "direction": "in",
                   "form": "6-7", "status": status, "from_school_id": primary, "started_on": TODAY, "sent_on": TODAY,
                   "acknowledged_on": TODAY, "returned_on": TODAY}  # fmt: skip
            handovers.append(action.insert("handover", row))
    found = board.inbox(workspace, Caseload())
    assert (found.transition, found.move_year) == ("", 2026)
    assert [told(line) for line in found.lines] == [
        ("sent", US, TODAY), ("acknowledged", "", None), ("returned", "Layfield Primary", TODAY),
    ]  # fmt: skip
    assert board.inbox(workspace, Caseload(), 2025).lines == []
    assert lines(workspace) == {}, "what came in starts no handover that goes out, and waits for none"
    add_handover(workspace, 2)
    assert {number: line.status for number, line in lines(workspace).items()} == {2: "drafting"}


def test_the_boards_are_looked_up_by_their_indexes(recorder: Recorder, workspace: Workspace) -> None:
    chosen: Selection = caseloads.selection(workspace, Caseload())
    store.board(recorder, chosen, "6-7", 2026, [2020])
    store.board(recorder, chosen, "INYR", 2026, [], (date(2026, 9, 1), date(2027, 8, 31)))
    store.inbox(recorder, chosen, 2026)
    of_move, within_the_year, came = recorder.plans
    for plan in (of_move, within_the_year):
        assert re.search(r"SEARCH i USING .*INDEX \S+ \(pupil_id=\? AND transition=\? AND move_year=\?", plan), plan
        assert "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)" in plan
        assert "SEARCH handover USING INDEX handover_by_status (direction=? AND move_year=?)" in plan
    assert "SEARCH pupil USING COVERING INDEX pupil_by_cohort (cohort_year=?)" in of_move
    assert "SEARCH h USING INDEX handover_by_status (direction=? AND move_year=?)" in came
    for plan in recorder.plans:
        assert "SEARCH e USING INDEX handover_event_by_handover (handover_id=?)" in plan
        assert "SEARCH a USING COVERING INDEX" in plan
        assert plan.count("USING INDEX handover_message_by_handover (handover_id=?)") == 1
        assert "SEARCH r USING INDEX handover_message_of_answers (answers_id=?)" in plan
        assert "SCAN p\n" not in plan


@pytest.mark.of_a_file
def test_five_thousand_pupils_of_year_6_are_on_the_screen_at_once(opener: Opener) -> None:
    workspace = opener(JUNE)
    add_terms(workspace)
    school, primary = add_school(workspace, "Northgate"), add_school(workspace, high_age=11)
    with workspace.writing() as connection:
        connection.executemany(
            "INSERT INTO pupil (surname, forename, date_of_birth, cohort_year, sen_provision, planned_from, search_text, "
            "school_id, next_school_id) VALUES ('Khan', 'A', '2016-03-14', ?, ?, '2026-09-01', ?, ?, ?)",
            [(2020 if number < 5_000 else 2014, "NK"[number % 2], f"khan {number:05}", primary, school)
             for number in range(15_000)],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO handover (uid, pupil_id, transition, move_year, form, started_on) VALUES (?, ?, '6-7', 2026, '6-7', '2027-05-01')",
            [(str(number), number) for number in range(1, 4_001)],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO handover_message (uid, handover_id, pupil_id, side, kind, words, on_day) "
            "VALUES (?, ?, ?, 'receiver', 'question', 'When?', '2027-06-01')",
            [(str(number), number, number) for number in range(1, 3_001)],
        )  # fmt: skip
    began = perf_counter()
    found = board.load(workspace, Caseload(), "6-7", 2026)
    assert len(found.lines) == 5_000
    assert found.counts["drafting"] == 4_000
    assert perf_counter() - began < 2  # a quarter of a second on its own; two cores shared by several people
    with workspace.writing() as connection:
        connection.execute("UPDATE handover SET status = 'sent', sent_on = '2027-06-02', to_school_id = ?", (school,))
    began = perf_counter()
    assert correspondence.acknowledge(workspace, range(1, 4_001), by="SENCO").changed == 4_000
    assert board.load(workspace, Caseload(), "6-7", 2026).complete.text == "4,000 of 5,000 (80%)"
    assert perf_counter() - began < 20  # less than two, the same
