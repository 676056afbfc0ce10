"""Training: a programme with its modules, who has been to all of them, its sessions, and confidence before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from screens.frame.commands import Command
from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import fields_form, open_form, questions
from screens.frame.render_context import Look
from screens.frame.report_commands import TRAINING
from screens.frame.report_screen import FiguresScreen, Part
from screens.workshops import training_lines as lines
from transitions.dates import short_with_year
from transitions.fields import typed_in
from transitions.workshops import training
from transitions.workshops.training import MODULE_FIELDS, Completion, Confidence, ModuleRow, Programme
from transitions.workspace import Recorded

MODULES, PEOPLE, SCHOOLS, SESSIONS = "modules", "people", "schools", "sessions"
_ON_A_MODULE = frozenset({"training.edit", "training.retire"})


@dataclass(frozen=True)
class Found:
    """The programmes, and of the one that is shown who has completed it and how confidence changed."""

    programmes: Sequence[Programme]
    shown: Programme | None
    completion: Completion | None
    confidence: Confidence | None


class TrainingScreen(FiguresScreen):
    """One programme of training; ``f`` chooses another."""

    SCOPE: ClassVar[str] = TRAINING
    PARTS: ClassVar[Mapping[str, str]] = {
        MODULES: "Modules",
        PEOPLE: "People",
        SCHOOLS: "Schools",
        SESSIONS: "Sessions",
    }
    FIND = "find a module, a person or a school"
    read_all: Found

    def __init__(self, programme: str = "") -> None:
        super().__init__()
        self.programme = programme

    def read(self) -> Found:
        """Read the programmes, and everything of the one that is shown."""
        found = training.programmes(self.workspace)
        begun = [*(one for one in found if one.sessions), *found]
        shown = next((one for one in found if one.name == self.programme), begun[0] if begun else None)
        if shown is None:
            return Found((), None, None, None)
        return Found(
            found,
            shown,
            training.completion(self.workspace, shown.name),
            training.confidence(self.workspace, shown.name),
        )

    # Showing

    def what(self) -> str:
        """Give the programme, and which of several it is."""
        if not self.is_read or self.read_all.shown is None:
            return "Training"
        found, shown = self.read_all.programmes, self.read_all.shown
        several = f" · {found.index(shown) + 1:,} of {len(found):,}" if len(found) > 1 else ""
        return f"Training · {shown.name}{several}"

    def how_much(self) -> str:
        """Give how many have completed the programme."""
        completion = self.read_all.completion
        return f"completed by {completion.completed.words}" if completion and completion.people else ""

    def amount(self, name: str) -> int | None:
        """Give how many things a tab has."""
        shown, completion = self.read_all.shown, self.read_all.completion
        if shown is None or completion is None:
            return None
        found = {
            MODULES: shown.modules,
            PEOPLE: completion.people,
            SCHOOLS: completion.schools,
            SESSIONS: shown.sessions,
        }
        return len(found[name])

    def part(self, name: str) -> Part:
        """Give what a tab shows."""
        shown, completion, confidence = self.read_all.shown, self.read_all.completion, self.read_all.confidence
        if shown is None or completion is None or confidence is None:
            return Part((), (), (), lines.NO_TRAINING)
        if name == PEOPLE:
            return lines.people(completion, Look(self.today, self.host.private))
        if name == SCHOOLS:
            return lines.schools(completion)
        if name == SESSIONS:
            return lines.sessions(shown, self.today)
        return lines.modules(shown, completion, confidence, self.today)

    # Commands

    def why_not(self, command: Command) -> str | None:
        """Say so when no module is highlighted, and when there is no other programme."""
        if command.id in _ON_A_MODULE and self._module is None:
            return "No module is highlighted: they are on the first tab. a adds one."
        if command.id == "training.programme" and (not self.is_read or len(self.read_all.programmes) < 2):
            return "There is no other programme. a adds a module, and with it a programme."
        return super().why_not(command)

    @property
    def _module(self) -> ModuleRow | None:
        if self.line is None or self.read_all.shown is None or self.shown_part != MODULES:
            return None
        own = (*self.read_all.shown.modules, *self.read_all.shown.retired)
        return next((row for row in own if ("module", row.id) == self.line.goal), None)

    async def go(self, goal: Any) -> None:
        """Open a session; of a module, ask which."""
        what, number = goal
        sessions = self.read_all.shown.sessions if self.read_all.shown else ()
        if what == "session":
            self.host.open.workshop(number, [row.id for row in sessions])
            return
        module = self._module
        held = [row for row in sessions if module is not None and row.module == module.name]
        if not held:
            self.say("No session of this module is planned. In the workshops, a adds one of the kind training.")
            return
        choices = [Choice(row.id, short_with_year(row.on_day)) for row in held]
        session = await self.host.ask(Choose(f"Sessions of {module.name if module else ''}", choices))
        if session is not None:
            self.host.open.workshop(session, [row.id for row in held])

    async def action_programme(self) -> None:
        choices = [Choice(one.name, one.name, hint=f"{len(one.modules):,} modules") for one in self.read_all.programmes]
        current = self.read_all.shown.name if self.read_all.shown else ""
        name = await self.host.ask(Choose("Show which programme?", choices, current=current))
        if name is not None:
            self.programme = name
            self.read_again()

    async def action_add(self) -> None:
        await edit_module(self.host, None, self.read_all)

    async def action_edit(self) -> None:
        await edit_module(self.host, self._module, self.read_all)

    def action_retire(self) -> None:
        module = self._module
        if module is not None:
            do = training.retire_module if module.retired_on is None else training.bring_back_module
            self.host.tell(do(self.workspace, module.id))


async def edit_module(host: Host, module: ModuleRow | None, found: Found) -> None:
    """Open the form of a module, or of a new one of the programme that is shown."""
    stored: dict[str, object] = {} if module is None else MODULE_FIELDS.stored(module)
    if module is None and found.shown is not None:
        stored = {"programme": (found.shown.name, found.shown.name)}
    layout = ("programme", "name", "position") if module is None else ("name", "position")
    known = {"programme": [one.name for one in found.programmes]}

    def save(fields: dict[str, object]) -> Recorded:
        return training.save_module(host.workspace, module and module.id, fields).recorded

    record = fields_form(
        "Add a module" if module is None else f"Edit {module.name} of {module.programme}",
        questions(MODULE_FIELDS, typed_in(host.workspace), layout, known),
        stored,
        save,
        f"draft module {module.id if module else 'new'}",
        module and module.id,
    )
    await open_form(host, record)
