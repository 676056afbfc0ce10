"""The filters beside a list: groups of options, each with the count of what it would leave."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.columns import Cell, cell_segments, fit
from screens.widgets.cursor_list import CURSOR_BAR, CursorList, ListHeading

ACTIVE = "▸"
UNKNOWN_COUNT = "·"


@dataclass(frozen=True, slots=True)
class FacetOption:
    """One value that a list can be narrowed to, as people read it."""

    value: Hashable
    label: Cell


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """Options that answer the same question: ``name`` is for the program, ``title`` for people."""

    name: str
    title: str
    options: Sequence[FacetOption]


Place = tuple[str, Hashable]


class Facets(CursorList):
    """Shows what a list is narrowed to and how many each option would leave; it changes nothing by itself.

    Enter or space asks for a change with ``Toggled``; whoever holds the filter answers with ``set_active`` and
    ``set_counts``.
    """

    HELP = """## Filters

Up and Down move through the options. `space` or Enter switches the option under the cursor on or off. The number says how many would be listed. `▸` marks the filters that are on.
"""
    BINDING_GROUP_TITLE = "Filters"
    CLICKS = 1
    BY_KEY: ClassVar[str] = (
        "By key: f goes to the filters, 6 or ! switches one on or off, space the one under the cursor"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "switch", "Switch this filter on or off", show=False, id="facets.switch"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "facets--heading",
        "facets--row",
        "facets--cursor",
        "facets--bar",
        "facets--active",
        "facets--none",
        "facets--count",
    }
    DEFAULT_CSS = """
    Facets {
        width: 1fr;
        height: 1fr;
        & > .facets--heading { color: $text-muted; text-style: bold; }
        & > .facets--row { color: $foreground; background: $surface; }
        & > .facets--cursor { color: $foreground; background: $foreground 8%; }
        & > .facets--bar { color: $foreground 40%; }
        & > .facets--active { color: $text-accent; text-style: bold; }
        & > .facets--none { color: $text-muted; }
        & > .facets--count { color: $text-muted; }
        &:focus > .facets--cursor { background: $primary-muted; text-style: bold; }
        &:focus > .facets--bar { color: $primary; }
        &:nocolor:focus > .facets--cursor { background: $foreground 25%; }
    }
    """
    prefix: ClassVar[str] = "facets"

    class Toggled(Message):
        """An option was switched: ``group`` is the name of its group."""

        def __init__(self, group: str, value: Hashable) -> None:
            super().__init__()
            self.group = group
            self.value = value

    def __init__(
        self,
        groups: Sequence[FacetGroup] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._places: list[Place] = []
        self._labels: list[Cell] = []
        self._counts: dict[Place, int | None] = {}
        self._active: frozenset[Place] = frozenset()
        self._groups = tuple(groups)

    def on_mount(self) -> None:
        self.set_groups(self._groups)

    # What there is to show

    def set_groups(self, groups: Sequence[FacetGroup]) -> None:
        """Show these groups; the cursor stays on the option it is on when that is still there, else on its line."""
        before, cursor = self.place_under_cursor, max(self.cursor, 0)
        self._places = [(group.name, option.value) for group in groups for option in group.options]
        self._labels = [option.label for group in groups for option in group.options]
        headings, start = [], 0
        for group in groups:
            headings.append((start, group.title))
            start += len(group.options)
        if before in self._places:
            cursor = self._places.index(before)
        self.lay_rows(len(self._places), cursor, headings)

    def set_counts(self, counts: Mapping[Place, int | None]) -> None:
        """Show these counts, by ``(group, value)``; None, or a place left out, is a count not known yet."""
        self._counts = dict(counts)
        self.refresh()

    def set_active(self, active: Collection[Place]) -> None:
        self._active = frozenset(active)
        self.refresh()

    @property
    def place_under_cursor(self) -> Place | None:
        return self._places[self.cursor] if self.cursor >= 0 else None

    # Acting

    def chosen(self) -> None:
        self.action_switch()

    def action_switch(self) -> None:
        if self.place_under_cursor is not None:
            self.post_message(self.Toggled(*self.place_under_cursor))

    # Drawing

    def draw_heading(self, heading: ListHeading, width: int) -> list[Segment]:
        style = self.rich_style + self.part("heading")
        return [Segment(fit(f" {heading.title}", width), style)]

    def draw_row(self, row: int, width: int) -> list[Segment]:
        place = self._places[row]
        active = place in self._active
        known = self._counts.get(place)
        count = UNKNOWN_COUNT if known is None else f"{known:,}"
        style = self.row_style(row)
        label = style
        if active:
            label += self.part("active")
        elif known == 0:
            label += self.part("none")
        bar = CURSOR_BAR if row == self.cursor else " "
        room = max(0, width - 3 - cell_len(count) - 2)
        return [
            Segment(bar, style + self.part("bar")),
            Segment(f"{ACTIVE if active else ' '} ", label),
            *cell_segments(self._labels[row], room, "left", label, self.cell_style),
            Segment(f" {count} ", label if active or known == 0 else style + self.part("count")),
        ]
