"""Today: what cannot wait, in a few short lists, and what is missing from the records."""

from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal, NamedTuple

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical

from screens.caseload import views
from screens.caseload.pupil_rows import away, symbol
from screens.caseload.save_list import export_list
from screens.caseload.step_actions import DecidingScreen
from screens.caseload.walking import begin_walk, place, resume_walk
from screens.frame.commands import TODAY, Command
from screens.frame.render_context import RenderContext, display_name, note, status_style
from screens.frame.safe import txt
from screens.frame.table_screen import TableScreen
from screens.widgets.columns import Column
from screens.widgets.window_table import Row, WindowTable
from transitions.caseload import today as days
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import MissedRow
from transitions.caseload.today import (
    ComingWorkshop,
    DueAction,
    DueActions,
    PlanEvent,
    Today,
    ToWatch,
    Waiting,
    WaitingHandovers,
    WatchedPupil,
    WorkshopActionRow,
    WorkshopRow,
    Workshops,
)
from transitions.caseload.walk import Walk
from transitions.dates import how_far, long, short
from transitions.handovers.board import US
from transitions.milestones.milestone import State, state_of
from transitions.milestones.recording import Step
from transitions.pupils.placements import Level
from transitions.school_year import academic_year_label
from transitions.text import how_many

COLUMNS = (
    Column("", width=1, priority=10, gap=1),
    Column("Who", flex=2, min_width=20, priority=10),
    Column("What", flex=4, min_width=33, priority=9),
    Column("Due", width=11, priority=4),
    Column("When", width=14, priority=8),
)
Goal = Literal["pupil", "pupils", "handover", "workshop", "term dates", "walk"]
_EVENTS = {"meeting": "Meeting", "review": "Review", "next meeting": "Next meeting", "review due": "Review due"}

_BACK = frozenset({"returned", "failed"})
_HANDOVERS = {
    "drafting": "being written",
    "returned": "a question is waiting for our answer",
    "failed": "did not arrive",
    "sent": "sent, not acknowledged",
    "viewed": "read, not acknowledged",
}


class TodayLine(NamedTuple):
    """One line: its cells, and what Enter goes to; of a pupil's page, which tab."""

    cells: Row
    goal: Goal
    pupil_id: int | None = None
    tab: str = "timeline"
    workshop_id: int | None = None
    handover_id: int | None = None
    neighbours: tuple[int, ...] = ()
    """The workshops, or the pupils with a handover, among which it stands, in their order."""
    question: str = ""
    """The cohort of the pupils of whom a day is asked for."""
    step: Step | None = None
    action_id: int | None = None
    """What d, m and i decide: a step, or else an action."""

    @property
    def what(self) -> "TodayLine":
        """What the line is about, the same however it is written: it keeps its mark, and the cursor stays on it."""
        return self._replace(cells=(str(self.cells[2]),), neighbours=())


