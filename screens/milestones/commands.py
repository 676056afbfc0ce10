"""The commands of the list of milestones."""

from screens.frame.commands import (
    CALENDAR,
    CASELOAD,
    MILESTONES,
    MISSED,
    PLAN,
    PUPIL,
    SCHOOLS,
    STAFF,
    TODAY,
    WALK,
    WORKSHOPS,
    Command,
)

_BOOK = frozenset({MILESTONES})

# fmt: off
MILESTONE_COMMANDS = (
    Command("milestones.list", "Milestones", (), "app.milestones",
            frozenset({TODAY, CALENDAR, CASELOAD, MISSED, PUPIL, WALK, PLAN, SCHOOLS, STAFF, WORKSHOPS}),
            words="steps rules deadlines settings", alone=True,
            help="Lists every milestone with its date rule, to read, add, change, move or retire one."),
    Command("milestones.read", "Read", ("enter",), "open", _BOOK, footer=True,
            help="Shows the whole milestone: who it is for, when, its legal basis, and its rule in earlier years."),
    Command("milestones.edit", "Edit", ("e",), "edit", _BOOK, footer=True,
            help="Changes the milestone from an academic year on, showing first the effect on pupils' steps."),
    Command("milestones.move", "Move the date", ("t",), "move", _BOOK, short="move the date", footer=True,
            help="Changes the milestone’s date rule, showing first the effect on pupils’ steps."),
    Command("milestones.add", "Add a milestone", ("a",), "add", _BOOK, short="add", footer=True,
            words="new milestone step create", alone=True,
            help="Opens an empty form for a milestone of your own."),
    Command("milestones.retire", "Retire, or bring back", ("T",), "retire", _BOOK, short="retire", footer=True,
            help="Retires the milestone from a date, or brings a retired one back."),
    Command("milestones.find", "Find", ("/",), "find", _BOOK, footer=True,
            help="Finds as you type, by any part of a title, a code, a rule or a transition point."),
    Command("milestones.import", "Import", ("I",), "import_file", _BOOK,
            words="load upload", alone=True,
            help="Imports your own milestones from a file, showing first what would change."),
)
# fmt: on
