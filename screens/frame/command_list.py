"""Every command of this release, in the order in which the footer and the help show them."""

import tomllib
from pathlib import Path

from screens.frame.commands import EVERYWHERE, Command, Registry, remap
from screens.frame.report_commands import CALENDAR_COMMANDS, FIGURE_COMMANDS
from screens.handovers.commands import HANDOVER_BOARD_COMMANDS, HANDOVER_COMMANDS, HANDOVERS
from screens.workshops.commands import WORKSHOP_COMMANDS, WORKSHOPS
from transitions.errors import Problem

TODAY, CASELOAD, MISSED, PUPIL, WALK = "today", "caseload", "missed", "pupil", "walk"
SCHOOLS, STAFF, IMPORT, FIRST_RUN = "schools", "staff", "import", "first run"
CALENDAR, MILESTONES = "calendar", "milestones"
PLAN, PLAN_VERSIONS = "plan", "plan versions"

_ALL = frozenset({EVERYWHERE})
_LISTS = frozenset({CASELOAD, MISSED})
_DECIDING = frozenset({CASELOAD, MISSED, PUPIL, WALK})
_CASELOAD, _MISSED, _PUPIL, _WALK = (frozenset({name}) for name in (CASELOAD, MISSED, PUPIL, WALK))
_PLAN, _VERSIONS = frozenset({PLAN}), frozenset({PLAN_VERSIONS})
_SCHOOLS, _STAFF, _IMPORT, _FIRST_RUN = (frozenset({name}) for name in (SCHOOLS, STAFF, IMPORT, FIRST_RUN))
_YEAR, _BOOK = frozenset({CALENDAR}), frozenset({MILESTONES})

