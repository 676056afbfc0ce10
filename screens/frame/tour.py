"""The five-minute tours on the made-up pupils: a line over the footer says what to try, and goes on when its keys were pressed."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from textual import events
from textual.content import Content
from textual.widgets import Static

from screens.frame.base_screen import BaseScreen
from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.safe import txt
from screens.widgets.line import FooterLine
from transitions.team import workers

ONLY_MADE_UP: Final = "To take the tour, open the made-up pupils with “transitions demo”: nothing you try there counts."
_OFFER: Final = "New here? Ctrl+P and “tour” shows you round in five minutes, as a caseworker or as a SENCO."
_OVER: Final = "That was the tour. Ctrl+P and “tour” has another one, and ? lists the keys wherever you are."
_LEFT: Final = "You left the tour. Ctrl+P and “tour” goes on with it."
_ASKED: Final = "Escape again leaves the tour."
_DESK: Final = "tour"


class Step(NamedTuple):
    """What there is to try, with keys in backticks, and those that end it, in their order; a longer word among them is typed."""

    text: str
    keys: Sequence[str]


class Tour(NamedTuple):
    """One way through the app."""

    name: str
    title: str
    steps: Sequence[Step]


@cache
def tours() -> Sequence[Tour]:
    import tomllib  # no start needs it

    table = tomllib.loads(Path(__file__).with_name("tours.toml").read_text(encoding="utf-8"))["tour"]
    return [Tour(one["name"], one["title"], [Step(**step) for step in one["step"]]) for one in table]


class TourLine(Static):
    """What the tour says now; it takes no focus."""


class Guide:
    """The tour that somebody is on, if any, in the app. Its place is left on the desk."""

    def __init__(self, host: Host, front: Callable[[], BaseScreen[Any]]) -> None:
        self._host, self._front = host, front
        self._tour: Tour | None = None
        self._step = self._pressed = 0
        self._was_drawn = self._asked = False

    def offer(self) -> None:
        """Say at the first start on made-up pupils that there are tours."""
        if workers.left_on_desk(self._host.workspace, _DESK) is None:
            workers.leave_on_desk(self._host.workspace, _DESK, [])
            self._host.say(_OFFER, timeout=30)

    async def choose(self) -> None:
        kept: list[Any] = workers.left_on_desk(self._host.workspace, _DESK) or []
        choices = [Choice((tour, 0), tour.title) for tour in tours()]
        for tour in [one for one in tours() if kept and one.name == kept[0]]:
            choices.insert(0, Choice((tour, kept[1]), f"Go on at step {kept[1] + 1}: {tour.title}"))
        chosen = await self._host.ask(
            Choose("Which tour?", choices, detail="Escape leaves it, and it can be continued.")
        )
        if chosen is not None:
            self.begin(*chosen)

    def begin(self, tour: Tour, step: int = 0) -> None:
        self._tour = tour
        self._go_to(step)

    def saw(self, event: events.Event) -> None:
        """Go on when the last key of the step was pressed."""
        if self._tour is None or not isinstance(event, events.Key):
            return
        self._asked = self._asked and event.key == "escape"
        if self._is_over:
            self._tour = None
            self.draw()
            return
        keys = [key for key in self._tour.steps[self._step].keys if len(key) == 1 or key.isalnum()]
        wanted = keys[self._pressed]
        if (event.character == wanted) if len(wanted) == 1 else (event.key == wanted.casefold()):
            self._pressed += 1
            if self._pressed == len(keys):
                self._go_to(self._step + 1)

    def leave(self) -> bool:
        """Leave the tour where it is when Escape is pressed once more with nothing else to leave; whether there is one."""
        if self._tour is None:
            return False
        if self._asked:
            self._tour = None
            self.draw()
        self._host.say(_ASKED if not self._asked else _LEFT)
        self._asked = not self._asked
        return True

    def _go_to(self, step: int) -> None:
        self._step, self._pressed = step, 0
        place = [] if self._tour is None or self._is_over else [self._tour.name, step]
        workers.leave_on_desk(self._host.workspace, _DESK, place)
        self.draw()

    @property
    def _is_over(self) -> bool:
        """Whether the line says so, until the next key."""
        return self._tour is not None and self._step == len(self._tour.steps)

    def draw(self) -> None:
        """Write the line on the screen in front, or take it away; each screen that comes to the front is written anew."""
        if self._tour is None and not self._was_drawn:
            return
        screen, self._was_drawn = self._front(), True
        line = next(iter(screen.query(TourLine)), None)
        if self._tour is None:
            screen.query(TourLine).remove()
        elif line is None:
            screen.mount(TourLine(_written(self._tour, self._step)), before=screen.query_one(FooterLine))
        else:
            line.update(_written(self._tour, self._step))


def _written(tour: Tour, step: int) -> Content:
    if step == len(tour.steps):
        return txt(_OVER)
    parts = re.split(r"`([^`]+)`", tour.steps[step].text)
    text = [txt(part, "bold $key") if place % 2 else txt(part) for place, part in enumerate(parts)]
    return Content.assemble(txt(f"{step + 1} of {len(tour.steps)}  ", "bold"), *text)
