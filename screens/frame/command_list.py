"""Every command of this release, in the order in which the footer and the help show them."""

from pathlib import Path

from screens.calendar.commands import CALENDAR_COMMANDS
from screens.caseload.commands import DECISIONS, LISTING, MOVES
from screens.frame.commands import (
    CALENDAR,
    CASELOAD,
    EVERY_LIST,
    EVERYWHERE,
    HANDOVERS,
    IMPACT,
    MISSED,
    TODAY,
    WORKSHOPS,
    Command,
    Registry,
    remap,
)
from screens.handovers.commands import HANDOVER_BOARD_COMMANDS, HANDOVER_COMMANDS
from screens.impact.commands import IMPACT_COMMANDS
from screens.importing.commands import FIRST_RUN_COMMANDS, IMPORT_COMMANDS
from screens.milestones.commands import MILESTONE_COMMANDS
from screens.plans.commands import PLAN_COMMANDS, PLAN_QUALITY_COMMANDS
from screens.pupils.commands import PUPIL_COMMANDS, RECORD_LIST_COMMANDS
from screens.workshops.commands import FIGURE_COMMANDS, WORKSHOP_COMMANDS
from transitions.custody.own_settings import read_lines, with_lines
from transitions.errors import Problem

_ALL = frozenset({EVERYWHERE})
_LISTS = frozenset({EVERY_LIST})

# One command, two lines: its id, title, keys, action and places; then what it does.
# fmt: off
_IN_LISTS = (
    Command("list.sort", "Sort", ("s",), "sort", _LISTS, words="order arrange ascending descending",
            help="Sorts by the column under the cursor, or reverses the order; clicking its title does the same."),
    Command("column.left", "Column to left", ("left", "shift+left"), "column(-1)", _LISTS,
            help="Moves to the column on the left, so that column keys apply to it."),
    Command("column.right", "Column to right", ("right", "shift+right"), "column(1)", _LISTS,
            help="Moves to the column on the right."),
    Command("column.hide", "Hide the column", ("-",), "hide_column", _LISTS, words="remove column narrow",
            help="Hides the column under the cursor, and remembers it next time."),
    Command("column.wider", "Widen the column", ("plus",), "widen_column", _LISTS, words="wider width bigger",
            help="Makes the column under the cursor wider, and remembers it next time."),
    Command("column.all", "Show all columns", ("_",), "all_columns", _LISTS, words="unhide reset columns",
            help="Shows the hidden columns and resets all widths."),
    Command("column.count", "Count by value", ("#",), "count_values", _LISTS, words="how many totals pivot group statistics share",
            help="Counts the values in the column under the cursor, with shares and the rows behind them."),
    Command("column.copy", "Copy the cell", ("y",), "copy_cell", _LISTS, words="clipboard paste",
            help="Copies what is under the cursor to the clipboard, with a note in the history if it has names."),
    Command("column.copy_more", "Copy", ("Y",), "copy", _LISTS, words="clipboard paste excel table",
            help="Copies the cell, the row, all marked rows or the whole list to the clipboard, as a table."),
)
_EVERYWHERE = (
    Command("area.today", "Today", ("1", "f2"), "app.area('today')", _ALL, area=TODAY,
            words="home dashboard start",
            help="Shows what can’t wait."),
    Command("area.caseload", "Caseload", ("2", "f3"), "app.area('caseload')", _ALL, area=CASELOAD,
            words="pupils list home",
            help="Goes to the pupils."),
    Command("area.missed", "Missed", ("3", "f4"), "app.area('missed')", _ALL, area=MISSED,
            words="overdue late",
            help="Goes to overdue and missed milestones, and actions past their date."),
    Command("area.calendar", "Calendar", ("4", "f5"), "app.area('calendar')", _ALL, area=CALENDAR,
            help="Goes to the map of the academic year."),
    Command("area.workshops", "Workshops", ("5", "f6"), "app.area('workshops')", _ALL, area=WORKSHOPS,
            help="Goes to the workshops and meetings of the academic year."),
    Command("area.handovers", "Handovers", ("6", "f7"), "app.area('handovers')", _ALL, area=HANDOVERS,
            help="Shows what next schools need to know, and what has been sent, read and acknowledged."),
    Command("area.impact", "Impact", ("7", "f12"), "app.area('impact')", _ALL, area=IMPACT,
            words="figures reports statistics",
            help="Shows what committees ask for: measures, referrals, services, recommendations, other people’s figures."),
    Command("app.undo", "Undo", ("u", "ctrl+z"), "app.undo", _ALL,
            words="take back reverse mistake",
            help="Undoes the last change, even after a restart, and asks first unless you made it just now on this screen."),
    Command("app.redo", "Redo", ("U", "ctrl+y"), "app.redo", _ALL,
            words="again repeat",
            help="Redoes the last undone change."),
    Command("app.changes", "Last changes", ("=", "ctrl+l"), "changes", _ALL,
            help="Lists the last changes, who made them and when, to undo any of them."),
    Command("app.back", "Back", ("q", "escape"), "app.back", _ALL,
            help="Removes one filter, or goes back to the previous screen if there is none."),
    Command("app.jump", "Jump", ("ctrl+o",), "app.jump", _ALL, in_dialogs=True,
            help="Puts a letter on every visible field, panel, tab and row, to type and go there."),
    Command("app.before", "Place before", ("alt+left", "<"), "app.visited(-1)", _ALL,
            words="go back previous history",
            help="Goes back to the place you visited before, with the cursor where it was."),
    Command("app.after", "Place after", ("alt+right", ">"), "app.visited(1)", _ALL,
            words="go forward history",
            help="Goes forward again to the place you came back from."),
    Command("app.privacy", "Hide names", ("f9",), "app.privacy", _ALL, in_dialogs=True,
            words="initials anonymise screen share hide",
            help="Turns names into initials and hides notes, or shows them again."),
    Command("app.colours", "Colours", (), "app.colours", _ALL,
            words="theme dark light contrast appearance settings colour blind",
            help="Chooses between light, dark, high contrast and colour-blind safe colours."),
    Command("app.more", "More", (";", "ctrl+t"), "app.more", _ALL, footer=True,
            help="Lists what else can be done on this screen, each with a key."),
    Command("app.vi_keys", "Vi keys", (), "app.vi_keys", _ALL, words="settings keymap vim hjkl keyboard",
            help="Switches vi keys on or off: h j k l g G ctrl+d and ctrl+u move, and their usual commands are in the menu."),
    Command("app.settings", "Settings", (), "app.settings", _ALL, words="preferences options configuration setup",
            help="Lists what can be set: colours, passphrase, staff, wording, milestones; and says where your records and keys are."),
    Command("app.backup", "Make a backup", (), "app.backup", _ALL, words="back up save copy restore safe",
            help="Saves a checked copy of the records in the backups folder, as also happens each day."),
    Command("app.tour", "Tour", (), "app.tour", _ALL, words="guide learn introduction tutorial help start",
            help="Shows you round the made-up pupils in five minutes, and continues where you left it."),
    Command("app.help", "Help", ("?", "f1"), "app.help", _ALL, footer=True, in_dialogs=True,
            words="keys shortcuts manual what can i do f1",
            help="Shows every key that works here."),
    Command("app.palette", "Commands", ("ctrl+p",), "app.command_palette", _ALL, footer=True, in_dialogs=True,
            help="Finds any command by part of its name."),
    Command("app.finder", "Find anything", ("ctrl+f",), "app.finder", _ALL,
            words="search look for pupil school person",
            help="Finds pupils, plans, schools, staff, workshops and commands by part of a name, even misspelt."),
    Command("app.stop", "Stop what is running", ("f8",), "app.stop", _ALL, in_dialogs=True,
            words="cancel abort",
            help="Stops an import, export or other long job, without keeping any of it."),
    Command("app.lock", "Lock", ("f10",), "app.lock", _ALL, in_dialogs=True,
            words="log out sign out passphrase password",
            help="Locks encrypted records until you type the passphrase again, keeping anything half typed."),
    Command("app.passphrase", "Change the passphrase", (), "app.change('passphrase')", _ALL, words="settings password security new",
            help="Locks, asks for your current passphrase, then twice for a new one, keeping anything half typed."),
    Command("app.recovery", "New recovery code", (), "app.change('recovery')", _ALL, words="settings security forgotten password",
            help="Locks, asks for the passphrase, and shows a new recovery code, after which the old one no longer opens the records."),
    Command("app.lock_after", "Minutes until it locks", (), "app.lock_after", _ALL, words="settings idle timeout security lock",
            help="Sets after how many minutes without a key press encrypted records lock."),
    Command("app.quit", "Quit", ("ctrl+q",), "app.quit", _ALL, in_dialogs=True,
            words="exit close leave end",
            help="Quits the program, with every change already saved."),
)
# fmt: on

