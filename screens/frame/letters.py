"""One letter, one meaning: what a key of one character means in every list and on every page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from screens.frame.commands import HANDOVERS, PUPIL, WALK, WORKSHOP, Registry


class Letter(NamedTuple):
    """``meaning`` goes on after the key: "d marks as done". A command that has the key has one of ``words`` in its name."""

    meaning: str
    words: tuple[str, ...]


LETTERS: Mapping[str, Letter] = {
    "a": Letter("adds", ("add",)),
    "b": Letter("brings in what the record says", ("bring in what",)),
    "c": Letter("chases for an answer", ("chase",)),
    "d": Letter("marks as done or acknowledged", ("done", "acknowledge")),
    "e": Letter("edits", ("edit",)),
    "f": Letter("filters", ("filter",)),
    "g": Letter("groups", ("group",)),
    "i": Letter("waives what does not apply", ("waive",)),
    "m": Letter("flags as missed, or as not arrived", ("missed", "did not arrive")),
    "n": Letter("adds a note", ("note",)),
    "o": Letter("changes the caseworker", ("caseworker",)),
    "p": Letter("prints", ("print",)),
    "q": Letter("goes back", ("back", "stop")),
    "r": Letter("reads again", ("refresh", "again")),
    "s": Letter("sorts", ("sort",)),
    "t": Letter("sets another day", ("another day", "date", "free day", "days")),
    "u": Letter("undoes", ("undo",)),
    "v": Letter("shows another view", ("view", "versions", "map", "which", "programme", "sheet", "changes")),
    "w": Letter("walks through the list", ("walk",)),
    "x": Letter("exports to a file", ("export",)),
    "y": Letter("copies the cell", ("copy",)),
    "z": Letter("looks closer", ("closer",)),
    "A": Letter("marks all", ("mark all",)),
    "B": Letter("brings in all that the record says", ("bring in all",)),
    "C": Letter("shows the circle of support", ("circle",)),
    "D": Letter("sends", ("send",)),
    "E": Letter("explains", ("explain", "what to know")),
    "F": Letter("records friendships", ("friend",)),
    "G": Letter("goes on to the next stage", ("go on",)),
    "H": Letter("opens or starts the handover", ("handover",)),
    "I": Letter("imports", ("import",)),
    "K": Letter("lists the staff", ("staff",)),
    "L": Letter("decides the support level", ("tier", "support level")),
    "M": Letter("shows meetings", ("meetings",)),
    "N": Letter("says what happens next", ("next",)),
    "O": Letter("opens the pupil", ("pupil",)),
    "P": Letter("opens the plan", ("plan",)),
    "Q": Letter("asks or answers a question", ("question",)),
    "R": Letter("re-opens, or takes back", ("re-open", "take back")),
    "S": Letter("lists the schools", ("schools",)),
    "T": Letter("takes out, archives, retires or closes", ("take", "archive", "retire", "close")),
    "U": Letter("redoes what was undone", ("redo",)),
    "V": Letter("saves the view", ("save this view",)),
    "W": Letter("shows what was received", ("came",)),
    "X": Letter("makes the files for other schools", ("packs", "answer file")),
    "Y": Letter("copies a cell, a row or the list", ("copy",)),
}

REGISTER_MARKS = frozenset(
    "register." + mark for mark in ("came", "apologies", "absent", "accepted", "rest", "people", "unmark")
)
"""Their letters are those of a form: they mark who came to a workshop, and are the one exception."""

INSTEAD: Mapping[tuple[str, str], str] = {
    (HANDOVERS, "T"): "You can't take a handover out. R makes one that was not sent into a draft again.",
    (PUPIL, "w"): "w walks through a list. i waives this step.",
    (WALK, "w"): "You are walking already. i waives this step.",
    (WORKSHOP, "x"): "p prints the agenda here. x in the list of workshops exports the register.",
}


VI: Mapping[str, str] = {
    "h": "left", "j": "down", "k": "up", "l": "right", "g": "home", "G": "end", "ctrl+d": "pagedown", "ctrl+u": "pageup",
}  # fmt: skip
"""The keys of the vi keymap, and those for which they stand."""


def with_vi_keys(registry: Registry) -> Registry:
    """The registry without the keys that move in the vi keymap; what they did stands in the menu of its screen."""
    if registry.plain is not None:
        return registry
    kept = Registry(replace(one, keys=tuple(key for key in one.keys if key not in VI)) for one in registry)
    kept.plain = registry
    return kept


def does_nothing(registry: Registry, key: str, scope: str) -> str | None:
    """What to say of a letter that means something, but not on this screen: what it means, and where."""
    places = places_of(registry, key)
    if (scope, key) in INSTEAD or not places:
        return INSTEAD.get((scope, key))
    return f"{key} {LETTERS[key].meaning}. It can’t be used on this screen. It works in: {', '.join(places)}."


def places_of(registry: Registry, letter: str) -> list[str]:
    """The titles of the screens on which a letter means what ``LETTERS`` says."""
    return [
        scope.capitalize()
        for scope in registry.scopes
        if letter in LETTERS
        and any(letter in command.keys and command.id not in REGISTER_MARKS for command in registry.own(scope))
    ]


def letter_table(registry: Registry) -> str:
    """What each letter means, as Markdown, for the docs."""
    rows = [
        f"| `{key}` | {letter.meaning} | {', '.join(places_of(registry, key))} |" for key, letter in LETTERS.items()
    ]
    head = "## One letter, one meaning\n\n| Letter | What it does | Where |\n| --- | --- | --- |\n"
    marks = "In a workshop register, the letters that mark who came work as in a form and mean what it says there."
    return f"{head}{chr(10).join(rows)}\n\n{marks}\n\n## Every key\n\n"
