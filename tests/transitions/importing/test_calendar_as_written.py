"""Calendars as their writers leave them: broken texts, several rules, what is called off, and what is nobody else's."""

from pathlib import Path

import pytest
from builders import contents
from calendar_samples import dates, ics, look, refused, rows_of, take

from transitions.custody import history
from transitions.exporting.year.writing import write_year
from transitions.importing.calendar.titles import read_called_off
from transitions.importing.preview import commit
from transitions.workspace import Workspace

FAIR = "DTSTART:20270614T170000Z\nUID:a\nSUMMARY:"
WHOLE = "DTSTART;VALUE=DATE:20270601\nUID:a\nSUMMARY:Fair\n"
BRIEFING = "DTSTART:20270601T083000\nDTEND:20270601T084500\nUID:a\nSUMMARY:Briefing\n"
GOVERNORS = "DTSTART;VALUE=DATE:20270617\nUID:g\nSUMMARY:"


def days(workspace: Workspace, folder: Path, *events: str) -> list[str]:
    take(workspace, folder, ics(*events))
    return [one[2].removeprefix("2027-") for one in dates(workspace)]


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "title", "detail"),
    [
        # A description broken by hand, with words in it that look like the calendar's own.
        ("Open evening\nDESCRIPTION:Doors\nBegin: 6pm\nEnd: 8pm\nSummary: bring a friend\nLocation: Hall\nAll welcome\nDTEND:20270614T190000Z",
         "Open evening", "18:00 to 20:00"),
        ("Open evening\nDESCRIPTION:Doors\nBegin:6pm\nEnd:8pm\n\nBEGIN\nEND\nDTEND:20270614T190000Z\nLOCATION:Main hall\nLower road",
         "Open evening", "18:00 to 20:00 · Main hall Lower road"),
        ("Year 6\ntransition evening\nLOCATION:Hall", "Year 6 transition evening", "From 18:00 · Hall"),
        ("Parents&#8217; Evening &amp; Book Fair\nLOCATION:Robin&#39;s Hall", "Parents’ Evening & Book Fair", "From 18:00 · Robin's Hall"),
        ("Parents&#8217\\; Evening\nLOCATION:Caf&eacute\\;&nbsp\\;Bar", "Parents’ Evening", "From 18:00 · Café Bar"),
        ("Tea &amp;amp; cake &amp;#8211; all", "Tea & cake – all", "From 18:00"),
        ("<b>Open</b> evening &lt;br&gt;Year 6 <3 <TBC>\nLOCATION:Hall\\, <br/>main <a href='x'>map</a>",
         "Open evening Year 6 <3 <TBC>", "From 18:00 · Hall, main map"),
        ("Q&A &not entity; AT&T &copy &nosuch;", "Q&A &not entity; AT&T &copy &nosuch;", "From 18:00"),
        ("a&#27;[31m&#x202E;b", "a[31mb", "From 18:00"),
    ],
)  # fmt: skip
def test_texts_are_read_as_they_were_meant(
    workspace: Workspace, tmp_path: Path, lines: str, title: str, detail: str
) -> None:
    take(workspace, tmp_path, ics(FAIR + lines))
    assert [(one[1], one[4]) for one in dates(workspace)] == [(title, detail)]


@pytest.mark.parametrize(
    ("summary", "title"),
    [
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9 =E2=80=93 Zo=C3=AB", "Café – Zoë"),
        ("SUMMARY;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Caf=E9", "Café"),
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE:Autumn caf=C3=\n=A9 and fair=\n 's end", "Autumn café and fair's end"),
        ("SUMMARY;LANGUAGE=en;ENCODING=QUOTED-PRINTABLE:2 =3D 1 + 1=0A", "2 = 1 + 1"),
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=NONE:Caf=C3=A9", "Caf\u00c3\u00a9"),
        ("SUMMARY:2=3D5 and =", "2=3D5 and ="),
        ("SUMMARY;ENCODING=BASE64:Q2Fmw6k=", "Café"),
        ("SUMMARY;ENCODING=B;CHARSET=latin-1:Q2Fm6Q==", "Café"),
        ("SUMMARY;ENCODING=BASE64:Tea for two", "Tea for two"),
        ("SUMMARY:=?utf-8?Q?Caf=C3=A9_for?= =?iso-8859-1?B?6g==?=", "Café forê"),
        ("SUMMARY:=?nonsense?X?x?= =?utf-8?B?A?=", "=?nonsense?X?x?= =?utf-8?B?A?="),
        ("SUMMARY;ALTREP=http://example.org/a:Café", "Café"),
        ("SUMMARY:\nSUMMARY:Café", "Café"),
    ],
)
def test_letters_put_into_ascii_are_read(workspace: Workspace, tmp_path: Path, summary: str, title: str) -> None:
    take(workspace, tmp_path, ics(f"DTSTART;VALUE=DATE:20270601\n{summary}\nUID:a"))
    assert [(one[1], one[2]) for one in dates(workspace)] == [(title, "2027-06-01")]


