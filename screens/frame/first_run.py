"""The first start: who is there, and how to begin."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import FIRST_RUN, Command
from screens.frame.jobs import Job, Working
from screens.frame.safe import txt
from screens.frame.saving import short_path
from screens.widgets.choice import Options
from screens.widgets.clean_input import CleanInput
from screens.widgets.line import ProgressLine
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.errors import Fault, FieldProblems
from transitions.pupils import lists
from transitions.team import workers
from transitions.text import capital, printable

STEPS = (
    (
        "first.schools",
        "Import a list of schools",
        "The best first step: pupils can then be matched with their schools.",
    ),
    (
        "first.pupils",
        "Import a list of pupils",
        "CSV or Excel. You see what would change before it is saved.",
    ),
    ("first.add", "Add a pupil by hand", "An empty form. The year group and steps are worked out for you."),
    ("first.demo", "Look around with made-up pupils", "In a separate file, never mixed with real ones."),
    ("first.start", "Start with an empty caseload", "You can also do all of this from there."),
)
WHAT_IT_DOES = "It keeps track of every pupil’s moves between schools, and shows what is late before it is missed."
_WAYS = frozenset(command for command, _, _ in STEPS)


class FirstRun(BaseScreen[None]):
    """Three short questions: the name, the role, and how to begin. It comes back until somebody has said who they are."""

    SCOPE = FIRST_RUN
    CSS_PATH = "first_run.tcss"
    AUTO_FOCUS = "#first-name"
    ROLES: ClassVar[tuple[str, ...]] = tuple(workers.ROLES)

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._making: Job | None = None

    def body(self) -> ComposeResult:
        with Vertical(id="first"):
            yield Static(txt("Welcome to Transitions", "bold $key"))
            yield Static(txt(WHAT_IT_DOES), id="first-what")
            yield Static(self._where(), id="first-words")
            yield Static(id="first-question")
            yield CleanInput(clean=printable, placeholder="as colleagues know it, then press enter", id="first-name")
            yield Static(id="first-problem")
            yield Options(id="first-choices", markup=False)
            yield ProgressLine(id="first-progress", classes="hidden")

    def on_mount(self) -> None:
        self.set_heading("First start")
        if self.workspace.me is None:
            self._ask_name()
        else:
            self._show_ways()

    def on_screen_resume(self) -> None:
        if self.workspace.me is None:
            return
        if caseload.count(self.workspace, Caseload()):
            self.call_later(self.action_start)
        else:
            self._show_ways()

    def why_not(self, command: Command) -> str | None:
        if self._making is not None and command.id in _WAYS:
            return "The made-up pupils are being prepared."
        if command.id in _WAYS and self.workspace.me is None:
            return "First say who you are: type your name and press Enter."
        return None

    def peel(self) -> bool:
        """Stay until somebody has said who they are; from the role go back to the name."""
        if self.workspace.me is None and self._choices().display:
            self._ask_name()
        elif self.workspace.me is None:
            self.say("First say who you are: type your name and press Enter. Ctrl+Q quits.")
        return self.workspace.me is None or self._making is not None

    def _where(self) -> Content:
        where = self.workspace.database.where
        kept = (
            "Everything is kept in one file on this computer. Nothing is sent anywhere.\n"
            if self.workspace.database.is_file
            else "Everything is kept in one record for the whole team, on a server of your council or school.\n"
            "Colleagues are added by the command line, each with a login of their own:\n"
            "transitions --db ADDRESS team add NAME --login LOGIN --role ROLE\n"
        )
        return Content.assemble(kept, txt(short_path(where), "$quiet"))

    # Who

    def _ask(self, question: str, problem: str = "") -> None:
        self.asks = question
        self.query_one("#first-question", Static).update(txt(question, "bold"))
        self.query_one("#first-problem", Static).update(txt(f"! {problem}" if problem else "", "$error"))

    def _ask_name(self, problem: str = "") -> None:
        field = self.query_one("#first-name", CleanInput)
        field.display = True
        field.focus()
        self._choices().display = False
        self._ask("What is your name?", problem)

    @on(CleanInput.Submitted)
    def _named(self, event: CleanInput.Submitted) -> None:
        event.stop()
        name = event.value.strip()
        if not name:
            self._ask_name("Type your name, as colleagues know it.")
            return
        self._name = name
        event.input.display = False
        self._ask(f"What do you do, {name}?")
        self._choices().clear_options()
        self._choices().add_options([Option(txt(capital(role))) for role in self.ROLES])
        self._open_choices()

    @on(OptionList.OptionSelected)
    async def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.workspace.me is None:
            self._become(self.ROLES[event.option_index])
        else:
            await self.perform(STEPS[event.option_index][0])

    def _become(self, role: str) -> None:
        try:
            self.workspace.become(workers.save_worker(self.workspace, None, {"name": self._name, "role": role}))
        except FieldProblems as problems:
            self._ask_name(" ".join(problems.problems.values()))
            return
        self.host.worker_changed()
        self._show_ways()

    # How to begin

    def _show_ways(self) -> None:
        self.query_one("#first-name").display = False
        self.query_one("#first-what").display = False
        schools = len(lists.school_ids(self.workspace))
        self._ask("How do you want to start?")
        done = {"first.schools": f"+ {schools:,} schools are in"} if schools else {}
        at = self._choices().highlighted or 0
        self._choices().clear_options()
        self._choices().add_options([Option(self._step_line(*step, done.get(step[0], ""))) for step in STEPS])
        self._open_choices(1 if schools and at == 0 else at)
        self.refresh_bindings()

    def _step_line(self, command_id: str, title: str, hint: str, done: str) -> Content:
        key = self.host.registry[command_id].keys[0]
        remark = txt(f"  {done}", "$success") if done else Content("")
        return Content.assemble((f"{key}  ", "bold $key"), title, remark, "\n   ", (hint, "$quiet"))

    def _choices(self) -> OptionList:
        return self.query_one("#first-choices", OptionList)

    def _open_choices(self, highlighted: int = 0) -> None:
        choices = self._choices()
        choices.display = True
        choices.highlighted = highlighted
        choices.focus()

    def action_schools(self) -> None:
        self.host.open.import_file("schools")

    def action_pupils(self) -> None:
        self.host.open.import_file("pupils")

    async def action_add_pupil(self) -> None:
        await self.host.open.pupil_form(None)

    def action_start(self) -> None:
        if self.is_current:
            self.app.pop_screen()

    # Looking around

    async def action_demo(self) -> None:
        from transitions.demo.make import demo_file

        self._ask("Making up pupils …")
        self._choices().display = False
        self.query_one("#first-progress").remove_class("hidden")
        self._making = job = Job("Making up pupils")
        try:
            made = await self.host.in_thread(lambda: demo_file(self.workspace.clock, job.progress), job)
        except Fault:
            self.query_one("#first-progress").add_class("hidden")
            self._making = None
            self._show_ways()
            raise
        self.host.open_instead(made)

    def show_working(self, working: Working | None) -> None:
        super().show_working(working)
        if self._making is not None:
            self.query_one(ProgressLine).show(self._making.done, self._making.total)
