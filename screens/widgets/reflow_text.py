"""Text that is written for the room there is: so much of it that nothing has to be cut."""

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Write = Callable[[int, int], Sequence[Content]]
"""Gives the lines for a width and a height in cells; a height of 0 asks for as many lines as it takes."""


class Fitted(Widget):
    """Shows the lines that ``write`` gives for its size; its own height is up to the style sheet, or as it takes."""

    DEFAULT_CSS = "Fitted { height: auto; width: 1fr; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id, classes=classes)
        self._write: Write = lambda _width, _height: ()

    def show(self, write: Write) -> None:
        self._write = write
        # Only a height that follows the text asks the screen for a layout: a cursor that moves must not.
        self.refresh(layout=self.styles.height is not None and self.styles.height.is_auto)

    def render(self) -> Content:
        width, height = self.content_size
        return Content("\n").join(self._write(width, height)[:height])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        return len(self._write(width, 0))
