"""What every test may ask for: a day that stands still, and an open database of its own."""

import sooner  # before whatever is compiled

# isort: split
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from builders import (
    add_episode,
    add_plan,
    add_pupil,
    add_school,
    add_terms,
    add_worker,
    contents,
    edit_milestone,
    edit_pupil,
    pupil_values,
    step_of,
    steps_of,
)
from command import PUPILS, SCHOOLS, TERMS, Command
from hypothesis import HealthCheck, settings
from query_plans import Recorder, recorder_over_pupils
from textual.screen import Screen

from db.database import Database
from transitions.clock import Clock
from transitions.team import workers
from transitions.workspace import Workspace

__all__ = [
    "add_episode",
    "add_plan",
    "add_pupil",
    "add_school",
    "add_terms",
    "add_worker",
    "contents",
    "edit_milestone",
    "edit_pupil",
    "pupil_values",
    "step_of",
    "steps_of",
]

settings.register_profile(
    "search",  # other examples at every run: pytest --hypothesis-profile=search
    deadline=None,  # two cores shared by several people: a slow moment is no bug
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
)
settings.register_profile("tests", settings.get_profile("search"), derandomize=True)  # the same run here and elsewhere
settings.load_profile("tests")

TODAY = date(2026, 11, 21)

sooner.install()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="what the records stand in")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("engine") == "postgresql":
        import second_engine

        second_engine.install()
        config.pluginmanager.register(second_engine.Plugin())
        config.addinivalue_line("filterwarnings", "ignore:.*psycopg.Connection")


def pytest_sessionstart(session: pytest.Session) -> None:
    sooner.compile_a_share(session.config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        sooner.begin_with_the_longest(items, config.workerinput["workercount"])


def pytest_collection_finish() -> None:
    sooner.leave_what_stays()


compositor_refresh = Screen._compositor_refresh


def _paint_when_looked_at(screen: Screen[object]) -> None:
    """Without a terminal nobody sees the frames between two keys: ``reading`` paints the one that stands in the end."""
    if not screen.app.is_headless or screen is not screen.app.screen:
        compositor_refresh(screen)
        return
    screen._compositor._dirty_regions.clear()
    screen._dirty_widgets.clear()
    screen.app._update_mouse_over(screen)


Screen._compositor_refresh = _paint_when_looked_at


@pytest.fixture
def every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every frame is painted, as on a terminal: for what counts frames, and what is written only when it is painted."""
    monkeypatch.setattr(Screen, "_compositor_refresh", compositor_refresh)


Opener = Callable[..., Workspace]


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing a test writes lands in the folders of whoever runs it, and no setting of theirs leaks in."""
    home = tmp_path / "home"
    for name in (
        "HOME",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "APPDATA",
        "LOCALAPPDATA",
    ):
        monkeypatch.setenv(name, str(home if name == "HOME" else home / name.lower()))
    monkeypatch.delenv("TRANSITIONS_DB", raising=False)
    monkeypatch.delenv("TRANSITIONS_PASSPHRASE_FILE", raising=False)
    monkeypatch.setenv("TRANSITIONS_NEW_FILE", "plain")  # a key costs a tenth of a second; tests of keys say otherwise


@pytest.fixture(autouse=True)
def _answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test knows what it will be asked, and answers before a person could have read it."""
    monkeypatch.setattr("screens.frame.keys_in_turn.PAUSE_SECONDS", -60)


@pytest.fixture(autouse=True)
def _no_backups(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No backup is made by itself, which a disk takes its time for, but in tests that ask for ``makes_backups``."""
    if "makes_backups" not in request.fixturenames:
        monkeypatch.setattr(Database, "back_up_what_stands", lambda *_: None)


@pytest.fixture
def makes_backups() -> None:
    """Backups are made by themselves, as for everybody."""


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moments in the journal stand still, too: a test after midnight is the same test. A day that a test looks at has come."""
    monkeypatch.setattr(Clock, "looking_at", Clock.on)
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: datetime(2026, 11, 21, 12, tzinfo=UTC)))


@pytest.fixture
def clock() -> Clock:
    """Saturday 21 November 2026, for as long as the test lasts."""
    return Clock.on(TODAY)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demonstration of 21 November 2026, to be read: whoever changes something makes one of its own."""
    from transitions.demo.make import make

    workspace = Workspace.open(tmp_path_factory.mktemp("demo") / "demo.db", Clock.on(TODAY), create=True)
    make(workspace, 400)
    workers.leave_on_desk(workspace, "tour", [])  # offered already
    yield workspace
    workspace.close()


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[date, Path], None]:
    """Put the file that a first start on a day makes at a path: made once, and copied for every other test."""
    made: dict[date, bytes] = {}

    def put(day: date, path: Path) -> None:
        if day not in made:
            first = tmp_path_factory.mktemp("new") / "new.db"
            Workspace.open(first, Clock.on(day), create=True).close()
            made[day] = first.read_bytes()
        path.write_bytes(made[day])

    return put


@pytest.fixture
def opener(tmp_path: Path, new_file: Callable[[date, Path], None]) -> Iterator[Opener]:
    """Open workspaces that are closed with the test: ``opener(day, name="x.db", me="K. Osei")``, made when new.

    The day is one that is looked at, as with --as-of; with ``come=True`` the computer's own clock says it.
    """
    opened: list[Workspace] = []

    def open_on(
        day: date = TODAY, *, name: str = "pupils.db", me: str | None = "K. Osei", come: bool = False
    ) -> Workspace:
        path = tmp_path / name
        new = not path.exists()
        if new:
            new_file(day, path)
        workspace = Workspace.open(path, Clock(day, pretended=not come))
        opened.append(workspace)
        if new and me is not None:
            workspace.become(add_worker(workspace, me))
        return workspace

    yield open_on
    for workspace in opened:
        workspace.close()


@pytest.fixture
def workspace(opener: Opener) -> Workspace:
    """An open, empty database of this test's own, with K. Osei (a SENCO) at the keyboard and no term dates yet."""
    return opener()


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A record of a team, new and empty, on a server: for tests with --engine postgresql."""
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    from second_engine import ENGINE

    return ENGINE[0].database_of(tmp_path / "server.db", create=True)


@pytest.fixture
def recorder(workspace: Workspace) -> Recorder:
    """Two hundred pupils with their steps, and what SQLite means to do with what it is asked of them."""
    return recorder_over_pupils(workspace)


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """A command line whose database does not exist yet."""
    return Command(tmp_path / "pupils.db", capsys)


@pytest.fixture
def school(command: Command) -> Command:
    """A command line with a worker, schools, terms and three pupils."""

    def make() -> None:
        command.ok("me", "K. Osei")
        command.ok("import", "schools", command.write("schools.csv", SCHOOLS.encode("cp1252")))
        command.ok("import", "terms", command.write("terms.csv", TERMS))
        command.ok("import", "pupils", command.write("pupils.csv", PUPILS))

    return command.once("school", make)
