"""Importing tables of dates: what each row becomes, by its column or its words, and what a second reading changes."""

from pathlib import Path

import pytest
from builders import add_pupil, add_school, contents
from calendar_samples import GOOGLE, dates, look, refused, rows_of, take

from db.calendar import local_dates
from transitions.calendar.local_dates import take_out
from transitions.custody import history
from transitions.importing.calendar.titles import read_kind, recognise
from transitions.importing.preview import commit
from transitions.workshops.saving import cancel
from transitions.workspace import Workspace

HEADER = "Kind,Title,First day,Last day,Starts,Ends,Place,School,Council,Year groups,Series,Detail\n"
TABLE = (
    "trip,Bude,05/10/2026,09/10/2026,9.00,,Bude,Layfield Primary,,6,,Wellies\n"
    "SATs,Key stage 2 tests,10/05/2027,13/05/2027,,,,,,6,,\n"
    "staff day,,02/11/2026,,,,,,808,,,\n"
    "term,Autumn,02/09/2026,18/12/2026,,,,,808,,,\n"
    "half term,,26/10/2026,30/10/2026,,,,,808,,,\n"
    "bank holiday,May Day,03/05/2027,,,,,,,,,\n"
    "transition day,,02/07/2027,03/07/2027,9.30,3pm,Hall,100001,,6,,Bring lunch\n"
    "LIFT meeting,LIFT north,14/01/2027,,1.30pm,,https://teams.example.org/x,,808,,LIFT north,\n"
)


@pytest.fixture
def layfield(workspace: Workspace) -> int:
    add_school(workspace, "Conyers", urn=100001, la_number=808)
    return add_school(workspace)


def test_a_table_says_what_each_row_becomes(workspace: Workspace, layfield: int, tmp_path: Path) -> None:
    preview = look(workspace, tmp_path, HEADER + TABLE, "dates.csv")
    assert [entry.line for entry in preview.new] == [5, 4, 6, 3, 2, 8, 9]
    assert not any("recognised" in note for note in preview.notes)
    commit(workspace, preview)
    assert rows_of(workspace, "year_date", "title, kind, year_groups, school_id, la_number, detail, source") == [
        ("Bude", "trip", "6", layfield, None, "From 09:00 · Bude · Wellies", "dates.csv"),
        ("Key stage 2 tests", "test", "6", None, None, None, "dates.csv"),
    ]
    assert rows_of(workspace, "closure", "day, reason, la_number")[-1] == ("2026-11-02", "Closure", 808)
    assert len(rows_of(workspace, "closure", "day")) == 6
    assert rows_of(workspace, "workshop", "kind, title, series, on_day, last_day, starts, ends, place, link, la_number, notes") == [
        ("LIFT meeting", "LIFT north", "LIFT north", "2027-01-14", None, "13:30", None, None,
         "https://teams.example.org/x", 808, None),
        ("transition day", "Transition day, Conyers", "Transition day, Conyers", "2027-07-02", "2027-07-03", "09:30",
         "15:00", "Hall", None, 808, "Bring lunch"),
    ]  # fmt: skip


def test_a_table_again_changes_what_moved(workspace: Workspace, layfield: int, tmp_path: Path) -> None:
    before = contents(workspace)
    assert take(workspace, tmp_path, HEADER + TABLE, "dates.csv").new == 7
    assert take(workspace, tmp_path, HEADER + TABLE, "new name.csv") == (0, 0, 7, 0, None)
    moved = TABLE.replace("05/10/2026,09/10/2026", "12/10/2026,16/10/2026").replace("14/01/2027", "21/01/2027")
    moved = moved.replace("Bude,Layfield Primary,,6,,Wellies", "(clear),Layfield Primary,,,,").replace("9.00", "")
    assert take(workspace, tmp_path, HEADER + moved, "new name.csv") == (0, 2, 5, 0, None)
    assert rows_of(workspace, "year_date", "title, first_day, last_day, detail, year_groups")[0] == (
        "Bude", "2026-10-12", "2026-10-16", None, "6",
    )  # fmt: skip
    assert [row[0] for row in rows_of(workspace, "workshop", "on_day")] == ["2027-01-21", "2027-07-02"]
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before


