"""Where somebody left off: the area, the screens above it, the cursor, the views of the lists, and the form that was open.

It is left on the desk, so the next start goes on there however the program ended; what was half typed is there already.
"""

from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from screens.frame.base_screen import BaseScreen
from screens.frame.endings import KeepsDraft
from screens.frame.kept_values import decoded, encoded
from screens.frame.visited import Made, Visit
from transitions.errors import Fault
from transitions.team import workers

if TYPE_CHECKING:
    from screens.frame.app_base import TransitionsBase
    from transitions.workspace import Workspace

_PLACE: Final = "place"
_ROOMS: Final = "screens."
_OPEN_A_FORM: Final = frozenset({"edit", "add", "note", "action", "line"})
"""How the names of commands end that open a form, and record nothing before it is saved."""


class LeftOff:
    """Keeps where one is in an app over ``workspace``, and goes back there."""

    def __init__(self, app: "TransitionsBase", workspace: "Workspace") -> None:
        self._app, self._workspace = app, workspace
        self._seen: dict[str, object] = {}
        self._kept: dict[str, object] = {}

    def look(self) -> None:
        """Keep what has stayed as it was since the last look: moving about writes nothing."""
        for name, value in self._now().items():
            if self._seen.get(name) == value:
                self._keep(name, value)
            self._seen[name] = value

    def keep(self) -> None:
        for name, value in self._now().items():
            self._keep(name, value)

    async def go_on(self) -> str:
        """Go where one was, and open the form again that was half typed; the name of its draft, "" where none is opened."""
        kept = workers.left_on_desk(self._workspace, _PLACE)
        if not kept or (kept["area"], kept["above"], kept["mark"], kept["form"]) == (
            self._app.current_mode,
            [],
            None,
            None,
        ):
            return ""
        # What could not be shown must not keep every later start from being one.
        with suppress(Fault):
            workers.leave_on_desk(self._workspace, _PLACE, None)
        # What another version of the program left may make no sense to this one.
        with suppress(LookupError, TypeError, ValueError, ImportError):
            visit = Visit(kept["area"], tuple(map(_made, kept["above"])), decoded(kept["mark"]))
            await self._app.visited.show(visit)
        command, draft = kept["form"], kept.get("draft") or ""
        # A place is kept a little later than a draft: of a form that was saved meanwhile none is left, and none is opened.
        if command not in self._app.registry or not draft or draft not in workers.names_on_desk(self._workspace, ""):
            return ""
        # By the screen itself, so that its cursor is back where it was: it says which section is opened.
        self._app.screen.call_after_refresh(self._app.perform, self._app.registry[command])
        return str(draft)

    def _now(self) -> Mapping[str, object]:
        found: dict[str, object] = {}
        for stack in self._app._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, BaseScreen):
                    found |= screen.left_here()
        with suppress(TypeError):  # a place made of what cannot be written down
            place = self._place()
            if place is not None:
                found[_PLACE] = place
        return found

    def _place(self) -> dict[str, object] | None:
        here = self._app.visited.here
        if here is None:
            return None
        front = self._app.screen
        typing = isinstance(front, KeepsDraft) and not isinstance(front, BaseScreen)
        root = self._app.screen_stack[0]
        has_view = not here.above and isinstance(root, BaseScreen) and bool(root.left_here())
        opens = self._app.doing.rpartition(".")[2] in _OPEN_A_FORM
        return {
            "area": here.area,
            "above": [[one.screen.__module__, one.screen.__name__, encoded(one.arguments)] for one in here.above],
            "mark": None if has_view else encoded(here.mark),
            "form": self._app.doing if typing and opens else None,
            "draft": getattr(front, "draft", None),
        }

    def _keep(self, name: str, value: object) -> None:
        # A file that is in use, or can only be read, costs the place and nothing else.
        with suppress(Fault):
            if name not in self._kept:
                self._kept[name] = workers.left_on_desk(self._workspace, name)
            if value != self._kept[name]:
                workers.leave_on_desk(self._workspace, name, value)
                self._kept[name] = value


def _made(kept: list[Any]) -> Made:
    module, name, arguments = kept
    found = getattr(import_module(module), name, None) if module.startswith(_ROOMS) else None
    if not (isinstance(found, type) and issubclass(found, BaseScreen)):
        raise LookupError(name)
    return Made(found, decoded(arguments))
