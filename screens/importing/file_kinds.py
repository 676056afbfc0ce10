"""The kinds of files that can be imported, in the words of the screen."""

from collections.abc import Mapping
from dataclasses import dataclass

_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


@dataclass(frozen=True)
class ImportKind:
    """One kind of file: its name, what it should hold, how its files end, and what its records stand on."""

    title: str
    wanted: str
    endings: frozenset[str]
    unit: str = "line"


KINDS: Mapping[str, ImportKind] = {
    "pupils": ImportKind(
        "Pupils",
        "A table of pupils, CSV or Excel, as a school's system exports it. Needed are surname, forename and date of "
        "birth; school, next school, year group, SEN and many more are understood by their usual names.",
        _TABLES,
    ),
    "ctf": ImportKind(
        "Pupils by CTF",
        "A Common Transfer File (.xml) of version 15 or later, as a school's system makes it. While the pupil is on the roll "
        "of the school that sends it, that is the school, and the one it goes to is the next school.",
        frozenset({".xml"}),
        "pupil",
    ),
    "attendance": ImportKind(
        "Attendance",
        "The attendance of Year 6 from the schools that pupils left, CSV or Excel: UPN, or name and date of birth, with the per "
        "cent, the sessions or the codes of the register. Today then shows whom to watch in the first weeks of Year 7.",
        _TABLES,
    ),
    "events": ImportKind(
        "Events",
        "Suspensions, exclusions, home education, missing education and off roll, CSV or Excel, a line for each: UPN, or name and "
        "date of birth, kind, first day, and last day, school days or sessions, reason code and school where they are known.",
        _TABLES,
    ),
    "weeks": ImportKind(
        "Weekly attendance",
        "Attendance week by week in the first weeks after a move, CSV or Excel, a line for each pupil and week: UPN, or name and date "
        "of birth, any day of the week, sessions possible and sessions attended.",
        _TABLES,
    ),
    "scores": ImportKind(
        "Wellbeing scores",
        "Scores of Kidscreen-52 or another scale, CSV or Excel, a line for each: UPN, or name and date of birth, scale, dimension, "
        "before or after the move, day and score. Scores only, no answers to questions.",
        _TABLES,
    ),
    "sen2": ImportKind(
        "SEN2 return",
        "A council's SEN2 return as CSV: name its person file, and the modules beside it (requests, named plans, active plans, "
        "placements, needs) are read with it. What differs from the records is shown, gaps are filled.",
        _TABLES,
    ),
    "schools": ImportKind(
        "Schools",
        "A table of schools, CSV or Excel, with at least URN and name. The whole of England is at "
        "get-information-schools.service.gov.uk, under Downloads: establishment fields, CSV.",
        _TABLES,
    ),
    "groups": ImportKind(
        "Groups of schools",
        "A table of LIFT groups, districts, quadrants, partnerships or clusters, CSV or Excel: school (or URN), kind, group and "
        "academic year; a column until for the last year of a school that left.",
        _TABLES,
    ),
    "terms": ImportKind(
        "Term dates",
        "A table of terms and closure days, CSV or Excel: term, first day, last day; and the number of the council or the "
        "school, where they are not the same for all.",
        _TABLES,
    ),
    "calendar": ImportKind(
        "Calendar",
        "Dates of the year, CSV, Excel or iCalendar (.ics) as Outlook, Google and school websites write them: title, first "
        "day, and what it is (kind: closure, test, trip, event, a kind of workshop). Where that is not said it is told by the "
        "words, which the list shows. Columns school or council say whose they are.",
        _TABLES | {".ics"},
    ),
    "milestones": ImportKind(
        "Milestones",
        "A file of your own milestones, TOML, in the form of the shipped ones.",
        frozenset({".toml"}),
    ),
    "asks": ImportKind(
        "Asks",
        "A file of what is asked every year (census, tests, returns), TOML, in the form of those that come with the program.",
        frozenset({".toml"}),
    ),
}