@dataclass(frozen=True)
class TodayLines:
    """Writes the lines; ``variables`` are those of the theme."""

    today: date
    hidden: bool
    variables: Mapping[str, str]

    def lists(self, page: Today, left: Walk | None) -> list[tuple[str, list[TodayLine]]]:
        """Each list with its heading; the count in the heading is the whole, whatever is shown."""
        return [
            (
                _title("Overdue, no decision yet", page.totals.overdue, page.overdue, page.put_off),
                self._steps(page.overdue),
            ),
            (_title("Due this week", page.this_week_count, page.this_week), self._steps(page.this_week)),
            (_actions_title(page.actions), [self._action(one) for one in page.actions.first]),
            (_events_title(page), [self._event(one) for one in page.events]),
            (_handovers_title(page.handovers), list(self._handovers(page.handovers))),
            (_workshops_title(page.workshops), list(self._workshops(page.workshops))),
            *self._to_watch(page.to_watch),
            ("What is missing", list(self._missing(page, left))),
        ]

    def _to_watch(self, watched: ToWatch) -> Iterator[tuple[str, list[TodayLine]]]:
        if watched.number:
            yield (
                _title("Watch in the first weeks of Year 7", watched.number, watched.first),
                [self._watched(one, watched.levels.get(one.id)) for one in watched.first],
            )

    def _watched(self, pupil: WatchedPupil, now: Level | None) -> TodayLine:
        who = display_name(pupil.preferred_name or pupil.forename, pupil.surname, hidden=self.hidden)
        if now is None:
            what = f"Attendance of {pupil.attendance_percent:g}% before the move; the first weeks are not recorded yet"
        else:
            what = f"Ring: {now.percent:g}% in the last weeks, {' and '.join(now.reasons(pupil.attendance_percent))}"
        return TodayLine(("", who, what, "", "enter opens"), "pupil", pupil.id)

    def _steps(self, rows: list[MissedRow]) -> list[TodayLine]:
        return [self._step(row) for row in rows]

    def _step(self, row: MissedRow) -> TodayLine:
        state = state_of(row.outcome, row.due_on, row.late_after, self.today)
        name = display_name(row.preferred_name or row.forename, row.surname, hidden=self.hidden)
        when = Text(away(row.due_on, row.late_after, self.today), status_style(state, self.variables))
        return TodayLine(
            (symbol(state, self.variables), name, row.title, short(row.due_on, self.today), when),
            "pupil",
            row.pupil_id,
            step=Step(row.pupil_id, row.milestone_id, row.cycle),
        )

    def _action(self, action: DueAction) -> TodayLine:
        what = (
            f"{note(action.what, hidden=self.hidden)} · {RenderContext(self.today, self.hidden).person(action.owner)}"
        )
        who = display_name(action.preferred_name or action.forename, action.surname, hidden=self.hidden)
        cells = self._cells(who, what, action.due_on)
        return TodayLine(cells, "pupil", action.pupil_id, "plan", action_id=action.action_id)

    def _event(self, event: PlanEvent) -> TodayLine:
        from transitions.plans.page import point_title

        place = None if self.hidden else event.place
        what = " · ".join(filter(None, (_EVENTS[event.what], place, point_title(event.transition))))
        who = display_name(event.preferred_name or event.forename, event.surname, hidden=self.hidden)
        return TodayLine(self._cells(who, what, event.on), "pupil", event.pupil_id, "plan")

    def _handovers(self, handovers: WaitingHandovers) -> Iterator[TodayLine]:
        neighbours = tuple(dict.fromkeys(one.line.row.pupil_id for one in handovers.first))
        for one in handovers.first:
            yield self._handover(one)._replace(neighbours=neighbours)

    def _handover(self, one: Waiting) -> TodayLine:
        row, since = one.line.row, one.line.since or self.today
        who = display_name(row.preferred_name or row.forename, row.surname, hidden=self.hidden)
        if one.came:
            what = f"Handover from {row.from_school or 'another school'}"
            status = "we acknowledge it" if one.line.waiting_on == US else "our question is waiting for an answer"
        else:
            what = f"Handover to {row.to_school or 'the next school'}"
            status = _HANDOVERS.get(one.line.status, one.line.status)
        if row.sent_elsewhere:
            status = "no longer the next school: send it again"
        state: State = "overdue" if row.sent_elsewhere or one.line.status in _BACK else "due soon"
        when = Text(how_far(since, self.today).removesuffix(" late"), status_style(state, self.variables))
        cells = (symbol(state, self.variables), who, f"{what} · {status}", short(since, self.today), when)
        return TodayLine(cells, "handover", handover_id=row.handover_id)

    def _workshops(self, workshops: Workshops) -> Iterator[TodayLine]:
        coming = tuple(one.workshop.id for one in workshops.coming)
        for one in workshops.coming:
            yield self._workshop(one)._replace(neighbours=coming)
        late = tuple(dict.fromkeys(action.workshop_id for action in workshops.overdue))
        for action in workshops.overdue:
            yield self._workshop_action(action)._replace(neighbours=late)

    def _workshop(self, coming: ComingWorkshop) -> TodayLine:
        row = coming.workshop
        day = max(row.on_day, self.today)  # one that has begun is on today
        who = how_many(row.schools_invited, "school") if row.schools_invited else "no school invited"
        where = " ".join(filter(None, (row.starts, None if self.hidden else row.place)))
        what = " · ".join(filter(None, (row.title, _open_actions(coming), where)))
        return TodayLine(self._cells(who, what, day), "workshop", workshop_id=row.id)

    def _workshop_action(self, action: WorkshopActionRow) -> TodayLine:
        day = action.due_on or self.today
        who = RenderContext(self.today, self.hidden).person(action.who) if action.who else "nobody named"
        what = f"{note(action.what, hidden=self.hidden)} · {action.workshop}"
        return TodayLine(self._cells(who, what, day), "workshop", workshop_id=action.workshop_id)

    def _not_said(self, rows: Sequence[WorkshopRow]) -> TodayLine:
        first = rows[0]
        which = first.title if len(rows) == 1 else how_many(len(rows), "workshop")
        cells = ("", "Who came", f"not recorded: {which}", short(first.on_day, self.today), "enter opens")
        return TodayLine(cells, "workshop", workshop_id=first.id, neighbours=tuple(row.id for row in rows))

    def _cells(self, who: str, what: str, day: date) -> Row:
        state = state_of(None, day, day, self.today)
        when = Text(away(day, day, self.today), status_style(state, self.variables))
        return symbol(state, self.variables), who, what, short(day, self.today), when

    def _missing(self, page: Today, left: Walk | None) -> Iterator[TodayLine]:
        if left is not None and left.pupil_id is not None:
            yield TodayLine(
                (
                    "",
                    "Unfinished walk",
                    place(left) if self.hidden else f"{place(left)} · {left.description}",
                    "",
                    "w continues",
                ),
                "walk",
            )
        if page.workshops.not_said:
            yield self._not_said(page.workshops.not_said)
        for question, number in page.asked_for:
            cells = ("", how_many(number, "pupil"), question, "", "enter lists")
            yield TodayLine(cells, "pupils", question=question)
        for year, steps in page.waiting_for_dates:
            if year is None:
                cells = ("", "No school", f"{how_many(steps, 'step')} without a date", "", "")
            else:
                missing = f"{academic_year_label(year)}: {how_many(steps, 'step')} without a date"
                cells = ("", "No term dates", missing, "", "enter imports")
            yield TodayLine(cells, "term dates")