def test_accents_of_an_old_encoding_are_shown_and_none_is_replaced(workspace: Workspace, tmp_path: Path) -> None:
    own = f"{FAIR.replace('UID:a', 'UID:o')}Café with Zoë\nCLASS:PRIVATE"
    text = ics(own, f"{FAIR}Fair", f"{FAIR.replace('UID:a', 'UID:b')}Café – Zoë").encode("cp1252")
    preview = look(workspace, tmp_path, text)
    assert "read as Windows-1252: check the accents of “Café – Zoë” (line 14)" in preview.notes
    assert not any("with Zoë" in note for note in preview.notes)
    (problem,) = refused(workspace, tmp_path, text.replace("–".encode("cp1252"), b"\x81"))
    assert problem == "dates.ics line 17: SUMMARY: has a letter that cannot be read: export the file again, as UTF-8"


def test_empty_bytes_behind_the_end_are_passed_over(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, ics("DTSTART;VALUE=DATE:20270614\nUID:a\nSUMMARY:Fair") + "\0\0\x1a")
    assert dates(workspace) == [("event", "Fair", "2027-06-14", "2027-06-14", None)]


def test_calendars_put_together_are_read_each_by_itself(workspace: Workspace, tmp_path: Path) -> None:
    one, other = (ics(f"{WHOLE.replace('UID:a', f'UID:{uid}')}LOCATION:{uid}") for uid in "ab")
    taken_back = other.replace("VERSION:2.0", "VERSION:2.0\nMETHOD:CANCEL")
    take(workspace, tmp_path, one + "\ufeff" + taken_back)
    assert [(one[1], one[4]) for one in dates(workspace)] == [("Fair", "a")]


def test_names_in_small_letters_are_names_where_the_file_begins_so(workspace: Workspace, tmp_path: Path) -> None:
    text = "begin:vcalendar\nbegin:Vevent\ndtstart;value=date:20270601\nsummary:Fair\nend:vEvent\nend:Vcalendar\n"
    take(workspace, tmp_path, text)
    assert [one[:3] for one in dates(workspace)] == [("event", "Fair", "2027-06-01")]


# --- when it comes again ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (f"{BRIEFING}RRULE:FREQ=DAILY;COUNT=8\nEXRULE:FREQ=WEEKLY;BYDAY=SA,SU",
         ["06-01", "06-02", "06-03", "06-04", "06-07", "06-08"]),
        (f"{WHOLE}RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2\nRRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2", ["06-01", "06-03", "06-08", "06-10"]),
        (f"{WHOLE}RRULE:FREQ=WEEKLY;COUNT=3\nRDATE;VALUE=DATE:20270604,20270605\nEXDATE:20270608,20270604,", ["06-01", "06-05", "06-15"]),
        # Hours say nothing of whole days, and may say again what the start has.
        (f"{WHOLE}RRULE:FREQ=WEEKLY;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0;COUNT=2", ["06-01", "06-08"]),
        (f"{BRIEFING}RRULE:FREQ=WEEKLY;BYHOUR=8;BYMINUTE=30;COUNT=2", ["06-01", "06-08"]),
        (f"{WHOLE}RRULE:FREQ=WEEKLY;X-BUSY=1;RSCALE=GREGORIAN;SKIP=OMIT;COUNT=2", ["06-01", "06-08"]),
        (f"{WHOLE}RRULE;X-BUSYMAC-REGENERATE=TRASH:FREQ=WEEKLY;COUNT=2", ["06-01", "06-08"]),
        # No count at all, written as one.
        (f"{WHOLE}RRULE:FREQ=WEEKLY;UNTIL=20270608;COUNT=-1;INTERVAL=1", ["06-01", "06-08"]),
        # Over before it began: the entry itself is left.
        (f"{WHOLE}RRULE:FREQ=WEEKLY;UNTIL=20270531;BYDAY=TU", ["06-01"]),
        (f"{BRIEFING}RRULE:FREQ=DAILY;UNTIL=20270601T072959Z", ["06-01"]),
        (f"{WHOLE}RRULE:FREQ=YEARLY;BYWEEKNO=23,24;BYDAY=WE;UNTIL=20270831", ["06-09", "06-16"]),
        (f"{WHOLE}RRULE:FREQ=YEARLY;BYWEEKNO=-30;UNTIL=20270831", ["06-08"]),
        (f"{WHOLE}RRULE:FREQ=YEARLY;BYYEARDAY=152,-214;UNTIL=20271231", ["06-01"]),
        (f"{WHOLE}RRULE:FREQ=WEEKLY;BYDAY=TU,;COUNT=2;", ["06-01", "06-08"]),
        # Ten in London both in summer and in winter, written in UTC.
        ("DTSTART:20270601T090000Z\nUID:a\nSUMMARY:Fair\nRDATE:20271102T100000Z/PT1H", ["06-01", "11-02"]),
        # Evening in Boston is the next day here.
        ("DTSTART;TZID=America/New_York:20270601T200000\nUID:a\nSUMMARY:Call\nRDATE;TZID=America/New_York:20270615T200000",
         ["06-02", "06-16"]),
        # Whole days that somebody left out with an hour.
        (f"{WHOLE}RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/London:20270608T000000", ["06-01", "06-15"]),
    ],
)  # fmt: skip
def test_an_entry_comes_on_the_days_that_its_rules_give(
    workspace: Workspace, tmp_path: Path, event: str, expected: list[str]
) -> None:
    assert days(workspace, tmp_path, event) == expected


