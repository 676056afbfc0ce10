"""The app's foundation: commands, help, palette, colours, hidden names, the character filter, and safe crashes."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from inspect import isawaitable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import ScreenStackError, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.filter import LineFilter
from textual.notifications import Notifications
from textual.reactive import reactive
from textual.screen import Screen
from textual.signal import Signal
from textual.widget import AwaitMount
from textual.worker import WorkerCancelled, WorkerFailed

from screens.frame import command_list
from screens.frame.base_screen import BaseScreen
from screens.frame.clipboard import hand_to_program
from screens.frame.commands import EVERYWHERE, Command, Registry, key_label
from screens.frame.dialogs import Choice, Choose, Confirm
from screens.frame.help import HelpScreen, help_groups
from screens.frame.host import host_of
from screens.frame.jobs import Job, Working
from screens.frame.keys_in_turn import KeysInTurn
from screens.frame.left_once import Palette
from screens.frame.letters import VI, does_nothing, with_vi_keys
from screens.frame.palette import CommandsProvider, make_backup, settings
from screens.frame.safe import ControlFilter, Severity, clean, say
from screens.frame.theme import DARK, DEFAULTS, THEMES, Sheet, known_theme
from screens.frame.visited import Visited
from transitions.clock import Clock
from transitions.custody.own_settings import keep
from transitions.errors import DatabaseInUse, Fault, Stopped, refused_by_system

Answer = TypeVar("Answer")
Found = TypeVar("Found")
LOOK_AT_JOB_SECONDS = 0.2
_LAST_MOMENT = 0.5
"""In seconds; with less than that no toast is made any more."""


class Toasts(Notifications):
    """What is still to be shown. Textual gives a toast the time that is left to it when a screen opens.

    Its timer counts for ever, and nothing else is done, when that has run out by then.
    """

    def _reap(self) -> "Toasts":
        for one in list(self._notifications.values()):
            if one.time_left < _LAST_MOMENT:
                del self._notifications[one.identity]
        return self


_GO_ON = ("app.before", "app.after")


class TransitionsBase(KeysInTurn[int], inherit_bindings=False):
    """An app whose every key goes through the registry.

    ``who`` stands in the header; ``state_folder`` takes crash reports; ``registry`` may be a remapped one (see
    ``commands.remap``); ``theme`` is a name of ``theme.THEMES`` (dark when it is none of them).
    """

    TITLE = "Transitions"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (140, "-wide")]  # noqa: RUF012 - not a ClassVar to mypy
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {CommandsProvider}
    BINDINGS: ClassVar[list[BindingType]] = [
        *command_list.COMMANDS.bindings_for(EVERYWHERE),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    kept_as = ""
    private: reactive[bool] = reactive(False, toggle_class="-private")
    """Whether names are hidden."""
    working: reactive[Working | None] = reactive(None)
    """The long work that goes on."""
    fresh = ""

    def __init__(
        self,
        clock: Clock,
        who: str,
        state_folder: Path,
        registry: Registry = command_list.COMMANDS,
        theme: str = DARK,
    ) -> None:
        super().__init__(state_folder / "crashes")
        self.stylesheet = Sheet(self.get_css_variables())
        self._control_filter = ControlFilter()
        self._notifications = Toasts()
        self.clock = clock
        self.who = who
        self.registry = registry
        self.records_changed: Signal[frozenset[int]] = Signal(self, "records changed")
        """Published after every change with the pupils it touched; an empty set means any pupil may have changed."""
        self.animation_level = "none"
        self.visited = Visited(self)
        self.doing = ""
        """The id of the command that was done last."""
        self._jobs: list[Job] = []
        self._turn = asyncio.Lock()
        self.set_keymap(registry.keymap(command_list.COMMANDS))
        for known in THEMES:
            self.register_theme(known)
        self.theme = known_theme(theme)

    def goes_on(self, key: events.Key) -> bool:
        names = {key.key, key.character}
        return any(one.id in _GO_ON and names.intersection(one.keys) for one in self.registry.commands)

    def copy_to_clipboard(self, text: str) -> None:
        """Hand a text to the terminal, and to the desktop's own program where there is one."""
        super().copy_to_clipboard(text)
        self.run_worker(partial(hand_to_program, text), thread=True, group="clipboard", exit_on_error=False)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, then ours as the last before the terminal."""
        return (*super().get_line_filters(), self._control_filter)

    def clear_selection(self) -> None:
        """Clear the selected text of the screen in front.

        From Python 3.12 on Textual starts tasks at once, and a field of the very first screen asks for this before that
        screen is in front: then there is nothing selected anywhere.
        """
        with suppress(ScreenStackError):
            super().clear_selection()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULTS)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """None of Textual's own entries: Screenshot would leave children's records in the Downloads folder."""
        return ()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Severity = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - the signature is Textual's; a toast never interprets its text
    ) -> None:
        """Raise a toast whose text is taken as it stands, whoever raises it."""
        # What stands on the screen already is not said twice.
        for same in [one for one in self._notifications if one.message == clean(message)]:
            self._unnotify(same, refresh=False)
        super().notify(clean(message), title=clean(title), severity=severity, timeout=timeout, markup=False)

    def say(self, message: str, severity: Severity = "information", timeout: float | None = None) -> None:
        say(self, message, severity, timeout)

    def why_not(self, command: Command) -> str | None:
        if command.id == "app.more" and not self._more():
            return f"Every command on this screen has its own key: {self._key_of('app.help')} lists them."
        return "Nothing is running." if command.id == "app.stop" and not self._jobs else None

    def commands_on(self, screen: Screen[Any]) -> tuple[Command, ...]:
        return self.registry.in_scope(screen.SCOPE) if isinstance(screen, BaseScreen) else self.registry.in_dialogs()

    def reason_against(self, command: Command, screen: Screen[Any]) -> str | None:
        try:
            return (screen.why_not(command) if isinstance(screen, BaseScreen) else None) or self.why_not(command)
        except Fault as gone:  # what the screen shows was taken back meanwhile
            return gone.sentence

    async def perform(self, command: Command) -> None:
        if not command.in_dialogs:
            self.doing = command.id
        await self.carry_out(self._run(command))

    async def _run(self, command: Command) -> None:
        if reason := self.reason_against(command, self.screen):
            self.say(reason, "warning")
        elif not await self.run_action(command.action, self.screen):
            self.say(f"“{command.title}” does not work here.", "warning")

    async def carry_out(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work`` until it is done, or waits for an answer or a thread; from there on it goes on by itself.

        So a key that follows at once finds what the one before has done, and what handles keys waits for nobody. A ``Fault`` is said.
        """
        goes_on = asyncio.Event()
        errand = asyncio.create_task(self._errand(work, goes_on))
        errand.add_done_callback(self._errand_ended)
        await goes_on.wait()

    async def _errand(self, work: Coroutine[Any, Any, None], goes_on: asyncio.Event) -> None:
        errand = asyncio.current_task()
        self._errands[errand] = goes_on
        try:
            await work
        except Stopped as stopped:
            self.say(stopped.sentence)
        except Fault as fault:
            self.say(fault.sentence, "error")
        except OSError as error:
            if (refused := refused_by_system(error)) is None:
                raise
            self.say(refused.sentence, "error")
        finally:
            del self._errands[errand]
            goes_on.set()

    def _errand_ended(self, errand: "asyncio.Task[None]") -> None:
        error = None if errand.cancelled() else errand.exception()
        if isinstance(error, Exception):
            self._handle_exception(error)

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        waits = self._errands[asyncio.current_task()]

        def answered(given: Answer | None) -> None:
            # The errand goes on from here: the next key waits for what it asks, or opens, then.
            waits.clear()
            answer.set_result(given)

        self.push_screen(dialog, answered)
        waits.set()
        return await answer

    async def in_thread(self, work: Callable[[], Found], job: Job | None = None) -> Found:
        errand = asyncio.current_task()
        waits = self._errands[errand]
        if job is None:
            self._reading.add(errand)
        waits.set()
        try:
            return await self._wait_in_turn(work, job)
        finally:
            waits.clear()
            self._reading.discard(errand)

    async def _wait_in_turn(self, work: Callable[[], Found], job: Job | None) -> Found:
        if job is None:
            return await self._wait_for(work, Job())
        with self.shown(job):
            async with self._turn:
                self._show_job()
                return await self._wait_for(work, job)

    @contextmanager
    def shown(self, job: Job) -> Iterator[None]:
        """Have the header say how far a job is. Raises ``Stopped`` in its words."""
        self._jobs.append(job)
        looking = self.set_interval(LOOK_AT_JOB_SECONDS, self._show_job)
        try:
            yield
        except Stopped:
            raise Stopped(job.stopped) from None
        finally:
            looking.stop()
            self._jobs.remove(job)
            self._show_job()

    async def _wait_for(self, work: Callable[[], Found], job: Job) -> Found:
        worker = self.run_worker(asyncio.to_thread(self.do_job, work, job), exit_on_error=False)
        try:
            return await worker.wait()
        except WorkerFailed as failed:
            raise failed.error from None
        except WorkerCancelled:
            # The app is closing.
            raise Stopped(job.stopped) from None

    def do_job(self, work: Callable[[], Found], job: Job) -> Found:
        """Do it, in a thread, unless it was stopped while it waited for its turn."""
        if job.is_stopping():
            raise Stopped(job.stopped)
        return work()

    async def write(self, work: Callable[[], Found]) -> Found:
        try:
            return work()
        except DatabaseInUse:
            return await self.in_thread(work, Job("Waiting to save"))

    def _show_job(self) -> None:
        if not self._jobs:
            self.working = None
            return
        job, waiting = self._jobs[0], len(self._jobs) - 1
        how_far = f"{job.how_far} (and {waiting} more)".strip() if waiting else job.how_far
        self.working = Working(job.title, how_far, self._key_of("app.stop"))

    def action_stop(self) -> None:
        """Ask the work that goes on to stop; it says itself whether that was in time."""
        self._jobs[0].stop()
        self._show_job()

    async def action_quit(self) -> None:
        """End the program. While something goes on it asks, because quitting would stop that unsaid."""
        if self._jobs:
            question = f"{self._jobs[0].title} is still running. Stop it and quit?"
            kept = f"{self._jobs[0].kept or 'None of it will be kept.'} Everything else is saved."
            if not await self.ask(Confirm(question, kept, yes="Stop and quit", no="Stay")):
                return
        self.stop_jobs()
        while self._jobs:
            await asyncio.sleep(LOOK_AT_JOB_SECONDS)
        self.exit()

    def stop_jobs(self) -> None:
        for job in self._jobs:
            job.stop()

    async def action_command(self, command_id: str) -> None:
        """Do the command of that id; all keys and clicks come here."""
        await self.perform(self.registry[command_id])

    def _more(self) -> dict[str, Command]:
        front = next((screen for screen in reversed(self.screen_stack) if isinstance(screen, BaseScreen)), None)
        return {} if front is None else self.registry.more(front.SCOPE)

    async def action_more(self) -> None:
        choices = [
            Choice(command, command.title, key, self.reason_against(command, self.screen) or "")
            for key, command in self._more().items()
        ]
        command = await self.ask(Choose("More for this screen", choices))
        if command is not None:
            await self._run(command)

    def on_key(self, event: events.Key) -> None:
        """Say of a letter that nothing here takes what it means, and where."""
        screen = self.screen
        if isinstance(screen, BaseScreen) and event.character and event.key not in screen.active_bindings:
            sentence = does_nothing(self.registry, event.character, screen.SCOPE)
            if sentence:
                self.say(sentence, "warning")

    def action_area(self, area: str) -> None:
        """Go to a work area, which is where one left it; from within it, to its first screen."""
        if area != self.current_mode:
            self.switch_mode(area)
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def note_place(self) -> None:
        self.visited.note()

    def push_screen(self, screen: Screen[Any] | str, *more: Any, **how: Any) -> Any:
        """Show a screen over the one in front, to which one can come back with the cursor where it is now."""
        if isinstance(screen, BaseScreen):
            self.note_place()
        return super().push_screen(screen, *more, **how)

    def switch_mode(self, mode: str) -> AwaitMount:
        self.note_place()
        return super().switch_mode(mode)

    async def action_visited(self, step: int) -> None:
        """Go to the place that was visited before, or after, this one."""
        if not await self.visited.go(step):
            self.say("This is the first place you visited." if step < 0 else "This is the last place you visited.")

    async def action_back(self) -> None:
        screen = self.screen
        if isinstance(screen, BaseScreen) and screen.peel():
            return
        self.note_place()
        if len(self.screen_stack) > 1 and isinstance(self.screen_stack[-2], BaseScreen):
            self.pop_screen()
        else:
            self.action_help_quit()

    def action_help_quit(self) -> None:
        """Say which key quits: Ctrl+C copies, and pressing it by habit must not end the day's work."""
        self.say(f"{self._key_of('app.quit')} quits.")

    def _key_of(self, command_id: str) -> str:
        return next(map(key_label, self.registry[command_id].keys), "")

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, Palette):
            # Without the id that Textual gives it: one that is still closing would have it, too.
            self.push_screen(Palette())

    async def action_jump(self) -> None:
        """Put a letter on every target in front, and go to the one whose letter is pressed."""
        from screens.frame.jump import JumpScreen, targets

        target = await self.ask(JumpScreen(targets(self.screen)))
        if target is not None:
            goes = target.go()
            if isawaitable(goes):
                await goes

    @property
    def moves(self) -> Mapping[str, str]:
        return VI if self.registry.plain else {}

    def action_vi_keys(self) -> None:
        self.registry = self.registry.plain or with_vi_keys(self.registry)
        self.screen.refresh_bindings()
        said = "Vi keys move. Their usual commands are in the menu (;)." if self.moves else "The arrow keys move."
        self.say(f"Vi keys are {'on' if self.moves else 'off'}. {said}")
        keep("vi_keys", bool(self.moves))

    async def action_settings(self) -> None:
        await settings(host_of(self))

    async def action_backup(self) -> None:
        await make_backup(host_of(self))

    def action_finder(self) -> None:
        from screens.frame.finder import finder_line

        if not isinstance(self.screen, Palette):
            self.push_screen(finder_line())

    def action_help(self) -> None:
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen(help_groups(host_of(self), self.screen)))

    def action_privacy(self) -> None:
        self.private = not self.private
        # What toasts said while names were shown may hold some.
        self.clear_notifications()
        key = self._key_of("app.privacy")
        self.say(f"Names and notes are hidden; {key} shows them." if self.private else "Names and notes are shown.")

    async def action_colours(self) -> None:
        choices = [Choice(theme.name, theme.name.capitalize()) for theme in THEMES]
        name = await self.ask(Choose("Colours", choices, current=self.theme))
        if name is not None:
            self.theme = name
            keep("theme", name)

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, WorkerFailed) and isinstance(error.error, Fault):
            # A failed worker leaves the app whole, and a Fault is something a person can put right.
            self.say(error.error.sentence, "error")
            return
        super()._handle_exception(error)
