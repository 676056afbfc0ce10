"""Keys of one's own: a small file that gives commands other keys."""

import tomllib
from pathlib import Path

from screens.frame.command_list import COMMANDS
from screens.frame.commands import Registry, remap
from transitions.errors import Problem


def read(path: Path) -> tuple[Registry, list[Problem]]:
    """Give the commands with the keys that the file names, and what is wrong with it; without a file, the usual keys.

    The file holds lines such as ``"milestone.done" = "D"`` or ``"list.find" = "slash,ctrl+f"``. A line that is wrong is left
    out and said; it never keeps the app from starting.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return COMMANDS, []
    except OSError as error:
        return COMMANDS, [Problem(path.name, f"cannot be read ({error.strerror}); the usual keys hold")]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return COMMANDS, [Problem(path.name, f"is not TOML ({error}); the usual keys hold")]
    wanted = {name: keys for name, keys in entries.items() if isinstance(keys, str)}
    odd = [
        Problem(path.name, 'expected keys in quotes, such as "d" or "d,f6"', field=name)
        for name in entries
        if name not in wanted
    ]
    registry, problems = remap(COMMANDS, wanted, path.name)
    return registry, [*odd, *problems]
