"""A list of texts to choose one from."""

from typing import Literal

from textual.widgets import OptionList


class Options(OptionList):
    """Moves by pages where there are any: of a list without room, or not laid out yet, Textual knows no lines and dies."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:
            super()._move_page(direction)
