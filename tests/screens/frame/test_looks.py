"""States and themes: readable without colour, and with every set of colours."""

from itertools import combinations
from pathlib import Path

import pytest
from colours import contrast
from textual.color import Color
from textual.filter import Monochrome
from textual.theme import Theme
from toy import ToyApp

from screens.frame.render_context import (
    HIDDEN_NOTE,
    LOOKS,
    display_name,
    identifier,
    list_name,
    note,
    status_style,
    status_symbol,
    status_text,
)
from screens.frame.theme import HIGH_CONTRAST, THEMES


def test_states_have_a_symbol_and_a_word_each() -> None:
    assert {state: look.symbol for state, look in LOOKS.items()} == {
        "overdue": "!",
        "missed": "x",
        "due soon": "~",
        "met": "+",
        "late": "^",
        "waived": "-",
        "not due": ".",
        "not applicable": "o",
    }
    assert status_text("overdue").plain == "! overdue"
    assert status_text("overdue", "12 days late").plain == "! 12 days late"
    assert status_symbol("waived").plain == "-"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_ground(theme: Theme) -> None:
    variables = theme.variables
    grounds = [
        theme.background,
        theme.surface,
        theme.panel,
        variables["block-cursor-background"],
        variables["block-cursor-blurred-background"],
    ]
    texts = [
        *(variables[look.variable] for look in LOOKS.values()),
        variables["quiet"],
        variables["key"],
        theme.foreground,
    ]
    needed = 7 if theme.name == HIGH_CONTRAST else 4.5
    for ground in grounds:
        assert ground is not None
        assert [text for text in texts if text is not None and contrast(text, ground) < needed] == []


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_states_that_ask_for_something_differ_in_colour(theme: Theme) -> None:
    pressing = ("overdue", "missed", "due soon", "late", "met")
    colours = [Color.parse(theme.variables[LOOKS[state].variable]) for state in pressing]  # type: ignore[index]
    for one, other in combinations(colours, 2):
        assert abs(one.r - other.r) + abs(one.g - other.g) + abs(one.b - other.b) > 60


async def test_a_theme_colours_the_states(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        for theme in THEMES:
            app.theme = theme.name
            await pilot.pause()
            style = status_style("overdue", app.theme_variables)
            assert style.bold
            assert style.color is not None
            assert style.color.name == theme.variables["state-overdue"]
            drawn = [
                segment.style
                for strip in app.screen._compositor.render_strips()
                for segment in strip
                if segment.text.startswith("! overdue")
            ]
            assert [str(piece.color.name) for piece in drawn if piece and piece.color] == [style.color.name]


async def test_a_theme_that_is_not_ours_does_not_stop_the_app(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.theme = "nord"
        await pilot.pause()
        assert app.theme_variables["state-overdue"]


async def test_without_colour_every_state_still_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert any(isinstance(known, Monochrome) for known in app.get_line_filters())
        strips = app.screen._compositor.render_strips()
        shown = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        assert all(f"{look.symbol} {state}" in shown for state, look in LOOKS.items())
        for strip in strips:
            for segment in strip:
                if segment.style and segment.style.color and segment.style.color.triplet:
                    assert len(set(segment.style.color.triplet)) == 1


def test_names() -> None:
    assert display_name("Aisha", "Khan", hidden=False) == "Aisha Khan"
    assert list_name("Aisha", "Khan", hidden=False) == "Khan, Aisha"
    assert list_name("", "Khan", hidden=False) == "Khan"
    assert display_name("Aisha", "Khan", hidden=True) == list_name("Aisha", "Khan", hidden=True) == "AK"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Mary-Jane", "O'Neil"), "MO"),
        (("e\u0301lodie", "dupont"), "ÉD"),
        (("", "Khan"), "K"),
        (("[/x]", "1"), "X"),
        (("", ""), "?"),
        (("小龍", "李"), "小李"),
    ],
)
def test_initials(names: tuple[str, str], expected: str) -> None:
    assert display_name(*names, hidden=True) == expected


def test_notes_and_numbers() -> None:
    assert note("likes trains", hidden=True) == HIDDEN_NOTE
    assert note("", hidden=True) == ""
    assert note("likes trains", hidden=False) == "likes trains"
    assert identifier("A123456789012", hidden=True) == "**********012"
    assert identifier("12", hidden=True) == "**"
    assert identifier("A123456789012", hidden=False) == "A123456789012"
