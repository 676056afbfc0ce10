"""What the program prints and writes of the same records is the same from a file, from a server, and from the file that came back."""

import os
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import click
import pytest
from command import AS_OF, Result
from second_engine import OfAFile
from test_copying_records import held

import db.team
from db.place import Server
from db.team.database import TeamDatabase
from db.team.postgres import Connection
from transitions.cli import cli, run
from transitions.cli.files import EXPORTS

PLACES = ("file", "server", "back")
PUPILS = ("#1", "#6", "#8", "#9", "#20", "#46")
"""Among them one with a handover, with two versions of a plan, an audit, a child protection file, a programme."""
WORDS = {
    "pupil": PUPILS, "whose": PUPILS, "pupils": PUPILS, "group": ("#1",), "school": ("#1", "#3"), "workshop": ("#1", "#2"),
    "milestone": ("6-7.handover-sent",), "snapshot": ("#1",), "code": ("census.spring",), "older": ("1",), "newer": ("2",),
}  # fmt: skip
"""By the name of an argument that a command needs: what is given for it, one after the other."""
MORE = (
    "list --state overdue --transition 6-7", "list --worker me", "list --worker nobody --text a", "list --group #1", "missed --group #1",
    "schools a", "staff a", "explain #160 6-7.transition-day", "handover sustained 2025", "handover questions 6-7", "plan questions 6-7",
    "history #6 --limit 500", "history --limit 500", "views #6", "exports --limit 500", "snapshot compare", "calendar --year 2026",
    "handover format #3", "handover format --fields", "programme list #9", "circle #4", "workshop feedback #1",
)  # fmt: skip
OF_AN_ENGINE = {"doctor", "salvage", "team list", "handover pack", "handover receive"}
"""What tells of the engine itself, or works on sealed files, no two of which are alike."""
FILES = (
    *(f"export {kind} {kind}{suffix} --purpose test" for kind in EXPORTS for suffix in (".csv", ".xlsx") if kind != "ctf"),
    "export ctf ctf.xml --to #3 --purpose test", "export movers movers.docx --purpose test", "report committee.docx --purpose test",
    "report committee.html --purpose test", "chronology #6 chronology.docx --purpose test", "subject-access #6 access --purpose test",
    "cluster-plan #3 cluster.docx", "plan print #6 plan.html", "plan print #6 plan.docx", "plan blank audit blank.docx",
    "service booklet booklet.html", "team team.html --purpose test", "handover print #11 handovers.html --year 2025", "handover print #11 handovers --year 2025",
    "calendar --ics year.ics --planner year.html", "workshop actions actions.csv --layout committee --purpose test",
)  # fmt: skip
CHANGES = (
    "done #160 6-7.handover-acknowledged", "undo", "redo", "note #2 called", "edit pupil #3 sex=F", "undo", "assign Osei #6 #7",
    "add pupil surname=Quill forename=Ada date_of_birth=2015-03-14 school=#1", "handover start #8", "milestone retire 6-7.handover-sent",
    "milestone restore 6-7.handover-sent", "retention archive #9", "remind #160 2027-01-10", "add worker name=New",
    "event add #11 kind=suspension started_on=2026-10-01 days=2", "undo", "plan new #12", "plan edit #12 admired=curious",
    "plan close #12 --reason moved",
)  # fmt: skip


EMPTY = (
    "placement.started_on", "participation.started_on", "social_care_episode.started_on", "workshop.starts", "workshop_action.due_on",
    "pupil.attendance_percent", "pupil.school_id", "pupil.owner_id", "referral.school_id", "workshop_invitation.name",
)  # fmt: skip
"""What is emptied in every seventh row: engines do not agree on where nothing stands in an order."""


def make_alike(path: Path) -> None:
    """Have rows of which only their numbers tell in what order they are printed."""
    database = OfAFile(path)
    connection = database.read()
    for table, column in (one.split(".") for one in EMPTY):
        connection.execute(f"UPDATE OR IGNORE {table} SET {column} = NULL WHERE id % 7 = 3")
    names = "(surname, forename, search_text)"
    connection.execute(f"UPDATE pupil SET {names} = (SELECT {names[1:-1]} FROM pupil WHERE id = 8) WHERE id % 10 = 3")
    database.close()


def leaves(group: click.Group, *words: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, *words, name)
        else:
            yield (*words, name), command