def test_a_day_at_another_hour_is_said_and_not_taken_at_the_wrong_one(workspace: Workspace, tmp_path: Path) -> None:
    preview = look(workspace, tmp_path, ics(f"{BRIEFING}RDATE:20270615T083000,20270616T140000"))
    assert (
        "“Briefing” is not taken: on Wed 16 Jun 2027 it comes at 14:00, another hour: enter that day (line 8)"
    ) in preview.notes
    commit(workspace, preview)
    assert [one[2] for one in dates(workspace)] == ["2027-06-01", "2027-06-15"]


def test_an_entry_whose_rule_no_day_fits_is_said(workspace: Workspace, tmp_path: Path) -> None:
    # As a wiki's calendar leaves a series whose first week was taken out.
    assert (
        "“Fair” is not taken: no date fits its repeat rule (line 3)"
        in look(workspace, tmp_path, ics(f"{WHOLE}RRULE:FREQ=WEEKLY;UNTIL=20270601;BYDAY=MO")).notes
    )


def test_a_closure_that_comes_again_closes_on_its_school_days(workspace: Workspace, tmp_path: Path) -> None:
    yearly = "DTSTART;VALUE=DATE:20270603\nUID:i\nSUMMARY:INSET day\nRRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=3;BYHOUR=9;BYMINUTE=0"
    weekly = "DTSTART;VALUE=DATE:20270604\nUID:c\nSUMMARY:School closed\nRRULE:FREQ=WEEKLY;COUNT=3"
    preview = look(workspace, tmp_path, ics(yearly, weekly))
    assert [entry.differences[1].new for entry in preview.new] == [
        "Thu 3 Jun 2027",
        "Fri 4 Jun 2027 and 2 more, to Fri 18 Jun 2027",
    ]
    commit(workspace, preview)
    closed = [("2027-06-03", "INSET day"), *((f"2027-06-{day}", "School closed") for day in ("04", "11", "18"))]
    assert rows_of(workspace, "closure", "day, reason") == closed
    assert take(workspace, tmp_path, ics(yearly, weekly)) == (0, 0, 2, 0, None)


# --- called off -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Canceled: Governors", "CANCELLED - Governors", "[Cancelled] Governors", "Cancelled: Cancelled: Governors", "FW: Canceled: Governors",
        "CANCELLED Governors", "Governors (cancelled)", "Governors - CANCELLED", "Governors CANCELLED!", "Governors is cancelled",
        "Governors has been cancelled.",
    ],
)  # fmt: skip
def test_a_title_that_calls_an_entry_off_takes_it_out(workspace: Workspace, tmp_path: Path, title: str) -> None:
    take(workspace, tmp_path, ics(f"{GOVERNORS}Governors"))
    preview = look(workspace, tmp_path, ics(f"{GOVERNORS}{title}"))
    assert [tuple(one) for one in preview.changed[0].differences] == [("Taken out", "", "it is cancelled in the file")]
    commit(workspace, preview)
    assert dates(workspace) == []


