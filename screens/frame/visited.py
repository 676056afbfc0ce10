"""The places that were visited, to go back and forward through as in a browser, each with its cursor."""

from typing import Any, NamedTuple, cast

from textual.app import App
from textual.screen import Screen

from screens.frame.base_screen import BaseScreen

_KEPT = 50


class Made(NamedTuple):
    """A screen above the first one of an area, as it is made again: nothing of a screen that was left is kept."""

    screen: type[BaseScreen[None]]
    arguments: tuple[Any, ...]


class Visit(NamedTuple):
    """An area, the screens above its first one, and where one was on the last of them."""

    area: str
    above: tuple[Made, ...]
    mark: Any = None


class Visited:
    """The places in the order in which one came to them; who goes back and then elsewhere leaves the later ones."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._visits: list[Visit] = []
        self._at = -1
        self._moves = False

    @property
    def here(self) -> Visit | None:
        """The place in front, also below a dialog; None where nobody comes back to, such as an import that was looked at."""
        full = [screen for screen in self._app.screen_stack if isinstance(screen, BaseScreen)]
        if not full:
            return None
        made = [screen.made_of for screen in full[1:]]
        if any(arguments is None for arguments in made):
            return None
        above = tuple(Made(type(one), cast("tuple[Any, ...]", of)) for one, of in zip(full[1:], made, strict=True))
        return Visit(self._app.current_mode, above, full[-1].mark())

    def note(self) -> None:
        """Note where one is: a place that is another than the one before, or where the cursor is now on the same."""
        here = None if self._moves else self.here
        if here is None:
            return
        if self._at >= 0 and self._visits[self._at][:2] == here[:2]:
            self._visits[self._at] = here
            return
        self._visits[self._at + 1 :] = [here]
        del self._visits[:-_KEPT]
        self._at = len(self._visits) - 1

    def forget(self) -> None:
        self._visits, self._at = [], -1

    async def go(self, step: int) -> bool:
        """Go to the place before or after; False when there is none."""
        self.note()
        here = self.here
        # From where nobody comes back to, the place before is the last that was noted.
        unnoted = step < 0 and (here is None or self._visits[self._at][:2] != here[:2])
        place = self._at + (0 if unnoted else step)
        if not 0 <= place < len(self._visits):
            return False
        self._moves = True
        try:
            await self.show(self._visits[place])
        finally:
            self._moves = False
        self._at = place
        return True

    async def show(self, visit: Visit) -> None:
        if visit.area != self._app.current_mode:
            await self._app.switch_mode(visit.area)
        above = list(visit.above)
        stack = self._app.screen_stack[1:]
        same = 0
        for screen, made in zip(stack, above, strict=False):
            if not isinstance(screen, BaseScreen) or Made(type(screen), screen.made_of or ()) != made:
                break
            same += 1
        for _ in stack[same:]:
            await self._app.pop_screen()
        for made in above[same:]:
            await self._app.push_screen(made.screen(*made.arguments))
        shown: Screen[Any] = self._app.screen
        if isinstance(shown, BaseScreen) and visit.mark is not None:
            shown.call_after_refresh(shown.return_to, visit.mark)
