"""A question and the keys that answer it, on as many lines as the width asks for."""

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from screens.widgets.footer import Entry, drawn

_GAP = "   "


class KeysBlock(Widget):
    """The question in bold, below it the keys; a key is never parted from what it does."""

    DEFAULT_CSS = "KeysBlock { height: auto; width: 1fr; }"
    # Textual would paint what can be clicked in the colour of links.
    auto_links = False

    def __init__(self) -> None:
        super().__init__()
        self._question = ""
        self._entries: tuple[Entry, ...] = ()

    def show(self, question: str, entries: Sequence[Entry]) -> None:
        """Show this question, which must be ours, and these keys."""
        self._question, self._entries = question, tuple(entries)
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        lines = [Content.styled(self._question, "bold")] if self._question else []
        line = Content("")
        for entry in self._entries:
            one = drawn(entry)
            if line and line.cell_length + len(_GAP) + one.cell_length > width:
                lines.append(line)
                line = Content("")
            line = Content.assemble(line, _GAP, one) if line else one
        return [*lines, line] if line else lines
