"""Every box takes so many characters and says so: a whole document pasted into Find by mistake is no crash."""

from typing import Any

from builders import add_pupil
from reading import press, settle, toasts
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.widgets import Input, TextArea

from screens.frame.app import TransitionsApp
from screens.widgets.choice import SuggestBox
from screens.widgets.clean_input import (
    MOST_LINES,
    MOST_ON_ONE_LINE,
    BoundedArea,
    BoundedInput,
    CleanArea,
    CleanInput,
    FindLine,
)
from screens.widgets.path_box import PathBox
from transitions.text import LONGEST_SEARCH
from transitions.workspace import Workspace

DOCUMENT = "ab " * 20_000


class Boxes(App[None]):
    def compose(self) -> ComposeResult:
        yield BoundedInput(max_length=MOST_ON_ONE_LINE)
        yield CleanInput()
        yield FindLine()
        yield SuggestBox(lambda _: (), str, "", None)
        yield PathBox()
        yield BoundedArea()
        yield CleanArea()


def said(app: App[Any]) -> list[str]:
    return [str(one.message) for one in app._notifications]


async def test_no_box_takes_a_whole_document_and_each_says_so() -> None:
    app = Boxes()
    async with app.run_test() as pilot:
        for box in (*app.query(Input), *app.query(TextArea)):
            most = MOST_LINES if isinstance(box, TextArea) else box.max_length or 0
            app.clear_notifications()
            box.focus()
            await pilot.pause()
            app.post_message(Paste("Zoë"))
            app.post_message(Paste(DOCUMENT))
            await pilot.pause()
            text = box.text if isinstance(box, TextArea) else box.value
            assert text == "Zoë", box
            assert said(app) == [f"This box takes up to {most:,} characters. Nothing was added."]


async def test_what_fits_is_taken_up_to_the_last_character() -> None:
    app = Boxes()
    async with app.run_test() as pilot:
        find = app.query_one(FindLine)
        find.focus()
        await pilot.pause()
        app.post_message(Paste("x" * LONGEST_SEARCH))
        await pilot.pause()
        assert len(find.value) == LONGEST_SEARCH
        assert said(app) == []
        await pilot.press("y")
        assert len(find.value) == LONGEST_SEARCH
        assert len(said(app)) == 1
        await pilot.press("backspace", "y")
        assert find.value.endswith("xy")


async def test_a_document_pasted_into_find(workspace: Workspace) -> None:
    add_pupil(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 40)) as pilot:
        for area in ("2", "3", "5", "6"):
            app.clear_notifications()
            await press(pilot, area, "/")
            app.post_message(Paste(DOCUMENT))
            await settle(pilot)
            assert any("takes up to 300 characters" in one for one in toasts(app)), area
            app.post_message(Paste(DOCUMENT[:LONGEST_SEARCH]))
            await settle(pilot)
            assert app._exception is None, area
            await press(pilot, "escape", "escape")
