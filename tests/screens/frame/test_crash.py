"""When the program fails, nothing of a pupil is printed or written."""

import errno
import gc
import stat
import sys
import threading
from pathlib import Path

import pytest
from terminal import run_in_terminal
from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from db.errors import DamagedDatabase, Garbled
from screens.frame import running
from screens.frame.app import TransitionsApp
from screens.frame.crash import CrashSafeApp, run
from transitions.custody.crash_report import anonymous, sentence, write_report
from transitions.errors import Fault
from transitions.workspace import Workspace

MARKER = "Aisha-Khan-1842"


class DrawsItself(Exception):
    """Like Textual's MarkupError: it brings its own picture, values and all."""

    def __rich__(self) -> str:
        return str(self)


class Failing(CrashSafeApp[int]):
    """Fails in the way that ``how`` names, each time with the marker in a local and in the message."""

    def __init__(self, folder: Path, how: str) -> None:
        super().__init__(folder)
        self.how = how

    def compose(self) -> ComposeResult:
        if self.how == "compose":
            self.fail()
        yield Static("x")

    def on_mount(self) -> None:
        if self.how in {"worker", "thread"}:
            getattr(self, f"in_{self.how}")()
        elif self.how in {"handler", "rich", "chained"}:
            self.fail()
        elif self.how == "timer":
            self.set_timer(0.01, self.fail)
        elif self.how == "css":
            self.styles.display = MARKER
        elif self.how == "direct":
            self._fatal_error()

    def fail(self) -> None:
        pupil_name = MARKER
        if self.how == "rich":
            raise DrawsItself(pupil_name)
        try:
            raise KeyError(pupil_name)
        except KeyError as error:
            error.add_note(f"while saving {pupil_name}")
            raise ValueError(f"no such pupil: {pupil_name}") from error

    @work
    async def in_worker(self) -> None:
        self.fail()

    @work(thread=True)
    def in_thread(self) -> None:
        self.fail()


WAYS = ["handler", "rich", "chained", "worker", "thread", "timer", "compose", "css", "direct"]


@pytest.mark.parametrize("how", WAYS)
def test_nothing_of_a_pupil_is_printed_or_written(how: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "state" / "crashes"
    app = Failing(folder, how)
    app.run(headless=True)

    printed = capfd.readouterr()
    (report,) = folder.iterdir()
    assert app.return_code == 70
    assert printed.err == sentence(report) + "\n"
    assert "Traceback" not in printed.out + printed.err
    assert MARKER not in printed.out + printed.err + report.read_text(encoding="utf-8")


def test_the_report_says_where(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Failing(tmp_path, "thread").run(headless=True)
    text = next(tmp_path.iterdir()).read_text(encoding="utf-8")
    assert "textual.worker.WorkerFailed" in text
    assert "builtins.ValueError" in text
    assert "after: builtins.KeyError\n  tests/screens/frame/test_crash.py:" in text
    assert " in fail" in text
    assert "textual 8.2.8" in text
    assert str(Path.home()) not in text
    assert capfd.readouterr().out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_report_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "crashes"
    path = write_report(ValueError(MARKER), folder)
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x")
    assert write_report(ValueError(), in_the_way / "crashes") is None
    assert sentence(None).endswith("No report could be written.")


def test_groups_and_circles_of_errors_are_walked_once() -> None:
    first, second = ValueError(MARKER), TypeError(MARKER)
    first.__context__, second.__context__ = second, first
    text = anonymous(ExceptionGroup(MARKER, [first, second]))
    assert text.split("\n") == [
        "builtins.ExceptionGroup",
        "together with: builtins.ValueError",
        "after: builtins.TypeError",
    ]


def test_run_gives_70_for_what_strikes_before_the_app(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def make() -> CrashSafeApp[int]:
        raise RuntimeError(MARKER)

    assert run(make, tmp_path) == 70
    printed = capfd.readouterr()
    (report,) = tmp_path.iterdir()
    assert printed.err == sentence(report) + "\n"
    assert MARKER not in printed.out + printed.err + report.read_text(encoding="utf-8")


def test_run_keeps_threads_and_finalisers_quiet(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    class Dies:
        def __del__(self) -> None:
            raise ValueError(MARKER)

        def __repr__(self) -> str:
            return MARKER

    def fail() -> None:
        raise ValueError(MARKER)

    def find_window_closed() -> None:
        raise OSError(errno.EIO, "Input/output error")

    class Quiet(CrashSafeApp[int]):
        def on_mount(self) -> None:
            for target in (fail, find_window_closed):
                thread = threading.Thread(target=target)
                thread.start()
                thread.join()
            Dies()
            self.exit(3)

        def run(self, **options: object) -> int | None:  # type: ignore[override]
            return super().run(headless=True)

    before = threading.excepthook, sys.unraisablehook
    assert run(lambda: Quiet(tmp_path), tmp_path) == 3
    assert (threading.excepthook, sys.unraisablehook) == before
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""
    reports = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert len(reports) == 2
    assert MARKER not in "".join(reports)


DRAWN_APP = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from toy import ToyApp

class Drawn(ToyApp):
    def on_mount(self):
        if sys.argv[2] == "later":
            self.set_timer(0.3, lambda: 1 / 0)
        else:
            1 / 0

Drawn(Path(sys.argv[1])).run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("when", ["at once", "later"])
def test_no_name_stays_in_the_terminal_afterwards(when: str, tmp_path: Path) -> None:
    """Textual goes on drawing while it closes a failed app, on the ordinary screen."""
    sent = run_in_terminal(DRAWN_APP, str(tmp_path), when, str(Path(__file__).parents[2] / "support"))
    _, left_full_screen, after = sent.rpartition(b"\x1b[?1049l")
    assert left_full_screen
    assert b"Transitions had to stop" in after
    assert b"Khan" not in after


def test_without_it_textual_prints_the_local_variables(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The tripwire: if this fails, Textual has changed what it prints, and the tests above prove less."""
    from textual.app import App

    class Bare(Failing):
        _handle_exception = App._handle_exception
        _fatal_error = App._fatal_error
        _print_error_renderables = App._print_error_renderables

    Bare(tmp_path, "handler").run(headless=True)
    assert MARKER in capfd.readouterr().err


def test_a_fault_in_a_worker_is_said_and_the_app_goes_on(tmp_path: Path) -> None:
    from toy import ToyApp

    class Refused(ToyApp):
        @work(thread=True)
        def save(self) -> None:
            raise Fault("The file is in use; try again.")

        async def on_mount(self) -> None:
            worker = self.save()
            while not worker.is_finished:
                await worker._task  # type: ignore[misc]
            self.set_timer(0.2, lambda: self.exit(5))  # once the first screen stands

    app = Refused(tmp_path)
    assert app.run(headless=True) == 5
    assert [note.message for note in app._notifications] == ["The file is in use; try again."]
    assert not (tmp_path / "crashes").exists()


async def test_a_fault_that_is_the_files_is_said_as_such(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)

    async def stumble() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            app._handle_exception(Garbled())

    with pytest.raises(DamagedDatabase, match="transitions restore"):
        await stumble()
    assert app.return_code == 65


def test_to_quit_takes_no_look_through_all_that_is_left(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[bool] = []
    monkeypatch.setattr(running, "_run_on", lambda *_: (0, None, None))
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    assert running.run_app(workspace) == 0
    assert frozen == [True]
