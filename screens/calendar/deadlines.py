"""Yearly deadlines: the days of each in one year, by rule or as published; its own deadlines added, changed, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from screens.calendar.event_text import CHECK
from screens.calendar.forms import days_of, edit_days, edit_deadline, retire_or_bring_back
from screens.frame.commands import ASKS, Command
from screens.frame.dialogs import ReadScreen
from screens.frame.report_screen import FiguresScreen, ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from screens.widgets.panel import Block, Pair, Title
from transitions.calendar import local_deadlines
from transitions.calendar.deadlines import Deadline
from transitions.calendar.event import KINDS, Span
from transitions.calendar.local_deadlines import FOR_SCHOOLS, DeadlineEntry, days_label
from transitions.dates import ago, brief, how_far, short_with_year
from transitions.exporting.year.sheet import days_text, for_whom
from transitions.school_year import academic_year_label
from transitions.text import searchable

_ALL = "all"
_WHOSE = {"shipped": "shipped", "changed": "changed here", "own": "your own"}
_ON_ONE = frozenset({"ask.days", "ask.edit", "ask.retire"})
_COLUMNS = (
    Column("What is asked", flex=3, min_width=26, priority=10),
    Column("When", width=22, priority=10),
    Column("Asked of", flex=1, min_width=16, priority=4),
    Column("Whose", width=12, priority=8),
)


@dataclass(frozen=True)
class LoadedDeadlines:
    """The deadlines, and the days of each in the year that is shown (None for want of term dates)."""

    lines: Sequence[DeadlineEntry]
    days: Mapping[str, Span | None]


class DeadlinesScreen(FiguresScreen):
    """The deadlines of a year under their kinds; Enter reads one in full."""

    SCOPE: ClassVar[str] = ASKS
    PARTS: ClassVar[Mapping[str, str]] = {_ALL: "Asked every year"}
    FIND = "find a deadline, or who sets it"
    read_all: LoadedDeadlines

    def load(self) -> LoadedDeadlines:
        lines = local_deadlines.deadline_entries(self.workspace)
        return LoadedDeadlines(
            lines, {line.deadline.code: days_of(self.workspace, line.deadline, self.year) for line in lines}
        )

    def what(self) -> str:
        return f"Asked every year · {academic_year_label(self.year)}"

    def how_much(self) -> str:
        own = sum(line.origin != "shipped" for line in self.read_all.lines)
        return f"{len(self.read_all.lines):,} deadlines · {own:,} your own or changed"

    def amount(self, name: str) -> int | None:  # noqa: ARG002 - there is one tab
        return len(self.read_all.lines)

    def part(self, name: str) -> ReportTab:  # noqa: ARG002 - there is one tab
        """The deadlines by kind, in the order of their days; retired ones at the end."""
        order = list(KINDS)
        events = sorted(
            (line for line in self.read_all.lines if line.retired_on is None),
            key=lambda line: (
                order.index(line.deadline.of_year(self.year).kind),
                self._first(line),
                line.deadline.title,
            ),
        )
        retired = [line for line in self.read_all.lines if line.retired_on is not None]
        lines = [
            *(self._line(line, KINDS[line.deadline.of_year(self.year).kind]) for line in events),
            *(self._line(line, "Retired") for line in retired),
        ]
        return ReportTab(_COLUMNS, lines, (), "There are no deadlines. a adds one of your own.")

    def _first(self, line: DeadlineEntry) -> str:
        span = self.read_all.days[line.deadline.code]
        return span.first.isoformat() if span else "~"

    def _line(self, line: DeadlineEntry, heading: str) -> ReportLine:
        deadline, span = line.deadline.of_year(self.year), self.read_all.days[line.deadline.code]
        of = dict(FOR_SCHOOLS)[deadline.for_schools]
        origin = _WHOSE[line.origin] if line.retired_on is None else "retired"
        days = "needs term dates" if span is None else days_text(span.first, span.last)
        if span is not None and span.first < span.last:
            days = f"{brief(span.first)} to {brief(span.last)}"
        return ReportLine(
            (cell(deadline.title), days, of, origin),
            line.deadline.code,
            searchable(deadline.title, deadline.basis, of, origin),
            [deadline.title, *self._sentences(line, deadline, span)],
            heading,
        )

    def _sentences(self, line: DeadlineEntry, deadline: Deadline, span: Span | None) -> Sequence[str]:
        parts = [days_label(span) if span else "Its rule needs term dates that have not been entered"]
        if span is not None:
            parts.append(how_far(span.first, self.today) if span.first > self.today else ago(span.first, self.today))
        parts += [for_whom(deadline.year_groups), "" if deadline.is_verified(self.year) else CHECK]
        status = f"Retired from {short_with_year(line.retired_on)}; T brings it back." if line.retired_on else ""
        return [
            " · ".join(part for part in parts if part),
            status or f"By rule: {_rule(deadline)}. {deadline.basis.rstrip('.')}.",
        ]

    # Commands

    def why_not(self, command: Command) -> str | None:
        line = self._chosen
        if command.id in _ON_ONE and line is None:
            return "Nothing is highlighted. a adds a deadline of your own."
        if command.id in ("ask.days", "ask.edit") and line is not None and line.retired_on is not None:
            return "It is retired. T brings it back."
        return super().why_not(command)

    @property
    def _chosen(self) -> DeadlineEntry | None:
        code = self.line.goal if self.line else None
        lines = self.read_all.lines if self.is_read else ()
        return next((line for line in lines if line.deadline.code == code), None)

    async def go(self, goal: Any) -> None:  # noqa: ARG002 - what is highlighted is what it is about
        line = self._chosen
        if line is not None:
            blocks = self._in_full(line)
            self.app.push_screen(ReadScreen(line.deadline.title, lambda _hidden: blocks))

    def _in_full(self, line: DeadlineEntry) -> list[Block]:
        deadline = line.deadline.of_year(self.year)
        blocks: list[Block] = [Title("When")]
        for year in range(self.year - 1, self.year + 3):
            span = days_of(self.workspace, line.deadline, year)
            blocks.append(Pair(academic_year_label(year), days_label(span) if span else "needs term dates"))
        blocks += [
            Pair("By rule", _rule(deadline)),
            Title("For whom"),
            Pair("Year groups", for_whom(deadline.year_groups)),
            Pair("Asked of", dict(FOR_SCHOOLS)[deadline.for_schools]),
            Title("On whose word"),
            Pair("Basis", deadline.basis),
            *([Pair("Source", deadline.source)] if deadline.source else []),
            Pair("Checked", "yes" if deadline.is_verified(self.year) else f"no: {CHECK}"),
            Pair("Whose", _WHOSE[line.origin]),
        ]
        if line.deadline.earlier:
            blocks.append(Title("Before the change"))
            blocks += [
                Pair(f"to {academic_year_label(through)}", _rule(older)) for through, older in line.deadline.earlier
            ]
        return blocks

    async def action_add(self) -> None:
        await edit_deadline(self.host, None)

    async def action_days(self) -> None:
        if (line := self._chosen) is not None:
            await edit_days(self.host, line.deadline, self.year)

    async def action_edit(self) -> None:
        if (line := self._chosen) is not None:
            await edit_deadline(self.host, line.deadline)

    async def action_retire(self) -> None:
        if (line := self._chosen) is not None:
            await retire_or_bring_back(self.host, line)


def _rule(deadline: Deadline) -> str:
    return str(deadline.first) if deadline.first == deadline.last else f"{deadline.first}, until {deadline.last}"
