"""What scripts and start-up time rely on."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from command import Command

from transitions.cli import COMMANDS, cli

HEAVY = (
    "textual",
    "sqlmodel",
    "sqlalchemy",
    "holidays",
    "xlsxwriter",
    "python_calamine",
    "pydantic",
    "icalendar",
    "psycopg",
)
OF_OTHER_ROOMS = (
    *(one for one in HEAVY if one != "textual"),
    "importlib.resources",
    "secrets",
    "statistics",
    "tomllib",
    "transitions.impact.measure",
    "transitions.milestones.planner",
    "transitions.plans.page",
    "transitions.questionnaire",
)
"""What neither a list nor the first screen needs."""
OF_SCREENS_LATER = (
    "screens.calendar.calendar",
    "screens.caseload.missed",
    "screens.caseload.today",
    "screens.custody.passphrase",
    "screens.handovers.board",
    "screens.impact.impact",
    "screens.plans.plan",
    "screens.workshops.register",
)


def loaded_by(*arguments: str, among: tuple[str, ...] = HEAVY, runs: str = "run(sys.argv[1:])") -> set[str]:
    """Give what a command has imported by its end of the modules ``among``, which are heavy."""
    program = (
        f"import sys; from transitions.cli import run; {runs};"
        f"print('LOADED', *[name for name in {among!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("list", "--help"),
        ("import", "--help"),
        ("calendar", "--help"),
        ("add", "--help"),
        ("workshop", "new", "--help"),
    ],
)
def test_help_and_version_load_nothing_heavy(arguments: tuple[str, ...]):
    assert loaded_by(*arguments) == set()


@pytest.mark.parametrize(
    ("words", "columns", "at_once"),
    [("--version", "", True), ("--help", "", True), ("-h", "", True), ("--help", "60", False)],
)
def test_the_help_and_the_version_are_told_before_the_command_line_is_loaded(
    words: str, columns: str, *, at_once: bool
):
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment |= {"COLUMNS": columns} if columns else {}

    def told_by(program: str) -> str:
        return subprocess.check_output([sys.executable, "-c", program, words], text=True, env=environment)

    loaded = "print(sorted({'click', 'pathlib', 're', 'transitions.cli'} & sys.modules.keys()))"
    told = told_by(f"import sys\nfrom transitions import main\ntry:\n    main()\nfinally:\n    {loaded}")
    assert told.endswith("[]\n") is at_once
    assert told.rpartition("[")[0] == told_by("from transitions.cli import main; main()")


@pytest.mark.parametrize(("name", "among"), [("list", OF_OTHER_ROOMS), ("missed", OF_OTHER_ROOMS), ("today", HEAVY)])
def test_lists_come_through_the_driver(school, name: str, among: tuple[str, ...]):
    assert loaded_by(name, "--db", str(school.path), "--as-of", "2026-11-21", among=(*among, "textual")) == set()


def test_the_first_screen_loads_no_other_room():
    assert loaded_by(among=OF_OTHER_ROOMS + OF_SCREENS_LATER, runs="import screens.frame.running") == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_says_what_it_does_and_takes_a_file_and_a_day(name: str):
    command = cli.get_command(click.Context(cli, help_option_names=["-h", "--help"]), name)
    assert command is not None
    assert command.name == name
    assert command.help
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--db", "--as-of"} <= options
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help


OF_SCREENS = {
    "today": "today", "caseload": "list", "missed": "missed", "pupil": "show", "walk": "walk", "schools": "schools",
    "staff": "staff", "import": "import", "first run": "import", "calendar": "calendar", "clashes": "calendar",
    "asks": "ask list", "milestones": "milestone list", "plan": "plan edit", "plan versions": "plan versions",
    "workshops": "workshop list", "workshop": "workshop show", "attendance": "workshop attendance",
    "training": "workshop training", "feeders": "workshop feeders", "handovers": "handover list",
    "handover": "handover show", "inbox": "handover inbox", "receiving": "handover receive", "impact": "impact",
    "rows behind a figure": "impact",
}  # fmt: skip
"""By the name of a screen: the command that says, or does, the same."""


def test_every_screen_has_a_command():
    keys = Path(__file__).parents[2].joinpath("docs/reference/keys.md").read_text(encoding="utf-8")
    screens = [line[4:].casefold() for line in keys.split("## Every key")[1].splitlines() if line.startswith("### ")]
    assert set(screens) - {"everywhere", "every list"} == set(OF_SCREENS)
    for words in OF_SCREENS.values():
        found: click.Command | None = cli
        for word in words.split():
            assert isinstance(found, click.Group)
            found = found.get_command(click.Context(found), word)
        assert found is not None, words


def test_schools_and_staff_are_printed(school: Command):
    assert "900001  Fenwick Hollow Primary" in school.ok("schools").out
    assert [line.split()[1] for line in school.ok("schools", "bron").out.splitlines()[2:]] == ["900002"]
    assert "K. Osei" in school.ok("staff", "osei").out


def test_the_library_of_the_same_name_is_refused(tmp_path: Path):
    import shutil

    import transitions

    package = Path(transitions.__file__).parent
    shutil.copytree(package, tmp_path / "transitions")
    shutil.copytree(package.parent / "db", tmp_path / "db")
    (tmp_path / "transitions" / "core.py").write_text("class Machine: ...\n")
    done = subprocess.run(
        [sys.executable, "-c", "from transitions.cli import main; main(['--version'])"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
    )
    assert done.returncode == 70
    assert "another package of the same name" in done.stderr
