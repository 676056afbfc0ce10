"""Training: a programme with its modules, who has been to all of them, its sessions, and confidence before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar

from screens.frame.commands import TRAINING, Command
from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import fields_form, open_form, questions
from screens.frame.render_context import RenderContext
from screens.frame.report_screen import FiguresScreen, ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from transitions.dates import ago, how_far, long, short_with_year
from transitions.fields import typed_in
from transitions.text import capital, how_many, searchable, share
from transitions.workshops import training
from transitions.workshops.training import (
    MODULE_FIELDS,
    Completion,
    Confidence,
    ModuleRow,
    Programme,
    SessionRow,
    Trainee,
)
from transitions.workspace import Recorded, Workspace

NO_TRAINING = "There is no training yet. Press a to add a programme's first module. Its sessions are workshops of the kind training."
_SHARE = 18


def modules(shown: Programme, completion: Completion, confidence: Confidence, today: date) -> ReportTab:
    """The modules in their order, retired ones last; above them who has completed all, and how confidence changed."""
    columns = (
        Column("", width=2, align="right", priority=6),
        Column("Module", flex=1, min_width=22, priority=10),
        Column("People who came", width=_SHARE, priority=10),
        Column("Sessions", width=8, align="right", priority=8),
        Column("Next or last", width=15, priority=7),
    )
    lines = [
        *(_module(row, shown, completion, today, "Modules" if shown.retired else "") for row in shown.modules),
        *(_module(row, shown, completion, today, "Retired") for row in shown.retired),
    ]
    return ReportTab(columns, lines, [*_completed(completion), *_confidence(confidence)], _no_module(shown))


def people(completion: Completion, context: RenderContext) -> ReportTab:
    """Who came to any session, those who still miss a module first."""
    columns = (
        Column("Person", flex=2, min_width=18, priority=10),
        Column("From", flex=2, min_width=16, priority=7),
        Column("Modules", width=14, priority=9),
        Column("Still to come to", flex=3, min_width=16, priority=8),
    )
    missing = [one for one in completion.people if one.missing]
    done = [one for one in completion.people if not one.missing]
    base = len(completion.people)
    lines = [
        *(_trainee(one, completion, f"Not completed: {share(len(missing), base)}", context) for one in missing),
        *(_trainee(one, completion, f"Completed: {share(len(done), base)}", context) for one in done),
    ]
    return ReportTab(columns, lines, _completed(completion), "Nobody named has come to a session yet.")


def schools(completion: Completion) -> ReportTab:
    columns = (
        Column("School", flex=2, min_width=22, priority=10),
        Column("Modules", width=14, priority=9),
        Column("Nobody came to", flex=3, min_width=16, priority=8),
    )
    found = sorted(completion.schools, key=lambda one: not one.missing)
    lines = [_school(one, completion) for one in found]
    figures = [f"{completion.schools_completed.text} schools have sent somebody to every module"]
    return ReportTab(columns, lines, figures, "No school has sent anybody to a session yet.")


def sessions(shown: Programme, today: date) -> ReportTab:
    """The sessions, the latest first; those that count for no module say so."""
    columns = (
        Column("Day", width=15, priority=10),
        Column("Module", flex=1, min_width=24, priority=10),
        Column("How far", width=14, priority=6),
    )
    astray = {row.id for row in shown.astray}
    lines = [_session(row, row.id in astray, today) for row in reversed(shown.sessions)]
    figures = [f"count for a module: {share(len(shown.sessions) - len(astray), len(shown.sessions))} sessions"]
    empty = "No sessions are planned. In the workshops, press a to add one of the kind training with this programme."
    return ReportTab(columns, lines, figures if shown.sessions else (), empty)


def _module(row: ModuleRow, shown: Programme, completion: Completion, today: date, heading: str) -> ReportLine:
    sessions = [one for one in shown.sessions if one.module == row.name]
    came = completion.by_module.get(row.name)
    near = next((one.on_day for one in sessions if one.on_day >= today), sessions[-1].on_day if sessions else None)
    count = how_many(len(sessions), "session")
    summary = f"{came.text} of those who came to any session" if came else f"retired on {long(row.retired_on or today)}"
    summary = "nobody has come to anything yet" if came and not came.base else summary
    return ReportLine(
        (
            f"{row.position}" if row.retired_on is None else "",
            cell(row.name),
            came.text if came and came.base else "",
            f"{len(sessions):,}",
            short_with_year(near) if near else "none planned",
        ),
        ("module", row.id),
        searchable(row.name),
        [
            row.name,
            f"{capital(summary)}; {count}{f', {_away(near, today)}' if near else ''}.",
            "Enter opens a session.",
        ],
        heading,
    )


def _trainee(one: Trainee, completion: Completion, heading: str, context: RenderContext) -> ReportLine:
    name, whence = context.person(one.name or ""), one.school or one.agency or ""
    modules_done = share(len(one.done), len(completion.modules))
    return ReportLine(
        (cell(name), cell(whence), modules_done, cell(", ".join(one.missing))),
        ("person", (one.name, one.school_id, one.agency)),
        searchable(name, whence),
        [" · ".join(filter(None, (name, whence))), f"Modules: {modules_done}.", _missing(one)],
        heading,
        opens=False,
    )


def _school(one: Trainee, completion: Completion) -> ReportLine:
    modules_done = share(len(one.done), len(completion.modules))
    name = one.school or ""
    return ReportLine(
        (cell(name), modules_done, cell(", ".join(one.missing))),
        ("school", one.school_id),
        searchable(name),
        [name, f"Modules that somebody came to: {modules_done}.", _missing(one)],
        opens=False,
    )


def _session(row: SessionRow, astray: bool, today: date) -> ReportLine:
    module = row.module or "no module"
    label = f"{module} (counts for no module)" if astray and row.module else module
    return ReportLine(
        (short_with_year(row.on_day), cell(label), _away(row.on_day, today)),
        ("session", row.id),
        searchable(module),
        [f"{long(row.on_day)}, {_away(row.on_day, today)}", f"Module: {label}.", "Enter opens it."],
    )


def _completed(found: Completion) -> list[str]:
    if not found.modules:
        return ["it has no modules, so nobody can complete it"]
    if not found.people and not found.unnamed:
        return ["nobody has come to a session yet"]
    unnamed = [f"{found.unnamed:,} came without a name and can't be matched"] if found.unnamed else []
    return [
        f"completed: {found.completed.text} of those who came",
        f"{found.completed_of_invited.text} of those asked by name",
        f"{found.schools_completed.text} schools",
        *unnamed,
    ]


def _confidence(found: Confidence) -> list[str]:
    """How confidence changed, by those alone who said it both before and after."""
    if not found.pairs.base:
        return []
    if found.before is None or found.after is None:
        return [f"confidence by module, before and after, as rated by {found.pairs.text} who came"]
    return [
        f"confidence by module, rated before and after by {found.pairs.text} who came",
        f"mean {found.before:.1f}, then {found.after:.1f}",
        f"more confident {found.higher:,}, the same {found.same:,}, less {found.lower:,}",
        f"at 4 or 5: {found.confident_before.text}, then {found.confident_after.text}",
    ]


def _no_module(shown: Programme) -> str:
    astray: Sequence[SessionRow] = shown.astray
    count = how_many(len(astray), "session")
    return f"{count} of this programme, but no modules. Press a to add one that sessions can count for."


def _missing(one: Trainee) -> str:
    return f"Still missing: {', '.join(one.missing)}." if one.missing else "Nothing is missing."


def _away(day: date, today: date) -> str:
    return how_far(day, today) if day > today else ago(day, today)


MODULES, PEOPLE, SCHOOLS, SESSIONS = "modules", "people", "schools", "sessions"
_ON_A_MODULE = frozenset({"training.edit", "training.retire"})


@dataclass(frozen=True)
class LoadedTraining:
    """The programmes, and of the one that is shown who has completed it and how confidence changed."""

    programmes: Sequence[Programme]
    shown: Programme | None = None
    completion: Completion | None = None
    confidence: Confidence | None = None

    @classmethod
    def of(cls, workspace: Workspace, programme: str = "") -> "LoadedTraining":
        """With ``programme`` shown; without, or when it is not there, the first that has begun."""
        found = training.programmes(workspace)
        begun = [*(one for one in found if one.sessions), *found]
        shown = next((one for one in found if one.name == programme), begun[0] if begun else None)
        if shown is None:
            return cls(())
        return cls(found, shown, training.completion(workspace, shown.name), training.confidence(workspace, shown.name))

    @property
    def title(self) -> str:
        if self.shown is None:
            return "Training"
        found = self.programmes
        several = f" · {found.index(self.shown) + 1:,} of {len(found):,}" if len(found) > 1 else ""
        return f"Training · {self.shown.name}{several}"

    @property
    def how_much(self) -> str:
        return f"completed by {self.completion.completed.text}" if self.completion and self.completion.people else ""

    def amount(self, name: str) -> int | None:
        if self.shown is None or self.completion is None:
            return None
        counted = {
            MODULES: self.shown.modules,
            PEOPLE: self.completion.people,
            SCHOOLS: self.completion.schools,
            SESSIONS: self.shown.sessions,
        }
        return len(counted[name])

    def part(self, name: str, context: RenderContext) -> ReportTab:
        if self.shown is None or self.completion is None or self.confidence is None:
            return ReportTab((), (), (), NO_TRAINING)
        if name == PEOPLE:
            return people(self.completion, context)
        if name == SCHOOLS:
            return schools(self.completion)
        if name == SESSIONS:
            return sessions(self.shown, context.today)
        return modules(self.shown, self.completion, self.confidence, context.today)


class TrainingScreen(FiguresScreen):
    """One programme of training; ``f`` chooses another."""

    SCOPE: ClassVar[str] = TRAINING
    MADE_OF = ("programme",)
    PARTS: ClassVar[Mapping[str, str]] = {
        MODULES: "Modules",
        PEOPLE: "People",
        SCHOOLS: "Schools",
        SESSIONS: "Sessions",
    }
    FIND = "find a module, person or school"
    read_all: LoadedTraining

    def __init__(self, programme: str = "") -> None:
        super().__init__()
        self.programme = programme

    def load(self) -> LoadedTraining:
        return LoadedTraining.of(self.workspace, self.programme)

    # Showing

    def what(self) -> str:
        return self.read_all.title if self.is_read else "Training"

    def part(self, name: str) -> ReportTab:
        return self.read_all.part(name, RenderContext(self.today, self.host.private))

    # Commands

    def why_not(self, command: Command) -> str | None:
        if command.id in _ON_A_MODULE and self._module is None:
            return "No module is highlighted. They are on the first tab. Press a to add one."
        if command.id == "training.programme" and (not self.is_read or len(self.read_all.programmes) < 2):
            return "There is no other programme. Press a to add a module and with it a programme."
        return super().why_not(command)

    @property
    def _module(self) -> ModuleRow | None:
        if self.line is None or self.read_all.shown is None or self.shown_part != MODULES:
            return None
        own = (*self.read_all.shown.modules, *self.read_all.shown.retired)
        return next((row for row in own if ("module", row.id) == self.line.goal), None)

    async def go(self, goal: Any) -> None:
        what, number = goal
        sessions = self.read_all.shown.sessions if self.read_all.shown else ()
        if what == "session":
            self.host.open.workshop(number, [row.id for row in sessions])
            return
        module = self._module
        at_these = [row for row in sessions if module is not None and row.module == module.name]
        if not at_these:
            self.say(
                "No sessions of this module are planned. In the workshops, press a to add one of the kind training."
            )
            return
        choices = [Choice(row.id, short_with_year(row.on_day)) for row in at_these]
        session = await self.host.ask(Choose(f"Sessions of {module.name if module else ''}", choices))
        if session is not None:
            self.host.open.workshop(session, [row.id for row in at_these])

    async def action_programme(self) -> None:
        choices = [
            Choice(one.name, one.name, hint=how_many(len(one.modules), "module")) for one in self.read_all.programmes
        ]
        current = self.read_all.shown.name if self.read_all.shown else ""
        name = await self.host.ask(Choose("Show which programme?", choices, current=current))
        if name is not None:
            self.programme = name
            self.read_again()

    async def action_add(self) -> None:
        await edit_module(self.host, None, self.read_all)

    async def action_edit(self) -> None:
        await edit_module(self.host, self._module, self.read_all)

    async def action_retire(self) -> None:
        module = self._module
        if module is not None:
            do = training.retire_module if module.retired_on is None else training.bring_back_module
            self.host.tell(await self.host.write(partial(do, self.workspace, module.id)))


async def edit_module(host: Host, module: ModuleRow | None, found: LoadedTraining) -> None:
    stored: dict[str, object] = {} if module is None else MODULE_FIELDS.stored(module)
    if module is None and found.shown is not None:
        stored = {"programme": (found.shown.name, found.shown.name)}
    layout = ("programme", "name", "position") if module is None else ("name", "position")
    known = {"programme": [one.name for one in found.programmes]}

    def save(fields: dict[str, object]) -> Recorded:
        return training.save_module(host.workspace, module and module.id, fields)

    record = fields_form(
        "Add a module" if module is None else f"Edit {module.name} of {module.programme}",
        questions(MODULE_FIELDS, typed_in(host.workspace), layout, known),
        stored,
        save,
        f"draft module {module.id if module else 'new'}",
        module and module.id,
        now=None if module is None else lambda: MODULE_FIELDS.stored(training.module_of(host.workspace, module.id)),
    )
    await open_form(host, record)
