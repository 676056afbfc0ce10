"""The lines of the Today page: four short lists under their headings, from what ``transitions.today`` found."""

from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from rich.text import Text

from screens.privacy import display_name, note
from screens.pupil_look import Look
from screens.pupil_rows import away, symbol
from screens.status import status_style
from screens.walking import place
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.calendar import academic_year_label
from transitions.dates import short
from transitions.missed import MissedRow
from transitions.states import state_of
from transitions.today import DueAction, DueActions, PlanEvent, Today
from transitions.walk import Walk

COLUMNS = (
    Column("", width=1, priority=10),
    Column("Who", flex=2, min_width=16, priority=10),
    Column("What", flex=4, min_width=32, priority=9),
    Column("Due", width=10, priority=4),
    Column("When", width=14, priority=8),
)
Goal = Literal["pupil", "term dates", "walk"]
_EVENTS = {"meeting": "Meeting", "review": "Review", "next meeting": "Next meeting", "review due": "Review due"}


class Line(NamedTuple):
    """One line: its cells, and what Enter goes to; of a pupil's page, which tab."""

    cells: Row
    goal: Goal
    pupil_id: int | None = None
    tab: str = "timeline"


@dataclass(frozen=True)
class TodayLines:
    """Writes the lines; ``variables`` are those of the theme."""

    today: date
    hidden: bool
    variables: Mapping[str, str]

    def lists(self, page: Today, left: Walk | None) -> list[tuple[str, list[Line]]]:
        """Give each list with its heading; the count in the heading is the whole, whatever is shown."""
        return [
            (_title("Overdue, no decision yet", page.totals.overdue, page.overdue), self._steps(page.overdue)),
            (_title("Due this week", page.this_week_count, page.this_week), self._steps(page.this_week)),
            (_actions_title(page.actions), [self._action(one) for one in page.actions.first]),
            (_events_title(page), [self._event(one) for one in page.events]),
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
        what = f"{note(action.what, hidden=self.hidden)} · {Look(self.today, self.hidden).person(action.owner)}"
        when = Text(away(action.due_on, action.due_on, self.today), status_style(state, self.variables))
        who = display_name(action.preferred_name or action.forename, action.surname, hidden=self.hidden)
        cells = (symbol(state, self.variables), who, what, short(action.due_on), when)
        return Line(cells, "pupil", action.pupil_id, "plan")

    def _event(self, event: PlanEvent) -> Line:
        from transitions.plans.page import point_title

        state = state_of(None, event.on, event.on, self.today)
        place = None if self.hidden else event.place
        what = " · ".join(filter(None, (_EVENTS[event.what], place, point_title(event.transition))))
        when = Text(away(event.on, event.on, self.today), status_style(state, self.variables))
        who = display_name(event.preferred_name or event.forename, event.surname, hidden=self.hidden)
        return Line((symbol(state, self.variables), who, what, short(event.on), when), "pupil", event.pupil_id, "plan")

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


def _actions_title(actions: DueActions) -> str:
    parts = [(actions.overdue, "overdue"), (actions.coming, "due this week")]
    counts = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    if not counts:
        return "Actions due · none"
    cut = f", the first {len(actions.first)}" if len(actions.first) < actions.overdue + actions.coming else ""
    return f"Actions · {counts}{cut}"


def _events_title(page: Today) -> str:
    words = "Meetings and reviews"
    return _title(words, page.events_count, page.events) if page.events else f"{words} · none in the next fortnight"


def _title(words: str, count: int, shown: Sized) -> str:
    if not count:
        return f"{words} · none"
    return f"{words} · {count:,}" + (f", the first {len(shown)}" if len(shown) < count else "")
