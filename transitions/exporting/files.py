"""What every export shares: which columns, what the heading says, and the entry in the journal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from db.journal import Action
from db.milestones import definitions as store
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.custody.places import pseudonym_key
from transitions.errors import NotAllowed
from transitions.exporting.columns import REGISTERS, What, chosen, columns_of
from transitions.exporting.pseudonyms import Pseudonyms
from transitions.exporting.writer import Heading, write_table
from transitions.milestones.definitions import load_shipped
from transitions.text import clean, printable
from transitions.workspace import Workspace

__all__ = ["Exported", "Options", "described", "write"]

Code = Callable[[int, str | None], str | None]
"""Gives the pseudonym for a pupil's number and UPN, or None in a file with names."""


@dataclass(frozen=True)
class Options:
    """How a file is made. ``purpose`` is kept in the journal; ``full`` adds every column, ``exact`` leaves the guard out.

    ``key_file`` holds the key of the pseudonyms; None is the usual place. ``academic_year`` narrows a file of workshops, and says of
    which year's moves the handovers are.
    """

    pseudonymised: bool = False
    purpose: str = ""
    full: bool = False
    exact: bool = False
    overwrite: bool = False
    key_file: Path | None = None
    academic_year: int | None = None


class Exported(NamedTuple):
    """Where the file is (None for standard output) and how many rows it has."""

    path: Path | None
    rows: int


def write(
    workspace: Workspace,
    what: What,
    title: str,
    filters: str,
    target: Path | None,
    options: Options,
    rows: Callable[[Code], Iterable[Sequence[object]]],
) -> Exported:
    """Write the rows, which ``rows`` gives with a cell for every column of ``columns_of(what)``, and note it in the journal.

    ``filters`` says in words which records these are, without anybody's name.
    Raises NotAllowed for a pseudonymised file in full, CannotWrite as ``write_table`` does, and the faults of the key.
    """
    if options.pseudonymised and options.full:
        raise NotAllowed("A pseudonymised file holds no free text, so it cannot be full. Choose one of the two.")
    code: Code = _no_code
    if options.pseudonymised:
        code = Pseudonyms.open(options.key_file or pseudonym_key()).code
    columns = chosen(columns_of(what), full=options.full, pseudonymised=options.pseudonymised)
    cells = itemgetter(*(place for place, _ in columns))
    journal = _Journal(workspace, what, filters, target, options)
    rules = "" if what in REGISTERS else _rules(workspace)
    heading = Heading(title, workspace.clock.today, filters, rules, options.pseudonymised)
    try:
        written = write_table(
            target,
            [column for _, column in columns],
            journal.following(map(cells, rows(code))),
            heading,
            overwrite=options.overwrite,
            exact=options.exact,
        )
    except BrokenPipeError:
        journal.note()  # what was read until then has left all the same
        raise
    return Exported(*written)


def _no_code(_pupil_id: int, _upn: str | None) -> None:
    return None


def _rules(workspace: Workspace) -> str:
    """Give the version of the milestones, and how many of them are not the shipped ones: figures rest on these."""
    own = [row for row in store.milestones(workspace.read()) if row.origin != "shipped" and row.retired_on is None]
    version = load_shipped().version
    return f"{version}, with {len(own)} of the council's own" if own else version


def described(workspace: Workspace, caseload: Caseload) -> str:
    """Give the filter in words; what was looked for by name stays out, for it may be a pupil's."""
    words = caseloads.describe(workspace, replace(caseload, text=""))
    return f"{words} · found by words" if caseload.text else words


class _Journal:
    """The entry in the journal: written when the last row is, and before the file is put in its place.

    A file that could not be written is not there, and none is there that the journal does not know of.
    """

    def __init__(self, workspace: Workspace, what: What, filters: str, target: Path | None, options: Options) -> None:
        self._workspace, self._what, self._filters = workspace, what, filters
        self._target, self._options = target, options
        self._rows = 0

    def following(self, rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
        for row in rows:
            self._rows += 1
            yield row
        self.note()

    def note(self) -> None:
        where = "standard output" if self._target is None else printable(self._target.name)
        parts = [self._filters, "1 row" if self._rows == 1 else f"{self._rows:,} rows", where]
        parts += ["pseudonymised"] if self._options.pseudonymised else []
        parts += ["in full"] if self._options.full else []
        purpose = clean(self._options.purpose)
        parts += [f"for: {purpose}"] if purpose else []
        with self._workspace.database.write() as connection:
            Action(
                connection,
                name=f"Exported {self._what}",
                summary="; ".join(parts),
                worker_id=self._workspace.me,
                at=self._workspace.clock.now(),
                kind="export",
            )
