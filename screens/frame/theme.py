"""Four sets of colours: light, dark, high contrast, and one that colour-blind people can tell apart.

Status colours keep a contrast of 4.5 to 1 (7 to 1 in high contrast) on every ground that text stands on, the cursor's
row included: WCAG 2.2, success criteria 1.4.3 and 1.4.6.
"""

from collections.abc import Mapping
from typing import Any

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet
from textual.theme import Theme

LIGHT, DARK, HIGH_CONTRAST, COLOUR_BLIND = "light", "dark", "high contrast", "colour-blind safe"


_NAMES = (LIGHT, DARK, HIGH_CONTRAST, COLOUR_BLIND)
_COLOURS = {
    "primary": ("#1d5b86", "#7db7e4", "#ffe94a", "#56b4e9"),
    "secondary": ("#47637a", "#9fb3c6", "#ffffff", "#a9b8c6"),
    "accent": ("#6b4a92", "#c4abf2", "#8ee6ff", "#f0e442"),
    "foreground": ("#1b2430", "#dde4ec", "#ffffff", "#e2e7ec"),
    "background": ("#f6f7f9", "#12161b", "#000000", "#101418"),
    "surface": ("#ffffff", "#181d24", "#000000", "#161b21"),
    "panel": ("#e6ebf1", "#222a34", "#1c1c1c", "#212932"),
    "success": ("#1c6b3c", "#84d3a0", "#7dff9b", "#1fb98c"),
    "warning": ("#8a5200", "#f0c05a", "#ffd54a", "#e69f00"),
    "error": ("#b0241c", "#ff8f85", "#ffb3ac", "#f0803c"),
}
"""Textual's own colours, one for each of ``_NAMES``.

Colour-blind safe are those of Okabe and Ito, Color Universal Design (2008): vermilion, reddish purple, orange, yellow, bluish
green, sky blue; three are lightened for contrast on the cursor's row.
"""
_VARIABLES = {
    "block-cursor-background": ("#d5e6f4", "#28394b", "#00294d", "#233342"),
    "block-cursor-blurred-background": ("#e9eff5", "#1f2731", "#2b2b2b", "#1d252e"),
    "block-cursor-foreground": ("#1b2430", "#eef3f8", "#ffffff", "#f2f5f8"),
    "line": ("#b9c4d0", "#3a4654", "#ffffff", "#3c4855"),
    "quiet": ("#566372", "#97a5b4", "#e4e4e4", "#9ca9b6"),
    "key": ("#1d5b86", "#7db7e4", "#ffe94a", "#56b4e9"),
    "state-overdue": ("#a8201a", "#ff8f85", "#ffb8b0", "#f0803c"),
    "state-missed": ("#8a1f63", "#f29ac4", "#ffb0ff", "#dd94bb"),
    "state-due-soon": ("#7a4800", "#f0c05a", "#ffd54a", "#e69f00"),
    "state-late": ("#4a5d00", "#c0d477", "#dcff7a", "#f0e442"),
    "state-met": ("#17602f", "#84d3a0", "#7dff9b", "#1fb98c"),
    "state-waived": ("#56606d", "#a3b0be", "#e4e4e4", "#a9b3bd"),
    "state-not-due": ("#566372", "#97a5b4", "#e4e4e4", "#9ca9b6"),
    "state-not-applicable": ("#5b6572", "#97a5b4", "#e4e4e4", "#9ca9b6"),
}
_LIKE_ANOTHER = {
    "block-cursor-blurred-foreground": "block-cursor-foreground",
    "block-hover-background": "block-cursor-blurred-background",
    "border": "line",
    "border-blurred": "line",
    "scrollbar": "line",
    "scrollbar-hover": "quiet",
    "scrollbar-active": "key",
    "text-muted": "quiet",
    "text-disabled": "quiet",
    "primary-muted": "block-cursor-background",
}
_TEXTS = ("primary", "accent", "success", "warning", "error")
"""Colours in which there is text, too: Textual would mix it with black or white."""
_THE_SAME_IN_ALL = {
    "block-cursor-text-style": "bold",
    "block-cursor-blurred-text-style": "none",
    "scrollbar-background": "transparent",
    "scrollbar-background-hover": "transparent",
    "scrollbar-background-active": "transparent",
    "scrollbar-corner-color": "transparent",
}


def _theme(place: int, name: str) -> Theme:
    variables = {variable: colours[place] for variable, colours in _VARIABLES.items()}
    own: dict[str, Any] = {colour: colours[place] for colour, colours in _COLOURS.items()}
    variables |= {variable: variables[other] for variable, other in _LIKE_ANOTHER.items()} | _THE_SAME_IN_ALL
    variables |= {f"text-{colour}": own[colour] for colour in _TEXTS}
    return Theme(name=name, dark=name != LIGHT, variables=variables, **own)


THEMES = tuple(_theme(place, name) for place, name in enumerate(_NAMES))

DEFAULTS: Mapping[str, str] = THEMES[_NAMES.index(DARK)].variables
"""What our variables mean under a theme that is not ours."""


def known_theme(name: object) -> str:
    """The theme of that name, or the dark one."""
    return next((theme.name for theme in THEMES if theme.name == name), DARK)


class Sheet(Stylesheet):
    """Reads each style once: Textual reads all of them anew for every screen that is opened first, and three times at the start."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(1_000)

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()