@pytest.mark.parametrize(
    "title",
    [
        "Cancelled stamps",
        "What if school is cancelled",
        "Fair, not cancelled",
        "Was it cancelled?",
        "Cancellation policy",
        "Uncancelled",
    ],
)
def test_other_titles_call_nothing_off(title: str) -> None:
    assert read_called_off(title) == (title, False)


def test_a_table_calls_off_what_an_earlier_one_brought(workspace: Workspace, tmp_path: Path) -> None:
    table = "Subject,Start Date\n{}Governors,17/06/2027\nFair,18/06/2027\n"
    take(workspace, tmp_path, table.format(""), "a.csv")
    take(workspace, tmp_path, table.format("Canceled: "), "a.csv")
    assert [one[1] for one in dates(workspace)] == ["Fair"]


def test_a_calendar_that_takes_back_adds_nothing_and_takes_out_what_is_here(
    workspace: Workspace, tmp_path: Path
) -> None:
    back = ics(f"{GOVERNORS}Canceled: Governors").replace("VERSION", "METHOD: CANCEL\nVERSION")
    preview = look(workspace, tmp_path, back)
    assert not preview.new
    assert "passed over: cancelled in the file (line 4)" in preview.notes
    take(workspace, tmp_path, ics(f"{GOVERNORS}Governors"))
    assert take(workspace, tmp_path, back).changed == 1
    assert dates(workspace) == []


def test_a_series_that_is_taken_back_is_taken_out_whole(workspace: Workspace, tmp_path: Path) -> None:
    other = WHOLE.replace("UID:a", "UID:b")
    take(workspace, tmp_path, ics(f"{BRIEFING}RRULE:FREQ=WEEKLY;COUNT=4", other))
    taken = take(workspace, tmp_path, ics(f"{BRIEFING}STATUS:CANCELED", other))
    assert (taken.changed, taken.unchanged) == (1, 1)
    assert [one[1] for one in dates(workspace)] == ["Fair"]


def test_a_closure_that_is_called_off_is_taken_out(workspace: Workspace, tmp_path: Path) -> None:
    inset, flood = (f"DTSTART;VALUE=DATE:2027060{day}\nUID:{day}\nSUMMARY:" for day in (3, 4))
    take(workspace, tmp_path, ics(f"{inset}INSET day", f"{flood}School closed"))
    before = contents(workspace)
    later = ics(f"{inset}Cancelled: INSET day", f"{flood}Closed for the election\nSTATUS:CANCELLED")
    preview = look(workspace, tmp_path, later)
    assert [(entry.label, *map(tuple, entry.differences)) for entry in preview.changed] == [
        ("closure: INSET day, Thu 3 Jun 2027", ("Taken out", "", "it is cancelled in the file"))
    ]
    commit(workspace, preview)
    assert rows_of(workspace, "closure", "day, reason") == [("2027-06-04", "School closed")]
    history.undo(workspace)
    assert contents(workspace) == before


def test_of_an_entry_and_its_calling_off_in_one_file_the_latter_holds(workspace: Workspace, tmp_path: Path) -> None:
    live, off = f"{GOVERNORS}Governors", f"{GOVERNORS}Governors\nSTATUS:CANCELLED"
    assert days(workspace, tmp_path, off, live) == []


def test_a_term_that_is_called_off_is_passed_over(workspace: Workspace, tmp_path: Path) -> None:
    marks = [
        ("20260902", "Autumn term starts"),
        ("20261218", "Cancelled: End of autumn term"),
        ("20261217", "End of autumn term"),
    ]
    events = [f"DTSTART;VALUE=DATE:{day}\nUID:{day}\nSUMMARY:{title}" for day, title in marks]
    take(workspace, tmp_path, ics(*events))
    assert rows_of(workspace, "term", "first_day, last_day") == [("2026-09-02", "2026-12-17")]


