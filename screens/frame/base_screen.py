"""What every full screen shares: the frame, its keys, and how it answers when a command cannot run."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import ScreenResultType

from screens.frame.command_list import COMMANDS
from screens.frame.commands import EVERY_LIST, EVERYWHERE, TABLES, Command, character_of, key_label, textual_key
from screens.frame.host import Host, host_of
from screens.frame.jobs import Job, Working
from screens.frame.kept_values import decoded, encoded
from screens.frame.left_once import LeftOnce
from screens.frame.safe import Severity, say, txt
from screens.frame.undoing import choose_change
from screens.widgets.cursor_list import CursorList
from screens.widgets.line import FooterLine, HeaderLine, HeadingLine, KeyEntry, WorkArea, one_line
from transitions.custody.history import HistoryEntry
from transitions.errors import Fault
from transitions.team import workers
from transitions.workspace import Workspace

Found = TypeVar("Found")


class BaseScreen(LeftOnce[ScreenResultType]):
    """A screen in the frame: two lines above, the body that ``body`` gives, the keys below.

    ``SCOPE`` names the screen in the registry; its commands become the bindings, and each needs its ``action_`` method.
    """

    SCOPE: ClassVar[str] = ""
    KEPT: ClassVar[Sequence[str]] = ()
    """The attributes that say what it is narrowed to, or how it is shown: the next start finds them again."""
    MADE_OF: ClassVar[Sequence[str] | None] = None
    """What it is made of again when one comes back to it after it was left; None for one to which nobody comes back."""
    _behind: frozenset[int] | None = None
    """The pupils that were touched while another screen was in front; an empty set means any, None that nothing was."""

    def __init_subclass__(cls) -> None:
        if "SCOPE" in cls.__dict__:
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *COMMANDS.bindings_for(cls.SCOPE)]
        super().__init_subclass__()

    def compose(self) -> ComposeResult:
        self.find_again(workers.left_on_desk(self.workspace, self._kept_under) or {} if self.KEPT else {})
        yield HeaderLine()
        yield HeadingLine()
        with Container(classes="body"):
            yield from self.body()
        yield FooterLine()

    def body(self) -> ComposeResult:
        """The widgets between the heading and the footer."""
        yield from ()

    @property
    def host(self) -> Host:
        return host_of(self)

    @property
    def workspace(self) -> Workspace:
        return self.host.workspace

    def on_mount(self) -> None:
        self.watch(self.app, "private", self._hide_names)
        self.watch(self.app, "working", self.show_working)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.names_changed(self.host.private))
        self.host.records_changed.subscribe(self, self._records_changed)
        self.bindings_updated_signal.subscribe(self, self._fill_footer)
        self._fill_header()

    def on_screen_resume(self) -> None:
        """The day may have been moved, or the keys, while another screen was in front."""
        self.host.note_place()
        self._fill_header()
        self._fill_footer()
        if self._behind is not None:
            touched, self._behind = self._behind, None
            self.follow_records(touched)

    def _records_changed(self, touched: frozenset[int]) -> None:
        if self._is_seen:
            self.follow_records(touched)
        else:
            self.fall_behind(touched)

    @property
    def _is_seen(self) -> bool:
        """Whether it is in front, or behind boxes only; Textual's ``is_current`` holds below a full screen as well."""
        stack = self.app.screen_stack
        return self in stack and not any(isinstance(above, BaseScreen) for above in stack[stack.index(self) + 1 :])

    def follow_records(self, touched: frozenset[int]) -> None:
        """Read again what a change of these pupils (an empty set: of any, or of something else) makes different here."""

    def fall_behind(self, touched: frozenset[int]) -> None:
        """Remember to follow when this screen comes to the front again, so that a change costs nothing here until then."""
        any_pupil = not touched or self._behind == frozenset()
        self._behind = frozenset() if any_pupil else touched | (self._behind or frozenset())

    def set_heading(self, left: str | Content, right: str | Content = "", more: str = "") -> None:
        """Show what is listed (``left``, cut when long) and how much of it (``right``); text is taken as it stands.

        ``more``, such as the order of a list, gives way before anything is cut.
        """
        heading = self.query_one(HeadingLine)
        heading.left = txt(one_line(left)) if isinstance(left, str) else left
        heading.right = txt(one_line(right)) if isinstance(right, str) else right
        heading.more = txt(one_line(more))

    def say(self, message: str, severity: Severity = "information", timeout: float | None = None) -> None:
        say(self, message, severity, timeout)

    async def perform(self, command_id: str) -> None:
        """Do a command as its key does: what a click or a double click means."""
        await self.host.perform(self.host.registry[command_id])

    async def look_up(self, look: Callable[[], Found]) -> Found:
        """What ``look`` gives, called in a thread; once nobody waits for it any more it is interrupted."""
        job = Job()

        def until_stopped() -> Found:
            with self.workspace.database.stopping_when(job.is_stopping):
                return look()

        try:
            return await asyncio.to_thread(until_stopped)
        except asyncio.CancelledError:
            job.stop()
            raise

    def why_not(self, command: Command) -> str | None:  # noqa: ARG002
        """The sentence why ``command`` cannot run now, or None when it can.

        Call ``refresh_bindings`` when the answer changes, so that the footer follows.
        """
        return None

    def in_footer(self, command: Command) -> bool:  # noqa: ARG002
        """Whether the footer has room for ``command`` now; its key works all the same."""
        return True

    @property
    def made_of(self) -> tuple[Any, ...] | None:
        return None if self.MADE_OF is None else tuple(getattr(self, name) for name in self.MADE_OF)

    def mark(self) -> Any:
        """Where one is on it: what ``return_to`` is given when one comes back."""
        return [one.cursor for one in self.query(CursorList)]

    def return_to(self, mark: Any) -> None:
        for one, row in zip(self.query(CursorList), mark or (), strict=False):
            one.return_to(row)

    def left_here(self) -> Mapping[str, object]:
        """What the next start is to find again of this screen, by the name under which it is left on the desk."""
        return {self._kept_under: {name: encoded(getattr(self, name)) for name in self.KEPT}} if self.KEPT else {}

    def on_unmount(self) -> None:
        # A file that is in use, when the app closes, costs the place and nothing else.
        with suppress(Fault):
            for name, value in self.left_here().items():
                workers.leave_on_desk(self.workspace, name, value)

    @property
    def _kept_under(self) -> str:
        return f"left on {self.SCOPE}"

    def find_again(self, kept: Mapping[str, Any]) -> None:
        """Be as one was left; nothing is ``kept`` at the very first start."""
        for name, value in kept.items():
            setattr(self, name, decoded(value, getattr(self, name)))

    def peel(self) -> bool:
        """Take one filter, mark or open panel away and give True; False when the screen itself is to close."""
        return False

    def taken_back(self, entry: HistoryEntry) -> None:
        """Called when this was undone while the screen was in front; or done again, when it is itself an undoing."""

    def names_changed(self, hidden: bool) -> None:
        """Draw names again: they are now ``hidden``, or shown, or in other colours; also called once at the start."""

    def show_working(self, working: Working | None) -> None:
        """Show how far the long work is that goes on; called some times a second while there is any."""
        self.query_one(HeaderLine).working = working

    def worker_changed(self) -> None:
        self._fill_header()

    @classmethod
    def missing_actions(cls) -> list[str]:
        """The ids of the commands of this screen's scope that have no action here; a test wants none."""
        of_lists = COMMANDS.own(EVERY_LIST) if cls.SCOPE in TABLES else ()
        own = [command for command in (*COMMANDS.own(cls.SCOPE), *of_lists) if not command.action.startswith("app.")]
        return [command.id for command in own if not hasattr(cls, f"action_{command.action.partition('(')[0]}")]

    def _hide_names(self, hidden: bool) -> None:
        self.query_one(HeaderLine).names_hidden = hidden
        self.names_changed(hidden)

    def _fill_header(self) -> None:
        header, host = self.query_one(HeaderLine), self.host
        header.who, header.today, header.pretended = host.who, host.clock.today, host.clock.pretended
        header.kept_as = host.kept_as
        header.areas = tuple(
            WorkArea(command.title, key_label(command.keys[0]), command.id, command.area == self.app.current_mode)
            for command in host.registry.own(EVERYWHERE)
            if command.area and command.keys
        )

    def _fill_footer(self, *_: object) -> None:
        registry = self.host.registry
        commands = [command for command in registry.in_scope(self.SCOPE) if command.footer and self.in_footer(command)]
        if not registry.more(self.SCOPE) or self.has_class("-narrow"):
            commands = [command for command in commands if command.id != "app.more"]
        if self.host.fresh:
            commands.insert(0, registry["app.undo"])
        self.query_one(FooterLine).entries = tuple(self._entries(commands))

    async def action_changes(self) -> None:
        entry = await choose_change(self.host)
        if entry is not None:
            await self.host.take_back(entry)

    def _entries(self, commands: Iterable[Command]) -> Iterable[KeyEntry]:
        for command in commands:
            key = next((key for key in command.keys if not self._taken_by_field(textual_key(key))), None)
            if key is not None:
                enabled = self.host.reason_against(command, self) is None
                label = command.label
                if command.id == "app.undo" and (fresh := self.host.fresh):
                    label = f"undo “{fresh}”"
                yield KeyEntry(key_label(key), label, command.id, enabled, keep=EVERYWHERE in command.where)

    def _taken_by_field(self, key: str) -> bool:
        """Whether the focused field takes ``key``, as text or as a key of its own: the footer then shows another."""
        field = self.focused
        if field is None or not field.check_consume_key("x", "x"):
            return False
        bound = self.active_bindings.get(key)
        return field.check_consume_key(key, character_of(key)) or (bound is not None and bound.node is field)
