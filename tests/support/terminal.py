"""Runs a program in a real pseudo-terminal and gives every byte that it sends there."""

import os
import select
import subprocess
import sys
import time


def run_in_terminal(program: str, *arguments: str) -> bytes:
    """Give what ``program`` (Python source) sends to its terminal of 100 by 40; it must end by itself with status 0."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
    command = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as running:
        os.close(theirs)
        sent = bytearray()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    sent += os.read(ours, 65536)
                except OSError:  # Linux says EIO when the other end is closed
                    break
            elif running.poll() is not None:
                break
        else:
            running.kill()
        os.close(ours)
    assert running.returncode == 0, sent[-2000:]
    return bytes(sent)