# --- nobody else's ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark",
    [
        "SUMMARY:Private appointment",
        "CLASS:PRIVATE",
        "CLASS: Confidential",
        "CLASS:X-OUR-OWN",
        "X-CALENDARSERVER-ACCESS:RESTRICTED",
    ],
)
def test_what_is_marked_as_private_stays_out_without_a_word_of_it(
    workspace: Workspace, tmp_path: Path, mark: str
) -> None:
    own = f"DTSTART;VALUE=DATE:20270601\nUID:o\n{mark}\nSUMMARY:Dentist\nLOCATION:Surgery"
    timetable = own.replace("VALUE=DATE:20270601", "VALUE=DATE:20260601\nRRULE:FREQ=DAILY").replace("UID:o", "UID:t")
    broken = own.replace("20270601", "soon").replace("UID:o", "UID:b")
    preview = look(workspace, tmp_path, ics(own, timetable, broken, f"{GOVERNORS}Governors\nCLASS: PUBLIC"))
    assert "3 private entries were left out" in preview.notes
    assert not any(word in str(preview) for word in ("Dentist", "Surgery"))
    commit(workspace, preview)
    assert [one[1] for one in dates(workspace)] == ["Governors"]


def test_a_day_of_a_series_that_became_private_is_no_longer_shown(workspace: Workspace, tmp_path: Path) -> None:
    moved = "DTSTART:20270608T100000\nRECURRENCE-ID:20270608T083000\nUID:a\nSUMMARY:Dentist\nCLASS:PRIVATE"
    assert days(workspace, tmp_path, f"{BRIEFING}RRULE:FREQ=WEEKLY;COUNT=3", moved) == ["06-01", "06-15"]


OUTLOOK = '"Subject","Start Date","Start Time","End Date","End Time","All day event","Description","Location","Private","Sensitivity"\n'


def test_private_appointments_of_outlook_stay_out(workspace: Workspace, tmp_path: Path) -> None:
    table = OUTLOOK + (
        '"Dentist","17/6/2027","09:30:00","17/6/2027","10:00:00","False","my own","Surgery","True","Private"\n'
        '"Governors","18/6/2027","18:00:00","18/6/2027","19:30:00","False","","Hall","False","Normal"\n'
        '"INSET day","21/6/2027","00:00:00","22/6/2027","00:00:00","True","","","False","Normal"\n'
    )
    preview = look(workspace, tmp_path, table, "outlook.csv")
    assert "1 private entry was left out" in preview.notes
    assert not any(word in str(preview) for word in ("Dentist", "Surgery", "my own"))
    commit(workspace, preview)
    assert dates(workspace) == [("event", "Governors", "2027-06-18", "2027-06-18", "18:00 to 19:30 · Hall")]
    assert rows_of(workspace, "closure", "day, reason") == [("2027-06-21", "INSET day")]


@pytest.mark.parametrize(
    "marks",
    [
        "True,Normal",
        "False,Private",
        "No,Confidential",
        "0,Personal",
        ",private",
        "1,",
        ",2",
        "Vrai,",
        "Wahr,Normal",
        "False,Persönlich",
    ],
)
def test_either_column_makes_an_appointment_private(workspace: Workspace, tmp_path: Path, marks: str) -> None:
    row = f"Dentist,soon,99:99:99,,,,,,{marks}\n"
    shown = "Private Appointment,18/6/2027,09:00,,,,,,False,Normal\n"
    preview = look(workspace, tmp_path, f"{OUTLOOK}{row}{shown}Fair,18/6/2027,,,,,,,,\n", "outlook.csv")
    assert "2 private entries were left out" in preview.notes
    assert [entry.label for entry in preview.new] == ["event: Fair, Fri 18 Jun 2027"]


def test_a_mark_in_another_language_is_private_unless_it_plainly_is_not(workspace: Workspace, tmp_path: Path) -> None:
    rows = "Fair,18/6/2027,,,,,,,Faux,\nDentist,18/6/2027,,,,,,,Vrai,\nVet,18/6/2027,,,,,,,,Vertraulich\n"
    preview = look(workspace, tmp_path, OUTLOOK + rows, "outlook.csv")
    assert [entry.label for entry in preview.new] == ["event: Fair, Fri 18 Jun 2027"]
    assert "2 private entries were left out" in preview.notes
    assert "treated as private, because it does not clearly say otherwise: “Vrai”, “Vertraulich”" in preview.notes