def nothing_waits(page: Today) -> str:
    if not page.pupils:
        return "There are no pupils yet. Press 2 for the caseload, then I to import pupils or a to add one."
    return "Nothing is waiting for you today, and nothing is due this week. Press 2 for the caseload."


def _actions_title(actions: DueActions) -> str:
    parts = [(actions.overdue, "overdue"), (actions.coming, "due this week")]
    counts = ", ".join(f"{count:,} {unit}" for count, unit in parts if count)
    if not counts:
        return "Actions due · none"
    cut = f", the first {len(actions.first)}" if len(actions.first) < actions.overdue + actions.coming else ""
    return f"Actions · {counts}{cut}"


def _events_title(page: Today) -> str:
    title = "Meetings and reviews"
    return _title(title, page.events_count, page.events) if page.events else f"{title} · none in the next fortnight"


def _handovers_title(handovers: WaitingHandovers) -> str:
    parts = [(handovers.on_us, "us"), (handovers.on_others, "others")]
    counts = ", ".join(f"{count:,} on {whom}" for count, whom in parts if count)
    if not counts:
        return "Handovers waiting · none"
    shown = len(handovers.first)
    return f"Handovers waiting · {counts}" + (
        f", the first {shown}" if shown < handovers.on_us + handovers.on_others else ""
    )


def _workshops_title(workshops: Workshops) -> str:
    cut = f", the first {len(workshops.coming)}" if len(workshops.coming) < workshops.coming_count else ""
    title = f"Workshops · {workshops.coming_count or 'none'} in the next fortnight{cut}"
    if not workshops.overdue_count:
        return title
    cut = f", the first {len(workshops.overdue)}" if len(workshops.overdue) < workshops.overdue_count else ""
    return f"{title} · {how_many(workshops.overdue_count, 'action')} overdue{cut}"


def _open_actions(coming: ComingWorkshop) -> str:
    if not coming.open_actions:
        return ""
    late = f", {coming.overdue:,} overdue" if coming.overdue else ""
    return how_many(coming.open_actions, "open action") + late


def _title(title: str, count: int, shown: Sized, later: int = 0) -> str:
    now, after = count - later, f" · {later:,} with a reminder set" if later else ""
    first = f", the first {len(shown)}" if len(shown) < now else ""
    return f"{title} · {f'{now:,}' if now else 'none'}{first}{after}"


