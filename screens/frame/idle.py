"""How long nobody has touched the keyboard, and where they were when the records were locked."""

import time
from typing import NamedTuple


class LeftAt(NamedTuple):
    """The work area, and the pupil whose page was open, if one was."""

    area: str
    pupil_id: int | None


class Idle:
    """The time since the last key, by two clocks: one stands still while a laptop sleeps, the other can be set."""

    def __init__(self, seconds: float) -> None:
        self._most = seconds
        self.stir()

    def stir(self) -> None:
        self._since = (time.monotonic(), time.time())

    @property
    def is_over(self) -> bool:
        steady, clock = self._since
        return max(time.monotonic() - steady, time.time() - clock) >= self._most
