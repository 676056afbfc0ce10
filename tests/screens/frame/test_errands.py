"""What a key does may wait for a person or a thread: keys go on working meanwhile, and one key comes after the other."""

import asyncio
import threading
import time
from itertools import count
from pathlib import Path

import pytest
from reading import settle, toasts, type_at
from textual import notifications, work
from textual.app import ComposeResult
from textual.command import CommandList
from textual.widgets import OptionList, Static
from toy import ToyApp, ToyCaseload, ToyPupil

from screens.frame.commands import Command
from screens.frame.dialogs import Ask, Choice, Choose
from transitions.errors import Fault


class AskingCaseload(ToyCaseload):
    """Its keys ask questions."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    async def action_missed(self) -> None:
        reason = await self.host.ask(Choose("Why?", [Choice("a", "Away"), Choice("o", "Other")]))
        words = await self.host.ask(Ask("In words")) if reason == "o" else ""
        self.done.append(f"missed {reason} {words}")

    async def action_note(self) -> None:
        text = await self.host.ask(Ask("A note"))
        if text is not None:
            raise Fault(f"There is no room for {text}.")

    async def action_waive(self) -> None:
        self.done.append("begun")
        self.done.append(await self.host.in_thread(self._wait))

    async def action_owner(self) -> None:
        await self.host.in_thread(self._fail)

    def _wait(self) -> str:
        self.let_go.wait(5)
        return "written"

    def _fail(self) -> None:
        raise Fault("The disk is full.")


class AskingApp(ToyApp):
    MODES = ToyApp.MODES | {"caseload": AskingCaseload}


@pytest.fixture
def app(tmp_path: Path) -> AskingApp:
    return AskingApp(tmp_path)


async def test_an_action_goes_on_with_the_answers(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("m", "2", *"ill", "enter")
        await settle(pilot)
        assert app.caseload.done == ["missed o ill"]
        await pilot.press("m", "1", "m", "escape")
        await settle(pilot)
        assert app.caseload.done[1:] == ["missed a ", "missed None "]


async def test_keys_do_one_thing_after_the_other(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("d", "m", "1", "d")
        await settle(pilot)
        assert app.caseload.done == ["done", "missed a ", "done"]


async def test_a_fault_after_an_answer_is_said_and_the_app_goes_on(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("n", "x", "enter", "d")
        await settle(pilot)
        assert toasts(app) == ["There is no room for x."]
        assert app.caseload.done == ["done"]


async def test_keys_work_while_a_thread_writes_which_a_key_pressed_twice_at_once_begins_once(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await type_at(pilot, 0, "i", "i", "d", settled=False)
        await pilot.pause()
        screen = app.caseload
        assert screen.done == ["begun", "done"]
        assert isinstance(screen, AskingCaseload)
        screen.let_go.set()
        await settle(pilot)
        assert screen.done == ["begun", "done", "written"]


async def test_a_fault_in_a_thread_is_said(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("o")
        await settle(pilot)
        assert toasts(app) == ["The disk is full."]


async def test_a_question_that_nobody_answered_does_not_keep_the_app_from_closing(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("m", "ctrl+q")
    assert app.return_code == 0


class Lingering(Static):
    """A widget that takes its time to go."""

    async def on_unmount(self) -> None:
        self.screen.is_read.set()
        await asyncio.sleep(0.05)


class ReadingPupil(ToyPupil):
    """It is left while it reads, and what it reads comes when half of its widgets have gone."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = asyncio.Event()

    def body(self) -> ComposeResult:
        yield Lingering()

    def on_mount(self) -> None:
        self.read_again()

    @work
    async def read_again(self) -> None:
        await self.is_read.wait()
        await asyncio.sleep(0.01)
        self.set_heading("Aisha Khan")


async def test_what_is_read_for_a_screen_that_was_left_meanwhile_is_not_shown(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await app.push_screen(ReadingPupil())
        await pilot.press("escape", "d")
        await settle(pilot)
        assert app.caseload.done == ["done"]


async def test_a_page_down_in_a_palette_that_is_not_laid_out_yet_does_nothing(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await settle(pilot)
        app.screen.query_one(CommandList).display = False
        await pilot.press("a", "pagedown", "pageup", "escape", "d")
        await settle(pilot)
        assert app.caseload.done == ["done"]


async def test_a_page_down_in_a_list_without_room_does_nothing(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        app.push_screen(Choose("Which?", [Choice(1, "One"), Choice(2, "Two")]))
        await settle(pilot)
        app.screen.query_one(OptionList).styles.height = 0
        await settle(pilot)
        await pilot.press("pagedown", "pageup", "escape", "d")
        await settle(pilot)
        assert app.caseload.done == ["done"]


async def test_a_toast_that_runs_out_while_a_screen_opens_does_not_stop_the_app(
    app: AskingApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(notifications=True) as pilot:
        for asked_before in range(8):
            app.say("Saved.", timeout=60)
            moments = count(time.time() + 60 - asked_before / 1000, 0.001)
            monkeypatch.setattr(notifications, "time", lambda moments=moments: next(moments))
            await pilot.press("enter")
            await settle(pilot)
            monkeypatch.setattr(notifications, "time", time.time)
            await pilot.press("escape")
        await pilot.press("d")
        await settle(pilot)
        assert app.caseload.done == ["done"]


def test_a_key_for_what_was_taken_back_meanwhile_says_so_and_the_footer_does_without_it(tmp_path: Path) -> None:
    class Gone(ToyPupil):
        def why_not(self, command: Command) -> str | None:
            raise Fault("This step is no longer planned.")

    app = ToyApp(tmp_path)
    assert app.reason_against(app.registry["app.help"], Gone()) == "This step is no longer planned."
