"""The only doors through which text from people and files reaches the screen.

A pupil's name is never markup and never a terminal command. The first wall is ``txt``, ``cell``, ``say`` and
``template``: nothing in their text is interpreted. The second is ``ControlFilter``, which every line of every widget
passes on its way to the terminal, also those that Textual draws from what somebody pasted into a field.
"""

import re
from typing import Literal, Protocol

from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from transitions.text import printable

Severity = Literal["information", "warning", "error"]

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_LINE_ENDS = (0x2028, 0x2029)
_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), *_BIDI, *_LINE_ENDS)
_SURROGATES = range(0xD800, 0xE000)

# Widths were measured before this point, and controls take no cell: they go, so that nothing after them moves.
_DRAWN: dict[int, str | None] = {**dict.fromkeys(_CONTROLS), **dict.fromkeys(_SURROGATES, _UNKNOWN)}


class Notifies(Protocol):
    """An app, a screen or a widget: anything that can raise a toast."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Severity = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Raise a toast."""


def clean(text: str) -> str:
    """``text`` without terminal controls, direction overrides and lone surrogates; line feeds stay."""
    # A tab has no width of its own, so a widget that measures before it draws would be wrong.
    return printable(text, lines=True).replace("\t", " ")


def txt(text: str, style: str = "") -> Content:
    """``text`` as it stands, for widgets, options, titles and borders; ``style`` covers all of it."""
    return Content.styled(clean(text), style) if style else Content(clean(text))


def cell(text: str, style: str = "") -> Text:
    """``text`` as it stands, for the cells of a DataTable and the labels of a Tree."""
    return Text(clean(text), style=style)


def template(markup: str, **values: object) -> Content:
    """Our own ``markup`` with ``$name`` places filled from ``values``, which are never read as markup.

    ``markup`` must be a literal: ``template("[b]$name[/b] is in Year $year", name=name, year=6)``.
    """
    return Content.from_markup(markup, **{name: clean(str(value)) for name, value in values.items()})


def without_address(sentence: str) -> str:
    """What is wrong with a server, without the address that whoever runs it needs and a reader of the screen does not."""
    return _ADDRESS.sub(lambda found: found[1].upper(), sentence)


_ADDRESS = re.compile(r"^postgres(?:ql)?://\S+: (.)", re.IGNORECASE)


def say(app: Notifies, message: str, severity: Severity = "information", timeout: float | None = None) -> None:
    """Raise a toast with ``message`` as it stands; ``timeout`` is in seconds, Textual's own when None."""
    app.notify(clean(without_address(message)), severity=severity, timeout=timeout, markup=False)


class ControlFilter(LineFilter):
    """Take terminal controls out of every line that is drawn.

    Textual keeps filtered lines under the filter that made them: make one and keep it.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """``segments`` without controls; the same list when there were none, which is nearly always."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [segment if segment.control or segment.text.isprintable() else _drawn(segment) for segment in segments]


def _drawn(segment: Segment) -> Segment:
    return Segment(segment.text.translate(_DRAWN), segment.style)