class TodayScreen(DecidingScreen, TableScreen):
    """Several lists in one, so that the arrow keys move across them; Enter goes to what is highlighted."""

    SCOPE: ClassVar[str] = TODAY
    NOBODY_HERE: ClassVar[str] = "This line is not about a single pupil. Enter opens it."
    NEEDS_PUPILS: ClassVar[frozenset[str]] = DecidingScreen.NEEDS_PUPILS | {"plan.open", "handover.open"}
    CSS_PATH = "today.tcss"
    AUTO_FOCUS = "#today"

    def __init__(self) -> None:
        super().__init__()
        self.table = WindowTable(COLUMNS, self._fetch, id="today")
        self.lines: Mapping[int, TodayLine] = {}
        self._keys: dict[TodayLine, int] = {}
        """Of every line that was shown; what is not there now may come back with an undo."""
        self._page: Today | None = None
        self._left: Walk | None = None

    def body(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = txt("What cannot wait")
            yield self.table

    def on_screen_resume(self) -> None:
        """Read the page; a walk may have been left off meanwhile, which changes no record."""
        self._load_and_fill()

    def names_changed(self, hidden: bool) -> None:  # noqa: ARG002 - the lines look themselves
        self._fill()

    def follow_records(self, touched: frozenset[int]) -> None:  # noqa: ARG002 - the page is of the whole caseload
        self._load_and_fill()

    def fall_behind(self, touched: frozenset[int]) -> None:
        """Do nothing: the page is read whenever one comes back."""

    @work(exclusive=True, group="today")
    async def _load_and_fill(self) -> None:
        self._page, self._left = await self.look_up(self._load)
        self._fill()

    def _load(self) -> tuple[Today, Walk | None]:
        caseload = views.usual(self.workspace)
        return days.page(self.workspace, caseload), walk.left_off(self.workspace)

    def _fill(self) -> None:
        page = self._page
        if page is None:
            return
        context = TodayLines(page.day, self.host.private, self.app.theme_variables)
        lists = context.lists(page, self._left)
        every = [line for _, lines in lists for line in lines]
        self.lines = {self._keys.setdefault(line.what, len(self._keys)): line for line in every}
        sections, start = [], 0
        for title, lines in lists:
            if lines or title != "What is missing":
                sections.append((start, title))
            start += len(lines)
        self.table.empty = txt(nothing_waits(page))
        self.table.set_rows(list(self.lines), sections=sections if self.lines else ())
        self._fill_heading()

    @on(WindowTable.Highlighted)
    @on(WindowTable.MarksChanged)
    def _fill_heading(self) -> None:
        page, marked = self._page, len(self.table.marked & self.lines.keys())
        if page is not None:
            counts = [f"{marked:,} marked"] if marked else []
            counts += [f"{page.totals.missed:,} flagged missed", how_many(page.pupils, "pupil")]
            self.set_heading(f"{long(page.day)} · {page.description}", " · ".join(counts))
        self.refresh_bindings()

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {key: self.lines[key].cells for key in keys if key in self.lines}

    # What is decided

    @property
    def chosen(self) -> list[TodayLine]:
        marked, here = self.table.marked, self.table.cursor_key
        return [line for key, line in self.lines.items() if (key in marked if marked else key == here)]

    def chosen_steps(self) -> Sequence[Step]:
        return [line.step for line in self.chosen if line.step is not None]

    def chosen_actions(self) -> Sequence[int]:
        return [line.action_id for line in self.chosen if line.action_id is not None]

    def chosen_pupils(self) -> Sequence[int]:
        return list(dict.fromkeys(line.pupil_id for line in self.chosen if line.pupil_id is not None))

    def decided(self, kind: str) -> None:  # noqa: ARG002
        self.take_marks_off()

    def peel(self) -> bool:
        marked = bool(self.table.marked)
        self.table.set_marks(())
        return marked

    def action_explain(self) -> None:
        step = self.chosen_steps()[0]
        self.host.open.explanation(step.pupil_id, self.workspace.milestones[step.milestone_id].code)

    async def action_plan(self) -> None:
        await self.host.open.plan(self.chosen_pupils()[0])

    async def action_handover(self) -> None:
        await self.host.open.handover_of(self.chosen_pupils())

    async def action_export(self) -> None:
        await export_list(
            self.host, self.caseload, "missed", views.described(self.workspace, self.caseload, hidden=self.host.private)
        )

    @property
    def caseload(self) -> Caseload:
        return self._page.caseload if self._page is not None else views.usual(self.workspace)

    def why_not(self, command: Command) -> str | None:
        if command.id in ("list.open", "list.mark", "list.mark_all") and not self.table.row_count:
            return "Nothing is waiting today. Press 2 for the caseload."
        if command.id in self.NEEDS_STEPS and not all(line.step or line.action_id for line in self.chosen):
            return "You can only decide steps and actions here. Enter opens this one."
        if command.id == "milestone.explain" and not self.chosen_steps():
            return "This line has no rule to explain. Enter opens it."
        return super().why_not(command)

    def pupil_of_row(self, key: int) -> int | None:
        return self.lines[key].pupil_id

    def action_open(self) -> None:
        self.table.action_open()

    def on_window_table_opened(self, event: WindowTable.Opened) -> None:
        line = self.lines[event.key]
        if line.pupil_id is not None:
            together = dict.fromkeys(one.pupil_id for one in self.lines.values() if one.pupil_id is not None)
            self.host.open.pupil(line.pupil_id, list(together), line.tab)
        elif line.workshop_id is not None:
            self.host.open.workshop(line.workshop_id, line.neighbours)
        elif line.handover_id is not None:
            self.host.open.handover(line.handover_id, line.neighbours)
        elif line.question:
            self.host.show_pupils(replace(self.caseload, cohorts=(line.question,)))
        elif line.goal == "walk":
            resume_walk(self.host)
        else:
            self.host.open.import_file("terms")

    async def action_walk(self) -> None:
        await begin_walk(self.host, self.caseload)
