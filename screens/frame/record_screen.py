"""What the screens around records share: the open database, and the app by its own type."""

from typing import TYPE_CHECKING, cast

from screens.frame.base_screen import BaseScreen
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp


class RecordScreen(BaseScreen[None]):
    """A full screen over the open database."""

    @property
    def app_(self) -> "TransitionsApp":
        """The app, by its own type."""
        return cast("TransitionsApp", self.app)

    @property
    def workspace(self) -> Workspace:
        """The open database, the day and the worker."""
        return self.app_.workspace
