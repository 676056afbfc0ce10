"""Something to read over the screen in front: a title and a text that scrolls."""

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens.frame.host import Host
from screens.frame.safe import txt
from screens.widgets.line import one_line
from screens.widgets.panel import Block, TextPanel

Found = TypeVar("Found")


class ReadScreen(ModalScreen[None]):
    """Shows what ``blocks`` gives, which is told whether names are hidden. Escape, q or Enter closes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "close", "Close")]

    def __init__(self, title: str, blocks: Callable[[bool], Sequence[Block]]) -> None:
        super().__init__()
        self._title = title
        self._blocks = blocks

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield TextPanel()

    def on_mount(self) -> None:
        box = self.query_one(".dialog")
        box.border_title = txt(one_line(self._title))
        box.border_subtitle = txt("up and down scroll · esc closes")
        self.query_one(TextPanel).focus()
        self.watch(self.app, "private", self._write)

    def action_close(self) -> None:
        self.dismiss(None)

    def _write(self, hidden: bool) -> None:
        self.query_one(TextPanel).show(self._blocks(hidden), keep_place=True)


async def read_and_show(
    host: Host, title: str, read: Callable[[], Found], blocks: Callable[[Found, bool], Sequence[Block]]
) -> None:
    """Call ``read``, which may take long, in a thread, and show what it found, if the same screen is still in front."""
    here = host.screen
    found = await host.in_thread(read)
    if host.screen is here:
        host.push_screen(ReadScreen(title, lambda hidden: blocks(found, hidden)))
