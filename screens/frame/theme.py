"""Four sets of colours: light, dark, high contrast, and one that colour-blind people can tell apart.

Status colours keep a contrast of 4.5 to 1 (7 to 1 in high contrast) on every ground that text stands on, the cursor's
row included: WCAG 2.2, success criteria 1.4.3 and 1.4.6.
"""

from collections.abc import Mapping

from textual.theme import Theme

LIGHT, DARK, HIGH_CONTRAST, COLOUR_BLIND = "light", "dark", "high contrast", "colour-blind safe"


def _states(**colours: str) -> Mapping[str, str]:
    return {f"state-{state.replace('_', '-')}": colour for state, colour in colours.items()}


def _grounds(*, cursor: str, cursor_away: str, text: str, line: str, quiet: str, key: str) -> Mapping[str, str]:
    return {
        "block-cursor-background": cursor,
        "block-cursor-foreground": text,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": cursor_away,
        "block-cursor-blurred-foreground": text,
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": cursor_away,
        "line": line,
        "border": line,
        "border-blurred": line,
        "quiet": quiet,
        "key": key,
        "scrollbar": line,
        "scrollbar-hover": quiet,
        "scrollbar-active": key,
        "scrollbar-background": "transparent",
        "scrollbar-background-hover": "transparent",
        "scrollbar-background-active": "transparent",
        "scrollbar-corner-color": "transparent",
    }


_LIGHT = Theme(
    name=LIGHT,
    dark=False,
    primary="#1d5b86",
    secondary="#47637a",
    accent="#6b4a92",
    foreground="#1b2430",
    background="#f6f7f9",
    surface="#ffffff",
    panel="#e6ebf1",
    success="#1c6b3c",
    warning="#8a5200",
    error="#b0241c",
    variables={
        **_grounds(
            cursor="#d5e6f4", cursor_away="#e9eff5", text="#1b2430", line="#b9c4d0", quiet="#566372", key="#1d5b86"
        ),
        **_states(
            overdue="#a8201a",
            missed="#8a1f63",
            due_soon="#7a4800",
            late="#4a5d00",
            met="#17602f",
            waived="#56606d",
            not_due="#566372",
            not_applicable="#5b6572",
        ),
    },
)
_DARK = Theme(
    name=DARK,
    primary="#7db7e4",
    secondary="#9fb3c6",
    accent="#c4abf2",
    foreground="#dde4ec",
    background="#12161b",
    surface="#181d24",
    panel="#222a34",
    success="#84d3a0",
    warning="#f0c05a",
    error="#ff8f85",
    variables={
        **_grounds(
            cursor="#28394b", cursor_away="#1f2731", text="#eef3f8", line="#3a4654", quiet="#97a5b4", key="#7db7e4"
        ),
        **_states(
            overdue="#ff8f85",
            missed="#f29ac4",
            due_soon="#f0c05a",
            late="#c0d477",
            met="#84d3a0",
            waived="#a3b0be",
            not_due="#97a5b4",
            not_applicable="#97a5b4",
        ),
    },
)
_HIGH_CONTRAST = Theme(
    name=HIGH_CONTRAST,
    primary="#ffe94a",
    secondary="#ffffff",
    accent="#8ee6ff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#7dff9b",
    warning="#ffd54a",
    error="#ffb3ac",
    variables={
        **_grounds(
            cursor="#00294d", cursor_away="#2b2b2b", text="#ffffff", line="#ffffff", quiet="#e4e4e4", key="#ffe94a"
        ),
        **_states(
            overdue="#ffb8b0",
            missed="#ffb0ff",
            due_soon="#ffd54a",
            late="#dcff7a",
            met="#7dff9b",
            waived="#e4e4e4",
            not_due="#e4e4e4",
            not_applicable="#e4e4e4",
        ),
    },
)
# Okabe and Ito, Color Universal Design (2008): vermilion, reddish purple, orange, yellow, bluish green, sky blue; three are
# lightened for contrast on the cursor's row.
_COLOUR_BLIND = Theme(
    name=COLOUR_BLIND,
    primary="#56b4e9",
    secondary="#a9b8c6",
    accent="#f0e442",
    foreground="#e2e7ec",
    background="#101418",
    surface="#161b21",
    panel="#212932",
    success="#1fb98c",
    warning="#e69f00",
    error="#f0803c",
    variables={
        **_grounds(
            cursor="#233342", cursor_away="#1d252e", text="#f2f5f8", line="#3c4855", quiet="#9ca9b6", key="#56b4e9"
        ),
        **_states(
            overdue="#f0803c",
            missed="#dd94bb",
            due_soon="#e69f00",
            late="#f0e442",
            met="#1fb98c",
            waived="#a9b3bd",
            not_due="#9ca9b6",
            not_applicable="#9ca9b6",
        ),
    },
)

THEMES: tuple[Theme, ...] = (_LIGHT, _DARK, _HIGH_CONTRAST, _COLOUR_BLIND)

DEFAULTS: Mapping[str, str] = _DARK.variables
"""What our variables mean under a theme that is not ours."""


def known_theme(name: object) -> str:
    """The theme of that name, or the dark one."""
    return next((theme.name for theme in THEMES if theme.name == name), DARK)
