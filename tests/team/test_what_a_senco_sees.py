"""A SENCO meets, by no command and in no file, anything that was written of a pupil of another school."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import AS_OF, Result
from marked_record import MARK, RAW, Record, marked_record, seat_of
from test_same_on_both import CHANGES, FILES, MORE, printing

from transitions.cli import run

__all__ = ["marked_record"]


WHOSE = ("committee.docx", "committee.html", "team.html", "cluster.docx")
"""What has figures, or lists, that a reader would take for those of all."""


class Seat:
    """The command line of somebody with a login of this role, in a folder of their own."""

    def __init__(self, record: Record, role: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.where = seat_of(record, role, folder)
        self.record, self._folder, self._capsys = record, folder / "files", capsys
        self.role = role
        self.wrong: dict[str, str] = {}
        self.met: set[str] = set()
        self._folder.mkdir()
        os.chdir(self._folder)

    def __call__(self, *words: str, as_of: str = AS_OF) -> Result:
        self._capsys.readouterr()
        status = run([*words, "--db", str(self.where), "--as-of", as_of])
        printed = self._capsys.readouterr()
        result = Result(status, printed.out, printed.err)
        said = " ".join(words)
        if RAW.search(result.err) or status == 70:
            self.wrong[said] = f"{status}: {result.err}"
        found = {one for one in self.record.secret if one in result.out + result.err and one not in said}
        self.met |= found
        if found and self.role == "SENCO":
            self.wrong[said] = f"tells {found}: {result.out + result.err}"
        return result

    def files(self) -> Iterator[tuple[str, str]]:
        """What was written, each file with its text; of workbooks and documents that of their parts."""
        for path in self._folder.rglob("*"):
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    yield path.name, "".join(packed.read(part).decode(errors="replace") for part in packed.namelist())
            elif path.is_file():
                yield path.name, path.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def seat(
    record: Record,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Seat:
    monkeypatch.chdir(tmp_path)
    return Seat(record, request.param, tmp_path, capsys)


@pytest.mark.parametrize("seat", ["SENCO", "reader", "caseworker"], indirect=True)
def test_every_command_that_prints_writes_or_changes(seat: Seat) -> None:
    for words in (*(words for _, words in printing()), *map(str.split, MORE)):
        seat(*words)
        if seat.role == "SENCO":
            seat(*words, "--format", "json")
    for words in map(str.split, (*FILES, *CHANGES)):
        seat(*words)
    written = dict(seat.files())
    if seat.role == "SENCO":
        seat.wrong |= {name: told for name, told in written.items() if any(one in told for one in seat.record.secret)}
        assert len(written) > 20
        seat.wrong |= {name: "not said whose" for name in WHOSE if "All pupils of" not in written[name]}
        assert not seat.met
    else:
        assert MARK in seat.met
        assert bool(written) == (seat.role == "caseworker")
    assert not seat.wrong, "\n".join(f"{words}: {said}" for words, said in seat.wrong.items())