def test_of_several_alike_the_one_that_moved_moves(workspace: Workspace, tmp_path: Path) -> None:
    header = "Kind,Title,Date\n"
    days = ["01/10/2026", "14/01/2027", "20/05/2027"]
    rows = "".join(f"LIFT,LIFT north,{day}\ntrip,Museum,{day}\n" for day in days)
    take(workspace, tmp_path, header + rows, "a.csv")
    assert take(workspace, tmp_path, header + rows.replace("14/01/2027", "21/01/2027"), "a.csv") == (0, 2, 4, 0, None)
    for table, column in (("workshop", "on_day"), ("year_date", "first_day")):
        assert [row[0] for row in rows_of(workspace, table, column)] == ["2026-10-01", "2027-01-21", "2027-05-20"]
    # One more of a kind is one more: a file that does not list them all says nothing of the others.
    more = "LIFT,LIFT north,11/03/2027\ntrip,Museum,11/03/2027\n"
    assert take(workspace, tmp_path, header + more, "b.csv") == (2, 0, 0, 0, None)
    # Another academic year is another time.
    assert take(workspace, tmp_path, header + "trip,Museum,07/10/2027\n", "c.csv") == (1, 0, 0, 0, None)


def test_what_was_called_off_is_not_called_on_again(workspace: Workspace, tmp_path: Path) -> None:
    csv = "Kind,Title,Date\nLIFT,LIFT north,01/10/2026\n"
    take(workspace, tmp_path, csv, "a.csv")
    cancel(workspace, 1, "snow")
    assert take(workspace, tmp_path, csv, "a.csv") == (0, 0, 1, 0, None)


def test_a_table_without_kinds_is_recognised(workspace: Workspace, tmp_path: Path) -> None:
    csv = (
        "Subject,Start Date,Start Time,End Date,End Time,All day event,Location,Description\n"
        "Inset day,02/11/2026,00:00:00,03/11/2026,00:00:00,True,,\n"
        "Visit to the castle,10/11/2026,09:30:00,10/11/2026,15:00:00,False,Castle,\n"
        "Harvest,10/12/2026,,,,,,\n"
    )
    preview = look(workspace, tmp_path, csv, "outlook.csv")
    assert [entry.differences[0].new for entry in preview.new] == [
        "closure, by the words “inset”", "trip, by the words “visit”", "event, as no word says more",
    ]  # fmt: skip
    commit(workspace, preview)
    assert rows_of(workspace, "closure", "day") == [("2026-11-02",)]
    assert dates(workspace)[0] == ("trip", "Visit to the castle", "2026-11-10", "2026-11-10", "09:30 to 15:00 · Castle")


def test_as_a_kind_forces_all(workspace: Workspace, tmp_path: Path) -> None:
    csv = "Subject,Start Date\nInset day,02/11/2026\nHarvest,10/12/2026\n"
    take(workspace, tmp_path, csv, "a.csv", kind="trip")
    assert [one[0] for one in dates(workspace)] == ["trip", "trip"]
    take(workspace, tmp_path, GOOGLE, kind="transitions workshop")
    assert len(rows_of(workspace, "workshop", "id")) == 9


