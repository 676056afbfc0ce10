"""The commands of the lists of pupils, of the walk and of Today: deciding, going on, and what a list shows."""

from screens.frame.commands import CALENDAR, CASELOAD, LISTS, MISSED, PUPIL, TODAY, WALK, Command

_DECIDING = frozenset({CASELOAD, MISSED, PUPIL, WALK})
_MISSED = frozenset({MISSED})
_PUPIL = frozenset({PUPIL})
_WALK = frozenset({WALK})

# fmt: off
DECISIONS = (
    Command("list.mark", "Mark", ("space",), "mark", LISTS, footer=True,
            help="Marks this row; what you do next is done to all marked rows, as one change."),
    Command("list.mark_all", "Mark all", ("A",), "mark_all", LISTS,
            help="Marks every row that the filters leave, or takes all marks away."),
    Command("milestone.done", "Mark done", ("d",), "done", _DECIDING, short="done", footer=True,
            help="Records that the next milestone, or the action, was done today."),
    Command("milestone.missed", "Flag missed", ("m",), "missed", _DECIDING, short="missed", footer=True,
            help="Flags the milestone as missed; the next key gives the reason."),
    Command("list.waive", "Waive", ("i",), "waive", LISTS,
            help="Records that the milestone does not apply to this pupil, with the reason; drops an action, likewise."),
    Command("milestone.waive", "Waive", ("i",), "waive", _PUPIL | _WALK, footer=True,
            help="Records that the milestone does not apply to this pupil, with the reason; drops an action, likewise."),
    Command("milestone.reopen", "Re-open", ("R",), "reopen", _PUPIL, footer=True,
            help="Takes back what was decided, so that the milestone waits for a decision again."),
    Command("milestone.next_step", "What happens next", ("N",), "next_step", _MISSED | _PUPIL, short="what next",
            help="Writes down what happens next about a missed milestone."),
    Command("milestone.explain", "Explain", ("E",), "explain", _MISSED | _PUPIL, footer=True,
            help="Says which rule, dates and fields led to this state, and what would clear it."),
    Command("walk.action", "Add an action", ("a",), "add_action", _WALK, short="action", footer=True,
            help="Adds an action with an owner and a date to the pupil's plan."),
    Command("list.owner", "Change caseworker", ("o",), "owner", LISTS, short="caseworker",
            help="Gives the pupil, or all that are marked, to another member of staff."),
    Command("pupil.note", "Add a note", ("n",), "note", _DECIDING, short="note",
            help="Writes a note on this pupil."),
)
MOVES = (
    Command("list.walk", "Walk", ("w",), "walk", LISTS | {TODAY}, footer=True,
            help="Goes through this list one pupil a screen, most urgent first; stopping keeps the place."),
    Command("list.open", "Open", ("enter",), "open", LISTS | {TODAY, WALK, CALENDAR}, footer=True,
            help="Opens what is highlighted."),
    Command("walk.later", "Tell me again on another day", ("t",), "later", _WALK, short="another day",
            help="Leaves this pupil out of the walk until a date that you type; gives an action that date as its new day."),
    Command("walk.skip", "Skip", ("right",), "skip", _WALK, footer=True,
            help="Goes to the next pupil without a decision."),
    Command("walk.back", "Back one pupil", ("left",), "previous", _WALK, short="back", footer=True,
            help="Goes back to the pupil before."),
    Command("walk.export", "Export the open actions", ("x",), "export_actions", _WALK, short="export actions",
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
LISTING = (
    Command("list.find", "Find", ("/",), "find", LISTS, footer=True,
            help="Finds pupils as you type, by any part of a name or a number."),
    Command("list.filter", "Filter", ("f",), "filter", LISTS, footer=True,
            help="Goes to the filters, which show how many pupils each would leave."),
    Command("missed.group", "Group", ("g",), "group", _MISSED, footer=True,
            help="Groups by school, year group, milestone or member of staff, in turn."),
    Command("list.export", "Export", ("x",), "export", LISTS, footer=True,
            help="Saves the list that is on the screen to a file."),
    Command("list.print", "Print movers by next school", ("p",), "export('movers')", LISTS, short="print movers",
            help="Writes who of this list moves this year, a page for each school or college that receives them."),
    Command("list.views", "Saved views", ("v",), "views", LISTS, short="views",
            help="Lists the saved views; a view is a set of filters and an order."),
    Command("list.save_view", "Save this view", ("V",), "save_view", LISTS, short="save view",
            help="Saves the filters and the order of this list under a name."),
    Command("list.refresh", "Refresh", ("r",), "refresh_list", LISTS,
            help="Reads the list again, with what other people have changed."),
    Command("list.peek", "Look closer", ("z",), "peek", LISTS, short="look",
            help="Shows what matters of the highlighted pupil beside the list, or puts it away."),
)
# fmt: on
