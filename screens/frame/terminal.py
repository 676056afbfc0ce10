"""What comes from the terminal and goes there: bytes that are no UTF-8 are shown as such, and a fault while reading them ends the app as any other."""

import os
import selectors
import signal
from codecs import getincrementaldecoder

from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from screens.frame.endings import terminal_is_gone

_MOST_BYTES = 4096
_WAIT_SECONDS = 0.1


class TolerantDriver(LinuxDriver):
    """Textual's driver, which dies of a letter typed or pasted in another encoding: its status is then 0."""

    _frame = ""
    """What was drawn so far of a frame: in one piece it wakes the thread that writes it once."""

    def write(self, data: str) -> None:
        self._frame += data
        if data == SYNC_END or not self._frame.startswith(SYNC_START):
            super().write(self._frame)
            self._frame = ""

    def run_input_thread(self) -> None:
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            last = False
            while not last:
                last = self.exit_event.is_set()  # once more after that: what was typed before the end counts
                if selector.select(0 if last else _WAIT_SECONDS):
                    try:
                        data = os.read(self.fileno, _MOST_BYTES)
                    except OSError:
                        if not terminal_is_gone():
                            raise
                        data = b""
                    if not data:  # standard input has ended, and select would say so again and again
                        if terminal_is_gone():
                            # Not every closed terminal says so by itself.
                            os.kill(os.getpid(), signal.SIGHUP)
                        return
                    text = decode(data, final=last)
                    for event in parser.feed(text) if text else ():  # none yet of a letter whose bytes come one by one
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - a thread of Textual's own, which would print what it holds
            self._app.call_later(self._app._handle_exception, error)
