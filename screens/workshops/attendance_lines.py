"""What the figures of who came say: their columns, their lines, and what stands above them; never a rate without its base."""

from collections.abc import Mapping, Sequence
from datetime import date

from screens.frame.dialogs import Choice
from screens.frame.report_screen import Line, Part
from screens.frame.safe import cell
from screens.widgets.columns import Column
from transitions.dates import MONTHS, short_with_year
from transitions.ratio import share
from transitions.school_year import academic_year, academic_year_label
from transitions.text import listed, searchable
from transitions.workshops.attendance import Attendance, NoneOrOnce, Period, SchoolAttendance, together
from transitions.workshops.kinds import KINDS
from transitions.workshops.missed_settings import SettingWithMovers, WithMovers
from transitions.workshops.series_attendance import SeriesAttendance

DID: Mapping[str, str] = {
    "came": "came",
    "apologies": "sent apologies",
    "absent": "absent",
    "invited": "not marked",
    "not invited": "not invited",
}
"""What a school did at a meeting, in words."""
_SHARE = 16
_SCHOOL_COLUMNS = (
    Column("School", flex=3, min_width=20, priority=10),
    Column("Phase", flex=1, min_width=12, priority=2),
    Column("Came", width=_SHARE, priority=10),
    Column("Apologies", width=9, align="right", priority=7),
    Column("Absent", width=6, align="right", priority=8),
    Column("Unmarked", width=8, align="right", priority=6),
)
_NO_MEETING = "No meeting of this year has taken place yet to which a school was invited. [ goes to the year before."


def schools(rows: Sequence[SchoolAttendance]) -> Part:
    """Give every school that was invited to anything, with how many of its meetings it came to."""
    return Part(_SCHOOL_COLUMNS, [_school(row, "") for row in rows], _all(rows), _NO_MEETING)


def few(found: NoneOrOnce) -> Part:
    """Give the schools that came to none of their meetings, or only to one of several."""
    headings = (
        (f"Came to none: {found.none_share.words}", found.none),
        (f"Came only once: {found.once_share.words}", found.once),
        (f"Not clear, because somebody is not marked: {share(len(found.unclear), found.schools)}", found.unclear),
    )
    lines = [_school(row, heading) for heading, rows in headings for row in rows]
    figures = [
        f"none: {found.none_share.words} schools",
        f"only once of several: {found.once_share.words} schools",
        *([f"not clear: {share(len(found.unclear), found.schools)}"] if found.unclear else []),
    ]
    empty = "Every school came more than once, or to the one meeting that it was invited to." if found.schools else ""
    return Part(_SCHOOL_COLUMNS, lines, figures, empty or _NO_MEETING)


def with_movers(found: WithMovers, kinds: Sequence[str]) -> Part:
    """Give the settings whose pupils are named to move and that nobody came from."""
    columns = (
        Column("School or setting", flex=3, min_width=24, priority=10),
        Column("What it did", width=15, priority=9),
        Column("Pupils who move", width=15, align="right", priority=10),
    )
    sections = (
        (f"Nobody came: {found.settings_share.words} settings", found.absent),
        (f"Not marked, may have come: {share(len(found.unmarked), found.settings)}", found.unmarked),
    )
    lines = [_setting(row, heading, found) for heading, rows in sections for row in rows]
    meetings = listed([KINDS[kind].plural for kind in kinds], "and")
    figures = [
        f"nobody came from {found.settings_share.words} settings with pupils who move",
        f"that is {found.pupils_share.words} pupils",
        f"counted at {meetings}",
    ]
    if not found.settings:
        words = (
            "No pupil is known to move whom a meeting of this year was about: next schools are recorded on the pupils."
        )
    else:
        words = "Somebody came from every setting whose pupils are known to move."
    return Part(columns, lines, figures if found.settings else figures[2:], words)


def series(rows: Sequence[SeriesAttendance]) -> Part:
    """Give each series with its meetings, under its kind."""
    columns = (
        Column("Series", flex=3, min_width=18, priority=10),
        Column("Meetings", width=8, align="right", priority=8),
        Column("Came", width=_SHARE, priority=10),
        Column("Schools reached", width=_SHARE, priority=9),
        Column("Unmarked", width=8, align="right", priority=8),
    )
    lines = [
        Line(
            (
                cell(row.series),
                f"{row.meetings:,}",
                _came(row.attendance),
                row.reached.words,
                _count(row.attendance.unmarked),
            ),
            ("series", row.kind, row.series),
            searchable(row.series, row.kind),
            [
                row.series,
                f"{_meetings(row.meetings)}: came {row.attendance.words}; reached {row.reached.words} schools",
                "Enter counts this series alone.",
            ],
            _capital(KINDS[row.kind].plural),
        )
        for row in rows
    ]
    return Part(columns, lines, ["each school counts once at each meeting, of those invited to it"], _NO_MEETING)


