"""Runs the command line inside the test's own process and gives what it printed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

import pytest

from transitions.cli import run

AS_OF = "2026-11-21"


class Result(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


class Command:
    """``command("list", "--format", "json")`` on one database and one day."""

    made: ClassVar[dict[str, bytes]] = {}

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.folder = path.parent
        self._capsys = capsys

    def __call__(self, *words: str | Path, as_of: str = AS_OF) -> Result:
        self._capsys.readouterr()
        with pytest.MonkeyPatch.context() as here:
            here.setenv("TRANSITIONS_DB", str(self.path))
            status = run(["--as-of", as_of, *map(str, words)])
        printed = self._capsys.readouterr()
        return Result(status, printed.out, printed.err)

    def once(self, name: str, make: Callable[[], object]) -> "Command":
        """Have the database that ``make`` makes: the first test that asks for it by this name makes it for all."""
        if name in self.made:
            self.path.write_bytes(self.made[name])
        else:
            make()
            self.made[name] = self.path.read_bytes()
        return self

    def ok(self, *words: str | Path) -> Result:
        """Run it and expect it to succeed."""
        result = self(*words)
        assert result.status == 0, result.err
        return result

    def write(self, name: str, lines: Sequence[str] | str | bytes) -> Path:
        """Put a file beside the database."""
        path = self.folder / name
        if isinstance(lines, bytes):
            path.write_bytes(lines)
        else:
            path.write_text(lines if isinstance(lines, str) else "\n".join(lines) + "\n", encoding="utf-8")
        return path


TERMS = """academic_year,term,first_day,last_day
2025/26,Autumn 1,01/09/2025,17/10/2025
2025/26,Autumn 2,27/10/2025,19/12/2025
2025/26,Spring 1,05/01/2026,13/02/2026
2025/26,Spring 2,23/02/2026,02/04/2026
2025/26,Summer 1,20/04/2026,22/05/2026
2025/26,Summer 2,01/06/2026,21/07/2026
2026/27,Autumn 1,01/09/2026,16/10/2026
2026/27,Autumn 2,02/11/2026,18/12/2026
2026/27,Spring 1,04/01/2027,12/02/2027
2026/27,Spring 2,22/02/2027,25/03/2027
2026/27,Summer 1,12/04/2027,28/05/2027
2026/27,Summer 2,07/06/2027,21/07/2027
"""

SCHOOLS = (
    '"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","EstablishmentStatus (code)",'
    '"PhaseOfEducation (code)","PhaseOfEducation (name)","StatutoryLowAge","StatutoryHighAge","Town","Postcode"\r\n'
    '900001,"999","Northmere","2001","Fenwick Hollow Primary","1","2","Primary",3,11,"Northmere","TS18 1TU"\r\n'
    '900002,"999","Northmere","4001","St Brón’s Secondary","1","4","Secondary",11,16,"Northmere","TS18 1TU"\r\n'
)

PUPILS = """Surname;Forename;UPN;DOB;Year;SEN Status;School URN
Khan;Aisha;B801200005001;01/03/2016;6;EHC Plan;900001
O'Brien;Zoë;B808400024001;15/02/2016;6;K;900001
Ward;Elsie;;20/11/2015;6;N;900001
"""