# One command, two lines: its id, title, keys, action and places; then what it does.
# fmt: off
_DECISIONS = (
    Command("list.mark", "Mark", ("space",), "mark", _LISTS, footer=True,
            help="Marks this row; what you do next is done to all marked rows, as one change."),
    Command("list.mark_all", "Mark all", ("A",), "mark_all", _LISTS,
            help="Marks every row that the filters leave, or takes all marks away."),
    Command("milestone.done", "Mark done", ("d",), "done", _DECIDING, short="done", footer=True,
            help="Records that the next milestone, or the action, was done today."),
    Command("milestone.missed", "Flag missed", ("m",), "missed", _DECIDING, short="missed", footer=True,
            help="Flags the milestone as missed; the next key gives the reason."),
    Command("list.waive", "Waive", ("i",), "waive", _LISTS,
            help="Records that the milestone does not apply to this pupil, with the reason; drops an action, likewise."),
    Command("milestone.waive", "Waive", ("w", "i"), "waive", _PUPIL | _WALK, footer=True,
            help="Records that the milestone does not apply to this pupil, with the reason; drops an action, likewise."),
    Command("milestone.reopen", "Re-open", ("r",), "reopen", _PUPIL, footer=True,
            help="Takes back what was decided, so that the milestone waits for a decision again."),
    Command("milestone.next_step", "What happens next", ("N",), "next_step", _MISSED | _PUPIL, short="what next",
            help="Writes down what happens next about a missed milestone."),
    Command("milestone.explain", "Explain", ("e",), "explain", _MISSED | _PUPIL, footer=True,
            help="Says which rule, dates and fields led to this state, and what would clear it."),
    Command("walk.action", "Add an action", ("a",), "add_action", _WALK, short="action", footer=True,
            help="Adds an action with an owner and a date to the pupil's plan."),
    Command("list.owner", "Change owner", ("o",), "owner", _LISTS, short="owner",
            help="Gives the pupil, or all that are marked, to another member of staff."),
    Command("pupil.note", "Add a note", ("n",), "note", _DECIDING, short="note",
            help="Writes a note on this pupil."),
)
_MOVES = (
    Command("list.walk", "Walk", ("w",), "walk", _LISTS | {TODAY}, footer=True,
            help="Goes through this list one pupil a screen, most urgent first; stopping keeps the place."),
    Command("list.open", "Open", ("enter",), "open", _LISTS | {TODAY, WALK, CALENDAR}, footer=True,
            help="Opens what is highlighted."),
    Command("walk.later", "Tell me again", ("t",), "later", _WALK,
            help="Leaves this pupil out of the walk until a date that you type; gives an action that date as its new day."),
    Command("walk.skip", "Skip", ("right",), "skip", _WALK, footer=True,
            help="Goes to the next pupil without a decision."),
    Command("walk.back", "Back one pupil", ("left",), "previous", _WALK, short="back", footer=True,
            help="Goes back to the pupil before."),
    Command("walk.export", "Save the open actions", ("x",), "export_actions", _WALK, short="save actions",
            help="Saves the open actions of the pupils in this walk to a file."),
    Command("walk.stop", "Stop here", ("q", "escape"), "stop", _WALK, short="stop", footer=True,
            help="Ends the walk and keeps the place; the next walk goes on with the next pupil."),
    Command("pupil.previous", "Pupil before", ("[",), "previous", _PUPIL, short="before", footer=True,
            help="Opens the pupil above in the list that you came from."),
    Command("pupil.next", "Pupil after", ("]",), "next", _PUPIL, short="after", footer=True,
            help="Opens the pupil below in the list that you came from."),
    Command("pupil.tab_left", "Tab to the left", ("left",), "tab(-1)", _PUPIL,
            help="Shows the tab to the left."),
    Command("pupil.tab_right", "Tab to the right", ("right",), "tab(1)", _PUPIL,
            help="Shows the tab to the right."),
)
_LISTING = (
    Command("list.find", "Find", ("/",), "find", _LISTS, footer=True,
            help="Finds pupils as you type, by any part of a name or a number."),
    Command("list.filter", "Filter", ("f",), "filter", _LISTS, footer=True,
            help="Goes to the filters, which show how many pupils each would leave."),
    Command("missed.group", "Group", ("g",), "group", _MISSED, footer=True,
            help="Groups by school, year group, milestone or member of staff, in turn."),
    Command("list.export", "Export", ("x",), "export", _LISTS, footer=True,
            help="Saves the list that is on the screen to a file."),
    Command("list.sort", "Sort", ("s",), "sort", _LISTS,
            help="Changes the order of the list, in turn."),
    Command("list.views", "Saved views", ("v",), "views", _LISTS, short="views",
            help="Lists the saved views; a view is a set of filters and an order."),
    Command("list.save_view", "Save this view", ("V",), "save_view", _LISTS, short="save view",
            help="Saves the filters and the order of this list under a name."),
    Command("list.refresh", "Refresh", ("r",), "refresh_list", _LISTS,
            help="Reads the list again, with what other people have changed."),
    Command("list.peek", "Look closer", ("p",), "peek", _LISTS, short="look",
            help="Shows what matters of the highlighted pupil beside the list, or puts it away."),
)
_RECORDS = (
    Command("pupil.add", "Add a pupil", ("a",), "add_pupil", _CASELOAD, short="add",
            help="Opens an empty form for a new pupil."),
    Command("list.edit", "Edit pupil", ("e", "E"), "edit", _CASELOAD, short="edit",
            help="Opens the details of the highlighted pupil for editing."),
    Command("pupil.edit", "Edit pupil", ("E",), "edit", _PUPIL, short="edit", footer=True,
            help="Opens the details of this pupil for editing."),
    Command("records.schools", "Schools", ("S",), "schools", _CASELOAD,
            help="Lists the schools, to look up, add or edit one."),
    Command("records.staff", "Staff", ("K",), "staff", _CASELOAD,
            help="Lists the members of staff and how many pupils each has."),
    Command("records.import", "Import", ("I",), "import_file", _CASELOAD,
            help="Reads pupils, schools or term dates from a file; first it shows what would change."),
    Command("pupil.contacts", "Circle of support", ("c",), "contacts", _CASELOAD | _PUPIL | _PLAN, short="circle",
            help="Shows the people around the pupil, to look up, add or edit one."),
    Command("pupil.archive", "Archive the pupil", (), "archive", _CASELOAD | _PUPIL,
            help="Takes the pupil out of every list and keeps the record; it can be brought back at any time."),
    Command("records.archived", "Archived pupils", (), "archived", _CASELOAD,
            help="Lists the pupils who were archived, to bring one back."),
)
_RECORD_LISTS = (
    Command("school.edit", "Edit school", ("enter", "e"), "edit", _SCHOOLS, short="edit", footer=True,
            help="Opens the highlighted school for editing."),
    Command("school.add", "Add a school", ("a",), "add", _SCHOOLS, short="add", footer=True,
            help="Opens an empty form for a new school."),
    Command("worker.edit", "Edit", ("enter", "e"), "edit", _STAFF, footer=True,
            help="Opens the highlighted member of staff for editing."),
    Command("worker.add", "Add a member of staff", ("a",), "add", _STAFF, short="add", footer=True,
            help="Opens an empty form for a new member of staff."),
    Command("worker.me", "This is me", ("m",), "me", _STAFF, footer=True,
            help="Says that this is who sits at the keyboard, from now on and at every later start."),
    Command("records.find", "Find", ("/",), "find", _SCHOOLS | _STAFF, footer=True,
            help="Finds as you type, by name, town or number."),
    Command("records.import_schools", "Import", ("I",), "import_file", _SCHOOLS, footer=True,
            help="Reads schools from a file, such as the national register's download."),
)
_IMPORTING = (
    Command("import.commit", "Import", ("ctrl+s",), "commit", _IMPORT, footer=True,
            help="Imports what is shown, as one change that can be undone."),
    Command("import.good", "Take the good lines", ("g",), "good", _IMPORT, footer=True,
            help="Leaves the refused lines out; they go to a file of their own, with the reasons."),
    Command("import.again", "Read again", ("r",), "again", _IMPORT, footer=True,
            help="Reads the file again, after you have put it right."),
    Command("import.file", "Another file", ("f",), "file", _IMPORT, footer=True,
            help="Goes to the name of the file, to choose another."),
)
_BEGINNING = (
    Command("first.schools", "Import schools", ("s",), "schools", _FIRST_RUN,
            help="Reads schools from a file, such as the national register's download."),
    Command("first.pupils", "Import pupils", ("p",), "pupils", _FIRST_RUN,
            help="Reads pupils from a file; first it shows what it would do."),
    Command("first.add", "Add a pupil", ("a",), "add_pupil", _FIRST_RUN,
            help="Opens an empty form for a pupil."),
    Command("first.demo", "Look around", ("m",), "demo", _FIRST_RUN,
            help="Opens made-up pupils, in a file of their own."),
    Command("first.start", "Go to the caseload", ("c",), "start", _FIRST_RUN,
            help="Begins with an empty caseload."),
)
_CALENDAR = (
    Command("calendar.view", "Map or list", ("v",), "view", _YEAR, short="map / list", footer=True,
            help="Shows the dates of the year one a line, or goes back to the map, to the same day."),
    Command("calendar.previous", "Year before", ("[",), "year(-1)", _YEAR, short="last year", footer=True,
            help="Shows the academic year before."),
    Command("calendar.next", "Year after", ("]",), "year(1)", _YEAR, short="next year", footer=True,
            help="Shows the academic year after."),
    Command("calendar.today", "Go to today", ("t",), "today", _YEAR, short="today", footer=True,
            help="Puts the cursor on today."),
    Command("calendar.filter", "Only one kind", ("f",), "filter", _YEAR, short="filter", footer=True,
            help="Shows only census days, only tests, only milestones or another kind of date."),
    Command("calendar.export", "Save the dates", ("x",), "export", _YEAR, short="export", footer=True,
            help="Saves the dates that are shown as a calendar file, a wall planner, a text or a table."),
    Command("calendar.whose", "Whose term dates", ("s",), "whose", _YEAR, short="whose", footer=True,
            help="Chooses whose term dates and closures are shown: everybody's, a council's or a school's."),
    Command("calendar.import", "Import dates", ("I",), "import_terms", _YEAR, short="import",
            help="Reads term dates, or any calendar (CSV, .ics), from a file; first it shows what would change."),
)
_MILESTONES = (
    Command("calendar.milestones", "Milestones", ("m",), "app.milestones", _YEAR, short="milestones", footer=True,
            help="Lists every milestone with its date rule, to read, add, change, move or retire one."),
    Command("milestones.list", "Milestones", (), "app.milestones",
            frozenset({TODAY, CASELOAD, MISSED, PUPIL, WALK, PLAN, SCHOOLS, STAFF, WORKSHOPS}),
            help="Lists every milestone with its date rule, to read, add, change, move or retire one."),
    Command("milestones.read", "Read", ("enter",), "open", _BOOK, footer=True,
            help="Shows the whole milestone: for whom, when, on whose word, and what it was in earlier years."),
    Command("milestones.edit", "Edit", ("e",), "edit", _BOOK, footer=True,
            help="Changes the milestone from an academic year on; first it shows what that does to the pupils' steps."),
    Command("milestones.move", "Move the date", ("M",), "move", _BOOK, short="move", footer=True,
            help="Gives the milestone another date rule; first it shows what that does to the pupils' steps."),
    Command("milestones.add", "Add a milestone", ("a",), "add", _BOOK, short="add", footer=True,
            help="Opens an empty form for a milestone of your own."),
    Command("milestones.retire", "Retire, or bring back", ("T",), "retire", _BOOK, short="retire", footer=True,
            help="Asks for the milestone no longer from a day on, or asks for a retired one again."),
    Command("milestones.find", "Find", ("/",), "find", _BOOK, footer=True,
            help="Finds as you type, by any part of a title, a code, a rule or a transition point."),
    Command("milestones.import", "Import", ("I",), "import_file", _BOOK,
            help="Reads milestones of your own from a file; first it shows what would change."),
)
_PLANS = (
    Command("plan.open", "Open the plan", ("P",), "plan", _LISTS | _PUPIL, short="plan", footer=True,
            help="Opens the plan of the pupil; when there is none, asks for which move one is to be opened."),
    Command("pupil.open_tab", "Open what the tab shows", ("enter",), "open_tab", _PUPIL, short="open",
            help="Opens the plan or the handover from its tab, and explains the step on the Timeline."),
    Command("plan.begin", "Open a plan for another move", (), "begin_plan", _PUPIL | _PLAN,
            help="Begins a plan for a move that has none yet, beside the plans that are there."),
    Command("plan.edit", "Edit the section", ("enter",), "edit", _PLAN, short="edit", footer=True,
            help="Opens the section under the cursor for writing."),
    Command("plan.next_step", "Go on", ("g",), "next_step", _PLAN, footer=True,
            help="Shows what the next step of the plan needs and what is missing, and takes the step."),
    Command("plan.action", "Add an action", ("a",), "add_action", _PLAN, short="action", footer=True,
            help="Writes down who will do what by when."),
    Command("plan.outcome", "Add an outcome", ("o",), "add_outcome", _PLAN, short="outcome", footer=True,
            help="Writes down what will be different by a day, and from which hope it comes."),
    Command("plan.meetings", "Meetings and reviews", ("M",), "meetings", _PLAN, short="meetings", footer=True,
            help="Plans a meeting or a review, and records who came and what was decided."),
    Command("plan.print", "Print", ("p",), "print_plan", _PLAN, footer=True,
            help="Saves the plan as a Word document, a web page or plain text, or a blank form for paper."),
    Command("plan.versions", "Versions", ("v",), "versions", _PLAN, footer=True,
            help="Shows two versions of this plan side by side."),
    Command("plan.audit", "Audit", ("y",), "audit", _PLAN, footer=True,
            help="Judges the quality of this plan by the checklist; the author cannot be the auditor."),
    Command("plan.survey", "Family survey", ("Y",), "survey", _PLAN, short="survey", footer=True,
            help="Records what the pupil and the family say about the move, before and after it."),
    Command("plan.previous", "Plan before", ("[",), "previous", _PLAN, short="before", footer=True,
            help="Opens the plan of the pupil above in the list that you came from."),
    Command("plan.next", "Plan after", ("]",), "next", _PLAN, short="after", footer=True,
            help="Opens the plan of the pupil below in the list that you came from."),
    Command("plan.new_version", "New version", ("N",), "new_version", _PLAN,
            help="Makes the next version of an agreed plan, which stays in force until the new one is agreed."),
    Command("plan.close", "Close the plan", ("x",), "close_plan", _PLAN, short="close",
            help="Closes a plan that has ended, with the reason."),
)
_HANDOVERS = (
    Command("handover.open", "Open the handover", ("H",), "handover", _LISTS | _PUPIL | _WALK, short="handover",
            footer=True, help="Opens the handover of the pupil, or of all that are marked; starts what is not started."),
    *HANDOVER_COMMANDS,
)
_PLAN_WORDS = (
    Command("plan.words", "Plan wording", (), "plan_words", _CASELOAD | _PLAN,
            help="Changes the questions and prompts of plans, how often they are reviewed, and the grades of the audit."),
    Command("plan.quality", "Quality of plans", (), "plan_quality", _CASELOAD | _PLAN,
            help="Shows how many plans of this academic year are completed, and what their audits found."),
    Command("plan.families", "What families say", (), "survey_results", _CASELOAD,
            help="Shows what came back of the family surveys, every answer counted."),
    Command("versions.older_back", "The version before", ("left",), "step(-1)", _VERSIONS, short="older", footer=True,
            help="Shows an older version at the left."),
    Command("versions.older_on", "The version after", ("right",), "step(1)", _VERSIONS, short="newer", footer=True,
            help="Shows a newer version at the left."),
    Command("versions.everything", "Everything or only changes", ("c",), "everything", _VERSIONS, short="all / changes",
            footer=True, help="Shows everything that the two versions say, or only what differs."),
    Command("versions.choose_older", "Choose the older version", ("o",), "choose_older", _VERSIONS, short="choose older",
            footer=True, help="Lists the versions, to choose the one at the left."),
    Command("versions.choose_newer", "Choose the newer version", ("n",), "choose_newer", _VERSIONS, short="choose newer",
            footer=True, help="Lists the versions, to choose the one at the right."),
)
_EVERYWHERE = (
    Command("area.today", "Today", ("1", "f2"), "app.area('today')", _ALL, area=TODAY,
            help="Goes to what cannot wait."),
    Command("area.caseload", "Caseload", ("2", "f3"), "app.area('caseload')", _ALL, area=CASELOAD,
            help="Goes to the pupils."),
    Command("area.missed", "Missed", ("3", "f4"), "app.area('missed')", _ALL, area=MISSED,
            help="Goes to the overdue and the missed milestones, and the actions past their day."),
    Command("area.calendar", "Calendar", ("4", "f5"), "app.area('calendar')", _ALL, area=CALENDAR,
            help="Goes to the map of the academic year."),
    Command("area.workshops", "Workshops", ("5", "f6"), "app.area('workshops')", _ALL, area=WORKSHOPS,
            help="Goes to the workshops and meetings of the academic year."),
    Command("area.handovers", "Handovers", ("6", "f7"), "app.area('handovers')", _ALL, area=HANDOVERS,
            help="Goes to what the next schools must know, and what has been sent, read and acknowledged."),
    Command("app.undo", "Undo", ("u", "ctrl+z"), "app.undo", _ALL,
            help="Takes back the last change; that still works after a restart."),
    Command("app.redo", "Redo", ("U", "ctrl+y"), "app.redo", _ALL,
            help="Makes the change again that was taken back last."),
    Command("app.back", "Back", ("q", "escape"), "app.back", _ALL,
            help="Takes one filter away; when there is none, goes back to the screen before."),
    Command("app.privacy", "Hide names", ("f9",), "app.privacy", _ALL, in_dialogs=True,
            help="Turns names into initials and hides notes, or shows them again."),
    Command("app.colours", "Colours", (), "app.colours", _ALL,
            help="Chooses between light, dark, high contrast and colour-blind safe colours."),
    Command("app.help", "Help", ("?", "f1"), "app.help", _ALL, footer=True, in_dialogs=True,
            help="Shows every key that works here."),
    Command("app.palette", "Commands", ("ctrl+p",), "app.command_palette", _ALL, footer=True, in_dialogs=True,
            help="Finds any command by a part of its name."),
    Command("app.quit", "Quit", ("ctrl+q",), "app.quit", _ALL, in_dialogs=True,
            help="Ends the program; every change is saved already."),
)
# fmt: on

