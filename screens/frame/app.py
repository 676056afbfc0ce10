"""The app: the work areas, the open database, undo and redo, and the news that something has changed."""

import asyncio
import gc
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from textual import events, work
from textual.screen import Screen
from textual.worker import WorkerFailed

from screens.caseload.caseload import CaseloadScreen
from screens.frame import command_list, render_context, roles
from screens.frame.app_base import TransitionsBase
from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.frame.dialogs import Ask
from screens.frame.drafts import half_written
from screens.frame.endings import KeepsDraft, TerminalGuard, heed_signals, terminal_is_gone
from screens.frame.host import NOTHING_CHANGED, Answer, Opens
from screens.frame.idle import Idle
from screens.frame.jobs import Job, plan_ahead
from screens.frame.left_off import LeftOff
from screens.frame.letters import with_vi_keys
from screens.frame.tour import ONLY_MADE_UP, Guide
from screens.frame.undoing import DoneHere, sure
from screens.frame.without_server import WithoutServer
from screens.navigation import Navigation
from screens.widgets.form_screen import FormScreen
from screens.widgets.line import IN_CLEAR, MADE_UP
from transitions.caseload.caseload import Caseload
from transitions.custody import backups, history, locking, own_settings
from transitions.custody.history import HistoryEntry, Undone
from transitions.custody.notices import notices
from transitions.custody.places import Place, keys_file, settings_file, state_folder
from transitions.errors import Fault, Stopped
from transitions.pupils import lists
from transitions.team import workers
from transitions.workspace import MANY_ROWS, Recorded, Workspace

WAIT_FOR_OTHERS_SECONDS = 0.1
"""How long a key may be held up by another program that writes; after that it waits in a thread."""
LAST_WAIT_SECONDS = 2.0
FIRST_PICTURE_SECONDS = 0.1
_THREADS = 3
"""How many: a long job, a backup, and what a screen reads."""
LOOK_WHETHER_IDLE_SECONDS = 5.0
_DOING = {"Undone": "Undoing", "Done again": "Doing again"}
SIGNALLED = 128
"""Added to the number of a signal it is the exit status that scripts know."""
_BETWEEN = "between two people"
_ENDS_LOCKED = frozenset({"app.lock", "app.passphrase", "app.recovery"})
_OF_LOCKING = _ENDS_LOCKED | {"app.lock_after"}
_OF_A_FILE = frozenset({"app.backup", "app.passphrase", "app.recovery"})
Found = TypeVar("Found")


def _area(module: str, screen: str) -> Callable[[], Screen[Any]]:
    """A screen whose room is loaded when somebody first goes there, or behind the first picture."""
    return lambda: cast("Screen[Any]", getattr(import_module(module), screen)())


def _no_minutes(text: str) -> str | None:
    good = text.strip().isdecimal() and 1 <= int(text) <= locking.MOST_MINUTES
    return None if good else f"Give a whole number of minutes, from 1 to {locking.MOST_MINUTES}."


