"""The commands of the work area Impact: its measures and the records of the council behind them."""

from screens.frame.commands import IMPACT, Command

_IMPACT = frozenset({IMPACT})

# fmt: off
IMPACT_COMMANDS = (
    Command("impact.add", "Add a record", ("a",), "add", _IMPACT, short="add", footer=True,
            words="new referral service figure recommendation create", alone=True,
            help="Adds to this list: a referral, a service, a recommendation, or another council's figure beside a measure."),
    Command("impact.take_out", "Take the record out", ("T",), "take_out", _IMPACT, short="take out", footer=True,
            help="Takes out a record made by mistake, though the history keeps it."),
    Command("impact.report", "Export the report for a committee", ("x",), "export", _IMPACT, short="report", footer=True,
            words="word print committee panel save download", alone=True,
            help="Saves the measures and recommendations as Word or HTML with small numbers hidden, or just the recommendations as CSV."),
    Command("impact.filter", "Only some pupils", ("f",), "filter", _IMPACT, short="filter", footer=True,
            help="Counts the measures for your pupils, a saved view or everybody."),
)
# fmt: on
