"""The commands of the screens of figures: who came, training, feeder schools, clashes, deadlines."""

from screens.frame.commands import ASKS, ATTENDANCE, CLASHES, FEEDERS, TRAINING, WORKSHOPS, Command

_LIST = frozenset({WORKSHOPS})
_CAME, _TRAINING, _FEEDERS, _CLASHES, _ASKS = (
    frozenset({name}) for name in (ATTENDANCE, TRAINING, FEEDERS, CLASHES, ASKS)
)
_YEARS = _CAME | _FEEDERS | _CLASHES | _ASKS
_ALL = _YEARS | _TRAINING

# fmt: off
FIGURE_COMMANDS = (
    Command("workshops.attendance", "Who came, in figures", ("w",), "attendance", _LIST, short="who came", footer=True,
            help="Shows who came over the year: by school, none or once, movers nobody told of, by series, term and year."),
    Command("workshops.feeders", "Feeder schools", ("g",), "feeders", _LIST, short="feeders", footer=True,
            help="Shows from which schools pupils go to which, by the destinations that are recorded."),
    Command("workshops.training", "Training", ("t",), "training", _LIST, short="training", footer=True,
            help="Shows the programmes of training: who has been to every module, and confidence before and after."),
    Command("workshops.clashes", "Clashes of the year", ("c",), "clashes", _LIST, short="clashes", footer=True,
            help="Lists every date of the year that stands in another's way, with the nearest day that is free."),
    Command("figures.open", "Open", ("enter",), "open", _ALL, footer=True,
            help="Goes to what is highlighted: the workshop, the pupils, the meetings of the school, or the date."),
    Command("clash.move", "Move to the free day", ("M",), "move", _CLASHES, short="move to free day", footer=True,
            help="Moves the highlighted date to the nearest day on which it would clash with nothing."),
    Command("training.programme", "Another programme", ("f",), "programme", _TRAINING, short="programme", footer=True,
            help="Chooses which programme of training is shown."),
    Command("training.add", "Add a module", ("a",), "add", _TRAINING, short="add module", footer=True,
            help="Adds a module to a programme of training, or begins a new programme with it."),
    Command("training.edit", "Edit the module", ("e",), "edit", _TRAINING, short="edit", footer=True,
            help="Changes the name or the place of the highlighted module; its sessions take the new name along."),
    Command("training.retire", "Retire, or bring back", ("T",), "retire", _TRAINING, short="retire", footer=True,
            help="Takes the module out of what completes the programme, or makes a retired one part of it again."),
    Command("ask.add", "Add something asked every year", ("a",), "add", _ASKS, short="add", footer=True,
            help="Opens an empty form for something that the council itself asks of schools every year."),
    Command("ask.days", "Set its days for this year", ("d",), "days", _ASKS, short="days", footer=True,
            help="Sets the days of one academic year as they were published; the rule stays as it is."),
    Command("ask.edit", "Change it", ("e",), "edit", _ASKS, short="change", footer=True,
            help="Changes the rule or the words from an academic year on; the years before stay what they were."),
    Command("ask.retire", "Retire, or bring back", ("T",), "retire", _ASKS, short="retire", footer=True,
            help="Asks it no longer from a day on, or asks a retired one again."),
    Command("figures.find", "Find", ("/",), "find", _ALL, footer=True,
            help="Finds lines as you type, by any part of what they say."),
    Command("figures.filter", "Narrow the figures", ("f",), "filter", _CAME | _FEEDERS, short="filter",
            footer=True, help="Counts one kind of meeting, one series or one year group alone."),
    Command("figures.previous", "Year before", ("[",), "year(-1)", _YEARS, short="last year", footer=True,
            help="Shows the academic year before."),
    Command("figures.following", "Year after", ("]",), "year(1)", _YEARS, short="next year", footer=True,
            help="Shows the academic year after."),
    Command("figures.tab_left", "Tab to the left", ("left",), "tab(-1)", _CAME | _TRAINING | _FEEDERS,
            help="Shows the tab to the left."),
    Command("figures.tab_right", "Tab to the right", ("right",), "tab(1)", _CAME | _TRAINING | _FEEDERS,
            help="Shows the tab to the right."),
    Command("figures.export", "Save workshops or attendance", ("x",), "export", _CAME, short="export", footer=True,
            help="Saves the workshops of the year, or who was invited and who came, to a file."),
)
# fmt: on
