"""A screen is left once, whoever asks for it: a second key, a click, a timer or a thread that comes too late."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import ClassVar, cast

from textual import events
from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual._context import active_app
from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandList, CommandPalette
from textual.geometry import Region, Size
from textual.message import Message
from textual.screen import Screen, ScreenResultType
from textual.signal import Signal
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets._toast import ToastRack


class _Layout(Compositor):
    """Tells every new widget its size, and draws nothing that is not seen.

    Textual does not tell it when the place of any widget is asked for between the mounting and the next layout, as by a focus
    that moves: a text that waits for its width would never appear. And it draws every line of all widgets that a changed line
    runs through, also of those behind others: half the time of a key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._found_between: set[Widget] = set()

    @property
    def full_map(self) -> CompositorMap:
        known = self._full_map
        found = super().full_map
        if found is not known:
            self._found_between |= found.keys() - known.keys()
        return found

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        result = super().reflow(parent, size)
        untold = self._found_between & self._full_map.keys()
        self._found_between.clear()
        return result._replace(shown=result.shown | untold)

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(cuts[:-1]) for cuts in self.cuts]
        for widget, (whole, clip) in self.visible_widgets.items():
            region = whole.intersection(clip)
            left, right = region.column_span
            shows: dict[int, list[int]] = {}
            for y in region.intersection(crop).line_range:
                if is_rendered_line(y):
                    cuts = [cut for cut in self.cuts[y] if left <= cut <= right]
                    inside = [cut for cut, end in pairwise(cuts) if cut < crop.right and end > crop.x]
                    if any(chops[y][cut] is None for cut in inside):
                        shows[y] = cuts
            if shows:
                top = min(shows)
                lines = Region(left - whole.x, top - whole.y, region.width, max(shows) - top + 1)
                strips = widget.render_lines(lines)
                for y, cuts in shows.items():
                    pieces = strips[y - top].divide([cut - left for cut in cuts[1:]])
                    chops[y].update(
                        (cut, piece) for cut, piece in zip(cuts, pieces, strict=False) if chops[y][cut] is None
                    )
        return cast("Sequence[Mapping[int, Strip]]", chops)


class LeftOnce(Screen[ScreenResultType]):
    """What every screen, dialog and form of ours is.

    Textual closes whichever screen is in front when one behind it, or one that closes already, is dismissed. Here the
    first answer counts and a screen that is left hears nothing more of keys, clicks and widgets. One that is left while
    another stands before it, or in another work area, closes when its turn comes.
    """

    TEXT_WAITS: ClassVar[bool] = True
    """Whether what is typed or pasted waits like other keys; not where it goes into a field that is there already."""
    WAITS_FOR_A_LOOK: ClassVar[bool] = False
    """Whether a letter answers only when it was typed after a look at what is asked."""
    asks = ""
    """The question that stands there now, where one screen asks one after the other."""
    _is_left = False
    _left_with: ScreenResultType | None = None

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(name, id, classes)
        self._compositor = _Layout()
        self._is_new = True
        if (app := active_app.get(None)) is not None:
            # Told later, as Textual does, every part would have its styles twice.
            self.add_class(
                *self._get_breakpoint_classes(app.size.width, app.HORIZONTAL_BREAKPOINTS or []), update=False
            )

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        event.refresh_styles = event.refresh_styles and not self._is_new
        self._is_new = False

    def _compositor_refresh(self) -> None:
        # Textual draws it all and then throws it away.
        if not self.app._batch_count:
            super()._compositor_refresh()

    def _extend_compose(self, widgets: list[Widget]) -> None:
        super()._extend_compose(widgets)
        for rack in widgets:
            if isinstance(rack, ToastRack):
                # Textual hides the one of a new screen after it has laid it out, and lays out everything again.
                rack.display = bool(self.app._notifications)

    @property
    def is_getting_ready(self) -> bool:
        """Whether the next key has to wait for what is still being found."""
        return False

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        if self._is_left:
            return AwaitComplete()
        self._is_left, self._left_with = True, result
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def _on_prune(self) -> None:
        """Let go of what Textual holds too long.

        It stops a screen's workers after the widgets that they look for have gone, and keeps a screen that watches the app
        until what is watched changes: a form of a pupil is 4 MB.
        """
        for signal in vars(self.app).values():
            if isinstance(signal, Signal):
                signal.unsubscribe(self)
        for watching in vars(self.app).get("__watchers", {}).values():
            watching[:] = [(node, told) for node, told in watching if node is not self]
        for worker in self.workers:
            if self in worker.node.ancestors_with_self:
                worker.cancel()

    async def _dispatch_message(self, message: Message) -> None:
        if not self._is_left:
            await super()._dispatch_message(message)
        elif isinstance(message, events.ScreenResume):
            if self.app.screen is self:
                super().dismiss(self._left_with)
        elif not _is_for_people(message):
            await super()._dispatch_message(message)


def _is_for_people(message: Message) -> bool:
    """Whether it comes from a key, a click or a widget; what Textual needs to take a screen down does not."""
    if isinstance(message, events.Event):
        return isinstance(message, events.InputEvent | events.Paste)
    return type(message).__module__ != "textual.messages"


class Palette(CommandPalette, LeftOnce[None]):
    """The commands, or anything else, found by typing."""

    def on_mount(self) -> None:
        self.watch(self.app, "private", self._look_again, init=False)

    def _look_again(self) -> None:
        """Names that were shown are hidden now, or the other way."""
        self._cancel_gather_commands()
        self._gather_commands(self.query_one(CommandInput).value.strip())

    @property
    def is_getting_ready(self) -> bool:
        """Enter takes what answers to all that was typed, not what answered to the first letters of it."""
        return any(one.group == self._GATHER_COMMANDS_GROUP and not one.is_finished for one in self.workers)

    def _action_command_list(self, action: str) -> None:
        # A page has no height before the list has been laid out, and Textual dies of that.
        if not action.startswith("page") or self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)
