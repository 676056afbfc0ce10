"""What committees ask, in figures with their bases; and the records behind them: referrals, services, recommendations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from textual import work

from screens.caseload import views
from screens.frame.commands import BEHIND, IMPACT, Command
from screens.frame.dialogs import Choice, Choose
from screens.frame.record_form import open_form, saved_under
from screens.frame.render_context import display_name
from screens.frame.report_screen import FiguresScreen, ReportLine, ReportTab
from screens.frame.safe import cell
from screens.frame.saving import save_file
from screens.frame.small_records import record_form, remove_record
from screens.impact.measure_lines import NOT_SUPPRESSED, Others, defined, measure_tab, year_tab
from screens.impact.record_lines import ENTERED, RECOMMENDATIONS, REFERRALS, SERVICES, TABS, record_tab
from screens.widgets.columns import Column
from transitions.caseload.caseload import Caseload
from transitions.impact.listing import about, comparators
from transitions.impact.measure import Asked, Behind, Figure, measures
from transitions.impact.measures import figures
from transitions.impact.records import measure_title
from transitions.pupils.markers import BEFORE_NAME, Markers
from transitions.pupils.small_records import COUNCIL
from transitions.school_year import academic_year_label
from transitions.text import how_many, searchable

MEASURES, YEARS = "measures", "years"
_COUNTED: Final = (MEASURES, YEARS)
_FOR_FIGURES: Final = frozenset({"figures.previous", "figures.following", "impact.filter"})
_COUNTING: Final = ReportTab((), (), (), "Counting…")


class Loaded(NamedTuple):
    """The lists of records, and the figures of others by measure."""

    tabs: Mapping[str, ReportTab]
    others: Others


class ImpactScreen(FiguresScreen):
    """The records are read first; the measures are counted one after the other, and stand there as they come."""

    SCOPE: ClassVar[str] = IMPACT
    KEPT = ("caseload", "shown_part")
    PARTS: ClassVar[Mapping[str, str]] = {
        MEASURES: "Measures",
        YEARS: "Year on year",
        REFERRALS: "Referrals",
        SERVICES: "Services",
        RECOMMENDATIONS: "Recommendations",
        ENTERED: "Entered",
    }
    FIND = "find a measure or a record"
    read_all: Loaded

    def __init__(self) -> None:
        super().__init__()
        self.caseload = Caseload()
        self._counted: dict[str, Sequence[Figure]] = {}
        self._years = _COUNTING
        self._unfolded: set[str] = set()
        self._counted_of: object = None
        self._left = 0

    # Reading

    @property
    def asked(self) -> Asked:
        return Asked(self.workspace, self.year, self.caseload)

    def load(self) -> Loaded:
        hidden = self.host.private
        tabs = {name: record_tab(self.workspace, tab, hidden=hidden) for name, tab in TABS.items()}
        return Loaded(tabs, comparators(self.workspace))

    def after_reading(self) -> None:
        self._count()

    @work(exclusive=True, group="measures")
    async def _count(self) -> None:
        asked, of = self.asked, (self.year, self.caseload, self.today)
        if of != self._counted_of:
            self._counted, self._years, self._counted_of = {}, _COUNTING, of
        for place, code in enumerate(measures()):
            self._left = len(measures()) - place
            self._counted[code] = await self.look_up(partial(figures, asked, [code]))
            self._left -= 1
            if self.shown_part == MEASURES:
                self.fill()
        self._years = await self.look_up(partial(year_tab, self.workspace, asked.year))
        if self.shown_part == YEARS:
            self.fill()

    # Showing

    def names_changed(self, hidden: bool) -> None:
        self.hide_until_read(hidden)

    def what(self) -> str:
        if self.shown_part not in _COUNTED:
            return f"Impact · {'Figures of others' if self.shown_part == ENTERED else self.PARTS[self.shown_part]}"
        narrowed = self._described if self.shown_part != YEARS and self.asked.of_whom else ""
        return " · ".join(filter(None, (f"Impact {academic_year_label(self.year)}", narrowed)))

    @property
    def _described(self) -> str:
        return views.described(self.workspace, self.caseload, hidden=self.host.private)

    def how_much(self) -> str:
        if self.shown_part == YEARS:
            return ""
        if self.shown_part != MEASURES:
            return how_many(self.read_all.tabs[self.shown_part].amount, TABS[self.shown_part].shown.kind.title.lower())
        if self._left:
            return f"{len(measures()) - self._left} of {len(measures())} measures counted…"
        figures = how_many(sum(map(len, self._counted.values())), "figure")
        return f"{how_many(sum(map(bool, self._counted.values())), 'measure')} · {figures}"

    def part(self, name: str) -> ReportTab:
        if name == MEASURES:
            unfolded = measures() if self.find_line.value else self._unfolded
            narrowed = self.caseload != Caseload()
            return measure_tab(self._counted, self.read_all.others, unfolded, narrowed=narrowed)
        return self._years if name == YEARS else self.read_all.tabs[name]

    def amount(self, name: str) -> int | None:
        return None if name in _COUNTED else self.read_all.tabs[name].amount

    # Commands

    def why_not(self, command: Command) -> str | None:
        counted = self.shown_part in _COUNTED
        if command.id in _FOR_FIGURES and not counted:
            return "These are for all years and all pupils. Choose a year or some pupils on Measures."
        if command.id == "impact.filter" and self.shown_part == YEARS:
            return "A snapshot covers all pupils. Choose some of them on Measures."
        if command.id == "impact.take_out" and (counted or self.line is None):
            return "There is no record here to take out. The arrow keys go to referrals, services and the rest."
        return super().why_not(command)

    def in_footer(self, command: Command) -> bool:
        """A year and some pupils are for what is counted, and only records are taken out."""
        counted = self.shown_part in _COUNTED
        return counted if command.id in _FOR_FIGURES else command.id != "impact.take_out" or not counted

    async def go(self, goal: Any) -> None:
        code, part = goal
        if self.shown_part not in _COUNTED:
            await self._edit(part)
        elif part is None:
            self._unfolded ^= {code}
            self.fill()
        else:
            asked = self.asked if self.shown_part == MEASURES else replace(self.asked, caseload=Caseload())
            self.host.push_screen(BehindScreen(asked, code, part))

    async def _edit(self, number: int) -> None:
        shown = TABS[self.shown_part].shown
        row = shown.kind.one(self.workspace.read(), number)
        if row is not None:
            await open_form(self.host, record_form(self.host, shown.kind.owner_of(row), shown, row))

    async def action_add(self) -> None:
        measure = self.line.goal[0] if self.shown_part == MEASURES and self.line else None
        shown = TABS[ENTERED if self.shown_part in _COUNTED else self.shown_part].shown
        begin = {"measure": (measure_title(measure), measure_title(measure))} if measure else {}
        owner = COUNCIL if shown.kind.owner == "council" else None
        number = await saved_under(self.host, record_form(self.host, owner, shown, None, begin))
        if number is not None:
            self._held[self.shown_part] = (shown.what, number)
            self.read_again()

    async def action_take_out(self) -> None:
        if self.line is not None:
            await remove_record(self.host, TABS[self.shown_part].shown, self.line.goal[1])

    async def action_export(self) -> None:
        label = academic_year_label(self.year)
        holds = "The committee report with its recommendations, or only those as .csv. Small numbers are hidden and nobody is named."
        write = partial(_write_report, self.asked)
        await save_file(self.host, f"impact-{label.replace('/', '-')}.docx", holds, write, (".docx", ".html", ".csv"))

    async def action_filter(self) -> None:
        choices = [Choice(Caseload(), "All pupils"), Choice(Caseload(whose="mine"), "My caseload")]
        chosen = await self.host.ask(
            Choose("Count the measures for whom?", [*choices, *views.saved(self.workspace)], current=self.caseload)
        )
        if chosen is not None:
            self._narrow(chosen)

    def _narrow(self, caseload: Caseload) -> None:
        self.caseload = caseload
        self._count()
        self.fill()

    def peel(self) -> bool:
        if super().peel():
            return True
        if self.caseload == Caseload():
            return False
        self._narrow(Caseload())
        return True


def _write_report(asked: Asked, target: Path) -> Path:
    from transitions.impact.report import write_report

    return write_report(asked, target)


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
        more = [f"the first {_MOST:,} of {len(rows):,} are listed"] if len(rows) > _MOST else []
        return ReportTab(
            (Column("Who or what", flex=1, min_width=30, priority=10),),
            [_line(row, hidden=hidden, marked=row.goal in marked) for row in rows[:_MOST]],
            [*([found.text, found.period] if found else []), *defined(measures()[self._code]), NOT_SUPPRESSED, *more],
            "There are no rows behind this figure." if found else "It is no longer measured.",
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
    words = f"{BEFORE_NAME}{words}" if marked else words
    heading = "Counted" if row.counted else "Only in the base"
    opens = row.goal[0] in _OPENED
    return ReportLine((cell(words),), row.goal, searchable(row.words), (words,), heading, opens, row.pupil_id)


_OPENED: Final[Sequence[str]] = ("pupil", "plan", "school", "workshop")


def _hidden(words: str) -> str:
    """``Khan, Aisha · Conyers`` with initials in place of the name."""
    name, gap, rest = words.partition(" · ")
    surname, _, forename = name.partition(", ")
    return f"{display_name(forename, surname, hidden=True)}{gap}{rest}"
