"""Hours and days of iCalendar files, whatever their writers call the time zone and however they write a moment."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from calendar_samples import dates, ics, look, take
from hypothesis import given
from hypothesis import strategies as st

from transitions.calendar.event import Span
from transitions.importing.calendar.ical import read_calendar
from transitions.importing.calendar.ical_lines import read_text_of, whole_blocks
from transitions.importing.calendar.ical_repeats import Steps
from transitions.importing.calendar.ical_zones import Zones
from transitions.importing.preview import commit
from transitions.school_year import academic_year_span
from transitions.workspace import Workspace

WINDOW = Span(academic_year_span(2025)[0], academic_year_span(2028)[1])


def zone(name: str, *parts: str) -> str:
    return f"BEGIN:VTIMEZONE\nTZID:{name}\n" + "".join(parts) + "END:VTIMEZONE\n"


def part(kind: str, begins: str, before: str, after: str, *more: str) -> str:
    lines = [
        f"BEGIN:{kind}",
        f"DTSTART:{begins}",
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{after}",
        *more,
        f"END:{kind}",
    ]
    return "\n".join([*lines, ""])


def like_london(name: str, winter: str = "+0000", summer: str = "+0100", hour: int = 1) -> str:
    return zone(
        name,
        part("STANDARD", f"19961027T0{hour + 1}0000", summer, winter, "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
        part("DAYLIGHT", f"19960331T0{hour}0000", winter, summer, "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
    )


def hours(zones: str, start: str) -> str:
    """The hours in June 2027 and January 2027 of an entry at 18:00 whose DTSTART begins so."""
    events = "".join(
        f"BEGIN:VEVENT\nUID:{day}\nSUMMARY:Governors\n{start}:{day}T180000\nEND:VEVENT\n"
        for day in ("20270615", "20270119")
    )
    found = read_calendar(f"BEGIN:VCALENDAR\n{zones}{events}END:VCALENDAR\n".encode(), "a.ics", WINDOW)
    assert not found.problems
    return " ".join([*(entry.starts for entry in found.entries), *found.notes])


LOTUS = zone(
    "Our London",
    part(
        "STANDARD", "19501029T020000", "+0100", "+0000", "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=-1SU;BYMONTH=10"
    ),
    part("DAYLIGHT", "19500326T010000", "+0000", "+0100", "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=1;BYDAY=-1SU;BYMONTH=3"),
)
NAMED_DAYS = zone(
    "School time",
    part("STANDARD", "20251026T020000", "+0100", "+0000", "RDATE:20261025T020000,20271031T020000"),
    part("DAYLIGHT", "20260329T010000", "+0000", "+0100", "RDATE:20270328T010000"),
)
AMERICAN = zone(
    "Somewhere",
    part(
        "DAYLIGHT", "19670430T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU;UNTIL=19730429T070000Z"
    ),
    part(
        "STANDARD",
        "19671029T020000",
        "-0400",
        "-0500",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z",
    ),
    part("DAYLIGHT", "20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
    part("STANDARD", "20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
)
ONE_HOUR = "the file has no summer time for “Europe/London”, so its times are read as given there"
UNKNOWN = "the time zone “{}” is not known: its hours are taken as London’s"


@pytest.mark.parametrize(
    ("zones", "start", "expected"),
    [
        (LOTUS, 'DTSTART;TZID="Our London"', "18:00 18:00"),
        (NAMED_DAYS, "DTSTART;TZID=School time", "18:00 18:00"),
        (AMERICAN, "DTSTART;TZID=Somewhere", "23:00 23:00"),
        # Websites call British time GMT; the name alone is the time without summer.
        (like_london("GMT"), "DTSTART;TZID=GMT", "18:00 18:00"),
        ("", "DTSTART;TZID=GMT", "19:00 18:00"),
        (like_london("Europe/Paris"), "DTSTART;TZID=Europe/Paris", "18:00 18:00"),
        (like_london("Europe/London", "+0100", "+0200"), "DTSTART;TZID=Europe/London", "17:00 17:00"),
        (like_london("tzone://Microsoft/Custom", "+0100", "+0200"), "DTSTART;TZID=tzone://Microsoft/Custom", "17:00 17:00"),
        (like_london("tzone://Microsoft/Custom"), 'DTSTART;TZID="tzone://Microsoft/Custom"', "18:00 18:00"),
        ("", "DTSTART;TZID=tzone://Microsoft/Utc", "19:00 18:00"),
        ("", "DTSTART;TZID=(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "18:00 18:00"),
        ("", "DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "17:00 17:00"),
        ("", "DTSTART;TZID=(GMT+01.00) Sarajevo/Warsaw/Zagreb", "17:00 17:00"),
        (like_london("(UTC+00:00) Dublin\\, London"), "DTSTART;TZID=(UTC+00:00) Dublin, London", "18:00 18:00"),
        ("", "DTSTART;TZID=UTC+02:00", "17:00 16:00"),
        ("", "DTSTART;TZID=GMT-0500", "00:00 23:00"),
        # Half a definition: the offset of the day on which the file was made.
        (zone("Europe/London", part("DAYLIGHT", "20190101T000000", "+0100", "+0100")), "DTSTART;TZID=Europe/London", f"18:00 18:00 {ONE_HOUR}"),
        (zone("Europe/London", part("STANDARD", "20190101T000000", "+0500", "+0500")), "DTSTART;TZID=Europe/London", "14:00 13:00"),
        # What cannot be read whole is not read by half.
        (zone("Odd", part("DAYLIGHT", "20190101T000000", "+0000", "+0100", "RRULE:FREQ=HOURLY")), "DTSTART;TZID=Odd", "18:00 18:00 " + UNKNOWN.format("Odd")),
        ("", "DTSTART;TZID=(UTC+05:00) Dublin, London", "18:00 18:00 " + UNKNOWN.format("(UTC+05:00) Dublin, London")),
    ],
)  # fmt: skip
def test_what_the_file_says_of_its_zone_holds_before_its_name(zones: str, start: str, expected: str) -> None:
    assert hours(zones, start) == expected


def test_a_day_before_all_that_a_zone_tells_is_as_it_was_before(workspace: Workspace, tmp_path: Path) -> None:
    told = zone(
        "Ours",
        part("STANDARD", "20261025T020000", "+0100", "+0000"),
        part("DAYLIGHT", "20270328T010000", "+0000", "+0100"),
    )
    event = "BEGIN:VEVENT\nSUMMARY:Fair\nDTSTART;TZID=Ours:20260708T180000\nEND:VEVENT\n"
    take(workspace, tmp_path, f"BEGIN:VCALENDAR\n{told}{event}END:VCALENDAR\n")
    assert dates(workspace) == [("event", "Fair", "2026-07-08", "2026-07-08", "From 18:00")]


@pytest.mark.parametrize(
    ("start", "first", "detail"),
    [
        ("DTSTART:2027-06-15T10:00:00Z", "2027-06-15", "From 11:00"),
        ("DTSTART;TZID=Europe/London:2027-06-15T100000", "2027-06-15", "From 10:00"),
        ("DTSTART:20270615T100000.000Z", "2027-06-15", "From 11:00"),
        ("DTSTART:20270615t1000z", "2027-06-15", "From 11:00"),
        ("DTSTART:2027-06-15T12:00:00+03:00", "2027-06-15", "From 10:00"),
        ("DTSTART:20270615T120000-0100", "2027-06-15", "From 14:00"),
        ("DTSTART;VALUE=DATE:20270615Z", "2027-06-15", None),
        ("DTSTART:20270615Z", "2027-06-15", None),
        ("DTSTART;VALUE=DATE:20270615T000000", "2027-06-15", None),
        ("DTSTART;VALUE=DATE:20270614T230000Z", "2027-06-15", None),
        ("DTSTART;TZID=America/New_York;VALUE=DATE:20270615T000000", "2027-06-15", None),
        ("DTSTART;VALUE=:20270615T090000Z", "2027-06-15", "From 10:00"),
        ("DTSTART:20270615T180000\nDTEND:20270615T240000", "2027-06-15", "18:00 to 00:00"),
        ("DTSTART:20270614T240000", "2027-06-15", None),
    ],
)
def test_a_moment_is_read_as_its_writer_spells_it(
    workspace: Workspace, tmp_path: Path, start: str, first: str, detail: str | None
) -> None:
    take(workspace, tmp_path, ics(f"{start}\nSUMMARY:Fair"))
    assert dates(workspace) == [("event", "Fair", first, first, detail)]


@pytest.mark.parametrize(
    "when", ["20270615T250000", "20270615T240001", "2027-13-15", "00010101T000000Z", "99991231T240000Z"]
)
def test_what_is_no_moment_is_named(workspace: Workspace, tmp_path: Path, when: str) -> None:
    preview = look(workspace, tmp_path, ics(f"DTSTART:{when}\nSUMMARY:Fair"), skip_bad=True)
    assert [refused.reasons for refused in preview.refused] == [
        (f"DTSTART: “{when}” is not a day: expected one such as 20261002 or 20261002T093000Z",)
    ]


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        # Midnight in London is 23:00 UTC in summer.
        ("DTSTART:20270701T230000Z\nDTEND:20270702T230000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "2027-07-02", "2027-07-02"),
        ("DTSTART:20270614T230000Z\nDTEND:20270617T230000Z", "2027-06-15", "2027-06-17"),
        ("DTSTART:20270614T230000Z\nDURATION:P1D", "2027-06-15", "2027-06-15"),
        # Midnight UTC is one in the morning.
        ("DTSTART:20270615T000000Z\nDTEND:20270616T000000Z", "2027-06-15", "2027-06-15"),
        ("DTSTART:20270615T000000Z\nDTEND:20270615T235900Z", "2027-06-15", "2027-06-15"),
        # Midnight where somebody made it; a whole day is the same day everywhere.
        ("DTSTART;TZID=America/New_York:20270615T000000\nDTEND;TZID=America/New_York:20270616T000000", "2027-06-15", "2027-06-15"),
        ("DTSTART;TZID=Pacific/Auckland:20270615T000000\nDTEND;TZID=Pacific/Auckland:20270616T000000", "2027-06-15", "2027-06-15"),
        ("DTSTART:20270701T220000Z\nDTEND:20270702T220000Z\nX-FUNAMBOL-ALLDAY:1", "2027-07-02", "2027-07-02"),
        # The clocks change on the way.
        ("DTSTART:20270327T000000Z\nDTEND:20270328T230000Z", "2027-03-27", "2027-03-28"),
        ("DTSTART;TZID=Europe/London:20270615T000000\nDTEND;TZID=Europe/London:20270615T235959", "2027-06-15", "2027-06-15"),
        ("DTSTART:20270615T000100\nDTEND:20270616T235900", "2027-06-15", "2027-06-16"),
        ("DTSTART:20270615T000000", "2027-06-15", "2027-06-15"),
        ("DTSTART;VALUE=DATE:20270615\nDTEND:20270617T000000", "2027-06-15", "2027-06-16"),
        ("DTSTART;VALUE=DATE:20270615\nDTEND:20270616T230000Z", "2027-06-15", "2027-06-16"),
        ("DTSTART;VALUE=DATE:20270615\nDTEND:20270616T235959", "2027-06-15", "2027-06-16"),
        ("DTSTART:20270614T230000Z\nDTEND:20270614T230000Z", "2027-06-15", "2027-06-15"),
    ],
)  # fmt: skip
def test_whole_days_have_no_hours_and_are_the_right_days(
    workspace: Workspace, tmp_path: Path, when: str, first: str, last: str
) -> None:
    take(workspace, tmp_path, ics(f"{when}\nSUMMARY:Fair"))
    assert dates(workspace) == [("event", "Fair", first, last, None)]


@pytest.mark.parametrize(
    ("when", "detail"),
    [
        ("DTSTART:20270615T000000\nDTEND:20270615T010000", "00:00 to 01:00"),
        ("DTSTART:20270615T180000\nDTEND:20270616T180000", "From 18:00"),
        # A day only as the end.
        ("DTSTART:20270615T180000\nDTEND;VALUE=DATE:20270615", "From 18:00"),
        ("DTSTART:20270615T180000\nDTEND;VALUE=DATE:20270616", "From 18:00"),
    ],
)
def test_what_has_hours_keeps_them(workspace: Workspace, tmp_path: Path, when: str, detail: str) -> None:
    take(workspace, tmp_path, ics(f"{when}\nSUMMARY:Fair"))
    assert [one[4] for one in dates(workspace)] == [detail]


@pytest.mark.parametrize("by_day", ["MO", "TU"])
def test_whole_days_in_utc_come_again_on_their_own_weekday(workspace: Workspace, tmp_path: Path, by_day: str) -> None:
    # Tuesdays that begin on Monday by UTC: some convert the rule, and some do not; winter changes nothing.
    rule = f"RRULE:FREQ=WEEKLY;INTERVAL=10;BYDAY={by_day};UNTIL=20270823T230000Z\nEXDATE:20270823T230000Z"
    when = "DTSTART:20270614T230000Z\nDTEND:20270615T230000Z"
    commit(workspace, look(workspace, tmp_path, ics(f"{when}\n{rule}\nUID:a\nSUMMARY:Fair")))
    assert [one[2] for one in dates(workspace)] == ["2027-06-15"]
    longer = ics(f"{when}\n{rule.replace('UNTIL=20270823T230000Z', 'COUNT=4')}\nUID:b\nSUMMARY:Play")
    commit(workspace, look(workspace, tmp_path, longer))
    assert [one[2] for one in dates(workspace) if one[1] == "Play"] == ["2027-06-15", "2027-11-02", "2028-01-11"]


@pytest.fixture(scope="module")
def made_by_a_library() -> dict[str, Zones]:
    """Zones called "Ours", each defined as a general library writes the zone of that name: by the days of its changes."""
    found = {}
    for name in ("Europe/London", "America/New_York", "Asia/Kolkata"):
        text = icalendar.Timezone.from_tzid(name).to_ical().replace(f"TZID:{name}".encode(), b"TZID:Ours")
        found[name] = Zones(whole_blocks(read_text_of(text, "a.ics")[0], "a.ics"), WINDOW, Steps(10_000))
    return found


@given(
    st.datetimes(datetime.combine(WINDOW.first, time.min), datetime.combine(WINDOW.last, time.max)),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata"]),
)
def test_a_zone_of_the_files_own_has_the_hours_that_it_has(
    made_by_a_library: dict[str, Zones], moment: datetime, name: str
) -> None:
    zones, real = made_by_a_library[name], moment.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)
    assert zones.utc(moment, "Ours") == real.replace(tzinfo=None)
    assert zones.local(zones.utc(moment, "Ours"), "Ours") == real.astimezone(ZoneInfo(name)).replace(tzinfo=None)
