"""The line at the bottom: the keys that matter here, dim when they cannot be used now."""

from typing import NamedTuple

from textual.content import Content
from textual.reactive import reactive

from screens.widgets.line import Line, clickable

_GAP = "   "


class Entry(NamedTuple):
    """A key and what it does; ``keep`` entries stand at the right edge and are never dropped."""

    key: str
    label: str
    command_id: str
    enabled: bool = True
    keep: bool = False


class FooterLine(Line):
    """As many entries as fit, from the left; the last ones go first."""

    DEFAULT_CSS = """
    FooterLine { background: $panel; color: $foreground; }
    """

    entries: reactive[tuple[Entry, ...]] = reactive(())

    def render(self) -> Content:
        right = Content(_GAP).join(drawn(entry) for entry in self.entries if entry.keep)
        room = self.content_size.width - right.cell_length
        shown: list[Content] = []
        for entry in self.entries:
            if entry.keep:
                continue
            one = drawn(entry)
            room -= one.cell_length + len(_GAP)
            if room < 0:
                break
            shown.append(one)
        return self.fit(Content(_GAP).join(shown), right)


def drawn(entry: Entry) -> Content:
    if not entry.enabled:
        return clickable(Content.styled(f"{entry.key} {entry.label}", "dim $quiet"), entry.command_id)
    return clickable(Content.assemble((entry.key, "bold $key"), f" {entry.label}"), entry.command_id)
