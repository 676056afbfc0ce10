"""A letter on every target of a page, which goes there: fields, panels, tabs, and the rows of lists."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from screens.frame.left_once import LeftOnce
from screens.frame.safe import txt
from screens.widgets.cursor_list import CursorList
from screens.widgets.line import TabsLine

LETTERS = ascii_lowercase + ascii_uppercase + digits


class Target(NamedTuple):
    """Where its letter stands on the screen, and what goes there."""

    at: Offset
    go: Callable[[], object]


def targets(screen: Screen[Any]) -> list[Target]:
    """Those in sight in reading order; where rows are more than letters, every second or third has one."""
    others = [*_tabs(screen), *(one for widget in screen.focus_chain for one in _itself(screen, widget))]
    rows = [one for widget in screen.focus_chain if isinstance(widget, CursorList) for one in _rows(screen, widget)]
    room = max(1, len(LETTERS) - len(others))
    found = others + rows[:: -(-len(rows) // room) or 1]
    return sorted(found, key=lambda one: (one.at.y, one.at.x))[: len(LETTERS)]


def _tabs(screen: Screen[Any]) -> Iterator[Target]:
    for line in screen.query(TabsLine):
        for x, name in line.places:
            yield Target(
                line.content_region.offset + Offset(x, 0), partial(screen.app.run_action, f"screen.show_tab({name!r})")
            )


def _itself(screen: Screen[Any], widget: Widget) -> Iterator[Target]:
    seen = screen.find_widget(widget).visible_region
    if seen and not (isinstance(widget, CursorList) and widget.row_count):
        yield Target(seen.offset, widget.focus)


def _rows(screen: Screen[Any], widget: CursorList) -> Iterator[Target]:
    def go(row: int) -> None:
        screen.set_focus(widget)
        widget.move_cursor(row)

    for y, row in widget.rows_seen():
        yield Target(widget.content_region.offset + Offset(0, y), partial(go, row))


class JumpScreen(ModalScreen[Target | None], LeftOnce[Target | None]):
    """The letters over the page below; any other key leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Stay here")]
    DEFAULT_CSS = """
    JumpScreen {
        background: transparent;
        & > Static { position: absolute; width: 1; height: 1; background: $warning; color: $background; text-style: bold; }
    }
    """

    def __init__(self, found: Sequence[Target]) -> None:
        super().__init__()
        self._found = dict(zip(LETTERS, found, strict=False))

    def compose(self) -> ComposeResult:
        for letter, target in self._found.items():
            label = Static(txt(letter))
            label.styles.offset = target.at
            yield label

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(self._found.get(event.character or ""))

    def on_click(self) -> None:
        self.dismiss(None)