COMMANDS = Registry(
    (
        *DECISIONS,
        *MOVES,
        *LISTING,
        *PUPIL_COMMANDS,
        *RECORD_LIST_COMMANDS,
        *IMPORT_COMMANDS,
        *FIRST_RUN_COMMANDS,
        *CALENDAR_COMMANDS,
        *MILESTONE_COMMANDS,
        *WORKSHOP_COMMANDS,
        *FIGURE_COMMANDS,
        *PLAN_COMMANDS,
        *PLAN_QUALITY_COMMANDS,
        *HANDOVER_COMMANDS,
        *HANDOVER_BOARD_COMMANDS,
        *IMPACT_COMMANDS,
        *_IN_LISTS,
        *_EVERYWHERE,
    )
)


def own_keys(path: Path) -> tuple[Registry, list[Problem]]:
    """The commands with the keys that the file names, and what is wrong with it; without a file, the usual keys.

    The file holds lines such as ``"milestone.done" = "D"`` or ``"list.find" = "slash,f3"``. A line that is wrong is left
    out and said; it never keeps the app from starting.
    """
    entries, problems = read_lines(path, "the usual keys apply")
    if not entries:
        return COMMANDS, problems
    wanted = {name: keys for name, keys in entries.items() if isinstance(keys, str)}
    odd = [
        Problem(path.name, 'expected keys in quotes, such as "d" or "d,f6"', field=name)
        for name in entries
        if name not in wanted
    ]
    registry, problems = remap(COMMANDS, wanted, path.name)
    return registry, with_lines(path, [*odd, *problems])
