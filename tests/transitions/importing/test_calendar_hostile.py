"""Calendars that were damaged on the way, or made to do damage: they end in a preview or a sentence, and soon."""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from calendar_samples import GOOGLE, OUTLOOK, SCHOOL, ics, look, put, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.errors import BadInput
from transitions.importing.calendar import files as calendars
from transitions.workspace import Workspace

SECONDS = 20
"""Of the processor: on a good machine each takes one."""
NEVER = "DTSTART:20000101T080000Z\nSUMMARY:x\nRRULE:FREQ={};COUNT=10000"
TOO_LONG = (
    "dates.ics: repeats in ways that would take too long to work out: export fewer years, or fewer calendars at once"
)


def zones(number: int) -> str:
    """So many zones that each have forty changes on any day of any year, and an entry in each."""
    change = "BEGIN:STANDARD\nDTSTART:19010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nRRULE:FREQ=YEARLY;BYDAY=53MO;COUNT=9999\nEND:STANDARD\n"
    told = [f"BEGIN:VTIMEZONE\nTZID:Z{one}\n{change * 40}END:VTIMEZONE\n" for one in range(number)]
    event = "BEGIN:VEVENT\nDTSTART;TZID=Z{}:20261120T100000\nSUMMARY:x\nEND:VEVENT\n"
    return f"BEGIN:VCALENDAR\n{''.join(told)}{''.join(map(event.format, range(number)))}END:VCALENDAR\n"


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: ics(*[NEVER.format("YEARLY;BYMONTHDAY=31;BYDAY=53MO")] * 400), TOO_LONG),
        (lambda: ics(NEVER.format("DAILY") + "\nRRULE:FREQ=DAILY" * 2_000),
         "dates.ics: has 1 entries, with 2,001 rules by which they repeat; at most 20,000 and 2,000 are read: export fewer years"),
        (lambda: zones(40), TOO_LONG),
        (lambda: ics(f"DTSTART:20261120\nSUMMARY:x\nRDATE:{','.join(['20261120'] * 100_000)}"),
         "dates.ics line 6: RDATE: names more than 2,000 days: a timetable, not dates"),
        (lambda: ics(f"DTSTART:20261120\nSUMMARY:{'x' * 1_000_000}"),
         "dates.ics line 5: SUMMARY: has 19992 characters, more than 200: is it two cells run together?"),
        (lambda: ics("DTSTART:20261120\nSUMMARY:x\n" + "y\n" * 100_000),
         "dates.ics line 5: SUMMARY: has 13327 characters, more than 200: is it two cells run together?"),
        (lambda: ics(f"DTSTART{':' * 1_000_000}"),
         f"dates.ics line 4: DTSTART: “{':' * 30}” is not a day: expected one such as 20261002 or 20261002T093000Z"),
        (lambda: "BEGIN:VCALENDAR\n" + "A:\n" * 250_001 + "END:VCALENDAR\n",
         "dates.ics: has more than 250,000 lines: export fewer years"),
        (lambda: "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 100_000, "dates.ics line 21: has blocks inside blocks without end: export it again"),
    ],
)  # fmt: skip
def test_a_calendar_that_asks_for_too_much_is_refused_soon(
    workspace: Workspace, tmp_path: Path, made: Callable[[], str], says: str
) -> None:
    text, began = made(), process_time()
    assert refused(workspace, tmp_path, text) == [says]
    assert process_time() - began < SECONDS


@pytest.mark.parametrize(
    "made",
    [
        lambda: ics(*["DTSTART:20000101T080000Z\nSUMMARY:x\nRRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY"] * 300),
        lambda: ics(*[f"DTSTART;TZID=(UTC) A{n}, b, c/d:20261120T100000\nSUMMARY:x{n}" for n in range(4_000)]),
        lambda: ics("DTSTART:20261120\nSUMMARY;ENCODING=QUOTED-PRINTABLE:x=\n" + "=\n" * 100_000),
        lambda: ics("DTSTART;" + "A=b;" * 200_000 + ":20261120\nSUMMARY:x"),
        lambda: ics(*[f"DTSTART:20261120\nSUMMARY:{'( cancelled ' * 16}"] * 3_000),
        lambda: ics("DTSTART:20261120\nSUMMARY:x\nDESCRIPTION:" + "y\n" * 200_000),
    ],
)
def test_a_calendar_that_is_merely_odd_is_read_soon(
    workspace: Workspace, tmp_path: Path, made: Callable[[], str]
) -> None:
    text, began = made(), process_time()
    assert look(workspace, tmp_path, text).kind == "calendar"
    assert process_time() - began < SECONDS


