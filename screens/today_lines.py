"""The lines of the Today page: four short lists under their headings, from what ``transitions.today`` found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from rich.text import Text

from screens.privacy import display_name, note
from screens.pupil_rows import away, symbol
from screens.status import status_style
from screens.walking import place
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.calendar import academic_year_label
from transitions.dates import short
from transitions.missed import MissedRow
from transitions.states import state_of
from transitions.today import DueAction, Today
from transitions.walk import Walk

COLUMNS = (
    Column("", width=1, priority=10),
    Column("Who", flex=2, min_width=16, priority=10),
    Column("What", flex=4, min_width=32, priority=9),
    Column("Due", width=10, priority=4),
    Column("When", width=14, priority=8),
)
Goal = Literal["pupil", "term dates", "walk"]


class Line(NamedTuple):
    """One line: its cells, and what Enter goes to."""

    cells: Row
    goal: Goal
    pupil_id: int | None = None


@dataclass(frozen=True)
class TodayLines:
    """Writes the lines; ``variables`` are those of the theme, ``pupil_name`` gives a name or initials."""

    today: date
    hidden: bool
    variables: Mapping[str, str]
    pupil_name: Callable[[int], str]

    def lists(self, page: Today, left: Walk | None) -> list[tuple[str, list[Line]]]:
        """Give each list with its heading; the count in the heading is the whole, whatever is shown."""
        return [
            (_title("Overdue, no decision yet", page.totals.overdue, page.overdue), self._steps(page.overdue)),
            (_title("Due this week", page.this_week_count, page.this_week), self._steps(page.this_week)),
            (_title("Actions due", page.actions_count, page.actions), [self._action(one) for one in page.actions]),
            ("What is missing", list(self._missing(page, left))),
        ]

    def _steps(self, rows: list[MissedRow]) -> list[Line]:
        return [self._step(row) for row in rows]

    def _step(self, row: MissedRow) -> Line:
        state = state_of(row.outcome, row.due_on, row.late_after, self.today)
        name = display_name(row.preferred_name or row.forename, row.surname, hidden=self.hidden)
        when = Text(away(row.due_on, row.late_after, self.today), status_style(state, self.variables))
        return Line((symbol(state, self.variables), name, row.title, short(row.due_on), when), "pupil", row.pupil_id)

    def _action(self, action: DueAction) -> Line:
        state = state_of(None, action.due_on, action.due_on, self.today)
        what = f"{note(action.what, hidden=self.hidden)} · {action.owner}"
        when = Text(away(action.due_on, action.due_on, self.today), status_style(state, self.variables))
        who = self.pupil_name(action.pupil_id)
        return Line((symbol(state, self.variables), who, what, short(action.due_on), when), "pupil", action.pupil_id)

    def _missing(self, page: Today, left: Walk | None) -> Iterator[Line]:
        if left is not None and left.pupil_id is not None:
            yield Line(
                (
                    "",
                    "Walk left off",
                    place(left) if self.hidden else f"{place(left)} · {left.description}",
                    "",
                    "w goes on",
                ),
                "walk",
            )
        for year, steps in page.waiting_for_dates:
            words = f"{academic_year_label(year)} not entered: {steps:,} {'step has' if steps == 1 else 'steps have'} no date"
            yield Line(("", "Term dates", words, "", "enter imports"), "term dates")


def _title(words: str, count: int, shown: list[MissedRow] | list[DueAction]) -> str:
    if not count:
        return f"{words} · none"
    return f"{words} · {count:,}" + (f", the first {len(shown)}" if len(shown) < count else "")
