"""Tabs as one line of text: the shown one stands out, a click shows another."""

from typing import NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from screens.widgets.line import Line


class PageTab(NamedTuple):
    """One tab: the name that the screen's ``show_tab`` action takes, its title, and how many things are under it."""

    name: str
    title: str
    things: int | None = None


class TabsLine(Line):
    """The titles side by side, with what the arrow keys do at the right."""

    DEFAULT_CSS = """
    TabsLine { background: $background; color: $foreground; }
    """

    tabs: reactive[tuple[PageTab, ...]] = reactive(())
    shown: reactive[str] = reactive("")

    def render(self) -> Content:
        parts = []
        for tab in self.tabs:
            count = f" {tab.things:,}" if tab.things is not None else ""
            style = "bold reverse $key" if tab.name == self.shown else "$quiet"
            title = Content.styled(f" {tab.title}{count} ", style)
            parts.append(title.stylize(Style.from_meta({"@click": ("screen.show_tab", (tab.name,))})))
        left = Content(" ").join(parts)
        hint = Content.styled("← → tabs", "$quiet")
        return self.fit(
            left, hint if left.cell_length + hint.cell_length + 4 <= self.content_size.width else Content("")
        )
