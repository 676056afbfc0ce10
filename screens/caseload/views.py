"""Views of the lists: the one that was open last, and those that were saved under a name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.team import workers
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
    """The caseload to begin with: my own pupils, or all when I have none."""
    mine = Caseload(whose="mine")
    return mine if workspace.me is not None and caseloads.count(workspace, mine) else Caseload()


def described(workspace: Workspace, caseload: Caseload, *, hidden: bool) -> str:
    """The caseload in words; while names are hidden, without the letters of a name."""
    if not (hidden and caseload.text):
        return caseloads.describe(workspace, caseload)
    return f"{caseloads.describe(workspace, replace(caseload, text=''))} · found by name"


def last(workspace: Workspace, screen: str) -> View:
    kept = workers.left_on_desk(workspace, _LAST + screen)
    if kept is None:
        return View(usual(workspace))
    return View(Caseload.from_json(kept["caseload"]), kept["key"], kept["extra"])


def as_last(screen: str, view: View) -> Mapping[str, object]:
    """The view as it is left on the desk for the next start."""
    return {_LAST + screen: {**view._asdict(), "caseload": view.caseload.to_json()}}


async def choose(host: Host) -> Caseload | None:
    workspace = host.workspace
    names = workers.names_on_desk(workspace, _SAVED)
    if not names:
        host.say("You have no saved views yet. V saves this list’s filters and order under a name.")
        return None
    choices = [_choice(workspace, name) for name in names]
    name = await host.ask(Choose("Saved views", [*choices, Choice(_FORGET, "Delete a view…", key="-")]))
    if name == _FORGET:
        name = await host.ask(Choose("Delete a view", [Choice(name, name) for name in names]))
        if name is not None:
            workers.leave_on_desk(workspace, _SAVED + name, None)
            host.say(f"View “{name}” is deleted.")
        return None
    return None if name is None else Caseload.from_json(workers.left_on_desk(workspace, _SAVED + name))


def saved(workspace: Workspace) -> list[Choice[Caseload]]:
    """The saved views as choices of whom they show."""
    named = ((name, _choice(workspace, name).hint) for name in workers.names_on_desk(workspace, _SAVED))
    return [
        Choice(Caseload.from_json(workers.left_on_desk(workspace, _SAVED + name)), name, hint=hint)
        for name, hint in named
    ]


async def save(host: Host, caseload: Caseload) -> None:
    """Ask for a name and save the view under it; a view of that name is replaced."""
    workspace = host.workspace
    if workspace.me is None:
        host.say("Say who you are first: views are saved for each person.", "warning")
        return
    # Letters typed to find somebody are a name more often than a filter.
    filters = replace(caseload, text="")

    async def keep(name: str) -> None:
        workers.leave_on_desk(workspace, _SAVED + clean(name), filters.to_json())
        host.say(f"View “{clean(name)}” saved. v lists your views.")

    await host.ask(Ask("Save this view", caseloads.describe(workspace, filters), problem=_problem, save=keep))


def _choice(workspace: Workspace, name: str) -> Choice[str]:
    described = caseloads.describe(workspace, Caseload.from_json(workers.left_on_desk(workspace, _SAVED + name)))
    return Choice(name, name, hint=described)


def _problem(name: str) -> str | None:
    if not clean(name):
        return "Give the view a name."
    return f"At most {LONGEST_NAME} letters." if len(clean(name)) > LONGEST_NAME else None
