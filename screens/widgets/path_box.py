"""A field for the name of a file: it lists what the folder holds, and Tab completes what was typed."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from screens.widgets.choice import SuggestBox
from screens.widgets.clean_input import MOST_ON_ONE_LINE, CleanInput
from screens.widgets.fields import Option
from transitions.errors import expanded
from transitions.text import printable

MOST_LISTED = 500
_QUOTES = ('"', "'")


def path_of(text: str) -> Path:
    """The path that was typed or pasted: without the quotation marks of "Copy as path", ``~`` as the own folder."""
    plain = text.strip()
    if len(plain) > 1 and plain[0] in _QUOTES and plain[-1] == plain[0]:
        plain = plain[1:-1].strip()
    return expanded(Path(plain))


class PathBox(SuggestBox):
    """A file to name. Folders and files with one of ``endings`` are listed while one types; all, when it is empty.

    ``Entered`` is posted when Enter is pressed on a name that is not a folder, or Tab goes on from it.
    """

    HELP = """## A file

Type the start of a name: Tab completes it, Up and Down choose, Enter accepts. `~` is your own folder, and you can paste a path with its quotation marks.
"""
    BINDING_GROUP_TITLE = "File"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete the name", show=False)]

    class Entered(Message):
        """A file was named; ``goes_on`` when that was not by Enter but by going on to the next field."""

        def __init__(self, path: Path, *, goes_on: bool) -> None:
            super().__init__()
            self.path, self.goes_on = path, goes_on

    def __init__(self, endings: Collection[str] = ()) -> None:
        super().__init__(self._matching, printable, "", None)
        self.endings = endings
        self._input.max_length = MOST_ON_ONE_LINE
        self._input.placeholder = "type or paste the name of the file; tab completes it"
        self._listed: tuple[Path, Sequence[str]] | None = None

    def enter(self) -> None:
        self._input.focus()

    def on_input_changed(self) -> None:
        """List the folder that was typed, in a thread: it may be a drive at the other end of the county."""
        folder = _parted(self.text)[0]
        if self._listed is not None and self._listed[0] == folder:
            self._show()
        else:
            self._list_folder(folder)

    @work(thread=True, exclusive=True, group="folder", exit_on_error=False)
    def _list_folder(self, folder: Path) -> None:
        names = _names_in(folder)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._show_names, folder, names)

    def _show_names(self, folder: Path, names: Sequence[str]) -> None:
        if folder == _parted(self.text)[0]:
            self._listed = (folder, names)
            self._show()

    def _show(self) -> None:
        if self._input.has_focus:
            self._offer(self._matching(self.text))

    def _matching(self, text: str) -> Sequence[Option]:
        """What of the listed folder goes on as typed: the whole text that would stand in the field, and the name."""
        folder, start = _parted(text)
        if self._listed is None or self._listed[0] != folder:
            return ()
        before = text.strip().strip("\"'")
        before = before[: len(before) - len(start)]
        wanted = [
            name
            for name in self._listed[1]
            if name.casefold().startswith(start.casefold())
            and (start.startswith(".") or not name.startswith("."))
            and (name.endswith(os.sep) or not self.endings or Path(name).suffix.casefold() in self.endings)
        ]
        # A file of just this name comes before a folder, or a file, that goes on.
        wanted.sort(key=lambda name: name.casefold() != start.casefold())
        return [(before + name, name) for name in wanted[:MOST_LISTED]]

    def pick(self, option: Option) -> None:
        whole = str(option[0])
        super().pick((whole, whole))
        if whole.endswith(os.sep):
            self._list_folder(_parted(whole)[0])

    def action_complete(self) -> None:
        """Take as much as all that is listed has in common; with nothing to add, go on to the next field."""
        found = [str(whole) for whole, _ in self._matching(self.text)]
        common = os.path.commonprefix(found)  # noqa: RUF071 - of names as they are typed, letter by letter
        if len(found) == 1 and found[0] != self.text:
            self.pick((found[0], found[0]))
        elif len(common) > len(self.text):
            self.text = common
            self._input.cursor_position = len(common)
        else:
            self.name_file(goes_on=True)
            raise SkipAction

    def on_input_submitted(self, event: CleanInput.Submitted | None = None) -> None:
        if event is not None:
            event.stop()
        super().on_input_submitted()
        self.name_file(goes_on=False)

    def name_file(self, *, goes_on: bool) -> None:
        if self.text.strip() and not self.text.endswith(os.sep):
            self.post_message(self.Entered(path_of(self.text), goes_on=goes_on))


def _parted(text: str) -> tuple[Path, str]:
    """The folder that ``text`` names so far, and the beginning of a name in it."""
    plain = text.strip().strip("\"'")
    head, start = os.path.split(plain)
    return expanded(Path(head or ".")), start


def _names_in(folder: Path) -> Sequence[str]:
    """The names in ``folder``, folders first and with a separator behind; nothing when it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            found = [(not entry.is_dir(), entry.name) for entry in entries]
    except (OSError, ValueError):
        return ()
    return [
        name if is_file else name + os.sep
        for is_file, name in sorted(found, key=lambda entry: (entry[0], entry[1].casefold()))
        if name.isprintable()
    ]