def test_a_description_goes_into_no_calendar_that_is_shared(workspace: Workspace, tmp_path: Path) -> None:
    table = (
        "Kind,Subject,Start Date,Start Time,End Time,Location,Description,Detail\n"
        "event,Governors,18/6/2027,18:00,19:30,Hall,Dial in with 1234,\nevent,Fair,19/6/2027,,,,Ask Jo Rivers,Bring cakes\n"
        "training,Thrive,20/6/2027,,,,Code 5678,\n"
    )
    preview = look(workspace, tmp_path, table, "a.csv")
    assert (
        "not read: the description of 2 dates, because descriptions would appear in shared calendars. A column Detail is read"
    ) in preview.notes
    commit(workspace, preview)
    assert [one[4] for one in dates(workspace)] == ["18:00 to 19:30 · Hall", "Bring cakes"]
    assert rows_of(workspace, "workshop", "title, notes") == [("Thrive", "Code 5678")]
    for council in (None, 808):
        written = tmp_path / f"year-{council}.ics"
        write_year(workspace, 2026, written, la_number=council, pupils=False)
        text = written.read_text("utf-8").replace("\r\n ", "")
        assert all(words in text for words in ("SUMMARY:Governors", "SUMMARY:Thrive", "Bring cakes"))
        assert not any(words in text for words in ("1234", "Rivers", "5678"))


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "days_and_detail"),
    [
        ("18/6/2027,9:30:00,18/6/2027,24:00", ("2027-06-18", "2027-06-18", "09:30 to 00:00")),
        ("18/6/2027,18:00:00,19/6/2027,0:00:00", ("2027-06-18", "2027-06-18", "18:00 to 00:00")),
        ("18/6/2027,1:30:00,18/6/2027,2:30:00 PM", ("2027-06-18", "2027-06-18", "01:30 to 14:30")),
        ("18/6/2027,0:00:00,19/6/2027,0:00:00", ("2027-06-18", "2027-06-18", None)),
        ("18/6/2027,00:00,18/6/2027,24:00:00", ("2027-06-18", "2027-06-18", None)),
        ("18/6/2027,00:00:00,20/6/2027,23:59:00", ("2027-06-18", "2027-06-20", None)),
        ('"Friday, 18 June 2027",,Sun 20/06/2027,', ("2027-06-18", "2027-06-20", None)),
        # Day and hour in one cell, as spreadsheets hold them.
        ("18/06/2027 18:00:00,,19/06/2027 00:00:00,", ("2027-06-18", "2027-06-18", "18:00 to 00:00")),
        ("18/06/2027 00:00:00,,20/06/2027 00:00:00,", ("2027-06-18", "2027-06-20", None)),
        ("18/06/2027 00:00,18:00,18/06/2027 00:00,", ("2027-06-18", "2027-06-18", "From 18:00")),
        ("2027-06-18T18:00:00,,2027-06-18 19:30,", ("2027-06-18", "2027-06-18", "18:00 to 19:30")),
        ('"Fri 18 Jun 2027, 6:00 PM",,"Fri 18 Jun 2027, 7:30:00 PM",', ("2027-06-18", "2027-06-18", "18:00 to 19:30")),
        ('18/6/2027,9:30,18/6/2027,"1 day, 0:00:00"', ("2027-06-18", "2027-06-18", "09:30 to 00:00")),
    ],
)  # fmt: skip
def test_a_table_has_its_hours_and_days_as_programs_write_them(
    workspace: Workspace, tmp_path: Path, row: str, days_and_detail: tuple[str, str, str | None]
) -> None:
    take(workspace, tmp_path, f"Subject,Start Date,Start Time,End Date,End Time\nTea &amp; cake,{row}\n", "a.csv")
    assert dates(workspace) == [("event", "Tea & cake", *days_and_detail)]


def test_a_workshop_that_lasts_until_midnight_is_taken(workspace: Workspace, tmp_path: Path) -> None:
    event = "DTSTART:20270615T180000\nDTEND:20270616T000000\nUID:a\nSUMMARY:Thrive"
    take(workspace, tmp_path, ics(event), kind="training")
    assert rows_of(workspace, "workshop", "on_day, last_day, starts, ends") == [("2027-06-15", None, "18:00", "23:59")]


def test_the_end_of_a_day_is_no_start(workspace: Workspace, tmp_path: Path) -> None:
    (problem,) = refused(workspace, tmp_path, "Subject,Start Date,Start Time\nFair,18/6/2027,24:00\n", "a.csv")
    assert problem.endswith("line 2: Start Time: 24:00 is the end of the day: give the next day, and 00:00")


def test_a_weekday_that_is_not_the_days_is_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    (problem,) = refused(workspace, tmp_path, "Subject,Start Date\nFair,Thu 18 June 2027\n", "a.csv")
    assert problem.endswith("line 2: Start Date: 18 June 2027 is a Friday, not a Thursday: which of the two is right?")
