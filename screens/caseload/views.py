"""Views of the lists: the one that was open last, and those that were saved under a name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from textual.app import App

from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.safe import say
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.team import ui_state
from transitions.text import clean
from transitions.workspace import Workspace

_SAVED = "view "
_LAST = "last view "
_FORGET = "\0forget"
LONGEST_NAME = 60


class View(NamedTuple):
    """Filters and an order, the row under the cursor, and what else a screen keeps."""

    caseload: Caseload
    key: int | None = None
    extra: str = ""


def usual(workspace: Workspace) -> Caseload:
    """Give the caseload to begin with: my own pupils, or all when I have none."""
    mine = Caseload(whose="mine")
    return mine if workspace.me is not None and caseloads.count(workspace, mine) else Caseload()


def described(workspace: Workspace, caseload: Caseload, *, hidden: bool) -> str:
    """Give the caseload in words; while names are hidden, without the letters of a name."""
    if not (hidden and caseload.text):
        return caseloads.describe(workspace, caseload)
    return f"{caseloads.describe(workspace, replace(caseload, text=''))} · found by name"


def last(workspace: Workspace, screen: str) -> View:
    """Give the view that was open last on a screen, or the usual one."""
    kept = ui_state.get(workspace, _LAST + screen)
    if kept is None:
        return View(usual(workspace))
    return View(Caseload.from_json(kept["caseload"]), kept["key"], kept["extra"])


def keep_last(workspace: Workspace, screen: str, view: View) -> None:
    """Keep the view for the next start. Raises the faults of a file that cannot be written."""
    ui_state.put(workspace, _LAST + screen, {**view._asdict(), "caseload": view.caseload.to_json()})


def choose(app: App[Any], workspace: Workspace, then: Callable[[Caseload], None]) -> None:
    """Let one of the saved views be chosen, or one be taken away."""
    names = ui_state.names(workspace, _SAVED)
    if not names:
        say(app, "No view is saved yet. V saves the filters and the order of this list under a name.")
        return

    def chosen(name: str | None) -> None:
        if name == _FORGET:
            _forget(app, workspace, names)
        elif name is not None:
            then(Caseload.from_json(ui_state.get(workspace, _SAVED + name)))

    choices = [_choice(workspace, name) for name in names]
    app.push_screen(Choose("Saved views", [*choices, Choice(_FORGET, "Take a view away…", key="-")]), chosen)


def save(app: App[Any], workspace: Workspace, caseload: Caseload) -> None:
    """Ask for a name and save the view under it; a view of that name is replaced."""
    if workspace.me is None:
        say(app, "Say who you are first: views are kept for each person.", "warning")
        return

    # Letters typed to find somebody are a name more often than a filter.
    filters = replace(caseload, text="")

    def keep(name: str | None) -> None:
        if name is not None:
            ui_state.put(workspace, _SAVED + clean(name), filters.to_json())
            say(app, f"View “{clean(name)}” is saved. v lists the views.")

    description = caseloads.describe(workspace, filters)
    app.push_screen(Ask("Save this view", description, problem=_problem), keep)


def _choice(workspace: Workspace, name: str) -> Choice[str]:
    described = caseloads.describe(workspace, Caseload.from_json(ui_state.get(workspace, _SAVED + name)))
    return Choice(name, name, hint=described)


def _forget(app: App[Any], workspace: Workspace, names: list[str]) -> None:
    def chosen(name: str | None) -> None:
        if name is not None:
            ui_state.put(workspace, _SAVED + name, None)
            say(app, f"View “{name}” is taken away.")

    app.push_screen(Choose("Take a view away", [Choice(name, name) for name in names]), chosen)


def _problem(name: str) -> str | None:
    if not clean(name):
        return "A view needs a name."
    return f"At most {LONGEST_NAME} letters." if len(clean(name)) > LONGEST_NAME else None
