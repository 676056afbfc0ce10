"""A screen that one comes to is painted once, when it is whole."""

from typing import Any

from textual.app import ReturnType
from textual.await_complete import AwaitComplete
from textual.screen import Screen
from textual.widget import AwaitMount

from screens.frame.crash import CrashSafeApp

_LONGEST = 0.05
"""In seconds; what is not whole by then is painted as far as it is."""


class WholePictures(CrashSafeApp[ReturnType]):
    """An app that holds its picture while the screen in front changes, until ``show_picture``.

    Textual paints a screen once for each part that is told its size and says something about it, seven times of a pupil; and
    at a change of area it holds the picture for 50 ms, whole or not.
    """

    _holds = False
    _is_of_screen = False

    def push_screen(self, screen: Screen[Any] | str, *more: Any, **how: Any) -> Any:
        self.hold_picture()
        return super().push_screen(screen, *more, **how)

    def pop_screen(self) -> AwaitComplete:
        self.hold_picture()
        return super().pop_screen()

    def switch_mode(self, mode: str) -> AwaitMount:
        self.hold_picture()
        return super().switch_mode(mode)

    def delay_update(self, delay: float = 0.05) -> None:
        """Nothing: the picture is held already."""

    def hold_picture(self, *, of_screen: bool = True) -> None:
        """Paint nothing for now; ``of_screen`` when all of the screen is another one then."""
        self._is_of_screen = of_screen or (self._holds and self._is_of_screen)
        if not self._holds and self._running:
            self._holds = True
            self._begin_batch()
            self.set_timer(_LONGEST, self.show_picture)

    def show_picture(self) -> None:
        """Paint what was held."""
        if self._holds:
            self._holds = False
            self._end_batch()
            screen = self.screen
            # As a dirty screen, but a layout that is still to come paints it, too, and once is enough. At once: Textual's own
            # turn to paint comes sixty times a second.
            if self._is_of_screen:
                screen._compositor._dirty_regions.add(screen.size.region)
                screen._dirty_widgets.add(screen)
            screen._on_timer_update()

    def refresh(self, *, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        """Draw again; that a screen was taken down, which asks for a layout, moves nothing on the one in front."""
        return super().refresh(repaint=repaint and not layout, recompose=recompose)
