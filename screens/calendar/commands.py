"""The commands of the calendar."""

from screens.frame.commands import CALENDAR, WORKSHOPS, Command

_YEAR = frozenset({CALENDAR})

# fmt: off
CALENDAR_COMMANDS = (
    Command("calendar.add", "Add to the calendar", ("a",), "add", _YEAR, short="add", footer=True,
            words="new date event create", alone=True,
            help="Adds a workshop, a date or a yearly deadline, on the day under the cursor."),
    Command("calendar.clashes", "Clashes of the year", ("!",), "clashes", _YEAR | {WORKSHOPS}, short="clashes", footer=True,
            words="conflicts overlap", alone=True,
            help="Lists the year’s clashing dates, each with the nearest free day."),
    Command("calendar.edit", "Edit", ("e",), "edit", _YEAR,
            help="Opens the workshop, date or deadline under the cursor for editing."),
    Command("calendar.asks", "Yearly deadlines", (), "asks", _YEAR,
            words="deadlines returns census statutory", alone=True,
            help="Lists the yearly deadlines, to set their days, change, add or retire one."),
    Command("calendar.take_out", "Take out of the calendar", ("T",), "take_out", _YEAR, short="take out",
            help="Takes one of your own dates out of the calendar, or retires a deadline from a date you choose."),
    Command("calendar.taken_out", "Dates taken out", (), "taken_out", _YEAR,
            words="deleted removed restore bring back", alone=True,
            help="Lists dates taken out of the calendar, to bring one back."),
    Command("calendar.view", "Map or list", ("v",), "view", _YEAR, short="map or list", footer=True,
            help="Shows the year’s dates as a list, or as the map again, on the same day."),
    Command("calendar.previous", "Year before", ("[",), "year(-1)", _YEAR, short="last year", footer=True,
            help="Shows the previous academic year."),
    Command("calendar.next", "Year after", ("]",), "year(1)", _YEAR, short="next year", footer=True,
            help="Shows the next academic year."),
    Command("calendar.today", "Go to today", ("0",), "today", _YEAR, short="today", footer=True,
            help="Moves the cursor to today."),
    Command("calendar.filter", "Only one kind", ("f",), "filter", _YEAR, short="filter", footer=True,
            help="Shows only census days, only tests, only milestones or another kind of date."),
    Command("calendar.export", "Export the dates", ("x",), "export", _YEAR, short="export", footer=True,
            words="excel ical ics outlook csv file save download calendar", alone=True,
            help="Saves the dates shown, as a calendar file, a wall planner, text or a table."),
    Command("calendar.whose", "Whose term dates", (), "whose", _YEAR,
            words="terms holidays",
            help="Chooses whose term dates and closures to show: everybody’s, a council’s or a school’s."),
    Command("calendar.import", "Import dates", ("I",), "import_terms", _YEAR, short="import",
            words="load upload ical ics terms holidays", alone=True,
            help="Imports term dates or any calendar (CSV, .ics), showing first what would change."),
)
# fmt: on
