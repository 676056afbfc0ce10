"""The commands of the calendar."""

from screens.frame.commands import CALENDAR, WORKSHOPS, Command

_YEAR = frozenset({CALENDAR})

# fmt: off
CALENDAR_COMMANDS = (
    Command("calendar.add", "Add to the calendar", ("a",), "add", _YEAR, short="add", footer=True,
            words="new date event create", alone=True,
            help="Adds a workshop, a date or something asked every year, on the day under the cursor."),
    Command("calendar.clashes", "Clashes of the year", ("!",), "clashes", _YEAR | {WORKSHOPS}, short="clashes", footer=True,
            words="conflicts overlap", alone=True,
            help="Lists every date of the year that stands in another's way, with the nearest day that is free."),
    Command("calendar.edit", "Edit", ("e",), "edit", _YEAR,
            help="Opens the workshop, the date or the ask under the cursor for editing."),
    Command("calendar.asks", "What is asked every year", (), "asks", _YEAR,
            words="deadlines returns census statutory", alone=True,
            help="Lists what is asked every year, to set its days, change it, add one of your own or retire one."),
    Command("calendar.take_out", "Take out of the calendar", ("T",), "take_out", _YEAR, short="take out",
            help="Takes a date of your own out of the calendar, or asks an ask no longer from a day on."),
    Command("calendar.taken_out", "Dates taken out", (), "taken_out", _YEAR,
            words="deleted removed restore bring back", alone=True,
            help="Lists the dates that were taken out of the calendar, to bring one back."),
    Command("calendar.view", "Map or list", ("v",), "view", _YEAR, short="map or list", footer=True,
            help="Shows the dates of the year one a line, or goes back to the map, to the same day."),
    Command("calendar.previous", "Year before", ("[",), "year(-1)", _YEAR, short="last year", footer=True,
            help="Shows the academic year before."),
    Command("calendar.next", "Year after", ("]",), "year(1)", _YEAR, short="next year", footer=True,
            help="Shows the academic year after."),
    Command("calendar.today", "Go to today", ("0",), "today", _YEAR, short="today", footer=True,
            help="Puts the cursor on today."),
    Command("calendar.filter", "Only one kind", ("f",), "filter", _YEAR, short="filter", footer=True,
            help="Shows only census days, only tests, only milestones or another kind of date."),
    Command("calendar.export", "Export the dates", ("x",), "export", _YEAR, short="export", footer=True,
            words="excel ical ics outlook csv file save download calendar", alone=True,
            help="Saves the dates that are shown as a calendar file, a wall planner, a text or a table."),
    Command("calendar.whose", "Whose term dates", (), "whose", _YEAR,
            words="terms holidays",
            help="Chooses whose term dates and closures are shown: everybody's, a council's or a school's."),
    Command("calendar.import", "Import dates", ("I",), "import_terms", _YEAR, short="import",
            words="load upload ical ics terms holidays", alone=True,
            help="Reads term dates, or any calendar (CSV, .ics), from a file; first it shows what would change."),
)
# fmt: on
