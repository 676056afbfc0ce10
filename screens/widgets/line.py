"""One line of text that draws itself: the shape of the header, the heading and the footer."""

from textual.content import Content
from textual.style import Style
from textual.widget import Widget


class Line(Widget):
    """A line with a left and a right part; a subclass gives them in ``render`` through ``fit``."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; padding: 0 1; }"

    # Textual would paint what can be clicked in the colour of links.
    auto_links = False

    def fit(self, left: Content, right: Content) -> Content:
        """``left`` and ``right`` at the two edges; when there is no room for both, ``left`` ends in an ellipsis."""
        width = self.content_size.width
        room = width - right.cell_length - 2
        if not right or room < 1:
            return (left or right).truncate(width, ellipsis=True)
        left = left.truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def one_line(text: str) -> str:
    """``text`` with every run of blanks and line ends as one blank."""
    return " ".join(text.split())


def clickable(content: Content, command_id: str) -> Content:
    return content.stylize(Style.from_meta({"@click": ("app.command", (command_id,))}))
