"""Keys of one's own, and where the list stands after walking to a neighbour."""

from pathlib import Path

from builders import add_pupil, add_terms
from reading import press, screen_lines, screen_text, settle, toasts

from screens.frame import command_list
from screens.frame.app import TransitionsApp
from screens.frame.command_list import COMMANDS
from transitions.custody import own_settings
from transitions.custody.places import keys_file, settings_file
from transitions.workspace import Workspace


def test_without_a_file_the_usual_keys_hold(tmp_path: Path) -> None:
    assert command_list.own_keys(tmp_path / "keys.toml") == (COMMANDS, [])


def test_what_is_wrong_is_said_and_the_rest_holds(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('"milestone.done" = "D"\n"no.such" = "z"\n"list.find" = 7\n"list.sort" = "f"\n', encoding="utf-8")
    registry, problems = command_list.own_keys(path)
    assert registry["milestone.done"].keys == ("D",)
    assert registry["list.sort"].keys == COMMANDS["list.sort"].keys
    said = [str(problem) for problem in problems]
    assert any("no.such" in sentence for sentence in said)
    assert any("list.find" in sentence and "in quotes" in sentence for sentence in said)
    assert any("list.sort" in sentence and "f already means" in sentence for sentence in said)


def test_a_file_that_is_not_toml_never_keeps_the_app_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text("done = [", encoding="utf-8")
    registry, problems = command_list.own_keys(path)
    assert registry is COMMANDS
    assert "not TOML" in str(problems[0])


async def test_a_key_of_ones_own_works_and_stands_in_the_footer(workspace: Workspace) -> None:
    add_terms(workspace)
    add_pupil(workspace)
    keys_file().parent.mkdir(parents=True)
    keys_file().write_text('"milestone.done" = "D"\n"no.such" = "z"\n', encoding="utf-8")
    settings_file().write_text('vi_keys = true\nhide_names = true\nstart = "missed"\nthem = ""\n', encoding="utf-8")
    add_pupil(workspace, surname="Zed")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        assert app.current_mode == "missed"
        assert "Zed" not in screen_text(app), "names are hidden from the start"
        assert any("keys.toml line 2: no.such" in toast for toast in toasts(app))
        assert any("config.toml line 4: them: " in toast for toast in toasts(app))
        await press(pilot, "f9", "2")
        assert "D done" in screen_text(app)
        await press(pilot, "d")
        assert not any("Marked done" in toast for toast in toasts(app))
        await press(pilot, "3", "G", "k", "j", "D")
        assert "Marked done: Apply for a secondary school place · Aisha Zed" in toasts(app)[-1]
        assert "g" not in {key for command in app.commands_on(app.screen) for key in command.keys}
        assert app.registry["missed.group"] in app.registry.more("missed").values(), "what is displaced is in the menu"
        await app.run_action("app.vi_keys")
        assert own_settings.read(settings_file())[0].vi_keys is False
        await press(pilot, "g")
        assert "by school" in screen_lines(app)[1]


async def test_the_list_goes_on_from_the_neighbour_that_was_seen_last(workspace: Workspace) -> None:
    add_terms(workspace)
    for name in ("Ames", "Boyd", "Cole"):
        add_pupil(workspace, surname=name)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "]", "]", "q")
        assert "3 of 3" in screen_text(app)