# --- damaged on the way -----------------------------------------------------------------------------------------------

OTHERS = ics(
    "DTSTART;TZID=tzone://Microsoft/Custom:20270615T180000\nRRULE:FREQ=YEARLY;BYWEEKNO=20;BYHOUR=18\nEXRULE:FREQ=MONTHLY;BYDAY=-1FR\nSUMMARY:Zoë",
    "DTSTART:20270614T230000Z\nDTEND:20270615T230000Z\nRRULE:FREQ=WEEKLY;COUNT=-1;UNTIL=20270901\nRDATE:20270620T230000Z\nUID:w\nSUMMARY;ENCODING=QUOTED-PRINTABLE:Caf=C3=\n=A9",
    "DTSTART:2027-06-15T24:00:00+01:00\nCLASS:PRIVATE\nSUMMARY:Parents&#8217; evening\nDESCRIPTION:Doors\nBegin: 6pm\nEnd: 8pm",
)  # fmt: skip
ZONED = OTHERS.replace(
    "BEGIN:VEVENT",
    "BEGIN:VTIMEZONE\nTZID:tzone://Microsoft/Custom\nBEGIN:DAYLIGHT\nDTSTART:20260329T010000\nRDATE:20270328T010000\n"
    "TZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nEND:DAYLIGHT\nBEGIN:STANDARD\nDTSTART:20251026T020000\nTZOFFSETFROM:+0100\n"
    "TZOFFSETTO:+0000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT",
    1,
)
TABLE = (
    '"Subject","Start Date","Start Time","End Date","End Time","All day event","Description","Location","Private","Sensitivity"\r\n'
    '"Canceled: Governors","18/6/2027","18:00:00","18/6/2027","24:00","False","","Hall","False","Normal"\r\n'
    '"INSET day","Mon 21 June 2027","00:00:00","22/6/2027","00:00:00","True","Zoë’s list","","False","Normal"\r\n'
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-le", "cp1252", "utf-8-sig", "mac-roman", "utf-7", "utf-32")


@st.composite
def damaged(draw: st.DrawFn, sample: str) -> bytes:
    """A sample after up to four mishaps: bytes cut, doubled, changed, re-encoded, or its lines in another order."""
    data = sample.encode()
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["cut", "double", "change", "encode", "shuffle", "ends", "line"]))
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        end = min(start + draw(st.integers(1, 60)), len(data))
        lines = data.split(b"\n")
        match kind:
            case "cut":
                data = data[:start] + data[end:]
            case "double":
                data = data[:end] + data[start:]
            case "change":
                data = data[:start] + draw(st.binary(max_size=6)) + data[end:]
            case "encode":
                text = data.decode("utf-8", "replace")
                data = text.encode(draw(st.sampled_from(ENCODINGS)), "replace")
            case "shuffle":
                data = b"\n".join(draw(st.permutations(lines)))
            case "ends":
                data = data.replace(b"\n", draw(st.sampled_from([b"\r", b"\r\n", b"\n\n", b"\n ", b""])))
            case _:
                place = draw(st.integers(0, len(lines) - 1))
                data = b"\n".join([*lines[:place], lines[place], *lines[place:]])
    return data


@pytest.mark.parametrize(
    ("sample", "name"),
    [(GOOGLE, "a.ics"), (OUTLOOK, "a.ics"), (SCHOOL, "a.ics"), (ZONED, "a.ics"), (TABLE, "a.csv")],
)
def test_a_damaged_calendar_ends_in_a_preview_or_a_sentence(
    workspace: Workspace, tmp_path: Path, sample: str, name: str
) -> None:
    @settings(max_examples=60)
    @given(damaged(sample))
    def tried(data: bytes) -> None:
        path = put(tmp_path, data, name)
        try:
            said: tuple[object, ...] = calendars.prepare(workspace, path, skip_bad=True).notes
        except BadInput as whole:
            said = whole.problems
        assert all(str(one).isprintable() for one in said)

    tried()
