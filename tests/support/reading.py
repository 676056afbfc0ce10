"""Reading the screen as a person does, and waiting until it stands still."""

import asyncio
from typing import Any

from sooner import until_quiet
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from screens.frame.command_list import COMMANDS
from screens.frame.commands import character_of
from screens.frame.render_context import LOOKS
from screens.frame.report_screen import ReportTab
from screens.widgets.cursor_list import CursorList

_LOOK_PAUSE = 0.06
COLOURS = {look.variable: "red" for look in LOOKS.values()}
"""In place of the variables of a theme, for text that is read without an app."""


_shown: dict[App[Any], list[str]] = {}


def screen_lines(app: App[Any]) -> list[str]:
    """Give what the terminal shows, line by line, the character filter included: drawn once until the app goes on."""
    if app not in _shown:
        asyncio.get_running_loop().call_soon(_shown.clear)
        strips = app.screen._compositor.render_strips()
        _shown[app] = ["".join(segment.text for segment in strip) for strip in strips]
    return _shown[app].copy()


def screen_text(app: App[Any]) -> str:
    """Give what the terminal shows as one text."""
    return "\n".join(screen_lines(app))


def sentence(app: App[Any]) -> str:
    """Give what the terminal shows without frames and line ends: for a sentence that may be wrapped."""
    return " ".join(screen_text(app).translate(dict.fromkeys(map(ord, "│╭╮╰╯─"), " ")).split())


def frames(app: App[Any]) -> list[int]:
    """Give a list to which every frame that goes to the terminal from now on adds how many lines it paints."""
    painted: list[int] = []
    display = app._display

    def shown(screen: Screen[Any], update: Any) -> None:
        if update is not None and not app._batch_count:
            lines = {y for y, _, _ in update.spans} if isinstance(update, ChopsUpdate) else range(app.size.height)
            painted.append(len(lines))
        display(screen, update)

    app._display = shown  # type: ignore[method-assign]
    return painted


def toasts(app: App[Any]) -> list[str]:
    """Give what toasts have said, the oldest first."""
    return [notification.message for notification in app._notifications]


def figures(tab: ReportTab) -> str:
    """Give all that a tab of figures can show, without an app: a line each, with its heading before and itself in full."""
    lines = [f"{' · '.join(tab.figures)}" or tab.empty]
    for line in tab.lines:
        full = line.full() if callable(line.full) else line.full
        lines.append(" | ".join([line.heading, *map(str, line.cells), *full]))
    return "\n".join(lines)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing is being read any more and the panels have followed, also what painting asks for."""
    await pilot.pause()
    await _until_read(pilot)
    await until_quiet(_LOOK_PAUSE)
    _draw(pilot.app)
    await pilot.pause()
    if await _until_read(pilot):
        await until_quiet(_LOOK_PAUSE)
        _draw(pilot.app)


def _draw(app: App[Any]) -> None:
    """Have drawn what reads its rows when it is drawn."""
    for widget, (region, _) in list(app.screen._compositor.visible_widgets.items()):
        if isinstance(widget, CursorList):
            widget.render_lines(region.reset_offset)


async def _until_read(pilot: Pilot[Any]) -> bool:
    """Wait for the keys that wait their turn, and for the workers; tell whether there were any to wait for."""
    waited = False
    while keys_wait(pilot.app) or any(not worker.is_finished for worker in pilot.app.workers):
        await asyncio.sleep(0.005)
        waited = True
    return waited


def keys_wait(app: App[Any]) -> bool:
    return app.is_running and getattr(app, "_taking", None) is not None


async def press(pilot: Pilot[Any], *keys: str) -> int:
    """Press keys one after the other, wait, and give how many there were: what a keystroke budget counts."""
    await pilot.press(*keys)
    await settle(pilot)
    return len(keys)


def more(command_id: str, scope: str = "") -> tuple[str, str]:
    """The two keys of a command that has none of its own: they lead to it through the menu of its screen."""
    command = COMMANDS[command_id]
    menu, key = COMMANDS.keys_of(command, scope or min(command.where))
    return menu, key


async def type_at(pilot: Pilot[Any], seconds: float, *keys: str, settled: bool = True) -> None:
    """Send keys as a terminal does, ``seconds`` apart, whatever the app is doing; 0 is one burst."""
    driver = pilot.app._driver
    assert driver is not None
    for key in keys:
        event = Key(_character_to_key(key) if len(key) == 1 else key, character_of(key))
        event.set_sender(pilot.app)
        driver.send_message(event)
        if seconds:
            await asyncio.sleep(seconds)
    if settled:
        await settle(pilot)


async def type_in(pilot: Pilot[Any], text: str) -> None:
    """Put ``text`` into the field with the cursor as a terminal's paste does: one event, however long."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()


async def fill(pilot: Pilot[Any], *texts: str) -> None:
    """Fill field after field; an empty text passes over one."""
    for text in texts:
        if text:
            await type_in(pilot, text)
        await pilot.press("tab")
