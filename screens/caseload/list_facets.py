"""The filters of a caseload: whose, state, year group, transition and cohort, each line one or two keys away."""

from collections.abc import Callable, Mapping, Sequence
from string import digits

from rich.text import Text
from textual import events

from screens.frame.render_context import LOOKS, status_style
from screens.frame.safe import cell, txt
from screens.widgets.facets import FacetGroup, FacetOption, Facets, Place
from transitions.caseload.caseload import FACET_STATES, Caseload, Count
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import State

TITLES: Mapping[str, str] = {
    "whose": "Whose",
    "states": "State",
    "year_groups": "Year",
    "transitions": "Transition",
    "cohorts": "Cohort",
    "groups": "Group of schools",
}
WHOSE: Mapping[str, str] = {"mine": "My caseload", "all": "All pupils", "nobody's": "Nobody's"}
SECOND_DIGIT_SECONDS = 0.8
HIGHEST_YEAR = 14
_MOVES_THE_LIST = frozenset(
    {"up", "down", "pageup", "pagedown", "home", "end", "enter", "space", "left", "right", "escape"}
)
_STATE_OF: Mapping[str, State] = {LOOKS[state].symbol: state for state in FACET_STATES}


class ListFacets(Facets):
    """Filters that answer to a year's number and to a state's symbol, too.

    ``parts`` are the parts of a ``Caseload`` that are offered, in order. Once one was switched by its own key, the arrows,
    Enter and Escape belong to the list again: ``leave`` goes there before they are taken.
    """

    HELP = """## Filters

Type a year group (`6`, `11`, `0` for Reception) or a state's symbol (`!` overdue, `x` missed, `~` due soon) to switch that filter on or off: `f` `6` `!` is Year 6 with overdue steps. Type the two digits of `11` without a pause. After that the arrow keys move the list. Until then they move through the options, and `space` or Enter switches the option under the cursor on or off. The number says how many pupils would be listed. `▸` marks the filters that are on. `f` or Escape goes back to the list. F2 to F4 go to the work areas from here.
"""

    def __init__(
        self,
        parts: Sequence[str],
        leave: Callable[[], None],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._parts, self._leave = tuple(parts), leave
        self._by_key = False
        self.border_title = txt("Filter")
        self.border_subtitle = txt("6 year · ! state" if "states" in parts else "6 a year")
        self._digit = ("", 0.0)

    def show(self, counts: Mapping[str, Sequence[Count]]) -> None:
        groups = [
            FacetGroup(part, TITLES[part], [FacetOption(line.value, self._label(part, line)) for line in counts[part]])
            for part in self._parts
            if counts[part]
        ]
        self.set_groups(groups)
        self.set_counts({(part, line.value): line.pupils for part in self._parts for line in counts[part]})

    def mark_active(self, caseload: Caseload) -> None:
        active: set[Place] = set() if caseload.worker_id is not None else {("whose", caseload.whose)}
        for part in self._parts:
            if part != "whose":
                active |= {(part, str(value)) for value in getattr(caseload, part)}
        self.set_active(active)

    def _label(self, part: str, line: Count) -> Text:
        if part == "states":
            state = next(state for state in FACET_STATES if state == line.value)
            symbol = Text(LOOKS[state].symbol, status_style(state, self.app.theme_variables))
            return Text.assemble(symbol, " ", cell(line.label))
        if part == "whose":
            return cell(WHOSE[line.value])
        points = load_shipped().transitions
        if part == "transitions" and line.value in points:
            return cell(points[line.value].title)
        return cell(line.label)

    # A year's number and a state's symbol

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's signature
        return character is not None and (character in digits or self._state(character) is not None)

    def on_key(self, event: events.Key) -> None:
        character = event.character or ""
        if not character or not self.check_consume_key(event.key, character):
            if self._by_key and event.key in _MOVES_THE_LIST:
                self._leave()
            return
        event.stop()
        event.prevent_default()
        state = self._state(character)
        if state is not None:
            self._switch("states", state)
        else:
            self._type_year(character, event.time)

    def _state(self, character: str) -> State | None:
        return _STATE_OF.get(character) if "states" in self._parts else None

    def _type_year(self, digit: str, at: float) -> None:
        """Switch the year; a second digit soon after a 1 makes one number of the two, and takes the 1 back."""
        (before, when), self._digit = self._digit, (digit, at)
        if before == "1" and int(digit) <= HIGHEST_YEAR - 10 and at - when <= SECOND_DIGIT_SECONDS:
            self._digit = ("", 0.0)
            self._switch("year_groups", before)
            digit = before + digit
        self._switch("year_groups", digit)

    def on_focus(self) -> None:
        self._by_key = False

    def _switch(self, part: str, value: str) -> None:
        self._by_key = True
        if (part, value) in self._places:
            self.move_cursor(self._places.index((part, value)))
        self.post_message(self.Toggled(part, value))
