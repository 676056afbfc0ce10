"""Made-up calendars in three common styles, and how tests of their import read and look."""

from pathlib import Path

import pytest

from db.calendar import local_dates
from transitions.errors import BadInput
from transitions.importing.calendar import files as calendars
from transitions.importing.preview import Imported, ImportPreview, commit
from transitions.workspace import Workspace

GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
X-WR-CALNAME:Layfield Primary
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261005
DTEND;VALUE=DATE:20261010
UID:trip@google.com
DESCRIPTION:Join with code 1234
SUMMARY:Year 6 residential\\, Bu
 de
LOCATION:Bude\\, Cornwall
END:VEVENT
BEGIN:VEVENT
DTSTART:20260630T230000Z
DTEND:20260701T000000Z
UID:late@google.com
SUMMARY:Late meeting
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/London:20260907T153000
DTEND;TZID=Europe/London:20260907T163000
RRULE:FREQ=WEEKLY;UNTIL=20261102T235959Z;BYDAY=MO
EXDATE;TZID=Europe/London:20260914T153000
UID:choir@google.com
SUMMARY:Choir
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/London:20260922T160000
DTEND;TZID=Europe/London:20260922T170000
RECURRENCE-ID;TZID=Europe/London:20260921T153000
UID:choir@google.com
SUMMARY:Choir in the hall
END:VEVENT
BEGIN:VEVENT
STATUS:CANCELLED
DTSTART;TZID=Europe/London:20260928T153000
RECURRENCE-ID;TZID=Europe/London:20260928T153000
UID:choir@google.com
SUMMARY:Choir
END:VEVENT
END:VCALENDAR
"""
OUTLOOK = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Customised Time Zone
BEGIN:STANDARD
DTSTART:16011028T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0100
TZOFFSETTO:-0000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T010000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:-0000
TZOFFSETTO:+0100
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
DTSTART;TZID="GMT Standard Time":20270510T000000
DTEND;TZID="GMT Standard Time":20270514T000000
UID:040000008200E00074C5B7101A82E008
SUMMARY;LANGUAGE=en-gb:SATs week
X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Customised Time Zone:20270701T093000
DURATION:PT1H30M
UID:two
SUMMARY:Sports day
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Eastern Standard Time:20270115T190000
DTEND;TZID=Eastern Standard Time:20270115T200000
UID:three
SUMMARY:Call with Boston
END:VEVENT
BEGIN:VEVENT
CLASS:PRIVATE
DTSTART:20270115T190000Z
UID:four
SUMMARY:Dentist
END:VEVENT
END:VCALENDAR
"""
SCHOOL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//School website//EN
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260902
UID:1@school
SUMMARY:Autumn term starts
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261218
UID:2@school
SUMMARY:End of autumn term
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261026
DTEND;VALUE=DATE:20261031
UID:3@school
SUMMARY:Half term
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270105
UID:4@school
SUMMARY:Spring term starts
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261102
UID:5@school
SUMMARY:INSET day (school closed)
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270503
UID:6@school
SUMMARY:May Day Bank Holiday
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261120
UID:7@school
SUMMARY:Cake sale
END:VEVENT
END:VCALENDAR
"""


def ics(*events: str) -> str:
    """Give a calendar of these entries, each the lines of one."""
    entries = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{entries}END:VCALENDAR\n"


def put(folder: Path, text: str | bytes, name: str = "dates.ics") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode())
    return path


def look(
    workspace: Workspace, folder: Path, text: str | bytes, name: str = "dates.ics", **how: object
) -> ImportPreview:
    return calendars.prepare(workspace, put(folder, text, name), **how)  # type: ignore[arg-type]


def take(workspace: Workspace, folder: Path, text: str | bytes, name: str = "dates.ics", **how: object) -> Imported:
    return commit(workspace, look(workspace, folder, text, name, **how))


def refused(workspace: Workspace, folder: Path, text: str | bytes, name: str = "dates.ics") -> list[str]:
    with pytest.raises(BadInput) as caught:
        look(workspace, folder, text, name)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def dates(workspace: Workspace) -> list[tuple[str, str, str, str, str | None]]:
    return [
        (row.kind, row.title, row.first_day.isoformat(), row.last_day.isoformat(), row.detail)
        for row in local_dates.every(workspace.read())
        if row.archived_at is None
    ]


def rows_of(workspace: Workspace, table: str, columns: str) -> list[tuple[object, ...]]:
    return workspace.read().execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()
