"""The steps of one pupil in date order, under headings, with the line that is today among them."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.message import Message
from textual.strip import Strip

from screens.frame.render_context import LOOKS, status_style
from screens.frame.safe import clean
from screens.milestones.step_text import TimelineRow, TimelineText
from screens.widgets.columns import Arrangement, Cell, Column, Placed, cell_segments, fit, place, plain
from screens.widgets.cursor_list import CURSOR_BAR, CursorList, ListHeading
from transitions.milestones.recording import Step

_GUTTER = 2
_NOTHING = "No steps are planned for this pupil: no milestone applies in the planned years."


class Timeline(CursorList):
    """A list to move in; ``Highlighted`` says which step the cursor is on."""

    HELP = """\
## Timeline

Up and Down go from step to step, Page Up and Page Down a page at a time, Home and End to the first and the last one.
"""
    BINDING_GROUP_TITLE = "Timeline"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "timeline--heading",
        "timeline--today",
        "timeline--row",
        "timeline--cursor",
        "timeline--bar",
        "timeline--quiet",
    }
    DEFAULT_CSS = """
    Timeline {
        height: 1fr;
        & > .timeline--heading { color: $text-primary; text-style: bold; }
        & > .timeline--today { color: $warning; text-style: bold; }
        & > .timeline--row { color: $foreground; background: $surface; }
        & > .timeline--cursor { color: $foreground; background: $foreground 8%; }
        & > .timeline--bar { color: $foreground 40%; }
        & > .timeline--quiet { color: $text-muted; }
        &:focus > .timeline--cursor { background: $primary-muted; text-style: bold; }
        &:focus > .timeline--bar { color: $primary; }
        &:nocolor:focus > .timeline--cursor { background: $foreground 25%; }
    }
    """
    prefix: ClassVar[str] = "timeline"

    class Highlighted(Message):
        """The cursor came to another step."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id, classes=classes)
        self._rows: tuple[TimelineRow, ...] = ()
        self._today_line = ""
        self._columns: tuple[Column, ...] = ()
        self._placed: tuple[int, list[Placed]] = (-1, [])

    def show(self, text: TimelineText, keep: Step | None = None) -> None:
        """Show ``text`` with the cursor on the step ``keep``, or on the most pressing one."""
        self._rows = text.rows
        self._today_line = text.today_line
        self._columns = _columns(text.rows)
        self._placed = (-1, [])
        kept = next((index for index, row in enumerate(text.rows) if row.step.key == keep), text.pressing)
        self.lay_rows(len(text.rows), kept, text.headings)

    @property
    def highlighted(self) -> TimelineRow | None:
        return self._rows[self.cursor] if self.cursor >= 0 else None

    def cursor_moved(self) -> None:
        self.post_message(self.Highlighted())

    def draw_heading(self, heading: ListHeading, width: int) -> list[Segment]:
        name = "today" if heading.title == self._today_line else "heading"
        title = fit(heading.title, width - 3).rstrip()
        rule = Segment(f" {'─' * width}", self.rich_style + self.part("today" if name == "today" else "bar"))
        return [Segment(f" {title}", self.rich_style + self.part(name)), rule]

    def draw_row(self, row: int, width: int) -> list[Segment]:
        style = self.row_style(row)
        bar = CURSOR_BAR if row == self.cursor else " "
        segments = [Segment(f"{bar} ", style + self.part("bar"))]
        cells = self._cells(self._rows[row])
        for placed in self._columns_placed(width):
            segments += cell_segments(cells[placed.index], placed.width, placed.column.align, style, self.cell_style)
            segments.append(Segment(" " * placed.column.gap, style))
        return segments

    def draw_beyond(self, y: int, after: int, width: int) -> Strip:
        if self.row_count or y:
            return super().draw_beyond(y, after, width)
        return self._strip([Segment(f" {_NOTHING}", self.rich_style + self.part("quiet"))], width, self.rich_style)

    def _columns_placed(self, width: int) -> list[Placed]:
        if self._placed[0] != width:
            widest = [max(map(cell_len, texts)) for texts in zip(*map(self._texts, self._rows), strict=True)]
            # Which step it is comes before what was noted of it and to which move it belongs.
            for hidden in ((), ("Noted",), ("Noted", "Move")):
                placed = place(self._columns, width - _GUTTER - 1, Arrangement(hidden=hidden), widest)
                if all(one.width >= widest[one.index] for one in placed if one.column.title == "Step"):
                    break
            self._placed = (width, placed)
        return self._placed[1]

    def _texts(self, row: TimelineRow) -> list[str]:
        return [plain(cell) for cell in self._cells(row)]

    def _cells(self, row: TimelineRow) -> tuple[Cell, ...]:
        state = row.step.state
        style = status_style(state, self.app.theme_variables)
        quiet = self.part("quiet")
        return (
            Text(f"{LOOKS[state].symbol} {state}", style),
            row.step.row.title,
            Text(clean(row.step.row.transition), quiet),
            row.when,
            Text(row.far, style if state in ("overdue", "due soon") else quiet),
            Text(clean(row.noted), quiet),
        )


def _columns(rows: tuple[TimelineRow, ...]) -> tuple[Column, ...]:
    states = max((len(row.step.state) + 2 for row in rows), default=0)
    away = max((len(row.far) for row in rows), default=0)
    return (
        Column("State", width=states, priority=9),
        Column("Step", flex=3, min_width=34, priority=10),
        Column("Move", width=6, priority=2),
        Column("When", width=10, priority=7),
        Column("How far", width=max(away, 1), priority=8),
        Column("Noted", flex=2, min_width=24, priority=1),
    )
