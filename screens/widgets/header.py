"""The two lines at the top: where one is, as whom and on which day; then what is listed and how much of it."""

from datetime import date
from typing import NamedTuple

from textual.content import Content
from textual.reactive import reactive

from screens.frame.safe import txt
from screens.widgets.line import Line, clickable, one_line
from transitions import dates

PRODUCT = "Transitions"


class Area(NamedTuple):
    """A work area: its name, the key that goes there, and the id of that command."""

    title: str
    key: str
    command_id: str
    current: bool


class HeaderLine(Line):
    """The product, the work areas, and at the right who and which day.

    As it gets narrower it gives up who, then the names of the areas one is not in (which may make room for who again),
    then the year. A day that is only looked at (``pretended``) and hidden names are always marked.
    """

    DEFAULT_CSS = """
    HeaderLine { background: $panel; color: $foreground; }
    """

    areas: reactive[tuple[Area, ...]] = reactive(())
    who: reactive[str] = reactive("")
    today: reactive[date | None] = reactive(None)
    pretended: reactive[bool] = reactive(False)
    names_hidden: reactive[bool] = reactive(False)

    def render(self) -> Content:
        forms = ((True, 0), (True, 1), (False, 0), (False, 1), (False, 2))
        width = self.content_size.width
        for all_names, shortness in forms:
            left, right = self._left(all_names=all_names), self._right(shortness)
            if left.cell_length + right.cell_length + 2 <= width:
                break
        return self.fit(left, right)

    def _left(self, *, all_names: bool) -> Content:
        tabs = []
        for area in self.areas:
            words = f" {area.key} {area.title} " if all_names or area.current else f" {area.key} "
            style = "bold reverse $key" if area.current else "$quiet"
            tabs.append(clickable(Content.styled(words, style), area.command_id))
        return Content.assemble((PRODUCT, "bold $key"), "  ", *tabs)

    def _right(self, shortness: int) -> Content:
        parts = []
        if self.names_hidden:
            parts.append(Content.styled("names hidden", "bold $warning"))
        if self.who and not shortness:
            parts.append(txt(one_line(self.who)))
        if self.today is not None:
            day = dates.short(self.today) if shortness > 1 else dates.short_with_year(self.today)
            parts.append(Content.styled(f"as of {day}", "bold $warning") if self.pretended else Content(day))
        return Content.styled(" · ", "$quiet").join(parts)


class HeadingLine(Line):
    """What this screen shows at the left, counts and order at the right."""

    DEFAULT_CSS = """
    HeadingLine { background: $background; color: $foreground; }
    """

    left: reactive[Content] = reactive(Content(""), always_update=True)
    right: reactive[Content] = reactive(Content(""), always_update=True)
    more: reactive[Content] = reactive(Content(""), always_update=True)
    """What stands behind the right part only when that leaves the left one whole."""

    def render(self) -> Content:
        """All parts; counts are never cut, the description may be."""
        both = Content(" · ").join(part for part in (self.right, self.more) if part)
        has_room = self.left.cell_length + 2 + both.cell_length <= self.content_size.width
        return self.fit(self.left, both if has_room else self.right or both)
