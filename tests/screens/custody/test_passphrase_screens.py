"""The passphrase on screen: asked for until it is right, chosen twice, the code shown until it is written down; the app that locks."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from reading import sentence, type_at
from textual.widgets import Input, Static

from db.custody import keys
from screens.custody import passphrase
from screens.custody.passphrase import Choose, ShowCode, Unlock
from screens.frame.app import TransitionsApp
from screens.frame.idle import Idle
from transitions.clock import Clock
from transitions.custody import locking
from transitions.workspace import Workspace

WORDS = "teapot river hedgehog apron canoe"
OTHER = "violin saddle thimble parsnip lantern"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    yield
    keys.UNLOCKED.forget()


def shown(app: Unlock | Choose, name: str) -> str:
    return str(app.query_one(f"#ask-{name}", Static).content)


async def test_it_asks_until_the_passphrase_is_right_and_never_shows_it(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "pupils.db"
    keys.make(path, WORDS)
    Workspace.open(path, clock, create=True).close()
    keys.UNLOCKED.forget()
    app = Unlock(path, "The keyring did not open them.")
    async with app.run_test(size=(80, 24)) as pilot:
        assert "The keyring did not" in shown(app, "problem")
        await pilot.press(*"wrong", "enter", "enter")
        await pilot.pause(0.2)
        assert "! That is neither the passphrase" in shown(app, "problem")
        field = app.query_one("#ask-field", Input)
        assert (field.password, field.value, field.has_focus) == (True, "", True)
        await pilot.press(*"wrong", "enter", *"teapot")  # typed on while the first is looked at
        await pilot.pause(0.2)
        assert field.value == "teapot"
        field.value = WORDS
        await pilot.press("enter")
        await pilot.pause(0.2)
    assert app.return_value is True
    assert not locking.is_locked(path)


async def test_a_passphrase_is_chosen_twice_and_the_code_leaves_the_screen_only_when_it_is_written_down(
    tmp_path: Path,
) -> None:
    path = tmp_path / "pupils.db"
    app = Choose(path, locking.begun, "Choose a passphrase", "Ctrl+Q quits")
    async with app.run_test(size=(80, 24)) as pilot:

        async def give(text: str) -> None:
            app.query_one("#ask-field", Input).value = text
            await type_at(pilot, 0, "enter", "enter")
            await pilot.pause(0.2)

        await give("12345678")
        assert "too easy to guess" in shown(app, "problem")
        await give(WORDS)
        await give("not the same words")
        assert "didn’t match" in shown(app, "problem")
        await give(WORDS)
        await give(WORDS)
        code = next(word for word in shown(app, "words").split() if word.count("-") == 7)
        assert not keys.keys_file(path).exists(), "nothing is made before somebody has the code"
        await give("xxxx")
        assert code in shown(app, "words")
        await give(code[-4:].lower())
    assert app.return_value is True
    keys.UNLOCKED.forget()
    assert len(keys.opened_by(path, code)) == 1


async def test_another_passphrase_is_chosen_and_another_code_shown(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "pupils.db"
    keys.make(path, WORDS)
    Workspace.open(path, clock, create=True).close()

    async def goes_through(app: Choose, *given: str) -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            for text in given:
                code = next((word for word in shown(app, "words").split() if word.count("-") == 7), "")
                app.query_one("#ask-field", Input).value = text or code[-4:]
                await pilot.press("enter")
                await pilot.pause(0.1)
        assert app.return_value is True

    another = Choose(path, partial(passphrase._another, clock=clock), "Choose another", "Escape leaves it")
    await goes_through(another, OTHER, OTHER)
    assert keys.opened_by(path, OTHER)
    assert not keys.opened_by(path, WORDS)
    kept = keys.keys_file(path).read_bytes()
    code = ShowCode(path, lambda path, _: locking.new_recovery_code(path, clock), "", "Escape leaves it")
    await goes_through(code, "")
    assert keys.keys_file(path).read_bytes() != kept


@pytest.mark.parametrize(
    ("change", "by_code", "asked", "said"),
    [
        ("passphrase", False, "another passphrase", "The passphrase was changed."),
        ("recovery", False, "", "There is a new recovery code."),
        ("", True, "The recovery code opened the records", "The passphrase was changed."),
        ("", False, None, ""),
    ],
)
def test_what_is_asked_after_the_passphrase(
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    by_code: bool,
    asked: str | None,
    said: str,
) -> None:
    chosen: list[str] = []
    path = tmp_path / "pupils.db"
    path.touch()

    def opens(app: Unlock) -> bool:
        app.by_code = by_code
        return True

    def chooses(app: Choose) -> bool:
        chosen.append(app._title)
        return True

    monkeypatch.setattr(Unlock, "run", opens)
    monkeypatch.setattr(Choose, "run", chooses)
    assert (passphrase.let_in(path, clock, change=change) or "").startswith(said)
    assert [asked in title for title in chosen] == ([] if asked is None else [True])
    assert passphrase.let_in(path, clock, read_only=True) == "", "what is only read is not changed"


async def test_locking_ends_the_app_with_where_one_was_and_what_was_half_typed(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "pupils.db"
    keys.make(path, WORDS)
    workspace = Workspace.open(path, clock, create=True)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await app.action_command("app.lock_after")
        await pilot.press("backspace", "backspace", "enter")
        assert "from 1 to 240" in sentence(app)
        await pilot.press("5", "enter")
        await pilot.pause()
        assert (locking.lock_after(workspace), app._idle._most) == (300, 300), "at once"
        await app.action_command("app.passphrase")
        await pilot.pause()
    assert app.opens_next == path
    assert (app.is_locked, app.change) == (True, "passphrase")
    workspace.close()


async def test_plain_records_cannot_be_locked_and_the_key_says_why(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        whys = [app.why_not(app.registry[f"app.{name}"]) for name in ("lock", "passphrase", "recovery", "lock_after")]
    assert all(why and "transitions encrypt" in why for why in whys)


def test_nobody_at_the_keyboard_is_seen_by_either_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    steady, clock = [100.0], [1_000.0]
    monkeypatch.setattr("screens.frame.idle.time.monotonic", lambda: steady[0])
    monkeypatch.setattr("screens.frame.idle.time.time", lambda: clock[0])
    idle = Idle(60)
    assert not idle.is_over
    clock[0] += 61  # the laptop slept
    assert idle.is_over
    idle.stir()
    steady[0] += 61  # the clock was set back meanwhile
    clock[0] -= 500
    assert idle.is_over
