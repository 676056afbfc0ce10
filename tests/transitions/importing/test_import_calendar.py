"""Importing iCalendar files: three styles of them, what each entry becomes, and what a second reading changes."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_school, add_terms, contents
from calendar_samples import GOOGLE, OUTLOOK, SCHOOL, dates, ics, look, put, refused, rows_of, take
from hypothesis import example, given
from hypothesis import strategies as st

from db.calendar import local_dates
from transitions.calendar.local_dates import own_date, save_date
from transitions.custody import history
from transitions.errors import BadInput, NoSuchFile
from transitions.exporting.year.writing import write_year
from transitions.importing.calendar import files as calendars
from transitions.importing.preview import commit
from transitions.workshops.saving import save_workshop
from transitions.workspace import Workspace


def test_google_folds_repeats_moves_and_cancels(workspace: Workspace, tmp_path: Path) -> None:
    preview = look(workspace, tmp_path, GOOGLE)
    assert preview.read_as == "iCalendar, UTF-8"
    commit(workspace, preview)
    choir = [("event", "Choir", f"2026-{day}", f"2026-{day}", "15:30 to 16:30") for day in
             ("09-07", "10-05", "10-12", "10-19", "10-26", "11-02")]  # fmt: skip
    assert sorted(dates(workspace)) == sorted([
        ("event", "Late meeting", "2026-07-01", "2026-07-01", "00:00 to 01:00"),
        ("trip", "Year 6 residential, Bude", "2026-10-05", "2026-10-09", "Bude, Cornwall"),
        *choir,
        ("event", "Choir in the hall", "2026-09-22", "2026-09-22", "16:00 to 17:00"),
    ])  # fmt: skip
    assert "1234" not in str(contents(workspace)["year_date"])


def test_outlook_whole_days_windows_zones_and_its_own(workspace: Workspace, tmp_path: Path) -> None:
    preview = look(workspace, tmp_path, OUTLOOK)
    assert "1 private entry was left out" in preview.notes
    commit(workspace, preview)
    assert dates(workspace) == [
        ("event", "Call with Boston", "2027-01-16", "2027-01-16", "00:00 to 01:00"),
        ("test", "SATs week", "2027-05-10", "2027-05-13", None),
        ("event", "Sports day", "2027-07-01", "2027-07-01", "09:30 to 11:00"),
    ]


def test_a_school_website_gives_terms_only_with_both_ends(workspace: Workspace, tmp_path: Path) -> None:
    school = add_school(workspace)
    preview = look(workspace, tmp_path, SCHOOL, school_id=school)
    said = {entry.label: [tuple(one) for one in entry.differences] for entry in preview.new}
    assert said["Autumn 2026/27"] == [
        ("Becomes", "", "term, by the words “Autumn term starts”"),
        ("When", "", "Wed 2 Sep 2026 to Fri 18 Dec 2026"),
        ("Whose", "", "Layfield Primary"),
    ]
    assert said["event: Cake sale, Fri 20 Nov 2026"][0] == ("Becomes", "", "event, as no word says more")
    assert "passed over: bank holidays are known already (line 30)" in preview.notes
    assert (
        "“Spring term starts” is not taken: the other end of this term was not found in the file (line 20)"
        in preview.notes
    )
    commit(workspace, preview)
    assert rows_of(workspace, "term", "first_day, last_day, name, school_id, la_number") == [
        ("2026-09-02", "2026-12-18", "Autumn", school, None)
    ]
    assert rows_of(workspace, "closure", "day, reason, school_id") == [
        *((f"2026-10-{day}", "Half term", school) for day in range(26, 31)),
        ("2026-11-02", "INSET day (school closed)", school),
    ]
    assert rows_of(workspace, "year_date", "title, school_id, source") == [("Cake sale", school, "dates.ics")]


@pytest.mark.parametrize("text", [GOOGLE, OUTLOOK, SCHOOL])
def test_the_same_file_again_changes_nothing_and_undo_is_exact(workspace: Workspace, tmp_path: Path, text: str) -> None:
    before = contents(workspace)
    first = take(workspace, tmp_path, text)
    after = contents(workspace), len(history.entries(workspace))
    again = take(workspace, tmp_path, text)
    assert (again.new, again.changed, again.unchanged) == (0, 0, first.new)
    assert (contents(workspace), len(history.entries(workspace))) == after
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_moved_moves_and_what_has_gone_is_listed(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, SCHOOL)
    later = SCHOOL.replace("20261120", "20261127").replace("Cake sale", "Bake sale").replace("20261102", "20261103")
    preview = look(workspace, tmp_path, later)
    said = {entry.line: [tuple(one) for one in entry.differences] for entry in preview.changed}
    assert said == {
        25: [("Day", "Mon 2 Nov 2026", "Tue 3 Nov 2026")],
        35: [("Title", "Cake sale", "Bake sale"), ("First day", "Fri 20 Nov 2026", "Fri 27 Nov 2026"),
             ("Last day", "Fri 20 Nov 2026", "Fri 27 Nov 2026")],
    }  # fmt: skip
    assert not preview.new
    commit(workspace, preview)
    assert ("2026-11-03", "INSET day (school closed)") in rows_of(workspace, "closure", "day, reason")
    short = ics("DTSTART;VALUE=DATE:20260901\nUID:9@school\nSUMMARY:Open day")
    notes = look(workspace, tmp_path, short).notes
    assert any(
        note.startswith("no longer in the file, and left as they are: Half term, Mon 26 Oct 2026;")
        and note.endswith("INSET day (school closed), Tue 3 Nov 2026; Bake sale, Fri 27 Nov 2026")
        for note in notes
    )
    assert not any("no longer" in note for note in look(workspace, tmp_path, short, "other.ics").notes)


def test_words_alone_never_replace_terms_that_hold(workspace: Workspace, tmp_path: Path) -> None:
    add_terms(workspace)
    preview = look(workspace, tmp_path, SCHOOL.replace("20260902", "20260903"), school_id=add_school(workspace))
    assert (
        "“Autumn term starts” is not taken: the terms of 2026/27 are entered already; to change them use: "
        "transitions import terms (line 4)"
    ) in preview.notes
    assert "“Half term” is not taken: it lies between terms, when no pupils are in school (line 14)" in preview.notes
    assert {write.table for entry in preview.new for write in entry.writes} == {"closure", "year_date"}


def test_terms_of_the_same_calendar_move_unless_they_would_overlap_others(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, SCHOOL)
    (changed,) = look(workspace, tmp_path, SCHOOL.replace("20261218", "20261217")).changed
    assert [tuple(one) for one in changed.differences] == [("Last day", "Fri 18 Dec 2026", "Thu 17 Dec 2026")]
    history.undo(workspace)
    add_terms(workspace)
    notes = look(workspace, tmp_path, SCHOOL).notes
    assert any(note.startswith("“Autumn term starts” is not taken: ") and "overlaps" in note for note in notes)


def test_terms_without_names_are_named_by_their_days(workspace: Workspace, tmp_path: Path) -> None:
    days = ["20260902", "20261023", "20261102", "20261218", "20270104", "20270325", "20270412", "20270721"]
    events = [
        f"DTSTART;VALUE=DATE:{day}\nUID:{day}\nSUMMARY:{'End of term' if place % 2 else 'Term begins'}"
        for place, day in enumerate(days)
    ]
    take(workspace, tmp_path, ics(*events))
    assert rows_of(workspace, "term", "first_day, name, academic_year") == [
        ("2026-09-02", "Autumn 1", 2026), ("2026-11-02", "Autumn 2", 2026), ("2027-01-04", "Spring", 2026),
        ("2027-04-12", "Summer", 2026),
    ]  # fmt: skip


def test_a_cancelled_entry_that_is_here_is_taken_out(workspace: Workspace, tmp_path: Path) -> None:
    event = "DTSTART;VALUE=DATE:20261120\nUID:a\nSUMMARY:Fair"
    take(workspace, tmp_path, ics(event))
    preview = look(workspace, tmp_path, ics(f"{event}\nSTATUS:CANCELLED"))
    assert [tuple(one) for one in preview.changed[0].differences] == [("Taken out", "", "it is cancelled in the file")]
    commit(workspace, preview)
    assert dates(workspace) == []
    again = look(workspace, tmp_path, ics(event))
    assert not again.new
    assert "“Fair” is not taken: it was taken out of the calendar here and stays out (line 3)" in again.notes


def test_a_kind_that_somebody_chose_stays(workspace: Workspace, tmp_path: Path) -> None:
    event = ics("DTSTART;VALUE=DATE:20261120\nUID:a\nSUMMARY:Bude")
    take(workspace, tmp_path, event)
    save_date(workspace, local_dates.every(workspace.read())[0].id, {"kind": "trip", "year_groups": "6"})
    assert take(workspace, tmp_path, event) == (0, 0, 1, 0, None)
    assert take(workspace, tmp_path, event, kind="test").changed == 1


def test_new_uids_at_every_export_double_nothing(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, ics("DTSTART;VALUE=DATE:20261120\nUID:a\nSUMMARY:Fair"))
    take(workspace, tmp_path, ics("DTSTART;VALUE=DATE:20261120\nUID:b\nSUMMARY:Fair"))
    take(workspace, tmp_path, ics("DTSTART;VALUE=DATE:20261120\nSUMMARY:Fair"))
    assert len(dates(workspace)) == 1
    # A website that gives all its entries one UID loses none of them.
    same = ics("DTSTART;VALUE=DATE:20261201\nUID:x\nSUMMARY:Play", "DTSTART;VALUE=DATE:20261202\nUID:x\nSUMMARY:Panto")
    assert take(workspace, tmp_path, same).new == 2
    assert take(workspace, tmp_path, same).unchanged == 2


def test_one_calendar_read_for_two_schools_is_each_ones_own(workspace: Workspace, tmp_path: Path) -> None:
    one, other = add_school(workspace), add_school(workspace, "Other")
    event = ics("DTSTART;VALUE=DATE:20261120\nUID:a\nSUMMARY:Fair")
    assert take(workspace, tmp_path, event, school_id=one).new == 1
    assert take(workspace, tmp_path, event, school_id=other).new == 1
    assert take(workspace, tmp_path, event, school_id=one).unchanged == 1
    assert take(workspace, tmp_path, event, la_number=808).new == 1


def test_our_own_file_read_back_doubles_nothing(workspace: Workspace, tmp_path: Path) -> None:
    add_terms(workspace)
    save_date(workspace, None, {"kind": "trip", "title": "Bude", "first_day": "5/10/26", "last_day": "9/10/26"})
    day = {"kind": "transitions workshop", "on_day": "2027-01-26", "starts": "9.30", "ends": "12.00"}
    save_workshop(workspace, None, {**day, "last_day": "2027-01-27"})
    written = tmp_path / "ours.ics"
    write_year(workspace, 2026, written, kind="ics", pupils=False)
    assert b"Bude" in written.read_bytes()
    before = contents(workspace)
    preview = calendars.prepare(workspace, written)
    assert (preview.new, preview.changed, preview.unchanged) == ((), (), 0)
    (note,) = preview.notes
    assert note.startswith(
        "passed over: written by this program: change such a date in the app, not with a file (lines "
    )
    commit(workspace, preview)
    assert contents(workspace) == before


def test_our_own_list_is_no_calendar_to_read(workspace: Workspace, tmp_path: Path) -> None:
    csv = (
        "first_day,last_day,kind,code,title,severity,verified\n2026-10-01,2026-10-01,census,census.autumn,Census,,yes\n"
    )
    assert "is a list of dates written by this program" in refused(workspace, tmp_path, csv, "ours.csv")[0]


def test_years_that_are_not_planned_are_not_read(workspace: Workspace, tmp_path: Path) -> None:
    events = [f"DTSTART;VALUE=DATE:{year}1120\nUID:{year}\nSUMMARY:Fair" for year in (1999, 2015, 2026, 2040)]
    every = "DTSTART;VALUE=DATE:20100907\nRRULE:FREQ=YEARLY\nUID:y\nSUMMARY:Founders’ day"
    preview = look(workspace, tmp_path, ics(*events, every))
    assert "not read: 3 entries outside the years that are planned, Mon 1 Sep 2025 to Fri 31 Aug 2029" in preview.notes
    commit(workspace, preview)
    assert [one[2] for one in dates(workspace)] == [
        "2025-09-07",
        "2026-09-07",
        "2026-11-20",
        "2027-09-07",
        "2028-09-07",
    ]


def test_a_timetable_is_not_taken(workspace: Workspace, tmp_path: Path) -> None:
    daily = "DTSTART:20200101T080000Z\nRRULE:FREQ=DAILY\nUID:d\nSUMMARY:Registers"
    hourly = "DTSTART:20200101T080000Z\nRRULE:FREQ=SECONDLY\nUID:h\nSUMMARY:Ticks"
    preview = look(workspace, tmp_path, ics(daily))
    assert not preview.new
    assert (
        "“Registers” is not taken: it occurs more than 200 times in the planned years, so it is a timetable, not dates (line 3)"
    ) in preview.notes
    assert refused(workspace, tmp_path, ics(hourly)) == [
        "dates.ics line 5: RRULE: it repeats by the hour, or by nothing that is understood: expected FREQ=WEEKLY or the like"
    ]


def test_bad_entries_are_named_and_good_ones_can_be_taken(workspace: Workspace, tmp_path: Path) -> None:
    bad = ics(
        "DTSTART;VALUE=DATE:20261399\nSUMMARY:A",
        "SUMMARY:B",
        "DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261101\nSUMMARY:C",
        'DTSTART;TZID="Europe:20261120T0900\nSUMMARY:D',
        "DTSTART;VALUE=DATE:20261120\nDURATION:soon\nSUMMARY:E",
        f"DTSTART;VALUE=DATE:20261120\nSUMMARY:{'x' * 300}",
        "DTSTART;VALUE=DATE:20261120\nSUMMARY:Good",
    )
    assert refused(workspace, tmp_path, bad) == [
        "dates.ics line 4: DTSTART: “20261399” is not a day: expected one such as 20261002 or 20261002T093000Z",
        "dates.ics line 7: DTSTART: is missing: an entry needs a day, such as DTSTART;VALUE=DATE:20261002",
        "dates.ics line 12: DTEND: is before DTSTART",
        "dates.ics line 16: DTSTART: this line is not understood: expected DTSTART:, possibly with parameters, and a value",
        "dates.ics line 21: DURATION: is not a length of time: expected one such as PT1H30M",
        "dates.ics line 26: SUMMARY: has 300 characters, more than 200: is it two cells run together?",
    ]
    taken = take(workspace, tmp_path, bad, skip_bad=True)
    assert (taken.new, taken.refused) == (1, 6)
    assert taken.refused_file is not None
    assert taken.refused_file.read_text("utf-8-sig").splitlines()[0] == (
        '"Line in the file","Why it was refused","title","first_day","last_day","starts","ends","place"'
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"<html>", "is a web page, not a calendar"),
        (b"Dear all", "does not start with BEGIN:VCALENDAR"),
        (b"PK\x03\x04", "zip file"),
        (b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:x\n", "is cut short"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\n", "expected END:VCALENDAR"),
        (b"BEGIN:VCALENDAR\nVERSION:1.0\nEND:VCALENDAR\n", "vCalendar of the old version 1.0"),
        (b"BEGIN:VCALENDAR\n\0\nEND:VCALENDAR\n", "is not text"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 50, "blocks inside blocks"),
        (b"BEGIN:VCALENDAR\n" + b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_is_no_calendar_is_refused(workspace: Workspace, tmp_path: Path, data: bytes, says: str) -> None:
    assert says in refused(workspace, tmp_path, data)[0]


def test_a_file_that_is_not_there(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        calendars.prepare(workspace, tmp_path / "none.ics")


def test_too_many_entries_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    many = "".join(f"BEGIN:VEVENT\nDTSTART:20261120\nUID:{n}\nSUMMARY:{n}\nEND:VEVENT\n" for n in range(5_001))
    text = f"BEGIN:VCALENDAR\n{many}END:VCALENDAR\n"
    assert "holds 5,001 dates, more than 5,000" in refused(workspace, tmp_path, text)[0]


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252: check the accents")],
)
def test_every_encoding_is_read(workspace: Workspace, tmp_path: Path, encoding: str, read_as: str) -> None:
    text = ics("DTSTART;VALUE=DATE:20261120\nUID:a\nSUMMARY:Café – Zoë").encode(encoding)
    preview = look(workspace, tmp_path, text)
    assert preview.read_as == f"iCalendar, {read_as}"
    commit(workspace, preview)
    assert dates(workspace)[0][1] == "Café – Zoë"


def test_a_line_folded_inside_a_letter(workspace: Workspace, tmp_path: Path) -> None:
    text = ics("DTSTART;VALUE=DATE:20261120\nSUMMARY:Café").encode().replace("é".encode(), b"\xc3\r\n \xa9")
    take(workspace, tmp_path, text)
    assert dates(workspace)[0][1] == "Café"


def test_hostile_text_is_made_safe(workspace: Workspace, tmp_path: Path) -> None:
    take(
        workspace, tmp_path, ics("DTSTART;VALUE=DATE:20261120\nSUMMARY:[/x]\x1b[31m\u202eFair =1+1\nLOCATION:a\\nb\x07")
    )
    assert dates(workspace) == [("event", "[/x][31mFair =1+1", "2026-11-20", "2026-11-20", "a b")]


@given(st.text(st.sampled_from('BEGIN:VENDTARUL;=,\n 0123456789Z-FQCY\x1b[]é"'), max_size=300))
@example("DTSTART:00000000\nRRULE:FREQ=DAILY")
@example("DTSTART:99991231\nRRULE:FREQ=YEARLY;BYDAY=60MO;BYMONTHDAY=31")
@example("DTSTART:20270101T000000\nDURATION:P99999999999W")
@example("DTSTART;TZID=../../etc/passwd:20270101T000000")
@example("DTSTART;TZID=:20270101T000000\nUID:\nSUMMARY:x\nRDATE:1/2,3")
@example("DTSTART:20270101T000000\nSUMMARY:x\nRRULE:FREQ=WEEKLY;UNTIL=99999999")
def test_no_file_however_odd_is_a_fault(workspace: Workspace, tmp_path: Path, text: str) -> None:
    path = put(tmp_path, ics(text))
    try:
        said: tuple[object, ...] = calendars.prepare(workspace, path, skip_bad=True).notes
    except BadInput as whole:
        said = whole.problems
    assert all(str(one).isprintable() for one in said)


def test_a_date_from_a_file_is_a_date_like_any_other(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, ics("DTSTART;VALUE=DATE:20261120\nUID:a\nSUMMARY:Fair"))
    (row,) = local_dates.with_uid(workspace.read(), "a")
    assert own_date(workspace, row.id).first_day == date(2026, 11, 20)
