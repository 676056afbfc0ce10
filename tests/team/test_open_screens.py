"""The app over a server: a colleague's change comes by itself, and a server that goes takes nothing along that was typed."""

import time
from collections.abc import Callable
from typing import Any

from builders import add_pupil
from own_server import Record
from reading import press, screen_text, settle, toasts
from record_over_a_wire import CLOCK, machine_of_their_own, record_over_a_wire
from textual.pilot import Pilot
from textual.widgets import TextArea

from db.place import PASSWORDS
from screens.frame.app import TransitionsApp
from screens.frame.drafts import AskText
from screens.widgets.cursor_list import CursorList
from screens.widgets.line import HeaderLine
from transitions.pupils import editing
from transitions.team import members
from transitions.workspace import Workspace

__all__ = ["machine_of_their_own", "record_over_a_wire"]
WITHIN_SECONDS = 1.0


async def until(pilot: Pilot[Any], holds: Callable[[], bool], seconds: float = 20) -> float:
    """Wait for it as a person does; how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, (toasts(pilot.app), screen_text(pilot.app))
        await pilot.pause(0.02)
    return time.monotonic() - began


def header(app: TransitionsApp) -> HeaderLine:
    return app.screen_stack[0].query_one(HeaderLine)


def typed(app: TransitionsApp) -> str:
    assert isinstance(app.screen, AskText)
    return app.screen.query_one(TextArea).text


async def test_a_colleagues_change_comes_to_an_open_screen_within_a_second(record: Record) -> None:
    for surname in ("Abara", "Byrne", "Lim"):
        add_pupil(record.there, surname=surname)
    app = TransitionsApp(record.here)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, *("down",) * 2)
        listed = app.focused
        assert isinstance(listed, CursorList)
        before, took = listed.cursor, list[float]()
        for surname in ("Abbott", "Abel", "Able"):  # all stand before the cursor's
            pupil = int(
                record.server.ask("SELECT min(id) FROM pupil WHERE surname LIKE 'Ab%'", record.name).fetchone()[0]
            )
            editing.save_pupil(record.there, pupil, {"surname": surname})
            took.append(await until(pilot, lambda: surname in screen_text(app)))  # noqa: B023
        assert (app.focused, listed.cursor) == (listed, before)
        await press(pilot, "n", *"Half a wo")
        editing.save_pupil(record.there, pupil, {"surname": "Abernethy"})
        await pilot.pause(2 * app.workspace.database.look_seconds)
        await press(pilot, *"rd")
        assert typed(app) == "Half a word"
        await press(pilot, "escape")
        assert "Abernethy" in screen_text(app)
        assert (app.focused, listed.cursor) == (listed, before)
        await pilot.resize_terminal(80, 30)
        await settle(pilot)
        assert "keeper" in str(header(app).render())
        assert "K. Eeper" not in str(header(app).render())
        print("seconds to the screen:", ", ".join(f"{one:.2f}" for one in took))
        assert max(took) < WITHIN_SECONDS + app.workspace.database.look_seconds


async def test_what_was_typed_outlives_the_server_and_is_saved_when_it_is_back(record: Record) -> None:
    app = TransitionsApp(record.here)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Rang.")
        record.wire.cut()
        await press(pilot, "ctrl+s")
        assert "Nothing was changed" in screen_text(app) or "connection is lost" in screen_text(app)
        assert typed(app) == "Rang."
        await until(pilot, lambda: app._server.said != "")
        await press(pilot, *" Twice.")
        await press(pilot, "ctrl+s")
        assert typed(app) == "Rang. Twice."
        assert record.notes() == []
        record.wire.mend()
        await until(pilot, lambda: any("server is back" in toast for toast in toasts(app)))
        await press(pilot, "ctrl+s")
        assert not isinstance(app.screen, AskText)
    assert record.notes() == ["Rang. Twice."]


async def test_a_silent_server_leaves_keys_and_text_and_is_said_for_as_long_as_it_is_so(record: Record) -> None:
    app = TransitionsApp(record.here)
    record.here.database.give_up_after(0.3)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Rang.")
        record.wire.speaks.clear()
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app._server.said != "")
        assert "No server since" in str(header(app).render())
        assert not [toast for toast in toasts(app) if "postgresql://" in toast]
        await press(pilot, *" Twice.")
        assert typed(app) == "Rang. Twice."
        await press(pilot, "ctrl+q")
        assert "Quit and lose what you typed?" in screen_text(app)
        await press(pilot, "escape")
        record.wire.cut()
        record.wire.mend()
        await until(pilot, lambda: "No server since" not in str(header(app).render()))
        await press(pilot, "ctrl+s")
        assert not isinstance(app.screen, AskText)
    assert record.notes() == ["Rang. Twice."]


async def test_a_new_password_is_asked_for_where_one_is_at_work(record: Record) -> None:
    where = record.server.address(record.name, "locked")
    members.add(record.there, "L. Ocked", "locked", "caseworker")
    record.server.ask("ALTER ROLE locked PASSWORD 'one'")
    PASSWORDS[where] = "one"
    app = TransitionsApp(Workspace.open(where, CLOCK))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        record.server.ask("ALTER ROLE locked PASSWORD 'two'")
        record.server.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locked'")
        await until(pilot, lambda: "Password for the server" in screen_text(app))
        await press(pilot, *"one", "enter")
        await until(pilot, lambda: "Password for the server" in screen_text(app))
        await press(pilot, *"two", "enter")
        await until(pilot, lambda: any("server is back" in toast for toast in toasts(app)))
        assert "two" not in screen_text(app)
    del PASSWORDS[where]
    app.workspace.close()


async def test_no_key_ends_the_app_while_the_server_is_away(record: Record) -> None:
    other = add_pupil(record.there, surname="Byrne")
    app = TransitionsApp(record.here)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        record.wire.cut()
        here = app.screen
        await press(pilot, "down", "enter", "1", "escape", "3")  # some of them before anybody has noticed
        await until(pilot, lambda: app._server.said != "")
        await press(pilot, "up", "down", "enter", "1", "/", *"by", "escape")
        assert app.screen is here
        record.wire.mend()
        await until(pilot, lambda: app._server.said == "")
        editing.save_pupil(record.there, other, {"surname": "Begum"})
        await until(pilot, lambda: "Begum" in screen_text(app))
        await press(pilot, "1")
        assert app.screen is not here
        record.wire.cut()
        await until(pilot, lambda: app._server.said != "")
        await press(pilot, "ctrl+q")
    assert app.return_code == 0
