"""What a key does may wait for a person or a thread: keys go on working meanwhile, and one key comes after the other."""

import threading
from pathlib import Path

import pytest
from reading import settle, toasts
from toy import ToyApp, ToyCaseload

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


async def test_keys_work_while_a_thread_writes(app: AskingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("i", "d")
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
