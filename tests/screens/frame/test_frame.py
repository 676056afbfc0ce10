"""The frame around every screen: header, heading, footer, palette, help, hidden names."""

from datetime import date
from pathlib import Path

import pytest
from reading import screen_lines, settle
from textual.command import CommandList, CommandPalette
from textual.pilot import Pilot
from textual.widgets import Static
from toy import ToyApp, ToyCaseload, ToyMissed, ToyPupil

from screens.frame.app_base import TransitionsBase
from screens.frame.dialogs import Choose
from screens.frame.help import HelpScreen
from screens.widgets.line import FooterLine, HeaderLine, HeadingLine
from transitions.clock import Clock

SIZES = [(80, 24), (100, 30), (140, 40)]
HOSTILE = ["[/x] [b]x [@click=app.quit]x[/]", "a\x1b]0;t\x07b \u202egnp.exe \udcff\nend", "李" * 90]


async def open_palette(pilot: Pilot[int], words: str = "") -> CommandPalette:
    await pilot.press("ctrl+p", *words)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    palette = pilot.app.screen
    assert isinstance(palette, CommandPalette)
    return palette


async def test_the_frame_is_whole_at_every_size(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test(size=SIZES[0]) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            shown = screen_lines(app)
            assert shown[0].split("   ")[0] == " Transitions"
            areas = "1 Today  2 Caseload  3 Missed" if size[0] > 100 else "1  2 Caseload  3 "
            assert areas in shown[0]
            assert shown[0].endswith("K. Osei · Sat 21 Nov 2026 ")
            assert shown[1].startswith(" My caseload · Year 6 · needs a decision ")
            assert shown[1].endswith(" 14 of 212 · most overdue first ")
            assert shown[-1].startswith(" space mark   d done   m missed   w walk   enter open")
            assert shown[-1].endswith("   ? help   ^p commands ")
            assert {len(line) for line in shown} == {size[0]}


async def test_the_footer_drops_from_the_right_and_keeps_help_and_palette(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test(size=(44, 24)) as pilot:
        await pilot.pause()
        assert screen_lines(app)[-1] == " space mark   d done    ? help   ^p commands "[:44] or screen_lines(app)[
            -1
        ].rstrip().endswith("^p commands")
        await pilot.resize_terminal(140, 24)
        await settle(pilot)
        assert "x export" in screen_lines(app)[-1]


async def test_breakpoints_mark_the_screen(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        for width, name in ((80, "-narrow"), (100, "-medium"), (140, "-wide")):
            await pilot.resize_terminal(width, 30)
            await settle(pilot)
            assert {"-narrow", "-medium", "-wide"} & app.screen.classes == {name}


async def test_the_footer_dims_what_cannot_run(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.caseload.reason = "Nothing is due."
        app.caseload.refresh_bindings()
        await pilot.pause()
        entries = {entry.command_id: entry.enabled for entry in app.screen.query_one(FooterLine).entries}
        assert entries["milestone.missed"] is False
        assert entries["milestone.done"] is True


async def test_the_footer_shows_only_keys_that_work_while_typing(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.caseload.query_one("#field").focus()
        await pilot.pause()
        keys = [entry.key for entry in app.screen.query_one(FooterLine).entries]
        assert keys == ["F1", "^p"]


async def test_clicks_in_footer_and_header_do_the_command(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.click(FooterLine, offset=(screen_lines(app)[-1].index("d done"), 0))
        assert app.caseload.done == ["done"]
        await settle(pilot)
        assert screen_lines(app)[-1].startswith(" By key: d done ")
        await pilot.click(HeaderLine, offset=(screen_lines(app)[0].index("3 Missed"), 0))
        await pilot.pause()
        assert isinstance(app.screen, ToyMissed)


async def test_areas_keep_their_place_and_are_marked(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("enter", "3")
        assert isinstance(app.screen, ToyMissed)
        assert [area.title for area in app.screen.query_one(HeaderLine).areas if area.current] == ["Missed"]
        await pilot.press("2")
        assert isinstance(app.screen, ToyPupil)
        await pilot.press("f3")
        assert isinstance(app.screen, ToyCaseload)


async def test_back_peels_one_filter_then_leaves_and_never_the_last_screen(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert isinstance(app.screen, ToyPupil)
        await pilot.press("q")
        assert isinstance(app.screen, ToyCaseload)
        assert app.caseload.filters == ["Year 6"]
        await pilot.press("escape")
        assert app.caseload.filters == []
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, ToyCaseload)
        assert [note.message for note in app._notifications] == ["^q quits."]


async def test_a_pretended_day_is_marked_at_every_width(tmp_path: Path) -> None:
    app = ToyApp(tmp_path, who="A very long name of a caseworker indeed", clock=Clock.on(date(2027, 2, 14)))
    async with app.run_test(size=(140, 24)) as pilot:
        for width, said in (
            (160, "indeed · as of Sun 14 Feb 2027 "),
            (140, " as of Sun 14 Feb 2027 "),
            (80, " as of Sun 14 Feb 2027 "),
            (54, " as of Sun 14 Feb "),
        ):
            await pilot.resize_terminal(width, 24)
            await settle(pilot)
            assert screen_lines(app)[0].endswith(said)
            assert "2 Caseload" in screen_lines(app)[0]


async def test_hiding_names_reaches_every_screen_and_is_marked(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        assert any("Khan, Aisha" in line for line in screen_lines(app))
        await pilot.press("3", "f9", "2")
        await pilot.pause()
        shown = screen_lines(app)
        assert not any("Khan" in line or "Aisha" in line for line in shown)
        assert any("AK" in line for line in shown)
        assert "names hidden" in shown[0]
        assert any("Names and notes are hidden; F9 shows them." in line for line in shown)
        await pilot.press("f9")
        await pilot.pause()
        assert any("Khan, Aisha" in line for line in screen_lines(app))


async def test_the_palette_lists_every_command_of_the_screen_with_its_key(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await open_palette(pilot)
        options = app.screen.query_one(CommandList)
        texts = [options.get_option_at_index(index).prompt.plain for index in range(options.option_count)]  # type: ignore[union-attr]
        expected = [command.title for command in app.registry.in_scope("caseload") if command.id != "app.palette"]
        assert [text.split("  ")[0].split("\n")[0] for text in texts] == expected
        assert texts[0].startswith("Mark  space\nMarks this row")
        assert not any("Screenshot" in text for text in texts)


async def test_the_palette_runs_a_command(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await open_palette(pilot, "mark done")
        await pilot.press("enter")
        await pilot.pause()
        assert app.caseload.done == ["done"]


async def test_the_palette_finds_words_of_the_help(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await open_palette(pilot, "initials")
        options = app.screen.query_one(CommandList)
        assert options.get_option_at_index(0).prompt.plain.startswith("Hide names  F9")  # type: ignore[union-attr]


async def test_the_palette_says_why_not(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.caseload.reason = "Nothing is due for Tom [/x]."
        await open_palette(pilot, "flag")
        first = app.screen.query_one(CommandList).get_option_at_index(0)
        assert "Not now: Nothing is due for Tom [/x]." in first.prompt.plain  # type: ignore[union-attr]
        await pilot.press("enter")
        await pilot.pause()
        assert app.caseload.done == []
        assert [note.message for note in app._notifications] == ["Nothing is due for Tom [/x]."]


def help_text(app: TransitionsBase) -> str:
    from rich.console import Console

    console = Console(width=120, file=None, record=False)
    with console.capture() as captured:
        console.print(app.screen.query_one("#help-rows", Static).content)
    return captured.get()


async def test_help_lists_focus_then_screen_then_everywhere(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.caseload.reason = "Nothing is due [/x]."
        await pilot.press("?")
        await pilot.pause()
        text = help_text(app)
        assert text.index("The list") < text.index("Caseload") < text.index("Everywhere")
        assert "Focus" not in text
        for command in app.registry.in_scope("caseload"):
            assert command.title in text
        assert "Not now: Nothing is due [/x]." in text


async def test_typing_filters_the_help(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("f1", *"undo")
        await pilot.pause()
        text = help_text(app)
        assert "Undoes the last change" in text
        assert "Mark done" not in text
        await pilot.press(*"[/x]")
        await pilot.pause()
        assert "No key or command has “undo[/x]”" in help_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, ToyCaseload)


async def test_help_closes(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        for key in ("q", "?", "f1", "escape"):
            await pilot.press("?")
            assert isinstance(app.screen, HelpScreen)
            await pilot.press(key)
            assert isinstance(app.screen, ToyCaseload), key


async def test_help_fits_and_scrolls(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("?")
        await pilot.pause()
        assert app.screen.query_one(".dialog").region.height <= 24
        await pilot.press("end")
        await pilot.pause()
        assert any("Quit" in line for line in screen_lines(app))


async def test_digits_do_nothing_behind_a_dialog_but_help_and_hiding_names_work(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await app.carry_out(app.action_colours())
        await pilot.pause()
        await pilot.press("u", "f9")
        assert isinstance(app.screen, Choose)
        assert app.private
        await pilot.press("f1")
        await pilot.pause()
        assert "Leave without" in help_text(app)
        assert "Mark done" not in help_text(app)


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "controls", "wide"])
async def test_hostile_text_in_every_part_of_the_frame(text: str, tmp_path: Path) -> None:
    app = ToyApp(tmp_path, who=text)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        app.caseload.set_heading(text, text)
        app.caseload.reason = text
        app.say(text, "error")
        app.caseload.notify(text, title=text)
        await pilot.press("m", "?", *"miss")
        await pilot.pause()
        await pilot.press("escape", "escape")
        await open_palette(pilot, "flag")
        await pilot.pause()
        assert all(line.isprintable() for line in screen_lines(app))


async def test_a_long_description_is_cut_but_counts_are_not(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.caseload.set_heading("filter " * 40, "1,204 of 250,000 · by name")
        await pilot.pause()
        shown = screen_lines(app)[1]
        assert shown.endswith("…  1,204 of 250,000 · by name ")
        assert app.caseload.query_one(HeadingLine).region.height == 1


async def test_the_order_gives_way_before_the_description_is_cut(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        app.caseload.set_heading("My caseload", "17 actions overdue", "longest overdue first [/x]")
        await pilot.pause()
        assert screen_lines(app)[1].endswith("  17 actions overdue · longest overdue first [/x] ")
        app.caseload.set_heading("My caseload, Year 6, EHC plans", "17 actions overdue", "longest overdue first [/x]")
        await pilot.pause()
        assert screen_lines(app)[1].startswith(" My caseload, Year 6, EHC plans  ")
        assert screen_lines(app)[1].endswith("  17 actions overdue ")


async def test_an_unknown_theme_is_dark(tmp_path: Path) -> None:
    assert ToyApp(tmp_path, theme="no such").theme == "dark"


async def test_colours_are_chosen_with_one_key(tmp_path: Path) -> None:
    app = ToyApp(tmp_path)
    async with app.run_test() as pilot:
        await app.carry_out(app.action_colours())
        await pilot.pause()
        await pilot.press("3")
        assert app.theme == "high contrast"


def test_a_field_may_ask_for_the_selection_before_any_screen_stands(tmp_path: Path) -> None:
    """From Python 3.12 on the fields of the first screen do; without a guard the app would not start there."""
    ToyApp(tmp_path).clear_selection()