def test_what_is_wrong_in_a_table_is_said(workspace: Workspace, layfield: int, tmp_path: Path) -> None:
    rows = (
        "party,Fair,20/11/2026,,,,,,,,,\n"
        "trip,,31/11/2026,,,,,Nowhere,9,,,\n"
        "trip,Bude,,,,,,,,,,\n"
        "trip,Bude,20/11/2026,19/11/2026,3.30,,,,,,,\n"
        "trip,Bude,20/11/2026,,,,,,,Year 99,,\n"
        "training,Thrive,20/11/2026,,10.00,9.00,,,,,,\n"
        "term,Lent,04/01/2027,12/02/2027,,,,,,,,\n"
        "closure,Shut,01/09/2026,31/12/2026,,,,,,,,\n"
        "trip,Bude,20/11/2062,,,,,,,,,\n"
    )
    found = refused(workspace, tmp_path, HEADER + rows, "dates.csv")
    assert found[0].startswith(
        "dates.csv line 2: Kind: expected one of term, half term, closure, bank holiday, ask, test"
    )
    assert found[1:] == [
        ("dates.csv line 3: School: no school in the school list has the name \"Nowhere\": import the list first "
         "(I in the app, or: transitions import schools FILE)"),
        "dates.csv line 3: Council: is not a known local authority number: expected three digits such as 808",
        "dates.csv line 3: First day: there is no 31 November 2026: that month has 30 days",
        "dates.csv line 3: Title: is empty: expected what it is called",
        "dates.csv line 4: First day: is empty: expected a date such as 02/10/2026",
        "dates.csv line 5: Starts: in the morning or in the afternoon? Write 3.30pm or 3.30am",
        "dates.csv line 5: Last day: is before the first day",
        "dates.csv line 6: year groups: expected a year group: N, R or 1 to 14, or Nursery, Reception or Year 6",
        "dates.csv line 7: ends: is not after 10:00, when it starts",
        ("dates.csv line 8: \"Lent\" is not a term: expected T1 to T6, or Autumn, Spring or Summer, with or without a half "
         "(Autumn 1, Autumn 2)"),
        "dates.csv line 9: makes a closure of more than 60 days: is it a term?",
        "dates.csv line 10: First day: is more than three years away: is the year right?",
    ]  # fmt: skip


def test_what_names_a_pupil_is_left_out_without_naming(workspace: Workspace, tmp_path: Path) -> None:
    add_pupil(workspace, forename="Mary-Jane", surname="O’Brien")
    preview = look(
        workspace, tmp_path, "Title,Date\nReview for Mary Jane O'Brien (Y6),20/11/2026\nFair,20/11/2026\n", "a.csv"
    )
    assert [entry.label for entry in preview.new] == ["event: Fair, Fri 20 Nov 2026"]
    (note,) = [note for note in preview.notes if "pupil" in note]
    assert note.startswith("“An entry” is not taken: it names a pupil, and calendars are put on walls")
    assert "Brien" not in str(preview.notes)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("INSET Day", "closure"), ("Non-pupil day", "closure"), ("School closed", "closure"), ("Staff training day", "closure"),
        ("Good Friday", "bank holiday"), ("Early May bank holiday", "bank holiday"), ("Christmas Day lunch", "event"),
        ("Y11 mocks", "test"), ("GCSE exams begin", "test"), ("SATs", "test"), ("Sat 4 Oct fair", "event"),
        ("Y4 trip", "trip"), ("Author visit", "trip"), ("Hospital visitors", "event"), ("Year 6 residential", "trip"),
        ("Term 3 ends", "term"), ("Start of the new term", "term"), ("End of term disco", "event"),
        ("October half-term", "half term"), ("Half term club", "event"), ("Harvest festival", "event"), ("", "event"),
    ],
)  # fmt: skip
def test_what_words_become(title: str, kind: str) -> None:
    assert recognise(title).kind == kind


def test_kinds_are_read_by_many_names() -> None:
    named = {"INSET": "closure", "Staff day": "closure", "forum": "information-sharing forum", "Holiday": "half term",
             "Transition Day": "transition day", "mocks": "test", "visit": "trip", "other": "event"}  # fmt: skip
    assert {name: read_kind(name) for name in named} == named
    with pytest.raises(ValueError, match="expected one of term, half term"):
        read_kind("party")


def test_what_was_taken_out_here_stays_out(workspace: Workspace, tmp_path: Path) -> None:
    csv = "Title,Date\nFair,20/11/2026\n"
    take(workspace, tmp_path, csv, "dates.csv")
    take_out(workspace, local_dates.every(workspace.read())[0].id)
    assert take(workspace, tmp_path, csv, "dates.csv").new == 0
    assert dates(workspace) == []
