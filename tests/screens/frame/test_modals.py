"""The small questions: one key answers, Escape leaves, everything fits 80 by 24."""

from pathlib import Path

import pytest
from reading import screen_lines
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static, TextArea
from toy import ToyApp

from screens.frame.dialogs import Ask, Choice, Choose, Confirm

REASONS = [
    Choice("placement", "No placement was named", "p"),
    Choice("family", "The family asked to wait", hint="record what they said"),
    Choice("other", "Another reason [/x]"),
]


class Asking:
    """Opens a dialog over the toy app and keeps its answers."""

    def __init__(self, tmp_path: Path) -> None:
        self.app = ToyApp(tmp_path)
        self.answers: list[object] = []

    def open(self, dialog: ModalScreen[object]) -> None:
        self.app.push_screen(dialog, self.answers.append)


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


async def test_choose(asking: Asking) -> None:
    async with asking.app.run_test() as pilot:
        for keys, answer in (
            (["p"], "placement"),
            (["1"], "family"),
            (["2"], "other"),
            (["enter"], "family"),
            (["down", "enter"], "other"),
            (["escape"], None),
            (["slash", *"another", "enter"], "other"),
            (["slash", *"p", "down", "enter"], "placement"),
            (["slash", "escape"], None),
        ):
            asking.answers.clear()
            asking.open(Choose("Why was it missed?", REASONS, current="family"))
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()
            assert asking.answers == [answer], keys


def listed(asking: Asking) -> list[str]:
    """Give the lines of the list, as they are drawn."""
    lines = asking.app.screen.query_one(OptionList).region
    return [line[lines.x : lines.right].rstrip() for line in screen_lines(asking.app)[lines.y : lines.bottom]]


async def test_choose_shows_keys_and_labels_as_they_stand(asking: Asking) -> None:
    async with asking.app.run_test() as pilot:
        asking.open(Choose("Why? [/x]", REASONS))
        await pilot.pause()
        assert listed(asking)[:3] == [
            "p  No placement was named",
            "1  The family asked to wait  record what they said",
            "2  Another reason [/x]",
        ]


async def test_a_long_choice_hangs_behind_its_key_and_its_remark_stays_whole(asking: Asking) -> None:
    label = "Travels to school alone by bus, with a plan for when it is late [/x]"
    choices = [Choice("bus", label, hint="Independent living"), Choice("cook", "Cooks " * 8, hint="A day " * 3)]
    async with asking.app.run_test(size=(80, 24)) as pilot:
        asking.open(Choose("What will be different", choices))
        await pilot.pause()
        assert listed(asking) == [
            "1  Travels to school alone by bus, with a plan for when it",
            "   is late [/x]",
            "   Independent living",
            "2  Cooks Cooks Cooks Cooks Cooks Cooks Cooks Cooks",
            "   A day A day A day",
        ]


async def test_a_long_choice_filters_from_the_first_letter(asking: Asking) -> None:
    staff = [Choice(number, f"Worker {number:03d} Osei") for number in range(200)]
    async with asking.app.run_test(size=(80, 24)) as pilot:
        asking.open(Choose("Owner", staff))
        await pilot.pause()
        assert asking.app.screen.query_one(".dialog").region.height <= 24
        await pilot.press(*"osei 117")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert asking.answers == [117]


async def test_a_filter_without_a_match_chooses_nothing(asking: Asking) -> None:
    async with asking.app.run_test() as pilot:
        asking.open(Choose("Why?", REASONS))
        await pilot.pause()
        await pilot.press("slash", *"zzz", "enter", "down", "enter")
        await pilot.pause()
        assert asking.answers == []
        await pilot.press("escape")
        await pilot.pause()
        assert asking.answers == [None]


def only_digits(text: str) -> str | None:
    return None if text.isdigit() else f"“{text}” is not a number [/x]."


async def test_ask_says_what_is_wrong_and_how_it_is_understood(asking: Asking) -> None:
    async with asking.app.run_test() as pilot:
        asking.open(Ask("Year", "Which year group?", problem=only_digits, echo=lambda text: f"Year {int(text)}"))
        await pilot.pause()
        message = asking.app.screen.query_one("#ask-message", Static)
        assert str(message.content) == ""
        await pilot.press("x", "enter")
        await pilot.pause()
        assert str(message.content) == "! “x” is not a number [/x]."
        assert asking.answers == []
        await pilot.press("backspace", "0", "6")
        await pilot.pause()
        assert str(message.content) == "Year 6"
        await pilot.press("enter")
        await pilot.pause()
        assert asking.answers == ["06"]


async def test_ask_for_a_text(asking: Asking) -> None:
    async with asking.app.run_test(size=(80, 24)) as pilot:
        asking.open(Ask("Note", value="first", multiline=True))
        await pilot.pause()
        assert asking.app.screen.query_one(".dialog").region.height <= 24
        asking.app.screen.query_one(TextArea).move_cursor((0, 5))
        await pilot.press("enter", "b", "ctrl+s")
        await pilot.pause()
        assert asking.answers == ["first\nb"]


@pytest.mark.parametrize("multiline", [False, True])
async def test_ask_leaves_with_escape(multiline: bool, asking: Asking) -> None:
    async with asking.app.run_test() as pilot:
        asking.open(Ask("Note", multiline=multiline))
        await pilot.pause()
        assert isinstance(asking.app.focused, TextArea if multiline else Input)
        await pilot.press("x", "escape")
        await pilot.pause()
        assert asking.answers == [None]


async def test_confirm_is_safe_unless_someone_means_it(asking: Asking) -> None:
    async with asking.app.run_test() as pilot:
        for keys, answer in (
            (["enter"], False),
            (["escape"], False),
            (["n"], False),
            (["y"], True),
            (["left", "enter"], True),
            (["left", "right", "enter"], False),
        ):
            asking.answers.clear()
            asking.open(
                Confirm("Restore the backup of [/x]?", "What was changed since is lost.", yes="Restore", no="Keep")
            )
            await pilot.pause()
            assert asking.app.focused is asking.app.screen.query_one("#no", Button)
            await pilot.press(*keys)
            await pilot.pause()
            assert asking.answers == [answer], keys
