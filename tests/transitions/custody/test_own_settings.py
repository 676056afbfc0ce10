"""The settings of one's own: every line is checked, none is fatal, and what the app keeps leaves the others as they are."""

from pathlib import Path

import pytest

from screens.frame.app import TransitionsApp
from screens.frame.theme import THEMES
from transitions.custody import own_settings
from transitions.custody.own_settings import AMONG, OwnSettings
from transitions.custody.places import settings_file
from transitions.errors import CannotWrite

ROOT = Path(__file__).parents[3]


def test_a_wrong_line_is_said_with_its_number_and_the_others_hold(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert own_settings.read(path) == (OwnSettings(), [])
    path.write_text(
        '# mine\ntheme = "drak"\nvi_keys = true\nhide_names = 1\nthme = "light"\nstart = "today"\n', "utf-8"
    )
    settings, problems = own_settings.read(path)
    assert settings == OwnSettings(vi_keys=True, start="today")
    assert [str(one) for one in problems] == [
        'config.toml line 2: theme: expected "light", "dark", "high contrast" or "colour-blind safe"; dark is used',
        "config.toml line 4: hide_names: expected true or false; false is used",
        "config.toml line 5: thme: there is no setting of that name. Did you mean theme?",
    ]
    assert own_settings.told(path).startswith(f'{path}; vi_keys = true; start = "today"; config.toml line 2: theme: ')
    for broken in (b"theme = [", b"\xff\xfe", b"a." * 100):
        path.write_bytes(broken)
        settings, (problem,) = own_settings.read(path)
        assert settings == OwnSettings()
        assert str(problem).endswith("; the default settings are used")


def test_what_is_kept_is_read_again_and_leaves_the_other_lines(tmp_path: Path) -> None:
    own_settings.keep("theme", "light")
    path = settings_file()
    path.write_text('# mine\nstart = "missed"\ntheme = "dark" # for the evening\n', "utf-8")
    own_settings.keep("theme", "high contrast")
    own_settings.keep("vi_keys", True)
    assert path.read_text("utf-8") == 'vi_keys = true\n# mine\nstart = "missed"\ntheme = "high contrast"\n'
    assert own_settings.read(path) == (OwnSettings("high contrast", vi_keys=True, start="missed"), [])
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CannotWrite, match="lasts until you quit"):
        own_settings.keep("theme", "light")


def test_the_choices_are_those_of_the_app_and_stand_in_the_guide() -> None:
    assert AMONG["theme"] == tuple(theme.name for theme in THEMES)
    assert AMONG["start"] == tuple(TransitionsApp.MODES)
    guide = (ROOT / "docs" / "setting-up.md").read_text("utf-8")
    assert [name for name in OwnSettings._fields if f"| `{name}` |" not in guide] == []
