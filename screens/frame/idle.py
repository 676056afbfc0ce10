"""How long nobody has touched the keyboard."""

import time


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
