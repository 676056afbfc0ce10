"""The rows behind one figure: who is counted, who is only in the base; Enter opens the pupil, plan, school or workshop."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from screens.frame.commands import BEHIND
from screens.frame.render_context import display_name
from screens.frame.report_screen import FiguresScreen, ReportLine, ReportTab
from screens.frame.safe import cell
from screens.impact.measure_lines import NOT_SUPPRESSED, defined
from screens.widgets.columns import Column
from transitions.impact.listing import about
from transitions.impact.measure import Asked, Behind, measures
from transitions.impact.measures import figures
from transitions.pupils.markers import Markers
from transitions.text import how_many, searchable

_OF_A_PUPIL: Final = ("pupil", "plan")
_MOST: Final = 5_000
"""Rows that are listed; of a longer list these are the first, which is said."""


class BehindScreen(FiguresScreen):
    """Of a measure, or a part of it; counted when it is opened, and again when the records change."""

    SCOPE: ClassVar[str] = BEHIND
    MADE_OF = ("_asked", "_code", "_part")
    PARTS: ClassVar[Mapping[str, str]] = {"rows": "Rows"}
    FIND = "find a name or a school"
    read_all: ReportTab

    def __init__(self, asked: Asked, code: str, part: str) -> None:
        super().__init__(asked.year)
        self._asked, self._code, self._part = asked, code, part

    def load(self) -> ReportTab:
        found = next((one for one in figures(self._asked, [self._code]) if one.part == self._part), None)
        rows = found.rows() if found else ()
        marked = about(self.workspace, rows[:_MOST], Markers(self.workspace).marked)
        hidden = self.host.private
        more = [f"listed are the first {_MOST:,} of {len(rows):,}"] if len(rows) > _MOST else []
        return ReportTab(
            (Column("Who or what", flex=1, min_width=30, priority=10),),
            [_line(row, hidden=hidden, marked=row.goal in marked) for row in rows[:_MOST]],
            [*([found.text, found.period] if found else []), *defined(measures()[self._code]), NOT_SUPPRESSED, *more],
            "There are no single rows behind this figure." if found else "It is no longer counted.",
            len(rows),
        )

    def part(self, name: str) -> ReportTab:  # noqa: ARG002 - there is one
        return self.read_all

    def amount(self, name: str) -> None:  # noqa: ARG002
        return None

    def names_changed(self, hidden: bool) -> None:
        self.hide_until_read(hidden)

    def what(self) -> str:
        return " · ".join(filter(None, (measures()[self._code].title, self._part)))

    def how_much(self) -> str:
        return how_many(self.read_all.amount, "row")

    async def go(self, goal: Any) -> None:
        kind, number = goal
        neighbours = [line.goal[1] for line in self.read_all.lines if line.goal[0] == kind]
        if kind == "pupil":
            self.host.open.pupil(number, neighbours)
        elif kind == "plan":
            self.host.open.plan_version(number)
        elif kind == "school":
            await self.host.open.school(number)
        elif kind == "workshop":
            self.host.open.workshop(number, neighbours)


def _line(row: Behind, *, hidden: bool, marked: bool) -> ReportLine:
    words = _hidden(row.words) if hidden and row.goal[0] in _OF_A_PUPIL else row.words
    words = f"! {words}" if marked else words
    heading = "Counted" if row.counted else "Only in the base"
    opens = row.goal[0] in _OPENED
    return ReportLine((cell(words),), row.goal, searchable(row.words), (words,), heading, opens, row.pupil_id)


_OPENED: Final[Sequence[str]] = ("pupil", "plan", "school", "workshop")


def _hidden(words: str) -> str:
    """``Khan, Aisha · Conyers`` with initials in place of the name."""
    name, gap, rest = words.partition(" · ")
    surname, _, forename = name.partition(", ")
    return f"{display_name(forename, surname, hidden=True)}{gap}{rest}"
