"""Saving a file: where to, and writing it while work goes on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from screens.frame.dialogs import Ask
from screens.frame.host import Host
from screens.frame.jobs import Job
from screens.widgets.path_box import path_of
from transitions.custody.places import Place
from transitions.errors import NEEDS_PURPOSE, why_not
from transitions.exporting.target import numbered
from transitions.text import capital

TABLES: Final = (".xlsx", ".csv")
"""The endings of tables: one is as good as the other."""


async def ask_file(host: Host, name: str, holds: str, endings: Sequence[str] = ()) -> Path | None:
    """Ask where to save a file, proposing ``name``; ``holds`` says what will be in it.

    ``endings`` are those that are written; when none are given, both of tables, or that of ``name``.
    """
    suffix = Path(name).suffix
    known = endings or (TABLES if suffix in TABLES else (suffix,))

    def problem(text: str) -> str | None:
        return file_trouble(text, path_of(text), name, known)

    text = await host.ask(Ask("Save it as", holds, short_path(free_name(name)), problem=problem))
    return None if text is None else path_of(text)


async def ask_purpose(host: Host) -> str | None:
    """Ask what a file that names people is for, as the command does; None when it is left, and then nothing is to be saved."""
    why = "Who asked for it, and what for. It is kept in the history."
    text = await host.ask(Ask("What is the file for?", why, needed=f"{NEEDS_PURPOSE}."))
    return None if text is None else text.strip()


OVERRIDE: Final = "override"


async def ask_override(host: Host, why: str) -> str | None:
    """Ask why something goes all the same that is held back; "" when it is not, None when it is left."""
    if not why:
        return ""
    detail = f"Withheld: {why}. What you write here is kept in the history."
    return await host.ask(Ask("Why are you sending it anyway?", detail, needed="Say why, or press Esc."))


async def save_file(
    host: Host, name: str, holds: str, write: Callable[[Path], object], endings: Sequence[str] = ()
) -> None:
    """Ask where to save a file, and let ``write`` write it in a thread; it may give the path, when that is another, and what markers left out."""
    from transitions.exporting.files import Exported
    from transitions.pupils.markers import told_left_out

    target = await ask_file(host, name, holds, endings)
    if target is not None:
        written = await host.in_thread(lambda: write(target), Job(f"Saving {target.name}"))
        left_out = told_left_out(written.left_out) if isinstance(written, Exported) else ""
        said = f"Saved {short_path(written if isinstance(written, Path) else target)}"
        host.say(f"{said}. {left_out}" if left_out else said)


def usual_folder() -> Path:
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


def free_name(name: str) -> Path:
    """A file of that name in the usual folder, numbered when there is one already."""
    return numbered(usual_folder() / name)


def short_path(path: Place) -> str:
    """A path with ``~`` for the own folder, which keeps the name of the file in sight; the address of a server."""
    home = Path.home()
    return (
        str(Path("~") / path.relative_to(home)) if isinstance(path, Path) and path.is_relative_to(home) else str(path)
    )


def file_trouble(text: str, target: Path, such_as: str, endings: Sequence[str]) -> str | None:
    """Why what was typed names no file that could be made, or None; ``such_as`` are names that would do."""
    if not text.strip():
        return f"Name the file, such as {such_as}."
    try:
        if target.is_dir():
            return "This is a folder. Name a file in it."
        if target.suffix.lower() not in endings:
            return f"{target.suffix or 'A name without an ending'} cannot be written here. End the name in {' or '.join(endings)}."
        if target.exists():
            return "There is already a file with that name. Choose another."
        return None if target.parent.is_dir() else "There is no such folder. Make it first, or choose another."
    except OSError as error:  # a name that is too long, a folder that one may not look into
        return _not_looked_at(error)


def folder_trouble(text: str, otherwise: str = "Make it first, or choose another.") -> str | None:
    """Why what was typed names no folder, or None; ``otherwise`` is what to do then."""
    try:
        return None if text.strip() and path_of(text).is_dir() else f"There is no such folder. {otherwise}"
    except OSError as error:
        return _not_looked_at(error)


def _not_looked_at(error: OSError) -> str:
    return f"{capital(why_not(error))}."
