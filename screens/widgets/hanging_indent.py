"""A text that hangs behind its key: lines that wrap begin under the text, and a remark stays whole."""

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

_BETWEEN = 2


class Hanging(Visual):
    """``lead``, and behind it ``text`` with ``remark`` beside it; a remark that has no room there goes below."""

    def __init__(self, lead: Content, text: Content, remark: Content) -> None:
        self._lead = lead
        self._text = text
        self._remark = remark

    def _body(self, width: int) -> Content:
        """Give the text and its remark for a whole ``width``."""
        if not self._remark:
            return self._text
        beside = self._lead.cell_length + self._text.cell_length + _BETWEEN + self._remark.cell_length <= width
        return Content.assemble(self._text, " " * _BETWEEN if beside else "\n", self._remark)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Give the width of all of it on one line."""
        parts = [part.cell_length for part in (self._lead, self._text)]
        return sum(parts) + (_BETWEEN + self._remark.cell_length if self._remark else 0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Give how many lines it takes at this width."""
        return self._body(width).get_height(rules, max(1, width - self._lead.cell_length))

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Draw the lead before the first line, and as much blank before the others."""
        lead = self._lead.cell_length
        lines = self._body(width).render_strips(max(1, width - lead), height, style, options)
        if not lead:
            return lines
        first = self._lead.render_strips(lead, 1, style, options)[0]
        blank = Strip.blank(lead, style.rich_style)
        return [Strip.join([blank if number else first, line]) for number, line in enumerate(lines)]
