"""What is copied from a list to the clipboard: a way out like a file, so markers hold it back and the history notes it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from db.milestones import definitions
from transitions.errors import NotAllowed
from transitions.exporting.target import note_export
from transitions.exporting.writer import guard
from transitions.pupils.markers import ADDRESS, BEFORE_NAME, Markers, left_out
from transitions.text import how_many
from transitions.workspace import Recorded, Workspace

_SETTING: Final = "copying"
_PLACES: Final = re.compile(r"school|^from$|^waiting on", re.IGNORECASE)
"""The titles of columns that say where a pupil is, or will be."""
_EMPTY: Final = frozenset({"-", "–"})


class Copied(NamedTuple):
    """What goes to the clipboard, and what markers left out of it."""

    text: str
    left_out: str


def is_allowed(workspace: Workspace) -> bool:
    return definitions.setting(workspace.read(), _SETTING) is not False


def allow(workspace: Workspace, on: bool) -> Recorded:
    """Let lists be copied to the clipboard, or no longer."""
    with workspace.change("Copying changed", "allowed" if on else "switched off") as action:
        definitions.change_setting(action, _SETTING, json.dumps(on))
    return action.recorded


def copied(
    workspace: Workspace,
    what: str,
    titles: Sequence[str],
    rows: Mapping[int, Sequence[str]],
    pupils: Mapping[int, int | None],
    *,
    names_people: bool,
) -> Copied:
    """The cells under ``titles`` as they are pasted: one alone as it is, several as lines of a table with their titles.

    ``pupils`` says of whom each row is, if of anybody. What names people is noted in the history; ``what`` says what it was,
    without a name. Raises NotAllowed where copying is switched off, or nothing of it may leave, and the faults of a file that
    cannot be written: what could not be noted does not leave.
    """
    if not is_allowed(workspace):
        raise NotAllowed("Copying is switched off for these records. Allow it with: transitions copying on")
    markers, lines, hidden = Markers(workspace), [], 0
    places = {place for place, title in enumerate(titles) if _PLACES.search(title)}
    about = {key: pupil_id for key in rows if (pupil_id := pupils.get(key)) is not None}
    held_back = {pupil_id for pupil_id in about.values() if pupil_id in markers.held_back}
    for key, cells in rows.items():
        pupil_id = about.get(key, 0)
        if pupil_id in held_back:
            continue
        hides = places if ADDRESS in markers.hidden.get(pupil_id, ()) else ()
        hidden += bool(hides)
        line = ["" if place in hides or cell in _EMPTY else cell for place, cell in enumerate(cells)]
        # who gets it is not to ask what the sign before a name means
        lines.append([one.removeprefix(BEFORE_NAME) for one in line] if pupil_id in markers.marked else line)
    said = left_out(len(held_back), hidden)
    if not lines or not any(map(any, lines)):
        raise NotAllowed(f"Nothing was copied: {said or 'there is nothing in it'}.")
    if names_people:
        whose = [how_many(len(set(about.values()) - held_back), "pupil")] if about else []
        note_export(
            workspace, "Copied", [what, how_many(len(lines), "row"), *whose, *([said] if said else []), "clipboard"]
        )
    if len(titles) == 1 and len(lines) == 1:
        return Copied(lines[0][0], said)
    table = [list(titles), *lines] if len(titles) > 1 else lines
    return Copied("".join("\t".join(map(guard, line)) + "\n" for line in table), said)