class TransitionsApp(TransitionsBase):
    """The whole app over one open database."""

    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "today": _area("screens.caseload.today", "TodayScreen"),
        "caseload": CaseloadScreen,
        "missed": _area("screens.caseload.missed", "MissedScreen"),
        "calendar": _area("screens.calendar.calendar", "CalendarScreen"),
        "workshops": _area("screens.workshops.register", "WorkshopsScreen"),
        "handovers": _area("screens.handovers.board", "HandoversScreen"),
        "impact": _area("screens.impact.impact", "ImpactScreen"),
    }
    DEFAULT_MODE = "caseload"

    def __init__(self, workspace: Workspace) -> None:
        registry, self._problems = command_list.own_keys(keys_file())
        self._settings, wrong = own_settings.read(settings_file())
        self._problems += wrong
        super().__init__(
            workspace.clock,
            workers.signed_in(workspace, with_school=False),
            state_folder(),
            with_vi_keys(registry) if self._settings.vi_keys else registry,
            theme=self._settings.theme,
        )
        self.workspace = workspace
        self.open: Opens = Navigation(self)
        self._version = workspace.database.version()
        self._server = WithoutServer(self, workspace)
        self.guard = TerminalGuard()
        self.last_pupil: int | None = None
        """The pupil whose page was seen last, so that a list can go on from there."""
        self._done_here = DoneHere()
        self._taking_back: Job | None = None
        self.opens_next: Place | None = None
        """The database to open when this one has been closed, if any."""
        self.is_locked = False
        self.change = ""
        """What of that which opens the records is to be changed before they are opened again."""
        self._left_off = LeftOff(self, workspace)
        self._idle = Idle(locking.lock_after(workspace))
        self.guide = Guide(self, lambda: self._full_screen)
        made_up, can_lock = locking.is_made_up(workspace), locking.can_lock(workspace)
        self.kept_as = MADE_UP if made_up else "" if can_lock or not workspace.database.is_file else IN_CLEAR

    def on_mount(self) -> None:
        # Each thread that reads keeps pages of the file.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
        self.workspace.database.wait_for_others(WAIT_FOR_OTHERS_SECONDS)
        heed_signals(self.end_from_outside)
        self.set_interval(self.workspace.database.look_seconds, self._look_for_changes)
        self.private = self._settings.hide_names
        if self.workspace.me is None:
            from screens.frame.first_run import FirstRun

            self.push_screen(FirstRun())
        self._finish_files()
        self._freeze()
        for sentence in (*notices(self.workspace), *map(str, self._problems)):
            self.say(sentence, "warning")
        self.set_timer(FIRST_PICTURE_SECONDS, self._behind_the_picture)
        if locking.can_lock(self.workspace):
            self.set_interval(LOOK_WHETHER_IDLE_SECONDS, self._lock_when_idle)
        self.call_after_refresh(self._go_on)

    def _behind_the_picture(self) -> None:
        """Begin what nobody waits for: begun at once, its threads took a sixth of the time until the first rows."""
        self._back_up()
        self.warm_up()

    async def _go_on(self) -> None:
        if start := self._settings.start:
            await self.switch_mode(start)
        if left := half_written(self, "" if start else await self._left_off.go_on()):
            self.say(left, timeout=30)
        if self.kept_as == MADE_UP:
            self.guide.offer()
        self.run_worker(plan_ahead(self.workspace, self.shown, self.publish), exit_on_error=False)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.MouseEvent | events.Paste):
            self._idle.stir()
            if event is self._in_turn and not event.is_forwarded:
                self.guide.saw(event)
        await super().on_event(event)

    def note_place(self) -> None:
        super().note_place()
        self.guide.draw()

    def action_help_quit(self) -> None:
        if not self.guide.leave():
            super().action_help_quit()

    async def action_tour(self) -> None:
        await self.guide.choose()

    def _lock_when_idle(self) -> None:
        if self.working is None and self._idle.is_over:
            self.action_lock()

    def action_lock(self) -> None:
        """End here, with what is half typed kept inside the encrypted file: nothing of it is left in memory to be drawn."""
        self._keep_drafts()
        self.is_locked = True
        self.opens_next = self.workspace.database.where
        self.exit(0)

    def action_change(self, what: str) -> None:
        """Lock, so that whoever changes what opens the records has to know the passphrase."""
        self.change = what
        self.action_lock()

    async def action_lock_after(self) -> None:
        async def save(text: str) -> None:
            self.record(await self.write(partial(locking.set_lock_after, self.workspace, int(text))))
            self._idle = Idle(locking.lock_after(self.workspace))

        now = round(locking.lock_after(self.workspace) / 60)
        about = "Minutes without a key press. Anything half typed is kept."
        await self.ask(Ask("Lock after how many minutes?", about, str(now), problem=_no_minutes, save=save))

    async def action_quit(self) -> None:
        self._left_off.keep()
        if await self._server.may_quit():
            await super().action_quit()

    def _keep_drafts(self) -> None:
        self._left_off.keep()
        for one in (one for stack in self._screen_stacks.values() for one in stack if isinstance(one, KeepsDraft)):
            one.keep_draft()

    def _finish_files(self) -> None:
        """Finish what was on its way out when the program was killed, and say what was, here or before."""
        if self.workspace.has_unfinished_files:
            from transitions.exporting.outgoing import finish_files

            self.workspace.to_say += finish_files(self.workspace)
        for sentence in self.workspace.to_say:
            self.say(sentence, "warning", timeout=30)
        self.workspace.to_say.clear()

    @work(group="freeze", exit_on_error=False)
    async def _freeze(self) -> None:
        """Make the snapshot of a named day, if one is due; of a county it takes some seconds."""
        from transitions.impact.snapshots import due

        if due(self.workspace) is None:
            return
        from transitions.impact.snapshots import make_due, said

        with suppress(Fault):
            row = await self._wait_in_turn(lambda: make_due(self.workspace), Job("Making today's snapshot"))
            if row is not None:
                self.say(said(row), timeout=30)

    @work(thread=True, group="back up", exit_on_error=False)
    def _back_up(self) -> None:
        for sentence in backups.on_first_open(self.workspace):
            self.call_from_thread(self.say, sentence, "warning", 30)

    @work(thread=True, group="warm up", exit_on_error=False)
    def warm_up(self) -> None:
        """Load what the other areas need, after the first paint."""
        # Loaded here, so that going there takes one frame.
        import screens.calendar.calendar
        import screens.caseload.missed
        import screens.caseload.today
        import screens.handovers.board
        import screens.impact.impact
        import screens.workshops.register  # noqa: F401

        self.guard.begin()
        if not gc.get_freeze_count():  # once a process is enough
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 100)

    def end_from_outside(self, number: int) -> None:
        """Keep what is half typed, and go as one quits: a signal, or a closed terminal, asks for it."""
        self._keep_drafts()
        self.stop_jobs()
        self.workspace.database.wait_for_others(LAST_WAIT_SECONDS)
        with suppress(Fault):
            workers.put_on_desk(self.workspace)
        if terminal_is_gone():
            # Textual would wait for ever to draw there.
            os._exit(SIGNALLED + number)
        self.exit(return_code=SIGNALLED + number)

    def do_job(self, work: Callable[[], Found], job: Job) -> Found:
        with self.workspace.database.stopping_when(job.is_stopping):
            return super().do_job(work, job)

    def tell(self, recorded: Recorded) -> None:
        summary = self.told(recorded.summary)
        self.clear_notifications()
        self.say(f"{recorded.name}: {summary}. u undoes.")
        # Later: the form, or the import, in which it was done may be about to close.
        self.call_later(self._note_done, history.next_undo(self.workspace))
        self.publish()

    def record(self, recorded: Recorded, nothing: str = NOTHING_CHANGED) -> bool:
        if recorded.changed:
            self.tell(recorded)
        else:
            self.say(nothing)
        return bool(recorded.changed)

    def publish(self, touched: frozenset[int] = frozenset()) -> None:
        self._version = self.workspace.database.version()
        self.records_changed.publish(touched)

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        if isinstance(dialog, FormScreen) and (said := self.workspace.refusal("pupils")):
            self.say(said, "warning")
            return None
        return await super().ask(dialog)

    def why_not(self, command: Command) -> str | None:
        if command.id == "app.tour" and self.kept_as != MADE_UP:
            return ONLY_MADE_UP
        if self._taking_back is not None and command.id in ("app.undo", "app.redo"):
            return f"{self._taking_back.title} is still running. Press the key again when it has finished."
        if command.id in _OF_LOCKING | _OF_A_FILE and (said := self._why_not_of_records(command)):
            return said
        return self._server.why_not(command) or roles.why_not(self.workspace, command) or super().why_not(command)

    def _why_not_of_records(self, command: Command) -> str | None:
        if command.id in _OF_A_FILE and not self.workspace.database.is_file:
            return "The records are on a server. Whoever runs it looks after backups and passwords."
        if command.id in _OF_LOCKING and not locking.can_lock(self.workspace):
            return locking.NOTHING_TO_LOCK[self.workspace.database.is_file]
        if command.id in _OF_LOCKING - {"app.lock"} and self.workspace.database.read_only:
            return "The records are open read-only, so nothing can be changed."
        if command.id in _ENDS_LOCKED and self.working is not None:
            return f"{self.working.title} is still running. Wait for it or stop it with {self.working.stop_key}, then lock."
        return None

    async def action_undo(self) -> None:
        entry = history.next_undo(self.workspace)
        if await self._is_meant(entry):
            await self.take_back(entry)

    async def take_back(self, entry: HistoryEntry | None) -> None:
        await self._reverse(partial(history.undo, action_id=entry and entry.id), entry, "Undone", "U does it again")
        self._note_done(history.next_redo(self.workspace))

    async def action_redo(self) -> None:
        entry = history.next_redo(self.workspace)
        if await self._is_meant(entry):
            await self._reverse(history.redo, entry, "Done again", "u undoes")
            self._note_done(history.next_undo(self.workspace))

    async def _is_meant(self, entry: HistoryEntry | None) -> bool:
        """Whether this is to be reversed; it is asked about when it was not done just now on this screen."""
        surprise = "" if entry is None else self._done_here.surprise(self.workspace, entry, self._full_screen)
        if entry is None or not surprise:
            return True
        summary = self.told(entry.summary.removeprefix("Undid: "))
        return await self.ask(sure(entry, summary, surprise)) is True

    def action_milestones(self) -> None:
        from screens.milestones.catalogue import MilestonesScreen

        self.push_screen(MilestonesScreen())

    def show_pupils(self, caseload: Caseload) -> None:
        self.switch_mode("caseload")
        while len(self.screen_stack) > 1:
            self.pop_screen()
        cast("CaseloadScreen", self.screen).show(caseload)

    def pupil_name(self, pupil_id: int) -> str:
        forename, surname = lists.name_of(self.workspace, pupil_id)
        return render_context.display_name(forename, surname, hidden=self.private)

    def worker_changed(self) -> None:
        self.who = workers.signed_in(self.workspace, with_school=False)
        if isinstance(self.screen, BaseScreen):
            self.screen.worker_changed()
        self.publish()

    @work(group="become", exclusive=True)
    async def become(self, worker_id: int) -> None:
        """Have somebody else at the keyboard, who finds their own views and nothing of the one before.

        Every work area is closed, which keeps its view for whoever was there, and is opened anew.
        """
        here, areas = self.current_mode, type(self).MODES
        self.add_mode(_BETWEEN, Screen)
        await self.switch_mode(_BETWEEN)
        try:
            for area, screen in areas.items():
                await self.remove_mode(area)
                self.add_mode(area, screen)
            self.workspace.become(worker_id)
            self.last_pupil = None
            self.visited.forget()
            self.who = workers.signed_in(self.workspace, with_school=False)
        finally:
            await self.switch_mode(here)
            await self.remove_mode(_BETWEEN)
        self.clear_notifications()
        self.say(f"You are now {self.who}. My caseload, saved views and drafts are theirs.")
        self.publish()

    def open_instead(self, path: Path) -> None:
        if self.working is not None:
            key = self.working.stop_key
            self.say(
                f"{self.working.title} is still running. Wait for it or stop it with {key}, then open it.", "warning"
            )
            return
        self.opens_next = path
        self.exit(0)

    async def _reverse(
        self, reverse: Callable[[Workspace], Undone], entry: HistoryEntry | None, word: str, hint: str
    ) -> None:
        work = partial(reverse, self.workspace)
        try:
            if entry is not None and history.rows_changed(self.workspace, entry) > MANY_ROWS:
                self._taking_back = Job(f"{_DOING[word]}: {entry.name}")
                undone = await self.in_thread(work, self._taking_back)
            else:
                undone = await self.write(work)
        except Stopped:
            raise
        except Fault as fault:
            self.say(fault.sentence, "warning")
            return
        finally:
            self._taking_back = None
        self.clear_notifications()
        self.say(f"{word}: {undone.name}, {self.told(undone.summary)}. {hint}.")
        self.publish(undone.pupils)
        if entry is not None:
            self._full_screen.taken_back(entry)

    def _note_done(self, entry: HistoryEntry | None) -> None:
        self.fresh = self._done_here.note(entry, self._full_screen, self.workspace.clock.now())
        self.screen.refresh_bindings()

    @property
    def _full_screen(self) -> BaseScreen[Any]:
        """The screen in front, or the one that a dialog or a form stands on."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, BaseScreen))

    def told(self, summary: str) -> str:
        """While names are hidden, leave out what follows the last dot: the pupil, or how many."""
        return summary.rpartition(" · ")[0] or "a change" if self.private else summary

    def _handle_exception(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self._server.passes(cause):
            return
        if not isinstance(cause, Fault):
            from transitions.custody.health_check import behind

            error = behind(cause, self.workspace.database.where) or error
        super()._handle_exception(error)

    def _look_for_changes(self) -> None:
        if self._server.look():
            return
        with suppress(Fault):
            workers.put_on_desk(self.workspace)
        self._left_off.look()
        version = self.workspace.database.version()
        if version != self._version:
            self._version = version
            self.records_changed.publish(frozenset())
