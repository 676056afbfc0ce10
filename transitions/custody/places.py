"""Where things are kept on this computer."""

from pathlib import Path

from db.place import Place, Server, file_at
from db.place import place as read_place
from transitions.errors import CannotWrite, expanded

__all__ = ["Place", "Server", "file_at"]

APPLICATION = "pupil-transitions"


def data_folder() -> Path:
    """The folder that holds the databases: on Windows the local one, which does not roam."""
    from platformdirs import user_data_path  # slow to load, and not asked where a place is named

    return user_data_path(APPLICATION, appauthor=False, roaming=False)


def state_folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path(APPLICATION, appauthor=False)


def crash_folder() -> Path:
    return state_folder() / "crashes"


def keys_file() -> Path:
    """The file in which a person may choose other keys; it need not be there."""
    from platformdirs import user_config_path

    return user_config_path(APPLICATION, appauthor=False, roaming=False) / "keys.toml"


def settings_file() -> Path:
    """The file with what a person chose for themselves; it need not be there."""
    return keys_file().with_name("config.toml")


def place(given: str) -> Place:
    """Where the records are that were named: a file, or a server. Raises ``NoDatabase`` for an address with a password in it."""
    found = read_place(given)
    return expanded(found) if isinstance(found, Path) else found


def default_database() -> Path:
    return data_folder() / "transitions.db"


def demo_database(pupils: int, seed: int) -> Path:
    return data_folder() / f"demo-{pupils}-{seed}.db"


def pseudonym_key() -> Path:
    """Where earlier versions kept the key of pseudonymised exports; it stands in the records now."""
    return data_folder() / "pseudonym.key"


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are not there, for their owner's eyes only. Raises ``OSError``."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def make_folder(folder: Path) -> Path:
    """Make a folder that only its owner can look into, if it is not there. Raises ``CannotWrite``."""
    try:
        make_private(folder)
    except OSError as error:
        raise CannotWrite(
            f"{folder}: the folder cannot be made ({error.strerror}). Name another place with --db."
        ) from None
    return folder