COMMANDS = Registry(
    (
        *_DECISIONS,
        *_MOVES,
        *_LISTING,
        *_RECORDS,
        *_RECORD_LISTS,
        *_IMPORTING,
        *_BEGINNING,
        *CALENDAR_COMMANDS,
        *_CALENDAR,
        *_MILESTONES,
        *WORKSHOP_COMMANDS,
        *FIGURE_COMMANDS,
        *_PLANS,
        *_PLAN_WORDS,
        *_HANDOVERS,
        *HANDOVER_BOARD_COMMANDS,
        *_EVERYWHERE,
    )
)


def own_keys(path: Path) -> tuple[Registry, list[Problem]]:
    """The commands with the keys that the file names, and what is wrong with it; without a file, the usual keys.

    The file holds lines such as ``"milestone.done" = "D"`` or ``"list.find" = "slash,ctrl+f"``. A line that is wrong is left
    out and said; it never keeps the app from starting.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return COMMANDS, []
    except OSError as error:
        return COMMANDS, [Problem(path.name, f"cannot be read ({error.strerror}); the usual keys hold")]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return COMMANDS, [Problem(path.name, f"is not TOML ({error}); the usual keys hold")]
    wanted = {name: keys for name, keys in entries.items() if isinstance(keys, str)}
    odd = [
        Problem(path.name, 'expected keys in quotes, such as "d" or "d,f6"', field=name)
        for name in entries
        if name not in wanted
    ]
    registry, problems = remap(COMMANDS, wanted, path.name)
    return registry, [*odd, *problems]