def over_time(terms: Sequence[Period], years: Sequence[Period], year: int, same_point: date | None) -> Part:
    """Give the terms of a year, and the year beside those before it, each to the ``same_point`` when it is still running."""
    columns = (
        Column("Term or year", flex=2, min_width=14, priority=10),
        Column("Until", width=15, priority=6),
        Column("Meetings", width=8, align="right", priority=8),
        Column("Came", width=_SHARE, priority=10),
        Column("Schools reached", width=_SHARE, priority=9),
        Column("Unmarked", width=8, align="right", priority=8),
    )
    assumed = ", ends taken to be December and March" if any(term.assumed for term in terms) else ""
    until = f", each until {same_point.day} {MONTHS[same_point.month - 1]}" if same_point else ""
    lines = [
        *(_period(term, f"Terms of {academic_year_label(year)}{assumed}", None) for term in terms),
        *(_period(one, f"Academic years{until}", academic_year(one.first)) for one in years),
    ]
    figures = ["each school counts once at each meeting, of those invited to it", "reached: came to any"]
    return Part(columns, lines, figures, "This year has not begun yet. [ goes to the year before.")


def to_choose(rows: Sequence[SeriesAttendance]) -> list[Choice[tuple[str, str]]]:
    """Give which meetings can be counted alone: of a kind, or of one of the several series of a kind."""
    choices = [Choice(("", ""), "Every meeting", hint=f"{sum(row.meetings for row in rows):,}")]
    for kind in dict.fromkeys(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind]
        choices.append(Choice((kind, ""), _capital(KINDS[kind].plural), hint=f"{sum(row.meetings for row in own):,}"))
        several = own if len(own) > 1 else []
        choices += [Choice((kind, row.series), f"- {row.series}", hint=f"{row.meetings:,}") for row in several]
    return choices


def _school(row: SchoolAttendance, heading: str) -> Line:
    found = row.attendance
    return Line(
        (
            cell(row.school),
            cell(row.phase or ""),
            _came(found),
            _count(found.apologies),
            _count(found.absent),
            _count(found.unmarked),
        ),
        ("school", row.school_id, row.school),
        searchable(row.school, row.phase or ""),
        [row.school, f"Meetings: {_in_words(found)}.", "Enter lists them."],
        heading,
    )


def _setting(row: SettingWithMovers, heading: str, found: WithMovers) -> Line:
    pupils = f"{share(row.movers, found.pupils)} of the pupils who move"
    return Line(
        (cell(row.school), DID[row.attendance], f"{row.movers:,}"),
        ("movers", row.school_id),
        searchable(row.school),
        [row.school, f"{_capital(DID[row.attendance])}. {pupils} are there.", "Enter shows the pupils."],
        heading,
    )


def _period(one: Period, heading: str, year: int | None) -> Line:
    days = f"{short_with_year(one.first)} to {short_with_year(one.last)}{', so far' if one.so_far else ''}"
    return Line(
        (
            one.name,
            short_with_year(one.last),
            f"{one.meetings:,}",
            _came(one.attendance),
            one.reached.words if one.reached.base else "-",
            _count(one.attendance.unmarked),
        ),
        ("year", year) if year is not None else ("term", one.name),
        searchable(one.name),
        [
            f"{one.name}, {days}",
            f"{_meetings(one.meetings)}: {_in_words(one.attendance)}; reached {one.reached.words} schools.",
        ],
        heading,
        opens=year is not None,
    )


def _all(rows: Sequence[SchoolAttendance]) -> list[str]:
    """Give what all schools come to together."""
    if not rows:
        return []
    came = sum(row.attendance.came > 0 for row in rows)
    found = together(rows)
    return [
        f"{share(came, len(rows))} schools came to any meeting",
        f"of those asked each time, {found.share.words} came",
        *_others(found),
    ]


def _in_words(found: Attendance) -> str:
    """Give every count: "came 14 of 48 (29%), 3 sent apologies, 31 absent"."""
    if found.unmarked == found.invited:
        return found.words
    return ", ".join([f"came {found.share.words}", *_others(found)])


def _others(found: Attendance) -> list[str]:
    others = ((found.apologies, "sent apologies"), (found.absent, "absent"), (found.unmarked, "not marked"))
    return [f"{number:,} {words}" for number, words in others if number]


def _came(found: Attendance) -> str:
    """Give the share that came; no rate while nobody is marked."""
    if not found.invited:
        return "nobody invited"
    return f"- of {found.invited:,}" if found.unmarked == found.invited else found.share.words


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _meetings(number: int) -> str:
    return f"{number:,} meeting{'' if number == 1 else 's'}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