def printing() -> Iterator[tuple[str, list[str]]]:
    """Each command of the menu that prints records, and with what it needs."""
    for words, command in leaves(cli):
        if "style" not in {one.name for one in command.params} or " ".join(words) in OF_AN_ENGINE:
            continue
        needed = [str(one.name) for one in command.params if isinstance(one, click.Argument) and one.required]
        tries = max((len(WORDS[name]) for name in needed), default=1)
        for place in range(tries):
            yield " ".join(words), [*words, *(WORDS[name][place % len(WORDS[name])] for name in needed)]


class Three:
    """The same records in three places; ``same`` runs a command on each and expects the same of each."""

    def __init__(self, folder: Path, where: dict[str, Path | Server], capsys: pytest.CaptureFixture[str]) -> None:
        self.where, self._folder, self._capsys = where, folder, capsys
        self.wrong: list[tuple[str, ...]] = []
        """What differs, and how."""

    def __call__(self, place: str, *words: str) -> Result:
        folder = self._folder / f"in {place}"
        folder.mkdir(exist_ok=True)
        os.chdir(folder)
        self._capsys.readouterr()
        status = run([*words, "--db", str(self.where[place]), "--as-of", AS_OF])
        printed = self._capsys.readouterr()
        return Result(status, printed.out, printed.err)

    def same(self, *words: str) -> bool:
        """Whether it can be done at all."""
        first, *others = (self(place, *words) for place in PLACES)
        for place, found in zip(PLACES[1:], others, strict=True):
            if (found.status, found.out) != (first.status, first.out):
                lines = unified_diff(first.out.splitlines(), found.out.splitlines(), "file", place, lineterm="", n=1)
                self.wrong.append((" ".join(words), found.err, *islice(lines, 2, 12)))
        return first.status in (0, 1)

    def files(self, place: str) -> dict[str, bytes]:
        folder = self._folder / f"in {place}"
        return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}

    def ensure_same(self) -> None:
        """Nothing that was printed, written or kept differs."""
        assert not self.wrong, "\n".join(map("\n  ".join, self.wrong))
        first, held = self.files("file"), self.held("file")
        for place in PLACES[1:]:
            there = self.files(place)
            assert there.keys() == first.keys()
            assert [name for name, data in there.items() if data != first[name]] == []
            assert self.held(place) == held

    def held(self, place: str) -> dict[str, list[Any]]:
        where = self.where[place]
        database = TeamDatabase(where) if isinstance(where, Server) else OfAFile(where)
        found = held(database)
        found["setting"] = [row for row in found["setting"] if not row[0].startswith("me")]
        database.close()
        return found


@pytest.fixture
def three(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Three]:
    monkeypatch.setattr(db.team, "Database", OfAFile)
    fill = Connection.fill

    def in_any_order(self: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        fill(self, table, columns, sorted(rows, key=lambda row: sha256(repr(row).encode()).digest()))

    monkeypatch.setattr(
        Connection, "fill", in_any_order
    )  # so that what is printed in no order of its own comes to light
    monkeypatch.chdir(tmp_path)
    found = Three(tmp_path, {"file": tmp_path / "file.db", "server": server, "back": tmp_path / "back.db"}, capsys)
    assert run(["demo", "--db", "file.db", "--pupils", "400", "--as-of", AS_OF]) == 0
    make_alike(tmp_path / "file.db")
    assert run(["copy", "file.db", str(server)]) == 0
    assert run(["copy", str(server), "back.db"]) == 0
    assert found("server", "me", "K. Osei").status == 0
    return found


def test_every_command_that_prints_and_every_file_that_leaves(three: Three) -> None:
    never = {command for command, _ in printing()}
    for command, words in printing():
        if three.same(*words, "--format", "json"):
            never.discard(command)
    refused = [words for words in MORE if not three.same(*words.split(), "--format", "json")]
    never -= {command for command in never for words in MORE if words.startswith(command)}
    refused += [words for words in FILES if not three.same(*words.split())]
    three.ensure_same()
    assert never == set()
    assert refused == []


def test_every_change(three: Three) -> None:
    assert [words for words in CHANGES if not three.same(*words.split())] == []
    for name in ("list", "today", "history", "missed"):
        three.same(name, "--format", "json")
    three.ensure_same()
